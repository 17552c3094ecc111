//! The derives beside serde's own, on the same declarations.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::api::container_state::ContainerState;
use crate::api::pod::{Pod, is_default};
use crate::api::tree::{FromTree, IntoTree};
use crate::api::{IntOrString, Quantity, Rest, Value, signed};
use crate::base::{Shared, SimTime, Str};

/// One declaration, derived by `$serialize` and `$deserialize`.
macro_rules! declared {
    ($module:ident: $serialize:path, $deserialize:path) => {
        mod $module {
            use super::*;
            use $deserialize as Read;
            use $serialize as Write;

            #[derive(Clone, Copy, PartialEq, Debug, Default, Write, Read)]
            pub(super) enum Phase {
                #[default]
                Pending,
                Running,
                Failed,
            }

            #[derive(Clone, PartialEq, Debug, Default, Write, Read)]
            #[serde(rename_all = "camelCase", default)]
            pub(super) struct Inner {
                pub(super) host_port: Option<u32>,
                #[serde(skip_serializing_if = "is_default")]
                pub(super) is_ready: bool,
                pub(super) phase: Phase,
                #[serde(flatten)]
                pub(super) rest: Rest,
            }

            #[derive(Clone, PartialEq, Debug, Default, Write, Read)]
            #[serde(rename_all = "camelCase", default)]
            pub(super) struct Outer {
                #[serde(rename = "podCIDR")]
                pub(super) pod_cidr: Str,
                #[serde(with = "signed", skip_serializing_if = "is_default")]
                pub(super) min_ready_seconds: u32,
                #[serde(skip_serializing_if = "Option::is_none")]
                pub(super) port: Option<IntOrString>,
                pub(super) list: Vec<Rc<Inner>>,
                pub(super) shared: Shared<Inner>,
                pub(super) amounts: BTreeMap<Str, Quantity>,
                pub(super) at: Option<SimTime>,
                #[serde(skip)]
                pub(super) unseen: u8,
            }
        }
    };
}

declared!(ours: crate::api::tree::Serialize, crate::api::tree::Deserialize);
declared!(theirs: serde::Serialize, serde::Deserialize);

fn value(json: &str) -> Value {
    serde_json::from_str(json).expect("valid")
}

/// As a tree holds it: keys without values are none.
fn without_nulls(json: &serde_json::Value) -> serde_json::Value {
    match json {
        serde_json::Value::Object(entries) => entries
            .iter()
            .filter(|(_, one)| !one.is_null())
            .map(|(key, one)| (key.clone(), without_nulls(one)))
            .collect(),
        serde_json::Value::Array(items) => items.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}

#[test]
fn a_type_reads_and_writes_as_serde_derives_it() {
    for json in [
        "{}",
        r#"{"podCIDR":"10.0.0.0/24","minReadySeconds":-3,"port":80,"at":"2026-01-01T00:00:05Z"}"#,
        r#"{"port":"http","list":[{"hostPort":1,"isReady":true,"phase":"Failed"},{"phase":"Running"}]}"#,
        r#"{"shared":{"odd":{"x":[1,1.5,null,"t",{"y":true,"z":null}]},"hostPort":7},"unknown":[2]}"#,
        r#"{"amounts":{"cpu":"500m","memory":3},"minReadySeconds":7,"podCIDR":null,"unseen":3}"#,
    ] {
        let tree: serde_json::Value = serde_json::from_str(json).expect("valid");
        let theirs: theirs::Outer = serde_json::from_value(without_nulls(&tree)).expect("it fits");
        let ours = ours::Outer::of(&value(json)).expect("it fits");
        assert_eq!(format!("{ours:?}"), format!("{theirs:?}"), "{json}");
        let written = serde_json::to_value(&theirs).expect("plain");
        assert_eq!(ours.write(), value(&without_nulls(&written).to_string()), "{json}");
        assert_eq!(ours::Outer::of(&ours.write()).expect("it fits"), ours, "{json}");
    }
}

#[test]
fn null_leaves_an_item_as_it_is_when_new() {
    let ours = ours::Outer::of(&value(r#"{"list":[null,{"hostPort":1}]}"#)).expect("it fits");
    let same = ours::Outer::of(&value(r#"{"list":[{},{"hostPort":1}]}"#)).expect("it fits");
    assert_eq!(ours, same);
    assert_eq!(Vec::<crate::base::Str>::of(&value("[null]")).expect("it fits"), [""]);
}

#[test]
fn a_misfit_is_told_as_serde_tells_it() {
    for json in [
        r#"{"list":7}"#,
        r#"{"list":{}}"#,
        r#"{"list":["x"]}"#,
        r#"{"podCIDR":[1]}"#,
        r#"{"podCIDR":1.5}"#,
        r#"{"minReadySeconds":"x"}"#,
        r#"{"minReadySeconds":1.5}"#,
        r#"{"shared":{"hostPort":-1}}"#,
        r#"{"shared":{"hostPort":5000000000}}"#,
        r#"{"shared":{"isReady":{}}}"#,
        r#"{"shared":{"phase":7}}"#,
        r#"{"shared":{"phase":"Lost"}}"#,
        r#"{"shared":true}"#,
        r#"{"amounts":[]}"#,
        r#"{"amounts":{"cpu":"lots"}}"#,
        r#"{"port":[]}"#,
        r#"{"at":"yesterday"}"#,
        "7",
    ] {
        let tree: serde_json::Value = serde_json::from_str(json).expect("valid");
        let theirs = serde_json::from_value::<theirs::Outer>(tree).expect_err("no fit");
        let ours = ours::Outer::of(&value(json)).expect_err("no fit");
        assert_eq!(ours.to_string(), theirs.to_string(), "{json}");
    }
}

#[test]
fn any_format_of_serde_reads_and_writes_by_trees() {
    let json = r#"{"spec":{"containers":[{"image":"a","name":"b","odd":{"x":[1,{"y":true}]}}],
        "priority":-7},"status":{"phase":"Running"}}"#;
    let pod: Pod = serde_json::from_str(json).expect("it fits");
    assert_eq!(pod, Pod::of(&value(json)).expect("it fits"));
    let again: Pod =
        serde_json::from_str(&serde_json::to_string(&pod).expect("plain")).expect("it fits");
    assert_eq!(again, pod);
}

#[test]
fn variants_stand_under_their_names_and_numbers_or_words_as_they_are() {
    let state = ContainerState::waiting("PodInitializing");
    let json = r#"{"waiting":{"reason":"PodInitializing"}}"#;
    assert_eq!(state.write(), value(json));
    assert_eq!(ContainerState::of(&value(json)).expect("it fits"), state);
    for port in [IntOrString::Int(80), IntOrString::Str("http".into())] {
        assert_eq!(IntOrString::of(&port.write()).expect("it fits"), port);
    }
}
