//! The page as it first stands, drawn as text while the site is built.
//!
//! Owns one picture for each arrangement and language, so that a reader sees the cluster before
//! the engine has travelled. It must not have a browser. Invariant: what it draws is what the
//! page draws, by the same code, at the same moment of the same run.

use crate::layout::Layout;
use crate::page::{Page, Props};
use crate::start;
use podium::view::words::Lang;
use std::path::Path;
use std::sync::mpsc;
use yew::LocalServerRenderer;
use yew::platform::Runtime;

const LAYOUTS: [Layout; 5] =
    [Layout::Full, Layout::Rail, Layout::Drawers, Layout::Low, Layout::Phone];

/// Writes every picture into the folder that the first argument names, as `full.en.html`.
pub(crate) fn main() {
    let folder = std::env::args().nth(1).ok_or_else(|| "to which folder?".to_owned());
    if let Err(message) = folder.and_then(|folder| write(&folder)) {
        panic!("first picture: {message}");
    }
}

fn write(folder: &str) -> Result<(), String> {
    let (send, drawn) = mpsc::channel();
    // Yew draws text on a thread of its runtime.
    Runtime::default().spawn_pinned(move || async move {
        for (layout, lang) in LAYOUTS.into_iter().flat_map(|one| Lang::ALL.map(|lang| (one, lang)))
        {
            let props = Props { start: start::begin(lang, || layout) };
            let page = LocalServerRenderer::<Page>::with_props(props).hydratable(false).render();
            // Nobody listens only if writing has failed.
            let _ = send.send((format!("{}.{}.html", layout.name(), lang.tag()), page.await));
        }
    });
    let mut missing = LAYOUTS.len() * Lang::ALL.len();
    for (name, page) in drawn {
        let path = Path::new(folder).join(&name);
        std::fs::write(path, page).map_err(|error| format!("{name} can't be written: {error}"))?;
        missing -= 1;
    }
    if missing == 0 { Ok(()) } else { Err(format!("{missing} could not be drawn")) }
}
