//! The words of the Inspect tab: what a container does and how it ended.
//!
//! Owns text only. Invariant: states, reasons and codes are Kubernetes' own and stay as they are.

use super::Lang;
use crate::view::inspect::{ContainerKind, ContainerRun, ContainerView};
use crate::view::transport::stamp;

/// What a container does: "Running since 00:12.3", "Waiting: CrashLoopBackOff",
/// "Terminated: Error, exit code 3, at 00:04.1".
pub fn run(lang: Lang, run: &ContainerRun) -> String {
    match run {
        ContainerRun::Unknown => lang.pick("Nothing is known yet", "尚无状态").into(),
        ContainerRun::Running { since_us } => {
            let since = stamp(*since_us);
            lang.pick(format!("Running since {since}"), format!("Running，自 {since} 起"))
        }
        ContainerRun::Waiting { reason, .. } => {
            lang.pick(format!("Waiting: {reason}"), format!("Waiting：{reason}"))
        }
        ContainerRun::Ended { reason, exit_code, at_us, .. } => {
            let code = exit(lang, *exit_code);
            let at = at_us.map(stamp);
            let en = at.as_ref().map_or_else(String::new, |at| format!(", at {at}"));
            let zh = at.map_or_else(String::new, |at| format!("，{at}"));
            lang.pick(
                format!("Terminated: {reason}, {code}{en}"),
                format!("Terminated：{reason}，{code}{zh}"),
            )
        }
    }
}

/// An exit code; above 128 it names the signal that ended the process.
fn exit(lang: Lang, code: i32) -> String {
    let signal = match code {
        130 => " (SIGINT)",
        134 => " (SIGABRT)",
        137 => " (SIGKILL)",
        139 => " (SIGSEGV)",
        143 => " (SIGTERM)",
        _ => "",
    };
    lang.pick(format!("exit code {code}{signal}"), format!("退出码 {code}{signal}"))
}

/// How often it was started again, and how it ended the last time; none for a first run.
pub fn before(lang: Lang, container: &ContainerView) -> Option<String> {
    let restarts = match container.restarts {
        0 => None,
        1 => Some(lang.pick("restarted once".to_owned(), "重启过 1 次".to_owned())),
        many => Some(lang.pick(format!("restarted {many} times"), format!("重启过 {many} 次"))),
    };
    let last = container.last.as_ref().map(|last| {
        let text = run(lang, last);
        lang.pick(format!("the last time {text}"), format!("上一次 {text}"))
    });
    let parts: Vec<String> = restarts.into_iter().chain(last).collect();
    (!parts.is_empty()).then(|| parts.join(lang.pick("; ", "；")))
}

/// What sort of container it is, if not a plain one.
pub fn kind(lang: Lang, kind: ContainerKind) -> &'static str {
    match kind {
        ContainerKind::Main => "",
        ContainerKind::Init => lang.pick("init", "初始化"),
        ContainerKind::Sidecar => lang.pick("sidecar", "Sidecar"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn why_a_container_failed_is_said_in_words() {
        let ended = |exit_code| ContainerRun::Ended {
            reason: "Error".into(),
            exit_code,
            at_us: Some(4_100_000),
            message: "".into(),
        };
        assert_eq!(run(Lang::En, &ended(3)), "Terminated: Error, exit code 3, at 00:04.1");
        let container = ContainerView {
            name: "app".into(),
            restarts: 2,
            now: ContainerRun::Waiting { reason: "CrashLoopBackOff".into(), message: "".into() },
            last: Some(ended(137)),
            ..ContainerView::default()
        };
        assert!(container.is_bad());
        assert_eq!(run(Lang::Zh, &container.now), "Waiting：CrashLoopBackOff");
        assert_eq!(
            before(Lang::En, &container).as_deref(),
            Some(
                "restarted 2 times; the last time Terminated: Error, exit code 137 (SIGKILL), at \
                 00:04.1"
            )
        );
        assert_eq!(before(Lang::En, &ContainerView::default()), None);
    }
}
