//! Containers that start again because of what their rules say.

mod common;

use podium::api::Kind;
use podium::api::pod::{ContainerState, PodStatus, Truth};
use podium::cluster::Cluster;

use common::{advance, run, start};

fn apply(cluster: &mut Cluster, manifest: &str) {
    run(cluster, "apply -f -", Some(manifest));
}

fn status(cluster: &Cluster, name: &str) -> PodStatus {
    let object = cluster.model().view().named(Kind::Pod, "default", name).expect("it is there");
    PodStatus::clone(&object.pod().expect("a Pod").status)
}

#[test]
fn an_end_that_a_rule_is_about_takes_all_containers_and_they_start_anew_in_their_order() {
    let mut cluster = start(1);
    apply(
        &mut cluster,
        "apiVersion: v1\nkind: Pod\nmetadata: {name: gang}\nspec:\n  restartPolicy: Never\n  \
         initContainers: [{name: setup, image: busybox, command: [sleep, '1']}]\n  containers:\n  - \
         {name: main, image: 'stubborn:1', lifecycle: {preStop: {exec: {command: [sleep, \
         '20']}}}}\n  - {name: once, image: busybox, command: [sh, -c, 'sleep 1']}\n  - name: \
         trigger\n    image: busybox\n    command: [sh, -c, 'sleep 8; exit 42']\n    \
         restartPolicy: Never\n    restartPolicyRules:\n    - {action: RestartAllContainers, \
         exitCodes: {operator: In, values: [42]}}\n",
    );
    let holds = |told: &PodStatus| {
        let one = told.conditions.iter().find(|one| &*one.kind == "AllContainersRestarting");
        one.filter(|one| one.status == Truth::True).map(|one| one.reason.clone())
    };
    let address = |told: &PodStatus| told.pod_ip.clone().expect("it has one");
    let (mut asked_at, mut gone_at, mut ip) = (None, None, None);
    let mut is_told_waiting = false;
    for _ in 0..400 {
        let to = cluster.now().plus_us(50_000);
        assert!(cluster.run_until(to, 1_000_000));
        let told = status(&cluster, "gang");
        assert!(!told.phase.is_terminal(), "{told:?}");
        if let Some(reason) = holds(&told) {
            assert_eq!(reason.as_deref(), Some("RestartAllContainersStarted"));
            asked_at = asked_at.or(Some(cluster.now()));
            ip = Some(address(&told));
        } else if asked_at.is_some() {
            gone_at = gone_at.or(Some(cluster.now()));
        }
        is_told_waiting |= told.container_statuses.iter().any(|one| match &one.state {
            ContainerState::Waiting { reason, .. } => &**reason == "RestartingAllContainers",
            _ => false,
        });
    }
    let took_us = gone_at.expect("it ends").since_us(asked_at.expect("it was asked for"));
    assert!((2_000_000..3_500_000).contains(&took_us), "no hook, two seconds of grace: {took_us}");
    assert!(is_told_waiting);
    let told = status(&cluster, "gang");
    assert_eq!(Some(address(&told)), ip, "the network stays");
    let all = told.init_container_statuses.iter().chain(&told.container_statuses);
    for one in all {
        assert_eq!(one.restart_count, 1, "{one:?}");
        let ContainerState::Terminated { exit_code, reason, .. } = &one.last_state else {
            panic!("it ran before: {one:?}")
        };
        assert_eq!((*exit_code, &**reason), (137, "RestartingAllContainers"));
    }
    assert!(told.container_statuses[0].state.is_running(), "no back-off holds it");
    let again = told.init_container_statuses[0].clone();
    assert!(matches!(again.state, ContainerState::Terminated { exit_code: 0, .. }), "{again:?}");
}

#[test]
fn a_rule_that_is_about_one_container_leaves_the_others_alone() {
    let mut cluster = start(1);
    apply(
        &mut cluster,
        "apiVersion: v1\nkind: Pod\nmetadata: {name: pair}\nspec:\n  restartPolicy: Never\n  \
         containers:\n  - {name: main, image: nginx}\n  - name: worker\n    image: busybox\n    \
         command: [sh, -c, 'sleep 4; exit 42']\n    restartPolicy: Never\n    \
         restartPolicyRules:\n    - {action: Restart, exitCodes: {operator: In, values: [42]}}\n",
    );
    advance(&mut cluster, 9);
    let told = status(&cluster, "pair");
    let counts: Vec<u32> = told.container_statuses.iter().map(|one| one.restart_count).collect();
    assert_eq!(counts, [0, 1]);
    assert!(told.conditions.iter().all(|one| &*one.kind != "AllContainersRestarting"));
}

#[test]
fn a_shell_that_lets_sigterm_pass_by_is_killed_when_its_grace_is_over() {
    let mut cluster = start(1);
    apply(
        &mut cluster,
        "apiVersion: v1\nkind: Pod\nmetadata: {name: deaf}\nspec:\n  \
         terminationGracePeriodSeconds: 7\n  containers: [{name: app, image: busybox, command: \
         [sh, -c, \"trap '' TERM; while true; do sleep 1; done\"]}]\n",
    );
    advance(&mut cluster, 5);
    run(&mut cluster, "delete pod deaf --wait=false", None);
    let is_there =
        |cluster: &Cluster| cluster.model().view().named(Kind::Pod, "default", "deaf").is_some();
    advance(&mut cluster, 6);
    assert!(is_there(&cluster), "the grace is not over");
    advance(&mut cluster, 4);
    assert!(!is_there(&cluster));
}
