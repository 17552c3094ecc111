//! `kubectl patch`: a change in the words of the API.
//!
//! Must not know fields. Invariant: the patch is sent as it was written.
//!
//! Models staging/src/k8s.io/kubectl/pkg/cmd/patch/patch.go

use crate::api::{Value, decode};
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::printing::Printing;
use crate::kubectl::run::Stage;
use crate::kubectl::scale;
use crate::kubectl::session::{DryRun, Session, Validation, tree_of};
use crate::kubectl::target::{self, Info, Search};
use crate::kubectl::yaml_error;
use crate::server::{Part, PatchKind};

/// `kubectl patch`.
pub(super) fn start(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let printing = Printing::of(flags)?;
    let text = flags.text("patch").unwrap_or_default();
    let file = flags.text("patch-file").unwrap_or_default();
    if !text.is_empty() && !file.is_empty() {
        return Err(plain("cannot specify --patch and --patch-file together"));
    }
    if text.is_empty() && file.is_empty() {
        return Err(plain(
            "must specify --patch or --patch-file containing the contents of the patch",
        ));
    }
    let given = flags.text("type").unwrap_or("strategic");
    let how = match given.to_lowercase().as_str() {
        "strategic" | "" => PatchKind::Strategic,
        "merge" => PatchKind::Merge,
        "json" => PatchKind::Json,
        _ => {
            return Err(plain(format!(
                "--type must be one of [json merge strategic], not \"{given}\""
            )));
        }
    };
    let from_file = session.context.file(file).filter(|_| !file.is_empty());
    if !file.is_empty() && from_file.is_none() {
        return Err(plain(format!(
            "unable to read patch file: open {file}: no such file or directory"
        )));
    }
    let patch = read(from_file.as_deref().unwrap_or(text));
    let found = target::find(session, flags, &flags.args, Search::default())?;
    let subresource = flags.text("subresource").unwrap_or_default();
    let part = match subresource {
        "status" => Part::Status,
        "resize" => return Err(plain("Podium does not resize Pods in place")),
        _ => Part::Spec,
    };
    let how = How { patch: how, part, is_scale: subresource == "scale" };
    let (mut count, mut failures) = (0_u32, Vec::new());
    for info in found.infos {
        count += 1;
        let result = info.and_then(|info| patch_one(session, &info, how, &patch, &printing));
        failures.extend(result.err());
    }
    Failure::all(failures)?;
    if count == 0 {
        return Err(plain("no objects passed to patch"));
    }
    Ok(Stage::Ended)
}

/// A patch may be written as JSON or YAML; one that is neither is the server's to refuse.
fn read(text: &str) -> Result<Value, String> {
    let parsed = crate::text::parse(text);
    match parsed.documents.first().and_then(|document| document.root.as_ref()) {
        Some(root) => Ok(decode::plain(root)),
        None => match yaml_error::first(text, &parsed) {
            Some(why) => Err(format!("unable to parse \"{text}\": {why}")),
            None => Ok(Value::Null),
        },
    }
}

/// What kind of patch goes where.
#[derive(Clone, Copy, Debug)]
struct How {
    patch: PatchKind,
    part: Part,
    is_scale: bool,
}

fn patch_one(
    session: &mut Session<'_>,
    info: &Info,
    how: How,
    patch: &Result<Value, String>,
    printing: &Printing,
) -> Done {
    let before = session.live(info)?;
    if how.is_scale && !scale::is_scalable(info.mapping.kind) {
        return Err(scale::not_found());
    }
    let sent = (how.patch, how.part);
    let patch = patch.clone().map_err(plain)?;
    let after = match printing.dry {
        // What the server would make of it is printed, and nothing is kept.
        DryRun::Client => {
            session.patch_part(info, sent, patch, Validation::Warn, DryRun::Server)?
        }
        dry => session.patch_part(info, sent, patch, Validation::Warn, dry)?,
    };
    let is_same = tree_of(&before) == tree_of(&after);
    session.record_after(info, printing.dry)?;
    let done = if is_same { "patched (no change)" } else { "patched" };
    if how.is_scale {
        printing.tell_scale(session, &info.mapping, &after, done);
    } else {
        printing.tell(session, &info.mapping, &after, done);
    }
    Ok(())
}
