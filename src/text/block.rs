//! Lines that fell out of a block of text, as `|` and `>` begin it: they stand less far in than the
//! text that goes on below them.
//!
//! Must not know Kubernetes. Invariant: only blanks are put in, at the beginning of lines, and the
//! document can be read then.

use crate::text::lines::{Line, opens_block, rows};
use crate::text::slips::{Slip, bare};
use crate::text::{Diagnostic, complaint};

/// How many lines one after another may have fallen out.
const LINES_MAX: usize = 3;
/// How many places of a document are mended at once.
const PLACES_MAX: usize = 4;
/// How many blocks above the place where the reading stopped are looked at.
const BLOCKS_MAX: usize = 3;

/// A block of text.
struct Block {
    /// The line that begins it.
    head: usize,
    /// How far in its text stands.
    column: usize,
    /// The first line that is no part of it.
    end: usize,
}

/// Lines that may have fallen out of a block.
struct Run {
    /// The line that begins the block.
    head: usize,
    /// The lines that have fallen out; none of them is blank.
    lines: Vec<usize>,
    /// How much further in they belong.
    shift: usize,
    /// Whether they are hardly anything but text.
    is_sure: bool,
}

/// A document's lines, each with the blanks that were put before it.
struct Page<'a> {
    part: &'a str,
    rows: Vec<Line<'a>>,
    added: Vec<usize>,
}

impl Page<'_> {
    fn indent(&self, index: usize) -> usize {
        self.rows[index].indent + self.added[index]
    }

    fn is_blank(&self, index: usize) -> bool {
        self.rows[index].body.is_empty()
    }

    /// The lines from one on that are not blank.
    fn below(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        (index..self.rows.len()).filter(|at| !self.is_blank(*at))
    }

    /// The line at which the document can't be read.
    fn stop(&self) -> Option<usize> {
        let mut text = String::new();
        for (index, line) in self.part.split_inclusive('\n').enumerate() {
            text.push_str(&" ".repeat(self.added[index]));
            text.push_str(line);
        }
        let (at, _) = complaint(&text)?;
        Some(text.get(..at).unwrap_or(&text).matches('\n').count())
    }

    /// The same once a run is moved.
    fn stop_after(&mut self, run: &Run) -> Option<usize> {
        run.lines.iter().for_each(|index| self.added[*index] += run.shift);
        let stop = self.stop();
        run.lines.iter().for_each(|index| self.added[*index] -= run.shift);
        stop
    }

    /// The block that a line begins, if there is text in it.
    fn block(&self, head: usize) -> Option<Block> {
        let row = self.rows.get(head).filter(|row| !row.body.starts_with('#'))?;
        let floor = row.text_floor()?;
        let mark = row.body.split(" #").next()?.trim_end().rsplit([' ', ':']).next()?;
        let given = mark.chars().find_map(|letter| letter.to_digit(10));
        let first = self.indent(self.below(head + 1).next()?);
        let column = match given.and_then(|given| usize::try_from(given).ok()) {
            Some(given) => floor + given,
            None => first,
        };
        let end = self.below(head + 1).find(|index| self.indent(*index) < column);
        (first > floor).then(|| Block { head, column, end: end.unwrap_or(self.rows.len()) })
    }

    fn blocks(&self) -> Vec<Block> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < self.rows.len() {
            let block = self.block(at);
            at = block.as_ref().map_or(at + 1, |block| block.end);
            found.extend(block);
        }
        found
    }

    /// What may have fallen out at the end of a block, the likeliest first.
    fn runs(&self, block: &Block) -> Vec<Run> {
        let is_out = |index: &usize| self.indent(*index) < block.column;
        let out: Vec<usize> =
            self.below(block.end).take_while(is_out).take(LINES_MAX + 1).collect();
        let last = out.last().map_or(block.end, |last| last + 1);
        // Whether the text goes on right below them.
        let goes_on = out.len() <= LINES_MAX && self.below(last).next().is_some();
        // What has a level of its own, such as an item with a key that others stand below.
        let opens = |index: &usize| {
            let body = self.rows[*index].body;
            let is_item = body.starts_with("- ") && body.contains(": ");
            !body.starts_with('#') && (body.ends_with(':') || opens_block(body) || is_item)
        };
        let run = |count: usize| {
            let lines = out[..count].to_vec();
            let least = lines.iter().map(|index| self.indent(*index)).min().unwrap_or(0);
            // A single word between keys is no entry either, unless it is still being typed; nor is
            // what begins with a tab and has no colon.
            let is_last = || self.below(last).next().is_none() && count == out.len();
            let is_text = |index: &usize| {
                let body = self.rows[*index].body;
                let is_key = body.contains(": ") || body.ends_with(':');
                let is_word = !body.contains([' ', ':']) && !is_last();
                is_word || (body.starts_with('\t') && !is_key)
            };
            let is_closed = goes_on && count == out.len() && !lines.iter().any(opens);
            let is_sure = is_closed || lines.iter().all(is_text);
            Run { head: block.head, lines, shift: block.column - least, is_sure }
        };
        let closed = out.iter().take_while(|index| !opens(index)).count();
        let mut counts: Vec<usize> = (1..=closed.min(LINES_MAX)).collect();
        if goes_on && !out.is_empty() {
            // All of them, but a key with a level of its own only if nothing else does.
            counts.retain(|count| *count != out.len());
            counts.insert(if closed == out.len() { 0 } else { counts.len() }, out.len());
        }
        counts.into_iter().map(run).collect()
    }

    /// The lines that fell out nearest above the place where the reading stops: with them moved it
    /// gets further.
    fn next(&mut self, stop: usize) -> Option<Run> {
        let blocks = self.blocks().into_iter().rev().filter(|block| block.end <= stop + 1);
        let runs: Vec<Run> = blocks.take(BLOCKS_MAX).flat_map(|block| self.runs(&block)).collect();
        let mut further = None;
        for run in runs {
            match self.stop_after(&run) {
                None => return Some(run),
                Some(after) => {
                    let is_further = after > stop && run.lines.iter().all(|line| *line < after);
                    further = further.or(is_further.then_some(run));
                }
            }
        }
        further
    }
}

/// Lines that fell out of a block of text, and whether they are hardly anything else.
pub(super) fn fallen(part: &str, base: u32) -> Option<(Diagnostic, bool)> {
    let rows = rows(part);
    let mut page = Page { part, added: vec![0; rows.len()], rows };
    let mut first: Option<Run> = None;
    let mut is_sure = true;
    for _ in 0..PLACES_MAX {
        let Some(stop) = page.stop() else { break };
        let run = page.next(stop)?;
        run.lines.iter().for_each(|index| page.added[*index] += run.shift);
        is_sure &= run.is_sure;
        first = first.or(Some(run));
    }
    let told = said(&page, &first?).told(part, base)?;
    Some((told, is_sure))
}

fn said(page: &Page<'_>, run: &Run) -> Slip {
    let head = page.rows[run.head].body;
    let (shift, rest) = bare(head);
    let key = rest.split(':').next().filter(|key| !key.starts_with(['|', '>']));
    let (of, of_chinese) = match key {
        Some(key) => (format!("of `{key}`"), format!("“{key}”的文本")),
        None => (
            format!("that `{}` begins", head[..=shift].trim()),
            format!("“{}”开始的文本", head[..=shift].trim()),
        ),
    };
    let first = &page.rows[run.lines[0]];
    let body = first.body.trim_start_matches('\t');
    let said = match run.lines.len() {
        1 => [
            format!("`{body}` belongs to the text {of}: it must be indented as far as the text."),
            format!("“{body}”属于{of_chinese}：它的缩进应与文本一致。"),
        ],
        count => [
            format!(
                "{count} lines from `{body}` on belong to the text {of}: they must be indented as \
                 far as the text."
            ),
            format!("从“{body}”开始的 {count} 行属于{of_chinese}：它们的缩进应与文本一致。"),
        ],
    };
    let edit = |(row, added): (&Line<'_>, &usize)| (row.start, row.start, " ".repeat(*added));
    let moved = page.rows.iter().zip(&page.added).filter(|(_, added)| **added > 0);
    Slip {
        code: "POD-Y002",
        said,
        fix: ["Indent it as far as the text", "缩进到与文本对齐"],
        from: first.at() + first.body.len() - body.len(),
        to: first.end(),
        edits: moved.map(edit).collect(),
    }
}

#[cfg(test)]
mod tests {
    use crate::text::parse;

    /// What is said first of a text, and the text once its fix is taken.
    fn mended(text: &str) -> (String, String) {
        let found = parse(text).diagnostics;
        let one = found.first().unwrap_or_else(|| panic!("nothing is wrong: {text}"));
        let after = one.fix.as_ref().map(|fix| fix.apply(text)).unwrap_or_default();
        (one.message.clone(), after)
    }

    #[test]
    fn lines_that_fell_out_of_a_text_go_back_into_it() {
        let script = "a:\n  b.sh: |\n    set -e\n    echo one\n    # note\n    exit 0\n  c: 1\n";
        let nested = "a:\n  b: |\n    d: 1\n    e:\n      f: 2\n    g: 3\n    h: 4\n";
        let item = "a:\n- sh\n- |\n  set -e\n  echo one\n  exit 0\n- b\n";
        let folded = "a:\n- b: >-\n    one two\n    # three\n\n    four\n  c: 1\n";
        let make = "a:\n  b: |\n    all:\n    \techo one\n    \techo two\n  c: 1\n";
        let given = "a:\n  b: |2\n      deep\n    echo one\n    exit 0\n";
        for (good, line, bad) in [
            (script, "    echo one\n", "  echo one\n"),
            (script, "    echo one\n", "   echo one\n"),
            (script, "    echo one\n", "echo one\n"),
            (script, "    # note\n", "  # note\n"),
            (script, "    echo one\n    # note\n", "  echo one\n  # note\n"),
            (nested, "    g: 3\n", "   g: 3\n"),
            (nested, "    g: 3\n", "  g: 3\n"),
            (item, "  echo one\n", " echo one\n"),
            (item, "  echo one\n", "echo one\n"),
            (folded, "    # three\n", "  # three\n"),
            (make, "    \techo two\n", "\techo two\n"),
            (make, "    \techo one\n", "\techo one\n"),
            (given, "    echo one\n", "  echo one\n"),
        ] {
            assert!(parse(good).diagnostics.is_empty(), "{good}");
            let text = good.replacen(line, bad, 1);
            assert_ne!(text, good);
            let (message, after) = mended(&text);
            assert_eq!(after, good, "{text}: {message}");
            assert!(message.contains("to the text"), "{message}");
        }
    }

    #[test]
    fn a_line_that_opens_a_level_goes_back_if_nothing_else_does() {
        let good = "a:\n  b: |\n    e {\n    f:\n      g: 1\n    }\n  c: 1\n";
        assert_eq!(mended(&good.replacen("    f:\n", "  f:\n", 1)).1, good);
    }

    #[test]
    fn lines_at_two_places_go_back_together() {
        let good = "a:\n  b: |\n    one {\n    two\n    three\n    four\n    }\n  c: 1\n";
        let bad = good.replace("    two", "  two").replace("    four", "  four");
        assert_eq!(mended(&bad).1, good);
    }

    #[test]
    fn a_word_at_the_end_of_a_text_goes_back_and_the_keys_behind_it_stay() {
        let good = "a:\n  b: |\n    [c]\n    log-bin\n  d: |\n    [c]\n    e\n";
        let (message, after) = mended(&good.replacen("    log", "  log", 1));
        assert_eq!(after, good);
        assert_eq!(
            message,
            "`log-bin` belongs to the text of `b`: it must be indented as far as the text."
        );
        // What may be a key that is still being typed, or lacks its colon, is told as one.
        for (bad, good) in [
            ("a:\n  b: |\n    c\n  d\n", "a:\n  b: |\n    c\n  d:\n"),
            ("a:\n  b: |\n    c\n  d 1\n  e: 2\n", "a:\n  b: |\n    c\n  d: 1\n  e: 2\n"),
        ] {
            assert_eq!(mended(bad).1, good);
        }
    }
}
