//! Which arrangement of panes a window's width asks for.
//!
//! Owns the breakpoints. Invariant: zooming in narrows the window in CSS pixels, so that a page
//! at 200 % takes the next arrangement by itself.

use gloo::events::EventListener;
use yew::prelude::*;

/// An arrangement of the page's panes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Both panes beside the stage.
    Full,
    /// The story is a rail; its newest sentence moves beside the stage.
    Rail,
    /// Both panes are drawers.
    Drawers,
    /// One thing at a time, with a tab bar.
    Phone,
}

impl Layout {
    /// The arrangement for a width in CSS pixels.
    fn for_width(width: f64) -> Self {
        match width {
            w if w >= 1200.0 => Layout::Full,
            w if w >= 1100.0 => Layout::Rail,
            w if w >= 760.0 => Layout::Drawers,
            _ => Layout::Phone,
        }
    }

    /// The value of the `data-layout` attribute.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Layout::Full => "full",
            Layout::Rail => "rail",
            Layout::Drawers => "drawers",
            Layout::Phone => "phone",
        }
    }
}

fn window_width() -> f64 {
    gloo::utils::window().inner_width().ok().and_then(|width| width.as_f64()).unwrap_or(1440.0)
}

/// The arrangement for the window as it is now.
#[hook]
pub(crate) fn use_layout() -> Layout {
    let layout = use_state_eq(|| Layout::for_width(window_width()));
    let set = layout.setter();
    use_effect_with((), move |()| {
        let listener = EventListener::new(&gloo::utils::window(), "resize", move |_| {
            set.set(Layout::for_width(window_width()));
        });
        move || drop(listener)
    });
    *layout
}

/// The size of an element as it is laid out, in CSS pixels.
#[hook]
pub(crate) fn use_size(node: NodeRef) -> (f64, f64) {
    let size = use_state_eq(|| (0.0, 0.0));
    let set = size.setter();
    use_effect_with(node, move |node| {
        let element = node.cast::<web_sys::Element>();
        let observed = element.map(|element| observe(&element, set));
        move || {
            if let Some((observer, closure)) = observed {
                observer.disconnect();
                drop(closure);
            }
        }
    });
    *size
}

type Resized = wasm_bindgen::closure::Closure<dyn FnMut()>;

fn observe(
    element: &web_sys::Element,
    set: UseStateSetter<(f64, f64)>,
) -> (web_sys::ResizeObserver, Resized) {
    use wasm_bindgen::JsCast;
    let watched = element.clone();
    let measure = move || {
        let area = watched.get_bounding_client_rect();
        set.set((area.width().round(), area.height().round()));
    };
    measure();
    let closure = Resized::new(measure);
    let observer = web_sys::ResizeObserver::new(closure.as_ref().unchecked_ref())
        .expect("every supported browser has a ResizeObserver");
    observer.observe(element);
    (observer, closure)
}
