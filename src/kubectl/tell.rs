//! Errors of validation in plain words, with places, related places and fixes.
//!
//! Must not know rules: it is given their errors. Invariant: Kubernetes' own words stand under
//! `help`, to the letter.

use std::fmt::Write as _;

use crate::api::{FieldError, FieldErrorKind, Object};
use crate::kubectl::aim::aim;
use crate::kubectl::{nearly, placeholder, places, podfields};
use crate::text::{
    Diagnostic, Edit, Fix, Node, NodeValue, Related, Severity, Span, Tree, add_entry, line_of,
    narrowed, nearest, quoted,
};

/// An error without help or fix.
pub(super) fn error(code: &'static str, message: &str, chinese: &str, primary: Span) -> Diagnostic {
    Diagnostic {
        code,
        severity: Severity::Error,
        message: message.to_owned(),
        chinese: chinese.to_owned(),
        primary,
        others: Vec::new(),
        help: None,
        fix: None,
    }
}

/// An error of validation, told where it stands.
pub(super) fn told(one: &FieldError, object: &Object, root: &Node, text: &str) -> Diagnostic {
    let top = format!("The {} \"{}\" is invalid", object.kind().name(), object.meta.name);
    let help = Some(format!("kubectl says: {top}: {one}"));
    let one = &one.with_words();
    let place = aim(root, one);
    let found = match (&*one.path, one.kind) {
        ("spec.selector", FieldErrorKind::Required) => Diagnostic {
            fix: selector_fix(root, text, &object.meta.name),
            ..error(
                "POD-V001",
                "spec.selector is missing: it says which Pods belong to this workload.",
                "缺少 spec.selector：它说明哪些 Pod 属于该工作负载。",
                place.span,
            )
        },
        (_, FieldErrorKind::Invalid) if one.detail.starts_with("`selector` does not match") => {
            Diagnostic {
                others: labels_place(root),
                fix: labels_fix(root, text),
                ..error(
                    "POD-V002",
                    "spec.selector does not match the labels in spec.template.metadata.labels.",
                    "spec.selector 与 spec.template.metadata.labels 中的标签不匹配。",
                    places::find(root, "spec.selector").span,
                )
            }
        }
        (path, FieldErrorKind::Required) if path.ends_with("spec.containers") => error(
            "POD-V003",
            &format!("{path} is missing: a Pod needs a container."),
            &format!("缺少 {path}：Pod 至少需要一个容器。"),
            place.span,
        ),
        ("spec.replicas", FieldErrorKind::Invalid) => error(
            "POD-V004",
            &format!("spec.replicas {}.", one.detail),
            &format!("spec.replicas 无效：{}。", one.chinese_detail()),
            place.span,
        ),
        (_, FieldErrorKind::Required) if is_of_few(one) && place.node.is_some_and(is_word) => {
            // The server calls a word that does not do here missing.
            let (path, node) = (&place.error.path, place.node);
            let word = node.and_then(Node::as_str).unwrap_or_default();
            Diagnostic {
                fix: node.and_then(|node| word_fix(one, node)),
                ..error(
                    "POD-V007",
                    &format!("{path} can't be \"{word}\" here: {}.", one.detail),
                    &format!("{path} 在这里不能是 \"{word}\"，{}。", one.chinese_detail()),
                    place.span,
                )
            }
        }
        (_, kind) => {
            let (mut message, mut chinese) = place.error.sentences();
            let odd = place.node.and_then(Node::as_str).and_then(narrowed);
            if let Some((odd, half, _)) = &odd {
                let _ = write!(message, " The `{odd}` in it is not `{half}`.");
                let _ = write!(chinese, "其中的“{odd}”不是“{half}”。");
            }
            if let Some(word) = place.node.and_then(Node::as_str).and_then(placeholder::within) {
                let [more, more_zh] = placeholder::said(word);
                message.push_str(&more);
                chinese.push_str(&more_zh);
            }
            let around = one.path.strip_suffix(".restartPolicy");
            let pod = around.and_then(|path| places::find(root, path).node);
            if kind == FieldErrorKind::Required && pod.is_some_and(podfields::has_policy) {
                message.push_str(" What stands in a container is of that container alone.");
                chinese.push_str("写在容器中的 restartPolicy 只作用于该容器。");
            }
            let fix = match (kind, place.node) {
                (FieldErrorKind::Required, None) => required_fix(one, root, text),
                (FieldErrorKind::Invalid, _) if one.path.ends_with(".nodePort") => {
                    drawn_fix(one, root, text)
                }
                (FieldErrorKind::Invalid, Some(_))
                    if one.detail.starts_with("must be a standard r") =>
                {
                    resource_fix(one, root)
                }
                (FieldErrorKind::NotSupported, Some(node)) if is_headless(one, node) => {
                    headless_fix(root, text)
                }
                (FieldErrorKind::NotFound, Some(node)) => volume_fix(one, root, node),
                (FieldErrorKind::Duplicate, _) => repeated_fix(one, root, text),
                (_, Some(node)) if odd.is_some() => odd.map(|(.., meant)| Fix {
                    edits: vec![Edit { span: node.span, text: quoted(&meant) }],
                    ..change(node.span, &meant)
                }),
                // A text that goes on below was hardly meant as one word.
                (_, Some(node)) => word_fix(one, node).filter(|_| is_on_one_line(node, text)),
                _ => None,
            };
            Diagnostic {
                others: related(one, root),
                fix,
                ..error(code_of(kind), &message, &chinese, place.span)
            }
        }
    };
    Diagnostic { help, ..found }
}

/// Whether an error comes of another that is told as well: a name is not there because none is
/// given, or because what has it is not valid; a value is wrong that was taken from another.
pub(super) fn is_of_other(one: &FieldError, all: &[FieldError], root: &Node) -> bool {
    if one.kind == FieldErrorKind::NotFound {
        let is_required =
            |other: &FieldError| other.kind == FieldErrorKind::Required && other.path == one.path;
        return (*one.value == *"\"\"" && all.iter().any(is_required))
            || is_of_volume(one, all, root);
    }
    // Nothing is selected without a selector.
    if one.detail.starts_with("`selector` does not match") {
        let is_missing = |other: &FieldError| {
            other.kind == FieldErrorKind::Required && *other.path == *"spec.selector"
        };
        return all.iter().any(is_missing);
    }
    // A Service's target is its port if none is written.
    let Some(port) = one.path.strip_suffix(".targetPort") else { return false };
    let is_port = |other: &FieldError| other.path.strip_suffix(".port") == Some(port);
    places::find(root, &one.path).node.is_none() && all.iter().any(is_port)
}

/// Whether a mount names a volume that is there but not valid.
fn is_of_volume(one: &FieldError, all: &[FieldError], root: &Node) -> bool {
    let Some((spec, _)) = one.path.split_once(".volumeMounts[") else { return false };
    let end = spec.rfind(".containers[").or_else(|| spec.rfind(".initContainers["));
    let Some(volumes) = end.map(|end| format!("{}.volumes", &spec[..end])) else { return false };
    let Some(NodeValue::Seq(items)) = places::find(root, &volumes).node.map(|one| &one.value)
    else {
        return false;
    };
    let name = one.value.trim_matches('"');
    let is_it = |item: &Node| item.at("name").and_then(Node::as_str) == Some(name);
    let Some(at) = items.iter().position(is_it) else { return false };
    let own = format!("{volumes}[{at}].");
    all.iter().any(|other| other.path.starts_with(&own))
}

/// Whether the server tells which words would do.
fn is_of_few(one: &FieldError) -> bool {
    one.detail.starts_with(FEW)
}

/// How a list of words begins of which a required field has one.
const FEW: &str = "valid values: ";

fn is_word(node: &Node) -> bool {
    node.as_str().is_some_and(|word| !word.is_empty())
}

fn is_on_one_line(node: &Node, text: &str) -> bool {
    let written = text.get(node.span.start as usize..node.span.end as usize);
    written.is_some_and(|written| !written.contains('\n'))
}

fn code_of(kind: FieldErrorKind) -> &'static str {
    match kind {
        FieldErrorKind::Required => "POD-V005",
        FieldErrorKind::Invalid | FieldErrorKind::TypeInvalid => "POD-V006",
        FieldErrorKind::NotSupported => "POD-V007",
        FieldErrorKind::Duplicate => "POD-V008",
        FieldErrorKind::NotFound => "POD-V009",
        FieldErrorKind::Forbidden => "POD-V010",
        FieldErrorKind::TooLong | FieldErrorKind::TooMany => "POD-V011",
    }
}

/// What the modes of access are called in tables.
const SHORT: [(&str, &str); 4] = [
    ("RWO", "ReadWriteOnce"),
    ("ROX", "ReadOnlyMany"),
    ("RWX", "ReadWriteMany"),
    ("RWOP", "ReadWriteOncePod"),
];

/// The words that a rule allows.
fn allowed(detail: &str) -> Vec<&str> {
    let is_word = |word: &&str| word.chars().all(|one| one.is_ascii_alphanumeric());
    if let Some(words) = detail.strip_prefix("supported values: ").or(detail.strip_prefix(FEW)) {
        return words.split(", ").map(|word| word.trim_matches('"')).filter(is_word).collect();
    }
    if detail.starts_with("must be '") {
        return detail.split('\'').skip(1).step_by(2).filter(is_word).collect();
    }
    Vec::new()
}

/// The word that was most likely meant, where the rule tells.
fn word_fix(one: &FieldError, node: &Node) -> Option<Fix> {
    if let Some(fix) = nearly::meant(one, node) {
        return Some(fix);
    }
    let word = node.as_str()?;
    let words = allowed(&one.detail);
    let of_short = SHORT.iter().find(|(short, _)| word.eq_ignore_ascii_case(short));
    let near = nearest(word, words.iter().copied())
        .or(of_short.map(|(_, long)| *long).filter(|long| words.contains(long)))
        .or_else(|| nearly::longer(word, &words))
        // Of the words that a Job's Pods may have the first is most like what others have.
        .or(words.first().copied().filter(|_| words.len() == 1 || is_of_few(one)));
    let meant = match near {
        Some(near) => near.to_owned(),
        None if one.path.contains("clusterIP") && word.eq_ignore_ascii_case("none") => {
            "None".to_owned()
        }
        None if one.detail.starts_with("a lowercase RFC 1123")
            || one.detail.starts_with("a DNS-1035")
            || one.detail.starts_with("must contain only alpha-numeric") =>
        {
            as_name(word, one.detail.contains("subdomain"))?
        }
        None => return None,
    };
    (meant != word).then(|| change(node.span, &meant))
}

/// The fix that puts another word in a place.
pub(super) fn change(span: Span, meant: &str) -> Fix {
    Fix {
        title: format!("Change to {meant}"),
        chinese: format!("改为 {meant}"),
        edits: vec![Edit { span, text: meant.to_owned() }],
    }
}

/// A word as a name may be, if only its case and what parts it has to change.
fn as_name(word: &str, has_dots: bool) -> Option<String> {
    let is_near = |one: char| one.is_ascii_alphanumeric() || "-_. ".contains(one);
    let fits =
        |one: char| one.is_ascii_lowercase() || one.is_ascii_digit() || (has_dots && one == '.');
    let one = |letter: char| {
        let letter = letter.to_ascii_lowercase();
        if fits(letter) { letter } else { '-' }
    };
    let name: String = word.chars().map(one).collect();
    let name = name.trim_matches(['-', '.']);
    (word.chars().all(is_near) && !name.is_empty()).then(|| name.to_owned())
}

/// Whether a Service's type is called by what has no type of its own.
fn is_headless(one: &FieldError, node: &Node) -> bool {
    *one.path == *"spec.type"
        && node.as_str().is_some_and(|word| word.eq_ignore_ascii_case("headless"))
}

/// A Service without an address of its own says so in another field.
fn headless_fix(root: &Node, text: &str) -> Option<Fix> {
    let spec = root.at("spec")?;
    let NodeValue::Map(entries) = &spec.value else { return None };
    let entry = entries.iter().rfind(|one| &*one.key == "type")?;
    let key = text.get(entry.key_span.start as usize..entry.key_span.end as usize)?;
    let edit = |span: Span, text: &str| Edit { span, text: text.to_owned() };
    let has_address = spec.at("clusterIP").is_some();
    let mut edits = vec![edit(entry.key_span, "clusterIP"), edit(entry.value.span, "None")];
    // Without an address there are no ports of nodes either.
    let ports = spec.at("ports").map(|ports| &ports.value);
    if let Some(NodeValue::Seq(ports)) = ports {
        let fields = ports.iter().filter_map(|port| without(port, "nodePort", text));
        edits.extend(fields.map(|span| edit(span, "")));
    }
    (!has_address && key == "type").then(|| Fix {
        title: "Change to clusterIP: None".to_owned(),
        chinese: "改为 clusterIP: None".to_owned(),
        edits,
    })
}

/// What goes if an entry of a mapping goes: its line, or in brackets the comma before it as well.
fn without(map: &Node, key: &str, text: &str) -> Option<Span> {
    let NodeValue::Map(entries) = &map.value else { return None };
    let at = entries.iter().position(|one| &*one.key == key)?;
    let entry = &entries[at];
    if let Some(span) = line_of(text, entry.key_span, entry.value.span) {
        return Some(span);
    }
    match (at.checked_sub(1), entries.get(at + 1)) {
        (Some(before), _) => {
            Some(Span { start: entries[before].value.span.end, end: entry.value.span.end })
        }
        (None, Some(next)) => Some(Span { start: entry.key_span.start, end: next.key_span.start }),
        (None, None) => None,
    }
}

/// Resources that a cluster knows by itself.
const RESOURCES: [&str; 4] = ["cpu", "memory", "storage", "ephemeral-storage"];

/// The resource that a key most likely means.
fn resource_fix(one: &FieldError, root: &Node) -> Option<Fix> {
    let (around, key) = one.path.strip_suffix(']')?.rsplit_once('[')?;
    let NodeValue::Map(entries) = &places::find(root, around).node?.value else { return None };
    let entry = entries.iter().find(|one| *one.key == *key)?;
    Some(change(entry.key_span, nearest(key, RESOURCES.into_iter())?))
}

/// The volume that a mount most likely means.
fn volume_fix(one: &FieldError, root: &Node, node: &Node) -> Option<Fix> {
    let (spec, _) = one.path.split_once("ontainers[")?;
    let spec = spec.trim_end_matches("initC").trim_end_matches('c').trim_end_matches('.');
    let items = |path: &str| match places::find(root, path).node.map(|node| &node.value) {
        Some(NodeValue::Seq(items)) => items.as_slice(),
        _ => &[],
    };
    let volumes = items(&format!("{spec}.volumes")).iter().filter_map(|one| one.at("name"));
    let claims = items("spec.volumeClaimTemplates").iter();
    let claims = claims.filter_map(|one| one.at("metadata")?.at("name"));
    let names = volumes.chain(claims).filter_map(Node::as_str);
    Some(change(node.span, nearest(node.as_str()?, names)?))
}

/// An item that stands in its list twice, word by word, is taken away; so is one of which nothing but
/// the name was written before another.
fn repeated_fix(one: &FieldError, root: &Node, text: &str) -> Option<Fix> {
    let (list, rest) = one.path.rsplit_once('[')?;
    let index: usize = rest.split(']').next()?.parse().ok()?;
    let NodeValue::Seq(items) = &places::find(root, list).node?.value else { return None };
    let words = |node: &Node| {
        let raw = text.get(node.span.start as usize..node.span.end as usize)?;
        Some(raw.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>())
    };
    let item = items.get(index)?;
    let own = words(item)?;
    let earlier = || items[..index].iter();
    let is_same = |other: &&Node| words(other).is_some_and(|words| words == own);
    // One that was only begun goes, and the one that has more stays.
    let is_begun = |other: &&Node| {
        words(other).is_some_and(|words| words.len() == 1 && own.starts_with(&words))
    };
    let item =
        if earlier().any(|other| is_same(&other)) { item } else { earlier().find(is_begun)? };
    // From its dash up to the end of its last line.
    let start = text.get(..item.span.start as usize)?.rfind('\n').map_or(0, |end| end + 1);
    let dash = text.get(start..item.span.start as usize)?;
    let last = text.get(..item.span.end as usize)?.trim_end().len();
    let end = text.get(last..)?.find('\n').map_or(text.len(), |end| last + end + 1);
    let place = |at: usize| u32::try_from(at).ok();
    let span = Span { start: place(start)?, end: place(end)? };
    let is_alone = dash.trim() == "-" && !text.get(last..end)?.contains([',', ']', '}']);
    is_alone.then(|| Fix {
        title: "Take the repeated item away".to_owned(),
        chinese: "删除重复的项".to_owned(),
        edits: vec![Edit { span, text: String::new() }],
    })
}

/// A field that is missing and may hold only certain words, or any name.
fn required_fix(one: &FieldError, root: &Node, text: &str) -> Option<Fix> {
    let (around, key) = one.path.rsplit_once('.')?;
    let map = places::find(root, around).node?;
    if key == "restartPolicy"
        && let Some(fix) = podfields::policy_moved(text, map)
    {
        return Some(fix);
    }
    let port = map.at("port").and_then(Node::whole).filter(|_| around.starts_with("spec.ports["));
    let word = match (one.detail.strip_prefix(FEW), port) {
        (Some(words), _) => words.split(", ").next()?.trim_matches(['"', '[', ']']).to_owned(),
        // A Service's ports are told apart by their names.
        (None, Some(port)) if key == "name" => format!("port-{port}"),
        (None, None) if key == "name" && around.contains("ontainers[") => image_word(map)?,
        (None, None) if key == "accessModes" => "[ReadWriteOnce]".to_owned(),
        (None, None) if key == "pathType" && map.at("path").is_some() => "Prefix".to_owned(),
        (None, None) if key == "pathType" => "ImplementationSpecific".to_owned(),
        _ => return None,
    };
    Some(Fix {
        title: format!("Add {key}: {word}"),
        chinese: format!("加上 {key}: {word}"),
        edits: vec![add_entry(text, map, key, &Tree::Word(word))?],
    })
}

/// What a container is called after its image.
fn image_word(container: &Node) -> Option<String> {
    let image = container.at("image")?.as_str()?;
    let path = image.split(['@', ' ']).next()?;
    let last = path.rsplit('/').next()?.split(':').next()?;
    as_name(last, false)
}

/// A value that the server would not give, taken away: it draws one itself.
fn drawn_fix(one: &FieldError, root: &Node, text: &str) -> Option<Fix> {
    let (around, key) = one.path.rsplit_once('.')?;
    let NodeValue::Map(entries) = &places::find(root, around).node?.value else { return None };
    let entry = entries.iter().find(|one| *one.key == *key)?;
    let span = line_of(text, entry.key_span, entry.value.span)?;
    Some(Fix {
        title: format!("Take {key} away: the cluster picks one"),
        chinese: format!("删除 {key}，由集群分配"),
        edits: vec![Edit { span, text: String::new() }],
    })
}

/// The other bearer of a repeated name, and the volumes where a mount's volume is missing.
fn related(one: &FieldError, root: &Node) -> Vec<Related> {
    let (list, _) = one.path.rsplit_once('[').unwrap_or((&one.path, ""));
    match one.kind {
        FieldErrorKind::Duplicate => {
            let field = one.path.rsplit_once("].").map(|(_, field)| field);
            let value = one.value.trim_matches('"');
            let Some(NodeValue::Seq(items)) = places::find(root, list).node.map(|node| &node.value)
            else {
                return Vec::new();
            };
            let named =
                |item: &&Node| field.and_then(|field| item.at(field)?.as_str()) == Some(value);
            let first = items.iter().find(named).and_then(|item| item.at(field?));
            let other = |node: &Node| Related {
                span: node.span,
                message: "the first of this name".into(),
                chinese: "第一个同名项".into(),
            };
            first.map(other).into_iter().collect()
        }
        FieldErrorKind::NotFound if one.path.contains(".volumeMounts[") => {
            let spec = one.path.split(".containers[").next().unwrap_or_default();
            let spec = spec.split(".initContainers[").next().unwrap_or_default();
            let place = places::find(root, &format!("{spec}.volumes"));
            vec![Related {
                span: place.span,
                message: "the volumes of this Pod belong here".into(),
                chinese: "此 Pod 的卷应写在这里".into(),
            }]
        }
        _ => Vec::new(),
    }
}

fn labels_place(root: &Node) -> Vec<Related> {
    vec![Related {
        span: places::find(root, "spec.template.metadata.labels").span,
        message: "the labels of the template".into(),
        chinese: "模板的标签".into(),
    }]
}

/// The pairs of a mapping of words.
fn pairs(map: &Node) -> Option<Vec<(String, String)>> {
    let NodeValue::Map(entries) = &map.value else { return None };
    let pair = |entry: &crate::text::Entry| {
        Some((entry.key.to_string(), entry.value.as_str()?.to_owned()))
    };
    entries.iter().map(pair).collect()
}

fn tree(pairs: &[(String, String)]) -> Tree {
    Tree::Map(pairs.iter().map(|(key, value)| (key.clone(), Tree::Word(quoted(value)))).collect())
}

/// A selector made of the template's labels; labels made of the name if there are none.
fn selector_fix(root: &Node, text: &str, name: &str) -> Option<Fix> {
    let spec = root.at("spec")?;
    let metadata = spec.at("template")?.at("metadata");
    let labels = metadata.and_then(|one| one.at("labels")).and_then(pairs);
    let mut edits = Vec::new();
    // What controls Pods without a selector takes the labels of its template for one.
    let is_given = root.at("kind").and_then(Node::as_str) == Some("ReplicationController");
    let labels = if let Some(labels) = labels.filter(|labels| !labels.is_empty()) {
        labels
    } else {
        let labels = vec![("app".to_owned(), name.to_owned())];
        edits.push(add_labels(spec.at("template")?, &labels, text)?);
        labels
    };
    match spec.at("selector") {
        _ if is_given => {}
        None => {
            let selector = Tree::Map(vec![("matchLabels".to_owned(), tree(&labels))]);
            edits.push(add_entry(text, spec, "selector", &selector)?);
        }
        Some(selector) => edits.push(add_entry(text, selector, "matchLabels", &tree(&labels))?),
    }
    let (title, chinese) =
        ("Select the Pods by their labels".to_owned(), "按标签选择 Pod".to_owned());
    (!edits.is_empty()).then_some(Fix { title, chinese, edits })
}

fn add_labels(template: &Node, labels: &[(String, String)], text: &str) -> Option<Edit> {
    match template.at("metadata") {
        Some(metadata) if metadata.at("labels").is_none() => {
            add_entry(text, metadata, "labels", &tree(labels))
        }
        Some(_) => None,
        None => {
            let metadata = Tree::Map(vec![("labels".to_owned(), tree(labels))]);
            add_entry(text, template, "metadata", &metadata)
        }
    }
}

/// The labels that the selector wants, on the template.
fn labels_fix(root: &Node, text: &str) -> Option<Fix> {
    let spec = root.at("spec")?;
    let wanted = pairs(spec.at("selector")?.at("matchLabels")?)?;
    let template = spec.at("template")?;
    let labels = template.at("metadata").and_then(|one| one.at("labels"));
    let edits = match labels {
        None => vec![add_labels(template, &wanted, text)?],
        Some(labels) => {
            let edit = |(key, value): &(String, String)| match labels.at(key) {
                Some(node) if node.as_str() == Some(value.as_str()) => None,
                Some(node) => Some(Edit { span: node.span, text: quoted(value) }),
                None => add_entry(text, labels, key, &Tree::Word(quoted(value))),
            };
            wanted.iter().filter_map(edit).collect()
        }
    };
    let (title, chinese) =
        ("Put the labels on the template".to_owned(), "为模板加上这些标签".to_owned());
    (!edits.is_empty()).then_some(Fix { title, chinese, edits })
}
