//! `kubectl apply`: what is written becomes so, and what was written before and is no longer
//! goes.
//!
//! Must not know how objects act. Invariant: what nobody wrote in a manifest is left alone.
//!
//! Models staging/src/k8s.io/kubectl/pkg/cmd/apply/apply.go

mod last;
mod one;
mod prune;
mod server_side;

use std::collections::VecDeque;

use crate::api::Propagation;
use crate::base::SimTime;
use crate::kubectl::delete;
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::{self, FILES, Flags};
use crate::kubectl::printing::Printing;
use crate::kubectl::run::{Pace, Stage, Wait};
use crate::kubectl::selector::Selector;
use crate::kubectl::session::{DryRun, Session};
use crate::kubectl::target::{self, Info, Search};

use one::{Recreation, Turn};
use server_side::ServerSide;

pub(super) use last::{view_last_applied, with_last_applied};
pub(super) use one::three_way;

/// How objects are applied.
struct How {
    printing: Printing,
    /// The server merges.
    server_side: Option<ServerSide>,
    /// What can't be patched is deleted and made anew.
    is_forced: bool,
    timeout_us: u64,
    grace: Option<u32>,
    propagation: Propagation,
    /// What is pruned in the end.
    prune: Option<Selector>,
}

/// `kubectl apply`.
pub(super) fn start(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    if !flags.args.is_empty() {
        return Err(plain(format!(
            "Unexpected args: [{}]\nSee 'kubectl apply -h' for help and examples",
            flags.args.join(" ")
        )));
    }
    begin(session, flags, Printing::of(flags)?, ServerSide::of(flags))
}

/// `kubectl apply -f -`, for a program that needs nothing else of `kubectl`.
pub(super) fn manifest(session: &mut Session<'_>) -> Done<Stage> {
    let flags = flags::parse(&[FILES], &["-f".to_owned(), "-".to_owned()])?;
    begin(session, &flags, Printing::default(), None)
}

fn begin(
    session: &mut Session<'_>,
    flags: &Flags,
    printing: Printing,
    server_side: Option<ServerSide>,
) -> Done<Stage> {
    let propagation = delete::cascade(session, flags)?;
    if !flags.is_given("filename") && !flags.is_given("kustomize") {
        return Err(plain("must specify one of -f and -k"));
    }
    validate(flags, &printing)?;
    let selector = flags.text("selector").unwrap_or_default();
    let selected = Selector::read(selector, "");
    if let Some(why) = selected.mistake() {
        return Err(plain(format!("the provided selector \"{selector}\" is not valid: {why}")));
    }
    let mut infos = VecDeque::new();
    let mut failures = Vec::new();
    // The selector chooses among the manifests here, not among living objects.
    for info in target::find(session, &flags.without("selector"), &[], Search::default())?.infos {
        match info {
            Ok(info) if !info.is_written_for(&selected) => {}
            Ok(info) => infos.push_back(info),
            Err(failure) => failures.push(failure),
        }
    }
    if infos.is_empty() && failures.is_empty() {
        return Err(plain("no objects passed to apply"));
    }
    let how = How {
        printing,
        server_side,
        is_forced: flags.is_set("force"),
        timeout_us: flags.span_us("timeout").unwrap_or(0),
        grace: flags.number("grace-period").and_then(|seconds| u32::try_from(seconds).ok()),
        propagation,
        prune: flags.is_set("prune").then_some(selected),
    };
    let visited = prune::Visited::default();
    Ok(Stage::Waits(Box::new(Applying {
        infos,
        failures,
        how,
        visited,
        current: None,
        next_at: None,
    })))
}

/// Models staging/src/k8s.io/kubectl/pkg/cmd/apply/apply.go ApplyOptions.Validate
fn validate(flags: &Flags, printing: &Printing) -> Done {
    let is = |name: &str| flags.is_set(name);
    let selects = flags.text("selector").is_some_and(|text| !text.is_empty());
    let clashes = [
        (
            is("force-conflicts") && !is("server-side"),
            "--force-conflicts only works with --server-side",
        ),
        (
            printing.dry == DryRun::Client && is("server-side"),
            "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server \
             instead?)",
        ),
        (is("server-side") && is("force"), "--force cannot be used with --server-side"),
        (
            printing.dry == DryRun::Server && is("force"),
            "--dry-run=server cannot be used with --force",
        ),
        (is("all") && selects, "cannot set --all and --selector at the same time"),
        (is("prune") && is("force"), "--force cannot be used with --prune"),
        (
            is("prune") && !is("all") && !selects,
            "all resources selected for prune without explicitly passing --all. To prune all \
             resources, pass the --all flag. If you did not mean to prune all resources, specify \
             a label selector",
        ),
        (
            is("prune") && is("server-side"),
            "--prune is in alpha and doesn't currently work on objects created by server-side \
             apply",
        ),
        (
            flags.is_given("subresource") && !is("server-side"),
            "--subresource can only be specified for --server-side",
        ),
    ];
    match clashes.into_iter().find(|(clashes, _)| *clashes) {
        Some((_, text)) => Err(plain(text)),
        None => Ok(()),
    }
}

/// Objects that are applied one after the other.
struct Applying {
    infos: VecDeque<Info>,
    failures: Vec<Failure>,
    how: How,
    visited: prune::Visited,
    /// The object whose predecessor must go first.
    current: Option<Recreation>,
    /// When the next object's turn is.
    next_at: Option<SimTime>,
}

/// One object after the other is looked for and sent, which takes about so long each.
const OBJECT_US: u64 = 20_000;

impl Wait for Applying {
    fn poll(&mut self, session: &mut Session<'_>) -> Option<Done> {
        loop {
            let turn = if let Some(current) = &self.current {
                let turn = current.look(session, &self.how)?;
                self.current = None;
                turn
            } else {
                let rests = self.next_at.is_some_and(|at| match session.context.pace {
                    Pace::Own => at > session.now(),
                    Pace::Now => false,
                    Pace::Held => true,
                });
                if rests {
                    return None;
                }
                let Some(info) = self.infos.pop_front() else {
                    return Some(self.finish(session));
                };
                let is_last = self.infos.is_empty();
                self.next_at = (!is_last).then(|| session.now().plus_us(OBJECT_US));
                one::apply(session, &info, &self.how)
            };
            match turn {
                Turn::Done(object) => self.visited.add(&object),
                Turn::Told => {}
                Turn::Failed(failure) => self.failures.push(failure),
                Turn::Waits(recreation) => self.current = Some(*recreation),
            }
        }
    }

    fn due(&self) -> Option<SimTime> {
        self.current.as_ref().map(|current| current.deadline).or(self.next_at)
    }
}

impl Applying {
    fn finish(&mut self, session: &mut Session<'_>) -> Done {
        Failure::all(std::mem::take(&mut self.failures))?;
        match &self.how.prune {
            Some(selector) => prune::prune(session, &self.how, selector, &self.visited),
            None => Ok(()),
        }
    }
}
