//! Text in YAML: plain, in quotes, or as a block.
//!
//! Must not know what stands around it. Invariant: the style depends on the text alone.
//!
//! Models go-yaml's encode.go stringv, resolve.go resolve, emitterc.go
//! yaml_emitter_analyze_scalar and its writers

use super::Writer;

/// Lines are folded after this column.
const WIDTH: usize = 80;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

/// Writes text as a key.
pub(super) fn write_key(writer: &mut Writer, text: &str) {
    let style = match style(text) {
        Style::Literal => Style::Double,
        Style::Plain if text.is_empty() => Style::Single,
        style => style,
    };
    write_in(writer, text, style, None);
}

/// Writes text as a value; further lines get this indentation.
pub(super) fn write(writer: &mut Writer, text: &str, indent: usize) {
    write_in(writer, text, style(text), Some(indent));
}

fn write_in(writer: &mut Writer, text: &str, style: Style, fold: Option<usize>) {
    match style {
        Style::Plain => plain(writer, text, fold),
        Style::Single => single(writer, text, fold),
        Style::Double => double(writer, text, fold),
        Style::Literal => literal(writer, text, fold.unwrap_or(0)),
    }
}

fn style(text: &str) -> Style {
    let facts = Facts::of(text);
    if text.contains('\n') {
        return if facts.can_be_block { Style::Literal } else { Style::Double };
    }
    if is_special(text) {
        return Style::Double;
    }
    match facts {
        Facts { can_be_plain: true, .. } => Style::Plain,
        Facts { can_be_single: true, .. } => Style::Single,
        _ => Style::Double,
    }
}

struct Facts {
    can_be_plain: bool,
    can_be_single: bool,
    can_be_block: bool,
}

impl Facts {
    fn of(text: &str) -> Facts {
        let letters: Vec<char> = text.chars().collect();
        let last = letters.len().saturating_sub(1);
        let mut has_indicator = text.starts_with("---") || text.starts_with("...");
        let (mut special, mut break_space, mut space_break) = (false, false, false);
        let mut before = None;
        for (index, letter) in letters.iter().copied().enumerate() {
            let after = letters.get(index + 1).copied();
            let is_before_blank = after.is_none_or(is_blank);
            has_indicator |= match letter {
                '#' => index == 0 || before.is_some_and(is_blank),
                ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%'
                | '@' | '`' => index == 0,
                '?' | '-' => index == 0 && is_before_blank,
                ':' => is_before_blank,
                _ => false,
            };
            special |= !is_printable(letter);
            break_space |= letter == ' ' && before == Some('\n');
            space_break |= letter == '\n' && before == Some(' ');
            before = Some(letter);
        }
        let at_edge = |wanted: fn(char) -> bool| {
            letters.first().copied().is_some_and(wanted)
                || letters.get(last).copied().is_some_and(wanted)
        };
        let has_breaks = letters.contains(&'\n');
        let is_hard = space_break || special;
        Facts {
            can_be_plain: !(has_indicator
                || has_breaks
                || break_space
                || is_hard
                || at_edge(|c| c == ' ' || c == '\n')),
            can_be_single: !(break_space || is_hard),
            can_be_block: !(is_hard || letters.last() == Some(&' ')),
        }
    }
}

fn is_blank(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\n' | '\r')
}

fn is_printable(letter: char) -> bool {
    matches!(letter, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}' | '\u{10000}'..)
        && !matches!(letter, '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether YAML would read plain text as something else than text.
fn is_special(text: &str) -> bool {
    const WORDS: [&str; 40] = [
        "", "~", "null", "Null", "NULL", "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE",
        "on", "On", "ON", "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off",
        "OFF", ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf",
        "-.Inf", "-.INF", "<<",
    ];
    if WORDS.contains(&text) {
        return true;
    }
    match text.chars().next() {
        Some('.') => is_float(text),
        Some('+' | '-' | '0'..='9') => {
            let plain = text.replace('_', "");
            is_timestamp(text) || is_int(&plain) || is_float(&plain) || is_sixty(text)
        }
        _ => false,
    }
}

fn is_int(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let lower = digits.to_ascii_lowercase();
    let (body, radix) = match lower.get(..2) {
        Some("0x") => (&lower[2..], 16),
        Some("0b") => (&lower[2..], 2),
        Some("0o") => (&lower[2..], 8),
        _ if lower.len() > 1 && lower.starts_with('0') => (&lower[1..], 8),
        _ => (&*lower, 10),
    };
    !body.starts_with(['+', '-']) && u64::from_str_radix(body, radix).is_ok()
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_float(text: &str) -> bool {
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let body = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match body.find(['e', 'E']) {
        Some(at) => (&body[..at], Some(&body[at + 1..])),
        None => (body, None),
    };
    let exponent = exponent.map(|text| text.strip_prefix(['+', '-']).unwrap_or(text));
    if exponent.is_some_and(|text| text.is_empty() || !all_digits(text)) {
        return false;
    }
    match mantissa.split_once('.') {
        Some(("", fraction)) => !fraction.is_empty() && all_digits(fraction),
        Some((whole, fraction)) => all_digits(whole) && all_digits(fraction),
        None => !mantissa.is_empty() && all_digits(mantissa),
    }
}

/// `190:20:30`, which YAML 1.1 reads to the base of 60.
fn is_sixty(text: &str) -> bool {
    let body = text.strip_prefix(['+', '-']).unwrap_or(text);
    let mut parts = body.split(':');
    let first = parts.next().unwrap_or_default();
    let mut rest: Vec<&str> = parts.collect();
    let Some(last) = rest.pop() else { return false };
    let last = last.split_once('.').map_or(last, |(whole, _)| whole);
    let is_part = |part: &str| {
        matches!(part.len(), 1 | 2)
            && part.bytes().all(|b| b.is_ascii_digit())
            && (part.len() == 1 || part.as_bytes()[0] <= b'5')
    };
    first.starts_with(|c: char| c.is_ascii_digit())
        && first.bytes().all(|b| b.is_ascii_digit() || b == b'_')
        && rest.into_iter().all(is_part)
        && is_part(last)
}

/// A date, or a date with a time.
fn is_timestamp(text: &str) -> bool {
    let number = |text: &str, least: usize, most: usize| {
        (least..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
    };
    let (date, clock) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], Some((&text[at..=at], &text[at + 1..]))),
        None => (text, None),
    };
    let parts: Vec<&str> = date.split('-').collect();
    let is_date = matches!(parts[..], [year, month, day]
        if number(year, 4, 4) && number(month, 1, 2) && number(day, 1, 2));
    let Some((separator, clock)) = clock else { return is_date };
    let zone = clock.find(['Z', '+', '-']);
    let (clock, has_zone) = match zone {
        Some(at) => (&clock[..at], true),
        None => (clock, false),
    };
    let clock = clock.split_once('.').map_or(clock, |(whole, _)| whole);
    let parts: Vec<&str> = clock.split(':').collect();
    is_date
        && has_zone == (separator != " ")
        && parts.len() == 3
        && parts.iter().all(|part| number(part, 1, 2))
}

/// Writes a blank, or a new line in its place where the line is full.
struct Folder {
    indent: Option<usize>,
    after_blank: bool,
}

impl Folder {
    fn blank(&mut self, writer: &mut Writer, may_fold: bool) -> bool {
        let is_full = writer.column > WIDTH && !self.after_blank && may_fold;
        self.after_blank = true;
        match self.indent.filter(|_| is_full) {
            Some(indent) => writer.line(indent),
            None => writer.put(" "),
        }
        is_full && self.indent.is_some()
    }
}

fn plain(writer: &mut Writer, text: &str, indent: Option<usize>) {
    let mut folder = Folder { indent, after_blank: false };
    let mut letters = text.chars().peekable();
    let mut buffer = [0; 4];
    while let Some(letter) = letters.next() {
        if letter == ' ' {
            folder.blank(writer, letters.peek() != Some(&' '));
        } else {
            writer.put(letter.encode_utf8(&mut buffer));
            folder.after_blank = false;
        }
    }
}

fn single(writer: &mut Writer, text: &str, indent: Option<usize>) {
    let mut folder = Folder { indent, after_blank: false };
    let mut letters = text.chars().enumerate().peekable();
    let mut buffer = [0; 4];
    writer.put("'");
    while let Some((index, letter)) = letters.next() {
        let next = letters.peek().map(|(_, next)| *next);
        if letter == ' ' {
            folder.blank(writer, index > 0 && next.is_some_and(|next| next != ' '));
            continue;
        }
        if letter == '\'' {
            writer.put("'");
        }
        writer.put(letter.encode_utf8(&mut buffer));
        folder.after_blank = false;
    }
    writer.put("'");
}

fn double(writer: &mut Writer, text: &str, indent: Option<usize>) {
    let mut folder = Folder { indent, after_blank: false };
    let mut letters = text.chars().enumerate().peekable();
    let mut buffer = [0; 4];
    writer.put("\"");
    while let Some((index, letter)) = letters.next() {
        let next = letters.peek().map(|(_, next)| *next);
        if letter == ' ' {
            if folder.blank(writer, index > 0 && next.is_some()) && next == Some(' ') {
                writer.put("\\");
            }
            continue;
        }
        folder.after_blank = false;
        match letter {
            '"' => writer.put("\\\""),
            '\\' => writer.put("\\\\"),
            '\n' => writer.put("\\n"),
            '\t' => writer.put("\\t"),
            '\r' => writer.put("\\r"),
            '\0' => writer.put("\\0"),
            '\u{1b}' => writer.put("\\e"),
            '\u{85}' => writer.put("\\N"),
            _ if is_printable(letter) => writer.put(letter.encode_utf8(&mut buffer)),
            _ if u32::from(letter) <= 0xff => writer.put(&format!("\\x{:02X}", u32::from(letter))),
            _ => writer.put(&format!("\\u{:04X}", u32::from(letter))),
        }
    }
    writer.put("\"");
}

fn literal(writer: &mut Writer, text: &str, indent: usize) {
    writer.put("|");
    if text.starts_with([' ', '\n']) {
        writer.put("2");
    }
    let body = text.strip_suffix('\n');
    match body {
        None => writer.put("-"),
        Some(body) if body.is_empty() || body.ends_with('\n') => writer.put("+"),
        Some(_) => {}
    }
    let body = body.unwrap_or(text);
    for line in body.split('\n') {
        writer.out.push('\n');
        if !line.is_empty() {
            writer.out.extend(std::iter::repeat_n(' ', indent));
            writer.out.push_str(line);
        }
    }
    writer.column = indent;
}
