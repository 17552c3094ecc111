//! `kubectl set selector` and `kubectl set serviceaccount`.
//!
//! Must not know what either does. Invariant: a selector is replaced as a whole.

use crate::api::{Kind, Value};
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::printing::Printing;
use crate::kubectl::run::Stage;
use crate::kubectl::session::{Session, tree_of};
use crate::kubectl::target::Info;
use crate::kubectl::{set, template, tree};

/// `kubectl set selector`.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/set/set_selector.go
pub(in crate::kubectl) fn selector(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let printing = Printing::of(flags)?;
    let Some((text, words)) = flags.args.split_last() else {
        return Err(plain(
            "one or more resources must be specified as <resource> <name> or \
                          <resource>/<name>",
        ));
    };
    let mut wanted = Vec::new();
    for part in text.split(',').filter(|part| !part.is_empty()) {
        let pair = part.split_once("==").or_else(|| part.split_once('='));
        let (key, value) = pair.ok_or_else(|| {
            plain(format!("unable to parse requirement: found '{part}', expected: identifier"))
        })?;
        wanted.push((key.trim(), tree::string(value.trim())));
    }
    let wanted: Value = Value::map(wanted);
    for info in set::find(session, flags, words)? {
        let mut after = tree_of(&*session.live(&info)?);
        match info.mapping.kind {
            Kind::Service => {
                tree::map_at(&mut after, &["spec"]).insert("selector".into(), wanted.clone());
            }
            _ => {
                return Err(plain(format!(
                    "selector: {}/{} does not support a selector that can be set",
                    info.mapping.plural, info.name
                )));
            }
        }
        write(session, &info, &printing, &after, "selector updated")?;
    }
    Ok(Stage::Ended)
}

/// `kubectl set serviceaccount`.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/set/set_serviceaccount.go
pub(in crate::kubectl) fn account(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let printing = Printing::of(flags)?;
    let Some((account, words)) = flags.args.split_last() else {
        return Err(plain("serviceaccount is required"));
    };
    for info in set::find(session, flags, words)? {
        let mut after = tree_of(&*session.live(&info)?);
        let Some(path) = template::pod_spec(info.mapping.kind) else {
            return Err(plain(format!(
                "{}/{} does not have a pod template",
                info.mapping.plural, info.name
            )));
        };
        let spec = tree::map_at(&mut after, path);
        spec.insert("serviceAccountName".into(), tree::string(account.as_str()));
        // The server keeps the old name of the field beside it.
        spec.insert("serviceAccount".into(), tree::string(account.as_str()));
        write(session, &info, &printing, &after, "serviceaccount updated")?;
    }
    Ok(Stage::Ended)
}

fn write(
    session: &mut Session<'_>,
    info: &Info,
    printing: &Printing,
    after: &Value,
    done: &str,
) -> Done {
    let live = session.live(info)?;
    let changed = session.change(info, &tree_of(&live), after, printing.dry);
    let changed = changed.map_err(|failure: Failure| {
        plain(format!("failed to patch {done}: {}", failure.error()))
    })?;
    printing.tell(session, &info.mapping, &changed.unwrap_or(live), done);
    Ok(())
}
