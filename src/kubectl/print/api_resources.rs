//! `kubectl api-resources`.
//!
//! Must not know objects. Invariant: what is listed can be asked for.
//!
//! Models staging/src/k8s.io/kubectl/pkg/cmd/apiresources/apiresources.go

use crate::base::Order as _;
use crate::kubectl::print::flags::{self, Flag, switch, value};
use crate::kubectl::print::resource::{self, Resource};
use crate::kubectl::print::tabs;
use crate::kubectl::{Output, lines};
use crate::server::View;

const FLAGS: [Flag; 11] = [
    value("output", 'o'),
    value("api-group", ' '),
    switch("namespaced", ' '),
    value("verbs", ' '),
    value("sort-by", ' '),
    value("categories", ' '),
    switch("cached", ' '),
    switch("no-headers", ' '),
    value("template", ' '),
    switch("show-managed-fields", ' '),
    switch("allow-missing-template-keys", ' '),
];

/// Answers `kubectl api-resources`; `words` are those after it.
pub fn api_resources(view: &View, words: &[String]) -> Output {
    let said = match flags::read("api-resources", &FLAGS, words) {
        Ok(said) => said,
        Err(output) => return output,
    };
    if !said.words.is_empty() {
        let text = format!("unexpected arguments: [{}]", said.words.join(" "));
        return Output::failure(format!(
            "error: {text}\nSee 'kubectl api-resources -h' for help and examples\n"
        ));
    }
    let sort_by = said.value("sort-by").unwrap_or_default();
    if !matches!(sort_by, "" | "name" | "kind") {
        return Output::failure("error: --sort-by accepts only name or kind\n");
    }
    let mut all = resource::served(view);
    let has_all = |wanted: Vec<&str>, own: &str| {
        wanted.iter().all(|one| own.split(',').any(|own| own == *one))
    };
    all.retain(|one| {
        said.value("api-group").is_none_or(|group| group == &*one.group)
            && said.value("namespaced").is_none_or(|asked| (asked == "true") == one.namespaced)
            && has_all(said.values("verbs"), verbs(one))
            && has_all(said.values("categories"), categories(one))
    });
    all.order_by_key(|one| {
        let first = match sort_by {
            "name" => one.plural.clone(),
            "kind" => one.name.clone(),
            _ => one.group.clone(),
        };
        (first, one.plural.clone())
    });
    let output = said.value("output").unwrap_or_default();
    match output {
        "name" => Output::success(lines(all.iter().map(Resource::qualified))),
        "" | "wide" => Output::success(table(&all, output == "wide", !said.has("no-headers"))),
        _ => Output::failure(format!(
            "error: unable to match a printer suitable for the output format \"{output}\", \
             allowed formats are: json,kyaml,name,wide,yaml\n"
        )),
    }
}

fn table(all: &[Resource], wide: bool, headings: bool) -> String {
    let mut text = String::new();
    if headings {
        text.push_str("NAME\tSHORTNAMES\tAPIVERSION\tNAMESPACED\tKIND");
        text.push_str(if wide { "\tVERBS\tCATEGORIES\n" } else { "\n" });
    }
    for one in all {
        let mut row = vec![
            one.plural.to_string(),
            one.short.join(","),
            one.api_version(),
            one.namespaced.to_string(),
            one.name.to_string(),
        ];
        if wide {
            row.extend([verbs(one).to_owned(), categories(one).to_owned()]);
        }
        text.push_str(&row.join("\t"));
        text.push('\n');
    }
    tabs::TABLE.lay_out(&text)
}

fn verbs(resource: &Resource) -> &'static str {
    match &*resource.name {
        "Binding" => "create",
        "ComponentStatus" => "get,list",
        "Namespace" => "create,delete,get,list,patch,update,watch",
        name if name.ends_with("Review") => "create",
        _ => "create,delete,deletecollection,get,list,patch,update,watch",
    }
}

fn categories(resource: &Resource) -> &'static str {
    match &*resource.name {
        "Pod"
        | "ReplicationController"
        | "Service"
        | "DaemonSet"
        | "Deployment"
        | "ReplicaSet"
        | "StatefulSet"
        | "HorizontalPodAutoscaler"
        | "CronJob"
        | "Job" => "all",
        "CustomResourceDefinition"
        | "APIService"
        | "MutatingWebhookConfiguration"
        | "ValidatingWebhookConfiguration"
        | "MutatingAdmissionPolicy"
        | "MutatingAdmissionPolicyBinding"
        | "ValidatingAdmissionPolicy"
        | "ValidatingAdmissionPolicyBinding" => "api-extensions",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(line: &str) -> String {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        api_resources(&View::default(), &words).stdout
    }

    #[test]
    fn the_list_is_that_of_a_plain_cluster() {
        let real = include_str!("../../../tests/print/api-resources.txt");
        assert_eq!(listed("--no-headers"), real);
    }

    #[test]
    fn the_list_can_be_narrowed() {
        assert_eq!(listed("--api-group=policy -o name"), "poddisruptionbudgets.policy\n");
        assert!(listed("--namespaced=false --no-headers").starts_with("componentstatuses "));
        assert!(listed("-o wide").starts_with("NAME "));
        assert_eq!(listed("--categories=all -o name").lines().count(), 10);
    }
}
