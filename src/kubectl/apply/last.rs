//! The annotation in which an object remembers what was applied last.
//!
//! Must not know how it is merged. Invariant: the annotation never holds itself.

use crate::api::wellknown::LAST_APPLIED;
use crate::api::{Value, go};
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::print;
use crate::kubectl::run::Stage;
use crate::kubectl::session::Session;
use crate::kubectl::target::{self, Info, Search};
use crate::kubectl::tree;

/// A manifest that remembers itself in an annotation.
///
/// Models staging/src/k8s.io/kubectl/pkg/util/apply.go GetModifiedConfiguration
pub(in crate::kubectl) fn with_last_applied(manifest: &Value) -> Value {
    let mut modified = manifest.clone();
    tree::map_at(&mut modified, &["metadata", "annotations"]).remove(LAST_APPLIED);
    let text = format!("{}\n", go::json(&modified));
    tree::map_at(&mut modified, &["metadata", "annotations"])
        .insert(LAST_APPLIED.into(), tree::string(text));
    modified
}

/// `kubectl apply view-last-applied`.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/apply/apply_view_last_applied.go
pub(in crate::kubectl) fn view_last_applied(
    session: &mut Session<'_>,
    flags: &Flags,
) -> Done<Stage> {
    let output = flags.text("output").unwrap_or("yaml");
    if !matches!(output, "yaml" | "json") {
        return Err(plain(format!(
            "Unexpected -o output mode: {output}, the flag 'output' must be one of yaml|json\nSee \
             'kubectl apply view-last-applied -h' for help and examples"
        )));
    }
    let search = Search { takes_kind_alone: flags.is_set("all"), ..Search::default() };
    let found = target::find(session, flags, &flags.args, search)?;
    let mut failures = Vec::new();
    for info in found.infos {
        failures.extend(info.and_then(|info| view_one(session, &info, output)).err());
    }
    Failure::all(failures).map(|()| Stage::Ended)
}

fn view_one(session: &mut Session<'_>, info: &Info, output: &str) -> Done {
    let object = session.live(info)?;
    // An object without the annotation is passed over in silence.
    let Some(last) = object.meta.annotation(LAST_APPLIED) else { return Ok(()) };
    let last: Value = serde_json::from_str(last).unwrap_or_default();
    let text = if output == "json" {
        // This command alone indents by two blanks.
        let pretty = print::json::pretty(&last);
        let halve = |line: &str| {
            let bare = line.trim_start();
            format!("{}{bare}\n", " ".repeat((line.len() - bare.len()) / 2))
        };
        pretty.lines().map(halve).collect()
    } else {
        print::yaml::yaml(&last)
    };
    session.io.stdout.push_str(&text);
    Ok(())
}
