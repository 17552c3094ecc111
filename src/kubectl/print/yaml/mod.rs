//! Values as YAML, as `kubectl get -o yaml` writes it.
//!
//! Must not know kinds. Invariant: what is written reads back as the same value.
//!
//! Models the encoder and emitter of the Go package that kubectl uses (sigs.k8s.io/yaml): lists
//! are not indented under their key, text that YAML would take for something else stands in
//! quotes, lines are folded at the first blank after 80 letters.

mod scalar;

use std::cmp::Ordering;

use crate::api::Value;
use crate::base::Order as _;

/// A document.
pub fn yaml(value: &Value) -> String {
    let mut writer = Writer { out: String::new(), column: 0 };
    writer.block(value, 0, Place::Top);
    writer.out
}

/// Where a value stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Top,
    AfterKey,
    Item,
}

/// Text so far and the column of its last line.
pub(super) struct Writer {
    pub(super) out: String,
    pub(super) column: usize,
}

impl Writer {
    pub(super) fn put(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.chars().count();
    }

    pub(super) fn line(&mut self, indent: usize) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n(' ', indent));
        self.column = indent;
    }

    fn block(&mut self, value: &Value, indent: usize, place: Place) {
        match value {
            Value::Map(entries) if !entries.is_empty() => {
                let inner = if place == Place::AfterKey { indent + 2 } else { indent };
                let mut sorted: Vec<(&str, &Value)> =
                    entries.iter().map(|(key, value)| (&**key, value)).collect();
                sorted.order_by(|left, right| key_order(left.0, right.0));
                for (index, (key, value)) in sorted.into_iter().enumerate() {
                    if index > 0 || place == Place::AfterKey {
                        self.line(inner);
                    }
                    scalar::write_key(self, key);
                    self.put(":");
                    self.block(value, inner, Place::AfterKey);
                }
            }
            Value::List(items) if !items.is_empty() => {
                for (index, item) in items.iter().enumerate() {
                    if index > 0 || place == Place::AfterKey {
                        self.line(indent);
                    }
                    self.put("- ");
                    self.block(item, indent + 2, Place::Item);
                }
            }
            _ => self.leaf(value, indent, place),
        }
        if place == Place::Top {
            self.out.push('\n');
        }
    }

    fn leaf(&mut self, value: &Value, indent: usize, place: Place) {
        if place == Place::AfterKey {
            self.put(" ");
        }
        match value {
            Value::Null => self.put("null"),
            Value::Bool(value) => self.put(if *value { "true" } else { "false" }),
            Value::Int(number) => self.put(&number.to_string()),
            Value::Float(text) => self.put(text),
            Value::List(_) => self.put("[]"),
            Value::Map(_) => self.put("{}"),
            Value::Str(text) => {
                let indent = if place == Place::Item { indent } else { indent + 2 };
                scalar::write(self, text, indent);
            }
        }
    }
}

/// The order of keys: letters by their number, other signs before letters, digits as numbers.
///
/// Models go-yaml's sorter.go keyList.Less
fn key_order(left: &str, right: &str) -> Ordering {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let mut after_digit = false;
    for (index, (a, b)) in left.iter().zip(&right).enumerate() {
        if a == b {
            after_digit = a.is_ascii_digit();
            continue;
        }
        return match (a.is_alphabetic(), b.is_alphabetic()) {
            (true, true) => a.cmp(b),
            (true, false) if after_digit => Ordering::Less,
            (true, false) => Ordering::Greater,
            (false, true) if after_digit => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => numbers(&left[index..], &right[index..]).then(a.cmp(b)),
        };
    }
    left.len().cmp(&right.len())
}

fn numbers(left: &[char], right: &[char]) -> Ordering {
    let number = |text: &[char]| {
        let digits: String = text.iter().take_while(|c| c.is_ascii_digit()).collect();
        (digits.parse::<u64>().unwrap_or(0), digits.len())
    };
    number(left).cmp(&number(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(json: &str) -> String {
        yaml(&serde_json::from_str(json).expect("valid"))
    }

    #[test]
    fn lists_stand_under_their_key_without_more_indentation() {
        let text = printed(
            r#"{"items":[{"a":1,"b":["x",["u","z"],{}]},"w"],"metadata":{"v":""},"none":[]}"#,
        );
        let wanted = "items:\n- a: 1\n  b:\n  - x\n  - - u\n    - z\n  - {}\n- w\nmetadata:\n  v: \
                      \"\"\nnone: []\n";
        assert_eq!(text, wanted);
    }

    #[test]
    fn text_that_would_be_something_else_is_quoted() {
        let text = printed(
            r#"{"a":"true","b":"1","c":"2026-11-22T08:26:36Z","d":"1Gi","e":"no","f":"0/1 x",
                "g":"a: b","h":"*","i":"- x","j":"1.5","k":"~","l":"10.0.0.1","m":"a #b"}"#,
        );
        let wanted = "a: \"true\"\nb: \"1\"\nc: \"2026-11-22T08:26:36Z\"\nd: 1Gi\ne: \"no\"\nf: \
                      0/1 x\ng: 'a: b'\nh: '*'\ni: '- x'\nj: \"1.5\"\nk: \"~\"\nl: 10.0.0.1\nm: \
                      'a #b'\n";
        assert_eq!(text, wanted);
    }

    #[test]
    fn several_lines_stand_in_a_block() {
        assert_eq!(printed(r#"{"a":"x\ny\n"}"#), "a: |\n  x\n  y\n");
        assert_eq!(printed(r#"{"a":{"b":"x\n\ny"}}"#), "a:\n  b: |-\n    x\n\n    y\n");
        assert_eq!(printed(r#"["x\ny\n"]"#), "- |\n  x\n  y\n");
    }

    #[test]
    fn long_lines_are_folded_at_a_blank() {
        let text = printed(
            r#"{"conditions":[{"message":"0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }. preemption: none"}]}"#,
        );
        let wanted = "conditions:\n- message: '0/1 nodes are available: 1 node(s) had untolerated \
                      taint {node.kubernetes.io/not-ready:\n    }. preemption: none'\n";
        assert_eq!(text, wanted);
    }

    #[test]
    fn keys_are_ordered_with_signs_before_letters() {
        assert_eq!(printed(r#"{"ab":1,"a.b":2,"a10":3,"a9":4}"#), "a.b: 2\na9: 4\na10: 3\nab: 1\n");
    }
}
