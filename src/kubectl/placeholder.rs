//! Words that a tool or a person still has to put a value in the place of.
//!
//! Must not know fields. Invariant: a word is called so only beside a mistake that it makes.

use crate::text::Diagnostic;

/// What stands around a name in templates and instructions.
const AROUND: [(&str, &str); 8] = [
    ("${", "}"),
    ("{{", "}}"),
    ("$(", ")"),
    ("#{", "}"),
    ("<", ">"),
    ("__", "__"),
    ("@@", "@@"),
    ("%", "%"),
];

/// Words that say that something is still missing.
const WORDS: [&str; 10] =
    ["...", "…", "……", "???", "xxx", "todo", "fixme", "tbd", "changeme", "replaceme"];

/// The part of a word that stands for a value that is still to be put in.
pub(super) fn within(word: &str) -> Option<&str> {
    let bare = word.trim().to_lowercase().replace(['_', '-'], "");
    if WORDS.contains(&&*bare) {
        return Some(word.trim());
    }
    let around = |(open, close): &(&str, &str)| {
        let start = word.find(open)?;
        let inner = &word[start + open.len()..];
        let length = inner.find(close)?;
        let is_name = length > 0 && !inner[..length].contains(['<', '\n']);
        is_name.then(|| &word[start..start + open.len() + length + close.len()])
    };
    AROUND.iter().find_map(around).or_else(|| variable(word))
}

/// The name of a variable behind `$`.
fn variable(word: &str) -> Option<&str> {
    let start = word.find('$')?;
    let name = &word[start + 1..];
    let end = name.find(|one: char| !one.is_ascii_alphanumeric() && one != '_');
    let end = end.unwrap_or(name.len());
    let is_name = name.starts_with(|one: char| one.is_ascii_alphabetic() || one == '_');
    is_name.then(|| &word[start..=start + end])
}

/// What is said of such a word, in both languages.
pub(super) fn said(word: &str) -> [String; 2] {
    [
        format!(" `{word}` is a placeholder: put the real value there."),
        format!("“{word}”只是占位符，请换成实际的值。"),
    ]
}

/// Says it beside values of a wrong type and amounts that can't be read.
pub(super) fn told(text: &str, found: &mut [Diagnostic]) {
    for one in found.iter_mut().filter(|one| matches!(one.code, "POD-F002" | "POD-F003")) {
        let raw = text.get(one.primary.start as usize..one.primary.end as usize);
        let raw = raw.filter(|raw| !raw.contains('\n')).unwrap_or_default();
        if let Some(word) = within(raw.trim_matches(['"', '\''])) {
            let [english, chinese] = said(word);
            one.message.push_str(&english);
            one.chinese.push_str(&chinese);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::within;
    use crate::kubectl::Reader;

    #[test]
    fn placeholders_are_known_by_what_stands_around_them() {
        for (word, part) in [
            ("${X}", "${X}"),
            ("my-${ENV}-web", "${ENV}"),
            ("$NAME", "$NAME"),
            ("item-$ITEM.txt", "$ITEM"),
            ("<your name>", "<your name>"),
            ("a/<项目>/b", "<项目>"),
            ("__REPLICAS__", "__REPLICAS__"),
            ("@@X@@", "@@X@@"),
            ("CHANGE_ME", "CHANGE_ME"),
            ("…", "…"),
        ] {
            assert_eq!(within(word), Some(part), "{word}");
        }
        for word in ["a$", "$1", "5%", "a < b", "a_b", "", "< >x".trim_end_matches(" >x")] {
            assert_eq!(within(word), None, "{word}");
        }
    }

    #[test]
    fn a_placeholder_is_told_wherever_a_value_is_wanted() {
        let text = |replicas: &str, cpu: &str, name: &str| {
            format!(
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  replicas: \
                 {replicas}\n  selector: {{matchLabels: {{a: b}}}}\n  template:\n    metadata: {{labels: {{a: \
                 b}}}}\n    spec:\n      containers:\n      - name: c\n        image: x\n        resources: \
                 {{limits: {{cpu: {cpu}}}}}\n"
            )
        };
        for (text, code) in [
            (text("${X}", "1", "d"), "POD-F002"),
            (text("\"${X}\"", "1", "d"), "POD-F002"),
            (text("1", "<cpu>", "d"), "POD-F003"),
            (text("1", "1", "web-$ENV"), "POD-V006"),
        ] {
            let found = Reader::default().check(&text);
            assert_eq!((found.len(), found[0].code), (1, code), "{found:?}");
            assert!(found[0].message.contains("is a placeholder"), "{}", found[0].message);
            assert!(found[0].chinese.contains("占位符") && found[0].fix.is_none());
        }
        let found = Reader::default().check(&text("two", "1", "d"));
        assert!(!found[0].message.contains("placeholder"), "{}", found[0].message);
    }
}
