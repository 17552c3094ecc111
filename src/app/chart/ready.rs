//! How many replicas were ready: a stepped line over time, small.
//!
//! Owns the small chart beside a workload's name. Invariant: a level holds until the next one.

use super::{Frame, Ink, drawing, seconds};
use plotters::prelude::*;
use podium::view::Identity;
use podium::view::timeline::{Group, Level};

/// The width of the chart in pixels.
pub(crate) const READY_WIDTH: f64 = 116.0;
const READY_HEIGHT: f64 = 26.0;

/// The corners of the stepped line up to a moment.
pub(super) fn steps(levels: &[Level], now_us: u64) -> Vec<(f64, f64)> {
    let mut corners = vec![(0.0, 0.0)];
    let mut height = 0.0;
    for level in levels.iter().filter(|level| level.at_us <= now_us) {
        let at = seconds(level.at_us);
        corners.push((at, height));
        height = f64::from(level.value);
        corners.push((at, height));
    }
    corners.push((seconds(now_us), height));
    corners
}

/// The chart of one workload.
pub(crate) fn ready(group: &Group, whole_us: u64, now_us: u64) -> String {
    let frame =
        Frame { width: READY_WIDTH, height: READY_HEIGHT, whole_us, step_us: whole_us, now_us };
    drawing((frame.width, frame.height), "tl--ready", |canvas| draw(canvas, group, &frame))
}

fn draw(
    canvas: SVGBackend<'_>,
    group: &Group,
    frame: &Frame,
) -> Result<(), Box<dyn std::error::Error>> {
    let root = canvas.into_drawing_area();
    let most = f64::from(group.ready_max());
    let mut chart = ChartBuilder::on(&root)
        .margin_top(12)
        .margin_bottom(12)
        .margin_right(16)
        .build_cartesian_2d(0.0..seconds(frame.whole_us), 0.0..most)?;
    let corners = steps(&group.ready, frame.now_us);
    let identity = group.identity;
    let ground = [(0.0, 0.0), (seconds(frame.whole_us), 0.0)];
    chart.draw_series([PathElement::new(ground, Ink::Grid.color())])?;
    chart.draw_series(AreaSeries::new(
        corners.iter().copied(),
        0.0,
        Ink::Area(identity).color().filled(),
    ))?;
    chart.draw_series(LineSeries::new(corners.iter().copied(), Ink::Line(identity).color()))?;
    let end = corners.last().copied().unwrap_or_default();
    let mark = Ink::Bar(identity).color().filled();
    if identity == Identity::Stateful {
        let square = EmptyElement::at(end) + Rectangle::new([(-12, -12), (12, 12)], mark);
        chart.draw_series([square])?;
    } else {
        chart.draw_series([Circle::new(end, 12, mark)])?;
    }
    root.present()?;
    Ok(())
}
