//! The views that need a whole run: several runs, the look ahead, the ledger and the timeline.

use std::rc::Rc;

use podium::api::{Kind, Propagation};
use podium::base::SimTime;
use podium::cluster::{Cluster, Setup, start};
use podium::kubectl::Reader;
use podium::sim::Command;
use podium::view::Identity;
use podium::view::ledger::{Aspect, Field, Mark, Verdict};
use podium::view::scene::{self, Ahead, Companion, Outlook, RUNS_MAX, Record, Runs};
use podium::view::stage::{DiskState, ObjectRef};
use podium::view::timeline::Spent;
use podium::view::words::Lang;

const SECOND_US: u64 = 1_000_000;

fn cluster() -> Cluster {
    let text = include_str!("../static/examples/web-and-database.yaml");
    let objects = Reader::default().read(text).expect("the example is valid");
    let mut cluster = start(Setup::default());
    let _ = cluster.submit(Command::Apply(Rc::new(objects)));
    cluster.seek(SimTime(30 * SECOND_US));
    cluster
}

fn delete(name: &str) -> Command {
    Command::Delete {
        kind: Kind::Pod,
        namespace: "default".into(),
        name: name.into(),
        grace_seconds: None,
        propagation: Propagation::Background,
    }
}

#[test]
fn a_fork_goes_its_own_way_and_the_old_run_is_found_as_it_was() {
    let (mut cluster, mut runs) = (cluster(), Runs::default());
    let before = cluster.digest();
    let fork = runs.fork(&mut cluster).expect("there is room");
    assert_eq!(cluster.digest(), before);
    let _ = cluster.submit(delete("db-1"));
    cluster.seek(SimTime(40 * SECOND_US));
    assert!(runs.switch(0, &mut cluster));
    assert_eq!(cluster.digest(), before, "as far as it came");
    assert!(runs.switch(fork, &mut cluster));
    assert_eq!(cluster.now(), SimTime(30 * SECOND_US), "the same moment in the other run");
}

#[test]
fn a_run_tells_when_it_parted_and_by_which_act() {
    let (mut cluster, mut runs) = (cluster(), Runs::default());
    let fork = runs.fork(&mut cluster).expect("there is room");
    cluster.seek(SimTime(32 * SECOND_US));
    let _ = cluster.submit(delete("db-1"));
    let views = runs.views(&cluster, Lang::En);
    assert_eq!(views.iter().map(|one| one.letter).collect::<String>(), "AB");
    let first = &views[0];
    assert_eq!((first.parted_us, first.forked_us), (30 * SECOND_US, None));
    assert_eq!(first.story, "forked at 0:30.0, db-1 not deleted");
    runs.switch(0, &mut cluster);
    let views = runs.views(&cluster, Lang::En);
    assert_eq!(views[1].story, "forked at 0:30.0; then: You deleted db-1");
    assert_eq!(views[1].forked_us, Some(30 * SECOND_US));
    assert_eq!(runs.close(fork), Some('B'));
    assert_eq!(runs.close(0), None, "the run on screen stays");
}

#[test]
fn acting_before_what_was_done_later_keeps_it_in_a_run_of_its_own() {
    let (mut cluster, mut runs) = (cluster(), Runs::default());
    assert_eq!(runs.keep_ahead(&mut cluster, Lang::En), None, "nothing was done later");
    cluster.seek(SimTime(40 * SECOND_US));
    let _ = cluster.submit(delete("db-1"));
    cluster.seek(SimTime(50 * SECOND_US));
    let whole = cluster.digest();
    cluster.seek(SimTime(36 * SECOND_US));
    assert_eq!(runs.keep_ahead(&mut cluster, Lang::En), Some(Ahead::Kept('B', 'A')));
    let _ = cluster.submit(delete("db-2"));
    assert_eq!(runs.keep_ahead(&mut cluster, Lang::En), None, "once is enough");
    let views = runs.views(&cluster, Lang::En);
    assert_eq!((views[0].parted_us, views[1].forked_us), (36 * SECOND_US, Some(36 * SECOND_US)));
    runs.switch(0, &mut cluster);
    cluster.seek(SimTime(50 * SECOND_US));
    assert_eq!(cluster.digest(), whole, "what was done later is still done");
}

#[test]
fn without_room_for_another_run_it_is_said_what_goes() {
    let (mut cluster, mut runs) = (cluster(), Runs::default());
    while runs.fork(&mut cluster).is_some() {}
    let _ = cluster.submit(delete("db-1"));
    let _ = cluster.submit(delete("db-2"));
    cluster.seek(SimTime(20 * SECOND_US));
    let lost = runs.keep_ahead(&mut cluster, Lang::En).expect("two acts lie ahead");
    assert_eq!(
        podium::view::words::views::ahead(Lang::En, &lost),
        "There is room for six runs only, so what you had done later in run F is gone: You deleted \
         db-1 (0:30.0) and one more act."
    );
}

#[test]
fn a_run_that_acted_before_its_fork_parted_there() {
    let (mut cluster, mut runs) = (cluster(), Runs::default());
    cluster.seek(SimTime(40 * SECOND_US));
    runs.fork(&mut cluster).expect("there is room");
    cluster.seek(SimTime(36 * SECOND_US));
    let _ = cluster.submit(delete("db-2"));
    let views = runs.views(&cluster, Lang::En);
    assert_eq!(views[0].story, "forked at 0:36.0, db-2 not deleted");
    assert_eq!((views[0].parted_us, views[1].forked_us), (36 * SECOND_US, Some(36 * SECOND_US)));
}

#[test]
fn there_is_room_for_a_few_runs_only() {
    let (mut cluster, mut runs) = (cluster(), Runs::default());
    for _ in 1..RUNS_MAX {
        assert!(runs.fork(&mut cluster).is_some());
    }
    assert_eq!(runs.fork(&mut cluster), None);
    assert!(runs.close(2).is_some());
    let id = runs.fork(&mut cluster).expect("one was closed");
    assert_eq!(runs.letter(id), Some('C'), "a free letter is used again");
}

#[test]
fn a_closed_run_comes_back_as_it_was_until_another_is_made() {
    let (mut cluster, mut runs) = (cluster(), Runs::default());
    let fork = runs.fork(&mut cluster).expect("there is room");
    runs.fork(&mut cluster).expect("there is room");
    let before = runs.views(&cluster, Lang::En);
    let digest = runs.resting(fork).map(Cluster::digest);
    assert_eq!(runs.close(fork), Some('B'));
    assert!(runs.views(&cluster, Lang::En).len() < before.len());
    assert!(runs.reopen() && !runs.reopen(), "once");
    assert_eq!(runs.views(&cluster, Lang::En), before);
    assert_eq!(runs.resting(fork).map(Cluster::digest), digest);
    runs.close(fork);
    let other = runs.fork(&mut cluster).expect("there is room");
    assert_eq!(runs.letter(other), Some('B'), "its letter is taken");
    assert!(!runs.reopen());
    runs.close(0);
    runs.forget_closed();
    assert!(!runs.reopen());
}

#[test]
fn an_outlook_sees_what_comes_and_leaves_the_run_alone() {
    let mut cluster = cluster();
    let _ = cluster.submit(delete("db-1"));
    let before = cluster.digest();
    let mut outlook = Outlook::default();
    let to_us = 90 * SECOND_US;
    let mut rounds = 0;
    while !outlook.look(0, &cluster, to_us, 20) {
        rounds += 1;
    }
    assert!(rounds > 2, "a budget is kept");
    assert_eq!((cluster.digest(), outlook.known_us()), (before, to_us));
    let (ahead, _) = outlook.read().expect("it has looked");
    let seen = ahead.digest();
    cluster.seek(SimTime(to_us));
    assert_eq!(cluster.digest(), seen, "what was expected came about");
    let _ = cluster.submit(delete("db-2"));
    assert!(outlook.look(0, &cluster, to_us, 0), "it begins anew at the present moment");
    assert_eq!(outlook.known_us(), cluster.now().0);
}

#[test]
fn a_companion_follows_back_and_forth() {
    let (mut cluster, mut runs) = (cluster(), Runs::default());
    runs.fork(&mut cluster);
    let mut companion = Companion::new(&runs, 0).expect("the first run rests");
    for at_s in [35, 12, 50] {
        while !companion.follow(at_s * SECOND_US, 100) {}
        assert_eq!(companion.read().0.now(), SimTime(at_s * SECOND_US));
    }
    assert!(companion.is_of(&runs));
}

/// A web Pod and db-1 are deleted and replaced.
fn replaced() -> Cluster {
    let mut cluster = cluster();
    let web = cluster
        .model()
        .view()
        .table(Kind::Pod)
        .iter()
        .find_map(|pod| pod.meta.name.starts_with("web-").then(|| pod.meta.name.to_string()));
    let _ = cluster.submit(delete(&web.expect("web runs")));
    let _ = cluster.submit(delete("db-1"));
    cluster.seek(SimTime(80 * SECOND_US));
    cluster
}

#[test]
fn the_ledger_counts_what_the_run_showed() {
    let cluster = replaced();
    let stage = scene::stage(&cluster);
    let record = Record::of(&cluster);
    let book = scene::book(&cluster, &record, &stage.lanes);
    let names: Vec<_> = book.accounts.iter().map(|one| &*one.object.name).collect();
    assert_eq!(names, ["web", "db"]);
    let (web, db) = (&book.accounts[0], &book.accounts[1]);
    assert_eq!((web.slots.len(), web.pods(), web.names()), (4, 5, 5));
    assert_eq!((db.slots.len(), db.pods(), db.names()), (3, 4, 3));
    for aspect in [Aspect::Name, Aspect::Hostname, Aspect::Disk] {
        assert_eq!(db.tally(aspect).marks, [true], "{aspect:?}");
        assert_eq!(web.tally(aspect).marks, [false], "{aspect:?}");
    }
    assert_eq!(db.tally(Aspect::Ip).marks, [false]);
    assert_eq!(db.tally(Aspect::Order).verdict, Verdict::InOrder(vec![0, 1, 2]));
    let panel = scene::ledger(&cluster, &record, &stage.lanes);
    let stateful = panel.stateful.expect("db-1 was replaced");
    assert_eq!((&*stateful.old, stateful.new.as_deref()), ("db-1", Some("db-1")));
}

/// The example with another image for web, and moments to look at after that.
fn roll(cluster: &mut Cluster, image: &str) {
    let text = include_str!("../static/examples/web-and-database.yaml");
    let line = text.lines().find(|line| line.contains("image: nginx")).expect("web has one");
    let at = line.find("nginx").unwrap_or_default();
    let text = text.replace(line, &format!("{}{image}", &line[..at]));
    let objects = Reader::default().read(&text).expect("the example is valid");
    let _ = cluster.submit(Command::Apply(Rc::new(objects)));
}

fn scale_web(cluster: &mut Cluster, replicas: i32) {
    let _ = cluster.submit(Command::Scale {
        kind: Kind::Deployment,
        namespace: "default".into(),
        name: "web".into(),
        replicas,
    });
}

fn account_of_web(cluster: &Cluster) -> Rc<podium::view::ledger::Account> {
    let lanes = scene::stage(cluster).lanes;
    scene::book(cluster, &Record::of(cluster), &lanes).accounts[0].clone()
}

#[test]
fn a_rollout_with_surge_replaces_each_pod_once_in_its_place() {
    let mut cluster = cluster();
    for (at, marks) in [(1_u64, 4), (2, 8)] {
        roll(&mut cluster, &format!("nginx:1.2{at}"));
        let from = cluster.now().0;
        for step in 0..=600 {
            cluster.seek(SimTime(from + step * SECOND_US / 10));
            assert_eq!(account_of_web(&cluster).places(), 4, "{:?}", cluster.now());
        }
        let web = account_of_web(&cluster);
        assert_eq!((web.slots.len(), web.pods()), (4, 4 + marks));
        assert_eq!(web.tally(Aspect::Name).marks, vec![false; marks]);
        let held = |slot: &podium::view::ledger::Slot| {
            slot.tenants.last().is_some_and(|one| one.end_us.is_none())
        };
        assert!(web.slots.iter().all(held), "no place ends with a Pod that is gone");
        let line = podium::view::words::views::account_note(Lang::En, &web);
        assert!(line.starts_with("4 places, "), "{line}");
    }
}

#[test]
fn a_rollout_that_is_scaled_meanwhile_has_as_many_places_as_replicas_were_asked_for() {
    for numbers in [[6, 6], [2, 2], [6, 3], [2, 5], [1, 4]] {
        for pause in [1, 4, 9, 14, 30] {
            let mut cluster = cluster();
            roll(&mut cluster, "nginx:1.28");
            let mut until = cluster.now().0;
            for replicas in numbers {
                until += pause * SECOND_US / 10;
                cluster.seek(SimTime(until));
                scale_web(&mut cluster, replicas);
            }
            cluster.seek(SimTime(until + 60 * SECOND_US));
            let web = account_of_web(&cluster);
            let most = numbers.into_iter().max().unwrap_or(0).max(4);
            let most = usize::try_from(most).unwrap_or(0);
            assert!(web.places() <= most, "{numbers:?} {pause}: {}", web.places());
            let lives = |one: &&podium::view::ledger::Tenant| one.deleted_us.is_none();
            let held = web.slots.iter().filter_map(|slot| slot.tenants.last()).filter(lives);
            assert_eq!(held.count(), usize::try_from(numbers[1]).unwrap_or(0));
            let surge = web.slots.iter().skip(web.places()).flat_map(|slot| &slot.tenants);
            assert_eq!(surge.filter(lives).count(), 0, "{numbers:?} {pause}: no surge is left");
        }
    }
}

#[test]
fn surge_that_never_gets_ready_stands_apart_and_took_nobody_s_place() {
    let mut cluster = cluster();
    roll(&mut cluster, "nginx:does-not-exist");
    cluster.seek(SimTime(90 * SECOND_US));
    let web = account_of_web(&cluster);
    let surge = web.slots.len() - web.places();
    let pods = scene::stage(&cluster).lanes[0].pods.len();
    assert_eq!((web.places(), surge), (4, pods - 4));
    let lines = podium::view::ledger::export::csv(&[&web]);
    assert_eq!(lines.matches(",surge ").count(), surge, "{lines}");
}

#[test]
fn a_record_read_bit_by_bit_is_the_record_read_at_once() {
    let whole = replaced();
    let mut cluster = cluster();
    let mut record = Record::of(&cluster);
    for (at, command) in whole.commands().map(|(at, one)| (at, Rc::clone(one))).skip(1) {
        cluster.seek(at);
        record.read(&cluster);
        let _ = cluster.submit((*command).clone());
    }
    for at_s in 31..=80 {
        cluster.seek(SimTime(at_s * SECOND_US));
        record.read(&cluster);
    }
    assert_eq!(cluster.digest(), whole.digest());
    let lanes = scene::stage(&cluster).lanes;
    let at_once = scene::timeline(&Record::of(&whole), &lanes);
    assert_eq!(scene::timeline(&record, &lanes), at_once);
    cluster.seek(SimTime(20 * SECOND_US));
    record.read(&cluster);
    let lanes = scene::stage(&cluster).lanes;
    assert_eq!(scene::timeline(&record, &lanes), scene::timeline(&Record::of(&cluster), &lanes));
}

#[test]
fn the_timeline_knows_rows_disks_and_nodes() {
    let cluster = replaced();
    let lanes = scene::stage(&cluster).lanes;
    let view = scene::timeline(&Record::of(&cluster), &lanes);
    let rows: Vec<_> = view.groups.iter().map(|one| one.rows.len()).collect();
    assert_eq!(rows, [5, 3], "a stateless replacement has a row of its own, a stateful one not");
    assert_eq!(view.groups[1].identity, Identity::Stateful);
    let disks: Vec<_> = view.disks.iter().map(|one| (&*one.claim, one.ordinal)).collect();
    let expected = [("data-db-0", Some(0)), ("data-db-1", Some(1)), ("data-db-2", Some(2))];
    assert_eq!(disks, expected);
    assert_eq!(view.nodes.len(), 3);
    let mut failed = cluster;
    let _ = failed.submit(Command::FailNode("node-3".into()));
    let view = scene::timeline(&Record::of(&failed), &lanes);
    let names: Vec<_> = view.nodes.iter().map(|one| &*one.name).collect();
    assert_eq!(names, ["node-1", "node-2", "node-3"], "read anew they stand as before");
}

#[test]
fn the_timeline_says_a_disk_is_mounted_exactly_when_the_stage_does() {
    let mut cluster = cluster();
    let _ = cluster.submit(delete("db-1"));
    let (mut seen, mut shown) = (Vec::new(), Vec::new());
    for at in 300..=450 {
        cluster.seek(SimTime(at * SECOND_US / 10));
        let disks = scene::stage(&cluster).disks;
        let disk = disks.iter().find(|one| &*one.claim == "data-db-1").expect("it is kept");
        seen.push((at, disk.state == DiskState::Mounted));
    }
    let lanes = scene::stage(&cluster).lanes;
    let view = scene::timeline(&Record::of(&cluster), &lanes);
    let row = view.disks.iter().find(|one| one.claim == "data-db-1").expect("it has a row");
    for (at, _) in &seen {
        let now = at * SECOND_US / 10;
        let is_in = |&(from, until): &(u64, Option<u64>)| {
            from <= now && until.is_none_or(|until| now < until)
        };
        shown.push((*at, row.mounted.iter().any(is_in)));
    }
    assert_eq!(shown, seen);
    assert_eq!(row.mounted.len(), 2, "it waited for the Pod that came back");
}

#[test]
fn the_timeline_shows_what_cannot_start_as_failing_and_a_lost_node_s_disk_as_held() {
    let huge = "---
apiVersion: v1
kind: Pod
metadata: {name: huge}
spec: {containers: [{name: app, image: nginx, resources: {requests: {cpu: 99}}}]}
";
    let text = format!("{}{huge}", include_str!("manifests/one-disk.yaml"));
    let mut cluster = start(Setup::default());
    let objects = Reader::default().read(&text).expect("it is valid");
    let _ = cluster.submit(Command::Apply(Rc::new(objects)));
    cluster.seek(SimTime(60 * SECOND_US));
    let lanes = scene::stage(&cluster).lanes;
    let view = scene::timeline(&Record::of(&cluster), &lanes);
    let lives = view.groups.iter().flat_map(|group| &group.rows).flat_map(|row| &row.lives);
    for life in lives.clone() {
        let is_failing = life.failing.iter().any(|spell| spell.1.is_none());
        assert_eq!(is_failing, life.ready_us.is_none(), "{life:?}");
    }
    let ready = lives.clone().find(|life| life.ready_us.is_some()).expect("one has the disk");
    assert_eq!(view.disks[0].mounted.last().map(|spell| spell.1), Some(None));
    let node = ready.node.clone().expect("it was placed");
    let _ = cluster.submit(Command::FailNode(node.into()));
    cluster.seek(SimTime(90 * SECOND_US));
    let view = scene::timeline(&Record::of(&cluster), &lanes);
    assert_eq!(view.disks[0].mounted.last().map(|spell| spell.1), Some(None), "nobody knows yet");
    cluster.seek(SimTime(130 * SECOND_US));
    let disk = scene::timeline(&Record::of(&cluster), &lanes).disks[0].clone();
    let told_us = disk.mounted.last().and_then(|spell| spell.1).expect("it was told");
    assert!(told_us > 90 * SECOND_US, "{disk:?}");
    assert_eq!(disk.held, [(told_us, None)]);
}

fn object(kind: &str, name: &str) -> ObjectRef {
    ObjectRef::new(kind, if kind == "Node" { "" } else { "default" }, name)
}

#[test]
fn an_object_is_looked_at_with_its_conditions_and_the_chain_of_its_owners() {
    let cluster = cluster();
    let web = &scene::stage(&cluster).lanes[0].pods[0].name;
    let pod = scene::found(&cluster, &object("Pod", web)).expect("it runs");
    let owners = scene::owners(&cluster, pod);
    let kinds: Vec<_> = owners.iter().map(|one| &*one.kind).collect();
    assert_eq!(kinds, ["ReplicaSet", "Deployment"]);
    assert!(scene::found(&cluster, &owners[1]).is_some_and(|one| one.kind() == Kind::Deployment));
    let conditions = scene::conditions(pod);
    let ready = conditions.iter().find(|one| &*one.kind == "Ready").expect("it has one");
    assert!(&*ready.status == "True" && ready.since_us.is_some());
    let node = scene::found(&cluster, &object("Node", "node-1")).expect("it is there");
    assert!(scene::conditions(node).iter().all(|one| !one.is_bad()), "all is well");
    assert!(scene::owners(&cluster, node).is_empty());
    assert!(scene::found(&cluster, &object("Pod", "db-7")).is_none());
}

#[test]
fn the_events_about_an_object_are_its_own_and_the_last_is_the_newest() {
    let mut cluster = cluster();
    let db = object("Pod", "db-1");
    let of = |cluster: &Cluster| {
        let events = scene::events(cluster, Some(&db));
        assert!(events.iter().all(|one| scene::about(one) == db));
        assert!(events.windows(2).all(|pair| scene::told_at(pair[0]) <= scene::told_at(pair[1])));
        events.len()
    };
    let before = of(&cluster);
    assert!(before > 3 && scene::events(&cluster, None).len() > before);
    let _ = cluster.submit(delete("db-1"));
    cluster.seek(SimTime(33 * SECOND_US));
    assert!(of(&cluster) > before, "the kubelet tells that it stops the containers");
    assert_eq!(scene::identity(&cluster, &db), Identity::Stateful);
    cluster.seek(SimTime(30 * SECOND_US));
    assert_eq!(of(&cluster), before, "as it was");
}

#[test]
fn a_stateful_pod_leaves_a_mark_on_the_node_it_left_and_none_where_it_stayed() {
    let mut cluster = cluster();
    let lane = |cluster: &Cluster| {
        let mut stage = scene::stage(cluster);
        scene::mark_left(&Record::of(cluster), &mut stage);
        stage.lanes.into_iter().find(|lane| &*lane.name == "db").expect("it is there")
    };
    let before = lane(&cluster);
    assert!(before.traces.is_empty());
    let home = before.pods[1].node.clone().expect("it runs");
    let _ = cluster.submit(Command::Cordon(home.clone(), true));
    let _ = cluster.submit(delete("db-1"));
    cluster.seek(SimTime(60 * SECOND_US));
    let after = lane(&cluster);
    assert_ne!(after.pods[1].node.as_ref(), Some(&home));
    let [left] = &after.traces[..] else { panic!("{:?}", after.traces) };
    assert_eq!((&*left.pod, &left.node), ("db-1", &home));
    assert!(left.at_us > 30 * SECOND_US && left.at_us < 60 * SECOND_US);
}

/// A Job whose Pod fails twice and is then given up, and a Pod of its own that ends well.
fn ended() -> Cluster {
    let text = "apiVersion: batch/v1
kind: Job
metadata: {name: fails}
spec:
  backoffLimit: 1
  template:
    spec:
      restartPolicy: Never
      containers: [{name: c, image: busybox, command: [sh, -c, 'sleep 2; exit 3']}]
---
apiVersion: v1
kind: Pod
metadata: {name: alone}
spec:
  restartPolicy: Never
  containers: [{name: c, image: busybox, command: [sh, -c, 'sleep 2']}]
";
    let objects = Reader::default().read(text).expect("it is valid");
    let mut cluster = start(Setup::default());
    let _ = cluster.submit(Command::Apply(Rc::new(objects)));
    cluster.seek(SimTime(60 * SECOND_US));
    cluster
}

#[test]
fn a_pod_that_ended_but_is_there_has_ended_and_is_not_gone() {
    let cluster = ended();
    let lanes = scene::stage(&cluster).lanes;
    let record = Record::of(&cluster);
    let view = scene::timeline(&record, &lanes);
    let lives: Vec<_> =
        view.groups.iter().flat_map(|one| &one.rows).flat_map(|row| &row.lives).collect();
    assert_eq!(lives.len(), 3);
    for life in lives {
        assert!(life.done_us.is_some() && life.end_us.is_none(), "{life:?}");
        assert_eq!(life.is_failed, life.name != "alone");
    }
    let book = scene::book(&cluster, &record, &lanes);
    for tenant in book.accounts.iter().flat_map(|one| &one.slots).flat_map(|slot| &slot.tenants) {
        assert!(tenant.done_us.is_some() && tenant.end_us.is_none());
        let lived = podium::view::words::views::lived(Lang::En, tenant);
        assert!(lived.starts_with("00:") && lived.ends_with(", object kept"), "{lived}");
    }
}

#[test]
fn a_job_tries_again_in_the_place_of_the_one_that_failed() {
    let cluster = ended();
    let lanes = scene::stage(&cluster).lanes;
    let book = scene::book(&cluster, &Record::of(&cluster), &lanes);
    let of = |kind: &str| {
        let found = book.accounts.iter().find(|one| &*one.object.kind == kind);
        found.expect("it is there")
    };
    let job = of("Job");
    assert_eq!((job.slots.len(), job.pods()), (1, 2), "one place, two tries");
    assert_eq!(job.tally(Aspect::Order).verdict, Verdict::AtOnce(1));
    assert_eq!(of("Pod").tally(Aspect::Name).verdict, Verdict::Unowned);
}

#[test]
fn a_pod_that_survived_its_node_s_failure_was_lost_all_the_same() {
    let mut cluster = cluster();
    let node = {
        let view = cluster.model().view();
        let db = view.named(Kind::Pod, "default", "db-1").and_then(|one| one.pod()?.node());
        db.expect("it runs").clone()
    };
    let _ = cluster.submit(Command::FailNode(node.clone()));
    cluster.seek(SimTime(100 * SECOND_US));
    let _ = cluster.submit(Command::RecoverNode(node));
    cluster.seek(SimTime(160 * SECOND_US));
    let lanes = scene::stage(&cluster).lanes;
    let view = scene::timeline(&Record::of(&cluster), &lanes);
    let life = &view.groups[1].rows[1].lives[0];
    assert_eq!((&*life.name, life.end_us), ("db-1", None));
    assert_eq!(life.lost, [(30 * SECOND_US, Some(100 * SECOND_US))]);
    assert!(view.groups[1].rows[0].lives[0].lost.is_empty(), "db-0 ran elsewhere");
}

fn node_of(cluster: &Cluster, pod: &str) -> podium::base::Str {
    let pod = cluster.model().view().named(Kind::Pod, "default", pod);
    pod.and_then(|one| one.pod()?.node()).expect("it runs").clone()
}

#[test]
fn stage_and_timeline_agree_about_the_disk_of_a_failed_node() {
    let mut cluster = cluster();
    let mut seen = Vec::new();
    let mut go = |cluster: &mut Cluster, until_s: u64| {
        while cluster.now().0 < until_s * SECOND_US {
            cluster.seek(SimTime(cluster.now().0 + SECOND_US));
            let stage = scene::stage(cluster);
            let view = scene::timeline(&Record::of(cluster), &stage.lanes);
            let now = cluster.now().0;
            let is_in = |spells: &[(u64, Option<u64>)]| {
                spells.iter().any(|(from, end)| *from <= now && end.is_none_or(|end| now < end))
            };
            for disk in &stage.disks {
                let row = view.disks.iter().find(|row| *row.claim == *disk.claim);
                let row = row.expect("every claim is in use");
                let told = (is_in(&row.mounted), is_in(&row.held));
                let shown = (disk.state == DiskState::Mounted, disk.state == DiskState::Held);
                assert_eq!(told, shown, "{now} {}: {:?} {row:?}", disk.claim, disk.state);
                seen.push(disk.state);
            }
        }
    };
    let _ = cluster.submit(Command::FailNode(node_of(&cluster, "db-1")));
    go(&mut cluster, 400);
    let _ = cluster.submit(Command::Delete {
        kind: Kind::Pod,
        namespace: "default".into(),
        name: "db-1".into(),
        grace_seconds: Some(0),
        propagation: Propagation::Background,
    });
    go(&mut cluster, 900);
    let node = node_of(&cluster, "db-2");
    let _ = cluster.submit(Command::FailNode(node.clone()));
    go(&mut cluster, 1000);
    let _ = cluster.submit(Command::RecoverNode(node));
    go(&mut cluster, 1100);
    for state in [DiskState::Mounted, DiskState::Held, DiskState::Waiting] {
        assert!(seen.contains(&state), "{state:?}");
    }
}

#[test]
fn a_node_that_is_removed_and_comes_back_under_its_name_is_one_story_in_every_view() {
    let mut cluster = cluster();
    let node = node_of(&cluster, "db-1");
    let _ = cluster.submit(Command::RemoveNode(node.clone()));
    let _ = cluster.submit(Command::Delete {
        kind: Kind::Node,
        namespace: "".into(),
        name: node.clone(),
        grace_seconds: None,
        propagation: Propagation::Background,
    });
    let removed_us = cluster.now().0;
    cluster.seek(SimTime(removed_us + SECOND_US / 2));
    let body = podium::api::Body::Node(podium::api::core::Node::default());
    let _ = cluster.submit(Command::AddNode(Rc::new(podium::api::Object::new("", &node, body))));
    let added_us = cluster.now().0;
    let mut spent = Vec::new();
    for _ in 0..120 {
        cluster.seek(SimTime(cluster.now().0 + SECOND_US / 4));
        let (stage, record, now) = (scene::stage(&cluster), Record::of(&cluster), cluster.now().0);
        let view = scene::timeline(&record, &stage.lanes);
        let lives = view.groups.iter().flat_map(|one| &one.rows).flat_map(|row| &row.lives);
        let book = scene::book(&cluster, &record, &stage.lanes);
        let tenants = book.accounts.iter().flat_map(|one| &one.slots).flat_map(|one| &one.tenants);
        for pod in stage.lanes.iter().flat_map(|lane| &lane.pods) {
            let life = lives.clone().find(|life| *life.name == *pod.name).expect("it has a life");
            let tenant = tenants.clone().find(|one| one.pod.uid == pod.uid).expect("it has a line");
            assert_eq!(life.ip_at(now), pod.ip.as_deref(), "{now} {}", pod.name);
            assert_eq!(tenant.pod.ip, pod.ip, "{now} {}", pod.name);
            if &*pod.name == "db-1" {
                assert_eq!(life.lost, [(removed_us, Some(added_us))]);
                spent.extend(life.stretches(now + 1).last().map(|one| one.2));
            }
        }
        for disk in &stage.disks {
            let row = view.disks.iter().find(|row| *row.claim == *disk.claim);
            let is_in = |&(from, until): &(u64, Option<u64>)| {
                from <= now && until.is_none_or(|until| now < until)
            };
            let is_mounted = row.expect("it has a row").mounted.iter().any(is_in);
            assert_eq!(is_mounted, disk.state == DiskState::Mounted, "{now} {}", disk.claim);
        }
        let mine: Vec<_> = view.nodes.iter().filter(|one| *one.name == *node).collect();
        assert!(mine.iter().all(|one| one.down.is_empty()), "{mine:?}");
        assert_eq!(mine[0].end_us, Some(removed_us));
    }
    spent.dedup();
    assert_eq!(spent, [Spent::Running, Spent::Waiting, Spent::Running]);
}

#[test]
fn a_pod_has_the_same_word_on_the_stage_and_in_the_ledger() {
    use podium::view::words::{stage as stage_words, views as words};
    let check = |cluster: &Cluster| {
        let stage = scene::stage(cluster);
        let book = scene::book(cluster, &Record::of(cluster), &stage.lanes);
        let tenants = book.accounts.iter().flat_map(|one| &one.slots).flat_map(|one| &one.tenants);
        let tenants: Vec<_> = tenants.filter(|one| one.end_us.is_none()).collect();
        let mut said = Vec::new();
        for pod in stage.lanes.iter().flat_map(|lane| &lane.pods) {
            let tenant = tenants.iter().find(|one| one.pod.uid == pod.uid).expect("it has a line");
            for lang in [Lang::En, Lang::Zh] {
                let word = stage_words::pod_state(lang, pod);
                assert_eq!(words::standing(lang, tenant), word, "{}", pod.name);
                said.push(word);
            }
        }
        said
    };
    let mut cluster = cluster();
    let _ = cluster.submit(Command::FailNode(node_of(&cluster, "db-1")));
    cluster.seek(SimTime(100 * SECOND_US));
    assert!(check(&cluster).contains(&"Unknown".to_owned()));
    cluster.seek(SimTime(400 * SECOND_US));
    let said = check(&cluster);
    assert!(said.contains(&"Terminating".to_owned()) && !said.contains(&"Unknown".to_owned()));
    let _ = check(&ended());
}

#[test]
fn the_timeline_knows_when_a_pod_s_containers_failed() {
    let text = "apiVersion: v1
kind: Pod
metadata: {name: crashes}
spec:
  containers: [{name: c, image: busybox, command: [sh, -c, 'sleep 2; exit 3']}]
";
    let objects = Reader::default().read(text).expect("it is valid");
    let mut cluster = start(Setup::default());
    let _ = cluster.submit(Command::Apply(Rc::new(objects)));
    cluster.seek(SimTime(60 * SECOND_US));
    let lanes = scene::stage(&cluster).lanes;
    let life = |cluster: &Cluster| {
        scene::timeline(&Record::of(cluster), &lanes).groups[0].rows[0].lives[0].clone()
    };
    let crashes = life(&cluster);
    assert!(crashes.failing.len() >= 2, "it ran between its failures: {:?}", crashes.failing);
    let _ = cluster.submit(delete("crashes"));
    cluster.seek(SimTime(62 * SECOND_US));
    assert!(life(&cluster).failing.iter().all(|spell| spell.1.is_some()), "it is being stopped");
}

fn told(cluster: &Cluster) -> podium::view::ledger::LedgerView {
    scene::ledger(cluster, &Record::of(cluster), &scene::stage(cluster).lanes)
}

#[test]
fn an_ordinal_that_is_asked_for_later_is_told_as_a_newcomer() {
    let mut cluster = cluster();
    assert_eq!(told(&cluster).stateful, None, "the first Pods are no news");
    let _ = cluster.submit(Command::Scale {
        kind: Kind::StatefulSet,
        namespace: "default".into(),
        name: "db".into(),
        replicas: 4,
    });
    cluster.seek(SimTime(50 * SECOND_US));
    let stateful = told(&cluster).stateful.expect("db-3 is new");
    assert_eq!((&*stateful.old, stateful.new.as_deref()), ("", Some("db-3")));
    let marks: Vec<_> = stateful.rows.iter().map(|row| row.mark).collect();
    assert!(marks.iter().all(|mark| matches!(mark, Mark::First | Mark::Created)), "{marks:?}");
    let _ = cluster.submit(delete("db-1"));
    cluster.seek(SimTime(90 * SECOND_US));
    let stateful = told(&cluster).stateful.expect("db-1 is back");
    assert_eq!(&*stateful.old, "db-1", "what came last is told");
}

#[test]
fn a_pod_with_a_local_disk_is_on_its_node_by_no_chance() {
    let volume = |at: u32| {
        format!(
            "apiVersion: v1
kind: PersistentVolume
metadata: {{name: local-{at}}}
spec:
  capacity: {{storage: 5Gi}}
  accessModes: [ReadWriteOnce]
  storageClassName: local
  local: {{path: /mnt/d}}
  nodeAffinity: {{required: {{nodeSelectorTerms: [{{matchExpressions: [
    {{key: kubernetes.io/hostname, operator: In, values: [node-{at}]}}]}}]}}}}
---
"
        )
    };
    let text = format!(
        "{}{}apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: etcd}}
spec:
  serviceName: etcd
  replicas: 2
  selector: {{matchLabels: {{app: etcd}}}}
  template:
    metadata: {{labels: {{app: etcd}}}}
    spec: {{containers: [{{name: c, image: etcd, volumeMounts: [{{name: d, mountPath: /d}}]}}]}}
  volumeClaimTemplates:
  - metadata: {{name: d}}
    spec:
      storageClassName: local
      accessModes: [ReadWriteOnce]
      resources: {{requests: {{storage: 5Gi}}}}
",
        volume(1),
        volume(2)
    );
    let objects = Reader::default().read(&text).expect("it is valid");
    let mut cluster = start(Setup::default());
    let _ = cluster.submit(Command::Apply(Rc::new(objects)));
    cluster.seek(SimTime(30 * SECOND_US));
    let _ = cluster.submit(delete("etcd-1"));
    cluster.seek(SimTime(60 * SECOND_US));
    let view = told(&cluster);
    assert_eq!(view.absent, Some(Identity::Stateless), "there is nothing else");
    let stateful = view.stateful.expect("etcd-1 is back");
    let node = stateful.rows.iter().find(|row| row.field == Field::Node).expect("it has one");
    assert_eq!(node.mark, Mark::Kept, "{node:?}");
    let lanes = scene::stage(&cluster).lanes;
    let book = scene::book(&cluster, &Record::of(&cluster), &lanes);
    assert_eq!(book.accounts[0].tally(Aspect::Node).verdict, Verdict::Kept);
    assert_eq!(told(&replaced()).absent, None);
}
