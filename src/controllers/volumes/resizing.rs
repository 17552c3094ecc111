//! The storage's own process makes a volume larger whose claim asks for more.
//!
//! Must not know why the claim may ask. Invariant: a claim is told of more only when its volume
//! has more.
//!
//! Models github.com/kubernetes-csi/external-resizer pkg/controller/expand_and_recover.go
//! Differs: nothing is left to do on the node, as with storage that is reached by the network;
//! and the claim does not say meanwhile that its volume is being resized.

use std::rc::Rc;

use crate::api::Object;
use crate::api::storage::Claim;
use crate::base::Str;
use crate::controllers::volumes::PROVISIONED_BY;
use crate::server::{Action, EventNote, Part, View};
use crate::sim::{Plan, Rule, Step};

/// Who tells of it.
const SOURCE: &str = "external-resizer csi.sim.local";
const RULE: Rule = Rule("PV-RESIZED");

/// Gives a bound claim as much as it asks for, if the storage made its volume.
pub(super) fn grow(
    object: &Rc<Object>,
    claim: &Claim,
    takes_us: u64,
    view: &View,
    plan: &mut Plan,
) -> Option<()> {
    let wanted = *claim.spec.resources.requests.get("storage")?;
    let has = claim.status.capacity.get("storage")?;
    let name = claim.spec.volume_name.as_ref()?;
    let found = view.named(crate::api::Kind::PersistentVolume, "", name)?;
    let is_ours = found.meta.annotation(PROVISIONED_BY).is_some()
        && found.volume()?.spec.rest.contains_key("csi");
    if wanted.milli <= has.milli || !is_ours || object.meta.is_terminating() {
        return None;
    }
    let note = |reason: &'static str, text: Str| {
        EventNote::normal(object.reference(), SOURCE, reason, text)
    };
    let text = format!("External resizer is resizing volume {name}");
    plan.tell(note("Resizing", text.into()), RULE);
    plan.steps.push(Step::Delay(takes_us));
    let mut volume = Object::clone(found);
    volume.meta.resource_version = 0;
    Rc::make_mut(&mut volume.volume_mut()?.spec).capacity.insert("storage".into(), wanted);
    plan.ask(Action::Update(Rc::new(volume), Part::Spec), RULE);
    let mut larger = Object::clone(object);
    larger.meta.resource_version = 0;
    let status = &mut larger.claim_mut()?.status;
    status.capacity.insert("storage".into(), wanted);
    status.allocated_resources.insert("storage".into(), wanted);
    let told = note("VolumeResizeSuccessful", "Resize volume succeeded".into());
    plan.ask_and_tell(Action::Update(Rc::new(larger), Part::Status), RULE, told);
    Some(())
}
