//! Why a replacement keeps what it keeps, by the kind of the workload.
//!
//! Owns text only. Invariant: a reason says what the kind does, never what this run happened to
//! show.

use super::Lang;
use crate::view::Identity;
use crate::view::ledger::{Account, Aspect};
use crate::view::stage::Text;

/// Who makes a workload's Pods.
fn maker(account: &Account) -> &str {
    match &*account.object.kind {
        "Deployment" => "ReplicaSet",
        kind => kind,
    }
}

/// Why an aspect is as it is, for one workload or for two.
pub fn reason(lang: Lang, aspect: Aspect, accounts: &[&Account]) -> String {
    let (stateless, stateful): (Vec<&&Account>, Vec<&&Account>) =
        accounts.iter().partition(|one| one.identity != Identity::Stateful);
    let mut parts: Vec<String> = Vec::new();
    for account in stateless.into_iter().chain(stateful) {
        let part = if account.is_unowned() {
            reason_unowned(lang, aspect)
        } else if account.identity == Identity::Stateful {
            reason_stateful(lang, aspect, account)
        } else {
            reason_stateless(lang, aspect, account)
        };
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    let text = parts.join(lang.pick("; ", "；"));
    let mut letters = text.chars();
    let first = letters.next().map(|one| one.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}{}", letters.as_str(), lang.pick(".", "。"))
}

/// What holds for every workload whose Pods are replaced.
fn reason_any(lang: Lang, aspect: Aspect) -> String {
    match aspect {
        Aspect::Ip => lang.pick(
            "always new: clients should use the name, never the IP",
            "总是新的：客户端应使用名字，而不是 IP",
        ),
        _ => lang.pick(
            "the scheduler chooses again, and staying put is luck unless the disk is local",
            "调度器会重新选择，留在原处只是碰巧，除非磁盘是本地的",
        ),
    }
    .to_owned()
}

/// A workload whose disks are parts of nodes.
fn reason_tied(lang: Lang) -> String {
    lang.pick(
        "the disk is part of a node, and the Pod can run nowhere else",
        "磁盘是节点的一部分，Pod 只能在那里运行",
    )
    .to_owned()
}

/// Pods of their own: nobody makes them again.
fn reason_unowned(lang: Lang, aspect: Aspect) -> String {
    match aspect {
        Aspect::Name => lang.pick(
            "nobody makes a Pod again that nothing owns",
            "没有所有者的 Pod 消失后，不会被重新创建",
        ),
        Aspect::Hostname => {
            lang.pick("the hostname is the name in the manifest", "主机名就是清单里的名字")
        }
        Aspect::Disk => lang.pick(
            "a claim that the manifest names outlives the Pod",
            "清单所引用的 PVC 比 Pod 活得更久",
        ),
        Aspect::Ip => {
            lang.pick("a Pod has one address for as long as it lives", "一个 Pod 一生只有一个地址")
        }
        Aspect::Node => lang.pick(
            "a Pod never moves: if its node is lost, so is the Pod",
            "Pod 从不迁移：节点没了，Pod 也就没了",
        ),
        Aspect::Order => {
            lang.pick("each Pod starts when somebody creates it", "每个 Pod 在有人创建时启动")
        }
    }
    .to_owned()
}

fn reason_stateless(lang: Lang, aspect: Aspect, account: &Account) -> String {
    let maker = maker(account);
    let is_job = maker == "Job";
    match aspect {
        Aspect::Name => {
            lang.pick(format!("a {maker} draws a random suffix"), format!("{maker} 随机取后缀"))
        }
        Aspect::Hostname if account.gives_hostnames() => reason_hostname(lang, account),
        Aspect::Hostname => lang.pick(
            "the hostname is the Pod's name, and no record is its own".to_owned(),
            "主机名就是 Pod 的名字，没有自己的 DNS 记录".to_owned(),
        ),
        Aspect::Disk => lang.pick(
            format!("a {maker} makes no claim for a Pod"),
            format!("{maker} 不会为 Pod 创建 PVC"),
        ),
        Aspect::Node if maker == "DaemonSet" => lang.pick(
            "a DaemonSet binds each Pod to its node by affinity".to_owned(),
            "DaemonSet 用亲和性把每个 Pod 固定在它的节点上".to_owned(),
        ),
        Aspect::Node if account.is_tied() => reason_tied(lang),
        Aspect::Ip | Aspect::Node => reason_any(lang, aspect),
        Aspect::Order if maker == "DaemonSet" => lang.pick(
            "a DaemonSet makes one Pod for every node that fits, without waiting".to_owned(),
            "DaemonSet 为每个合适的节点创建一个 Pod，互不等待".to_owned(),
        ),
        Aspect::Order if is_job => lang.pick(
            "a Job runs as many as parallelism allows, and tries a failed one again".to_owned(),
            "Job 同时运行的数量由 parallelism 决定，失败的会重试".to_owned(),
        ),
        Aspect::Order => lang.pick(
            format!("a {maker} makes its Pods together"),
            format!("{maker} 同时创建各个 Pod"),
        ),
    }
}

/// A DNS record that a Pod of a workload has for itself.
fn record_of(account: &Account) -> Option<Text> {
    let tenants = account.slots.iter().flat_map(|slot| &slot.tenants);
    tenants.filter(|one| one.pod.dns_is_own).find_map(|one| one.pod.dns.clone())
}

/// Hostnames that do not follow from the Pods' names.
fn reason_hostname(lang: Lang, account: &Account) -> String {
    if !account.is_indexed() {
        let words = ("the hostname is the one in the template", "主机名由模板指定");
        return lang.pick(words.0, words.1).to_owned();
    }
    match record_of(account) {
        Some(name) => lang.pick(
            format!("the hostname follows the index, and so does the record, such as {name}"),
            format!("主机名由索引决定，DNS 记录也是，例如 {name}"),
        ),
        None => lang.pick(
            "the hostname is the Job's name and the index; no record is its own".to_owned(),
            "主机名由 Job 名和索引组成，没有自己的 DNS 记录".to_owned(),
        ),
    }
}

fn reason_stateful(lang: Lang, aspect: Aspect, account: &Account) -> String {
    match aspect {
        Aspect::Name => lang.pick(
            "a StatefulSet fills the empty ordinal".to_owned(),
            "StatefulSet 填补空缺的编号".to_owned(),
        ),
        Aspect::Hostname => match record_of(account) {
            Some(name) => lang.pick(
                format!("the headless Service gives each ordinal a record, such as {name}"),
                format!("无头 Service 给每个编号一条记录，例如 {name}"),
            ),
            None => lang.pick(
                "the hostname follows the ordinal; without its Service there is no record"
                    .to_owned(),
                "主机名由编号决定；没有对应的 Service 就没有记录".to_owned(),
            ),
        },
        Aspect::Disk if account.owns_disks() && account.gives_disks_up => lang.pick(
            "a claim from the template outlives the Pod; `whenScaled: Delete` gives it up with its \
             ordinal"
                .to_owned(),
            "由模板创建的 PVC 比 Pod 活得更久；whenScaled: Delete 使它随编号一起删除".to_owned(),
        ),
        Aspect::Disk if account.owns_disks() || account.slots.is_empty() => lang.pick(
            "a claim from the template belongs to the ordinal and outlives the Pod".to_owned(),
            "由模板创建的 PVC 属于编号，比 Pod 活得更久".to_owned(),
        ),
        Aspect::Disk => lang.pick(
            "without volumeClaimTemplates a StatefulSet makes no claim for an ordinal".to_owned(),
            "没有 volumeClaimTemplates，StatefulSet 不会为编号创建 PVC".to_owned(),
        ),
        Aspect::Node if account.is_tied() => reason_tied(lang),
        Aspect::Ip | Aspect::Node => reason_any(lang, aspect),
        Aspect::Order if account.is_ordered => lang.pick(
            "OrderedReady waits for each Pod, and stops from the highest ordinal".to_owned(),
            "OrderedReady 逐个等待 Pod 就绪，停止时从最大编号开始".to_owned(),
        ),
        Aspect::Order => lang.pick(
            "with Parallel a StatefulSet starts all ordinals at once".to_owned(),
            "Parallel 策略下 StatefulSet 同时启动所有编号".to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::ledger::{Incarnation, Place, Slot, Tenant};
    use crate::view::stage::ObjectRef;

    fn account(kind: &str, disks: &[&str]) -> Account {
        let identity = if kind == "StatefulSet" { Identity::Stateful } else { Identity::Stateless };
        let disks = disks.iter().map(|one| (*one).into()).collect();
        let pod = Incarnation { name: "db-0".into(), disks, ..Incarnation::default() };
        Account {
            object: ObjectRef::new(kind, "default", "web"),
            identity,
            slots: vec![Slot {
                place: Place::Any,
                tenants: vec![Tenant { pod, ..Tenant::default() }],
            }],
            ..Account::default()
        }
    }

    #[test]
    fn a_reason_for_two_workloads_is_one_sentence_with_both_sides() {
        let (web, db) = (account("Deployment", &[]), account("StatefulSet", &["data-db-0"]));
        assert_eq!(
            reason(Lang::En, Aspect::Name, &[&db, &web]),
            "A ReplicaSet draws a random suffix; a StatefulSet fills the empty ordinal."
        );
        assert_eq!(reason(Lang::Zh, Aspect::Name, &[&db]), "StatefulSet 填补空缺的编号。");
        let kinds = ["Deployment", "DaemonSet", "Job", "Pod", "StatefulSet"];
        let all = kinds.map(|kind| account(kind, &[]));
        for (one, other) in all.iter().flat_map(|one| all.iter().map(move |other| (one, other))) {
            for (lang, aspect) in Lang::ALL.into_iter().flat_map(|l| Aspect::ALL.map(|a| (l, a))) {
                let text = reason(lang, aspect, &[one, other]);
                assert!(text.split_whitespace().count() <= 30, "{text}");
            }
        }
    }

    #[test]
    fn a_reason_is_that_of_the_kind() {
        let of = |kind, aspect| reason(Lang::En, aspect, &[&account(kind, &[])]);
        assert!(of("DaemonSet", Aspect::Node).contains("binds each Pod to its node"));
        assert!(
            of("Pod", Aspect::Name).contains("nobody")
                || of("Pod", Aspect::Name).contains("Nobody")
        );
        assert!(of("Job", Aspect::Order).contains("parallelism"));
        let daemon = account("DaemonSet", &[]);
        let both = reason(Lang::En, Aspect::Node, &[&account("Deployment", &[]), &daemon]);
        assert!(both.contains("scheduler chooses") && both.contains("binds each Pod"), "{both}");
    }

    #[test]
    fn with_a_local_disk_the_scheduler_has_no_choice() {
        let mut db = account("StatefulSet", &["data-db-0"]);
        assert!(reason(Lang::En, Aspect::Node, &[&db]).contains("luck"));
        db.slots[0].tenants[0].pod.is_tied = true;
        assert!(reason(Lang::En, Aspect::Node, &[&db]).contains("nowhere else"));
    }

    #[test]
    fn a_stateful_set_without_templates_promises_no_disk() {
        let of = |disks| reason(Lang::En, Aspect::Disk, &[&account("StatefulSet", disks)]);
        assert!(of(&["data-db-0"]).contains("outlives the Pod"));
        for disks in [&[][..], &["shared"]] {
            assert!(
                of(disks).contains("without volumeClaimTemplates") || of(disks).contains("Without")
            );
        }
    }
}
