//! Who manages which fields of an object: `metadata.managedFields`.
//!
//! Must not know commands. Invariant: what is kept follows from the objects before and after a
//! request and from who asked, and from nothing else.
//!
//! Differs: only what people write is told apart, and of nodes not even that. What controllers write
//! later, such as a status, is nobody's, and an object that no command made here is its maker's as
//! a whole.

mod set;
mod walk;

use std::cmp::Ordering;
use std::rc::Rc;

use crate::api::encode::encode;
use crate::api::outward::{TOKEN_PATH, TOKEN_VOLUME, outward};
use crate::api::wellknown::LAST_APPLIED;
use crate::api::{Kind, Object, ObjectId, Value, go};
use crate::base::{Order as _, SimTime, Str};
use crate::kubectl::mapping::Mapping;
use crate::kubectl::session::Session;
use crate::kubectl::tree;
use crate::server::{Action, Key, Outcome, Part, View};
use crate::sim::Command;

pub(super) use set::Set;
pub(super) use walk::{Form, difference, merged, misfits, named, pruned};

/// Who applies by the annotation.
pub(super) const CLIENT_SIDE: &str = "kubectl-client-side-apply";
/// Who makes what belongs to a workload.
const CONTROLLERS: &str = "kube-controller-manager";
/// Who makes nodes.
const KUBELET: &str = "kubelet";
/// Who wrote an object before anybody applied it, if nobody knows.
const BEFORE: &str = "before-first-apply";

/// Who asks, as the server writes it down.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Who {
    /// The manager.
    pub(super) manager: Str,
    /// The subresource that is asked, or nothing.
    pub(super) subresource: Str,
}

/// What a command notes of its requests; a program without a terminal notes nothing.
pub(super) type Keeper = fn(&mut Session<'_>, &Action, Option<&Rc<Object>>, &Outcome);

/// One manager's fields.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Entry {
    /// Who.
    pub(super) who: Who,
    /// Whether they are applied, or else written otherwise.
    pub(super) is_applied: bool,
    /// The version in which they are named.
    pub(super) api_version: Str,
    /// When they changed last, in whole seconds.
    pub(super) time: Str,
    /// The fields.
    pub(super) fields: Set,
}

impl Entry {
    /// Models staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/conflict.go
    /// printManager
    pub(super) fn printed(&self) -> String {
        let mut text = go::quoted(&self.who.manager);
        if !self.who.subresource.is_empty() {
            text = format!("{text} with subresource {}", go::quoted(&self.who.subresource));
        }
        if self.is_applied { text } else { format!("{text} using {}", self.api_version) }
    }

    fn operation(&self) -> &'static str {
        if self.is_applied { "Apply" } else { "Update" }
    }

    /// Models staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/managedfields.go
    /// sortEncodedManagedFields
    fn order(&self, other: &Entry) -> Ordering {
        let key = |one: &Entry| {
            let who = (one.who.manager.clone(), one.api_version.clone());
            (one.operation(), one.time.clone(), who, one.who.subresource.clone())
        };
        key(self).cmp(&key(other))
    }

    fn to_tree(&self) -> Value {
        let text = |text: &str| Value::Str(text.into());
        let mut all = Value::map([
            ("apiVersion", text(&self.api_version)),
            ("fieldsType", text("FieldsV1")),
            ("fieldsV1", self.fields.to_tree()),
            ("manager", text(&self.who.manager)),
            ("operation", text(self.operation())),
            ("time", text(&self.time)),
        ]);
        if !self.who.subresource.is_empty() {
            tree::map_at(&mut all, &[]).insert("subresource".into(), text(&self.who.subresource));
        }
        all
    }

    fn of_tree(tree: &Value) -> Entry {
        Entry {
            who: Who {
                manager: tree.word("manager").into(),
                subresource: tree.word("subresource").into(),
            },
            is_applied: tree.word("operation") == "Apply",
            api_version: tree.word("apiVersion").into(),
            time: tree.word("time").into(),
            fields: tree.at("fieldsV1").map(Set::of_tree).unwrap_or_default(),
        }
    }
}

/// All managers of an object.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Managers(pub(super) Vec<Entry>);

impl Managers {
    /// Those that are written down of an object, or follow from how it came to be.
    pub(super) fn of(view: &View, object: &Object, mapping: &Mapping) -> Managers {
        let noted = view.notes_of(object.meta.id);
        if !noted.is_empty() {
            let trees = noted.iter().filter_map(|text| serde_json::from_str::<Value>(text).ok());
            return Managers(trees.map(|tree| Entry::of_tree(&tree)).collect());
        }
        let manager = maker_of(object).unwrap_or(BEFORE);
        let form = Form::of_kind(&mapping.name, &mapping.api_version);
        let since = object.meta.creation_timestamp.unwrap_or(SimTime::ZERO);
        let fields = fields_of_new(form, &sent_by_maker(form, object), object);
        let mut all = Managers::default();
        all.note(&Who { manager: manager.into(), ..Who::default() }, mapping, since, fields);
        all
    }

    /// The fields of one manager.
    pub(super) fn applied(&self, manager: &str) -> Option<&Entry> {
        self.0.iter().find(|one| one.is_applied && *one.who.manager == *manager)
    }

    /// Adds to what a manager has written.
    fn note(&mut self, who: &Who, mapping: &Mapping, now: SimTime, fields: Set) {
        if fields.is_empty() {
            return;
        }
        let is_it = |one: &Entry| {
            !one.is_applied && one.who == *who && one.api_version == mapping.api_version
        };
        let time: Str = now.to_string().into();
        if let Some(known) = self.0.iter_mut().find(|one| is_it(one)) {
            known.fields = known.fields.union(&fields);
            known.time = time;
            return;
        }
        let api_version = mapping.api_version.clone();
        self.0.push(Entry { who: who.clone(), is_applied: false, api_version, time, fields });
    }

    /// Takes fields from everybody.
    pub(super) fn take(&mut self, fields: &Set) {
        for one in &mut self.0 {
            one.fields = one.fields.without(fields);
        }
        self.0.retain(|one| !one.fields.is_empty());
    }

    /// What any of them names.
    pub(super) fn all(&self) -> Set {
        self.0.iter().fold(Set::default(), |all, one| all.union(&one.fields))
    }

    /// Writes them down.
    pub(super) fn keep(mut self, session: &mut Session<'_>, object: ObjectId) {
        self.0.order_by(Entry::order);
        let texts: Vec<Str> = self.0.iter().map(|one| go::json(&one.to_tree()).into()).collect();
        let _ = session.cluster.submit(Command::Annotate(object, Rc::new(texts)));
    }
}

/// Who made an object of which nothing is written down.
fn maker_of(object: &Object) -> Option<&'static str> {
    if object.meta.annotation(LAST_APPLIED).is_some() {
        return Some(CLIENT_SIDE);
    }
    if object.kind() == Kind::Node {
        return Some(KUBELET);
    }
    let is_owned = object.meta.owner_references.iter().any(|one| one.controller == Some(true));
    is_owned.then_some(CONTROLLERS)
}

/// An object's tree with `managedFields`.
pub(super) fn with_managers(view: &View, object: &Object, mut whole: Value) -> Value {
    let noted = view.notes_of(object.meta.id);
    let trees: Vec<Value> =
        noted.iter().filter_map(|text| serde_json::from_str(text).ok()).collect();
    let trees = if trees.is_empty() && maker_of(object).is_some() {
        let mapping = Mapping::of_object(object);
        Managers::of(view, object, &mapping).0.iter().map(Entry::to_tree).collect()
    } else {
        trees
    };
    if !trees.is_empty() {
        tree::map_at(&mut whole, &["metadata"]).insert("managedFields".into(), Value::List(trees));
    }
    whole
}

/// Fields that nobody manages: what names an object, and what the server alone writes.
///
/// Models staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/stripmeta.go
const UNMANAGED: [&[&str]; 12] = [
    &["f:apiVersion"],
    &["f:kind"],
    &["f:metadata", "f:creationTimestamp"],
    &["f:metadata", "f:deletionGracePeriodSeconds"],
    &["f:metadata", "f:deletionTimestamp"],
    &["f:metadata", "f:generation"],
    &["f:metadata", "f:managedFields"],
    &["f:metadata", "f:name"],
    &["f:metadata", "f:namespace"],
    &["f:metadata", "f:resourceVersion"],
    &["f:metadata", "f:uid"],
    &["f:status"],
];

/// Takes away what nobody manages.
pub(super) fn stripped(mut fields: Set) -> Set {
    for path in UNMANAGED {
        fields.cut(path);
    }
    fields.is_member = false;
    if let Some(metadata) = fields.below.get_mut("f:metadata") {
        metadata.is_member = false;
    }
    if fields.below.get("f:metadata").is_some_and(Set::is_empty) {
        fields.below.remove("f:metadata");
    }
    fields
}

/// What is given to a new object after its managers were written down.
const GIVEN: [(Kind, &[&str]); 14] = [
    (Kind::Job, &["f:spec", "f:selector"]),
    (Kind::Job, &["f:spec", "f:template", "f:metadata"]),
    (Kind::PersistentVolumeClaim, &["f:spec", "f:storageClassName"]),
    (Kind::Pod, &["f:spec", "f:nodeName"]),
    (Kind::Pod, &["f:spec", "f:preemptionPolicy"]),
    (Kind::Pod, &["f:spec", "f:priority"]),
    (Kind::Pod, &["f:spec", "f:serviceAccount"]),
    (Kind::Pod, &["f:spec", "f:serviceAccountName"]),
    (Kind::Pod, &["f:spec", "f:tolerations"]),
    (Kind::Service, &["f:spec", "f:clusterIP"]),
    (Kind::Service, &["f:spec", "f:clusterIPs"]),
    (Kind::Service, &["f:spec", "f:healthCheckNodePort"]),
    (Kind::Service, &["f:spec", "f:ipFamilies"]),
    (Kind::Service, &["f:spec", "f:ipFamilyPolicy"]),
];

/// The fields with which an object is made: what was sent, with its defaults.
fn fields_of_new(form: Form, sent: &Set, made: &Object) -> Set {
    let mut all = walk::all(form, &outward(made));
    all.below.remove("f:metadata");
    all.put("f:metadata".into(), sent.below.get("f:metadata").cloned().unwrap_or_default());
    for (kind, path) in GIVEN {
        if made.kind() == kind {
            let own = sent.under(path).cloned().unwrap_or_default();
            all.cut(path);
            all = all.union(&own.below_of(path));
        }
    }
    cut_ports(&mut all, sent);
    cut_tokens(&mut all);
    stripped(all)
}

/// What the maker of an object sent of which nothing is written down.
fn sent_by_maker(form: Form, object: &Object) -> Set {
    let last = object.meta.annotation(LAST_APPLIED);
    if let Some(last) = last.and_then(|text| serde_json::from_str::<Value>(text).ok()) {
        let step = format!("f:{LAST_APPLIED}");
        let own = Set::at(&["f:metadata", "f:annotations", &step]);
        return walk::all(form, &last).union(&own);
    }
    let mut all = walk::all(form, &encode(object));
    GIVEN.iter().filter(|(kind, _)| object.kind() == *kind).for_each(|(_, path)| all.cut(path));
    all
}

/// Takes away the ports of nodes that were drawn.
fn cut_ports(fields: &mut Set, sent: &Set) {
    let Some(ports) = fields.under(&["f:spec", "f:ports"]) else { return };
    let steps: Vec<Str> = ports.below.keys().cloned().collect();
    for step in steps {
        let path = ["f:spec", "f:ports", &step, "f:nodePort"];
        if !sent.has(&path) {
            fields.cut(&path);
        }
    }
}

/// Takes away the volume of a Pod's token, and where it is mounted.
fn cut_tokens(fields: &mut Set) {
    let Some(spec) = fields.below.get_mut("f:spec") else { return };
    let volume = format!("k:{{\"name\":\"{TOKEN_VOLUME}");
    let mount = format!("k:{{\"mountPath\":\"{TOKEN_PATH}\"}}");
    let is_own = |step: &Str| !step.starts_with(&volume) && **step != *mount;
    for list in ["f:volumes", "f:volumeMounts"] {
        cut_steps(spec, list, &is_own);
    }
    for list in ["f:containers", "f:initContainers"] {
        let Some(containers) = spec.below.get_mut(list) else { continue };
        for container in containers.below.values_mut() {
            cut_steps(container, "f:volumeMounts", &is_own);
        }
    }
}

fn cut_steps(fields: &mut Set, list: &str, stays: &dyn Fn(&Str) -> bool) {
    let Some(items) = fields.below.get_mut(list) else { return };
    items.below.retain(|step, _| stays(step));
    if items.below.is_empty() {
        fields.below.remove(list);
    }
}

/// Notes who wrote what a request changed.
///
/// Models staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/managedfieldsupdater.go
/// managedFieldsUpdater.Update
pub(super) fn note(
    session: &mut Session<'_>,
    action: &Action,
    old: Option<&Rc<Object>>,
    outcome: &Outcome,
) {
    let who = session.context.who.clone();
    let (now, is_spec) = (session.now(), is_of_spec(action));
    match (outcome, old) {
        (Outcome::Created(made), _) => {
            let mapping = Mapping::of_object(made);
            let form = Form::of_kind(&mapping.name, &mapping.api_version);
            let sent = if let Action::Create(sent) = action { sent } else { made };
            let sent = walk::all(form, &encode(sent));
            let mut managers = Managers::default();
            managers.note(&who, &mapping, now, fields_of_new(form, &sent, made));
            managers.keep(session, made.meta.id);
        }
        (Outcome::Changed(new), Some(old)) if is_spec && new.kind() != Kind::Node => {
            let mapping = Mapping::of_object(new);
            let form = Form::of_kind(&mapping.name, &mapping.api_version);
            let found = difference(form, &outward(old), &outward(new));
            let (changed, removed) = (stripped(found.changed), stripped(found.removed));
            let mut managers = Managers::of(session.view(), old, &mapping);
            managers.take(&changed.union(&removed));
            managers.note(&who, &mapping, now, changed);
            managers.keep(session, new.meta.id);
        }
        _ => {}
    }
}

fn is_of_spec(action: &Action) -> bool {
    matches!(action, Action::Update(_, Part::Spec) | Action::PatchTree { part: Part::Spec, .. })
}

/// The object of which a request is made, before it.
pub(super) fn target(view: &View, action: &Action) -> Option<Rc<Object>> {
    match action {
        Action::Update(object, _) => {
            view.object(Key { kind: object.kind(), id: object.meta.id }).cloned()
        }
        Action::PatchTree { kind, namespace, name, .. } => {
            view.named(*kind, namespace, name).cloned()
        }
        _ => None,
    }
}
