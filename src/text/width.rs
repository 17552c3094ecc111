//! Full-width characters that a Chinese keyboard types in place of YAML's own.
//!
//! Must not know Kubernetes. Invariant: Chinese text in values, quotes, block scalars and
//! comments is left alone; only what stands where YAML has a mark, or between half-width letters,
//! counts.

use crate::text::{Diagnostic, Edit, Fix, Related, Severity, Span};

/// How many further places are named.
const RELATED_MAX: usize = 4;

/// The half-width character that was meant.
fn meant(letter: char) -> Option<&'static str> {
    Some(match letter {
        '：' => ":",
        '，' | '、' => ",",
        '“' | '”' | '＂' | '「' | '」' => "\"",
        '‘' | '’' | '＇' => "'",
        '｛' => "{",
        '｝' => "}",
        '［' | '【' => "[",
        '］' | '】' => "]",
        '－' | '—' | '–' => "-",
        '＃' => "#",
        '　' => "  ",
        '。' | '．' => ".",
        '／' => "/",
        _ => return None,
    })
}

/// A full-width digit or Latin letter as its half-width fellow.
fn narrow(letter: char) -> Option<char> {
    matches!(letter, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ')
        .then(|| char::from_u32(u32::from(letter) - 0xFEE0))
        .flatten()
}

fn is_suspect(letter: char) -> bool {
    meant(letter).is_some() || narrow(letter).is_some()
}

/// What one line has: places with the text that belongs there, and whether YAML stumbles over it.
struct Found {
    edits: Vec<(usize, usize, String)>,
    breaks: bool,
}

/// The full-width characters of a document that stand where YAML has its own.
pub(super) fn full_width(part: &str, base: u32) -> Vec<Diagnostic> {
    if !part.chars().any(is_suspect) {
        return Vec::new();
    }
    let (mut hard, mut soft) = (Vec::new(), Vec::new());
    let mut scalar: Option<usize> = None;
    let mut at = 0;
    for line in part.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let bare = line.trim_end();
        let indent = bare.len() - bare.trim_start_matches(' ').len();
        if scalar.is_some_and(|column| indent > column || bare.is_empty()) {
            continue;
        }
        let ends = [": |", ": >", ": |-", ": >-", ": |+", ": >+"];
        scalar = ends.iter().any(|end| bare.ends_with(end)).then_some(indent);
        let found = look(bare);
        let list = if found.breaks { &mut hard } else { &mut soft };
        list.extend(found.edits.into_iter().map(|(from, to, text)| {
            let place = |at: usize| base + u32::try_from(start + at).unwrap_or(u32::MAX);
            Edit { span: Span { start: place(from), end: place(to) }, text }
        }));
    }
    let mut told = Vec::new();
    told.extend(diagnostic(hard, Severity::Error));
    told.extend(diagnostic(soft, Severity::Warning));
    told
}

fn diagnostic(edits: Vec<Edit>, severity: Severity) -> Option<Diagnostic> {
    let primary = edits.first()?.span;
    let count = edits.len();
    let others = edits.iter().skip(1).take(RELATED_MAX).map(|edit| Related {
        span: edit.span,
        message: "another one".to_owned(),
        chinese: "另一处".to_owned(),
    });
    Some(Diagnostic {
        code: "POD-Y005",
        severity,
        message: match count {
            1 => "A full-width character stands where YAML wants a half-width one.".to_owned(),
            _ => format!("{count} full-width characters stand where YAML wants half-width ones."),
        },
        chinese: match count {
            1 => "此处是全角字符，YAML 需要半角字符。".to_owned(),
            _ => format!("有 {count} 处全角字符，YAML 需要半角字符。"),
        },
        primary,
        others: others.collect(),
        help: None,
        fix: Some(Fix {
            title: "Use half-width characters".to_owned(),
            chinese: "改为半角字符".to_owned(),
            edits,
        }),
    })
}

fn look(line: &str) -> Found {
    let mut found = Found { edits: Vec::new(), breaks: false };
    let mut at = 0;
    // The indentation.
    while let Some(letter) = line[at..].chars().next().filter(|c| matches!(c, ' ' | '　')) {
        if letter == '　' {
            found.edits.push((at, at + letter.len_utf8(), "  ".to_owned()));
            found.breaks = true;
        }
        at += letter.len_utf8();
    }
    // Dashes of lists.
    while let Some(dash) = line[at..].chars().next().filter(|c| matches!(c, '-' | '－' | '—')) {
        let behind = at + dash.len_utf8();
        if !line[behind..].starts_with([' ', '　']) {
            break;
        }
        if dash != '-' {
            found.edits.push((at, behind, "-".to_owned()));
            found.breaks = true;
        }
        at = behind + line[behind..].len() - line[behind..].trim_start_matches([' ', '　']).len();
    }
    let rest = &line[at..];
    if rest.starts_with(['#', '"', '\'']) {
        return found;
    }
    let value = key(rest, at, &mut found);
    of_value(line, value, &mut found);
    found
}

/// Looks at a key and its colon; gives where the value begins.
fn key(rest: &str, at: usize, found: &mut Found) -> usize {
    let is_word = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    let length = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
    let behind = &rest[length..];
    if length > 0 && behind.starts_with('：') {
        let end = at + length + '：'.len_utf8();
        let after = &behind['：'.len_utf8()..];
        let space = if after.starts_with(' ') || after.is_empty() { ":" } else { ": " };
        found.edits.push((at + length, end, space.to_owned()));
        found.breaks = true;
        return end;
    }
    let colon = rest.find(": ").map(|colon| at + colon + 2);
    colon.unwrap_or(at)
}

/// Looks at a value: brackets, quotes around it, and marks between half-width letters.
fn of_value(line: &str, from: usize, found: &mut Found) {
    let value = line[from..].split(" #").next().unwrap_or_default();
    let from = from + value.len() - value.trim_start().len();
    let value = value.trim();
    let opens = |letters: &[char]| value.starts_with(letters);
    if opens(&['"', '\'']) {
        return;
    }
    let is_flow = opens(&['{', '[', '｛', '［', '【']);
    let is_quoted = opens(&['“', '”', '‘', '’', '「', '＂'])
        && value.chars().count() > 1
        && value.ends_with(['”', '“', '’', '‘', '」', '＂']);
    let is_latin = value.is_ascii() || value.chars().all(|c| c.is_ascii() || is_suspect(c));
    if value.is_ascii() || !(is_flow || is_quoted || is_latin) {
        return;
    }
    let last = value.char_indices().next_back().map_or(0, |(at, _)| at);
    let mut quote = None;
    for (at, letter) in value.char_indices() {
        if quote.is_some() {
            quote = quote.filter(|open| *open != letter);
            continue;
        }
        if is_flow && matches!(letter, '"' | '\'') {
            quote = Some(letter);
            continue;
        }
        let Some(text) =
            meant(letter).map(str::to_owned).or_else(|| narrow(letter).map(String::from))
        else {
            continue;
        };
        // Between quotes Chinese keeps its marks, and a quote stays one.
        let is_inside = is_quoted && at != 0 && at != last;
        if is_inside && (!is_latin || matches!(text.as_str(), "\"" | "'")) {
            continue;
        }
        let end = at + letter.len_utf8();
        let needs_space = is_flow && matches!(text.as_str(), ":" | ",");
        let space = if needs_space && !value[end..].starts_with([' ', '　']) { " " } else { "" };
        found.edits.push((from + at, from + end, format!("{text}{space}")));
        found.breaks |= is_flow;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::parse;

    fn mended(text: &str) -> Option<(Severity, String)> {
        let found = parse(text).diagnostics.into_iter().find(|one| one.code == "POD-Y005")?;
        let fixed = found.fix.as_ref().map(|fix| fix.apply(text))?;
        Some((found.severity, fixed))
    }

    #[test]
    fn marks_of_a_chinese_keyboard_become_yamls_own() {
        for (typed, wanted) in [
            ("kind：Pod\nname： a\n", "kind: Pod\nname: a\n"),
            ("labels: ｛app：web，tier: x｝\n", "labels: {app: web, tier: x}\n"),
            ("a:\n－ b: 1\n", "a:\n- b: 1\n"),
            ("a:\n　b: 1\n", "a:\n  b: 1\n"),
            ("- name：“web”\n", "- name: \"web\"\n"),
            ("image： “nginx：1.27”\n", "image: \"nginx:1.27\"\n"),
            ("note：“你好：世界”\n", "note: \"你好：世界\"\n"),
            ("spec：\n", "spec:\n"),
        ] {
            let (severity, text) = mended(typed).unwrap_or_else(|| panic!("{typed}"));
            assert_eq!((severity, text.as_str()), (Severity::Error, wanted));
        }
    }

    #[test]
    fn full_width_letters_within_a_word_are_only_odd() {
        let (severity, text) = mended("image: nginx：1.27\nport: ８０\n").expect("it is odd");
        assert_eq!(severity, Severity::Warning);
        assert_eq!(text, "image: nginx:1.27\nport: 80\n");
    }

    #[test]
    fn chinese_text_is_left_alone() {
        for text in [
            "note: 你好：世界，再见\n",
            "a: \"x：y\" # 注：释\n# 全角：注释\n",
            "a: |\n  kind：Pod\n",
            "list:\n- 你好：世界\n",
            "a: {b: \"x，y\"}\n",
        ] {
            assert_eq!(mended(text), None, "{text}");
        }
    }
}
