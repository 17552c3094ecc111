//! Trees by their schema: which fields there are, what differs, and how one is merged into another.
//!
//! Must not know managers. Invariant: elements of a list are told apart by their keys, or the list
//! is one field.
//!
//! Models sigs.k8s.io/structured-merge-diff/typed

use std::collections::BTreeMap;

use crate::api::fields::{Field, Fields, Shape, Type};
use crate::api::{Value, go};
use crate::base::Str;
use crate::kubectl::managed::set::Set;

/// What is known of the value at hand.
#[derive(Clone, Copy)]
pub(in crate::kubectl) enum Form {
    /// A mapping of these fields.
    Struct(&'static Type),
    /// A mapping from text.
    Map(&'static Shape),
    /// A list whose elements are told apart by these keys.
    Keyed(&'static [&'static str], &'static Shape),
    /// A list in which nothing stands twice.
    Distinct,
    /// One field, whatever it holds.
    Whole,
    /// Nothing is known: mappings are gone into, lists are one field.
    Unknown,
}

/// Types that are one field.
const WHOLE: [&str; 16] = [
    "ConfigMapKeySelector",
    "CrossVersionObjectReference",
    "FileKeySelector",
    "LabelSelector",
    "LocalObjectReference",
    "NodeSelector",
    "NodeSelectorTerm",
    "ObjectFieldSelector",
    "ObjectReference",
    "OwnerReference",
    "ResourceFieldSelector",
    "ScopeSelector",
    "SecretKeySelector",
    "SecretReference",
    "TopologySelectorTerm",
    "TypedLocalObjectReference",
];

/// Mappings from text that are one field, by where they stand.
const WHOLE_MAPS: [&str; 2] = ["nodeSelector", "selector"];

/// The keys of a list of which a strategic merge knows the first.
fn keys(first: &str) -> &'static [&'static str] {
    match first {
        "containerPort" => &["containerPort", "protocol"],
        "devicePath" => &["devicePath"],
        "ip" => &["ip"],
        "mountPath" => &["mountPath"],
        "port" => &["port", "protocol"],
        "topologyKey" => &["topologyKey", "whenUnsatisfiable"],
        "type" => &["type"],
        "uid" => &["uid"],
        _ => &["name"],
    }
}

/// What a key is that an element does not name.
const PROTOCOL: &str = "TCP";

impl Form {
    /// What is known of a kind's objects.
    pub(in crate::kubectl) fn of_kind(kind: &str, api_version: &str) -> Form {
        Fields::table().kind(kind, api_version).map_or(Form::Unknown, Form::Struct)
    }

    fn of_shape(shape: &'static Shape) -> Form {
        match shape {
            Shape::Struct(name) if WHOLE.contains(&name.as_str()) => Form::Whole,
            Shape::Struct(name) => Fields::table().named(name).map_or(Form::Unknown, Form::Struct),
            Shape::Map(inner) => Form::Map(inner),
            Shape::Any => Form::Unknown,
            _ => Form::Whole,
        }
    }

    fn of_field(name: &str, field: &'static Field) -> Form {
        match (&field.shape, &field.merge_key) {
            (Shape::List(inner), Some(first)) => Form::Keyed(keys(first), inner),
            (Shape::List(_), None) if field.merges => Form::Distinct,
            (Shape::Map(_), _) if WHOLE_MAPS.contains(&name) => Form::Whole,
            (shape, _) => Form::of_shape(shape),
        }
    }

    /// What is known of a field, and whether the type names it.
    fn below(self, name: &str) -> (Form, bool) {
        match self {
            Form::Struct(known) => match known.fields.get(name) {
                Some(field) => (Form::of_field(name, field), true),
                None => (Form::Unknown, false),
            },
            Form::Map(shape) => (Form::of_shape(shape), false),
            _ => (Form::Unknown, false),
        }
    }
}

/// A value taken apart.
enum Parts<'a> {
    Leaf,
    Map(&'a BTreeMap<Str, Value>),
    Items(Vec<(Str, Form, &'a Value)>),
}

fn parts(form: Form, value: &Value) -> Parts<'_> {
    match (form, value) {
        (Form::Struct(_) | Form::Map(_) | Form::Unknown, Value::Map(entries)) => {
            Parts::Map(entries)
        }
        (Form::Keyed(keys, shape), Value::List(items)) => {
            let inner = Form::of_shape(shape);
            let step = |item| (key_step(keys, item), inner, item);
            Parts::Items(items.iter().map(step).collect())
        }
        (Form::Distinct, Value::List(items)) => {
            let step = |item| (Str::from(format!("v:{}", go::json(item))), Form::Whole, item);
            Parts::Items(items.iter().map(step).collect())
        }
        _ => Parts::Leaf,
    }
}

fn key_step(keys: &[&'static str], item: &Value) -> Str {
    let own = |key: &&'static str| {
        let value = item.at(key).cloned();
        let value = value.or_else(|| (*key == "protocol").then(|| Value::Str(PROTOCOL.into())));
        Some((*key, value?))
    };
    let keys = Value::map(keys.iter().filter_map(own));
    format!("k:{}", go::json(&keys)).into()
}

fn field(name: &str) -> Str {
    format!("f:{name}").into()
}

fn is_hollow(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Map(entries) => entries.is_empty(),
        _ => false,
    }
}

/// The fields that a configuration names.
///
/// Models sigs.k8s.io/structured-merge-diff/typed tofieldset.go toFieldSetWalker
pub(in crate::kubectl) fn named(form: Form, value: &Value) -> Set {
    let mut set = Set::default();
    match parts(form, value) {
        Parts::Leaf => return Set::leaf(),
        Parts::Map(entries) => {
            for (name, one) in entries {
                let (inner, is_known) = form.below(name);
                let mut below = named(inner, one);
                below.is_member |= is_hollow(one) || !is_known;
                set.put(field(name), below);
            }
        }
        Parts::Items(items) => {
            for (step, inner, one) in items {
                let below = if is_scalar(one) { Set::leaf() } else { named(inner, one) };
                set.put(step, Set { is_member: true, ..below });
            }
        }
    }
    set
}

fn is_scalar(value: &Value) -> bool {
    !matches!(value, Value::Map(_) | Value::List(_))
}

/// Fields that a type's empty object has, so that nobody adds them.
const ALWAYS: [&str; 8] = [
    "containers",
    "jobTemplate",
    "metadata",
    "resources",
    "spec",
    "strategy",
    "template",
    "updateStrategy",
];

/// All fields of something new, with what holds them.
pub(in crate::kubectl) fn all(form: Form, value: &Value) -> Set {
    let mut set = Set::leaf();
    match parts(form, value) {
        Parts::Leaf => {}
        Parts::Map(entries) => {
            let is_there = |name: &str, one: &Value| name == "metadata" && is_hollow(one);
            for (name, one) in entries.iter().filter(|(name, one)| !is_there(name, one)) {
                let mut below = all(form.below(name).0, one);
                below.is_member &= below.below.is_empty() || !ALWAYS.contains(&&**name);
                set.put(field(name), below);
            }
        }
        Parts::Items(items) => {
            for (step, inner, one) in items {
                let below = if is_scalar(one) { Set::leaf() } else { all(inner, one) };
                set.put(step, below);
            }
        }
    }
    set
}

/// What became of a tree.
#[derive(Debug, Default)]
pub(in crate::kubectl) struct Difference {
    /// Fields that are new or have another value.
    pub(in crate::kubectl) changed: Set,
    /// Fields that are gone.
    pub(in crate::kubectl) removed: Set,
}

/// Models sigs.k8s.io/structured-merge-diff/typed compare.go compareWalker
pub(in crate::kubectl) fn difference(form: Form, old: &Value, new: &Value) -> Difference {
    let mut found = Difference::default();
    if old == new {
        return found;
    }
    let add = |found: &mut Difference,
               step: Str,
               inner,
               old: Option<&Value>,
               new: Option<&Value>| {
        match (old, new) {
            (Some(old), Some(new)) => {
                let below = difference(inner, old, new);
                found.changed.put(step.clone(), below.changed);
                found.removed.put(step, below.removed);
            }
            (None, Some(new)) => found.changed.put(step, all(inner, new)),
            (Some(old), None) => found.removed.put(step, all(inner, old)),
            (None, None) => {}
        }
    };
    match (parts(form, old), parts(form, new)) {
        (Parts::Map(old), Parts::Map(new)) => {
            for (name, one) in old {
                add(&mut found, field(name), form.below(name).0, Some(one), new.get(name));
            }
            for (name, one) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
                add(&mut found, field(name), form.below(name).0, None, Some(one));
            }
        }
        (Parts::Items(old), Parts::Items(new)) => {
            for (step, inner, one) in &old {
                let other = new.iter().find(|(other, ..)| other == step).map(|(.., one)| *one);
                add(&mut found, step.clone(), *inner, Some(one), other);
            }
            for (step, inner, one) in &new {
                if !old.iter().any(|(known, ..)| known == step) {
                    add(&mut found, step.clone(), *inner, None, Some(one));
                }
            }
        }
        _ => found.changed = Set::leaf(),
    }
    found
}

/// A configuration merged into a living tree: what it names wins.
///
/// Models sigs.k8s.io/structured-merge-diff/typed merge.go mergingWalker
pub(in crate::kubectl) fn merged(form: Form, live: &Value, given: &Value) -> Value {
    match (parts(form, live), parts(form, given)) {
        (Parts::Map(live), Parts::Map(given)) => {
            let mut all = live.clone();
            for (name, one) in given {
                let value = match live.get(name) {
                    Some(known) => merged(form.below(name).0, known, one),
                    None => one.clone(),
                };
                all.insert(name.clone(), value);
            }
            Value::Map(all)
        }
        (Parts::Items(live), Parts::Items(given)) => Value::List(merged_items(&live, &given)),
        _ => given.clone(),
    }
}

type Item<'a> = (Str, Form, &'a Value);

/// Both lists as one: what is in both stands in the order of the configuration.
fn merged_items(live: &[Item<'_>], given: &[Item<'_>]) -> Vec<Value> {
    let find = |list: &[Item<'_>], step: &str| list.iter().position(|(one, ..)| &**one == step);
    let mut all = Vec::new();
    let mut rest = live.iter().peekable();
    for (step, inner, one) in given {
        // What only lives keeps its place before its neighbour.
        while let Some((_, _, kept)) = rest.next_if(|(other, ..)| find(given, other).is_none()) {
            all.push((*kept).clone());
        }
        match find(live, step) {
            Some(at) => all.push(merged_inside(*inner, live[at].2, one)),
            None => all.push((*one).clone()),
        }
        let is_met = |(other, ..): &&Item<'_>| find(given, other).is_some();
        if rest.peek().is_some_and(|(other, ..)| other == step) {
            rest.next_if(is_met);
        }
    }
    all.extend(
        rest.filter(|(step, ..)| find(given, step).is_none()).map(|(.., one)| (*one).clone()),
    );
    all
}

fn merged_inside(form: Form, live: &Value, given: &Value) -> Value {
    if is_scalar(given) { given.clone() } else { merged(form, live, given) }
}

/// The tree without what nobody wants any more: of these fields all that nobody else names.
///
/// Models sigs.k8s.io/structured-merge-diff/merge update.go Updater.prune
pub(in crate::kubectl) fn pruned(form: Form, value: &Value, gone: &Set, wanted: &Set) -> Value {
    let nothing = Set::default();
    let look = |step: &Str, inner: Form, one: &Value| -> Option<Value> {
        let Some(gone) = gone.below.get(step) else { return Some(one.clone()) };
        let wanted = wanted.below.get(step).unwrap_or(&nothing);
        if gone.is_member && wanted.is_empty() {
            return None;
        }
        Some(pruned(inner, one, gone, wanted))
    };
    match parts(form, value) {
        Parts::Leaf => value.clone(),
        Parts::Map(entries) => {
            let mut left = BTreeMap::new();
            for (name, one) in entries {
                let kept = look(&field(name), form.below(name).0, one);
                // A mapping that has lost all that it held is given up with it.
                let is_lost = |kept: &Value| {
                    is_hollow(kept) && !is_hollow(one) && wanted.under(&[&field(name)]).is_none()
                };
                if let Some(kept) = kept.filter(|kept| !is_lost(kept)) {
                    left.insert(name.clone(), kept);
                }
            }
            Value::Map(left)
        }
        Parts::Items(items) => Value::List(
            items.iter().filter_map(|(step, inner, one)| look(step, *inner, one)).collect(),
        ),
    }
}

/// What does not fit the schema: fields that the type does not have, and values of other types.
///
/// Models sigs.k8s.io/structured-merge-diff/typed validate.go validatingObjectWalker
pub(in crate::kubectl) fn misfits(form: Form, value: &Value, path: &str, all: &mut Vec<String>) {
    match parts(form, value) {
        Parts::Leaf => {}
        Parts::Map(entries) => {
            for (name, one) in entries {
                let path = format!("{path}.{name}");
                let shape = match form {
                    Form::Struct(known) => known.fields.get(&**name).map(|field| &field.shape),
                    Form::Map(shape) => Some(shape),
                    _ => None,
                };
                let mistake = shape.and_then(|shape| mistake(shape, one));
                if matches!(form, Form::Struct(_)) && shape.is_none() {
                    all.push(format!("{path}: field not declared in schema"));
                } else if let Some(mistake) = mistake {
                    all.push(format!("{path}: {mistake}"));
                } else {
                    misfits(form.below(name).0, one, &path, all);
                }
            }
        }
        Parts::Items(items) => {
            for (step, inner, one) in items {
                let own = Set::at(&[&step]).paths();
                let step = own.first().map(String::as_str).unwrap_or_default();
                misfits(inner, one, &format!("{path}{step}"), all);
            }
        }
    }
}

/// Why a value is not of a type.
///
/// Models sigs.k8s.io/structured-merge-diff/typed validate.go validateScalar
fn mistake(shape: &Shape, value: &Value) -> Option<String> {
    let shown = match value {
        Value::Str(text) => go::quoted(text),
        other => go::printed(other),
    };
    let wrapped = format!("&value.valueUnstructured{{Value:{shown}}}");
    let plain = format!("&{{{}}}", go::printed(value));
    match (shape, value) {
        (_, Value::Null) | (Shape::Int32 | Shape::Int64, Value::Int(_) | Value::Float(_)) => None,
        (Shape::Text | Shape::Time | Shape::MicroTime | Shape::Bytes, value) => {
            (!matches!(value, Value::Str(_))).then(|| format!("expected string, got {wrapped}"))
        }
        (Shape::Truth, value) => {
            (!matches!(value, Value::Bool(_))).then(|| format!("expected boolean, got {wrapped}"))
        }
        (Shape::Int32 | Shape::Int64, value) => {
            let kind = match value {
                Value::Bool(_) => "bool",
                Value::Str(_) => "string",
                Value::List(_) => "[]interface {}",
                _ => "map[string]interface {}",
            };
            Some(format!("expected numeric (int or float), got {kind}"))
        }
        (Shape::List(_), value) => {
            (!matches!(value, Value::List(_))).then(|| format!("expected list, got {plain}"))
        }
        (Shape::Map(_) | Shape::Struct(_), value) => {
            (!matches!(value, Value::Map(_))).then(|| format!("expected map, got {plain}"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> Value {
        let parsed = crate::text::parse(text);
        crate::api::decode::plain(parsed.documents[0].root.as_ref().expect("it can be read"))
    }

    fn form() -> Form {
        Form::of_kind("Deployment", "apps/v1")
    }

    const WEB: &str = "metadata: {labels: {a: b}}\nspec:\n  replicas: 3\n  selector: {matchLabels: \
        {app: w}}\n  template:\n    spec:\n      nodeSelector: {x: y}\n      containers:\n      - \
        name: c\n        image: i\n        args: [a]\n        resources: {}\n        ports: \
        [{containerPort: 80}]\n";

    #[test]
    fn a_configuration_names_leaves_elements_by_their_keys_and_what_is_one_field() {
        let container = ".spec.template.spec.containers[name=\"c\"]";
        let port = format!("{container}.ports[containerPort=80,protocol=\"TCP\"]");
        let mut wanted: Vec<String> = [
            ".metadata.labels.a",
            ".spec.replicas",
            ".spec.selector",
            ".spec.template.spec.nodeSelector",
            container,
        ]
        .map(str::to_owned)
        .into();
        wanted
            .extend(["args", "image", "name", "resources"].map(|one| format!("{container}.{one}")));
        wanted.extend([port.clone(), format!("{port}.containerPort")]);
        assert_eq!(named(form(), &tree(WEB)).paths(), wanted);
    }

    #[test]
    fn what_differs_is_told_by_field_and_a_whole_one_at_once() {
        let new = WEB.replace("replicas: 3", "replicas: 5").replace("x: y", "x: z");
        let new = new.replace("args: [a]", "tty: true");
        let found = difference(form(), &tree(WEB), &tree(&new));
        let container = ".spec.template.spec.containers[name=\"c\"]";
        assert_eq!(
            found.changed.paths(),
            [
                ".spec.replicas".to_owned(),
                ".spec.template.spec.nodeSelector".to_owned(),
                format!("{container}.tty")
            ]
        );
        assert_eq!(found.removed.paths(), [format!("{container}.args")]);
        assert!(difference(form(), &tree(WEB), &tree(WEB)).changed.is_empty());
    }

    #[test]
    fn lists_with_keys_are_merged_in_the_order_of_the_configuration() {
        let names = |value: &Value| {
            let list = crate::kubectl::tree::at(value, &["spec", "template", "spec", "containers"]);
            let Some(Value::List(items)) = list else { panic!("{value:?}") };
            items.iter().map(|one| one.word("name").to_owned()).collect::<Vec<_>>()
        };
        let of = |names: &[&str]| {
            let items: Vec<String> = names.iter().map(|name| format!("{{name: {name}}}")).collect();
            tree(&format!("spec: {{template: {{spec: {{containers: [{}]}}}}}}", items.join(", ")))
        };
        let both = |live: &[&str], given: &[&str]| names(&merged(form(), &of(live), &of(given)));
        assert_eq!(both(&["a", "b", "c"], &["b"]), ["a", "b", "c"]);
        assert_eq!(both(&["a", "b"], &["b", "a", "d"]), ["b", "a", "d"]);
        assert_eq!(both(&["x", "a", "w", "b"], &["b", "a"]), ["x", "b", "a", "w"]);
    }

    #[test]
    fn what_is_given_up_goes_unless_somebody_else_names_it() {
        let gone = named(
            form(),
            &tree("spec: {replicas: 3, template: {spec: {containers: [{name: c, image: i}]}}}"),
        );
        let wanted = named(form(), &tree("spec: {replicas: 3}"));
        let left = pruned(form(), &tree(WEB), &gone, &wanted);
        assert_eq!(
            left,
            tree(
                "metadata: {labels: {a: b}}\nspec: {replicas: 3, selector: {matchLabels: {app: w}}, \
                  template: {spec: {nodeSelector: {x: y}, containers: []}}}"
            )
        );
    }

    #[test]
    fn what_does_not_fit_the_schema_is_found_with_its_place() {
        let mut all = Vec::new();
        let text = "metadata: {labels: {x: y, n: 1}}\nspec: {replcas: 1, replicas: a, paused: 1, \
                    template: {spec: {containers: [{name: c, imag: i}], volumes: {}}}}";
        misfits(form(), &tree(text), "", &mut all);
        assert_eq!(
            all,
            [
                ".metadata.labels.n: expected string, got &value.valueUnstructured{Value:1}",
                ".metadata.labels.x: expected string, got &value.valueUnstructured{Value:true}",
                ".spec.paused: expected boolean, got &value.valueUnstructured{Value:1}",
                ".spec.replcas: field not declared in schema",
                ".spec.replicas: expected numeric (int or float), got string",
                ".spec.template.spec.containers[name=\"c\"].imag: field not declared in schema",
                ".spec.template.spec.volumes: expected list, got &{map[]}",
            ]
        );
    }
}
