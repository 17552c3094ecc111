//! `kubectl create -f`.
//!
//! Must not know how objects act. Invariant: an object that is there is never changed.
//!
//! Models staging/src/k8s.io/kubectl/pkg/cmd/create/create.go

use crate::kubectl::apply;
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::printing::Printing;
use crate::kubectl::run::Stage;
use crate::kubectl::session::Session;
use crate::kubectl::target::{self, Info, Search};

/// `kubectl create -f`.
pub(super) fn start(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let printing = Printing::of(flags)?;
    if !flags.is_given("filename") {
        return Err(plain("must specify one of -f and -k"));
    }
    if let Some(word) = flags.args.first() {
        return Err(plain(format!(
            "Unexpected args: [{word}]\nSee 'kubectl create -h' for help and examples"
        )));
    }
    let found = target::find(session, flags, &[], Search::default())?;
    let (mut count, mut failures) = (0_u32, Vec::new());
    for info in found.infos {
        let saves = flags.is_set("save-config");
        let result = info.and_then(|info| create_one(session, &info, saves, &printing));
        match result {
            Ok(()) => count += 1,
            Err(failure) => failures.push(failure),
        }
    }
    if count == 0 && failures.is_empty() {
        return Err(plain("no objects passed to create"));
    }
    Failure::all(failures).map(|()| Stage::Ended)
}

fn create_one(session: &mut Session<'_>, info: &Info, saves: bool, printing: &Printing) -> Done {
    let Some(manifest) = &info.manifest else { return Ok(()) };
    let new = if saves { apply::with_last_applied(manifest) } else { manifest.clone() };
    let created = session
        .create(&new, printing.dry)
        .map_err(|failure| failure.from_source("creating", &info.source))?;
    match created {
        Some(object) => printing.tell(session, &info.mapping, &object, "created"),
        None => printing.tell_tree(session, &info.mapping, &new, "created"),
    }
    Ok(())
}
