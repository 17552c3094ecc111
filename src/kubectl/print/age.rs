//! Moments and spans as kubectl writes them.
//!
//! Must not know objects. Invariant: only the given moments decide, never a clock.

use crate::base::{EPOCH_UNIX_SECONDS, SECOND_US, SimTime};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;

/// A span as a person would say it: `5s`, `2m10s`, `3h`, `4d`.
///
/// Models staging/src/k8s.io/apimachinery/pkg/util/duration/duration.go HumanDuration
pub fn human(span_us: i64) -> String {
    let second = i64::try_from(SECOND_US).expect("a second has few microseconds");
    // Division rounds towards zero: up to a second ahead still counts as now.
    let seconds = span_us / second;
    let two = |big: i64, unit: char, small: i64, sub: char| match small {
        0 => format!("{big}{unit}"),
        _ => format!("{big}{unit}{small}{sub}"),
    };
    match seconds {
        i64::MIN..-1 => "<invalid>".to_owned(),
        -1..0 => "0s".to_owned(),
        _ if seconds < 2 * MINUTE => format!("{seconds}s"),
        _ if seconds < 10 * MINUTE => two(seconds / MINUTE, 'm', seconds % MINUTE, 's'),
        _ if seconds < 3 * HOUR => format!("{}m", seconds / MINUTE),
        _ if seconds < 8 * HOUR => two(seconds / HOUR, 'h', seconds % HOUR / MINUTE, 'm'),
        _ if seconds < 48 * HOUR => format!("{}h", seconds / HOUR),
        _ if seconds < 8 * DAY => two(seconds / DAY, 'd', seconds % DAY / HOUR, 'h'),
        _ if seconds < 2 * YEAR => format!("{}d", seconds / DAY),
        _ if seconds < 8 * YEAR => two(seconds / YEAR, 'y', seconds % YEAR / DAY, 'd'),
        _ => format!("{}y", seconds / YEAR),
    }
}

/// The microseconds from one moment to another, negative if the second lies before the first.
pub fn span_us(from: SimTime, to: SimTime) -> i64 {
    let forth = i64::try_from(to.since_us(from)).unwrap_or(i64::MAX);
    let back = i64::try_from(from.since_us(to)).unwrap_or(i64::MAX);
    forth - back
}

/// How long ago a moment of an object was, as its text says it.
///
/// Models pkg/printers/internalversion/printers.go translateTimestampSince
pub fn since(text: &str, now: SimTime) -> String {
    match SimTime::parse(text) {
        Some(moment) => human(span_us(moment, now)),
        None => "<unknown>".to_owned(),
    }
}

/// A moment as `Sun, 22 Nov 2026 08:26:36 +0000`.
///
/// Models Go's time.RFC1123Z
pub fn rfc1123(text: &str) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let Some(moment) = SimTime::parse(text) else {
        return "Mon, 01 Jan 0001 00:00:00 +0000".to_owned();
    };
    let days = (EPOCH_UNIX_SECONDS + moment.seconds()) / 86_400;
    let weekday = DAYS.get(usize::try_from(days % 7).unwrap_or(0)).copied().unwrap_or_default();
    let plain = moment.to_string();
    let (date, clock) = plain.split_once('T').unwrap_or_default();
    let mut parts = date.split('-');
    let (year, month, day) = (
        parts.next().unwrap_or_default(),
        parts.next().and_then(|month| month.parse::<usize>().ok()).unwrap_or(1),
        parts.next().unwrap_or_default(),
    );
    let month = MONTHS.get(month - 1).copied().unwrap_or_default();
    format!("{weekday}, {day} {month} {year} {} +0000", clock.trim_end_matches('Z'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: i64) -> String {
        human(seconds * 1_000_000)
    }

    #[test]
    fn spans_get_coarser_as_they_grow() {
        let spans = [
            (0, "0s"),
            (119, "119s"),
            (120, "2m"),
            (130, "2m10s"),
            (599, "9m59s"),
            (600, "10m"),
            (3 * HOUR - 1, "179m"),
            (3 * HOUR, "3h"),
            (3 * HOUR + 61, "3h1m"),
            (8 * HOUR, "8h"),
            (48 * HOUR, "2d"),
            (49 * HOUR, "2d1h"),
            (8 * DAY, "8d"),
            (2 * YEAR, "2y"),
            (2 * YEAR + DAY, "2y1d"),
            (9 * YEAR + DAY, "9y"),
        ];
        for (span, text) in spans {
            assert_eq!(seconds(span), text);
        }
    }

    #[test]
    fn a_moment_just_ahead_counts_as_now() {
        assert_eq!(human(-1_900_000), "0s");
        assert_eq!(human(-2_000_000), "<invalid>");
    }

    #[test]
    fn a_moment_is_written_with_its_weekday() {
        assert_eq!(rfc1123("2026-11-22T08:26:36Z"), "Sun, 22 Nov 2026 08:26:36 +0000");
        assert_eq!(rfc1123("2026-01-01T00:00:00Z"), "Thu, 01 Jan 2026 00:00:00 +0000");
    }
}
