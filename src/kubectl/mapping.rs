//! The words by which people name kinds, and what kubectl calls them.
//!
//! Must not know what objects do. Invariant: a mapping names one kind of one API version.

use crate::api::{Body, Kind, Object, Value, decode};
use crate::base::Str;
use crate::kubectl::session::tree_of;
use crate::kubectl::tree;
use crate::server::View;

/// A kind that the server knows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Mapping {
    /// The engine's kind.
    pub(super) kind: Kind,
    /// `Deployment`.
    pub(super) name: Str,
    /// `apps/v1`.
    pub(super) api_version: Str,
    /// `deployments`.
    pub(super) plural: Str,
    /// Whether its objects live in a namespace.
    pub(super) namespaced: bool,
}

impl Mapping {
    /// The mapping of a kind of the engine.
    pub(super) fn of_kind(kind: Kind) -> Mapping {
        let facts = kind.facts();
        Mapping {
            kind,
            name: facts.name.into(),
            api_version: facts.api_version.into(),
            plural: facts.plural.into(),
            namespaced: facts.namespaced,
        }
    }

    /// The mapping of an object.
    pub(super) fn of_object(object: &Object) -> Mapping {
        let Body::Other(other) = &object.body else { return Mapping::of_kind(object.kind()) };
        Mapping {
            name: other.kind.clone(),
            api_version: other.api_version.clone(),
            ..Mapping::of_kind(object.kind())
        }
    }

    /// The mapping that a word means: `deploy`, `deployments.apps`, `Deployment`.
    pub(super) fn of_word(view: &View, word: &str) -> Option<Mapping> {
        let own = Kind::from_resource(word).map(Mapping::of_kind);
        own.or_else(|| custom(view).find(|one| one.is_meant_by(word)).map(|one| one.mapping))
    }

    /// The mapping of what a manifest says.
    pub(super) fn of_manifest(view: &View, api_version: &str, name: &str) -> Option<Mapping> {
        if let Some(kind) = Kind::from_name(name).filter(|_| decode::is_served(name, api_version)) {
            return Some(Mapping { api_version: api_version.into(), ..Mapping::of_kind(kind) });
        }
        let mut mappings = custom(view).map(|one| one.mapping);
        mappings.find(|one| &*one.name == name && &*one.api_version == api_version)
    }

    /// The name under which the kind's table keeps an object.
    pub(super) fn key(&self, name: &str) -> Str {
        match self.kind {
            Kind::Other => format!("{}/{name}", self.resource()).into(),
            _ => name.into(),
        }
    }

    /// Whether an object of the table is of this kind.
    pub(super) fn has(&self, object: &Object) -> bool {
        match &object.body {
            Body::Other(other) if self.kind == Kind::Other => *other.resource == self.resource(),
            _ => true,
        }
    }

    /// `apps`, or empty.
    pub(super) fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }

    /// `deployment.apps`.
    pub(super) fn printed(&self) -> String {
        grouped(&self.name.to_lowercase(), self.group())
    }

    /// `deployments.apps`.
    pub(super) fn resource(&self) -> String {
        grouped(&self.plural, self.group())
    }
}

fn grouped(name: &str, group: &str) -> String {
    if group.is_empty() { name.to_owned() } else { format!("{name}.{group}") }
}

/// A kind that a CustomResourceDefinition brought.
struct Custom {
    mapping: Mapping,
    words: Vec<String>,
}

impl Custom {
    fn is_meant_by(&self, word: &str) -> bool {
        let word = word.to_ascii_lowercase();
        let group = self.mapping.group();
        let bare = word.strip_suffix(&format!(".{group}")).unwrap_or(&word);
        self.words.iter().any(|one| one == bare)
    }
}

/// The kinds of all CustomResourceDefinitions, each in every version that is served.
fn custom(view: &View) -> impl Iterator<Item = Custom> + '_ {
    view.table(Kind::CustomResourceDefinition).iter().flat_map(|definition| {
        let whole = tree_of(definition);
        let versions = match tree::at(&whole, &["spec", "versions"]) {
            Some(Value::List(versions)) => versions.clone(),
            _ => Vec::new(),
        };
        versions.into_iter().filter_map(move |version| {
            let is_served = version.at("served") == Some(&Value::Bool(true));
            let version = version.at("name").and_then(Value::as_str).filter(|_| is_served)?;
            custom_of(&whole, version)
        })
    })
}

fn custom_of(definition: &Value, version: &str) -> Option<Custom> {
    let text = |path: &[&str]| tree::text(definition, path);
    let group = text(&["spec", "group"])?;
    let name = text(&["spec", "names", "kind"])?;
    let plural = text(&["spec", "names", "plural"])?;
    let mapping = Mapping {
        kind: Kind::Other,
        name: name.into(),
        api_version: format!("{group}/{version}").into(),
        plural: plural.into(),
        namespaced: text(&["spec", "scope"]) != Some("Cluster"),
    };
    let mut words = vec![name.to_lowercase(), plural.to_owned()];
    words.extend(text(&["spec", "names", "singular"]).map(str::to_owned));
    if let Some(Value::List(short)) = tree::at(definition, &["spec", "names", "shortNames"]) {
        words.extend(short.iter().filter_map(Value::as_str).map(str::to_owned));
    }
    Some(Custom { mapping, words })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_found_by_each_of_its_names() {
        let view = View::default();
        let mapping = Mapping::of_word(&view, "deploy").expect("known");
        assert_eq!(mapping.printed(), "deployment.apps");
        assert_eq!(mapping.resource(), "deployments.apps");
        let found = Mapping::of_manifest(&view, "apps/v1", "Deployment");
        assert_eq!(found, Some(mapping));
        assert_eq!(Mapping::of_manifest(&view, "apps/v1beta1", "Deployment"), None);
        assert_eq!(Mapping::of_word(&view, "no").expect("known").printed(), "node");
    }
}
