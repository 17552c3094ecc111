//! A text from the editor applied as `kubectl apply -f -` does, with the place of each refusal.
//!
//! Must not know how apply merges. Invariant: nothing is sent while a mistake is known; a
//! document that the server refuses keeps no later one from being applied.

use crate::api::{decode, go};
use crate::base::SimTime;
use crate::cluster::Cluster;
use crate::kubectl::aim::path_of_text;
use crate::kubectl::run::Run;
use crate::kubectl::{Reader, apply, lists, places};
use crate::text::{Diagnostic, Node, Severity, Span, documents, parse};
use std::rc::Rc;

/// A command waits for itself alone, and not for ever: so much virtual time at most.
const PATIENCE_US: u64 = 60_000_000;

/// What became of a text.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Applied {
    /// What kubectl printed, a line an object.
    pub lines: Vec<String>,
    /// What was refused, each with its place.
    pub refused: Vec<Diagnostic>,
    /// Where the objects stand of which something was refused.
    pub left_out: Vec<Span>,
}

impl Reader {
    /// Applies every document of a text, or gives every mistake in it.
    ///
    /// Models staging/src/k8s.io/kubectl/pkg/cmd/apply/apply.go ApplyOptions.Run
    pub fn apply(
        &self,
        cluster: &mut Cluster,
        namespace: &str,
        text: &str,
    ) -> Result<Applied, Vec<Diagnostic>> {
        let found = self.check(text);
        if found.iter().any(|one| one.severity == Severity::Error) {
            return Err(found);
        }
        let mut applying = Applying::new(text.into());
        while applying.step(cluster, namespace) {}
        Ok(applying.applied)
    }
}

/// A text without a mistake while it is applied, an object a step.
pub struct Applying {
    text: Rc<str>,
    rest: std::vec::IntoIter<Span>,
    /// Where the document begins whose objects are being applied.
    start: u32,
    /// What is left of a List: each item, and the item as a text of its own.
    items: std::vec::IntoIter<(Node, String)>,
    applied: Applied,
}

impl Applying {
    /// Begins with a text in which nothing is wrong.
    pub fn new(text: Rc<str>) -> Self {
        let rest = documents(&text).into_iter();
        Self { text, rest, start: 0, items: Vec::new().into_iter(), applied: Applied::default() }
    }

    /// Applies the next object; says whether there may be more.
    pub fn step(&mut self, cluster: &mut Cluster, namespace: &str) -> bool {
        let (root, alone) = if let Some(item) = self.items.next() {
            item
        } else {
            let Some(span) = self.rest.next() else { return false };
            self.start = span.start;
            let alone = &self.text[span.start as usize..span.end as usize];
            let root = parse(alone).documents.into_iter().find_map(|one| one.root);
            let Some(root) = root else { return true };
            if lists::is_list(&root) {
                let item = |item: Node| {
                    let alone = go::json(&decode::plain(&item));
                    (item, alone)
                };
                let items: Vec<_> = lists::objects(root).into_iter().map(item).collect();
                self.items = items.into_iter();
                return true;
            }
            (root, alone.to_owned())
        };
        let limit = SimTime(cluster.now().0 + PATIENCE_US);
        let run = Run::start_one(cluster, namespace, Some(&alone), apply::manifest);
        let output = run.finish(cluster, limit);
        self.applied.lines.extend(output.stdout.lines().map(str::to_owned));
        if output.code != 0 {
            let refused = refusals(&root, &output.stderr).into_iter();
            self.applied.refused.extend(refused.map(|one| one.moved(self.start)));
            let (start, end) = (root.span.start + self.start, root.span.end + self.start);
            self.applied.left_out.push(Span { start, end });
        }
        true
    }

    /// What became of it.
    pub fn finish(self) -> Applied {
        self.applied
    }
}

/// Refusals that name no field: words of theirs, and the field that they are about.
const PLACES: [(&str, &str); 6] = [
    ("no matches for kind", "kind"),
    ("error looking up service account", "spec.serviceAccountName"),
    ("cannot use generate name", "metadata.generateName"),
    ("nly bound persistent volume claims", "spec.resources.requests.storage"),
    ("only dynamically provisioned pvc can be resized", "spec.resources.requests.storage"),
    ("namespaces \"", "metadata.namespace"),
];

/// kubectl's errors about an object, each at the field that it names.
fn refusals(root: &Node, stderr: &str) -> Vec<Diagnostic> {
    let text = stderr.trim_end();
    let (head, listed) = text.split_once("is invalid: ").unwrap_or(("", text));
    if head.is_empty() {
        let is_of = |(words, _): &&(&str, &str)| text.contains(words);
        let path = PLACES.iter().find(is_of).map_or("", |(_, path)| path);
        return vec![refusal(text, places::find(root, path).span)];
    }
    let one = |line: &str| {
        let path = line.split_once(": ").map_or("", |(path, _)| path);
        let own = path_of_text(root, path);
        let place = places::find(root, own.as_deref().unwrap_or(path));
        refusal(&format!("{head}is invalid: {line}"), place.span)
    };
    let several: Vec<&str> = listed.lines().filter_map(|line| line.strip_prefix("* ")).collect();
    if several.is_empty() { vec![one(listed)] } else { several.into_iter().map(one).collect() }
}

fn refusal(message: &str, primary: Span) -> Diagnostic {
    Diagnostic {
        code: "POD-S001",
        severity: Severity::Error,
        message: message.to_owned(),
        // What the server prints is the same in every language.
        chinese: message.to_owned(),
        primary,
        others: Vec::new(),
        help: None,
        fix: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Kind;
    use crate::cluster::{self, Setup};
    use crate::kubectl::execute;
    use crate::text::line_column;

    const WEB: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  \
                       replicas: 3\n  selector: {matchLabels: {app: web}}\n  template:\n    \
                       metadata: {labels: {app: web}}\n    spec:\n      containers:\n      - name: \
                       app\n        image: nginx:1.27\n";

    fn applied(cluster: &mut Cluster, text: &str) -> Applied {
        Reader::default().apply(cluster, "default", text).expect("a text without mistakes")
    }

    fn replicas(cluster: &Cluster) -> Option<i32> {
        let found = cluster.model().view().named(Kind::Deployment, "default", "web")?;
        found.deployment()?.spec.replicas
    }

    #[test]
    fn what_the_text_no_longer_says_is_left_as_somebody_else_set_it() {
        let mut cluster = cluster::start(Setup::default());
        let bare = WEB.replace("  replicas: 3\n", "");
        assert_eq!(applied(&mut cluster, &bare).lines, ["deployment.apps/web created"]);
        let scale = ["scale", "deploy/web", "--replicas=5"].map(str::to_owned);
        let limit = SimTime::from_seconds(5);
        assert_eq!(execute(&mut cluster, "default", &scale, None, limit).code, 0);
        assert_eq!(applied(&mut cluster, &bare).lines, ["deployment.apps/web unchanged"]);
        assert_eq!(replicas(&cluster), Some(5));
        let image = bare.replace("1.27", "1.28");
        assert_eq!(applied(&mut cluster, &image).lines, ["deployment.apps/web configured"]);
        assert_eq!(replicas(&cluster), Some(5), "nobody wrote replicas into the text");
    }

    #[test]
    fn a_text_is_applied_one_document_a_step() {
        let mut cluster = cluster::start(Setup::default());
        let map = |name: &str| {
            format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n---\n")
        };
        let text = format!("# nothing\n---\n{}{}", map("a"), map("b"));
        let mut applying = Applying::new(text.as_str().into());
        let made = |cluster: &Cluster| cluster.model().view().table(Kind::ConfigMap).iter().count();
        let before = made(&cluster);
        let mut steps = vec![before];
        while applying.step(&mut cluster, "default") {
            steps.push(made(&cluster));
        }
        steps.dedup();
        assert_eq!(steps, [before, before + 1, before + 2]);
        assert_eq!(applying.finish().lines, ["configmap/a created", "configmap/b created"]);
    }

    #[test]
    fn a_refusal_has_its_place_and_stops_nobody_else() {
        let mut cluster = cluster::start(Setup::default());
        applied(&mut cluster, WEB);
        let other = WEB.replace("app: web", "app: other");
        let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n";
        let text = format!("{other}---\n{map}");
        let answer = applied(&mut cluster, &text);
        assert_eq!(answer.lines, ["configmap/m created"]);
        let [refused] = &answer.refused[..] else { panic!("{:?}", answer.refused) };
        assert!(refused.message.contains("field is immutable"), "{}", refused.message);
        let place = &text[refused.primary.start as usize..refused.primary.end as usize];
        assert_eq!(place, "selector");
        // The same where the document is not the first.
        let text = format!("{map}---\n{other}");
        let answer = applied(&mut cluster, &text);
        assert_eq!(answer.lines, ["configmap/m unchanged"]);
        let [refused] = &answer.refused[..] else { panic!("{:?}", answer.refused) };
        assert_eq!(&text[refused.primary.start as usize..refused.primary.end as usize], "selector");
    }

    #[test]
    fn a_namespace_that_is_not_there_is_told_where_it_stands() {
        let mut cluster = cluster::start(Setup::default());
        let map = |name: &str, more: &str| {
            format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n{more}")
        };
        let text = format!("{}---\n{}", map("a", ""), map("b", "  namespace: nope\n"));
        let answer = applied(&mut cluster, &text);
        assert_eq!(answer.lines, ["configmap/a created"]);
        assert_eq!(line_column(&text, answer.refused[0].primary.start), (10, 14));
        let [left_out] = &answer.left_out[..] else { panic!("{:?}", answer.left_out) };
        assert_eq!(line_column(&text, left_out.start).0, 6);
    }

    #[test]
    fn a_refusal_that_names_no_field_of_the_text_is_told_where_it_belongs() {
        let mut cluster = cluster::start(Setup::default());
        let pod = |more: &str| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  {more}\n  \
                 containers: [{{name: c, image: x}}]\n"
            )
        };
        let service = |address: &str| {
            format!(
                "apiVersion: v1\nkind: Service\nmetadata: {{name: s}}\nspec:\n  clusterIP: \
                 {address}\n  ports: [{{port: 80}}]\n"
            )
        };
        applied(&mut cluster, &service("10.96.0.9"));
        for (text, place) in [
            (pod("serviceAccountName: robot"), "robot"),
            (service("10.96.0.10"), "10.96.0.10"),
            (service("1.2.3.4").replace("name: s", "name: t"), "1.2.3.4"),
        ] {
            let refused = applied(&mut cluster, &text).refused;
            let span = refused[0].primary;
            let at = &text[span.start as usize..span.end as usize];
            assert_eq!(at, place, "{}", refused[0].message);
        }
    }

    #[test]
    fn the_items_of_a_list_are_applied_and_refused_one_by_one() {
        let mut cluster = cluster::start(Setup::default());
        let item = |name: &str, image: &str| {
            format!(
                "- apiVersion: v1\n  kind: Pod\n  metadata: {{name: {name}}}\n  spec:\n    \
                 hostname: {name}\n    containers: [{{name: c, image: {image}}}]\n"
            )
        };
        let list = |items: &str| format!("apiVersion: v1\nkind: List\nitems:\n{items}");
        let text = list(&(item("a", "x") + &item("b", "x")));
        assert_eq!(applied(&mut cluster, &text).lines, ["pod/a created", "pod/b created"]);
        let other = list(&(item("a", "z") + &item("b", "x").replace("hostname: b", "hostname: z")));
        let done = applied(&mut cluster, &other);
        assert_eq!(done.lines, ["pod/a configured"]);
        let at = line_column(&other, done.refused[0].primary.start);
        assert!(at.0 > 9, "in the second item: {at:?}");
    }
}
