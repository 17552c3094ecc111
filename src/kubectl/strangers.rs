//! Files of other tools that were taken for manifests: what each is, and what to do with it.
//!
//! Must not know Kubernetes' fields. Invariant: what says its kind and a version of Kubernetes is
//! never called a stranger.

use crate::kubectl::tell::error;
use crate::text::{Diagnostic, Edit, Fix, Node, NodeValue, Span};

/// What a file is and what to do with it, in both languages.
type Words = [&'static str; 4];

const COMPOSE: Words = [
    "a Compose file",
    "`kompose convert` makes manifests of it.",
    "Compose 文件",
    "可用 kompose convert 把它转换成清单。",
];
const KUSTOMIZATION: Words = [
    "a kustomization",
    "Paste what `kubectl kustomize` prints.",
    "Kustomize 的 kustomization 文件",
    "请粘贴 kubectl kustomize 的输出。",
];
const VALUES: Words = [
    "the values of a Helm chart",
    "Paste what `helm template` prints.",
    "Helm chart 的 values 文件",
    "请粘贴 helm template 的输出。",
];
const CHART: Words = [
    "the Chart.yaml of a Helm chart",
    "Paste what `helm template` prints.",
    "Helm chart 的 Chart.yaml",
    "请粘贴 helm template 的输出。",
];
const KUBECONFIG: Words = [
    "a kubeconfig",
    "It tells kubectl how to reach a cluster and may hold secrets: keep it to yourself.",
    "kubeconfig 文件",
    "它说明 kubectl 如何连接集群，可能含有密钥，请勿外传。",
];
const WORKFLOW: Words = [
    "a workflow of GitHub Actions",
    "Paste the manifests that it applies.",
    "GitHub Actions 的工作流文件",
    "请粘贴它所应用的清单。",
];
const PIPELINE: Words = [
    "a pipeline of GitLab",
    "Paste the manifests that it applies.",
    "GitLab 的流水线文件",
    "请粘贴它所应用的清单。",
];
const PLAYBOOK: Words = [
    "an Ansible playbook",
    "Paste the manifests that it applies.",
    "Ansible 的 playbook",
    "请粘贴它所应用的清单。",
];
const OPENAPI: Words = [
    "the description of an HTTP API",
    "To give it to a Pod, put it into a ConfigMap.",
    "HTTP API 的描述文件",
    "如要提供给 Pod 使用，请放入 ConfigMap。",
];
const PACKAGE: Words = [
    "a package.json",
    "Build an image of the program and name it in a container.",
    "package.json",
    "请先为程序构建镜像，再在容器中使用该镜像。",
];
const SETTINGS: Words = [
    "a file of settings",
    "To give it to a Pod, put it into a ConfigMap, under `data`.",
    "配置文件",
    "如要提供给 Pod 使用，请放入 ConfigMap 的 data 中。",
];
const TOOL: Words = [
    "the configuration of a tool",
    "A cluster has no such object.",
    "某个工具的配置文件",
    "集群中没有这种对象。",
];
const DOCKERFILE: Words = [
    "a Dockerfile",
    "Build the image, then name it in a container.",
    "Dockerfile",
    "请先构建镜像，再在容器中使用该镜像。",
];
const SCRIPT: Words =
    ["a script", "Paste the manifests that it applies.", "脚本", "请粘贴它所应用的清单。"];
const COMMANDS: Words = [
    "made of commands",
    "With `--dry-run=client -o yaml` kubectl prints the manifest that a command stands for.",
    "命令",
    "kubectl 加上 --dry-run=client -o yaml 会输出命令对应的清单。",
];
const TABLE: Words = [
    "a table of `kubectl get`",
    "With `-o yaml` kubectl prints the manifests.",
    "kubectl get 输出的表格",
    "加上 -o yaml，kubectl 会输出清单。",
];
const DESCRIPTION: Words = [
    "what `kubectl describe` prints",
    "`kubectl get -o yaml` prints the manifest.",
    "kubectl describe 的输出",
    "kubectl get -o yaml 会输出清单。",
];
const PAGE: Words = [
    "the source of a web page or XML",
    "Copy the manifest alone.",
    "网页源代码或 XML",
    "请只复制其中的清单。",
];
const TERRAFORM: Words =
    ["Terraform code", "Paste the manifests in its place.", "Terraform 代码", "请改为粘贴清单。"];
const ADDRESS: Words = [
    "an address",
    "Open it and paste the text that it shows.",
    "网址",
    "请打开它，粘贴其中的文本。",
];

/// The groups of versions that tools read from files, and no cluster knows.
const TOOLS: [&str; 10] = [
    "apiserver.k8s.io",
    "apiserver.config.k8s.io",
    "audit.k8s.io",
    "config.kubernetes.io",
    "eksctl.io",
    "k3d.io",
    "kind.x-k8s.io",
    "kubeadm.k8s.io",
    "kubelet.config.k8s.io",
    "skaffold",
];

/// Keys that only one kind of file has at its top, all of them together.
const TOPS: [(&[&str], Words); 10] = [
    (&["openapi", "paths"], OPENAPI),
    (&["swagger", "paths"], OPENAPI),
    (&["jobs", "on"], WORKFLOW),
    (&["stages"], PIPELINE),
    (&["name", "version", "scripts"], PACKAGE),
    (&["name", "version", "dependencies"], PACKAGE),
    (&["scrape_configs"], SETTINGS),
    (&["Name", "Namespace"], DESCRIPTION),
    (&["Name", "Labels"], DESCRIPTION),
    (&["spring"], SETTINGS),
];

/// Keys of a kustomization beside `resources`.
const KUSTOMIZING: [&str; 9] = [
    "bases",
    "commonLabels",
    "configMapGenerator",
    "namePrefix",
    "nameSuffix",
    "patches",
    "patchesJson6902",
    "patchesStrategicMerge",
    "secretGenerator",
];

/// Keys of a chart's values that nothing else has at its top, and others of which it has several.
const OF_VALUES: [&str; 5] =
    ["fullnameOverride", "nameOverride", "podAnnotations", "podSecurityContext", "replicaCount"];
const OFTEN_IN_VALUES: [&str; 10] = [
    "auth",
    "autoscaling",
    "global",
    "image",
    "ingress",
    "metrics",
    "persistence",
    "primary",
    "service",
    "serviceAccount",
];

/// What a document is that is no manifest, if that is known.
pub(super) fn known(text: &str, root: Option<&Node>) -> Option<Diagnostic> {
    let (words, span) = match root.map(|root| (root, &root.value)) {
        Some((root, NodeValue::Map(_))) => (of_mapping(root)?, first(root)),
        Some((root, NodeValue::Seq(items))) => {
            if let Some(told) = objects(text, root, items) {
                return Some(told);
            }
            let is_play = |one: &Node| one.at("hosts").or(one.at("import_playbook")).is_some();
            (items.iter().all(is_play).then_some(PLAYBOOK)?, first(root))
        }
        _ => of_text(text)?,
    };
    let [what, todo, what_zh, todo_zh] = words;
    let (message, chinese) = (
        format!("This is {what}, not a Kubernetes manifest. {todo}"),
        format!("这是{what_zh}，不是 Kubernetes 清单。{todo_zh}"),
    );
    Some(error("POD-K009", &message, &chinese, span))
}

fn first(root: &Node) -> Span {
    match &root.value {
        NodeValue::Map(entries) => entries.first().map_or(root.span, |one| one.key_span),
        _ => Span { start: root.span.start, end: (root.span.start + 1).min(root.span.end) },
    }
}

fn of_mapping(root: &Node) -> Option<Words> {
    let NodeValue::Map(entries) = &root.value else { return None };
    let has = |key: &str| root.at(key).is_some();
    let word = |key: &str| root.at(key).and_then(Node::as_str);
    let version = word("apiVersion").unwrap_or_default();
    let group = version.split_once('/').map_or("", |(group, _)| group);
    let is_list = |key: &str| matches!(root.at(key).map(|one| &one.value), Some(NodeValue::Seq(_)));
    if let Some(kind) = word("kind") {
        let is_kustomize = group == "kustomize.config.k8s.io";
        return match kind {
            "Kustomization" | "Component" if is_kustomize => Some(KUSTOMIZATION),
            "Config" if version == "v1" && is_list("clusters") => Some(KUBECONFIG),
            _ => TOOLS.contains(&group).then_some(TOOL),
        };
    }
    if has("apiVersion") {
        return (matches!(version, "v1" | "v2") && has("name") && has("version")).then_some(CHART);
    }
    if has("kind") || (has("metadata") && has("spec")) {
        return None;
    }
    let entries_of = |key: &str| match root.at(key).map(|one| &one.value) {
        Some(NodeValue::Map(entries)) => entries.as_slice(),
        _ => &[],
    };
    let services = entries_of("services");
    let is_service = |one: &Node| ["image", "build"].iter().any(|key| one.at(key).is_some());
    if services.iter().any(|one| is_service(&one.value)) {
        return Some(COMPOSE);
    }
    let all_words = |key: &str| match root.at(key).map(|one| &one.value) {
        Some(NodeValue::Seq(items)) => {
            !items.is_empty() && items.iter().all(|item| item.as_str().is_some())
        }
        _ => false,
    };
    if all_words("resources") || (KUSTOMIZING.iter().any(|key| has(key)) && !has("spec")) {
        return Some(KUSTOMIZATION);
    }
    if let Some((_, words)) = TOPS.iter().find(|(keys, _)| keys.iter().all(|key| has(key))) {
        return Some(*words);
    }
    let often = entries.iter().filter(|one| OFTEN_IN_VALUES.contains(&&*one.key)).count();
    let has_repository = root.at("image").and_then(|image| image.at("repository")).is_some();
    let is_values = has_repository || often > 1 || OF_VALUES.iter().any(|key| has(key));
    is_values.then_some(VALUES)
}

/// Objects that stand in a list of their own, which kubectl does not take.
fn objects(text: &str, root: &Node, items: &[Node]) -> Option<Diagnostic> {
    let is_object = |one: &Node| one.at("apiVersion").is_some() && one.at("kind").is_some();
    if items.is_empty() || !items.iter().all(is_object) {
        return None;
    }
    let at = root.span.start as usize;
    let edits = if text.get(at..)?.starts_with('[') {
        let end = text.trim_end().len();
        let put = |at: usize, text: &str| {
            let at = u32::try_from(at).ok()?;
            Some(Edit { span: Span { start: at, end: at }, text: text.to_owned() })
        };
        let head = "{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": ";
        vec![put(at, head)?, put(end, "}")?]
    } else {
        let line = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
        let at = u32::try_from(line).ok()?;
        let head = "apiVersion: v1\nkind: List\nitems:\n".to_owned();
        vec![Edit { span: Span { start: at, end: at }, text: head }]
    };
    Some(Diagnostic {
        help: Some(
            "kubectl says: error: json: cannot unmarshal array into Go value of type \
             unstructured.detector"
                .to_owned(),
        ),
        fix: Some(Fix {
            title: "Make it a List".to_owned(),
            chinese: "改为 List".to_owned(),
            edits,
        }),
        ..error(
            "POD-K008",
            "These objects stand in a list of their own; kubectl takes documents or a List.",
            "这些对象写成了一个列表；kubectl 只接受多个文档或 List。",
            first(root),
        )
    })
}

/// What a text is that is no mapping, by its lines, and the line that gives it away.
fn of_text(text: &str) -> Option<(Words, Span)> {
    let mut at = 0;
    let rows = text.split_inclusive('\n').map(|line| {
        at += line.len();
        (at - line.len(), line.trim())
    });
    let rows: Vec<(usize, &str)> = rows.filter(|(_, line)| !line.is_empty()).collect();
    let said: Vec<&(usize, &str)> =
        rows.iter().filter(|(_, line)| !line.starts_with('#')).collect();
    let is_script = rows.first().is_some_and(|(_, line)| line.starts_with("#!"));
    let (from, head) = if is_script { rows.first()? } else { *said.first()? };
    let span =
        Span { start: u32::try_from(*from).ok()?, end: u32::try_from(*from + head.len()).ok()? };
    let words = |line: &str| line.split_whitespace().next().unwrap_or_default().to_owned();
    let begins = |line: &str, all: &[&str]| all.contains(&&*words(line));
    let is_manifest = || said.iter().any(|(_, line)| line.starts_with("kind:"));
    let has = |all: &[&str]| said.iter().any(|(_, line)| begins(line, all));
    let is_docker = begins(head, &["FROM", "ARG"]) && (said.len() == 1 || has(&STEPS));
    let is_setting = |line: &str| {
        let key = line.split('=').next().unwrap_or_default().trim_end();
        line.contains('=') && !key.is_empty() && key.chars().all(is_key)
    };
    let is_section = |line: &str| line.starts_with('[') && line.ends_with(']');
    let is_settings = || {
        said.iter().all(|(_, line)| is_setting(line) || is_section(line))
            && said.iter().any(|(_, line)| is_setting(line))
    };
    let is_address = said.len() == 1
        && !head.contains(' ')
        && (head.starts_with("https://") || head.starts_with("http://"));
    let found = if is_script {
        SCRIPT
    } else if is_docker {
        DOCKERFILE
    } else if head.starts_with("NAME ") && TITLES.iter().any(|title| head.contains(title)) {
        TABLE
    } else if head.starts_with("<!") || head.starts_with("<?xml") || head.starts_with("<html") {
        PAGE
    } else if begins(head, &["resource", "provider", "terraform"]) && head.ends_with('{') {
        TERRAFORM
    } else if is_address {
        ADDRESS
    } else if said.iter().all(|(_, line)| begins(line.trim_start_matches("$ "), &TYPED)) {
        COMMANDS
    } else if is_settings() {
        SETTINGS
    } else {
        return None;
    };
    (!is_manifest()).then_some((found, span))
}

fn is_key(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "._-".contains(letter)
}

/// The steps of a Dockerfile.
const STEPS: [&str; 9] =
    ["RUN", "COPY", "ADD", "CMD", "ENTRYPOINT", "WORKDIR", "EXPOSE", "ENV", "USER"];
/// Titles of the tables that kubectl prints.
const TITLES: [&str; 5] = [" READY", " STATUS", " AGE", " TYPE", " DATA"];
/// Commands that people type.
const TYPED: [&str; 8] =
    ["kubectl", "helm", "docker", "minikube", "kind", "kustomize", "oc", "k3s"];

#[cfg(test)]
mod tests {
    use crate::kubectl::Reader;

    #[test]
    fn files_of_other_tools_are_named() {
        for (text, word) in [
            ("services:\n  web:\n    image: nginx\n    ports: [\"80:80\"]\n", "Compose"),
            ("version: '3'\nservices:\n  web:\n    build: .\n", "Compose"),
            ("resources:\n- a.yaml\nnamePrefix: dev-\n", "kustomization"),
            (
                "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\n",
                "kustomization",
            ),
            ("replicaCount: 1\nimage:\n  repository: nginx\n", "Helm"),
            ("global: {}\nauth: {rootPassword: x}\n", "Helm"),
            ("apiVersion: v2\nname: c\nversion: 0.1.0\n", "Chart.yaml"),
            ("apiVersion: v1\nkind: Config\nclusters: []\nusers: []\n", "kubeconfig"),
            ("kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n", "tool"),
            ("name: CI\non: [push]\njobs: {}\n", "GitHub"),
            ("- hosts: all\n  tasks: []\n", "Ansible"),
            ("FROM nginx\nRUN [\"a\", \"b\"]\n", "Dockerfile"),
            ("#!/bin/sh\nset -e\n", "script"),
            ("kubectl get pods\nkubectl scale deploy a --replicas=2\n", "commands"),
            ("NAME    READY   STATUS\nweb-0   1/1     Running\n", "table"),
            ("Name: web-0\nNamespace: default\nStatus: Running\n", "describe"),
            ("<!DOCTYPE html>\n<html></html>\n", "web page"),
            ("[server]\nport = 8080\nhost = \"x\"\n", "settings"),
            ("server.port=80\n", "settings"),
            ("https://example.org/a.yaml\n", "address"),
        ] {
            let found = Reader::default().check(text);
            assert_eq!((found.len(), found[0].code), (1, "POD-K009"), "{text}: {found:?}");
            assert!(found[0].message.contains(word), "{}", found[0].message);
            assert!(found[0].fix.is_none() && found[0].chinese.ends_with('。'), "{text}");
        }
    }

    #[test]
    fn what_may_be_a_manifest_is_no_stranger() {
        for text in [
            "services: {}\n",
            "metadata: {name: x}\nspec: {resources: []}\n",
            "containers:\n- name: a\n  image: x\n",
            "kind: Pod\nimage: {repository: x}\n",
            "apiVersion: v1\nimage: {repository: x}\n",
            "apiVersion: v1\nkind: Config\nmetadata: {name: x}\n",
            "a=b\nkind: Pod\n",
        ] {
            let found = Reader::default().check(text);
            assert!(found.iter().all(|one| one.code != "POD-K009"), "{text}: {found:?}");
        }
    }

    #[test]
    fn objects_in_a_list_become_a_list_of_kubernetes() {
        for text in [
            "- apiVersion: v1\n  kind: Namespace\n  metadata: {name: a}\n- apiVersion: v1\n  kind: Namespace\n  \
             metadata: {name: b}\n",
            "[{\"apiVersion\": \"v1\", \"kind\": \"Namespace\", \"metadata\": {\"name\": \"a\"}},\n \
             {\"apiVersion\": \"v1\", \"kind\": \"Namespace\", \"metadata\": {\"name\": \"b\"}}]\n",
        ] {
            let found = Reader::default().check(text);
            let fix = found[0].fix.as_ref().expect("it can be mended");
            let objects = Reader::default().read(&fix.apply(text)).expect("it is valid");
            assert_eq!(objects.len(), 2, "{text}");
        }
    }
}
