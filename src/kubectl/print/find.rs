//! Which objects a command means: types, names, selectors and namespaces.
//!
//! Must not know how they are printed. Invariant: objects of one request stand in the order of
//! their keys in the store.
//!
//! Models staging/src/k8s.io/cli-runtime/pkg/resource/builder.go

use std::rc::Rc;

use crate::api::encode::encode;
use crate::api::outward::outward;
use crate::api::{Kind, Object, Value};
use crate::base::Str;
use crate::kubectl::fields::Fields;
use crate::kubectl::managed::with_managers;
use crate::kubectl::print::resource::{self, Resource};
use crate::kubectl::print::{endpoints, labels};
use crate::server::View;

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Question<'a> {
    /// The namespace of the request.
    pub namespace: &'a str,
    /// Whether every namespace is meant.
    pub all_namespaces: bool,
    /// Types and names.
    pub words: &'a [String],
    /// `-l`.
    pub selector: &'a str,
    /// `--field-selector`.
    pub field_selector: &'a str,
    /// Whether a table's cells are all that is wanted of the objects.
    pub only_cells: bool,
    /// Whether it is wanted who manages which fields.
    pub shows_managers: bool,
    /// What manifests name, if they are asked for instead of words.
    pub files: Option<&'a Files>,
}

/// What the manifests of `-f` name.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// The objects.
    pub objects: Vec<Named>,
    /// What can't be read, each as it stands on its own line.
    pub errors: Vec<String>,
}

/// An object by its name.
#[derive(Clone, Debug)]
pub struct Named {
    /// `deployments.apps`.
    pub resource: String,
    /// Its namespace, or empty.
    pub namespace: Str,
    /// Its name.
    pub name: Str,
}

impl Question<'_> {
    /// An object as far as it is wanted.
    fn tree(&self, view: &View, object: &Object) -> Value {
        // Of Pods there are many, and their cells need nothing that is added.
        let is_plain = self.only_cells && object.kind() == Kind::Pod;
        match (is_plain, self.shows_managers) {
            (true, _) => encode(object),
            (false, true) => with_managers(view, object, outward(object)),
            (false, false) => outward(object),
        }
    }
}

/// The answer to one request: the objects of one resource.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The resource.
    pub resource: Rc<Resource>,
    /// The objects.
    pub items: Vec<Value>,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// By request.
    pub batches: Vec<Batch>,
    /// Errors, each as it stands on its own line.
    pub errors: Vec<String>,
    /// Whether exactly one object was asked for by name.
    pub is_single: bool,
}

/// Types with the names that are wanted of them; no names mean all.
type Wanted = Vec<(Rc<Resource>, Vec<String>)>;

/// Finds objects, or says what is wrong with the question.
pub fn find(view: &View, question: &Question) -> Result<Found, String> {
    if let Some(files) = question.files {
        return in_files(view, question, files);
    }
    let wanted = wanted(view, question)?;
    let labels = labels::Selector::read(question.selector);
    let names: usize = wanted.iter().map(|(_, names)| names.len()).sum();
    if names > 0 && !(question.selector.is_empty() && question.field_selector.is_empty()) {
        return Err("error: name cannot be provided when a selector is specified".to_owned());
    }
    if names > 0 && question.all_namespaces {
        let namespaced = wanted.iter().any(|(resource, _)| resource.namespaced);
        if namespaced {
            return Err(
                "error: a resource cannot be retrieved by name across all namespaces".to_owned()
            );
        }
    }
    let mut found = Found { is_single: names == 1 && wanted.len() == 1, ..Found::default() };
    for (resource, names) in wanted {
        if names.is_empty() {
            let items = listed(view, &resource, question, &labels)?;
            found.batches.push(Batch { resource, items });
            continue;
        }
        for name in names {
            match named(view, &resource, question, &name) {
                Some(item) => {
                    found.batches.push(Batch { resource: resource.clone(), items: vec![item] });
                }
                None => found.errors.push(not_found(&resource, &name)),
            }
        }
    }
    Ok(found)
}

/// Models staging/src/k8s.io/cli-runtime/pkg/resource/builder.go Builder.visitByPaths
fn in_files(view: &View, question: &Question, files: &Files) -> Result<Found, String> {
    if !question.words.is_empty() {
        let text = if question.words.iter().any(|word| word.contains('/')) {
            "resource/name arguments cannot be provided when a path is specified"
        } else {
            "when paths, URLs, or stdin is provided as input, you may not specify resource \
             arguments as well"
        };
        return Err(format!("error: {text}"));
    }
    let is_single = files.objects.len() == 1;
    let mut found = Found { errors: files.errors.clone(), is_single, ..Found::default() };
    for one in &files.objects {
        let Some(resource) = meant_by(view, &one.resource)?.into_iter().next() else { continue };
        let question = Question { namespace: &one.namespace, ..question.clone() };
        match named(view, &resource, &question, &one.name) {
            Some(item) => found.batches.push(Batch { resource, items: vec![item] }),
            None => found.errors.push(not_found(&resource, &one.name)),
        }
    }
    Ok(found)
}

/// What the server says of a name that it does not know.
pub fn not_found(resource: &Resource, name: &str) -> String {
    format!("Error from server (NotFound): {} \"{name}\" not found", resource.qualified())
}

fn wanted(view: &View, question: &Question) -> Result<Wanted, String> {
    let words = question.words;
    let with_slash = words.iter().filter(|word| word.contains('/')).count();
    if with_slash == 0 {
        let Some((types, names)) = words.split_first() else { return Ok(Vec::new()) };
        let mut wanted = Wanted::new();
        for word in types.split(',') {
            for resource in meant_by(view, word)? {
                wanted.push((resource, names.to_vec()));
            }
        }
        return Ok(wanted);
    }
    if with_slash < words.len() {
        return Err("error: there is no need to specify a resource type as a separate argument \
                    when passing arguments in resource/name form (e.g. 'kubectl get \
                    resource/<resource_name>' instead of 'kubectl get resource \
                    resource/<resource_name>'"
            .to_owned());
    }
    let mut wanted = Wanted::new();
    for word in words {
        let mut parts = word.split('/');
        let (kind, name) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        if parts.next().is_some() {
            return Err("error: arguments in resource/name form may not have more than one slash"
                .to_owned());
        }
        if kind.is_empty() || name.is_empty() || kind.contains(',') {
            return Err(
                "error: arguments in resource/name form must have a single resource and name"
                    .to_owned(),
            );
        }
        for resource in meant_by(view, kind)? {
            wanted.push((resource, vec![name.to_owned()]));
        }
    }
    Ok(wanted)
}

fn meant_by(view: &View, word: &str) -> Result<Vec<Rc<Resource>>, String> {
    let found = resource::meant_by(view, word);
    if found.is_empty() {
        let word = word.split('.').next().unwrap_or(word);
        return Err(format!("error: the server doesn't have a resource type \"{word}\""));
    }
    Ok(found)
}

/// An object by its name.
fn named(view: &View, resource: &Resource, question: &Question, name: &str) -> Option<Value> {
    let namespace = if resource.namespaced { question.namespace } else { "" };
    if endpoints::is_meant_by(resource) {
        return endpoints::named(view, namespace, name);
    }
    if resource.kind == Kind::Other {
        let namespace = Str::from(namespace);
        let mut objects = view.table(Kind::Other).in_namespace(&namespace);
        let found = objects.find(|object| *object.meta.name == *name && resource.has(object));
        return found.map(|object| question.tree(view, object));
    }
    view.named(resource.kind, namespace, name).map(|object| question.tree(view, object))
}

fn listed(
    view: &View,
    resource: &Resource,
    question: &Question,
    labels: &Result<labels::Selector, String>,
) -> Result<Vec<Value>, String> {
    let fields = Fields::read(question.field_selector);
    fields
        .check(
            resource.kind,
            &resource.api_version(),
            &resource.plural,
            (question.selector, labels.as_ref().err().map(String::as_str)),
        )
        .map_err(|text| format!("Error from server (BadRequest): {text}"))?;
    let labels = labels.as_ref().map_err(Clone::clone)?;
    let is_derived = endpoints::is_meant_by(resource);
    let kinds = if is_derived { &endpoints::SOURCES[..] } else { &[resource.kind] };
    let everywhere = question.all_namespaces || !resource.namespaced;
    let mut objects: Vec<&Rc<Object>> = Vec::new();
    for table in kinds.iter().map(|kind| view.table(*kind)) {
        if everywhere {
            objects.extend(table.iter());
        } else {
            objects.extend(table.in_namespace(&Str::from(question.namespace)));
        }
    }
    objects.retain(|object| labels.is_met_by(&object.meta.labels));
    if !is_derived {
        objects.retain(|object| resource.has(object));
    }
    // The store orders by the key's text, where a slash stands between namespace and name.
    let key = |object: &Rc<Object>| format!("{}/{}", object.meta.namespace, object.meta.name);
    if everywhere || is_derived {
        objects.sort_by_cached_key(|object| key(object));
    }
    let trees = objects.into_iter().filter_map(|object| {
        if is_derived {
            return endpoints::of(view, object);
        }
        Some(question.tree(view, object))
    });
    Ok(trees.filter(|tree| fields.is_met_by(tree)).collect())
}
