//! kubectl's words against the recorded ones: every step of a recording, to the letter.
//!
//! What differs between any two runs (addresses, ages, UIDs, random suffixes, moments) is made
//! the same on both sides before they are compared.

use std::path::Path;
use std::rc::Rc;

use podium::api::core::Namespace;
use podium::api::{Body, Object};
use podium::base::SimTime;
use podium::cluster::{self, Cluster, Setup};
use podium::kubectl;
use podium::server::Action;
use podium::sim::Command;
use serde_json::Value;

const RECORDING: &str = "tests/conformance/20_kubectl_errors.r1.json";
/// Steps that a run may take between two steps of the recording.
const STEPS_MAX: u64 = 1_000_000;

fn recording() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(RECORDING);
    let text = std::fs::read_to_string(path).expect("the recording is there");
    serde_json::from_str(&text).expect("it is JSON")
}

fn start(namespace: &str) -> Cluster {
    let mut cluster = cluster::start(Setup::default());
    let object = Object::new("", namespace, Body::Namespace(Namespace::default()));
    let ask = Command::Ask(Rc::new(Action::Create(Rc::new(object))));
    cluster.submit(ask).expect("it is new");
    cluster
}

/// A moment of the recording, in the cluster's time.
fn moment(seconds: &Value) -> SimTime {
    let text = seconds.to_string();
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let whole: u64 = whole.parse().unwrap_or(0);
    let part: u64 = format!("{part:0<6}").get(..6).and_then(|part| part.parse().ok()).unwrap_or(0);
    SimTime(whole * 1_000_000 + part)
}

#[test]
fn every_step_prints_what_was_recorded() {
    let recording = recording();
    let namespace = recording["namespace"].as_str().expect("a text");
    let mut cluster = start(namespace);
    let (mut all, mut report) = (0, Vec::new());
    for step in recording["steps"].as_array().expect("a list") {
        let Some(line) = step["cmd"].as_str() else { continue };
        cluster.run_until(moment(&step["t"]).max(cluster.now()), STEPS_MAX);
        let stdin = step["stdin"].as_str().or(step["manifest"].as_str());
        let limit = cluster.now().plus_seconds(100);
        let words = kubectl::split(line);
        let output = kubectl::execute(&mut cluster, namespace, &words, stdin, limit);
        all += 1;
        let text = |key: &str| normal(step[key].as_str().unwrap_or_default());
        let number = step["i"].as_u64().expect("a number");
        for (what, is, was) in [
            ("exit code", output.code.to_string(), step["rc"].to_string()),
            ("stdout", normal(&output.stdout), text("stdout")),
            ("stderr", normal(&output.stderr), text("stderr")),
        ] {
            if is != was {
                report.push(format!(
                    "step {number}: {line}\n--- {what} is\n{is}\n--- but was\n{was}\n"
                ));
            }
        }
        cluster.run_until(moment(&step["t_end"]).max(cluster.now()), STEPS_MAX);
    }
    assert!(all > 100, "there is something to compare");
    assert!(report.is_empty(), "{}", report.join("\n"));
}

/// A text without what any two runs differ in.
fn normal(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let indent = line.len() - line.trim_start().len();
        let words: Vec<String> = line.split_whitespace().map(normal_word).collect();
        format!("{}{}\n", &line[..indent], words.join(" "))
    });
    lines.collect()
}

fn normal_word(word: &str) -> String {
    let bare = word.trim_matches(['"', ',', ':']);
    let fit = [
        (is_address(bare), "ADDRESS"),
        (is_age(bare), "AGE"),
        (is_uid(bare), "UID"),
        (is_moment(bare), "MOMENT"),
    ];
    if let Some((_, name)) = fit.into_iter().find(|(fits, _)| *fits) {
        return word.replace(bare, name);
    }
    let parts: Vec<String> = word.split('/').map(without_random).collect();
    parts.join("/")
}

fn is_address(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    parts.len() == 4 && parts.iter().all(|part| part.parse::<u8>().is_ok())
}

fn is_age(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
        && word.ends_with(['s', 'm', 'h', 'd'])
        && word.chars().all(|c| c.is_ascii_digit() || "smhd".contains(c))
}

fn is_uid(word: &str) -> bool {
    let lengths: Vec<usize> = word.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && word.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
}

fn is_moment(word: &str) -> bool {
    let is_date = word.len() >= 10 && word.get(4..5) == Some("-") && word.get(7..8) == Some("-");
    let is_clock = word.get(2..3) == Some(":") && word.get(5..6) == Some(":");
    let is_inner = |c: char| c.is_ascii_digit() || "-:.TZ".contains(c);
    (is_date || is_clock) && word.chars().all(is_inner)
}

/// A name without the hash and the suffix of a Pod, or the number of a folder.
fn without_random(name: &str) -> String {
    for folder in ["LIVE-", "MERGED-"] {
        if name.starts_with(folder) {
            return format!("{folder}N");
        }
    }
    let (start, rest) = name.split_at(name.find(|c: char| c != '"').unwrap_or(0));
    let (inner, end) = rest.split_at(rest.rfind(|c: char| c != '"').map_or(0, |at| at + 1));
    let parts: Vec<&str> = inner.split('-').collect();
    let is_hash = |part: &str| {
        (8..=10).contains(&part.len()) && part.chars().all(|c| "456789bcdf".contains(c))
    };
    match parts.as_slice() {
        [first @ .., hash, suffix] if is_hash(hash) && suffix.len() == 5 => {
            format!("{start}{}-HASH-SUFFIX{end}", first.join("-"))
        }
        _ => name.to_owned(),
    }
}

#[test]
fn only_what_differs_between_runs_is_made_the_same() {
    assert_eq!(normal("a  10.96.1.2  53s\n"), "a ADDRESS AGE\n");
    assert_eq!(
        normal("  pod \"q-5cf55c5f97-7nxvl\" deleted\n"),
        "  pod \"q-HASH-SUFFIX\" deleted\n"
    );
    assert_eq!(normal("--- LIVE-26/x\t2026-11-22 08:49:57.106934261 +0000\n").lines().count(), 1);
    assert_ne!(normal("replicas: 2"), normal("replicas: 3"));
    assert_ne!(normal("pods \"a\""), normal("pods \"b\""));
}

fn say(cluster: &mut Cluster, line: &str) -> kubectl::Output {
    let limit = cluster.now().plus_seconds(30);
    kubectl::execute(cluster, "default", &kubectl::split(line), None, limit)
}

fn with_web() -> Cluster {
    let mut cluster = cluster::start(Setup::default());
    let output = say(&mut cluster, "kubectl create deployment web --image=nginx:1 --replicas=2");
    assert_eq!(output.code, 0, "{}", output.stderr);
    cluster.run_until(SimTime::from_seconds(10), STEPS_MAX);
    cluster
}

#[test]
fn a_watch_prints_a_row_for_every_change_and_keeps_its_columns() {
    let mut cluster = with_web();
    let words = kubectl::split("kubectl get pods -w");
    let mut watch = kubectl::Run::start(&mut cluster, "default", &words, None);
    assert_eq!(watch.stdout().lines().count(), 3, "{}", watch.stdout());
    say(&mut cluster, "kubectl scale deployment web --replicas=1");
    let end = cluster.now().plus_seconds(10);
    while let Some(at) = cluster.next_at().filter(|at| *at <= end) {
        kubectl::step_to(&mut cluster, at);
        assert!(watch.poll(&mut cluster).is_none(), "a watch goes on");
    }
    let lines: Vec<&str> = watch.stdout().lines().collect();
    let new = &lines[3..];
    assert!(new[0].contains("Terminating"), "{lines:?}");
    assert!(new.iter().any(|line| line.contains("Completed")), "{lines:?}");
    let column = lines[0].find("READY").expect("a heading");
    assert!(lines.iter().all(|line| &line[column - 1..column] == " "), "{lines:?}");
}

#[test]
fn events_tells_of_one_object_or_of_none() {
    let mut cluster = with_web();
    let output = say(&mut cluster, "kubectl events --for deployment/web");
    let words: Vec<Vec<&str>> =
        output.stdout.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(words[0], ["LAST", "SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"]);
    assert_eq!(words[1][1..4], ["Normal", "ScalingReplicaSet", "Deployment/web"]);
    assert_eq!(words.len(), 2);
    let output = say(&mut cluster, "kubectl events --types=Warning");
    assert_eq!(output.stderr, "No events found in default namespace.\n");
    let output = say(&mut cluster, "kubectl events --for web");
    assert_eq!(output.stderr, "error: --for must be in resource/name form\n");
}

#[test]
fn selectors_and_accounts_are_set() {
    let mut cluster = with_web();
    say(&mut cluster, "kubectl expose deployment web --port=80");
    let output = say(&mut cluster, "kubectl set selector service web app=other,tier=x");
    assert_eq!(output.stdout, "service/web selector updated\n");
    let output = say(&mut cluster, "kubectl get service web -o jsonpath={.spec.selector}");
    assert_eq!(output.stdout, r#"{"app":"other","tier":"x"}"#);
    let output = say(&mut cluster, "kubectl set serviceaccount deployment web robot");
    assert_eq!(output.stdout, "deployment.apps/web serviceaccount updated\n");
    // Nobody made that account, so the new Pod is refused, and that is told.
    let end = cluster.now().plus_seconds(5);
    cluster.run_until(end, STEPS_MAX);
    let output = say(&mut cluster, "kubectl get events --field-selector reason=FailedCreate");
    let why = "is forbidden: error looking up service account default/robot: serviceaccount \
               \"robot\" not found";
    assert!(output.stdout.contains(why), "{}", output.stdout);
}

#[test]
fn a_namespace_that_was_chosen_is_told_to_whoever_started_the_command() {
    let mut cluster = cluster::start(Setup::default());
    let words = kubectl::split("kubectl config set-context --current --namespace=shop");
    let mut run = kubectl::Run::start(&mut cluster, "default", &words, None);
    let output = run.poll(&mut cluster).expect("it ends at once");
    assert_eq!(output.stdout, "Context \"podium\" modified.\n");
    assert_eq!(run.chosen_namespace(), Some("shop"));
}

#[test]
fn help_lists_the_flags_of_a_command_and_does_nothing() {
    let mut cluster = with_web();
    let before = cluster.trace().next();
    let output = say(&mut cluster, "kubectl delete deployment web --help");
    assert!(output.stdout.starts_with("Usage:\n  kubectl delete"), "{}", output.stdout);
    assert!(output.stdout.contains("--grace-period"), "{}", output.stdout);
    assert_eq!(cluster.trace().next(), before);
}

#[test]
fn can_i_warns_of_what_has_no_namespace_and_of_what_is_not_there() {
    let mut cluster = cluster::start(Setup::default());
    let output = say(&mut cluster, "kubectl auth can-i get nodes");
    assert_eq!(output.stdout, "yes\n");
    assert_eq!(output.stderr, "Warning: resource 'nodes' is not namespace scoped\n\n");
    let output = say(&mut cluster, "kubectl auth can-i eat bananas.fruit");
    assert_eq!(
        output.stderr,
        "Warning: the server doesn't have a resource type 'bananas' in group 'fruit'\n\n\
         Warning: verb 'eat' is not a known verb\n\n"
    );
    let output = say(&mut cluster, "kubectl auth can-i get pods --as=eve");
    assert_eq!((output.code, output.stdout.as_str()), (1, "no\n"));
}

#[test]
fn a_patch_with_an_unknown_field_is_warned_of_and_taken() {
    let mut cluster = start("here");
    let mut run = |line: &str| {
        let limit = cluster.now().plus_seconds(100);
        kubectl::execute(&mut cluster, "here", &kubectl::split(line), None, limit)
    };
    run("create deployment web --image=nginx --replicas=1");
    let output = run("patch deployment web -p '{\"spec\":{\"replicas\":2,\"foo\":1}}'");
    assert_eq!(output.stderr, "Warning: unknown field \"spec.foo\"\n");
    assert_eq!(output.stdout, "deployment.apps/web patched\n");
    let again = run("patch deployment web --type=merge -p '{\"spec\":{\"foo\":1}}'");
    assert_eq!(again.stderr, "Warning: unknown field \"spec.foo\"\n");
    assert_eq!(again.stdout, "deployment.apps/web patched (no change)\n");
}

#[test]
fn a_patch_of_a_scale_is_told_of_the_scale_and_a_resize_is_refused() {
    let mut cluster = start("here");
    let mut run = |line: &str| {
        let limit = cluster.now().plus_seconds(100);
        kubectl::execute(&mut cluster, "here", &kubectl::split(line), None, limit)
    };
    run("create deployment web --image=nginx --replicas=1");
    run("run p --image=nginx");
    let patch = "--type=merge -p '{\"spec\":{\"replicas\":2}}'";
    let output = run(&format!("patch deployment web --subresource=scale {patch}"));
    assert_eq!(output.stdout, "scale.autoscaling/web patched\n");
    let output = run("get deployment web -o jsonpath={.spec.replicas}");
    assert_eq!(output.stdout, "2");
    let output = run(&format!("patch pod p --subresource=scale {patch}"));
    let missing =
        "Error from server (NotFound): the server could not find the requested resource\n";
    assert_eq!(output.stderr, missing);
    let output = run(&format!("patch pod p --subresource=resize {patch}"));
    assert_eq!(output.stderr, "error: Podium does not resize Pods in place\n");
}

#[test]
fn a_drain_and_a_taint_by_themselves_do_what_their_command_lines_do() {
    let line = "kubectl drain node-1 --ignore-daemonsets --delete-emptydir-data --force";
    let words = kubectl::split(line);
    let run_out = |cluster: &mut Cluster, run: &mut kubectl::Run| {
        (0..STEPS_MAX).find_map(|_| {
            let output = run.poll(cluster);
            let at = cluster.next_at().into_iter().chain(run.due()).min();
            kubectl::step_to(cluster, at.expect("a drain looks again"));
            output
        })
    };
    let (mut one, mut other) = (with_web(), with_web());
    let mut run = kubectl::Run::start(&mut one, "default", &words, None);
    let output = run_out(&mut one, &mut run);
    assert!(output.as_ref().is_some_and(|output| output.code == 0), "{output:?}");
    let mut run = kubectl::drain_wholly(&mut other, "default", "node-1");
    assert_eq!(run_out(&mut other, &mut run), output);
    assert_eq!(one.digest(), other.digest());

    let taint = "maintenance=planned:NoExecute";
    let output = say(&mut one, &format!("kubectl taint nodes node-2 {taint}"));
    let told = kubectl::taint_one(&mut other, "default", "node-2", taint);
    assert_eq!((output.code, told), (0, Ok(())));
    assert_eq!(one.digest(), other.digest());
    let output = say(&mut one, &format!("kubectl taint nodes node-2 {taint}"));
    let told = kubectl::taint_one(&mut other, "default", "node-2", taint);
    assert_eq!(told.as_ref().map_err(|text| format!("{text}\n")), Err(output.stderr));
    let told = kubectl::taint_one(&mut other, "default", "node-2", &format!("{taint}-"));
    let output = say(&mut one, &format!("kubectl taint nodes node-2 {taint}-"));
    assert_eq!((output.code, told), (0, Ok(())));
    assert_eq!(one.digest(), other.digest());
}

/// The same with a text on the standard input.
fn say_with(cluster: &mut Cluster, line: &str, stdin: &str) -> kubectl::Output {
    let limit = cluster.now().plus_seconds(100);
    kubectl::execute(cluster, "default", &kubectl::split(line), Some(stdin), limit)
}

#[test]
fn an_object_goes_round_by_its_own_yaml() {
    let mut cluster = start("shop");
    for line in ["run p --image=nginx:1", "create service nodeport s --tcp=80"] {
        assert_eq!(say(&mut cluster, line).code, 0, "{line}");
    }
    cluster.run_until(cluster.now().plus_seconds(5), STEPS_MAX);
    for (kind, name) in [("pod", "p"), ("service", "s"), ("namespace", "shop")] {
        let own = say(&mut cluster, &format!("get {kind} {name} -o yaml")).stdout;
        let same = say_with(&mut cluster, "diff -f -", &own);
        assert_eq!((same.code, same.stdout.as_str()), (0, ""), "{kind}");
        for verb in ["replace", "apply"] {
            let output = say_with(&mut cluster, &format!("{verb} -f -"), &own);
            assert_eq!(output.code, 0, "{kind} {verb}: {}", output.stderr);
        }
    }
    let line = r#"patch pod p --type=json -p '[{"op":"test","path":"/spec/serviceAccountName","value":"default"}]'"#;
    assert_eq!(say(&mut cluster, line).stdout, "pod/p patched (no change)\n");
    // A Pod that is made anew by its YAML has the volume of the old one.
    let own = say(&mut cluster, "get pod p -o yaml").stdout;
    say_with(&mut cluster, "replace --force -f -", &own);
    cluster.run_until(cluster.now().plus_seconds(10), STEPS_MAX);
    let phase = say(&mut cluster, "get pod p -o jsonpath={.status.phase}").stdout;
    assert_eq!(phase, "Running");
}

#[test]
fn a_recorded_command_is_the_cause_of_a_change() {
    let mut cluster = with_web();
    let line = "set image deploy web nginx=nginx:2 --record";
    let output = say(&mut cluster, line);
    assert_eq!(
        (output.stdout.as_str(), output.stderr.as_str()),
        (
            "deployment.apps/web image updated\n",
            "Flag --record has been deprecated, --record will be removed in the future\n"
        )
    );
    let cause = r"get deploy web -o 'jsonpath={.metadata.annotations.kubernetes\.io/change-cause}'";
    let recorded = "kubectl set image deploy web nginx=nginx:2 --record=true";
    assert_eq!(say(&mut cluster, cause).stdout, recorded);
    cluster.run_until(cluster.now().plus_seconds(20), STEPS_MAX);
    let history = say(&mut cluster, "rollout history deploy web").stdout;
    assert!(history.contains(&format!("2         {recorded}\n")), "{history}");
    say(&mut cluster, "scale deploy web --replicas=3 --record");
    let scaled = "kubectl scale deploy web --replicas=3 --record=true";
    assert_eq!(say(&mut cluster, cause).stdout, scaled);
    let unknown = say(&mut cluster, "rollout undo deploy web --record");
    assert!(unknown.stderr.starts_with("error: unknown flag: --record\n"), "{}", unknown.stderr);
}

#[test]
fn a_label_can_be_bound_to_a_version() {
    let mut cluster = with_web();
    let old = say(&mut cluster, "label deploy web a=b --resource-version=1");
    assert_eq!(
        old.stderr,
        "Error from server (Conflict): Operation cannot be fulfilled on deployments.apps \"web\": \
         the object has been modified; please apply your changes to the latest version and try \
         again\n"
    );
    let version =
        say(&mut cluster, "get deploy web -o jsonpath={.metadata.resourceVersion}").stdout;
    let line = format!("annotate deploy web a=b --resource-version={version}");
    assert_eq!(say(&mut cluster, &line).stdout, "deployment.apps/web annotated\n");
    let several = say(&mut cluster, "label deploy --all a=b --resource-version=1");
    assert_eq!(
        several.stderr,
        "error: --resource-version may only be used with a single resource\n"
    );
}

#[test]
fn the_server_refuses_a_selector_that_it_can_not_read() {
    let mut cluster = with_web();
    let refused = "Error from server (BadRequest): Unable to find \"/v1, Resource=pods\" that \
                   match label selector \"a b\", field selector \"\": unable to parse requirement: \
                   found 'b', expected: in, notin, =, ==, !=, gt, lt\n";
    for line in ["get pods -l 'a b'", "delete pods -l 'a b'"] {
        assert_eq!(say(&mut cluster, line).stderr, refused, "{line}");
    }
}

#[test]
fn the_end_of_an_object_that_lost_its_last_finalizer_is_a_change() {
    let mut cluster = with_web();
    let held = r#"patch deploy web --type=merge -p '{"metadata":{"finalizers":["a.b/c"]}}'"#;
    say(&mut cluster, held);
    say(&mut cluster, "delete deploy web --wait=false");
    let free = r#"patch deploy web --type=merge -p '{"metadata":{"finalizers":null}}'"#;
    assert_eq!(say(&mut cluster, free).stdout, "deployment.apps/web patched\n");
    assert_eq!(say(&mut cluster, "get deploy web").code, 1);
}

#[test]
fn a_drain_that_deletes_runs_out_of_time_once() {
    let mut cluster = start("shop");
    let pod = |name: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec:\n  nodeName: node-1\n  \
             containers: [{{name: c, image: busybox, command: [sleep, '999']}}]\n"
        )
    };
    for name in ["a", "b"] {
        say_with(&mut cluster, "apply -f -", &pod(name));
    }
    cluster.run_until(cluster.now().plus_seconds(5), STEPS_MAX);
    let output = say(&mut cluster, "drain node-1 --force --disable-eviction --timeout=1s");
    let error = "error: unable to drain node \"node-1\" due to error: context deadline exceeded, \
                 continuing command...\n";
    assert!(output.stderr.contains(error), "{}", output.stderr);
}

#[test]
fn what_a_manifest_names_is_shown() {
    let mut cluster = with_web();
    let manifest = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n---\n\
                    apiVersion: v1\nkind: Service\nmetadata: {name: web}\n";
    let output = say_with(&mut cluster, "get -f -", manifest);
    let wanted = "NAME   READY   UP-TO-DATE   AVAILABLE   AGE\n\
                  web    2/2     2            2           10s\n";
    assert_eq!(output.stdout, wanted);
    assert_eq!(
        (output.code, output.stderr.as_str()),
        (1, "Error from server (NotFound): services \"web\" not found\n")
    );
    let page = say_with(&mut cluster, "describe -f -", manifest);
    assert!(page.stdout.starts_with("Name:                   web\n"), "{}", page.stdout);
    let both = say_with(&mut cluster, "get pods -f -", manifest);
    assert_eq!(
        both.stderr,
        "error: when paths, URLs, or stdin is provided as input, you may not specify resource \
         arguments as well\n"
    );
}

#[test]
fn a_scale_is_an_object_of_its_own() {
    let mut cluster = with_web();
    let yaml = say(&mut cluster, "get deploy web --subresource=scale -o yaml").stdout;
    assert!(yaml.starts_with("apiVersion: autoscaling/v1\nkind: Scale\nmetadata:\n"), "{yaml}");
    let end = "spec:\n  replicas: 2\nstatus:\n  replicas: 2\n  selector: app=web\n";
    assert!(yaml.ends_with(end), "{yaml}");
    let table = say(&mut cluster, "get deploy web --subresource=scale").stdout;
    assert_eq!(table, "NAME   DESIRED   AVAILABLE   AGE\nweb    2         2           10s\n");
    let none = say(&mut cluster, "get nodes --subresource=scale");
    let text = "Error from server (NotFound): the server could not find the requested resource\n";
    assert_eq!(none.stderr, text);
}

#[test]
fn a_local_change_asks_no_server() {
    let mut cluster = start("shop");
    let manifest = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  selector: \
                    {matchLabels: {x: y}}\n  template:\n    metadata: {labels: {x: y}}\n    spec: \
                    {containers: [{name: c, image: b}]}\n";
    let line = "set image -f - c=d --local -o jsonpath={.spec.template.spec.containers[0].image}";
    assert_eq!(say_with(&mut cluster, line, manifest).stdout, "d");
    let told = say_with(&mut cluster, "set image -f - c=d --local", manifest).stdout;
    assert_eq!(told, "deployment.apps/a image updated\n");
    assert_eq!(say(&mut cluster, "get deploy").stdout, "");
    let words = say(&mut cluster, "set image deploy a c=d --local").stderr;
    assert!(words.starts_with("error: you must specify resources by --filename when"), "{words}");
}

#[test]
fn logs_say_which_pod_and_container_they_are_of_and_why_there_are_none() {
    let mut cluster = with_web();
    let pods = say(&mut cluster, "get pods -o name").stdout;
    let output = say(&mut cluster, "logs deploy/web");
    let told = pods.lines().map(|pod| format!("Found 2 pods, using {pod}\n"));
    assert!(told.into_iter().any(|line| line == output.stderr), "{}", output.stderr);
    let manifest = "apiVersion: v1\nkind: Pod\nmetadata: {name: two}\nspec:\n  containers: \
                    [{name: a, image: nginx}, {name: b, image: 'bad:1'}]\n  initContainers: \
                    [{name: i, image: 'exit-0:1'}]\n";
    say_with(&mut cluster, "apply -f -", manifest);
    cluster.run_until(cluster.now().plus_seconds(3), STEPS_MAX);
    let stderr = |cluster: &mut Cluster, line: &str| say(cluster, line).stderr;
    assert_eq!(
        stderr(&mut cluster, "logs two -c x"),
        "error: container x is not valid for pod two out of: a, b, i (init)\n"
    );
    assert!(stderr(&mut cluster, "logs two").starts_with(
        "Defaulted container \"a\" out of: a, b, i \
                                                     (init)\n"
    ));
    let previous = "Error from server (BadRequest): previous terminated container \"a\" in pod \
                    \"two\" not found\n";
    assert_eq!(stderr(&mut cluster, "logs two -c a -p"), previous);
    assert_eq!(
        stderr(&mut cluster, "logs node/node-1"),
        "error: cannot get the logs from *v1.Node: selector for *v1.Node not implemented\n"
    );
    say(&mut cluster, "run bad --image=bad:1");
    cluster.run_until(cluster.now().plus_seconds(3), STEPS_MAX);
    assert_eq!(
        stderr(&mut cluster, "logs bad"),
        "Error from server (BadRequest): container \"bad\" in pod \"bad\" is waiting to start: \
         image can't be pulled\n"
    );
    let wrong = stderr(&mut cluster, "set env deploy/web 1A=b");
    assert!(wrong.starts_with("error: \"1A\" is not a valid key name: a valid env"), "{wrong}");
}

#[test]
fn endpoints_that_somebody_wrote_are_listed_and_mirrored() {
    let mut cluster = with_web();
    let manifest = "apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {ports: [{port: \
                    5432}]}\n---\napiVersion: v1\nkind: Endpoints\nmetadata: {name: db, labels: {a: \
                    b}}\nsubsets: [{addresses: [{ip: 10.1.2.3}], notReadyAddresses: [{ip: \
                    10.1.2.4}], ports: [{port: 5432}]}]\n";
    let warning = "Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 \
                   EndpointSlice\n";
    let output = say_with(&mut cluster, "kubectl apply -f -", manifest);
    assert_eq!(output.stdout, "service/db created\nendpoints/db created\n");
    assert_eq!(output.stderr, warning);
    let to = cluster.now().plus_seconds(5);
    assert!(cluster.run_until(to, STEPS_MAX));
    let listed = say(&mut cluster, "kubectl get endpoints db --no-headers").stdout;
    assert_eq!(listed.split_whitespace().take(2).collect::<Vec<_>>(), ["db", "10.1.2.3:5432"]);
    let described = say(&mut cluster, "kubectl describe svc db").stdout;
    assert!(described.contains(" 10.1.2.3:5432\n"), "{described}");
    let ask = "kubectl get endpointslices -l kubernetes.io/service-name=db -o jsonpath=\
               {.items[*].endpoints}{.items[*].ports}{.items[*].metadata.labels}";
    let slice = "[{\"addresses\":[\"10.1.2.3\"],\"conditions\":{\"ready\":true}},{\"addresses\":\
                 [\"10.1.2.4\"],\"conditions\":{\"ready\":false}}][{\"name\":\"\",\"port\":5432,\
                 \"protocol\":\"TCP\"}]{\"a\":\"b\",\"endpointslice.kubernetes.io/managed-by\":\
                 \"endpointslicemirroring-controller.k8s.io\",\"kubernetes.io/service-name\":\"db\"}";
    assert_eq!(say(&mut cluster, ask).stdout, slice);
    say(&mut cluster, "kubectl delete endpoints db");
    let to = cluster.now().plus_seconds(5);
    assert!(cluster.run_until(to, STEPS_MAX));
    assert_eq!(say(&mut cluster, ask).stdout, "");
}

#[test]
fn an_endpoint_of_which_nothing_is_known_is_ready() {
    let mut cluster = with_web();
    let manifest = "apiVersion: v1\nkind: Service\nmetadata: {name: ext}\nspec: {ports: [{name: h, \
                    port: 80}]}\n---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\n\
                    metadata: {name: ext-1, labels: {kubernetes.io/service-name: ext}}\n\
                    addressType: IPv4\nports: [{name: h, port: 8080}]\nendpoints: [{addresses: \
                    [10.1.2.3]}]\n";
    let output = say_with(&mut cluster, "kubectl apply -f -", manifest);
    assert_eq!(output.code, 0, "{}", output.stderr);
    let described = say(&mut cluster, "kubectl describe svc ext").stdout;
    assert!(described.contains(" 10.1.2.3:8080\n"), "{described}");
    let ask = "kubectl get endpointslice ext-1 -o jsonpath={.endpoints}{.ports}";
    let slice = "[{\"addresses\":[\"10.1.2.3\"],\"conditions\":{}}][{\"name\":\"h\",\"port\":8080,\
                 \"protocol\":\"TCP\"}]";
    assert_eq!(say(&mut cluster, ask).stdout, slice);
}

#[test]
fn what_is_built_in_takes_a_strategic_patch() {
    let mut cluster = with_web();
    let manifest = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec: \
                    {defaultBackend: {service: {name: web, port: {number: 80}}}}\n---\napiVersion: \
                    node.k8s.io/v1\nkind: RuntimeClass\nmetadata: {name: r}\nhandler: h\n";
    let output = say_with(&mut cluster, "kubectl apply -f -", manifest);
    assert_eq!(output.code, 0, "{}", output.stderr);
    let line = "kubectl patch ing i -p {\"spec\":{\"ingressClassName\":\"x\"}}";
    let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
    let limit = cluster.now().plus_seconds(30);
    let output = kubectl::execute(&mut cluster, "default", &words, None, limit);
    assert_eq!(output.stdout, "ingress.networking.k8s.io/i patched\n", "{}", output.stderr);
    let line = "kubectl patch runtimeclass r -p {\"metadata\":{\"labels\":{\"a\":\"b\"}}}";
    let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
    let output = kubectl::execute(&mut cluster, "default", &words, None, limit);
    assert_eq!(output.stdout, "runtimeclass.node.k8s.io/r patched\n", "{}", output.stderr);
    let wrong = manifest.replace("defaultBackend", "defaultBackEnd");
    let output = say_with(&mut cluster, "kubectl create -f -", &wrong);
    assert!(output.stderr.contains("unknown field \"spec.defaultBackEnd\""), "{}", output.stderr);
}

#[test]
fn a_wrong_type_is_told_in_the_servers_words_however_lenient_it_is() {
    let mut cluster = with_web();
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, foo: 1}\nspec: {containers: [{name: c, \
               image: i, ports: [{containerPort: \"80\"}]}]}\n";
    let text = "Error from server (BadRequest): error when creating \"STDIN\": Pod in version \"v1\" \
                cannot be handled as a Pod: json: cannot unmarshal string into Go struct field \
                ContainerPort.spec.containers.ports.containerPort of type int32\n";
    let output = say_with(&mut cluster, "kubectl apply --validate=false -f -", pod);
    assert_eq!(output.stderr, text);
    let right = pod.replace("\"80\"", "80");
    for (level, done, warning) in [
        ("warn", "created", "Warning: unknown field \"metadata.foo\"\n"),
        ("warn", "configured", "Warning: unknown field \"metadata.foo\"\n"),
        ("ignore", "configured", ""),
    ] {
        let line = format!("kubectl apply --validate={level} -f -");
        let output = say_with(&mut cluster, &line, &right);
        assert_eq!((&*output.stdout, &*output.stderr), (&*format!("pod/p {done}\n"), warning));
    }
}

#[test]
fn a_template_alone_prints_by_it_and_nodes_may_be_named_with_their_type() {
    let mut cluster = with_web();
    let output = say(&mut cluster, "kubectl get node node-1 --template {{.metadata.name}}");
    assert_eq!((&*output.stdout, output.code), ("node-1", 0), "{}", output.stderr);
    let output = say(&mut cluster, "kubectl cordon nodes/node-1");
    assert_eq!(output.stdout, "node/node-1 cordoned\n", "{}", output.stderr);
    let output = say(&mut cluster, "kubectl drain no/node-1");
    assert!(output.stdout.starts_with("node/node-1 already cordoned\n"), "{}", output.stderr);
    let output = say(&mut cluster, "kubectl cordon pods/node-1");
    assert_eq!(output.code, 1);
}

#[test]
fn secrets_of_registries_and_certificates_are_made() {
    let mut cluster = with_web();
    let line = "kubectl create secret docker-registry regcred --docker-username=jane \
                --docker-password=s3cret --docker-email=jane@example.com";
    assert_eq!(say(&mut cluster, line).stdout, "secret/regcred created\n");
    let shown = say(&mut cluster, "kubectl get secret regcred -o jsonpath={.type}{.data}").stdout;
    assert_eq!(
        shown,
        "kubernetes.io/dockerconfigjson{\".dockerconfigjson\":\"eyJhdXRocyI6eyJodHRwczovL2luZGV4LmRv\
         Y2tlci5pby92MS8iOnsidXNlcm5hbWUiOiJqYW5lIiwicGFzc3dvcmQiOiJzM2NyZXQiLCJlbWFpbCI6ImphbmVAZX\
         hhbXBsZS5jb20iLCJhdXRoIjoiYW1GdVpUcHpNMk55WlhRPSJ9fX0=\"}"
    );
    let output = say(&mut cluster, "kubectl create secret docker-registry other");
    assert!(output.stderr.starts_with("error: either --from-file or"), "{}", output.stderr);
    let output = say(&mut cluster, "kubectl create secret tls cert --cert=tls.crt");
    assert_eq!(output.stderr, "error: key and cert must be specified\n");
    let pem = "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n".to_owned();
    let files = [("tls.crt".to_owned(), pem.clone()), ("tls.key".to_owned(), pem)];
    let input = kubectl::Input { stdin: None, files: &files };
    let words = kubectl::split("kubectl create secret tls cert --cert=tls.crt --key=tls.key");
    let mut run = kubectl::Run::start_with(&mut cluster, "default", &words, &input);
    let output = run.poll(&mut cluster).expect("it waits for nothing");
    assert_eq!(output.stdout, "secret/cert created\n", "{}", output.stderr);
    let shown = say(&mut cluster, "kubectl get secret cert").stdout;
    assert!(shown.contains("kubernetes.io/tls   2"), "{shown}");
}

#[test]
fn a_pod_that_somebody_is_attached_to_goes_when_its_container_has_ended() {
    let mut cluster = with_web();
    let line = "kubectl run dns-test -i --rm --image=busybox:1.28 --restart=Never -- nslookup web";
    for _ in 0..2 {
        let output = say(&mut cluster, line);
        assert_eq!(
            output.stdout, "pod \"dns-test\" deleted from default namespace\n",
            "{}",
            output.stderr
        );
    }
    let output = say(&mut cluster, "kubectl run other --rm --image=busybox:1.28");
    let text = "error: --rm should only be used for attached containers\n";
    assert!(output.stderr.starts_with(text), "{}", output.stderr);
}
