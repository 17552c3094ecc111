//! Rows of claims, volumes, classes and attachments.
//!
//! Must not know who binds. Invariant: a deleted object is said to be terminating.

use crate::kubectl::print::table::{Ask, Column, Row, Shape, access_modes};

const CLAIM: &[Column] = &[
    ("NAME", false),
    ("STATUS", false),
    ("VOLUME", false),
    ("CAPACITY", false),
    ("ACCESS MODES", false),
    ("STORAGECLASS", false),
    ("VOLUMEATTRIBUTESCLASS", false),
    ("AGE", false),
    ("VOLUMEMODE", true),
];
const VOLUME: &[Column] = &[
    ("NAME", false),
    ("CAPACITY", false),
    ("ACCESS MODES", false),
    ("RECLAIM POLICY", false),
    ("STATUS", false),
    ("CLAIM", false),
    ("STORAGECLASS", false),
    ("VOLUMEATTRIBUTESCLASS", false),
    ("REASON", false),
    ("AGE", false),
    ("VOLUMEMODE", true),
];
const CLASS: &[Column] = &[
    ("NAME", false),
    ("PROVISIONER", false),
    ("RECLAIMPOLICY", false),
    ("VOLUMEBINDINGMODE", false),
    ("ALLOWVOLUMEEXPANSION", false),
    ("AGE", false),
];
const ATTACHMENT: &[Column] = &[
    ("NAME", false),
    ("ATTACHER", false),
    ("PV", false),
    ("NODE", false),
    ("ATTACHED", false),
    ("AGE", false),
];
const ATTRIBUTES: &[Column] = &[("NAME", false), ("DRIVERNAME", false), ("AGE", false)];
const CSI_NODE: &[Column] = &[("NAME", false), ("DRIVERS", false), ("AGE", false)];
const CSI_DRIVER: &[Column] = &[
    ("NAME", false),
    ("ATTACHREQUIRED", false),
    ("PODINFOONMOUNT", false),
    ("STORAGECAPACITY", false),
    ("TOKENREQUESTS", false),
    ("REQUIRESREPUBLISH", false),
    ("MODES", false),
    ("AGE", false),
];
const CSI_CAPACITY: &[Column] =
    &[("NAME", false), ("STORAGECLASSNAME", false), ("CAPACITY", false)];

/// The shape of a kind of this file.
pub(super) fn shape(group: &str, kind: &str) -> Option<Shape> {
    let (columns, row): (&'static [Column], Row) = match (group, kind) {
        ("", "PersistentVolumeClaim") => (CLAIM, claim),
        ("", "PersistentVolume") => (VOLUME, volume),
        ("storage.k8s.io", "StorageClass") => (CLASS, class),
        ("storage.k8s.io", "VolumeAttachment") => (ATTACHMENT, attachment),
        ("storage.k8s.io", "VolumeAttributesClass") => (ATTRIBUTES, attributes),
        ("storage.k8s.io", "CSINode") => (CSI_NODE, csi_node),
        ("storage.k8s.io", "CSIDriver") => (CSI_DRIVER, csi_driver),
        ("storage.k8s.io", "CSIStorageCapacity") => (CSI_CAPACITY, csi_capacity),
        _ => return None,
    };
    Some(Shape { columns, row })
}

fn text(ask: &Ask, path: &str) -> String {
    ask.at(path).text().to_owned()
}

fn text_or(ask: &Ask, path: &str, other: &str) -> String {
    ask.at(path).text_or(other).to_owned()
}

fn phase(ask: &Ask) -> String {
    if ask.at("metadata.deletionTimestamp").is_some() {
        return "Terminating".to_owned();
    }
    text(ask, "status.phase")
}

/// The class of a claim or volume; the old annotation counts first.
fn class_name(ask: &Ask) -> String {
    let old = ask.at("metadata.annotations").key("volume.beta.kubernetes.io/storage-class");
    if old.is_some() { old.text().to_owned() } else { text(ask, "spec.storageClassName") }
}

fn claim(ask: &Ask) -> Vec<String> {
    let (mut capacity, mut modes) = (String::new(), String::new());
    if !ask.at("spec.volumeName").is_empty() {
        let storage = ask.at("status.capacity.storage").plain();
        capacity = if storage.is_empty() { "0".to_owned() } else { storage };
        modes = access_modes(ask.at("status.accessModes"));
    }
    vec![
        ask.name(),
        phase(ask),
        text(ask, "spec.volumeName"),
        capacity,
        modes,
        class_name(ask),
        text_or(ask, "spec.volumeAttributesClassName", "<unset>"),
        ask.age(),
        text_or(ask, "spec.volumeMode", "<unset>"),
    ]
}

fn volume(ask: &Ask) -> Vec<String> {
    let claim = ask.at("spec.claimRef");
    let claim = if claim.is_some() {
        format!("{}/{}", claim.at("namespace").text(), claim.at("name").text())
    } else {
        String::new()
    };
    let capacity = ask.at("spec.capacity.storage").plain();
    vec![
        ask.name(),
        if capacity.is_empty() { "0".to_owned() } else { capacity },
        access_modes(ask.at("spec.accessModes")),
        text(ask, "spec.persistentVolumeReclaimPolicy"),
        phase(ask),
        claim,
        class_name(ask),
        text_or(ask, "spec.volumeAttributesClassName", "<unset>"),
        text(ask, "status.reason"),
        ask.age(),
        text_or(ask, "spec.volumeMode", "<unset>"),
    ]
}

fn named_default(ask: &Ask, keys: &[&str]) -> String {
    let annotations = ask.at("metadata.annotations");
    let is_default = keys.iter().any(|key| annotations.key(key).text() == "true");
    if is_default { format!("{} (default)", ask.name()) } else { ask.name() }
}

fn class(ask: &Ask) -> Vec<String> {
    let keys = [
        "storageclass.kubernetes.io/is-default-class",
        "storageclass.beta.kubernetes.io/is-default-class",
    ];
    vec![
        named_default(ask, &keys),
        text(ask, "provisioner"),
        text_or(ask, "reclaimPolicy", "Delete"),
        text_or(ask, "volumeBindingMode", "Immediate"),
        ask.at("allowVolumeExpansion").bool().to_string(),
        ask.age(),
    ]
}

fn attachment(ask: &Ask) -> Vec<String> {
    vec![
        ask.name(),
        text(ask, "spec.attacher"),
        text(ask, "spec.source.persistentVolumeName"),
        text(ask, "spec.nodeName"),
        ask.at("status.attached").bool().to_string(),
        ask.age(),
    ]
}

fn attributes(ask: &Ask) -> Vec<String> {
    let key = "volumeattributesclass.storage.kubernetes.io/is-default-class";
    vec![named_default(ask, &[key]), text(ask, "driverName"), ask.age()]
}

fn csi_node(ask: &Ask) -> Vec<String> {
    vec![ask.name(), ask.at("spec.drivers").list().len().to_string(), ask.age()]
}

fn csi_driver(ask: &Ask) -> Vec<String> {
    let attach = ask.at("spec.attachRequired");
    let joined = |path: &str, key: Option<&str>| {
        let texts: Vec<&str> =
            ask.at(path).list().map(|one| key.map_or(one, |key| one.key(key)).text()).collect();
        texts.join(",")
    };
    let requests = ask.at("spec.tokenRequests");
    let requests = if requests.is_some() {
        joined("spec.tokenRequests", Some("audience"))
    } else {
        "<unset>".to_owned()
    };
    let modes = joined("spec.volumeLifecycleModes", None);
    vec![
        ask.name(),
        (!attach.is_some() || attach.bool()).to_string(),
        ask.at("spec.podInfoOnMount").bool().to_string(),
        ask.at("spec.storageCapacity").bool().to_string(),
        requests,
        ask.at("spec.requiresRepublish").bool().to_string(),
        if modes.is_empty() { "<none>".to_owned() } else { modes },
        ask.age(),
    ]
}

fn csi_capacity(ask: &Ask) -> Vec<String> {
    let capacity = ask.at("capacity").plain();
    let capacity = if capacity.is_empty() { "<unset>".to_owned() } else { capacity };
    vec![ask.name(), text(ask, "storageClassName"), capacity]
}
