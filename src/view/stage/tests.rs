//! Facts about the stage's plain data.

use super::*;

fn pod(ordinal: u32, state: PodState, revision: u32) -> Rc<PodView> {
    Rc::new(PodView { ordinal: Some(ordinal), state, revision, ..PodView::default() })
}

fn lane(kind: LaneKind, desired: u32, pods: Vec<Rc<PodView>>) -> LaneView {
    let revision = |number| RevisionView { number, ..RevisionView::default() };
    LaneView { kind, desired, pods, revisions: vec![revision(1)], ..LaneView::default() }
}

#[test]
fn a_stateful_bar_has_a_segment_for_each_ordinal_in_order() {
    let mut lane = lane(
        LaneKind::StatefulSet,
        3,
        vec![pod(2, PodState::Ready, 1), pod(0, PodState::Creating, 1)],
    );
    lane.seats = vec![Rc::new(SeatView { ordinal: 1, ..SeatView::default() })];
    assert_eq!(lane.bar(), [Fill::Coming, Fill::Empty, Fill::Ready]);
}

#[test]
fn a_stateless_bar_counts_the_new_revision_before_the_old_one() {
    let mut lane = lane(
        LaneKind::Deployment,
        4,
        vec![
            pod(0, PodState::Ready, 1),
            pod(0, PodState::Ready, 2),
            pod(0, PodState::Creating, 2),
            pod(0, PodState::Terminating, 1),
        ],
    );
    lane.revisions.push(RevisionView { number: 2, ..RevisionView::default() });
    assert_eq!(lane.bar(), [Fill::Ready, Fill::Coming, Fill::Old, Fill::Empty]);
    assert_eq!(lane.progress(), Progress::RollingOut { to: 2 });
}

#[test]
fn a_long_bar_is_drawn_with_a_bounded_number_of_segments() {
    let pods = (0..300).map(|at| pod(at, PodState::Ready, 1)).collect();
    let bar = lane(LaneKind::Deployment, 300, pods).bar();
    assert_eq!(bar, vec![Fill::Ready; 16]);
}

#[test]
fn disks_lie_by_lane_then_ordinal_whatever_their_pods_do() {
    let lanes = vec![
        Rc::new(LaneView { uid: "z".into(), ..LaneView::default() }),
        Rc::new(LaneView { uid: "a".into(), ..LaneView::default() }),
    ];
    let disk = |lane: &str, ordinal, claim: &str| {
        Rc::new(DiskView { lane: lane.into(), ordinal, claim: claim.into(), ..DiskView::default() })
    };
    let mut disks = vec![
        disk("", None, "shared"),
        disk("a", Some(0), "data-b-0"),
        disk("z", Some(10), "data-a-10"),
        disk("z", Some(2), "data-a-2"),
    ];
    sort_disks(&mut disks, &lanes);
    let order: Vec<&str> = disks.iter().map(|disk| &*disk.claim).collect();
    assert_eq!(order, ["data-a-2", "data-a-10", "data-b-0", "shared"]);
}

#[test]
fn a_narrow_card_shows_the_host_part_of_the_address() {
    let pod = PodView { ip: Some("10.244.3.12".into()), ..PodView::default() };
    assert_eq!(pod.short_ip(), Some("3.12"));
    assert_eq!(PodView::default().short_ip(), None);
}

#[test]
fn usage_never_shows_more_than_full_or_divides_by_nothing() {
    assert_eq!(Usage { used: 3, allocatable: 2 }.percent(), 100);
    assert_eq!(Usage { used: 3, allocatable: 0 }.percent(), 0);
    assert_eq!(Usage { used: 1, allocatable: 3 }.percent(), 33);
}
