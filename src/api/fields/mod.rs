//! The names, types and merge rules of Kubernetes' fields, from the OpenAPI schema of 1.36.
//!
//! Must not know typed objects. Invariant: a field is reported only for kinds in the table.

mod check;

pub use check::UNKNOWN_FIELD;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::base::gather;
use crate::text::Node;

#[derive(Deserialize)]
struct Document {
    types: BTreeMap<String, RawType>,
}

#[derive(Deserialize)]
struct RawType {
    fields: BTreeMap<String, RawField>,
    #[serde(default)]
    required: Vec<String>,
    gvk: Option<GroupVersionKind>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawField {
    Plain(String),
    Full(FullField),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FullField {
    #[serde(rename = "type")]
    shape: String,
    merge_key: Option<String>,
    #[serde(default)]
    patch: String,
    #[serde(rename = "enum", default)]
    words: Vec<String>,
}

#[derive(Deserialize)]
struct GroupVersionKind {
    group: String,
    kind: String,
    version: String,
}

/// What a field may hold.
#[derive(Clone, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names are those of the schema")]
pub enum Shape {
    Text,
    /// Bytes in base64.
    Bytes,
    Truth,
    Int32,
    Int64,
    Time,
    MicroTime,
    IntOrString,
    Quantity,
    /// Anything.
    Any,
    List(Box<Shape>),
    /// A mapping from text to this.
    Map(Box<Shape>),
    /// A type of the table, by its Go name.
    Struct(String),
}

impl Shape {
    fn parse(text: &str) -> Shape {
        if let Some(inner) = text.strip_prefix('[').and_then(|one| one.strip_suffix(']')) {
            return Shape::List(Box::new(Shape::parse(inner)));
        }
        if let Some(inner) = text.strip_prefix('{').and_then(|one| one.strip_suffix('}')) {
            return Shape::Map(Box::new(Shape::parse(inner)));
        }
        match text {
            "string" => Shape::Text,
            "string:byte" => Shape::Bytes,
            "boolean" => Shape::Truth,
            "integer:int32" => Shape::Int32,
            "integer:int64" => Shape::Int64,
            "time" => Shape::Time,
            "microtime" => Shape::MicroTime,
            "int-or-string" => Shape::IntOrString,
            "quantity" => Shape::Quantity,
            "any" | "object" => Shape::Any,
            name => Shape::Struct(name.to_owned()),
        }
    }
}

/// One field of a type.
#[derive(Clone, Debug)]
pub struct Field {
    /// What it may hold.
    pub shape: Shape,
    /// The key by which elements of a list are told apart in a strategic merge.
    pub merge_key: Option<String>,
    /// Whether a strategic merge goes into the list instead of replacing it.
    pub merges: bool,
    /// Whether a strategic merge replaces the mapping instead of going into it.
    pub replaces: bool,
    /// Whether a patch names the keys that stay.
    pub retains_keys: bool,
    /// Whether no value and the zero of its type are the same, and neither is written.
    pub omits_zero: bool,
    /// The words that are allowed; empty if any are.
    pub words: Vec<String>,
}

impl Field {
    fn of(raw: RawField) -> Field {
        let full = match raw {
            RawField::Full(full) => full,
            RawField::Plain(shape) => {
                FullField { shape, merge_key: None, patch: String::new(), words: Vec::new() }
            }
        };
        let has = |word: &str| full.patch.split(',').any(|one| one == word);
        let shape = full.shape.strip_suffix('?');
        Field {
            omits_zero: shape.is_some(),
            shape: Shape::parse(shape.unwrap_or(&full.shape)),
            merges: has("merge"),
            replaces: has("replace"),
            retains_keys: has("retainKeys"),
            merge_key: full.merge_key,
            words: full.words,
        }
    }
}

/// A type with its fields.
pub struct Type {
    /// Its fields, by name.
    pub fields: BTreeMap<String, Field>,
    /// The fields that must be given.
    pub required: Vec<String>,
    gvk: Option<GroupVersionKind>,
}

impl Type {
    /// The API version of a kind's objects, if this is their type.
    fn version_of(&self, kind: &str) -> Option<String> {
        let found = self.gvk.as_ref().filter(|gvk| gvk.kind == kind)?;
        Some(match found.group.as_str() {
            "" => found.version.clone(),
            group => format!("{group}/{}", found.version),
        })
    }
}

/// The table of types.
pub struct Fields(BTreeMap<String, Type>);

static TABLE: LazyLock<Fields> = LazyLock::new(|| {
    let document: Document = serde_json::from_str(include_str!("schema.json"))
        .expect("the table is part of the program and is valid");
    let of = |(name, raw): (String, RawType)| {
        let fields = gather(raw.fields.into_iter().map(|(key, field)| (key, Field::of(field))));
        (name, Type { fields, required: raw.required, gvk: raw.gvk })
    };
    Fields(gather(document.types.into_iter().map(of)))
});

impl Fields {
    /// The table; it is read once, when it is first asked for.
    pub fn table() -> &'static Fields {
        &TABLE
    }

    /// The type with this Go name; a kind is a type of its own name.
    pub fn named(&self, name: &str) -> Option<&Type> {
        self.0.get(name)
    }

    /// A type's name as the table holds it.
    pub fn name_of(&self, name: &str) -> Option<&str> {
        self.0.get_key_value(name).map(|(name, _)| name.as_str())
    }

    /// A kind's name as the table holds it; a type that only has the kind's name, as what a container
    /// claims has that of ResourceClaim, is no kind.
    pub fn kind_named(&self, kind: &str) -> Option<&str> {
        let (name, known) = self.0.get_key_value(kind)?;
        known.version_of(kind).is_some().then_some(name.as_str())
    }

    /// The type of a kind's objects in this version.
    pub fn kind(&self, kind: &str, api_version: &str) -> Option<&Type> {
        self.0.get(self.name_in(kind, api_version)?)
    }

    /// The name of that type: the kind's own, behind the version if it is not the one that the
    /// kind is known under.
    pub fn name_in(&self, kind: &str, api_version: &str) -> Option<&str> {
        let (_, version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
        let other = format!("{version}.{kind}");
        [kind, &*other].into_iter().find_map(|name| {
            let (name, known) = self.0.get_key_value(name)?;
            (known.version_of(kind)? == api_version).then_some(name.as_str())
        })
    }

    /// The name of the type that an object is checked against: that of its version, or the kind's
    /// if the version is not known.
    pub fn name_of_object(&self, root: &Node) -> Option<&str> {
        let kind = root.at("kind")?.as_str()?;
        let version = root.at("apiVersion").and_then(Node::as_str);
        version.and_then(|version| self.name_in(kind, version)).or_else(|| self.kind_named(kind))
    }

    /// The API version under which a kind is known.
    pub fn api_version(&self, kind: &str) -> Option<String> {
        self.0.get(kind)?.version_of(kind)
    }

    /// The API version and the kind of the objects that a type is of.
    pub fn object_of(&self, name: &str) -> Option<(String, &str)> {
        let known = self.0.get(name)?;
        let kind = &known.gvk.as_ref()?.kind;
        Some((known.version_of(kind)?, kind))
    }

    /// Every API version of a kind, with the type of its objects there.
    pub fn versions<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (String, &'a Type)> {
        self.0.values().filter_map(move |known| Some((known.version_of(kind)?, known)))
    }
}
