//! Which stretch of time the timeline shows, and where a moment lies on it.
//!
//! Owns zoom, pan and the distance of grid lines. It must not know what is drawn. Invariant: a
//! moment that lies on a pixel is found again from that pixel to within one pixel's worth.

use super::super::transport::{SECOND_US, span};

/// How much time is shown at once; none shows the whole run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Zoom(pub Option<u64>);

/// The shortest stretch that can be shown.
pub const SHORTEST_US: u64 = SECOND_US;

impl Default for Zoom {
    fn default() -> Self {
        Self::PRESETS[1]
    }
}

impl Zoom {
    /// The zooms that have a button: ten seconds, a minute, all.
    pub const PRESETS: [Zoom; 3] =
        [Zoom(Some(10 * SECOND_US)), Zoom(Some(60 * SECOND_US)), Zoom(None)];

    /// Half as much time.
    #[must_use]
    pub fn closer(self, reached_us: u64) -> Self {
        let now = self.0.unwrap_or_else(|| span(reached_us).0);
        Zoom(Some((now / 2).max(SHORTEST_US)))
    }

    /// Twice as much time, or all.
    #[must_use]
    pub fn wider(self, reached_us: u64) -> Self {
        match self.0 {
            Some(us) if us * 2 < span(reached_us).0 => Zoom(Some(us * 2)),
            _ => Zoom(None),
        }
    }

    /// So much time that this stretch is shown as if it were another number of times as long; all
    /// when that is as long as the run.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "as exact as a finger is"
    )]
    pub fn stretched(shown: &Window, times: f64, reached_us: u64) -> Self {
        let us = (shown.span_us() as f64 * times) as u64;
        Zoom(Some(us.max(SHORTEST_US)).filter(|us| *us < span(reached_us).0))
    }

    /// Where the stretch begins if a moment is to lie at a share of it.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "as exact as a finger is"
    )]
    pub fn holding(self, at_us: u64, share: f64) -> Option<u64> {
        let ahead = share * self.0? as f64;
        Some((at_us as f64 - ahead).max(0.0) as u64)
    }
}

/// A stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first moment.
    pub from_us: u64,
    /// The last moment.
    pub to_us: u64,
    /// The distance of grid lines.
    pub step_us: u64,
}

/// The distances that grid lines may have, in thousandths of a second.
const STEPS_MS: [u64; 16] = [
    100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000,
    1_800_000, 3_600_000, 21_600_000,
];
/// Grid lines at most.
const LINES_MAX: u64 = 8;

impl Window {
    /// The stretch for a zoom. One that is not held anywhere follows the present moment and keeps
    /// a quarter of itself for what lies ahead.
    pub fn new(zoom: Zoom, held_us: Option<u64>, now_us: u64, reached_us: u64) -> Self {
        let Some(span_us) = zoom.0 else {
            let (to_us, step_us) = span(reached_us.max(now_us));
            return Self { from_us: 0, to_us, step_us };
        };
        let span_us = span_us.max(SHORTEST_US);
        let step_us = STEPS_MS
            .map(|ms| ms * 1_000)
            .into_iter()
            .find(|step| span_us.div_ceil(*step) <= LINES_MAX)
            .unwrap_or(span_us / LINES_MAX);
        let follows = now_us.saturating_sub(span_us / 4 * 3) / step_us * step_us;
        // Held, it begins where the reader put it; at least the run's end stays in sight.
        let from_us = held_us.map_or(follows, |from| from.min(reached_us.max(now_us)));
        Self { from_us, to_us: from_us + span_us, step_us }
    }

    /// How long it is.
    pub const fn span_us(&self) -> u64 {
        self.to_us - self.from_us
    }

    /// Whether any part of a stretch lies in it.
    pub fn meets(&self, from_us: u64, end_us: Option<u64>) -> bool {
        from_us <= self.to_us && end_us.is_none_or(|end| end >= self.from_us)
    }

    /// The moments of the grid lines.
    pub fn ticks(&self) -> impl Iterator<Item = u64> {
        let (step, to) = (self.step_us.max(1), self.to_us);
        (self.from_us.div_ceil(step)..=to / step).map(move |n| n * step)
    }

    /// How a grid line is labelled: `0:40`, `0:40.5` where lines are close, `1:02:00`.
    pub fn label(&self, at_us: u64) -> String {
        if self.step_us.is_multiple_of(SECOND_US) {
            minutes(at_us / SECOND_US)
        } else {
            tenths(at_us)
        }
    }
}

/// A moment as the timeline shows it, to the tenth, as the clock does: `0:42.6`.
pub fn tenths(at_us: u64) -> String {
    let count = at_us / (SECOND_US / 10);
    format!("{}.{}", minutes(count / 10), count % 10)
}

fn minutes(seconds: u64) -> String {
    match seconds {
        0..3600 => format!("{}:{:02}", seconds / 60, seconds % 60),
        _ => format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60),
    }
}

/// The moment that a person wrote: `42`, `42.6`, `0:42.613`, `1:02:00`.
pub fn parse(text: &str) -> Option<u64> {
    const HOURS_MAX: u64 = 10_000;
    let half = |one: char| match one {
        '：' => ':',
        '．' | '。' => '.',
        '０'..='９' => u32::from(one).checked_sub(0xFEE0).and_then(char::from_u32).unwrap_or(one),
        _ => one,
    };
    let text: String = text.trim().chars().map(half).collect();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut seconds = 0_u64;
    for (at, part) in whole.split(':').enumerate() {
        let is_number = !part.is_empty() && part.len() <= 7;
        if at > 2 || !is_number || !part.bytes().all(|one| one.is_ascii_digit()) {
            return None;
        }
        seconds = seconds * 60 + part.parse::<u64>().ok()?;
    }
    if fraction.len() > 6 || !fraction.bytes().all(|one| one.is_ascii_digit()) {
        return None;
    }
    let micros = if fraction.is_empty() { 0 } else { format!("{fraction:0<6}").parse().ok()? };
    (seconds <= HOURS_MAX * 3_600).then_some(seconds * SECOND_US + micros)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::transport::{clock, stamp};

    #[test]
    fn a_window_follows_the_present_moment_and_leaves_room_ahead() {
        let minute = Zoom::PRESETS[1];
        let early = Window::new(minute, None, 42_600_000, 42_600_000);
        assert_eq!((early.from_us, early.to_us, early.step_us), (0, 60_000_000, 10_000_000));
        for now_s in 0..5_000 {
            let now_us = now_s * SECOND_US + 613_000;
            for zoom in Zoom::PRESETS {
                let window = Window::new(zoom, None, now_us, now_us);
                assert!(window.from_us <= now_us && now_us < window.to_us, "{zoom:?} {now_s}");
                assert!(window.ticks().count() <= 9, "{zoom:?} {now_s}");
            }
        }
    }

    #[test]
    fn a_held_window_stays_where_it_is() {
        let held = Window::new(Zoom::PRESETS[0], Some(20_000_000), 90_000_000, 90_000_000);
        assert_eq!((held.from_us, held.to_us), (20_000_000, 30_000_000));
        assert!(held.meets(25_000_000, None) && !held.meets(31_000_000, None));
        assert!(!held.meets(1, Some(19_999_999)));
        let between = Window::new(Zoom::PRESETS[0], Some(21_300_000), 90_000_000, 90_000_000);
        assert_eq!(between.from_us, 21_300_000, "a small step is not rounded away");
        assert_eq!(between.ticks().next(), Some(22_000_000));
        let beyond = Window::new(Zoom::PRESETS[0], Some(500_000_000), 40_000_000, 90_000_000);
        assert_eq!(beyond.from_us, 90_000_000);
    }

    #[test]
    fn a_moment_under_the_pointer_stays_there_however_the_stretch_grows() {
        let shown = Window::new(Zoom::PRESETS[1], Some(10_000_000), 0, 300_000_000);
        let near = Zoom::stretched(&shown, 0.5, 300_000_000);
        assert_eq!(near, Zoom(Some(30_000_000)));
        // It stood at a quarter: ten seconds and a quarter of a minute.
        let held = near.holding(25_000_000, 0.25);
        assert_eq!(held, Some(17_500_000));
        assert_eq!(near.holding(1_000_000, 0.5), Some(0), "nothing is before the start");
        assert_eq!(Zoom::stretched(&shown, 100.0, 300_000_000).holding(1, 0.5), None);
        assert_eq!(Zoom::stretched(&shown, 0.0, 0), Zoom(Some(SHORTEST_US)));
    }

    #[test]
    fn zooming_in_and_out_ends_at_a_second_and_at_all() {
        let mut zoom = Zoom(None);
        for _ in 0..20 {
            zoom = zoom.closer(42_000_000);
        }
        assert_eq!(zoom, Zoom(Some(SHORTEST_US)));
        for _ in 0..20 {
            zoom = zoom.wider(42_000_000);
        }
        assert_eq!(zoom, Zoom(None));
    }

    #[test]
    fn a_written_moment_is_read_exactly() {
        assert_eq!(parse("0:42.613"), Some(42_613_000));
        assert_eq!(parse(" 42 "), Some(42_000_000));
        assert_eq!(parse("1:02:00.5"), Some(3_720_500_000));
        assert_eq!(parse("０：４２．５"), Some(42_500_000));
        for wrong in ["", "x", "1:2:3:4", "4.x", "-1", "1:", "4.1234567", "999999999"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
        for at_us in [0, 42_600_000, 3_720_000_000] {
            assert_eq!(parse(&tenths(at_us)), Some(at_us));
            assert_eq!(parse(&stamp(at_us)), Some(at_us));
        }
    }

    #[test]
    fn a_moment_has_the_digits_of_the_clock() {
        for at_us in [0, 42_600_000, 42_613_000, 42_699_999, 3_720_050_000] {
            let (head, tenth) = clock(at_us);
            let shown = tenths(at_us);
            assert!(format!("0{shown}").ends_with(&format!("{head}.{tenth}")), "{shown}");
        }
        assert_eq!(tenths(42_613_000), "0:42.6");
    }

    #[test]
    fn lines_that_are_close_are_labelled_with_tenths() {
        let close = Window::new(Zoom(Some(SECOND_US)), None, 42_600_000, 42_600_000);
        assert_eq!(close.label(42_400_000), "0:42.4");
        let wide = Window::new(Zoom(None), None, 0, 0);
        assert_eq!(wide.label(40_000_000), "0:40");
    }
}
