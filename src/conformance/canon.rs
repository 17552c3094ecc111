//! Canonical names: what two runs call alike, whatever chance called it.
//!
//! Must not know the engine. Invariant: within one run two objects of a kind never get the
//! same canonical name, so equal canonical texts mean a one-to-one renaming.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::base::SimTime;
use crate::conformance::schema::{Deed, Record};

/// The canonical names of one run.
#[derive(Clone, Debug, Default)]
pub(super) struct Canon {
    /// Words of this run, raw or normalized, and what they are called.
    words: BTreeMap<String, String>,
    /// The other way.
    back: BTreeMap<String, String>,
    /// Normalized names of volumes after the first of a claim, with their number among those.
    later: BTreeMap<String, String>,
    namespace: String,
}

/// How the server says that it refuses an object.
const REFUSED: &str = " is forbidden: ";
/// What names that the server makes up end in.
const DRAWN: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";

/// Whether a byte may stand inside a name.
fn is_inner(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// Whether a text is a moment: two runs begin at different ones.
fn is_moment(text: &str) -> bool {
    SimTime::parse(text).is_some()
}

impl Canon {
    /// The canonical names of a run, from its records and its raw names.
    ///
    /// The `n`-th ReplicaSet or ControllerRevision of an owner is called `owner#n`, and its
    /// hash `hash(owner#n)`; what they own is called after that.
    pub(super) fn of(
        namespace: &str,
        records: &[Record],
        names: &BTreeMap<String, String>,
    ) -> Canon {
        let mut canon = Canon { namespace: namespace.to_owned(), ..Canon::default() };
        let mut counts: BTreeMap<(String, String), u32> = BTreeMap::new();
        for record in records.iter().filter(|one| one.event == Deed::Added) {
            let owner = record.fact("owner").and_then(Value::as_str).unwrap_or_default();
            match record.kind.as_str() {
                "ReplicaSet" | "ControllerRevision" if !owner.is_empty() => {
                    let short = owner.rsplit('/').next().unwrap_or(owner);
                    let count = counts.entry((record.kind.clone(), owner.to_owned())).or_default();
                    *count += 1;
                    let name = format!("{short}#{count}");
                    canon.add_hashed(&record.id, short, &name);
                }
                "PersistentVolume" => {
                    if let Some((base, _)) = record.id.split_once(")#") {
                        let key = (record.kind.clone(), base.to_owned());
                        let count = counts.entry(key).or_insert(1);
                        *count += 1;
                        canon.later.insert(record.id.clone(), format!("{base})#{count}"));
                    }
                }
                _ => {}
            }
        }
        let is_nested = |normal: &str| normal.starts_with("va(");
        for pass in [false, true] {
            for (raw, normal) in names.iter().filter(|(_, name)| is_nested(name) == pass) {
                let normal = canon.text(normal);
                canon.add(raw, &normal);
            }
        }
        canon
    }

    fn add_hashed(&mut self, id: &str, owner: &str, name: &str) {
        self.add(id, name);
        if let Some(hash) = id.strip_prefix(owner).and_then(|rest| rest.strip_prefix('-')) {
            self.add(hash, &format!("hash({name})"));
        }
    }

    fn add(&mut self, word: &str, name: &str) {
        self.words.entry(word.to_owned()).or_insert_with(|| name.to_owned());
        self.back.entry(name.to_owned()).or_insert_with(|| word.to_owned());
    }

    /// This run's word for a canonical name.
    pub(super) fn word_of(&self, name: &str) -> Option<&str> {
        self.back.get(name).map(String::as_str)
    }

    /// The canonical name of a word of this run, if it has one of its own.
    pub(super) fn name_of(&self, word: &str) -> Option<String> {
        let found = self.words.get(word).cloned();
        found.or_else(|| {
            let (base, number) = word.rsplit_once('~')?;
            Some(format!("{}~{number}", self.words.get(base)?))
        })
    }

    /// What the name is called that was drawn for a Pod that was refused, where a text says so.
    fn refused(&self, word: &str, text: &str) -> Option<String> {
        let (base, end) = word.rsplit_once('-').filter(|_| text.contains(REFUSED))?;
        let is_drawn = end.len() == 5 && end.bytes().all(|byte| DRAWN.contains(&byte));
        let base = self.name_of(base).unwrap_or_else(|| base.to_owned());
        is_drawn.then(|| format!("{base}~refused"))
    }

    /// A text with every word called by its canonical name.
    pub(super) fn text(&self, text: &str) -> String {
        let known = self.later.iter().filter(|(name, _)| text.contains(name.as_str()));
        let text = known.fold(text.to_owned(), |text, (name, new)| text.replace(name, new));
        self.each_word(&text, |word| {
            let bare = word.trim_end_matches('.');
            let name = self.name_of(bare).or_else(|| self.refused(bare, &text))?;
            Some(format!("{name}{}", &word[bare.len()..]))
        })
    }

    /// A text with every word of it that `rename` knows replaced, and the namespace.
    fn each_word(&self, text: &str, rename: impl Fn(&str) -> Option<String>) -> String {
        let mut out = String::with_capacity(text.len());
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let is_word = is_inner(bytes[at]);
            let end = (at..bytes.len()).find(|end| is_inner(bytes[*end]) != is_word);
            let end = end.unwrap_or(bytes.len());
            let part = &text[at..end];
            match rename(part).filter(|_| is_word) {
                Some(name) => out.push_str(&name),
                None if is_word && !self.namespace.is_empty() => {
                    out.push_str(&part.replace(&self.namespace, "<ns>"));
                }
                None => out.push_str(part),
            }
            at = end;
        }
        out
    }

    /// A text of the other run in the words of this one.
    pub(super) fn translate(&self, text: &str, other: &Canon) -> String {
        let translated = other.each_word(text, |word| {
            let name = other.name_of(word)?;
            self.word_of(&name).map(str::to_owned)
        });
        translated.replace("<ns>", &self.namespace)
    }

    /// Every text of a value by its canonical name, keys included.
    pub(super) fn value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) if is_moment(text) => "<moment>".into(),
            Value::String(text) => self.text(text).into(),
            Value::Array(items) => items.iter().map(|one| self.value(one)).collect(),
            Value::Object(map) => Value::Object(self.map(map)),
            other => other.clone(),
        }
    }

    /// The same for a map.
    pub(super) fn map(&self, map: &Map<String, Value>) -> Map<String, Value> {
        map.iter().map(|(key, one)| (self.text(key), self.value(one))).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::conformance::schema::Centis;

    #[test]
    fn names_of_refused_pods_are_called_alike() {
        let facts = json!({"owner": "Deployment/web"});
        let set = Record {
            t: Centis(0),
            step: 0,
            kind: "ReplicaSet".to_owned(),
            id: "web-796d498479".to_owned(),
            name: "web-796d498479".to_owned(),
            event: Deed::Added,
            facts: facts.as_object().cloned(),
            changed: None,
        };
        let names = [("web-796d498479-x7q2b".to_owned(), "web-796d498479~1".to_owned())];
        let canon = Canon::of("ns", &[set], &names.into());
        let text = canon.text("pods \"web-796d498479-pl6q8\" is forbidden: exceeded quota: q");
        assert_eq!(text, "pods \"web#1~refused\" is forbidden: exceeded quota: q");
        assert_eq!(canon.text("Created pod: web-796d498479-x7q2b"), "Created pod: web#1~1");
        assert_eq!(canon.text("web-796d498479-pl6q8"), "web-796d498479-pl6q8");
    }
}
