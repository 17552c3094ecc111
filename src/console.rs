//! A script carried out: time passes between its deeds, and what kubectl prints is shown as
//! it is printed.
//!
//! Must not know what a command does. Invariant: a command that waits is looked at after every
//! event.

use podium::base::SimTime;
use podium::cluster::Cluster;
use podium::kubectl::{self, Input, Run};
use podium::view::transport::stamp;

use crate::STEPS_MAX;
use crate::script::Deed;

/// A command of kubectl that goes on, and how much of its words was shown.
struct Going {
    run: Run,
    shown: (usize, usize),
}

/// Everything that was started and has not ended.
#[derive(Default)]
pub(crate) struct Console {
    going: Vec<Going>,
    is_quiet: bool,
    /// The namespace that somebody chose, if any.
    namespace: Option<String>,
}

impl Console {
    /// A console; a quiet one shows nothing.
    pub(crate) fn new(is_quiet: bool) -> Console {
        Console { is_quiet, ..Console::default() }
    }

    /// Carries a deed out.
    pub(crate) fn start(&mut self, cluster: &mut Cluster, deed: Deed) {
        match deed {
            Deed::Command(command) => {
                // A refusal stands in the trace and is printed from there.
                let _ = cluster.submit(command);
            }
            Deed::Apply { file, text } => {
                let _ = crate::apply(cluster, &[(&file, text)]);
            }
            Deed::Kubectl { line, files } => {
                if !self.is_quiet {
                    println!("{:>9}  $ {line}", stamp(cluster.now().0));
                }
                let words = kubectl::split(&line);
                let input = Input { stdin: None, files: &files };
                let namespace = self.namespace.as_deref().unwrap_or("default");
                let run = Run::start_with(cluster, namespace, &words, &input);
                self.namespace =
                    run.chosen_namespace().map(str::to_owned).or(self.namespace.take());
                self.going.push(Going { run, shown: (0, 0) });
                self.look(cluster);
            }
        }
    }

    /// Lets time pass until `to`, calling `tell` after each step that somebody waits for; true
    /// if it was reached within the allowed steps.
    pub(crate) fn run_until(
        &mut self,
        cluster: &mut Cluster,
        to: SimTime,
        tell: &mut dyn FnMut(&Cluster),
    ) -> bool {
        let mut steps = 0;
        while !self.going.is_empty() && steps < STEPS_MAX {
            steps += 1;
            let due = self.going.iter().filter_map(|one| one.run.due()).min();
            match cluster.next_at().into_iter().chain(due).min().filter(|at| *at <= to) {
                Some(at) => kubectl::step_to(cluster, at),
                None => break,
            }
            tell(cluster);
            self.look(cluster);
        }
        let is_reached = cluster.run_until(to, STEPS_MAX.saturating_sub(steps));
        tell(cluster);
        is_reached
    }

    /// Looks at every command and shows what it printed since.
    fn look(&mut self, cluster: &mut Cluster) {
        let is_quiet = self.is_quiet;
        self.going.retain_mut(|one| {
            let is_over = one.run.poll(cluster).is_some();
            if !is_quiet {
                one.show();
            }
            !is_over
        });
    }
}

impl Going {
    fn show(&mut self) {
        let show = |text: &str, shown: &mut usize| {
            for line in text.get(*shown..).unwrap_or_default().lines() {
                println!("{:>9}  {line}", "");
            }
            *shown = text.len();
        };
        show(self.run.stdout(), &mut self.shown.0);
        show(self.run.stderr(), &mut self.shown.1);
    }
}
