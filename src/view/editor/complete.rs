//! What may stand at a place of the text.
//!
//! Owns the choice and order of suggestions. It must not know how a list is shown. Invariant: a
//! suggestion replaces the word at the place and nothing else.

use super::filled::default_at;
use super::hover::{Around, Fact};
use super::known::{self, Refers, TARGETS, follow, structure, type_name};
pub use super::names::Names;
use super::names::{
    ends_with, in_text, keys_in_text, keys_of, labels_in_text, pairs_of, tree, values_of,
};
use super::place::{Part, Place, Step, beside, document_at, place, siblings};
use super::sheet::{Document, Sheet};
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

/// Words that are wanted more often than others of their field, the likeliest first.
const USUAL: [&str; 16] = [
    "ReadWriteOnce",
    "ReadWriteMany",
    "In",
    "NotIn",
    "Exists",
    "NoSchedule",
    "NoExecute",
    "IfNotPresent",
    "NodePort",
    "TCP",
    "UDP",
    "HTTP",
    "Retain",
    "Resource",
    "Utilization",
    "Directory",
];

/// Labels that controllers and kubelets put on, which change or are out of use.
const MADE: [&str; 9] = [
    "pod-template",
    "controller-revision-hash",
    "controller-uid",
    "job-name",
    "batch.kubernetes.io/",
    "statefulset.kubernetes.io/",
    "apps.kubernetes.io/",
    "beta.kubernetes.io/",
    "failure-domain.beta.kubernetes.io/",
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
        if self.kind == "Ingress" && ends_with(path, &["service", "name"]) {
            let names = self.named("Service").into_iter();
            return names.map(|(name, from)| plain(&name, "name", from)).collect();
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
        let image = self.beside("image");
        let image = image.as_deref();
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
                    rows: Around { kind: self.kind, path: &path, within, name, image }
                        .facts(self.lang),
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
            .filter(|one| {
                let known = Fields::table().api_version(one.name);
                known.is_none_or(|known| known == one.api_version)
            })
            .collect();
        let version = self.beside("apiVersion");
        kinds.order_by_key(|one| {
            let is_other = version.as_ref().is_some_and(|version| version != one.api_version);
            (is_other, fields::kind_rank(one.name).unwrap_or(usize::MAX), one.name)
        });
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
            // The likelier a version's likeliest kind, the earlier it stands.
            let mut all: Vec<_> = RESOURCES
                .iter()
                .map(|one| (fields::kind_rank(one.name).unwrap_or(usize::MAX), one.api_version))
                .collect();
            all.order();
            for (_, version) in all {
                if !versions.iter().any(|one| one == version) {
                    versions.push(version.to_owned());
                }
            }
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
        let path = &self.place.path;
        let image = self.beside("image");
        let image = image.as_deref();
        let default = default_at(self.kind, path, image);
        let is_map = matches!(field.shape, Shape::Map(_));
        let mut values: Vec<(String, &str)> = Vec::new();
        if is_map {
            let Some(Step::Key(key)) = self.place.path.last() else { return Vec::new() };
            let pairs = self.pairs(name).into_iter().filter(|(one, _, _)| one == key);
            values.extend(pairs.map(|(_, value, from)| (value, from)));
        }
        let mut may_be = Around { kind: self.kind, path, within, name, image }.words();
        // What the server takes without a word is wanted most.
        may_be.order_by_key(|word| {
            let usual = USUAL.iter().position(|one| one == word).unwrap_or(USUAL.len());
            (default.as_ref() != Some(word), usual)
        });
        values.extend(may_be.into_iter().map(|word| {
            let is_default = default.as_ref() == Some(&word);
            (word, if is_default { words.default_value } else { "" })
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
        let option = |(value, detail): (String, &str)| {
            let option = plain(&format!("{before}{value}"), kind, detail);
            // Among brackets a value with brackets needs quotes.
            let needs_quotes = self.place.in_flow && value.contains('[');
            let apply =
                if needs_quotes { format!("{before}\"{value}\"") } else { option.apply.clone() };
            Suggestion { apply, ..option }
        };
        values.into_iter().map(option).collect()
    }

    /// The value of a key in the mapping around the place.
    fn beside(&self, key: &str) -> Option<String> {
        let mut pairs = beside(self.text, self.sheet, &self.place).into_iter();
        pairs.find(|(one, _)| one == key).map(|(_, value)| value).filter(|one| !one.is_empty())
    }

    /// The document of the place, and its namespace.
    fn own(&self) -> (Option<&Document>, &str) {
        let own = document_at(self.sheet, self.place.from).map(|at| &self.sheet.documents[at]);
        (own, own.map_or("default", Document::namespace))
    }

    /// The names of a kind's objects, the cluster's first.
    fn named(&self, kind: &str) -> Vec<(String, &'static str)> {
        let words = EditorWords::of(self.lang);
        let (_, namespace) = self.own();
        let known = self.names.of(kind, namespace);
        let own = in_text(self.sheet, kind, namespace);
        both(known, own, words)
    }

    fn referred(&self, refers: Refers) -> Vec<(String, &'static str)> {
        let words = EditorWords::of(self.lang);
        let (own, namespace) = self.own();
        let lines = own.map_or(0..0, |own| own.first..own.end);
        let find = |lines, key, fits: &dyn Fn(&[Step]) -> bool| {
            values_of(self.text, self.sheet, lines, key, fits)
        };
        let own_ports = |lines: std::ops::Range<usize>| {
            let is_port = |way: &[Step]| {
                ends_with(way, &["ports", "[]"])
                    && way.iter().any(|step| *step == Step::Key("containers".into()))
            };
            let mut ports = find(lines.clone(), "name", &is_port);
            ports.extend(find(lines, "containerPort", &is_port));
            ports
        };
        let here = |found: Vec<String>| both(Vec::new(), found, words);
        match refers {
            Refers::To(kind) => self.named(kind),
            Refers::Target => {
                let kind = self.beside("kind");
                let is_meant = |one: &&str| kind.as_ref().is_none_or(|kind| kind == one);
                let meant = TARGETS.into_iter().filter(is_meant);
                meant.flat_map(|kind| self.named(kind)).collect()
            }
            Refers::KeyOf(kind) => {
                let (Some(own), Some(name)) = (own, self.beside("name")) else {
                    return Vec::new();
                };
                let known = self.names.keys(kind, namespace, &name);
                both(known, keys_in_text(self.text, self.sheet, kind, own, &name), words)
            }
            Refers::Volume => here(find(lines, "name", &|way| {
                ends_with(way, &["volumes", "[]"])
                    || ends_with(way, &["volumeClaimTemplates", "[]", "metadata"])
            })),
            Refers::Port => here(own_ports(lines)),
            Refers::TargetPort => {
                let root = own.and_then(|own| tree(self.text, self.sheet, own));
                let selector = root.as_ref().and_then(|root| root.at("spec")?.at("selector"));
                let known = match selector.map(pairs_of) {
                    Some(labels) if !labels.is_empty() => self.names.ports(namespace, &labels),
                    _ => Vec::new(),
                };
                both(known, own_ports(0..self.sheet.lines.len()), words)
            }
            Refers::FieldPath => {
                let own = |part| own.map(|own| keys_of(self.text, self.sheet, own, part));
                let entries = |part: &str, known: Option<Vec<String>>| {
                    let known = known.unwrap_or_default().into_iter();
                    known.map(|key| format!("metadata.{part}['{key}']")).collect::<Vec<_>>()
                };
                let plain = known::FIELD_PATHS.iter().map(|word| ((*word).to_owned(), ""));
                let mut found = both(Vec::new(), entries("labels", own("labels")), words);
                found.extend(both(Vec::new(), entries("annotations", own("annotations")), words));
                plain.chain(found).collect()
            }
            Refers::Words(words) => words.iter().map(|word| ((*word).to_owned(), "")).collect(),
            // These are the field's own words.
            Refers::OneOf(_) => Vec::new(),
            Refers::NodeLabel => {
                let mut keys: Vec<(String, &'static str)> = Vec::new();
                for (key, _, from) in self.pairs("nodeSelector") {
                    if !keys.iter().any(|(one, _)| *one == key) {
                        keys.push((key, from));
                    }
                }
                keys
            }
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
        for (key, value) in self.names.labels(kind, self.own().1) {
            let is_own = pairs.iter().any(|(a, b, _)| *a == key && *b == value);
            if !is_own && !MADE.iter().any(|made| key.starts_with(made)) {
                pairs.push((key, value, words.in_cluster));
            }
        }
        if kind == "Node" {
            // Labels that people gave tell more than those that every node has.
            pairs.order_by_key(|(key, ..)| match key.as_str() {
                "kubernetes.io/hostname" => 1,
                "topology.kubernetes.io/zone" => 2,
                key if key.contains("kubernetes.io/") => 3,
                _ => 0,
            });
        }
        pairs
    }

    fn labels(
        &self,
        within: Option<(&'static str, &'static str, &'static Field)>,
    ) -> Vec<Suggestion> {
        let Some((within, name, _)) = within else { return Vec::new() };
        if matches!(name, "requests" | "limits" | "capacity") {
            let amounts: &[&str] = match within {
                "ResourceRequirements" => &["cpu", "memory", "ephemeral-storage"],
                _ => &["storage"],
            };
            let taken = siblings(self.text, self.sheet, &self.place);
            return amounts
                .iter()
                .copied()
                .filter(|one| !taken.iter().any(|other| other == one))
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

/// What the cluster knows, then what only the text does.
fn both(known: Vec<String>, own: Vec<String>, words: &EditorWords) -> Vec<(String, &'static str)> {
    let fresh: Vec<String> = own.into_iter().filter(|name| !known.contains(name)).collect();
    let known = known.into_iter().map(|name| (name, words.in_cluster));
    known.chain(fresh.into_iter().map(|name| (name, words.in_text))).collect()
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
        fn of(&self, kind: &str, namespace: &str) -> Vec<String> {
            match (kind, namespace) {
                ("Service", "default") => vec!["db".into()],
                ("Service", "team") => vec!["theirs".into()],
                ("StorageClass", _) => vec!["standard".into()],
                ("StatefulSet", _) => vec!["store".into()],
                _ => Vec::new(),
            }
        }

        fn labels(&self, kind: &str, _namespace: &str) -> Vec<(String, String)> {
            let made = |key: &str| (key.to_owned(), "x".to_owned());
            match kind {
                "Node" => vec![made("beta.kubernetes.io/arch"), ("disk".into(), "ssd".into())],
                _ => ["controller-revision-hash", "job-name", "controller-uid"].map(made).to_vec(),
            }
        }

        fn keys(&self, kind: &str, namespace: &str, name: &str) -> Vec<String> {
            let is_there = (kind, namespace, name) == ("ConfigMap", "default", "conf");
            if is_there { vec!["k1".into()] } else { Vec::new() }
        }

        fn ports(&self, _namespace: &str, labels: &[(String, String)]) -> Vec<String> {
            let is_there = *labels == [("app".to_owned(), "shop".to_owned())];
            if is_there { vec!["http".into()] } else { Vec::new() }
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
        for (text, words) in [
            ("kind: Service\nspec:\n  ports:\n  - protocol: |", &["TCP", "UDP", "SCTP"][..]),
            ("kind: Deployment\nspec:\n  strategy:\n    type: |", &["RollingUpdate", "Recreate"]),
            (
                "kind: PersistentVolumeClaim\nspec:\n  accessModes:\n  - |",
                &["ReadWriteOnce", "ReadWriteMany", "ReadOnlyMany", "ReadWriteOncePod"],
            ),
        ] {
            assert_eq!(labels(text), words, "{text}");
        }
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
    fn names_are_those_of_the_documents_namespace() {
        let text = "kind: StatefulSet\nmetadata: {name: db, namespace: team}\nspec:\n  serviceName: |\n\
                    ---\nkind: Service\nmetadata: {name: other}\n";
        assert_eq!(labels(text), ["theirs"]);
    }

    #[test]
    fn what_stands_beside_a_name_tells_whose_it_is() {
        let scaler = "kind: HorizontalPodAutoscaler\nspec:\n  scaleTargetRef:\n    kind: KIND\n    name: |\n\
                      ---\nkind: Deployment\nmetadata: {name: web}\n";
        assert_eq!(labels(&scaler.replace("KIND", "Deployment")), ["web"]);
        assert_eq!(labels(&scaler.replace("KIND", "StatefulSet")), ["store"]);
        let key = "kind: Pod\nspec:\n  containers:\n  - env:\n    - name: A\n      valueFrom:\n        \
                   configMapKeyRef: {name: conf, key: |}\n---\nkind: ConfigMap\nmetadata: {name: own}\n\
                   data:\n  k2: x\n";
        assert_eq!(labels(key), ["k1"]);
        assert_eq!(labels(&key.replace("name: conf", "name: own")), ["k2"]);
        let service = "kind: Service\nspec:\n  selector: {app: shop}\n  ports:\n  - port: 80\n    targetPort: |\n";
        assert_eq!(labels(service), ["http"]);
        let ingress = "kind: Ingress\nspec:\n  rules:\n  - http:\n      paths:\n      - backend:\n          \
                       service: {name: |}\n";
        assert_eq!(labels(ingress), ["db"]);
        let rule = "kind: Pod\nspec:\n  affinity:\n    nodeAffinity:\n      \
                    requiredDuringSchedulingIgnoredDuringExecution:\n        nodeSelectorTerms:\n        - \
                    matchExpressions:\n          - key: |\n";
        assert_eq!(labels(rule), ["disk"]);
        let rule = "kind: Deployment\nspec:\n  selector:\n    matchExpressions:\n    - key: a\n      operator: |\n";
        assert_eq!(labels(rule), ["In", "NotIn", "Exists", "DoesNotExist"]);
    }

    #[test]
    fn what_the_engine_refuses_is_not_offered() {
        let job = "kind: Job\nspec:\n  template:\n    spec:\n      restartPolicy: |\n";
        assert_eq!(labels(job), ["Never", "OnFailure"]);
        let port = "kind: Service\nspec:\n  ports:\n  - port: 80\n    targetPort: |\n";
        assert_eq!(labels(port), Vec::<String>::new());
    }

    #[test]
    fn the_items_of_a_list_are_written_as_documents_are() {
        let text = "kind: List\nitems:\n- kind: StatefulSet\n  spec:\n    podManagementPolicy: |\n";
        assert_eq!(labels(text), ["OrderedReady", "Parallel"]);
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
    fn amounts_are_those_that_the_place_takes() {
        let container = "kind: Pod\nspec:\n  containers:\n  - resources:\n      limits:\n        |";
        assert_eq!(labels(container), ["cpu", "memory", "ephemeral-storage"]);
        let written = container.replace('|', "cpu: 1\n        |");
        assert_eq!(labels(&written), ["memory", "ephemeral-storage"]);
        let claim = "kind: PersistentVolumeClaim\nspec:\n  resources:\n    requests:\n      |";
        assert_eq!(labels(claim), ["storage"]);
        assert_eq!(labels("kind: PersistentVolume\nspec:\n  capacity:\n    |"), ["storage"]);
    }

    #[test]
    fn a_pod_tells_of_its_own_labels_and_annotations() {
        let text = "kind: Deployment\nspec:\n  template:\n    metadata:\n      labels: {app: web}\n      \
                    annotations: {note: x}\n    spec:\n      containers:\n      - env:\n        - name: A\n          \
                    valueFrom:\n            fieldRef: {fieldPath: |}\n";
        let found = labels(text);
        assert_eq!(found[..2], ["metadata.name", "metadata.namespace"]);
        assert!(found.contains(&"status.podIPs".to_owned()));
        assert_eq!(found[9..], ["metadata.labels['app']", "metadata.annotations['note']"]);
        assert_eq!(option(text, &found[9]).apply, "\"metadata.labels['app']\"");
    }

    #[test]
    fn a_document_begins_with_its_kind() {
        assert_eq!(labels("|"), ["apiVersion", "kind", "metadata", "spec"]);
        let kinds = labels("kind: |");
        assert_eq!(kinds[0], "Deployment");
        assert!(kinds.contains(&"StatefulSet".to_owned()));
        assert!(kinds.contains(&"Ingress".to_owned()));
        assert_eq!(labels("apiVersion: batch/v1\nkind: |")[..3], ["Job", "CronJob", "Deployment"]);
        assert_eq!(labels("apiVersion: |\nkind: Deployment\n"), ["apps/v1"]);
        assert_eq!(labels("apiVersion: |\n")[..3], ["apps/v1", "v1", "storage.k8s.io/v1"]);
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
