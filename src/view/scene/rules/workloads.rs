//! The rules of workloads: ReplicaSets, Deployments, StatefulSets, DaemonSets, Jobs, budgets.
//!
//! Owns text only. Invariant: a rule's sentence has at most thirty words in English.

use super::RuleWords;

const DAEMON: &str = "https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/";
const DEPLOY: &str = "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/";
const CRON: &str = "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/";
const JOB: &str = "https://kubernetes.io/docs/concepts/workloads/controllers/job/";
const PDB: &str = "https://kubernetes.io/docs/concepts/workloads/pods/disruptions/";
const RS: &str = "https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/";
const STS: &str = "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/";

/// Code, English, Chinese, page.
pub(super) const RULES: &[RuleWords] = &[
    (
        "CRON-CREATE",
        "A CronJob starts a Job at each moment of its schedule, named after that moment.",
        "CronJob 按时间表在每个时刻启动一个 Job，并以该时刻命名。",
        CRON,
    ),
    (
        "CRON-HISTORY",
        "Of the Jobs that are over, a CronJob keeps only the newest.",
        "对于已结束的 Job，CronJob 只保留最新的几个。",
        CRON,
    ),
    (
        "CRON-MISSED",
        "A moment passes without a Job if the CronJob may not or can't start one.",
        "如果 CronJob 不允许或无法启动 Job，该时刻就会错过。",
        CRON,
    ),
    (
        "CRON-REPLACE",
        "With the policy Replace, a Job that still runs makes way for the next.",
        "策略为 Replace 时，仍在运行的 Job 会让位给下一个。",
        CRON,
    ),
    (
        "CRON-STATUS",
        "A CronJob lists the Jobs that are not over yet.",
        "CronJob 会列出尚未结束的 Job。",
        CRON,
    ),
    (
        "DEPLOY-CREATE-RS",
        "A Deployment makes no Pods itself: it makes one ReplicaSet for each template.",
        "Deployment 自己不创建 Pod：它为每个模板创建一个 ReplicaSet。",
        DEPLOY,
    ),
    (
        "DEPLOY-HISTORY",
        "A Deployment keeps its newest old ReplicaSets, ten by default, so that it can be rolled back.",
        "Deployment 保留最近的旧 ReplicaSet（默认十个），以便回滚。",
        DEPLOY,
    ),
    (
        "DEPLOY-NEW-TEMPLATE",
        "A changed template gets a ReplicaSet of its own; the old one is scaled down step by step.",
        "模板改变会得到新的 ReplicaSet，旧的逐步缩容。",
        DEPLOY,
    ),
    (
        "DEPLOY-PROPORTION",
        "A Deployment that is scaled during a rollout spreads the change over its ReplicaSets by size.",
        "滚动更新期间扩缩时，Deployment 按各 ReplicaSet 的大小按比例分摊变化。",
        DEPLOY,
    ),
    (
        "DEPLOY-RECREATE-DOWN",
        "With Recreate, all old Pods must have stopped before the first new one is made.",
        "Recreate 策略下，旧 Pod 全部停止后才创建第一个新 Pod。",
        DEPLOY,
    ),
    (
        "DEPLOY-REVISION",
        "Each template has a revision number, which rollback and history use.",
        "每个模板都有版本号，供回滚和历史记录使用。",
        DEPLOY,
    ),
    (
        "DEPLOY-ROLL-DOWN",
        "A rolling update keeps all but maxUnavailable Pods available.",
        "滚动更新时，不可用的 Pod 不会超过 maxUnavailable。",
        DEPLOY,
    ),
    (
        "DEPLOY-ROLL-UP",
        "A rolling update never exceeds the wanted number by more than maxSurge.",
        "滚动更新时，Pod 总数不会超过期望数加 maxSurge。",
        DEPLOY,
    ),
    (
        "DEPLOY-SCALE",
        "A Deployment passes its number of replicas on to its ReplicaSet.",
        "Deployment 把副本数交给它的 ReplicaSet。",
        DEPLOY,
    ),
    (
        "DEPLOY-STATUS",
        "A Deployment counts its Pods and says whether the rollout makes progress.",
        "Deployment 统计自己的 Pod，并说明更新是否在推进。",
        DEPLOY,
    ),
    (
        "DS-CREATE",
        "A DaemonSet keeps one Pod on every node that may run it.",
        "DaemonSet 在每个可用的节点上保持一个 Pod。",
        DAEMON,
    ),
    (
        "DS-DELETE",
        "A DaemonSet takes its Pod from a node that should not run it any more.",
        "节点不应再运行时，DaemonSet 会移除其上的 Pod。",
        DAEMON,
    ),
    (
        "DS-ENDED",
        "A DaemonSet's Pod should never end, so one that did is replaced.",
        "DaemonSet 的 Pod 不应结束，已结束的会被替换。",
        DAEMON,
    ),
    (
        "DS-HISTORY",
        "A DaemonSet keeps its newest old revisions, so that it can be rolled back.",
        "DaemonSet 保留最近的旧版本，以便回滚。",
        DAEMON,
    ),
    (
        "DS-REVISION",
        "A DaemonSet keeps each version of its template as a revision.",
        "DaemonSet 把模板的每个版本保存为一个修订。",
        DAEMON,
    ),
    (
        "DS-ROLL",
        "A rolling update of a DaemonSet replaces its Pods node by node: maxUnavailable of them may be missing, or with maxSurge the new one is ready first.",
        "DaemonSet 逐个节点更新：最多缺 maxUnavailable 个 Pod；有 maxSurge 则新的先就绪。",
        DAEMON,
    ),
    (
        "DS-STATUS",
        "A DaemonSet counts on how many nodes its Pod runs, and on how many it should.",
        "DaemonSet 统计其 Pod 运行在多少节点上、应运行在多少节点上。",
        DAEMON,
    ),
    (
        "DS-SURPLUS",
        "A DaemonSet keeps one Pod on a node; of several the oldest stays.",
        "DaemonSet 在一个节点上只保留一个 Pod；有多个时，最早的留下。",
        DAEMON,
    ),
    (
        "DS-WAIT-AVAILABLE",
        "A daemon counts as available once it has been ready for minReadySeconds without a break.",
        "守护 Pod 连续就绪达到 minReadySeconds 后才算可用。",
        DAEMON,
    ),
    (
        "DS-WAIT-GONE",
        "A daemon that is told to stop counts as missing until its kubelet confirms its end; no more may be missing at a time than maxUnavailable.",
        "被要求停止的守护 Pod 在 kubelet 确认前都算缺失；缺失数不能超过 maxUnavailable。",
        "https://kubernetes.io/docs/tasks/manage-daemon/update-daemon-set/",
    ),
    (
        "DS-WAIT-ROLL",
        "While as many daemons are not ready as maxUnavailable or maxSurge allows, a rolling update replaces no other: one broken Pod can hold it up.",
        "未就绪的守护 Pod 达到上限时，滚动更新不再替换别的：一个有故障的 Pod 就能卡住它。",
        "https://kubernetes.io/docs/tasks/manage-daemon/update-daemon-set/",
    ),
    (
        "JOB-BACKOFF",
        "Failed Pods count against a Job's backoffLimit, and so do restarts with OnFailure; beyond it the Job fails and what still runs is stopped.",
        "失败的 Pod 和 OnFailure 下的重启计入 backoffLimit；超过即失败，其余被停止。",
        "https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-backoff-failure-policy",
    ),
    (
        "JOB-COUNT",
        "A Job's Pod is kept until its end stands in the Job's status.",
        "Job 的 Pod 会一直保留，直到其结果被记入 Job 的状态。",
        JOB,
    ),
    (
        "JOB-CREATE",
        "A Job makes Pods until enough of them have ended well. After a failure it waits longer each time.",
        "Job 不断创建 Pod，直到有足够多的 Pod 成功结束。每次失败后等待的时间都会加长。",
        JOB,
    ),
    (
        "JOB-DEADLINE",
        "A Job that is active for longer than its activeDeadlineSeconds has failed; its Pods are stopped.",
        "Job 活动的时间超过 activeDeadlineSeconds 即失败，其 Pod 会被停止。",
        "https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-termination-and-cleanup",
    ),
    (
        "JOB-DELETE",
        "A Job that has more Pods than its parallelism or its open completions call for stops the surplus.",
        "Pod 多于并行数或剩余完成数时，Job 会停止多余的。",
        JOB,
    ),
    (
        "JOB-END",
        "A Job is complete once enough of its Pods have ended well, or as its success or failure policy says.",
        "足够多的 Pod 成功结束，或成功策略、失败策略如此规定时，Job 结束。",
        "https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-termination-and-cleanup",
    ),
    (
        "JOB-ORPHAN",
        "A Pod whose Job is gone needs no counting any more and may go.",
        "Job 已不在的 Pod 无需再计数，可以离开。",
        JOB,
    ),
    (
        "JOB-STATUS",
        "A Job counts its active, succeeded and failed Pods.",
        "Job 统计活动、成功和失败的 Pod。",
        JOB,
    ),
    (
        "JOB-SUSPEND",
        "A suspended Job stops its Pods and makes no new ones until it is resumed.",
        "挂起的 Job 会停止其 Pod，恢复前不再创建新的。",
        JOB,
    ),
    (
        "JOB-TTL",
        "A finished Job with ttlSecondsAfterFinished is deleted when that time is over.",
        "设置了 ttlSecondsAfterFinished 的 Job 完成后到期即被删除。",
        JOB,
    ),
    (
        "OWN-ADOPT",
        "A controller adopts Pods that match its selector and have no owner.",
        "控制器会接管符合其选择器且没有所有者的 Pod。",
        RS,
    ),
    (
        "OWN-REFUSED",
        "A controller whose Pod the API server refuses tells an Event and tries again, after a pause that grows.",
        "API 服务器拒绝其 Pod 时，控制器会记一条 Event 并重试，间隔越来越长。",
        "https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/",
    ),
    (
        "OWN-RELEASE",
        "A controller lets go of what no longer matches its selector.",
        "不再符合选择器的对象，控制器会将其释放。",
        RS,
    ),
    (
        "PDB-EMPTY",
        "A PodDisruptionBudget whose selector matches no Pod protects nothing.",
        "选择器匹配不到 Pod 的 PodDisruptionBudget 不起保护作用。",
        PDB,
    ),
    (
        "PDB-FAILED",
        "When a budget cannot be computed, no eviction is allowed, to be safe.",
        "无法计算预算时，为安全起见不允许任何驱逐。",
        PDB,
    ),
    (
        "PDB-NOT-DELETED",
        "A Pod that was allowed to be evicted should be gone within two minutes; then it counts again.",
        "获准驱逐的 Pod 应在两分钟内消失，否则重新计入。",
        PDB,
    ),
    (
        "PDB-STALE",
        "The mark of a planned eviction is taken back when the Pod is still there after a while.",
        "一段时间后 Pod 仍在，计划驱逐的标记会被收回。",
        PDB,
    ),
    (
        "PDB-STATUS",
        "A PodDisruptionBudget counts healthy Pods and says how many may be evicted now.",
        "PodDisruptionBudget 统计健康的 Pod，并说明现在可以驱逐几个。",
        PDB,
    ),
    (
        "QUOTA-STATUS",
        "A ResourceQuota is told when something that it counts goes or changes; what comes is counted when it is admitted.",
        "ResourceQuota 统计的对象消失或变化时会更新用量；新建的对象在准入时计入。",
        "https://kubernetes.io/docs/concepts/policy/resource-quotas/",
    ),
    (
        "PDB-UNMANAGED",
        "A budget by percentage needs a controller that says how many Pods there should be.",
        "按百分比的预算需要控制器说明应有多少个 Pod。",
        PDB,
    ),
    (
        "RS-CREATE",
        "A ReplicaSet keeps the number of Pods, not the Pods themselves. Each gets a random suffix.",
        "ReplicaSet 只保证 Pod 的数量，不保证是哪一个。每个 Pod 都带随机后缀。",
        RS,
    ),
    (
        "RS-REPLACE",
        "A Pod that is being deleted is replaced at once, by a ReplicaSet as by a ReplicationController. Nothing is carried over.",
        "Pod 一旦开始删除，ReplicaSet 或 ReplicationController 立即补上，什么都不继承。",
        RS,
    ),
    (
        "RS-SCALE-DOWN",
        "With too many Pods, unscheduled, unready and crowded ones go first.",
        "Pod 过多时，先删未调度、未就绪和同节点较多的。",
        RS,
    ),
    (
        "RS-STATUS",
        "A ReplicaSet counts its Pods, and how many of them are ready and available.",
        "ReplicaSet 统计自己的 Pod，以及其中就绪和可用的数量。",
        RS,
    ),
    (
        "STS-AT-MOST-ONE",
        "There is never more than one Pod of a name: it is replaced only once its node, or a person, confirms that it is gone.",
        "同名的 Pod 绝不会有两个：只有节点或人确认它已消失，才会替换它。",
        "https://kubernetes.io/docs/tasks/run-application/force-delete-stateful-set-pod/",
    ),
    (
        "STS-CLAIM",
        "Each ordinal has its own claim, made from the template. It outlives the Pod.",
        "每个编号都有自己的 PVC，由模板创建。它比 Pod 活得更久。",
        STS,
    ),
    (
        "STS-CLAIM-OWNER",
        "The retention policy decides whether a claim belongs to its Pod or set, and so goes with it.",
        "保留策略决定 PVC 是否归属 Pod 或 StatefulSet，从而随之删除。",
        STS,
    ),
    (
        "STS-CREATE",
        "A StatefulSet creates its Pods in the order of their ordinals.",
        "StatefulSet 按编号顺序创建 Pod。",
        STS,
    ),
    (
        "STS-RECREATE",
        "A StatefulSet deletes a Pod that has ended, and makes it anew under the same name.",
        "StatefulSet 删除已结束的 Pod，再以同一个名字重建。",
        STS,
    ),
    (
        "STS-REPAIR",
        "A StatefulSet puts back a Pod's labels and claims when they do not match its ordinal.",
        "Pod 的标签或 PVC 与编号不符时，StatefulSet 会将其修正。",
        STS,
    ),
    (
        "STS-REVISION",
        "A StatefulSet keeps each version of its template as a ControllerRevision.",
        "StatefulSet 把模板的每个版本保存为 ControllerRevision。",
        STS,
    ),
    (
        "STS-REVISION-LIMIT",
        "A StatefulSet keeps its newest old revisions, ten by default, so that it can be rolled back.",
        "StatefulSet 保留最近的旧版本（默认十个），以便回滚。",
        STS,
    ),
    (
        "STS-ROLL",
        "A rolling update of a StatefulSet goes from the highest ordinal down, one Pod at a time.",
        "StatefulSet 滚动更新从最大编号往下，一次一个 Pod。",
        STS,
    ),
    (
        "STS-SAME-NAME",
        "A StatefulSet fills an empty ordinal under the same name, and only once the old Pod is gone from the API.",
        "StatefulSet 用同一个名字填补空缺的编号，而且必须等旧 Pod 从 API 中消失。",
        STS,
    ),
    (
        "STS-SCALE-DOWN",
        "A StatefulSet is scaled down from the highest ordinal. The claims stay, unless its retention policy says Delete.",
        "StatefulSet 从最大的编号开始缩容。PVC 会保留，除非保留策略是 Delete。",
        STS,
    ),
    (
        "STS-STATUS",
        "A StatefulSet counts its Pods by readiness and by revision.",
        "StatefulSet 按就绪情况和版本统计 Pod。",
        STS,
    ),
    (
        "STS-WAIT-AVAILABLE",
        "A Pod counts as available once it has been ready for minReadySeconds without a break.",
        "Pod 连续就绪达到 minReadySeconds 后才算可用。",
        STS,
    ),
    (
        "STS-WAIT-BEHIND",
        "With OrderedReady an update does not replace a Pod that is not ready: one that is broken must be deleted by hand.",
        "OrderedReady 下，更新不会替换未就绪的 Pod：有故障的必须手动删除。",
        "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback",
    ),
    (
        "STS-WAIT-GONE",
        "There are never two Pods of one ordinal, so the old one must be gone first.",
        "同一编号绝不会有两个 Pod，所以旧的必须先消失。",
        STS,
    ),
    (
        "STS-WAIT-READY",
        "OrderedReady waits until a Pod is ready before it goes on to the next.",
        "OrderedReady 要等一个 Pod 就绪后才处理下一个。",
        STS,
    ),
    (
        "STS-WAIT-ROLL",
        "A rolling update goes on to a lower ordinal once the Pods that it replaced are ready.",
        "滚动更新要等已替换的 Pod 就绪后才处理更小的编号。",
        "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#rolling-updates",
    ),
];
