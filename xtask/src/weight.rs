//! What the built site weighs on its way to a browser, part by part.
//!
//! Knows the site's files by their endings; must not know what is in them. Invariant: every
//! file of the site is counted once, before the first picture or after it.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;
use crate::first_picture::FOLDER;

/// When a file is fetched.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Time {
    /// It is there before anything is seen.
    Picture,
    /// It brings the picture to life.
    Engine,
    /// It is fetched once the page lives.
    Later,
}

/// When a file of the site is fetched.
fn time(name: &str) -> Time {
    let is = |ending: &str| Path::new(name).extension().is_some_and(|one| one == ending);
    match name {
        "editor.js" => Time::Later,
        _ if is("html") || is("css") => Time::Picture,
        _ => Time::Engine,
    }
}

/// A file of the site.
struct Part {
    name: String,
    bytes: u64,
    /// As `gzip -9` makes it, which is what most servers send; none where there is no gzip.
    packed: Option<u64>,
}

/// Prints what each part of the site weighs, and what is fetched by when.
pub(crate) fn print(site: &Path) -> Outcome {
    let mut parts = Vec::new();
    for path in files(site)? {
        let name = path.strip_prefix(site).unwrap_or(&path).display().to_string();
        let bytes = path.metadata().map_err(|error| format!("{name}: {error}"))?.len();
        parts.push(Part { name, bytes, packed: packed(&path) });
    }
    parts.sort_by_key(|part| std::cmp::Reverse(part.bytes));
    println!("==> what the site weighs, in kB: as it is, and as gzip -9 sends it");
    for part in &parts {
        row(&part.name, part.bytes, part.packed);
    }
    // A window fetches one of the pictures, so the largest counts.
    let pictures = parts.iter().filter(|part| part.name.starts_with(FOLDER)).skip(1);
    let spare: Vec<&str> = pictures.map(|part| part.name.as_str()).collect();
    let sums = [
        ("the first picture", Time::Picture),
        ("the engine and the page", Time::Engine),
        ("the editor", Time::Later),
    ];
    for (name, when) in sums {
        let of = || {
            let fetched = parts.iter().filter(|part| !spare.contains(&part.name.as_str()));
            fetched.filter(|part| time(&part.name) == when)
        };
        row(name, of().map(|part| part.bytes).sum(), of().map(|part| part.packed).sum());
    }
    Ok(())
}

fn row(name: &str, bytes: u64, packed: Option<u64>) {
    let packed = packed.map_or_else(|| "-".to_owned(), kilobytes);
    println!("    {:>8} {packed:>8}  {name}", kilobytes(bytes));
}

fn kilobytes(bytes: u64) -> String {
    format!("{}.{}", bytes / 1_000, bytes % 1_000 / 100)
}

/// Every file below a folder.
fn files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() { found.extend(files(&path)?) } else { found.push(path) }
    }
    Ok(found)
}

fn packed(path: &Path) -> Option<u64> {
    let output = Command::new("gzip").arg("-9c").arg(path).output().ok()?;
    let length = u64::try_from(output.stdout.len()).ok()?;
    output.status.success().then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_found_and_packed() {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR"));
        let found = files(sources).expect("the folder is there");
        let this = sources.join("src").join("weight.rs");
        assert!(found.contains(&this));
        let bytes = this.metadata().expect("the file is there").len();
        assert!(packed(&this).is_none_or(|packed| packed < bytes));
        assert_eq!(kilobytes(2_047), "2.0");
    }
}
