//! `-o yaml`, `-o json`, `-o name`, `-o jsonpath=…`, `-o go-template=…` and
//! `-o custom-columns=…`.
//!
//! Must not know kinds. Invariant: several objects are printed as one List, save by name.
//!
//! Models staging/src/k8s.io/cli-runtime/pkg/printers

use std::collections::BTreeMap;

use crate::api::Value;
use crate::base::Str;
use crate::kubectl::print::flags::Said;
use crate::kubectl::print::look::Look;
use crate::kubectl::print::path::{Path, relaxed};
use crate::kubectl::print::template::Template;
use crate::kubectl::print::{json, kyaml, tabs, yaml};

/// How objects are printed.
#[derive(Debug)]
pub enum Format {
    /// YAML.
    Yaml,
    /// YAML without meaning in its indentation.
    Kyaml,
    /// JSON.
    Json,
    /// `kind.group/name`.
    Name,
    /// A template, and how it was written.
    JsonPath(Path, String),
    /// The same, with its results as JSON.
    JsonPathAsJson(Path, String),
    /// A Go template, and how it was written.
    Template(Template, String),
    /// Columns with their headings.
    Columns {
        /// Headings and paths.
        columns: Vec<(String, Path)>,
        /// Whether the headings are shown.
        headings: bool,
    },
}

const ALLOWED: &str = "custom-columns,custom-columns-file,go-template,go-template-file,json,\
jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,wide,yaml";

impl Format {
    /// Reads the value of `-o`.
    pub fn read(output: &str, said: &Said) -> Result<Format, String> {
        let (name, argument) = output.split_once('=').unwrap_or((output, ""));
        let argument = match argument {
            "" => said.value("template").unwrap_or_default(),
            text => text,
        };
        match name {
            "yaml" => Ok(Format::Yaml),
            "kyaml" => Ok(Format::Kyaml),
            "json" => Ok(Format::Json),
            "name" => Ok(Format::Name),
            "jsonpath" => Ok(Format::JsonPath(template(argument, said)?, argument.to_owned())),
            "jsonpath-as-json" => {
                Ok(Format::JsonPathAsJson(template(argument, said)?, argument.to_owned()))
            }
            "go-template" | "template" => go_template(argument, said),
            "custom-columns" => columns(argument, !said.has("no-headers")),
            _ => Err(format!(
                "unable to match a printer suitable for the output format \"{output}\", allowed \
                 formats are: {ALLOWED}"
            )),
        }
    }

    /// Prints objects; a single one stands for itself.
    pub fn print(&self, mut items: Vec<Value>, is_single: bool) -> Result<String, String> {
        match self {
            Format::Name => return Ok(items.iter().map(name).collect()),
            Format::Columns { columns, headings } => return table(columns, *headings, &items),
            _ => {}
        }
        let whole = match items.pop() {
            Some(item) if is_single && items.is_empty() => item,
            last => {
                items.extend(last);
                list(items)
            }
        };
        match self {
            Format::Yaml => Ok(yaml::yaml(&whole)),
            Format::Kyaml => Ok(kyaml::kyaml(&whole)),
            Format::Json => Ok(json::pretty(&whole) + "\n"),
            Format::JsonPath(path, text) => path.print(&whole).map_err(|why| failed(text, &why)),
            Format::JsonPathAsJson(path, text) => {
                path.print_json(&whole).map_err(|why| failed(text, &why))
            }
            Format::Template(template, text) => template.print(&whole).map_err(|why| {
                format!("error executing template {}: {why}", crate::api::go::quoted(text))
            }),
            Format::Name | Format::Columns { .. } => Ok(String::new()),
        }
    }
}

/// Models staging/src/k8s.io/cli-runtime/pkg/genericclioptions/template_flags.go ToPrinter
fn go_template(text: &str, said: &Said) -> Result<Format, String> {
    if text.is_empty() {
        return Err("template format specified but no template given".to_owned());
    }
    let is_strict = said.value("allow-missing-template-keys") == Some("false");
    let template = Template::read(text, is_strict)
        .map_err(|why| format!("error parsing template {text}, {why}\n"))?;
    Ok(Format::Template(template, text.to_owned()))
}

/// Differs: upstream adds the whole object in Go's own notation.
fn failed(template: &str, why: &str) -> String {
    format!(
        "error executing jsonpath \"{template}\": Error executing template: {why}. Printing more \
         information for debugging the template:\n\ttemplate was:\n\t\t{template}\n"
    )
}

fn template(text: &str, said: &Said) -> Result<Path, String> {
    if text.is_empty() {
        return Err("template format specified but no template given".to_owned());
    }
    let path =
        Path::read(text).map_err(|error| format!("error parsing jsonpath {text}, {error}"))?;
    let strict = said.value("allow-missing-template-keys") == Some("false");
    Ok(if strict { path } else { path.lenient() })
}

/// Objects as a `List`.
fn list(items: Vec<Value>) -> Value {
    let text = |text: &str| Value::Str(text.into());
    let metadata = BTreeMap::from([(Str::from("resourceVersion"), text(""))]);
    Value::Map(BTreeMap::from([
        ("apiVersion".into(), text("v1")),
        ("items".into(), Value::List(items)),
        ("kind".into(), text("List")),
        ("metadata".into(), Value::Map(metadata)),
    ]))
}

fn name(item: &Value) -> String {
    let item = Look::from(item);
    let kind = item.at("kind").text().to_ascii_lowercase();
    let name = item.at("metadata.name").text_or("<unknown>");
    match item.at("apiVersion").text().split_once('/') {
        Some((group, _)) => format!("{kind}.{group}/{name}\n"),
        None => format!("{kind}/{name}\n"),
    }
}

/// Models staging/src/k8s.io/kubectl/pkg/cmd/get/customcolumn.go
fn columns(spec: &str, headings: bool) -> Result<Format, String> {
    if spec.is_empty() {
        return Err("custom-columns format specified but no custom columns given".to_owned());
    }
    let read = |part: &str| {
        let (heading, path) = part.split_once(':').ok_or_else(|| {
            format!("unexpected custom-columns spec: {part}, expected <header>:<json-path-expr>")
        })?;
        Ok((heading.to_owned(), Path::read(&relaxed(path)?)?.lenient()))
    };
    let columns = spec.split(',').map(read).collect::<Result<Vec<_>, String>>()?;
    Ok(Format::Columns { columns, headings })
}

fn table(columns: &[(String, Path)], headings: bool, items: &[Value]) -> Result<String, String> {
    let mut text = String::new();
    if headings {
        let names: Vec<&str> = columns.iter().map(|(heading, _)| &**heading).collect();
        text.push_str(&names.join("\t"));
        text.push('\n');
    }
    for item in items {
        let mut cells = Vec::new();
        for (_, path) in columns {
            let found: Vec<Value> = path.results(item)?.into_iter().flatten().collect();
            let texts: Vec<String> = found.iter().map(go_text).collect();
            cells.push(if texts.is_empty() { "<none>".to_owned() } else { texts.join(",") });
        }
        text.push_str(&cells.join("\t"));
        text.push('\n');
    }
    Ok(tabs::TABLE.lay_out(&text))
}

/// A value as Go prints it: `map[a:1 b:2]`, `[x y]`.
fn go_text(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(go_text).collect();
            format!("[{}]", items.join(" "))
        }
        Value::Map(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{key}:{}", go_text(value))).collect();
            format!("map[{}]", entries.join(" "))
        }
        _ => Look::from(value).plain(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(output: &str) -> Result<String, String> {
        let tree: Value = serde_json::from_str(
            r#"[{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"a"},"s":[1,2]},
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"b","labels":{"x":"y"}}}]"#,
        )
        .expect("valid");
        let Value::List(items) = tree else { unreachable!("a list was read") };
        Format::read(output, &Said::default())?.print(items, false)
    }

    #[test]
    fn names_have_their_kind_and_group() {
        assert_eq!(printed("name").as_deref(), Ok("deployment.apps/a\npod/b\n"));
    }

    #[test]
    fn custom_columns_show_what_is_there() {
        let text = printed("custom-columns=NAME:.metadata.name,S:s,L:{.metadata.labels}");
        let wanted = "NAME   S        L\na      [1 2]    <none>\nb      <none>   map[x:y]\n";
        assert_eq!(text.as_deref(), Ok(wanted));
    }

    #[test]
    fn an_unknown_format_is_refused() {
        let text = printed("xml").expect_err("no such format");
        assert!(
            text.starts_with("unable to match a printer suitable for the output format \"xml\"")
        );
    }
}
