//! The boxes of a picture: grounds, stripes, borders, outlines, and the boxes that only a style
//! sheet makes.
//!
//! Owns how one box is written. It must not know what the box stands for. Invariant: a box is
//! drawn where the page lays it out, in the picture's own coordinates.

use super::picture::{color, escape, number, style_of, value};
use std::fmt::Write as _;
use web_sys::{CssStyleDeclaration, DomRect, Element};

/// A box in the picture's coordinates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) w: f64,
    pub(super) h: f64,
}

impl Place {
    pub(super) fn of(area: &DomRect, (left, top): (f64, f64)) -> Self {
        Self { x: area.left() - left, y: area.top() - top, w: area.width(), h: area.height() }
    }

    /// The same box, larger by so much on every side.
    fn grown(self, by: f64) -> Self {
        Self { x: self.x - by, y: self.y - by, w: self.w + 2.0 * by, h: self.h + 2.0 * by }
    }

    fn is_like(self, other: Self) -> bool {
        let near = |a: f64, b: f64| (a - b).abs() < 2.5;
        near(self.x, other.x)
            && near(self.y, other.y)
            && near(self.w, other.w)
            && near(self.h, other.h)
    }
}

/// The box of an element that a style sheet adds before or after another's content, if it has a
/// place of its own.
pub(super) fn added(
    element: &Element,
    style: &CssStyleDeclaration,
    corner: (f64, f64),
) -> Option<Place> {
    if value(style, "position") != "absolute" {
        return None;
    }
    let mut block = Some(element.clone());
    while let Some(one) = &block {
        if style_of(one).is_some_and(|style| value(&style, "position") != "static") {
            break;
        }
        block = one.parent_element();
    }
    let block = block?;
    let around = style_of(&block)?;
    let area = Place::of(&block.get_bounding_client_rect(), corner);
    let edges = |style: &CssStyleDeclaration, names: [&str; 2]| {
        names.iter().map(|name| number(style, &format!("border-{name}-width"))).sum::<f64>()
    };
    // Unlike others, such a box does not count its borders into its size.
    Some(Place {
        x: area.x + number(&around, "border-left-width") + number(style, "left"),
        y: area.y + number(&around, "border-top-width") + number(style, "top"),
        w: number(style, "width") + edges(style, ["left", "right"]),
        h: number(style, "height") + edges(style, ["top", "bottom"]),
    })
}

/// The text that a style sheet adds, where it leaves it room.
pub(super) fn added_text(style: &CssStyleDeclaration) -> Option<String> {
    if value(style, "overflow-x") == "hidden" && value(style, "width") == "0px" {
        return None;
    }
    let content = value(style, "content");
    let text = content.strip_prefix('"')?.split('"').next()?;
    (!text.is_empty()).then(|| text.to_owned())
}

/// How round a box is; what fills a round box that cuts it off is as round.
pub(super) fn radius(element: Option<&Element>, place: Place, style: &CssStyleDeclaration) -> f64 {
    let own = corner_radius(style, "border-top-left-radius", place);
    let around = element.and_then(|one| one.parent_element()).filter(|_| own <= 0.0);
    let cut = around.and_then(|parent| {
        let style = style_of(&parent)?;
        let area = parent.get_bounding_client_rect();
        let area = Place { x: place.x, y: place.y, w: area.width(), h: area.height() };
        let cuts = value(&style, "overflow-x") == "hidden" && place.is_like(area);
        cuts.then(|| corner_radius(&style, "border-top-left-radius", place))
    });
    cut.unwrap_or(own)
}

fn corner_radius(style: &CssStyleDeclaration, name: &str, place: Place) -> f64 {
    let text = value(style, name);
    let radius = match text.strip_suffix('%') {
        Some(share) => share.parse::<f64>().unwrap_or(0.0) / 100.0 * place.w,
        None => number(style, name),
    };
    radius.min(place.w.min(place.h) / 2.0)
}

/// Writes boxes; counts the patterns, which need names.
#[derive(Default)]
pub(super) struct Boxes {
    patterns: u32,
}

impl Boxes {
    /// Ground, stripes, borders and rings of a box.
    pub(super) fn draw(
        &mut self,
        out: &mut String,
        place: Place,
        radius: f64,
        style: &CssStyleDeclaration,
    ) {
        // What is not wiped in yet is not there.
        if value(style, "clip-path").contains("100%") {
            return;
        }
        if let Some(fill) = color(style, "background-color") {
            let edge = ground_edge(style);
            let (place, radius) = (place.grown(-edge), (radius - edge).max(0.0));
            rect(out, place, radius, &format!(r#"fill="{fill}""#));
        }
        image(out, place, style);
        self.stripes(out, place, radius, style);
        rings(out, place, radius, style);
        borders(out, place, radius, style);
    }

    fn stripes(
        &mut self,
        out: &mut String,
        place: Place,
        radius: f64,
        style: &CssStyleDeclaration,
    ) {
        let Some(hatch) = Hatch::read(&value(style, "background-image")) else { return };
        self.patterns += 1;
        let (id, period) = (self.patterns, hatch.period);
        let _ = write!(
            out,
            r#"<pattern id="hatch{id}" width="{period}" height="{period}" patternUnits="userSpaceOnUse" patternTransform="rotate({})">"#,
            hatch.angle - 90.0
        );
        for (from, to, fill) in &hatch.stripes {
            let _ = write!(
                out,
                r#"<rect x="{from}" width="{}" height="{period}" fill="{fill}"/>"#,
                to - from
            );
        }
        out.push_str("</pattern>");
        rect(out, place, radius, &format!(r#"fill="url(#hatch{id})""#));
    }
}

/// How far inside a box its ground begins.
fn ground_edge(style: &CssStyleDeclaration) -> f64 {
    let is_inner = value(style, "background-clip") == "content-box";
    if is_inner { number(style, "padding-top") } else { 0.0 }
}

/// The drawing in the middle of a box's ground, if the style sheet holds it.
fn image(out: &mut String, place: Place, style: &CssStyleDeclaration) {
    let found = value(style, "background-image");
    let Some(data) = data_url(&found) else { return };
    let Some(size) = image_width(&value(style, "background-size")) else { return };
    let (x, y) = (place.x + (place.w - size) / 2.0, place.y + (place.h - size) / 2.0);
    let _ = write!(
        out,
        r#"<image x="{x:.2}" y="{y:.2}" width="{size:.2}" height="{size:.2}" href="{}"/>"#,
        escape(data)
    );
}

/// The width that a style sheet gives a drawing, in pixels; the height follows from it.
fn image_width(size: &str) -> Option<f64> {
    size.split(' ').next()?.strip_suffix("px")?.parse().ok()
}

fn data_url(image: &str) -> Option<&str> {
    let url = image.strip_prefix("url(\"")?.strip_suffix("\")")?;
    url.starts_with("data:").then_some(url)
}

fn rect(out: &mut String, place: Place, radius: f64, paint: &str) {
    let Place { x, y, w, h } = place;
    if w > 0.0 && h > 0.0 {
        let _ = write!(
            out,
            r#"<rect x="{x:.2}" y="{y:.2}" width="{w:.2}" height="{h:.2}" rx="{radius:.2}" {paint}/>"#
        );
    }
}

/// A ring in the middle of a line of this width.
fn ring(out: &mut String, place: Place, radius: f64, (width, stroke, line): (f64, &str, &str)) {
    let paint =
        format!(r#"fill="none" stroke="{stroke}" stroke-width="{width}"{}"#, dashes(line, width));
    rect(out, place, radius, &paint);
}

/// Outlines, and shadows that are sharp rings.
fn rings(out: &mut String, place: Place, radius: f64, style: &CssStyleDeclaration) {
    for shadow in Shadow::read_all(&value(style, "box-shadow")) {
        let half = shadow.spread / 2.0;
        let by = if shadow.is_inset { -half } else { half };
        ring(out, place.grown(by), (radius + by).max(0.0), (shadow.spread, &shadow.color, "solid"));
    }
    let line = value(style, "outline-style");
    let width = number(style, "outline-width");
    if let Some(stroke) = color(style, "outline-color").filter(|_| line != "none" && width > 0.0) {
        let by = number(style, "outline-offset") + width / 2.0;
        ring(out, place.grown(by), (radius + by).max(0.0), (width, &stroke, &line));
    }
}

const SIDES: [&str; 4] = ["top", "right", "bottom", "left"];

/// A border that is the same on all sides is one outline; two that meet at a round corner are one
/// line; else each side is a line.
fn borders(out: &mut String, place: Place, radius: f64, style: &CssStyleDeclaration) {
    let side = |name: &str| {
        let width = number(style, &format!("border-{name}-width"));
        let line = value(style, &format!("border-{name}-style"));
        let stroke = color(style, &format!("border-{name}-color"));
        stroke.filter(|_| width > 0.0 && line != "none").map(|stroke| (width, line, stroke))
    };
    let sides = SIDES.map(side);
    let Place { x, y, w, h } = place;
    if let Some((width, line, stroke)) = &sides[0]
        && sides.iter().all(|one| *one == sides[0])
    {
        let inner = place.grown(-width / 2.0);
        ring(out, inner, (radius - width / 2.0).max(0.0), (*width, stroke, line));
        return;
    }
    let bend = number(style, "border-bottom-left-radius").min(w).min(h);
    if let ([None, None, Some(bottom), Some(left)], true) = (&sides, bend > 0.0) {
        let half = left.0 / 2.0;
        let _ = write!(
            out,
            r#"<path d="M{:.2} {y:.2}V{:.2}a{bend} {bend} 0 0 0 {bend} {bend}H{:.2}" fill="none" stroke="{}" stroke-width="{}"{}/>"#,
            x + half,
            y + h - half - bend,
            x + w,
            bottom.2,
            bottom.0,
            dashes(&left.1, left.0),
        );
        return;
    }
    let ends =
        [(x, y, x + w, y), (x + w, y, x + w, y + h), (x, y + h, x + w, y + h), (x, y, x, y + h)];
    for (one, (x1, y1, x2, y2)) in sides.iter().zip(ends) {
        let Some((width, line, stroke)) = one else { continue };
        let _ = write!(
            out,
            r#"<line x1="{x1:.2}" y1="{y1:.2}" x2="{x2:.2}" y2="{y2:.2}" stroke="{stroke}" stroke-width="{width}"{}/>"#,
            dashes(line, *width),
        );
    }
}

fn dashes(line: &str, width: f64) -> String {
    match line {
        "dashed" => format!(r#" stroke-dasharray="{} {}""#, width * 3.0, width * 2.0),
        "dotted" => format!(r#" stroke-dasharray="{width} {}""#, width * 1.6),
        _ => String::new(),
    }
}

/// Parts of a list that no bracket holds together.
fn parts(text: &str) -> Vec<&str> {
    let (mut depth, mut from, mut parts) = (0_i32, 0, Vec::new());
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(text[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[from..].trim());
    parts
}

/// A colour and the lengths beside it.
fn color_and_lengths(text: &str) -> (String, Vec<f64>) {
    let end = text.rfind(')').map_or(0, |at| at + 1);
    let (head, rest) = text.split_at(end);
    let mut words = rest.split_whitespace();
    let color = if head.is_empty() { words.next().unwrap_or_default() } else { head };
    let lengths = words.filter_map(|one| one.strip_suffix("px")?.parse().ok()).collect();
    (color.to_owned(), lengths)
}

/// Stripes, as a style sheet says them.
#[derive(Debug, PartialEq)]
struct Hatch {
    angle: f64,
    period: f64,
    stripes: Vec<(f64, f64, String)>,
}

impl Hatch {
    fn read(text: &str) -> Option<Self> {
        let inner = text.strip_prefix("repeating-linear-gradient(")?;
        let inner = inner.split("), repeating").next()?.strip_suffix(')').unwrap_or(inner);
        let mut parts = parts(inner).into_iter();
        let angle = parts.next()?.strip_suffix("deg")?.parse().ok()?;
        let mut stops: Vec<(f64, String)> = Vec::new();
        for part in parts {
            let (color, lengths) = color_and_lengths(part);
            if lengths.is_empty() {
                stops.push((0.0, color.clone()));
            }
            stops.extend(lengths.into_iter().map(|at| (at, color.clone())));
        }
        let period = stops.last()?.0;
        let mut stripes = Vec::new();
        let mut before = 0.0;
        for (at, color) in stops {
            let is_clear = color == "transparent" || color.ends_with(", 0)");
            if at > before && !is_clear {
                stripes.push((before, at, color));
            }
            before = at;
        }
        (period > 0.0).then_some(Self { angle, period, stripes })
    }
}

/// A shadow without blur around or inside a box.
#[derive(Debug, PartialEq)]
struct Shadow {
    color: String,
    spread: f64,
    is_inset: bool,
}

impl Shadow {
    fn read_all(text: &str) -> Vec<Self> {
        let shadow = |part: &str| {
            let is_inset = part.ends_with("inset");
            let (color, lengths) = color_and_lengths(part.trim_end_matches("inset").trim_end());
            match lengths.as_slice() {
                [x, y, blur, spread] if *x == 0.0 && *y == 0.0 && *blur == 0.0 && *spread > 0.0 => {
                    Some(Self { color, spread: *spread, is_inset })
                }
                _ => None,
            }
        };
        parts(text).into_iter().filter_map(shadow).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_drawings_that_the_style_sheet_holds_are_copied() {
        let tick = "url(\"data:image/svg+xml,%3Csvg/%3E\")";
        assert_eq!(data_url(tick), Some("data:image/svg+xml,%3Csvg/%3E"));
        for other in ["none", "url(\"a.png\")", "linear-gradient(red, blue)"] {
            assert_eq!(data_url(other), None);
        }
        assert_eq!(
            ["16px auto", "13.5px", "auto"].map(image_width),
            [Some(16.0), Some(13.5), None]
        );
    }

    #[test]
    fn stripes_are_read_from_what_a_browser_says() {
        let text = "repeating-linear-gradient(-45deg, rgba(0, 0, 0, 0) 0px, rgba(0, 0, 0, 0) 6px, \
                    rgba(26, 28, 31, 0.075) 6px, rgba(26, 28, 31, 0.075) 7px)";
        let hatch = Hatch::read(text).expect("it is one");
        assert_eq!((hatch.angle, hatch.period), (-45.0, 7.0));
        assert_eq!(hatch.stripes, [(6.0, 7.0, "rgba(26, 28, 31, 0.075)".to_owned())]);
        let short =
            "repeating-linear-gradient(-45deg, rgb(1, 2, 3) 0px 2px, rgba(0, 0, 0, 0) 2px 4px)";
        let short = Hatch::read(short).expect("it is one");
        assert_eq!((short.period, short.stripes.len()), (4.0, 1));
        assert_eq!(Hatch::read("none"), None);
    }

    #[test]
    fn only_sharp_shadows_are_rings() {
        let text = "rgb(1, 2, 3) 0px 0px 0px 1px inset, rgba(0, 0, 0, 0.1) 0px 8px 24px -6px";
        let found = Shadow::read_all(text);
        let ring = Shadow { color: "rgb(1, 2, 3)".to_owned(), spread: 1.0, is_inset: true };
        assert_eq!(found, [ring]);
        assert!(Shadow::read_all("none").is_empty());
    }
}
