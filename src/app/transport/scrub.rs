//! The timeline at the bottom: the lives of the Pods under a scrubber.
//!
//! Owns pointing at moments. Invariant: every moment that a pointer reaches, keys reach too.

use crate::chart;
use crate::command::Command;
use crate::layout::use_size;
use crate::scale;
use podium::view::stage::ObjectRef;
use podium::view::timeline::TimelineView;
use podium::view::transport::{MarkKind, SECOND_US, TransportView, span};
use podium::view::words::{Lang, PageWords, page, views};
use std::rc::Rc;
use web_sys::Element;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lang: Lang,
    pub(crate) transport: Rc<TransportView>,
    pub(crate) timeline: Rc<TimelineView>,
    /// Whether time passes by itself.
    #[prop_or_default]
    pub(crate) playing: bool,
    #[prop_or_default]
    pub(crate) bare: bool,
    /// What has a ring.
    #[prop_or_default]
    pub(crate) selected: Option<ObjectRef>,
    pub(crate) on: Callback<Command>,
}

/// See the module.
#[component]
pub(crate) fn Scrub(props: &Props) -> Html {
    let words = PageWords::of(props.lang);
    let node = use_node_ref();
    // The chart is drawn as if the scale were the usual one, and grows with the page.
    let grown = scale::Scale::now().factor();
    let (width, height) = use_size(node.clone());
    let (width, height) = (width / grown, height / grown);
    let transport = &props.transport;
    let (whole_us, step_us) = span(transport.reached_us);
    let left = if props.bare { 8.0 } else { chart::left_margin(&props.timeline, props.lang) };
    let scale = Scale { left, right: (width - 8.0).max(left + 1.0), whole_us };
    let dragging = use_state_eq(|| false);
    let seek = {
        let on = props.on.clone();
        let node = node.clone();
        move |event: &PointerEvent| {
            if let Some(area) = node.cast::<Element>() {
                let x = f64::from(event.client_x()) - area.get_bounding_client_rect().left();
                on.emit(Command::Seek(scale.moment(x / grown)));
            }
        }
    };
    let on_down = {
        let (seek, dragging, node) = (seek.clone(), dragging.clone(), node.clone());
        Callback::from(move |event: PointerEvent| {
            if event.button() == 0 {
                if let Some(area) = node.cast::<Element>() {
                    // Without the capture a drag still works inside the area.
                    let _ = area.set_pointer_capture(event.pointer_id());
                }
                dragging.set(true);
                seek(&event);
            }
        })
    };
    let on_move = {
        let is_dragging = *dragging;
        Callback::from(move |event: PointerEvent| {
            if is_dragging {
                seek(&event);
            }
        })
    };
    let on_up = Callback::from(move |_: PointerEvent| dragging.set(false));
    let tenths = transport.now_us / (SECOND_US / 10);
    html! {
        <div class={classes!("scrub", props.bare.then_some("scrub--bare"))}
            onpointerdown={on_down} onpointermove={on_move} onpointerup={on_up.clone()}
            onpointercancel={on_up}>
            <div class="scrub__area" ref={node}>
            if !props.bare && width > 0.0 {
                <Lifetimes lang={props.lang} timeline={props.timeline.clone()} {whole_us} {step_us} selected={props.selected.clone()}
                    playing={props.playing} {width} {height} now_us={chart::snap(transport.now_us, whole_us, chart::pace(&props.timeline, width))}/>
            }
            <div class="scrub__rail" role="slider" tabindex="0" aria-label={words.virtual_time}
                aria-valuemin="0" aria-valuemax={(whole_us / SECOND_US).to_string()}
                aria-valuenow={format!("{}.{}", tenths / 10, tenths % 10)}
                aria-valuetext={page::moment(props.lang, tenths, &transport.caption)}
                onkeydown={slider_keys(transport, &props.on)}>
                if width > 0.0 {
                    { rail(transport, &scale, (width, if props.bare { 30.0 } else { height })) }
                }
            </div>
            </div>
        </div>
    }
}

#[derive(Clone, Copy)]
struct Scale {
    left: f64,
    right: f64,
    whole_us: u64,
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pixels need no more than a double's precision, and the moment is clamped"
)]
impl Scale {
    fn x(&self, at_us: u64) -> f64 {
        let share = at_us as f64 / self.whole_us as f64;
        ((self.left + share * (self.right - self.left)) * 10.0).round() / 10.0
    }

    fn moment(&self, x: f64) -> u64 {
        let share = ((x - self.left) / (self.right - self.left)).clamp(0.0, 1.0);
        (share * self.whole_us as f64) as u64 / 100_000 * 100_000
    }
}

fn slider_keys(transport: &Rc<TransportView>, on: &Callback<Command>) -> Callback<KeyboardEvent> {
    const STEP_US: i64 = SECOND_US.cast_signed();
    let (on, transport) = (on.clone(), transport.clone());
    Callback::from(move |event: KeyboardEvent| {
        let command = match event.key().as_str() {
            "ArrowRight" | "ArrowUp" => Command::SeekBy(STEP_US),
            "ArrowLeft" | "ArrowDown" => Command::SeekBy(-STEP_US),
            "PageUp" => Command::SeekBy(10 * STEP_US),
            "PageDown" => Command::SeekBy(-10 * STEP_US),
            "Home" => Command::Seek(0),
            "End" => Command::Seek(transport.reached_us),
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        on.emit(command);
    })
}

/// The line of time with its marks and the knob.
fn rail(transport: &TransportView, scale: &Scale, (width, height): (f64, f64)) -> Html {
    let y = if height <= 30.0 { 15.0 } else { 10.0 };
    let now = scale.x(transport.now_us);
    html! {
        <svg class="tl" aria-hidden="true" preserveAspectRatio="none" viewBox={format!("0 0 {} {}", width.max(1.0), height.max(1.0))}>
            <line class="rail-rest" x1={scale.left.to_string()} x2={scale.right.to_string()}
                y1={y.to_string()} y2={y.to_string()}/>
            <line class="rail-reached" x1={scale.left.to_string()}
                x2={scale.x(transport.reached_us).to_string()} y1={y.to_string()} y2={y.to_string()}/>
            <line class="rail-past" x1={scale.left.to_string()} x2={now.to_string()}
                y1={y.to_string()} y2={y.to_string()}/>
            { marks(transport, scale, y) }
            if height > 30.0 {
                <line class="head" x1={now.to_string()} x2={now.to_string()} y1={y.to_string()}
                    y2={(height - 6.0).to_string()}/>
            }
            <circle class="knob" cx={now.to_string()} cy={y.to_string()} r="7"/>
        </svg>
    }
}

/// Marks that would cover one another are thinned; the reader's own and failures come first.
fn marks(transport: &TransportView, scale: &Scale, y: f64) -> Html {
    let (mut last_event, mut last_bad) = (f64::MIN, f64::MIN);
    let (mut plain, mut strong) = (Vec::new(), Vec::new());
    for (at, mark) in transport.marks.iter().enumerate() {
        let x = scale.x(mark.at_us);
        match mark.kind {
            MarkKind::Event if x - last_event < 5.0 => {}
            MarkKind::Event => {
                last_event = x;
                plain.push(html! {
                    <circle key={at} class="mark-event" cx={x.to_string()} cy={y.to_string()} r="3"/>
                });
            }
            MarkKind::User => strong.push(html! {
                <path key={at} class="mark-user" d={format!("M{} {y}l4.5 -4.5 4.5 4.5 -4.5 4.5z", x - 4.5)}/>
            }),
            MarkKind::Bad if x - last_bad < 8.0 => {}
            MarkKind::Bad => {
                last_bad = x;
                strong.push(html! {
                    <path key={at} class="mark-bad" d={format!("M{} {}h8v9h-8z", x - 4.0, y - 4.5)}/>
                });
            }
        }
    }
    plain.into_iter().chain(strong).collect()
}

#[derive(Properties)]
struct LifetimesProps {
    lang: Lang,
    timeline: Rc<TimelineView>,
    playing: bool,
    selected: Option<ObjectRef>,
    whole_us: u64,
    step_us: u64,
    now_us: u64,
    width: f64,
    height: f64,
}

/// While time passes, what happens within one step of the chart waits for the next step: with
/// many Pods the chart is dear, and a step is hardly a pixel.
impl PartialEq for LifetimesProps {
    fn eq(&self, other: &Self) -> bool {
        let seen = |one: &Self| {
            let room = (one.width.to_bits(), one.height.to_bits());
            (one.lang, one.playing, one.whole_us, one.step_us, one.now_us, room)
        };
        let is_alike = seen(self) == seen(other) && self.selected == other.selected;
        is_alike && (self.playing || self.timeline == other.timeline)
    }
}

#[component]
fn Lifetimes(props: &LifetimesProps) -> Html {
    let label: Vec<String> = props
        .timeline
        .groups
        .iter()
        .map(|group| {
            let lives = group.rows.iter().map(|row| row.lives.len()).sum();
            page::lifetimes_of(
                props.lang,
                &views::group(props.lang, group),
                lives,
                group.rows.len(),
            )
        })
        .collect();
    let frame = chart::Frame {
        width: props.width,
        height: props.height,
        whole_us: props.whole_us,
        step_us: props.step_us,
        now_us: props.now_us,
    };
    let svg = chart::lifetimes(&props.timeline, &frame, props.selected.as_ref(), props.lang);
    let words = PageWords::of(props.lang);
    html! {
        <div class="scrub__chart" role="img"
            aria-label={format!("{}. {}", words.lifetimes, label.join(". "))}>
            { Html::from_html_unchecked(svg.into()) }
        </div>
    }
}
