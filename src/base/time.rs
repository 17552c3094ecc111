//! Virtual time in microseconds since a fixed epoch, and its RFC 3339 form.
//!
//! Must not know the wall clock. Invariant: the text form depends on the number alone.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// Microseconds in a second.
pub const SECOND_US: u64 = 1_000_000;

/// 2026-01-01T00:00:00Z: what `SimTime::ZERO` is called when a timestamp is printed.
pub const EPOCH_UNIX_SECONDS: u64 = 1_767_225_600;

/// A moment of virtual time: microseconds since the start of the run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct SimTime(pub u64);

impl SimTime {
    /// The start of the run.
    pub const ZERO: SimTime = SimTime(0);
    /// Later than any moment a run reaches.
    pub const MAX: SimTime = SimTime(u64::MAX);

    /// The moment `seconds` after the start.
    pub const fn from_seconds(seconds: u64) -> SimTime {
        SimTime(seconds * SECOND_US)
    }

    /// The moment `millis` milliseconds after the start.
    pub const fn from_millis(millis: u64) -> SimTime {
        SimTime(millis * 1_000)
    }

    /// This moment plus `delay_us` microseconds.
    #[must_use]
    pub const fn plus_us(self, delay_us: u64) -> SimTime {
        SimTime(self.0.saturating_add(delay_us))
    }

    /// This moment plus `seconds`.
    #[must_use]
    pub const fn plus_seconds(self, seconds: u64) -> SimTime {
        self.plus_us(seconds.saturating_mul(SECOND_US))
    }

    /// Microseconds from `earlier` to this moment, 0 if it lies ahead.
    pub const fn since_us(self, earlier: SimTime) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The whole second in which it lies: all that the API keeps of a moment.
    #[must_use]
    pub const fn whole(self) -> SimTime {
        SimTime::from_seconds(self.seconds())
    }

    /// Reads an RFC 3339 time; one from before the run counts as its start.
    pub fn parse(text: &str) -> Option<SimTime> {
        parse_rfc3339(text)
    }

    /// The moment to the microsecond, as `2026-01-01T00:00:00.000000Z`.
    pub fn with_micros(self) -> String {
        let whole = self.to_string();
        format!("{}.{:06}Z", whole.trim_end_matches('Z'), self.0 % SECOND_US)
    }

    /// Whole seconds since the start.
    pub const fn seconds(self) -> u64 {
        self.0 / SECOND_US
    }
}

/// Days since 1970-01-01 to a civil date (year, month, day).
pub fn civil_from_days(days: u64) -> (u64, u64, u64) {
    let z = days + 719_468;
    let era = z / 146_097;
    let doe = z % 146_097;
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + u64::from(month <= 2);
    (year, month, day)
}

/// A civil date to days since 1970-01-01.
fn days_from_civil(year: u64, month: u64, day: u64) -> u64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y / 400;
    let yoe = y % 400;
    let mp = if month > 2 { month - 3 } else { month + 9 };
    let doy = (153 * mp + 2) / 5 + day - 1;
    let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    era * 146_097 + doe - 719_468
}

impl fmt::Display for SimTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unix = EPOCH_UNIX_SECONDS + self.seconds();
        let (year, month, day) = civil_from_days(unix / 86_400);
        let s = unix % 86_400;
        let (h, m, s) = (s / 3_600, s / 60 % 60, s % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{h:02}:{m:02}:{s:02}Z")
    }
}

impl Serialize for SimTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

fn parse_rfc3339(text: &str) -> Option<SimTime> {
    let (date, rest) = text.split_once('T')?;
    let mut date = date.split('-').map(str::parse::<u64>);
    let (year, month, day) = (date.next()?.ok()?, date.next()?.ok()?, date.next()?.ok()?);
    let clock = rest.strip_suffix('Z')?;
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut clock = clock.split(':').map(str::parse::<u64>);
    let (h, m, s) = (clock.next()?.ok()?, clock.next()?.ok()?, clock.next()?.ok()?);
    if year < 1970 || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    if h > 23 || m > 59 || s > 60 || fraction.len() > 9 {
        return None;
    }
    let micros: u64 =
        if fraction.is_empty() { 0 } else { format!("{fraction:0<6}").get(..6)?.parse().ok()? };
    let unix = days_from_civil(year, month, day) * 86_400 + h * 3_600 + m * 60 + s;
    // A timestamp from before the run (a pasted live object) counts as its start.
    let seconds = unix.saturating_sub(EPOCH_UNIX_SECONDS);
    Some(SimTime(seconds * SECOND_US + if seconds == 0 { 0 } else { micros }))
}

impl<'de> Deserialize<'de> for SimTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_rfc3339(&text)
            .ok_or_else(|| D::Error::custom(format!("{text:?} is not an RFC 3339 time")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_epoch_and_later_moments_print_as_rfc_3339() {
        assert_eq!(SimTime::ZERO.to_string(), "2026-01-01T00:00:00Z");
        let later = SimTime::from_seconds(59 * 86_400 + 3_661);
        assert_eq!(later.to_string(), "2026-03-01T01:01:01Z");
    }

    #[test]
    fn a_printed_moment_reads_back() {
        for seconds in [0, 1, 86_399, 86_400, 31_536_000, 100_000_000] {
            let at = SimTime::from_seconds(seconds);
            assert_eq!(parse_rfc3339(&at.to_string()), Some(at));
        }
        assert_eq!(parse_rfc3339("yesterday"), None);
        let fine = SimTime(1_500_000);
        assert_eq!(fine.with_micros(), "2026-01-01T00:00:01.500000Z");
        assert_eq!(parse_rfc3339(&fine.with_micros()), Some(fine));
    }
}
