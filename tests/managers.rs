//! Who manages which fields, and what applying on the server makes of it.

mod common;

use common::{advance, run, start};
use podium::cluster::Cluster;
use podium::kubectl;

const WEB: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {team: a}}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: c
        image: nginx:1.27
        env: [{name: A, value: '1'}, {name: B, value: '2'}]
        ports: [{containerPort: 80}]
";

/// What a line of kubectl prints on both outputs, with its code.
fn said(cluster: &mut Cluster, line: &str, stdin: &str) -> (i32, String) {
    let limit = cluster.now().plus_seconds(100);
    let words = kubectl::split(line);
    let output = kubectl::execute(cluster, "default", &words, Some(stdin), limit);
    (output.code, output.stdout + &output.stderr)
}

fn server_side(cluster: &mut Cluster, flags: &str, stdin: &str) -> (i32, String) {
    said(cluster, &format!("apply --server-side {flags} -f -"), stdin)
}

fn field(cluster: &mut Cluster, path: &str) -> String {
    run(cluster, &format!("get deploy web -o jsonpath={{{path}}}"), None)
}

/// The managers: `manager operation subresource`.
fn managers(cluster: &mut Cluster) -> Vec<String> {
    let path = "{range .metadata.managedFields[*]}{.manager} {.operation} {.subresource}|{end}";
    let text = run(cluster, &format!("get deploy web -o jsonpath='{path}'"), None);
    text.split_terminator('|').map(|one| one.trim().to_owned()).collect()
}

const ADVICE: &str = "
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the `--force-conflicts` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts
";

#[test]
fn who_applies_what_another_wrote_is_refused_unless_it_is_forced_or_the_same() {
    let mut cluster = start(1);
    run(&mut cluster, "apply -f -", Some(WEB));
    let five = WEB.replace("replicas: 3", "replicas: 5");
    let (code, text) = server_side(&mut cluster, "--field-manager=ci", &five);
    let one = "error: Apply failed with 1 conflict: conflict with \"kubectl-client-side-apply\" \
               using apps/v1: .spec.replicas";
    assert_eq!((code, text), (1, format!("{one}{ADVICE}")));
    let same = server_side(&mut cluster, "--field-manager=ci", WEB);
    assert_eq!(same, (0, "deployment.apps/web serverside-applied\n".to_owned()));
    assert_eq!(managers(&mut cluster), ["ci Apply"], "it takes over what kubectl applied");

    let other = five.replace("nginx:1.27", "nginx:1.28");
    let (code, text) = server_side(&mut cluster, "--field-manager=cd", &other);
    let both = "error: Apply failed with 2 conflicts: conflicts with \"ci\":\n- .spec.replicas\n- \
                .spec.template.spec.containers[name=\"c\"].image";
    assert_eq!((code, text), (1, format!("{both}{ADVICE}")));
    assert_eq!(field(&mut cluster, ".spec.replicas"), "3");
    let (code, _) = server_side(&mut cluster, "--field-manager=cd --force-conflicts", &other);
    assert_eq!((code, field(&mut cluster, ".spec.replicas")), (0, "5".to_owned()));

    let own = WEB.replace("replicas: 3", "replicas: 4").replace("nginx:1.27", "nginx:1.28");
    let (code, text) = server_side(&mut cluster, "--field-manager=ci", &own);
    let one = "error: Apply failed with 1 conflict: conflict with \"cd\": .spec.replicas";
    assert_eq!((code, text), (1, format!("{one}{ADVICE}")));
}

#[test]
fn what_a_manager_no_longer_names_goes_unless_another_names_it() {
    let mut cluster = start(1);
    assert_eq!(server_side(&mut cluster, "--field-manager=a", WEB).0, 0);
    let label =
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, labels: {team: a, x: z}}\n";
    assert_eq!(server_side(&mut cluster, "--field-manager=b", label).0, 0);
    let less = WEB
        .replace(", labels: {team: a}}\nspec", "}\nspec")
        .replace(", {name: B, value: '2'}", "")
        .replace("        ports: [{containerPort: 80}]\n", "")
        .replace("  replicas: 3\n", "");
    assert_eq!(
        server_side(&mut cluster, "--field-manager=a", &less),
        (0, "deployment.apps/web serverside-applied\n".to_owned())
    );
    assert_eq!(field(&mut cluster, ".metadata.labels"), "{\"team\":\"a\",\"x\":\"z\"}");
    let container = ".spec.template.spec.containers[0]";
    let env = field(&mut cluster, &format!("{container}.env"));
    assert_eq!(env, "[{\"name\":\"A\",\"value\":\"1\"}]");
    assert_eq!(field(&mut cluster, &format!("{container}.ports")), "");
    assert_eq!(field(&mut cluster, ".spec.replicas"), "1", "the default comes back");
    let none = label.replace(", labels: {team: a, x: z}", "");
    assert_eq!(server_side(&mut cluster, "--field-manager=b", &none).0, 0);
    assert_eq!(field(&mut cluster, ".metadata.labels"), "");
    assert_eq!(managers(&mut cluster), ["a Apply"]);
}

#[test]
fn a_list_with_keys_belongs_to_several_and_one_without_to_one() {
    let mut cluster = start(1);
    assert_eq!(server_side(&mut cluster, "--field-manager=a", WEB).0, 0);
    let side = |more: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, finalizers: [a.b/c]}}\nspec:\n  \
             template:\n    spec:\n      containers:\n      - name: side\n        image: busybox\n{more}"
        )
    };
    assert_eq!(server_side(&mut cluster, "--field-manager=b", &side("")).0, 0);
    assert_eq!(field(&mut cluster, ".spec.template.spec.containers[*].name"), "c side");
    let more = "        args: [x]\n      tolerations: [{key: k, operator: Exists}]\n";
    assert_eq!(server_side(&mut cluster, "--field-manager=b", &side(more)).0, 0);
    let alien =
        WEB.replace("    spec:\n", "    spec:\n      tolerations: [{key: z, operator: Exists}]\n");
    let (code, text) = server_side(&mut cluster, "--field-manager=a", &alien);
    let one =
        "error: Apply failed with 1 conflict: conflict with \"b\": .spec.template.spec.tolerations";
    assert_eq!((code, text), (1, format!("{one}{ADVICE}")));
    let less = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n";
    assert_eq!(server_side(&mut cluster, "--field-manager=b", less).0, 0);
    assert_eq!(field(&mut cluster, ".spec.template.spec.containers[*].name"), "c");
    assert_eq!(field(&mut cluster, ".metadata.finalizers"), "");
}

#[test]
fn other_commands_write_down_what_they_changed() {
    let mut cluster = start(1);
    assert_eq!(server_side(&mut cluster, "", WEB).0, 0);
    run(&mut cluster, "scale deploy/web --replicas=7", None);
    run(&mut cluster, "set image deploy/web c=nginx:1.29", None);
    run(&mut cluster, "label deploy web team=b --overwrite", None);
    assert_eq!(
        managers(&mut cluster),
        ["kubectl Apply", "kubectl Update scale", "kubectl-label Update", "kubectl-set Update"]
    );
    let (code, text) = server_side(&mut cluster, "", WEB);
    let paths = "error: Apply failed with 3 conflicts: conflicts with \"kubectl\" with subresource \
                 \"scale\" using apps/v1:\n- .spec.replicas\nconflicts with \"kubectl-label\" using \
                 apps/v1:\n- .metadata.labels.team\nconflicts with \"kubectl-set\" using apps/v1:\n- \
                 .spec.template.spec.containers[name=\"c\"].image";
    assert_eq!((code, text), (1, format!("{paths}{ADVICE}")));
    let without = WEB.replace("  replicas: 3\n", "");
    let (code, _) = server_side(&mut cluster, "--force-conflicts", &without);
    assert_eq!((code, field(&mut cluster, ".spec.replicas")), (0, "7".to_owned()));
    assert_eq!(managers(&mut cluster), ["kubectl Apply", "kubectl Update scale"]);
}

#[test]
fn who_applied_on_the_client_goes_on_on_the_server() {
    let mut cluster = start(1);
    run(&mut cluster, "apply -f -", Some(WEB));
    // Nobody else has touched what was applied, so that kubectl may change it; what it no longer
    // names goes with it.
    let next =
        WEB.replace("replicas: 3", "replicas: 4").replace(", labels: {team: a}}\nspec", "}\nspec");
    let (code, text) = server_side(&mut cluster, "", &next);
    assert_eq!((code, text.as_str()), (0, "deployment.apps/web serverside-applied\n"));
    assert_eq!(field(&mut cluster, ".spec.replicas"), "4");
    assert_eq!(field(&mut cluster, ".metadata.labels"), "");
    assert_eq!(managers(&mut cluster), ["kubectl Apply", "kubectl-last-applied Apply"]);
    let last = run(&mut cluster, "apply view-last-applied deploy web", None);
    assert!(last.contains("replicas: 4") && !last.contains("team"), "{last}");
    // What somebody else has changed since is no longer kubectl's.
    run(&mut cluster, "scale deploy/web --replicas=9", None);
    let (code, text) = server_side(&mut cluster, "", &next);
    let one = "error: Apply failed with 1 conflict: conflict with \"kubectl\" with subresource \
               \"scale\" using apps/v1: .spec.replicas";
    assert_eq!((code, text), (1, format!("{one}{ADVICE}")));
}

#[test]
fn managed_fields_are_shown_if_asked_for_and_in_templates() {
    let mut cluster = start(1);
    let map =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, labels: {a: b}}\ndata: {k: v}\n";
    assert_eq!(server_side(&mut cluster, "", map).0, 0);
    advance(&mut cluster, 5);
    run(&mut cluster, "annotate cm m note=hi", None);
    assert!(!run(&mut cluster, "get cm m -o yaml", None).contains("managedFields"));
    let text = run(&mut cluster, "get cm m -o yaml --show-managed-fields", None);
    let shown = "  managedFields:
  - apiVersion: v1
    fieldsType: FieldsV1
    fieldsV1:
      f:data:
        f:k: {}
      f:metadata:
        f:labels:
          f:a: {}
    manager: kubectl
    operation: Apply
    time: \"2026-01-01T00:00:00Z\"
  - apiVersion: v1
    fieldsType: FieldsV1
    fieldsV1:
      f:metadata:
        f:annotations:
          .: {}
          f:note: {}
    manager: kubectl-annotate
    operation: Update
    time: \"2026-01-01T00:00:05Z\"
";
    assert!(text.contains(shown), "{text}");
    let names =
        run(&mut cluster, "get cm m -o jsonpath={.metadata.managedFields[*].manager}", None);
    assert_eq!(names, "kubectl kubectl-annotate");
    run(&mut cluster, "delete cm m", None);
    run(&mut cluster, "create configmap m --from-literal=k=v", None);
    let text = run(&mut cluster, "get cm m -o yaml --show-managed-fields", None);
    assert!(text.contains("manager: kubectl-create\n") && !text.contains("manager: kubectl\n"));
}

#[test]
fn a_new_deployment_is_its_makers_with_all_defaults() {
    let mut cluster = start(1);
    run(&mut cluster, "apply -f -", Some(WEB));
    let text = run(&mut cluster, "get deploy web -o yaml --show-managed-fields", None);
    let shown = "    fieldsV1:
      f:metadata:
        f:annotations:
          .: {}
          f:kubectl.kubernetes.io/last-applied-configuration: {}
        f:labels:
          .: {}
          f:team: {}
      f:spec:
        f:progressDeadlineSeconds: {}
        f:replicas: {}
        f:revisionHistoryLimit: {}
        f:selector: {}
        f:strategy:
          f:rollingUpdate:
            .: {}
            f:maxSurge: {}
            f:maxUnavailable: {}
          f:type: {}
        f:template:
          f:metadata:
            f:labels:
              .: {}
              f:app: {}
          f:spec:
            f:containers:
              k:{\"name\":\"c\"}:
                .: {}
                f:env:
                  .: {}
                  k:{\"name\":\"A\"}:
                    .: {}
                    f:name: {}
                    f:value: {}
                  k:{\"name\":\"B\"}:
                    .: {}
                    f:name: {}
                    f:value: {}
                f:image: {}
                f:imagePullPolicy: {}
                f:name: {}
                f:ports:
                  .: {}
                  k:{\"containerPort\":80,\"protocol\":\"TCP\"}:
                    .: {}
                    f:containerPort: {}
                    f:protocol: {}
                f:resources: {}
                f:terminationMessagePath: {}
                f:terminationMessagePolicy: {}
            f:dnsPolicy: {}
            f:restartPolicy: {}
            f:schedulerName: {}
            f:securityContext: {}
            f:terminationGracePeriodSeconds: {}
    manager: kubectl-client-side-apply
    operation: Update
";
    assert!(text.contains(shown), "{text}");
}

#[test]
fn what_the_server_gives_a_new_object_is_not_its_makers() {
    let mut cluster = start(1);
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {type: NodePort, ports: \
                   [{port: 80}]}\n";
    run(&mut cluster, "create -f -", Some(service));
    run(&mut cluster, "create job j --image=busybox -- sleep 5", None);
    let spec = |cluster: &mut Cluster, what: &str| {
        let path = "{.metadata.managedFields[0].fieldsV1.f:spec}";
        let text = run(cluster, &format!("get {what} -o jsonpath={path}"), None);
        let spec: std::collections::BTreeMap<String, serde_json::Value> =
            serde_json::from_str(&text).expect(&text);
        spec
    };
    let own = spec(&mut cluster, "svc s");
    let names: Vec<&str> = own.keys().map(String::as_str).collect();
    let wanted = [
        "f:externalTrafficPolicy",
        "f:internalTrafficPolicy",
        "f:ports",
        "f:sessionAffinity",
        "f:type",
    ];
    assert_eq!(names, wanted);
    let port = own["f:ports"]["k:{\"port\":80,\"protocol\":\"TCP\"}"].clone();
    assert_eq!(port.to_string(), r#"{".":{},"f:port":{},"f:protocol":{},"f:targetPort":{}}"#);
    let own = spec(&mut cluster, "job j");
    assert!(own.contains_key("f:completions") && !own.contains_key("f:selector"), "{own:?}");
    assert!(own["f:template"].get("f:metadata").is_none(), "{own:?}");
}

#[test]
fn a_volume_that_is_only_called_like_the_servers_belongs_to_who_wrote_it() {
    let mut cluster = start(1);
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n    \
               image: nginx\n    volumeMounts: [{name: my-serviceaccount, mountPath: /serviceaccount}]\n  \
               volumes: [{name: my-serviceaccount, emptyDir: {}}]\n";
    run(&mut cluster, "apply -f -", Some(pod));
    let text = run(&mut cluster, "get pod p -o yaml --show-managed-fields", None);
    let (managed, rest) = text.split_once("\n  name: p\n").expect("the name stands behind them");
    assert!(managed.contains(r#"k:{"name":"my-serviceaccount"}"#), "{managed}");
    assert!(managed.contains(r#"k:{"mountPath":"/serviceaccount"}"#), "{managed}");
    assert!(rest.contains("kube-api-access-") && !managed.contains("kube-api-access-"));
}

#[test]
fn what_controllers_made_is_theirs_and_nobody_sends_managers() {
    let mut cluster = start(1);
    run(&mut cluster, "apply -f -", Some(WEB));
    advance(&mut cluster, 10);
    let name = run(&mut cluster, "get pods -o jsonpath={.items[0].metadata.name}", None);
    let pod = |extra: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n{extra}spec: {{containers: [{{name: c, \
             image: 'nginx:1.28'}}]}}\n"
        )
    };
    let (code, text) = server_side(&mut cluster, "", &pod(""));
    let one = "error: Apply failed with 1 conflict: conflict with \"kube-controller-manager\" using \
               v1: .spec.containers[name=\"c\"].image";
    assert_eq!((code, text), (1, format!("{one}{ADVICE}")));
    let (code, text) = server_side(&mut cluster, "", &pod("  managedFields: []\n"));
    assert_eq!(
        (code, text.as_str()),
        (1, "Error from server (BadRequest): metadata.managedFields must be nil\n")
    );
}

#[test]
fn what_the_schema_lacks_and_a_dry_run_change_nothing() {
    let mut cluster = start(1);
    let odd = WEB.replace("  replicas: 3\n", "  replcas: 3\n");
    let (code, text) = server_side(&mut cluster, "", &odd);
    assert_eq!(
        (code, text.as_str()),
        (
            1,
            "Error from server: failed to create typed patch object (default/web; apps/v1, \
             Kind=Deployment): .spec.replcas: field not declared in schema\n"
        )
    );
    assert_eq!(server_side(&mut cluster, "", WEB).0, 0);
    let before = managers(&mut cluster);
    let five = WEB.replace("replicas: 3", "replicas: 5");
    let dry =
        server_side(&mut cluster, "--dry-run=server --field-manager=x --force-conflicts", &five);
    assert_eq!(dry, (0, "deployment.apps/web serverside-applied (server dry run)\n".to_owned()));
    assert_eq!(
        (field(&mut cluster, ".spec.replicas"), managers(&mut cluster)),
        ("3".into(), before)
    );
}

#[test]
fn going_back_takes_the_managers_along_and_equal_runs_are_equal() {
    let play = |cluster: &mut Cluster| {
        assert_eq!(server_side(cluster, "", WEB).0, 0);
        advance(cluster, 10);
        run(cluster, "scale deploy/web --replicas=7", None);
        advance(cluster, 10);
    };
    let (mut one, mut other) = (start(1), start(1));
    play(&mut one);
    play(&mut other);
    assert_eq!(one.digest(), other.digest());
    let (now, digest) = (one.now(), one.digest());
    let both = managers(&mut one);
    one.seek(podium::base::SimTime::from_seconds(5));
    assert_eq!(managers(&mut one), ["kubectl Apply"]);
    one.seek(now);
    assert_eq!((managers(&mut one), one.digest()), (both, digest));
}
