//! Volumes in a description, and what they are made of.
//!
//! Must not know containers. Invariant: a source that nobody knows is said to be unknown.

use crate::kubectl::print::describe::page::{Page, shorten};
use crate::kubectl::print::look::Look;

/// The volumes of a Pod or a template.
///
/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go describeVolumes
pub(super) fn volumes(page: &mut Page, volumes: Look, indent: &str) {
    if volumes.is_empty() {
        return page.line(0, format!("{indent}Volumes:\t<none>"));
    }
    page.line(0, format!("{indent}Volumes:"));
    for volume in volumes.list() {
        let name_indent = if indent.is_empty() { "" } else { " " };
        page.line(1, format!("{name_indent}{}:", volume.at("name").text()));
        source(page, volume);
    }
}

/// A source whose fields are listed one by one.
struct Plain {
    key: &'static str,
    title: &'static str,
    /// Titles, fields and what stands for an empty one.
    fields: &'static [(&'static str, &'static str, &'static str)],
}

const PLAIN: [Plain; 9] = [
    Plain {
        key: "hostPath",
        title: "HostPath (bare host directory volume)",
        fields: &[("Path", "path", ""), ("HostPathType", "type", "")],
    },
    Plain {
        key: "emptyDir",
        title: "EmptyDir (a temporary directory that shares a pod's lifetime)",
        fields: &[("Medium", "medium", ""), ("SizeLimit", "sizeLimit", "<unset>")],
    },
    Plain {
        key: "secret",
        title: "Secret (a volume populated by a Secret)",
        fields: &[("SecretName", "secretName", ""), ("Optional", "optional", "false")],
    },
    Plain {
        key: "configMap",
        title: "ConfigMap (a volume populated by a ConfigMap)",
        fields: &[("Name", "name", ""), ("Optional", "optional", "false")],
    },
    Plain {
        key: "nfs",
        title: "NFS (an NFS mount that lasts the lifetime of a pod)",
        fields: &[
            ("Server", "server", ""),
            ("Path", "path", ""),
            ("ReadOnly", "readOnly", "false"),
        ],
    },
    Plain {
        key: "persistentVolumeClaim",
        title: "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
        fields: &[("ClaimName", "claimName", ""), ("ReadOnly", "readOnly", "false")],
    },
    Plain {
        key: "local",
        title: "LocalVolume (a persistent volume backed by local storage on a node)",
        fields: &[("Path", "path", "")],
    },
    Plain {
        key: "image",
        title: "Image (a container image or OCI artifact)",
        fields: &[("Reference", "reference", ""), ("PullPolicy", "pullPolicy", "")],
    },
    Plain {
        key: "fc",
        title: "FC (a Fibre Channel disk)",
        fields: &[
            ("TargetWWNs", "targetWWNs", ""),
            ("LUN", "lun", "<none>"),
            ("FSType", "fsType", ""),
            ("ReadOnly", "readOnly", "false"),
        ],
    },
];

/// What a volume is made of: of a Pod's volume or a PersistentVolume's spec.
pub(super) fn source(page: &mut Page, volume: Look) {
    if let Some(plain) = PLAIN.iter().find(|one| volume.key(one.key).is_some()) {
        return plain_source(page, volume.key(plain.key), plain);
    }
    let (projected, ephemeral) = (volume.at("projected"), volume.at("ephemeral"));
    let (downward, csi) = (volume.at("downwardAPI"), volume.at("csi"));
    if projected.is_some() {
        projected_sources(page, projected.at("sources"));
    } else if ephemeral.is_some() {
        ephemeral_source(page, ephemeral.at("volumeClaimTemplate"));
    } else if downward.is_some() {
        page.field(2, "Type", "DownwardAPI (a volume populated by information about the pod)");
        page.line(2, "Items:");
        for item in downward.at("items").list() {
            let from = item.at("fieldRef.fieldPath").text();
            let from =
                if from.is_empty() { item.at("resourceFieldRef.resource").text() } else { from };
            page.line(3, format!("{from} -> {}", item.at("path").text()));
        }
    } else if csi.is_some() {
        csi_source(page, csi);
    } else {
        page.line(1, "<unknown>");
    }
}

fn plain_source(page: &mut Page, source: Look, plain: &Plain) {
    page.field(2, "Type", plain.title);
    for (title, key, other) in plain.fields {
        let found = source.key(key);
        let text = match (*key, found.plain()) {
            ("type", _) if !found.is_some() => "<none>".to_owned(),
            (_, text) if text.is_empty() => (*other).to_owned(),
            (_, text) => text,
        };
        page.field(2, title, text);
    }
}

fn projected_sources(page: &mut Page, sources: Look) {
    let title = "Projected (a volume that contains injected data from multiple sources)";
    page.field(2, "Type", title);
    for one in sources.list() {
        let (secret, map) = (one.at("secret"), one.at("configMap"));
        let token = one.at("serviceAccountToken");
        if secret.is_some() {
            page.field(2, "SecretName", secret.at("name").text());
            page.field(2, "Optional", secret.at("optional").bool().to_string());
        } else if one.at("downwardAPI").is_some() {
            page.field(2, "DownwardAPI", "true");
        } else if map.is_some() {
            page.field(2, "ConfigMapName", map.at("name").text());
            page.field(2, "Optional", map.at("optional").bool().to_string());
        } else if token.is_some() {
            let seconds = token.at("expirationSeconds").int();
            page.field(2, "TokenExpirationSeconds", seconds.to_string());
        }
    }
}

fn ephemeral_source(page: &mut Page, template: Look) {
    let title = "EphemeralVolume (an inline specification for a volume that gets created and \
                 deleted with the pod)";
    page.field(2, "Type", title);
    if !template.is_some() {
        return;
    }
    let spec = template.at("spec");
    page.field(2, "StorageClass", spec.at("storageClassName").text());
    page.field(2, "Volume", spec.at("volumeName").text());
    page.labels("    ", "Labels", template.at("metadata.labels"));
    page.put(2, "");
    page.annotations("Annotations", template.at("metadata.annotations"));
    page.field(2, "Capacity", "");
    page.field(2, "Access Modes", "");
    if spec.at("volumeMode").is_some() {
        page.field(2, "VolumeMode", spec.at("volumeMode").text());
    }
}

fn csi_source(page: &mut Page, csi: Look) {
    page.field(2, "Type", "CSI (a Container Storage Interface (CSI) volume source)");
    page.field(2, "Driver", csi.at("driver").text());
    page.field(2, "FSType", csi.at("fsType").text());
    if csi.at("volumeHandle").is_some() {
        page.field(2, "VolumeHandle", csi.at("volumeHandle").text());
    }
    page.field(2, "ReadOnly", csi.at("readOnly").bool().to_string());
    let attributes: Vec<String> = csi
        .at("volumeAttributes")
        .entries()
        .map(|(key, value)| shorten(&format!("{key}={}", value.text()), 140))
        .collect();
    let Some((first, rest)) = attributes.split_first() else {
        return page.field(2, "VolumeAttributes", "<none>");
    };
    // The level's blanks stand before each part, as upstream writes them.
    page.line(0, format!("    VolumeAttributes:\t    {first}"));
    for one in rest {
        page.line(0, format!("        \t    {one}"));
    }
}
