//! Amounts that can't be read, and those in units that Kubernetes does not have.
//!
//! Must not know what is asked for. Invariant: amounts are told wherever the table of fields has
//! one; what is proposed is an amount.

use crate::api::Quantity;
use crate::api::fields::{Fields, Shape};
use crate::kubectl::spot::find;
use crate::kubectl::tell::{change, error};
use crate::text::{Diagnostic, Fix, Node, NodeValue, Span};

/// The amounts of a document that can't be read, told where they stand.
pub(super) fn odd(table: &Fields, root: &Node) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if let Some(name) = table.name_of_object(root) {
        look(table, &Shape::Struct(name.to_owned()), "", root, &mut found);
    }
    found
}

/// Looks into a value of a shape behind a key.
fn look(table: &Fields, shape: &Shape, key: &str, node: &Node, found: &mut Vec<Diagnostic>) {
    match (shape, &node.value) {
        (Shape::Quantity, NodeValue::Str(text)) => {
            if let Err(why) = Quantity::read(text.trim()) {
                let message = format!("{key} is no quantity: {text}.");
                let chinese = format!("{key} 的值 {text} 不是数量。");
                found.push(Diagnostic {
                    help: Some(format!("kubectl says: {why}")),
                    ..error("POD-F003", &message, &chinese, node.span)
                });
            }
        }
        (Shape::Struct(name), NodeValue::Map(entries)) => {
            let Some(known) = table.named(name) else { return };
            for entry in entries {
                if let Some(field) = known.fields.get(&*entry.key) {
                    look(table, &field.shape, &entry.key, &entry.value, found);
                }
            }
        }
        (Shape::Map(inner), NodeValue::Map(entries)) => {
            for entry in entries {
                look(table, inner, &entry.key, &entry.value, found);
            }
        }
        (Shape::List(inner), NodeValue::Seq(items)) => {
            for item in items {
                look(table, inner, key, item, found);
            }
        }
        _ => {}
    }
}

/// Whether what stands at a place counts cores.
fn is_cores(table: &Fields, root: &Node, at: Span) -> bool {
    let key = find(table, root, at).and_then(|spot| spot.key);
    key.is_some_and(|key| matches!(&*key.key, "cpu" | "requests.cpu" | "limits.cpu"))
}

/// An amount as it was meant; nobody asks for millions of cores.
pub(super) fn meant(table: &Fields, text: &str, root: &Node, span: Span) -> Option<Fix> {
    let is_cores = is_cores(table, root, span);
    let raw = text.get(span.start as usize..span.end as usize)?;
    let bare: String =
        raw.chars().filter(|one| !one.is_whitespace() && !"\"'".contains(*one)).collect();
    let bare = bare.replace(',', ".");
    let end = bare.find(|one: char| one.is_ascii_alphabetic()).unwrap_or(bare.len());
    let (number, unit) = bare.split_at(end);
    let unit = match unit.to_ascii_lowercase().as_str() {
        "m" | "mb" | "mi" | "mib" | "millicpu" | "millicores" if is_cores => "m",
        "" | "core" | "cores" | "cpu" | "cpus" => "",
        _ if is_cores => return None,
        "mb" => "M",
        "g" | "gb" => "G",
        "kb" => "k",
        "tb" => "T",
        "ki" | "kib" => "Ki",
        "mi" | "mib" => "Mi",
        "gi" | "gib" => "Gi",
        "ti" | "tib" => "Ti",
        _ => unit,
    };
    let meant = format!("{number}{unit}");
    if meant == raw || Quantity::read(&meant).is_err() {
        return None;
    }
    Some(change(span, &meant))
}

#[cfg(test)]
mod tests {
    use crate::kubectl::Reader;

    #[test]
    fn amounts_are_told_wherever_there_are_any() {
        let quota =
            "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q}\nspec:\n  hard:\n    ";
        let limits = "apiVersion: v1\nkind: LimitRange\nmetadata: {name: l}\nspec:\n  limits:\n  - \
                      type: Container\n    ";
        let claim = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c}\nspec:\n  \
                     accessModes: [ReadWriteOnce]\n  resources: {requests: ";
        let volume = "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: v}\nspec:\n  \
                      accessModes: [ReadWriteOnce]\n  hostPath: {path: /x}\n  capacity: ";
        let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers: [{name: c, image: \
                   x}]\n  volumes: [{name: v, emptyDir: {sizeLimit: ";
        for (head, bad, good, tail) in [
            (quota, "requests.cpu: 100mb", "requests.cpu: 100m", ""),
            (quota, "limits.memory: 1GB", "limits.memory: 1G", ""),
            (quota, "requests.storage: 10 Gi", "requests.storage: 10Gi", ""),
            (limits, "max: {memory: 1GiB}", "max: {memory: 1Gi}", ""),
            (limits, "min: {cpu: 100MB}", "min: {cpu: 100m}", ""),
            (limits, "default: {cpu: 2 cores}", "default: {cpu: 2}", ""),
            (limits, "defaultRequest: {memory: 64mb}", "defaultRequest: {memory: 64M}", ""),
            (claim, "{storage: 8gb}", "{storage: 8G}", "}"),
            (volume, "{storage: 8gib}", "{storage: 8Gi}", ""),
            (pod, "64mib", "64Mi", "}}]"),
        ] {
            let whole = |part: &str| format!("{head}{part}{tail}\n");
            let is_well =
                |text: &str| Reader::default().check(text).iter().all(|one| one.code == "POD-K004");
            assert!(is_well(&whole(good)), "{good}: {:?}", Reader::default().check(&whole(good)));
            let found = Reader::default().check(&whole(bad)).remove(0);
            assert_eq!(found.code, "POD-F003", "{bad}: {}", found.message);
            let fix = found.fix.unwrap_or_else(|| panic!("{bad}"));
            assert_eq!(fix.apply(&whole(bad)), whole(good));
        }
        // A field of somebody else's kind may be called the same.
        let other = "apiVersion: example.org/v1\nkind: Thing\nmetadata: {name: t}\nspec:\n  limits: {a: b}\n";
        assert!(Reader::default().check(other).iter().all(|one| one.code != "POD-F003"));
    }
}
