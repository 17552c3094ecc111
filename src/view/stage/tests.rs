//! Facts about the stage's plain data.

use super::*;

fn pod(ordinal: u32, state: PodState, revision: u32) -> Rc<PodView> {
    let is_ready = state == PodState::Ready;
    let ordinal = Some(ordinal);
    let serving = is_ready;
    Rc::new(PodView { ordinal, revision, state, is_ready, serving, ..PodView::default() })
}

fn lane(kind: LaneKind, desired: u32, pods: Vec<Rc<PodView>>) -> LaneView {
    let revision = |number| RevisionView { number, ..RevisionView::default() };
    let ready = u32::try_from(pods.iter().filter(|pod| pod.is_ready).count()).unwrap_or(0);
    LaneView { kind, desired, ready, pods, revisions: vec![revision(1)], ..LaneView::default() }
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
    lane.is_rolling = true;
    assert_eq!(lane.progress(), Progress::RollingOut { to: 2 });
}

#[test]
fn a_first_rollout_that_gets_nowhere_says_so() {
    let pods = vec![pod(0, PodState::ImagePull, 1), pod(0, PodState::ImagePull, 1)];
    let lane = lane(LaneKind::Deployment, 2, pods);
    assert_eq!(lane.progress(), Progress::Steady);
    let lane = LaneView { is_overdue: true, ..lane };
    assert_eq!(lane.progress(), Progress::Blocked { to: 1 });
}

#[test]
fn a_bar_is_as_full_as_the_number_above_it_says() {
    // Told to stop, and still counted by its controller.
    let told = |pod: Rc<PodView>| {
        let state = PodState::Terminating;
        Rc::new(PodView { state, serving: false, ..PodView::clone(&pod) })
    };
    let one = lane(LaneKind::StatefulSet, 1, vec![told(pod(0, PodState::Ready, 1))]);
    assert_eq!((one.ready, one.bar()), (1, vec![Fill::Ready]));
    // Its node is gone; nobody has said that it is not ready.
    let lost = Rc::new(PodView {
        state: PodState::Unknown,
        ..PodView::clone(&pod(0, PodState::Ready, 1))
    });
    let two = lane(LaneKind::Deployment, 2, vec![pod(0, PodState::Ready, 1), lost]);
    assert_eq!(two.bar(), [Fill::Ready; 2]);
    // Two are ready, of which one is counted so far; then one is gone and still counted.
    let mut late =
        lane(LaneKind::StatefulSet, 2, (0..2).map(|at| pod(at, PodState::Ready, 1)).collect());
    late.ready = 1;
    assert_eq!(late.bar(), [Fill::Ready, Fill::Coming]);
    let mut early = lane(LaneKind::Deployment, 2, vec![pod(0, PodState::Ready, 1)]);
    early.ready = 2;
    assert_eq!(early.bar(), [Fill::Ready; 2]);
    let working = lane(LaneKind::Job, 1, vec![pod(0, PodState::Ready, 1)]);
    assert_eq!(LaneView { ready: 0, ..working }.bar(), [Fill::Coming]);
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

#[test]
fn the_plug_at_a_disk_agrees_with_the_disk_whoever_else_waits_for_it() {
    for (state, link) in [
        (DiskState::Mounted, Link::Mounted),
        (DiskState::Held, Link::Held),
        (DiskState::Waiting, Link::Waiting),
        (DiskState::Released, Link::Waiting),
        (DiskState::Unbound, Link::Waiting),
    ] {
        assert_eq!(state.link(), link);
    }
}
