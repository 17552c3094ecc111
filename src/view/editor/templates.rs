//! Documents that can be added to a text.
//!
//! Owns their texts and the choice of a free name; the words about them are in the catalogue.
//! Invariant: what is added is valid, and named as nothing else in the text.

use super::sheet::{Document, Sheet};
use crate::view::words::EditorWords;

/// A document, or a few that belong together, to begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template {
    /// A Deployment and its Service.
    Deployment,
    /// A StatefulSet with disks and its headless Service.
    StatefulSet,
    /// A Service.
    Service,
    /// A Pod of its own.
    Pod,
    /// A DaemonSet.
    DaemonSet,
    /// A Job.
    Job,
    /// A ConfigMap.
    ConfigMap,
    /// A claim.
    Claim,
    /// A disruption budget.
    Budget,
    /// A Namespace.
    Namespace,
}

impl Template {
    /// Every template, in the order of the menu.
    pub const ALL: [Template; 10] = [
        Template::Deployment,
        Template::StatefulSet,
        Template::Service,
        Template::Pod,
        Template::DaemonSet,
        Template::Job,
        Template::ConfigMap,
        Template::Claim,
        Template::Budget,
        Template::Namespace,
    ];

    /// The kind that it is called by.
    pub const fn kind(self) -> &'static str {
        match self {
            Template::Deployment => "Deployment",
            Template::StatefulSet => "StatefulSet",
            Template::Service => "Service",
            Template::Pod => "Pod",
            Template::DaemonSet => "DaemonSet",
            Template::Job => "Job",
            Template::ConfigMap => "ConfigMap",
            Template::Claim => "PersistentVolumeClaim",
            Template::Budget => "PodDisruptionBudget",
            Template::Namespace => "Namespace",
        }
    }

    /// A word on it.
    pub const fn about(self, words: &EditorWords) -> &'static str {
        match self {
            Template::Deployment => words.template_deployment,
            Template::StatefulSet => words.template_stateful_set,
            Template::Service => words.template_service,
            Template::Pod => words.template_pod,
            Template::DaemonSet => words.template_daemon_set,
            Template::Job => words.template_job,
            Template::ConfigMap => words.template_config_map,
            Template::Claim => words.template_claim,
            Template::Budget => words.template_budget,
            Template::Namespace => words.template_namespace,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Template::Deployment | Template::Service | Template::Budget => "web",
            Template::StatefulSet => "store",
            Template::Pod => "tool",
            Template::DaemonSet => "agent",
            Template::Job => "task",
            Template::ConfigMap => "settings",
            Template::Claim => "shared",
            Template::Namespace => "team",
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Template::Deployment => include_str!("../../../static/templates/deployment.yaml"),
            Template::StatefulSet => include_str!("../../../static/templates/stateful-set.yaml"),
            Template::Service => include_str!("../../../static/templates/service.yaml"),
            Template::Pod => include_str!("../../../static/templates/pod.yaml"),
            Template::DaemonSet => include_str!("../../../static/templates/daemon-set.yaml"),
            Template::Job => include_str!("../../../static/templates/job.yaml"),
            Template::ConfigMap => include_str!("../../../static/templates/config-map.yaml"),
            Template::Claim => include_str!("../../../static/templates/claim.yaml"),
            Template::Budget => include_str!("../../../static/templates/budget.yaml"),
            Template::Namespace => include_str!("../../../static/templates/namespace.yaml"),
        }
    }

    /// A text with this added at its end, and the byte where it begins there.
    pub fn add_to(self, text: &str) -> (String, usize) {
        let sheet = Sheet::of(text);
        let is_taken = |name: &str| sheet.documents.iter().any(|one| one.name == name);
        let base = self.name();
        // A Service and a budget are for what has the name already.
        let is_for_another = matches!(self, Template::Service | Template::Budget);
        let taken = |name: &str| {
            let same =
                sheet.documents.iter().any(|one| one.kind == self.kind() && one.name == name);
            if is_for_another { same } else { is_taken(name) }
        };
        // The template selects by the label `app`, which the Pods must have.
        let is_selected = |one: &&Document| {
            WORKLOADS.contains(&one.kind.as_str())
                && text.contains(&format!("app: {}", one.name))
                && !taken(&one.name)
        };
        let mut others = sheet.documents.iter().filter(is_selected);
        let is_here = sheet.documents.iter().any(|one| is_selected(&one) && one.name == base);
        let other = others.next().filter(|_| is_for_another && !is_here);
        let mut name = other.map_or(base, |one| &one.name).to_owned();
        let mut number = 2;
        while taken(&name) {
            name = format!("{base}-{number}");
            number += 1;
        }
        let added = self.text().replace("NAME", &name);
        let mut all = text.trim_end().to_owned();
        if !all.is_empty() {
            all.push_str(if all.ends_with("\n---") || all == "---" { "\n" } else { "\n---\n" });
        }
        let from = all.len();
        all.push_str(&added);
        (all, from)
    }
}

/// What has Pods of its own.
const WORKLOADS: [&str; 3] = ["Deployment", "StatefulSet", "DaemonSet"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::validation::validate_create;
    use crate::api::{decode, defaults};
    use crate::text::parse;

    #[test]
    fn a_second_service_is_for_a_workload_that_has_none() {
        let (one, _) = Template::Service.add_to("");
        let name = Template::Service.name();
        let set = "---\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  template:\n    metadata:\n      \
                   labels: {app: db}\n";
        let (two, from) = Template::Service.add_to(&format!("{one}{set}"));
        assert!(two[from..].contains("{app: db}"), "{}", &two[from..]);
        let (three, from) = Template::Service.add_to(&two);
        assert!(three[from..].contains(&format!("{{app: {name}-2}}")), "{}", &three[from..]);
    }

    #[test]
    fn every_template_is_valid_and_can_be_added_twice() {
        let mut text = String::new();
        for template in Template::ALL.into_iter().chain(Template::ALL) {
            let (next, from) = template.add_to(&text);
            assert!(next[from..].starts_with("apiVersion: "), "{template:?}");
            assert!(next.starts_with(text.trim_end()));
            text = next;
        }
        let mut names = std::collections::BTreeSet::new();
        for document in parse(&text).documents {
            let root = document.root.expect("it can be read");
            let kind = root.at("kind").and_then(|node| node.as_str()).unwrap_or_default();
            assert!(crate::api::fields::Fields::table().check(kind, &root).is_empty(), "{kind}");
            let mut object = decode::decode(&root).expect("it is an object");
            defaults::fill(&mut object);
            assert!(validate_create(&object).is_empty(), "{:?}", validate_create(&object));
            assert!(
                names.insert((object.kind(), object.meta.name.clone())),
                "{}",
                object.meta.name
            );
        }
    }
}
