//! What a real kubectl printed, against what is printed here from the same objects.
//!
//! Must not know how objects come about. Invariant: only the moment of printing is looked for;
//! every other letter must be the same.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::api::{Object, Value, decode};
use crate::base::SimTime;
use crate::kubectl::Output;
use crate::kubectl::print::{describe, get};
use crate::server::View;

/// Objects of a real cluster and what kubectl said of them.
#[derive(Deserialize)]
struct Golden {
    namespace: String,
    objects: Vec<Value>,
    shows: Vec<(String, String)>,
}

fn printed(view: &View, now: SimTime, namespace: &str, line: &str) -> Output {
    let mut words: Vec<String> = line.split_whitespace().skip(1).map(str::to_owned).collect();
    let verb = words.remove(0);
    match &*verb {
        "get" => get(view, now, namespace, &words),
        _ => {
            // Events are not among the objects.
            if !line.contains(" svc ") {
                words.push("--show-events=false".to_owned());
            }
            describe(view, now, namespace, &words)
        }
    }
}

/// The first moment of the ten minutes after the last write at which the text is printed.
fn moment(golden: &Golden, view: &View, line: &str, text: &str) -> Result<SimTime, String> {
    let text = text.replace("{ns}", &golden.namespace);
    let line = line.replace("{ns}", &golden.namespace);
    let stamps = golden.objects.iter().filter_map(newest_stamp);
    let from = stamps.max().unwrap_or(SimTime::ZERO);
    for seconds in 0..600 {
        let now = from.plus_seconds(seconds);
        if printed(view, now, &golden.namespace, &line).stdout == text {
            return Ok(now);
        }
    }
    let now = from.plus_seconds(4);
    let ours = printed(view, now, &golden.namespace, &line);
    Err(format!("{line}\n--- real\n{text}--- ours\n{}{}", ours.stdout, ours.stderr))
}

fn newest_stamp(object: &Value) -> Option<SimTime> {
    let created = object.at("metadata")?.at("creationTimestamp")?.as_str()?;
    SimTime::parse(created)
}

fn check(path: &Path, mistakes: &mut Vec<String>) {
    let text = fs::read_to_string(path).expect("the file can be read");
    let golden: Golden = serde_json::from_str(&text).expect("the file is valid");
    let objects: Result<Vec<Object>, String> = golden.objects.iter().map(decode::whole).collect();
    let view = View::of_objects(objects.expect("they are objects"));
    for (line, text) in &golden.shows {
        if let Err(mistake) = moment(&golden, &view, line, text) {
            mistakes.push(format!("{}: {mistake}", path.display()));
        }
    }
}

#[test]
fn objects_of_a_real_cluster_are_printed_as_kubectl_printed_them() {
    let folder = std::env::var("PRINT_GOLDEN")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/tests/print").to_owned());
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be read").path())
        .filter(|path| path.extension().is_some_and(|one| one == "json"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "there is something to compare");
    let mut mistakes = Vec::new();
    for path in &paths {
        check(path, &mut mistakes);
    }
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n\n"));
}
