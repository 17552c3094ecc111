//! A few kubectl commands as requests.
//!
//! Must not know traces. Invariant: a command that is not known says so and does nothing.

use std::rc::Rc;

use crate::api::{Kind, Propagation};
use crate::cluster::Cluster;
use crate::kubectl::Reader;
use crate::sim::Command;

/// What a command ended with.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Output {
    /// 0 if all went well.
    pub(super) code: i32,
    /// What it printed.
    pub(super) stdout: String,
    /// What it complained about.
    pub(super) stderr: String,
}

/// A command that runs.
#[derive(Clone, Debug)]
pub(super) struct Run {
    gone: Vec<(Kind, String, String)>,
    output: Output,
}

impl Run {
    /// Starts a command.
    pub(super) fn start(
        cluster: &mut Cluster,
        namespace: &str,
        argv: &[String],
        stdin: Option<&str>,
    ) -> Run {
        let mut run = Run { gone: Vec::new(), output: Output::default() };
        if run.carry_out(cluster, namespace, argv, stdin).is_none() {
            run.output.code = 1;
            run.output.stderr = format!("error: not known yet: {argv:?}\n");
        }
        run
    }

    fn carry_out(
        &mut self,
        cluster: &mut Cluster,
        namespace: &str,
        argv: &[String],
        stdin: Option<&str>,
    ) -> Option<()> {
        let words: Vec<&str> =
            argv.iter().skip(1).map(String::as_str).filter(|word| !word.starts_with('-')).collect();
        let flag = |name: &str| argv.iter().find_map(|word| word.strip_prefix(name));
        match *words.first()? {
            "apply" => {
                let mut objects = Reader::default().read(stdin?).ok()?;
                for object in &mut objects {
                    if object.kind().facts().namespaced {
                        object.meta.namespace = namespace.into();
                    }
                }
                cluster.submit(Command::Apply(Rc::new(objects))).ok()?;
            }
            "scale" => {
                let (kind, name) = words.get(1)?.split_once('/')?;
                let replicas = flag("--replicas=")?.parse().ok()?;
                let kind = Kind::from_resource(kind)?;
                let command = Command::Scale {
                    kind,
                    namespace: namespace.into(),
                    name: name.into(),
                    replicas,
                };
                cluster.submit(command).ok()?;
            }
            "delete" => {
                let kind = Kind::from_resource(words.get(1)?)?;
                let is_all = argv.iter().any(|word| word == "--all");
                let names: Vec<String> = if is_all {
                    let table = cluster.model().view().table(kind).clone();
                    let namespace = namespace.into();
                    let named = table.in_namespace(&namespace);
                    named.map(|one| one.meta.name.to_string()).collect()
                } else {
                    words[2..].iter().map(|word| (*word).to_owned()).collect()
                };
                for name in names {
                    let command = Command::Delete {
                        kind,
                        namespace: namespace.into(),
                        name: name.as_str().into(),
                        grace_seconds: argv.iter().any(|word| word == "--force").then_some(0),
                        propagation: Propagation::default(),
                    };
                    cluster.submit(command).ok()?;
                    self.gone.push((kind, namespace.to_owned(), name));
                }
            }
            _ => return None,
        }
        Some(())
    }

    /// Looks whether it is over.
    pub(super) fn poll(&mut self, cluster: &mut Cluster) -> Option<Output> {
        let view = cluster.model().view();
        let is_gone = |(kind, namespace, name): &(Kind, String, String)| {
            let namespace = if kind.facts().namespaced { namespace.as_str() } else { "" };
            view.named(*kind, namespace, name).is_none()
        };
        self.gone.iter().all(is_gone).then(|| self.output.clone())
    }
}
