//! From what plotters wrote to the marks of the page: colours become classes, and the stretches of
//! many lives become few elements.
//!
//! Owns the shape of a stretch's corners. It must not know what a class looks like otherwise.
//! Invariant: the picture is the same whether stretches have an element each or one together.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Above this many, the stretches of one class are one element: a browser styles and lays out each
/// element by itself, and with hundreds of Pods nobody would see the frames in between.
const MANY: usize = 48;
/// A corner that is rounded by less than a pixel, in the chart's units, looks sharp.
const LEAST_ROUND: u32 = 4;

/// How far the corners of stretches are rounded, in the chart's units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Corners {
    /// Under the scrubber.
    Small,
    /// On the large timeline.
    Large,
}

impl Corners {
    /// The radius for a class; none for one that no stretch of a life has.
    fn radius(self, class: &str) -> Option<u32> {
        let first = class.split(' ').next().unwrap_or_default();
        let kind = first.split('-').next().unwrap_or_default();
        let is_round = class.split(' ').any(|word| word.ends_with("-a"));
        let is_ahead = class.ends_with(" ahead");
        match (kind, self) {
            ("done" | "fails", _) => Some(0),
            ("bar" | "wait" | "term" | "lost", _) if is_ahead => Some(0),
            ("bar" | "wait" | "term" | "lost", Corners::Large) if is_round => Some(36),
            ("bar" | "wait", Corners::Small) if is_round => Some(12),
            ("bar" | "wait", Corners::Small) => Some(2),
            ("bar" | "wait" | "term" | "lost", _) => Some(6),
            _ => None,
        }
    }
}

/// The drawing with classes in place of the stand-in colours: those that begin with these digits,
/// of which the last byte is the place in the list.
pub(super) fn dressed(svg: &str, digits: &str, classes: &[String], corners: Corners) -> String {
    let lines: Vec<(String, Option<(&str, u32)>)> = svg
        .split_inclusive('\n')
        .map(|line| {
            let (line, class) = clothed(line, digits, classes);
            let radius = class.filter(|_| is_mark(&line)).and_then(|one| corners.radius(one));
            (line, class.zip(radius))
        })
        .collect();
    let mut counts = BTreeMap::<&str, usize>::new();
    for (class, _) in lines.iter().filter_map(|(_, mark)| *mark) {
        *counts.entry(class).or_default() += 1;
    }
    let is_many = |class: &str| counts.get(class).is_some_and(|count| *count > MANY);
    let mut together = BTreeMap::<&str, String>::new();
    for (line, mark) in &lines {
        if let Some((class, radius)) = mark.filter(|(class, _)| is_many(class)) {
            trace(line, radius, together.entry(class).or_default());
        }
    }
    let mut out = String::with_capacity(svg.len());
    for (line, mark) in &lines {
        match mark {
            // Stretches never lie over those of other lives, so all may be drawn with the first.
            Some((class, _)) if is_many(class) => {
                if let Some(path) = together.remove(class) {
                    let _ = writeln!(out, "<path class=\"{class}\" d=\"{path}\"/>");
                }
            }
            Some((_, radius)) if *radius > 0 && line.starts_with("<rect ") => {
                let _ = write!(out, "<rect rx=\"{radius}\" {}", &line["<rect ".len()..]);
            }
            _ => out.push_str(line),
        }
    }
    out
}

fn is_mark(line: &str) -> bool {
    line.starts_with("<rect ") || line.starts_with("<polygon ")
}

/// A line with its stand-in colour traded for its class, without what says nothing.
fn clothed<'a>(line: &str, digits: &str, classes: &'a [String]) -> (String, Option<&'a str>) {
    let sign = format!("=\"#{digits}");
    let dressed = line.split_once(&sign).and_then(|(before, rest)| {
        let before = before.strip_suffix("fill").or_else(|| before.strip_suffix("stroke"))?;
        let (place, after) = rest.split_once('"')?;
        let class = classes.get(usize::from_str_radix(place, 16).ok()?)?;
        Some((before, class.as_str(), after))
    });
    let Some((before, class, after)) = dressed else { return (line.to_owned(), None) };
    let mut out = String::with_capacity(line.len() + class.len());
    copy_plain(before, &mut out);
    for part in ["class=\"", class, "\""] {
        out.push_str(part);
    }
    copy_plain(after, &mut out);
    (out, Some(class))
}

/// Copies attributes but those that say what holds anyway.
fn copy_plain(attributes: &str, out: &mut String) {
    for part in attributes.split(" opacity=\"1\"") {
        for part in part.split(" stroke=\"none\"") {
            out.push_str(part);
        }
    }
}

fn attribute<'a>(line: &'a str, name: &str) -> &'a str {
    let value = line.split_once(&format!(" {name}=\"")).and_then(|(_, rest)| rest.split_once('"'));
    value.map_or("", |(value, _)| value)
}

/// Adds a mark's outline to a path.
fn trace(line: &str, radius: u32, path: &mut String) {
    if line.starts_with("<polygon ") {
        let _ = write!(path, "M{}z", attribute(line, "points").trim_end());
        return;
    }
    let number = |name| attribute(line, name).parse::<u32>().unwrap_or_default();
    let (x, y) = (number("x"), number("y"));
    let (width, height) = (number("width"), number("height"));
    let by = radius.min(width / 2).min(height / 2);
    let _ = if by < LEAST_ROUND {
        write!(path, "M{x} {y}h{width}v{height}h-{width}z")
    } else {
        let (along, down) = (width - 2 * by, height - 2 * by);
        write!(
            path,
            "M{} {y}h{along}a{by} {by} 0 0 1 {by} {by}v{down}a{by} {by} 0 0 1 -{by} {by}\
             h-{along}a{by} {by} 0 0 1 -{by} -{by}v-{down}a{by} {by} 0 0 1 {by} -{by}z",
            x + by
        )
    };
}

#[cfg(test)]
mod tests {
    use super::{Corners, MANY, dressed};

    fn bars(count: usize) -> String {
        let bar = |at: usize| {
            let y = 40 * at;
            format!(
                "<rect x=\"8\" y=\"{y}\" width=\"90\" height=\"20\" opacity=\"1\" fill=\"#010000\" stroke=\"none\"/>\n"
            )
        };
        (0..count).map(bar).collect()
    }

    fn dress(svg: &str) -> String {
        dressed(svg, "0100", &["bar-a".into(), "term".into(), "m".into()], Corners::Small)
    }

    #[test]
    fn few_stretches_have_an_element_each_and_many_have_one() {
        let few = dress(&bars(MANY));
        assert_eq!(few.matches("<rect rx=\"12\"").count(), MANY);
        assert_eq!(few.matches("class=\"bar-a\"").count(), MANY);
        let many = dress(&bars(MANY + 1));
        assert_eq!(many.lines().count(), 1);
        assert_eq!(many.matches('M').count(), MANY + 1);
        assert!(many.starts_with(
            "<path class=\"bar-a\" d=\"M18 0h70a10 10 0 0 1 10 10v0a10 10 0 0 1 -10 10h-70"
        ));
    }

    #[test]
    fn many_keep_their_place_below_what_is_drawn_over_them() {
        let line =
            "<polyline fill=\"none\" opacity=\"1\" stroke=\"#010002\" points=\"1,2 3,4 \"/>\n";
        let last =
            "<rect x=\"1\" y=\"2\" width=\"3\" height=\"1\" fill=\"#010001\" stroke=\"none\"/>\n";
        let found = dress(&format!("{line}{}{line}{last}", bars(60)));
        let kinds: Vec<&str> =
            found.lines().map(|one| one.split(' ').next().unwrap_or_default()).collect();
        assert_eq!(kinds, ["<polyline", "<path", "<polyline", "<rect"]);
        assert!(found.ends_with(
            "<rect rx=\"6\" x=\"1\" y=\"2\" width=\"3\" height=\"1\" class=\"term\"/>\n"
        ));
    }

    #[test]
    fn words_that_look_like_paint_stay_words() {
        let text = "<text x=\"1\" fill=\"#010002\">\nfill=&quot;#010000&quot;\n</text>\n";
        assert_eq!(dress(text), "<text x=\"1\" class=\"m\">\nfill=&quot;#010000&quot;\n</text>\n");
    }
}
