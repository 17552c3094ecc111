//! The chart itself: drawn from the view's layout, and answering pointer, wheel and keys.
//!
//! Owns wheel and keys. Invariant: a moment that a pointer reaches, keys reach too, exactly.

use crate::chart;
use crate::command::Command;
use crate::layout::use_size;
use crate::look::Look;
use crate::scale::Scale;
use crate::timeline::pointing::{Laid, place, use_pointing};
use podium::view::scene::RunView;
use podium::view::stage::ObjectRef;
use podium::view::timeline::chart::{Frame, chart as lay_out};
use podium::view::timeline::{TimelineView, Window, Zoom};
use podium::view::transport::{SECOND_US, TransportView};
use podium::view::words::{Lang, ViewWords, page, views};
use std::rc::Rc;
use web_sys::WheelEvent;
use yew::prelude::*;

/// The shortest step of a key.
const TENTH_US: u64 = SECOND_US / 10;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) look: Look,
    pub(crate) playing: bool,
    pub(crate) timeline: Rc<TimelineView>,
    pub(crate) transport: Rc<TransportView>,
    pub(crate) runs: Rc<Vec<RunView>>,
    pub(crate) shown: Window,
    pub(crate) known_us: u64,
    pub(crate) selected: Option<ObjectRef>,
    pub(crate) on: Callback<Command>,
}

/// See the module.
#[component]
pub(crate) fn Plot(props: &Props) -> Html {
    let node = use_node_ref();
    let (width, height) = use_size(node.clone());
    // The chart is laid out as if the scale were the usual one, and grows with the page.
    let grown = Scale::now().factor();
    let frame = frame(props, width / grown, height / grown);
    let laid = use_memo((frame.clone(), props.timeline.clone()), |(frame, view)| {
        let laid = lay_out(view, frame);
        let svg = AttrValue::from(chart::timeline(&laid, grown));
        (laid, svg)
    });
    let transport = &props.transport;
    let words = ViewWords::of(props.look.lang);
    let tenths = transport.now_us / TENTH_US;
    let pointing = use_pointing(props, &node, &laid);
    let label = format!(
        "{} {}",
        words.chart_label,
        told(&props.timeline, props.transport.now_us, props.look.lang)
    );
    html! {
        <div class="tlcard__scroll" ref={node.clone()} data-chart="timeline">
            <div class="plot" role="slider" tabindex="0" aria-label={label}
                aria-valuemin="0" aria-valuemax={(props.shown.to_us / SECOND_US).to_string()}
                aria-valuenow={format!("{}.{}", tenths / 10, tenths % 10)}
                aria-valuetext={page::moment(props.look.lang, tenths, &transport.caption)}
                onpointerdown={pointing.down} onpointermove={pointing.moved}
                onpointerup={pointing.up} onpointercancel={pointing.cancel}
                onwheel={wheel(props, &node, &laid)} onkeydown={keys(props)}>
                if width > 0.0 { { Html::from_html_unchecked(laid.1.clone()) } }
            </div>
        </div>
    }
}

/// What the chart is drawn from; while the clock runs the moment is cut to what a pixel can show,
/// and never to less than the clock does.
fn frame(props: &Props, width: f64, height: f64) -> Frame {
    let wide = width.max(320.0);
    let now_us = chart::snap(props.transport.now_us, props.shown.span_us(), wide * 2.0);
    let exact = props.transport.now_us;
    let now_us = if props.playing { now_us.max(exact / TENTH_US * TENTH_US) } else { exact };
    Frame {
        width: wide,
        height: (height - 6.0).max(0.0),
        window: props.shown,
        now_us,
        known_us: props.known_us,
        marks: Rc::new(props.transport.marks.clone()),
        branches: props.runs.iter().filter(|one| !one.is_current).map(RunView::branch).collect(),
        selected: props.selected.clone(),
        lang: props.look.lang,
    }
}

/// What the chart says, in words.
fn told(view: &TimelineView, now_us: u64, lang: Lang) -> String {
    let group = |group: &podium::view::timeline::Group| {
        let lives = group.rows.iter().map(|row| row.lives.len()).sum();
        let name = views::group(lang, group);
        let ready = page::ready_of(lang, &name, group.ready_at(now_us), group.desired_at(now_us));
        format!("{}. {ready}", page::lifetimes_of(lang, &name, lives, group.rows.len()))
    };
    view.groups.iter().map(group).collect::<Vec<_>>().join(". ")
}

/// A wheel with Ctrl zooms around the moment under the pointer; a sideways one, or one with Shift,
/// pans. Any other scrolls as everywhere.
fn wheel(props: &Props, node: &NodeRef, laid: &Laid) -> Callback<WheelEvent> {
    /// A wheel that counts in lines turns by so much.
    const LINE_PX: f64 = 33.0;
    let (on, shown, zoom) = (props.on.clone(), props.shown, props.look.zoom);
    let (node, laid) = (node.clone(), laid.clone());
    let reached_us = props.transport.reached_us;
    Callback::from(move |event: WheelEvent| {
        let is_pixels = event.delta_mode() == WheelEvent::DOM_DELTA_PIXEL;
        let px = |delta: f64| if is_pixels { delta } else { delta * LINE_PX };
        let sideways = if event.shift_key() && event.delta_x() == 0.0 {
            px(event.delta_y())
        } else {
            px(event.delta_x())
        };
        let Some((x, _)) = place(&node, &event) else { return };
        if event.ctrl_key() || event.meta_key() {
            event.prevent_default();
            let turn = (px(event.delta_y()) / 100.0).clamp(-1.0, 1.0);
            let to = Zoom::stretched(&shown, turn.exp2(), reached_us);
            let held = to.holding(laid.0.moment(&shown, x), laid.0.share(x));
            on.emit(Command::Zoom(to, held));
        } else if sideways != 0.0 && zoom.0.is_some() {
            event.prevent_default();
            let share = laid.0.share(laid.0.plot.0 - sideways);
            on.emit(Command::Zoom(zoom, zoom.holding(shown.from_us, share)));
        }
    })
}

fn closer(zoom: Zoom, reached_us: u64) -> Command {
    Command::Zoom(zoom.closer(reached_us), None)
}

fn keys(props: &Props) -> Callback<KeyboardEvent> {
    let (on, transport) = (props.on.clone(), props.transport.clone());
    let (shown, zoom) = (props.shown, props.look.zoom);
    Callback::from(move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let step = if event.shift_key() { TENTH_US } else { SECOND_US }.cast_signed();
        let held = |from_us| Command::Zoom(zoom, Some(from_us));
        let half = shown.span_us() / 2;
        let command = match event.key().as_str() {
            "ArrowRight" | "ArrowUp" => Command::SeekBy(step),
            "ArrowLeft" | "ArrowDown" => Command::SeekBy(-step),
            "Home" => Command::Seek(0),
            "End" => Command::Seek(transport.reached_us),
            "+" | "=" => closer(zoom, transport.reached_us),
            "-" | "−" => Command::Zoom(zoom.wider(transport.reached_us), None),
            "PageUp" if zoom.0.is_some() => held(shown.from_us.saturating_sub(half)),
            "PageDown" if zoom.0.is_some() => held(shown.from_us + half),
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        on.emit(command);
    })
}
