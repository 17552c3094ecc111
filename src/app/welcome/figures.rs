//! The drawings on the cards, in the signs of the stage.
//!
//! Owns where each sign stands. Invariant: a drawing only repeats what its card says in words.

use super::way::Way;
use crate::stage::{Glyph, can};
use podium::view::stage::PodState;
use yew::prelude::*;

const INK: &str = "var(--ink-3)";
const DISK: &str = "var(--b-fill)";

/// A way's drawing.
pub(super) fn figure(way: Way) -> Html {
    let inside = match way {
        Way::Delete => html! {<>
            { ring(70, 22, false) }{ ring(190, 22, true) }
            { seat(70, 76, 1, false) }{ seat(178, 76, 1, true) }
            { line("M116 22h28m-5-4 5 4-5 4M116 76h28m-5-4 5 4-5 4", INK, "", "none") }
            { line("M192 76h20", DISK, "", "none") }{ disk(222, 76) }
            { name(70, 50, "x7k2p") }{ name(190, 50, "n4qzt") }{ name(70, 105, "db-1") }{ name(178, 105, "db-1") }
        </>},
        Way::Order => html! {<>
            { for [62, 130, 198].map(|x| ring(x, 26, true)) }
            { line("M40 49h180", "var(--line-2)", "", "none") }
            { for (0..3).map(|at| seat(62 + at * 68, 78, at, at < 2)) }
            { line("M83 78h25m-5-4 5 4-5 4M151 78h25m-5-4 5 4-5 4", INK, "", "none") }
        </>},
        Way::LoseNode => html! {<>
            { line("M26 8h52a6 6 0 0 1 6 6v56a6 6 0 0 1-6 6h-52a6 6 0 0 1-6-6v-56a6 6 0 0 1 6-6zM182 8h52a6 6 0 0 1 6 6v56a6 6 0 0 1-6 6h-52a6 6 0 0 1-6-6v-56a6 6 0 0 1 6-6z", "var(--line-2)", "", "var(--surface)") }
            { line("M98 22 112 8M98 34 124 8M98 46 136 8M98 58 148 8M98 70 160 8M104 76 162 18M116 76 162 30M128 76 162 42M140 76 162 54M152 76 162 66", "var(--line)", "", "none") }
            { line("M104 8h52a6 6 0 0 1 6 6v56a6 6 0 0 1-6 6h-52a6 6 0 0 1-6-6v-56a6 6 0 0 1 6-6z", "var(--bad)", "4 3", "none") }
            { for [38, 66, 194, 222].map(|x| ring(x, 28, true)) }{ ring(130, 28, false) }
            { for (0..3).map(|at| seat(52 + at * 78, 58, at, at != 1)) }
            { line("M52 72v12M208 72v12", DISK, "", "none") }{ line("M130 72v12", "var(--bad)", "3 3", "none") }
            { for [52, 130, 208].map(|x| disk(x, 95)) }
        </>},
    };
    html! { <svg width="260" height="112" viewBox="0 0 260 112" aria-hidden="true">{ inside }</svg> }
}

/// A square with its number, or the place of one that is not there.
pub(super) fn seat(x: u32, y: u32, number: u32, on: bool) -> Html {
    html! {
        <g class={if on { "fig" } else { "fig fig--off" }} transform={format!("translate({x} {y})")}>
            <rect x="-13" y="-13" width="26" height="26" rx="3"/>
            <text y="5.5">{ number }</text>
        </g>
    }
}

fn ring(x: u32, y: u32, on: bool) -> Html {
    let (state, class) =
        if on { (PodState::Ready, "fig--a") } else { (PodState::Terminating, "fig--gone") };
    html! {
        <g {class} transform={format!("translate({} {})", x - 15, y - 15)}><Glyph {state} size=30/></g>
    }
}

fn disk(x: u32, y: u32) -> Html {
    html! { <g transform={format!("translate({} {})", x - 9, y - 11)}>{ can(18, false) }</g> }
}

fn line(d: &'static str, stroke: &'static str, dash: &'static str, fill: &'static str) -> Html {
    html! {
        <path {d} {stroke} {fill} stroke-width="1.5" stroke-linecap="round"
            stroke-dasharray={(!dash.is_empty()).then_some(dash)}/>
    }
}

fn name(x: u32, y: u32, name: &'static str) -> Html {
    html! { <text class="fig__name" x={x.to_string()} y={y.to_string()}>{ name }</text> }
}
