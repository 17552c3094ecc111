//! What stands around the rows: the grid, the present moment, events, other runs.
//!
//! Owns their layout. It must not know what a life looks like. Invariant: labels that would cover
//! one another are moved or left out, never drawn over one another.

use super::{Anchor, EVENTS_Y, Frame, Look, Shape, Spot, TOP, Target, float, words_width};
use crate::view::Identity;
use crate::view::timeline::{TimelineView, window};
use crate::view::transport::{Mark, MarkKind};
use crate::view::words::{ViewWords, views as words};

/// What a mark is about, without what the sentence adds to it.
fn headline(label: &str) -> &str {
    const ENDS: [&str; 6] = [". ", "。", ": ", "：", "; ", "；"];
    let end = ENDS.into_iter().filter_map(|end| label.find(end)).min();
    label[..end.unwrap_or(label.len())].trim_end_matches(['.', '。'])
}

/// The room at the left, and whether it is too little for the workloads' names.
fn margin(frame: &Frame, view: &TimelineView) -> (f64, bool) {
    let names = view.groups.iter().map(|one| words_width(&one.short_name(frame.lang)));
    let is_numbered = view.groups.iter().any(|one| one.identity == Identity::Stateful);
    let need = 32.0 + names.fold(0.0, f64::max) + if is_numbered { 26.0 } else { 10.0 };
    match frame.width {
        720.0.. => (168.0, false),
        _ if need <= 92.0 => (92.0, false),
        520.0.. => (need, false),
        _ => (64.0, true),
    }
}

/// A chart while it is being laid out.
pub(super) struct Draft<'a> {
    pub(super) frame: &'a Frame,
    pub(super) left: f64,
    pub(super) right: f64,
    /// Whether names stand above their rows, since the margin has no room for them.
    pub(super) is_stacked: bool,
    pub(super) shapes: Vec<Shape>,
    pub(super) spots: Vec<Spot>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(frame: &'a Frame, view: &TimelineView) -> Self {
        let (left, is_stacked) = margin(frame, view);
        let right = (frame.width - 24.0).max(left + 1.0);
        Self { frame, left, right, is_stacked, shapes: Vec::new(), spots: Vec::new() }
    }

    pub(super) fn is_narrow(&self) -> bool {
        self.frame.width < 720.0
    }

    /// Where a moment lies, at the edge of the plot at most.
    pub(super) fn x(&self, at_us: u64) -> f64 {
        let window = &self.frame.window;
        let at_us = at_us.clamp(window.from_us, window.to_us);
        let share = float(at_us - window.from_us) / float(window.span_us().max(1));
        self.left + share * (self.right - self.left)
    }

    pub(super) fn is_in(&self, at_us: u64) -> bool {
        (self.frame.window.from_us..=self.frame.window.to_us).contains(&at_us)
    }

    pub(super) fn rect(&mut self, from: (f64, f64), to: (f64, f64), look: Look) {
        self.shapes.push(Shape::Rect { from, to, look, ahead: false });
    }

    pub(super) fn line(&mut self, points: Vec<(f64, f64)>, look: Look) {
        self.shapes.push(Shape::Line { points, look, ahead: false });
    }

    pub(super) fn words(
        &mut self,
        at: (f64, f64),
        text: impl Into<String>,
        look: Look,
        anchor: Anchor,
    ) {
        self.shapes.push(Shape::Words { at, text: text.into(), look, anchor });
    }

    pub(super) fn spot(&mut self, from: (f64, f64), to: (f64, f64), target: Target) {
        self.spots.push(Spot { from, to, target });
    }

    /// A stretch of time as a bar, cut at the present moment: what lies beyond is expected.
    pub(super) fn stretch(
        &mut self,
        (from_us, to_us): (u64, u64),
        (top, bottom): (f64, f64),
        look: Look,
    ) {
        let now = self.frame.now_us;
        if !self.frame.window.meets(from_us, Some(to_us)) {
            return;
        }
        for (a, b, ahead) in [(from_us, to_us.min(now), false), (from_us.max(now), to_us, true)] {
            if b > a && self.frame.window.meets(a, Some(b)) {
                let (from, to) = ((self.x(a), top), (self.x(b), bottom));
                self.shapes.push(Shape::Rect { from, to, look, ahead });
            }
        }
    }

    pub(super) fn ground(&mut self, bottom: f64) {
        let window = self.frame.window;
        for at in window.ticks() {
            let x = self.x(at);
            self.line(vec![(x, TOP), (x, bottom)], Look::Grid);
            let is_covered =
                (x - self.x(self.frame.now_us)).abs() < 46.0 && self.is_in(self.frame.now_us);
            if !is_covered {
                self.words((x, 13.0), window.label(at), Look::Axis, Anchor::Middle);
            }
        }
        if self.frame.now_us < window.to_us {
            let from = (self.x(self.frame.now_us), TOP);
            self.rect(from, (self.right, bottom), Look::Future);
        }
    }

    pub(super) fn head(&mut self, bottom: f64) {
        let now = self.frame.now_us;
        if !self.is_in(now) {
            return;
        }
        let x = self.x(now);
        self.line(vec![(x, 20.0), (x, bottom)], Look::Head);
        let label = window::tenths(now);
        let half = words_width(&label) / 2.0 + 8.0;
        let middle = x.min(self.frame.width - half).max(half);
        self.rect((middle - half, 4.0), (middle + half, 23.0), Look::HeadFill);
        self.words((middle, 13.5), label, Look::OnBar, Anchor::Middle);
    }

    /// The ring that every view has around what is selected, just outside of what it goes round.
    pub(super) fn rings(&mut self) {
        const OUTSIDE: f64 = 2.0;
        let Some(selected) = &self.frame.selected else { return };
        let is_it =
            |one: &&Spot| matches!(&one.target, Target::Object(object) if object == selected);
        let found: Vec<_> = self.spots.iter().filter(is_it).map(|one| (one.from, one.to)).collect();
        for ((left, top), (right, bottom)) in found {
            let from = (left - OUTSIDE, top - OUTSIDE);
            self.rect(from, (right + OUTSIDE, bottom + OUTSIDE), Look::Ring);
        }
    }

    pub(super) fn heading(&mut self, y: f64, title: &str, note: &str) {
        self.words((16.0, y), title, Look::Strong, Anchor::Start);
        if !note.is_empty() && !self.is_narrow() {
            self.words((16.0, y + 15.0), note, Look::Plain, Anchor::Start);
        }
    }

    pub(super) fn events(&mut self) {
        let words = ViewWords::of(self.frame.lang);
        self.words((16.0, EVENTS_Y), words.events, Look::Strong, Anchor::Start);
        self.line(vec![(self.left, EVENTS_Y), (self.right, EVENTS_Y)], Look::Grid);
        let frame = self.frame;
        let all = || frame.marks.iter().filter(|one| self.is_in(one.at_us));
        let told: Vec<(f64, &Mark)> = all()
            .filter(|one| one.kind != MarkKind::Event)
            .map(|one| (self.x(one.at_us), one))
            .collect();
        // What somebody did is not covered by what came of it at once.
        let is_covering = |mark: &Mark| {
            let x = self.x(mark.at_us);
            mark.kind == MarkKind::Event && told.iter().any(|(own, _)| (own - x).abs() < 6.0)
        };
        let shown: Vec<&Mark> = all().filter(|one| !is_covering(one)).collect();
        let places: Vec<f64> = shown.iter().map(|one| self.x(one.at_us)).collect();
        let labels = self.event_labels(&told, &places);
        let mut last_dot = f64::MIN;
        for (mark, x) in shown.iter().zip(&places) {
            let x = *x;
            match mark.kind {
                MarkKind::Event if x - last_dot < 6.0 => continue,
                MarkKind::Event => {
                    last_dot = x;
                    let at = (x, EVENTS_Y);
                    self.shapes.push(Shape::Dot { at, radius: 3.5, look: Look::Event });
                }
                MarkKind::User => {
                    self.shapes.push(Shape::Diamond { at: (x, EVENTS_Y), look: Look::User });
                }
                MarkKind::Bad => {
                    let (from, to) = ((x - 4.5, EVENTS_Y - 4.5), (x + 4.5, EVENTS_Y + 4.5));
                    self.rect(from, to, Look::Bad);
                }
            }
            let around = ((x - 6.0, EVENTS_Y - 9.0), (x + 6.0, EVENTS_Y + 9.0));
            self.spot(around.0, around.1, Target::Moment(mark.at_us));
        }
        let taken = labels.last().map_or(self.left, |(_, to)| *to);
        let from = self.x(self.frame.now_us).max(taken) + 14.0;
        if self.right - from > words_width(words.expected) {
            self.words((self.right, EVENTS_Y), words.expected, Look::Halo, Anchor::End);
        }
    }

    /// The labels of what the reader did and of failures, where there is room; gives where each
    /// begins and ends. Those without room on the line, or that would cover a mark there, stand
    /// above it, the reader's own first.
    fn event_labels(&mut self, told: &[(f64, &Mark)], places: &[f64]) -> Vec<(f64, f64)> {
        let is_free = |from: f64, to: f64| {
            let (from, to) = (from - 5.0, to + 5.0);
            places.iter().all(|x| *x <= from || *x >= to)
        };
        let (mut taken, mut labels) = (self.left, Vec::new());
        let mut crowded: Vec<(f64, &Mark)> = Vec::new();
        for (at, (x, mark)) in told.iter().enumerate() {
            let label = headline(&mark.label);
            let wide = words_width(label) + 12.0;
            let next = told.get(at + 1).map_or(self.right, |(next, _)| next - 10.0);
            let (after, before) = ((x + 8.0, x + wide), (x - wide, x - 8.0));
            if x + wide <= next && self.is_clear(x + 6.0, x + wide) && is_free(after.0, after.1) {
                self.words((x + 10.0, EVENTS_Y), label, Look::Said, Anchor::Start);
                labels.push((x + 6.0, x + wide));
                taken = x + wide;
            } else if x - wide >= taken + 8.0
                && self.is_clear(x - wide, x - 6.0)
                && is_free(before.0, before.1)
            {
                self.words((x - 10.0, EVENTS_Y), label, Look::Said, Anchor::End);
                labels.push((x - wide, x - 6.0));
                taken = x + 8.0;
            } else {
                taken = taken.max(x + 8.0);
                crowded.push((*x, mark));
            }
        }
        let (own, others): (Vec<_>, Vec<_>) =
            crowded.into_iter().partition(|(_, mark)| mark.kind == MarkKind::User);
        self.labels_above(own.into_iter().chain(others));
        labels
    }

    /// Whether the line of the present moment leaves a stretch of pixels alone.
    fn is_clear(&self, from: f64, to: f64) -> bool {
        let now = self.x(self.frame.now_us);
        !self.is_in(self.frame.now_us) || now <= from || now >= to
    }

    fn labels_above<'m>(&mut self, marks: impl Iterator<Item = (f64, &'m Mark)>) {
        let mut above: Vec<(f64, f64)> = Vec::new();
        for (x, mark) in marks {
            let label = headline(&mark.label);
            let wide = words_width(label);
            let to_right = (x - 5.0, x - 5.0 + wide);
            // What has just happened stands wholly before the present moment.
            let now = self.x(self.frame.now_us);
            let end = if (x..x + 9.0).contains(&now) { now - 4.0 } else { x + 5.0 };
            let to_left = (end - wide, end);
            let is_free = |(from, to): &(f64, f64)| {
                let is_inside = *from >= self.left - 6.0
                    && *to <= self.right
                    && self.is_clear(*from - 3.0, *to + 3.0);
                is_inside && above.iter().all(|(a, b)| to + 10.0 < *a || *from > b + 10.0)
            };
            let Some(found) = [to_right, to_left].into_iter().find(is_free) else { continue };
            above.push(found);
            self.words((found.0, EVENTS_Y - 15.0), label, Look::Said, Anchor::Start);
        }
    }

    pub(super) fn branches(&mut self, bottom: f64) {
        if self.frame.branches.is_empty() {
            return;
        }
        self.line(vec![(16.0, bottom), (self.right, bottom)], Look::Grid);
        let lang = self.frame.lang;
        let mut y = bottom + 26.0;
        for branch in &self.frame.branches {
            self.words((16.0, y), words::run(lang, branch.letter), Look::Strong, Anchor::Start);
            let x = self.x(branch.parted_us);
            let words = ViewWords::of(lang);
            let compare = if self.is_narrow() { words.compare } else { words.compare_this };
            let last = self.right - words_width(compare) - 16.0;
            let wide = words_width(&branch.story);
            // Where the two parted in sight, the line comes down from there; it ends with the words.
            let parted = self.is_in(branch.parted_us) && x < last - 30.0;
            let from = if parted { x } else { self.left };
            let fits = parted && last - x > wide + 30.0;
            let end = if fits { x + wide + 44.0 } else { last };
            let end = end.max(x.min(last)).min(last);
            let mut path = vec![(from, y), (end - 4.0, y)];
            if parted {
                // A round corner.
                let corner = [(x, y - 9.0), (x + 1.0, y - 5.0), (x + 4.0, y - 1.5), (x + 9.0, y)];
                path.splice(..1, [(x, EVENTS_Y + 8.0)].into_iter().chain(corner));
            }
            self.line(path, Look::Fork);
            let points = vec![(end - 5.0, y - 4.0), (end + 1.0, y), (end - 5.0, y + 4.0)];
            self.shapes.push(Shape::Area { points, base: y + 4.0, look: Look::Tip });
            let (at, anchor) = if fits {
                ((x + 18.0, y - 9.0), Anchor::Start)
            } else if parted && x - self.left > wide {
                ((x - 10.0, y), Anchor::End)
            } else {
                ((end - 8.0, y - 9.0), Anchor::End)
            };
            self.words(at, branch.story.as_str(), Look::Halo, anchor);
            self.words((end + 9.0, y), compare, Look::Act, Anchor::Start);
            let to = (end + 9.0 + words_width(compare), y + 12.0);
            self.spot((end, y - 12.0), to, Target::Run(branch.id));
            y += 30.0;
        }
    }
}
