//! `kubectl set`: changes in the containers of a Pod or of a template.
//!
//! Must not know what the changes do. Invariant: an object without a difference is not written.

mod env;
mod image;
mod metadata;
mod resources;

use crate::api::{Kind, Value};
use crate::kubectl::create;
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::printing::Printing;
use crate::kubectl::session::{Session, tree_of};
use crate::kubectl::target::{self, Info, Search};
use crate::kubectl::template;
use crate::kubectl::tree;

pub(super) use env::env;
pub(super) use image::image;
pub(super) use metadata::{account, selector};
pub(super) use resources::{amounts, resources};

const NO_RESOURCE: &str =
    "one or more resources must be specified as <resource> <name> or <resource>/<name>";

/// The objects that the words name; every one must be there.
fn find(session: &Session<'_>, flags: &Flags, words: &[String]) -> Done<Vec<Info>> {
    let search = Search { takes_kind_alone: flags.is_set("all"), ..Search::default() };
    if flags.is_set("local") {
        return local(session, flags, words);
    }
    let found = target::find(session, flags, words, search)?;
    let (infos, failure) = session.fetch(found.infos);
    failure.map(|()| infos)
}

/// What the manifests say, for a change that no server is asked for.
///
/// Models staging/src/k8s.io/cli-runtime/pkg/resource/builder.go Builder.Local
fn local(session: &Session<'_>, flags: &Flags, words: &[String]) -> Done<Vec<Info>> {
    if !flags.is_given("filename") {
        return Err(plain(
            "error: you must specify resources by --filename when --local is set.\nExample \
             resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'",
        ));
    }
    let mut infos = Vec::new();
    for info in target::find(session, flags, words, Search::default())?.infos {
        infos.push(Info { is_local: true, ..info? });
    }
    Ok(infos)
}

/// How an update is told.
struct Words {
    /// `image updated`.
    done: &'static str,
    /// What stands before the server's refusal.
    failed: &'static str,
}

/// A change of the init containers and the containers, with what is wrong.
type Edit<'a> = &'a mut dyn FnMut(&mut [Value], &mut [Value]) -> Vec<Failure>;

/// Changes the containers of an object; what `edit` finds wrong stops nothing.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/set/helper.go CalculatePatches
fn update(
    session: &mut Session<'_>,
    info: &Info,
    printing: &Printing,
    words: &Words,
    edit: Edit<'_>,
) -> Vec<Failure> {
    let before = match &info.manifest {
        Some(manifest) if info.is_local => manifest.clone(),
        _ => match session.live(info) {
            Ok(object) => tree_of(&object),
            Err(failure) => return vec![failure],
        },
    };
    let Some(path) = template::pod_spec(info.mapping.kind) else {
        return vec![plain(format!(
            "error: {}/{} the object is not a pod or does not have a pod template: *v1.{}\n",
            info.mapping.plural, info.name, info.mapping.name
        ))];
    };
    let mut after = before.clone();
    let mut failures = Vec::new();
    if let Some(spec) = tree::at_mut(&mut after, path) {
        let mut inits = tree::take_list(spec, "initContainers");
        let mut containers = tree::take_list(spec, "containers");
        failures = edit(&mut inits, &mut containers);
        tree::put_list(spec, "initContainers", inits);
        tree::put_list(spec, "containers", containers);
    }
    if info.is_local {
        session.record(&mut after);
        if after != before {
            if info.mapping.kind == Kind::Deployment {
                tree::map_at(&mut after, &["spec", "strategy"]);
            }
            create::zeros(info.mapping.kind, &mut after);
            printing.tell_tree(session, &info.mapping, &after, words.done);
        }
        return failures;
    }
    match session.change(info, &before, &after, printing.dry) {
        Ok(None) => {}
        Ok(Some(object)) => printing.tell(session, &info.mapping, &object, words.done),
        Err(failure) => {
            failures.push(plain(format!("{}{}", words.failed, failure.error())));
        }
    }
    failures
}

/// Whether a container's name fits a pattern with stars.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/set/helper.go selectString
fn fits(name: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(first) = parts.next() else { return false };
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut last = None;
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
        last = Some(part);
    }
    match last {
        None => rest.is_empty(),
        Some("") => true,
        Some(last) => name.ends_with(last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_letters() {
        for (name, pattern) in [("app", "*"), ("app", "app"), ("app", "a*"), ("app", "*p")] {
            assert!(fits(name, pattern), "{pattern}");
        }
        for (name, pattern) in [("app", "ap"), ("app", "b*"), ("app", "*x")] {
            assert!(!fits(name, pattern), "{pattern}");
        }
    }
}
