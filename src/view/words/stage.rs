//! The words of the stage and of the before-and-after panel.
//!
//! Owns text only. Invariant: Kubernetes' kinds, fields and states stay in English; what a label
//! says to ears is whole, since ears don't see where a thing stands.

use super::Lang;
pub use super::disk::{
    disk_brief, disk_count, disk_data, disk_label, disk_tag, disk_to_come, disk_word, gone_node,
    its_node, made_with,
};
use super::forbidden::{refused, refused_because};
pub use super::node::{drain_progress, node_since, node_state};
pub use super::scheduling::waits_because;
use crate::view::Identity;
use crate::view::ledger::{Field, Mark, Value};
use crate::view::stage::{
    Activity, Actor, DiskState, DiskView, Fill, Hold, LaneKind, LaneView, Link, NodeView,
    ObjectRef, PodState, PodView, Progress, SeatView, TraceView,
};

words! {
    /// The words of the stage and of the before-and-after panel.
    StageWords {
        stage: "Cluster stage", "集群舞台";
        control_plane: "Control plane", "控制平面";
        nodes: "Nodes", "节点";
        round_note: "round: any one will do", "圆形：谁都一样";
        square_note: "square: keeps its number", "方形：编号不变";
        stateless: "stateless", "无状态";
        stateful: "stateful", "有状态";
        bare_pods: "Pods of their own", "独立的 Pod";
        bare_pods_note: "nothing replaces them", "不会被自动替换";

        cpu: "CPU", "CPU";
        memory: "Mem", "内存";
        fail_node: "Fail this node", "让此节点故障";
        recover_node: "Bring this node back", "恢复此节点";
        cordon: "Cordon: no new Pods", "封锁：不再接收新 Pod";
        uncordon: "Uncordon", "解除封锁";
        drain: "Drain: move its Pods away", "排空：迁走它的 Pod";
        taint_node: "Taint NoExecute: Pods must leave", "打上 NoExecute 污点：Pod 必须离开";
        untaint_node: "Lift the taint", "去掉污点";
        write_off: "Declare out of service", "声明为停止服务";
        take_back: "Put back in service", "恢复服务";
        remove_node: "Remove this node", "移除此节点";
        add_node: "Add a node", "添加节点";
        force_delete: "Force delete: forget it now", "强制删除：立刻除名";
        make_unready: "Fail its readiness probe", "让就绪探针失败";
        make_ready: "Answer the probe again", "让就绪探针恢复";
        more_for_pod: "More", "更多";
        no_pods: "no Pods yet", "还没有 Pod";

        show_yaml: "Show its YAML", "查看它的 YAML";
        show_events: "Show its Events", "查看它的事件";
        move_up: "Move up", "上移";
        move_down: "Move down", "下移";
        fold: "Fold", "折叠";
        unfold: "Unfold", "展开";

        one_fewer: "one fewer", "减少一个";
        one_more: "one more", "增加一个";
        service: "Service", "Service";
        headless_service: "Headless Service", "无头 Service";
        no_service: "No Service", "没有 Service";
        no_cluster_ip: "None", "None";
        answers: "Answers", "应答";
        one_dns_per_pod: "One DNS name per Pod", "每个 Pod 一个域名";
        unscheduled: "No node yet", "尚无节点";
        node_gone: "Their node does not exist", "所在节点不存在";
        node_went: "Their node is gone", "所在节点已不存在";
        node_never: "Their node never existed", "所在节点从未存在";
        to_come: "To come", "待创建";
        no_nodes: "There is no node. Pods wait until there is one.", "没有节点了。有了节点，Pod 才能运行。";
        show_fewer: "Show fewer", "收起";

        no_ip_yet: "no IP yet", "尚无 IP";
        no_record: "no record", "无记录";
        not_replaced: "not replaced", "未被替换";
        init: "init", "init";
        delete_pod: "Delete", "删除";
        delete_alone: "Delete it alone, keep its Pods", "只删除它，保留 Pod";

        disks: "Disks", "磁盘";
        disks_note: "Claims outlive Pods and sit on no node", "磁盘（PVC）比 Pod 长寿，不属于任何节点";
        local_disks: "Local disks", "本地磁盘";
        local_note: "Part of their node: a Pod can have them nowhere else", "属于所在节点：Pod 在别处用不了";

        detail: "Detail", "显示";
        detail_auto: "Auto", "自动";
        detail_card: "Card", "卡片";
        detail_chip: "Chip", "小片";
        detail_dot: "Dot", "圆点";

        before_after: "Before and after the last replacement", "最近一次替换：前后对照";
        stateless_pod: "A stateless Pod", "无状态 Pod";
        stateful_pod: "A stateful Pod", "有状态 Pod";
        nothing_replaced_yet: "Nothing has been replaced yet. Delete a Pod and watch this table.",
            "还没有发生过替换。删除一个 Pod，看看这张表。";
        column_what: "What", "项目";
        column_before: "Before", "之前";
        column_after: "After", "之后";
        column_mark: "Kept or new", "保留还是新的";
    }
}

/// What a part of the control plane is called.
pub fn actor(lang: Lang, actor: Actor) -> &'static str {
    match actor {
        Actor::Deployment => "Deployment",
        Actor::ReplicaSet => "ReplicaSet",
        Actor::StatefulSet => "StatefulSet",
        Actor::Scheduler => lang.pick("Scheduler", "调度器"),
        Actor::Volumes => lang.pick("Volume attach", "卷挂接"),
        Actor::Endpoints => "Endpoints",
        Actor::NodeHealth => lang.pick("Node health", "节点健康"),
        Actor::Kubelet => "kubelet",
    }
}

/// How an actor's lamp shines, for ears.
pub fn activity(lang: Lang, activity: Activity) -> &'static str {
    match activity {
        Activity::Idle => lang.pick("idle", "空闲"),
        Activity::Recent => lang.pick("acted a moment ago", "刚刚动作过"),
        Activity::Active => lang.pick("acting now", "正在动作"),
    }
}

/// A Pod's state in a word or two.
pub fn pod_state(lang: Lang, pod: &PodView) -> String {
    match pod.state {
        PodState::Pending => lang.pick("Pending", "等待调度").into(),
        PodState::Creating if pod.disk_elsewhere.is_some() => {
            lang.pick("No disk yet", "等待磁盘").into()
        }
        PodState::Creating => lang.pick("Creating", "创建中").into(),
        PodState::Init { done, total } => {
            lang.pick(format!("Init {done}/{total}"), format!("初始化 {done}/{total}"))
        }
        PodState::Running => lang.pick("Not ready", "未就绪").into(),
        PodState::Ready => lang.pick("Ready", "就绪").into(),
        PodState::Unknown if !pod.deleting => lang.pick("Unknown", "失联").into(),
        PodState::Terminating | PodState::Unknown => lang.pick("Terminating", "终止中").into(),
        PodState::Crash => lang.pick("CrashLoop", "反复崩溃").into(),
        PodState::ImagePull => lang.pick("ImagePull", "拉取镜像失败").into(),
        PodState::Completed => lang.pick("Completed", "已完成").into(),
        PodState::Failed => failure(lang, pod.reason.as_deref().unwrap_or_default()).into(),
    }
}

/// What went wrong with a Pod's containers, by kubectl's word for it.
fn failure(lang: Lang, reason: &str) -> &'static str {
    match reason {
        "Evicted" => lang.pick("Evicted", "被驱逐"),
        "OOMKilled" => lang.pick("OOMKilled", "内存超限"),
        "CreateContainerConfigError" => lang.pick("Config error", "配置有误"),
        "InvalidImageName" | "ErrImageNeverPull" => lang.pick("Image error", "镜像有误"),
        _ if reason.starts_with("Init:") => lang.pick("Init error", "初始化出错"),
        _ => lang.pick("Error", "出错"),
    }
}

/// A Pod by its name, with what keeps it from running.
pub fn pod_title(lang: Lang, pod: &PodView) -> String {
    let elsewhere = pod.disk_elsewhere.as_ref();
    let elsewhere = elsewhere.map(|(claim, node)| disk_elsewhere(lang, claim, node));
    match pod.reason.as_ref().map(ToString::to_string).or(elsewhere) {
        Some(reason) => format!("{}{}{reason}", pod.name, lang.colon()),
        None => pod.name.to_string(),
    }
}

fn disk_elsewhere(lang: Lang, claim: &str, node: &str) -> String {
    lang.pick(
        format!("disk {claim} is still attached to {node}"),
        format!("磁盘 {claim} 仍挂接在 {node}"),
    )
}

/// A Pod for ears: "db-1, StatefulSet db, ordinal 1, creating on node-2, disk data-db-1 waiting".
pub fn pod_label(lang: Lang, pod: &PodView, workload: &LaneView, disks: &[&DiskView]) -> String {
    let mut parts = vec![pod.name.to_string()];
    let place = place(lang, &pod.namespace);
    if workload.kind == LaneKind::BarePods {
        parts.extend(Some(place).filter(|place| !place.is_empty()));
    } else {
        let workload = format!("{} {}", workload.kind.kind(), workload.name);
        parts.push(match &*place {
            "" => workload,
            place => lang.pick(format!("{workload} {place}"), format!("{workload}（{place}）")),
        });
    }
    if let Some(ordinal) = pod.ordinal {
        parts.push(lang.pick(format!("ordinal {ordinal}"), format!("编号 {ordinal}")));
    }
    let state = lang.pick(pod_state(lang, pod).to_lowercase(), pod_state(lang, pod));
    parts.push(match &pod.node {
        Some(node) => lang.pick(format!("{state} on {node}"), format!("在 {node} 上{state}")),
        None if pod.gone_node.is_some() => {
            let node = pod.gone_node.as_deref().unwrap_or_default();
            format!("{state}{}{}", lang.pick(", ", "，"), its_node(lang, node, pod.is_stray))
        }
        None => lang.pick(format!("{state}, no node yet"), format!("{state}，尚无节点")),
    });
    parts.extend(pod.ip.as_ref().map(|ip| format!("IP {ip}")));
    match pod.restarts {
        0 => {}
        1 => parts.push(lang.pick("restarted once", "重启过 1 次").into()),
        count => parts.push(restarts(lang, count)),
    }
    if pod.stuck.is_some() {
        parts.push(StageWords::of(lang).not_replaced.into());
    }
    if let Some(reason) = &pod.reason {
        // Why it finds no node is said as it is shown.
        let is_waiting = pod.state == PodState::Pending;
        parts.push(if is_waiting { waits_because(lang, reason) } else { reason.to_string() });
    }
    for disk in disks {
        let claim = &disk.claim;
        if let Some((_, node)) = pod.disk_elsewhere.as_ref().filter(|(name, _)| name == claim) {
            parts.push(disk_elsewhere(lang, claim, node));
            continue;
        }
        // Each Pod has its own part in a disk that many have.
        let mine = disk.users.iter().find(|user| user.uid == pod.uid).map(|user| user.link);
        let state = match mine.filter(|_| disk.state == DiskState::Mounted) {
            Some(Link::Waiting) => DiskState::Waiting,
            Some(Link::Held) => DiskState::Held,
            Some(Link::Mounted) | None => disk.state,
        };
        let state = disk_word(lang, state);
        parts.push(lang.pick(format!("disk {claim} {state}"), format!("磁盘 {claim} {state}")));
    }
    parts.join(lang.pick(", ", "，"))
}

/// How often a Pod's containers were started again.
pub fn restarts(lang: Lang, count: u32) -> String {
    lang.pick(format!("restarted {count} times"), format!("重启过 {count} 次"))
}

/// An empty seat for ears.
pub fn seat_label(lang: Lang, seat: &SeatView, workload: &str) -> String {
    let SeatView { ordinal, name, .. } = seat;
    if seat.is_to_come {
        return lang.pick(
            format!("{name}, StatefulSet {workload}, ordinal {ordinal}, to come: its node is not chosen yet"),
            format!("{name}，StatefulSet {workload}，编号 {ordinal}，待创建：节点尚未选定"),
        );
    }
    lang.pick(
        format!("{name}, StatefulSet {workload}, ordinal {ordinal}, empty: no Pod holds it now"),
        format!("{name}，StatefulSet {workload}，编号 {ordinal}，空位：现在没有 Pod"),
    )
}

/// What an empty seat says.
pub fn empty_seat(lang: Lang) -> &'static str {
    lang.pick("empty seat", "空位")
}

/// Where a stateful Pod was before.
pub fn trace(lang: Lang, trace: &TraceView) -> String {
    let (pod, at) = (&trace.pod, moment(trace.at_us));
    if trace.is_doubtful {
        return lang.pick(format!("{pod} forgotten at {at}"), format!("{pod} 于 {at} 除名"));
    }
    lang.pick(format!("{pod} left at {at}"), format!("{pod} 于 {at} 离开"))
}

/// A moment of virtual time in minutes and seconds.
pub fn moment(at_us: u64) -> String {
    duration(at_us / 1_000_000, 2)
}

pub(super) fn duration(seconds: u64, minute_digits: usize) -> String {
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    format!("{minutes:0minute_digits$}:{seconds:02}")
}

/// Why a Pod is not replaced.
pub fn stuck(lang: Lang, pod: &str, node: &str) -> String {
    lang.pick(
        format!("{pod} is not replaced: nobody can confirm that it stopped on {node}."),
        format!("{pod} 未被替换：无法确认它已在 {node} 上停止。"),
    )
}

/// The choice to bring a node back.
pub fn bring_back(lang: Lang, node: &str) -> String {
    lang.pick(format!("Bring {node} back"), format!("恢复 {node}"))
}

/// The choice to declare a node out of service.
pub fn write_off(lang: Lang, node: &str) -> String {
    lang.pick(format!("Declare {node} out of service"), format!("声明 {node} 停止服务"))
}

/// The choice to forget a Pod whatever it does.
pub fn force_delete(lang: Lang, pod: &str) -> String {
    lang.pick(format!("Force delete {pod}, at your risk"), format!("强制删除 {pod}，风险自负"))
}

/// A drain that ended well.
pub fn drained(lang: Lang, node: &str) -> String {
    lang.pick(format!("{node} is drained"), format!("{node} 已排空"))
}

/// A drain that ended with an error, in kubectl's words.
pub fn drain_failed(lang: Lang, node: &str, reason: &str) -> String {
    lang.pick(
        format!("{node} could not be drained: {reason}"),
        format!("{node} 无法排空：{reason}"),
    )
}

/// Why a drain gets no further.
pub fn drain_held(lang: Lang, pod: &str) -> String {
    lang.pick(format!("a budget holds {pod}"), format!("中断预算拦住了 {pod}"))
}

/// What is left of a node, for ears.
pub fn node_usage(lang: Lang, node: &NodeView) -> String {
    let (cpu, memory) = (node.cpu.percent(), node.memory.percent());
    lang.pick(
        format!("CPU {cpu} % requested, memory {memory} % requested"),
        format!("CPU 已申请 {cpu}%，内存已申请 {memory}%"),
    )
}

/// The name of a node's menu.
pub fn node_menu(lang: Lang, node: &str) -> String {
    lang.pick(format!("What to do with {node}"), format!("对 {node} 的操作"))
}

/// The button that opens a Pod's menu.
pub fn pod_menu(lang: Lang, pod: &str) -> String {
    lang.pick(format!("What to do with {pod}"), format!("对 {pod} 的操作"))
}

/// The entry that kills a container's process.
pub fn kill_container(lang: Lang, container: &str) -> String {
    lang.pick(format!("Kill container {container}"), format!("杀死容器 {container}"))
}

/// The name of a Pod's delete button.
pub fn delete_pod(lang: Lang, pod: &str) -> String {
    lang.pick(format!("Delete {pod}"), format!("删除 {pod}"))
}

/// The name of a button that deletes an object.
pub fn delete_object(lang: Lang, object: &ObjectRef) -> String {
    let ObjectRef { kind, name, .. } = object;
    lang.pick(format!("Delete {kind} {name}"), format!("删除 {kind} {name}"))
}

/// Where a lane stands after it was moved, for ears.
pub fn lane_moved(lang: Lang, lane: &ObjectRef, at: usize, of: usize) -> String {
    let name = super::views::workload(lang, lane);
    lang.pick(
        format!("{name} is now lane {at} of {of}"),
        format!("{name} 现在是第 {at} 条泳道，共 {of} 条"),
    )
}

/// The button that folds a lane.
pub fn fold_lane(lang: Lang, lane: &ObjectRef, is_folded: bool) -> String {
    let name = super::views::workload(lang, lane);
    if is_folded {
        lang.pick(format!("Unfold {name}"), format!("展开 {name}"))
    } else {
        lang.pick(format!("Fold {name}"), format!("折叠 {name}"))
    }
}

/// The button that opens a lane's menu.
pub fn lane_menu(lang: Lang, lane: &ObjectRef) -> String {
    let name = super::views::workload(lang, lane);
    lang.pick(format!("What to do with {name}"), format!("对 {name} 的操作"))
}

/// Pods that a folded lane has no room for.
pub fn more_pods(lang: Lang, count: usize) -> String {
    match count {
        1 => lang.pick("1 more Pod", "还有 1 个 Pod").into(),
        _ => lang.pick(format!("{count} more Pods"), format!("还有 {count} 个 Pod")),
    }
}

/// The button that shows all of what a lane has without a node.
pub fn show_all(lang: Lang, count: usize) -> String {
    lang.pick(format!("Show all {count}"), format!("显示全部 {count} 个"))
}

/// How many workloads are below what is seen of a list.
pub fn more_below(lang: Lang, count: usize) -> String {
    match count {
        1 => lang.pick("1 more workload: scroll", "还有 1 个工作负载，滚动查看").into(),
        _ => lang.pick(
            format!("{count} more workloads: scroll"),
            format!("还有 {count} 个工作负载，滚动查看"),
        ),
    }
}

/// How many workloads the stage does not draw.
pub fn more_lanes(lang: Lang, count: usize) -> String {
    match count {
        1 => lang.pick("1 more workload runs.", "还有 1 个工作负载在运行。").into(),
        _ => lang.pick(
            format!("{count} more workloads run."),
            format!("还有 {count} 个工作负载在运行。"),
        ),
    }
}

/// The button that draws more of what is left out.
pub fn show_more(lang: Lang, count: usize) -> String {
    lang.pick(format!("Show {count} more"), format!("再显示 {count} 个"))
}

/// The name of a stepper.
pub fn replicas_of(lang: Lang, name: &str) -> String {
    lang.pick(format!("replicas of {name}"), format!("{name} 的副本数"))
}

/// Which namespace a workload is in, where that is not plain.
pub fn in_namespace(lang: Lang, namespace: &str) -> String {
    lang.pick(format!("in {namespace}"), format!("命名空间 {namespace}"))
}

/// Which namespace a thing is in; nothing for the default one and for what is in none.
pub fn place(lang: Lang, namespace: &str) -> String {
    match namespace {
        "" | "default" => String::new(),
        namespace => in_namespace(lang, namespace),
    }
}

/// Which CronJob made a Job.
pub fn made_by(lang: Lang, cron_job: &str) -> String {
    lang.pick(format!("by CronJob {cron_job}"), format!("来自 CronJob {cron_job}"))
}

/// The shape of a lane's Pods and the Service before them, which has an address or is headless.
pub fn band_note(lang: Lang, identity: &str, cluster_ip: Option<&str>) -> String {
    match cluster_ip {
        Some(ip) => {
            lang.pick(format!("{identity}, Service {ip}"), format!("{identity}，Service {ip}"))
        }
        None => {
            lang.pick(format!("{identity}, headless Service"), format!("{identity}，无头 Service"))
        }
    }
}

/// The shape of a lane's Pods in a word.
pub fn identity(lang: Lang, identity: Identity) -> &'static str {
    match identity {
        Identity::Stateful => lang.pick("stateful", "有状态"),
        _ => lang.pick("stateless", "无状态"),
    }
}

/// Ordinals from one to another.
pub fn ordinals(lang: Lang, first: u32, last: u32) -> String {
    if first >= last {
        return first.to_string();
    }
    lang.pick(format!("{first} to {last}"), format!("{first} 到 {last}"))
}

/// Why a rollout stands still, in as few words as the lane's head has room for.
fn held(lang: Lang, to: u32, hold: Hold) -> String {
    match hold {
        Hold::Partition { partition, from, end, .. } if from >= end => lang
            .pick(format!("held by partition {partition}"), format!("分区 {partition} 保持全部")),
        Hold::Partition { from, .. } => {
            lang.pick(format!("revision {to} from {from} on"), format!("{from} 起为版本 {to}"))
        }
        Hold::OnDelete => {
            lang.pick(format!("revision {to}: OnDelete"), format!("版本 {to}：OnDelete"))
        }
    }
}

/// Which Pod keeps a rollout from its end, or that none does and it takes too long.
fn blocked_by(lang: Lang, to: u32, workload: &LaneView) -> String {
    let mut failing = workload.failing();
    let Some(pod) = failing.next() else {
        return lang.pick(
            format!("the rollout to revision {to} has got nowhere within progressDeadlineSeconds"),
            format!("更新到版本 {to}，在 progressDeadlineSeconds 内没有进展"),
        );
    };
    let (name, state) = (&pod.name, pod_state(lang, pod));
    let en = format!("the rollout to revision {to} cannot end while {name} is not ready: {state}");
    let zh = format!("更新到版本 {to}，但 {name} 未就绪（{state}），无法完成");
    match failing.count() {
        0 => lang.pick(en, zh),
        more => lang.pick(format!("{en}, and {more} more"), format!("{zh}；另有 {more} 个也失败")),
    }
}

/// The same in whole: what the rollout waits for. None for what needs no more words.
pub fn waits_for(lang: Lang, workload: &LaneView) -> Option<String> {
    Some(match workload.progress() {
        Progress::Refused => refused_because(lang, workload.refusal.as_ref()?),
        Progress::RollingOut { to } => {
            let pod = workload.awaited.as_ref()?;
            lang.pick(
                format!("the rollout to revision {to} waits for {pod}"),
                format!("更新到版本 {to}，正等待 {pod}"),
            )
        }
        Progress::Blocked { to } => blocked_by(lang, to, workload),
        Progress::Paused if workload.kind == LaneKind::Job => lang
            .pick("suspended: it makes no Pods until it is resumed", "已挂起：恢复之前不会创建 Pod")
            .into(),
        Progress::Paused => lang
            .pick(
                "paused: a new template waits until the rollouts are resumed",
                "已暂停：新模板要等恢复后才会上线",
            )
            .into(),
        Progress::Held { to, hold: Hold::OnDelete } => lang.pick(
            format!("revision {to} waits for the old Pods to be deleted (OnDelete)"),
            format!("版本 {to} 等待旧 Pod 被删除（OnDelete）"),
        ),
        Progress::Held { to, hold: Hold::Partition { partition, from, end, .. } }
            if from >= end =>
        {
            lang.pick(
                format!("partition {partition} keeps every ordinal; none gets revision {to}"),
                format!("分区 {partition} 保持所有编号；没有编号得到版本 {to}"),
            )
        }
        Progress::Held { to, hold: Hold::Partition { partition, first, from, .. } } => {
            let kept = ordinals(lang, first, from - 1);
            lang.pick(
                format!("revision {to} from ordinal {from} on; partition {partition} keeps {kept}"),
                format!("编号 {from} 起为版本 {to}；分区 {partition} 保持 {kept}"),
            )
        }
        _ => return None,
    })
}

/// What a lane is busy with; the hash of a lone revision stands beside it.
pub fn progress(lang: Lang, workload: &LaneView) -> String {
    match workload.progress() {
        Progress::RollingOut { to } => {
            lang.pick(format!("rollout to {to}"), format!("更新到版本 {to}"))
        }
        Progress::Held { to, hold } => held(lang, to, hold),
        Progress::Blocked { to } => match workload.failing().count() {
            0 => lang.pick(format!("rev. {to}: overdue"), format!("版本 {to}：超时")),
            count => lang
                .pick(format!("rev. {to}: {count} failing"), format!("版本 {to}：{count} 个失败")),
        },
        Progress::Failed => lang.pick("failed", "已失败").into(),
        Progress::Refused => refused(lang, workload),
        Progress::Paused if workload.kind == LaneKind::Job => {
            lang.pick("suspended", "已挂起").into()
        }
        Progress::Paused => lang.pick("paused", "已暂停").into(),
        Progress::Scaling { to } => lang.pick(format!("scaling to {to}"), format!("扩缩到 {to}")),
        Progress::Steady => match workload.kind {
            LaneKind::Deployment => "ReplicaSet".into(),
            LaneKind::StatefulSet => {
                let number = workload.newest().max(1);
                lang.pick(format!("revision {number}"), format!("版本 {number}"))
            }
            LaneKind::DaemonSet => lang.pick("one on each node", "每个节点一个").into(),
            LaneKind::Job => lang.pick("completions", "完成数").into(),
            _ => lang.pick("replicas", "副本").into(),
        },
    }
}

/// How many of a Job's Pods have ended well.
pub fn done_of(lang: Lang, done: u32, desired: u32) -> String {
    lang.pick(format!("{done}/{desired} done"), format!("{done}/{desired} 完成"))
}

/// How many of a lane's Pods are ready.
pub fn ready_of(lang: Lang, ready: u32, desired: u32) -> String {
    lang.pick(format!("{ready}/{desired} ready"), format!("{ready}/{desired} 就绪"))
}

/// A segment of a lane's bar, for the legend.
pub fn fill(lang: Lang, fill: Fill) -> &'static str {
    match fill {
        Fill::Ready => lang.pick("ready", "就绪"),
        Fill::Coming => lang.pick("on its way", "启动中"),
        Fill::Old => lang.pick("old revision", "旧版本"),
        Fill::Empty => lang.pick("none", "无"),
    }
}

/// The number of a revision.
pub fn revision(lang: Lang, number: u32) -> String {
    lang.pick(format!("revision {number}"), format!("版本 {number}"))
}

/// A legend's word for a Pod's state, by the state's name.
pub fn chip_state(lang: Lang, state: &str) -> &'static str {
    match state {
        "creating" => lang.pick("creating", "创建中"),
        "terminating" => lang.pick("terminating", "终止中"),
        "running" => lang.pick("not ready", "未就绪"),
        "completed" => lang.pick("completed", "已完成"),
        "unknown" => lang.pick("unknown: node lost", "失联"),
        _ => lang.pick("failing", "故障"),
    }
}

/// What a row of the before-and-after panel compares.
pub fn field(lang: Lang, field: Field) -> &'static str {
    match field {
        Field::Name => lang.pick("Name", "名字"),
        Field::Dns => "DNS",
        Field::Ip => "IP",
        Field::Node => lang.pick("Node", "节点"),
        Field::Disk => lang.pick("Disk", "磁盘"),
        Field::Uid => "UID",
    }
}

/// A value of the before-and-after panel.
pub fn value(lang: Lang, value: &Value) -> String {
    match value {
        Value::Text(text) => text.to_string(),
        Value::Shared(text) => lang.pick(format!("{text} (shared)"), format!("{text}（共用）")),
        Value::None => lang.pick("none", "无").into(),
        Value::NoRecord => lang.pick("no record", "无记录").into(),
        Value::Soon => lang.pick("none yet", "尚无").into(),
        Value::Nobody => lang.pick("nobody yet", "暂无").into(),
        Value::NeverBefore(name) => {
            lang.pick(format!("no {name} before"), format!("之前没有 {name}"))
        }
    }
}

/// What a row of the before-and-after panel comes to.
pub fn mark(lang: Lang, mark: Mark) -> &'static str {
    match mark {
        Mark::Kept => lang.pick("kept", "保留"),
        Mark::New => lang.pick("new", "新"),
        Mark::Chance => lang.pick("by chance", "碰巧相同"),
        Mark::Nothing => lang.pick("nothing kept", "没有保留"),
        Mark::NotItsOwn => lang.pick("not its own", "不是自己的"),
        Mark::Reserved => lang.pick("reserved", "预留"),
        Mark::WillBeNew => lang.pick("will be new", "将是新的"),
        Mark::Any => lang.pick("any", "任意"),
        Mark::AtDisk => lang.pick("at its disk", "随磁盘"),
        Mark::First => lang.pick("first", "首次"),
        Mark::Created => lang.pick("created", "新建"),
        Mark::Found => lang.pick("was there", "原有"),
        Mark::WhenReady => lang.pick("when ready", "就绪后"),
    }
}

/// A long Pod name with its middle left out, never its suffix: `web…-x7k2p`.
pub fn short_name(name: &str) -> String {
    match (name.split_once('-'), name.rsplit_once('-')) {
        (Some((first, _)), Some((rest, last))) if rest.len() > first.len() && name.len() > 14 => {
            format!("{first}…-{last}")
        }
        _ => name.to_owned(),
    }
}

/// The beginning of a UID: enough to see that it is another one.
pub fn short_uid(uid: &str) -> String {
    match uid.get(..6) {
        Some(start) if uid.len() > 12 => format!("{start}…"),
        _ => uid.to_owned(),
    }
}

/// The headline of a replacement: who took whose place, and when.
pub fn replacement(lang: Lang, old: &str, new: Option<&str>, at_us: u64) -> String {
    let at = moment(at_us);
    match new {
        Some(new) if old.is_empty() => {
            lang.pick(format!("{new} is new, {at}"), format!("{new} 是新的，{at}"))
        }
        Some(new) => lang.pick(format!("{old} → {new}, {at}"), format!("{old} → {new}，{at}")),
        None => lang.pick(format!("{old} waits since {at}"), format!("{old} 自 {at} 起等待")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pod_is_described_to_ears_with_all_that_eyes_see() {
        let pod = PodView {
            name: "db-1".into(),
            ordinal: Some(1),
            node: Some("node-2".into()),
            state: PodState::Creating,
            ..PodView::default()
        };
        let lane =
            LaneView { kind: LaneKind::StatefulSet, name: "db".into(), ..LaneView::default() };
        let disk = DiskView {
            claim: "data-db-1".into(),
            state: DiskState::Waiting,
            ..DiskView::default()
        };
        assert_eq!(
            pod_label(Lang::En, &pod, &lane, &[&disk]),
            "db-1, StatefulSet db, ordinal 1, creating on node-2, disk data-db-1 waiting"
        );
        assert_eq!(
            pod_label(Lang::Zh, &pod, &lane, &[&disk]),
            "db-1，StatefulSet db，编号 1，在 node-2 上创建中，磁盘 data-db-1 等待挂载"
        );
    }

    #[test]
    fn a_pod_whose_disk_is_elsewhere_says_so_and_not_that_it_is_mounted() {
        let pod = PodView {
            uid: "1".into(),
            name: "wp-1".into(),
            node: Some("node-1".into()),
            state: PodState::Creating,
            disk_elsewhere: Some(("data".into(), "node-2".into())),
            ..PodView::default()
        };
        let lane = LaneView { name: "wp".into(), ..LaneView::default() };
        let disk =
            DiskView { claim: "data".into(), state: DiskState::Mounted, ..DiskView::default() };
        assert_eq!(
            pod_label(Lang::En, &pod, &lane, &[&disk]),
            "wp-1, Deployment wp, no disk yet on node-1, disk data is still attached to node-2"
        );
        assert_eq!(pod_title(Lang::Zh, &pod), "wp-1：磁盘 data 仍挂接在 node-2");
    }

    #[test]
    fn a_pod_whose_node_was_taken_away_names_it() {
        let pod = PodView {
            name: "wp-1".into(),
            gone_node: Some("node-1".into()),
            state: PodState::Unknown,
            ..PodView::default()
        };
        let lane = LaneView { kind: LaneKind::BarePods, ..LaneView::default() };
        assert_eq!(pod_label(Lang::En, &pod, &lane, &[]), "wp-1, unknown, its node node-1 is gone");
    }

    #[test]
    fn a_shortened_name_keeps_its_suffix() {
        assert_eq!(short_name("web-6d4cf56db6-x7k2p"), "web…-x7k2p");
        assert_eq!(short_name("my-statefulset-0"), "my…-0");
        assert_eq!(short_name("db-1"), "db-1");
    }

    #[test]
    fn a_deleted_pod_on_a_lost_node_says_terminating_as_kubectl_does() {
        let mut pod = PodView { state: PodState::Unknown, ..PodView::default() };
        assert_eq!(pod_state(Lang::En, &pod), "Unknown");
        pod.deleting = true;
        assert_eq!(pod_state(Lang::En, &pod), "Terminating");
    }
}
