//! Fields and values as older versions of Kubernetes, other tools and other languages write them.
//!
//! Must not know the rules of values. Invariant: it only proposes; whoever takes a fix makes sure
//! that it leaves fewer mistakes.

use std::fmt::Write as _;

use crate::api::fields::{Fields, Shape, Type};
use crate::kubectl::misplaced::column;
use crate::kubectl::nearly;
use crate::kubectl::slips::{cut, first_sentence};
use crate::kubectl::spot::Spot;
use crate::text::{Diagnostic, Edit, Entry, Fix, Node, NodeValue, Span, line_of, quoted};

/// Fields that stand for others below a field that is missing: the type, the field, and what takes
/// its place; `#` stands for the value.
const NESTED: &[(&str, &str, &[&str])] = &[
    (
        "ResourceMetricSource",
        "targetAverageUtilization",
        &["target.type: Utilization", "target.averageUtilization: #"],
    ),
    (
        "ResourceMetricSource",
        "targetAverageValue",
        &["target.type: AverageValue", "target.averageValue: #"],
    ),
    ("PersistentVolumeSpec", "storage", &["capacity.storage: #"]),
    ("PersistentVolumeSpec", "size", &["capacity.storage: #"]),
    ("PersistentVolumeClaimSpec", "size", &["resources.requests.storage: #"]),
    ("IngressBackend", "serviceName", &["service.name: #"]),
    ("IngressBackend", "servicePort", &["service.port.number: #"]),
];

/// Marks of other languages behind a number, and what Chinese sentences begin or go on with.
const MARKS: [&str; 7] = ["//", "#", "（", "(", "<!--", "--", "<"];

/// A field that its type does not have, as the one that takes its place.
pub(super) fn field(
    text: &str,
    spot: &Spot<'_>,
    entry: &Entry,
    one: &Diagnostic,
) -> Option<Diagnostic> {
    if (spot.within, &*entry.key) == ("Container", "environment") {
        return environment(text, entry, one);
    }
    if let Some(fix) = amounts(text, spot, entry) {
        return Some(Diagnostic { fix: Some(fix), ..one.clone() });
    }
    let NodeValue::Map(entries) = &spot.node.value else { return None };
    let (_, _, first) = NESTED.iter().find(|known| is_of(known, spot.within, entry))?;
    let (top, _) = first[0].split_once('.')?;
    if spot.node.at(top).is_some() {
        return None;
    }
    // Those that go below the same field go together.
    let run = entries.iter().filter_map(|entry| {
        let (_, _, lines) = NESTED.iter().find(|known| is_of(known, spot.within, entry))?;
        lines[0].starts_with(&format!("{top}.")).then_some((entry, *lines))
    });
    let run: Vec<(&Entry, &[&str])> = run.collect();
    let mut lines: Vec<String> = Vec::new();
    for (entry, parts) in &run {
        let raw = text.get(entry.value.span.start as usize..entry.value.span.end as usize)?;
        if matches!(entry.value.value, NodeValue::Map(_) | NodeValue::Seq(_) | NodeValue::Null) {
            return None;
        }
        lines.extend(parts.iter().map(|part| of_value(part, entry).replace('#', raw)));
    }
    let edits = nested(text, spot.node, &run, &lines)?;
    let instead = key_of(first, entry);
    Some(Diagnostic {
        message: format!("{} Write {instead} in its place.", first_sentence(&one.message)),
        chinese: format!("{}应改用 {instead}。", cut(&one.chinese, "。")),
        fix: Some(Fix {
            title: format!("Write it below {top}"),
            chinese: format!("写到 {top} 下"),
            edits,
        }),
        ..one.clone()
    })
}

/// What a claim asks for is called otherwise than what a volume has.
fn amounts(text: &str, spot: &Spot<'_>, entry: &Entry) -> Option<Fix> {
    let of_claim = entry.value.at("storage").map(|node| (node, "resources.requests.storage"));
    let of_volume = || entry.value.at("requests").and_then(|one| one.at("storage"));
    let (node, path) = match (spot.within, &*entry.key) {
        ("PersistentVolumeClaimSpec", "capacity") if spot.node.at("resources").is_none() => {
            of_claim?
        }
        ("PersistentVolumeSpec", "resources") if spot.node.at("capacity").is_none() => {
            (of_volume()?, "capacity.storage")
        }
        _ => return None,
    };
    let raw = |span: Span| text.get(span.start as usize..span.end as usize);
    let whole = Span { start: entry.key_span.start, end: node.span.end };
    let is_block = !raw(whole)?.contains(['{', '#']) && entry.value.span.end == node.span.end;
    let lines = [format!("{path}: {}", raw(node.span)?)];
    let put = block(&lines, column(text, whole.start));
    is_block.then(|| Fix {
        title: format!("Write it as {path}"),
        chinese: format!("写成 {path}"),
        edits: vec![Edit { span: whole, text: put }],
    })
}

fn is_of(known: &(&str, &str, &[&str]), within: &str, entry: &Entry) -> bool {
    known.0 == within && known.1 == &*entry.key
}

/// A line for the value of an entry: a port that is no number is one's name.
fn of_value(line: &str, entry: &Entry) -> String {
    let is_name = matches!(entry.value.value, NodeValue::Str(_));
    line.replace("port.number", if is_name { "port.name" } else { "port.number" })
}

/// The way of the field that has the value of an entry.
fn key_of(lines: &[&str], entry: &Entry) -> String {
    let line = lines.iter().find(|line| line.ends_with('#')).unwrap_or(&lines[0]);
    of_value(line.split(':').next().unwrap_or(line), entry)
}

/// The edits that put lines with their levels in the place of entries.
fn nested(
    text: &str,
    map: &Node,
    run: &[(&Entry, &[&str])],
    lines: &[String],
) -> Option<Vec<Edit>> {
    let (first, rest) = run.split_first()?;
    let end = |entry: &Entry| entry.value.span.end.max(entry.key_span.end);
    let start = first.0.key_span.start;
    if text.get(map.span.start as usize..)?.starts_with('{') {
        // In brackets what is between them goes along.
        let last = run.last()?.0;
        let between = text.get(start as usize..end(last) as usize)?;
        let count = between.matches(',').count();
        let quote = if between.starts_with('"') { "\"" } else { "" };
        let edit = Edit { span: Span { start, end: end(last) }, text: flow(lines, quote) };
        return (count == rest.len()).then(|| vec![edit]);
    }
    let mut edits = vec![Edit {
        span: Span { start, end: end(first.0) },
        text: block(lines, column(text, start)),
    }];
    for (entry, _) in rest {
        let span = line_of(text, entry.key_span, entry.value.span)?;
        edits.push(Edit { span, text: String::new() });
    }
    Some(edits)
}

/// Lines with their levels, from a column on.
fn block(lines: &[String], column: usize) -> String {
    let mut whole = String::new();
    let mut open: Vec<&str> = Vec::new();
    for line in lines {
        let (path, value) = line.split_once(": ").unwrap_or((line, ""));
        let keys: Vec<&str> = path.split('.').collect();
        let same = open.iter().zip(&keys).take_while(|(one, other)| one == other).count();
        for (depth, key) in keys.iter().enumerate().skip(same) {
            if !whole.is_empty() {
                whole.push('\n');
                whole.push_str(&" ".repeat(column + 2 * depth));
            }
            whole.push_str(key);
            whole.push(':');
        }
        whole.push(' ');
        whole.push_str(value);
        open = keys[..keys.len() - 1].to_vec();
    }
    whole
}

/// The same in brackets.
fn flow(lines: &[String], quote: &str) -> String {
    let mut whole = String::new();
    let mut open: Vec<&str> = Vec::new();
    for line in lines {
        let (path, value) = line.split_once(": ").unwrap_or((line, ""));
        let keys: Vec<&str> = path.split('.').collect();
        let levels = &keys[..keys.len() - 1];
        let same = open.iter().zip(levels).take_while(|(one, other)| one == other).count();
        whole.push_str(&"}".repeat(open.len() - same));
        if !whole.is_empty() {
            whole.push_str(", ");
        }
        for key in &levels[same..] {
            let _ = write!(whole, "{quote}{key}{quote}: {{");
        }
        let _ = write!(whole, "{quote}{}{quote}: {value}", keys[keys.len() - 1]);
        open = levels.to_vec();
    }
    whole + &"}".repeat(open.len())
}

/// `environment` as Compose has it, a mapping or a list of words with `=`, as variables.
fn environment(text: &str, entry: &Entry, one: &Diagnostic) -> Option<Diagnostic> {
    let raw = |node: &Node| text.get(node.span.start as usize..node.span.end as usize);
    let pairs: Vec<(String, String)> = match &entry.value.value {
        NodeValue::Map(entries) => {
            let pair = |one: &Entry| match &one.value.value {
                NodeValue::Map(_) | NodeValue::Seq(_) => None,
                NodeValue::Str(_) => Some((one.key.to_string(), raw(&one.value)?.to_owned())),
                NodeValue::Null => Some((one.key.to_string(), "\"\"".to_owned())),
                _ => Some((one.key.to_string(), format!("\"{}\"", raw(&one.value)?))),
            };
            entries.iter().map(pair).collect::<Option<_>>()?
        }
        NodeValue::Seq(items) => {
            let pair = |one: &Node| {
                let (key, value) = one.as_str()?.split_once('=')?;
                Some((key.to_owned(), quoted(value)))
            };
            items.iter().map(pair).collect::<Option<_>>()?
        }
        _ => return None,
    };
    let blanks = " ".repeat(column(text, entry.key_span.start));
    let items = pairs.iter().map(|(name, value)| {
        format!("\n{blanks}- name: {}\n{blanks}  value: {value}", quoted(name))
    });
    let (start, end) = (entry.key_span.start, entry.value.span.end);
    let whole = text.get(start as usize..end as usize)?;
    let kept = start + u32::try_from(whole.trim_end().len()).ok()?;
    let is_block = whole.contains('\n') && !whole.contains(['{', '[', '#']);
    let put = format!("env:{}", items.collect::<String>());
    is_block.then(|| Diagnostic {
        message: format!("{} Did you mean env?", first_sentence(&one.message)),
        chinese: format!("{}是否想写 env？", cut(&one.chinese, "。")),
        fix: Some(Fix {
            title: "Make it a list of name and value".to_owned(),
            chinese: "改为 name 和 value 的列表".to_owned(),
            edits: vec![Edit { span: Span { start, end: kept }, text: put }],
        }),
        ..one.clone()
    })
}

/// A value of a wrong form, in the form that is wanted.
pub(super) fn value(
    table: &Fields,
    text: &str,
    spot: &Spot<'_>,
    one: &Diagnostic,
) -> Option<Diagnostic> {
    let raw = text.get(spot.node.span.start as usize..spot.node.span.end as usize)?;
    match spot.shape? {
        Shape::Int32 | Shape::Int64 | Shape::Truth => {
            comment(raw, spot, one).or_else(|| nearly::value(text, spot, one))
        }
        Shape::Struct(name) => {
            let fix = match spot.key {
                Some(key) => in_brackets(table.named(name)?, text, spot, key, raw),
                None => mapped_port(name, spot),
            };
            fix.map(|fix| Diagnostic { fix: Some(fix), ..one.clone() })
        }
        _ => None,
    }
}

/// A note behind a number or a truth value that no `#` with a blank before it begins.
fn comment(raw: &str, spot: &Spot<'_>, one: &Diagnostic) -> Option<Diagnostic> {
    spot.node.as_str()?;
    let end = raw.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-')?;
    let (word, behind) = raw.split_at(end);
    let is_value = word.parse::<i64>().is_ok() || matches!(word, "true" | "false");
    let note = behind.trim_start();
    let mark = MARKS.iter().find(|mark| note.starts_with(**mark));
    let is_chinese = note.starts_with(|first: char| !first.is_ascii());
    // A mark alone says nothing.
    let is_said = note.contains(char::is_alphanumeric);
    if !is_value || !is_said || raw.contains('\n') || (mark.is_none() && !is_chinese) {
        return None;
    }
    let words = match mark {
        Some(mark @ (&"//" | &"#" | &"--")) => note[mark.len()..].trim_start(),
        Some(&"<!--") => note[4..].trim_end_matches("-->").trim(),
        _ => note,
    };
    let start = spot.node.span.start + u32::try_from(end).ok()?;
    let span = Span { start, end: spot.node.span.end };
    Some(Diagnostic {
        message: format!("`{note}` is no comment in YAML: comments begin with a space and `#`."),
        chinese: format!("“{note}”在 YAML 中不是注释：注释以空格和“#”开头。"),
        primary: Span { start: span.end - u32::try_from(note.len()).ok()?, end: span.end },
        fix: Some(Fix {
            title: "Make it a comment".to_owned(),
            chinese: "改为注释".to_owned(),
            edits: vec![Edit { span, text: format!(" # {words}") }],
        }),
        ..one.clone()
    })
}

/// A word or a number that is the value of the one field which a type needs, `hostPath: /data`.
fn in_brackets(known: &Type, text: &str, spot: &Spot<'_>, key: &Entry, raw: &str) -> Option<Fix> {
    let is_number = matches!(spot.node.value, NodeValue::Int(_));
    let above = text.get(key.key_span.end as usize..spot.node.span.start as usize)?;
    let is_list = matches!(spot.node.value, NodeValue::Seq(_)) && raw.starts_with('[');
    let has = |field: &str| known.fields.contains_key(field);
    // What is run is a list of words.
    if is_list && has("command") && !above.contains('\n') && !raw.contains('\n') {
        return closed(text, spot.node.span.start, "command");
    }
    let is_word = is_number || spot.node.as_str().is_some();
    if !is_word || above.contains('\n') || raw.contains('\n') {
        return None;
    }
    if has("path") && has("port") && raw.starts_with('/') {
        // An address without its machine.
        let (path, port) = raw.rsplit_once(':')?;
        port.parse::<u16>().ok()?;
        let path = if path.is_empty() { "/" } else { path };
        let text = format!("{{path: {path}, port: {port}}}");
        let edits = vec![Edit { span: spot.node.span, text }];
        let (title, chinese) = ("Write it as path and port", "写成 path 和 port");
        return Some(Fix { title: title.to_owned(), chinese: chinese.to_owned(), edits });
    }
    let field = match &known.required[..] {
        [one] => one,
        [] if has("number") && has("name") => {
            if is_number {
                "number"
            } else {
                "name"
            }
        }
        [] if has("secretName") => "secretName",
        [] if has("name") => "name",
        _ => return None,
    };
    Some(Fix {
        title: format!("Write it as {field}"),
        chinese: format!("写成 {field}"),
        edits: vec![Edit { span: spot.node.span, text: format!("{{{field}: {raw}}}") }],
    })
}

/// A list in brackets as the value of a field in braces.
fn closed(text: &str, start: u32, field: &str) -> Option<Fix> {
    let end = start + u32::try_from(text.get(start as usize..)?.find(']')?).ok()? + 1;
    let put = |at: u32, text: String| Edit { span: Span { start: at, end: at }, text };
    Some(Fix {
        title: format!("Write it as {field}"),
        chinese: format!("写成 {field}"),
        edits: vec![put(start, format!("{{{field}: ")), put(end, "}".to_owned())],
    })
}

/// `"8080:80"`, as Compose maps ports: the second is the container's.
fn mapped_port(name: &str, spot: &Spot<'_>) -> Option<Fix> {
    let word = spot.node.as_str().filter(|_| name == "ContainerPort")?;
    let port: u16 = word.rsplit(':').next()?.parse().ok()?;
    Some(Fix {
        title: "Write it as containerPort".to_owned(),
        chinese: "写成 containerPort".to_owned(),
        edits: vec![Edit { span: spot.node.span, text: format!("containerPort: {port}") }],
    })
}

#[cfg(test)]
mod tests {
    use crate::kubectl::Reader;

    const INGRESS: &str = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec:\n  rules:\n  - \
                           http:\n      paths:\n      - path: /\n        pathType: Prefix\n        backend:";
    const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n  - name: c\n    \
                       image: x\n";

    /// What was told first, and the text once every first fix is taken, in which nothing is wrong.
    fn mended(text: &str) -> (String, String) {
        let mut text = text.to_owned();
        let first = Reader::default().check(&text).remove(0).message;
        while let Some(fix) = Reader::default().check(&text).into_iter().find_map(|one| one.fix) {
            text = fix.apply(&text);
        }
        let left = Reader::default().check(&text);
        assert!(left.iter().all(|one| one.code == "POD-K004"), "{text}: {left:?}");
        (first, text)
    }

    #[test]
    fn fields_of_older_versions_are_written_as_the_new_ones() {
        let block = |name: &str, port: &str| {
            format!(
                "{INGRESS}\n          service:\n            name: {name}\n            port:\n              {port}\n"
            )
        };
        for (bad, good) in [
            (
                "\n          serviceName: web\n          servicePort: 80\n",
                block("web", "number: 80"),
            ),
            ("\n          servicePort: 80\n          serviceName: web\n", String::new()),
            (
                "\n          serviceName: web\n          servicePort: http\n",
                block("web", "name: http"),
            ),
            (
                " {serviceName: web, servicePort: 80}\n",
                format!("{INGRESS} {{service: {{name: web, port: {{number: 80}}}}}}\n"),
            ),
        ] {
            let (message, after) = mended(&format!("{INGRESS}{bad}"));
            assert!(message.contains(" Write service."), "{message}");
            assert!(good.is_empty() || after == good, "{after}");
        }
        let head = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h}\nspec:\n  \
                    scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: d}\n  maxReplicas: 3\n  metrics:\n  - \
                    type: Resource\n    resource:\n      name: cpu\n";
        let (message, after) = mended(&format!("{head}      targetAverageUtilization: 50\n"));
        assert!(message.ends_with("Write target.averageUtilization in its place."), "{message}");
        let target = "      target:\n        type: Utilization\n        averageUtilization: 50\n";
        assert_eq!(after, format!("{head}{target}"));
    }

    #[test]
    fn fields_of_compose_are_written_as_those_of_a_container() {
        let good = format!(
            "{POD}    env:\n    - name: A\n      value: b\n    - name: C\n      value: \"3\"\n"
        );
        for bad in [
            "    environment:\n    - A=b\n    - C=3\n",
            "    environment:\n      A: b\n      C: 3\n",
        ] {
            let (message, after) = mended(&format!("{POD}{bad}"));
            assert!(message.ends_with("Did you mean env?"), "{message}");
            assert_eq!(after, good);
        }
        let (_, after) = mended(&format!("{POD}    ports:\n    - \"8080:80\"\n"));
        assert_eq!(after, format!("{POD}    ports:\n    - containerPort: 80\n"));
    }

    #[test]
    fn a_word_for_a_whole_is_its_one_field() {
        for (bad, good) in [
            ("  volumes:\n  - name: v\n    hostPath: /data\n", "hostPath: {path: /data}"),
            (
                "  volumes:\n  - name: v\n    persistentVolumeClaim: d\n",
                "persistentVolumeClaim: {claimName: d}",
            ),
            ("  volumes:\n  - name: v\n    secret: s\n", "secret: {secretName: s}"),
            ("    livenessProbe:\n      tcpSocket: 80\n", "tcpSocket: {port: 80}"),
        ] {
            let (_, after) = mended(&format!("{POD}{bad}"));
            assert!(after.contains(good), "{after}");
        }
    }

    #[test]
    fn a_note_behind_a_number_becomes_a_comment() {
        let good = format!("{POD}  terminationGracePeriodSeconds: 30 # 秒\n");
        for note in [" // 秒", "#秒", " 秒", " -- 秒", " <!-- 秒 -->"] {
            let bad = format!("{POD}  terminationGracePeriodSeconds: 30{note}\n");
            let (message, after) = mended(&bad);
            assert_eq!(after, good, "{message}");
        }
        // What is part of the value stays.
        let bad = format!("{POD}  terminationGracePeriodSeconds: 30x\n");
        assert!(Reader::default().check(&bad).iter().all(|one| one.fix.is_none()));
    }
}
