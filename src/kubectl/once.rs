//! One slip is told once: what goes away with the fix of another mistake comes of the same slip.
//!
//! Must not know single mistakes. Invariant: a mistake is left out only if the fix of one that is
//! told takes it away, and nothing else comes of that fix; its place stays as a related one.

use crate::base::Order as _;
use crate::text::{Diagnostic, Related, Severity};

/// How many places may stand beside a mistake.
const PLACES_MAX: usize = 4;

/// A mistake by what it says, before anything is proposed for it.
type Said = (&'static str, u32, String);

/// What a text's mistakes say.
pub(super) fn said(found: &[Diagnostic]) -> Vec<Said> {
    found.iter().map(|one| (one.code, one.primary.start, one.message.clone())).collect()
}

/// What is no longer said after a fix; nothing if something new is.
fn gone<'a>(before: &'a [Said], after: &[Said]) -> Vec<&'a Said> {
    // Places move with a fix: what is said twice is counted.
    let mut left: Vec<&Said> = after.iter().collect();
    let gone = before.iter().filter(|one| {
        let is_it = |other: &&Said| (other.0, &other.2) == (one.0, &one.2);
        left.iter().position(is_it).map(|at| left.swap_remove(at)).is_none()
    });
    let gone = gone.collect();
    if left.is_empty() { gone } else { Vec::new() }
}

/// Leaves out what the fixes of others take away; `fixed` is what is said after each fix.
pub(super) fn told(found: &mut Vec<Diagnostic>, before: &[Said], fixed: &[Option<Vec<Said>>]) {
    let mut is_left_out = vec![false; found.len()];
    // A mistake tells more than what is only odd.
    let mut order: Vec<usize> = (0..found.len()).collect();
    order.order_by_key(|at| found[*at].severity == Severity::Warning);
    for head in order {
        let Some(after) = fixed[head].as_ref().filter(|_| !is_left_out[head]) else { continue };
        let gone = gone(before, after);
        for at in 0..found.len() {
            let (code, start) = (found[at].code, found[at].primary.start);
            let is_of = |one: &&Said| (one.0, one.1) == (code, start);
            let mut all = before.iter().filter(is_of).peekable();
            let is_gone =
                all.peek().is_some() && all.all(|one| gone.iter().any(|other| **other == *one));
            if at == head || is_left_out[at] || !is_gone {
                continue;
            }
            is_left_out[at] = true;
            let other = found[at].clone();
            take_in(&mut found[head], other);
        }
    }
    let mut at = 0;
    found.retain(|_| {
        at += 1;
        !is_left_out[at - 1]
    });
}

/// Tells of another mistake beside the one that it comes of.
fn take_in(head: &mut Diagnostic, other: Diagnostic) {
    if other.severity == Severity::Error && head.severity == Severity::Warning {
        head.severity = Severity::Error;
        head.help = head.help.take().or(other.help);
    }
    let is_apart =
        other.primary.end <= head.primary.start || other.primary.start >= head.primary.end;
    if is_apart && head.others.len() < PLACES_MAX {
        head.others.push(Related {
            span: other.primary,
            message: other.message,
            chinese: other.chinese,
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::kubectl::Reader;
    use crate::text::Severity;

    const DEPLOYMENT: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector:\n    \
                              matchLabels: {app: web}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      \
                              containers:\n      - name: a\n        image: x\n        ports:\n        - containerPort: \
                              80\n";

    /// What is told of a text: codes, how bad, and how many other places.
    fn told(text: &str) -> Vec<(&'static str, Severity, usize)> {
        let found = Reader::default().check(text);
        found.iter().map(|one| (one.code, one.severity, one.others.len())).collect()
    }

    #[test]
    fn one_slip_is_one_mistake() {
        let job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec:\n  template:\n    spec:\n      \
                   restartPolicy: never\n      containers: [{name: c, image: x}]\n";
        for (text, code, others) in [
            // Full-width digits are a string.
            (DEPLOYMENT.replace(": 80", ": ８０"), "POD-Y005", 1),
            (DEPLOYMENT.replace("Deployment", "Ｄeployment"), "POD-K006", 0),
            // Two rules of one word.
            (job.to_owned(), "POD-V007", 0),
            // A dash parts one item into two that each lack something.
            (DEPLOYMENT.replace("        image", "      - image"), "POD-V005", 1),
            (DEPLOYMENT.replace("  selector:\n    matchLabels: {app: web}\n", ""), "POD-V001", 0),
        ] {
            let found = told(&text);
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert_eq!((found[0].0, found[0].1), (code, Severity::Error), "{text}");
            assert!(found[0].2 >= others, "{text}: {found:?}");
        }
    }

    #[test]
    fn two_slips_are_two_mistakes() {
        let text = DEPLOYMENT.replace("image:", "imagee:").replace("ports:", "portss:");
        assert_eq!(told(&text).len(), 2);
        let text = DEPLOYMENT.replace(": 80", ": \"80\"").replace("app: web}\n", "app: 1}\n");
        assert_eq!(told(&text).len(), 2);
    }
}
