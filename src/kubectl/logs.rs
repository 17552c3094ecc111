//! `kubectl logs` and `kubectl exec`: which Pod and which container is meant, and whether there
//! is anything to read.
//!
//! Must not know what containers do. Invariant: no request that writes is sent.
//!
//! Differs: the containers here write nothing and nothing can be run in them, so that nothing is
//! printed of what they say.

use std::cmp::Reverse;
use std::rc::Rc;

use crate::api::pod::{ContainerState, ContainerStatus, Pod, condition};
use crate::api::{Body, LabelSelector, Object};
use crate::base::Order as _;
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::run::Stage;
use crate::kubectl::session::Session;
use crate::kubectl::target::{self, Info, Search};
use crate::server::Refusal;

/// The annotation that says which container is meant if none is named.
const DEFAULT_CONTAINER: &str = "kubectl.kubernetes.io/default-container";

/// `kubectl logs`.
pub(super) fn logs(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let is_selected = flags.is_given("selector");
    let words: Vec<String> = match flags.args.as_slice() {
        [] if is_selected => vec!["pods".to_owned()],
        [] | [_, _, _, ..] => {
            return Err(plain(
                "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is \
                 a required argument for the logs command\nSee 'kubectl logs -h' for help and \
                 examples",
            ));
        }
        [_] if is_selected => {
            return Err(plain(
                "only a selector (-l) or a POD name is allowed\nSee 'kubectl logs -h' for help \
                 and examples",
            ));
        }
        [name, ..] if !name.contains('/') => vec![format!("pods/{name}")],
        words => words.iter().take(1).cloned().collect(),
    };
    let found = target::find(session, flags, &words, Search::default())?;
    let (infos, failure) = session.fetch(found.infos);
    let namespace = session.context.namespace.clone();
    failure.map_err(|failure| match failure {
        Failure::Server(refusal @ Refusal::NotFound(..)) => plain(format!(
            "error: error from server (NotFound): {refusal} in namespace \"{namespace}\""
        )),
        other => other,
    })?;
    if is_selected && infos.is_empty() {
        session.complain(format!("No resources found in {namespace} namespace."));
    }
    let asked = flags.text("container").or_else(|| flags.args.get(1).map(String::as_str));
    for info in infos {
        let object = session.live(&info)?;
        let pod = if object.pod().is_some() {
            object
        } else {
            let (pod, count) = pod_of(session, &info, &object, Use::Logs)?;
            if count > 1 {
                session.complain(format!("Found {count} pods, using pod/{}", pod.meta.name));
            }
            pod
        };
        let Some(body) = pod.pod() else { continue };
        let names = if flags.is_set("all-containers") {
            let all = body.spec.init_containers.iter().chain(&body.spec.containers);
            all.map(|one| one.name.to_string()).collect()
        } else {
            vec![container(session, &pod, body, asked, flags.is_set("quiet"))?]
        };
        for name in names {
            has_begun(&pod, body, &name, flags.is_set("previous"))?;
        }
    }
    Ok(Stage::Ended)
}

/// `kubectl exec`.
pub(super) fn exec(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let Some(name) = flags.args.first().filter(|_| flags.dash_at != Some(0)) else {
        return Err(plain(
            "pod, type/name or --filename must be specified\nSee 'kubectl exec -h' for help and \
             examples",
        ));
    };
    if flags.args.len() < 2 {
        return Err(plain("you must specify at least one command for the container"));
    }
    let word = if name.contains('/') { name.clone() } else { format!("pods/{name}") };
    let found = target::find(session, flags, &[word], Search::default())?;
    let (infos, failure) = session.fetch(found.infos);
    failure?;
    for info in infos {
        let object = session.live(&info)?;
        let pod = match object.pod() {
            Some(_) => object,
            None => pod_of(session, &info, &object, Use::Exec)?.0,
        };
        let Some(body) = pod.pod() else { continue };
        if body.status.phase.is_terminal() {
            return Err(plain(format!(
                "cannot exec into a container in a completed pod; current phase is {:?}",
                body.status.phase
            )));
        }
        container(session, &pod, body, flags.text("container"), flags.is_set("quiet"))?;
    }
    Err(plain("Podium runs no commands inside containers"))
}

/// What a Pod is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Logs,
    Exec,
}

/// The best Pod of a workload or a Service, and how many there are.
///
/// Models staging/src/k8s.io/kubectl/pkg/polymorphichelpers/helpers.go GetFirstPod,
/// SelectorsForObject and pkg/util/podutils/podutils.go ByLogging, ActivePods
/// Differs: kubectl waits for a Pod if there is none.
fn pod_of(
    session: &Session<'_>,
    info: &Info,
    object: &Object,
    aim: Use,
) -> Done<(Rc<Object>, usize)> {
    let selector = selector_of(object).map_err(|why| {
        let verb = if aim == Use::Logs { "get the logs from" } else { "attach to" };
        let kind = &info.mapping.name;
        plain(format!(
            "cannot {verb} *v1.{kind}: {}",
            why.unwrap_or_else(|| { format!("selector for *v1.{kind} not implemented") })
        ))
    })?;
    let table = session.view().table(crate::api::Kind::Pod);
    let pods = table.in_namespace(&object.meta.namespace);
    let mut pods: Vec<&Rc<Object>> =
        pods.filter(|pod| selector.is_met_by(&pod.meta.labels)).collect();
    pods.order_by_key(|pod| rank(pod, aim));
    match pods.first() {
        Some(first) => Ok((Rc::clone(first), pods.len())),
        None => Err(plain("timed out waiting for the condition")),
    }
}

type Rank = (bool, u8, bool, bool, Option<u64>, Reverse<u32>, Reverse<u32>, Option<u64>);

/// Placed before unplaced, running before pending, ready before not ready, ready for long before
/// ready for short, restarted often before seldom, old before new.
fn rank(object: &Object, aim: Use) -> Rank {
    use crate::api::pod::Phase;
    let Some(pod) = object.pod() else { return Rank::default() };
    let phase = match pod.status.phase {
        Phase::Pending => 2,
        Phase::Unknown => 1,
        _ => 0,
    };
    let is_ready = pod.is_ready();
    let ready = condition(&pod.status.conditions, "Ready").filter(|_| is_ready);
    let since = ready.and_then(|ready| ready.last_transition_time).map(|at| at.0 / 1_000_000);
    let most = |all: &[ContainerStatus]| all.iter().map(|one| one.restart_count).max();
    let sidecars = pod
        .spec
        .init_containers
        .iter()
        .filter(|one| one.restart_policy.as_deref() == Some("Always"));
    let sidecars = sidecars.filter_map(|one| {
        let mut all = pod.status.init_container_statuses.iter();
        all.find(|status| status.name == one.name).map(|status| status.restart_count)
    });
    let restarts = most(&pod.status.container_statuses).unwrap_or(0);
    let sidecars = sidecars.max().unwrap_or(0);
    let turn = |number: u32| match aim {
        Use::Logs => Reverse(number),
        Use::Exec => Reverse(u32::MAX - number),
    };
    (
        pod.spec.node_name.is_none(),
        phase,
        !is_ready,
        aim == Use::Exec && object.meta.is_terminating(),
        since,
        turn(restarts),
        turn(sidecars),
        object.meta.creation_timestamp.map(|at| at.0 / 1_000_000),
    )
}

/// How an object selects Pods; what is wrong if it selects none, or nothing for a kind that
/// never does.
fn selector_of(object: &Object) -> Result<LabelSelector, Option<String>> {
    Ok(match &object.body {
        Body::Deployment(one) => one.spec.selector.clone(),
        Body::ReplicaSet(one) | Body::ReplicationController(one) => one.spec.selector.clone(),
        Body::StatefulSet(one) => one.spec.selector.clone(),
        Body::DaemonSet(one) => one.spec.selector.clone(),
        Body::Job(one) => one.spec.selector.clone().unwrap_or_default(),
        Body::Service(one) if one.spec.selector.is_empty() => {
            let name = &object.meta.name;
            return Err(Some(format!(
                "invalid service '{name}': Service is defined without a selector"
            )));
        }
        Body::Service(one) => LabelSelector::of_labels(&one.spec.selector),
        _ => return Err(None),
    })
}

/// The container that is meant; told if nobody named it and there are several.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/util/podcmd/podcmd.go FindOrDefaultContainerByName
fn container(
    session: &mut Session<'_>,
    object: &Object,
    pod: &Pod,
    asked: Option<&str>,
    is_quiet: bool,
) -> Done<String> {
    let (own, inits) = (&pod.spec.containers, &pod.spec.init_containers);
    let mut all: Vec<String> = own.iter().map(|one| one.name.to_string()).collect();
    all.extend(inits.iter().map(|one| format!("{} (init)", one.name)));
    let all = all.join(", ");
    let preset = object.meta.annotation(DEFAULT_CONTAINER).map(|name| &**name);
    match asked.or(preset.filter(|name| !name.is_empty())) {
        Some(name) if own.iter().chain(inits).any(|one| *one.name == *name) => Ok(name.to_owned()),
        Some(name) => Err(plain(format!(
            "container {name} is not valid for pod {} out of: {all}",
            object.meta.name
        ))),
        None => {
            let first = own.first().map(|one| one.name.to_string()).unwrap_or_default();
            if own.len() + inits.len() > 1 && !is_quiet {
                session.complain(format!("Defaulted container \"{first}\" out of: {all}"));
            }
            Ok(first)
        }
    }
}

/// Whether a container of a Pod has written anything yet.
///
/// Models pkg/registry/core/pod/strategy.go LogLocation and pkg/kubelet/kubelet_pods.go
/// validateContainerLogStatus
fn has_begun(object: &Object, pod: &Pod, name: &str, is_previous: bool) -> Done {
    if pod.spec.node_name.is_none() {
        return Ok(());
    }
    let pod_name = &object.meta.name;
    let place = format!("container \"{name}\" in pod \"{pod_name}\"");
    let all = pod.status.container_statuses.iter().chain(&pod.status.init_container_statuses);
    let status = all.into_iter().find(|one| *one.name == *name);
    let why = match status {
        None => format!("{place} is not available"),
        Some(status) => {
            // Of a run whose traces are gone nothing can be read.
            let has_ended =
                matches!(status.last_state, ContainerState::Terminated { started_at: Some(_), .. });
            if is_previous && !has_ended {
                format!("previous terminated {place} not found")
            } else if let ContainerState::Waiting { reason, .. } = &status.state
                && !has_ended
            {
                let why = match reason.as_str() {
                    "ErrImagePull" => "image can't be pulled",
                    "ImagePullBackOff" => "trying and failing to pull image",
                    reason => reason,
                };
                format!("{place} is waiting to start: {why}")
            } else {
                return Ok(());
            }
        }
    };
    Err(Refusal::BadRequest(why.into()).into())
}
