//! Random clusters, workloads and faults, and what must hold after every event of each.
//!
//! Must not know traces of real clusters. Invariant: a run follows from its seed alone, so that
//! a failure replays from it.

mod invariants;
mod scenario;

pub use invariants::{Invariants, Violation};
pub use scenario::{Move, Scenario};

use std::rc::Rc;

use crate::base::{SECOND_US, SimTime};
use crate::cluster::{self, Cluster};
use crate::sim::Command;

/// Events that one run may take: a loop must not hang the swarm.
const EVENTS_MAX: u64 = 400_000;
/// Events after which what was on its way has arrived.
const SETTLING_MAX: u32 = 20_000;
/// How long a cluster is left alone after the last fault: longer than five minutes of
/// toleration and six of a forced detach.
const REST_US: u64 = 900 * SECOND_US;

/// What became of one seed.
pub struct Outcome {
    /// What was broken first, if anything.
    pub violation: Option<Violation>,
    /// The run, up to that moment.
    pub cluster: Cluster,
    /// How many events it took.
    pub events: u64,
}

/// Runs the scenario of a seed and looks at every event.
pub fn run(scenario: &Scenario) -> Outcome {
    let mut cluster = cluster::start(scenario.setup());
    let mut invariants = Invariants::default();
    let violation = drive(scenario, &mut cluster, &mut invariants).err();
    Outcome { violation, events: cluster.events(), cluster }
}

fn drive(
    scenario: &Scenario,
    cluster: &mut Cluster,
    invariants: &mut Invariants,
) -> Result<(), Violation> {
    for (at, command) in scenario.commands() {
        run_until(cluster, at, invariants)?;
        // What the server refuses is part of the run.
        let _ = cluster.submit(command);
        invariants.look(cluster)?;
    }
    for command in scenario.repairs() {
        let _ = cluster.submit(command);
    }
    let end = cluster.now().plus_us(REST_US);
    run_until(cluster, end, invariants)?;
    settle(cluster, invariants)?;
    invariants.at_rest(cluster)
}

/// Lets what is on its way arrive: a program that crashes again and again may have done so just
/// now.
fn settle(cluster: &mut Cluster, invariants: &mut Invariants) -> Result<(), Violation> {
    for _ in 0..SETTLING_MAX {
        if !cluster.model().is_in_flight() {
            return Ok(());
        }
        cluster.step();
        invariants.look(cluster)?;
    }
    Err(Violation::new("comes_to_rest", "something is on its way all the time"))
}

fn run_until(
    cluster: &mut Cluster,
    to: SimTime,
    invariants: &mut Invariants,
) -> Result<(), Violation> {
    while cluster.next_at().is_some_and(|at| at <= to) {
        cluster.step();
        invariants.look(cluster)?;
        if cluster.events() > EVENTS_MAX {
            return Err(Violation::new("comes_to_rest", "the run takes too many events"));
        }
    }
    cluster.run_until(to, 1);
    Ok(())
}

/// A command that applies objects.
fn apply(objects: Vec<crate::api::Object>) -> Command {
    Command::Apply(Rc::new(objects))
}
