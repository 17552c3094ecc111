//! How a command tells what it did: `deployment.apps/web scaled`, or the object itself.
//!
//! Must not know commands. Invariant: one object gives one line, or a whole object.

use crate::api::encode::yaml;
use crate::api::{Object, Value};
use crate::kubectl::failure::{Done, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::mapping::Mapping;
use crate::kubectl::session::{self, DryRun, Session};
use crate::kubectl::tree;

/// How results are printed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Printing {
    format: Format,
    /// Whether requests are meant.
    pub(super) dry: DryRun,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Format {
    #[default]
    Words,
    Name,
    Json,
    Yaml,
}

impl Printing {
    /// What the flags ask for.
    pub(super) fn of(flags: &Flags) -> Done<Printing> {
        let format = match flags.text("output") {
            None | Some("") => Format::Words,
            Some("name") => Format::Name,
            Some("json") => Format::Json,
            Some("yaml") => Format::Yaml,
            Some(other) => {
                return Err(plain(format!(
                    "unable to match a printer suitable for the output format \"{other}\", allowed \
                     formats are: go-template,go-template-file,json,jsonpath,jsonpath-as-json,\
                     jsonpath-file,kyaml,name,template,templatefile,yaml"
                )));
            }
        };
        Ok(Printing { format, dry: DryRun::of(flags)? })
    }

    /// Whether whole objects are printed.
    pub(super) fn is_whole(&self) -> bool {
        matches!(self.format, Format::Json | Format::Yaml)
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

    /// The same of a tree.
    pub(super) fn tell_tree(
        &self,
        session: &mut Session<'_>,
        mapping: &Mapping,
        whole: &Value,
        done: &str,
    ) {
        match self.format {
            Format::Json => session.io.stdout.push_str(&pretty(whole)),
            Format::Yaml => session.io.stdout.push_str(&yaml(whole)),
            Format::Words | Format::Name => {
                let name = tree::text(whole, &["metadata", "name"]).unwrap_or("<unknown>");
                self.tell_name(session, mapping, name, done);
            }
        }
    }

    /// Models staging/src/k8s.io/cli-runtime/pkg/printers/name.go printObj
    fn tell_name(&self, session: &mut Session<'_>, mapping: &Mapping, name: &str, done: &str) {
        let kind = mapping.printed();
        if self.format == Format::Name {
            session.say(format!("{kind}/{name}"));
        } else {
            session.say(format!("{kind}/{name} {done}{}", self.dry.suffix()));
        }
    }
}

/// A value as JSON with four blanks a level.
pub(super) fn pretty(value: &Value) -> String {
    let mut out = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut to = serde_json::Serializer::with_formatter(&mut out, formatter);
    let is_written = serde::Serialize::serialize(value, &mut to).is_ok();
    debug_assert!(is_written, "plain data can be written");
    let mut text = String::from_utf8(out).unwrap_or_default();
    text.push('\n');
    text
}
