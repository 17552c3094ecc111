//! Which nodes and which neighbours a Pod asks for.
//!
//! Must not know the scheduler. Invariant: plain data, and whether one node's labels meet it.

use std::collections::BTreeMap;

use crate::api::pod::is_default;
use crate::api::tree::{Deserialize, Serialize};
use crate::api::{LabelSelector, Rest};
use crate::base::Str;

/// `spec.affinity`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Affinity {
    /// Which nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_affinity: Option<NodeAffinity>,
    /// Which neighbours are sought.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod_affinity: Option<PodAffinity>,
    /// Which neighbours are avoided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod_anti_affinity: Option<PodAffinity>,
}

/// Which nodes a Pod must or would rather have.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NodeAffinity {
    /// What must hold.
    #[serde(
        rename = "requiredDuringSchedulingIgnoredDuringExecution",
        skip_serializing_if = "Option::is_none"
    )]
    pub required: Option<NodeSelector>,
    /// What would be good.
    #[serde(
        rename = "preferredDuringSchedulingIgnoredDuringExecution",
        skip_serializing_if = "is_default"
    )]
    pub preferred: Vec<PreferredNode>,
}

/// Terms of which one must hold.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NodeSelector {
    /// The terms.
    pub node_selector_terms: Vec<NodeSelectorTerm>,
}

/// Requirements that must hold together.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NodeSelectorTerm {
    /// Of the node's labels.
    #[serde(skip_serializing_if = "is_default")]
    pub match_expressions: Vec<NodeRequirement>,
    /// Of the node's fields; only `metadata.name` is known.
    #[serde(skip_serializing_if = "is_default")]
    pub match_fields: Vec<NodeRequirement>,
}

/// One requirement.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NodeRequirement {
    /// The label or field.
    pub key: Str,
    /// `In`, `NotIn`, `Exists`, `DoesNotExist`, `Gt` or `Lt`.
    pub operator: Str,
    /// The values.
    #[serde(skip_serializing_if = "is_default")]
    pub values: Vec<Str>,
}

/// A term with a weight.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PreferredNode {
    /// 1 to 100.
    pub weight: i32,
    /// The term.
    pub preference: NodeSelectorTerm,
}

/// Neighbours.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodAffinity {
    /// What must hold.
    #[serde(
        rename = "requiredDuringSchedulingIgnoredDuringExecution",
        skip_serializing_if = "is_default"
    )]
    pub required: Vec<PodTerm>,
    /// What would be good.
    #[serde(
        rename = "preferredDuringSchedulingIgnoredDuringExecution",
        skip_serializing_if = "is_default"
    )]
    pub preferred: Vec<PreferredPods>,
}

/// Pods in the same domain.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodTerm {
    /// Which Pods; none selects none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label_selector: Option<LabelSelector>,
    /// In which namespaces; none means the Pod's own.
    #[serde(skip_serializing_if = "is_default")]
    pub namespaces: Vec<Str>,
    /// Further namespaces by label; an empty one means all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace_selector: Option<LabelSelector>,
    /// The node label that makes a domain.
    pub topology_key: Str,
    /// Every other field.
    #[serde(flatten)]
    pub rest: Rest,
}

/// A term with a weight.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PreferredPods {
    /// 1 to 100.
    pub weight: i32,
    /// The term.
    pub pod_affinity_term: PodTerm,
}

/// The one field of a node that a term may ask for.
const NODE_NAME: &str = "metadata.name";

impl Affinity {
    /// The node that its required terms name, as those of a DaemonSet's Pods do.
    ///
    /// Models pkg/controller/daemon/util/daemonset_util.go GetTargetNodeName
    pub fn pinned_node(&self) -> Option<&Str> {
        let required = self.node_affinity.as_ref()?.required.as_ref()?;
        let fields = required.node_selector_terms.iter().flat_map(|term| &term.match_fields);
        let mut named = fields.filter(|one| &*one.key == NODE_NAME && &*one.operator == "In");
        named.find_map(|one| one.values.first())
    }

    /// Lets every required term ask for this node besides.
    ///
    /// Models pkg/controller/daemon/util/daemonset_util.go
    /// ReplaceDaemonSetPodNodeNameNodeAffinity
    pub fn pin_to(&mut self, node: &Str) {
        let only = NodeRequirement {
            key: NODE_NAME.into(),
            operator: "In".into(),
            values: vec![node.clone()],
        };
        let required = self.node_affinity.get_or_insert_default().required.get_or_insert_default();
        if required.node_selector_terms.is_empty() {
            required.node_selector_terms.push(NodeSelectorTerm::default());
        }
        for term in &mut required.node_selector_terms {
            term.match_fields = vec![only.clone()];
        }
    }
}

impl NodeRequirement {
    fn is_met_by(&self, value: Option<&Str>) -> bool {
        let number = |text: &Str| text.parse::<i64>().ok();
        let compared = || Some((number(value?)?, number(self.values.first()?)?));
        match &*self.operator {
            "In" => value.is_some_and(|value| self.values.contains(value)),
            "NotIn" => value.is_none_or(|value| !self.values.contains(value)),
            "Exists" => value.is_some(),
            "DoesNotExist" => value.is_none(),
            "Gt" => compared().is_some_and(|(has, wants)| has > wants),
            "Lt" => compared().is_some_and(|(has, wants)| has < wants),
            _ => false,
        }
    }
}

impl NodeSelectorTerm {
    /// Whether a node meets every requirement; a term without any is met by none.
    ///
    /// Models staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go
    /// nodeSelectorTerm.match
    pub fn is_met_by(&self, name: &Str, labels: &BTreeMap<Str, Str>) -> bool {
        if self.match_expressions.is_empty() && self.match_fields.is_empty() {
            return false;
        }
        let field = |key: &Str| (&**key == "metadata.name").then_some(name);
        self.match_expressions.iter().all(|one| one.is_met_by(labels.get(&one.key)))
            && self.match_fields.iter().all(|one| one.is_met_by(field(&one.key)))
    }
}

impl NodeSelector {
    /// Whether a node meets one of the terms.
    pub fn is_met_by(&self, name: &Str, labels: &BTreeMap<Str, Str>) -> bool {
        self.node_selector_terms.iter().any(|term| term.is_met_by(name, labels))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requirement(key: &str, operator: &str, values: &[&str]) -> NodeRequirement {
        NodeRequirement {
            key: key.into(),
            operator: operator.into(),
            values: values.iter().map(|one| (*one).into()).collect(),
        }
    }

    #[test]
    fn a_pinned_affinity_names_its_node() {
        let mut affinity = Affinity::default();
        assert_eq!(affinity.pinned_node(), None);
        affinity.pin_to(&"node-1".into());
        affinity.pin_to(&"node-2".into());
        assert_eq!(affinity.pinned_node().map(|one| &**one), Some("node-2"));
    }

    #[test]
    fn a_node_meets_a_selector_through_one_of_its_terms() {
        let labels: BTreeMap<Str, Str> =
            [("disk".into(), "ssd".into()), ("cores".into(), "8".into())].into();
        let term = |one| NodeSelectorTerm { match_expressions: vec![one], ..Default::default() };
        let name = "node-1".into();
        assert!(term(requirement("disk", "In", &["ssd"])).is_met_by(&name, &labels));
        assert!(term(requirement("cores", "Gt", &["4"])).is_met_by(&name, &labels));
        assert!(!term(requirement("cores", "Lt", &["4"])).is_met_by(&name, &labels));
        assert!(!NodeSelectorTerm::default().is_met_by(&name, &labels));
        let by_field = NodeSelectorTerm {
            match_fields: vec![requirement("metadata.name", "In", &["node-1"])],
            ..Default::default()
        };
        assert!(by_field.is_met_by(&name, &labels));
        let either = NodeSelector {
            node_selector_terms: vec![term(requirement("disk", "Exists", &[])), by_field],
        };
        assert!(either.is_met_by(&"node-9".into(), &labels));
    }
}
