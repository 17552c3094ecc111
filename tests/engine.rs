//! The engine as a whole: workloads come up, are replaced, and runs can be repeated exactly.

use std::rc::Rc;

use podium::api::pod::PodTemplate;
use podium::api::{Body, Kind, Object, Propagation};
use podium::base::SimTime;
use podium::cluster::{self, Cluster, Setup};
use podium::sim::Command;

fn template(app: &str) -> PodTemplate {
    let text = format!(
        r#"{{"metadata":{{"labels":{{"app":"{app}"}}}},
            "spec":{{"restartPolicy":"Always","terminationGracePeriodSeconds":30,
                     "containers":[{{"name":"app","image":"nginx:1.27"}}]}}}}"#
    );
    serde_json::from_str(&text).expect("valid")
}

fn deployment(name: &str, replicas: i32) -> Object {
    let mut body = podium::api::apps::Deployment::default();
    let spec = Rc::make_mut(&mut body.spec);
    spec.replicas = Some(replicas);
    spec.selector.match_labels.insert("app".into(), name.into());
    spec.template = template(name);
    spec.strategy = serde_json::from_str(
        r#"{"type":"RollingUpdate","rollingUpdate":{"maxSurge":"25%","maxUnavailable":"25%"}}"#,
    )
    .expect("valid");
    Object::new("default", name, Body::Deployment(body))
}

fn stateful_set(name: &str, replicas: i32) -> Object {
    let body = serde_json::from_str(&format!(
        r#"{{"spec":{{"replicas":{replicas},"serviceName":"{name}",
            "selector":{{"matchLabels":{{"app":"{name}"}}}},
            "podManagementPolicy":"OrderedReady",
            "updateStrategy":{{"type":"RollingUpdate","rollingUpdate":{{"partition":0}}}},
            "volumeClaimTemplates":[{{"metadata":{{"name":"data"}},
                "spec":{{"accessModes":["ReadWriteOnce"],
                         "resources":{{"requests":{{"storage":"1Gi"}}}}}}}}]}}}}"#
    ));
    let mut body: podium::api::apps::StatefulSet = body.expect("valid");
    Rc::make_mut(&mut body.spec).template = template(name);
    Object::new("default", name, Body::StatefulSet(body))
}

fn service(name: &str, headless: bool) -> Object {
    let ip = if headless { r#""clusterIP":"None","# } else { "" };
    let text = format!(
        r#"{{"spec":{{{ip}"selector":{{"app":"{name}"}},
            "ports":[{{"name":"http","port":80,"targetPort":8080}}]}}}}"#
    );
    let body = serde_json::from_str(&text).expect("valid");
    Object::new("default", name, Body::Service(body))
}

fn run(seed: u64, objects: Vec<Object>, seconds: u64) -> Cluster {
    let setup = Setup { seed: podium::base::Seed(seed), ..Setup::default() };
    let mut cluster = cluster::start(setup);
    let _ = cluster.submit(Command::Apply(Rc::new(objects)));
    assert!(cluster.run_until(SimTime::from_seconds(seconds), 1_000_000));
    cluster
}

fn pods(cluster: &Cluster) -> Vec<Rc<Object>> {
    cluster.model().view().table(Kind::Pod).iter().cloned().collect()
}

fn ready(cluster: &Cluster) -> Vec<String> {
    let mut names: Vec<String> = pods(cluster)
        .iter()
        .filter(|one| one.pod().is_some_and(podium::api::pod::Pod::is_ready))
        .map(|one| one.meta.name.to_string())
        .collect();
    names.sort();
    names
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

fn advance(cluster: &mut Cluster, seconds: u64) {
    let to = cluster.now().plus_seconds(seconds);
    assert!(cluster.run_until(to, 1_000_000));
}

fn both() -> Vec<Object> {
    vec![service("web", false), deployment("web", 4), service("db", true), stateful_set("db", 3)]
}

#[test]
fn a_deployment_and_a_stateful_set_become_ready() {
    let cluster = run(1, both(), 50);
    let names = ready(&cluster);
    assert_eq!(names.len(), 7, "{names:?}");
    assert_eq!(names[..3], ["db-0", "db-1", "db-2"]);
    assert!(names[3..].iter().all(|name| name.starts_with("web-") && name.len() >= 18));
}

#[test]
fn stateful_pods_start_one_after_the_other() {
    let cluster = run(2, both(), 50);
    let mut last = SimTime::ZERO;
    for ordinal in 0..3 {
        let name = format!("db-{ordinal}");
        let pod = cluster.model().view().named(Kind::Pod, "default", &name).cloned();
        let pod = pod.expect("it exists");
        let created = pod.meta.creation_timestamp.expect("stored objects have one");
        assert!(created >= last, "{name} was created before the one below was ready");
        let condition =
            podium::api::pod::condition(&pod.pod().expect("a Pod").status.conditions, "Ready");
        last = condition.and_then(|one| one.last_transition_time).expect("it is ready");
    }
}

#[test]
fn a_deleted_stateless_pod_gets_a_new_name_and_a_stateful_one_keeps_its_own() {
    let mut cluster = run(3, both(), 50);
    let before = ready(&cluster);
    let web = before[3].clone();
    let claim = |cluster: &Cluster| {
        let found =
            cluster.model().view().named(Kind::PersistentVolumeClaim, "default", "data-db-1");
        found.map(|one| one.meta.uid)
    };
    let uid = |cluster: &Cluster| {
        cluster.model().view().named(Kind::Pod, "default", "db-1").map(|one| one.meta.uid)
    };
    let (claim_before, uid_before) = (claim(&cluster), uid(&cluster));
    delete(&mut cluster, Kind::Pod, &web);
    delete(&mut cluster, Kind::Pod, "db-1");
    advance(&mut cluster, 50);
    let after = ready(&cluster);
    assert_eq!(after.len(), 7, "{after:?}");
    assert!(!after.contains(&web));
    assert!(after.contains(&"db-1".to_owned()));
    assert_eq!(claim(&cluster), claim_before);
    assert_ne!(uid(&cluster), uid_before);
}

#[test]
fn scaling_a_stateful_set_down_takes_the_highest_ordinal_and_leaves_its_claim() {
    let mut cluster = run(4, both(), 50);
    let _ = cluster.submit(Command::Scale {
        kind: Kind::StatefulSet,
        namespace: "default".into(),
        name: "db".into(),
        replicas: 1,
    });
    advance(&mut cluster, 20);
    let names: Vec<String> = ready(&cluster).into_iter().filter(|n| n.starts_with("db")).collect();
    assert_eq!(names, ["db-0"]);
    assert_eq!(cluster.model().view().table(Kind::PersistentVolumeClaim).len(), 3);
}

#[test]
fn equal_seeds_give_equal_digests_and_others_do_not() {
    let one = run(5, both(), 50);
    let two = run(5, both(), 50);
    let other = run(6, both(), 50);
    assert_eq!(one.digest(), two.digest());
    assert_ne!(one.digest(), other.digest());
}

#[test]
fn seeking_and_forking_reproduce_the_digest() {
    let mut cluster = run(7, both(), 20);
    delete(&mut cluster, Kind::Pod, "db-1");
    let mut digests = Vec::new();
    for second in 21..40 {
        assert!(cluster.run_until(SimTime::from_seconds(second), 1_000_000));
        digests.push((second, cluster.digest(), cluster.trace().len()));
    }
    for (second, digest, entries) in digests.iter().rev() {
        cluster.seek(SimTime::from_seconds(*second));
        assert_eq!((cluster.digest(), cluster.trace().len()), (*digest, *entries));
    }
    let mut fork = cluster.fork();
    cluster.seek(SimTime::from_seconds(39));
    advance(&mut fork, 18);
    assert_eq!(fork.digest(), cluster.digest());
}

#[test]
fn any_moment_can_be_gone_to_from_any_other() {
    let mut cluster = run(12, both(), 20);
    let _ = cluster.submit(Command::Scale {
        kind: Kind::Deployment,
        namespace: "default".into(),
        name: "web".into(),
        replicas: 200,
    });
    let mut moments = Vec::new();
    for second in 21..60 {
        if second == 40 {
            assert!(cluster.run_until(SimTime::from_millis(39_500), 1_000_000));
            delete(&mut cluster, Kind::Pod, "db-1");
        }
        assert!(cluster.run_until(SimTime::from_seconds(second), 1_000_000));
        moments.push((second, cluster.digest(), cluster.trace().clone()));
    }
    let checkpoints_apart = 1_000;
    assert!(cluster.events() > 3 * checkpoints_apart, "{} events", cluster.events());
    // 16 goes round 39 and meets each once, in leaps ahead and back.
    for leap in 0..39 {
        let (second, digest, trace) = &moments[leap * 16 % 39];
        cluster.seek(SimTime::from_seconds(*second));
        assert_eq!(cluster.digest(), *digest, "at {second} s");
        assert!(cluster.trace().iter().eq(trace.iter()), "at {second} s");
        assert_eq!(cluster.end(), SimTime::from_seconds(59));
    }
    // What is done in the past has a future of its own.
    cluster.seek(SimTime::from_seconds(25));
    delete(&mut cluster, Kind::Deployment, "web");
    advance(&mut cluster, 34);
    assert_eq!(cluster.now(), SimTime::from_seconds(59));
    assert_ne!(cluster.digest(), moments[38].1);
    assert_eq!(pods(&cluster).len(), 3);
}

#[test]
fn a_lost_node_keeps_its_stateful_pod_until_it_is_back() {
    let mut cluster = run(8, both(), 50);
    let node = cluster.model().view().named(Kind::Pod, "default", "db-1").cloned();
    let node = node.and_then(|one| one.pod().and_then(|pod| pod.node().cloned())).expect("bound");
    let _ = cluster.submit(Command::FailNode(node.clone()));
    advance(&mut cluster, 420);
    let pod = cluster.model().view().named(Kind::Pod, "default", "db-1").cloned().expect("kept");
    assert!(pod.meta.is_terminating(), "evicted after five minutes, but not replaced");
    let webs = ready(&cluster).into_iter().filter(|name| name.starts_with("web")).count();
    assert_eq!(webs, 4, "stateless Pods are replaced elsewhere");
    let _ = cluster.submit(Command::RecoverNode(node));
    advance(&mut cluster, 60);
    assert_eq!(ready(&cluster).len(), 7, "{:?}", ready(&cluster));
}

#[test]
fn services_know_their_ready_pods_and_headless_ones_have_no_address() {
    let cluster = run(9, both(), 50);
    let view = cluster.model().view();
    for (name, count) in [("web", 4), ("db", 3)] {
        let service = view.named(Kind::Service, "default", name).expect("applied");
        let is_headless = service.service().is_some_and(|one| one.spec.is_headless());
        assert_eq!(is_headless, name == "db");
        let slices = view.table(Kind::EndpointSlice).owned_by(service.meta.uid);
        let endpoints: Vec<_> = slices
            .flat_map(|one| one.endpoint_slice().expect("a slice").endpoints.iter().cloned())
            .collect();
        assert_eq!(endpoints.len(), count);
        assert!(endpoints.iter().all(|one| one.conditions.ready == Some(true)));
        assert_eq!(endpoints.iter().all(|one| one.hostname.is_some()), is_headless);
    }
}

#[test]
fn deleting_the_controllers_takes_the_pods_and_leaves_the_claims() {
    let mut cluster = run(10, both(), 50);
    delete(&mut cluster, Kind::Deployment, "web");
    delete(&mut cluster, Kind::StatefulSet, "db");
    advance(&mut cluster, 50);
    assert!(pods(&cluster).is_empty());
    assert_eq!(cluster.model().view().table(Kind::PersistentVolumeClaim).len(), 3);
    assert!(cluster.model().view().table(Kind::ReplicaSet).is_empty());
}

#[test]
fn a_new_template_rolls_through_both_kinds() {
    let mut cluster = run(11, both(), 50);
    let mut objects = both();
    for object in &mut objects {
        let image: podium::base::Str = "nginx:1.28".into();
        if let Some(body) = object.deployment_mut() {
            let template = &mut Rc::make_mut(&mut body.spec).template;
            Rc::make_mut(&mut template.spec).containers[0].image = image.clone();
        }
        if let Some(body) = object.stateful_set_mut() {
            let template = &mut Rc::make_mut(&mut body.spec).template;
            Rc::make_mut(&mut template.spec).containers[0].image = image.clone();
        }
    }
    let _ = cluster.submit(Command::Apply(Rc::new(objects)));
    advance(&mut cluster, 60);
    assert_eq!(ready(&cluster).len(), 7);
    for pod in pods(&cluster) {
        let image = &pod.pod().expect("a Pod").spec.containers[0].image;
        assert_eq!(&**image, "nginx:1.28", "{}", pod.meta.name);
    }
}
