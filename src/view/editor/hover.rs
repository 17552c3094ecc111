//! What stands at a place of the text: the field, its type, its default, whether its name exists.
//!
//! Owns the facts about one word. It must not know how they are shown. Invariant: every fact is
//! the table's, the engine's or the cluster's.

use super::known::{self, Refers, follow, type_name};
use super::names::{Names, in_text};
use super::place::{Part, Step, document_at, place};
use super::sheet::Sheet;
use crate::api::fields::Fields;
use crate::view::words::{EditorWords, Lang, fields};
use serde::Serialize;

/// The most words of an enum that are listed.
const WORDS_MAX: usize = 8;

/// One thing that is known.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Fact {
    /// What it is about.
    pub name: String,
    /// What is so.
    pub value: String,
}

/// What is known about a word.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct About {
    /// The first byte of the word.
    pub from: usize,
    /// One past its last byte.
    pub to: usize,
    /// What it is called.
    pub title: String,
    /// Its type.
    #[serde(rename = "type")]
    pub type_name: String,
    /// A sentence on it.
    pub about: Option<&'static str>,
    /// What else is known.
    pub rows: Vec<Fact>,
}

fn fact(name: &str, value: impl Into<String>) -> Fact {
    Fact { name: name.to_owned(), value: value.into() }
}

/// The default and the words of a field.
pub(super) fn facts_of(
    kind: &str,
    path: &[Step],
    within: &str,
    name: &str,
    lang: Lang,
) -> Vec<Fact> {
    let words = EditorWords::of(lang);
    let mut facts = Vec::new();
    let Some(known) = Fields::table().named(within) else { return facts };
    if known.required.iter().any(|one| one == name) {
        facts.push(fact(words.required, words.yes));
    }
    if let Some(default) = known::default_at(kind, path) {
        facts.push(fact(words.default_value, default));
    }
    if let Some(field) = known.fields.get(name)
        && !field.words.is_empty()
    {
        let shown: Vec<&str> = field
            .words
            .iter()
            .map(String::as_str)
            .filter(|word| !word.is_empty())
            .take(WORDS_MAX)
            .collect();
        let more = if field.words.len() > WORDS_MAX { " …" } else { "" };
        facts.push(fact(words.allowed, format!("{}{more}", shown.join(" · "))));
    }
    facts
}

/// What stands at a byte of a text.
pub fn hover(text: &str, byte: usize, names: &dyn Names, lang: Lang) -> Option<About> {
    let sheet = Sheet::of(text);
    let mut place = place(text, &sheet, byte)?;
    let kind = sheet.documents[document_at(&sheet, byte)?].kind.clone();
    let word = text.get(place.from..place.to)?.to_owned();
    if word.is_empty() || byte >= place.to {
        return None;
    }
    let is_value = place.part == Part::Value;
    let is_kind = place.path == [Step::Key("kind".into())];
    if is_value && is_kind {
        let about = fields::about_kind(&word, lang)?;
        let type_name = Fields::table().api_version(&word).unwrap_or_default();
        let (from, to, title) = (place.from, place.to, word);
        return Some(About { from, to, title, type_name, about: Some(about), rows: Vec::new() });
    }
    if !is_value {
        place.path.push(Step::Key(word.trim_matches(['"', '\'']).to_owned()));
    }
    let spot = follow(&kind, &place.path)?;
    let (within, name, _) = spot.within?;
    // Inside a mapping of the reader's own words there is nothing to tell.
    let is_own = matches!(place.path.last(), Some(Step::Key(last)) if last != name);
    if is_own {
        return None;
    }
    let mut rows = facts_of(&kind, &place.path, within, name, lang);
    if let (true, Some(Refers::To(wanted))) = (is_value, known::refers(within, name)) {
        rows.insert(0, whereabouts(&word, wanted, &sheet, names, lang));
    }
    Some(About {
        from: place.from,
        to: place.to,
        title: name.to_owned(),
        type_name: type_name(&spot.shape),
        about: fields::about(within, name, lang),
        rows,
    })
}

/// Whether a name exists, and where.
fn whereabouts(word: &str, kind: &str, sheet: &Sheet, names: &dyn Names, lang: Lang) -> Fact {
    let words = EditorWords::of(lang);
    let name = word.trim_matches(['"', '\'']).to_owned();
    let at = if names.of(kind).contains(&name) {
        words.in_cluster
    } else if in_text(sheet, kind).contains(&name) {
        words.in_text
    } else {
        words.nowhere
    };
    fact(&format!("{kind} {name}:"), at)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Cluster;

    impl Names for Cluster {
        fn of(&self, kind: &str) -> Vec<String> {
            if kind == "Service" { vec!["db".into()] } else { Vec::new() }
        }

        fn labels(&self, _kind: &str) -> Vec<(String, String)> {
            Vec::new()
        }
    }

    fn at(text: &str) -> Option<About> {
        let byte = text.find('|').expect("a bar marks the place");
        hover(&text.replace('|', ""), byte, &Cluster, Lang::En)
    }

    #[test]
    fn a_field_is_told_with_type_default_and_words() {
        let about = at("kind: StatefulSet\nspec:\n  podMan|agementPolicy: Parallel\n");
        let about = about.expect("it is known");
        assert_eq!(
            (about.title.as_str(), about.type_name.as_str()),
            ("podManagementPolicy", "string")
        );
        assert!(about.about.is_some());
        let rows: Vec<_> = about.rows.iter().map(|row| row.value.as_str()).collect();
        assert_eq!(rows, ["OrderedReady", "OrderedReady · Parallel"]);
    }

    #[test]
    fn a_name_is_told_with_where_it_exists() {
        let told = |name: &str| {
            let text = format!("kind: StatefulSet\nspec:\n  serviceName: |{name}\n");
            at(&text).expect("it is known").rows[0].value.clone()
        };
        assert_eq!(told("db"), "in the cluster");
        assert_eq!(told("other"), "not there yet");
    }

    #[test]
    fn a_kind_is_told_and_a_label_is_not() {
        let about = at("apiVersion: apps/v1\nkind: State|fulSet\n").expect("it is known");
        assert_eq!(about.type_name, "apps/v1");
        assert_eq!(at("kind: Pod\nmetadata:\n  labels:\n    a|pp: web\n"), None);
        assert_eq!(at("kind: Pod\nspec:\n  nonsen|se: 1\n"), None);
    }
}
