//! The words of the page around the stage: header, editor, story, transport, charts and help.
//!
//! Owns text only. Invariant: Kubernetes' kinds, fields and states stay in English.

use super::Lang;
use crate::view::story::Came;

/// The comments of the examples, in English as they stand there and in Chinese.
pub const NOTES: [(&str, &str); 3] = [
    ("# headless: one DNS name per Pod", "# 无头 Service：每个 Pod 一个域名"),
    (
        "# web starts and stops all at once. db starts 0, 1, 2 and stops 2, 1, 0.",
        "# web 的 Pod 同时启动、同时停止；db 按 0、1、2 启动，按 2、1、0 停止。",
    ),
    (
        "# With Parallel the numbers stay, but nobody waits for anybody.",
        "# 改为 Parallel 后编号不变，但不再互相等待。",
    ),
];

words! {
    /// The words of the page around the stage.
    PageWords {
        title: "Podium: see what a Pod keeps", "Podium：看看 Pod 能留住什么";
        skip_to_stage: "Skip to the stage", "跳到舞台";

        example: "Example", "示例";
        example_web_db: "Web and database", "网站与数据库";
        example_web_db_about: "A Deployment and a StatefulSet side by side, with their Services.",
            "一个 Deployment 与一个 StatefulSet 并排，各带 Service。";
        example_first_light: "Headless Service", "无头 Service";
        example_first_light_about: "Three ordered Pods, each with a DNS name of its own.",
            "三个 Pod 依次启动，各有自己的域名。";
        example_order: "Start and stop in order", "按顺序启动和停止";
        example_order_about: "A Deployment starts all at once; a StatefulSet starts 0, 1, 2 and stops from the highest.",
            "Deployment 同时启动；StatefulSet 依次启动 0、1、2，停止时从最大编号开始。";
        example_canary: "Canary by partition", "按 partition 金丝雀发布";
        example_canary_about: "Only the highest ordinal takes a new image. Change the image, apply, then lower partition.",
            "只有最大编号的 Pod 换用新镜像。先改镜像并应用，再调小 partition。";
        example_shared: "A disk shared by many", "多个 Pod 共用的磁盘";
        example_shared_about: "Three Pods of a Deployment mount one ReadWriteMany claim.",
            "一个 Deployment 的三个 Pod 挂载同一个 ReadWriteMany PVC。";
        example_init: "Init containers and a sidecar", "init 容器与 sidecar";
        example_init_about: "Two steps run one after another, a sidecar stays, then the program starts.",
            "两个步骤依次运行，sidecar 常驻，然后主程序启动。";
        example_node_loss: "Loss of a node", "节点失联";
        example_node_loss_about: "Fail a node from its menu: the Deployment replaces its Pods, the StatefulSet waits.",
            "在节点菜单中选择“让此节点故障”：Deployment 会替补 Pod，StatefulSet 会等待。";
        example_budget: "Budget and drain", "中断预算与排空";
        example_budget_about: "Drain a node from its menu: the budget lets go one database Pod at a time.",
            "在节点菜单中选择“排空”：中断预算只允许数据库 Pod 一次离开一个。";
        example_controllers: "ReplicationController and ReplicaSet", "ReplicationController 与 ReplicaSet";
        example_controllers_about: "The two that keep a number of Pods and know no rollout.",
            "这两者只维持 Pod 的数量，不会滚动更新。";
        example_daemons: "DaemonSet and Job", "DaemonSet 与 Job";
        example_daemons_about: "One agent on every node, and work that is done once, two Pods at a time.",
            "每个节点一个代理，以及只做一次的任务，每次两个 Pod。";
        example_yours: "Your own text", "你自己的清单";
        example_yours_about: "What you typed before you opened an example.",
            "打开示例之前你写下的内容。";

        welcome: "Welcome: where to begin", "欢迎页：从哪里开始";
        welcome_about: "Three things to try, and what the shapes mean.", "三件可以动手试的事，以及各种形状的含义。";
        welcome_title: "When a Pod dies, what comes back?", "Pod 没了，回来的会是谁？";
        welcome_lead: "A Deployment gives you a stranger. A StatefulSet gives you the same name and the same disk. Delete a few Pods and see it happen; the whole cluster is simulated in this tab.",
            "Deployment 给你一个素不相识的新 Pod；StatefulSet 还给你同样的名字、同样的磁盘。删几个 Pod，亲眼看一看；整个集群都在这个标签页里模拟。";
        way_delete: "Delete a Pod", "删除一个 Pod";
        way_delete_about: "One stateless, one stateful. Compare names, IPs and disks.", "一个无状态，一个有状态。比一比名字、IP 和磁盘。";
        way_order_about: "All at once, or 0 then 1 then 2.", "同时启动，还是先 0、再 1、再 2？";
        way_lose: "Lose a node", "失去一个节点";
        way_lose_about: "Some Pods are replaced elsewhere. One of them must not be.", "有的 Pod 会在别处重建，有一个绝不能。";
        start_here: "Start here", "从这里开始";
        open: "Open", "打开";
        legend_round: "round: interchangeable", "圆形：可以互换";
        legend_square: "square: has a number and keeps it", "方形：有编号，一直不变";
        legend_disk: "disk: outlives its Pod", "磁盘：比 Pod 活得久";
        all_examples: "All examples", "全部示例";
        start_empty: "Start from an empty manifest", "从空白清单开始";

        view: "View", "视图";
        stage: "Stage", "舞台";
        ledger: "Ledger", "身份对照";
        timeline: "Timeline", "时间线";
        language: "Language", "语言";
        theme_to_dark: "Use the dark theme", "切换到深色主题";
        theme_to_light: "Use the light theme", "切换到浅色主题";
        keyboard_help: "Keyboard help", "键盘帮助";

        manifest: "Manifest", "清单";
        manifest_text: "Manifest, YAML", "清单（YAML）";
        apply: "Apply", "应用";
        apply_hint: "Apply to the running cluster (Ctrl+Enter)", "应用到运行中的集群（Ctrl+Enter）";
        documents: "Documents", "文档";
        no_documents: "No document yet", "还没有文档";
        nothing_applied: "Nothing to apply: type or paste a manifest.", "没有可应用的内容：请输入或粘贴清单。";
        not_applied: "Nothing runs yet: your text is not applied. Look it over, then press Apply.",
            "还没有应用你的清单，所以什么都没有运行。检查一下，再按“应用”。";
        changed: "Changed since it was applied", "自上次应用后有改动";
        still_running: "Podium still runs your last valid manifest.", "Podium 仍在运行上一份有效的清单。";
        problems: "Problems", "问题";
        next_problem: "Next problem", "下一个问题";
        previous_problem: "Previous problem", "上一个问题";
        go_to_problem: "Go to the line", "跳到该行";
        leave_editor: "Esc, then Tab, leaves the editor.", "按 Esc 再按 Tab 可离开编辑器。";
        storage_off: "This browser keeps nothing here: your text lasts until the tab closes.",
            "此浏览器不允许保存：清单只保留到关闭标签页为止。";
        storage_full: "The browser's storage is full: your text lasts until the tab closes.",
            "浏览器存储已满：清单只保留到关闭标签页为止。";
        storage_nowhere: "This browser can't keep your text, not even for a reload: download it before you leave.",
            "此浏览器无法保存清单，刷新页面也会丢失：离开前请先下载。";
        dismiss: "Dismiss", "知道了";

        story: "Story", "解说";
        earlier: "Earlier", "更早";
        why: "why?", "为什么？";
        why_hide: "close", "收起";
        story_empty: "Nothing has happened yet. Apply a manifest, or press Play.",
            "还没有发生任何事。应用一份清单，或按播放。";
        documented_at: "Kubernetes documents this", "Kubernetes 文档";
        no_cause: "Nothing came before this: it is where the chain begins.",
            "前面没有别的原因：因果链从这里开始。";

        play: "Play", "播放";
        pause: "Pause", "暂停";
        next_event: "Next event", "下一事件";
        previous_event: "Previous event", "上一事件";
        to_start: "Back to the start", "回到起点";
        speed: "Speed", "速度";
        virtual_time: "Virtual time", "虚拟时间";
        virtual_time_note: "Virtual time. Nothing runs outside this tab.",
            "虚拟时间，一切都在此页面内运行。";

        ready_replicas: "Ready replicas", "就绪副本";
        no_workloads: "No workloads yet", "还没有工作负载";
        lifetimes: "Pod lifetimes", "Pod 生命周期";
        row_per_name: "a new row per name", "每个名字一行";
        same_row: "the same row again", "仍是同一行";
        nodes: "Nodes", "节点";

        close: "Close", "关闭";
        yaml: "YAML", "YAML";
        edit_yaml: "Edit YAML", "编辑 YAML";
        more: "Menu", "菜单";

        keys_title: "Keyboard", "键盘";
        keys_single: "Single keys", "单键快捷键";
        keys_single_note: "Single keys are off while you type.", "输入文字时单键不起作用。";
        keys_on: "On", "开";
        keys_off: "Off", "关";
        scale: "Size", "大小";
        scale_usual: "Usual", "标准";
        scale_projector: "Projector", "投影";
        keys_clock: "Clock", "时钟";
        keys_page: "Page", "页面";
        keys_editor: "Editor", "编辑器";
        keys_on_stage: "On the stage", "舞台上";
        key_play: "Play or pause", "播放或暂停";
        key_slower_faster: "Slower, faster", "变慢、变快";
        key_views: "Stage, Ledger, Timeline", "舞台、身份对照、时间线";
        key_editor: "Go to the editor", "转到编辑器";
        key_theme: "Light or dark", "浅色或深色";
        key_help: "This help", "本帮助";
        key_escape: "Leave the editor, close", "离开编辑器、关闭";
        key_apply: "Apply", "应用";
        key_fix: "Take the fix", "采用修正";
        key_complete: "Suggest", "补全建议";
        key_explain: "Explain the field", "解释字段";
        key_find: "Find and replace", "查找和替换";
        key_leave: "Leave the editor", "离开编辑器";
        key_arrows: "Move between Pods", "在 Pod 之间移动";
        key_enter: "Inspect it: conditions, owners, YAML", "查看详情：状况、所有者、YAML";
        key_select: "Select it, or let it go", "选中或取消选中";
        key_node_menu: "The node's menu", "节点菜单";
        key_delete: "Delete the Pod", "删除 Pod";
        key_scale: "Scale the lane", "扩缩当前泳道";
        key_story: "Through the story", "在解说中逐句移动";
        key_lane: "Move the lane", "移动当前泳道";

        crash_title: "Podium had to stop", "Podium 不得不停下";
        crash_lead: "Something in the simulation broke a rule that must always hold. Your text is safe.",
            "模拟中有一条必须成立的规则被打破了。你的清单已保留。";
        crash_restart: "Start again with your text", "保留清单并重新开始";
        crash_copy: "Copy the details", "复制详情";
        crash_copied: "Copied", "已复制";
        crash_seed: "Seed", "随机种子";
        crash_reason: "Reason", "原因";
        crash_steps: "Steps that lead here", "复现步骤";
        crash_text: "Your text, not applied", "尚未应用的清单";
    }
}

/// Where an error stands, for ears: "line 22, column 3".
pub fn place(lang: Lang, line: u32, column: u32) -> String {
    lang.pick(format!("line {line}, column {column}"), format!("第 {line} 行，第 {column} 列"))
}

/// Which problem of how many is shown.
pub fn problem_count(lang: Lang, at: usize, of: usize) -> String {
    lang.pick(format!("{at} of {of}"), format!("第 {at} 个，共 {of} 个"))
}

/// Of how many applied objects the line under the Apply button tells each.
const APPLIED_MAX: usize = 8;

/// What was applied, for the line under the Apply button.
pub fn applied(lang: Lang, lines: &[String]) -> String {
    match lines {
        [] => lang.pick("Nothing changed.", "没有改动。").to_owned(),
        [one] => one.clone(),
        many => {
            let more = many.len().saturating_sub(APPLIED_MAX);
            let told = &many[..many.len() - more];
            let (english, chinese) = match more {
                0 => (String::new(), String::new()),
                _ => (format!(" and {more} more"), format!("，另有 {more} 个")),
            };
            lang.pick(
                format!("{} objects: {}{english}", many.len(), told.join(", ")),
                format!("{} 个对象：{}{chinese}", many.len(), told.join("，")),
            )
        }
    }
}

/// What to do first to see what comes back.
pub fn lead_delete(lang: Lang, pod: &str, other: &str) -> String {
    lang.pick(
        format!(
            "{pod} is selected: delete it and see what comes back. Then delete a {other} Pod and compare."
        ),
        format!("已选中 {pod}：删除它，看看回来的是什么；再删一个 {other} 的 Pod，比一比。"),
    )
}

/// What to do first to see Pods start and stop in order.
pub fn lead_order(lang: Lang, workload: &str) -> String {
    lang.pick(
        format!(
            "Watch {workload} start 0, 1, 2, each once the one before is ready. Then press − and see which one stops."
        ),
        format!("看 {workload} 依次启动 0、1、2：前一个就绪，下一个才开始。然后按 −，看看停的是哪一个。"),
    )
}

/// What to do first to see a node lost.
pub fn lead_lose(lang: Lang, pod: &str, node: &str, act: &str) -> String {
    lang.pick(
        format!(
            "{pod} runs on {node}. Open the node's menu, choose \"{act}\", and let time go faster."
        ),
        format!("{pod} 运行在 {node} 上。打开该节点的菜单，选择“{act}”，再让时间走快些。"),
    )
}

/// How many Pods a node has.
pub fn pods_here(lang: Lang, count: usize) -> String {
    match count {
        0 => lang.pick("no Pods yet", "还没有 Pod").into(),
        1 => lang.pick("1 Pod", "1 个 Pod").into(),
        _ => lang.pick(format!("{count} Pods"), format!("{count} 个 Pod")),
    }
}

/// How many older entries the feed leaves out.
pub fn older_entries(lang: Lang, count: u32) -> String {
    match count {
        1 => lang.pick("Show 1 earlier entry", "显示更早的 1 条").into(),
        _ => lang.pick(
            format!("Show earlier entries ({count})"),
            format!("显示更早的记录（{count} 条）"),
        ),
    }
}

/// How many replicas of a workload are ready, for ears; of how many, where it wants a number.
pub fn ready_of(lang: Lang, name: &str, ready: u32, desired: Option<u32>) -> String {
    match desired {
        Some(desired) => lang.pick(
            format!("{name}: {ready} of {desired} ready"),
            format!("{name}：{ready}/{desired} 就绪"),
        ),
        None => lang.pick(format!("{name}: {ready} ready"), format!("{name}：{ready} 个就绪")),
    }
}

/// The scrubber's value, for ears.
pub fn moment(lang: Lang, seconds_tenths: u64, caption: &str) -> String {
    let (whole, tenth) = (seconds_tenths / 10, seconds_tenths % 10);
    let time = lang.pick(format!("{whole}.{tenth} seconds"), format!("{whole}.{tenth} 秒"));
    if caption.is_empty() {
        time
    } else {
        lang.pick(format!("{time}, {caption}"), format!("{time}，{caption}"))
    }
}

/// What happened while events came too fast to tell each: how many, what they come to, and the
/// sentence that tells most.
pub fn summary(lang: Lang, events: usize, sum: &[(Came, String, u32)], telling: &str) -> String {
    let count = match events {
        1 => lang.pick("1 event", "1 个事件").to_owned(),
        _ => lang.pick(format!("{events} events"), format!("{events} 个事件")),
    };
    if sum.is_empty() {
        return lang.pick(format!("{count}. {telling}"), format!("{count}。{telling}"));
    }
    let one = |(came, who, many): &(Came, String, u32)| {
        let (en, zh) = match came {
            Came::Ready => ("ready", "就绪"),
            Came::Gone => ("gone", "已消失"),
        };
        match many {
            0 => lang.pick(format!("{who} {en}"), format!("{who} {zh}")),
            1 => lang.pick(format!("1 {who} Pod {en}"), format!("1 个 {who} Pod {zh}")),
            many => {
                lang.pick(format!("{many} {who} Pods {en}"), format!("{many} 个 {who} Pod {zh}"))
            }
        }
    };
    let parts: Vec<String> = sum.iter().take(6).map(one).collect();
    lang.pick(
        format!("{count}: {}. {telling}", parts.join(", ")),
        format!("{count}：{}。{telling}", parts.join("，")),
    )
}

/// What the lifetimes chart says in words, for one workload.
pub fn lifetimes_of(lang: Lang, name: &str, lives: usize, rows: usize) -> String {
    let pods = if lives == 1 { "Pod" } else { "Pods" };
    let lines = if rows == 1 { "row" } else { "rows" };
    lang.pick(
        format!("{name}: {lives} {pods} on {rows} {lines}"),
        format!("{name}：{lives} 个 Pod，{rows} 行"),
    )
}

/// What the page says after a command that came with a complaint.
pub fn refused(lang: Lang, reason: &str) -> String {
    lang.pick(format!("The cluster refused: {reason}"), format!("集群拒绝了：{reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_read_naturally_in_both_languages() {
        assert_eq!(place(Lang::En, 22, 3), "line 22, column 3");
        assert_eq!(place(Lang::Zh, 22, 3), "第 22 行，第 3 列");
        assert_eq!(moment(Lang::En, 426, "db-1 creating"), "42.6 seconds, db-1 creating");
        assert_eq!(moment(Lang::Zh, 426, ""), "42.6 秒");
        let sum = [(Came::Ready, "web".to_owned(), 4), (Came::Ready, "db-0".to_owned(), 0)];
        assert_eq!(summary(Lang::En, 6, &sum, "x"), "6 events: 4 web Pods ready, db-0 ready. x");
        assert_eq!(summary(Lang::Zh, 6, &sum, "x"), "6 个事件：4 个 web Pod 就绪，db-0 就绪。x");
        assert_eq!(summary(Lang::En, 3, &[], "It is so."), "3 events. It is so.");
        assert_eq!(applied(Lang::En, &["service/web created".into()]), "service/web created");
        assert_eq!(lifetimes_of(Lang::En, "web", 1, 1), "web: 1 Pod on 1 row");
        assert_eq!(older_entries(Lang::En, 1), "Show 1 earlier entry");
    }
}
