//! Containers in a description: of Pods, with their statuses, and of templates, without.
//!
//! Must not know volumes. Invariant: containers stand in the order of the spec.
//!
//! Models staging/src/k8s.io/kubectl/pkg/describe/describe.go describeContainers

use crate::api::Quantity;
use crate::base::Order as _;
use crate::kubectl::print::age::rfc1123;
use crate::kubectl::print::describe::page::{Page, go_list, truth};
use crate::kubectl::print::look::Look;

/// Whose containers are described.
#[derive(Clone, Copy)]
pub(super) struct Whose<'a> {
    /// The Pod, for what its environment refers to; none for a template.
    pub pod: Option<Look<'a>>,
    /// The statuses by name; none for a template.
    pub statuses: Option<Look<'a>>,
}

/// Describes containers under a title.
pub(super) fn containers(page: &mut Page, title: &str, list: Look, whose: Whose) {
    let indent = if whose.pod.is_some() { "" } else { "  " };
    let none = if list.is_empty() { " <none>" } else { "" };
    page.line(0, format!("{indent}{title}:{none}"));
    for container in list.list() {
        let status = whose
            .statuses
            .map(|statuses| statuses.find("name", container.at("name").text()))
            .filter(|status| status.is_some());
        basics(page, container, status, indent);
        commands(page, container);
        if let Some(status) = status {
            states(page, status);
        }
        resources(page, 2, container.at("resources"));
        let probes = [("Liveness", "liveness"), ("Readiness", "readiness"), ("Startup", "startup")];
        for (title, key) in probes {
            let found = container.key(&format!("{key}Probe"));
            if found.is_some() {
                page.field(2, title, probe(found));
            }
        }
        environment_sources(page, container.at("envFrom"));
        environment(page, container, whose.pod);
        mounts(page, container);
    }
}

fn basics(page: &mut Page, container: Look, status: Option<Look>, indent: &str) {
    let name_indent = if indent.is_empty() { "" } else { " " };
    page.line(1, format!("{name_indent}{}:", container.at("name").text()));
    if let Some(status) = status {
        page.field(2, "Container ID", status.at("containerID").text());
    }
    page.field(2, "Image", container.at("image").text());
    if let Some(status) = status {
        page.field(2, "Image ID", status.at("imageID").text());
    }
    let ports = |key: &str| -> String {
        let texts: Vec<String> = container
            .at("ports")
            .list()
            .map(|one| {
                let port = format!("{}/{}", one.key(key).int(), one.at("protocol").text());
                match one.at("name").text() {
                    "" => port,
                    name => format!("{port} ({name})"),
                }
            })
            .collect();
        texts.join(", ")
    };
    for (title, key) in [("Port", "containerPort"), ("Host Port", "hostPort")] {
        match ports(key) {
            text if text.contains(',') => page.field(2, &format!("{title}s"), text),
            text if text.is_empty() => page.field(2, title, "<none>"),
            text => page.field(2, title, text),
        }
    }
    let profile = container.at("securityContext.seccompProfile");
    if profile.is_some() {
        page.field(2, "SeccompProfile", profile.at("type").text());
        if profile.at("type").text() == "Localhost" {
            page.field(3, "LocalhostProfile", profile.at("localhostProfile").text());
        }
    }
}

fn commands(page: &mut Page, container: Look) {
    for (title, key) in [("Command", "command"), ("Args", "args")] {
        let words = container.key(key);
        if words.is_empty() {
            continue;
        }
        page.line(2, format!("{title}:"));
        for line in words.list().flat_map(|word| word.text().split('\n')) {
            page.line(3, line);
        }
    }
}

fn states(page: &mut Page, status: Look) {
    state(page, "State", status.at("state"));
    if status.at("lastState.terminated").is_some() {
        state(page, "Last State", status.at("lastState"));
    }
    page.field(2, "Ready", truth(status.at("ready").bool()));
    page.field(2, "Restart Count", status.at("restartCount").int().to_string());
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go describeStatus
fn state(page: &mut Page, title: &str, state: Look) {
    let (running, terminated) = (state.at("running"), state.at("terminated"));
    if running.is_some() {
        page.field(2, title, "Running");
        return page.field(3, "Started", rfc1123(running.at("startedAt").text()));
    }
    if !terminated.is_some() {
        page.field(2, title, "Waiting");
        let reason = state.at("waiting.reason").text();
        if !reason.is_empty() {
            page.field(3, "Reason", reason);
        }
        return;
    }
    page.field(2, title, "Terminated");
    for (title, key) in [("Reason", "reason"), ("Message", "message")] {
        let text = terminated.key(key).text();
        if !text.is_empty() {
            page.field(3, title, text);
        }
    }
    page.field(3, "Exit Code", terminated.at("exitCode").int().to_string());
    if terminated.at("signal").int() > 0 {
        page.field(3, "Signal", terminated.at("signal").int().to_string());
    }
    page.field(3, "Started", rfc1123(terminated.at("startedAt").text()));
    page.field(3, "Finished", rfc1123(terminated.at("finishedAt").text()));
}

/// Limits and requests.
pub(super) fn resources(page: &mut Page, level: usize, resources: Look) {
    for (title, key) in [("Limits", "limits"), ("Requests", "requests")] {
        let amounts = resources.key(key);
        if amounts.is_empty() {
            continue;
        }
        page.line(level, format!("{title}:"));
        for (name, amount) in amounts.entries() {
            page.field(level + 1, name, amount.plain());
        }
    }
}

/// A probe in one line.
///
/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go DescribeProbe
fn probe(probe: Look) -> String {
    let number = |key: &str| probe.key(key).int();
    let times = format!(
        "delay={}s timeout={}s period={}s #success={} #failure={}",
        number("initialDelaySeconds"),
        number("timeoutSeconds"),
        number("periodSeconds"),
        number("successThreshold"),
        number("failureThreshold")
    );
    let (exec, http) = (probe.at("exec"), probe.at("httpGet"));
    let (socket, grpc) = (probe.at("tcpSocket"), probe.at("grpc"));
    if exec.is_some() {
        return format!("exec {} {times}", go_list(exec.at("command")));
    }
    if http.is_some() {
        let scheme = http.at("scheme").text_or("HTTP").to_ascii_lowercase();
        let (host, port) = (http.at("host").text(), http.at("port").plain());
        let path = http.at("path").text().replace('?', "%3F");
        let slash = if path.is_empty() || path.starts_with('/') { "" } else { "/" };
        return format!("http-get {scheme}://{host}:{port}{slash}{path} {times}");
    }
    if socket.is_some() {
        let (host, port) = (socket.at("host").text(), socket.at("port").plain());
        return format!("tcp-socket {host}:{port} {times}");
    }
    if grpc.is_some() {
        let (port, service) = (grpc.at("port").int(), grpc.at("service").text());
        return format!("grpc <pod>:{port} {service} {times}");
    }
    format!("unknown {times}")
}

fn environment_sources(page: &mut Page, sources: Look) {
    if sources.is_empty() {
        return;
    }
    page.line(2, "Environment Variables from:");
    for source in sources.list() {
        let (map, secret) = (source.at("configMapRef"), source.at("secretRef"));
        let (kind, from) = match (map.is_some(), secret.is_some()) {
            (true, _) => ("ConfigMap", map),
            (_, true) => ("Secret", secret),
            _ => ("", map),
        };
        let prefix = match source.at("prefix").text() {
            "" => String::new(),
            prefix => format!(" with prefix '{prefix}'"),
        };
        let (name, optional) = (from.at("name").text(), from.at("optional").bool());
        page.line(3, format!("{name}\t{kind}{prefix}\tOptional: {optional}"));
    }
}

fn environment(page: &mut Page, container: Look, pod: Option<Look>) {
    let variables = container.at("env");
    page.line(2, if variables.is_empty() { "Environment:\t<none>" } else { "Environment:" });
    for variable in variables.list() {
        let name = variable.at("name").text();
        let source = variable.at("valueFrom");
        if !source.is_some() {
            for (index, line) in variable.at("value").text().split('\n').enumerate() {
                let title = if index == 0 { format!("{name}:") } else { String::new() };
                page.line(3, format!("{title}\t{line}"));
            }
            continue;
        }
        let (field, amount) = (source.at("fieldRef"), source.at("resourceFieldRef"));
        let (secret, map) = (source.at("secretKeyRef"), source.at("configMapKeyRef"));
        if field.is_some() {
            let path = field.at("fieldPath").text();
            let version = field.at("apiVersion").text();
            page.field(3, name, format!("{} ({version}:{path})", pod_field(pod, path)));
        } else if amount.is_some() {
            let resource = amount.at("resource").text();
            page.field(3, name, format!("{} ({resource})", container_amount(container, amount)));
        } else if secret.is_some() || map.is_some() {
            let (from, what) =
                if secret.is_some() { (secret, "in secret") } else { (map, "of config map") };
            let (key, owner) = (from.at("key").text(), from.at("name").text());
            let optional = from.at("optional").bool();
            let text = format!("<set to the key '{key}' {what} '{owner}'>\tOptional: {optional}");
            page.field(3, name, text);
        }
    }
}

/// The value of a Pod's field, as far as kubectl resolves it: its name and its namespace.
fn pod_field<'a>(pod: Option<Look<'a>>, path: &str) -> &'a str {
    match (pod, path) {
        (Some(pod), "metadata.name" | "metadata.namespace") => pod.at(path).text(),
        _ => "",
    }
}

/// Models staging/src/k8s.io/kubectl/pkg/util/resource/resource.go ExtractContainerResourceValue
fn container_amount(container: Look, source: Look) -> String {
    let resource = source.at("resource").text();
    let Some((list, name)) = resource.split_once('.') else { return String::new() };
    let read = |text: String| Quantity::parse(&text);
    let amount = read(container.at("resources").key(list).key(name).plain());
    let divisor = read(source.at("divisor").plain()).filter(|one| one.milli > 0);
    let divisor = divisor.map_or(1_000, |one| one.milli);
    let value = amount.map_or(0, |one| (one.milli + divisor - 1) / divisor);
    if value == 0 && matches!(resource, "limits.cpu" | "limits.memory") {
        return "node allocatable".to_owned();
    }
    value.to_string()
}

fn mounts(page: &mut Page, container: Look) {
    let mounts = container.at("volumeMounts");
    let none = if mounts.is_empty() { "\t<none>" } else { "" };
    page.line(2, format!("Mounts:{none}"));
    let mut sorted: Vec<Look> = mounts.list().collect();
    sorted.order_by_key(|mount| mount.at("mountPath").text());
    for mount in sorted {
        let mut flags = if mount.at("readOnly").bool() { "ro" } else { "rw" }.to_owned();
        let part = mount.at("subPath").text();
        if !part.is_empty() {
            flags = format!("{flags},path=\"{part}\"");
        }
        let (path, name) = (mount.at("mountPath").text(), mount.at("name").text());
        page.line(3, format!("{path} from {name} ({flags})"));
    }
    let mut devices: Vec<Look> = container.at("volumeDevices").list().collect();
    if devices.is_empty() {
        return;
    }
    page.line(2, format!("Devices:{none}"));
    devices.order_by_key(|device| device.at("devicePath").text());
    for device in devices {
        let (path, name) = (device.at("devicePath").text(), device.at("name").text());
        page.line(3, format!("{path} from {name}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Value;

    fn described(json: &str) -> String {
        let tree: Value = serde_json::from_str(json).expect("valid");
        let mut page = Page::default();
        let whose = Whose { pod: None, statuses: None };
        containers(&mut page, "Containers", Look::from(&tree), whose);
        page.lay_out()
    }

    #[test]
    fn probes_and_environment_have_a_line_each() {
        let text = described(
            r#"[{"name":"app","image":"a:1","env":[{"name":"A","value":"1"},
                {"name":"B","valueFrom":{"fieldRef":{"apiVersion":"v1","fieldPath":"metadata.name"}}}],
                "readinessProbe":{"httpGet":{"path":"/ok","port":80,"scheme":"HTTP"},
                "timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,"failureThreshold":3}}]"#,
        );
        let wanted = "  Containers:\n   app:\n    Image:      a:1\n    Port:       <none>\n    Host \
                      Port:  <none>\n    Readiness:  http-get http://:80/ok delay=0s timeout=1s \
                      period=10s #success=1 #failure=3\n    Environment:\n      \
                      A:     1\n      B:      (v1:metadata.name)\n    Mounts:  <none>\n";
        assert_eq!(text, wanted);
    }

    #[test]
    fn a_probe_is_told_as_recorded() {
        // From the recorded describe of a Pod whose probe is a command.
        let given: Value = serde_json::from_str(
            r#"{"exec":{"command":["check"]},"timeoutSeconds":1,"periodSeconds":1,
                "successThreshold":1,"failureThreshold":1}"#,
        )
        .expect("valid");
        let wanted = "exec [check] delay=0s timeout=1s period=1s #success=1 #failure=1";
        assert_eq!(probe(Look::from(&given)), wanted);
    }
}
