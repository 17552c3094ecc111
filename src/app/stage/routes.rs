//! The way of a wire from its Pod to its disk.
//!
//! Owns which way a wire goes round what stands between. It must not know what a card means.
//! Invariant: no wire leads through a card that is not its own, as long as there is a gap beside it.

use super::measure::Area;
use podium::base::Order as _;

/// The edges of a column that stay free of cards.
const EDGE: i32 = 6;
/// The distance of two wires in one gap.
const TRACK: i32 = 4;
/// The room beside a column that has no neighbour.
const GUTTER: i32 = 8;
/// The radius of a bend.
const BEND: i32 = 5;
/// What a wire keeps clear on either side.
const CLEAR: i32 = 3;

/// A wire that wants a way.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    pub(super) from: (i32, i32),
    /// How far below the card there is nothing else.
    pub(super) below: i32,
    pub(super) disk: Area,
    /// Whether the disk is part of a node and not on the shelf.
    pub(super) is_local: bool,
}

/// What stands on the stage.
#[derive(Debug, Default)]
pub(super) struct Ground {
    pub(super) columns: Vec<Area>,
    /// Cards and everything else that a wire goes round.
    pub(super) blocks: Vec<Area>,
    /// The top of the shelf.
    pub(super) shelf: i32,
}

/// A way down beside a column: which gap, and from which side it is entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Gap {
    at: usize,
    from_right: bool,
}

impl Ground {
    /// Where every wire goes, as the text of a path.
    pub(super) fn routes(&self, asks: &[Ask]) -> Vec<String> {
        let gaps: Vec<Option<Gap>> = asks.iter().map(|ask| self.gap(ask)).collect();
        let way = |(at, ask): (usize, &Ask)| {
            let (x, y) = ask.from;
            let (aside, from) = match gaps[at] {
                None => (String::new(), (x, self.floor(ask).max(y))),
                Some(gap) => {
                    let track = self.track(asks, &gaps, at, gap);
                    let turn = y + depth(asks, &gaps, at);
                    (aside(ask.from, (track, turn)), (track, self.floor(ask).max(turn + BEND)))
                }
            };
            format!("M{x} {y}{aside}{}", self.landing(from, ask))
        };
        asks.iter().enumerate().map(way).collect()
    }

    /// Down to here a wire goes straight; below it finds its disk.
    fn floor(&self, ask: &Ask) -> i32 {
        if ask.is_local {
            return ask.disk.top - 8;
        }
        let above = self.blocks.iter().map(|block| block.bottom());
        above.filter(|bottom| *bottom <= self.shelf).max().unwrap_or(ask.from.1)
    }

    /// Whether something stands between a Pod and the floor.
    pub(super) fn is_in_way(&self, ask: &Ask) -> bool {
        let (x, y) = ask.from;
        let floor = self.floor(ask);
        self.blocks.iter().any(|block| {
            block.left - CLEAR < x
                && x < block.left + block.width + CLEAR
                && block.top < floor
                && block.top >= y
        })
    }

    /// The gap that a wire needs; none if nothing is in its way.
    fn gap(&self, ask: &Ask) -> Option<Gap> {
        let (x, _) = ask.from;
        if !self.is_in_way(ask) {
            return None;
        }
        let column =
            self.columns.iter().position(|column| column.left <= x && x <= column.right())?;
        let from_right = ask.disk.middle() < x;
        Some(Gap { at: if from_right { column } else { column + 1 }, from_right })
    }

    /// Where in its gap a wire goes down: those to one disk share a track, and of two that come
    /// from one side the upper one goes farther in, so that they don't cross.
    fn track(&self, asks: &[Ask], gaps: &[Option<Gap>], at: usize, gap: Gap) -> i32 {
        let mut tracks: Vec<(bool, (i32, i32), Area)> = Vec::new();
        for (ask, other) in asks.iter().zip(gaps) {
            let Some(other) = other.filter(|other| other.at == gap.at) else { continue };
            match tracks.iter_mut().find(|track| track.2 == ask.disk) {
                Some(track) if track.1.1 <= ask.from.1 => {}
                Some(track) => track.1 = ask.from,
                None => tracks.push((other.from_right, ask.from, ask.disk)),
            }
        }
        // Of two at one height the farther one turns deeper, so it counts as the lower one.
        tracks.order_by_key(|(from_right, (x, y), _)| {
            (*from_right, if *from_right { *y } else { -y }, *x)
        });
        let before = gap.at.checked_sub(1).and_then(|left| self.columns.get(left));
        let after = self.columns.get(gap.at);
        // Beside the first and the last column there is as much room as between two.
        let left = before.map(|column| column.right() - EDGE);
        let right = after.map(|column| column.left + EDGE);
        let wide = 2 * EDGE + self.gutter();
        let left = left.or(right.map(|right| right - wide)).unwrap_or_default();
        let right = right.unwrap_or(left + wide);
        let mine = tracks.iter().position(|track| track.2 == asks[at].disk).unwrap_or(0);
        let (mine, last) = (int(mine), int(tracks.len()) - 1);
        let width = (last * TRACK).min(right - left);
        (left + right - width) / 2 + if last > 0 { mine * width / last } else { 0 }
    }

    /// The room between two columns.
    fn gutter(&self) -> i32 {
        match &self.columns[..] {
            [first, second, ..] => (second.left - first.right()).max(0),
            _ => GUTTER,
        }
    }

    /// The last stretch, to the disk's top.
    fn landing(&self, (x, y): (i32, i32), ask: &Ask) -> String {
        let to = (ask.disk.middle(), ask.disk.top);
        if ask.is_local {
            return drop_in(x, to);
        }
        if to.1 <= self.shelf + CLEAR {
            return format!("V{y}{}", curve((x, y), to));
        }
        // Another row lies above: down between two of its disks, and to the middle from there.
        let beside = ask.disk.left - CLEAR;
        format!("V{y}{}{}", curve((x, y), (beside, self.shelf)), drop_in(beside, to))
    }
}

/// Down, to the side just above a disk, and into it.
fn drop_in(x: i32, (to, top): (i32, i32)) -> String {
    let side = (to - x).signum() * 3.min((to - x).abs() / 2);
    let (turn, bend, end) = (top - 4, x + side, to - side);
    format!("V{}Q{x} {turn} {bend} {turn}H{end}Q{to} {turn} {to} {top}", turn - 3)
}

fn curve((x1, y1): (i32, i32), (x2, y2): (i32, i32)) -> String {
    let fall = y2 - y1;
    format!("C{x1} {} {x2} {} {x2} {y2}", y1 + fall * 3 / 4, y1 + fall / 4)
}

/// From below a card to the side and down again.
fn aside((x1, y1): (i32, i32), (x2, turn): (i32, i32)) -> String {
    let side = (x2 - x1).signum();
    let (first, second) = ((turn - y1).min(BEND), BEND.min((x2 - x1).abs() / 2));
    let (from, bend, end) = (turn - first, x1 + side * first, x2 - side * second);
    format!("V{from}Q{x1} {turn} {bend} {turn}H{end}Q{x2} {turn} {x2} {}", turn + second)
}

/// How far below its card a wire turns: of those that leave side by side, the farther one deeper.
fn depth(asks: &[Ask], gaps: &[Option<Gap>], at: usize) -> i32 {
    let ask = &asks[at];
    let beside = || {
        let all = asks.iter().zip(gaps);
        all.filter(|(other, gap)| **gap == gaps[at] && (other.from.1 - ask.from.1).abs() < 4)
    };
    let far = |one: &Ask| {
        if gaps[at].is_some_and(|gap| gap.from_right) { one.from.0 } else { -one.from.0 }
    };
    let rank = beside().filter(|(other, _)| far(other) < far(ask)).count();
    (ask.below * (int(rank) + 1) / (int(beside().count()) + 1)).max(2)
}

fn int(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Area, Ask, Ground};

    const fn at(left: i32, top: i32, width: i32, height: i32) -> Area {
        Area { left, top, width, height }
    }

    /// Two columns; in the first a card over another one, in the second one card below.
    fn ground() -> Ground {
        Ground {
            columns: vec![at(100, 0, 100, 300), at(208, 0, 100, 300)],
            blocks: vec![at(108, 60, 84, 40), at(108, 160, 84, 90), at(216, 160, 84, 90)],
            shelf: 290,
        }
    }

    fn ask(x: i32, y: i32, disk: i32) -> Ask {
        let disk = at(disk - 40, 290, 80, 60);
        Ask { from: (x, y), below: 6, disk, is_local: false }
    }

    #[test]
    fn a_wire_goes_round_the_card_below_on_the_side_of_its_disk() {
        let found = ground().routes(&[ask(150, 100, 258)]);
        assert_eq!(
            found[0],
            "M150 100V100Q150 103 153 103H199Q204 103 204 108V250C204 280 258 260 258 290"
        );
        let found = ground().routes(&[ask(150, 100, 120)]);
        // Beside the border of the column, not on it.
        assert!(found[0].contains("H101Q96 103 96 108V250"), "{}", found[0]);
    }

    #[test]
    fn with_nothing_below_it_goes_straight_down_to_the_lowest_card() {
        let found = ground().routes(&[ask(258, 120, 258), ask(258, 250, 258)]);
        assert!(found[0].starts_with("M258 120V"), "{}", found[0]);
        assert_eq!(found[1], "M258 250V250C258 280 258 260 258 290");
        let mut open = ground();
        open.blocks.pop();
        assert_eq!(open.routes(&[ask(258, 120, 258)])[0], "M258 120V250C258 280 258 260 258 290");
    }

    #[test]
    fn wires_in_one_gap_have_a_track_each_and_those_to_one_disk_share_theirs() {
        let mut upper = ask(150, 40, 258);
        upper.below = 4;
        let (other, same) = (ask(150, 100, 300), ask(140, 100, 258));
        let found = ground().routes(&[upper, other, same]);
        assert!(found[0].contains("206 42"), "the upper one goes farther in: {}", found[0]);
        assert!(found[1].contains("H197Q202 102 202 107"), "{}", found[1]);
        assert!(
            found[2].contains("H201Q206 104 206 109"),
            "the farther one turns deeper: {}",
            found[2]
        );
    }

    #[test]
    fn a_disk_in_its_node_is_reached_through_the_gap_above_it() {
        let mut low = ask(150, 100, 150);
        low.is_local = true;
        low.disk = at(108, 280, 84, 44);
        let found = ground().routes(&[low]);
        assert!(found[0].ends_with("V273Q204 276 201 276H153Q150 276 150 280"), "{}", found[0]);
    }

    #[test]
    fn a_disk_of_a_second_row_is_reached_between_those_of_the_first() {
        let mut low = ask(258, 250, 258);
        low.disk = at(218, 350, 80, 46);
        let found = ground().routes(&[low]);
        assert!(
            found[0].contains("215 290V343Q215 346 218 346H255Q258 346 258 350"),
            "{}",
            found[0]
        );
    }
}
