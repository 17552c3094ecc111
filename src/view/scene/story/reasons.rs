//! What speaks against every node, in as few words as a sentence can hold.
//!
//! Owns which reasons are told and which are only counted. It must not know how they are found.
//! Invariant: a reason is told whole or not at all, and what changed comes before what did not.

use super::teller::first_words;
use crate::base::Order as _;

/// The reasons that are told, and how many more there are.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reasons {
    pub(super) told: String,
    pub(super) more: usize,
}

/// Words that "and 12 more reasons" takes.
const COUNT_WORDS: usize = 4;
/// What stands between the number of nodes and the reasons.
const HEAD_END: &str = " are available: ";

/// A message's head ("0/5 nodes are available") and its reasons, each with its count of nodes.
fn pieces(message: &str) -> Option<(&str, Vec<&str>)> {
    let end = message.find(HEAD_END)? + HEAD_END.len();
    let (head, rest) = (message.get(..end - 2)?, message.get(end..)?);
    let mut reasons = Vec::new();
    let mut from = 0;
    // A comma within a reason has no number behind it.
    for (at, _) in rest.match_indices(", ") {
        if rest[at + 2..].starts_with(|one: char| one.is_ascii_digit()) {
            reasons.push(&rest[from..at]);
            from = at + 2;
        }
    }
    reasons.push(&rest[from..]);
    Some((head, reasons))
}

/// The part of a message that is about this Pod's nodes, without what preemption could do.
fn about_nodes(message: &str) -> &str {
    message.split(". ").next().unwrap_or_default().trim_end_matches('.')
}

/// Of how many nodes a reason speaks.
fn nodes(reason: &str) -> u32 {
    reason.split(' ').next().and_then(|count| count.parse().ok()).unwrap_or(0)
}

/// What a message says in so many words at most, given what was said before.
pub(super) fn reasons(message: &str, before: Option<&str>, most: usize) -> Reasons {
    let message = about_nodes(message);
    let words = |text: &str| text.split_whitespace().count();
    let whole = |told| Reasons { told, more: 0 };
    let Some((head, all)) = pieces(message).filter(|_| words(message) > most) else {
        return whole(first_words(message, most));
    };
    let before = before.and_then(|one| pieces(about_nodes(one)));
    let is_new = |reason: &str| before.as_ref().is_some_and(|(_, old)| !old.contains(&reason));
    // The number of nodes is told where it changed: that none fits is said anyway.
    let has_news = before.as_ref().is_some_and(|(old, _)| *old != head);
    let left = if has_news { most.saturating_sub(words(head)) } else { most };
    let all_words: usize = all.iter().map(|reason| words(reason)).sum();
    let mut left = if all_words > left { left.saturating_sub(COUNT_WORDS) } else { left };
    // What changed comes first, then what speaks against the most nodes, then as many as can be.
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.order_by_key(|at| {
        let reason = all[*at];
        (!is_new(reason), u32::MAX - nodes(reason), words(reason), *at)
    });
    let mut chosen: Vec<usize> = Vec::new();
    for at in order {
        let count = words(all[at]);
        if count <= left {
            left -= count;
            chosen.push(at);
        }
    }
    if chosen.is_empty() {
        return whole(first_words(message, most));
    }
    chosen.order();
    let told: Vec<&str> = chosen.iter().map(|at| all[*at]).collect();
    let told = told.join(", ");
    let told = if has_news { format!("{head}: {told}") } else { told };
    Reasons { told, more: all.len() - chosen.len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIVE: &str = "0/5 nodes are available: 1 Insufficient cpu, 1 node(s) didn't have free \
        ports for the requested pod ports, 1 node(s) didn't match Pod's node affinity/selector, \
        1 node(s) had untolerated taint(s), 1 node(s) were unschedulable. preemption: 0/5 nodes \
        are available: 1 No preemption victims found, 4 Preemption is not helpful for scheduling.";

    #[test]
    fn few_reasons_are_told_as_they_are() {
        let two =
            "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu.";
        let found = reasons(two, None, 24);
        assert_eq!((found.told.as_str(), found.more), (&two[..two.len() - 1], 0));
        assert_eq!(reasons("Scheduling is blocked", None, 24).told, "Scheduling is blocked");
    }

    #[test]
    fn many_reasons_are_told_whole_or_counted() {
        let found = reasons(FIVE, None, 24);
        let told = "1 Insufficient cpu, 1 node(s) didn't match Pod's node affinity/selector, \
                    1 node(s) had untolerated taint(s), 1 node(s) were unschedulable";
        assert_eq!((found.told.as_str(), found.more), (told, 1));
        let four = FIVE.replace(", 1 node(s) were unschedulable", "").replace("Pod's node ", "");
        let found = reasons(&four, None, 24);
        assert!(found.more == 0 && found.told.starts_with("1 Insufficient"), "{found:?}");
    }

    #[test]
    fn what_changed_is_kept() {
        let changed = FIVE.replace("1 node(s) didn't have", "2 node(s) didn't have");
        let found = reasons(&changed, Some(FIVE), 24);
        assert!(found.told.contains("2 node(s) didn't have free ports"), "{found:?}");
        let without =
            FIVE.replace("1 node(s) didn't have free ports for the requested pod ports, ", "");
        let found = reasons(FIVE, Some(&without), 24);
        assert!(found.told.contains("1 node(s) didn't have free ports"), "{found:?}");
        let fewer = FIVE.replacen("0/5", "0/4", 1);
        assert!(reasons(&fewer, Some(FIVE), 24).told.starts_with("0/4 nodes"), "the number");
    }

    #[test]
    fn what_speaks_against_most_nodes_comes_before_the_rest() {
        let most = FIVE.replace("1 node(s) didn't have", "9 node(s) didn't have");
        assert!(reasons(&most, None, 24).told.contains("9 node(s) didn't have free ports"));
    }
}
