//! Which of the boxes of a page lie above others.
//!
//! Owns the order of levels, as style sheets say it. It must not draw. Invariant: what lies on a
//! level of its own is drawn once, with its level.

use super::picture::{style_of, value};
use web_sys::{CssStyleDeclaration, Element};

/// The level that an element has of its own.
pub(super) fn level(style: &CssStyleDeclaration) -> Option<i32> {
    value(style, "z-index").parse().ok()
}

/// Whether all levels in an element lie together between those around it.
pub(super) fn context(style: &CssStyleDeclaration) -> bool {
    level(style).is_some()
        || value(style, "opacity").parse::<f64>().is_ok_and(|one| one < 0.999)
        || value(style, "transform") != "none"
}

/// The elements on levels of their own inside another one, lowest first.
pub(super) fn layers(element: &Element) -> Vec<(i32, Element)> {
    let mut found = Vec::new();
    collect(element, &mut found);
    // There are few; those of one level stay in their order.
    for at in 1..found.len() {
        let mut to = at;
        while to > 0 && found[to - 1].0 > found[to].0 {
            found.swap(to - 1, to);
            to -= 1;
        }
    }
    found
}

fn collect(element: &Element, found: &mut Vec<(i32, Element)>) {
    if element.tag_name().eq_ignore_ascii_case("svg") {
        return;
    }
    let children = element.children();
    for at in 0..children.length() {
        let Some(child) = children.item(at) else { continue };
        let Some(style) = style_of(&child) else { continue };
        if value(&style, "display") == "none" {
            continue;
        }
        match level(&style) {
            Some(level) => found.push((level, child)),
            None if !context(&style) => collect(&child, found),
            None => {}
        }
    }
}
