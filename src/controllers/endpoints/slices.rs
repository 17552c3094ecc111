//! Endpoints shared out among slices, with as few writes as may be.
//!
//! Must not know Services or Pods. Invariant: an endpoint stays in its slice, and no slice
//! holds more than `ENDPOINTS_MAX`.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::{Desired, in_order, placeholder};
use crate::api::discovery::{Endpoint, EndpointPort, EndpointSlice};
use crate::api::{Labels, Object};
use crate::base::Order as _;
use crate::base::Str;

/// Endpoints in a slice at most.
///
/// Models cmd/kube-controller-manager's --max-endpoints-per-slice
const ENDPOINTS_MAX: usize = 100;

/// What must be written.
#[derive(Default)]
pub(super) struct Changes<'a> {
    pub(super) create: Vec<EndpointSlice>,
    pub(super) update: Vec<(&'a Rc<Object>, EndpointSlice)>,
    pub(super) delete: Vec<&'a Rc<Object>>,
}

/// What makes two endpoints the same one in different states.
type Identity = (Str, Option<Str>, Str, Str);

fn identity(endpoint: &Endpoint) -> Identity {
    let address = &endpoint.addresses.first;
    let target = &endpoint.target_ref;
    let (namespace, name) = (target.namespace.clone(), target.name.clone());
    (address.clone(), endpoint.hostname.clone(), namespace, name)
}

/// Models staging/src/k8s.io/endpointslice/reconciler.go reconcileByAddressType
pub(super) fn reconcile<'a>(
    known: &[&'a Rc<Object>],
    desired: Desired,
    labels: &Labels,
) -> Changes<'a> {
    let mut by_ports: BTreeMap<Vec<EndpointPort>, Vec<&'a Rc<Object>>> = BTreeMap::new();
    for one in known {
        let Some(slice) = one.endpoint_slice() else { continue };
        by_ports.entry(in_order(&slice.ports)).or_default().push(one);
    }
    let mut changes = Changes::default();
    for (ports, endpoints) in desired {
        let known = by_ports.remove(&ports).unwrap_or_default();
        share(&known, &ports, endpoints, labels, &mut changes);
    }
    changes.delete.extend(by_ports.into_values().flatten());
    if changes.delete.len() == known.len() && changes.create.is_empty() {
        let is_kept = matches!(changes.delete[..], [only] if is_placeholder(only, labels));
        if is_kept {
            changes.delete.clear();
        } else {
            changes.create.push(placeholder());
        }
    }
    // A slice that goes while another comes is written over.
    while !changes.delete.is_empty() {
        let Some(slice) = changes.create.pop() else { break };
        changes.update.push((changes.delete.remove(0), slice));
    }
    changes
}

fn is_placeholder(object: &Object, labels: &Labels) -> bool {
    object.meta.labels == *labels && object.endpoint_slice() == Some(&placeholder())
}

/// A slice of one look: as it is known, and its endpoints as they will be.
struct Draft<'a> {
    known: &'a Rc<Object>,
    endpoints: Vec<Endpoint>,
    is_changed: bool,
}

/// Shares the endpoints of one set of ports among the slices of these ports.
///
/// Models staging/src/k8s.io/endpointslice/reconciler.go reconcileByPortMapping
fn share<'a>(
    known: &[&'a Rc<Object>],
    ports: &[EndpointPort],
    endpoints: Vec<Endpoint>,
    labels: &Labels,
    changes: &mut Changes<'a>,
) {
    let mut order: Vec<Identity> = Vec::with_capacity(endpoints.len());
    let mut wanted: BTreeMap<Identity, Endpoint> = BTreeMap::new();
    for endpoint in endpoints {
        let id = identity(&endpoint);
        if wanted.insert(id.clone(), endpoint).is_none() {
            order.push(id);
        }
    }
    let mut drafts: Vec<Draft> = Vec::new();
    for one in known {
        let Some(slice) = one.endpoint_slice() else { continue };
        let new: Vec<Endpoint> =
            slice.endpoints.iter().filter_map(|old| wanted.remove(&identity(old))).collect();
        let is_changed = new != *slice.endpoints && !are_same_save_hints(&new, &slice.endpoints);
        if is_changed && new.is_empty() {
            changes.delete.push(one);
            continue;
        }
        let is_changed = is_changed || one.meta.labels != *labels;
        drafts.push(Draft { known: one, endpoints: new, is_changed });
    }
    let mut rest: Vec<Endpoint> = order.iter().filter_map(|id| wanted.remove(id)).rev().collect();
    fill(&mut drafts, &mut rest);
    while !rest.is_empty() {
        let first = rest.split_off(rest.len().saturating_sub(ENDPOINTS_MAX));
        let endpoints = first.into_iter().rev().collect();
        changes.create.push(slice_of(ports, endpoints));
    }
    // Hints are looked at last: they never decide where an endpoint goes.
    let (changed, rest): (Vec<_>, Vec<_>) = drafts.into_iter().partition(|one| one.is_changed);
    let has_new_hints = |draft: &Draft| {
        draft.known.endpoint_slice().is_some_and(|slice| *slice.endpoints != draft.endpoints)
    };
    let changed = changed.into_iter().chain(rest.into_iter().filter(has_new_hints));
    changes.update.extend(changed.map(|draft| (draft.known, slice_of(ports, draft.endpoints))));
}

/// Models staging/src/k8s.io/endpointslice/util/endpoint_slice_utils.go EndpointsEqualBeyondHash
fn are_same_save_hints(new: &[Endpoint], old: &[Endpoint]) -> bool {
    let bare = |one: &Endpoint| Endpoint { hints: None, ..one.clone() };
    new.iter().map(bare).eq(old.iter().map(bare))
}

fn slice_of(ports: &[EndpointPort], endpoints: Vec<Endpoint>) -> EndpointSlice {
    EndpointSlice { ports: Rc::new(ports.to_vec()), endpoints: Rc::new(endpoints), ..placeholder() }
}

/// New endpoints go where something is written anyway, the fullest first; what is left goes
/// into a slice that it fills best, unless new slices must be made.
fn fill(drafts: &mut [Draft], rest: &mut Vec<Endpoint>) {
    let mut changed: Vec<&mut Draft> = drafts.iter_mut().filter(|one| one.is_changed).collect();
    changed.order_by_key(|one| std::cmp::Reverse(one.endpoints.len()));
    for draft in changed {
        top_up(draft, rest);
    }
    if rest.is_empty() || rest.len() >= ENDPOINTS_MAX {
        return;
    }
    let space = |draft: &Draft| ENDPOINTS_MAX.checked_sub(rest.len() + draft.endpoints.len());
    let best = drafts
        .iter_mut()
        .filter(|draft| !draft.is_changed)
        .filter_map(|draft| space(draft).filter(|left| *left < ENDPOINTS_MAX).map(|s| (s, draft)))
        .min_by_key(|(left, _)| *left);
    if let Some((_, draft)) = best {
        draft.is_changed = true;
        top_up(draft, rest);
    }
}

fn top_up(draft: &mut Draft, rest: &mut Vec<Endpoint>) {
    while draft.endpoints.len() < ENDPOINTS_MAX
        && let Some(next) = rest.pop()
    {
        draft.endpoints.push(next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::discovery::{Addresses, EndpointConditions};
    use crate::api::{Body, ObjectId};

    fn endpoint(number: usize, is_ready: bool) -> Endpoint {
        let mut endpoint = Endpoint {
            addresses: Addresses::of(format!("10.0.{}.{}", number / 200, number % 200).into()),
            conditions: EndpointConditions {
                ready: Some(is_ready),
                serving: Some(is_ready),
                terminating: Some(false),
            },
            ..Endpoint::default()
        };
        endpoint.target_ref.name = format!("pod-{number}").into();
        endpoint
    }

    fn port(number: i32) -> EndpointPort {
        EndpointPort { port: number, protocol: "TCP".into(), ..EndpointPort::default() }
    }

    fn all(ready: impl IntoIterator<Item = (usize, bool)>) -> Desired {
        let endpoints = ready.into_iter().map(|(number, ready)| endpoint(number, ready)).collect();
        [(vec![port(80)], endpoints)].into()
    }

    fn stored(slices: Vec<EndpointSlice>) -> Vec<Rc<Object>> {
        let objects = slices.into_iter().enumerate().map(|(index, slice)| {
            let mut object = Object::new("d", &format!("s-{index}"), Body::EndpointSlice(slice));
            object.meta.id = ObjectId(u32::try_from(index).expect("few"));
            Rc::new(object)
        });
        objects.collect()
    }

    fn look(known: &[Rc<Object>], desired: Desired) -> Changes<'_> {
        let known: Vec<&Rc<Object>> = known.iter().collect();
        reconcile(&known, desired, &Labels::default())
    }

    #[test]
    fn a_service_without_endpoints_has_one_empty_slice_that_is_written_over() {
        let changes = look(&[], Desired::new());
        assert_eq!(changes.create, [placeholder()]);
        let known = stored(changes.create);
        let rest = look(&known, Desired::new());
        assert!(rest.create.is_empty() && rest.update.is_empty() && rest.delete.is_empty());
        let changes = look(&known, all([(1, true)]));
        assert!(changes.create.is_empty() && changes.delete.is_empty());
        assert_eq!(changes.update[0].1.endpoints.len(), 1);
        let known = stored(vec![changes.update[0].1.clone()]);
        let changes = look(&known, Desired::new());
        assert_eq!(changes.update[0].1, placeholder());
    }

    #[test]
    fn a_slice_holds_a_hundred_and_the_rest_goes_into_another() {
        let changes = look(&[], all((0..250).map(|number| (number, true))));
        let mut sizes: Vec<_> = changes.create.iter().map(|one| one.endpoints.len()).collect();
        assert_eq!(sizes, [100, 100, 50]);
        let known = stored(changes.create);
        let changes = look(&known, all((0..260).map(|number| (number, true))));
        sizes = changes.update.iter().map(|(_, one)| one.endpoints.len()).collect();
        assert_eq!(sizes, [60], "only the one with room is written");
    }

    #[test]
    fn an_endpoint_keeps_its_place_when_its_state_changes() {
        let known = stored(look(&[], all([(1, true), (2, true), (3, true)])).create);
        let changes = look(&known, all([(1, true), (2, false), (4, true), (3, true)]));
        let (_, slice) = &changes.update[0];
        let names: Vec<_> = slice.endpoints.iter().map(|one| &*one.target_ref.name).collect();
        assert_eq!(names, ["pod-1", "pod-2", "pod-3", "pod-4"]);
        assert!(!slice.endpoints[1].conditions.is_ready());
    }

    #[test]
    fn pods_with_other_ports_stand_in_another_slice() {
        let mut desired = all([(1, true)]);
        desired.insert(vec![port(81)], vec![endpoint(2, true)]);
        assert_eq!(look(&[], desired).create.len(), 2);
    }

    #[test]
    fn new_hints_are_written_and_move_no_endpoint() {
        let hinted = |number: usize| Endpoint {
            hints: Some(crate::api::Value::Bool(true)),
            ..endpoint(number, true)
        };
        let known = stored(look(&[], all((0..101).map(|number| (number, true)))).create);
        let desired = [(vec![port(80)], (0..102).map(hinted).collect())].into();
        let changes = look(&known, desired);
        let sizes: Vec<_> = changes.update.iter().map(|(_, one)| one.endpoints.len()).collect();
        assert_eq!(sizes, [2, 100], "the one with room is filled, and hints follow");
        let slices = changes.update.iter().flat_map(|(_, one)| one.endpoints.iter());
        assert!(slices.into_iter().all(|one| one.hints.is_some()));
    }
}
