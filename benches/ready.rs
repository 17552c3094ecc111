//! How long a cluster takes until all Pods are ready, beside a bare binary heap.
//!
//! Measures wall time; must not decide anything. Invariant: every run ends with all Pods ready.

#![allow(clippy::print_stdout, reason = "a bench prints")]

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use podium::api::Kind;
use podium::base::{Seed, SimTime};
use podium::cluster::{self, Setup};
use podium::kubectl::Reader;
use podium::sim::Command;

/// Pods of one Deployment; larger clusters have more of them.
const PODS_EACH: u32 = 100;

fn manifest(pods: u32) -> String {
    let one = |number: u32| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web-{number}}}\nspec:\n  \
             replicas: {PODS_EACH}\n  selector: {{matchLabels: {{app: web-{number}}}}}\n  \
             template:\n    metadata: {{labels: {{app: web-{number}}}}}\n    spec:\n      \
             containers: [{{name: app, image: 'nginx:1.27'}}]\n---\n"
        )
    };
    (0..pods / PODS_EACH).map(one).collect()
}

/// The peak of resident memory so far, in megabytes, where the system tells it.
fn peak_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    let kb = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kb.unwrap_or(0) / 1_024
}

fn measure(pods: u32, nodes: u32) -> Duration {
    let objects = Reader::default().read(&manifest(pods)).expect("the manifest is valid");
    let started = Instant::now();
    let mut cluster = cluster::start(Setup { nodes, ..Setup::default() });
    let _ = cluster.submit(Command::Apply(Rc::new(objects)));
    assert!(cluster.run_until(SimTime::from_seconds(1_200), u64::MAX));
    let took = started.elapsed();
    let table = cluster.model().view().table(Kind::Pod);
    let ready = table.iter().filter(|one| one.pod().is_some_and(podium::api::pod::Pod::is_ready));
    assert_eq!(u32::try_from(ready.count()), Ok(pods), "every Pod is ready");
    let events = cluster.events();
    let peak_mb = peak_mb();
    // How many wait in the heap is nowhere said, and it decides what the heap takes.
    let (few, all) = (heap_time(events, u64::from(pods)), heap_time(events, events));
    println!(
        "{pods:>6} Pods, {nodes:>3} nodes: {events:>8} events, {:>9.1} ms, {:>6.2} us an event, \
         heap with {pods} waiting {:>7.1} ms ({:.1} times), pushed and then popped {:>7.1} ms \
         ({:.1} times), peak {peak_mb} MB",
        took.as_secs_f64() * 1e3,
        took.as_secs_f64() * 1e6 / f64::from(u32::try_from(events).unwrap_or(u32::MAX)),
        few.as_secs_f64() * 1e3,
        took.as_secs_f64() / few.as_secs_f64(),
        all.as_secs_f64() * 1e3,
        took.as_secs_f64() / all.as_secs_f64(),
    );
    took
}

/// What an event is to a bare heap: as many bytes as the engine's own.
type Event = [u64; cluster::EVENT_BYTES / 8];

/// An entry by moment, then by arrival, as the engine's queue has it.
struct Entry {
    at: u64,
    order: u64,
    _event: Event,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Entry) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Entry) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Entry) -> Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

/// A bare heap that holds `waiting` events while as many as the engine's pass through it.
fn heap_time(events: u64, waiting: u64) -> Duration {
    let mut rng = Seed(1).stream("heap", 0);
    let mut heap: BinaryHeap<Reverse<Entry>> = BinaryHeap::new();
    let started = Instant::now();
    for order in 0..events {
        heap.push(Reverse(Entry { at: rng.next_u64(), order, _event: Event::default() }));
        if order >= waiting {
            std::hint::black_box(heap.pop());
        }
    }
    while let Some(entry) = heap.pop() {
        std::hint::black_box(entry);
    }
    started.elapsed()
}

fn main() {
    // `cargo bench --bench ready -- 300` measures that size alone.
    let only: Option<u32> = std::env::args().skip(1).find_map(|word| word.parse().ok());
    let mut before: Option<Duration> = None;
    for (pods, nodes) in [(300, 3), (1_000, 500), (10_000, 500)] {
        if only.is_some_and(|only| only != pods) {
            continue;
        }
        let took = measure(pods, nodes);
        if let Some(before) = before.filter(|_| pods == 10_000) {
            let times = took.as_secs_f64() / before.as_secs_f64();
            println!("ten times the Pods take {times:.1} times as long (aim: 12)");
        }
        before = Some(took);
    }
}
