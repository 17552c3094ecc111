//! Where in their periods the clocks of a recorded cluster stood when the run began: a kubelet
//! renews its lease every ten seconds and controllers look every five or twenty, each counted
//! from its own start.
//!
//! Must not know the engine's clocks but for their periods. Invariant: a trace that shows no such
//! moment begins after a round time.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::base::{EPOCH_UNIX_SECONDS, SimTime};
use crate::conformance::schema::{Centis, Deed, Record, Run};
use crate::conformance::second;

/// The nodes are up for at least so long when a trace begins.
const WARM_UP: Centis = Centis(6_000);
/// A kubelet renews its lease so often, counted from its start.
const BEAT: i64 = 1_000;
/// A node is given up so long after its last renewal, at the controller's next look.
const GRACE: i64 = 5_000;
/// The node controller looks so often.
const LOOK: i64 = 500;
/// The garbage collection of Pods looks so often.
const COLLECTION: i64 = 2_000;
const MINUTE: i64 = 6_000;
/// So many digits has the number of a minute, counted from 1970, from 1989 to 2160.
const MINUTE_DIGITS: usize = 8;
/// A CronJob's Job is made so long after its minute has begun.
const MADE_LATE: i64 = 11;

/// When a trace may begin, the likeliest moment first: so that the looks of controllers that it
/// shows fall on the engine's, or where in a second of the clock its printed ages say. What they
/// leave open no record tells, and it decides which of two Pods is the older by a second.
pub(super) fn starts(recorded: &Run) -> Vec<SimTime> {
    if let Some(start) = appointed(recorded) {
        return vec![start];
    }
    let collected = collection(recorded).map(|at| -at.0.rem_euclid(COLLECTION));
    let given_up = || Some(-losses(recorded).first()?.given_up.0.rem_euclid(LOOK));
    let shown = second::begun(recorded).into_iter().filter_map(|at| i64::try_from(at).ok());
    let ahead: Vec<i64> = match collected.or_else(given_up) {
        Some(ahead) => vec![ahead],
        None => shown.collect(),
    };
    let start = |ahead: i64| SimTime(Centis(WARM_UP.0 + ahead.rem_euclid(COLLECTION)).us());
    ahead.into_iter().map(start).collect()
}

/// When the run began by the clock, as the Jobs say that a CronJob started: the minute that each is
/// for stands in its name, and it is made a tenth of a second later or so.
fn appointed(recorded: &Run) -> Option<SimTime> {
    let is_asked = |name: &str| {
        let mut commands = recorded.steps.iter().filter_map(|step| step.cmd.as_deref());
        let mut manifests = recorded.steps.iter().filter_map(|step| step.manifest.as_deref());
        commands.any(|text| text.contains(name)) || manifests.any(|text| text.contains(name))
    };
    let made = |one: &&Record| one.kind == "Job" && one.event == Deed::Added;
    let minute = |one: &Record| {
        let (_, number) = one.name.rsplit_once('-')?;
        let number: i64 = number.parse().ok().filter(|_| number.len() == MINUTE_DIGITS)?;
        let start = number * MINUTE + MADE_LATE - one.t.0 - unix(EPOCH_UNIX_SECONDS);
        (!is_asked(&one.name) && start >= WARM_UP.0).then(|| SimTime(Centis(start).us()))
    };
    recorded.trace.iter().filter(made).find_map(minute)
}

/// Unix seconds in hundredths.
fn unix(seconds: u64) -> i64 {
    i64::try_from(seconds).map_or(i64::MAX, |seconds| seconds * 100)
}

/// From when on a cluster lives in which a run begins: long enough before it, and where the
/// periods of all clocks begin.
pub(super) fn eve(start: SimTime) -> SimTime {
    let before = Centis::from_us(start.0).0 - WARM_UP.0;
    SimTime(Centis(before.div_euclid(COLLECTION) * COLLECTION).us())
}

/// When the kubelets of machines that hang later on started, so that their last renewals lie
/// where those of the recording lay: a node was given up half a look or so after its grace.
pub(super) fn beats(recorded: &Run, start: SimTime) -> BTreeMap<&str, SimTime> {
    let start = Centis::from_us(start.0).0;
    let mut beats = BTreeMap::new();
    for loss in losses(recorded) {
        let look = (start + loss.given_up.0 + LOOK / 2) / LOOK * LOOK;
        let hung = start + loss.hung.0;
        let last = (look - GRACE - LOOK / 2).clamp(hung - BEAT + 1, hung);
        let beat = SimTime(Centis(last.rem_euclid(BEAT)).us());
        beats.entry(loss.node).or_insert(beat);
    }
    beats
}

/// A machine that hung and was given up.
struct Loss<'a> {
    node: &'a str,
    hung: Centis,
    given_up: Centis,
}

fn losses(recorded: &Run) -> Vec<Loss<'_>> {
    let hangs = recorded.steps.iter().filter(|one| one.verb.as_deref() == Some("freeze"));
    let lost = hangs.filter_map(|step| {
        let node = step.node.as_deref()?;
        let is_it = |one: &&Record| {
            let is_later = one.kind == "Node" && one.id == node && one.t > step.t;
            is_later && text(one, "cond:Ready").is_some_and(|ready| ready.starts_with("Unknown"))
        };
        let given_up = recorded.trace.iter().find(is_it)?.t;
        Some(Loss { node, hung: step.t, given_up })
    });
    lost.collect()
}

fn text<'a>(record: &'a Record, fact: &str) -> Option<&'a str> {
    record.fact(fact).and_then(Value::as_str)
}

/// When the garbage collection of Pods first took a Pod of a lost node away, if nobody asked for
/// that by force.
fn collection(recorded: &Run) -> Option<Centis> {
    let mut nodes: BTreeMap<&str, &str> = BTreeMap::new();
    let mut lost: BTreeMap<&str, bool> = BTreeMap::new();
    for record in &recorded.trace {
        if record.kind == "Node" {
            let ready = text(record, "cond:Ready").map(|ready| ready.starts_with("Unknown"));
            let is_lost = if record.event == Deed::Deleted { Some(true) } else { ready };
            lost.extend(is_lost.map(|is_lost| (record.id.as_str(), is_lost)));
        }
        if record.kind != "Pod" {
            continue;
        }
        nodes.extend(text(record, "nodeName").map(|node| (record.id.as_str(), node)));
        let is_at_once = record.fact("deletionGrace").and_then(Value::as_i64) == Some(0);
        let node = nodes.get(record.id.as_str());
        let is_lost = node.is_some_and(|node| lost.get(node) == Some(&true));
        let step = recorded.steps.iter().find(|step| step.i == record.step);
        let is_forced =
            step.and_then(|step| step.cmd.as_deref()).is_some_and(|cmd| cmd.contains("--force"));
        if is_at_once && is_lost && !is_forced {
            return Some(record.t);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::conformance::schema::Step;

    fn record(t: i64, kind: &str, id: &str, facts: Value) -> Record {
        let Value::Object(facts) = facts else { panic!("facts") };
        Record {
            t: Centis(t),
            step: 0,
            kind: kind.into(),
            id: id.into(),
            name: id.into(),
            event: Deed::Modified,
            facts: None,
            changed: Some(facts),
        }
    }

    fn hung(trace: Vec<Record>) -> Run {
        let step = Step {
            t: Centis(1_000),
            verb: Some("freeze".into()),
            node: Some("node-2".into()),
            ..Step::default()
        };
        Run { steps: vec![step], trace, ..Run::default() }
    }

    #[test]
    fn a_node_is_given_up_at_the_recorded_moment() {
        let run = hung(vec![record(6_230, "Node", "node-2", json!({"cond:Ready": "Unknown"}))]);
        let start = starts(&run)[0];
        let look = Centis::from_us(start.0).0 + 6_230;
        assert_eq!(look % LOOK, 0, "a look falls there");
        let beat = beats(&run, start)["node-2"];
        let last = look - GRACE - LOOK / 2;
        assert_eq!(Centis::from_us(beat.0).0, last.rem_euclid(BEAT));
    }

    #[test]
    fn pods_of_a_lost_node_are_collected_at_the_recorded_moment() {
        let run = hung(vec![
            record(100, "Pod", "db-1", json!({"nodeName": "node-2"})),
            record(6_230, "Node", "node-2", json!({"cond:Ready": "Unknown"})),
            record(9_105, "Pod", "db-1", json!({"deletionGrace": 0})),
        ]);
        let look = Centis::from_us(starts(&run)[0].0).0 + 9_105;
        assert_eq!(look % COLLECTION, 0);
    }

    #[test]
    fn a_run_begins_when_the_jobs_of_its_cron_job_say() {
        let mut job = record(1_511, "Job", "tick-29920762", json!({}));
        job.event = Deed::Added;
        let start = starts(&Run { trace: vec![job.clone()], ..Run::default() })[0];
        assert_eq!(start.seconds() + EPOCH_UNIX_SECONDS, 29_920_762 * 60 - 15);
        assert_eq!(eve(start).seconds() % 20, 0);
        assert!((60..80).contains(&(start.seconds() - eve(start).seconds())));
        let step = Step { manifest: Some("name: tick-29920762".into()), ..Step::default() };
        let asked = Run { trace: vec![job], steps: vec![step], ..Run::default() };
        assert_eq!(starts(&asked)[0], SimTime::from_seconds(60), "somebody named it so");
    }

    #[test]
    fn a_run_without_losses_begins_after_a_minute() {
        assert_eq!(starts(&Run::default())[0], SimTime::from_seconds(60));
    }
}
