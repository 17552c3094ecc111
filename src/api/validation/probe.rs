//! Probes and lifecycle hooks.
//!
//! Must not know who runs them. Invariant: paths are those of the container.

use crate::api::lifecycle::Handler;
use crate::api::pod::{Exec, Probe};
use crate::api::signed::written;
use crate::api::validation::names::header;
use crate::api::validation::path::{Path, Report};
use crate::api::validation::shared;
use crate::api::{Rest, Value};

/// Models pkg/apis/core/validation/validation.go validateProbe
pub(super) fn check(probe: &Probe, path: &Path<'_>, report: &mut Report) {
    if !handler(probe.exec.as_ref(), &probe.rest, false, path, report) {
        report.required(path, NO_HANDLER);
    }
    let counts = [
        ("initialDelaySeconds", probe.initial_delay_seconds),
        ("timeoutSeconds", probe.timeout_seconds.unwrap_or(1)),
        ("periodSeconds", probe.period_seconds.unwrap_or(10)),
        ("successThreshold", probe.success_threshold.unwrap_or(1)),
        ("failureThreshold", probe.failure_threshold.unwrap_or(3)),
    ];
    for (field, count) in counts {
        report.nonnegative(&path.child(field), written(count));
    }
    if let Some(seconds) = probe.termination_grace_period_seconds
        && written(seconds) <= 0
    {
        let at = path.child("terminationGracePeriodSeconds");
        report.invalid(&at, &written(seconds), "must be greater than 0");
    }
}

/// The probes of a regular container or a sidecar.
///
/// Models pkg/apis/core/validation/validation.go validateContainers
pub(super) fn check_all(probes: [Option<&Probe>; 3], path: &Path<'_>, report: &mut Report) {
    let [liveness, readiness, startup] = probes;
    let must_be_one = |probe: &Probe, path: &Path<'_>, report: &mut Report| {
        let count = written(probe.success_threshold.unwrap_or(1));
        if count != 1 {
            report.invalid(&path.child("successThreshold"), &count, "must be 1");
        }
    };
    if let Some(probe) = liveness {
        let at = path.child("livenessProbe");
        check(probe, &at, report);
        must_be_one(probe, &at, report);
    }
    if let Some(probe) = readiness {
        let at = path.child("readinessProbe");
        check(probe, &at, report);
        if let Some(seconds) = probe.termination_grace_period_seconds {
            let at = at.child("terminationGracePeriodSeconds");
            report.invalid(&at, &written(seconds), "must not be set for readinessProbes");
        }
    }
    if let Some(probe) = startup {
        let at = path.child("startupProbe");
        check(probe, &at, report);
        must_be_one(probe, &at, report);
    }
}

/// Models pkg/apis/core/validation/validation.go validateLifecycle
pub(super) fn hook(hook: &Handler, grace: i64, path: &Path<'_>, report: &mut Report) {
    let has_other = handler(hook.exec.as_ref(), &hook.rest, true, path, report);
    let Some(pause) = &hook.sleep else {
        if !has_other {
            report.required(path, NO_HANDLER);
        }
        return;
    };
    let at = path.child("sleep");
    let seconds = i64::from(written(pause.seconds));
    if has_other {
        report.forbidden(&at, MORE_HANDLERS);
    } else if seconds < 0 || seconds > grace {
        let detail =
            format!("must be non-negative and less than terminationGracePeriodSeconds ({grace})");
        report.invalid(&at, &seconds, &detail);
    }
}

const NO_HANDLER: &str = "must specify a handler type";
const MORE_HANDLERS: &str = "may not specify more than 1 handler type";

/// Looks at what is done; whether anything is.
///
/// Models pkg/apis/core/validation/validation.go validateHandler
fn handler(
    exec: Option<&Exec>,
    rest: &Rest,
    is_hook: bool,
    path: &Path<'_>,
    report: &mut Report,
) -> bool {
    let mut has_one = false;
    if let Some(exec) = exec {
        has_one = true;
        if exec.command.is_empty() {
            report.required(&path.child("exec").child("command"), "");
        }
    }
    let kinds =
        if is_hook { &["httpGet", "tcpSocket"][..] } else { &["httpGet", "tcpSocket", "grpc"] };
    for field in kinds {
        let Some(action) = rest.get(*field) else { continue };
        let at = path.child(field);
        if has_one {
            report.forbidden(&at, MORE_HANDLERS);
            continue;
        }
        has_one = true;
        if *field == "httpGet" && action.at("path") == Some(&Value::Str("".into())) {
            report.required(&at.child("path"), "");
        }
        shared::port(action.at("port"), &at.child("port"), report);
        if *field == "httpGet" {
            let schemes = ["HTTP", "HTTPS"];
            report.some_of(&at.child("scheme"), action.at("scheme"), &schemes);
            let at = at.child("httpHeaders");
            for one in action.items("httpHeaders") {
                let name = one.word("name");
                report.all_invalid(&at, name, header(name));
            }
        }
    }
    has_one
}
