//! Kinds that nobody knows, and the key of the kind under another name.
//!
//! Must not know fields. Invariant: what a text defines itself is known.

use std::fmt::Write as _;

use crate::api::kind::KindFacts;
use crate::api::resources::RESOURCES;
use crate::api::{Kind, decode};
use crate::kubectl::nearly;
use crate::kubectl::reader::Customs;
use crate::kubectl::tell::error;
use crate::text::{Diagnostic, Edit, Entry, Fix, Node, NodeValue, nearest};

/// A kind that none of Kubernetes' own groups has, and the one that was most likely meant.
pub(super) fn unknown_kind(kind: &str, root: &Node, customs: &Customs) -> Option<Diagnostic> {
    let version = root.at("apiVersion")?;
    let given = version.as_str()?;
    let group = |version: &str| version.split_once('/').map_or("", |(group, _)| group).to_owned();
    let own = group(given);
    if is_known(kind, &own, customs) || !RESOURCES.iter().any(|one| group(one.api_version) == own) {
        return None;
    }
    let node = root.at("kind")?;
    let names = |is_own: bool| {
        let fits = move |one: &&KindFacts| !is_own || group(one.api_version) == own;
        RESOURCES.iter().filter(fits).map(|one| one.name)
    };
    let own_names: Vec<&str> = names.clone()(true).collect();
    let meant = nearest(kind, names.clone()(true))
        .or_else(|| nearest(kind, names(false)))
        .or_else(|| Kind::from_resource(kind).map(|kind| kind.facts().name))
        .or_else(|| nearly::longer(kind, &own_names));
    let mut message = format!("{given} has no kind {kind}.");
    let mut chinese = format!("{given} 中没有类型 {kind}。");
    let fix = meant.map(|meant| {
        let _ = write!(message, " Did you mean {meant}?");
        let _ = write!(chinese, "是否想写 {meant}？");
        let mut edits = vec![Edit { span: node.span, text: meant.to_owned() }];
        let known = RESOURCES.iter().find(|one| one.name == meant);
        if let Some(known) = known.filter(|_| !decode::is_served(meant, given)) {
            edits.push(Edit { span: version.span, text: known.api_version.to_owned() });
        }
        Fix { title: format!("Change to {meant}"), chinese: format!("改为 {meant}"), edits }
    });
    Some(Diagnostic {
        help: Some(format!(
            "kubectl says: no matches for kind \"{kind}\" in version \"{given}\"\nensure CRDs are \
             installed first"
        )),
        fix,
        ..error("POD-K006", &message, &chinese, node.span)
    })
}

/// Whether a kind is one of Kubernetes' own or one that the text defines.
pub(super) fn is_known(kind: &str, group: &str, customs: &Customs) -> bool {
    RESOURCES.iter().any(|one| one.name == kind)
        || Kind::from_name(kind).is_some()
        || customs.kinds.contains(&(group.to_owned(), kind.to_owned()))
}

/// The key that stands where `kind` should, if one is near enough.
pub(super) fn misspelt_kind(root: &Node) -> Option<Diagnostic> {
    let NodeValue::Map(entries) = &root.value else { return None };
    let is_meant =
        |one: &&Entry| *one.key != *"kind" && nearest(&one.key, ["kind"].into_iter()).is_some();
    let entry = entries.iter().find(is_meant)?;
    let key = &entry.key;
    let mut edits = vec![Edit { span: entry.key_span, text: "kind".to_owned() }];
    // The kind itself may be misspelt as well: the key alone would leave as many mistakes.
    let word = entry.value.as_str().unwrap_or_default();
    let kinds = || RESOURCES.iter().map(|one| one.name);
    if let Some(meant) = nearest(word, kinds()).filter(|_| !kinds().any(|one| one == word)) {
        edits.push(Edit { span: entry.value.span, text: meant.to_owned() });
    }
    Some(Diagnostic {
        help: Some("kubectl says: error validating data: kind not set".to_owned()),
        fix: Some(Fix {
            title: "Change to kind".to_owned(),
            chinese: "改为 kind".to_owned(),
            edits,
        }),
        ..error(
            "POD-K008",
            &format!("{key} is no field of a manifest. Did you mean kind?"),
            &format!("{key} 不是清单的字段。是否想写 kind？"),
            entry.key_span,
        )
    })
}
