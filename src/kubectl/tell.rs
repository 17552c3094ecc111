//! Errors of validation in plain words, with places, related places and fixes.
//!
//! Must not know rules: it is given their errors. Invariant: Kubernetes' own words stand under
//! `help`, to the letter.

use crate::api::{FieldError, FieldErrorKind, Object};
use crate::kubectl::places;
use crate::text::{
    Diagnostic, Edit, Fix, Node, NodeValue, Related, Severity, Span, Tree, add_entry, nearest,
    quoted,
};

/// An error without help or fix.
pub(super) fn error(code: &'static str, message: &str, chinese: &str, primary: Span) -> Diagnostic {
    Diagnostic {
        code,
        severity: Severity::Error,
        message: message.to_owned(),
        chinese: chinese.to_owned(),
        primary,
        others: Vec::new(),
        help: None,
        fix: None,
    }
}

/// An error of validation, told where it stands.
pub(super) fn told(one: &FieldError, object: &Object, root: &Node, text: &str) -> Diagnostic {
    let place = places::find(root, &one.path);
    let top = format!("The {} \"{}\" is invalid", object.kind().name(), object.meta.name);
    let help = Some(format!("kubectl says: {top}: {one}"));
    let found = match (&*one.path, one.kind) {
        ("spec.selector", FieldErrorKind::Required) => Diagnostic {
            fix: selector_fix(root, text, &object.meta.name),
            ..error(
                "POD-V001",
                "spec.selector is missing: it says which Pods belong to this workload.",
                "缺少 spec.selector：它说明哪些 Pod 属于该工作负载。",
                place.span,
            )
        },
        (_, FieldErrorKind::Invalid) if one.detail.starts_with("`selector` does not match") => {
            Diagnostic {
                others: labels_place(root),
                fix: labels_fix(root, text),
                ..error(
                    "POD-V002",
                    "spec.selector does not match the labels in spec.template.metadata.labels.",
                    "spec.selector 与 spec.template.metadata.labels 中的标签不匹配。",
                    places::find(root, "spec.selector").span,
                )
            }
        }
        (path, FieldErrorKind::Required) if path.ends_with("spec.containers") => error(
            "POD-V003",
            &format!("{path} is missing: a Pod needs a container."),
            &format!("缺少 {path}：Pod 至少需要一个容器。"),
            place.span,
        ),
        ("spec.replicas", FieldErrorKind::Invalid) => error(
            "POD-V004",
            &format!("spec.replicas {}.", one.detail),
            &format!("spec.replicas 无效：{}。", one.detail),
            place.span,
        ),
        (_, kind) => {
            let (message, chinese) = sentences(one);
            Diagnostic {
                others: related(one, root),
                fix: place.node.and_then(|node| supported_fix(one, node)),
                ..error(code_of(kind), &message, &chinese, place.span)
            }
        }
    };
    Diagnostic { help, ..found }
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

fn sentences(one: &FieldError) -> (String, String) {
    let FieldError { kind, path, value, detail } = one;
    let why = if detail.is_empty() { String::new() } else { format!(": {detail}") };
    let why_zh = if detail.is_empty() { String::new() } else { format!("：{detail}") };
    match kind {
        FieldErrorKind::Required => {
            (format!("{path} is missing{why}."), format!("缺少 {path}{why_zh}。"))
        }
        FieldErrorKind::Duplicate => {
            (format!("{path} repeats {value}."), format!("{path} 重复了 {value}。"))
        }
        FieldErrorKind::NotFound => (
            format!("{path} names {value}, which is not there."),
            format!("{path} 引用的 {value} 不存在。"),
        ),
        FieldErrorKind::Forbidden => (format!("{path} {detail}."), format!("{path}：{detail}。")),
        FieldErrorKind::NotSupported => {
            (format!("{path} can't be {value}{why}."), format!("{path} 不能是 {value}{why_zh}。"))
        }
        _ => (format!("{path} is not valid{why}."), format!("{path} 无效{why_zh}。")),
    }
}

/// The supported word that was most likely meant.
fn supported_fix(one: &FieldError, node: &Node) -> Option<Fix> {
    let words = one.detail.strip_prefix("supported values: ")?;
    let words = words.split(", ").map(|word| word.trim_matches('"'));
    let near = nearest(node.as_str()?, words)?;
    Some(Fix {
        title: format!("Change to {near}"),
        chinese: format!("改为 {near}"),
        edits: vec![Edit { span: node.span, text: near.to_owned() }],
    })
}

/// The other bearer of a repeated name, and the volumes where a mount's volume is missing.
fn related(one: &FieldError, root: &Node) -> Vec<Related> {
    let (list, _) = one.path.rsplit_once('[').unwrap_or((&one.path, ""));
    match one.kind {
        FieldErrorKind::Duplicate => {
            let field = one.path.rsplit_once("].").map(|(_, field)| field);
            let value = one.value.trim_matches('"');
            let Some(NodeValue::Seq(items)) = places::find(root, list).node.map(|node| &node.value)
            else {
                return Vec::new();
            };
            let named =
                |item: &&Node| field.and_then(|field| item.at(field)?.as_str()) == Some(value);
            let first = items.iter().find(named).and_then(|item| item.at(field?));
            let other = |node: &Node| Related {
                span: node.span,
                message: "the first of this name".into(),
                chinese: "第一个同名项".into(),
            };
            first.map(other).into_iter().collect()
        }
        FieldErrorKind::NotFound if one.path.contains(".volumeMounts[") => {
            let spec = one.path.split(".containers[").next().unwrap_or_default();
            let spec = spec.split(".initContainers[").next().unwrap_or_default();
            let place = places::find(root, &format!("{spec}.volumes"));
            vec![Related {
                span: place.span,
                message: "the volumes of this Pod belong here".into(),
                chinese: "此 Pod 的卷应写在这里".into(),
            }]
        }
        _ => Vec::new(),
    }
}

fn labels_place(root: &Node) -> Vec<Related> {
    vec![Related {
        span: places::find(root, "spec.template.metadata.labels").span,
        message: "the labels of the template".into(),
        chinese: "模板的标签".into(),
    }]
}

/// The pairs of a mapping of words.
fn pairs(map: &Node) -> Option<Vec<(String, String)>> {
    let NodeValue::Map(entries) = &map.value else { return None };
    let pair = |entry: &crate::text::Entry| {
        Some((entry.key.to_string(), entry.value.as_str()?.to_owned()))
    };
    entries.iter().map(pair).collect()
}

fn tree(pairs: &[(String, String)]) -> Tree {
    Tree::Map(pairs.iter().map(|(key, value)| (key.clone(), Tree::Word(quoted(value)))).collect())
}

/// A selector made of the template's labels; labels made of the name if there are none.
fn selector_fix(root: &Node, text: &str, name: &str) -> Option<Fix> {
    let spec = root.at("spec")?;
    let metadata = spec.at("template")?.at("metadata");
    let labels = metadata.and_then(|one| one.at("labels")).and_then(pairs);
    let mut edits = Vec::new();
    let labels = if let Some(labels) = labels.filter(|labels| !labels.is_empty()) {
        labels
    } else {
        let labels = vec![("app".to_owned(), name.to_owned())];
        edits.push(add_labels(spec.at("template")?, &labels, text)?);
        labels
    };
    match spec.at("selector") {
        None => {
            let selector = Tree::Map(vec![("matchLabels".to_owned(), tree(&labels))]);
            edits.push(add_entry(text, spec, "selector", &selector)?);
        }
        Some(selector) => edits.push(add_entry(text, selector, "matchLabels", &tree(&labels))?),
    }
    let (title, chinese) =
        ("Select the Pods by their labels".to_owned(), "按标签选择 Pod".to_owned());
    Some(Fix { title, chinese, edits })
}

fn add_labels(template: &Node, labels: &[(String, String)], text: &str) -> Option<Edit> {
    match template.at("metadata") {
        Some(metadata) if metadata.at("labels").is_none() => {
            add_entry(text, metadata, "labels", &tree(labels))
        }
        Some(_) => None,
        None => {
            let metadata = Tree::Map(vec![("labels".to_owned(), tree(labels))]);
            add_entry(text, template, "metadata", &metadata)
        }
    }
}

/// The labels that the selector wants, on the template.
fn labels_fix(root: &Node, text: &str) -> Option<Fix> {
    let spec = root.at("spec")?;
    let wanted = pairs(spec.at("selector")?.at("matchLabels")?)?;
    let template = spec.at("template")?;
    let labels = template.at("metadata").and_then(|one| one.at("labels"));
    let edits = match labels {
        None => vec![add_labels(template, &wanted, text)?],
        Some(labels) => {
            let edit = |(key, value): &(String, String)| match labels.at(key) {
                Some(node) if node.as_str() == Some(value.as_str()) => None,
                Some(node) => Some(Edit { span: node.span, text: quoted(value) }),
                None => add_entry(text, labels, key, &Tree::Word(quoted(value))),
            };
            wanted.iter().filter_map(edit).collect()
        }
    };
    let (title, chinese) =
        ("Put the labels on the template".to_owned(), "为模板加上这些标签".to_owned());
    (!edits.is_empty()).then_some(Fix { title, chinese, edits })
}
