//! What the API server says of manifests, rule by rule.
//!
//! Must not know how a rule is looked up. Invariant: each manifest is one that people write, and
//! what is said of it is said by upstream's code.

use crate::api::validation::{validate_create, validate_update, warnings};
use crate::api::{FieldError, Object, decode, defaults};
use crate::text::parse;

pub(super) fn object(yaml: &str) -> Object {
    let parsed = parse(yaml);
    let root = parsed.documents[0].root.as_ref().expect("it can be read");
    let mut object = decode::strict(&decode::plain(root)).expect("it can be decoded");
    object.meta.namespace = if object.is_namespaced() { "default".into() } else { "".into() };
    defaults::fill(&mut object);
    object
}

pub(super) fn said(errors: &[FieldError]) -> Vec<String> {
    errors.iter().map(FieldError::to_string).collect()
}

/// What is said of a Pod with these fields in its spec, beside a container.
pub(super) fn of_pod(spec: &str) -> Vec<String> {
    let head = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  ";
    let more = if spec.contains("containers:") { "" } else { "containers: [{name: c, image: i}]" };
    said(&validate_create(&object(&format!("{head}{more}\n{}\n", indented(spec)))))
}

fn indented(lines: &str) -> String {
    let lines: Vec<String> = lines.lines().map(|line| format!("  {}", line.trim_start())).collect();
    lines.join("\n") + "\n"
}

#[test]
fn a_template_on_the_nodes_network_may_leave_its_ports_to_its_pods() {
    let head = "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: d}\nspec: {selector: \
                {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {hostNetwork: \
                true, restartPolicy: Foo, containers: [{name: c, image: i, ports: [";
    let of = |port: &str| said(&validate_create(&object(&format!("{head}{port}]}}]}}}}}}\n"))));
    let policy = "spec.template.spec.restartPolicy: Unsupported value: \"Foo\": supported values: \
                  \"Always\", \"OnFailure\", \"Never\"";
    assert_eq!(of("{containerPort: 9100}")[0], policy);
    let other = "spec.template.spec.containers[0].ports[0].hostPort: Invalid value: 81: must match \
                 `containerPort` when `hostNetwork` is true";
    assert_eq!(of("{containerPort: 80, hostPort: 81}")[..2], [other, policy]);
    let ports = |port: &str| {
        of_pod(&format!("hostNetwork: true\ncontainers: [{{name: c, image: i, ports: [{port}]}}]"))
    };
    assert_eq!(ports("{containerPort: 80}"), [""; 0]);
    assert_eq!(ports("{containerPort: 80, hostPort: 81}"), [other.replace("template.spec.", "")]);
}

/// What is said of a Service with these fields in its spec, beside a port.
fn of_service(spec: &str) -> Vec<String> {
    let head = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n";
    let ports = if spec.contains("ports:") { "" } else { "  ports: [{port: 80}]\n" };
    said(&validate_create(&object(&format!("{head}{ports}{}", indented(spec)))))
}

#[test]
fn addresses_of_a_service_fit_one_another() {
    for (spec, text) in [
        (
            "clusterIPs: [10.96.1.1]",
            "spec.clusterIPs: Invalid value: [\"10.96.1.1\"]: must be empty when `clusterIP` is not \
             specified",
        ),
        (
            "clusterIP: 10.96.1.2\nclusterIPs: [10.96.1.3]",
            "spec.clusterIPs: Invalid value: [\"10.96.1.3\"]: first value must match `clusterIP`",
        ),
        (
            "clusterIP: None\nclusterIPs: [None, 10.96.1.3]",
            "spec.clusterIPs: Invalid value: [\"None\",\"10.96.1.3\"]: 'None' must be the first and \
             only value",
        ),
        (
            "clusterIP: 10.96.1.2\nclusterIPs: [10.96.1.2, 10.96.1.3]",
            "spec.clusterIPs: Invalid value: [\"10.96.1.2\",\"10.96.1.3\"]: may specify no more than \
             one IP for each IP family",
        ),
        (
            "clusterIP: 10.96.1.2\nipFamilies: [IPv6]",
            "spec.clusterIPs[0]: Invalid value: \"10.96.1.2\": expected an IPv6 value as indicated \
             by `ipFamilies[0]`",
        ),
        (
            "ipFamilies: [IPv5]",
            "spec.ipFamilies[0]: Unsupported value: \"IPv5\": supported values: \"IPv4\", \"IPv6\"",
        ),
        ("ipFamilies: [IPv4, IPv4]", "spec.ipFamilies[1]: Duplicate value: \"IPv4\""),
        (
            "ipFamilyPolicy: Foo",
            "spec.ipFamilyPolicy: Unsupported value: \"Foo\": supported values: \
             \"PreferDualStack\", \"RequireDualStack\", \"SingleStack\"",
        ),
    ] {
        assert_eq!(of_service(spec), [text], "{spec}");
    }
    assert_eq!(of_service("clusterIP: 10.96.1.2\nclusterIPs: [10.96.1.2]"), [""; 0]);
    let family = |families: &str| {
        let head =
            "apiVersion: v1\nkind: Service\nmetadata: {name: a, resourceVersion: '1'}\nspec:";
        object(&format!("{head} {{ports: [{{port: 80}}], clusterIP: 10.96.1.2{families}}}\n"))
    };
    assert_eq!(
        said(&validate_update(&family(", ipFamilies: [IPv6]"), &family(""))),
        [
            "spec.ipFamilies[0]: Invalid value: [\"IPv6\"]: may not change once set",
            "spec.clusterIPs[0]: Invalid value: \"10.96.1.2\": expected an IPv6 value as indicated \
             by `ipFamilies[0]`",
        ]
    );
}

#[test]
fn annotations_of_a_service_are_checked() {
    let ranges = "service.beta.kubernetes.io/load-balancer-source-ranges";
    let text = format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: a, annotations: {{{ranges}: '10.0.0.0/8, \
         x', service.kubernetes.io/topology-mode: a, service.kubernetes.io/topology-aware-hints: \
         b}}}}\nspec: {{ports: [{{port: 80}}]}}\n"
    );
    let at = format!("metadata.annotations[{ranges}]");
    assert_eq!(
        said(&validate_create(&object(&text))),
        [
            "metadata.annotations[service.kubernetes.io/topology-mode]: Invalid value: \"a\": must \
             match annotations[service.kubernetes.io/topology-aware-hints] when both are specified"
                .to_owned(),
            format!("{at}: Forbidden: may only be used when `type` is 'LoadBalancer'"),
            format!(
                "{at}: Invalid value: \"x\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or \
                 2001:db8::/64)"
            ),
        ]
    );
}

#[test]
fn fields_of_a_service_are_checked() {
    let address = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
    for (spec, texts) in [
        (
            "externalIPs: [1.2.3]",
            vec![format!("externalIPs[0]: Invalid value: \"1.2.3\": {address}")],
        ),
        (
            "externalIPs: [127.0.0.1, 0.0.0.0]",
            vec![
                "externalIPs[0]: Invalid value: \"127.0.0.1\": may not be in the loopback range \
                 (127.0.0.0/8, ::1/128)"
                    .to_owned(),
                "externalIPs[1]: Invalid value: \"0.0.0.0\": may not be unspecified (0.0.0.0)"
                    .to_owned(),
            ],
        ),
        (
            "loadBalancerSourceRanges: [10.0.0.1]",
            vec![
                "LoadBalancerSourceRanges: Forbidden: may only be used when `type` is \
                 'LoadBalancer'"
                    .to_owned(),
                "LoadBalancerSourceRanges[0]: Invalid value: \"10.0.0.1\": must be a valid CIDR \
                 value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
                    .to_owned(),
            ],
        ),
        (
            "sessionAffinity: ClientIP\nsessionAffinityConfig: {clientIP: {timeoutSeconds: 90000}}",
            vec![
                "sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 90000: must be \
                 greater than 0 and less than 86400"
                    .to_owned(),
            ],
        ),
    ] {
        let texts: Vec<String> = texts.into_iter().map(|text| format!("spec.{text}")).collect();
        assert_eq!(of_service(spec), texts, "{spec}");
    }
    let port = of_service("ports: [{port: 80, appProtocol: a b}]");
    assert!(port[0].starts_with("spec.ports[0].appProtocol: Invalid value: \"a b\": name part"));
    let class = of_service("type: LoadBalancer\nloadBalancerClass: a b");
    assert!(class[0].starts_with("spec.loadBalancerClass: Invalid value: \"a b\": name part"));
}

#[test]
fn some_fields_keep_their_values() {
    let volume = |zone: &str| {
        format!(
            "apiVersion: v1\nkind: PersistentVolume\nmetadata: {{name: a}}\nspec: {{capacity: \
             {{storage: 1Gi}}, accessModes: [ReadWriteOnce], hostPath: {{path: /a}}, nodeAffinity: \
             {{required: {{nodeSelectorTerms: [{{matchExpressions: [{{key: z, operator: In, values: \
             [{zone}]}}]}}]}}}}}}\n"
        )
    };
    let binding = |role: &str| {
        format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {{name: a}}\n\
             roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: Role, name: {role}}}\n"
        )
    };
    let node = |id: &str| {
        format!("apiVersion: v1\nkind: Node\nmetadata: {{name: a}}\nspec: {{providerID: {id}}}\n")
    };
    let slice = |family: &str| {
        format!(
            "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {{name: a}}\n\
             addressType: {family}\nendpoints: []\n"
        )
    };
    for (old, new, text) in [
        (
            volume("a"),
            volume("b"),
            "nodeAffinity: Invalid value: {\"Required\":{\"NodeSelectorTerms\":\
             [{\"MatchExpressions\":[{\"Key\":\"z\",\"Operator\":\"In\",\"Values\":[\"b\"]}],\
             \"MatchFields\":null}]}}: field is immutable, except for updating from beta label to GA",
        ),
        (
            binding("r"),
            binding("s"),
            "roleRef: Invalid value: {\"APIGroup\":\"rbac.authorization.k8s.io\",\"Kind\":\"Role\",\
             \"Name\":\"s\"}: cannot change roleRef",
        ),
        (
            node("x"),
            node("z"),
            "spec.providerID: Forbidden: node updates may not change providerID except from \"\" \
             to valid",
        ),
        (slice("IPv4"), slice("IPv6"), "addressType: Invalid value: \"IPv6\": field is immutable"),
    ] {
        let mut old = object(&old);
        old.meta.resource_version = 1;
        let mut new = object(&new);
        new.meta.resource_version = 1;
        assert_eq!(said(&validate_update(&new, &old)), [text]);
    }
}

#[test]
fn a_pod_may_be_given_fewer_seconds_than_none() {
    let grace = "terminationGracePeriodSeconds: -1";
    assert_eq!(of_pod(grace), [""; 0]);
    let pod = object(&format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{{grace}, containers: [{{name: c, \
         image: i}}]}}\n"
    ));
    assert_eq!(pod.pod().expect("a Pod").spec.grace(), Some(1));
    assert_eq!(
        warnings(&pod, None),
        ["spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will \
             be treated as 1"]
    );
}

#[test]
fn a_volume_has_what_its_source_needs() {
    let volume = |source: &str| of_pod(&format!("volumes: [{{name: v, {source}}}]"));
    let at = "spec.volumes[0].";
    for (source, texts) in [
        (
            "emptyDir: {sizeLimit: '-1'}",
            vec![
                "emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity",
            ],
        ),
        (
            "emptyDir: {}, configMap: {name: c}",
            vec!["configMap: Forbidden: may not specify more than 1 volume type"],
        ),
        ("iscsi: {}", vec!["iscsi.targetPortal: Required value", "iscsi.iqn: Required value"]),
        (
            "configMap: {name: c, items: [{key: 'a b', path: ..foo, mode: 9999}]}",
            vec![
                "configMap.items[0].path: Invalid value: \"..foo\": must not start with '..'",
                "configMap.items[0].mode: Invalid value: 9999: must be a number between 0 and 0777 \
                 (octal), both inclusive",
            ],
        ),
        (
            "downwardAPI: {items: [{path: a, fieldRef: {fieldPath: status.podIP}}, {path: b}, {path: \
             /c, resourceFieldRef: {resource: limits.cpu}}]}",
            vec![
                "downwardAPI.fieldRef.fieldPath: Unsupported value: \"status.podIP\": supported \
                 values: \"metadata.annotations\", \"metadata.labels\", \"metadata.name\", \
                 \"metadata.namespace\", \"metadata.uid\"",
                "downwardAPI: Required value: one of fieldRef and resourceFieldRef is required",
                "downwardAPI.path: Invalid value: \"/c\": must be a relative path",
                "downwardAPI.resourceFieldRef.containerName: Required value",
            ],
        ),
        (
            "projected: {sources: [{serviceAccountToken: {path: t, expirationSeconds: 10}}, \
             {configMap: {}}, {secret: {name: s, items: [{key: k, path: p}]}}, {secret: {name: r, \
             items: [{key: k, path: p}]}}]}",
            vec![
                "projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 10: may \
                 not specify a duration less than 10 minutes",
                "projected.sources[1].configMap.name: Required value",
                "projected: Invalid value: \"r\": conflicting duplicate paths",
            ],
        ),
        (
            "ephemeral: {volumeClaimTemplate: {spec: {accessModes: [Foo]}}}",
            vec![
                "ephemeral.volumeClaimTemplate.spec.accessModes: Unsupported value: \"Foo\": \
                 supported values: \"ReadOnlyMany\", \"ReadWriteMany\", \"ReadWriteOnce\", \
                 \"ReadWriteOncePod\"",
                "ephemeral.volumeClaimTemplate.spec.resources[storage]: Required value",
            ],
        ),
    ] {
        let texts: Vec<String> = texts.into_iter().map(|text| format!("{at}{text}")).collect();
        assert_eq!(volume(source), texts, "{source}");
    }
}

/// What is said of a Pod whose container has these fields.
pub(super) fn of_container(fields: &str, spec: &str) -> Vec<String> {
    of_pod(&format!("{spec}\ncontainers: [{{name: c, image: i, {fields}}}]"))
}

#[test]
fn mounts_and_devices_are_checked() {
    let volumes = "volumes: [{name: v, emptyDir: {}}]";
    let at = "spec.containers[0].";
    for (fields, texts) in [
        (
            "volumeDevices: [{name: v, devicePath: /d}]",
            vec![
                "volumeDevices[0].name: Invalid value: \"v\": can only use volume source type of \
                 PersistentVolumeClaim or Ephemeral for block mode",
            ],
        ),
        (
            "volumeDevices: [{name: w, devicePath: ''}]",
            vec![
                "volumeDevices[0].name: Not found: \"w\"",
                "volumeDevices[0].devicePath: Required value",
            ],
        ),
        (
            "volumeMounts: [{name: v, mountPath: /a, mountPropagation: Bidirectional}]",
            vec![
                "volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is \
                 available only to privileged containers",
            ],
        ),
        (
            "volumeMounts: [{name: v, mountPath: /a, recursiveReadOnly: Enabled}]",
            vec![
                "volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly is true",
            ],
        ),
        (
            "env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.foo}}}, {name: B, \
             valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: '3'}}}]",
            vec![
                "env[0].valueFrom.resourceFieldRef.resource: Unsupported value: \"limits.foo\": \
                 supported values: \"limits.cpu\", \"limits.ephemeral-storage\", \"limits.memory\", \
                 \"requests.cpu\", \"requests.ephemeral-storage\", \"requests.memory\"",
                "env[1].valueFrom.resourceFieldRef.divisor: Invalid value: \"limits.cpu\": only \
                 divisor's values 1m and 1 are supported with the cpu resource",
            ],
        ),
        (
            "env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1Mi}}}]",
            vec![],
        ),
        (
            "envFrom: [{configMapRef: {}}, {prefix: a=b, secretRef: {name: s}}, {}]",
            vec![
                "envFrom[0].configMapRef.name: Required value",
                "envFrom[1].prefix: Invalid value: \"a=b\": a valid environment variable name must \
                 consist only of printable ASCII characters other than '='",
                "envFrom: Invalid value: \"\": must specify one of: `configMapRef` or `secretRef`",
            ],
        ),
    ] {
        let texts: Vec<String> = texts.into_iter().map(|text| format!("{at}{text}")).collect();
        assert_eq!(of_container(fields, volumes), texts, "{fields}");
    }
}

#[test]
fn what_a_pod_asks_for_itself_covers_its_containers() {
    let resources = "resources: {requests: {cpu: 2}}";
    assert_eq!(
        of_container(resources, "resources: {requests: {cpu: 1}, limits: {cpu: 1, pods: 3}}"),
        [
            "spec.resources.limits[pods]: Unsupported value: \"pods\": supported values: \"cpu\", \
             \"hugepages-\", \"memory\"",
            "spec.resources.requests[cpu]: Invalid value: \"1\": must be greater than or equal to \
             aggregate container requests of 2",
        ]
    );
    assert_eq!(
        of_pod("resources: {requests: {cpu: 2}, limits: {cpu: 1}}"),
        ["spec.resources.requests: Invalid value: \"2\": must be less than or equal to cpu limit \
             of 1"]
    );
    assert_eq!(of_container(resources, "resources: {requests: {cpu: 2}}"), [""; 0]);
}

#[test]
fn security_contexts_are_checked() {
    let context = |context: &str| of_container(&format!("securityContext: {context}"), "");
    let at = "spec.containers[0].securityContext";
    assert_eq!(
        context(
            "{seccompProfile: {type: Foo}, appArmorProfile: {type: Localhost}, procMount: Foo}"
        ),
        [
            format!(
                "{at}.procMount: Unsupported value: \"Foo\": supported values: \"Default\", \"Unmasked\""
            ),
            format!(
                "{at}.seccompProfile.type: Unsupported value: \"Foo\": supported values: \
                 \"Localhost\", \"RuntimeDefault\", \"Unconfined\""
            ),
            format!(
                "{at}.appArmorProfile.localhostProfile: Required value: must be set when AppArmor \
                 type is Localhost"
            ),
        ]
    );
    let added = "{allowPrivilegeEscalation: false, capabilities: {add: [CAP_SYS_ADMIN]}}";
    assert!(context(added)[0].ends_with(
        ": cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN"
    ));
    let at = "spec.securityContext";
    assert_eq!(
        of_pod(
            "shareProcessNamespace: true\nhostPID: true\nsecurityContext: {seccompProfile: {type: \
             Localhost}, sysctls: [{name: kernel.x, value: '1'}, {name: kernel.x, value: '1'}], \
             supplementalGroups: [-1], fsGroupChangePolicy: Foo}"
        ),
        [
            format!(
                "{at}.supplementalGroups[0]: Invalid value: -1: must be between 0 and 2147483647, \
                 inclusive"
            ),
            format!(
                "{at}.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID \
                 cannot both be enabled"
            ),
            format!("{at}.sysctls[1].name: Duplicate value: \"kernel.x\""),
            format!(
                "{at}.fsGroupChangePolicy: Unsupported value: \"Foo\": supported values: \
                 \"Always\", \"OnRootMismatch\""
            ),
            format!(
                "{at}.seccompProfile.localhostProfile: Required value: must be set when seccomp type \
                 is Localhost"
            ),
        ]
    );
    assert_eq!(
        of_pod("hostAliases: [{ip: 1.2.3, hostnames: [a_b]}]")[0],
        "spec.hostAliases[0].ip: Invalid value: \"1.2.3\": must be a valid IP address, (e.g. \
         10.9.8.7 or 2001:db8::ffff)"
    );
}

#[test]
fn what_is_old_is_told_with_what_took_its_place() {
    let told = |text: &str| {
        let text = if text.starts_with("api") {
            text.to_owned()
        } else {
            format!("apiVersion: v1\n{text}")
        };
        warnings(&object(&text), None)
    };
    let pod = "kind: Pod\nmetadata: {name: p, annotations: {security.alpha.kubernetes.io/sysctls: a, \
                   seccomp.security.alpha.kubernetes.io/pod: b}}\nspec: {nodeSelector: \
                   {node-role.kubernetes.io/master: ''}, volumes: [{name: v, glusterfs: {endpoints: e, \
                   path: p}}], containers: [{name: c, image: i, ports: [{containerPort: 80, hostIP: \
                   1.2.3.4}]}]}\n";
    assert_eq!(
        told(pod),
        [
            "spec.nodeSelector[node-role.kubernetes.io/master]: use \
                 \"node-role.kubernetes.io/control-plane\" instead",
            "metadata.annotations[security.alpha.kubernetes.io/sysctls]: non-functional in v1.11+; \
                 use the \"sysctls\" field instead",
            "spec.volumes[0].glusterfs: deprecated in v1.25, non-functional in v1.26+",
            "metadata.annotations[seccomp.security.alpha.kubernetes.io/pod]: non-functional in \
                 v1.27+; use the \"seccompProfile\" field instead",
            "spec.containers[0].ports[0]: hostIP set without hostPort: {Name: HostPort:0 \
                 ContainerPort:80 Protocol:TCP HostIP:1.2.3.4}",
        ]
    );
    let service = "kind: Service\nmetadata: {name: s}\nspec: {externalIPs: [1.2.3.4], externalName: \
                       a.b, trafficDistribution: PreferClose, ports: [{port: 80}]}\n";
    assert_eq!(
        told(service),
        [
            "spec.externalIPs is deprecated and may no longer be implemented in some clusters",
            "spec.externalName is ignored when spec.type is not \"ExternalName\"",
            "spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\"",
        ]
    );
    let ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i, annotations: \
                       {kubernetes.io/ingress.class: nginx}}\nspec: {}\n";
    assert_eq!(
        told(ingress),
        ["annotation \"kubernetes.io/ingress.class\" is deprecated, please use \
                 'spec.ingressClassName' instead"]
    );
}
