//! `podium conformance` and `podium replay`.
//!
//! Knows files and the terminal; must not compare anything itself. Invariant: ends with 0 only
//! if every trace passed.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use podium::base::Seed;
use podium::conformance::compare::{Report, Section, compare};
use podium::conformance::replay::{Luck, Replay, check, replay_with};
use podium::conformance::schema::Run;

const USAGE: u8 = 2;
/// How slow watches usually are, in hundredths.
const USUAL: u32 = 100;

fn read(path: &Path) -> Result<Run, String> {
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

/// The trace that `podium replay` is given, and whose luck it has.
fn replay_options(words: &[String]) -> Result<(&str, Luck), String> {
    let (mut path, mut seed, mut slowness) = (None, None, None);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut number = || {
            let value = words.next().ok_or(format!("{word} needs a number"))?;
            value.parse::<u32>().map_err(|_| format!("{word} needs a number, not \"{value}\""))
        };
        match word.as_str() {
            "--seed" => seed = Some(number()?),
            "--slowness" => slowness = Some(number()?),
            other if other.starts_with('-') => return Err(format!("unknown option {other}")),
            other if path.is_some() => return Err(format!("one TRACE.json is enough: {other}")),
            other => path = Some(other),
        }
    }
    let luck = match (seed, slowness) {
        (None, None) => Luck::Recorded { place: 0 },
        _ => Luck::Own {
            seed: Seed(u64::from(seed.unwrap_or(1))),
            slowness: slowness.unwrap_or(USUAL),
        },
    };
    Ok((path.ok_or("replay takes one TRACE.json")?, luck))
}

/// `podium replay TRACE.json [--seed N] [--slowness N]`
pub(crate) fn replay_file(words: &[String]) -> ExitCode {
    let (path, luck) = match replay_options(words) {
        Ok(options) => options,
        Err(message) => {
            eprintln!("podium: {message}");
            return ExitCode::from(USAGE);
        }
    };
    let written = read(Path::new(path)).and_then(|recorded| {
        let run = replay_with(&recorded, luck).run;
        serde_json::to_string(&run).map_err(|error| error.to_string())
    });
    match written {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(1)
        }
    }
}

/// `podium compare TRACE.json OTHER.json`
pub(crate) fn compare_files(words: &[String]) -> ExitCode {
    let [expected, got] = words else {
        eprintln!("podium: compare takes TRACE.json and OTHER.json");
        return ExitCode::from(USAGE);
    };
    let both = read(Path::new(expected)).and_then(|one| Ok((one, read(Path::new(got))?)));
    match both {
        Ok((expected, got)) => {
            let report = compare(&expected, &Replay::of(got));
            print(&name(Path::new(words[0].as_str())), &report, true);
            ExitCode::from(u8::from(!report.is_passed()))
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(1)
        }
    }
}

struct Options {
    folder: PathBuf,
    only: Option<String>,
    is_verbose: bool,
}

fn options(words: &[String]) -> Result<Options, String> {
    let mut folder = None;
    let mut only = None;
    let mut is_verbose = false;
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--only" => only = Some(words.next().ok_or("--only needs a NAME")?.clone()),
            "--verbose" => is_verbose = true,
            other if other.starts_with('-') => return Err(format!("unknown option {other}")),
            path => folder = Some(PathBuf::from(path)),
        }
    }
    Ok(Options { folder: folder.ok_or("no DIR was given")?, only, is_verbose })
}

/// `podium conformance DIR [--only NAME] [--verbose]`
pub(crate) fn conformance(words: &[String]) -> ExitCode {
    let options = match options(words) {
        Ok(options) => options,
        Err(message) => {
            eprintln!("podium: {message}");
            return ExitCode::from(USAGE);
        }
    };
    let mut paths: Vec<PathBuf> = match std::fs::read_dir(&options.folder) {
        Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
        Err(error) => {
            eprintln!("{}: {error}", options.folder.display());
            return ExitCode::from(1);
        }
    };
    paths.retain(|path| path.extension().is_some_and(|end| end == "json"));
    paths.retain(|path| options.only.as_ref().is_none_or(|only| name(path).contains(only)));
    paths.sort();
    let mut passed = 0;
    for path in &paths {
        let name = name(path);
        match read(path) {
            Ok(recorded) => {
                let report = check(&recorded);
                passed += usize::from(report.is_passed());
                print(&name, &report, options.is_verbose);
            }
            Err(message) => println!("FAIL {name}: {message}"),
        }
    }
    println!("{passed} of {}", paths.len());
    if passed == paths.len() && !paths.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

fn name(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

fn print(name: &str, report: &Report, is_verbose: bool) {
    let Some(first) = report.differences.first() else {
        println!("PASS {name}");
        return;
    };
    let sections: Vec<String> = Section::ALL
        .into_iter()
        .filter(|section| report.compared[*section as usize] > 0)
        .map(|section| {
            let all = report.compared[section as usize];
            format!("{} {}/{all}", section.word(), all - report.failed[section as usize])
        })
        .collect();
    if is_verbose {
        println!("FAIL {name} [{}]", sections.join(", "));
        for one in &report.differences {
            println!("  {one}");
        }
    } else {
        println!("FAIL {name} [{}] {first}", sections.join(", "));
    }
}
