//! The text before CodeMirror is there, or where it can't be: a transparent text area over a
//! painted mirror of the lines in sight.
//!
//! Owns scrolling and the caret. Both layers scroll as one, and only lines in sight are painted,
//! so that a text of thousands of lines stays quick. Invariant: a character stands at the same
//! place in both layers.

use super::keys;
use super::mirror::Mirror;
use super::pad::{PAD_ID, Props};
use crate::browser::active_element;
use crate::command::Command;
use podium::view::editor::Units;
use podium::view::words::PageWords;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlTextAreaElement};
use yew::prelude::*;

/// The height of a line; the style sheet says the same.
const LINE_PX: f64 = 18.5;
/// The space above the first line.
const TOP_PX: f64 = 8.0;
/// How many lines beyond the ones in sight are painted.
const MARGIN_LINES: usize = 24;

/// The text area, if it is on the page.
pub(super) fn text_area() -> Option<HtmlTextAreaElement> {
    gloo::utils::document().get_element_by_id(PAD_ID)?.dyn_into().ok()
}

/// Selects a range of bytes, brings it into sight and moves the focus to the text.
pub(super) fn caret_to(from: usize, to: usize) {
    let Some(area) = text_area() else { return };
    let text = area.value();
    let _ = area.focus();
    let units = Units::of(&text);
    let (start, end) = (keys::short(units.unit(from)), keys::short(units.unit(to)));
    let _ = area.set_selection_range(start, end);
    let Some(scroller) = area.closest(".editor__code").ok().flatten() else {
        return;
    };
    let line = text.get(..from).map_or(0, |head| head.matches('\n').count());
    #[expect(clippy::cast_precision_loss, reason = "no text has 2^52 lines")]
    let top = line as f64 * LINE_PX + TOP_PX;
    let (seen, height) = (f64::from(scroller.scroll_top()), f64::from(scroller.client_height()));
    if top < seen + LINE_PX || top > seen + height - 3.0 * LINE_PX {
        #[expect(clippy::cast_possible_truncation, reason = "a scroll offset in whole pixels")]
        scroller.set_scroll_top((top - height / 3.0).max(0.0) as i32);
    }
    scroller.set_scroll_left(0);
}

/// The lines to paint, in steps so that a small scroll paints nothing anew.
fn window(scroller: &Element, count: usize) -> (usize, usize) {
    let step = MARGIN_LINES / 2;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "both are small and not negative"
    )]
    let (top, seen) = (
        (f64::from(scroller.scroll_top()) / LINE_PX).max(0.0) as usize,
        (f64::from(scroller.client_height()) / LINE_PX) as usize + 1,
    );
    let first = top.saturating_sub(MARGIN_LINES) / step * step;
    let end = ((top + seen + MARGIN_LINES) / step + 1) * step;
    (first.min(count), end.min(count))
}

/// See the module.
#[component]
pub(crate) fn Plain(props: &Props) -> Html {
    let words = PageWords::of(props.lang);
    let scroller = use_node_ref();
    let count = props.sheet.lines.len();
    let range = use_state_eq(|| (0, 60));
    let look = {
        let (scroller, range) = (scroller.clone(), range.setter());
        Callback::from(move |count: usize| {
            if let Some(element) = scroller.cast::<Element>() {
                range.set(window(&element, count));
            }
        })
    };
    let (_, height) = crate::layout::use_size(scroller.clone());
    use_effect_with((count, height.to_bits()), {
        let look = look.clone();
        move |(count, _)| look.emit(*count)
    });
    // A browser puts the caret behind a text that it is given; the reader begins before it.
    use_effect_with(props.text.clone(), |_| {
        let is_away = |area: &HtmlTextAreaElement| {
            active_element().is_none_or(|one| !one.is_same_node(Some(area)))
        };
        if let Some(area) = text_area().filter(is_away) {
            let _ = area.set_selection_range(0, 0);
        }
    });
    let on_scroll = {
        let look = look.clone();
        Callback::from(move |_: Event| look.emit(count))
    };
    let on_input = {
        let on = props.on.clone();
        Callback::from(move |event: InputEvent| {
            let area: HtmlTextAreaElement = event.target_unchecked_into();
            on.emit(Command::Edit(area.value().into()));
        })
    };
    let fix = props.problems.get(props.problem).and_then(|problem| problem.fix.clone());
    let on_keys = {
        let (on, text) = (props.on.clone(), props.text.clone());
        Callback::from(move |event: KeyboardEvent| keys::pressed(&event, fix.as_ref(), &text, &on))
    };
    let columns = use_memo(props.text.clone(), |text| widest(text));
    let invalid = (!props.problems.is_empty()).then_some("true");
    html! {
        <div class="editor__code" ref={scroller} onscroll={on_scroll}>
            <div class="pad" style={format!("--lines:{count};--columns:{columns}")}>
                <Mirror text={props.text.clone()} sheet={props.sheet.clone()}
                    changed={props.changed.clone()} problems={props.problems.clone()}
                    first={range.0.min(count)} end={range.1.min(count)}/>
                <textarea id={PAD_ID} class="pad__text" aria-label={words.manifest_text}
                    aria-describedby="manifest-hint" aria-invalid={invalid} wrap="off"
                    spellcheck="false" autocomplete="off" autocapitalize="off"
                    value={AttrValue::from(props.text.clone())}
                    oninput={on_input} onkeydown={on_keys}/>
            </div>
            <p id="manifest-hint" class="sr">{ words.leave_editor }</p>
        </div>
    }
}

/// The longest line in columns; a wide character takes two.
fn widest(text: &str) -> usize {
    let width = |line: &str| {
        line.chars().map(|each| if u32::from(each) < 0x1100 { 1 } else { 2 }).sum::<usize>()
    };
    text.lines().map(width).max().unwrap_or(0)
}
