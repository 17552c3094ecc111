//! `podium swarm`: many random runs, and the story of the first that breaks a property.
//!
//! Must not know what a property says. Invariant: what is printed names the seed and the
//! command that repeats it.

use std::process::ExitCode;

use podium::kubectl::Reader;
use podium::swarm::{self, Scenario};
use podium::view::scene;
use podium::view::transport::stamp;
use podium::view::words::Lang;

/// Entries of the trace that are shown with a failure.
const SHOWN: usize = 30;

struct Options {
    seeds: u64,
    from: u64,
    jobs: u64,
    is_told: bool,
}

fn options(words: &[String]) -> Result<Options, String> {
    let mut options = Options { seeds: 100, from: 1, jobs: 2, is_told: false };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut number = || {
            let text = words.next().ok_or_else(|| format!("{word} needs a number"))?;
            text.parse::<u64>().map_err(|_| format!("{text} is no number"))
        };
        match word.as_str() {
            "--seeds" => options.seeds = number()?,
            "--from" => options.from = number()?,
            "--jobs" => options.jobs = number()?.max(1),
            "--tell" => options.is_told = true,
            other => return Err(format!("{other} is no option of swarm")),
        }
    }
    Ok(options)
}

/// Runs the seeds and tells what they came to.
pub(crate) fn swarm(words: &[String]) -> ExitCode {
    let options = match options(words) {
        Ok(options) => options,
        Err(message) => {
            eprintln!("podium: {message}");
            return ExitCode::from(2);
        }
    };
    let part = |job: u64| {
        let reader = Reader::default();
        let seeds = options.from..options.from + options.seeds;
        let own = seeds.filter(|seed| seed % options.jobs == job);
        own.map(|seed| one(seed, &reader, options.is_told)).fold((0, 0, 0), |sum, one| {
            (sum.0 + u64::from(one.0), sum.1 + u64::from(!one.0), sum.2 + one.1)
        })
    };
    let sums: Vec<(u64, u64, u64)> = std::thread::scope(|scope| {
        let jobs: Vec<_> = (0..options.jobs).map(|job| scope.spawn(move || part(job))).collect();
        jobs.into_iter().map(|job| job.join().unwrap_or((0, 1, 0))).collect()
    });
    let sum = sums.iter().fold((0, 0, 0), |a, b| (a.0 + b.0, a.1 + b.1, a.2 + b.2));
    println!("{} events", sum.2);
    println!("{} passed, {} failed", sum.0, sum.1);
    ExitCode::from(u8::from(sum.1 > 0))
}

/// Runs one seed; whether every property held, and how many events it took.
fn one(seed: u64, reader: &Reader, is_told: bool) -> (bool, u64) {
    let scenario = Scenario::of(seed, reader);
    let outcome = swarm::run(&scenario);
    let Some(violation) = &outcome.violation else { return (true, outcome.events) };
    let mut text = format!("seed {seed}: {}: {}\n", violation.property, violation.what);
    if is_told {
        for (at, one) in scenario.moves() {
            let line = format!("    {:>9}  {one:?}\n", stamp(at.0));
            text.push_str(&line);
        }
    }
    let told: Vec<String> = outcome
        .cluster
        .trace()
        .iter()
        .rev()
        .filter_map(|entry| {
            let (actor, sentence) = scene::sentence(&outcome.cluster, entry, Lang::En)?;
            Some(format!("    {:>9}  {actor:<24} {sentence}\n", stamp(entry.at.0)))
        })
        .take(SHOWN)
        .collect();
    text.extend(told.into_iter().rev());
    println!("{text}    repeat it: podium swarm --from {seed} --seeds 1 --tell");
    (false, outcome.events)
}
