//! Where the seats to come are drawn while their Pods have no node.
//!
//! Owns the columns that are kept for them. It must not know how large they are drawn. Invariant:
//! a seat that a Pod left stays where it was; one to come stands only in the column of a node
//! that takes Pods, and says that its node is not chosen yet.

use super::{LaneKind, LaneView, NodeState, NodeView, SeatView, StageView, Text};
use std::rc::Rc;

/// Of a lane with more seats to come than this none has a place in a column.
const SEATS_MAX: usize = 400;

/// The stage with a column for each seat to come, the least filled one of those that take Pods.
/// Whoever waits for a node counts as standing there already, so that no seat makes way for it.
pub fn seated(view: &StageView) -> StageView {
    let mut view = view.clone();
    let free: Vec<&NodeView> =
        view.nodes.iter().map(|node| &**node).filter(|node| takes_pods(node)).collect();
    for lane in view.lanes.iter_mut().filter(|lane| lane.kind == LaneKind::StatefulSet) {
        if let Some(seats) = seats(lane, &free) {
            Rc::make_mut(lane).seats = seats;
        }
    }
    view
}

fn takes_pods(node: &NodeView) -> bool {
    node.state == NodeState::Ready && !node.failed && node.taints.is_empty()
}

fn seats(lane: &LaneView, free: &[&NodeView]) -> Option<Vec<Rc<SeatView>>> {
    let to_come = lane.seats.iter().filter(|seat| seat.node.is_none()).count();
    if lane.is_folded || to_come == 0 || to_come > SEATS_MAX || free.is_empty() {
        return None;
    }
    let held = |name: &Text| {
        let pods = lane.pods.iter().filter(|pod| pod.node.as_ref() == Some(name)).count();
        pods + lane.seats.iter().filter(|seat| seat.node.as_ref() == Some(name)).count()
    };
    let mut filled: Vec<(usize, &Text)> =
        free.iter().map(|node| (held(&node.name), &node.name)).collect();
    let mut take = || {
        let least = filled.iter_mut().min_by_key(|(count, _)| *count)?;
        least.0 += 1;
        Some(least.1.clone())
    };
    for _ in lane.pods.iter().filter(|pod| pod.node.is_none() && pod.gone_node.is_none()) {
        take();
    }
    let seat = |seat: &Rc<SeatView>| match seat.node {
        Some(_) => seat.clone(),
        None => Rc::new(SeatView { node: take(), is_to_come: true, ..(**seat).clone() }),
    };
    Some(lane.seats.iter().map(seat).collect())
}

#[cfg(test)]
mod tests {
    use super::super::PodView;
    use super::*;

    fn node(name: &str, state: NodeState) -> Rc<NodeView> {
        Rc::new(NodeView { name: name.into(), state, ..NodeView::default() })
    }

    fn seat(ordinal: u32, node: Option<&str>) -> Rc<SeatView> {
        Rc::new(SeatView { ordinal, node: node.map(Text::from), ..SeatView::default() })
    }

    fn stage(pods: &[Option<&str>], seats: Vec<Rc<SeatView>>) -> StageView {
        let pod = |node: Option<&str>| {
            Rc::new(PodView { node: node.map(Text::from), ..PodView::default() })
        };
        let pods = pods.iter().copied().map(pod).collect();
        let kind = LaneKind::StatefulSet;
        let lane = Rc::new(LaneView { kind, pods, seats, ..LaneView::default() });
        let nodes = vec![
            node("a", NodeState::Ready),
            node("b", NodeState::Cordoned),
            node("c", NodeState::Ready),
        ];
        StageView { nodes, lanes: vec![lane], ..StageView::default() }
    }

    fn places(view: &StageView) -> Vec<(u32, Option<&str>, bool)> {
        let seats = view.lanes[0].seats.iter();
        seats.map(|one| (one.ordinal, one.node.as_deref(), one.is_to_come)).collect()
    }

    #[test]
    fn seats_to_come_fill_the_columns_of_nodes_that_take_pods() {
        let view =
            stage(&[Some("a"), Some("a")], vec![seat(2, None), seat(3, None), seat(4, None)]);
        let wanted = [(2, Some("c"), true), (3, Some("c"), true), (4, Some("a"), true)];
        assert_eq!(places(&seated(&view)), wanted);
    }

    #[test]
    fn a_seat_that_was_left_stays_and_a_pod_without_a_node_keeps_a_place() {
        let view = stage(&[None], vec![seat(1, Some("b")), seat(2, None)]);
        assert_eq!(places(&seated(&view)), [(1, Some("b"), false), (2, Some("c"), true)]);
    }

    #[test]
    fn without_a_node_that_takes_pods_no_seat_has_a_column() {
        let mut view = stage(&[], vec![seat(0, None)]);
        view.nodes.retain(|node| node.state == NodeState::Cordoned);
        assert_eq!(places(&seated(&view)), [(0, None, false)]);
    }
}
