//! What comes back of an object that was shown: without what showing it added.
//!
//! Must not know who sends it. Invariant: an object that comes back as it was shown is stored as
//! it was, and where it is shown as before it is stored as before.

use super::{Entries, outward};
use crate::api::encode::encode;
use crate::api::{Object, Value, decode};
use crate::base::gather;

/// The new object as it is to be stored in the place of the old one.
pub fn inward(mut new: Object, old: &Object) -> Object {
    // What is added follows from the identity too.
    let (uid, generation) = (new.meta.uid, new.meta.generation);
    (new.meta.uid, new.meta.generation) = (old.meta.uid, old.meta.generation);
    let shown = [outward(&new), outward(old)];
    (new.meta.uid, new.meta.generation) = (uid, generation);
    Side { stored: Some(&encode(&new)), shown: Some(&shown[0]) }
        .over(Side { stored: Some(&encode(old)), shown: Some(&shown[1]) })
        .and_then(|tree| decode::whole(&tree).ok())
        .map(|mut settled| {
            let labels = std::mem::take(&mut settled.meta.labels);
            settled.meta = new.meta.clone();
            settled.meta.labels = labels;
            settled
        })
        .unwrap_or(new)
}

/// A part of an object, as it is stored and as it is shown.
#[derive(Clone, Copy)]
struct Side<'a> {
    stored: Option<&'a Value>,
    shown: Option<&'a Value>,
}

impl Side<'_> {
    /// What is stored if this comes in the place of the old part.
    fn over(self, old: Side<'_>) -> Option<Value> {
        if self.shown == old.shown {
            return old.stored.cloned();
        }
        match (self.stored?, self.shown?, old.stored, old.shown) {
            (Value::Map(new), Value::Map(shown), Some(Value::Map(was)), Some(Value::Map(seen))) => {
                let keys = new.keys().chain(was.keys().filter(|key| !new.contains_key(*key)));
                let entries = keys.filter_map(|key| {
                    let new = Side { stored: new.get(key), shown: shown.get(key) };
                    let old = Side { stored: was.get(key), shown: seen.get(key) };
                    new.over(old).map(|value| (key.clone(), value))
                });
                Some(Value::Map(gather::<Entries, _>(entries)))
            }
            (
                Value::List(new),
                Value::List(shown),
                Some(Value::List(was)),
                Some(Value::List(seen)),
            ) => {
                let items =
                    new.iter().zip(shown).enumerate().filter_map(|(index, (new, shown))| {
                        let at = place(new, index, was);
                        // What showing added stands behind what is stored.
                        let added = || seen.iter().skip(was.len()).find(|one| *one == shown);
                        let old = Side {
                            stored: at.and_then(|at| was.get(at)),
                            shown: at.map_or_else(added, |at| seen.get(at)),
                        };
                        Side { stored: Some(new), shown: Some(shown) }.over(old)
                    });
                Some(Value::List(items.collect()))
            }
            (new, ..) => Some(new.clone()),
        }
    }
}

/// Where an item stood: by its name, or in the same place if it has none.
fn place(new: &Value, index: usize, was: &[Value]) -> Option<usize> {
    match new.at("name") {
        Some(name) => was.iter().position(|one| one.at("name") == Some(name)),
        None => Some(index),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(tree: &Value) -> Object {
        decode::whole(tree).expect("an object")
    }

    fn read(json: &str) -> Value {
        serde_json::from_str(json).expect("valid")
    }

    #[test]
    fn what_was_shown_comes_back_as_it_was_stored() {
        for json in [
            r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","namespace":"n",
                "uid":"00000000-0000-0000-0000-000000000001"},"spec":{"containers":
                [{"name":"c","image":"x:1"}],"volumes":[{"name":"v","secret":{}}]}}"#,
            r#"{"apiVersion":"v1","kind":"Service","metadata":{"name":"a","namespace":"n"},
                "spec":{"clusterIP":"10.96.0.9","type":"NodePort","ports":[{"port":80}]}}"#,
            r#"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"}}"#,
        ] {
            let old = object(&read(json));
            assert_eq!(inward(object(&outward(&old)), &old), old, "{json}");
        }
    }

    #[test]
    fn a_mount_that_showing_added_is_not_stored_with_one_that_changes() {
        let pod = |sub: &str| {
            object(&read(&format!(
                r#"{{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"a","namespace":"n"}},
                "spec":{{"containers":[{{"name":"c","image":"x","volumeMounts":
                [{{"name":"v","mountPath":"/v"{sub}}}]}}],
                "volumes":[{{"name":"v","emptyDir":{{}}}}]}}}}"#
            )))
        };
        let (old, wanted) = (pod(""), pod(r#","subPath":"dir""#));
        assert_eq!(inward(object(&outward(&wanted)), &old), wanted);
    }

    #[test]
    fn only_what_is_shown_otherwise_is_stored_otherwise() {
        let web = |more: &str, image: &str| {
            let text = format!(
                r#"{{"apiVersion":"apps/v1","kind":"Deployment","metadata":{{"name":"a",
                "namespace":"n"}},"spec":{{"template":{{"spec":{{{more}"containers":
                [{{"name":"b","image":"y"}},{{"name":"c","image":"{image}"}}]}}}}}}}}"#
            );
            object(&read(&text))
        };
        let plain = web("", "x:1");
        // A default that is given, and one that is no longer given, change nothing.
        let given = web(r#""dnsPolicy":"ClusterFirst","#, "x:1");
        assert_eq!(inward(given.clone(), &plain), plain);
        assert_eq!(inward(plain.clone(), &given), given);
        let mut shown = outward(&plain);
        let Value::Map(entries) = &mut shown else { panic!("an object is a map") };
        let path = ["spec", "template", "spec"];
        let spec = super::super::inside(entries, &path).expect("a spec");
        spec.insert("dnsPolicy".into(), Value::Str("None".into()));
        for container in super::super::each(spec, "containers").skip(1) {
            container.insert("image".into(), Value::Str("x:2".into()));
        }
        assert_eq!(inward(object(&shown), &plain), web(r#""dnsPolicy":"None","#, "x:2"));
    }
}
