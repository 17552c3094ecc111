//! Names that exist: in the cluster, and in the text itself.
//!
//! Owns the finding of names. It must not know which field wants them. Invariant: a name stands
//! once, in order.

use super::place::{Step, place};
use super::sheet::{Document, Sheet};
use crate::api::{Body, Kind, Object, Value, encode};
use crate::base::gather;
use crate::server::View;
use crate::text::{Node, NodeValue, parse};
use std::collections::BTreeSet;
use std::rc::Rc;

/// What a cluster can be asked for. Of a kind without namespaces everything is in each of them.
pub trait Names {
    /// The names of the objects of a kind.
    fn of(&self, kind: &str, namespace: &str) -> Vec<String>;

    /// The labels, as key and value, of the objects of a kind.
    fn labels(&self, _kind: &str, _namespace: &str) -> Vec<(String, String)> {
        Vec::new()
    }

    /// The keys of a ConfigMap or Secret.
    fn keys(&self, _kind: &str, _namespace: &str, _name: &str) -> Vec<String> {
        Vec::new()
    }

    /// The taints of nodes, as key and value.
    fn taints(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    /// The ports, by name where they have one, of the Pods with these labels.
    fn ports(&self, _namespace: &str, _labels: &[(String, String)]) -> Vec<String> {
        Vec::new()
    }
}

/// No cluster at all.
impl Names for () {
    fn of(&self, _kind: &str, _namespace: &str) -> Vec<String> {
        Vec::new()
    }
}

/// The objects of a kind that something in a namespace can name.
fn seen<'a>(
    view: &'a View,
    kind: &str,
    namespace: &'a str,
) -> impl Iterator<Item = &'a Rc<Object>> {
    let kind = Kind::from_name(kind);
    kind.into_iter().flat_map(move |kind| {
        let is_near = move |object: &&Rc<Object>| {
            !kind.facts().namespaced || *object.meta.namespace == *namespace
        };
        view.table(kind).iter().filter(is_near)
    })
}

impl Names for View {
    fn of(&self, kind: &str, namespace: &str) -> Vec<String> {
        let all = seen(self, kind, namespace).map(|object| object.meta.name.to_string());
        let mut names: BTreeSet<String> = gather(all);
        if kind == "ServiceAccount" {
            // Every namespace has this one, and no object stands for it here.
            names.insert("default".to_owned());
        }
        names.into_iter().collect()
    }

    fn labels(&self, kind: &str, namespace: &str) -> Vec<(String, String)> {
        let all = seen(self, kind, namespace);
        let pairs: BTreeSet<(String, String)> = gather(all.flat_map(|object| {
            object.meta.labels.iter().map(|(key, value)| (key.to_string(), value.to_string()))
        }));
        pairs.into_iter().collect()
    }

    fn keys(&self, kind: &str, namespace: &str, name: &str) -> Vec<String> {
        let object = seen(self, kind, namespace).find(|object| *object.meta.name == *name);
        let Some(Value::Map(mut whole)) = object.map(|object| encode::encode(object)) else {
            return Vec::new();
        };
        let parts = DATA.into_iter().filter_map(|part| whole.remove(part));
        let maps = parts.filter_map(|part| match part {
            Value::Map(entries) => Some(entries),
            _ => None,
        });
        maps.flat_map(|entries| entries.into_keys().map(|key| key.to_string())).collect()
    }

    fn taints(&self) -> Vec<(String, String)> {
        let mut found = BTreeSet::new();
        for object in self.table(Kind::Node).iter() {
            let Body::Node(node) = &object.body else { continue };
            let word =
                |word: &Option<crate::base::Str>| word.as_deref().unwrap_or_default().to_owned();
            found
                .extend(node.spec.taints.iter().map(|one| (one.key.to_string(), word(&one.value))));
        }
        found.into_iter().collect()
    }

    fn ports(&self, namespace: &str, labels: &[(String, String)]) -> Vec<String> {
        let is_meant = |object: &&Rc<Object>| {
            let has = |(key, value): &(String, String)| {
                object.meta.labels.iter().any(|(k, v)| **k == **key && **v == **value)
            };
            labels.iter().all(has)
        };
        let mut found = BTreeSet::new();
        for object in seen(self, "Pod", namespace).filter(is_meant) {
            let Body::Pod(pod) = &object.body else { continue };
            for port in pod.spec.containers.iter().flat_map(|one| &one.ports) {
                let number = || port.container_port.to_string();
                found.insert(port.name.as_ref().map_or_else(number, ToString::to_string));
            }
        }
        found.into_iter().collect()
    }
}

/// Where a ConfigMap or Secret has its keys.
const DATA: [&str; 3] = ["data", "binaryData", "stringData"];

/// The names of the text's own documents of a kind that something in a namespace can name.
pub(super) fn in_text(sheet: &Sheet, kind: &str, namespace: &str) -> Vec<String> {
    let has_namespace = Kind::from_name(kind).is_none_or(|kind| kind.facts().namespaced);
    let is_near = |one: &&Document| !has_namespace || one.namespace() == namespace;
    let all = sheet.documents.iter().filter(|one| one.kind == kind && !one.name.is_empty());
    let names: BTreeSet<String> = gather(all.filter(is_near).map(|one| one.name.clone()));
    names.into_iter().collect()
}

/// A document of the text as a tree, if it can be read.
pub(super) fn tree(text: &str, sheet: &Sheet, document: &Document) -> Option<Node> {
    if let Some(brackets) = &document.brackets {
        return parse(text.get(brackets.clone())?).documents.into_iter().next()?.root;
    }
    let from = sheet.lines.get(document.first)?.from;
    let to = sheet.lines.get(document.end.checked_sub(1)?)?.to;
    let mut own = text.get(from..to)?.to_owned();
    if document.is_item() {
        // The item's dash.
        let dash = own.find('-')?;
        own.replace_range(dash..=dash, " ");
    }
    parse(&own).documents.into_iter().next()?.root
}

/// The pairs of a mapping of words.
pub(super) fn pairs_of(node: &Node) -> Vec<(String, String)> {
    let NodeValue::Map(entries) = &node.value else { return Vec::new() };
    let pair = |entry: &crate::text::Entry| {
        Some((entry.key.to_string(), entry.value.as_str()?.to_owned()))
    };
    entries.iter().filter_map(pair).collect()
}

/// The keys of a ConfigMap or Secret of the text.
pub(super) fn keys_in_text(
    text: &str,
    sheet: &Sheet,
    kind: &str,
    own: &Document,
    name: &str,
) -> Vec<String> {
    let is_it = |one: &&Document| {
        one.kind == kind && one.name == name && one.namespace() == own.namespace()
    };
    let Some(root) = sheet.documents.iter().find(is_it).and_then(|one| tree(text, sheet, one))
    else {
        return Vec::new();
    };
    let maps = DATA.into_iter().filter_map(|part| root.at(part));
    let keys = maps.flat_map(|map| match &map.value {
        NodeValue::Map(entries) => entries.iter().map(|one| one.key.to_string()).collect(),
        _ => Vec::new(),
    });
    keys.collect()
}

/// The keys of a document's labels or annotations: of its Pods', if it has a template.
pub(super) fn keys_of(text: &str, sheet: &Sheet, own: &Document, part: &str) -> Vec<String> {
    let Some(root) = tree(text, sheet, own) else { return Vec::new() };
    let template = |root: &'_ Node| -> Option<Node> {
        let spec = root.at("spec")?;
        let spec = spec.at("jobTemplate").and_then(|job| job.at("spec")).unwrap_or(spec);
        spec.at("template").cloned()
    };
    let pod = template(&root).unwrap_or(root);
    let map = pod.at("metadata").and_then(|metadata| metadata.at(part));
    map.map(pairs_of).unwrap_or_default().into_iter().map(|(key, _)| key).collect()
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
    for at in lines {
        let Some(line) = sheet.lines.get(at) else { break };
        let words = &text[line.from..line.to];
        for (start, _) in words.match_indices(key) {
            let is_whole =
                words[..start].ends_with([' ', '{', ',', '[', '"', '\'', '\t']) || start == 0;
            let rest = words[start + key.len()..].trim_start_matches(['"', '\'']);
            let Some(behind) = rest.strip_prefix(':').map(str::trim_start) else { continue };
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
        assert_eq!(in_text(&sheet, "StatefulSet", "default"), ["db"]);
        assert_eq!(in_text(&sheet, "StatefulSet", "team"), Vec::<String>::new());
    }

    #[test]
    fn labels_are_found_in_either_style() {
        let pairs = labels_in_text(TEXT, &Sheet::of(TEXT));
        let pairs: Vec<_> = pairs.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(pairs, [("app", "db"), ("tier", "x")]);
    }
}
