//! What stands at a place of the text: the field, its type, its default, whether its name exists.
//!
//! Owns the facts about one word. It must not know how they are shown. Invariant: every fact is
//! the table's, the engine's or the cluster's.

use super::filled::{default_at, takes};
use super::known::{self, Refers, follow, type_name};
use super::names::{Names, in_text};
use super::place::{Part, Step, beside, document_at, place};
use super::sheet::{Document, Sheet};
use crate::api::fields::{Fields, Shape};
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

/// What is so about a name: "default: 1".
fn fact(name: &str, value: impl Into<String>, lang: Lang) -> Fact {
    Fact { name: format!("{name}{}", lang.pick(":", "：")), value: value.into() }
}

/// A field of a document, and what is known around it.
pub(super) struct Around<'a> {
    /// The type of the document.
    pub(super) kind: &'a str,
    /// The way to the field.
    pub(super) path: &'a [Step],
    /// The type that it is a field of.
    pub(super) within: &'a str,
    /// Its name.
    pub(super) name: &'a str,
    /// The container's image, if it is known.
    pub(super) image: Option<&'a str>,
}

impl Around<'_> {
    /// The words that may stand there.
    pub(super) fn words(&self) -> Vec<String> {
        if let Some(Refers::OneOf(words)) = known::refers(self.within, self.name) {
            return words.iter().map(|word| (*word).to_owned()).collect();
        }
        let known = Fields::table().named(self.within);
        let Some(field) = known.and_then(|known| known.fields.get(self.name)) else {
            return Vec::new();
        };
        let mut path = self.path.to_vec();
        if matches!(field.shape, Shape::List(_)) && path.last() != Some(&Step::Item) {
            path.push(Step::Item);
        }
        let words = field.words.iter().filter(|word| !word.is_empty());
        words.filter(|word| takes(self.kind, &path, word)).cloned().collect()
    }

    /// Whether it must be given, its default and its words.
    pub(super) fn facts(&self, lang: Lang) -> Vec<Fact> {
        let words = EditorWords::of(lang);
        let mut facts = Vec::new();
        let Some(known) = Fields::table().named(self.within) else { return facts };
        if known.required.iter().any(|one| one == self.name) {
            facts.push(Fact { name: words.required.to_owned(), value: String::new() });
        }
        if let Some(default) = default_at(self.kind, self.path, self.image) {
            facts.push(fact(words.default_value, default, lang));
        } else if (self.within, self.name) == ("ServicePort", "targetPort") {
            facts.push(fact(words.default_value, words.same_as_port, lang));
        }
        let may_be = self.words();
        if !may_be.is_empty() {
            let more = if may_be.len() > WORDS_MAX { " …" } else { "" };
            let shown = may_be[..may_be.len().min(WORDS_MAX)].join(" · ");
            facts.push(fact(words.allowed, format!("{shown}{more}"), lang));
        }
        facts
    }
}

/// What stands at a byte of a text.
pub fn hover(text: &str, byte: usize, names: &dyn Names, lang: Lang) -> Option<About> {
    let sheet = Sheet::of(text);
    let mut place = place(text, &sheet, byte)?;
    let document = &sheet.documents[document_at(&sheet, byte)?];
    let kind = known::type_of(document);
    let word = text.get(place.from..place.to)?.to_owned();
    if word.is_empty() || byte > place.to {
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
    let beside = beside(text, &sheet, &place);
    // What stands around the items of a List is of none of them.
    let is_list = |(key, value): &(String, String)| key == "kind" && value.ends_with("List");
    if !is_value && place.path.is_empty() && beside.iter().any(is_list) {
        return None;
    }
    let image = beside.iter().find(|(key, _)| key == "image").map(|(_, value)| value.as_str());
    if !is_value {
        place.path.push(Step::Key(word.trim_matches(['"', '\'']).to_owned()));
    }
    let spot = follow(kind, &place.path)?;
    let (within, name, _) = spot.within?;
    // Inside a mapping of the reader's own words there is nothing to tell.
    let is_own = matches!(place.path.last(), Some(Step::Key(last)) if last != name);
    if is_own {
        return None;
    }
    let mut rows = Around { kind, path: &place.path, within, name, image }.facts(lang);
    if let (true, Some(refers)) = (is_value, known::refers(within, name)) {
        let wanted = match refers {
            Refers::To(kind) => Some(kind),
            Refers::Target => known::TARGETS
                .into_iter()
                .find(|kind| beside.iter().any(|(key, value)| key == "kind" && value == kind)),
            _ => None,
        };
        let told = wanted.map(|wanted| whereabouts(&word, wanted, &sheet, document, names, lang));
        rows.splice(0..0, told);
    }
    Some(About {
        from: place.from,
        to: place.to,
        title: name.to_owned(),
        type_name: type_name(&spot.shape),
        about: fields::about(known::bare(within), name, lang),
        rows,
    })
}

/// Whether a name exists for a document, and where.
fn whereabouts(
    word: &str,
    kind: &str,
    sheet: &Sheet,
    document: &Document,
    names: &dyn Names,
    lang: Lang,
) -> Fact {
    let words = EditorWords::of(lang);
    let name = word.trim_matches(['"', '\'']).to_owned();
    let namespace = document.namespace();
    let at = if names.of(kind, namespace).contains(&name) {
        words.in_cluster
    } else if in_text(sheet, kind, namespace).contains(&name) {
        words.in_text
    } else {
        words.nowhere
    };
    fact(&format!("{kind} {name}"), at, lang)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Cluster;

    impl Names for Cluster {
        fn of(&self, kind: &str, namespace: &str) -> Vec<String> {
            let is_there = kind == "Service" && namespace == "default";
            if is_there { vec!["db".into()] } else { Vec::new() }
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
        for list in [
            "kind: List\nitems:\n- kind: StatefulSet\n  spec:\n    podMan|agementPolicy: Parallel\n",
            "{\"kind\": \"List\", \"items\": [{\"kind\": \"StatefulSet\",\n\"spec\": \
             {\"podMan|agementPolicy\": \"Parallel\"}}]}",
            "items:\n- spec:\n    podMan|agementPolicy: x\nkind: StatefulSetList\napiVersion: apps/v1\n",
        ] {
            let told = at(list).unwrap_or_else(|| panic!("{list}"));
            assert_eq!((told.title, told.rows), (about.title.clone(), about.rows.clone()));
        }
    }

    #[test]
    fn a_name_is_told_with_where_it_exists() {
        let told = |name: &str| {
            let text = format!("kind: StatefulSet\nspec:\n  serviceName: |{name}\n");
            at(&text).expect("it is known").rows[0].value.clone()
        };
        assert_eq!(told("db"), "in the cluster");
        assert_eq!(told("other"), "not there yet");
        let elsewhere =
            at("kind: StatefulSet\nmetadata: {namespace: team}\nspec:\n  serviceName: |db\n---\n\
             kind: Service\nmetadata: {name: db}\n");
        let elsewhere = elsewhere.expect("it is known").rows.remove(0);
        assert_eq!((&*elsewhere.name, &*elsewhere.value), ("Service db:", "not there yet"));
    }

    #[test]
    fn what_must_be_given_is_told_so_and_has_no_default() {
        let rows = |text: &str| -> Vec<String> {
            let rows = at(text).expect("it is known").rows;
            rows.iter().map(|row| format!("{} {}", row.name, row.value)).collect()
        };
        assert_eq!(rows("kind: Service\nspec:\n  ports:\n  - po|rt: 80\n"), ["required "]);
        assert_eq!(
            rows("kind: Service\nspec:\n  ports:\n  - port: 80\n    target|Port: 80\n"),
            ["default: the value of port"]
        );
        let pull = |image: &str| {
            let text = format!(
                "kind: Pod\nspec:\n  containers:\n  - image: {image}\n    imagePull|Policy: Never\n"
            );
            rows(&text).remove(0)
        };
        assert_eq!(pull("nginx:1.27"), "default: IfNotPresent");
        assert_eq!(pull("nginx"), "default: Always");
        assert_eq!(
            rows(
                "kind: Deployment\nspec:\n  selector:\n    matchExpressions:\n    - operat|or: In\n"
            ),
            ["required ", "one of: In · NotIn · Exists · DoesNotExist"]
        );
    }

    #[test]
    fn a_field_is_that_of_the_version_of_the_document() {
        let told = |version: &str, field: &str| {
            let head =
                format!("apiVersion: autoscaling/{version}\nkind: HorizontalPodAutoscaler\n");
            at(&format!("{head}spec:\n  |{field}: 1\n"))
        };
        let percent = "targetCPUUtilizationPercentage";
        assert_eq!(told("v1", percent).map(|told| told.type_name), Some("integer".to_owned()));
        assert_eq!(told("v2", percent), None);
        assert_eq!(told("v1", "metrics"), None);
        let least = told("v1", "minReplicas").expect("it is known");
        assert_eq!(least.about, told("v2", "minReplicas").and_then(|told| told.about));
        assert!(least.about.is_some());
    }

    #[test]
    fn a_kind_is_told_and_a_label_is_not() {
        let about = at("apiVersion: apps/v1\nkind: State|fulSet\n").expect("it is known");
        assert_eq!(about.type_name, "apps/v1");
        assert_eq!(at("kind: Pod\nmetadata:\n  labels:\n    a|pp: web\n"), None);
        assert_eq!(at("kind: Pod\nspec:\n  nonsen|se: 1\n"), None);
    }
}
