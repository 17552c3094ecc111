//! What the API server says of Pods, templates and Jobs, case by case.
//!
//! Must not know how a rule is looked up. Invariant: a case is a manifest as people write it and
//! all that is said of it, in order.

use super::kinds_tests::{told, told_of_change};
use super::tests::{of_container, of_pod};

const TEMPLATE: &str =
    "template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}";

#[test]
fn a_job_with_indexes_has_bounds() {
    let head = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}";
    let template = TEMPLATE;
    for (fields, texts) in [
        ("completionMode: Indexed, completions: 3, parallelism: 2", vec![]),
        (
            "completionMode: Indexed, parallelism: 100001",
            vec![
                "completions: Required value: when completion mode is Indexed",
                "parallelism: Invalid value: 100001: must be less than or equal to 100000 when \
                 completion mode is Indexed",
            ],
        ),
        (
            "completionMode: Indexed, completions: 200000, parallelism: 20000, \
             backoffLimitPerIndex: 1",
            vec![
                "maxFailedIndexes: Required value: must be specified when completions is above \
                 100000",
                "parallelism: Invalid value: 20000: must be less than or equal to 10000 when \
                 completions are above 100000 and used with backoff limit per index",
            ],
        ),
        (
            "maxFailedIndexes: 1, managedBy: x, completionMode: Foo",
            vec![
                "backoffLimitPerIndex: Required value: when maxFailedIndexes is specified",
                "managedBy: Invalid value: \"x\": must be a domain-prefixed path (such as \
                 \"acme.io/foo\")",
                "completionMode: Unsupported value: \"Foo\": supported values: \"NonIndexed\", \
                 \"Indexed\"",
                "maxFailedIndexes: Invalid value: 1: requires indexed completion mode",
            ],
        ),
        (
            "completionMode: Indexed, completions: 5, successPolicy: {rules: [{}, \
             {succeededIndexes: '0,2-3', succeededCount: 4}, {succeededIndexes: 3-1}, \
             {succeededIndexes: 1-a}, {succeededIndexes: '7'}, {succeededCount: 6}]}",
            vec![
                "successPolicy.rules[0]: Required value: at least one of succeededCount or \
                 succeededIndexes must be specified",
                "successPolicy.rules[1].succeededCount: Invalid value: 4: must be less than or \
                 equal to 3 (the number of indexes in the specified succeededIndexes field)",
                "successPolicy.rules[2].succeededIndexes: Invalid value: \"3-1\": error parsing \
                 succeededIndexes: non-increasing order, previous: 3, current: 1",
                "successPolicy.rules[3].succeededIndexes: Invalid value: \"1-a\": error parsing \
                 succeededIndexes: cannot convert string to integer for index: \"a\"",
                "successPolicy.rules[4].succeededIndexes: Invalid value: \"7\": error parsing \
                 succeededIndexes: too large index: \"7\"",
                "successPolicy.rules[5].succeededCount: Invalid value: 6: must be less than or \
                 equal to 5 (the number of specified completions)",
            ],
        ),
        (
            "podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: 'a b'}]}]}, \
             podReplacementPolicy: TerminatingOrFailed",
            vec![
                "podFailurePolicy.rules[0].onPodConditions[0].type: Invalid value: \"a b\": name \
                 part must consist of alphanumeric characters, '-', '_' or '.', and must start and \
                 end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', \
                 regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
                "podReplacementPolicy: Unsupported value: \"TerminatingOrFailed\": supported \
                 values: \"Failed\"",
            ],
        ),
    ] {
        let texts: Vec<String> = texts.into_iter().map(|text| format!("spec.{text}")).collect();
        let yaml = format!("{head}\nspec: {{{fields}, {template}}}\n");
        assert_eq!(told(&yaml), texts, "{fields}");
    }
    let long = "j".repeat(62);
    let yaml = format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: {long}}}\nspec: {{completionMode: \
         Indexed, completions: 1, {template}}}\n"
    );
    assert_eq!(
        told(&yaml),
        [format!(
            "metadata.name: Invalid value: \"{long}\": will not able to create pod with invalid DNS \
             label: {long}-0"
        )]
    );
}

#[test]
fn a_cron_job_is_checked() {
    let cron = |name: &str, fields: &str| {
        format!(
            "apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: {name}}}\nspec: {{{fields}, \
             jobTemplate: {{spec: {{{TEMPLATE}}}}}}}\n"
        )
    };
    let text = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead";
    assert_eq!(
        told(&cron("a", "schedule: TZ=UTC 0 0 * * *, failedJobsHistoryLimit: -1")),
        [
            format!("spec.schedule: Invalid value: \"TZ=UTC 0 0 * * *\": {text}"),
            "spec.failedJobsHistoryLimit: Invalid value: -1: must be greater than or equal to 0"
                .to_owned(),
        ]
    );
    let (old, new) = ("schedule: 0 0 * * *", "schedule: 0 1 * * *");
    let name = "c".repeat(53);
    let text =
        format!("metadata.name: Invalid value: \"{name}\": must be no more than 52 characters");
    assert_eq!(told(&cron(&name, old)), [text]);
    assert_eq!(told_of_change(&cron(&name, old), &cron(&name, new)), [""; 0], "its name stays");
}

#[test]
fn a_pod_fits_its_machine() {
    let windows = "cannot be set for a windows pod";
    for (spec, texts) in [
        ("os: {name: linux}", vec![]),
        ("os: {}", vec!["spec.os.name: Required value".to_owned()]),
        (
            "os: {name: mac}",
            vec![
                "spec.os: Unsupported value: \"mac\": supported values: \"linux\", \"windows\""
                    .to_owned(),
            ],
        ),
        (
            "os: {name: windows}\nhostPID: true\nsecurityContext: {runAsUser: 1, fsGroup: 1}\n\
             containers: [{name: c, image: i, securityContext: {privileged: true}}]",
            vec![
                format!("spec.hostPID: Forbidden: {windows}"),
                format!("spec.securityContext.fsGroup: Forbidden: {windows}"),
                format!("spec.securityContext.runAsUser: Forbidden: {windows}"),
                format!("spec.containers[0].securityContext.privileged: Forbidden: {windows}"),
            ],
        ),
        (
            "os: {name: linux}\nsecurityContext: {windowsOptions: {runAsUserName: ''}}",
            vec![
                "spec.securityContext.windowsOptions.runAsUserName: Invalid value: \"\": \
                 runAsUserName cannot be an empty string"
                    .to_owned(),
                "spec.securityContext.windowsOptions: Forbidden: windows options cannot be set for \
                 a linux pod"
                    .to_owned(),
            ],
        ),
        (
            "hostUsers: false\nhostNetwork: true\nhostIPC: true",
            vec![
                "spec.hostNetwork: Forbidden: when `hostUsers` is false".to_owned(),
                "spec.HostIPC: Forbidden: when `hostUsers` is false".to_owned(),
            ],
        ),
        (
            "hostNetwork: true\nsecurityContext: {sysctls: [{name: net.core.somaxconn, value: '1'}], \
             seLinuxChangePolicy: MountOption}",
            vec![
                "spec.securityContext.sysctls[0].name: Invalid value: \"net.core.somaxconn\": may \
                 not be specified when 'hostNetwork' is true"
                    .to_owned(),
                "spec.securityContext.seLinuxChangePolicy: Unsupported value: \"MountOption\": \
                 supported values: \"Recursive\""
                    .to_owned(),
            ],
        ),
        (
            "dnsConfig: {nameservers: [1.2.3], searches: [a_b.c, 'A', .], options: [{value: x}]}",
            vec![
                "spec.dnsConfig.nameservers[0]: Invalid value: \"1.2.3\": must be a valid IP \
                 address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
                    .to_owned(),
                "spec.dnsConfig.searches[1]: Invalid value: \"A\": a lowercase RFC 1123 subdomain \
                 must consist of lower case alphanumeric characters, '_', '-' or '.', and must \
                 start and end with an alphanumeric character (e.g. 'example.com', regex used for \
                 validation is \
                 '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')"
                    .to_owned(),
                "spec.dnsConfig.options[0]: Required value: must not be empty".to_owned(),
            ],
        ),
    ] {
        assert_eq!(of_pod(spec), texts, "{spec}");
    }
}

#[test]
fn probes_and_hooks_are_checked() {
    let at = "spec.containers[0].";
    for (fields, spec, texts) in [
        (
            "livenessProbe: {httpGet: {port: 80, scheme: http, httpHeaders: [{name: 'a b', value: \
             c}]}}",
            "",
            vec![
                "livenessProbe.httpGet.scheme: Unsupported value: \"http\": supported values: \
                 \"HTTP\", \"HTTPS\"",
                "livenessProbe.httpGet.httpHeaders: Invalid value: \"a b\": a valid HTTP header \
                 must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used \
                 for validation is '[-A-Za-z0-9]+')",
            ],
        ),
        (
            "readinessProbe: {terminationGracePeriodSeconds: 5, tcpSocket: {port: 0}, periodSeconds: \
             -1}, startupProbe: {exec: {command: []}, successThreshold: 2}",
            "",
            vec![
                "readinessProbe.tcpSocket.port: Invalid value: 0: must be between 1 and 65535, \
                 inclusive",
                "readinessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0",
                "readinessProbe.terminationGracePeriodSeconds: Invalid value: 5: must not be set \
                 for readinessProbes",
                "startupProbe.exec.command: Required value",
                "startupProbe.successThreshold: Invalid value: 2: must be 1",
            ],
        ),
        (
            "lifecycle: {postStart: {}, preStop: {exec: {command: [a]}, sleep: {seconds: 5}}}",
            "",
            vec![
                "lifecycle.postStart: Required value: must specify a handler type",
                "lifecycle.preStop.sleep: Forbidden: may not specify more than 1 handler type",
            ],
        ),
        (
            "lifecycle: {stopSignal: SIGUSR1}",
            "",
            vec![
                "lifecycle.stopSignal: Forbidden: may not be set for containers with empty \
                 `spec.os.name`",
            ],
        ),
        ("lifecycle: {stopSignal: SIGUSR1}", "os: {name: linux}", vec![]),
        (
            "lifecycle: {stopSignal: SIGUSR1}",
            "os: {name: windows}",
            vec![
                "lifecycle.stopSignal: Unsupported value: \"SIGUSR1\": supported values: \
                 \"SIGKILL\", \"SIGTERM\"",
            ],
        ),
    ] {
        let texts: Vec<String> = texts.into_iter().map(|text| format!("{at}{text}")).collect();
        assert_eq!(of_container(fields, spec), texts, "{fields}");
    }
}

#[test]
fn restarts_sizes_and_files_are_checked() {
    let at = "spec.containers[0].";
    for (fields, spec, texts) in [
        (
            "restartPolicyRules: [{action: Stop, exitCodes: {operator: Is, values: [1]}}, {action: \
             Restart}]",
            "",
            vec![
                "restartPolicy: Required value: must specify restartPolicy when restart rules are \
                 used",
                "restartPolicyRules[0].action: Unsupported value: \"Stop\": supported values: \
                 \"Restart\", \"RestartAllContainers\"",
                "restartPolicyRules[0].exitCodes.operator: Unsupported value: \"Is\": supported \
                 values: \"In\", \"NotIn\"",
                "restartPolicyRules[1].exitCodes: Required value: must be specified",
            ],
        ),
        (
            "resizePolicy: [{resourceName: cpu, restartPolicy: RestartContainer}, {resourceName: \
             gpu, restartPolicy: NotRequired}]",
            "restartPolicy: Never",
            vec![
                "resizePolicy: Invalid value: \"RestartContainer\": must be 'NotRequired' when \
                 `restartPolicy` is 'Never'",
                "resizePolicy: Unsupported value: \"gpu\": supported values: \"cpu\", \"memory\"",
            ],
        ),
        (
            "resources: {limits: {hugepages-2Mi: 3Mi}, requests: {hugepages-2Mi: 3Mi}, claims: \
             [{name: d}]}",
            "",
            vec![
                "resources.limits[hugepages-2Mi]: Invalid value: \"3Mi\": 3Mi is not positive \
                 integer multiple of hugepages-2Mi",
                "resources.requests[hugepages-2Mi]: Invalid value: \"3Mi\": 3Mi is not positive \
                 integer multiple of hugepages-2Mi",
                "resources: Forbidden: HugePages require cpu or memory",
                "resources.claims[0]: Not found: \"d\": must be one of the names in \
                 pod.spec.resourceClaims which is empty",
            ],
        ),
        (
            "env: [{name: A, valueFrom: {fileKeyRef: {key: k, volumeName: v, path: ../p}}}]",
            "volumes: [{name: v, configMap: {name: m}}]",
            vec![
                "env[0].valueFrom.fileKeyRef.path: Invalid value: \"../p\": must not contain '..'",
                "env[0].valueFrom.fileKeyRef.volumeName: Invalid value: \"v\": referenced volume \
                 must be of type emptyDir",
            ],
        ),
        (
            "securityContext: {procMount: Unmasked}",
            "",
            vec![
                "securityContext.procMount: Invalid value: \"Unmasked\": `hostUsers` must be false \
                 to use `Unmasked`",
            ],
        ),
    ] {
        let texts: Vec<String> = texts.into_iter().map(|text| format!("{at}{text}")).collect();
        assert_eq!(of_container(fields, spec), texts, "{fields}");
    }
}

#[test]
fn annotations_of_pods_and_templates_are_checked() {
    let pod = |annotations: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a, annotations: {{{annotations}}}}}\nspec: \
             {{containers: [{{name: c, image: i, securityContext: {{appArmorProfile: {{type: \
             Unconfined}}}}}}]}}\n"
        )
    };
    assert_eq!(
        told(&pod(
            "controller.kubernetes.io/pod-deletion-cost: '1.5', kubernetes.io/config.mirror: x, \
             seccomp.security.alpha.kubernetes.io/pod: foo, \
             container.apparmor.security.beta.kubernetes.io/d: x, \
             container.apparmor.security.beta.kubernetes.io/c: runtime/default"
        )),
        [
            "metadata.annotations[kubernetes.io/config.mirror]: Invalid value: \"x\": must set \
             spec.nodeName if mirror pod annotation is set",
            "metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: \
             \"1.5\": must be a 32bit integer",
            "metadata.annotations.seccomp.security.alpha.kubernetes.io/pod: Invalid value: \"foo\": \
             must be a valid seccomp profile",
            "metadata.annotations[container.apparmor.security.beta.kubernetes.io/d]: Invalid value: \
             \"d\": container not found",
            "metadata.annotations[container.apparmor.security.beta.kubernetes.io/d]: Invalid value: \
             \"x\": invalid AppArmor profile name: \"x\"",
            "spec.containers[0].securityContext.appArmorProfile.type: Forbidden: apparmor type in \
             annotation and field must match",
        ]
    );
    let deployment = |template: &str| {
        told(&format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: a}}\nspec: {{selector: \
             {{matchLabels: {{a: b}}}}, template: {{metadata: {{labels: {{a: b}}, {template}}}, \
             spec: {{containers: [{{name: c, image: i}}]}}}}}}\n"
        ))
    };
    let cost = "annotations: {controller.kubernetes.io/pod-deletion-cost: x}";
    assert_eq!(
        deployment(cost),
        ["spec.template.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: \
          \"x\": must be a 32bit integer"]
    );
    let long = format!("annotations: {{a: {}}}", "x".repeat(256 * 1024));
    assert_eq!(
        deployment(&long),
        ["spec.template.annotations: Too long: may not be more than 262144 bytes"]
    );
}
