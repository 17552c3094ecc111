//! The indexes of a Job's Pods, and the text in which finished ones are kept.
//!
//! Must not know when Pods are made. Invariant: an index counts once, however many Pods of it
//! ended well.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::api::Object;
use crate::api::pod::{EnvSource, EnvVar, FieldRef, PodTemplate};
use crate::base::Str;

/// The annotation, and the label, by which a Pod knows its index.
pub(super) const INDEX: &str = "batch.kubernetes.io/job-completion-index";
/// How often an index has failed before a Pod of it, and how often that did not count.
const FAILURES: &str = "batch.kubernetes.io/job-index-failure-count";
const IGNORED: &str = "batch.kubernetes.io/job-index-ignored-failure-count";
const VARIABLE: &str = "JOB_COMPLETION_INDEX";

/// Indexes of which each is done.
pub(super) type Indexes = BTreeSet<i32>;

/// A Pod's index.
///
/// Models pkg/controller/job/indexed_job_utils.go getCompletionIndex
pub(super) fn of(pod: &Object) -> Option<i32> {
    pod.meta.annotation(INDEX)?.parse().ok().filter(|index| *index >= 0)
}

/// How often a Pod's index had failed before it, and how often that did not count.
///
/// Models pkg/controller/job/indexed_job_utils.go parseIndexFailureCountAnnotation
pub(super) fn failures(pod: &Object) -> (i32, i32) {
    let number = |key: &str| {
        let text = pod.meta.annotation(key).and_then(|text| text.parse::<i32>().ok());
        text.filter(|number| *number >= 0).unwrap_or(0)
    };
    (number(FAILURES), number(IGNORED))
}

/// Writes how often an index has failed into the template of its next Pod; `before` is what the
/// Pod that it replaces says, with its own failure.
///
/// Models pkg/controller/job/indexed_job_utils.go addIndexFailureCountAnnotation
pub(super) fn count_failures(template: &mut PodTemplate, before: (i32, i32)) {
    template.metadata.annotate(FAILURES, before.0.to_string());
    if before.1 > 0 {
        template.metadata.annotate(IGNORED, before.1.to_string());
    }
}

/// The indexes in a text as `0,2-4`; those out of bounds are left out.
///
/// Models pkg/controller/job/indexed_job_utils.go parseIndexesFromString
pub(super) fn parse(text: &str, completions: i32) -> Indexes {
    let mut indexes = Indexes::new();
    for part in text.split(',').filter(|part| !part.is_empty()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        if let (Ok(first), Ok(last)) = (first.parse::<i32>(), last.parse::<i32>()) {
            indexes.extend(first..=last.min(completions - 1));
        }
    }
    indexes
}

/// The text of the indexes.
///
/// Models pkg/controller/job/indexed_job_utils.go orderedIntervals.String
pub(super) fn text(indexes: &Indexes) -> Str {
    let mut spans: Vec<(i32, i32)> = Vec::new();
    for index in indexes {
        match spans.last_mut() {
            Some((_, last)) if *last + 1 == *index => *last = *index,
            _ => spans.push((*index, *index)),
        }
    }
    let words = spans.iter().map(|(first, last)| match last - first {
        0 => first.to_string(),
        // Two neighbours are named one by one.
        1 => format!("{first},{last}"),
        _ => format!("{first}-{last}"),
    });
    words.collect::<Vec<_>>().join(",").into()
}

/// The lowest `count` indexes that are neither done nor taken.
///
/// Models pkg/controller/job/indexed_job_utils.go firstPendingIndexes
pub(super) fn first_pending(
    done: &Indexes,
    taken: &Indexes,
    count: usize,
    completions: i32,
) -> Vec<i32> {
    let free = (0..completions).filter(|index| !done.contains(index) && !taken.contains(index));
    free.take(count).collect()
}

/// A Job's template for the Pod of one index.
///
/// Models pkg/controller/job/indexed_job_utils.go addCompletionIndexEnvVariables,
/// addCompletionIndexAnnotation and addCompletionIndexLabel
pub(super) fn template(of: &PodTemplate, job: &str, index: i32) -> PodTemplate {
    let mut template = of.clone();
    template.metadata.annotate(INDEX, index.to_string());
    template.metadata.set_label(INDEX, index.to_string());
    let spec = Rc::make_mut(&mut template.spec);
    spec.hostname = Some(format!("{job}-{index}").into());
    for container in spec.init_containers.iter_mut().chain(&mut spec.containers) {
        if container.env.iter().any(|one| &*one.name == VARIABLE) {
            continue;
        }
        let field_ref = FieldRef {
            api_version: None,
            field_path: format!("metadata.labels['{INDEX}']").into(),
        };
        let source = EnvSource { field_ref: Some(field_ref), ..EnvSource::default() };
        container.env.push(EnvVar { name: VARIABLE.into(), value: None, value_from: Some(source) });
    }
    template
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexes_are_kept_as_spans() {
        let indexes: Indexes = [0, 2, 3, 4, 7, 8].into();
        assert_eq!(&*text(&indexes), "0,2-4,7,8");
        assert_eq!(parse("0,2-4,7,8", 10), indexes);
        assert_eq!(parse("0,2-9", 4), [0, 2, 3].into());
        assert_eq!(&*text(&Indexes::new()), "");
    }

    #[test]
    fn the_lowest_free_indexes_come_first() {
        let pending = first_pending(&[0].into(), &[2].into(), 2, 5);
        assert_eq!(pending, [1, 3]);
    }
}
