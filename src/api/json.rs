//! Values as JSON and JSON as values, without a format's library.
//!
//! Owns the grammar of RFC 8259. Must not know types. Invariant: what was written reads back the
//! same, and what is no JSON is refused.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::api::Value;
use crate::base::{Str, decimal};

/// Mappings and lists may lie this deep in each other.
const DEPTH_MAX: usize = 128;

/// A value as compact JSON, keys in order.
pub fn write(value: &Value) -> String {
    let mut out = String::new();
    put(value, &mut out);
    out
}

fn put(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Int(number) => out.push_str(&number.to_string()),
        Value::Float(text) => {
            out.push_str(text);
            // Without a point it would be read as a whole number.
            if text.parse::<i64>().is_ok() {
                out.push_str(".0");
            }
        }
        Value::Str(text) => quote(text, out),
        Value::List(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                separate(at, out);
                put(item, out);
            }
            out.push(']');
        }
        Value::Map(entries) => {
            out.push('{');
            for (at, (key, value)) in entries.iter().enumerate() {
                separate(at, out);
                quote(key, out);
                out.push(':');
                put(value, out);
            }
            out.push('}');
        }
    }
}

fn separate(at: usize, out: &mut String) {
    if at > 0 {
        out.push(',');
    }
}

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
            // Writing to a string can't fail.
            '\0'..'\u{20}' => drop(write!(out, "\\u{:04x}", u32::from(letter))),
            _ => out.push(letter),
        }
    }
    out.push('"');
}

/// The value of a text, if it is JSON; of a repeated key the last counts.
pub fn read(text: &str) -> Option<Value> {
    let mut reader = Reader { rest: text };
    let value = reader.value(0)?;
    reader.skip_blanks();
    reader.rest.is_empty().then_some(value)
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\n', '\r', '\t']);
    }

    /// Whether this comes next; it is then behind.
    fn takes(&mut self, what: &str) -> bool {
        let rest = self.rest.strip_prefix(what);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        self.skip_blanks();
        match self.rest.as_bytes().first()? {
            b'{' if depth < DEPTH_MAX => self.map(depth + 1),
            b'[' if depth < DEPTH_MAX => self.list(depth + 1),
            b'"' => self.text().map(Value::Str),
            b'-' | b'0'..=b'9' => self.number(),
            _ if self.takes("null") => Some(Value::Null),
            _ if self.takes("true") => Some(Value::Bool(true)),
            _ if self.takes("false") => Some(Value::Bool(false)),
            _ => None,
        }
    }

    /// Steps over what opens a list and says whether there is nothing in it.
    fn is_empty(&mut self, close: &str) -> bool {
        self.rest = &self.rest[1..];
        self.skip_blanks();
        self.takes(close)
    }

    /// Whether another entry follows; none if neither a comma nor the end comes next.
    fn goes_on(&mut self, close: &str) -> Option<bool> {
        self.skip_blanks();
        if self.takes(",") { Some(true) } else { self.takes(close).then_some(false) }
    }

    fn list(&mut self, depth: usize) -> Option<Value> {
        let mut items = Vec::new();
        if self.is_empty("]") {
            return Some(Value::List(items));
        }
        loop {
            items.push(self.value(depth)?);
            if !self.goes_on("]")? {
                return Some(Value::List(items));
            }
        }
    }

    fn map(&mut self, depth: usize) -> Option<Value> {
        let mut entries = BTreeMap::new();
        if self.is_empty("}") {
            return Some(Value::Map(entries));
        }
        loop {
            self.skip_blanks();
            let key = self.text()?;
            self.skip_blanks();
            if !self.takes(":") {
                return None;
            }
            entries.insert(key, self.value(depth)?);
            if !self.goes_on("}")? {
                return Some(Value::Map(entries));
            }
        }
    }

    fn number(&mut self) -> Option<Value> {
        let is_part = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
        let end = self.rest.bytes().position(|byte| !is_part(byte)).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        let digits = text.strip_prefix('-').unwrap_or(text);
        let whole = digits.find(['.', 'e', 'E']).unwrap_or(digits.len());
        let has_zero_first = whole > 1 && digits.starts_with('0');
        let part = digits[whole..].strip_prefix('.');
        let is_bare = |part: &str| !part.starts_with(|first: char| first.is_ascii_digit());
        if whole == 0 || has_zero_first || part.is_some_and(is_bare) {
            return None;
        }
        let is_whole = whole == digits.len() && text != "-0";
        match text.parse() {
            Ok(number) if is_whole => Some(Value::Int(number)),
            // Larger than an integer holds, but still exact.
            _ if is_whole && text.parse::<u64>().is_ok() => Some(Value::Float(text.into())),
            _ => decimal(text)
                .filter(|one| one.is_finite())
                .map(|number| Value::Float(number.to_string().into())),
        }
    }

    /// A string in quotes.
    fn text(&mut self) -> Option<Str> {
        self.rest = self.rest.strip_prefix('"')?;
        let is_special = |byte: u8| byte == b'"' || byte == b'\\' || byte < b' ';
        let mut text = String::new();
        loop {
            let (plain, rest) = self.rest.split_at(self.rest.bytes().position(is_special)?);
            self.rest = &rest[1..];
            match rest.as_bytes()[0] {
                b'"' if text.is_empty() => return Some(plain.into()),
                b'"' => return Some((text + plain).into()),
                b'\\' => {
                    text.push_str(plain);
                    text.push(self.escaped()?);
                }
                _ => return None,
            }
        }
    }

    fn escaped(&mut self) -> Option<char> {
        let mut letters = self.rest.chars();
        let letter = letters.next()?;
        self.rest = letters.as_str();
        Some(match letter {
            '"' | '\\' | '/' => letter,
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'u' => match self.unit()? {
                high @ 0xd800..0xdc00 if self.takes("\\u") => {
                    let low = self.unit()?.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
                    char::from_u32(0x10000 + ((high - 0xd800) << 10) + low)?
                }
                unit => char::from_u32(unit)?,
            },
            _ => return None,
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Option<u32> {
        let (digits, rest) = self.rest.split_at_checked(4)?;
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        self.rest = rest;
        if is_hex { u32::from_str_radix(digits, 16).ok() } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the library that other formats go by reads and writes it.
    fn agrees(text: &str) {
        let wanted = serde_json::from_str::<Value>(text).ok();
        assert_eq!(read(text), wanted, "{text}");
        if let Some(value) = wanted {
            assert_eq!(write(&value), serde_json::to_string(&value).expect("plain"), "{text}");
        }
    }

    #[test]
    fn it_agrees_with_serde() {
        let texts = [
            r#"{"a":[1,-2,"x",null,true,false],"b":{"c":1.5},"a":{}}"#,
            " [ ] ",
            " { \"a\" : [ 1 , 2 ] } ",
            r#""\u00e9\ud83d\ude00\"\\\/\b\f\n\r\t\u0001""#,
            "\"日本 \u{7f}\u{2028}\"",
            "9223372036854775807",
            "-9223372036854775808",
            "1.0",
            "-0",
            "0",
            "1e2",
            "0.5E-3",
            "1.25",
        ];
        texts.into_iter().for_each(agrees);
        agrees(&format!("{}{}", "[".repeat(127), "]".repeat(127)));
    }

    #[test]
    fn a_number_that_no_integer_holds_keeps_its_digits() {
        for text in ["9223372036854775808", "18446744073709551615"] {
            assert_eq!(read(text), serde_json::from_str(text).ok());
            assert_eq!(write(&read(text).expect("a number")), text);
        }
    }

    #[test]
    fn what_is_no_json_is_refused() {
        let texts = [
            "",
            " ",
            "nul",
            "[1,]",
            "{\"a\":1,}",
            "{a:1}",
            "{\"a\"}",
            "01",
            "1.",
            ".5",
            "-",
            "+1",
            "1e",
            "1e+",
            "--1",
            "\"",
            "\"\n\"",
            r#""\x""#,
            r#""\ud800""#,
            r#""\udc00""#,
            r#""\ud800\u0041""#,
            r#""\u12""#,
            r#""\u+123""#,
            "[1] 2",
            "1e999",
            "[",
            "{",
            "[1 2]",
            "{\"a\" 1}",
            "tru",
            "'a'",
        ];
        texts.into_iter().for_each(agrees);
        agrees(&format!("{}{}", "[".repeat(200), "]".repeat(200)));
    }
}
