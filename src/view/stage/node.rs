//! A node's column: its name, its condition and what is left of it.
//!
//! Owns plain data only. Invariant: usage is what the scheduler counts, the requests of the Pods
//! that are bound to the node.

use super::{ObjectRef, Text};
use std::collections::BTreeSet;

/// A node's condition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NodeState {
    /// Its kubelet reports, and it takes Pods.
    #[default]
    Ready,
    /// Its kubelet is silent or says that it isn't ready.
    NotReady,
    /// It runs its Pods and takes no new ones.
    Cordoned,
    /// It takes no new Pods and is being emptied.
    Draining,
    /// A person declared that it is down for good.
    OutOfService,
}

impl NodeState {
    /// The value of the `data-status` attribute.
    pub const fn name(self) -> &'static str {
        match self {
            NodeState::Ready => "ready",
            NodeState::NotReady | NodeState::OutOfService => "notready",
            NodeState::Cordoned => "cordoned",
            NodeState::Draining => "draining",
        }
    }

    /// Whether nothing on the node can be relied on.
    pub const fn is_lost(self) -> bool {
        matches!(self, NodeState::NotReady | NodeState::OutOfService)
    }
}

/// How much of a resource is asked for, of how much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Usage {
    /// The sum of the requests, in the resource's base unit.
    pub used: u64,
    /// What may be asked for.
    pub allocatable: u64,
}

impl Usage {
    /// The used part in percent, at most 100.
    pub fn percent(self) -> u32 {
        let used = u128::from(self.used.min(self.allocatable)) * 100;
        let percent = used.checked_div(u128::from(self.allocatable)).unwrap_or(0);
        u32::try_from(percent).unwrap_or(100)
    }
}

/// A node that is being emptied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DrainView {
    /// How many Pods are gone.
    pub gone: u32,
    /// How many were asked to go.
    pub of: u32,
    /// The Pod that may not go yet.
    pub held: Option<Text>,
    /// Why it may not, in the server's words.
    pub why: Option<Text>,
}

impl DrainView {
    /// What kubectl printed of a drain, read back: what it asked, what went, and what was refused
    /// last and is still there.
    pub fn of_output(stdout: &str, stderr: &str) -> Self {
        let name = |line: &str, before: &str| {
            let rest = line.strip_prefix(before)?;
            Some(rest.rsplit('/').next().unwrap_or(rest).to_owned())
        };
        let asked: BTreeSet<&str> =
            stdout.lines().filter_map(|line| line.strip_prefix("evicting pod ")).collect();
        let gone: Vec<String> = stdout
            .lines()
            .filter_map(|line| name(line.strip_suffix(" evicted")?, "pod/"))
            .collect();
        // `error when evicting pods/"db-1" -n "default" (will retry after 5s): why`
        let refused = stderr.lines().rev().find_map(|line| {
            let rest = line.strip_prefix("error when evicting pods/\"")?;
            let (pod, rest) = rest.split_once('"')?;
            let why = rest.split_once("): ").map_or(rest, |(_, why)| why);
            Some((pod, why))
        });
        let held = refused.filter(|(pod, _)| !gone.iter().any(|one| one == pod));
        let count = |amount: usize| u32::try_from(amount).unwrap_or(u32::MAX);
        Self {
            gone: count(gone.len()),
            of: count(asked.len()),
            held: held.map(|(pod, _)| pod.into()),
            why: held.map(|(_, why)| why.into()),
        }
    }
}

/// A node's column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeView {
    /// The node's name.
    pub name: Text,
    /// Its condition as the cluster knows it.
    pub state: NodeState,
    /// How long it has been in that condition, in whole seconds; shown while it is not ready.
    pub since_s: Option<u64>,
    /// Whether the machine is down, which the cluster may not know yet.
    pub failed: bool,
    /// Whether it takes no new Pods because a person said so.
    pub is_cordoned: bool,
    /// Whether a person tainted it for maintenance, which makes its Pods leave.
    pub is_evicting: bool,
    /// Whether a person declared it out of service.
    pub is_written_off: bool,
    /// The taints that a person put on it, as `key=value:Effect`.
    pub taints: Vec<Text>,
    /// How far a drain of it has come, while one is under way.
    pub drain: Option<DrainView>,
    /// Its Pods' addresses.
    pub cidr: Text,
    /// CPU in thousandths of a core.
    pub cpu: Usage,
    /// Memory in bytes.
    pub memory: Usage,
}

impl NodeView {
    /// The node as an object to select.
    pub fn object(&self) -> ObjectRef {
        ObjectRef::new("Node", "", &self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::DrainView;

    #[test]
    fn a_drain_tells_who_is_gone_and_whom_a_budget_holds() {
        let stdout = "node/node-1 cordoned\nevicting pod default/db-1\nevicting pod default/web-a\n\
                      pod/web-a evicted\nevicting pod default/db-1\n";
        let why = "Cannot evict pod as it would violate the pod's disruption budget.";
        let stderr = format!(
            "Warning: ignoring DaemonSet-managed Pods: x\nerror when evicting pods/\"db-1\" -n \
             \"default\" (will retry after 5s): {why}\n"
        );
        let drain = DrainView::of_output(stdout, &stderr);
        assert_eq!((drain.gone, drain.of), (1, 2));
        assert_eq!((drain.held.as_deref(), drain.why.as_deref()), (Some("db-1"), Some(why)));
        let after = DrainView::of_output(&format!("{stdout}pod/db-1 evicted\n"), &stderr);
        assert_eq!((after.gone, after.of, after.held), (2, 2, None));
    }
}
