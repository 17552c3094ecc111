//! `kubectl get --watch`: a row for every change.
//!
//! Must not know tables. Invariant: a change is told once, in the order of the writes.

use std::rc::Rc;

use crate::kubectl::failure::{Done, Failure};
use crate::kubectl::print::{self, Watched};
use crate::kubectl::run::Wait;
use crate::kubectl::session::Session;
use crate::sim::What;

/// A watch that goes on until somebody stops it.
#[derive(Debug)]
struct Watch {
    watched: Watched,
    /// The entry of the trace that was not looked at yet.
    next: u32,
}

/// Begins a watch, if one is asked for.
pub(super) fn start(session: &mut Session<'_>, words: &[String]) -> Done<Option<Box<dyn Wait>>> {
    let namespace = session.context.namespace.clone();
    let watched = print::watch(session.view(), &namespace, words)
        .map_err(|output| Failure::Exit(output.code, output.stderr))?;
    let Some(mut watched) = watched else { return Ok(None) };
    let text = watched.begin(session.view(), session.now());
    session.io.stdout.push_str(&text);
    let next = session.cluster.trace().next();
    Ok(Some(Box::new(Watch { watched, next })))
}

impl Wait for Watch {
    fn poll(&mut self, session: &mut Session<'_>) -> Option<Done> {
        let changed: Vec<_> = session
            .cluster
            .trace()
            .since(self.next)
            .filter_map(|entry| match &entry.what {
                What::Write(change) if change.kind == self.watched.kind => {
                    Some(Rc::clone(change.object()))
                }
                _ => None,
            })
            .collect();
        self.next = session.cluster.trace().next();
        for object in changed {
            let text = self.watched.change(session.view(), session.now(), &object);
            session.io.stdout.push_str(&text);
        }
        None
    }
}
