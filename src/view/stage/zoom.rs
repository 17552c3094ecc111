//! How large a Pod is drawn, by the room there is for it.
//!
//! Owns the thresholds. It must not know what else is on the page. Invariant: room that grows and
//! shrinks by less than a tenth never makes the stage flicker between two levels.

use super::{DiskView, Text};
use crate::base::gather;
use std::collections::BTreeSet;
use std::rc::Rc;

/// How large a Pod is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// Only a glyph.
    Dot,
    /// A short name or an ordinal.
    Chip,
    /// Everything that matters about it.
    #[default]
    Card,
}

/// Who chooses the level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Detail {
    /// The room decides.
    #[default]
    Auto,
    /// The reader has decided.
    Fixed(Level),
}

/// Above this many Pods with disks only the selected and the waiting wires are drawn.
const WIRED_MAX: usize = 40;

/// Whether so many Pods have disks that their wires would hide what they connect.
///
/// Pods are counted, not wires: a Pod's wires leave it in one bundle and end at disks that lie
/// beside each other, so a second claim makes the picture hardly fuller, while a wire for one of
/// several would be a lie.
pub fn is_wired_densely(disks: &[Rc<DiskView>]) -> bool {
    let users = disks.iter().flat_map(|disk| &disk.users);
    let pods: BTreeSet<&Text> = gather(users.map(|user| &user.uid));
    pods.len() > WIRED_MAX
}

/// What the fullest cell of a lane holds, and the room a cell has, in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Room {
    /// The width of a cell.
    pub width: u32,
    /// The height a cell may take.
    pub height: u32,
    /// The number of Pods in the fullest cell.
    pub pods: u32,
    /// The height up to which a cell grows before its Pods become too small for a finger, where
    /// fingers are what points; nothing elsewhere.
    pub for_fingers: Option<u32>,
}

/// The least width of a stateful chip with its gap.
const SQUARE_CHIP: u32 = 38;

/// How many stateful chips have room beside each other in a cell.
pub const fn chips_abreast(width: u32) -> u32 {
    (width + 4) / SQUARE_CHIP
}

/// The least area of one Pod at a level: width and height with its gap.
const fn size(level: Level, stateful: bool) -> (u32, u32) {
    match (level, stateful) {
        (Level::Card, false) => (116, 48),
        (Level::Card, true) => (86, 118),
        (Level::Chip, false) => (50, 26),
        (Level::Chip, true) => (SQUARE_CHIP, 68),
        (Level::Dot, _) => (18, 18),
    }
}

/// The least area of a chip for fingers, which are larger.
const fn chip_for_fingers(stateful: bool) -> (u32, u32) {
    if stateful { (44, 68) } else { (50, 46) }
}

impl Room {
    /// The level for the room, given the level drawn now.
    pub fn level(self, stateful: bool, now: Level) -> Level {
        for level in [Level::Card, Level::Chip] {
            // Growing back to a larger level takes a tenth more room than staying there.
            let slack = if level > now { 110 } else { 100 };
            if self.fits(level, stateful, slack) {
                return level;
            }
        }
        Level::Dot
    }

    fn fits(self, level: Level, stateful: bool, slack_percent: u32) -> bool {
        let by_fingers = self.for_fingers.filter(|_| level == Level::Chip);
        let (width, height) =
            if by_fingers.is_some() { chip_for_fingers(stateful) } else { size(level, stateful) };
        let columns = match (level, stateful) {
            // Cards of a stateless lane stand in one column, those of a stateful one in one row:
            // chips in as many as there is room for.
            (Level::Card, false) => 1,
            // The last of a row needs no gap.
            _ => (self.width + 4) * 100 / (width * slack_percent),
        };
        let rows = match (level, stateful) {
            (Level::Card, true) => 1,
            _ => by_fingers.unwrap_or(self.height) * 100 / (height * slack_percent),
        };
        self.pods <= 1 && level == Level::Card || self.pods <= columns * rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMN: Room = Room { width: 196, height: 150, pods: 1, for_fingers: None };

    #[test]
    fn a_full_cell_turns_its_cards_to_chips_and_then_to_dots() {
        let level = |pods| Room { pods, ..COLUMN }.level(false, Level::Card);
        assert_eq!(
            [1, 3, 4, 20, 21].map(level),
            [Level::Card, Level::Card, Level::Chip, Level::Chip, Level::Dot,]
        );
    }

    #[test]
    fn two_stateful_pods_share_a_cell_as_half_cards_and_three_as_chips() {
        let level = |pods| Room { pods, ..COLUMN }.level(true, Level::Card);
        assert_eq!(
            [1, 2, 3, 10, 11].map(level),
            [Level::Card, Level::Card, Level::Chip, Level::Chip, Level::Dot,]
        );
    }

    #[test]
    fn a_high_cell_has_rows_of_stateful_chips() {
        let narrow = Room { width: 115, ..COLUMN };
        let level = |pods| Room { pods, ..narrow }.level(true, Level::Chip);
        assert_eq!(chips_abreast(narrow.width), 3);
        assert_eq!([3, 6, 7].map(level), [Level::Chip, Level::Chip, Level::Dot]);
    }

    #[test]
    fn a_larger_level_comes_back_only_with_a_tenth_more_room() {
        let room = |height| Room { height, pods: 3, ..COLUMN };
        assert_eq!(room(144).level(false, Level::Card), Level::Card);
        assert_eq!(room(144).level(false, Level::Chip), Level::Chip);
        assert_eq!(room(159).level(false, Level::Chip), Level::Card);
    }

    #[test]
    fn where_fingers_point_a_cell_grows_for_as_long_as_its_lane_can_be_looked_over() {
        let phone = Room { width: 96, for_fingers: Some(1_200), ..COLUMN };
        let level = |stateful, pods| Room { pods, ..phone }.level(stateful, Level::Card);
        assert_eq!([2, 3, 10, 34].map(|pods| level(true, pods)), [Level::Chip; 4]);
        assert_eq!([4, 34, 50].map(|pods| level(false, pods)), [Level::Chip; 3]);
        assert_eq!([false, true].map(|stateful| level(stateful, 60)), [Level::Dot; 2]);
    }

    #[test]
    fn a_single_pod_is_always_a_card() {
        let room = Room { width: 40, height: 10, ..COLUMN };
        assert_eq!(room.level(true, Level::Dot), Level::Card);
    }
}
