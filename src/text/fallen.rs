//! Lines that fell out of a block of text and can still be read, as a key among the others.
//!
//! Must not know Kubernetes. Invariant: only blanks are put in, at the beginning of a line.

use crate::text::lines::{Line, blocks, is_readable, opens_block, rows};
use crate::text::slips::value_of;
use crate::text::{Diagnostic, Edit, Fix, Severity, Span};

/// The edit that puts the line of a byte as far in as the block of text right above it.
pub fn back_into_text(part: &str, at: u32) -> Option<Edit> {
    let number = part.get(..at as usize)?.matches('\n').count();
    let (rows, is_text) = (rows(part), blocks(part));
    let above = number.checked_sub(1)?;
    if !*is_text.get(above)? || *is_text.get(number)? {
        return None;
    }
    let first = (0..=above).rev().find(|at| !is_text[*at])? + 1;
    let column = rows[first..=above].iter().find(|row| !row.body.is_empty())?.indent;
    let row = &rows[number];
    let start = u32::try_from(row.start).ok()?;
    let shift = column.checked_sub(row.indent).filter(|shift| *shift > 0)?;
    Some(Edit { span: Span { start, end: start }, text: " ".repeat(shift) })
}

/// Words with which lines of scripts begin, and which no entry is called.
const COMMANDS: [&str; 12] = [
    "cat", "cd", "chmod", "chown", "cp", "echo", "exec", "exit", "export", "mkdir", "printf", "set",
];

/// Words and marks of which each but the last begins something, and the last ends it.
const PAIRS: [&[&str]; 6] = [
    &["if", "fi"],
    &["for", "while", "until", "done"],
    &["case", "esac"],
    &["{", "}"],
    &["(", ")"],
    &["[", "]"],
];

/// How many things a run of lines leaves open that are of one pair.
fn open(rows: &[Line<'_>], pair: &[&str]) -> i32 {
    let Some((end, begins)) = pair.split_last() else { return 0 };
    let is_word = end.len() > 1;
    let count = |words: &[&str]| -> usize {
        let of = |row: &Line<'_>| {
            let first = row.body.split([' ', ';']).next().unwrap_or_default();
            let marks = words.iter().map(|word| row.body.matches(word).count()).sum();
            if is_word { usize::from(words.contains(&first)) } else { marks }
        };
        rows.iter().map(of).sum()
    };
    let number = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
    number(count(begins)) - number(count(&[end]))
}

/// Whether a line and those that go on below it are of the text above them: a value may as well be
/// written over several lines. Something tells only if the line begins as those of the text do, or
/// ends what the text leaves open.
fn belongs(rows: &[Line<'_>], is_text: &[bool], index: usize) -> bool {
    let begin = (0..index).rev().find(|at| !is_text[*at]).map_or(0, |head| head + 1);
    let column = rows.get(index + 1).map_or(0, |below| below.indent);
    let below = rows[index + 1..].iter().take_while(|row| row.indent >= column);
    let end = index + 1 + below.count();
    let word =
        |row: &Line<'_>| row.body.split([':', ' ', ';']).next().unwrap_or_default().to_owned();
    let own = word(&rows[index]);
    let others = || rows[begin..index].iter().chain(&rows[index + 1..end]);
    let ends =
        |pair: &&[&str]| open(&rows[begin..index], pair) > 0 && open(&rows[begin..end], pair) == 0;
    COMMANDS.contains(&&*own) || others().any(|row| word(row) == own) || PAIRS.iter().any(ends)
}

/// Keys whose value goes on, line by line, at the column of the text that ends right above them.
pub(super) fn fallen(part: &str, base: u32) -> Vec<Diagnostic> {
    let is_text = blocks(part);
    if !is_text.contains(&true) {
        return Vec::new();
    }
    let rows = rows(part);
    let mut found = Vec::new();
    for (index, row) in rows.iter().enumerate().skip(1) {
        let value = row.body.get(value_of(row.body)..).unwrap_or_default();
        let is_plain = value.len() < row.body.len()
            && value.starts_with(|first: char| first.is_alphanumeric() || "/$-.~".contains(first))
            && !row.body.starts_with(['-', '#', '"', '\''])
            && !opens_block(row.body);
        let is_end = is_text[index - 1] && !is_text[index];
        let Some(below) = rows.get(index + 1).filter(|_| is_plain && is_end) else { continue };
        let Ok(at) = u32::try_from(row.start + row.indent) else { continue };
        let Some(mut edit) = back_into_text(part, at) else { continue };
        let column = row.indent + edit.text.len();
        let is_below = !is_text[index + 1] && !below.body.is_empty() && below.indent == column;
        if !is_below || !belongs(&rows, &is_text, index) {
            continue;
        }
        let mut mended = part.to_owned();
        mended.insert_str(row.start, &edit.text);
        if !is_readable(&mended) {
            continue;
        }
        edit.span = edit.span.moved(base);
        let end = at + u32::try_from(row.body.len()).unwrap_or(0);
        found.push(Diagnostic {
            code: "POD-Y002",
            severity: Severity::Warning,
            message: format!(
                "`{}` ends the text above it, and the lines below go on with it: it seems to have \
                 fallen out of that text.",
                row.body
            ),
            chinese: format!(
                "“{}”结束了上面的文本，下面的行又与它连成一个值；它很可能本来属于上面的文本。",
                row.body
            ),
            primary: Span { start: at, end }.moved(base),
            others: Vec::new(),
            help: None,
            fix: Some(Fix {
                title: "Indent it as far as the text".to_owned(),
                chinese: "缩进到与文本对齐".to_owned(),
                edits: vec![edit],
            }),
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::text::{Severity, parse};

    fn mended(text: &str) -> Option<String> {
        let found = parse(text).diagnostics;
        let one = found.iter().find(|one| one.code == "POD-Y002")?;
        assert_eq!(one.severity, Severity::Warning);
        one.fix.as_ref().map(|fix| fix.apply(text))
    }

    #[test]
    fn a_line_that_fell_out_of_a_script_goes_back() {
        let good = "data:\n  run.sh: |\n    set -e\n    echo: hello\n    exit 0\n  other: x\n";
        assert_eq!(mended(&good.replace("    echo", "  echo")).as_deref(), Some(good));
        for good in [
            "data:\n  run.sh: |\n    if a; then\n      b\n    say: c\n    fi\n  other: x\n",
            "data:\n  a.conf: |\n    server {\n    listen: 80;\n    }\n  other: x\n",
            "data:\n  a.conf: |\n    user: a\n    user: b\n    group\n  other: x\n",
        ] {
            let at = ["    say", "    listen", "    user: b"];
            let at = at.iter().find(|at| good.contains(**at)).expect("one of them");
            assert_eq!(mended(&good.replace(at, &at[2..])).as_deref(), Some(good));
        }
        for text in [
            good,
            // A value may be written over several lines.
            "data:\n  a: |\n    b\n  note: a long text that\n    goes on here\n  e: f\n",
            "data:\n  a.sh: |\n    set -e\n    exit 0\n  about: what this\n    is for (and\n    more)\n",
            "data:\n  a: |\n    b\n  c: d\n  e: f\n",
            "data:\n  a: |\n    b\n  c: \"d\n    e\"\n",
            "data:\n  a: |\n    b\n  c:\n    d: e\n",
            "data:\n  a: |\n    b\n\n  c: d\n      e\n",
        ] {
            assert_eq!(mended(text), None, "{text}");
        }
    }
}
