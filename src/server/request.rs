//! What may be asked of the server, and how it refuses.
//!
//! Must not know the store. Invariant: a request is plain data, so that a plan can be shown.

use std::fmt;
use std::rc::Rc;

use crate::api::core::Taint;
use crate::api::pod::Condition;
use crate::api::{
    FieldError, Kind, Object, ObjectId, ObjectRef, OwnerReference, Propagation, Uid, Value,
};
use crate::base::Str;
use crate::server::Key;

/// Which part of an object a write may change.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Part {
    /// Metadata and spec; the status stays.
    Spec,
    /// The status; all else stays.
    Status,
}

/// A change of a few fields that can't conflict.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Patch {
    /// Adds or renews an owner.
    SetOwner(OwnerReference),
    /// Takes an owner away.
    RemoveOwner(Uid),
    /// Sets an annotation, or takes it away.
    Annotation(Str, Option<Str>),
    /// Sets a label, or takes it away.
    Label(Str, Option<Str>),
    /// Takes a finalizer away.
    RemoveFinalizer(Str),
    /// Sets conditions of the status; those of other types stay.
    Conditions(Vec<Condition>),
    /// Ends a Pod as failed, with or without a condition that says why.
    Fail(Option<Condition>),
    /// Sets taints of a node.
    Taint(Vec<Taint>),
    /// Takes taints of a node away, each by key and effect.
    Untaint(Vec<(Str, Str)>),
    /// Sets conditions of a Pod's status, and with them the node that it is nominated for, or
    /// none to lift a nomination.
    Nominate(Vec<Condition>, Option<Str>),
    /// Says in a node's status that a volume is attached, or no longer.
    AttachedVolume(Str, bool),
    /// Says in a node's status which volumes its kubelet uses.
    VolumesInUse(Rc<Vec<Str>>),
}

/// How a patch is written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PatchKind {
    /// A JSON merge patch (RFC 7386).
    Merge,
    /// A JSON patch (RFC 6902).
    Json,
    /// A strategic merge patch, for kinds whose fields are known.
    Strategic,
}

/// How to delete.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct DeleteOptions {
    /// Seconds to stop; none takes the object's own.
    pub grace_seconds: Option<u32>,
    /// What becomes of dependents.
    pub propagation: Propagation,
}

/// What a component tells about an object.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct EventNote {
    /// What it is about.
    pub about: ObjectRef,
    /// `spec.containers{app}`, or empty.
    pub field_path: Str,
    /// Whether something is wrong.
    pub warning: bool,
    /// A word.
    pub reason: &'static str,
    /// A sentence.
    pub message: Str,
    /// Who tells it.
    pub source: &'static str,
    /// On which node, or empty.
    pub host: Str,
    /// What it was about to do; only who tells by the newer interface says so.
    pub action: &'static str,
    /// The revision of what it is about, if it is told by the newer interface.
    pub version: u64,
}

impl EventNote {
    /// A note that all is well.
    pub fn normal(
        about: ObjectRef,
        source: &'static str,
        reason: &'static str,
        message: impl Into<Str>,
    ) -> EventNote {
        EventNote {
            about,
            field_path: "".into(),
            warning: false,
            reason,
            message: message.into(),
            source,
            host: "".into(),
            action: "",
            version: 0,
        }
    }

    /// This note as the newer interface has it: what was about to be done, and with which
    /// state of the object.
    #[must_use]
    pub fn acting(self, action: &'static str, object: &Object) -> EventNote {
        EventNote { action, version: object.meta.resource_version, ..self }
    }

    /// A note that something is wrong.
    pub fn warning(
        about: ObjectRef,
        source: &'static str,
        reason: &'static str,
        message: impl Into<Str>,
    ) -> EventNote {
        EventNote { warning: true, ..EventNote::normal(about, source, reason, message) }
    }

    /// This note with a name or a refusal in the place of `{}`.
    #[must_use]
    pub fn filled(&self, text: &str) -> EventNote {
        EventNote { message: self.message.replace("{}", text).into(), ..self.clone() }
    }
}

/// One request.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Action {
    /// Stores a new object.
    Create(Rc<Object>),
    /// Replaces a part of an object. A resource version other than 0 must still be current.
    Update(Rc<Object>, Part),
    /// Changes a few fields.
    Patch(Key, Patch),
    /// Changes a part of an object by a patch, as a person sends it.
    PatchTree {
        /// The kind.
        kind: Kind,
        /// The namespace; empty for kinds that live in none.
        namespace: Str,
        /// The name, as the kind's table knows it.
        name: Str,
        /// How the patch is written.
        how: PatchKind,
        /// The patch.
        patch: Rc<Value>,
        /// Which part it may change.
        part: Part,
        /// Whether fields that the kind does not have refuse the patch; else they are dropped.
        is_strict: bool,
    },
    /// The same by namespace and name, for an object whose number nobody has been told yet.
    PatchNamed(Kind, Str, Str, Patch),
    /// Deletes, gracefully where the kind knows grace.
    Delete(Key, DeleteOptions),
    /// Puts a Pod on a node.
    Bind(ObjectId, Str),
    /// Deletes a Pod if the disruption budgets allow it: the subresource `eviction`.
    Evict(Key, DeleteOptions),
    /// Records an Event.
    Note(EventNote),
}

/// Why the server refuses.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Refusal {
    /// 404.
    NotFound(Kind, Str),
    /// 409: the name is taken.
    AlreadyExists(Kind, Str),
    /// 409: somebody else wrote first.
    Conflict(Kind, Str),
    /// 403.
    Forbidden(Kind, Str, Str),
    /// 400: the request can't be understood.
    BadRequest(Str),
    /// 422: the object breaks the rules of its kind. `Kind::Other` without a name stands for
    /// the request itself.
    Invalid(Kind, Str, Rc<Vec<FieldError>>),
    /// 422: the patch can't be carried out on the object.
    Unprocessable(Str),
    /// 429: a disruption budget does not allow it now.
    TooManyRequests(Str),
    /// 500: the server can't do it.
    Internal(Str),
}

impl Refusal {
    /// The HTTP status code.
    pub const fn code(&self) -> u16 {
        match self {
            Refusal::NotFound(..) => 404,
            Refusal::AlreadyExists(..) | Refusal::Conflict(..) => 409,
            Refusal::Forbidden(..) => 403,
            Refusal::BadRequest(..) => 400,
            Refusal::Invalid(..) | Refusal::Unprocessable(_) => 422,
            Refusal::TooManyRequests(..) => 429,
            Refusal::Internal(..) => 500,
        }
    }
}

/// `deployments.apps "web"`; a name from the table of other kinds brings its resource along.
fn resource(kind: Kind, name: &str) -> String {
    if kind == Kind::Other
        && let Some((resource, name)) = name.split_once('/')
    {
        return format!("{resource} \"{name}\"");
    }
    let facts = kind.facts();
    match facts.api_version.split_once('/') {
        Some((group, _)) => format!("{}.{group} \"{name}\"", facts.plural),
        None => format!("{} \"{name}\"", facts.plural),
    }
}

impl fmt::Display for Refusal {
    /// Models staging/src/k8s.io/apimachinery/pkg/api/errors/errors.go
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::NotFound(kind, name) => write!(f, "{} not found", resource(*kind, name)),
            Refusal::AlreadyExists(kind, name) => {
                write!(f, "{} already exists", resource(*kind, name))
            }
            Refusal::Conflict(kind, name) => write!(
                f,
                "Operation cannot be fulfilled on {}: the object has been modified; please apply \
                 your changes to the latest version and try again",
                resource(*kind, name)
            ),
            Refusal::Forbidden(kind, name, why) => {
                write!(f, "{} is forbidden: {why}", resource(*kind, name))
            }
            Refusal::BadRequest(why)
            | Refusal::TooManyRequests(why)
            | Refusal::Internal(why)
            | Refusal::Unprocessable(why) => f.write_str(why),
            Refusal::Invalid(kind, name, errors) => {
                let kind = kind.facts();
                let kind = match kind.api_version.split_once('/') {
                    Some((group, _)) => format!("{}.{group}", kind.name),
                    None => kind.name.to_owned(),
                };
                write!(f, "{kind} \"{name}\" is invalid: {}", FieldError::aggregate(errors))
            }
        }
    }
}
