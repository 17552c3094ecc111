//! A text as lines and documents: what the margin, the outline and the mirror need.
//!
//! Owns the splitting into lines and the guess at each document's kind and name. It must not
//! report problems. Invariant: the lines cover the text; line `n` of the text is `lines[n]`.

use crate::view::Identity;
use crate::view::stage::{ObjectRef, StageView};
use std::collections::BTreeMap;

/// One line of the text, without its line break; the range is in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// The first byte.
    pub from: usize,
    /// One past the last byte.
    pub to: usize,
    /// The shape of the workload that the line belongs to.
    pub identity: Identity,
    /// Whether it separates two documents.
    pub separator: bool,
    /// Whether it is inside a block scalar.
    pub in_scalar: bool,
}

/// One document of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Its first line, from 0.
    pub first: usize,
    /// One past its last line.
    pub end: usize,
    /// What its `kind` says, if anything.
    pub kind: String,
    /// What its `metadata.name` says, if anything.
    pub name: String,
    /// What its `metadata.namespace` says, if anything.
    pub own_namespace: String,
    /// The column of its keys: 0, or further right for an item of a List.
    pub column: usize,
}

impl Document {
    /// The namespace that it is applied to, if its kind has any.
    pub fn namespace(&self) -> &str {
        if self.own_namespace.is_empty() { "default" } else { &self.own_namespace }
    }

    /// Whether it is an item of a List.
    pub fn is_item(&self) -> bool {
        self.column > 0
    }
}

/// A text, split.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Its lines.
    pub lines: Vec<Line>,
    /// Its documents that say something.
    pub documents: Vec<Document>,
}

impl Sheet {
    /// Splits a text.
    pub fn of(text: &str) -> Self {
        let mut sheet = Sheet { lines: split(text), documents: Vec::new() };
        sheet.mark_scalars(text);
        sheet.find_documents(text);
        sheet
    }

    /// The line that holds a byte offset.
    pub fn line_at(&self, offset: usize) -> usize {
        self.lines.partition_point(|line| line.from <= offset).saturating_sub(1)
    }

    /// The document of the first of these objects that has one.
    pub fn document_of(&self, objects: &[ObjectRef]) -> Option<usize> {
        let is = |one: &Document, object: &ObjectRef| {
            let is_there = object.namespace.is_empty() || *one.namespace() == *object.namespace;
            *one.kind == *object.kind && *one.name == *object.name && is_there
        };
        let find = |object| self.documents.iter().position(|one| is(one, object));
        objects.iter().find_map(find)
    }

    fn mark_scalars(&mut self, text: &str) {
        let mut above: Option<usize> = None;
        for line in &mut self.lines {
            let words = &text[line.from..line.to];
            let indent = words.len() - words.trim_start().len();
            if let Some(parent) = above {
                if words.trim().is_empty() || indent > parent {
                    line.in_scalar = true;
                    continue;
                }
                above = None;
            }
            let head = words.split(" #").next().unwrap_or(words).trim_end();
            if [": |", ": >", ": |-", ": >-", ": |+", ": >+"].iter().any(|end| head.ends_with(end))
            {
                above = Some(indent);
            }
        }
    }

    fn find_documents(&mut self, text: &str) {
        let mut first = 0;
        let count = self.lines.len();
        for at in 0..=count {
            let ends = at == count || {
                let line = self.lines[at];
                let words = &text[line.from..line.to];
                !line.in_scalar && (words == "---" || words.starts_with("--- "))
            };
            if !ends {
                continue;
            }
            self.add_document(text, first, at);
            if at < count {
                self.lines[at].separator = true;
            }
            first = at + 1;
        }
    }

    /// Adds the document of these lines; of a List each item stands for itself.
    fn add_document(&mut self, text: &str, first: usize, end: usize) {
        let Some(whole) = self.head(text, first, end, 0) else { return };
        let items = if whole.kind == "List" { self.items(text, first, end) } else { Vec::new() };
        if items.is_empty() {
            self.add(whole);
            return;
        }
        let column = self.column(text, items[0]) + 2;
        let ends = items.iter().skip(1).copied().chain([end]);
        for (first, end) in items.iter().copied().zip(ends) {
            // An item that says nothing yet is one all the same.
            let empty = Document { first, end, column, ..Document::default() };
            let item = self.head(text, first, end, column).unwrap_or(empty);
            self.add(item);
        }
    }

    fn add(&mut self, document: Document) {
        let identity = Identity::of_kind(&document.kind);
        for line in &mut self.lines[document.first..document.end] {
            line.identity = identity;
        }
        self.documents.push(document);
    }

    fn column(&self, text: &str, at: usize) -> usize {
        let words = &text[self.lines[at].from..self.lines[at].to];
        words.len() - words.trim_start().len()
    }

    /// The lines at which the items of a List begin.
    fn items(&self, text: &str, first: usize, end: usize) -> Vec<usize> {
        let words = |at: usize| &text[self.lines[at].from..self.lines[at].to];
        let Some(start) = (first..end).find(|at| words(*at).trim_end() == "items:") else {
            return Vec::new();
        };
        let is_dash = |at: usize| {
            let bare = words(at).trim_start();
            !self.lines[at].in_scalar && (bare == "-" || bare.starts_with("- "))
        };
        let dashes = (start + 1..end).filter(|at| is_dash(*at));
        let all: Vec<usize> = dashes.collect();
        let Some(column) = all.first().map(|at| self.column(text, *at)) else { return all };
        all.into_iter().filter(|at| self.column(text, *at) == column).collect()
    }

    /// What these lines say of themselves by keys at a column, if they say anything.
    fn head(&self, text: &str, first: usize, end: usize, column: usize) -> Option<Document> {
        let (mut kind, mut name, mut namespace, mut in_metadata) = ("", "", "", false);
        let mut says_something = false;
        for (at, line) in self.lines[first..end].iter().enumerate() {
            let words = &text[line.from..line.to];
            let (mut bare, mut indent) = (words.trim(), words.len() - words.trim_start().len());
            if at == 0 && column > 0 {
                // The item's dash.
                let behind = bare.strip_prefix('-').unwrap_or(bare);
                (bare, indent) = (behind.trim(), column);
            }
            if bare.is_empty() || bare.starts_with('#') || line.in_scalar {
                continue;
            }
            says_something = true;
            if indent <= column {
                in_metadata = bare.starts_with("metadata:");
                kind = bare.strip_prefix("kind:").map_or(kind, value);
                if in_metadata {
                    let of = |key: &str| bare.split_once(key).map_or("", |(_, rest)| value(rest));
                    (name, namespace) = (of("name:"), of("namespace:"));
                }
            } else if in_metadata {
                if name.is_empty() {
                    name = bare.strip_prefix("name:").map_or(name, value);
                }
                namespace = bare.strip_prefix("namespace:").map_or(namespace, value);
            }
        }
        let (kind, name, own_namespace) = (kind.to_owned(), name.to_owned(), namespace.to_owned());
        says_something.then_some(Document { first, end, kind, name, own_namespace, column })
    }
}

/// A scalar after its colon, without quotes, comment or flow punctuation.
fn value(rest: &str) -> &str {
    let bare = rest.split(" #").next().unwrap_or(rest);
    let bare = bare.split([',', '}']).next().unwrap_or(bare);
    bare.trim().trim_matches(['"', '\''])
}

fn split(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut from = 0;
    for piece in text.split('\n') {
        let bare = piece.strip_suffix('\r').unwrap_or(piece);
        lines.push(Line { from, to: from + bare.len(), ..Line::default() });
        from += piece.len() + 1;
    }
    lines
}

/// The objects whose document a selected object comes from: itself, else the workload whose Pod,
/// place or disk it is.
pub fn owners(stage: &StageView, selected: &ObjectRef) -> [ObjectRef; 2] {
    let disk = stage.disks.iter().find(|disk| disk.object() == *selected);
    let lane = stage.lanes.iter().find(|lane| {
        lane.object() == *selected
            || lane.pods.iter().any(|pod| pod.object() == *selected)
            || disk.is_some_and(|disk| disk.lane == lane.uid)
    });
    [selected.clone(), lane.map_or_else(|| selected.clone(), |lane| lane.object())]
}

/// The objects of one text that another has no document for, by kind and name.
pub fn left_out(before: &str, after: &str) -> Vec<String> {
    let is_same = |a: &Document, b: &Document| {
        (&a.kind, &a.name, a.namespace()) == (&b.kind, &b.name, b.namespace())
    };
    let (old, new) = (Sheet::of(before), Sheet::of(after));
    let gone = old.documents.iter().filter(|one| !one.kind.is_empty() && !one.name.is_empty());
    let gone = gone.filter(|one| !new.documents.iter().any(|other| is_same(one, other)));
    gone.map(|one| format!("{} {}", one.kind, one.name)).collect()
}

/// Which lines of `text` are not in `applied`, from 0.
/// Lines count as moved together only within the part that differs, so that the answer stays
/// cheap for long texts.
pub fn changed_lines(applied: &str, text: &str) -> Vec<usize> {
    if applied == text {
        return Vec::new();
    }
    let old: Vec<&str> = applied.lines().collect();
    let new: Vec<&str> = text.lines().collect();
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = (old.len() - head).min(new.len() - head);
    let tail =
        old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let mut spare: BTreeMap<&str, usize> = BTreeMap::new();
    for line in &old[head..old.len() - tail] {
        *spare.entry(line).or_default() += 1;
    }
    let mut changed = Vec::new();
    for (at, line) in new.iter().enumerate().take(new.len() - tail).skip(head) {
        match spare.get_mut(line) {
            Some(count) if *count > 0 => *count -= 1,
            _ if line.trim().is_empty() => {}
            _ => changed.push(at),
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n---\n\
        kind: StatefulSet\nmetadata: {name: db}\nspec:\n  text: |\n    kind: Pod\n    ---\n";

    #[test]
    fn an_object_without_a_document_is_left_out() {
        let (a, b) = ("kind: A\nmetadata: {name: x}\n", "kind: B\nmetadata: {name: x}\n");
        let both = format!("{a}---\n{b}");
        assert_eq!(super::left_out(&both, b), ["A x"]);
        assert!(super::left_out(&both, &format!("{b}---\n{a}")).is_empty());
        let elsewhere = "kind: A\nmetadata:\n  name: x\n  namespace: y\n";
        assert_eq!(super::left_out(a, elsewhere), ["A x"]);
    }

    #[test]
    fn every_document_is_found_with_its_kind_and_name() {
        let sheet = Sheet::of(TWO);
        let found: Vec<_> =
            sheet.documents.iter().map(|doc| (doc.kind.as_str(), doc.name.as_str())).collect();
        assert_eq!(found, [("Service", "web"), ("StatefulSet", "db")]);
        assert!(sheet.lines[4].separator);
        assert_eq!(sheet.lines[7].identity, Identity::Stateful);
    }

    #[test]
    fn the_items_of_a_list_stand_for_themselves() {
        let text = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: apps/v1\n  kind: Deployment\n  \
                    metadata:\n    name: web\n    labels: {kind: none}\n  spec:\n    x:\n    - kind: y\n\
                    - kind: StatefulSet\n  metadata: {namespace: team, name: db}\n";
        let sheet = Sheet::of(text);
        let found: Vec<_> = sheet
            .documents
            .iter()
            .map(|one| (one.kind.as_str(), one.namespace(), one.name.as_str(), one.first, one.end))
            .collect();
        let (web, db) =
            (("Deployment", "default", "web", 3, 11), ("StatefulSet", "team", "db", 11, 14));
        assert_eq!(found, [web, db]);
        assert_eq!(sheet.lines[9].identity, Identity::Stateless);
        assert_eq!(sheet.lines[12].identity, Identity::Stateful);
        let inner =
            text.replace("\n- ", "\n  - ").replace("\n  ", "\n    ").replace("    - ", "  - ");
        let sheet = Sheet::of(&inner);
        let names: Vec<_> = sheet.documents.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["web", "db"], "{inner}");
        let started = Sheet::of("kind: List\nitems:\n- kind: Pod\n-\n");
        assert_eq!(started.documents.len(), 2);
    }

    #[test]
    fn a_separator_inside_a_block_scalar_separates_nothing() {
        let sheet = Sheet::of(TWO);
        assert!(sheet.lines[10].in_scalar && !sheet.lines[10].separator);
    }

    #[test]
    fn the_lines_cover_the_text_with_either_line_break() {
        let text = "a\r\nb\n\nc";
        let sheet = Sheet::of(text);
        let read: Vec<_> = sheet.lines.iter().map(|line| &text[line.from..line.to]).collect();
        assert_eq!(read, ["a", "b", "", "c"]);
        assert_eq!(sheet.line_at(3), 1);
        assert_eq!(sheet.line_at(0), 0);
    }

    #[test]
    fn the_document_of_a_pod_is_its_workloads() {
        use crate::view::stage::{LaneKind, LaneView, PodView};
        let pod =
            PodView { name: "db-0".into(), namespace: "default".into(), ..PodView::default() };
        let lane = LaneView {
            kind: LaneKind::StatefulSet,
            namespace: "default".into(),
            name: "db".into(),
            pods: vec![pod.into()],
            ..LaneView::default()
        };
        let stage = StageView { lanes: vec![lane.into()], ..StageView::default() };
        let sheet = Sheet::of(TWO);
        let at =
            |kind, name| sheet.document_of(&owners(&stage, &ObjectRef::new(kind, "default", name)));
        assert_eq!(at("Pod", "db-0"), Some(1));
        assert_eq!(at("StatefulSet", "db"), Some(1));
        assert_eq!(at("Service", "web"), Some(0));
        assert_eq!(at("Pod", "other"), None);
    }

    #[test]
    fn only_the_edited_lines_count_as_changed() {
        assert_eq!(changed_lines("a\nb\nc\n", "a\nx\nc\n"), [1]);
        assert_eq!(changed_lines("a\nb\nc\n", "a\nc\n"), Vec::<usize>::new());
        assert_eq!(changed_lines("a\nb", "a\nnew\nb"), [1]);
        assert_eq!(changed_lines("", "a\nb"), [0, 1]);
        assert_eq!(changed_lines("same", "same"), Vec::<usize>::new());
    }
}
