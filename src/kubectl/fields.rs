//! Selectors by fields: which fields of a kind select, and which objects they select.
//!
//! Must not know who selects. Invariant: a selector that the server does not understand selects
//! nothing and says so.

use crate::api::{Kind, Value};
use crate::kubectl::print::look::Look;

/// What `--field-selector` asks for.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields {
    text: String,
    terms: Vec<Term>,
    /// A part that is no term.
    odd: Option<String>,
}

#[derive(Clone, Debug)]
struct Term {
    field: String,
    value: String,
    is_equal: bool,
}

impl Fields {
    /// The selector of a text.
    ///
    /// Models staging/src/k8s.io/apimachinery/pkg/fields/selector.go ParseSelector
    pub(super) fn read(text: &str) -> Fields {
        let mut fields = Fields { text: text.trim().to_owned(), ..Fields::default() };
        for part in text.trim().split(',').filter(|part| !part.is_empty()) {
            let split = part.split_once("!=").map(|(field, value)| (field, value, false));
            let split = split.or_else(|| part.split_once("==").map(|(f, v)| (f, v, true)));
            let split = split.or_else(|| part.split_once('=').map(|(f, v)| (f, v, true)));
            match split {
                Some((field, value, is_equal)) => fields.terms.push(Term {
                    field: field.to_owned(),
                    value: value.to_owned(),
                    is_equal,
                }),
                None => fields.odd = fields.odd.or_else(|| Some(part.to_owned())),
            }
        }
        fields
    }

    /// Whether nothing is asked for.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// What the server says if objects of a kind can't be selected so; `labels` is the text of
    /// the label selector beside it, with what is wrong with that.
    ///
    /// Models staging/src/k8s.io/cli-runtime/pkg/resource/helper.go EnhanceListError
    pub(super) fn check(
        &self,
        kind: Kind,
        api_version: &str,
        plural: &str,
        (labels, mistake): (&str, Option<&str>),
    ) -> Result<(), String> {
        let unknown = self.terms.iter().find(|term| !knows(kind, &term.field));
        let why = match (mistake, &self.odd, unknown) {
            (Some(why), ..) => why.to_owned(),
            (None, Some(part), _) => {
                format!("invalid selector: '{}'; can't understand '{part}'", self.text)
            }
            (None, None, Some(term)) => format!("field label not supported: {}", term.field),
            (None, None, None) => return Ok(()),
        };
        let slash = if api_version.contains('/') { "" } else { "/" };
        Err(format!(
            "Unable to find \"{slash}{api_version}, Resource={plural}\" that match label selector \
             \"{labels}\", field selector \"{}\": {why}",
            self.text
        ))
    }

    /// Whether a tree has what is asked for.
    pub(super) fn is_met_by(&self, tree: &Value) -> bool {
        let tree = Look::from(tree);
        self.terms.iter().all(|term| (value_of(tree, &term.field) == term.value) == term.is_equal)
    }
}

/// The text by which a field selects.
///
/// Models pkg/registry/core/event/strategy.go ToSelectableFields and its siblings
fn value_of(tree: Look, field: &str) -> String {
    match (field, tree.at(field).plain()) {
        ("source", _) => {
            tree.at("source.component").text_or(tree.at("reportingComponent").text()).to_owned()
        }
        ("spec.unschedulable" | "spec.hostNetwork", text) if text.is_empty() => "false".to_owned(),
        ("status.replicas" | "status.successful", text) if text.is_empty() => "0".to_owned(),
        (_, text) => text,
    }
}

/// Models pkg/apis/core/v1/conversion.go AddFieldLabelConversionsForPod and its siblings
fn knows(kind: Kind, field: &str) -> bool {
    let more: &[&str] = match kind {
        Kind::Pod => &[
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.nominatedNodeName",
        ],
        Kind::Node => &["spec.unschedulable"],
        Kind::Event => &[
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.resourceVersion",
            "involvedObject.fieldPath",
            "reason",
            "reportingComponent",
            "source",
            "type",
        ],
        Kind::Namespace => &["status.phase"],
        Kind::ReplicaSet | Kind::ReplicationController => &["status.replicas"],
        Kind::Job => &["status.successful"],
        Kind::Secret => &["type"],
        Kind::Service => &["spec.clusterIP", "spec.type"],
        _ => &[],
    };
    matches!(field, "metadata.name" | "metadata.namespace") || more.contains(&field)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(kind: Kind, text: &str) -> String {
        let facts = kind.facts();
        Fields::read(text)
            .check(kind, facts.api_version, facts.plural, ("a=b", None))
            .expect_err("refused")
    }

    #[test]
    fn only_some_fields_select() {
        let fields = Fields::read("status.phase=Running,spec.nodeName!=node-1");
        assert_eq!(fields.check(Kind::Pod, "v1", "pods", ("", None)), Ok(()));
        assert_eq!(
            refused(Kind::Deployment, "status.phase=Running"),
            "Unable to find \"apps/v1, Resource=deployments\" that match label selector \"a=b\", \
             field selector \"status.phase=Running\": field label not supported: status.phase"
        );
    }

    #[test]
    fn what_is_no_term_is_not_understood() {
        let text = refused(Kind::Pod, "status.phase");
        assert!(
            text.ends_with("invalid selector: 'status.phase'; can't understand 'status.phase'")
        );
    }

    #[test]
    fn fields_select_by_their_text() {
        let map = |entries: Vec<(&str, Value)>| Value::map(entries);
        let pod = map(vec![
            ("metadata", map(vec![("name", Value::Str("a".into()))])),
            ("spec", map(vec![("nodeName", Value::Str("node-1".into()))])),
        ]);
        let is_met = |text: &str| Fields::read(text).is_met_by(&pod);
        assert!(is_met("spec.nodeName=node-1,metadata.name!=b"));
        assert!(is_met("spec.hostNetwork=false"));
        assert!(!is_met("spec.nodeName==node-2"));
    }
}
