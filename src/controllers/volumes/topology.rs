//! Where a new volume lies if its class allows some places only.
//!
//! Must not know who makes volumes. Invariant: a volume lies in one place of the class, which is
//! that of the chosen node if there is one.
//!
//! Models github.com/kubernetes-csi/external-provisioner pkg/controller/topology.go
//! Differs: the storage takes the first place that it is offered, and knows the keys of every
//! class; without allowed places its volumes can be reached from everywhere.

use crate::api::affinity::{NodeRequirement, NodeSelector, NodeSelectorTerm};
use crate::api::storage::{StorageClass, VolumeNodes};
use crate::api::{Meta, Object};
use crate::base::{Order as _, Str};

/// Labels with one value each, in order of their keys.
type Place = Vec<(Str, Str)>;

/// From where the volume of a claim can be reached, if not from everywhere.
///
/// Models GenerateAccessibilityRequirements and GenerateVolumeNodeAffinity
pub(super) fn affinity(
    claim: &Str,
    class: &StorageClass,
    chosen: Option<&Object>,
) -> Option<VolumeNodes> {
    let allowed = class.allowed_topologies()?;
    let place = match chosen {
        Some(node) => place_of(&node.meta, &allowed)?,
        None => spread(claim, places(&allowed))?,
    };
    let one = |(key, value): (Str, Str)| NodeRequirement {
        key,
        operator: "In".into(),
        values: vec![value],
    };
    let match_expressions = place.into_iter().map(one).collect();
    let term = NodeSelectorTerm { match_expressions, ..NodeSelectorTerm::default() };
    Some(VolumeNodes { required: Some(NodeSelector { node_selector_terms: vec![term] }) })
}

/// The allowed place in which a node lies.
fn place_of(node: &Meta, allowed: &NodeSelector) -> Option<Place> {
    let mut terms = allowed.node_selector_terms.iter();
    let term = terms.find(|term| term.is_met_by(&node.name, &node.labels))?;
    let label = |one: &NodeRequirement| Some((one.key.clone(), node.label(&one.key)?.clone()));
    let mut place: Place = term.match_expressions.iter().filter_map(label).collect();
    place.order();
    Some(place)
}

/// All allowed places, in order.
///
/// Models flatten
fn places(allowed: &NodeSelector) -> Vec<Place> {
    let mut all = Vec::new();
    for term in &allowed.node_selector_terms {
        let mut some = vec![Place::new()];
        for one in &term.match_expressions {
            let longer = |place: &Place| {
                let with = |value: &Str| {
                    let mut place = place.clone();
                    place.push((one.key.clone(), value.clone()));
                    place
                };
                one.values.iter().map(with).collect::<Vec<Place>>()
            };
            some = some.iter().flat_map(longer).collect();
        }
        all.extend(some);
    }
    for place in &mut all {
        place.order();
    }
    all.order();
    all.dedup();
    all
}

/// One of the places by the claim's name: those of a StatefulSet's Pods come in turn.
///
/// Models getPVCNameHashAndIndexOffset and sortAndShift
fn spread(claim: &str, places: Vec<Place>) -> Option<Place> {
    let numbered = claim.rsplit_once('-').and_then(|(name, number)| {
        let number: u32 = number.parse().ok()?;
        Some((name.rsplit_once('-').map_or(name, |(_, set)| set), number))
    });
    let (name, number) = numbered.unwrap_or((claim, 0));
    // FNV-1 with 32 bits.
    let step = |hash: u32, byte: u8| hash.wrapping_mul(16_777_619) ^ u32::from(byte);
    let hash = name.bytes().fold(2_166_136_261_u32, step).wrapping_add(number);
    let count = u32::try_from(places.len()).ok().filter(|count| *count > 0)?;
    places.into_iter().nth((hash % count) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Value;

    fn class(zones: &str) -> StorageClass {
        let text = format!(
            "[{{\"matchLabelExpressions\":[{{\"key\":\"zone\",\"values\":{zones}}},{{\"key\":\
             \"disk\",\"values\":[\"x\"]}}]}}]"
        );
        let tree: Value = serde_json::from_str(&text).expect("valid");
        let rest = crate::base::gather([("allowedTopologies".into(), tree)]);
        StorageClass { rest: std::rc::Rc::new(rest), ..StorageClass::default() }
    }

    fn told(claim: &str, zones: &str, node: Option<&str>) -> Option<String> {
        let node = node.map(|zone| {
            let mut node =
                Object::new("", "n", crate::api::Body::Node(crate::api::core::Node::default()));
            node.meta.set_label("zone", zone);
            node.meta.set_label("disk", "x");
            node
        });
        let nodes = affinity(&claim.into(), &class(zones), node.as_ref())?;
        let terms = nodes.required?.node_selector_terms;
        let all = terms[0].match_expressions.iter();
        let all: Vec<String> = all.map(|one| format!("{}={}", one.key, one.values[0])).collect();
        Some(all.join(","))
    }

    #[test]
    fn a_volume_lies_where_its_first_node_lies() {
        assert_eq!(told("c", "[\"b\",\"a\"]", Some("b")).as_deref(), Some("disk=x,zone=b"));
        assert_eq!(told("c", "[\"a\"]", Some("b")), None);
        assert_eq!(affinity(&"c".into(), &StorageClass::default(), None), None);
    }

    #[test]
    fn volumes_that_are_made_at_once_go_round_the_places() {
        let zone = |claim: &str| told(claim, "[\"a\",\"b\",\"c\"]", None).expect("a place");
        let mut zones: Vec<String> = (0..3).map(|one| zone(&format!("data-db-{one}"))).collect();
        assert_eq!(zone("logs-db-1"), zones[1]);
        zones.order();
        assert_eq!(zones, ["disk=x,zone=a", "disk=x,zone=b", "disk=x,zone=c"]);
    }
}
