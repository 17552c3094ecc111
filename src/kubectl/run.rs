//! A command from its start to its end, across the steps of the cluster.
//!
//! Must not know single commands. Invariant: a run that ended never prints again.

use std::rc::Rc;

use crate::base::{SimTime, gather};
use crate::cluster::Cluster;
use crate::kubectl::commands;
use crate::kubectl::failure::{Done, Failure};
use crate::kubectl::managed::Who;
use crate::kubectl::output::Output;
use crate::kubectl::session::{Context, Io, Session};
use crate::kubectl::words;

/// What a command waits for, asked again after every event.
pub(super) trait Wait {
    /// Looks again; gives the end once it is reached.
    fn poll(&mut self, session: &mut Session<'_>) -> Option<Done>;

    /// When to look again even if nothing happens.
    fn due(&self) -> Option<SimTime> {
        None
    }
}

/// How the start of a command ended.
pub(super) enum Stage {
    /// All is done.
    Ended,
    /// Something is waited for.
    Waits(Box<dyn Wait>),
}

enum State {
    Waiting(Box<dyn Wait>),
    Ended(i32),
}

/// How fast a command goes on from one object to the next.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Pace {
    /// As it does.
    #[default]
    Own,
    /// At once.
    Now,
    /// Not yet.
    Held,
}

/// A command that was started.
pub struct Run {
    context: Context,
    io: Io,
    state: State,
}

/// What a command can read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Input<'a> {
    /// What stands on the standard input.
    pub stdin: Option<&'a str>,
    /// Files: their paths and texts.
    pub files: &'a [(String, String)],
}

/// The namespace of a person who never chose one.
const DEFAULT_NAMESPACE: &str = "default";

impl Run {
    /// Starts a command: `argv` without `kubectl`. A namespace other than `default` counts as
    /// given by `-n` before the command.
    pub fn start(
        cluster: &mut Cluster,
        namespace: &str,
        argv: &[String],
        stdin: Option<&str>,
    ) -> Run {
        Run::start_with(cluster, namespace, argv, &Input { stdin, files: &[] })
    }

    /// The same with files that the words may name.
    pub fn start_with(
        cluster: &mut Cluster,
        namespace: &str,
        argv: &[String],
        input: &Input<'_>,
    ) -> Run {
        let mut run = Run::new(namespace, input);
        let argv = match argv.split_first() {
            Some((first, rest)) if first == "kubectl" => rest,
            _ => argv,
        };
        let stage = commands::start(cluster, &mut run.context, &mut run.io, argv);
        run.begin(cluster, stage);
        run
    }

    /// Starts one command of which the caller knows how it starts.
    pub(super) fn start_one(
        cluster: &mut Cluster,
        namespace: &str,
        stdin: Option<&str>,
        start: impl FnOnce(&mut Session<'_>) -> Done<Stage>,
    ) -> Run {
        let mut run = Run::new(namespace, &Input { stdin, files: &[] });
        let stage = start(&mut Session { cluster, context: &run.context, io: &mut run.io });
        run.begin(cluster, stage);
        run
    }

    fn new(namespace: &str, input: &Input<'_>) -> Run {
        let files = input.files.iter().map(|(path, text)| (path.clone(), Rc::from(&**text)));
        let context = Context {
            namespace: namespace.into(),
            is_given: namespace != DEFAULT_NAMESPACE,
            stdin: input.stdin.map(Rc::from),
            files: gather(files),
            cause: None,
            pace: Pace::Own,
            who: Who::default(),
            keeper: None,
        };
        Run { context, io: Io::default(), state: State::Ended(0) }
    }

    fn begin(&mut self, cluster: &mut Cluster, stage: Done<Stage>) {
        match stage {
            Ok(Stage::Ended) => {}
            Ok(Stage::Waits(wait)) => {
                self.state = State::Waiting(wait);
                self.look(cluster);
            }
            Err(failure) => self.fail(&failure),
        }
    }

    /// Goes on to the end, stepping the cluster while it waits, until the moment `limit` at
    /// the latest.
    pub(super) fn finish(mut self, cluster: &mut Cluster, limit: SimTime) -> Output {
        loop {
            if let Some(output) = self.poll(cluster) {
                return output;
            }
            let next = cluster.next_at().into_iter().chain(self.due()).min();
            match next {
                Some(at) if at <= limit => step_to(cluster, at),
                _ => {
                    cluster.run_until(limit, 0);
                    let Io { stdout, stderr, .. } = self.io;
                    return Output { code: CANCELLED, stdout, stderr };
                }
            }
        }
    }

    /// Looks at the cluster again, after each of its events; the output once the command has
    /// ended.
    pub fn poll(&mut self, cluster: &mut Cluster) -> Option<Output> {
        self.look(cluster);
        match self.state {
            State::Waiting(_) => None,
            State::Ended(code) => Some(Output {
                code,
                stdout: self.io.stdout.clone(),
                stderr: self.io.stderr.clone(),
            }),
        }
    }

    /// Lets it go on as fast as it can, or not.
    pub fn set_pace(&mut self, pace: Pace) {
        self.context.pace = pace;
    }

    /// When to look again even if nothing happens: an end of patience or a next try.
    pub fn due(&self) -> Option<SimTime> {
        match &self.state {
            State::Waiting(wait) if self.context.pace != Pace::Held => wait.due(),
            _ => None,
        }
    }

    /// What it printed so far.
    pub fn stdout(&self) -> &str {
        &self.io.stdout
    }

    /// What it printed so far on the standard error.
    pub fn stderr(&self) -> &str {
        &self.io.stderr
    }

    /// The namespace that it chose for the commands to come, if any.
    pub fn chosen_namespace(&self) -> Option<&str> {
        self.io.namespace.as_deref()
    }

    fn look(&mut self, cluster: &mut Cluster) {
        let State::Waiting(wait) = &mut self.state else { return };
        let mut session = Session { cluster, context: &self.context, io: &mut self.io };
        match wait.poll(&mut session) {
            None => {}
            Some(Ok(())) => self.state = State::Ended(0),
            Some(Err(failure)) => self.fail(&failure),
        }
    }

    fn fail(&mut self, failure: &Failure) {
        self.io.stderr.push_str(&failure.text());
        self.state = State::Ended(failure.code());
    }
}

/// Starts the command of a line, with or without `kubectl` in front.
pub fn run_line(cluster: &mut Cluster, namespace: &str, line: &str, stdin: Option<&str>) -> Run {
    Run::start(cluster, namespace, &words::split(line), stdin)
}

/// Carries a command out to its end, stepping the cluster while it waits, until the moment
/// `limit` at the latest.
pub fn execute(
    cluster: &mut Cluster,
    namespace: &str,
    argv: &[String],
    stdin: Option<&str>,
    limit: SimTime,
) -> Output {
    Run::start(cluster, namespace, argv, stdin).finish(cluster, limit)
}

/// The exit code of a command that somebody stopped.
const CANCELLED: i32 = 130;

/// Carries out the one event that is due at `at`, or lets time pass to it.
pub fn step_to(cluster: &mut Cluster, at: SimTime) {
    match cluster.next_at() {
        Some(next) if next <= at => drop(cluster.step()),
        _ => drop(cluster.run_until(at, 0)),
    }
}
