//! Why admission refused something, in the words of a sentence.
//!
//! Owns words only. Invariant: what is not known here keeps the server's words.

use super::Lang;
use crate::view::stage::{LaneView, RefusalView};

/// What stands between the fixed words of a text; none if it has others.
fn between<'a, const N: usize>(text: &'a str, fixed: [&str; N]) -> Option<Vec<&'a str>> {
    let mut rest = text.strip_prefix(fixed[0])?;
    let mut found = Vec::new();
    for words in &fixed[1..] {
        let at = if words.is_empty() { rest.len() } else { rest.find(words)? };
        found.push(&rest[..at]);
        rest = &rest[at + words.len()..];
    }
    rest.is_empty().then_some(found)
}

/// Why a controller may not make what it has to: without what was asked for, which is long and
/// differs from try to try.
pub(in crate::view) fn creation_refusal(message: &str) -> &str {
    let message = message.trim_end_matches('.');
    let why = message.rsplit_once(" is forbidden: ").map(|(_, why)| why);
    let why = why.or(message.split_once(" error: ").map(|(_, why)| why));
    why.or(message.strip_prefix("Error creating: ")).unwrap_or(message)
}

/// That a workload may not make what it has to, in as few words as the lane's head has room for.
pub(super) fn refused(lang: Lang, workload: &LaneView) -> String {
    let what = workload.refusal.as_ref().map_or("Pod", |one| &one.what);
    lang.pick(format!("{what} refused"), format!("{what} 被拒绝"))
}

/// The same with its reason.
pub(super) fn refused_because(lang: Lang, RefusalView { what, why }: &RefusalView) -> String {
    let why = why_forbidden(why, lang);
    lang.pick(format!("cannot make its {what}: {why}"), format!("无法创建它的 {what}：{why}"))
}

/// A reason in a language, as the end of a sentence.
pub(in crate::view) fn why_forbidden(why: &str, lang: Lang) -> String {
    let why = why.trim_end_matches('.');
    let told = quota(why).or_else(|| limits(why)).or_else(|| missing(why)).or_else(|| absent(why));
    match told {
        Some((en, zh)) => lang.pick(en, zh),
        None => why.to_owned(),
    }
}

fn quota(why: &str) -> Option<(String, String)> {
    let over = ["exceeded quota: ", ", requested: ", ", used: ", ", limited: ", ""];
    if let Some(found) = between(why, over) {
        let [name, asked, used, most] = found[..] else { return None };
        return Some((
            format!("quota {name} allows {most}; {used} is used, and {asked} was asked for"),
            format!("配额 {name} 的上限是 {most}，已用 {used}，又请求 {asked}"),
        ));
    }
    let found = between(why, ["failed quota: ", ": must specify ", ""])?;
    let [name, what] = found[..] else { return None };
    let what_zh = what.replace(" for: ", "（容器 ").replace("; ", "）、");
    let end = if what.contains(" for: ") { "）" } else { "" };
    Some((
        format!("quota {name} wants every container to specify {what}"),
        format!("配额 {name} 要求每个容器指定 {what_zh}{end}"),
    ))
}

fn limits(why: &str) -> Option<(String, String)> {
    for (word, zh) in [("maximum ", "最多"), ("minimum ", "至少")] {
        for (given, given_zh) in [("limit", "上限"), ("request", "请求")] {
            let end = format!(", but {given} is ");
            if let Some(found) = between(why, [word, " usage per ", " is ", &end, ""]) {
                let [resource, kind, bound, one] = found[..] else { return None };
                let zh =
                    format!("每个 {kind} 的 {resource} {zh} {bound}，而这里的{given_zh}是 {one}");
                return Some((why.to_owned(), zh));
            }
            let end = format!(".  No {given} is specified");
            if let Some(found) = between(why, [word, " usage per ", " is ", &end]) {
                let [resource, kind, bound] = found[..] else { return None };
                return Some((
                    format!(
                        "{word}{resource} usage per {kind} is {bound}, but no {given} is given"
                    ),
                    format!("每个 {kind} 的 {resource} {zh} {bound}，而这里没有写{given_zh}"),
                ));
            }
        }
    }
    None
}

/// What has to be there, or must not go.
fn missing(why: &str) -> Option<(String, String)> {
    let both = |en: String, zh: String| Some((en, zh));
    let ends = "unable to create new content in namespace ";
    if let Some(found) = between(why, [ends, " because it is being terminated"]) {
        let namespace = found.first()?;
        return both(
            format!("namespace {namespace} is being deleted and takes nothing new"),
            format!("命名空间 {namespace} 正在删除，不再接收新对象"),
        );
    }
    if let Some(found) = between(why, ["no PriorityClass with name ", " was found"]) {
        let name = found.first()?;
        return both(
            format!("there is no PriorityClass {name}"),
            format!("没有名为 {name} 的 PriorityClass"),
        );
    }
    if let Some(found) = between(why, ["pvc ", " is being deleted"]) {
        let name = found.first()?;
        return both(
            format!("its claim {name} is being deleted"),
            format!("它的 PVC {name} 正在删除"),
        );
    }
    let account = ["error looking up service account ", ": serviceaccount \"", "\" not found"];
    if let Some(found) = between(why, account) {
        let name = found.get(1)?;
        return both(
            format!("there is no ServiceAccount {name}"),
            format!("没有名为 {name} 的 ServiceAccount"),
        );
    }
    let zh = match why {
        "this namespace may not be deleted" => "这个命名空间不能删除",
        "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize" => {
            "只有动态供应且存储类允许扩容的 PVC 才能扩容"
        }
        "Only bound persistent volume claims can be expanded" => "只有已绑定的 PVC 才能扩容",
        _ => return None,
    };
    both(why.to_owned(), zh.to_owned())
}

/// An object that is named and not there.
fn absent(why: &str) -> Option<(String, String)> {
    const KINDS: [(&str, &str); 5] = [
        ("configmap", "ConfigMap"),
        ("secret", "Secret"),
        ("persistentvolumeclaim", "PersistentVolumeClaim"),
        ("priorityclass.scheduling.k8s.io", "PriorityClass"),
        ("storageclass.storage.k8s.io", "StorageClass"),
    ];
    KINDS.iter().find_map(|(word, kind)| {
        let found = between(why, ["", &format!("{word} \""), "\" not found"])?;
        let ["", name] = found[..] else { return None };
        Some((format!("there is no {kind} {name}"), format!("没有名为 {name} 的 {kind}")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_admission_says_is_told_in_both_languages() {
        for (why, en, zh) in [
            (
                "exceeded quota: few, requested: pods=1, used: pods=2, limited: pods=2",
                "quota few allows pods=2; pods=2 is used, and pods=1 was asked for",
                "配额 few 的上限是 pods=2，已用 pods=2，又请求 pods=1",
            ),
            (
                "failed quota: few: must specify limits.cpu for: a,b; requests.cpu for: a",
                "quota few wants every container to specify limits.cpu for: a,b; requests.cpu for: a",
                "配额 few 要求每个容器指定 limits.cpu（容器 a,b）、requests.cpu（容器 a）",
            ),
            (
                "maximum cpu usage per Container is 1, but limit is 2",
                "maximum cpu usage per Container is 1, but limit is 2",
                "每个 Container 的 cpu 最多 1，而这里的上限是 2",
            ),
            (
                "minimum memory usage per Pod is 64Mi.  No request is specified",
                "minimum memory usage per Pod is 64Mi, but no request is given",
                "每个 Pod 的 memory 至少 64Mi，而这里没有写请求",
            ),
            (
                "error looking up service account default/robot: serviceaccount \"robot\" not found",
                "there is no ServiceAccount robot",
                "没有名为 robot 的 ServiceAccount",
            ),
            (
                "storageclass.storage.k8s.io \"x\" not found",
                "there is no StorageClass x",
                "没有名为 x 的 StorageClass",
            ),
            ("something that is new.", "something that is new", "something that is new"),
        ] {
            assert_eq!(why_forbidden(why, Lang::En), en);
            assert_eq!(why_forbidden(why, Lang::Zh), zh);
        }
    }
}
