//! What the server or a node will make of objects that are valid: the server's warnings, and images
//! with which no container starts.
//!
//! Must not know how a text is read. Invariant: what is told here is no error.

use crate::api::Object;
use crate::api::validation::warnings;
use crate::kubectl::places::find;
use crate::kubectl::tell::{change, error};
use crate::kubelet::invalid_name;
use crate::text::{Diagnostic, Edit, Fix, Node, NodeValue, Severity, Span};

/// What the server's warnings are about, in Chinese; the first that fits.
const CHINESE: [(&str, &str); 21] = [
    ("fractional byte value", "字节数必须是整数，单位 m 表示千分之一"),
    ("hides previous definition", "同名变量前面已有定义，前面的值不起作用"),
    ("duplicate port name", "端口名称重复，按名称选择端口的服务和探针只会用到前一个"),
    ("port definition with", "端口定义重复"),
    ("duplicate ", "同一项重复出现"),
    ("invalid empty name", "名称为空"),
    ("hostIP set without hostPort", "设置了 hostIP，却没有 hostPort"),
    ("reclaim policy is deprecated", "Recycle 回收策略已弃用，建议改用动态供应"),
    (
        "use discovery.k8s.io/v1 EndpointSlice",
        "Endpoints 已弃用，请改用 discovery.k8s.io/v1 EndpointSlice",
    ),
    ("spec.externalIPs is deprecated", "spec.externalIPs 已弃用，有的集群可能不再支持"),
    ("use \"storageClassName\"", "已弃用，请改用 storageClassName"),
    ("node-role.kubernetes.io/control-plane", "请改用 node-role.kubernetes.io/control-plane"),
    ("use the \"seccompProfile\"", "已不起作用，请改用 seccompProfile 字段"),
    ("use the \"priorityClassName\"", "已不起作用，请改用 priorityClassName 字段"),
    ("deprecated", "已弃用"),
    ("non-functional", "已不起作用"),
    ("this is used in", "它会用作 Pod 名称或主机名，应只含小写字母、数字和“-”"),
    ("ignored for headless services", "对无头服务不起作用"),
    ("matching no pod", "labelSelector 为空，不匹配任何 Pod"),
    ("negative value retains", "负数表示保留所有历史版本，建议使用不小于 0 的值"),
    ("negative values are invalid", "负数无效，会按 1 处理"),
];

fn warning(message: &str, chinese: &str, span: Span) -> Diagnostic {
    Diagnostic { severity: Severity::Warning, ..error("POD-V012", message, chinese, span) }
}

/// What the server would warn of, told where it stands.
pub(super) fn warned(object: &Object, root: &Node) -> Vec<Diagnostic> {
    let told = |text: String| {
        let path = text.split(": ").next().unwrap_or_default();
        let is_path = path.starts_with("spec") || path.starts_with("metadata");
        let (place, rest) = match text.split_once(": ") {
            Some((path, rest)) if is_path => (path.to_owned(), rest),
            _ => (String::new(), text.as_str()),
        };
        let known = CHINESE.iter().find(|(words, _)| rest.contains(words));
        let rest_zh = known.map_or(rest, |(_, chinese)| chinese).trim_end_matches('.');
        let sentence = text.trim_end_matches('.');
        let chinese = if place.is_empty() {
            format!("{rest_zh}。")
        } else {
            format!("{place}：{rest_zh}。")
        };
        let place = find(root, &place);
        // Nobody asks for thousandths of bytes.
        let amount = place.node.and_then(Node::as_str).and_then(|word| word.strip_suffix('m'));
        let amount = amount.filter(|_| rest.contains("fractional byte value"));
        Diagnostic {
            help: Some(format!("kubectl says: Warning: {text}")),
            fix: amount.map(|number| change(place.span, &format!("{number}Mi"))),
            ..warning(&format!("{sentence}."), &chinese, place.span)
        }
    };
    warnings(object, None).into_iter().map(told).collect()
}

/// What only placeholders have; no image's name does.
const PLACES: [char; 5] = ['{', '}', '<', '>', '$'];

/// Images with which no container ever starts: what a template or a person still has to put in is
/// missing, or no node can read the name.
pub(super) fn images(root: &Node) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        match &node.value {
            NodeValue::Seq(items) => open.extend(items),
            NodeValue::Map(entries) => open.extend(entries.iter().map(|one| &one.value)),
            _ => {}
        }
        let lists = ["containers", "initContainers"].into_iter().filter_map(|key| node.at(key));
        for list in lists {
            let NodeValue::Seq(items) = &list.value else { continue };
            found.extend(items.iter().filter_map(|one| image(one.at("image")?)));
        }
    }
    found
}

/// An image whose name is still to be put in.
fn placeholder(word: &str, span: Span) -> Diagnostic {
    let message = format!(
        "The image {word} still has a placeholder in it: a container with it never starts."
    );
    let chinese = format!("镜像 {word} 中还有占位符，使用它的容器无法启动。");
    Diagnostic { severity: Severity::Warning, ..error("POD-Y009", &message, &chinese, span) }
}

fn image(node: &Node) -> Option<Diagnostic> {
    let word = node.as_str().filter(|word| !word.is_empty())?;
    if word.contains(PLACES) {
        return Some(placeholder(word, node.span));
    }
    let why = invalid_name(word)?;
    let message = format!("No node can read the image name {word}: {why}.");
    let chinese = format!("节点无法识别镜像名称 {word}：{why}。");
    let scheme = word.find("://").map_or(0, |at| at + 3);
    let bare: String = word[scheme..].chars().filter(|one| !one.is_whitespace()).collect();
    if let Some(note) = note(node, word) {
        return Some(note);
    }
    let single = bare.replace("//", "/");
    let meant = [bare.clone(), bare.to_lowercase(), single.clone(), single.to_lowercase()]
        .into_iter()
        .find(|one| one != word && invalid_name(one).is_none());
    Some(Diagnostic {
        help: Some(format!("the kubelet says: InvalidImageName: {why}")),
        fix: meant.map(|meant| change(node.span, &meant)),
        ..warning(&message, &chinese, node.span)
    })
}

/// What stands behind the name of an image and a blank, and was meant as a note.
fn note(node: &Node, word: &str) -> Option<Diagnostic> {
    let (image, behind) = word.split_once(' ')?;
    let behind = behind.trim();
    let is_note = behind.starts_with(['(', '<', '（', '/', '-', '—', '←'])
        || behind.starts_with(|first: char| !first.is_ascii());
    // In quotes a note would not stand behind the value.
    let is_plain = (node.span.end - node.span.start) as usize == word.len();
    (is_note && is_plain && invalid_name(image).is_none()).then(|| {
        let message =
            format!("`{behind}` is no comment in YAML: comments begin with a space and `#`.");
        let chinese = format!("“{behind}”在 YAML 中不是注释：注释以空格和“#”开头。");
        let start = node.span.start + u32::try_from(image.len()).unwrap_or(0);
        let words = behind.trim_start_matches('/').trim_start();
        let edit = Edit { span: Span { start, end: node.span.end }, text: format!(" # {words}") };
        Diagnostic {
            fix: Some(Fix {
                title: "Make it a comment".to_owned(),
                chinese: "改为注释".to_owned(),
                edits: vec![edit],
            }),
            ..warning(&message, &chinese, node.span)
        }
    })
}

#[cfg(test)]
mod tests {
    use crate::kubectl::Reader;
    use crate::text::Severity;

    fn pod(container: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  containers:\n  - name: c\n    {container}\n"
        )
    }

    #[test]
    fn what_the_server_warns_of_is_told_where_it_stands() {
        for (container, word) in [
            ("image: x\n    env: [{name: A, value: b}, {name: A, value: c}]", "name"),
            ("image: x\n    resources: {requests: {memory: 512m}}", "512m"),
        ] {
            let text = pod(container);
            let found = Reader::default().check(&text);
            let [one] = &found[..] else { panic!("{found:?}") };
            assert_eq!((one.code, one.severity), ("POD-V012", Severity::Warning));
            let range = one.primary.start as usize..one.primary.end as usize;
            assert_eq!(text.get(range), Some(word), "{}", one.message);
            assert!(one.chinese.ends_with('。') && !one.chinese.contains("previous"));
        }
        assert!(Reader::default().check(&pod("image: x")).is_empty());
    }

    #[test]
    fn images_with_placeholders_are_told() {
        let manifest = include_str!("../../tests/manifests/first-light.yaml");
        for image in ["\"{{ .Values.image }}:{{ .Values.tag }}\"", "${IMAGE}", "<镜像地址>"] {
            let text = manifest.replacen("image: ", &format!("image: {image} # "), 1);
            let found = Reader::default().check(&text);
            let told: Vec<_> = found.iter().map(|one| (one.code, one.severity)).collect();
            assert_eq!(told, [("POD-Y009", Severity::Warning)], "{image}");
        }
        let text = pod("image: x\n  initContainers: [{name: i, image: \"${IMAGE}\"}]");
        assert_eq!(Reader::default().check(&text)[0].code, "POD-Y009");
    }

    #[test]
    fn images_that_no_node_can_read_are_told() {
        for (bad, good) in [
            ("Nginx:1.27", Some("nginx:1.27")),
            ("nginx :1.27", Some("nginx:1.27")),
            ("https://ghcr.io/a/b:1", Some("ghcr.io/a/b:1")),
            ("nginx:1.27:latest", None),
            ("ghcr.io/a//b:1", Some("ghcr.io/a/b:1")),
            ("nginx:1.27 (web)", Some("nginx:1.27 # (web)")),
            ("nginx:1.27 // 网页", Some("nginx:1.27 # 网页")),
        ] {
            let text = pod(&format!("image: {bad}"));
            let found = Reader::default().check(&text);
            assert_eq!((found.len(), found[0].code), (1, "POD-V012"), "{bad}: {found:?}");
            let fixed = found[0].fix.as_ref().map(|fix| fix.apply(&text));
            assert_eq!(fixed, good.map(|good| pod(&format!("image: {good}"))), "{bad}");
        }
    }
}
