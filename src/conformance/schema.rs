//! A trace as data: its steps, its records, its end.
//!
//! Must not know how it came about. Invariant: a trace read and written again says the same.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Number, Value};

/// Facts of one object by name.
pub type Facts = Map<String, Value>;

/// A moment in hundredths of a second, as the traces write it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Centis(pub i64);

impl Centis {
    /// From microseconds, rounded.
    pub fn from_us(us: u64) -> Centis {
        Centis(i64::try_from((us + 5_000) / 10_000).unwrap_or(i64::MAX))
    }

    /// In microseconds; 0 for a moment before the start.
    pub fn us(self) -> u64 {
        u64::try_from(self.0).unwrap_or(0) * 10_000
    }
}

impl fmt::Display for Centis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let whole = self.0.abs();
        write!(f, "{sign}{}.{:02}", whole / 100, whole % 100)
    }
}

impl Serialize for Centis {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let number: Result<Number, _> = self.to_string().parse();
        number.map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Centis {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Number::deserialize(deserializer)?.to_string();
        centis(&text).ok_or_else(|| D::Error::custom(format!("{text} is no time")))
    }
}

fn centis(text: &str) -> Option<Centis> {
    let (is_negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole: i64 = whole.parse().ok()?;
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    let millis: i64 = digits.parse().ok()?;
    let value = whole * 100 + (millis + 5) / 10;
    Some(Centis(if is_negative { -value } else { value }))
}

/// One run of a scenario.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Run {
    /// Its short name.
    pub scenario: String,
    /// What it is about.
    pub title: String,
    /// Which run of several.
    pub run: u32,
    /// The namespace in which it ran.
    pub namespace: String,
    /// The version of the control plane.
    pub k8s: String,
    /// When it began.
    pub date: String,
    /// What was done.
    pub steps: Vec<Step>,
    /// The facts of every object at the end, by kind and normalized name.
    #[serde(rename = "final")]
    pub end: BTreeMap<String, BTreeMap<String, Facts>>,
    /// Raw names to normalized ones.
    pub names: BTreeMap<String, String>,
    /// How often each object was written.
    pub writes: BTreeMap<String, u64>,
    /// What changed.
    pub trace: Vec<Record>,
}

/// Something that was done.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Step {
    /// Its number.
    pub i: u32,
    /// When it began.
    pub t: Centis,
    /// `apply`, `k`, `kpick`, `kbg`, `show`, `sleep`, `wait`, `until`, `node`, `notready` or
    /// `ready`.
    pub action: String,
    /// A remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What was applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest: Option<String>,
    /// The command.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cmd: Option<String>,
    /// What it ended with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rc: Option<i32>,
    /// What it printed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stdout: Option<String>,
    /// What it complained about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stderr: Option<String>,
    /// What it read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stdin: Option<String>,
    /// Whether the recorder waited until nothing changed, and whether that came about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stable: Option<bool>,
    /// Commands with their output.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// How long a `sleep` took; as it was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<Number>,
    /// The same as `stable`, of a `wait`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quiet: Option<bool>,
    /// Whether the condition of an `until` came about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ok: Option<bool>,
    /// The condition, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cond: Option<String>,
    /// What happened to a node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verb: Option<String>,
    /// Which node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// Which Pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod: Option<String>,
    /// When it was over.
    pub t_end: Centis,
    /// When a command in the background was over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub t_done: Option<Centis>,
}

/// What became of an object.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[allow(missing_docs, reason = "the names are those of the traces")]
pub enum Deed {
    Initial,
    Added,
    Modified,
    Deleted,
}

impl fmt::Display for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Deed::Initial => "INITIAL",
            Deed::Added => "ADDED",
            Deed::Modified => "MODIFIED",
            Deed::Deleted => "DELETED",
        })
    }
}

/// One change.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Record {
    /// When.
    pub t: Centis,
    /// During which step.
    pub step: u32,
    /// Of which kind.
    pub kind: String,
    /// Its normalized name; of an Event what it is about.
    pub id: String,
    /// Its raw name.
    pub name: String,
    /// What became of it.
    pub event: Deed,
    /// All facts, if it is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facts: Option<Facts>,
    /// Those that changed, null where one is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed: Option<Facts>,
}

impl Record {
    /// The facts that it tells of, new or changed.
    pub fn told(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.facts.iter().chain(&self.changed).flatten()
    }

    /// One fact that it tells of.
    pub fn fact(&self, name: &str) -> Option<&Value> {
        self.facts.iter().chain(&self.changed).find_map(|facts| facts.get(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_keep_their_hundredths() {
        for (text, value) in [("4.31", 431), ("0.1", 10), ("12", 1_200), ("-0.05", -5)] {
            assert_eq!(centis(text), Some(Centis(value)));
        }
        let text = serde_json::to_string(&Centis(1_005)).expect("a number");
        assert_eq!(text, "10.05");
    }

    #[test]
    fn a_trace_read_and_written_says_the_same() {
        let text = include_str!("../../tests/conformance/08b_job.r1.json");
        let run: Run = serde_json::from_str(text).expect("a trace");
        let before: Value = serde_json::from_str(text).expect("JSON");
        assert_eq!(serde_json::to_value(&run).expect("JSON"), before);
    }
}
