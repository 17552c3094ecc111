//! Rules of claims and volumes, each on a store made for it.

use super::*;
use crate::api::decode::decode;
use crate::api::pod::{ContainerState, ContainerStatus, Phase};
use crate::api::{Body, ObjectId, defaults};
use crate::base::{Seed, SimTime, Str};
use crate::controllers::ticks::Ticks;
use crate::server::{Change, DeleteOptions, Key, Outcome, Patch, Server};
use crate::sim::{Plan, Step};
use crate::text::parse;

struct Bench {
    server: Server,
    memory: attachment::Memory,
    now: SimTime,
}

const CLASSES: &str = "
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: lazy}
provisioner: csi.sim.local
volumeBindingMode: WaitForFirstConsumer
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: eager}
provisioner: csi.sim.local
---
apiVersion: v1
kind: Node
metadata: {name: node-1}
---
apiVersion: v1
kind: Node
metadata: {name: node-2}
";

fn claim(name: &str, class: &str, more: &str) -> String {
    format!(
        "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: {name}}}\nspec: \
         {{storageClassName: {class}, accessModes: [ReadWriteOnce], resources: {{requests: \
         {{storage: 1Gi}}}}{more}}}\n"
    )
}

fn volume(name: &str, size: &str, more: &str) -> String {
    format!(
        "apiVersion: v1\nkind: PersistentVolume\nmetadata: {{name: {name}}}\nspec: \
         {{storageClassName: manual, accessModes: [ReadWriteOnce], capacity: {{storage: {size}}}, \
         hostPath: {{path: /x}}{more}}}\n"
    )
}

fn pod(name: &str, claim: &str, node: &str) -> String {
    let node = if node.is_empty() { String::new() } else { format!("nodeName: {node}, ") };
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec: {{{node}\
         containers: [{{name: app, image: app}}], volumes: [{{name: d, persistentVolumeClaim: \
         {{claimName: {claim}}}}}]}}\n"
    )
}

impl Bench {
    fn new() -> Bench {
        let server = Server::new(Seed(1));
        let mut bench =
            Bench { server, memory: attachment::Memory::default(), now: SimTime::from_seconds(60) };
        bench.apply(CLASSES);
        bench
    }

    fn apply(&mut self, yaml: &str) {
        let parsed = parse(yaml);
        for root in parsed.documents.iter().filter_map(|one| one.root.as_ref()) {
            let mut object = decode(root).expect("valid");
            defaults::fill(&mut object);
            self.execute(&Action::Create(Rc::new(object)));
        }
    }

    fn execute(&mut self, action: &Action) -> Outcome {
        self.server.execute(action, self.now).expect("accepted")
    }

    fn find(&self, kind: Kind, name: &str) -> Option<&Rc<Object>> {
        let namespace = if kind.facts().namespaced { "default" } else { "" };
        self.server.view().named(kind, namespace, name)
    }

    fn key(&self, kind: Kind, name: &str) -> Key {
        Key { kind, id: self.find(kind, name).expect("there").meta.id }
    }

    fn claim(&self, name: &str) -> Claim {
        let found = self.find(Kind::PersistentVolumeClaim, name).expect("the claim");
        found.claim().expect("a claim").clone()
    }

    /// Carries a plan out; what was told, by reason.
    fn carry(&mut self, plan: &Plan) -> Vec<String> {
        let mut told = Vec::new();
        for step in &plan.steps {
            let Step::One(request) = step else { continue };
            self.execute(&request.action);
            let note = match &request.action {
                Action::Note(note) => Some(note),
                _ => request.then.as_ref(),
            };
            told.extend(note.map(|note| format!("{} {}", note.reason, note.message)));
        }
        told
    }

    fn bind(&mut self, name: &str) -> Vec<String> {
        let key = self.key(Kind::PersistentVolumeClaim, name);
        let plan = binding::reconcile(key, self.server.view(), &Ticks::default(), self.now);
        self.carry(&plan)
    }

    fn sync_volume(&mut self, name: &str) -> Vec<String> {
        let key = self.key(Kind::PersistentVolume, name);
        let plan = binding::reconcile(key, self.server.view(), &Ticks::default(), self.now);
        self.carry(&plan)
    }

    fn phase(&self, name: &str) -> Str {
        let volume = self.find(Kind::PersistentVolume, name).expect("the volume");
        volume.volume().and_then(|one| one.status.phase.clone()).expect("a phase")
    }

    fn provision(&mut self, name: &str) -> Vec<String> {
        let key = self.key(Kind::PersistentVolumeClaim, name);
        let plan = provisioning::reconcile(key, self.server.view(), self.now);
        self.carry(&plan)
    }

    /// A claim with its volume, and the volume's name.
    fn bound(&mut self, name: &str) -> Str {
        self.apply(&claim(name, "eager", ""));
        self.bind(name);
        self.provision(name);
        self.bind(name);
        self.claim(name).spec.volume_name.clone().expect("bound")
    }

    /// What is said of a volume when something changed and at the reconciler's next look.
    fn attach(&mut self, volume: &str) -> Vec<String> {
        let key = self.key(Kind::PersistentVolume, volume);
        let mut told = Vec::new();
        for _ in 0..2 {
            let (view, now) = (self.server.view(), self.now);
            let plan = attachment::reconcile(key, view, &mut self.memory, now);
            told.extend(self.carry(&plan));
            self.now = self.now.plus_us(100_000);
        }
        told
    }

    fn nodes(&self) -> Vec<Str> {
        let table = self.server.view().table(Kind::VolumeAttachment);
        table.iter().filter_map(|one| one.attachment().map(|one| one.node.clone())).collect()
    }

    fn delete(&mut self, kind: Kind, name: &str) {
        let options = DeleteOptions { grace_seconds: Some(0), ..DeleteOptions::default() };
        self.execute(&Action::Delete(self.key(kind, name), options));
    }

    fn use_volumes(&mut self, node: &str, names: &[Str]) {
        let patch = Patch::VolumesInUse(Rc::new(names.to_vec()));
        self.execute(&Action::Patch(self.key(Kind::Node, node), patch));
    }

    fn report_running(&mut self, name: &str) {
        let mut new = Object::clone(self.find(Kind::Pod, name).expect("the Pod"));
        new.meta.resource_version = 0;
        let body = new.pod_mut().expect("a Pod");
        body.status.phase = Phase::Running;
        body.status.container_statuses = vec![ContainerStatus {
            state: ContainerState::Running { started_at: self.now },
            ..ContainerStatus::default()
        }];
        self.execute(&Action::Update(Rc::new(new), Part::Status));
    }
}

#[test]
fn a_lazy_claim_waits_for_a_pod_and_then_for_its_node() {
    let mut bench = Bench::new();
    bench.apply(&claim("data", "lazy", ""));
    let told = bench.bind("data");
    assert_eq!(
        told,
        ["WaitForFirstConsumer waiting for first consumer to be created before binding"]
    );
    bench.apply(&pod("p", "data", ""));
    assert_eq!(bench.bind("data"), ["WaitForPodScheduled waiting for pod p to be scheduled"]);
    let key = bench.key(Kind::PersistentVolumeClaim, "data");
    let patch = Patch::Annotation(SELECTED_NODE.into(), Some("node-1".into()));
    bench.execute(&Action::Patch(key, patch));
    assert!(bench.provision("data").is_empty(), "nobody asked the storage yet");
    for look in 0..2 {
        assert!(bench.bind("data")[0].starts_with("ExternalProvisioning "), "look {look}");
    }
    assert_eq!(bench.provision("data").len(), 2);
    bench.bind("data");
    assert!(bench.claim("data").is_bound());
}

#[test]
fn an_eager_claim_gets_its_volume_at_once_and_both_name_each_other() {
    let mut bench = Bench::new();
    let name = bench.bound("data");
    let claim = bench.find(Kind::PersistentVolumeClaim, "data").expect("there");
    assert_eq!(&*name, format!("pvc-{}", claim.meta.uid));
    let volume = bench.find(Kind::PersistentVolume, &name).and_then(|one| one.volume());
    let claim_ref = volume.and_then(|one| one.spec.claim_ref.clone()).expect("bound");
    assert_eq!(claim_ref.uid, claim.meta.uid);
    assert_eq!(&*bench.phase(&name), "Bound");
    let key = bench.key(Kind::PersistentVolumeClaim, "data");
    let rest = binding::reconcile(key, bench.server.view(), &Ticks::default(), bench.now);
    assert!(rest.is_empty(), "a bound claim rests");
}

#[test]
fn claims_that_can_get_no_volume_say_why() {
    let mut bench = Bench::new();
    bench.apply(&claim("none", "''", ""));
    bench.apply(&claim("ghost", "nosuch", ""));
    assert_eq!(
        bench.bind("none"),
        [
            "FailedBinding no persistent volumes available for this claim and no storage class is set"
        ]
    );
    assert_eq!(
        bench.bind("ghost"),
        ["ProvisioningFailed storageclass.storage.k8s.io \"nosuch\" not found"]
    );
}

#[test]
fn a_claim_that_no_storage_can_serve_is_tried_again_and_again() {
    let mut bench = Bench::new();
    let from = |kind: &str| format!(", dataSource: {{{kind}, name: gone}}");
    let handle =
        |kind: &str| format!("error getting handle for DataSource Type {kind} by Name gone");
    for (name, more, why) in [
        (
            "chosen",
            ", selector: {matchLabels: {a: b}}".to_owned(),
            "claim Selector is not supported".to_owned(),
        ),
        (
            "copy",
            from("kind: PersistentVolumeClaim"),
            format!(
                "{}: error getting PVC gone (namespace \"default\") from api server: \
                 persistentvolumeclaims \"gone\" not found",
                handle("PersistentVolumeClaim")
            ),
        ),
        (
            "restored",
            from("apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot"),
            format!(
                "{}: error getting snapshot gone from api server: the server could not find the \
                 requested resource (get volumesnapshots.snapshot.storage.k8s.io gone)",
                handle("VolumeSnapshot")
            ),
        ),
    ] {
        bench.apply(&claim(name, "eager", &more));
        bench.bind(name);
        let key = bench.key(Kind::PersistentVolumeClaim, name);
        let plan = provisioning::reconcile(key, bench.server.view(), bench.now);
        assert!(plan.fails, "{name}");
        let told = bench.carry(&plan);
        let text = format!("failed to provision volume with StorageClass \"eager\": {why}");
        assert_eq!(told[1], format!("ProvisioningFailed {text}"));
    }
    bench.bound("gone");
    assert!(bench.provision("copy")[1].starts_with("ProvisioningSucceeded "));
}

#[test]
fn of_the_free_volumes_that_fit_the_smallest_is_taken() {
    let mut bench = Bench::new();
    for (name, size) in [("small", "500Mi"), ("big", "5Gi"), ("right", "2Gi")] {
        bench.apply(&volume(name, size, ""));
        bench.sync_volume(name);
        assert_eq!(&*bench.phase(name), "Available");
    }
    bench.apply(&claim("data", "manual", ""));
    bench.bind("data");
    assert_eq!(bench.claim("data").spec.volume_name.as_deref(), Some("right"));
    let found = bench.find(Kind::PersistentVolume, "right").expect("there");
    assert!(found.meta.annotation("pv.kubernetes.io/bound-by-controller").is_some());
}

#[test]
fn a_volume_reserved_for_a_claim_goes_to_no_other() {
    let mut bench = Bench::new();
    let reserved = ", claimRef: {namespace: default, name: mine}";
    bench.apply(&volume("kept", "2Gi", reserved));
    bench.sync_volume("kept");
    bench.apply(&claim("other", "manual", ""));
    bench.bind("other");
    assert!(!bench.claim("other").is_bound());
    bench.apply(&claim("mine", "manual", ""));
    bench.bind("mine");
    assert_eq!(bench.claim("mine").spec.volume_name.as_deref(), Some("kept"));
}

#[test]
fn a_claim_that_names_its_volume_must_be_content_with_it() {
    let mut bench = Bench::new();
    bench.apply(&volume("v", "500Mi", ""));
    bench.sync_volume("v");
    bench.apply(&claim("data", "manual", ", volumeName: v"));
    assert_eq!(
        bench.bind("data"),
        ["VolumeMismatch Cannot bind to requested volume \"v\": requested PV is too small"]
    );
}

#[test]
fn a_released_volume_is_never_bound_again() {
    let mut bench = Bench::new();
    bench.apply(&volume("v", "2Gi", ""));
    bench.sync_volume("v");
    bench.apply(&claim("data", "manual", ""));
    bench.bind("data");
    bench.delete(Kind::PersistentVolumeClaim, "data");
    let key = bench.key(Kind::PersistentVolumeClaim, "data");
    let plan = protection::reconcile(key, bench.server.view());
    bench.carry(&plan);
    assert!(bench.find(Kind::PersistentVolumeClaim, "data").is_none());
    bench.sync_volume("v");
    assert_eq!(&*bench.phase("v"), "Released");
    bench.apply(&claim("data", "manual", ""));
    assert_eq!(
        bench.bind("data"),
        ["ProvisioningFailed storageclass.storage.k8s.io \"manual\" not found"]
    );
}

#[test]
fn a_claim_without_its_volume_is_lost() {
    let mut bench = Bench::new();
    let name = bench.bound("data");
    bench.delete(Kind::PersistentVolume, &name);
    for finalizer in
        ["kubernetes.io/pv-protection", "external-provisioner.volume.kubernetes.io/finalizer"]
    {
        let key = bench.key(Kind::PersistentVolume, &name);
        bench.execute(&Action::Patch(key, Patch::RemoveFinalizer(finalizer.into())));
    }
    assert_eq!(
        bench.bind("data"),
        ["ClaimLost Bound claim has lost its PersistentVolume. Data on the volume is lost!"]
    );
    assert_eq!(bench.claim("data").status.phase.as_deref(), Some("Lost"));
    assert!(bench.bind("data").is_empty(), "it is said once");
}

#[test]
fn a_claim_is_kept_until_no_placed_pod_is_left() {
    let mut bench = Bench::new();
    bench.bound("data");
    bench.apply(&pod("p", "data", "node-1"));
    bench.delete(Kind::PersistentVolumeClaim, "data");
    let key = bench.key(Kind::PersistentVolumeClaim, "data");
    assert!(protection::reconcile(key, bench.server.view()).is_empty());
    bench.delete(Kind::Pod, "p");
    assert!(!protection::reconcile(key, bench.server.view()).is_empty());
}

#[test]
fn a_volume_goes_to_one_node_and_the_other_pod_is_told_once() {
    let mut bench = Bench::new();
    let name = bench.bound("data");
    bench.apply(&pod("p1", "data", "node-1"));
    let told = bench.attach(&name);
    assert_eq!(
        told,
        [format!("SuccessfulAttachVolume AttachVolume.Attach succeeded for volume \"{name}\" ")]
    );
    bench.apply(&pod("p2", "data", "node-2"));
    let refused = format!(
        "FailedAttachVolume Multi-Attach error for volume \"{name}\" Volume is already used by \
         pod(s) p1"
    );
    assert_eq!(bench.attach(&name), [refused.as_str()]);
    assert!(bench.attach(&name).is_empty(), "it is said once");
    bench.delete(Kind::Pod, "p2");
    assert!(bench.attach(&name).is_empty());
    bench.apply(&pod("p2", "data", "node-2"));
    assert_eq!(bench.attach(&name), [refused], "of a new Pod it is said again");
    assert_eq!(bench.nodes(), ["node-1"]);
    bench.delete(Kind::Pod, "p1");
    bench.attach(&name);
    bench.attach(&name);
    assert_eq!(bench.nodes(), ["node-2"]);
}

#[test]
fn a_volume_is_not_needed_by_the_pod_of_a_new_claim_of_the_same_name() {
    let mut bench = Bench::new();
    let old = bench.bound("data");
    bench.apply(&pod("p1", "data", "node-1"));
    bench.attach(&old);
    bench.delete(Kind::Pod, "p1");
    bench.delete(Kind::PersistentVolumeClaim, "data");
    let key = bench.key(Kind::PersistentVolumeClaim, "data");
    let plan = protection::reconcile(key, bench.server.view());
    bench.carry(&plan);
    let new = bench.bound("data");
    assert_ne!(old, new);
    bench.apply(&pod("p1", "data", "node-1"));
    bench.attach(&old);
    bench.attach(&new);
    let table = bench.server.view().table(Kind::VolumeAttachment);
    let attached: Vec<Str> =
        table.iter().filter_map(|one| one.attachment().map(|one| one.volume.clone())).collect();
    assert_eq!(attached, [new]);
}

#[test]
fn a_volume_stays_on_a_node_that_still_uses_it() {
    let mut bench = Bench::new();
    let name = bench.bound("data");
    bench.apply(&pod("p1", "data", "node-1"));
    bench.attach(&name);
    let in_use = format!("kubernetes.io/csi/csi.sim.local^{name}");
    bench.use_volumes("node-1", &[in_use.as_str().into()]);
    bench.report_running("p1");
    bench.delete(Kind::Pod, "p1");
    bench.apply(&pod("p2", "data", "node-2"));
    let told = bench.attach(&name);
    assert!(told[0].ends_with("exclusively attached to one node and can't be attached to another"));
    // The node has no Ready condition: it is not healthy, so time takes the volume away.
    bench.now = bench.now.plus_seconds(359);
    bench.attach(&name);
    assert_eq!(bench.nodes(), ["node-1"]);
    bench.now = bench.now.plus_seconds(2);
    bench.attach(&name);
    bench.attach(&name);
    assert_eq!(bench.nodes(), ["node-2"]);
}

#[test]
fn a_node_out_of_service_loses_its_volumes_at_once() {
    let mut bench = Bench::new();
    let name = bench.bound("data");
    bench.apply(&pod("p1", "data", "node-1"));
    bench.attach(&name);
    bench.use_volumes("node-1", &[format!("kubernetes.io/csi/csi.sim.local^{name}").into()]);
    bench.delete(Kind::Pod, "p1");
    bench.attach(&name);
    assert_eq!(bench.nodes(), ["node-1"]);
    let mut new = Object::clone(bench.find(Kind::Node, "node-1").expect("there"));
    new.meta.resource_version = 0;
    if let Body::Node(node) = &mut new.body {
        Rc::make_mut(&mut node.spec).taints.push(crate::api::core::Taint {
            key: "node.kubernetes.io/out-of-service".into(),
            effect: "NoExecute".into(),
            ..crate::api::core::Taint::default()
        });
    }
    bench.execute(&Action::Update(Rc::new(new), Part::Spec));
    bench.attach(&name);
    assert!(bench.nodes().is_empty());
}

#[test]
fn a_released_volume_is_deleted_when_no_node_has_it_any_more() {
    let mut bench = Bench::new();
    let name = bench.bound("data");
    bench.apply(&pod("p1", "data", "node-1"));
    bench.attach(&name);
    bench.delete(Kind::Pod, "p1");
    bench.delete(Kind::PersistentVolumeClaim, "data");
    let key = bench.key(Kind::PersistentVolumeClaim, "data");
    let plan = protection::reconcile(key, bench.server.view());
    bench.carry(&plan);
    bench.sync_volume(&name);
    bench.now = bench.now.plus_seconds(1);
    let key = bench.key(Kind::PersistentVolume, &name);
    assert!(provisioning::reconcile(key, bench.server.view(), bench.now).is_empty());
    bench.attach(&name);
    let plan = provisioning::reconcile(key, bench.server.view(), bench.now);
    bench.carry(&plan);
    let plan = protection::reconcile(key, bench.server.view());
    bench.carry(&plan);
    assert!(bench.find(Kind::PersistentVolume, &name).is_none());
    assert_ne!(key.id, ObjectId(0));
}

#[test]
fn a_volume_made_by_hand_fails_deletes_or_empties_itself_as_its_source_allows() {
    for (source, policy, phase, told) in [
        (
            "hostPath: {path: /data}",
            "Delete",
            Some("Failed"),
            "VolumeFailedDelete host_path deleter only supports /tmp/.+ but received provided /data",
        ),
        ("hostPath: {path: /tmp/data}", "Delete", None, ""),
        (
            "nfs: {server: s, path: /x}",
            "Delete",
            Some("Failed"),
            "VolumeFailedDelete error getting deleter volume plugin for volume \"v\": no deletable \
             volume plugin matched",
        ),
        (
            "nfs: {server: s, path: /x}",
            "Recycle",
            Some("Available"),
            "VolumeRecycled Volume recycled",
        ),
        (
            "csi: {driver: d, volumeHandle: x}",
            "Recycle",
            Some("Failed"),
            "VolumeFailedRecycle No recycler plugin found for the volume!",
        ),
        ("hostPath: {path: /data}", "Retain", Some("Released"), ""),
    ] {
        let mut bench = Bench::new();
        let more = format!(", persistentVolumeReclaimPolicy: {policy}");
        bench.apply(&volume("v", "1Gi", &more).replace("hostPath: {path: /x}", source));
        bench.sync_volume("v");
        bench.apply(&claim("c", "manual", ""));
        bench.bind("c");
        bench.delete(Kind::PersistentVolumeClaim, "c");
        let key = bench.key(Kind::PersistentVolumeClaim, "c");
        let plan = protection::reconcile(key, bench.server.view());
        bench.carry(&plan);
        bench.sync_volume("v");
        assert_eq!(bench.sync_volume("v").concat(), told, "{source} {policy}");
        let key = bench.key(Kind::PersistentVolume, "v");
        let plan = protection::reconcile(key, bench.server.view());
        bench.carry(&plan);
        let found = bench.find(Kind::PersistentVolume, "v").map(|_| bench.phase("v"));
        assert_eq!(found.as_deref(), phase, "{source} {policy}");
        if found.is_some() {
            assert!(bench.sync_volume("v").is_empty(), "told once");
        }
    }
}

#[test]
fn what_was_a_part_of_kubernetes_is_made_by_its_driver() {
    let mut bench = Bench::new();
    bench.apply(
        "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: old}\nprovisioner: \
         kubernetes.io/gce-pd\n",
    );
    bench.apply(&claim("c", "old", ""));
    assert!(bench.bind("c")[0].contains("external provisioner 'pd.csi.storage.gke.io'"));
    assert_eq!(bench.provision("c").len(), 2);
    bench.bind("c");
    assert!(bench.claim("c").is_bound());
}

#[test]
fn a_claim_that_asks_for_more_waits_for_the_storage_and_gets_it() {
    let mut bench = Bench::new();
    bench.bound("c");
    let plan = |bench: &Bench| {
        let key = bench.key(Kind::PersistentVolumeClaim, "c");
        expansion::reconcile(key, bench.server.view())
    };
    assert!(plan(&bench).is_empty(), "it has what it asks for");
    let old = bench.find(Kind::PersistentVolumeClaim, "c").expect("the claim").clone();
    let class = "eager";
    let mut new = Object::clone(bench.find(Kind::StorageClass, class).expect("the class"));
    new.meta.resource_version = 0;
    if let Body::StorageClass(body) = &mut new.body {
        body.rest = serde_json::from_str(r#"{"allowVolumeExpansion":true}"#).expect("valid");
    }
    bench.execute(&Action::Update(Rc::new(new), Part::Spec));
    let mut new = Object::clone(&old);
    if let Some(claim) = new.claim_mut() {
        let size = crate::api::Quantity::parse("2Gi").expect("an amount");
        Rc::make_mut(&mut claim.spec).resources.requests.insert("storage".into(), size);
    }
    bench.execute(&Action::Update(Rc::new(new), Part::Spec));
    let told = "ExternalExpanding waiting for an external controller to expand this PVC";
    let plan = plan(&bench);
    assert_eq!(bench.carry(&plan), [told]);
    let new = bench.find(Kind::PersistentVolumeClaim, "c").cloned();
    let name = bench.claim("c").spec.volume_name.clone().expect("bound");
    let told = bench.provision("c");
    assert_eq!(told[0], format!("Resizing External resizer is resizing volume {name}"));
    assert_eq!(told[1], "VolumeResizeSuccessful Resize volume succeeded");
    assert!(bench.bind("c").is_empty() && bench.provision("c").is_empty());
    let size = |list: &crate::api::pod::ResourceList| list["storage"].to_string();
    let (claim, volume) = (bench.claim("c"), bench.find(Kind::PersistentVolume, &name));
    let volume = volume.and_then(|one| one.volume()).expect("the volume");
    assert_eq!(
        (size(&claim.status.capacity), size(&volume.spec.capacity)),
        ("2Gi".into(), "2Gi".into())
    );
    let mut keys = Vec::new();
    let kind = Kind::PersistentVolumeClaim;
    let change = Change { revision: 1, kind, old: Some(old), new: new.clone() };
    expansion::wake(&change, &mut keys);
    assert_eq!(keys.len(), 1);
    expansion::wake(&Change { old: new, ..change }, &mut keys);
    assert_eq!(keys.len(), 1, "nothing more was asked for");
}
