//! The server's rules in Chinese.
//!
//! Must not know where a rule was broken. Invariant: a rule that is not known here keeps the
//! server's words.

/// Rules without anything in them that varies, by how they begin.
const RULES: &[(&str, &str)] = &[
    (
        "updates to statefulset spec for fields other than",
        "StatefulSet 的 spec 中只能修改 replicas、template、updateStrategy 等少数字段",
    ),
    (
        "pod updates may not change fields other than",
        "Pod 的 spec 中只能修改镜像、tolerations 等少数字段",
    ),
    ("pod updates may not add or remove containers", "不能增减 Pod 的容器"),
    (
        "a lowercase RFC 1123 subdomain must",
        "只能包含小写字母、数字、“-”和“.”，且首尾必须是字母或数字（例如 example.com）",
    ),
    (
        "a lowercase RFC 1123 label must",
        "只能包含小写字母、数字和“-”，且首尾必须是字母或数字（例如 my-name）",
    ),
    (
        "a DNS-1035 label must",
        "只能包含小写字母、数字和“-”，以字母开头，以字母或数字结尾（例如 my-name）",
    ),
    ("a valid label must", "标签值只能包含字母、数字、“-”、“_”和“.”，且首尾必须是字母或数字"),
    (
        "a qualified name must",
        "名称只能包含字母、数字、“-”、“_”和“.”，且首尾必须是字母或数字，前面可加域名和“/”",
    ),
    ("name part must consist", "名称部分只能包含字母、数字、“-”、“_”和“.”，且首尾必须是字母或数字"),
    ("name part must be non-empty", "名称部分不能为空"),
    ("prefix part must be non-empty", "前缀部分不能为空"),
    ("a valid config key must", "键只能包含字母、数字、“-”、“_”和“.”"),
    (
        "a valid environment variable name must",
        "环境变量名只能包含可打印的 ASCII 字符，且不能有“=”",
    ),
    ("a valid percent string must", "百分比必须是数字后跟“%”（例如 25%）"),
    ("must specify a handler type", "必须指定一种方式（httpGet、tcpSocket、exec 等）"),
    ("may not specify more than 1 handler type", "只能指定一种方式（httpGet、tcpSocket、exec 等）"),
    ("must specify a volume type", "必须指定卷的类型"),
    ("may not specify more than 1 volume type", "只能指定一种卷类型"),
    ("may not have more than one field specified at a time", "同时只能设置一个字段"),
    ("field is immutable when `immutable` is set", "immutable 为 true 时该字段不可修改"),
    ("field is immutable", "该字段不可修改"),
    ("can not be empty", "不能为空"),
    ("must not be empty", "不能为空"),
    ("must be greater than zero", "必须大于零"),
    ("must be greater than minReadySeconds", "必须大于 minReadySeconds"),
    ("must be less than or equal to completions", "必须小于或等于 completions"),
    ("must be less than or equal to previous value", "不能大于原来的值"),
    ("must not be greater than 100%", "不能大于 100%"),
    ("must be a valid IP address", "必须是有效的 IP 地址（例如 10.9.8.7）"),
    ("must be a valid CIDR value", "必须是有效的 CIDR（例如 10.9.8.0/24）"),
    ("must be empty when `clusterIP` is not specified", "没有设置 clusterIP 时必须为空"),
    ("first value must match `clusterIP`", "第一个值必须与 clusterIP 相同"),
    ("may specify no more than one IP for each IP family", "每种 IP 类型最多一个地址"),
    ("may not be in the loopback range", "不能是回环地址"),
    ("may not be in the link-local range", "不能是链路本地地址"),
    ("may not be unspecified", "不能是未指定地址"),
    ("must be greater than 0 and less than 86400", "必须大于 0 且小于 86400"),
    ("conflicting duplicate paths", "路径重复"),
    ("may not specify a duration less than 10 minutes", "不能少于 10 分钟"),
    ("one of fieldRef and resourceFieldRef is required", "必须设置 fieldRef 或 resourceFieldRef"),
    (
        "Bidirectional mount propagation is available only to privileged containers",
        "只有特权容器才能使用 Bidirectional 挂载传播",
    ),
    ("may only be specified when readOnly is true", "只有 readOnly 为 true 时才能设置"),
    (
        "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode",
        "块设备只能来自 persistentVolumeClaim 或 ephemeral 卷",
    ),
    ("must not already exist in volumeMounts", "已用于 volumeMounts"),
    ("must be set when seccomp type is Localhost", "type 为 Localhost 时必须设置"),
    ("must be set when AppArmor type is Localhost", "type 为 Localhost 时必须设置"),
    (
        "ShareProcessNamespace and HostPID cannot both be enabled",
        "shareProcessNamespace 与 hostPID 不能同时启用",
    ),
    (
        "must contain only alpha-numeric characters (a-z, 0-9), and hyphens",
        "只能包含小写字母、数字和“-”",
    ),
    ("must contain at least one letter", "至少要有一个字母"),
    ("must not contain consecutive hyphens", "不能有连续的“-”"),
    ("must not begin or end with a hyphen", "不能以“-”开头或结尾"),
    ("must not contain dots", "不能包含“.”"),
    ("must not have leading or trailing whitespace", "首尾不能有空格"),
    ("must be unique", "必须唯一"),
    ("must be an absolute path", "必须是绝对路径"),
    ("must be a relative path", "必须是相对路径"),
    ("must not contain '..'", "不能包含“..”"),
    ("must not start with '..'", "不能以“..”开头"),
    ("must be an integer", "必须是整数"),
    (
        "must be a number between 0 and 0777 (octal), both inclusive",
        "必须在 0 到 0777（八进制）之间",
    ),
    ("must be a standard resource for containers", "必须是容器的标准资源"),
    ("at least 1 access mode is required", "至少需要一种访问模式"),
    ("at least one value is required", "至少需要一个值"),
    (
        "may not use ReadWriteOncePod with other access modes",
        "ReadWriteOncePod 不能与其他访问模式同时使用",
    ),
    (
        "may not be specified when strategy `type` is 'Recreate'",
        "strategy 的 type 为 Recreate 时不能设置",
    ),
    (
        "only allowed for updateStrategy 'RollingUpdate'",
        "只有 updateStrategy 的 type 为 RollingUpdate 时才能设置",
    ),
    ("may not be 0 when `maxSurge` is 0", "maxSurge 为 0 时不能为 0"),
    ("cannot be 0 when maxSurge is 0", "maxSurge 为 0 时不能为 0"),
    ("may not be set when maxUnavailable is non-zero", "maxUnavailable 不为 0 时不能设置"),
    (
        "must match `containerPort` when `hostNetwork` is true",
        "hostNetwork 为 true 时必须与 containerPort 相同",
    ),
    ("may not be used when `type` is 'ClusterIP'", "type 为 ClusterIP 时不能设置"),
    ("may not be set for ExternalName services", "ExternalName 类型的 Service 不能设置"),
    ("may not be set to 'None' for", "这种类型的 Service 不能设为 None"),
    (
        "may not be set for init containers without restartPolicy=Always",
        "没有 restartPolicy: Always 的 init 容器不能设置",
    ),
    ("must not be set for readinessProbes", "readinessProbe 不能设置"),
    ("must be specified when `operator` is 'In' or 'NotIn'", "operator 为 In 或 NotIn 时必须设置"),
    (
        "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
        "operator 为 Exists 或 DoesNotExist 时不能设置",
    ),
    ("may not be specified when `value` is not empty", "value 不为空时不能设置"),
    ("not a valid selector operator", "不是有效的选择器运算符"),
    (
        "cannot set `allowPrivilegeEscalation` to false and `privileged` to true",
        "privileged 为 true 时，allowPrivilegeEscalation 不能为 false",
    ),
    ("must provide `dnsConfig` when `dnsPolicy` is None", "dnsPolicy 为 None 时必须设置 dnsConfig"),
    (
        "must provide at least one DNS nameserver when `dnsPolicy` is None",
        "dnsPolicy 为 None 时至少需要一个 DNS 服务器",
    ),
    ("must have at least one node selector term", "至少需要一个节点选择条件"),
    (
        "must be one of the container or initContainer names in the pod template",
        "必须是 Pod 模板中某个容器的名称",
    ),
    ("verbs must contain at least one value", "verbs 至少要有一项"),
    ("resource rules must supply at least one api group", "资源规则至少需要一个 apiGroups"),
    ("resource rules must supply at least one resource", "资源规则至少需要一个 resources"),
    (
        "namespaced rules cannot apply to non-resource URLs",
        "Role 中不能使用 nonResourceURLs，请改用 ClusterRole",
    ),
    (
        "rules cannot apply to both regular resources and non-resource URLs",
        "同一条规则不能同时用于资源和 nonResourceURLs",
    ),
    ("cannot change roleRef", "roleRef 不可修改，请删除后重新创建"),
    ("pathType must be specified", "必须指定 pathType"),
    ("either `defaultBackend` or `rules` must be specified", "必须设置 defaultBackend 或 rules"),
    ("resource or service backend is required", "必须设置 service 或 resource"),
    ("port name or number is required", "必须设置端口的 name 或 number"),
    ("cannot set both port name & port number", "端口的 name 和 number 只能设置一个"),
    ("must be a DNS name, not an IP address", "必须是域名，不能是 IP 地址"),
    ("a wildcard DNS-1123 subdomain must start with", "通配域名必须以“*.”开头，例如 *.example.com"),
    ("a valid HTTP header must consist of", "HTTP 头的名称只能包含字母、数字和“-”"),
    ("must specify a peer", "必须设置 podSelector、namespaceSelector 或 ipBlock"),
    ("may not specify both ipBlock and another peer", "ipBlock 不能与其他选择器同时设置"),
    ("must be a strict subset of `cidr`", "必须在 cidr 的范围之内，且比它小"),
    ("must not have bits set beyond the prefix length", "前缀长度之后的位必须为 0"),
    ("must not have leading 0s", "数字前面不能有 0"),
    ("may not be specified when `port` is", "只有 port 是数字时才能设置"),
    ("must be greater than or equal to `port`", "不能小于 port"),
    ("must be greater than or equal to `minReplicas`", "不能小于 minReplicas"),
    ("apiVersion must specify API group", "apiVersion 必须包含 API 组（例如 apps/v1）"),
    ("must set either a target raw value or a target utilization", "必须设置目标值或目标利用率"),
    ("must be a standard resource for quota", "必须是配额的标准资源"),
    ("must be a standard resource type or fully qualified", "必须是标准资源，或带有域名前缀"),
    ("Local volume requires node affinity", "local 卷必须设置 nodeAffinity"),
    ("spec.persistentvolumesource is immutable after creation", "卷的来源创建后不可修改"),
    (
        "must be 'PersistentVolumeClaim' when referencing",
        "没有 apiGroup 时 kind 必须是 PersistentVolumeClaim",
    ),
    ("requires indexed completion mode", "只有 completionMode 为 Indexed 时才能设置"),
    ("when completion mode is Indexed", "completionMode 为 Indexed 时必须设置"),
    ("can only be modified in tandem with spec.parallelism", "只能与 parallelism 一起修改"),
    ("`selector` not auto-generated", "selector 应由系统生成，请删除"),
    ("cannot be set for a windows pod", "Windows 的 Pod 不能设置"),
    ("windows options cannot be set for a linux pod", "Linux 的 Pod 不能设置 Windows 选项"),
    ("when `hostUsers` is false", "hostUsers 为 false 时不能设置"),
    ("may not be set for containers with empty `spec.os.name`", "没有设置 spec.os.name 时不能设置"),
    (
        "must specify restartPolicy when restart rules are used",
        "有重启规则时必须设置 restartPolicy",
    ),
    ("must be a domain-prefixed path", "必须是带域名前缀的路径（例如 acme.io/foo）"),
    (
        "cannot use TZ or CRON_TZ in schedule",
        "schedule 中不能使用 TZ 或 CRON_TZ，请改用 timeZone 字段",
    ),
    (
        "minAvailable and maxUnavailable cannot be both set",
        "minAvailable 和 maxUnavailable 只能设置一个",
    ),
    (
        "effect must be 'NoExecute' when `tolerationSeconds`",
        "设置了 tolerationSeconds 时，effect 必须是 NoExecute",
    ),
    ("operator must be Exists when `key` is empty", "没有 key 时，operator 必须是 Exists"),
    ("value must be empty when `operator` is 'Exists'", "operator 为 Exists 时，value 必须为空"),
    ("not a valid field selector key", "只能是 metadata.name"),
    (
        "must be only one value when `operator` is 'In' or 'NotIn'",
        "operator 为 In 或 NotIn 时只能有一个值",
    ),
    (
        "must be specified single value when `operator` is 'Lt' or 'Gt'",
        "operator 为 Lt 或 Gt 时必须正好有一个值",
    ),
    ("must be in the range 1-100", "必须在 1 到 100 之间"),
    ("HugePages require cpu or memory", "使用大页内存时必须同时请求 cpu 或 memory"),
    ("Limit must be set for non overcommitable resources", "这种资源不能超额使用，必须设置上限"),
    (
        "doesn't follow extended resource name standard",
        "不是有效的扩展资源名称（例如 example.com/gpu）",
    ),
    ("cannot be 0", "不能为 0"),
    (
        "may not set both a target value for metric and a per-pod target",
        "value 和 averageValue 只能设置一个",
    ),
    (
        "may not set both a target raw value and a target utilization",
        "averageValue 和 averageUtilization 只能设置一个",
    ),
    ("must set either a target value", "必须设置 value 或 averageValue"),
    ("must populate information for the given metric source", "必须写出 type 所指的指标来源"),
    ("must populate the given metric source only", "只能写出 type 所指的指标来源"),
    ("must specify a metric source type", "必须指定指标的类型（type）"),
    ("must specify a metric target type", "必须指定目标的类型（type）"),
    ("must specify a metric name", "必须指定指标的名称"),
    ("must specify a resource name", "必须指定资源的名称"),
    ("must specify a container", "必须指定容器"),
    ("must specify a positive target averageValue", "averageValue 必须大于零"),
    (
        "must specify at least one Object or External metric",
        "缩到零个副本至少需要一个 Object 或 External 指标",
    ),
    ("must specify at least one Policy", "至少需要一条策略"),
    ("`selector` will be auto-generated", "selector 由系统生成，请删除"),
    ("`selector` does not match template `labels`", "selector 与模板的标签不匹配"),
    (
        "only \"Never\" is supported when podFailurePolicy is specified",
        "设置了 podFailurePolicy 时只能是 Never",
    ),
    ("timeZone must be an explicit time zone", "必须是明确的时区（例如 Asia/Shanghai）"),
    ("timeZone must be nil or non-empty string", "不能是空字符串"),
    ("unknown time zone", "没有这个时区"),
    ("must contain at least one key/value pair", "至少需要一对键和值"),
    ("field can not be empty", "不能为空"),
    ("can not contain backsteps ('..')", "不能包含“..”"),
    (
        "may only be specified when mountPropagation is None",
        "只有 mountPropagation 为 None 时才能设置",
    ),
    ("must not already exist as a path in volumeDevices", "该路径已用于 volumeDevices"),
    ("must not already exist as a path in volumeMounts", "该路径已用于 volumeMounts"),
    ("must not already exist in volumeDevices", "已用于 volumeDevices"),
    ("subPathExpr and subPath are mutually exclusive", "subPath 和 subPathExpr 只能设置一个"),
    ("duplicate of key present in binaryData", "binaryData 中已有同名的键"),
    ("must contain at least 1 address", "至少需要一个地址"),
    ("must specify `addresses` or `notReadyAddresses`", "必须设置 addresses 或 notReadyAddresses"),
    ("should be a domain with at least two segments", "应是至少有两段的域名（例如 example.com）"),
    (
        "at least one of succeededCount or succeededIndexes",
        "必须设置 succeededCount 或 succeededIndexes",
    ),
    ("at least one rules must be specified", "至少需要一条规则"),
    ("must not be 0 for the In operator", "operator 为 In 时不能为 0"),
    ("requires the backoffLimitPerIndex to be set", "必须同时设置 backoffLimitPerIndex"),
    (
        "specifying both OnExitCodes and OnPodConditions",
        "onExitCodes 和 onPodConditions 只能设置一个",
    ),
    (
        "specifying one of OnExitCodes and OnPodConditions",
        "必须设置 onExitCodes 或 onPodConditions",
    ),
    (
        "finalizer orphan and foregroundDeletion cannot be both set",
        "orphan 和 foregroundDeletion 只能设置一个",
    ),
    ("name is neither a standard finalizer name", "不是标准的 finalizer，也没有域名前缀"),
    ("name or generateName is required", "必须设置 name 或 generateName"),
    ("not allowed on this type", "这种类型不能设置"),
    ("version must not be empty", "版本不能为空"),
    ("must not be '.'", "不能是“.”"),
    ("cannot set both resource and service backends", "service 和 resource 只能设置一个"),
    ("may not specify more than two policyTypes", "policyTypes 最多两项"),
    ("must match `ingressClassName` when both", "必须与 ingressClassName 相同"),
    ("may not be specified when `type` is 'Pod'", "type 为 Pod 时不能设置"),
    (
        "at most one of `resourceClaimName` or",
        "resourceClaimName 和 resourceClaimTemplateName 只能设置一个",
    ),
    ("cannot be set on create", "创建时不能设置"),
    ("cannot be set until all schedulingGates", "所有 schedulingGates 清除后才能设置"),
    ("ephemeral containers not allowed in pod template", "Pod 模板中不能有临时容器"),
    ("referenced volume must be of type emptyDir", "引用的卷必须是 emptyDir"),
    ("existing toleration can not be modified", "已有的容忍只能修改 tolerationSeconds"),
    ("must not update from a positive integer to nil value", "设置之后不能删除"),
    ("only additions are allowed", "只能增加，不能修改或删除"),
    ("only additions to spec.nodeSelector are allowed", "nodeSelector 只能增加，不能修改或删除"),
    ("maximum allowed value of a user defined priority", "自定义优先级最大为 1000000000"),
    ("may not be changed in an update", "创建后不可修改"),
    (
        "priority class names with 'system-' prefix are reserved",
        "以 system- 开头的名称是系统保留的",
    ),
    ("conflicting scopes", "这些作用域互相冲突"),
    ("unsupported scope applied to resource", "该作用域不能用于这种资源"),
    ("unsupported scope", "不支持的作用域"),
    ("either minimum or maximum storage value is required", "必须设置存储的最小值或最大值"),
    (
        "at least one clusterRoleSelector required",
        "aggregationRule 至少需要一个 clusterRoleSelectors",
    ),
    ("must not be padded with whitespace", "首尾不能有空格"),
    ("'None' must be the first and only value", "None 只能是唯一的值"),
    ("may not change once set", "设置后不可修改"),
    (
        "may only be set for externally-accessible services",
        "只有 NodePort 和 LoadBalancer 类型的 Service 才能设置",
    ),
    (
        "may only be set when `type` is 'LoadBalancer' and",
        "只有 type 为 LoadBalancer 且 externalTrafficPolicy 为 Local 时才能设置",
    ),
    ("may only be used when `type` is 'LoadBalancer'", "只有 type 为 LoadBalancer 时才能设置"),
    ("may only hold up to 2 values", "最多两个值"),
    ("must not be set when session affinity is None", "sessionAffinity 为 None 时不能设置"),
    ("primary clusterIP can not be unset", "不能删除主要的 clusterIP"),
    ("Invalid path (regex", "只能包含 URL 路径中允许的字符"),
    ("may not specify a duration larger than 2^32 seconds", "不能超过 2^32 秒"),
    ("field can not be less than status.capacity", "不能小于现有的容量"),
    ("must match dataSourceRef", "必须与 dataSourceRef 相同"),
    ("must specify required node constraints", "必须设置 required"),
    (
        "spec is immutable after creation except resources.requests",
        "创建后只能修改 resources.requests 和 volumeAttributesClassName",
    ),
    ("may not be 'recycle' for a hostPath mount of '/'", "hostPath 为“/”时不能是 Recycle"),
    (
        "fieldRef and resourceFieldRef can not be specified",
        "fieldRef 和 resourceFieldRef 只能设置一个",
    ),
    ("SizeLimit field must be a valid resource quantity", "sizeLimit 必须是有效的数量"),
    ("kubernetes.io and k8s.io namespaces are reserved", "kubernetes.io 和 k8s.io 前缀是保留的"),
    ("this cluster is not configured for dual-stack services", "该集群没有配置双栈"),
    ("not configured on this cluster", "该集群没有配置"),
    ("provided port is already allocated", "该端口已被使用"),
];

/// Rules that begin with some words, go on with what varies, and have words in between and behind.
const WITH: &[(&str, &str, &str, &str)] = &[
    ("must be between ", " and ", ", inclusive", "必须在 {0} 到 {1} 之间（含两端）"),
    (
        "must be greater than or equal to aggregate container requests of ",
        "",
        "",
        "不能小于各容器的请求之和 {0}",
    ),
    ("must be less than or equal to pod limits of ", "", "", "不能大于 Pod 的上限 {0}"),
    ("must be greater than or equal to ", "", "", "必须大于或等于 {0}"),
    ("must be greater than ", "", "", "必须大于 {0}"),
    ("must be less than or equal to ", " limit of ", "", "必须小于或等于 {0} 的上限 {1}"),
    ("must be less than or equal to ", "", "", "必须小于或等于 {0}"),
    ("must be equal to ", " limit of ", "", "必须等于 {0} 的上限 {1}"),
    ("must be no more than ", "", " bytes", "不能超过 {0} 个字节"),
    ("must be no more than ", "", " characters", "不能超过 {0} 个字符"),
    ("may not be more than ", "", " bytes", "不能超过 {0} 个字节"),
    ("expected exactly 5 fields, found ", ": ", "", "应有 5 个字段，实际有 {0} 个：{1}"),
    ("end of range (", ") above maximum (", "", "范围的终点 {0} 超过最大值 {1}"),
    ("must be '", "' or '", "'", "必须是 {0} 或 {1}"),
    ("must specify one of: ", "", "", "必须指定其中之一：{0}"),
    ("unrecognized descriptor: ", "", "", "没有名为 {0} 的简写"),
    ("failed to parse duration ", ": time: ", "", "{0} 不是时长，例如 5m"),
    ("failed to parse int from ", ": strconv.Atoi: ", "", "{0} 不是整数"),
    ("error converting fieldPath: field label not supported: ", "", "", "没有可用的字段 {0}"),
    (
        "error converting fieldPath: field label does not support subscript: ",
        "",
        "",
        "字段 {0} 不能带下标",
    ),
    ("unexpected GroupVersion string: ", "", "", "{0} 不是有效的 API 版本"),
    (
        "provided port is not in the valid range. The range of valid ports is ",
        "-",
        "",
        "必须在 {0} 到 {1} 之间",
    ),
    ("must have at most ", "", " items", "最多 {0} 项"),
    ("must not have more than ", "", " nameservers", "最多 {0} 个 DNS 服务器"),
    ("must not have more than ", "", " search paths", "最多 {0} 个搜索域"),
    ("may not be specified when ", "", " is true", "{0} 为 true 时不能设置"),
    ("may not contain '", "", "'", "不能包含“{0}”"),
    ("must not contain '", "", "'", "不能包含“{0}”"),
    ("cannot end with '", "", "'", "不能以“{0}”结尾"),
    ("may not be '", "", "'", "不能是“{0}”"),
    ("updates to ", "", " are forbidden.", "{0} 不可修改"),
    ("type is required when ", "", " is set", "设置了 {0} 时必须设置 type"),
    ("can only be set when ", "", " type is Localhost", "只有 {0} 的 type 为 Localhost 时才能设置"),
    ("must be ", "", "", "必须是 {0}"),
];

/// A rule in Chinese; as it is if it is not known.
pub(super) fn chinese(rule: &str) -> String {
    for head in ["supported values: ", "valid values: "] {
        if let Some(words) = rule.strip_prefix(head) {
            let words = words.trim_matches(['[', ']']).replace('"', "").replace(", ", "、");
            return format!("可取值：{words}");
        }
    }
    let known = RULES.iter().find(|(head, _)| rule.starts_with(head));
    if let Some((_, chinese)) = known {
        return (*chinese).to_owned();
    }
    WITH.iter().find_map(|one| filled(rule, *one)).unwrap_or_else(|| rule.to_owned())
}

/// The Chinese of a rule with what varies in its places; it must be short, or a number.
fn filled(rule: &str, (head, between, tail, chinese): (&str, &str, &str, &str)) -> Option<String> {
    let inner = rule.strip_prefix(head)?.strip_suffix(tail)?;
    let (first, second) = match between {
        "" => (inner, ""),
        between => inner.split_once(between)?,
    };
    let second = second.replace("): ", "：");
    let is_value =
        |text: &str| !text.is_empty() && (!text.contains(' ') || text.starts_with(['[', '`']));
    if !is_value(first) || (!between.is_empty() && second.is_empty()) {
        return None;
    }
    Some(chinese.replace("{0}", first).replace("{1}", &second))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_rules_are_told_in_chinese() {
        for (rule, wanted) in [
            ("must be between 1 and 65535, inclusive", "必须在 1 到 65535 之间（含两端）"),
            ("must be greater than or equal to 0", "必须大于或等于 0"),
            (
                "must be less than or equal to memory limit of 32Mi",
                "必须小于或等于 memory 的上限 32Mi",
            ),
            ("supported values: \"Allow\", \"Forbid\"", "可取值：Allow、Forbid"),
            ("must be 'OrderedReady' or 'Parallel'", "必须是 OrderedReady 或 Parallel"),
            ("must be no more than 63 bytes", "不能超过 63 个字节"),
            ("end of range (61) above maximum (59): 61", "范围的终点 61 超过最大值 59：61"),
            ("field is immutable", "该字段不可修改"),
            (
                "failed to parse int from x: strconv.Atoi: parsing \"x\": invalid syntax",
                "x 不是整数",
            ),
            (
                "minAvailable and maxUnavailable cannot be both set",
                "minAvailable 和 maxUnavailable 只能设置一个",
            ),
            (
                "error converting fieldPath: field label not supported: status.podIp",
                "没有可用的字段 status.podIp",
            ),
            (
                "provided port is not in the valid range. The range of valid ports is 30000-32767",
                "必须在 30000 到 32767 之间",
            ),
            ("must set either a target value or averageValue", "必须设置 value 或 averageValue"),
            ("something that is new", "something that is new"),
        ] {
            assert_eq!(chinese(rule), wanted);
        }
    }
}
