//! What each rule says in general, and where Kubernetes documents it.
//!
//! Must not know single events. Invariant: every rule has both languages.

use crate::view::words::Lang;

const STS: &str = "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/";
const RS: &str = "https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/";
const DEPLOY: &str = "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/";
const PV: &str = "https://kubernetes.io/docs/concepts/storage/persistent-volumes/";
const SCHED: &str = "https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/";
const POD: &str = "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/";
const NODE: &str = "https://kubernetes.io/docs/concepts/architecture/nodes/";
const TAINT: &str = "https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/";
const GC: &str = "https://kubernetes.io/docs/concepts/architecture/garbage-collection/";
const DAEMON: &str = "https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/";
const JOB: &str = "https://kubernetes.io/docs/concepts/workloads/controllers/job/";
const SVC: &str = "https://kubernetes.io/docs/concepts/services-networking/service/";

/// Code, English, Chinese, page.
const RULES: [(&str, &str, &str, &str); 32] = [
    (
        "RS-CREATE",
        "A ReplicaSet keeps the number of Pods, not the Pods themselves. Each gets a random suffix.",
        "ReplicaSet 只保证 Pod 的数量，不保证是哪一个。每个 Pod 都带随机后缀。",
        RS,
    ),
    (
        "RS-REPLACE",
        "A ReplicaSet replaces a Pod as soon as it is being deleted. Nothing is carried over.",
        "Pod 一旦开始删除，ReplicaSet 立即创建替代者。什么都不会继承。",
        RS,
    ),
    (
        "RS-SCALE-DOWN",
        "With too many Pods, unscheduled, unready and crowded ones go first.",
        "Pod 过多时，先删未调度、未就绪和同节点较多的。",
        RS,
    ),
    (
        "STS-CREATE",
        "A StatefulSet creates its Pods in the order of their ordinals.",
        "StatefulSet 按编号顺序创建 Pod。",
        STS,
    ),
    (
        "STS-SAME-NAME",
        "A StatefulSet fills an empty ordinal under the same name, and only once the old Pod is gone for certain.",
        "StatefulSet 用同一个名字填补空缺的编号，而且必须等旧 Pod 确实消失。",
        STS,
    ),
    (
        "STS-CLAIM",
        "Each ordinal has its own claim, made from the template. It outlives the Pod.",
        "每个编号都有自己的 PVC，由模板创建。它比 Pod 活得更久。",
        STS,
    ),
    (
        "STS-SCALE-DOWN",
        "A StatefulSet is scaled down from the highest ordinal. The claims stay.",
        "StatefulSet 从最大的编号开始缩容。PVC 会保留。",
        STS,
    ),
    (
        "STS-ROLL",
        "A rolling update of a StatefulSet goes from the highest ordinal down, one Pod at a time.",
        "StatefulSet 滚动更新从最大编号往下，一次一个 Pod。",
        STS,
    ),
    (
        "STS-WAIT-READY",
        "OrderedReady waits until a Pod is ready before it goes on to the next.",
        "OrderedReady 要等一个 Pod 就绪后才处理下一个。",
        STS,
    ),
    (
        "STS-WAIT-GONE",
        "There are never two Pods of one ordinal, so the old one must be gone first.",
        "同一编号绝不会有两个 Pod，所以旧的必须先消失。",
        STS,
    ),
    (
        "SCHED-SPREAD",
        "The scheduler chooses among the nodes that fit: free room, and few Pods of the same workload.",
        "调度器在合适的节点中选择：资源空闲，且同一工作负载的 Pod 较少。",
        SCHED,
    ),
    (
        "SCHED-NO-NODE",
        "A Pod that fits on no node waits, and is tried again when something changes.",
        "没有合适节点的 Pod 会等待，情况变化时再次尝试。",
        SCHED,
    ),
    (
        "SCHED-PREEMPT",
        "A Pod of a higher priority may have less important Pods evicted to get room.",
        "优先级更高的 Pod 可以驱逐较不重要的 Pod 以腾出空间。",
        SCHED,
    ),
    (
        "VOL-ATTACH-FIRST",
        "No container starts before every volume of its Pod is attached to the node.",
        "Pod 的所有卷都挂接到节点之前，不会启动任何容器。",
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
    (
        "KUBELET-STATUS",
        "A Pod is ready once all of its containers are; only then does it get requests.",
        "所有容器都就绪后 Pod 才算就绪，此时才会收到请求。",
        POD,
    ),
    (
        "KUBELET-GONE",
        "A Pod is removed once its containers have stopped, or its grace period is over.",
        "容器停止或宽限期结束后，Pod 才会被移除。",
        POD,
    ),
    (
        "DEPLOY-NEW-TEMPLATE",
        "A changed template gets a ReplicaSet of its own; the old one is scaled down step by step.",
        "模板改变会得到新的 ReplicaSet，旧的逐步缩容。",
        DEPLOY,
    ),
    (
        "DEPLOY-ROLL-UP",
        "A rolling update never exceeds the wanted number by more than maxSurge.",
        "滚动更新时，Pod 总数不会超过期望数加 maxSurge。",
        DEPLOY,
    ),
    (
        "DEPLOY-ROLL-DOWN",
        "A rolling update keeps all but maxUnavailable Pods available.",
        "滚动更新时，不可用的 Pod 不会超过 maxUnavailable。",
        DEPLOY,
    ),
    (
        "NODE-LOST",
        "A node whose kubelet is silent for 50 seconds counts as lost. Its Pods are not touched yet.",
        "kubelet 静默 50 秒后节点视为失联。其上的 Pod 暂时不动。",
        NODE,
    ),
    (
        "TAINT-EVICT",
        "Pods bear a lost node for five minutes by default, then they are marked for deletion.",
        "Pod 默认容忍失联节点五分钟，之后被标记删除。",
        TAINT,
    ),
    (
        "GC-DELETE",
        "What belonged to a deleted owner is deleted after it. Claims from templates have no owner by default.",
        "所有者被删除后，从属对象随之删除。模板创建的 PVC 默认没有所有者。",
        GC,
    ),
    (
        "EP-UPDATE",
        "A Service sends requests only to Pods that are ready.",
        "Service 只把请求发给就绪的 Pod。",
        SVC,
    ),
    (
        "PODGC-ORPHAN",
        "When a node's object is deleted, its Pods are deleted by force forty seconds later.",
        "节点对象被删除四十秒后，其上的 Pod 会被强制删除。",
        GC,
    ),
    (
        "PODGC-OUT-OF-SERVICE",
        "The out-of-service taint says that a machine is off for certain, so its Pods may go by force.",
        "out-of-service 污点表明机器确已关机，因此其上的 Pod 可以被强制删除。",
        NODE,
    ),
    (
        "NODE-TAINT",
        "A node that is lost, unready or cordoned gets a taint that says so.",
        "失联、未就绪或被封锁的节点会带上相应的污点。",
        TAINT,
    ),
    (
        "TAINT-CANCEL",
        "The taint went before the Pod's toleration ran out, so the Pod stays.",
        "在 Pod 的容忍时间用完之前污点已消失，因此 Pod 得以保留。",
        TAINT,
    ),
    (
        "DS-CREATE",
        "A DaemonSet keeps one Pod on every node that may run it.",
        "DaemonSet 在每个可用的节点上保持一个 Pod。",
        DAEMON,
    ),
    (
        "JOB-CREATE",
        "A Job makes Pods until enough of them have ended well. After a failure it waits longer each time.",
        "Job 不断创建 Pod，直到有足够多的 Pod 成功结束。每次失败后等待的时间都会加长。",
        JOB,
    ),
    (
        "JOB-COUNT",
        "A Job's Pod is kept until its end stands in the Job's status.",
        "Job 的 Pod 会一直保留，直到其结果被记入 Job 的状态。",
        JOB,
    ),
];

/// What a rule says, and its page.
pub(super) fn meaning(code: &str, lang: Lang) -> Option<(String, String)> {
    let (_, en, zh, url) = RULES.iter().find(|(known, ..)| *known == code)?;
    let text = if lang == Lang::Zh { zh } else { en };
    Some(((*text).to_owned(), (*url).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_stands_once_and_in_both_languages() {
        for (index, (code, en, zh, url)) in RULES.iter().enumerate() {
            assert!(RULES[..index].iter().all(|(other, ..)| other != code), "{code}");
            assert!(en.split_whitespace().count() <= 30, "{code}");
            assert!(zh.chars().any(|one| one > '\u{4e00}'), "{code}");
            assert!(url.starts_with("https://kubernetes.io/docs/"), "{code}");
        }
    }
}
