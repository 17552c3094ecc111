//! A disk on the shelf.
//!
//! Owns the disk's looks. Invariant: a disk is drawn where it always was; only its wire moves.

use super::drawing;
use super::pod::short;
use super::setting::use_setting;
use podium::view::stage::{DiskState, DiskView, StageAction};
use podium::view::words::stage as phrases;
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) disk: Rc<DiskView>,
    /// Whether there are so many that only the can and the ordinal fit.
    pub(crate) small: bool,
    /// Whether the ordinal alone would not tell it from others.
    #[prop_or_default]
    pub(crate) named: bool,
    /// Whether there is only room for a word about its state.
    pub(crate) brief: bool,
    /// How wide it is, if that is known.
    #[prop_or_default]
    pub(crate) room: u32,
    pub(crate) selected: bool,
    /// Whether a Pod that has to do with it is selected.
    #[prop_or_default]
    pub(crate) tied: bool,
}

/// What stands beside a disk's words: its can and its edges.
const BESIDE_TAG_PX: u32 = 58;

/// About how wide a bold text of the smallest size is.
fn wide(text: &str) -> u32 {
    text.chars().map(|one| if one.is_ascii() { 6 } else { 11 }).sum()
}

/// A disk on the shelf.
#[component]
pub(crate) fn Disk(props: &Props) -> Html {
    let setting = use_setting();
    let disk = &props.disk;
    let select =
        setting.act::<MouseEvent>(StageAction::Select((!props.selected).then(|| disk.object())));
    let whole = phrases::disk_tag(setting.lang, disk);
    // A word that is whole says more than a sentence that is cut.
    let is_brief = props.brief || (props.room > 0 && props.room < wide(&whole) + BESIDE_TAG_PX);
    let tag =
        if is_brief { phrases::disk_brief(setting.lang, disk.state).to_owned() } else { whole };
    let full = disk.state != DiskState::Unbound;
    let inside = if props.small {
        html! {<>
            { drawing::can(15, full) }
            if props.named {
                <span class="mdisk__name">{ &*disk.claim }</span>
            } else {
                <b>{ disk.ordinal.map_or_else(|| disk.claim.to_string(), |ordinal| ordinal.to_string()) }</b>
            }
        </>}
    } else {
        html! {<>
            { drawing::can(26, full) }
            <span class="disk__body">
                <span class="disk__name">{ short(&disk.claim) }</span>
                <span class="disk__data">
                    { phrases::disk_data(setting.lang, disk) }
                    if let Some((first, last)) = disk.rows {
                        { drawing::rows((last + 1).saturating_sub(first)) }
                    }
                </span>
                <span class="disk__tag">{ tag }</span>
            </span>
        </>}
    };
    html! {
        <button class={match (props.small, props.named) {
                (true, true) => "mdisk mdisk--named",
                (true, false) => "mdisk",
                (false, _) => "disk",
            }} tabindex="-1"
            data-nav={format!("disk/{}", disk.uid)} data-disk={disk.uid.to_string()}
            data-state={disk.state.name()} data-selected={props.selected.to_string()} data-tied={props.tied.then_some("true")}
            aria-pressed={props.selected.to_string()} title={phrases::disk_label(setting.lang, disk)}
            onclick={select}>
            <span class="face" aria-hidden="true">{ inside }</span>
            <span class="sr">{ phrases::disk_label(setting.lang, disk) }</span>
        </button>
    }
}
