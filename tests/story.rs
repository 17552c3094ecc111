//! The story: every rule explained, every sentence short, every chain ending at a person's act.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::rc::Rc;

use podium::api::core::Node;
use podium::api::{Body, Kind, Object, Propagation};
use podium::base::SimTime;
use podium::cluster::{Cluster, Setup, start};
use podium::kubectl::Reader;
use podium::sim::Command;
use podium::view::Identity;
use podium::view::scene::{Chronicle, rules};
use podium::view::stage::ObjectRef;
use podium::view::story::{Entry, Part};
use podium::view::words::Lang;

const SECOND_US: u64 = 1_000_000;
const WORDS_MAX: usize = 30;

/// The codes of rules in the engine's own sources.
fn codes_in_sources(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("the folder can be read").flatten() {
        let path = entry.path();
        if path.is_dir() {
            codes_in_sources(&path, found);
        } else if path.extension().is_some_and(|one| one == "rs") {
            let text = fs::read_to_string(&path).expect("a source is text");
            // Some codes are handed on before they become a rule.
            found.extend(text.split('"').filter(|word| is_code(word)).map(str::to_owned));
        }
    }
}

fn is_code(word: &str) -> bool {
    const FAMILIES: [&str; 19] = [
        "API", "CRON", "RS", "STS", "DEPLOY", "DS", "JOB", "EP", "GC", "KUBELET", "NODE", "NS",
        "OWN", "PDB", "PODGC", "PV", "PVC", "QUOTA", "SCHED",
    ];
    let known = FAMILIES.into_iter().chain(["TAINT", "VOL", "YOU"]);
    let is_plain = word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-');
    is_plain
        && word.split_once('-').is_some_and(|(family, rest)| {
            !rest.is_empty() && known.into_iter().any(|one| one == family)
        })
}

#[test]
fn every_rule_of_the_engine_is_explained_in_both_languages_with_its_page() {
    let mut used = BTreeSet::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let story = "view/scene/story";
    for floor in ["controllers", "scheduler", "kubelet", "net", "cluster", "server", story] {
        codes_in_sources(&root.join(floor), &mut used);
    }
    assert!(used.len() > 80, "the sources hold {} rules", used.len());
    for code in &used {
        for lang in Lang::ALL {
            let found = rules::meaning(code, lang);
            assert!(found.is_some(), "{code} is not explained");
        }
    }
    let unused: Vec<_> = rules::codes().filter(|code| !used.contains(*code)).collect();
    assert!(unused.is_empty(), "explained, but no rule of the engine: {unused:?}");
}

fn cluster() -> Cluster {
    let text = include_str!("../static/examples/web-and-database.yaml");
    let objects = Reader::default().read(text).expect("the example is valid");
    let mut cluster = start(Setup::default());
    let _ = cluster.submit(Command::Apply(Rc::new(objects)));
    cluster.seek(SimTime(40 * SECOND_US));
    cluster
}

fn delete(cluster: &mut Cluster, kind: Kind, name: &str) {
    let _ = cluster.submit(Command::Delete {
        kind,
        namespace: "default".into(),
        name: name.into(),
        grace_seconds: None,
        propagation: Propagation::Background,
    });
}

fn pass(cluster: &mut Cluster, seconds: u64) {
    let to = SimTime(cluster.now().0 + seconds * SECOND_US);
    cluster.seek(to);
}

fn scale(cluster: &mut Cluster, kind: Kind, name: &str, replicas: i32) {
    let _ = cluster.submit(Command::Scale {
        kind,
        namespace: "default".into(),
        name: name.into(),
        replicas,
    });
    pass(cluster, 60);
}

/// Much of what can happen.
fn eventful() -> Cluster {
    let mut cluster = cluster();
    delete(&mut cluster, Kind::Pod, "db-1");
    pass(&mut cluster, 30);
    scale(&mut cluster, Kind::Deployment, "web", 400);
    scale(&mut cluster, Kind::Deployment, "web", 2);
    scale(&mut cluster, Kind::StatefulSet, "db", 1);
    scale(&mut cluster, Kind::StatefulSet, "db", 3);
    let text = include_str!("../static/examples/web-and-database.yaml");
    let newer = text.replace("nginx:1.27", "nginx:1.28").replace("mysql:8.4", "mysql:8.5");
    let objects = Reader::default().read(&newer).expect("the example is valid");
    let _ = cluster.submit(Command::Apply(Rc::new(objects)));
    pass(&mut cluster, 120);
    let _ = cluster.submit(Command::Cordon("node-1".into(), true));
    let _ = cluster.submit(Command::FailNode("node-2".into()));
    pass(&mut cluster, 500);
    let _ = cluster.submit(Command::RecoverNode("node-2".into()));
    pass(&mut cluster, 60);
    let jobs = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: once}\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n      containers: [{name: c, image: busybox, command: [\"true\"]}]\n---\napiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: agent}\nspec:\n  selector: {matchLabels: {app: agent}}\n  template:\n    metadata: {labels: {app: agent}}\n    spec: {containers: [{name: c, image: agent:1}]}\n";
    let objects = Reader::default().read(jobs).expect("the jobs are valid");
    let _ = cluster.submit(Command::Apply(Rc::new(objects)));
    pass(&mut cluster, 60);
    delete(&mut cluster, Kind::StatefulSet, "db");
    pass(&mut cluster, 60);
    cluster
}

/// Chinese letters count as words, and so do runs of other letters.
fn word_count(sentence: &str, lang: Lang) -> usize {
    match lang {
        Lang::En => sentence.split_whitespace().count(),
        Lang::Zh => {
            let letters = sentence.chars().filter(|one| ('\u{4e00}'..='\u{9fff}').contains(one));
            // Chinese says about as much in two letters as English does in a word.
            letters.count() / 2
        }
    }
}

#[test]
fn every_sentence_is_short_whole_and_the_same_event_in_both_languages() {
    let cluster = eventful();
    let told = Lang::ALL.map(|lang| Chronicle::of(&cluster, lang));
    let ids = |one: &Chronicle| one.entries().iter().map(|one| one.id).collect::<Vec<_>>();
    assert_eq!(ids(&told[0]), ids(&told[1]));
    assert!(told[0].entries().len() > 150, "{}", told[0].entries().len());
    for (chronicle, lang) in told.iter().zip(Lang::ALL) {
        for entry in chronicle.entries() {
            let sentence = entry.sentence();
            assert!(word_count(&sentence, lang) <= WORDS_MAX, "{sentence}");
            assert!(!sentence.contains("{}") && !sentence.is_empty(), "{sentence}");
            if let Some(rule) = &entry.rule {
                assert!(entry.meaning.is_some() && entry.url.is_some(), "{rule}: {sentence}");
            }
            if lang == Lang::Zh {
                let has_chinese = sentence.chars().any(|one| one > '\u{4e00}');
                assert!(has_chinese, "{sentence}");
            }
        }
    }
    let kinds: BTreeSet<&str> =
        told[0].entries().iter().filter_map(|one| one.rule.as_deref()).collect();
    let expected = [
        "RS-CREATE",
        "STS-CREATE",
        "STS-SAME-NAME",
        "SCHED-SPREAD",
        "SCHED-NO-NODE",
        "NODE-LOST",
        "TAINT-EVICT",
        "VOL-ATTACHED",
        "EP-UPDATE",
        "DS-CREATE",
        "JOB-CREATE",
        "JOB-END",
    ];
    for code in expected {
        assert!(kinds.contains(code), "{code} was never told: {kinds:?}");
    }
}

fn find<'a>(chronicle: &'a Chronicle, rule: &str, name: &str) -> &'a Rc<Entry> {
    let names = |entry: &Entry| {
        let mut objects = entry.parts.iter().filter(|part| matches!(part, Part::Object { .. }));
        objects.next().is_some_and(|first| first.text() == name)
    };
    let mut entries = chronicle.entries().iter().rev();
    let found = entries.find(|one| one.rule.as_deref() == Some(rule) && names(one));
    found.unwrap_or_else(|| panic!("no {rule} of {name}"))
}

/// The shown entry of an id, with its causes.
fn shown(cluster: &Cluster, chronicle: &Chronicle, entry: &Entry) -> Rc<Entry> {
    let about = entry.about.first().expect("it is about somebody");
    let view = chronicle.story(cluster, Some(about), 0);
    let mut all = view.now.into_iter().chain(view.feed);
    all.find(|one| one.id == entry.id).expect("it is in the story of its object")
}

#[test]
fn why_leads_back_to_the_persons_own_act_with_rules_pages_and_waits() {
    let mut cluster = cluster();
    let chronicle = Chronicle::of(&cluster, Lang::En);
    let made = shown(&cluster, &chronicle, find(&chronicle, "STS-CREATE", "db-1"));
    let last = made.causes.last().expect("it has causes");
    assert_eq!(last.actor, "you");
    let waited = made.waited.as_ref().expect("the StatefulSet waited for db-0");
    assert_eq!(waited.rule.as_deref(), Some("STS-WAIT-READY"));
    assert!(waited.meaning.is_some() && waited.url.is_some());
    let sentence: String = waited.parts.iter().map(Part::text).collect();
    assert_eq!(sentence, "db waits for db-0 to be ready.");
    delete(&mut cluster, Kind::Pod, "db-1");
    pass(&mut cluster, 30);
    let chronicle = Chronicle::of(&cluster, Lang::En);
    let back = shown(&cluster, &chronicle, find(&chronicle, "STS-SAME-NAME", "db-1"));
    let acts: Vec<String> =
        back.causes.iter().map(|one| one.parts.iter().map(Part::text).collect()).collect();
    let deleted =
        "You deleted db-1. Its claim data-db-1 stays: deleting a Pod never deletes its claim.";
    assert_eq!(acts.last().map(String::as_str), Some(deleted), "{acts:?}");
    for cause in back.causes.iter().filter(|one| one.rule.is_some()) {
        assert!(cause.meaning.is_some() && cause.url.is_some(), "{cause:?}");
    }
}

#[test]
fn every_told_chain_of_an_eventful_run_ends_where_a_run_begins() {
    let cluster = eventful();
    let chronicle = Chronicle::of(&cluster, Lang::En);
    let view = chronicle.story(&cluster, None, 0);
    for entry in view.now.iter().chain(&view.feed) {
        let Some(last) = entry.causes.last() else { continue };
        assert!(last.at_us <= entry.at_us);
        assert_eq!(last.actor, "you", "{} ends at {last:?}", entry.sentence());
    }
}

#[test]
fn the_story_of_one_object_holds_what_names_it_and_nothing_else() {
    let mut cluster = cluster();
    delete(&mut cluster, Kind::Pod, "db-1");
    pass(&mut cluster, 30);
    let chronicle = Chronicle::of(&cluster, Lang::En);
    let whole = chronicle.story(&cluster, None, 0);
    let one = ObjectRef::new("Pod", "default", "db-1");
    let of = |object: &ObjectRef| whole.subjects.iter().position(|(other, _)| other == object);
    let at = of(&one).expect("it is told of");
    assert_eq!(whole.subjects[at].1, Identity::Stateful, "a Pod has its workload's shape");
    let kinds: Vec<_> = whole.subjects.iter().map(|(other, _)| &*other.kind).collect();
    let last = kinds.iter().rposition(|kind| *kind == "StatefulSet").expect("it is there");
    let first = kinds.iter().position(|kind| *kind == "Pod").expect("they are there");
    assert!(last < first, "workloads come first: {kinds:?}");
    let mine = chronicle.story(&cluster, Some(&one), 0);
    assert!(mine.feed.len() > 4 && mine.feed.len() < whole.feed.len());
    for entry in mine.now.iter().chain(&mine.feed) {
        assert!(entry.sentence().contains("db-1"), "{}", entry.sentence());
    }
    // A workload's story holds its Pods'.
    let web = chronicle.story(&cluster, Some(&ObjectRef::new("Deployment", "default", "web")), 0);
    let rules: Vec<_> = web.feed.iter().filter_map(|one| one.rule.as_deref()).collect();
    assert!(rules.contains(&"RS-CREATE"), "{rules:?}");
    let nobody = chronicle.story(&cluster, Some(&ObjectRef::new("Pod", "default", "x")), 0);
    assert!(nobody.now.is_none());
}

#[test]
fn a_story_told_bit_by_bit_is_the_story_told_at_once() {
    let whole = eventful();
    let mut cluster = whole.clone();
    cluster.seek(SimTime(0));
    let mut chronicle = Chronicle::of(&cluster, Lang::Zh);
    while cluster.now() < whole.now() {
        pass(&mut cluster, 7);
        chronicle.read(&cluster, Lang::Zh);
    }
    cluster.seek(whole.now());
    chronicle.read(&cluster, Lang::Zh);
    let at_once = Chronicle::of(&whole, Lang::Zh);
    let told = |one: &Chronicle| {
        one.entries().iter().map(|one| (one.id, one.sentence())).collect::<Vec<_>>()
    };
    assert_eq!(told(&chronicle), told(&at_once));
}

fn sentences(cluster: &Cluster) -> Vec<String> {
    let chronicle = Chronicle::of(cluster, Lang::En);
    chronicle.entries().iter().map(|one| one.sentence()).collect()
}

#[test]
fn a_new_node_joins_and_only_one_that_was_there_is_back() {
    let mut cluster = cluster();
    let node = Object::new("", "node-4", Body::Node(Node::default()));
    let _ = cluster.submit(Command::AddNode(Rc::new(node)));
    pass(&mut cluster, 5);
    let told = sentences(&cluster);
    assert!(told.iter().any(|one| one == "node-4 joins the cluster."), "{told:?}");
    assert!(told.iter().any(|one| one == "node-4 is ready to take Pods."), "{told:?}");
    let says_back = |one: &String| one.contains("is back") || one.contains("again");
    assert!(!told.iter().any(says_back), "{told:?}");
    let _ = cluster.submit(Command::FailNode("node-4".into()));
    pass(&mut cluster, 90);
    let _ = cluster.submit(Command::RecoverNode("node-4".into()));
    pass(&mut cluster, 30);
    let told = sentences(&cluster);
    for sentence in ["node-4 is back.", "node-4 reports again."] {
        assert!(told.iter().any(|one| one == sentence), "{sentence}: {told:?}");
    }
}

#[test]
fn one_is_one_and_an_end_is_told_once() {
    let mut cluster = cluster();
    scale(&mut cluster, Kind::Deployment, "web", 1);
    scale(&mut cluster, Kind::Deployment, "web", 0);
    let told = sentences(&cluster);
    for sentence in [
        "You asked web for 1 replica.",
        "Service web now reaches 1 ready Pod.",
        "Service web now reaches 2 ready Pods.",
        "Service web reaches no ready Pod now.",
    ] {
        assert!(told.iter().any(|one| one == sentence), "{sentence}: {told:?}");
    }
    let wrong = |one: &&String| one.contains(" 1 ready Pods") || one.contains(" 1 Pods");
    assert_eq!(told.iter().find(wrong), None);
    let mut gone: Vec<&String> = told.iter().filter(|one| one.ends_with(" is gone.")).collect();
    assert_eq!(gone.len(), 4);
    gone.sort_unstable();
    gone.dedup();
    assert_eq!(gone.len(), 4, "each is told once");
}

#[test]
fn what_a_pod_with_an_ordinal_kept_is_told_when_it_is_ready_again_and_only_then() {
    let mut cluster = cluster();
    let returns = |cluster: &Cluster| {
        let told = sentences(cluster);
        told.into_iter().filter(|one| one.contains("same ")).collect::<Vec<_>>()
    };
    assert_eq!(returns(&cluster), [""; 0], "nobody came back yet");
    delete(&mut cluster, Kind::Pod, "db-1");
    pass(&mut cluster, 30);
    let back = "db-1 is ready on node-2: same name, same disk, new IP.";
    assert_eq!(returns(&cluster), [back]);
    // Its readiness may come and go; it came back once.
    for is_ready in [false, true] {
        let (namespace, pod) = ("default".into(), "db-1".into());
        let _ = cluster.submit(Command::SetProbe { namespace, pod, is_ready });
        pass(&mut cluster, 60);
    }
    assert_eq!(returns(&cluster), [back]);
    // A claim that went with its Pod is another disk for the next one.
    delete(&mut cluster, Kind::PersistentVolumeClaim, "data-db-0");
    delete(&mut cluster, Kind::Pod, "db-0");
    pass(&mut cluster, 60);
    let told = returns(&cluster);
    let last = told.last().map_or("", String::as_str);
    assert!(
        last.starts_with("db-0 ")
            && last.ends_with(": same name, new IP, but a new disk that is empty."),
        "{told:?}"
    );
}

#[test]
fn a_disk_that_follows_its_pod_to_another_node_is_told_to_be_the_same() {
    let mut cluster = cluster();
    let _ = cluster.submit(Command::Cordon("node-2".into(), true));
    delete(&mut cluster, Kind::Pod, "db-1");
    pass(&mut cluster, 60);
    let moved = |one: &&String| one.contains("same data");
    let told = sentences(&cluster);
    let told: Vec<_> = told.iter().filter(moved).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    let start = "Disk data-db-1 moves from node-2 to node-";
    assert!(told[0].starts_with(start), "{told:?}");
}

fn apply(cluster: &mut Cluster, text: &str) {
    let objects = Reader::default().read(text).expect("the text is valid");
    let _ = cluster.submit(Command::Apply(Rc::new(objects)));
}

fn taint(cluster: &mut Cluster, node: &str, taint: &str) {
    podium::kubectl::taint_one(cluster, "default", node, taint).expect("it can be tainted");
}

#[test]
fn why_a_pod_must_leave_its_node_depends_on_the_taint() {
    let mut cluster = cluster();
    taint(&mut cluster, "node-1", "planned=now:NoExecute");
    pass(&mut cluster, 5);
    let told = sentences(&cluster);
    let has = |told: &[String], text: &str| told.iter().any(|one| one.contains(text));
    assert!(has(&told, "You tainted node-1 with planned=now:NoExecute."), "{told:?}");
    assert!(has(&told, "must leave node-1: it does not tolerate the taint planned=now:NoExecute."));
    assert!(!has(&told, "loss of its node"));
    taint(&mut cluster, "node-1", "planned:NoExecute-");
    let _ = cluster.submit(Command::FailNode("node-2".into()));
    pass(&mut cluster, 60);
    taint(&mut cluster, "node-2", "node.kubernetes.io/out-of-service=nodeshutdown:NoExecute");
    pass(&mut cluster, 60);
    let told = sentences(&cluster);
    assert!(has(&told, "You freed node-1 of the taint planned=now:NoExecute."), "{told:?}");
    assert!(has(&told, "db-1 is marked for deletion: node-2 was declared out of service."));
    assert!(has(
        &told,
        "You declared node-2 out of service: its Pods are removed by force and its disks released."
    ));
    assert!(!has(&told, "loss of its node"), "nobody waited five minutes");
}

#[test]
fn a_pod_is_marked_for_deletion_once() {
    let mut cluster = cluster();
    let _ = cluster.submit(Command::FailNode("node-2".into()));
    pass(&mut cluster, 400);
    taint(&mut cluster, "node-2", "node.kubernetes.io/out-of-service=nodeshutdown:NoExecute");
    pass(&mut cluster, 60);
    let told = sentences(&cluster);
    let marked = told.iter().filter(|one| one.starts_with("db-1 is marked for deletion"));
    assert_eq!(marked.count(), 1, "{told:?}");
}

#[test]
fn what_a_person_does_to_a_container_has_its_rule() {
    let mut cluster = cluster();
    let (namespace, pod) = ("default".into(), "db-1".into());
    let container = "mysql".into();
    let _ = cluster.submit(Command::KillContainer { namespace, pod, container });
    pass(&mut cluster, 20);
    let (namespace, pod) = ("default".into(), "db-1".into());
    let _ = cluster.submit(Command::SetProbe { namespace, pod, is_ready: false });
    pass(&mut cluster, 10);
    let told = sentences(&cluster);
    let text = "You made the readiness probe of db-1 fail.";
    assert!(told.iter().any(|one| one == text), "{told:?}");
    let chronicle = Chronicle::of(&cluster, Lang::En);
    for code in ["YOU-PROBE", "YOU-KILL"] {
        let found = find(&chronicle, code, "db-1");
        assert!(found.meaning.is_some(), "{code}");
    }
}

#[test]
fn after_a_deletion_by_force_nobody_says_that_the_old_pod_has_stopped() {
    let mut cluster = cluster();
    let _ = cluster.submit(Command::Delete {
        kind: Kind::Pod,
        namespace: "default".into(),
        name: "db-1".into(),
        grace_seconds: Some(0),
        propagation: Propagation::Background,
    });
    pass(&mut cluster, 30);
    let told = sentences(&cluster);
    let back = told.iter().find(|one| one.starts_with("db-1 comes back")).expect("it is back");
    assert!(back.contains("nobody knows whether the old one has stopped"), "{back}");
    let kept = "db-1 is ready on node-2: same name, same disk, new IP.";
    assert!(told.iter().any(|one| one == kept), "{told:?}");
}

#[test]
fn what_was_waited_for_is_what_came_just_before() {
    let mut cluster = cluster();
    scale(&mut cluster, Kind::StatefulSet, "db", 2);
    let chronicle = Chronicle::of(&cluster, Lang::En);
    let stops = shown(&cluster, &chronicle, find(&chronicle, "STS-SCALE-DOWN", "db-2"));
    assert!(stops.waited.is_none(), "nobody waited for it: {:?}", stops.waited);
}

#[test]
fn a_budget_is_told_once_however_often_a_drain_asks() {
    let mut cluster = cluster();
    let budget = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: quorum}\n\
                  spec: {minAvailable: 3, selector: {matchLabels: {app: db}}}\n";
    apply(&mut cluster, budget);
    pass(&mut cluster, 5);
    let mut run = podium::kubectl::drain_wholly(&mut cluster, "default", "node-2");
    for _ in 0..6 {
        let _ = run.poll(&mut cluster);
        pass(&mut cluster, 5);
    }
    let told = sentences(&cluster);
    let count = |text: &str| told.iter().filter(|one| one.contains(text)).count();
    let held = "You tried to evict db-1; refused: budget quorum wants 3 healthy Pods and has 3.";
    assert_eq!(count(held), 1, "{told:?}");
    assert_eq!(count("db-1 to be evicted"), 0, "{told:?}");
    assert_eq!(count("You cordoned node-2."), 1);
    delete(&mut cluster, Kind::PodDisruptionBudget, "quorum");
    pass(&mut cluster, 1);
    let _ = run.poll(&mut cluster);
    pass(&mut cluster, 30);
    let told = sentences(&cluster);
    let count = told.iter().filter(|one| one.contains("You asked for db-1 to be evicted.")).count();
    assert_eq!(count, 1, "this time it may");
}

#[test]
fn what_a_person_changed_is_said() {
    let mut cluster = cluster();
    let text = include_str!("../static/examples/web-and-database.yaml");
    let reader = Reader::default();
    for (from, to) in [("nginx:1.27", "nginx:1.28"), ("replicas: 4", "replicas: 5")] {
        let newer = text.replace(from, to);
        reader.apply(&mut cluster, "default", &newer).expect("the text is valid");
        pass(&mut cluster, 60);
    }
    let told = sentences(&cluster);
    let has = |text: &str| told.iter().any(|one| one == text);
    assert!(has("You changed the template of Deployment web."), "{told:?}");
    assert!(has("You changed the template of Deployment web and asked for 5 replicas."));
}

#[test]
fn a_machine_that_is_taken_away_is_told_once() {
    let mut cluster = cluster();
    let _ = cluster.submit(Command::RemoveNode("node-3".into()));
    pass(&mut cluster, 5);
    let told = sentences(&cluster);
    let about: Vec<_> = told.iter().filter(|one| one.contains("node-3")).collect();
    assert_eq!(about.last().map(|one| &***one), Some("You removed node-3."));
}

#[test]
fn the_troubles_of_containers_are_told_with_what_went_wrong() {
    let mut cluster = cluster();
    let pod = |name: &str, rest: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec:\n  containers: \
             [{{name: c, image: 'busybox:1'{rest}}}]\n---\n"
        )
    };
    let text = pod("bare", ", envFrom: [{configMapRef: {name: missing}}]")
        + &pod("crasher", ", command: [sh, -c, 'sleep 1; exit 3']");
    apply(&mut cluster, &text);
    pass(&mut cluster, 100);
    let told = sentences(&cluster);
    let count = |text: &str| told.iter().filter(|one| one.starts_with(text)).count();
    let config = "Container c of bare cannot be started: configmap \"missing\" not found.";
    assert_eq!(count(config), 1, "{told:?}");
    assert!(count("Container c of crasher ended with exit code 3.") > 2);
    assert!(count("Container c of crasher is started again (restart 2)") == 1);
    assert_eq!(count("crasher crashes again and again"), 1);
}

#[test]
fn a_pod_that_came_back_is_told_large_although_its_service_follows() {
    let mut cluster = cluster();
    delete(&mut cluster, Kind::Pod, "db-1");
    pass(&mut cluster, 40);
    let view = Chronicle::of(&cluster, Lang::En).story(&cluster, None, 0);
    let now = view.now.expect("much happened");
    assert_eq!(now.sentence(), "db-1 is ready on node-2: same name, same disk, new IP.");
    assert_eq!(view.feed[0].sentence(), "Service db now reaches 3 ready Pods.");
}

/// A cluster with one text, after so many seconds.
fn running(text: &str, seconds: u64) -> Cluster {
    let mut cluster = start(Setup::default());
    apply(&mut cluster, text);
    pass(&mut cluster, seconds);
    cluster
}

#[test]
fn init_containers_are_told_one_after_the_other() {
    let text = include_str!("../static/examples/init-containers.yaml");
    let cluster = running(&text.replace("replicas: 2", "replicas: 1"), 40);
    let told = sentences(&cluster);
    let at = |text: &str| told.iter().position(|one| one.starts_with(text)).expect(text);
    let begun = at("Init container wait-for-db of ");
    let next = at("Init container migrate of ");
    let sidecar = at("Sidecar log-shipper of ");
    assert!(begun < next && next < sidecar, "{told:?}");
    assert!(sidecar < told.iter().position(|one| one.contains("is ready on")).expect("ready"));
}

#[test]
fn what_was_refused_is_not_told_as_done_and_what_changes_nothing_not_at_all() {
    let mut cluster = cluster();
    let text = include_str!("../static/examples/web-and-database.yaml");
    Reader::default().apply(&mut cluster, "default", text).expect("the text is valid");
    let before = sentences(&cluster).len();
    Reader::default().apply(&mut cluster, "default", text).expect("the text is valid");
    assert_eq!(sentences(&cluster).len(), before, "{:?}", sentences(&cluster));
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: x, namespace: nope}\n\
               spec: {containers: [{name: a, image: a}]}\n";
    let _ = Reader::default().apply(&mut cluster, "default", pod);
    let told = sentences(&cluster);
    let tried = "You tried to create nope/x; refused: Namespace nope does not exist.";
    assert_eq!(told[before..], [tried]);
}

#[test]
fn a_service_counts_the_pods_of_all_its_slices() {
    let cluster = running(
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n\
         spec: {selector: {app: web}, ports: [{port: 80}]}\n---\n\
         apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n\
         spec:\n  replicas: 130\n  selector: {matchLabels: {app: web}}\n  template:\n    \
         metadata: {labels: {app: web}}\n    \
         spec: {containers: [{name: a, image: a}]}\n",
        120,
    );
    let told = sentences(&cluster);
    let last = told.iter().rfind(|one| one.contains("now reaches"));
    assert_eq!(last.map(String::as_str), Some("Service web now reaches 130 ready Pods."));
}

#[test]
fn a_set_that_waits_for_a_broken_pod_of_the_old_template_says_so_after_the_fix() {
    let mut cluster = cluster();
    let text = include_str!("../static/examples/web-and-database.yaml");
    let reader = Reader::default();
    let broken = text.replace("xtrabackup:1.0", "mysql:bad");
    assert_ne!(broken, text, "the example has another image now");
    reader.apply(&mut cluster, "default", &broken).expect("the text is valid");
    pass(&mut cluster, 60);
    reader.apply(&mut cluster, "default", text).expect("the text is valid");
    pass(&mut cluster, 60);
    let told = sentences(&cluster);
    let fixed = told.iter().rposition(|one| one.starts_with("You changed")).expect("the fix");
    let waits = "db waits for db-2 to be ready before it gets the new template; \
                 if it is broken, delete it.";
    assert!(told[fixed..].iter().any(|one| one == waits), "{:?}", &told[fixed..]);
}

#[test]
fn nobody_has_a_turn_where_all_start_at_once() {
    let text = include_str!("../static/examples/web-and-database.yaml");
    let parallel =
        text.replace("serviceName: db", "podManagementPolicy: Parallel\n  serviceName: db");
    let told = sentences(&running(&parallel, 40));
    let has = |text: &str| told.iter().any(|one| one.contains(text));
    assert!(has("db-2 is created; Parallel waits for no other Pod."), "{told:?}");
    assert!(!has("its turn has come") && !has("waits for db-"), "{told:?}");
}

#[test]
fn a_template_that_reaches_no_pod_says_why() {
    let text = include_str!("../static/examples/web-and-database.yaml")
        .replace("replicas: 4", "replicas: 4\n  paused: true")
        .replace("serviceName: db", "updateStrategy: {type: OnDelete}\n  serviceName: db");
    let mut cluster = running(&text, 40);
    let reader = Reader::default();
    let changed = text.replace("nginx:1.27", "nginx:1.28").replace("mysql:8.4", "mysql:9.1");
    reader.apply(&mut cluster, "default", &changed).expect("the text is valid");
    let told = sentences(&cluster);
    let has = |text: &str| told.iter().any(|one| one.contains(text));
    assert!(has("Deployment web; it is paused, so nothing rolls out."), "{told:?}");
    assert!(has("StatefulSet db; with OnDelete each Pod keeps the old one"), "{told:?}");
}

#[test]
fn sentences_say_why_where_the_trace_knows() {
    let mut cluster = cluster();
    scale(&mut cluster, Kind::StatefulSet, "db", 2);
    delete(&mut cluster, Kind::Pod, "db-0");
    apply(
        &mut cluster,
        "apiVersion: v1\nkind: Pod\nmetadata: {name: lone}\nspec: {containers: [{name: a, image: a}]}\n",
    );
    pass(&mut cluster, 60);
    delete(&mut cluster, Kind::Pod, "lone");
    let told = sentences(&cluster);
    for wanted in [
        "db-1 is created now, because db-0 is ready.",
        "db-1 goes to node-2: no other db Pod is there.",
        "db-2 is told to stop: the highest ordinal goes first. Its claim data-db-2 stays.",
        "You deleted lone. Nobody replaces it: it has no controller.",
    ] {
        assert!(told.iter().any(|one| one == wanted), "{wanted} {told:?}");
    }
}

#[test]
fn a_pod_on_a_lost_node_is_not_replaced_and_the_story_says_what_is_at_stake() {
    let mut cluster = cluster();
    let _ = cluster.submit(Command::FailNode("node-2".into()));
    pass(&mut cluster, 400);
    let chronicle = Chronicle::of(&cluster, Lang::En);
    let stuck = find(&chronicle, "STS-AT-MOST-ONE", "db-1");
    let wanted = "db-1 is not replaced: nobody can confirm that it stopped on node-2, \
                  and two db-1 on one disk could corrupt it.";
    assert_eq!(stuck.sentence(), wanted);
    let now = chronicle.story(&cluster, None, 0).now.expect("something was told");
    assert_eq!(now.id, stuck.id, "it is told large for as long as it lasts: {}", now.sentence());
    let _ = cluster.submit(Command::RecoverNode("node-2".into()));
    pass(&mut cluster, 60);
    let chronicle = Chronicle::of(&cluster, Lang::En);
    let now = chronicle.story(&cluster, None, 0).now.expect("something was told");
    assert_ne!(now.id, stuck.id, "db-1 is back");
}

#[test]
fn a_removed_node_is_told_once_and_its_pods_are_replaced() {
    let mut cluster = cluster();
    let _ = cluster.submit(Command::RemoveNode("node-3".into()));
    delete(&mut cluster, Kind::Node, "node-3");
    pass(&mut cluster, 120);
    let told = sentences(&cluster);
    let count = |text: &str| told.iter().filter(|one| one.contains(text)).count();
    assert_eq!((count("You removed node-3."), count("You deleted Node")), (1, 0), "{told:?}");
    assert!(count("takes the place at once") > 0, "{told:?}");
}

#[test]
fn a_rollout_of_many_tells_how_far_it_is() {
    let mut cluster = cluster();
    scale(&mut cluster, Kind::Deployment, "web", 45);
    assert!(!sentences(&cluster).iter().any(|one| one.contains("on revision")), "no rollout yet");
    let text = include_str!("../static/examples/web-and-database.yaml")
        .replace("replicas: 4", "replicas: 45")
        .replace("nginx:1.27", "nginx:1.28");
    let objects = Reader::default().read(&text).expect("the example is valid");
    let _ = cluster.submit(Command::Apply(Rc::new(objects)));
    pass(&mut cluster, 60);
    let told = sentences(&cluster);
    let steps: Vec<_> = told.iter().filter(|one| one.contains("ready on revision")).collect();
    assert!((2..=3).contains(&steps.len()), "{told:?}");
    let ends = " of 45 Pods of web are ready on revision 2.";
    assert!(steps.iter().all(|one| one.ends_with(ends)), "{steps:?}");
}

#[test]
fn many_pods_are_told_together_and_each_by_itself_in_its_own_story() {
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  \
         replicas: 30\n  selector: {matchLabels: {app: web}}\n  template:\n    \
         metadata: {labels: {app: web}}\n    spec: {containers: [{name: a, image: a}]}\n";
    let cluster = running(deployment, 30);
    for (lang, wanted) in
        [(Lang::En, "30 Pods of web are created."), (Lang::Zh, "创建了 30 个 web 的 Pod。")]
    {
        let chronicle = Chronicle::of(&cluster, lang);
        let view = chronicle.story(&cluster, None, 0);
        let feed: Vec<String> = view.feed.iter().map(|one| one.sentence()).collect();
        assert!(feed.iter().any(|one| one == wanted), "{feed:?}");
        assert!(feed.len() < 20, "{feed:?}");
        assert_eq!(view.news.len(), 60, "ears count each");
        let created = view.feed.iter().find(|one| one.sentence() == wanted).expect("it is there");
        assert_eq!(created.causes.last().map(|one| one.rule.as_deref()), Some(Some("YOU-APPLY")));
        let web = ObjectRef::new("Deployment", "default", "web");
        let own = chronicle.story(&cluster, Some(&web), 0);
        assert!(own.feed.len() > 50, "{}", own.feed.len());
    }
}

#[test]
fn a_workload_whose_pods_are_refused_says_why() {
    let workload = |kind: &str, more: &str| {
        format!(
            "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: web}}\nspec:\n  {more}\n  \
             selector: {{matchLabels: {{app: web}}}}\n  template:\n    \
             metadata: {{labels: {{app: web}}}}\n    \
             spec: {{serviceAccountName: robot, containers: [{{name: a, image: a}}]}}\n"
        )
    };
    for (kind, more) in [("StatefulSet", "serviceName: web"), ("DaemonSet", "")] {
        let told = sentences(&running(&workload(kind, more), 20));
        let wanted = "web cannot make its Pod: there is no ServiceAccount robot.";
        assert!(told.iter().any(|one| one == wanted), "{kind}: {told:?}");
    }
}

#[test]
fn the_only_node_that_fits_is_called_so() {
    let mut cluster = cluster();
    for node in ["node-1", "node-2"] {
        let _ = cluster.submit(Command::Cordon(node.into(), true));
    }
    delete(&mut cluster, Kind::Pod, "db-1");
    pass(&mut cluster, 30);
    let told = sentences(&cluster);
    let wanted = "db-1 goes to node-3, the only node that fits.";
    assert!(told.iter().any(|one| one == wanted), "{told:?}");
}

#[test]
fn a_claim_that_was_made_for_one_pod_is_not_said_to_stay() {
    let set = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: q}\nspec:\n  serviceName: q\n  \
         replicas: 1\n  selector: {matchLabels: {app: q}}\n  template:\n    \
         metadata: {labels: {app: q}}\n    spec:\n      containers: [{name: a, image: a}]\n      \
         volumes: [{name: v, ephemeral: {volumeClaimTemplate: {spec: {accessModes: \
         [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}}]\n";
    let mut cluster = running(set, 30);
    delete(&mut cluster, Kind::Pod, "q-0");
    let told = sentences(&cluster);
    let deleted = told.iter().find(|one| one.starts_with("You deleted q-0.")).expect("it is told");
    assert!(!deleted.contains("claim"), "{deleted}");
}
