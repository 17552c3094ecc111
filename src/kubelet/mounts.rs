//! Volumes that are made of ConfigMaps and Secrets: what is missing, and when it is looked for
//! again.
//!
//! Must not know containers. Invariant: a volume that need not be there never keeps a Pod
//! waiting.

use crate::api::pod::Volume;
use crate::api::{Kind, Object, Value};
use crate::base::{SimTime, Str};
use crate::kubelet::environment::Source;
use crate::kubelet::worker::{Activity, Surroundings, Worker};
use crate::server::{EventNote, View};

/// How long after a failure a volume is tried again, the first time and at most.
///
/// Models pkg/util/goroutinemap/exponentialbackoff/exponential_backoff.go Update
const RETRY_US: u64 = 500_000;
const RETRY_MAX_US: u64 = 122_000_000;

/// The volumes of a Pod that can't be made, with the reason of each.
fn errors(object: &Object, view: &View) -> Vec<(Str, String)> {
    let volumes = object.pod().map(|pod| pod.spec.volumes.as_slice()).unwrap_or_default();
    let one = |volume: &Volume| {
        Some((volume.name.clone(), error_of(volume, &object.meta.namespace, view)?))
    };
    volumes.iter().filter_map(one).collect()
}

fn error_of(volume: &Volume, namespace: &str, view: &View) -> Option<String> {
    let look = |source: &Source<'_>, value: &Value| missing(source, value, namespace, view);
    if let Some(value) = volume.rest.get("configMap") {
        return look(&Source::read(value, Kind::ConfigMap, "name"), value);
    }
    if let Some(value) = volume.rest.get("secret") {
        return look(&Source::read(value, Kind::Secret, "secretName"), value);
    }
    let Value::List(sources) = volume.rest.get("projected")?.at("sources")? else { return None };
    let errors: Vec<String> = sources
        .iter()
        .filter_map(|one| {
            let value = one.at("configMap").or_else(|| one.at("secret"))?;
            look(&Source::of(one, "configMap", "secret")?, value)
        })
        .collect();
    match errors.as_slice() {
        [] => None,
        [only] => Some(only.clone()),
        _ => Some(format!("[{}]", errors.join(", "))),
    }
}

/// What is missing of one source.
///
/// Models pkg/volume/configmap/configmap.go SetUpAt, MakePayload and
/// pkg/volume/secret/secret.go SetUpAt, MakePayload
fn missing(source: &Source<'_>, value: &Value, namespace: &str, view: &View) -> Option<String> {
    if source.is_optional {
        return None;
    }
    let Some(has) = source.find(namespace, view) else { return Some(source.missing()) };
    let Value::List(items) = value.at("items")? else { return None };
    let mut keys = items.iter().filter_map(|item| item.at("key").and_then(Value::as_str));
    let key = keys.find(|key| !has(key))?;
    Some(match source.kind {
        Kind::ConfigMap => format!("configmap references non-existent config key: {key}"),
        _ => format!("references non-existent secret key: {key}"),
    })
}

impl Worker {
    /// Whether all volumes could be made; if not, that is told, and tried again later.
    ///
    /// Models pkg/volume/util/operationexecutor/operation_generator.go GenerateMountVolumeFunc
    pub(super) fn makes_volumes(&mut self, since: SimTime, around: &mut Surroundings<'_>) -> bool {
        let errors = errors(&self.object, around.view);
        for (volume, error) in &errors {
            let text = format!("MountVolume.SetUp failed for volume \"{volume}\" : {error}");
            let about = self.object.reference();
            let note = EventNote::warning(about, "kubelet", "FailedMount", text);
            around.notes.push(EventNote { host: self.node.clone(), ..note });
        }
        if !errors.is_empty() {
            let delay_us = (RETRY_US << self.mount_tries.min(10)).min(RETRY_MAX_US);
            self.mount_tries += 1;
            self.activity = Activity::Mounting(since, Some(around.now.plus_us(delay_us)));
        }
        errors.is_empty()
    }
}
