//! Diagnostics as the editor shows them, and how they move while the text is edited.
//!
//! Owns the choice of language and the places as lines and columns. It must not find mistakes.
//! Invariant: every place lies in the text that it is given for.

use super::{Edit, Fix, Problem, Related, Severity};
use crate::base::Order as _;
use crate::text::{self, Diagnostic, Span, explain};
use crate::view::words::Lang;

/// Where the lines of a text begin.
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect();
        Self { text, starts }
    }

    /// Line and column of a byte, from 1, in characters.
    fn place(&self, byte: usize) -> (u32, u32) {
        let mut byte = byte.min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= byte);
        let start = self.starts[line - 1];
        let column = self.text[start..byte].chars().count() + 1;
        (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
    }
}

/// What is wrong with a text, in a language: what keeps it from being applied before what is only
/// odd, for the first is the one that is shown.
pub fn problems(text: &str, found: &[Diagnostic], lang: Lang) -> Vec<Problem> {
    if found.is_empty() {
        return Vec::new();
    }
    let lines = Lines::of(text);
    let mut problems: Vec<Problem> = found.iter().map(|one| problem(&lines, one, lang)).collect();
    problems.order_by_key(|one| (one.severity != Severity::Error, one.from, one.to));
    problems
}

fn range(span: Span) -> (usize, usize) {
    (span.start as usize, span.end as usize)
}

/// kubectl's own words, introduced in the language.
fn said(help: &str, lang: Lang) -> String {
    match (help.strip_prefix("kubectl says: "), lang) {
        (Some(words), Lang::Zh) => format!("kubectl 的原文：{words}"),
        _ => help.to_owned(),
    }
}

fn problem(lines: &Lines<'_>, found: &Diagnostic, lang: Lang) -> Problem {
    let known = explain(found.code);
    let (from, to) = range(found.primary);
    let (line, column) = lines.place(from);
    let related = found.others.iter().map(|other| {
        let (from, to) = range(other.span);
        let (line, column) = lines.place(from);
        let label = lang.pick(&other.message, &other.chinese).clone();
        Related { label, line, column, from, to }
    });
    let edit = |edit: &text::Edit| {
        let (from, to) = range(edit.span);
        Edit { from, to, text: edit.text.clone() }
    };
    Problem {
        code: found.code.to_owned(),
        severity: match found.severity {
            text::Severity::Error => Severity::Error,
            text::Severity::Warning => Severity::Warning,
        },
        title: known.map_or(found.code, |one| lang.pick(one.title, one.chinese_title)).to_owned(),
        message: lang.pick(&found.message, &found.chinese).clone(),
        explanation: known.map_or("", |one| lang.pick(one.english, one.chinese)).to_owned(),
        help: found.help.as_ref().map(|help| said(help, lang)),
        line,
        column,
        from,
        to,
        related: related.collect(),
        fix: found.fix.as_ref().map(|fix| Fix {
            label: lang.pick(&fix.title, &fix.chinese).clone(),
            edits: fix.edits.iter().map(edit).collect(),
        }),
    }
}

/// The stretch by which two texts differ: where it begins, and where it ends in each.
fn difference(before: &str, after: &str) -> (usize, usize, usize) {
    let (old, new) = (before.as_bytes(), after.as_bytes());
    let shorter = old.len().min(new.len());
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let rest = shorter - head;
    let tail =
        old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    (head, old.len() - tail, new.len() - tail)
}

/// The problems of a text where they stand after it was edited; those that were touched are gone.
pub fn follow(problems: &[Problem], before: &str, after: &str) -> Vec<Problem> {
    if problems.is_empty() {
        return Vec::new();
    }
    let (from, old_end, new_end) = difference(before, after);
    let lines = Lines::of(after);
    let moved = |start: usize, end: usize| {
        if start == end && (from..=old_end).contains(&start) {
            // Somebody typed at the very place where something was to be put in.
            None
        } else if end < from || (end == from && start < end) {
            Some((start, end))
        } else if start >= old_end {
            Some((start - old_end + new_end, end - old_end + new_end))
        } else {
            None
        }
    };
    let one = |problem: &Problem| {
        let (from, to) = moved(problem.from, problem.to)?;
        let (line, column) = lines.place(from);
        let related = problem.related.iter().filter_map(|other| {
            let (from, to) = moved(other.from, other.to)?;
            let (line, column) = lines.place(from);
            Some(Related { line, column, from, to, ..other.clone() })
        });
        let fix = problem.fix.as_ref().and_then(|fix| {
            let edit = |edit: &Edit| {
                let (from, to) = moved(edit.from, edit.to)?;
                Some(Edit { from, to, text: edit.text.clone() })
            };
            let edits = fix.edits.iter().map(edit).collect::<Option<Vec<_>>>()?;
            Some(Fix { label: fix.label.clone(), edits })
        });
        let related = related.collect();
        Some(Problem { line, column, from, to, related, fix, ..problem.clone() })
    };
    problems.iter().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, word: &str) -> Problem {
        let from = text.find(word).expect("the word is there");
        let to = from + word.len();
        let (line, column) = Lines::of(text).place(from);
        let edits = vec![Edit { from, to, text: "fixed".into() }];
        let fix = Some(Fix { label: String::new(), edits });
        Problem { line, column, from, to, fix, ..Problem::default() }
    }

    #[test]
    fn problems_move_with_the_text_around_them() {
        let before = "a: 1\nwrong: 2\nb: 3\n";
        for after in
            ["a: 10\nwrong: 2\nb: 3\n", "a: 1\nnew: 0\nwrong: 2\nb: 3\n", "wrong: 2\nb: 3\n"]
        {
            assert_eq!(
                follow(&[at(before, "wrong")], before, after),
                [at(after, "wrong")],
                "{after}"
            );
        }
        let same = follow(&[at(before, "wrong")], before, "a: 1\nwrong: 2\nb: 4\n");
        assert_eq!(same, [at(before, "wrong")]);
    }

    #[test]
    fn a_problem_that_is_edited_is_gone() {
        let before = "a: 1\nwrong: 2\n";
        assert_eq!(follow(&[at(before, "wrong")], before, "a: 1\nwrng: 2\n"), []);
        assert_eq!(follow(&[at(before, "wrong")], before, ""), []);
        let mut indent = at(before, "wrong");
        let insert = Edit { from: 5, to: 5, text: "  ".into() };
        indent.fix = Some(Fix { label: String::new(), edits: vec![insert] });
        let after = follow(&[indent], before, "a: 1\n  wrong: 2\n");
        assert!(after[0].fix.is_none(), "it was put in by hand");
    }

    #[test]
    fn errors_come_before_what_is_only_odd() {
        let said = "a: 1\nb: 2\nc: 3\nd: 4\n";
        let one = |severity, at: &str| {
            let start = u32::try_from(said.find(at).expect("a key")).expect("a short text");
            Diagnostic {
                code: "POD-K004",
                severity,
                message: String::new(),
                chinese: String::new(),
                primary: Span { start, end: start + 1 },
                others: Vec::new(),
                help: None,
                fix: None,
            }
        };
        let (odd, wrong) = (text::Severity::Warning, text::Severity::Error);
        let found = [one(odd, "a"), one(wrong, "b"), one(odd, "c"), one(wrong, "d")];
        let shown = problems(said, &found, Lang::En);
        let lines: Vec<_> = shown.iter().map(|one| one.line).collect();
        assert_eq!(lines, [2, 4, 1, 3]);
    }

    #[test]
    fn each_language_has_its_own_words() {
        let text = "apiVersion: apps/v1\nkind: StatefulSet\nspec:\n  servicename: db\n";
        let found = crate::text::parse(text);
        let root = found.documents[0].root.as_ref().expect("it can be read");
        let found = crate::api::fields::Fields::table().check("StatefulSet", root);
        let say = |lang| problems(text, &found, lang).remove(0);
        let (english, chinese) = (say(Lang::En), say(Lang::Zh));
        assert_eq!((english.title.as_str(), chinese.title.as_str()), ("Unknown field", "未知字段"));
        assert_eq!((english.line, english.column), (4, 3));
        assert_eq!(
            chinese.message,
            "spec.servicename 不是 StatefulSet 的字段。是否想写 serviceName？"
        );
        assert_eq!(chinese.fix.map(|fix| fix.label).as_deref(), Some("改为 serviceName"));
    }
}
