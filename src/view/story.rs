//! The story: what happened, sentence by sentence, and the causes behind each.
//!
//! Owns the shape of an entry only. It must not know how the engine found it or how the page
//! shows it. Invariant: an entry's causes go from the nearest back to the person's own act.

use super::Identity;
use super::stage::ObjectRef;
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
    /// How it should feel.
    pub tone: Tone,
    /// The chain of causes, nearest first.
    pub causes: Vec<Cause>,
}

impl Entry {
    /// The sentence without its chips, for ears and for search.
    pub fn sentence(&self) -> String {
        self.parts.iter().map(Part::text).collect()
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

/// What the story pane shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoryView {
    /// The newest entry that matters, told large.
    pub now: Option<Rc<Entry>>,
    /// What came before it, newest first.
    pub feed: Vec<Rc<Entry>>,
    /// How many older entries the feed leaves out.
    pub older: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
