//! The words of the disks.
//!
//! Owns text only. Invariant: a disk is called intact only if it holds something.

use super::Lang;
use super::stage::place;
use crate::view::stage::{DiskState, DiskView, Link};

/// What a disk is up to, in a word or two.
pub fn disk_word(lang: Lang, state: DiskState) -> &'static str {
    match state {
        DiskState::Unbound => lang.pick("without a volume", "尚无卷"),
        DiskState::Mounted => lang.pick("mounted", "已挂载"),
        DiskState::Waiting => lang.pick("waiting", "等待挂载"),
        DiskState::Held => lang.pick("held by lost node", "被失联节点占用"),
        DiskState::Released => lang.pick("kept", "保留"),
        DiskState::Gone => lang.pick("its node does not exist", "所在节点不存在"),
    }
}

/// What a disk is up to, in one word.
pub fn disk_brief(lang: Lang, state: DiskState) -> &'static str {
    match state {
        DiskState::Held => lang.pick("held", "被占用"),
        DiskState::Unbound => lang.pick("no volume", "尚无卷"),
        DiskState::Gone => lang.pick("no node", "无节点"),
        _ => disk_word(lang, state),
    }
}

/// What is written on a disk.
pub fn disk_data(lang: Lang, disk: &DiskView) -> String {
    match disk.rows {
        Some((first, last)) => {
            lang.pick(format!("rows {first}–{last}"), format!("第 {first}–{last} 行"))
        }
        None => match &*place(lang, &disk.namespace) {
            "" => disk.capacity.to_string(),
            place => format!("{}{}{place}", disk.capacity, lang.pick(" ", "，")),
        },
    }
}

/// What a disk is up to.
pub fn disk_tag(lang: Lang, disk: &DiskView) -> String {
    let user = |link| disk.users.iter().find(|user| user.link == link).map(|user| &user.name);
    let count = |link| disk.users.iter().filter(|user| user.link == link).count();
    match disk.state {
        DiskState::Mounted => {
            let shared = count(Link::Mounted);
            let mounted = match user(Link::Mounted) {
                Some(_) if shared > 1 => lang
                    .pick(format!("mounted by {shared} Pods"), format!("由 {shared} 个 Pod 挂载")),
                Some(pod) => lang.pick(format!("mounted by {pod}"), format!("由 {pod} 挂载")),
                None => lang.pick("mounted", "已挂载").into(),
            };
            match count(Link::Held) {
                0 => mounted,
                lost => lang
                    .pick(format!("{mounted}, {lost} lost"), format!("{mounted}，{lost} 个失联")),
            }
        }
        DiskState::Waiting => match user(Link::Waiting) {
            Some(pod) if disk.rows.is_some() => {
                lang.pick(format!("intact, waiting for {pod}"), format!("完好，等待 {pod}"))
            }
            Some(pod) => lang.pick(format!("waiting for {pod}"), format!("等待 {pod}")),
            None => lang.pick("intact, waiting", "完好，等待中").into(),
        },
        DiskState::Held => match disk.attached_to.as_ref().or(disk.local_node.as_ref()) {
            Some(node) if disk.local_node.is_some() => {
                lang.pick(format!("on lost {node}"), format!("在失联的 {node} 上"))
            }
            Some(node) => {
                lang.pick(format!("still attached to {node}"), format!("仍挂接在 {node}"))
            }
            // No driver attaches it, so nothing says that it is.
            None => disk_word(lang, disk.state).into(),
        },
        DiskState::Unbound => lang.pick("no volume yet", "尚无卷").into(),
        DiskState::Released => lang.pick("kept, no Pod uses it", "保留，无 Pod 使用").into(),
        DiskState::Gone => match disk.gone_node.as_deref().unwrap_or_default() {
            "" => lang.pick("no node is the one it names", "没有符合其亲和性的节点").into(),
            node => its_node(lang, node, disk.is_stray),
        },
    }
}

/// What became of the node of a Pod or a disk that has no column: it went, or never was.
pub fn its_node(lang: Lang, node: &str, never_was: bool) -> String {
    if never_was {
        return lang
            .pick(format!("its node {node} never existed"), format!("所在节点 {node} 从未存在"));
    }
    lang.pick(format!("its node {node} is gone"), format!("所在节点 {node} 已不存在"))
}

/// The head of a place for the disks of a node that is gone, or never was.
pub fn gone_node(lang: Lang, node: &str, never_was: bool) -> String {
    match node {
        "" => lang.pick("no such node", "没有这样的节点").into(),
        node if never_was => {
            lang.pick(format!("{node}, never existed"), format!("{node}，从未存在"))
        }
        node => lang.pick(format!("{node}, gone"), format!("{node}，已不存在")),
    }
}

/// A disk for ears.
pub fn disk_label(lang: Lang, disk: &DiskView) -> String {
    let comma = lang.pick(", ", "，");
    let mut parts = vec![disk.claim.to_string(), disk_data(lang, disk), disk_tag(lang, disk)];
    let names = |link| disk.users.iter().filter(move |user| user.link == link);
    if names(Link::Mounted).count() > 1 {
        parts.extend(names(Link::Mounted).map(|user| user.name.to_string()));
    }
    if disk.state == DiskState::Mounted {
        parts.extend(names(Link::Held).map(|user| {
            let name = &user.name;
            lang.pick(format!("{name} on a lost node"), format!("{name} 在失联节点上"))
        }));
    }
    parts.extend(
        disk.local_node
            .as_ref()
            .map(|node| lang.pick(format!("on {node} only"), format!("只在 {node} 上"))),
    );
    parts.retain(|part| !part.is_empty());
    parts.join(comma)
}

/// When a claim will be made that is not there yet.
pub fn made_with(lang: Lang, pod: &str) -> String {
    lang.pick(format!("made with {pod}"), format!("随 {pod} 创建"))
}

/// The place of a claim that is not there yet, for ears.
pub fn disk_to_come(lang: Lang, claim: &str, pod: &str) -> String {
    format!("{claim}{}{}", lang.pick(", ", "，"), made_with(lang, pod))
}

/// How many claims there are, and what those that are not mounted are up to.
pub fn disk_count(lang: Lang, disks: impl Iterator<Item = DiskState>) -> String {
    use DiskState::{Gone, Held, Released, Unbound, Waiting};
    let disks: Vec<_> = disks.collect();
    let claims = if disks.len() == 1 { "claim" } else { "claims" };
    let mut told = lang.pick(format!("{} {claims}", disks.len()), format!("{} 块", disks.len()));
    for state in [Waiting, Held, Released, Unbound, Gone] {
        let count = disks.iter().filter(|one| **one == state).count();
        if count > 0 {
            let word = disk_brief(lang, state);
            told += &lang.pick(format!(", {count} {word}"), format!("，{count} 块{word}"));
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::stage::DiskUser;

    #[test]
    fn disks_that_are_not_mounted_are_counted_by_what_they_are_up_to() {
        use DiskState::{Held, Mounted, Released, Waiting};
        let told = |lang, disks: &[DiskState]| disk_count(lang, disks.iter().copied());
        assert_eq!(told(Lang::En, &[Mounted]), "1 claim");
        let all = [Mounted, Waiting, Released, Held, Released];
        assert_eq!(told(Lang::En, &all), "5 claims, 1 waiting, 1 held, 2 kept");
        assert_eq!(told(Lang::Zh, &all), "5 块，1 块等待挂载，1 块被占用，2 块保留");
    }

    #[test]
    fn a_waiting_disk_is_called_intact_only_if_it_holds_something() {
        let waiting = DiskUser { name: "db-1".into(), link: Link::Waiting, ..DiskUser::default() };
        let mut disk =
            DiskView { state: DiskState::Waiting, users: vec![waiting], ..DiskView::default() };
        assert_eq!(disk_tag(Lang::En, &disk), "waiting for db-1");
        disk.rows = Some((1, 42));
        assert_eq!(disk_tag(Lang::En, &disk), "intact, waiting for db-1");
    }
}
