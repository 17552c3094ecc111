//! A sentence on each field that a learner meets.
//!
//! Owns text only. Invariant: every row names a field of the table, and the rows of one field
//! stand once; the first rows of a type are what a learner most likely wants there.

use super::Lang;
use crate::api::fields::Fields;

/// The type, the field, and what it does in English and Chinese.
type Row = (&'static str, &'static str, &'static str, &'static str);

/// Stands for every kind in a row.
const ANY_KIND: &str = "";

/// Whether a row is about a field.
fn is_of(row: &Row, within: &str, field: &str) -> bool {
    let is_kind = || Fields::table().api_version(within).is_some();
    row.1 == field && (row.0 == within || (row.0 == ANY_KIND && is_kind()))
}

/// What a field does, if a sentence is known.
pub fn about(within: &str, field: &str, lang: Lang) -> Option<&'static str> {
    let row = ROWS.iter().find(|row| is_of(row, within, field))?;
    Some(lang.pick(row.2, row.3))
}

/// How likely a field is wanted: the earlier its row, the more; nothing for one without a row.
pub fn rank(within: &str, field: &str) -> Option<usize> {
    ROWS.iter().position(|row| is_of(row, within, field))
}

/// What a kind is, if a sentence is known.
pub fn about_kind(kind: &str, lang: Lang) -> Option<&'static str> {
    let row = KINDS.iter().find(|row| row.0 == kind)?;
    Some(lang.pick(row.1, row.2))
}

/// How likely a kind is wanted.
pub fn kind_rank(kind: &str) -> Option<usize> {
    KINDS.iter().position(|row| row.0 == kind)
}

#[rustfmt::skip]
const KINDS: &[(&str, &str, &str)] = &[
    ("Deployment", "Keeps a number of Pods of which any one will do, and updates them step by step.", "维持一定数量、谁都一样的 Pod，并逐步更新。"),
    ("StatefulSet", "Keeps numbered Pods, each with its own name and disk.", "维持带编号的 Pod，各有自己的名称和磁盘。"),
    ("Service", "One name and address for several Pods, or one record per Pod if headless.", "多个 Pod 共用的名称和地址；无头时每个 Pod 一条记录。"),
    ("Pod", "Containers that run together on one node. Nothing replaces it by itself.", "在同一节点上一起运行的容器；单独创建的 Pod 出故障后不会被自动替换。"),
    ("ConfigMap", "Settings as keys and texts.", "以键和文本保存的配置。"),
    ("Secret", "Passwords and keys, kept apart from the Pods.", "密码与密钥，与 Pod 分开保存。"),
    ("PersistentVolumeClaim", "Asks for a disk that outlives Pods.", "申请一块比 Pod 长寿的磁盘。"),
    ("PersistentVolume", "A disk.", "一块磁盘。"),
    ("StorageClass", "Says who makes disks, and how.", "说明由谁、如何创建磁盘。"),
    ("DaemonSet", "One Pod on every node.", "每个节点上一个 Pod。"),
    ("Job", "Runs Pods until enough of them ended well.", "运行 Pod，直到足够多的 Pod 成功结束。"),
    ("CronJob", "Starts Jobs at set times.", "按时间表启动 Job。"),
    ("ReplicaSet", "Keeps a number of Pods. A Deployment makes these for you.", "维持一定数量的 Pod；通常由 Deployment 创建。"),
    ("ReplicationController", "The ReplicaSet's older brother.", "ReplicaSet 的前身。"),
    ("Namespace", "Keeps objects apart: names need to be unique only in it.", "把对象分开存放；名称只需在其中唯一。"),
    ("PodDisruptionBudget", "How many Pods a drain must leave.", "排空节点时至少要留下多少个 Pod。"),
    ("HorizontalPodAutoscaler", "Changes the number of replicas with the load.", "随负载调整副本数。"),
    ("PriorityClass", "Whose Pods go first when there is no room.", "资源不足时谁的 Pod 优先。"),
    ("ServiceAccount", "An account for Pods.", "供 Pod 使用的账号。"),
];

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("", "apiVersion", "The API group of the kind and its version.", "该类型所属的 API 组和版本。"),
    ("", "kind", "What the object is.", "对象的类型。"),
    ("", "metadata", "The name, the namespace and the labels.", "名称、命名空间和标签等。"),
    ("", "spec", "What is wanted; controllers make it so.", "期望状态；由控制器实现。"),
    ("ObjectMeta", "name", "The name, unique for its kind in the namespace.", "名称；在同一命名空间的同类对象中唯一。"),
    ("ObjectMeta", "labels", "Words to find the object by: selectors match them.", "标签；selector 靠它们找到对象。"),
    ("ObjectMeta", "namespace", "The namespace it lives in; default if none is given.", "所在命名空间；不写则为 default。"),
    ("ObjectMeta", "annotations", "Notes for people and tools; nothing selects by them.", "给人和工具看的注记；不能用来选择对象。"),
    ("ObjectMeta", "generateName", "A beginning to which the server adds five letters.", "名称前缀，服务器会补上五个字母。"),
    ("ObjectMeta", "finalizers", "Work that must be done before the object may go.", "对象被删除前必须完成的事项。"),
    ("DeploymentSpec", "replicas", "How many Pods there should be. Any one will do.", "期望的 Pod 数量；谁都一样。"),
    ("DeploymentSpec", "selector", "Which Pods belong to it. It can't be changed later.", "哪些 Pod 属于它；创建后不能更改。"),
    ("DeploymentSpec", "template", "What each Pod looks like. A change starts a rollout.", "每个 Pod 的样子；改动会触发滚动更新。"),
    ("DeploymentSpec", "strategy", "How old Pods are replaced by new ones.", "新旧 Pod 的替换方式。"),
    ("DeploymentSpec", "minReadySeconds", "How long a Pod must stay ready before it counts as available.", "Pod 就绪多久后才算可用。"),
    ("DeploymentSpec", "revisionHistoryLimit", "How many old ReplicaSets are kept to go back to.", "保留多少个旧 ReplicaSet 以便回滚。"),
    ("DeploymentSpec", "progressDeadlineSeconds", "After how long without progress a rollout counts as failed.", "多久没有进展就算更新失败。"),
    ("DeploymentSpec", "paused", "Holds rollouts back while it is true.", "为 true 时暂停滚动更新。"),
    ("DeploymentStrategy", "type", "RollingUpdate replaces step by step; Recreate ends all first.", "RollingUpdate 逐步替换；Recreate 先全部终止。"),
    ("DeploymentStrategy", "rollingUpdate", "How far a rolling update may go at once.", "滚动更新一次可以走多远。"),
    ("RollingUpdateDeployment", "maxSurge", "How many Pods more than wanted there may be for a while.", "更新期间最多可以多出多少个 Pod。"),
    ("RollingUpdateDeployment", "maxUnavailable", "How many Pods fewer than wanted may be available.", "更新期间最多可以少多少个可用 Pod。"),
    ("ReplicaSetSpec", "replicas", "How many Pods there should be. Any one will do.", "期望的 Pod 数量；谁都一样。"),
    ("ReplicaSetSpec", "selector", "Which Pods belong to it. It can't be changed later.", "哪些 Pod 属于它；创建后不能更改。"),
    ("ReplicaSetSpec", "template", "What each Pod looks like. Pods that run keep theirs.", "每个 Pod 的样子；已运行的 Pod 不受影响。"),
    ("ReplicationControllerSpec", "replicas", "How many Pods there should be. Any one will do.", "期望的 Pod 数量；谁都一样。"),
    ("ReplicationControllerSpec", "selector", "Labels of the Pods that belong to it.", "属于它的 Pod 的标签。"),
    ("ReplicationControllerSpec", "template", "What each Pod looks like.", "每个 Pod 的样子。"),
    ("StatefulSetSpec", "serviceName", "The headless Service that gives each Pod its DNS name.", "无头 Service；为每个 Pod 提供 DNS 名称。"),
    ("StatefulSetSpec", "replicas", "How many Pods there should be, numbered from 0.", "期望的 Pod 数量，从 0 开始编号。"),
    ("StatefulSetSpec", "selector", "Which Pods belong to it. It can't be changed later.", "哪些 Pod 属于它；创建后不能更改。"),
    ("StatefulSetSpec", "template", "What each Pod looks like; name and ordinal are added.", "每个 Pod 的样子；名称和编号会自动加上。"),
    ("StatefulSetSpec", "volumeClaimTemplates", "A claim of its own for each ordinal. It outlives the Pod.", "每个编号各有一个 PVC；比 Pod 长寿。"),
    ("StatefulSetSpec", "podManagementPolicy", "OrderedReady goes one by one; Parallel all at once.", "OrderedReady 逐个进行；Parallel 同时进行。"),
    ("StatefulSetSpec", "updateStrategy", "How Pods take a new template: by themselves, or when deleted.", "Pod 如何换用新模板：自动，或在删除后。"),
    ("StatefulSetSpec", "persistentVolumeClaimRetentionPolicy", "Whether claims stay when Pods go for good.", "Pod 永久离开后 PVC 是否保留。"),
    ("StatefulSetSpec", "minReadySeconds", "How long a Pod must stay ready before it counts as available.", "Pod 就绪多久后才算可用。"),
    ("StatefulSetSpec", "revisionHistoryLimit", "How many old revisions are kept.", "保留多少个旧版本。"),
    ("StatefulSetSpec", "ordinals", "The number that the first Pod bears.", "第一个 Pod 的编号。"),
    ("StatefulSetOrdinals", "start", "The ordinal of the first Pod; 0 if none is given.", "第一个 Pod 的编号；不写则为 0。"),
    ("StatefulSetUpdateStrategy", "type", "RollingUpdate replaces Pods from the highest ordinal; OnDelete waits for you.", "RollingUpdate 从最大编号开始替换；OnDelete 等你删除。"),
    ("StatefulSetUpdateStrategy", "rollingUpdate", "How far a rolling update goes.", "滚动更新的范围。"),
    ("RollingUpdateStatefulSetStrategy", "partition", "Only ordinals from here on are updated: a canary.", "只更新编号不小于它的 Pod：用于金丝雀发布。"),
    ("RollingUpdateStatefulSetStrategy", "maxUnavailable", "How many Pods may be down at once. Off by default in 1.36: it has no effect.", "同时最多有多少个 Pod 不可用。1.36 默认关闭此功能，写了也不起作用。"),
    ("StatefulSetPersistentVolumeClaimRetentionPolicy", "whenDeleted", "What becomes of claims when the StatefulSet is deleted.", "StatefulSet 被删除时 PVC 的去留。"),
    ("StatefulSetPersistentVolumeClaimRetentionPolicy", "whenScaled", "What becomes of the claims of Pods that are scaled away.", "缩容时多余 Pod 的 PVC 的去留。"),
    ("DaemonSetSpec", "selector", "Which Pods belong to it. It can't be changed later.", "哪些 Pod 属于它；创建后不能更改。"),
    ("DaemonSetSpec", "template", "What the Pod on each node looks like.", "每个节点上那个 Pod 的样子。"),
    ("DaemonSetSpec", "updateStrategy", "How Pods take a new template.", "Pod 如何换用新模板。"),
    ("JobSpec", "template", "What each Pod looks like; restartPolicy must be Never or OnFailure.", "每个 Pod 的样子；restartPolicy 须为 Never 或 OnFailure。"),
    ("JobSpec", "completions", "How many Pods must end well.", "需要多少个 Pod 成功结束。"),
    ("JobSpec", "parallelism", "How many Pods may run at a time.", "同时运行的 Pod 数上限。"),
    ("JobSpec", "backoffLimit", "How many failures before the Job gives up.", "失败多少次后放弃。"),
    ("JobSpec", "activeDeadlineSeconds", "How long the Job may take in all.", "整个 Job 的时间上限。"),
    ("JobSpec", "ttlSecondsAfterFinished", "How long after its end the Job is deleted.", "结束多久后自动删除。"),
    ("JobSpec", "completionMode", "Indexed gives each Pod a number.", "Indexed 为每个 Pod 编号。"),
    ("LabelSelector", "matchLabels", "All of these labels must be there with these values.", "必须全部具有这些标签和值。"),
    ("LabelSelector", "matchExpressions", "Rules about labels: In, NotIn, Exists, DoesNotExist.", "标签规则：In、NotIn、Exists、DoesNotExist。"),
    ("PodTemplateSpec", "metadata", "The labels that each Pod gets; the selector must match them.", "每个 Pod 的标签；必须与 selector 匹配。"),
    ("PodTemplateSpec", "spec", "Containers, volumes and rules of each Pod.", "每个 Pod 的容器、卷与规则。"),
    ("PodSpec", "containers", "What runs: at least one container.", "要运行的容器，至少一个。"),
    ("PodSpec", "initContainers", "Run one after another and end before the others start.", "依次运行，全部结束后主容器才启动。"),
    ("PodSpec", "volumes", "Disks and files that the containers can mount.", "容器可以挂载的磁盘和文件。"),
    ("PodSpec", "restartPolicy", "Whether ended containers start again.", "容器结束后是否重启。"),
    ("PodSpec", "terminationGracePeriodSeconds", "How long a Pod may take to stop before it is killed.", "Pod 停止的宽限时间，超时则强制终止。"),
    ("PodSpec", "nodeSelector", "Labels that the node must have.", "节点必须具有的标签。"),
    ("PodSpec", "affinity", "Rules to be near or far from nodes and Pods.", "靠近或远离某些节点和 Pod 的规则。"),
    ("PodSpec", "tolerations", "Taints of nodes that this Pod puts up with.", "此 Pod 可以容忍的节点污点。"),
    ("PodSpec", "topologySpreadConstraints", "How evenly Pods are spread over nodes or zones.", "Pod 在节点或区域间的均匀程度。"),
    ("PodSpec", "priorityClassName", "Whom it may push aside when there is no room.", "资源不足时可以抢占谁。"),
    ("PodSpec", "nodeName", "Puts the Pod on this node without asking the scheduler.", "不经调度器，直接放到此节点。"),
    ("PodSpec", "serviceAccountName", "The account under which the Pod talks to the API server.", "Pod 访问 API server 时使用的账号。"),
    ("PodSpec", "dnsPolicy", "Where names are looked up.", "DNS 解析方式。"),
    ("PodSpec", "hostname", "The name that the Pod calls itself.", "Pod 自己的主机名。"),
    ("PodSpec", "subdomain", "The headless Service under which it has a DNS name.", "所属的无头 Service，用于 DNS 名称。"),
    ("Container", "name", "The name, unique in the Pod.", "名称，在 Pod 内唯一。"),
    ("Container", "image", "The program and its version.", "镜像：程序及其版本。"),
    ("Container", "ports", "Ports that it listens on; Services may use their names.", "监听的端口；Service 可引用其名称。"),
    ("Container", "env", "Environment variables.", "环境变量。"),
    ("Container", "resources", "What it needs and may use of CPU and memory.", "所需及可用的 CPU 与内存。"),
    ("Container", "volumeMounts", "Where the Pod's volumes appear in its file system.", "卷在容器文件系统中的位置。"),
    ("Container", "readinessProbe", "Asks whether it may get requests.", "检查是否可以接收请求。"),
    ("Container", "livenessProbe", "Asks whether it must be restarted.", "检查是否需要重启。"),
    ("Container", "startupProbe", "Holds the other probes back until it has started.", "启动完成之前推迟其他探针。"),
    ("Container", "command", "Replaces the program of the image.", "替换镜像自带的程序。"),
    ("Container", "args", "Arguments for the program.", "程序的参数。"),
    ("Container", "envFrom", "All keys of a ConfigMap or Secret as variables.", "把 ConfigMap 或 Secret 的全部键作为环境变量。"),
    ("Container", "imagePullPolicy", "When the image is fetched. Always for latest or no tag.", "何时拉取镜像；latest 或无标签时为 Always。"),
    ("Container", "lifecycle", "What runs after the start and before the stop.", "启动之后、停止之前运行的动作。"),
    ("Container", "restartPolicy", "Always makes an init container a sidecar.", "设为 Always 时，init 容器成为 sidecar。"),
    ("Container", "securityContext", "Rights of the process.", "进程的权限。"),
    ("Container", "workingDir", "The directory that it starts in.", "启动时的工作目录。"),
    ("Lifecycle", "postStart", "Runs right after the container has started.", "容器启动后立即运行。"),
    ("Lifecycle", "preStop", "Runs before the container is told to stop.", "在通知容器停止之前运行。"),
    ("ContainerPort", "containerPort", "The number of the port.", "端口号。"),
    ("ContainerPort", "name", "A name for Services and probes.", "供 Service 和探针使用的名称。"),
    ("ContainerPort", "protocol", "TCP, UDP or SCTP.", "TCP、UDP 或 SCTP。"),
    ("EnvVar", "name", "The name of the variable.", "变量名。"),
    ("EnvVar", "value", "Its text; numbers need quotes.", "变量的值；数字需要加引号。"),
    ("EnvVar", "valueFrom", "Takes the text from elsewhere.", "从别处取值。"),
    ("EnvVarSource", "fieldRef", "From the Pod itself, such as its name.", "取自 Pod 自身，例如名称。"),
    ("EnvVarSource", "configMapKeyRef", "From a key of a ConfigMap.", "取自 ConfigMap 的某个键。"),
    ("EnvVarSource", "secretKeyRef", "From a key of a Secret.", "取自 Secret 的某个键。"),
    ("ResourceRequirements", "requests", "What the scheduler sets aside for it.", "调度器为它预留的量。"),
    ("ResourceRequirements", "limits", "What it may never go beyond.", "不能超过的上限。"),
    ("VolumeMount", "name", "The volume of the Pod.", "Pod 中卷的名称。"),
    ("VolumeMount", "mountPath", "Where it appears.", "挂载到的路径。"),
    ("VolumeMount", "readOnly", "Whether writing is forbidden.", "是否只读。"),
    ("VolumeMount", "subPath", "Only this folder of the volume.", "只挂载卷内的这个目录。"),
    ("Probe", "httpGet", "Asks over HTTP; 200 to 399 is well.", "HTTP 检查；200 至 399 为正常。"),
    ("Probe", "tcpSocket", "Only opens a connection.", "只检查能否建立连接。"),
    ("Probe", "exec", "Runs a command; 0 is well.", "执行命令；返回 0 为正常。"),
    ("Probe", "initialDelaySeconds", "How long after the start it first asks.", "启动多久后开始检查。"),
    ("Probe", "periodSeconds", "How often it asks.", "检查间隔。"),
    ("Probe", "timeoutSeconds", "How long an answer may take.", "应答的时间上限。"),
    ("Probe", "failureThreshold", "How many failures in a row count.", "连续失败多少次才算失败。"),
    ("Probe", "successThreshold", "How many successes in a row count.", "连续成功多少次才算成功。"),
    ("Volume", "name", "The name that volumeMounts use.", "供 volumeMounts 引用的名称。"),
    ("Volume", "persistentVolumeClaim", "A disk by its claim; it outlives the Pod.", "通过 PVC 使用的磁盘；比 Pod 长寿。"),
    ("Volume", "configMap", "The keys of a ConfigMap as files.", "把 ConfigMap 的键作为文件。"),
    ("Volume", "secret", "The keys of a Secret as files.", "把 Secret 的键作为文件。"),
    ("Volume", "emptyDir", "An empty folder that goes with the Pod.", "空目录；随 Pod 消失。"),
    ("Volume", "hostPath", "A folder of the node; it does not move along.", "节点上的目录；不会跟着 Pod 走。"),
    ("PersistentVolumeClaimVolumeSource", "claimName", "The claim, in the same namespace.", "同一命名空间中的 PVC 名称。"),
    ("ServiceSpec", "selector", "Ready Pods with these labels get the requests.", "带有这些标签的就绪 Pod 会收到请求。"),
    ("ServiceSpec", "ports", "Which ports it offers and where they lead.", "提供哪些端口，通向哪里。"),
    ("ServiceSpec", "clusterIP", "Its address. None makes it headless: one DNS record per Pod.", "虚拟 IP；设为 None 则是无头 Service：每个 Pod 一条 DNS 记录。"),
    ("ServiceSpec", "type", "Who can reach it.", "谁能访问它。"),
    ("ServiceSpec", "publishNotReadyAddresses", "Whether Pods that are not ready are named too.", "是否也公布未就绪的 Pod。"),
    ("ServiceSpec", "sessionAffinity", "ClientIP sends a client to the same Pod again.", "ClientIP 让同一客户端始终访问同一个 Pod。"),
    ("ServicePort", "port", "The port that clients use.", "客户端使用的端口。"),
    ("ServicePort", "targetPort", "The port of the Pods, by number or name.", "Pod 的端口号或端口名。"),
    ("ServicePort", "name", "A name; needed when there are several.", "名称；有多个端口时必填。"),
    ("ServicePort", "protocol", "TCP, UDP or SCTP.", "TCP、UDP 或 SCTP。"),
    ("ServicePort", "nodePort", "The port on every node.", "每个节点上的端口。"),
    ("PersistentVolumeClaimSpec", "accessModes", "How many nodes may use it: one (ReadWriteOnce) or many.", "可供多少节点使用：一个（ReadWriteOnce）或多个。"),
    ("PersistentVolumeClaimSpec", "resources", "How much room it needs.", "需要多大空间。"),
    ("PersistentVolumeClaimSpec", "storageClassName", "Who makes the disk.", "由哪个 StorageClass 创建磁盘。"),
    ("PersistentVolumeClaimSpec", "volumeName", "A certain PersistentVolume.", "指定某个 PersistentVolume。"),
    ("PersistentVolumeClaimSpec", "volumeMode", "A file system or a raw block device.", "文件系统或裸块设备。"),
    ("VolumeResourceRequirements", "requests", "The room: storage: 10Gi.", "所需空间，例如 storage: 10Gi。"),
    ("StorageClass", "provisioner", "The driver that makes disks.", "创建磁盘的驱动。"),
    ("StorageClass", "reclaimPolicy", "What becomes of a disk when its claim goes.", "PVC 删除后磁盘的去留。"),
    ("StorageClass", "volumeBindingMode", "At once, or when the first Pod needs it.", "立即绑定，或等第一个 Pod 使用时再绑定。"),
    ("PodDisruptionBudgetSpec", "minAvailable", "How many Pods a drain must leave.", "排空节点时至少要留下多少个 Pod。"),
    ("PodDisruptionBudgetSpec", "maxUnavailable", "How many Pods a drain may take at once.", "排空节点时最多同时带走多少个 Pod。"),
    ("PodDisruptionBudgetSpec", "selector", "The Pods that are counted.", "计入的 Pod。"),
    ("Toleration", "key", "The taint's key; none for all.", "污点的键；不写则匹配全部。"),
    ("Toleration", "operator", "Exists, or Equal to a value.", "Exists，或 Equal 某个值。"),
    ("Toleration", "effect", "Which effect is put up with.", "容忍哪种效果。"),
    ("Toleration", "tolerationSeconds", "How long NoExecute is put up with.", "对 NoExecute 容忍多久。"),
    ("TopologySpreadConstraint", "maxSkew", "By how many Pods places may differ.", "各处 Pod 数最多相差多少。"),
    ("TopologySpreadConstraint", "topologyKey", "What counts as a place: a node label.", "按哪个节点标签划分。"),
    ("TopologySpreadConstraint", "whenUnsatisfiable", "Wait, or go there anyway.", "无法满足时：等待，或照样调度。"),
    ("ConfigMap", "data", "Keys and their texts.", "键与文本。"),
    ("Secret", "stringData", "Keys and their texts, not yet in base64.", "键与文本，未经 base64 编码。"),
    ("Secret", "data", "Keys and their texts in base64.", "键与 base64 编码的文本。"),
    ("PriorityClass", "value", "The higher, the sooner; it may push lower ones aside.", "越大越优先，可以抢占较小的。"),
    ("HorizontalPodAutoscalerSpec", "scaleTargetRef", "The workload that is scaled.", "要伸缩的工作负载。"),
    ("HorizontalPodAutoscalerSpec", "minReplicas", "Never fewer.", "副本数下限。"),
    ("HorizontalPodAutoscalerSpec", "maxReplicas", "Never more.", "副本数上限。"),
    ("CronJobSpec", "schedule", "When Jobs start: minute, hour, day, month, weekday.", "Job 的启动时间：分、时、日、月、星期。"),
    ("CronJobSpec", "jobTemplate", "What each Job looks like.", "每个 Job 的样子。"),
    ("CronJobSpec", "timeZone", "The time zone of the schedule, such as Asia/Shanghai.", "schedule 使用的时区，例如 Asia/Shanghai。"),
    ("CronJobSpec", "concurrencyPolicy", "What happens if the last Job still runs: Allow both, Forbid the new one, or Replace the old.", "上一个 Job 还在运行时：Allow 同时运行，Forbid 跳过新的，Replace 换掉旧的。"),
    ("CronJobSpec", "suspend", "Starts no more Jobs while it is true.", "为 true 时不再启动新的 Job。"),
    ("CronJobSpec", "startingDeadlineSeconds", "How late a Job may still start.", "错过启动时间后还可以晚多久启动。"),
    ("CronJobSpec", "successfulJobsHistoryLimit", "How many Jobs that ended well are kept.", "保留多少个成功的 Job。"),
    ("CronJobSpec", "failedJobsHistoryLimit", "How many failed Jobs are kept.", "保留多少个失败的 Job。"),
    ("Affinity", "nodeAffinity", "Which nodes suit the Pod, by their labels.", "按标签选择适合的节点。"),
    ("Affinity", "podAffinity", "Be where certain Pods are.", "与某些 Pod 放在一起。"),
    ("Affinity", "podAntiAffinity", "Be where certain Pods are not.", "与某些 Pod 分开。"),
    ("NodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "Without such a node the Pod waits.", "没有符合的节点就一直等待。"),
    ("NodeAffinity", "preferredDuringSchedulingIgnoredDuringExecution", "Such nodes first, others if need be.", "优先选择，必要时也可用其他节点。"),
    ("PodAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "Without such a place the Pod waits.", "没有符合的位置就一直等待。"),
    ("PodAffinity", "preferredDuringSchedulingIgnoredDuringExecution", "Such places first, others if need be.", "优先选择，必要时也可用其他位置。"),
    ("PodAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "Without a place free of such Pods the Pod waits.", "没有避开这些 Pod 的位置就一直等待。"),
    ("PodAntiAffinity", "preferredDuringSchedulingIgnoredDuringExecution", "Places without such Pods first, others if need be.", "优先避开，必要时也可放在一起。"),
    ("PodAffinityTerm", "labelSelector", "Which Pods are meant.", "指哪些 Pod。"),
    ("PodAffinityTerm", "topologyKey", "What counts as one place: a node label.", "按哪个节点标签划分位置。"),
    ("TopologySpreadConstraint", "labelSelector", "Which Pods are counted.", "统计哪些 Pod。"),
    ("ObjectFieldSelector", "fieldPath", "Which field of the Pod.", "取 Pod 的哪个字段。"),
    ("ConfigMapKeySelector", "key", "Which key of the ConfigMap.", "ConfigMap 中的键。"),
    ("ConfigMapKeySelector", "optional", "Whether the Pod may start without it.", "没有它时 Pod 能否启动。"),
    ("SecretKeySelector", "key", "Which key of the Secret.", "Secret 中的键。"),
    ("SecretKeySelector", "optional", "Whether the Pod may start without it.", "没有它时 Pod 能否启动。"),
    ("EnvFromSource", "configMapRef", "All keys of a ConfigMap.", "某个 ConfigMap 的全部键。"),
    ("EnvFromSource", "secretRef", "All keys of a Secret.", "某个 Secret 的全部键。"),
    ("EnvFromSource", "prefix", "What stands before each name.", "加在每个变量名前面的前缀。"),
    ("ContainerPort", "hostPort", "Takes this port of the node; one Pod a node.", "占用节点的这个端口；每个节点只能有一个这样的 Pod。"),
    ("HTTPGetAction", "path", "The path that is asked for.", "请求的路径。"),
    ("HTTPGetAction", "port", "The port, by number or name.", "端口号或端口名。"),
    ("HTTPGetAction", "scheme", "HTTP or HTTPS.", "HTTP 或 HTTPS。"),
    ("TCPSocketAction", "port", "The port, by number or name.", "端口号或端口名。"),
    ("SecurityContext", "runAsUser", "The user's number that the process runs as.", "进程使用的用户编号。"),
    ("SecurityContext", "runAsNonRoot", "Refuses to start as root.", "拒绝以 root 启动。"),
    ("SecurityContext", "privileged", "May do on the node what root may.", "在节点上拥有与 root 相同的权限。"),
    ("SecurityContext", "readOnlyRootFilesystem", "Only volumes can be written to.", "只有卷可以写入。"),
    ("SecurityContext", "capabilities", "Single rights of root, given or taken.", "增加或去掉 root 的个别权限。"),
    ("PodSecurityContext", "runAsUser", "The user's number that the processes run as.", "进程使用的用户编号。"),
    ("PodSecurityContext", "runAsNonRoot", "Refuses to start as root.", "拒绝以 root 启动。"),
    ("PodSecurityContext", "fsGroup", "The group that owns the files of volumes.", "卷中文件所属的组。"),
    ("EmptyDirVolumeSource", "medium", "Memory keeps it in memory; else it is on the node's disk.", "Memory 表示放在内存中；不写则在节点磁盘上。"),
    ("EmptyDirVolumeSource", "sizeLimit", "How much it may hold.", "容量上限。"),
    ("ConfigMapVolumeSource", "items", "Only these keys, under these paths.", "只挂载这些键，并指定路径。"),
    ("ConfigMapVolumeSource", "defaultMode", "The rights of the files.", "文件的权限。"),
    ("SecretVolumeSource", "defaultMode", "The rights of the files.", "文件的权限。"),
    ("ServiceSpec", "externalTrafficPolicy", "Local sends what comes from outside only to Pods of the same node.", "Local 只把外部流量送到同一节点上的 Pod。"),
    ("ServiceSpec", "internalTrafficPolicy", "Local sends what comes from inside only to Pods of the same node.", "Local 只把内部流量送到同一节点上的 Pod。"),
    ("PodDisruptionBudgetSpec", "unhealthyPodEvictionPolicy", "When Pods that are not ready may be evicted.", "未就绪的 Pod 何时可以被驱逐。"),
    ("PersistentVolumeSpec", "capacity", "How much it holds.", "容量。"),
    ("PersistentVolumeSpec", "persistentVolumeReclaimPolicy", "What becomes of the disk when its claim goes.", "PVC 删除后磁盘的去留。"),
    ("PersistentVolumeSpec", "claimRef", "The claim that it is bound to or kept for.", "已绑定或预留给哪个 PVC。"),
    ("HorizontalPodAutoscalerSpec", "metrics", "What is measured, and what it should be.", "按什么指标伸缩，目标是多少。"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_kind_is_in_the_table() {
        for (kind, english, chinese) in KINDS {
            assert!(Fields::table().api_version(kind).is_some(), "{kind}");
            assert!(english.ends_with('.') && chinese.ends_with('。'), "{kind}");
        }
    }

    #[test]
    fn every_row_is_a_field_and_stands_once() {
        let mut seen = BTreeSet::new();
        for (within, field, english, chinese) in ROWS {
            let within = if *within == ANY_KIND { "Pod" } else { within };
            let known = Fields::table().named(within).unwrap_or_else(|| panic!("{within}"));
            assert!(known.fields.contains_key(*field), "{within}.{field}");
            assert!(seen.insert((within, field)), "{within}.{field}");
            assert!(english.ends_with(['.', '?']) && chinese.ends_with('。'), "{within}.{field}");
        }
    }
}
