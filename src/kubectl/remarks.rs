//! Comments of other languages and lines of a page that were read as keys.
//!
//! Must not know fields. Invariant: it only proposes; whoever takes a fix makes sure that it leaves
//! fewer mistakes.

use crate::text::{Diagnostic, Edit, Entry, Fix, NodeValue, Span};

fn fix([title, chinese]: [&str; 2], edits: Vec<Edit>) -> Fix {
    Fix { title: title.to_owned(), chinese: chinese.to_owned(), edits }
}

fn edit(start: u32, end: u32, text: impl Into<String>) -> Edit {
    Edit { span: Span { start, end }, text: text.into() }
}

/// A line that other languages take for a comment.
pub(super) fn line(text: &str, entry: &Entry, one: &Diagnostic) -> Option<Diagnostic> {
    let line = text.get(entry.key_span.start as usize..)?.lines().next()?.trim_end();
    let start = entry.key_span.start;
    let blank = if line[2..].starts_with(' ') { "" } else { " " };
    Some(Diagnostic {
        message: format!("`{line}` is no comment in YAML: comments begin with `#`."),
        chinese: format!("“{line}”在 YAML 中不是注释：注释以“#”开头。"),
        fix: Some(fix(
            ["Make it a comment", "改为注释"],
            vec![edit(start, start + 2, format!("#{blank}"))],
        )),
        ..one.clone()
    })
}

/// The same between marks; what goes on behind it loses the comment.
pub(super) fn between(text: &str, entry: &Entry, one: &Diagnostic) -> Option<Diagnostic> {
    let start = entry.key_span.start;
    let rest = text.get(start as usize..)?;
    let (words, behind) = rest.strip_prefix("/*")?.split_once("*/")?;
    let end = start + u32::try_from(words.len() + 4).ok()?;
    let is_last = behind.lines().next().is_none_or(|line| line.trim().is_empty());
    let (title, put) = if is_last && !words.contains('\n') {
        (["Make it a comment", "改为注释"], format!("# {}", words.trim()))
    } else {
        (["Take it away", "删除它"], String::new())
    };
    Some(Diagnostic {
        message: format!("`/*{words}*/` is no comment in YAML: comments begin with `#`."),
        chinese: format!("“/*{words}*/”在 YAML 中不是注释：注释以“#”开头。"),
        fix: Some(fix(title, vec![edit(start, end, put)])),
        ..one.clone()
    })
}

/// The name of a file or a sentence above a text, which was copied along.
pub(super) fn is_copied(text: &str, entry: &Entry) -> bool {
    let is_named = [".yaml", ".yml", ".json"].iter().any(|end| entry.key.ends_with(end));
    let is_said = entry.key.contains([' ', '　']);
    let is_first =
        entry.key_span.start == 0 || text[..entry.key_span.start as usize].ends_with('\n');
    let is_empty = entry.value.value == NodeValue::Null;
    is_first && (((is_named || is_said) && is_empty) || entry.key.starts_with(".. "))
}
