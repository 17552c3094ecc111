//! Full-width characters that a Chinese keyboard types in place of YAML's own.
//!
//! Must not know Kubernetes. Invariant: Chinese text in values, quotes, block scalars and
//! comments is left alone; only what stands where YAML has a mark, or between half-width letters,
//! counts.

use crate::base::Order as _;
use crate::text::lines::{Line, lines};
use crate::text::{Diagnostic, Edit, Fix, NodeValue, Related, Severity, Span, blanks, scalar};

/// How many further places are named.
pub(super) const RELATED_MAX: usize = 4;
/// The space that a Chinese keyboard types.
const SPACE: char = '　';

/// The half-width character that was meant.
fn meant(letter: char) -> Option<char> {
    Some(match letter {
        '、' | '﹐' | '﹑' => ',',
        '“' | '”' | '„' | '‟' | '「' | '」' | '『' | '』' | '〝' | '〞' | '″' | '«' | '»' => {
            '"'
        }
        '‘' | '’' | '‚' | '‛' | '′' => '\'',
        '【' | '〔' | '〖' => '[',
        '】' | '〕' | '〗' => ']',
        '⁄' | '∕' => '/',
        '。' => '.',
        _ if COLONS.contains(&letter) => ':',
        _ if DASHES.contains(&letter) => '-',
        '！'..='～' => char::from_u32(u32::from(letter) - 0xFEE0)?,
        _ => return None,
    })
}

/// What stands for a colon on a keyboard of full width, and in papers.
const COLONS: [char; 5] = ['：', '∶', '﹕', '︰', '꞉'];

/// Dashes, hyphens and signs of minus that look like YAML's own.
const DASHES: [char; 13] = [
    '－', '—', '–', '\u{2010}', '\u{2011}', '\u{2012}', '\u{2015}', '\u{2043}', '\u{2212}',
    '\u{fe58}', '\u{fe63}', '\u{2500}', '\u{2796}',
];

/// Letters that printed words join: `conﬁg`.
const JOINED: [(char, &str); 6] =
    [('ﬀ', "ff"), ('ﬁ', "fi"), ('ﬂ', "fl"), ('ﬃ', "ffi"), ('ﬄ', "ffl"), ('ﬆ', "st")];

fn is_suspect(letter: char) -> bool {
    letter == SPACE || meant(letter).is_some()
}

/// A word that has characters for which half-width ones were meant: the first of them, what was
/// meant by it, and the whole word with those that were meant.
pub fn narrowed(word: &str) -> Option<(char, char, String)> {
    let (odd, half) = word.chars().find_map(|letter| Some((letter, meant(letter)?)))?;
    let whole: String = word.chars().map(|letter| meant(letter).unwrap_or(letter)).collect();
    whole.is_ascii().then_some((odd, half, whole))
}

/// Keys of a text that should be a mapping, if each of its lines has one with a full-width colon
/// behind it. `base` is where the text begins.
pub fn wide_colons(raw: &str, base: u32) -> Option<Diagnostic> {
    let mut edits = Vec::new();
    let mut at = 0;
    for line in raw.split_inclusive('\n') {
        let body = line.trim();
        if !body.is_empty() {
            let (colon, mark) = body.char_indices().find(|(_, one)| COLONS.contains(one))?;
            let is_odd = |letter: char| !letter.is_alphanumeric() && !is_word(letter);
            if colon == 0 || body[..colon].contains(is_odd) {
                return None;
            }
            let behind = &body[colon + mark.len_utf8()..];
            let is_parted = behind.is_empty() || behind.starts_with(' ');
            let from = at + line.len() - line.trim_start().len() + colon;
            let start = base + u32::try_from(from).ok()?;
            let text = if is_parted { ":" } else { ": " }.to_owned();
            let end = start + u32::try_from(mark.len_utf8()).ok()?;
            edits.push(Edit { span: Span { start, end }, text });
        }
        at += line.len();
    }
    diagnostic((raw, base), edits, Severity::Error)
}

/// What pages and notes put before the items of a list besides dashes, and strokes that are as long.
const BULLETS: [char; 7] = ['•', '·', '●', '▪', '◦', '一', 'ー'];

/// How long the mark is that stands for the dash of an item, and whether it is what a keyboard types
/// for it.
fn bullet(rest: &str) -> Option<(usize, bool)> {
    if rest.starts_with("——") {
        return Some(("——".len(), true));
    }
    let first = rest.chars().next()?;
    let is_known = DASHES.contains(&first) || BULLETS.contains(&first);
    is_known.then_some((first.len_utf8(), matches!(first, '－' | '—')))
}

/// Whether a key and its colon stand here.
fn is_key(rest: &str) -> bool {
    let word = rest.find(|one| !is_word(one)).unwrap_or(0);
    let behind = rest[word..].trim_start_matches([':', '：']);
    word > 0
        && behind.len() < rest.len() - word
        && (behind.is_empty() || behind.starts_with(is_blank))
}

fn is_blank(letter: char) -> bool {
    letter == SPACE || blanks::is_blank(letter)
}

/// What one line has: places with the text that belongs there, and whether YAML stumbles over it.
struct Found {
    edits: Vec<(usize, usize, String)>,
    breaks: bool,
}

/// The full-width characters of a document that stand where YAML has its own.
pub(super) fn full_width(part: &str, base: u32) -> Vec<Diagnostic> {
    let is_odd = |letter| is_suspect(letter) || is_joined(letter) || BULLETS.contains(&letter);
    if !part.chars().any(is_odd) {
        return Vec::new();
    }
    let (hard, soft) = all(part, base, columns(part));
    let mut told = Vec::new();
    told.extend(diagnostic((part, base), hard, Severity::Error));
    told.extend(diagnostic((part, base), soft, Severity::Warning));
    told
}

/// If spaces of the indentation are full-width: the ways to mend the document, each space as two
/// columns and as one, the likelier first.
pub(super) fn widths(part: &str, base: u32) -> Vec<Diagnostic> {
    if !lines(part).iter().any(is_wide) {
        return Vec::new();
    }
    let first = columns(part);
    let told = |wide| diagnostic((part, base), all(part, base, wide).0, Severity::Error);
    [first, 3 - first].into_iter().filter_map(told).collect()
}

/// Whether a full-width space stands in a line's indentation.
fn is_wide(line: &Line<'_>) -> bool {
    line.body.chars().take_while(|letter| is_blank(*letter)).any(|letter| letter == SPACE)
}

/// How many columns a full-width space of the indentation stands for, by the lines around it.
fn columns(part: &str) -> usize {
    let lines = lines(part);
    // The column of a line's first letter, and of its key behind its dashes.
    let place = |line: &Line<'_>, wide: usize| {
        let blanks = line.body.chars().take_while(|letter| is_blank(*letter));
        let own: usize = blanks.map(|letter| if letter == SPACE { wide } else { 1 }).sum();
        let at = line.indent + own;
        let body = line.body.trim_start_matches(is_blank);
        (at, Line { start: 0, indent: at, body }.column())
    };
    let fits = |wide: usize| {
        let is_fit = |index: usize| {
            let (own, _) = place(&lines[index], wide);
            let above = index.checked_sub(1).map(|above| &lines[above]);
            let is_above = above.is_some_and(|above| {
                let (at, key) = place(above, wide);
                let opens = above.body.ends_with(':') || above.body.ends_with(COLONS);
                if opens { own == key + 2 } else { own == at || own == key }
            });
            is_above || lines.get(index + 1).is_some_and(|below| place(below, wide).0 == own)
        };
        (0..lines.len()).filter(|index| is_wide(&lines[*index]) && is_fit(*index)).count()
    };
    if fits(1) > fits(2) { 1 } else { 2 }
}

/// Every edit of a document: what keeps it from being read as it was meant, and what is only odd.
fn all(part: &str, base: u32, wide: usize) -> (Vec<Edit>, Vec<Edit>) {
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
        let found = look(line.trim_end_matches(['\n', '\r']), wide);
        let list = if found.breaks { &mut hard } else { &mut soft };
        list.extend(found.edits.into_iter().map(|(from, to, text)| {
            let place = |at: usize| base + u32::try_from(start + at).unwrap_or(u32::MAX);
            Edit { span: Span { start: place(from), end: place(to) }, text }
        }));
    }
    (hard, soft)
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
    let is_space = |edit: &&Edit| {
        let Span { start, end } = edit.span;
        let odd = part.get((start - base) as usize..(end - base) as usize);
        odd.is_some_and(|odd| odd.starts_with(SPACE))
    };
    let spaces = edits.iter().filter(is_space).count();
    let (message, chinese) = match (count, alike(part, &edits[0], base)) {
        (1, _) if spaces == 1 => (
            "A full-width space (U+3000) stands where YAML wants a plain one.".to_owned(),
            "此处是全角空格（U+3000），YAML 需要普通空格。".to_owned(),
        ),
        (1, Some((odd, half))) => (
            format!("`{odd}` stands where YAML wants `{half}`."),
            format!("此处的“{odd}”应写成“{half}”。"),
        ),
        (1, None) => (
            "A full-width character stands where YAML wants a half-width one.".to_owned(),
            "此处是全角字符，YAML 需要半角字符。".to_owned(),
        ),
        _ if spaces == count => (
            format!("{count} full-width spaces (U+3000) stand where YAML wants plain ones."),
            format!("有 {count} 处全角空格（U+3000），YAML 需要普通空格。"),
        ),
        _ if spaces > 0 => (
            format!(
                "{count} full-width characters, {spaces} of them spaces (U+3000), stand where YAML \
                 wants half-width ones."
            ),
            format!(
                "有 {count} 处全角字符（其中 {spaces} 处是全角空格 U+3000），YAML 需要半角字符。"
            ),
        ),
        _ => (
            format!("{count} full-width characters stand where YAML wants half-width ones."),
            format!("有 {count} 处全角字符，YAML 需要半角字符。"),
        ),
    };
    let [title, title_zh] = if spaces == count {
        ["Use plain spaces", "改为普通空格"]
    } else {
        ["Use half-width characters", "改为半角字符"]
    };
    Some(Diagnostic {
        code: "POD-Y005",
        severity,
        message,
        chinese,
        primary,
        others: others.collect(),
        help: None,
        fix: Some(Fix { title: title.to_owned(), chinese: title_zh.to_owned(), edits }),
    })
}

/// A mark that is not full-width but only looks like YAML's own, and that one.
fn alike<'a>(part: &'a str, edit: &'a Edit, base: u32) -> Option<(&'a str, &'a str)> {
    let Span { start, end } = edit.span;
    let odd = part.get((start - base) as usize..(end - base) as usize)?;
    let is_half = |letter: char| !matches!(letter, '！'..='～' | SPACE) && !letter.is_ascii();
    let is_alike = edit.text.starts_with('-') || odd.starts_with(is_joined);
    (odd.starts_with(is_half) && is_alike).then_some((odd, &*edit.text))
}

/// The edits that make one plain space, or nothing, of the full-width spaces among the blanks with
/// which a part of a line begins.
fn spaces(run: &str, from: usize, wanted: &'static str, found: &mut Found) {
    let run = &run[..run.len() - run.trim_start_matches(is_blank).len()];
    let has_other = run.chars().any(|letter| letter != SPACE);
    for (count, (at, mark)) in run.match_indices(SPACE).enumerate() {
        let text = if count == 0 && !has_other { wanted } else { "" };
        found.edits.push((from + at, from + at + mark.len(), text.to_owned()));
        found.breaks = true;
    }
}

/// Looks at a line; a full-width space of its indentation is so many columns `wide`.
fn look(line: &str, wide: usize) -> Found {
    let mut found = Found { edits: Vec::new(), breaks: false };
    if line.trim_start_matches(is_blank).is_empty() {
        spaces(line, 0, "", &mut found);
        return found;
    }
    let mut at = 0;
    // The indentation.
    let is_indent = |letter: &char| is_blank(*letter) || *letter == '\t';
    while let Some(letter) = line[at..].chars().next().filter(is_indent) {
        if letter == SPACE {
            found.edits.push((at, at + letter.len_utf8(), " ".repeat(wide)));
            found.breaks = true;
        }
        at += letter.len_utf8();
    }
    // Dashes of lists.
    loop {
        let rest = &line[at..];
        let (length, is_typed) = match bullet(rest) {
            Some(found) => found,
            None if rest.starts_with('-') => (1, false),
            None => break,
        };
        let behind = rest[length..].trim_start_matches(is_blank);
        if behind.len() == rest.len() - length {
            // On a keyboard of full width the blank behind the dash is easily left out.
            if length > 1 && rest.starts_with(DASHES) && is_key(behind) {
                found.edits.push((at, at + length, "- ".to_owned()));
                found.breaks = true;
                at += length;
            }
            break;
        }
        // Strokes that are letters as well are taken for dashes only before a key.
        if rest.starts_with(['一', 'ー']) && !is_key(behind) {
            break;
        }
        if length > 1 {
            found.edits.push((at, at + length, "-".to_owned()));
            found.breaks |= is_typed || is_key(behind);
        }
        spaces(&rest[length..], at + length, " ", &mut found);
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
    if line.contains(is_joined) && !line.contains(['"', '\'', '#']) {
        joined(line, &mut found);
        found.edits.order_by_key(|(from, ..)| *from);
    }
    found
}

fn is_colon(letter: char) -> bool {
    letter == ':' || COLONS.contains(&letter)
}

fn is_joined(letter: char) -> bool {
    JOINED.iter().any(|(joined, _)| *joined == letter)
}

/// The letters of a line that printed words join.
fn joined(line: &str, found: &mut Found) {
    for (at, letter) in line.char_indices() {
        let Some((_, letters)) = JOINED.iter().find(|(joined, _)| *joined == letter) else {
            continue;
        };
        found.edits.push((at, at + letter.len_utf8(), (*letters).to_owned()));
    }
}

fn is_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "-_./".contains(letter)
}

/// Looks at a key, which may begin its line, and its colon; gives where the value begins.
fn key(rest: &str, at: usize, is_line: bool, found: &mut Found) -> usize {
    let length = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
    let behind = rest[length..].trim_start_matches(is_blank);
    let colon = rest.len() - behind.len();
    let after = behind.trim_start_matches(is_colon);
    let colons = &behind[..behind.len() - after.len()];
    let is_parted = length > 0 && (after.is_empty() || after.starts_with(is_blank));
    let end = at + colon + colons.len();
    if is_parted && !colons.is_empty() {
        spaces(&rest[length..], at + length, "", found);
    }
    // Whoever corrects a colon may leave both.
    if length > 0 && colons.contains(COLONS) && colons.chars().count() < 3 {
        let text = if is_parted { ":" } else { ": " };
        found.edits.push((at + colon, end, text.to_owned()));
        found.breaks = true;
        spaces(after, end, " ", found);
        return end;
    }
    if is_parted && colons == ":" {
        spaces(after, end, " ", found);
        return end;
    }
    // A Chinese key with nothing behind it yet, or with what it holds below.
    if let Some(key) = rest.strip_suffix(COLONS)
        && is_line
        && !key.is_empty()
        && !key.contains(is_colon)
        && !key.contains([' ', '　', '，', '。'])
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
    let behind = &line[from + value.len()..];
    if value.is_ascii() && !value.is_empty() && behind.contains(SPACE) {
        // A number that became a word is wrong; a word is only odd.
        let was = found.breaks;
        spaces(behind, from + value.len(), " ", found);
        let is_text = matches!(scalar::resolve(value), NodeValue::Str(_));
        found.breaks = was || !is_text || value.starts_with(['"', '\'', '[', '{']);
    }
    let hash = comment(value);
    let value = hash.map_or(value, |at| value[..at].trim_end());
    let opens = |letters: &[char]| value.starts_with(letters);
    if opens(&['"', '\'']) {
        flag(value, from, found);
        closed(value, from, found);
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
    // A quote of YAML's own may stand at the other end.
    let is_mark = |one: char| meant(one).is_some_and(|half| matches!(half, '"' | '\''));
    let is_quoted = value.starts_with(is_mark)
        && value.chars().count() > 1
        && value.ends_with(|one| is_mark(one) || matches!(one, '"' | '\''));
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
        let is_edge = is_quoted && (at == 0 || at == last);
        let is_quote = matches!(&*text, "\"" | "'");
        if is_quoted && !is_edge && (!is_latin || is_quote) {
            continue;
        }
        // Other languages quote with these, and what measures has them.
        if is_quote && !is_edge && !is_flow && !"“”‘’「」＂＇".contains(letter) {
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

/// The quote of a page that closes what YAML's own opens.
fn closed(value: &str, from: usize, found: &mut Found) {
    let mut letters = value.chars();
    let (open, Some(close)) = (letters.next(), letters.next_back()) else { return };
    let is_own = letters.as_str().contains(['"', '\'']);
    if let Some(half) = meant(close).filter(|half| Some(*half) == open && !is_own) {
        let end = from + value.len();
        found.edits.push((end - close.len_utf8(), end, half.to_string()));
        found.breaks = true;
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
    if letter == SPACE {
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
            ("a:\n\u{2212} b: 1\n", "a:\n- b: 1\n"),
            ("a:\n\u{2010}b: 1\n  c: 2\n", "a:\n- b: 1\n  c: 2\n"),
            ("a:\n一 b: 1\n", "a:\n- b: 1\n"),
            ("a:\n─ b：1\n", "a:\n- b: 1\n"),
            ("a∶ 1\nb﹕ 2\n", "a: 1\nb: 2\n"),
            ("a: \"b”\n", "a: \"b\"\n"),
            ("a: 'b’\n", "a: 'b'\n"),
            ("a: 1\n———\nb: 1\n", "a: 1\n---\nb: 1\n"),
            ("a: 1\n\u{2212}\u{2212}\u{2212}\nb: 1\n", "a: 1\n---\nb: 1\n"),
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
    fn full_width_spaces_are_named_and_become_plain_ones() {
        for (typed, wanted) in [
            ("a:\n  name:　web\n", "a:\n  name: web\n"),
            ("name:　　\"web\"\n", "name: \"web\"\n"),
            ("name: 　web\n", "name: web\n"),
            ("name：　web\n", "name: web\n"),
            ("name　: web\n", "name: web\n"),
            ("a:　\n  b: 1\n", "a: \n  b: 1\n"),
            ("-　name: a\n  b: 1\n", "- name: a\n  b: 1\n"),
            ("- 　name:　a\n", "- name: a\n"),
            ("a: 1\n　\nb: 1\n", "a: 1\n\nb: 1\n"),
            ("a: 4　\n", "a: 4 \n"),
            // As wide as the lines around it tell.
            ("a:\n　b: 1\n", "a:\n  b: 1\n"),
            ("a:\n　　b: 1\n  c: 1\n", "a:\n  b: 1\n  c: 1\n"),
            ("a:\n  c: 1\n　　b: 1\n", "a:\n  c: 1\n  b: 1\n"),
            ("- c: 1\n　b: 1\n", "- c: 1\n  b: 1\n"),
            ("a:\n　　b:\n　　　　c: 1\n", "a:\n  b:\n    c: 1\n"),
        ] {
            let (severity, text) = mended(typed).unwrap_or_else(|| panic!("{typed}"));
            assert_eq!((severity, text.as_str()), (Severity::Error, wanted));
            let said = &parse(typed).diagnostics[0].message;
            assert!(said.contains("U+3000") || typed.contains('：'), "{said}");
        }
        let (severity, text) = mended("name: web　\n").expect("it is odd");
        assert_eq!((severity, &*text), (Severity::Warning, "name: web \n"));
        assert_eq!(mended("note: 你好　世界　\n- 你好　世界\n"), None);
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
            ("n: \u{2212}1\nm: \u{2012}2\n", "n: -1\nm: -2\n"),
            ("a: “b\"\n", "a: \"b\"\n"),
            ("a: «b»\nc: 『d』\n", "a: \"b\"\nc: \"d\"\n"),
            ("conﬁgMap: proﬁle\n", "configMap: profile\n"),
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
            "a:\n- 一 二\n- 一\n",
            "a: \"conﬁg\"\n",
            "a: 《书》\n",
            "a: a 5″ disk of «b» c\n",
            "a: \"你好”\"\n",
            "a: \"＃ 注\"\n",
            "a: [\"— b\"]\n",
        ] {
            assert_eq!(mended(text), None, "{text}");
        }
    }
}
