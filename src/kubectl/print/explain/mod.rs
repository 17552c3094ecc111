//! `kubectl explain`.
//!
//! Must not know objects. Invariant: fields stand in alphabetical order.
//!
//! Models staging/src/k8s.io/kubectl/pkg/explain/v2/templates/plaintext.tmpl
//! Differs: in a page there are no descriptions, so that `<empty>` and `<no description>` stand
//! where Kubernetes' documentation has its sentences.

mod descriptions;
mod wrap;

use std::fmt::Write;
use std::rc::Rc;

use crate::api::fields::{Field, Fields, Shape, Type};
use crate::kubectl::Output;
use crate::kubectl::print::flags::{self, Flag, switch, value};
use crate::kubectl::print::resource::{self, Resource};
use crate::server::View;

use descriptions::Described;
use wrap::{indent, wrap};

const FLAGS: [Flag; 7] = [
    switch("recursive", 'R'),
    value("api-version", ' '),
    value("output", 'o'),
    value("max-depth", ' '),
    value("template", ' '),
    switch("show-managed-fields", ' '),
    switch("allow-missing-template-keys", ' '),
];

/// Columns of a description, which stands four to the right.
const WIDTH: usize = 76;

const NOTHING_ASKED: &str = "error: You must specify the type of resource to explain. Use \
\"kubectl api-resources\" for a complete list of supported resources.\n\n";

/// Answers `kubectl explain`; `words` are those after `explain`.
pub fn explain(view: &View, words: &[String]) -> Output {
    let said = match flags::read("explain", &FLAGS, words) {
        Ok(said) => said,
        Err(output) => return output,
    };
    let word = match said.words.as_slice() {
        [] => return Output::failure(NOTHING_ASKED),
        [word] => word,
        _ => return Output::failure("error: We accept only this format: explain RESOURCE\n\n"),
    };
    let depth = said.value("max-depth").and_then(|text| text.parse::<usize>().ok()).unwrap_or(0);
    let is_recursive = said.has("recursive");
    if depth > 0 && !is_recursive {
        return Output::failure("error: --max-depth requires --recursive\n");
    }
    let Some((resource, path)) = split(view, word) else {
        let name = word.split('.').next().unwrap_or(word);
        let text = format!("error: the server doesn't have a resource type \"{name}\"\n");
        return Output::failure(text);
    };
    let table = Fields::table();
    let Some(top) = table.kind(&resource.name, &resource.api_version()) else {
        let (group, version) = (&resource.group, &resource.version);
        return Output::failure(format!(
            "error: GVR ({group}/{version}, Resource={}) not found in OpenAPI schema\n",
            resource.plural
        ));
    };
    let mut page = String::new();
    if !resource.group.is_empty() {
        let _ = writeln!(page, "GROUP:      {}", resource.group);
    }
    let _ = writeln!(page, "KIND:       {}", resource.name);
    let _ = writeln!(page, "VERSION:    {}\n", resource.version);
    let mut found = Some((resource.name.as_str(), top));
    let mut described = Described::kind(&resource.group, &resource.version, &resource.name);
    let mut values = String::new();
    for (index, name) in path.iter().enumerate() {
        let Some((kind, field)) =
            found.and_then(|(kind, one)| Some((kind, one.fields.get(*name)?)))
        else {
            let last = path.last().copied().unwrap_or_default();
            return Output::failure(format!("error: field \"{last}\" does not exist\n"));
        };
        if index + 1 == path.len() {
            let _ = writeln!(page, "FIELD: {name} <{}>", type_name(&field.shape));
            page.push_str(&long_words(field));
            page.push_str("\n\n");
            values = said_of_values(kind, name, field);
        }
        described = described.field(name);
        found = inner(table, &field.shape);
    }
    let said = described.all(&values);
    let said = if said.is_empty() { "<empty>" } else { &said };
    let _ = writeln!(page, "DESCRIPTION:\n{}", indent(&wrap(said, WIDTH), 4));
    if let Some((name, kind)) = found {
        page.push_str("FIELDS:\n");
        let list = List { table, is_recursive, depth };
        list.write((name, kind), described, 1, &mut Vec::new(), &mut page);
    }
    page.push('\n');
    Output::success(page)
}

/// The resource and the fields of `deployments.apps.spec.strategy`: the longest name that is
/// known counts.
fn split<'a>(view: &View, word: &'a str) -> Option<(Rc<Resource>, Vec<&'a str>)> {
    let pieces: Vec<&str> = word.split('.').collect();
    (1..=pieces.len()).rev().find_map(|count| {
        let name = pieces[..count].join(".");
        let resource = resource::meant_by(view, &name).into_iter().next()?;
        Some((resource, pieces[count..].iter().copied().filter(|one| !one.is_empty()).collect()))
    })
}

/// The type behind lists and mappings.
fn inner<'a>(table: &'a Fields, shape: &'a Shape) -> Option<(&'a str, &'a Type)> {
    match behind(shape) {
        Shape::Struct(name) => Some((name, table.named(name)?)),
        _ => None,
    }
}

/// What is said of the words that a field allows; nothing of a list's, as upstream.
fn said_of_values(kind: &str, name: &str, field: &Field) -> String {
    if field.words.is_empty() || !matches!(field.shape, Shape::Text) {
        return String::new();
    }
    descriptions::of_values(&format!("{kind}.{name}"), &field.words)
}

fn type_name(shape: &Shape) -> String {
    match shape {
        Shape::Text | Shape::Bytes | Shape::Time | Shape::MicroTime => "string".to_owned(),
        Shape::Truth => "boolean".to_owned(),
        Shape::Int32 | Shape::Int64 => "integer".to_owned(),
        Shape::IntOrString => "IntOrString".to_owned(),
        Shape::Quantity => "Quantity".to_owned(),
        Shape::Any => "Object".to_owned(),
        Shape::List(inside) => format!("[]{}", type_name(inside)),
        Shape::Map(inside) => format!("map[string]{}", type_name(inside)),
        Shape::Struct(name) => name.clone(),
    }
}

fn shown(word: &str) -> &str {
    if word.is_empty() { "\"\"" } else { word }
}

fn long_words(field: &Field) -> String {
    if field.words.is_empty() || !matches!(field.shape, Shape::Text) {
        return String::new();
    }
    let words = field.words.iter().map(|word| format!("\n    {}", shown(word)));
    format!("ENUM:{}", words.collect::<String>())
}

struct List<'a> {
    table: &'a Fields,
    is_recursive: bool,
    /// How deep to go; 0 goes to the end.
    depth: usize,
}

impl List<'_> {
    fn write(
        &self,
        (kind_name, kind): (&str, &Type),
        described: Described,
        level: usize,
        above: &mut Vec<String>,
        page: &mut String,
    ) {
        const WORDS_MAX: usize = 4;
        let depth = level * 2;
        let pad = " ".repeat(depth);
        for (name, field) in &kind.fields {
            let required = if kind.required.contains(name) { " -required-" } else { "" };
            let _ = write!(page, "{pad}{name}\t<{}>{required}", type_name(&field.shape));
            if !field.words.is_empty() && matches!(field.shape, Shape::Text) {
                let mut words: Vec<&str> =
                    field.words.iter().take(WORDS_MAX).map(|word| shown(word)).collect();
                if field.words.len() > WORDS_MAX {
                    words.push("....");
                }
                let _ = write!(page, "\n{pad}enum: {}", words.join(", "));
            }
            page.push('\n');
            let described = described.field(name);
            if !self.is_recursive {
                let said = match described.own() {
                    Some(own) => format!("{own}{}", said_of_values(kind_name, name, field)),
                    None => "<no description>".to_owned(),
                };
                let lines = wrap(&said, WIDTH + 2 - depth);
                let _ = writeln!(page, "{}\n", indent(&lines, depth + 2));
                continue;
            }
            let Some(inside) = inner(self.table, &field.shape) else { continue };
            let is_deep = self.depth != 0 && level >= self.depth;
            if is_deep || above.iter().any(|one| one == inside.0) {
                continue;
            }
            above.push(inside.0.to_owned());
            self.write(inside, described, level + 1, above, page);
            above.pop();
        }
    }
}

fn behind(shape: &Shape) -> &Shape {
    match shape {
        Shape::List(inside) | Shape::Map(inside) => behind(inside),
        _ => shape,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explained(line: &str) -> Output {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        explain(&View::default(), &words)
    }

    /// As kubectl 1.36 prints it.
    #[test]
    fn a_field_is_explained_with_its_type_and_words() {
        let wanted = "GROUP:      apps\nKIND:       StatefulSet\nVERSION:    v1\n\nFIELD: \
                      podManagementPolicy <string>\nENUM:\n    OrderedReady\n    \
                      Parallel\n\nDESCRIPTION:\n    podManagementPolicy controls how pods are \
                      created during initial scale up,\n    when replacing pods on nodes, or when \
                      scaling down. The default policy is\n    `OrderedReady`, where pods are \
                      created in increasing order (pod-0, then\n    pod-1, etc) and the controller \
                      will wait until each pod is ready before\n    continuing. When scaling down, \
                      the pods are removed in the opposite order.\n    The alternative policy is \
                      `Parallel` which will create pods in parallel to\n    match the desired \
                      scale without waiting, and on scale down will delete all\n    pods at \
                      once.\n    \n    Possible enum values:\n     - `\"OrderedReady\"` will create \
                      pods in strictly increasing order on scale\n    up and strictly decreasing \
                      order on scale down, progressing only when the\n    previous pod is ready or \
                      terminated. At most one pod will be changed at any\n    time.\n     - \
                      `\"Parallel\"` will create and delete pods as soon as the stateful set\n    \
                      replica count is changed, and will not wait for pods to be ready or complete\n    \
                      termination.\n    \n\n";
        assert_eq!(explained("sts.spec.podManagementPolicy").stdout, wanted);
        assert_eq!(explained("statefulsets.apps.spec.podManagementPolicy").stdout, wanted);
    }

    #[test]
    fn a_list_of_words_has_no_words_of_its_own() {
        let text = explained("pvc.spec.accessModes").stdout;
        assert!(text.contains("FIELD: accessModes <[]string>\n\n\nDESCRIPTION:\n    accessModes"));
    }

    #[test]
    fn what_a_list_holds_is_described_after_it() {
        let text = explained("pods.spec.containers.env").stdout;
        let said = "    List of environment variables to set in the container. Cannot be updated.\n    \
                    EnvVar represents an environment variable present in a Container.\n    \nFIELDS:";
        assert!(text.contains(said), "{text}");
    }

    #[test]
    fn what_must_be_given_is_marked() {
        let text = explained("pods.spec").stdout;
        assert!(text.contains("\n  containers\t<[]Container> -required-\n"));
        assert!(text.contains("\n  nodeSelector\t<map[string]string>\n"));
    }

    #[test]
    fn fields_of_fields_are_listed_when_asked() {
        let text = explained("deploy --recursive --max-depth=2").stdout;
        assert!(text.contains("\n  spec\t<DeploymentSpec>\n    minReadySeconds\t<integer>\n"));
        assert!(!text.contains("rollingUpdate"));
    }

    #[test]
    fn mistakes_are_named() {
        let text = explained("pods.spec.nope").stderr;
        assert_eq!(text, "error: field \"nope\" does not exist\n");
        let text = explained("nonsense").stderr;
        assert_eq!(text, "error: the server doesn't have a resource type \"nonsense\"\n");
    }
}
