//! Where things are, in the stage's own coordinates.
//!
//! Owns reading positions from the page. It must not know what stands there. Invariant: positions
//! are those of the layout; an animation that runs does not change them.

pub(super) use crate::browser::elements as all;
use crate::scale::Scale;
use js_sys::{Array, Int32Array};
use std::cell::Cell;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, ResizeObserver};
use yew::prelude::*;

/// A box in the stage's coordinates.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Area {
    pub(super) left: i32,
    pub(super) top: i32,
    pub(super) width: i32,
    pub(super) height: i32,
}

impl Area {
    pub(super) const fn middle(self) -> i32 {
        self.left + self.width / 2
    }

    /// Whether more than an edge is shared.
    pub(super) const fn overlaps(self, other: &Area) -> bool {
        self.left + 4 < other.left + other.width
            && other.left + 4 < self.left + self.width
            && self.top + 4 < other.bottom()
            && other.top + 4 < self.bottom()
    }

    pub(super) const fn right(self) -> i32 {
        self.left + self.width
    }

    pub(super) const fn bottom(self) -> i32 {
        self.top + self.height
    }
}

/// Where an element is laid out within a positioned ancestor.
pub(super) fn area(element: &HtmlElement, root: &HtmlElement) -> Area {
    let (mut left, mut top) = (element.offset_left(), element.offset_top());
    let mut parent = element.offset_parent();
    while let Some(at) = parent.and_then(|parent| parent.dyn_into::<HtmlElement>().ok()) {
        if at == *root {
            break;
        }
        left += at.offset_left() + at.client_left();
        top += at.offset_top() + at.client_top();
        parent = at.offset_parent();
    }
    Area { left, top, width: element.offset_width(), height: element.offset_height() }
}

#[wasm_bindgen(module = "/src/app/stage/areas.js")]
extern "C" {
    fn areas(root: &HtmlElement, scope: &HtmlElement, selector: &str, names: &Array) -> Array;

    /// Lets Tab reach the thing of this name only.
    pub(super) fn rove(root: &HtmlElement, active: &str);
}

/// An element with its place and some of its attributes.
pub(super) struct Spot<const N: usize> {
    pub(super) element: HtmlElement,
    pub(super) area: Area,
    pub(super) words: [String; N],
}

/// Every element below one that a selector finds, where it is laid out, and its attributes of
/// these names; one that it does not have is empty.
pub(super) fn spots<const N: usize>(
    root: &HtmlElement,
    selector: &str,
    names: [&str; N],
) -> Vec<Spot<N>> {
    spots_in(root, root, selector, names)
}

/// The same of the elements below another one than that in whose coordinates they are wanted:
/// the fewer are searched, the better.
pub(super) fn spots_in<const N: usize>(
    root: &HtmlElement,
    scope: &HtmlElement,
    selector: &str,
    names: [&str; N],
) -> Vec<Spot<N>> {
    let names: Array = names.iter().map(|name| JsValue::from_str(name)).collect();
    let found = areas(root, scope, selector, &names);
    let elements: Array = found.get(0).unchecked_into();
    let boxes = found.get(1).unchecked_into::<Int32Array>().to_vec();
    let words = found.get(2).as_string().unwrap_or_default();
    let spot = |((element, place), words): ((JsValue, &[i32]), &str)| {
        let mut words = words.split('\t').map(str::to_owned);
        let [left, top, width, height] = [place[0], place[1], place[2], place[3]];
        Spot {
            element: element.unchecked_into(),
            area: Area { left, top, width, height },
            words: std::array::from_fn(|_| words.next().unwrap_or_default()),
        }
    };
    elements.iter().zip(boxes.chunks_exact(4)).zip(words.split('\n')).map(spot).collect()
}

thread_local! {
    /// The room that the stage had last: one that comes back most often has it again, and is not
    /// arranged twice.
    static LAST: Cell<(u32, u32, u32)> = const { Cell::new((0, 0, 0)) };
}

/// The width and height of an element and the height of the page's middle around it, in CSS
/// pixels, kept up to date.
#[hook]
pub(super) fn use_room(node: NodeRef) -> (u32, u32, u32) {
    let room = use_state_eq(|| LAST.get());
    let set = room.setter();
    use_effect_with(node, move |node| {
        let watching = node.cast::<HtmlElement>().map(|element| {
            let watched = element.clone();
            let parent = element.closest("main").ok().flatten();
            let outer = parent.clone();
            let measure = move || {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a length on the screen"
                )]
                let size = |value: i32| (f64::from(value) / Scale::now().factor()).max(0.0) as u32;
                let height = outer.as_ref().map_or(0, Element::client_height);
                let now =
                    (size(watched.offset_width()), size(watched.offset_height()), size(height));
                LAST.set(now);
                set.set(now);
            };
            measure();
            let closure = Closure::<dyn FnMut()>::new(measure);
            let observer = ResizeObserver::new(closure.as_ref().unchecked_ref())
                .expect("every supported browser has a ResizeObserver");
            observer.observe(&element);
            if let Some(parent) = &parent {
                observer.observe(parent);
            }
            (observer, closure)
        });
        move || {
            if let Some((observer, closure)) = watching {
                observer.disconnect();
                drop(closure);
            }
        }
    });
    *room
}
