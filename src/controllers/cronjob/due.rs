//! Which of a CronJob's moments have passed, and which comes next.
//!
//! Must not know Jobs. Invariant: a moment is never reckoned from before the CronJob was made.

use crate::api::Object;
use crate::api::batch::CronJob;
use crate::api::cron::Schedule;
use crate::base::{EPOCH_UNIX_SECONDS, SimTime, civil_from_days};

use super::DELTA_US;

/// More moments than these that nothing was started for are too many.
const MISSED_MAX: u64 = 100;

/// Moments that have passed since the last one that counted.
pub(super) struct Missed {
    /// From when they were looked for.
    from: SimTime,
    /// The latest of them.
    pub(super) latest: Option<SimTime>,
    has_some: bool,
    pub(super) is_many: bool,
}

/// Looks for moments that have passed; `heeds` says whether those that are too late to start
/// anything are left out.
///
/// Models pkg/controller/cronjob/utils.go mostRecentScheduleTime
pub(super) fn missed(
    object: &Object,
    body: &CronJob,
    schedule: &Schedule,
    heeds: bool,
    now: SimTime,
) -> Missed {
    let created = object.meta.creation_timestamp.unwrap_or_default();
    let mut from = body.status.last_schedule_time.unwrap_or(created.whole());
    if let Some(seconds) = body.spec.starting_deadline_seconds.filter(|_| heeds) {
        let seconds = u64::try_from(seconds).unwrap_or(0);
        from = from.max(SimTime(now.0.saturating_sub(seconds.saturating_mul(1_000_000))));
    }
    let none = Missed { from, latest: None, has_some: false, is_many: false };
    let Some(first) = schedule.next(from).filter(|at| *at <= now) else { return none };
    let Some(second) = schedule.next(first).filter(|at| *at <= now) else {
        return Missed { latest: Some(first), ..none };
    };
    let between = (second.seconds() - first.seconds()).max(1);
    let count = (now.seconds() - first.seconds()) / between + 1;
    let start = first.plus_seconds(count.saturating_sub(2) * between);
    let mut latest = None;
    let mut next = schedule.next(start);
    while let Some(at) = next.filter(|at| *at <= now) {
        latest = Some(at);
        next = schedule.next(at);
    }
    Missed { from, latest, has_some: true, is_many: count > MISSED_MAX }
}

/// When to look again: at the next moment and a little later.
///
/// Models pkg/controller/cronjob/cronjob_controllerv2.go nextScheduleTimeDuration
pub(super) fn again(
    object: &Object,
    body: &CronJob,
    schedule: &Schedule,
    now: SimTime,
) -> Option<SimTime> {
    let found = missed(object, body, schedule, false, now);
    let from = match found.latest {
        Some(at) => at,
        None if found.has_some => now,
        None => found.from,
    };
    let next = schedule.next(from)?.plus_us(DELTA_US);
    // What has passed meanwhile is looked at at once.
    Some(next.max(now.plus_us(1)))
}

/// A moment as `Mon, 02 Jan 2006 15:04:05 +0000`.
pub(super) fn rfc1123(at: SimTime) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let unix = EPOCH_UNIX_SECONDS + at.seconds();
    let day = unix / 86_400;
    let (year, month, of_month) = civil_from_days(day);
    let name = |names: &[&'static str], index: u64| {
        usize::try_from(index).ok().and_then(|index| names.get(index)).copied().unwrap_or_default()
    };
    let (hour, minute, second) = (unix / 3_600 % 24, unix / 60 % 60, unix % 60);
    format!(
        "{}, {of_month:02} {} {year} {hour:02}:{minute:02}:{second:02} +0000",
        name(&DAYS, day % 7),
        name(&MONTHS, month - 1),
    )
}
