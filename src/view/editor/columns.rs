//! Whether a key may begin at a place: what is put in there must leave a text that can be read.
//!
//! Owns the columns at which lines may begin. It must not know what fields mean. Invariant: where
//! nothing but part of the value above can stand, no key may begin.

use super::place::{Line, Part, Place, read};
use super::sheet::Sheet;

/// The column at which a line begins, its dashes with it.
fn start(line: &Line<'_>) -> usize {
    line.dashes.first().copied().unwrap_or(line.column)
}

/// Whether a line holds more below it, further in.
fn opens(line: &Line<'_>) -> bool {
    match line.key {
        Some(_) => !line.has_value,
        None => line.is_empty,
    }
}

/// The column that must stand left of what a line holds below it.
fn floor(line: &Line<'_>) -> usize {
    match (line.key, line.dashes.last()) {
        (None, Some(dash)) => *dash,
        _ => line.column,
    }
}

/// Whether a key may begin at a place, or with `as_item` the dash of an item.
pub(super) fn may_begin(text: &str, sheet: &Sheet, place: &Place, as_item: bool) -> bool {
    if place.in_flow || place.part != Part::Key || place.has_colon {
        return true;
    }
    let at = sheet.line_at(place.from);
    let head = &text[sheet.lines[at].from..place.from];
    let own = head.len() - head.trim_start_matches(' ').len();
    let is_item = as_item || head[own..].starts_with('-');
    let said = |at: usize| {
        let line = sheet.lines[at];
        let is_own = !line.in_scalar && line.open.is_none();
        let line = is_own.then(|| read(&text[line.from..line.to]))??;
        // A value that goes on says nothing of columns.
        (line.key.is_some() || !line.dashes.is_empty()).then_some(line)
    };
    let is_mark = |at: &usize| sheet.lines[*at].separator;
    let above = (0..at).rev().take_while(|at| !is_mark(at)).filter_map(said);
    let mut below = (at + 1..sheet.lines.len()).take_while(|at| !is_mark(at)).filter_map(said);
    let mut above = above.peekable();
    let Some(near) = above.peek() else {
        return below.next().is_none_or(|below| start(&below) == own);
    };
    let is_list_of = |line: &Line<'_>| is_item && line.key.is_some() && line.column == own;
    if own > floor(near) || (is_list_of(near) && opens(near)) {
        // What stands there already tells the column.
        let first = below.next().filter(|below| start(below) > floor(near));
        return opens(near) && first.is_none_or(|below| start(&below) == own);
    }
    for line in above {
        let is_level = if is_item {
            line.dashes.contains(&own) || (is_list_of(&line) && opens(&line))
        } else {
            line.key.is_some() && line.column == own
        };
        if is_level || start(&line) < own {
            return is_level;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::place::place;
    use super::*;

    fn may(text: &str) -> bool {
        begins(text, false)
    }

    fn begins(text: &str, as_item: bool) -> bool {
        let byte = text.find('|').expect("a bar marks the place");
        let text = text.replace('|', "");
        let sheet = Sheet::of(&text);
        place(&text, &sheet, byte).is_some_and(|place| may_begin(&text, &sheet, &place, as_item))
    }

    #[test]
    fn keys_begin_beside_others_and_below_those_that_are_open() {
        for text in [
            "|",
            "a: 1\n|",
            "a:\n  |",
            "a:\n      |",
            "a:\n- |",
            "a:\n  - b: 1\n    |",
            "a:\n  - b: 1\n  - |",
            "a:\n- b: 1\n|",
            "a:\n  b:\n    c: 1\n  |",
            "a:\n  |\n  b: 1\n",
            "a: &x\n  |",
            "a: 1\n---\n|",
            "a: |\n".replace('|', "x\n|").as_str(),
            "a:\n  b: [1,\n      2]\n  |",
        ] {
            assert!(may(text), "{text}");
        }
    }

    #[test]
    fn an_item_begins_beside_others_and_below_its_key() {
        for text in ["a:\n  - b: 1\n  |", "a:\n|", "a:\n  |", "a:\n- b: 1\n|", "a:\n  - - b\n    |"]
        {
            assert!(begins(text, true), "{text}");
        }
        for text in ["a:\n  - b: 1\n    |", "a:\n  b: 1\n  |", "a: 1\n|", "a:\n  - b: 1\n   |"] {
            assert!(!begins(text, true), "{text}");
        }
    }

    #[test]
    fn nothing_begins_inside_a_value_or_between_columns() {
        for text in [
            "a: 1\n  |",
            "a:\n  b: c\n    d|",
            "a:\n  - b: 1\n  |",
            "a:\n  - b: 1\n   |",
            "a:\n  - b: 1\n      |",
            "a:\n  - b\n    |",
            "a:\n    |\n  b: 1\n",
            "a:\n    b: 1\n  |",
            "  |\na: 1\n",
        ] {
            assert!(!may(text), "{text}");
        }
    }
}
