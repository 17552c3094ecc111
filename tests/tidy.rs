//! Style as a test: floors, sizes, openings and words, over every source file.

use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const LINES_MAX: usize = 800;

/// The floors, lowest first; those of one rank may not know one another.
const FLOORS: [(&str, u32); 16] = [
    ("base", 0),
    ("text", 1),
    ("api", 2),
    ("server", 3),
    ("sim", 4),
    ("controllers", 5),
    ("scheduler", 5),
    ("kubelet", 5),
    ("net", 5),
    ("cluster", 6),
    ("kubectl", 7),
    ("view", 7),
    ("lesson", 7),
    ("share", 7),
    ("conformance", 8),
    ("swarm", 8),
];

fn rank(floor: &str) -> Option<u32> {
    FLOORS.iter().find(|(name, _)| *name == floor).map(|(_, rank)| *rank)
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder can be read").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|one| one == "rs") {
            found.push(path);
        }
    }
}

/// Every source file of a folder, with its path from there and its text.
fn files(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(ROOT).join(folder);
    let mut found = Vec::new();
    sources(&root, &mut found);
    found.sort();
    let short = |path: &Path| {
        let inner = path.strip_prefix(&root).expect("it lies inside");
        inner.to_string_lossy().replace('\\', "/")
    };
    let read = |path: &Path| fs::read_to_string(path).expect("a source is text");
    found.iter().map(|path| (short(path), read(path))).collect()
}

/// Uses of a floor that lies above or beside the file's own.
fn floor_mistakes(path: &str, text: &str) -> Vec<String> {
    let own = path.split(['/', '.']).next().unwrap_or_default();
    let Some(own_rank) = rank(own) else { return Vec::new() };
    let mut mistakes = Vec::new();
    for (number, line) in text.lines().enumerate() {
        for used in line.split("crate::").skip(1) {
            let name: String =
                used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let is_wrong = name != own && rank(&name).is_some_and(|rank| rank >= own_rank);
            if is_wrong {
                mistakes.push(format!("{path}:{}: {own} must not know {name}", number + 1));
            }
        }
    }
    mistakes
}

/// Mistakes of form.
fn form_mistakes(path: &str, text: &str) -> Vec<String> {
    let mut mistakes = Vec::new();
    if !text.starts_with("//!") {
        mistakes.push(format!("{path}:1: the file must open with //!"));
    }
    if text.lines().count() > LINES_MAX {
        mistakes.push(format!("{path}: more than {LINES_MAX} lines"));
    }
    if !text.ends_with('\n') {
        mistakes.push(format!("{path}: must end with a line break"));
    }
    let forbidden = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("#[ig", "nore"),
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("thread::", "sleep"),
    ];
    for (number, line) in text.lines().enumerate() {
        for word in forbidden {
            if line.contains(word) {
                mistakes.push(format!("{path}:{}: {word}", number + 1));
            }
        }
        if line.ends_with(' ') {
            mistakes.push(format!("{path}:{}: a blank at the end", number + 1));
        }
    }
    mistakes
}

/// Things that would make two runs differ, or need a browser, in the library.
fn library_mistakes(path: &str, text: &str) -> Vec<String> {
    if path.starts_with("app/") {
        return Vec::new();
    }
    let forbidden = [
        concat!("Hash", "Map"),
        concat!("Hash", "Set"),
        concat!("std::", "time"),
        concat!("web_", "sys"),
        concat!("gloo", "::"),
    ];
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
    lines
        .flat_map(|(number, line)| {
            forbidden
                .into_iter()
                .filter(move |word| line.contains(word))
                .map(move |word| format!("{path}:{}: {word}", number + 1))
        })
        .collect()
}

/// Chinese words outside the catalogue.
fn word_mistakes(path: &str, text: &str) -> Vec<String> {
    let is_chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    // The name of the language itself stands on its switch.
    let lines = text.lines().enumerate().filter(|(_, line)| !line.contains("中文"));
    lines
        .filter(|(_, line)| path.starts_with("app/") && line.chars().any(is_chinese))
        .map(|(number, _)| format!("{path}:{}: words belong into the catalogue", number + 1))
        .collect()
}

/// Sorts whose code is made anew for every type, in what the page carries.
fn weight_mistakes(path: &str, text: &str) -> Vec<String> {
    // The programs for the command line and what only they use may weigh what they like.
    let elsewhere = ["conformance/", "swarm", "kubectl/print/", "base/order.rs"];
    let is_program = !path.contains('/') && path != "cluster.rs" && path != "net.rs";
    let is_exempt = is_program || elsewhere.iter().any(|start| path.starts_with(start));
    if is_exempt || path.ends_with("tests.rs") {
        return Vec::new();
    }
    let lines = text.lines().take_while(|line| *line != "#[cfg(test)]").enumerate();
    lines
        .filter(|(_, line)| [".sort(", ".sort_"].iter().any(|word| line.contains(word)))
        .map(|(number, _)| format!("{path}:{}: `base::Order` sorts with less code", number + 1))
        .collect()
}

fn check(rule: fn(&str, &str) -> Vec<String>, folder: &str) {
    let files = files(folder);
    assert!(!files.is_empty(), "there is something to check in {folder}");
    let mistakes: Vec<String> = files.iter().flat_map(|(path, text)| rule(path, text)).collect();
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
}

#[test]
fn every_file_uses_only_floors_below_its_own() {
    check(floor_mistakes, "src");
}

#[test]
fn every_file_has_the_form_of_the_house() {
    for folder in ["src", "tests", "xtask/src", "derive/src"] {
        check(form_mistakes, folder);
    }
}

#[test]
fn the_library_has_nothing_that_two_runs_could_disagree_about() {
    check(library_mistakes, "src");
}

#[test]
fn the_pages_words_stand_in_the_catalogue() {
    check(word_mistakes, "src");
}

#[test]
fn the_page_carries_one_sort() {
    check(weight_mistakes, "src");
}

#[test]
fn a_floor_above_or_beside_is_found() {
    assert!(floor_mistakes("api/pod.rs", "use crate::base::Str;\n").is_empty());
    assert_eq!(floor_mistakes("api/pod.rs", "use crate::server::View;\n").len(), 1);
    assert_eq!(floor_mistakes("kubelet/mod.rs", "use crate::scheduler::X;\n").len(), 1);
    assert!(floor_mistakes("cluster.rs", "use crate::kubelet::Fleet;\n").is_empty());
}

#[test]
fn bad_form_is_found() {
    assert_eq!(form_mistakes("a.rs", "fn main() {}\n").len(), 1);
    assert_eq!(form_mistakes("a.rs", "//! Fine.\nlet x = 1; \n").len(), 1);
    assert_eq!(form_mistakes("a.rs", &format!("//! x\n{}\n", concat!("// TO", "DO"))).len(), 1);
    assert_eq!(
        library_mistakes("sim/a.rs", concat!("use std::collections::Hash", "Map;")).len(),
        1
    );
    assert!(library_mistakes("app/a.rs", concat!("use web_", "sys::Window;")).is_empty());
    assert_eq!(weight_mistakes("view/a.rs", "list.sort_by_key(key);\n").len(), 1);
    assert!(weight_mistakes("view/a.rs", "#[cfg(test)]\nlist.sort();\n").is_empty());
    assert_eq!(word_mistakes("app/a.rs", "let x = \"节点\";\n").len(), 1);
}
