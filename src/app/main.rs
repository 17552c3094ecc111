//! The page: a Yew app over the engine.
//!
//! Owns the screen and the browser. It must not compute a fact about the cluster. Invariant: it
//! draws the session's views and sends commands back; nothing else goes either way.

mod browser;
mod camel;
mod chart;
mod chip;
mod clipboard;
mod command;
mod compare;
mod crash;
mod drawer;
mod editor;
mod examples;
mod export;
#[cfg(feature = "first-picture")]
mod first_picture;
mod focus;
mod frames;
mod header;
mod help;
mod icons;
mod layout;
mod ledger;
mod list;
mod look;
mod menu;
mod page;
mod player;
mod popup;
mod rails;
mod scale;
mod session;
mod shortcuts;
mod side;
mod stage;
mod start;
mod state;
mod storage;
mod story;
mod theme;
mod timeline;
mod toast;
mod transport;
mod turns;
mod welcome;

use podium::view::words::Lang;

/// The digest of a run of `manifest`, for comparing this build with a native one.
///
/// # Errors
/// The first mistake of the manifest, with its line and column.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn podium_digest(manifest: &str, seed: u32, until_ms: u32) -> Result<String, String> {
    let (mut session, answer) = session::Session::new(manifest, u64::from(seed), Lang::En);
    if let Err(problems) = answer {
        let first = problems.first();
        return Err(first.map_or_else(String::new, |one| {
            format!("{}:{}: {}", one.line, one.column, one.message)
        }));
    }
    session.seek(u64::from(until_ms) * 1_000);
    Ok(format!("{:016x}", session.digest()))
}

fn main() {
    #[cfg(feature = "first-picture")]
    if cfg!(not(target_family = "wasm")) {
        return first_picture::main();
    }
    crash::install();
    editor::hold_off();
    export::print_pictures();
    let props = page::Props { start: start::start() };
    yew::Renderer::<page::Page>::with_props(props).render();
}
