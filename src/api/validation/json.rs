//! What Go says of text that is no JSON.
//!
//! Must not know what the text is for. Invariant: the whole text is read once, without building
//! anything.
//!
//! Models Go's encoding/json checkValid and the errors of Unmarshal

use std::iter::Peekable;
use std::slice::Iter;

/// How deep values may lie in one another.
const DEPTH_MAX: u32 = 10_000;

type Bytes<'a> = Peekable<Iter<'a, u8>>;

/// What Go says of text that should be an object; nothing if it is one, or `null`.
pub(super) fn no_object(text: &[u8]) -> Option<String> {
    let mut bytes = text.iter().peekable();
    let first = skip(&mut bytes);
    let read = value(&mut bytes, 0).and_then(|()| match skip(&mut bytes) {
        None => Ok(()),
        Some(byte) => Err(unexpected(byte, "after top-level value")),
    });
    if let Err(error) = read {
        return Some(error);
    }
    let kind = match first? {
        b'{' | b'n' => return None,
        b'[' => "array",
        b'"' => "string",
        b't' | b'f' => "bool",
        _ => "number",
    };
    let wanted = "map[string]interface {}";
    Some(format!("json: cannot unmarshal {kind} into Go value of type {wanted}"))
}

/// The next byte that is no blank, which stays.
fn skip(bytes: &mut Bytes<'_>) -> Option<u8> {
    while let Some(byte) = bytes.peek() {
        if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
            return Some(**byte);
        }
        bytes.next();
    }
    None
}

fn unexpected(byte: u8, context: &str) -> String {
    let shown = match byte {
        b'\'' => "'\\''".to_owned(),
        b'"' => "'\"'".to_owned(),
        b'\\' => "'\\\\'".to_owned(),
        b'\n' => "'\\n'".to_owned(),
        b'\t' => "'\\t'".to_owned(),
        b'\r' => "'\\r'".to_owned(),
        b' '..=b'~' | 0xa1..=0xac | 0xae..=0xff => format!("'{}'", char::from(byte)),
        0x80..=0xa0 | 0xad => format!("'\\u{byte:04x}'"),
        _ => format!("'\\x{byte:02x}'"),
    };
    format!("invalid character {shown} {context}")
}

fn ended() -> String {
    "unexpected end of JSON input".to_owned()
}

fn value(bytes: &mut Bytes<'_>, depth: u32) -> Result<(), String> {
    if depth > DEPTH_MAX {
        return Err("exceeded max depth".to_owned());
    }
    let byte = skip(bytes).ok_or_else(ended)?;
    match byte {
        b'{' => list(bytes, true, depth),
        b'[' => list(bytes, false, depth),
        b'"' => string(bytes),
        b't' => word(bytes, "true"),
        b'f' => word(bytes, "false"),
        b'n' => word(bytes, "null"),
        b'-' | b'0'..=b'9' => number(bytes),
        other => Err(unexpected(other, "looking for beginning of value")),
    }
}

/// An object or an array.
fn list(bytes: &mut Bytes<'_>, is_object: bool, depth: u32) -> Result<(), String> {
    let (end, context) = if is_object {
        (b'}', "after object key:value pair")
    } else {
        (b']', "after array element")
    };
    bytes.next();
    if skip(bytes) == Some(end) {
        bytes.next();
        return Ok(());
    }
    loop {
        if is_object {
            match skip(bytes).ok_or_else(ended)? {
                b'"' => string(bytes)?,
                other => {
                    let context = "looking for beginning of object key string";
                    return Err(unexpected(other, context));
                }
            }
            match skip(bytes).ok_or_else(ended)? {
                b':' => bytes.next(),
                other => return Err(unexpected(other, "after object key")),
            };
        }
        value(bytes, depth + 1)?;
        match skip(bytes).ok_or_else(ended)? {
            b',' => bytes.next(),
            byte if byte == end => {
                bytes.next();
                return Ok(());
            }
            other => return Err(unexpected(other, context)),
        };
    }
}

fn string(bytes: &mut Bytes<'_>) -> Result<(), String> {
    bytes.next();
    loop {
        match *bytes.next().ok_or_else(ended)? {
            b'"' => return Ok(()),
            b'\\' => match *bytes.next().ok_or_else(ended)? {
                b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                b'u' => {
                    for _ in 0..4 {
                        let digit = *bytes.next().ok_or_else(ended)?;
                        if !digit.is_ascii_hexdigit() {
                            let context = "in \\u hexadecimal character escape";
                            return Err(unexpected(digit, context));
                        }
                    }
                }
                other => return Err(unexpected(other, "in string escape code")),
            },
            control if control < b' ' => return Err(unexpected(control, "in string literal")),
            _ => {}
        }
    }
}

fn word(bytes: &mut Bytes<'_>, word: &str) -> Result<(), String> {
    for wanted in word.bytes() {
        let byte = *bytes.next().ok_or_else(ended)?;
        if byte != wanted {
            let wanted = char::from(wanted);
            return Err(unexpected(byte, &format!("in literal {word} (expecting '{wanted}')")));
        }
    }
    Ok(())
}

fn number(bytes: &mut Bytes<'_>) -> Result<(), String> {
    let digits = |bytes: &mut Bytes<'_>, context: &str| {
        let first = **bytes.peek().ok_or_else(ended)?;
        if !first.is_ascii_digit() {
            return Err(unexpected(first, context));
        }
        while bytes.next_if(|byte| byte.is_ascii_digit()).is_some() {}
        Ok(())
    };
    bytes.next_if(|byte| **byte == b'-');
    if bytes.next_if(|byte| **byte == b'0').is_none() {
        digits(bytes, "in numeric literal")?;
    }
    if bytes.next_if(|byte| **byte == b'.').is_some() {
        digits(bytes, "after decimal point in numeric literal")?;
    }
    if bytes.next_if(|byte| matches!(byte, b'e' | b'E')).is_some() {
        bytes.next_if(|byte| matches!(byte, b'+' | b'-'));
        digits(bytes, "in exponent of numeric literal")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_is_no_object_is_told_of_as_go_tells() {
        for (text, told) in [
            ("{}", None),
            (" {\"a\": [1, -2.5e3, true, null, \"x\\u00e9\"]} \n", None),
            ("null", None),
            ("", Some("unexpected end of JSON input")),
            ("{\"a\":", Some("unexpected end of JSON input")),
            ("abc", Some("invalid character 'a' looking for beginning of value")),
            ("{a: 1}", Some("invalid character 'a' looking for beginning of object key string")),
            (
                "{\"a\": 1,}",
                Some("invalid character '}' looking for beginning of object key string"),
            ),
            ("{\"a\" 1}", Some("invalid character '1' after object key")),
            ("{\"a\": 1 2}", Some("invalid character '2' after object key:value pair")),
            ("[1 2]", Some("invalid character '2' after array element")),
            ("{} x", Some("invalid character 'x' after top-level value")),
            ("trap", Some("invalid character 'a' in literal true (expecting 'u')")),
            ("'a'", Some("invalid character '\\'' looking for beginning of value")),
            (
                "[]",
                Some("json: cannot unmarshal array into Go value of type map[string]interface {}"),
            ),
        ] {
            assert_eq!(no_object(text.as_bytes()).as_deref(), told, "{text}");
        }
    }
}
