//! Names that exist: in the cluster, and in the text itself.
//!
//! Owns the finding of names. It must not know which field wants them. Invariant: a name stands
//! once, in order.

use super::place::{Step, place};
use super::sheet::Sheet;
use crate::api::Kind;
use crate::base::gather;
use crate::server::View;
use std::collections::BTreeSet;

/// What a cluster can be asked for.
pub trait Names {
    /// The names of the objects of a kind.
    fn of(&self, kind: &str) -> Vec<String>;
    /// The labels, as key and value, of the objects of a kind.
    fn labels(&self, kind: &str) -> Vec<(String, String)>;
}

/// No cluster at all.
impl Names for () {
    fn of(&self, _kind: &str) -> Vec<String> {
        Vec::new()
    }

    fn labels(&self, _kind: &str) -> Vec<(String, String)> {
        Vec::new()
    }
}

impl Names for View {
    fn of(&self, kind: &str) -> Vec<String> {
        let kind = Kind::from_name(kind);
        let all = kind.into_iter().flat_map(|kind| self.table(kind).iter());
        let names: BTreeSet<String> = gather(all.map(|object| object.meta.name.to_string()));
        names.into_iter().collect()
    }

    fn labels(&self, kind: &str) -> Vec<(String, String)> {
        let kind = Kind::from_name(kind);
        let all = kind.into_iter().flat_map(|kind| self.table(kind).iter());
        let pairs: BTreeSet<(String, String)> = gather(all.flat_map(|object| {
            object.meta.labels.iter().map(|(key, value)| (key.to_string(), value.to_string()))
        }));
        pairs.into_iter().collect()
    }
}

/// The names of the text's own documents of a kind.
pub(super) fn in_text(sheet: &Sheet, kind: &str) -> Vec<String> {
    let all = sheet.documents.iter().filter(|one| one.kind == kind && !one.name.is_empty());
    let names: BTreeSet<String> = gather(all.map(|one| one.name.clone()));
    names.into_iter().collect()
}

/// The values of a key in some lines, where the way to it fits.
pub(super) fn values_of(
    text: &str,
    sheet: &Sheet,
    lines: std::ops::Range<usize>,
    key: &str,
    fits: impl Fn(&[Step]) -> bool,
) -> Vec<String> {
    let mut found = BTreeSet::new();
    let mark = format!("{key}:");
    for at in lines {
        let Some(line) = sheet.lines.get(at) else { break };
        let words = &text[line.from..line.to];
        for (start, _) in words.match_indices(&mark) {
            let is_whole = words[..start].ends_with([' ', '{', ',', '[']) || start == 0;
            let behind = words[start + mark.len()..].trim_start();
            let byte = line.to - behind.len();
            if !is_whole || behind.is_empty() {
                continue;
            }
            if let Some(place) = place(text, sheet, byte)
                && let Some((Step::Key(last), way)) = place.path.split_last()
                && last == key
                && fits(way)
            {
                let value = text.get(place.from..place.to).unwrap_or_default();
                found.insert(value.trim_matches(['"', '\'']).to_owned());
            }
        }
    }
    found.into_iter().filter(|name| !name.is_empty()).collect()
}

/// Whether a way ends so; `[]` stands for an item.
pub(super) fn ends_with(way: &[Step], end: &[&str]) -> bool {
    let is = |step: &Step, word: &str| match step {
        Step::Item => word == "[]",
        Step::Key(key) => key == word,
    };
    way.len() >= end.len()
        && way[way.len() - end.len()..].iter().zip(end).all(|(step, word)| is(step, word))
}

/// The labels that the text gives or asks for, as key and value.
pub(super) fn labels_in_text(text: &str, sheet: &Sheet) -> Vec<(String, String)> {
    let mut found = BTreeSet::new();
    let mut inside: Option<usize> = None;
    let mut take = |pair: &str| {
        if let Some((key, value)) = pair.split_once(':') {
            let bare = |word: &str| {
                let word = word.split(" #").next().unwrap_or(word);
                word.trim().trim_matches(['"', '\'']).to_owned()
            };
            let (key, value) = (bare(key), bare(value));
            if !key.is_empty() && !value.is_empty() {
                found.insert((key, value));
            }
        }
    };
    for line in &sheet.lines {
        let words = &text[line.from..line.to];
        let indent = words.len() - words.trim_start().len();
        let bare = words.trim();
        if line.in_scalar || bare.is_empty() || bare.starts_with('#') {
            continue;
        }
        if inside.is_some_and(|column| indent > column) {
            take(bare);
            continue;
        }
        inside = (bare == "labels:" || bare == "matchLabels:").then_some(indent);
        for (start, mark) in bare.match_indices("abels: {") {
            let rest = &bare[start + mark.len()..];
            rest.split('}').next().unwrap_or_default().split(',').for_each(&mut take);
        }
    }
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "kind: StatefulSet\nmetadata: {name: db}\nspec:\n  selector:\n    \
        matchLabels:\n      app: db\n  template:\n    metadata:\n      labels: {app: db, tier: x}\n    \
        spec:\n      containers:\n      - name: a\n      volumes:\n      - name: conf\n        \
        configMap: {name: c}\n  volumeClaimTemplates:\n  - metadata: {name: data}\n";

    #[test]
    fn names_are_found_by_the_way_to_them() {
        let sheet = Sheet::of(TEXT);
        let all = 0..sheet.lines.len();
        let volumes = values_of(TEXT, &sheet, all.clone(), "name", |way| {
            ends_with(way, &["volumes", "[]"])
                || ends_with(way, &["volumeClaimTemplates", "[]", "metadata"])
        });
        assert_eq!(volumes, ["conf", "data"]);
        let maps = values_of(TEXT, &sheet, all, "name", |way| ends_with(way, &["configMap"]));
        assert_eq!(maps, ["c"]);
        assert_eq!(in_text(&sheet, "StatefulSet"), ["db"]);
    }

    #[test]
    fn labels_are_found_in_either_style() {
        let pairs = labels_in_text(TEXT, &Sheet::of(TEXT));
        let pairs: Vec<_> = pairs.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(pairs, [("app", "db"), ("tier", "x")]);
    }
}
