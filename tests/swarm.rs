//! Random runs: every property holds after every event, and equal seeds give equal runs.

use podium::kubectl::Reader;
use podium::swarm::{self, Scenario};

/// Seeds that every run of the tests tries; `podium swarm --seeds N` tries as many as asked.
const SEEDS: u64 = 200;

#[test]
fn every_property_holds_over_random_clusters_and_faults() {
    let reader = Reader::default();
    let mut broken = Vec::new();
    for seed in 1..=SEEDS {
        if let Some(found) = swarm::run(&Scenario::of(seed, &reader)).violation {
            broken.push(format!("seed {seed}: {}: {}", found.property, found.what));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn equal_seeds_give_equal_runs() {
    let reader = Reader::default();
    for seed in [3, 77, 4_096] {
        let run = || swarm::run(&Scenario::of(seed, &reader)).cluster.digest();
        assert_eq!(run(), run(), "seed {seed}");
    }
}
