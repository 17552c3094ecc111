//! What is done on the stage: to the cluster, to the picture and to the text.
//!
//! Must not know components. Invariant: what is done to the cluster stands in the steps to copy
//! before it is done, and in the text after.

use super::{Shared, ask, edit, keep, keep_ahead, send, state_session, with_session};
use crate::crash;
use crate::look::SideTab;
use crate::state::{Action, Said, State};
use crate::storage::Key;
use podium::view::acts::Act;
use podium::view::editor::{scaled, without};
use podium::view::stage::{Arrangement, ObjectRef, Place, StageAction};
use podium::view::words::stage as phrases;
use std::rc::Rc;

/// Does what was asked on the stage: some of it is the cluster's business, some the picture's.
pub(super) fn on_stage(player: &Shared, state: &State, action: StageAction) {
    match action {
        StageAction::Select(object) => send(player, Action::Selected(object)),
        StageAction::Inspect(object) => {
            send(player, Action::Selected(Some(object)));
            send(player, Action::Reveal(SideTab::Inspect));
        }
        StageAction::Events(object) => {
            send(player, Action::Selected(Some(object)));
            send(player, Action::Reveal(SideTab::Events));
        }
        StageAction::MoveLane(lane, to) => move_lane(player, state, &lane, to),
        StageAction::FoldLane(lane) => arranged(player, state.look.arrangement.toggled(&lane)),
        action => {
            note_action(player, &action);
            if ask(player, |session| session.act(&action)) {
                write_back(player, state, &action);
            }
        }
    }
}

/// Notes what is about to be done on the stage.
fn note_action(player: &Shared, action: &StageAction) {
    let session = state_session(player);
    let new_node = session.borrow().next_node_name();
    if let Some(act) = Act::of_stage(action, &new_node) {
        keep_ahead(player);
        crash::note_act(session.borrow().now_us(), act);
    }
}

/// Writes what was done on the stage into the text, as the smallest edit, and into the text that
/// stands for what runs: between the two nothing differs that did not before.
fn write_back(player: &Shared, state: &State, action: &StageAction) {
    let (kind, namespace, name, replicas) = match action {
        StageAction::Scale { kind, namespace, name, replicas } => (kind, namespace, name, replicas),
        StageAction::Delete { object, .. } => return note_deleted(player, state, object),
        StageAction::DeletePod { namespace, name, .. } => {
            return note_deleted(player, state, &ObjectRef::new("Pod", namespace, name));
        }
        _ => return,
    };
    let written = |text: &str| {
        let change = scaled(text, kind, namespace, name, *replicas)?;
        let mut text = text.to_owned();
        text.replace_range(change.from..change.to, &change.text);
        Some(Rc::<str>::from(text))
    };
    let before = state_session(player).borrow().applied();
    if let Some(runs) = written(&before) {
        keep(player, Key::Applied, &runs);
        with_session(player, |session| session.note_applied(runs));
    }
    if let Some(text) = written(&state.text) {
        edit(player, text);
    }
}

/// The reader's text keeps a document whose object was deleted, as a file would: to apply it brings
/// the object back, and so it is marked as what does not run.
fn note_deleted(player: &Shared, state: &State, object: &ObjectRef) {
    let before = state_session(player).borrow().applied();
    if let Some(runs) = without(&before, object, &state.text) {
        keep(player, Key::Applied, &runs);
        with_session(player, |session| session.note_applied(runs.into()));
    }
}

fn arranged(player: &Shared, arrangement: Arrangement) {
    keep(player, Key::Lanes, &arrangement.text());
    send(player, Action::Arranged(Rc::new(arrangement)));
}

/// Puts a lane elsewhere and tells ears where it is now.
fn move_lane(player: &Shared, state: &State, lane: &ObjectRef, to: Place) {
    let lanes = &state.views.stage.lanes;
    if let Some((arrangement, at)) = state.look.arrangement.moved(lanes, lane, to) {
        arranged(player, arrangement);
        let told = phrases::lane_moved(state.lang, lane, at + 1, lanes.len());
        send(player, Action::Said(Some(Said::Heard(told.into()))));
    }
}
