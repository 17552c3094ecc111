//! Characters as HTML writes them, in text that was copied from the source of a page.
//!
//! Must not know Kubernetes. Invariant: blocks of text, comments and what has HTML's own marks
//! beside them are left alone.

use crate::text::lines::blocks;
use crate::text::{Diagnostic, Edit, Fix, Severity, Span};

/// What HTML writes for a character.
const ENTITIES: [(&str, &str); 8] = [
    ("&quot;", "\""),
    ("&#34;", "\""),
    ("&#39;", "'"),
    ("&apos;", "'"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&nbsp;", " "),
    ("&amp;", "&"),
];

/// The characters of a document that are written as HTML does.
pub(super) fn entities(part: &str, base: u32) -> Option<Diagnostic> {
    if !part.contains('&') {
        return None;
    }
    let place = |at: usize| base + u32::try_from(at).unwrap_or(u32::MAX);
    let (mut edits, mut is_wrong, mut first) = (Vec::new(), false, None);
    let mut start = 0;
    for (line, is_text) in part.split_inclusive('\n').zip(blocks(part)) {
        let body = line.split(" #").next().unwrap_or(line);
        let is_html = body.contains('<') || body.trim_start().starts_with('#');
        for (at, _) in body.match_indices('&').filter(|_| !is_text && !is_html) {
            let found = ENTITIES.iter().find(|(entity, _)| body[at..].starts_with(entity));
            let Some((entity, text)) = found else { continue };
            // At the beginning of a value YAML takes it for an anchor.
            is_wrong |= body[..at].trim_end().ends_with([':', '-', '[', '{', ',']);
            first.get_or_insert((*entity, *text));
            let span = Span { start: place(start + at), end: place(start + at + entity.len()) };
            edits.push(Edit { span, text: (*text).to_owned() });
        }
        start += line.len();
    }
    let (entity, text) = first?;
    Some(Diagnostic {
        code: "POD-Y013",
        severity: if is_wrong { Severity::Error } else { Severity::Warning },
        message: format!(
            "`{entity}` is how HTML writes `{text}`; YAML wants the character itself."
        ),
        chinese: format!("“{entity}”是 HTML 对“{text}”的写法，YAML 需要字符本身。"),
        primary: edits.first()?.span,
        others: Vec::new(),
        help: None,
        fix: Some(Fix {
            title: "Write the characters themselves".to_owned(),
            chinese: "改为字符本身".to_owned(),
            edits,
        }),
    })
}

#[cfg(test)]
mod tests {
    use crate::text::{Severity, parse};

    fn mended(text: &str) -> Option<(Severity, String)> {
        let found = parse(text).diagnostics.into_iter().find(|one| one.code == "POD-Y013")?;
        let fixed = found.fix.as_ref().map(|fix| fix.apply(text))?;
        Some((found.severity, fixed))
    }

    #[test]
    fn what_html_writes_becomes_the_character_itself() {
        for (severity, bad, good) in [
            (
                Severity::Error,
                "a: [&quot;b&quot;, &quot;c &lt; d&quot;]\n",
                "a: [\"b\", \"c < d\"]\n",
            ),
            (Severity::Error, "a: &quot;b:c&quot;\n", "a: \"b:c\"\n"),
            (Severity::Warning, "a: \"b &amp;&amp; c\"\n", "a: \"b && c\"\n"),
        ] {
            assert_eq!(mended(bad), Some((severity, good.to_owned())));
        }
    }

    #[test]
    fn html_stays_html_and_an_anchor_an_anchor() {
        for text in
            ["a: |\n  b &amp; c\n", "a: \"<b>c &amp; d</b>\"\n", "a: 1 # &lt;\n", "a: &b 1\n"]
        {
            assert_eq!(mended(text), None, "{text}");
        }
    }
}
