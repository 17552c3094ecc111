//! What a person means by `po`, `deployments.apps` or `all`.
//!
//! Must not know how objects are printed. Invariant: a resource that is found is served.

use std::rc::Rc;

use crate::api::encode::encode;
use crate::api::kind::KindFacts;
use crate::api::resources::RESOURCES;
use crate::api::{Body, Kind, Object, Value};
use crate::base::Order as _;
use crate::base::Str;
use crate::kubectl::print::look::Look;
use crate::server::View;

/// A resource that the server serves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Resource {
    /// The kind of its objects in the engine.
    pub kind: Kind,
    /// `Deployment`.
    pub name: Str,
    /// `apps`; empty for the core group.
    pub group: Str,
    /// `v1`.
    pub version: Str,
    /// `deployments`.
    pub plural: Str,
    /// `deploy`.
    pub short: Vec<Str>,
    /// Whether its objects live in a namespace.
    pub namespaced: bool,
}

/// What `all` means, in the order of discovery.
const ALL: [&str; 10] = [
    "pods",
    "replicationcontrollers",
    "services",
    "daemonsets",
    "deployments",
    "replicasets",
    "statefulsets",
    "horizontalpodautoscalers",
    "cronjobs",
    "jobs",
];

impl Resource {
    fn of(facts: &KindFacts) -> Resource {
        let (group, version) = split_version(facts.api_version);
        Resource {
            kind: Kind::from_name(facts.name).unwrap_or(Kind::Other),
            name: facts.name.into(),
            group: group.into(),
            version: version.into(),
            plural: facts.plural.into(),
            short: facts.short.split(',').filter(|one| !one.is_empty()).map(Str::from).collect(),
            namespaced: facts.namespaced,
        }
    }

    /// `apps/v1`.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.to_string()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }

    /// `deployments.apps`, as errors name it.
    pub fn qualified(&self) -> String {
        if self.group.is_empty() {
            self.plural.to_string()
        } else {
            format!("{}.{}", self.plural, self.group)
        }
    }

    /// `deployment.apps`, as it stands before a name.
    pub fn printed(&self) -> String {
        let singular = self.name.to_ascii_lowercase();
        if self.group.is_empty() { singular } else { format!("{singular}.{}", self.group) }
    }

    /// Whether an object is one of these.
    pub fn has(&self, object: &Object) -> bool {
        match &object.body {
            Body::Other(other) if self.kind == Kind::Other => {
                let (group, _) = split_version(&other.api_version);
                *other.kind == *self.name && group == &*self.group
            }
            _ => object.kind() == self.kind,
        }
    }

    fn is_meant_by(&self, word: &str) -> bool {
        let (name, rest) = word.split_once('.').unwrap_or((word, ""));
        let is_group = rest.is_empty()
            || rest == &*self.group
            || rest.strip_prefix(&*self.version).is_some_and(|rest| {
                rest.strip_prefix('.').is_some_and(|group| group == &*self.group)
            });
        is_group
            && (name == &*self.plural
                || name == self.name.to_ascii_lowercase()
                || self.short.iter().any(|short| &**short == name))
    }
}

fn split_version(api_version: &str) -> (&str, &str) {
    api_version.split_once('/').unwrap_or(("", api_version))
}

/// The resources of a word such as `deploy`, `pods` or `all`; none if the server has no such.
pub fn meant_by(view: &View, word: &str) -> Vec<Rc<Resource>> {
    let word = word.to_ascii_lowercase();
    if word == "all" {
        return ALL.iter().filter_map(|one| single(view, one)).collect();
    }
    single(view, &word).into_iter().collect()
}

fn single(view: &View, word: &str) -> Option<Rc<Resource>> {
    let known = RESOURCES.iter().map(Resource::of);
    known.chain(custom(view)).find(|one| one.is_meant_by(word)).map(Rc::new)
}

/// Every resource that is served, built in and custom.
pub fn served(view: &View) -> Vec<Resource> {
    let mut all: Vec<Resource> = RESOURCES.iter().map(Resource::of).collect();
    let mut custom: Vec<Resource> = custom(view).collect();
    custom.order_by(|left, right| (&left.group, &left.plural).cmp(&(&right.group, &right.plural)));
    all.extend(custom);
    all
}

/// The resources that CustomResourceDefinitions define, and kinds that are kept without one.
fn custom(view: &View) -> impl Iterator<Item = Resource> {
    let definitions = view.table(Kind::CustomResourceDefinition).iter();
    let mut found: Vec<Resource> =
        definitions.map(|definition| defined(&encode(definition))).collect();
    for object in view.table(Kind::Other).iter() {
        let Body::Other(other) = &object.body else { continue };
        let (group, version) = split_version(&other.api_version);
        if found.iter().any(|one| *one.name == *other.kind && *one.group == *group) {
            continue;
        }
        found.push(Resource {
            kind: Kind::Other,
            name: other.kind.clone(),
            group: group.into(),
            version: version.into(),
            plural: other.resource.split('.').next().unwrap_or_default().into(),
            short: Vec::new(),
            namespaced: !object.meta.namespace.is_empty(),
        });
    }
    found.into_iter()
}

fn defined(content: &Value) -> Resource {
    let spec = Look::from(content).at("spec");
    let names = spec.at("names");
    let served = spec.at("versions").list().find(|one| one.at("served").bool());
    Resource {
        kind: Kind::Other,
        name: names.at("kind").text().into(),
        group: spec.at("group").text().into(),
        version: served.map_or("v1", |one| one.at("name").text()).into(),
        plural: names.at("plural").text().into(),
        short: names.at("shortNames").list().map(|one| one.text().into()).collect(),
        namespaced: spec.at("scope").text() == "Namespaced",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_means_a_resource_by_any_of_its_names() {
        let view = View::default();
        for word in ["deploy", "Deployment", "deployments.apps", "deployments.v1.apps"] {
            let found = meant_by(&view, word);
            assert_eq!(found.first().map(|one| one.printed()).as_deref(), Some("deployment.apps"));
        }
        assert!(meant_by(&view, "nonsense").is_empty());
        assert_eq!(meant_by(&view, "all").len(), ALL.len());
        assert_eq!(&*meant_by(&view, "events")[0].group, "");
    }
}
