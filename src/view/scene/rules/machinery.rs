//! The rules of nodes, Services, namespaces, garbage collection, and of what a person does.
//!
//! Owns text only. Invariant: a rule's sentence has at most thirty words in English.

use super::RuleWords;

const FORCE: &str =
    "https://kubernetes.io/docs/tasks/run-application/force-delete-stateful-set-pod/";
const API: &str = "https://kubernetes.io/docs/reference/using-api/api-concepts/";
const APPLY: &str =
    "https://kubernetes.io/docs/tasks/manage-kubernetes-objects/declarative-config/";
const DRAIN: &str = "https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/";
const DEPLOY: &str = "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/";
const GC: &str = "https://kubernetes.io/docs/concepts/architecture/garbage-collection/";
const NODE: &str = "https://kubernetes.io/docs/concepts/architecture/nodes/";
const NS: &str = "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/";
const POD: &str = "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/";
const PODGC: &str =
    "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-garbage-collection";
const SHUTDOWN: &str = "https://kubernetes.io/docs/concepts/cluster-administration/node-shutdown/#non-graceful-node-shutdown";
const SVC: &str = "https://kubernetes.io/docs/concepts/services-networking/service/";
const TAINT: &str = "https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/";

/// Code, English, Chinese, page.
pub(super) const RULES: &[RuleWords] = &[
    (
        "API-ADMISSION",
        "Before an object is stored, admission looks at what else is in the cluster, and may refuse it.",
        "对象保存之前要经过准入控制：它会参照集群中的其他对象，并可能拒绝请求。",
        "https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/",
    ),
    (
        "API-CONFLICT",
        "A write that is based on an older version of an object is refused: the object must be read again first.",
        "基于旧版本的写入会被拒绝：必须先重新读取该对象。",
        "https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions",
    ),
    (
        "API-FIXED",
        "Some fields cannot change once their object exists: it must be deleted and made anew.",
        "有些字段在对象创建后就不能修改：只能删除对象再重新创建。",
        "https://kubernetes.io/docs/concepts/workloads/management/#disruptive-updates",
    ),
    (
        "API-INVALID",
        "The API server checks every object against the rules of its kind; what breaks one is not stored.",
        "API server 按类型的规则检查每个对象；不合规则的不会保存。",
        API,
    ),
    (
        "API-LIMITS",
        "A LimitRange says how much a container, Pod or claim in its namespace may ask for.",
        "LimitRange 规定命名空间内的容器、Pod 和 PVC 可以请求多少资源。",
        "https://kubernetes.io/docs/concepts/policy/limit-range/",
    ),
    (
        "API-NAME-TAKEN",
        "In a namespace only one object of a kind can have a name at a time.",
        "在一个命名空间内，同一类型的对象同时只能有一个使用某个名字。",
        "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/",
    ),
    (
        "API-NOT-FOUND",
        "A request about something that does not exist, or in a namespace that does not, changes nothing.",
        "请求的对象或其命名空间不存在时，什么也不会改变。",
        API,
    ),
    (
        "API-QUOTA",
        "A ResourceQuota limits what all objects of a namespace may take together; what goes beyond it is refused.",
        "ResourceQuota 限制一个命名空间内所有对象的总用量；超出的请求会被拒绝。",
        "https://kubernetes.io/docs/concepts/policy/resource-quotas/",
    ),
    (
        "EP-CREATE",
        "A Service with a selector gets slices that list the addresses of its Pods.",
        "带选择器的 Service 会得到列出其 Pod 地址的 EndpointSlice。",
        SVC,
    ),
    (
        "EP-DELETE",
        "A slice that lists nobody any more is deleted.",
        "不再列出任何地址的 EndpointSlice 会被删除。",
        SVC,
    ),
    (
        "EP-MIRROR",
        "Endpoints that somebody wrote for a Service without a selector are copied into slices.",
        "为不带选择器的 Service 编写的 Endpoints 会被复制到 EndpointSlice。",
        SVC,
    ),
    (
        "EP-NODE",
        "A Pod whose node is gone is not listed, and the Service is looked at again later.",
        "所在节点已不存在的 Pod 不会被列出，稍后会再次检查该 Service。",
        SVC,
    ),
    (
        "EP-UPDATE",
        "A Service sends requests only to Pods that are ready.",
        "Service 只把请求发给就绪的 Pod。",
        SVC,
    ),
    (
        "GC-DELETE",
        "What belonged to a deleted owner is deleted after it. Claims from templates have no owner by default.",
        "所有者被删除后，从属对象随之删除。模板创建的 PVC 默认没有所有者。",
        GC,
    ),
    (
        "GC-FOREGROUND",
        "With foreground deletion the owner stays until its dependents are gone.",
        "前台删除时，所有者会等从属对象消失后才离开。",
        GC,
    ),
    (
        "GC-ORPHAN",
        "With orphaning the dependents stay and only lose their owner.",
        "采用 orphan 方式时，从属对象保留，只是失去所有者。",
        GC,
    ),
    (
        "NODE-BACK",
        "A kubelet that reports again makes its node Ready, and its Pods may serve again.",
        "kubelet 重新上报后节点恢复 Ready，其上的 Pod 可以继续服务。",
        NODE,
    ),
    (
        "NODE-DOUBT",
        "A kubelet whose own runtime does not answer says itself that its node is not ready.",
        "容器运行时没有响应时，kubelet 会自己报告节点未就绪。",
        NODE,
    ),
    (
        "NODE-DRIVE-OUT",
        "A node that stays lost or unready gets a NoExecute taint: each of its Pods stays for as long as it tolerates that, 300 seconds by default.",
        "一直失联或未就绪的节点会带上 NoExecute 污点：其上的 Pod 在容忍时间内停留，默认 300 秒。",
        "https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#taint-based-evictions",
    ),
    (
        "NODE-FAIL",
        "A machine that fails tells nobody: its Pods stay in the list as they were until its silence is noticed.",
        "机器发生故障时不会通知任何人：在它的静默被发现之前，其 Pod 在列表中保持原样。",
        NODE,
    ),
    (
        "NODE-LOST",
        "A node whose kubelet is silent for 50 seconds counts as lost. Its Pods are not deleted yet.",
        "kubelet 静默 50 秒后节点视为失联。其上的 Pod 暂不删除。",
        NODE,
    ),
    (
        "NODE-OUT-OF-SERVICE",
        "Only a person can know that a lost machine is off; said with this taint, its Pods go by force and its disks are detached at once.",
        "只有人能确认失联的机器已关机；打上这个污点后，其上的 Pod 会被强制删除，磁盘立即解除挂接。",
        SHUTDOWN,
    ),
    (
        "NODE-POD-UNREADY",
        "Pods on a node that is not ready are marked not ready, so that no request reaches them.",
        "未就绪节点上的 Pod 会被标记为未就绪，不再收到请求。",
        NODE,
    ),
    (
        "NODE-RECOVER",
        "A machine that is back runs what its node's Pods ask for, except those that were deleted meanwhile; a container that still runs goes on.",
        "机器恢复后继续运行其节点上的 Pod，期间被删除的除外；没有停下的容器照常运行。",
        NODE,
    ),
    (
        "NODE-REGISTER",
        "A kubelet that starts registers its node with the API server.",
        "kubelet 启动时向 API server 注册节点。",
        NODE,
    ),
    (
        "NODE-REGISTERED",
        "The node controller begins to watch over a node that has joined.",
        "节点加入后，节点控制器开始照看它。",
        NODE,
    ),
    (
        "NODE-REMOVED",
        "The node controller stops watching over a node whose object is gone.",
        "节点对象消失后，节点控制器不再照看它。",
        NODE,
    ),
    (
        "NODE-STATUS",
        "A kubelet says what its machine has, and offers to Pods what somebody else says the node has besides.",
        "kubelet 上报机器拥有的资源；他人登记的扩展资源也会提供给 Pod 使用。",
        NODE,
    ),
    (
        "NODE-TAINT",
        "A node that is lost, unready or cordoned gets a taint that says so.",
        "失联、未就绪或被封锁的节点会带上相应的污点。",
        TAINT,
    ),
    (
        "NODE-UNTAINT",
        "The taint of a condition goes when the condition does.",
        "状况消失后，相应的污点也随之移除。",
        TAINT,
    ),
    (
        "NODE-VOLUMES",
        "A kubelet reports which volumes are in use, so that none is detached under a running Pod.",
        "kubelet 上报正在使用的卷，以免运行中的 Pod 的卷被卸下。",
        NODE,
    ),
    (
        "NS-DELETE",
        "A namespace that is deleted takes everything in it along.",
        "删除命名空间会连同其中的一切一起删除。",
        NS,
    ),
    (
        "NS-FINALIZE",
        "A namespace is gone once nothing is left in it.",
        "命名空间里空无一物后才会消失。",
        NS,
    ),
    (
        "NS-STATUS",
        "A namespace that is being deleted says what is still left in it.",
        "正在删除的命名空间会说明其中还剩什么。",
        NS,
    ),
    (
        "PODGC-ENDED",
        "Pods that have ended are kept for reading; beyond 12,500 the oldest are removed.",
        "已结束的 Pod 会保留以供查看，超过 12500 个时先删最旧的。",
        PODGC,
    ),
    (
        "PODGC-ORPHAN",
        "Pods of a node that was deleted, or never was, are deleted by force: forty seconds after it is missed, at the collector's next look.",
        "节点对象已被删除或从未存在时，四十秒后回收器下一次检查会强制删除绑定到它的 Pod。",
        PODGC,
    ),
    (
        "PODGC-OUT-OF-SERVICE",
        "The out-of-service taint says that a machine is off for certain, so its Pods may go by force.",
        "out-of-service 污点表明机器确已关机，因此其上的 Pod 可以被强制删除。",
        SHUTDOWN,
    ),
    (
        "TAINT-AT-ONCE",
        "A NoExecute taint drives every Pod off its node at once that does not tolerate it.",
        "NoExecute 污点会立即赶走所有不容忍它的 Pod。",
        "https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#taint-based-evictions",
    ),
    (
        "TAINT-CANCEL",
        "The taint went before the Pod's toleration ran out, so the Pod stays.",
        "在 Pod 的容忍时间用完之前污点已消失，因此 Pod 得以保留。",
        TAINT,
    ),
    (
        "TAINT-EVICT",
        "A NoExecute taint evicts Pods that do not tolerate it, or no longer: by default they tolerate a lost node for five minutes.",
        "NoExecute 污点驱逐不容忍它或容忍期已过的 Pod；默认容忍失联节点五分钟。",
        TAINT,
    ),
    (
        "YOU-APPLY",
        "Applying says how things should be; the controllers then make it so.",
        "apply 只说明应有的样子，由控制器去实现。",
        APPLY,
    ),
    (
        "YOU-ASK",
        "A request to the API server is checked, admitted and stored; what follows is the controllers' work.",
        "对 API server 的请求经过检查、准入并保存，之后由控制器处理。",
        API,
    ),
    (
        "YOU-CORDON",
        "A cordoned node gets no new Pods; those that run there stay.",
        "被封锁的节点不再接收新 Pod，已有的不受影响。",
        NODE,
    ),
    (
        "YOU-DELETE",
        "Deleting a Pod gives it its grace period first; its controller decides whether another follows.",
        "删除 Pod 时先给它宽限期；是否补上由其控制器决定。",
        POD,
    ),
    (
        "YOU-EVICT",
        "An eviction is a deletion that disruption budgets may refuse; who drains a node asks again later.",
        "驱逐是可被中断预算拒绝的删除；排空节点时会稍后重试。",
        DRAIN,
    ),
    (
        "YOU-FORCE",
        "Deletion by force waits for no kubelet: two Pods of one identity may run at once and write to one disk.",
        "强制删除不等 kubelet 确认：同一身份的两个 Pod 可能同时运行，写同一块磁盘。",
        FORCE,
    ),
    (
        "YOU-KILL",
        "A container whose process is killed has failed: the Pod stays where it is, and its kubelet starts the container again if the restart policy says so.",
        "进程被杀死的容器算作失败：Pod 留在原处，kubelet 按重启策略重新启动该容器。",
        "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-restarts",
    ),
    (
        "YOU-PROBE",
        "A readiness probe asks a container whether it can serve: while it fails, the Pod gets no traffic, but nothing is started again.",
        "就绪探针询问容器能否提供服务：失败期间 Pod 不接收流量，但不会重启。",
        "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
    ),
    (
        "YOU-RESTART",
        "Controllers keep nothing by themselves: what starts anew reads everything from the API server and goes on.",
        "控制器自己不保存状态：重启后从 API server 重新读取一切，继续工作。",
        "https://kubernetes.io/docs/concepts/architecture/controller/",
    ),
    (
        "YOU-TAINT",
        "A taint keeps away Pods that do not tolerate it; with NoExecute those that run there must leave.",
        "污点让不容忍它的 Pod 不能来；NoExecute 还会让已在运行的离开。",
        TAINT,
    ),
    (
        "YOU-SCALE",
        "Scaling changes one number in the spec; the controller does the rest.",
        "扩缩只改变规约中的一个数字，其余由控制器完成。",
        DEPLOY,
    ),
];
