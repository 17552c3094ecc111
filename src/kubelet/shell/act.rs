//! What single commands do.
//!
//! Must not know loops. Invariant: a command that is not known succeeds at once, or runs on if it
//! is the last.

use crate::base::{SECOND_US, SimTime, Str};
use crate::kubelet::shell::code::{Code, Command, Op};
use crate::kubelet::shell::{Going, Hearing, MOMENT_US, Process, reach, words};
use crate::server::View;

/// Programs that do their part and end.
const BRIEF: [&str; 60] = [
    "echo", "printf", "true", ":", "cd", "cp", "mv", "chmod", "chown", "date", "env", "export",
    "printenv", "set", "unset", "id", "whoami", "uname", "hostname", "pwd", "ln", "sed", "awk",
    "grep", "head", "tail", "tee", "seq", "dd", "kill", "trap", "which", "df", "du", "free", "ps",
    "umask", "tar", "gzip", "find", "sort", "wc", "base64", "basename", "dirname", "openssl",
    "touch", "mkdir", "rm", "rmdir", "cat", "ls", "stat", "local", "readonly", "declare", "ulimit",
    "sync", "nproc", "git",
];

/// Places where nothing is until somebody makes it.
const EMPTY: [&str; 4] = ["/tmp/", "/var/tmp/", "/run/", "/var/run/"];

/// Whether a folder is one of the places where nothing is until somebody makes it, or inside.
pub(in crate::kubelet) fn is_bare_place(path: &str) -> bool {
    EMPTY.iter().any(|place| path.starts_with(place) || path == place.trim_end_matches('/'))
}

/// Whether every program of a command is known, so that none makes files of its own.
pub(in crate::kubelet) fn is_known(argv: &[String]) -> bool {
    let code = match words::script(argv) {
        Some((script, _)) => super::code::read(script, false),
        None => Some(super::plain(argv)),
    };
    code.is_some_and(|code| {
        code.ops.iter().all(|op| match op {
            Op::Run(command) => command.words.first().is_none_or(|word| {
                let name = words::plain(word).unwrap_or_default();
                let name = words::base(&name);
                let others = ["sleep", "false", "test", "[", "[[", "wait", "read", "exec", "time"];
                BRIEF.contains(&name) || others.contains(&name) || reach::is_client(name)
            }),
            _ => true,
        })
    })
}

/// Whether a word names a program that images bring besides their own.
pub(in crate::kubelet) fn is_program(word: &str) -> bool {
    let name = words::base(word);
    words::is_shell(word)
        || BRIEF.contains(&name)
        || matches!(name, "sleep" | "false")
        || reach::is_client(name)
}

/// The files that a script makes or removes somewhere.
pub(super) fn made(code: &Code) -> Vec<Str> {
    let commands = code.ops.iter().filter_map(|op| match op {
        Op::Run(command) => Some(command),
        _ => None,
    });
    commands
        .flat_map(|command| {
            let name = command.words.first().map(|word| words::base(word));
            let own = matches!(name, Some("touch" | "rm" | "mkdir" | "rmdir"));
            let words = command.words.iter().skip(1).filter(move |_| own);
            words.chain(&command.outs).filter_map(|word| Some(words::plain(word)?.into()))
        })
        .collect()
}

/// The code that the action of a `trap` ends with.
fn exit_code(action: &str) -> i32 {
    let code = action.rsplit_once("exit").map(|(_, code)| code.trim_matches([' ', ';', '}']));
    code.and_then(|code| code.parse().ok()).unwrap_or(0)
}

/// How long a word of `sleep` lets it sleep: `5`, `0.5`, `2m`.
fn span_us(word: &str) -> Option<u64> {
    let (number, unit) = match word.char_indices().last()? {
        (at, 's') => (&word[..at], 1),
        (at, 'm') => (&word[..at], 60),
        (at, 'h') => (&word[..at], 3_600),
        (at, 'd') => (&word[..at], 86_400),
        _ => (word, 1),
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let micros: u64 = format!("{part:0<6}").get(..6)?.parse().ok()?;
    whole.saturating_mul(SECOND_US).saturating_add(micros).checked_mul(unit)
}

/// Whom a command asks over the network.
fn call_of(words: &[Option<String>]) -> Option<reach::Call> {
    let (name, rest) = words.split_first()?;
    reach::call(words::base(name.as_deref()?), rest)
}

/// The files that a command makes and removes.
fn files_of(words: &[Option<String>]) -> Vec<(Str, bool)> {
    let mut plain = words.iter().flatten();
    let name = plain.next().map(|name| words::base(name));
    let mut paths = plain.filter(|word| !word.starts_with('-')).map(|word| Str::from(&**word));
    match name {
        Some("touch" | "mkdir") => paths.map(|path| (path, true)).collect(),
        Some("rm" | "rmdir") => paths.map(|path| (path, false)).collect(),
        Some("cp" | "mv" | "tee") => {
            paths.next_back().map(|path| (path, true)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

impl Process {
    /// Runs a command; false if it must wait for its moment.
    pub(super) fn run(
        &mut self,
        thread: usize,
        command: &Command,
        now: SimTime,
        view: Option<&View>,
    ) -> bool {
        let names = self.names(thread);
        let set = |(name, raw): &(Str, Str)| (name.clone(), names.expand(raw).map(Str::from));
        let sets: Vec<(Str, Option<Str>)> = command.sets.iter().map(set).collect();
        let words: Vec<Option<String>> =
            command.words.iter().map(|word| names.expand(word)).collect();
        let outs: Vec<Str> =
            command.outs.iter().filter_map(|out| Some(names.expand(out)?.into())).collect();
        let has_moment = self.threads[thread].at <= now;
        let call = outs.iter().find_map(|out| reach::from_file(out)).or_else(|| call_of(&words));
        if let Some(call) = call {
            if !has_moment {
                return false;
            }
            let is_answered = view.is_none_or(|view| call.is_answered(&self.scene.namespace, view));
            let line = &mut self.threads[thread];
            line.has_asked = true;
            line.status = i32::from(!is_answered);
            return true;
        }
        let files: Vec<(Str, bool)> = outs
            .into_iter()
            .filter(|out| !out.starts_with("/dev/"))
            .map(|out| (out, true))
            .chain(files_of(&words))
            .filter(|(path, is_there)| self.file(path) != Some(*is_there))
            .collect();
        // What others notice comes at its moment.
        let is_trap = words.first().is_some_and(|name| name.as_deref() == Some("trap"));
        if (is_trap || !files.is_empty()) && !has_moment {
            return false;
        }
        for (name, value) in sets {
            self.set(&name, value);
        }
        for (path, is_there) in files {
            self.put(thread, path, is_there);
        }
        self.act(thread, command, &words);
        true
    }

    /// Makes or removes a file, which loops of others may wait for.
    fn put(&mut self, thread: usize, path: Str, is_there: bool) {
        match self.files.iter_mut().find(|(known, _)| *known == path) {
            Some((_, old)) => *old = is_there,
            None => self.files.push((path, is_there)),
        }
        self.threads[thread].has_changed = true;
        let at = self.threads[thread].at;
        self.turn_on(at, false);
    }

    /// Whether a file is there, if the command itself has made or removed it.
    pub(super) fn file(&self, path: &str) -> Option<bool> {
        self.files.iter().find(|(known, _)| known == path).map(|(_, is_there)| *is_there)
    }

    /// Whether a file is there, if that can be told.
    fn has_file(&self, path: &str) -> Option<bool> {
        let is_empty = is_bare_place(path);
        let is_secret = path.contains("/secrets/");
        let is_own = || made(&self.code).iter().any(|made| made == path);
        let is_none = (self.scene.is_bare && is_empty && !is_secret) || is_own();
        self.file(path).or_else(|| is_none.then_some(false))
    }

    /// What a `trap` makes of SIGTERM: with an empty action nobody hears it, `-` takes back what
    /// was set.
    fn heed(&mut self, words: &[Option<String>]) {
        let words = words.strip_prefix(&[Some("--".to_owned())]).unwrap_or(words);
        let Some((action, signals)) = words.split_first() else { return };
        let is_term = |word: &str| matches!(word, "TERM" | "SIGTERM" | "15");
        if signals.iter().flatten().any(|word| is_term(&word.to_uppercase())) {
            self.hearing = match action.as_deref() {
                Some("") => Hearing::Deaf,
                Some("-") => Hearing::Unset,
                action => Hearing::Ends(exit_code(action.unwrap_or_default())),
            };
        }
    }

    /// Does what a command does besides.
    fn act(&mut self, thread: usize, command: &Command, words: &[Option<String>]) {
        let Some((name, rest)) = words.split_first() else {
            self.threads[thread].status = 0;
            return;
        };
        let name = name.as_deref().map(words::base).unwrap_or_default();
        let is_flag = |letter: char| {
            rest.iter().flatten().any(|word| word.starts_with('-') && word.contains(letter))
        };
        let mut status = 0;
        match name {
            "trap" => self.heed(rest),
            "exec" | "command" | "nohup" | "time" => {
                let words = command.words[1..].to_vec();
                let inner = Command { words, ..Command::default() };
                self.act(thread, &inner, rest);
                // `exec` with nothing but files only turns the output.
                if name == "exec"
                    && let Some(program) = rest.first()
                    && self.threads[thread].going == Going::On
                {
                    let ends = self.scene.is_task || program.as_deref().is_some_and(is_program);
                    if ends {
                        self.over(thread, false);
                    } else {
                        self.hand_over(thread);
                    }
                }
                return;
            }
            "sleep" if rest.iter().flatten().any(|word| word == "infinity") => {
                return self.stay(thread);
            }
            "sleep" => {
                // A span that can't be told is a moment.
                let spans =
                    rest.iter().map(|word| word.as_deref().and_then(span_us).unwrap_or(MOMENT_US));
                let line = &mut self.threads[thread];
                line.at = line.at.plus_us(spans.sum());
            }
            "tail" if is_flag('f') || is_flag('F') => return self.stay(thread),
            "nc" | "ncat" | "netcat" if is_flag('l') => return self.stay(thread),
            "yes" | "top" | "watch" => return self.stay(thread),
            "false" | "read" => status = 1,
            "wait"
                if thread == 0 && self.threads[1..].iter().any(|one| one.going != Going::Over) =>
            {
                self.threads[0].going = Going::Waiting;
                self.threads[0].pc += 1;
            }
            "wait" => {}
            "set" if is_flag('e') => self.is_strict = true,
            "set" if rest.iter().flatten().any(|word| word.starts_with("+e")) => {
                self.is_strict = false;
            }
            "test" | "[" | "[[" => status = self.tested(thread, &command.words[1..]),
            "export" | "local" | "readonly" | "declare" => {
                for word in rest.iter().flatten() {
                    if let Some((name, value)) = words::set(word) {
                        self.set(&name.into(), Some(value.into()));
                    }
                }
            }
            "cat" | "ls" | "stat" => status = self.read_files(name, rest),
            "echo" if command.outs.is_empty() => self.say(rest),
            _ if name.starts_with("((") => status = self.reckon(thread, &command.words),
            _ if BRIEF.contains(&name) || reach::is_client(name) || self.scene.is_task => {}
            _ if self.is_last(thread) => return self.hand_over(thread),
            _ => {}
        }
        self.threads[thread].status = status;
    }

    /// A program of its own takes the shell's place and hears what it is asked.
    fn hand_over(&mut self, thread: usize) {
        if thread == 0 && self.hearing == Hearing::Unset {
            self.hearing = Hearing::Ends(0);
        }
        self.stay(thread);
    }

    fn stay(&mut self, thread: usize) {
        self.threads[thread].going = Going::Never;
    }

    fn say(&mut self, words: &[Option<String>]) {
        if self.is_collecting {
            let words: Vec<&str> = words.iter().flatten().map(|word| &**word).collect();
            self.said.push_str(&words.join(" "));
            self.said.push('\n');
        }
    }

    fn tested(&self, thread: usize, words: &[Str]) -> i32 {
        let words: Vec<Str> =
            words.iter().filter(|word| !matches!(&***word, "]" | "]]")).cloned().collect();
        let holds = self.names(thread).test(&words, |path| self.has_file(path));
        // A test that can't be told holds.
        i32::from(holds == Some(false))
    }

    /// Looks at files; what it says of one that is not there.
    fn read_files(&mut self, name: &str, words: &[Option<String>]) -> i32 {
        let mut status = 0;
        for path in words.iter().flatten().filter(|word| !word.starts_with('-')) {
            if self.has_file(path) != Some(false) {
                continue;
            }
            status = if name == "ls" && !self.scene.is_busybox { 2 } else { 1 };
            let what = match (name, self.scene.is_busybox) {
                ("cat", true) => format!("can't open '{path}'"),
                ("stat", true) => format!("can't stat '{path}'"),
                ("ls", false) => format!("cannot access '{path}'"),
                ("stat", false) => format!("cannot statx '{path}'"),
                _ => path.clone(),
            };
            if self.is_collecting {
                for part in [name, ": ", &what, ": No such file or directory\n"] {
                    self.said.push_str(part);
                }
            }
        }
        status
    }

    /// A sum as a command: it sets a variable or says whether it is not zero.
    fn reckon(&mut self, thread: usize, words: &[Str]) -> i32 {
        let sum = words.first().map(|word| &**word).unwrap_or_default();
        let sum = sum.trim_start_matches('(').trim_end_matches(')').trim();
        let names = self.names(thread);
        let set = match (sum.strip_suffix("++"), sum.strip_suffix("--"), words::set(sum)) {
            (Some(name), ..) => Some((name, names.number(&format!("{name}+1")))),
            (_, Some(name), _) => Some((name, names.number(&format!("{name}-1")))),
            (.., Some((name, value))) if !value.starts_with('=') => {
                Some((name, names.number(value)))
            }
            _ => None,
        };
        match set {
            Some((name, value)) => {
                let value = value.map(|value| value.to_string().into());
                self.set(&name.into(), value);
                0
            }
            None => i32::from(names.number(sum) == Some(0)),
        }
    }

    /// Whether nothing comes after a command that succeeds.
    fn is_last(&self, thread: usize) -> bool {
        let ops = &self.code.ops;
        let mut at =
            usize::try_from(self.threads[thread].pc).unwrap_or(usize::MAX).saturating_add(1);
        for _ in 0..ops.len() {
            match ops.get(at) {
                None | Some(Op::Done) => return true,
                Some(Op::Jump(to) | Op::IfOk(to)) => {
                    at = usize::try_from(*to).unwrap_or(usize::MAX);
                }
                Some(Op::Pipe) => {
                    let rest = ops[at..].iter().position(|op| *op == Op::Joined);
                    at = at.saturating_add(rest.unwrap_or(ops.len()));
                }
                Some(Op::Nothing | Op::IfBad(_) | Op::Good | Op::Check | Op::Joined) => at += 1,
                Some(_) => return false,
            }
        }
        false
    }
}
