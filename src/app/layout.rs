//! Which arrangement of panes a window's width asks for.
//!
//! Owns the breakpoints. Invariant: zooming in narrows the window in CSS pixels, so that a page
//! at 200 % takes the next arrangement by itself.

use crate::scale::Scale;
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
    /// Low and not wide: the stage, one sentence, one row for the clock; panes slide over it.
    Low,
    /// One thing at a time, with a tab bar.
    Phone,
}

impl Layout {
    /// The arrangement for a width and a height in CSS pixels.
    fn for_size((width, height): (f64, f64)) -> Self {
        let is_low = height < 640.0;
        match width {
            w if (540.0..1100.0).contains(&w) && is_low => Layout::Low,
            w if w >= 1200.0 => Layout::Full,
            w if w >= 1100.0 => Layout::Rail,
            w if w >= 760.0 => Layout::Drawers,
            _ => Layout::Phone,
        }
    }

    /// The arrangement for the window as it is now.
    pub(crate) fn now() -> Self {
        Layout::for_size(window_size())
    }

    /// The value of the `data-layout` attribute.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Layout::Full => "full",
            Layout::Rail => "rail",
            Layout::Drawers => "drawers",
            Layout::Low => "low",
            Layout::Phone => "phone",
        }
    }
}

fn window_size() -> (f64, f64) {
    let window = gloo::utils::window();
    let size = |side: Result<wasm_bindgen::JsValue, _>, usual| {
        side.ok().and_then(|side| side.as_f64()).unwrap_or(usual)
    };
    let factor = Scale::now().factor();
    (size(window.inner_width(), 1440.0) / factor, size(window.inner_height(), 900.0) / factor)
}

/// The arrangement for the window as it is now; `first` is the one the page begins with.
#[hook]
pub(crate) fn use_layout(first: Layout, scale: Scale) -> Layout {
    let layout = use_state_eq(|| first);
    let set = layout.setter();
    use_effect_with(scale, move |_| {
        set.set(Layout::now());
        let listener = EventListener::new(&gloo::utils::window(), "resize", move |_| {
            set.set(Layout::now());
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

#[cfg(test)]
mod tests {
    use super::Layout;

    #[test]
    fn a_page_at_200_percent_takes_the_next_arrangement() {
        let of = |width: u32, height: u32| Layout::for_size((f64::from(width), f64::from(height)));
        assert_eq!(of(1440, 900), Layout::Full);
        assert_eq!(of(720, 450), Layout::Low);
        assert_eq!([of(720, 420), of(560, 380), of(800, 480)], [Layout::Low; 3]);
        assert_eq!(of(1120, 700), Layout::Rail);
        assert_eq!([of(960, 600), of(1024, 576)], [Layout::Low; 2]);
        assert_eq!(of(960, 700), Layout::Drawers);
        assert_eq!([of(390, 844), of(720, 900), of(360, 400)], [Layout::Phone; 3]);
    }
}
