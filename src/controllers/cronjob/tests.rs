//! CronJobs on a store made for them, Jobs ending when the test says so.

use super::*;
use crate::api::defaults;
use crate::api::pod::{Condition, Truth};
use crate::base::Seed;
use crate::server::{Outcome, Server};
use crate::sim::Step;

struct Bench {
    server: Server,
    rests: Rests,
    now: SimTime,
}

impl Bench {
    /// One that was made thirty seconds past midnight.
    fn new(spec: &str) -> Bench {
        let text = format!(
            r#"{{"spec":{{{spec}"jobTemplate":{{"metadata":{{"labels":{{"app":"tick"}}}},"spec":{{
                "template":{{"spec":{{"restartPolicy":"Never","containers":[{{"name":"c",
                "image":"i"}}]}}}}}}}}}}}}"#
        );
        let body = Body::CronJob(serde_json::from_str(&text).expect("valid"));
        let mut object = Object::new("default", "tick", body);
        defaults::fill(&mut object);
        let (server, rests) = (Server::new(Seed(1)), Rests::default());
        let mut bench = Bench { server, rests, now: SimTime::from_seconds(30) };
        bench.execute(&Action::Create(Rc::new(object)));
        bench
    }

    fn execute(&mut self, action: &Action) -> Outcome {
        self.server.execute(action, self.now).expect("accepted")
    }

    fn object(&self) -> &Rc<Object> {
        self.server.view().named(Kind::CronJob, "default", "tick").expect("it is there")
    }

    fn status(&self) -> CronJobStatus {
        self.object().cron_job().expect("a CronJob").status.clone()
    }

    /// Looks at a moment until nothing is left to do; what was told, and when to look next.
    fn at(&mut self, seconds: u64) -> (Vec<String>, Option<u64>) {
        self.now = SimTime(seconds * 1_000_000 + DELTA_US);
        let mut told = Vec::new();
        for _ in 0..5 {
            let key = Key { kind: Kind::CronJob, id: self.object().meta.id };
            let plan = reconcile(key, self.server.view(), &self.rests, self.now);
            if !plan.steps.iter().any(|step| match step {
                Step::One(one) => !matches!(one.action, Action::Note(_)),
                _ => true,
            }) && !told.is_empty()
            {
                return (told, plan.requeue_us.map(|us| us / 1_000_000));
            }
            for step in &plan.steps {
                let Step::One(request) = step else { panic!("one by one") };
                let done = self.execute(&request.action);
                let note = match (&request.action, done) {
                    (Action::Note(note), _) => Some(note.message.to_string()),
                    (_, Outcome::Created(made)) => {
                        let note = request.then.as_ref();
                        note.map(|note| note.message.replace("{}", &made.meta.name))
                    }
                    _ => request.then.as_ref().map(|note| note.message.to_string()),
                };
                told.extend(note);
            }
            if plan.steps.is_empty() {
                return (told, plan.requeue_us.map(|us| us / 1_000_000));
            }
        }
        (told, None)
    }

    fn jobs(&self) -> Vec<Rc<Object>> {
        self.server.view().table(Kind::Job).iter().cloned().collect()
    }

    /// The newest Job ends.
    fn end(&mut self, kind: &str) {
        let mut job = Object::clone(self.jobs().last().expect("a Job"));
        job.meta.resource_version = 0;
        let now = self.now;
        let status = &mut job.job_mut().expect("a Job").status;
        status.start_time = Some(now);
        status.completion_time = (kind == "Complete").then_some(now);
        status.conditions.push(Condition {
            kind: kind.into(),
            status: Truth::True,
            ..Condition::default()
        });
        self.execute(&Action::Update(Rc::new(job), Part::Status));
    }
}

/// The first minute of 2026, counted from 1970.
const MINUTE: u64 = EPOCH_UNIX_SECONDS / 60;

#[test]
fn a_job_starts_at_its_moment_and_is_listed_until_it_is_over() {
    let mut bench = Bench::new(r#""schedule":"* * * * *","#);
    assert_eq!(bench.at(31), (vec![], Some(29)));
    let name = format!("tick-{}", MINUTE + 1);
    assert_eq!(bench.at(60), (vec![format!("Created job {name}")], Some(60)));
    let job = bench.jobs()[0].clone();
    assert_eq!(*job.meta.name, *name);
    assert_eq!(job.meta.label("app").map(|one| &**one), Some("tick"));
    let scheduled = job.meta.annotation(SCHEDULED).map(|one| &**one);
    assert_eq!(scheduled, Some("2026-01-01T00:01:00Z"));
    let status = bench.status();
    assert_eq!(status.last_schedule_time, Some(SimTime::from_seconds(60)));
    assert_eq!(status.active.iter().map(|one| &*one.name).collect::<Vec<_>>(), [&*name]);
    assert!(bench.at(75).0.is_empty(), "once is enough");
    bench.end("Complete");
    assert_eq!(bench.at(80).0, [format!("Saw completed job: {name}, condition: Complete")]);
    let status = bench.status();
    assert!(status.active.is_empty());
    assert_eq!(status.last_successful_time, Some(SimTime::from_seconds(75).plus_us(DELTA_US)));
}

#[test]
fn policies_let_jobs_run_side_by_side_wait_or_make_way() {
    let prior = "Not starting job because prior execution is running and concurrency policy is \
                 Forbid";
    let (first, second) = (format!("tick-{}", MINUTE + 1), format!("tick-{}", MINUTE + 2));
    for (policy, told) in [
        ("Allow", vec![format!("Created job {second}")]),
        ("Forbid", vec![prior.to_owned()]),
        ("Replace", vec![format!("Deleted job {first}"), format!("Created job {second}")]),
    ] {
        let spec = format!(r#""schedule":"* * * * *","concurrencyPolicy":"{policy}","#);
        let mut bench = Bench::new(&spec);
        bench.at(60);
        assert_eq!(bench.at(120).0, told, "{policy}");
        let running = if policy == "Allow" { 2 } else { 1 };
        assert_eq!(bench.status().active.len(), running, "{policy}");
    }
}

#[test]
fn the_oldest_jobs_that_are_over_go() {
    let spec =
        r#""schedule":"* * * * *","successfulJobsHistoryLimit":1,"failedJobsHistoryLimit":0,"#;
    let mut bench = Bench::new(spec);
    for (minute, kind) in [(1, "Complete"), (2, "Failed"), (3, "Complete")] {
        bench.at(minute * 60);
        bench.end(kind);
        bench.at(minute * 60 + 20);
    }
    bench.at(201);
    let left: Vec<String> = bench.jobs().iter().map(|one| one.meta.name.to_string()).collect();
    assert_eq!(left, [format!("tick-{}", MINUTE + 3)]);
}

#[test]
fn what_comes_too_late_starts_nothing_and_of_several_moments_the_latest_counts() {
    let mut bench = Bench::new(r#""schedule":"*/10 * * * *","startingDeadlineSeconds":20,"#);
    assert_eq!(bench.at(700), (vec![], Some(500)), "ten minutes are long past");
    let mut bench = Bench::new(r#""schedule":"* * * * *","#);
    assert_eq!(bench.at(310).0, [format!("Created job tick-{}", MINUTE + 5)]);
    let mut bench = Bench::new(r#""schedule":"* * * * *","#);
    let many = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or \
                check clock skew";
    assert_eq!(bench.at(60 * 200).0[0], many);
}

#[test]
fn a_job_by_hand_is_told_of_and_a_suspended_schedule_starts_none() {
    let mut bench = Bench::new(r#""schedule":"* * * * *","suspend":true,"#);
    assert_eq!(bench.at(60), (vec![], None));
    let job = serde_json::from_str(
        r#"{"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c",
            "image":"i"}]}}}}"#,
    );
    let mut object = Object::new("default", "hand", Body::Job(job.expect("valid")));
    object.meta.owner_references = Rc::new(vec![bench.object().owner_reference()]);
    bench.execute(&Action::Create(Rc::new(object)));
    let text = "Saw a job that the controller did not create or forgot: hand";
    assert_eq!(bench.at(61).0, [text]);
}

#[test]
fn another_schedule_counts_from_its_next_moment() {
    let mut bench = Bench::new(r#""schedule":"0 0 1 1 *","#);
    bench.now = SimTime::from_seconds(630);
    let old = bench.object().clone();
    let mut new = Object::clone(&old);
    if let Some(body) = new.cron_job_mut() {
        Rc::make_mut(&mut body.spec).schedule = "*/10 * * * *".into();
    }
    bench.execute(&Action::Update(Rc::new(new), Part::Spec));
    let change = Change {
        revision: 1,
        kind: Kind::CronJob,
        old: Some(old),
        new: Some(bench.object().clone()),
    };
    let (mut keys, view) = (Vec::new(), bench.server.view().clone());
    wake(&change, &view, &mut bench.rests, bench.now, &mut keys);
    assert_eq!(bench.at(631), (vec![], Some(569)));
    assert_eq!(bench.at(1_200).0, [format!("Created job tick-{}", MINUTE + 20)]);
}

#[test]
fn a_cron_job_reads_back_as_it_was_written() {
    let bench = Bench::new(r#""schedule":"@daily","#);
    let tree = crate::api::encode::encode(bench.object());
    let job = tree.at("spec").and_then(|spec| spec.at("jobTemplate")).expect("a template");
    assert_eq!(job.at("metadata").and_then(|one| one.at("name")), None);
    let pod = job.at("spec").and_then(|spec| spec.at("template")?.at("metadata")).cloned();
    assert_eq!(pod.and_then(|one| one.at("name").cloned()), None);
    let again = crate::api::decode::whole(&tree).expect("an object");
    assert_eq!(again.body, bench.object().body);
}
