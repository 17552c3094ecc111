//! Manifests: the documents of a file as the objects that a command is about.
//!
//! Must not know what is done with them. Invariant: an object that comes out names a kind that
//! the server knows.

use std::collections::BTreeMap;

use crate::api::{Value, decode};
use crate::base::Str;
use crate::kubectl::failure::{Done, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::session::Session;
use crate::kubectl::target::Info;
use crate::kubectl::tree;
use crate::kubectl::yaml_error;
use crate::text::parse;

/// What kubectl calls the standard input.
const STDIN: &str = "STDIN";

/// The objects of all files that are named.
pub(super) fn infos(session: &Session<'_>, flags: &Flags) -> Done<Vec<Done<Info>>> {
    let is_checked = !matches!(flags.text("validate"), Some("ignore" | "false"));
    infos_of(session, flags.list("filename"), is_checked)
}

/// The objects of some files.
pub(super) fn infos_of(
    session: &Session<'_>,
    files: &[String],
    is_checked: bool,
) -> Done<Vec<Done<Info>>> {
    let mut infos = Vec::new();
    for file in files {
        let Some(text) = session.context.file(file) else {
            if file.starts_with("https://") || file.starts_with("http://") {
                let text = "Podium reads nothing from the network; save it to a file and name that";
                return Err(plain(format!("{file}: {text}")));
            }
            return Err(plain(format!("the path \"{file}\" does not exist")));
        };
        let source = if file == "-" { STDIN } else { file.as_str() };
        let reading = Reading { session, source };
        reading.read(&text, is_checked, &mut infos);
    }
    Ok(infos)
}

/// A file that is being read.
struct Reading<'a, 'b> {
    session: &'a Session<'b>,
    /// What kubectl calls the file.
    source: &'a str,
}

impl Reading<'_, '_> {
    /// Reads documents until one can't be read.
    ///
    /// Models staging/src/k8s.io/cli-runtime/pkg/resource/visitor.go StreamVisitor.Visit
    fn read(&self, text: &str, is_checked: bool, infos: &mut Vec<Done<Info>>) {
        let source = self.source;
        let parsed = parse(text);
        for document in &parsed.documents {
            let Some(root) = &document.root else {
                if let Some(why) = yaml_error::of_document(text, document, &parsed) {
                    infos.push(Err(plain(format!("error parsing {source}: {why}"))));
                    return;
                }
                continue;
            };
            let value = decode::plain(root);
            if is_checked && let Err(why) = check(&value) {
                infos.push(Err(plain(format!(
                    "error validating \"{source}\": error validating data: {why}; if you choose to \
                     ignore these errors, turn validation off with --validate=false"
                ))));
                return;
            }
            self.flatten(value, infos);
        }
    }

    /// An object, or every item of a list.
    fn flatten(&self, value: Value, infos: &mut Vec<Done<Info>>) {
        match value {
            Value::Map(mut entries)
                if entries
                    .get("kind")
                    .and_then(Value::as_str)
                    .is_some_and(|kind| kind.ends_with("List"))
                    && matches!(entries.get("items"), Some(Value::List(_))) =>
            {
                if let Some(Value::List(items)) = entries.remove("items") {
                    for mut item in items {
                        infer(&mut item, &entries);
                        self.flatten(item, infos);
                    }
                }
            }
            value => infos.push(self.info(value)),
        }
    }

    /// Models staging/src/k8s.io/cli-runtime/pkg/resource/mapper.go mapper.infoForData
    fn info(&self, mut value: Value) -> Done<Info> {
        let context = self.session.context;
        let text = |path: &[&str]| tree::text(&value, path).unwrap_or_default().to_owned();
        let (api_version, kind) = (text(&["apiVersion"]), text(&["kind"]));
        let name = text(&["metadata", "name"]);
        let mut namespace = text(&["metadata", "namespace"]);
        let Some(mapping) = self.session.mapping_of(&api_version, &kind) else {
            return Err(plain(format!(
                "resource mapping not found for name: \"{name}\" namespace: \"{namespace}\" from \
                 \"{}\": no matches for kind \"{kind}\" in version \"{api_version}\"\nensure CRDs \
                 are installed first",
                self.source
            )));
        };
        let own = &*context.namespace;
        if !mapping.namespaced {
            namespace.clear();
            tree::map_at(&mut value, &["metadata"]).remove("namespace");
        } else if namespace.is_empty() {
            own.clone_into(&mut namespace);
            tree::map_at(&mut value, &["metadata"]).insert("namespace".into(), tree::string(own));
        } else if context.is_given && namespace != own {
            return Err(plain(format!(
                "the namespace from the provided object \"{namespace}\" does not match the \
                 namespace \"{own}\". You must pass '--namespace={namespace}' to perform this \
                 operation."
            )));
        }
        Ok(Info {
            mapping,
            namespace: namespace.into(),
            name: name.into(),
            source: self.source.to_owned(),
            manifest: Some(value),
            is_local: false,
        })
    }
}

/// The items of a typed list, such as a `PodList`, need not say what they are.
///
/// Models staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/unstructured/helpers.go decodeToList
fn infer(item: &mut Value, list: &BTreeMap<Str, Value>) {
    let word = |key: &str| list.get(key).and_then(Value::as_str).unwrap_or_default();
    let kind = word("kind").strip_suffix("List").unwrap_or_default();
    let is_given = |key: &str| tree::text(item, &[key]).is_some_and(|word| !word.is_empty());
    if kind.is_empty() || is_given("kind") || is_given("apiVersion") {
        return;
    }
    if let Value::Map(entries) = item {
        entries.insert("apiVersion".into(), tree::string(word("apiVersion")));
        entries.insert("kind".into(), tree::string(kind));
    }
}

/// What is known of every object before the server sees it.
///
/// Models staging/src/k8s.io/kubectl/pkg/validation/schema.go getObjectKind
fn check(value: &Value) -> Result<(), String> {
    if !matches!(value, Value::Map(_)) {
        return Err("invalid object to validate".to_owned());
    }
    let wrong = |key: &str| match value.at(key) {
        None | Some(Value::Null) => Some(format!("{key} not set")),
        Some(Value::Str(_)) => None,
        Some(_) => Some(format!("{key} isn't string type")),
    };
    let found: Vec<String> = ["apiVersion", "kind"].into_iter().filter_map(wrong).collect();
    match found.as_slice() {
        [] => Ok(()),
        [one] => Err(one.clone()),
        many => Err(format!("[{}]", many.join(", "))),
    }
}
