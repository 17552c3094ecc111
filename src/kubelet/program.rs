//! What a container's process does: how long it runs, how it ends, how it answers.
//!
//! Must not know the kubelet. Invariant: behaviour follows from image, command and the moment
//! alone.

use crate::api::lifecycle::Handler;
use crate::api::pod::{Container, Probe};
use crate::base::{SECOND_US, SimTime, Str};

/// What pulling an image takes.
pub(super) const PULL_US: u64 = 300_000;
/// What it takes to make a container and to start it.
pub(super) const START_US: u64 = 10_000;
/// What a process takes to stop when it is asked to.
const STOP_US: u64 = 300_000;
/// What a command takes that ends with a code and nothing else.
const EXIT_US: u64 = 100_000;

/// How a process ends by itself: after so long, with this code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Ending {
    pub(super) after_us: u64,
    pub(super) code: i32,
}

fn words(parts: &[Str]) -> impl Iterator<Item = &str> {
    let words = parts.iter();
    words.flat_map(|part| part.split(|c: char| c.is_whitespace() || c == ';' || c == '&'))
}

/// How a command ends that says how long it sleeps or with which code it exits.
fn ending_of(command: &[Str]) -> Option<Ending> {
    let number_after = |word: &str| {
        let mut words = words(command).filter(|one| !one.is_empty());
        words.find(|one| *one == word)?;
        words.next()?.parse::<u64>().ok()
    };
    let code = number_after("exit").and_then(|code| i32::try_from(code).ok());
    match number_after("sleep") {
        Some(seconds) => {
            let after_us = seconds.saturating_mul(SECOND_US);
            Some(Ending { after_us, code: code.unwrap_or(0) })
        }
        None => code.map(|code| Ending { after_us: EXIT_US, code }),
    }
}

/// How the process ends, if it does. A task is an init container, or has a command and is not
/// meant to run for ever: if nothing says how long it takes, it takes a moment and ends well.
pub(super) fn ending(container: &Container, is_task: bool) -> Option<Ending> {
    if container.image.contains("crash") {
        return Some(Ending { after_us: SECOND_US, code: 1 });
    }
    let parts: Vec<Str> = container.command.iter().chain(&container.args).cloned().collect();
    let loops = || words(&parts).any(|word| matches!(word, "infinity" | "while" | "tail"));
    let moment = || (is_task && !loops()).then_some(Ending { after_us: SECOND_US, code: 0 });
    ending_of(&parts).or_else(moment)
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

/// How long a hook takes, and whether it succeeds.
pub(super) fn hook(handler: &Handler) -> (u64, bool) {
    if let Some(pause) = &handler.sleep {
        return (u64::from(pause.seconds) * SECOND_US, true);
    }
    let command = handler.exec.as_ref().map(|exec| exec.command.as_slice()).unwrap_or_default();
    if words(command).any(|word| word == "false") {
        return (0, false);
    }
    ending_of(command).map_or((0, true), |ending| (ending.after_us, ending.code == 0))
}

/// The code that a hook's command fails with.
pub(super) fn hook_code(command: &[Str]) -> i32 {
    ending_of(command).map_or(1, |ending| ending.code)
}

/// A probe's answer: nothing, or the output of a failure.
///
/// Differs: probes by HTTP, TCP and gRPC reach every program that runs and is not silenced.
pub(super) fn answer(
    probe: &Probe,
    pod: &str,
    is_silent: bool,
    started: SimTime,
    now: SimTime,
) -> Result<(), String> {
    let Some(exec) = &probe.exec else {
        return match is_silent {
            false => Ok(()),
            true if probe.rest.contains_key("httpGet") => {
                Err("HTTP probe failed with statuscode: 503".to_owned())
            }
            true => Err("connection refused".to_owned()),
        };
    };
    if is_silent {
        return Err("not ready".to_owned());
    }
    let argument = exec.command.get(1).map(|word| &**word).unwrap_or_default();
    match exec.command.first().map(|word| &**word) {
        Some("false") => Err(String::new()),
        Some("ready-after") => {
            let seconds: u64 = argument.parse().unwrap_or(0);
            let is_ready = now >= started.plus_seconds(seconds);
            if is_ready { Ok(()) } else { Err("not ready".to_owned()) }
        }
        Some("notpod") if argument == pod => Err("not ready".to_owned()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::pod::Exec;

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
        assert_eq!(ending(&container("busybox", &["sleep", "infinity"]), true), None);
        assert!(ending(&container("busybox", &["echo", "hi"]), true).is_some());
    }

    #[test]
    fn ready_after_counts_from_the_start_of_the_run() {
        let exec = Exec { command: vec!["ready-after".into(), "7".into()] };
        let probe = Probe { exec: Some(exec), ..Probe::default() };
        let at = |seconds| {
            let started = SimTime::from_seconds(10);
            answer(&probe, "p", false, started, SimTime::from_seconds(seconds))
        };
        assert_eq!(at(16), Err("not ready".to_owned()));
        assert_eq!(at(17), Ok(()));
    }

    #[test]
    fn a_stubborn_program_takes_the_whole_grace() {
        assert_eq!(stop(&container("stubborn:1", &[]), 4 * SECOND_US), (4 * SECOND_US, 137));
        assert_eq!(stop(&container("nginx", &[]), 4 * SECOND_US), (STOP_US, 0));
    }
}
