//! Lists in manifests: their items as documents of their own, at their places.
//!
//! Must not know what is done with the items. Invariant: every item is given once, in order,
//! however deep lists lie in lists.

use crate::text::{Entry, Node, NodeValue, Span};

/// How deep lists may lie in lists.
const DEPTH_MAX: u32 = 8;

/// Whether a document is a list, such as `kubectl get -o yaml` prints.
pub(super) fn is_list(root: &Node) -> bool {
    let is_named =
        root.at("kind").and_then(Node::as_str).is_some_and(|kind| kind.ends_with("List"));
    let items = root.at("items").map(|items| &items.value);
    is_named && matches!(items, Some(NodeValue::Seq(_) | NodeValue::Null))
}

/// The items of a list, or the document itself.
///
/// Models staging/src/k8s.io/cli-runtime/pkg/resource/visitor.go FlattenListVisitor.Visit
pub(super) fn objects(root: Node) -> Vec<Node> {
    let mut found = Vec::new();
    flatten(root, 0, &mut found);
    found
}

fn flatten(root: Node, depth: u32, found: &mut Vec<Node>) {
    if depth == DEPTH_MAX || !is_list(&root) {
        found.push(root);
        return;
    }
    let word = |key: &str| root.at(key).and_then(Node::as_str).unwrap_or_default().to_owned();
    let (kind, api_version) = (word("kind"), word("apiVersion"));
    let NodeValue::Map(entries) = root.value else { return };
    let items = entries.into_iter().rev().find(|entry| &*entry.key == "items");
    let Some(NodeValue::Seq(items)) = items.map(|entry| entry.value.value) else { return };
    for mut item in items {
        infer(&mut item, kind.strip_suffix("List").unwrap_or_default(), &api_version);
        flatten(item, depth + 1, found);
    }
}

/// The items of a typed list, such as a `PodList`, need not say what they are.
///
/// Models staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/unstructured/helpers.go decodeToList
fn infer(item: &mut Node, kind: &str, api_version: &str) {
    let is_given = |key| item.at(key).and_then(Node::as_str).is_some_and(|word| !word.is_empty());
    if kind.is_empty() || is_given("kind") || is_given("apiVersion") {
        return;
    }
    let span = Span { start: item.span.start, end: item.span.start };
    if let NodeValue::Map(entries) = &mut item.value {
        let word = |key: &str, word: &str| Entry {
            key: key.into(),
            key_span: span,
            value: Node { span, value: NodeValue::Str(word.into()) },
        };
        entries.retain(|entry| !matches!(&*entry.key, "kind" | "apiVersion"));
        entries.extend([word("apiVersion", api_version), word("kind", kind)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::parse;

    fn kinds(text: &str) -> Vec<String> {
        let root = parse(text).documents.remove(0).root.expect("it can be read");
        let kind = |node: &Node| node.at("kind").and_then(Node::as_str).unwrap_or("?").to_owned();
        objects(root).iter().map(kind).collect()
    }

    #[test]
    fn lists_in_lists_give_their_items_in_order() {
        let text = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod}\n- \
                    apiVersion: v1\n  kind: List\n  items: [{apiVersion: v1, kind: Service}]\n- \
                    {apiVersion: v1, kind: Secret}\n";
        assert_eq!(kinds(text), ["Pod", "Service", "Secret"]);
        assert_eq!(kinds("kind: Pod\nitems: []\n"), ["Pod"]);
        assert_eq!(kinds("kind: List\nitems:\n"), [""; 0]);
    }

    #[test]
    fn items_of_a_typed_list_are_what_the_list_is_of() {
        assert_eq!(
            kinds("apiVersion: v1\nkind: PodList\nitems: [{metadata: {name: a}}]\n"),
            ["Pod"]
        );
        assert_eq!(kinds("apiVersion: v1\nkind: PodList\nitems: [{kind: X}, 3]\n"), ["X", "?"]);
    }
}
