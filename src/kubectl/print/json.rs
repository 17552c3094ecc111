//! Values as JSON, as Go's encoder writes it.
//!
//! Must not know kinds. Invariant: keys stand in alphabetical order.

use std::fmt::Write;

use crate::api::Value;

/// Without blanks.
pub fn compact(value: &Value) -> String {
    let mut out = String::new();
    write(value, None, &mut out);
    out
}

/// With a line for each entry and four blanks for each level.
pub fn pretty(value: &Value) -> String {
    let mut out = String::new();
    write(value, Some(0), &mut out);
    out
}

fn write(value: &Value, level: Option<usize>, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Int(number) => out.push_str(&number.to_string()),
        Value::Float(text) => out.push_str(text),
        Value::Str(text) => quote(text, out),
        Value::List(items) => {
            let items = items.iter().map(|item| (None, item));
            wrap(('[', ']'), items, level, out);
        }
        Value::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| (Some(&**key), value));
            wrap(('{', '}'), entries, level, out);
        }
    }
}

fn wrap<'a>(
    (open, close): (char, char),
    entries: impl ExactSizeIterator<Item = (Option<&'a str>, &'a Value)>,
    level: Option<usize>,
    out: &mut String,
) {
    let is_empty = entries.len() == 0;
    let inner = level.map(|level| level + 1);
    out.push(open);
    for (index, (key, value)) in entries.enumerate() {
        if index > 0 {
            out.push(',');
        }
        break_line(inner, out);
        if let Some(key) = key {
            quote(key, out);
            out.push_str(if level.is_some() { ": " } else { ":" });
        }
        write(value, inner, out);
    }
    if !is_empty {
        break_line(level, out);
    }
    out.push(close);
}

fn break_line(level: Option<usize>, out: &mut String) {
    if let Some(level) = level {
        out.push('\n');
        out.extend(std::iter::repeat_n("    ", level));
    }
}

/// Models Go's encoding/json, which escapes what HTML would take for its own.
fn quote(text: &str, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..'\u{20}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(letter));
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_those_of_go() {
        let value: Value = serde_json::from_str(r#"{"b":[],"a":[1,"x<y"],"c":{}}"#).expect("valid");
        assert_eq!(compact(&value), r#"{"a":[1,"x\u003cy"],"b":[],"c":{}}"#);
        let text = "{\n    \"a\": [\n        1,\n        \"x\\u003cy\"\n    ],\n    \"b\": [],\n    \
                    \"c\": {}\n}";
        assert_eq!(pretty(&value), text);
    }
}
