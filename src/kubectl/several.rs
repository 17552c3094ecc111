//! Several slips in one document, of which no single one lets it be read once it is mended.
//!
//! Must not know single slips. Invariant: a slip is told only if the others can be mended after it,
//! and only where nothing is odd on its own line then.

use std::collections::BTreeSet;

use crate::base::Order as _;
use crate::kubectl::Reader;
use crate::kubectl::reader::Customs;
use crate::text::{Diagnostic, Edit, Severity, Span, first_of_several, read_document};

/// Documents longer than this are left to their writers.
const LENGTH_MAX: usize = 20_000;
/// How many slips may come one after the other.
const SLIPS_MAX: usize = 2;
/// The codes of lines at wrong places and of dashes where no list is.
const PLACES: [&str; 2] = ["POD-Y001", "POD-Y002"];
/// The code of a key that stands twice.
const TWICE: &str = "POD-Y004";

/// The first of several slips, with the fix for it alone.
pub(super) fn first(reader: &Reader, text: &str, customs: &Customs) -> Option<Diagnostic> {
    if text.len() > LENGTH_MAX {
        return None;
    }
    one(reader, text, customs, SLIPS_MAX).map(|(told, _)| told)
}

/// The first slip, and the text once all are mended.
fn one(
    reader: &Reader,
    text: &str,
    customs: &Customs,
    most: usize,
) -> Option<(Diagnostic, String)> {
    let most = most.checked_sub(1)?;
    first_of_several(text).into_iter().find_map(|told| {
        let fixed = told.fix.as_ref()?.apply(text);
        let whole = rest_mended(reader, &fixed, customs)
            .or_else(|| one(reader, &fixed, customs, most).map(|(_, whole)| whole))?;
        let line = text[..told.primary.start as usize].matches('\n').count();
        is_well_on(reader, &whole, line).then_some((told, whole))
    })
}

/// The text of which a single fix mends what still keeps it from being read.
fn rest_mended(reader: &Reader, text: &str, customs: &Customs) -> Option<String> {
    let span = Span { start: 0, end: u32::try_from(text.len()).ok()? };
    let reading = read_document(text, span);
    let ways = reader.with_keys(text, reading.ways, customs);
    let way = reader.best(text, ways, customs)?;
    let whole = way.fix?.apply(text);
    reader.weigh(&whole, customs).is_read().then_some(whole)
}

/// Whether nothing is odd on a line, and all else that is odd can be mended.
fn is_well_on(reader: &Reader, text: &str, line: usize) -> bool {
    reader.check(text).iter().all(|one| {
        let own = text[..one.primary.start as usize].matches('\n').count();
        let is_odd = one.severity == Severity::Error && !one.code.starts_with("POD-V");
        !is_odd || (own != line && one.fix.is_some())
    })
}

/// Whether a way to mend a document tells of a wrong place and puts lines to one that is as wrong:
/// what it touches is odd where it stands then, and nothing mends that.
pub(super) fn misleads(reader: &Reader, text: &str, way: &Diagnostic) -> bool {
    let Some(fix) = way.fix.as_ref().filter(|_| PLACES.contains(&way.code)) else { return false };
    if text.len() > LENGTH_MAX {
        return false;
    }
    let fixed = fix.apply(text);
    // Looking for ways to mend that as well might never end.
    if !reader.weigh(&fixed, &Customs::default()).is_read() {
        return true;
    }
    let line = |text: &str, at: usize| text[..at.min(text.len())].matches('\n').count();
    let mut edits: Vec<&Edit> = fix.edits.iter().collect();
    edits.order_by_key(|edit| edit.span);
    let (mut put, mut gone) = (0, 0);
    let mut touched = BTreeSet::new();
    for edit in edits {
        let start = edit.span.start as usize + put - gone;
        touched.extend(line(&fixed, start)..=line(&fixed, start + edit.text.len()));
        put += edit.text.len();
        gone += (edit.span.end - edit.span.start) as usize;
    }
    reader.check(&fixed).iter().any(|one| {
        let is_odd = one.code == TWICE || (one.code.starts_with("POD-F") && one.fix.is_none());
        let (first, last) = (one.primary.start as usize, one.primary.end as usize);
        is_odd && touched.range(line(&fixed, first)..=line(&fixed, last)).next().is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  labels:\n    app: w\nspec:\n  hostNetwork: \
                        true\n  containers:\n  - name: c\n    image: x\n    ports:\n    - containerPort: 80\n    env:\n    - \
                        name: A\n      value: b\n";

    #[test]
    fn each_of_two_slips_is_mended_where_it_stands() {
        let slips = [
            ("hostNetwork: true", "hostNetwork:true"),
            ("  labels:\n", "  labels\n"),
            ("image: x", "image x"),
            ("    env:\n", ""),
            ("    ports:\n", ""),
        ];
        for (at, first) in slips.iter().enumerate() {
            for second in &slips[at + 1..] {
                // Without both lines their items are those of one list.
                if first.1.is_empty() && second.1.is_empty() {
                    continue;
                }
                let bad = GOOD.replacen(first.0, first.1, 1).replacen(second.0, second.1, 1);
                let mut text = bad.clone();
                while let Some(fix) =
                    Reader::default().check(&text).into_iter().find_map(|one| one.fix)
                {
                    assert_eq!(fix.edits.len(), 1, "{bad}");
                    text = fix.apply(&text);
                }
                assert_eq!(text, GOOD, "{bad}");
            }
        }
    }

    #[test]
    fn lines_are_not_put_where_they_are_as_wrong() {
        let bad = GOOD.replacen("    ports:\n", "", 1).replacen("    env:\n", "", 1);
        let found = Reader::default().check(&bad);
        assert!(found.iter().all(|one| one.fix.is_none()), "{found:?}");
    }
}
