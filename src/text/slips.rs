//! Slips of the pen for which a document can't be read: marks that are missing, or too many.
//!
//! Must not know Kubernetes. Invariant: a fix is offered only if the mended text can be read.

use crate::text::lines::{Line, blocks, is_readable, lines, opens_block};
use crate::text::shift::tight_colon;
use crate::text::{Diagnostic, Edit, Fix, Severity, Span, breaks, foreign, hands, quotes};

/// How many marks one fix may put in.
const MARKS_MAX: usize = 8;
/// What the key of the colon types on a Chinese keyboard or without Shift, and the keys beside it.
const TYPED: [char; 4] = [';', '；', ',', '，'];
/// How many lines of a text block are moved.
const BLOCK_MAX: usize = 40;

/// What is found, in places of the document.
pub(super) struct Slip {
    pub(super) code: &'static str,
    pub(super) said: [String; 2],
    pub(super) fix: [&'static str; 2],
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) edits: Vec<(usize, usize, String)>,
}

fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl Slip {
    /// The text once the slip is mended.
    pub(super) fn mended(&self, part: &str) -> Option<String> {
        let mut mended = part.to_owned();
        for (from, to, text) in self.edits.iter().rev() {
            mended.get(*from..*to)?;
            mended.replace_range(*from..*to, text);
        }
        Some(mended)
    }

    /// Tells it if its fix leaves a text that can be read.
    pub(super) fn told(self, part: &str, base: u32) -> Option<Diagnostic> {
        let is_mended =
            !self.edits.is_empty() && self.mended(part).is_some_and(|text| is_readable(&text));
        is_mended.then(|| self.diagnostic(base))
    }

    pub(super) fn diagnostic(self, base: u32) -> Diagnostic {
        let span = |from, to| Span { start: base + place(from), end: base + place(to) };
        let [message, chinese] = self.said;
        let edits = self.edits.into_iter();
        let edits: Vec<Edit> =
            edits.map(|(from, to, text)| Edit { span: span(from, to), text }).collect();
        let [title, title_zh] = self.fix.map(str::to_owned);
        Diagnostic {
            code: self.code,
            severity: Severity::Error,
            message,
            chinese,
            primary: span(self.from, self.to),
            others: Vec::new(),
            help: None,
            fix: (!edits.is_empty()).then_some(Fix { title, chinese: title_zh, edits }),
        }
    }
}

/// Every slip that may be what keeps a document from being read; `at` is where the reading
/// stopped.
pub(super) fn slips(part: &str, base: u32, at: usize) -> Vec<Diagnostic> {
    let lines = lines(part);
    let stop = lines.partition_point(|line| line.start <= at).saturating_sub(1);
    let near: Vec<usize> = [Some(stop), stop.checked_sub(1), Some(stop + 1)]
        .into_iter()
        .flatten()
        .filter(|index| *index < lines.len())
        .collect();
    let mut found: Vec<Option<Slip>> = Vec::new();
    // What stands for a colon is one of them before a line is taken for anything else.
    let around = lines[..stop].iter().rposition(|line| line.indent <= lines[stop].indent);
    let likely = near.iter().copied().chain(around);
    found.extend(likely.flat_map(|index| typed_colons(part, &lines, index)));
    found.extend([
        foreign::pasted(&lines),
        foreign::around(&lines),
        foreign::margin(part),
        foreign::comments(part),
        foreign::conflict(part),
        foreign::changes(part),
        foreign::emphasis(part),
        breaks::first_line(part),
        breaks::mark_and_key(part),
        dashes(&lines),
        stars(&lines),
    ]);
    for index in &near {
        found.push(Some(&lines[*index]).filter(|line| !has_typed_colon(line.body)).and_then(colon));
        found.push(mark(&lines[*index]));
        found.push(left_out(&lines[*index]));
    }
    found.push(around.and_then(|index| left_out(&lines[index])));
    // Items below a word may have been read as part of it.
    let around = around.map(|index| &lines[index]);
    found.push(
        around
            .filter(|line| !line.body.starts_with("- ") && !has_typed_colon(line.body))
            .and_then(colon),
    );
    found.extend(near.iter().map(|index| hands::twice(&lines, *index)));
    for index in &near {
        found.push(hands::behind(part, &lines, *index));
        found.push(hands::typed_dash(&lines[*index]));
        found.push(hands::stray_dash(&lines, *index));
        found.push(hands::first_dash(&lines, *index));
    }
    for index in &near {
        found.push(second_colon(&lines[*index]));
        found.push(breaks::on_one_line(&lines, *index));
        found.push(quotes::backticks(&lines[*index]));
        found.push(quotes::missing(&lines[*index]));
        found.push(quotes::stray(&lines[*index]));
        found.push(quotes::before_brackets(&lines[*index]));
        found.push(quotes::open(&lines[*index]));
        found.push(quotes::inner(part, &lines[*index], at));
    }
    found.extend(near.iter().map(|index| foreign::comment_behind(&lines[*index])));
    found.extend(near.iter().map(|index| foreign::prose(&lines[*index])));
    let two = near.iter().flat_map(|index| breaks::two_entries(&lines, *index));
    found.extend(two.map(Some));
    // What ended here may have begun lines above.
    let above = lines[stop.saturating_sub(BLOCK_MAX)..stop].iter().rev();
    found.push(above.into_iter().find_map(quotes::open));
    found.push(commas(part, at));
    found.push(quotes::open_inside(part, at));
    found.push(block(part, &lines, stop));
    found.push(closing(part));
    found.extend(near.iter().map(|index| hands::swapped(part, &lines, *index)));
    found.into_iter().flatten().filter_map(|one| one.told(part, base)).collect()
}

/// Marks or numbers before every line of a document that can be read with them, but says nothing.
pub fn margin(part: &str) -> Option<Diagnostic> {
    foreign::margin(part)?.told(part, 0)
}

pub(super) fn is_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "-_./".contains(letter)
}

/// A line without the dashes of lists before it, and how long those are.
pub(super) fn bare(body: &str) -> (usize, &str) {
    let mut rest = body;
    while let Some(inner) = rest.strip_prefix("- ") {
        rest = inner.trim_start_matches(' ');
    }
    (body.len() - rest.len(), rest)
}

/// The colon that is missing behind a key: where it belongs, up to where, and what.
fn missing_colon(body: &str) -> Option<(usize, usize, &'static str)> {
    let (shift, rest) = bare(body);
    let length = rest.find(|letter| !is_word(letter)).unwrap_or(rest.len());
    let is_key = rest.starts_with(|letter: char| letter.is_ascii_alphabetic());
    let behind = &rest[length..];
    let has_bracket = behind.trim_start_matches(['=', ' ']).starts_with(['{', '[']);
    if !is_key || (behind.contains(": ") && !has_bracket) || rest.ends_with(':') {
        return None;
    }
    let at = shift + length;
    let blanks = behind.len() - behind.trim_start_matches(' ').len();
    let typed = behind[blanks..].chars().next().filter(|mark| TYPED.contains(mark));
    if let Some(mark) = typed {
        let to = at + blanks + mark.len_utf8();
        let is_parted = body.get(to..)?.is_empty() || body[to..].starts_with(' ');
        return Some((at, to, if is_parted { ":" } else { ": " }));
    }
    let equal = behind[blanks..].chars().next().filter(|mark| matches!(mark, '=' | '＝'));
    let equal =
        equal.map(|mark| (at + blanks + mark.len_utf8(), &behind[blanks + mark.len_utf8()..]));
    match equal {
        Some((end, value)) if value.starts_with(' ') => Some((at, end, ":")),
        Some((end, _)) => Some((at, end, ": ")),
        None if behind.is_empty() || behind.starts_with(' ') => Some((at, at, ":")),
        None => None,
    }
}

/// What is wrong with a text that should be a key and its value: the code, where something goes,
/// how much, and what comes.
pub fn wrong_colon(body: &str) -> Option<(&'static str, usize, usize, &'static str)> {
    if body.contains('\n') {
        return None;
    }
    if let Some(colon) = tight_colon(body) {
        return Some(("POD-Y006", colon + 1, 0, " "));
    }
    missing_colon(body).map(|(from, to, text)| ("POD-Y007", from, to - from, text))
}

/// Whether what a line has behind its key was typed for a colon.
pub(super) fn has_typed_colon(body: &str) -> bool {
    missing_colon(body).is_some_and(|(from, to, _)| body[from..to].contains(TYPED))
}

/// `replicas; 2` in this line, and in every line of the document that has it.
fn typed_colons(part: &str, lines: &[Line<'_>], index: usize) -> [Option<Slip>; 2] {
    let is_text = blocks(part);
    let is_typed = |line: &&Line<'_>| {
        let number = part[..line.start].matches('\n').count();
        has_typed_colon(line.body) && !is_text[number] && !is_inside(part, line.start)
    };
    let Some(one) = lines.get(index).filter(is_typed) else { return [None, None] };
    let all = lines.iter().filter(is_typed).filter_map(colon).flat_map(|slip| slip.edits);
    let all = colon(one).map(|slip| Slip { edits: all.collect(), ..slip });
    [colon(one), all]
}

/// `replicas 2`, `replicas = 2`, or `spec` above its fields.
pub(super) fn colon(line: &Line<'_>) -> Option<Slip> {
    let (from, to, text) = missing_colon(line.body)?;
    let (shift, _) = bare(line.body);
    let key = &line.body[shift..from];
    let mark = line.body[from..to].trim();
    let said = if mark.contains(TYPED) {
        [
            format!("A colon is missing after the key `{key}`: `{mark}` stands there."),
            format!("键“{key}”后面缺少冒号，写成了“{mark}”。"),
        ]
    } else {
        [format!("A colon is missing after the key `{key}`."), format!("键“{key}”后面缺少冒号。")]
    };
    Some(Slip {
        code: "POD-Y007",
        said,
        fix: ["Put a colon after the key", "在键后加冒号"],
        from: line.at(),
        to: line.end(),
        edits: vec![(line.at() + from, line.at() + to, text.to_owned())],
    })
}

/// `-name: a`, in every line that begins like this.
pub(super) fn dashes(lines: &[Line<'_>]) -> Option<Slip> {
    let is_item_beside = |at: usize, indent: usize| {
        let near = [at.checked_sub(1), Some(at + 1)].into_iter().flatten();
        near.filter_map(|at| lines.get(at))
            .any(|line| line.indent == indent && line.body.starts_with("- "))
    };
    let is_tight = |(at, line): &(usize, &Line<'_>)| {
        let rest = line.body.strip_prefix('-');
        let is_word = |rest: &str| rest.starts_with(|letter: char| letter.is_ascii_alphabetic());
        let is_text = |rest: &str| matches!(rest, "|" | ">" | "|-" | ">-");
        rest.is_some_and(|rest| is_word(rest) || is_text(rest))
            && (line.body.contains(':') || is_item_beside(*at, line.indent))
    };
    let tight = lines.iter().enumerate().filter(is_tight);
    let tight: Vec<&Line<'_>> = tight.map(|(_, line)| line).collect();
    let first = tight.first()?;
    Some(Slip {
        code: "POD-Y008",
        said: [
            format!("A space is missing after the dash in `{}`.", first.body),
            format!("“{}”中短横线后缺少空格。", first.body),
        ],
        fix: ["Put a space after the dash", "在短横线后加空格"],
        from: first.at(),
        to: first.end(),
        edits: tight.iter().map(|line| (line.at() + 1, line.at() + 1, " ".to_owned())).collect(),
    })
}

/// `* name: a`, in every line that begins like this.
fn stars(lines: &[Line<'_>]) -> Option<Slip> {
    let starred: Vec<&Line<'_>> = lines.iter().filter(|line| line.body.starts_with("* ")).collect();
    let first = starred.first()?;
    Some(Slip {
        code: "POD-Y001",
        said: [
            "An item of a list begins with `-`, not with `*`.".to_owned(),
            "列表项以“-”开头，而不是“*”。".to_owned(),
        ],
        fix: ["Put dashes there", "改为短横线"],
        from: first.at(),
        to: first.end(),
        edits: starred.iter().map(|line| (line.at(), line.at() + 1, "-".to_owned())).collect(),
    })
}

/// Marks of documents that are not quite: `--`, or a line of stars.
fn mark(line: &Line<'_>) -> Option<Slip> {
    let is_short = line.body.len() != 3
        && line.body.len() > 1
        && line.body.chars().all(|letter| letter == '-');
    // What Markdown and people part things with.
    let is_rule = line.indent == 0
        && line.body.len() > 2
        && RULES.iter().any(|rule| line.body.chars().all(|letter| letter == *rule));
    let word = line.body.strip_prefix("---").filter(|word| line.indent == 0 && is_title(word));
    if let Some(word) = word {
        return Some(Slip {
            code: "POD-Y001",
            said: [
                format!("Behind `---` stands `{word}`; a title is a comment behind a blank."),
                format!("“---”后面是“{word}”；标题应写成注释，与“---”之间留空格。"),
            ],
            fix: ["Make it a comment", "改为注释"],
            from: line.at(),
            to: line.end(),
            edits: vec![(line.at() + 3, line.end() - word.trim_start().len(), " # ".to_owned())],
        });
    }
    (is_short || is_rule).then(|| Slip {
        code: "POD-Y001",
        said: ["Documents are parted by `---`.", "文档之间用“---”分隔。"].map(str::to_owned),
        fix: ["Change to ---", "改为 ---"],
        from: line.at(),
        to: line.end(),
        edits: vec![(line.start, line.end(), "---".to_owned())],
    })
}

/// What says that something was left out, in place of a line or of what a key holds below.
const LEFT_OUT: [&str; 10] =
    ["...", "…", "……", "[...]", "[…]", "(...)", "<...>", "<snip>", "...snip...", "⋮"];

/// Whether a line only says that something was left out.
fn is_left_out(body: &str) -> bool {
    let word = body.trim_matches(['-', '<', '>', ' ', '8', '✂', '[', ']']);
    let is_cut = ["snip", "snipped", "cut", "omitted", "省略", "略"].contains(&word);
    LEFT_OUT.contains(&body) || (is_cut && word.len() < body.len())
}

/// A line or a value in which a text says that something was left out.
fn left_out(line: &Line<'_>) -> Option<Slip> {
    let value = value_of(line.body);
    let word = &line.body[value..];
    // A document ends there, which is no matter of how much is left out.
    let is_end = line.body == "..." && line.indent == 0;
    let is_value = value > 0 && ["...", "…", "……"].contains(&word);
    let is_line = is_left_out(line.body) && !is_end;
    if !is_value && !is_line {
        return None;
    }
    let (from, gone) = if is_value {
        (line.at() + value, line.at() + line.body[..value].trim_end().len())
    } else {
        (line.at(), line.start)
    };
    let word = if is_value { word } else { line.body };
    Some(Slip {
        code: "POD-Y001",
        said: [
            format!("`{word}` says that something was left out here; it is no part of a manifest."),
            format!("“{word}”表示此处有省略，不是清单的内容。"),
        ],
        fix: ["Take it away", "删除它"],
        from,
        to: line.end(),
        edits: vec![(gone, line.end(), String::new())],
    })
}

/// Letters of which lines between things consist.
const RULES: [char; 4] = ['=', '*', '_', '~'];

/// Whether what stands behind the mark of a document is a word, and no entry.
fn is_title(word: &str) -> bool {
    word.trim_start().starts_with(char::is_alphanumeric) && !word.contains(':')
}

/// The brackets and the quote that a document leaves open at its end.
fn closing(part: &str) -> Option<Slip> {
    let (mut open, mut quote, mut before) = (Vec::new(), None, '\n');
    let last = part.trim_end().rfind('\n').map_or(0, |end| end + 1);
    for (at, letter) in part.char_indices() {
        match letter {
            '"' | '\'' if quote.is_some_and(|(_, mark)| mark == letter) => quote = None,
            _ if quote.is_some() => {}
            '"' | '\'' if matches!(before, ':' | '-' | '\n' | '[' | '{' | ',') => {
                quote = Some((at, letter));
            }
            '{' => open.push((at, '}')),
            '[' => open.push((at, ']')),
            '}' | ']' => {
                open.pop();
            }
            _ => {}
        }
        before = if letter == ' ' { before } else { letter };
    }
    let end = part.trim_end().len();
    let marks = quote.iter().chain(open.iter().rev());
    let marks: String = marks.map(|(_, mark)| *mark).collect();
    // What was opened above may as well end there.
    let is_near = quote.is_none_or(|(at, _)| at >= last)
        && (part.starts_with(['{', '[']) || open.first().is_some_and(|(at, _)| *at >= last));
    (is_near && !open.is_empty()).then(|| Slip {
        code: "POD-Y001",
        said: [
            format!("The document ends before `{marks}`: what is open is never closed."),
            format!("文档结束时还缺少“{marks}”：有括号或引号没有闭合。"),
        ],
        fix: ["Close what is open", "补上缺少的括号"],
        from: end.saturating_sub(part[..end].chars().next_back().map_or(0, char::len_utf8)),
        to: end,
        edits: vec![(end, end, marks.clone())],
    })
}

/// Where the value of a line begins.
pub(super) fn value_of(body: &str) -> usize {
    let (shift, rest) = bare(body);
    let is_key = |colon: &usize| rest[..*colon].chars().all(is_word);
    let colon = rest.find(": ").filter(is_key);
    let start = colon.map_or(shift, |colon| shift + colon + 2);
    start + body[start..].len() - body[start..].trim_start().len()
}

/// `image: nginx: 1.27`, where a space has slipped in.
fn second_colon(line: &Line<'_>) -> Option<Slip> {
    let start = value_of(line.body);
    let value = &line.body[start..];
    let colon = value.find(": ")?;
    let rest = value[colon + 2..].trim_start();
    let is_one = !rest.contains(' ') && rest.starts_with(|letter: char| letter.is_ascii_digit());
    if !is_one || value[..colon].contains([' ', '"', '\'', '{', '[']) {
        return None;
    }
    let from = line.at() + start + colon + 1;
    let to = line.end() - rest.len();
    Some(Slip {
        code: "POD-Y001",
        said: [
            format!("A space stands after the second colon of `{}`.", line.body),
            format!("“{}”的第二个冒号后面多了空格。", line.body),
        ],
        fix: ["Take the space away", "删除空格"],
        from: line.at() + start,
        to: line.end(),
        edits: vec![(from, to, String::new())],
    })
}

/// The edit that closes a bracket on its line, if the document can be read then.
pub(super) fn bracket(part: &str, base: u32, open: usize) -> Option<Fix> {
    let close = match part.as_bytes().get(open)? {
        b'[' => "]",
        _ => "}",
    };
    let end = part[open..].find('\n').map_or(part.len(), |end| open + end);
    let line = &part[open..end];
    let line = line.split(" #").next().unwrap_or(line).trim_end();
    let inner = line.trim_end_matches(',');
    let slip = Slip {
        code: "POD-Y001",
        said: [String::new(), String::new()],
        fix: ["Close the bracket", "补上括号"],
        from: open,
        to: open + 1,
        edits: vec![(open + inner.len(), open + line.len(), close.to_owned())],
    };
    slip.told(part, base)?.fix
}

/// Whether a bracket is open at a place.
pub(super) fn is_inside(part: &str, at: usize) -> bool {
    let (mut depth, mut quote, mut before) = (0_i32, None, '\n');
    for letter in part.get(..at).unwrap_or_default().chars() {
        match letter {
            '\n' if depth == 0 => quote = None,
            '"' | '\'' if quote == Some(letter) => quote = None,
            _ if quote.is_some() => {}
            // Elsewhere outside of brackets it is a letter of a value without quotes.
            '"' | '\'' if depth > 0 || matches!(before, ':' | '-' | '\n') => quote = Some(letter),
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            _ => {}
        }
        before = if letter == ' ' { before } else { letter };
    }
    depth > 0
}

/// Commas that are missing inside brackets, from where the reading stopped.
fn commas(part: &str, at: usize) -> Option<Slip> {
    if !is_inside(part, at) {
        return None;
    }
    let above = part.get(..at)?.rfind('\n').filter(|above| is_inside(part, *above));
    let edits = above.and_then(|above| put_in(part, above)).or_else(|| put_in(part, at))?;
    let from = edits.first()?.0;
    Some(Slip {
        code: "POD-Y001",
        said: [
            "This is not valid YAML: a comma is missing between two entries.".to_owned(),
            "这不是有效的 YAML：两项之间缺少逗号。".to_owned(),
        ],
        fix: ["Put a comma between them", "在它们之间加逗号"],
        from: from.saturating_sub(1),
        to: at.max(from).min(part.len()),
        edits,
    })
}

/// Commas before a place, and before each further place where the reading stops then, until the
/// document can be read.
fn put_in(part: &str, at: usize) -> Option<Vec<(usize, usize, String)>> {
    let mut mended = part.to_owned();
    let mut stop = at;
    let mut edits = Vec::new();
    for count in 0..MARKS_MAX {
        let before = mended.get(..stop)?.trim_end();
        let end = before.len();
        // A word right behind a quote is no entry of its own: the quote stood inside a value.
        let is_torn = end == stop
            && before.ends_with(['"', '\''])
            && mended[stop..].starts_with(|next: char| next.is_alphanumeric());
        // Nor is what ends with a quote and does not begin with one.
        let next = mended[stop..].split([',', ']', '}', '\n']).next().unwrap_or_default().trim();
        let is_torn = is_torn || (next.ends_with(['"', '\'']) && !next.starts_with(['"', '\'']));
        if is_torn || before.ends_with([',', '{', '[', ':']) {
            return None;
        }
        mended.insert(end, ',');
        edits.push((end - count, end - count, ",".to_owned()));
        match crate::text::complaint(&mended) {
            None => return Some(edits),
            Some((next, _)) if next > end => stop = next,
            Some(_) => return None,
        }
    }
    None
}

/// The tabs that a line begins with.
fn tabs_of(line: &Line<'_>) -> usize {
    if line.indent > 0 { 0 } else { line.body.len() - line.body.trim_start_matches('\t').len() }
}

/// The lines of a text block that do not stand further right than its key.
fn block(part: &str, lines: &[Line<'_>], stop: usize) -> Option<Slip> {
    let first = (stop.saturating_sub(BLOCK_MAX)..=stop).rev();
    let head = first
        .into_iter()
        .find(|index| lines.get(*index).is_some_and(|line| opens_block(line.body)))?;
    let key = &lines[head];
    let begins = head + 1;
    let shift =
        (key.indent + 2).checked_sub(lines.get(begins)?.indent).filter(|shift| *shift > 0)?;
    (begins + 1..=lines.len().min(begins + BLOCK_MAX)).find_map(|end| {
        let text = &lines[begins..end];
        let least = text.iter().map(|line| tabs_of(line)).min().unwrap_or(0);
        // A tab in the place of blanks is a level.
        let edits = text.iter().map(|line| {
            let tabs = tabs_of(line);
            (line.start, line.start + tabs, " ".repeat(shift + 2 * (tabs - least)))
        });
        let slip = Slip {
            code: "POD-Y002",
            said: [
                format!(
                    "The text below `{}` begins at column {}; it must stand further right.",
                    key.body,
                    lines[begins].indent + 1
                ),
                format!(
                    "“{}”下面的文本从第 {} 列开始，但它必须缩进更深。",
                    key.body,
                    lines[begins].indent + 1
                ),
            ],
            fix: ["Indent the text", "缩进文本"],
            from: lines[begins].at(),
            to: lines[begins].end(),
            edits: edits.collect(),
        };
        is_readable(&slip.mended(part)?).then_some(slip)
    })
}

/// A template expression, as Helm has them, where YAML knows only brackets.
pub(super) fn expression(part: &str, base: u32) -> Option<Diagnostic> {
    let lines = lines(part);
    // Of Jinja lines of their own are commands.
    let is_command = |line: &Line<'_>| line.body.starts_with("{%") && line.body.ends_with("%}");
    let has = |line: &&Line<'_>| {
        if foreign::is_short_code(line.body) {
            return false;
        }
        let is_quoted = line.body.contains("\"{{") || line.body.contains("'{{");
        (line.body.contains("{{") && !is_quoted) || is_command(line)
    };
    let all: Vec<&Line<'_>> = lines.iter().filter(has).collect();
    let first = all.first()?;
    let from = first.at() + first.body.find("{{").or(first.body.find("{%"))?;
    let to = first.body.find(["}}", "%}"].into_iter().find(|end| first.body.contains(end))?);
    let to = to.map_or(first.end(), |end| first.at() + end + 2);
    let words = part.get(from..to)?;
    // Only values can be put in quotes; a line of its own is a command of the template.
    let quoted = |line: &&Line<'_>| {
        let start = value_of(line.body);
        let is_value = start > 0 && !line.body[start..].starts_with(['"', '\'']);
        is_value.then(|| (line.at() + start, line.end(), quotes::around(&line.body[start..])))
    };
    let edits: Option<Vec<(usize, usize, String)>> = all.iter().map(quoted).collect();
    let slip = Slip {
        code: "POD-Y009",
        said: [
            format!(
                "`{words}` is an expression of a template, as Helm has them: render the template \
                 first, or put the value in quotes if it is meant as text."
            ),
            format!(
                "“{words}”是模板表达式（如 Helm 模板）：请先渲染模板；如果只是普通文本，请加上引号。"
            ),
        ],
        fix: ["Put it in quotes", "加上引号"],
        from,
        to,
        edits: edits.unwrap_or_default(),
    };
    let is_mended = slip.mended(part).is_some_and(|text| is_readable(&text));
    let edits = if is_mended { slip.edits } else { Vec::new() };
    Some(Slip { edits, ..slip }.diagnostic(base))
}

/// The text after the first way of those that are told as no valid YAML.
#[cfg(test)]
pub(in crate::text) fn mended(text: &str) -> Option<String> {
    use crate::text::{documents, read_document};

    let reading = read_document(text, documents(text)[0]);
    let way = reading.ways.iter().find(|one| one.code == "POD-Y001")?;
    way.fix.as_ref().map(|fix| fix.apply(text))
}

#[cfg(test)]
mod tests {
    use crate::text::{documents, parse, read_document};

    /// The text after the first way of this code.
    fn mended(text: &str, code: &str) -> Option<String> {
        let reading = read_document(text, documents(text)[0]);
        let way = reading.ways.iter().find(|one| one.code == code)?;
        way.fix.as_ref().map(|fix| fix.apply(text))
    }

    #[test]
    fn marks_that_are_missing_are_put_in() {
        for (code, bad, good) in [
            ("POD-Y007", "a:\n  b 2\n  c: 3\n", "a:\n  b: 2\n  c: 3\n"),
            ("POD-Y007", "a:\n  b= 2\n  c: 3\n", "a:\n  b: 2\n  c: 3\n"),
            ("POD-Y007", "a:\n  b {c: {d: 1}}\n  e: 3\n", "a:\n  b: {c: {d: 1}}\n  e: 3\n"),
            ("POD-Y007", "a:\n  b = 2\n  c: 3\n", "a:\n  b: 2\n  c: 3\n"),
            ("POD-Y007", "a:\n  b =2\n  c: 3\n", "a:\n  b: 2\n  c: 3\n"),
            ("POD-Y007", "a:\n  b=2\n  c: 3\n", "a:\n  b: 2\n  c: 3\n"),
            ("POD-Y007", "x: 1\na\n  b: 2\n", "x: 1\na:\n  b: 2\n"),
            ("POD-Y007", "a:\n  b; 2\n  c: 3\n", "a:\n  b: 2\n  c: 3\n"),
            ("POD-Y007", "a:\n  b；2\n  c: 3\n", "a:\n  b: 2\n  c: 3\n"),
            ("POD-Y007", "a:\n  b，2\n  c, 3\n  d: 4\n", "a:\n  b: 2\n  c: 3\n  d: 4\n"),
            ("POD-Y007", "x: 1\na;\n  b: 2\n", "x: 1\na:\n  b: 2\n"),
            ("POD-Y007", "a:\n- b；2\n  c: 3\n", "a:\n- b: 2\n  c: 3\n"),
            ("POD-Y008", "a:\n-b: 1\n  c: 2\n-b: 3\n", "a:\n- b: 1\n  c: 2\n- b: 3\n"),
            ("POD-Y008", "a:\n- b\n-|\n  c\n", "a:\n- b\n- |\n  c\n"),
            ("POD-Y001", "a: 1\nb: @80\n", "a: 1\nb: 80\n"),
            ("POD-Y001", "a: \"{b: c}\nd: 1\n", "a: {b: c}\nd: 1\n"),
            ("POD-Y001", "a:\n  b: 1\nCopy code\nc: 1\n", "a:\n  b: 1\n\nc: 1\n"),
            ("POD-Y011", "a: */1 * * * *\n", "a: \"*/1 * * * *\"\n"),
            ("POD-Y011", "a: @b\n", "a: \"@b\"\n"),
            ("POD-Y011", "a: b: c\n", "a: \"b: c\"\n"),
            ("POD-Y011", "a: \"C:\\dir\"\n", "a: 'C:\\dir'\n"),
            ("POD-Y001", "a: nginx: 1.27\n", "a: nginx:1.27\n"),
            ("POD-Y001", "a: \"b\nc: 1\n", "a: \"b\"\nc: 1\n"),
            ("POD-Y001", "a: \"b'\nc: 1\n", "a: \"b\"\nc: 1\n"),
            ("POD-Y001", "a: [b\nc: 1\n", "a: [b]\nc: 1\n"),
            ("POD-Y001", "a: [b, \"c]\nd: 1\n", "a: [b, \"c\"]\nd: 1\n"),
            ("POD-Y001", "a: [\"b\" \"c\" \"d\"]\n", "a: [\"b\", \"c\", \"d\"]\n"),
            ("POD-Y001", "{\n  \"a\": 1\n  \"b\": 2\n}\n", "{\n  \"a\": 1,\n  \"b\": 2\n}\n"),
            ("POD-Y001", "```yaml\na: 1\n```\n", "\na: 1\n\n"),
            ("POD-Y001", "a: [1]\n  ...\nb: 2\n", "a: [1]\n\nb: 2\n"),
            ("POD-Y001", "a:\n  b: [1]\n  [...]\n  c: 2\n", "a:\n  b: [1]\n\n  c: 2\n"),
            ("POD-Y001", "a:\n  b: [1]\n  --- snip ---\n  c: 2\n", "a:\n  b: [1]\n\n  c: 2\n"),
            ("POD-Y001", "a:\n  b: [1]\n  ……\n  c: 2\n", "a:\n  b: [1]\n\n  c: 2\n"),
            ("POD-Y001", "a:\n  b: ...\n    c: 2\n", "a:\n  b:\n    c: 2\n"),
            (
                "POD-Y002",
                "a:\n  b: |\n  x {\n    y\n  }\n",
                "a:\n  b: |\n    x {\n      y\n    }\n",
            ),
            ("POD-Y009", "a: {{ .b }}\nc: 1\n", "a: \"{{ .b }}\"\nc: 1\n"),
        ] {
            assert_eq!(mended(bad, code).as_deref(), Some(good), "{bad}");
        }
    }

    #[test]
    fn a_command_of_a_template_is_named_and_not_put_in_quotes() {
        let found = parse("a:\n  {{- if .b }}\n  c: 1\n  {{- end }}\n").diagnostics;
        assert_eq!((found[0].code, found[0].fix.is_none()), ("POD-Y009", true));
    }
}
