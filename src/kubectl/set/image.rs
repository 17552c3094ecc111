//! `kubectl set image`.
//!
//! Must not know what an image does. Invariant: a container that is not there is a failure.
//!
//! Models staging/src/k8s.io/kubectl/pkg/cmd/set/set_image.go

use crate::api::Value;
use crate::base::Str;
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::pairs;
use crate::kubectl::printing::Printing;
use crate::kubectl::run::Stage;
use crate::kubectl::session::Session;
use crate::kubectl::set::{self, NO_RESOURCE, Words};
use crate::kubectl::tree;

const WORDS: Words =
    Words { done: "image updated", failed: "failed to patch image update to pod template: " };

/// `kubectl set image`.
pub(in crate::kubectl) fn image(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let printing = Printing::of(flags)?;
    let (words, changes) = pairs::split(&flags.args, "image")?;
    let images: Vec<(Str, Str)> = pairs::parse(&changes, "image", false)?.set.into_iter().collect();
    let infos = set::find(session, flags, &words)?;
    validate(flags, &words, &images)?;
    let mut failures = Vec::new();
    for info in &infos {
        let mut edit = |inits: &mut [Value], containers: &mut [Value]| {
            let missing = images.iter().filter(|(name, image)| {
                let in_inits = put(inits, name, image);
                let in_containers = put(containers, name, image);
                !in_inits && !in_containers
            });
            let text = |(name, _): &(Str, Str)| {
                plain(format!("error: unable to find container named \"{name}\""))
            };
            missing.map(text).collect()
        };
        failures.extend(set::update(session, info, &printing, &WORDS, &mut edit));
    }
    Failure::all(failures).map(|()| Stage::Ended)
}

fn validate(flags: &Flags, words: &[String], images: &[(Str, Str)]) -> Done {
    let mut failures = Vec::new();
    if flags.is_set("all") && flags.is_given("selector") {
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
    Failure::all(failures)
}

/// Sets the image of the containers that are meant; whether there was one.
fn put(containers: &mut [Value], name: &str, image: &Str) -> bool {
    let mut is_found = false;
    for container in containers {
        if name == "*" || tree::text(container, &["name"]) == Some(name) {
            is_found = true;
            tree::map_at(container, &[]).insert("image".into(), Value::Str(image.clone()));
        }
    }
    is_found
}
