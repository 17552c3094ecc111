//! What a replacement keeps, as the ledger tells it of each kind of workload.

use std::rc::Rc;

use podium::api::{Kind, Propagation};
use podium::base::{SECOND_US, SimTime};
use podium::cluster::{Setup, start};
use podium::kubectl::Reader;
use podium::sim::Command;
use podium::view::ledger::{Aspect, Field, Mark, Verdict};
use podium::view::scene::{self, Record};
use podium::view::words::Lang;
use podium::view::words::reasons::reason;

#[test]
fn a_job_with_indices_keeps_hostnames_and_a_daemon_keeps_its_node() {
    let text = "apiVersion: batch/v1
kind: Job
metadata: {name: idx}
spec:
  completionMode: Indexed
  completions: 1
  backoffLimit: 2
  template:
    spec:
      restartPolicy: Never
      containers: [{name: c, image: busybox, command: [sh, -c, 'sleep 1; exit 1']}]
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: c, image: nginx}]}
";
    let objects = Reader::default().read(text).expect("it is valid");
    let mut cluster = start(Setup::default());
    let _ = cluster.submit(Command::Apply(Rc::new(objects)));
    cluster.seek(SimTime(40 * SECOND_US));
    let stage = scene::stage(&cluster);
    let agent = stage.lanes.iter().flat_map(|lane| &lane.pods).find(|one| &*one.base == "agent");
    let _ = cluster.submit(Command::Delete {
        kind: Kind::Pod,
        namespace: "default".into(),
        name: agent.expect("it runs").name.clone(),
        grace_seconds: None,
        propagation: Propagation::Background,
    });
    cluster.seek(SimTime(60 * SECOND_US));
    let lanes = scene::stage(&cluster).lanes;
    let book = scene::book(&cluster, &Record::of(&cluster), &lanes);
    let of = |kind: &str| {
        let found = book.accounts.iter().find(|one| &*one.object.kind == kind);
        found.expect("it is there")
    };
    let tally = of("Job").tally(Aspect::Hostname);
    assert_eq!(tally.verdict, Verdict::Kept);
    assert!(!tally.marks.is_empty() && tally.marks.iter().all(|kept| *kept), "{tally:?}");
    assert_eq!(of("Job").tally(Aspect::Name).verdict, Verdict::New);
    let why = reason(Lang::En, Aspect::Hostname, &[of("Job")]);
    assert!(why.contains("index"), "{why}");
    assert_eq!(of("DaemonSet").tally(Aspect::Node).verdict, Verdict::Kept);
    let newest =
        scene::ledger(&cluster, &Record::of(&cluster), &lanes).stateless.expect("one was replaced");
    let node = newest.rows.iter().find(|row| row.field == Field::Node).expect("it is told");
    assert_eq!((&*newest.workload, node.mark), ("agent", Mark::Kept));
}
