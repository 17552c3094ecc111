//! The project's commands: `cargo xtask serve`, `build`, `test`, `check` and `bench`.
//!
//! Knows tools and their versions; must not know the engine. Invariant: whatever is missing
//! is installed into one folder of its own, and whatever is there at the right version is
//! used as it is.

#![allow(clippy::print_stdout, reason = "a command line tells what it does")]

mod first_picture;
mod order;
mod tools;
mod weight;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use tools::Tools;

/// What went wrong, as a sentence.
type Outcome<T = ()> = Result<T, String>;

const HELP: &str = "\
cargo xtask serve [--port N] [--release]   build the app and serve it
cargo xtask build                          leave the release site in dist/
cargo xtask test                           run every test
cargo xtask check                          format, lints and native tests only
cargo xtask bench                          how fast the engine and the page are
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let rest = args.get(1..).unwrap_or_default();
    let result = match args.first().map(String::as_str) {
        Some("serve") => serve(rest),
        Some("build") => build().map(|()| println!("The site is in dist/.")),
        Some("test") => test(),
        Some("check") => check(),
        Some("bench") => bench(),
        _ => {
            println!("{HELP}");
            return ExitCode::from(u8::from(!args.is_empty()) * 2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            println!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}

/// The project's folder.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Runs a program in the project's folder and says what for.
fn run(what: &str, program: impl AsRef<OsStr>, args: &[&str], tools: &Tools) -> Outcome {
    println!("==> {what}");
    let started = Instant::now();
    let status = Command::new(program.as_ref())
        .args(args)
        .current_dir(root())
        .env("PATH", tools.path())
        .status()
        .map_err(|error| format!("{what}: {} can't be run: {error}", program.as_ref().display()))?;
    println!("    {:.1} s", started.elapsed().as_secs_f32());
    if status.success() { Ok(()) } else { Err(format!("{what} failed ({status})")) }
}

fn serve(args: &[String]) -> Outcome {
    let port = args
        .iter()
        .position(|arg| arg == "--port")
        .and_then(|index| args.get(index + 1))
        .map_or("8080", String::as_str);
    let is_release = args.iter().any(|arg| arg == "--release");
    let tools = Tools::for_build()?;
    fetch(&tools)?;
    println!("==> Podium will be at http://127.0.0.1:{port}/ once it is built");
    let mut trunk = vec!["serve", "--port", port];
    if is_release {
        trunk.push("--release");
    }
    run("serve", tools.trunk(), &trunk, &tools)
}

fn build() -> Outcome {
    let tools = Tools::for_build()?;
    build_with(&tools)
}

/// Trunk builds offline, so that a build never waits for the network: the crates come first.
fn fetch(tools: &Tools) -> Outcome {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    run("fetch crates", cargo, &["fetch", "--locked", "--quiet"], tools)
}

fn build_with(tools: &Tools) -> Outcome {
    fetch(tools)?;
    run("build the release site", tools.trunk(), &["build", "--release"], tools)?;
    order::arrange(&root().join("dist"), tools)?;
    first_picture::add(&root().join("dist"), tools)?;
    weight::print(&root().join("dist"))
}

fn check() -> Outcome {
    let tools = Tools::none();
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    run("format", &cargo, &["fmt", "--all", "--check"], &tools)?;
    let picture = ["--features", "first-picture"];
    let lints =
        [&["clippy", "--workspace", "--all-targets"][..], &picture, &["--", "-D", "warnings"]]
            .concat();
    run("lints, native", &cargo, &lints, &tools)?;
    engine_has_no_web_crate(&cargo)?;
    run("tests, native", &cargo, &["test", "--workspace"], &tools)
}

fn test() -> Outcome {
    let started = Instant::now();
    check()?;
    let tools = Tools::for_tests()?;
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let lints = [
        "clippy",
        "--target",
        "wasm32-unknown-unknown",
        "--features",
        "web",
        "--bin",
        "podium-web",
        "--",
        "-D",
        "warnings",
    ];
    run("lints, page", &cargo, &lints, &tools)?;
    build_with(&tools)?;
    run("the native command line", &cargo, &["build", "--bin", "podium"], &tools)?;
    browser_tests(&tools)?;
    println!("==> Every test passed in {:.0} s.", started.elapsed().as_secs_f32());
    Ok(())
}

/// Measures the engine natively, then the frames of the release site in a browser.
fn bench() -> Outcome {
    let tools = Tools::for_tests()?;
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    run("bench, native", &cargo, &["bench", "--bench", "ready", "--bench", "checking"], &tools)?;
    build_with(&tools)?;
    install_npm()?;
    let chrome = tools.browser()?;
    println!("==> frame times with {}", chrome.display());
    node(chrome, ["tests/browser/frames.bench.mjs".to_owned()])
}

/// The proof that the engine needs no browser.
fn engine_has_no_web_crate(cargo: &str) -> Outcome {
    println!("==> the engine uses no web crate");
    let output = Command::new(cargo)
        .args(["tree", "--package", "podium", "--edges", "normal", "--prefix", "none"])
        .current_dir(root())
        .output()
        .map_err(|error| format!("cargo tree can't be run: {error}"))?;
    let tree = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() || !tree.contains("podium") {
        return Err("cargo tree gave no answer".to_owned());
    }
    let web = ["yew", "gloo", "web-sys", "js-sys", "wasm-bindgen"];
    let found = tree.lines().filter_map(|line| line.split_whitespace().next());
    match found.into_iter().find(|name| web.contains(name)) {
        Some(name) => Err(format!("the engine depends on {name}")),
        None => Ok(()),
    }
}

/// Every test file of the browser's, so that none is forgotten.
fn browser_test_files() -> Outcome<Vec<String>> {
    const FOLDER: &str = "tests/browser";
    let failed = |error: std::io::Error| format!("{FOLDER}: {error}");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(root().join(FOLDER)).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".test.mjs") {
            files.push(format!("{FOLDER}/{name}"));
        }
    }
    files.sort_unstable();
    Ok(files)
}

fn browser_tests(tools: &Tools) -> Outcome {
    install_npm()?;
    let chrome = tools.browser()?;
    println!("==> browser tests with {}", chrome.display());
    let args = ["--test", "--test-concurrency=1"].map(str::to_owned);
    node(chrome, args.into_iter().chain(browser_test_files()?))
}

/// Fetches what the scripts of the browser need, if it is not there yet.
fn install_npm() -> Outcome {
    let folder = "tests/browser";
    let written = |file: &str| root().join(folder).join(file).metadata()?.modified();
    let installed = written("node_modules/.package-lock.json");
    let is_fresh = installed.is_ok_and(|at| written("package-lock.json").is_ok_and(|of| of <= at));
    if is_fresh {
        return Ok(());
    }
    let npm = tools::program("npm");
    run("npm packages of the browser tests", npm, &["ci", "--prefix", folder], &Tools::none())
}

fn node(chrome: &Path, args: impl IntoIterator<Item = String>) -> Outcome {
    let status = Command::new("node")
        .args(args)
        .current_dir(root())
        .env("CHROME", chrome)
        .status()
        .map_err(|error| format!("node can't be run: {error}"))?;
    if status.success() { Ok(()) } else { Err("the browser's scripts failed".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::browser_test_files;

    #[test]
    fn every_test_file_of_the_browser_is_run() {
        let files = browser_test_files().expect("the folder can be read");
        assert!(files.contains(&"tests/browser/page.test.mjs".to_owned()), "{files:?}");
        assert!(files.len() > 8 && files.iter().all(|file| file.ends_with(".test.mjs")));
    }
}
