//! The seats of a StatefulSet: the wanted ordinals that have no Pod.
//!
//! Must not know who sat there before. Invariant: a seat names no claim that is there already.

use crate::api::storage::Claim;
use crate::api::{Body, Kind, Object};
use crate::server::View;
use crate::view::stage::{PodView, SeatView, Text};
use std::rc::Rc;

/// Of more empty seats than this none says which claims its Pod will have.
const CLAIMS_TO_COME_MAX: usize = 40;

/// The wanted ordinals that have no Pod.
pub(super) fn empty(
    owner: &Object,
    desired: u32,
    pods: &[Rc<PodView>],
    view: &View,
) -> Vec<Rc<SeatView>> {
    let Some(set) = owner.stateful_set() else { return Vec::new() };
    let start = set.spec.ordinals.as_ref().map_or(0, |one| one.start);
    let start = u32::try_from(start).unwrap_or(0);
    let empty: Vec<u32> = (start..start.saturating_add(desired))
        .filter(|ordinal| pods.iter().all(|pod| pod.ordinal != Some(*ordinal)))
        .collect();
    let has_claims = empty.len() <= CLAIMS_TO_COME_MAX && !owner.meta.is_terminating();
    let claims = |pod: &str| -> Vec<Text> {
        let templates = set.spec.volume_claim_templates.iter();
        let on_shelf = templates.filter(|one| has_claims && is_provisioned(&one.claim, view));
        let names = on_shelf.map(|one| Text::from(format!("{}-{pod}", one.metadata.name)));
        let is_made = |name: &Text| {
            view.named(Kind::PersistentVolumeClaim, &owner.meta.namespace, name).is_some()
        };
        names.filter(|name| !is_made(name)).collect()
    };
    empty
        .into_iter()
        .map(|ordinal| {
            let name = format!("{}-{ordinal}", owner.meta.name);
            let service = &set.spec.service_name;
            let dns = (!service.is_empty()).then(|| format!("{name}.{service}").into());
            let claims = claims(&name);
            Rc::new(SeatView { ordinal, name: name.into(), dns, claims, ..SeatView::default() })
        })
        .collect()
}

/// Whether a volume is made for a claim; one that must be there already may be part of a node.
fn is_provisioned(claim: &Claim, view: &View) -> bool {
    claim.spec.storage_class_name.as_ref().is_none_or(|name| {
        view.named(Kind::StorageClass, "", name).is_some_and(|class| match &class.body {
            Body::StorageClass(class) => &*class.provisioner != "kubernetes.io/no-provisioner",
            _ => false,
        })
    })
}
