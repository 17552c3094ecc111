//! Another recording of each scenario passes too: the engine plays the steps with luck of its own,
//! and its replay with that luck must agree with what came of it.
//!
//! Two runs of the real thing differ in what chance decides, and only one or two of each were
//! recorded. A seed that begins to fail here shows a race that the replay does not take over.

use std::path::{Path, PathBuf};

use podium::base::Seed;
use podium::conformance::replay::{Luck, check, replay_with};
use podium::conformance::schema::Run;

fn traces() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    let entries = std::fs::read_dir(folder).expect("the traces can be listed");
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "json"));
    paths.sort();
    paths
}

/// The names of the scenarios that do not pass with the luck of a seed.
fn failing(seed: u64) -> Vec<String> {
    let mut failing = Vec::new();
    for path in traces() {
        let text = std::fs::read_to_string(&path).expect("the trace can be read");
        let recorded: Run = serde_json::from_str(&text).expect("a trace");
        let other = replay_with(&recorded, Luck::Own { seed: Seed(seed), slowness: 100 }).run;
        let report = check(&other);
        if let Some(first) = report.differences.first() {
            failing.push(format!("{}: {first}", path.display()));
        }
    }
    failing
}

#[test]
fn another_recording_passes() {
    assert_eq!(failing(19), Vec::<String>::new());
}

#[test]
fn and_another() {
    assert_eq!(failing(30), Vec::<String>::new());
}
