//! What a Pod may say on one kind of machine and not on another, and beside namespaces of its
//! node.
//!
//! Must not know machines. Invariant: paths are those of the Pod's spec.

use crate::api::Value;
use crate::api::pod::PodSpec;
use crate::api::validation::annotations::containers;
use crate::api::validation::names::dns_subdomain;
use crate::api::validation::path::{Path, Report};

const NOT_ON_WINDOWS: &str = "cannot be set for a windows pod";
const CONTEXT: &str = "securityContext";
const OPTIONS: &str = "windowsOptions";

/// The signals of Linux, in order.
const SIGNALS: [&str; 65] = [
    "SIGABRT",
    "SIGALRM",
    "SIGBUS",
    "SIGCHLD",
    "SIGCLD",
    "SIGCONT",
    "SIGFPE",
    "SIGHUP",
    "SIGILL",
    "SIGINT",
    "SIGIO",
    "SIGIOT",
    "SIGKILL",
    "SIGPIPE",
    "SIGPOLL",
    "SIGPROF",
    "SIGPWR",
    "SIGQUIT",
    "SIGRTMAX",
    "SIGRTMAX-1",
    "SIGRTMAX-10",
    "SIGRTMAX-11",
    "SIGRTMAX-12",
    "SIGRTMAX-13",
    "SIGRTMAX-14",
    "SIGRTMAX-2",
    "SIGRTMAX-3",
    "SIGRTMAX-4",
    "SIGRTMAX-5",
    "SIGRTMAX-6",
    "SIGRTMAX-7",
    "SIGRTMAX-8",
    "SIGRTMAX-9",
    "SIGRTMIN",
    "SIGRTMIN+1",
    "SIGRTMIN+10",
    "SIGRTMIN+11",
    "SIGRTMIN+12",
    "SIGRTMIN+13",
    "SIGRTMIN+14",
    "SIGRTMIN+15",
    "SIGRTMIN+2",
    "SIGRTMIN+3",
    "SIGRTMIN+4",
    "SIGRTMIN+5",
    "SIGRTMIN+6",
    "SIGRTMIN+7",
    "SIGRTMIN+8",
    "SIGRTMIN+9",
    "SIGSEGV",
    "SIGSTKFLT",
    "SIGSTOP",
    "SIGSYS",
    "SIGTERM",
    "SIGTRAP",
    "SIGTSTP",
    "SIGTTIN",
    "SIGTTOU",
    "SIGURG",
    "SIGUSR1",
    "SIGUSR2",
    "SIGVTALRM",
    "SIGWINCH",
    "SIGXCPU",
    "SIGXFSZ",
];

/// Models pkg/apis/core/validation/validation.go validateOS
pub(super) fn check(spec: &PodSpec, path: &Path<'_>, report: &mut Report) {
    let Some(os) = spec.rest.get("os") else { return };
    let at = path.child("os");
    match os.word("name") {
        "" => report.required(&at.child("name"), ""),
        "linux" => linux(spec, path, report),
        "windows" => windows(spec, path, report),
        other => report.not_supported(&at, other, &["linux", "windows"]),
    }
}

/// Calls for the context of the Pod and of each container that has one, with its path.
fn contexts(
    spec: &PodSpec,
    path: &Path<'_>,
    report: &mut Report,
    told: &dyn Fn(bool, &Value, &Path<'_>, &mut Report),
) {
    if let Some(context) = spec.rest.get(CONTEXT) {
        told(true, context, path, report);
    }
    for (list, index, one) in containers(spec) {
        if let Some(context) = one.rest.get(CONTEXT) {
            let at = path.child(list);
            told(false, context, &at.index(index), report);
        }
    }
}

/// Models pkg/apis/core/validation/validation.go validateLinux
fn linux(spec: &PodSpec, path: &Path<'_>, report: &mut Report) {
    contexts(spec, path, report, &|_, context, path, report| {
        if context.at(OPTIONS).is_some() {
            let detail = "windows options cannot be set for a linux pod";
            report.forbidden(&path.child(CONTEXT).child(OPTIONS), detail);
        }
    });
}

/// Fields of a Pod in the order in which they are looked at; those of its context are marked.
const OF_POD: [(bool, &str); 15] = [
    (true, "appArmorProfile"),
    (true, "seLinuxOptions"),
    (false, "hostUsers"),
    (false, "hostPID"),
    (false, "hostIPC"),
    (true, "seccompProfile"),
    (true, "fsGroup"),
    (true, "fsGroupChangePolicy"),
    (true, "sysctls"),
    (false, "shareProcessNamespace"),
    (true, "runAsUser"),
    (true, "runAsGroup"),
    (true, "supplementalGroups"),
    (true, "supplementalGroupsPolicy"),
    (true, "seLinuxChangePolicy"),
];
const OF_CONTAINER: [&str; 10] = [
    "appArmorProfile",
    "seLinuxOptions",
    "seccompProfile",
    "capabilities",
    "readOnlyRootFilesystem",
    "privileged",
    "allowPrivilegeEscalation",
    "procMount",
    "runAsUser",
    "runAsGroup",
];

/// Models pkg/apis/core/validation/validation.go validateWindows
fn windows(spec: &PodSpec, path: &Path<'_>, report: &mut Report) {
    contexts(spec, path, report, &|is_pod, context, path, report| {
        let at = path.child(CONTEXT);
        if !is_pod {
            for field in OF_CONTAINER.into_iter().filter(|field| context.at(field).is_some()) {
                report.forbidden(&at.child(field), NOT_ON_WINDOWS);
            }
            return;
        }
        for (is_inside, field) in OF_POD {
            if is_inside && context.at(field).is_some() {
                report.forbidden(&at.child(field), NOT_ON_WINDOWS);
            } else if !is_inside && spec.rest.contains_key(field) {
                report.forbidden(&path.child(field), NOT_ON_WINDOWS);
            }
        }
    });
}

/// Models pkg/apis/core/validation/validation.go validateWindowsHostProcessPod
pub(super) fn host_process(spec: &PodSpec, path: &Path<'_>, report: &mut Report) {
    let of = |context: Option<&Value>| {
        let options = context.and_then(|context| context.at(OPTIONS));
        match options.and_then(|options| options.at("hostProcess")) {
            Some(Value::Bool(is_one)) => Some(*is_one),
            _ => None,
        }
    };
    let own = of(spec.rest.get(CONTEXT));
    let (mut count, mut all) = (0, 0);
    for (list, index, one) in containers(spec) {
        all += 1;
        let given = of(one.rest.get(CONTEXT));
        if let (Some(own), Some(given)) = (own, given)
            && own != given
        {
            let at = path.child(list);
            let (at, context) = (at.index(index), CONTEXT);
            let at = at.child(context);
            let at = at.child(OPTIONS);
            let detail =
                format!("pod hostProcess value must be identical if both are specified, was {own}");
            report.invalid(&at.child("hostProcess"), &given, &detail);
        }
        count += u32::from(given.or(own) == Some(true));
    }
    if count == 0 {
        return;
    }
    if count != all {
        let detail = "If pod contains any hostProcess containers then all containers must be \
                      HostProcess containers";
        report.invalid(path, "", detail);
    }
    if !is_on(spec, "hostNetwork") {
        let detail = "hostNetwork must be true if pod contains any hostProcess containers";
        report.invalid(&path.child("hostNetwork"), &false, detail);
    }
}

fn is_on(spec: &PodSpec, field: &str) -> bool {
    spec.rest.get(field) == Some(&Value::Bool(true))
}

/// Whether users within the Pod are those of its node.
pub(super) fn shares_users(spec: &PodSpec) -> bool {
    spec.rest.get("hostUsers") != Some(&Value::Bool(false))
}

/// Models pkg/apis/core/validation/validation.go validateHostUsers
pub(super) fn host_users(spec: &PodSpec, path: &Path<'_>, report: &mut Report) {
    const DETAIL: &str = "when `hostUsers` is false";
    if shares_users(spec) {
        return;
    }
    let fields = [("hostNetwork", "hostNetwork"), ("hostPID", "HostPID"), ("hostIPC", "HostIPC")];
    for (_, told) in fields.into_iter().filter(|(field, _)| is_on(spec, field)) {
        report.forbidden(&path.child(told), DETAIL);
    }
    for (list, index, one) in containers(spec) {
        if one.rest.contains_key("volumeDevices") {
            let at = path.child(list);
            report.forbidden(&at.index(index).child("volumeDevices"), DETAIL);
        }
    }
}

/// Models pkg/apis/core/validation/validation.go validatePodHostName
pub(super) fn host_name(spec: &PodSpec, path: &Path<'_>, report: &mut Report) {
    const NAME_MAX: usize = 64;
    let Some(name) = spec.rest.get("hostnameOverride").and_then(Value::as_str) else { return };
    let at = path.child("hostnameOverride");
    for field in ["setHostnameAsFQDN", "hostNetwork"] {
        if is_on(spec, field) {
            report.forbidden(&at, &format!("may not be specified when {field} is true"));
        }
    }
    if name.len() > NAME_MAX {
        report.too_long(&at, NAME_MAX);
    }
    report.all_invalid(&at, name, dns_subdomain(name));
}

/// What a container may be asked to stop by.
///
/// Models pkg/apis/core/validation/validation.go validateStopSignal
pub(super) fn stop_signal(signal: &str, spec: &PodSpec, path: &Path<'_>, report: &mut Report) {
    let known = match spec.rest.get("os").map(|os| os.word("name")) {
        None => {
            let detail = "may not be set for containers with empty `spec.os.name`";
            return report.forbidden(path, detail);
        }
        Some("windows") => &["SIGKILL", "SIGTERM"][..],
        Some("linux") => &SIGNALS,
        Some(_) => return,
    };
    if !known.contains(&signal) {
        report.not_supported(path, signal, known);
    }
}

/// The options of a context for Windows.
///
/// Models pkg/apis/core/validation/validation.go validateWindowsSecurityContextOptions
pub(super) fn options(context: &Value, path: &Path<'_>, report: &mut Report) {
    const SPEC_MAX: usize = 64 * 1024;
    let Some(options) = context.at(OPTIONS) else { return };
    let path = path.child(OPTIONS);
    let text = |field: &str| options.at(field).and_then(Value::as_str);
    if let Some(name) = text("gmsaCredentialSpecName") {
        report.all_invalid(&path.child("gmsaCredentialSpecName"), name, dns_subdomain(name));
    }
    if let Some(spec) = text("gmsaCredentialSpec") {
        let at = path.child("gmsaCredentialSpec");
        if spec.is_empty() {
            report.invalid(&at, spec, "gmsaCredentialSpec cannot be an empty string");
        } else if spec.len() > SPEC_MAX {
            report.invalid(&at, spec, "gmsaCredentialSpec size must be under 64 KiB");
        }
    }
    if let Some(name) = text("runAsUserName") {
        for detail in user(name) {
            report.invalid(&path.child("runAsUserName"), name, &format!("runAsUserName{detail}"));
        }
    }
}

/// What is wrong with a user of Windows.
fn user(name: &str) -> Vec<&'static str> {
    if name.is_empty() {
        return vec![" cannot be an empty string"];
    }
    if name.chars().any(|c| c.is_ascii_control()) {
        return vec![" cannot contain control characters"];
    }
    let (domain, user) = match name.split_once('\\') {
        None => (None, name),
        Some((_, rest)) if rest.contains('\\') => {
            return vec![" cannot contain more than one backslash"];
        }
        Some((domain, user)) => (Some(domain), user),
    };
    let mut told = Vec::new();
    if let Some(domain) = domain {
        if domain.len() >= 256 {
            told.push("'s Domain length must be under 256 characters");
        }
        if !is_netbios(domain) && !domain.split('.').all(is_label) {
            told.push("'s Domain doesn't match the NetBios nor the DNS format");
        }
    }
    if user.is_empty() {
        told.push("'s User cannot be empty");
    } else if user.len() > 104 {
        told.push("'s User length must not be longer than 104 characters");
    }
    if !user.is_empty() && user.chars().all(|c| matches!(c, '.' | ' ')) {
        told.push("'s User cannot contain only periods or spaces");
    }
    if user.contains(|c| "\"/\\:;|=,+*?<>@[]".contains(c)) {
        told.push("'s User cannot contain the following characters: \"/\\:;|=,+*?<>@[]");
    }
    told
}

fn is_netbios(domain: &str) -> bool {
    let count = domain.chars().count();
    (1..=15).contains(&count)
        && !domain.starts_with('.')
        && !domain.contains(|c| "\\/:*?\"<>|".contains(c))
}

fn is_label(label: &str) -> bool {
    let is_edge = |c: char| c.is_ascii_alphanumeric();
    (1..=63).contains(&label.len())
        && label.starts_with(is_edge)
        && label.ends_with(is_edge)
        && label.chars().all(|c| is_edge(c) || c == '-')
}
