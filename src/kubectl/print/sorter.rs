//! `--sort-by`.
//!
//! Must not know kinds. Invariant: objects without the field come first.
//!
//! Models staging/src/k8s.io/kubectl/pkg/cmd/get/sorter.go

use crate::api::{Quantity, Value};
use crate::kubectl::print::look::Look;
use crate::kubectl::print::order;
use crate::kubectl::print::path::{Path, relaxed};

/// Sorts objects by a field, or says why that can't be done.
pub fn sort(items: &mut Vec<Value>, field: &str) -> Result<(), String> {
    let text = relaxed(field).unwrap_or_else(|_| field.to_owned());
    let path = Path::read(&text).map_err(|error| format!("sorting error: {error}"))?;
    let mut keyed: Vec<(Option<Value>, Value)> = std::mem::take(items)
        .into_iter()
        .map(|item| (path.first(&Look::from(&item)), item))
        .collect();
    if !keyed.is_empty() && keyed.iter().all(|(key, _)| key.is_none()) {
        return Err(format!("couldn't find any field with path \"{text}\" in the list of objects"));
    }
    order::sort(&mut keyed, |left, right| is_less(left.0.as_ref(), right.0.as_ref()));
    items.extend(keyed.into_iter().map(|(_, item)| item));
    Ok(())
}

fn is_less(left: Option<&Value>, right: Option<&Value>) -> bool {
    let (Some(left), Some(right)) = (left, right) else { return left.is_none() };
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => left < right,
        (Value::Str(left), Value::Str(right)) => {
            match (Quantity::parse(left), Quantity::parse(right)) {
                (Some(left), Some(right)) => left.milli < right.milli,
                _ => left < right,
            }
        }
        (Value::Bool(left), Value::Bool(right)) => !left & right,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_sorted_by_a_field_and_quantities_by_amount() {
        let tree: Value = serde_json::from_str(
            r#"[{"n":"a","v":"2Gi"},{"n":"b"},{"n":"c","v":"500Mi"},{"n":"d","v":"1Gi"}]"#,
        )
        .expect("valid");
        let Value::List(mut items) = tree else { unreachable!("a list was read") };
        sort(&mut items, ".v").expect("the field is there");
        let names: Vec<&str> = items.iter().map(|item| Look::from(item).at("n").text()).collect();
        assert_eq!(names, ["b", "c", "d", "a"]);
        let missing = sort(&mut items, "x.y").expect_err("no such field");
        assert_eq!(missing, "couldn't find any field with path \"{.x.y}\" in the list of objects");
    }
}
