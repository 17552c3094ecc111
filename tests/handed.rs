//! Pods that come to belong to another workload, or to none: whose lives the charts take them for.

use std::rc::Rc;

use podium::api::{Kind, Propagation};
use podium::base::{SECOND_US, SimTime};
use podium::cluster::{Cluster, Setup, start};
use podium::kubectl::Reader;
use podium::sim::Command;
use podium::view::scene::{self, Record};

fn apply(cluster: &mut Cluster, text: &str, until_s: u64) {
    let objects = Reader::default().read(text).expect("it is valid");
    let _ = cluster.submit(Command::Apply(Rc::new(objects)));
    cluster.seek(SimTime(until_s * SECOND_US));
}

fn leave(cluster: &mut Cluster, kind: Kind, name: &str, until_s: u64) {
    let _ = cluster.submit(Command::Delete {
        kind,
        namespace: "default".into(),
        name: name.into(),
        grace_seconds: None,
        propagation: Propagation::Orphan,
    });
    cluster.seek(SimTime(until_s * SECOND_US));
}

/// Each workload of the timeline with how many lives last.
fn last(cluster: &Cluster) -> Vec<(String, usize)> {
    let lanes = scene::stage(cluster).lanes;
    let view = scene::timeline(&Record::of(cluster), &lanes);
    let told = view.groups.iter().map(|group| {
        let lives = group.rows.iter().flat_map(|row| &row.lives);
        let count = lives.filter(|life| life.end_us.is_none()).count();
        (format!("{} {}", group.kind, group.name), count)
    });
    told.filter(|(_, count)| *count > 0).collect()
}

#[test]
fn what_a_deployment_leaves_belongs_to_its_replica_set_until_one_adopts_it() {
    let text = include_str!("../static/examples/web-and-database.yaml");
    let mut cluster = start(Setup::default());
    apply(&mut cluster, text, 40);
    let all = |first: &str| {
        let mut all = last(&cluster);
        all.retain(|(name, _)| name.contains(first));
        all
    };
    let before = all("web");
    assert_eq!(before.len(), 1, "{before:?}");
    assert!(before[0].0.starts_with("Deployment web"));
    leave(&mut cluster, Kind::Deployment, "web", 45);
    let after = last(&cluster);
    let set = after.iter().find(|(name, _)| name.starts_with("ReplicaSet web-"));
    assert_eq!(set.map(|(_, count)| *count), Some(before[0].1), "{after:?}");
    assert!(after.iter().all(|(name, _)| !name.starts_with("Deployment")), "{after:?}");
    apply(&mut cluster, text, 60);
    assert!(last(&cluster).contains(&before[0]), "it has them again");
}

#[test]
fn what_a_stateful_set_leaves_stands_by_itself_until_one_adopts_it() {
    let text = include_str!("../static/examples/web-and-database.yaml");
    let mut cluster = start(Setup::default());
    apply(&mut cluster, text, 60);
    let before = last(&cluster);
    let set = before.iter().find(|(name, _)| name.starts_with("StatefulSet")).expect("one").clone();
    leave(&mut cluster, Kind::StatefulSet, "db", 65);
    let after = last(&cluster);
    let bare = after.iter().find(|(name, _)| name.starts_with("Pod"));
    assert_eq!(bare.map(|(_, count)| *count), Some(set.1), "{after:?}");
    assert!(!after.contains(&set));
    apply(&mut cluster, text, 90);
    assert_eq!(last(&cluster), before);
}
