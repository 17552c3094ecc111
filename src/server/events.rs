//! Events as the components' recorders fold them: counted, combined and held back.
//!
//! Must not know what is told. Invariant: a source tells of one object at most `BURST` Events
//! of a type at once, and one more every `REFILL_SECONDS`; what is held back is counted.

use std::fmt::Write as _;

use crate::api::core::{Event, Series};
use crate::api::{Body, Kind, Meta, Object, ObjectId};
use crate::base::{Aside, EPOCH_UNIX_SECONDS, PMap, SECOND_US, Shared, SimTime, Str, digest_of};
use crate::server::{EventNote, Outcome, Server, namespaces};

/// So many Events of one reason with different messages are combined.
const SIMILAR_MAX: usize = 10;
/// After a pause of so many seconds the count of similar Events starts anew.
const SIMILAR_SECONDS: u64 = 600;
const BURST: u64 = 25;
const REFILL_SECONDS: u64 = 300;
/// How long an Event is kept after its last write.
const KEPT_SECONDS: u64 = 3_600;
/// A series of the scheduler's Events ends after so many seconds of silence, which is looked for as
/// often.
///
/// Models staging/src/k8s.io/client-go/tools/events/event_broadcaster.go finishTime
const SERIES_SECONDS: u64 = 360;
/// The counts of series are written this often.
///
/// Models staging/src/k8s.io/client-go/tools/events/event_broadcaster.go refreshTime
const REFRESH_SECONDS: u64 = 1_800;
/// The component that records by the newer interface, whose Events have no counts of their own.
const NEW_STYLE: &str = "default-scheduler";

/// What the recorders remember.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(in crate::server) struct Recorders {
    sources: PMap<u64, Shared<Source>>,
    series: PMap<u64, Running>,
    /// The series whose count is another one than was written.
    unwritten: PMap<u64, ()>,
    expiry: PMap<(SimTime, ObjectId), ()>,
    last_name: u64,
    /// How often those who tell from a host were started anew.
    starts: PMap<Str, u32>,
    /// Room to write a name in.
    name: Aside<String>,
}

/// What one source told of one object, warnings apart from the rest.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Source {
    budget: Budget,
    /// By reason.
    similar: Few<Similar>,
    logged: Few<Logged>,
}

/// A few values by number, in the order of their arrival. The first stands in place: most sources
/// tell one or two things of an object.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Few<T> {
    first: Option<(u64, T)>,
    more: Vec<(u64, T)>,
}

impl<T> Default for Few<T> {
    fn default() -> Self {
        Few { first: None, more: Vec::new() }
    }
}

impl<T> Few<T> {
    fn entry(&mut self, key: u64, new: impl FnOnce() -> T) -> &mut T {
        if self.first.as_ref().is_none_or(|(one, _)| *one == key) {
            return &mut self.first.get_or_insert_with(|| (key, new())).1;
        }
        let at = self.more.iter().position(|(one, _)| *one == key).unwrap_or_else(|| {
            self.more.reserve_exact(1);
            self.more.push((key, new()));
            self.more.len() - 1
        });
        &mut self.more[at].1
    }

    fn len(&self) -> usize {
        usize::from(self.first.is_some()) + self.more.len()
    }

    /// Forgets the value with the least number.
    fn forget_least(&mut self) {
        let least = self.first.iter().chain(&self.more).map(|(one, _)| *one).min();
        if self.first.as_ref().map(|(one, _)| *one) == least {
            self.first = (!self.more.is_empty()).then(|| self.more.remove(0));
        } else {
            self.more.retain(|(one, _)| Some(*one) != least);
        }
    }
}

/// The messages of one source about one object with one reason.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
struct Similar {
    messages: Few<()>,
    last: SimTime,
}

/// How often something was told, and in which Event.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Logged {
    id: Option<ObjectId>,
    count: u32,
    first: SimTime,
}

/// A bucket of tokens, each worth `REFILL_SECONDS`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Budget {
    level_us: u64,
    at: SimTime,
}

/// A series under way.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Running {
    id: ObjectId,
    count: u32,
    last: SimTime,
}

impl Similar {
    /// Whether a message is one too many, so that it is combined with the others.
    ///
    /// Models staging/src/k8s.io/client-go/tools/record/events_cache.go EventAggregate
    fn is_combined(&mut self, message: u64, now: SimTime) -> bool {
        if now.since_us(self.last) > SIMILAR_SECONDS * SECOND_US {
            self.messages = Few::default();
        }
        self.last = now;
        self.messages.entry(message, || ());
        if self.messages.len() < SIMILAR_MAX {
            return false;
        }
        // Any one is forgotten: their hashes are as good as chance.
        self.messages.forget_least();
        true
    }
}

impl Budget {
    const PRICE_US: u64 = REFILL_SECONDS * SECOND_US;

    fn full(now: SimTime) -> Budget {
        Budget { level_us: BURST * Budget::PRICE_US, at: now }
    }

    /// Takes a token if there is one.
    ///
    /// Models staging/src/k8s.io/client-go/tools/record/events_cache.go
    /// EventSourceObjectSpamFilter.Filter
    fn takes(&mut self, now: SimTime) -> bool {
        let level = self.level_us + now.since_us(self.at);
        self.level_us = level.min(BURST * Budget::PRICE_US);
        self.at = now;
        let has_one = self.level_us >= Budget::PRICE_US;
        if has_one {
            self.level_us -= Budget::PRICE_US;
        }
        has_one
    }
}

impl Server {
    /// Records an Event, or counts one that is known.
    pub(in crate::server) fn note(&mut self, note: &EventNote, now: SimTime) -> Outcome {
        self.forget_events(now);
        if note.source == NEW_STYLE {
            self.note_in_series(note, now);
        } else {
            self.note_correlated(note, now);
        }
        Outcome::Noted
    }

    /// Whoever tells of things from this host is started anew and knows nothing of what was told
    /// before; no host stands for the controllers.
    pub fn restart_recorders(&mut self, host: &Str) {
        *self.recorders.starts.or_default(host) += 1;
    }

    /// Whether an Event would only be counted now, since its source has told too much.
    pub fn is_held_back(&self, note: &EventNote, now: SimTime) -> bool {
        let source = self.recorders.sources.get(&self.recorders.whence(note));
        note.source != NEW_STYLE && source.is_some_and(|source| !source.budget.clone().takes(now))
    }

    /// Models staging/src/k8s.io/client-go/tools/record/events_cache.go EventCorrelate
    fn note_correlated(&mut self, note: &EventNote, now: SimTime) {
        let whence = self.recorders.whence(note);
        let sources = &mut self.recorders.sources;
        if !sources.contains_key(&whence) {
            let budget = Budget::full(now);
            let source = Source { budget, similar: Few::default(), logged: Few::default() };
            sources.insert(whence, source.into());
        }
        let source = &mut **sources.get_mut(&whence).expect("it was just put there");
        let similar_key = digest_of(&("similar", note.reason));
        let similar = source.similar.entry(similar_key, Similar::default);
        let is_combined = similar.is_combined(digest_of(&note.message), now);
        let (key, message) = if is_combined {
            let text = format!("(combined from similar events): {}", note.message);
            (similar_key, text.into())
        } else {
            let key = digest_of(&("one", note.reason, &note.message, &note.field_path));
            (key, note.message.clone())
        };
        let new = || Logged { id: None, count: 0, first: now };
        let logged = source.logged.entry(key, new);
        logged.count += 1;
        let (known, count, first) = (logged.id, logged.count, logged.first);
        if !source.budget.takes(now) {
            return;
        }
        // A combined Event is not about a part of its object.
        let field_path = if is_combined { "".into() } else { note.field_path.clone() };
        let event = Event { field_path, message, count, first, ..event_of(note, now) };
        let id = self.put_event(known, event, now);
        if known != id
            && let Some(source) = self.recorders.sources.get_mut(&whence)
        {
            source.logged.entry(key, new).id = id;
        }
    }

    /// Models staging/src/k8s.io/client-go/tools/events/event_broadcaster.go recordToSink
    fn note_in_series(&mut self, note: &EventNote, now: SimTime) {
        let key = digest_of(&(
            (note.warning, note.action, note.reason, note.source),
            (note.about.uid, &note.about.name, note.version),
        ));
        let known = self.recorders.series.get(&key).cloned();
        let running = known.filter(|one| now.since_us(one.last) <= SERIES_SECONDS * SECOND_US);
        let Some(mut running) = running else {
            let event = Event { count: 0, ..event_of(note, now) };
            let Some(id) = self.put_event(None, event, now) else { return };
            self.recorders.series.insert(key, Running { id, count: 1, last: now });
            return;
        };
        running.count += 1;
        running.last = now;
        // The second one is told at once, the others some time later.
        if running.count == 2 {
            let table = self.view().table(Kind::Event);
            let old = table.object(running.id).and_then(|one| one.event()).cloned();
            let series = Some(Series { count: 2, last: now });
            let event = Event { series, ..old.unwrap_or_else(|| event_of(note, now)) };
            running.id = self.put_event(Some(running.id), event, now).unwrap_or(running.id);
        } else {
            self.recorders.unwritten.insert(key, ());
        }
        self.recorders.series.insert(key, running);
    }

    /// When a count is written that is not yet.
    pub fn series_due(&self) -> Option<SimTime> {
        let tick = |seconds: u64, every: u64| SimTime::from_seconds((seconds / every + 1) * every);
        let running =
            self.recorders.unwritten.keys().filter_map(|key| self.recorders.series.get(key));
        let due = running.map(|one| {
            let last = one.last.seconds();
            tick(last + SERIES_SECONDS, SERIES_SECONDS).min(tick(last, REFRESH_SECONDS))
        });
        due.min()
    }

    /// Writes the counts of series: of all from time to time, and of those that have ended.
    ///
    /// Models staging/src/k8s.io/client-go/tools/events/event_broadcaster.go
    /// refreshExistingEventSeries and finishSeries
    pub fn write_series(&mut self, now: SimTime) {
        let is_refresh = now.seconds().is_multiple_of(REFRESH_SECONDS);
        let open: Vec<u64> = self.recorders.unwritten.keys().copied().collect();
        for key in open {
            let Some(running) = self.recorders.series.get(&key).cloned() else { continue };
            let has_ended = running.last.plus_seconds(SERIES_SECONDS) < now;
            if !is_refresh && !has_ended {
                continue;
            }
            self.recorders.unwritten.remove(&key);
            if has_ended {
                self.recorders.series.remove(&key);
            }
            let table = self.view().table(Kind::Event);
            let old = table.object(running.id).and_then(|one| one.event()).cloned();
            if let Some(old) = old {
                let series = Some(Series { count: running.count, last: running.last });
                self.put_event(Some(running.id), Event { series, ..old }, now);
            }
        }
    }

    /// Writes an Event, as a new object if the known one is gone; nothing if the server refuses a
    /// new one, which nobody tries again.
    ///
    /// Models staging/src/k8s.io/client-go/tools/record/event.go recordEvent
    fn put_event(&mut self, id: Option<ObjectId>, event: Event, now: SimTime) -> Option<ObjectId> {
        let old = id.and_then(|id| self.view().table(Kind::Event).object(id)).cloned();
        if let Some(old) = old {
            let id = old.meta.id;
            let mut new = Object::clone(&old);
            new.body = Body::Event(event);
            self.keep_event(id, now);
            self.commit(Some(old), Some(new));
            return Some(id);
        }
        let namespace = match &event.about.namespace {
            none if none.is_empty() => "default".into(),
            namespace => namespace.clone(),
        };
        let name = self.event_name(&event.about.name, now);
        let meta = Meta { name, namespace, ..Meta::default() };
        let mut object = Object { meta, body: Body::Event(event) };
        namespaces::check_open(&object, self.view()).ok()?;
        let id = self.next_identity(&mut object, now);
        self.keep_event(id, now);
        self.commit(None, Some(object));
        Some(id)
    }

    /// The object's name and a moment in nanoseconds, later than that of the Event before.
    ///
    /// Models staging/src/k8s.io/client-go/tools/internal/events/helpers.go GenerateEventName
    fn event_name(&mut self, about: &str, now: SimTime) -> Str {
        let nanos = (EPOCH_UNIX_SECONDS * SECOND_US + now.0) * 1_000;
        let last = &mut self.recorders.last_name;
        *last = nanos.max(*last + 1);
        let name = &mut *self.recorders.name;
        name.clear();
        // Writing to a String can't fail.
        let _ = write!(name, "{about}.{last:x}");
        name.as_str().into()
    }

    fn keep_event(&mut self, id: ObjectId, now: SimTime) {
        self.recorders.expiry.insert((now.plus_seconds(KEPT_SECONDS), id), ());
    }

    /// Takes away the Events that nobody wrote for an hour.
    ///
    /// Models cmd/kube-apiserver's --event-ttl
    fn forget_events(&mut self, now: SimTime) {
        loop {
            let due = self.recorders.expiry.first().map(|(key, ())| *key);
            let Some((at, id)) = due.filter(|(at, _)| *at <= now) else { return };
            self.recorders.expiry.remove(&(at, id));
            let object = self.view().table(Kind::Event).object(id).cloned();
            let Some(object) = object else { continue };
            let last = object.event().map_or(SimTime::ZERO, |event| {
                event.series.as_ref().map_or(event.last, |series| series.last)
            });
            if last.plus_seconds(KEPT_SECONDS) <= now {
                self.commit(Some(object), None);
            }
        }
    }
}

impl Recorders {
    /// The key of a note's source and of what it is about.
    fn whence(&self, note: &EventNote) -> u64 {
        let starts = self.starts.get(&note.host).copied().unwrap_or(0);
        digest_of(&(
            note.source,
            &note.host,
            starts,
            note.about.uid,
            &note.about.name,
            note.warning,
        ))
    }
}

fn event_of(note: &EventNote, now: SimTime) -> Event {
    Event {
        about: note.about.clone(),
        field_path: note.field_path.clone(),
        warning: note.warning,
        reason: note.reason.into(),
        message: note.message.clone(),
        source: note.source.into(),
        host: note.host.clone(),
        action: note.action.into(),
        series: None,
        count: 1,
        first: now,
        last: now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::ObjectRef;
    use crate::api::core::Namespace;
    use std::rc::Rc;

    use crate::base::Seed;

    fn about() -> ObjectRef {
        Object::new("default", "web", Body::Namespace(Namespace::default())).reference()
    }

    fn tell(server: &mut Server, message: &str, second: u64) {
        let note =
            EventNote::normal(about(), "deployment-controller", "ScalingReplicaSet", message);
        server.note(&note, SimTime::from_seconds(second));
    }

    fn told(server: &Server) -> Vec<(String, u32)> {
        let table = server.view().table(Kind::Event);
        let events = table.iter().filter_map(|one| one.event());
        events.map(|one| (one.message.to_string(), one.count)).collect()
    }

    #[test]
    fn whoever_is_started_anew_counts_from_the_beginning() {
        let mut server = Server::new(Seed(1));
        tell(&mut server, "up", 1);
        server.restart_recorders(&"".into());
        tell(&mut server, "up", 2);
        assert_eq!(told(&server), [("up".into(), 1), ("up".into(), 1)]);
    }

    #[test]
    fn the_same_message_is_counted() {
        let mut server = Server::new(Seed(1));
        tell(&mut server, "up", 1);
        tell(&mut server, "down", 2);
        tell(&mut server, "up", 3);
        assert_eq!(told(&server), [("up".into(), 2), ("down".into(), 1)]);
    }

    #[test]
    fn from_the_tenth_message_on_they_are_combined() {
        let mut server = Server::new(Seed(1));
        for number in 1..=12 {
            tell(&mut server, &format!("step {number}"), number);
        }
        let told = told(&server);
        assert_eq!(told.len(), 10);
        assert_eq!(told[8], ("step 9".into(), 1));
        assert_eq!(told[9], ("(combined from similar events): step 12".into(), 3));
    }

    #[test]
    fn after_ten_quiet_minutes_messages_are_told_apart_again() {
        let mut server = Server::new(Seed(1));
        for number in 1..=9 {
            tell(&mut server, &format!("step {number}"), number);
        }
        tell(&mut server, "step 10", 9 + 601);
        assert_eq!(told(&server)[9], ("step 10".into(), 1));
    }

    #[test]
    fn beyond_the_burst_events_are_counted_but_not_written() {
        let mut server = Server::new(Seed(1));
        for _ in 0..30 {
            tell(&mut server, "again", 1);
        }
        assert_eq!(told(&server), [("again".into(), 25)]);
        tell(&mut server, "again", 302);
        assert_eq!(told(&server), [("again".into(), 31)]);
    }

    #[test]
    fn an_event_is_gone_an_hour_after_its_last_write() {
        let mut server = Server::new(Seed(1));
        tell(&mut server, "old", 0);
        tell(&mut server, "renewed", 10);
        tell(&mut server, "renewed", 3_000);
        tell(&mut server, "new", 3_700);
        let told: Vec<_> = told(&server).into_iter().map(|(message, _)| message).collect();
        assert_eq!(told, ["renewed", "new"]);
    }

    #[test]
    fn the_schedulers_events_have_a_series_from_the_second_on() {
        let mut server = Server::new(Seed(1));
        let mut note = EventNote::warning(about(), NEW_STYLE, "FailedScheduling", "0/3 nodes");
        note.version = 7;
        for second in 1..=4 {
            server.note(&note, SimTime::from_seconds(second));
        }
        let event = |server: &Server, index: usize| {
            let table = server.view().table(Kind::Event);
            table.iter().nth(index).and_then(|one| one.event()).cloned()
        };
        let first = event(&server, 0).expect("one");
        assert_eq!((first.count, first.series.map(|one| one.count)), (0, Some(2)));
        // Another state of the Pod is another Event.
        note.version = 8;
        server.note(&note, SimTime::from_seconds(5));
        assert_eq!(event(&server, 1).expect("two").series, None);
        // What the first came to is written when it has been quiet for long.
        assert_eq!(server.series_due(), Some(SimTime::from_seconds(720)));
        server.write_series(SimTime::from_seconds(360));
        assert_eq!(event(&server, 0).expect("one").series.map(|one| one.count), Some(2));
        server.write_series(SimTime::from_seconds(720));
        let series = event(&server, 0).expect("one").series.expect("it has one");
        assert_eq!((series.count, series.last), (4, SimTime::from_seconds(4)));
        assert_eq!(server.series_due(), None);
    }

    #[test]
    fn names_hold_the_moment_and_differ() {
        let mut server = Server::new(Seed(1));
        tell(&mut server, "one", 5);
        tell(&mut server, "two", 5);
        let table = server.view().table(Kind::Event);
        let names: Vec<_> = table.iter().map(|one| one.meta.name.to_string()).collect();
        let nanos = (EPOCH_UNIX_SECONDS + 5) * 1_000_000_000;
        assert_eq!(names, [format!("web.{nanos:x}"), format!("web.{:x}", nanos + 1)]);
    }

    #[test]
    fn an_event_is_found_by_its_name_and_listed_in_order_of_names() {
        let mut server = Server::new(Seed(1));
        for second in [5, 6, 7] {
            tell(&mut server, &format!("step {second}"), second);
        }
        let table = server.view().table(Kind::Event);
        let names: Vec<_> = table.iter().map(|one| one.meta.name.clone()).collect();
        let found = names.iter().map(|name| table.named("default", name));
        assert!(found.zip(table.iter()).all(|(found, one)| found == Some(one)));
        assert!(table.named("other", &names[0]).is_none());
        let namespace = "default".into();
        let listed = table.in_namespace(&namespace).map(|one| one.meta.name.clone());
        assert_eq!(listed.collect::<Vec<_>>(), names);
    }

    #[test]
    fn a_source_of_its_own_has_a_burst_of_its_own() {
        let mut budget = Budget::full(SimTime::ZERO);
        let taken = (0..40).filter(|_| budget.takes(SimTime::ZERO)).count();
        assert_eq!(taken, 25);
        assert!(!budget.takes(SimTime::from_seconds(299)));
        assert!(budget.takes(SimTime::from_seconds(300)));
    }

    #[test]
    fn an_event_that_was_held_back_is_made_once_it_may_be() {
        let mut server = Server::new(Seed(1));
        for number in 0..25 {
            tell(&mut server, if number % 2 == 0 { "a" } else { "b" }, 1);
        }
        tell(&mut server, "c", 1);
        assert_eq!(told(&server).len(), 2);
        tell(&mut server, "c", 700);
        assert_eq!(told(&server)[2], ("c".into(), 2));
        let event = Rc::clone(server.view().table(Kind::Event).iter().nth(2).expect("three"));
        assert_eq!(event.event().map(|one| one.first), Some(SimTime::from_seconds(1)));
    }
}
