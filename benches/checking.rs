//! How long checking a half-written document takes, by its length and by what is wrong with it.
//!
//! Measures wall time; must not decide anything. Invariant: in every text something is found.

#![allow(clippy::print_stdout, reason = "a bench prints")]

use std::time::Instant;

use podium::kubectl::Reader;

/// How often a text is checked; the fastest counts, for others may use the machine as well.
const TURNS: usize = 7;

/// A Pod of so many lines, in the middle of which one line stands in place of a value.
fn pod(lines: usize, middle: &str) -> String {
    let one = |number: usize| {
        let value = if number == lines / 10 { middle } else { "      value: b\n" };
        format!("  - name: c{number}\n    image: nginx:1.27\n    env:\n    - name: A\n{value}")
    };
    let containers: String = (0..lines / 5).map(one).collect();
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: big}}\nspec:\n  containers:\n{containers}"
    )
}

/// A ConfigMap of so many lines, in the middle of which one line stands in place of an entry.
fn config(lines: usize, middle: &str) -> String {
    let one = |number: usize| {
        if number == lines / 2 {
            return middle.to_owned();
        }
        format!("  key-{number}: \"value {number}\"\n")
    };
    let entries: String = (0..lines).map(one).collect();
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: big}}\ndata:\n{entries}")
}

/// Checks a text, and says how long that took and what was found first.
fn measure(name: &str, lines: usize, text: &str) {
    let reader = Reader::default();
    let mut least = u128::MAX;
    let mut told = String::new();
    for _ in 0..TURNS {
        let started = Instant::now();
        let found = reader.check(text);
        least = least.min(started.elapsed().as_micros());
        let first = found.first().expect("something is wrong");
        let fix = first.fix.as_ref().map_or("no fix", |fix| &fix.title);
        told = format!("{} {fix}", first.code);
    }
    println!("{name:<22} {lines:>5} lines {least:>8} us  {told}");
}

fn main() {
    for lines in [100, 200, 400, 700, 1_000, 2_000, 5_000] {
        measure("Pod, indentation", lines, &pod(lines, "       value: b\n"));
        measure("Pod, no colon", lines, &pod(lines, "      value b\n"));
        measure("Pod, open quote", lines, &pod(lines, "      value: \"b\n"));
        measure("Pod, open bracket", lines, &pod(lines, "      value: [b\n"));
        measure("ConfigMap, indentation", lines, &config(lines, "    oops: 1\n"));
        measure("ConfigMap, no colon", lines, &config(lines, "  oops\n"));
    }
}
