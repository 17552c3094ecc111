//! Which fix is offered: of several the best, and none that would not leave fewer mistakes.
//!
//! Must not know single slips. Invariant: a text weighs less after every fix that is offered.

use crate::api::Kind;
use crate::api::fields::UNKNOWN_FIELD;
use crate::kubectl::reader::Customs;
use crate::kubectl::tell::error;
use crate::kubectl::weight::Weight;
use crate::kubectl::{Reader, blocktext, layout, lists, lostkey, once, slips};
use crate::text::{
    BREAK, Diagnostic, Edit, Entry, Fix, JOINED, Node, NodeValue, Related, Severity, Span, Tree,
    add_entry, documents, is_joined, margin, read_bare,
};

/// The code of a value that must stand in quotes.
const QUOTES: &str = "POD-Y011";
/// The code of a value of a wrong type.
const WRONG_TYPE: &str = "POD-F002";
/// The code of a template's expression.
const TEMPLATE: &str = "POD-Y009";
/// How many bytes are read to see whether fixes leave fewer mistakes.
const PROOF_MAX: usize = 100_000;
/// How many edits make a fix a large one.
const MANY: usize = 8;
/// From how many fields at wrong places on a document may have lost its layout.
const TORN_MIN: usize = 3;
/// How many mistakes of a document are tried to mend.
const MENDS_MAX: usize = 12;

/// The kinds that an object without one may be, the likeliest first.
const LIKELY: [Kind; 14] = [
    Kind::Deployment,
    Kind::StatefulSet,
    Kind::DaemonSet,
    Kind::ReplicaSet,
    Kind::Service,
    Kind::ConfigMap,
    Kind::PersistentVolumeClaim,
    Kind::Pod,
    Kind::Job,
    Kind::CronJob,
    Kind::PodDisruptionBudget,
    Kind::StorageClass,
    Kind::PersistentVolume,
    Kind::Namespace,
];

impl Reader {
    /// How much is wrong with a text.
    pub(super) fn weigh(&self, text: &str, customs: &Customs) -> Weight {
        self.seen(text, customs).0
    }

    /// The same with all that was found, in places of its document.
    fn seen(&self, text: &str, customs: &Customs) -> (Weight, Vec<Diagnostic>) {
        let (mut weight, mut all) = (Weight::default(), Vec::new());
        for span in documents(text) {
            let part = &text[span.start as usize..span.end as usize];
            let own = Span { start: 0, end: span.end - span.start };
            let (document, mut found) = read_bare(part, own);
            let is_read = document.root.is_some();
            if let Some(root) = document.root {
                found.extend(self.inside(part, &lists::objects(root), own.end, customs).1);
            }
            weight.add(part, is_read, &found);
            all.extend(found);
        }
        (weight, all)
    }

    /// The way that leaves the fewest mistakes; of equal ones the first, unless it moves many lines.
    pub(super) fn best(
        &self,
        text: &str,
        ways: Vec<Diagnostic>,
        customs: &Customs,
    ) -> Option<Diagnostic> {
        let most = (PROOF_MAX / text.len().max(1)).max(1);
        let mut ways = ways;
        ways.retain(|way| way.code != QUOTES || !self.is_no_text(text, way, customs));
        ways.retain(|way| !blocktext::swallows(self.fields(), text, way));
        if ways.len() < 2 || most < 2 {
            return ways.into_iter().next();
        }
        let weight = |way: &Diagnostic| {
            let fix = way.fix.as_ref()?;
            Some((self.weigh(&fix.apply(text), customs), fix.edits.len() / MANY))
        };
        let weighed = ways.into_iter().take(most).map(|way| (weight(&way), way));
        let least = weighed.reduce(|best, one| match (best.0, one.0) {
            (Some(least), Some(other)) if other < least => one,
            (None, Some(_)) => one,
            _ => best,
        });
        least.map(|(_, way)| way)
    }

    /// Whether a value that a fix puts in quotes would stand where no text, or another, is wanted.
    fn is_no_text(&self, text: &str, way: &Diagnostic, customs: &Customs) -> bool {
        let Some(fix) = &way.fix else { return false };
        let fixed = fix.apply(text);
        let own = Span { start: 0, end: u32::try_from(fixed.len()).unwrap_or(u32::MAX) };
        let Some(root) = read_bare(&fixed, own).0.root else { return false };
        let found = self.inside(&fixed, &lists::objects(root), own.end, customs).1;
        let is_here =
            |one: &Diagnostic| fix.edits.iter().any(|edit| edit.span.start == one.primary.start);
        found.iter().any(|one| one.code == TEMPLATE || (one.code == WRONG_TYPE && is_here(one)))
    }

    /// Takes back every fix that would not leave fewer mistakes, and gives words that take the
    /// place of words in quotes the same quotes. What the fix of another takes away is left out.
    pub(super) fn prove(&self, text: &str, customs: &Customs, found: &mut Vec<Diagnostic>) {
        let mut rest = PROOF_MAX;
        if found.iter().all(|one| one.fix.is_none()) || text.len() > rest {
            return;
        }
        let (before, all) = self.seen(text, customs);
        let mut fixed: Vec<Option<_>> = found.iter().map(|_| None).collect();
        for (one, fixed) in found.iter_mut().zip(&mut fixed) {
            let Some(fix) = &mut one.fix else { continue };
            fix.edits.iter_mut().for_each(|edit| keep_quotes(text, edit));
            rest = rest.saturating_sub(text.len());
            if rest == 0 {
                return;
            }
            let (after, left) = self.seen(&fix.apply(text), customs);
            // Quotes make text of a template's value: fine where text is wanted.
            let is_good = after < before && (one.code != TEMPLATE || after.is_well());
            let is_no_text = one.code == TEMPLATE && self.is_no_text(text, one, customs);
            if !is_good || is_no_text {
                one.fix = None;
            } else {
                *fixed = Some(once::said(&left));
            }
        }
        once::told(found, &once::said(&all), &fixed);
    }

    /// Gives the mistakes of a document the fixes of slips that their fields give away.
    pub(super) fn mend(
        &self,
        text: &str,
        roots: &[Node],
        customs: &Customs,
        found: &mut [Diagnostic],
    ) {
        let most = (PROOF_MAX / (2 * text.len().max(1))).min(MENDS_MAX);
        let before = self.weigh(text, customs);
        for one in found.iter_mut().take(most) {
            let Some(root) = roots.iter().find(|root| holds(root, one.primary)) else { continue };
            let with_value = self.renamed_with_value(text, one, customs);
            let mended = match one.code {
                "POD-K002" | "POD-K008" => {
                    self.named(text, root, one, customs).into_iter().chain(margin(text)).collect()
                }
                _ => slips::mends(self.fields(), text, root, one),
            };
            // What is offered already stays, unless another fix leaves still less.
            let weight = |one: &Diagnostic| {
                one.fix.as_ref().map(|fix| self.weigh(&fix.apply(text), customs))
            };
            let mut least = weight(one).unwrap_or(before).min(before);
            let further =
                mended.iter().filter_map(|one| self.renamed_with_value(text, one, customs));
            let further: Vec<Diagnostic> = further.collect();
            for told in mended.into_iter().chain(with_value).chain(further) {
                if let Some(after) = weight(&told).filter(|after| *after < least) {
                    (least, *one) = (after, told);
                }
            }
        }
    }

    /// The other name of an unknown field together with the fixes of what is wrong in its value, which
    /// nobody looks into under the unknown name: the name alone would leave as many mistakes.
    fn renamed_with_value(
        &self,
        text: &str,
        one: &Diagnostic,
        customs: &Customs,
    ) -> Option<Diagnostic> {
        let fix = one.fix.as_ref().filter(|_| one.code == UNKNOWN_FIELD)?;
        let [name] = &fix.edits[..] else { return None };
        if name.span != one.primary {
            return None;
        }
        let fixed = fix.apply(text);
        let own = Span { start: 0, end: u32::try_from(fixed.len()).ok()? };
        let roots = lists::objects(read_bare(&fixed, own).0.root?);
        let value = roots.iter().find_map(|root| value_at(root, name.span.start))?;
        let end = name.span.start + u32::try_from(name.text.len()).ok()?;
        let old = |at: u32| (at + name.span.end).checked_sub(end);
        let mut edits = vec![name.clone()];
        for other in self.inside(&fixed, &roots, own.end, customs).1 {
            let is_within = value.start <= other.primary.start && other.primary.end <= value.end;
            // A version is told as none of its kind's.
            if !is_within || !(other.code.starts_with("POD-F") || other.code == "POD-K003") {
                continue;
            }
            let found = other.fix.clone().or_else(|| {
                let root = roots.iter().find(|root| holds(root, other.primary))?;
                let mut told = slips::mends(self.fields(), &fixed, root, &other).into_iter();
                told.find_map(|one| one.fix)
            });
            for edit in found.into_iter().flat_map(|fix| fix.edits) {
                let span = Span { start: old(edit.span.start)?, end: old(edit.span.end)? };
                let is_free = |one: &Edit| one.span.end <= span.start || span.end <= one.span.start;
                if edits.iter().all(is_free) {
                    edits.push(Edit { span, text: edit.text });
                }
            }
        }
        let has_more = edits.len() > 1;
        has_more.then(|| Diagnostic { fix: Some(Fix { edits, ..fix.clone() }), ..one.clone() })
    }

    /// What is said of a document whose indentation is lost though it can be read.
    pub(super) fn flat(
        &self,
        text: &str,
        customs: &Customs,
        found: &[Diagnostic],
    ) -> Option<Diagnostic> {
        found.iter().any(is_odd).then(|| layout::lost(self, text, customs))?
    }

    /// The same of one of which only a part lost its indentation, if nothing less mends it.
    pub(super) fn torn(
        &self,
        text: &str,
        customs: &Customs,
        found: &[Diagnostic],
    ) -> Option<Diagnostic> {
        let odd = found.iter().filter(|one| is_odd(one)).count();
        let mut fixes = found.iter().filter_map(|one| one.fix.as_ref()).peekable();
        let is_stuck = odd > 0 && fixes.peek().is_none();
        let mut is_far = || !fixes.any(|fix| self.weigh(&fix.apply(text), customs).is_well());
        (is_stuck || (odd >= TORN_MIN && is_far())).then(|| layout::torn(self, text, customs))?
    }

    /// The ways to mend a document, with those that its fields give away.
    pub(super) fn with_keys(
        &self,
        text: &str,
        ways: Vec<Diagnostic>,
        customs: &Customs,
    ) -> Vec<Diagnostic> {
        let mut all = layout::lost(self, text, customs).into_iter().collect::<Vec<_>>();
        all.extend(blocktext::lost_mark(self, text, customs));
        all.extend(ways);
        all.extend(lostkey::found(self, text, customs));
        all.extend(layout::torn(self, text, customs));
        all
    }

    /// The apiVersion or the kind that an object lacks.
    fn named(
        &self,
        text: &str,
        root: &Node,
        one: &Diagnostic,
        customs: &Customs,
    ) -> Option<Diagnostic> {
        let fix = |key: &str, word: &str| {
            let edit = add_entry(text, root, key, &Tree::Word(word.to_owned()))?;
            Some(Fix {
                title: format!("Add {key}: {word}"),
                chinese: format!("加上 {key}: {word}"),
                edits: vec![edit],
            })
        };
        let word = |key: &str| root.at(key).and_then(Node::as_str);
        let found = match (word("apiVersion"), word("kind")) {
            (None, Some(kind)) => {
                let known = Kind::from_name(kind).map(|kind| kind.facts().api_version.to_owned());
                fix("apiVersion", &known.or_else(|| self.fields().api_version(kind))?)
            }
            (Some(version), None) => {
                let of_version = LIKELY.iter().filter(|kind| kind.facts().api_version == version);
                let mut fixes = of_version.filter_map(|kind| fix("kind", kind.facts().name));
                fixes.find(|fix| self.weigh(&fix.apply(text), customs).is_well())
            }
            _ => None,
        };
        Some(Diagnostic { fix: Some(found?), ..one.clone() })
    }
}

/// Whether a field stands at a wrong place or is of a wrong type.
fn is_odd(one: &Diagnostic) -> bool {
    one.severity == Severity::Error && one.code.starts_with("POD-F")
}

fn holds(node: &Node, span: Span) -> bool {
    node.span.start <= span.start && span.end <= node.span.end
}

/// Where the value of the key at a byte stands.
fn value_at(node: &Node, at: u32) -> Option<Span> {
    match &node.value {
        NodeValue::Seq(items) => items.iter().find_map(|item| value_at(item, at)),
        NodeValue::Map(entries) => entries.iter().find_map(|entry| {
            let is_it = entry.key_span.start == at;
            if is_it { Some(entry.value.span) } else { value_at(&entry.value, at) }
        }),
        _ => None,
    }
}

/// Keeps the quotes around what is replaced, without which a document is no JSON.
fn keep_quotes(text: &str, edit: &mut Edit) {
    let Some(old) = text.get(edit.span.start as usize..edit.span.end as usize) else { return };
    let inner = old.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let is_one = inner.is_some_and(|inner| !inner.contains(['"', '\\']));
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || "-._/%".contains(letter);
    let new = &edit.text;
    if is_one
        && new.starts_with(|first: char| first.is_ascii_alphabetic())
        && new.chars().all(is_word)
        && !matches!(new.as_str(), "true" | "false" | "null")
    {
        edit.text = format!("\"{new}\"");
    }
}

/// Where a second object begins in a document that should hold one.
pub(super) fn second_object(text: &str, root: &Node) -> Option<Diagnostic> {
    let NodeValue::Map(entries) = &root.value else { return None };
    if let Some(joined) = joined(text, entries) {
        return Some(joined);
    }
    let of = |key: &str| {
        let mut places = entries.iter().filter(move |one| &*one.key == key);
        Some((places.next()?.key_span, places.next()?.key_span))
    };
    let (version, kind) = (of("apiVersion")?, of("kind")?);
    let place = version.1.min(kind.1);
    let at = place.start as usize;
    if at > 0 && !text.get(..at)?.ends_with('\n') {
        return None;
    }
    Some(Diagnostic {
        others: vec![Related {
            span: version.0.min(kind.0),
            message: "the first object".to_owned(),
            chinese: "第一个对象".to_owned(),
        }],
        fix: Some(Fix {
            title: "Put --- before it".to_owned(),
            chinese: "在它前面加上 ---".to_owned(),
            edits: vec![Edit {
                span: Span { start: place.start, end: place.start },
                text: "---\n".to_owned(),
            }],
        }),
        ..error(
            "POD-K007",
            "A second object begins here without a line of `---` before it.",
            "第二个对象从这里开始，但前面缺少一行“---”。",
            place,
        )
    })
}

/// Where the line break behind a mark of documents is missing, so that the mark is part of a key.
fn joined(text: &str, entries: &[Entry]) -> Option<Diagnostic> {
    let is_mark = |one: &&Entry| {
        let at = one.key_span.start as usize;
        is_joined(&one.key) && (at == 0 || text[..at].ends_with('\n'))
    };
    let mut marks = entries.iter().filter(is_mark).map(|one| one.key_span.start).peekable();
    let start = *marks.peek()?;
    let edits =
        marks.map(|at| Edit { span: Span { start: at + 3, end: at + 3 }, text: "\n".to_owned() });
    let [title, chinese] = BREAK.map(str::to_owned);
    Some(Diagnostic {
        fix: Some(Fix { title, chinese, edits: edits.collect() }),
        ..error("POD-K007", JOINED[0], JOINED[1], Span { start, end: start + 3 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: w\nspec:\n  \
                        selector:\n    matchLabels:\n      app: w\n  template:\n    metadata:\n      \
                        labels:\n        app: w\n    spec:\n      containers:\n      - name: c\n        \
                        image: nginx\n        command: [\"sleep\", \"3600\"]\n        env:\n        - \
                        name: A\n          value: b\n        resources:\n          requests:\n            \
                        cpu: 100m\n";
    const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata:\n  name: w\nspec:\n  selector:\n    \
                           app: w\n  ports:\n  - port: 80\n";

    /// The text once every first fix is taken.
    fn mended(text: &str) -> String {
        let mut text = text.to_owned();
        for _ in 0..9 {
            let found = Reader::default().check(&text);
            let Some(fix) = found.iter().find_map(|one| one.fix.as_ref()) else { break };
            text = fix.apply(&text);
        }
        text
    }

    #[test]
    fn a_name_and_its_value_are_mended_at_once() {
        let good = GOOD.replacen("  selector:", "  replicas: 2\n  selector:", 1);
        assert!(Reader::default().check(&good).is_empty());
        let bad = good.replacen("replicas: 2", "replcas: '2'", 1);
        let found = Reader::default().check(&bad);
        assert!(found[0].message.ends_with("Did you mean replicas?"), "{}", found[0].message);
        assert_eq!(found[0].fix.as_ref().map(|fix| fix.apply(&bad)), Some(good.clone()));
        // What is wrong further in goes with it.
        let bad = good.replacen("containers:", "container:", 1).replacen("image:", "imge:", 1);
        let fix = Reader::default().check(&bad).into_iter().find_map(|one| one.fix);
        assert_eq!(fix.map(|fix| fix.apply(&bad)), Some(good.clone()));
        let bad = SERVICE.replacen("  ports", "  ipFamily: IPv6\n  ports", 1);
        assert_eq!(mended(&bad), SERVICE.replacen("  ports", "  ipFamilies: [IPv6]\n  ports", 1));
        // Of a value that can't be mended the name alone would leave as many mistakes.
        let bad = good.replacen("replicas: 2", "replcas: two", 1);
        assert_eq!(Reader::default().check(&bad)[0].fix, None);
    }

    #[test]
    fn cores_are_not_counted_in_bytes() {
        for (bad, wanted) in [("100mb", "100m"), ("250MB", "250m"), ("250mi", "250m")] {
            for (key, wanted) in [("cpu", wanted), ("memory", &*mega(bad))] {
                let text = GOOD.replacen("cpu: 100m", &format!("{key}: {bad}"), 1);
                let wanted = GOOD.replacen("cpu: 100m", &format!("{key}: {wanted}"), 1);
                assert_eq!(mended(&text), wanted, "{bad}");
            }
        }
        let text = GOOD.replacen("cpu: 100m", "cpu: 1GB", 1);
        assert_eq!(mended(&text), text, "nobody has so many cores");
    }

    /// What is meant where memory is counted.
    fn mega(amount: &str) -> String {
        let unit = if amount.ends_with(['i', 'I']) { "Mi" } else { "M" };
        format!("{}{unit}", &amount[..3])
    }

    #[test]
    fn a_field_of_another_version_brings_that_version() {
        let head = |version: u8| {
            format!(
                "apiVersion: autoscaling/v{version}\nkind: HorizontalPodAutoscaler\nmetadata: {{name: \
                 h}}\nspec:\n  maxReplicas: 3\n  scaleTargetRef: {{apiVersion: apps/v1, kind: \
                 Deployment, name: d}}\n"
            )
        };
        let metrics = "  metrics:\n  - type: Resource\n    resource:\n      name: cpu\n      target: \
                       {type: Utilization, averageUtilization: 50}\n";
        for (fields, own, other) in
            [(metrics, 2, 1), ("  targetCPUUtilizationPercentage: 50\n", 1, 2)]
        {
            let good = head(own) + fields;
            let codes: Vec<_> = Reader::default().check(&good).iter().map(|one| one.code).collect();
            assert_eq!(codes, ["POD-K004"]);
            let bad = head(other) + fields;
            let found = Reader::default().check(&bad);
            let said =
                format!(" is not a field of HorizontalPodAutoscaler. autoscaling/v{own} has it.");
            assert!(found[0].message.ends_with(&said), "{}", found[0].message);
            assert!(
                found[0].help.as_ref().is_some_and(|help| help.contains("unknown field \"spec."))
            );
            assert_eq!(found[0].fix.as_ref().map(|fix| fix.apply(&bad)), Some(good));
        }
    }

    #[test]
    fn operators_are_told_with_the_words_that_would_do() {
        let good = GOOD.replacen(
            "    matchLabels:\n      app: w\n",
            "    matchExpressions:\n    - {key: app, operator: In, values: [w]}\n",
            1,
        );
        let bad = good.replacen("operator: In", "operator: in", 1);
        let found = Reader::default().check(&bad);
        let one = found.iter().find(|one| one.code == "POD-V007").expect("it is told");
        let said =
            "can't be \"in\": supported values: \"In\", \"NotIn\", \"Exists\", \"DoesNotExist\".";
        assert!(one.message.ends_with(said), "{}", one.message);
        assert!(
            one.chinese.ends_with("可取值：In、NotIn、Exists、DoesNotExist。"),
            "{}",
            one.chinese
        );
        let help = one.help.as_ref().expect("the server's words");
        assert!(help.ends_with("Invalid value: \"in\": not a valid selector operator"), "{help}");
        assert_eq!(mended(&bad), good);
        let affinity = "      affinity:\n        nodeAffinity:\n          \
                        requiredDuringSchedulingIgnoredDuringExecution:\n            \
                        nodeSelectorTerms:\n            - matchExpressions:\n              - {key: a, \
                        operator: Gt, values: ['1']}\n";
        let good = GOOD.to_owned() + affinity;
        assert!(Reader::default().check(&good).is_empty());
        assert_eq!(mended(&good.replacen("Gt", "gt", 1)), good);
    }

    #[test]
    fn a_node_port_that_no_cluster_gives_is_told_where_it_stands() {
        let text =
            SERVICE.replacen("spec:\n", "spec:\n  type: NodePort\n", 1) + "    nodePort: 80\n";
        let found = Reader::default().check(&text);
        let (start, end) = (found[0].primary.start as usize, found[0].primary.end as usize);
        assert_eq!((found.len(), &text[start..end]), (1, "80"));
        assert!(found[0].message.ends_with("The range of valid ports is 30000-32767."));
        assert_eq!(found[0].chinese, "spec.ports[0].nodePort 无效：必须在 30000 到 32767 之间。");
        assert_eq!(mended(&text), text.replacen("    nodePort: 80\n", "", 1));
        let good = text.replacen("nodePort: 80", "nodePort: 30080", 1);
        assert!(Reader::default().check(&good).is_empty());
    }

    #[test]
    fn the_commonest_slips_are_mended() {
        assert!(Reader::default().check(GOOD).is_empty());
        assert!(Reader::default().check(SERVICE).is_empty());
        for (good, bad) in [
            ("      - name: c\n", "        name: c\n"),
            ("      - name: c\n", "      -name: c\n"),
            ("    matchLabels:\n      app: w\n", "    app: w\n"),
            ("  name: w\n", "  name:w\n"),
            ("  name: w\n", "  name w\n"),
            ("  name: w\n", "- name: w\n"),
            ("[\"sleep\", \"3600\"]", "sleep 3600"),
            ("- name: A\n          value: b\n", "- A=b\n"),
            ("- name: A\n          value: b\n", "- A: b\n"),
            ("        - name: A\n          value: b\n", "          A: b\n"),
            ("          requests:\n            cpu: 100m\n", "          cpu: 100m\n"),
            ("cpu: 100m", "cpu: 100 m"),
            ("apiVersion: apps/v1\n", ""),
            ("apiVersion: apps/v1\n", "apiVersion: 1\n"),
            ("kind: Deployment\n", ""),
            ("apiVersion", " apiVersion"),
        ] {
            let text = GOOD.replacen(good, bad, 1);
            assert_ne!(text, GOOD, "{bad}");
            let after = mended(&text);
            assert!(Reader::default().check(&after).is_empty(), "{bad}: {after}");
            // Where a list begins may differ; what stands in it may not.
            let depth = |text: &str| {
                let mut lines: Vec<String> =
                    text.replace(' ', "").lines().map(str::to_owned).collect();
                lines.sort();
                lines
            };
            assert_eq!(depth(&after), depth(GOOD), "{bad}: {after}");
        }
        let flow = GOOD.replace(
            "    metadata:\n      labels:\n        app: w\n",
            "    metadata: {labels: {app: w}}\n",
        );
        for (good, bad) in [
            ("metadata: {labels", "metadata:{labels"),
            ("metadata: {labels", "metadata {labels"),
            ("metadata: {labels", "metadata= {labels"),
            ("metadata: {labels", "metadata = {labels"),
        ] {
            assert_eq!(mended(&flow.replace(good, bad)), flow, "{bad}");
        }
        let flat = SERVICE.replace("    app: w\n", "    matchLabels:\n      app: w\n");
        assert_eq!(mended(&flat), SERVICE);
        let short = SERVICE
            .replace("    app: w\n", "")
            .replace("selector:", "selector: {matchLabels: {app: w}}");
        assert_eq!(mended(&short), short.replace("{matchLabels: {app: w}}", "{app: w}"));
    }

    #[test]
    fn a_command_in_one_string_becomes_what_it_would_run() {
        let list = "command: [\"sleep\", \"3600\"]";
        for (bad, good) in [
            ("command: sh -c \"a && b\"", "command: [\"sh\", \"-c\", \"a && b\"]"),
            ("args: --x y", "args: [\"--x\", \"y\"]"),
            (
                "command: [sh, -c]\n        args: echo hi",
                "command: [sh, -c]\n        args: [\"echo hi\"]",
            ),
        ] {
            assert_eq!(mended(&GOOD.replace(list, bad)), GOOD.replace(list, good));
        }
        // What a program does with a line for a shell can't be known.
        let bad = GOOD.replace(list, "args: a && b");
        assert_eq!(mended(&bad), bad);
    }

    #[test]
    fn what_a_hand_leaves_behind_is_mended() {
        let list = "        command: [\"sleep\", \"3600\"]\n";
        let block = "        command:\n        - sleep\n        - \"3600\"\n";
        let long = GOOD.replace(list, block);
        assert!(Reader::default().check(&long).is_empty());
        for (good, bad) in [
            // Dashes of single words.
            ("        - sleep\n", "          sleep\n"),
            ("        - sleep\n", "        -sleep\n"),
            // Marks of other languages at the end.
            ("        - \"3600\"\n", "        - \"3600\",\n"),
            ("image: nginx\n", "image: \"nginx\";\n"),
            ("  name: w\n", "  name: w,\n"),
            ("cpu: 100m", "cpu: 100m;"),
            // Lines that became one, and lines in a wrong order.
            ("apiVersion: apps/v1\nkind", "apiVersion: apps/v1 kind"),
            ("  name: w\nspec:\n", "  name: w spec:\n"),
            ("    metadata:\n      labels:\n", "      labels:\n    metadata:\n"),
            // Keys that were begun, and a line with labels that is gone.
            ("        resources:\n", "        resou:\n"),
            ("      labels:\n        app: w\n", "        app: w\n"),
        ] {
            let text = long.replacen(good, bad, 1);
            assert_ne!(text, long, "{bad}");
            let after = mended(&text).replace('"', "");
            assert_eq!(after, long.replace('"', ""), "{bad}");
        }
    }

    #[test]
    fn an_item_that_stands_twice_is_taken_away_once() {
        let item = "        - name: A\n          value: b\n";
        let mount = "        volumeMounts:\n        - name: v\n          mountPath: /v\n";
        let container = "      - name: c\n        image: nginx\n";
        let text = GOOD.replace(item, "").replace("        env:\n", "");
        let twice = text.replace(
            "    spec:\n      containers:\n",
            &format!("    spec:\n      containers:\n{container}"),
        );
        let plain = text.split_once(container).expect("it is there").0.to_owned() + container;
        let twice_plain = format!("{plain}{container}");
        assert_eq!(mended(&twice_plain), plain);
        assert_eq!(mended(&twice), twice, "which of two was meant can't be known");
        // A name that is missing is told once.
        let nameless = GOOD
            .replace("        env:\n", &mount.replace("- name: v\n          ", "- "))
            .replace(item, "");
        let found = Reader::default().check(&nameless);
        assert_eq!(found.iter().map(|one| one.code).collect::<Vec<_>>(), ["POD-V005"]);
    }

    #[test]
    fn a_comment_of_another_language_that_reads_as_a_key_becomes_one() {
        for bad in ["// ports: none\n        command", "// a: b\n        // c\n        command"] {
            let text = GOOD.replace("command", bad);
            assert_eq!(mended(&text), text.replace("//", "#"));
        }
    }

    #[test]
    fn what_is_json_stays_json() {
        let good = r#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "nginx", "resources": {"requests": {"cpu": "1"}}}]}}"#;
        assert!(Reader::default().check(good).is_empty());
        for (good_part, bad_part) in [
            ("\"image\"", "\"iamge\""),
            ("\"kind\"", "\"kidn\""),
            ("\"Pod\"", "\"Pdo\""),
            ("{\"name\": \"p\"}", "{\"name\": \"P\"}"),
            ("{\"requests\": {\"cpu\": \"1\"}}", "{\"cpu\": \"1\"}"),
        ] {
            let after = mended(&good.replacen(good_part, bad_part, 1));
            assert_eq!(after, good, "{bad_part}");
        }
    }

    #[test]
    fn two_objects_without_a_mark_between_them_are_parted() {
        let text = format!("{GOOD}{SERVICE}");
        let found = Reader::default().check(&text);
        assert_eq!((found.len(), found[0].code), (1, "POD-K007"));
        assert_eq!(mended(&text), format!("{GOOD}---\n{SERVICE}"));
    }

    #[test]
    fn a_fix_that_leaves_more_mistakes_is_not_offered() {
        let text = GOOD.replace("  selector:", "  x: {{ .y }}\n  selector:");
        let found = Reader::default().check(&text);
        assert_eq!((found[0].code, found[0].fix.is_none()), (TEMPLATE, true));
        let text = GOOD.replace("value: b\n", "value: {{ .y }}\n");
        assert!(Reader::default().check(&mended(&text)).is_empty());
        let text = GOOD.replace("image: nginx\n", "image: {{ .y }}\n");
        assert_eq!(mended(&text), text, "an image in quotes would never start");
    }
}
