//! Workloads whose Pods the server or a kubelet refuses: what is told, and what their status says.

mod common;

use common::{advance, run, start};
use podium::api::Kind;
use podium::cluster::Cluster;
use podium::kubectl;

fn apply(cluster: &mut Cluster, manifest: &str) {
    run(cluster, "kubectl apply -f -", Some(manifest));
}

fn failures(cluster: &mut Cluster, of: &str) -> Vec<String> {
    let events = cluster.model().view().table(Kind::Event).iter().filter_map(|one| one.event());
    let told = events.filter(|one| one.warning && &*one.about.name == of);
    told.map(|one| format!("{}:{}", one.reason, one.message)).collect()
}

fn status(cluster: &mut Cluster, what: &str) -> String {
    run(cluster, &format!("kubectl get {what} -o jsonpath={{.status}}"), None)
}

const TEMPLATE: &str = "{metadata: {labels: {app: a}}, spec: {priorityClassName: nope, \
                        containers: [{name: c, image: 'nginx:1.25'}]}}";

#[test]
fn a_stateful_set_tells_of_its_refused_pod_and_writes_its_status() {
    let mut cluster = start(3);
    let set = |more: &str| {
        format!(
            "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: db}}\nspec:\n  \
             selector: {{matchLabels: {{app: a}}}}\n  template: {TEMPLATE}\n{more}"
        )
    };
    apply(&mut cluster, &set(""));
    advance(&mut cluster, 10);
    let why = "pods \"db-0\" is forbidden: no PriorityClass with name nope was found";
    let text = format!("FailedCreate:Create Pod db-0 in StatefulSet db failed error: {why}");
    assert_eq!(failures(&mut cluster, "db"), [text]);
    let status = status(&mut cluster, "sts/db");
    assert!(status.contains("\"observedGeneration\":1"), "{status}");
    assert!(status.contains("\"updateRevision\":\"db-"), "{status}");
    let class = "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: nope}\n\
                 value: 1\n";
    apply(&mut cluster, class);
    advance(&mut cluster, 30);
    assert_eq!(
        run(&mut cluster, "kubectl get sts db -o jsonpath={.status.readyReplicas}", None),
        "1"
    );
}

#[test]
fn a_claim_that_is_refused_is_told_of_twice() {
    let mut cluster = start(3);
    let name = "d".repeat(250);
    let set = format!(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: db}}\nspec:\n  selector: \
         {{matchLabels: {{app: a}}}}\n  template: {{metadata: {{labels: {{app: a}}}}, spec: \
         {{containers: [{{name: c, image: 'nginx:1.25'}}]}}}}\n  volumeClaimTemplates: \
         [{{metadata: {{name: {name}}}, spec: {{accessModes: [ReadWriteOnce], resources: \
         {{requests: {{storage: 1Gi}}}}}}}}]\n"
    );
    apply(&mut cluster, &set);
    advance(&mut cluster, 5);
    let claim = format!("{name}-db-0");
    let why = format!("PersistentVolumeClaim \"{claim}\" is invalid: metadata.name: ");
    let about_claim =
        format!("FailedCreate:Create Claim {claim} for Pod db-0 in StatefulSet db failed error: ");
    let about_pod = format!(
        "FailedCreate:Create Pod db-0 in StatefulSet db failed error: failed to create PVC \
         {claim}: "
    );
    let told = failures(&mut cluster, "db");
    let starts = [about_claim + &why, about_pod + &why];
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(starts.iter().all(|start| told.iter().any(|one| one.starts_with(start))), "{told:?}");
}

#[test]
fn a_stateful_set_counts_its_pods_while_a_name_is_taken() {
    let mut cluster = start(3);
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: db-1}\nspec: {containers: [{name: c, \
               image: 'nginx:1.25'}]}\n";
    apply(&mut cluster, pod);
    let set = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  replicas: 2\n  \
               selector: {matchLabels: {app: a}}\n  template: {metadata: {labels: {app: a}}, \
               spec: {containers: [{name: c, image: 'nginx:1.25'}]}}\n";
    apply(&mut cluster, set);
    advance(&mut cluster, 20);
    let status = status(&mut cluster, "sts/db");
    assert!(status.contains("\"readyReplicas\":1,\"replicas\":1"), "{status}");
    assert_eq!(failures(&mut cluster, "db"), [""; 0], "nothing is told of a name that is taken");
}

#[test]
fn a_refused_pod_hides_no_event_of_those_made_beside_it() {
    let mut cluster = start(3);
    let manifest = "apiVersion: v1\nkind: Pod\nmetadata: {name: db-2}\nspec: {containers: [{name: \
                    c, image: 'nginx:1.25'}]}\n---\napiVersion: apps/v1\nkind: StatefulSet\n\
                    metadata: {name: db}\nspec:\n  replicas: 4\n  podManagementPolicy: Parallel\n  \
                    selector: {matchLabels: {app: a}}\n  template: {metadata: {labels: {app: a}}, \
                    spec: {containers: [{name: c, image: 'nginx:1.25'}]}}\n";
    apply(&mut cluster, manifest);
    advance(&mut cluster, 20);
    let events = cluster.model().view().table(Kind::Event).iter().filter_map(|one| one.event());
    let told = events.filter(|one| &*one.about.name == "db").map(|one| one.message.to_string());
    let told: Vec<_> = told.collect();
    let made = ["db-0", "db-1"].map(|pod| format!("Create Pod {pod} in StatefulSet db successful"));
    assert_eq!(told, made, "db-3 is in the batch behind");
}

#[test]
fn a_daemon_set_says_how_many_it_wants_though_none_may_be_made() {
    let mut cluster = start(3);
    let set = format!(
        "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {{name: ds}}\nspec: {{selector: \
         {{matchLabels: {{app: a}}}}, template: {TEMPLATE}}}\n"
    );
    apply(&mut cluster, &set);
    advance(&mut cluster, 10);
    let why = "pods \"ds-\" is forbidden: no PriorityClass with name nope was found";
    assert_eq!(failures(&mut cluster, "ds"), [format!("FailedCreate:Error creating: {why}")]);
    assert_eq!(
        status(&mut cluster, "ds/ds"),
        "{\"currentNumberScheduled\":0,\"desiredNumberScheduled\":3,\"numberMisscheduled\":0,\
         \"numberReady\":0,\"numberUnavailable\":3,\"observedGeneration\":1}"
    );
}

#[test]
fn a_job_begins_though_its_pods_are_refused_and_tries_less_and_less_often() {
    let mut cluster = start(3);
    let job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec: {parallelism: 3, \
               completions: 3, template: {spec: {restartPolicy: Never, serviceAccountName: foo, \
               containers: [{name: c, image: 'nginx:1.25'}]}}}\n";
    apply(&mut cluster, job);
    advance(&mut cluster, 40);
    let why = "pods \"j-\" is forbidden: error looking up service account default/foo: \
               serviceaccount \"foo\" not found";
    assert_eq!(failures(&mut cluster, "j"), [format!("FailedCreate:Error creating: {why}")]);
    let counts = "kubectl get events -o jsonpath={.items[*].count}";
    let count: u32 = run(&mut cluster, counts, None).parse().expect("one Event");
    assert!((6..=7).contains(&count), "after 0, 1, 3, 7, 15 and 31 seconds: {count}");
    let status = status(&mut cluster, "job/j");
    assert!(status.starts_with("{\"ready\":0,\"startTime\":"), "{status}");
    assert!(status.ends_with(",\"terminating\":0,\"uncountedTerminatedPods\":{}}"), "{status}");
}

#[test]
fn nothing_is_told_in_a_namespace_that_goes() {
    let mut cluster = start(3);
    run(&mut cluster, "kubectl create namespace shop", None);
    run(&mut cluster, "kubectl create deployment web --image=nginx:1.25 -n shop", None);
    advance(&mut cluster, 10);
    run(&mut cluster, "kubectl delete namespace shop --wait=false", None);
    let mut most = 0;
    for _ in 0..25 {
        let told = run(&mut cluster, "kubectl get events -n shop -o name", None).lines().count();
        assert!(most == 0 || told <= most, "{told} Events after {most}");
        most = told;
        let conditions = "kubectl get deploy -n shop -o jsonpath={.items[*].status.conditions}";
        let conditions = run(&mut cluster, conditions, None);
        assert!(!conditions.contains("ReplicaSetCreateError"), "{conditions}");
        advance(&mut cluster, 1);
    }
}

#[test]
fn a_pod_that_its_kubelet_refuses_has_no_amounts() {
    let mut cluster = start(3);
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: big}\nspec: {nodeName: node-1, \
               containers: [{name: c, image: 'nginx:1.25', resources: {requests: {cpu: 500}}}]}\n";
    apply(&mut cluster, pod);
    advance(&mut cluster, 5);
    let status = status(&mut cluster, "pod/big");
    assert!(status.contains("\"reason\":\"OutOfcpu\""), "{status}");
    assert!(!status.contains("esources\":"), "{status}");
}

#[test]
fn a_quota_refuses_what_exceeds_it_and_counts_what_goes() {
    let mut cluster = start(3);
    let quota = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q}\nspec: {hard: \
                 {pods: '2', requests.memory: 1Gi, count/deployments.apps: '1', \
                 persistentvolumeclaims: '1', services.nodeports: '0'}}\n";
    apply(&mut cluster, quota);
    advance(&mut cluster, 1);
    let used = |cluster: &mut Cluster, what: &str| {
        let path = format!("kubectl get quota q -o 'jsonpath={{.status.used.{what}}}'");
        run(cluster, &path, None)
    };
    assert_eq!(used(&mut cluster, "pods"), "0");
    let web = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 3\n  \
               selector: {matchLabels: {app: a}}\n  template: {metadata: {labels: {app: a}}, spec: \
               {containers: [{name: c, image: 'nginx:1.25', resources: {requests: {memory: \
               100Mi}}}]}}\n";
    apply(&mut cluster, web);
    advance(&mut cluster, 10);
    assert_eq!(used(&mut cluster, "pods"), "2");
    assert_eq!(used(&mut cluster, "requests\\.memory"), "200Mi");
    assert_eq!(used(&mut cluster, "count/deployments\\.apps"), "1");
    let ready = "kubectl get deploy web -o jsonpath={.status.readyReplicas}";
    assert_eq!(run(&mut cluster, ready, None), "2");
    let set = run(&mut cluster, "kubectl get rs -o jsonpath={.items[0].metadata.name}", None);
    let why = "is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2";
    let told = failures(&mut cluster, &set);
    assert!(told.iter().all(|one| one.ends_with(why)) && !told.is_empty(), "{told:?}");
    // Less is used as soon as something goes.
    run(&mut cluster, "kubectl scale deploy web --replicas=1", None);
    advance(&mut cluster, 10);
    assert_eq!(used(&mut cluster, "pods"), "1");
    let refusal = |cluster: &mut Cluster, line: &str| {
        let limit = cluster.now().plus_seconds(10);
        podium::kubectl::execute(cluster, "default", &podium::kubectl::split(line), None, limit)
            .stderr
    };
    assert_eq!(
        refusal(&mut cluster, "kubectl run bare --image=nginx:1.25"),
        "Error from server (Forbidden): pods \"bare\" is forbidden: failed quota: q: must specify \
         requests.memory for: bare\n"
    );
    assert_eq!(
        refusal(&mut cluster, "kubectl create deployment other --image=nginx:1.25"),
        "error: failed to create deployment: deployments.apps \"other\" is forbidden: exceeded \
         quota: q, requested: count/deployments.apps=1, used: count/deployments.apps=1, limited: \
         count/deployments.apps=1\n"
    );
    assert_eq!(
        refusal(&mut cluster, "kubectl expose deploy web --port=80 --type=NodePort"),
        "Error from server (Forbidden): services \"web\" is forbidden: exceeded quota: q, \
         requested: services.nodeports=1, used: services.nodeports=0, limited: \
         services.nodeports=0\n"
    );
}

#[test]
fn a_quota_of_a_scope_counts_only_what_is_in_it() {
    let mut cluster = start(3);
    let quota = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q}\nspec: {hard: {pods: '1'}, \
                 scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, \
                 values: [high]}]}}\n---\napiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\n\
                 metadata: {name: high}\nvalue: 9\n";
    apply(&mut cluster, quota);
    advance(&mut cluster, 1);
    let pod = |name: &str, class: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec: {{{class}containers: \
             [{{name: c, image: 'nginx:1.25'}}]}}\n"
        )
    };
    apply(&mut cluster, &pod("usual", ""));
    apply(&mut cluster, &pod("first", "priorityClassName: high, "));
    assert_eq!(run(&mut cluster, "kubectl get quota q -o jsonpath={.status.used.pods}", None), "1");
    let limit = cluster.now().plus_seconds(10);
    let words = podium::kubectl::split("kubectl apply -f -");
    let second = pod("second", "priorityClassName: high, ");
    let output =
        podium::kubectl::execute(&mut cluster, "default", &words, Some(&second), limit).stderr;
    assert!(output.contains("exceeded quota: q, requested: pods=1, used: pods=1"), "{output}");
}

#[test]
fn a_job_that_was_copied_with_its_labels_is_refused() {
    let mut cluster = start(3);
    let job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec: {selector: {matchLabels: \
               {batch.kubernetes.io/controller-uid: abc}}, template: {metadata: {labels: \
               {batch.kubernetes.io/controller-uid: abc, job-name: old}}, spec: {restartPolicy: \
               Never, containers: [{name: c, image: 'nginx:1.25'}]}}}\n";
    let (line, limit) = (kubectl::split("kubectl apply -f -"), cluster.now().plus_seconds(100));
    let told = kubectl::execute(&mut cluster, "default", &line, Some(job), limit).stderr;
    let at = "* spec.template.metadata.labels";
    for text in [
        format!("{at}[job-name]: Invalid value: {{"),
        ": must be 'j'".to_owned(),
        format!("{at}[batch.kubernetes.io/controller-uid]: Invalid value: {{"),
        "* spec.selector: Invalid value: \
         {\"matchLabels\":{\"batch.kubernetes.io/controller-uid\":\"abc\"}}: `selector` not \
         auto-generated"
            .to_owned(),
    ] {
        assert!(told.contains(&text), "{text} in {told}");
    }
    assert_eq!(run(&mut cluster, "kubectl get jobs", None), "");
}
