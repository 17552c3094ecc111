//! The chart itself: drawn from the view's layout, and answering pointer, wheel and keys.
//!
//! Owns pointing. Invariant: a moment that a pointer reaches, keys reach too, exactly.

use crate::chart;
use crate::command::Command;
use crate::layout::use_size;
use crate::look::Look;
use crate::scale::Scale;
use podium::view::scene::RunView;
use podium::view::timeline::chart::{Chart, Frame, Target, chart as lay_out};
use podium::view::timeline::{TimelineView, Window, Zoom};
use podium::view::transport::{SECOND_US, TransportView};
use podium::view::words::{Lang, ViewWords, page, views};
use std::rc::Rc;
use web_sys::{Element, WheelEvent};
use yew::prelude::*;

/// A drag shorter than this is a click.
const CLICK_PX: f64 = 3.0;
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
    let label = format!("{} {}", words.chart_label, told(&props.timeline, props.look.lang));
    html! {
        <div class="tlcard__scroll" ref={node} data-chart="timeline">
            <div class="plot" role="slider" tabindex="0" aria-label={label}
                aria-valuemin="0" aria-valuemax={(props.shown.to_us / SECOND_US).to_string()}
                aria-valuenow={format!("{}.{}", tenths / 10, tenths % 10)}
                aria-valuetext={page::moment(props.look.lang, tenths, &transport.caption)}
                onpointerdown={pointing.down} onpointermove={pointing.moved}
                onpointerup={pointing.up.clone()} onpointercancel={pointing.up}
                onwheel={wheel(props)} onkeydown={keys(props)}>
                if width > 0.0 { { Html::from_html_unchecked(laid.1.clone()) } }
            </div>
        </div>
    }
}

/// What the chart is drawn from; while the clock runs the moment is cut to what a pixel can show.
fn frame(props: &Props, width: f64, height: f64) -> Frame {
    let wide = width.max(320.0);
    let now_us = chart::snap(props.transport.now_us, props.shown.span_us(), wide * 2.0);
    let exact = if props.playing { now_us } else { props.transport.now_us };
    Frame {
        width: wide,
        height: (height - 6.0).max(0.0),
        window: props.shown,
        now_us: exact,
        known_us: props.known_us,
        marks: Rc::new(props.transport.marks.clone()),
        branches: props.runs.iter().filter(|one| !one.is_current).map(RunView::branch).collect(),
        lang: props.look.lang,
    }
}

/// What the chart says, in words.
fn told(view: &TimelineView, lang: Lang) -> String {
    let group = |group: &podium::view::timeline::Group| {
        let lives = group.rows.iter().map(|row| row.lives.len()).sum();
        let name = views::group(lang, group);
        let ready = page::ready_of(lang, &name, group.ready_now(), group.desired);
        format!("{}. {ready}", page::lifetimes_of(lang, &name, lives, group.rows.len()))
    };
    view.groups.iter().map(group).collect::<Vec<_>>().join(". ")
}

/// A wheel with Ctrl zooms around the pointer's side of time; a sideways one, or one with Shift,
/// pans. Any other scrolls as everywhere.
fn wheel(props: &Props) -> Callback<WheelEvent> {
    let (on, shown, zoom) = (props.on.clone(), props.shown, props.look.zoom);
    let reached_us = props.transport.reached_us;
    Callback::from(move |event: WheelEvent| {
        let sideways = if event.shift_key() { event.delta_y() } else { event.delta_x() };
        if event.ctrl_key() || event.meta_key() {
            event.prevent_default();
            on.emit(if event.delta_y() < 0.0 {
                closer(zoom, reached_us)
            } else {
                Command::Zoom(zoom.wider(reached_us), None)
            });
        } else if sideways != 0.0 && zoom.0.is_some() {
            event.prevent_default();
            let step = shown.span_us() / 8;
            let from = if sideways > 0.0 {
                shown.from_us + step
            } else {
                shown.from_us.saturating_sub(step)
            };
            on.emit(Command::Zoom(zoom, Some(from)));
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
        let now = transport.now_us;
        let step = if event.shift_key() { TENTH_US } else { SECOND_US };
        let held = |from_us| Command::Zoom(zoom, Some(from_us));
        let half = shown.span_us() / 2;
        let command = match event.key().as_str() {
            "ArrowRight" | "ArrowUp" => Command::Seek(now + step),
            "ArrowLeft" | "ArrowDown" => Command::Seek(now.saturating_sub(step)),
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

struct Pointing {
    down: Callback<PointerEvent>,
    moved: Callback<PointerEvent>,
    up: Callback<PointerEvent>,
}

/// A press on an event goes to its very moment, on a Pod selects it; a drag scrubs.
#[hook]
fn use_pointing(props: &Props, node: &NodeRef, laid: &Rc<(Chart, AttrValue)>) -> Pointing {
    let start = use_mut_ref(|| None::<(f64, bool)>);
    let place = {
        let node = node.clone();
        move |event: &PointerEvent| {
            let area = node.cast::<Element>()?.query_selector("svg").ok()??;
            let area = area.get_bounding_client_rect();
            let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
            let grown = Scale::now().factor();
            Some(((x - area.left()) / grown, (y - area.top()) / grown))
        }
    };
    let seek = {
        let (on, laid, shown) = (props.on.clone(), laid.clone(), props.shown);
        move |x: f64| on.emit(Command::Seek(laid.0.moment(&shown, x)))
    };
    let down = {
        let (start, place, seek) = (start.clone(), place.clone(), seek.clone());
        let (on, laid, node) = (props.on.clone(), laid.clone(), node.clone());
        Callback::from(move |event: PointerEvent| {
            let Some((x, y)) = place(&event).filter(|_| event.button() == 0) else { return };
            match laid.0.hit(x, y).cloned() {
                Some(Target::Moment(at_us)) => on.emit(Command::Seek(at_us)),
                Some(Target::Run(id)) => on.emit(Command::Compare(Some(id))),
                found => {
                    if let Some(Target::Object(object)) = found {
                        on.emit(Command::Select(Some(object)));
                        *start.borrow_mut() = Some((x, false));
                    } else {
                        *start.borrow_mut() = Some((x, true));
                        seek(x);
                    }
                    let area = node.cast::<Element>();
                    if let Some(plot) = area.and_then(|one| one.query_selector(".plot").ok()?) {
                        // Without the capture a drag still works inside the chart.
                        let _ = plot.set_pointer_capture(event.pointer_id());
                    }
                }
            }
        })
    };
    let moved = {
        let start = start.clone();
        Callback::from(move |event: PointerEvent| {
            let Some((from, is_drag)) = *start.borrow() else { return };
            let Some((x, _)) = place(&event) else { return };
            if is_drag || (x - from).abs() > CLICK_PX {
                *start.borrow_mut() = Some((from, true));
                seek(x);
            }
        })
    };
    let up = Callback::from(move |_: PointerEvent| *start.borrow_mut() = None);
    Pointing { down, moved, up }
}
