//! Goes to another moment: over some frames if the way is long.
//!
//! Owns the moment that was asked for last. Invariant: only a moment that is reached is drawn, and
//! whoever acts before it is reached acts at that moment.

use super::{Shared, send, show, state_session, tell_ended, views};
use crate::frames::AfterFrame;
use crate::session::Extent;
use crate::state::Action;
use crate::turns::FEW;
use gloo::render::{AnimationFrame, request_animation_frame};

/// A moment that is being gone to.
pub(super) struct Seeking {
    at_us: u64,
    /// Whether the session is on its way.
    is_begun: bool,
    _turn: AnimationFrame,
}

/// What is drawn next of a moment that is reached; nothing more of it is once this is dropped.
#[expect(dead_code, reason = "they end with what they wait for")]
pub(super) enum Arriving {
    Stage(AnimationFrame),
    Making(AfterFrame),
    Rest(AnimationFrame),
}

/// A drag asks for many moments a frame; only the newest is gone to, and counted from.
pub(super) fn seek(player: &Shared, to: impl FnOnce(u64) -> u64) {
    send(player, Action::Playing(false));
    let asked = player.borrow().seek.as_ref().map(|one| one.at_us);
    let at_us = to(asked.unwrap_or_else(|| state_session(player).borrow().now_us()));
    if let Some(one) = &mut player.borrow_mut().seek {
        (one.at_us, one.is_begun) = (at_us, one.is_begun && one.at_us == at_us);
        return;
    }
    next_turn(player, at_us, false);
}

/// Goes the rest of the way at once.
pub(super) fn finish(player: &Shared) {
    let Some(one) = player.borrow_mut().seek.take() else { return };
    state_session(player).borrow_mut().seek(one.at_us);
    show(player);
}

fn next_turn(player: &Shared, at_us: u64, is_begun: bool) {
    let later = player.clone();
    let turn = request_animation_frame(move |_| {
        let Some(one) = later.borrow_mut().seek.take() else { return };
        go(&later, one.at_us, one.is_begun);
    });
    player.borrow_mut().seek = Some(Seeking { at_us, is_begun, _turn: turn });
}

fn go(player: &Shared, at_us: u64, is_begun: bool) {
    let is_there = {
        let session = state_session(player);
        let mut session = session.borrow_mut();
        if !is_begun {
            session.begin_seek(at_us);
        }
        session.go_on_to(at_us)
    };
    if is_there { arrive(player) } else { next_turn(player, at_us, true) }
}

/// Around many Pods what is drawn is made first, and the stage is drawn before the rest: all in one
/// frame would hold the page up. Who drags along sees the rest in every few frames.
fn arrive(player: &Shared) {
    let before = player.borrow().state.pods();
    let views = views(player, Extent::Stage);
    if before.max(views.stage.pods()) <= FEW {
        show(player);
    } else {
        let mut later = player.borrow_mut();
        later.next = Some(views);
        if later.arriving.is_none() {
            let again = player.clone();
            let stage = request_animation_frame(move |_| draw_stage(&again));
            later.arriving = Some(Arriving::Stage(stage));
        }
    }
    tell_ended(player);
}

fn draw_stage(player: &Shared) {
    let stage = player.borrow_mut().next.take();
    if let Some(stage) = stage {
        send(player, Action::Views(stage));
    }
    let again = player.clone();
    let rest = AfterFrame::start(move || {
        // They are kept for when they are asked for again.
        views(&again, Extent::All);
        let last = again.clone();
        let rest = request_animation_frame(move |_| {
            last.borrow_mut().arriving = None;
            show(&last);
        });
        again.borrow_mut().arriving = Some(Arriving::Rest(rest));
    });
    player.borrow_mut().arriving = Some(Arriving::Making(rest));
}
