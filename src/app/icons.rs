//! The page's icons: one 16-unit grid, strokes of 1.5, in the colour of the text around them.
//!
//! Owns drawings only. Invariant: an icon is never the only sign; what it stands beside is named.

use yew::prelude::*;

/// An icon by what it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Icon {
    Play,
    Pause,
    Next,
    Previous,
    ToStart,
    Chevron,
    Sun,
    Moon,
    Keyboard,
    Book,
    Fix,
    Error,
    Warning,
    Yaml,
    Stage,
    Ledger,
    Timeline,
    Story,
    Check,
    Close,
    Swap,
    Wave,
    Out,
    Fork,
    Print,
    Earlier,
    Later,
    Compare,
    Plus,
    More,
    Bars,
    Remove,
}

impl Icon {
    const fn paths(self) -> &'static str {
        match self {
            Icon::Bars => r#"<path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11"/>"#,
            Icon::Remove => r#"<path d="M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5"/>"#,
            Icon::Plus => r#"<path d="M8 3.5v9M3.5 8h9"/>"#,
            Icon::More => r#"<path d="M3.5 8h.01M8 8h.01M12.5 8h.01" stroke-width="2.2"/>"#,
            Icon::Play => r#"<path d="M5 3.2v9.6L13 8z" fill="currentColor"/>"#,
            Icon::Pause => r#"<path d="M5.5 3.5v9M10.5 3.5v9" stroke-width="2.4"/>"#,
            Icon::Next => {
                r#"<path d="M3 3.5v9L9.5 8z" fill="currentColor"/><path d="M12.5 3.5v9"/>"#
            }
            Icon::Previous => {
                r#"<path d="M13 3.5v9L6.5 8z" fill="currentColor"/><path d="M3.5 3.5v9"/>"#
            }
            Icon::ToStart => {
                r#"<path d="M14 3.5v9L9 8zM8.500 3.5v9L3.500 8z" fill="currentColor"/><path d="M2 3.5v9"/>"#
            }
            Icon::Chevron => r#"<path d="M4.5 6.5 8 10l3.5-3.5"/>"#,
            Icon::Sun => {
                r#"<circle cx="8" cy="8" r="3"/><path d="M8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M3.4 12.6l.7-.7M11.9 4.1l.7-.7"/>"#
            }
            Icon::Moon => r#"<path d="M13 9.6A5.6 5.6 0 0 1 6.4 3 5.6 5.6 0 1 0 13 9.6z"/>"#,
            Icon::Keyboard => {
                r#"<rect x="1.5" y="4" width="13" height="8.5" rx="1.5"/><path d="M4.5 7h.01M8 7h.01M11.5 7h.01M5.5 10h5"/>"#
            }
            Icon::Book => {
                r#"<path d="M8 4C6.5 2.8 4.5 2.5 2.5 2.7v9.6c2-.2 4 .1 5.5 1.2 1.5-1.1 3.5-1.4 5.5-1.2V2.7C11.5 2.5 9.5 2.8 8 4zM8 4v9.5"/>"#
            }
            Icon::Fix => {
                r#"<path d="M9.8 6.2a2.900 2.900 0 0 1 3.700-3.700L11.600 4.400l.5.5.5.5 1.900-1.900a2.900 2.900 0 0 1-3.700 3.700L5.500 12.500a1.400 1.400 0 0 1-2-2z"/>"#
            }
            Icon::Error => {
                r#"<path d="M5.200 1.800h5.600l3.400 3.400v5.600l-3.400 3.400H5.200L1.800 10.800V5.200z"/><path d="M8 4.800v3.700M8 11h.01"/>"#
            }
            Icon::Warning => {
                r#"<path d="M8 2 14.500 13.500h-13z"/><path d="M8 6.500v3M8 11.500h.01"/>"#
            }
            Icon::Yaml => r#"<path d="M3 3.500h6M5.500 6.500h7M5.500 9.500h5M3 12.500h6"/>"#,
            Icon::Stage => {
                r#"<rect x="2" y="2.500" width="3.300" height="11" rx="1"/><rect x="6.400" y="2.500" width="3.300" height="11" rx="1"/><rect x="10.700" y="2.500" width="3.300" height="11" rx="1"/>"#
            }
            Icon::Ledger => r#"<path d="M2.500 3.500h11M2.500 8h11M2.500 12.500h11M8 2v12"/>"#,
            Icon::Timeline => r#"<path d="M2.500 4.500h6M5 8h7M8 11.500h5.500"/>"#,
            Icon::Story => r#"<path d="M2.500 3.500h11v7.500H7L4 13.500V11H2.500z"/>"#,
            Icon::Check => r#"<path d="M3.500 8.300 6.500 11.200 12.500 4.800"/>"#,
            Icon::Swap => {
                r#"<path d="M3 6h8.500M9 3.500 11.500 6M13 10H4.500M7 12.500 4.500 10"/>"#
            }
            Icon::Wave => r#"<path d="M2.500 9c1.500-3 3.500-3 5.500-1s4 2 5.500-1"/>"#,
            Icon::Out => {
                r#"<path d="M8 9.500V2.500M5.200 5 8 2.300 10.800 5M3.500 8.500v5h9v-5"/>"#
            }
            Icon::Fork => {
                r#"<path d="M2 10.500h4c3 0 3-6 6-6h2M8.500 10.500H14M12 2.500l2 2-2 2M12 8.500l2 2-2 2"/>"#
            }
            Icon::Print => {
                r#"<path d="M4.500 6V2.500h7V6M4.500 11.500h-2V6h11v5.500h-2M4.500 9.500h7v4h-7z"/>"#
            }
            Icon::Earlier => r#"<path d="M10 3.500 5.500 8l4.500 4.500"/>"#,
            Icon::Later => r#"<path d="M6 3.500 10.500 8 6 12.500"/>"#,
            Icon::Compare => {
                r#"<rect x="2" y="3" width="5" height="10" rx="1"/><rect x="9" y="3" width="5" height="10" rx="1"/>"#
            }
            Icon::Close => r#"<path d="M4 4l8 8M12 4l-8 8"/>"#,
        }
    }
}

/// An icon at a size in pixels; hidden from ears.
pub(crate) fn icon(icon: Icon, size: u32) -> Html {
    let paths = icon.paths();
    Html::from_html_unchecked(AttrValue::from(format!(
        r#"<svg width="{size}" height="{size}" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{paths}</svg>"#
    )))
}

/// The mark of the page: a podium with a circle, a square and an empty place.
pub(crate) fn logo() -> Html {
    Html::from_html_unchecked(AttrValue::from(
        r#"<svg width="26" height="24" viewBox="0 0 26 24" aria-hidden="true"><path d="M1 23v-6.500h8V13h8v6h8v4z" fill="var(--ink)"/><circle cx="5" cy="12" r="3.200" fill="var(--a-fill)"/><rect x="10" y="5" width="6" height="6" rx="1" fill="var(--b-fill)"/><circle cx="21" cy="14.500" r="2.700" fill="none" stroke="var(--a-fill)" stroke-width="1.400" stroke-dasharray="1.700 1.130"/></svg>"#,
    ))
}
