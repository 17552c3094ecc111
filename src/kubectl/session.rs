//! What a command has in its hands: the cluster, its namespace, and where it prints.
//!
//! Must not know commands. Invariant: everything that changes the cluster goes through
//! `Session::ask`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::rc::Rc;

use crate::api::decode::Voice;
use crate::api::merge::merge_patch_between;
use crate::api::outward::{inward, outward};
use crate::api::validation::warnings;
use crate::api::{Object, Value, decode, defaults};
use crate::base::Order as _;
use crate::base::{SimTime, Str};
use crate::cluster::Cluster;
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::managed::{Keeper, Who, target};
use crate::kubectl::mapping::Mapping;
use crate::kubectl::run::Pace;
use crate::kubectl::target::Info;
use crate::kubectl::tree;
use crate::server::{Action, Key, Outcome, Part, PatchKind, Refusal, View, patch_warnings};
use crate::sim::Command;

/// The annotation that says which command changed an object.
pub(super) const CHANGE_CAUSE: &str = "kubernetes.io/change-cause";

/// Where a command runs.
#[derive(Clone, Debug)]
pub(super) struct Context {
    /// The namespace of what names none.
    pub(super) namespace: Str,
    /// Whether it was asked for, and did not just come from the configuration.
    pub(super) is_given: bool,
    /// What stands on the standard input.
    pub(super) stdin: Option<Rc<str>>,
    /// Files by their paths.
    pub(super) files: BTreeMap<String, Rc<str>>,
    /// What `--record` writes into the objects that are changed.
    pub(super) cause: Option<Rc<str>>,
    /// How fast it goes on from one object to the next.
    pub(super) pace: Pace,
    /// Who asks.
    pub(super) who: Who,
    /// What notes who wrote which fields, if anything does.
    pub(super) keeper: Option<Keeper>,
}

impl Context {
    /// The text of a file; `-` stands for the standard input.
    pub(super) fn file(&self, path: &str) -> Option<Rc<str>> {
        match path {
            "-" => Some(self.stdin.clone().unwrap_or_default()),
            path => self.files.get(path).cloned(),
        }
    }
}

/// What was printed.
#[derive(Clone, Debug, Default)]
pub(super) struct Io {
    /// On the standard output.
    pub(super) stdout: String,
    /// On the standard error.
    pub(super) stderr: String,
    /// The namespace that was chosen for the commands to come.
    pub(super) namespace: Option<Str>,
}

/// Whether to send requests, and whether they are meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum DryRun {
    /// They are sent and meant.
    #[default]
    No,
    /// They are not sent.
    Client,
    /// They are sent, and nothing is kept.
    Server,
}

impl DryRun {
    /// Models staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go GetDryRunStrategy
    pub(super) fn of(flags: &Flags) -> Done<DryRun> {
        match flags.text("dry-run") {
            None | Some("none" | "false") => Ok(DryRun::No),
            Some("client" | "true" | "unchanged") => Ok(DryRun::Client),
            Some("server") => Ok(DryRun::Server),
            Some(other) => Err(plain(format!(
                "Invalid dry-run value ({other}). Must be \"none\", \"server\", or \"client\"."
            ))),
        }
    }

    /// What stands behind a success.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            DryRun::No => "",
            DryRun::Client => " (dry run)",
            DryRun::Server => " (server dry run)",
        }
    }
}

/// What becomes of fields that the server does not know.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Validation {
    /// They refuse the object.
    #[default]
    Strict,
    /// They are told.
    Warn,
    /// They are dropped.
    Ignore,
}

impl Validation {
    /// Models staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go GetValidationDirective
    pub(super) fn of(flags: &Flags) -> Done<Validation> {
        match flags.text("validate") {
            None | Some("strict" | "true") => Ok(Validation::Strict),
            Some("warn") => Ok(Validation::Warn),
            Some("ignore" | "false") => Ok(Validation::Ignore),
            Some(other) => Err(plain(format!(
                "invalid - validate option \"{other}\"; must be one of: strict (or true), warn, \
                 ignore (or false)"
            ))),
        }
    }
}

/// A command at work.
pub(super) struct Session<'a> {
    /// The cluster.
    pub(super) cluster: &'a mut Cluster,
    /// Where it runs.
    pub(super) context: &'a Context,
    /// What it printed.
    pub(super) io: &'a mut Io,
}

impl Session<'_> {
    /// The store's newest state.
    pub(super) fn view(&self) -> &View {
        self.cluster.model().view()
    }

    /// The present moment.
    pub(super) fn now(&self) -> SimTime {
        self.cluster.now()
    }

    /// Prints a line.
    pub(super) fn say(&mut self, line: impl std::fmt::Display) {
        writeln!(self.io.stdout, "{line}").expect("text takes text");
    }

    /// Prints a line on the standard error.
    pub(super) fn complain(&mut self, line: impl std::fmt::Display) {
        writeln!(self.io.stderr, "{line}").expect("text takes text");
    }

    /// The namespace in which a kind's objects are looked for.
    pub(super) fn namespace_of(&self, mapping: &Mapping) -> Str {
        if mapping.namespaced { self.context.namespace.clone() } else { "".into() }
    }

    /// The living object with a name.
    pub(super) fn find(&self, mapping: &Mapping, namespace: &str, name: &str) -> Done<Rc<Object>> {
        let key = mapping.key(name);
        let found = self.view().named(mapping.kind, namespace, &key).cloned();
        found.ok_or_else(|| Refusal::NotFound(mapping.kind, key).into())
    }

    /// Sends a request.
    pub(super) fn ask(&mut self, action: Action, dry: DryRun) -> Done<Outcome> {
        let action = Rc::new(action);
        let command = Command::Ask(Rc::clone(&action));
        if dry == DryRun::Server {
            return self.rehearse(command);
        }
        let old = self.context.keeper.and_then(|_| target(self.view(), &action));
        let outcome = self.cluster.submit(command).map_err(Failure::from)?;
        if let Some(note) = self.context.keeper {
            note(self, &action, old.as_ref(), &outcome);
        }
        Ok(outcome)
    }

    /// Sends a request to a copy of the cluster that is thrown away. The answer has the version
    /// that the object has now, or none if it is new, for nothing was stored.
    fn rehearse(&mut self, command: Command) -> Done<Outcome> {
        let outcome = self.cluster.fork().submit(command).map_err(Failure::from)?;
        let unwritten = |object: &Rc<Object>| {
            let key = Key { kind: object.kind(), id: object.meta.id };
            let known = self.view().object(key).map_or(0, |known| known.meta.resource_version);
            let mut object = Object::clone(object);
            object.meta.resource_version = known;
            Rc::new(object)
        };
        Ok(match &outcome {
            Outcome::Created(object) => Outcome::Created(unwritten(object)),
            Outcome::Changed(object) => Outcome::Changed(unwritten(object)),
            _ => outcome,
        })
    }

    /// The mapping that a word means.
    pub(super) fn mapping(&self, word: &str) -> Option<Mapping> {
        Mapping::of_word(self.view(), word)
    }

    /// The mapping of what a manifest says.
    pub(super) fn mapping_of(&self, api_version: &str, kind: &str) -> Option<Mapping> {
        Mapping::of_manifest(self.view(), api_version, kind)
    }

    /// The objects of a kind in order of name, of this namespace or of all.
    pub(super) fn list(&self, mapping: &Mapping, is_everywhere: bool) -> Vec<Rc<Object>> {
        let table = self.view().table(mapping.kind);
        if mapping.namespaced && !is_everywhere {
            let found = table.in_namespace(&self.context.namespace);
            return found.filter(|one| mapping.has(one)).cloned().collect();
        }
        let mut found: Vec<Rc<Object>> =
            table.iter().filter(|one| mapping.has(one)).cloned().collect();
        found.order_by(|a, b| {
            (&a.meta.namespace, &a.meta.name).cmp(&(&b.meta.namespace, &b.meta.name))
        });
        found
    }

    /// The living object that is meant.
    pub(super) fn live(&self, info: &Info) -> Done<Rc<Object>> {
        self.find(&info.mapping, &info.namespace, &info.name)
    }

    /// The objects that are there, and what went wrong with the others.
    ///
    /// Models staging/src/k8s.io/cli-runtime/pkg/resource/result.go Result.Infos
    pub(super) fn fetch(&self, infos: Vec<Done<Info>>) -> (Vec<Info>, Done) {
        let (mut found, mut failures) = (Vec::new(), Vec::new());
        for info in infos {
            match info.and_then(|info| self.live(&info).map(|_| info)) {
                Ok(info) => found.push(info),
                Err(failure) => failures.push(failure),
            }
        }
        (found, Failure::all(failures))
    }

    /// Writes the command into an object if it is to be recorded.
    ///
    /// Models staging/src/k8s.io/cli-runtime/pkg/genericclioptions/record_flags.go
    /// ChangeCauseRecorder.Record
    pub(super) fn record(&self, tree: &mut Value) {
        if let Some(cause) = &self.context.cause {
            let annotations = tree::map_at(tree, &["metadata", "annotations"]);
            annotations.insert(CHANGE_CAUSE.into(), tree::string(&**cause));
        }
    }

    /// The same for an object that was changed by way of something else.
    pub(super) fn record_after(&mut self, info: &Info, dry: DryRun) -> Done {
        if self.context.cause.is_none() || dry != DryRun::No {
            return Ok(());
        }
        let before = tree_of(&*self.live(info)?);
        self.change(info, &before, &before, dry).map(drop)
    }

    /// The object that a tree describes; what is only warned of is told.
    fn decode(&mut self, tree: &Value, validation: Validation) -> Done<Object> {
        if validation == Validation::Warn {
            for fault in decode::warnings(tree, Voice::Decoder) {
                self.complain(format!("Warning: {fault}"));
            }
        }
        decode_tree(tree, validation)
    }

    /// Sends a new object; nothing comes back if it was not sent.
    pub(super) fn create(
        &mut self,
        tree: &Value,
        validation: Validation,
        dry: DryRun,
    ) -> Done<Option<Rc<Object>>> {
        if dry == DryRun::Client {
            return Ok(None);
        }
        let mut tree = tree.clone();
        self.record(&mut tree);
        let object = self.decode(&tree, validation)?;
        let outcome = self.ask(Action::Create(Rc::new(object)), dry)?;
        let created = object_of(outcome);
        if let Some(object) = &created {
            self.warn(object, None);
        }
        Ok(created)
    }

    /// Tells what the server warns of; a command tells it once.
    ///
    /// Models staging/src/k8s.io/client-go/rest/warnings.go WarningWriter.HandleWarningHeader
    pub(super) fn warn(&mut self, new: &Object, old: Option<&Object>) {
        for text in warnings(new, old) {
            let line = format!("Warning: {text}");
            if !self.io.stderr.lines().any(|one| one == line) {
                self.complain(line);
            }
        }
    }

    /// Sends an object in the place of a living one.
    pub(super) fn replace(
        &mut self,
        info: &Info,
        tree: &Value,
        validation: Validation,
        dry: DryRun,
    ) -> Done<Rc<Object>> {
        let live = self.live(info)?;
        let mut tree = tree.clone();
        self.record(&mut tree);
        let mut object = self.decode(&tree, validation)?;
        object.meta.id = live.meta.id;
        let object = inward(object, &live);
        let outcome = self.ask(Action::Update(Rc::new(object), Part::Spec), dry)?;
        let object = object_of(outcome).unwrap_or_else(|| Rc::clone(&live));
        self.warn(&object, Some(&live));
        Ok(object)
    }

    /// Sends a merge patch of what differs between two trees of a living object; gives the
    /// object as it is then, or nothing if there is no difference.
    ///
    /// Differs: kubectl often sends a strategic merge patch; nobody writes between its look and
    /// its patch here, so the outcome is the same.
    pub(super) fn change(
        &mut self,
        info: &Info,
        before: &Value,
        after: &Value,
        dry: DryRun,
    ) -> Done<Option<Rc<Object>>> {
        let mut after = after.clone();
        self.record(&mut after);
        self.put(info, before, &after, dry)
    }

    /// The same without a record.
    pub(super) fn put(
        &mut self,
        info: &Info,
        before: &Value,
        after: &Value,
        dry: DryRun,
    ) -> Done<Option<Rc<Object>>> {
        if before == after {
            return Ok(None);
        }
        let patch = merge_patch_between(before, after);
        self.patch(info, PatchKind::Merge, patch, Validation::Strict, dry).map(Some)
    }

    /// Sends a patch of an object's spec; nothing is sent in a dry run of the client.
    pub(super) fn patch(
        &mut self,
        info: &Info,
        how: PatchKind,
        patch: Value,
        validation: Validation,
        dry: DryRun,
    ) -> Done<Rc<Object>> {
        match dry {
            DryRun::Client => self.live(info),
            _ => self.patch_part(info, (how, Part::Spec), patch, validation, dry),
        }
    }

    /// Sends a patch of a part of an object.
    pub(super) fn patch_part(
        &mut self,
        info: &Info,
        (how, part): (PatchKind, Part),
        patch: Value,
        validation: Validation,
        dry: DryRun,
    ) -> Done<Rc<Object>> {
        let live = self.live(info)?;
        if validation == Validation::Warn {
            for fault in patch_warnings(&live, how, &patch) {
                self.complain(format!("Warning: {fault}"));
            }
        }
        let action = Action::PatchTree {
            kind: info.mapping.kind,
            namespace: info.namespace.clone(),
            name: info.mapping.key(&info.name),
            how,
            patch: Rc::new(patch),
            part,
            is_strict: validation == Validation::Strict,
        };
        let outcome = self.ask(action, dry)?;
        let object = object_of(outcome).unwrap_or_else(|| Rc::clone(&live));
        self.warn(&object, Some(&live));
        Ok(object)
    }
}

/// The object that a tree describes, with its defaults, as the server decodes it.
fn decode_tree(tree: &Value, validation: Validation) -> Done<Object> {
    let refused = |text: &str| Failure::Server(Refusal::BadRequest(text.into()));
    let kept = (validation != Validation::Strict).then(|| decode::pruned(tree));
    let kept = kept.as_ref().unwrap_or(tree);
    // A wrong type is refused however much is overlooked.
    decode::strict(kept).map_err(|error| refused(&error.to_string()))?;
    let mut object = decode::whole(kept).map_err(|text| refused(&text))?;
    defaults::fill(&mut object);
    Ok(object)
}

/// The object of an outcome.
pub(super) fn object_of(outcome: Outcome) -> Option<Rc<Object>> {
    match outcome {
        Outcome::Created(object)
        | Outcome::Changed(object)
        | Outcome::Unchanged(object)
        | Outcome::Gone(object) => Some(object),
        Outcome::Noted => None,
    }
}

/// A living object as kubectl holds it.
pub(super) fn tree_of(object: &Object) -> Value {
    outward(object)
}
