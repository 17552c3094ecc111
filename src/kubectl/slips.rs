//! Slips that Kubernetes' fields give away: a dash, a level or a word that was forgotten.
//!
//! Must not know the rules of values. Invariant: it only proposes; whoever takes a fix makes
//! sure that it leaves fewer mistakes.

use crate::api::fields::{Fields, Shape, Type, UNKNOWN_FIELD};
use crate::kubectl::spot::{Spot, find};
use crate::kubectl::{amounts, dashes, dialects, lostkey, nearly, remarks, shell, versions};
use crate::text::{self, Diagnostic, Edit, Entry, Fix, Node, NodeValue, Span, quoted, wrong_colon};

/// Fields that other types have under another name: the type, the word there, and its own.
const OTHER_NAMES: &[(&str, &str, &str)] = &[
    ("PersistentVolumeClaimVolumeSource", "name", "claimName"),
    ("PersistentVolumeClaimVolumeSource", "pvcName", "claimName"),
    ("SecretVolumeSource", "name", "secretName"),
    ("ConfigMapVolumeSource", "configMapName", "name"),
    ("ConfigMapKeySelector", "configMapName", "name"),
    ("SecretKeySelector", "secretName", "name"),
    ("SecretEnvSource", "secretName", "name"),
    ("StatefulSetSpec", "strategy", "updateStrategy"),
    ("DaemonSetSpec", "strategy", "updateStrategy"),
    ("DeploymentSpec", "updateStrategy", "strategy"),
    ("ContainerPort", "port", "containerPort"),
    ("ServicePort", "containerPort", "port"),
    ("ServicePort", "containerPort", "targetPort"),
    ("VolumeMount", "path", "mountPath"),
    ("EnvVar", "key", "name"),
    ("IngressSpec", "backend", "defaultBackend"),
];

/// Amounts that stand one level too high.
const AMOUNTS: [&str; 4] = ["cpu", "memory", "storage", "ephemeral-storage"];

/// What a slip is told as.
type Words = [&'static str; 2];

/// Proposes fixes for a mistake of a document, if the slip may be a known one; some get words of
/// their own with it.
pub(super) fn mends(
    table: &'static Fields,
    text: &str,
    root: &Node,
    one: &Diagnostic,
) -> Vec<Diagnostic> {
    let with = |fix: Option<Fix>| fix.map(|fix| Diagnostic { fix: Some(fix), ..one.clone() });
    let behind_it = || with(behind(text, one.primary));
    let told = match one.code {
        "POD-F003" => [with(amounts::meant(table, text, root, one.primary)), None],
        "POD-Y004" => {
            let at = one.primary;
            let fixes = [
                lostkey::twice(table, text, root, at),
                dashes::missing(table, text, root, at),
                dashes::joined_lists(text, root, at),
            ];
            return fixes.into_iter().filter_map(with).collect();
        }
        "POD-V005" => {
            let fixes = dashes::extra(text, root, one.primary);
            return fixes.into_iter().filter_map(|fix| with(Some(fix))).collect();
        }
        "POD-F005" => [with(nearly::encoded(text, one.primary)), None],
        UNKNOWN_FIELD | "POD-F002" => match find(table, root, one.primary) {
            Some(spot) => match spot.unknown {
                Some(entry) if (spot.within, &*entry.key) == ("DaemonSetSpec", "replicas") => {
                    let fix = gone(text, entry).and_then(|edit| fix(GONE, vec![edit]));
                    [with(fix), None]
                }
                Some(entry) if remarks::is_copied(text, entry) => {
                    let colon = entry.key_span.end + 1;
                    let value = match entry.value.value {
                        NodeValue::Null => Span { start: colon, end: colon },
                        _ => entry.value.span,
                    };
                    let span = text::line_of(text, entry.key_span, value);
                    let edit = span.map(|span| Edit { span, text: String::new() });
                    [with(edit.and_then(|edit| fix(["Take it away", "删除它"], vec![edit]))), None]
                }
                Some(entry) if entry.key.starts_with("//") => {
                    [remarks::line(text, entry, one), None]
                }
                Some(entry) if entry.key.starts_with("/*") => {
                    [remarks::between(text, entry, one), None]
                }
                Some(entry) => {
                    let others = [
                        other_name(&spot, entry, one),
                        with(level(table, text, &spot, entry)),
                        dialects::field(text, &spot, entry, one),
                        with(fallen(text, entry)),
                    ];
                    let versions = versions::with(table, root, entry, one);
                    return others
                        .into_iter()
                        .flatten()
                        .chain(versions)
                        .chain(behind_it())
                        .collect();
                }
                None => {
                    let lists = lostkey::lists(table, text, &spot)
                        .into_iter()
                        .filter_map(|fix| with(Some(fix)));
                    let others = [colon(text, &spot, one), with(shape(table, text, &spot))];
                    let others =
                        others.into_iter().chain([dialects::value(table, text, &spot, one)]);
                    return others.flatten().chain(lists).chain(behind_it()).collect();
                }
            },
            None => [None, None],
        },
        _ => [None, None],
    };
    told.into_iter().flatten().chain(behind_it()).collect()
}

/// The first sentence of a message; the paths in it have points that no blank follows.
pub(super) fn first_sentence(message: &str) -> String {
    let first = message.split(". ").next().unwrap_or_default();
    format!("{}.", first.trim_end_matches('.'))
}

pub(super) fn cut<'a>(text: &'a str, end: &str) -> &'a str {
    text.split_inclusive(end).next().unwrap_or(text)
}

/// A mark behind a value that other languages end lines with.
fn behind(text: &str, span: Span) -> Option<Fix> {
    let raw = text.get(span.start as usize..span.end as usize)?;
    let kept = raw.trim_end_matches([',', ';', '，', '；', '。']).trim_end();
    let is_plain = !raw.contains(['\n', '"', '\'', '{', '[']) && !kept.is_empty();
    let from = span.start + u32::try_from(kept.len()).ok()?;
    let is_there = is_plain && kept.len() < raw.len();
    is_there
        .then(|| fix(["Take the mark away", "删除末尾的标点"], vec![edit(from, span.end, "")]))?
}

/// A line of the text above that was read as a key.
fn fallen(text: &str, entry: &Entry) -> Option<Fix> {
    let edit = text::back_into_text(text, entry.key_span.start)?;
    fix(["Indent it as far as the text", "缩进到与文本对齐"], vec![edit])
}

fn fix([title, chinese]: Words, edits: Vec<Edit>) -> Option<Fix> {
    (!edits.is_empty()).then(|| Fix { title: title.to_owned(), chinese: chinese.to_owned(), edits })
}

fn edit(start: u32, end: u32, text: impl Into<String>) -> Edit {
    Edit { span: Span { start, end }, text: text.into() }
}

/// A field that has another name in this type.
fn other_name(spot: &Spot<'_>, entry: &Entry, one: &Diagnostic) -> Option<Diagnostic> {
    let fits = |known: &&(&str, &str, &str)| {
        known.0 == spot.within && known.1 == &*entry.key && spot.node.at(known.2).is_none()
    };
    // A path in place of the key that it ends with.
    let of_path = || entry.key.rsplit_once('.').map(|(_, last)| last);
    let of_path =
        || of_path().filter(|last| spot.known.is_some_and(|one| one.fields.contains_key(*last)));
    // Full-width letters and quotes.
    let half = text::narrowed(&entry.key).map(|(.., half)| half);
    let half = half.as_deref().map(|half| half.trim_matches(['"', '\'']));
    let known = spot.known;
    let of_width = || Some(known?.fields.get_key_value(half?)?.0.as_str());
    let of_part = || part_of(spot, &entry.key).filter(|_| one.fix.is_none());
    let name = OTHER_NAMES.iter().find(fits).map(|(.., name)| *name).or_else(of_path);
    let name = name.or_else(of_width).or_else(of_part)?;
    Some(Diagnostic {
        message: format!("{} Did you mean {name}?", first_sentence(&one.message)),
        chinese: format!("{}是否想写 {name}？", cut(&one.chinese, "。")),
        fix: Some(Fix {
            title: format!("Change to {name}"),
            chinese: format!("改为 {name}"),
            edits: vec![Edit { span: entry.key_span, text: name.to_owned() }],
        }),
        ..one.clone()
    })
}

/// The one field of a type whose name a word begins or ends.
fn part_of<'a>(spot: &Spot<'a>, word: &str) -> Option<&'a str> {
    let mut letters = word.chars();
    let first = letters.next()?.to_ascii_uppercase();
    let (end, is_long) = (format!("{first}{}", letters.as_str()), word.len() > 3);
    let goes_on = |rest: &str| rest.starts_with(|next: char| next.is_ascii_uppercase());
    let is_it =
        |name: &&String| name.ends_with(&end) || name.strip_prefix(word).is_some_and(goes_on);
    let mut found = spot.known?.fields.keys().filter(is_it);
    let (Some(name), None) = (found.next().filter(|_| is_long), found.next()) else { return None };
    spot.node.at(name).is_none().then_some(name)
}

/// What was meant as the text of a file, as text.
fn as_text(text: &str, node: &Node, entry: &Entry) -> Option<Fix> {
    if is_flow(text, node) {
        let rest = text.get(node.span.start as usize..)?;
        let raw = &rest[..=closing(rest)?];
        if raw.contains('\n') {
            return None;
        }
        let end = node.span.start + u32::try_from(raw.len()).ok()?;
        let quoted = format!("'{}'", raw.replace('\'', "''"));
        return fix(["Put it in quotes", "加上引号"], vec![edit(node.span.start, end, quoted)]);
    }
    let colon = text.get(entry.key_span.end as usize..)?.starts_with(':');
    let at = entry.key_span.end + 1;
    colon.then(|| fix(["Make it a block of text", "改为文本块"], vec![edit(at, at, " |")]))?
}

/// Fields that stand one level too high or are written in short.
fn level(table: &Fields, text: &str, spot: &Spot<'_>, entry: &Entry) -> Option<Fix> {
    let NodeValue::Map(entries) = &spot.node.value else { return None };
    let is_word = |one: &Entry| !matches!(one.value.value, NodeValue::Map(_) | NodeValue::Seq(_));
    let known = spot.known?;
    let is_unknown = |one: &&Entry| !known.fields.contains_key(&*one.key) && is_word(one);
    let has = |key: &str| entries.iter().any(|one| &*one.key == key);
    if let Some(fix) = split_key(text, spot, entry) {
        return Some(fix);
    }
    if entry.key.starts_with('-') {
        let at = entry.key_span.start + 1;
        return fix(DASH, vec![edit(at, at, " ")]);
    }
    if let Some(fix) = first_item(table, text, spot, entry, entries) {
        return Some(fix);
    }
    match spot.within {
        "LabelSelector" | "ResourceRequirements" | "VolumeResourceRequirements"
            if has("matchLabels") || has("requests") =>
        {
            None
        }
        "LabelSelector" if is_word(entry) => wrap(
            text,
            spot.node,
            entries,
            is_unknown,
            "matchLabels",
            ["Put it under matchLabels", "放到 matchLabels 下"],
        ),
        "ResourceRequirements" | "VolumeResourceRequirements" if AMOUNTS.contains(&&*entry.key) => {
            wrap(
                text,
                spot.node,
                entries,
                is_unknown,
                "requests",
                ["Put it under requests", "放到 requests 下"],
            )
        }
        "PersistentVolumeClaimSpec" if &*entry.key == "storage" && !has("resources") => {
            let (start, end) = (entry.key_span.start, end_of(entry));
            let words = ["Put it under resources.requests", "放到 resources.requests 下"];
            if is_flow(text, spot.node) {
                let edits =
                    vec![edit(start, start, "resources: {requests: {"), edit(end, end, "}}")];
                return fix(words, edits);
            }
            let blanks = " ".repeat(column(text, start));
            let head = format!("resources:\n{blanks}  requests:\n{blanks}    ");
            fix(words, vec![edit(start, start, head)])
        }
        "EnvVar" if entries.len() == 1 && is_word(entry) => {
            let pair = variable(text, entry)?;
            let column = column(text, entry.key_span.start);
            let both = written(text, spot.node, &pair, column);
            fix(
                VARIABLE,
                vec![edit(
                    entry.key_span.start,
                    entry.value.span.end.max(entry.key_span.end),
                    both,
                )],
            )
        }
        _ => None,
    }
}

/// A key that has its value in it, as `labels:{app` has and `name=data`.
fn split_key(text: &str, spot: &Spot<'_>, entry: &Entry) -> Option<Fix> {
    let start = entry.key_span.start;
    let raw = text.get(start as usize..entry.key_span.end as usize)?;
    let end = raw.find([':', '=', ' '])?;
    if raw.starts_with(['"', '\'']) || !spot.known?.fields.contains_key(&raw[..end]) {
        return None;
    }
    let at = start + u32::try_from(end).ok()?;
    let (blanks, behind) = match raw[end..].trim_start_matches(' ').strip_prefix('=') {
        Some(behind) => (raw.len() - end - behind.len(), behind),
        None => (1, &raw[end + 1..]),
    };
    let space = if behind.starts_with(' ') { "" } else { " " };
    let (words, edits) = match &raw[end..=end] {
        ":" => (["Put a space after the colon", "在冒号后加空格"], edit(at + 1, at + 1, " ")),
        _ if raw[end..].trim_start_matches(' ').starts_with('=') => {
            let to = at + u32::try_from(blanks).ok()?;
            (["Put a colon after the key", "在键后加冒号"], edit(at, to, format!(":{space}")))
        }
        _ => (["Put a colon after the key", "在键后加冒号"], edit(at, at, ":")),
    };
    fix(words, vec![edits])
}

/// The dash that makes fields below an empty list its first item.
fn first_item(
    table: &Fields,
    text: &str,
    spot: &Spot<'_>,
    entry: &Entry,
    entries: &[Entry],
) -> Option<Fix> {
    let at = entries.iter().position(|one| one.key_span == entry.key_span)?;
    let list = entries.get(at.checked_sub(1)?)?;
    let Shape::List(inner) = &spot.known?.fields.get(&*list.key)?.shape else { return None };
    let Shape::Struct(name) = &**inner else { return None };
    let known = table.named(name)?;
    if list.value.value != NodeValue::Null || !known.fields.contains_key(&*entry.key) {
        return None;
    }
    let is_of = |one: &&Entry| {
        known.fields.contains_key(&*one.key)
            && !spot.known.is_some_and(|here| here.fields.contains_key(&*one.key))
    };
    let last = entries[at..].iter().take_while(is_of).last()?;
    let start = entry.key_span.start;
    let mut edits = vec![edit(start, start, "- ")];
    edits.extend(lines_below(text, start, end_of(last)).into_iter().map(|at| edit(at, at, "  ")));
    fix(["Put a dash before the first field", "在第一个字段前加短横线"], edits)
}

const DASH: Words = ["Put a space after the dash", "在短横线后加空格"];
const GONE: Words = ["Take the field away", "删除该字段"];
const VARIABLE: Words = ["Write it as name and value", "写成 name 和 value"];

/// An entry of words as a variable's name and value.
fn variable(text: &str, entry: &Entry) -> Option<(String, String)> {
    let raw = text.get(entry.value.span.start as usize..entry.value.span.end as usize)?;
    let value = match &entry.value.value {
        NodeValue::Str(_) => raw.to_owned(),
        NodeValue::Null => "\"\"".to_owned(),
        NodeValue::Map(_) | NodeValue::Seq(_) => return None,
        _ => format!("\"{raw}\""),
    };
    Some((entry.key.to_string(), value))
}

/// A variable, in the style of what it stands in.
fn written(text: &str, node: &Node, (name, value): &(String, String), column: usize) -> String {
    let name = quoted(name);
    if is_flow(text, node) {
        format!("name: {name}, value: {value}")
    } else {
        format!("name: {name}\n{}value: {value}", " ".repeat(column))
    }
}

fn is_flow(text: &str, node: &Node) -> bool {
    text.get(node.span.start as usize..).is_some_and(|rest| rest.starts_with(['{', '[']))
}

/// The column of a byte in its line.
fn column(text: &str, at: u32) -> usize {
    let at = at as usize;
    at - text[..at].rfind('\n').map_or(0, |end| end + 1)
}

/// The starts of the lines after the one with `from`, up to `to`, that say something.
fn lines_below(text: &str, from: u32, to: u32) -> Vec<u32> {
    let mut starts = Vec::new();
    let mut at = from as usize;
    while let Some(next) = text.get(at..to as usize).and_then(|rest| rest.find('\n')) {
        at += next + 1;
        let line = text[at..].lines().next().unwrap_or_default();
        if !line.trim().is_empty() && at < to as usize {
            starts.extend(u32::try_from(at));
        }
    }
    starts
}

/// The edit that takes an entry away with its line.
fn gone(text: &str, entry: &Entry) -> Option<Edit> {
    text::line_of(text, entry.key_span, entry.value.span)
        .map(|span| Edit { span, text: String::new() })
}

fn end_of(entry: &Entry) -> u32 {
    entry.value.span.end.max(entry.key_span.end)
}

/// Puts a run of entries one level deeper, under a key of their own.
fn wrap(
    text: &str,
    map: &Node,
    entries: &[Entry],
    goes: impl Fn(&&Entry) -> bool,
    key: &str,
    words: Words,
) -> Option<Fix> {
    let first = entries.iter().position(|one| goes(&one))?;
    let run: Vec<&Entry> = entries[first..].iter().take_while(goes).collect();
    fix(words, deeper(text, map, &run, key)?)
}

/// The edits that put a run of entries one level deeper.
pub(super) fn deeper(text: &str, map: &Node, run: &[&Entry], key: &str) -> Option<Vec<Edit>> {
    let start = run.first()?.key_span.start;
    let end = end_of(run.last()?);
    if is_flow(text, map) {
        // As the keys beside it are, for JSON.
        let quote = if text[start as usize..].starts_with('"') { "\"" } else { "" };
        let head = format!("{quote}{key}{quote}: {{");
        return Some(vec![edit(start, start, head), edit(end, end, "}")]);
    }
    let column = column(text, start);
    let mut edits = vec![edit(start, start, format!("{key}:\n{}", " ".repeat(column + 2)))];
    edits.extend(lines_below(text, start, end).into_iter().map(|at| edit(at, at, "  ")));
    Some(edits)
}

/// Takes the level of an entry away: what it holds stands in its place.
fn lift(text: &str, around: &Node, entry: &Entry) -> Option<Fix> {
    let NodeValue::Map(inner) = &entry.value.value else { return None };
    let words = ["Take the level away", "去掉这一层"];
    let (start, end) = (entry.key_span.start, end_of(entry));
    let first = inner.first()?;
    if is_flow(text, &entry.value) {
        let braces = text.get(entry.value.span.start as usize..)?;
        let close = entry.value.span.start + u32::try_from(closing(braces)?).ok()?;
        let kept = text.get(entry.value.span.start as usize + 1..close as usize)?.trim();
        if is_flow(text, around) || inner.len() == 1 {
            return fix(words, vec![edit(start, close + 1, kept)]);
        }
        return None;
    }
    let from = column(text, first.key_span.start);
    let to = column(text, start);
    let mut edits = vec![edit(start, first.key_span.start, "")];
    let gone = u32::try_from(from.checked_sub(to)?).ok()?;
    let below = lines_below(text, first.key_span.start, end);
    edits.extend(below.into_iter().map(|at| edit(at, at + gone, "")));
    fix(words, edits)
}

/// Where the bracket that a text begins with is closed.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut quote) = (0, None);
    for (at, letter) in text.char_indices() {
        match letter {
            '"' | '\'' if quote == Some(letter) => quote = None,
            _ if quote.is_some() => {}
            '"' | '\'' => quote = Some(letter),
            '{' | '[' => depth += 1,
            '}' | ']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// A colon, or the space behind it, that is missing where a mapping should be.
fn colon(text: &str, spot: &Spot<'_>, one: &Diagnostic) -> Option<Diagnostic> {
    if !matches!(spot.shape?, Shape::Struct(_) | Shape::Map(_)) || spot.node.as_str().is_none() {
        return None;
    }
    let span = spot.node.span;
    let raw = text.get(span.start as usize..span.end as usize)?.trim_end();
    let Some((code, at, gone, put)) = wrong_colon(raw) else {
        return text::wide_colons(raw, span.start);
    };
    let start = span.start + u32::try_from(at).ok()?;
    let (message, chinese, title, title_zh) = if code == "POD-Y006" {
        (
            format!("A space is missing after the colon in `{raw}`."),
            format!("“{raw}”中冒号后缺少空格。"),
            "Put a space after the colon",
            "在冒号后加空格",
        )
    } else {
        (
            format!("A colon is missing after the key `{}`.", &raw[..at]),
            format!("键“{}”后面缺少冒号。", &raw[..at]),
            "Put a colon after the key",
            "在键后加冒号",
        )
    };
    Some(Diagnostic {
        code,
        message,
        chinese,
        fix: fix([title, title_zh], vec![edit(start, start + u32::try_from(gone).ok()?, put)]),
        ..one.clone()
    })
}

/// A value that has the wrong form, in the form that is wanted.
fn shape(table: &Fields, text: &str, spot: &Spot<'_>) -> Option<Fix> {
    let node = spot.node;
    let named = |name: &str| table.named(name);
    match (spot.shape?, &node.value) {
        (Shape::List(inner), NodeValue::Map(entries)) => {
            let Shape::Struct(name) = &**inner else { return None };
            let known = named(name)?;
            let tight = entries.first().filter(|one| one.key.starts_with('-'));
            if let Some(tight) = tight {
                let at = tight.key_span.start + 1;
                return fix(
                    ["Put a space after the dash", "在短横线后加空格"],
                    vec![edit(at, at, " ")],
                );
            }
            if entries.iter().all(|one| known.fields.contains_key(&*one.key)) {
                return dash(text, spot.key?, node, entries);
            }
            (name == "EnvVar").then(|| variables(text, node, entries)).flatten()
        }
        (shape, NodeValue::Str(word)) => of_word(table, text, spot, shape, word),
        (Shape::Map(_), NodeValue::Seq(items)) if items.first().is_some_and(is_pair) => {
            pairs(text, node, items)
        }
        (Shape::Struct(_) | Shape::Map(_), NodeValue::Seq(items)) => undash(text, node, items),
        (Shape::Struct(name), _) if spot.key.is_none() => only_field(text, spot, named(name)?),
        (Shape::Text, NodeValue::Map(_)) if spot.key.is_none() => {
            let raw = text.get(node.span.start as usize..node.span.end as usize)?;
            let has_marks = raw.contains(['"', '\\']);
            let is_plain = !raw.contains('\n') && !is_flow(text, node);
            let is_plain = is_plain && !(has_marks && raw.contains('\''));
            let mark = if has_marks { '\'' } else { '"' };
            let quoted = vec![edit(node.span.start, node.span.end, format!("{mark}{raw}{mark}"))];
            is_plain.then(|| fix(["Put it in quotes", "加上引号"], quoted))?
        }
        (Shape::Text, NodeValue::Map(_) | NodeValue::Seq(_)) => {
            let (entry, around) = (spot.key?, spot.around?);
            match &*entry.key {
                "matchLabels" => lift(text, around, entry),
                _ => as_text(text, node, entry),
            }
        }
        (Shape::Text, NodeValue::Int(_) | NodeValue::Float(_))
            if &*spot.key?.key == "apiVersion" =>
        {
            let version = table.api_version(spot.within)?;
            let (title, chinese) = (format!("Change to {version}"), format!("改为 {version}"));
            let edits = vec![edit(node.span.start, node.span.end, version)];
            Some(Fix { title, chinese, edits })
        }
        _ => None,
    }
}

/// A word where another form is wanted, in that form.
fn of_word(table: &Fields, text: &str, spot: &Spot<'_>, shape: &Shape, word: &str) -> Option<Fix> {
    let node = spot.node;
    let named = |name: &str| table.named(name);
    if let Some(fix) = nearly::brackets(text, node, shape, word) {
        return Some(fix);
    }
    match shape {
        Shape::List(inner) => match &**inner {
            Shape::Text => dashed(text, spot).or_else(|| words_of(spot, word)),
            Shape::Struct(name) => {
                let known = named(name)?;
                let is_name = known.fields.contains_key("name")
                    && known.required.iter().all(|one| one == "name");
                let item = format!("[{{name: {}}}]", quoted(word));
                is_name.then(|| fix(LIST, vec![edit(node.span.start, node.span.end, item)]))?
            }
            _ => None,
        },
        Shape::Struct(name) if spot.key.is_none() && starts_as(named(name)?, word) => {
            assigned(text, spot, named(name)?, word)
        }
        Shape::Struct(name) if name == "EnvVar" && spot.key.is_none() => {
            let (name, value) = word.split_once('=')?;
            let column = column(text, node.span.start);
            let pair = (name.trim().to_owned(), quoted(value.trim()));
            let is_flow = spot.list.is_some_and(|list| is_flow(text, list));
            let both = if is_flow {
                format!("{{name: {}, value: {}}}", pair.0, pair.1)
            } else {
                written(text, node, &pair, column)
            };
            fix(VARIABLE, vec![edit(node.span.start, node.span.end, both)])
        }
        Shape::Struct(name) if spot.key.is_none() => only_field(text, spot, named(name)?),
        Shape::Struct(name) => {
            let known = named(name)?;
            known.fields.get("type")?;
            // A word on a line of its own is more likely a key that is not finished.
            let is_below = text.get(spot.key?.key_span.end as usize..node.span.start as usize)?;
            if known.required.iter().any(|one| one != "type") || is_below.contains('\n') {
                return None;
            }
            fix(
                ["Write it as type", "写成 type"],
                vec![edit(node.span.start, node.span.end, format!("{{type: {word}}}"))],
            )
        }
        Shape::Map(inner) if **inner == Shape::Text => {
            let pair = |one: &str| {
                let (key, value) = one.split_once('=')?;
                Some(format!("{}: {}", key.trim(), quoted(value.trim())))
            };
            let pairs: Vec<String> = word.split(',').map(pair).collect::<Option<_>>()?;
            let map = format!("{{{}}}", pairs.join(", "));
            fix(["Make it a mapping", "改为映射"], vec![edit(node.span.start, node.span.end, map)])
        }
        Shape::Int32 | Shape::Int64 => nearly::number(text, node, word),
        Shape::Truth => {
            let truth = word.trim().to_ascii_lowercase();
            let edits = vec![edit(node.span.start, node.span.end, truth.clone())];
            let is_truth = matches!(truth.as_str(), "true" | "false");
            is_truth.then(|| fix(["Take the quotes away", "去掉引号"], edits))?
        }
        _ => None,
    }
}

/// An item that is the value of the one field that its type requires.
fn only_field(text: &str, spot: &Spot<'_>, known: &Type) -> Option<Fix> {
    let node = spot.node;
    let [required] = &known.required[..] else { return None };
    let raw = text.get(node.span.start as usize..node.span.end as usize)?;
    let item = if spot.list.is_some_and(|list| is_flow(text, list)) {
        format!("{{{required}: {raw}}}")
    } else {
        format!("{required}: {raw}")
    };
    fix(NAMED, vec![edit(node.span.start, node.span.end, item)])
}

const LIST: Words = ["Make it a list", "改为列表"];
const NAMED: Words = ["Say which field it is", "写出字段名"];

/// The dash before the first field of an item.
fn dash(text: &str, key: &Entry, node: &Node, entries: &[Entry]) -> Option<Fix> {
    let words = ["Put a dash before the first field", "在第一个字段前加短横线"];
    let first = entries.first()?.key_span.start;
    if is_flow(text, node) {
        let close = node.span.start
            + u32::try_from(closing(text.get(node.span.start as usize..)?)?).ok()?;
        return fix(
            LIST,
            vec![edit(first_of(node), first_of(node), "["), edit(close + 1, close + 1, "]")],
        );
    }
    let has_room = column(text, first) >= column(text, key.key_span.start) + 2;
    has_room.then(|| fix(words, vec![edit(first - 2, first, "- ")]))?
}

fn first_of(node: &Node) -> u32 {
    node.span.start
}

/// A mapping of words as a list of variables.
fn variables(text: &str, node: &Node, entries: &[Entry]) -> Option<Fix> {
    if is_flow(text, node) {
        return None;
    }
    let one = |entry: &Entry| {
        let pair = variable(text, entry)?;
        let start = entry.key_span.start;
        let column = column(text, start);
        let both = written(text, node, &pair, column + 2);
        Some(edit(start, end_of(entry), format!("- {both}")))
    };
    fix(
        ["Make it a list of name and value", "改为 name 和 value 的列表"],
        entries.iter().map(one).collect::<Option<_>>()?,
    )
}

/// Words below a key that are items but for a dash, or for the space behind it.
fn dashed(text: &str, spot: &Spot<'_>) -> Option<Fix> {
    let span = spot.node.span;
    let above = text.get(spot.key?.key_span.end as usize..span.start as usize)?;
    let raw = text.get(span.start as usize..span.end as usize)?;
    let is_tight = |rest: &str| rest.starts_with(|first: char| first.is_ascii_alphanumeric());
    if !above.contains('\n') {
        return None;
    }
    if raw.strip_prefix('-').is_some_and(is_tight) {
        return fix(DASH, vec![edit(span.start + 1, span.start + 1, " ")]);
    }
    let (_, below) = raw.split_once('\n')?;
    let items = || below.lines().filter(|line| !line.trim().is_empty());
    let blanks = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let column_below = blanks(items().next()?);
    let is_item = |line: &str| line.trim_start().starts_with("- ") && blanks(line) == column_below;
    if !items().all(is_item) {
        return None;
    }
    let line = span.start - u32::try_from(column(text, span.start)).ok()?;
    let put = format!("{}- ", " ".repeat(column_below));
    fix(
        ["Put a dash before the first item", "在第一项前加短横线"],
        vec![edit(line, span.start, put)],
    )
}

/// The words of a command line as a list.
fn words_of(spot: &Spot<'_>, word: &str) -> Option<Fix> {
    let json = |word: &String| {
        let word = word.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        format!("\"{word}\"")
    };
    let list = match &*spot.key?.key {
        "command" => shell::command(word).iter().map(json).collect(),
        // What follows `sh -c` is one word.
        "args" if is_of_shell(spot.around?) => vec![json(&word.to_owned())],
        "args" => shell::arguments(word)?.iter().map(json).collect(),
        _ => vec![quoted(word)],
    };
    let text = format!("[{}]", list.join(", "));
    fix(LIST, vec![edit(spot.node.span.start, spot.node.span.end, text)])
}

/// Whether a container's command is a shell that waits for a script.
fn is_of_shell(container: &Node) -> bool {
    let Some(NodeValue::Seq(words)) = container.at("command").map(|one| &one.value) else {
        return false;
    };
    let is_flag = |word: &str| word.starts_with('-') && word.ends_with('c');
    words.last().and_then(Node::as_str).is_some_and(is_flag)
}

/// Takes the dashes away from the fields of one mapping.
fn undash(text: &str, node: &Node, items: &[Node]) -> Option<Fix> {
    let words = ["Take the dash away", "去掉短横线"];
    let is_map = |item: &&Node| matches!(item.value, NodeValue::Map(_));
    if is_flow(text, node) || !items.iter().all(|item| is_map(&item)) {
        return None;
    }
    let dash = |item: &Node| {
        let line = text[..item.span.start as usize].rfind('\n').map_or(0, |end| end + 1);
        let dash = text.get(line..item.span.start as usize)?.rfind('-')?;
        let at = u32::try_from(line + dash).ok()?;
        Some(edit(at, at + 1, " "))
    };
    fix(words, items.iter().map(dash).collect::<Option<_>>()?)
}

/// Whether an item of a list is the name and the value of a label.
fn is_pair(item: &Node) -> bool {
    let NodeValue::Map(entries) = &item.value else { return false };
    let [name, value] = &entries[..] else { return false };
    matches!(&*name.key, "name" | "key") && &*value.key == "value"
}

/// A list of names and values as one mapping.
fn pairs(text: &str, node: &Node, items: &[Node]) -> Option<Fix> {
    if is_flow(text, node) || !items.iter().all(is_pair) {
        return None;
    }
    let pair = |item: &Node| {
        let NodeValue::Map(entries) = &item.value else { return None };
        let (name, value) = (&entries.first()?.value, &entries.get(1)?.value);
        let value = text.get(value.span.start as usize..value.span.end as usize)?;
        let line = text[..item.span.start as usize].rfind('\n').map_or(0, |end| end + 1);
        let dash = line + text.get(line..item.span.start as usize)?.rfind('-')?;
        let text = format!("  {}: {}", quoted(name.as_str()?), value.trim_end());
        Some(edit(u32::try_from(dash).ok()?, end_of(entries.get(1)?), text))
    };
    fix(["Make it a mapping", "改为映射"], items.iter().map(pair).collect::<Option<_>>()?)
}

/// Whether a word begins with a field of a type and `=`.
fn starts_as(known: &Type, word: &str) -> bool {
    word.split_once('=').is_some_and(|(key, _)| known.fields.contains_key(key.trim()))
}

/// `name=data value=x` as fields.
fn assigned(text: &str, spot: &Spot<'_>, known: &Type, word: &str) -> Option<Fix> {
    let field = |part: &str| {
        let (key, value) = part.split_once('=')?;
        let field = known.fields.get(key)?;
        let value = if field.shape == Shape::Text { quoted(value) } else { value.to_owned() };
        Some(format!("{key}: {value}"))
    };
    let parts = word.split([' ', ',']).filter(|part| !part.is_empty());
    let fields: Vec<String> = parts.map(field).collect::<Option<_>>()?;
    let Span { start, end } = spot.node.span;
    let fields = if spot.list.is_some_and(|list| is_flow(text, list)) {
        format!("{{{}}}", fields.join(", "))
    } else {
        fields.join(&format!("\n{}", " ".repeat(column(text, start))))
    };
    let edits = vec![edit(start, end, fields)];
    fix(["Write it as fields", "写成字段"], edits)
}
