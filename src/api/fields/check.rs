//! Unknown fields and wrong types of a document, with their places.
//!
//! Must not know typed objects. Invariant: a field is reported only for kinds in the table.

use crate::api::fields::{Fields, Shape, Type};
use crate::base::base64;
use crate::text::{Diagnostic, Edit, Entry, Fix, Node, NodeValue, Severity, nearest};

/// The code of a field that its kind does not have.
pub const UNKNOWN_FIELD: &str = "POD-F001";

/// The fewest letters that tell which field was begun.
const BEGUN_MIN: usize = 2;

impl Fields {
    /// Unknown fields and wrong types of an object of `kind`.
    pub fn check(&self, kind: &str, root: &Node) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let name = self.name_of_object(root).or_else(|| self.kind_named(kind));
        if let Some(known) = name.and_then(|name| self.named(name)) {
            self.check_fields(known, root, "", kind, &mut found);
        }
        found
    }

    fn check_value(
        &self,
        wanted: &Shape,
        node: &Node,
        path: &str,
        kind: &str,
        found: &mut Vec<Diagnostic>,
    ) {
        if node.value == NodeValue::Null {
            return;
        }
        match wanted {
            Shape::List(inner) => {
                let NodeValue::Seq(items) = &node.value else {
                    return found.push(wrong_type(node, path, "a list", kind));
                };
                for (index, item) in items.iter().enumerate() {
                    self.check_value(inner, item, &format!("{path}[{index}]"), kind, found);
                }
            }
            Shape::Map(inner) => {
                let NodeValue::Map(entries) = &node.value else {
                    return found.push(wrong_type(node, path, "a mapping", kind));
                };
                for entry in entries {
                    self.check_value(inner, &entry.value, &join(path, &entry.key), kind, found);
                }
            }
            Shape::Struct(name) => {
                if let Some(known) = self.named(name) {
                    self.check_fields(known, node, path, kind, found);
                }
            }
            scalar => found.extend(check_scalar(scalar, node, path, kind)),
        }
    }

    fn check_fields(
        &self,
        known: &Type,
        node: &Node,
        path: &str,
        kind: &str,
        found: &mut Vec<Diagnostic>,
    ) {
        let NodeValue::Map(entries) = &node.value else {
            return found.push(wrong_type(node, path, "a mapping", kind));
        };
        for entry in entries {
            let at = join(path, &entry.key);
            match known.fields.get(&*entry.key) {
                Some(wanted) => self.check_value(&wanted.shape, &entry.value, &at, kind, found),
                None => found.push(unknown(known, entries, entry, &at, kind)),
            }
        }
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn unknown(known: &Type, beside: &[Entry], entry: &Entry, path: &str, kind: &str) -> Diagnostic {
    // What stands there already was not meant a second time.
    let is_free = |name: &&str| !beside.iter().any(|one| *one.key == **name);
    let names = || known.fields.keys().map(String::as_str).filter(is_free);
    let near = nearest(&entry.key, names()).or_else(|| begun(&entry.key, names()));
    let fix = near.map(|name| Fix {
        title: format!("Change to {name}"),
        chinese: format!("改为 {name}"),
        edits: vec![Edit { span: entry.key_span, text: name.to_owned() }],
    });
    let hint = near.map(|name| format!(" Did you mean {name}?")).unwrap_or_default();
    let asked = near.map(|name| format!("是否想写 {name}？")).unwrap_or_default();
    Diagnostic {
        code: UNKNOWN_FIELD,
        severity: Severity::Error,
        message: format!("{path} is not a field of {kind}.{hint}"),
        chinese: format!("{path} 不是 {kind} 的字段。{asked}"),
        primary: entry.key_span,
        others: Vec::new(),
        help: Some(format!("kubectl says: strict decoding error: unknown field \"{path}\"")),
        fix,
    }
}

/// The one name that begins with what was written of it.
fn begun<'a>(word: &str, mut names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let begins = |name: &&str| word.len() >= BEGUN_MIN && name.starts_with(word);
    let first = names.by_ref().find(begins)?;
    names.all(|name| !begins(&name)).then_some(first)
}

fn wrong_type(node: &Node, path: &str, wanted: &str, kind: &str) -> Diagnostic {
    let is = match &node.value {
        NodeValue::Null => "nothing",
        NodeValue::Bool(_) => "a truth value",
        NodeValue::Float(_) if wanted == "a whole number" => "a number with a fraction",
        NodeValue::Int(_) | NodeValue::Float(_) => "a number",
        NodeValue::Str(_) => "a string",
        NodeValue::Seq(_) => "a list",
        NodeValue::Map(_) => "a mapping",
    };
    let place = if path.is_empty() { kind } else { path };
    let (wanted_zh, is_zh) = (in_chinese(wanted), in_chinese(is));
    Diagnostic {
        code: "POD-F002",
        severity: Severity::Error,
        message: format!("{place} must be {wanted}, but is {is}."),
        chinese: format!("{place} 应为{wanted_zh}，但现在是{is_zh}。"),
        primary: node.span,
        others: Vec::new(),
        help: None,
        fix: None,
    }
}

/// The words for types in Chinese.
fn in_chinese(word: &str) -> &str {
    match word {
        "nothing" => "空值",
        "a truth value" => "布尔值",
        "a number" => "数字",
        "a number with a fraction" => "小数",
        "a string" => "字符串",
        "a list" => "列表",
        "a mapping" => "映射",
        "true or false" => " true 或 false",
        "a whole number" => "整数",
        "a number or a string" => "数字或字符串",
        "a quantity" => "数量",
        other => other,
    }
}

/// A whole number for which its field has no room.
fn too_large(wanted: &Shape, node: &Node, path: &str) -> Option<Diagnostic> {
    let (most, least, name) = match wanted {
        Shape::Int32 | Shape::IntOrString => (i64::from(i32::MAX), i64::from(i32::MIN), "int32"),
        Shape::Int64 => (i64::MAX, i64::MIN, "int64"),
        _ => return None,
    };
    let is_number = matches!(node.value, NodeValue::Int(_) | NodeValue::Float(_));
    let is_large = match (&node.value, node.whole()) {
        (_, Some(number)) => number > most || number < least,
        // Only digits, and still no whole number: it is longer than any.
        (NodeValue::Float(text), None) => {
            text.bytes().all(|one| one.is_ascii_digit() || one == b'-')
        }
        _ => false,
    };
    (is_number && is_large).then(|| Diagnostic {
        code: "POD-F004",
        severity: Severity::Error,
        message: format!("{path} must be a whole number between {least} and {most} ({name})."),
        chinese: format!("{path} 应为 {least} 到 {most} 之间的整数（{name}）。"),
        primary: node.span,
        others: Vec::new(),
        help: None,
        fix: None,
    })
}

/// A text that should be bytes in base64.
fn no_base64(wanted: &Shape, node: &Node, path: &str) -> Option<Diagnostic> {
    let at = base64::fault(node.as_str().filter(|_| *wanted == Shape::Bytes)?)?;
    Some(Diagnostic {
        code: "POD-F005",
        severity: Severity::Error,
        message: format!("{path} must be base64; plain text belongs under stringData."),
        chinese: format!("{path} 应为 base64；原文应写在 stringData 下。"),
        primary: node.span,
        others: Vec::new(),
        help: Some(format!("kubectl says: illegal base64 data at input byte {at}")),
        fix: None,
    })
}

/// The whole number that stands in quotes.
fn quoted_number(node: &Node) -> Option<String> {
    let text = node.as_str()?;
    text.parse::<i64>().ok().map(|number| number.to_string())
}

fn check_scalar(wanted: &Shape, node: &Node, path: &str, kind: &str) -> Option<Diagnostic> {
    let value = &node.value;
    if let Some(found) = too_large(wanted, node, path).or_else(|| no_base64(wanted, node, path)) {
        return Some(found);
    }
    let is_whole = node.whole().is_some();
    let is_text = matches!(value, NodeValue::Str(_));
    let (fits, name) = match wanted {
        Shape::Text | Shape::Time | Shape::MicroTime | Shape::Bytes => (is_text, "a string"),
        Shape::Truth => (matches!(value, NodeValue::Bool(_)), "true or false"),
        Shape::Int32 | Shape::Int64 => (is_whole, "a whole number"),
        Shape::IntOrString => (is_whole || is_text, "a number or a string"),
        Shape::Quantity => {
            (is_whole || is_text || matches!(value, NodeValue::Float(_)), "a quantity")
        }
        Shape::Any | Shape::List(_) | Shape::Map(_) | Shape::Struct(_) => (true, ""),
    };
    (!fits).then(|| {
        let mut found = wrong_type(node, path, name, kind);
        // `on`, `1.27` and the like were meant as text: quotes say so.
        let is_scalar =
            matches!(node.value, NodeValue::Bool(_) | NodeValue::Int(_) | NodeValue::Float(_));
        if name == "a string" && is_scalar {
            let quote =
                |at| Edit { span: crate::text::Span { start: at, end: at }, text: "\"".into() };
            let edits = vec![quote(node.span.start), quote(node.span.end)];
            found.fix = Some(Fix {
                title: "Put it in quotes".to_owned(),
                chinese: "加上引号".to_owned(),
                edits,
            });
        } else if name == "a whole number"
            && let Some(text) = quoted_number(node)
        {
            found.fix = Some(Fix {
                title: "Take the quotes away".to_owned(),
                chinese: "去掉引号".to_owned(),
                edits: vec![Edit { span: node.span, text }],
            });
        }
        found
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::parse;

    fn problems(kind: &str, text: &str) -> Vec<Diagnostic> {
        let parsed = parse(text);
        Fields::table().check(kind, parsed.documents[0].root.as_ref().expect("it can be read"))
    }

    #[test]
    fn a_misspelt_field_is_named_and_mended() {
        let text = "spec:\n  servicename: db\n";
        let found = problems("StatefulSet", text);
        assert_eq!(found.len(), 1);
        assert!(found[0].message.starts_with("spec.servicename is not a field of StatefulSet."));
        let fixed = found[0].fix.as_ref().map(|fix| fix.apply(text));
        assert_eq!(fixed.as_deref(), Some("spec:\n  serviceName: db\n"));
    }

    #[test]
    fn a_field_that_stands_there_already_was_not_meant() {
        let found = problems("Pod", "spec:\n  nodeName: a\n  nodeNam: b\n");
        assert_eq!(found[0].message, "spec.nodeNam is not a field of Pod.");
    }

    #[test]
    fn a_word_that_yaml_takes_for_truth_is_no_name() {
        let found = problems("Pod", "metadata:\n  name: on\n");
        assert_eq!(found[0].message, "metadata.name must be a string, but is a truth value.");
        assert!(found[0].fix.is_some());
    }

    #[test]
    fn numbers_are_whole_however_they_are_written_and_fit_their_field() {
        let said = |text: &str| {
            let found = problems("Deployment", &format!("spec:\n  replicas: {text}\n"));
            found.first().map(|one| (one.code, one.message.clone()))
        };
        assert_eq!((said("2.0"), said("8e1")), (None, None));
        let (code, message) = said("2.5").expect("no whole number");
        assert_eq!(code, "POD-F002");
        assert_eq!(
            message,
            "spec.replicas must be a whole number, but is a number with a fraction."
        );
        for number in ["99999999999", "3e9", "99999999999999999999999"] {
            let (code, message) = said(number).expect("too large");
            assert_eq!(code, "POD-F004");
            assert!(message.ends_with("between -2147483648 and 2147483647 (int32)."), "{message}");
        }
    }

    #[test]
    fn what_a_secret_holds_is_base64() {
        let found = problems("Secret", "data:\n  a: hunter2!\n  b: YQ==\n");
        assert_eq!((found.len(), found[0].code), (1, "POD-F005"));
        assert!(found[0].help.as_ref().is_some_and(|help| help.ends_with("input byte 7")));
    }

    #[test]
    fn a_number_in_quotes_is_freed_of_them() {
        let text = "spec:\n  replicas: \"3\"\n";
        let found = problems("Deployment", text);
        let fixed = found[0].fix.as_ref().map(|fix| fix.apply(text));
        assert_eq!(fixed.as_deref(), Some("spec:\n  replicas: 3\n"));
        assert_eq!(found[0].chinese, "spec.replicas 应为整数，但现在是字符串。");
    }

    #[test]
    fn lists_and_numbers_are_checked_where_they_stand() {
        let found = problems(
            "Deployment",
            "spec:\n  replicas: three\n  template:\n    spec:\n      containers: {}\n",
        );
        let messages: Vec<_> = found.iter().map(|one| one.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "spec.replicas must be a whole number, but is a string.",
                "spec.template.spec.containers must be a list, but is a mapping.",
            ]
        );
    }
}
