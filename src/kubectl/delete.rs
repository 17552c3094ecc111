//! `kubectl delete`: asks for the end of objects and waits until they are gone.
//!
//! Must not know what keeps an object. Invariant: an object counts as gone when its UID is.
//!
//! Models staging/src/k8s.io/kubectl/pkg/cmd/delete/delete.go

use std::collections::VecDeque;

use crate::api::{Propagation, Uid};
use crate::base::{SECOND_US, SimTime};
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::run::{Stage, Wait};
use crate::kubectl::session::{DryRun, Session};
use crate::kubectl::target::{self, Info, Search};
use crate::server::{Action, DeleteOptions, Key};

/// How long `delete` waits if nobody says how long: a week.
const PATIENCE_SECONDS: u64 = 168 * 3_600;

/// What the flags ask for.
#[derive(Clone, Copy, Debug)]
struct Options {
    grace: Option<u32>,
    propagation: Propagation,
    is_forced: bool,
    is_named: bool,
    dry: DryRun,
}

/// `kubectl delete`.
pub(super) fn start(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let propagation = cascade(session, flags)?;
    let grace = grace(flags)?;
    let dry = DryRun::of(flags)?;
    let is_all = flags.is_set("all");
    let found = target::find(session, flags, &flags.args, Search { is_all, ..Search::default() })?;
    validate(session, flags, grace)?;
    let options = Options {
        grace,
        propagation,
        is_forced: grace == Some(0),
        is_named: flags.text("output") == Some("name"),
        dry,
    };
    let selects = is_all || flags.is_given("selector") || flags.is_given("field-selector");
    let ignores_missing = flags.truth("ignore-not-found").unwrap_or(selects);
    let waits = flags.truth("wait").unwrap_or(true) && dry == DryRun::No;
    let patience = flags.span_us("timeout").filter(|us| *us > 0);
    let deletion = Deletion {
        left: found.infos.into(),
        options,
        ignores_missing,
        found: 0,
        warns: session.context.is_given,
        deleted: Vec::new(),
        failures: Vec::new(),
        is_told: false,
        next: session.now(),
        patience_us: waits.then(|| patience.unwrap_or(PATIENCE_SECONDS * SECOND_US)),
    };
    Ok(Stage::Waits(Box::new(deletion)))
}

/// What becomes of dependents.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/delete/delete_flags.go parseCascadingFlag
pub(super) fn cascade(session: &mut Session<'_>, flags: &Flags) -> Done<Propagation> {
    let mut warn = |given: &str, better: &str| {
        session.complain(format!(
            "warning: --cascade={given} is deprecated (boolean value) and can be replaced with \
             --cascade={better}."
        ));
    };
    match flags.text("cascade") {
        None | Some("background") => Ok(Propagation::Background),
        Some("foreground") => Ok(Propagation::Foreground),
        Some("orphan") => Ok(Propagation::Orphan),
        Some("true") => {
            warn("true", "background");
            Ok(Propagation::Background)
        }
        Some("false") => {
            warn("false", "orphan");
            Ok(Propagation::Orphan)
        }
        Some(other) => Err(plain(format!(
            "invalid cascade value ({other}). Must be \"background\", \"foreground\", or \"orphan\""
        ))),
    }
}

fn grace(flags: &Flags) -> Done<Option<u32>> {
    let is_forced = flags.is_set("force");
    let mut grace = flags.number("grace-period").unwrap_or(-1);
    if flags.is_set("now") {
        if grace != -1 {
            return Err(plain("--now and --grace-period cannot be specified together"));
        }
        grace = 1;
    }
    if grace == 0 && !is_forced {
        // Without --force nobody loses data by a zero.
        grace = 1;
    }
    if is_forced && grace < 0 {
        grace = 0;
    }
    Ok(u32::try_from(grace).ok())
}

fn validate(session: &mut Session<'_>, flags: &Flags, grace: Option<u32>) -> Done {
    if let Some(output) = flags.text("output").filter(|output| !output.is_empty())
        && output != "name"
    {
        return Err(plain(format!(
            "unexpected -o output mode: {output}. We only support '-o name'"
        )));
    }
    for other in ["selector", "field-selector"] {
        if flags.is_set("all") && flags.text(other).is_some_and(|text| !text.is_empty()) {
            return Err(plain(format!("cannot set --all and --{other} at the same time")));
        }
    }
    if flags.is_set("force") {
        if grace != Some(0) {
            return Err(plain(
                "--force and --grace-period greater than 0 cannot be specified together",
            ));
        }
        session.complain(
            "Warning: Immediate deletion does not wait for confirmation that the running resource \
             has been terminated. The resource may continue to run on the cluster indefinitely.",
        );
    }
    Ok(())
}

/// An object whose end was asked for.
#[derive(Clone, Debug)]
struct Deleted {
    info: Info,
    uid: Uid,
}

/// A request is on its way for so long before kubectl sends the next one.
const PACE_US: u64 = 25_000;

/// Asks for the end of one object after the other, then waits until they are gone.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/delete/delete.go DeleteResult
#[derive(Debug)]
struct Deletion {
    left: VecDeque<Done<Info>>,
    options: Options,
    ignores_missing: bool,
    found: u32,
    /// Whether it was not told yet that a namespace means nothing to some kinds.
    warns: bool,
    deleted: Vec<Deleted>,
    failures: Vec<Failure>,
    /// Whether it was told what became of all requests.
    is_told: bool,
    /// When the next request is sent.
    next: SimTime,
    /// How long it waits for the end; none if it does not.
    patience_us: Option<u64>,
}

impl Deletion {
    /// Asks for one object's end; whether a request was sent.
    fn ask(&mut self, session: &mut Session<'_>, info: Done<Info>) -> bool {
        let result = info.and_then(|info| {
            self.found += 1;
            if self.warns && !info.mapping.namespaced {
                session.complain(
                    "Warning: deleting cluster-scoped resources, not scoped to the provided \
                     namespace",
                );
                self.warns = false;
            }
            delete_one(session, info, self.options)
        });
        match result {
            Ok(one) => {
                let is_sent = one.is_some();
                self.deleted.extend(one);
                return is_sent;
            }
            Err(failure) if self.ignores_missing && failure.is_not_found() => {}
            Err(failure) => self.failures.push(failure),
        }
        false
    }

    /// Tells what became of all requests.
    fn tell(&mut self, session: &mut Session<'_>) -> Done {
        Failure::all(std::mem::take(&mut self.failures))?;
        if self.found == 0 {
            session.say("No resources found");
        }
        Ok(())
    }
}

impl Wait for Deletion {
    fn poll(&mut self, session: &mut Session<'_>) -> Option<Done> {
        while session.now() >= self.next
            && let Some(info) = self.left.pop_front()
        {
            if self.ask(session, info) && !self.left.is_empty() {
                self.next = session.now().plus_us(PACE_US);
            }
        }
        if !self.left.is_empty() {
            return None;
        }
        if !self.is_told {
            self.is_told = true;
            if let Err(failure) = self.tell(session) {
                return Some(Err(failure));
            }
        }
        let Some(patience_us) = self.patience_us else { return Some(Ok(())) };
        self.deleted
            .retain(|one| session.live(&one.info).is_ok_and(|object| object.meta.uid == one.uid));
        let Some(first) = self.deleted.first() else { return Some(Ok(())) };
        if session.now() < self.next.plus_us(patience_us) {
            return None;
        }
        Some(Err(plain(format!(
            "timed out waiting for the condition on {}/{}",
            first.info.mapping.plural, first.info.name
        ))))
    }

    fn due(&self) -> Option<SimTime> {
        match self.patience_us {
            _ if !self.left.is_empty() => Some(self.next),
            patience_us => patience_us.map(|us| self.next.plus_us(us)),
        }
    }
}

fn delete_one(session: &mut Session<'_>, info: Info, options: Options) -> Done<Option<Deleted>> {
    if options.dry == DryRun::Client {
        tell(session, &info, options);
        return Ok(None);
    }
    let failed = |failure: Failure| failure.at_source("deleting", &info.source);
    let object = session.live(&info).map_err(failed)?;
    let key = Key { kind: info.mapping.kind, id: object.meta.id };
    let how = DeleteOptions { grace_seconds: options.grace, propagation: options.propagation };
    session.ask(Action::Delete(key, how), options.dry).map_err(failed)?;
    tell(session, &info, options);
    Ok(Some(Deleted { info, uid: object.meta.uid }))
}

/// Models staging/src/k8s.io/kubectl/pkg/cmd/delete/delete.go DeleteOptions.PrintObj
fn tell(session: &mut Session<'_>, info: &Info, options: Options) {
    let kind = info.mapping.printed();
    if options.is_named {
        session.say(format!("{kind}/{}", info.name));
        return;
    }
    let done = if options.is_forced { "force deleted" } else { "deleted" };
    let from = match &*info.namespace {
        "" => String::new(),
        namespace => format!(" from {namespace} namespace"),
    };
    session.say(format!("{kind} \"{}\" {done}{from}{}", info.name, options.dry.suffix()));
}
