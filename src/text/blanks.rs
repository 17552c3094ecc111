//! Blanks that look like a space, or like nothing, and are neither for YAML.
//!
//! Must not know Kubernetes. Invariant: what stands inside quotes, block scalars, comments and
//! between the words of a value is left alone.

use crate::text::lines::blocks;
use crate::text::width::RELATED_MAX;
use crate::text::{Diagnostic, Edit, Fix, NodeValue, Related, Severity, Span, scalar};

/// What was meant by a blank: a space, or nothing at all.
fn meant(letter: char) -> Option<&'static str> {
    match letter {
        '\u{a0}'
        | '\u{2000}'..='\u{200a}'
        | '\u{202f}'
        | '\u{205f}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{2800}'
        | '\u{3164}'
        | '\u{ffa0}' => Some(" "),
        // What has no width, marks of the direction in which letters run, and what terminals send.
        '\u{ad}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200d}'
        | '\u{2060}'..='\u{2064}'
        | '\u{feff}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{1}'..='\u{8}'
        | '\u{b}'
        | '\u{c}'
        | '\u{e}'..='\u{1f}'
        | '\u{7f}' => Some(""),
        _ => None,
    }
}

/// Whether a letter only looks like a space, or is one; the full-width one is told of elsewhere.
pub(super) fn is_blank(letter: char) -> bool {
    matches!(letter, ' ' | '\u{3000}') || meant(letter).is_some()
}

/// What a blank is called in both languages.
fn named(letter: char) -> [String; 2] {
    match letter {
        '\u{a0}' | '\u{202f}' => ["non-breaking space".to_owned(), "不换行空格".to_owned()],
        '\u{200b}' => ["zero-width space".to_owned(), "零宽空格".to_owned()],
        '\0'..='\u{1f}' | '\u{7f}' => ["control character".to_owned(), "控制字符".to_owned()],
        _ => ["invisible character".to_owned(), "不可见字符".to_owned()],
    }
    .map(|name| format!("{name} (U+{:04X})", u32::from(letter)))
}

/// The blanks of a document that YAML takes for letters.
pub(super) fn odd_blanks(part: &str, base: u32) -> Vec<Diagnostic> {
    // A mark at the very start says how the text is written.
    let part_start = if part.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    if !part[part_start..].chars().any(|letter| meant(letter).is_some()) {
        return Vec::new();
    }
    let (mut hard, mut soft) = (Vec::new(), Vec::new());
    let in_block = blocks(part);
    let mut at = 0;
    for (index, line) in part.split_inclusive('\n').enumerate() {
        let start = at;
        at += line.len();
        if in_block.get(index).copied().unwrap_or(false) {
            continue;
        }
        let from = if start == 0 { part_start } else { 0 };
        look(line.trim_end_matches(['\n', '\r']), from, start, &mut hard, &mut soft);
    }
    let mut told = Vec::new();
    told.extend(diagnostic((part, base), &hard, Severity::Error));
    told.extend(diagnostic((part, base), &soft, Severity::Warning));
    told
}

type Found = Vec<(usize, usize, &'static str)>;

/// Looks at a line, from a byte on, that begins at `start` of its document.
fn look(line: &str, from: usize, start: usize, hard: &mut Found, soft: &mut Found) {
    let take = |range: std::ops::Range<usize>, list: &mut Found| {
        for (place, letter) in line[range.clone()].char_indices() {
            if let Some(text) = meant(letter) {
                let place = start + range.start + place;
                list.push((place, place + letter.len_utf8(), text));
            }
        }
    };
    let body = line[from..].trim_start_matches(is_blank);
    let indent = line.len() - body.len();
    take(from..indent, hard);
    if body.starts_with('#') {
        return;
    }
    // Dashes, the key and its colon, and what stands between them and the value.
    let mut value = indent;
    while let Some(rest) = line[value..].strip_prefix('-').filter(|rest| rest.starts_with(is_blank))
    {
        value = line.len() - rest.trim_start_matches(is_blank).len();
    }
    let is_open = |rest: &str| !rest.starts_with(['"', '\'', '{', '[', '#']);
    if is_open(&line[value..])
        && let Some(colon) = line[value..]
            .match_indices(':')
            .find(|(colon, _)| line[value + colon + 1..].chars().next().is_none_or(is_blank))
    {
        let rest = &line[value + colon.0 + 1..];
        value = line.len() - rest.trim_start_matches(is_blank).len();
    }
    take(indent..value, hard);
    let rest = &line[value..];
    let rest = &rest[..rest.find(" #").unwrap_or(rest.len())];
    if rest.starts_with(['{', '[']) {
        between(line, value..value + rest.len(), start, hard);
    }
    if !is_open(rest) {
        return;
    }
    let bare = rest.trim_end_matches(is_blank);
    let inner = bare.replace(|letter| meant(letter) == Some(""), "");
    // A number that became a word is wrong; a word is only odd.
    let is_word = matches!(scalar::resolve(&inner), NodeValue::Str(_));
    // YAML takes no control character at all.
    let has_control = rest.bytes().any(|one| one.is_ascii_control() && one != b'\t');
    let list = if is_word && !has_control { soft } else { hard };
    // Nor can what is nowhere seen be meant inside of a single word.
    let is_single = inner.is_ascii() && !inner.contains(' ');
    if !is_word || is_single || has_control {
        take(value..value + bare.len(), list);
    }
    take(value + bare.len()..value + rest.len(), list);
}

/// The blanks between marks and entries of brackets, where they become part of the entries.
fn between(line: &str, range: std::ops::Range<usize>, start: usize, hard: &mut Found) {
    let (mut quote, mut before) = (None, ' ');
    for (place, letter) in line[range.clone()].char_indices() {
        let at = range.start + place;
        let end = at + letter.len_utf8();
        match meant(letter) {
            _ if quote.is_some() => quote = quote.filter(|open| *open != letter),
            None if letter == ' ' => {}
            None => {
                let begins = ",[{:".contains(before) || before == ' ';
                quote = Some(letter).filter(|one| begins && matches!(one, '"' | '\''));
                before = letter;
            }
            Some(text) => {
                let next = line[end..].trim_start_matches(is_blank).chars().next();
                let is_edge = ",[{:".contains(before) || next.is_none_or(|one| ",]}".contains(one));
                if is_edge {
                    hard.push((start + at, start + end, text));
                }
            }
        }
    }
}

fn diagnostic(
    (part, base): (&str, u32),
    found: &[(usize, usize, &'static str)],
    severity: Severity,
) -> Option<Diagnostic> {
    let place = |at: usize| base + u32::try_from(at).unwrap_or(u32::MAX);
    let edits = found.iter().map(|(from, to, text)| Edit {
        span: Span { start: place(*from), end: place(*to) },
        text: (*text).to_owned(),
    });
    let edits: Vec<Edit> = edits.collect();
    let count = edits.len();
    let letter = |at: usize| part.get(at..).and_then(|rest| rest.chars().next());
    let first = letter(found.first()?.0)?;
    let [name, name_zh] = named(first);
    let article = if name.starts_with('i') { "an" } else { "a" };
    let is_control =
        found.iter().any(|(at, ..)| letter(*at).is_some_and(|one| one.is_ascii_control()));
    let [taken, taken_zh] = if is_control {
        ["YAML does not allow it", "YAML 不允许使用它"]
    } else {
        ["YAML takes it for a letter", "YAML 会把它当作字母"]
    };
    let is_gone = found.iter().all(|(.., text)| text.is_empty());
    let [title, title_zh] = match (is_gone, count) {
        (true, 1) => ["Take it away", "删除它"],
        (true, _) => ["Take them away", "删除它们"],
        (false, _) => ["Use plain spaces", "改为普通空格"],
    };
    let is_one = found.iter().all(|(at, ..)| letter(*at) == Some(first));
    let others = edits.iter().skip(1).take(RELATED_MAX).map(|edit| Related {
        span: edit.span,
        message: "another one".to_owned(),
        chinese: "另一处".to_owned(),
    });
    Some(Diagnostic {
        code: "POD-Y010",
        severity,
        message: match count {
            1 => format!(
                "Here stands {article} {name}, which only looks like a space or like nothing; \
                 {taken}."
            ),
            _ if is_one => format!(
                "In {count} places stands {article} {name}, which only looks like a space or like \
                 nothing; {taken}."
            ),
            _ => format!(
                "In {count} places stands what only looks like a space or like nothing; {taken}. \
                 The first is {article} {name}."
            ),
        },
        chinese: match count {
            1 => format!("这里有一个{name_zh}，看上去像空格或什么都没有，但 {taken_zh}。"),
            _ if is_one => {
                format!("有 {count} 处{name_zh}，看上去像空格或什么都没有，但 {taken_zh}。")
            }
            _ => format!(
                "有 {count} 个不可见字符，看上去像空格或什么都没有，但 {taken_zh}；第一个是{name_zh}。"
            ),
        },
        primary: edits.first()?.span,
        others: others.collect(),
        help: None,
        fix: Some(Fix { title: title.to_owned(), chinese: title_zh.to_owned(), edits }),
    })
}

#[cfg(test)]
mod tests {
    use crate::text::{Severity, parse};

    fn mended(text: &str) -> Option<(Severity, String)> {
        let found = parse(text).diagnostics.into_iter().find(|one| one.code == "POD-Y010")?;
        let fixed = found.fix.as_ref().map(|fix| fix.apply(text))?;
        Some((found.severity, fixed))
    }

    #[test]
    fn blanks_that_are_letters_become_spaces_or_go() {
        for (typed, wanted) in [
            ("a:\n\u{a0}\u{a0}b: 1\n", "a:\n  b: 1\n"),
            ("a:\u{a0}2\n", "a: 2\n"),
            ("a: 2\u{200b}\n", "a: 2\n"),
            ("-\u{a0}a: x\n", "- a: x\n"),
            ("a\u{200b}: x\n", "a: x\n"),
            ("a: [\"b\",\u{a0}\"c\"]\n", "a: [\"b\", \"c\"]\n"),
            ("a: {b: c\u{a0},\u{3164}d: 1}\n", "a: {b: c , d: 1}\n"),
            ("a:\n\u{2800}\u{2800}b: 1\n", "a:\n  b: 1\n"),
        ] {
            let (severity, text) = mended(typed).unwrap_or_else(|| panic!("{typed:?}"));
            assert_eq!((severity, text.as_str()), (Severity::Error, wanted));
        }
        let (severity, text) = mended("a: web\u{a0}\n").expect("it is odd");
        assert_eq!((severity, text.as_str()), (Severity::Warning, "a: web \n"));
    }

    #[test]
    fn blanks_inside_texts_are_left_alone() {
        for text in [
            "a: \"x\u{a0}y \u{200b}\"\n",
            "a: x\u{a0}y\n",
            "a: [\"x\u{a0},\", y\u{a0}z]\n",
            "a: 👨\u{200d}👩\n",
            "a: |\n  b:\u{a0}c\n",
            "# x\u{a0}y\n",
            "\u{feff}a: 1\n",
        ] {
            assert_eq!(mended(text), None, "{text:?}");
        }
    }
}
