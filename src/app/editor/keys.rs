//! The keys of the plain editor: apply, fix, indent, leave.
//!
//! Owns what a key does inside the text area, and how a fix is typed in either editor. Every change goes through the browser's own typing,
//! so that undo covers it. Invariant: Escape always gets the reader out.

use super::plain::text_area;
use super::{bridge, rich};
use crate::command::Command;
use podium::base::Order as _;
use podium::view::editor::{Fix, Units};
use wasm_bindgen::JsCast;
use web_sys::{HtmlDocument, HtmlTextAreaElement};
use yew::prelude::*;

/// A place in the browser's units, as its calls want it.
pub(super) fn short(unit: usize) -> u32 {
    u32::try_from(unit).unwrap_or(u32::MAX)
}

/// Types a text in place of the selection, as the reader would.
fn type_text(words: &str) -> bool {
    let Ok(document) = gloo::utils::document().dyn_into::<HtmlDocument>() else {
        return false;
    };
    let command = if words.is_empty() { "delete" } else { "insertText" };
    document.exec_command_with_show_ui_and_value(command, false, words).unwrap_or(false)
}

/// Takes a fix of `text`: selects each place, last first, and types what belongs there.
pub(super) fn take(fix: &Fix, text: &str, on: &Callback<Command>) {
    if let Some(editor) = bridge::current() {
        rich::edit(&editor, text, &fix.edits);
        editor.focus();
        return;
    }
    let Some(area) = text_area() else { return };
    let before = area.value();
    let fixed = fix.apply(&before);
    let _ = area.focus();
    let units = Units::of(&before);
    let mut edits: Vec<_> = fix.edits.iter().collect();
    edits.order_by_key(|edit| std::cmp::Reverse(edit.from));
    for edit in edits {
        let (start, end) = (short(units.unit(edit.from)), short(units.unit(edit.to)));
        let _ = area.set_selection_range(start, end);
        type_text(&edit.text);
    }
    if area.value() != fixed {
        area.set_value(&fixed);
    }
    on.emit(Command::Edit(fixed.into()));
}

/// Answers a key pressed in the text area.
pub(super) fn pressed(
    event: &KeyboardEvent,
    fix: Option<&Fix>,
    text: &str,
    on: &Callback<Command>,
) {
    if event.is_composing() {
        return;
    }
    let control = event.ctrl_key() || event.meta_key();
    let area: HtmlTextAreaElement = event.target_unchecked_into();
    let handled = match event.key().as_str() {
        "Enter" if control => {
            on.emit(Command::Apply);
            true
        }
        "." if control => {
            if let Some(fix) = fix {
                take(fix, text, on);
            }
            true
        }
        "Escape" => {
            let _ = area.blur();
            true
        }
        "Tab" if !event.shift_key() && !control && !event.alt_key() => type_text("  "),
        "Enter" if !event.shift_key() && !event.alt_key() => type_text(&line_break(&area)),
        _ => false,
    };
    if handled {
        event.prevent_default();
        event.stop_propagation();
    }
}

/// A line break with the indentation that goes on from the line of the caret.
fn line_break(area: &HtmlTextAreaElement) -> String {
    let text: Vec<u16> = area.value().encode_utf16().collect();
    let caret = area.selection_start().ok().flatten().unwrap_or(0) as usize;
    let head = String::from_utf16_lossy(&text[..caret.min(text.len())]);
    let line = head.rsplit('\n').next().unwrap_or_default();
    let bare = line.trim_start();
    let mut indent = line.len() - bare.len();
    if bare.ends_with(':') {
        indent += 2;
    }
    if bare.starts_with("- ") {
        indent += 2;
    }
    format!("\n{}", " ".repeat(indent))
}
