//! The words of the editor: CodeMirror's own phrases, its tools, templates and comparisons.
//!
//! Owns text only. Invariant: Kubernetes' kinds, fields and values stay in English.

use super::Lang;

words! {
    /// The words of the editor.
    EditorWords {
        find: "Find", "查找";
        replace: "Replace", "替换";
        next: "next", "下一个";
        previous: "previous", "上一个";
        all: "all", "全选";
        match_case: "match case", "区分大小写";
        regexp: "regexp", "正则表达式";
        by_word: "by word", "全词匹配";
        replace_one: "replace", "替换";
        replace_all: "replace all", "全部替换";
        close: "close", "关闭";
        replaced_match: "replaced match on line $", "已替换第 $ 行的匹配";
        replaced_matches: "replaced $ matches", "已替换 $ 处";
        current_match: "current match", "当前匹配";
        on_line: "on line", "在第几行：";
        completions: "Completions", "补全";
        diagnostics: "Diagnostics", "问题";
        no_diagnostics: "No diagnostics", "没有问题";
        folded_lines: "Folded lines", "已折叠的行";
        unfolded_lines: "Unfolded lines", "已展开的行";
        to: "to", "至";
        folded_code: "folded code", "已折叠的内容";
        unfold: "unfold", "展开";
        fold_line: "Fold line", "折叠";
        unfold_line: "Unfold line", "展开";
        control_character: "Control character", "控制字符";
        selection_deleted: "Selection deleted", "已删除所选内容";
        go_to_line: "Go to line", "跳到行";
        go: "go", "跳转";

        default_value: "default", "默认值";
        allowed: "one of", "可取值";
        required: "required", "必填";
        same_as_port: "the value of port", "与 port 相同";
        in_cluster: "in the cluster", "集群中";
        in_text: "in this text", "此清单中";
        nowhere: "not there yet", "尚不存在";

        add_template: "Add a document", "添加文档";
        template_deployment: "Pods of which any one will do, behind a Service.", "谁都一样的 Pod，前面有一个 Service。";
        template_stateful_set: "Numbered Pods with a name and a disk each, and their headless Service.", "带编号的 Pod，各有名称和磁盘，配一个无头 Service。";
        template_service: "One name and address for Pods with a label.", "为带某标签的 Pod 提供统一的名称和地址。";
        template_pod: "A Pod that nothing replaces.", "单独的 Pod，出故障后不会被自动替换。";
        template_daemon_set: "One Pod on every node.", "每个节点上一个 Pod。";
        template_job: "Work that ends: three Pods, one after another.", "会结束的任务：三个 Pod，依次运行。";
        template_config_map: "Settings as keys and texts.", "以键和文本保存的配置。";
        template_claim: "A disk that several nodes may share.", "可供多个节点共用的磁盘。";
        template_budget: "How many Pods a drain must leave.", "排空节点时至少要留下多少个 Pod。";
        template_namespace: "Keeps objects apart: names need to be unique only in it.", "把对象分开存放；名称只需在其中唯一。";

        tools: "More", "更多";
        show_changes: "Show what changes", "查看改动";
        show_changes_about: "Compare the text with what was applied last.", "与上次应用的清单对比。";
        find_tool: "Find and replace", "查找和替换";
        find_tool_about: "Ctrl+F", "Ctrl+F";
        fold_all: "Fold everything", "全部折叠";
        unfold_all: "Unfold everything", "全部展开";
        open_file: "Open files…", "打开文件…";
        open_file_about: "Or drop them on the text. Undo brings the old text back.", "也可以把文件拖到文本上；撤销可恢复原来的内容。";
        download: "Download as YAML", "下载为 YAML";
        copy_text: "Copy the text", "复制文本";
        copy_refused: "The browser does not allow copying.", "浏览器不允许复制。";
        comes: "comes", "新增";
        goes: "goes", "删除";
        drop_here: "Drop to open in place of the text; undo brings it back", "松开即可打开，并替换现有内容（可撤销）";
    }
}

/// What becomes of objects that the text says nothing of any more.
pub fn stays(lang: Lang, count: usize) -> &'static str {
    let english = if count == 1 {
        "Apply deletes nothing. Without a document this stays in the cluster:"
    } else {
        "Apply deletes nothing. Without documents these stay in the cluster:"
    };
    lang.pick(english, "apply 不会删除任何对象。清单里已没有、但仍留在集群中的：")
}

/// A file that can't be read as text.
pub fn not_text(lang: Lang, name: &str) -> String {
    lang.pick(
        format!("{name} is not a text file and was not opened."),
        format!("{name} 不是文本文件，未打开。"),
    )
}

/// A file that is larger than the editor takes.
pub fn too_large(lang: Lang, name: &str, megabytes: u64) -> String {
    lang.pick(
        format!("{name} is larger than {megabytes} MB and was not opened."),
        format!("{name} 超过 {megabytes} MB，未打开。"),
    )
}

impl EditorWords {
    /// CodeMirror's phrases, each as it says it and as it is said in `lang`.
    pub fn phrases(lang: Lang) -> impl Iterator<Item = (&'static str, &'static str)> {
        let words = EditorWords::of(lang);
        [
            ("Find", words.find),
            ("Replace", words.replace),
            ("next", words.next),
            ("previous", words.previous),
            ("all", words.all),
            ("match case", words.match_case),
            ("regexp", words.regexp),
            ("by word", words.by_word),
            ("replace", words.replace_one),
            ("replace all", words.replace_all),
            ("close", words.close),
            ("replaced match on line $", words.replaced_match),
            ("replaced $ matches", words.replaced_matches),
            ("current match", words.current_match),
            ("on line", words.on_line),
            ("Completions", words.completions),
            ("Diagnostics", words.diagnostics),
            ("No diagnostics", words.no_diagnostics),
            ("Folded lines", words.folded_lines),
            ("Unfolded lines", words.unfolded_lines),
            ("to", words.to),
            ("folded code", words.folded_code),
            ("unfold", words.unfold),
            ("Fold line", words.fold_line),
            ("Unfold line", words.unfold_line),
            ("Control character", words.control_character),
            ("Selection deleted", words.selection_deleted),
            ("Go to line", words.go_to_line),
            ("go", words.go),
        ]
        .into_iter()
    }
}

/// The workloads of a text, for the outline: the first ones by kind and the rest by number.
pub fn outline(lang: Lang, kinds: &[&str]) -> String {
    match kinds {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [one, other] => lang.pick(format!("{one} and {other}"), format!("{one} 与 {other}")),
        [one, rest @ ..] => lang.pick(
            format!("{one} and {} more", rest.len()),
            format!("{one} 等 {} 项", rest.len() + 1),
        ),
    }
}

/// How many lines come and go.
pub fn changes(lang: Lang, comes: usize, goes: usize) -> String {
    lang.pick(format!("+{comes} −{goes} lines"), format!("+{comes} −{goes} 行"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_english_the_editor_says_what_it_would_say_itself() {
        for (own, ours) in EditorWords::phrases(Lang::En) {
            assert_eq!(own, ours);
        }
        assert!(EditorWords::phrases(Lang::Zh).all(|(own, ours)| own != ours));
    }
}
