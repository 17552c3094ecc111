//! Checking a text while it is typed: document by document, and only those that changed.
//!
//! Must not know the clock: whoever drives it decides how many steps a moment has. Invariant: a
//! finished check says the same as reading the whole text at once.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::base::Order as _;
use crate::base::gather;
use crate::kubectl::reader::{Customs, Part, nothing};
use crate::kubectl::{Reader, sources};
use crate::text::{Diagnostic, Span, documents};

/// What one document came to.
struct Seen {
    defined: Vec<(String, String)>,
    customs: Rc<Customs>,
    has_object: bool,
    found: Vec<Diagnostic>,
}

/// A check that is under way.
struct Run {
    text: Rc<str>,
    spans: Vec<Span>,
    customs: Rc<Customs>,
    next: usize,
}

/// Checks texts and remembers documents.
#[derive(Default)]
pub struct Checker {
    reader: Reader,
    seen: BTreeMap<Rc<str>, Seen>,
    run: Option<Run>,
}

impl Checker {
    /// Begins with a text; what was under way is given up.
    pub fn begin(&mut self, text: &Rc<str>) {
        let spans = documents(text);
        let is_defined = |span: &Span| part(text, *span).contains("CustomResourceDefinition");
        let customs = spans.iter().filter(|span| is_defined(span));
        let customs = Customs {
            kinds: gather(customs.flat_map(|span| Part::of(text, *span).customs)),
            sources: sources::named(text, &spans),
        };
        let run = Run { text: text.clone(), spans, customs: Rc::new(customs), next: 0 };
        self.run = Some(run);
    }

    /// Looks at the next document that is not known; says whether there may be more.
    pub fn step(&mut self) -> bool {
        let Some(run) = &mut self.run else { return false };
        while let Some(span) = run.spans.get(run.next) {
            run.next += 1;
            let words = part(&run.text, *span);
            if self.seen.get(words).is_some_and(|seen| seen.customs == run.customs) {
                continue;
            }
            let read = Part::of(words, Span { start: 0, end: span.end - span.start });
            let defined = read.customs.clone();
            let (objects, found) = self.reader.objects(read, &run.customs);
            let customs = run.customs.clone();
            let seen = Seen { defined, customs, has_object: !objects.is_empty(), found };
            self.seen.insert(words.into(), seen);
            return true;
        }
        false
    }

    /// What is wrong with the text, once no step is left; documents that are gone are forgotten.
    pub fn finish(&mut self) -> Vec<Diagnostic> {
        while self.step() {}
        let Some(run) = self.run.take() else { return Vec::new() };
        let mut found = Vec::new();
        let mut has_object = false;
        let here: BTreeSet<&str> = gather(run.spans.iter().map(|span| part(&run.text, *span)));
        self.seen.retain(|words, _| here.contains(&**words));
        for span in &run.spans {
            let Some(seen) = self.seen.get(part(&run.text, *span)) else { continue };
            debug_assert!(seen.defined.iter().all(|one| run.customs.kinds.contains(one)));
            has_object |= seen.has_object;
            found.extend(seen.found.iter().map(|one| one.clone().moved(span.start)));
        }
        found.extend(nothing(!has_object && found.is_empty()));
        found.order_by_key(|one| one.primary);
        found
    }
}

fn part(text: &str, span: Span) -> &str {
    &text[span.start as usize..span.end as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = include_str!("../../tests/manifests/first-light.yaml");

    fn check(checker: &mut Checker, text: &str) -> Vec<Diagnostic> {
        checker.begin(&text.into());
        checker.finish()
    }

    #[test]
    fn a_check_in_steps_says_what_reading_at_once_says() {
        let bad = GOOD.replace("serviceName", "servicename");
        let crd = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: \
                   {name: t.x.org}\nspec: {group: x.org, names: {kind: T}}\n---\napiVersion: \
                   x.org/v1\nkind: T\nmetadata: {name: x}\n";
        let thing = "apiVersion: x.org/v1\nkind: T\nmetadata: {name: x}\n";
        let mut checker = Checker::default();
        for text in [GOOD, &bad, "", crd, thing, "a: [", &format!("{bad}---\n{bad}---\n{GOOD}")] {
            assert_eq!(check(&mut checker, text), Reader::default().check(text), "{text}");
        }
    }

    #[test]
    fn only_documents_that_changed_are_looked_at() {
        let mut checker = Checker::default();
        check(&mut checker, GOOD);
        checker.begin(&GOOD.replace("replicas: 3", "replicas: 4").into());
        assert!(checker.step(), "the StatefulSet");
        assert!(!checker.step(), "and not the Service");
        checker.begin(&GOOD.into());
        assert!(!checker.step());
    }
}
