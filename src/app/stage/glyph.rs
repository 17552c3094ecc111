//! The sign of a Pod's state: each has a silhouette of its own.
//!
//! Owns drawings only. Invariant: no two states share a silhouette, so that colour only repeats
//! what the outline says.

use podium::view::stage::PodState;
use yew::prelude::*;

/// The tick in the disc of a Pod that is ready; the style sheet draws the same on a dot.
const TICK: &str = "M8.2 13.4 11.6 16.6 17.8 9.8";
/// The radius-10 circle's length.
const ROUND: f64 = 62.832;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) state: PodState,
    #[prop_or(26)]
    pub(crate) size: u32,
    /// How much of the grace period is over, in thousandths.
    #[prop_or_default]
    pub(crate) drained: Option<u16>,
}

/// The sign of a Pod's state.
#[component]
pub(crate) fn Glyph(props: &Props) -> Html {
    let size = props.size.to_string();
    html! {
        <svg class="pod__glyph" width={size.clone()} height={size} viewBox="0 0 26 26" fill="none"
            stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"
            aria-hidden="true">
            { drawing(props) }
        </svg>
    }
}

fn drawing(props: &Props) -> Html {
    let octagon = "M8.4 2h9.2L24 8.4v9.2L17.6 24H8.4L2 17.6V8.4z";
    match props.state {
        PodState::Ready => html! {<>
            <circle class="glyph__disc" cx="13" cy="13" r="11" fill="currentColor" stroke="none" />
            <path d={TICK} stroke="var(--inverse)" stroke-width="2.4" />
        </>},
        PodState::Running => html! {<>
            <circle cx="13" cy="13" r="10" />
            <circle cx="13" cy="13" r="3.6" fill="currentColor" stroke="none" />
        </>},
        PodState::Pending => html! {
            <circle cx="13" cy="13" r="10" stroke-dasharray="2.6 3.68" />
        },
        PodState::Creating => html! {<>
            <circle cx="13" cy="13" r="10" opacity=".28" />
            <path d="M13 3a10 10 0 0 1 10 10" stroke-width="2.6" class="spin" />
        </>},
        PodState::Init { done, total } => segments(done, total),
        PodState::Terminating => html! {<>
            <circle cx="13" cy="13" r="10" stroke-dasharray="1 3.49" />
            if let Some(drained) = props.drained {
                <circle cx="13" cy="13" r="10" stroke-width="2.4" stroke-linecap="butt"
                    stroke-dasharray={remaining(drained)} transform="rotate(-90 13 13)" />
            }
            <path d="M8.5 13h9" />
        </>},
        PodState::Crash => html! {<>
            <path d={octagon} />
            <path d="M17.5 10.5a5 5 0 1 0 .5 4M18 7.5v3.3h-3.3" stroke-width="1.8" />
        </>},
        PodState::Failed => html! {<>
            <path d={octagon} />
            <path d="M9.5 9.5l7 7M16.5 9.5l-7 7" stroke-width="1.8" />
        </>},
        PodState::ImagePull => html! {<>
            <path d={octagon} />
            <path d="M13 7.5v7M10 11.8l3 3 3-3M8.5 18.2h9" stroke-width="1.8" />
        </>},
        PodState::Unknown => html! {<>
            <path d="M13 1.8 24.2 13 13 24.2 1.8 13z" stroke-dasharray="2.5 3" />
            <path d="M10.8 10.8a2.3 2.3 0 1 1 3.4 2c-.8.5-1.2.9-1.2 1.9M13 17.5h.01"
                stroke-width="1.9" />
        </>},
        PodState::Completed => html! {<>
            <circle cx="13" cy="13" r="10" />
            <path d="M8.8 13.3 11.8 16.2 17.2 10" />
        </>},
    }
}

fn remaining(drained: u16) -> String {
    let left = ROUND * f64::from(1000 - drained.min(1000)) / 1000.0;
    format!("{left:.1} {ROUND}")
}

/// A ring with a segment for each init container.
fn segments(done: u32, total: u32) -> Html {
    let total = total.clamp(1, 12);
    let length = ROUND / f64::from(total);
    let segment = |at: u32| {
        html! {
            <circle key={at} cx="13" cy="13" r="10" stroke-width="3" stroke-linecap="butt"
                opacity={if at < done { "1" } else { ".3" }}
                stroke-dasharray={format!("{:.2} {ROUND}", (length - 3.0).max(1.0))}
                stroke-dashoffset={format!("{:.2}", -length * f64::from(at))}
                transform="rotate(-90 13 13)" />
        }
    };
    html! {<>
        { for (0..total).map(segment) }
        <path d="M10 13h6M13.5 10.5 16 13l-2.5 2.5" stroke-width="1.6" />
    </>}
}

#[cfg(test)]
mod tests {
    use super::TICK;

    #[test]
    fn a_dot_has_the_tick_of_a_card() {
        let sheet = include_str!("../../../static/stage.css");
        assert_eq!(sheet.matches(&format!("d='{TICK}'")).count(), 2, "light and dark");
    }
}
