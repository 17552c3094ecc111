//! The lives of Pods as rows of the timeline, and the claims and nodes below them.
//!
//! Must not know pixels. Invariant: a stateful Pod's lives stand in its ordinal's row, a
//! stateless one has a row of its own.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::base::Order as _;
use crate::base::gather;
use crate::view::Identity;
use crate::view::scene::record::{Kept, Lived, Record, Spell, Stood};
use crate::view::scene::split_name;
use crate::view::stage::{
    LaneKind, LaneView, NodeView, PodView, SeatView, StageView, Text, TraceView,
};
use crate::view::timeline::{DiskRow, Group, Level, Life, NodeRow, Outage, Row, TimelineView};

impl Lived {
    fn as_life(&self, record: &Record) -> Life {
        let pod = self.object.pod();
        let node = pod.and_then(|pod| pod.node());
        Life {
            name: self.object.meta.name.to_string(),
            from_us: self.from_us,
            ready_us: self.ready_us,
            deleted_us: self.deleted_us,
            lost: node.map_or_else(Vec::new, |node| self.lost(record, node)),
            failing: self.failing.clone(),
            done_us: self.ended_us(),
            is_failed: self.is_failed(),
            end_us: self.end_us,
            node: node.map(ToString::to_string),
            ips: self.ips.iter().map(|(spell, ip)| (*spell, ip.to_string())).collect(),
            anew: self.anew.clone(),
            has_init: pod.is_some_and(|pod| !pod.spec.init_containers.is_empty()),
        }
    }

    /// When the machine under the Pod was down, while the Pod was there and had not ended.
    fn lost(&self, record: &Record, node: &str) -> Vec<Spell> {
        // What has ended runs no more, however long the Pod is kept as an object.
        let last_us = self.ended_us().into_iter().chain(self.end_us).min();
        let is_mine = |one: &&Stood| &*one.name == node;
        let down = record.nodes.iter().filter(is_mine).flat_map(|one| &one.down);
        let mine = down.filter_map(|&(from_us, until_us)| {
            let from_us = from_us.max(self.from_us);
            let until_us = until_us.into_iter().chain(last_us).min();
            until_us.is_none_or(|until_us| from_us < until_us).then_some((from_us, until_us))
        });
        // A machine that was replaced may have been down under two objects.
        ordered(mine.collect())
    }
}

/// The timeline: the lanes that are on the stage, then the workloads that are gone.
pub fn timeline(record: &Record, lanes: &[Rc<LaneView>]) -> TimelineView {
    let shown = workloads(record, lanes);
    let groups: Vec<Group> = shown.iter().map(|one| one.group(record)).collect();
    let disks = disks(record, &groups);
    let node = |one: &Stood| NodeRow {
        name: one.name.to_string(),
        from_us: one.from_us,
        end_us: one.end_us,
        // What becomes of a machine whose node is gone says its Pods, if it has any.
        down: one.down.iter().filter_map(|spell| overlap(*spell, (0, one.end_us))).collect(),
    };
    let mut nodes: Vec<NodeRow> = record.nodes.iter().map(node).collect();
    // Which was read of first says nothing; of two names of one sort the shorter has the lower
    // number.
    nodes.order_by_key(|one| (one.from_us, one.name.len(), one.name.clone()));
    TimelineView { groups, outages: outages(record), disks, nodes }
}

/// Marks what only the past tells: which workloads are being scaled or refused their Pods, which
/// daemons are renewed, where stateful Pods were before they came back on another node, in which
/// column each left its seat, and which Pods and disks name a node that never was.
pub fn mark_left(record: &Record, stage: &mut StageView) {
    let StageView { lanes, nodes, disks, .. } = stage;
    for disk in disks {
        let is_stray = is_stray(record, disk.gone_node.as_ref());
        if disk.is_stray != is_stray {
            Rc::make_mut(disk).is_stray = is_stray;
        }
    }
    for lane in &mut *lanes {
        let counted = record.counted(lane.kind, &lane.namespace, &lane.name);
        let is_scaling = counted.is_some_and(|one| one.is_scaling);
        if lane.is_scaling != is_scaling {
            Rc::make_mut(lane).is_scaling = is_scaling;
        }
        let refusal = record.refusal(lane.kind, &lane.namespace, &lane.name);
        if refusal.is_some_and(|one| lane.refusal.as_ref() != Some(one)) {
            Rc::make_mut(lane).refusal = refusal.cloned();
        }
        let is_rolling = counted.is_some_and(|one| one.is_rolling);
        if lane.kind == LaneKind::DaemonSet && lane.is_rolling != is_rolling {
            Rc::make_mut(lane).is_rolling = is_rolling;
        }
    }
    for lane in &mut *lanes {
        mark_strays(record, lane);
    }
    for lane in lanes.iter_mut().filter(|lane| lane.kind == LaneKind::StatefulSet) {
        let seats: Vec<Rc<SeatView>> =
            lane.seats.iter().map(|seat| placed(seat, lane, record, nodes)).collect();
        if lane.seats != seats {
            Rc::make_mut(lane).seats = seats;
        }
        let left = |pod: &Rc<PodView>| {
            let here = pod.node.as_ref()?;
            let is_before = |one: &&Lived| {
                one.is_of(lane.kind, &lane.namespace, &lane.name)
                    && one.object.meta.name == pod.name
                    && one.end_us.is_some()
            };
            let last = record.pods.iter().filter(is_before).max_by_key(|one| one.end_us)?;
            let node = last.object.pod()?.node().filter(|node| *node != here)?.clone();
            let at_us = last.end_us?;
            let is_doubtful = record.is_unready(&node, at_us);
            Some(TraceView { node, pod: pod.name.clone(), at_us, is_doubtful })
        };
        let traces: Vec<TraceView> = lane.pods.iter().filter_map(left).collect();
        if lane.traces != traces {
            Rc::make_mut(lane).traces = traces;
        }
    }
}

/// Whether a node that is not there never was.
fn is_stray(record: &Record, gone: Option<&Text>) -> bool {
    gone.is_some_and(|node| !node.is_empty() && !record.knows_node(node))
}

/// Tells Pods whose node never was from those whose node went.
fn mark_strays(record: &Record, lane: &mut Rc<LaneView>) {
    let is_stray = |pod: &PodView| is_stray(record, pod.gone_node.as_ref());
    if lane.pods.iter().all(|pod| pod.is_stray == is_stray(pod)) {
        return;
    }
    for pod in &mut Rc::make_mut(lane).pods {
        let is_stray = is_stray(pod);
        if pod.is_stray != is_stray {
            Rc::make_mut(pod).is_stray = is_stray;
        }
    }
}

/// A seat in the column where its last Pod stood, if that node is still there.
fn placed(
    seat: &Rc<SeatView>,
    lane: &LaneView,
    record: &Record,
    nodes: &[Rc<NodeView>],
) -> Rc<SeatView> {
    let is_mine = |one: &&Lived| {
        one.is_of(lane.kind, &lane.namespace, &lane.name) && one.object.meta.name == seat.name
    };
    let last = record.pods.iter().rev().find(is_mine);
    let node = last.and_then(|one| one.object.pod()?.node().cloned());
    let node = node.filter(|name| nodes.iter().any(|node| node.name == *name));
    if seat.node == node { seat.clone() } else { Rc::new(SeatView { node, ..(**seat).clone() }) }
}

/// A workload that has or had Pods.
pub(super) struct Workload<'a> {
    pub(super) kind: LaneKind,
    pub(super) namespace: &'a str,
    pub(super) name: &'a str,
    pub(super) lane: Option<&'a Rc<LaneView>>,
    /// Its Pods, those that are gone too, in the order in which they came.
    pub(super) pods: Vec<&'a Lived>,
}

/// What tells workloads apart. The lane of bare Pods is one for all namespaces.
type Home<'a> = (LaneKind, &'a str, &'a str);

fn home<'a>(kind: LaneKind, namespace: &'a str, name: &'a str) -> Home<'a> {
    if kind == LaneKind::BarePods { (kind, "", "") } else { (kind, namespace, name) }
}

/// The workloads on the stage in the order of their lanes, then those that are gone.
pub(super) fn workloads<'a>(record: &'a Record, lanes: &'a [Rc<LaneView>]) -> Vec<Workload<'a>> {
    let mut found: Vec<Workload<'a>> = lanes
        .iter()
        .map(|lane| Workload {
            kind: lane.kind,
            namespace: &lane.namespace,
            name: &lane.name,
            lane: Some(lane),
            pods: Vec::new(),
        })
        .collect();
    let known = found.iter().enumerate().map(|(at, one)| (one.home(), at));
    let mut known: BTreeMap<Home<'a>, usize> = gather(known);
    for one in &record.pods {
        let (kind, namespace, name) = (one.lane.0, &*one.lane.1, &*one.lane.2);
        let at = *known.entry(home(kind, namespace, name)).or_insert(found.len());
        if at == found.len() {
            found.push(Workload { kind, namespace, name, lane: None, pods: Vec::new() });
        }
        found[at].pods.push(one);
    }
    found
}

impl<'a> Workload<'a> {
    fn home(&self) -> Home<'a> {
        home(self.kind, self.namespace, self.name)
    }

    fn group(&self, record: &Record) -> Group {
        let mine = &self.pods;
        let identity = self.kind.identity();
        let rows = if identity == Identity::Stateful {
            let mut by_ordinal: BTreeMap<u32, Vec<Life>> = BTreeMap::new();
            for one in mine {
                let ordinal = one.ordinal().unwrap_or(u32::MAX);
                by_ordinal.entry(ordinal).or_default().push(one.as_life(record));
            }
            let label = |lives: &[Life]| lives.first().map_or("", |one| &one.name).to_owned();
            by_ordinal.into_values().map(|lives| Row { label: label(&lives), lives }).collect()
        } else {
            let row = |one: &&Lived| Row {
                label: one.object.meta.name.to_string(),
                lives: vec![one.as_life(record)],
            };
            mine.iter().map(row).collect()
        };
        // Nobody asks for Pods that are nobody's, and those of a Job end.
        let asks = !matches!(self.kind, LaneKind::BarePods | LaneKind::Job);
        let counted = record.counted(self.kind, self.namespace, self.name);
        Group {
            kind: self.kind.kind().to_owned(),
            namespace: self.namespace.to_owned(),
            name: self.name.to_owned(),
            identity,
            desired: self.lane.filter(|_| asks).map(|lane| lane.desired),
            wanted: counted.filter(|_| asks).map_or_else(Vec::new, |one| one.wanted.clone()),
            rows,
            // A workload's own count is the one that kubectl prints; what has none is counted here.
            ready: match counted {
                Some(counted) if self.lane.is_some() => counted.ready.clone(),
                _ => levels(mine),
            },
        }
    }
}

/// How many Pods were ready from which moment on.
fn levels(lives: &[&Lived]) -> Vec<Level> {
    let mut changes: Vec<(u64, bool)> =
        lives.iter().flat_map(|one| one.readiness.iter().copied()).collect();
    changes.order();
    let mut levels = vec![Level { at_us: 0, value: 0 }];
    let mut value = 0_u32;
    for (at_us, is_ready) in changes {
        value = if is_ready { value + 1 } else { value.saturating_sub(1) };
        match levels.last_mut() {
            Some(last) if last.at_us == at_us => last.value = value,
            _ => levels.push(Level { at_us, value }),
        }
    }
    levels
}

/// When some node was down.
fn outages(record: &Record) -> Vec<Outage> {
    let down = record.nodes.iter().flat_map(|node| {
        // A machine that was taken away is nobody's loss any more.
        let until = |end: Option<u64>| end.into_iter().chain(node.end_us).min();
        node.down.iter().map(move |&(from, end)| (from, until(end)))
    });
    let mut down: Vec<Spell> = down.collect();
    down.order();
    let joined = join(down).into_iter();
    joined.map(|(from_us, end_us)| Outage { from_us, end_us }).collect()
}

/// The claims that any of the workloads' Pods use, workload by workload.
fn disks(record: &Record, groups: &[Group]) -> Vec<DiskRow> {
    let mut rows: Vec<((usize, u32), DiskRow)> = Vec::new();
    for disk in &record.disks {
        let users: Vec<&Lived> = record.pods.iter().filter(|pod| disk.is_used_by(pod)).collect();
        let home = users.iter().find_map(|pod| {
            let place = groups.iter().position(|group| {
                pod.is_of(pod.lane.0, &group.namespace, &group.name)
                    && pod.lane.0.kind() == group.kind
            });
            place.map(|place| (place, pod.ordinal()))
        });
        let Some((place, ordinal)) = home else { continue };
        let meta = &disk.object.meta;
        let (mounted, held) = disk.used(&users, record);
        let row = DiskRow {
            namespace: meta.namespace.to_string(),
            claim: meta.name.to_string(),
            ordinal: ordinal.filter(|one| split_name(&meta.name).1 == one.to_string()),
            from_us: disk.from_us,
            end_us: disk.end_us,
            mounted,
            held,
        };
        rows.push(((place, ordinal.unwrap_or(0)), row));
    }
    rows.order_by_key(|(place, _)| *place);
    rows.into_iter().map(|(_, row)| row).collect()
}

impl Record {
    /// Whether a node was not taken for ready at a moment.
    fn is_unready(&self, node: &str, at_us: u64) -> bool {
        let mut spells =
            self.nodes.iter().filter(|one| *one.name == *node).flat_map(|one| &one.unready);
        spells.any(|(from, to)| *from <= at_us && to.is_none_or(|to| at_us < to))
    }

    /// The claim of a name that a Pod had, the last of them if it was made anew.
    pub(super) fn disk_of(&self, pod: &Lived, name: &str) -> Option<&Kept> {
        let mut disks = self.disks.iter().rev();
        disks.find(|one| *one.object.meta.name == *name && one.is_used_by(pod))
    }
}

impl Kept {
    fn is_used_by(&self, pod: &Lived) -> bool {
        let meta = &self.object.meta;
        pod.object.meta.namespace == meta.namespace
            && pod.object.claims().any(|claim| claim == meta.name)
            && self.end_us.is_none_or(|end| end >= pod.from_us)
            && pod.end_us.is_none_or(|end| end >= self.from_us)
    }

    /// When it was mounted and when a lost node held it, as the stage has it of each moment. Mounted:
    /// while a Pod that uses it had a sandbox and, where a driver attaches it, while it was
    /// attached to that Pod's node. Attached alone it may wait for its next Pod. Held: the same on a
    /// node that the cluster does not take for ready, the Pod forgotten or not; that a machine is down
    /// the cluster does not know at once.
    fn used(&self, users: &[&Lived], record: &Record) -> (Vec<Spell>, Vec<Spell>) {
        let whole = [(self.from_us, self.end_us)];
        let (mut mounted, mut held): (Vec<Spell>, Vec<Spell>) = (Vec::new(), Vec::new());
        for user in users {
            let Some(node) = user.object.pod().and_then(|pod| pod.node()) else { continue };
            let there = match self.attached.get(node) {
                Some(there) => there.as_slice(),
                None if self.attached.is_empty() => &whole,
                None => &[],
            };
            let left = user.done_us.into_iter().chain(user.end_us).min();
            let unready = record.unready(node);
            for spell in there {
                let began = user.ips.iter().filter_map(|(began, _)| overlap(*spell, *began));
                let mine = began.filter_map(|one| overlap(one, (0, left)));
                mounted.extend(mine.flat_map(|one| without(one, &unready)));
            }
            let mine = there.iter().filter_map(|one| overlap(*one, (user.from_us, left)));
            held.extend(mine.flat_map(|one| within(one, &unready)));
        }
        let mounted = ordered(mounted);
        for (node, there) in &self.attached {
            let lost = there.iter().flat_map(|one| within(*one, &record.unready(node)));
            held.extend(lost.flat_map(|one| without(one, &mounted)));
        }
        let held = ordered(held);
        (ordered(mounted.iter().flat_map(|one| without(*one, &held)).collect()), held)
    }
}

/// The part of a spell that lies in another.
fn overlap(a: Spell, b: Spell) -> Option<Spell> {
    let until = a.1.into_iter().chain(b.1).min();
    nonempty(vec![(a.0.max(b.0), until)]).pop()
}

/// The parts of a spell that lie in others.
fn within(spell: Spell, others: &[Spell]) -> Vec<Spell> {
    others.iter().filter_map(|other| overlap(spell, *other)).collect()
}

fn ordered(mut spells: Vec<Spell>) -> Vec<Spell> {
    spells.order();
    join(spells)
}

/// What is left of a spell outside of others, which follow one another.
fn without((mut from, until): Spell, others: &[Spell]) -> Vec<Spell> {
    let mut left: Vec<Spell> = Vec::new();
    for &(begin, end) in others {
        left.push((from, until.into_iter().chain([begin]).min()));
        let Some(end) = end else { return nonempty(left) };
        from = from.max(end);
    }
    left.push((from, until));
    nonempty(left)
}

fn nonempty(mut spells: Vec<Spell>) -> Vec<Spell> {
    spells.retain(|(from, until)| until.is_none_or(|until| *from < until));
    spells
}

/// Spells that meet are one: drawn one upon the other they would darken.
fn join(spells: Vec<Spell>) -> Vec<Spell> {
    let mut joined: Vec<Spell> = Vec::new();
    for (from, until) in spells {
        match joined.last_mut() {
            Some((_, last)) if last.is_none_or(|last| last >= from) => {
                *last = last.zip(until).map(|(a, b)| a.max(b));
            }
            _ => joined.push((from, until)),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spell_is_cut_where_others_are() {
        assert_eq!(without((3, Some(9)), &[]), [(3, Some(9))]);
        let others = [(0, Some(1)), (4, Some(5)), (8, None)];
        assert_eq!(without((3, Some(9)), &others), [(3, Some(4)), (5, Some(8))]);
        assert_eq!(without((3, None), &others[..2]), [(3, Some(4)), (5, None)]);
        assert_eq!(without((5, Some(5)), &[]), []);
        assert_eq!(within((3, Some(9)), &others), [(4, Some(5)), (8, Some(9))]);
        assert_eq!(within((9, None), &others), [(9, None)]);
        assert_eq!(overlap((1, Some(3)), (3, None)), None);
        assert_eq!(join(vec![(1, Some(3)), (2, Some(5)), (7, None)]), [(1, Some(5)), (7, None)]);
    }
}
