//! Label selectors.
//!
//! Must not know what is selected. Invariant: a selector without errors can be evaluated.
//!
//! Models staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go
//! ValidateLabelSelector

use crate::api::LabelSelector;
use crate::api::validation::meta;
use crate::api::validation::names::{label_value, qualified_name};
use crate::api::validation::path::{Path, Raw, Report};

/// What a requirement of labels can ask.
pub(super) const OPERATORS: [&str; 4] = ["In", "NotIn", "Exists", "DoesNotExist"];

/// The requirements of a selector.
pub(super) fn check(selector: &LabelSelector, path: &Path<'_>, report: &mut Report) {
    meta::labels(&selector.match_labels, &path.child("matchLabels"), report);
    let at = path.child("matchExpressions");
    for (index, one) in selector.match_expressions.iter().enumerate() {
        let at = at.index(index);
        match &*one.operator {
            "In" | "NotIn" if one.values.is_empty() => {
                let detail = "must be specified when `operator` is 'In' or 'NotIn'";
                report.required(&at.child("values"), detail);
            }
            "In" | "NotIn" => {}
            "Exists" | "DoesNotExist" => {
                if !one.values.is_empty() {
                    let detail =
                        "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
                    report.forbidden(&at.child("values"), detail);
                }
            }
            operator => {
                report.no_operator(&at.child("operator"), operator, &OPERATORS);
            }
        }
        report.all_invalid(&at.child("key"), &one.key, qualified_name(&one.key));
        let values = at.child("values");
        for (index, value) in one.values.iter().enumerate() {
            report.all_invalid(&values.index(index), value, label_value(value));
        }
    }
}

/// A selector as an error shows it.
pub(super) fn shown(selector: &LabelSelector) -> Raw {
    Raw(crate::api::go::json(&crate::api::encode::value_of(selector)))
}
