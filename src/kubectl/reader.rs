//! Reading manifests for the editor: objects with their defaults, or every mistake with its place.
//!
//! Must not know how a cluster runs. Invariant: either every object of a text is given, or
//! every mistake that was found.

use std::collections::BTreeSet;

use crate::api::fields::Fields;
use crate::api::validation::validate_create;
use crate::api::{Body, FieldError, FieldErrorKind, Kind, Object, Quantity, decode, defaults};
use crate::kubectl::places;
use crate::text::{
    Diagnostic, Document, Edit, Fix, Node, NodeValue, Severity, Span, nearest, parse,
};

/// Reads manifests against the table of fields.
pub struct Reader(&'static Fields);

impl Default for Reader {
    fn default() -> Self {
        Reader(Fields::table())
    }
}

/// Kinds that a text defines itself: group and kind.
type Customs = BTreeSet<(String, String)>;

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
        let roots: Vec<(&Document, &Node)> = parsed
            .documents
            .iter()
            .filter_map(|document| Some((document, document.root.as_ref()?)))
            .collect();
        let customs = roots.iter().filter_map(|(_, root)| defined(root)).collect();
        for (document, root) in roots {
            objects.extend(self.object(document, root, &customs, &mut found));
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
        customs: &Customs,
        found: &mut Vec<Diagnostic>,
    ) -> Option<Object> {
        let before = found.len();
        let kind = root.at("kind");
        if let Some(name) = kind.and_then(Node::as_str) {
            found.extend(self.wrong_version(name, root));
            if found.len() == before {
                found.extend(self.0.check(name, root));
                bad_quantities(root, found);
            }
        }
        if found[before..].iter().any(|one| one.severity == Severity::Error) {
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
                found.extend(told_of_kind(&object, root, customs));
                let errors = validate_create(&object);
                found.extend(errors.iter().map(|one| told(one, &object, root)));
                Some(object)
            }
        }
    }

    fn wrong_version(&self, kind: &str, root: &Node) -> Option<Diagnostic> {
        let node = root.at("apiVersion")?;
        let given = node.as_str()?;
        if decode::is_served(kind, given) {
            return None;
        }
        let known = Kind::from_name(kind).map(|kind| kind.facts().api_version.to_owned());
        let known = known.or_else(|| self.0.api_version(kind))?;
        let group = |version: &str| version.split_once('/').map(|(group, _)| group.to_owned());
        let is_foreign = |group: &str| group.contains('.') && !group.ends_with(".k8s.io");
        if group(given) != group(&known) && group(given).is_some_and(|one| is_foreign(&one)) {
            // Somebody else's group may have a kind of the same name.
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

/// The kind that a CustomResourceDefinition brings.
fn defined(root: &Node) -> Option<(String, String)> {
    if root.at("kind")?.as_str()? != "CustomResourceDefinition" {
        return None;
    }
    let spec = root.at("spec")?;
    let kind = spec.at("names")?.at("kind")?.as_str()?;
    Some((spec.at("group")?.as_str()?.to_owned(), kind.to_owned()))
}

/// What is to be said of kinds on which nothing acts.
fn told_of_kind(object: &Object, root: &Node, customs: &Customs) -> Option<Diagnostic> {
    let Body::Other(other) = &object.body else { return None };
    let span = root.at("kind").map_or(root.span, |kind| kind.span);
    let kind = &other.kind;
    let group = other.api_version.split_once('/').map_or("", |(group, _)| group);
    let is_known =
        other.known != Kind::Other || customs.contains(&(group.to_owned(), kind.to_string()));
    let warning = |code, message: String| Diagnostic {
        severity: Severity::Warning,
        ..error(code, &message, span)
    };
    Some(if is_known {
        warning("POD-K004", format!("{kind} is kept and listed, but has no effect here."))
    } else {
        Diagnostic {
            help: Some(format!(
                "kubectl says: no matches for kind \"{kind}\" in version \"{}\"\nensure CRDs are \
                 installed first",
                other.api_version
            )),
            ..warning(
                "POD-K005",
                format!("{kind} is known only if its CustomResourceDefinition was applied."),
            )
        }
    })
}

/// Amounts that can't be read, told where they stand.
fn bad_quantities(root: &Node, found: &mut Vec<Diagnostic>) {
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        match &node.value {
            NodeValue::Seq(items) => open.extend(items),
            NodeValue::Map(entries) => {
                for entry in entries {
                    let is_amounts = matches!(&*entry.key, "requests" | "limits" | "capacity");
                    let NodeValue::Map(amounts) = &entry.value.value else {
                        open.push(&entry.value);
                        continue;
                    };
                    open.push(&entry.value);
                    for amount in amounts.iter().filter(|_| is_amounts) {
                        let NodeValue::Str(text) = &amount.value.value else { continue };
                        if let Err(why) = Quantity::read(text.trim()) {
                            let message = format!("{} is no quantity: {text}.", amount.key);
                            found.push(Diagnostic {
                                help: Some(format!("kubectl says: {why}")),
                                ..error("POD-F003", &message, amount.value.span)
                            });
                        }
                    }
                }
            }
            _ => {}
        }
    }
}

/// An error of validation, told where it stands.
fn told(one: &FieldError, object: &Object, root: &Node) -> Diagnostic {
    let place = places::find(root, &one.path);
    let (code, message, span) = match (&*one.path, one.kind) {
        ("spec.selector", FieldErrorKind::Required) => (
            "POD-V001",
            "spec.selector is missing: it says which Pods belong to this workload.".to_owned(),
            place.span,
        ),
        (_, FieldErrorKind::Invalid) if one.detail.starts_with("`selector` does not match") => (
            "POD-V002",
            "spec.selector does not match the labels in spec.template.metadata.labels.".to_owned(),
            places::find(root, "spec.selector").span,
        ),
        (path, FieldErrorKind::Required) if path.ends_with("spec.containers") => {
            ("POD-V003", format!("{path} is missing: a Pod needs a container."), place.span)
        }
        ("spec.replicas", FieldErrorKind::Invalid) => {
            ("POD-V004", format!("spec.replicas {}.", one.detail), place.span)
        }
        (_, kind) => (code_of(kind), sentence_of(one), place.span),
    };
    let top = format!("The {} \"{}\" is invalid", object.kind().name(), object.meta.name);
    let fix = place.node.and_then(|node| supported_fix(one, node));
    Diagnostic {
        help: Some(format!("kubectl says: {top}: {one}")),
        fix,
        ..error(code, &message, span)
    }
}

fn code_of(kind: FieldErrorKind) -> &'static str {
    match kind {
        FieldErrorKind::Required => "POD-V005",
        FieldErrorKind::Invalid | FieldErrorKind::TypeInvalid => "POD-V006",
        FieldErrorKind::NotSupported => "POD-V007",
        FieldErrorKind::Duplicate => "POD-V008",
        FieldErrorKind::NotFound => "POD-V009",
        FieldErrorKind::Forbidden => "POD-V010",
        FieldErrorKind::TooLong | FieldErrorKind::TooMany => "POD-V011",
    }
}

fn sentence_of(one: &FieldError) -> String {
    let FieldError { kind, path, value, detail } = one;
    let why = if detail.is_empty() { String::new() } else { format!(": {detail}") };
    match kind {
        FieldErrorKind::Required => format!("{path} is missing{why}."),
        FieldErrorKind::Duplicate => format!("{path} repeats {value}."),
        FieldErrorKind::NotFound => format!("{path} names {value}, which is not there."),
        FieldErrorKind::Forbidden => format!("{path} {detail}."),
        FieldErrorKind::NotSupported => format!("{path} can't be {value}{why}."),
        _ => format!("{path} is not valid{why}."),
    }
}

/// The supported word that was most likely meant.
fn supported_fix(one: &FieldError, node: &Node) -> Option<Fix> {
    let words = one.detail.strip_prefix("supported values: ")?;
    let words = words.split(", ").map(|word| word.trim_matches('"'));
    let near = nearest(node.as_str()?, words)?;
    Some(Fix {
        title: format!("Change to {near}"),
        edits: vec![Edit { span: node.span, text: near.to_owned() }],
    })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{CATALOGUE, line_column};

    const MANIFEST: &str = include_str!("../../tests/manifests/first-light.yaml");

    fn first(text: &str) -> (String, (u32, u32)) {
        let found = Reader::default().check(text);
        let one = found.first().expect("something is wrong");
        (one.message.clone(), line_column(text, one.primary.start))
    }

    fn deployment(spec: &str) -> String {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  selector: \
             {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n\
             {spec}"
        )
    }

    /// A text for each code, with the word that the diagnostic points at.
    fn fixtures() -> Vec<(&'static str, String, &'static str)> {
        let pod =
            |spec: &str| format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n{spec}");
        let container = "  containers:\n  - name: a\n    image: x\n";
        let good = deployment("    spec: {containers: [{name: a, image: x}]}\n");
        vec![
            ("POD-F001", pod(&format!("{container}  nodename: n\n")), "nodename"),
            ("POD-F002", good.replace("{name: web}", "{name: on}"), "on"),
            ("POD-K001", "# nothing\n".to_owned(), ""),
            ("POD-K002", "apiVersion: v1\nkind: Pod\nmetadata: {}\n".to_owned(), "Pod"),
            ("POD-K003", good.replace("apps/v1", "apps/v1beta1"), "apps/v1beta1"),
            (
                "POD-K004",
                "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\n".to_owned(),
                "Ingress",
            ),
            (
                "POD-K005",
                "apiVersion: example.org/v1\nkind: Thing\nmetadata: {name: t}\n".to_owned(),
                "Thing",
            ),
            ("POD-V001", good.replace("{matchLabels: {app: web}}", "{}"), "selector"),
            (
                "POD-V002",
                good.replace("{matchLabels: {app: web}}", "{matchLabels: {a: b}}"),
                "selector",
            ),
            ("POD-V003", deployment("    spec: {containers: []}\n"), "containers"),
            ("POD-V004", good.replace("spec:\n  sel", "spec:\n  replicas: -1\n  sel"), "-1"),
            ("POD-V005", pod("  containers:\n  - name: a\n"), "name"),
            ("POD-V006", pod("  containers:\n  - name: A\n    image: x\n"), "A"),
            ("POD-V007", pod(&format!("{container}  restartPolicy: Allways\n")), "Allways"),
            (
                "POD-V008",
                pod("  containers:\n  - {name: a, image: x}\n  - {image: x, name: a}\n"),
                "a",
            ),
            (
                "POD-V009",
                pod(&format!("{container}    volumeMounts: [{{name: v, mountPath: /x}}]\n")),
                "v",
            ),
            (
                "POD-V010",
                good.replace(
                    "spec:\n  sel",
                    "spec:\n  strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}\n  sel",
                ),
                "rollingUpdate",
            ),
            (
                "POD-V011",
                format!(
                    "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m}}\ndata: {{k: {}}}\n",
                    "x".repeat(1_100_000)
                ),
                "apiVersion",
            ),
            ("POD-Y001", "a: [1,\n".to_owned(), ""),
            ("POD-Y003", "a:\n\tb: 1\n".to_owned(), "\t"),
            ("POD-Y004", format!("{}\nkind: Deployment\n", good.trim_end()), "kind"),
            (
                "POD-F003",
                pod(&format!("{container}    resources: {{requests: {{cpu: lots}}}}\n")),
                "lots",
            ),
        ]
    }

    #[test]
    fn every_code_is_found_where_it_stands() {
        for (code, text, word) in fixtures() {
            let found = Reader::default().check(&text);
            let one = found.iter().find(|one| one.code == code);
            let one = one.unwrap_or_else(|| panic!("{code}: {found:?}"));
            let range = one.primary.start as usize..one.primary.end as usize;
            let at = text.get(range).expect("a place in the text");
            if !word.is_empty() {
                assert_eq!(at, word, "{code}: {}", one.message);
            }
            assert!(one.message.ends_with('.') || one.message.ends_with('?'), "{}", one.message);
        }
    }

    #[test]
    fn every_code_of_the_catalogue_has_a_fixture() {
        let known: Vec<&str> = fixtures().iter().map(|(code, ..)| *code).collect();
        // Shifted lines have their fixtures beside the repair.
        let missing: Vec<&str> = CATALOGUE
            .iter()
            .map(|one| one.code)
            .filter(|code| !known.contains(code) && *code != "POD-Y002")
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
        assert!(known.iter().all(|code| crate::text::explain(code).is_some()));
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
        assert_eq!(first(&text).1.0, 21);
    }

    #[test]
    fn a_word_that_is_nearly_supported_is_mended() {
        let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  restartPolicy: \
                    Allways\n  containers: [{name: a, image: x}]\n";
        let found = Reader::default().check(text);
        let fix = found[0].fix.as_ref().expect("it can be mended");
        assert!(fix.apply(text).contains("restartPolicy: Always\n"));
        let said = "kubectl says: The Pod \"p\" is invalid: spec.restartPolicy: Unsupported value: \
                    \"Allways\": supported values: \"Always\", \"OnFailure\", \"Never\"";
        assert_eq!(found[0].help.as_deref(), Some(said));
    }

    #[test]
    fn kinds_that_are_not_simulated_are_kept_and_told_of() {
        let text = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n\
                    metadata: {name: things.example.org}\nspec: {group: example.org, names: {kind: \
                    Thing}}\n---\napiVersion: example.org/v1\nkind: Thing\nmetadata: {name: x}\n";
        let objects = Reader::default().read(text).expect("it is valid");
        assert_eq!(objects[1].kind(), Kind::Other);
        let codes: Vec<_> = Reader::default().check(text).iter().map(|one| one.code).collect();
        assert_eq!(codes, ["POD-K004", "POD-K004"]);
    }
}
