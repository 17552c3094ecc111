//! What other languages have and YAML has not: their comments, and what a shell was told.
//!
//! Must not know Kubernetes. Invariant: blocks of text, whatever language they hold, are left
//! alone.

use crate::text::lines::{Line, blocks};
use crate::text::slips::{Slip, is_word, value_of};

/// The commands that manifests are copied with.
const COMMANDS: [&str; 5] = ["$ ", "kubectl ", "cat ", "tee ", "EOF"];

/// Lines around a text that were copied with it: fences of Markdown, commands, the end of what a
/// shell was given.
pub(super) fn pasted(lines: &[Line<'_>]) -> Option<Slip> {
    let end = lines.iter().find_map(|line| here_document(line.body));
    let is_command = |body: &str| {
        let is_known = COMMANDS.iter().any(|one| body.starts_with(one)) && !body.contains(": ");
        is_known || here_document(body).is_some()
    };
    let is_foreign = |line: &&Line<'_>| {
        line.body.starts_with("```")
            || is_short_code(line.body)
            || is_label(line)
            || (line.indent == 0 && (Some(line.body) == end || is_command(line.body)))
    };
    let foreign: Vec<&Line<'_>> = lines.iter().filter(is_foreign).collect();
    Some(copied(&foreign, foreign.first()?))
}

/// What stands on the buttons and tabs that pages put around code.
const LABELS: [&str; 8] =
    ["Copy code", "Copy", "Copied!", "Copy to clipboard", "Raw", "复制代码", "复制", "已复制"];

/// Whether a line is what stood on a button.
fn is_label(line: &Line<'_>) -> bool {
    line.indent == 0 && LABELS.contains(&line.body)
}

/// What stood on a button, as a slip of its own.
pub(super) fn label(line: &Line<'_>) -> Option<Slip> {
    is_label(line).then(|| copied(&[line], line))
}

/// Whether a line is a command of those who make pages of texts, such as Hugo's `{{< codenew >}}`
/// and Jekyll's `{% highlight yaml %}`, and none of a chart.
pub(super) fn is_short_code(body: &str) -> bool {
    let is_between = |open: &str, close: &str| body.starts_with(open) && body.ends_with(close);
    let word = body.trim_start_matches(['{', '%', '-', ' ']).trim_start_matches("end");
    let is_word = PAGE_COMMANDS.iter().any(|one| word.starts_with(one));
    is_between("{{<", ">}}") || is_between("{{%", "%}}") || (is_between("{%", "%}") && is_word)
}

/// What Jekyll's commands around code begin with.
const PAGE_COMMANDS: [&str; 5] = ["highlight", "raw", "include", "code", "tab"];

fn copied(foreign: &[&Line<'_>], first: &Line<'_>) -> Slip {
    Slip {
        code: "POD-Y001",
        said: [
            format!("`{}` is no part of the manifest; it was copied along.", first.body),
            format!("“{}”不是清单的内容，是一起复制过来的。", first.body),
        ],
        fix: ["Take it away", "删除它"],
        from: first.at(),
        to: first.end(),
        edits: foreign.iter().map(|line| (line.start, line.end(), String::new())).collect(),
    }
}

/// The prompts that stand before what a shell was told.
const PROMPTS: [&str; 4] = ["]# ", "]$ ", "~# ", "~$ "];

/// What other languages put around a text of many lines, and AsciiDoc above code.
const EDGES: [&str; 7] = ["\"\"\"", "'''", "@'", "@\"", "'@", "\"@", "[source"];

/// Whether a line at the edge of a text is no line of a document: no key, no item, no comment.
fn is_no_entry(line: &Line<'_>) -> bool {
    let is_prompt = PROMPTS.iter().any(|one| line.body.contains(one));
    let key = line.body.find([':', ' ']).unwrap_or(line.body.len());
    let is_key = line.body[..key].chars().all(is_word)
        && (line.body[key..].starts_with(": ") || &line.body[key..] == ":");
    // Behind a tab, or with a colon that only looks like one, it is an entry all the same.
    let word = line.body.find(|letter| !is_word(letter)).unwrap_or(0);
    let has_mark = word > 0 && line.body[word..].starts_with(['；', ';', '：']);
    if has_mark || line.body.starts_with('\t') {
        return false;
    }
    // Lines that part texts, and what other languages begin and end a text with.
    let is_rule = line.body.len() > 3 && line.body.bytes().all(|one| one == b'-');
    let is_quote = EDGES.iter().any(|one| line.body.starts_with(one));
    if line.indent == 0 && (is_rule || is_quote) {
        return true;
    }
    let is_marked = line.body.starts_with(['-', '"', '\'', '{', '[', '}', ']', '&', '!', '%', '.']);
    line.indent == 0 && (is_prompt || !(is_key || is_marked || line.body.contains(": ")))
}

/// Lines before the first entry and behind the last that a page or a terminal has around a text.
pub(super) fn around(lines: &[Line<'_>]) -> Option<Slip> {
    let head = lines.iter().take_while(|line| is_no_entry(line)).count();
    let tail = lines.iter().rev().take_while(|line| is_no_entry(line)).count();
    if head == lines.len() {
        return None;
    }
    let foreign: Vec<&Line<'_>> =
        lines[..head].iter().chain(&lines[lines.len() - tail..]).collect();
    Some(copied(&foreign, foreign.first()?))
}

/// What mail and the views of changes put before every line.
const MARGINS: [&str; 4] = [">", "|", "+", "$"];

/// What parts numbers from the lines that they stand before.
const BEHIND_NUMBERS: [&str; 8] = ["|", "│", ":", ".", ")", "]", "→", "\t"];

/// Marks or numbers that stand before every line.
pub(super) fn margin(part: &str) -> Option<Slip> {
    let lines = || part.split_inclusive('\n').filter(|line| !line.trim().is_empty());
    let first = lines().next()?;
    let mark = MARGINS.iter().find(|mark| lines().all(|line| line.starts_with(**mark)));
    let first_number: usize = number(first).unwrap_or(0);
    let is_numbered = |(at, line): (usize, &str)| number(line) == Some(first_number + at);
    if mark.is_none() && !part.lines().enumerate().all(is_numbered) {
        return None;
    }
    // What stands behind every number belongs to it.
    let behind = |line: &str| {
        let number = digits(line).len();
        number + line[number..].len() - line[number..].trim_start_matches(' ').len()
    };
    let part_of = |mark: &&&str| {
        let has = |line: &str| line[behind(line)..].starts_with(**mark);
        lines().all(has)
    };
    let parted = BEHIND_NUMBERS.iter().find(part_of);
    let length = |line: &str| match (mark, parted) {
        (Some(mark), _) => mark.len(),
        (None, Some(parted)) => behind(line) + parted.len(),
        (None, None) => digits(line).len(),
    };
    // Blanks that every line has behind it belong to it as well.
    let blanks = |line: &str| {
        let rest = line[length(line)..].trim_end();
        (!rest.is_empty()).then(|| rest.len() - rest.trim_start_matches(' ').len())
    };
    let blank = lines().filter_map(blanks).min().unwrap_or(0);
    let mut edits = Vec::new();
    let mut at = 0;
    for line in part.split_inclusive('\n') {
        let rest = &line[length(line).min(line.len())..];
        let own = rest.len() - rest.trim_start_matches(' ').len();
        let gone = line.len() - rest.len() + own.min(blank);
        edits.extend((!line.trim().is_empty()).then(|| (at, at + gone, String::new())));
        at += line.len();
    }
    let (from, to, _) = *edits.first()?;
    (edits.len() > 1).then(|| Slip {
        code: "POD-Y001",
        said: [
            "Every line begins with a mark or a number that was copied along.".to_owned(),
            "每行开头都有一起复制过来的符号或行号。".to_owned(),
        ],
        fix: ["Take them away", "删除它们"],
        from,
        to,
        edits,
    })
}

/// The number that a line begins with.
fn number(line: &str) -> Option<usize> {
    digits(line).trim().trim_start_matches('[').parse().ok()
}

/// The number that a line begins with, and the blanks and the bracket before it.
fn digits(line: &str) -> &str {
    let blanks = line.len() - line.trim_start_matches(' ').len();
    let open = usize::from(line[blanks..].starts_with('['));
    let count = line[blanks + open..].bytes().take_while(u8::is_ascii_digit).count();
    &line[..blanks + open + count]
}

/// The lines of a text as a view of changes shows them, the old ones and the new.
pub(super) fn changes(part: &str) -> Option<Slip> {
    let is_mark = |line: &str| line.starts_with("@@ ") || line.starts_with("+++ ");
    let is_new = |line: &str| line.starts_with('+') && !is_mark(line);
    let is_old = |line: &str| line.starts_with('-') && !line.starts_with("---");
    let said = || part.split_inclusive('\n').filter(|line| !line.trim().is_empty());
    let mut others = said().filter(|line| !is_new(line) && !is_old(line) && !is_mark(line));
    let (first, has_old) = (said().find(|line| is_new(line))?, said().any(is_old));
    // Where all lines are new they only have a mark each.
    if !has_old && others.clone().next().is_none() {
        return None;
    }
    // Of lines that did not change the blank before them is such a mark.
    let has_blank = others.all(|line| line.starts_with(' '));
    let (mut edits, mut at, mut from) = (Vec::new(), 0, None);
    for line in part.split_inclusive('\n') {
        let end = at + line.len();
        if is_old(line) || is_mark(line) {
            edits.push((at, end, String::new()));
        } else if is_new(line) || (has_blank && line.starts_with(' ')) {
            edits.push((at, at + 1, String::new()));
        }
        if line == first && from.is_none() {
            from = Some((at, at + line.trim_end().len()));
        }
        at = end;
    }
    let (from, to) = from?;
    Some(Slip {
        code: "POD-Y001",
        said: [
            "This shows changes: lines with `-` are the old version, lines with `+` the new one."
                .to_owned(),
            "这是差异对比的内容：“-”开头的行是旧版本，“+”开头的行是新版本。".to_owned(),
        ],
        fix: ["Keep the new version", "保留新版本"],
        from,
        to,
        edits,
    })
}

/// The two versions between which Git leaves the choice.
pub(super) fn conflict(part: &str) -> Option<Slip> {
    let (mut edits, mut first, mut from) = (Vec::new(), None, None);
    let mut at = 0;
    for line in part.split_inclusive('\n') {
        let end = at + line.len();
        if line.starts_with("<<<<<<< ") {
            first.get_or_insert((at, at + line.trim_end().len()));
            edits.push((at, end, String::new()));
        } else if first.is_some() && line.trim_end() == "=======" {
            from = Some(at);
        } else if line.starts_with(">>>>>>> ")
            && let Some(from) = from.take()
        {
            edits.push((from, end, String::new()));
        }
        at = end;
    }
    let (from, to) = first?;
    Some(Slip {
        code: "POD-Y001",
        said: [
            "Git left two versions here, of which one must go.".to_owned(),
            "Git 在这里留下了两个版本，需要删除其中一个。".to_owned(),
        ],
        fix: ["Keep the first version", "保留第一个版本"],
        from,
        to,
        edits,
    })
}

/// The marks of bold text around keys and values, in every line that has them.
pub(super) fn emphasis(part: &str) -> Option<Slip> {
    let mut edits = Vec::new();
    let mut first = None;
    let mut at = 0;
    for (line, is_text) in part.split_inclusive('\n').zip(blocks(part)) {
        let body = line.trim_end();
        let marks: Vec<usize> = body.match_indices("**").map(|(place, _)| place).collect();
        let is_quoted = |place: usize| body[..place].contains(['"', '\'', '#']);
        let is_pair = |pair: &[usize]| {
            let [open, close] = *pair else { return false };
            let before = body[..open].trim_start_matches([' ', '-', '*']);
            let starts = before.is_empty() || before.ends_with([' ', ':']);
            starts && close > open + 2 && !is_quoted(close)
        };
        if !is_text && !marks.is_empty() && marks.chunks(2).all(is_pair) {
            first.get_or_insert((at + marks[0], at + body.len()));
            let bullet = body.len() - body.trim_start_matches(' ').len();
            if body[bullet..].starts_with("* **") {
                edits.push((at + bullet, at + bullet + 2, String::new()));
            }
            edits.extend(marks.iter().map(|place| (at + place, at + place + 2, String::new())));
        }
        at += line.len();
    }
    let (from, to) = first?;
    Some(Slip {
        code: "POD-Y001",
        said: [
            "`**` makes text bold in Markdown; in a manifest it means nothing.".to_owned(),
            "“**”在 Markdown 中表示粗体，在清单中没有意义。".to_owned(),
        ],
        fix: ["Take the marks away", "删除这些标记"],
        from,
        to,
        edits,
    })
}

/// A line of prose between keys.
pub(super) fn prose(line: &Line<'_>) -> Option<Slip> {
    let is_prose = !line.body.is_ascii()
        && !line.body.starts_with(|one: char| one.is_ascii_punctuation())
        && !line.body.contains([':', '：', '"', '\'']);
    is_prose.then(|| Slip {
        code: "POD-Y001",
        said: [
            format!("`{}` is no key and no value; a comment begins with `#`.", line.body),
            format!("“{}”既不是键也不是值；注释以“#”开头。", line.body),
        ],
        fix: ["Make it a comment", "改为注释"],
        from: line.at(),
        to: line.end(),
        edits: vec![(line.at(), line.at(), "# ".to_owned())],
    })
}

/// The word with which what a command is given on the lines below ends, as `<<EOF` says.
fn here_document(line: &str) -> Option<&str> {
    let (command, rest) = line.split_once("<<")?;
    let word = rest.trim_start_matches('-').trim_start();
    let word = word.split([' ', '|', '>', ';']).next()?.trim_matches(['"', '\'']);
    let is_word = !word.is_empty() && word.bytes().all(|one| one.is_ascii_alphabetic());
    (is_word && command.starts_with(|first: char| first.is_ascii_alphabetic())).then_some(word)
}

/// The mark of a comment that a line begins with: how long it is, and the mark that ends it.
fn begins(body: &str) -> Option<(usize, &'static str)> {
    [("//", ""), ("<!--", "-->"), ("/*", "*/")]
        .into_iter()
        .find_map(|(mark, end)| body.starts_with(mark).then_some((mark.len(), end)))
}

/// Whole lines that other languages take for comments.
pub(super) fn comments(part: &str) -> Option<Slip> {
    let mut edits = Vec::new();
    let mut first = None;
    let mut open: Option<&str> = None;
    let mut at = 0;
    for (line, is_text) in part.split_inclusive('\n').zip(blocks(part)) {
        let bare = line.trim_end();
        let body = bare.trim_start_matches(' ');
        let start = at + bare.len() - body.len();
        at += line.len();
        let (mark, end) = match (open, begins(body)) {
            (Some(end), _) => (0, end),
            (None, Some(found)) if !is_text => found,
            _ => continue,
        };
        if body.is_empty() {
            continue;
        }
        first.get_or_insert((start, body));
        let blank = if body[mark..].starts_with(' ') { "" } else { " " };
        edits.push((start, start + mark, format!("#{blank}")));
        let is_closed = !end.is_empty() && body.ends_with(end);
        if is_closed {
            let end = start + body.len() - end.len();
            let kept = start + mark + part[start + mark..end].trim_end().len();
            edits.push((kept, start + body.len(), String::new()));
        }
        open = (!end.is_empty() && !is_closed).then_some(end);
    }
    let (from, body) = first?;
    Some(no_comment(body, (from, from + body.len()), edits))
}

/// A comment of another language behind a value.
pub(super) fn comment_behind(line: &Line<'_>) -> Option<Slip> {
    let start = value_of(line.body);
    let value = &line.body[start..];
    let found = [" // ", " <!-- ", " /* "].into_iter().filter_map(|mark| value.find(mark)).min()?;
    let (mark, end) = begins(&value[found + 1..])?;
    if value[..found].contains(['"', '\'']) {
        return None;
    }
    let at = line.at() + start + found + 1;
    let mut edits = vec![(at, at + mark, "#".to_owned())];
    if !end.is_empty() && value.ends_with(end) {
        let kept = value[..value.len() - end.len()].trim_end().len();
        edits.push((line.at() + start + kept, line.end(), String::new()));
    }
    Some(no_comment(&value[found + 1..], (at, line.end()), edits))
}

fn no_comment(body: &str, (from, to): (usize, usize), edits: Vec<(usize, usize, String)>) -> Slip {
    Slip {
        code: "POD-Y001",
        said: [
            format!("`{body}` is no comment in YAML: comments begin with `#`."),
            format!("“{body}”在 YAML 中不是注释：注释以“#”开头。"),
        ],
        fix: ["Make it a comment", "改为注释"],
        from,
        to,
        edits,
    }
}

#[cfg(test)]
mod tests {
    use crate::text::slips::mended;

    #[test]
    fn of_changes_the_new_version_stays() {
        for bad in [
            " a:\n-  b: 1\n+  b: 2\n   c: 3\n",
            "@@ -1,3 +1,3 @@\n a:\n-  b: 1\n+  b: 2\n   c: 3\n",
            "a:\n-  b: 1\n+  b: 2\n  c: 3\n",
        ] {
            assert_eq!(mended(bad).as_deref(), Some("a:\n  b: 2\n  c: 3\n"), "{bad}");
        }
    }

    #[test]
    fn numbers_of_lines_go_with_what_parts_them() {
        for mark in ["", " ", "   ", " | ", ": ", ":", " │ ", ") ", "→", "\t"] {
            let bad = format!("1{mark}a: x\n2{mark}c:\n3{mark}  d: [e]\n4{mark}  f: \"g\": h\n");
            let after = mended(&bad.replace(": h", ""));
            assert_eq!(
                after.as_deref().unwrap_or("a: x\nc:\n  d: [e]\n  f: \"g\"\n"),
                "a: x\nc:\n  d: [e]\n  f: \"g\"\n"
            );
        }
    }

    #[test]
    fn what_pages_and_other_languages_have_around_a_text_goes() {
        for (head, tail) in [
            ("   ```yaml\n", "   ```\n"),
            ("{{< codenew file=\"a.yaml\" >}}\n", ""),
            ("{% highlight yaml %}\n", "{% endhighlight %}\n"),
            ("[source,yaml]\n----\n", "----\n"),
            ("\"\"\"\n", "\"\"\"\n"),
            ("@'\n", "'@ | kubectl apply -f -\n"),
            ("------------\n", "------------\n"),
        ] {
            let text = format!("{head}a: 1\nb: 2\n{tail}");
            let mended = mended(&text);
            assert_eq!(mended.as_deref().map(str::trim), Some("a: 1\nb: 2"), "{text}");
        }
    }

    #[test]
    fn comments_of_other_languages_become_yamls_own() {
        for (bad, good) in [
            ("a: 1\n// b\nc: 2\n", "a: 1\n# b\nc: 2\n"),
            ("a:\n  //b: x\n  // c\n  d: 2\n", "a:\n  # b: x\n  # c\n  d: 2\n"),
            ("a:\n  <!-- b -->\n  d: 2\n", "a:\n  # b\n  d: 2\n"),
            ("<!-- b\n\n  c: d -->\nd: 2\n", "# b\n\n  # c: d\nd: 2\n"),
            ("a: 1\n/* b */\nc: 2\n", "a: 1\n# b\nc: 2\n"),
            ("a: b // the node: one\n", "a: b # the node: one\n"),
            ("a: b <!-- c: d -->\n", "a: b # c: d\n"),
        ] {
            assert_eq!(mended(bad).as_deref(), Some(good), "{bad}");
        }
        let text = "a: |\n  // b\n  c\n// d\ne: 1\n";
        assert_eq!(mended(text), Some(text.replace("// d", "# d")), "what a block holds is text");
    }

    #[test]
    fn what_a_shell_was_told_goes() {
        for (head, end) in [
            ("cat <<EOF | kubectl apply -f -", "EOF"),
            ("kubectl apply -f - <<'END'", "END"),
            ("cat > pod.yaml << EOF", "EOF"),
            ("$ cat pod.yaml", ""),
            ("kubectl apply -f pod.yaml", ""),
        ] {
            let text = format!("{head}\na: 1\nb: {{c: d}}\n{end}\n");
            assert_eq!(mended(&text).as_deref(), Some("\na: 1\nb: {c: d}\n\n"), "{head}");
        }
    }

    #[test]
    fn what_a_page_or_a_terminal_has_around_a_text_goes() {
        for (bad, good) in [
            ("Copy code\na: 1\n", "\na: 1\n"),
            ("复制代码\na: 1\n", "\na: 1\n"),
            ("yaml\nCopy\na: 1\n", "\n\na: 1\n"),
            ("[root@k8s-master01 ~]# vim a.yaml\na: 1\n", "\na: 1\n"),
            ("ubuntu@k8s:~$ cat a\na: 1\n", "\na: 1\n"),
            ("PS C:\\> kubectl apply\na: 1\n", "\na: 1\n"),
            ("a:\n  b: 1\nservice/b created\n", "a:\n  b: 1\n\n"),
        ] {
            assert_eq!(mended(bad).as_deref(), Some(good), "{bad}");
        }
    }

    #[test]
    fn marks_and_numbers_before_every_line_go() {
        for (bad, good) in [
            ("> a:\n>   b: 1\n", "a:\n  b: 1\n"),
            ("| a:\n|   b: 1\n", "a:\n  b: 1\n"),
            (" 9 a: [1]\n10 b\n11   : 1\n", "a: [1]\nb\n  : 1\n"),
        ] {
            let slip = super::margin(bad).expect("marks stand there");
            assert_eq!(slip.mended(bad).as_deref(), Some(good), "{bad}");
        }
        for text in ["a: 1\nb: 2\n", "1: a\n", "1: a\n3: b\n", "- a\n"] {
            assert!(super::margin(text).is_none(), "{text}");
        }
    }

    #[test]
    fn bold_keys_and_values_become_plain() {
        for (bad, good) in [
            ("**kind**: Pod\n", "kind: Pod\n"),
            ("**kind:** Pod\n**a**:\n- **b**: **c**\n", "kind: Pod\na:\n- b: c\n"),
            ("* **a**:\n  * **b**: c\n", "a:\n  b: c\n"),
        ] {
            assert_eq!(mended(bad).as_deref(), Some(good), "{bad}");
        }
        for text in ["a: \"**/x\"\nb: [\n", "a: |\n  **b**\nc: [\n", "a: x**y\nb: [\n"] {
            assert!(super::emphasis(text).is_none(), "{text}");
        }
    }

    #[test]
    fn of_two_versions_the_first_is_kept_and_prose_becomes_a_comment() {
        let text = "<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> b\nc: 3\n";
        assert_eq!(mended(text).as_deref(), Some("a: 1\nc: 3\n"));
        assert_eq!(mended("a:\n  副本 数\n  b: 1\n").as_deref(), Some("a:\n  # 副本 数\n  b: 1\n"));
    }
}
