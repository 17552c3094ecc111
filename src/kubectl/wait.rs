//! `kubectl wait`: for conditions, values, creation and deletion.
//!
//! Must not know how they come about. Invariant: objects are waited for one after the other,
//! all before the same deadline.
//!
//! Models staging/src/k8s.io/kubectl/pkg/cmd/wait/wait.go

use std::collections::VecDeque;

use crate::api::{Object, Uid, Value};
use crate::base::SimTime;
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::print::path::{Path, relaxed};
use crate::kubectl::printing::Printing;
use crate::kubectl::run::{Stage, Wait};
use crate::kubectl::session::{Session, tree_of};
use crate::kubectl::target::{self, Info, Search};
use crate::kubectl::tree;

/// The patience of `wait` if nobody says how long, and that of a negative timeout.
const TIMEOUT_SECONDS: u64 = 30;
const WEEK_SECONDS: u64 = 168 * 3_600;

/// What is waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Aim {
    Created,
    Deleted,
    Condition { kind: String, status: String },
    Path { path: String, value: String },
}

/// `kubectl wait`.
pub(super) fn start(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let printing = Printing::of(flags)?;
    let aims: Vec<Aim> = flags.list("for").iter().map(|text| aim(text)).collect::<Done<_>>()?;
    if aims.is_empty() {
        return Err(plain("unrecognized condition: []"));
    }
    let now = session.now();
    let patience = match flags.text("timeout") {
        None => now.plus_seconds(TIMEOUT_SECONDS),
        Some(text) if text.starts_with('-') => now.plus_seconds(WEEK_SECONDS),
        Some(_) => now.plus_us(flags.span_us("timeout").unwrap_or(0)),
    };
    let waiting = Waiting {
        flags: flags.clone(),
        is_once: patience == now,
        deadline: patience,
        left: None,
        aims,
        printing,
        count: 0,
        failures: Vec::new(),
    };
    Ok(Stage::Waits(Box::new(waiting)))
}

/// Models staging/src/k8s.io/kubectl/pkg/cmd/wait/wait.go conditionFuncsFor
fn aim(text: &str) -> Done<Aim> {
    match text.to_lowercase().as_str() {
        "delete" => return Ok(Aim::Deleted),
        "create" => return Ok(Aim::Created),
        _ => {}
    }
    if let Some(condition) = text.strip_prefix("condition=") {
        let (kind, status) = condition.split_once('=').unwrap_or((condition, "true"));
        return Ok(Aim::Condition { kind: kind.to_owned(), status: status.to_owned() });
    }
    let Some(path) = text.strip_prefix("jsonpath=") else {
        return Err(plain(format!("unrecognized condition: \"{text}\"")));
    };
    let (path, value) = path.split_once('=').unwrap_or((path, ""));
    let bare = path.trim_matches(['\'', '"']);
    if bare.is_empty() {
        return Err(plain("jsonpath expression cannot be empty"));
    }
    let path = relaxed(bare).map_err(plain)?;
    Path::read(&path).map_err(plain)?;
    Ok(Aim::Path { path, value: value.trim_matches(['\'', '"']).to_owned() })
}

type Left = VecDeque<(Info, Option<Uid>)>;

struct Waiting {
    flags: Flags,
    /// Whether the state is only looked at, without patience.
    is_once: bool,
    deadline: SimTime,
    /// The objects that are left, each with the UID that it had; nothing before they are known.
    left: Option<Left>,
    aims: Vec<Aim>,
    printing: Printing,
    count: u32,
    failures: Vec<Failure>,
}

impl Wait for Waiting {
    fn poll(&mut self, session: &mut Session<'_>) -> Option<Done> {
        if self.left.is_none() {
            match self.find(session) {
                Ok(Some(found)) => self.left = Some(found),
                Ok(None) if self.is_late(session) => {
                    return Some(Err(plain("timed out waiting for the condition")));
                }
                Ok(None) => return None,
                Err(failure) => return Some(Err(failure)),
            }
        }
        loop {
            let Some((info, uid)) = self.left.as_ref().and_then(|left| left.front()).cloned()
            else {
                return Some(self.finish());
            };
            // Once the patience has ended, nobody looks at what is left.
            let looked = if self.is_late(session) && !self.is_once {
                Ok(false)
            } else {
                self.look(session, &info, uid)
            };
            match looked {
                Ok(true) => {}
                Ok(false) if !self.is_late(session) => return None,
                Ok(false) => self.failures.push(self.too_late(&info)),
                Err(failure) => self.failures.push(failure),
            }
            if let Some(left) = &mut self.left {
                left.pop_front();
            }
        }
    }

    fn due(&self) -> Option<SimTime> {
        Some(self.deadline)
    }
}

impl Waiting {
    fn is_late(&self, session: &Session<'_>) -> bool {
        session.now() >= self.deadline
    }

    fn is_for_deletion(&self) -> bool {
        self.aims.contains(&Aim::Deleted)
    }

    /// The objects that are waited for; none yet if their creation is waited for.
    fn find(&mut self, session: &Session<'_>) -> Done<Option<Left>> {
        let search = Search { is_all: self.flags.is_set("all"), ..Search::default() };
        let found = target::find(session, &self.flags, &self.flags.args, search)?;
        let mut waiting = VecDeque::new();
        for info in found.infos {
            let result = info.and_then(|info| {
                let object = session.live(&info)?;
                Ok((info, Some(object.meta.uid)))
            });
            match result {
                Ok(one) => waiting.push_back(one),
                Err(failure) if failure.is_not_found() && self.is_for_deletion() => {}
                Err(failure) if failure.is_not_found() && self.aims.contains(&Aim::Created) => {
                    return Ok(None);
                }
                Err(failure) => self.failures.push(failure),
            }
        }
        if waiting.is_empty() && self.failures.is_empty() && self.aims.contains(&Aim::Created) {
            return Ok(None);
        }
        self.count = u32::try_from(waiting.len()).unwrap_or(u32::MAX);
        Ok(Some(waiting))
    }

    /// Whether all that is waited for is so; told once it is.
    fn look(&self, session: &mut Session<'_>, info: &Info, uid: Option<Uid>) -> Done<bool> {
        let live = session.live(info);
        if self.is_for_deletion() {
            let is_gone = live.as_ref().map_or(true, |object| Some(object.meta.uid) != uid);
            if is_gone {
                self.tell(session, info);
            }
            return Ok(is_gone);
        }
        let object = live?;
        if !self.aims.iter().all(|aim| is_so(&object, aim)) {
            return Ok(false);
        }
        for _ in &self.aims {
            self.tell(session, info);
        }
        Ok(true)
    }

    fn tell(&self, session: &mut Session<'_>, info: &Info) {
        let whole = Value::Map(
            [("metadata".into(), Value::Map([("name".into(), tree::string(&*info.name))].into()))]
                .into(),
        );
        match session.live(info) {
            Ok(object) => self.printing.tell(session, &info.mapping, &object, "condition met"),
            Err(_) => self.printing.tell_tree(session, &info.mapping, &whole, "condition met"),
        }
    }

    fn too_late(&self, info: &Info) -> Failure {
        let name = format!("{}/{}", info.mapping.plural, info.name);
        if self.is_once {
            return plain(format!("condition not met for {name}"));
        }
        plain(format!("timed out waiting for the condition on {name}"))
    }

    fn finish(&mut self) -> Done {
        Failure::all(std::mem::take(&mut self.failures))?;
        if self.count == 0 && !self.is_for_deletion() {
            return Err(plain("no matching resources found"));
        }
        Ok(())
    }
}

fn is_so(object: &Object, aim: &Aim) -> bool {
    let whole = tree_of(object);
    match aim {
        Aim::Created => true,
        Aim::Deleted => false,
        Aim::Condition { kind, status } => has_condition(&whole, kind, status),
        Aim::Path { path, value } => has_value(&whole, path, value),
    }
}

/// Models staging/src/k8s.io/kubectl/pkg/cmd/wait/condition.go ConditionalWait.checkCondition
fn has_condition(whole: &Value, kind: &str, status: &str) -> bool {
    let Some(Value::List(conditions)) = tree::at(whole, &["status", "conditions"]) else {
        return false;
    };
    let named = |one: &&Value| {
        tree::text(one, &["type"]).is_some_and(|name| name.eq_ignore_ascii_case(kind))
    };
    let Some(condition) = conditions.iter().find(named) else { return false };
    let observed = tree::number(condition, &["observedGeneration"])
        .or_else(|| tree::number(whole, &["status", "observedGeneration"]));
    let generation = tree::number(whole, &["metadata", "generation"]);
    if let (Some(observed), Some(generation)) = (observed, generation)
        && observed < generation
    {
        return false;
    }
    tree::text(condition, &["status"]).is_some_and(|is| is.eq_ignore_ascii_case(status))
}

/// Models staging/src/k8s.io/kubectl/pkg/cmd/wait/json.go JSONPathWait.checkCondition
fn has_value(whole: &Value, path: &str, wanted: &str) -> bool {
    let Ok(path) = Path::read(path) else { return false };
    let found = path.lenient().results(whole).unwrap_or_default();
    match found.first().map(Vec::as_slice) {
        Some([one]) if wanted.is_empty() => *one != Value::Null,
        Some([one]) => scalar(one).is_some_and(|text| text == wanted),
        _ => false,
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Int(number) => Some(number.to_string()),
        Value::Float(text) | Value::Str(text) => Some(text.to_string()),
        _ => None,
    }
}
