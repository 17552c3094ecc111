//! As whom a container's process runs, and whether it may.
//!
//! Must not know what the process does. Invariant: who may not be root is never root.

use crate::api::Value;
use crate::api::pod::{Container, PodSpec};

/// Images that run as root, by the last part of their name.
const ROOTS: [&str; 30] = [
    "alpine",
    "busybox",
    "caddy",
    "centos",
    "consul",
    "debian",
    "fedora",
    "golang",
    "haproxy",
    "httpd",
    "influxdb",
    "java",
    "mariadb",
    "mongo",
    "mysql",
    "nats",
    "nginx",
    "node",
    "openjdk",
    "perl",
    "php",
    "postgres",
    "python",
    "rabbitmq",
    "redis",
    "ruby",
    "tomcat",
    "ubuntu",
    "wordpress",
    "zookeeper",
];
/// Images that run as somebody whose number the image does not say.
const NAMED: [(&str, &str); 4] = [
    ("memcached", "memcache"),
    ("jenkins/jenkins", "jenkins"),
    ("prom/", "nobody"),
    ("quay.io/prometheus/", "nobody"),
];

/// Whom an image names.
enum User<'a> {
    Root,
    Named(&'a str),
    Numbered,
}

/// The user that an image says. One of the well-known images is taken for what it is.
///
/// Differs: an image that is not known is taken for one that does not run as root; a manifest that
/// forbids root was written for such a one.
fn of_image(image: &str) -> User<'static> {
    let image = image.strip_prefix("docker.io/").unwrap_or(image);
    let image = image.strip_prefix("library/").unwrap_or(image);
    if let Some((_, name)) = NAMED.iter().find(|(start, _)| image.starts_with(start)) {
        return User::Named(name);
    }
    let name = image.split_once([':', '@']).map_or(image, |(name, _)| name);
    if ROOTS.contains(&name) { User::Root } else { User::Numbered }
}

/// A field of the security that holds for a container: its own, or else the Pod's.
///
/// Models pkg/securitycontext/util.go DetermineEffectiveSecurityContext
fn setting<'a>(spec: &'a PodSpec, container: &'a Container, field: &str) -> Option<&'a Value> {
    let of = |rest: Option<&'a Value>| rest.and_then(|context| context.at(field));
    of(container.rest.get("securityContext")).or_else(|| of(spec.rest.get("securityContext")))
}

/// Why a container may not run as whom it would, given how its Pod is called.
///
/// Models pkg/kubelet/kuberuntime/security_context_others.go verifyRunAsNonRoot
pub(super) fn error(spec: &PodSpec, container: &Container, pod: &str) -> Option<String> {
    if setting(spec, container, "runAsNonRoot") != Some(&Value::Bool(true)) {
        return None;
    }
    let at = format!("(pod: \"{pod}\", container: {})", container.name);
    match setting(spec, container, "runAsUser") {
        Some(Value::Int(0)) => {
            return Some(format!("container's runAsUser breaks non-root policy {at}"));
        }
        Some(Value::Int(_)) => return None,
        _ => {}
    }
    let what = match of_image(&container.image) {
        User::Root => "image will run as root".to_owned(),
        User::Named(name) => {
            format!("image has non-numeric user ({name}), cannot verify user is non-root")
        }
        User::Numbered => return None,
    };
    Some(format!("container has runAsNonRoot and {what} {at}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(image: &str, of_pod: &str, own: &str) -> Option<String> {
        let spec: PodSpec = serde_json::from_str(&format!(
            "{{\"securityContext\":{of_pod},\"containers\":[{{\"name\":\"c\",\"image\":\"{image}\",\
             \"securityContext\":{own}}}]}}"
        ))
        .expect("valid");
        error(&spec, &spec.containers[0], "p_default(1)")
    }

    #[test]
    fn who_may_not_be_root_is_stopped_unless_it_is_somebody_else() {
        let strict = "{\"runAsNonRoot\":true}";
        let at = "(pod: \"p_default(1)\", container: c)";
        assert_eq!(
            verdict("nginx:1.25", strict, "{\"runAsUser\":0}"),
            Some(format!("container's runAsUser breaks non-root policy {at}"))
        );
        let root = Some(format!("container has runAsNonRoot and image will run as root {at}"));
        assert_eq!(verdict("nginx:1.25", strict, "{}"), root);
        assert_eq!(verdict("docker.io/library/redis", "{}", strict), root);
        assert_eq!(
            verdict("memcached:1", strict, "{}"),
            Some(format!(
                "container has runAsNonRoot and image has non-numeric user (memcache), cannot \
                 verify user is non-root {at}"
            ))
        );
        assert_eq!(verdict("nginx", strict, "{\"runAsUser\":101}"), None);
        assert_eq!(verdict("nginx", strict, "{\"runAsNonRoot\":false}"), None);
        assert_eq!(verdict("nginx", "{\"runAsUser\":0}", "{}"), None);
        assert_eq!(verdict("nginxinc/nginx-unprivileged", strict, "{}"), None);
    }
}
