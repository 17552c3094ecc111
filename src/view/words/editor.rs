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
        allowed: "one of", "可取";
        required: "required", "必填";
        yes: "yes", "是";
        in_cluster: "in the cluster", "集群中";
        in_text: "in this text", "此清单中";
        nowhere: "not there yet", "尚不存在";
    }
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
