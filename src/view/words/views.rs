//! The words of the ledger, the timeline, the runs and the export.
//!
//! Owns text only. Invariant: Kubernetes' kinds, fields and states stay in English.

use super::stage::moment;
use super::{Lang, StageWords};
use crate::view::Identity;
use crate::view::compare::{Facts, SlotSide};
use crate::view::ledger::{Account, Aspect, Place, Standing, Tenant, Tie, Verdict};
use crate::view::scene::Ahead;
use crate::view::stage::{DiskState, NodeView, ObjectRef, PodState, PodView};
use crate::view::timeline::Group;
use crate::view::timeline::window::tenths;

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
        held: "held", "被占用";
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
        chart_label: "Timeline. Left and right arrow keys move in time; all of it stands in the tables below.",
            "时间线。左右方向键移动时间；全部内容也列在下面的表格中。";
        as_table: "The same as a table", "以表格显示";
        sheet_pods: "Pods", "Pod";
        column_moment: "moment", "时刻";
        column_event: "event", "事件";
        column_sort: "by", "来源";
        by_cluster: "the cluster", "集群";
        by_you: "you", "你";
        by_failure: "a failure", "故障";
        column_failing: "failing", "出错";
        column_deleted: "deleted", "删除";
        column_ended: "ended", "运行结束";
        column_gone: "gone", "消失";
        column_wanted: "wanted", "期望";
        column_ready_since: "ready, from which moment on", "从何时起有几个就绪";
        column_mounted: "mounted", "挂载";
        column_down: "down", "故障";
        column_run: "run", "运行";
        column_apart: "what sets it apart", "与当前运行的不同";
        column_workload: "workload", "工作负载";
        column_ready: "ready", "就绪";
        no_lives: "No Pod has lived yet.", "还没有 Pod 出现过。";

        runs: "Runs", "运行";
        fork_here: "Fork from here", "从此处分叉";
        fork_full: "There is room for six runs. Close one first.", "最多保留六次运行。请先关闭一次。";
        undo: "Undo", "撤销";
        compare: "Compare", "比较";
        compare_this: "compare with this run", "与本次运行比较";
        compare_stop: "Stop comparing", "停止比较";
        compare_title: "Two runs at one moment", "同一时刻的两次运行";
        compare_same: "At this moment both runs are alike.", "此刻两次运行完全相同。";
        only_here: "only here", "仅此处有";
        not_here: "not here", "此处没有";
        differs: "differs", "不同";
        alike: "alike", "相同";
        legend_differs: "differs in the other run", "在另一次运行中不同";
        legend_only: "only in this run", "仅这次运行有";
        legend_selected: "selected", "已选中";
        no_node: "no node yet", "尚无节点";
        catching_up: "This run is still on its way to this moment.", "这次运行正在赶往此刻。";

        export: "Export", "导出";
        export_view_svg: "This view as SVG", "当前视图（SVG）";
        export_view_png: "This view as PNG", "当前视图（PNG）";
        export_charts_svg: "The charts below as SVG", "下方图表（SVG）";
        export_charts_png: "The charts below as PNG", "下方图表（PNG）";
        export_done: "Saved to your downloads", "已保存到下载文件夹";
        export_failed: "This browser can't make the picture.", "此浏览器无法生成图片。";

        side: "Story, object and Events", "解说、对象与事件";
        inspect: "Inspect", "详情";
        inspect_none: "Select a Pod, a node, a disk or a workload to see it whole: conditions, owners, YAML.",
            "选中一个 Pod、节点、磁盘或工作负载，即可查看它的状况、所有者和完整的 YAML。";
        conditions: "Conditions", "状况";
        containers: "Containers", "容器";
        owners: "Owned by", "所有者";
        no_owner: "Nobody owns it.", "没有所有者。";
        copy_yaml: "Copy the YAML", "复制 YAML";
        no_events: "There is no Event to show at this moment.", "此刻没有可显示的事件。";
        all_events: "All Events", "全部事件";
        show_all_events: "Show all Events", "显示全部事件";
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
        hint_play: "play", "播放";
        hint_next: "next event", "下一事件";
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
        Verdict::Unowned => lang.pick("not replaced", "不会被替换").into(),
        Verdict::ByHand => lang.pick("as created", "随创建而定").into(),
        Verdict::AtOnce(many) => lang.pick(format!("{many} at a time"), format!("每次 {many} 个")),
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
        Tie::Shared => lang.pick("shared", "共用"),
    }
}

/// The marks of a tally, for ears: "3 of 3 kept".
pub fn marks(lang: Lang, marks: &[bool]) -> String {
    let kept = marks.iter().filter(|kept| **kept).count();
    let all = marks.len();
    lang.pick(format!("{kept} of {all} kept"), format!("{all} 次中保留 {kept} 次"))
}

/// A workload by kind and name; the lane of bare Pods has a name of its own.
pub fn workload(lang: Lang, object: &ObjectRef) -> String {
    match (&*object.namespace, &*object.name) {
        (_, "") => StageWords::of(lang).bare_pods.to_owned(),
        ("" | "default", name) => format!("{} {name}", object.kind),
        (namespace, name) => format!("{} {namespace}/{name}", object.kind),
    }
}

/// A workload beside its rows, as short as that can be.
pub fn group(lang: Lang, group: &Group) -> String {
    if group.name.is_empty() { StageWords::of(lang).bare_pods.to_owned() } else { group.label() }
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
    lang.pick(format!("Events of {name}"), format!("{name} 的事件"))
}

/// How many Events a long list leaves out.
pub fn older_events(lang: Lang, count: usize) -> String {
    match count {
        1 => lang.pick("1 older Event", "还有 1 条更早的事件").into(),
        _ => lang.pick(format!("{count} older Events"), format!("还有 {count} 条更早的事件")),
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
    let places = account.places();
    let count = |number: usize, one: &str, many: &str| {
        format!("{number} {}", if number == 1 { one } else { many })
    };
    if account.is_unowned() {
        let (pods_en, names_en) = (count(pods, "Pod", "Pods"), count(names, "name", "names"));
        return lang.pick(
            format!("{pods_en} so far, {names_en}"),
            format!("至今 {pods} 个 Pod，{names} 个名字"),
        );
    }
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
        Place::Surge => lang.pick("surge", "超额").to_owned(),
        Place::Only(_) => lang.pick("only", "唯一").to_owned(),
        Place::Ordinal(number) | Place::Index(number) => number.to_string(),
        Place::Node(node) => node.to_string(),
    }
}

/// A place where the eye does not tell it from those around it: those that are all alike have
/// numbers.
pub fn numbered_place(lang: Lang, kind: &Place, at: usize) -> String {
    match kind {
        Place::Any | Place::Surge => format!("{} {}", place(lang, kind), at + 1),
        _ => place(lang, kind),
    }
}

/// How a Pod is, for ears and for export.
pub fn standing(lang: Lang, tenant: &Tenant) -> String {
    stands(lang, &tenant.standing())
}

fn stands(lang: Lang, one: &Standing) -> String {
    let Some(state) = one.state else { return ViewWords::of(lang).gone.to_owned() };
    super::stage::pod_state(
        lang,
        &PodView {
            state,
            deleting: one.is_deleting,
            reason: one.reason.clone(),
            disk_elsewhere: one.lacks_disk.then(Default::default),
            ..PodView::default()
        },
    )
}

/// How the containers of a Pod ended for good.
pub fn ended(lang: Lang, is_failed: bool) -> String {
    let state = if is_failed { PodState::Failed } else { PodState::Completed };
    super::stage::pod_state(lang, &PodView { state, ..PodView::default() })
}

/// From when to when a Pod lived: "00:01 to now", "00:01–00:30". One whose containers have ended
/// may be kept as an object.
pub fn lived(lang: Lang, one: &Tenant) -> String {
    let from = moment(one.from_us);
    match (one.end_us, one.done_us) {
        (Some(end_us), _) => format!("{from}–{}", moment(end_us)),
        (None, Some(done_us)) => {
            let span = format!("{from}–{}", moment(done_us));
            lang.pick(format!("{span}, object kept"), format!("{span}，对象保留"))
        }
        (None, None) => lang.pick(format!("{from} to now"), format!("{from} 至今")),
    }
}

/// A run by its letter.
pub fn run(lang: Lang, letter: char) -> String {
    lang.pick(format!("Run {letter}"), format!("运行 {letter}"))
}

/// The choice to compare with a run: "Compare with Run A".
pub fn compare_with(lang: Lang, letter: char) -> String {
    let run = run(lang, letter);
    lang.pick(format!("Compare with {run}"), format!("与{run} 比较"))
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

/// How a run is headed at a moment to which it never came.
pub fn expected_run(lang: Lang, name: &str) -> String {
    lang.pick(format!("{name} (expected)"), format!("{name}（预计）"))
}

/// Since when a run is only expected.
pub fn expected_since(lang: Lang, at: &str) -> String {
    lang.pick(
        format!("expected from {at} on, if nothing more is done"),
        format!("{at} 之后为预计，假设不再操作"),
    )
}

/// What sets a run apart: where it was forked, and what was done in it or left out; and how much
/// more was done after that.
pub fn run_story(
    lang: Lang,
    at: &str,
    own: Option<&str>,
    without: Option<&str>,
    more: usize,
) -> String {
    let trim = |one: &str| one.trim_end_matches(['.', '。']).to_owned();
    match (own.map(trim), without.map(trim)) {
        (Some(own), _) if more > 0 => lang.pick(
            format!("forked at {at}; then: {own}, and {more} more"),
            format!("分叉于 {at}；之后：{own}，另有 {more} 步"),
        ),
        (Some(own), _) => {
            lang.pick(format!("forked at {at}; then: {own}"), format!("分叉于 {at}；之后：{own}"))
        }
        (None, Some(without)) => {
            let without = undone(lang, &without);
            lang.pick(format!("forked at {at}, {without}"), format!("分叉于 {at}，{without}"))
        }
        (None, None) => lang.pick(format!("forked at {at}"), format!("分叉于 {at}")),
    }
}

/// What somebody did elsewhere, as what was not done here: "You deleted db-2" is "db-2 not deleted".
fn undone(lang: Lang, act: &str) -> String {
    let deleted = act.strip_prefix(lang.pick("You deleted ", "你删除了 "));
    match (deleted, act.strip_prefix("You ")) {
        (Some(what), _) if !what.ends_with(" by force") => {
            lang.pick(format!("{what} not deleted"), format!("未删除 {what}"))
        }
        (_, Some(did)) => format!("you never {did}"),
        _ => lang.pick(format!("without: {act}"), format!("没有这一步：{act}")),
    }
}

/// Said once a run was forked.
pub fn forked(lang: Lang, new: char, old: char) -> String {
    lang.pick(
        format!("Run {new} goes on from here. Run {old} is kept."),
        format!("运行 {new} 从这里继续，运行 {old} 已保留。"),
    )
}

/// Said when a person acts before what they had done already.
pub fn ahead(lang: Lang, ahead: &Ahead) -> String {
    match ahead {
        Ahead::Kept(new, old) => lang.pick(
            format!(
                "You went back and acted: run {new} goes on from here. Run {old} is kept with all \
                 that you did later."
            ),
            format!(
                "你回到更早的时刻做了改动：运行 {new} 从这里继续，运行 {old} 连同之后的操作都已保留。"
            ),
        ),
        Ahead::Lost { letter, at_us, first, more } => {
            let (at, first) = (tenths(*at_us), first.trim_end_matches(['.', '。']));
            let en = match more {
                0 => String::new(),
                1 => " and one more act".to_owned(),
                _ => format!(" and {more} more acts"),
            };
            let zh = match more {
                0 => String::new(),
                _ => format!("等 {} 个操作", more + 1),
            };
            lang.pick(
                format!(
                    "There is room for six runs only, so what you had done later in run {letter} \
                     is gone: {first} ({at}){en}."
                ),
                format!(
                    "最多保留六次运行，因此运行 {letter} 中之后的操作已经丢弃：{first}（{at}）{zh}。"
                ),
            )
        }
    }
}

/// The button that closes a run.
pub fn close_run(lang: Lang, letter: char) -> String {
    lang.pick(format!("Close run {letter}"), format!("关闭运行 {letter}"))
}

/// A run was closed.
pub fn closed(lang: Lang, letter: char) -> String {
    lang.pick(format!("Run {letter} is closed."), format!("运行 {letter} 已关闭。"))
}

/// How many things differ between two runs.
pub fn differences(lang: Lang, count: usize) -> String {
    match count {
        0 => ViewWords::of(lang).compare_same.to_owned(),
        1 => lang.pick("1 difference", "1 处不同").to_owned(),
        _ => lang.pick(format!("{count} differences"), format!("{count} 处不同")),
    }
}

/// What is in one of two runs only.
pub fn only_in(lang: Lang, run: &str) -> String {
    lang.pick(format!("only in {run}"), format!("仅{run} 有"))
}

/// What is known of an object in one of two runs.
pub fn facts(lang: Lang, facts: &Facts) -> String {
    let comma = lang.pick(", ", "，");
    match facts {
        Facts::Pod { state, deleting, node, ip, uid } => {
            let short: String = uid.chars().take(6).collect();
            let place = node.as_ref().map_or_else(
                || ViewWords::of(lang).no_node.to_owned(),
                |node| lang.pick(format!("on {node}"), format!("在 {node} 上")),
            );
            let (state, deleting) = (*state, *deleting);
            let pod = PodView { state, deleting, ..PodView::default() };
            let mut parts = vec![super::stage::pod_state(lang, &pod), place];
            parts.extend(ip.as_ref().map(ToString::to_string));
            parts.push(format!("UID {short}…"));
            parts.join(comma)
        }
        Facts::Workload(ready, desired) => super::stage::ready_of(lang, *ready, *desired),
        Facts::Disk(disk) => {
            // A disk sits on no node: it is attached to one, for whoever uses it.
            let tag = super::stage::disk_tag(lang, disk);
            match disk.attached_to.as_ref().filter(|_| disk.state != DiskState::Held) {
                Some(node) => {
                    lang.pick(format!("{tag}, attached to {node}"), format!("{tag}，挂接在 {node}"))
                }
                None => tag,
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
        Place::Surge => format!("{} {}", self::place(lang, place), at + 1),
        Place::Only(name) => name.to_string(),
        Place::Index(number) => lang.pick(format!("index {number}"), format!("序号 {number}")),
        Place::Ordinal(number) => lang.pick(format!("ordinal {number}"), format!("编号 {number}")),
        Place::Node(node) => node.to_string(),
    }
}

/// Who holds a place in one of two runs, how that one is unless it is ready, and how many did
/// before.
pub fn slot_side(lang: Lang, side: &SlotSide) -> String {
    let [name, ip, node, uid] = &side.last;
    let uid = uid.as_ref().map(|uid| {
        let short: String = uid.chars().take(6).collect();
        format!("{short}…")
    });
    let is_well = side.standing.state == Some(PodState::Ready) && !side.standing.is_deleting;
    let how = (!is_well && name.is_some()).then(|| stands(lang, &side.standing));
    let parts = [name, ip, node].into_iter().flatten().map(ToString::to_string);
    let parts = parts.chain(uid).chain(how);
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

/// A moment that lies ahead.
pub fn expected_at(lang: Lang, at: &str) -> String {
    lang.pick(format!("{at} (expected)"), format!("{at}（预计）"))
}

/// A node that was lost with a Pod on it.
pub fn lost_at(lang: Lang, node: &str, at: &str) -> String {
    lang.pick(format!("{node}, lost {at}"), format!("{node}，{at} 失联"))
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

/// How many places of a workload the ledger does not draw.
pub fn more_places(lang: Lang, count: usize) -> String {
    match count {
        1 => lang.pick("1 more place.", "还有 1 个位置。").into(),
        _ => lang.pick(format!("{count} more places."), format!("还有 {count} 个位置。")),
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
    fn a_run_says_what_sets_it_apart() {
        let own = run_story(Lang::En, "0:28", Some("You deleted db-0."), Some("You deleted x."), 0);
        assert_eq!(own, "forked at 0:28; then: You deleted db-0");
        let without = run_story(Lang::Zh, "0:28", None, Some("你删除了 x7k2p。"), 0);
        assert_eq!(without, "分叉于 0:28，未删除 x7k2p");
        let without = |act| run_story(Lang::En, "0:28", None, Some(act), 0);
        assert_eq!(without("You deleted db-2."), "forked at 0:28, db-2 not deleted");
        let forced = "forked at 0:28, you never deleted db-2 by force";
        assert_eq!(without("You deleted db-2 by force."), forced);
        assert_eq!(without("You cordoned node-1."), "forked at 0:28, you never cordoned node-1");
    }

    #[test]
    fn a_long_start_order_is_cut() {
        assert_eq!(verdict(Lang::En, &Verdict::InOrder((0..9).collect())), "0, 1, 2, 3, …");
        assert_eq!(verdict(Lang::En, &Verdict::InOrder(vec![0, 1])), "0, 1");
    }
}
