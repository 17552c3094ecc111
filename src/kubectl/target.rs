//! Which objects a command is about: `TYPE NAME`, `TYPE/NAME`, `-l`, `--all` and `-f`.
//!
//! Must not know what is done with them. Invariant: they come in the order in which kubectl
//! visits them.

use std::rc::Rc;

use crate::api::{Labels, Value};
use crate::base::Str;
use crate::kubectl::failure::{Done, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::manifest;
use crate::kubectl::mapping::Mapping;
use crate::kubectl::selector::Selector;
use crate::kubectl::session::Session;
use crate::kubectl::tree;

/// One object that a command is about.
#[derive(Clone, Debug)]
pub(super) struct Info {
    /// Its kind.
    pub(super) mapping: Mapping,
    /// Its namespace, or empty.
    pub(super) namespace: Str,
    /// Its name.
    pub(super) name: Str,
    /// The file that names it, or empty.
    pub(super) source: String,
    /// What the file says.
    pub(super) manifest: Option<Value>,
    /// Whether only that counts, and no server is asked.
    pub(super) is_local: bool,
}

impl Info {
    /// Whether the labels of the manifest are selected.
    pub(super) fn is_written_for(&self, selector: &Selector) -> bool {
        let labels = self.manifest.as_ref().and_then(|one| tree::at(one, &["metadata", "labels"]));
        let mut found = Labels::default();
        if let Some(Value::Map(entries)) = labels {
            let texts = entries.iter().filter_map(|(key, value)| Some((key, value.as_str()?)));
            Rc::make_mut(&mut found)
                .extend(texts.map(|(key, value)| (key.clone(), Str::from(value))));
        }
        selector.is_met_by_labels(&found)
    }
}

/// What was found.
#[derive(Debug)]
pub(super) struct Found {
    /// The objects, and what went wrong between them.
    pub(super) infos: Vec<Done<Info>>,
    /// Whether the words ask for one object.
    pub(super) is_single: bool,
}

/// How a command looks for its objects.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Search {
    /// A kind alone stands for all its objects.
    pub(super) takes_kind_alone: bool,
    /// All objects of the kinds are meant.
    pub(super) is_all: bool,
}

/// The kinds that `all` stands for.
const ALL: [&str; 10] = [
    "pods",
    "replicationcontrollers",
    "services",
    "daemonsets.apps",
    "deployments.apps",
    "replicasets.apps",
    "statefulsets.apps",
    "horizontalpodautoscalers.autoscaling",
    "cronjobs.batch",
    "jobs.batch",
];

/// What is said of `-k`.
pub(super) const NO_KUSTOMIZE: &str = "Podium does not simulate kustomize";
const NOTHING: &str = "You must provide one or more resources by argument or filename.\n\
                       Example resource specifications include:\n   '-f rsrc.yaml'\n   \
                       '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'";

/// Finds what the words and flags of a command name.
///
/// Models staging/src/k8s.io/cli-runtime/pkg/resource/builder.go Builder.visitorResult
pub(super) fn find(
    session: &Session<'_>,
    flags: &Flags,
    words: &[String],
    search: Search,
) -> Done<Found> {
    let words = normalize(words);
    let slashes = words.iter().filter(|word| word.contains('/')).count();
    if slashes > 0 && slashes != words.len() {
        return Err(plain(
            "there is no need to specify a resource type as a separate argument when passing \
             arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead \
             of 'kubectl get resource resource/<resource_name>'",
        ));
    }
    let (mut pairs, mut kinds, mut names) = (Vec::new(), Vec::new(), Vec::new());
    if slashes > 0 {
        for word in &words {
            pairs.push(split(word)?);
        }
    } else if let Some((first, rest)) = words.split_first() {
        kinds = expand(first);
        names = rest.to_vec();
    }
    let asked = Asked { kinds, names, pairs };
    if flags.is_given("kustomize") {
        return Err(plain(NO_KUSTOMIZE));
    }
    if flags.is_given("filename") {
        asked.none_beside_files()?;
        let infos = manifest::infos(session, flags)?;
        return Ok(Found { infos, is_single: false });
    }
    let text = |name: &str| flags.text(name).filter(|text| !text.is_empty());
    let (labels, fields) = (text("selector"), text("field-selector"));
    let is_kind_alone = asked.names.is_empty() && !asked.kinds.is_empty();
    let is_everything = search.is_all || (search.takes_kind_alone && is_kind_alone);
    if labels.is_some() || fields.is_some() || is_everything {
        let selector = Selector::read(labels.unwrap_or_default(), fields.unwrap_or_default());
        return asked.by_selector(session, &selector, flags.is_set("all-namespaces"));
    }
    if !asked.pairs.is_empty() {
        return asked.by_pairs(session);
    }
    asked.by_name(session)
}

/// The words, sorted.
struct Asked {
    kinds: Vec<String>,
    names: Vec<String>,
    pairs: Vec<(String, String)>,
}

impl Asked {
    /// Models staging/src/k8s.io/cli-runtime/pkg/resource/builder.go Builder.visitByPaths
    fn none_beside_files(&self) -> Done {
        let text = if !self.kinds.is_empty() {
            "when paths, URLs, or stdin is provided as input, you may not specify resource \
             arguments as well"
        } else if !self.pairs.is_empty() {
            "resource/name arguments cannot be provided when a path is specified"
        } else {
            return Ok(());
        };
        Err(plain(text))
    }

    /// Models staging/src/k8s.io/cli-runtime/pkg/resource/builder.go Builder.visitBySelector
    fn by_selector(&self, session: &Session<'_>, selector: &Selector, all: bool) -> Done<Found> {
        if !self.names.is_empty() {
            return Err(plain("name cannot be provided when a selector is specified"));
        }
        if !self.pairs.is_empty() {
            return Err(plain(
                "selectors and the all flag cannot be used when passing resource/name arguments",
            ));
        }
        if self.kinds.is_empty() {
            return Err(plain("at least one resource must be specified to use a selector"));
        }
        let mut infos = Vec::new();
        for mapping in mappings(session, &self.kinds)? {
            if let Err(failure) = selector.fits(&mapping) {
                infos.push(Err(failure));
                continue;
            }
            let found = session.list(&mapping, all);
            let found = found.into_iter().filter(|one| selector.is_met_by(one));
            infos.extend(found.map(|one| {
                Ok(Info {
                    mapping: mapping.clone(),
                    namespace: one.meta.namespace.clone(),
                    name: one.meta.name.clone(),
                    source: String::new(),
                    manifest: None,
                    is_local: false,
                })
            }));
        }
        Ok(Found { infos, is_single: false })
    }

    /// Models staging/src/k8s.io/cli-runtime/pkg/resource/builder.go Builder.visitByResource
    fn by_pairs(&self, session: &Session<'_>) -> Done<Found> {
        let mut infos = Vec::new();
        for (kind, name) in &self.pairs {
            infos.push(Ok(info(session, mapping(session, kind)?, name)));
        }
        Ok(Found { infos, is_single: self.pairs.len() == 1 })
    }

    /// Models staging/src/k8s.io/cli-runtime/pkg/resource/builder.go Builder.visitByName
    fn by_name(&self, session: &Session<'_>) -> Done<Found> {
        if self.kinds.is_empty() {
            return Err(plain(NOTHING));
        }
        let found = mappings(session, &self.kinds)?;
        if self.names.is_empty() {
            return Err(plain("resource(s) were provided, but no name was specified"));
        }
        let [one] = found.as_slice() else {
            return Err(plain("you must specify only one resource"));
        };
        let infos = self.names.iter().map(|name| Ok(info(session, one.clone(), name)));
        Ok(Found { infos: infos.collect(), is_single: self.names.len() == 1 })
    }
}

fn info(session: &Session<'_>, mapping: Mapping, name: &str) -> Info {
    let namespace = session.namespace_of(&mapping);
    Info {
        mapping,
        namespace,
        name: name.into(),
        source: String::new(),
        manifest: None,
        is_local: false,
    }
}

/// The kind that a word means, or kubectl's complaint.
///
/// Models staging/src/k8s.io/cli-runtime/pkg/resource/builder.go Builder.mappingFor
pub(super) fn mapping(session: &Session<'_>, word: &str) -> Done<Mapping> {
    session.mapping(word).ok_or_else(|| {
        let (kind, _) = word.split_once('.').unwrap_or((word, ""));
        plain(format!("the server doesn't have a resource type \"{kind}\""))
    })
}

fn mappings(session: &Session<'_>, kinds: &[String]) -> Done<Vec<Mapping>> {
    let mut found: Vec<Mapping> = Vec::new();
    for kind in kinds {
        let one = mapping(session, kind)?;
        if !found.contains(&one) {
            found.push(one);
        }
    }
    Ok(found)
}

/// Several kinds with names stand for each kind with each name.
///
/// Models staging/src/k8s.io/cli-runtime/pkg/resource/builder.go normalizeMultipleResourcesArgs
fn normalize(words: &[String]) -> Vec<String> {
    let Some((first, names)) = words.split_first() else { return Vec::new() };
    let kinds = unique(first);
    if names.is_empty() || kinds.len() < 2 {
        return words.to_vec();
    }
    let pair = |kind: &String| names.iter().map(|name| format!("{kind}/{name}")).collect();
    kinds.iter().flat_map(|kind| -> Vec<String> { pair(kind) }).collect()
}

fn unique(list: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for one in list.split(',') {
        if !found.iter().any(|known| known == one) {
            found.push(one.to_owned());
        }
    }
    found
}

/// The kinds of a list, `all` expanded.
fn expand(list: &str) -> Vec<String> {
    let expand = |one: String| match one.as_str() {
        "all" => ALL.iter().map(|kind| (*kind).to_owned()).collect(),
        _ => vec![one],
    };
    unique(list).into_iter().flat_map(expand).collect()
}

/// Models staging/src/k8s.io/cli-runtime/pkg/resource/builder.go splitResourceTypeName
fn split(word: &str) -> Done<(String, String)> {
    let parts: Vec<&str> = word.split('/').collect();
    match parts.as_slice() {
        [kind, name] if !kind.is_empty() && !name.is_empty() && !kind.contains(',') => {
            Ok(((*kind).to_owned(), (*name).to_owned()))
        }
        [_, _] => {
            Err(plain("arguments in resource/name form must have a single resource and name"))
        }
        _ => Err(plain("arguments in resource/name form may not have more than one slash")),
    }
}
