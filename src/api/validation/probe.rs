//! Probes and lifecycle hooks.
//!
//! Must not know who runs them. Invariant: paths are those of the container.

use crate::api::lifecycle::Handler;
use crate::api::pod::{Exec, Probe};
use crate::api::signed::written;
use crate::api::validation::names::{port_name, port_number};
use crate::api::validation::path::{Path, Report};
use crate::api::{Rest, Value};

/// Models pkg/apis/core/validation/validation.go validateProbe
pub(super) fn check(probe: &Probe, path: &Path<'_>, report: &mut Report) {
    handler(probe.exec.as_ref(), &probe.rest, false, path, report);
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
    if let Some(pause) = &hook.sleep {
        let seconds = i64::from(written(pause.seconds));
        if seconds < 0 || seconds > grace {
            let detail = format!(
                "must be non-negative and less than terminationGracePeriodSeconds ({grace})"
            );
            report.invalid(&path.child("sleep"), &seconds, &detail);
        }
    }
    handler(hook.exec.as_ref(), &hook.rest, hook.sleep.is_some(), path, report);
}

/// Models pkg/apis/core/validation/validation.go validateHandler
fn handler(
    exec: Option<&Exec>,
    rest: &Rest,
    has_other: bool,
    path: &Path<'_>,
    report: &mut Report,
) {
    let mut has_one = has_other;
    if let Some(exec) = exec {
        has_one = true;
        if exec.command.is_empty() {
            report.required(&path.child("exec").child("command"), "");
        }
    }
    for field in ["httpGet", "tcpSocket", "grpc"] {
        let Some(action) = rest.get(field) else { continue };
        let at = path.child(field);
        if has_one {
            report.forbidden(&at, "may not specify more than 1 handler type");
            continue;
        }
        has_one = true;
        if field == "httpGet" {
            http(action, &at, report);
        }
        port(action.at("port"), &at.child("port"), report);
    }
    if !has_one {
        report.required(path, "must specify a handler type");
    }
}

fn http(action: &Value, path: &Path<'_>, report: &mut Report) {
    let word = |key: &str| action.at(key).and_then(Value::as_str);
    if word("path") == Some("") {
        report.required(&path.child("path"), "");
    }
    let schemes = ["HTTP", "HTTPS"];
    if let Some(scheme) = word("scheme").filter(|one| !schemes.contains(one)) {
        report.not_supported(&path.child("scheme"), scheme, &schemes);
    }
}

/// Models pkg/apis/core/validation/validation.go ValidatePortNumOrName
fn port(port: Option<&Value>, path: &Path<'_>, report: &mut Report) {
    match port {
        Some(Value::Str(name)) => report.all_invalid(path, name, port_name(name)),
        Some(Value::Int(number)) => {
            let number = i32::try_from(*number).unwrap_or(-1);
            if let Some(detail) = port_number(number) {
                report.invalid(path, &number, detail);
            }
        }
        _ => report.invalid(path, &0_i32, "must be between 1 and 65535, inclusive"),
    }
}
