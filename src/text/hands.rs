//! Lines that a hand left unfinished, put in a wrong order or gave a mark too many.
//!
//! Must not know Kubernetes. Invariant: no word is taken away or put in.

use crate::text::lines::{Line, blocks};
use crate::text::shift::is_swallowed;
use crate::text::slips::{Slip, bare, is_inside, value_of};

/// Marks that other languages put at the end of a line.
const ENDS: [char; 2] = [',', ';'];

/// A comma or semicolon behind a value in quotes or brackets, in every line that has one.
pub(super) fn behind(part: &str, lines: &[Line<'_>], index: usize) -> Option<Slip> {
    let mark = |line: &Line<'_>| {
        let value = &line.body[value_of(line.body)..];
        let kept = value.trim_end_matches(ENDS);
        let is_closed = kept.ends_with(['"', '\'', ']', '}']);
        let is_whole = kept.starts_with(['"', '\'', '[', '{']);
        let is_own = kept.len() < value.len() && is_closed && is_whole;
        (is_own && !is_inside(part, line.end()))
            .then(|| (line.end() + kept.len() - value.len(), line.end()))
    };
    let (from, to) = mark(lines.get(index)?)?;
    let mark_words = &part[from..to];
    Some(Slip {
        code: "POD-Y001",
        said: [
            format!(
                "A `{mark_words}` stands behind the value; in YAML the end of the line ends it."
            ),
            format!("值后面多了“{mark_words}”；YAML 中换行就表示值结束。"),
        ],
        fix: ["Take it away", "删除它"],
        from,
        to,
        edits: lines.iter().filter_map(mark).map(|(from, to)| (from, to, String::new())).collect(),
    })
}

/// A dash that was typed twice before an item.
pub(super) fn twice(lines: &[Line<'_>], index: usize) -> Option<Slip> {
    let line = lines.get(index).filter(|line| line.body.starts_with("- - "))?;
    Some(Slip {
        code: "POD-Y001",
        said: [
            "Two dashes stand before this item, so that a list would be in the list.".to_owned(),
            "这一项前有两个短横线，会成为列表中的列表。".to_owned(),
        ],
        fix: ["Take one dash away", "去掉一个短横线"],
        from: line.at(),
        to: line.end(),
        edits: vec![(line.at(), line.at() + 2, String::new())],
    })
}

/// A dash before a key of a mapping, where no list is.
pub(super) fn stray_dash(lines: &[Line<'_>], index: usize) -> Option<Slip> {
    let stop = lines.get(index)?;
    // The line itself, or the one above at the same column with which the mapping begins.
    let at = if stop.body.starts_with("- ") {
        index
    } else {
        let above = (0..index).rev().take_while(|at| lines[*at].indent >= stop.indent);
        let mut above = above.filter(|at| lines[*at].indent == stop.indent);
        above.find(|at| lines[*at].body.starts_with("- "))?
    };
    let (shift, rest) = bare(lines[at].body);
    Some(no_item(&lines[at], rest, shift))
}

/// A dash that was typed at the beginning of a line, before the blanks that the line had.
pub(super) fn typed_dash(line: &Line<'_>) -> Option<Slip> {
    let rest = line.body.strip_prefix("-  ")?;
    Some(no_item(line, rest.trim_start(), 2))
}

/// What is said of a dash that begins no item: it goes with so many letters.
fn no_item(line: &Line<'_>, rest: &str, letters: usize) -> Slip {
    let key = rest.split(':').next().unwrap_or(rest);
    Slip {
        code: "POD-Y001",
        said: [
            format!("No list is here, so that no dash may stand before `{key}`."),
            format!("这里不是列表，“{key}”前面不应有短横线。"),
        ],
        fix: ["Take the dash away", "去掉短横线"],
        from: line.at(),
        to: line.end(),
        edits: vec![(line.at(), line.at() + letters, String::new())],
    }
}

/// The dash before the first item of a list, which only those below it have.
pub(super) fn first_dash(lines: &[Line<'_>], index: usize) -> Option<Slip> {
    let stop = lines.get(index).filter(|line| line.body.starts_with("- "))?;
    let above = (0..index).rev().take_while(|at| lines[*at].indent > stop.indent);
    let first = above.last()?;
    let opens = first.checked_sub(1).map(|at| &lines[at])?;
    let line = &lines[first];
    if line.indent != stop.indent + 2 || !opens.body.ends_with(':') || line.body.starts_with("- ") {
        return None;
    }
    let key = line.body.split(':').next().unwrap_or(line.body);
    Some(Slip {
        code: "POD-Y001",
        said: [
            format!("The items below `{key}` begin with a dash, so the first must as well."),
            format!("“{key}”下面的列表项以短横线开头，第一项也应如此。"),
        ],
        fix: ["Put a dash before the first item", "在第一项前加短横线"],
        from: line.at(),
        to: line.end(),
        edits: vec![(line.at() - 2, line.at(), "- ".to_owned())],
    })
}

/// Two lines of which the second should stand first.
pub(super) fn swapped(part: &str, lines: &[Line<'_>], index: usize) -> Option<Slip> {
    let (first, second) = (lines.get(index)?, lines.get(index + 1)?);
    let between = part.get(first.end()..second.start)?;
    if first.indent == second.indent || !between.trim().is_empty() {
        return None;
    }
    let upper = part.get(first.start..first.end())?;
    let lower = part.get(second.start..second.end())?;
    let slip = Slip {
        code: "POD-Y002",
        said: [
            format!("`{}` belongs below `{}`, not above it.", first.body, second.body),
            format!("“{}”应位于“{}”的下面，而不是上面。", first.body, second.body),
        ],
        fix: ["Swap the two lines", "交换这两行"],
        from: first.at(),
        to: first.end(),
        edits: vec![(first.start, second.end(), format!("{lower}{between}{upper}"))],
    };
    // No line may become part of a text, or of a value that goes on, nor stop being one.
    let mended = slip.mended(part)?;
    let texts = |part: &str| blocks(part).iter().filter(|is_text| **is_text).count();
    let is_lost =
        texts(part) != texts(&mended) || is_swallowed(&mended, [index, index + 1, index + 1]);
    (!is_lost).then_some(slip)
}

#[cfg(test)]
mod tests {
    use crate::text::{documents, read_document};

    /// Whether one of the ways of this name makes the good text of the bad one.
    fn leads(bad: &str, good: &str, title: &str) -> bool {
        let reading = read_document(bad, documents(bad)[0]);
        let mut fixes = reading.ways.iter().filter_map(|one| one.fix.as_ref());
        fixes.any(|fix| fix.title == title && fix.apply(bad) == good)
    }

    #[test]
    fn marks_of_other_languages_behind_a_value_go() {
        for (bad, good) in [
            ("a: \"b\",\nc: 'd';\n", "a: \"b\"\nc: 'd'\n"),
            ("a: [b],\nc: 1\n", "a: [b]\nc: 1\n"),
            ("a:\n- \"b\",\n- \"c\"\n", "a:\n- \"b\"\n- \"c\"\n"),
        ] {
            assert!(leads(bad, good, "Take it away"), "{bad}");
        }
        assert!(!leads("{\n\"a\": \"b\",\n\"c\" \"d\"\n}\n", "", "Take it away"));
    }

    #[test]
    fn dashes_are_put_in_and_taken_away() {
        let good = "a:\n  b: 1\n  c:\n    d: 2\n  e: 3\n";
        for key in ["c:", "b:", "e:"] {
            let bad = good.replace(key, &format!("- {key}"));
            assert!(leads(&bad, good, "Take the dash away"), "{bad}");
        }
        let bad = good.replace("  c:", "-   c:");
        assert!(leads(&bad, good, "Take the dash away"), "{bad}");
        let good = "a:\n  - b: 1\n    c: 2\n  - b: 3\n";
        let bad = good.replacen("- b", "  b", 1);
        assert!(leads(&bad, good, "Put a dash before the first item"));
    }

    #[test]
    fn two_lines_are_swapped_back() {
        let good = "a:\n  b:\n    c: 1\n  d: 2\n";
        let bad = "a:\n    c: 1\n  b:\n  d: 2\n";
        assert!(leads(bad, good, "Swap the two lines"));
        let bad = "a:\n  b: |\n    c\n  d: 1\n    e: 2\n";
        let worse = "a:\n  b: |\n    c\n    e: 2\n  d: 1\n";
        assert!(!leads(bad, worse, "Swap the two lines"));
    }
}
