//! The lives of Pods, read from the trace: rows of the timeline, and who replaced whom.
//!
//! Must not know pixels. Invariant: a stateful Pod's lives stand in its ordinal's row, a
//! stateless one has a row of its own.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::api::{Kind, Object, ObjectId};
use crate::cluster::Cluster;
use crate::sim::{Actor, What};
use crate::view::Identity;
use crate::view::ledger::{Incarnation, LedgerView, Replacement};
use crate::view::scene::{lane_of, split_name};
use crate::view::stage::{LaneKind, LaneView, Text};
use crate::view::timeline::{Group, Level, Life, Outage, Row, TimelineView};

/// One Pod from its creation to its end.
struct Lived {
    object: Rc<Object>,
    lane: (LaneKind, String),
    from_us: u64,
    ready_us: Option<u64>,
    deleted_us: Option<u64>,
    end_us: Option<u64>,
    ip: Option<Text>,
    /// Times when readiness changed, and to what.
    readiness: Vec<(u64, bool)>,
}

fn lived(cluster: &Cluster) -> Vec<Lived> {
    let view = cluster.model().view();
    let mut by_id: BTreeMap<ObjectId, usize> = BTreeMap::new();
    let mut all: Vec<Lived> = Vec::new();
    for entry in cluster.trace().iter() {
        let What::Write(change) = &entry.what else { continue };
        if change.kind != Kind::Pod {
            continue;
        }
        let object = change.object();
        let at_us = entry.at.0;
        let index = *by_id.entry(object.meta.id).or_insert_with(|| {
            all.push(Lived {
                object: Rc::clone(object),
                lane: lane_of(object, view),
                from_us: at_us,
                ready_us: None,
                deleted_us: None,
                end_us: None,
                ip: None,
                readiness: Vec::new(),
            });
            all.len() - 1
        });
        let life = &mut all[index];
        life.object = Rc::clone(object);
        let is_ready = change
            .new
            .as_ref()
            .is_some_and(|one| one.pod().is_some_and(crate::api::pod::Pod::is_ready));
        if is_ready {
            life.ready_us.get_or_insert(at_us);
        }
        if life.readiness.last().is_some_and(|(_, was)| *was) != is_ready {
            life.readiness.push((at_us, is_ready));
        }
        if let Some(ip) = object.pod().and_then(|pod| pod.status.pod_ip.clone()) {
            life.ip = Some(ip);
        }
        if object.meta.is_terminating() || change.new.is_none() {
            life.deleted_us.get_or_insert(at_us);
        }
        if change.new.is_none() {
            life.end_us = Some(at_us);
        }
    }
    all
}

impl Lived {
    fn as_life(&self) -> Life {
        let node = self.object.pod().and_then(|pod| pod.node());
        Life {
            name: self.object.meta.name.to_string(),
            from_us: self.from_us,
            ready_us: self.ready_us,
            deleted_us: self.deleted_us,
            lost_us: None,
            end_us: self.end_us,
            node: node.map(ToString::to_string),
            ip: self.ip.as_ref().map(ToString::to_string),
        }
    }

    fn as_incarnation(&self, service: Option<&str>) -> Incarnation {
        let pod = self.object.pod().cloned().unwrap_or_default();
        let is_own = self.lane.0 == LaneKind::StatefulSet && pod.spec.subdomain.is_some();
        let own = pod.spec.subdomain.as_ref().filter(|_| is_own);
        let dns = own.map(|one| format!("{}.{one}", self.object.meta.name).into());
        let is_serving = pod.is_ready() && !self.object.meta.is_terminating();
        Incarnation {
            name: self.object.meta.name.clone(),
            suffix: split_name(&self.object.meta.name).1.into(),
            dns: dns.or_else(|| service.filter(|_| !is_own).map(Into::into)),
            dns_is_own: is_own,
            has_record: is_serving || self.end_us.is_some(),
            ip: self.ip.clone(),
            node: pod.node().cloned(),
            disks: pod.claims().cloned().collect(),
            uid: self.object.meta.uid.to_string().into(),
        }
    }
}

/// The timeline of the lanes that are on the stage.
pub fn timeline(cluster: &Cluster, lanes: &[Rc<LaneView>]) -> TimelineView {
    let all = lived(cluster);
    let groups = lanes.iter().map(|lane| group(lane, &all)).collect();
    TimelineView { groups, outages: outages(cluster) }
}

fn group(lane: &LaneView, all: &[Lived]) -> Group {
    let mine: Vec<&Lived> =
        all.iter().filter(|one| one.lane.0 == lane.kind && *one.lane.1 == *lane.name).collect();
    let mut rows: Vec<Row> = Vec::new();
    if lane.identity() == Identity::Stateful {
        let mut by_ordinal: BTreeMap<u32, Vec<Life>> = BTreeMap::new();
        for one in &mine {
            let ordinal = split_name(&one.object.meta.name).1.parse().unwrap_or(u32::MAX);
            by_ordinal.entry(ordinal).or_default().push(one.as_life());
        }
        let label = |lives: &[Life]| lives.first().map_or_else(String::new, |one| one.name.clone());
        rows.extend(by_ordinal.into_values().map(|lives| Row { label: label(&lives), lives }));
    } else {
        rows.extend(mine.iter().map(|one| Row {
            label: one.object.meta.name.to_string(),
            lives: vec![one.as_life()],
        }));
    }
    Group {
        kind: lane.kind.kind().to_owned(),
        name: lane.name.to_string(),
        identity: lane.identity(),
        desired: lane.kind.is_scalable().then_some(lane.desired),
        rows,
        ready: levels(&mine),
    }
}

/// How many Pods were ready from which moment on.
fn levels(lives: &[&Lived]) -> Vec<Level> {
    let mut changes: Vec<(u64, bool)> =
        lives.iter().flat_map(|one| one.readiness.iter().copied()).collect();
    changes.sort_unstable();
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

fn outages(cluster: &Cluster) -> Vec<Outage> {
    let mut outages: Vec<Outage> = Vec::new();
    for entry in cluster.trace().iter() {
        let (What::Machine(is_up), Actor::Machine(node)) = (&entry.what, &entry.actor) else {
            continue;
        };
        if *is_up {
            let open = outages.iter_mut().rev().find(|one| one.node == **node);
            if let Some(open) = open {
                open.end_us.get_or_insert(entry.at.0);
            }
        } else {
            let node = node.to_string();
            outages.push(Outage { node, from_us: entry.at.0, end_us: None });
        }
    }
    outages
}

/// The newest replacement on each side.
pub fn ledger(cluster: &Cluster, lanes: &[Rc<LaneView>]) -> LedgerView {
    let all = lived(cluster);
    let newest = |identity: Identity| {
        let replacements = lanes
            .iter()
            .filter(|lane| lane.identity() == identity)
            .filter_map(|lane| last_replacement(lane, &all));
        replacements.max_by_key(|one| one.at_us)
    };
    LedgerView { stateless: newest(Identity::Stateless), stateful: newest(Identity::Stateful) }
}

/// The last Pod of a lane that went, and the one that took its place.
fn last_replacement(lane: &LaneView, all: &[Lived]) -> Option<Replacement> {
    let mine: Vec<&Lived> =
        all.iter().filter(|one| one.lane.0 == lane.kind && *one.lane.1 == *lane.name).collect();
    let keeps = lane.identity() == Identity::Stateful;
    let goes = |one: &&&Lived| one.deleted_us.is_some();
    let old = mine.iter().filter(goes).max_by_key(|one| one.deleted_us)?;
    let deleted_us = old.deleted_us?;
    let new = mine.iter().find(|one| {
        let is_later = one.from_us >= deleted_us && one.object.meta.id != old.object.meta.id;
        is_later && (!keeps || one.object.meta.name == old.object.meta.name)
    });
    // A Pod that went and is not wanted any more was not replaced.
    let is_wanted = !keeps
        || lane.pods.iter().any(|pod| pod.name == old.object.meta.name)
        || lane.seats.iter().any(|seat| seat.name == old.object.meta.name);
    if new.is_none() && !(keeps && is_wanted) {
        return None;
    }
    let service = lane.service.as_ref().map(|one| &*one.name);
    let before = old.as_incarnation(service);
    let after = new.map(|one| one.as_incarnation(service));
    let short = |one: &Incarnation| if keeps { one.name.clone() } else { one.suffix.clone() };
    Some(Replacement {
        kind: lane.kind.kind().into(),
        workload: lane.name.clone(),
        old: short(&before),
        new: after.as_ref().map(short),
        at_us: new.map_or(deleted_us, |one| one.from_us),
        rows: Replacement::compare(&before, after.as_ref(), keeps),
    })
}
