//! The tables of `kubectl get`: which columns a kind has and what stands in them.
//!
//! Must not know how objects were found. Invariant: a row has a cell for every column.
//!
//! Models pkg/printers/internalversion/printers.go AddHandlers

pub mod core;
mod other;
mod pods;
mod storage;
mod workloads;

use crate::api::Kind;
use crate::base::Order as _;
use crate::base::{SimTime, Str};
use crate::kubectl::print::age;
use crate::kubectl::print::look::Look;
use crate::kubectl::print::path::Path;
use crate::kubectl::print::resource::Resource;
use crate::server::View;

pub use pods::{Summary, summary as pod_summary};

/// A column: its heading, and whether only `-o wide` shows it.
pub type Column = (&'static str, bool);

/// What a row is made of.
#[derive(Clone, Copy)]
pub struct Ask<'a> {
    /// The object.
    pub object: Look<'a>,
    /// The moment of asking.
    pub now: SimTime,
    /// Whether `-o wide` was asked.
    pub wide: bool,
}

impl<'a> Ask<'a> {
    /// A field of the object.
    pub fn at(&self, path: &str) -> Look<'a> {
        self.object.at(path)
    }

    /// Its name.
    pub fn name(&self) -> String {
        self.at("metadata.name").text().to_owned()
    }

    /// How old it is.
    pub fn age(&self) -> String {
        age::since(self.at("metadata.creationTimestamp").text(), self.now)
    }
}

/// Makes the cells of an object.
pub type Row = fn(&Ask) -> Vec<String>;

/// The columns of a kind and how its rows are made.
#[derive(Clone, Copy)]
pub struct Shape {
    /// The columns.
    pub columns: &'static [Column],
    /// Makes a row.
    pub row: Row,
}

const PLAIN: Shape =
    Shape { columns: &[("NAME", false), ("AGE", false)], row: |ask| vec![ask.name(), ask.age()] };

fn shape(group: &str, kind: &str) -> Option<Shape> {
    workloads::shape(group, kind)
        .or_else(|| core::shape(group, kind))
        .or_else(|| storage::shape(group, kind))
        .or_else(|| other::shape(group, kind))
        .or_else(|| (group.is_empty() && kind == "Pod").then_some(pods::SHAPE))
}

/// A table: the headings that are shown, and the rows with the column of the name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Headings.
    pub headings: Vec<String>,
    /// Rows.
    pub rows: Vec<Vec<String>>,
    /// Which column holds the name.
    pub name_column: Option<usize>,
}

/// The table of some objects of one resource.
pub fn table<'a>(
    view: &View,
    resource: &Resource,
    objects: impl Iterator<Item = Look<'a>>,
    now: SimTime,
    wide: bool,
) -> Table {
    let asks = objects.map(|object| Ask { object, now, wide });
    match shape(&resource.group, &resource.name) {
        Some(shape) => shaped(shape, asks, wide),
        None => defined(view, resource, asks, wide),
    }
}

fn shaped<'a>(shape: Shape, asks: impl Iterator<Item = Ask<'a>>, wide: bool) -> Table {
    let shown: Vec<bool> = shape.columns.iter().map(|(_, is_wide)| wide || !is_wide).collect();
    let keep = |cells: Vec<String>| -> Vec<String> {
        cells.into_iter().zip(&shown).filter(|(_, shown)| **shown).map(|(cell, _)| cell).collect()
    };
    let headings = keep(shape.columns.iter().map(|(name, _)| (*name).to_owned()).collect());
    let name_column = headings.iter().position(|heading| heading == "NAME");
    let rows = asks.map(|ask| keep((shape.row)(&ask))).collect();
    Table { headings, rows, name_column }
}

/// Kinds that a CustomResourceDefinition defines bring their columns along.
///
/// Models staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresource/tableconvertor
fn defined<'a>(
    view: &View,
    resource: &Resource,
    asks: impl Iterator<Item = Ask<'a>>,
    wide: bool,
) -> Table {
    let columns = printer_columns(view, resource);
    if columns.is_empty() {
        return shaped(PLAIN, asks, wide);
    }
    let shown: Vec<&PrinterColumn> = columns.iter().filter(|one| wide || !one.is_wide).collect();
    let mut headings = vec!["NAME".to_owned()];
    headings.extend(shown.iter().map(|one| one.name.to_uppercase()));
    let rows = asks
        .map(|ask| {
            let mut row = vec![ask.name()];
            row.extend(shown.iter().map(|one| {
                let found = one.path.first(&ask.object);
                let text = found.map(|value| Look::from(&value).plain()).unwrap_or_default();
                if one.is_date && !text.is_empty() { age::since(&text, ask.now) } else { text }
            }));
            row
        })
        .collect();
    Table { headings, rows, name_column: Some(0) }
}

struct PrinterColumn {
    name: Str,
    is_wide: bool,
    is_date: bool,
    path: Path,
}

fn printer_columns(view: &View, resource: &Resource) -> Vec<PrinterColumn> {
    let name = format!("{}.{}", resource.plural, resource.group);
    let Some(definition) = view.named(Kind::CustomResourceDefinition, "", &name) else {
        return Vec::new();
    };
    let tree = crate::api::encode::encode(definition);
    let versions = Look::from(&tree).at("spec.versions");
    let version = versions.find("name", &resource.version);
    version
        .at("additionalPrinterColumns")
        .list()
        .filter_map(|one| {
            Some(PrinterColumn {
                name: one.at("name").text().into(),
                is_wide: one.at("priority").int() > 0,
                is_date: one.at("type").text() == "date",
                path: Path::read(&format!("{{{}}}", one.at("jsonPath").text())).ok()?,
            })
        })
        .collect()
}

/// `a=1,b=2`, or `<none>`.
///
/// Models staging/src/k8s.io/apimachinery/pkg/labels/labels.go FormatLabels
pub fn labels(labels: Look) -> String {
    let all: Vec<String> =
        labels.entries().map(|(key, value)| format!("{key}={}", value.text())).collect();
    none_if_empty(all.join(","))
}

/// `<none>` for nothing.
pub fn none_if_empty(text: String) -> String {
    if text.is_empty() { "<none>".to_owned() } else { text }
}

/// A label selector: `app=web,tier in (a,b),!old`, requirements by key.
///
/// Models staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/helpers.go FormatLabelSelector
pub fn selector(selector: Look) -> String {
    if !selector.is_some() {
        return "<none>".to_owned();
    }
    let mut parts: Vec<(&str, String)> = selector
        .at("matchLabels")
        .entries()
        .map(|(key, value)| (key, format!("{key}={}", value.text())))
        .collect();
    for one in selector.at("matchExpressions").list() {
        let key = one.at("key").text();
        let mut values: Vec<&str> = one.at("values").list().map(Look::text).collect();
        values.order();
        let text = match one.at("operator").text() {
            "In" => format!("{key} in ({})", values.join(",")),
            "NotIn" => format!("{key} notin ({})", values.join(",")),
            "DoesNotExist" => format!("!{key}"),
            _ => key.to_owned(),
        };
        parts.push((key, text));
    }
    parts.order_by(|left, right| left.0.cmp(right.0));
    none_if_empty(parts.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(","))
}

/// The names and the images of containers, each with commas between.
fn containers(spec: Look) -> [String; 2] {
    let all = |key: &str| -> String {
        let texts: Vec<&str> =
            spec.at("containers").list().map(|one| one.key(key).text()).collect();
        texts.join(",")
    };
    [all("name"), all("image")]
}

/// `RWO,ROX,RWX,RWOP`, each once and in this order.
///
/// Models pkg/apis/core/helper/helpers.go GetAccessModesAsString
pub fn access_modes(modes: Look) -> String {
    const MODES: [(&str, &str); 4] = [
        ("ReadWriteOnce", "RWO"),
        ("ReadOnlyMany", "ROX"),
        ("ReadWriteMany", "RWX"),
        ("ReadWriteOncePod", "RWOP"),
    ];
    let is_there = |mode: &str| modes.list().any(|one| one.text() == mode);
    let found: Vec<&str> =
        MODES.iter().filter(|(long, _)| is_there(long)).map(|(_, short)| *short).collect();
    found.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Value;

    fn value(text: &str) -> Value {
        serde_json::from_str(text).expect("valid")
    }

    #[test]
    fn a_selector_is_ordered_by_key() {
        let tree = value(
            r#"{"matchLabels":{"tier":"a","app":"web"},
                "matchExpressions":[{"key":"env","operator":"In","values":["z","b"]},
                                    {"key":"old","operator":"DoesNotExist"}]}"#,
        );
        assert_eq!(selector(Look::from(&tree)), "app=web,env in (b,z),!old,tier=a");
    }

    #[test]
    fn access_modes_have_short_names() {
        let tree = value(r#"["ReadWriteMany","ReadWriteOnce"]"#);
        assert_eq!(access_modes(Look::from(&tree)), "RWO,RWX");
    }
}
