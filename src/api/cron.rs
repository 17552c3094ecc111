//! Schedules as cron writes them, and the moments that they name.
//!
//! Must not know who keeps to them. Invariant: the next moment lies after the one asked for, and
//! times are those of UTC.
//!
//! Models github.com/robfig/cron/v3 ParseStandard and SpecSchedule.Next

use crate::base::{EPOCH_UNIX_SECONDS, SECOND_US, SimTime, civil_from_days};

/// When something is to happen again and again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Schedule {
    /// At the moments that all fields allow.
    At(Fields),
    /// So many seconds after the time before.
    Every(u64),
}

/// The five fields, one bit for each number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fields {
    minutes: u64,
    hours: u64,
    days: u64,
    months: u64,
    weekdays: u64,
}

/// A field of stars: any number, as long as the other field for days fits.
const STAR: u64 = 1 << 63;
/// No moment is looked for further ahead.
const DAYS_MAX: u64 = 5 * 366;

/// What a field's numbers may be, and what some of them are called.
struct Bounds {
    min: u64,
    max: u64,
    names: &'static [&'static str],
}

const MINUTES: Bounds = Bounds { min: 0, max: 59, names: &[] };
const HOURS: Bounds = Bounds { min: 0, max: 23, names: &[] };
const DAYS: Bounds = Bounds { min: 1, max: 31, names: &[] };
const MONTHS: Bounds = Bounds {
    min: 1,
    max: 12,
    names: &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
};
const WEEKDAYS: Bounds =
    Bounds { min: 0, max: 6, names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"] };

impl Schedule {
    /// Reads a schedule.
    ///
    /// # Errors
    /// What is wrong with it, in the words of the real parser.
    pub fn parse(text: &str) -> Result<Schedule, String> {
        if text.is_empty() {
            return Err("empty spec string".to_owned());
        }
        if let Some(word) = text.strip_prefix('@') {
            return described(text, word);
        }
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [minutes, hours, days, months, weekdays] = fields.as_slice() else {
            let (count, shown) = (fields.len(), fields.join(" "));
            return Err(format!("expected exactly 5 fields, found {count}: [{shown}]"));
        };
        Ok(Schedule::At(Fields {
            minutes: field(minutes, &MINUTES)?,
            hours: field(hours, &HOURS)?,
            days: field(days, &DAYS)?,
            months: field(months, &MONTHS)?,
            weekdays: field(weekdays, &WEEKDAYS)?,
        }))
    }

    /// The first moment after another one, if there is one within five years.
    pub fn next(&self, after: SimTime) -> Option<SimTime> {
        let seconds = after.seconds();
        match self {
            Schedule::Every(delay) => Some(SimTime::from_seconds(seconds + delay)),
            Schedule::At(fields) => {
                let unix = fields.next(EPOCH_UNIX_SECONDS + seconds + 1)?;
                Some(SimTime::from_seconds(unix - EPOCH_UNIX_SECONDS))
            }
        }
    }
}

impl Fields {
    fn fits_day(&self, day: u64) -> bool {
        let (_, month, of_month) = civil_from_days(day);
        // 1970 began with a Thursday.
        let weekday = (day + 4) % 7;
        let by_date = self.days & (1 << of_month) != 0;
        let by_week = self.weekdays & (1 << weekday) != 0;
        let fits = if (self.days | self.weekdays) & STAR != 0 {
            by_date && by_week
        } else {
            by_date || by_week
        };
        fits && self.months & (1 << month) != 0
    }

    /// The first moment not before this one, in seconds since 1970.
    fn next(&self, from: u64) -> Option<u64> {
        let (first, since) = (from / 86_400, from % 86_400);
        let mut days = (first..first + DAYS_MAX).filter(|day| self.fits_day(*day));
        days.find_map(|day| {
            // Only full minutes come into question.
            let start = if day == first { since.div_ceil(60) } else { 0 };
            let mut minutes = start..24 * 60;
            let minute = minutes.find(|minute| {
                self.hours & (1 << (minute / 60)) != 0 && self.minutes & (1 << (minute % 60)) != 0
            });
            minute.map(|minute| day * 86_400 + minute * 60)
        })
    }
}

fn described(text: &str, word: &str) -> Result<Schedule, String> {
    let spec = match word {
        "yearly" | "annually" => "0 0 1 1 *",
        "monthly" => "0 0 1 * *",
        "weekly" => "0 0 * * 0",
        "daily" | "midnight" => "0 0 * * *",
        "hourly" => "0 * * * *",
        _ => {
            let Some(duration) = word.strip_prefix("every ") else {
                return Err(format!("unrecognized descriptor: {text}"));
            };
            let Some(us) = duration_us(duration) else {
                return Err(format!(
                    "failed to parse duration {text}: time: invalid duration \"{duration}\""
                ));
            };
            return Ok(Schedule::Every((us / SECOND_US).max(1)));
        }
    };
    Schedule::parse(spec)
}

/// A duration of whole units, as `1h30m`.
fn duration_us(text: &str) -> Option<u64> {
    let mut left = text;
    let mut sum = 0_u64;
    while !left.is_empty() {
        let digits = left.find(|one: char| !one.is_ascii_digit())?;
        let number: u64 = left[..digits].parse().ok()?;
        left = &left[digits..];
        let units = [
            ("ms", 1_000),
            ("us", 1),
            ("h", 3_600 * SECOND_US),
            ("m", 60 * SECOND_US),
            ("s", SECOND_US),
        ];
        let (unit, us) = units.into_iter().find(|(unit, _)| left.starts_with(unit))?;
        left = &left[unit.len()..];
        sum = sum.checked_add(number.checked_mul(us)?)?;
    }
    (!text.is_empty()).then_some(sum)
}

fn field(text: &str, bounds: &Bounds) -> Result<u64, String> {
    let parts = text.split(',').filter(|part| !part.is_empty());
    parts.map(|part| range(part, bounds)).try_fold(0, |bits, more| Ok(bits | more?))
}

fn range(text: &str, bounds: &Bounds) -> Result<u64, String> {
    let parts: Vec<&str> = text.split('/').collect();
    let ends: Vec<&str> = parts[0].split('-').collect();
    let (start, mut end, mut star) = if matches!(ends[0], "*" | "?") {
        (bounds.min, bounds.max, STAR)
    } else {
        let start = number(ends[0], bounds)?;
        let end = match ends.as_slice() {
            [_] => start,
            [_, end] => number(end, bounds)?,
            _ => return Err(format!("too many hyphens: {text}")),
        };
        (start, end, 0)
    };
    let step = match parts.as_slice() {
        [_] => 1,
        [_, step] => {
            if ends.len() == 1 {
                end = bounds.max;
            }
            let step = whole(step)?;
            if step > 1 {
                star = 0;
            }
            step
        }
        _ => return Err(format!("too many slashes: {text}")),
    };
    let (min, max) = (bounds.min, bounds.max);
    if start < min {
        return Err(format!("beginning of range ({start}) below minimum ({min}): {text}"));
    }
    if end > max {
        return Err(format!("end of range ({end}) above maximum ({max}): {text}"));
    }
    if start > end {
        return Err(format!("beginning of range ({start}) beyond end of range ({end}): {text}"));
    }
    if step == 0 {
        return Err(format!("step of range should be a positive number: {text}"));
    }
    let mut bits = star;
    let mut at = start;
    while at <= end {
        bits |= 1 << at;
        at = at.saturating_add(step);
    }
    Ok(bits)
}

fn number(text: &str, bounds: &Bounds) -> Result<u64, String> {
    let lower = text.to_ascii_lowercase();
    let named = (bounds.min..).zip(bounds.names).find(|(_, name)| **name == lower);
    named.map_or_else(|| whole(text), |(number, _)| Ok(number))
}

fn whole(text: &str) -> Result<u64, String> {
    match text.parse::<i64>() {
        Ok(number) => u64::try_from(number)
            .map_err(|_| format!("negative number ({number}) not allowed: {text}")),
        Err(_) => Err(format!(
            "failed to parse int from {text}: strconv.Atoi: parsing {text:?}: invalid syntax"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The next three moments after the start of 2026, a Thursday.
    fn moments(text: &str) -> Vec<String> {
        let schedule = Schedule::parse(text).expect("a schedule");
        let mut at = SimTime::ZERO;
        (0..3)
            .map(|_| {
                at = schedule.next(at).expect("there is one");
                at.to_string().replace("2026-", "").replace(":00Z", "")
            })
            .collect()
    }

    #[test]
    fn schedules_name_their_moments() {
        assert_eq!(moments("* * * * *"), ["01-01T00:01", "01-01T00:02", "01-01T00:03"]);
        assert_eq!(moments("*/20 5 * * *"), ["01-01T05:00", "01-01T05:20", "01-01T05:40"]);
        assert_eq!(moments("30 6-16/4 * * 1-5"), ["01-01T06:30", "01-01T10:30", "01-01T14:30"]);
        assert_eq!(moments("0 9 * * MON"), ["01-05T09:00", "01-12T09:00", "01-19T09:00"]);
        // A day that fits either field of days will do, unless one of them is a star.
        assert_eq!(moments("0 0 13 * fri"), ["01-02T00:00", "01-09T00:00", "01-13T00:00"]);
        assert_eq!(moments("0 0 31 2,3 *")[0], "03-31T00:00");
        assert_eq!(moments("@daily"), ["01-02T00:00", "01-03T00:00", "01-04T00:00"]);
        assert_eq!(moments("@every 1h30m"), ["01-01T01:30", "01-01T03:00", "01-01T04:30"]);
        assert_eq!(Schedule::parse("0 0 30 2 *").expect("it reads").next(SimTime::ZERO), None);
    }

    #[test]
    fn mistakes_are_told_in_the_parsers_words() {
        for (text, why) in [
            ("", "empty spec string"),
            ("* * * *", "expected exactly 5 fields, found 4: [* * * *]"),
            ("60 * * * *", "end of range (60) above maximum (59): 60"),
            ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
            ("5-2 * * * *", "beginning of range (5) beyond end of range (2): 5-2"),
            ("*/0 * * * *", "step of range should be a positive number: */0"),
            (
                "x * * * *",
                "failed to parse int from x: strconv.Atoi: parsing \"x\": invalid syntax",
            ),
            ("@soon", "unrecognized descriptor: @soon"),
        ] {
            assert_eq!(Schedule::parse(text), Err(why.to_owned()), "{text}");
        }
    }
}
