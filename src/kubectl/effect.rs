//! What of a text is taken by the server and does nothing.
//!
//! Must not know how a text is read. Invariant: what is told here is no error.

use crate::api::fields::Fields;
use crate::api::{Body, Kind, Object};
use crate::kubectl::places::find;
use crate::kubectl::reader::Customs;
use crate::kubectl::tell::error;
use crate::text::{Diagnostic, Node, Severity, Span};

/// A field that the server leaves out.
pub(super) fn feature_is_off(path: &str, root: &Node) -> Diagnostic {
    Diagnostic {
        severity: Severity::Warning,
        ..error(
            "POD-F006",
            &format!("{path} has no effect: its feature is off by default in Kubernetes 1.36."),
            &format!("{path} 不起作用：Kubernetes 1.36 默认关闭此功能。"),
            find(root, path).span,
        )
    }
}

/// Kinds that are kept as they are and still count: objects are admitted or refused by them, Pods
/// start by them, and other objects are known by them.
const HEEDED: [&str; 6] = [
    "CustomResourceDefinition",
    "LimitRange",
    "ResourceQuota",
    "RuntimeClass",
    "Secret",
    "ServiceAccount",
];

/// What is to be said of kinds on which nothing acts.
pub(super) fn told_of_kind(object: &Object, root: &Node, customs: &Customs) -> Option<Diagnostic> {
    let Body::Other(other) = &object.body else { return None };
    let span = root.at("kind").map_or(root.span, |kind| kind.span);
    let kind = &other.kind;
    let group = other.api_version.split_once('/').map_or("", |(group, _)| group);
    if other.known != Kind::Other && HEEDED.contains(&&**kind) {
        return None;
    }
    let is_known =
        other.known != Kind::Other || customs.kinds.contains(&(group.to_owned(), kind.to_string()));
    let warning = |code, message: String, chinese: String| Diagnostic {
        severity: Severity::Warning,
        ..error(code, &message, &chinese, span)
    };
    Some(if is_known {
        let is_checked = Fields::table().named(kind).is_some();
        let (rest, rest_zh) = if is_checked {
            ("", "")
        } else {
            (", and its fields are not checked", "，其字段也不会被检查")
        };
        warning(
            "POD-K004",
            format!("{kind} is kept and listed, but has no effect here{rest}."),
            format!("{kind} 会被保存和列出，但在这里不起作用{rest_zh}。"),
        )
    } else {
        unknown(kind, &other.api_version, span)
    })
}

/// What is said of a kind that neither Kubernetes nor the text knows.
pub(super) fn unknown(kind: &str, version: &str, span: Span) -> Diagnostic {
    Diagnostic {
        severity: Severity::Warning,
        help: Some(format!(
            "kubectl says: no matches for kind \"{kind}\" in version \"{version}\"\nensure CRDs are \
             installed first"
        )),
        ..error(
            "POD-K005",
            &format!("{kind} is known only if its CustomResourceDefinition was applied."),
            &format!("只有先应用相应的 CustomResourceDefinition，才会认识 {kind}。"),
            span,
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::kubectl::Reader;
    use crate::text::Severity;

    const MANIFEST: &str = include_str!("../../tests/manifests/first-light.yaml");

    #[test]
    fn what_the_server_leaves_out_is_told_and_breaks_no_rule() {
        let text = |unavailable: &str| {
            let line = format!(
                "  updateStrategy: {{rollingUpdate: {{maxUnavailable: {unavailable}}}}}\n  serv"
            );
            MANIFEST.replace("  serv", &line)
        };
        for unavailable in ["0", "2", "50%%"] {
            let found = Reader::default().check(&text(unavailable));
            let told: Vec<_> = found.iter().map(|one| (one.code, one.severity)).collect();
            assert_eq!(told, [("POD-F006", Severity::Warning)], "{unavailable}");
        }
    }

    #[test]
    fn an_unknown_kind_is_told_before_its_name() {
        let text = "apiVersion: example.org/v1\nkind: Thing\n";
        let found = Reader::default().check(text);
        assert_eq!(
            (found.len(), found[0].code, found[0].severity),
            (1, "POD-K005", Severity::Error)
        );
        let found = Reader::default().check("apiVersion: v1\nkind: Pod\n");
        assert_eq!(found[0].code, "POD-K002");
    }

    #[test]
    fn kinds_that_pods_need_are_not_called_without_effect() {
        for kind in ["v1\nkind: Secret", "v1\nkind: ServiceAccount"] {
            let text = format!("apiVersion: {kind}\nmetadata: {{name: x}}\n");
            assert!(Reader::default().check(&text).is_empty(), "{kind}");
        }
    }
}
