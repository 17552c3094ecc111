//! What goes without being asked to by name: claims with their ordinals, Jobs after their time,
//! Pods with their node; and Pods that never come to be ready. Each is told with its reason.

mod common;

use common::{advance, run, start};
use podium::api::{Kind, Propagation};
use podium::cluster::Cluster;
use podium::sim::Command;
use podium::view::ledger::{Aspect, Field, Tie};
use podium::view::scene::{self, Chronicle, Record};
use podium::view::story::{Cause, Part};
use podium::view::words::Lang;
use podium::view::words::reasons::reason;

fn set(replicas: u32, policy: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: h}}\nspec: {{clusterIP: None, selector: {{app: kv}}}}\n\
         ---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: kv}}\nspec:\n  serviceName: h\n  \
         replicas: {replicas}\n{policy}  selector: {{matchLabels: {{app: kv}}}}\n  template:\n    \
         metadata: {{labels: {{app: kv}}}}\n    spec:\n      containers: [{{name: c, image: redis, \
         volumeMounts: [{{name: d, mountPath: /d}}]}}]\n  volumeClaimTemplates:\n  - metadata: {{name: d}}\n    \
         spec: {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}}}\n"
    )
}

fn sentences(cluster: &Cluster, lang: Lang) -> Vec<String> {
    let chronicle = Chronicle::of(cluster, lang);
    chronicle.entries().iter().map(|one| one.sentence()).collect()
}

/// Scaled to one replica and back to three.
fn scaled(policy: &str) -> Cluster {
    let mut cluster = start(3);
    run(&mut cluster, "apply -f -", Some(&set(3, policy)));
    advance(&mut cluster, 60);
    run(&mut cluster, "scale statefulset kv --replicas=1", None);
    advance(&mut cluster, 40);
    run(&mut cluster, "scale statefulset kv --replicas=3", None);
    advance(&mut cluster, 40);
    cluster
}

#[test]
fn a_claim_that_is_made_anew_is_no_kept_disk() {
    for (policy, is_kept) in
        [("", true), ("  persistentVolumeClaimRetentionPolicy: {whenScaled: Delete}\n", false)]
    {
        let cluster = scaled(policy);
        let (stage, record) = (scene::stage(&cluster), Record::of(&cluster));
        let book = scene::book(&cluster, &record, &stage.lanes);
        let kv = &book.accounts[0];
        assert_eq!(kv.tally(Aspect::Disk).marks, [is_kept; 2], "{policy}");
        assert_eq!(kv.tally(Aspect::Name).marks, [true; 2], "{policy}");
        let cells = kv.cells(&kv.slots[1], 1);
        let disk = cells.iter().find(|one| one.field == Field::Disk).expect("it has one");
        assert_eq!(disk.tie, if is_kept { Tie::Kept } else { Tie::Changed }, "{policy}");
        let why = reason(Lang::En, Aspect::Disk, &[kv]);
        assert_eq!(why.contains("whenScaled: Delete"), !is_kept, "{why}");
        let panel = scene::ledger(&cluster, &record, &stage.lanes).stateful.expect("it has Pods");
        let row = panel.rows.iter().find(|one| one.field == Field::Disk).expect("it has one");
        assert_eq!(row.mark == podium::view::ledger::Mark::Kept, is_kept, "{policy}");
    }
}

#[test]
fn a_claim_that_goes_with_its_ordinal_is_told_with_the_policy() {
    let cluster = scaled("  persistentVolumeClaimRetentionPolicy: {whenScaled: Delete}\n");
    let en = sentences(&cluster, Lang::En);
    let has = |words: &str| assert!(en.iter().any(|one| one == words), "{words}: {en:#?}");
    has("Disk d-kv-2 is gone with kv-2: its StatefulSet's retention policy says Delete.");
    let detached = en.iter().filter(|one| one.starts_with("Disk d-kv-2 is detached from"));
    assert!(detached.clone().count() == 1, "{en:#?}");
    assert!(detached.clone().all(|one| one.ends_with("the data goes with it.")), "{en:#?}");
    let cluster = scaled("");
    let en = sentences(&cluster, Lang::En);
    assert!(en.iter().all(|one| !one.contains("is gone with")), "{en:#?}");
    let stays =
        |one: &&String| one.contains("d-kv-2 is detached") && one.contains("data on it stays");
    assert_eq!(en.iter().filter(stays).count(), 1, "{en:#?}");
}

#[test]
fn what_went_with_a_node_goes_back_to_the_act_of_removing_it() {
    let mut cluster = start(3);
    run(&mut cluster, "apply -f -", Some(&set(3, "")));
    advance(&mut cluster, 60);
    let on = |pod: &str| {
        let pod = cluster.model().view().named(Kind::Pod, "default", pod);
        pod.and_then(|one| one.pod()?.node().cloned()).expect("it has a node")
    };
    let node = on("kv-1");
    let _ = cluster.submit(Command::RemoveNode(node.clone()));
    let _ = cluster.submit(Command::Delete {
        kind: Kind::Node,
        namespace: "".into(),
        name: node.clone(),
        grace_seconds: None,
        propagation: Propagation::Background,
    });
    advance(&mut cluster, 90);
    let chronicle = Chronicle::of(&cluster, Lang::En);
    let story = chronicle.story(&cluster, None, 9);
    let entries = story.now.iter().chain(&story.feed);
    let gone = entries.clone().find(|one| one.rule.as_deref() == Some("PODGC-ORPHAN"));
    let causes: &[Cause] = &gone.expect("it is told").causes;
    let last = causes.last().expect("it has a cause");
    let words: String = last.parts.iter().map(Part::text).collect();
    assert_eq!(words, format!("You removed {node}."), "{causes:#?}");
}

#[test]
fn a_pod_that_its_probe_never_lets_be_ready_says_so_once() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: c\n    \
                image: nginx\n    readinessProbe: {exec: {command: [sh, -c, \"exit 1\"]}, periodSeconds: 5}\n";
    let mut cluster = start(1);
    run(&mut cluster, "apply -f -", Some(text));
    advance(&mut cluster, 60);
    let told = |lang| {
        let all = sentences(&cluster, lang);
        all.into_iter()
            .filter(|one| one.contains("probe") || one.contains("探针"))
            .collect::<Vec<_>>()
    };
    assert_eq!(told(Lang::En), ["web is not ready: its readiness probe fails."]);
    assert_eq!(told(Lang::Zh), ["web 未就绪：它的就绪探针失败。"]);
}

#[test]
fn a_job_that_is_cleaned_up_does_not_vanish_unsaid() {
    let text = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: ttl}\nspec:\n  ttlSecondsAfterFinished: 5\n  \
                template:\n    spec: {restartPolicy: Never, containers: [{name: c, image: busybox, \
                command: [sh, -c, \"sleep 2\"]}]}\n";
    let mut cluster = start(1);
    run(&mut cluster, "apply -f -", Some(text));
    advance(&mut cluster, 30);
    let all = sentences(&cluster, Lang::En);
    let told = all
        .iter()
        .filter(|one| *one == "Job ttl is deleted: its ttlSecondsAfterFinished are over.");
    assert_eq!(told.count(), 1, "{all:#?}");
}

#[test]
fn a_pod_that_is_forgotten_on_a_lost_node_did_not_leave_it() {
    for (is_lost, words) in [(true, "kv-1 forgotten at"), (false, "kv-1 left at")] {
        let mut cluster = start(3);
        run(&mut cluster, "apply -f -", Some(&set(3, "")));
        advance(&mut cluster, 60);
        let pod = cluster.model().view().named(Kind::Pod, "default", "kv-1");
        let node = pod.and_then(|one| one.pod()?.node().cloned()).expect("it has a node");
        if is_lost {
            let _ = cluster.submit(Command::FailNode(node.clone()));
            advance(&mut cluster, 60);
            run(&mut cluster, "delete pod kv-1 --force", None);
        } else {
            run(&mut cluster, &format!("cordon {node}"), None);
            run(&mut cluster, "delete pod kv-1", None);
        }
        advance(&mut cluster, 20);
        let mut stage = scene::stage(&cluster);
        scene::mark_left(&Record::of(&cluster), &mut stage);
        let traces: Vec<_> = stage.lanes.iter().flat_map(|lane| &lane.traces).collect();
        let told = podium::view::words::stage::trace(Lang::En, traces[0]);
        assert!(told.starts_with(words) && *traces[0].node == *node, "{told}");
    }
}

#[test]
fn a_suspended_job_says_so_on_its_lane() {
    let text = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: later}\nspec:\n  suspend: true\n  template:\n    \
                spec: {restartPolicy: Never, containers: [{name: c, image: busybox}]}\n";
    let mut cluster = start(1);
    run(&mut cluster, "apply -f -", Some(text));
    advance(&mut cluster, 5);
    let stage = scene::stage(&cluster);
    let words = |lang| podium::view::words::stage::progress(lang, &stage.lanes[0]);
    assert_eq!((&*words(Lang::En), &*words(Lang::Zh)), ("suspended", "已挂起"));
}

#[test]
fn a_quota_counts_what_was_applied_with_it_and_who_was_refused_waited() {
    let quota = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q}\nspec: {hard: {pods: \"3\"}}\n---\n\
                 apiVersion: v1\nkind: Pod\nmetadata: {name: early}\nspec: {containers: [{name: c, image: nginx}]}\n\
                 ---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: many}\nspec:\n  replicas: 4\n  \
                 selector: {matchLabels: {app: many}}\n  template:\n    metadata: {labels: {app: many}}\n    \
                 spec: {containers: [{name: c, image: nginx}]}\n";
    let mut cluster = start(3);
    run(&mut cluster, "apply -f -", Some(quota));
    advance(&mut cluster, 20);
    let pods = |cluster: &Cluster| cluster.model().view().table(Kind::Pod).iter().count();
    assert_eq!(pods(&cluster), 3, "the quota allows three");
    run(&mut cluster, "delete pod early", None);
    advance(&mut cluster, 100);
    assert_eq!(pods(&cluster), 3, "whoever was refused tries again");
    let chronicle = Chronicle::of(&cluster, Lang::En);
    let story = chronicle.story(&cluster, None, 9);
    let mut entries = story.now.iter().chain(&story.feed);
    let made =
        entries.find(|one| one.rule.as_deref() == Some("RS-CREATE") && one.at_us > 20_000_000);
    let waited = made.and_then(|one| one.waited.as_ref()).expect("it waited");
    assert_eq!(waited.rule.as_deref(), Some("OWN-REFUSED"));
}
