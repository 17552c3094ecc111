//! The words of the ledger, the timeline, the runs and the export.
//!
//! Owns text only. Invariant: Kubernetes' kinds, fields and states stay in English.

use super::stage::moment;
use super::{Lang, StageWords};
use crate::view::Identity;
use crate::view::compare::{Facts, SlotSide};
use crate::view::ledger::{Account, Aspect, Place, Tie, Verdict};
use crate::view::stage::{DiskView, NodeView, ObjectRef, PodState};

words! {
    /// The words of the ledger, the timeline, the runs and the export.
    ViewWords {
        open_ledger: "Open the ledger", "打开身份对照";
        survives: "What survives a replacement", "替换之后，什么会留下来";
        survives_note: "Each mark is one replacement in this run, filled when the value was kept.",
            "每个标记代表本次运行中的一次替换，实心表示该值得到保留。";
        no_replacement: "Nothing has been replaced in this run yet. Delete a Pod and watch.",
            "本次运行中还没有发生替换。删除一个 Pod 试试。";
        copy_markdown: "Copy as Markdown", "复制为 Markdown";
        copy_csv: "Copy as CSV", "复制为 CSV";
        at_rest: "Nothing is left to happen until somebody acts.", "在有人操作之前，不会再发生什么。";
        copied: "Copied", "已复制";
        copy_refused: "The browser does not allow copying. Select the text below and copy it.",
            "浏览器不允许复制。请选中下面的文字后复制。";
        print: "Print", "打印";
        column_aspect: "What", "项目";
        column_why: "Why", "为什么";
        column_place: "place", "位置";
        column_state: "state", "状态";
        column_name: "name", "名字";
        column_dns: "DNS", "DNS";
        column_ip: "IP", "IP";
        column_node: "node", "节点";
        column_disk: "disk", "磁盘";
        column_uid: "UID", "UID";
        column_lived: "lived", "存续时间";
        column_from: "from", "开始";
        column_until: "until", "结束";
        choose_left: "Workload on the left", "左侧的工作负载";
        choose_right: "Workload on the right", "右侧的工作负载";
        ledger_empty: "No workload has had a Pod yet. Apply a manifest first.",
            "还没有工作负载拥有过 Pod。请先应用一份清单。";
        legend_kept: "green", "绿色";
        legend_kept_note: "kept from the Pod before", "由上一个 Pod 保留";
        legend_changed: "dotted", "点线";
        legend_changed_note: "changed", "已改变";
        legend_plain: "plain: first value, or the same by chance", "普通：首次的值，或碰巧相同";
        any: "any", "任意";
        gone: "gone", "已消失";
        until_now: "now", "现在";

        events: "Events", "事件";
        disks: "Disks", "磁盘";
        disks_note: "filled: mounted", "填充：已挂载";
        expected: "expected, if you change nothing", "若不做改动，预计如此";
        expecting: "looking ahead…", "正在推算……";
        gone_for_good: "gone for good", "一去不返";
        all_at_once: "all at once", "同时启动";
        one_after_another: "one after another", "依次启动";
        zoom: "Zoom", "缩放";
        zoom_all: "All", "全部";
        earlier: "Earlier", "更早";
        later: "Later", "更晚";
        go_to: "Go to a moment", "转到某一刻";
        go_to_hint: "minutes:seconds, such as 0:42.6", "分:秒，例如 0:42.6";
        chart_label: "Timeline. Left and right arrow keys move in time.", "时间线。左右方向键移动时间。";
        as_table: "The same as a table", "以表格显示";
        column_workload: "workload", "工作负载";
        column_ready: "ready", "就绪";
        no_lives: "No Pod has lived yet.", "还没有 Pod 出现过。";

        runs: "Runs", "运行";
        fork_here: "Fork from here", "从此处分叉";
        fork_full: "There is room for six runs. Close one first.", "最多保留六次运行。请先关闭一次。";
        compare: "Compare", "比较";
        compare_this: "compare with this run", "与本次运行比较";
        compare_with: "Compare with", "与之比较";
        compare_stop: "Stop comparing", "停止比较";
        compare_title: "Two runs at one moment", "同一时刻的两次运行";
        compare_same: "At this moment both runs are alike.", "此刻两次运行完全相同。";
        only_here: "only here", "仅此处有";
        not_here: "not here", "此处没有";
        differs: "differs", "不同";
        alike: "alike", "相同";
        no_node: "no node yet", "尚无节点";
        catching_up: "This run is still on its way to this moment.", "这次运行正在赶往此刻。";

        export: "Export", "导出";
        export_view_svg: "This view as SVG", "当前视图（SVG）";
        export_view_png: "This view as PNG", "当前视图（PNG）";
        export_charts_svg: "The charts below as SVG", "下方图表（SVG）";
        export_charts_png: "The charts below as PNG", "下方图表（PNG）";
        export_done: "Saved to your downloads", "已保存到下载文件夹";
        export_failed: "This browser can't make the picture.", "此浏览器无法生成图片。";

        side: "Story, object and Events", "解说、对象与 Events";
        inspect: "Inspect", "详情";
        inspect_none: "Select a Pod, a node, a disk or a workload to see it whole: conditions, owners, YAML.",
            "选中一个 Pod、节点、磁盘或工作负载，即可查看它的状况、所有者和完整的 YAML。";
        conditions: "Conditions", "状况";
        owners: "Owned by", "所有者";
        no_owner: "Nobody owns it.", "没有所有者。";
        copy_yaml: "Copy the YAML", "复制 YAML";
        no_events: "There is no Event to show at this moment.", "此刻没有可显示的 Event。";
        all_events: "All Events", "全部 Events";
        show_all_events: "Show all Events", "显示全部 Events";
        last_seen: "last seen", "最近一次";
        warning: "Warning", "Warning";

        story_filter: "Show", "显示";
        story_all: "Everything", "全部";
        story_none: "Nothing of this object has been told yet.", "还没有关于此对象的解说。";
        go_there: "Go to this moment", "转到这一刻";
        waited_for: "What it waited for", "它在等什么";

        key_fork: "Fork from here", "从此处分叉";
        key_chart: "Move in time", "在时间中移动";
        keys_on_timeline: "On the timeline", "时间线上";
        key_zoom: "Zoom in, out", "放大、缩小";
        key_pan: "Earlier, later", "更早、更晚";
        back: "back", "后退";
        fork: "fork", "分叉";
    }
}

/// An aspect of the ledger.
pub fn aspect(lang: Lang, aspect: Aspect) -> &'static str {
    match aspect {
        Aspect::Name => lang.pick("Name", "名字"),
        Aspect::Hostname => lang.pick("Hostname and DNS", "主机名与 DNS"),
        Aspect::Disk => lang.pick("Volume and data", "卷与数据"),
        Aspect::Ip => lang.pick("IP address", "IP 地址"),
        Aspect::Node => lang.pick("Node", "节点"),
        Aspect::Order => lang.pick("Start order", "启动顺序"),
    }
}

/// How many ordinals of a start order are written out.
const ORDER_MAX: usize = 4;

/// What a kind of workload promises.
pub fn verdict(lang: Lang, verdict: &Verdict) -> String {
    match verdict {
        Verdict::Kept => lang.pick("kept", "保留").into(),
        Verdict::New => lang.pick("new", "新").into(),
        Verdict::Nothing => lang.pick("nothing", "没有").into(),
        Verdict::Shared => lang.pick("shared", "共用").into(),
        Verdict::Any => lang.pick("any", "任意").into(),
        Verdict::Together => lang.pick("together", "一起").into(),
        Verdict::InOrder(order) if order.is_empty() => lang.pick("in order", "依次").into(),
        Verdict::InOrder(order) => {
            let numbers: Vec<String> =
                order.iter().take(ORDER_MAX).map(ToString::to_string).collect();
            let more = if order.len() > ORDER_MAX { ", …" } else { "" };
            format!("{}{more}", numbers.join(", "))
        }
    }
}

/// How a value compares, in a word; nothing where there is nothing to say.
pub fn tie(lang: Lang, tie: Tie) -> &'static str {
    match tie {
        Tie::First | Tie::Nothing => "",
        Tie::Kept => lang.pick("kept", "保留"),
        Tie::Changed => lang.pick("new", "新"),
        Tie::Chance => lang.pick("by chance", "碰巧相同"),
    }
}

/// The marks of a tally, for ears: "3 of 3 kept".
pub fn marks(lang: Lang, marks: &[bool]) -> String {
    let kept = marks.iter().filter(|kept| **kept).count();
    let all = marks.len();
    lang.pick(format!("{kept} of {all} kept"), format!("{all} 次中保留 {kept} 次"))
}

/// Who makes a workload's Pods.
fn maker(account: &Account) -> &str {
    match &*account.object.kind {
        "Deployment" => "ReplicaSet",
        kind => kind,
    }
}

/// Why an aspect is as it is, for one workload or for two.
pub fn reason(lang: Lang, aspect: Aspect, accounts: &[&Account]) -> String {
    let stateful = accounts.iter().find(|one| one.identity == Identity::Stateful);
    let stateless = accounts.iter().find(|one| one.identity != Identity::Stateful);
    match aspect {
        Aspect::Ip => {
            return lang
                .pick(
                    "Always new. Clients should use the name, never the IP.",
                    "总是新的。客户端应使用名字，而不是 IP。",
                )
                .into();
        }
        Aspect::Node => {
            return lang
                .pick(
                    "The scheduler chooses again. Staying put is luck, unless the disk is local.",
                    "调度器会重新选择。留在原处只是碰巧，除非磁盘是本地的。",
                )
                .into();
        }
        _ => {}
    }
    let parts = [
        stateless.map(|one| reason_stateless(lang, aspect, maker(one))),
        stateful.map(|one| reason_stateful(lang, aspect, one)),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().filter(|one| !one.is_empty()).collect();
    let text = parts.join(lang.pick("; ", "；"));
    let mut letters = text.chars();
    let first = letters.next().map(|one| one.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}{}", letters.as_str(), lang.pick(".", "。"))
}

fn reason_stateless(lang: Lang, aspect: Aspect, maker: &str) -> String {
    match aspect {
        Aspect::Name => {
            lang.pick(format!("a {maker} draws a random suffix"), format!("{maker} 随机取后缀"))
        }
        Aspect::Hostname => lang.pick(
            "the hostname is the Pod's name, and no record is its own".to_owned(),
            "主机名就是 Pod 的名字，没有自己的 DNS 记录".to_owned(),
        ),
        Aspect::Disk => lang.pick(
            format!("a {maker} makes no claim for a Pod"),
            format!("{maker} 不会为 Pod 创建 PVC"),
        ),
        _ => lang.pick(
            format!("a {maker} makes its Pods together"),
            format!("{maker} 同时创建各个 Pod"),
        ),
    }
}

fn reason_stateful(lang: Lang, aspect: Aspect, account: &Account) -> String {
    match aspect {
        Aspect::Name => lang.pick(
            "a StatefulSet fills the empty ordinal".to_owned(),
            "StatefulSet 填补空缺的编号".to_owned(),
        ),
        Aspect::Hostname => {
            let tenants = account.slots.iter().flat_map(|slot| &slot.tenants);
            let own = tenants.filter(|one| one.pod.dns_is_own).find_map(|one| one.pod.dns.clone());
            match own {
                Some(name) => lang.pick(
                    format!("the headless Service gives each ordinal a record, such as {name}"),
                    format!("无头 Service 给每个编号一条记录，例如 {name}"),
                ),
                None => lang.pick(
                    "the hostname follows the ordinal; without its Service there is no record"
                        .to_owned(),
                    "主机名由编号决定；没有对应的 Service 就没有记录".to_owned(),
                ),
            }
        }
        Aspect::Disk => lang.pick(
            "a claim from the template belongs to the ordinal and outlives the Pod".to_owned(),
            "由模板创建的 PVC 属于编号，比 Pod 活得更久".to_owned(),
        ),
        _ if account.is_ordered => lang.pick(
            "OrderedReady waits for each Pod, and stops from the highest ordinal".to_owned(),
            "OrderedReady 逐个等待 Pod 就绪，停止时从最大编号开始".to_owned(),
        ),
        _ => lang.pick(
            "with Parallel a StatefulSet starts all ordinals at once".to_owned(),
            "Parallel 策略下 StatefulSet 同时启动所有编号".to_owned(),
        ),
    }
}

/// A workload by kind and name; the lane of bare Pods has a name of its own.
pub fn workload(lang: Lang, object: &ObjectRef) -> String {
    match (&*object.namespace, &*object.name) {
        (_, "") => StageWords::of(lang).bare_pods.to_owned(),
        ("" | "default", name) => format!("{} {name}", object.kind),
        (namespace, name) => format!("{} {namespace}/{name}", object.kind),
    }
}

/// What the Inspect tab says of an object that isn't there.
pub fn not_there(lang: Lang, object: &ObjectRef) -> String {
    let (kind, name) = (&object.kind, &object.name);
    lang.pick(
        format!("{kind} {name} does not exist at this moment."),
        format!("此刻不存在 {kind} {name}。"),
    )
}

/// Whose Events are shown.
pub fn events_of(lang: Lang, name: &str) -> String {
    lang.pick(format!("Events of {name}"), format!("{name} 的 Events"))
}

/// How many Events a long list leaves out.
pub fn older_events(lang: Lang, count: usize) -> String {
    match count {
        1 => lang.pick("1 older Event", "还有 1 条更早的 Event").into(),
        _ => lang.pick(format!("{count} older Events"), format!("还有 {count} 条更早的 Event")),
    }
}

/// How often an Event was told.
pub fn times(lang: Lang, count: u32) -> String {
    lang.pick(format!("{count} times"), format!("{count} 次"))
}

/// The YAML of an object, for ears.
pub fn yaml_of(lang: Lang, object: &ObjectRef) -> String {
    let name = workload(lang, object);
    lang.pick(format!("YAML of {name}"), format!("{name} 的 YAML"))
}

/// "4 places, 7 Pods so far, 7 names".
pub fn account_note(lang: Lang, account: &Account) -> String {
    let (pods, names) = (account.pods(), account.names());
    let places = account.slots.len();
    let count = |number: usize, one: &str, many: &str| {
        format!("{number} {}", if number == 1 { one } else { many })
    };
    let zh_place = if account.identity == Identity::Stateful { "个编号" } else { "个位置" };
    let (one, many) = if account.identity == Identity::Stateful {
        ("ordinal", "ordinals")
    } else {
        ("place", "places")
    };
    lang.pick(
        format!(
            "{}, {} so far, {}",
            count(places, one, many),
            count(pods, "Pod", "Pods"),
            count(names, "name", "names")
        ),
        format!("{places} {zh_place}，至今 {pods} 个 Pod，{names} 个名字"),
    )
}

/// A place in the ledger.
pub fn place(lang: Lang, place: &Place) -> String {
    match place {
        Place::Any => ViewWords::of(lang).any.to_owned(),
        Place::Ordinal(number) => number.to_string(),
        Place::Node(node) => node.to_string(),
    }
}

/// How a Pod is, for ears and for export.
pub fn standing(lang: Lang, state: Option<PodState>) -> String {
    match state {
        None => ViewWords::of(lang).gone.to_owned(),
        Some(state) => {
            let pod = crate::view::stage::PodView { state, ..Default::default() };
            super::stage::pod_state(lang, &pod)
        }
    }
}

/// From when to when a Pod lived: "00:01 to now", "00:01–00:30".
pub fn lived(lang: Lang, from_us: u64, end_us: Option<u64>) -> String {
    let from = moment(from_us);
    match end_us {
        Some(end_us) => format!("{from}–{}", moment(end_us)),
        None => lang.pick(format!("{from} to now"), format!("{from} 至今")),
    }
}

/// A run by its letter.
pub fn run(lang: Lang, letter: char) -> String {
    lang.pick(format!("Run {letter}"), format!("运行 {letter}"))
}

/// The tab of a run: "Run A, this one", "Run B, forked at 0:28".
pub fn run_tab(lang: Lang, letter: char, is_current: bool, forked: Option<&str>) -> String {
    let name = run(lang, letter);
    match forked {
        _ if is_current => lang.pick(format!("{name}, this one"), format!("{name}（当前）")),
        Some(at) => lang.pick(format!("{name}, forked at {at}"), format!("{name}，分叉于 {at}")),
        None => lang.pick(format!("{name}, the first"), format!("{name}，最初")),
    }
}

/// What sets a run apart: where it was forked, and what was done in it or left out.
pub fn run_story(lang: Lang, at: &str, own: Option<&str>, without: Option<&str>) -> String {
    let trim = |one: &str| one.trim_end_matches(['.', '。']).to_owned();
    match (own.map(trim), without.map(trim)) {
        (Some(own), _) => {
            lang.pick(format!("forked at {at}; then: {own}"), format!("分叉于 {at}；之后：{own}"))
        }
        (None, Some(without)) => lang.pick(
            format!("forked at {at}; without: {without}"),
            format!("分叉于 {at}；没有这一步：{without}"),
        ),
        (None, None) => lang.pick(format!("forked at {at}"), format!("分叉于 {at}")),
    }
}

/// Said once a run was forked.
pub fn forked(lang: Lang, new: char, old: char) -> String {
    lang.pick(
        format!("Run {new} goes on from here. Run {old} is kept."),
        format!("运行 {new} 从这里继续，运行 {old} 已保留。"),
    )
}

/// The button that closes a run.
pub fn close_run(lang: Lang, letter: char) -> String {
    lang.pick(format!("Close run {letter}"), format!("关闭运行 {letter}"))
}

/// How many things differ between two runs.
pub fn differences(lang: Lang, count: usize) -> String {
    match count {
        0 => ViewWords::of(lang).compare_same.to_owned(),
        1 => lang.pick("1 difference", "1 处不同").to_owned(),
        _ => lang.pick(format!("{count} differences"), format!("{count} 处不同")),
    }
}

/// What is known of an object in one of two runs.
pub fn facts(lang: Lang, facts: &Facts) -> String {
    let comma = lang.pick(", ", "，");
    match facts {
        Facts::Pod { state, node, ip, uid } => {
            let short: String = uid.chars().take(6).collect();
            let place = node.as_ref().map_or_else(
                || ViewWords::of(lang).no_node.to_owned(),
                |node| lang.pick(format!("on {node}"), format!("在 {node} 上")),
            );
            let mut parts = vec![standing(lang, Some(*state)), place];
            parts.extend(ip.as_ref().map(ToString::to_string));
            parts.push(format!("UID {short}…"));
            parts.join(comma)
        }
        Facts::Workload(ready, desired) => super::stage::ready_of(lang, *ready, *desired),
        Facts::Disk(state, node) => {
            let disk = DiskView { state: *state, attached_to: node.clone(), ..DiskView::default() };
            let word = super::stage::disk_word(lang, disk.state).to_owned();
            match node {
                Some(node) => lang.pick(format!("{word} on {node}"), format!("{node}：{word}")),
                None => word,
            }
        }
        Facts::Node(state, failed) => {
            let node = NodeView { state: *state, failed: *failed, ..NodeView::default() };
            super::stage::node_state(lang, &node)
        }
    }
}

/// A place in the compared ledgers.
pub fn slot(lang: Lang, place: &Place, at: usize) -> String {
    match place {
        Place::Any => lang.pick(format!("place {}", at + 1), format!("位置 {}", at + 1)),
        Place::Ordinal(number) => lang.pick(format!("ordinal {number}"), format!("编号 {number}")),
        Place::Node(node) => node.to_string(),
    }
}

/// Who holds a place in one of two runs, and how many did before.
pub fn slot_side(lang: Lang, side: &SlotSide) -> String {
    let [name, ip, node, uid] = &side.last;
    let uid = uid.as_ref().map(|uid| {
        let short: String = uid.chars().take(6).collect();
        format!("{short}…")
    });
    let parts = [name, ip, node].into_iter().flatten().map(ToString::to_string).chain(uid);
    let parts: Vec<String> = parts.collect();
    let last = parts.join(", ");
    match side.tenants {
        0 | 1 => last,
        many => lang.pick(format!("{last} (Pod {many})"), format!("{last}（第 {many} 个 Pod）")),
    }
}

/// What stands beside a Pod that is still to come: "db-1 again, expected ready 0:47".
pub fn again(lang: Lang, name: &str, at: &str) -> String {
    lang.pick(
        format!("{name} again, expected ready {at}"),
        format!("{name} 再次出现，预计 {at} 就绪"),
    )
}

/// What stands beside a Pod that is still to come for the first time.
pub fn expected_ready(lang: Lang, at: &str) -> String {
    lang.pick(format!("expected ready {at}"), format!("预计 {at} 就绪"))
}

/// A zoom of the timeline.
pub fn zoom(lang: Lang, seconds: Option<u64>) -> String {
    match seconds {
        None => ViewWords::of(lang).zoom_all.to_owned(),
        Some(seconds) if seconds % 60 == 0 => {
            lang.pick(format!("{} min", seconds / 60), format!("{} 分", seconds / 60))
        }
        Some(seconds) => lang.pick(format!("{seconds} s"), format!("{seconds} 秒")),
    }
}

/// The story's filter: "only db-1".
pub fn only(lang: Lang, name: &str) -> String {
    lang.pick(format!("Only {name}"), format!("仅 {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_for_two_workloads_is_one_sentence_with_both_sides() {
        let web = Account {
            object: crate::view::stage::ObjectRef::new("Deployment", "default", "web"),
            identity: Identity::Stateless,
            ..Account::default()
        };
        let db = Account { identity: Identity::Stateful, ..Account::default() };
        assert_eq!(
            reason(Lang::En, Aspect::Name, &[&web, &db]),
            "A ReplicaSet draws a random suffix; a StatefulSet fills the empty ordinal."
        );
        assert_eq!(reason(Lang::Zh, Aspect::Name, &[&db]), "StatefulSet 填补空缺的编号。");
        for aspect in Aspect::ALL {
            for lang in Lang::ALL {
                let text = reason(lang, aspect, &[&web, &db]);
                assert!(text.split_whitespace().count() <= 30, "{text}");
            }
        }
    }

    #[test]
    fn a_run_says_what_sets_it_apart() {
        let own = run_story(Lang::En, "0:28", Some("You deleted db-0."), Some("You deleted x."));
        assert_eq!(own, "forked at 0:28; then: You deleted db-0");
        let without = run_story(Lang::Zh, "0:28", None, Some("你删除了 x7k2p。"));
        assert_eq!(without, "分叉于 0:28；没有这一步：你删除了 x7k2p");
    }

    #[test]
    fn a_long_start_order_is_cut() {
        assert_eq!(verdict(Lang::En, &Verdict::InOrder((0..9).collect())), "0, 1, 2, 3, …");
        assert_eq!(verdict(Lang::En, &Verdict::InOrder(vec![0, 1])), "0, 1");
    }
}
