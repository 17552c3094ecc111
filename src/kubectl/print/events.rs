//! `kubectl events`.
//!
//! Must not know how Events come about. Invariant: the last is the newest.
//!
//! Models staging/src/k8s.io/kubectl/pkg/cmd/events/events.go

use std::rc::Rc;

use crate::api::outward::outward;
use crate::api::{Kind, Object, Value};
use crate::base::SimTime;
use crate::kubectl::Output;
use crate::kubectl::print::describe::events::interval;
use crate::kubectl::print::flags::{self, Flag, Said, switch, value};
use crate::kubectl::print::format::Format;
use crate::kubectl::print::look::Look;
use crate::kubectl::print::{order, resource, tabs};
use crate::server::View;

const FLAGS: [Flag; 9] = [
    value("output", 'o'),
    value("for", ' '),
    value("types", ' '),
    value("chunk-size", ' '),
    value("template", ' '),
    switch("all-namespaces", 'A'),
    switch("watch", 'w'),
    switch("no-headers", ' '),
    switch("show-managed-fields", ' '),
];

/// Answers `kubectl events`; `words` are those after it.
pub fn events(view: &View, now: SimTime, namespace: &str, words: &[String]) -> Output {
    match flags::read("events", &FLAGS, words) {
        Ok(said) => answer(view, now, namespace, &said)
            .unwrap_or_else(|text| Output::failure(format!("error: {text}\n"))),
        Err(output) => output,
    }
}

fn answer(view: &View, now: SimTime, namespace: &str, said: &Said) -> Result<Output, String> {
    let namespace = said.value("namespace").unwrap_or(namespace);
    let about = said.value("for").map(|word| about(view, word)).transpose()?;
    let types = said.values("types");
    let is_type =
        |word: &&str| ["Normal", "Warning"].iter().any(|one| one.eq_ignore_ascii_case(word));
    if !types.iter().all(is_type) {
        return Err("valid --types are Normal or Warning".to_owned());
    }
    let is_everywhere = said.has("all-namespaces");
    let mut found: Vec<&Rc<Object>> = view
        .table(Kind::Event)
        .iter()
        .filter(|one| is_everywhere || *one.meta.namespace == *namespace)
        .collect();
    found.sort_by_cached_key(|one| format!("{}/{}", one.meta.namespace, one.meta.name));
    let mut events: Vec<Value> = found.into_iter().map(|one| outward(one)).collect();
    events.retain(|event| {
        let event = Look::from(event);
        let kind = event.at("type").text();
        let object = event.at("involvedObject");
        (types.is_empty() || types.iter().any(|one| one.eq_ignore_ascii_case(kind)))
            && about.as_ref().is_none_or(|[kind, version, name]| {
                let is = |key: &str, text: &str| object.at(key).text() == text;
                is("kind", kind) && is("apiVersion", version) && is("name", name)
            })
    });
    if events.is_empty() {
        let place =
            if is_everywhere { String::new() } else { format!(" in {namespace} namespace") };
        let stderr = format!("No events found{place}.\n");
        return Ok(Output { stderr, ..Output::default() });
    }
    order::sort(&mut events, |left, right| told_at(left) < told_at(right));
    let stdout = match said.value("output") {
        None | Some("") => table(&events, now, !said.has("no-headers"), is_everywhere),
        Some(output) => Format::read(output, said)?.print(events, false)?,
    };
    Ok(Output { stdout, ..Output::default() })
}

/// The kind, the version and the name behind `deployment/web`.
fn about(view: &View, word: &str) -> Result<[String; 3], String> {
    let parts: Vec<&str> = word.split('/').collect();
    let [kind, name] = parts.as_slice() else {
        return Err(match parts.len() {
            1 => "--for must be in resource/name form".to_owned(),
            _ => "arguments in resource/name form may not have more than one slash".to_owned(),
        });
    };
    let found = resource::meant_by(view, &kind.to_lowercase());
    let found = found
        .first()
        .ok_or_else(|| format!("the server doesn't have a resource type \"{kind}\""))?;
    Ok([found.name.to_string(), found.api_version(), (*name).to_owned()])
}

/// Models staging/src/k8s.io/kubectl/pkg/cmd/events/events.go eventTime
fn told_at(event: &Value) -> &str {
    let event = Look::from(event);
    if event.at("series").is_some() {
        return event.at("series.lastObservedTime").text();
    }
    event.at("lastTimestamp").text_or(event.at("eventTime").text())
}

fn table(events: &[Value], now: SimTime, has_headings: bool, is_everywhere: bool) -> String {
    let mut text = String::new();
    if has_headings {
        text += if is_everywhere { "NAMESPACE\t" } else { "" };
        text += "LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE\n";
    }
    for event in events.iter().map(Look::from) {
        if is_everywhere {
            text.extend([event.at("metadata.namespace").text(), "\t"]);
        }
        let about = event.at("involvedObject");
        let cells = [
            interval(event, now),
            event.at("type").text().to_owned(),
            event.at("reason").text().to_owned(),
            format!("{}/{}", about.at("kind").text(), about.at("name").text()),
            event.at("message").text().trim().to_owned(),
        ];
        text += &cells.join("\t");
        text.push('\n');
    }
    tabs::TABLE.lay_out(&text)
}
