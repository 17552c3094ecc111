//! Objects of a real 1.36 cluster: read, written, defaulted and validated.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use podium::api::decode::{self, DecodeError};
use podium::api::encode::{encode, from_json};
use podium::api::validation::validate_create;
use podium::api::{Body, FieldError, Value, defaults};
use podium::text::parse;

fn recorded() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/objects");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder is there").flatten() {
        let text = fs::read_to_string(entry.path()).expect("the file can be read");
        let objects: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
        let Value::List(objects) = from_json(objects) else { panic!("it is a list") };
        let name = entry.file_name().to_string_lossy().into_owned();
        found.extend(objects.into_iter().map(|one| (name.clone(), one)));
    }
    assert!(found.len() > 60, "there are objects to look at: {}", found.len());
    found
}

/// Every place where two trees differ.
fn differences(path: &str, one: &Value, other: &Value, found: &mut Vec<String>) {
    match (one, other) {
        (Value::Map(one), Value::Map(other)) => {
            let keys: std::collections::BTreeSet<_> = one.keys().chain(other.keys()).collect();
            for key in keys {
                let at = format!("{path}.{key}");
                match (one.get(key), other.get(key)) {
                    (Some(one), Some(other)) => differences(&at, one, other, found),
                    (Some(one), None) => found.push(format!("{at}: {one:?} is missing")),
                    (None, Some(other)) => found.push(format!("{at}: {other:?} is too much")),
                    (None, None) => {}
                }
            }
        }
        (Value::List(one), Value::List(other)) if one.len() == other.len() => {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                differences(&format!("{path}[{index}]"), one, other, found);
            }
        }
        (one, other) if one == other => {}
        (one, other) => found.push(format!("{path}: {other:?} instead of {one:?}")),
    }
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Map(entries) => Value::Map(
            entries
                .iter()
                .filter(|(_, value)| **value != Value::Null)
                .map(|(key, value)| (key.clone(), without_nulls(value)))
                .collect(),
        ),
        Value::List(items) => Value::List(items.iter().map(without_nulls).collect()),
        scalar => scalar.clone(),
    }
}

/// A report with one line for each kind of difference.
#[allow(clippy::needless_pass_by_value, reason = "what was found ends here")]
fn assert_none(found: BTreeMap<String, u32>) {
    let lines: Vec<String> =
        found.iter().map(|(text, count)| format!("{count:4} × {text}")).collect();
    assert!(lines.is_empty(), "{}", lines.join("\n"));
}

fn general(text: &str) -> String {
    let path = text.split(": ").next().unwrap_or_default();
    let plain: String = path.chars().filter(|c| !c.is_ascii_digit()).collect();
    format!("{plain}: {}", text.split_once(": ").map_or("", |(_, rest)| rest))
}

/// Takes away what the engine tells of an object only when it is shown.
fn without_told(tree: &mut Value) {
    let Value::Map(entries) = tree else { return };
    entries.remove("status");
    if let Some(Value::Map(spec)) = entries.get_mut("spec")
        && let Some(Value::Map(claim)) = spec.get_mut("claimRef")
    {
        for key in ["apiVersion", "kind", "resourceVersion"] {
            claim.remove(key);
        }
    }
    for key in ["endpoints", "ports"] {
        if entries.get(key) == Some(&Value::List(Vec::new())) {
            entries.remove(key);
        }
    }
}

#[test]
fn what_a_real_cluster_wrote_is_written_the_same() {
    let mut found = BTreeMap::new();
    for (_, tree) in recorded() {
        let kind = tree.at("kind").and_then(Value::as_str).unwrap_or_default().to_owned();
        let object = decode::strict(&tree).unwrap_or_else(|error| panic!("{kind}: {error}"));
        let mut differing = Vec::new();
        let (mut theirs, mut ours) = (without_nulls(&tree), without_nulls(&encode(&object)));
        for tree in [&mut theirs, &mut ours] {
            without_told(tree);
        }
        differences(&kind, &theirs, &ours, &mut differing);
        for one in differing {
            *found.entry(general(&one)).or_default() += 1;
        }
    }
    assert_none(found);
}

#[test]
fn defaults_are_those_of_a_real_cluster() {
    // What the store and admission add to a Service or a claim.
    let given = [
        ".clusterIP",
        ".clusterIPs",
        ".ipFamilies",
        ".ipFamilyPolicy",
        ".volumeName",
        ".nodePort",
        ".storageClassName",
        ".claimRef.apiVersion",
        ".claimRef.kind",
        ".claimRef.resourceVersion",
        ".claimRef.uid",
        ".claimRef",
        // Patched after it was applied.
        "PodDisruptionBudget.minAvailable",
    ];
    let mut found = BTreeMap::new();
    let mut compared = 0;
    for (_, tree) in recorded() {
        let kind = tree.at("kind").and_then(Value::as_str).unwrap_or_default().to_owned();
        let annotations = tree.at("metadata").and_then(|meta| meta.at("annotations"));
        let key = "kubectl.kubernetes.io/last-applied-configuration";
        let Some(written) = annotations.and_then(|one| one.at(key)).and_then(Value::as_str) else {
            continue;
        };
        let written = from_json(serde_json::from_str(written).expect("it is JSON"));
        if written.at("kind") != tree.at("kind") {
            continue;
        }
        let mut object = decode::strict(&written).expect("it was accepted");
        defaults::fill(&mut object);
        let ours = encode(&object);
        let (Some(ours), Some(theirs)) = (ours.at("spec"), tree.at("spec")) else { continue };
        // Commands after the last apply have changed these.
        let mut theirs = theirs.clone();
        for (key, value) in [("replicas", ours.at("replicas"))] {
            if let (Value::Map(spec), Some(value)) = (&mut theirs, value) {
                spec.insert(key.into(), value.clone());
            }
        }
        compared += 1;
        let mut differing = Vec::new();
        differences(&kind, &without_nulls(&theirs), &without_nulls(ours), &mut differing);
        for one in differing {
            let path = one.split(": ").next().unwrap_or_default();
            let is_given = given.iter().any(|end| path.ends_with(end));
            let is_image = path.rsplit_once('.').is_some_and(|(_, end)| end == "image");
            if !is_given && !is_image {
                *found.entry(general(&one)).or_default() += 1;
            }
        }
    }
    assert!(compared > 20, "{compared}");
    assert_none(found);
}

/// What kubectl prints about a manifest that the server refuses.
fn said(manifest: &str) -> String {
    let parsed = parse(manifest);
    let Some(root) = parsed.documents.iter().find_map(|one| one.root.as_ref()) else {
        return String::new();
    };
    let mut tree = decode::plain(root);
    if let Value::Map(entries) = &mut tree
        && let Some(Value::Map(meta)) = entries.get_mut("metadata")
    {
        meta.entry("namespace".into()).or_insert(Value::Str("s20-kubectl-errors-r1".into()));
    }
    let mut object = match decode::strict(&tree) {
        Err(DecodeError::Unfit(text)) => {
            return format!(
                "Error from server (BadRequest): error when creating \"STDIN\": {text}"
            );
        }
        Err(error) => return error.to_string(),
        Ok(object) => object,
    };
    defaults::fill(&mut object);
    let errors = validate_create(&object);
    let head = format!("The {} \"{}\" is invalid: ", object.kind().name(), object.meta.name);
    match errors.as_slice() {
        [] => String::new(),
        [one] => format!("{head}{one}"),
        many => {
            let lines: Vec<String> = many.iter().map(|one| format!("* {one}")).collect();
            format!("{head}\n{}", lines.join("\n"))
        }
    }
}

#[test]
fn what_a_real_server_refused_is_refused_in_its_words() {
    let path = "tests/conformance/20_kubectl_errors.r1.json";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = fs::read_to_string(path).expect("the trace is there");
    let trace: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    let mut compared = 0;
    for step in trace["steps"].as_array().expect("there are steps") {
        let manifest = step["stdin"].as_str().or(step["manifest"].as_str()).unwrap_or_default();
        let stderr = step["stderr"].as_str().unwrap_or_default().trim_end();
        let is_ours = stderr.contains(" is invalid: ") || stderr.contains("cannot be handled as");
        // Updates are another matter: they need what was there before.
        let is_update = stderr.contains("Forbidden: updates to statefulset")
            || stderr.contains("field is immutable")
            || stderr.contains("status.capacity");
        if is_ours && !is_update {
            compared += 1;
            assert_eq!(said(manifest), stderr, "step {}", step["i"]);
        } else if stderr.is_empty() && !manifest.is_empty() {
            assert_eq!(said(manifest), "", "step {}", step["i"]);
        }
    }
    assert!(compared > 30, "{compared}");
}

#[test]
fn what_a_real_cluster_holds_is_valid() {
    for (name, tree) in recorded() {
        let object = decode::strict(&tree).expect("it was accepted");
        let errors: Vec<String> =
            validate_create(&object).iter().map(FieldError::to_string).collect();
        // A living Pod's spec has what only a living Pod may have.
        if !matches!(object.body, Body::EndpointSlice(_)) {
            assert!(errors.is_empty(), "{name}: {}: {errors:?}", object.meta.name);
        }
    }
}
