//! How a command tells what it did: `deployment.apps/web scaled`, or the object itself.
//!
//! Must not know commands. Invariant: one object gives one line, or a whole object.

use crate::api::{Object, Value};
use crate::kubectl::failure::{Done, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::mapping::Mapping;
use crate::kubectl::print;
use crate::kubectl::print::flags::value;
use crate::kubectl::print::format::Format;
use crate::kubectl::session::{self, DryRun, Session, Validation};
use crate::kubectl::tree;

/// A printer of whole objects. Who prints none carries none.
trait Whole {
    fn print(&self, object: Value) -> Result<String, String>;
}

impl Whole for Format {
    fn print(&self, object: Value) -> Result<String, String> {
        Format::print(self, vec![object], true)
    }
}

/// How results are printed.
#[derive(Default)]
pub(super) struct Printing {
    /// Names are printed, and not what became of them.
    is_name: bool,
    whole: Option<Box<dyn Whole>>,
    /// Whether requests are meant.
    pub(super) dry: DryRun,
    /// What becomes of unknown fields.
    pub(super) validation: Validation,
}

const ALLOWED: &str = "go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,\
                       kyaml,name,template,templatefile,yaml";

impl Printing {
    /// What the flags ask for.
    pub(super) fn of(flags: &Flags) -> Done<Printing> {
        let output = flags.text("output").unwrap_or_default();
        let (mut is_name, mut whole) = (false, None);
        if !output.is_empty() {
            match format(flags, output)? {
                Format::Name => is_name = true,
                other => whole = Some(Box::new(other) as Box<dyn Whole>),
            }
        }
        let (dry, validation) = (DryRun::of(flags)?, Validation::of(flags)?);
        Ok(Printing { is_name, whole, dry, validation })
    }

    /// Whether whole objects are printed.
    pub(super) fn is_whole(&self) -> bool {
        self.whole.is_some()
    }

    /// Tells what was done with an object.
    pub(super) fn tell(
        &self,
        session: &mut Session<'_>,
        mapping: &Mapping,
        object: &Object,
        done: &str,
    ) {
        if self.is_whole() {
            self.tell_tree(session, mapping, &session::tree_of(object), done);
        } else {
            self.tell_name(session, mapping, &object.meta.name, done);
        }
    }

    /// Says what was done to an object by way of its scale.
    pub(super) fn tell_scale(
        &self,
        session: &mut Session<'_>,
        mapping: &Mapping,
        object: &Object,
        done: &str,
    ) {
        if self.is_whole() {
            self.tell(session, mapping, object, done);
        } else {
            self.say_name(session, "scale.autoscaling", &object.meta.name, done);
        }
    }

    /// The same of a tree.
    pub(super) fn tell_tree(
        &self,
        session: &mut Session<'_>,
        mapping: &Mapping,
        whole: &Value,
        done: &str,
    ) {
        let Some(printer) = &self.whole else {
            let name = tree::text(whole, &["metadata", "name"]).unwrap_or("<unknown>");
            return self.tell_name(session, mapping, name, done);
        };
        match printer.print(whole.clone()) {
            Ok(text) => session.io.stdout.push_str(&text),
            Err(why) => session.complain(format!("error: {why}")),
        }
    }

    /// Models staging/src/k8s.io/cli-runtime/pkg/printers/name.go printObj
    fn tell_name(&self, session: &mut Session<'_>, mapping: &Mapping, name: &str, done: &str) {
        self.say_name(session, &mapping.printed(), name, done);
    }

    fn say_name(&self, session: &mut Session<'_>, kind: &str, name: &str, done: &str) {
        if self.is_name {
            session.say(format!("{kind}/{name}"));
        } else {
            session.say(format!("{kind}/{name} {done}{}", self.dry.suffix()));
        }
    }
}

/// The format that `-o` names.
fn format(flags: &Flags, output: &str) -> Done<Format> {
    let unknown = || {
        plain(format!(
            "unable to match a printer suitable for the output format \"{output}\", allowed formats \
             are: {ALLOWED}"
        ))
    };
    if output.starts_with("custom-columns") || output == "wide" {
        return Err(unknown());
    }
    let known = ["template", "allow-missing-template-keys"].map(|name| value(name, ' '));
    let given =
        known.iter().filter_map(|one| Some(format!("--{}={}", one.long, flags.text(one.long)?)));
    let said = print::flags::read("", &known, &given.collect::<Vec<_>>()).unwrap_or_default();
    Format::read(output, &said)
        .map_err(|why| if why.starts_with("unable to match") { unknown() } else { plain(why) })
}
