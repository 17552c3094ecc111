//! The functions of Go templates, and those that kubectl adds.
//!
//! Must not know nodes. Invariant: a function gives a value or a sentence, and changes nothing.
//!
//! Models text/template funcs.go and staging/src/k8s.io/cli-runtime/pkg/printers/template.go

use std::cmp::Ordering;

use crate::api::Value;
use crate::base::base64;
use crate::kubectl::print::template::datum::{Basic, Datum};

const KNOWN: [&str; 21] = [
    "and",
    "base64decode",
    "eq",
    "exists",
    "ge",
    "gt",
    "html",
    "index",
    "js",
    "le",
    "len",
    "lt",
    "ne",
    "not",
    "or",
    "print",
    "printf",
    "println",
    "slice",
    "urlquery",
    "call",
];

pub(super) fn is_known(name: &str) -> bool {
    KNOWN.contains(&name)
}

type Result<T> = std::result::Result<T, String>;

/// Calls a function that takes all of its arguments.
pub(super) fn call(name: &str, args: &[Datum]) -> Result<Datum> {
    let at_least = match name {
        "print" | "println" | "html" | "js" | "urlquery" => 0,
        "eq" | "printf" | "index" | "not" | "len" | "slice" | "exists" | "base64decode" => 1,
        _ => 2,
    };
    if args.len() < at_least {
        let (wants, got) = (at_least, args.len());
        return Err(match name {
            "printf" | "index" | "slice" | "eq" | "exists" => {
                format!("wrong number of args for {name}: want at least {wants} got {got}")
            }
            _ => format!("wrong number of args for {name}: want {wants} got {got}"),
        });
    }
    let done = match name {
        "not" => Ok(Datum::truth(!args[0].is_true())),
        "len" => length(&args[0]),
        "index" => index(&args[0], &args[1..]),
        "exists" => Ok(Datum::truth(
            index(&args[0], &args[1..]).is_ok_and(|one| !matches!(one, Datum::Missing)),
        )),
        "slice" => slice(&args[0], &args[1..]),
        "print" => Ok(Datum::text(printed(args))),
        "println" => {
            let texts: Vec<String> = args.iter().map(Datum::shown).collect();
            Ok(Datum::text(texts.join(" ") + "\n"))
        }
        "printf" => Ok(Datum::text(formatted(&args[0].shown(), &args[1..]))),
        "html" => Ok(Datum::text(escaped(&printed(args), html))),
        "js" => Ok(Datum::text(escaped(&printed(args), js))),
        "urlquery" => Ok(Datum::text(urlquery(&printed(args)))),
        "base64decode" => decoded(&args[0].shown()),
        "eq" => equal(args).map(Datum::truth),
        "ne" => equal(&args[..2]).map(|is_so| Datum::truth(!is_so)),
        "lt" | "le" | "gt" | "ge" => ordered(name, &args[0], &args[1]).map(Datum::truth),
        _ => Err(format!("{name} of what is no function")),
    };
    done.map_err(|why| format!("error calling {name}: {why}"))
}

fn length(one: &Datum) -> Result<Datum> {
    let count = match one {
        Datum::Json(Value::Str(text)) => text.len(),
        Datum::Json(Value::List(items)) => items.len(),
        Datum::Json(Value::Map(entries)) => entries.len(),
        Datum::Missing | Datum::Json(Value::Null) => return Err("len of nil pointer".to_owned()),
        other => return Err(format!("len of type {}", other.type_name())),
    };
    Ok(Datum::Int(i64::try_from(count).unwrap_or(i64::MAX)))
}

fn index(one: &Datum, places: &[Datum]) -> Result<Datum> {
    let mut at = one.clone();
    for place in places {
        at = match (&at, place) {
            (Datum::Json(Value::List(items)), Datum::Int(number)) => {
                let found = usize::try_from(*number).ok().and_then(|at| items.get(at));
                let out = || format!("reflect: slice index out of range: {number}");
                Datum::Json(found.cloned().ok_or_else(out)?)
            }
            (Datum::Json(Value::List(_)), other) => {
                return Err(format!("cannot index slice/array with type {}", other.type_name()));
            }
            (Datum::Json(Value::Map(entries)), Datum::Json(Value::Str(key))) => {
                entries.get(key).cloned().map_or(Datum::Missing, Datum::Json)
            }
            (Datum::Json(Value::Map(_)), other) => {
                return Err(format!("value has type {}; should be string", other.type_name()));
            }
            (Datum::Missing | Datum::Json(Value::Null), _) => {
                return Err("index of untyped nil".to_owned());
            }
            (other, _) => return Err(format!("can't index item of type {}", other.type_name())),
        };
    }
    Ok(at)
}

fn slice(one: &Datum, places: &[Datum]) -> Result<Datum> {
    let count = match length(one)? {
        Datum::Int(count) => usize::try_from(count).unwrap_or(0),
        _ => 0,
    };
    let place = |at: usize, default: usize| match places.get(at) {
        None => Ok(default),
        Some(Datum::Int(number)) => usize::try_from(*number)
            .ok()
            .filter(|number| *number <= count)
            .ok_or_else(|| format!("index out of range: {number}")),
        Some(other) => Err(format!("cannot index slice/array with type {}", other.type_name())),
    };
    let (from, to) = (place(0, 0)?, place(1, count)?);
    if from > to {
        return Err(format!("invalid slice index: {from} > {to}"));
    }
    match one {
        Datum::Json(Value::Str(text)) => {
            let bytes = text.as_bytes().get(from..to).unwrap_or_default();
            Ok(Datum::text(String::from_utf8_lossy(bytes)))
        }
        Datum::Json(Value::List(items)) => Ok(Datum::Json(Value::List(items[from..to].to_vec()))),
        other => Err(format!("can't slice item of type {}", other.type_name())),
    }
}

/// As `fmt.Sprint`: a blank between two values of which none is a text.
fn printed(args: &[Datum]) -> String {
    let is_text = |one: &Datum| one.basic() == Some(Basic::Text);
    let mut out = String::new();
    for (at, one) in args.iter().enumerate() {
        if at > 0 && !is_text(one) && !is_text(&args[at - 1]) {
            out.push(' ');
        }
        out += &one.shown();
    }
    out
}

/// As `fmt.Sprintf`.
fn formatted(form: &str, args: &[Datum]) -> String {
    let mut out = String::new();
    let mut next = args.iter();
    let mut rest = form;
    while let Some((before, after)) = rest.split_once('%') {
        out += before;
        let is_part = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | ' ' | '#');
        let end = after.find(|c: char| !is_part(c)).unwrap_or(after.len());
        let (flags, tail) = after.split_at(end);
        let Some(verb) = tail.chars().next() else {
            return out + "%!(NOVERB)";
        };
        rest = &tail[verb.len_utf8()..];
        if verb == '%' {
            out.push('%');
            continue;
        }
        match next.next() {
            None => out.extend(["%!", verb.to_string().as_str(), "(MISSING)"]),
            Some(one) => out += &padded(&with_verb(verb, flags, one), flags),
        }
    }
    out += rest;
    let extra: Vec<String> =
        next.map(|one| format!("{}={}", one.type_name(), one.shown())).collect();
    match extra.as_slice() {
        [] => out,
        _ => format!("{out}%!(EXTRA {})", extra.join(", ")),
    }
}

fn with_verb(verb: char, flags: &str, one: &Datum) -> String {
    let places = flags.split_once('.').map(|(_, places)| places.parse().unwrap_or(0));
    match (verb, one.basic()) {
        ('v', _)
        | ('s', None)
        | ('d', Some(Basic::Int))
        | ('t', Some(Basic::Bool))
        | ('g', Some(Basic::Float)) => one.shown(),
        ('s', Some(Basic::Text)) => match places {
            Some(places) => one.shown().chars().take(places).collect(),
            None => one.shown(),
        },
        ('q', Some(Basic::Text)) => crate::api::go::quoted(&one.shown()),
        ('x', Some(Basic::Int)) => match one {
            Datum::Int(number) => format!("{number:x}"),
            _ => one.shown(),
        },
        ('f' | 'F', Some(Basic::Float)) => {
            format!("{:.*}", places.unwrap_or(6), one.number().unwrap_or(0.0))
        }
        ('T', _) => one.type_name().to_owned(),
        _ => format!("%!{verb}({}={})", one.type_name(), one.shown()),
    }
}

fn padded(text: &str, flags: &str) -> String {
    let width = flags.trim_start_matches(['-', '+', ' ', '#']).split('.').next();
    let width: usize = width.and_then(|width| width.parse().ok()).unwrap_or(0);
    let blanks = " ".repeat(width.saturating_sub(text.chars().count()));
    if flags.contains('-') { format!("{text}{blanks}") } else { format!("{blanks}{text}") }
}

fn equal(args: &[Datum]) -> Result<bool> {
    let Some((first, others)) = args.split_first().filter(|(_, others)| !others.is_empty()) else {
        return Err("missing argument for comparison".to_owned());
    };
    let is_there = |one: &Datum| !matches!(one, Datum::Missing | Datum::Json(Value::Null));
    for other in others {
        let is_same = match (first.basic(), other.basic()) {
            (None, None) if is_there(first) || is_there(other) => {
                let odd = if is_there(first) { first } else { other };
                let text = "non-comparable type";
                return Err(format!("{text} {}: {}", odd.shown(), odd.type_name()));
            }
            (None, None) => true,
            (a, b) if a != b && is_there(first) && is_there(other) => {
                return Err("incompatible types for comparison".to_owned());
            }
            (a, b) if a != b => false,
            (Some(Basic::Int | Basic::Float), _) => first.number() == other.number(),
            _ => first == other,
        };
        if is_same {
            return Ok(true);
        }
    }
    Ok(false)
}

fn ordered(name: &str, a: &Datum, b: &Datum) -> Result<bool> {
    let order = match (a.basic(), b.basic()) {
        (Some(x), Some(y)) if x != y => {
            return Err("incompatible types for comparison".to_owned());
        }
        (Some(Basic::Int | Basic::Float), Some(_)) => {
            a.number().partial_cmp(&b.number()).unwrap_or(Ordering::Equal)
        }
        (Some(Basic::Text), Some(_)) => a.shown().cmp(&b.shown()),
        _ => return Err("invalid type for comparison".to_owned()),
    };
    Ok(match name {
        "lt" => order.is_lt(),
        "le" => order.is_le(),
        "gt" => order.is_gt(),
        _ => order.is_ge(),
    })
}

fn escaped(text: &str, one: fn(char) -> Option<&'static str>) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match one(c) {
            Some(escape) => out += escape,
            None => out.push(c),
        }
    }
    out
}

const fn html(c: char) -> Option<&'static str> {
    Some(match c {
        '"' => "&#34;",
        '\'' => "&#39;",
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        _ => return None,
    })
}

const fn js(c: char) -> Option<&'static str> {
    Some(match c {
        '\\' => "\\\\",
        '\'' => "\\'",
        '"' => "\\\"",
        '<' => "\\u003C",
        '>' => "\\u003E",
        '&' => "\\u0026",
        '=' => "\\u003D",
        _ => return None,
    })
}

fn urlquery(text: &str) -> String {
    let one = |byte: u8| match byte {
        b' ' => "+".to_owned(),
        b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(one).collect()
}

fn decoded(text: &str) -> Result<Datum> {
    if let Some(at) = base64::fault(text) {
        return Err(format!("base64 decode: illegal base64 data at input byte {at}"));
    }
    Ok(Datum::text(String::from_utf8_lossy(&base64::decode(text))))
}
