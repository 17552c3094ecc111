//! Descriptions of claims, volumes and classes.
//!
//! Must not know who binds. Invariant: a deleted object says how long it has been going.

use std::collections::BTreeSet;

use crate::api::Kind;
use crate::base::Str;
use crate::kubectl::print::age;
use crate::kubectl::print::describe::page::{Page, go_list, truth};
use crate::kubectl::print::describe::volumes::source;
use crate::kubectl::print::describe::{Ask, events};
use crate::kubectl::print::look::Look;
use crate::kubectl::print::table::{access_modes, labels};

fn class_name(object: Look<'_>) -> &str {
    let old = object.at("metadata.annotations").key("volume.beta.kubernetes.io/storage-class");
    if old.is_some() { old.text() } else { object.at("spec.storageClassName").text() }
}

fn status(ask: &Ask) -> String {
    match ask.object.at("metadata.deletionTimestamp").text() {
        "" => ask.object.at("status.phase").text().to_owned(),
        text => format!("Terminating (lasts {})", age::since(text, ask.now)),
    }
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go describePersistentVolumeClaim
pub(super) fn claim(page: &mut Page, ask: &Ask) {
    let (claim, spec) = (ask.object, ask.object.at("spec"));
    page.field(0, "Name", claim.at("metadata.name").text());
    page.field(0, "Namespace", claim.at("metadata.namespace").text());
    page.field(0, "StorageClass", class_name(claim));
    page.field(0, "Status", status(ask));
    page.field(0, "Volume", spec.at("volumeName").text());
    page.meta(claim);
    page.field(0, "Finalizers", go_list(claim.at("metadata.finalizers")));
    let is_bound = !spec.at("volumeName").is_empty();
    let (mut capacity, mut modes) = (String::new(), String::new());
    if is_bound {
        let storage = claim.at("status.capacity.storage").plain();
        capacity = if storage.is_empty() { "0".to_owned() } else { storage };
        modes = access_modes(claim.at("status.accessModes"));
    }
    page.field(0, "Capacity", capacity);
    page.field(0, "Access Modes", modes);
    if spec.at("volumeMode").is_some() {
        page.field(0, "VolumeMode", spec.at("volumeMode").text());
    }
    let origin = spec.at("dataSource");
    if origin.is_some() {
        page.line(0, "DataSource:");
        for (title, key) in [("APIGroup", "apiGroup"), ("Kind", "kind"), ("Name", "name")] {
            if origin.key(key).is_some() {
                page.field(1, title, origin.key(key).text());
            }
        }
    }
    page.lines("Used By", &users(ask));
    conditions(page, claim.at("status.conditions"));
    events::table(page, ask);
}

/// The Pods that mount a claim or own it.
///
/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go getPodsForPVC
fn users(ask: &Ask) -> Vec<String> {
    let name = Str::from(ask.object.at("metadata.name").text());
    let namespace = ask.namespace();
    let pods = ask.view.table(Kind::Pod);
    let mut names: BTreeSet<String> =
        pods.using_claim(&namespace, &name).map(|pod| pod.meta.name.to_string()).collect();
    for owner in ask.object.at("metadata.ownerReferences").list() {
        let pod = pods.named(&namespace, owner.at("name").text());
        let is_owner = |uid: String| uid == owner.at("uid").text();
        if owner.at("kind").text() == "Pod"
            && let Some(pod) = pod.filter(|pod| is_owner(pod.meta.uid.to_string()))
        {
            names.insert(pod.meta.name.to_string());
        }
    }
    names.into_iter().collect()
}

fn conditions(page: &mut Page, conditions: Look) {
    if conditions.is_empty() {
        return;
    }
    page.line(0, "Conditions:");
    page.line(1, "Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage");
    page.line(1, "----\t------\t-----------------\t------------------\t------\t-------");
    for one in conditions.list() {
        let text = |key: &str| one.key(key).text();
        let time = |key: &str| age::rfc1123(text(key));
        page.line(
            1,
            format!(
                "{} \t{} \t{} \t{} \t{} \t{}",
                text("type"),
                text("status"),
                time("lastProbeTime"),
                time("lastTransitionTime"),
                text("reason"),
                text("message")
            ),
        );
    }
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go describePersistentVolume
pub(super) fn volume(page: &mut Page, ask: &Ask) {
    let (volume, spec) = (ask.object, ask.object.at("spec"));
    page.head(volume, false);
    page.field(0, "Finalizers", go_list(volume.at("metadata.finalizers")));
    page.field(0, "StorageClass", class_name(volume));
    page.field(0, "Status", status(ask));
    let claim = spec.at("claimRef");
    let claim = if claim.is_some() {
        format!("{}/{}", claim.at("namespace").text(), claim.at("name").text())
    } else {
        String::new()
    };
    page.field(0, "Claim", claim);
    page.field(0, "Reclaim Policy", spec.at("persistentVolumeReclaimPolicy").text());
    page.field(0, "Access Modes", access_modes(spec.at("accessModes")));
    if spec.at("volumeMode").is_some() {
        page.field(0, "VolumeMode", spec.at("volumeMode").text());
    }
    let capacity = spec.at("capacity.storage").plain();
    page.field(0, "Capacity", if capacity.is_empty() { "0" } else { &capacity });
    affinity(page, spec.at("nodeAffinity.required"));
    page.field(0, "Message", volume.at("status.message").text());
    page.line(0, "Source:");
    source(page, spec);
    events::table(page, ask);
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go printVolumeNodeAffinity
fn affinity(page: &mut Page, required: Look) {
    if !required.is_some() {
        return page.field(0, "Node Affinity", "<none>");
    }
    page.field(0, "Node Affinity", "");
    let terms = required.at("nodeSelectorTerms");
    page.field(1, "Required Terms", if terms.is_empty() { "<none>" } else { "" });
    for (index, term) in terms.list().enumerate() {
        let needs = term
            .at("matchExpressions")
            .list()
            .map(|one| (one.at("key").text(), one.at("operator").text().to_ascii_lowercase(), one));
        requirements(page, 2, &format!("Term {index}"), needs);
    }
}

fn requirements<'a>(
    page: &mut Page,
    level: usize,
    title: &str,
    needs: impl Iterator<Item = (&'a str, String, Look<'a>)>,
) {
    let texts: Vec<String> = needs
        .map(|(key, operator, one)| {
            let values: Vec<&str> = one.at("values").list().map(Look::text).collect();
            if values.is_empty() {
                format!("{key} {operator}")
            } else {
                format!("{key} {operator} [{}]", values.join(", "))
            }
        })
        .collect();
    let Some((first, rest)) = texts.split_first() else {
        return page.field(level, title, "<none>");
    };
    page.field(level, title, first);
    for text in rest {
        page.line(level, format!("\t{text}"));
    }
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go describeStorageClass
pub(super) fn class(page: &mut Page, ask: &Ask) {
    let class = ask.object;
    let annotations = class.at("metadata.annotations");
    let is_default = ["storageclass.kubernetes.io", "storageclass.beta.kubernetes.io"]
        .iter()
        .any(|group| annotations.key(&format!("{group}/is-default-class")).text() == "true");
    page.field(0, "Name", class.at("metadata.name").text());
    page.field(0, "IsDefaultClass", if is_default { "Yes" } else { "No" });
    page.field(0, "Annotations", labels(annotations));
    page.field(0, "Provisioner", class.at("provisioner").text());
    page.field(0, "Parameters", labels(class.at("parameters")));
    let expansion = class.at("allowVolumeExpansion");
    let expansion = if expansion.is_some() { truth(expansion.bool()) } else { "<unset>" };
    page.field(0, "AllowVolumeExpansion", expansion);
    let options = class.at("mountOptions");
    if options.is_empty() {
        page.field(0, "MountOptions", "<none>");
    } else {
        page.line(0, "MountOptions:");
    }
    for option in options.list() {
        page.line(1, option.text());
    }
    for (title, key) in
        [("ReclaimPolicy", "reclaimPolicy"), ("VolumeBindingMode", "volumeBindingMode")]
    {
        if class.key(key).is_some() {
            page.field(0, title, class.key(key).text());
        }
    }
    let topologies = class.at("allowedTopologies");
    if topologies.is_some() {
        page.field(0, "AllowedTopologies", if topologies.is_empty() { "<none>" } else { "" });
    }
    for (index, term) in topologies.list().enumerate() {
        let needs = term.at("matchLabelExpressions").list();
        let needs = needs.map(|one| (one.at("key").text(), "in".to_owned(), one));
        requirements(page, 1, &format!("Term {index}"), needs);
    }
    events::table(page, ask);
}
