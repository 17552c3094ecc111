//! Fields of a Pod where the template around them is missing, and fields of another kind.
//!
//! Must not know the rules of single fields. Invariant: a fix is offered only if fewer fields
//! stand at wrong places afterwards, and another kind only if nothing is wrong with it.

use crate::api::Kind;
use crate::api::fields::{Fields, Shape, Type};
use crate::kubectl::Reader;
use crate::kubectl::misplaced::{Level, column, shifted_lines};
use crate::kubectl::reader::Customs;
use crate::kubectl::weight::Weight;
use crate::text::{Diagnostic, Edit, Entry, Fix, Node, NodeValue, quoted};

/// The kinds that keep Pods, the likeliest first.
const KEEPERS: [Kind; 6] = [
    Kind::Deployment,
    Kind::StatefulSet,
    Kind::DaemonSet,
    Kind::ReplicaSet,
    Kind::Job,
    Kind::CronJob,
];

/// The ways from a workload's spec to the template of its Pods.
const CHAINS: [&[&str]; 2] = [&["template"], &["jobTemplate", "spec", "template"]];

/// The way of the template of a Pod, and the move of a Pod's fields into one, where a workload has
/// none.
pub(super) fn template(
    reader: &Reader,
    (text, customs): (&str, &Customs),
    (root, way): (&Node, &[Level<'_>]),
    before: Weight,
) -> Option<(String, Option<Fix>)> {
    let table = reader.fields();
    // Of a CronJob's two levels the one that is nearer.
    let (level, chain) = way.iter().rev().find_map(|one| Some((one, chain(table, one.known)?)))?;
    let here = way.last()?;
    let NodeValue::Map(entries) = &here.node.value else { return None };
    let pod = table.named("PodSpec")?;
    let goes = |one: &&Entry| {
        pod.fields.contains_key(&*one.key) && !here.known.fields.contains_key(&*one.key)
    };
    let before_it = entries[..here.at].iter().rev().take_while(goes).count();
    let run: Vec<&Entry> = entries[here.at - before_it..].iter().take_while(goes).collect();
    let NodeValue::Map(fields) = &level.node.value else { return None };
    let to = column(text, fields.first()?.key_span.start);
    let own = level.node.at(chain[0]).filter(|own| own.value != NodeValue::Null);
    let has_more = |own: &Node| chain.len() > 1 || own.at("spec").is_some();
    if run.is_empty() || own.is_some_and(has_more) {
        return None;
    }
    let path = format!("{}.{}.spec", level.path, chain.join("."));
    let head = match own {
        None => head(root, level, chain),
        // The lines above may be those of the template, whose own lines are as far in as its first.
        Some(own) => {
            let above = here.at.checked_sub(before_it + 1).and_then(|at| entries.get(at));
            let is_above = above.is_some_and(|one| std::ptr::eq(&raw const one.value, own));
            let is_as_far = matches!(&own.value, NodeValue::Map(inner) if inner.first().is_some_and(
                |first| column(text, first.key_span.start) == to + 2
            ));
            (is_above && is_as_far).then(|| vec![(2, "spec:".to_owned())])
        }
    };
    let deeper = to + 2 * (chain.len() + 1);
    let fix = head.and_then(|head| into(text, (to, deeper), &run, &head));
    let fix = fix.filter(|fix| reader.weigh(&fix.apply(text), customs) < before);
    // What is there already may be mended by other moves.
    (fix.is_some() || own.is_none()).then_some((path, fix))
}

/// The keys that lead from a type to the template of its Pods.
fn chain(table: &Fields, known: &Type) -> Option<&'static [&'static str]> {
    let leads = |keys: &&&[&str]| {
        let mut at = Some(known);
        for key in **keys {
            let shape = at.and_then(|known| known.fields.get(*key)).map(|field| &field.shape);
            let Some(Shape::Struct(name)) = shape else { return false };
            if name == "PodTemplateSpec" {
                return true;
            }
            at = table.named(name);
        }
        false
    };
    CHAINS.iter().find(leads).copied()
}

/// The lines above a Pod's fields, each with its depth below the workload's.
fn head(root: &Node, level: &Level<'_>, chain: &[&str]) -> Option<Vec<(usize, String)>> {
    let mut head = Vec::new();
    let selector = level.node.at("selector");
    let needs_selector = level.known.required.iter().any(|one| one == "selector");
    let labels = if let Some(selector) = selector {
        pairs(selector.at("matchLabels")?)?
    } else {
        let metadata = root.at("metadata")?;
        let own = metadata.at("labels").and_then(pairs).filter(|own| !own.is_empty());
        let name = metadata.at("name").and_then(Node::as_str);
        own.or_else(|| Some(vec![("app".to_owned(), name?.to_owned())]))?
    };
    let put = |head: &mut Vec<(usize, String)>, depth: usize| {
        head.extend(labels.iter().map(|(key, value)| (depth, format!("{key}: {}", quoted(value)))));
    };
    if needs_selector && selector.is_none() {
        head.push((0, "selector:".to_owned()));
        head.push((2, "matchLabels:".to_owned()));
        put(&mut head, 4);
    }
    head.extend(chain.iter().enumerate().map(|(depth, key)| (2 * depth, format!("{key}:"))));
    if needs_selector {
        head.push((2, "metadata:".to_owned()));
        head.push((4, "labels:".to_owned()));
        put(&mut head, 6);
    }
    head.push((2 * chain.len(), "spec:".to_owned()));
    Some(head)
}

/// The pairs of a mapping of words.
fn pairs(map: &Node) -> Option<Vec<(String, String)>> {
    let NodeValue::Map(entries) = &map.value else { return None };
    let pair = |one: &Entry| Some((one.key.to_string(), one.value.as_str()?.to_owned()));
    entries.iter().map(pair).collect()
}

/// The move of fields, on lines of their own, under lines that are put above them.
fn into(
    text: &str,
    (to, deeper): (usize, usize),
    run: &[&Entry],
    head: &[(usize, String)],
) -> Option<Fix> {
    let (first, last) = (run.first()?, run.last()?);
    let from = column(text, first.key_span.start);
    let line = first.key_span.start as usize - from;
    if !text.get(line..first.key_span.start as usize)?.trim().is_empty() {
        return None;
    }
    let end = last.value.span.end.max(last.key_span.end) as usize;
    let mut edits = shifted_lines(text, (line, end), from, deeper)?;
    let above = head.iter().map(|(depth, words)| format!("{}{words}\n", " ".repeat(to + depth)));
    let above: String = above.collect();
    edits.iter_mut().find(|edit| edit.span.start as usize == line)?.text.insert_str(0, &above);
    Some(Fix {
        title: "Put it into a template".to_owned(),
        chinese: "放入 Pod 模板".to_owned(),
        edits,
    })
}

/// Tells which kind has a field, and makes the object one of that kind if it is one but for its
/// name.
pub(super) fn other_kind(
    reader: &Reader,
    (text, customs): (&str, &Customs),
    (root, way): (&Node, &[Level<'_>]),
    one: &mut Diagnostic,
) {
    let [_, here] = way else { return };
    let (Some(kind), NodeValue::Map(entries)) = (root.at("kind"), &here.node.value) else { return };
    let own = kind.as_str().and_then(Kind::from_name);
    let is_source = |kind: Kind| kind == Kind::Pod || KEEPERS.contains(&kind);
    if here.path != "spec" || !own.is_some_and(is_source) {
        return;
    }
    let key = &*entries[here.at].key;
    let others = KEEPERS.into_iter().filter(|kind| Some(*kind) != own);
    let having = others.filter(|kind| has(reader.fields(), *kind, key));
    let is_well = |fix: &Fix| {
        let after = reader.weigh(&fix.apply(text), customs);
        // What has the fields of a workload and none of a Pod is no Pod.
        after.is_well() || (own == Some(Kind::Pod) && after.has_no_odd_field())
    };
    let made = having.clone().find_map(|kind| {
        let fix = renamed(root, kind).filter(is_well)?;
        Some((kind, Some(fix)))
    });
    let Some((kind, fix)) = made.or_else(|| Some((having.clone().next()?, None))) else { return };
    let name = kind.facts().name;
    one.message = format!("{} {name} has it.", one.message);
    one.chinese = format!("{}{name} 才有这个字段。", one.chinese);
    one.fix = fix;
}

/// The change that makes an object one of another kind.
fn renamed(root: &Node, kind: Kind) -> Option<Fix> {
    let facts = kind.facts();
    let edit =
        |key: &str, word: &str| Some(Edit { span: root.at(key)?.span, text: word.to_owned() });
    Some(Fix {
        title: format!("Change to {}", facts.name),
        chinese: format!("改为 {}", facts.name),
        edits: vec![edit("apiVersion", facts.api_version)?, edit("kind", facts.name)?],
    })
}

/// Whether a kind's spec has a field.
fn has(table: &Fields, kind: Kind, key: &str) -> bool {
    let spec = table.named(kind.facts().name).and_then(|known| known.fields.get("spec"));
    let Some(Shape::Struct(name)) = spec.map(|field| &field.shape) else { return false };
    table.named(name).is_some_and(|known| known.fields.contains_key(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    const POD: &str = "  containers:\n  - name: c\n    image: nginx # web\n  nodeName: node-1\n";

    fn object(version: &str, kind: &str, spec: &str) -> String {
        format!("apiVersion: {version}\nkind: {kind}\nmetadata: {{name: w}}\nspec:\n{spec}")
    }

    /// The first message about a text, and the text once every first fix is taken.
    fn mended(text: &str) -> (String, String) {
        let mut text = text.to_owned();
        let message = Reader::default().check(&text)[0].message.clone();
        while let Some(fix) = Reader::default().check(&text).into_iter().find_map(|one| one.fix) {
            text = fix.apply(&text);
        }
        (message, text)
    }

    #[test]
    fn the_spec_of_a_pod_in_a_workload_gets_a_template() {
        let inner = POD.lines().map(|line| format!("    {line}\n"));
        let inner = format!("    spec:\n{}", inner.collect::<Vec<_>>().concat());
        let text = object("apps/v1", "Deployment", &format!("  replicas: 2\n{POD}"));
        let (message, after) = mended(&text);
        assert_eq!(
            message,
            "spec.containers is not a field of Deployment. It belongs in spec.template.spec."
        );
        assert!(Reader::default().check(&after).is_empty(), "{after}");
        let head = "  replicas: 2\n  selector:\n    matchLabels:\n      app: w\n  template:\n    \
                    metadata:\n      labels:\n        app: w\n";
        assert_eq!(after, object("apps/v1", "Deployment", &format!("{head}{inner}")));
        let labels = "  template:\n    metadata:\n      labels:\n        app: w\n";
        let half = format!("  selector: {{matchLabels: {{app: w}}}}\n{labels}");
        let text = object("apps/v1", "Deployment", &format!("{half}{POD}"));
        let wanted = object("apps/v1", "Deployment", &format!("{half}{inner}"));
        assert_eq!(mended(&text).1, wanted);
        let job = object("batch/v1", "Job", &format!("{POD}  restartPolicy: Never\n"));
        let inner = format!("  template:\n{inner}      restartPolicy: Never\n");
        assert_eq!(mended(&job).1, object("batch/v1", "Job", &inner));
    }

    #[test]
    fn what_a_cron_job_runs_gets_a_template_of_its_job() {
        let schedule = "  schedule: \"* * * * *\"\n";
        let pod = format!("{POD}  restartPolicy: Never\n");
        let deeper = |text: &str, blanks: usize| -> String {
            let blanks = " ".repeat(blanks);
            text.lines().flat_map(|line| [&blanks, line, "\n"]).collect()
        };
        let object = |spec: &str| object("batch/v1", "CronJob", &format!("{schedule}{spec}"));
        let levels = "  jobTemplate:\n    spec:\n      template:\n        spec:\n";
        let good = object(&format!("{levels}{}", deeper(&pod, 8)));
        assert!(Reader::default().check(&good).is_empty(), "{good}");
        let (message, after) = mended(&object(&pod));
        assert_eq!(
            message,
            "spec.containers is not a field of CronJob. It belongs in spec.jobTemplate.spec.template.spec."
        );
        assert_eq!(after, good);
        let job = format!("  template:\n    spec:\n{}", deeper(&pod, 4));
        let (message, after) = mended(&object(&job));
        assert_eq!(
            message,
            "spec.template is not a field of CronJob. It belongs in spec.jobTemplate.spec."
        );
        assert_eq!(after, good);
        let inner = format!("  jobTemplate:\n    spec:\n{}", deeper(&pod, 4));
        assert_eq!(mended(&object(&inner)).1, good);
    }

    #[test]
    fn the_kind_that_has_a_field_is_named() {
        let text = object("v1", "Pod", &format!("  replicas: 3\n{POD}"));
        let (message, after) = mended(&text);
        assert_eq!(message, "spec.replicas is not a field of Pod. Deployment has it.");
        assert_eq!(after, text, "which of the two was meant can't be known");
        let spec = "  selector:\n    matchLabels: {a: b}\n  template:\n    metadata: {labels: {a: \
                    b}}\n    spec: {containers: [{name: c, image: x}]}\n";
        let good = object("apps/v1", "Deployment", spec);
        assert_eq!(mended(&object("v1", "Pod", spec)).1, good);
        let named = format!("  serviceName: s\n{spec}");
        let good = object("apps/v1", "StatefulSet", &named);
        assert_eq!(mended(&object("apps/v1", "Deployment", &named)).1, good);
    }
}
