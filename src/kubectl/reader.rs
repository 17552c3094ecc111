//! Reading manifests for the editor: objects with their defaults, or every mistake with its place.
//!
//! Must not know how a cluster runs. Invariant: either every object of a text is given, or
//! every mistake that was found.

use crate::api::fields::Fields;
use crate::api::pod::PodTemplate;
use crate::api::{Body, Kind, LabelSelector, Object, decode, defaults};
use crate::text::{Diagnostic, Document, Edit, Fix, Node, Severity, Span, parse};

/// Reads manifests against the table of fields.
pub struct Reader(&'static Fields);

impl Default for Reader {
    fn default() -> Self {
        Reader(Fields::table())
    }
}

impl Reader {
    /// The objects of a text with their defaults, or what is wrong with it.
    pub fn read(&self, text: &str) -> Result<Vec<Object>, Vec<Diagnostic>> {
        let (objects, found) = self.look(text);
        if found.iter().any(|one| one.severity == Severity::Error) {
            return Err(found);
        }
        Ok(objects)
    }

    /// What is wrong with a text.
    pub fn check(&self, text: &str) -> Vec<Diagnostic> {
        self.look(text).1
    }

    fn look(&self, text: &str) -> (Vec<Object>, Vec<Diagnostic>) {
        let parsed = parse(text);
        let mut found = parsed.diagnostics;
        let mut objects = Vec::new();
        for document in &parsed.documents {
            if let Some(root) = &document.root {
                objects.extend(self.object(document, root, &mut found));
            }
        }
        if objects.is_empty() && found.is_empty() {
            found.push(error("POD-K001", "There is no object in this text.", Span::default()));
        }
        found.sort_by_key(|one| one.primary);
        (objects, found)
    }

    fn object(
        &self,
        document: &Document,
        root: &Node,
        found: &mut Vec<Diagnostic>,
    ) -> Option<Object> {
        let before = found.len();
        let kind = root.at("kind");
        if let Some(name) = kind.and_then(Node::as_str) {
            found.extend(self.wrong_version(name, root));
            found.extend(self.0.check(name, root));
        }
        if found.len() > before {
            return None;
        }
        match decode::decode(root) {
            Err(message) => {
                let span = Span { start: root.span.start, end: document.span.end };
                let span = kind.map_or(first_line(span), |kind| kind.span);
                found.push(error("POD-K002", &sentence(&message), span));
                None
            }
            Ok(mut object) => {
                defaults::fill(&mut object);
                found.extend(check_workload(&object, root));
                Some(object)
            }
        }
    }

    fn wrong_version(&self, kind: &str, root: &Node) -> Option<Diagnostic> {
        let node = root.at("apiVersion")?;
        let given = node.as_str()?;
        let known = Kind::from_name(kind).map(|kind| kind.facts().api_version.to_owned());
        let known = known.or_else(|| self.0.api_version(kind))?;
        if given == known {
            return None;
        }
        let message = format!("{kind} belongs to apiVersion {known}, not {given}.");
        Some(Diagnostic {
            help: Some(format!(
                "kubectl says: no matches for kind \"{kind}\" in version \"{given}\""
            )),
            fix: Some(Fix {
                title: format!("Change to {known}"),
                edits: vec![Edit { span: node.span, text: known }],
            }),
            ..error("POD-K003", &message, node.span)
        })
    }
}

fn first_line(span: Span) -> Span {
    Span { start: span.start, end: span.end.min(span.start + 1) }
}

fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters.next().map(|one| one.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}

fn error(code: &'static str, message: &str, primary: Span) -> Diagnostic {
    Diagnostic {
        code,
        severity: Severity::Error,
        message: message.to_owned(),
        primary,
        help: None,
        fix: None,
    }
}

/// Models pkg/apis/apps/validation/validation.go ValidateDeploymentSpec and its siblings
fn check_workload(object: &Object, root: &Node) -> Vec<Diagnostic> {
    let (selector, template, replicas): (&LabelSelector, &PodTemplate, Option<i32>) =
        match &object.body {
            Body::Deployment(one) => (&one.spec.selector, &one.spec.template, one.spec.replicas),
            Body::StatefulSet(one) => (&one.spec.selector, &one.spec.template, one.spec.replicas),
            Body::ReplicaSet(one) | Body::ReplicationController(one) => {
                (&one.spec.selector, &one.spec.template, one.spec.replicas)
            }
            _ => return Vec::new(),
        };
    let spec = root.at("spec").unwrap_or(root);
    let at = |node: Option<&Node>| node.map_or(first_line(spec.span), |node| node.span);
    let mut found = Vec::new();
    let top = format!("The {} \"{}\" is invalid", object.kind().name(), object.meta.name);
    if selector.is_empty() {
        let text = "spec.selector is missing: it says which Pods belong to this workload.";
        let mut one = error("POD-V001", text, at(spec.at("selector")));
        one.help = Some(format!("kubectl says: {top}: spec.selector: Required value"));
        found.push(one);
    } else if !selector.is_met_by(&template.metadata.labels) {
        let text = "spec.selector does not match the labels in spec.template.metadata.labels.";
        let mut one = error("POD-V002", text, at(spec.at("selector")));
        one.help = Some(format!(
            "kubectl says: {top}: spec.template.metadata.labels: Invalid value: `selector` does \
             not match template `labels`"
        ));
        found.push(one);
    }
    if template.spec.containers.is_empty() {
        let text = "spec.template.spec.containers is missing: a Pod needs a container.";
        let mut one = error("POD-V003", text, at(spec.at("template")));
        one.help =
            Some(format!("kubectl says: {top}: spec.template.spec.containers: Required value"));
        found.push(one);
    }
    if replicas.is_some_and(|replicas| replicas < 0) {
        let text = "spec.replicas must be greater than or equal to 0.";
        found.push(error("POD-V004", text, at(spec.at("replicas"))));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::line_column;

    const MANIFEST: &str = include_str!("../../tests/manifests/first-light.yaml");

    fn first(text: &str) -> (String, (u32, u32)) {
        let found = Reader::default().check(text);
        let one = found.first().expect("something is wrong");
        (one.message.clone(), line_column(text, one.primary.start))
    }

    #[test]
    fn the_objects_of_a_manifest_are_read_with_their_defaults() {
        let objects = Reader::default().read(MANIFEST).expect("it is valid");
        let kinds: Vec<_> = objects.iter().map(Object::kind).collect();
        assert_eq!(kinds, [Kind::Service, Kind::StatefulSet]);
        let set = objects[1].stateful_set().expect("a StatefulSet");
        assert_eq!(&*set.spec.pod_management_policy, "OrderedReady");
    }

    #[test]
    fn mistakes_are_told_where_they_stand() {
        let text = MANIFEST.replace("  serviceName:", "  servicename:");
        assert_eq!(first(&text).1, (19, 3));
        let text = MANIFEST.replace("apps/v1", "v1");
        assert_eq!(first(&text).0, "StatefulSet belongs to apiVersion apps/v1, not v1.");
        let text = MANIFEST
            .replace("      labels:\n        app: my-app", "      labels:\n        app: other");
        assert_eq!(first(&text).1, (22, 5));
    }

    #[test]
    fn kinds_that_are_not_simulated_are_kept() {
        let text = "apiVersion: example.org/v1\nkind: Thing\nmetadata: {name: x}\nspec: {a: 1}\n";
        let objects = Reader::default().read(text).expect("it is valid");
        assert_eq!(objects[0].kind(), Kind::Other);
    }
}
