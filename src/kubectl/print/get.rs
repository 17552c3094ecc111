//! `kubectl get`.
//!
//! Must not know what stands in a table's cells. Invariant: what is shown is what the view holds.
//!
//! Models staging/src/k8s.io/kubectl/pkg/cmd/get/get.go

use crate::api::Value;
use crate::base::SimTime;
use crate::kubectl::print::find::{Batch, Found, Question, find};
use crate::kubectl::print::flags::{self, Flag, Said, switch, value};
use crate::kubectl::print::format::Format;
use crate::kubectl::print::look::Look;
use crate::kubectl::print::resource::Resource;
use crate::kubectl::print::{endpoints, sorter, tabs};
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

const NOTHING_ASKED: &str = "You must specify the type of resource to get. Use \"kubectl \
api-resources\" for a complete list of supported resources.\n\nerror: Required resource not \
specified.\nUse \"kubectl explain <resource>\" for a detailed description of that resource (e.g. \
kubectl explain pods).\nSee 'kubectl get -h' for help and examples\n";

/// Answers `kubectl get`; `words` are those after `get`.
pub fn get(view: &View, now: SimTime, namespace: &str, words: &[String]) -> Output {
    match flags::read("get", &FLAGS, words) {
        Ok(said) => answer(view, now, namespace, &said),
        Err(output) => output,
    }
}

fn answer(view: &View, now: SimTime, namespace: &str, said: &Said) -> Output {
    if said.words.is_empty() {
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
    };
    let mut found = match find(view, &question) {
        Ok(found) => found,
        Err(text) => return Output::failure(text + "\n"),
    };
    if said.has("ignore-not-found") {
        found.errors.clear();
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
    let looks = items.iter().map(Look::from);
    let mut table = super::table::table(view, resource, looks, now, dress.wide);
    if let Some(column) = table.name_column.filter(|_| dress.with_kind) {
        for row in &mut table.rows {
            row[column] = format!("{}/{}", resource.printed(), row[column]);
        }
    }
    let mut text = String::new();
    if dress.headings {
        let mut headings = table.headings;
        if dress.with_namespace {
            headings.insert(0, "NAMESPACE".to_owned());
        }
        headings.extend(dress.label_columns.iter().map(|label| label_heading(label)));
        if dress.all_labels {
            headings.push("LABELS".to_owned());
        }
        line(&mut text, &headings);
    }
    for (mut row, item) in table.rows.into_iter().zip(items) {
        let metadata = Look::from(item).at("metadata");
        if dress.with_namespace {
            row.insert(0, metadata.at("namespace").text().to_owned());
        }
        let labels = metadata.at("labels");
        row.extend(dress.label_columns.iter().map(|key| labels.key(key).text().to_owned()));
        if dress.all_labels {
            row.push(super::table::labels(labels));
        }
        line(&mut text, &row);
    }
    tabs::TABLE.lay_out(&text)
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
