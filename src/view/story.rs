//! The story: what happened, sentence by sentence, and the causes behind each.
//!
//! Owns the shape of an entry only. It must not know how the engine found it or how the page
//! shows it. Invariant: an entry's causes go from the nearest back to the person's own act.

use super::Identity;
use super::stage::ObjectRef;
use crate::base::Order as _;
use std::rc::Rc;

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Plain words.
    Text(String),
    /// Words that carry the weight of the sentence.
    Strong(String),
    /// A named object, shown as a chip.
    Object {
        /// What the chip says; often shorter than the object's name.
        label: String,
        /// The object, for selecting it.
        object: ObjectRef,
        /// The shape and colour of the chip.
        identity: Identity,
    },
}

/// How an entry should feel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Something happened.
    #[default]
    Plain,
    /// The reader did it.
    User,
    /// Something failed or is at risk.
    Bad,
}

/// One step back in the chain of causes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cause {
    /// When it happened.
    pub at_us: u64,
    /// Who did it.
    pub actor: String,
    /// What happened.
    pub parts: Vec<Part>,
    /// The rule that made it happen.
    pub rule: Option<String>,
    /// What the rule says in general.
    pub meaning: Option<String>,
    /// Where Kubernetes documents the rule.
    pub url: Option<String>,
    /// What its actor had waited for.
    pub waited: Option<Box<Cause>>,
}

/// One entry of the story.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The identity of the entry; stable while the story grows.
    pub id: u64,
    /// When it happened, in virtual time.
    pub at_us: u64,
    /// Who did it.
    pub actor: String,
    /// The sentence.
    pub parts: Vec<Part>,
    /// The rule behind it.
    pub rule: Option<String>,
    /// What the rule says in general.
    pub meaning: Option<String>,
    /// Where Kubernetes documents the rule.
    pub url: Option<String>,
    /// What its actor had waited for.
    pub waited: Option<Box<Cause>>,
    /// Whom it is about, for finding it.
    pub about: Vec<ObjectRef>,
    /// What it comes to, for a summary of many.
    pub gist: Option<Gist>,
    /// How it should feel.
    pub tone: Tone,
    /// The chain of causes, nearest first.
    pub causes: Vec<Cause>,
}

const WORKLOADS: [&str; 6] =
    ["Deployment", "ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet", "Job"];

impl Entry {
    /// The sentence without its chips, for search.
    pub fn sentence(&self) -> String {
        self.parts.iter().map(Part::text).collect()
    }

    /// The sentence for ears, which see no shape and no colour: a Pod that is shown by the end of
    /// its name gets its workload's name too.
    pub fn heard(&self) -> String {
        let workload = self.about.iter().find(|one| WORKLOADS.contains(&&*one.kind));
        let word = |part: &Part| match (part, workload) {
            (Part::Object { label, object, .. }, Some(workload))
                if &*object.kind == "Pod" && *object.name != **label =>
            {
                format!("{} {label}", workload.label())
            }
            _ => part.text().to_owned(),
        };
        self.parts.iter().map(word).collect()
    }
}

impl Part {
    /// The words of the piece.
    pub fn text(&self) -> &str {
        match self {
            Part::Text(text) | Part::Strong(text) | Part::Object { label: text, .. } => text,
        }
    }
}

/// Signs that never begin a line, and those that never end one.
const CLOSING: [char; 16] =
    [',', '.', ':', ';', '!', '?', ')', '，', '。', '：', '；', '！', '？', '）', '、', '…'];
const OPENING: [char; 2] = ['(', '（'];

/// A text between two chips: the signs that stay with the chip before it, what may be broken into
/// lines, and the signs that stay with the chip after it.
pub fn bound_signs(text: &str) -> [&str; 3] {
    let (kept, rest) = text.split_at(text.len() - text.trim_start_matches(CLOSING).len());
    let (free, next) = rest.split_at(rest.trim_end_matches(OPENING).len());
    [kept, free, next]
}

/// What the story pane shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoryView {
    /// The newest entry that matters, told large.
    pub now: Option<Rc<Entry>>,
    /// What came before it, newest first.
    pub feed: Vec<Rc<Entry>>,
    /// The newest entries one by one, newest first, for ears.
    pub news: Vec<Rc<Entry>>,
    /// How many older entries the feed leaves out.
    pub older: u32,
    /// The objects that the story tells of, each with its shape.
    pub subjects: Vec<(ObjectRef, Identity)>,
}

/// What became of a Pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Came {
    /// It is ready.
    Ready,
    /// It is gone.
    Gone,
}

/// What an entry comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gist {
    /// The workload's name, with its namespace if that is not the usual one; empty for a Pod of
    /// its own.
    pub lane: String,
    /// The Pod's name, with its namespace likewise.
    pub name: String,
    /// Whether the Pod's name matters.
    pub is_stateful: bool,
    /// What became of it.
    pub what: Came,
}

/// What many entries come to: stateful Pods by name, others counted by workload, in order of
/// first mention.
pub fn sum(entries: &[Rc<Entry>]) -> Vec<(Came, String, u32)> {
    let mut found: Vec<(Came, String, bool, u32)> = Vec::new();
    for gist in entries.iter().filter_map(|one| one.gist.as_ref()) {
        let is_named = gist.is_stateful || gist.lane.is_empty();
        let who = if is_named { &gist.name } else { &gist.lane };
        let same = |one: &&mut (Came, String, bool, u32)| {
            one.0 == gist.what && one.1 == *who && one.2 == is_named
        };
        match found.iter_mut().find(same) {
            Some(known) if !is_named => known.3 += 1,
            Some(_) => {}
            None => found.push((gist.what, who.clone(), is_named, u32::from(!is_named))),
        }
    }
    found.into_iter().map(|(what, who, _, count)| (what, who, count)).collect()
}

/// Sentences that a summary says whole, at most.
const TELLING_MAX: usize = 3;

/// Of many entries those that ears must not miss: the reader's own last act, and what went wrong,
/// else the last stateful Pod that came back with what it kept, else the newest.
pub fn telling(new: &[Rc<Entry>]) -> Vec<&Entry> {
    let own = new.iter().rfind(|one| one.tone == Tone::User).map(|one| &**one);
    let others = coming(new).into_iter().filter(|one| one.tone != Tone::User);
    own.into_iter().chain(others).collect()
}

/// The same of what came of itself.
fn coming(new: &[Rc<Entry>]) -> Vec<&Entry> {
    let mut bad: Vec<&Entry> = Vec::new();
    // That a node is lost says of its Pods what each of them says after it.
    let follows = |one: &Entry| one.rule.as_deref() == Some("NODE-POD-UNREADY");
    let wrong = || new.iter().rev().filter(|one| one.tone == Tone::Bad);
    for one in wrong().filter(|one| !follows(one)).chain(wrong().filter(|one| follows(one))) {
        if bad.len() < TELLING_MAX && bad.iter().all(|other| other.parts != one.parts) {
            bad.push(one);
        }
    }
    bad.order_by_key(|one| one.id);
    if !bad.is_empty() {
        return bad;
    }
    let weight = |entry: &Entry| {
        let is_return =
            entry.gist.as_ref().is_some_and(|gist| gist.is_stateful && gist.what == Came::Ready);
        match entry.rule.as_deref() {
            _ if is_return => 4,
            Some("DEPLOY-STATUS" | "STS-STATUS" | "DS-STATUS" | "JOB-COUNT") => 3,
            Some("STS-SAME-NAME" | "RS-REPLACE") => 2,
            // What follows from the others.
            Some("EP-UPDATE") => 0,
            _ => 1,
        }
    };
    new.iter().map(|one| &**one).max_by_key(|one| weight(one)).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_stay_with_the_chip_that_they_touch() {
        assert_eq!(bound_signs(", the last, is done."), [",", " the last, is done.", ""]);
        assert_eq!(bound_signs("，第 1 次（"), ["，", "第 1 次", "（"]);
        assert_eq!(bound_signs("）："), ["）：", "", ""]);
        assert_eq!(bound_signs(" goes to "), ["", " goes to ", ""]);
    }

    #[test]
    fn a_summary_counts_strangers_and_names_those_with_a_number() {
        let entry = |lane: &str, name: &str, is_stateful, what| {
            let gist = Gist { lane: lane.into(), name: name.into(), is_stateful, what };
            Rc::new(Entry { gist: Some(gist), ..Entry::default() })
        };
        let entries = [
            entry("web", "web-a", false, Came::Ready),
            entry("db", "db-0", true, Came::Ready),
            entry("web", "web-b", false, Came::Ready),
            entry("", "lone", false, Came::Gone),
            Rc::new(Entry::default()),
        ];
        let expected = [
            (Came::Ready, "web".to_owned(), 2),
            (Came::Ready, "db-0".to_owned(), 0),
            (Came::Gone, "lone".to_owned(), 0),
        ];
        assert_eq!(sum(&entries), expected);
    }

    #[test]
    fn a_sentence_reads_on_through_its_chips() {
        let entry = Entry {
            parts: vec![
                Part::Text("You deleted ".into()),
                Part::Object {
                    label: "db-1".into(),
                    object: ObjectRef::new("Pod", "default", "db-1"),
                    identity: Identity::Stateful,
                },
                Part::Text(".".into()),
            ],
            ..Entry::default()
        };
        assert_eq!(entry.sentence(), "You deleted db-1.");
    }

    #[test]
    fn ears_get_what_went_wrong_and_else_what_came_back() {
        let told = |id, text: &str, tone| {
            let parts = vec![Part::Text(text.to_owned())];
            Entry { id, parts, tone, ..Entry::default() }
        };
        let gist =
            Gist { lane: "db".into(), name: "db-0".into(), is_stateful: true, what: Came::Ready };
        let back = Entry { gist: Some(gist), ..told(2, "db-0 is back.", Tone::Plain) };
        let mut all = vec![
            Rc::new(told(1, "a", Tone::Plain)),
            Rc::new(back),
            Rc::new(told(3, "c", Tone::Plain)),
        ];
        let ids = |all: &[Rc<Entry>]| telling(all).iter().map(|one| one.id).collect::<Vec<_>>();
        assert_eq!(ids(&all[..1]), [1]);
        assert_eq!(ids(&all), [2]);
        for id in 4..9 {
            let text = if id == 8 { "bad 7".to_owned() } else { format!("bad {id}") };
            all.push(Rc::new(bad(id, &text)));
        }
        assert_eq!(ids(&all), [5, 6, 8]);
        // Of a lost node, not only what follows from it.
        for (id, rule) in [(10, "NODE-LOST"), (11, "NODE-POD-UNREADY"), (12, "NODE-POD-UNREADY")] {
            let entry = Entry { rule: Some(rule.into()), ..bad(id, &format!("bad {id}")) };
            all.push(Rc::new(entry));
        }
        assert_eq!(ids(&all), [6, 8, 10]);
        assert_eq!(ids(&all[8..]), [10, 11, 12]);
    }

    fn bad(id: u64, text: &str) -> Entry {
        let parts = vec![Part::Text(text.to_owned())];
        Entry { id, parts, tone: Tone::Bad, ..Entry::default() }
    }

    #[test]
    fn ears_hear_whose_pod_it_is() {
        let chip = |label: &str, name: &str| Part::Object {
            label: label.into(),
            object: ObjectRef::new("Pod", "default", name),
            identity: Identity::Stateless,
        };
        let entry = Entry {
            parts: vec![chip("x7k2p", "web-6d4-x7k2p"), Part::Text(" is ready.".into())],
            about: vec![ObjectRef::new("Deployment", "default", "web")],
            ..Entry::default()
        };
        assert_eq!(entry.heard(), "web x7k2p is ready.");
        let parts = vec![chip("db-0", "db-0"), Part::Text(" is ready.".into())];
        assert_eq!(Entry { parts, ..entry }.heard(), "db-0 is ready.");
    }
}
