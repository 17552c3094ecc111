//! The transport: the clock, the marks on the scrubber and the speeds.
//!
//! Owns how virtual time is written and which speeds exist. It must not know frames or the wall
//! clock. Invariant: `now_us <= reached_us`.

/// One second in microseconds.
pub const SECOND_US: u64 = 1_000_000;

/// What a mark on the scrubber stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MarkKind {
    /// Something that the cluster did.
    Event,
    /// Something that the reader did.
    User,
    /// A failure.
    Bad,
}

/// A mark on the scrubber.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// When it happened.
    pub at_us: u64,
    /// What it stands for.
    pub kind: MarkKind,
    /// What happened, in few words.
    pub label: String,
}

/// What the transport shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TransportView {
    /// The moment on screen.
    pub now_us: u64,
    /// The furthest moment that this run has reached.
    pub reached_us: u64,
    /// The moments worth a mark, in order.
    pub marks: Vec<Mark>,
    /// What is true now, in few words, for the scrubber's value text.
    pub caption: String,
}

/// How fast virtual time goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Speed {
    /// A quarter of real time.
    Quarter,
    /// Real time.
    #[default]
    One,
    /// Four times.
    Four,
    /// Twenty times.
    Twenty,
    /// A hundred times.
    Hundred,
}

impl Speed {
    /// Every speed, slowest first.
    pub const ALL: [Speed; 5] =
        [Speed::Quarter, Speed::One, Speed::Four, Speed::Twenty, Speed::Hundred];

    /// How the button says it.
    pub const fn label(self) -> &'static str {
        match self {
            Speed::Quarter => "¼×",
            Speed::One => "1×",
            Speed::Four => "4×",
            Speed::Twenty => "20×",
            Speed::Hundred => "100×",
        }
    }

    /// How many quarters of real time it is.
    pub const fn quarters(self) -> u32 {
        match self {
            Speed::Quarter => 1,
            Speed::One => 4,
            Speed::Four => 16,
            Speed::Twenty => 80,
            Speed::Hundred => 400,
        }
    }

    /// Virtual microseconds that pass in `real_us` real ones.
    pub const fn scale(self, real_us: u64) -> u64 {
        real_us * self.quarters() as u64 / 4
    }

    /// The next faster speed, if there is one.
    #[must_use]
    pub fn faster(self) -> Self {
        Self::ALL.into_iter().find(|speed| *speed > self).unwrap_or(self)
    }

    /// The next slower speed, if there is one.
    #[must_use]
    pub fn slower(self) -> Self {
        Self::ALL.into_iter().rev().find(|speed| *speed < self).unwrap_or(self)
    }
}

/// A moment as the clock shows it: `("00:42", "6")`; hours appear when they are needed.
pub fn clock(at_us: u64) -> (String, String) {
    let tenths = at_us / (SECOND_US / 10);
    let seconds = tenths / 10;
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    let head = if hours > 0 {
        format!("{hours}:{minutes:02}:{:02}", seconds % 60)
    } else {
        format!("{minutes:02}:{:02}", seconds % 60)
    };
    (head, (tenths % 10).to_string())
}

/// A moment as a note shows it: `00:42.6`.
pub fn stamp(at_us: u64) -> String {
    let (head, tenth) = clock(at_us);
    format!("{head}.{tenth}")
}

/// A moment as the axis shows it: `40s`, `1:00`, `1:02:00`.
pub fn tick(at_us: u64) -> String {
    let seconds = at_us / SECOND_US;
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{}:{:02}", seconds / 60, seconds % 60),
        _ => format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60),
    }
}

/// The span that the timeline shows and the distance of its grid lines: the whole run with some
/// room ahead, rounded so that the scale changes seldom.
pub fn span(reached_us: u64) -> (u64, u64) {
    const STEPS_S: [u64; 10] = [10, 20, 30, 60, 120, 300, 600, 1_800, 3_600, 21_600];
    let room_us = reached_us + reached_us / 20;
    for step_s in STEPS_S {
        let step_us = step_s * SECOND_US;
        let wanted = (room_us / step_us + 1).max(if step_s == 10 { 6 } else { 5 });
        if wanted <= 8 {
            return (wanted * step_us, step_us);
        }
    }
    let step_us = (room_us / 7 / SECOND_US + 1) * SECOND_US;
    (8 * step_us, step_us)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_shows_minutes_seconds_and_a_tenth() {
        assert_eq!(clock(42_650_000), ("00:42".to_owned(), "6".to_owned()));
        assert_eq!(stamp(378_000_000), "06:18.0");
        assert_eq!(stamp(3_661_900_000), "1:01:01.9");
    }

    #[test]
    fn the_shortest_span_is_a_minute_and_every_span_has_room_ahead() {
        assert_eq!(span(0), (60 * SECOND_US, 10 * SECOND_US));
        assert_eq!(span(42 * SECOND_US), (60 * SECOND_US, 10 * SECOND_US));
        for seconds in 0..20_000 {
            let reached = seconds * SECOND_US;
            let (whole, step) = span(reached);
            assert!(whole > reached, "{seconds}");
            assert!(whole % step == 0 && whole / step <= 8, "{seconds}");
        }
    }

    #[test]
    fn speeds_stop_at_both_ends() {
        assert_eq!(Speed::Quarter.slower(), Speed::Quarter);
        assert_eq!(Speed::Hundred.faster(), Speed::Hundred);
        assert_eq!(Speed::One.faster(), Speed::Four);
        assert_eq!(Speed::Four.scale(250), 1_000);
    }
}
