//! `kubectl replace`: an object as the manifest has it, and nothing else.
//!
//! Must not know how objects act. Invariant: without `--force` an object keeps its UID.
//!
//! Models staging/src/k8s.io/kubectl/pkg/cmd/replace/replace.go

use crate::api::Propagation;
use crate::base::SimTime;
use crate::kubectl::apply;
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::printing::Printing;
use crate::kubectl::run::{Stage, Wait};
use crate::kubectl::session::{DryRun, Session};
use crate::kubectl::target::{self, Info, Search};
use crate::server::{Action, DeleteOptions, Key};

/// How long a forced replacement waits for the end of the old object.
const PATIENCE_SECONDS: u64 = 300;

/// `kubectl replace`.
pub(super) fn start(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let printing = Printing::of(flags)?;
    let is_forced = flags.is_set("force");
    if flags.number("grace-period").is_some_and(|seconds| seconds >= 0) && !is_forced {
        return Err(plain("--grace-period must have --force specified"));
    }
    if flags.is_given("timeout") && !is_forced {
        return Err(plain("--timeout must have --force specified"));
    }
    if is_forced && printing.dry != DryRun::No {
        return Err(plain("--dry-run can not be used when --force is set"));
    }
    if !flags.is_given("filename") && !flags.is_given("kustomize") {
        return Err(plain("must specify one of -f and -k"));
    }
    let found = target::find(session, flags, &flags.args, Search::default())?;
    if is_forced {
        return force(session, flags, found.infos, printing);
    }
    let mut failures = Vec::new();
    for info in found.infos {
        let saves = flags.is_set("save-config");
        let result = info.and_then(|info| replace_one(session, &info, saves, &printing));
        failures.extend(result.err());
    }
    Failure::all(failures).map(|()| Stage::Ended)
}

fn replace_one(session: &mut Session<'_>, info: &Info, saves: bool, printing: &Printing) -> Done {
    let Some(manifest) = &info.manifest else { return Ok(()) };
    let new = if saves { apply::with_last_applied(manifest) } else { manifest.clone() };
    if printing.dry == DryRun::Client {
        printing.tell_tree(session, &info.mapping, &new, "replaced");
        return Ok(());
    }
    let replaced = session
        .replace(info, &new, printing.validation, printing.dry)
        .map_err(|failure| failure.at_source("replacing", &info.source))?;
    printing.tell(session, &info.mapping, &replaced, "replaced");
    Ok(())
}

/// Deletes the old objects and waits for their end before it makes the new ones.
fn force(
    session: &mut Session<'_>,
    flags: &Flags,
    infos: Vec<Done<Info>>,
    printing: Printing,
) -> Done<Stage> {
    let infos: Vec<Info> = infos.into_iter().collect::<Done<_>>()?;
    // A grace of 0 counts as 1 here, for the end is waited for.
    let grace = flags.number("grace-period").unwrap_or(1).max(1);
    let options = DeleteOptions {
        grace_seconds: u32::try_from(grace).ok(),
        propagation: Propagation::Background,
    };
    for info in &infos {
        let Ok(object) = session.live(info) else { continue };
        let key = Key { kind: info.mapping.kind, id: object.meta.id };
        session.ask(Action::Delete(key, options), DryRun::No)?;
        let from = match &*info.namespace {
            "" => String::new(),
            namespace => format!(" from {namespace} namespace"),
        };
        session.say(format!("{} \"{}\" deleted{from}", info.mapping.printed(), info.name));
    }
    let patience = flags.span_us("timeout").filter(|us| *us > 0);
    let now = session.now();
    let deadline =
        patience.map_or_else(|| now.plus_seconds(PATIENCE_SECONDS), |us| now.plus_us(us));
    let saves = flags.is_set("save-config");
    Ok(Stage::Waits(Box::new(Replacement { infos, deadline, printing, saves })))
}

/// New objects that wait for the end of the old ones.
struct Replacement {
    infos: Vec<Info>,
    deadline: SimTime,
    printing: Printing,
    saves: bool,
}

impl Wait for Replacement {
    fn poll(&mut self, session: &mut Session<'_>) -> Option<Done> {
        if self.infos.iter().any(|info| session.live(info).is_ok()) {
            let is_late = session.now() >= self.deadline;
            return is_late.then(|| Err(plain("timed out waiting for the condition")));
        }
        let mut failures = Vec::new();
        for info in &self.infos {
            let manifest = info.manifest.clone().unwrap_or_default();
            let new = if self.saves { apply::with_last_applied(&manifest) } else { manifest };
            match session.create(&new, self.printing.validation, DryRun::No) {
                Ok(Some(object)) => {
                    self.printing.tell(session, &info.mapping, &object, "replaced");
                }
                Ok(None) => {}
                Err(failure) => failures.push(failure),
            }
        }
        if self.infos.is_empty() {
            return Some(Err(plain("no objects passed to replace")));
        }
        Some(Failure::all(failures))
    }

    fn due(&self) -> Option<SimTime> {
        Some(self.deadline)
    }
}
