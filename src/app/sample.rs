//! A recorded minute, shown until the engine is behind the session.
//!
//! Owns no truth. Invariant: nothing but `session` uses it.

use crate::session::Views;
use podium::view::Identity;
use podium::view::editor::{Edit, Fix, Problem};
use podium::view::stage::ObjectRef;
use podium::view::story::{Cause, Entry, Part, StoryView, Tone};
use podium::view::timeline::{Group, Level, Life, Row, TimelineView};
use podium::view::transport::{Mark, MarkKind, TransportView};
use podium::view::words::Lang;
use std::rc::Rc;

pub(crate) const EVENTS_US: [u64; 8] =
    [1_000_000, 7_000_000, 14_000_000, 21_000_000, 28_000_000, 31_400_000, 38_000_000, 41_000_000];

pub(crate) fn problems(text: &str) -> Vec<Problem> {
    let Some(from) = text.find("servicename") else {
        return Vec::new();
    };
    let head = &text[..from];
    let line = u32::try_from(head.matches('\n').count()).unwrap_or(0) + 1;
    let column = u32::try_from(head.rsplit('\n').next().map_or(0, str::len)).unwrap_or(0) + 1;
    vec![Problem {
        code: "unknown-field".into(),
        title: "Unknown field".into(),
        message: "spec.servicename is not a field of StatefulSet. Field names are case-sensitive."
            .into(),
        line,
        column,
        from,
        to: from + 11,
        fix: Some(Fix {
            label: "Change to serviceName".into(),
            edits: vec![Edit { from, to: from + 11, text: "serviceName".into() }],
        }),
        ..Problem::default()
    }]
}

fn text(words: &str) -> Part {
    Part::Text(words.into())
}

fn object(label: &str, identity: Identity) -> Part {
    Part::Object { label: label.into(), object: ObjectRef::new("Pod", "default", label), identity }
}

fn entries() -> Vec<Entry> {
    use Identity::{Neutral, Stateful, Stateless};
    let note = |id, at_us, actor: &str, rule: &str, parts| Entry {
        id,
        at_us,
        actor: actor.into(),
        parts,
        rule: Some(rule.into()),
        ..Entry::default()
    };
    let mut told = vec![
        note(
            1,
            1_000_000,
            "you",
            "APPLY",
            vec![
                text("You applied "),
                object("web", Stateless),
                text(" and "),
                object("db", Stateful),
                text("."),
            ],
        ),
        note(
            2,
            28_000_000,
            "ReplicaSet controller",
            "RS-REPLACE",
            vec![
                text("You deleted "),
                object("x7k2p", Stateless),
                text(". "),
                object("n4qzt", Stateless),
                text(" replaces it at once: new name, new IP, nothing carried over."),
            ],
        ),
        note(
            3,
            31_400_000,
            "endpoints",
            "EP-READY",
            vec![
                object("n4qzt", Stateless),
                text(" is ready and joins Service "),
                object("web", Neutral),
                text("."),
            ],
        ),
        note(
            4,
            38_000_000,
            "you",
            "PVC-RETAIN",
            vec![
                text("You deleted "),
                object("db-1", Stateful),
                text(". Its claim "),
                object("data-db-1", Stateful),
                text(" stays: deleting a Pod never deletes its claim."),
            ],
        ),
        note(
            5,
            41_000_000,
            "StatefulSet controller",
            "STS-SAME-NAME",
            vec![
                text("Ordinal 1 is empty, so a Pod with "),
                Part::Strong("the same name".into()),
                text(" is created, once the old one is fully gone."),
            ],
        ),
        note(
            6,
            41_200_000,
            "scheduler",
            "SCHED-SPREAD",
            vec![
                object("db-1", Stateful),
                text(" goes to node-2: three nodes fit, node-2 has no other db Pod."),
            ],
        ),
        note(
            7,
            42_600_000,
            "attach controller",
            "VOL-ATTACH-FIRST",
            vec![
                object("db-1", Stateful),
                text(" is back under its old name. Its own disk "),
                object("data-db-1", Stateful),
                text(" is being attached to node-2; no container starts before that."),
            ],
        ),
    ];
    let back: Vec<Cause> = told[..6]
        .iter()
        .rev()
        .map(|entry| Cause {
            at_us: entry.at_us,
            actor: entry.actor.clone(),
            parts: entry.parts.clone(),
            rule: entry.rule.clone(),
            ..Cause::default()
        })
        .take(3)
        .collect();
    for entry in &mut told {
        if entry.at_us > 38_000_000 {
            entry.causes.clone_from(&back);
        }
        if entry.actor == "you" {
            entry.tone = Tone::User;
        }
    }
    told
}

fn life(name: &str, from: u64, ready: u64, deleted: Option<u64>, end: Option<u64>) -> Life {
    Life {
        name: name.into(),
        from_us: from * 100_000,
        ready_us: Some(ready * 100_000),
        deleted_us: deleted.map(|at| at * 100_000),
        end_us: end.map(|at| at * 100_000),
        node: Some("node-1".into()),
        ip: Some("10.244.1.4".into()),
        ..Life::default()
    }
}

fn group(
    name: &str,
    kind: &str,
    desired: u32,
    rows: Vec<(&str, Vec<Life>)>,
    ready: &[(u64, u32)],
) -> Group {
    Group {
        kind: kind.into(),
        name: name.into(),
        identity: Identity::of_kind(kind),
        desired: Some(desired),
        rows: rows.into_iter().map(|(label, lives)| Row { label: label.into(), lives }).collect(),
        ready: ready
            .iter()
            .map(|(at, value)| Level { at_us: at * 100_000, value: *value })
            .collect(),
    }
}

pub(crate) fn views(now_us: u64, reached_us: u64, _lang: Lang) -> Views {
    let mut told: Vec<Rc<Entry>> =
        entries().into_iter().filter(|entry| entry.at_us <= now_us).rev().map(Rc::new).collect();
    let now = if told.is_empty() { None } else { Some(told.remove(0)) };
    let web = vec![
        ("4kzpw", vec![life("web-6d4cf56db6-4kzpw", 10, 40, None, None)]),
        ("b8vfc", vec![life("web-6d4cf56db6-b8vfc", 10, 43, None, None)]),
        ("t2m9s", vec![life("web-6d4cf56db6-t2m9s", 10, 38, None, None)]),
        ("x7k2p", vec![life("web-6d4cf56db6-x7k2p", 10, 40, Some(280), Some(300))]),
        ("n4qzt", vec![life("web-6d4cf56db6-n4qzt", 280, 314, None, None)]),
    ];
    let db = vec![
        ("0", vec![life("db-0", 10, 70, None, None)]),
        (
            "1",
            vec![life("db-1", 70, 140, Some(380), Some(410)), life("db-1", 410, 470, None, None)],
        ),
        ("2", vec![life("db-2", 140, 210, None, None)]),
    ];
    let mut groups = vec![
        group("web", "Deployment", 4, web, &[(0, 0), (40, 4), (280, 3), (314, 4)]),
        group(
            "db",
            "StatefulSet",
            3,
            db,
            &[(0, 0), (70, 1), (140, 2), (210, 3), (380, 2), (470, 3)],
        ),
    ];
    for group in &mut groups {
        group.ready.retain(|level| level.at_us <= now_us);
        for row in &mut group.rows {
            row.lives.retain(|life| life.from_us <= now_us);
            for life in &mut row.lives {
                for moment in [&mut life.ready_us, &mut life.deleted_us, &mut life.end_us] {
                    *moment = moment.filter(|at| *at <= now_us);
                }
            }
        }
        group.rows.retain(|row| !row.lives.is_empty());
    }
    let user = [1_000_000, 28_000_000, 38_000_000];
    let marks = EVENTS_US.into_iter().filter(|at| *at <= reached_us).map(|at_us| Mark {
        at_us,
        kind: if user.contains(&at_us) { MarkKind::User } else { MarkKind::Event },
        label: String::new(),
    });
    Views {
        stage: Rc::new(crate::sample_stage::stage(&groups, now_us)),
        ledger: Rc::new(crate::sample_stage::ledger()),
        story: Rc::new(StoryView { now, feed: told, older: 0 }),
        timeline: Rc::new(TimelineView { groups, outages: Vec::new() }),
        transport: Rc::new(TransportView {
            now_us,
            reached_us,
            marks: marks.collect(),
            caption: String::new(),
        }),
    }
}
