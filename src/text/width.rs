//! Full-width characters that a Chinese keyboard types in place of YAML's own.
//!
//! Must not know Kubernetes. Invariant: Chinese text in values, quotes, block scalars and
//! comments is left alone; only what stands where YAML has a mark, or between half-width letters,
//! counts.

use crate::text::{Diagnostic, Edit, Fix, NodeValue, Related, Severity, Span, scalar};

/// How many further places are named.
const RELATED_MAX: usize = 4;

/// The half-width character that was meant.
fn meant(letter: char) -> Option<char> {
    Some(match letter {
        '、' => ',',
        '“' | '”' | '「' | '」' => '"',
        '‘' | '’' => '\'',
        '【' => '[',
        '】' => ']',
        '—' | '–' | '\u{2010}' | '\u{2011}' | '\u{2212}' => '-',
        '。' => '.',
        '！'..='～' => char::from_u32(u32::from(letter) - 0xFEE0)?,
        _ => return None,
    })
}

fn is_suspect(letter: char) -> bool {
    letter == '　' || meant(letter).is_some()
}

/// A word that has characters for which half-width ones were meant: the first of them, what was
/// meant by it, and the whole word with those that were meant.
pub fn narrowed(word: &str) -> Option<(char, char, String)> {
    let (odd, half) = word.chars().find_map(|letter| Some((letter, meant(letter)?)))?;
    let whole: String = word.chars().map(|letter| meant(letter).unwrap_or(letter)).collect();
    whole.is_ascii().then_some((odd, half, whole))
}

/// What pages and notes put before the items of a list, and whether it is what a keyboard types
/// for the dash.
const BULLETS: [(&str, bool); 9] = [
    ("－", true),
    ("——", true),
    ("—", true),
    ("–", false),
    ("•", false),
    ("·", false),
    ("●", false),
    ("▪", false),
    ("◦", false),
];

fn is_blank(letter: char) -> bool {
    matches!(letter, ' ' | '　')
}

/// What one line has: places with the text that belongs there, and whether YAML stumbles over it.
struct Found {
    edits: Vec<(usize, usize, String)>,
    breaks: bool,
}

/// The full-width characters of a document that stand where YAML has its own.
pub(super) fn full_width(part: &str, base: u32) -> Vec<Diagnostic> {
    if !part.chars().any(|letter| is_suspect(letter) || matches!(letter, '·' | '•' | '▪'..='◦'))
    {
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
    told.extend(diagnostic((part, base), hard, Severity::Error));
    told.extend(diagnostic((part, base), soft, Severity::Warning));
    told
}

fn diagnostic(
    (part, base): (&str, u32),
    edits: Vec<Edit>,
    severity: Severity,
) -> Option<Diagnostic> {
    let primary = edits.first()?.span;
    let count = edits.len();
    let others = edits.iter().skip(1).take(RELATED_MAX).map(|edit| Related {
        span: edit.span,
        message: "another one".to_owned(),
        chinese: "另一处".to_owned(),
    });
    let (message, chinese) = match (count, alike(part, &edits[0], base)) {
        (1, Some((odd, half))) => (
            format!("`{odd}` stands where YAML wants `{half}`."),
            format!("此处的“{odd}”应写成“{half}”。"),
        ),
        (1, None) => (
            "A full-width character stands where YAML wants a half-width one.".to_owned(),
            "此处是全角字符，YAML 需要半角字符。".to_owned(),
        ),
        _ => (
            format!("{count} full-width characters stand where YAML wants half-width ones."),
            format!("有 {count} 处全角字符，YAML 需要半角字符。"),
        ),
    };
    Some(Diagnostic {
        code: "POD-Y005",
        severity,
        message,
        chinese,
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

/// A mark that is not full-width but only looks like YAML's own, and that one.
fn alike<'a>(part: &'a str, edit: &'a Edit, base: u32) -> Option<(&'a str, &'a str)> {
    let Span { start, end } = edit.span;
    let odd = part.get((start - base) as usize..(end - base) as usize)?;
    let is_half = |letter: char| !matches!(letter, '！'..='～' | '　') && !letter.is_ascii();
    (odd.starts_with(is_half) && edit.text.starts_with('-')).then_some((odd, &*edit.text))
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
    loop {
        let rest = &line[at..];
        let (length, is_typed) = match BULLETS.iter().find(|(mark, _)| rest.starts_with(mark)) {
            Some((mark, is_typed)) => (mark.len(), *is_typed),
            None if rest.starts_with('-') => (1, false),
            None => break,
        };
        let behind = rest[length..].trim_start_matches(is_blank);
        if behind.len() == rest.len() - length {
            break;
        }
        if length > 1 {
            found.edits.push((at, at + length, "-".to_owned()));
            let word = behind.find(|one| !is_word(one)).unwrap_or(0);
            found.breaks |= is_typed || (word > 0 && behind[word..].starts_with([':', '：']));
        }
        at = line.len() - behind.len();
    }
    let rest = &line[at..];
    if rest.starts_with('＃') {
        found.edits.push((at, at + '＃'.len_utf8(), "#".to_owned()));
        found.breaks = true;
        return found;
    }
    if rest.starts_with(['#', '"', '\'']) {
        return found;
    }
    let is_line = line[..at].trim().is_empty();
    let value = key(rest, at, is_line, &mut found);
    of_value(line, value, &mut found);
    found
}

fn is_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "-_./".contains(letter)
}

/// Looks at a key, which may begin its line, and its colon; gives where the value begins.
fn key(rest: &str, at: usize, is_line: bool, found: &mut Found) -> usize {
    let length = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
    let after = rest[length..].trim_start_matches([':', '：']);
    let colons = &rest[length..rest.len() - after.len()];
    // Whoever corrects a colon may leave both.
    if length > 0 && colons.contains('：') && colons.chars().count() < 3 {
        let end = at + length + colons.len();
        let space = if after.starts_with(' ') || after.is_empty() { ":" } else { ": " };
        found.edits.push((at + length, end, space.to_owned()));
        found.breaks = true;
        return end;
    }
    // A Chinese key with nothing behind it yet, or with what it holds below.
    if let Some(key) = rest.strip_suffix('：')
        && is_line
        && !key.is_empty()
        && !key.contains([':', '：', ' ', '　', '，', '。'])
    {
        let end = at + rest.len();
        found.edits.push((at + key.len(), end, ":".to_owned()));
        return end;
    }
    let colon = rest.find(": ").map(|colon| at + colon + 2);
    colon.unwrap_or(at)
}

/// The full-width sign of a comment behind a value that is not Chinese itself.
fn comment(value: &str) -> Option<usize> {
    let quote = value.chars().next().filter(|first| matches!(first, '"' | '\''));
    let from = match quote {
        Some(quote) => value[1..].find(quote)? + 2,
        None => 0,
    };
    let is_mark = |at: usize| match value[..at].chars().next_back() {
        Some(before) => is_blank(before),
        None => !value['＃'.len_utf8()..].starts_with(|next: char| next.is_ascii_alphanumeric()),
    };
    let mut marks = value[from..].match_indices('＃').map(|(at, _)| from + at);
    let at = marks.find(|at| is_mark(*at))?;
    (quote.is_some() || value[..at].chars().all(|c| c.is_ascii() || is_suspect(c))).then_some(at)
}

/// Looks at a value: brackets, quotes around it, marks between half-width letters, and the sign of
/// a comment behind it.
fn of_value(line: &str, from: usize, found: &mut Found) {
    let value = line[from..].split(" #").next().unwrap_or_default();
    let from = from + value.len() - value.trim_start().len();
    let value = value.trim();
    let hash = comment(value);
    let value = hash.map_or(value, |at| value[..at].trim_end());
    let opens = |letters: &[char]| value.starts_with(letters);
    if opens(&['"', '\'']) {
        flag(value, from, found);
    } else {
        marks(value, from, found);
    }
    if let Some(at) = hash {
        found.edits.push((from + at, from + at + '＃'.len_utf8(), "#".to_owned()));
        // A number that became a word is wrong; a word is only odd.
        let is_text = matches!(scalar::resolve(value), NodeValue::Str(_)) || value.is_empty();
        found.breaks |= !is_text || opens(&['"', '\'', '[', '{']);
    }
}

/// The characters of a value without quotes of YAML's own.
fn marks(value: &str, from: usize, found: &mut Found) {
    let opens = |letters: &[char]| value.starts_with(letters);
    let is_flow = opens(&['{', '[', '｛', '［', '【']);
    let is_quoted = opens(&['“', '”', '‘', '’', '「', '＂'])
        && value.chars().count() > 1
        && value.ends_with(['”', '“', '’', '‘', '」', '＂']);
    let is_known = |c: char| c.is_ascii() || is_suspect(c);
    let is_latin = value.chars().all(is_known);
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
            flag(&value[at..], from + at, found);
            quote = Some(letter);
            continue;
        }
        let end = at + letter.len_utf8();
        let (before, next) = (value[..at].chars().next_back(), value[end..].chars().next());
        let Some(mut text) = half(letter, before, &value[end..]) else { continue };
        // Between quotes Chinese keeps its marks, and a quote stays one.
        let is_inside = is_quoted && at != 0 && at != last;
        if is_inside && (!is_latin || matches!(&*text, "\"" | "'")) {
            continue;
        }
        // Brackets may hold Chinese as well.
        let is_mark = is_flow && text.starts_with([':', ',', '"', '\'', '[', ']', '{', '}', ' ']);
        if is_flow && !is_mark && ![before, next].into_iter().flatten().all(is_known) {
            continue;
        }
        if is_flow && matches!(&*text, ":" | ",") && !next.is_none_or(is_blank) {
            text.push(' ');
        }
        if at == 0 && !is_flow && text.starts_with(['*', '&', '!', '%', '@', '`', '#']) {
            // These mean something to YAML at the beginning of a value.
            text.insert(0, '"');
            found.edits.push((from + at, from + end, text));
            marks(&value[end..], from + end, found);
            found.edits.push((from + value.len(), from + value.len(), "\"".to_owned()));
            return;
        }
        found.edits.push((from + at, from + end, text));
        found.breaks |= is_mark;
    }
}

/// The dash of a page with which a flag begins behind a quote.
fn flag(quoted: &str, from: usize, found: &mut Found) {
    let Some(dash) = quoted[1..].chars().next().filter(|one| matches!(one, '—' | '–')) else {
        return;
    };
    let end = 1 + dash.len_utf8();
    if quoted[end..].starts_with(|next: char| next.is_ascii_alphanumeric())
        && let Some(text) = half(dash, Some('"'), &quoted[end..])
    {
        found.edits.push((from + 1, from + end, text));
    }
}

/// What a character was typed for, given those around it; nothing for a dash between words.
fn half(letter: char, before: Option<char>, behind: &str) -> Option<String> {
    if letter == '　' {
        return Some("  ".to_owned());
    }
    let half = meant(letter)?;
    let next = behind.chars().next();
    if half == '-' && before.is_none_or(is_blank) && next.is_none_or(is_blank) {
        return None;
    }
    // Pages and word processors join the two dashes of a flag.
    let begins = before.is_none_or(|one| is_blank(one) || "[,，\"'“‘".contains(one));
    let is_long = behind.chars().take_while(char::is_ascii_lowercase).count() > 1;
    let is_joined = matches!(letter, '—' | '–') && begins && is_long;
    Some(if is_joined { "--".to_owned() } else { half.to_string() })
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
            ("name:：web\n", "name: web\n"),
            ("name：: web\n", "name: web\n"),
            ("a:\n• b: 1\n", "a:\n- b: 1\n"),
            ("a:\n– b: 1\n", "a:\n- b: 1\n"),
            ("a:\n—— b: 1\n", "a:\n- b: 1\n"),
            ("  ＃ 端口\na: 1\n", "  # 端口\na: 1\n"),
            ("a: 2 ＃ 两个\n", "a: 2 # 两个\n"),
            ("a: \"b\" ＃ 两个\n", "a: \"b\" # 两个\n"),
            ("a: ＃ 两个\n  b: 1\n", "a: # 两个\n  b: 1\n"),
            ("a: 1\n－－－\nb: 1\n", "a: 1\n---\nb: 1\n"),
            ("a:\n  b: 1\n  你好：\n", "a:\n  b: 1\n  你好:\n"),
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
        for (typed, wanted) in [
            ("args: [—port=80, –v, —Xmx]\n", "args: [--port=80, -v, -Xmx]\n"),
            ("- ——port\n", "- --port\n"),
            ("a: [\"—port\", '–v']\n", "a: [\"--port\", '-v']\n"),
            ("a: \"—port\"\n", "a: \"--port\"\n"),
            ("name: my\u{2011}shop\n", "name: my-shop\n"),
            ("schedule: ＊/5 ＊\n", "schedule: \"*/5 *\"\n"),
            ("surge: 25％\n", "surge: 25%\n"),
            ("color: ＃fff\n", "color: \"#fff\"\n"),
            ("image: web ＃ 网页\n", "image: web # 网页\n"),
            ("dir: ～/data\n", "dir: ~/data\n"),
            ("a:\n  你好：\n", "a:\n  你好:\n"),
        ] {
            let (severity, text) = mended(typed).unwrap_or_else(|| panic!("{typed}"));
            assert_eq!((severity, text.as_str()), (Severity::Warning, wanted));
        }
    }

    #[test]
    fn chinese_text_is_left_alone() {
        for text in [
            "note: 你好：世界，再见\n",
            "a: \"x：y\" # 注：释\n# 全角：注释\n",
            "a: |\n  kind：Pod\n",
            "list:\n- 你好：世界\n- 你好：\n",
            "a: {b: \"x，y\"}\n",
            "a: {b: 你好！}\n",
            "a: 你好 ＃ 世界\n",
            "a: Kafka – the broker\n",
            "a: \"＃ 注\"\n",
            "a: [\"— b\"]\n",
        ] {
            assert_eq!(mended(text), None, "{text}");
        }
    }
}
