//! Charts as SVG text, drawn by plotters and coloured by the style sheet.
//!
//! Owns scales and the way from a drawn colour to a class. It must not know a theme. Invariant:
//! no colour of ours reaches the page: each is the stand-in of a class.

mod lifetimes;
mod marks;
mod ready;
mod timeline;

pub(crate) use lifetimes::lifetimes;
pub(crate) use ready::{READY_WIDTH, ready};
pub(crate) use timeline::timeline;

use plotters::prelude::{RGBColor, SVGBackend};
use podium::view::Identity;
use podium::view::timeline::chart::words_width;
use podium::view::timeline::{Life, Spent, TimelineView};
use podium::view::transport::SECOND_US;
use podium::view::words::Lang;

/// plotters places things on whole units, so a chart is drawn this much larger than it is shown.
const GRAIN: f64 = 4.0;

/// What a chart covers, and on how many pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Frame {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) whole_us: u64,
    pub(crate) step_us: u64,
    pub(crate) now_us: u64,
}

/// A class of the style sheet, as the colour that stands in for it while plotters draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ink {
    Grid,
    Outage,
    Future,
    Head,
    /// Around what is selected.
    Ring,
    Bar(Identity),
    Wait(Identity),
    Done(Identity),
    DoneBad,
    Line(Identity),
    Area(Identity),
    Name(Identity),
    /// The same where many names stand close together.
    Small(Identity),
    OnBar,
    Terminating,
    Failing,
    Lost,
    Axis,
    Strong,
    Plain,
}

impl Ink {
    const SHAPED: [Identity; 3] = [Identity::Stateless, Identity::Stateful, Identity::Neutral];

    fn all() -> impl Iterator<Item = Ink> {
        use Ink::{
            Area, Axis, Bar, Done, DoneBad, Failing, Future, Grid, Head, Line, Lost, Name, OnBar,
            Outage, Plain, Ring, Small, Strong, Terminating, Wait,
        };
        let plain = [
            Grid,
            Outage,
            Future,
            Head,
            Ring,
            OnBar,
            Terminating,
            DoneBad,
            Failing,
            Lost,
            Axis,
            Strong,
            Plain,
        ];
        let shaped = Self::SHAPED
            .into_iter()
            .flat_map(|i| [Bar(i), Wait(i), Done(i), Line(i), Area(i), Name(i), Small(i)]);
        plain.into_iter().chain(shaped)
    }

    fn class(self) -> String {
        match self {
            Ink::Grid => "grid".to_owned(),
            Ink::Outage => "outage".to_owned(),
            Ink::Future => "future".to_owned(),
            Ink::Head => "head".to_owned(),
            Ink::Ring => "ring".to_owned(),
            Ink::Bar(identity) => format!("bar-{}", identity.letter()),
            Ink::Wait(identity) => format!("wait-{}", identity.letter()),
            Ink::Done(identity) => format!("done-{}", identity.letter()),
            Ink::DoneBad => "done-bad".to_owned(),
            Ink::Line(identity) => format!("line-{}", identity.letter()),
            Ink::Area(identity) => format!("area-{}", identity.letter()),
            Ink::Name(identity) => format!("strong t-{}", identity.letter()),
            Ink::Small(identity) => format!("strong small t-{}", identity.letter()),
            Ink::OnBar => "m t-inv".to_owned(),
            Ink::Terminating => "term".to_owned(),
            Ink::Failing => "fails".to_owned(),
            Ink::Lost => "lost".to_owned(),
            Ink::Axis => "m".to_owned(),
            Ink::Strong => "strong".to_owned(),
            Ink::Plain => "plain".to_owned(),
        }
    }

    /// The stand-in: a colour whose last byte is the place of the class in the list.
    fn color(self) -> RGBColor {
        let at = Ink::all().position(|ink| ink == self).unwrap_or(0);
        RGBColor(1, 0, u8::try_from(at).unwrap_or(0))
    }
}

/// Draws on a canvas of a size and returns the themed SVG.
fn drawing(
    (width, height): (f64, f64),
    class: &str,
    draw: impl FnOnce(SVGBackend<'_>) -> Result<(), Box<dyn std::error::Error>>,
) -> String {
    let size = (units(width).max(1), units(height).max(1));
    let mut svg = String::new();
    let canvas = SVGBackend::with_string(
        &mut svg,
        (u32::try_from(size.0).unwrap_or(1), u32::try_from(size.1).unwrap_or(1)),
    );
    if draw(canvas).is_err() {
        // Writing to a string cannot fail; a chart without room draws nothing.
        return String::new();
    }
    themed(&svg, class, width, height)
}

/// Trades the stand-in colours for classes and the drawn size for the shown one.
fn themed(svg: &str, class: &str, width: f64, height: f64) -> String {
    let classes: Vec<String> = Ink::all().map(Ink::class).collect();
    let out = marks::dressed(svg, "0100", &classes, marks::Corners::Small);
    let body = out.split_once('>').map_or("", |(_, body)| body);
    format!(
        "<svg class=\"tl tl--fine {class}\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {} {}\" \
         aria-hidden=\"true\">{body}",
        units(width),
        units(height),
    )
}

#[expect(clippy::cast_possible_truncation, reason = "pixels of a screen")]
fn units(px: f64) -> i32 {
    (px * GRAIN).round() as i32
}

#[expect(clippy::cast_precision_loss, reason = "a chart needs no more than a double's precision")]
fn seconds(at_us: u64) -> f64 {
    at_us as f64 / SECOND_US as f64
}

/// The moment, cut to what a chart of this width can show, so that it is drawn anew only when a
/// pixel changes.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pixels of a screen"
)]
pub(crate) fn snap(now_us: u64, whole_us: u64, width: f64) -> u64 {
    let pixel = (whole_us as f64 / width.max(1.0)).max(1.0) as u64;
    now_us / pixel * pixel
}

/// The width to snap to: a chart of many rows is dearer to draw, so it is drawn less often.
#[expect(clippy::cast_precision_loss, reason = "a few hundred rows")]
pub(crate) fn pace(view: &TimelineView, width: f64) -> f64 {
    let rows: usize = view.groups.iter().map(|group| group.rows.len()).sum();
    width / (1.0 + (rows as f64 / 30.0).floor()).min(6.0)
}

/// The room that the workloads' names need at the left.
pub(crate) fn left_margin(view: &TimelineView, lang: Lang) -> f64 {
    let names = view.groups.iter().map(|group| words_width(&group.short_name(lang)));
    (names.fold(0.0, f64::max) + 22.0).clamp(44.0, 116.0)
}

/// The stretches of a life that look alike: from, to and how each is drawn.
fn stretches(life: &Life, identity: Identity, now_us: u64) -> Vec<(u64, u64, Ink)> {
    let ink = |spent: Spent| match spent {
        Spent::Waiting => Ink::Wait(identity),
        Spent::Running => Ink::Bar(identity),
        Spent::Failing => Ink::Failing,
        Spent::Lost => Ink::Lost,
        Spent::Ending => Ink::Terminating,
        Spent::Kept if life.is_failed => Ink::DoneBad,
        Spent::Kept => Ink::Done(identity),
    };
    let found = life.stretches(now_us).into_iter();
    found.map(|(from, to, spent)| (from, to, ink(spent))).collect()
}
