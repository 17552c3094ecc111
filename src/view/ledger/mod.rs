//! Before and after: what the last replacement on each side kept and what it did not.
//!
//! Owns the comparison of two Pods. It must not know the engine or a language. Invariant: a mark
//! follows from the two values beside it and from nothing else, so it can't claim what the run
//! did not show.

pub mod account;
pub mod export;
mod seating;

pub use account::{
    Account, Aspect, Book, Cell, Place, Slot, Standing, Tally, Tenant, Tie, Verdict,
};
pub use seating::{Arrival, seat};

use super::Identity;
use super::stage::Text;

/// What the panel shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerView {
    /// The newest replacement of a Pod that any other can stand in for.
    pub stateless: Option<Replacement>,
    /// The newest replacement of a Pod that keeps its number.
    pub stateful: Option<Replacement>,
    /// The side on which there is no workload, while there is one on the other.
    pub absent: Option<Identity>,
}

/// What one Pod was called, where it was and what it had.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Incarnation {
    /// The namespace.
    pub namespace: Text,
    /// Its name.
    pub name: Text,
    /// Its hostname, where that is not its name.
    pub hostname: Option<Text>,
    /// The part of the name that tells it from its fellows.
    pub suffix: Text,
    /// The DNS name a client would use for it.
    pub dns: Option<Text>,
    /// Whether that DNS name is its own and not shared by all of its fellows.
    pub dns_is_own: bool,
    /// Whether the DNS name resolves to it, or did while it lived.
    pub has_record: bool,
    /// Its address.
    pub ip: Option<Text>,
    /// Its node.
    pub node: Option<Text>,
    /// Its claims.
    pub disks: Vec<Text>,
    /// Their UIDs: one that is made anew has the name and nothing of what was on the old one.
    pub claims: Vec<Text>,
    /// Whether one of them is gone.
    pub has_lost_disk: bool,
    /// Whether a volume of it is part of one node, so that it can run nowhere else.
    pub is_tied: bool,
    /// Whether what made it binds it to its node.
    pub is_bound: bool,
    /// Its UID.
    pub uid: Text,
}

impl Incarnation {
    /// What its containers call themselves.
    pub fn host(&self) -> &Text {
        self.hostname.as_ref().unwrap_or(&self.name)
    }

    /// Whether another Pod has the very same disks, with what is on them.
    pub fn has_disks_of(&self, other: &Self) -> bool {
        self.disks == other.disks && self.claims == other.claims
    }
}

/// One Pod and the one that took its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replacement {
    /// The workload's kind.
    pub kind: Text,
    /// The workload's name.
    pub workload: Text,
    /// How the old Pod is called in the headline; empty if there was none before.
    pub old: Text,
    /// How the new one is called; none while there is none.
    pub new: Option<Text>,
    /// When the new one was made, or when the old one was marked for deletion.
    pub at_us: u64,
    /// The values, one below the other.
    pub rows: Vec<Row>,
}

/// What a row compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// The name.
    Name,
    /// The DNS name.
    Dns,
    /// The IP address.
    Ip,
    /// The node.
    Node,
    /// The claim.
    Disk,
    /// The UID.
    Uid,
}

/// A value of a Pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// As the cluster says it.
    Text(Text),
    /// A name that all Pods of the workload share.
    Shared(Text),
    /// There is none, and there will be none.
    None,
    /// The DNS name has no record now.
    NoRecord,
    /// It is assigned when the Pod gets that far.
    Soon,
    /// There is no new Pod yet.
    Nobody,
    /// No Pod had this name before.
    NeverBefore(Text),
}

/// What a row comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mark {
    /// The value was kept.
    Kept,
    /// The value is another.
    New,
    /// The value is the same, and nothing promised that.
    Chance,
    /// There was nothing to keep.
    Nothing,
    /// The value belongs to all of the workload's Pods.
    NotItsOwn,
    /// The value stays free until the same Pod comes back.
    Reserved,
    /// The value is going to be another.
    WillBeNew,
    /// The scheduler will choose.
    Any,
    /// It is going to be where its disk is.
    AtDisk,
    /// There was none before.
    First,
    /// It was made for the Pod.
    Created,
    /// It was there before the Pod.
    Found,
    /// The value comes once the Pod is ready.
    WhenReady,
}

/// One compared value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What is compared.
    pub field: Field,
    /// What the old Pod had.
    pub old: Value,
    /// What the new one has.
    pub new: Value,
    /// What that comes to.
    pub mark: Mark,
}

impl Replacement {
    /// A Pod of a workload and the one that took its place, if there is one yet. Only a
    /// StatefulSet keeps names, DNS records and disks for the next Pod.
    pub fn new(
        kind: &str,
        workload: &str,
        at_us: u64,
        old: &Incarnation,
        new: Option<&Incarnation>,
    ) -> Self {
        let keeps = Identity::of_kind(kind) == Identity::Stateful;
        let called = |pod: &Incarnation| {
            if keeps || pod.suffix.is_empty() { pod.name.clone() } else { pod.suffix.clone() }
        };
        Self {
            kind: kind.into(),
            workload: workload.into(),
            old: called(old),
            new: new.map(called),
            at_us,
            rows: Self::compare(old, new, keeps),
        }
    }

    /// A Pod for which there was none before. `has_new_disks` says whether its claims were made
    /// for it.
    pub fn newcomer(
        kind: &str,
        workload: &str,
        at_us: u64,
        new: &Incarnation,
        has_new_disks: bool,
    ) -> Self {
        let nothing = Incarnation { dns_is_own: true, ..Incarnation::default() };
        let mut replacement = Self::new(kind, workload, at_us, &nothing, Some(new));
        for row in &mut replacement.rows {
            row.old = match row.field {
                Field::Name => Value::NeverBefore(new.name.clone()),
                Field::Dns if new.dns_is_own => Value::NoRecord,
                _ => Value::None,
            };
            row.mark = match row.field {
                Field::Dns if !new.dns_is_own => row.mark,
                Field::Dns if !new.has_record => Mark::WhenReady,
                Field::Disk if new.disks.is_empty() => Mark::Nothing,
                Field::Disk if has_new_disks => Mark::Created,
                Field::Disk => Mark::Found,
                _ => Mark::First,
            };
        }
        replacement
    }

    /// Compares a Pod with the one that took its place, if there is one yet. `keeps` says whether
    /// the workload promises the name, its DNS record and its disks to the next Pod.
    pub fn compare(old: &Incarnation, new: Option<&Incarnation>, keeps: bool) -> Vec<Row> {
        let text = |value: &Text| Value::Text(value.clone());
        let maybe = |value: &Option<Text>, none| value.as_ref().map_or(none, text);
        let promised = if keeps { Mark::Reserved } else { Mark::WillBeNew };
        let row = |field, old, new, waiting: Mark, same: Mark| {
            let mark = mark(&old, &new, waiting, same);
            Row { field, old, new, mark }
        };
        let same = if keeps { Mark::Kept } else { Mark::Chance };
        let is_tied = new.unwrap_or(old).is_tied;
        let stays = is_tied || new.unwrap_or(old).is_bound;
        let by_new = |read: &dyn Fn(&Incarnation) -> Value| new.map_or(Value::Nobody, read);
        vec![
            row(Field::Name, text(&old.name), by_new(&|pod| text(&pod.name)), promised, same),
            dns(old, new, keeps),
            row(
                Field::Ip,
                maybe(&old.ip, Value::None),
                by_new(&|pod| maybe(&pod.ip, Value::Soon)),
                Mark::WillBeNew,
                Mark::Chance,
            ),
            row(
                Field::Node,
                maybe(&old.node, Value::None),
                by_new(&|pod| maybe(&pod.node, Value::Soon)),
                if is_tied { Mark::AtDisk } else { Mark::Any },
                if stays { Mark::Kept } else { Mark::Chance },
            ),
            disk(old, new, keeps),
            row(
                Field::Uid,
                text(&old.uid),
                by_new(&|pod| text(&pod.uid)),
                Mark::WillBeNew,
                Mark::Chance,
            ),
        ]
    }
}

fn mark(old: &Value, new: &Value, waiting: Mark, same: Mark) -> Mark {
    match (old, new) {
        (_, Value::Nobody) => waiting,
        (Value::None, Value::None) => Mark::Nothing,
        // An address is never handed out twice in a row and a UID never again.
        (_, Value::Soon) => {
            let is_open = matches!(waiting, Mark::Any | Mark::AtDisk);
            if is_open { waiting } else { Mark::WillBeNew }
        }
        (old, new) if old == new => same,
        _ => Mark::New,
    }
}

fn dns(old: &Incarnation, new: Option<&Incarnation>, keeps: bool) -> Row {
    let value = |pod: &Incarnation| match &pod.dns {
        None => Value::None,
        Some(name) if pod.dns_is_own => Value::Text(name.clone()),
        Some(name) => Value::Shared(name.clone()),
    };
    let before = value(old);
    let (after, mark) = match new {
        None if keeps && old.dns_is_own => (Value::NoRecord, Mark::Reserved),
        None if old.dns.is_none() => (Value::None, Mark::Nothing),
        None => (before.clone(), Mark::NotItsOwn),
        Some(pod) => match (&before, value(pod)) {
            (_, Value::None) => (Value::None, Mark::Nothing),
            (_, Value::Shared(name)) => (Value::Shared(name), Mark::NotItsOwn),
            (before, after) if *before == after && pod.has_record => (after, Mark::Kept),
            (before, after) if *before == after => (after, Mark::WhenReady),
            (_, after) => (after, Mark::New),
        },
    };
    Row { field: Field::Dns, old: before, new: after, mark }
}

fn disk(old: &Incarnation, new: Option<&Incarnation>, keeps: bool) -> Row {
    let value = |pod: &Incarnation| match pod.disks.as_slice() {
        [] => Value::None,
        disks if keeps => Value::Text(disks.join(", ").into()),
        disks => Value::Shared(disks.join(", ").into()),
    };
    let before = value(old);
    // A claim outlives its Pod, so it is there even while nobody uses it, unless it is deleted.
    let none = if keeps && old.has_lost_disk { Value::Nobody } else { before.clone() };
    let after = new.map_or(none, value);
    let mark = match (&before, &after) {
        (Value::None, Value::None) => Mark::Nothing,
        (_, Value::Nobody) => Mark::WillBeNew,
        (_, Value::Shared(_)) => Mark::NotItsOwn,
        _ if new.is_none_or(|new| old.has_disks_of(new)) => Mark::Kept,
        _ => Mark::New,
    };
    Row { field: Field::Disk, old: before, new: after, mark }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn web(suffix: &str, ip: &str, node: &str) -> Incarnation {
        Incarnation {
            name: format!("web-6d4cf56db6-{suffix}").into(),
            suffix: suffix.into(),
            dns: Some("web".into()),
            has_record: true,
            ip: Some(ip.into()),
            node: Some(node.into()),
            uid: suffix.into(),
            ..Incarnation::default()
        }
    }

    fn db(uid: &str, ip: Option<&str>) -> Incarnation {
        Incarnation {
            name: "db-1".into(),
            suffix: "1".into(),
            dns: Some("db-1.db".into()),
            dns_is_own: true,
            has_record: ip.is_some(),
            ip: ip.map(Into::into),
            node: Some("node-2".into()),
            disks: vec!["data-db-1".into()],
            uid: uid.into(),
            ..Incarnation::default()
        }
    }

    fn marks(rows: &[Row]) -> Vec<Mark> {
        rows.iter().map(|row| row.mark).collect()
    }

    #[test]
    fn a_stateless_replacement_keeps_nothing() {
        let rows = Replacement::compare(
            &web("x7k2p", "10.244.3.4", "node-3"),
            Some(&web("n4qzt", "10.244.2.7", "node-2")),
            false,
        );
        let expected = [Mark::New, Mark::NotItsOwn, Mark::New, Mark::New, Mark::Nothing, Mark::New];
        assert_eq!(marks(&rows), expected);
    }

    #[test]
    fn the_headline_names_strangers_by_suffix_and_a_returning_pod_by_name() {
        let (old, new) = (web("x7k2p", "10.244.3.4", "a"), web("n4qzt", "10.244.2.7", "b"));
        let strangers = Replacement::new("ReplicaSet", "web", 0, &old, Some(&new));
        assert_eq!((&*strangers.old, strangers.new.as_deref()), ("x7k2p", Some("n4qzt")));
        let back = Replacement::new("StatefulSet", "db", 0, &db("1", None), Some(&db("2", None)));
        assert_eq!((&*back.old, back.new.as_deref()), ("db-1", Some("db-1")));
    }

    #[test]
    fn a_stateful_replacement_keeps_its_name_record_and_disk() {
        let rows = Replacement::compare(
            &db("3fa8d1", Some("10.244.2.4")),
            Some(&db("90c47e", Some("10.244.2.9"))),
            true,
        );
        let expected = [Mark::Kept, Mark::Kept, Mark::New, Mark::Chance, Mark::Kept, Mark::New];
        assert_eq!(marks(&rows), expected);
    }

    #[test]
    fn a_record_counts_as_kept_only_once_it_resolves_again() {
        let rows = Replacement::compare(
            &db("3fa8d1", Some("10.244.2.4")),
            Some(&db("90c47e", None)),
            true,
        );
        assert_eq!(rows[1].mark, Mark::WhenReady);
        assert_eq!(
            rows[2],
            Row {
                field: Field::Ip,
                old: Value::Text("10.244.2.4".into()),
                new: Value::Soon,
                mark: Mark::WillBeNew,
            }
        );
    }

    #[test]
    fn where_a_disk_is_part_of_a_node_staying_there_is_no_chance() {
        let tied = |ip| Incarnation { is_tied: true, ..db("3fa8d1", ip) };
        let mark = |new: Option<&Incarnation>| {
            Replacement::compare(&tied(Some("10.244.2.4")), new, true)[3].mark
        };
        assert_eq!(mark(Some(&tied(None))), Mark::Kept);
        assert_eq!(mark(Some(&Incarnation { node: None, ..tied(None) })), Mark::AtDisk);
        assert_eq!(mark(None), Mark::AtDisk);
        let bound = |suffix| Incarnation { is_bound: true, ..web(suffix, "10.244.2.4", "node-2") };
        let rows = Replacement::compare(&bound("a"), Some(&bound("b")), false);
        assert_eq!(rows[3].mark, Mark::Kept, "nor where what made it binds it there");
    }

    #[test]
    fn a_newcomer_is_compared_with_nobody() {
        let young = Incarnation { node: None, ..db("90c47e", None) };
        let told = Replacement::newcomer("StatefulSet", "db", 7, &young, true);
        assert_eq!((&*told.old, told.new.as_deref()), ("", Some("db-1")));
        let first = Mark::First;
        let expected = [first, Mark::WhenReady, first, first, Mark::Created, first];
        assert_eq!(marks(&told.rows), expected);
        assert_eq!(told.rows[0].old, Value::NeverBefore("db-1".into()));
        assert_eq!((&told.rows[3].old, &told.rows[3].new), (&Value::None, &Value::Soon));
        let found = Replacement::newcomer("StatefulSet", "db", 7, &young, false);
        assert_eq!(found.rows[4].mark, Mark::Found);
        let bare = Incarnation { disks: vec![], dns: None, dns_is_own: false, ..young };
        let told = Replacement::newcomer("StatefulSet", "db", 7, &bare, true);
        assert_eq!((told.rows[1].mark, told.rows[4].mark), (Mark::Nothing, Mark::Nothing));
    }

    #[test]
    fn an_empty_seat_reserves_the_name_and_keeps_the_disk() {
        let rows = Replacement::compare(&db("3fa8d1", Some("10.244.2.4")), None, true);
        let expected = [
            Mark::Reserved,
            Mark::Reserved,
            Mark::WillBeNew,
            Mark::Any,
            Mark::Kept,
            Mark::WillBeNew,
        ];
        assert_eq!(marks(&rows), expected);
    }
}
