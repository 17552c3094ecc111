//! The tools that the commands need, found or installed.
//!
//! Must not know what they are used for. Invariant: a tool is used only at the version that
//! stands here or in Cargo.lock.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Outcome, root};

const TRUNK: &str = "0.21.14";
const BINARYEN: &str = "132.0.0";

/// Where tools were found or put.
pub(crate) struct Tools {
    path: OsString,
    trunk: PathBuf,
    browser: Option<PathBuf>,
}

/// The file name of a program on this system; npm's are scripts on Windows.
pub(crate) fn program(name: &str) -> String {
    if cfg!(windows) { format!("{name}.cmd") } else { name.to_owned() }
}

fn home() -> PathBuf {
    if let Some(folder) = std::env::var_os("PODIUM_TOOLS_DIR") {
        return PathBuf::from(folder);
    }
    let cargo = std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| {
        let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE"))?;
        Some(PathBuf::from(home).join(".cargo"))
    });
    cargo.unwrap_or_else(|| root().join("target")).join("podium-tools")
}

/// What `program --version` says.
fn version(program: &Path) -> Option<String> {
    let output = Command::new(program).arg("--version").output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path).map(|folder| folder.join(&file)).find(|file| file.is_file())
}

/// The version of a package in Cargo.lock.
fn locked(package: &str) -> Outcome<String> {
    let lock = std::fs::read_to_string(root().join("Cargo.lock"))
        .map_err(|error| format!("Cargo.lock can't be read: {error}"))?;
    let entry = format!("name = \"{package}\"\nversion = \"");
    let start = lock.find(&entry).ok_or_else(|| format!("Cargo.lock has no {package}"))?;
    let rest = &lock[start + entry.len()..];
    Ok(rest[..rest.find('"').unwrap_or(rest.len())].to_owned())
}

/// A tool of crates.io at one version: on the PATH, in our folder, or installed there.
fn cargo_tool(program: &str, package: &str, wanted: &str) -> Outcome<PathBuf> {
    let ours = home().join("bin").join(format!("{program}{}", std::env::consts::EXE_SUFFIX));
    for found in on_path(program).into_iter().chain([ours.clone()]) {
        let fits =
            version(&found).is_some_and(|text| text.split_whitespace().any(|word| word == wanted));
        if fits {
            println!("==> {program} {wanted}: {}", found.display());
            return Ok(found);
        }
    }
    println!("==> installing {package} {wanted} (once, some minutes)");
    let folder = home();
    // Its own lock file may name a version that this machine's registry does not have; then
    // the newest that fit do, without the features that only a download of its own needs.
    for how in [&["--locked"][..], &["--no-default-features"][..]] {
        let status = Command::new("cargo")
            .args(["install", "--version", wanted, "--root"])
            .arg(&folder)
            .args(how)
            .arg(package)
            .status()
            .map_err(|error| format!("cargo can't be run: {error}"))?;
        if status.success() {
            return Ok(ours);
        }
    }
    Err(format!("{package} {wanted} can't be installed"))
}

fn wasm_target() -> Outcome {
    let installed = Command::new("rustup").args(["target", "list", "--installed"]).output();
    let target = "wasm32-unknown-unknown";
    let has = installed
        .is_ok_and(|output| String::from_utf8_lossy(&output.stdout).lines().any(|l| l == target));
    if has {
        return Ok(());
    }
    println!("==> rustup target add {target}");
    let status = Command::new("rustup").args(["target", "add", target]).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        _ => Err(format!("the target {target} can't be added: is rustup there?")),
    }
}

/// The folder of wasm-opt, from the npm package binaryen.
fn binaryen() -> Outcome<PathBuf> {
    let folder = home().join("binaryen");
    let bin = folder.join("node_modules/.bin");
    let manifest = folder.join("node_modules/binaryen/package.json");
    let has = std::fs::read_to_string(manifest)
        .is_ok_and(|text| text.contains(&format!("\"version\": \"{BINARYEN}\"")));
    if has {
        return Ok(bin);
    }
    println!("==> installing binaryen {BINARYEN} (wasm-opt)");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let status = Command::new(program("npm"))
        .args(["install", "--no-audit", "--no-fund", "--prefix"])
        .arg(&folder)
        .arg(format!("binaryen@{BINARYEN}"))
        .status()
        .map_err(|error| format!("npm can't be run: {error}"))?;
    if status.success() { Ok(bin) } else { Err("binaryen can't be installed".to_owned()) }
}

/// A Chromium: `CHROME`, the PATH, Debian's package, or one that Playwright downloads.
fn browser() -> Outcome<PathBuf> {
    let named = std::env::var_os("CHROME").map(PathBuf::from);
    let names = ["chromium", "google-chrome", "google-chrome-stable", "chromium-browser", "chrome"];
    let find = || names.iter().find_map(|name| on_path(name));
    if let Some(found) = named.filter(|file| file.is_file()).or_else(find) {
        return Ok(found);
    }
    if on_path("apt-get").is_some() && is_root() {
        println!("==> apt-get install chromium fonts-noto-cjk");
        // An old package list is no reason to stop; the installation itself decides.
        let _ = Command::new("apt-get").arg("update").status();
        let args = ["install", "-y", "--no-install-recommends", "chromium", "fonts-noto-cjk"];
        let _ =
            Command::new("apt-get").env("DEBIAN_FRONTEND", "noninteractive").args(args).status();
        if let Some(found) = find() {
            return Ok(found);
        }
    }
    let folder = home().join("browsers");
    println!("==> downloading Chromium to {}", folder.display());
    let _ = Command::new(program("npx"))
        .args(["--yes", "playwright", "install", "chromium"])
        .env("PLAYWRIGHT_BROWSERS_PATH", &folder)
        .status();
    downloaded(&folder).ok_or_else(|| {
        "no Chromium was found; install one, or say where it is in the variable CHROME".to_owned()
    })
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).trim() == "0")
}

fn downloaded(folder: &Path) -> Option<PathBuf> {
    let names = ["chrome", "chrome.exe", "Chromium", "headless_shell"];
    let entries = std::fs::read_dir(folder).ok()?;
    for path in entries.flatten().map(|entry| entry.path()) {
        let is_named = path.file_name().is_some_and(|name| names.iter().any(|one| name == *one));
        if path.is_file() && is_named {
            return Some(path);
        }
        if path.is_dir()
            && let Some(found) = downloaded(&path)
        {
            return Some(found);
        }
    }
    None
}

impl Tools {
    /// Nothing beyond cargo.
    pub(crate) fn none() -> Tools {
        let path = std::env::var_os("PATH").unwrap_or_default();
        Tools { path, trunk: PathBuf::from("trunk"), browser: None }
    }

    /// What building the site needs.
    pub(crate) fn for_build() -> Outcome<Tools> {
        wasm_target()?;
        let bindgen = cargo_tool("wasm-bindgen", "wasm-bindgen-cli", &locked("wasm-bindgen")?)?;
        let trunk = cargo_tool("trunk", "trunk", TRUNK)?;
        let mut folders = vec![binaryen()?];
        folders
            .extend([&bindgen, &trunk].into_iter().filter_map(|one| one.parent().map(Into::into)));
        let path = std::env::var_os("PATH").unwrap_or_default();
        folders.extend(std::env::split_paths(&path));
        let path = std::env::join_paths(folders).map_err(|error| format!("PATH: {error}"))?;
        Ok(Tools { path, trunk, browser: None })
    }

    /// What the browser tests need besides.
    pub(crate) fn for_tests() -> Outcome<Tools> {
        let browser = browser()?;
        Ok(Tools { browser: Some(browser), ..Tools::for_build()? })
    }

    pub(crate) fn path(&self) -> &OsString {
        &self.path
    }

    pub(crate) fn trunk(&self) -> &Path {
        &self.trunk
    }

    pub(crate) fn browser(&self) -> Outcome<&Path> {
        self.browser.as_deref().ok_or_else(|| "no browser was looked for".to_owned())
    }
}
