//! `kubectl explain`.
//!
//! Must not know objects. Invariant: fields stand in alphabetical order.
//!
//! Models staging/src/k8s.io/kubectl/pkg/explain/v2/templates/plaintext.tmpl
//! Differs: the table of fields has no descriptions, so that `<empty>` and `<no description>`
//! stand where Kubernetes' documentation has its sentences.

use std::fmt::Write;
use std::rc::Rc;

use crate::api::fields::{Field, Fields, Shape, Type};
use crate::kubectl::Output;
use crate::kubectl::print::flags::{self, Flag, switch, value};
use crate::kubectl::print::resource::{self, Resource};
use crate::server::View;

const FLAGS: [Flag; 7] = [
    switch("recursive", 'R'),
    value("api-version", ' '),
    value("output", 'o'),
    value("max-depth", ' '),
    value("template", ' '),
    switch("show-managed-fields", ' '),
    switch("allow-missing-template-keys", ' '),
];

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
    let mut found = Some(top);
    for (index, name) in path.iter().enumerate() {
        let Some(field) = found.and_then(|one| one.fields.get(*name)) else {
            let last = path.last().copied().unwrap_or_default();
            return Output::failure(format!("error: field \"{last}\" does not exist\n"));
        };
        if index + 1 == path.len() {
            let _ = writeln!(page, "FIELD: {name} <{}>", type_name(&field.shape));
            page.push_str(&long_words(field));
            page.push_str("\n\n");
        }
        found = inner(table, &field.shape);
    }
    page.push_str("DESCRIPTION:\n    <empty>\n");
    if let Some(kind) = found {
        page.push_str("FIELDS:\n");
        let list = List { table, is_recursive, depth };
        list.write(kind, 1, &mut Vec::new(), &mut page);
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
fn inner<'a>(table: &'a Fields, shape: &Shape) -> Option<&'a Type> {
    match shape {
        Shape::List(inside) | Shape::Map(inside) => inner(table, inside),
        Shape::Struct(name) => table.named(name),
        _ => None,
    }
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
    if field.words.is_empty() {
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
    fn write(&self, kind: &Type, level: usize, above: &mut Vec<String>, page: &mut String) {
        const WORDS_MAX: usize = 4;
        let indent = "  ".repeat(level);
        for (name, field) in &kind.fields {
            let required = if kind.required.contains(name) { " -required-" } else { "" };
            let _ = write!(page, "{indent}{name}\t<{}>{required}", type_name(&field.shape));
            if !field.words.is_empty() {
                let mut words: Vec<&str> =
                    field.words.iter().take(WORDS_MAX).map(|word| shown(word)).collect();
                if field.words.len() > WORDS_MAX {
                    words.push("....");
                }
                let _ = write!(page, "\n{indent}enum: {}", words.join(", "));
            }
            page.push('\n');
            if !self.is_recursive {
                let _ = writeln!(page, "{indent}  <no description>\n");
                continue;
            }
            let Shape::Struct(inside) = behind(&field.shape) else { continue };
            let is_deep = self.depth != 0 && level >= self.depth;
            if is_deep || above.contains(inside) {
                continue;
            }
            if let Some(kind) = self.table.named(inside) {
                above.push(inside.clone());
                self.write(kind, level + 1, above, page);
                above.pop();
            }
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

    /// The recorded text without what stands in descriptions.
    #[test]
    fn a_field_is_explained_with_its_type_and_words() {
        let wanted = "GROUP:      apps\nKIND:       Deployment\nVERSION:    v1\n\nFIELD: strategy \
                      <DeploymentStrategy>\n\n\nDESCRIPTION:\n    <empty>\nFIELDS:\n  \
                      rollingUpdate\t<RollingUpdateDeployment>\n    <no description>\n\n  \
                      type\t<string>\n  enum: Recreate, RollingUpdate\n    <no description>\n\n\n";
        assert_eq!(explained("deployment.spec.strategy").stdout, wanted);
        assert_eq!(explained("deployments.apps.spec.strategy").stdout, wanted);
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
