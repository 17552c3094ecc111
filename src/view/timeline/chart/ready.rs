//! How many Pods were ready: two workloads of different shapes on one scale, more each on its own.
//!
//! Owns the stepped lines and their labels. It must not know what a life looks like. Invariant:
//! two lines of one colour never share a scale, and a label lies on no line where it can help it.

use super::frame::Draft;
use super::{Anchor, Look, Shape, words_width};
use crate::view::Identity;
use crate::view::timeline::{Group, Rise};
use crate::view::words::{PageWords, ViewWords};

/// The corners of a line.
type Corners = Vec<(f64, f64)>;

const READY_TOP: f64 = 90.0;
const READY_HEIGHT: f64 = 96.0;
/// The distance of two scales where each workload has its own, and how high one reaches.
const PITCH: f64 = 27.0;
const HEIGHT: f64 = 17.0;
/// The distance of two labels, one over the other.
const LABEL_HEIGHT: f64 = 13.0;
/// Workloads that have a scale of their own at most; the others are counted.
const OWN_MAX: usize = 16;

/// Whether the lines of these workloads can be told apart on one scale.
fn share_a_scale(groups: &[Group]) -> bool {
    let count = |stateful: bool| {
        groups.iter().filter(|one| (one.identity == Identity::Stateful) == stateful).count()
    };
    count(true) <= 1 && count(false) <= 1
}

/// Whether a line passes through words at a height.
fn crosses(line: &[(f64, f64)], (from, to): (f64, f64), height: f64) -> bool {
    line.windows(2).any(|part| {
        let is_beside = part[0].0.max(part[1].0) < from || part[0].0.min(part[1].0) > to;
        let (low, high) = (part[0].1.min(part[1].1), part[0].1.max(part[1].1));
        !is_beside && low < height + 7.0 && high > height - 7.0
    })
}

/// "4/4", "2".
fn count(group: &Group, now_us: u64) -> String {
    let wanted = group.desired_at(now_us).map_or(String::new(), |wanted| format!("/{wanted}"));
    format!("{}{wanted}", group.ready_at(now_us))
}

impl Draft<'_> {
    /// Where the ready counts end.
    pub(super) fn ready_bottom(&self, groups: &[Group]) -> f64 {
        if share_a_scale(groups) {
            return READY_TOP + READY_HEIGHT;
        }
        let lines = groups.len().min(OWN_MAX) + usize::from(groups.len() > OWN_MAX);
        READY_TOP + self.pitch() * f64::from(u32::try_from(lines).unwrap_or(0))
    }

    /// The distance of two scales where each workload has its own.
    fn pitch(&self) -> f64 {
        PITCH + self.below_heading()
    }

    pub(super) fn ready(&mut self, groups: &[Group]) {
        let page = PageWords::of(self.frame.lang);
        let is_shared = share_a_scale(groups);
        // Where the margin is narrow the title stands above the chart, clear of its scale.
        let is_above = self.is_narrow() || !is_shared;
        let top = if is_above { READY_TOP - 18.0 } else { READY_TOP + 4.0 };
        self.words((16.0, top), page.ready_replicas, Look::Strong, Anchor::Start);
        if is_shared {
            self.on_one_scale(groups);
        } else {
            self.each_on_its_own(groups);
        }
    }

    fn on_one_scale(&mut self, groups: &[Group]) {
        let most = groups.iter().map(Group::ready_max).max().unwrap_or(1);
        let y = |value: u32| READY_TOP + READY_HEIGHT * (1.0 - f64::from(value) / f64::from(most));
        let step = most.div_ceil(2).max(1);
        for value in (0..=most).step_by(usize::try_from(step).unwrap_or(1)) {
            self.line(vec![(self.left, y(value)), (self.right, y(value))], Look::Grid);
            let at = (self.left - 8.0, y(value));
            self.words(at, value.to_string(), Look::Axis, Anchor::End);
        }
        let lines: Vec<(Corners, Corners)> =
            groups.iter().map(|group| self.levels(group, &y)).collect();
        for (group, (past, ahead)) in groups.iter().zip(&lines) {
            self.stepped(group, past, ahead, y(0));
        }
        for group in groups {
            self.rise(group, &lines, &y);
        }
        self.beside_now(groups, &lines, &y);
    }

    /// Each workload in a row with its name, as small as that can be.
    fn each_on_its_own(&mut self, groups: &[Group]) {
        let now = self.frame.now_us;
        for (at, group) in groups.iter().take(OWN_MAX).enumerate() {
            let base =
                READY_TOP + self.pitch() * f64::from(u32::try_from(at + 1).unwrap_or(0)) - 10.0;
            let most = f64::from(group.ready_max());
            let y = |value: u32| base - HEIGHT * f64::from(value) / most;
            self.line(vec![(self.left, base), (self.right, base)], Look::Grid);
            let middle = base - 8.0 - self.below_heading();
            let name = self.heading_name(group);
            self.words((32.0, middle), name, Look::Name(group.identity), Anchor::Start);
            self.sign(group.identity, middle);
            let (past, ahead) = self.levels(group, &y);
            self.stepped(group, &past, &ahead, base);
            let text = count(group, now);
            let x = self.x(now);
            let is_left = x + words_width(&text) + 12.0 > self.right;
            let (x, anchor) =
                if is_left { (x - 8.0, Anchor::End) } else { (x + 8.0, Anchor::Start) };
            self.words((x, base - 8.0), text, Look::Name(group.identity), anchor);
        }
        if let Some(more) = groups.len().checked_sub(OWN_MAX).filter(|more| *more > 0) {
            let y = self.ready_bottom(groups) - 18.0;
            self.words((32.0, y), format!("+{more}"), Look::Plain, Anchor::Start);
        }
    }

    fn stepped(&mut self, group: &Group, past: &Corners, ahead: &Corners, base: f64) {
        let look = Look::Area(group.identity);
        self.shapes.push(Shape::Area { points: past.clone(), base, look });
        self.line(past.clone(), Look::Line(group.identity));
        if ahead.len() > 1 {
            let look = Look::Line(group.identity);
            self.shapes.push(Shape::Line { points: ahead.clone(), look, ahead: true });
        }
    }

    /// How a workload's Pods came, under its line where no other line is in the way.
    fn rise(&mut self, group: &Group, lines: &[(Corners, Corners)], y: &dyn Fn(u32) -> f64) {
        let Some((rise, at_us)) = group.rise() else { return };
        let words = ViewWords::of(self.frame.lang);
        let text = match rise {
            Rise::Together => words.all_at_once,
            Rise::InOrder => words.one_after_another,
        };
        let at = (self.x(at_us) + 7.0, y(group.ready_at(at_us)) + 13.0);
        let span = (at.0 - 4.0, at.0 + words_width(text) + 4.0);
        let (bottom, now) = (y(0) - 6.0, self.x(self.frame.now_us).min(self.right));
        let is_crossed = lines.iter().any(|(past, _)| crosses(past, span, at.1));
        if self.is_in(at_us) && span.1 < now && at.1 < bottom && !is_crossed {
            self.words(at, text.to_owned(), Look::OnArea(group.identity), Anchor::Start);
        }
    }

    /// The corners of the stepped line up to the present moment, and of what is expected.
    fn levels(&self, group: &Group, y: &dyn Fn(u32) -> f64) -> (Corners, Corners) {
        let (window, now, known) = (&self.frame.window, self.frame.now_us, self.frame.known_us);
        let walk = |from_us: u64, to_us: u64| {
            let mut height = y(group.ready_at(from_us));
            let mut corners = vec![(self.x(from_us), height)];
            for level in group.ready.iter().filter(|one| one.at_us > from_us && one.at_us <= to_us)
            {
                corners.push((self.x(level.at_us), height));
                height = y(level.value);
                corners.push((self.x(level.at_us), height));
            }
            corners.push((self.x(to_us), height));
            corners
        };
        let past = walk(window.from_us, now.clamp(window.from_us, window.to_us));
        let (from, to) = (now.max(window.from_us), known.min(window.to_us));
        let ahead = if to > from { walk(from, to) } else { Vec::new() };
        (past, ahead)
    }

    /// Names and counts beside the present moment: above or below the line, wherever they cover
    /// neither a line nor one another.
    fn beside_now(
        &mut self,
        groups: &[Group],
        lines: &[(Corners, Corners)],
        y: &dyn Fn(u32) -> f64,
    ) {
        let now_us = self.frame.now_us;
        let text = |group: &Group| {
            format!("{} {}", group.short_name(self.frame.lang), count(group, now_us))
        };
        let texts: Vec<String> = groups.iter().map(text).collect();
        let wide = texts.iter().map(|one| words_width(one)).fold(0.0, f64::max);
        let now = self.x(now_us);
        let is_right = now + wide + 12.0 < self.right;
        let (x, anchor) =
            if is_right { (now + 8.0, Anchor::Start) } else { (now - 8.0, Anchor::End) };
        let span = if is_right { (x - 3.0, x + wide) } else { (x - wide, x + 3.0) };
        let mut taken: Vec<f64> = Vec::new();
        for (group, text) in groups.iter().zip(texts) {
            let level = y(group.ready_at(now_us));
            let is_clear =
                |height: f64| taken.iter().all(|other| (other - height).abs() >= LABEL_HEIGHT);
            let is_crossed = |height: f64| {
                lines
                    .iter()
                    .any(|(past, ahead)| crosses(if is_right { ahead } else { past }, span, height))
            };
            let is_inside = |height: &f64| (READY_TOP - 16.0..y(0) + 18.0).contains(height);
            // Each workload looks on its own side of its line first, the nearest place before all.
            let [near, far] =
                if group.identity == Identity::Stateful { [13.0, -10.0] } else { [-10.0, 13.0] };
            let further = (0..10).flat_map(|step| {
                let by = LABEL_HEIGHT * f64::from(step);
                [near + by.copysign(near), far + by.copysign(far)]
            });
            let heights: Vec<f64> = further
                .map(|by| level + by)
                .filter(is_inside)
                .filter(|one| is_clear(*one))
                .collect();
            // A line through words is a smaller evil than words over words.
            let found = heights.iter().take(4).find(|height| !is_crossed(**height));
            let height = found.or(heights.first()).copied().unwrap_or(level + near);
            taken.push(height);
            self.words((x, height), text, Look::Name(group.identity), anchor);
        }
    }
}
