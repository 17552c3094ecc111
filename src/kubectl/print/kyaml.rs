//! `-o kyaml`: YAML in which nothing hangs on indentation and every text stands in quotes.
//!
//! Must not know kinds. Invariant: what is printed is YAML that reads back as the same value.
//!
//! Models sigs.k8s.io/yaml kyaml/kyaml.go

use std::fmt::Write as _;

use crate::api::Value;

/// A document with its head.
pub fn kyaml(value: &Value) -> String {
    let mut out = String::from("---\n");
    node(value, 0, &mut out);
    out.push('\n');
    out
}

fn indent(level: usize, out: &mut String) {
    out.push_str(&"  ".repeat(level));
}

fn node(value: &Value, level: usize, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Value::Int(number) => out.push_str(&number.to_string()),
        Value::Float(number) => out.push_str(number),
        Value::Str(text) => string(text, level + 1, true, out),
        Value::List(items) => list(items, level, out),
        Value::Map(entries) if entries.is_empty() => out.push_str("{}"),
        Value::Map(entries) => {
            out.push_str("{\n");
            for (key, value) in entries {
                indent(level + 1, out);
                if needs_quotes(key) {
                    string(key, level + 2, false, out);
                } else {
                    out.push_str(key);
                }
                out.push_str(": ");
                node(value, level + 1, out);
                out.push_str(",\n");
            }
            indent(level, out);
            out.push('}');
        }
    }
}

/// Lists of mappings or lists begin and end on the lines of what is in them.
fn list(items: &[Value], level: usize, out: &mut String) {
    if items.is_empty() {
        return out.push_str("[]");
    }
    out.push('[');
    if items.iter().all(|item| matches!(item, Value::Map(_) | Value::List(_))) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                out.push_str(", ");
            }
            node(item, level, out);
        }
    } else {
        out.push('\n');
        for item in items {
            indent(level + 1, out);
            node(item, level + 1, out);
            out.push_str(",\n");
        }
        indent(level, out);
    }
    out.push(']');
}

/// A text in quotes; one of several lines goes on over several lines if it may fold.
fn string(text: &str, level: usize, may_fold: bool, out: &mut String) {
    let folds = may_fold && text.contains('\n');
    out.push('"');
    if folds {
        out.push_str("\\\n");
    }
    for letter in text.chars() {
        if folds && out.ends_with('\n') {
            indent(level, out);
            // White space at the beginning of a line would be lost.
            out.push(if letter.is_whitespace() && letter != '\n' { '\\' } else { ' ' });
        }
        match letter {
            '\n' if folds => out.push_str("\\n\\\n"),
            '\n' => out.push_str("\\n"),
            '\t' if may_fold => out.push('\t'),
            '\t' => out.push_str("\\t"),
            '"' | '\\' => out.extend(['\\', letter]),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '\u{b}' => out.push_str("\\v"),
            '\0' => out.push_str("\\0"),
            '\u{1b}' => out.push_str("\\e"),
            '\u{85}' => out.push_str("\\N"),
            '\u{a0}' => out.push_str("\\_"),
            '\u{2028}' => out.push_str("\\L"),
            '\u{2029}' => out.push_str("\\P"),
            letter if letter < ' ' || letter == '\u{7f}' => {
                write!(out, "\\x{:02x}", u32::from(letter)).expect("text takes text");
            }
            letter if letter.is_control() => {
                write!(out, "\\u{:04x}", u32::from(letter)).expect("text takes text");
            }
            letter => out.push(letter),
        }
    }
    if folds {
        if !out.ends_with('\n') {
            out.push_str("\\\n");
        }
        indent(level, out);
    }
    out.push('"');
}

fn needs_quotes(key: &str) -> bool {
    let last = key.chars().count().saturating_sub(1);
    let is_plain = |(at, letter): (usize, char)| {
        letter.is_alphanumeric()
            || letter == '_'
            || (at > 0 && at < last && matches!(letter, '-' | '.' | '/'))
    };
    key.is_empty() || is_ambiguous(key) || !key.chars().enumerate().all(is_plain)
}

/// Whether a reader could take a text for something else.
fn is_ambiguous(text: &str) -> bool {
    const WORDS: [&str; 12] =
        ["null", "~", "true", "y", "yes", "on", "false", "n", "no", "off", "t", "f"];
    let lower = text.to_lowercase();
    let bare = lower.replace('_', "");
    let number = bare.strip_prefix(['-', '+']).unwrap_or(&bare);
    let has_base = [("0x", 16), ("0o", 8), ("0b", 2)].into_iter().any(|(prefix, radix)| {
        number.strip_prefix(prefix).is_some_and(|digits| u64::from_str_radix(digits, radix).is_ok())
    });
    WORDS.contains(&lower.as_str()) || bare.parse::<f64>().is_ok() || has_base || is_date(text)
}

/// `2006-1-2`, alone: with a time it has letters that no bare key has.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let is_number = |part: &&str| {
        !part.is_empty() && part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit())
    };
    parts.len() == 3 && parts[0].len() == 4 && parts.iter().all(is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stand_in_quotes_and_keys_only_if_they_must() {
        let json = r#"{"a":[{"b":"x","c":[]},{"d":{}}],"e":["x",1],"n":null,"1":true,"-k":"a\"b",
            "app.io/name":"web","t":"one\n  two\nthree"}"#;
        let tree: Value = serde_json::from_str(json).expect("valid");
        let wanted = r#"---
{
  "-k": "a\"b",
  "1": true,
  a: [{
    b: "x",
    c: [],
  }, {
    d: {},
  }],
  app.io/name: "web",
  e: [
    "x",
    1,
  ],
  "n": null,
  "t": "\
     one\n\
    \  two\n\
     three\
    ",
}
"#;
        let text = kyaml(&tree);
        assert_eq!(text, wanted);
        let parsed = crate::text::parse(&text);
        let root = parsed.documents.iter().find_map(|one| one.root.as_ref());
        assert_eq!(root.map(crate::api::decode::plain), Some(tree));
    }
}
