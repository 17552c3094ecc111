//! Lines that were joined, and a first line that lost its indentation, as copying does both.
//!
//! Must not know Kubernetes. Invariant: only blanks and line breaks are put in or taken away.

use crate::text::lines::{Line, blocks, lines};
use crate::text::slips::{Slip, bare, is_word, value_of};

/// A first line that begins further left than all lines below it: what was copied began behind its
/// indentation.
pub(super) fn first_line(part: &str) -> Option<Slip> {
    let lines = lines(part);
    let (first, rest) = lines.split_first()?;
    let least = rest.iter().map(|line| line.indent).min()?;
    let gone = least.checked_sub(first.indent).filter(|gone| *gone > 0)?;
    if value_of(first.body) == bare(first.body).0 {
        // What a key begins stands below it, further right.
        return None;
    }
    let mut edits = Vec::new();
    let mut at = 0;
    for line in part.split_inclusive('\n') {
        let blanks = line.len() - line.trim_start_matches(' ').len();
        if at > first.start && blanks > 0 {
            edits.push((at, at + gone.min(blanks), String::new()));
        }
        at += line.len();
    }
    let key = first.body.split(':').next().unwrap_or(first.body);
    let column = first.indent + 1;
    Some(Slip {
        code: "POD-Y002",
        said: [
            format!(
                "The indentation is wrong: `{key}` begins at column {column}, and every line below \
                 it further right."
            ),
            format!("缩进有误：“{key}”从第 {column} 列开始，而它下面的行都缩进得更深。"),
        ],
        fix: ["Move the lines below to the left", "把下面的行移到左边"],
        from: first.at(),
        to: first.end(),
        edits,
    })
}

/// A key and its value, or an item, where a value stands.
fn begins(value: &str) -> bool {
    let (shift, rest) = bare(value);
    let end = rest.find(|letter| !is_word(letter)).unwrap_or(rest.len());
    let is_key = rest.starts_with(|first: char| first.is_ascii_alphabetic());
    let is_entry = is_key && (rest[end..].starts_with(": ") || &rest[end..] == ":");
    is_entry || (shift > 0 && !rest.is_empty())
}

/// `metadata: name: web`, whose mapping begins on its key's line.
pub(super) fn on_one_line(lines: &[Line<'_>], index: usize) -> Option<Slip> {
    let line = lines.get(index)?;
    let start = value_of(line.body);
    let (shift, _) = bare(line.body);
    if start == shift || !begins(&line.body[start..]) {
        return None;
    }
    let column = line.indent + shift;
    let is_item = line.body[start..].starts_with("- ");
    let below = lines.get(index + 1).filter(|below| below.indent > line.indent);
    // What goes on below tells where it begins.
    let mut inner = match below {
        Some(below) if is_item && !below.body.starts_with("- ") => {
            below.indent.checked_sub(2).filter(|inner| *inner >= column)?
        }
        Some(below) if below.indent > column || is_item => below.indent,
        _ => column + 2,
    };
    let mut edits = Vec::new();
    let mut from = start;
    while begins(&line.body[from..]) {
        let colon = line.body[..from].trim_end().len();
        let text = format!("\n{}", " ".repeat(inner));
        edits.push((line.at() + colon, line.at() + from, text));
        let value = value_of(&line.body[from..]);
        let dashes = bare(&line.body[from..]).0;
        if value == dashes {
            break;
        }
        (inner, from) = (inner + dashes + 2, from + value);
    }
    let key = line.body[shift..start].trim_end().trim_end_matches(':');
    Some(Slip {
        code: "POD-Y001",
        said: [
            format!(
                "What `{key}` holds begins on the line of the key; it belongs on the lines below, \
                 further right."
            ),
            format!("“{key}”的内容与键写在了同一行；应另起一行并缩进。"),
        ],
        fix: ["Put it on a line of its own", "另起一行"],
        from: line.at() + start,
        to: line.end(),
        edits,
    })
}

/// `name: web namespace: team`, which are two lines or more: each column that the second may have.
pub(super) fn two_entries(lines: &[Line<'_>], index: usize) -> Vec<Slip> {
    let line = &lines[index];
    let start = value_of(line.body);
    let (shift, _) = bare(line.body);
    if start == shift || line.body[start..].starts_with(['"', '\'', '{', '[']) {
        return Vec::new();
    }
    let breaks: Vec<usize> = line.body[start..]
        .match_indices(' ')
        .map(|(at, _)| start + at)
        .filter(|at| begins(&line.body[at + 1..]) && !line.body[at + 1..].starts_with("- "))
        .collect();
    let Some(first) = breaks.first() else { return Vec::new() };
    let key = line.body[first + 1..].split(':').next().unwrap_or_default();
    // As far in as its own key, or as any of those around it.
    let mut columns = vec![line.indent + shift];
    for above in lines[..index].iter().rev() {
        let column = above.indent + bare(above.body).0;
        if columns.last().is_some_and(|last| column < *last) {
            columns.push(column);
        }
    }
    let slip = |column: usize| Slip {
        code: "POD-Y001",
        said: [
            format!(
                "`{key}` begins on the line of the value before it; it needs a line of its own."
            ),
            format!("“{key}”与前面的值写在了同一行；应另起一行。"),
        ],
        fix: ["Put it on a line of its own", "另起一行"],
        from: line.at() + first + 1,
        to: line.end(),
        edits: breaks
            .iter()
            .map(|at| (line.at() + at, line.at() + at + 1, format!("\n{}", " ".repeat(column))))
            .collect(),
    };
    columns.into_iter().map(slip).collect()
}

/// `---kind: Pod`, whose line break was lost.
pub(super) fn mark_and_key(part: &str) -> Option<Slip> {
    let mut at = 0;
    let mut found = Vec::new();
    for (line, is_text) in part.split_inclusive('\n').zip(blocks(part)) {
        if !is_text && is_joined(line) {
            found.push((at + 3, at + 3, "\n".to_owned()));
        }
        at += line.len();
    }
    let (end, ..) = *found.first()?;
    let [message, chinese] = JOINED.map(str::to_owned);
    Some(Slip {
        code: "POD-Y001",
        said: [message, chinese],
        fix: BREAK,
        from: end - 3,
        to: end,
        edits: found,
    })
}

/// What is said of a mark of documents that a key follows on its line.
pub const JOINED: [&str; 2] = [
    "A line break is missing after `---`, which parts documents.",
    "分隔文档的“---”后面缺少换行。",
];
/// How it is mended.
pub const BREAK: [&str; 2] = ["Put a line break after it", "在它后面换行"];

/// Whether a key follows a mark of documents without a line break.
pub fn is_joined(line: &str) -> bool {
    let rest = line.strip_prefix("---").unwrap_or_default();
    rest.starts_with(|first: char| first.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use crate::text::{documents, read_document};

    /// The text after the first way with this title.
    fn mended(text: &str, title: &str) -> Option<String> {
        let reading = read_document(text, documents(text)[0]);
        let mut fixes = reading.ways.iter().filter_map(|one| one.fix.as_ref());
        fixes.find(|fix| fix.title == title).map(|fix| fix.apply(text))
    }

    #[test]
    fn a_first_line_that_lost_its_indentation_leads_the_others_back() {
        for (bad, good) in [
            (
                "a: 1\n    b: 2\n    # c\n\n    d: |\n      # e\n",
                "a: 1\nb: 2\n# c\n\nd: |\n  # e\n",
            ),
            ("a: x\n  b:\n    c: 1\n", "a: x\nb:\n  c: 1\n"),
        ] {
            let after = mended(bad, "Move the lines below to the left");
            assert_eq!(after.as_deref(), Some(good));
        }
        assert_eq!(mended("a: x\n  b: 1\nc: 1\n", "Move the lines below to the left"), None);
    }

    #[test]
    fn what_begins_on_its_keys_line_gets_its_own() {
        for (bad, good) in [
            ("a: b: c\n", "a:\n  b: c\n"),
            ("a: b: c\n    d: 1\n", "a:\n    b: c\n    d: 1\n"),
            ("a: b: c: d\n", "a:\n  b:\n    c: d\n"),
            ("a: - b: c\n", "a:\n  - b: c\n"),
            ("a: - b: c\n  - b: d\n", "a:\n  - b: c\n  - b: d\n"),
            ("x:\n  a: - b: c\n    d: e\n", "x:\n  a:\n  - b: c\n    d: e\n"),
            ("- a: b: c\n", "- a:\n    b: c\n"),
        ] {
            assert_eq!(mended(bad, "Put it on a line of its own").as_deref(), Some(good), "{bad}");
        }
    }

    #[test]
    fn two_entries_on_one_line_are_parted() {
        let all = |text: &str| -> Vec<String> {
            let reading = read_document(text, documents(text)[0]);
            let fixes = reading.ways.iter().filter_map(|one| one.fix.as_ref());
            fixes.map(|fix| fix.apply(text)).collect()
        };
        assert!(all("a: b c: d\n").contains(&"a: b\nc: d\n".to_owned()));
        assert!(all("a:\n  b: c d: e f: g\n").contains(&"a:\n  b: c\n  d: e\n  f: g\n".to_owned()));
        assert!(all("a:\n  b: c d:\n  e: f\n").contains(&"a:\n  b: c\nd:\n  e: f\n".to_owned()));
        assert!(all("a:\n- b: c d: e\n").contains(&"a:\n- b: c\n  d: e\n".to_owned()));
    }

    #[test]
    fn a_mark_of_documents_ends_its_line() {
        let after = mended("a: 1\n---b: 2\nc: [\n---d: 3\n", "Put a line break after it");
        assert_eq!(after, None, "something else is wrong");
        let after = mended("a: [1]\n---b\nc: 2\n", "Put a line break after it");
        assert_eq!(after.as_deref(), None);
        let text = "  a: 1\n---b: 2\nc: 3\n";
        let after = mended(text, "Put a line break after it");
        assert_eq!(after.as_deref(), Some("  a: 1\n---\nb: 2\nc: 3\n"));
    }
}
