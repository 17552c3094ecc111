//! What a container's process does: how long it runs, how it ends, how it stops.
//!
//! Must not know the kubelet. Invariant: behaviour follows from image and command alone.

use crate::api::pod::{Container, Probe};
use crate::base::SECOND_US;

/// What pulling an image takes.
pub(super) const PULL_US: u64 = 300_000;
/// What an init container takes that says nothing else.
const INIT_US: u64 = SECOND_US;
/// What a process takes to stop when it is asked to.
const STOP_US: u64 = 300_000;

/// How a process ends by itself: after so long, with this code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Ending {
    pub(super) after_us: u64,
    pub(super) code: i32,
}

fn words(container: &Container) -> impl Iterator<Item = &str> {
    let parts = container.command.iter().chain(container.args.iter());
    parts.flat_map(|part| part.split(|c: char| c.is_whitespace() || c == ';' || c == '&'))
}

fn number_after(container: &Container, word: &str) -> Option<u64> {
    let mut words = words(container).filter(|one| !one.is_empty());
    words.find(|one| *one == word)?;
    words.next()?.parse().ok()
}

/// How the process ends, if it does.
pub(super) fn ending(container: &Container, is_init: bool) -> Option<Ending> {
    let code = number_after(container, "exit").and_then(|code| i32::try_from(code).ok());
    if container.image.contains("crash") {
        return Some(Ending { after_us: SECOND_US, code: 1 });
    }
    if let Some(seconds) = number_after(container, "sleep") {
        let after_us = seconds.saturating_mul(SECOND_US);
        return Some(Ending { after_us, code: code.unwrap_or(0) });
    }
    let runs_for_ever = words(container).any(|word| word == "infinity" || word == "while");
    match code {
        Some(code) => Some(Ending { after_us: INIT_US / 10, code }),
        None if is_init && !runs_for_ever => Some(Ending { after_us: INIT_US, code: 0 }),
        None => None,
    }
}

/// Whether the image can't be had.
pub(super) fn is_missing(image: &str) -> bool {
    image.contains("bad")
}

/// How long the process takes to stop, and its exit code.
pub(super) fn stop(container: &Container, grace_us: u64) -> (u64, i32) {
    if container.image.contains("stubborn") || STOP_US > grace_us {
        (grace_us, 137)
    } else {
        (STOP_US, 0)
    }
}

/// When, counted from the start of the process, a probe first succeeds; never if it can't.
pub(super) fn first_success_us(probe: &Probe) -> Option<u64> {
    let period_us = u64::from(probe.period_seconds.unwrap_or(10).max(1)) * SECOND_US;
    let delay_us = u64::from(probe.initial_delay_seconds) * SECOND_US;
    let command = probe.exec.as_ref().map(|exec| exec.command.as_slice()).unwrap_or_default();
    let holds_from_us = match command.first().map(|word| &**word) {
        Some("false") => return None,
        Some("ready-after") => {
            let seconds: u64 = command.get(1).and_then(|text| text.parse().ok()).unwrap_or(0);
            seconds.saturating_mul(SECOND_US)
        }
        _ => 0,
    };
    let missed = holds_from_us.saturating_sub(delay_us).div_ceil(period_us);
    let more = u64::from(probe.success_threshold.unwrap_or(1).max(1) - 1);
    Some(delay_us + (missed + more) * period_us)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn container(image: &str, command: &[&str]) -> Container {
        Container {
            image: image.into(),
            command: command.iter().map(|word| (*word).into()).collect(),
            ..Container::default()
        }
    }

    #[test]
    fn a_sleep_ends_when_it_says_and_a_server_never() {
        let sleeper = container("busybox", &["sh", "-c", "sleep 3; exit 2"]);
        assert_eq!(ending(&sleeper, false), Some(Ending { after_us: 3 * SECOND_US, code: 2 }));
        assert_eq!(ending(&container("nginx", &[]), false), None);
        assert!(ending(&container("busybox", &[]), true).is_some());
    }

    #[test]
    fn a_probe_is_tried_at_its_period_only() {
        let probe = Probe {
            period_seconds: Some(5),
            exec: Some(crate::api::pod::Exec { command: vec!["ready-after".into(), "7".into()] }),
            ..Probe::default()
        };
        assert_eq!(first_success_us(&probe), Some(10 * SECOND_US));
    }
}
