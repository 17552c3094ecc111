//! Rules of a StatefulSet, each on a store made for it.

use super::*;
use crate::api::decode::decode;
use crate::api::defaults;
use crate::api::pod::{Condition, Pod, Truth};
use crate::api::{Body, Uid};
use crate::base::Seed;
use crate::server::{Gates, Outcome, Part, Patch, Server};
use crate::text::parse;

struct Bench {
    server: Server,
    now: SimTime,
}

impl Bench {
    fn new(spec: &str) -> Bench {
        Bench::with_gates(spec, Gates { max_unavailable_stateful_set: true })
    }

    fn with_gates(spec: &str, gates: Gates) -> Bench {
        let yaml = format!(
            "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: db}}\nspec:\n  \
             serviceName: db\n  selector: {{matchLabels: {{app: db}}}}\n  template:\n    \
             metadata: {{labels: {{app: db}}}}\n    spec: {{containers: [{{name: app, image: \
             'db:1.0'}}]}}\n{spec}"
        );
        let parsed = parse(&yaml);
        let root = parsed.documents[0].root.as_ref().expect("a document");
        let mut object = decode(root).expect("valid");
        defaults::fill(&mut object);
        let server = Server::with_gates(Seed(1), gates);
        let mut bench = Bench { server, now: SimTime::from_seconds(100) };
        bench.execute(&Action::Create(Rc::new(object)));
        bench
    }

    fn execute(&mut self, action: &Action) -> Rc<Object> {
        match self.server.execute(action, self.now).expect("accepted") {
            Outcome::Created(one)
            | Outcome::Changed(one)
            | Outcome::Unchanged(one)
            | Outcome::Gone(one) => one,
            Outcome::Noted => Rc::new(Object::new("", "", Body::Other(Rc::default()))),
        }
    }

    fn set(&self) -> &Rc<Object> {
        self.server.view().named(Kind::StatefulSet, "default", "db").expect("the set")
    }

    fn change(&mut self, change: impl Fn(&mut StatefulSet)) {
        let mut new = Object::clone(self.set());
        new.meta.resource_version = 0;
        change(new.stateful_set_mut().expect("a set"));
        self.execute(&Action::Update(Rc::new(new), Part::Spec));
    }

    fn plan(&self) -> Plan {
        let key = Key { kind: Kind::StatefulSet, id: self.set().meta.id };
        reconcile(key, self.server.view(), self.now)
    }

    /// Carries the plan out and says what was done to Pods.
    fn sync(&mut self) -> Vec<String> {
        let mut told = Vec::new();
        for step in self.plan().steps {
            let requests = match step {
                Step::One(request) => vec![*request],
                Step::All(requests) | Step::SlowStart(requests) => requests,
                Step::Delay(_) => Vec::new(),
            };
            for request in requests {
                let kind = match &request.action {
                    Action::Create(object) => object.kind(),
                    Action::Delete(key, _) | Action::Patch(key, _) => key.kind,
                    _ => Kind::Other,
                };
                let word = match &request.action {
                    Action::Create(_) => "+",
                    Action::Delete(..) => "-",
                    _ => "~",
                };
                let done = self.execute(&request.action);
                if kind == Kind::Pod {
                    told.push(format!("{word}{}", done.meta.name));
                }
            }
        }
        told
    }

    fn pod(&self, name: &str) -> &Rc<Object> {
        self.server.view().named(Kind::Pod, "default", name).expect("a Pod of this name")
    }

    fn report(&mut self, name: &str, phase: Phase, ready: bool) {
        let mut new = Object::clone(self.pod(name));
        new.meta.resource_version = 0;
        let pod: &mut Pod = new.pod_mut().expect("a Pod");
        pod.status.phase = phase;
        pod.status.conditions = vec![Condition {
            kind: "Ready".into(),
            status: Truth::from(ready),
            last_transition_time: Some(self.now),
            ..Condition::default()
        }];
        self.execute(&Action::Update(Rc::new(new), Part::Status));
    }

    fn ready(&mut self, names: &[&str]) {
        for name in names {
            self.report(name, Phase::Running, true);
        }
    }

    fn bind(&mut self, name: &str) {
        let id = self.pod(name).meta.id;
        self.execute(&Action::Bind(id, "node-1".into()));
    }

    /// Brings all wanted Pods up, bound to a node, and the status to rest.
    fn settle(&mut self) {
        for _ in 0..40 {
            for name in self.sync() {
                if let Some(name) = name.strip_prefix('+') {
                    self.bind(name);
                    self.ready(&[name]);
                }
            }
        }
    }

    fn end(&mut self, name: &str) {
        let id = self.pod(name).meta.id;
        let options = DeleteOptions { grace_seconds: Some(0), ..DeleteOptions::default() };
        self.execute(&Action::Delete(Key { kind: Kind::Pod, id }, options));
    }

    fn status(&self) -> crate::api::apps::StatefulSetStatus {
        self.set().stateful_set().expect("a set").status.clone()
    }

    fn rules(&self) -> Vec<&'static str> {
        let requests = self.plan().steps.into_iter().flat_map(|step| match step {
            Step::One(request) => vec![*request],
            Step::All(requests) | Step::SlowStart(requests) => requests,
            Step::Delay(_) => Vec::new(),
        });
        let creates = requests.filter(|one| matches!(one.action, Action::Create(_)));
        creates.map(|one| one.rule.0).collect()
    }
}

#[test]
fn ordered_pods_come_one_by_one_and_each_must_be_ready() {
    let mut bench = Bench::new("  replicas: 3\n");
    assert_eq!(bench.sync(), ["+db-0"]);
    assert!(bench.sync().is_empty(), "db-0 is not ready");
    bench.ready(&["db-0"]);
    assert_eq!(bench.sync(), ["+db-1"]);
}

#[test]
fn parallel_pods_come_all_at_once() {
    let mut bench = Bench::new("  replicas: 4\n  podManagementPolicy: Parallel\n");
    assert_eq!(bench.sync(), ["+db-0", "+db-1", "+db-2", "+db-3"]);
    assert_eq!(bench.plan().steps.len(), 1, "only the status is left to write");
}

#[test]
fn a_status_counts_pods_as_they_were_seen() {
    let mut bench = Bench::new("  replicas: 1\n");
    bench.sync();
    let status = bench.status();
    assert_eq!((status.observed_generation, status.replicas), (1, 0));
    assert_eq!(status.current_revision, status.update_revision);
    bench.sync();
    assert_eq!(bench.status().replicas, 1);
}

#[test]
fn scaling_down_takes_the_highest_and_waits_until_it_is_gone() {
    let mut bench = Bench::new("  replicas: 3\n");
    bench.settle();
    bench.change(|set| Rc::make_mut(&mut set.spec).replicas = Some(1));
    assert_eq!(bench.sync(), ["-db-2"]);
    assert!(bench.sync().is_empty(), "db-2 still runs");
    bench.end("db-2");
    assert_eq!(bench.sync(), ["-db-1"]);
}

#[test]
fn an_unready_lower_ordinal_blocks_scaling_in_both_ways() {
    let mut bench = Bench::new("  replicas: 3\n");
    bench.settle();
    bench.report("db-0", Phase::Running, false);
    for replicas in [5, 1] {
        bench.change(|set| Rc::make_mut(&mut set.spec).replicas = Some(replicas));
        assert!(bench.sync().is_empty());
    }
}

fn set_image(bench: &mut Bench, image: &str) {
    bench.change(|set| {
        let template = &mut Rc::make_mut(&mut set.spec).template;
        Rc::make_mut(&mut template.spec).containers[0].image = image.into();
    });
}

#[test]
fn a_rolling_update_goes_from_the_top_down_to_the_partition() {
    let rolling = "  replicas: 3\n  updateStrategy: {rollingUpdate: {partition: 1}}\n";
    let mut bench = Bench::new(rolling);
    bench.settle();
    set_image(&mut bench, "db:2.0");
    assert_eq!(bench.sync(), ["-db-2"]);
    assert_eq!(bench.status().current_replicas, 2, "the deleted Pod is counted off at once");
    bench.end("db-2");
    assert_eq!(bench.sync(), ["+db-2"]);
    assert!(bench.sync().is_empty());
    bench.ready(&["db-2"]);
    assert_eq!(bench.sync(), ["-db-1"]);
    bench.end("db-1");
    bench.settle();
    let status = bench.status();
    assert_eq!((status.current_replicas, status.updated_replicas), (1, 2));
    assert_ne!(status.current_revision, status.update_revision);
    bench.end("db-0");
    assert_eq!(bench.sync(), ["+db-0"]);
    let label = bench.pod("db-0").meta.label(revision::LABEL).cloned();
    assert_eq!(label, Some(status.current_revision), "below the partition the old one is made");
}

#[test]
fn a_broken_pod_is_not_replaced_by_a_new_template() {
    let mut bench = Bench::new("  replicas: 2\n");
    bench.settle();
    set_image(&mut bench, "bad:1");
    assert_eq!(bench.sync(), ["-db-1"]);
    bench.end("db-1");
    assert_eq!(bench.sync(), ["+db-1"]);
    set_image(&mut bench, "db:3.0");
    assert!(bench.sync().is_empty(), "db-1 is not ready, so nothing moves");
    bench.end("db-1");
    assert_eq!(bench.sync(), ["+db-1"], "a person must take it away");
}

#[test]
fn a_count_below_nothing_is_not_written_and_the_look_fails() {
    let spec = "  replicas: 2\n  podManagementPolicy: Parallel\n";
    let mut bench = Bench::with_gates(spec, Gates::default());
    bench.settle();
    set_image(&mut bench, "db:2.0");
    assert_eq!(bench.sync(), ["-db-1"]);
    bench.end("db-1");
    bench.sync();
    bench.bind("db-1");
    bench.ready(&["db-1"]);
    assert_eq!(bench.sync(), ["-db-0"]);
    // None of the first revision is left to count, and one more than none is taken off.
    set_image(&mut bench, "db:3.0");
    assert!(bench.plan().fails);
    assert_eq!(bench.sync(), ["-db-1"]);
    assert_eq!(bench.status().current_replicas, 0);
}

#[test]
fn an_old_template_wanted_again_renews_its_revision() {
    let mut bench = Bench::new("  replicas: 1\n");
    bench.settle();
    let first = bench.status().update_revision;
    set_image(&mut bench, "db:2.0");
    bench.sync();
    set_image(&mut bench, "db:1.0");
    bench.sync();
    let view = bench.server.view();
    let numbers: Vec<_> = view.table(Kind::ControllerRevision).iter().collect();
    let numbers: Vec<_> =
        numbers.iter().map(|one| (one.meta.name == first, revision::number(one))).collect();
    assert_eq!(numbers, [(true, 3), (false, 2)]);
    assert_eq!(bench.status().update_revision, first);
}

#[test]
fn revisions_beyond_the_limit_go_oldest_first() {
    let mut bench = Bench::new("  replicas: 0\n  revisionHistoryLimit: 1\n");
    for image in ["db:1", "db:2", "db:3", "db:4"] {
        set_image(&mut bench, image);
        bench.sync();
        bench.sync();
    }
    let view = bench.server.view();
    let numbers: Vec<_> =
        view.table(Kind::ControllerRevision).iter().map(|one| revision::number(one)).collect();
    assert_eq!(numbers, [3, 4]);
}

#[test]
fn moved_ordinals_bring_the_new_one_before_the_old_one_goes() {
    let mut bench = Bench::new("  replicas: 2\n  ordinals: {start: 5}\n");
    bench.settle();
    bench.change(|set| Rc::make_mut(&mut set.spec).ordinals.as_mut().expect("given").start = 6);
    assert_eq!(bench.sync(), ["+db-7"]);
    bench.ready(&["db-7"]);
    assert_eq!(bench.sync(), ["-db-5"]);
}

#[test]
fn several_pods_roll_at_once_where_max_unavailable_is_given() {
    let rolling = "  replicas: 5\n  updateStrategy: {rollingUpdate: {maxUnavailable: 2}}\n";
    let mut bench = Bench::new(rolling);
    bench.settle();
    set_image(&mut bench, "db:2.0");
    assert_eq!(bench.sync(), ["-db-4", "-db-3"]);
    bench.end("db-4");
    assert!(bench.sync().is_empty(), "db-3 comes before db-4");
    bench.end("db-3");
    assert_eq!(bench.sync(), ["+db-3"]);
}

#[test]
fn min_ready_seconds_hold_the_next_ordinal_back() {
    let mut bench = Bench::new("  replicas: 2\n  minReadySeconds: 5\n");
    bench.sync();
    bench.ready(&["db-0"]);
    assert_eq!(bench.sync(), [""; 0]);
    assert_eq!(bench.plan().requeue_us, Some(5_000_000));
    bench.now = bench.now.plus_seconds(5);
    assert_eq!(bench.sync(), ["+db-1"]);
}

#[test]
fn a_pod_is_told_to_be_the_same_again_only_if_there_was_one() {
    let mut bench = Bench::new("  replicas: 2\n");
    bench.sync();
    bench.ready(&["db-0"]);
    assert_eq!(bench.rules(), ["STS-CREATE"], "db-1 is new");
    bench.sync();
    bench.end("db-0");
    assert_eq!(bench.rules(), ["STS-SAME-NAME"]);
}

const CLAIMS: &str = "  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: \
                      [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]\n";

fn owners(bench: &Bench, claim: &str) -> Vec<String> {
    let view = bench.server.view();
    let claim = view.named(Kind::PersistentVolumeClaim, "default", claim).expect("the claim");
    let owners = claim.meta.owner_references.iter();
    owners.map(|one| format!("{}/{} {:?}", one.kind, one.name, one.controller)).collect()
}

#[test]
fn claims_belong_to_the_set_where_they_go_with_it() {
    let policy = "  persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}\n";
    let mut bench = Bench::new(&format!("  replicas: 1\n{policy}{CLAIMS}"));
    bench.sync();
    assert_eq!(owners(&bench, "data-db-0"), ["StatefulSet/db Some(true)"]);
    bench.change(|set| {
        let spec = Rc::make_mut(&mut set.spec);
        spec.persistent_volume_claim_retention_policy.as_mut().expect("given").when_deleted =
            "Retain".into();
    });
    bench.ready(&["db-0"]);
    bench.sync();
    assert!(owners(&bench, "data-db-0").is_empty());
}

#[test]
fn claims_of_all_doomed_pods_change_hands_before_the_first_pod_goes() {
    let policy = "  persistentVolumeClaimRetentionPolicy: {whenScaled: Delete}\n";
    let mut bench = Bench::new(&format!("  replicas: 3\n{policy}{CLAIMS}"));
    bench.settle();
    assert!(owners(&bench, "data-db-2").is_empty());
    bench.change(|set| Rc::make_mut(&mut set.spec).replicas = Some(1));
    assert_eq!(bench.sync(), ["-db-2"]);
    assert_eq!(owners(&bench, "data-db-2"), ["Pod/db-2 Some(true)"]);
    assert_eq!(owners(&bench, "data-db-1"), ["Pod/db-1 Some(true)"]);
    assert!(owners(&bench, "data-db-0").is_empty());
}

#[test]
fn a_set_that_goes_by_itself_only_counts() {
    let mut bench = Bench::new("  replicas: 2\n");
    bench.settle();
    let key = Key { kind: Kind::StatefulSet, id: bench.set().meta.id };
    let propagation = crate::api::Propagation::Orphan;
    let options = DeleteOptions { propagation, ..DeleteOptions::default() };
    bench.execute(&Action::Delete(key, options));
    bench.end("db-1");
    assert!(bench.sync().is_empty());
    assert_eq!((bench.status().replicas, bench.status().observed_generation), (1, 2));
}

#[test]
fn a_set_takes_over_pods_of_its_names_and_labels_only() {
    let mut bench = Bench::new("  replicas: 2\n");
    bench.settle();
    for name in ["db-0", "db-1"] {
        let key = Key { kind: Kind::Pod, id: bench.pod(name).meta.id };
        let uid: Uid = bench.set().meta.uid;
        bench.execute(&Action::Patch(key, Patch::RemoveOwner(uid)));
    }
    let key = Key { kind: Kind::Pod, id: bench.pod("db-1").meta.id };
    bench.execute(&Action::Patch(key, Patch::Label("app".into(), Some("other".into()))));
    bench.change(|set| Rc::make_mut(&mut set.spec).replicas = Some(1));
    assert_eq!(bench.sync(), ["~db-0"]);
}
