//! The page laid out as a whole while a picture of it is taken.
//!
//! Owns what is undone afterwards. It must not know what the page shows. Invariant: everything
//! is as it was, scrolling too, before the browser paints again.

use super::picture::{number, style_of, value};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Says to the style sheet that a picture is taken; what only a hand can use is not in it.
const MARK: &str = "data-picture";
/// What scrolls inside what scrolls inside what scrolls.
const DEPTH_MAX: usize = 4;

/// As large as what is in it.
const GROWN: &str = "overflow:visible!important;flex:none!important;height:max-content!important;\
                     max-height:none!important";

/// Something that scrolled: what its own style said, and how far it was.
struct Scroller {
    element: HtmlElement,
    style: Option<String>,
    scrolled: (i32, i32),
}

/// While it lives, nothing in some elements scrolls.
pub(super) struct Whole(Vec<Scroller>);

impl Whole {
    pub(super) fn of(elements: &[Element]) -> Self {
        if let Some(root) = gloo::utils::document().document_element() {
            // Setting an attribute of this name can't fail.
            let _ = root.set_attribute(MARK, "");
        }
        let mut whole = Self(Vec::new());
        for _ in 0..DEPTH_MAX {
            let before = whole.0.len();
            for element in elements {
                whole.unroll(element, element);
                let inner = element.query_selector_all("*");
                let Ok(inner) = inner else { continue };
                for at in 0..inner.length() {
                    if let Some(one) = inner.item(at).and_then(|one| one.dyn_into().ok()) {
                        whole.unroll(&one, element);
                    }
                }
            }
            if whole.0.len() == before {
                break;
            }
        }
        whole
    }

    /// Lays out as a whole what scrolls, and lets what is around it, up to a root, grow with it.
    fn unroll(&mut self, element: &Element, root: &Element) {
        let overflows = element.scroll_height() > element.client_height() + 1
            || element.scroll_width() > element.client_width() + 1;
        let Some(element) = element.dyn_ref::<HtmlElement>().filter(|_| overflows) else { return };
        let Some(style) = style_of(element) else { return };
        let scrolls = |name| ["auto", "scroll"].contains(&&*value(&style, name));
        if !scrolls("overflow-x") && !scrolls("overflow-y") {
            return;
        }
        // The scroll bar's room stays, for what lies inside was measured without it.
        let edges = number(&style, "border-left-width") + number(&style, "border-right-width");
        let bar = f64::from(element.offset_width() - element.client_width()) - edges;
        let padding = number(&style, "padding-right") + bar.max(0.0);
        // What is wider than its room keeps its width, and what is around it makes room.
        let is_wide = element.scroll_width() > element.client_width() + 1;
        let width = f64::from(element.scroll_width()) + edges + bar.max(0.0);
        let (own, outer) = if is_wide {
            (format!(";min-width:{width}px!important"), ";min-width:min-content!important")
        } else {
            (String::new(), "")
        };
        self.style(element, &format!("{GROWN};padding-right:{padding}px!important{own}"));
        let mut around: Element = element.clone().into();
        while !around.is_same_node(Some(root)) {
            let Some(next) = around.parent_element() else { return };
            around = next;
            if let Some(around) = around.dyn_ref::<HtmlElement>() {
                self.style(around, &format!("{GROWN}{outer}"));
            }
        }
    }

    fn style(&mut self, element: &HtmlElement, more: &str) {
        let own = element.get_attribute("style");
        // What already grows needs nothing more.
        if own.as_deref().is_some_and(|own| own.contains(more)) {
            return;
        }
        let whole = format!("{};{more}", own.as_deref().unwrap_or_default());
        let scrolled = (element.scroll_left(), element.scroll_top());
        // Neither can setting an attribute of this name.
        let _ = element.set_attribute("style", &whole);
        self.0.push(Scroller { element: element.clone(), style: own, scrolled });
    }
}

impl Drop for Whole {
    fn drop(&mut self) {
        if let Some(root) = gloo::utils::document().document_element() {
            let _ = root.remove_attribute(MARK);
        }
        // What was styled twice had its own style the first time.
        for one in self.0.iter().rev() {
            let _ = match &one.style {
                Some(style) => one.element.set_attribute("style", style),
                None => one.element.remove_attribute("style"),
            };
        }
        for one in self.0.iter().rev() {
            one.element.set_scroll_left(one.scrolled.0);
            one.element.set_scroll_top(one.scrolled.1);
        }
    }
}
