//! A container's environment, resolved as the kubelet does when it starts the container.
//!
//! Must not know processes. Invariant: a value that can't be resolved is left out.

use crate::api::pod::{Container, EnvVar};
use crate::api::{Body, Kind, Object, Value};
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

/// Why a container's environment can't be made: the first ConfigMap, Secret or key that it needs
/// and that is not there.
///
/// Models pkg/kubelet/kubelet_pods.go makeEnvironmentVariables
pub(super) fn error(object: &Object, container: &Container, view: &View) -> Option<String> {
    let namespace = &object.meta.namespace;
    let from = match container.rest.get("envFrom") {
        Some(Value::List(sources)) => sources.as_slice(),
        _ => &[],
    };
    let whole = from.iter().find_map(|source| {
        let one = Source::of(source, "configMapRef", "secretRef")?;
        one.error(namespace, None, view)
    });
    whole.or_else(|| {
        container.env.iter().find_map(|variable| {
            let source = variable.value_from.as_ref()?;
            if let Some(one) = &source.config_map_key_ref {
                let is_optional = one.optional == Some(true);
                let source = Source { kind: Kind::ConfigMap, name: &one.name, is_optional };
                return source.error(namespace, Some(&one.key), view);
            }
            let one = source.rest.get("secretKeyRef")?;
            let key = one.at("key").and_then(Value::as_str);
            Source::read(one, Kind::Secret, "name").error(namespace, key, view)
        })
    })
}

/// A ConfigMap or a Secret that is needed.
pub(super) struct Source<'a> {
    pub(super) kind: Kind,
    name: &'a str,
    pub(super) is_optional: bool,
}

impl<'a> Source<'a> {
    /// What one of two fields names.
    pub(super) fn of(value: &'a Value, map: &str, secret: &str) -> Option<Source<'a>> {
        let map = value.at(map).map(|one| Source::read(one, Kind::ConfigMap, "name"));
        map.or_else(|| Some(Source::read(value.at(secret)?, Kind::Secret, "name")))
    }

    pub(super) fn read(value: &'a Value, kind: Kind, field: &str) -> Source<'a> {
        Source {
            kind,
            name: value.at(field).and_then(Value::as_str).unwrap_or_default(),
            is_optional: value.at("optional") == Some(&Value::Bool(true)),
        }
    }

    /// Why it is of no use, unless it need not be there.
    fn error(&self, namespace: &str, key: Option<&str>, view: &View) -> Option<String> {
        if self.is_optional {
            return None;
        }
        let Some(has) = self.find(namespace, view) else { return Some(self.missing()) };
        let key = key.filter(|key| !has(key))?;
        let kind = self.kind.facts().name;
        Some(format!("couldn't find key {key} in {kind} {namespace}/{}", self.name))
    }

    /// That it is not there.
    pub(super) fn missing(&self) -> String {
        format!("{} \"{}\" not found", self.kind.facts().name.to_lowercase(), self.name)
    }

    /// Whether it has a key, if it is there.
    pub(super) fn find<'b>(
        &self,
        namespace: &str,
        view: &'b View,
    ) -> Option<impl Fn(&str) -> bool + 'b> {
        let object = view.named(self.kind, namespace, self.name);
        // Every namespace has the root certificate.
        let is_root = self.kind == Kind::ConfigMap && self.name == "kube-root-ca.crt";
        (object.is_some() || is_root).then_some(move |key: &str| match object.map(|o| &o.body) {
            Some(Body::ConfigMap(map)) => {
                let binary = map.rest.get("binaryData").and_then(|data| data.at(key));
                map.data.contains_key(key) || binary.is_some()
            }
            Some(Body::Other(other)) => {
                other.content.at("data").is_some_and(|data| data.at(key).is_some())
            }
            Some(_) => false,
            None => key == "ca.crt",
        })
    }
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
pub(super) fn expand(text: &str, before: &[(Str, Str)]) -> Str {
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
