//! What the layout promises: nothing outside the window, the future marked, every spot found.

use super::*;
use crate::view::timeline::{DiskRow, Level, Life, NodeRow, Rise, Row, Zoom};
use crate::view::transport::{MarkKind, SECOND_US};

fn life(name: &str, from_s: u64, ready_s: Option<u64>, end_s: Option<u64>) -> Life {
    let us = |s: u64| s * SECOND_US;
    Life {
        name: name.into(),
        from_us: us(from_s),
        ready_us: ready_s.map(us),
        deleted_us: end_s.map(|end| us(end) - SECOND_US),
        end_us: end_s.map(us),
        node: Some("node-1".into()),
        ips: vec![((us(from_s), None), "10.244.1.4".into())],
        ..Life::default()
    }
}

fn view() -> TimelineView {
    let row = |lives: Vec<Life>| Row { label: lives[0].name.clone(), lives };
    let web = Group {
        kind: "Deployment".into(),
        namespace: "default".into(),
        name: "web".into(),
        identity: Identity::Stateless,
        desired: Some(2),
        rows: vec![
            row(vec![life("web-6d4cf56db6-4kzpw", 1, Some(4), None)]),
            row(vec![life("web-6d4cf56db6-x7k2p", 1, Some(4), Some(30))]),
            row(vec![life("web-6d4cf56db6-later", 90, Some(94), None)]),
        ],
        ready: vec![
            Level { at_us: 4 * SECOND_US, value: 2 },
            Level { at_us: 29 * SECOND_US, value: 1 },
        ],
        ..Group::default()
    };
    let db = Group {
        kind: "StatefulSet".into(),
        namespace: "default".into(),
        name: "db".into(),
        identity: Identity::Stateful,
        desired: Some(1),
        rows: vec![row(vec![life("db-0", 1, Some(7), Some(41)), life("db-0", 41, Some(47), None)])],
        ready: vec![Level { at_us: 7 * SECOND_US, value: 1 }],
        ..Group::default()
    };
    TimelineView {
        groups: vec![web, db],
        disks: vec![DiskRow {
            claim: "data-db-0".into(),
            namespace: "default".into(),
            ordinal: Some(0),
            from_us: 2 * SECOND_US,
            mounted: vec![(3 * SECOND_US, None)],
            ..DiskRow::default()
        }],
        nodes: vec![NodeRow { name: "node-1".into(), ..NodeRow::default() }],
        ..TimelineView::default()
    }
}

fn frame(now_s: u64) -> Frame {
    let now_us = now_s * SECOND_US;
    let mark =
        |at_s: u64, kind, label: &str| Mark { at_us: at_s * SECOND_US, kind, label: label.into() };
    Frame {
        width: 1318.0,
        height: 700.0,
        window: Window::new(Zoom::PRESETS[1], None, now_us, now_us),
        now_us,
        known_us: 60 * SECOND_US,
        marks: Rc::new(vec![
            mark(1, MarkKind::User, "You applied 4 objects."),
            mark(7, MarkKind::Event, "db-0 is ready."),
            mark(29, MarkKind::User, "You deleted x7k2p."),
        ]),
        branches: Vec::new(),
        selected: None,
        lang: Lang::En,
    }
}

fn texts(chart: &Chart) -> Vec<&str> {
    chart
        .shapes
        .iter()
        .filter_map(|shape| match shape {
            Shape::Words { text, .. } => Some(&**text),
            _ => None,
        })
        .collect()
}

#[test]
fn what_lies_ahead_is_drawn_apart_from_what_was() {
    let (view, frame) = (view(), frame(42));
    let chart = chart(&view, &frame);
    let now = chart.plot.0 + (chart.plot.1 - chart.plot.0) * 42.0 / 60.0;
    let mut ahead_count = 0;
    for shape in &chart.shapes {
        if let Shape::Rect { from, to, look: Look::Bar(_) | Look::Wait(_), ahead } = shape {
            if from.0 < chart.plot.0 {
                continue; // the square beside a name
            }
            ahead_count += usize::from(*ahead);
            let fits = if *ahead { from.0 >= now - 0.01 } else { to.0 <= now + 0.01 };
            assert!(fits, "{shape:?}");
        }
    }
    assert!(ahead_count >= 3, "web goes on, db-0 waits and is ready then");
    assert!(texts(&chart).contains(&"db-0 again, expected ready 0:47"));
}

#[test]
fn how_the_first_pods_came_is_said_under_the_line_that_shows_it() {
    let (mut view, frame) = (view(), frame(42));
    assert_eq!(view.groups[0].rise(), Some((Rise::Together, 4 * SECOND_US)));
    assert!(texts(&chart(&view, &frame)).contains(&"all at once"));
    let row = |name: &str, from_s, ready_s| Row {
        label: name.into(),
        lives: vec![life(name, from_s, Some(ready_s), None)],
    };
    let level = |at_s, value| Level { at_us: at_s * SECOND_US, value };
    view.groups[1].rows = vec![row("db-0", 1, 7), row("db-1", 7, 14), row("db-2", 14, 40)];
    view.groups[1].ready = vec![level(7, 1), level(14, 2), level(40, 3)];
    view.groups[1].desired = Some(3);
    view.groups[0].ready[1].at_us = 17 * SECOND_US;
    assert_eq!(view.groups[1].rise(), Some((Rise::InOrder, 14 * SECOND_US)));
    assert!(!texts(&chart(&view, &frame)).contains(&"one after another"), "a line is in the way");
    view.groups[0].ready[1].at_us = 29 * SECOND_US;
    assert!(texts(&chart(&view, &frame)).contains(&"one after another"));
    // The second was made while the first was not ready yet.
    view.groups[1].rows[1].lives[0].from_us = 6 * SECOND_US;
    assert_eq!(view.groups[1].rise(), Some((Rise::Together, 14 * SECOND_US)));
    // One that came when the others stood alone long since is no sign of an order.
    view.groups[0].rows = vec![row("web-a", 1, 4), row("web-b", 20, 24)];
    assert_eq!(view.groups[0].rise(), None);
}

#[test]
fn a_pod_that_is_not_in_the_window_has_no_row() {
    let (view, frame) = (view(), frame(42));
    let chart = chart(&view, &frame);
    assert!(!texts(&chart).iter().any(|text| text.contains("later")));
    assert!(texts(&chart).iter().any(|text| text.contains("4kzpw")));
    assert!(texts(&chart).contains(&"gone for good"));
}

#[test]
fn a_pointer_finds_the_event_the_pod_and_the_moment() {
    let (view, frame) = (view(), frame(42));
    let chart = chart(&view, &frame);
    let x = |at_s: f64| chart.plot.0 + (chart.plot.1 - chart.plot.0) * at_s / 60.0;
    assert_eq!(chart.hit(x(29.0) + 2.0, EVENTS_Y), Some(&Target::Moment(29 * SECOND_US)));
    let pod = chart.hit(x(20.0), 222.0);
    let object = ObjectRef::new("Pod", "default", "web-6d4cf56db6-4kzpw");
    assert_eq!(pod, Some(&Target::Object(object)));
    let at = chart.moment(&frame.window, x(20.0));
    assert!(at.abs_diff(20 * SECOND_US) <= 1_000, "{at}");
    assert_eq!(chart.moment(&frame.window, -5.0), 0);
}

#[test]
fn event_labels_do_not_cover_one_another() {
    let view = view();
    let mut frame = frame(42);
    let at =
        |ms: u64| Mark { at_us: ms * 1_000, kind: MarkKind::User, label: "You did this".into() };
    frame.marks = Rc::new((0..40).map(|n| at(1_000 + n * 900)).collect());
    let chart = chart(&view, &frame);
    let mut ends: Vec<(f64, f64)> = chart
        .shapes
        .iter()
        .filter_map(|shape| match shape {
            Shape::Words { at, text, look: Look::Said, anchor }
                if (at.1 - EVENTS_Y).abs() < 1.0 =>
            {
                let wide = words_width(text);
                Some(if *anchor == Anchor::End { (at.0 - wide, at.0) } else { (at.0, at.0 + wide) })
            }
            _ => None,
        })
        .collect();
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    assert!(!ends.is_empty());
    assert!(ends.windows(2).all(|pair| pair[0].1 <= pair[1].0), "{ends:?}");
}

#[test]
fn a_label_erases_no_event() {
    let (view, mut frame) = (view(), frame(42));
    let mark = |at_s: u64, kind| Mark { at_us: at_s * SECOND_US, kind, label: "You did it".into() };
    let acts = [mark(10, MarkKind::User), mark(30, MarkKind::User)];
    let events = [8, 12].map(|at_s| mark(at_s, MarkKind::Event));
    frame.marks = Rc::new(acts.iter().chain(&events).cloned().collect());
    let chart = chart(&view, &frame);
    for event in &events {
        let target = Target::Moment(event.at_us);
        assert!(chart.spots.iter().any(|spot| spot.target == target), "{event:?}");
    }
    let heights = chart.shapes.iter().filter_map(|one| match one {
        Shape::Words { at, text, .. } if text == "You did it" => Some(at.1),
        _ => None,
    });
    let mut heights: Vec<f64> = heights.collect();
    heights.sort_by(f64::total_cmp);
    assert_eq!(heights, [EVENTS_Y - 15.0, EVENTS_Y], "one of them stands above the line");
}

#[test]
fn what_somebody_did_is_not_covered_by_what_came_of_it() {
    let (view, mut frame) = (view(), frame(42));
    let mark = |at_us, kind| Mark { at_us, kind, label: "You did it".into() };
    let act = 20 * SECOND_US;
    frame.marks = Rc::new(vec![
        mark(act - 10_000, MarkKind::Event),
        mark(act, MarkKind::User),
        mark(act + 10_000, MarkKind::Event),
        mark(30 * SECOND_US, MarkKind::Event),
    ]);
    let chart = chart(&view, &frame);
    let dots =
        chart.shapes.iter().filter(|one| matches!(one, Shape::Dot { look: Look::Event, .. }));
    assert_eq!(dots.count(), 1, "only the one that is elsewhere");
    let moments = chart.spots.iter().filter(|spot| matches!(spot.target, Target::Moment(_)));
    let moments: Vec<_> = moments.map(|spot| spot.target.clone()).collect();
    assert_eq!(moments, [Target::Moment(act), Target::Moment(30 * SECOND_US)]);
}

#[test]
fn other_runs_stand_below_with_the_moment_where_they_parted() {
    let view = view();
    let mut frame = frame(42);
    let plain = chart(&view, &frame).height;
    frame.branches = vec![Branch {
        id: 7,
        letter: 'B',
        parted_us: 28 * SECOND_US,
        story: "forked at 0:28".into(),
    }];
    let chart = chart(&view, &frame);
    assert!(chart.height >= plain);
    assert!(chart.spots.iter().any(|spot| spot.target == Target::Run(7)));
    assert!(texts(&chart).contains(&"Run B"));
    // The arrow's head ends the line, and the words about it cross neither.
    let line = chart.shapes.iter().find_map(|shape| match shape {
        Shape::Line { points, look: Look::Fork, .. } => Some(points.clone()),
        _ => None,
    });
    let tip = chart.shapes.iter().find_map(|shape| match shape {
        Shape::Area { points, look: Look::Tip, .. } => Some(points[1]),
        _ => None,
    });
    let (line, tip) = (line.expect("a line"), tip.expect("a head"));
    let (first, last) = (line[0], line[line.len() - 1]);
    assert!(last.0 < tip.0 && (last.1 - tip.1).abs() < 0.1);
    let said = chart.shapes.iter().find_map(|shape| match shape {
        Shape::Words { at, text, anchor, .. } if text == "forked at 0:28" => Some((*at, *anchor)),
        _ => None,
    });
    assert!(matches!(said, Some((at, Anchor::Start)) if at.0 > first.0), "{said:?} {first:?}");
}

#[test]
fn no_shape_leaves_the_picture() {
    for width in [340.0, 640.0, 1318.0] {
        for now_s in [0, 3, 42, 59] {
            let frame = Frame { width, ..frame(now_s) };
            let chart = chart(&view(), &frame);
            for shape in &chart.shapes {
                if let Shape::Rect { from, to, .. } = shape {
                    let fits = from.0 >= -0.01 && to.0 <= width + 0.01 && to.1 <= chart.height;
                    assert!(fits && from.0 <= to.0, "{width} {now_s} {shape:?}");
                }
            }
        }
    }
}

#[test]
fn more_lines_of_one_colour_have_scales_of_their_own() {
    let mut view = view();
    let shared = chart(&view, &frame(42));
    let web = view.groups[0].clone();
    for name in ["shop", "api"] {
        view.groups.push(Group { name: name.into(), ..web.clone() });
    }
    let own = chart(&view, &frame(42));
    let bases = |chart: &Chart| {
        let areas = chart.shapes.iter().filter_map(|shape| match shape {
            Shape::Area { base, look: Look::Area(_), .. } => Some(*base),
            _ => None,
        });
        let mut bases: Vec<f64> = areas.collect();
        bases.dedup();
        bases.len()
    };
    assert_eq!((bases(&shared), bases(&own)), (1, 4));
    let first = |chart: &Chart| {
        let bars = chart.shapes.iter().filter_map(|shape| match shape {
            Shape::Rect { from, look: Look::Bar(_), .. } if from.0 > 100.0 => Some(from.1),
            _ => None,
        });
        bars.fold(f64::MAX, f64::min)
    };
    assert!(first(&own) > 90.0 + 4.0 * 27.0, "no label runs into the first row");
    assert!(texts(&own).contains(&"1/2"));
}

#[test]
fn a_label_beside_the_present_moment_lies_on_no_line_that_is_expected() {
    let mut view = view();
    view.groups[1].ready = vec![Level { at_us: 7 * SECOND_US, value: 2 }];
    view.groups[0].ready =
        vec![Level { at_us: 4 * SECOND_US, value: 2 }, Level { at_us: 43 * SECOND_US, value: 1 }];
    let frame = frame(42);
    let chart = chart(&view, &frame);
    let ahead: Vec<&Vec<(f64, f64)>> = chart
        .shapes
        .iter()
        .filter_map(|shape| match shape {
            Shape::Line { points, look: Look::Line(_), ahead: true } => Some(points),
            _ => None,
        })
        .collect();
    let labels = chart.shapes.iter().filter_map(|shape| match shape {
        Shape::Words { at, text, .. } if text.ends_with("/2") || text.ends_with("/1") => Some(at.1),
        _ => None,
    });
    for height in labels {
        let near = |line: &&&Vec<(f64, f64)>| (line[0].1 - height).abs() < 7.0;
        assert!(!ahead.iter().any(|line| near(&line)), "{height}");
    }
}

#[test]
fn labels_beside_the_present_moment_never_cover_one_another() {
    for (web, db) in [(4, 3), (0, 0), (1, 3), (40, 3), (6, 6)] {
        let mut view = view();
        view.groups[0].desired = Some(40);
        let at = |ms: u64, value: u32| Level { at_us: ms * 1_000, value };
        // The lines climb and fall beside the moment, so that no place is free of them.
        view.groups[0].ready = vec![at(4_000, web), at(42_200, 20), at(43_000, 40), at(44_000, 0)];
        view.groups[1].ready = vec![at(4_000, db), at(42_100, 1), at(42_600, 3)];
        let chart = chart(&view, &frame(42));
        let labels: Vec<(&str, (f64, f64))> = chart
            .shapes
            .iter()
            .filter_map(|shape| match shape {
                Shape::Words { at, text, .. } if text.contains('/') => Some((&**text, *at)),
                _ => None,
            })
            .collect();
        let [(_, one), (_, other)] = labels[..] else { panic!("{labels:?}") };
        assert!((one.1 - other.1).abs() >= 13.0, "{labels:?}");
    }
}

#[test]
fn an_act_among_failures_keeps_its_label() {
    let view = view();
    let mut frame = frame(42);
    let at = |ms: u64, kind, label: &str| Mark { at_us: ms * 1_000, kind, label: label.into() };
    frame.marks = Rc::new(vec![
        at(19_500, MarkKind::Bad, "one has failed: nobody knows why."),
        at(20_000, MarkKind::User, "You deleted db-1."),
        at(20_500, MarkKind::Bad, "another has failed"),
        at(21_000, MarkKind::Bad, "a third has failed"),
    ]);
    let chart = chart(&view, &frame);
    let height = chart.shapes.iter().find_map(|one| match one {
        Shape::Words { at, text, .. } if text == "You deleted db-1" => Some(at.1),
        _ => None,
    });
    assert!(texts(&chart).contains(&"one has failed"), "without what the sentence adds");
    assert!(height.is_some_and(|height| height < EVENTS_Y - 5.0), "it stands above: {height:?}");
}

/// Where words stand: from and to where, and how they look.
fn placed(chart: &Chart, part: &str) -> Vec<(f64, f64, Look)> {
    let found = chart.shapes.iter().filter_map(|one| match one {
        Shape::Words { at, text, look, anchor } if text.contains(part) => {
            let wide = words_width(text);
            let from = if *anchor == Anchor::End { at.0 - wide } else { at.0 };
            Some((from, from + wide, *look))
        }
        _ => None,
    });
    found.collect()
}

#[test]
fn a_pod_has_its_name_wherever_the_window_shows_it() {
    let mut view = view();
    let lives = view.groups[0].rows.iter_mut().map(|row| &mut row.lives[0]);
    for (at, life) in lives.enumerate() {
        let us = |s: u64| s * SECOND_US;
        match at {
            0 => (life.ready_us, life.failing) = (None, vec![(us(5), None)]),
            1 => (life.lost, life.deleted_us, life.end_us) = (vec![(us(20), None)], None, None),
            _ => (life.from_us, life.ready_us) = (us(1), None),
        }
    }
    let mut frame = frame(600);
    frame.window = Window::new(Zoom::PRESETS[1], None, frame.now_us, frame.now_us);
    frame.known_us = frame.now_us;
    let chart = chart(&view, &frame);
    let looks = ["4kzpw", "x7k2p", "later"].map(|name| placed(&chart, name)[0].2);
    assert_eq!(looks, [Look::OnBad, Look::OnBad, Look::OnOld(Identity::Stateless)]);
    let is_drawn = |wanted: Look| {
        chart.shapes.iter().any(|one| matches!(one, Shape::Rect { look, .. } if *look == wanted))
    };
    assert!(
        is_drawn(Look::Failing)
            && is_drawn(Look::Lost(Identity::Stateless))
            && !is_drawn(Look::DoneBad)
    );
    let life = &mut view.groups[0].rows[0].lives[0];
    (life.done_us, life.is_failed) = (Some(frame.window.from_us), true);
    let failed = self::chart(&view, &frame);
    let line = |one: &Shape| matches!(one, Shape::Rect { look: Look::DoneBad, .. });
    assert!(failed.shapes.iter().any(line), "what ended in a failure is red for good");
    // On a filled bar words are light, whether its Pod is there or not.
    let looks = placed(&self::chart(&self::view(), &self::frame(42)), "db-0  10.244");
    assert!(!looks.is_empty() && looks.iter().all(|one| one.2 == Look::OnBar), "{looks:?}");
}

#[test]
fn names_keep_clear_of_the_rows_at_every_width() {
    let mut view = view();
    view.groups[0].name = String::new();
    assert!(
        texts(&chart(&view, &frame(42))).contains(&"Pods of their own"),
        "words of ours are whole"
    );
    view.groups[0].name = "api-gateway-service".into();
    for width in [340.0, 480.0, 640.0, 719.0, 1318.0] {
        let chart = chart(&view, &Frame { width, ..frame(42) });
        let names = chart.shapes.iter().filter_map(|one| match one {
            Shape::Words { at, text, look: Look::Name(_), .. } if text.starts_with("api-gat") => {
                Some((*at, at.0 + words_width(text)))
            }
            _ => None,
        });
        // Beside the present moment it stands as well, on a ground of its own.
        for (at, end) in names.filter(|(at, _)| at.0 < 40.0) {
            let beside = chart.shapes.iter().any(|one| match one {
                Shape::Rect { from, to, look: Look::Bar(_) | Look::Wait(_), .. } => {
                    from.0 < end && to.0 > at.0 && from.1 < at.1 + 6.0 && to.1 > at.1 - 6.0
                }
                _ => false,
            });
            assert!(!beside && end < width, "{width}: {at:?}");
        }
    }
}

#[test]
fn no_event_s_label_is_crossed_by_the_present_moment() {
    let view = view();
    for now_s in 1..60 {
        let mut frame = frame(now_s);
        let at = |at_s: u64, label: &str| Mark {
            at_us: at_s * SECOND_US,
            kind: MarkKind::User,
            label: label.into(),
        };
        frame.marks = Rc::new(vec![at(1, "You created it"), at(30, "You deleted db-1, a Pod")]);
        let chart = chart(&view, &frame);
        let now = chart.plot.0 + (chart.plot.1 - chart.plot.0) * float(now_s) / 60.0;
        for (from, to, _) in placed(&chart, "You ") {
            assert!(now < from || now > to, "{now_s}: {from} {now} {to}");
        }
        let is_said = !placed(&chart, "You deleted").is_empty();
        assert!(is_said || now_s < 30, "{now_s}");
    }
}

#[test]
fn a_disk_that_a_lost_node_holds_does_not_look_free() {
    let (mut view, frame) = (view(), frame(42));
    view.disks[0].mounted = vec![(3 * SECOND_US, Some(20 * SECOND_US))];
    view.disks[0].held = vec![(20 * SECOND_US, Some(35 * SECOND_US))];
    let chart = chart(&view, &frame);
    let looks = |shape: &Shape| match shape {
        Shape::Rect { look: look @ (Look::DiskOn | Look::DiskHeld | Look::DiskOff), .. } => {
            Some(*look)
        }
        _ => None,
    };
    let looks: Vec<Look> = chart.shapes.iter().filter_map(looks).collect();
    // What is expected is drawn apart from what was.
    let expected = [Look::DiskOff, Look::DiskOn, Look::DiskHeld, Look::DiskOff, Look::DiskOff];
    assert_eq!(looks, expected);
    let texts = texts(&chart);
    assert!(texts.contains(&"held") && texts.contains(&"data-db-0"), "{texts:?}");
}

#[test]
fn the_label_at_the_present_moment_says_what_was_wanted_then() {
    let mut view = view();
    view.groups[0].desired = Some(9);
    let level = |at_s: u64, value| Level { at_us: at_s * SECOND_US, value };
    view.groups[0].wanted = vec![level(1, 4), level(41, 9)];
    for (now_s, label) in [(20, "web 2/4"), (45, "web 1/9")] {
        let shapes = chart(&view, &frame(now_s)).shapes;
        let says = |one: &Shape| matches!(one, Shape::Words { text, .. } if text == label);
        assert!(shapes.iter().any(says), "{label}");
    }
}

#[test]
fn what_is_selected_has_a_ring_around_each_of_its_lives() {
    let rings = |selected: Option<ObjectRef>| {
        let frame = Frame { selected, ..frame(60) };
        let chart = chart(&view(), &frame);
        let is_ring = |one: &&Shape| matches!(one, Shape::Rect { look: Look::Ring, .. });
        chart.shapes.iter().filter(is_ring).cloned().collect::<Vec<_>>()
    };
    let named = |kind: &str, namespace: &str, name: &str| {
        rings(Some(ObjectRef::new(kind, namespace, name))).len()
    };
    assert_eq!(rings(None), []);
    assert_eq!(named("Pod", "default", "db-0"), 2);
    assert_eq!(named("Pod", "default", "web-6d4cf56db6-4kzpw"), 1);
    assert_eq!(named("PersistentVolumeClaim", "default", "data-db-0"), 1);
    assert_eq!(named("Pod", "elsewhere", "db-0"), 0);
}

#[test]
fn names_that_begin_alike_are_told_apart_by_their_ends() {
    let short = |namespace: &str, name: &str| {
        let (namespace, name) = (namespace.into(), name.into());
        let group = Group { namespace, name, ..Group::default() };
        group.short_name(Lang::En)
    };
    assert_eq!(short("default", "nightly-29453762"), "nightly-…53762");
    assert_eq!(short("default", "nightly-29453763"), "nightly-…53763");
    assert_eq!(short("team-payments", "reconcile-west"), "team-pay…-west");
    assert_eq!(short("default", "web"), "web");
}
