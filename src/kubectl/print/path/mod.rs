//! JSONPath as kubectl knows it: `{.items[*].metadata.name}`, ranges, filters, unions.
//!
//! Must not know kinds. Invariant: what is read once gives the same results for the same value.
//!
//! Models staging/src/k8s.io/client-go/util/jsonpath/jsonpath.go

mod read;

use std::cmp::Ordering;

use crate::api::Value;
use crate::kubectl::print::json;
use crate::kubectl::print::look::Look;

/// A template: text and expressions in braces.
#[derive(Clone, PartialEq, Debug)]
pub struct Path {
    blocks: Vec<Block>,
    /// Whether a field that is not there gives nothing instead of an error.
    lenient: bool,
}

#[derive(Clone, PartialEq, Debug)]
enum Block {
    Text(String),
    Steps(Vec<Step>),
    Range(Vec<Step>, Vec<Block>),
}

#[derive(Clone, PartialEq, Debug)]
enum Step {
    Field(String),
    Wildcard,
    Recursive,
    Slice(Slice),
    Filter(Vec<Step>, String, Vec<Step>),
    Union(Vec<Vec<Step>>),
    Literal(Value),
}

#[derive(Clone, Copy, PartialEq, Debug)]
struct Slice {
    start: Option<i64>,
    end: Option<i64>,
    /// Whether the end was not given: one element is meant.
    is_one: bool,
    step: Option<i64>,
}

type Found = Result<Vec<Value>, String>;

impl Path {
    /// Reads a template; fields that are not there are errors.
    pub fn read(text: &str) -> Result<Path, String> {
        Ok(Path { blocks: read::template(text)?, lenient: false })
    }

    /// The same, but what is not there gives nothing.
    #[must_use]
    pub fn lenient(self) -> Path {
        Path { lenient: true, ..self }
    }

    /// The first result, if there is one.
    pub fn first(&self, object: &Look) -> Option<Value> {
        let object = object.value()?;
        let results = Path { blocks: self.blocks.clone(), lenient: true }.results(object).ok()?;
        results.into_iter().next()?.into_iter().next()
    }

    /// The results of each part of the template.
    pub fn results(&self, object: &Value) -> Result<Vec<Vec<Value>>, String> {
        let mut all = Vec::new();
        self.run(&self.blocks, object, &mut all)?;
        Ok(all)
    }

    /// The template with its results in place.
    pub fn print(&self, object: &Value) -> Result<String, String> {
        let parts = self.results(object)?;
        let texts = parts.iter().map(|part| {
            let texts: Vec<String> = part.iter().map(text_of).collect();
            texts.join(" ")
        });
        Ok(texts.collect())
    }

    /// The same as JSON: a list for each part.
    pub fn print_json(&self, object: &Value) -> Result<String, String> {
        let parts = self.results(object)?;
        Ok(parts.into_iter().map(|part| json::pretty(&Value::List(part)) + "\n").collect())
    }

    fn run(&self, blocks: &[Block], at: &Value, all: &mut Vec<Vec<Value>>) -> Result<(), String> {
        for block in blocks {
            match block {
                Block::Text(text) => all.push(vec![Value::Str(text.as_str().into())]),
                Block::Steps(steps) => all.push(self.walk(vec![at.clone()], steps)?),
                Block::Range(steps, inner) => {
                    for value in self.walk(vec![at.clone()], steps)? {
                        self.run(inner, &value, all)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn walk(&self, from: Vec<Value>, steps: &[Step]) -> Found {
        steps.iter().try_fold(from, |values, step| self.step(&values, step))
    }

    fn step(&self, values: &[Value], step: &Step) -> Found {
        match step {
            Step::Field(name) => self.field(values, name),
            Step::Wildcard => Ok(values.iter().flat_map(children).collect()),
            Step::Recursive => Ok(values.iter().flat_map(descendants).collect()),
            Step::Slice(slice) => {
                let mut all = Vec::new();
                for value in values.iter().filter(|value| **value != Value::Null) {
                    all.extend(slice.of(value)?);
                }
                Ok(all)
            }
            Step::Filter(left, operator, right) => self.filter(values, left, operator, right),
            Step::Union(parts) => {
                let mut all = Vec::new();
                for part in parts {
                    all.extend(self.walk(values.to_vec(), part)?);
                }
                Ok(all)
            }
            Step::Literal(Value::Str(text)) => Ok(vec![Value::Str(text.clone())]),
            Step::Literal(value) => Ok(vec![value.clone(); values.len()]),
        }
    }

    fn field(&self, values: &[Value], name: &str) -> Found {
        let found: Vec<Value> = values.iter().filter_map(|value| value.at(name)).cloned().collect();
        if found.is_empty() && !self.lenient && !values.is_empty() {
            return Err(format!("{name} is not found"));
        }
        Ok(found)
    }

    fn filter(&self, values: &[Value], left: &[Step], operator: &str, right: &[Step]) -> Found {
        let mut all = Vec::new();
        for value in values {
            let Value::List(items) = value else {
                let text = text_of(value);
                return Err(format!("{text} is not array or slice and cannot be filtered"));
            };
            for item in items {
                if self.passes(item, left, operator, right)? {
                    all.push(item.clone());
                }
            }
        }
        Ok(all)
    }

    fn passes(
        &self,
        item: &Value,
        left: &[Step],
        operator: &str,
        right: &[Step],
    ) -> Result<bool, String> {
        let lefts = self.walk(vec![item.clone()], left);
        if operator == "exists" {
            return Ok(lefts.is_ok_and(|found| !found.is_empty()));
        }
        let one = |found: Vec<Value>| match found.len() {
            0 | 1 => Ok(found.into_iter().next()),
            _ => Err("can only compare one element at a time".to_owned()),
        };
        let Some(left) = one(lefts?)? else { return Ok(false) };
        let Some(right) = one(self.walk(vec![item.clone()], right)?)? else { return Ok(false) };
        let order = compare(&left, &right)?;
        match operator {
            "<" => Ok(order == Ordering::Less),
            ">" => Ok(order == Ordering::Greater),
            "==" => Ok(order == Ordering::Equal),
            "!=" => Ok(order != Ordering::Equal),
            "<=" => Ok(order != Ordering::Greater),
            ">=" => Ok(order != Ordering::Less),
            _ => Err(format!("unrecognized filter operator {operator}")),
        }
    }
}

impl Slice {
    /// Models staging/src/k8s.io/client-go/util/jsonpath/jsonpath.go evalArray
    fn of(self, value: &Value) -> Found {
        let Value::List(items) = value else {
            let name = match value {
                Value::Map(_) => "map[string]interface {}",
                Value::Bool(_) => "bool",
                Value::Int(_) => "int64",
                Value::Float(_) => "float64",
                _ => "string",
            };
            return Err(format!("{name} is not array or slice"));
        };
        let count = i64::try_from(items.len()).unwrap_or(i64::MAX);
        let mut start = self.start.unwrap_or(0);
        if start < 0 {
            start += count;
        }
        let mut end = match self.end {
            _ if self.is_one => self.start.unwrap_or(0) + 1,
            Some(end) => end,
            None => count,
        };
        if end < 0 || (end == 0 && self.is_one) {
            end += count;
        }
        if start == end {
            return Ok(Vec::new());
        }
        let out =
            |index: i64| Err(format!("array index out of bounds: index {index}, length {count}"));
        if start >= count || start < 0 {
            return out(start);
        }
        if end > count || end < 0 {
            return out(end - 1);
        }
        if start > end {
            return Err(format!("starting index {start} is greater than ending index {end}"));
        }
        let step = match self.step {
            Some(step) if step <= 0 => return Err("step must be > 0".to_owned()),
            step => usize::try_from(step.unwrap_or(1)).unwrap_or(usize::MAX),
        };
        let bound = |index: i64| usize::try_from(index).unwrap_or(0);
        Ok(items[bound(start)..bound(end)].iter().step_by(step).cloned().collect())
    }
}

fn children(value: &Value) -> Vec<Value> {
    match value {
        Value::Map(entries) => entries.values().cloned().collect(),
        Value::List(items) => items.clone(),
        _ => Vec::new(),
    }
}

fn descendants(value: &Value) -> Vec<Value> {
    let inner = children(value);
    if inner.is_empty() {
        return Vec::new();
    }
    let mut all = vec![value.clone()];
    all.extend(inner.iter().flat_map(descendants));
    all
}

fn compare(left: &Value, right: &Value) -> Result<Ordering, String> {
    match (left, right) {
        (Value::Str(left), Value::Str(right)) => Ok(left.cmp(right)),
        (Value::Int(left), Value::Int(right)) => Ok(left.cmp(right)),
        (Value::Bool(left), Value::Bool(right)) => Ok(left.cmp(right)),
        (Value::Float(left), Value::Float(right)) => {
            let number = |text: &str| text.parse::<f64>().unwrap_or(f64::NAN);
            Ok(number(left).total_cmp(&number(right)))
        }
        _ => Err("incompatible types for comparison".to_owned()),
    }
}

fn text_of(value: &Value) -> String {
    match value {
        Value::Map(_) | Value::List(_) => json::compact(value),
        Value::Null => "null".to_owned(),
        _ => Look::from(value).plain(),
    }
}

/// `metadata.name`, `.metadata.name` and `{metadata.name}` as `{.metadata.name}`.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/get/customcolumn.go RelaxedJSONPathExpression
pub fn relaxed(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Ok(String::new());
    }
    let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
    let inner = inner.strip_prefix('.').unwrap_or(inner);
    if inner.is_empty() || inner.contains(['{', '}']) {
        return Err("unexpected path string, expected a 'name1.name2' or '.name1.name2' or \
                    '{name1.name2}' or '{.name1.name2}'"
            .to_owned());
    }
    Ok(format!("{{.{inner}}}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = r#"{"kind":"List","items":[
        {"metadata":{"name":"a","labels":{"app.kubernetes.io/name":"x"}},"n":1,"ok":true},
        {"metadata":{"name":"b"},"n":2,"status":{"phase":"Running"}}]}"#;

    fn printed(template: &str) -> Result<String, String> {
        let tree: Value = serde_json::from_str(TREE).expect("valid");
        Path::read(template)?.lenient().print(&tree)
    }

    #[test]
    fn fields_wildcards_and_slices_are_followed() {
        let cases = [
            ("{.kind}", "List"),
            ("{.items[*].metadata.name}", "a b"),
            ("{.items[0].n}", "1"),
            ("{.items[-1].metadata.name}", "b"),
            ("{.items[0:1].metadata.name}", "a"),
            ("{.items[0].metadata.labels.app\\.kubernetes\\.io/name}", "x"),
            ("{.items[0]['n','ok']}", "1 true"),
            ("{..name}", "a b"),
            ("{.items[1].status}", "{\"phase\":\"Running\"}"),
            ("{.missing}", ""),
        ];
        for (template, wanted) in cases {
            assert_eq!(printed(template).as_deref(), Ok(wanted), "{template}");
        }
    }

    #[test]
    fn a_range_repeats_what_stands_in_it() {
        let text = printed("{range .items[*]}{.metadata.name}{\"\\t\"}{.n}{\"\\n\"}{end}.");
        assert_eq!(text.as_deref(), Ok("a\t1\nb\t2\n."));
    }

    #[test]
    fn filters_compare_and_ask_whether_something_exists() {
        let name = printed("{.items[?(@.n>1)].metadata.name}");
        assert_eq!(name.as_deref(), Ok("b"));
        let name = printed("{.items[?(@.metadata.name==\"a\")].n}");
        assert_eq!(name.as_deref(), Ok("1"));
        assert_eq!(printed("{.items[?(@.status)].n}").as_deref(), Ok("2"));
    }

    #[test]
    fn mistakes_are_named() {
        assert_eq!(
            printed("{.items[5]}"),
            Err("array index out of bounds: index 5, length 2".into())
        );
        assert_eq!(printed("{.items"), Err("unclosed action".into()));
        assert_eq!(printed("{.items[x]}"), Err("invalid array index x".into()));
        assert_eq!(relaxed("metadata.name").as_deref(), Ok("{.metadata.name}"));
        assert!(relaxed("{.a}{.b}").is_err());
    }
}
