//! Names that a place of the text may hold: of the cluster, and of the text itself.
//!
//! Owns what each reference of a field leads to. It must not know how a list is shown. Invariant:
//! what exists in the cluster stands before what only the text says.

use super::complete::Asker;
use super::known::{self, Refers, TARGETS, TaintPart};
use super::names::{
    ends_with, in_text, keys_in_text, keys_of, labels_in_text, pairs_of, tree, values_of,
};
use super::place::{Part, Step, beside, document_at, place};
use super::sheet::Document;
use crate::base::Order as _;
use crate::view::words::EditorWords;

/// How often a word is looked for above a place.
const MATCHES_MAX: usize = 100;

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

impl Asker<'_> {
    /// The document of the place, and its namespace.
    fn own(&self) -> (Option<&Document>, &str) {
        let own = document_at(self.sheet, self.place.from).map(|at| &self.sheet.documents[at]);
        (own, own.map_or("default", Document::namespace))
    }

    /// The names of a kind's objects, the cluster's first.
    pub(super) fn named(&self, kind: &str) -> Vec<(String, &'static str)> {
        let words = EditorWords::of(self.lang);
        let (_, namespace) = self.own();
        let known = self.names.of(kind, namespace);
        let own = in_text(self.sheet, kind, namespace);
        both(known, own, words)
    }

    pub(super) fn referred(&self, refers: Refers) -> Vec<(String, &'static str)> {
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
            Refers::KeyOf(kind) => self.keys(kind, self.beside("name")),
            Refers::KeyOfVolume => {
                let source = |way: &[Step]| match way {
                    [.., Step::Key(source), Step::Key(items), Step::Item, _]
                        if items == "items" =>
                    {
                        Some(source.clone())
                    }
                    _ => None,
                };
                let around = |key: &str| self.around("items", key);
                match source(&self.place.path).as_deref() {
                    Some("configMap") => self.keys("ConfigMap", around("name")),
                    Some("secret") => {
                        self.keys("Secret", around("secretName").or_else(|| around("name")))
                    }
                    _ => Vec::new(),
                }
            }
            Refers::Volume => here(find(lines, "name", &|way| {
                ends_with(way, &["volumes", "[]"])
                    || ends_with(way, &["volumeClaimTemplates", "[]", "metadata"])
            })),
            Refers::Port => here(own_ports(lines)),
            Refers::Container => here(find(lines, "name", &|way| {
                ends_with(way, &["containers", "[]"]) || ends_with(way, &["initContainers", "[]"])
            })),
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
            Refers::Topology => {
                let keys = self.label_keys("Node").into_iter();
                let usual = known::TOPOLOGIES.map(|word| (word.to_owned(), ""));
                let others = keys.filter(|(key, _)| !known::TOPOLOGIES.contains(&key.as_str()));
                usual.into_iter().chain(others).collect()
            }
            Refers::LabelOf(kind) => self.label_keys(kind),
            Refers::LabelValueOf(kind) => {
                let Some(key) = self.around("values", "key") else { return Vec::new() };
                let pairs = self.labels_of(kind).into_iter().filter(|(one, ..)| *one == key);
                pairs.map(|(_, value, from)| (value, from)).collect()
            }
            Refers::Taint(part) => self.taints(part),
        }
    }

    /// A part of the taints that nodes have, and of those that Kubernetes itself gives.
    fn taints(&self, part: TaintPart) -> Vec<(String, &'static str)> {
        let words = EditorWords::of(self.lang);
        let is_key = part == TaintPart::Key;
        let key = self.beside("key").filter(|_| !is_key);
        let mut found: Vec<(String, &'static str)> = Vec::new();
        let mut add = |word: String, from: &'static str| {
            if !word.is_empty() && !found.iter().any(|(one, _)| *one == word) {
                found.push((word, from));
            }
        };
        for taint in self.names.taints() {
            if key.as_ref().is_none_or(|key| *key == taint.0) {
                add(if is_key { taint.0 } else { taint.1 }, words.in_cluster);
            }
        }
        for word in known::TAINTS.iter().filter(|_| is_key) {
            add((*word).to_owned(), "");
        }
        found
    }

    /// The keys of the ConfigMap or Secret of this name.
    fn keys(&self, kind: &str, name: Option<String>) -> Vec<(String, &'static str)> {
        let (Some(own), Some(name)) = (self.own().0, name) else { return Vec::new() };
        let known = self.names.keys(kind, own.namespace(), &name);
        let written = keys_in_text(self.text, self.sheet, kind, own, &name);
        both(known, written, EditorWords::of(self.lang))
    }

    /// The value of a key beside the field above the place that has this name.
    fn around(&self, field: &str, key: &str) -> Option<String> {
        let at = self.place.path.iter().rposition(|step| *step == Step::Key(field.to_owned()))?;
        let way = &self.place.path[..at];
        let above = self.text[..self.place.from].rmatch_indices(field);
        let mut above = above.take(MATCHES_MAX).filter_map(|(start, _)| {
            let place = place(self.text, self.sheet, start + field.len())?;
            let is_it = place.part == Part::Key && place.path == way && place.from == start;
            is_it.then_some(place)
        });
        let pairs = beside(self.text, self.sheet, &above.next()?);
        let value = pairs.into_iter().find(|(one, _)| one == key).map(|(_, value)| value);
        value.filter(|one| !one.is_empty())
    }

    /// The keys of the labels of a kind.
    fn label_keys(&self, kind: &str) -> Vec<(String, &'static str)> {
        let mut keys: Vec<(String, &'static str)> = Vec::new();
        for (key, _, from) in self.labels_of(kind) {
            if !keys.iter().any(|(one, _)| *one == key) {
                keys.push((key, from));
            }
        }
        keys
    }

    /// Labels as key, value and where they are known from.
    pub(super) fn pairs(&self, field: &str) -> Vec<(String, String, &'static str)> {
        match field {
            "nodeSelector" => self.labels_of("Node"),
            "matchLabels" | "labels" | "selector" => self.labels_of("Pod"),
            _ => Vec::new(),
        }
    }

    /// The labels of the objects of a kind, as key, value and where they are known from.
    fn labels_of(&self, kind: &str) -> Vec<(String, String, &'static str)> {
        let words = EditorWords::of(self.lang);
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
}

/// What the cluster knows, then what only the text does.
fn both(known: Vec<String>, own: Vec<String>, words: &EditorWords) -> Vec<(String, &'static str)> {
    let fresh: Vec<String> = own.into_iter().filter(|name| !known.contains(name)).collect();
    let known = known.into_iter().map(|name| (name, words.in_cluster));
    known.chain(fresh.into_iter().map(|name| (name, words.in_text))).collect()
}

#[cfg(test)]
mod tests {
    use crate::view::editor::{Names, Suggestion, complete};
    use crate::view::words::Lang;

    struct Cluster;

    impl Names for Cluster {
        fn of(&self, kind: &str, _namespace: &str) -> Vec<String> {
            vec![format!("the-{}", kind.to_ascii_lowercase())]
        }

        fn labels(&self, kind: &str, _namespace: &str) -> Vec<(String, String)> {
            let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
            match kind {
                "Node" => vec![pair("disk", "hdd"), pair("disk", "ssd"), pair("zone", "true")],
                _ => vec![pair("app", "web")],
            }
        }

        fn keys(&self, kind: &str, _namespace: &str, name: &str) -> Vec<String> {
            vec![format!("{kind}-{name}")]
        }

        fn taints(&self) -> Vec<(String, String)> {
            vec![("gpu".into(), "yes".into()), ("team".into(), "a".into())]
        }
    }

    fn options(text: &str) -> Vec<Suggestion> {
        let byte = text.find('|').expect("a bar marks the place");
        let found = complete(&text.replace('|', ""), byte, true, &Cluster, Lang::En);
        found.map(|one| one.options).unwrap_or_default()
    }

    fn labels(text: &str) -> Vec<String> {
        options(text).into_iter().map(|one| one.label).collect()
    }

    /// The text once the suggestion of this label is taken; a bar stands where the caret is.
    fn taken(text: &str, label: &str) -> String {
        let byte = text.find('|').expect("a bar marks the place");
        let mut text = text.replace('|', "");
        let found = complete(&text, byte, true, &Cluster, Lang::En).expect("suggestions");
        let all: Vec<&str> = found.options.iter().map(|one| one.label.as_str()).collect();
        let one = found.options.iter().find(|one| one.label == label);
        let one = one.unwrap_or_else(|| panic!("{label}: {all:?}"));
        text.replace_range(found.from..found.to + found.tail, &one.apply);
        text.insert(found.from + one.apply.len() - one.back, '|');
        text
    }

    const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n";

    #[test]
    fn every_name_of_a_pod_is_known() {
        for (place, wanted) in [
            ("  priorityClassName: |", "the-priorityclass"),
            ("  serviceAccountName: |", "the-serviceaccount"),
            ("  runtimeClassName: |", "the-runtimeclass"),
            ("  nodeName: |", "the-node"),
            (
                "  volumes:\n  - persistentVolumeClaim:\n      claimName: |",
                "the-persistentvolumeclaim",
            ),
            ("  volumes:\n  - name: v\n    configMap:\n      name: |", "the-configmap"),
            (
                "  volumes:\n  - name: v\n    configMap:\n      name: m\n      items:\n      - key: |",
                "ConfigMap-m",
            ),
            ("  volumes:\n  - secret: {secretName: s, items: [{key: |}]}", "Secret-s"),
            (
                "  containers:\n  - name: c\n    volumeMounts:\n    - name: |\n  volumes:\n  - name: v\n",
                "v",
            ),
            (
                "  containers:\n  - name: c\n    ports: [{name: web, containerPort: 80}]\n    \
                 readinessProbe:\n      httpGet:\n        port: |\n",
                "web",
            ),
            (
                "  containers:\n  - name: c\n    env:\n    - name: A\n      valueFrom:\n        \
                 resourceFieldRef: {containerName: |}\n",
                "c",
            ),
            (
                "  containers:\n  - securityContext:\n      capabilities:\n        drop: [|]\n",
                "ALL",
            ),
            (
                "  containers:\n  - securityContext:\n      capabilities:\n        add:\n        - |\n",
                "NET_BIND_SERVICE",
            ),
            ("  topologySpreadConstraints:\n  - topologyKey: |", "disk"),
        ] {
            let found = labels(&format!("{POD}{place}"));
            assert!(found.iter().any(|one| one == wanted), "{place}: {found:?}");
        }
    }

    #[test]
    fn keys_and_values_of_labels_and_taints_are_those_that_exist() {
        let term = "  affinity:\n    nodeAffinity:\n      requiredDuringSchedulingIgnoredDuringExecution:\n        \
                    nodeSelectorTerms:\n        - matchExpressions:\n          - key: disk\n            \
                    operator: In\n            values:";
        assert_eq!(labels(&format!("{POD}{term} [hdd, |]\n")), ["hdd", "ssd"]);
        assert_eq!(labels(&format!("{POD}{term}\n            - |\n")), ["hdd", "ssd"]);
        let term = term.replace("key: disk", "key: |").replace("operator: In\n", "operator: |\n");
        let key = term.replace("operator: |", "operator: In");
        assert_eq!(labels(&format!("{POD}{key}")), ["disk", "zone"]);
        let operator = term.replace("key: |", "key: disk");
        assert_eq!(labels(&format!("{POD}{operator}"))[..2], ["In", "NotIn"]);
        assert_eq!(
            labels(&format!("{POD}  tolerations:\n  - key: |"))[..3],
            ["gpu", "team", "node-role.kubernetes.io/control-plane"]
        );
        assert_eq!(labels(&format!("{POD}  tolerations:\n  - key: team\n    value: |")), ["a"]);
        assert_eq!(
            labels(&format!("{POD}  tolerations:\n  - effect: |")),
            ["NoSchedule", "NoExecute", "PreferNoSchedule"]
        );
        assert_eq!(labels(&format!("{POD}  tolerations:\n  - operator: |")), ["Exists", "Equal"]);
        let budget = "kind: PodDisruptionBudget\nspec:\n  selector:\n    matchExpressions:\n    - ";
        assert_eq!(labels(&format!("{budget}key: |")), ["app"]);
        assert_eq!(labels(&format!("{budget}{{key: app, operator: In, values: [|]}}")), ["web"]);
        // What YAML takes for something else stands in quotes.
        let selector = format!("{POD}  nodeSelector:\n    zone: |");
        assert_eq!(taken(&selector, "true"), format!("{POD}  nodeSelector:\n    zone: \"true\"|"));
        let selector = format!("{POD}  nodeSelector:\n    |");
        assert_eq!(
            taken(&selector, "zone: true"),
            format!("{POD}  nodeSelector:\n    zone: \"true\"|")
        );
    }

    #[test]
    fn what_stands_in_quotes_stays_in_them() {
        for (text, label, after) in [
            ("kind: \"Dep|\"\n", "Deployment", "kind: \"Deployment\"|\n"),
            ("kind: 'Dep|\n", "Deployment", "kind: 'Deployment'|\n"),
            (
                "kind: Pod\nspec:\n  restartPolicy: \"|\"\n",
                "Never",
                "kind: Pod\nspec:\n  restartPolicy: \"Never\"|\n",
            ),
            (
                "kind: Pod\nspec:\n  \"nodeN|\"\n",
                "nodeName",
                "kind: Pod\nspec:\n  \"nodeName\": |\n",
            ),
            (
                "kind: Pod\nspec:\n  \"nodeN|\": x\n",
                "nodeName",
                "kind: Pod\nspec:\n  \"nodeName\"|: x\n",
            ),
        ] {
            assert_eq!(taken(text, label), after);
        }
    }

    #[test]
    fn json_is_completed_as_it_is_written() {
        for (text, label, after) in [
            ("{kind: Dep|}", "Deployment", "{kind: Deployment|}"),
            ("{kind: Pod, metadata: {na|}}", "name", "{kind: Pod, metadata: {name: |}}"),
            ("{kind: Pod, sp|}", "spec", "{kind: Pod, spec: {|}}"),
            ("{\"ki|\"}", "kind", "{\"kind\": \"|\"}"),
            ("{\n  \"kind\": |\n}", "Pod", "{\n  \"kind\": \"Pod\"|\n}"),
            (
                "{\"kind\": \"Pod\",\n \"spec\": {\n  \"con|\"\n }\n}",
                "containers",
                "{\"kind\": \"Pod\",\n \"spec\": {\n  \"containers\": [|]\n }\n}",
            ),
            (
                "{\"kind\": \"Pod\", \"spec\": {\"containers\": [{|}]}}",
                "image",
                "{\"kind\": \"Pod\", \"spec\": {\"containers\": [{\"image\": \"|\"}]}}",
            ),
            (
                "{\"kind\": \"Pod\", \"spec\": {\"restartPolicy\": \"|\"}}",
                "Never",
                "{\"kind\": \"Pod\", \"spec\": {\"restartPolicy\": \"Never\"|}}",
            ),
            (
                "{\"kind\": \"Pod\", \"spec\": {\"hostNetwork\": |}}",
                "true",
                "{\"kind\": \"Pod\", \"spec\": {\"hostNetwork\": true|}}",
            ),
            (
                "{\"kind\": \"Pod\", \"spec\": {\"nodeSelector\": {|}}}",
                "zone: true",
                "{\"kind\": \"Pod\", \"spec\": {\"nodeSelector\": {\"zone\": \"true\"|}}}",
            ),
        ] {
            assert_eq!(taken(text, label), after);
        }
        let set = "{\"kind\": \"StatefulSet\",\n\"metadata\": {\"name\": \"db\", \"namespace\": \"x\"},\n\"spec\": \
                   {\"template\": {\"spec\": {\"containers\": [{\n\"volumeMounts\": [{\"name\": \"|\"}]}],\n\
                   \"volumes\": [{\"name\": \"data\"}]}}}}";
        assert_eq!(labels(set), ["data"]);
    }
}
