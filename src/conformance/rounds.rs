//! When the kubelets of a recorded run looked at their nodes' status: which volume was let go or
//! mounted when depends on it, and it follows from when those kubelets were started.
//!
//! Must not know the engine. Invariant: a round is read from what only a round brings about; those
//! in between stand at even distances.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::conformance::cordons;
use crate::conformance::schema::{Centis, Deed, Record, Run};
use crate::controllers::Controller;

/// About how far apart two rounds are, as the recordings show.
const PAUSE: i64 = 1_025;
/// What a pause may be at least and at most.
const PAUSES: std::ops::RangeInclusive<i64> = 990..=1_075;
/// A Pod whose volume was there for so long was mounted by a round.
const WAITED: i64 = 70;
/// About so long after its round a Pod's first container starts.
const MOUNTING: i64 = 27;
/// A round between two known ones may lie so far from where it stands evenly.
const DRIFT: i64 = 120;
/// It is then taken to be so long before a Pod's containers ended, with which it let its volumes
/// go.
const BEFORE_END: i64 = 20;
/// Or even longer, where its volumes stayed for the next Pod: here it may end sooner.
const KEPT: i64 = 60;
/// Or so long after a Pod was bound: its kubelet has not seen to its volumes by then.
const AFTER_BINDING: i64 = 2;
/// From so long after that on it has.
const KNOWN: i64 = 12;
/// The collector of Pods looks around once in so long.
const COLLECTIONS: i64 = 2_000;
/// Claims that wait are looked at again once in so long.
const CLAIMS: i64 = 1_500;
/// What was not in use is detached within this time.
const UNUSED: i64 = 20;
/// A round that told nothing of a cordon came so long before it.
const EARLIER: i64 = 20;
/// What is told again so much later is told by the clock.
const LATER: i64 = 100;
/// The kubelet of a machine that came back makes its rounds anew.
const BREAKS: [&str; 4] = ["freeze", "kill", "thaw", "start"];

/// The rounds that are known of each node, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Rounds {
    known: BTreeMap<String, Vec<Centis>>,
    /// When each node's machine stopped or started.
    breaks: BTreeMap<String, Vec<Centis>>,
    /// When a controller looked around by the clock, and after how long it does so again.
    ticks: Vec<(Controller, Centis, i64)>,
    /// Stretches in which a node had something to say and has not said it.
    silences: BTreeMap<String, Vec<Silence>>,
}

/// A stretch in which a round would have told something that was told later or never.
#[derive(Clone, Copy, Debug)]
struct Silence {
    since: i64,
    until: i64,
    /// The moment at which a round would have told nothing yet.
    before: i64,
}

impl Silence {
    /// From a moment on up to the round that told it, as far as rounds drift.
    fn up_to(since: i64, told: i64, before: i64) -> Silence {
        Silence { since: since.min(before), until: (since + DRIFT).min(told - DRIFT), before }
    }
}

impl Rounds {
    /// Reads the rounds of a run.
    pub(super) fn of(run: &Run) -> Rounds {
        let mut rounds = Rounds::default();
        for step in run.steps.iter().filter(|one| one.action == "node") {
            let is_break = step.verb.as_deref().is_some_and(|verb| BREAKS.contains(&verb));
            if let Some(node) = step.node.as_ref().filter(|_| is_break) {
                rounds.breaks.entry(node.clone()).or_default().push(step.t);
            }
        }
        let mut seen: BTreeMap<String, Vec<Centis>> = BTreeMap::new();
        let Mounts { waited, prompt, open, given_up } = mounted(&run.trace);
        for (node, at) in detached(&run.trace) {
            // What was never in use is detached without a word of the kubelet.
            let is_unused = |(other, _, gone): &(String, i64, i64)| {
                *other == node && (*gone..*gone + UNUSED).contains(&at.0)
            };
            if !given_up.iter().any(is_unused) {
                seen.entry(node).or_default().push(at);
            }
        }
        let end = run.steps.last().map_or(Centis(0), |step| step.t_end);
        let open = open.into_iter().map(|(node, since)| (node, since, end.0));
        for (node, since, until) in open.chain(given_up) {
            let silence = Silence { since, until, before: since };
            if until - since < PAUSE {
                seen.entry(node.clone()).or_default();
                rounds.silences.entry(node).or_default().push(silence);
            }
        }
        for (node, since, told) in waited {
            let seen = seen.entry(node.clone()).or_default();
            if seen.iter().all(|other| (other.0 - told).abs() > WAITED) {
                seen.push(Centis(told));
            }
            let silence = Silence::up_to(since, told, since + AFTER_BINDING);
            rounds.silences.entry(node).or_default().push(silence);
        }
        for (node, silence) in freed(&run.trace, end) {
            seen.entry(node.clone()).or_default();
            rounds.silences.entry(node).or_default().push(silence);
        }
        let cordons = cordons::of(&run.trace, end);
        for (node, at) in cordons.told {
            seen.entry(node).or_default().push(at);
        }
        for (node, since, until) in cordons.silent {
            // No kubelet that runs is silent for longer than from one round to the next.
            if until.0 - since.0 < PAUSE {
                let silence = Silence { since: since.0, until: until.0, before: since.0 - EARLIER };
                seen.entry(node.clone()).or_default();
                rounds.silences.entry(node).or_default().push(silence);
            }
        }
        for (node, mut moments) in seen {
            moments.sort_unstable();
            let mut kept = rounds.consistent(&node, &moments);
            if kept.is_empty() {
                // Of a node that was silent so much is known that a round may have come before.
                let silences = rounds.silences.get(&node).into_iter().flatten();
                kept.extend(silences.map(|one| Centis(one.before)).min());
            }
            rounds.known.insert(node, kept);
        }
        for window in prompt {
            rounds.see_through(window);
        }
        let collected = collected(&run.trace).map(|at| (Controller::PodGc, at, COLLECTIONS));
        let told = told_again(&run.trace).map(|at| (Controller::VolumeBinding, at, CLAIMS));
        rounds.ticks = collected.into_iter().chain(told).collect();
        rounds
    }

    /// The controllers that look around by the clock, and when they do, from a moment of the
    /// recording up to `end`.
    pub(super) fn ticks(&self, from: Centis, end: Centis) -> Vec<(&'static str, Vec<Centis>)> {
        let all = |&(controller, known, period): &(Controller, Centis, i64)| {
            let start = from.0 + (known.0 - from.0).rem_euclid(period);
            let all = (0..).map(|number| start + number * period);
            (controller.name(), all.take_while(|at| *at <= end.0).map(Centis).collect())
        };
        self.ticks.iter().map(all).collect()
    }

    /// The rounds of a life of the machine are about ten seconds apart, or a multiple of it: the
    /// most moments of which that is so.
    fn consistent(&self, node: &str, moments: &[Centis]) -> Vec<Centis> {
        let mut lives: BTreeMap<usize, Vec<Centis>> = BTreeMap::new();
        for at in moments {
            let life = self.life(node, *at).0;
            if life.is_multiple_of(2) {
                lives.entry(life).or_default().push(*at);
            }
        }
        let longest = |moments: &Vec<Centis>| {
            let from = |start: usize| fitting(&moments[start..]);
            // Of equally many the earlier ones.
            (0..moments.len()).rev().map(from).max_by_key(Vec::len).unwrap_or_default()
        };
        lives.values().flat_map(longest).collect()
    }

    /// In which life of its machine a moment lies (even ones are lives, odd ones lie between) and
    /// when the next one begins.
    fn life(&self, node: &str, at: Centis) -> (usize, Option<Centis>) {
        let breaks = self.breaks.get(node).map_or(&[][..], Vec::as_slice);
        let past = breaks.iter().filter(|one| **one <= at).count();
        (past, breaks.get(past).copied())
    }

    /// Takes in that a round came within a window: if none that is known stands there, it came at
    /// the latest moment of it that fits those, unless none does.
    fn see_through(&mut self, (node, from, to): (String, i64, i64)) {
        const STEP: usize = 5;
        let has_one = self.after(&node, Centis(from), Centis(to)).iter().any(|at| at.0 <= to);
        if has_one {
            return;
        }
        let known = self.known.remove(&node).unwrap_or_default();
        let with = |at: i64| {
            let mut moments = known.clone();
            moments.push(Centis(at));
            moments.sort_unstable();
            let kept = self.consistent(&node, &moments);
            (kept.len() > known.len()).then_some(kept)
        };
        let kept = (from..=to).rev().step_by(STEP).find_map(with);
        self.known.insert(node, kept.unwrap_or(known));
    }

    /// The nodes of which rounds are known.
    pub(super) fn nodes(&self) -> impl Iterator<Item = &String> {
        self.known.keys()
    }

    /// The rounds of a node after a moment of the recording, in its present life and up to `end`.
    pub(super) fn after(&self, node: &str, from: Centis, end: Centis) -> Vec<Centis> {
        let life = self.life(node, from);
        let known = self.known.get(node).into_iter().flatten().copied();
        let known: Vec<Centis> = known.filter(|at| self.life(node, *at) == life).collect();
        let (Some(first), Some(last)) = (known.first(), known.last()) else { return Vec::new() };
        let end = life.1.map_or(end, |next| end.min(next)).0;
        let mut all = Vec::new();
        let before = (1..).map(|number| first.0 - number * PAUSE);
        let before = before.take_while(|at| *at > from.0);
        all.extend(before.map(|at| self.before_silence(node, at)));
        for two in known.windows(2) {
            let count = pauses(two[0], two[1]).unwrap_or(1);
            let gap = two[1].0 - two[0].0;
            all.push(two[0].0);
            let even = (1..count).map(|number| two[0].0 + gap * number / count);
            all.extend(even.map(|at| self.before_silence(node, at)));
        }
        all.push(last.0);
        let after = (1..).map(|number| last.0 + number * PAUSE).take_while(|at| *at <= end);
        all.extend(after.map(|at| self.before_silence(node, at)));
        all.sort_unstable();
        all.into_iter().filter(|at| *at > from.0 && *at <= end).map(Centis).collect()
    }
}

impl Rounds {
    /// A round that only stands between others is moved to where it told nothing, if it stands
    /// where it would have told something that was told later.
    fn before_silence(&self, node: &str, at: i64) -> i64 {
        let silences = self.silences.get(node).into_iter().flatten();
        let missed = silences.filter(|one| (one.since..one.until).contains(&at));
        missed.map(|one| one.before).min().unwrap_or(at)
    }
}

/// The first moment and those that may be rounds after it.
fn fitting(moments: &[Centis]) -> Vec<Centis> {
    let mut kept: Vec<Centis> = Vec::new();
    for at in moments {
        if kept.last().is_none_or(|last| pauses(*last, *at).is_some()) {
            kept.push(*at);
        }
    }
    kept
}

/// How many pauses lie between two rounds, if they can be rounds of one life.
fn pauses(from: Centis, to: Centis) -> Option<i64> {
    let gap = to.0 - from.0;
    let count = (gap + PAUSE / 2) / PAUSE;
    (count > 0 && PAUSES.contains(&(gap / count))).then_some(count)
}

/// When a Pod that nobody would ever finish was said to have failed, to be taken away at once.
fn collected(trace: &[Record]) -> Option<Centis> {
    let is_failed = |one: &Record| {
        let is_told = one.told().any(|(name, _)| name.starts_with("container:"));
        one.kind == "Pod"
            && one.event == Deed::Modified
            && !is_told
            && one.fact("phase").and_then(Value::as_str) == Some("Failed")
    };
    let is_gone = |failed: &Record| {
        let end = Centis(failed.t.0 + WAITED);
        trace
            .iter()
            .any(|one| is_of(one, failed, Deed::Deleted) && failed.t <= one.t && one.t <= end)
    };
    trace.iter().find(|one| is_failed(one) && is_gone(one)).map(|one| one.t)
}

/// When a claim that waits was looked at again: nothing had happened to it, and what was said of
/// it was said once more.
fn told_again(trace: &[Record]) -> Option<Centis> {
    let is_near = |one: &Record, again: &Record| {
        let is_it = one.kind == "PersistentVolumeClaim" || one.kind == "Event";
        let gap = again.t.0 - one.t.0;
        is_it && again.id.ends_with(&*one.id) && !std::ptr::eq(one, again) && gap < LATER
    };
    let again = trace.iter().enumerate().find(|(index, one)| {
        one.kind == "Event"
            && one.event == Deed::Modified
            && one.id.starts_with("PersistentVolumeClaim/")
            && !trace[..*index].iter().rev().any(|other| is_near(other, one))
    });
    again.map(|(_, one)| one.t)
}

/// A node loses a volume when its kubelet has said that it is not in use any more.
fn detached(trace: &[Record]) -> Vec<(String, Centis)> {
    let mut known: BTreeMap<&str, i64> = BTreeMap::new();
    let mut found = Vec::new();
    for record in trace.iter().filter(|one| one.kind == "Node") {
        let Some(value) = record.fact("attached") else { continue };
        let count = value.as_i64().unwrap_or(0);
        let before = known.insert(&record.id, count).unwrap_or(0);
        if count < before {
            found.push((record.id.clone(), record.t));
        }
    }
    found
}

/// A Pod's claims, its node, and when its containers ended.
struct Life<'a> {
    claims: Option<&'a Value>,
    node: String,
    ended: Option<i64>,
}

fn claims_of(claims: Option<&Value>) -> impl Iterator<Item = String> {
    let claims = claims.and_then(Value::as_array).into_iter().flatten();
    claims.filter_map(|one| one.as_str().map(str::to_owned))
}

/// From when the last Pod has ended that a volume was attached for to when it was detached, or to
/// the end of the recording.
fn freed(trace: &[Record], end: Centis) -> Vec<(String, Silence)> {
    let text = |record: &Record, name: &str| {
        record.fact(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let mut claims: BTreeMap<&str, String> = BTreeMap::new();
    let mut attached: BTreeMap<&str, (String, String)> = BTreeMap::new();
    let mut pods: BTreeMap<&str, Life> = BTreeMap::new();
    let mut ended: BTreeMap<(String, String), i64> = BTreeMap::new();
    let mut found = Vec::new();
    for record in trace {
        match (record.kind.as_str(), record.event) {
            ("PersistentVolume", _) if record.fact("claim").is_some() => {
                claims.insert(&record.id, text(record, "claim"));
            }
            ("VolumeAttachment", Deed::Added | Deed::Initial) => {
                attached.insert(&record.id, (text(record, "pv"), text(record, "node")));
            }
            ("VolumeAttachment", Deed::Deleted) => {
                let Some((volume, node)) = attached.remove(&*record.id) else { continue };
                let Some(claim) = claims.get(&*volume) else { continue };
                if let Some(since) = ended.remove(&(claim.clone(), node.clone())) {
                    let silence = Silence::up_to(since, record.t.0, since - BEFORE_END);
                    found.push((node, silence));
                }
            }
            ("Pod", Deed::Added | Deed::Initial) => {
                let (claims, node) = (record.fact("claims"), text(record, "nodeName"));
                pods.insert(&record.id, Life { claims, node, ended: None });
            }
            ("Pod", Deed::Modified) => {
                let Some(pod) = pods.get_mut(&*record.id) else { continue };
                if record.fact("nodeName").is_some() {
                    pod.node = text(record, "nodeName");
                    // The volume was there still: no round has let it go.
                    for claim in claims_of(pod.claims) {
                        if let Some(since) = ended.remove(&(claim, pod.node.clone())) {
                            let (since, until) = (since - KEPT, record.t.0);
                            let silence = Silence { since, until, before: since };
                            found.push((pod.node.clone(), silence));
                        }
                    }
                }
                if record.fact("phase").is_some() {
                    let is_over = matches!(&*text(record, "phase"), "Succeeded" | "Failed");
                    pod.ended = is_over.then_some(record.t.0);
                }
            }
            ("Pod", Deed::Deleted) => {
                let Some(pod) = pods.remove(&*record.id) else { continue };
                let at = pod.ended.unwrap_or(record.t.0);
                for claim in claims_of(pod.claims) {
                    ended.insert((claim, pod.node.clone()), at);
                }
            }
            _ => {}
        }
    }
    for (volume, node) in attached.into_values() {
        let claim = claims.get(&*volume).cloned().unwrap_or_default();
        let since = ended.get(&(claim, node.clone())).filter(|since| end.0 - **since < PAUSE);
        if let Some(since) = since {
            let since = since - BEFORE_END;
            found.push((node, Silence { since, until: end.0, before: since }));
        }
    }
    found
}

/// What the starts of Pods with volumes tell of their nodes' rounds.
#[derive(Default)]
struct Mounts {
    /// A Pod whose volumes have long been attached waits until its kubelet has said that it uses
    /// them: from when it waited to the round.
    waited: Vec<(String, i64, i64)>,
    /// One that did not wait, and for which a volume came to the node: the round came between
    /// these moments.
    prompt: Vec<(String, i64, i64)>,
    /// One that waits to the end of the recording: since when.
    open: Vec<(String, i64)>,
    /// One that was asked to go while it waited: since when it waited, and when it was asked.
    given_up: Vec<(String, i64, i64)>,
}

fn mounted(trace: &[Record]) -> Mounts {
    let mut found = Mounts::default();
    for (index, bound) in trace.iter().enumerate().filter(|(_, one)| one.kind == "Pod") {
        let Some(node) = bound.fact("nodeName").and_then(Value::as_str) else { continue };
        let added = trace[..=index].iter().rev().find(|one| is_of(one, bound, Deed::Added));
        if added.is_none_or(|one| one.fact("claims").is_none()) {
            continue;
        }
        let rest = trace[index..].iter().take_while(|one| !is_of(one, bound, Deed::Deleted));
        let mut since = bound.t;
        let mut is_new = false;
        let mut is_open = true;
        let since_bound = bound.t.0 + AFTER_BINDING;
        for record in rest {
            if is_of(record, bound, Deed::Modified) && record.fact("deleting").is_some() {
                let asked = record.t.0;
                if is_detached(trace, node, asked) {
                    found.given_up.push((node.to_owned(), since_bound, asked));
                } else if is_new {
                    // Its volume was in use: a round has said so, too late for the Pod to start.
                    let from = (bound.t.0 + KNOWN).max(asked - WAITED);
                    found.prompt.push((node.to_owned(), from, asked - AFTER_BINDING));
                }
                is_open = false;
                break;
            }
            let told = |name: &str| record.fact(name).and_then(Value::as_str).unwrap_or_default();
            is_new |= record.kind == "VolumeAttachment"
                && record.event == Deed::Added
                && told("node") == node;
            if record.kind == "Event" && told("reason") == "SuccessfulAttachVolume" {
                let is_it = told("object").strip_prefix("Pod/") == Some(&*bound.id);
                since = if is_it { since.max(record.t) } else { since };
            } else if is_of(record, bound, Deed::Modified)
                && told("cond:PodReadyToStartContainers") == "True"
            {
                is_open = false;
                if record.t.0 - since.0 >= WAITED {
                    found.waited.push((node.to_owned(), bound.t.0, record.t.0 - MOUNTING));
                } else if is_new {
                    let (from, to) = (bound.t.0 + KNOWN, record.t.0 - MOUNTING);
                    found.prompt.push((node.to_owned(), from, to));
                }
                break;
            }
        }
        let is_there = |one: &Record| !is_of(one, bound, Deed::Deleted);
        if is_open && is_new && trace[index..].iter().all(is_there) {
            found.open.push((node.to_owned(), since_bound));
        }
    }
    found
}

/// Whether a node loses a volume just after a moment.
fn is_detached(trace: &[Record], node: &str, at: i64) -> bool {
    let mut known = BTreeMap::new();
    trace.iter().filter(|one| one.kind == "VolumeAttachment").any(|record| {
        if let Some(node) = record.fact("node").and_then(Value::as_str) {
            known.insert(&*record.id, node);
        }
        record.event == Deed::Deleted
            && known.get(&*record.id) == Some(&node)
            && (at..at + UNUSED).contains(&record.t.0)
    })
}

fn is_of(record: &Record, pod: &Record, event: Deed) -> bool {
    record.kind == "Pod" && record.id == pod.id && record.event == event
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(at: i64, attached: Value) -> Record {
        let changed = [("attached".to_owned(), attached)].into_iter().collect();
        Record {
            t: Centis(at),
            step: 0,
            kind: "Node".to_owned(),
            id: "node-1".to_owned(),
            name: "node-1".to_owned(),
            event: Deed::Modified,
            facts: None,
            changed: Some(changed),
        }
    }

    fn run() -> Run {
        let trace = vec![
            node(100, 2.into()),
            node(2_000, 1.into()),
            node(2_005, Value::Null),
            node(2_600, 1.into()),
            node(3_300, Value::Null),
            node(3_400, 1.into()),
            node(4_050, Value::Null),
        ];
        Run { trace, ..Run::default() }
    }

    #[test]
    fn rounds_are_read_from_what_was_let_go_and_lie_evenly_between() {
        let rounds = Rounds::of(&run());
        let after = rounds.after("node-1", Centis(0), Centis(6_000));
        // What was let go at 33 s was not let go by a round.
        assert_eq!(after, [975, 2_000, 3_025, 4_050, 5_075].map(Centis));
        assert_eq!(rounds.after("node-2", Centis(0), Centis(6_000)), []);
    }

    #[test]
    fn a_machine_that_came_back_makes_its_rounds_anew() {
        let step = |t, verb: &str| crate::conformance::schema::Step {
            t: Centis(t),
            action: "node".to_owned(),
            node: Some("node-1".to_owned()),
            verb: Some(verb.to_owned()),
            ..crate::conformance::schema::Step::default()
        };
        let steps = vec![step(2_100, "freeze"), step(3_500, "thaw")];
        let rounds = Rounds::of(&Run { steps, ..run() });
        let after = |from, end| rounds.after("node-1", Centis(from), Centis(end));
        assert_eq!(after(0, 6_000), [975, 2_000].map(Centis));
        assert_eq!(after(2_200, 6_000), []);
        assert_eq!(after(3_500, 6_000), [4_050, 5_075].map(Centis));
    }

    #[test]
    fn a_round_between_others_tells_nothing_that_was_told_later() {
        let mut rounds = Rounds::of(&run());
        let silence = |since, told| Silence::up_to(since, told, since - 20);
        let silences = vec![silence(3_010, 4_050), silence(950, 1_000)];
        rounds.silences.insert("node-1".to_owned(), silences);
        let after = rounds.after("node-1", Centis(0), Centis(4_100));
        assert_eq!(after, [975, 2_000, 2_990, 4_050].map(Centis));
    }

    #[test]
    fn the_collector_looks_around_every_twenty_seconds() {
        let pod = |event, facts: &[(&str, &str)]| Record {
            kind: "Pod".to_owned(),
            id: "db-1".to_owned(),
            event,
            changed: Some(
                facts.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect(),
            ),
            ..node(9_131, Value::Null)
        };
        let stopped = pod(Deed::Modified, &[("phase", "Failed"), ("container:app", "x")]);
        let failed = pod(Deed::Modified, &[("phase", "Failed")]);
        let of = |trace| Rounds::of(&Run { trace, ..Run::default() });
        let gone = pod(Deed::Deleted, &[]);
        let rounds = of(vec![failed, gone.clone()]);
        let found = rounds.ticks(Centis(3_000), Centis(8_000));
        let name = Controller::PodGc.name();
        assert_eq!(found, [(name, vec![Centis(3_131), Centis(5_131), Centis(7_131)])]);
        assert_eq!(of(vec![stopped, gone]).ticks(Centis(0), Centis(8_000)), []);
    }

    #[test]
    fn claims_are_looked_at_again_when_nothing_had_happened_to_them() {
        let event = |t, event, count: i64| Record {
            t: Centis(t),
            kind: "Event".to_owned(),
            id: "PersistentVolumeClaim/data".to_owned(),
            event,
            changed: Some([("count".to_owned(), count.into())].into_iter().collect()),
            ..node(t, Value::Null)
        };
        let first = [event(35, Deed::Added, 1), event(36, Deed::Modified, 2)];
        let again = event(1_209, Deed::Modified, 3);
        let of = |trace| Rounds::of(&Run { trace, ..Run::default() });
        assert_eq!(of(first.to_vec()).ticks(Centis(0), Centis(4_000)), []);
        let found = of(first.into_iter().chain([again]).collect());
        let name = Controller::VolumeBinding.name();
        let moments = [1_209, 2_709].map(Centis).to_vec();
        assert_eq!(found.ticks(Centis(1_000), Centis(4_000)), [(name, moments)]);
    }
}
