//! Fields of a container that stand beside the containers, and the one field of a Pod that its
//! containers have as well.
//!
//! Must not know the rules of single fields. Invariant: what is moved keeps its words and comments,
//! and of several containers none is chosen.

use std::fmt::Write as _;

use crate::kubectl::Reader;
use crate::kubectl::home::block_moved;
use crate::kubectl::misplaced::{Level, column, fits, join, shifted_lines};
use crate::kubectl::reader::Customs;
use crate::kubectl::weight::Weight;
use crate::text::{Edit, Entry, Fix, Node, NodeValue, Span, Tree, add_entry, line_of, quoted};

/// Where the containers of a Pod are.
const CONTAINERS: &str = "containers";
/// What both a Pod and its containers have.
const POLICY: &str = "restartPolicy";

/// The way of the container that a field beside the containers belongs in, and the move there if
/// there is but one.
pub(super) fn into_container(
    reader: &Reader,
    (text, customs): (&str, &Customs),
    (root, way): (&Node, &[Level<'_>]),
    before: Weight,
) -> Option<(String, Option<Fix>)> {
    let here = way.last()?;
    let NodeValue::Map(entries) = &here.node.value else { return None };
    let entry = entries.get(here.at)?;
    let table = reader.fields();
    let field = table.named("Container")?.fields.get(&*entry.key)?;
    let is_pod = std::ptr::eq(table.named("PodSpec")?, here.known);
    if !is_pod || !fits(&field.shape, &entry.value) {
        return None;
    }
    let is_better = |fix: &Fix| reader.weigh(&fix.apply(text), customs) < before;
    let some = join(&here.path, &format!("{CONTAINERS}[]"));
    let container = match here.node.at(CONTAINERS).map(|list| &list.value) {
        Some(NodeValue::Seq(items)) if items.len() == 1 => &items[0],
        None => {
            let fix = made_container(reader, text, (root, here)).filter(is_better);
            return Some((some, fix));
        }
        _ => return Some((some, None)),
    };
    let path = join(&here.path, &format!("{CONTAINERS}[0]"));
    if container.at(&entry.key).is_some() {
        return None;
    }
    let fix = block_moved(text, entry, container, &[]).map(|edits| Fix {
        title: "Move it into the container".to_owned(),
        chinese: "移入容器".to_owned(),
        edits,
    });
    Some((path, fix.filter(is_better)))
}

/// The container that the fields of one stand for in a Pod without any: with the name of the object
/// if they give it none.
fn made_container(reader: &Reader, text: &str, (root, here): (&Node, &Level<'_>)) -> Option<Fix> {
    let NodeValue::Map(entries) = &here.node.value else { return None };
    let known = reader.fields().named("Container")?;
    let goes = |one: &&Entry| {
        known.fields.get(&*one.key).is_some_and(|field| fits(&field.shape, &one.value))
            && !here.known.fields.contains_key(&*one.key)
    };
    let first = here.at - entries[..here.at].iter().rev().take_while(goes).count();
    let run: Vec<&Entry> = entries[first..].iter().take_while(goes).collect();
    let has = |key: &str| run.iter().any(|one| *one.key == *key);
    let start = run.first()?.key_span.start;
    let last = run.last()?;
    let from = column(text, start);
    let line = start as usize - from;
    if !has("image") || !text.get(line..start as usize)?.trim().is_empty() {
        return None;
    }
    let end = last.value.span.end.max(last.key_span.end) as usize;
    let mut edits = shifted_lines(text, (line, end), from, from + 2)?;
    let blanks = " ".repeat(from);
    let mut head = format!("{blanks}{CONTAINERS}:\n");
    let place = edits.iter_mut().find(|edit| edit.span.start as usize == line)?;
    if has("name") {
        // The first of the lines gets the dash.
        place.span.end += u32::try_from(from).ok()?;
        place.text = format!("{head}{blanks}- ");
    } else {
        let name = root.at("metadata")?.at("name")?.as_str()?;
        let _ = writeln!(head, "{blanks}- name: {}", quoted(name));
        place.text.insert_str(0, &head);
    }
    Some(Fix {
        title: "Put it into a container".to_owned(), chinese: "放入容器".to_owned(), edits
    })
}

/// The policy that a Pod lacks and its containers have, one and the same: in the Pod's place.
pub(super) fn policy_moved(text: &str, pod: &Node) -> Option<Fix> {
    let NodeValue::Seq(items) = &pod.at(CONTAINERS)?.value else { return None };
    let mut all = items.iter().filter_map(|item| {
        let NodeValue::Map(entries) = &item.value else { return None };
        let at = entries.iter().position(|one| *one.key == *POLICY)?;
        Some((entries, at))
    });
    let (entries, at) = all.next()?;
    let value = &entries[at].value;
    let word = value.as_str().filter(|word| matches!(*word, "Never" | "OnFailure"))?;
    let mut edits = match block_moved(text, &entries[at], pod, &[]) {
        Some(edits) => edits,
        None => vec![
            gone(text, entries, at)?,
            add_entry(text, pod, POLICY, &Tree::Word(word.to_owned()))?,
        ],
    };
    for (entries, at) in all {
        if entries[at].value.as_str() != Some(word) {
            return None;
        }
        edits.push(gone(text, entries, at)?);
    }
    Some(Fix {
        title: "Move it into the Pod's spec".to_owned(),
        chinese: "移入 Pod 的 spec".to_owned(),
        edits,
    })
}

/// The edit that takes an entry away, with its line or with what parts it from the next.
fn gone(text: &str, entries: &[Entry], at: usize) -> Option<Edit> {
    let entry = &entries[at];
    let end = |entry: &Entry| entry.value.span.end.max(entry.key_span.end);
    let before = || Some(Span { start: end(entries.get(at.checked_sub(1)?)?), end: end(entry) });
    let span = line_of(text, entry.key_span, entry.value.span)
        .or_else(|| {
            let start = entry.key_span.start;
            Some(Span { start, end: entries.get(at + 1)?.key_span.start })
        })
        .or_else(before)?;
    let is_bare = |span: &Span| {
        let words = text.get(span.start as usize..span.end as usize);
        words.is_some_and(|words| !words.contains('#'))
    };
    Some(span).filter(is_bare).map(|span| Edit { span, text: String::new() })
}

/// Whether a container of a Pod has a policy of its own.
pub(super) fn has_policy(pod: &Node) -> bool {
    let items = pod.at(CONTAINERS).map(|list| &list.value);
    matches!(items, Some(NodeValue::Seq(items)) if items.iter().any(|one| one.at(POLICY).is_some()))
}

#[cfg(test)]
mod tests {
    use crate::kubectl::Reader;

    const JOB: &str = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: j\nspec:\n  template:\n    \
                       spec:\n      containers:\n      - name: c\n        image: x\n";
    const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n  - name: c\n    \
                       image: x\n    tty: true # one\n  volumes: []\n";

    /// The text once every first fix is taken, and the first of them.
    fn mended(text: &str) -> (String, String) {
        let mut text = text.to_owned();
        let mut titles = Vec::new();
        while let Some(fix) = Reader::default().check(&text).into_iter().find_map(|one| one.fix) {
            text = fix.apply(&text);
            titles.push(fix.title);
        }
        assert!(Reader::default().check(&text).is_empty(), "{text}");
        (titles.into_iter().next().unwrap_or_default(), text)
    }

    #[test]
    fn the_policy_of_a_job_goes_from_its_containers_to_its_pod() {
        let good = format!("{JOB}      restartPolicy: Never # once\n");
        assert!(Reader::default().check(&good).is_empty());
        let (title, after) = mended(&format!("{JOB}        restartPolicy: Never # once\n"));
        assert_eq!((&*title, after), ("Move it into the Pod's spec", good.clone()));
        // Of two containers both are freed of it.
        let other = "      - name: d\n        image: x\n";
        let own = "        restartPolicy: Never\n";
        let (_, after) = mended(&format!("{JOB}{own}{other}{own}"));
        assert_eq!(after, format!("{JOB}{other}      restartPolicy: Never\n"));
        // The first of an item, and in brackets.
        let first = JOB.replace("- name: c", "- restartPolicy: Never\n        name: c");
        assert_eq!(
            mended(&first).1,
            JOB.replace("      con", "      restartPolicy: Never\n      con")
        );
        let flow = JOB.replace(
            "- name: c\n        image: x",
            "- {name: c, image: x, restartPolicy: OnFailure}",
        );
        assert_eq!(
            mended(&flow).1,
            JOB.replace("- name: c\n        image: x", "- {name: c, image: x}")
                .replace("      con", "      restartPolicy: OnFailure\n      con")
        );
        let found = Reader::default().check(&first).remove(0);
        assert!(found.message.ends_with("What stands in a container is of that container alone."));
        assert!(found.chinese.ends_with("只作用于该容器。"), "{}", found.chinese);
        // Where they differ each keeps its own.
        let both = format!("{JOB}{own}{other}        restartPolicy: OnFailure\n");
        assert_eq!(mended(&both).0, "Add restartPolicy: OnFailure");
    }

    #[test]
    fn fields_of_the_only_container_go_into_it() {
        let bare = POD.replace("    tty: true # one\n", "");
        let line = "  tty: true # one\n";
        for bad in
            [bare.replace("  containers", &format!("{line}  containers")), format!("{bare}{line}")]
        {
            let found = Reader::default().check(&bad).remove(0);
            assert_eq!(
                found.message,
                "spec.tty is not a field of Pod. It belongs in spec.containers[0]."
            );
            let (title, after) = mended(&bad);
            assert_eq!((&*title, &*after), ("Move it into the container", POD));
        }
        // Of two none is chosen, and none is given a second of what it has.
        let two = bare
            .replace("  containers:\n", "  tty: true\n  containers:\n  - {name: d, image: x}\n");
        let found = Reader::default().check(&two).remove(0);
        assert!(found.message.ends_with("It belongs in spec.containers[]."), "{}", found.message);
        assert_eq!(found.fix, None);
        let twice = POD.replace("  containers", "  image: y\n  containers");
        assert_eq!(Reader::default().check(&twice)[0].fix, None);
    }

    #[test]
    fn fields_of_a_container_without_one_become_one() {
        let bare =
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  restartPolicy: Never\n";
        let (title, after) =
            mended(&format!("{bare}  image: x # web\n  ports:\n  - containerPort: 80\n"));
        assert_eq!(title, "Put it into a container");
        let good = format!(
            "{bare}  containers:\n  - name: p\n    image: x # web\n    ports:\n    - containerPort: 80\n"
        );
        assert_eq!(after, good);
        let (_, after) = mended(&format!("{bare}  image: x\n  name: c\n"));
        assert_eq!(after, format!("{bare}  containers:\n  - image: x\n    name: c\n"));
    }

    #[test]
    fn fields_of_a_pod_in_the_midst_of_a_container_go_one_by_one() {
        let deep = POD.replace(
            "    image: x\n",
            "    hostNetwork: true\n    nodeSelector:\n      a: b\n    image: x\n",
        );
        let after = format!("{POD}  hostNetwork: true\n  nodeSelector:\n    a: b\n");
        let sorted = |text: &str| {
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            lines.sort();
            lines
        };
        let (_, text) = mended(&deep);
        assert_eq!(sorted(&text), sorted(&after), "{text}");
        assert!(
            text.contains("\n  hostNetwork: true\n")
                && text.contains("\n  nodeSelector:\n    a: b\n")
        );
    }
}
