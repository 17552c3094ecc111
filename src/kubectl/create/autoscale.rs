//! `kubectl autoscale`: an autoscaler for what can be scaled.
//!
//! Must not know that nothing scales by itself here. Invariant: the most is never below the
//! least.
//!
//! Models staging/src/k8s.io/kubectl/pkg/cmd/autoscale/autoscale.go

use serde_json::{Value as Json, json};

use crate::api::{Kind, Quantity};
use crate::kubectl::create::{make, required};
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::run::Stage;
use crate::kubectl::session::{DryRun, Session};
use crate::kubectl::target::{self, Info, Search};

/// `kubectl autoscale`.
pub(in crate::kubectl) fn autoscale(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    required(flags, "max")?;
    let (most, least) = (flags.number("max").unwrap_or(-1), flags.number("min").unwrap_or(-1));
    if most < 1 {
        return Err(plain(format!(
            "--max=MAXPODS is required and must be at least 1, max: {most}"
        )));
    }
    if most < least {
        return Err(plain(format!(
            "--max=MAXPODS must be larger or equal to --min=MINPODS, max: {most}, min: {least}"
        )));
    }
    let metrics = metrics(flags)?;
    let found = target::find(session, flags, &flags.args, Search::default())?;
    let (mut count, mut failures) = (0_u32, Vec::new());
    for info in found.infos {
        let result = info.and_then(|info| scale_one(session, flags, &info, &metrics));
        match result {
            Ok(()) => count += 1,
            Err(failure) => failures.push(failure),
        }
    }
    Failure::all(failures)?;
    if count == 0 {
        return Err(plain("no objects passed to autoscale"));
    }
    Ok(Stage::Ended)
}

fn scale_one(session: &mut Session<'_>, flags: &Flags, info: &Info, metrics: &[Json]) -> Done {
    session.live(info)?;
    let kind = info.mapping.kind;
    let is_scalable = matches!(
        kind,
        Kind::Deployment | Kind::ReplicaSet | Kind::ReplicationController | Kind::StatefulSet
    );
    if !is_scalable {
        return Err(plain(format!(
            "cannot autoscale a {}: could not find scale subresource for {}, Resource={} in \
             discovery information",
            info.mapping.name, info.mapping.api_version, info.mapping.plural
        )));
    }
    let mut spec = json!({
        "scaleTargetRef": {
            "apiVersion": &*info.mapping.api_version,
            "kind": &*info.mapping.name,
            "name": &*info.name,
        },
        "maxReplicas": flags.number("max").unwrap_or(1),
    });
    if let Some(least) = flags.number("min").filter(|least| *least > 0) {
        spec["minReplicas"] = least.into();
    }
    if !metrics.is_empty() {
        spec["metrics"] = metrics.into();
    }
    let name = flags.text("name").filter(|name| !name.is_empty()).unwrap_or(&info.name);
    let body = json!({"metadata": {"name": name}, "spec": spec});
    let is_sent = DryRun::of(flags)? != DryRun::Client;
    let done = if is_sent { "autoscaled" } else { "created" };
    make(session, flags, Kind::HorizontalPodAutoscaler, body, (done, "")).map(|_| ())
}

fn metrics(flags: &Flags) -> Done<Vec<Json>> {
    let mut metrics = Vec::new();
    let mut add = |name: &str, target: Json| {
        metrics.push(json!({"type": "Resource", "resource": {"name": name, "target": target}}));
    };
    let percent = flags.number("cpu-percent").unwrap_or(-1);
    let text = |name: &str| flags.text(name).filter(|text| !text.is_empty());
    if percent > 0 {
        if text("cpu").is_some() {
            return Err(plain("--cpu-percent and --cpu are mutually exclusive"));
        }
        add("cpu", json!({"type": "Utilization", "averageUtilization": percent}));
    }
    for (name, unit) in [("cpu", "m"), ("memory", "Mi")] {
        if let Some(input) = text(name) {
            add(name, target(name, input, unit)?);
        }
    }
    Ok(metrics)
}

/// Models staging/src/k8s.io/kubectl/pkg/cmd/autoscale/autoscale.go parseResourceInput
fn target(name: &str, input: &str, unit: &str) -> Done<Json> {
    let input = input.trim();
    if let Some(percent) = input.strip_suffix('%') {
        let number: u32 =
            percent.parse().map_err(|_| plain(format!("invalid percentage value: {percent}")))?;
        return Ok(json!({"type": "Utilization", "averageUtilization": number}));
    }
    let is_bare = !input.is_empty() && input.chars().all(|c| c.is_ascii_digit() || c == '.');
    let amount = if is_bare { format!("{input}{unit}") } else { input.to_owned() };
    let quantity: Result<Quantity, _> = serde_json::from_value(amount.as_str().into());
    match quantity {
        Ok(_) => Ok(json!({"type": "AverageValue", "averageValue": amount})),
        Err(_) => Err(plain(format!("invalid resource {name} value: {input}"))),
    }
}
