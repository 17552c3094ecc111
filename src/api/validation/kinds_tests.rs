//! What the API server says of objects of each kind, case by case.
//!
//! Must not know how a rule is looked up. Invariant: a case is a manifest as people write it and
//! all that is said of it, in order.

use super::tests::{object, said};
use crate::api::validation::{validate_create, validate_update};

/// What is said of a new object.
pub(super) fn told(yaml: &str) -> Vec<String> {
    said(&validate_create(&object(yaml)))
}

/// What is said of an object that becomes another.
pub(super) fn told_of_change(old: &str, new: &str) -> Vec<String> {
    let [mut old, mut new] = [old, new].map(object);
    (old.meta.resource_version, new.meta.resource_version) = (1, 1);
    said(&validate_update(&new, &old))
}

/// Manifests without their heads, and what is said of each.
fn check(head: &str, cases: &[(&str, &[&str])]) {
    for (fields, texts) in cases {
        assert_eq!(told(&format!("{head}\n{fields}\n")), *texts, "{fields}");
    }
}

const SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric \
                         characters, '-' or '.', and must start and end with an alphanumeric \
                         character (e.g. 'example.com', regex used for validation is \
                         '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

#[test]
fn a_network_policy_is_checked() {
    let head = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}";
    check(
        head,
        &[
            (
                "spec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: \
                 [10.1.0.0/16]}}, {podSelector: {}, namespaceSelector: {}}], ports: [{port: 80, \
                 endPort: 90}, {port: http}]}]}",
                &[],
            ),
            (
                "spec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.1/8, except: \
                 [11.0.0.0/8, x]}}, {ipBlock: {}, podSelector: {}}, {}]}]}",
                &[
                    "spec.ingress[0].from[0].ipBlock.cidr: Invalid value: \"10.0.0.1/8\": must not \
                     have bits set beyond the prefix length",
                    "spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: \"11.0.0.0/8\": must \
                     be a strict subset of `cidr`",
                    "spec.ingress[0].from[0].ipBlock.except[1]: Invalid value: \"x\": must be a \
                     valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)",
                    "spec.ingress[0].from[1].ipBlock.cidr: Required value",
                    "spec.ingress[0].from[1]: Forbidden: may not specify both ipBlock and another \
                     peer",
                    "spec.ingress[0].from[2]: Required value: must specify a peer",
                ],
            ),
            (
                "spec: {podSelector: {}, policyTypes: [Egress, In], egress: [{ports: [{protocol: \
                 HTTP, port: 90, endPort: 80}, {port: http, endPort: 80}, {endPort: 1}, {port: \
                 70000}]}]}",
                &[
                    "spec.egress[0].ports[0].protocol: Unsupported value: \"HTTP\": supported \
                     values: \"TCP\", \"UDP\", \"SCTP\"",
                    "spec.egress[0].ports[0].endPort: Invalid value: 80: must be greater than or \
                     equal to `port`",
                    "spec.egress[0].ports[1].endPort: Invalid value: 80: may not be specified when \
                     `port` is non-numeric",
                    "spec.egress[0].ports[2].endPort: Invalid value: 1: may not be specified when \
                     `port` is not specified",
                    "spec.egress[0].ports[3].port: Invalid value: 70000: must be between 1 and \
                     65535, inclusive",
                    "spec.policyTypes[1]: Unsupported value: \"In\": supported values: \"Ingress\", \
                     \"Egress\"",
                ],
            ),
            (
                "spec: {podSelector: {matchExpressions: [{key: a, operator: Is}]}, policyTypes: \
                 [Ingress, Egress, Ingress]}",
                &[
                    "spec.podSelector.matchExpressions[0].operator: Invalid value: \"Is\": not a \
                     valid selector operator",
                    "spec.policyTypes: Invalid value: [\"Ingress\",\"Egress\",\"Ingress\"]: may not \
                     specify more than two policyTypes",
                ],
            ),
        ],
    );
}

#[test]
fn an_ingress_is_checked() {
    let head = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}";
    let backend = "backend: {service: {name: s, port: {number: 80}}}";
    let path =
        |path: &str| format!("spec: {{rules: [{{host: a.b, http: {{paths: [{{{path}}}]}}}}]}}");
    let at = "spec.rules[0].http.paths[0]";
    for (fields, texts) in [
        (format!("path: /a, pathType: Prefix, {backend}"), vec![]),
        (format!("pathType: ImplementationSpecific, {backend}"), vec![]),
        (
            format!("path: /a, {backend}"),
            vec![".pathType: Required value: pathType must be specified"],
        ),
        (
            format!("path: a, pathType: Exact, {backend}"),
            vec![".path: Invalid value: \"a\": must be an absolute path"],
        ),
        (
            format!("path: /a//b/.., pathType: Prefix, {backend}"),
            vec![
                ".path: Invalid value: \"/a//b/..\": must not contain '//'",
                ".path: Invalid value: \"/a//b/..\": cannot end with '/..'",
            ],
        ),
        (
            format!("path: /, pathType: prefix, {backend}"),
            vec![
                ".pathType: Unsupported value: \"prefix\": supported values: \"Exact\", \
                 \"ImplementationSpecific\", \"Prefix\"",
            ],
        ),
        (
            "path: /, pathType: Prefix, backend: {service: {port: {}}}".to_owned(),
            vec![
                ".backend.service.name: Required value",
                ".backend: Required value: port name or number is required",
            ],
        ),
        (
            "path: /, pathType: Prefix, backend: {service: {name: s, port: {name: a, number: 1}}}"
                .to_owned(),
            vec![".backend: Invalid value: \"\": cannot set both port name & port number"],
        ),
        (
            "path: /, pathType: Prefix, backend: {}".to_owned(),
            vec![".backend: Invalid value: \"\": resource or service backend is required"],
        ),
        (
            "path: /, pathType: Prefix, backend: {resource: {apiGroup: a.b, name: x}}".to_owned(),
            vec![".backend.resource.kind: Required value"],
        ),
    ] {
        let texts: Vec<String> = texts.into_iter().map(|text| format!("{at}{text}")).collect();
        assert_eq!(told(&format!("{head}\n{}\n", path(&fields))), texts, "{fields}");
    }
    let wildcard = "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS \
                    subdomain, which must consist of lower case alphanumeric characters, '-' or \
                    '.' and end with an alphanumeric character (e.g. '*.example.com', regex used \
                    for validation is \
                    '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    check(
        head,
        &[
            (
                "spec: {}",
                &[
                    "spec: Invalid value: null: either `defaultBackend` or `rules` must be specified",
                ],
            ),
            (
                "spec: {rules: [{host: 1.2.3.4}, {host: 'a*'}, {host: '*.a.b', http: {paths: []}}], \
                 tls: [{hosts: [A], secretName: S}], ingressClassName: ''}",
                &[
                    "spec.rules[0].host: Invalid value: \"1.2.3.4\": must be a DNS name, not an IP \
                     address",
                    &format!("spec.rules[1].host: Invalid value: \"a*\": {wildcard}"),
                    "spec.rules[2].http.paths: Required value",
                    &format!("spec.tls[0].hosts[0]: Invalid value: \"A\": {SUBDOMAIN}"),
                    &format!("spec.tls[0].secretName: Invalid value: \"S\": {SUBDOMAIN}"),
                    &format!("spec.ingressClassName: Invalid value: \"\": {SUBDOMAIN}"),
                ],
            ),
        ],
    );
    let both = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a, annotations: \
                {kubernetes.io/ingress.class: x}}\nspec: {ingressClassName: z, defaultBackend: \
                {service: {name: s, port: {name: http}}}}\n";
    assert_eq!(
        told(both),
        ["annotations.kubernetes.io/ingress.class: Invalid value: \"x\": must match \
          `ingressClassName` when both are specified"]
    );
}

#[test]
fn a_class_of_ingresses_keeps_its_controller() {
    let head = "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: a}";
    check(
        head,
        &[
            ("spec: {controller: example.com/x}", &[]),
            ("spec: {}", &["spec.controller: Required value"]),
            (
                "spec: {controller: x, parameters: {kind: K, scope: Namespace}}",
                &[
                    "spec.controller: Invalid value: \"x\": must be a domain-prefixed path (such \
                     as \"acme.io/foo\")",
                    "spec.parameters.name: Required value",
                    "spec.parameters.namespace: Required value: `parameters.scope` is set to \
                     'Namespace'",
                ],
            ),
            (
                "spec: {controller: a.b/x, parameters: {kind: K, name: m, namespace: d}}",
                &["spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'"],
            ),
        ],
    );
    let class = |controller: &str| format!("{head}\nspec: {{controller: {controller}}}\n");
    assert_eq!(
        told_of_change(&class("a.b/x"), &class("a.b/y")),
        ["spec.controller: Invalid value: \"a.b/y\": field is immutable"]
    );
}

#[test]
fn roles_and_bindings_are_checked() {
    let head = |kind: &str| {
        format!("apiVersion: rbac.authorization.k8s.io/v1\nkind: {kind}\nmetadata: {{name: a}}")
    };
    check(
        &head("Role"),
        &[
            ("rules: [{verbs: [get], apiGroups: [''], resources: [pods]}]", &[]),
            (
                "rules: [{resources: [pods]}, {verbs: [get], nonResourceURLs: [/x], apiGroups: \
                 ['']}]",
                &[
                    "rules[0].verbs: Required value: verbs must contain at least one value",
                    "rules[0].apiGroups: Required value: resource rules must supply at least one \
                     api group",
                    "rules[1].nonResourceURLs: Invalid value: [\"/x\"]: namespaced rules cannot \
                     apply to non-resource URLs",
                    "rules[1].nonResourceURLs: Invalid value: [\"/x\"]: rules cannot apply to both \
                     regular resources and non-resource URLs",
                ],
            ),
        ],
    );
    check(
        &head("ClusterRole"),
        &[
            ("rules: [{verbs: [get], nonResourceURLs: [/x]}]", &[]),
            (
                "aggregationRule: {clusterRoleSelectors: []}\nrules: [{verbs: [get], apiGroups: \
                 ['']}]",
                &[
                    "rules[0].resources: Required value: resource rules must supply at least one \
                     resource",
                    "aggregationRule.clusterRoleSelectors: Required value: at least one \
                     clusterRoleSelector required if aggregationRule is non-nil",
                ],
            ),
        ],
    );
    let group = "supported values: \"rbac.authorization.k8s.io\"";
    check(
        &head("RoleBinding"),
        &[
            (
                "roleRef: {kind: ClusterRole, name: r}\nsubjects: [{kind: User, name: u}, {kind: \
                 ServiceAccount, name: s}]",
                &[],
            ),
            (
                "roleRef: {apiGroup: x, kind: Rule}\nsubjects: [{kind: Group}, {kind: \
                 ServiceAccount, name: A, apiGroup: x}, {kind: Robot, name: r}, {kind: User, name: \
                 u, apiGroup: x}]",
                &[
                    &format!("roleRef.apiGroup: Unsupported value: \"x\": {group}"),
                    "roleRef.kind: Unsupported value: \"Rule\": supported values: \"Role\", \
                     \"ClusterRole\"",
                    "roleRef.name: Required value",
                    "subjects[0].name: Required value",
                    "subjects[0].name: Invalid value: \"\": group name cannot be empty",
                    &format!("subjects[1].name: Invalid value: \"A\": {SUBDOMAIN}"),
                    "subjects[1].apiGroup: Unsupported value: \"x\": supported values: \"\"",
                    "subjects[2].kind: Unsupported value: \"Robot\": supported values: \
                     \"ServiceAccount\", \"User\", \"Group\"",
                    &format!("subjects[3].apiGroup: Unsupported value: \"x\": {group}"),
                ],
            ),
        ],
    );
    check(
        &head("ClusterRoleBinding"),
        &[(
            "roleRef: {kind: Role, name: r}\nsubjects: [{kind: ServiceAccount, name: s}]",
            &[
                "roleRef.kind: Unsupported value: \"Role\": supported values: \"ClusterRole\"",
                "subjects[0].namespace: Required value",
            ],
        )],
    );
}

#[test]
fn an_autoscaler_is_checked() {
    let head = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}";
    let target = "scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: d}";
    let metric = "must populate information for the given metric source";
    for (fields, texts) in [
        ("maxReplicas: 3".to_owned(), vec![]),
        (
            "minReplicas: 0, maxReplicas: 0".to_owned(),
            vec![
                "minReplicas: Invalid value: 0: must be greater than or equal to 1".to_owned(),
                "maxReplicas: Invalid value: 0: must be greater than 0".to_owned(),
                "metrics: Forbidden: must specify at least one Object or External metric to \
                 support scaling to zero replicas"
                    .to_owned(),
            ],
        ),
        (
            "minReplicas: 5, maxReplicas: 3".to_owned(),
            vec![
                "maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`"
                    .to_owned(),
            ],
        ),
        (
            "maxReplicas: 3, metrics: [{type: Resource}, {type: Foo, pods: {metric: {name: m}, \
             target: {type: AverageValue, averageValue: 0}}}, {type: Resource, resource: {name: \
             cpu, target: {type: Foo}}}]"
                .to_owned(),
            vec![
                format!("metrics[0].resource: Required value: {metric}"),
                "metrics[1].type: Unsupported value: \"Foo\": supported values: \
                 \"ContainerResource\", \"External\", \"Object\", \"Pods\", \"Resource\""
                    .to_owned(),
                "metrics[1].pods.target.averageValue: Invalid value: \"0\": must be positive"
                    .to_owned(),
                "metrics[2].resource.target.type: Invalid value: \"Foo\": must be either \
                 Utilization, Value, or AverageValue"
                    .to_owned(),
                "metrics[2].resource.target.averageUtilization: Required value: must set either a \
                 target raw value or a target utilization"
                    .to_owned(),
            ],
        ),
        (
            "maxReplicas: 3, behavior: {scaleDown: {stabilizationWindowSeconds: 4000, \
             selectPolicy: Foo, policies: [{type: Pods, value: 0, periodSeconds: 2000}]}}"
                .to_owned(),
            vec![
                "behavior.scaleDown.stabilizationWindowSeconds: Invalid value: 4000: must be less \
                 than or equal to 3600"
                    .to_owned(),
                "behavior.scaleDown.selectPolicy: Unsupported value: \"Foo\": supported values: \
                 \"Disabled\", \"Max\", \"Min\""
                    .to_owned(),
                "behavior.scaleDown.policies[0].value: Invalid value: 0: must be greater than zero"
                    .to_owned(),
                "behavior.scaleDown.policies[0].periodSeconds: Invalid value: 2000: must be less \
                 than or equal to 1800"
                    .to_owned(),
            ],
        ),
    ] {
        let texts: Vec<String> = texts.into_iter().map(|text| format!("spec.{text}")).collect();
        let yaml = format!("{head}\nspec: {{{target}, {fields}}}\n");
        assert_eq!(told(&yaml), texts, "{fields}");
    }
    let of = |version: &str, kind: &str, most: i32| {
        format!(
            "{head}\nspec: {{maxReplicas: {most}, scaleTargetRef: {{apiVersion: {version}, kind: \
             {kind}, name: d}}}}\n"
        )
    };
    let text = "spec.scaleTargetRef.apiVersion: Invalid value: \"v1\": apiVersion must specify API \
                group";
    assert_eq!(told(&of("v1", "Deployment", 2)), [text]);
    assert_eq!(told(&of("v1", "ReplicationController", 2)), [""; 0]);
    let (old, new) = (of("v1", "Deployment", 2), of("v1", "Deployment", 3));
    assert_eq!(told_of_change(&old, &new), [""; 0], "what was so may stay so");
}

#[test]
fn quotas_and_limits_are_checked() {
    let head = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: a}";
    check(
        head,
        &[
            (
                "spec: {hard: {pods: '10', requests.cpu: '1', count/deployments.apps: '2', \
                 requests.nvidia.com/gpu: 4}}",
                &[],
            ),
            (
                "spec: {hard: {pods: 500m, foo: '1', cpu: '-1'}}",
                &[
                    "spec.hard[cpu]: Invalid value: \"-1\": must be greater than or equal to 0",
                    "spec.hard[foo]: Invalid value: \"foo\": must be a standard resource type or \
                     fully qualified",
                    "spec.hard[foo]: Invalid value: \"foo\": must be a standard resource for quota",
                    "spec.hard[pods]: Invalid value: \"500m\": must be an integer",
                ],
            ),
            (
                "spec: {hard: {pods: '1', services: '1'}, scopes: [BestEffort, NotBestEffort, Foo]}",
                &[
                    "spec.scopes: Invalid value: [\"BestEffort\",\"NotBestEffort\",\"Foo\"]: \
                     unsupported scope applied to resource",
                    "spec.scopes: Invalid value: [\"BestEffort\",\"NotBestEffort\",\"Foo\"]: \
                     unsupported scope",
                    "spec.scopes: Invalid value: [\"BestEffort\",\"NotBestEffort\",\"Foo\"]: \
                     conflicting scopes",
                ],
            ),
            (
                "spec: {hard: {pods: '1'}, scopeSelector: {matchExpressions: [{scopeName: \
                 PriorityClass, operator: In}, {scopeName: BestEffort, operator: In, values: [a]}]}}",
                &[
                    "spec.scopeSelector.matchExpressions.values: Required value: must be at least \
                     one value when `operator` is 'In' or 'NotIn' for scope selector",
                    "spec.scopeSelector.matchExpressions.operator: Invalid value: \"In\": must be \
                     'Exists' when scope is any of ResourceQuotaScopeTerminating, \
                     ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, \
                     ResourceQuotaScopeNotBestEffort or \
                     ResourceQuotaScopeCrossNamespacePodAffinity",
                ],
            ),
        ],
    );
    let scoped = |scopes: &str| format!("{head}\nspec: {{scopes: [{scopes}]}}\n");
    assert_eq!(
        told_of_change(&scoped("BestEffort"), &scoped("Terminating")),
        ["spec.scopes: Invalid value: [\"Terminating\"]: field is immutable"]
    );
    check(
        "apiVersion: v1\nkind: LimitRange\nmetadata: {name: a}",
        &[
            (
                "spec: {limits: [{type: Container, max: {cpu: '2'}, min: {cpu: 100m}, default: \
                 {cpu: '1'}, defaultRequest: {cpu: 500m}, maxLimitRequestRatio: {cpu: '10'}}]}",
                &[],
            ),
            (
                "spec: {limits: [{type: Container, max: {cpu: '1'}, min: {cpu: '2'}, default: \
                 {cpu: '3'}, defaultRequest: {cpu: '4'}, maxLimitRequestRatio: {cpu: '1'}}]}",
                &[
                    "spec.limits[0].min[cpu]: Invalid value: \"2\": min value 2 is greater than max \
                     value 1",
                    "spec.limits[0].defaultRequest[cpu]: Invalid value: \"4\": default request \
                     value 4 is greater than max value 1",
                    "spec.limits[0].defaultRequest[cpu]: Invalid value: \"4\": default request \
                     value 4 is greater than default limit value 3",
                    "spec.limits[0].default[cpu]: Invalid value: \"1\": default value 3 is greater \
                     than max value 1",
                    "spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: \"1\": ratio 1 is \
                     greater than max/min = 0.500000",
                ],
            ),
            (
                "spec: {limits: [{type: Pod, default: {cpu: '1'}, max: {storage: 1Gi}}, {type: \
                 Pod}, {type: PersistentVolumeClaim}, {type: Foo}]}",
                &[
                    "spec.limits[0].max[storage]: Invalid value: \"storage\": must be a standard \
                     resource for containers",
                    "spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'",
                    "spec.limits[1].type: Duplicate value: \"Pod\"",
                    "spec.limits[2].limits: Required value: either minimum or maximum storage value \
                     is required, but neither was provided",
                    "spec.limits[3].type: Invalid value: \"Foo\": must be a standard limit type or \
                     fully qualified",
                ],
            ),
        ],
    );
}

#[test]
fn a_secret_has_what_its_type_needs() {
    check(
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}",
        &[
            (
                "type: kubernetes.io/service-account-token",
                &["metadata.annotations[kubernetes.io/service-account.name]: Required value"],
            ),
            ("type: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: '{}'}", &[]),
            (
                "type: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: abc}",
                &[
                    "data[.dockerconfigjson]: Invalid value: \"<secret contents redacted>\": invalid \
                   character 'a' looking for beginning of value",
                ],
            ),
            (
                "type: kubernetes.io/dockercfg\nstringData: {.dockercfg: '[]'}",
                &["data[.dockercfg]: Invalid value: \"<secret contents redacted>\": json: cannot \
                   unmarshal array into Go value of type map[string]interface {}"],
            ),
            (
                "type: kubernetes.io/ssh-auth\ndata: {ssh-privatekey: ''}",
                &["data[ssh-privatekey]: Required value"],
            ),
            (
                "type: kubernetes.io/tls\ndata: {}",
                &["data[tls.crt]: Required value", "data[tls.key]: Required value"],
            ),
            (
                "data: {'a b': eA==}",
                &["data[a b]: Invalid value: \"a b\": a valid config key must consist of \
                   alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or \
                   'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"],
            ),
        ],
    );
}

#[test]
fn a_volume_of_the_cluster_is_checked() {
    let head = "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: a}";
    let rest = "capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce]";
    for (fields, texts) in [
        (format!("{rest}, hostPath: {{path: /a}}"), vec![]),
        (rest.to_owned(), vec![": Required value: must specify a volume type"]),
        (
            format!("{rest}, hostPath: {{path: /a/../b}}, nfs: {{server: s, path: /p}}"),
            vec![
                ".hostPath.path: Invalid value: \"/a/../b\": must not contain '..'",
                ".nfs: Forbidden: may not specify more than 1 volume type",
            ],
        ),
        (
            format!("{rest}, local: {{path: /a}}"),
            vec![".nodeAffinity: Required value: Local volume requires node affinity"],
        ),
        (
            format!(
                "{rest}, local: {{path: /a}}, nodeAffinity: {{required: {{nodeSelectorTerms: []}}}}"
            ),
            vec![
                ".nodeAffinity.required.nodeSelectorTerms: Required value: must have at least one \
                 node selector term",
            ],
        ),
        (
            format!("{rest}, nfs: {{path: p}}"),
            vec![
                ".nfs.server: Required value",
                ".nfs.path: Invalid value: \"p\": must be an absolute path",
            ],
        ),
        (
            format!("{rest}, csi: {{driver: a.b, volumeHandle: ''}}"),
            vec![".csi.volumeHandle: Required value"],
        ),
        (
            format!("{rest}, hostPath: {{path: /}}, persistentVolumeReclaimPolicy: Recycle"),
            vec![
                ".persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath \
                 mount of '/'",
            ],
        ),
        (
            "hostPath: {path: /a}, capacity: {cpu: '0'}, persistentVolumeReclaimPolicy: Keep, \
             volumeMode: Disk, accessModes: [ReadWriteOncePod, ReadWriteMany]"
                .to_owned(),
            vec![
                ".accessModes: Forbidden: may not use ReadWriteOncePod with other access modes",
                ".capacity: Unsupported value: {\"cpu\":\"0\"}: supported values: \"storage\"",
                ".capacity[cpu]: Invalid value: \"0\": must be greater than zero",
                ".persistentVolumeReclaimPolicy: Unsupported value: \"Keep\": supported values: \
                 \"Delete\", \"Recycle\", \"Retain\"",
                ".volumeMode: Unsupported value: \"Disk\": supported values: \"Block\", \
                 \"Filesystem\"",
            ],
        ),
    ] {
        let texts: Vec<String> = texts.into_iter().map(|text| format!("spec{text}")).collect();
        assert_eq!(told(&format!("{head}\nspec: {{{fields}}}\n")), texts, "{fields}");
    }
    let volume = |source: &str| format!("{head}\nspec: {{{rest}, {source}}}\n");
    assert_eq!(
        told_of_change(&volume("hostPath: {path: /a}"), &volume("hostPath: {path: /b}")),
        ["spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after \
          creation"]
    );
}

#[test]
fn classes_of_storage_are_checked() {
    let head = "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: a}";
    check(
        head,
        &[
            ("provisioner: ''", &["provisioner: Required value"]),
            (
                "provisioner: a.b/c\nreclaimPolicy: Recycle\nvolumeBindingMode: Later\n\
                 allowedTopologies: [{matchLabelExpressions: [{key: z, values: []}, {key: z, \
                 values: [a, a]}]}]",
                &[
                    "reclaimPolicy: Unsupported value: \"Recycle\": supported values: \"Delete\", \
                     \"Retain\"",
                    "volumeBindingMode: Unsupported value: \"Later\": supported values: \
                     \"Immediate\", \"WaitForFirstConsumer\"",
                    "allowedTopologies[0].matchLabelExpressions[0].values: Required value",
                    "allowedTopologies[0].matchLabelExpressions[1].values[1]: Duplicate value: \
                     \"a\"",
                    "allowedTopologies[0].matchLabelExpressions[1].key: Duplicate value: \"z\"",
                ],
            ),
        ],
    );
    let class = |more: &str| format!("{head}\nprovisioner: a.b/c\n{more}\n");
    let changed = class(
        "parameters: {a: b}\nreclaimPolicy: Retain\nvolumeBindingMode: \
                         WaitForFirstConsumer",
    );
    assert_eq!(
        told_of_change(&class(""), &changed),
        [
            "parameters: Forbidden: updates to parameters are forbidden.",
            "reclaimPolicy: Forbidden: updates to reclaimPolicy are forbidden.",
            "volumeBindingMode: Invalid value: \"WaitForFirstConsumer\": field is immutable",
        ]
    );
    let runtime = |handler: &str| {
        format!(
            "apiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata: {{name: a}}\nhandler: \
             {handler}\noverhead: {{podFixed: {{gpu: '1'}}}}\nscheduling: {{tolerations: [{{key: a, \
             operator: Exists}}, {{key: a, operator: Exists, effect: NoExecute}}]}}\n"
        )
    };
    let gpu = "overhead.limits[gpu]: Invalid value: \"gpu\": must be";
    let both = [
        format!("{gpu} a standard resource type or fully qualified"),
        format!("{gpu} a standard resource for containers"),
    ];
    assert_eq!(told(&runtime("r")), both);
    let changed = told_of_change(&runtime("r"), &runtime("s"));
    assert_eq!(changed[2], "handler: Invalid value: \"s\": field is immutable");
    check(
        "apiVersion: storage.k8s.io/v1\nkind: CSIDriver\nmetadata: {name: a}",
        &[
            ("spec: {}", &[]),
            (
                "spec: {fsGroupPolicy: Foo, volumeLifecycleModes: [Foo], tokenRequests: [{audience: \
                 a, expirationSeconds: 1}]}",
                &[
                    "spec.fsGroupPolicy: Unsupported value: \"Foo\": supported values: \"File\", \
                     \"None\", \"ReadWriteOnceWithFSType\"",
                    "spec.tokenRequests[0].expirationSeconds: Invalid value: 1: may not specify a \
                     duration less than 10 minutes",
                    "spec.volumeLifecycleModes: Unsupported value: \"Foo\": supported values: \
                     \"Persistent\", \"Ephemeral\"",
                ],
            ),
        ],
    );
}

#[test]
fn endpoints_that_people_write_are_checked() {
    check(
        "apiVersion: v1\nkind: Endpoints\nmetadata: {name: a}",
        &[
            ("subsets: [{addresses: [{ip: 10.0.0.1}], ports: [{port: 80}]}]", &[]),
            (
                "subsets: [{ports: [{port: 0}, {name: a, port: 1}]}, {addresses: [{ip: 127.0.0.1}]}]",
                &[
                    "subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`",
                    "subsets[0].ports[0].name: Required value",
                    "subsets[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, \
                     inclusive",
                    "subsets[1].addresses[0].ip: Invalid value: \"127.0.0.1\": may not be in the \
                     loopback range (127.0.0.0/8, ::1/128)",
                ],
            ),
        ],
    );
    check(
        "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: a}",
        &[
            ("addressType: IPv4\nendpoints: [{addresses: [10.0.0.1]}]\nports: [{port: 80}]", &[]),
            (
                "addressType: IPv4\nendpoints: [{addresses: []}, {addresses: ['::1', x]}]\nports: \
                 [{port: 80}, {port: 81, protocol: HTTP}]",
                &[
                    "endpoints[0].addresses: Required value: must contain at least 1 address",
                    "endpoints[1].addresses[0]: Invalid value: \"::1\": must be an IPv4 address",
                    "endpoints[1].addresses[0]: Invalid value: \"::1\": may not be in the loopback \
                     range (127.0.0.0/8, ::1/128)",
                    "endpoints[1].addresses[1]: Invalid value: \"x\": must be a valid IP address, \
                     (e.g. 10.9.8.7 or 2001:db8::ffff)",
                    "ports[1].name: Duplicate value: \"\"",
                    "ports[1].protocol: Unsupported value: \"HTTP\": supported values: \"SCTP\", \
                     \"TCP\", \"UDP\"",
                ],
            ),
        ],
    );
}
