//! `kubectl expose`: a Service in front of what is there.
//!
//! Must not know how requests are routed. Invariant: the Service selects what the exposed
//! object selects.
//!
//! Models staging/src/k8s.io/kubectl/pkg/cmd/expose/expose.go

use serde_json::{Map, Value as Json, json};

use crate::api::{Kind, Value};
use crate::kubectl::create::{int_or_text, labels, make};
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::run::Stage;
use crate::kubectl::session::{Session, tree_of};
use crate::kubectl::target::{self, Info, Search};
use crate::kubectl::template;
use crate::kubectl::tree;

/// `kubectl expose`.
pub(in crate::kubectl) fn expose(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    // The selector of the Service is no selector of objects.
    let found = target::find(session, &flags.without("selector"), &flags.args, Search::default())?;
    let mut failures = Vec::new();
    for info in found.infos {
        failures.extend(info.and_then(|info| expose_one(session, flags, &info)).err());
    }
    Failure::all(failures).map(|()| Stage::Ended)
}

/// Letters that the name of a Service may have.
const NAME_MAX: usize = 63;

fn expose_one(session: &mut Session<'_>, flags: &Flags, info: &Info) -> Done {
    let object = session.live(info)?;
    let kind = info.mapping.kind;
    let is_possible = matches!(
        kind,
        Kind::ReplicationController
            | Kind::Service
            | Kind::Pod
            | Kind::Deployment
            | Kind::ReplicaSet
    );
    if !is_possible {
        let name = match info.mapping.group() {
            "" => info.mapping.name.to_string(),
            group => format!("{}.{group}", info.mapping.name),
        };
        return Err(plain(format!("cannot expose a {name}")));
    }
    let whole = tree_of(&object);
    let text = |name: &str| flags.text(name).unwrap_or_default();
    let selector = match text("selector") {
        "" => selector_of(kind, &whole).map_err(|why| {
            plain(format!(
                "couldn't retrieve selectors via --selector flag or introspection: {why}"
            ))
        })?,
        given => labels(given)?,
    };
    let labels = match text("labels") {
        "" => json_at(&whole, &["metadata", "labels"]),
        given => Some(labels(given)?),
    };
    let ports = ports(flags, kind, &whole)?;
    let mut spec = json!({"selector": selector});
    if !ports.is_empty() {
        spec["ports"] = ports.into();
    }
    details(flags, &mut spec)?;
    let own: &str = info.name.get(..NAME_MAX).unwrap_or(&info.name);
    let name = if text("name").is_empty() { own } else { text("name") };
    let mut body = json!({"metadata": {"name": name}, "spec": spec});
    if let Some(labels) = labels {
        body["metadata"]["labels"] = labels;
    }
    make(session, flags, Kind::Service, body, ("exposed", "")).map(|_| ())
}

fn details(flags: &Flags, spec: &mut Json) -> Done {
    let text = |name: &str| flags.text(name).filter(|text| !text.is_empty());
    if let Some(kind) = text("type") {
        spec["type"] = kind.into();
    }
    if let Some(address) = text("external-ip") {
        spec["externalIPs"] = json!([address]);
    }
    if let Some(address) = text("load-balancer-ip").filter(|_| text("type") == Some("LoadBalancer"))
    {
        spec["loadBalancerIP"] = address.into();
    }
    if let Some(address) = text("cluster-ip") {
        spec["clusterIP"] = address.into();
    }
    match text("session-affinity") {
        None => Ok(()),
        Some(affinity @ ("None" | "ClientIP")) => {
            spec["sessionAffinity"] = affinity.into();
            Ok(())
        }
        Some(other) => Err(plain(format!("unknown session affinity: {other}"))),
    }
}

fn json_at(whole: &Value, path: &[&str]) -> Option<Json> {
    tree::at(whole, path).and_then(|found| serde_json::to_value(found).ok())
}

/// Models staging/src/k8s.io/kubectl/pkg/polymorphichelpers/mapbasedselectorforobject.go
fn selector_of(kind: Kind, whole: &Value) -> Result<Json, String> {
    let is_some = |json: &Json| json.as_object().is_some_and(|map| !map.is_empty());
    let (path, missing): (&[&str], &str) = match kind {
        Kind::Pod => (&["metadata", "labels"], "the pod has no labels and cannot be exposed"),
        Kind::Service => (&["spec", "selector"], "the service has no pod selector set"),
        Kind::ReplicationController => (&["spec", "selector"], "selector must be specified"),
        Kind::Deployment => (
            &["spec", "selector", "matchLabels"],
            "invalid deployment: no selectors, therefore cannot be exposed",
        ),
        _ => (
            &["spec", "selector", "matchLabels"],
            "invalid replicaset: no selectors, therefore cannot be exposed",
        ),
    };
    if let Some(Value::List(expressions)) =
        tree::at(whole, &["spec", "selector", "matchExpressions"])
    {
        let shown: Vec<String> = expressions
            .iter()
            .map(|one| {
                let text = |key: &str| tree::text(one, &[key]).unwrap_or_default().to_owned();
                let values = match one.at("values") {
                    Some(Value::List(values)) => {
                        values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
                    }
                    _ => String::new(),
                };
                format!("{{Key:{} Operator:{} Values:[{values}]}}", text("key"), text("operator"))
            })
            .collect();
        return Err(format!(
            "couldn't convert expressions - \"[{}]\" to map-based selector format",
            shown.join(" ")
        ));
    }
    json_at(whole, path).filter(is_some).ok_or_else(|| missing.to_owned())
}

/// The ports of the exposed object as number and protocol.
///
/// Models staging/src/k8s.io/kubectl/pkg/polymorphichelpers/portsforobject.go
fn ports_of(kind: Kind, whole: &Value) -> Vec<(i64, String)> {
    let found = |list: &Value, key: &str| -> Vec<(i64, String)> {
        let Value::List(ports) = list else { return Vec::new() };
        let protocol = |one: &Value| tree::text(one, &["protocol"]).unwrap_or("TCP").to_owned();
        ports.iter().filter_map(|one| Some((tree::number(one, &[key])?, protocol(one)))).collect()
    };
    if kind == Kind::Service {
        return tree::at(whole, &["spec", "ports"])
            .map(|one| found(one, "port"))
            .unwrap_or_default();
    }
    let spec = template::pod_spec(kind).and_then(|path| tree::at(whole, path));
    let Some(Value::List(containers)) = spec.and_then(|spec| spec.at("containers")) else {
        return Vec::new();
    };
    let lists = containers.iter().filter_map(|one| one.at("ports"));
    lists.flat_map(|list| found(list, "containerPort")).collect()
}

fn ports(flags: &Flags, kind: Kind, whole: &Value) -> Done<Vec<Json>> {
    let text = |name: &str| flags.text(name).unwrap_or_default();
    let known = ports_of(kind, whole);
    let mut numbers: Vec<String> = Vec::new();
    if text("port").is_empty() {
        for (number, _) in &known {
            if !numbers.contains(&number.to_string()) {
                numbers.push(number.to_string());
            }
        }
        if numbers.is_empty() && text("cluster-ip") != "None" {
            return Err(plain("couldn't find port via --port flag or introspection"));
        }
    } else {
        numbers.extend(text("port").split(',').map(str::to_owned));
    }
    let is_several = numbers.len() > 1;
    let mut ports = Vec::new();
    for (index, text_of_number) in numbers.iter().enumerate() {
        let number: i32 = text_of_number.parse().map_err(|_| {
            plain(format!("strconv.Atoi: parsing \"{text_of_number}\": invalid syntax"))
        })?;
        let name = format!("port-{}", index + 1);
        let own: Vec<&str> = known
            .iter()
            .filter(|(one, _)| *one == i64::from(number))
            .map(|(_, protocol)| protocol.as_str())
            .collect();
        let protocols = match (text("protocol"), own.as_slice()) {
            ("", []) => vec!["TCP"],
            ("", own) => own.to_vec(),
            (given, _) => vec![given],
        };
        for protocol in &protocols {
            let mut port = Map::new();
            if protocols.len() > 1 {
                let name = format!("{name}-{}", protocol.to_lowercase());
                port.insert("name".to_owned(), name.into());
            } else if is_several {
                port.insert("name".to_owned(), name.as_str().into());
            }
            port.insert("port".to_owned(), number.into());
            port.insert("protocol".to_owned(), (*protocol).into());
            let target = text("target-port");
            let target = if target.is_empty() { number.into() } else { int_or_text(target) };
            port.insert("targetPort".to_owned(), target);
            ports.push(port.into());
        }
    }
    Ok(ports)
}
