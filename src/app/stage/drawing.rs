//! The stage's small drawings: icons on a 16-unit grid, the disk's can and its rows.
//!
//! Owns drawings only. Invariant: a drawing is never the only sign; what it stands beside is named.

use yew::prelude::*;

/// An icon by its path.
pub(crate) const PLUS: &str = "M8 4v8M4 8h8";
pub(crate) const MINUS: &str = "M4 8h8";
pub(crate) const SERVICE: &str =
    "M1.9 8a1.6 1.6 0 1 1 3.2 0a1.6 1.6 0 1 1-3.2 0M5 8h3M8 8c2 0 2-4 5-4M8 8c2 0 2 4 5 4M8 8h5";
pub(crate) const DNS: &str = "M2 4.5h8l4 3.5-4 3.5H2zM5 8h3.5";
pub(crate) const KEPT: &str = "M3.5 8.3 6.5 11.2 12.5 4.8";
pub(crate) const NEW: &str = "M3 6h8.5M9 3.5 11.5 6M13 10H4.5M7 12.5 4.5 10";
pub(crate) const OUT: &str = "M6 3.5H3v9.5h9.5V10M9 2.5h4.5V7M13 3 7.5 8.5";
pub(crate) const ALERT: &str =
    "M5.2 1.8h5.6l3.4 3.4v5.6l-3.4 3.4H5.2L1.8 10.8V5.2zM8 4.8v3.7M8 11h.01";
pub(crate) const CHEVRON: &str = "M4.5 6.5 8 10l3.5-3.5";
pub(crate) const UP: &str = "M8 13V3.5M4 7.5l4-4 4 4";
pub(crate) const DOWN: &str = "M8 3v9.5M4 8.5l4 4 4-4";
pub(crate) const YAML: &str = "M3 4h6M5.5 8h7M5.5 12h5";
pub(crate) const BELL: &str = "M3 3.5h10v7H8l-3 2.5v-2.5H3z";
pub(crate) const LOCK: &str = "M4.5 7h7a1 1 0 0 1 1 1v4.5a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1M5.5 7V5a2.5 2.5 0 0 1 5 0v2";
pub(crate) const POWER: &str = "M8 2.5v5M4.9 4.6a4.8 4.8 0 1 0 6.2 0";
pub(crate) const AGAIN: &str = "M12.6 5.5A5 5 0 1 0 13 9.2M13 2.6v3.2H9.8";
pub(crate) const REMOVE: &str = "M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5";

/// Draws an icon.
pub(crate) fn icon(path: &'static str, size: u32) -> Html {
    let size = size.to_string();
    html! {
        <svg width={size.clone()} height={size} viewBox="0 0 16 16" fill="none"
            stroke="currentColor" stroke-width="1.5" stroke-linecap="round"
            stroke-linejoin="round" aria-hidden="true"><path d={path} /></svg>
    }
}

/// The client whose requests a rail carries.
pub(crate) fn client() -> Html {
    html! {
        <svg class="lane__client" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
            <rect x="1" y="1" width="14" height="10" rx="1.5" /><path d="M5 14h6" />
        </svg>
    }
}

/// Three dots.
pub(crate) fn more() -> Html {
    html! {
        <svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor"
            stroke-width="2.2" stroke-linecap="round" aria-hidden="true">
            <path d="M3.5 8h.01M8 8h.01M12.5 8h.01" />
        </svg>
    }
}

/// A filled dot.
pub(crate) fn dot(size: u32) -> Html {
    let size = size.to_string();
    html! {
        <svg width={size.clone()} height={size} viewBox="0 0 16 16" aria-hidden="true">
            <circle cx="8" cy="8" r="5" fill="currentColor" />
        </svg>
    }
}

/// A disk.
pub(crate) fn can(width: u32, full: bool) -> Html {
    let line = |at: u32| {
        let y = 25 - at * 6;
        html! { <path key={at} d={format!("M2 {y}c0 2.5 5 4.5 11 4.5s11-2 11-4.5")} stroke-width="1.4" /> }
    };
    html! {
        <svg class="disk__can" width={width.to_string()} height={(width * 123 / 100).to_string()}
            viewBox="0 0 26 32" fill="none" stroke="currentColor" stroke-width="1.75"
            aria-hidden="true">
            <path d="M2 6v20c0 2.5 5 4.5 11 4.5S24 28.5 24 26V6" fill="var(--b-tint)" />
            if full { { for (0..3).map(line) } }
            <ellipse cx="13" cy="6" rx="11" ry="4.5" fill="var(--surface)" />
        </svg>
    }
}

/// The rows on a disk, as a bar code that grows with them.
pub(crate) fn rows(count: u64) -> Html {
    let bars = (count / 4).clamp(1, 24);
    html! {
        <svg class="rows" viewBox="0 0 72 7" preserveAspectRatio="none" aria-hidden="true">
            { for (0..bars).map(|at| html! {
                <rect key={at} x={(at * 3).to_string()} width="2" height="7" />
            }) }
        </svg>
    }
}
