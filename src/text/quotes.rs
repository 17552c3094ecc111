//! Quotes that are missing, that are not closed, and that stand inside what they enclose.
//!
//! Must not know Kubernetes. Invariant: a quote that is put in or changed leaves every other
//! letter of the value as it is.

use crate::text::lines::{Line, opens_block};
use crate::text::slips::{Slip, is_inside, is_word, value_of};

/// A value in quotes that its own letters allow.
pub(super) fn around(value: &str) -> String {
    if value.contains(['"', '\\']) {
        format!("'{}'", value.replace('\'', "''"))
    } else {
        format!("\"{value}\"")
    }
}

/// A value that has a meaning of its own for YAML unless it stands in quotes.
pub(super) fn missing(line: &Line<'_>) -> Option<Slip> {
    let start = value_of(line.body);
    let value = &line.body[start..];
    let is_flow = value.starts_with(['{', '[']);
    let is_torn = is_flow && goes_on(value);
    if is_flow && !is_torn {
        return None;
    }
    // What has more than one key in it was hardly meant as text.
    if value.matches(": ").count() > 1 {
        return None;
    }
    let is_odd = value.starts_with(['@', '`', '*', '%', '&', '!', '?', ',', ']', '}'])
        || is_torn
        || value.contains(": ")
        || value.ends_with(':');
    // `\` means something in double quotes, and nothing in single ones.
    let escaped = value.strip_prefix('"').and_then(|inner| inner.strip_suffix('"'));
    let escaped = escaped.filter(|inner| inner.contains('\\') && !inner.contains(['"', '\'']));
    // Behind `|` and `>` stands at most how the text is kept.
    let is_mark = value.starts_with(['|', '>']) && opens_block(line.body);
    let is_odd = is_odd || (value.starts_with(['|', '>']) && !is_mark);
    if start == 0 || (escaped.is_none() && (!is_odd || is_mark || value.starts_with(['"', '\'']))) {
        return None;
    }
    let text = escaped.map_or_else(|| around(value), |inner| format!("'{inner}'"));
    Some(Slip {
        code: "POD-Y011",
        said: if escaped.is_some() {
            [
                format!("In double quotes `\\` begins an escape; {value} means it as text."),
                format!("双引号中“\\”表示转义，而 {value} 是想按原样使用它。"),
            ]
        } else {
            [
                format!(
                    "The value `{value}` must stand in quotes: YAML reads its marks as its own."
                ),
                format!("值“{value}”需要加引号，否则 YAML 会把其中的符号当作语法。"),
            ]
        },
        fix: if escaped.is_some() {
            ["Use single quotes", "改用单引号"]
        } else {
            ["Put it in quotes", "加上引号"]
        },
        from: line.at() + start,
        to: line.end(),
        edits: vec![(line.at() + start, line.end(), text)],
    })
}

/// Whether words follow the bracket that closes what a value begins with, as in `[INFO] ready`.
fn goes_on(value: &str) -> bool {
    let mut depth = 0_usize;
    let end = value.char_indices().find_map(|(at, letter)| {
        match letter {
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        (depth == 0).then_some(at + 1)
    });
    let rest = end.map_or("", |end| &value[end..]);
    let rest = rest.split(" #").next().unwrap_or_default();
    let is_word = rest.trim_start().starts_with(|one: char| one.is_alphanumeric() || one == '/');
    is_word && !value.contains(['"', '\''])
}

/// A mark before a number or a name, where nothing may begin with one.
pub(super) fn stray(line: &Line<'_>) -> Option<Slip> {
    let start = value_of(line.body);
    let value = &line.body[start..];
    let word = value.strip_prefix(['@', '`', '%', '!', '&', '*', '|', '>'])?;
    let is_number = word.bytes().all(|one| one.is_ascii_digit());
    let is_name = value.starts_with(['@', '`']) && word.chars().all(is_word);
    let from = line.at() + start;
    (start > 0 && !word.is_empty() && (is_number || is_name)).then(|| Slip {
        code: "POD-Y001",
        said: [
            format!("A mark too many stands before the value in `{value}`."),
            format!("“{value}”前面多了一个符号。"),
        ],
        fix: ["Take the mark away", "删除该符号"],
        from,
        to: line.end(),
        edits: vec![(from, from + 1, String::new())],
    })
}

/// A quote before brackets that close without another one.
pub(super) fn before_brackets(line: &Line<'_>) -> Option<Slip> {
    let start = value_of(line.body);
    let inner = line.body[start..].strip_prefix(['"', '\''])?;
    let is_whole = [('{', '}'), ('[', ']')]
        .into_iter()
        .any(|(open, close)| inner.starts_with(open) && inner.ends_with(close));
    let from = line.at() + start;
    is_whole.then(|| Slip {
        fix: ["Take the quote away", "去掉引号"],
        ..open_quote((from, line.end()), (from, from + 1, String::new()))
    })
}

/// A value between the backticks that Markdown puts around code.
pub(super) fn backticks(line: &Line<'_>) -> Option<Slip> {
    let start = value_of(line.body);
    let value = line.body[start..].split(" #").next()?.trim_end();
    let inner = value.strip_prefix('`')?.strip_suffix('`')?;
    if inner.is_empty() || inner.contains('`') {
        return None;
    }
    let (from, to) = (line.at() + start, line.at() + start + value.len());
    Some(Slip {
        code: "POD-Y001",
        said: [
            format!("The backticks around `{inner}` are Markdown's and no part of the value."),
            format!("“{inner}”两侧的反引号是 Markdown 的标记，不是值的一部分。"),
        ],
        fix: ["Take the backticks away", "去掉反引号"],
        from,
        to,
        edits: vec![(from, from + 1, String::new()), (to - 1, to, String::new())],
    })
}

/// A quote that is not closed on its line.
pub(super) fn open(line: &Line<'_>) -> Option<Slip> {
    let start = value_of(line.body);
    let value = &line.body[start..];
    let open = value.chars().next().filter(|letter| matches!(letter, '"' | '\''))?;
    let rest = &value[1..];
    if rest.contains(open) || rest.is_empty() {
        return None;
    }
    // A comment behind it is no part of the value.
    let inner = rest.split(" #").next().unwrap_or(rest).trim_end();
    let end = line.at() + start + 1 + inner.len();
    let other = if open == '"' { '\'' } else { '"' };
    let from = if inner.ends_with(other) { end - 1 } else { end };
    Some(open_quote((line.at() + start, end), (from, end, open.to_string())))
}

/// A quote that is not closed: where it stands, and what closes it.
fn open_quote((from, to): (usize, usize), edit: (usize, usize, String)) -> Slip {
    Slip {
        code: "POD-Y001",
        said: [
            "This is not valid YAML: a quote is not closed.".to_owned(),
            "这不是有效的 YAML：引号没有闭合。".to_owned(),
        ],
        fix: ["Close the quote", "补上引号"],
        from,
        to,
        edits: vec![edit],
    }
}

/// A quote inside brackets that is not closed before they are.
pub(super) fn open_inside(part: &str, at: usize) -> Option<Slip> {
    let open = part.get(at..)?.chars().next().filter(|letter| matches!(letter, '"' | '\''))?;
    let end = part[at..].find('\n').map_or(part.len(), |end| at + end);
    let rest = part[at + 1..end].trim_end();
    let inner = rest.trim_end_matches([']', '}', ' ', ',']);
    if !is_inside(part, at) || rest.contains(open) || inner.len() == rest.len() {
        return None;
    }
    let place = at + 1 + inner.len();
    Some(open_quote((at, at + 1 + rest.len()), (place, place, open.to_string())))
}

/// Quotes inside a value that the same quotes enclose, so that it ends too early.
///
/// Of a line's values each ends with the last quote that an end may follow; what stands before it
/// was meant as text. Apostrophes stand in words, all others in pairs: an odd one may as well be a
/// quote that is missing elsewhere.
pub(super) fn inner(part: &str, line: &Line<'_>, at: usize) -> Option<Slip> {
    // Behind a blank another value may begin, before which a comma is missing.
    let is_torn = part.get(..at)?.ends_with(['"', '\'']) && !part[at..].starts_with([' ', '\n']);
    if !is_torn || !(line.at()..=line.end()).contains(&at) {
        return None;
    }
    let is_flow = is_inside(part, at);
    let value = value_of(line.body);
    let mut from = if is_flow { 0 } else { value };
    let (mut edits, mut quote, mut before) = (Vec::new(), '"', None);
    while let Some(letter) = line.body[from..].chars().next() {
        let opens = from == value || matches!(before, Some('[' | '{' | ',' | ':'));
        if matches!(letter, '"' | '\'') && opens {
            let end = end_of(&line.body[from..], letter, is_flow)?;
            let inside = inside(&line.body[from..from + end], letter)?;
            if !inside.is_empty() {
                quote = letter;
            }
            edits.extend(inside.into_iter().map(|one| line.at() + from + one));
            from += end;
        } else {
            from += letter.len_utf8();
        }
        before = if letter == ' ' { before } else { Some(letter) };
    }
    let (put, fix) = if quote == '"' {
        ("\\", ["Put a backslash before it", "在它前面加反斜杠"])
    } else {
        ("'", ["Write it twice", "把它写两遍"])
    };
    let first = *edits.first()?;
    let said = [
        format!(
            "A `{quote}` inside the value ends it too early; between quotes of its own kind it \
             is written `{put}{quote}`."
        ),
        format!("值中间的“{quote}”让值过早结束；在同种引号之间应写成“{put}{quote}”。"),
    ];
    let edits = edits.into_iter().map(|at| (at, at, put.to_owned())).collect();
    Some(Slip { code: "POD-Y001", said, fix, from: first, to: first + 1, edits })
}

/// Where a value that begins with a quote ends: behind the last that nothing of its own follows;
/// inside brackets behind the first.
fn end_of(text: &str, quote: char, is_flow: bool) -> Option<usize> {
    let ends = text.match_indices(quote).map(|(at, _)| at + 1).skip(1);
    let mut ends = ends.filter(|end| {
        let rest = text[*end..].trim_start();
        let is_comment = rest.starts_with('#') && text[*end..].starts_with(' ');
        rest.is_empty() || is_comment || (is_flow && rest.starts_with([',', ']', '}', ':']))
    });
    if is_flow { ends.next() } else { ends.last() }
}

/// The quotes inside a value that must be marked, if they were meant as text.
fn inside(value: &str, quote: char) -> Option<Vec<usize>> {
    let mut places = Vec::new();
    let mut is_apostrophe = true;
    let mut at = 1;
    let end = value.len() - 1;
    while let Some(letter) = value.get(at..end).and_then(|rest| rest.chars().next()) {
        let next = at + letter.len_utf8();
        let is_marked = match quote {
            '"' => letter == '\\',
            _ => letter == quote && next < end && value[next..].starts_with(quote),
        };
        if is_marked {
            at = next + value[next..].chars().next().map_or(0, char::len_utf8);
            continue;
        }
        if letter == quote {
            places.push(at);
            let is_letter = |one: Option<char>| one.is_some_and(char::is_alphabetic);
            is_apostrophe &= quote == '\''
                && is_letter(value[..at].chars().next_back())
                && is_letter(value[next..].chars().next());
        }
        at = next;
    }
    (is_apostrophe || places.len().is_multiple_of(2)).then_some(places)
}

#[cfg(test)]
mod tests {
    use crate::text::slips::mended;

    #[test]
    fn quotes_inside_a_value_are_marked_as_its_own() {
        for (bad, good) in [
            ("a: ['it's fine']\n", "a: ['it''s fine']\n"),
            ("a: 'it's fine' # b\n", "a: 'it''s fine' # b\n"),
            ("a: ['don't', 'can't', \"x\"]\n", "a: ['don''t', 'can''t', \"x\"]\n"),
            ("a: [\"sh\", \"echo \"hi\"\"]\n", "a: [\"sh\", \"echo \\\"hi\\\"\"]\n"),
            ("- \"say \"hi\", he said\"\n", "- \"say \\\"hi\\\", he said\"\n"),
            ("a: 'echo 'hi''\n", "a: 'echo ''hi'''\n"),
            ("a: \"{\"b\": \"c\"}\"\n", "a: \"{\\\"b\\\": \\\"c\\\"}\"\n"),
            ("a: {b: \"x \"y\" z\", c: 'd'}\n", "a: {b: \"x \\\"y\\\" z\", c: 'd'}\n"),
        ] {
            assert_eq!(mended(bad).as_deref(), Some(good), "{bad}");
        }
    }

    #[test]
    fn where_quotes_may_mean_two_things_nothing_is_changed() {
        for text in [
            "a: [\"a \"b\", \"c\"]\n",
            "a: \"a 5\" disk\"\n",
            "a: [\"b\"c]\n",
            "a: {b: \"c\" d\"}\n",
        ] {
            assert_eq!(mended(text), None, "{text}");
        }
    }

    #[test]
    fn a_quote_is_closed_before_the_comment() {
        for (bad, good) in [
            ("a: \"open # note\nb: 1\n", "a: \"open\" # note\nb: 1\n"),
            ("a: 'nginx\" # web\n", "a: 'nginx' # web\n"),
            ("a: \"b#c\n", "a: \"b#c\"\n"),
            (
                "- a: \"open # note\n  b: 1\n  c: \"d\"\n",
                "- a: \"open\" # note\n  b: 1\n  c: \"d\"\n",
            ),
        ] {
            assert_eq!(mended(bad).as_deref(), Some(good), "{bad}");
        }
    }
}
