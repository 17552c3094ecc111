//! What a kubelet makes of Pods: images, environments, hooks, networks and phases.

mod common;

use std::rc::Rc;

use podium::api::pod::{ContainerState, ContainerStatus, Phase, PodStatus};
use podium::api::{Kind, Object};
use podium::cluster::Cluster;
use podium::sim::Command;

use common::{advance, run, start};

fn apply(cluster: &mut Cluster, manifest: &str) {
    run(cluster, "apply -f -", Some(manifest));
}

fn pod(cluster: &Cluster, name: &str) -> Rc<Object> {
    cluster.model().view().named(Kind::Pod, "default", name).cloned().expect("it is there")
}

fn status(cluster: &Cluster, name: &str) -> PodStatus {
    PodStatus::clone(&pod(cluster, name).pod().expect("a Pod").status)
}

fn first(cluster: &Cluster, name: &str) -> ContainerStatus {
    status(cluster, name).container_statuses[0].clone()
}

/// Why a container waits, and the sentence.
fn waits(one: &ContainerStatus) -> (String, String) {
    match &one.state {
        ContainerState::Waiting { reason, message } => {
            (reason.to_string(), message.as_deref().unwrap_or_default().to_owned())
        }
        other => panic!("it does not wait: {other:?}"),
    }
}

/// Reasons and messages of the Events about a Pod, in order.
fn events(cluster: &Cluster, name: &str) -> Vec<(String, String, u32)> {
    let all = cluster.model().view().table(Kind::Event).iter();
    let about = all.filter_map(|one| one.event()).filter(|one| &*one.about.name == name);
    about.map(|one| (one.reason.to_string(), one.message.to_string(), one.count)).collect()
}

fn has_event(cluster: &Cluster, name: &str, reason: &str, message: &str) -> bool {
    events(cluster, name).iter().any(|(is, text, _)| is == reason && text == message)
}

#[test]
fn a_container_waits_for_the_config_maps_and_secrets_of_its_environment() {
    let mut cluster = start(1);
    let pod = |name: &str, env: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec:\n  containers:\n  - name: \
             app\n    image: nginx\n    {env}\n"
        )
    };
    for (name, env) in [
        ("map", "envFrom: [{configMapRef: {name: settings}}]"),
        ("optional", "envFrom: [{secretRef: {name: none, optional: true}}]"),
        ("secret", "env: [{name: A, valueFrom: {secretKeyRef: {name: token, key: a}}}]"),
        ("key", "env: [{name: A, valueFrom: {configMapKeyRef: {name: here, key: b}}}]"),
    ] {
        apply(&mut cluster, &pod(name, env));
    }
    run(&mut cluster, "create configmap here --from-literal=a=1", None);
    advance(&mut cluster, 10);
    let expected = [
        ("map", "configmap \"settings\" not found"),
        ("secret", "secret \"token\" not found"),
        ("key", "couldn't find key b in ConfigMap default/here"),
    ];
    for (name, text) in expected {
        let word = "CreateContainerConfigError".to_owned();
        assert_eq!(waits(&first(&cluster, name)), (word, text.to_owned()), "{name}");
        assert!(has_event(&cluster, name, "Failed", &format!("Error: {text}")), "{name}");
        assert_eq!(status(&cluster, name).phase, Phase::Pending);
    }
    assert_eq!(status(&cluster, "optional").phase, Phase::Running);
    run(&mut cluster, "create configmap settings", None);
    run(&mut cluster, "create secret generic token --from-literal=a=1", None);
    advance(&mut cluster, 20);
    for name in ["map", "secret"] {
        assert_eq!(status(&cluster, name).phase, Phase::Running, "{name}");
        assert_eq!(first(&cluster, name).restart_count, 0);
    }
}

#[test]
fn images_are_pulled_one_after_the_other_on_a_node() {
    let mut cluster = start(1);
    let pods = ["a", "b", "c"].map(|name| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec: {{containers: [{{name: \
             app, image: 'own:{name}'}}]}}\n"
        )
    });
    apply(&mut cluster, &pods.join("---\n"));
    advance(&mut cluster, 5);
    let mut waits: Vec<bool> = ["a", "b", "c"]
        .map(|name| {
            let all = events(&cluster, name);
            let pulled = all.iter().find(|(reason, ..)| reason == "Pulled").expect("it was pulled");
            assert!(pulled.1.contains("in 300ms ("), "{}", pulled.1);
            pulled.1.contains("(300ms including waiting)")
        })
        .into();
    waits.sort_unstable();
    assert_eq!(waits, [false, false, true], "only the first did not wait");
}

#[test]
fn a_pod_in_its_nodes_network_has_the_nodes_address() {
    let mut cluster = start(1);
    apply(
        &mut cluster,
        "apiVersion: v1\nkind: Pod\nmetadata: {name: host}\nspec:\n  hostNetwork: true\n  containers: \
         [{name: app, image: nginx}]\n",
    );
    advance(&mut cluster, 5);
    let told = status(&cluster, "host");
    assert_eq!(told.phase, Phase::Running);
    assert!(told.pod_ip.is_some());
    assert_eq!(told.pod_ip, told.host_ip);
}

#[test]
fn a_hook_that_fails_after_the_start_is_told_with_its_command() {
    let mut cluster = start(1);
    apply(
        &mut cluster,
        "apiVersion: v1\nkind: Pod\nmetadata: {name: hooked}\nspec:\n  containers:\n  - name: app\n    \
         image: nginx\n    lifecycle: {postStart: {exec: {command: [sh, -c, exit 3]}}}\n",
    );
    let mut seen = None;
    for _ in 0..40 {
        advance(&mut cluster, 1);
        let one = first(&cluster, "hooked");
        if let ContainerState::Waiting { reason, message } = &one.state
            && &**reason == "PostStartHookError"
        {
            seen.clone_from(message);
        }
    }
    let uid = pod(&cluster, "hooked").meta.uid;
    let text = format!(
        "Exec lifecycle hook ([sh -c exit 3]) for Container \"app\" in Pod \
         \"hooked_default({uid})\" failed - error: command 'sh -c exit 3' exited with 3: , \
         message: \"\""
    );
    assert_eq!(seen.as_deref(), Some(&*text));
    assert!(has_event(&cluster, "hooked", "FailedPostStartHook", "PostStartHook failed"));
}

#[test]
fn a_pod_whose_sidecar_is_to_start_again_goes_on_running() {
    let mut cluster = start(1);
    apply(
        &mut cluster,
        "apiVersion: v1\nkind: Pod\nmetadata: {name: pair}\nspec:\n  initContainers: [{name: side, \
         image: 'crash:1', restartPolicy: Always}]\n  containers: [{name: app, image: nginx}]\n",
    );
    let mut waited = false;
    let mut begun = false;
    for second in 0..60 {
        // Every change of the Pod lets its kubelet look at it.
        run(&mut cluster, &format!("label pod pair --overwrite at={second}"), None);
        advance(&mut cluster, 1);
        let told = status(&cluster, "pair");
        begun |= told.phase == Phase::Running;
        assert!(!begun || told.phase == Phase::Running, "{told:?}");
        waited |= told.init_container_statuses[0].state.is_waiting() && begun;
    }
    assert!(waited, "it was seen waiting");
}

#[test]
fn an_initial_delay_counts_from_the_full_second_of_the_start() {
    let mut cluster = start(1);
    apply(
        &mut cluster,
        "apiVersion: v1\nkind: Pod\nmetadata: {name: late}\nspec:\n  containers:\n  - name: app\n    \
         image: nginx\n    readinessProbe: {exec: {command: ['true']}, initialDelaySeconds: 4, \
         periodSeconds: 1}\n",
    );
    let mut ready_at = None;
    for _ in 0..100 {
        let to = cluster.now().plus_us(100_000);
        assert!(cluster.run_until(to, 1_000_000));
        let is_ready = status(&cluster, "late").container_statuses.iter().any(|one| one.ready);
        ready_at = ready_at.or(is_ready.then(|| cluster.now()));
    }
    let ContainerState::Running { started_at } = first(&cluster, "late").state else {
        panic!("it runs")
    };
    let floor = started_at.seconds() * 1_000_000;
    let late_us = ready_at.expect("it got ready").0 - floor;
    assert!((4_000_000..5_150_000).contains(&late_us), "{late_us}");
}

#[test]
fn a_pod_waits_for_the_config_maps_and_secrets_of_its_volumes() {
    let mut cluster = start(1);
    apply(
        &mut cluster,
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers: [{name: app, image: \
         nginx}]\n  volumes:\n  - {name: conf, configMap: {name: settings, items: [{key: a, path: \
         a}]}}\n  - {name: key, secret: {secretName: token}}\n  - {name: maybe, configMap: {name: \
         none, optional: true}}\n  - {name: all, projected: {sources: [{secret: {name: token}}, \
         {configMap: {name: settings}}]}}\n",
    );
    advance(&mut cluster, 10);
    let one = first(&cluster, "web");
    assert_eq!(waits(&one).0, "ContainerCreating");
    let expected = [
        "\"conf\" : configmap \"settings\" not found",
        "\"key\" : secret \"token\" not found",
        "\"all\" : [secret \"token\" not found, configmap \"settings\" not found]",
    ];
    let told = events(&cluster, "web");
    let mounts: Vec<&(String, String, u32)> =
        told.iter().filter(|(reason, ..)| reason == "FailedMount").collect();
    let texts: Vec<&str> = mounts.iter().map(|(_, text, _)| text.as_str()).collect();
    let expected = expected.map(|text| format!("MountVolume.SetUp failed for volume {text}"));
    assert_eq!(texts, expected);
    // After 0, 0.5, 1.5, 3.5 and 7.5 seconds.
    assert!(mounts.iter().all(|(_, _, count)| *count == 5), "{mounts:?}");
    run(&mut cluster, "create configmap settings --from-literal=b=1", None);
    run(&mut cluster, "create secret generic token --from-literal=a=1", None);
    advance(&mut cluster, 10);
    assert!(has_event(
        &cluster,
        "web",
        "FailedMount",
        "MountVolume.SetUp failed for volume \"conf\" : configmap references non-existent config \
         key: a"
    ));
    run(&mut cluster, "patch configmap settings -p '{\"data\":{\"a\":\"1\"}}'", None);
    advance(&mut cluster, 20);
    assert_eq!(status(&cluster, "web").phase, Phase::Running);
}

#[test]
fn a_pod_that_was_active_for_too_long_has_failed_however_it_ended() {
    let mut cluster = start(1);
    apply(
        &mut cluster,
        "apiVersion: v1\nkind: Pod\nmetadata: {name: long}\nspec:\n  activeDeadlineSeconds: 5\n  \
         containers: [{name: app, image: nginx}]\n",
    );
    advance(&mut cluster, 30);
    let told = status(&cluster, "long");
    let text = "Pod was active on the node longer than the specified deadline";
    assert_eq!(told.phase, Phase::Failed);
    assert_eq!(told.reason.as_deref(), Some("DeadlineExceeded"));
    assert_eq!(told.message.as_deref(), Some(text));
    let ended = &told.container_statuses[0].state;
    assert!(matches!(ended, ContainerState::Terminated { exit_code: 0, .. }), "{ended:?}");
    // At the deadline, before and after the containers stop, and when the Pod is done with.
    let all = events(&cluster, "long");
    let told = all.iter().find(|(reason, ..)| reason == "DeadlineExceeded").expect("it is told");
    assert_eq!((told.1.as_str(), told.2), (text, 4));
}

#[test]
fn sidecars_stop_once_nothing_beside_them_will_run_again() {
    let mut cluster = start(1);
    apply(
        &mut cluster,
        "apiVersion: v1\nkind: Pod\nmetadata: {name: task}\nspec:\n  restartPolicy: Never\n  \
         initContainers: [{name: side, image: proxy, restartPolicy: Always}]\n  containers: [{name: \
         app, image: busybox, command: [sleep, '2']}]\n",
    );
    advance(&mut cluster, 10);
    let told = status(&cluster, "task");
    assert_eq!(told.phase, Phase::Succeeded);
    let side = &told.init_container_statuses[0];
    assert_eq!(side.restart_count, 0);
    assert!(matches!(side.state, ContainerState::Terminated { exit_code: 0, .. }), "{side:?}");
    assert!(has_event(&cluster, "task", "Killing", "Stopping container side"));
}

#[test]
fn the_last_container_that_is_killed_for_good_stops_with_its_pod() {
    let mut cluster = start(1);
    apply(
        &mut cluster,
        "apiVersion: v1\nkind: Pod\nmetadata: {name: sick}\nspec:\n  restartPolicy: Never\n  \
         containers: [{name: app, image: nginx, livenessProbe: {exec: {command: ['false']}, \
         periodSeconds: 1, failureThreshold: 1}}]\n",
    );
    advance(&mut cluster, 10);
    assert!(has_event(&cluster, "sick", "Killing", "Stopping container app"));
    assert_eq!(status(&cluster, "sick").phase, Phase::Succeeded);
}

#[test]
fn a_deadline_that_passes_while_the_kubelet_is_busy_is_taken_up_afterwards() {
    let mut cluster = start(1);
    // The sidecar takes all of its grace to stop, and the deadline passes meanwhile.
    apply(
        &mut cluster,
        "apiVersion: v1\nkind: Pod\nmetadata: {name: busy}\nspec:\n  activeDeadlineSeconds: 5\n  \
         terminationGracePeriodSeconds: 8\n  initContainers: [{name: side, image: stubborn, \
         restartPolicy: Always, livenessProbe: {periodSeconds: 2, failureThreshold: 1, exec: \
         {command: ['false']}}}]\n  containers: [{name: app, image: nginx}]\n",
    );
    let to = cluster.now().plus_seconds(60);
    assert!(cluster.run_until(to, 10_000), "time goes on");
    let told = status(&cluster, "busy");
    assert_eq!((told.phase, told.reason.as_deref()), (Phase::Failed, Some("DeadlineExceeded")));
}

/// A Pod of one container that names its node itself.
fn placed(name: &str, more: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec:\n  nodeName: node-1\n  \
         {more}\n"
    )
}

#[test]
fn a_pod_that_names_its_node_is_turned_away_where_it_does_not_fit() {
    let mut cluster = start(1);
    run(&mut cluster, "label node node-1 disk=hdd", None);
    let of = |cpu: u32| {
        format!(
            "containers: [{{name: app, image: nginx, resources: {{requests: {{cpu: {cpu}}}}}}}]"
        )
    };
    apply(&mut cluster, &placed("first", &of(3)));
    apply(&mut cluster, &placed("second", &of(2)));
    let wants = "nodeSelector: {disk: ssd}\n  containers: [{name: app, image: nginx}]";
    apply(&mut cluster, &placed("third", wants));
    let port =
        "containers: [{name: app, image: nginx, ports: [{containerPort: 80, hostPort: 80}]}]";
    apply(&mut cluster, &placed("fourth", port));
    apply(&mut cluster, &placed("fifth", port));
    advance(&mut cluster, 10);
    let phase = |name: &str| status(&cluster, name).phase;
    assert_eq!((phase("first"), phase("fourth")), (Phase::Running, Phase::Running));
    let text = "Node didn't have enough resource: cpu, requested: 2000, used: 3000, capacity: 4000";
    let second = status(&cluster, "second");
    assert_eq!((second.phase, second.reason.as_deref()), (Phase::Failed, Some("OutOfcpu")));
    assert_eq!(second.message.as_deref(), Some(&*format!("Pod was rejected: {text}")));
    assert!(second.container_statuses.is_empty() && second.start_time.is_some());
    assert!(has_event(&cluster, "second", "OutOfcpu", text));
    let text = "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector";
    assert!(has_event(&cluster, "third", "NodeAffinity", text));
    let text =
        "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports";
    assert!(has_event(&cluster, "fifth", "NodePorts", text));
    let table = run(&mut cluster, "get pods --no-headers", None);
    let line = table.lines().find(|line| line.starts_with("second")).expect("it is listed");
    assert_eq!(line.split_whitespace().collect::<Vec<_>>()[..3], ["second", "0/1", "OutOfcpu"]);
    run(&mut cluster, "taint node node-1 full=yes:NoExecute", None);
    apply(&mut cluster, &placed("sixth", "containers: [{name: app, image: nginx}]"));
    advance(&mut cluster, 1);
    let text = "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate";
    assert!(has_event(&cluster, "sixth", "TaintToleration", text));
}

#[test]
fn a_kubelet_that_starts_anew_turns_a_pod_away_that_its_node_no_longer_suits() {
    let mut cluster = start(1);
    run(&mut cluster, "label node node-1 disk=ssd", None);
    let wants = "nodeSelector: {disk: ssd}\n  containers: [{name: app, image: nginx}]";
    let text = placed("p", wants).replace("  nodeName: node-1\n", "");
    apply(&mut cluster, &text);
    advance(&mut cluster, 5);
    run(&mut cluster, "label node node-1 disk-", None);
    advance(&mut cluster, 5);
    assert_eq!(status(&cluster, "p").phase, Phase::Running);
    cluster.submit(Command::KillNode("node-1".into())).expect("it goes off");
    advance(&mut cluster, 5);
    cluster.submit(Command::StartNode("node-1".into())).expect("it boots");
    advance(&mut cluster, 30);
    assert_eq!(status(&cluster, "p").reason.as_deref(), Some("NodeAffinity"));
}

#[test]
fn a_secret_of_a_registry_that_is_missing_is_told_and_the_image_is_pulled() {
    let mut cluster = start(1);
    apply(
        &mut cluster,
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  imagePullSecrets: [{name: a}, \
         {name: b}]\n  containers: [{name: app, image: nginx}]\n",
    );
    advance(&mut cluster, 5);
    assert_eq!(status(&cluster, "p").phase, Phase::Running);
    let text = "Unable to retrieve some image pull secrets (a, b); attempting to pull the image may \
                not succeed.";
    assert!(has_event(&cluster, "p", "FailedToRetrieveImagePullSecret", text));
}

#[test]
fn addresses_of_pods_that_ended_come_round_and_none_is_given_twice() {
    let mut cluster = start(1);
    let job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec:\n  completions: \
               2147483647\n  parallelism: 2147483647\n  backoffLimit: 2147483647\n  template: {spec: \
               {restartPolicy: Never, containers: [{name: c, image: b, command: ['false']}]}}\n";
    apply(&mut cluster, job);
    let mut on_first = 0;
    for seconds in [20, 20, 20, 20] {
        advance(&mut cluster, seconds);
        let pods: Vec<_> = cluster.model().view().table(Kind::Pod).iter().cloned().collect();
        let placed = pods.iter().filter_map(|one| one.pod()?.node().cloned());
        on_first = placed.filter(|node| **node == *"node-1").count();
        let running = pods.iter().filter_map(|one| {
            let status = &one.pod()?.status;
            status.pod_ip.clone().filter(|_| status.phase == Phase::Running)
        });
        let mut addresses: Vec<_> = running.collect();
        addresses.sort();
        let count = addresses.len();
        addresses.dedup();
        assert_eq!(addresses.len(), count, "at {}", cluster.now().0);
    }
    assert!(on_first > 254, "more Pods than a node has addresses: {on_first}");
}

#[test]
fn pods_that_were_deleted_by_force_leave_room_at_once() {
    let mut cluster = start(3);
    apply(
        &mut cluster,
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: big}\nspec:\n  replicas: 3\n  \
         selector: {matchLabels: {app: big}}\n  template:\n    metadata: {labels: {app: big}}\n    \
         spec: {containers: [{name: c, image: stubborn, resources: {requests: {cpu: 3500m}}}]}\n",
    );
    advance(&mut cluster, 10);
    run(&mut cluster, "delete pods --all --force --grace-period=0", None);
    advance(&mut cluster, 10);
    let table = run(&mut cluster, "get pods --no-headers", None);
    assert_eq!(table.lines().filter(|line| line.contains("1/1 ")).count(), 3, "{table}");
    assert_eq!(table.lines().count(), 3, "{table}");
}

#[test]
fn a_kubelet_on_linux_takes_no_pods_of_other_systems_or_with_unsafe_settings() {
    let mut cluster = start(1);
    let containers = "containers: [{name: app, image: nginx}]";
    let with = |name: &str| format!("securityContext: {{sysctls: [{{name: {name}, value: '1'}}]}}");
    for (name, more) in [
        ("win", "os: {name: windows}".to_owned()),
        ("unsafe", with("net.core.somaxconn")),
        ("safe", with("net/ipv4/tcp_syncookies")),
    ] {
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec: {{{more}, {containers}}}\n"
        );
        apply(&mut cluster, &text);
    }
    advance(&mut cluster, 10);
    assert_eq!(status(&cluster, "safe").phase, Phase::Running);
    for (name, reason, text) in [
        ("win", "PodOSNotSupported", "Failed to admit pod as the OS field doesn't match node OS"),
        ("unsafe", "SysctlForbidden", "forbidden sysctl: \"net.core.somaxconn\" not allowlisted"),
    ] {
        let told = status(&cluster, name);
        assert_eq!((told.phase, told.reason.as_deref()), (Phase::Failed, Some(reason)));
        assert_eq!(told.message.as_deref(), Some(&*format!("Pod was rejected: {text}")));
        assert!(has_event(&cluster, name, reason, text));
    }
}

#[test]
fn a_probe_of_a_port_that_the_container_does_not_name_says_nothing() {
    let mut cluster = start(1);
    let with = |name: &str, probe: &str, port: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec: {{containers: [{{name: c, \
             image: nginx, ports: [{{name: web, containerPort: 80}}], {probe}: {{periodSeconds: 2, \
             httpGet: {{port: {port}}}}}}}]}}\n"
        )
    };
    apply(&mut cluster, &with("right", "readinessProbe", "web"));
    apply(&mut cluster, &with("typo", "readinessProbe", "http"));
    apply(&mut cluster, &with("live", "livenessProbe", "http"));
    advance(&mut cluster, 30);
    let is_ready = |name: &str| first(&cluster, name).ready;
    assert!(is_ready("right") && !is_ready("typo") && is_ready("live"));
    assert_eq!(first(&cluster, "live").restart_count, 0);
    for (name, word) in [("typo", "Readiness"), ("live", "Liveness")] {
        let error = "strconv.Atoi: parsing \"http\": invalid syntax";
        let text = format!("{word} probe errored and resulted in unknown state: {error}");
        assert!(has_event(&cluster, name, "Unhealthy", &text), "{:?}", events(&cluster, name));
    }
}

#[test]
fn an_init_container_that_looks_a_service_up_waits_until_there_is_one() {
    let mut cluster = start(1);
    apply(
        &mut cluster,
        "apiVersion: v1
kind: Pod
metadata: {name: my}
spec:
  containers: [{name: c, image: nginx}]
  initContainers:
  - name: look
    image: busybox:1.28
    command: [sh, -c, 'until nslookup mydb; do echo waiting for mydb; sleep 2; done']
  - name: ask
    image: busybox:1.28
    command: [sh, -c, 'until nc -z mydb 5432; do sleep 2; done']
",
    );
    let ready = |cluster: &Cluster| {
        let all = status(cluster, "my").init_container_statuses.clone();
        all.iter().map(|one| one.ready).collect::<Vec<_>>()
    };
    advance(&mut cluster, 60);
    assert_eq!(ready(&cluster), [false, false]);
    apply(
        &mut cluster,
        "apiVersion: v1
kind: Service
metadata: {name: mydb}
spec: {selector: {app: db}, ports: [{port: 5432}]}
",
    );
    advance(&mut cluster, 5);
    assert_eq!(ready(&cluster), [true, false], "the name is known, but nobody answers");
    apply(
        &mut cluster,
        "apiVersion: v1
kind: Pod
metadata: {name: db, labels: {app: db}}
spec: {containers: [{name: c, image: postgres}]}
",
    );
    advance(&mut cluster, 10);
    assert_eq!(ready(&cluster), [true, true]);
    assert_eq!(status(&cluster, "my").phase, Phase::Running);
}

#[test]
fn a_liveness_probe_sees_the_file_that_the_command_takes_away() {
    let mut cluster = start(1);
    apply(
        &mut cluster,
        "apiVersion: v1
kind: Pod
metadata: {name: live}
spec:
  containers:
  - name: c
    image: registry.k8s.io/busybox:1.27.2
    args: [/bin/sh, -c, touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600]
    livenessProbe:
      exec: {command: [cat, /tmp/healthy]}
      initialDelaySeconds: 5
      periodSeconds: 5
",
    );
    advance(&mut cluster, 30);
    assert!(events(&cluster, "live").iter().all(|(reason, ..)| reason != "Unhealthy"));
    advance(&mut cluster, 30);
    let text = "Liveness probe failed: cat: can't open '/tmp/healthy': No such file or directory\n";
    assert!(has_event(&cluster, "live", "Unhealthy", text));
    assert!(events(&cluster, "live").iter().any(|(reason, ..)| reason == "Killing"));
    // The shell is the container's first process and hears nothing of the request to end.
    assert_eq!(first(&cluster, "live").restart_count, 0);
    advance(&mut cluster, 30);
    assert_eq!(first(&cluster, "live").restart_count, 1);
}

#[test]
fn what_a_job_runs_ends_and_a_server_in_it_does_not() {
    let mut cluster = start(1);
    for (name, image, rest) in [
        ("up", "acme/migrate:1", ", args: [up]"),
        ("own", "acme/migrate:1", ""),
        ("web", "nginx", ""),
    ] {
        apply(
            &mut cluster,
            &format!(
                "apiVersion: batch/v1
kind: Job
metadata: {{name: {name}}}
spec: {{template: {{spec: {{restartPolicy: Never, containers: [{{name: c, image: {image}{rest}}}]}}}}}}
"
            ),
        );
    }
    advance(&mut cluster, 20);
    let view = cluster.model().view();
    let succeeded = |name: &str| {
        let job = view.named(Kind::Job, "default", name).and_then(|one| one.job());
        job.map(|job| job.status.succeeded)
    };
    assert_eq!(["up", "own", "web"].map(succeeded), [Some(1), Some(1), Some(0)]);
}

#[test]
fn who_takes_more_memory_than_allowed_is_killed_for_it() {
    let mut cluster = start(1);
    let stress = |name: &str, limit: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec: {{containers: [{{name: c, \
             image: polinux/stress, command: [stress], args: [--vm, '1', --vm-bytes, 250M], \
             resources: {{limits: {{memory: {limit}}}}}}}]}}\n"
        )
    };
    apply(&mut cluster, &stress("over", "100Mi"));
    apply(&mut cluster, &stress("under", "300Mi"));
    advance(&mut cluster, 8);
    assert!(first(&cluster, "over").restart_count > 0);
    let ContainerState::Terminated { exit_code, reason, .. } = &first(&cluster, "over").last_state
    else {
        panic!("it ended before");
    };
    assert_eq!((*exit_code, &**reason), (137, "OOMKilled"));
    assert_eq!(first(&cluster, "under").restart_count, 0);
}

#[test]
fn a_program_that_falls_ill_fails_its_probe_and_is_started_again() {
    let mut cluster = start(1);
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: ill}\nspec: {containers: [{name: c, image: \
               'registry.k8s.io/e2e-test-images/agnhost:2.40', args: [liveness], livenessProbe: \
               {httpGet: {path: /healthz, port: 8080}, initialDelaySeconds: 3, periodSeconds: 3}}]}\n";
    apply(&mut cluster, pod);
    advance(&mut cluster, 9);
    assert_eq!(first(&cluster, "ill").restart_count, 0);
    advance(&mut cluster, 16);
    assert_eq!(first(&cluster, "ill").restart_count, 1);
    let why = "Liveness probe failed: HTTP probe failed with statuscode: 500";
    assert!(has_event(&cluster, "ill", "Unhealthy", why));
}

#[test]
fn a_release_that_nobody_made_can_not_be_pulled() {
    let mut cluster = start(1);
    run(&mut cluster, "kubectl create deployment web --image=nginx:1.161", None);
    advance(&mut cluster, 5);
    let reason =
        "kubectl get pods -o jsonpath={.items[0].status.containerStatuses[0].state.waiting.reason}";
    assert_eq!(run(&mut cluster, reason, None), "ErrImagePull");
}

#[test]
fn a_program_that_is_made_unready_stays_alive() {
    let mut cluster = start(1);
    let probe = |kind: &str| {
        format!("{kind}: {{httpGet: {{port: 80}}, periodSeconds: 1, failureThreshold: 1}}")
    };
    let (live, ready) = (probe("livenessProbe"), probe("readinessProbe"));
    apply(
        &mut cluster,
        &format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: twin}}\nspec: {{containers: [{{name: a, \
             image: nginx, {live}, {ready}}}]}}\n"
        ),
    );
    advance(&mut cluster, 20);
    for is_ready in [true, false, true] {
        let (namespace, pod) = ("default".into(), "twin".into());
        let _ = cluster.submit(Command::SetProbe { namespace, pod, is_ready });
        advance(&mut cluster, 60);
        let one = first(&cluster, "twin");
        assert_eq!((one.ready, one.restart_count), (is_ready, 0));
    }
}

#[test]
fn statuses_of_containers_stand_in_the_order_of_their_names() {
    let mut cluster = start(1);
    apply(
        &mut cluster,
        "apiVersion: v1\nkind: Pod\nmetadata: {name: two}\nspec:\n  restartPolicy: Never\n  \
         initContainers: [{name: zeta, image: busybox, command: [sleep, '1']}, {name: beta, image: busybox, \
         command: [sleep, '1']}]\n  containers: [{name: ok, image: busybox, command: [sleep, '5']}, \
         {name: fail, image: busybox, command: [sh, -c, sleep 2; exit 4]}]\n",
    );
    advance(&mut cluster, 30);
    let told = status(&cluster, "two");
    let names = |all: &[ContainerStatus]| -> Vec<String> {
        all.iter().map(|one| one.name.to_string()).collect()
    };
    assert_eq!(names(&told.container_statuses), ["fail", "ok"]);
    assert_eq!(names(&told.init_container_statuses), ["zeta", "beta"], "these stand as they run");
    // kubectl says what became of the first.
    let table = run(&mut cluster, "get pods", None);
    assert!(table.contains("Error"), "{table}");
}

#[test]
fn a_container_that_is_found_unready_is_asked_again_at_once() {
    let mut cluster = start(1);
    apply(
        &mut cluster,
        "apiVersion: v1\nkind: Pod\nmetadata: {name: door}\nspec: {containers: [{name: a, image: \
         nginx, readinessProbe: {exec: {command: ['true']}, periodSeconds: 20, failureThreshold: \
         1}}]}\n",
    );
    advance(&mut cluster, 10);
    let (namespace, pod) = ("default".into(), "door".into());
    let _ = cluster.submit(Command::SetProbe { namespace, pod, is_ready: false });
    advance(&mut cluster, 22);
    assert!(!first(&cluster, "door").ready);
    let all = events(&cluster, "door");
    let told = all.iter().find(|(reason, ..)| reason == "Unhealthy").expect("it is told");
    assert_eq!((told.1.as_str(), told.2), ("Readiness probe failed: not ready", 2));
}

#[test]
fn another_image_starts_at_once_whatever_the_one_before_has_to_wait_for() {
    let mut cluster = start(1);
    for (name, image) in [("loops", "crash:1"), ("lacks", "bad:1")] {
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec: {{containers: [{{name: \
             app, image: '{image}'}}]}}\n"
        );
        apply(&mut cluster, &text);
    }
    // Both are in the midst of a delay of more than a minute.
    advance(&mut cluster, 120);
    run(&mut cluster, "set image pod/loops app=nginx", None);
    run(&mut cluster, "set image pod/lacks app=nginx", None);
    advance(&mut cluster, 5);
    for name in ["loops", "lacks"] {
        assert!(first(&cluster, name).state.is_running(), "{:?}", first(&cluster, name));
    }
}

#[test]
fn a_sidecar_that_gets_another_image_is_started_anew() {
    let mut cluster = start(1);
    apply(
        &mut cluster,
        "apiVersion: v1\nkind: Pod\nmetadata: {name: pair}\nspec: {initContainers: [{name: side, \
         image: 'proxy:1', restartPolicy: Always}], containers: [{name: app, image: nginx}]}\n",
    );
    advance(&mut cluster, 10);
    run(&mut cluster, "set image pod/pair side=proxy:2", None);
    advance(&mut cluster, 10);
    assert!(has_event(&cluster, "pair", "Killing", "Init container side definition changed"));
    let side = &status(&cluster, "pair").init_container_statuses[0];
    assert_eq!((&*side.image, side.restart_count), ("proxy:2", 1));
}

#[test]
fn a_sidecar_that_ended_well_is_shown_as_it_ended_while_it_waits() {
    let mut cluster = start(1);
    apply(
        &mut cluster,
        "apiVersion: v1\nkind: Pod\nmetadata: {name: brief}\nspec: {initContainers: [{name: side, \
         image: busybox, command: [sleep, '1'], restartPolicy: Always}], containers: [{name: app, \
         image: nginx}]}\n",
    );
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..60 {
        advance(&mut cluster, 1);
        if let ContainerState::Waiting { reason, .. } =
            &status(&cluster, "brief").init_container_statuses[0].state
        {
            seen.insert(reason.to_string());
        }
    }
    let told = events(&cluster, "brief");
    assert!(told.iter().any(|(reason, ..)| reason == "BackOff"), "{told:?}");
    assert!(!seen.contains("CrashLoopBackOff"), "{seen:?}");
}

#[test]
fn a_container_that_a_reboot_lost_has_no_number_any_more() {
    let mut cluster = start(1);
    apply(
        &mut cluster,
        "apiVersion: v1\nkind: Pod\nmetadata: {name: once}\nspec: {restartPolicy: Never, \
         containers: [{name: app, image: nginx}]}\n",
    );
    advance(&mut cluster, 10);
    let field = "get pod once -o jsonpath={.status.containerStatuses[0].containerID}";
    assert!(run(&mut cluster, field, None).starts_with("containerd://"));
    let _ = cluster.submit(Command::KillNode("node-1".into()));
    advance(&mut cluster, 5);
    let _ = cluster.submit(Command::StartNode("node-1".into()));
    advance(&mut cluster, 20);
    assert_eq!(status(&cluster, "once").phase, Phase::Failed);
    assert_eq!(run(&mut cluster, field, None), "");
}
