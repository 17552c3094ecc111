//! The timeline as tables: for those who would rather read it, or can't see it.
//!
//! Owns which tables there are and what stands in a cell. It must not know the page. Invariant:
//! whatever the chart draws stands in one of the tables, and what lies ahead says so.

use super::chart::Frame;
use super::window::tenths;
use super::{Group, Life, Spell, TimelineView};
use crate::view::stage::{DiskState, ObjectRef};
use crate::view::transport::MarkKind;
use crate::view::words::{PageWords, ViewWords, stage as phrases, views as words};

/// One table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// What it is about.
    pub title: String,
    /// The columns' names.
    pub columns: Vec<&'static str>,
    /// The rows, one text a column.
    pub rows: Vec<Vec<String>>,
    /// Which column names the row.
    pub names: usize,
}

/// The tables of everything that the chart shows up to the moment to which it is known. Those
/// without a row are left out.
pub fn sheets(view: &TimelineView, frame: &Frame) -> Vec<Sheet> {
    let writer = Writer { frame, words: ViewWords::of(frame.lang) };
    let all = [
        writer.pods(view),
        writer.events(),
        writer.ready(view),
        writer.disks(view),
        writer.nodes(view),
        writer.runs(),
    ];
    all.into_iter().filter(|one| !one.rows.is_empty()).collect()
}

struct Writer<'a> {
    frame: &'a Frame,
    words: &'static ViewWords,
}

impl Writer<'_> {
    /// A moment; one that lies ahead is only expected.
    fn moment(&self, at_us: u64) -> String {
        let at = tenths(at_us);
        if at_us > self.frame.now_us { words::expected_at(self.frame.lang, &at) } else { at }
    }

    fn is_known(&self, at_us: u64) -> bool {
        at_us <= self.frame.known_us.max(self.frame.now_us)
    }

    fn maybe(&self, at_us: Option<u64>) -> String {
        at_us.filter(|at| self.is_known(*at)).map_or_else(String::new, |at| self.moment(at))
    }

    /// From when to when, one after the other.
    fn spells(&self, spells: &[Spell]) -> String {
        let known = spells.iter().filter(|(from, _)| self.is_known(*from));
        let one = |(from, until): &Spell| {
            let until = until.filter(|at| self.is_known(*at));
            let until = until.map_or_else(|| self.words.until_now.to_owned(), |at| self.moment(at));
            format!("{}–{until}", self.moment(*from))
        };
        known.map(one).collect::<Vec<_>>().join(", ")
    }

    fn workload(&self, group: &Group) -> String {
        let object = ObjectRef::new(&group.kind, &group.namespace, &group.name);
        words::workload(self.frame.lang, &object)
    }

    fn pods(&self, view: &TimelineView) -> Sheet {
        let words = self.words;
        let row = |group: &Group, life: &Life| {
            let done = self.maybe(life.done_us);
            let word = words::ended(self.frame.lang, life.is_failed);
            let node = life.node.clone().unwrap_or_default();
            let lost = self.spells(&life.lost);
            vec![
                self.workload(group),
                life.name.clone(),
                self.moment(life.from_us),
                self.maybe(life.ready_us),
                self.spells(&life.failing),
                self.maybe(life.deleted_us),
                if done.is_empty() { done } else { format!("{done} {word}") },
                self.maybe(life.end_us),
                if lost.is_empty() { node } else { words::lost_at(self.frame.lang, &node, &lost) },
                life.ip_at(self.frame.now_us).unwrap_or_default().to_owned(),
            ]
        };
        let lives = view.groups.iter().flat_map(|group| {
            let lives = group.rows.iter().flat_map(|row| &row.lives);
            lives.map(move |life| (group, life))
        });
        let known = lives.filter(|(_, life)| self.is_known(life.from_us));
        Sheet {
            title: words.sheet_pods.to_owned(),
            columns: vec![
                words.column_workload,
                words.column_name,
                words.column_from,
                words.column_ready,
                words.column_failing,
                words.column_deleted,
                words.column_ended,
                words.column_gone,
                words.column_node,
                words.column_ip,
            ],
            rows: known.map(|(group, life)| row(group, life)).collect(),
            names: 1,
        }
    }

    fn events(&self) -> Sheet {
        let words = self.words;
        let row = |mark: &crate::view::transport::Mark| {
            let kind = match mark.kind {
                MarkKind::Event => words.by_cluster,
                MarkKind::User => words.by_you,
                MarkKind::Bad => words.by_failure,
            };
            vec![self.moment(mark.at_us), mark.label.clone(), kind.to_owned()]
        };
        Sheet {
            title: words.events.to_owned(),
            columns: vec![words.column_moment, words.column_event, words.column_sort],
            rows: self.frame.marks.iter().map(row).collect(),
            names: 0,
        }
    }

    /// How many were ready from which moment on.
    fn ready(&self, view: &TimelineView) -> Sheet {
        let words = self.words;
        let row = |group: &Group| {
            let known = group.ready.iter().filter(|level| self.is_known(level.at_us));
            let wanted = group.desired_at(self.frame.now_us);
            let steps = known.map(|level| format!("{}: {}", self.moment(level.at_us), level.value));
            vec![
                self.workload(group),
                wanted.map_or_else(String::new, |wanted| wanted.to_string()),
                steps.collect::<Vec<_>>().join(", "),
            ]
        };
        Sheet {
            title: PageWords::of(self.frame.lang).ready_replicas.to_owned(),
            columns: vec![words.column_workload, words.column_wanted, words.column_ready_since],
            rows: view.groups.iter().map(row).collect(),
            names: 0,
        }
    }

    fn disks(&self, view: &TimelineView) -> Sheet {
        let words = self.words;
        let known = view.disks.iter().filter(|row| self.is_known(row.from_us));
        let row = |row: &super::DiskRow| {
            let name = match &*row.namespace {
                "" | "default" => row.claim.clone(),
                space => format!("{space}/{}", row.claim),
            };
            vec![
                name,
                self.moment(row.from_us),
                self.spells(&row.mounted),
                self.spells(&row.held),
                self.maybe(row.end_us),
            ]
        };
        Sheet {
            title: words.disks.to_owned(),
            columns: vec![
                words.column_disk,
                words.column_from,
                words.column_mounted,
                phrases::disk_word(self.frame.lang, DiskState::Held),
                words.column_gone,
            ],
            rows: known.map(row).collect(),
            names: 0,
        }
    }

    fn nodes(&self, view: &TimelineView) -> Sheet {
        let words = self.words;
        let known = view.nodes.iter().filter(|row| self.is_known(row.from_us));
        let row = |row: &super::NodeRow| {
            vec![
                row.name.clone(),
                self.moment(row.from_us),
                self.spells(&row.down),
                self.maybe(row.end_us),
            ]
        };
        Sheet {
            title: PageWords::of(self.frame.lang).nodes.to_owned(),
            columns: vec![
                words.column_node,
                words.column_from,
                words.column_down,
                words.column_gone,
            ],
            rows: known.map(row).collect(),
            names: 0,
        }
    }

    fn runs(&self) -> Sheet {
        let words = self.words;
        let row = |branch: &super::chart::Branch| {
            vec![words::run(self.frame.lang, branch.letter), branch.story.clone()]
        };
        Sheet {
            title: words.runs.to_owned(),
            columns: vec![words.column_run, words.column_apart],
            rows: self.frame.branches.iter().map(row).collect(),
            names: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::chart::Branch;
    use super::super::{DiskRow, Level, NodeRow, Row, Window, Zoom};
    use super::*;
    use crate::view::transport::{Mark, SECOND_US};
    use crate::view::words::Lang;
    use std::rc::Rc;

    const S: u64 = SECOND_US;

    fn sheet(title: &str) -> Sheet {
        let life = Life {
            name: "db-0".into(),
            from_us: S,
            ready_us: Some(47 * S),
            node: Some("node-2".into()),
            lost: vec![(40 * S, Some(41 * S))],
            ..Life::default()
        };
        let done = Life {
            name: "once".into(),
            from_us: 2 * S,
            failing: vec![(3 * S, Some(4 * S))],
            done_us: Some(5 * S),
            is_failed: true,
            ..Life::default()
        };
        let later = Life { name: "later".into(), from_us: 80 * S, ..Life::default() };
        let row = |life: Life| Row { label: life.name.clone(), lives: vec![life] };
        let view = TimelineView {
            groups: vec![Group {
                kind: "StatefulSet".into(),
                name: "db".into(),
                desired: Some(1),
                rows: vec![row(life), row(done), row(later)],
                ready: vec![Level { at_us: 0, value: 0 }, Level { at_us: 47 * S, value: 1 }],
                ..Group::default()
            }],
            disks: vec![DiskRow {
                claim: "data".into(),
                from_us: S,
                mounted: vec![(2 * S, Some(9 * S)), (12 * S, Some(41 * S))],
                held: vec![(41 * S, None)],
                ..DiskRow::default()
            }],
            nodes: vec![NodeRow {
                name: "node-2".into(),
                down: vec![(40 * S, None)],
                ..NodeRow::default()
            }],
            ..TimelineView::default()
        };
        let mark = Mark { at_us: 40 * S, kind: MarkKind::User, label: "You did it.".into() };
        let frame = Frame {
            width: 900.0,
            height: 500.0,
            window: Window::new(Zoom(None), None, 42 * S, 42 * S),
            now_us: 42 * S,
            known_us: 60 * S,
            marks: Rc::new(vec![mark]),
            branches: vec![Branch {
                id: 1,
                letter: 'B',
                parted_us: 0,
                story: "forked at 0:28.0".into(),
            }],
            selected: None,
            lang: Lang::En,
        };
        let found = sheets(&view, &frame).into_iter().find(|one| one.title == title);
        found.expect("it is there")
    }

    #[test]
    fn what_the_chart_draws_stands_in_a_table() {
        let pods = sheet("Pods");
        assert_eq!(pods.rows.len(), 2, "what is not known yet is not there");
        assert_eq!(pods.rows[0][3], "0:47.0 (expected)");
        assert_eq!(pods.rows[0][8], "node-2, lost 0:40.0–0:41.0");
        assert_eq!((&*pods.rows[1][6], &*pods.rows[1][7]), ("0:05.0 Error", ""));
        assert_eq!(pods.rows[1][4], "0:03.0–0:04.0");
        assert_eq!(sheet("Events").rows[0], ["0:40.0", "You did it.", "you"]);
        assert_eq!(sheet("Ready replicas").rows[0][2], "0:00.0: 0, 0:47.0 (expected): 1");
        assert_eq!(sheet("Disks").rows[0][2], "0:02.0–0:09.0, 0:12.0–0:41.0");
        assert_eq!(sheet("Disks").rows[0][3], "0:41.0–now");
        assert_eq!(sheet("Nodes").rows[0][2], "0:40.0–now");
        assert_eq!(sheet("Runs").rows[0], ["Run B", "forked at 0:28.0"]);
        for sheet in ["Pods", "Events", "Ready replicas", "Disks", "Nodes", "Runs"].map(sheet) {
            assert!(sheet.rows.iter().all(|row| row.len() == sheet.columns.len()));
        }
    }
}
