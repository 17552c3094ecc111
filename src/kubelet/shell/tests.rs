//! Scripts from tutorials and what becomes of them.

use super::*;

fn argv(script: &str) -> Vec<String> {
    ["sh", "-c", script].into_iter().map(str::to_owned).collect()
}

fn scene(is_task: bool) -> Scene {
    let (pod, namespace) = ("web-1".into(), "shop".into());
    Scene { pod, namespace, is_task, is_busybox: true, is_bare: true, ..Scene::default() }
}

fn process(script: &str, is_task: bool) -> Process {
    let process = Process::new(&argv(script), scene(is_task), SimTime::ZERO);
    process.expect("the script is understood")
}

/// When, in milliseconds, and how a script ends by itself.
fn end(script: &str, is_task: bool) -> Option<(u64, i32)> {
    process(script, is_task).finish(None).map(|(us, code)| (us / 1_000, code))
}

#[test]
fn sleeps_add_up_in_all_their_units() {
    assert_eq!(end("sleep 3; exit 2", false), Some((3_000, 2)));
    assert_eq!(
        end("touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600", false),
        Some((630_000, 0))
    );
    assert_eq!(end("sleep 0.5 && sleep 2m", false), Some((120_500, 0)));
    assert_eq!(end("for i in 1 2 3; do echo $i; sleep 2; done", true), Some((6_000, 0)));
    assert_eq!(end("for i in $(seq 1 4); do sleep 1; done; exit 7", true), Some((4_000, 7)));
    assert_eq!(
        end("i=0; while [ $i -lt 5 ]; do i=$((i+1)); sleep 1; done", false),
        Some((5_000, 0))
    );
    assert_eq!(end("for ((;;)); do sleep 1; done", true), None);
    assert_eq!(end("sleep 4 & sleep 9 & wait", true), Some((9_000, 0)));
}

#[test]
fn a_first_process_hears_the_request_to_end_only_if_it_said_so_or_is_a_server() {
    let hearing = |script: &str| {
        let mut process = process(script, false);
        process.advance(SimTime::from_seconds(60), None);
        process.hearing()
    };
    assert_eq!(hearing("trap '' TERM; while true; do sleep 1; done"), Hearing::Deaf);
    assert_eq!(hearing("trap \"\" INT SIGTERM; sleep 3600"), Hearing::Deaf);
    assert_eq!(
        hearing("sleep 90; trap '' TERM; sleep 3600"),
        Hearing::Unset,
        "it has not come that far"
    );
    assert_eq!(hearing("trap '' TERM; trap - TERM; sleep 3600"), Hearing::Unset);
    assert_eq!(
        hearing("trap 'echo bye; exit 0' TERM; while true; do sleep 1; done"),
        Hearing::Ends(0)
    );
    assert_eq!(hearing("trap 'exit 3' TERM; while true; do sleep 1; done"), Hearing::Ends(3));
    assert_eq!(hearing("trap '' INT; sleep 3600"), Hearing::Unset);
    assert_eq!(hearing("sleep infinity"), Hearing::Unset);
    assert_eq!(hearing("tail -f /dev/null"), Hearing::Unset);
    assert_eq!(hearing("server & wait"), Hearing::Unset, "the shell is asked, not the server");
    assert_eq!(hearing("sleep 5; exec server"), Hearing::Ends(0));
    assert_eq!(hearing("echo start && nginx"), Hearing::Ends(0));
}

#[test]
fn loops_without_an_end_and_servers_run_on() {
    for script in [
        "i=0; while true; do echo \"$i: $(date)\"; i=$((i+1)); sleep 1; done",
        "trap exit TERM; while :; do sleep 1; done",
        "sleep 5; tail -f /dev/null",
        "echo start && sleep 5 && nginx -g 'daemon off;'",
        "test -f /cfg || exit 1; exec server",
        "while true; do date >> /data/out.txt; sleep 5; done",
        "server & wait",
        "server | tee /var/log/out",
        "sleep infinity",
    ] {
        assert_eq!(end(script, false), None, "{script}");
        let mut process = process(script, false);
        process.advance(SimTime::from_seconds(60), None);
        assert_eq!(process.due, None, "nothing is left to look at: {script}");
    }
}

#[test]
fn the_last_command_decides_and_guards_that_do_not_fire_end_nothing() {
    assert_eq!(
        end("[[ `hostname` =~ -([0-9]+)$ ]] || exit 1\nn=${BASH_REMATCH[1]}\ncp a /b", true),
        Some((1_000, 0))
    );
    assert_eq!(end("if false; then exit 3; else sleep 2; fi", true), Some((2_000, 0)));
    assert_eq!(end("false", true), Some((100, 1)));
    assert_eq!(end("set -e; false; sleep 9", true), Some((100, 1)));
    assert_eq!(end("set -e; false || true; sleep 9", true), Some((9_000, 0)));
    assert_eq!(end("false && exit 4; (exit 5); exit $?", true), Some((100, 5)));
    assert_eq!(end("[ \"$HOSTNAME\" = web-1 ] && exit 6", true), Some((100, 6)));
    assert_eq!(
        end("case $HOSTNAME in web-0) exit 1;; web-1|web-2) exit 2;; *) exit 3;; esac", true),
        Some((100, 2))
    );
    assert_eq!(
        end("cat <<EOF > /tmp/a\nexit 9\nEOF\n# exit 8\ntest -f /tmp/a && exit 7", true),
        Some((100, 7))
    );
    assert_eq!(end("./migrate.sh", true), Some((1_000, 0)));
    assert_eq!(end("echo hi", false), Some((1_000, 0)));
}

#[test]
fn files_come_and_go_at_their_moments() {
    let mut process = process("touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600", false);
    let look = |process: &Process, seconds: u64| {
        let words = ["cat", "/tmp/healthy"].map(str::to_owned);
        let mut look = process.beside(&words, SimTime::from_seconds(seconds)).expect("it is known");
        (look.finish(None).map(|(_, code)| code), look.said)
    };
    let missing = "cat: can't open '/tmp/healthy': No such file or directory\n".to_owned();
    assert_eq!(look(&process, 0), (Some(1), missing.clone()));
    assert!(process.advance(SimTime::ZERO, None), "the file is made at once");
    assert_eq!(process.due, Some(SimTime::from_seconds(30)));
    assert_eq!(look(&process, 29), (Some(0), String::new()));
    assert!(process.advance(SimTime::from_seconds(30), None));
    assert_eq!(look(&process, 30), (Some(1), missing));
    assert_eq!(process.end, Some((SimTime::from_seconds(630), 0)));
}

#[test]
fn what_runs_beside_removes_the_file_that_a_loop_looks_at() {
    let script = "touch /tmp/a; (sleep 7; rm /tmp/a) & while [ -f /tmp/a ]; do sleep 2; done";
    assert_eq!(end(script, true), Some((8_000, 0)));
}

#[test]
fn who_waits_for_a_service_rests_until_news_and_asks_in_its_own_time() {
    let view = View::default();
    for script in [
        "until nslookup db.$(cat /var/run/secrets/kubernetes.io/serviceaccount/namespace).svc.cluster.local; do echo waiting; sleep 2; done",
        "while ! nc -z db 5432; do sleep 2; done",
        "until pg_isready -h db; do sleep 2; done",
        "while true; do wget -qO- http://db:5432/ && break; sleep 2; done",
        "until (echo > /dev/tcp/db/5432) 2>/dev/null; do sleep 2; done",
        "until curl -s db.shop:5432 | grep ok; do sleep 2; done",
    ] {
        let mut process = process(script, true);
        process.advance(SimTime::ZERO, Some(&view));
        for seconds in 1..8 {
            if process.due.is_some_and(|due| due <= SimTime::from_seconds(seconds)) {
                process.advance(SimTime::from_seconds(seconds), Some(&view));
            }
        }
        let told = script.contains("db.shop:");
        if told {
            // There is no such namespace, so that it is a name of the world outside.
            assert_eq!(process.end, Some((SimTime::from_seconds(1), 0)));
            continue;
        }
        assert!(process.waits_for_news(), "{script}");
        assert_eq!((process.end, process.due), (None, None), "{script}");
        process.hear(SimTime::from_millis(8_500));
        assert_eq!(process.due, Some(SimTime::from_seconds(10)), "{script}");
        process.advance(SimTime::from_seconds(10), None);
        assert_eq!(process.end, Some((SimTime::from_seconds(10), 0)), "{script}");
    }
}

#[test]
fn what_is_not_understood_is_no_command() {
    for script in ["f() { exit 1; }; f", "echo 'open", "if true; then", "diff <(a) <(b)"] {
        assert!(Process::new(&argv(script), scene(false), SimTime::ZERO).is_none(), "{script}");
    }
}

#[test]
fn no_script_is_too_odd_or_too_long() {
    let nests =
        ["$(", "${a:-", "\"$(", "((", "(", "{ ", "if ", "$((", "`", "[[ ", "sh -c '", "<<", "é\\"];
    for part in nests {
        let script = part.repeat(5_000);
        for script in [format!("echo {script}"), script] {
            if let Some(mut process) = Process::new(&argv(&script), scene(true), SimTime::ZERO) {
                process.finish(None);
            }
        }
    }
    let long = "for i in $(seq 1 900000); do for j in {1..9}; do sleep 1; done; done";
    assert_eq!(end(long, true), None, "it takes more steps than are looked at");
    assert_eq!(end("for i in a {3..4} $(seq 2) b; do sleep 1; done", true), Some((6_000, 0)));
}

#[test]
fn what_a_program_prints_is_taken_for_what_it_is_compared_with() {
    // Bitnami's charts ask their servers so.
    let ping = "response=$(timeout -s 15 5 redis-cli -h localhost ping)\n\
                if [ \"$response\" != \"PONG\" ]; then echo \"$response\"; exit 1; fi";
    assert_eq!(end(ping, true), Some((1_000, 0)));
    assert_eq!(end("[ \"$(redis-cli ping)\" = \"PONG\" ] || exit 3", true), Some((1_000, 0)));
    assert_eq!(
        end("OK=`echo ruok | nc 127.0.0.1 2181`; [ \"$OK\" == \"imok\" ]", true),
        Some((1_000, 0))
    );
    assert_eq!(end("test -z \"$(pidof server)\" && exit 4", true), Some((100, 1)));
    assert_eq!(
        end("until [ \"$(kubectl get pod a)\" = Ready ]; do sleep 2; done", true),
        Some((1_000, 0))
    );
    // A variable that nobody has set is no output.
    assert_eq!(end("[ \"$MODE\" != fast ] && exit 5", true), Some((100, 5)));
}
