//! The storage's own process: it makes volumes for claims, enlarges them and deletes those that
//! are done.
//!
//! Must not know who binds or attaches. Invariant: a volume is deleted only when its claim is
//! gone and no node has it attached.
//!
//! Models github.com/kubernetes-sigs/sig-storage-lib-external-provisioner controller.go
//! Differs: one process serves every provisioner that a class may name.

use crate::api::wellknown::HOSTNAME;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::api::affinity::{NodeRequirement, NodeSelector, NodeSelectorTerm};
use crate::api::storage::{Claim, ClaimRef, StorageClass, Volume, VolumeNodes, VolumeSpec};
use crate::api::{Body, Kind, Meta, Object, Value};
use crate::base::{SECOND_US, SimTime, Str, gather};
use crate::controllers::volumes::{
    PROVISIONED_BY, PROVISIONER, SELECTED_NODE, class_of, provisioner_of, resizing, topology,
};
use crate::server::{Action, Change, DeleteOptions, EventNote, Key, Patch, View};
use crate::sim::{Pause, Plan, Rule, Step};

/// Who tells of it: a provisioner's name, its host and a number of its process.
const SOURCE: &str = "csi.sim.local_csi-provisioner-0_4f1c0a52-7d1e-4c1b-9a55-6d0c1c3a2b10";
/// Keeps a volume's object until its storage is deleted.
const FINALIZER: &str = "external-provisioner.volume.kubernetes.io/finalizer";
/// What the storage takes to make or delete a volume.
const STORAGE_US: u64 = 250_000;
/// How long it waits after it could make no volume.
///
/// Models github.com/kubernetes-csi/external-provisioner cmd/csi-provisioner/csi-provisioner.go
/// retryIntervalStart, retryIntervalMax
pub(in crate::controllers) const PAUSE: Pause =
    Pause { first_us: SECOND_US, longest_us: 300 * SECOND_US };
/// What it takes until the storage's process has seen that its own deletion was accepted.
const DELETED_US: u64 = 15_000;

pub(in crate::controllers) fn wake(change: &Change, view: &View, keys: &mut Vec<Key>) {
    match change.kind {
        Kind::PersistentVolumeClaim | Kind::PersistentVolume => keys.push(change.key()),
        Kind::VolumeAttachment if change.new.is_none() => {
            let volume = change.object().attachment().map(|one| one.volume.clone());
            let volume = volume.and_then(|name| view.named(Kind::PersistentVolume, "", &name));
            keys.extend(volume.map(|one| Key { kind: Kind::PersistentVolume, id: one.meta.id }));
        }
        _ => {}
    }
}

pub(in crate::controllers) fn reconcile(key: Key, view: &View, now: SimTime) -> Plan {
    let mut plan = Plan::rest();
    let Some(object) = view.object(key) else { return plan };
    match &object.body {
        Body::PersistentVolumeClaim(claim) => {
            make(object, claim, view, &mut plan);
            if claim.is_bound() {
                resizing::grow(object, claim, STORAGE_US, view, &mut plan);
            }
        }
        Body::PersistentVolume(volume) => delete(object, volume, view, now, &mut plan),
        _ => {}
    }
    plan
}

fn name_for(claim: &Object) -> Str {
    format!("pvc-{}", claim.meta.uid).into()
}

/// Models shouldProvision and provisionClaimOperation
fn make(object: &Rc<Object>, claim: &Claim, view: &View, plan: &mut Plan) {
    let Some(class) = class_of(claim, view) else { return };
    let is_asked = object.meta.annotation(PROVISIONER) == Some(&provisioner_of(class));
    let is_placed = !class.waits_for_consumer() || object.meta.annotation(SELECTED_NODE).is_some();
    let name = name_for(object);
    let is_made = view.named(Kind::PersistentVolume, "", &name).is_some();
    let is_bound = claim.spec.volume_name.is_some();
    if !is_asked || !is_placed || is_made || is_bound || object.meta.is_terminating() {
        return;
    }
    let about = object.reference();
    let text = format!(
        "External provisioner is provisioning volume for claim \"{}/{}\"",
        object.meta.namespace, object.meta.name
    );
    let note = EventNote::normal(about.clone(), SOURCE, "Provisioning", text);
    plan.tell(note, Rule("PVC-PROVISION"));
    if let Some(why) = obstacle(object, claim, class, view) {
        let class = claim.class();
        let text = format!("failed to provision volume with StorageClass \"{class}\": {why}");
        let note = EventNote::warning(about, SOURCE, "ProvisioningFailed", text);
        plan.tell(note, Rule("PVC-UNPROVISIONED"));
        plan.fails = true;
        return;
    }
    plan.steps.push(Step::Delay(STORAGE_US));
    let volume = volume_for(object, claim, class, &name, view);
    let text = format!("Successfully provisioned volume {}", volume.meta.name);
    let note = EventNote::normal(about, SOURCE, "ProvisioningSucceeded", text);
    plan.ask_and_tell(Action::Create(Rc::new(volume)), Rule("PV-PROVISIONED"), note);
}

/// Why no volume can be made for a claim, if so.
///
/// Models github.com/kubernetes-csi/external-provisioner pkg/controller/controller.go
/// prepareProvision, getPVCSource and getSnapshotSource
fn obstacle(object: &Object, claim: &Claim, class: &StorageClass, view: &View) -> Option<String> {
    if claim.spec.selector.is_some() {
        let field = if is_local(class) { "claim.Spec.Selector" } else { "claim Selector" };
        return Some(format!("{field} is not supported"));
    }
    let rest = &claim.spec.rest;
    let source = rest.get("dataSource").or_else(|| rest.get("dataSourceRef"))?;
    let word = |key: &str| source.at(key).and_then(Value::as_str).unwrap_or_default();
    let (kind, name) = (word("kind"), word("name"));
    let why = match kind {
        "PersistentVolumeClaim" => unfit_source(&object.meta.namespace, name, claim, view)?,
        "VolumeSnapshot" => format!(
            "error getting snapshot {name} from api server: the server could not find the \
             requested resource (get volumesnapshots.snapshot.storage.k8s.io {name})"
        ),
        _ => return None,
    };
    Some(format!("error getting handle for DataSource Type {kind} by Name {name}: {why}"))
}

/// Why a claim's data can't be copied, if so.
fn unfit_source(namespace: &Str, name: &str, claim: &Claim, view: &View) -> Option<String> {
    let found = view.named(Kind::PersistentVolumeClaim, namespace, name);
    let Some((found, source)) = found.and_then(|one| Some((one, one.claim()?))) else {
        return Some(format!(
            "error getting PVC {name} (namespace \"{namespace}\") from api server: \
             persistentvolumeclaims \"{name}\" not found"
        ));
    };
    if !source.is_bound() {
        let phase = source.status.phase.as_deref().unwrap_or_default();
        return Some(format!(
            "the PVC DataSource {name} must have a status of Bound.  Got {{{phase} [] map[] [] \
             map[] map[] <nil> <nil>}}"
        ));
    }
    if found.meta.is_terminating() {
        return Some(format!("the PVC DataSource {name} is currently being deleted"));
    }
    let bytes = |milli: i64| milli / 1000;
    let has_milli = source.status.capacity.get("storage").map_or(0, |amount| amount.milli);
    (claim.wanted_milli() < has_milli).then(|| {
        format!(
            "error, new PVC request must be greater than or equal in size to the specified PVC \
             data source, requested {} but source is {}",
            bytes(claim.wanted_milli()),
            bytes(has_milli)
        )
    })
}

fn text(text: &str) -> Value {
    Value::Str(text.into())
}

fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::map(entries)
}

fn volume_for(
    object: &Object,
    claim: &Claim,
    class: &StorageClass,
    name: &Str,
    view: &View,
) -> Object {
    let mut meta =
        Meta { name: name.clone(), finalizers: Rc::new(vec![FINALIZER.into()]), ..Meta::default() };
    meta.annotate(PROVISIONED_BY, provisioner_of(class));
    let mut capacity = BTreeMap::new();
    if let Some(amount) = claim.spec.resources.requests.get("storage") {
        capacity.insert("storage".into(), *amount);
    }
    let spec = VolumeSpec {
        capacity,
        access_modes: claim.spec.access_modes.clone(),
        claim_ref: Some(ClaimRef::to(object)),
        persistent_volume_reclaim_policy: Some(
            class.reclaim_policy.clone().unwrap_or_else(|| "Delete".into()),
        ),
        storage_class_name: claim.spec.storage_class_name.clone(),
        volume_mode: claim.spec.volume_mode.clone(),
        node_affinity: nodes_of(object, class, view),
        rest: Rc::new(source_of(object, class, name)),
    };
    let volume = Volume { spec: Rc::new(spec), ..Volume::default() };
    Object { meta, body: Body::PersistentVolume(volume) }
}

/// Whether a class keeps the data on the node itself.
fn is_local(class: &StorageClass) -> bool {
    class.provisioner.ends_with("/local-path")
}

/// The chosen node, if the class keeps the data there.
fn local_node<'a>(object: &'a Object, class: &StorageClass) -> Option<&'a Str> {
    object.meta.annotation(SELECTED_NODE).filter(|_| is_local(class))
}

/// Where the data is: on a node, or behind a CSI driver.
fn source_of(object: &Object, class: &StorageClass, name: &Str) -> BTreeMap<Str, Value> {
    if local_node(object, class).is_none() {
        let csi = map([("driver", text(&provisioner_of(class))), ("volumeHandle", text(name))]);
        return gather([("csi".into(), csi)]);
    }
    let meta = &object.meta;
    let path = format!("/opt/local-path-provisioner/{name}_{}_{}", meta.namespace, meta.name);
    let host_path = map([("path", text(&path)), ("type", text("DirectoryOrCreate"))]);
    gather([("hostPath".into(), host_path)])
}

/// From where the data can be reached.
fn nodes_of(object: &Object, class: &StorageClass, view: &View) -> Option<VolumeNodes> {
    let Some(node) = local_node(object, class) else {
        let node = object.meta.annotation(SELECTED_NODE);
        let node = node.and_then(|node| view.named(Kind::Node, "", node));
        return topology::affinity(&object.meta.name, class, node.map(|one| &**one));
    };
    let found = view.named(Kind::Node, "", node);
    let hostname = found.and_then(|one| one.meta.label(HOSTNAME)).unwrap_or(node).clone();
    let requirement =
        NodeRequirement { key: HOSTNAME.into(), operator: "In".into(), values: vec![hostname] };
    let term =
        NodeSelectorTerm { match_expressions: vec![requirement], ..NodeSelectorTerm::default() };
    Some(VolumeNodes { required: Some(NodeSelector { node_selector_terms: vec![term] }) })
}

/// Models shouldDelete and deleteVolumeOperation
fn delete(object: &Rc<Object>, volume: &Volume, view: &View, now: SimTime, plan: &mut Plan) {
    if object.meta.annotation(PROVISIONED_BY).is_none() || !object.meta.has_finalizer(FINALIZER) {
        return;
    }
    let key = Key { kind: Kind::PersistentVolume, id: object.meta.id };
    let let_go = Action::Patch(key, Patch::RemoveFinalizer(FINALIZER.into()));
    let is_deleted = volume.spec.persistent_volume_reclaim_policy.as_deref() == Some("Delete");
    if !is_deleted {
        // Only the object goes; the storage stays for whoever wants it back.
        if object.meta.is_terminating() {
            plan.ask(let_go, Rule("PV-DELETE"));
        }
        return;
    }
    let is_attached =
        view.table(Kind::VolumeAttachment).of_volume(&object.meta.name).next().is_some();
    if !volume.is_in("Released") || is_attached {
        return;
    }
    let released = volume.status.last_phase_transition_time.unwrap_or(now);
    let done = released.plus_us(STORAGE_US);
    if done > now {
        return plan.look_again(done.since_us(now));
    }
    if !object.meta.is_terminating() {
        plan.ask(Action::Delete(key, DeleteOptions::default()), Rule("PV-DELETE"));
        plan.steps.push(Step::Delay(DELETED_US));
    }
    plan.ask(let_go, Rule("PV-DELETE"));
}
