//! What may stand at a place of the text.
//!
//! Owns the choice and order of suggestions. It must not know how a list is shown. Invariant: a
//! suggestion replaces the word at the place and nothing else.

use super::hover::{Fact, facts_of};
use super::known::{self, Refers, follow, structure, type_name};
pub use super::names::Names;
use super::names::{ends_with, in_text, labels_in_text, values_of};
use super::place::{Part, Place, Step, document_at, place, siblings};
use super::sheet::Sheet;
use crate::api::fields::{Field, Fields, Shape};
use crate::api::resources::RESOURCES;
use crate::base::Order as _;
use crate::view::words::{EditorWords, Lang, fields};
use serde::Serialize;

/// The most suggestions of one answer.
const SUGGESTIONS_MAX: usize = 200;
/// The room that the boost of a suggestion leaves.
const BOOST_MAX: usize = 90;

/// Suggestions for a range of bytes.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Completion {
    /// The first byte that is replaced.
    pub from: usize,
    /// One past the last byte that is replaced.
    pub to: usize,
    /// The suggestions, the likeliest first.
    pub options: Vec<Suggestion>,
}

/// One thing that may stand there.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Suggestion {
    /// What it is called.
    pub label: String,
    /// `field`, `value` or `name`.
    pub kind: &'static str,
    /// Its type, or where the name is known from.
    pub detail: String,
    /// A sentence on it.
    pub about: Option<&'static str>,
    /// What else is known.
    pub rows: Vec<Fact>,
    /// What is typed for it.
    pub apply: String,
    /// Whether the next word should be suggested at once.
    pub again: bool,
    /// How much likelier it is than others.
    pub boost: usize,
}

/// Fields that the server fills in and nobody writes, or that are out of use.
const UNWRITTEN: [&str; 14] = [
    "status",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
    "uid",
    "ownerReferences",
    "ephemeralContainers",
    "serviceAccount",
    "clusterIPs",
    "externalIPs",
];

/// Kinds that nobody writes.
const UNWRITTEN_KINDS: [&str; 7] = [
    "Event",
    "Endpoints",
    "EndpointSlice",
    "ControllerRevision",
    "VolumeAttachment",
    "PodTemplate",
    "ReplicaSetList",
];

struct Asker<'a> {
    text: &'a str,
    sheet: &'a Sheet,
    names: &'a dyn Names,
    lang: Lang,
    place: Place,
    kind: &'a str,
}

/// What may stand at a byte of a text; `is_explicit` says that it was asked for with a key.
pub fn complete(
    text: &str,
    byte: usize,
    is_explicit: bool,
    names: &dyn Names,
    lang: Lang,
) -> Option<Completion> {
    let sheet = Sheet::of(text);
    let place = place(text, &sheet, byte)?;
    let kind = document_at(&sheet, byte).map_or("", |at| sheet.documents[at].kind.as_str());
    let typed = text.get(place.from..byte).unwrap_or_default().to_owned();
    let asker = Asker { text, sheet: &sheet, names, lang, place, kind };
    if typed.is_empty() && !is_explicit && asker.place.part == Part::Key {
        return None;
    }
    let mut options = asker.options();
    options.truncate(SUGGESTIONS_MAX);
    let word = text.get(asker.place.from..asker.place.to).unwrap_or_default();
    let is_done = !is_explicit && options.iter().any(|one| one.label == word);
    if options.is_empty() || is_done {
        return None;
    }
    let count = options.len();
    for (at, option) in options.iter_mut().enumerate() {
        option.boost = BOOST_MAX.saturating_sub(at).max(BOOST_MAX.saturating_sub(count));
    }
    Some(Completion { from: asker.place.from, to: asker.place.to, options })
}

impl Asker<'_> {
    fn options(&self) -> Vec<Suggestion> {
        let path = &self.place.path;
        if let [Step::Key(key)] = path.as_slice()
            && self.place.part == Part::Value
        {
            match key.as_str() {
                "kind" => return self.kinds(),
                "apiVersion" => return self.versions(),
                _ => {}
            }
        }
        let Some(spot) = follow(self.kind, path) else {
            let is_top = path.is_empty() && self.place.part == Part::Key;
            return if is_top { self.top() } else { Vec::new() };
        };
        match (&spot.shape, &self.place.part) {
            (Shape::Struct(_), Part::Key) => self.fields(&spot.shape, ""),
            (Shape::List(inner), Part::Key) if self.place.is_bare => match &**inner {
                Shape::Struct(_) => self.fields(inner, "- "),
                _ => self.values(spot.within, "- "),
            },
            (Shape::Map(_), Part::Key) => self.labels(spot.within),
            (Shape::Struct(_) | Shape::List(_) | Shape::Map(_), _) => Vec::new(),
            _ => self.values(spot.within, ""),
        }
    }

    fn fields(&self, shape: &Shape, before: &str) -> Vec<Suggestion> {
        let Some((within, known)) = structure(shape) else { return Vec::new() };
        let taken = if before.is_empty() {
            siblings(self.text, self.sheet, &self.place)
        } else {
            Vec::new()
        };
        let mut fields: Vec<(&String, &Field)> = known
            .fields
            .iter()
            .filter(|(name, _)| !UNWRITTEN.contains(&name.as_str()) && !taken.contains(name))
            .collect();
        fields.order_by_key(|(name, _)| {
            let is_required = known.required.contains(*name);
            (!is_required, fields::rank(within, name).unwrap_or(usize::MAX), *name)
        });
        fields
            .into_iter()
            .map(|(name, field)| {
                let mut path = self.place.path.clone();
                if !before.is_empty() {
                    path.push(Step::Item);
                }
                path.push(Step::Key(name.clone()));
                Suggestion {
                    label: format!("{before}{name}"),
                    kind: "field",
                    detail: type_name(&field.shape),
                    about: fields::about(within, name, self.lang),
                    rows: facts_of(self.kind, &path, within, name, self.lang),
                    apply: format!("{before}{}", self.typed(name, &field.shape, before.len())),
                    again: !self.place.has_colon && has_choices(within, name, field),
                    boost: 0,
                }
            })
            .collect()
    }

    /// A key with what comes after it.
    fn typed(&self, name: &str, shape: &Shape, shift: usize) -> String {
        let inner = " ".repeat(self.place.column + shift + 2);
        match shape {
            _ if self.place.has_colon => name.to_owned(),
            _ if self.place.in_flow => format!("{name}: "),
            Shape::Struct(_) | Shape::Map(_) => format!("{name}:\n{inner}"),
            Shape::List(_) => format!("{name}:\n{inner}- "),
            _ => format!("{name}: "),
        }
    }

    fn top(&self) -> Vec<Suggestion> {
        let taken = siblings(self.text, self.sheet, &self.place);
        let keys = ["apiVersion", "kind", "metadata", "spec"].into_iter();
        keys.filter(|key| !taken.iter().any(|one| one == key))
            .map(|key| {
                let deep = matches!(key, "metadata" | "spec");
                let shape = if deep { Shape::Map(Box::new(Shape::Any)) } else { Shape::Text };
                let apply = self.typed(key, &shape, 0);
                let detail = if deep { String::new() } else { "string".to_owned() };
                let (label, kind) = (key.to_owned(), "field");
                Suggestion { label, kind, detail, apply, again: !deep, ..Suggestion::default() }
            })
            .collect()
    }

    fn kinds(&self) -> Vec<Suggestion> {
        let mut kinds: Vec<_> = RESOURCES
            .iter()
            .filter(|one| !UNWRITTEN_KINDS.contains(&one.name))
            .filter(|one| Fields::table().api_version(one.name).as_deref() == Some(one.api_version))
            .collect();
        kinds.order_by_key(|one| (fields::kind_rank(one.name).unwrap_or(usize::MAX), one.name));
        kinds.dedup_by_key(|one| one.name);
        kinds
            .into_iter()
            .map(|one| Suggestion {
                label: one.name.to_owned(),
                kind: "value",
                detail: one.api_version.to_owned(),
                about: fields::about_kind(one.name, self.lang),
                apply: one.name.to_owned(),
                ..Suggestion::default()
            })
            .collect()
    }

    fn versions(&self) -> Vec<Suggestion> {
        let fitting = Fields::table().api_version(self.kind);
        let mut versions: Vec<String> = fitting.into_iter().collect();
        if versions.is_empty() {
            versions = RESOURCES.iter().map(|one| one.api_version.to_owned()).collect();
            versions.order();
            versions.dedup();
        }
        versions.into_iter().map(|version| plain(&version, "value", "")).collect()
    }

    /// The values of a field.
    fn values(
        &self,
        within: Option<(&'static str, &'static str, &'static Field)>,
        before: &str,
    ) -> Vec<Suggestion> {
        let words = EditorWords::of(self.lang);
        let Some((within, name, field)) = within else { return Vec::new() };
        let default = known::default_at(self.kind, &self.place.path);
        let is_map = matches!(field.shape, Shape::Map(_));
        let mut values: Vec<(String, &str)> = Vec::new();
        if is_map {
            let Some(Step::Key(key)) = self.place.path.last() else { return Vec::new() };
            let pairs = self.pairs(name).into_iter().filter(|(one, _, _)| one == key);
            values.extend(pairs.map(|(_, value, from)| (value, from)));
        }
        values.extend(field.words.iter().filter(|word| !word.is_empty()).map(|word| {
            (word.clone(), if default.as_ref() == Some(word) { words.default_value } else { "" })
        }));
        if field.shape == Shape::Truth {
            values.extend(["true", "false"].map(|word| (word.to_owned(), "")));
        }
        if let Some(refers) = known::refers(within, name) {
            values.extend(self.referred(refers));
        }
        if values.is_empty()
            && let Some(default) = default
        {
            values.push((default, words.default_value));
        }
        let is_name = known::refers(within, name).is_some();
        let kind = if is_name { "name" } else { "value" };
        let option =
            |(value, detail): (String, &str)| plain(&format!("{before}{value}"), kind, detail);
        values.into_iter().map(option).collect()
    }

    fn referred(&self, refers: Refers) -> Vec<(String, &'static str)> {
        let words = EditorWords::of(self.lang);
        let own = document_at(self.sheet, self.place.from).map(|at| &self.sheet.documents[at]);
        let lines = own.map_or(0..0, |own| own.first..own.end);
        let all = 0..self.sheet.lines.len();
        let find = |lines, key, fits: &dyn Fn(&[Step]) -> bool| {
            let found = values_of(self.text, self.sheet, lines, key, fits);
            found.into_iter().map(|name| (name, words.in_text)).collect::<Vec<_>>()
        };
        match refers {
            Refers::To(kind) => {
                let known = self.names.of(kind);
                let own = in_text(self.sheet, kind);
                let fresh = own.into_iter().filter(|name| !known.contains(name));
                let fresh: Vec<_> = fresh.map(|name| (name, words.in_text)).collect();
                known.into_iter().map(|name| (name, words.in_cluster)).chain(fresh).collect()
            }
            Refers::Volume => find(lines, "name", &|way| {
                ends_with(way, &["volumes", "[]"])
                    || ends_with(way, &["volumeClaimTemplates", "[]", "metadata"])
            }),
            Refers::Port => {
                let is_port = |way: &[Step]| {
                    ends_with(way, &["ports", "[]"])
                        && way.iter().any(|step| *step == Step::Key("containers".into()))
                };
                let mut ports = find(all.clone(), "name", &is_port);
                ports.extend(find(all, "containerPort", &is_port));
                ports
            }
            Refers::Words(words) => words.iter().map(|word| ((*word).to_owned(), "")).collect(),
        }
    }

    /// Labels as key, value and where they are known from.
    fn pairs(&self, field: &str) -> Vec<(String, String, &'static str)> {
        let words = EditorWords::of(self.lang);
        let kind = match field {
            "nodeSelector" => "Node",
            "matchLabels" | "labels" | "selector" => "Pod",
            _ => return Vec::new(),
        };
        let own = labels_in_text(self.text, self.sheet);
        let own = own.into_iter().filter(|_| kind == "Pod").map(|(a, b)| (a, b, words.in_text));
        let mut pairs: Vec<_> = own.collect();
        for (key, value) in self.names.labels(kind) {
            let is_own = pairs.iter().any(|(a, b, _)| *a == key && *b == value);
            if !is_own && !key.starts_with("pod-template") && !key.contains("kubernetes.io/pod") {
                pairs.push((key, value, words.in_cluster));
            }
        }
        pairs
    }

    fn labels(
        &self,
        within: Option<(&'static str, &'static str, &'static Field)>,
    ) -> Vec<Suggestion> {
        let Some((_, name, _)) = within else { return Vec::new() };
        if matches!(name, "requests" | "limits" | "capacity") {
            let amounts = ["cpu", "memory", "storage"].into_iter();
            return amounts
                .map(|one| Suggestion {
                    apply: format!("{one}: "),
                    ..plain(one, "field", "Quantity")
                })
                .collect();
        }
        let taken = siblings(self.text, self.sheet, &self.place);
        let pairs = self.pairs(name).into_iter().filter(|(key, ..)| !taken.contains(key));
        pairs
            .map(|(key, value, from)| {
                let apply =
                    if self.place.has_colon { key.clone() } else { format!("{key}: {value}") };
                Suggestion { apply, ..plain(&format!("{key}: {value}"), "name", from) }
            })
            .collect()
    }
}

fn plain(label: &str, kind: &'static str, detail: &str) -> Suggestion {
    let (label, detail) = (label.to_owned(), detail.to_owned());
    Suggestion { apply: label.clone(), label, kind, detail, ..Suggestion::default() }
}

/// Whether a field's value can be chosen from a list, or more keys come below it.
fn has_choices(within: &str, name: &str, field: &Field) -> bool {
    let deep = matches!(field.shape, Shape::Struct(_) | Shape::List(_) | Shape::Map(_));
    deep || !field.words.is_empty()
        || field.shape == Shape::Truth
        || known::refers(within, name).is_some()
        || matches!(name, "kind" | "apiVersion")
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Cluster;

    impl Names for Cluster {
        fn of(&self, kind: &str) -> Vec<String> {
            match kind {
                "Service" => vec!["db".into()],
                "StorageClass" => vec!["standard".into()],
                _ => Vec::new(),
            }
        }

        fn labels(&self, kind: &str) -> Vec<(String, String)> {
            if kind == "Node" { vec![("disk".into(), "ssd".into())] } else { Vec::new() }
        }
    }

    fn at(text: &str, is_explicit: bool) -> Option<Completion> {
        let byte = text.find('|').expect("a bar marks the place");
        complete(&text.replace('|', ""), byte, is_explicit, &Cluster, Lang::En)
    }

    fn labels(text: &str) -> Vec<String> {
        let options = at(text, true).map(|one| one.options).unwrap_or_default();
        options.into_iter().map(|one| one.label).collect()
    }

    fn option(text: &str, label: &str) -> Suggestion {
        let options = at(text, true).expect("suggestions").options;
        options.into_iter().find(|one| one.label == label).expect(label)
    }

    const SET: &str = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: db\nspec:\n";

    #[test]
    fn fields_come_with_types_and_without_those_that_are_there() {
        let text = format!("{SET}  replicas: 1\n  se|");
        let found = labels(&text);
        assert_eq!(&found[..2], ["selector", "template"], "what must be given comes first");
        assert!(!found.contains(&"replicas".to_owned()));
        let name = option(&text, "serviceName");
        assert_eq!((name.detail.as_str(), name.apply.as_str()), ("string", "serviceName: "));
        assert!(name.about.is_some_and(|about| about.contains("headless")));
        let template = option(&text, "template");
        assert_eq!(template.apply, "template:\n    ");
        assert_eq!(option(&text, "volumeClaimTemplates").apply, "volumeClaimTemplates:\n    - ");
    }

    #[test]
    fn values_come_from_the_schema_with_their_default() {
        let text = format!("{SET}  podManagementPolicy: |");
        assert_eq!(labels(&text), ["OrderedReady", "Parallel"]);
        assert_eq!(option(&text, "OrderedReady").detail, "default");
        assert_eq!(labels("apiVersion: v1\nkind: Pod\nspec:\n  hostNetwork: |"), ["true", "false"]);
    }

    #[test]
    fn names_come_from_the_cluster_and_from_the_text() {
        let text =
            format!("{SET}  serviceName: |\n---\nkind: Service\nmetadata: {{name: other}}\n");
        let found = at(&text, false).expect("suggestions without a key");
        let found: Vec<_> =
            found.options.iter().map(|one| (one.label.as_str(), one.detail.as_str())).collect();
        assert_eq!(found, [("db", "in the cluster"), ("other", "in this text")]);
        let claim = format!("{SET}  volumeClaimTemplates:\n  - spec:\n      storageClassName: st|");
        assert_eq!(labels(&claim), ["standard"]);
        let mount = format!(
            "{SET}  template:\n    spec:\n      containers:\n      - name: a\n        volumeMounts:\n        \
             - name: |\n  volumeClaimTemplates:\n  - metadata: {{name: data}}\n"
        );
        assert_eq!(labels(&mount), ["data"]);
    }

    #[test]
    fn labels_come_as_pairs() {
        let text = "apiVersion: v1\nkind: Service\nspec:\n  selector:\n    |\n---\nkind: Deployment\n\
                    spec:\n  template:\n    metadata:\n      labels: {app: web}\n";
        assert_eq!(labels(text), ["app: web"]);
        assert_eq!(labels("kind: Pod\nspec:\n  nodeSelector:\n    |"), ["disk: ssd"]);
        assert_eq!(labels("kind: Pod\nspec:\n  nodeSelector:\n    disk: |"), ["ssd"]);
    }

    #[test]
    fn a_document_begins_with_its_kind() {
        assert_eq!(labels("|"), ["apiVersion", "kind", "metadata", "spec"]);
        let kinds = labels("kind: |");
        assert_eq!(kinds[0], "Deployment");
        assert!(kinds.contains(&"StatefulSet".to_owned()));
        assert_eq!(labels("apiVersion: |\nkind: Deployment\n"), ["apps/v1"]);
    }

    #[test]
    fn nothing_is_offered_for_a_word_that_is_whole_or_has_not_begun() {
        assert_eq!(at(&format!("{SET}  podManagementPolicy: Parallel|"), false), None);
        assert_eq!(at(&format!("{SET}  |"), false), None);
        assert_eq!(at("kind: Pod\n# se|", true), None);
    }

    #[test]
    fn items_begin_with_a_dash_where_a_list_is_wanted() {
        let text = "kind: Pod\nspec:\n  containers:\n    |";
        assert_eq!(labels(text)[0], "- name");
        assert_eq!(option(text, "- name").apply, "- name: ");
        let modes = "kind: PersistentVolumeClaim\nspec:\n  accessModes:\n  - |";
        assert!(labels(modes).contains(&"ReadWriteMany".to_owned()), "{:?}", labels(modes));
    }
}
