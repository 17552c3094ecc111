//! Values that are nearly what a rule or a type wants: numbers in quotes, times with units, modes
//! of files without their zero, words in short.
//!
//! Must not know where values stand. Invariant: it only proposes; whoever takes a fix makes sure
//! that it leaves fewer mistakes.

use crate::api::FieldError;
use crate::api::fields::Shape;
use crate::kubectl::spot::Spot;
use crate::kubectl::tell::change;
use crate::text::{self, Diagnostic, Edit, Fix, Node, NodeValue, Span};

/// The units of times in which people count, and how many seconds each has.
const UNITS: [(&str, i64); 10] = [
    ("s", 1),
    ("sec", 1),
    ("second", 1),
    ("seconds", 1),
    ("m", 60),
    ("min", 60),
    ("minutes", 60),
    ("h", 3600),
    ("hour", 3600),
    ("hours", 3600),
];
/// How many letters a word has at least that stands for a longer one.
const SHORT_MIN: usize = 4;

fn put(span: Span, text: String, [title, chinese]: [&str; 2]) -> Fix {
    let (title, chinese) = (title.to_owned(), chinese.to_owned());
    Fix { title, chinese, edits: vec![Edit { span, text }] }
}

/// The fix of a value that breaks a rule, where the rule tells which.
pub(super) fn meant(one: &FieldError, node: &Node) -> Option<Fix> {
    let detail = &*one.detail;
    match &node.value {
        // A mode is octal, and so begins with a zero.
        NodeValue::Int(mode) if detail.contains("0777 (octal)") => {
            let digits = mode.to_string();
            let is_octal =
                digits.len() == 3 && digits.bytes().all(|one| (b'0'..b'8').contains(&one));
            is_octal.then(|| change(node.span, &format!("0{digits}")))
        }
        NodeValue::Str(word) if word.bytes().all(|one| one.is_ascii_digit()) => {
            let wants_word = detail.starts_with("a valid percent string")
                || detail.contains("must contain at least one letter");
            let number = word.parse::<u32>().ok().filter(|_| wants_word)?;
            let words = ["Take the quotes away", "去掉引号"];
            Some(put(node.span, number.to_string(), words))
        }
        NodeValue::Str(word) if one.path.ends_with("schedule") => {
            schedule(word).map(|meant| put(node.span, format!("\"{meant}\""), SCHEDULE))
        }
        _ => None,
    }
}

const SCHEDULE: [&str; 2] = ["Write it as cron does", "改为 cron 的写法"];

/// A schedule as cron has it: without the seconds that other clocks have, and with a blank behind
/// `@every`.
fn schedule(word: &str) -> Option<String> {
    if let Some(every) = word.strip_prefix("@every") {
        let is_time = every.starts_with(|first: char| first.is_ascii_digit());
        return is_time.then(|| format!("@every {every}"));
    }
    let fields: Vec<&str> = word.split_whitespace().collect();
    let [seconds, rest @ ..] = &fields[..] else { return None };
    let is_whole = rest.len() == 5 && seconds.bytes().all(|one| one.is_ascii_digit());
    // Another clock has a mark for no day of its own.
    is_whole.then(|| rest.join(" ").replace('?', "*"))
}

/// The word of a rule that a word begins, or that begins it.
pub(super) fn longer<'a>(word: &str, words: &[&'a str]) -> Option<&'a str> {
    let lower = word.to_ascii_lowercase();
    let is_it = |one: &&&str| {
        let one = one.to_ascii_lowercase();
        let short = one.len().min(lower.len());
        short >= SHORT_MIN && (one.starts_with(&lower) || lower.starts_with(&one))
    };
    let mut found = words.iter().filter(is_it);
    match (found.next(), found.next()) {
        (Some(one), None) => Some(one),
        _ => None,
    }
}

/// A number or a truth value that is written in another way.
pub(super) fn value(text: &str, spot: &Spot<'_>, one: &Diagnostic) -> Option<Diagnostic> {
    let span = spot.node.span;
    match (spot.shape?, &spot.node.value) {
        (Shape::Truth, NodeValue::Int(number @ (0 | 1))) => {
            let fix = change(span, if *number == 1 { "true" } else { "false" });
            Some(Diagnostic { fix: Some(fix), ..one.clone() })
        }
        (Shape::Int32 | Shape::Int64, NodeValue::Str(word)) => {
            let key = &spot.key?.key;
            let raw = text.get(span.start as usize..span.end as usize)?;
            let seconds = key.ends_with("Seconds").then(|| seconds(word)).flatten()?;
            Some(Diagnostic {
                message: format!("{key} counts seconds and takes no unit: {raw}."),
                chinese: format!("{key} 以秒为单位，不带单位：{raw}。"),
                fix: Some(change(span, &seconds.to_string())),
                ..one.clone()
            })
        }
        _ => None,
    }
}

fn seconds(word: &str) -> Option<i64> {
    let word = word.trim();
    let end = word.find(|one: char| !one.is_ascii_digit())?;
    let (number, unit) = (word[..end].parse::<i64>().ok()?, word[end..].trim());
    let (_, length) = UNITS.iter().find(|(name, _)| unit.eq_ignore_ascii_case(name))?;
    number.checked_mul(*length)
}

/// A number that a tag or a mark makes a word.
pub(super) fn number(text: &str, node: &Node, word: &str) -> Option<Fix> {
    let bare = word.trim().trim_end_matches([';', ',']);
    bare.parse::<i64>().ok()?;
    let before = text.get(..node.span.start as usize)?;
    let tag = before.trim_end().strip_suffix("!!str").map(str::len);
    let start = tag.map_or(node.span.start, |tag| u32::try_from(tag).unwrap_or(node.span.start));
    let words = match (tag, bare == word) {
        (Some(_), _) => ["Take the tag away", "去掉标签"],
        (None, true) => ["Take the quotes away", "去掉引号"],
        (None, false) => ["Write the number alone", "只写数字"],
    };
    Some(put(Span { start, end: node.span.end }, bare.to_owned(), words))
}

/// A list or a mapping in quotes, and a list between the brackets of sentences.
pub(super) fn brackets(text: &str, node: &Node, shape: &Shape, word: &str) -> Option<Fix> {
    let raw = text.get(node.span.start as usize..node.span.end as usize)?;
    let (inner, words) = if raw.starts_with(['"', '\'']) {
        (word.trim().to_owned(), ["Take the quotes away", "去掉引号"])
    } else {
        let open = |one: &char| matches!(one, '(' | '（');
        let mut letters = raw.chars();
        letters.next().filter(open)?;
        letters.next_back().filter(|one| matches!(one, ')' | '）'))?;
        let items = letters.as_str().replace(['，', '、'], ", ").replace(['“', '”'], "\"");
        (format!("[{items}]"), ["Make it a list", "改为列表"])
    };
    let parsed = text::parse(&format!("a: {inner}\n"));
    let value = &parsed.documents.first()?.root.as_ref()?.at("a")?.value;
    let is_meant = match shape {
        Shape::List(_) => matches!(value, NodeValue::Seq(_)),
        Shape::Struct(_) | Shape::Map(_) => matches!(value, NodeValue::Map(_)),
        _ => false,
    };
    (is_meant && inner.starts_with(['{', '['])).then(|| put(node.span, inner, words))
}

/// A word in base64.
pub(super) fn encoded(text: &str, span: Span) -> Option<Fix> {
    let raw = text.get(span.start as usize..span.end as usize)?;
    let parsed = text::parse(&format!("a: {raw}\n"));
    let root = parsed.documents.first()?.root.as_ref()?;
    let word = crate::base::base64::encode(root.at("a")?.as_str()?.as_bytes());
    Some(put(span, word, ["Encode it in base64", "编码为 base64"]))
}

#[cfg(test)]
mod tests {
    use crate::kubectl::reader::first_mended;

    #[test]
    fn values_that_are_nearly_right_are_mended() {
        let pod = |spec: &str| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  containers: [{{name: c, image: \
                 x}}]\n  {spec}\n"
            )
        };
        let cron = |schedule: &str| {
            format!(
                "apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: j}}\nspec:\n  schedule: \
                 {schedule}\n  jobTemplate: {{spec: {{template: {{spec: {{restartPolicy: Never, containers: \
                 [{{name: c, image: x}}]}}}}}}}}\n"
            )
        };
        let service = |port: &str| {
            format!(
                "apiVersion: v1\nkind: Service\nmetadata: {{name: s}}\nspec:\n  ports: [{{port: 80, \
                 targetPort: {port}}}]\n"
            )
        };
        for (bad, good) in [
            (pod("hostNetwork: 1"), pod("hostNetwork: true")),
            (pod("terminationGracePeriodSeconds: 30s"), pod("terminationGracePeriodSeconds: 30")),
            (
                pod("terminationGracePeriodSeconds: \"2 min\""),
                pod("terminationGracePeriodSeconds: 120"),
            ),
            (
                pod("volumes: [{name: v, configMap: {name: m, defaultMode: \"0644\"}}]"),
                pod("volumes: [{name: v, configMap: {name: m, defaultMode: 0644}}]"),
            ),
            (
                pod("volumes: [{name: v, configMap: {name: m, defaultMode: 644}}]"),
                pod("volumes: [{name: v, configMap: {name: m, defaultMode: 0644}}]"),
            ),
            (service("\"8080\""), service("8080")),
            (
                pod("volumes: [{name: v, emptyDir: \"{}\"}]"),
                pod("volumes: [{name: v, emptyDir: {}}]"),
            ),
            (
                pod("hostAliases: '[{\"ip\": \"1.2.3.4\"}]'"),
                pod("hostAliases: [{\"ip\": \"1.2.3.4\"}]"),
            ),
            (cron("\"0 15 10 ? * *\""), cron("\"15 10 * * *\"")),
            (cron("\"@every5m\""), cron("\"@every 5m\"")),
        ] {
            assert_eq!(first_mended(&bad).1, good, "{bad}");
        }
    }

    #[test]
    fn a_word_in_short_is_the_one_that_it_begins() {
        use super::longer;
        assert_eq!(longer("Forbidden", &["Allow", "Forbid", "Replace"]), Some("Forbid"));
        assert_eq!(longer("Rolling", &["RollingUpdate", "Recreate"]), Some("RollingUpdate"));
        assert_eq!(longer("Re", &["Recreate"]), None);
        assert_eq!(longer("Read", &["ReadWriteOnce", "ReadOnlyMany"]), None);
    }
}
