//! The native command line of Podium.
//!
//! Knows files and the terminal; must not decide anything about the cluster. Invariant: ends
//! with 0 if everything was applied and ran, 1 on a mistake in a file, 2 on one in the words.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line prints")]

mod conform;
mod console;
mod options;
mod script;
mod swarming;

use std::process::ExitCode;
use std::rc::Rc;

use podium::api::{Kind, Object};
use podium::base::{Seed, SimTime};
use podium::cluster::{self, Cluster, Setup};
use podium::kubectl::Reader;
use podium::sim::{Actor, TraceEntry, What};
use podium::text::{Diagnostic, Severity, line_column};
use podium::view::scene::Chronicle;
use podium::view::transport::stamp;
use podium::view::words::Lang;

use console::Console;
use options::Options;

const HELP: &str = "\
podium run [FILE…] [--seed N] [--nodes N] [--until 60s] [--script SCRIPT] [--trace] [--digest]

  --seed N         the seed of all that is drawn (1)
  --nodes N        how many default nodes there are (3)
  --until 60s      how much virtual time passes: s, m or h (60s)
  --script SCRIPT  a file of commands with their times, such as `10s kubectl delete pod db-1`
  --trace          one JSON object a line instead of sentences
  --yaml KIND/NAME an object of the final state as YAML
  --digest         the digest of the final state, last

podium conformance DIR [--only NAME] [--verbose]
podium swarm [--seeds N] [--from N] [--jobs N] [--tell]

  replays every trace of DIR on the engine and compares the two runs
  --only NAME      only the traces whose name contains NAME
  --verbose        every difference, not the first alone

podium replay TRACE.json [--seed N] [--slowness N]

  the engine's own run of a trace's steps, in the schema of the traces
  --seed N         with luck of its own, as another recording would have
  --slowness N     and watches so slow, in hundredths of the usual

podium compare TRACE.json OTHER.json

  compares two runs of one scenario, such as one that `replay` wrote
";

/// Steps that a run may take: a loop in the cluster must not hang the terminal.
const STEPS_MAX: u64 = 50_000_000;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.first().map(String::as_str) {
        Some("run") => {}
        Some("swarm") => return swarming::swarm(&words[1..]),
        Some("conformance") => return conform::conformance(&words[1..]),
        Some("compare") => return conform::compare_files(&words[1..]),
        Some("replay") => return conform::replay_file(&words[1..]),
        _ => {
            println!("{HELP}");
            return ExitCode::from(u8::from(!words.is_empty()) * 2);
        }
    }
    match Options::read(&words[1..]) {
        Ok(options) => run(&options),
        Err(message) => {
            eprintln!("podium: {message}\n\n{HELP}");
            ExitCode::from(2)
        }
    }
}

fn run(options: &Options) -> ExitCode {
    let Some(texts) = read_files(&options.files) else { return ExitCode::from(1) };
    let steps = match options.script.as_deref().map(script::read).transpose() {
        Ok(steps) => steps.unwrap_or_default(),
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(1);
        }
    };
    let setup = Setup { seed: Seed(options.seed), nodes: options.nodes, ..Setup::default() };
    let mut cluster = cluster::start(setup);
    if !apply(&mut cluster, &texts) {
        return ExitCode::from(1);
    }
    let (mut printed, mut chronicle) = (0, Chronicle::default());
    let mut tell = |cluster: &Cluster| {
        if options.trace {
            print_trace(cluster, &mut printed);
        } else {
            print_story(cluster, &mut chronicle, &mut printed);
        }
    };
    let mut console = Console::new(options.trace);
    for (at, deed) in steps {
        console.run_until(&mut cluster, at.min(options.until), &mut tell);
        if at <= options.until {
            console.start(&mut cluster, deed);
        }
    }
    let is_done = console.run_until(&mut cluster, options.until, &mut tell);
    if !options.trace {
        print_end(&cluster);
    }
    if let Some(wanted) = &options.yaml {
        let Some(object) = find(&cluster, wanted) else {
            eprintln!("podium: there is no {wanted} in the end");
            return ExitCode::from(1);
        };
        println!("{}", podium::api::encode::to_yaml(&object));
    }
    if options.digest {
        println!("digest {:016x}", cluster.digest());
    }
    if !is_done {
        eprintln!("podium: stopped after {STEPS_MAX} steps at {}", stamp(cluster.now().0));
        return ExitCode::from(1);
    }
    ExitCode::SUCCESS
}

/// The object that `sts/db` or `pod/db-1` means.
fn find(cluster: &Cluster, wanted: &str) -> Option<Rc<Object>> {
    let (kind, name) = wanted.split_once('/')?;
    let kind = Kind::from_resource(kind)?;
    let namespace = if kind.facts().namespaced { "default" } else { "" };
    cluster.model().view().named(kind, namespace, name).cloned()
}

/// The texts of all files by name; mistakes in them go to the terminal.
fn read_files(files: &[String]) -> Option<Vec<(&str, String)>> {
    let reader = Reader::default();
    let mut texts = Vec::new();
    let mut is_well = true;
    for file in files {
        match std::fs::read_to_string(file) {
            Ok(text) => {
                is_well &= print_found(file, &text, &reader.check(&text));
                texts.push((file.as_str(), text));
            }
            Err(error) => {
                eprintln!("{file}: {error}");
                is_well = false;
            }
        }
    }
    is_well.then_some(texts)
}

/// Applies all texts; whether nothing was refused.
fn apply(cluster: &mut Cluster, texts: &[(&str, String)]) -> bool {
    let reader = Reader::default();
    let mut is_well = true;
    for (file, text) in texts {
        is_well &= match reader.apply(cluster, "default", text) {
            Ok(applied) => print_found(file, text, &applied.refused),
            Err(found) => print_found(file, text, &found),
        };
    }
    is_well
}

/// Prints mistakes with their places; whether none is an error.
fn print_found(file: &str, text: &str, found: &[Diagnostic]) -> bool {
    for one in found {
        let (line, column) = line_column(text, one.primary.start);
        let word = if one.severity == Severity::Error { "error" } else { "warning" };
        eprintln!("{file}:{line}:{column}: {word}[{}]: {}", one.code, one.message);
        for other in &one.others {
            let (line, column) = line_column(text, other.span.start);
            eprintln!("    {file}:{line}:{column}: {}", other.message);
        }
        for more in one.help.iter().chain(one.fix.as_ref().map(|fix| &fix.title)) {
            eprintln!("    = {more}");
        }
    }
    !found.iter().any(|one| one.severity == Severity::Error)
}

fn print_trace(cluster: &Cluster, printed: &mut u32) {
    for entry in cluster.trace().since(*printed) {
        println!("{}", trace_line(entry));
    }
    *printed = cluster.trace().next();
}

fn print_story(cluster: &Cluster, chronicle: &mut Chronicle, printed: &mut u32) {
    chronicle.read(cluster, Lang::En);
    let known = chronicle.entries().partition_point(|entry| entry.id < u64::from(*printed));
    for entry in &chronicle.entries()[known..] {
        println!("{:>9}  {:<24} {}", stamp(entry.at_us), entry.actor, entry.sentence());
    }
    *printed = cluster.trace().next();
}

/// One entry as JSON; the README gives the schema.
fn trace_line(entry: &TraceEntry) -> serde_json::Value {
    let actor = match &entry.actor {
        Actor::Person => "person".to_owned(),
        Actor::Component(name) => (*name).to_owned(),
        Actor::Kubelet(node) => format!("kubelet/{node}"),
        Actor::Machine(node) => format!("machine/{node}"),
    };
    let mut line = serde_json::json!({
        "id": entry.id.0,
        "at_us": entry.at.0,
        "cause": entry.cause.map(|cause| cause.0),
        "actor": actor,
        "rule": entry.rule.map(|rule| rule.0),
    });
    let (what, object, text) = match &entry.what {
        What::Command(command) => ("command", None, Some(script::describe(command))),
        What::Write(change) => {
            let what = match (&change.old, &change.new) {
                (None, _) => "added",
                (_, None) => "deleted",
                _ => "modified",
            };
            let event = change.object().event();
            let text = event.map(|event| format!("{}: {}", event.reason, event.message));
            (what, Some(change.object()), text)
        }
        What::Refused(refusal) => ("refused", None, Some(refusal.to_string())),
        What::Waiting(_, waiting) => ("waiting", None, Some(waiting.object.to_string())),
        What::Machine(is_up) => ("machine", None, Some(if *is_up { "up" } else { "down" }.into())),
    };
    line["what"] = what.into();
    if let Some(object) = object {
        line["kind"] = object.kind().name().into();
        line["namespace"] = (*object.meta.namespace).into();
        line["name"] = (*object.meta.name).into();
        line["resourceVersion"] = object.meta.resource_version.into();
    }
    if let Some(text) = text {
        line["text"] = text.into();
    }
    line
}

/// What there is in the end: Pods with their environment, Services with their records.
fn print_end(cluster: &Cluster) {
    let view = cluster.model().view();
    println!("\nAt {}:", stamp(cluster.now().0));
    for object in view.table(Kind::Pod).iter() {
        let Some(pod) = object.pod() else { continue };
        let ready = if pod.is_ready() { "Ready" } else { "not ready" };
        let (none, meta) = ("-".into(), &object.meta);
        println!(
            "  pod/{:<32} {:?}, {ready:<9} {:<16} {}",
            meta.name,
            pod.status.phase,
            pod.status.pod_ip.as_ref().unwrap_or(&none),
            pod.node().unwrap_or(&none)
        );
        for container in &pod.spec.containers {
            for (name, value) in podium::kubelet::environment::of(object, container, view) {
                println!("      {}: {name}={value}", container.name);
            }
        }
    }
    for object in view.table(Kind::Service).iter() {
        let Some(service) = object.service() else { continue };
        let address = service.spec.cluster_ip.as_deref().unwrap_or("-");
        println!("  service/{:<28} cluster IP {address}", object.meta.name);
        for (name, address) in podium::net::records(object, view) {
            println!("      {name} -> {address}");
        }
    }
    for object in view.table(Kind::PersistentVolumeClaim).iter() {
        let Some(claim) = object.claim() else { continue };
        let phase = claim.status.phase.as_deref().unwrap_or("Pending");
        println!("  pvc/{:<32} {phase}", object.meta.name);
    }
}

/// A span such as `90s`, `2m`, `1h` or `12.5s`, as a moment of the run.
pub(crate) fn moment(text: &str) -> Option<SimTime> {
    const UNITS: [(&str, u64); 4] =
        [("ms", 1_000), ("s", 1_000_000), ("m", 60_000_000), ("h", 3_600_000_000)];
    let unit = UNITS.iter().find_map(|(unit, us)| Some((text.strip_suffix(unit)?, *us)));
    let (number, factor) = unit.unwrap_or((text, 1_000_000));
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let places = u32::try_from(part.len()).ok().filter(|places| *places <= 9)?;
    let digits = |text: &str| -> Option<u64> {
        text.bytes().all(|one| one.is_ascii_digit()).then(|| text.parse().ok()).flatten()
    };
    let part = digits(part)?.checked_mul(factor)? / 10_u64.pow(places);
    digits(whole)?.checked_mul(factor)?.checked_add(part).map(SimTime)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_to_the_microsecond() {
        let us = |text| moment(text).map(|at| at.0);
        assert_eq!(us("90s"), Some(90_000_000));
        assert_eq!(us("12.345678s"), Some(12_345_678));
        assert_eq!(
            (us("500ms"), us("1.5h"), us("2m")),
            (Some(500_000), Some(5_400_000_000), Some(120_000_000))
        );
        assert_eq!(
            (us("7"), us("-1s"), us("1.s"), us("s"), us("1.2.3s")),
            (Some(7_000_000), None, None, None, None)
        );
    }
}
