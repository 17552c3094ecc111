//! What is printed of the stage and of the timeline: their picture, alone on the paper.
//!
//! Owns the picture while the browser prints. It must not touch the ledger, which is a table and
//! prints as one. Invariant: a print is whole and light, whatever of the view is in sight, and
//! leaves the page as it was.

use super::picture::picture;
use crate::browser::{root_attribute, set_root_attribute};
use gloo::events::EventListener;
use web_sys::Element;

/// What is printed as a picture.
const VIEWS: &str = ".tlcard, .main:has(.stagewrap), .phone__stage";
/// Says to the style sheet that the picture is for paper.
const MARK: &str = "data-paper";
const THEME: &str = "data-theme";

/// From now on the stage and the timeline are printed as pictures.
pub(crate) fn print_pictures() {
    let window = gloo::utils::window();
    EventListener::new(&window, "beforeprint", |_| {
        let _ = lay_out();
    })
    .forget();
    EventListener::new(&window, "afterprint", |_| {
        if let Some(paper) = paper() {
            paper.remove();
        }
    })
    .forget();
}

fn paper() -> Option<Element> {
    gloo::utils::document().query_selector(".paper").ok().flatten()
}

/// Puts the picture of what is in view beside the page; style sheets show one of the two.
fn lay_out() -> Option<()> {
    let document = gloo::utils::document();
    let view = document.query_selector(VIEWS).ok().flatten()?;
    if paper().is_some() {
        return None;
    }
    let theme = root_attribute(THEME);
    set_root_attribute(THEME, "light");
    set_root_attribute(MARK, "");
    let (svg, width, height) = picture(&[view]);
    if let Some(root) = document.document_element() {
        let _ = root.remove_attribute(MARK);
    }
    set_root_attribute(THEME, theme.as_deref().unwrap_or("light"));
    let said = document.query_selector(".printed").ok().flatten()?.outer_html();
    let paper = document.create_element("div").ok()?;
    paper.set_class_name(if width > height { "paper paper--wide" } else { "paper" });
    paper.set_inner_html(&format!("{said}{svg}"));
    document.body()?.append_child(&paper).ok()?;
    Some(())
}
