//! `kubectl scale`: another number of replicas.
//!
//! Must not know how they come about. Invariant: with `--current-replicas` nothing is written
//! unless the number is the expected one.
//!
//! Models staging/src/k8s.io/kubectl/pkg/cmd/scale/scale.go

use crate::api::{Kind, Value};
use crate::base::SimTime;
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::printing::Printing;
use crate::kubectl::run::{Stage, Wait};
use crate::kubectl::session::{DryRun, Session, tree_of};
use crate::kubectl::target::{self, Info, Search};
use crate::kubectl::tree;

/// `kubectl scale`.
pub(super) fn start(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let Some(replicas) = flags.number("replicas") else {
        return Err(plain("required flag(s) \"replicas\" not set"));
    };
    let printing = Printing::of(flags)?;
    let expected = flags.number("current-replicas").unwrap_or(-1);
    if replicas < 0 {
        return Err(plain(
            "The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0",
        ));
    }
    if expected < -1 {
        return Err(plain("The --current-replicas must specify an integer of -1 or greater"));
    }
    let search = Search { takes_kind_alone: flags.is_set("all"), ..Search::default() };
    let found = target::find(session, flags, &flags.args, search)?;
    let (infos, failure) = session.fetch(found.infos);
    let version = flags.text("resource-version").unwrap_or_default();
    if !version.is_empty() && infos.len() > 1 {
        return Err(plain("cannot use --resource-version with multiple resources"));
    }
    if infos.is_empty() {
        failure?;
        return Err(plain("no objects passed to scale"));
    }
    let wanted = Wanted { replicas, expected, version };
    for info in &infos {
        scale_one(session, info, &wanted, &printing)?;
    }
    failure?;
    let timeout = flags.span_us("timeout").filter(|us| *us > 0 && printing.dry == DryRun::No);
    let Some(timeout_us) = timeout else { return Ok(Stage::Ended) };
    let deadline = session.now().plus_us(timeout_us);
    Ok(Stage::Waits(Box::new(Reached { infos, replicas, deadline })))
}

struct Wanted<'a> {
    replicas: i64,
    expected: i64,
    version: &'a str,
}

/// Whether objects of this kind have a scale.
pub(super) fn is_scalable(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Deployment | Kind::ReplicaSet | Kind::ReplicationController | Kind::StatefulSet
    )
}

/// The server's answer about a subresource that the kind does not have.
pub(super) fn not_found() -> Failure {
    let text = "Error from server (NotFound): the server could not find the requested resource";
    Failure::Exit(1, text.to_owned())
}

fn scale_one(
    session: &mut Session<'_>,
    info: &Info,
    wanted: &Wanted<'_>,
    printing: &Printing,
) -> Done {
    let object = session.live(info)?;
    if !is_scalable(info.mapping.kind) {
        return Err(not_found());
    }
    let before = tree_of(&object);
    if printing.dry != DryRun::Client {
        let now = tree::number(&before, &["spec", "replicas"]).unwrap_or(0);
        if wanted.expected != -1 && now != wanted.expected {
            return Err(plain(format!("Expected replicas to be {}, was {now}", wanted.expected)));
        }
        let version = object.meta.resource_version.to_string();
        if !wanted.version.is_empty() && wanted.version != version {
            let text = format!("Expected resource version to be {}, was {version}", wanted.version);
            return Err(plain(text));
        }
    }
    let mut after = before.clone();
    let replicas = Value::Int(wanted.replicas);
    tree::map_at(&mut after, &["spec"]).insert("replicas".into(), replicas);
    session.put(info, &before, &after, printing.dry)?;
    session.record_after(info, printing.dry)?;
    if printing.is_whole() {
        printing.tell_tree(session, &info.mapping, &after, "scaled");
    } else {
        printing.tell(session, &info.mapping, &object, "scaled");
    }
    Ok(())
}

/// Waits until the replicas are there.
#[derive(Debug)]
struct Reached {
    infos: Vec<Info>,
    replicas: i64,
    deadline: SimTime,
}

impl Wait for Reached {
    fn poll(&mut self, session: &mut Session<'_>) -> Option<Done> {
        while let Some(info) = self.infos.first() {
            let whole = match session.live(info) {
                Ok(object) => tree_of(&object),
                Err(failure) => return Some(Err(failure)),
            };
            let asked = tree::number(&whole, &["spec", "replicas"]).unwrap_or(0);
            let there = tree::number(&whole, &["status", "replicas"]).unwrap_or(0);
            if asked == self.replicas && there != self.replicas {
                let is_late = session.now() >= self.deadline;
                let text = format!("timed out waiting for \"{}\" to be synced", info.name);
                return is_late.then(|| Err(plain(text)));
            }
            self.infos.remove(0);
        }
        Some(Ok(()))
    }

    fn due(&self) -> Option<SimTime> {
        Some(self.deadline)
    }
}
