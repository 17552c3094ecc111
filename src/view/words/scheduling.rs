//! What the scheduler says of nodes, in Chinese.
//!
//! Owns the words for its reasons, wherever they are told. It must not know who tells them. Invariant:
//! a reason that is not known stays as the scheduler wrote it.

use super::Lang;

/// What the scheduler says of nodes or of the Pod, and the same in Chinese.
const WORDS: [(&str, &str); 17] = [
    ("node(s) had untolerated taint(s)", "有不被容忍的污点"),
    ("node(s) were unschedulable", "已被封锁"),
    ("node(s) didn't match Pod's node affinity/selector", "不符合 Pod 的节点选择条件"),
    ("node(s) didn't satisfy plugin(s) [NodeAffinity]", "不符合 Pod 的节点选择条件"),
    ("node(s) didn't have free ports for the requested pod ports", "所需端口已被占用"),
    ("node(s) didn't match pod topology spread constraints", "不符合拓扑分布约束"),
    ("node(s) didn't match pod affinity rules", "不符合 Pod 亲和性规则"),
    ("node(s) didn't match pod anti-affinity rules", "不符合 Pod 反亲和性规则"),
    ("node(s) didn't satisfy existing pods anti-affinity rules", "被已有 Pod 的反亲和性规则排斥"),
    ("node(s) didn't match PersistentVolume's node affinity", "不在卷所限定的节点之列"),
    ("node(s) didn't find available persistent volumes to bind", "没有可绑定的卷"),
    ("node(s) had no available volume zone", "不在卷所在的区域"),
    (
        "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod",
        "所需的 PVC 只许一个 Pod 使用，已被占用",
    ),
    (
        "node(s) unavailable due to one or more pvc(s) bound to non-existent",
        "PVC 所绑定的卷已不存在",
    ),
    ("Too many pods", "Pod 已满"),
    ("pod has unbound immediate PersistentVolumeClaims", "Pod 的 PVC 尚未绑定"),
    ("Scheduling is blocked due to non-empty scheduling gates", "调度门未清空，暂不调度"),
];

/// What is told, in Chinese; what is not known stays as it is.
pub fn in_chinese(told: &str) -> String {
    let of_all = |head: &str| {
        let all = head.split_once('/')?.1.strip_suffix(" nodes are available")?;
        Some(format!("共 {all} 个节点，"))
    };
    let head = told.split_once(": ").and_then(|(head, rest)| Some((of_all(head)?, rest)));
    let (head, rest) = head.unwrap_or((String::new(), told));
    let mut all = Vec::new();
    let mut from = 0;
    for (at, _) in rest.match_indices(", ") {
        if rest[at + 2..].starts_with(|one: char| one.is_ascii_digit()) {
            all.push(piece_in_chinese(&rest[from..at]));
            from = at + 2;
        }
    }
    all.push(piece_in_chinese(&rest[from..]));
    format!("{head}{}", all.join("，"))
}

fn piece_in_chinese(piece: &str) -> String {
    let words = |text: &str| -> Option<String> {
        if let Some(resource) = text.strip_prefix("Insufficient ") {
            return Some(format!(" {resource} 不足"));
        }
        if let Some((name, end)) =
            text.strip_prefix("persistentvolumeclaim \"").and_then(|rest| rest.split_once('"'))
        {
            let end = if end == " not found" { "不存在" } else { "正在删除" };
            return Some(format!("PVC {name} {end}"));
        }
        let found = WORDS.iter().find(|(known, _)| text.starts_with(known));
        found.map(|(_, chinese)| (*chinese).to_owned())
    };
    let counted = piece.split_once(' ').filter(|(count, _)| count.parse::<u32>().is_ok());
    let told = match counted {
        Some((count, text)) => words(text).map(|told| format!("{count} 个节点{told}")),
        None => words(piece),
    };
    told.unwrap_or_else(|| piece.to_owned())
}

/// The part of the scheduler's message that says why, without what it says of preemption.
fn short_reason(reason: &str) -> &str {
    let ends = [". no new claims", ", no new claims", ". preemption:", " preemption:"];
    let end = ends.iter().filter_map(|end| reason.find(end)).min();
    end.and_then(|end| reason.get(..end)).unwrap_or(reason)
}

/// What keeps a Pod from its node, for the reader: in Chinese as the story says it, in English as the server does.
pub fn waits_because(lang: Lang, reason: &str) -> String {
    let short = short_reason(reason);
    match lang {
        Lang::En => short.to_owned(),
        Lang::Zh => in_chinese(short.trim_end_matches('.')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_readers_get_the_reasons_in_chinese() {
        for (told, wanted) in [
            ("0/3 nodes are available: 3 Insufficient cpu", "共 3 个节点，3 个节点 cpu 不足"),
            (
                "1 node(s) were unschedulable, 2 node(s) had untolerated taint(s)",
                "1 个节点已被封锁，2 个节点有不被容忍的污点",
            ),
            (
                "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims",
                "共 3 个节点，Pod 的 PVC 尚未绑定",
            ),
            ("persistentvolumeclaim \"x\" not found", "PVC x 不存在"),
            ("2 things nobody knows", "2 things nobody knows"),
        ] {
            assert_eq!(in_chinese(told), wanted);
        }
    }

    #[test]
    fn a_schedulers_message_is_cut_before_what_it_says_of_preemption() {
        let whole = "0/3 nodes are available: 3 Insufficient cpu. no new claims to deallocate, \
                     preemption: 0/3 nodes are available: 3 No preemption victims found.";
        assert_eq!(short_reason(whole), "0/3 nodes are available: 3 Insufficient cpu");
        assert_eq!(short_reason("Scheduling is blocked"), "Scheduling is blocked");
        assert_eq!(waits_because(Lang::En, whole), "0/3 nodes are available: 3 Insufficient cpu");
        assert_eq!(waits_because(Lang::Zh, whole), "共 3 个节点，3 个节点 cpu 不足");
    }
}
