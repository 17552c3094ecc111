//! What a container's process does: how long it runs, how it ends, how it answers.
//!
//! Must not know the kubelet. Invariant: behaviour follows from image, command and the moment
//! alone.

use std::rc::Rc;

use crate::api::Object;
use crate::api::lifecycle::Handler;
use crate::api::pod::{Container, Probe};
use crate::base::{SECOND_US, SimTime, Str};
use crate::kubelet::environment;
use crate::kubelet::runtime::{By, KILLED, Run};
use crate::kubelet::shell::{self, Hearing, Process, Scene};
use crate::kubelet::wellknown;
use crate::server::View;

/// What pulling an image takes.
pub(super) const PULL_US: u64 = 300_000;
/// What it takes to make a container and to start it.
pub(super) const START_US: u64 = 10_000;
/// What a process takes to stop when it is asked to.
const STOP_US: u64 = 300_000;

/// Images that bring a shell and nothing that runs on.
const SHELLS: [&str; 8] =
    ["busybox", "alpine", "ubuntu", "debian", "fedora", "centos", "bash", "hello-world"];
/// Images whose program keeps no file of the moment.
const SERVERS: [&str; 8] =
    ["nginx", "httpd", "redis", "memcached", "haproxy", "caddy", "traefik", "pause"];

/// What a container's process does by itself.
pub(super) struct Course {
    /// When it ends, and with which code, if that is known.
    pub(super) natural: Option<(SimTime, i32)>,
    /// Its command, if it has one that is understood.
    pub(super) process: Option<Rc<Process>>,
    /// Who ends it then.
    pub(super) by: By,
}

impl Course {
    /// One that goes on for ever.
    const ENDLESS: Course = Course { natural: None, process: None, by: By::Itself };
}

/// An image's name without registry and tag.
fn short_name(image: &str) -> &str {
    let name = image.rsplit('/').next().unwrap_or(image);
    name.split([':', '@']).next().unwrap_or(name)
}

/// Whether an image says by a word of its name what is to become of it.
fn says(image: &str, word: &str) -> bool {
    image.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| part == word)
}

/// The words that a container runs, if they take the place of its image's program.
fn argv(container: &Container, env: &[(Str, Str)]) -> Vec<String> {
    let first = container.command.first().or_else(|| {
        let first = container.args.first();
        first.filter(|word| shell::is_program(word))
    });
    if first.is_none() {
        return Vec::new();
    }
    let words = container.command.iter().chain(&container.args);
    words.map(|word| environment::expand(word, env).to_string()).collect()
}

/// Whether others may make files of the moment in a container: a hook, or whoever shares a volume
/// with it.
fn is_served(container: &Container) -> bool {
    let hook = container.lifecycle.as_ref().and_then(|one| one.post_start.as_ref());
    hook.is_some()
        || container.volume_mounts.iter().any(|one| shell::is_bare_place(&one.mount_path))
}

/// Where a container's commands run.
fn scene(
    object: &Object,
    container: &Container,
    is_task: bool,
    view: &View,
) -> (Scene, Vec<String>) {
    let env = environment::of(object, container, view);
    let argv = argv(container, &env);
    let image = short_name(&container.image);
    let is_known = if argv.is_empty() {
        SERVERS.contains(&image) || SHELLS.contains(&image)
    } else {
        shell::is_known(&argv)
    };
    let is_bare = is_known && !is_served(container);
    let scene = Scene {
        pod: object.meta.name.clone(),
        namespace: object.meta.namespace.clone(),
        env,
        is_task,
        is_busybox: matches!(image, "busybox" | "alpine"),
        is_bare,
    };
    (scene, argv)
}

/// What the process does that starts at a moment. A task is an init container, one of a Job, or
/// has a command and is not meant to run for ever: if nothing says how long it takes, it takes a moment and
/// ends well.
pub(super) fn course(
    object: &Object,
    container: &Container,
    (is_task, is_init): (bool, bool),
    started: SimTime,
    view: &View,
) -> Course {
    let ends = |us: u64, code: i32| Course {
        natural: Some((started.plus_us(us), code)),
        ..Course::ENDLESS
    };
    if says(&container.image, "crash") {
        return ends(SECOND_US, 1);
    }
    if container.command.is_empty() && container.args.is_empty() {
        // A shell that nobody speaks to ends.
        let image = short_name(&container.image);
        let is_brief = is_init || SHELLS.contains(&image);
        let is_server = SERVERS.contains(&image) || says(&container.image, "stubborn");
        let ends_well = is_brief || (is_task && !is_server);
        return if ends_well { ends(SECOND_US, 0) } else { Course::ENDLESS };
    }
    let (scene, argv) = scene(object, container, is_task, view);
    if takes_too_much(object, container, &argv) {
        return Course { by: By::Memory, ..ends(SECOND_US, KILLED) };
    }
    let process = if argv.is_empty() { None } else { Process::new(&argv, scene, started) };
    match process {
        Some(process) => Course { process: Some(Rc::new(process)), ..Course::ENDLESS },
        None if is_task => ends(SECOND_US, 0),
        None => Course::ENDLESS,
    }
}

/// Whether a program takes more memory than its container or its Pod may.
fn takes_too_much(object: &Object, container: &Container, argv: &[String]) -> bool {
    let words: Vec<&str> = match argv {
        // An image's own program gets words without its name.
        [] => container.command.iter().chain(&container.args).map(|word| &**word).collect(),
        argv => argv.iter().map(String::as_str).collect(),
    };
    let Some(taken) = wellknown::memory_of(&words) else { return false };
    let own = object.pod().and_then(|pod| pod.spec.own_resources());
    let lists = [Some(&container.resources.limits), own.as_ref().map(|own| &own.limits)];
    let limits = lists.into_iter().flatten().filter_map(|list| list.get("memory"));
    let mut bytes = limits.map(|limit| u64::try_from(limit.milli / 1_000).unwrap_or(0));
    bytes.any(|limit| taken > limit)
}

/// Whether the image can't be had.
pub(super) fn is_missing(image: &str) -> bool {
    says(image, "bad") || wellknown::is_unpublished(image)
}

/// The code of a process that was ended by being asked to, and heard nothing of it itself.
const TERMINATED: i32 = 143;

/// How long the process takes to stop, and its exit code. The first process of a container is
/// not ended by a request that it has not asked to hear of, as a shell or `sleep` has not: it is
/// killed when the grace is over. Where the Pod's containers see each other it is not the first.
pub(super) fn stop(
    container: &Container,
    run: Option<&Run>,
    is_first: bool,
    grace_us: u64,
) -> (u64, i32) {
    let killed = (grace_us, KILLED);
    if says(&container.image, "stubborn") || STOP_US > grace_us {
        return killed;
    }
    let process = run.and_then(|run| run.process.as_ref());
    match process.map_or(Hearing::Ends(0), |one| one.hearing()) {
        Hearing::Deaf => killed,
        Hearing::Unset if is_first => killed,
        Hearing::Unset => (STOP_US, TERMINATED),
        Hearing::Ends(code) => (STOP_US, code),
    }
}

/// How long a hook's command takes, and its code. One that waits for the program to go ends with
/// it.
fn hook_run(command: &[Str]) -> (u64, i32) {
    let argv: Vec<String> = command.iter().map(ToString::to_string).collect();
    let scene = Scene { is_task: true, ..Scene::default() };
    let process = Process::new(&argv, scene, SimTime::ZERO);
    let Some(mut process) = process.filter(|_| !argv.is_empty()) else { return (0, 0) };
    match process.finish(None) {
        Some((_, 0)) if !process.takes_time() => (0, 0),
        Some(ran) => ran,
        None => (STOP_US, 0),
    }
}

/// How long a hook takes, and whether it succeeds.
pub(super) fn hook(handler: &Handler) -> (u64, bool) {
    if let Some(pause) = &handler.sleep {
        return (u64::from(pause.seconds) * SECOND_US, true);
    }
    let command = handler.exec.as_ref().map(|exec| exec.command.as_slice()).unwrap_or_default();
    let (us, code) = hook_run(command);
    (us, code == 0)
}

/// The code that a hook's command fails with.
pub(super) fn hook_code(command: &[Str]) -> i32 {
    hook_run(command).1
}

/// Whom a probe asks.
pub(super) struct Asked<'a> {
    pub(super) object: &'a Object,
    pub(super) container: &'a Container,
    pub(super) run: &'a Run,
    pub(super) is_silent: bool,
    pub(super) view: &'a View,
    pub(super) now: SimTime,
}

/// A probe's answer: nothing, or the output of a failure.
///
/// Differs: probes by HTTP, TCP and gRPC reach every program that runs and is not silenced.
pub(super) fn answer(probe: &Probe, asked: &Asked<'_>) -> Result<(), String> {
    let Some(exec) = &probe.exec else {
        let is_sick = || {
            let after_us = wellknown::sickens_after_us(asked.container);
            after_us.is_some_and(|us| asked.now > asked.run.started.plus_us(us))
        };
        return match asked.is_silent {
            false if probe.rest.contains_key("httpGet") && is_sick() => {
                Err("HTTP probe failed with statuscode: 500".to_owned())
            }
            false => Ok(()),
            true if probe.rest.contains_key("httpGet") => {
                Err("HTTP probe failed with statuscode: 503".to_owned())
            }
            true => Err("connection refused".to_owned()),
        };
    };
    if asked.is_silent {
        return Err("not ready".to_owned());
    }
    let argument = exec.command.get(1).map(|word| &**word).unwrap_or_default();
    match exec.command.first().map(|word| &**word) {
        Some("ready-after") => {
            let seconds: u64 = argument.parse().unwrap_or(0);
            let is_ready = asked.now >= asked.run.started.plus_seconds(seconds);
            if is_ready { Ok(()) } else { Err("not ready".to_owned()) }
        }
        Some("notpod") if *argument == *asked.object.meta.name => Err("not ready".to_owned()),
        None | Some("notpod") => Ok(()),
        Some(_) => inside(&exec.command, probe, asked),
    }
}

/// What a command says that runs inside the container.
///
/// Models pkg/probe/exec/exec.go Probe
fn inside(command: &[Str], probe: &Probe, asked: &Asked<'_>) -> Result<(), String> {
    let argv: Vec<String> = command.iter().map(ToString::to_string).collect();
    let process = if let Some(process) = &asked.run.process {
        process.beside(&argv, asked.now)
    } else {
        let (scene, _) = scene(asked.object, asked.container, true, asked.view);
        Process::new(&argv, scene, asked.now)
    };
    let Some(mut process) = process else { return Ok(()) };
    let seconds = probe.timeout_seconds.unwrap_or(1).max(1);
    match process.finish(Some(asked.view)) {
        Some((_, code)) if !process.takes_time() && code == 0 => Ok(()),
        Some((us, code)) if us <= u64::from(seconds) * SECOND_US => match code {
            0 => Ok(()),
            _ => Err(process.said),
        },
        // A loop over what is not understood says nothing.
        None if !process.is_endless() => Ok(()),
        _ => {
            let command = argv.join(" ");
            Err(format!("command timed out: \"{command}\" timed out after {seconds}s"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Body;
    use crate::api::pod::{Exec, Pod, VolumeMount};

    fn container(image: &str, command: &[&str]) -> Container {
        Container {
            image: image.into(),
            command: command.iter().map(|word| (*word).into()).collect(),
            ..Container::default()
        }
    }

    fn pod() -> Object {
        Object::new("shop", "p", Body::Pod(Pod::default()))
    }

    /// After how many milliseconds a container ends, and how.
    fn ending(container: &Container, is_task: bool) -> Option<(u64, i32)> {
        let view = View::default();
        let roles = (is_task, is_task);
        let course = course(&pod(), container, roles, SimTime::ZERO, &view);
        let own = course.process.and_then(|process| Process::clone(&process).finish(None));
        let given = course.natural.map(|(at, code)| (at.since_us(SimTime::ZERO), code));
        own.or(given).map(|(us, code)| (us / 1_000, code))
    }

    #[test]
    fn a_sleep_ends_when_it_says_and_a_server_never() {
        let sleeper = container("busybox", &["sh", "-c", "sleep 3; exit 2"]);
        assert_eq!(ending(&sleeper, false), Some((3_000, 2)));
        assert_eq!(ending(&container("nginx", &[]), false), None);
        assert_eq!(ending(&container("busybox", &["sleep", "infinity"]), true), None);
        assert_eq!(ending(&container("busybox", &["sleep", "5m"]), true), Some((300_000, 0)));
        assert_eq!(ending(&container("busybox", &["echo", "hi"]), true), Some((1_000, 0)));
        assert_eq!(
            ending(&container("registry.k8s.io/busybox:1.27", &[]), false),
            Some((1_000, 0))
        );
        let args = Container { args: vec!["--port".into(), "80".into()], ..container("app", &[]) };
        assert_eq!(ending(&args, false), None);
        let args =
            Container { args: vec!["sleep".into(), "7".into()], ..container("busybox", &[]) };
        assert_eq!(ending(&args, false), Some((7_000, 0)));
    }

    #[test]
    fn an_image_says_what_becomes_of_it_by_a_whole_word() {
        assert!(is_missing("bad:1") && is_missing("nginx:bad") && is_missing("shop/bad-image"));
        assert!(!is_missing("acme/dbadmin") && !is_missing("badger/db"));
        assert_eq!(ending(&container("crash-loop", &[]), false), Some((1_000, 1)));
        assert_eq!(ending(&container("crashpad", &[]), false), None);
    }

    #[test]
    fn ready_after_counts_from_the_start_of_the_run() {
        let exec = Exec { command: vec!["ready-after".into(), "7".into()] };
        assert_eq!(asked(&exec, "nginx", 16), Err("not ready".to_owned()));
        assert_eq!(asked(&exec, "nginx", 17), Ok(()));
    }

    fn asked(exec: &Exec, image: &str, seconds: u64) -> Result<(), String> {
        let probe = Probe { exec: Some(exec.clone()), ..Probe::default() };
        let run = Run {
            attempt: 0,
            image: image.into(),
            started: SimTime::from_seconds(10),
            natural: None,
            process: None,
            by: By::Itself,
            end: None,
        };
        let now = SimTime::from_seconds(seconds);
        let (object, container, view) = (pod(), container(image, &[]), View::default());
        let (object, container, view, run) = (&object, &container, &view, &run);
        answer(&probe, &Asked { object, container, run, is_silent: false, view, now })
    }

    #[test]
    fn a_probe_by_a_command_says_what_the_command_would() {
        let ask = |words: &[&str], image: &str| {
            let command = words.iter().map(|word| (*word).into()).collect();
            asked(&Exec { command }, image, 20)
        };
        let missing = "cat: /tmp/healthy: No such file or directory\n".to_owned();
        assert_eq!(ask(&["cat", "/tmp/healthy"], "nginx:1.27"), Err(missing));
        assert_eq!(ask(&["cat", "/tmp/healthy"], "shop"), Ok(()), "its program may make it");
        assert_eq!(ask(&["cat", "/etc/passwd"], "nginx"), Ok(()));
        assert!(!is_served(&container("nginx", &[])));
        let mount = VolumeMount { mount_path: "/tmp".into(), ..VolumeMount::default() };
        let shares = Container { volume_mounts: vec![mount], ..container("nginx", &[]) };
        assert!(is_served(&shares), "who shares the place may make it");
        assert_eq!(ask(&["pg_isready", "-U", "postgres"], "postgres"), Ok(()));
        assert_eq!(ask(&["sh", "-c", "echo no; exit 1"], "shop"), Err("no\n".to_owned()));
        assert_eq!(ask(&["false"], "shop"), Err(String::new()));
        let late = "command timed out: \"sleep 5\" timed out after 1s".to_owned();
        assert_eq!(ask(&["sleep", "5"], "shop"), Err(late));
    }

    #[test]
    fn a_stubborn_program_takes_the_whole_grace() {
        let stop = |image: &str| stop(&container(image, &[]), None, true, 4 * SECOND_US);
        assert_eq!(stop("stubborn:1"), (4 * SECOND_US, 137));
        assert_eq!(stop("nginx"), (STOP_US, 0));
    }

    #[test]
    fn a_hook_takes_its_sleep_and_one_that_waits_for_the_program_ends_with_it() {
        let run = |script: &str| hook_run(&["sh".into(), "-c".into(), script.into()]);
        assert_eq!(run("sleep 5"), (5 * SECOND_US, 0));
        assert_eq!(run("echo hi > /usr/share/message"), (0, 0));
        assert_eq!(run("exit 3").1, 3);
        assert_eq!(run("nginx -s quit; while killall -0 nginx; do sleep 1; done"), (STOP_US, 0));
    }
}
