//! Plain data for the screen: what the page draws, in the reader's language.
//!
//! Owns the view models and the one catalogue of words. It must not know any web crate or how a
//! thing is drawn. Invariant: every type here is plain data (`Clone + PartialEq`), so that two
//! equal views draw the same picture.

pub mod acts;
pub mod compare;
pub mod editor;
pub mod given;
pub mod inspect;
pub mod ledger;
pub mod scene;
pub mod stage;
pub mod story;
pub mod timeline;
pub mod transport;
pub mod words;

/// What kind of identity a thing has; the shape says it, the colour repeats it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Identity {
    /// Round and blue: any one will do.
    Stateless,
    /// Square and ochre: keeps its number.
    Stateful,
    /// Neither: nodes, Services and the like.
    #[default]
    Neutral,
}

impl Identity {
    /// The identity that a workload kind gives to its Pods.
    pub fn of_kind(kind: &str) -> Self {
        match kind {
            "Deployment" | "ReplicaSet" | "ReplicationController" | "DaemonSet" | "Job" => {
                Identity::Stateless
            }
            "StatefulSet" | "PersistentVolumeClaim" | "PersistentVolume" => Identity::Stateful,
            _ => Identity::Neutral,
        }
    }

    /// The letter that the style sheet's classes use for it.
    pub const fn letter(self) -> &'static str {
        match self {
            Identity::Stateless => "a",
            Identity::Stateful => "b",
            Identity::Neutral => "n",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Identity;

    #[test]
    fn only_a_stateful_set_and_its_disks_keep_an_identity() {
        for kind in ["StatefulSet", "PersistentVolumeClaim"] {
            assert_eq!(Identity::of_kind(kind), Identity::Stateful, "{kind}");
        }
        for kind in ["Deployment", "ReplicaSet", "ReplicationController"] {
            assert_eq!(Identity::of_kind(kind), Identity::Stateless, "{kind}");
        }
        assert_eq!(Identity::of_kind("Service"), Identity::Neutral);
    }
}
