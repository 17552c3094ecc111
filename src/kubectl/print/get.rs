//! `kubectl get`.
//!
//! Must not know what stands in a table's cells. Invariant: what is shown is what the view holds.
//!
//! Models staging/src/k8s.io/kubectl/pkg/cmd/get/get.go

use std::rc::Rc;

use crate::api::outward::outward;
use crate::api::{Kind, Object, Value};
use crate::base::SimTime;
use crate::kubectl::fields::Fields;
use crate::kubectl::print::find::{Batch, Files, Found, Question, find};
use crate::kubectl::print::flags::{self, Flag, Said, switch, value};
use crate::kubectl::print::format::Format;
use crate::kubectl::print::look::Look;
use crate::kubectl::print::resource::{self, Resource};
use crate::kubectl::print::{endpoints, labels, scale, sorter, tabs};
use crate::kubectl::{Output, lines};
use crate::server::View;

const FLAGS: [Flag; 23] = [
    value("output", 'o'),
    value("selector", 'l'),
    value("field-selector", ' '),
    value("label-columns", 'L'),
    value("sort-by", ' '),
    value("template", ' '),
    value("chunk-size", ' '),
    value("filename", 'f'),
    value("kustomize", 'k'),
    value("raw", ' '),
    value("subresource", ' '),
    switch("all-namespaces", 'A'),
    switch("no-headers", ' '),
    switch("show-labels", ' '),
    switch("show-kind", ' '),
    switch("show-managed-fields", ' '),
    switch("ignore-not-found", ' '),
    switch("allow-missing-template-keys", ' '),
    switch("server-print", ' '),
    switch("recursive", 'R'),
    switch("watch", 'w'),
    switch("watch-only", ' '),
    switch("output-watch-events", ' '),
];

/// What the server answers of a subresource that a kind does not have.
const NO_RESOURCE: &str =
    "Error from server (NotFound): the server could not find the requested resource";
const NOTHING_ASKED: &str = "You must specify the type of resource to get. Use \"kubectl \
api-resources\" for a complete list of supported resources.\n\nerror: Required resource not \
specified.\nUse \"kubectl explain <resource>\" for a detailed description of that resource (e.g. \
kubectl explain pods).\nSee 'kubectl get -h' for help and examples\n";

/// What a command that looks reads its words by; a template alone is one of Go.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/get/get_flags.go PrintFlags.ToPrinter
pub fn said(words: &[String]) -> Result<Said, Output> {
    let mut said = flags::read("get", &FLAGS, words)?;
    if said.value("template").is_some_and(|text| !text.is_empty()) {
        said.fall_back("output", "go-template");
    }
    Ok(said)
}

/// Answers `kubectl get`, of what `files` name if there are some.
pub fn get(
    view: &View,
    now: SimTime,
    namespace: &str,
    said: &Said,
    files: Option<&Files>,
) -> Output {
    if said.words.is_empty() && files.is_none() {
        return Output::failure(NOTHING_ASKED);
    }
    let output = said.value("output").unwrap_or_default();
    if let Some(mistake) = clash(said, output) {
        return Output::failure(format!("error: {mistake}\n"));
    }
    let question = Question {
        namespace: said.value("namespace").unwrap_or(namespace),
        all_namespaces: said.has("all-namespaces"),
        words: &said.words,
        selector: said.value("selector").unwrap_or_default(),
        field_selector: said.value("field-selector").unwrap_or_default(),
        only_cells: matches!(output, "" | "wide") && !said.is_given("sort-by"),
        shows_managers: shows_managers(said, output),
        files,
    };
    let mut found = match find(view, &question) {
        Ok(found) => found,
        Err(text) => return Output::failure(text + "\n"),
    };
    if said.has("ignore-not-found") {
        found.errors.clear();
    }
    match said.value("subresource") {
        None | Some("" | "status") => {}
        Some("scale") => return scales(said, output, now, found),
        Some(_) => return Output::failure(format!("{NO_RESOURCE}\n")),
    }
    let mut answer = match output {
        "" | "wide" => human(view, now, said, &question, found),
        _ => generic(said, output, found),
    };
    if said
        .words
        .iter()
        .any(|word| word.split(['/', ',']).any(|one| matches!(one, "ep" | "endpoints")))
    {
        answer.stderr.insert_str(0, endpoints::WARNING);
    }
    answer
}

/// Whether it is shown who manages which fields: where objects are printed as a whole only if that
/// is asked for, in templates always.
///
/// Models staging/src/k8s.io/cli-runtime/pkg/genericclioptions/json_yaml_print_flags.go
/// JSONYamlPrintFlags.ToPrinter
fn shows_managers(said: &Said, output: &str) -> bool {
    match output {
        "" | "wide" | "name" => false,
        "yaml" | "json" | "kyaml" => said.has("show-managed-fields"),
        _ => true,
    }
}

/// The scales of what was found.
fn scales(said: &Said, output: &str, now: SimTime, mut found: Found) -> Output {
    let items = found.batches.iter_mut().flat_map(|batch| batch.items.iter_mut());
    for item in items {
        match scale::scale(item) {
            Some(scale) => *item = scale,
            None => return Output::failure(format!("{NO_RESOURCE}\n")),
        }
    }
    if !matches!(output, "" | "wide") {
        return generic(said, output, found);
    }
    let items: Vec<Value> = found.batches.into_iter().flat_map(|batch| batch.items).collect();
    let mut text = String::new();
    if !items.is_empty() && !said.has("no-headers") {
        line(&mut text, &["NAME", "DESIRED", "AVAILABLE", "AGE"].map(str::to_owned));
    }
    for item in &items {
        line(&mut text, &scale::row(item, now));
    }
    let errors = lines(&found.errors);
    Output {
        code: i32::from(!errors.is_empty()),
        stdout: tabs::TABLE.lay_out(&text),
        stderr: errors,
    }
}

fn clash(said: &Said, output: &str) -> Option<String> {
    if said.has("show-labels") && !matches!(output, "" | "wide") {
        return Some(format!("--show-labels option cannot be used with {output} printer"));
    }
    if said.is_given("label-columns") && output.starts_with("custom-columns") {
        return Some(format!("--label-columns option cannot be used with {output} printer"));
    }
    None
}

fn generic(said: &Said, output: &str, found: Found) -> Output {
    let errors = lines(&found.errors);
    let items: Vec<Value> = found.batches.into_iter().flat_map(|batch| batch.items).collect();
    if items.is_empty() && (said.has("ignore-not-found") || found.is_single) {
        return Output {
            code: i32::from(!errors.is_empty()),
            stdout: String::new(),
            stderr: errors,
        };
    }
    let format = match Format::read(output, said) {
        Ok(format) => format,
        Err(text) => return Output::failure(format!("error: {text}\n")),
    };
    let mut items = items;
    if let Some(field) = said.value("sort-by").filter(|_| !found.is_single)
        && let Err(text) = sorter::sort(&mut items, field)
    {
        return Output::failure(format!("error: {text}\n"));
    }
    match format.print(items, found.is_single) {
        Ok(stdout) => Output { code: i32::from(!errors.is_empty()), stdout, stderr: errors },
        Err(text) => Output::failure(format!("error: {text}\n")),
    }
}

/// How a table is dressed.
struct Dress<'a> {
    wide: bool,
    headings: bool,
    with_kind: bool,
    with_namespace: bool,
    label_columns: Vec<&'a str>,
    all_labels: bool,
}

fn human(view: &View, now: SimTime, said: &Said, question: &Question, found: Found) -> Output {
    let with_kind = said.has("show-kind") || are_several(&found.batches);
    let sort_by = said.value("sort-by");
    if sort_by.is_some() && found.batches.len() > 1 {
        let path = super::path::relaxed(sort_by.unwrap_or_default()).unwrap_or_default();
        let text = format!("couldn't find any field with path \"{path}\" in the list of objects");
        return Output::failure(format!("error: {text}\n"));
    }
    let mut stdout = String::new();
    let mut errors = found.errors;
    let mut batches = found.batches.into_iter().peekable();
    let mut all_namespaced = !question.all_namespaces;
    while let Some(batch) = batches.next() {
        all_namespaced &= batch.resource.namespaced;
        let mut items = batch.items;
        // Tables of one kind in a row are printed as one.
        while let Some(next) = batches.next_if(|next| next.resource == batch.resource) {
            items.extend(next.items);
        }
        if let Some(field) = sort_by
            && items.len() > 1
            && let Err(text) = sorter::sort(&mut items, field)
        {
            errors.push(format!("error: {text}"));
            continue;
        }
        let dress = Dress {
            wide: said.value("output") == Some("wide"),
            headings: !said.has("no-headers"),
            with_kind,
            with_namespace: question.all_namespaces && batch.resource.namespaced,
            label_columns: said.values("label-columns"),
            all_labels: said.has("show-labels"),
        };
        let text = block(view, now, &batch.resource, &items, &dress);
        if !stdout.is_empty() && dress.headings && !text.is_empty() {
            stdout.push('\n');
        }
        stdout.push_str(&text);
    }
    let mut stderr = lines(&errors);
    if stdout.is_empty() && errors.is_empty() && !said.has("ignore-not-found") {
        stderr = nothing_found(all_namespaced, question.namespace);
    }
    Output { code: i32::from(!errors.is_empty()), stdout, stderr }
}

fn nothing_found(all_namespaced: bool, namespace: &str) -> String {
    if all_namespaced {
        format!("No resources found in {namespace} namespace.\n")
    } else {
        "No resources found\n".to_owned()
    }
}

fn are_several(batches: &[Batch]) -> bool {
    batches.windows(2).any(|pair| pair[0].resource != pair[1].resource)
}

fn block(view: &View, now: SimTime, resource: &Resource, items: &[Value], dress: &Dress) -> String {
    if items.is_empty() {
        return String::new();
    }
    let (headings, rows) = cells(view, now, resource, items, dress);
    let mut text = String::new();
    if dress.headings {
        line(&mut text, &headings);
    }
    for row in &rows {
        line(&mut text, row);
    }
    tabs::TABLE.lay_out(&text)
}

/// The headings and the rows of a table.
fn cells(
    view: &View,
    now: SimTime,
    resource: &Resource,
    items: &[Value],
    dress: &Dress,
) -> (Vec<String>, Vec<Vec<String>>) {
    let looks = items.iter().map(Look::from);
    let mut table = super::table::table(view, resource, looks, now, dress.wide);
    if let Some(column) = table.name_column.filter(|_| dress.with_kind) {
        for row in &mut table.rows {
            row[column] = format!("{}/{}", resource.printed(), row[column]);
        }
    }
    let mut headings = table.headings;
    if dress.with_namespace {
        headings.insert(0, "NAMESPACE".to_owned());
    }
    headings.extend(dress.label_columns.iter().map(|label| label_heading(label)));
    if dress.all_labels {
        headings.push("LABELS".to_owned());
    }
    let mut rows = table.rows;
    for (row, item) in rows.iter_mut().zip(items) {
        let metadata = Look::from(item).at("metadata");
        if dress.with_namespace {
            row.insert(0, metadata.at("namespace").text().to_owned());
        }
        let labels = metadata.at("labels");
        row.extend(dress.label_columns.iter().map(|key| labels.key(key).text().to_owned()));
        if dress.all_labels {
            row.push(super::table::labels(labels));
        }
    }
    (headings, rows)
}

/// What `get --watch` looks at.
#[derive(Clone, Debug)]
pub struct Watched {
    said: Said,
    namespace: String,
    /// The kind of the objects.
    pub kind: Kind,
    /// What was printed so far, by cells: columns never get narrower.
    rows: Vec<Vec<String>>,
}

/// Reads `get --watch`; nothing if no watch is asked for.
pub fn watch(view: &View, namespace: &str, words: &[String]) -> Result<Option<Watched>, Output> {
    let said = said(words)?;
    let is_asked = said.has("watch") || said.has("watch-only");
    if !is_asked || !matches!(said.value("output"), None | Some("" | "wide")) {
        return Ok(None);
    }
    let namespace = said.value("namespace").unwrap_or(namespace).to_owned();
    let mut watched = Watched { said, namespace, kind: Kind::Other, rows: Vec::new() };
    let found = find(view, &watched.question()).map_err(|text| Output::failure(text + "\n"))?;
    if let Some(error) = found.errors.first() {
        return Err(Output::failure(format!("{error}\n")));
    }
    let mut resources = found.batches.iter().map(|batch| &batch.resource);
    let Some(first) = resources.next() else { return Ok(None) };
    if resources.any(|other| other != first) {
        return Err(Output::failure("error: you may only specify a single resource type\n"));
    }
    watched.kind = first.kind;
    Ok(Some(watched))
}

impl Watched {
    fn question(&self) -> Question<'_> {
        Question {
            namespace: &self.namespace,
            all_namespaces: self.said.has("all-namespaces"),
            words: &self.said.words,
            selector: self.said.value("selector").unwrap_or_default(),
            field_selector: self.said.value("field-selector").unwrap_or_default(),
            only_cells: false,
            shows_managers: false,
            files: None,
        }
    }

    /// What is there when the watch begins; nothing if only changes are wanted.
    pub fn begin(&mut self, view: &View, now: SimTime) -> String {
        let items = if self.said.has("watch-only") {
            Vec::new()
        } else {
            let found = find(view, &self.question()).unwrap_or_default();
            found.batches.into_iter().flat_map(|batch| batch.items).collect()
        };
        self.print(view, now, &items)
    }

    /// The row of a change, as the object is after it or was before its end; nothing if it is
    /// none of those that are watched.
    pub fn change(&mut self, view: &View, now: SimTime, object: &Rc<Object>) -> String {
        let question = self.question();
        let is_here = question.all_namespaces
            || !object.kind().facts().namespaced
            || *object.meta.namespace == *self.namespace;
        let names = named_in(&self.said.words);
        let is_named = names.is_empty() || names.iter().any(|name| **name == *object.meta.name);
        if !is_here || !is_named || !is_selected(&question, object) {
            return String::new();
        }
        self.print(view, now, &[outward(object)])
    }

    fn print(&mut self, view: &View, now: SimTime, items: &[Value]) -> String {
        let Some(resource) =
            resource::meant_by(view, self.said.words[0].split('/').next().unwrap_or_default())
                .first()
                .cloned()
        else {
            return String::new();
        };
        let dress = Dress {
            wide: self.said.value("output") == Some("wide"),
            headings: true,
            with_kind: self.said.has("show-kind"),
            with_namespace: self.said.has("all-namespaces") && resource.namespaced,
            label_columns: self.said.values("label-columns"),
            all_labels: self.said.has("show-labels"),
        };
        if items.is_empty() {
            return String::new();
        }
        let (headings, rows) = cells(view, now, &resource, items, &dress);
        let shown = self.rows.len();
        if self.rows.is_empty() && !self.said.has("no-headers") {
            self.rows.push(headings);
        }
        self.rows.extend(rows);
        let mut text = String::new();
        for row in &self.rows {
            line(&mut text, row);
        }
        let laid = tabs::TABLE.lay_out(&text);
        laid.split_inclusive('\n').skip(shown).collect()
    }
}

/// The names among the words after the type.
fn named_in(words: &[String]) -> Vec<&str> {
    if words.iter().any(|word| word.contains('/')) {
        return words.iter().filter_map(|word| Some(word.split_once('/')?.1)).collect();
    }
    words.iter().skip(1).map(String::as_str).collect()
}

fn is_selected(question: &Question, object: &Object) -> bool {
    let labels = labels::Selector::read(question.selector);
    labels.is_ok_and(|labels| labels.is_met_by(&object.meta.labels))
        && Fields::read(question.field_selector).is_met_by(&outward(object))
}

/// The heading of a label's column: what stands after the last slash.
///
/// Models staging/src/k8s.io/cli-runtime/pkg/printers/tableprinter.go formatLabelHeaders
fn label_heading(label: &str) -> String {
    label.rsplit('/').next().unwrap_or(label).to_uppercase()
}

/// A row; a cell ends at its first line break.
fn line(text: &mut String, cells: &[String]) {
    let cells: Vec<String> = cells
        .iter()
        .map(|cell| match cell.find(['\n', '\r', '\u{c}']) {
            Some(at) => format!("{}...", &cell[..at]),
            None => cell.clone(),
        })
        .collect();
    text.push_str(&cells.join("\t"));
    text.push('\n');
}
