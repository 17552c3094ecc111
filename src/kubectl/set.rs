//! `kubectl set image`.
//!
//! Must not know what an image does. Invariant: an object without a difference is not written.
//!
//! Models staging/src/k8s.io/kubectl/pkg/cmd/set/set_image.go

use crate::api::Value;
use crate::base::Str;
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::pairs;
use crate::kubectl::printing::Printing;
use crate::kubectl::run::Stage;
use crate::kubectl::session::{Session, tree_of};
use crate::kubectl::target::{self, Info, Search};
use crate::kubectl::template;
use crate::kubectl::tree;

const NO_RESOURCE: &str =
    "one or more resources must be specified as <resource> <name> or <resource>/<name>";

/// `kubectl set image`.
pub(super) fn image(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let printing = Printing::of(flags)?;
    let (words, changes) = pairs::split(&flags.args, "image")?;
    let images: Vec<(Str, Str)> = pairs::parse(&changes, "image", false)?.set.into_iter().collect();
    let is_all = flags.is_set("all");
    let search = Search { takes_kind_alone: is_all, ..Search::default() };
    let infos = target::find(session, flags, &words, search).and_then(|found| {
        let (infos, failure) = session.fetch(found.infos);
        failure.map(|()| infos)
    })?;
    let mut failures = Vec::new();
    if is_all && flags.is_given("selector") {
        failures.push(plain("cannot set --all and --selector at the same time"));
    }
    if words.is_empty() && !flags.is_given("filename") {
        failures.push(plain(NO_RESOURCE));
    }
    if images.is_empty() {
        failures.push(plain("at least one image update is required"));
    } else if images.len() > 1 && images.iter().any(|(name, _)| &**name == "*") {
        failures.push(plain(
            "all containers are already specified by *, but saw more than one \
             container_name=container_image pairs",
        ));
    }
    Failure::all(failures)?;
    let mut failures = Vec::new();
    for info in &infos {
        set_images(session, info, &images, &printing, &mut failures);
    }
    Failure::all(failures).map(|()| Stage::Ended)
}

fn set_images(
    session: &mut Session<'_>,
    info: &Info,
    images: &[(Str, Str)],
    printing: &Printing,
    failures: &mut Vec<Failure>,
) {
    let object = match session.live(info) {
        Ok(object) => object,
        Err(failure) => return failures.push(failure),
    };
    let before = tree_of(&object);
    let mut after = before.clone();
    let Some(path) = template::pod_spec(info.mapping.kind) else {
        let name = format!("{}/{}", info.mapping.plural, info.name);
        return failures.push(plain(format!(
            "error: {name} the object is not a pod or does not have a pod template: {}\n",
            info.mapping.name
        )));
    };
    for (name, image) in images {
        let mut is_found = false;
        for list in ["initContainers", "containers"] {
            let place: Vec<&str> = path.iter().copied().chain([list]).collect();
            for container in tree::list_at(&mut after, &place) {
                let own = tree::text(container, &["name"]).unwrap_or_default();
                if &**name == "*" || own == &**name {
                    is_found = true;
                    tree::map_at(container, &[]).insert("image".into(), Value::Str(image.clone()));
                }
            }
        }
        if !is_found {
            failures.push(plain(format!("error: unable to find container named \"{name}\"")));
        }
    }
    match session.change(info, &before, &after, printing.dry) {
        Ok(None) => {}
        Ok(Some(object)) => printing.tell(session, &info.mapping, &object, "image updated"),
        Err(failure) => failures.push(plain(format!(
            "failed to patch image update to pod template: {}",
            failure.error()
        ))),
    }
}
