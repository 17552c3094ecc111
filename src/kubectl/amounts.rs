//! Amounts in units that Kubernetes does not have.
//!
//! Must not know what is asked for. Invariant: what is proposed is an amount.

use crate::api::Quantity;
use crate::api::fields::Fields;
use crate::kubectl::spot::find;
use crate::text::{Edit, Fix, Node, Span};

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
    let (title, chinese) = (format!("Change to {meant}"), format!("改为 {meant}"));
    Some(Fix { title, chinese, edits: vec![Edit { span, text: meant }] })
}
