//! The large timeline: the shapes that the view laid out, as SVG.
//!
//! Owns nothing but the way from a shape to plotters. Invariant: what stands where was decided by
//! the view; nothing is added here.

use super::{GRAIN, marks, units};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use podium::view::Identity;
use podium::view::timeline::Chart;
use podium::view::timeline::chart::{AXIS, Anchor, Look, Shape};

type Drawn = Result<(), Box<dyn std::error::Error>>;
type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// The looks that a chart uses, each with a stand-in colour.
#[derive(Default)]
struct Palette(Vec<(Look, bool)>);

impl Palette {
    /// The stand-in: a colour that names the look's place in the list.
    fn color(&mut self, look: Look, ahead: bool) -> RGBColor {
        let found = self.0.iter().position(|one| *one == (look, ahead));
        let at = found.unwrap_or_else(|| {
            self.0.push((look, ahead));
            self.0.len() - 1
        });
        RGBColor(2, 0, u8::try_from(at).unwrap_or(u8::MAX))
    }

    /// Trades the stand-in colours for classes.
    fn dress(&self, svg: &str) -> String {
        let class = |(look, ahead): &(Look, bool)| {
            format!("{}{}", class(*look), if *ahead { " ahead" } else { "" })
        };
        let classes: Vec<String> = self.0.iter().map(class).collect();
        marks::dressed(svg, "0200", &classes, marks::Corners::Large)
    }
}

fn class(look: Look) -> String {
    let by = |name: &str, identity: Identity| format!("{name}-{}", identity.letter());
    match look {
        Look::Grid => "grid".into(),
        Look::Future => "future".into(),
        Look::Ring => "ring".into(),
        Look::Head => "head".into(),
        Look::HeadFill => "headfill".into(),
        Look::Bar(identity) => by("bar", identity),
        Look::Wait(identity) => by("wait", identity),
        Look::Old(identity) => {
            format!("{} bar-old bar-old-{}", by("bar", identity), identity.letter())
        }
        Look::Done(identity) => by("done", identity),
        Look::DoneBad => "done-bad".into(),
        Look::Line(identity) => by("line", identity),
        Look::Area(identity) => by("area", identity),
        Look::Name(identity) => format!("strong {}", by("t", identity)),
        Look::Tone(identity) => by("t", identity),
        Look::OnArea(identity) => by("bare t", identity),
        Look::OnOld(identity) => format!("m {}", by("t", identity)),
        Look::OnBar => "m t-inv".into(),
        Look::OnBad => "m t-bad".into(),
        Look::Terminating(identity) => by("term term", identity),
        Look::Failing => "fails".into(),
        Look::Lost(identity) => by("lost lost", identity),
        Look::Up => "node-up".into(),
        Look::Down => "node-down".into(),
        Look::DiskOn => "disk-on".into(),
        Look::DiskHeld => "disk-held".into(),
        Look::DiskOff => "disk-off".into(),
        Look::Event => "mark-event".into(),
        Look::User => "mark-user".into(),
        Look::Bad => "mark-bad".into(),
        Look::Fork => "fork".into(),
        Look::Tip => "fork-tip".into(),
        Look::Axis => "m".into(),
        Look::Strong => "strong".into(),
        Look::Act => "strong act".into(),
        Look::Plain => "plain".into(),
        Look::Halo => "halo".into(),
        Look::Said => "halo strong".into(),
    }
}

/// The chart as SVG text in the classes of the style sheet, shown so many times larger than it was
/// laid out: the axis by itself, so that it can stay in sight, and what it measures.
pub(crate) fn timeline(chart: &Chart, grown: f64) -> String {
    let (axis, rest): (Vec<_>, Vec<_>) = chart.shapes.iter().partition(|one| one.is_axis());
    let axis = part(&axis, (chart.width, AXIS), grown);
    let rest = part(&rest, (chart.width, chart.height), grown);
    format!("<div class=\"plot__axis\">{axis}</div>{rest}")
}

fn part(shapes: &[&Shape], (width, height): (f64, f64), grown: f64) -> String {
    let size = (units(width).max(1), units(height).max(1));
    let (mut svg, mut palette) = (String::new(), Palette::default());
    let canvas = SVGBackend::with_string(
        &mut svg,
        (u32::try_from(size.0).unwrap_or(1), u32::try_from(size.1).unwrap_or(1)),
    );
    if draw(canvas, shapes, &mut palette).is_err() {
        // Writing to a string cannot fail; a chart without room draws nothing.
        return String::new();
    }
    let svg = palette.dress(&svg);
    let body = svg.split_once('>').map_or("", |(_, body)| body);
    let (width, height) = (width * grown, height * grown);
    format!(
        "<svg class=\"tl tl--fine tl--large\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {} {}\" aria-hidden=\"true\">{body}",
        size.0, size.1,
    )
}

fn draw(canvas: SVGBackend<'_>, shapes: &[&Shape], palette: &mut Palette) -> Drawn {
    let root = canvas.into_drawing_area();
    for shape in shapes {
        draw_shape(&root, shape, palette)?;
    }
    root.present()?;
    Ok(())
}

fn place((x, y): (f64, f64)) -> (i32, i32) {
    (units(x), units(y))
}

/// A bar with its corners cut off: a failure has another silhouette.
fn octagon((left, top): (f64, f64), (right, bottom): (f64, f64)) -> Vec<(i32, i32)> {
    let cut = ((bottom - top) / 3.0).min((right - left) / 2.0);
    let corners = [
        (left + cut, top),
        (right - cut, top),
        (right, top + cut),
        (right, bottom - cut),
        (right - cut, bottom),
        (left + cut, bottom),
        (left, bottom - cut),
        (left, top + cut),
    ];
    corners.into_iter().map(place).collect()
}

fn draw_shape(root: &Area<'_>, shape: &Shape, palette: &mut Palette) -> Drawn {
    match shape {
        Shape::Rect { from, to, look: look @ Look::Failing, ahead } => {
            let color = palette.color(*look, *ahead);
            root.draw(&Polygon::new(octagon(*from, *to), color.filled()))?;
        }
        Shape::Rect { from, to, look, ahead } => {
            let corners = [place(*from), place(*to)];
            root.draw(&Rectangle::new(corners, palette.color(*look, *ahead).filled()))?;
        }
        Shape::Line { points, look, ahead } => {
            let points: Vec<_> = points.iter().copied().map(place).collect();
            root.draw(&PathElement::new(points, palette.color(*look, *ahead)))?;
        }
        Shape::Area { points, base, look } => {
            let mut outline: Vec<_> = points.iter().copied().map(place).collect();
            if let (Some(first), Some(last)) = (points.first(), points.last()) {
                outline.extend([place((last.0, *base)), place((first.0, *base))]);
            }
            root.draw(&Polygon::new(outline, palette.color(*look, false).filled()))?;
        }
        Shape::Dot { at, radius, look } => {
            let radius = radius * GRAIN;
            let style = palette.color(*look, false).filled();
            root.draw(&Circle::new(place(*at), radius, style))?;
        }
        Shape::Diamond { at: (x, y), look } => {
            let corners = [(*x, y - 5.5), (x + 5.5, *y), (*x, y + 5.5), (x - 5.5, *y)];
            let corners: Vec<_> = corners.into_iter().map(place).collect();
            root.draw(&Polygon::new(corners, palette.color(*look, false).filled()))?;
        }
        Shape::Words { at, text, look, anchor } => {
            let horizontal = match anchor {
                Anchor::Start => HPos::Left,
                Anchor::Middle => HPos::Center,
                Anchor::End => HPos::Right,
            };
            let color = palette.color(*look, false);
            let style = TextStyle::from(("sans-serif", 44).into_font()).color(&color);
            let style = style.pos(Pos::new(horizontal, VPos::Center));
            root.draw(&Text::new(text.clone(), place(*at), style))?;
        }
    }
    Ok(())
}
