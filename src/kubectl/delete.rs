//! `kubectl delete`: asks for the end of objects and waits until they are gone.
//!
//! Must not know what keeps an object. Invariant: an object counts as gone when its UID is.
//!
//! Models staging/src/k8s.io/kubectl/pkg/cmd/delete/delete.go

use crate::api::{Propagation, Uid};
use crate::base::SimTime;
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
    let waiting = delete_all(session, found.infos, options, ignores_missing)?;
    if waiting.is_empty() || !flags.truth("wait").unwrap_or(true) || dry != DryRun::No {
        return Ok(Stage::Ended);
    }
    let patience = flags.span_us("timeout").filter(|us| *us > 0);
    let now = session.now();
    let deadline =
        patience.map_or_else(|| now.plus_seconds(PATIENCE_SECONDS), |us| now.plus_us(us));
    Ok(Stage::Waits(Box::new(Gone { waiting, deadline })))
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

fn delete_all(
    session: &mut Session<'_>,
    infos: Vec<Done<Info>>,
    options: Options,
    ignores_missing: bool,
) -> Done<Vec<Deleted>> {
    let (mut deleted, mut failures) = (Vec::new(), Vec::new());
    let mut found = 0_u32;
    let mut warns = session.context.is_given;
    for info in infos {
        let result = info.and_then(|info| {
            found += 1;
            if warns && !info.mapping.namespaced {
                session.complain(
                    "Warning: deleting cluster-scoped resources, not scoped to the provided \
                     namespace",
                );
                warns = false;
            }
            delete_one(session, info, options)
        });
        match result {
            Ok(one) => deleted.extend(one),
            Err(failure) if ignores_missing && failure.is_not_found() => {}
            Err(failure) => failures.push(failure),
        }
    }
    Failure::all(failures)?;
    if found == 0 {
        session.say("No resources found");
    }
    Ok(deleted)
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

/// Waits until all are gone, one after the other.
#[derive(Debug)]
struct Gone {
    waiting: Vec<Deleted>,
    deadline: SimTime,
}

impl Wait for Gone {
    fn poll(&mut self, session: &mut Session<'_>) -> Option<Done> {
        self.waiting
            .retain(|one| session.live(&one.info).is_ok_and(|object| object.meta.uid == one.uid));
        let Some(first) = self.waiting.first() else { return Some(Ok(())) };
        if session.now() < self.deadline {
            return None;
        }
        Some(Err(plain(format!(
            "timed out waiting for the condition on {}/{}",
            first.info.mapping.plural, first.info.name
        ))))
    }

    fn due(&self) -> Option<SimTime> {
        Some(self.deadline)
    }
}
