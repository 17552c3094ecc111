//! Lines of an output that chance orders, brought into one order.
//!
//! Must not know what the lines say beside their words. Invariant: no line is lost but those
//! that the list of tolerances names.

use std::cmp::Reverse;

use crate::conformance::compare::align::Line;
use crate::conformance::compare::output::Clocks;
use crate::conformance::compare::tokens::{self, Token};
use crate::conformance::compare::tolerance::{
    ATTEMPT, EVENT_ROWS, FOREIGN_VOLUME, HASHED_ROWS, HEARTBEAT_SECONDS, NODE_LINES,
    NOT_KUBERNETES, NOTHING_FOUND, TOLD_TWICE,
};

/// The clocks for an output: what a node posts has a time of its own.
pub(super) fn clocks(command: &str, clocks: Clocks) -> Clocks {
    let more = if command.contains("describe node") { HEARTBEAT_SECONDS } else { 0 };
    Clocks { slack: clocks.slack + more, ..clocks }
}

/// Brings the lines of a command's output into an order that chance has no part in.
pub(super) fn settle(command: &str, lines: &mut Vec<Line<'_>>) {
    if command.contains("describe node") {
        let is_left_out =
            |line: &str| NODE_LINES.iter().chain(&NOT_KUBERNETES).any(|word| line.contains(word));
        lines.retain(|line| !is_left_out(line.text));
    }
    if command.starts_with("kubectl get") {
        drop_foreign(lines);
    }
    if command.starts_with(EVENT_ROWS) {
        settle_steps(lines);
        // Of two rows of one second that say the same either may stand first.
        lines.sort_by_cached_key(|line| (words(line.text), Reverse(age(line.text))));
        settle_attempts(lines);
    } else if command.starts_with(HASHED_ROWS) {
        lines.sort_by_cached_key(|line| words(line.text));
    } else if command.contains("endpointslice") {
        settle_blocks(lines);
    }
    if command.starts_with("kubectl get") && !command.contains("--sort-by") {
        settle_rows(lines);
    }
    if command.starts_with("kubectl describe") {
        settle_events(lines);
    }
}

/// Leaves out the volumes of other scenarios and their attachments; a table of nothing else says
/// what is said of none.
fn drop_foreign(lines: &mut Vec<Line<'_>>) {
    let is_foreign = |line: &Line<'_>| line.text.split_whitespace().any(is_unknown_volume);
    if !lines.iter().any(is_foreign) {
        return;
    }
    lines.retain(|line| !is_foreign(line));
    if let [head] = &mut lines[..] {
        *head = Line { text: NOTHING_FOUND, raw: None };
    }
}

/// Whether a word is the name of a provisioned volume that the run knows no name for.
fn is_unknown_volume(word: &str) -> bool {
    let name = word.rsplit('/').next().unwrap_or(word);
    let uid = name.strip_prefix(FOREIGN_VOLUME).map(tokens::of);
    matches!(uid.as_deref(), Some([Token::Uid(_)]))
}

/// The words of a line, without what chance and the clock decide.
fn words(line: &str) -> String {
    let tokens = tokens::of(line);
    let text = tokens.iter().filter_map(|token| match token {
        Token::Text(text) if !matches!(text.as_str(), "(" | ")" | "over") => Some(text.as_str()),
        _ => None,
    });
    text.collect::<Vec<&str>>().join(" ")
}

/// The first age in a line, in seconds.
fn age(line: &str) -> Option<i64> {
    let tokens = tokens::of(line);
    tokens.iter().find_map(|token| if let Token::Age(age) = token { Some(*age) } else { None })
}

/// The rows of a table stand in order of name, and names that were drawn stand in another order
/// in another run: rows that stand so are brought into the order of their canonical names.
fn settle_rows(lines: &mut [Line<'_>]) {
    for table in lines.split_mut(|line| line.text.is_empty()) {
        let Some((head, rows)) = table.split_first_mut() else { continue };
        let words = match head.text.split(' ').next() {
            Some("NAME") => 1,
            Some("NAMESPACE") => 2,
            _ => continue,
        };
        let name = |line: &str| -> String {
            line.split_whitespace().take(words).collect::<Vec<&str>>().join("/")
        };
        let raw = |line: &Line<'_>| line.raw.map(name);
        if rows.windows(2).all(|two| raw(&two[0]) <= raw(&two[1])) {
            rows.sort_by_cached_key(|line| name(line.text));
        }
    }
}

/// The steps of a rolling update, whose sizes differ from run to run, are told once for each
/// ReplicaSet and direction; the Events themselves are compared with the changes.
fn settle_steps(lines: &mut Vec<Line<'_>>) {
    let mut seen: Vec<String> = Vec::new();
    lines.retain_mut(|line| {
        let Some(at) = line.text.find("Scaled ") else { return true };
        let step = line.text[at..].split(" from ").next().unwrap_or_default();
        let is_new = !seen.iter().any(|one| one == step);
        seen.push(step.to_owned());
        *line = Line { text: &line.text[at..at + step.len()], raw: None };
        is_new
    });
}

/// That a volume is waited for is told once or twice at a time: what was told counts, not when;
/// whether there is such a line.
fn settle_waits(lines: &mut [Line<'_>]) -> bool {
    let is_one = |line: &Line<'_>| line.text.split_whitespace().nth(1) == Some(TOLD_TWICE.0);
    let mut is_any = false;
    for line in lines.iter_mut().filter(|line| is_one(line)) {
        if let Some(at) = line.text.find(TOLD_TWICE.1) {
            *line = Line { text: &line.text[at..], raw: None };
            is_any = true;
        }
    }
    is_any
}

/// What the scheduler said of a Pod twice is an Event of its own or only counted, by whether it
/// had heard of its own first word yet.
fn settle_attempts(lines: &mut Vec<Line<'_>>) {
    lines.dedup_by(|one, other| one.text.contains(ATTEMPT) && words(one.text) == words(other.text));
}

/// The Events at the end of a description: of one second they come in any order.
fn settle_events(lines: &mut Vec<Line<'_>>) {
    let mut start = 0;
    while let Some(at) = (start..lines.len()).find(|at| lines[*at].text.starts_with("Events:")) {
        let end = (at + 1..lines.len()).find(|end| !lines[*end].text.starts_with("  "));
        let end = end.unwrap_or(lines.len());
        let mut told: Vec<Line<'_>> = lines[at + 1..end].to_vec();
        settle_steps(&mut told);
        if settle_waits(&mut told) {
            // Without that line's age the columns have another width.
            for line in &mut told {
                line.raw = None;
            }
        }
        told.sort_by_cached_key(|line| words(line.text));
        let count = told.len();
        lines.splice(at + 1..end, told);
        start = at + 1 + count;
    }
}

/// The endpoints of a slice: what one sync adds comes in any order.
fn settle_blocks(lines: &mut Vec<Line<'_>>) {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let is_head = |line: &str| {
        let bare = line.trim_start().trim_start_matches("- ");
        line.trim_start().starts_with("- ") && bare.to_lowercase().starts_with("addresses:")
    };
    let mut at = 0;
    while let Some(start) = (at..lines.len()).find(|at| is_head(lines[*at].text)) {
        let depth = indent(lines[start].text);
        let is_over =
            |line: &str| indent(line) < depth || (indent(line) == depth && !is_head(line));
        let end = (start + 1..lines.len()).find(|at| is_over(lines[*at].text));
        let end = end.unwrap_or(lines.len());
        let mut blocks: Vec<Vec<Line<'_>>> = Vec::new();
        for line in &lines[start..end] {
            if is_head(line.text) || blocks.is_empty() {
                blocks.push(Vec::new());
            }
            if let Some(block) = blocks.last_mut() {
                block.push(*line);
            }
        }
        blocks.sort_by_cached_key(|block| {
            block.iter().map(|line| words(line.text)).collect::<Vec<String>>().join("\n")
        });
        lines.splice(start..end, blocks.into_iter().flatten());
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OTHERS: &str = "persistentvolume/pvc-03347ca3-c343-4b62-887d-9d6f14e09645   other/data";

    fn settled(text: &str) -> Vec<String> {
        let mut lines: Vec<Line<'_>> = text.lines().map(|text| Line { text, raw: None }).collect();
        settle("kubectl get pv", &mut lines);
        lines.iter().map(|line| line.text.to_owned()).collect()
    }

    #[test]
    fn volumes_of_other_scenarios_are_left_out_and_no_others() {
        let own = "persistentvolume/pv(data-db-0)   <ns>/data-db-0";
        let table = format!("NAME   CLAIM\n{OTHERS}\n{own}\n{OTHERS}");
        assert_eq!(settled(&table), ["NAME   CLAIM", own]);
        assert_eq!(settled(&format!("NAME   CLAIM\n{OTHERS}")), ["No resources found"]);
        assert_eq!(settled("NAME   CLAIM"), ["NAME   CLAIM"]);
        let given = "persistentvolume/pvc-mine   <ns>/data";
        assert_eq!(settled(&format!("NAME   CLAIM\n{given}")), ["NAME   CLAIM", given]);
    }

    #[test]
    fn that_a_volume_is_waited_for_counts_once_however_often_it_was_told() {
        let told = |age: &str| {
            let line = format!(
                "  Normal  ExternalProvisioning  {age}  persistentvolume-controller  Waiting"
            );
            let text = format!("Events:\n{line}\n  Normal  Provisioning  1s  csi  x");
            let mut lines: Vec<Line<'_>> =
                text.lines().map(|text| Line { text, raw: Some(text) }).collect();
            settle("kubectl describe pvc data", &mut lines);
            lines.iter().map(|line| line.text.to_owned()).collect::<Vec<String>>()
        };
        assert_eq!(told("4s"), told("1s (x2 over 4s)"));
        assert_eq!(told("4s").len(), 3);
    }
}
