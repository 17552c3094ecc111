//! Scripts: commands with the times at which they are given.
//!
//! Must not know how they are carried out. Invariant: steps come out in order of time.

use std::rc::Rc;

use podium::api::core::Node;
use podium::api::{Body, Kind, Object, Propagation};
use podium::base::{SimTime, Str};
use podium::server::Action;
use podium::sim::Command;

use crate::moment;

/// What is done at a moment.
#[derive(Clone, Debug)]
pub(crate) enum Deed {
    /// A command to the cluster.
    Command(Command),
    /// The objects of a file are applied, without a word unless it is refused.
    Apply {
        /// The path.
        file: String,
        /// What stands in it.
        text: String,
    },
    /// A line of kubectl, with the files that it names.
    Kubectl {
        /// The line.
        line: String,
        /// Paths and texts.
        files: Vec<(String, String)>,
    },
}

/// Reads a script; a mistake is told as `file:line:column: …`.
pub(crate) fn read(file: &str) -> Result<Vec<(SimTime, Deed)>, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
    let mut steps = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let bare = line.split('#').next().unwrap_or_default().trim();
        if bare.is_empty() {
            continue;
        }
        if let Some((at, line)) = kubectl_line(line) {
            steps.push((at, Deed::Kubectl { files: files_of(line), line: line.to_owned() }));
            continue;
        }
        let words: Vec<&str> = bare.split_whitespace().collect();
        let step = step(&words).map_err(|(word, message)| {
            let column = words.get(word).and_then(|word| line.find(word)).unwrap_or(0) + 1;
            format!("{file}:{}:{column}: error: {message}", index + 1)
        })?;
        steps.push(step);
    }
    steps.sort_by_key(|(at, _)| *at);
    Ok(steps)
}

/// The moment and the words of a line such as `10s kubectl scale sts/db --replicas=5`.
fn kubectl_line(line: &str) -> Option<(SimTime, &str)> {
    let (at, rest) = line.trim().split_once(char::is_whitespace)?;
    let rest = rest.trim();
    let is_kubectl = rest == "kubectl" || rest.starts_with("kubectl ");
    Some((moment(at)?, rest)).filter(|_| is_kubectl)
}

/// The texts of all words, or values behind `=`, that name a file.
fn files_of(line: &str) -> Vec<(String, String)> {
    let words = podium::kubectl::split(line);
    let names = words.iter().flat_map(|word| {
        let value = word.split_once('=').map_or("", |(_, value)| value);
        let joined = word.strip_prefix("-f").unwrap_or_default();
        [word.as_str(), value, joined].into_iter().flat_map(|one| one.split(','))
    });
    names
        .filter(|name| !name.is_empty())
        .filter_map(|name| Some((name.to_owned(), std::fs::read_to_string(name).ok()?)))
        .collect()
}

type Mistake = (usize, String);

fn step(words: &[&str]) -> Result<(SimTime, Deed), Mistake> {
    let at = moment(words[0]).ok_or_else(|| (0, format!("{} is no time", words[0])))?;
    if words.get(1) == Some(&"apply") {
        let file = words.get(2).ok_or_else(|| (1, "a file is missing".to_owned()))?;
        let text =
            std::fs::read_to_string(file).map_err(|error| (2, format!("{file}: {error}")))?;
        return Ok((at, Deed::Apply { file: (*file).to_owned(), text }));
    }
    Ok((at, Deed::Command(command(words)?)))
}

/// The namespace and the name of `db-1` or `shop/db-1`.
fn named(word: &str) -> (Str, Str) {
    let (namespace, name) = word.split_once('/').unwrap_or(("default", word));
    (namespace.into(), name.into())
}

fn command(words: &[&str]) -> Result<Command, Mistake> {
    let word = |index: usize, what: &str| {
        words.get(index).copied().ok_or_else(|| (words.len() - 1, format!("{what} is missing")))
    };
    let kind = |index: usize| {
        let name = word(index, "a kind")?;
        Kind::from_resource(name).ok_or_else(|| (index, format!("{name} is no kind")))
    };
    Ok(match word(1, "a command")? {
        "delete" => {
            let kind = kind(2)?;
            let force = words.contains(&"--force");
            let (namespace, name) = named(word(3, "a name")?);
            Command::Delete {
                kind,
                namespace: if kind.facts().namespaced { namespace } else { "".into() },
                name,
                grace_seconds: force.then_some(0),
                propagation: Propagation::Background,
            }
        }
        "scale" => {
            let count = word(4, "a number of replicas")?;
            let count = count.strip_prefix("--replicas=").unwrap_or(count);
            let (namespace, name) = named(word(3, "a name")?);
            Command::Scale {
                kind: kind(2)?,
                namespace,
                name,
                replicas: count.parse().map_err(|_| (4, format!("{count} is no number")))?,
            }
        }
        "restart-manager" => Command::RestartManager,
        "fail" => Command::FailNode(word(2, "a node")?.into()),
        "recover" => Command::RecoverNode(word(2, "a node")?.into()),
        "cordon" => Command::Cordon(word(2, "a node")?.into(), true),
        "uncordon" => Command::Cordon(word(2, "a node")?.into(), false),
        "add" => {
            let node = Body::Node(Node::default());
            Command::AddNode(Rc::new(Object::new("", word(2, "a node")?, node)))
        }
        "remove" => Command::RemoveNode(word(2, "a node")?.into()),
        "ready" | "notready" => {
            let (namespace, pod) = named(word(2, "a Pod")?);
            Command::SetProbe { namespace, pod, is_ready: words[1] == "ready" }
        }
        "kill" => {
            let (namespace, pod) = named(word(2, "a Pod")?);
            Command::KillContainer { namespace, pod, container: word(3, "a container")?.into() }
        }
        other => {
            let known = "kubectl, apply, delete, scale, fail, recover, add, remove, cordon, \
                 uncordon, ready, notready and kill are known";
            return Err((1, format!("{other} is no command; {known}")));
        }
    })
}

/// A command in a few words.
pub(crate) fn describe(command: &Command) -> String {
    match command {
        Command::Ask(action) => describe_request(action),
        Command::Apply(objects) => format!("apply {} objects", objects.len()),
        Command::Scale { kind, name, replicas, .. } => {
            format!("scale {}/{name} to {replicas}", kind.printed())
        }
        Command::Delete { kind, name, .. } => format!("delete {}/{name}", kind.printed()),
        Command::FailNode(name) => format!("fail {name}"),
        Command::RecoverNode(name) => format!("recover {name}"),
        Command::KillNode(name) => format!("kill {name}"),
        Command::StartNode(name) => format!("start {name}"),
        Command::AddNode(object) => format!("add {}", object.meta.name),
        Command::RemoveNode(name) => format!("remove {name}"),
        Command::RestartManager => "restart the controller manager".to_owned(),
        Command::Cordon(name, true) => format!("cordon {name}"),
        Command::Cordon(name, false) => format!("uncordon {name}"),
        Command::HoldImage(node, image) => format!("hold {image} on {node}"),
        Command::Deal(_, _, name, _)
        | Command::DealRounds(name, _)
        | Command::DealBeats(name, _) => format!("deal {name}"),
        Command::Annotate(..) => "note".to_owned(),
        Command::KillContainer { pod, container, .. } => format!("kill {container} of {pod}"),
        Command::SetProbe { pod, is_ready: true, .. } => format!("ready {pod}"),
        Command::SetProbe { pod, is_ready: false, .. } => format!("notready {pod}"),
    }
}

fn describe_request(action: &Action) -> String {
    match action {
        Action::Create(object) => {
            format!("create {}/{}", object.kind().printed(), object.meta.name)
        }
        Action::Update(object, _) => {
            format!("update {}/{}", object.kind().printed(), object.meta.name)
        }
        Action::Patch(key, _) => format!("patch a {}", key.kind.printed()),
        Action::PatchTree { kind, name, .. } | Action::PatchNamed(kind, _, name, _) => {
            format!("patch {}/{name}", kind.printed())
        }
        Action::Delete(key, _) => format!("delete a {}", key.kind.printed()),
        Action::Evict(key, _) => format!("evict a {}", key.kind.printed()),
        Action::Bind(_, node) => format!("bind a pod to {node}"),
        Action::Note(note) => format!("tell {}", note.reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use podium::view::acts::Act;
    use podium::view::stage::StageAction;

    /// What a script does where the page did something on its stage.
    fn done(action: &StageAction) -> Vec<Command> {
        let Some(Act::Give(lines)) = Act::of_stage(action, "node-4") else {
            panic!("{action:?} is the cluster's business");
        };
        let read = |line: &String| {
            let words: Vec<&str> = ["1s"].into_iter().chain(line.split_whitespace()).collect();
            command(&words).unwrap_or_else(|(_, why)| panic!("{line}: {why}"))
        };
        lines.iter().map(read).collect()
    }

    #[test]
    fn what_the_page_notes_is_what_a_script_does() {
        let delete = |kind, namespace: &str, name: &str, grace_seconds| Command::Delete {
            kind,
            namespace: namespace.into(),
            name: name.into(),
            grace_seconds,
            propagation: Propagation::Background,
        };
        let pod = |namespace: &str, is_forced| StageAction::DeletePod {
            namespace: namespace.into(),
            name: "db-1".into(),
            is_forced,
        };
        assert_eq!(done(&pod("default", false)), [delete(Kind::Pod, "default", "db-1", None)]);
        assert_eq!(done(&pod("shop", true)), [delete(Kind::Pod, "shop", "db-1", Some(0))]);
        let scale = StageAction::Scale {
            kind: "StatefulSet".into(),
            namespace: "shop".into(),
            name: "db".into(),
            replicas: 5,
        };
        let wanted = Command::Scale {
            kind: Kind::StatefulSet,
            namespace: "shop".into(),
            name: "db".into(),
            replicas: 5,
        };
        assert_eq!(done(&scale), [wanted]);
        let removed = [Command::RemoveNode("n".into()), delete(Kind::Node, "", "n", None)];
        assert_eq!(done(&StageAction::RemoveNode("n".into())), removed);
        let node = Object::new("", "node-4", Body::Node(Node::default()));
        assert_eq!(done(&StageAction::AddNode), [Command::AddNode(Rc::new(node))]);
        assert_eq!(
            done(&StageAction::Cordon("n".into(), false)),
            [Command::Cordon("n".into(), false)]
        );
        assert_eq!(done(&StageAction::FailNode("n".into())), [Command::FailNode("n".into())]);
        let (namespace, pod) = (Str::from("default"), Str::from("db-1"));
        let probe = StageAction::SetReady {
            namespace: "default".into(),
            pod: "db-1".into(),
            is_ready: false,
        };
        assert_eq!(done(&probe), [Command::SetProbe { namespace, pod, is_ready: false }]);
    }
}
