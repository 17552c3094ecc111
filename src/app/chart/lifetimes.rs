//! The lives of the Pods, small: one bar a life, under the scrubber.
//!
//! Owns the rows of the bottom timeline. Invariant: a stateless replacement starts a new row; a
//! stateful one goes on in its row after a gap.

use super::{Frame, Ink, drawing, left_margin, seconds, stretches, units};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use podium::view::stage::ObjectRef;
use podium::view::timeline::{Group, TimelineView};
use podium::view::transport::tick;
use podium::view::words::Lang;

/// The pixel line under the axis' labels.
const TOP: f64 = 34.0;
const BOTTOM: f64 = 6.0;
const GROUP_GAP: f64 = 7.0;
/// Small names that are nearer would touch each other, and so would those that are full in size.
const NAME_PITCH: f64 = 11.25;
const NAME_PITCH_FULL: f64 = 13.0;

type Drawn = Result<(), Box<dyn std::error::Error>>;

/// The width of a letter under the axis, and the least room between two words.
const LETTER: f64 = 6.7;
const BETWEEN_WORDS: f64 = 8.0;
/// The room that the last tick's word takes from the one before.
const BESIDE_LAST: f64 = 46.0;

/// The chart of the whole run.
pub(crate) fn lifetimes(
    view: &TimelineView,
    frame: &Frame,
    selected: Option<&ObjectRef>,
    lang: Lang,
) -> String {
    let draw = |canvas: SVGBackend<'_>| draw(canvas, view, frame, selected, lang);
    drawing((frame.width, frame.height), "tl--lives", draw)
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred rows")]
fn draw(
    canvas: SVGBackend<'_>,
    view: &TimelineView,
    frame: &Frame,
    selected: Option<&ObjectRef>,
    lang: Lang,
) -> Drawn {
    let root = canvas.into_drawing_area();
    let left = left_margin(view, lang);
    let area = root.margin(0, 0, units(left), units(8.0));
    let height = frame.height;
    let mut chart =
        ChartBuilder::on(&area).build_cartesian_2d(0.0..seconds(frame.whole_us), height..0.0)?;
    let bottom = height - BOTTOM;
    let ticks = (0..=frame.whole_us / frame.step_us).map(|n| n * frame.step_us);
    chart.draw_series(ticks.clone().map(|at| {
        let x = seconds(at);
        PathElement::new([(x, 30.0), (x, bottom)], Ink::Grid.color())
    }))?;
    chart.draw_series(view.outages.iter().map(|outage| {
        let end = outage.end_us.unwrap_or(frame.now_us).min(frame.now_us);
        let corners = [(seconds(outage.from_us), 30.0), (seconds(end), bottom)];
        Rectangle::new(corners, Ink::Outage.color().filled())
    }))?;
    let per_second = (frame.width - left - 8.0) / seconds(frame.whole_us);
    // Where there is little room, some lines have no word.
    let every = words_apart(frame.whole_us, seconds(frame.step_us) * per_second);
    let is_said = |(n, at): &(usize, u64)| n % every == 0 || *at == frame.whole_us;
    for (_, at) in ticks.enumerate().filter(is_said) {
        let x = left + seconds(at) * per_second;
        let px = |from: u64, to: u64| (seconds(from) - seconds(to)).abs() * per_second;
        let last = at == frame.whole_us;
        let near = px(at, frame.now_us) < 20.0 || (!last && px(at, frame.whole_us) < BESIDE_LAST);
        if !near {
            let anchor = Pos::new(if last { HPos::Right } else { HPos::Center }, VPos::Bottom);
            let x = if last { x + 4.0 } else { x };
            text(&root, &tick(at), (x, 28.0), Ink::Axis, anchor)?;
        }
    }
    let room = bottom - TOP;
    let bands = bands(&view.groups, room);
    let each = room / bands.len().max(1) as f64;
    let gap = GROUP_GAP.min(each * 0.3);
    let least = (each - gap).min(13.0);
    let rows: Vec<usize> = bands.iter().map(|band| count(band)).collect();
    let pitches = pitches(&rows, least, room - gap * (rows.len().max(1) - 1) as f64);
    let mut y = TOP;
    for (band, pitch) in bands.iter().zip(pitches) {
        let tall = count(band) as f64 * pitch;
        let mut top = y;
        for group in *band {
            let bars = bars(group, frame, per_second, top, pitch).into_iter();
            chart.draw_series(
                bars.map(|(corners, ink)| Rectangle::new(corners, ink.color().filled())),
            )?;
            let rings = rings(group, frame, selected, top, pitch).into_iter();
            chart.draw_series(rings.map(|ring| Rectangle::new(ring, Ink::Ring.color())))?;
            top += group.rows.len() as f64 * pitch;
        }
        let (name, ink) = match band {
            [group] => {
                let ink = if each < NAME_PITCH_FULL { Ink::Small } else { Ink::Name };
                (group.short_name(lang), ink(group.identity))
            }
            _ => (format!("+{}", band.len()), Ink::Plain),
        };
        let middle = y + tall.max(least) / 2.0;
        text(&root, &name, (0.0, middle), ink, Pos::new(HPos::Left, VPos::Center))?;
        y += tall.max(least) + gap;
    }
    root.present()?;
    Ok(())
}

/// The workloads, each with its rows' name; of more than there is room for, the last have one
/// place together.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a handful of names")]
fn bands(groups: &[Group], room: f64) -> Vec<&[Group]> {
    let most = (room / NAME_PITCH).max(1.0) as usize;
    let alone = if groups.len() > most { most - 1 } else { groups.len() };
    let (named, others) = groups.split_at(alone);
    named.chunks(1).chain(Some(others).filter(|others| !others.is_empty())).collect()
}

fn count(band: &[Group]) -> usize {
    band.iter().map(|group| group.rows.len()).sum()
}

/// Of how many lines so many pixels apart one has a word beside it, if no word may meet the next.
fn words_apart(whole_us: u64, pitch: f64) -> usize {
    let letters = u32::try_from(tick(whole_us).len()).unwrap_or(u32::MAX);
    let word = f64::from(letters) * LETTER + BETWEEN_WORDS;
    let fits = |(lines, _): &(f64, usize)| lines * pitch >= word;
    [(1.0, 1), (2.0, 2), (4.0, 4)].into_iter().find(fits).map_or(8, |(_, every)| every)
}

/// The distance of two rows in each workload: as in a roomy chart if there are few, else what
/// fits; a workload of few rows keeps the height of its name beside one of many. All of them
/// together never take more than the room.
#[expect(clippy::cast_precision_loss, reason = "a few hundred rows")]
fn pitches(rows: &[usize], least: f64, room: f64) -> Vec<f64> {
    let share = |room: f64, rows: usize| (room / rows.max(1) as f64).clamp(0.0, 9.4);
    let mut rest = share(room, rows.iter().sum());
    // What small workloads take leaves less for the others, which can make one more of them small.
    for _ in rows {
        let is_small = |rows: &&usize| (**rows as f64) * rest < least;
        let small = rows.iter().filter(is_small).count();
        let many = rows.iter().filter(|rows| !is_small(rows)).sum();
        rest = rest.min(share(room - least * small as f64, many));
    }
    let pitch = |rows: &usize| {
        if (*rows as f64) * rest < least { share(least, *rows) } else { rest }
    };
    rows.iter().map(pitch).collect()
}

/// How thick a bar is in a row.
fn thick(pitch: f64) -> f64 {
    if pitch > 6.0 { pitch - 3.4 } else { pitch * 0.72 }
}

type Bar = ([(f64, f64); 2], Ink);

fn bars(group: &Group, frame: &Frame, per_second: f64, top: f64, pitch: f64) -> Vec<Bar> {
    let thick = thick(pitch);
    let mut found = Vec::new();
    let mut y = top;
    for row in &group.rows {
        for life in &row.lives {
            for (from, to, ink) in stretches(life, group.identity, frame.now_us) {
                let least = if matches!(ink, Ink::Wait(_)) { 3.0 / per_second } else { 0.0 };
                let end = seconds(to).max(seconds(from) + least);
                let inset = match ink {
                    Ink::Done(_) | Ink::DoneBad => thick * 0.38,
                    Ink::Bar(_) => 0.0,
                    _ => (thick / 4.0).min(0.5),
                };
                let corners = [(seconds(from), y + inset), (end, y + thick - inset)];
                found.push((corners, ink));
            }
        }
        y += pitch;
    }
    found
}

/// Where the lives of what is selected are, for the ring that every view has around it.
fn rings(
    group: &Group,
    frame: &Frame,
    selected: Option<&ObjectRef>,
    top: f64,
    pitch: f64,
) -> Vec<[(f64, f64); 2]> {
    let Some(pod) = selected.filter(|one| &*one.kind == "Pod" && *one.namespace == group.namespace)
    else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut y = top;
    for row in &group.rows {
        for life in row.lives.iter().filter(|life| life.name == *pod.name) {
            let all = stretches(life, group.identity, frame.now_us);
            if let Some(((from, ..), (_, to, _))) = all.first().zip(all.last()) {
                found.push([(seconds(*from), y - 1.0), (seconds(*to), y + thick(pitch) + 1.0)]);
            }
        }
        y += pitch;
    }
    found
}

/// Writes words at a place in pixels.
pub(super) fn text(
    root: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
    words: &str,
    (x, y): (f64, f64),
    ink: Ink,
    anchor: Pos,
) -> Drawn {
    let color = ink.color();
    let style = TextStyle::from(("sans-serif", 44).into_font()).color(&color).pos(anchor);
    root.draw(&Text::new(words.to_owned(), (units(x), units(y)), style))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{bands, pitches, words_apart};
    use podium::view::timeline::Group;

    #[test]
    fn every_workload_has_a_name_or_is_counted_among_the_others() {
        for count in 1..40 {
            let groups = vec![Group::default(); count];
            let bands = bands(&groups, 92.0);
            let lone = bands.iter().filter(|band| band.len() == 1).count();
            assert_eq!(bands.iter().map(|band| band.len()).sum::<usize>(), count);
            assert_eq!(lone, if count <= 8 { count } else { 7 });
        }
        assert_eq!(bands(&[], 92.0).len(), 0);
        assert_eq!(bands(&[Group::default(), Group::default()], 4.0).len(), 1);
    }

    #[test]
    fn no_word_under_the_axis_meets_the_next() {
        assert_eq!(words_apart(120_000_000, 80.0), 1);
        assert_eq!(words_apart(120_000_000, 28.0), 2);
        assert_eq!(words_apart(120_000_000, 11.0), 4);
        assert_eq!(words_apart(120_000_000, 2.0), 8);
    }

    #[test]
    fn few_rows_keep_their_height_beside_many() {
        assert_eq!(pitches(&[4, 3], 13.0, 83.0), [9.4, 9.4]);
        let found = pitches(&[120, 3], 13.0, 83.0);
        assert!(found[1] > 4.0 && found[0] < 0.7, "{found:?}");
        let found = pitches(&[60, 60], 13.0, 83.0);
        assert!((found[0] - found[1]).abs() < 0.01, "{found:?}");
    }

    #[test]
    fn all_rows_together_have_room() {
        let rows = [&[40, 3, 12, 2][..], &[4, 2, 2, 3, 6, 2, 2, 1], &[1; 9], &[300, 200, 9, 2]];
        for rows in rows {
            let gaps = f64::from(u32::try_from(rows.len() - 1).unwrap_or(0));
            let each = 91.0 / (gaps + 1.0);
            let gap = 7.0_f64.min(each * 0.3);
            let least = (each - gap).min(13.0);
            let pitches = pitches(rows, least, 91.0 - gap * gaps);
            let tall = rows.iter().zip(&pitches).map(|(rows, pitch)| {
                (f64::from(u32::try_from(*rows).unwrap_or(0)) * pitch).max(least)
            });
            let all = tall.sum::<f64>() + gap * gaps;
            assert!(all < 91.01, "{rows:?}: {all}");
        }
    }
}
