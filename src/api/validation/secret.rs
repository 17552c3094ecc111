//! Secrets.
//!
//! Must not know who reads them. Invariant: a Secret keeps its type, and an immutable one its
//! data.
//!
//! Models pkg/apis/core/validation/validation.go ValidateSecret

use crate::api::object::OtherObject;
use crate::api::validation::json;
use crate::api::validation::names::config_key;
use crate::api::validation::path::{Path, Report};
use crate::api::{Meta, Value};
use crate::base::{Str, base64};

const SIZE_MAX: usize = 1024 * 1024;
const SSH: &str = "kubernetes.io/ssh-auth";
const ACCOUNT: &str = "kubernetes.io/service-account-token";
const ACCOUNT_NAME: &str = "kubernetes.io/service-account.name";

/// The keys of which a type needs all, or one at least.
const NEEDED: [(&str, &[&str], bool); 5] = [
    ("kubernetes.io/dockercfg", &[".dockercfg"], true),
    ("kubernetes.io/dockerconfigjson", &[".dockerconfigjson"], true),
    ("kubernetes.io/basic-auth", &["username", "password"], false),
    (SSH, &["ssh-privatekey"], true),
    ("kubernetes.io/tls", &["tls.crt", "tls.key"], true),
];

fn type_of(secret: &OtherObject) -> &str {
    secret.content.at("type").and_then(Value::as_str).unwrap_or("Opaque")
}

/// Keys, size, and what the type needs.
pub(super) fn check(meta: &Meta, secret: &OtherObject, report: &mut Report) {
    let path = Path::root("data");
    let mut size = 0;
    if let Some(Value::Map(data)) = secret.content.at("data") {
        for (key, value) in data {
            report.all_invalid(&path.key(key), key, config_key(key));
            size += value.as_str().map_or(0, |text| text.trim_end_matches('=').len() * 3 / 4);
        }
    }
    if size > SIZE_MAX {
        report.too_long(&path, SIZE_MAX);
    }
    let kind = type_of(secret);
    if kind == ACCOUNT && meta.annotation(ACCOUNT_NAME).is_none_or(Str::is_empty) {
        let at = Path::root("metadata");
        report.required(&at.child("annotations").key(ACCOUNT_NAME), "");
    }
    let Some((_, keys, all)) = NEEDED.iter().find(|one| one.0 == kind) else { return };
    let value = |key: &str| secret.content.at("data").and_then(|data| data.at(key));
    let has = |key: &&str| match value(key) {
        Some(text) => kind != SSH || text.as_str() != Some(""),
        None => false,
    };
    if *all || !keys.iter().any(has) {
        for key in keys.iter().filter(|key| !has(key)) {
            report.required(&path.key(key), "");
        }
    }
    if let (true, Some(Value::Str(text))) =
        (kind.starts_with("kubernetes.io/docker"), value(keys[0]))
        && let Some(detail) = json::no_object(&base64::decode(text))
    {
        report.invalid(&path.key(keys[0]), "<secret contents redacted>", &detail);
    }
}

/// Models pkg/apis/core/validation/validation.go ValidateSecretUpdate
pub(super) fn check_update(new: &OtherObject, old: &OtherObject, report: &mut Report) {
    let (kind, before) = (type_of(new), type_of(old));
    report.immutable(&Path::root("type"), kind == before, || crate::api::go::quoted(kind));
    let is_fixed = |one: &OtherObject| one.content.at("immutable") == Some(&Value::Bool(true));
    if !is_fixed(old) {
        return;
    }
    let detail = "field is immutable when `immutable` is set";
    if !is_fixed(new) {
        report.forbidden(&Path::root("immutable"), detail);
    }
    if new.content.at("data") != old.content.at("data") {
        report.forbidden(&Path::root("data"), detail);
    }
}

#[cfg(test)]
mod tests {
    use crate::api::validation::{validate_create, validate_update};
    use crate::api::{FieldError, Object, Value, decode, defaults, encode};

    fn secret(fields: &str) -> Object {
        let text = format!(
            "{{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{{\"name\":\"s\",\
             \"namespace\":\"d\"}},{fields}}}"
        );
        let tree: Value = serde_json::from_str(&text).expect("valid");
        let mut object = decode::strict(&tree).expect("an object");
        defaults::fill(&mut object);
        object
    }

    fn told(errors: &[FieldError]) -> String {
        errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn text_in_clear_becomes_data() {
        let made = secret(r#""data":{"a":"eA==","b":"eA=="},"stringData":{"a":"b"}"#);
        let tree = encode::encode(&made);
        let at = |path: &[&str]| path.iter().try_fold(&tree, |tree, key| tree.at(key)).cloned();
        assert_eq!(at(&["data", "a"]), Some(Value::Str("Yg==".into())));
        assert_eq!(at(&["data", "b"]), Some(Value::Str("eA==".into())));
        assert_eq!(at(&["stringData"]), None);
        assert_eq!(at(&["type"]), Some(Value::Str("Opaque".into())));
    }

    #[test]
    fn a_secret_keeps_its_type_and_an_immutable_one_its_data() {
        let old = secret(r#""immutable":true,"data":{"a":"eA=="}"#);
        let new = secret(r#""type":"x","data":{}"#);
        assert_eq!(
            told(&validate_update(&new, &old)),
            "type: Invalid value: \"x\": field is immutable; immutable: Forbidden: field is \
             immutable when `immutable` is set; data: Forbidden: field is immutable when \
             `immutable` is set"
        );
    }

    #[test]
    fn some_types_need_their_keys() {
        let tls = secret(r#""type":"kubernetes.io/tls","stringData":{"tls.crt":"x"}"#);
        assert_eq!(told(&validate_create(&tls)), "data[tls.key]: Required value");
        let user = secret(r#""type":"kubernetes.io/basic-auth","stringData":{"username":"x"}"#);
        assert_eq!(told(&validate_create(&user)), "");
        let nobody = secret(r#""type":"kubernetes.io/basic-auth""#);
        assert_eq!(
            told(&validate_create(&nobody)),
            "data[username]: Required value; data[password]: Required value"
        );
    }
}
