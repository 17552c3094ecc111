//! The rules of placing and running Pods: scheduler, volumes, kubelet.
//!
//! Owns text only. Invariant: a rule's sentence has at most thirty words in English.

use super::RuleWords;

const POD: &str = "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/";
const PV: &str = "https://kubernetes.io/docs/concepts/storage/persistent-volumes/";
const PREEMPT: &str =
    "https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/#preemption";
const SCHED: &str = "https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/";
const STORAGE: &str = "https://kubernetes.io/docs/concepts/storage/storage-classes/";

/// Code, English, Chinese, page.
pub(super) const RULES: &[RuleWords] = &[
    (
        "KUBELET-BACKOFF",
        "After each crash the kubelet waits twice as long before it starts the container again: 10 seconds at first, five minutes at most.",
        "容器每次崩溃后，kubelet 重启前等待的时间加倍：最初 10 秒，最多 5 分钟。",
        "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-restarts",
    ),
    (
        "KUBELET-CONFIG",
        "A container whose ConfigMap or Secret is missing, or that breaks runAsNonRoot, is not made; the kubelet tries again.",
        "缺 ConfigMap、Secret 或违反 runAsNonRoot 的容器不会被创建，kubelet 会一直重试。",
        "https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/#restrictions",
    ),
    (
        "KUBELET-DEADLINE",
        "A Pod that is active for longer than its activeDeadlineSeconds is stopped and has failed.",
        "Pod 活动的时间超过其 activeDeadlineSeconds 后会被停止，并视为失败。",
        "https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#lifecycle",
    ),
    (
        "KUBELET-END",
        "Containers that ended by themselves end their Pod if none is to start again: Succeeded if all ended well, else Failed.",
        "容器自行结束且不再重启时 Pod 也随之结束：全部成功为 Succeeded，否则为 Failed。",
        "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-phase",
    ),
    (
        "KUBELET-GONE",
        "A Pod is removed once its containers have stopped, or its grace period is over.",
        "容器停止或宽限期结束后，Pod 才会被移除。",
        POD,
    ),
    (
        "KUBELET-HOOK",
        "A container whose postStart hook fails is killed, and its restart policy decides what follows.",
        "postStart 钩子失败的容器会被终止，之后由重启策略决定。",
        "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#hook-handler-execution",
    ),
    (
        "KUBELET-IMAGE",
        "The kubelet pulls an image that its node lacks. After each failure it waits longer before it tries again, five minutes at most.",
        "节点上没有的镜像由 kubelet 拉取。每次失败后等待更久再试，最多 5 分钟。",
        "https://kubernetes.io/docs/concepts/containers/images/#imagepullbackoff",
    ),
    (
        "KUBELET-INIT",
        "Init containers run one after the other, and each must end well before the next one starts.",
        "Init 容器依次运行，前一个成功结束后才启动下一个。",
        "https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#detailed-behavior",
    ),
    (
        "KUBELET-PROBE",
        "A container whose liveness or startup probe fails too often is killed by the kubelet, and its restart policy decides what follows.",
        "存活探针或启动探针多次失败后，kubelet 会终止该容器，之后由重启策略决定。",
        "https://kubernetes.io/docs/concepts/workloads/pods/probes/#liveness-probe",
    ),
    (
        "KUBELET-REFUSE",
        "A kubelet turns a Pod away that its node has no room for or that does not fit it; the Pod has failed and is not placed again.",
        "节点放不下或不符合要求的 Pod 会被 kubelet 拒绝：它视为失败，也不会再被调度。",
        "https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#nodename",
    ),
    (
        "KUBELET-RESTART",
        "The restart policy says whether a container that ended is started again: Always, OnFailure or Never.",
        "容器结束后是否重启由重启策略决定：Always、OnFailure 或 Never。",
        "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy",
    ),
    (
        "KUBELET-SANDBOX",
        "The kubelet first sets up the Pod's sandbox, which gives it its IP address.",
        "kubelet 先建立 Pod 的沙箱，Pod 由此获得 IP 地址。",
        POD,
    ),
    (
        "KUBELET-SIDECAR",
        "A sidecar is an init container that always restarts: once it has started the next one may, and it runs until the Pod ends.",
        "Sidecar 是一直会重启的 init 容器：它启动后，后面的容器即可启动；它运行到 Pod 结束。",
        "https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/",
    ),
    (
        "KUBELET-STATUS",
        "A Pod is ready once all of its containers are; only then does it get requests.",
        "所有容器都就绪后 Pod 才算就绪，此时才会收到请求。",
        POD,
    ),
    (
        "KUBELET-STOP",
        "The kubelet sends SIGTERM, waits for the grace period at most, then kills what is left.",
        "kubelet 发送 SIGTERM，最多等待宽限期，然后强制结束。",
        POD,
    ),
    (
        "KUBELET-UNREADY",
        "A Pod whose readiness probe fails goes on running, but no Service sends requests to it until the probe succeeds again.",
        "就绪探针失败的 Pod 继续运行，但在探针恢复成功之前 Service 不会向它发请求。",
        "https://kubernetes.io/docs/concepts/workloads/pods/probes/#readiness-probe",
    ),
    (
        "KUBELET-VOLUMES",
        "A Pod's volumes are mounted before any of its containers is started.",
        "启动任何容器之前，先挂载 Pod 的卷。",
        POD,
    ),
    (
        "PV-AVAILABLE",
        "A volume that no claim has may be bound by the next claim that fits.",
        "未被 PVC 占用的卷，可由下一个合适的 PVC 绑定。",
        PV,
    ),
    (
        "PV-DELETE",
        "A released volume with the policy Delete is removed together with its storage.",
        "回收策略为 Delete 的卷释放后，连同存储一起删除。",
        PV,
    ),
    (
        "PV-FAILED",
        "A volume that nobody can delete or empty after its claim is gone has failed, and stays.",
        "PVC 消失后，无法删除或清空的卷会变为 Failed 并保留。",
        PV,
    ),
    (
        "PV-PROVISIONED",
        "A provisioner makes a volume for a claim of its storage class.",
        "供应者按存储类为 PVC 创建卷。",
        PV,
    ),
    (
        "PV-RELEASED",
        "When its claim is gone a volume is released; the reclaim policy decides what follows.",
        "PVC 消失后卷被释放，之后由回收策略决定。",
        PV,
    ),
    (
        "PV-RESIZED",
        "The storage makes a volume larger whose claim asks for more.",
        "PVC 请求更大容量时，存储会扩大它的卷。",
        PV,
    ),
    (
        "PV-UNBIND",
        "A volume whose claim was only reserved and is gone becomes free again.",
        "预留它的 PVC 消失后，卷重新可用。",
        PV,
    ),
    (
        "PVC-EPHEMERAL",
        "The claim of an ephemeral volume is made for its Pod, belongs to it and goes with it.",
        "临时卷的 PVC 为其 Pod 而建，归它所有，也随它删除。",
        "https://kubernetes.io/docs/concepts/storage/ephemeral-volumes/",
    ),
    (
        "PVC-BIND",
        "A claim is bound to one volume, and the volume to that claim alone.",
        "一个 PVC 绑定一个卷，该卷也只属于这个 PVC。",
        PV,
    ),
    (
        "PVC-BOUND",
        "Once both sides say so, claim and volume are Bound; then Pods may use them.",
        "双方都确认后，PVC 与卷进入 Bound 状态，Pod 才能使用。",
        PV,
    ),
    (
        "PVC-EXPAND",
        "A claim that asks for more waits until the storage has made its volume larger.",
        "请求更大容量的 PVC 会等待存储把卷扩大。",
        PV,
    ),
    (
        "PVC-LOST",
        "A claim whose volume was deleted is Lost; its data cannot be reached any more.",
        "卷被删除的 PVC 变为 Lost，数据无法再访问。",
        PV,
    ),
    (
        "PVC-MISMATCH",
        "A claim that names a volume gets it only if size, class and access modes fit.",
        "指定卷的 PVC 只有在大小、类别和访问模式都符合时才能得到它。",
        PV,
    ),
    (
        "PVC-NO-CLASS",
        "A claim that names an unknown storage class waits until that class exists.",
        "引用不存在的存储类的 PVC，会一直等到该类出现。",
        PV,
    ),
    (
        "PVC-NO-VOLUME",
        "A claim without a class that provisions waits for a volume that fits.",
        "没有可供应的存储类时，PVC 等待合适的卷。",
        PV,
    ),
    (
        "PVC-PROVISION",
        "A claim asks the provisioner of its storage class to make a volume.",
        "PVC 请求其存储类的供应者创建卷。",
        PV,
    ),
    (
        "PVC-UNPROVISIONED",
        "A provisioner that can't make what a claim asks for tries again, later each time.",
        "供应者无法满足 PVC 的要求时会重试，间隔逐次加长。",
        PV,
    ),
    (
        "PVC-RELEASE",
        "A deleted claim stays until no Pod uses it any more.",
        "被删除的 PVC 要等到没有 Pod 使用时才会消失。",
        PV,
    ),
    (
        "PVC-WAIT-CONSUMER",
        "With WaitForFirstConsumer a claim waits until a Pod that uses it is given a node.",
        "WaitForFirstConsumer 模式下，PVC 等到使用它的 Pod 选定节点。",
        STORAGE,
    ),
    (
        "SCHED-ERROR",
        "A node was chosen, but the binding failed; the Pod is tried again.",
        "已选定节点但绑定失败，Pod 会再次尝试。",
        SCHED,
    ),
    (
        "SCHED-NO-NODE",
        "A Pod that fits on no node waits, and is tried again when something changes.",
        "没有合适节点的 Pod 会等待，情况变化时再次尝试。",
        SCHED,
    ),
    (
        "SCHED-NOMINATE",
        "A Pod that must wait for its volumes or for room keeps the node in mind that was found for it.",
        "需要等待卷或空间的 Pod 会先记下为它找到的节点。",
        SCHED,
    ),
    (
        "SCHED-NOMINATED",
        "The node that a Pod is nominated for is looked at before all others; if the Pod fits there, no other is asked.",
        "Pod 被提名的节点最先检查：如果合适，就不再看别的节点。",
        PREEMPT,
    ),
    (
        "SCHED-PREEMPT",
        "A Pod of a higher priority may have less important Pods evicted to get room.",
        "优先级更高的 Pod 可以驱逐较不重要的 Pod 以腾出空间。",
        PREEMPT,
    ),
    (
        "SCHED-ONLY",
        "A node must pass every filter: room, taints, labels, affinity and volumes. Here one alone did.",
        "节点必须通过所有过滤：资源、污点、标签、亲和性和卷。这里只有一个通过。",
        "https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/",
    ),
    (
        "SCHED-SPREAD",
        "The scheduler chooses among the nodes that fit: free room, and few Pods of the same workload.",
        "调度器在合适的节点中选择：资源空闲，且同一工作负载的 Pod 较少。",
        SCHED,
    ),
    (
        "SCHED-VOLUME",
        "The scheduler tells a claim which node was chosen, so that its volume is made where the Pod will run.",
        "调度器告诉 PVC 选定了哪个节点，使卷建在 Pod 运行之处。",
        STORAGE,
    ),
    (
        "VOL-ATTACH-FIRST",
        "No container starts before every volume of its Pod is attached to the node.",
        "Pod 的所有卷都挂接到节点之前，不会启动任何容器。",
        PV,
    ),
    (
        "VOL-ATTACHED",
        "The node now has the volume, so its kubelet may mount it.",
        "节点已挂接该卷，kubelet 可以挂载它。",
        PV,
    ),
    (
        "VOL-DETACH",
        "A volume is detached from a node once no Pod there uses it.",
        "节点上没有 Pod 使用某个卷时，该卷才会被卸下。",
        PV,
    ),
    (
        "VOL-MULTI-ATTACH",
        "A ReadWriteOnce volume is attached to one node at a time.",
        "ReadWriteOnce 卷一次只能挂接到一个节点。",
        PV,
    ),
];
