//! A text as lines and documents: what the margin, the outline and the mirror need.
//!
//! Owns the splitting into lines and the guess at each document's kind and name. It must not
//! report problems. Invariant: the lines cover the text; line `n` of the text is `lines[n]`.

use super::flow;
use super::place::Step;
use crate::api::Kind;
use crate::view::Identity;
use crate::view::stage::{ObjectRef, StageView};
use std::ops::Range;

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
    /// Whether it is inside a block scalar, or in quotes that were opened above.
    pub in_scalar: bool,
    /// The byte of the outermost bracket that is open where it begins.
    pub open: Option<usize>,
}

/// One document of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Its first line, from 0.
    pub first: usize,
    /// One past its last line.
    pub end: usize,
    /// What its `apiVersion` says, if anything.
    pub api_version: String,
    /// What its `kind` says, if anything.
    pub kind: String,
    /// What its `metadata.name` says, if anything.
    pub name: String,
    /// What its `metadata.namespace` says, if anything.
    pub own_namespace: String,
    /// The column of its keys: 0, or further right for an item of a List.
    pub column: usize,
    /// The bytes of its brackets, where others may stand on its lines: in a List in brackets, or in
    /// a row of objects.
    pub brackets: Option<Range<usize>>,
}

impl Document {
    /// The namespace that it is applied to, if its kind has any.
    pub fn namespace(&self) -> &str {
        if self.own_namespace.is_empty() { "default" } else { &self.own_namespace }
    }

    /// The object that it is of.
    pub fn object(&self) -> ObjectRef {
        let is_in_one = Kind::from_name(&self.kind).is_none_or(|kind| kind.facts().namespaced);
        ObjectRef::new(&self.kind, if is_in_one { self.namespace() } else { "" }, &self.name)
    }

    /// The same as an item of a list: one of a typed list, such as a `PodList`, need not say what it
    /// is.
    fn of_list(mut self, list: Option<&Document>) -> Self {
        let kind = list.and_then(|list| list.kind.strip_suffix("List"));
        if let (Some(list), Some(kind)) = (list, kind)
            && !kind.is_empty()
            && self.kind.is_empty()
            && self.api_version.is_empty()
        {
            kind.clone_into(&mut self.kind);
            list.api_version.clone_into(&mut self.api_version);
        }
        self
    }

    /// Whether it is an item of a List, behind a dash.
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

/// How many lines a value in quotes may go on for.
const QUOTED_MAX: usize = 60;

/// The quote with which a line's value begins and which the line does not close.
fn open_quote(words: &str) -> Option<char> {
    let at = words.find([':', '-'])?;
    let value = match words.find(": ") {
        Some(colon) => &words[colon + 2..],
        None => &words[at + 1..],
    };
    let value = value.trim_start();
    let quote = value.chars().next().filter(|one| matches!(one, '"' | '\''))?;
    (!value[1..].contains(quote)).then_some(quote)
}

impl Sheet {
    /// Splits a text.
    pub fn of(text: &str) -> Self {
        let mut sheet = Sheet { lines: split(text), documents: Vec::new() };
        sheet.mark_scalars(text);
        sheet.mark_quotes(text);
        sheet.mark_brackets(text);
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

    /// Marks the lines that a value in quotes goes on with: those up to the quote that closes it, as
    /// long as they stand further right than the line that opens it.
    fn mark_quotes(&mut self, text: &str) {
        let mut at = 0;
        while at < self.lines.len() {
            let line = self.lines[at];
            at += 1;
            let words = &text[line.from..line.to];
            let Some(quote) = open_quote(words).filter(|_| !line.in_scalar) else { continue };
            let indent = words.len() - words.trim_start().len();
            let is_inside = |one: &&Line| {
                let words = &text[one.from..one.to];
                words.trim().is_empty() || words.len() - words.trim_start().len() > indent
            };
            let mut below = self.lines[at..].iter().take(QUOTED_MAX).take_while(is_inside);
            let Some(last) = below.position(|one| text[one.from..one.to].contains(quote)) else {
                continue;
            };
            self.lines[at..=at + last].iter_mut().for_each(|line| line.in_scalar = true);
            at += last + 1;
        }
    }

    /// Marks the lines inside brackets: those up to the one that closes them, as long as they stand
    /// further right than the line that opens them or begin with a bracket.
    fn mark_brackets(&mut self, text: &str) {
        let mut at = 0;
        while at < self.lines.len() {
            let line = self.lines[at];
            let words = &text[line.from..line.to];
            at += 1;
            let Some(open) = bracket_of(words).filter(|_| !line.in_scalar) else { continue };
            let indent = words.len() - words.trim_start().len();
            let is_inside = |one: &Line| {
                let words = &text[one.from..one.to];
                let bare = words.trim_start();
                words.len() - bare.len() > indent
                    || bare.is_empty()
                    || bare.starts_with(['}', ']'])
                    || (open == indent && !words.starts_with("---"))
            };
            let below = self.lines[at..].iter().take_while(|one| is_inside(one)).count();
            let end = self.lines[at + below - 1].to;
            let open = line.from + open;
            let closed = flow::read(text, open, end, &mut |_| {}).at;
            while let Some(line) = self.lines.get_mut(at).filter(|one| one.from < closed) {
                line.open = Some(open);
                at += 1;
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

    /// Adds the document of these lines; of a List each item stands for itself, and of a row of
    /// objects in brackets each object.
    fn add_document(&mut self, text: &str, first: usize, end: usize) {
        let row = self.objects(text, first, end);
        if row.len() > 1 || row.iter().any(|one| is_list(&said(text, one).kind)) {
            self.add_objects(text, &row, first..end);
            return;
        }
        let Some(whole) = self.head(text, first, end, 0) else { return };
        let is_list = is_list(&whole.kind);
        let items = if is_list { self.items(text, first, end) } else { Vec::new() };
        if items.is_empty() {
            let inline = if is_list { self.inline_items(text, first, end) } else { Vec::new() };
            if inline.is_empty() {
                self.add(whole.clone());
            }
            for item in inline {
                self.add_object(text, item, None, Some(&whole));
            }
            return;
        }
        let dash = self.column(text, items[0]);
        let ends = items.iter().skip(1).copied().chain([end]);
        for (first, end) in items.iter().copied().zip(ends) {
            // What the list says behind its items is of no item.
            let is_outside = |at: &usize| {
                let words = &text[self.lines[*at].from..self.lines[*at].to];
                let bare = words.trim_start();
                words.len() - bare.len() <= dash && !bare.is_empty() && !bare.starts_with('#')
            };
            let end = (first + 1..end).find(is_outside).unwrap_or(end);
            let column = self.item_column(text, first, end);
            // An item that says nothing yet is one all the same.
            let empty = Document { first, end, column, ..Document::default() };
            let item = self.head(text, first, end, column).unwrap_or(empty);
            self.add(item.of_list(Some(&whole)));
        }
    }

    /// The column of an item's keys: behind its dash, or on the line below that.
    fn item_column(&self, text: &str, first: usize, end: usize) -> usize {
        let dash = self.column(text, first);
        let behind = |at: usize| &text[self.lines[at].from..self.lines[at].to];
        let own = behind(first)[dash + 1..].trim_start();
        if !own.is_empty() && !own.starts_with('#') {
            return behind(first).len() - own.len();
        }
        let is_said = |at: &usize| {
            let bare = behind(*at).trim_start();
            !bare.is_empty() && !bare.starts_with('#')
        };
        (first + 1..end).find(is_said).map_or(dash + 2, |at| self.column(text, at))
    }

    /// Adds the objects of a row, each with the lines up to the next, or its items if it is a List.
    fn add_objects(&mut self, text: &str, row: &[Range<usize>], lines: Range<usize>) {
        for (at, object) in row.iter().enumerate() {
            let whole = said(text, object);
            let items =
                if is_list(&whole.kind) { bracketed_items(text, object) } else { Vec::new() };
            if items.is_empty() {
                let next = row.get(at + 1).map(|next| self.line_at(next.start));
                self.add_object(text, object.clone(), Some(next.unwrap_or(lines.end)), None);
            }
            for item in items {
                self.add_object(text, item, None, Some(&whole));
            }
        }
    }

    /// Adds an object in brackets, with the lines up to one or only its own; of a list, if it is an
    /// item of one.
    fn add_object(
        &mut self,
        text: &str,
        brackets: Range<usize>,
        end: Option<usize>,
        list: Option<&Document>,
    ) {
        let first = self.line_at(brackets.start);
        let end = end.unwrap_or_else(|| self.line_at(brackets.end.saturating_sub(1)) + 1);
        let said = said(text, &brackets).of_list(list);
        self.add(Document { first, end: end.max(first + 1), brackets: Some(brackets), ..said });
    }

    /// The objects in brackets that these lines hold one behind the other, and nothing before them.
    fn objects(&self, text: &str, first: usize, end: usize) -> Vec<Range<usize>> {
        let mut all = Vec::new();
        let Some(mut open) = self.first_bracket(text, first, end) else { return all };
        let to = self.lines[end - 1].to;
        loop {
            let closed = flow::read(text, open, to, &mut |_| {}).at;
            all.push(open..closed);
            let mut rest = text.get(closed..to).unwrap_or_default().trim_start();
            while rest.starts_with('#') {
                rest = rest.split_once('\n').map_or("", |(_, below)| below).trim_start();
            }
            if !rest.starts_with('{') {
                return all;
            }
            open = to - rest.len();
        }
    }

    /// The items of a List that are written in brackets behind `items:`.
    fn inline_items(&self, text: &str, first: usize, end: usize) -> Vec<Range<usize>> {
        let words = |line: &Line| &text[line.from..line.to];
        let mut lines = self.lines[first..end].iter();
        let list = lines
            .find(|line| words(line).starts_with("items:"))
            .and_then(|line| Some(line.from + bracket_of(words(line))?));
        list.map_or_else(Vec::new, |open| bracketed_items(text, &(open..self.lines[end - 1].to)))
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

    /// The bracket that these lines begin with, if they are a mapping in brackets.
    fn first_bracket(&self, text: &str, first: usize, end: usize) -> Option<usize> {
        let lines = self.lines[first..end].iter();
        let mut said = lines.filter(|line| {
            let bare = text[line.from..line.to].trim_start();
            !bare.is_empty() && !bare.starts_with('#')
        });
        let start = said.next()?;
        let open = start.from + bracket_of(&text[start.from..start.to])?;
        let is_first = text[start.from..open].trim().is_empty() && text[open..].starts_with('{');
        is_first.then_some(open)
    }

    /// What these lines say of themselves if they are one mapping in brackets, as a whole or behind
    /// an item's dash.
    fn bracketed(&self, text: &str, first: usize, end: usize, column: usize) -> Option<Document> {
        let open = if column == 0 {
            self.first_bracket(text, first, end)?
        } else {
            let line = self.lines[first];
            let behind = text[line.from..line.to].trim_start().strip_prefix('-')?.trim_start();
            behind.starts_with('{').then_some(line.to - behind.len())?
        };
        let said = said(text, &(open..self.lines[end - 1].to));
        Some(Document { first, end, column, ..said })
    }

    /// What these lines say of themselves by keys at a column, if they say anything.
    fn head(&self, text: &str, first: usize, end: usize, column: usize) -> Option<Document> {
        if let Some(document) = self.bracketed(text, first, end, column) {
            return Some(document);
        }
        let (mut kind, mut name, mut namespace, mut in_metadata) = ("", "", "", false);
        let (mut api_version, mut says_something) = ("", false);
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
                api_version = bare.strip_prefix("apiVersion:").map_or(api_version, value);
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
        says_something.then(|| Document {
            first,
            end,
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            name: name.to_owned(),
            own_namespace: namespace.to_owned(),
            column,
            brackets: None,
        })
    }
}

/// Whether objects of a kind are lists of others.
fn is_list(kind: &str) -> bool {
    kind.ends_with("List")
}

/// What a mapping in brackets says of itself.
fn said(text: &str, brackets: &Range<usize>) -> Document {
    let mut document = Document::default();
    flow::read(text, brackets.start, brackets.end, &mut |piece| {
        let (Some((_, key)), (_, value)) = (piece.key, piece.value) else { return };
        let is_inside = matches!(piece.path, [Step::Key(key)] if key == "metadata");
        let part = match (is_inside, piece.path.is_empty(), key) {
            (_, true, "apiVersion") => &mut document.api_version,
            (_, true, "kind") => &mut document.kind,
            (true, _, "name") => &mut document.name,
            (true, _, "namespace") => &mut document.own_namespace,
            _ => return,
        };
        value.clone_into(part);
    });
    document
}

/// The brackets of a List's items: of a whole one in brackets, or of what is behind its `items:`.
fn bracketed_items(text: &str, list: &Range<usize>) -> Vec<Range<usize>> {
    let mut opens = Vec::new();
    flow::read(text, list.start, list.end, &mut |piece| {
        let is_item = match piece.path {
            [Step::Item] => text[list.start..].starts_with('['),
            [Step::Key(key), Step::Item] => key == "items",
            _ => false,
        };
        let is_mapping = text[piece.bracket..].starts_with('{');
        if is_item && is_mapping && opens.last() != Some(&piece.bracket) {
            opens.push(piece.bracket);
        }
    });
    opens.dedup();
    let whole = |open: usize| open..flow::read(text, open, list.end, &mut |_| {}).at;
    opens.into_iter().map(whole).collect()
}

/// Where a bracket stands that a line's value, item or whole begins with.
fn bracket_of(words: &str) -> Option<usize> {
    let bare = words.trim_start();
    let mut at = words.len() - bare.len();
    while words[at..].starts_with("- ") {
        at += 1 + words[at + 1..].len() - words[at + 1..].trim_start().len();
    }
    if !words[at..].starts_with(['{', '[']) {
        let rest = &words[at..];
        let colon = rest.find(": ").filter(|colon| !rest[..*colon].contains(['#', '{', '[']))?;
        at += colon + 1;
        at += words[at..].len() - words[at..].trim_start().len();
    }
    words[at..].starts_with(['{', '[']).then_some(at)
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
pub fn left_out(before: &str, after: &str) -> Vec<ObjectRef> {
    let is_same = |a: &Document, b: &Document| {
        (&a.kind, &a.name, a.namespace()) == (&b.kind, &b.name, b.namespace())
    };
    let (old, new) = (Sheet::of(before), Sheet::of(after));
    let gone = old.documents.iter().filter(|one| !one.kind.is_empty() && !one.name.is_empty());
    let gone = gone.filter(|one| !new.documents.iter().any(|other| is_same(one, other)));
    gone.map(Document::object).collect()
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
        let x = ObjectRef::new("A", "default", "x");
        assert_eq!(super::left_out(&both, b), std::slice::from_ref(&x));
        assert!(super::left_out(&both, &format!("{b}---\n{a}")).is_empty());
        let elsewhere = "kind: A\nmetadata:\n  name: x\n  namespace: y\n";
        assert_eq!(super::left_out(a, elsewhere), [x]);
        let volume = "kind: PersistentVolume\nmetadata: {name: x}\n";
        assert_eq!(super::left_out(volume, ""), [ObjectRef::new("PersistentVolume", "", "x")]);
    }

    #[test]
    fn what_a_list_says_behind_its_items_is_of_no_item() {
        let text = "apiVersion: v1\nitems:\n- kind: Pod\n  metadata:\n    name: a\n- kind: Pod\n  \
                    metadata:\n    name: b\nkind: List\nmetadata:\n  resourceVersion: \"\"\n";
        let sheet = Sheet::of(text);
        let found: Vec<_> = sheet.documents.iter().map(|one| (&*one.kind, &*one.name)).collect();
        assert_eq!(found, [("Pod", "a"), ("Pod", "b")]);
        assert_eq!(sheet.documents[1].end, 8);
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
    fn json_says_what_it_is() {
        let text = "# c\n{\"kind\": \"StatefulSet\",\n\"metadata\": {\n\"name\": \"db\"}}\n---\n\
                    {kind: Service, metadata: {namespace: team, name: web}, spec: {name: x}}\n";
        let sheet = Sheet::of(text);
        let found: Vec<_> = sheet
            .documents
            .iter()
            .map(|one| (one.kind.as_str(), one.namespace(), one.name.as_str()))
            .collect();
        assert_eq!(found, [("StatefulSet", "default", "db"), ("Service", "team", "web")]);
        assert_eq!(sheet.lines[3].identity, Identity::Stateful);
        let half = Sheet::of("{\"kind\": \"Po");
        assert_eq!(half.documents[0].kind, "Po");
    }

    #[test]
    fn objects_in_brackets_stand_for_themselves_in_a_list_and_in_a_row() {
        let of = |text: &str| -> Vec<String> {
            let sheet = Sheet::of(text);
            let lines = sheet.documents.iter();
            lines.map(|d| format!("{} {} {}-{}", d.kind, d.name, d.first, d.end)).collect()
        };
        let inline = "kind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: x}}\n\
                      - kind: Pod\n  metadata: {name: y}\n";
        assert_eq!(of(inline), ["ConfigMap x 2-3", "Pod y 3-6"]);
        let json = "{\n\"kind\": \"List\",\n\"items\": [\n{\n\"metadata\": {\"name\": \"x\"},\n\
                    \"kind\": \"Pod\",\n\"spec\": {\"items\": [{\"a\": 1}]}\n},\n\
                    {\"kind\": \"Job\"}, {\"kind\": \"Secret\"}\n]\n}\n";
        assert_eq!(of(json), ["Pod x 3-8", "Job  8-9", "Secret  8-9"]);
        assert_eq!(
            of("kind: List\nitems: [{kind: Pod},\n  {kind: Job}]\n"),
            ["Pod  1-2", "Job  2-3"]
        );
        let row = "{\"kind\": \"Pod\"}\n# c\n{\n\"kind\": \"Job\"\n}\n---\nkind: Secret\n";
        assert_eq!(of(row), ["Pod  0-2", "Job  2-5", "Secret  6-8"]);
        assert_eq!(of("{\"kind\": \"List\", \"items\": ["), ["List  0-1"]);
    }

    #[test]
    fn brackets_are_open_up_to_the_line_that_closes_them() {
        let open = |text: &str| -> Vec<bool> {
            Sheet::of(text).lines.iter().map(|line| line.open.is_some()).collect()
        };
        assert_eq!(open("a: [b,\n  c]\nd: 1"), [false, true, false]);
        assert_eq!(open("a:\n  b: {c: [\n  ]}\nd: 1"), [false, false, true, false]);
        assert_eq!(open("a: [b\nc: 1\nd: 1"), [false, false, false]);
        assert_eq!(open("{a: 1,\nb: 2\n---\nc: 1"), [false, true, false, false]);
        assert_eq!(open("a: x {\n  b: 1"), [false, false]);
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
}
