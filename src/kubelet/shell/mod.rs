//! What a container's command does, read as a shell would: how long it takes, how it ends, which
//! files it makes, whom it waits for.
//!
//! Must not know the kubelet. Invariant: follows from the command, the Pod, the moments at which
//! it went on and the answers that it got then.
//!
//! Differs: of a command `sleep`, `exit`, `&&`, `||`, pipes, `if`, `case`, loops, `&` with `wait`,
//! variables, sums, tests of files that the command itself makes, and look-ups and requests to
//! Services are followed; every other program succeeds at once, and the last one of a container
//! that is no init container and of no Job runs on. A script that holds more than that (functions,
//! for one) runs on as a whole.

mod act;
mod arithmetic;
mod code;
mod lex;
mod reach;
#[cfg(test)]
mod tests;
mod words;

use std::rc::Rc;

use crate::base::{SECOND_US, SimTime, Str, digest_of};
use crate::server::View;
pub(super) use act::{is_bare_place, is_known, is_program};
use code::{ALL, Code, Op};
use words::Names;

/// What a command takes that ends with a code and nothing else.
const EXIT_US: u64 = 100_000;
/// What a command takes that does its part and nothing is known of how long.
const MOMENT_US: u64 = SECOND_US;
/// Steps that a command may take without an end, before it counts as one that never ends.
const STEPS_MAX: u32 = 5_000;

/// Where a command runs.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Scene {
    pub(super) pod: Str,
    pub(super) namespace: Str,
    pub(super) env: Vec<(Str, Str)>,
    /// Whether it is meant to end: an init container, a Job, a probe, a hook.
    pub(super) is_task: bool,
    /// Whether its image brings busybox's programs.
    pub(super) is_busybox: bool,
    /// Whether no other program than the command's own runs there, so that no file of the moment
    /// exists that it does not make.
    pub(super) is_bare: bool,
}

/// What one line of a command's work is about.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Going {
    /// Its next step is due.
    On,
    /// Nothing changes for it any more, or not until news: then the loop goes on at its head, at
    /// one of the moments at which it would have come there.
    Round {
        head: u32,
        since: SimTime,
        period_us: u64,
        has_asked: bool,
    },
    /// It waits for what runs beside it.
    Waiting,
    Never,
    Over,
}

/// What a process makes of the request to end, SIGTERM.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Hearing {
    /// Nothing was set: the first process of a container never notices, any other is ended by it.
    Unset,
    /// It lets it pass by: `trap '' TERM`.
    Deaf,
    /// It does something and ends with a code.
    Ends(i32),
}

/// One line of work.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Thread {
    pc: u32,
    at: SimTime,
    going: Going,
    status: i32,
    /// The first failure of a pipe.
    piped: i32,
    /// How far each loop over words is.
    counts: Vec<u32>,
    /// Of each loop's head: when it was there last, and what it knew.
    laps: Vec<(u32, SimTime, u64)>,
    has_asked: bool,
    has_changed: bool,
}

/// A command at work.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Process {
    code: Rc<Code>,
    scene: Rc<Scene>,
    threads: Vec<Thread>,
    vars: Vec<(Str, Option<Str>)>,
    /// Files that were made and, with `false`, removed.
    files: Vec<(Str, bool)>,
    is_strict: bool,
    hearing: Hearing,
    started: SimTime,
    /// When it has ended or will, and its code.
    pub(super) end: Option<(SimTime, i32)>,
    /// When it goes on by itself.
    pub(super) due: Option<SimTime>,
    /// What it said on the way.
    pub(super) said: String,
    is_collecting: bool,
}

impl Process {
    /// A command that starts at a moment; nothing if it is not understood.
    pub(super) fn new(argv: &[String], scene: Scene, started: SimTime) -> Option<Process> {
        let code = match words::script(argv) {
            Some((script, is_strict)) => code::read(script, is_strict)?,
            None => plain(argv),
        };
        let thread = Thread {
            pc: 0,
            at: started,
            going: Going::On,
            status: 0,
            piped: 0,
            counts: vec![0; usize::try_from(code.loops).unwrap_or(0)],
            laps: Vec::new(),
            has_asked: false,
            has_changed: false,
        };
        Some(Process {
            is_strict: code.is_strict,
            code: Rc::new(code),
            scene: Rc::new(scene),
            threads: vec![thread],
            vars: Vec::new(),
            files: Vec::new(),
            hearing: Hearing::Unset,
            started,
            end: None,
            due: None,
            said: String::new(),
            is_collecting: false,
        })
    }

    /// Another command in the same place, from its start on.
    pub(super) fn beside(&self, argv: &[String], now: SimTime) -> Option<Process> {
        let scene = Scene { is_task: true, ..Scene::clone(&self.scene) };
        let mut other = Process::new(argv, scene, now)?;
        other.files.clone_from(&self.files);
        // Files that this one makes later are none yet.
        for path in act::made(&self.code) {
            if other.file(&path).is_none() {
                other.files.push((path, false));
            }
        }
        Some(other)
    }

    /// Lets the command run to its end as if nothing changed meanwhile; how long it takes and
    /// with which code it ends, if it does.
    pub(super) fn finish(&mut self, view: Option<&View>) -> Option<(u64, i32)> {
        self.is_collecting = true;
        self.advance(SimTime(u64::MAX), view);
        self.end.map(|(at, code)| (at.since_us(self.started), code))
    }

    /// Whether it takes longer than anything does.
    pub(super) fn takes_time(&self) -> bool {
        self.threads[0].at > self.started
    }

    /// What comes of the request to end.
    pub(super) fn hearing(&self) -> Hearing {
        self.hearing
    }

    /// Whether it is in a program that does not end.
    pub(super) fn is_endless(&self) -> bool {
        self.end.is_none() && self.threads[0].going == Going::Never
    }

    /// Whether it waits for an answer that it does not get.
    pub(super) fn waits_for_news(&self) -> bool {
        self.end.is_none()
            && self
                .threads
                .iter()
                .any(|thread| matches!(thread.going, Going::Round { has_asked: true, .. }))
    }

    /// Takes note that somebody may answer now who did not.
    pub(super) fn hear(&mut self, now: SimTime) {
        self.turn_on(now, true);
        self.due = self.first().map(|thread| self.threads[thread].at);
    }

    /// Lets loops go on that something has changed for.
    fn turn_on(&mut self, now: SimTime, only_asking: bool) {
        for thread in &mut self.threads {
            if let Going::Round { head, since, period_us, has_asked } = thread.going
                && (has_asked || !only_asking)
            {
                let turns = now.since_us(since).div_ceil(period_us);
                thread.at = since.plus_us(turns * period_us);
                (thread.pc, thread.going) = (head, Going::On);
            }
        }
    }

    /// The line of work whose next step is due first.
    fn first(&self) -> Option<usize> {
        let on = (0..self.threads.len()).filter(|at| self.threads[*at].going == Going::On);
        on.min_by_key(|at| self.threads[*at].at)
    }

    /// Goes on up to a moment, and ahead of it as far as nothing could change what comes; whether
    /// files have changed.
    pub(super) fn advance(&mut self, now: SimTime, view: Option<&View>) -> bool {
        let before = self.files.clone();
        let mut steps = 0;
        self.due = None;
        while let (None, Some(thread)) = (self.end, self.first()) {
            steps += 1;
            if steps > STEPS_MAX {
                self.threads[thread].going = Going::Never;
                continue;
            }
            if !self.step(thread, now, view) {
                self.due = Some(self.threads[thread].at);
                break;
            }
        }
        before != self.files
    }

    /// Takes a step; false if it must wait for its moment.
    fn step(&mut self, thread: usize, now: SimTime, view: Option<&View>) -> bool {
        let code = Rc::clone(&self.code);
        let line = &mut self.threads[thread];
        let Some(op) = usize::try_from(line.pc).ok().and_then(|pc| code.ops.get(pc)) else {
            self.over(thread, false);
            return true;
        };
        let mut next = line.pc + 1;
        let is_good = line.status == 0;
        match op {
            Op::Jump(to) => next = *to,
            Op::IfOk(to) if is_good => next = *to,
            Op::IfBad(to) if !is_good => next = *to,
            Op::Not => line.status = i32::from(is_good),
            Op::Good => line.status = 0,
            Op::Check if self.is_strict && !is_good => {
                self.over(thread, true);
                return true;
            }
            Op::Pipe if line.piped == 0 => line.piped = line.status,
            Op::Nothing | Op::IfOk(_) | Op::IfBad(_) | Op::Check | Op::Pipe => {}
            Op::Joined => {
                if is_good {
                    line.status = line.piped;
                }
                line.piped = 0;
            }
            Op::Fork(to) => {
                let laps = Vec::new();
                let beside = Thread { pc: next, laps, ..line.clone() };
                next = *to;
                self.threads.push(beside);
            }
            Op::Done => {
                self.over(thread, false);
                return true;
            }
            Op::Back(head) => {
                self.turn(thread, *head);
                return true;
            }
            Op::Next(name, list, slot, out) => {
                let slot = usize::try_from(*slot).unwrap_or(usize::MAX);
                let count = self.threads[thread].counts.get(slot).copied().unwrap_or(0);
                let (is_there, value) = self.names(thread).nth(list, count);
                self.threads[thread].counts[slot] = if is_there { count + 1 } else { 0 };
                if is_there {
                    self.set(name, value);
                } else {
                    next = *out;
                }
            }
            Op::Case(word, patterns) => {
                let word = self.names(thread).expand(word);
                let is_it = patterns.iter().any(|pattern| {
                    let plain = words::plain(pattern);
                    **pattern == *"*" || (plain.is_some() && plain == word)
                });
                self.threads[thread].status = i32::from(!is_it);
            }
            Op::Exit(code, to) => return self.exit(thread, code.as_ref(), *to),
            Op::Run(command) => {
                if !self.run(thread, command, now, view) {
                    return false;
                }
                if self.threads[thread].going != Going::On {
                    return true;
                }
            }
        }
        self.threads[thread].pc = next;
        true
    }

    fn names(&self, thread: usize) -> Names<'_> {
        Names {
            vars: &self.vars,
            env: &self.scene.env,
            pod: &self.scene.pod,
            namespace: &self.scene.namespace,
            status: self.threads[thread].status,
        }
    }

    /// Sets a variable, if it decides anything.
    fn set(&mut self, name: &Str, value: Option<Str>) {
        if !self.code.matters.contains(name) {
            return;
        }
        match self.vars.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.vars.push((name.clone(), value)),
        }
    }

    fn exit(&mut self, thread: usize, code: Option<&Str>, to: u32) -> bool {
        let given = code.map(|code| self.names(thread).expand(code));
        let line = &mut self.threads[thread];
        if let Some(code) = given {
            // A code that can't be told is taken for a good one.
            line.status = code.and_then(|code| code.parse().ok()).unwrap_or(0) & 255;
        }
        if to == ALL {
            self.over(thread, true);
        } else {
            line.pc = to;
        }
        true
    }

    /// Ends a line of work, and with the first one the command.
    fn over(&mut self, thread: usize, is_exit: bool) {
        let line = &mut self.threads[thread];
        line.going = Going::Over;
        let (at, status) = (line.at, line.status);
        if thread == 0 {
            let is_brief = at == self.started;
            let least_us = match is_brief {
                true if is_exit || status != 0 => EXIT_US,
                true => MOMENT_US,
                false => 0,
            };
            self.end = Some((at.plus_us(least_us), status));
            return;
        }
        let are_others_over = self.threads[1..].iter().all(|one| one.going == Going::Over);
        if are_others_over && self.threads[0].going == Going::Waiting {
            let first = &mut self.threads[0];
            (first.going, first.at) = (Going::On, first.at.max(at));
        }
    }

    /// Goes back to the head of a loop. If all is as it was there last, it will always be until
    /// something changes.
    fn turn(&mut self, thread: usize, head: u32) {
        let line = &self.threads[thread];
        let state = digest_of(&(&self.vars, &self.files, &line.counts, self.is_strict));
        let at = line.at;
        let line = &mut self.threads[thread];
        line.pc = head;
        let (has_asked, has_changed) = (line.has_asked, line.has_changed);
        let lap = line.laps.iter().position(|(known, ..)| *known == head);
        let before = lap.map(|lap| line.laps.remove(lap));
        // What an inner loop knew is of another round.
        line.laps.retain(|(known, ..)| *known < head);
        line.laps.push((head, at, state));
        if !line.laps.iter().any(|(known, ..)| *known < head) {
            (line.has_asked, line.has_changed) = (false, false);
        }
        if let Some((_, since, known)) = before
            && known == state
            && !has_changed
        {
            let period_us = at.since_us(since).max(if has_asked { MOMENT_US } else { 1 });
            line.going = Going::Round { head, since: at, period_us, has_asked };
        }
    }
}

/// A command that is no script.
fn plain(argv: &[String]) -> Code {
    let words = argv.iter().map(|word| format!("'{}'", word.replace('\'', "'\\''")).into());
    let command = code::Command { words: words.collect(), ..code::Command::default() };
    Code { ops: vec![Op::Run(command)], loops: 0, matters: Vec::new(), is_strict: false }
}
