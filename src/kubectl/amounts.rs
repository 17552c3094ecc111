//! Amounts that can't be read, and those in units that Kubernetes does not have.
//!
//! Must not know what is asked for. Invariant: amounts are told wherever the table of fields has
//! one; what is proposed is an amount.

use crate::api::Quantity;
use crate::api::fields::{Fields, Shape};
use crate::kubectl::spot::find;
use crate::kubectl::tell::{change, error};
use crate::text::{Diagnostic, Fix, Node, NodeValue, Severity, Span};

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
            if matches!(&**name, "ResourceRequirements" | "VolumeResourceRequirements") {
                asked_for(node, found);
            }
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

/// From how many cores on a number without a unit was hardly meant.
const CORES_MAX: u64 = 200;
/// Below how many bytes a number without a unit was hardly meant.
const BYTES_MIN: u64 = 10_000;

/// What a container or a claim asks for that nobody has, or that nothing fits into.
fn asked_for(resources: &Node, found: &mut Vec<Diagnostic>) {
    let lists = ["requests", "limits"].into_iter().filter_map(|key| resources.at(key));
    for list in lists {
        if let NodeValue::Map(entries) = &list.value {
            found.extend(entries.iter().filter_map(|entry| unlikely(&entry.key, &entry.value)));
        }
    }
}

/// An amount that can be read, but was hardly meant, for its unit is another resource's or missing.
fn unlikely(key: &str, node: &Node) -> Option<Diagnostic> {
    let word = match &node.value {
        NodeValue::Str(word) => word.trim().to_owned(),
        NodeValue::Int(number) => number.to_string(),
        _ => return None,
    };
    let end = word.find(|one: char| one.is_ascii_alphabetic()).unwrap_or(word.len());
    let (digits, unit) = word.split_at(end);
    let number: u64 = digits.parse().ok().filter(|number| *number > 0)?;
    Quantity::read(&word).ok()?;
    let is_large = unit.starts_with(['k', 'K', 'M', 'G', 'T', 'P', 'E']);
    let (meant, english, chinese) = match (key, unit) {
        ("cpu", _) if is_large || (unit.is_empty() && number >= CORES_MAX) => (
            format!("{number}m"),
            "asks for more cores than machines have; thousandths of a core are written with m",
            "要求的核数比一般机器还多；千分之一核用 m 表示",
        ),
        ("memory" | "storage" | "ephemeral-storage", "m") => {
            (format!("{number}Mi"), "counts thousandths of a byte", "的单位是千分之一字节")
        }
        ("memory" | "ephemeral-storage", "") if number < BYTES_MIN => (
            format!("{number}Mi"),
            "counts single bytes, too few for anything",
            "的单位是字节，什么都放不下",
        ),
        ("storage", "") if number < BYTES_MIN => (
            format!("{number}Gi"),
            "counts single bytes, too few for anything",
            "的单位是字节，什么都放不下",
        ),
        _ => return None,
    };
    let message = format!("{key}: {word} {english}. Did you mean {meant}?");
    let chinese = format!("{key}: {word} {chinese}。是否想写 {meant}？");
    Some(Diagnostic {
        severity: Severity::Warning,
        fix: Some(change(node.span, &meant)),
        ..error("POD-V012", &message, &chinese, node.span)
    })
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
    let is_unit = |one: char| one.is_alphabetic();
    let end = bare.find(is_unit).unwrap_or(bare.len());
    let (number, unit) = bare.split_at(end);
    let unit = match unit.to_ascii_lowercase().as_str() {
        "m" | "mb" | "mi" | "mib" | "millicpu" | "millicores" | "毫核" if is_cores => "m",
        "" | "core" | "cores" | "cpu" | "cpus" | "核" => "",
        _ if is_cores => return None,
        "mb" => "M",
        "g" | "gb" => "G",
        "kb" => "k",
        "tb" => "T",
        "ki" | "kib" => "Ki",
        "mi" | "mib" | "兆" | "兆字节" => "Mi",
        "gi" | "gib" | "吉" | "吉字节" => "Gi",
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
    fn amounts_that_were_hardly_meant_are_told() {
        let pod = |limits: &str, requests: &str| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  containers:\n  - name: c\n    image: \
                 x\n    resources:\n      limits: {{{limits}}}\n      requests: {{{requests}}}\n"
            )
        };
        for (bad, good) in [
            (pod("cpu: 500M", ""), pod("cpu: 500m", "")),
            (pod("cpu: 500", ""), pod("cpu: 500m", "")),
            (pod("cpu: 250Mi", "cpu: 100m"), pod("cpu: 250m", "cpu: 100m")),
            // What is asked for must not be more than the limit: the same slip.
            (pod("cpu: 500m", "cpu: 100M"), pod("cpu: 500m", "cpu: 100m")),
            (pod("memory: 128m", "memory: 64Mi"), pod("memory: 128Mi", "memory: 64Mi")),
            (pod("memory: 128", ""), pod("memory: 128Mi", "")),
            (pod("memory: 64m", ""), pod("memory: 64Mi", "")),
        ] {
            let found = Reader::default().check(&bad);
            assert_eq!((found.len(), found[0].code), (1, "POD-V012"), "{bad}: {found:?}");
            let fixed = found[0].fix.as_ref().map(|fix| fix.apply(&bad));
            assert_eq!(fixed.as_deref(), Some(&*good), "{}", found[0].message);
            assert!(found[0].chinese.ends_with(['。', '？']), "{}", found[0].chinese);
        }
        for (limits, requests) in [
            ("cpu: 64", "cpu: 0.5"),
            ("cpu: 1500m, memory: 1e9", "memory: 128974848"),
            ("memory: 0", "cpu: 0"),
            ("example.com/gpu: 500", "hugepages-2Mi: 4Mi"),
        ] {
            let found = Reader::default().check(&pod(limits, requests));
            assert!(found.iter().all(|one| one.code != "POD-V012"), "{limits}: {found:?}");
        }
    }

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
