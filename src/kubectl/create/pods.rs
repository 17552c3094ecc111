//! `kubectl create deployment`, `create job`, `create cronjob` and `kubectl run`.
//!
//! Must not know what containers do. Invariant: what the words do not say is left to the
//! server's defaults.

use serde_json::{Map, Value as Json, json};

use crate::api::pod::ContainerState;
use crate::api::{Kind, Object};
use crate::base::{Seed, SimTime};
use crate::kubectl::create::{labels, make, name, required, usage};
use crate::kubectl::delete;
use crate::kubectl::failure::{Done, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::mapping::Mapping;
use crate::kubectl::run::{Stage, Wait};
use crate::kubectl::session::{Session, tree_of};
use crate::kubectl::target;
use crate::kubectl::tree;

/// `kubectl create deployment`.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/create/create_deployment.go
pub(in crate::kubectl) fn deployment(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    required(flags, "image")?;
    let images = flags.list("image");
    let (name, command) = name_of_workload(flags, "create deployment")?;
    if images.len() > 1 && !command.is_empty() {
        return Err(plain("cannot specify multiple --image options and command"));
    }
    let seed = session.cluster.model().seed();
    let mut containers: Vec<Json> = Vec::new();
    for image in images {
        let mut container = json!({"name": container_name(session, seed, image), "image": image});
        if !command.is_empty() {
            container["command"] = json!(command);
        }
        containers.push(container);
    }
    if let (Some(port), Some(first)) = (flags.number("port"), containers.first_mut()) {
        first["ports"] = json!([{"containerPort": port}]);
    }
    let labels = json!({"app": name});
    let body = json!({
        "metadata": {"name": name, "labels": labels},
        "spec": {
            "replicas": flags.number("replicas").unwrap_or(1),
            "selector": {"matchLabels": labels},
            "strategy": {},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": containers},
            },
        },
    });
    let words = ("created", "failed to create deployment: ");
    make(session, flags, Kind::Deployment, body, words)
}

/// A name, and a command behind it or behind `--`.
fn name_of_workload<'a>(flags: &'a Flags, command: &str) -> Done<(&'a str, &'a [String])> {
    if flags.dash_at.is_some() {
        return name(flags, command);
    }
    match flags.args.as_slice() {
        [name] => Ok((name, &[])),
        args => {
            let text = format!("exactly one NAME is required, got {}", args.len());
            Err(usage(command, &text))
        }
    }
}

/// The image's own name; letters that a name may not have are replaced and a suffix is added.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/create/create_deployment.go sanitizeAndUniquify
fn container_name(session: &Session<'_>, seed: Seed, image: &str) -> String {
    let name = image.rsplit('/').next().unwrap_or(image);
    let name = name.split(':').next().unwrap_or(name);
    let name = name.split('@').next().unwrap_or(name);
    if !name.contains(['_', '.']) {
        return name.to_owned();
    }
    let mut rng = seed.stream("container-name", u64::from(session.cluster.trace().next()));
    format!("{}-{}", name.replace(['_', '.'], "-"), rng.suffix())
}

/// `kubectl create job`.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/create/create_job.go
pub(in crate::kubectl) fn job(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let (name, command) = name_of_workload(flags, "create job")?;
    let image = flags.text("image").unwrap_or_default();
    let from = flags.text("from").unwrap_or_default();
    if image.is_empty() == from.is_empty() {
        return Err(plain("either --image or --from must be specified"));
    }
    if !command.is_empty() && !from.is_empty() {
        return Err(plain("cannot specify --from and command"));
    }
    let words = ("created", "failed to create job: ");
    if !from.is_empty() {
        let body = job_from(session, name, from)?;
        return make(session, flags, Kind::Job, body, words);
    }
    let body = json!({
        "metadata": {"name": name},
        "spec": {"template": one_shot(name, image, command, "Never")},
    });
    make(session, flags, Kind::Job, body, words)
}

/// A Job as a CronJob would make it now.
fn job_from(session: &mut Session<'_>, name: &str, from: &str) -> Done<Json> {
    let found =
        target::find(session, &Flags::default(), &[from.to_owned()], target::Search::default())?;
    let (infos, failure) = session.fetch(found.infos);
    failure?;
    let [info] = infos.as_slice() else {
        return Err(plain("from must be an existing cronjob"));
    };
    let object = session.live(info)?;
    if info.mapping.kind != Kind::CronJob {
        return Err(plain(format!("unknown object type *v1.{}", info.mapping.name)));
    }
    let whole = tree_of(&object);
    let template = tree::at(&whole, &["spec", "jobTemplate"]).cloned().unwrap_or_default();
    let part = |path: &[&str]| {
        let found = tree::at(&template, path).cloned().unwrap_or_default();
        serde_json::to_value(found).unwrap_or_default()
    };
    let mut annotations = match part(&["metadata", "annotations"]) {
        Json::Object(map) => map,
        _ => Map::new(),
    };
    annotations.insert("cronjob.kubernetes.io/instantiate".to_owned(), "manual".into());
    let mut body = json!({
        "metadata": {
            "name": name,
            "annotations": annotations,
            "ownerReferences": [{
                "apiVersion": "batch/v1",
                "kind": "CronJob",
                "name": &*object.meta.name,
                "uid": object.meta.uid.to_string(),
                "controller": true,
            }],
        },
        "spec": part(&["spec"]),
    });
    if let labels @ Json::Object(_) = part(&["metadata", "labels"]) {
        body["metadata"]["labels"] = labels;
    }
    Ok(body)
}

fn one_shot(name: &str, image: &str, command: &[String], restart: &str) -> Json {
    let mut container = json!({"name": name, "image": image});
    if !command.is_empty() {
        container["command"] = json!(command);
    }
    json!({"spec": {"containers": [container], "restartPolicy": restart}})
}

/// `kubectl create cronjob`.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/create/create_cronjob.go
pub(in crate::kubectl) fn cron_job(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let image = required(flags, "image")?;
    let schedule = required(flags, "schedule")?;
    let (name, command) = name_of_workload(flags, "create cronjob")?;
    let restart = flags.text("restart").unwrap_or("OnFailure");
    let body = json!({
        "metadata": {"name": name},
        "spec": {
            "schedule": schedule,
            "jobTemplate": {
                "metadata": {"name": name},
                "spec": {"template": one_shot(name, image, command, restart)},
            },
        },
    });
    make(session, flags, Kind::CronJob, body, ("created", "failed to create cronjob: "))
}

/// `kubectl run`.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/run/run.go and generate/versioned/run.go BasicPod
pub(in crate::kubectl) fn run(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let image = required(flags, "image")?;
    let Some(name) = flags.args.first().filter(|_| flags.dash_at != Some(0)) else {
        return Err(usage("run", "NAME is required for run"));
    };
    if image.is_empty() {
        return Err(plain("--image is required"));
    }
    if image.contains(char::is_whitespace)
        || image.contains(char::is_uppercase) && !image.contains('/')
    {
        return Err(plain(format!("Invalid image name \"{image}\": invalid reference format")));
    }
    if flags.is_set("expose") && flags.text("port").is_none_or(str::is_empty) {
        return Err(usage("run", "--port must be set when exposing a service"));
    }
    let restart = flags.text("restart").unwrap_or("Always");
    if !matches!(restart, "Always" | "OnFailure" | "Never") {
        return Err(usage("run", &format!("invalid restart policy: {restart}")));
    }
    let is_attached = flags.truth("attach").unwrap_or_else(|| flags.is_set("stdin"));
    let is_removed = flags.is_set("rm");
    if is_removed && !is_attached {
        return Err(usage("run", "--rm should only be used for attached containers"));
    }
    let pod = pod(flags, name, image, restart)?;
    // Who is attached sees what the container says instead.
    let word = if is_removed { "" } else { "created" };
    make(session, flags, Kind::Pod, pod.clone(), (word, ""))?;
    if is_removed {
        return Ok(Stage::Waits(Box::new(Attached { name: name.clone(), removal: None })));
    }
    if !flags.is_set("expose") {
        return Ok(Stage::Ended);
    }
    let port = flags.number("port").unwrap_or_default();
    let service = json!({
        "metadata": {"name": name},
        "spec": {
            "selector": pod["metadata"]["labels"],
            "ports": [{"port": port, "protocol": "TCP", "targetPort": port}],
        },
    });
    make(session, flags, Kind::Service, service, ("created", ""))
}

/// A Pod that somebody is attached to: when its container has ended, it is taken away.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/run/run.go RunOptions.Run and removeCreatedObjects
/// Differs: nobody types anything, and how the container ended is not told.
struct Attached {
    name: String,
    removal: Option<Box<dyn Wait>>,
}

impl Wait for Attached {
    fn poll(&mut self, session: &mut Session<'_>) -> Option<Done> {
        if let Some(removal) = &mut self.removal {
            return removal.poll(session);
        }
        let mapping = Mapping::of_kind(Kind::Pod);
        let namespace = session.namespace_of(&mapping);
        let Ok(object) = session.find(&mapping, &namespace, &self.name) else {
            return Some(Ok(()));
        };
        if !has_ended(&object) {
            return None;
        }
        let mut flags = Flags::default();
        flags.args = vec!["pod".to_owned(), self.name.clone()];
        match delete::start(session, &flags) {
            Ok(Stage::Waits(removal)) => {
                self.removal = Some(removal);
                self.poll(session)
            }
            Ok(Stage::Ended) => Some(Ok(())),
            Err(failure) => Some(Err(failure)),
        }
    }

    fn due(&self) -> Option<SimTime> {
        self.removal.as_ref()?.due()
    }
}

/// Whether a Pod's container has run to its end once.
fn has_ended(object: &Object) -> bool {
    object.pod().is_some_and(|pod| {
        let is_over = |state: &ContainerState| matches!(state, ContainerState::Terminated { .. });
        let mut all = pod.status.container_statuses.iter();
        pod.status.phase.is_terminal()
            || all.any(|one| is_over(&one.state) || is_over(&one.last_state))
    })
}

fn pod(flags: &Flags, name: &str, image: &str, restart: &str) -> Done<Json> {
    let args = flags.args.get(1..).unwrap_or_default();
    let mut container = json!({"name": name, "image": image, "resources": {}});
    if !args.is_empty() {
        container[if flags.is_set("command") { "command" } else { "args" }] = json!(args);
    }
    let mut variables = Vec::new();
    for spec in flags.list("env") {
        let pair = spec.split_once('=').filter(|(name, _)| !name.is_empty());
        let (name, value) = pair.ok_or_else(|| plain(format!("invalid env: {spec}")))?;
        variables.push(json!({"name": name, "value": value}));
    }
    if !variables.is_empty() {
        container["env"] = variables.into();
    }
    if let Some(policy) = flags.text("image-pull-policy") {
        container["imagePullPolicy"] = policy.into();
    }
    if let Some(port) = flags.text("port").filter(|port| !port.is_empty()) {
        let port: i32 = port
            .parse()
            .map_err(|_| plain(format!("strconv.Atoi: parsing \"{port}\": invalid syntax")))?;
        container["ports"] = json!([{"containerPort": port}]);
    }
    if flags.is_set("privileged") {
        container["securityContext"] = json!({"privileged": true});
    }
    if flags.is_set("stdin") {
        container["stdin"] = true.into();
        container["stdinOnce"] = (!flags.is_set("leave-stdin-open")).into();
    }
    if flags.is_set("tty") {
        container["tty"] = true.into();
    }
    let labels = match flags.text("labels") {
        Some(text) if !text.is_empty() => labels(text)?,
        _ => json!({"run": name}),
    };
    let mut pod = json!({
        "metadata": {"name": name, "labels": labels},
        "spec": {
            "containers": [container],
            "dnsPolicy": "ClusterFirst",
            "restartPolicy": restart,
        },
    });
    let annotations: Vec<(&str, &str)> =
        flags.list("annotations").iter().filter_map(|one| one.split_once('=')).collect();
    for (key, value) in annotations {
        pod["metadata"]["annotations"][key] = value.into();
    }
    if let Some(text) = flags.text("overrides").filter(|text| !text.is_empty()) {
        let patch: Json = serde_json::from_str(text)
            .map_err(|error| plain(format!("invalid --overrides: {error}")))?;
        merge(&mut pod, patch);
    }
    Ok(pod)
}

/// A JSON merge patch.
fn merge(document: &mut Json, patch: Json) {
    match patch {
        Json::Object(entries) => {
            for (key, value) in entries {
                match value {
                    Json::Null => {
                        if let Json::Object(map) = document {
                            map.remove(&key);
                        }
                    }
                    value => merge(&mut document[key.as_str()], value),
                }
            }
        }
        other => *document = other,
    }
}
