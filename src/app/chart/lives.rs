//! The lives of the Pods and the ready counts, large: the timeline view.
//!
//! Owns the large chart. Invariant: it shows the same lives as the small one, with their names,
//! addresses and nodes.

use super::lifetimes::text;
use super::ready::steps;
use super::{Frame, Ink, drawing, seconds, stretches, units};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use podium::view::Identity;
use podium::view::timeline::{Group, TimelineView};
use podium::view::transport::tick;
use podium::view::words::PageWords;

const LEFT: f64 = 168.0;
const RIGHT: f64 = 24.0;
const READY_TOP: f64 = 40.0;
const READY_HEIGHT: f64 = 104.0;
const ROWS_TOP: f64 = READY_TOP + READY_HEIGHT + 28.0;

type Drawn = Result<(), Box<dyn std::error::Error>>;

/// How tall the chart has to be to hold every row.
#[expect(clippy::cast_precision_loss, reason = "a few hundred rows")]
fn tall(view: &TimelineView) -> f64 {
    let rows = view.groups.iter().map(|group| group.rows.len() as f64 * pitch(group) + 18.0);
    ROWS_TOP + rows.sum::<f64>() + 16.0
}

fn pitch(group: &Group) -> f64 {
    if group.identity == Identity::Stateful { 29.0 } else { 25.0 }
}

/// The chart of the whole run; at least as tall as its frame.
pub(crate) fn lives(view: &TimelineView, frame: &Frame, words: &PageWords) -> String {
    let frame = Frame { height: frame.height.max(tall(view)), ..*frame };
    drawing((frame.width, frame.height), "tl--large", |canvas| draw(canvas, view, &frame, words))
}

fn draw(canvas: SVGBackend<'_>, view: &TimelineView, frame: &Frame, words: &PageWords) -> Drawn {
    let root = canvas.into_drawing_area();
    let area = root.margin(0, 0, units(LEFT), units(RIGHT));
    let whole = seconds(frame.whole_us);
    let mut chart = ChartBuilder::on(&area).build_cartesian_2d(0.0..whole, frame.height..0.0)?;
    let per_second = (frame.width - LEFT - RIGHT) / whole;
    let x = |at_us: u64| LEFT + seconds(at_us) * per_second;
    let bottom = frame.height - 12.0;
    let middle = Pos::new(HPos::Center, VPos::Center);
    for n in 0..=frame.whole_us / frame.step_us {
        let at = n * frame.step_us;
        let line = [(seconds(at), 26.0), (seconds(at), bottom)];
        chart.draw_series([PathElement::new(line, Ink::Grid.color())])?;
        text(&root, &tick(at), (x(at), 13.0), Ink::Axis, middle)?;
    }
    chart.draw_series(view.outages.iter().map(|outage| {
        let end = outage.end_us.unwrap_or(frame.now_us).min(frame.now_us);
        let corners = [(seconds(outage.from_us), 26.0), (seconds(end), bottom)];
        Rectangle::new(corners, Ink::Outage.color().filled())
    }))?;
    let now = seconds(frame.now_us);
    let ahead = [(now, 26.0), (whole, bottom)];
    chart.draw_series([Rectangle::new(ahead, Ink::Future.color().filled())])?;
    draw_ready(&root, view, frame, words)?;
    let mut y = ROWS_TOP;
    for group in &view.groups {
        let pitch = pitch(group);
        draw_heading(&root, group, y, words)?;
        for row in &group.rows {
            let thick = if group.identity == Identity::Stateful { 22.0 } else { 19.0 };
            if group.identity == Identity::Stateful {
                let anchor = Pos::new(HPos::Right, VPos::Center);
                let ink = Ink::Name(group.identity);
                text(&root, &row.label, (LEFT - 8.0, y + thick / 2.0), ink, anchor)?;
            }
            for life in &row.lives {
                for (from, to, ink) in stretches(life, group.identity, frame.now_us) {
                    let corners = [(seconds(from), y + 0.6), (seconds(to), y + thick - 0.6)];
                    chart.draw_series([Rectangle::new(corners, ink.color().filled())])?;
                    let label = label(&life.name, life.ip.as_deref(), life.node.as_deref());
                    if let Some(ink) = label_ink(ink, group.identity)
                        && let Some(label) =
                            fitting(&label, (seconds(to) - seconds(from)) * per_second)
                    {
                        let anchor = Pos::new(HPos::Left, VPos::Center);
                        text(&root, &label, (x(from) + 8.0, y + thick / 2.0), ink, anchor)?;
                    }
                }
            }
            y += pitch;
        }
        y += 18.0;
    }
    chart.draw_series([PathElement::new([(now, 22.0), (now, bottom)], Ink::Head.color())])?;
    root.present()?;
    Ok(())
}

fn label(name: &str, ip: Option<&str>, node: Option<&str>) -> Vec<String> {
    let tail = [ip, node].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let suffix = name.rsplit('-').next().unwrap_or(name).to_owned();
    vec![format!("{name}  {tail}"), name.to_owned(), suffix]
}

/// The longest of the labels that a bar has room for.
#[expect(clippy::cast_precision_loss, reason = "a handful of characters")]
fn fitting(labels: &[String], px: f64) -> Option<String> {
    labels.iter().find(|label| label.chars().count() as f64 * 6.5 + 14.0 < px).cloned()
}

fn label_ink(ink: Ink, identity: Identity) -> Option<Ink> {
    match ink {
        Ink::Bar(_) => Some(Ink::OnBar),
        Ink::Old(_) => Some(Ink::Name(identity)),
        _ => None,
    }
}

fn draw_heading(
    root: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
    group: &Group,
    y: f64,
    words: &PageWords,
) -> Drawn {
    let mark = Ink::Bar(group.identity).color().filled();
    let (note, left) = match group.identity {
        Identity::Stateful => (words.same_row, 16.0),
        _ => (words.row_per_name, 16.0),
    };
    if group.identity == Identity::Stateful {
        let corners = [(units(left), units(y + 3.0)), (units(left + 10.0), units(y + 13.0))];
        root.draw(&Rectangle::new(corners, mark))?;
    } else {
        root.draw(&Circle::new((units(left + 5.0), units(y + 8.0)), 20, mark))?;
    }
    let anchor = Pos::new(HPos::Left, VPos::Center);
    text(root, &super::short(&group.name), (32.0, y + 8.0), Ink::Name(group.identity), anchor)?;
    if group.rows.len() > 1 {
        text(root, note, (32.0, y + 24.0), Ink::Plain, anchor)?;
    }
    Ok(())
}

fn draw_ready(
    root: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
    view: &TimelineView,
    frame: &Frame,
    words: &PageWords,
) -> Drawn {
    let most = view.groups.iter().map(Group::ready_max).max().unwrap_or(1);
    let below = frame.height - READY_TOP - READY_HEIGHT;
    let area = root.margin(units(READY_TOP), units(below), units(LEFT), units(RIGHT));
    let mut chart = ChartBuilder::on(&area)
        .build_cartesian_2d(0.0..seconds(frame.whole_us), 0.0..f64::from(most) + 0.15)?;
    let step = most.div_ceil(3).max(1);
    let anchor = Pos::new(HPos::Right, VPos::Center);
    for value in (0..=most).step_by(usize::try_from(step).unwrap_or(1)) {
        let level = f64::from(value);
        let line = [(0.0, level), (seconds(frame.whole_us), level)];
        chart.draw_series([PathElement::new(line, Ink::Grid.color())])?;
        let y = READY_TOP + READY_HEIGHT * (1.0 - level / (f64::from(most) + 0.15));
        text(root, &value.to_string(), (LEFT - 8.0, y), Ink::Axis, anchor)?;
    }
    let start = Pos::new(HPos::Left, VPos::Center);
    text(root, words.ready_replicas, (16.0, READY_TOP + 12.0), Ink::Strong, start)?;
    for group in &view.groups {
        let corners = steps(&group.ready, frame.now_us);
        let area = Ink::Area(group.identity).color().filled();
        chart.draw_series(AreaSeries::new(corners.iter().copied(), 0.0, area))?;
        let line = Ink::Line(group.identity).color();
        chart.draw_series(LineSeries::new(corners.iter().copied(), line))?;
    }
    for (at, group) in view.groups.iter().take(6).enumerate() {
        let label = format!(
            "{} {}/{}",
            super::short(&group.name),
            group.ready_now(),
            group.desired.unwrap_or(0)
        );
        #[expect(clippy::cast_precision_loss, reason = "at most six")]
        let y = READY_TOP + 30.0 + at as f64 * 15.0;
        text(root, &label, (16.0, y), Ink::Name(group.identity), start)?;
    }
    Ok(())
}
