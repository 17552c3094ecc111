//! What the API server says of manifests, rule by rule.
//!
//! Must not know how a rule is looked up. Invariant: each manifest is one that people write, and
//! what is said of it is said by upstream's code.

use crate::api::validation::validate_create;
use crate::api::{FieldError, Object, decode, defaults};
use crate::text::parse;

fn object(yaml: &str) -> Object {
    let parsed = parse(yaml);
    let root = parsed.documents[0].root.as_ref().expect("it can be read");
    let mut object = decode::strict(&decode::plain(root)).expect("it can be decoded");
    object.meta.namespace = if object.is_namespaced() { "default".into() } else { "".into() };
    defaults::fill(&mut object);
    object
}

fn said(errors: &[FieldError]) -> Vec<String> {
    errors.iter().map(FieldError::to_string).collect()
}

/// What is said of a Pod with these fields in its spec, beside a container.
fn of_pod(spec: &str) -> Vec<String> {
    let head = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  ";
    let more = if spec.contains("containers:") { "" } else { "containers: [{name: c, image: i}]" };
    said(&validate_create(&object(&format!("{head}{more}\n{}\n", indented(spec)))))
}

fn indented(lines: &str) -> String {
    lines.lines().map(|line| format!("  {}\n", line.trim_start())).collect()
}

#[test]
fn a_template_on_the_nodes_network_may_leave_its_ports_to_its_pods() {
    let head = "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: d}\nspec: {selector: \
                {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {hostNetwork: \
                true, restartPolicy: Foo, containers: [{name: c, image: i, ports: [";
    let of = |port: &str| said(&validate_create(&object(&format!("{head}{port}]}}]}}}}}}\n"))));
    let policy = "spec.template.spec.restartPolicy: Unsupported value: \"Foo\": supported values: \
                  \"Always\", \"OnFailure\", \"Never\"";
    assert_eq!(of("{containerPort: 9100}")[0], policy);
    let other = "spec.template.spec.containers[0].ports[0].hostPort: Invalid value: 81: must match \
                 `containerPort` when `hostNetwork` is true";
    assert_eq!(of("{containerPort: 80, hostPort: 81}")[..2], [other, policy]);
    let ports = |port: &str| {
        of_pod(&format!("hostNetwork: true\ncontainers: [{{name: c, image: i, ports: [{port}]}}]"))
    };
    assert_eq!(ports("{containerPort: 80}"), [""; 0]);
    assert_eq!(ports("{containerPort: 80, hostPort: 81}"), [other.replace("template.spec.", "")]);
}
