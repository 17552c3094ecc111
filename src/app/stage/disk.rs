//! A disk on the shelf.
//!
//! Owns the disk's looks. Invariant: a disk is drawn where it always was; only its wire moves.

use super::drawing;
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
    pub(crate) selected: bool,
}

/// A disk on the shelf.
#[component]
pub(crate) fn Disk(props: &Props) -> Html {
    let setting = use_setting();
    let disk = &props.disk;
    let select =
        setting.act::<MouseEvent>(StageAction::Select((!props.selected).then(|| disk.object())));
    let tag = if props.brief {
        phrases::disk_word(setting.lang, disk.state).to_owned()
    } else {
        phrases::disk_tag(setting.lang, disk)
    };
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
                <span class="disk__name">{ &*disk.claim }</span>
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
            data-state={disk.state.name()} data-selected={props.selected.to_string()}
            aria-pressed={props.selected.to_string()} title={phrases::disk_label(setting.lang, disk)}
            onclick={select}>
            <span class="face" aria-hidden="true">{ inside }</span>
            <span class="sr">{ phrases::disk_label(setting.lang, disk) }</span>
        </button>
    }
}
