//! What may stand at a place of the text.
//!
//! Owns the choice and order of suggestions. It must not know how a list is shown. Invariant: a
//! suggestion replaces the word at the place and nothing else.

use super::columns::may_begin;
use super::filled::default_at;
use super::hover::{Around, Fact};
use super::known::{self, bare, follow, structure, type_name};
pub use super::names::Names;
use super::names::ends_with;
use super::place::{Part, Place, Step, beside, document_at, place, siblings};
use super::sheet::Sheet;
use crate::api::fields::{Field, Fields, Shape};
use crate::api::resources::RESOURCES;
use crate::base::{Order as _, gather};
use crate::text::quoted;
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
    /// One past the last byte of the word, which is replaced.
    pub to: usize,
    /// How much of what stands behind the word is replaced with it: the quote that closes it.
    pub tail: usize,
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
    /// How many bytes before its end the caret stands then.
    pub back: usize,
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

/// Who asks, and where.
pub(super) struct Asker<'a> {
    pub(super) text: &'a str,
    pub(super) sheet: &'a Sheet,
    pub(super) names: &'a dyn Names,
    pub(super) lang: Lang,
    pub(super) place: Place,
    /// The type of the document.
    pub(super) kind: &'a str,
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
    let kind = document_at(&sheet, byte).map_or("", |at| known::type_of(&sheet.documents[at]));
    let typed = text.get(place.from..byte).unwrap_or_default().to_owned();
    let asker = Asker { text, sheet: &sheet, names, lang, place, kind };
    if typed.is_empty() && !is_explicit && asker.place.part == Part::Key {
        return None;
    }
    let word = text.get(asker.place.from..asker.place.to).unwrap_or_default();
    let is_bare_key = asker.place.part == Part::Key && asker.place.quote.is_none();
    // Sentences and Chinese in front of a word make no key of it.
    let is_no_key = is_bare_key && !word.bytes().all(|one| one.is_ascii_graphic());
    if is_no_key {
        return None;
    }
    let may = |as_item| may_begin(text, &sheet, &asker.place, as_item);
    let (may_be_key, may_be_item) = (may(false), may(true));
    let mut options = asker.options();
    options.retain(|one| if one.apply.starts_with("- ") { may_be_item } else { may_be_key });
    options.truncate(SUGGESTIONS_MAX);
    let is_done = !is_explicit && options.iter().any(|one| one.label == word);
    if options.is_empty() || is_done {
        return None;
    }
    let count = options.len();
    for (at, option) in options.iter_mut().enumerate() {
        option.boost = BOOST_MAX.saturating_sub(at).max(BOOST_MAX.saturating_sub(count));
    }
    let tail = usize::from(asker.place.is_closed);
    Some(Completion { from: asker.place.from, to: asker.place.to, tail, options })
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
            let option = |(name, from): (String, &str)| Suggestion {
                apply: self.value(&name, &Shape::Text),
                ..plain(&name, "name", from)
            };
            return names.map(option).collect();
        }
        let is_top = path.is_empty() && self.place.part == Part::Key;
        // Around the items of a List stands nothing that one of them has.
        if is_top && self.beside("kind").is_some_and(|kind| kind.ends_with("List")) {
            return self.top(&["apiVersion", "kind", "metadata", "items"]);
        }
        let Some(spot) = follow(self.kind, path) else {
            let keys = ["apiVersion", "kind", "metadata", "spec"];
            return if is_top { self.top(&keys) } else { Vec::new() };
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
            (!is_required, fields::rank(bare(within), name).unwrap_or(usize::MAX), *name)
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
                    about: fields::about(bare(within), name, self.lang),
                    rows: Around { kind: self.kind, path: &path, within, name, image }
                        .facts(self.lang),
                    apply: format!("{before}{}", self.typed(name, &field.shape, before.len()).0),
                    back: self.typed(name, &field.shape, 0).1,
                    again: !self.place.has_colon && has_choices(within, name, field),
                    boost: 0,
                }
            })
            .collect()
    }

    /// A key with what comes after it, and how far before its end the caret stands.
    fn typed(&self, name: &str, shape: &Shape, shift: usize) -> (String, usize) {
        let inner = " ".repeat(self.place.column + shift + 2);
        let key = self.key(name);
        match shape {
            _ if self.place.has_colon => (key, 0),
            Shape::Struct(_) | Shape::Map(_) if self.place.in_flow => (format!("{key}: {{}}"), 1),
            Shape::List(_) if self.place.in_flow => (format!("{key}: []"), 1),
            Shape::Text if self.place.is_json => (format!("{key}: \"\""), 1),
            _ if self.place.in_flow => (format!("{key}: "), 0),
            Shape::Struct(_) | Shape::Map(_) => (format!("{key}:\n{inner}"), 0),
            Shape::List(_) => (format!("{key}:\n{inner}- "), 0),
            _ => (format!("{key}: "), 0),
        }
    }

    /// A key as it is written there: behind its quote, up to the one that closes it.
    fn key(&self, name: &str) -> String {
        match self.place.quote {
            Some(quote) => format!("{name}{quote}"),
            None if self.place.is_json => format!("\"{name}\""),
            None => name.to_owned(),
        }
    }

    /// A value as it is written there; in quotes where YAML would not take it as it is meant.
    fn value(&self, word: &str, shape: &Shape) -> String {
        let is_text = matches!(shape, Shape::Text);
        let is_plain = word.chars().all(|one| one.is_ascii_alphanumeric() || "-._/".contains(one));
        match self.place.quote {
            Some('"') => format!("{}\"", word.replace('\\', "\\\\").replace('"', "\\\"")),
            Some(quote) => format!("{}{quote}", word.replace('\'', "''")),
            None if self.place.is_json && is_text => {
                format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\""))
            }
            None if is_text && is_plain => quoted(word),
            // Among brackets a value with brackets needs quotes.
            None if self.place.in_flow && word.contains('[') => format!("\"{word}\""),
            None => word.to_owned(),
        }
    }

    fn top(&self, keys: &[&str]) -> Vec<Suggestion> {
        let taken = siblings(self.text, self.sheet, &self.place);
        keys.iter()
            .filter(|key| !taken.iter().any(|one| one == *key))
            .map(|key| {
                let deep = matches!(*key, "metadata" | "spec" | "items");
                let inner = Box::new(Shape::Any);
                let shape = match *key {
                    "items" => Shape::List(inner),
                    _ if deep => Shape::Map(inner),
                    _ => Shape::Text,
                };
                let (apply, back) = self.typed(key, &shape, 0);
                let detail = if deep { String::new() } else { "string".to_owned() };
                let (label, kind) = ((*key).to_owned(), "field");
                Suggestion {
                    label,
                    kind,
                    detail,
                    apply,
                    back,
                    again: !deep,
                    ..Suggestion::default()
                }
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
                apply: self.value(one.name, &Shape::Text),
                ..Suggestion::default()
            })
            .collect()
    }

    fn versions(&self) -> Vec<Suggestion> {
        let table = Fields::table();
        let kind = table.object_of(self.kind).map_or(self.kind, |(_, kind)| kind);
        let mut versions: Vec<String> = gather(table.versions(kind).map(|(version, _)| version));
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
        let option = |version: String| Suggestion {
            apply: self.value(&version, &Shape::Text),
            ..plain(&version, "value", "")
        };
        versions.into_iter().map(option).collect()
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
        let inner = match &field.shape {
            Shape::List(inner) | Shape::Map(inner) => inner,
            shape => shape,
        };
        let kind = if is_name { "name" } else { "value" };
        let option = |(value, detail): (String, &str)| {
            let apply = format!("{before}{}", self.value(&value, inner));
            Suggestion { apply, ..plain(&format!("{before}{value}"), kind, detail) }
        };
        values.into_iter().map(option).collect()
    }

    /// The value of a key in the mapping around the place.
    pub(super) fn beside(&self, key: &str) -> Option<String> {
        let mut pairs = beside(self.text, self.sheet, &self.place).into_iter();
        pairs.find(|(one, _)| one == key).map(|(_, value)| value).filter(|one| !one.is_empty())
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
                .map(|one| {
                    // Amounts are often written as texts.
                    let shape = if self.place.is_json { Shape::Text } else { Shape::Quantity };
                    let (apply, back) = self.typed(one, &shape, 0);
                    Suggestion { apply, back, ..plain(one, "field", "Quantity") }
                })
                .collect();
        }
        let taken = siblings(self.text, self.sheet, &self.place);
        let pairs = self.pairs(name).into_iter().filter(|(key, ..)| !taken.contains(key));
        pairs
            .map(|(key, value, from)| {
                let written =
                    if self.place.is_json { format!("\"{value}\"") } else { quoted(&value) };
                let apply = match (self.place.has_colon, self.key(&key)) {
                    (true, key) => key,
                    (false, key) => format!("{key}: {written}"),
                };
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

    #[test]
    fn around_the_items_of_a_list_stand_only_its_own_keys() {
        for (text, wanted) in [
            ("kind: List\n|", ["apiVersion", "metadata", "items"].as_slice()),
            ("kind: List\nitems:\n- kind: Pod\n|", &["apiVersion", "metadata"]),
            ("{\"kind\": \"List\", \"items\": [], \"|\"}", &["apiVersion", "metadata"]),
            (
                "{\"kind\": \"List\", \"items\": [{\"kind\": \"Pod\"}], \"|\"}",
                &["apiVersion", "metadata"],
            ),
            ("kind: List\nitems:\n- kind: Pod\n  |", &["apiVersion", "metadata", "spec"]),
        ] {
            assert_eq!(labels(text), wanted, "{text}");
        }
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
        let field = "spec:\n    podManagementPolicy: |\n";
        let items = [
            format!("items:\n- kind: StatefulSet\n  {field}kind: List\nmetadata: {{}}\n"),
            format!("kind: List\nitems:\n- kind: Pod\n- kind: StatefulSet\n  {field}"),
            // Dashes with more room behind them, and one on a line of its own.
            format!(
                "kind: List\nitems:\n- kind: Pod\n-   kind: StatefulSet\n    spec:\n      {}",
                &field[10..]
            ),
            format!("kind: List\nitems:\n-\n  kind: StatefulSet\n  {field}"),
            // A list of one kind says what its items are.
            format!("kind: StatefulSetList\napiVersion: apps/v1\nitems:\n- {field}"),
        ];
        for text in items {
            assert_eq!(labels(&text), ["OrderedReady", "Parallel"], "{text}");
        }
    }

    #[test]
    fn the_items_of_a_list_in_brackets_are_written_as_objects_are() {
        let field = r#""spec": {"podManagementPolicy": "|"}"#;
        for text in [
            format!(r#"{{"kind": "List", "items": [{{"kind": "StatefulSet", {field}}}]}}"#),
            format!(r#"{{"items": [{{{field}, "kind": "StatefulSet"}}, {{}}], "kind": "List"}}"#),
            format!(
                r#"{{"kind": "StatefulSetList", "apiVersion": "apps/v1", "items": [{{{field}}}]}}"#
            ),
            format!("kind: List\nitems: [{{kind: Pod}}, {{kind: StatefulSet, {field}}}]\n"),
        ] {
            assert_eq!(labels(&text), ["OrderedReady", "Parallel"], "{text}");
        }
        let begun = "{\"kind\": \"List\", \"items\": [\n{\"kind\": \"Pod\"},\n{\n\"|\"\n}\n]}\n";
        assert_eq!(labels(begun), ["apiVersion", "kind", "metadata", "spec"]);
    }

    #[test]
    fn fields_are_those_of_the_version_of_the_document() {
        let scaler = |version: &str| {
            let text = format!("apiVersion: {version}\nkind: HorizontalPodAutoscaler\nspec:\n  |");
            labels(&text)
        };
        let old =
            ["scaleTargetRef", "maxReplicas", "minReplicas", "targetCPUUtilizationPercentage"];
        assert_eq!(scaler("autoscaling/v1"), old);
        for version in ["autoscaling/v2", "autoscaling/v3"] {
            assert!(scaler(version).contains(&"metrics".to_owned()), "{version}");
        }
        let versions = "apiVersion: |\nkind: HorizontalPodAutoscaler\n";
        assert_eq!(labels(versions), ["autoscaling/v2", "autoscaling/v1"]);
        let json = r#"{"apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler", "spec": {"t|"}}"#;
        assert_eq!(labels(json), old);
    }

    #[test]
    fn what_is_offered_leaves_a_text_that_can_be_read() {
        let pod = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: c\n    image: x\n";
        for (tail, first) in [
            ("    |", "ports"),
            ("    po|", "ports"),
            ("  |", "initContainers"),
            ("  - |", "name"),
            ("  -|", ""),
            ("   |", ""),
            ("      |", ""),
            ("    # po|", ""),
            ("    端口 po|", ""),
            ("    ports：|", ""),
            ("    args:\n    - |-\n      na|".replacen("|-", ">-", 1).as_str(), ""),
            ("    workingDir: \"a\n      na|\"", ""),
            ("    env: &e\n    - na|", "name"),
            ("    imagePullPolicy: &p Al|", "Always"),
            ("    imagePullPolicy: *|", ""),
            ("    imagePullPolicy: !|", ""),
            ("    imagePullPolicy: | # when", "Always"),
            ("    ports: [{|}]", "containerPort"),
            ("    ports: [{containerPort: 80}]|", ""),
            ("---\n|", "apiVersion"),
            ("--- # second\nki|", "apiVersion"),
            ("|", "metadata"),
        ] {
            let text = format!("{pod}{tail}\n");
            let found = at(&text, true);
            let options = found.iter().flat_map(|one| &one.options);
            assert_eq!(options.map(|one| &*one.label).next().unwrap_or_default(), first, "{text}");
            let Some(found) = found else { continue };
            let bare = text.replacen('|', "", 1);
            for option in &found.options {
                let mut text = bare.clone();
                text.replace_range(found.from..found.to + found.tail, &option.apply);
                assert_eq!(crate::text::complaint(&text), None, "{text}");
            }
        }
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
