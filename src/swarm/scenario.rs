//! A random cluster with its workloads and faults, drawn from a seed.
//!
//! Must not know what must hold. Invariant: equal seeds give equal scenarios.

use crate::api::Kind;
use crate::api::Propagation;
use crate::base::{Rng, SECOND_US, Seed, SimTime, Str};
use crate::cluster::Setup;
use crate::kubectl::Reader;
use crate::sim::Command;

/// One thing that somebody does or that befalls the cluster.
#[derive(Clone, Debug)]
pub enum Move {
    /// A manifest is applied.
    Apply(String),
    /// Any other command.
    Give(Command),
}

/// A scenario.
#[derive(Clone, Debug)]
pub struct Scenario {
    setup: Setup,
    moves: Vec<(SimTime, Move)>,
    commands: Vec<(SimTime, Command)>,
}

/// A workload that was drawn.
struct Workload {
    kind: Kind,
    name: String,
    manifest: Box<dyn Fn(&str) -> String>,
}

/// How long moves go on.
const BUSY_US: u64 = 240 * SECOND_US;

fn one_of<'a>(rng: &mut Rng, words: &[&'a str]) -> &'a str {
    let index = rng.below(words.len() as u64);
    words[usize::try_from(index).expect("a short list")]
}

fn is(rng: &mut Rng, percent: u64) -> bool {
    rng.below(100) < percent
}

fn container(rng: &mut Rng) -> String {
    let cpu = one_of(rng, &["100m", "100m", "100m", "100m", "1500m"]);
    let mut text = format!("resources: {{requests: {{cpu: {cpu}, memory: 64Mi}}}}");
    if is(rng, 30) {
        let after = rng.below(8);
        let probe = format!("{{periodSeconds: 1, exec: {{command: [ready-after, '{after}']}}}}");
        text = text + ", readinessProbe: " + &probe;
    }
    if is(rng, 10) {
        text += ", livenessProbe: {periodSeconds: 5, exec: {command: ['true']}}";
    }
    text
}

fn image(rng: &mut Rng) -> &'static str {
    match rng.below(20) {
        0 => "bad:1",
        1 => "crash:1",
        2 => "stubborn:1",
        n if n < 11 => "app:1",
        _ => "app:2",
    }
}

/// Where the Pods of an app may go, and before whom.
fn placement(rng: &mut Rng, app: &str) -> String {
    const HOST: &str = "topologyKey: kubernetes.io/hostname";
    let selector = format!("labelSelector: {{matchLabels: {{app: {app}}}}}");
    let mut text = match rng.below(8) {
        0 => format!(
            "affinity: {{podAntiAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: \
             [{{{HOST}, {selector}}}]}}}}, "
        ),
        1 => format!(
            "affinity: {{podAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: \
             [{{{HOST}, {selector}}}]}}}}, "
        ),
        2 => {
            let when = one_of(rng, &["DoNotSchedule", "ScheduleAnyway"]);
            format!(
                "topologySpreadConstraints: [{{maxSkew: 1, {HOST}, whenUnsatisfiable: {when}, \
                 {selector}}}], "
            )
        }
        _ => String::new(),
    };
    if is(rng, 20) {
        text += "priorityClassName: system-cluster-critical, ";
    }
    text
}

fn daemon_set(rng: &mut Rng, number: u64) -> Workload {
    let name = format!("agent-{number}");
    let surging = "{rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}";
    let strategy = one_of(rng, &["{type: OnDelete}", "{type: RollingUpdate}", surging]);
    let (given, container) = (name.clone(), container(rng));
    let manifest = move |image: &str| {
        format!(
            "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {{name: {given}}}\nspec:\n  \
             updateStrategy: {strategy}\n  selector: {{matchLabels: {{app: {given}}}}}\n  \
             template:\n    metadata: {{labels: {{app: {given}}}}}\n    spec: {{containers: \
             [{{name: app, image: '{image}', {container}}}]}}\n"
        )
    };
    Workload { kind: Kind::DaemonSet, name, manifest: Box::new(manifest) }
}

fn deployment(rng: &mut Rng, number: u64) -> Workload {
    let (name, replicas) = (format!("web-{number}"), rng.below(7));
    let strategy = if is(rng, 15) {
        "{type: Recreate}".to_owned()
    } else {
        let (surge, lacking) = (rng.below(3), rng.below(3));
        let surge = if surge + lacking == 0 { 1 } else { surge };
        format!("{{rollingUpdate: {{maxSurge: {surge}, maxUnavailable: {lacking}}}}}")
    };
    let (ready, container) = (rng.below(3), container(rng));
    let place = placement(rng, &name);
    let given = name.clone();
    let manifest = move |image: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {given}}}\nspec:\n  replicas: \
             {replicas}\n  minReadySeconds: {ready}\n  strategy: {strategy}\n  selector: \
             {{matchLabels: {{app: {given}}}}}\n  template:\n    metadata: {{labels: {{app: \
             {given}}}}}\n    spec: {{{place}containers: [{{name: app, image: '{image}', \
             {container}}}]}}\n"
        )
    };
    Workload { kind: Kind::Deployment, name, manifest: Box::new(manifest) }
}

fn stateful_set(rng: &mut Rng, number: u64) -> Workload {
    let (name, replicas) = (format!("db-{number}"), rng.below(5));
    let policy = one_of(rng, &["OrderedReady", "OrderedReady", "Parallel"]);
    let strategy = match rng.below(6) {
        0 => "{type: OnDelete}".to_owned(),
        1 => format!("{{rollingUpdate: {{partition: {}}}}}", rng.below(4)),
        _ => "{type: RollingUpdate}".to_owned(),
    };
    let (start, ready) = (if is(rng, 10) { rng.below(3) } else { 0 }, rng.below(3));
    let claims = if is(rng, 60) {
        let policy = one_of(rng, &["Retain", "Retain", "Delete"]);
        format!(
            "  persistentVolumeClaimRetentionPolicy: {{whenScaled: {policy}, whenDeleted: \
             Retain}}\n  volumeClaimTemplates:\n  - metadata: {{name: data}}\n    spec: \
             {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}}}\n"
        )
    } else {
        String::new()
    };
    let (given, container) = (name.clone(), container(rng));
    let place = placement(rng, &name);
    let manifest = move |image: &str| {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: {given}}}\nspec: {{clusterIP: None, \
             selector: {{app: {given}}}, ports: [{{port: 80}}]}}\n---\napiVersion: apps/v1\nkind: \
             StatefulSet\nmetadata: {{name: {given}}}\nspec:\n  serviceName: {given}\n  replicas: \
             {replicas}\n  podManagementPolicy: {policy}\n  minReadySeconds: {ready}\n  ordinals: \
             {{start: {start}}}\n  updateStrategy: {strategy}\n  selector: {{matchLabels: {{app: \
             {given}}}}}\n  template:\n    metadata: {{labels: {{app: {given}}}}}\n    spec: \
             {{{place}containers: [{{name: app, image: '{image}', {container}}}]}}\n{claims}"
        )
    };
    Workload { kind: Kind::StatefulSet, name, manifest: Box::new(manifest) }
}

fn replica_set(rng: &mut Rng, number: u64) -> Workload {
    let (name, replicas) = (format!("set-{number}"), rng.below(6));
    let is_old = is(rng, 50);
    let (version, kind) =
        if is_old { ("v1", Kind::ReplicationController) } else { ("apps/v1", Kind::ReplicaSet) };
    let selector = if is_old {
        format!("{{app: {name}}}")
    } else {
        format!("{{matchLabels: {{app: {name}}}}}")
    };
    let (given, container) = (name.clone(), container(rng));
    let manifest = move |image: &str| {
        format!(
            "apiVersion: {version}\nkind: {}\nmetadata: {{name: {given}}}\nspec:\n  replicas: \
             {replicas}\n  selector: {selector}\n  template:\n    metadata: {{labels: {{app: \
             {given}}}}}\n    spec: {{containers: [{{name: app, image: '{image}', {container}}}]}}\n",
            kind.name()
        )
    };
    Workload { kind, name, manifest: Box::new(manifest) }
}

/// What stands beside the containers of a task: hooks, deadlines, init containers and sidecars.
fn extras(rng: &mut Rng) -> String {
    let mut inits = Vec::new();
    if is(rng, 30) {
        let code = u64::from(is(rng, 20));
        inits.push(format!(
            "{{name: init, image: 'app:1', command: [sh, -c, 'sleep 1; exit {code}']}}"
        ));
    }
    for number in 0..rng.below(3) {
        let image = one_of(rng, &["app:1", "app:2", "crash:1", "stubborn:1"]);
        let more = one_of(
            rng,
            &[
                "",
                ", startupProbe: {periodSeconds: 1, exec: {command: [ready-after, '3']}}",
                ", livenessProbe: {periodSeconds: 2, failureThreshold: 1, exec: {command: ['false']}}",
                ", lifecycle: {preStop: {sleep: {seconds: 2}}}",
            ],
        );
        inits.push(format!(
            "{{name: side-{number}, image: '{image}', restartPolicy: Always{more}}}"
        ));
    }
    let mut text = format!("initContainers: [{}]", inits.join(", "));
    if is(rng, 20) {
        let seconds = rng.between(1, 30);
        text = format!("{text}, activeDeadlineSeconds: {seconds}");
    }
    if is(rng, 10) {
        text += ", volumes: [{name: conf, configMap: {name: none}}]";
    } else if is(rng, 20) {
        text += ", volumes: [{name: scratch, ephemeral: {volumeClaimTemplate: {spec: {accessModes: \
                 [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}}]";
    }
    if is(rng, 10) {
        text += ", hostNetwork: true";
    }
    text + &format!(", terminationGracePeriodSeconds: {}", rng.between(3, 20))
}

/// A container that ends, one way or another.
fn ending(rng: &mut Rng) -> String {
    let (seconds, code) = (rng.below(10), u64::from(is(rng, 30)));
    let more = one_of(
        rng,
        &[
            "",
            "",
            ", lifecycle: {postStart: {exec: {command: ['false']}}}",
            ", livenessProbe: {periodSeconds: 1, failureThreshold: 2, exec: {command: ['false']}}",
            ", env: [{name: A, valueFrom: {configMapKeyRef: {name: none, key: a}}}]",
        ],
    );
    format!(
        "{{name: main, image: 'app:1', command: [sh, -c, 'sleep {seconds}; exit {code}']{more}}}"
    )
}

fn task(rng: &mut Rng, number: u64) -> Workload {
    let name = format!("task-{number}");
    let policy = one_of(rng, &["Never", "OnFailure"]);
    let (limit, count) = (rng.below(3), rng.between(1, 3));
    let (extras, container, given) = (extras(rng), ending(rng), name.clone());
    let manifest = move |_: &str| {
        format!(
            "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: {given}}}\nspec:\n  backoffLimit: \
             {limit}\n  completions: {count}\n  parallelism: 2\n  template:\n    spec: \
             {{restartPolicy: {policy}, {extras}, containers: [{container}]}}\n"
        )
    };
    Workload { kind: Kind::Job, name, manifest: Box::new(manifest) }
}

fn lone(rng: &mut Rng, number: u64) -> Workload {
    let name = format!("lone-{number}");
    let policy = one_of(rng, &["Always", "Never", "OnFailure"]);
    let (extras, container, given) = (extras(rng), ending(rng), name.clone());
    let manifest = move |_: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {given}}}\nspec: {{restartPolicy: \
             {policy}, {extras}, containers: [{container}]}}\n"
        )
    };
    Workload { kind: Kind::Pod, name, manifest: Box::new(manifest) }
}

fn delete(kind: Kind, name: &str, propagation: Propagation) -> Command {
    let (namespace, name): (Str, Str) = ("default".into(), name.into());
    Command::Delete { kind, namespace, name, grace_seconds: None, propagation }
}

fn fault(rng: &mut Rng, nodes: u64) -> Command {
    let node: Str = format!("node-{}", 1 + rng.below(nodes)).into();
    match rng.below(9) {
        0 | 1 => Command::FailNode(node),
        2 => Command::RecoverNode(node),
        3 => Command::KillNode(node),
        4 => Command::StartNode(node),
        5 => Command::Cordon(node, true),
        6 => Command::Cordon(node, false),
        _ => Command::RestartManager,
    }
}

fn change(rng: &mut Rng, workload: &Workload) -> Move {
    let Workload { kind, name, manifest } = workload;
    if matches!(kind, Kind::Job | Kind::Pod) {
        // What may not be changed goes, and comes again.
        return match rng.below(2) {
            0 => Move::Give(delete(*kind, name, Propagation::Background)),
            _ => Move::Apply(manifest("")),
        };
    }
    match rng.below(10) {
        0..3 if *kind != Kind::DaemonSet => Move::Give(Command::Scale {
            kind: *kind,
            namespace: "default".into(),
            name: name.as_str().into(),
            replicas: i32::try_from(rng.below(7)).expect("a small number"),
        }),
        6..9 if *kind == Kind::StatefulSet => Move::Give(delete(
            Kind::Pod,
            &format!("{name}-{}", rng.below(4)),
            Propagation::Background,
        )),
        9 => {
            let how = [Propagation::Background, Propagation::Foreground, Propagation::Orphan];
            let index = usize::try_from(rng.below(3)).expect("one of three");
            Move::Give(delete(*kind, name, how[index]))
        }
        _ => Move::Apply(manifest(image(rng))),
    }
}

impl Scenario {
    /// The scenario of a seed.
    pub fn of(seed: u64, reader: &Reader) -> Scenario {
        let mut rng = Seed(seed).stream("swarm", 0);
        let nodes = rng.between(2, 5);
        let setup = Setup {
            seed: Seed(seed),
            nodes: u32::try_from(nodes).expect("a few"),
            slowness: u32::try_from(rng.between(50, 3_000)).expect("a few thousand"),
            ..Setup::default()
        };
        let draw = |rng: &mut Rng, number| match rng.below(8) {
            0 | 1 => deployment(rng, number),
            2 | 3 => stateful_set(rng, number),
            4 => task(rng, number),
            5 => lone(rng, number),
            6 => daemon_set(rng, number),
            _ => replica_set(rng, number),
        };
        let workloads: Vec<Workload> =
            (0..rng.between(1, 4)).map(|number| draw(&mut rng, number)).collect();
        let mut moves: Vec<(SimTime, Move)> = Vec::new();
        for workload in &workloads {
            let at = SimTime(rng.below(20 * SECOND_US));
            moves.push((at, Move::Apply((workload.manifest)("app:1"))));
        }
        for _ in 0..rng.between(2, 14) {
            let at = SimTime(rng.below(BUSY_US));
            let index = usize::try_from(rng.below(workloads.len() as u64)).expect("a few");
            let one = if is(&mut rng, 35) {
                Move::Give(fault(&mut rng, nodes))
            } else {
                change(&mut rng, &workloads[index])
            };
            moves.push((at, one));
        }
        moves.sort_by_key(|(at, _)| *at);
        let commands = moves.iter().map(|(at, one)| (*at, command(one, reader))).collect();
        Scenario { setup, moves, commands }
    }

    /// How the cluster is made.
    pub fn setup(&self) -> Setup {
        self.setup
    }

    /// What happens, in order.
    pub fn moves(&self) -> &[(SimTime, Move)] {
        &self.moves
    }

    /// The commands that are given, each with its moment.
    pub fn commands(&self) -> impl Iterator<Item = (SimTime, Command)> + '_ {
        self.commands.iter().cloned()
    }

    /// What makes every machine work again.
    pub(super) fn repairs(&self) -> Vec<Command> {
        let each = |number: u32| -> [Command; 3] {
            let node: Str = format!("node-{number}").into();
            [
                Command::StartNode(node.clone()),
                Command::RecoverNode(node.clone()),
                Command::Cordon(node, false),
            ]
        };
        (1..=self.setup.nodes).flat_map(each).collect()
    }
}

fn command(one: &Move, reader: &Reader) -> Command {
    match one {
        Move::Give(command) => command.clone(),
        Move::Apply(text) => {
            super::apply(reader.read(text).expect("the swarm writes valid manifests"))
        }
    }
}
