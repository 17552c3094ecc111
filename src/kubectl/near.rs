//! What keeps a document from being read; in a long one it is looked for in an excerpt.
//!
//! Must not know single slips. Invariant: a fix that comes of an excerpt makes the whole document
//! readable.

use crate::base::gather;
use crate::kubectl::reader::{Customs, Part};
use crate::kubectl::weight::is_mark;
use crate::kubectl::{Reader, several};
use crate::text::{Diagnostic, Fix, Span, at_bracket, complaint, excerpt, is_long, read_document};

/// The code of a document that can't be read, and of which no more is known.
const PLAIN: &str = "POD-Y001";

impl Reader {
    /// Puts the best that can be said of a document that can't be read in the place of what was
    /// found last. `ways` are those to mend it, if it is not long.
    pub(super) fn unread(
        &self,
        text: &str,
        found: &mut Vec<Diagnostic>,
        mut ways: Vec<Diagnostic>,
        customs: &Customs,
    ) {
        let plain = found.last().filter(|one| one.code == PLAIN);
        let near = plain.and_then(|plain| self.near(text, plain, customs));
        let mut way = near;
        if way.as_ref().is_none_or(|way| way.fix.is_none()) {
            if is_long(text) {
                let span = Span { start: 0, end: u32::try_from(text.len()).unwrap_or(u32::MAX) };
                let whole = read_document(text, span);
                (*found, ways) = (whole.found, whole.ways);
            }
            // Characters that only look like YAML's own come first: all else may come of them.
            if !found.last().is_some_and(is_mark) {
                ways = self.with_keys(text, ways, customs);
            }
            way = self.best(text, ways, customs).or(way);
            way = way.filter(|way| !several::misleads(self, text, way));
            if way.as_ref().is_none_or(|way| way.fix.is_none()) {
                way = several::first(self, text, customs).or(way);
            }
        }
        if let Some(way) = way {
            found.pop();
            found.push(at_bracket(text, way));
        }
    }

    /// What is wrong at the place where a long document can't be read, of which so far no more is
    /// known than `plain`; without a fix if something else keeps it from being read as well.
    fn near(&self, text: &str, plain: &Diagnostic, customs: &Customs) -> Option<Diagnostic> {
        let cut = excerpt(text)?;
        let span = Span { start: 0, end: u32::try_from(cut.text.len()).ok()? };
        let part = Part::of(&cut.text, span);
        let kinds = gather(part.customs.iter().chain(&customs.kinds).cloned());
        let own = Customs { kinds, sources: customs.sources.clone() };
        let one = self.objects(part, &own).1.pop()?;
        let told = cut.told(&one).filter(|one| one.message != plain.message)?;
        let is_mended = |fix: &Fix| complaint(&fix.apply(text)).is_none();
        Some(Diagnostic { fix: told.fix.filter(is_mended), ..told })
    }
}
