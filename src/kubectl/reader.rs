//! Reading manifests for the editor: objects with their defaults, or every mistake with its place.
//!
//! Must not know how a cluster runs. Invariant: either every object of a text is given, or
//! every mistake that was found.

use std::collections::BTreeSet;

use crate::api::fields::{Fields, UNKNOWN_FIELD};
use crate::api::validation::validate_create;
use crate::api::{Kind, Object, decode, defaults};
use crate::base::Order as _;
use crate::base::gather;
use crate::kubectl::effect::{feature_is_off, told_of_kind, unknown};
use crate::kubectl::kinds::{is_known, misspelt_kind, unknown_kind};
use crate::kubectl::lists;
use crate::kubectl::mending::second_object;
use crate::kubectl::tell::{self, error, is_of_other};
use crate::kubectl::{amounts, misplaced, odd, placeholder, places, sources, strangers};
use crate::server::{drop_by_default, ports_out_of_range};
use crate::text::{
    Diagnostic, Document, Edit, Fix, Node, NodeValue, Reading, Severity, Span, documents, is_long,
    read_bare, read_document,
};

/// What the server says of an object without a name.
const NO_NAME: &str = "resource name may not be empty";

/// Reads manifests against the table of fields.
pub struct Reader(&'static Fields);

impl Default for Reader {
    fn default() -> Self {
        Reader(Fields::table())
    }
}

/// What the documents of a text say that has to do with others of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Customs {
    /// Kinds that it defines itself: group and kind.
    pub(super) kinds: BTreeSet<(String, String)>,
    /// ConfigMaps and Secrets that it has: kind and name.
    pub(super) sources: BTreeSet<(String, String)>,
}

/// A document of a text, read by itself.
pub(super) struct Part<'a> {
    text: &'a str,
    start: u32,
    document: Document,
    found: Vec<Diagnostic>,
    ways: Vec<Diagnostic>,
    /// The kinds that it defines.
    pub(super) customs: Vec<(String, String)>,
}

impl<'a> Part<'a> {
    pub(super) fn of(whole: &'a str, span: Span) -> Part<'a> {
        let text = &whole[span.start as usize..span.end as usize];
        let own = Span { start: 0, end: span.end - span.start };
        let Reading { document, found, ways } = if is_long(text) {
            // What keeps it from being read is looked for later, in an excerpt.
            let (document, found) = read_bare(text, own);
            Reading { document, found, ways: Vec::new() }
        } else {
            read_document(text, own)
        };
        let objects = document.root.clone().filter(lists::is_list).map(lists::objects);
        let customs = match &objects {
            Some(items) => items.iter().filter_map(defined).collect(),
            None => document.root.iter().filter_map(defined).collect(),
        };
        Part { text, start: span.start, document, found, ways, customs }
    }
}

/// What is said of a text without any object.
pub(super) fn nothing(is_empty: bool) -> Option<Diagnostic> {
    let message = "There is no object in this text.";
    is_empty.then(|| error("POD-K001", message, "这段文本中没有对象。", Span::default()))
}

impl Reader {
    /// The objects of a text with their defaults, or what is wrong with it.
    pub fn read(&self, text: &str) -> Result<Vec<Object>, Vec<Diagnostic>> {
        let (objects, found) = self.look(text);
        if found.iter().any(|one| one.severity == Severity::Error) {
            return Err(found);
        }
        Ok(objects)
    }

    /// What is wrong with a text.
    pub fn check(&self, text: &str) -> Vec<Diagnostic> {
        self.look(text).1
    }

    fn look(&self, text: &str) -> (Vec<Object>, Vec<Diagnostic>) {
        let spans = documents(text);
        let parts: Vec<Part<'_>> = spans.iter().map(|span| Part::of(text, *span)).collect();
        let customs = Customs {
            kinds: gather(parts.iter().flat_map(|part| part.customs.clone())),
            sources: sources::named(text, &spans),
        };
        let mut found = Vec::new();
        let mut objects = Vec::new();
        for part in parts {
            let start = part.start;
            let (here, diagnostics) = self.objects(part, &customs);
            objects.extend(here);
            found.extend(diagnostics.into_iter().map(|one| one.moved(start)));
        }
        found.extend(nothing(objects.is_empty() && found.is_empty()));
        found.order_by_key(|one| one.primary);
        (objects, found)
    }

    /// The objects of a document and what is wrong with them, in places of the document.
    pub(super) fn objects(
        &self,
        part: Part<'_>,
        customs: &Customs,
    ) -> (Vec<Object>, Vec<Diagnostic>) {
        let Part { text, document, mut found, ways, .. } = part;
        let mut objects = Vec::new();
        let is_read_or_broken = document.root.is_some() || !found.is_empty();
        if let Some(stranger) =
            is_read_or_broken.then(|| strangers::known(text, document.root.as_ref())).flatten()
        {
            return (objects, vec![stranger]);
        }
        if let Some(root) = document.root {
            let second = second_object(text, &root);
            let roots = lists::objects(root);
            let (here, mistakes) = self.inside(text, &roots, document.span.end, customs);
            objects = here;
            found.extend(mistakes);
            if let Some(second) = second {
                let is_error = |one: &Diagnostic| one.severity == Severity::Error;
                // All else comes of the two being read as one.
                let is_wrong = found.iter().any(is_error);
                let severity = if is_wrong { Severity::Error } else { Severity::Warning };
                found = vec![Diagnostic { severity, ..second }];
            } else if let Some(lost) = self.flat(text, customs, &found) {
                found = vec![lost];
            } else {
                if found.iter().any(|one| one.code == UNKNOWN_FIELD) {
                    misplaced::mend(self, text, customs, &mut found);
                }
                self.mend(text, &roots, customs, &mut found);
                if let Some(torn) = self.torn(text, customs, &found) {
                    found = vec![torn];
                }
            }
        } else {
            self.unread(text, &mut found, ways, customs);
        }
        self.prove(text, customs, &mut found);
        (objects, found)
    }

    /// The objects of a document that can be read, and their mistakes.
    pub(super) fn inside(
        &self,
        text: &str,
        roots: &[Node],
        end: u32,
        customs: &Customs,
    ) -> (Vec<Object>, Vec<Diagnostic>) {
        let (mut objects, mut found) = (Vec::new(), Vec::new());
        for root in roots {
            let (object, here) = self.object(text, root, end, customs);
            objects.extend(object);
            found.extend(here);
        }
        (objects, found)
    }

    /// The object at a place of a document that ends at `end`, and what is wrong with it.
    fn object(
        &self,
        text: &str,
        root: &Node,
        end: u32,
        customs: &Customs,
    ) -> (Option<Object>, Vec<Diagnostic>) {
        let mut found = Vec::new();
        let kind = root.at("kind");
        if let Some(name) = kind.and_then(Node::as_str) {
            found.extend(self.wrong_version(name, root));
            found.extend(unknown_kind(name, root, customs));
            if found.is_empty() {
                found.extend(self.0.check(name, root));
                found.extend(amounts::odd(self.0, root));
                placeholder::told(text, &mut found);
            }
        }
        if found.iter().any(|one| one.severity == Severity::Error) {
            return (None, found);
        }
        let object = match decode::decode(root) {
            Err(message) => {
                let nameless = (message == NO_NAME).then(|| nameless_of(root, customs)).flatten();
                let told = || no_object(&message, root, Span { end, ..root.span });
                found.push(nameless.unwrap_or_else(told));
                None
            }
            Ok(mut object) => {
                defaults::fill(&mut object);
                found.extend(odd::images(root));
                found.extend(told_of_kind(&object, root, customs));
                found.extend(nameless(&object, root));
                // The server looks at an object without what it leaves out.
                let mut stored = object.clone();
                let off = drop_by_default(&mut stored);
                found.extend(off.map(|path| feature_is_off(path, root)));
                let mut errors = validate_create(&stored);
                // What is not valid at all is told by that; the server gives no ports then.
                if errors.is_empty() {
                    errors = ports_out_of_range(&stored);
                }
                let told = errors.iter().filter(|one| !is_of_other(one, &errors, root));
                found.extend(told.map(|one| tell::told(one, &object, root, text)));
                if found.iter().all(|one| one.severity == Severity::Warning) {
                    let warned = odd::warned(&stored, root);
                    // The server's words say more of an amount than ours.
                    let is_said = |one: &Diagnostic| {
                        warned
                            .iter()
                            .any(|other| (other.code, other.primary) == (one.code, one.primary))
                    };
                    found.retain(|one| !is_said(one));
                    found.extend(warned);
                }
                Some(object)
            }
        };
        (object, found)
    }

    /// The table of fields.
    pub(super) fn fields(&self) -> &'static Fields {
        self.0
    }

    fn wrong_version(&self, kind: &str, root: &Node) -> Option<Diagnostic> {
        let node = root.at("apiVersion")?;
        let given = node.as_str()?;
        if decode::is_served(kind, given) {
            return None;
        }
        let known = Kind::from_name(kind).map(|kind| kind.facts().api_version.to_owned());
        let known = known.or_else(|| self.0.api_version(kind))?;
        let group = |version: &str| version.split_once('/').map(|(group, _)| group.to_owned());
        let is_foreign = |group: &str| group.contains('.') && !group.ends_with(".k8s.io");
        if group(given) != group(&known) && group(given).is_some_and(|one| is_foreign(&one)) {
            // Somebody else's group may have a kind of the same name.
            return None;
        }
        let mut message = format!("{kind} belongs to apiVersion {known}, not {given}.");
        let mut chinese = format!("{kind} 属于 apiVersion {known}，不是 {given}。");
        if self.0.kind_named(kind).is_none() {
            message.push_str(" Its fields may have other names there; they are not checked here.");
            chinese.push_str("其字段在新版本中可能有所不同，这里不会检查。");
        }
        Some(Diagnostic {
            help: Some(format!(
                "kubectl says: no matches for kind \"{kind}\" in version \"{given}\""
            )),
            fix: Some(Fix {
                title: format!("Change to {known}"),
                chinese: format!("改为 {known}"),
                edits: vec![Edit { span: node.span, text: known }],
            }),
            ..error("POD-K003", &message, &chinese, node.span)
        })
    }
}

/// What is said of an object of an unknown kind that has no name: kubectl looks for the kind first.
fn nameless_of(root: &Node, customs: &Customs) -> Option<Diagnostic> {
    let (kind, version) = (root.at("kind")?, root.at("apiVersion")?.as_str()?);
    let group = version.split_once('/').map_or("", |(group, _)| group);
    let told = unknown(kind.as_str()?, version, kind.span);
    (!is_known(kind.as_str()?, group, customs)).then(|| Diagnostic {
        severity: Severity::Error,
        message: format!("{} An object needs a metadata.name as well.", told.message),
        chinese: format!("{}对象还需要 metadata.name。", told.chinese),
        ..told
    })
}

/// The kind that a CustomResourceDefinition brings.
fn defined(root: &Node) -> Option<(String, String)> {
    if root.at("kind")?.as_str()? != "CustomResourceDefinition" {
        return None;
    }
    let spec = root.at("spec")?;
    let kind = spec.at("names")?.at("kind")?.as_str()?;
    Some((spec.at("group")?.as_str()?.to_owned(), kind.to_owned()))
}

/// An object whose name the server would make: nothing could be applied to it again.
fn nameless(object: &Object, root: &Node) -> Option<Diagnostic> {
    let start = &object.meta.generate_name;
    object.meta.name.is_empty().then(|| Diagnostic {
        help: Some(format!(
            "kubectl says: error: from {start}: cannot use generate name with apply"
        )),
        ..error(
            "POD-K002",
            "metadata.name is missing; what is applied can't have a generateName instead.",
            "缺少 metadata.name；kubectl apply 不能用 generateName 代替它。",
            places::find(root, "metadata.generateName").span,
        )
    })
}

fn first_line(span: Span) -> Span {
    Span { start: span.start, end: span.end.min(span.start + 1) }
}

/// Why a document is no object, in words of ours where they are plainer.
fn no_object(message: &str, root: &Node, whole: Span) -> Diagnostic {
    let kind = root.at("kind");
    let first = first_line(whole);
    let head = kind.map_or(first, |kind| kind.span);
    let entry = |key: &str| match &root.value {
        NodeValue::Map(entries) => entries.iter().find(|one| &*one.key == key),
        _ => None,
    };
    let (english, chinese, span) = match message {
        "invalid object to validate" => (
            "A manifest is a mapping with apiVersion, kind and metadata; this is none.".to_owned(),
            "清单应是包含 apiVersion、kind 和 metadata 的映射，而这里不是。".to_owned(),
            first,
        ),
        "apiVersion not set" if entry("containers").is_some() => (
            "This is a part of a manifest: containers stand below spec in a Pod, or in the template \
             of a workload. apiVersion and kind are missing."
                .to_owned(),
            "这只是清单的一部分：containers 应位于 Pod 的 spec 或工作负载的模板中。缺少 apiVersion 和 kind。"
                .to_owned(),
            first,
        ),
        "apiVersion not set" if kind.is_none() => {
            ("apiVersion and kind are missing.".into(), "缺少 apiVersion 和 kind。".into(), first)
        }
        "apiVersion not set" => ("apiVersion is missing.".into(), "缺少 apiVersion。".into(), head),
        "kind not set" => {
            if let Some(meant) = misspelt_kind(root) {
                return meant;
            }
            let span = entry("apiVersion").map_or(first, |one| one.value.span);
            ("kind is missing.".into(), "缺少 kind。".into(), span)
        }
        NO_NAME => {
            let span = entry("metadata").map_or(head, |one| one.key_span);
            ("metadata.name is missing.".into(), "缺少 metadata.name。".into(), span)
        }
        other => (sentence(other), format!("该文档不是 Kubernetes 对象：{other}。"), head),
    };
    let said = match message {
        "apiVersion not set" if kind.is_none() => "[apiVersion not set, kind not set]",
        other => other,
    };
    let said = match message {
        NO_NAME => said.to_owned(),
        _ => format!("error validating data: {said}"),
    };
    // Without a kind nothing more can be said of the fields.
    let has_kind = matches!(root.value, NodeValue::Map(_)) && kind.is_some();
    Diagnostic {
        help: Some(format!("kubectl says: {said}")),
        ..error(if has_kind { "POD-K002" } else { "POD-K008" }, &english, &chinese, span)
    }
}

fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters.next().map(|one| one.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}

/// The first thing that is said of a text, and the text once its fix is taken.
#[cfg(test)]
pub(in crate::kubectl) fn first_mended(text: &str) -> (String, String) {
    let found = Reader::default().check(text);
    let one = found.first().expect("something is wrong");
    let fix = one.fix.as_ref().unwrap_or_else(|| panic!("no fix: {} {text}", one.message));
    (one.message.clone(), fix.apply(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{CATALOGUE, line_column};

    const MANIFEST: &str = include_str!("../../tests/manifests/first-light.yaml");

    fn first(text: &str) -> (String, (u32, u32)) {
        let found = Reader::default().check(text);
        let one = found.first().expect("something is wrong");
        (one.message.clone(), line_column(text, one.primary.start))
    }

    fn deployment(spec: &str) -> String {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  selector: \
             {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n\
             {spec}"
        )
    }

    const GENERATED: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: p-}\n";

    /// A text for each code, with the word that the diagnostic points at.
    fn fixtures() -> Vec<(&'static str, String, &'static str)> {
        let pod =
            |spec: &str| format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n{spec}");
        let container = "  containers:\n  - name: a\n    image: x\n";
        let good = deployment("    spec: {containers: [{name: a, image: x}]}\n");
        vec![
            ("POD-F001", pod(&format!("{container}  nodename: n\n")), "nodename"),
            ("POD-F002", good.replace("{name: web}", "{name: on}"), "on"),
            ("POD-K001", "# nothing\n".to_owned(), ""),
            ("POD-K002", "apiVersion: v1\nkind: Pod\nmetadata: {}\n".to_owned(), "metadata"),
            ("POD-K002", GENERATED.to_owned(), "p-"),
            ("POD-K003", good.replace("apps/v1", "apps/v1beta1"), "apps/v1beta1"),
            (
                "POD-K004",
                "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\n".to_owned(),
                "Ingress",
            ),
            (
                "POD-K005",
                "apiVersion: example.org/v1\nkind: Thing\nmetadata: {name: t}\n".to_owned(),
                "Thing",
            ),
            ("POD-K008", "apiVersion: v1\nmetadata: {name: a}\n".to_owned(), "v1"),
            ("POD-K009", "services: {a: {image: x}}\n".to_owned(), "services"),
            ("POD-K007", format!("{good}{good}"), "apiVersion"),
            ("POD-K006", good.replace("Deployment", "Deploymnt"), "Deploymnt"),
            ("POD-V001", good.replace("{matchLabels: {app: web}}", "{}"), "selector"),
            (
                "POD-V002",
                good.replace("{matchLabels: {app: web}}", "{matchLabels: {a: b}}"),
                "selector",
            ),
            ("POD-V003", deployment("    spec: {containers: []}\n"), "containers"),
            ("POD-V004", good.replace("spec:\n  sel", "spec:\n  replicas: -1\n  sel"), "-1"),
            ("POD-V005", pod("  containers:\n  - name: a\n"), "name"),
            ("POD-V006", pod("  containers:\n  - name: A\n    image: x\n"), "A"),
            ("POD-V007", pod(&format!("{container}  restartPolicy: Allways\n")), "Allways"),
            (
                "POD-V008",
                pod("  containers:\n  - {name: a, image: x}\n  - {image: x, name: a}\n"),
                "a",
            ),
            (
                "POD-V009",
                pod(&format!("{container}    volumeMounts: [{{name: v, mountPath: /x}}]\n")),
                "v",
            ),
            (
                "POD-V010",
                good.replace(
                    "spec:\n  sel",
                    "spec:\n  strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}\n  sel",
                ),
                "rollingUpdate",
            ),
            (
                "POD-V011",
                format!(
                    "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m}}\ndata: {{k: {}}}\n",
                    "x".repeat(1_100_000)
                ),
                "apiVersion",
            ),
            ("POD-V012", pod("  containers:\n  - name: a\n    image: X\n"), "X"),
            ("POD-Y001", "a: [1,\n".to_owned(), ""),
            ("POD-Y003", "a:\n\tb: 1\n".to_owned(), "\t"),
            ("POD-Y004", format!("{}\nkind: Deployment\n", good.trim_end()), "kind"),
            ("POD-Y005", "kind：Pod\n".to_owned(), "："),
            ("POD-Y007", "kind Pod\nmetadata: {name: a}\n".to_owned(), "kind Pod"),
            ("POD-Y008", "a:\n-b: 1\n  c: 2\n".to_owned(), "-b: 1"),
            ("POD-Y009", "a: {{ .Values.b }}\n".to_owned(), "{{ .Values.b }}"),
            ("POD-Y010", "kind:\u{a0}Pod\n".to_owned(), "\u{a0}"),
            ("POD-Y011", "a: @b\n".to_owned(), "@b"),
            ("POD-Y012", "\u{1}\0\u{2}".to_owned(), ""),
            ("POD-Y013", "a: [&quot;b&quot;]\n".to_owned(), "&quot;"),
            (
                "POD-F004",
                good.replace("spec:\n  sel", "spec:\n  replicas: 99999999999\n  sel"),
                "99999999999",
            ),
            (
                "POD-F005",
                "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {a: hi!}\n".to_owned(),
                "hi!",
            ),
            (
                "POD-F006",
                MANIFEST.replace(
                    "  serviceName",
                    "  updateStrategy: {rollingUpdate: {maxUnavailable: 0}}\n  serviceName",
                ),
                "0",
            ),
            ("POD-Y006", "kind:Pod\nmetadata: {name: a}\n".to_owned(), "kind:"),
            (
                "POD-F003",
                pod(&format!("{container}    resources: {{requests: {{cpu: lots}}}}\n")),
                "lots",
            ),
        ]
    }

    #[test]
    fn every_code_is_found_where_it_stands() {
        for (code, text, word) in fixtures() {
            let found = Reader::default().check(&text);
            let one = found.iter().find(|one| one.code == code);
            let one = one.unwrap_or_else(|| panic!("{code}: {found:?}"));
            let range = one.primary.start as usize..one.primary.end as usize;
            let at = text.get(range).expect("a place in the text");
            if !word.is_empty() {
                assert_eq!(at, word, "{code}: {}", one.message);
            }
            assert!(one.chinese.ends_with(['。', '？']), "{}", one.chinese);
            assert!(one.message.ends_with('.') || one.message.ends_with('?'), "{}", one.message);
        }
    }

    #[test]
    fn every_code_of_the_catalogue_has_a_fixture() {
        let known: Vec<&str> = fixtures().iter().map(|(code, ..)| *code).collect();
        // Shifted lines have their fixtures beside the repair, refusals beside the applying.
        let missing: Vec<&str> = CATALOGUE
            .iter()
            .map(|one| one.code)
            .filter(|code| !known.contains(code) && !["POD-Y002", "POD-S001"].contains(code))
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
        assert!(known.iter().all(|code| crate::text::explain(code).is_some()));
    }

    #[test]
    fn the_objects_of_a_manifest_are_read_with_their_defaults() {
        let objects = Reader::default().read(MANIFEST).expect("it is valid");
        let kinds: Vec<_> = objects.iter().map(Object::kind).collect();
        assert_eq!(kinds, [Kind::Service, Kind::StatefulSet]);
        let set = objects[1].stateful_set().expect("a StatefulSet");
        assert_eq!(&*set.spec.pod_management_policy, "OrderedReady");
    }

    #[test]
    fn words_that_are_not_allowed_are_told_at_the_word_and_mended() {
        let good = deployment("    spec: {containers: [{name: a, image: x}]}\n");
        let claim = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: p}\nspec:\n  \
                     accessModes: [RWO]\n  resources: {requests: {storage: 1Gi}}\n";
        let service = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec:\n  clusterIP: \
                       none\n  ports: [{port: 80}]\n";
        let job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec:\n  template:\n    spec:\n      \
                   containers: [{name: c, image: x}]\n";
        let bad = [
            (
                good.replace("spec:\n  sel", "spec:\n  strategy: {type: RollingUpdates}\n  sel"),
                "RollingUpdates",
            ),
            (good.replace("labels: {app: web}", "labels: {app: web, a: b c}"), "b c"),
            (good.replace("name: web", "name: My_Web"), "My_Web"),
            (claim.to_owned(), "RWO"),
            (service.to_owned(), "none"),
            (job.to_owned(), "spec"),
            (
                job.replace("      containers", "      restartPolicy: Always\n      containers"),
                "Always",
            ),
        ];
        for (text, word) in bad {
            let found = Reader::default().check(&text);
            let range = found[0].primary.start as usize..found[0].primary.end as usize;
            assert_eq!(text.get(range), Some(word), "{}", found[0].message);
            if word != "b c" {
                assert!(Reader::default().check(&mended(&text)).is_empty(), "{}", mended(&text));
            }
        }
        for name in ["x <!-- a -->", "我的应用", "\"_\""] {
            let found =
                Reader::default().check(&good.replace("name: web", &format!("name: {name}")));
            assert!(found[0].fix.is_none(), "{:?}", found[0].fix);
        }
        let found = Reader::default().check(claim);
        assert!(found[0].chinese.contains("可取值：ReadOnlyMany、"), "{}", found[0].chinese);
    }

    #[test]
    fn mistakes_are_told_where_they_stand() {
        let text = MANIFEST.replace("  serviceName:", "  servicename:");
        assert_eq!(first(&text).1, (19, 3));
        let text = MANIFEST.replace("apps/v1", "v1");
        assert_eq!(first(&text).0, "StatefulSet belongs to apiVersion apps/v1, not v1.");
        let text = MANIFEST
            .replace("      labels:\n        app: my-app", "      labels:\n        app: other");
        assert_eq!(first(&text).1.0, 21);
        // What is still being typed: an item with nothing behind its dash.
        let text = deployment(
            "    spec:\n      containers:\n      - name: a\n        image: x\n        env:\n        -\n",
        );
        let wanted = "spec.template.spec.containers[0].env[0].name is missing.";
        assert_eq!(first(&text), (wanted.into(), (13, 10)));
    }

    #[test]
    fn a_word_that_is_nearly_supported_is_mended() {
        let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  restartPolicy: \
                    Allways\n  containers: [{name: a, image: x}]\n";
        let found = Reader::default().check(text);
        let fix = found[0].fix.as_ref().expect("it can be mended");
        assert!(fix.apply(text).contains("restartPolicy: Always\n"));
        let said = "kubectl says: The Pod \"p\" is invalid: spec.restartPolicy: Unsupported value: \
                    \"Allways\": supported values: \"Always\", \"OnFailure\", \"Never\"";
        assert_eq!(found[0].help.as_deref(), Some(said));
    }

    /// What a text says once its first fix is taken.
    fn mended(text: &str) -> String {
        let found = Reader::default().check(text);
        let fix = found.iter().find_map(|one| one.fix.as_ref()).expect("it can be mended");
        fix.apply(text)
    }

    #[test]
    fn a_missing_selector_is_made_from_the_labels_of_the_template() {
        let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  # how many\n  \
                    replicas: 1\n  template:\n    metadata:\n      labels:\n        app: web\n    spec: \
                    {containers: [{name: a, image: x}]}\n";
        let wanted =
            text.replace("  replicas", "  selector:\n    matchLabels:\n      app: web\n  replicas");
        assert_eq!(mended(text), wanted);
        assert!(Reader::default().check(&wanted).is_empty());
    }

    #[test]
    fn labels_that_the_selector_wants_are_put_on_the_template() {
        let good = deployment("    spec: {containers: [{name: a, image: x}]}\n");
        let other = good.replace("labels: {app: web}}\n", "labels: {app: x}}\n");
        let found = Reader::default().check(&other);
        assert_eq!((found[0].code, found[0].others.len()), ("POD-V002", 1));
        assert_eq!(mended(&other), good);
        let bare = good.replace("metadata: {labels: {app: web}}", "metadata: {}");
        assert!(Reader::default().check(&mended(&bare)).is_empty(), "{}", mended(&bare));
    }

    #[test]
    fn a_document_is_told_in_places_of_its_text() {
        let one = deployment("    spec: {containers: [{name: a, image: x}]}\n");
        let text = format!("{one}---\n{}", one.replace("replicas", "x").replace("apps/v1", "v1"));
        let found = Reader::default().check(&text);
        let range = found[0].primary.start as usize..found[0].primary.end as usize;
        assert_eq!(text.get(range), Some("v1"));
        assert!(Reader::default().check(&mended(&text)).is_empty());
    }

    #[test]
    fn kinds_that_are_not_simulated_are_kept_and_told_of() {
        let text = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n\
                    metadata: {name: things.example.org}\nspec: {group: example.org, names: {kind: \
                    Thing}}\n---\napiVersion: example.org/v1\nkind: Thing\nmetadata: {name: x}\n";
        let objects = Reader::default().read(text).expect("it is valid");
        assert_eq!(objects[1].kind(), Kind::Other);
        let codes: Vec<_> = Reader::default().check(text).iter().map(|one| one.code).collect();
        assert_eq!(codes, ["POD-K004"]);
    }

    #[test]
    fn a_list_is_its_items_and_their_mistakes_stand_in_them() {
        let item = |name: &str| {
            format!(
                "- apiVersion: v1\n  kind: Pod\n  metadata: {{name: {name}}}\n  spec:\n    \
                 containers:\n    - {{name: c, image: x}}\n"
            )
        };
        let list = |items: &str| format!("apiVersion: v1\nkind: List\nitems:\n{items}");
        let good = list(&(item("a") + &item("b")));
        let objects = Reader::default().read(&good).expect("it is valid");
        let names: Vec<&str> = objects.iter().map(|one| &*one.meta.name).collect();
        assert_eq!(names, ["a", "b"]);
        let bad = list(&(item("a") + &item("B").replace("image", "imge")));
        let found = Reader::default().check(&bad);
        let places: Vec<(u32, u32)> =
            found.iter().map(|one| line_column(&bad, one.primary.start)).collect();
        assert_eq!(places, [(15, 17)]);
        assert_eq!(mended(&bad), list(&(item("a") + &item("B"))));
        assert_eq!(first(&list(&(item("a") + &item("B")))).1, (12, 20));
        assert_eq!(
            first(&list("[]\n").replace("items:\n", "items: ")).0,
            "There is no object in this text."
        );
    }

    #[test]
    fn a_misspelt_kind_is_mended_with_its_version() {
        let good = deployment("    spec: {containers: [{name: a, image: x}]}\n");
        let bad = good.replace("kind:", "kidn:");
        assert_eq!(
            first(&bad),
            ("kidn is no field of a manifest. Did you mean kind?".into(), (2, 1))
        );
        assert_eq!(mended(&bad), good);
        let bad = good.replace("Deployment", "Deploymnt");
        assert_eq!(
            first(&bad),
            ("apps/v1 has no kind Deploymnt. Did you mean Deployment?".into(), (2, 7))
        );
        assert_eq!(mended(&bad), good);
        assert_eq!(mended(&bad.replace("apps/v1", "apps/v1beta2")), good);
        assert_eq!(mended(&bad.replace("apps/v1", "v1")), good);
        assert_eq!(mended(&good.replace("Deployment", "deployment")), good);
        assert_eq!(first("apiVersion: v1\nkind:\nmetadata: {name: x}\n").0, "kind is missing.");
        // Whoever has a group of his own may call his kinds as he likes.
        let foreign = "apiVersion: example.org/v1\nkind: Deploymnt\nmetadata: {name: x}\n";
        assert_eq!(Reader::default().check(foreign)[0].code, "POD-K005");
    }
}
