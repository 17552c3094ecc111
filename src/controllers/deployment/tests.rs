//! Rollouts against a server, with ReplicaSets whose Pods become ready one by one.
//!
//! Invariant: the sequences are those that a real control plane of 1.36.2 went through.

use super::*;
use crate::api::apps::{DeploymentSpec, DeploymentStrategy, RollingUpdate};
use crate::api::pod::{Container, condition};
use crate::api::{Body, IntOrString, LabelSelector};
use crate::base::Seed;
use crate::server::Server;
use crate::sim::Step;

struct Bench {
    server: Server,
    now: SimTime,
    told: Vec<String>,
}

fn deployment(image: &str, replicas: i32, strategy: DeploymentStrategy) -> Object {
    let mut spec = DeploymentSpec {
        replicas: Some(replicas),
        strategy,
        revision_history_limit: Some(10),
        progress_deadline_seconds: Some(600),
        ..DeploymentSpec::default()
    };
    spec.selector = LabelSelector::of_labels(&[("app".into(), "web".into())].into());
    spec.template.metadata.set_label("app", "web");
    let container = Container { name: "app".into(), image: image.into(), ..Container::default() };
    Rc::make_mut(&mut spec.template.spec).containers.push(container);
    let body = Deployment { spec: Rc::new(spec), ..Deployment::default() };
    Object::new("default", "web", Body::Deployment(body))
}

fn rolling(surge: &str, unavailable: &str) -> DeploymentStrategy {
    let bound = |text: &str| {
        Some(text.parse().map_or_else(|_| IntOrString::Str(text.into()), IntOrString::Int))
    };
    DeploymentStrategy {
        kind: "RollingUpdate".into(),
        rolling_update: Some(RollingUpdate {
            max_surge: bound(surge),
            max_unavailable: bound(unavailable),
        }),
    }
}

impl Bench {
    fn new(deployment: Object) -> Bench {
        let mut server = Server::new(Seed(1));
        let action = Action::Create(Rc::new(deployment));
        server.execute(&action, SimTime::ZERO).expect("a new object");
        let mut bench = Bench { server, now: SimTime::ZERO, told: Vec::new() };
        bench.settle();
        bench.told.clear();
        bench
    }

    fn web(&self) -> Rc<Object> {
        let found = self.server.view().named(Kind::Deployment, "default", "web");
        Rc::clone(found.expect("it is there"))
    }

    fn change(&mut self, edit: impl FnOnce(&mut DeploymentSpec)) {
        let mut object = Object::clone(&self.web());
        if let Some(body) = object.deployment_mut() {
            edit(Rc::make_mut(&mut body.spec));
        }
        let action = Action::Update(Rc::new(object), Part::Spec);
        self.server.execute(&action, self.now).expect("nobody else writes");
    }

    fn image(&mut self, image: &str) {
        let image = image.to_owned();
        self.change(|spec| {
            Rc::make_mut(&mut spec.template.spec).containers[0].image = image.as_str().into();
        });
        self.settle();
    }

    /// Carries one plan out, and lets the ReplicaSets count; true if there was anything to do.
    fn look(&mut self) -> bool {
        let is_busy = self.carry_out();
        self.count();
        is_busy
    }

    /// Carries one plan out; true if there was anything to do.
    fn carry_out(&mut self) -> bool {
        let key = Key { kind: Kind::Deployment, id: self.web().meta.id };
        let plan = reconcile(key, self.server.view(), self.now);
        for step in &plan.steps {
            let Step::One(request) = step else { panic!("a Deployment asks one by one") };
            self.server.execute(&request.action, self.now).expect("the plan is up to date");
            self.told.extend(request.then.iter().map(|note| note.message.to_string()));
        }
        !plan.is_empty()
    }

    /// What the ReplicaSets' controller would say: Pods come and go at once, and are available
    /// only where they were before.
    fn count(&mut self) {
        let sets: Vec<_> = self.server.view().table(Kind::ReplicaSet).iter().cloned().collect();
        for set in sets {
            self.report(&set, available(&set).min(replicas(&set)));
        }
    }

    fn report(&mut self, set: &Rc<Object>, available: i32) {
        let mut new = Object::clone(set);
        let generation = new.meta.generation;
        if let Some(body) = new.replica_set_mut() {
            let size = body.spec.replicas.unwrap_or(0);
            body.status.replicas = size;
            body.status.ready_replicas = available;
            body.status.available_replicas = available;
            body.status.observed_generation = generation;
        }
        let action = Action::Update(Rc::new(new), Part::Status);
        self.server.execute(&action, self.now).expect("nobody else writes");
    }

    /// Looks until nothing moves, one Pod becoming available at a time, except those of `bad`.
    fn settle(&mut self) {
        for _ in 0..500 {
            self.now = self.now.plus_us(1_000);
            self.count();
            if self.look() {
                continue;
            }
            let waits = |set: &&Rc<Object>| {
                let template = &set.replica_set().expect("a set").spec.template;
                available(set) < replicas(set)
                    && !template.spec.containers[0].image.starts_with("bad")
            };
            let table = self.server.view().table(Kind::ReplicaSet);
            let Some(set) = table.iter().find(waits).cloned() else { return };
            self.report(&set, available(&set) + 1);
        }
        panic!("a Deployment comes to rest");
    }

    /// What was told, with `old` and `new` for the two ReplicaSets.
    fn steps(&self) -> Vec<String> {
        let table = self.server.view().table(Kind::ReplicaSet);
        let names: Vec<_> = table.iter().map(|set| set.meta.name.to_string()).collect();
        let short = |text: &String| {
            let text = text.replace(&names[0], "old").replace("replica set ", "");
            names.get(1).map_or(text.clone(), |name| text.replace(name, "new"))
        };
        self.told.iter().map(short).collect()
    }

    fn reason(&self, kind: &str) -> String {
        let web = self.web();
        let status = &web.deployment().expect("a Deployment").status;
        let found = condition(&status.conditions, kind).expect("the condition is there");
        found.reason.as_deref().unwrap_or_default().to_owned()
    }

    fn sizes(&self) -> Vec<i32> {
        self.server.view().table(Kind::ReplicaSet).iter().map(|set| replicas(set)).collect()
    }
}

#[test]
fn four_replicas_roll_by_the_default_bounds_as_recorded() {
    let mut bench = Bench::new(deployment("nginx:1.25", 4, rolling("25%", "25%")));
    bench.image("nginx:1.26");
    assert_eq!(
        bench.steps(),
        [
            "Scaled up new from 0 to 1",
            "Scaled down old from 4 to 3",
            "Scaled up new from 1 to 2",
            "Scaled down old from 3 to 2",
            "Scaled up new from 2 to 3",
            "Scaled down old from 2 to 1",
            "Scaled up new from 3 to 4",
            "Scaled down old from 1 to 0",
        ]
    );
    assert_eq!(bench.reason("Progressing"), "NewReplicaSetAvailable");
}

#[test]
fn without_surge_an_old_pod_goes_before_a_new_one_comes() {
    let mut bench = Bench::new(deployment("nginx:1.25", 4, rolling("0", "1")));
    bench.image("nginx:1.26");
    assert_eq!(
        bench.steps()[..4],
        [
            "Scaled down old from 4 to 3",
            "Scaled up new from 0 to 1",
            "Scaled down old from 3 to 2",
            "Scaled up new from 1 to 2",
        ]
    );
}

#[test]
fn a_stuck_rollout_is_scaled_in_proportion_and_undone() {
    let mut bench = Bench::new(deployment("nginx:1.25", 10, rolling("3", "2")));
    bench.image("bad:1");
    assert_eq!(bench.sizes(), [8, 5]);
    bench.change(|spec| spec.replicas = Some(15));
    bench.settle();
    assert_eq!(bench.sizes(), [11, 7]);
    bench.change(|spec| spec.replicas = Some(6));
    bench.settle();
    assert_eq!(bench.sizes(), [4, 5]);
    bench.told.clear();
    bench.image("nginx:1.25");
    assert_eq!(bench.steps(), ["Scaled down new from 5 to 0", "Scaled up old from 4 to 6"]);
    let set = bench.server.view().table(Kind::ReplicaSet).iter().next().cloned().expect("one");
    let annotation = |key: &str| set.meta.annotation(key).map(ToString::to_string);
    assert_eq!(annotation(revision::REVISION).as_deref(), Some("3"));
    let history = "deployment.kubernetes.io/revision-history";
    assert_eq!(annotation(history).as_deref(), Some("1"));
    let noted = bench.web().meta.annotation(revision::REVISION).cloned();
    assert_eq!(noted.as_deref(), Some("3"));
}

#[test]
fn a_status_that_counts_more_pods_than_there_shall_be_moves_nothing() {
    let mut bench = Bench::new(deployment("nginx:1.25", 10, rolling("3", "2")));
    bench.image("bad:1");
    bench.change(|spec| spec.replicas = Some(6));
    // The ReplicaSets were scaled just now, and their controller has not counted yet.
    bench.carry_out();
    assert_eq!(bench.sizes(), [6, 3]);
    bench.told.clear();
    bench.carry_out();
    bench.carry_out();
    assert!(bench.told.is_empty());
    bench.settle();
    assert_eq!(bench.sizes(), [4, 5]);
}

#[test]
fn a_change_while_paused_waits_and_scaling_does_not() {
    let mut bench = Bench::new(deployment("nginx:1.25", 4, rolling("25%", "25%")));
    bench.change(|spec| spec.paused = true);
    bench.settle();
    assert_eq!(bench.reason("Progressing"), "DeploymentPaused");
    bench.image("nginx:1.27");
    assert_eq!(bench.sizes(), [4]);
    let updated = |bench: &Bench| bench.web().deployment().map(|d| d.status.updated_replicas);
    assert_eq!(updated(&bench), Some(0));
    bench.change(|spec| spec.replicas = Some(6));
    bench.settle();
    assert_eq!(bench.sizes(), [6]);
    bench.change(|spec| spec.paused = false);
    bench.look();
    assert_eq!(bench.reason("Progressing"), "DeploymentResumed");
    bench.settle();
    assert_eq!(bench.sizes(), [0, 6]);
}

#[test]
fn a_rollout_without_progress_is_late_when_its_deadline_is_over() {
    let mut bench = Bench::new(deployment("nginx:1.25", 3, rolling("25%", "25%")));
    bench.change(|spec| spec.progress_deadline_seconds = Some(10));
    bench.image("bad:1");
    assert_eq!(bench.reason("Progressing"), "NewReplicaSetCreated");
    let key = Key { kind: Kind::Deployment, id: bench.web().meta.id };
    let plan = reconcile(key, bench.server.view(), bench.now);
    let due = bench.now.plus_us(plan.requeue_us.expect("it looks again"));
    assert_eq!(due, SimTime::from_seconds(bench.now.seconds() + 11));
    bench.now = due;
    bench.look();
    assert_eq!(bench.reason("Progressing"), "ProgressDeadlineExceeded");
    bench.image("nginx:1.25");
    assert_eq!(bench.reason("Progressing"), "NewReplicaSetAvailable");
}

#[test]
fn old_replica_sets_go_beyond_the_history_limit() {
    let mut bench = Bench::new(deployment("nginx:1.1", 2, rolling("25%", "25%")));
    bench.change(|spec| spec.revision_history_limit = Some(2));
    for minor in 2..8 {
        bench.image(&format!("nginx:1.{minor}"));
    }
    // The last clean-up comes with a look at a complete Deployment.
    bench.change(|spec| spec.min_ready_seconds = 1);
    bench.settle();
    assert_eq!(bench.sizes(), [0, 0, 2]);
}

#[test]
fn a_hash_that_is_taken_is_counted_and_another_one_drawn() {
    let mut bench = Bench::new(deployment("nginx:1.25", 2, rolling("25%", "25%")));
    let mut other = Object::clone(
        bench.server.view().table(Kind::ReplicaSet).iter().next().expect("the first one"),
    );
    let mut next = deployment("nginx:1.26", 2, rolling("25%", "25%"));
    crate::api::defaults::fill(&mut next);
    let template = &next.deployment_mut().expect("a Deployment").spec.template;
    let hash = crate::controllers::template_hash::template_hash(template, None);
    other.meta.name = format!("web-{hash}").into();
    other.meta.owner_references = Rc::default();
    other.meta.labels = Rc::default();
    bench.server.execute(&Action::Create(Rc::new(other)), bench.now).expect("a new name");
    bench.image("nginx:1.26");
    let count = bench.web().deployment().and_then(|one| one.status.collision_count);
    assert_eq!(count, Some(1));
    assert_eq!(bench.sizes(), [0, 2, 2]);
}

#[test]
fn recreate_waits_until_the_old_pods_are_gone() {
    let strategy = DeploymentStrategy { kind: "Recreate".into(), rolling_update: None };
    let mut bench = Bench::new(deployment("nginx:1.25", 3, strategy));
    let owner = bench.server.view().table(Kind::ReplicaSet).iter().next().cloned().expect("one");
    let set = owner.replica_set().expect("a set");
    let pod = Rc::new(pods::from_template(&set.spec.template, &owner));
    let made = bench.server.execute(&Action::Create(pod), bench.now).expect("a Pod");
    bench.image("nginx:1.26");
    assert_eq!(bench.sizes(), [0]);
    let crate::server::Outcome::Created(pod) = made else { panic!("it was new") };
    let delete = Action::Delete(key_of(&pod), crate::server::DeleteOptions::default());
    bench.server.execute(&delete, bench.now).expect("it is there");
    bench.settle();
    assert_eq!(bench.sizes(), [0, 3]);
}
