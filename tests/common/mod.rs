//! What the tests of whole clusters share: a cluster, its kubectl, its time.
//!
//! Must not know what is tested. Invariant: a command that fails ends the test.

use podium::cluster::{self, Cluster, Setup};
use podium::kubectl;

const STEPS_MAX: u64 = 1_000_000;

/// A cluster of so many nodes.
pub(crate) fn start(nodes: u32) -> Cluster {
    cluster::start(Setup { nodes, ..Setup::default() })
}

/// What a line of kubectl prints.
pub(crate) fn run(cluster: &mut Cluster, line: &str, stdin: Option<&str>) -> String {
    let limit = cluster.now().plus_seconds(100);
    let output = kubectl::execute(cluster, "default", &kubectl::split(line), stdin, limit);
    assert_eq!(output.code, 0, "{line}: {}", output.stderr);
    output.stdout
}

/// Lets time pass.
pub(crate) fn advance(cluster: &mut Cluster, seconds: u64) {
    let to = cluster.now().plus_seconds(seconds);
    assert!(cluster.run_until(to, STEPS_MAX));
}
