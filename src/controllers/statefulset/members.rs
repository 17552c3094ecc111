//! The Pods of a StatefulSet: which are its own, how they are made and kept as they must be.
//!
//! Must not know in which order. Invariant: a Pod's name says its set and ordinal, and its
//! claims' names follow from its own.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::api::apps::{ClaimTemplate, StatefulSet};
use crate::api::pod::{ClaimSource, PodTemplate, Volume};
use crate::api::{Body, Kind, Meta, Object, OwnerReference};
use crate::base::Str;
use crate::controllers::statefulset::{State, Sync};
use crate::controllers::{pods, revision};
use crate::server::{Action, EventNote, Key, Part, Patch, View};
use crate::sim::{Plan, Request, Rule};

const POD_NAME: &str = "statefulset.kubernetes.io/pod-name";
const POD_INDEX: &str = "apps.kubernetes.io/pod-index";

/// The ordinal in a Pod's name, if it is one of this set's names.
pub(super) fn ordinal_of(set: &Object, pod: &Object) -> Option<i32> {
    let digits = pod.meta.name.strip_prefix(&*set.meta.name)?.strip_prefix('-')?;
    let is_canonical = digits == "0" || !digits.starts_with('0');
    let is_number = is_canonical && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok())?
}

/// The set's Pods by ordinal, and the patches that make them so.
///
/// Models pkg/controller/statefulset/stateful_set.go getPodsForStatefulSet
pub(super) fn claim<'a>(
    owner: &Object,
    set: &StatefulSet,
    view: &'a View,
    plan: &mut Plan,
) -> BTreeMap<i32, &'a Rc<Object>> {
    let table = view.table(Kind::Pod);
    let selector = &set.spec.selector;
    let mut claimed = BTreeMap::new();
    for pod in table.owned_by(owner.meta.uid) {
        let ordinal = ordinal_of(owner, pod).filter(|_| selector.is_met_by(&pod.meta.labels));
        if let Some(ordinal) = ordinal {
            claimed.insert(ordinal, pod);
        } else if !owner.meta.is_terminating() {
            let key = Key { kind: Kind::Pod, id: pod.meta.id };
            plan.ask(Action::Patch(key, Patch::RemoveOwner(owner.meta.uid)), Rule("OWN-RELEASE"));
        }
    }
    if owner.meta.is_terminating() || selector.is_empty() {
        return claimed;
    }
    for pod in table.orphans_in(&owner.meta.namespace) {
        let fits = !pod.meta.is_terminating() && selector.is_met_by(&pod.meta.labels);
        if let Some(ordinal) = ordinal_of(owner, pod).filter(|_| fits) {
            let key = Key { kind: Kind::Pod, id: pod.meta.id };
            let patch = Patch::SetOwner(owner.owner_reference());
            plan.ask(Action::Patch(key, patch), Rule("OWN-ADOPT"));
            claimed.insert(ordinal, pod);
        }
    }
    claimed
}

fn claim_name(template: &ClaimTemplate, pod: &str) -> Str {
    format!("{}-{pod}", template.metadata.name).into()
}

impl Sync<'_> {
    fn template(&self, state: &State) -> PodTemplate {
        state.template.clone().unwrap_or_else(|| self.set.spec.template.clone())
    }

    /// The requests that make an ordinal's claims and its Pod, or the Event that says why not.
    ///
    /// Models pkg/controller/statefulset/stateful_pod_control.go CreateStatefulPod
    pub(super) fn creation(&self, ordinal: i32) -> Result<Vec<Request>, Vec<Request>> {
        let name: Str = format!("{}-{ordinal}", self.name()).into();
        let is_back = self.was_there(&name);
        let mut requests = self.missing_claims(&name).map_err(|why| {
            let note = self.failed_create(&name, &why);
            vec![Request::new(Action::Note(note), Rule("STS-CREATE"))]
        })?;
        for claim in &mut requests {
            if let (Action::Create(object), Some(notes)) = (&claim.action, &claim.or) {
                let why = format!("failed to create PVC {}: {{}}", object.meta.name);
                claim.or = Some([&**notes, &[self.failed_create(&name, &why)]].concat().into());
            }
        }
        let state = self.state_for(ordinal);
        let mut pod = pods::from_template(&self.template(state), self.object);
        pod.meta.name = name.clone();
        pod.meta.set_label(revision::LABEL, state.name.clone());
        Self::give_identity(&mut pod, ordinal);
        if let Some(body) = pod.pod_mut() {
            let spec = Rc::make_mut(&mut body.spec);
            spec.hostname = Some(name.clone());
            if !self.set.spec.service_name.is_empty() {
                spec.subdomain = Some(self.set.spec.service_name.clone());
            }
        }
        self.give_storage(&mut pod);
        let rule = if is_back { Rule("STS-SAME-NAME") } else { Rule("STS-CREATE") };
        let create = Request::new(Action::Create(Rc::new(pod)), rule);
        let create = create.or(&[self.failed_create(&name, "{}")]);
        let text = format!("Create Pod {name} in StatefulSet {} successful", self.name());
        let note = self.note("SuccessfulCreate", text);
        requests.push(create);
        requests.extend(self.first_owners(&name));
        requests.push(Request::new(Action::Note(note), rule));
        Ok(requests)
    }

    fn failed_create(&self, pod: &str, why: &str) -> EventNote {
        let text = format!("Create Pod {pod} in StatefulSet {} failed error: {why}", self.name());
        self.failure("FailedCreate", text)
    }

    /// Whether this ordinal had a Pod before: one of this set's is known to be gone, or its
    /// claims are there.
    fn was_there(&self, name: &Str) -> bool {
        let had_claim = || {
            self.set.spec.volume_claim_templates.iter().any(|template| {
                let claim = claim_name(template, name);
                let namespace = &self.object.meta.namespace;
                self.view.named(Kind::PersistentVolumeClaim, namespace, &claim).is_some()
            })
        };
        self.view.table(Kind::Pod).had(self.object.meta.uid, name) || had_claim()
    }

    /// The owners of the claims that are made together with the Pod, which nobody has seen yet.
    fn first_owners(&self, pod: &str) -> Vec<Request> {
        let is_deleted = self
            .set
            .spec
            .persistent_volume_claim_retention_policy
            .as_ref()
            .is_some_and(|policy| &*policy.when_deleted == "Delete");
        if !is_deleted {
            return Vec::new();
        }
        let owner = self.object.owner_reference();
        let templates = self.set.spec.volume_claim_templates.iter();
        templates.map(|template| self.first_owner(claim_name(template, pod), &owner)).collect()
    }

    fn first_owner(&self, claim: Str, owner: &OwnerReference) -> Request {
        let namespace = self.object.meta.namespace.clone();
        let patch = Patch::SetOwner(owner.clone());
        let action = Action::PatchNamed(Kind::PersistentVolumeClaim, namespace, claim, patch);
        Request::new(action, Rule("STS-CLAIM-OWNER"))
    }

    /// The requests that make the claims that a Pod lacks; an error if one is on its way out.
    ///
    /// Models pkg/controller/statefulset/stateful_pod_control.go createPersistentVolumeClaims
    pub(super) fn missing_claims(&self, pod: &str) -> Result<Vec<Request>, String> {
        let mut requests = Vec::new();
        let mut errors = Vec::new();
        for template in &self.set.spec.volume_claim_templates {
            let name = claim_name(template, pod);
            let namespace = &self.object.meta.namespace;
            match self.view.named(Kind::PersistentVolumeClaim, namespace, &name) {
                Some(claim) if claim.meta.is_terminating() => {
                    errors.push(format!("pvc {name} is being deleted"));
                }
                Some(_) => {}
                None => requests.push(self.claim_creation(template, &name, pod)),
            }
        }
        match errors.len() {
            0 => Ok(requests),
            1 => Err(errors.swap_remove(0)),
            _ => Err(format!("[{}]", errors.join(", "))),
        }
    }

    /// Models pkg/controller/statefulset/stateful_set_utils.go getPersistentVolumeClaims
    fn claim_creation(&self, template: &ClaimTemplate, name: &Str, pod: &str) -> Request {
        let mut labels = BTreeMap::clone(&template.metadata.labels);
        labels.extend(self.set.spec.selector.match_labels.clone());
        let meta = Meta {
            name: name.clone(),
            namespace: self.object.meta.namespace.clone(),
            labels: Rc::new(labels),
            annotations: template.metadata.annotations.clone(),
            ..Meta::default()
        };
        let body = Body::PersistentVolumeClaim(template.claim.clone());
        let set = self.name();
        let text = format!("Create Claim {name} Pod {pod} in StatefulSet {set} success");
        let failed =
            format!("Create Claim {name} for Pod {pod} in StatefulSet {set} failed error: {{}}");
        Request::new(Action::Create(Rc::new(Object { meta, body })), Rule("STS-CLAIM"))
            .then(self.note("SuccessfulCreate", text))
            .or(&[self.failure("FailedCreate", failed)])
    }

    /// Models pkg/controller/statefulset/stateful_set_utils.go updateIdentity
    fn give_identity(pod: &mut Object, ordinal: i32) {
        let name = pod.meta.name.clone();
        pod.meta.set_label(POD_NAME, name);
        pod.meta.set_label(POD_INDEX, ordinal.to_string());
    }

    /// Models pkg/controller/statefulset/stateful_set_utils.go identityMatches
    fn has_identity(pod: &Object) -> bool {
        pod.meta.label(POD_NAME) == Some(&pod.meta.name)
    }

    /// The volumes of the claims come first, then the template's own.
    ///
    /// Models pkg/controller/statefulset/stateful_set_utils.go updateStorage
    fn give_storage(&self, pod: &mut Object) {
        let templates = &self.set.spec.volume_claim_templates;
        if templates.is_empty() {
            return;
        }
        let name = pod.meta.name.clone();
        let Some(body) = pod.pod_mut() else { return };
        let spec = Rc::make_mut(&mut body.spec);
        let mut volumes: Vec<Volume> = templates
            .iter()
            .map(|template| Volume {
                name: template.metadata.name.clone(),
                persistent_volume_claim: Some(ClaimSource {
                    claim_name: claim_name(template, &name),
                    read_only: false,
                }),
                ..Volume::default()
            })
            .collect();
        let is_new = |one: &Volume| !templates.iter().any(|t| t.metadata.name == one.name);
        volumes.extend(spec.volumes.drain(..).filter(is_new));
        spec.volumes = volumes;
    }

    /// Models pkg/controller/statefulset/stateful_set_utils.go storageMatches
    fn has_storage(&self, pod: &Object) -> bool {
        let Some(body) = pod.pod() else { return false };
        self.set.spec.volume_claim_templates.iter().all(|template| {
            let wanted = claim_name(template, &pod.meta.name);
            body.spec.volumes.iter().any(|volume| {
                volume.name == template.metadata.name
                    && volume
                        .persistent_volume_claim
                        .as_ref()
                        .is_some_and(|c| c.claim_name == wanted)
            })
        })
    }

    /// What brings a Pod's labels, volumes and claims back to what they must be.
    ///
    /// Models pkg/controller/statefulset/stateful_pod_control.go UpdateStatefulPod
    pub(super) fn repair(&self, pod: &Object) -> Vec<Request> {
        let mut requests = Vec::new();
        let mut new = pod.clone();
        if !Self::has_identity(pod)
            && let Some(ordinal) = ordinal_of(self.object, pod)
        {
            Self::give_identity(&mut new, ordinal);
        }
        if !self.has_storage(pod) {
            self.give_storage(&mut new);
            requests.extend(self.missing_claims(&pod.meta.name).unwrap_or_default());
        }
        let owners = self.claim_owners(pod);
        if new == *pod && owners.is_empty() {
            return Vec::new();
        }
        requests.extend(owners);
        let text = format!("Update Pod {} in StatefulSet {}", pod.meta.name, self.name());
        let failed = self.failure("FailedUpdate", format!("{text} failed error: {{}}"));
        let told = self.note("SuccessfulUpdate", format!("{text} successful"));
        let update = Action::Update(Rc::new(new), Part::Spec);
        requests.push(Request::new(update, Rule("STS-REPAIR")).then(told).or(&[failed]));
        requests
    }
}
