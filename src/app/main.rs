//! The page: a Yew app over the engine.
//!
//! Owns the screen and the browser. It must not compute a fact about the cluster. Invariant: it
//! draws the session's views and sends commands back; nothing else goes either way.

mod chart;
mod command;
mod crash;
mod editor;
mod examples;
mod frames;
mod header;
mod help;
mod icons;
mod layout;
mod ledger;
mod menu;
mod page;
mod player;
mod rails;
mod sample;
mod sample_stage;
mod session;
mod shortcuts;
mod stage;
mod start;
mod state;
mod storage;
mod story;
mod theme;
mod timeline;
mod transport;

fn main() {
    crash::install();
    let props = page::Props { start: start::start() };
    yew::Renderer::<page::Page>::with_props(props).render();
}
