//! `kubectl rollout history`.
//!
//! Must not know how revisions come about. Invariant: revisions stand in order of number.
//!
//! Models staging/src/k8s.io/kubectl/pkg/polymorphichelpers/history.go

use std::fmt::Write as _;

use crate::api::{Kind, Value};
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::print;
use crate::kubectl::print::look::Look;
use crate::kubectl::printing::Printing;
use crate::kubectl::rollout::revisions::{self, Revision};
use crate::kubectl::run::Stage;
use crate::kubectl::session::Session;
use crate::kubectl::target::Info;

/// `kubectl rollout history`.
pub(in crate::kubectl) fn history(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let printing = Printing::of(flags)?;
    let found = super::find(session, flags)?;
    let revision = flags.number("revision").unwrap_or(0);
    if revision < 0 {
        return Err(plain(format!("revision must be a positive integer: {revision}")));
    }
    let mut failures = Vec::new();
    for info in found.infos {
        let result = info.and_then(|info| show(session, &info, revision, &printing));
        failures.extend(result.err());
    }
    Failure::all(failures).map(|()| Stage::Ended)
}

fn show(session: &mut Session<'_>, info: &Info, wanted: i64, printing: &Printing) -> Done {
    let object = session.live(info)?;
    if !matches!(info.mapping.kind, Kind::Deployment | Kind::StatefulSet | Kind::DaemonSet) {
        return Err(plain(format!(
            "no history viewer has been implemented for \"{}\"",
            super::group_kind(&info.mapping)
        )));
    }
    let known = revisions::list(session, &object);
    let chosen = known.iter().find(|one| one.number == wanted);
    let missing = || plain("unable to find the specified revision");
    if printing.is_whole() {
        let shown: Vec<&Revision> = match wanted {
            0 => known.iter().collect(),
            _ => vec![chosen.ok_or_else(missing)?],
        };
        for one in shown {
            printing.tell(session, &info.mapping, &one.object, "");
        }
        return Ok(());
    }
    let (which, text) = if known.is_empty() {
        (String::new(), "No rollout history found.".to_owned())
    } else if wanted > 0 {
        let chosen = chosen.ok_or_else(missing)?;
        (format!("with revision #{wanted}"), template_text(&chosen.template))
    } else {
        (String::new(), table(&known))
    };
    printing.tell(session, &info.mapping, &object, &format!("{which}\n{text}"));
    Ok(())
}

fn table(known: &[Revision]) -> String {
    const WIDTH: usize = "REVISION".len() + 2;
    let mut text = format!("{:<WIDTH$}CHANGE-CAUSE\n", "REVISION");
    for one in known {
        writeln!(text, "{:<WIDTH$}{}", one.number, one.cause()).expect("text takes text");
    }
    text
}

/// A template in words.
pub(super) fn template_text(template: &Value) -> String {
    print::pod_template(Look::from(template))
}
