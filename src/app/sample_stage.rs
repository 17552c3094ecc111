//! The stage of the recorded minute.
//!
//! Owns no truth. Invariant: nothing but `sample` uses it.

use podium::view::Identity;
use podium::view::ledger::{Incarnation, LedgerView, Replacement};
use podium::view::stage::{
    Activity, Actor, ActorView, DiskState, DiskUser, DiskView, Dns, LaneKind, LaneView, Link,
    NodeView, PodState, PodView, RevisionView, SeatView, ServiceView, StageView, Step, Text,
};
use podium::view::timeline::{Group, Life};
use std::rc::Rc;

fn text(words: &str) -> Text {
    words.into()
}

fn state(life: &Life) -> PodState {
    match (life.deleted_us, life.ready_us) {
        (Some(_), _) => PodState::Terminating,
        (None, Some(_)) => PodState::Ready,
        (None, None) => PodState::Creating,
    }
}

fn pod(group: &Group, row: usize, life: &Life) -> Rc<PodView> {
    let stateful = group.identity == Identity::Stateful;
    let (base, suffix) = life.name.rsplit_once('-').unwrap_or(("", &life.name));
    let state = state(life);
    let is_ready = state == PodState::Ready;
    let node = format!("node-{}", (row + usize::from(life.from_us > 20_000_000)) % 3 + 1);
    let steps = if is_ready { Step::Done } else { Step::Waiting };
    Rc::new(PodView {
        uid: text(&format!("{}@{}", life.name, life.from_us)),
        namespace: text("default"),
        name: text(&life.name),
        base: text(base),
        suffix: text(suffix),
        ordinal: stateful.then(|| u32::try_from(row).unwrap_or(0)),
        revision: 1,
        node: Some(text(&node)),
        ip: life.ready_us.map(|_| text(&format!("10.244.{}.{}", row % 3 + 1, row + 3))),
        state,
        deleting: life.deleted_us.is_some(),
        init: if stateful { vec![steps, steps] } else { Vec::new() },
        containers: vec![(text(if stateful { "mysql" } else { "nginx" }), steps)],
        dns: stateful
            .then(|| Dns { name: text(&format!("{}.db", life.name)), has_record: is_ready }),
        serving: is_ready,
        claims: if stateful { vec![text(&format!("data-{}", life.name))] } else { Vec::new() },
        ..PodView::default()
    })
}

fn lane(group: &Group) -> Rc<LaneView> {
    let stateful = group.identity == Identity::Stateful;
    let live = |life: &&Life| life.end_us.is_none();
    let pods: Vec<_> = group
        .rows
        .iter()
        .enumerate()
        .filter_map(|(row, each)| each.lives.iter().find(live).map(|life| pod(group, row, life)))
        .collect();
    let seats = group
        .rows
        .iter()
        .enumerate()
        .filter(|(_, row)| stateful && row.lives.iter().all(|life| life.end_us.is_some()));
    Rc::new(LaneView {
        uid: text(&group.name),
        kind: if stateful { LaneKind::StatefulSet } else { LaneKind::Deployment },
        namespace: text("default"),
        name: text(&group.name),
        desired: group.desired.unwrap_or(0),
        ready: group.ready_now(),
        revisions: vec![RevisionView {
            number: 1,
            hash: text("6d4cf56db6"),
            replicas: 4,
            ready: group.ready_now(),
        }],
        service: Some(ServiceView {
            name: text(&group.name),
            cluster_ip: (!stateful).then(|| text("10.96.14.20")),
        }),
        seats: seats
            .map(|(row, _)| {
                Rc::new(SeatView {
                    ordinal: u32::try_from(row).unwrap_or(0),
                    name: text(&format!("db-{row}")),
                    dns: Some(text(&format!("db-{row}.db"))),
                    node: Some(text(&format!("node-{}", row + 1))),
                })
            })
            .collect(),
        pods,
        ..LaneView::default()
    })
}

fn disk(row: usize, lane: &LaneView) -> Rc<DiskView> {
    let user = lane.pods.iter().find(|pod| pod.ordinal == u32::try_from(row).ok());
    let ready = user.is_some_and(|pod| pod.state == PodState::Ready);
    let link = if ready { Link::Mounted } else { Link::Waiting };
    Rc::new(DiskView {
        uid: text(&format!("disk-{row}")),
        namespace: text("default"),
        claim: text(&format!("data-db-{row}")),
        lane: lane.uid.clone(),
        ordinal: u32::try_from(row).ok(),
        state: if ready { DiskState::Mounted } else { DiskState::Waiting },
        users: user
            .iter()
            .map(|pod| DiskUser { uid: pod.uid.clone(), name: pod.name.clone(), link })
            .collect(),
        capacity: text("10Gi"),
        rows: Some((1, 42)),
        ..DiskView::default()
    })
}

pub(crate) fn stage(groups: &[Group], now_us: u64) -> StageView {
    let lanes: Vec<_> = groups.iter().map(lane).collect();
    let activity = |at: usize| match (now_us / 1_000_000 + at as u64) % 8 {
        0 => Activity::Active,
        1 | 2 => Activity::Recent,
        _ => Activity::Idle,
    };
    let disks = lanes
        .iter()
        .filter(|lane| lane.kind == LaneKind::StatefulSet)
        .flat_map(|lane| (0..groups[1].rows.len()).map(|row| disk(row, lane)))
        .collect();
    let nodes = (1..=3).map(|n| {
        Rc::new(NodeView {
            name: text(&format!("node-{n}")),
            cidr: text(&format!("10.244.{n}.0/24")),
            cpu: podium::view::stage::Usage { used: 42, allocatable: 100 },
            memory: podium::view::stage::Usage { used: 51, allocatable: 100 },
            ..NodeView::default()
        })
    });
    StageView {
        actors: Actor::ALL
            .into_iter()
            .enumerate()
            .map(|(at, actor)| ActorView { actor, activity: activity(at) })
            .collect(),
        nodes: nodes.collect(),
        lanes,
        disks,
        ..StageView::default()
    }
}

fn incarnation(name: &str, ip: &str, node: &str, uid: &str, stateful: bool) -> Incarnation {
    Incarnation {
        name: text(name),
        suffix: text(name.rsplit('-').next().unwrap_or(name)),
        dns: Some(text(if stateful { "db-1.db" } else { "web" })),
        dns_is_own: stateful,
        has_record: true,
        ip: Some(text(ip)),
        node: Some(text(node)),
        disks: if stateful { vec![text("data-db-1")] } else { Vec::new() },
        uid: text(uid),
    }
}

pub(crate) fn ledger() -> LedgerView {
    let pair = |kind: &str, old: Incarnation, new: Incarnation, keeps: bool| Replacement {
        kind: text(kind),
        workload: text(if keeps { "db" } else { "web" }),
        old: old.suffix.clone(),
        new: Some(new.suffix.clone()),
        at_us: 28_000_000,
        rows: Replacement::compare(&old, Some(&new), keeps),
    };
    LedgerView {
        stateless: Some(pair(
            "Deployment",
            incarnation("web-6d4cf56db6-x7k2p", "10.244.3.4", "node-3", "7be0c2a1", false),
            incarnation("web-6d4cf56db6-n4qzt", "10.244.2.7", "node-2", "e19d44b2", false),
            false,
        )),
        stateful: Some(pair(
            "StatefulSet",
            incarnation("db-1", "10.244.2.4", "node-2", "3fa8d1c0", true),
            incarnation("db-1", "10.244.2.9", "node-2", "90c47e11", true),
            true,
        )),
    }
}
