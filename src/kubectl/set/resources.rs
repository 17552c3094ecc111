//! `kubectl set resources`.
//!
//! Must not know what a request does. Invariant: what is not named stays.
//!
//! Models staging/src/k8s.io/kubectl/pkg/cmd/set/set_resources.go

use crate::api::{Quantity, Value};
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::printing::Printing;
use crate::kubectl::run::Stage;
use crate::kubectl::session::Session;
use crate::kubectl::set::{self, Words};
use crate::kubectl::tree;

const WORDS: Words = Words {
    done: "resource requirements updated",
    failed: "failed to patch resources update to pod template ",
};

/// `kubectl set resources`.
pub(in crate::kubectl) fn resources(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let printing = Printing::of(flags)?;
    let infos = set::find(session, flags, &flags.args)?;
    if flags.is_set("all") && flags.is_given("selector") {
        return Err(plain("cannot set --all and --selector at the same time"));
    }
    let limits = flags.text("limits").unwrap_or_default();
    let requests = flags.text("requests").unwrap_or_default();
    if limits.is_empty() && requests.is_empty() {
        return Err(plain(
            "you must specify an update to requests or limits (in the form of --requests/--limits)",
        ));
    }
    let lists = [("limits", amounts(limits)?), ("requests", amounts(requests)?)];
    let pattern = flags.text("containers").unwrap_or("*");
    let mut failures = Vec::new();
    for info in &infos {
        let mut edit = |inits: &mut [Value], containers: &mut [Value]| {
            let mut is_found = false;
            for container in containers.iter_mut().chain(inits) {
                if !set::fits(tree::text(container, &["name"]).unwrap_or_default(), pattern) {
                    continue;
                }
                is_found = true;
                for (list, amounts) in lists.iter().filter(|(_, amounts)| !amounts.is_empty()) {
                    let known = tree::map_at(container, &["resources", list]);
                    for (name, amount) in amounts {
                        known.insert(name.as_str().into(), tree::string(amount.as_str()));
                    }
                }
            }
            let missing = || plain(format!("error: unable to find container named {pattern}"));
            if is_found { Vec::new() } else { vec![missing()] }
        };
        failures.extend(set::update(session, info, &printing, &WORDS, &mut edit));
    }
    Failure::all(failures).map(|()| Stage::Ended)
}

/// `cpu=200m,memory=64Mi` as pairs.
///
/// Models staging/src/k8s.io/kubectl/pkg/generate/versioned/run.go populateResourceListV1
pub(in crate::kubectl) fn amounts(text: &str) -> Done<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    for part in text.split(',').filter(|part| !part.is_empty()) {
        let pieces: Vec<&str> = part.split('=').collect();
        let [name, amount] = pieces.as_slice() else {
            return Err(plain(format!(
                "Invalid argument syntax {part}, expected <resource>=<value>"
            )));
        };
        let quantity: Result<Quantity, _> = serde_json::from_value((*amount).into());
        if quantity.is_err() {
            return Err(plain(
                "quantities must match the regular expression \
                 '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
            ));
        }
        pairs.push(((*name).to_owned(), (*amount).to_owned()));
    }
    Ok(pairs)
}
