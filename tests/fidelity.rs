//! FIDELITY.md says what the sources say: which upstream function each rule is modelled after,
//! and what differs. `UPDATE=1` writes it anew.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

const HEAD: &str = "# Fidelity

What Podium models after which function of Kubernetes 1.36, and what differs from it. Made from
the comments in `src/` by `UPDATE=1 cargo test --test fidelity`; a rule is mended there, not here.
Recorded runs of a real control plane in `tests/conformance/` are the measure:
`cargo run -- conformance tests/conformance`.
";

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for path in fs::read_dir(folder).expect("it can be read").flatten().map(|one| one.path()) {
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|one| one == "rs") {
            found.push(path);
        }
    }
}

/// The comments of a file, each as one line without its marks.
fn comments(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut open: Option<String> = None;
    for line in text.lines() {
        let bare = line.trim_start();
        let words = ["//! ", "/// ", "// "].iter().find_map(|mark| bare.strip_prefix(mark));
        let is_start =
            words.is_some_and(|one| one.starts_with("Models ") || one.starts_with("Differs: "));
        if (is_start || words.is_none())
            && let Some(done) = open.take()
        {
            all.push(done);
        }
        match (words, &mut open) {
            (Some(words), _) if is_start => open = Some(words.trim().to_owned()),
            (Some(words), Some(open)) => *open = format!("{open} {}", words.trim()),
            _ => {}
        }
    }
    all.extend(open);
    all
}

fn generated() -> String {
    let mut files = Vec::new();
    sources(&Path::new(ROOT).join("src"), &mut files);
    files.sort();
    let mut models: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut differs = String::new();
    let mut count = 0;
    for file in &files {
        let short =
            file.strip_prefix(ROOT).expect("it lies inside").to_string_lossy().replace('\\', "/");
        for comment in comments(&fs::read_to_string(file).expect("a source is text")) {
            if let Some(upstream) = comment.strip_prefix("Models ") {
                count += 1;
                let floor = short.split('/').nth(1).unwrap_or_default().trim_end_matches(".rs");
                models
                    .entry(floor.to_owned())
                    .or_default()
                    .push(format!("| `{short}` | {upstream} |"));
            } else if let Some(difference) = comment.strip_prefix("Differs: ") {
                writeln!(differs, "| `{short}` | {difference} |").expect("a string takes all");
            }
        }
    }
    let mut text = HEAD.to_owned();
    write!(text, "\n## What differs\n\n| where | what |\n|---|---|\n{differs}").expect("a string");
    write!(text, "\n## What is modelled ({count} rules)\n").expect("a string");
    for (floor, rows) in models {
        write!(text, "\n### {floor}\n\n| where | after |\n|---|---|\n{}\n", rows.join("\n"))
            .expect("a string takes all");
    }
    text
}

#[test]
fn fidelity_says_what_the_sources_say() {
    let path = Path::new(ROOT).join("FIDELITY.md");
    let wanted = generated();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &wanted).expect("it can be written");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "FIDELITY.md is out of date: run UPDATE=1 cargo test --test fidelity");
}

#[test]
fn a_comment_of_several_lines_is_read_whole() {
    let text = "/// Does it.\n///\n/// Models pkg/a.go F and\n/// pkg/b.go G\n/// Differs: not H.\nfn f() {}\n";
    assert_eq!(comments(text), ["Models pkg/a.go F and pkg/b.go G", "Differs: not H."]);
}
