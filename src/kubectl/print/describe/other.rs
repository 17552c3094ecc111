//! Descriptions of kinds that are kept but not simulated, and of all that have none of their own.
//!
//! Must not know what they would do. Invariant: every field of an unknown kind is shown.

use std::collections::BTreeMap;

use crate::api::Value;
use crate::kubectl::print::describe::page::Page;
use crate::kubectl::print::describe::{Ask, events};
use crate::kubectl::print::look::Look;
use crate::kubectl::print::table::{labels, selector};

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go describePriorityClass
pub(super) fn priority_class(page: &mut Page, ask: &Ask) {
    let class = ask.object;
    page.field(0, "Name", class.at("metadata.name").text());
    page.field(0, "Value", class.at("value").int().to_string());
    page.field(0, "GlobalDefault", class.at("globalDefault").bool().to_string());
    let preemption = class.at("preemptionPolicy").text_or("PreemptLowerPriority");
    page.field(0, "PreemptionPolicy", preemption);
    page.field(0, "Description", class.at("description").text());
    page.field(0, "Annotations", labels(class.at("metadata.annotations")));
    events::table(page, ask);
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go describeNetworkPolicy
pub(super) fn network_policy(page: &mut Page, ask: &Ask) {
    let spec = ask.object.at("spec");
    page.field(0, "Name", ask.object.at("metadata.name").text());
    page.field(0, "Namespace", ask.object.at("metadata.namespace").text());
    let created = ask.object.at("metadata.creationTimestamp").text();
    let created = created.replace('T', " ").replace('Z', " +0000 UTC");
    page.field(0, "Created on", created);
    page.meta(ask.object);
    page.line(0, "Spec:");
    let chosen = match selector(spec.at("podSelector")) {
        text if text == "<none>" => {
            "<none> (Allowing the specific traffic to all pods in this namespace)".to_owned()
        }
        text => text,
    };
    page.line(1, format!("PodSelector:     {chosen}"));
    let has = |kind: &str| spec.at("policyTypes").list().any(|one| one.text() == kind);
    for (kind, key, peers, title, restricted) in [
        ("Ingress", "ingress", "from", "From", "source"),
        ("Egress", "egress", "to", "To", "destination"),
    ] {
        if !has(kind) {
            page.line(1, format!("Not affecting {key} traffic"));
            continue;
        }
        page.line(1, format!("Allowing {key} traffic:"));
        let rules = spec.key(key);
        if rules.is_empty() {
            let text = format!("<none> (Selected pods are isolated for {key} connectivity)");
            page.line(2, text);
        }
        let count = rules.list().len();
        for (index, rule) in rules.list().enumerate() {
            ports(page, rule.at("ports"));
            if rule.key(peers).is_empty() {
                let text = format!("{title}: <any> (traffic not restricted by {restricted})");
                page.line(2, text);
            }
            rule.key(peers).list().for_each(|one| peer(page, title, one));
            if index + 1 < count {
                page.line(2, "----------");
            }
        }
    }
    let types: Vec<&str> = spec.at("policyTypes").list().map(Look::text).collect();
    let types = if types.is_empty() { "<none>".to_owned() } else { types.join(", ") };
    page.line(1, format!("Policy Types: {types}"));
}

fn ports(page: &mut Page, ports: Look) {
    if ports.is_empty() {
        page.line(2, "To Port: <any> (traffic allowed to all ports)");
    }
    for port in ports.list() {
        let number = port.at("port").plain();
        let protocol = port.at("protocol").text_or("TCP");
        match port.at("endPort") {
            end if end.is_some() => {
                page.line(2, format!("To Port Range: {number}-{}/{protocol}", end.int()));
            }
            _ => page.line(2, format!("To Port: {number}/{protocol}")),
        }
    }
}

fn peer(page: &mut Page, title: &str, peer: Look) {
    page.line(2, format!("{title}:"));
    for (name, key) in [("NamespaceSelector", "namespaceSelector"), ("PodSelector", "podSelector")]
    {
        if peer.key(key).is_some() {
            page.line(3, format!("{name}: {}", selector(peer.key(key))));
        }
    }
    let block = peer.at("ipBlock");
    if block.is_some() {
        let except: Vec<&str> = block.at("except").list().map(Look::text).collect();
        page.line(3, "IPBlock:");
        page.line(4, format!("CIDR: {}", block.at("cidr").text()));
        page.line(4, format!("Except: {}", except.join(", ")));
    }
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go RoleDescriber.Describe
pub(super) fn role(page: &mut Page, ask: &Ask) {
    page.head(ask.object, false);
    page.line(0, "PolicyRule:");
    page.line(1, "Resources\tNon-Resource URLs\tResource Names\tVerbs");
    page.line(1, "---------\t-----------------\t--------------\t-----");
    // Rules about the same thing are told together.
    let mut rules: BTreeMap<(String, String, String), Vec<&str>> = BTreeMap::new();
    for rule in ask.object.at("rules").list() {
        let texts = |key: &str| rule.key(key).list().map(Look::text).collect::<Vec<_>>();
        let mut add = |resource: String, url: &str| {
            let names = texts("resourceNames").join(" ");
            let verbs = rules.entry((resource, url.to_owned(), names)).or_default();
            for verb in texts("verbs") {
                if !verbs.contains(&verb) {
                    verbs.push(verb);
                }
            }
        };
        for group in texts("apiGroups") {
            for resource in texts("resources") {
                add(with_group(resource, group), "");
            }
        }
        for url in texts("nonResourceURLs") {
            add(String::new(), url);
        }
    }
    for ((resource, url, names), verbs) in rules {
        page.line(1, format!("{resource}\t[{url}]\t[{names}]\t[{}]", verbs.join(" ")));
    }
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go CombineResourceGroup
fn with_group(resource: &str, group: &str) -> String {
    let (name, part) = resource.split_once('/').unwrap_or((resource, ""));
    let mut text = name.to_owned();
    if !group.is_empty() {
        text = format!("{text}.{group}");
    }
    if part.is_empty() { text } else { format!("{text}/{part}") }
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go RoleBindingDescriber.Describe
pub(super) fn binding(page: &mut Page, ask: &Ask) {
    page.head(ask.object, false);
    let role = ask.object.at("roleRef");
    page.line(0, "Role:");
    page.field(1, "Kind", role.at("kind").text());
    page.field(1, "Name", role.at("name").text());
    page.line(0, "Subjects:");
    page.line(1, "Kind\tName\tNamespace");
    page.line(1, "----\t----\t---------");
    for one in ask.object.at("subjects").list() {
        let text = |key: &str| one.key(key).text();
        page.row(1, &[text("kind"), text("name"), text("namespace")]);
    }
}

/// Every field of an object, by name.
///
/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go genericDescriber.Describe
pub(super) fn generic(page: &mut Page, ask: &Ask) {
    page.head(ask.object, true);
    content(page, 0, ask.object, "");
    events::table(page, ask);
}

fn content(page: &mut Page, level: usize, object: Look, path: &str) {
    const SKIPPED: [&str; 5] = [
        ".metadata.managedFields",
        ".metadata.name",
        ".metadata.namespace",
        ".metadata.labels",
        ".metadata.annotations",
    ];
    for (key, value) in object.entries() {
        let path = format!("{path}.{key}");
        if SKIPPED.contains(&&*path) {
            continue;
        }
        match value.value() {
            Some(Value::Map(_)) => {
                page.line(level, format!("{}:", title(key)));
                content(page, level + 1, value, &path);
            }
            Some(Value::List(_)) => {
                page.line(level, format!("{}:", title(key)));
                for item in value.list() {
                    match item.value() {
                        Some(Value::Map(_)) => content(page, level + 1, item, &path),
                        _ => page.line(level + 1, item.plain()),
                    }
                }
            }
            Some(Value::Null) => page.field(level, &title(key), "<nil>"),
            _ => page.field(level, &title(key), value.plain()),
        }
    }
}

/// `persistentVolumeName` as `Persistent Volume Name`.
///
/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go smartLabelFor
fn title(field: &str) -> String {
    const ACRONYMS: [&str; 5] = ["API", "URL", "UID", "OSB", "GUID"];
    if field.chars().any(|letter| !letter.is_alphabetic() && letter != '-') {
        return field.to_owned();
    }
    let words = words(field).into_iter().map(|word| {
        let upper = word.to_uppercase();
        if ACRONYMS.contains(&&*upper) {
            return upper;
        }
        let mut letters = word.chars();
        let first: String = letters.next().map(char::to_uppercase).into_iter().flatten().collect();
        first + &letters.as_str().to_lowercase()
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The words of a name in camel case.
fn words(name: &str) -> Vec<String> {
    let class = |letter: char| match letter {
        _ if letter.is_lowercase() => 1,
        _ if letter.is_uppercase() => 2,
        _ => 4,
    };
    let mut words: Vec<String> = Vec::new();
    let mut before = 0;
    for letter in name.chars() {
        let now = class(letter);
        match words.last_mut() {
            Some(word) if now == before => word.push(letter),
            _ => words.push(letter.to_string()),
        }
        before = now;
    }
    for index in 1..words.len() {
        let is_lower = words[index].starts_with(char::is_lowercase);
        if is_lower && words[index - 1].starts_with(char::is_uppercase) {
            let letter = words[index - 1].pop().into_iter().collect::<String>();
            words[index].insert_str(0, &letter);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn field_names_become_titles() {
        let cases = [
            ("apiVersion", "API Version"),
            ("persistentVolumeName", "Persistent Volume Name"),
            ("uid", "UID"),
            ("podCIDR", "Pod Cidr"),
            ("app.kubernetes.io/name", "app.kubernetes.io/name"),
        ];
        for (field, wanted) in cases {
            assert_eq!(title(field), wanted);
        }
    }
}
