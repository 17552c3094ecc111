//! Pods that seek or avoid one another.
//!
//! Must not know other filters. Invariant: a domain is a pair of node label and value.

use std::collections::BTreeMap;

use crate::api::affinity::{PodAffinity, PodTerm};
use crate::api::{Kind, Object};
use crate::base::Str;
use crate::scheduler::cache::{Cache, NodeUse};
use crate::scheduler::score::MAX_SCORE;
use crate::server::View;

type Domain<'a> = (&'a Str, &'a Str);

/// What speaks against a node.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Against {
    /// A Pod there avoids this one.
    Existing,
    /// This one seeks others that are not there.
    Affinity,
    /// This one avoids a Pod there.
    AntiAffinity,
}

/// The domains that required terms concern.
#[derive(Default)]
pub(super) struct Rules<'a> {
    avoided_by: BTreeMap<Domain<'a>, u32>,
    seeks: Vec<(&'a PodTerm, BTreeMap<Domain<'a>, u32>)>,
    avoids: Vec<(&'a PodTerm, BTreeMap<Domain<'a>, u32>)>,
    is_first: bool,
}

fn parts(object: &Object) -> (Option<&PodAffinity>, Option<&PodAffinity>) {
    let affinity = object.pod().and_then(|pod| pod.spec.affinity.as_deref());
    let seeks = affinity.and_then(|one| one.pod_affinity.as_ref());
    (seeks, affinity.and_then(|one| one.pod_anti_affinity.as_ref()))
}

/// Whether a term of `owner` selects `other`.
///
/// Models staging/src/k8s.io/kube-scheduler/framework AffinityTerm.Matches
pub(super) fn selects(term: &PodTerm, owner: &Object, other: &Object, view: &View) -> bool {
    let namespace = &other.meta.namespace;
    let is_named = if term.namespaces.is_empty() && term.namespace_selector.is_none() {
        *namespace == owner.meta.namespace
    } else {
        term.namespaces.contains(namespace)
    };
    let is_in = is_named
        || term.namespace_selector.as_ref().is_some_and(|selector| {
            let found = view.named(Kind::Namespace, "", namespace);
            found.is_some_and(|one| selector.is_met_by(&one.meta.labels))
        });
    is_in && term.label_selector.as_ref().is_some_and(|one| one.is_met_by(&other.meta.labels))
}

fn domain_of<'a>(term: &'a PodTerm, node: &'a NodeUse) -> Option<Domain<'a>> {
    let (key, value) = node.object.meta.labels.get_key_value(&term.topology_key)?;
    Some((key, value))
}

/// Where the Pods are that each term selects, or that all terms select together.
///
/// Models pkg/scheduler/framework/plugins/interpodaffinity/filtering.go updateWithAffinityTerms
/// and updateWithAntiAffinityTerms
fn counted<'a>(
    terms: &'a [PodTerm],
    together: bool,
    object: &Object,
    cache: &'a Cache,
    view: &View,
) -> Vec<(&'a PodTerm, BTreeMap<Domain<'a>, u32>)> {
    let is_selected = |term: &PodTerm, other: &Object| {
        if together {
            return terms.iter().all(|one| selects(one, object, other, view));
        }
        selects(term, object, other, view)
    };
    let count = |term: &'a PodTerm| {
        let mut domains = BTreeMap::new();
        for placed in cache.placed() {
            let Some(index) = cache.index_of(&placed.node) else { continue };
            if let Some(domain) = domain_of(term, &cache.nodes()[index])
                && is_selected(term, &placed.object)
            {
                *domains.entry(domain).or_default() += 1;
            }
        }
        (term, domains)
    };
    terms.iter().map(count).collect()
}

impl<'a> Rules<'a> {
    /// Models pkg/scheduler/framework/plugins/interpodaffinity/filtering.go PreFilter
    pub(super) fn of(object: &'a Object, cache: &'a Cache, view: &View) -> Rules<'a> {
        let mut rules = Rules::default();
        for placed in cache.choosy() {
            let (_, avoids) = parts(&placed.object);
            let Some(index) = cache.index_of(&placed.node) else { continue };
            for term in avoids.map(|one| one.required.as_slice()).unwrap_or_default() {
                if let Some(domain) = domain_of(term, &cache.nodes()[index])
                    && selects(term, &placed.object, object, view)
                {
                    *rules.avoided_by.entry(domain).or_default() += 1;
                }
            }
        }
        let (seeks, avoids) = parts(object);
        let required = |one: Option<&'a PodAffinity>| {
            one.map(|one| one.required.as_slice()).unwrap_or_default()
        };
        rules.seeks = counted(required(seeks), true, object, cache, view);
        rules.avoids = counted(required(avoids), false, object, cache, view);
        // The first of a group that seeks its own kind may go anywhere.
        let is_nobody_there = rules.seeks.iter().all(|(_, domains)| domains.is_empty());
        let fits_itself = rules.seeks.iter().all(|(term, _)| selects(term, object, object, view));
        rules.is_first = is_nobody_there && fits_itself;
        rules
    }

    /// Models pkg/scheduler/framework/plugins/interpodaffinity/filtering.go Filter
    pub(super) fn check(&self, node: &NodeUse) -> Option<Against> {
        if self.seeks.is_empty() && self.avoids.is_empty() && self.avoided_by.is_empty() {
            return None;
        }
        let is_in = |(term, domains): &(&PodTerm, BTreeMap<Domain<'_>, u32>)| {
            domain_of(term, node).map(|domain| domains.contains_key(&domain))
        };
        let has_all = self.seeks.iter().all(|one| is_in(one).is_some());
        let is_found = self.seeks.iter().all(|one| is_in(one) == Some(true));
        if !has_all || !(is_found || self.is_first) {
            return Some(Against::Affinity);
        }
        if self.avoids.iter().any(|one| is_in(one) == Some(true)) {
            return Some(Against::AntiAffinity);
        }
        let labels = &node.object.meta.labels;
        let is_avoided =
            self.avoided_by.keys().any(|(key, value)| labels.get(*key) == Some(*value));
        is_avoided.then_some(Against::Existing)
    }
}

/// Scores of the fitting nodes by preferences of this Pod and of those that are there.
///
/// Models pkg/scheduler/framework/plugins/interpodaffinity/scoring.go
pub(super) fn scores(
    object: &Object,
    fitting: &[usize],
    cache: &Cache,
    view: &View,
) -> Option<Vec<i64>> {
    let (seeks, avoids) = parts(object);
    let prefers = [seeks, avoids].into_iter().flatten().any(|one| !one.preferred.is_empty());
    if !prefers && cache.choosy().next().is_none() {
        return None;
    }
    let mut domains: BTreeMap<Domain<'_>, i64> = BTreeMap::new();
    let mut add = |term, node, weight: i64| {
        if let Some(domain) = domain_of(term, node) {
            *domains.entry(domain).or_default() += weight;
        }
    };
    for placed in cache.placed() {
        let Some(index) = cache.index_of(&placed.node) else { continue };
        let node = &cache.nodes()[index];
        for (part, sign) in [(seeks, 1), (avoids, -1)] {
            for one in part.map(|one| one.preferred.as_slice()).unwrap_or_default() {
                if selects(&one.pod_affinity_term, object, &placed.object, view) {
                    add(&one.pod_affinity_term, node, sign * i64::from(one.weight));
                }
            }
        }
        let (theirs, they_avoid) = parts(&placed.object);
        // A required affinity of a neighbour counts as a preference of weight 1.
        for term in theirs.map(|one| one.required.as_slice()).unwrap_or_default() {
            if selects(term, &placed.object, object, view) {
                add(term, node, 1);
            }
        }
        for (part, sign) in [(theirs, 1), (they_avoid, -1)] {
            for one in part.map(|one| one.preferred.as_slice()).unwrap_or_default() {
                if selects(&one.pod_affinity_term, &placed.object, object, view) {
                    add(&one.pod_affinity_term, node, sign * i64::from(one.weight));
                }
            }
        }
    }
    if domains.is_empty() {
        return None;
    }
    let sum = |index: &usize| -> i64 {
        let labels = &cache.nodes()[*index].object.meta.labels;
        let here = domains.iter().filter(|((key, value), _)| labels.get(*key) == Some(*value));
        here.map(|(_, weight)| *weight).sum()
    };
    let sums: Vec<i64> = fitting.iter().map(sum).collect();
    let (least, most) = (sums.iter().min().copied()?, sums.iter().max().copied()?);
    let one = |sum: i64| if most == least { 0 } else { MAX_SCORE * (sum - least) / (most - least) };
    Some(sums.into_iter().map(one).collect())
}
