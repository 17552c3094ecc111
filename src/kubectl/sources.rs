//! What a variable's value is taken from, where the line that says so is gone: of a key of a
//! ConfigMap and one of a Secret the fields are the same.
//!
//! Must not know what a cluster holds. Invariant: of two that would do none is chosen, unless the
//! text itself has only one of that name.

use std::collections::BTreeSet;

use crate::kubectl::Reader;
use crate::kubectl::misplaced::{Level, join, tell};
use crate::kubectl::reader::Customs;
use crate::kubectl::slips::{cut, deeper, first_sentence};
use crate::kubectl::weight::Weight;
use crate::text::{Diagnostic, Entry, Fix, NodeValue, Span};

/// The types that hold sources, with the fields that lead to each kind's.
const HOLDERS: [(&str, [(&str, &str); 2]); 2] = [
    ("EnvVarSource", [("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")]),
    ("EnvFromSource", [("configMapRef", "ConfigMap"), ("secretRef", "Secret")]),
];

/// The ConfigMaps and Secrets of a text whose variables name some: kind and name.
///
/// It reads lines, for every document is looked at before the first is checked.
pub(super) fn named(text: &str, spans: &[Span]) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    if !["valueFrom", "envFrom"].iter().any(|key| text.contains(key)) {
        return found;
    }
    for span in spans {
        let part = &text[span.start as usize..span.end as usize];
        let (mut kind, mut name, mut in_metadata) = (None, None, false);
        let value = |rest: &str| {
            let bare = rest.split([',', '}', '#']).next().unwrap_or(rest);
            bare.trim().trim_matches(['"', '\'']).to_owned()
        };
        for line in part.lines() {
            if !line.starts_with([' ', '#']) && !line.trim().is_empty() {
                in_metadata = line.starts_with("metadata:");
                kind = line.strip_prefix("kind:").map(value).or(kind);
            }
            let words = line.trim_start_matches("metadata:").trim_start_matches([' ', '{']);
            if let Some(rest) = words.strip_prefix("name:").filter(|_| in_metadata) {
                name = name.or_else(|| Some(value(rest)));
            }
        }
        if let (Some(kind @ ("ConfigMap" | "Secret")), Some(name)) = (kind.as_deref(), name) {
            found.insert((kind.to_owned(), name));
        }
    }
    found
}

/// Tells of a field that belongs into a source which is not there; says whether it is one.
pub(super) fn mended(
    reader: &Reader,
    (text, customs): (&str, &Customs),
    way: &[Level<'_>],
    before: Weight,
    one: &mut Diagnostic,
) -> bool {
    let Some((here, entries)) = way.last().and_then(|here| match &here.node.value {
        NodeValue::Map(entries) => Some((here, entries)),
        _ => None,
    }) else {
        return false;
    };
    let table = reader.fields();
    let is_here = |name: &str| table.named(name).is_some_and(|one| std::ptr::eq(one, here.known));
    let Some((_, kinds)) = HOLDERS.iter().find(|(name, _)| is_here(name)) else { return false };
    let goes = |one: &&Entry| matches!(&*one.key, "name" | "key" | "optional");
    let first = here.at - entries[..here.at].iter().rev().take_while(goes).count();
    let run: Vec<&Entry> = entries[first..].iter().take_while(goes).collect();
    let has_other = kinds.iter().any(|(field, _)| here.node.at(field).is_some());
    let Some(name) = run.iter().find(|one| *one.key == *"name").and_then(|one| one.value.as_str())
    else {
        return false;
    };
    if has_other {
        return false;
    }
    let is_there = |kind: &str| customs.sources.contains(&(kind.to_owned(), name.to_owned()));
    let mut there = kinds.iter().filter(|(_, kind)| is_there(kind));
    let (Some((field, _)), None) = (there.next(), there.next()) else {
        let [first, second] = kinds.map(|(field, _)| join(&here.path, field));
        one.message =
            format!("{} It belongs in {first} or {second}.", first_sentence(&one.message));
        one.chinese = format!("{}它应位于 {first} 或 {second} 中。", cut(&one.chinese, "。"));
        one.fix = None;
        return true;
    };
    tell(one, &join(&here.path, field));
    one.fix = deeper(text, here.node, &run, field).map(|edits| Fix {
        title: format!("Add {field}: above it"),
        chinese: format!("在上面加上 {field}:"),
        edits,
    });
    one.fix.take_if(|fix| reader.weigh(&fix.apply(text), customs) >= before);
    true
}

#[cfg(test)]
mod tests {
    use crate::kubectl::Reader;

    const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n  - name: c\n    \
                       image: x\n    env:\n    - name: A\n      valueFrom:\n        REF:\n          name: s\n          \
                       key: k # which\n    envFrom:\n    - ALL:\n        name: s\n";

    /// A document of a kind, with this name.
    fn source(kind: &str, name: &str) -> String {
        format!("---\napiVersion: v1\nkind: {kind}\nmetadata: {{name: {name}}}\n")
    }

    /// The text once every first fix is taken, and what was told first.
    fn mended(text: &str) -> (String, String) {
        let mut text = text.to_owned();
        let first = Reader::default().check(&text).remove(0).message;
        while let Some(fix) = Reader::default().check(&text).into_iter().find_map(|one| one.fix) {
            text = fix.apply(&text);
        }
        (first, text)
    }

    #[test]
    fn a_source_that_the_text_has_comes_back() {
        for (kind, key, all) in [
            ("ConfigMap", "configMapKeyRef", "configMapRef"),
            ("Secret", "secretKeyRef", "secretRef"),
        ] {
            let others = format!("{}{}", source(kind, "s"), source("ConfigMap", "other"));
            let good = POD.replace("REF", key).replace("ALL", all) + &others;
            assert_eq!(Reader::default().check(&good), []);
            let line = format!("        {key}:\n          name: s\n          key");
            for bare in ["        name: s\n        key", "          name: s\n          key"] {
                let bad = good.replace(&line, bare);
                assert_ne!(bad, good);
                let (message, after) = mended(&bad);
                assert!(message.ends_with(&format!("valueFrom.{key}.")), "{message}");
                let tight = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
                assert_eq!(tight(&after), tight(&good));
                assert!(Reader::default().check(&after).is_empty(), "{after}");
            }
            let bad = good.replace(&format!("- {all}:\n        name"), "- name");
            let (message, after) = mended(&bad);
            assert_eq!(after, good, "{message}");
        }
    }

    #[test]
    fn of_two_sources_that_would_do_none_is_chosen() {
        let bare = POD.replace("    envFrom:\n    - ALL:\n        name: s\n", "");
        let bad = bare.replace(
            "        REF:\n          name: s\n          key",
            "        name: s\n        key",
        );
        for others in [String::new(), source("Secret", "s") + &source("ConfigMap", "s")] {
            let found = Reader::default().check(&format!("{bad}{others}"));
            let one = &found[0];
            assert!(one.message.ends_with("valueFrom.secretKeyRef."), "{}", one.message);
            assert!(one.message.contains("valueFrom.configMapKeyRef or spec."), "{}", one.message);
            assert!(one.chinese.ends_with("valueFrom.secretKeyRef 中。"), "{}", one.chinese);
            assert!(found.iter().all(|one| one.fix.is_none()));
        }
    }
}
