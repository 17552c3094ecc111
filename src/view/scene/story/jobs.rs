//! What became of Jobs, and when CronJobs start or give up one, as sentences.
//!
//! Owns words only. Invariant: a Job's end, and its removal by whoever cleans up, is told once with
//! its reason.

use super::teller::Teller;
use crate::api::core::Event;
use crate::api::pod::condition;
use crate::api::{Body, Kind, Object};
use crate::base::SECOND_US;
use crate::server::Change;
use crate::view::story::{Part, Tone};

type Told = (Vec<Part>, Tone);

impl Teller<'_> {
    /// A Job that is started, over, or cleaned up.
    pub(super) fn job(&self, code: &str, change: &Change) -> Option<Told> {
        let object = change.object();
        let chip = self.chip(object);
        let maker = || {
            let owner = object.meta.controller()?;
            Some(Self::named(Kind::CronJob, &object.meta.namespace, &owner.name))
        };
        let is_end = change.new.as_ref().is_none_or(|new| new.meta.is_terminating())
            && !change.old.as_ref().is_some_and(|old| old.meta.is_terminating());
        let plain = |parts| Some((parts, Tone::Plain));
        match code {
            "CRON-CREATE" if change.old.is_none() => {
                let text = "It is time: CronJob {} starts Job {}.";
                plain(self.parts(text, "时间到了：CronJob {} 启动 Job {}。", &[maker()?, chip]))
            }
            "CRON-REPLACE" if is_end => plain(self.parts(
                "Job {} is deleted while it runs: the next one is due, and the policy of CronJob {} is Replace.",
                "Job {} 还在运行就被删除：下一次到时间了，而 CronJob {} 的策略是 Replace。",
                &[chip, maker()?],
            )),
            "CRON-HISTORY" if is_end => plain(self.parts(
                "Job {} is deleted: of those that are over CronJob {} keeps only the newest.",
                "Job {} 被删除：已结束的 Job 中，CronJob {} 只保留最新的。",
                &[chip, maker()?],
            )),
            "JOB-TTL" => {
                let text = "Job {} is deleted: its ttlSecondsAfterFinished are over.";
                let told = self.parts(text, "Job {} 被删除：已过 ttlSecondsAfterFinished。", &[chip]);
                is_end.then_some((told, Tone::Plain))
            }
            _ => self.job_end(change),
        }
    }

    fn job_end(&self, change: &Change) -> Option<Told> {
        let job = change.new.as_ref()?.job()?;
        let before = change.old.as_ref().and_then(|old| old.job());
        let is_new = |kind: &str| job.holds(kind) && !before.is_some_and(|old| old.holds(kind));
        let reason = |kind: &str| condition(&job.status.conditions, kind)?.reason.as_deref();
        let chip = self.chip(change.object());
        if is_new("Complete") {
            let (en, zh) = match reason("Complete") {
                Some("SuccessPolicy") => (
                    "Job {} is complete: what its successPolicy asks for has ended well.",
                    "Job {} 已完成：successPolicy 要求的部分已成功结束。",
                ),
                _ => ("Job {} is complete.", "Job {} 已完成。"),
            };
            return Some((self.parts(en, zh, &[chip]), Tone::Plain));
        }
        is_new("Failed").then(|| {
            let reason = reason("Failed").unwrap_or("Failed");
            let (en, zh) = match reason {
                "BackoffLimitExceeded" => (
                    "Job {} has failed: failed Pods and restarts exceed its backoffLimit.",
                    "Job {} 失败了：失败的 Pod 与重启次数超过了 backoffLimit。",
                ),
                "DeadlineExceeded" => (
                    "Job {} has failed: its activeDeadlineSeconds are over.",
                    "Job {} 失败了：已超过 activeDeadlineSeconds。",
                ),
                "PodFailurePolicy" => (
                    "Job {} has failed: a Pod failed as a FailJob rule of its podFailurePolicy says.",
                    "Job {} 失败了：有 Pod 的失败符合 podFailurePolicy 中的 FailJob 规则。",
                ),
                "FailedIndexes" => (
                    "Job {} has failed: not all of its indexes have ended well.",
                    "Job {} 失败了：有的索引没有成功结束。",
                ),
                "MaxFailedIndexesExceeded" => (
                    "Job {} has failed: more of its indexes failed than maxFailedIndexes allows.",
                    "Job {} 失败了：失败的索引数超过了 maxFailedIndexes。",
                ),
                _ => ("Job {} has failed: {}.", "Job {} 失败了：{}。"),
            };
            (self.parts(en, zh, &[chip, Part::Strong(reason.to_owned())]), Tone::Bad)
        })
    }

    /// A Pod that a Job makes, and for which part of its work.
    pub(super) fn works_for(&self, object: &Object, chip: Part) -> Vec<Part> {
        let job = object.meta.controller().map_or("", |owner| &owner.name);
        let job = Self::named(Kind::Job, &object.meta.namespace, job);
        let Some(index) = object.meta.annotation("batch.kubernetes.io/job-completion-index") else {
            let text = "{} is created to do its share of Job {}.";
            return self.parts(text, "创建 {}，完成 Job {} 的一份工作。", &[chip, job]);
        };
        let index = Part::Strong(index.to_string());
        // Each language has its own order.
        let [second, third] = self.lang.pick([index.clone(), job.clone()], [job, index]);
        let text = "{} is created for index {} of Job {}.";
        self.parts(text, "创建 {}，负责 Job {} 的索引 {}。", &[chip, second, third])
    }

    /// A moment at which a CronJob starts no Job. It says so at each look; each moment is told once.
    pub(super) fn not_started(
        &self,
        change: &Change,
        event: &Event,
        chip: Part,
    ) -> Option<Vec<Part>> {
        let minute = |event: &Event| event.last.0 / (60 * SECOND_US);
        let before = change.old.as_ref().and_then(|old| old.event());
        if before.is_some_and(|before| minute(before) == minute(event)) {
            return None;
        }
        Some(match &*event.reason {
            "JobAlreadyActive" => self.parts(
                "It is time, but CronJob {} starts no Job: one still runs, and its policy is Forbid.",
                "时间到了，但 CronJob {} 没有启动 Job：上一个还在运行，而策略是 Forbid。",
                &[chip],
            ),
            _ => self.parts(
                "CronJob {} starts no Job: the time is missed by more than its startingDeadlineSeconds.",
                "CronJob {} 没有启动 Job：错过的时间超过了 startingDeadlineSeconds。",
                &[chip],
            ),
        })
    }

    /// A Job or a CronJob that a person suspended, or resumed.
    pub(super) fn suspended(
        &self,
        old: &Object,
        new: &Object,
        fill: &[Part; 2],
    ) -> Option<Vec<Part>> {
        let is_on = |one: &Object| match &one.body {
            Body::Job(one) => Some(one.is_suspended()),
            Body::CronJob(one) => Some(one.spec.suspend == Some(true)),
            _ => None,
        };
        let (en, zh) = match (is_on(old)?, is_on(new)?, new.kind()) {
            (false, true, Kind::CronJob) => (
                "You suspended {}{}: it starts no Job until it is resumed.",
                "你挂起了 {}{}：恢复之前不会启动 Job。",
            ),
            (false, true, _) => (
                "You suspended {}{}: its Pods are stopped until it is resumed.",
                "你挂起了 {}{}：恢复之前它的 Pod 会停下。",
            ),
            (true, false, _) => ("You resumed {}{}.", "你恢复了 {}{}。"),
            _ => return None,
        };
        Some(self.parts(en, zh, fill))
    }
}
