//! A container's environment, resolved as the kubelet does when it starts the container.
//!
//! Must not know processes. Invariant: a value that can't be resolved is left out.

use crate::api::pod::{Container, EnvVar};
use crate::api::{Kind, Object};
use crate::base::Str;
use crate::server::View;

/// The environment of a Pod's container.
///
/// Models pkg/kubelet/kubelet_pods.go makeEnvironmentVariables
pub fn of(object: &Object, container: &Container, view: &View) -> Vec<(Str, Str)> {
    let mut resolved: Vec<(Str, Str)> = Vec::new();
    for variable in &container.env {
        if let Some(value) = value_of(object, variable, view, &resolved) {
            resolved.push((variable.name.clone(), value));
        }
    }
    resolved
}

fn value_of(object: &Object, variable: &EnvVar, view: &View, before: &[(Str, Str)]) -> Option<Str> {
    let Some(source) = &variable.value_from else {
        return Some(expand(variable.value.as_deref().unwrap_or_default(), before));
    };
    if let Some(field) = &source.field_ref {
        return field_of(object, &field.field_path);
    }
    let key = source.config_map_key_ref.as_ref()?;
    let map = view.named(Kind::ConfigMap, &object.meta.namespace, &key.name)?;
    map.config_map()?.data.get(&key.key).cloned()
}

/// Replaces `$(NAME)` by variables that stand earlier; `$$` stands for `$`.
///
/// Models third_party/forked/golang/expansion/expand.go Expand
fn expand(text: &str, before: &[(Str, Str)]) -> Str {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some((name, after)) =
            rest.strip_prefix('(').and_then(|inner| inner.split_once(')'))
        {
            match before.iter().rev().find(|(known, _)| **known == *name) {
                Some((_, value)) => out.push_str(value),
                None => out.extend(["$(", name, ")"]),
            }
            rest = after;
        } else {
            out.push('$');
        }
    }
    out.push_str(rest);
    out.into()
}

/// Models pkg/fieldpath/fieldpath.go ExtractFieldPathAsString and
/// pkg/kubelet/kubelet_pods.go podFieldSelectorRuntimeValue
fn field_of(object: &Object, path: &str) -> Option<Str> {
    let pod = object.pod()?;
    let meta = &object.meta;
    let subscript = |prefix: &str| {
        path.strip_prefix(prefix)?.strip_prefix("['")?.strip_suffix("']").map(str::to_owned)
    };
    if let Some(key) = subscript("metadata.labels") {
        return Some(meta.label(&key).cloned().unwrap_or_else(|| "".into()));
    }
    if let Some(key) = subscript("metadata.annotations") {
        return Some(meta.annotation(&key).cloned().unwrap_or_else(|| "".into()));
    }
    Some(match path {
        "metadata.name" => meta.name.clone(),
        "metadata.namespace" => meta.namespace.clone(),
        "metadata.uid" => meta.uid.to_string().into(),
        "spec.nodeName" => pod.spec.node_name.clone()?,
        "spec.serviceAccountName" => "default".into(),
        "status.podIP" | "status.podIPs" => pod.status.pod_ip.clone()?,
        "status.hostIP" | "status.hostIPs" => pod.status.host_ip.clone()?,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earlier_variables_are_expanded_and_unknown_ones_left() {
        let before = vec![(Str::from("A"), Str::from("1"))];
        assert_eq!(&*expand("x$(A)-$(B)-$$(A)$", &before), "x1-$(B)-$(A)$");
    }
}
