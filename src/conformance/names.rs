//! Normalized names: what takes the place of random suffixes and generated identities.
//!
//! Must not know comparisons. Invariant: a raw name keeps its normalized one for a whole run.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::api::{Kind, Object};

/// Raw names of one run and what they are called.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    known: BTreeMap<String, String>,
    counts: BTreeMap<String, u32>,
    uids: BTreeMap<String, String>,
    namespace: String,
}

/// Whether a byte may stand inside a name.
fn is_inner(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// Whether the end of the name was drawn: a StatefulSet's Pods have a `generateName` too, but
/// end in their ordinal.
fn is_drawn(object: &Object) -> bool {
    let base: &str = &object.meta.generate_name;
    !base.is_empty() && object.meta.name.strip_prefix(base).is_some_and(|end| end.len() == 5)
}

impl Names {
    /// No names yet, in a run with this namespace.
    pub(super) fn new(namespace: &str) -> Names {
        Names { namespace: namespace.to_owned(), ..Names::default() }
    }

    /// Raw to normalized.
    pub(super) fn known(&self) -> &BTreeMap<String, String> {
        &self.known
    }

    /// Takes note of a new object.
    pub(super) fn learn(&mut self, object: &Object) {
        let raw = object.meta.name.to_string();
        self.uids
            .insert(object.meta.uid.to_string(), format!("uid({}/{raw})", object.kind().name()));
        if let Some(name) = self.name_of(object)
            && !self.known.contains_key(&raw)
        {
            self.known.insert(raw, name);
        }
    }

    fn name_of(&mut self, object: &Object) -> Option<String> {
        let raw: &str = &object.meta.name;
        match object.kind() {
            Kind::EndpointSlice => {
                let service = object.meta.label("kubernetes.io/service-name")?.to_string();
                let number = self.next(&format!("{service}~es"));
                Some(format!("{service}~es{number}"))
            }
            Kind::PersistentVolume => {
                let claim = &object.volume()?.spec.claim_ref.as_ref()?.name;
                if !raw.starts_with("pvc-") {
                    return None;
                }
                let base = format!("pv({claim})");
                match self.next(&base) {
                    1 => Some(base),
                    // A later one is told apart by how many names were given before.
                    _ => Some(format!("{base}#{}", self.known.len())),
                }
            }
            Kind::VolumeAttachment => {
                let attachment = object.attachment()?;
                Some(format!("va({},{})", attachment.volume, attachment.node))
            }
            _ if is_drawn(object) => {
                let base = object.meta.generate_name.trim_end_matches('-').to_owned();
                let number = self.next(&base);
                Some(format!("{base}~{number}"))
            }
            _ => None,
        }
    }

    fn next(&mut self, base: &str) -> u32 {
        let count = self.counts.entry(base.to_owned()).or_default();
        *count += 1;
        *count
    }

    /// A text with every raw name, UID and the namespace replaced.
    pub(super) fn normalize(&self, text: &str) -> String {
        self.replace(text, true)
    }

    /// The same without UIDs, as `names` says it.
    fn replace(&self, text: &str, with_uids: bool) -> String {
        let mut out = String::with_capacity(text.len());
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            if !is_inner(bytes[at]) {
                let end = (at + 1..=bytes.len()).find(|end| text.is_char_boundary(*end));
                let end = end.unwrap_or(bytes.len());
                out.push_str(&text[at..end]);
                at = end;
                continue;
            }
            let end = (at..bytes.len()).find(|end| !is_inner(bytes[*end])).unwrap_or(bytes.len());
            out.push_str(&self.word(&text[at..end], with_uids));
            at = end;
        }
        out
    }

    fn word(&self, word: &str, with_uids: bool) -> String {
        let bare = word.trim_end_matches('.');
        let end = &word[bare.len()..];
        let found = self.known.get(bare).cloned();
        let found = found.or_else(|| self.uids.get(bare).filter(|_| with_uids).cloned());
        // `pod_namespace(uid)`, as the kubelet names a Pod.
        let found = found.or_else(|| {
            let (pod, namespace) =
                bare.split_once('_').filter(|(_, one)| *one == self.namespace)?;
            Some(format!("{}_{}", self.known.get(pod)?, namespace.replace(&self.namespace, "<ns>")))
        });
        let found = found.map(|name| match name.strip_prefix("va(") {
            Some(inner) => format!("va({}", self.replace(inner, false)),
            None => name,
        });
        let name = found.unwrap_or_else(|| {
            if self.namespace.is_empty() {
                bare.to_owned()
            } else {
                bare.replace(&self.namespace, "<ns>")
            }
        });
        format!("{name}{end}")
    }

    /// The same for every text of a value, keys included.
    pub(super) fn normalize_value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.normalize(text).into(),
            Value::Array(items) => items.iter().map(|one| self.normalize_value(one)).collect(),
            Value::Object(map) => Value::Object(self.normalize_map(map)),
            other => other.clone(),
        }
    }

    /// The same for a map.
    pub(super) fn normalize_map(&self, map: &Map<String, Value>) -> Map<String, Value> {
        let entries = map.iter();
        entries.map(|(key, one)| (self.normalize(key), self.normalize_value(one))).collect()
    }
}
