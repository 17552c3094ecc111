//! `kubectl rollout status`: follows a rollout to its end.
//!
//! Must not know how the workload rolls. Invariant: one line for each state of the object, as
//! a watch gives them.
//!
//! Models staging/src/k8s.io/kubectl/pkg/polymorphichelpers/rollout_status.go

use crate::api::wellknown::DEPLOYMENT_REVISION;
use std::collections::VecDeque;

use crate::api::apps::{Deployment, StatefulSet};
use crate::api::batch::DaemonSet;
use crate::api::{Body, Object, ObjectId};
use crate::base::SimTime;
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::run::{Stage, Wait};
use crate::kubectl::session::{Session, tree_of};
use crate::kubectl::target::Info;
use crate::kubectl::tree;
use crate::sim::What;

/// `kubectl rollout status`.
pub(in crate::kubectl) fn status(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let found = super::find(session, flags)?;
    let revision = flags.number("revision").unwrap_or(0);
    if revision < 0 {
        return Err(plain(format!("revision must be a positive integer: {revision}")));
    }
    if found.infos.is_empty() {
        super::nothing(session);
        return Ok(Stage::Ended);
    }
    let timeout = flags.span_us("timeout").filter(|us| *us > 0);
    Ok(Stage::Waits(Box::new(Rollouts {
        waiting: found.infos.into(),
        current: None,
        failures: Vec::new(),
        is_watching: flags.truth("watch").unwrap_or(true),
        revision,
        timeout_us: timeout,
    })))
}

/// Rollouts that are followed, one after the other.
#[derive(Debug)]
struct Rollouts {
    waiting: VecDeque<Done<Info>>,
    current: Option<Watch>,
    failures: Vec<Failure>,
    is_watching: bool,
    revision: i64,
    timeout_us: Option<u64>,
}

/// One rollout that is followed.
#[derive(Debug)]
struct Watch {
    info: Info,
    id: ObjectId,
    /// The trace's number behind the last state that was looked at.
    seen: u32,
    deadline: Option<SimTime>,
}

impl Wait for Rollouts {
    fn poll(&mut self, session: &mut Session<'_>) -> Option<Done> {
        loop {
            let ended = match &mut self.current {
                Some(watch) => watch.follow(session, self.revision)?,
                None => match self.waiting.pop_front() {
                    None => return Some(Failure::all(std::mem::take(&mut self.failures))),
                    Some(Err(failure)) => Err(failure),
                    Some(Ok(info)) => match self.begin(session, info) {
                        Ok(true) => Ok(()),
                        Ok(false) => continue,
                        Err(failure) => Err(failure),
                    },
                },
            };
            self.current = None;
            self.failures.extend(ended.err());
        }
    }

    fn due(&self) -> Option<SimTime> {
        self.current.as_ref().and_then(|watch| watch.deadline)
    }
}

impl Rollouts {
    /// Looks at an object for the first time; true if there is nothing more to see.
    fn begin(&mut self, session: &mut Session<'_>, info: Info) -> Done<bool> {
        let object = session.live(&info)?;
        let is_done = tell(session, &info, &object, self.revision)?;
        if is_done || !self.is_watching {
            return Ok(true);
        }
        self.current = Some(Watch {
            info,
            id: object.meta.id,
            seen: session.cluster.trace().next(),
            deadline: self.timeout_us.map(|us| session.now().plus_us(us)),
        });
        Ok(false)
    }
}

impl Watch {
    /// Tells every state since the last look; gives the end once it is reached.
    fn follow(&mut self, session: &mut Session<'_>, revision: i64) -> Option<Done> {
        let trace = session.cluster.trace();
        let changes: Vec<_> = trace
            .since(self.seen)
            .filter_map(|entry| match &entry.what {
                What::Write(change) if change.object().meta.id == self.id => {
                    Some(change.new.clone())
                }
                _ => None,
            })
            .collect();
        self.seen = trace.next();
        for object in changes {
            let Some(object) = object else {
                return Some(Err(plain("object has been deleted")));
            };
            match tell(session, &self.info, &object, revision) {
                Ok(false) => {}
                Ok(true) => return Some(Ok(())),
                Err(failure) => return Some(Err(failure)),
            }
        }
        let is_late = self.deadline.is_some_and(|deadline| session.now() >= deadline);
        is_late.then(|| Err(plain("timed out waiting for the condition")))
    }
}

/// Tells the state of an object; true at the end of its rollout.
fn tell(session: &mut Session<'_>, info: &Info, object: &Object, revision: i64) -> Done<bool> {
    let (text, is_done) = match &object.body {
        Body::Deployment(body) => deployment(object, body, revision)?,
        Body::StatefulSet(body) => stateful_set(object, body)?,
        Body::DaemonSet(body) => daemon_set(object, body)?,
        _ => {
            return Err(plain(format!(
                "no status viewer has been implemented for {}",
                super::group_kind(&info.mapping)
            )));
        }
    };
    session.say(text);
    Ok(is_done)
}

fn deployment(object: &Object, body: &Deployment, revision: i64) -> Done<(String, bool)> {
    let (name, status) = (&object.meta.name, &body.status);
    if revision > 0 {
        let text = object.meta.annotation(DEPLOYMENT_REVISION);
        let running = text.and_then(|text| text.parse().ok()).unwrap_or(0);
        if running != revision {
            return Err(plain(format!(
                "desired revision ({revision}) is different from the running revision ({running})"
            )));
        }
    }
    if object.meta.generation > status.observed_generation {
        return Ok(("Waiting for deployment spec update to be observed...".to_owned(), false));
    }
    let is_late = status.conditions.iter().any(|one| {
        &*one.kind == "Progressing" && one.reason.as_deref() == Some("ProgressDeadlineExceeded")
    });
    if is_late {
        return Err(plain(format!("deployment \"{name}\" exceeded its progress deadline")));
    }
    let waiting = format!("Waiting for deployment \"{name}\" rollout to finish:");
    let (all, updated) = (status.replicas, status.updated_replicas);
    let wanted = body.spec.replicas.unwrap_or(1);
    let available = status.available_replicas;
    Ok(if updated < wanted {
        let text = format!("{waiting} {updated} out of {wanted} new replicas have been updated...");
        (text, false)
    } else if all > updated {
        (format!("{waiting} {} old replicas are pending termination...", all - updated), false)
    } else if available < updated {
        let text = format!("{waiting} {available} of {updated} updated replicas are available...");
        (text, false)
    } else {
        (format!("deployment \"{name}\" successfully rolled out"), true)
    })
}

fn stateful_set(object: &Object, body: &StatefulSet) -> Done<(String, bool)> {
    let (spec, status) = (&body.spec, &body.status);
    if &*spec.update_strategy.kind != "RollingUpdate" {
        return Err(plain("rollout status is only available for RollingUpdate strategy type"));
    }
    if status.observed_generation == 0 || object.meta.generation > status.observed_generation {
        return Ok(("Waiting for statefulset spec update to be observed...".to_owned(), false));
    }
    let wanted = spec.replicas.unwrap_or(1);
    if status.ready_replicas < wanted {
        let count = wanted - status.ready_replicas;
        return Ok((format!("Waiting for {count} pods to be ready..."), false));
    }
    let updated = status.updated_replicas;
    if let Some(rolling) = &spec.update_strategy.rolling_update {
        let wanted = rolling.partition.map(|partition| wanted - partition);
        if let Some(wanted) = wanted.filter(|wanted| updated < *wanted) {
            let text = format!(
                "Waiting for partitioned roll out to finish: {updated} out of {wanted} new pods \
                 have been updated..."
            );
            return Ok((text, false));
        }
        let text =
            format!("partitioned roll out complete: {updated} new pods have been updated...");
        return Ok((text, true));
    }
    let (current, update) = (&status.current_revision, &status.update_revision);
    if update != current {
        let text = format!(
            "waiting for statefulset rolling update to complete {updated} pods at revision \
             {update}..."
        );
        return Ok((text, false));
    }
    let count = status.current_replicas;
    let text = format!("statefulset rolling update complete {count} pods at revision {current}...");
    Ok((text, true))
}

fn daemon_set(object: &Object, body: &DaemonSet) -> Done<(String, bool)> {
    let (name, status) = (&object.meta.name, &body.status);
    let strategy = tree_of(object);
    let strategy = tree::text(&strategy, &["spec", "updateStrategy", "type"]);
    if strategy.is_some_and(|kind| kind != "RollingUpdate") {
        return Err(plain("rollout status is only available for RollingUpdate strategy type"));
    }
    if object.meta.generation > status.observed_generation {
        return Ok(("Waiting for daemon set spec update to be observed...".to_owned(), false));
    }
    let waiting = format!("Waiting for daemon set \"{name}\" rollout to finish:");
    let desired = status.desired_number_scheduled;
    let (updated, available) = (status.updated_number_scheduled, status.number_available);
    Ok(if updated < desired {
        (format!("{waiting} {updated} out of {desired} new pods have been updated..."), false)
    } else if available < desired {
        (format!("{waiting} {available} of {desired} updated pods are available..."), false)
    } else {
        (format!("daemon set \"{name}\" successfully rolled out"), true)
    })
}
