//! What the stage says of disks, names, records and nodes, seen from whole runs.

use std::rc::Rc;

use podium::api::core::{Node, Taint};
use podium::api::{Body, Kind, Object, Propagation};
use podium::base::SimTime;
use podium::cluster::{Cluster, Setup, start};
use podium::kubectl::{self, Reader};
use podium::sim::Command;
use podium::view::scene::{self, Chronicle, Record};
use podium::view::stage::{
    DiskState, DiskView, Fill, LaneKind, LaneView, Link, PodState, Progress, StageView,
    is_wired_densely,
};
use podium::view::words::{Lang, stage as phrases};

const SECOND_US: u64 = 1_000_000;

fn cluster(texts: &[&str]) -> Cluster {
    let mut cluster = start(Setup::default());
    for text in texts {
        let objects = Reader::default().read(text).expect("the manifest is valid");
        let _ = cluster.submit(Command::Apply(Rc::new(objects)));
    }
    pass(&mut cluster, 60);
    cluster
}

fn pass(cluster: &mut Cluster, seconds: u64) {
    let to = SimTime(cluster.now().0 + seconds * SECOND_US);
    cluster.seek(to);
}

fn lane(stage: &StageView, kind: LaneKind) -> &Rc<LaneView> {
    stage.lanes.iter().find(|lane| lane.kind == kind).expect("there is such a lane")
}

fn disk<'a>(stage: &'a StageView, claim: &str) -> &'a Rc<DiskView> {
    stage.disks.iter().find(|disk| &*disk.claim == claim).expect("there is such a disk")
}

#[test]
fn a_disk_on_a_lost_node_is_held_though_its_pod_was_forgotten() {
    let mut cluster = cluster(&[include_str!("../static/examples/web-and-database.yaml")]);
    let _ = cluster.submit(Command::FailNode("node-2".into()));
    pass(&mut cluster, 60);
    let stage = scene::stage(&cluster);
    let held = stage.disks.iter().find(|disk| disk.state == DiskState::Held);
    let held = held.expect("a Pod of the database runs on node-2");
    let (claim, name) = (held.claim.clone(), held.users[0].name.clone());
    let _ = cluster.submit(Command::Delete {
        kind: Kind::Pod,
        namespace: "default".into(),
        name,
        grace_seconds: Some(0),
        propagation: Propagation::Background,
    });
    pass(&mut cluster, 60);
    let stage = scene::stage(&cluster);
    let disk = disk(&stage, &claim);
    assert_eq!((disk.state, disk.attached_to.as_deref()), (DiskState::Held, Some("node-2")));
    assert_eq!(disk.users[0].link, Link::Waiting);
}

const LOCAL: &str = include_str!("manifests/local-and-bare.yaml");

#[test]
fn a_local_volume_lies_in_its_node_and_is_mounted_without_being_attached() {
    let mut cluster = cluster(&[LOCAL]);
    let stage = scene::stage(&cluster);
    for (claim, node) in [("data-kv-0", "node-2"), ("data-kv-1", "node-3")] {
        let disk = disk(&stage, claim);
        assert_eq!((disk.state, disk.local_node.as_deref()), (DiskState::Mounted, Some(node)));
    }
    assert_eq!(disk(&stage, "shared").local_node, None);
    let _ = cluster.submit(Command::FailNode("node-3".into()));
    pass(&mut cluster, 400);
    let stage = scene::stage(&cluster);
    let lost = disk(&stage, "data-kv-1");
    assert_eq!(lost.state, DiskState::Held);
    assert_eq!(phrases::disk_tag(Lang::En, lost), "on lost node-3");
    assert_eq!(disk(&stage, "data-kv-0").state, DiskState::Mounted);
}

#[test]
fn a_local_disk_whose_node_was_removed_is_told_apart_from_those_that_any_node_can_have() {
    let mut cluster = cluster(&[LOCAL]);
    let _ = cluster.submit(Command::RemoveNode("node-3".into()));
    let _ = cluster.submit(Command::Delete {
        kind: Kind::Node,
        namespace: "".into(),
        name: "node-3".into(),
        grace_seconds: None,
        propagation: Propagation::Background,
    });
    // While its Pod is still bound to that node, and when another one waits for it.
    for seconds in [1, 120] {
        pass(&mut cluster, seconds);
        let stage = scene::stage(&cluster);
        let gone = disk(&stage, "data-kv-1");
        assert_eq!((gone.state, gone.gone_node.as_deref()), (DiskState::Gone, Some("node-3")));
        assert!(!gone.is_shared() && gone.local_node.is_none());
        let label = phrases::disk_label(Lang::En, gone);
        assert_eq!(label, "data-kv-1, 5Gi, its node node-3 is gone");
        let label = phrases::disk_label(Lang::Zh, gone);
        assert_eq!(label, "data-kv-1，5Gi，所在节点 node-3 已不存在");
        assert_eq!(disk(&stage, "data-kv-0").state, DiskState::Mounted);
        assert!(disk(&stage, "shared").is_shared());
    }
    // A machine of that name that joins is the one that the volume asks for.
    let node = Object::new("", "node-3", Body::Node(Node::default()));
    let _ = cluster.submit(Command::AddNode(Rc::new(node)));
    pass(&mut cluster, 120);
    let stage = scene::stage(&cluster);
    let back = disk(&stage, "data-kv-1");
    assert_eq!((back.local_node.as_deref(), &back.gone_node), (Some("node-3"), &None));
}

#[test]
fn a_local_disk_without_a_node_names_it_only_if_its_volume_names_one() {
    let name = |selector: &str| {
        let text = LOCAL
            .replace("volumeBindingMode: WaitForFirstConsumer\n", "")
            .replace("{key: kubernetes.io/hostname, operator: In, values: [node-3]}", selector);
        let stage = scene::stage(&cluster(&[&text]));
        let gone = stage.disks.iter().find_map(|disk| disk.gone_node.clone());
        gone.map(|node| node.to_string())
    };
    let hostname =
        |values: &str| format!("{{key: kubernetes.io/hostname, operator: In, values: {values}}}");
    assert_eq!(name(&hostname("[node-9]")).as_deref(), Some("node-9"));
    assert_eq!(name(&hostname("[node-8, node-9]")).as_deref(), Some(""));
    assert_eq!(name("{key: rack, operator: In, values: [a]}").as_deref(), Some(""));
    assert_eq!(name(&hostname("[node-3]")), None);
}

#[test]
fn an_empty_seat_names_the_claims_to_come_unless_they_may_be_part_of_a_node() {
    let claims = |text: &str| {
        let mut cluster = start(Setup::default());
        let objects = Reader::default().read(text).expect("the manifest is valid");
        let _ = cluster.submit(Command::Apply(Rc::new(objects)));
        pass(&mut cluster, 1);
        let stage = scene::stage(&cluster);
        let seats = lane(&stage, LaneKind::StatefulSet).seats.clone();
        seats.iter().map(|seat| (seat.ordinal, seat.claims.clone())).collect::<Vec<_>>()
    };
    assert_eq!(claims(LOCAL), [(1, vec![])]);
    let provisioned = LOCAL.replace("storageClassName: local, resources", "resources");
    assert_eq!(claims(&provisioned), [(1, vec!["data-kv-1".into()])]);
    let many = provisioned.replace("replicas: 2", "replicas: 2000");
    assert!(claims(&many).iter().all(|(_, claims)| claims.is_empty()), "so many have no place");
}

#[test]
fn a_name_resolves_only_with_a_headless_service_that_chooses_the_pod() {
    let names = |cluster: &Cluster| {
        let stage = scene::stage(cluster);
        let pods = lane(&stage, LaneKind::StatefulSet).pods.clone();
        let dns = pods.iter().filter_map(|pod| pod.dns.clone());
        dns.map(|dns| (dns.name.to_string(), dns.has_record)).collect::<Vec<_>>()
    };
    let service = |more: &str, label: &str| {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: kv}}\nspec: {{{more}selector: {{app: \
             {label}}}, ports: [{{port: 80}}]}}\n"
        )
    };
    let told = |has: bool| vec![("kv-0.kv".to_owned(), has), ("kv-1.kv".to_owned(), has)];
    assert_eq!(names(&cluster(&[LOCAL])), told(false), "no Service");
    let headless = "clusterIP: None, ";
    assert_eq!(names(&cluster(&[&service(headless, "kv"), LOCAL])), told(true));
    assert_eq!(names(&cluster(&[&service("", "kv"), LOCAL])), told(false), "it has an address");
    assert_eq!(
        names(&cluster(&[&service(headless, "x"), LOCAL])),
        told(false),
        "it chooses others"
    );
}

#[test]
fn a_pod_of_its_own_has_its_whole_name_and_a_job_keeps_what_it_has_done() {
    let mut cluster = cluster(&[LOCAL]);
    let stage = scene::stage(&cluster);
    let bare = &lane(&stage, LaneKind::BarePods).pods[0];
    assert_eq!((&*bare.name, &*bare.base, &*bare.suffix), ("lonely-pod", "", ""));
    let job = lane(&stage, LaneKind::Job);
    assert!(job.pods.len() == 2 && job.pods.iter().all(|pod| pod.state == PodState::Completed));
    let names: Vec<_> = job.pods.iter().map(|pod| pod.name.clone()).collect();
    let timeline = scene::timeline(&Record::of(&cluster), &stage.lanes);
    let group = timeline.groups.iter().find(|group| group.kind == "Job").expect("it is there");
    for life in group.rows.iter().flat_map(|row| &row.lives) {
        let end = life.done_us.expect("what ran in it has ended");
        assert!(end < 30 * SECOND_US && life.ready_us.is_none_or(|ready| ready <= end));
    }
    for name in names {
        let _ = cluster.submit(delete(&name, None));
    }
    pass(&mut cluster, 60);
    let stage = scene::stage(&cluster);
    let job = lane(&stage, LaneKind::Job);
    assert!(job.pods.is_empty(), "a Job that is complete makes no more");
    assert_eq!(job.bar(), [Fill::Ready; 2]);
}

fn delete(name: &str, grace_seconds: Option<u32>) -> Command {
    Command::Delete {
        kind: Kind::Pod,
        namespace: "default".into(),
        name: name.into(),
        grace_seconds,
        propagation: Propagation::Background,
    }
}

#[test]
fn things_of_one_name_in_two_namespaces_are_told_apart() {
    let there = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n";
    let example = include_str!("../static/examples/web-and-database.yaml");
    let other = example.replace("metadata:\n  name:", "metadata:\n  namespace: shop\n  name:");
    let cluster = cluster(&[there, example, &other]);
    let stage = scene::stage(&cluster);
    for lang in Lang::ALL {
        let disks: Vec<_> =
            stage.disks.iter().map(|disk| phrases::disk_label(lang, disk)).collect();
        let pods: Vec<_> = stage
            .lanes
            .iter()
            .flat_map(|lane| lane.pods.iter().map(|pod| phrases::pod_label(lang, pod, lane, &[])))
            .map(|label| label.split(" on ").next().unwrap_or_default().to_owned())
            .collect();
        for mut labels in [disks, pods] {
            let all = labels.len();
            labels.sort_unstable();
            labels.dedup();
            assert!(all >= 6 && labels.len() == all, "{labels:?}");
        }
    }
}

#[test]
fn a_shared_disk_is_told_with_all_that_mount_it() {
    let text = include_str!("../static/examples/shared-files.yaml");
    let cluster = cluster(&[text]);
    let stage = scene::stage(&cluster);
    let shared = stage.disks.iter().find(|disk| disk.users.len() > 1).expect("it is shared");
    let count = shared.users.len();
    assert_eq!(phrases::disk_tag(Lang::En, shared), format!("mounted by {count} Pods"));
    let label = phrases::disk_label(Lang::En, shared);
    assert!(shared.users.iter().all(|user| label.contains(&*user.name)), "{label}");
}

const NFS: &str = "apiVersion: v1
kind: PersistentVolume
metadata: {name: own}
spec:
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteMany]
  storageClassName: ''
  nfs: {server: nas, path: /own}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: shared}
spec:
  accessModes: [ReadWriteMany]
  storageClassName: ''
  resources: {requests: {storage: 1Gi}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: files}
spec:
  replicas: 6
  selector: {matchLabels: {app: files}}
  template:
    metadata: {labels: {app: files}}
    spec:
      containers: [{name: c, image: nginx, volumeMounts: [{name: v, mountPath: /v}]}]
      volumes: [{name: v, persistentVolumeClaim: {claimName: shared}}]
";

#[test]
fn a_shared_disk_goes_on_being_mounted_elsewhere_when_a_node_is_lost() {
    for text in [include_str!("../static/examples/shared-files.yaml"), NFS] {
        let mut cluster = cluster(&[text]);
        let stage = scene::stage(&cluster);
        let claim = stage.disks.iter().find(|disk| disk.users.len() > 1).expect("it is shared");
        let claim = claim.claim.clone();
        let home = stage.lanes[0].pods[0].node.clone().expect("it runs");
        let _ = cluster.submit(Command::FailNode(home.clone()));
        pass(&mut cluster, 60);
        let stage = scene::stage(&cluster);
        let shared = disk(&stage, &claim);
        assert_eq!(shared.state, DiskState::Mounted);
        let count = |link| shared.users.iter().filter(|user| user.link == link).count();
        let (mounted, held) = (count(Link::Mounted), count(Link::Held));
        assert!(mounted > 1 && held > 0);
        let tag = phrases::disk_tag(Lang::En, shared);
        assert_eq!(tag, format!("mounted by {mounted} Pods, {held} lost"));
        let tag = phrases::disk_tag(Lang::Zh, shared);
        assert_eq!(tag, format!("由 {mounted} 个 Pod 挂载，{held} 个失联"));
        let whole = phrases::disk_label(Lang::En, shared);
        for (lane, pod) in
            stage.lanes.iter().flat_map(|lane| lane.pods.iter().map(move |pod| (lane, pod)))
        {
            let label = phrases::pod_label(Lang::En, pod, lane, &[shared]);
            let is_lost = pod.node.as_ref() == Some(&home);
            let word = if is_lost { "held by lost node" } else { "mounted" };
            assert!(label.ends_with(&format!("disk {claim} {word}")), "{label}");
            assert_eq!(whole.contains(&format!("{} on a lost node", pod.name)), is_lost, "{whole}");
        }
        // Nobody else has it: what was never attached does not say that it is.
        for node in ["node-1", "node-2", "node-3"] {
            let _ = cluster.submit(Command::FailNode(node.into()));
        }
        pass(&mut cluster, 60);
        let stage = scene::stage(&cluster);
        let shared = disk(&stage, &claim);
        let tag = phrases::disk_tag(Lang::En, shared);
        assert_eq!(shared.state, DiskState::Held);
        assert_eq!(tag.starts_with("still attached to "), shared.attached_to.is_some(), "{tag}");
        assert!(shared.attached_to.is_some() || tag == "held by lost node", "{tag}");
    }
}

#[test]
fn forty_pods_keep_their_wires_however_many_claims_each_has() {
    let set = |replicas: u32| {
        let claim = |name: &str| {
            format!(
                "\n  - metadata: {{name: {name}}}\n    spec: {{accessModes: [ReadWriteOnce], \
                 resources: {{requests: {{storage: 1Gi}}}}}}"
            )
        };
        format!(
            "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: db}}\nspec:\n  \
             serviceName: db\n  podManagementPolicy: Parallel\n  replicas: {replicas}\n  \
             selector: {{matchLabels: {{app: db}}}}\n  template:\n    \
             metadata: {{labels: {{app: db}}}}\n    \
             spec: {{containers: [{{name: a, image: mysql}}]}}\n  volumeClaimTemplates:{}{}\n",
            claim("data"),
            claim("log")
        )
    };
    for (replicas, is_dense) in [(40, false), (41, true)] {
        let stage = scene::stage(&cluster(&[&set(replicas)]));
        let wires: usize = stage.disks.iter().map(|disk| disk.users.len()).sum();
        assert_eq!(wires, 2 * usize::try_from(replicas).expect("it is small"));
        assert_eq!(is_wired_densely(&stage.disks), is_dense, "{replicas} Pods");
    }
}

#[test]
fn a_taint_of_a_persons_shows_and_those_of_the_cluster_do_not() {
    let mut cluster = cluster(&[]);
    let state = |cluster: &Cluster| {
        let node = scene::stage(cluster).nodes[0].clone();
        (phrases::node_state(Lang::En, &node), node.taints.clone())
    };
    assert_eq!(state(&cluster), ("Ready".to_owned(), vec![]));
    kubectl::taint_one(&mut cluster, "default", "node-1", "gpu=yes:NoSchedule")
        .expect("it is taken");
    let tainted = ("Ready, tainted".to_owned(), vec!["gpu=yes:NoSchedule".into()]);
    assert_eq!(state(&cluster), tainted);
    kubectl::taint_one(&mut cluster, "default", "node-1", "gpu-").expect("it is taken");
    let _ = cluster.submit(Command::FailNode("node-1".into()));
    pass(&mut cluster, 60);
    let view = cluster.model().view();
    let node = view.named(Kind::Node, "", "node-1").map(|one| one.body.clone());
    let Some(Body::Node(node)) = node else { panic!("the node is there") };
    assert!(node.spec.taints.iter().any(|Taint { effect, .. }| &**effect == "NoExecute"));
    assert!(state(&cluster).1.is_empty());
}

#[test]
fn a_deletion_by_force_is_told_with_its_risk_and_a_creation_with_its_kind() {
    let mut cluster = cluster(&[include_str!("../static/examples/web-and-database.yaml")]);
    let _ = cluster.submit(delete("db-1", Some(0)));
    pass(&mut cluster, 1);
    let told = Chronicle::of(&cluster, Lang::En);
    let entry = |text: &str| told.entries().iter().find(|one| one.sentence() == text).cloned();
    assert!(entry("You deleted db-1 by force.").is_some());
    let risk = "db-1 is forgotten; nobody knows whether its containers still run on node-2.";
    let risk = entry(risk).expect("the risk is told");
    assert_eq!(risk.rule.as_deref(), Some("YOU-FORCE"));
    assert!(risk.meaning.is_some() && risk.url.is_some());
}

const EXAMPLE: &str = include_str!("../static/examples/web-and-database.yaml");

/// The stage with what only the past tells.
fn remembered(cluster: &Cluster) -> StageView {
    let mut stage = scene::stage(cluster);
    scene::mark_left(&Record::of(cluster), &mut stage);
    stage
}

#[test]
fn a_seat_stays_in_the_column_that_its_pod_left_until_the_node_is_taken_away() {
    let mut cluster = cluster(&[EXAMPLE]);
    let home = lane(&scene::stage(&cluster), LaneKind::StatefulSet).pods[2].node.clone();
    let (home, before) = (home.expect("it runs"), cluster.now());
    for name in ["db-0", "db-2"] {
        let _ = cluster.submit(delete(name, Some(1)));
    }
    // The set fills its lowest ordinal first.
    while lane(&scene::stage(&cluster), LaneKind::StatefulSet).seats.is_empty() {
        pass(&mut cluster, 1);
        assert!(cluster.now().since_us(before) < 60 * SECOND_US, "a seat gets empty");
    }
    let stage = remembered(&cluster);
    let db = lane(&stage, LaneKind::StatefulSet);
    assert_eq!((&*db.seats[0].name, db.seats[0].node.as_ref()), ("db-2", Some(&home)));
    assert_eq!(db.progress(), Progress::Steady, "nobody scaled it");
    let node = Command::Delete {
        kind: Kind::Node,
        namespace: "".into(),
        name: home,
        grace_seconds: None,
        propagation: Propagation::Background,
    };
    let _ = cluster.submit(node);
    let stage = remembered(&cluster);
    assert_eq!(lane(&stage, LaneKind::StatefulSet).seats[0].node, None);
}

#[test]
fn a_workload_is_scaling_from_the_change_of_its_number_until_it_is_reached() {
    let mut cluster = cluster(&[EXAMPLE]);
    let told = |cluster: &Cluster, kind| lane(&remembered(cluster), kind).progress();
    assert_eq!(told(&cluster, LaneKind::StatefulSet), Progress::Steady);
    let more = EXAMPLE.replace("replicas: 3", "replicas: 5");
    let objects = Reader::default().read(&more).expect("the manifest is valid");
    let _ = cluster.submit(Command::Apply(Rc::new(objects)));
    pass(&mut cluster, 1);
    assert_eq!(told(&cluster, LaneKind::StatefulSet), Progress::Scaling { to: 5 });
    assert_eq!(told(&cluster, LaneKind::Deployment), Progress::Steady);
    pass(&mut cluster, 120);
    assert_eq!(told(&cluster, LaneKind::StatefulSet), Progress::Steady);
    let _ = cluster.submit(delete("db-1", None));
    for _ in 0..60 {
        pass(&mut cluster, 1);
        assert_eq!(told(&cluster, LaneKind::StatefulSet), Progress::Steady);
    }
}

#[test]
fn a_lane_counts_the_ready_pods_that_its_status_counts_and_so_does_the_chart() {
    let mut cluster = cluster(&[EXAMPLE]);
    let both = |cluster: &Cluster| {
        let stage = scene::stage(cluster);
        let timeline = scene::timeline(&Record::of(cluster), &stage.lanes);
        let chart = timeline.groups.iter().map(podium::view::timeline::Group::ready_now);
        (stage.lanes.iter().map(|lane| lane.ready).collect::<Vec<_>>(), chart.collect::<Vec<_>>())
    };
    assert_eq!(both(&cluster), (vec![4, 3], vec![4, 3]));
    let web = lane(&scene::stage(&cluster), LaneKind::Deployment).pods[0].name.clone();
    let _ = cluster.submit(delete(&web, None));
    for _ in 0..20 {
        let to = SimTime(cluster.now().0 + SECOND_US / 20);
        cluster.seek(to);
        let (lanes, chart) = both(&cluster);
        assert_eq!(lanes, chart);
    }
    // kubectl counts what was ready when its node was taken away until somebody notices.
    let home = lane(&scene::stage(&cluster), LaneKind::StatefulSet).pods[2].node.clone();
    let home = home.expect("it runs");
    let _ = cluster.submit(Command::RemoveNode(home.clone()));
    let node = Command::Delete {
        kind: Kind::Node,
        namespace: "".into(),
        name: home.clone(),
        grace_seconds: None,
        propagation: Propagation::Background,
    };
    let _ = cluster.submit(node);
    pass(&mut cluster, 1);
    let (lanes, chart) = both(&cluster);
    assert_eq!((lanes[1], chart[1]), (3, 3));
    let stage = scene::stage(&cluster);
    let db = lane(&stage, LaneKind::StatefulSet);
    let lost = db.pods.iter().find(|pod| pod.gone_node.is_some()).expect("its node is gone");
    let label = phrases::pod_label(Lang::En, lost, db, &[]);
    assert!(label.contains(&format!("unknown, its node {home} is gone")), "{label}");
}

#[test]
fn a_pod_whose_disk_another_node_holds_does_not_say_that_it_is_mounted() {
    let cluster = cluster(&[include_str!("manifests/one-disk.yaml")]);
    let stage = scene::stage(&cluster);
    let wp = lane(&stage, LaneKind::DaemonSet);
    let disk = disk(&stage, "one");
    let (ready, waiting): (Vec<_>, Vec<_>) =
        wp.pods.iter().partition(|pod| pod.state == PodState::Ready);
    assert_eq!((ready.len(), waiting.len()), (1, 2));
    let node = ready[0].node.as_deref().expect("it runs");
    for pod in waiting {
        assert_eq!(phrases::pod_state(Lang::En, pod), "No disk yet");
        let label = phrases::pod_label(Lang::En, pod, wp, &[disk]);
        assert!(label.ends_with(&format!("disk one is still attached to {node}")), "{label}");
    }
    assert!(phrases::pod_label(Lang::En, ready[0], wp, &[disk]).ends_with("disk one mounted"));
}

#[test]
fn a_lane_says_that_its_job_failed_that_it_is_paused_and_which_services_reach_it() {
    let text = "apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers: [{name: m, image: busybox, command: [sh, -c, \"exit 1\"]}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  paused: true
  replicas: 2
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec: {containers: [{name: c, image: nginx}]}
---
apiVersion: v1
kind: Service
metadata: {name: within}
spec: {clusterIP: None, selector: {app: shop}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: outside}
spec: {type: NodePort, selector: {app: shop}, ports: [{port: 80}]}
";
    let cluster = cluster(&[text]);
    let stage = remembered(&cluster);
    let job = lane(&stage, LaneKind::Job);
    assert_eq!(job.progress(), Progress::Failed);
    assert_eq!(job.failure.as_deref(), Some("BackoffLimitExceeded"));
    let shop = lane(&stage, LaneKind::Deployment);
    assert_eq!(shop.progress(), Progress::Paused);
    let services: Vec<_> = shop.services().map(|one| (&*one.name, &*one.kind)).collect();
    assert_eq!(services, [("outside", "NodePort"), ("within", "")]);
    assert!(shop.is_reached(), "one of them has an address");
}

#[test]
fn the_runs_of_a_cron_job_name_it_and_those_that_are_over_fold_but_for_the_last() {
    let text = "apiVersion: batch/v1
kind: CronJob
metadata: {name: tick}
spec:
  schedule: \"* * * * *\"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{name: b, image: busybox, command: [sh, -c, \"exit 0\"]}]
";
    let mut cluster = cluster(&[text]);
    pass(&mut cluster, 170);
    let stage = scene::stage(&cluster);
    let runs: Vec<_> = stage.lanes.iter().filter(|lane| lane.kind == LaneKind::Job).collect();
    assert!(runs.len() >= 3, "{}", runs.len());
    assert!(runs.iter().all(|lane| lane.maker.as_deref() == Some("tick")));
    let past: Vec<_> = runs.iter().map(|lane| lane.is_past).collect();
    let (last, before) = past.split_last().expect("there are some");
    assert!(!last && before.iter().all(|past| *past), "{past:?}");
}

fn apply(cluster: &mut Cluster, text: &str) {
    let objects = Reader::default().read(text).expect("the manifest is valid");
    let _ = cluster.submit(Command::Apply(Rc::new(objects)));
}

/// What the lane says at each tenth of a second until the story says that a rollout is over, and
/// then.
fn roll(cluster: &mut Cluster, kind: LaneKind, end: &str) -> (Vec<Progress>, Progress) {
    let (start, mut told) = (cluster.now().0, Chronicle::of(cluster, Lang::En));
    let mut seen = Vec::new();
    for _ in 0..1_800 {
        let to = SimTime(cluster.now().0 + SECOND_US / 10);
        cluster.seek(to);
        told.read(cluster, Lang::En);
        let mut new = told.entries().iter().filter(|one| one.at_us > start);
        let progress = lane(&remembered(cluster), kind).progress();
        if new.any(|one| one.sentence() == end) {
            return (seen, progress);
        }
        seen.push(progress);
    }
    panic!("{end:?} is never told");
}

fn workload(kind: &str, more: &str, image: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: {kind}
metadata: {{name: one}}
spec:
  {more}
  selector: {{matchLabels: {{app: one}}}}
  template:
    metadata: {{labels: {{app: one}}}}
    spec:
      terminationGracePeriodSeconds: 5
      containers:
      - name: c
        image: {image}
        lifecycle: {{preStop: {{sleep: {{seconds: 4}}}}}}
        readinessProbe: {{exec: {{command: ['true']}}, initialDelaySeconds: 6}}
"
    )
}

#[test]
fn a_lane_says_that_it_rolls_out_for_as_long_as_the_story_does() {
    let end = |count: &str| {
        format!("The rollout of one is complete: all its {count} Pods are on revision 2.")
    };
    for (kind, name, more, end) in [
        (LaneKind::Deployment, "Deployment", "replicas: 3\n  strategy: {type: Recreate}", end("3")),
        (LaneKind::Deployment, "Deployment", "replicas: 3", end("3")),
        (LaneKind::StatefulSet, "StatefulSet", "replicas: 2\n  serviceName: one", end("2")),
        (LaneKind::DaemonSet, "DaemonSet", "minReadySeconds: 2", end("3")),
    ] {
        let mut cluster = cluster(&[&workload(name, more, "nginx:1.27")]);
        assert_eq!(lane(&remembered(&cluster), kind).progress(), Progress::Steady);
        apply(&mut cluster, &workload(name, more, "nginx:1.28"));
        pass(&mut cluster, 1);
        let (seen, last) = roll(&mut cluster, kind, &end);
        assert!(seen.len() > 100, "{more}: it takes its time");
        let to = Progress::RollingOut { to: 2 };
        assert!(seen.iter().all(|one| *one == to), "{more}: {seen:?}");
        assert_eq!(last, Progress::Steady, "{more}");
        // A Pod that is replaced is no rollout, and the story does not speak of one.
        let name = lane(&remembered(&cluster), kind).pods[0].name.clone();
        let (start, _) = (cluster.now().0, cluster.submit(delete(&name, None)));
        for _ in 0..60 {
            pass(&mut cluster, 1);
            assert_eq!(lane(&remembered(&cluster), kind).progress(), Progress::Steady, "{more}");
        }
        let told = Chronicle::of(&cluster, Lang::En);
        assert!(!told.entries().iter().any(|one| one.at_us > start && one.sentence() == end));
    }
}

#[test]
fn the_rollout_of_a_daemon_set_is_drawn_and_its_daemons_go_for_the_reason_that_is_told() {
    let mut cluster = cluster(&[&workload("DaemonSet", "minReadySeconds: 0", "nginx:1.27")]);
    apply(&mut cluster, &workload("DaemonSet", "minReadySeconds: 0", "nginx:1.28"));
    pass(&mut cluster, 2);
    let stage = remembered(&cluster);
    let daemons = lane(&stage, LaneKind::DaemonSet);
    assert_eq!(phrases::progress(Lang::En, daemons), "rollout to 2");
    assert_eq!(phrases::progress(Lang::Zh, daemons), "更新到版本 2");
    let old = daemons.bar().iter().filter(|fill| **fill == Fill::Old).count();
    assert_eq!(old, 2, "one of three is being renewed: {:?}", daemons.bar());
    assert_eq!(daemons.revisions.iter().map(|one| one.number).collect::<Vec<_>>(), [1, 2]);
    pass(&mut cluster, 60);
    kubectl::taint_one(&mut cluster, "default", "node-1", "gpu=yes:NoExecute")
        .expect("it is taken");
    pass(&mut cluster, 10);
    for (lang, renewed, driven) in [
        (
            Lang::En,
            " is told to stop: it has the old template. Its node gets revision 2.",
            " must leave node-1: it does not tolerate the taint gpu=yes:NoExecute.",
        ),
        (
            Lang::Zh,
            " 被要求停止：它还是旧模板。它的节点将换成版本 2。",
            " 必须离开 node-1：它不容忍污点 gpu=yes:NoExecute。",
        ),
    ] {
        let told = Chronicle::of(&cluster, lang);
        let with = |end: &str| {
            let all = told.entries().iter().filter(|one| one.sentence().ends_with(end));
            all.map(|one| (one.rule.clone(), one.meaning.clone())).collect::<Vec<_>>()
        };
        let rolled = with(renewed);
        assert_eq!(rolled.len(), 3);
        assert!(rolled.iter().all(|(rule, meaning)| {
            rule.as_deref() == Some("DS-ROLL")
                && meaning.as_ref().is_some_and(|text| text.contains("maxUnavailable"))
        }));
        let driven = with(driven);
        assert!(driven.iter().any(|(rule, _)| rule.as_deref() != Some("DS-ROLL")), "{driven:?}");
    }
}

#[test]
fn what_does_not_hear_can_not_be_killed_and_the_refusal_alone_says_so() {
    let mut cluster = cluster(&[EXAMPLE]);
    let kill = || Command::KillContainer {
        namespace: "default".into(),
        pod: "db-1".into(),
        container: "mysql".into(),
    };
    let can = |cluster: &Cluster| {
        let stage = scene::stage(cluster);
        let mut pods = stage.lanes.iter().flat_map(|lane| &lane.pods);
        let pod = pods.find(|pod| &*pod.name == "db-1").expect("it is there").clone();
        pod.killable().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(can(&cluster), ["mysql"]);
    let _ = cluster.submit(Command::FailNode("node-2".into()));
    // At once, and when everybody knows.
    for seconds in [1, 60] {
        pass(&mut cluster, seconds);
        assert_eq!(can(&cluster), [""; 0]);
        assert!(cluster.submit(kill()).is_err());
    }
    for (lang, text) in [
        (Lang::En, "You could not kill container mysql of db-1: node-2 is out of reach."),
        (Lang::Zh, "无法杀死容器 mysql（属于 db-1）：node-2 失去联系。"),
    ] {
        let chronicle = Chronicle::of(&cluster, lang);
        let about = |one: &&Rc<podium::view::story::Entry>| {
            let sentence = one.sentence();
            sentence.contains("mysql") && (sentence.contains("kill") || sentence.contains("杀"))
                || sentence.starts_with("That was refused")
        };
        let told: Vec<_> = chronicle.entries().iter().filter(about).collect();
        assert_eq!(told.iter().map(|one| one.sentence()).collect::<Vec<_>>(), [text, text]);
        assert!(told.iter().all(|one| one.rule.as_deref() == Some("NODE-FAIL")));
    }
    // It only hung: what ran goes on, and hears again.
    let ip = |cluster: &Cluster| {
        let view = cluster.model().view();
        let pod = view.named(Kind::Pod, "default", "db-1").and_then(|one| one.pod().cloned());
        pod.map(|pod| (pod.status.pod_ip.clone(), pod.status.container_statuses[0].restart_count))
    };
    let before = ip(&cluster);
    let _ = cluster.submit(Command::RecoverNode("node-2".into()));
    pass(&mut cluster, 30);
    assert_eq!(ip(&cluster), before);
    assert_eq!(can(&cluster), ["mysql"]);
}

#[test]
fn whichever_container_runs_can_be_killed_and_its_restarts_are_those_that_kubectl_counts() {
    let mut cluster = start(Setup::default());
    apply(
        &mut cluster,
        "apiVersion: v1\nkind: Pod\nmetadata: {name: trio}\nspec:\n  initContainers:\n  - {name: \
         proxy, image: nginx, restartPolicy: Always}\n  - {name: prep, image: busybox, command: \
         [sh, -c, sleep 30]}\n  containers: [{name: app, image: nginx}]\n",
    );
    let pod = |cluster: &Cluster| lane(&scene::stage(cluster), LaneKind::BarePods).pods[0].clone();
    let can = |cluster: &Cluster| {
        let pod = pod(cluster);
        (pod.killable().map(ToString::to_string).collect::<Vec<_>>().join(" "), pod.restarts)
    };
    let printed = |cluster: &mut Cluster| {
        let words = kubectl::split("kubectl get pod trio --no-headers");
        let limit = SimTime(cluster.now().0 + SECOND_US);
        let line = kubectl::execute(cluster, "default", &words, None, limit).stdout;
        line.split_whitespace().nth(3).and_then(|one| one.parse::<u32>().ok())
    };
    let kill = |cluster: &mut Cluster, container: &str| {
        let (namespace, pod) = ("default".into(), "trio".into());
        let command = Command::KillContainer { namespace, pod, container: container.into() };
        assert!(cluster.submit(command).is_ok(), "{container} runs");
    };
    pass(&mut cluster, 20);
    assert_eq!(can(&cluster), ("proxy prep".to_owned(), 0));
    kill(&mut cluster, "prep");
    pass(&mut cluster, 5);
    assert_eq!(can(&cluster), ("proxy prep".to_owned(), 1));
    assert_eq!(printed(&mut cluster), Some(1));
    // Once all has begun, kubectl forgets the init containers but for the sidecars.
    pass(&mut cluster, 60);
    assert_eq!(can(&cluster), ("proxy app".to_owned(), 0));
    assert_eq!(printed(&mut cluster), Some(0));
    for (restarts, container) in [(1, "proxy"), (2, "app")] {
        kill(&mut cluster, container);
        pass(&mut cluster, 60);
        assert_eq!(can(&cluster), ("proxy app".to_owned(), restarts));
        assert_eq!(printed(&mut cluster), Some(restarts));
        assert_eq!(pod(&cluster).state, PodState::Ready);
    }
}
