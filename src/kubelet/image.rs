//! Images' names, and what a registry answers.
//!
//! Must not know Pods or machines. Invariant: follows from the name alone.

/// What the registry answers when an image can't be had.
pub(super) fn missing(image: &str) -> String {
    format!(
        "rpc error: code = NotFound desc = failed to pull and unpack image \"{image}\": failed \
         to resolve image: {image}: not found"
    )
}

/// A number of thousandths of a second as Go prints a duration.
pub(super) fn millis(millis: u64) -> String {
    if millis < 1_000 {
        return format!("{millis}ms");
    }
    let part = format!("{:03}", millis % 1_000);
    let part = part.trim_end_matches('0');
    let point = if part.is_empty() { "" } else { "." };
    match (millis / 60_000, millis / 1_000 % 60) {
        (0, seconds) => format!("{seconds}{point}{part}s"),
        (minutes, seconds) => format!("{minutes}m{seconds}{point}{part}s"),
    }
}

const REGISTRY: &str = "docker.io";
const NAME_MAX: usize = 255;
const TAG_MAX: usize = 128;

/// Why an image's name can't be read.
///
/// Models pkg/util/parsers/parsers.go ParseImageName, which reads names as
/// github.com/distribution/reference ParseNormalizedNamed does
pub fn invalid_name(image: &str) -> Option<String> {
    let (domain, rest) = split(image);
    let repository = rest.split(':').next().unwrap_or_default();
    if repository.chars().any(char::is_uppercase) {
        let text = format!("repository name ({repository}) must be lowercase");
        return Some(format!("invalid reference format: {text}"));
    }
    let (named, digest) = match rest.split_once('@') {
        Some((named, digest)) => (named, Some(digest)),
        None => (&*rest, None),
    };
    let (path, tag) = match named.rsplit_once(':') {
        Some((path, tag)) => (path, Some(tag)),
        None => (named, None),
    };
    let is_valid = domain.is_none_or(is_domain)
        && path.split('/').all(is_component)
        && tag.is_none_or(is_tag)
        && digest.is_none_or(is_digest);
    if !is_valid {
        return Some("invalid reference format".to_owned());
    }
    let length = domain.unwrap_or(REGISTRY).len() + 1 + path.len();
    (length > NAME_MAX)
        .then(|| format!("repository name must not be more than {NAME_MAX} characters"))
}

/// The registry, if the name has one, and the rest.
fn split(image: &str) -> (Option<&str>, String) {
    let is_domain = |first: &str| {
        first.contains(['.', ':']) || first == "localhost" || first != first.to_lowercase()
    };
    match image.split_once('/') {
        Some((first, rest)) if is_domain(first) && first != REGISTRY => {
            (Some(first), rest.to_owned())
        }
        Some((first, rest)) if first == REGISTRY && !rest.contains('/') => {
            (None, format!("library/{rest}"))
        }
        Some((first, rest)) if first == REGISTRY => (None, rest.to_owned()),
        Some(_) => (None, image.to_owned()),
        None => (None, format!("library/{image}")),
    }
}

fn is_domain(domain: &str) -> bool {
    let (host, port) = match domain.rsplit_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (domain, None),
    };
    let is_part = |part: &str| {
        let is_inner = |c: char| c.is_ascii_alphanumeric() || c == '-';
        !part.is_empty()
            && part.chars().all(is_inner)
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    let is_number =
        |port: &str| !port.is_empty() && port.chars().all(|digit| digit.is_ascii_digit());
    host.split('.').all(is_part) && port.is_none_or(is_number)
}

/// Words of small letters and digits with one of `.`, `_`, `__` or any number of `-` between.
fn is_component(component: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let separators: Vec<&str> =
        component.split(is_inner).filter(|separator| !separator.is_empty()).collect();
    let is_separator =
        |one: &&str| matches!(*one, "." | "_" | "__") || one.chars().all(|c| c == '-');
    component.starts_with(is_inner)
        && component.ends_with(is_inner)
        && separators.iter().all(is_separator)
}

fn is_tag(tag: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    tag.len() <= TAG_MAX
        && tag.starts_with(is_word)
        && tag.chars().all(|c| is_word(c) || matches!(c, '.' | '-'))
}

fn is_digest(digest: &str) -> bool {
    digest.split_once(':').is_some_and(|(kind, hex)| {
        kind.starts_with(|c: char| c.is_ascii_alphabetic())
            && kind.chars().all(|c| c.is_ascii_alphanumeric() || "-_+.".contains(c))
            && hex.len() >= 32
            && hex.chars().all(|c| c.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_a_container_runtime_reads_them() {
        for name in [
            "nginx",
            "nginx:1.27",
            "team/app_x:v1.2-rc",
            "localhost:5000/a/b__c",
            "ghcr.io/Owner".to_lowercase().as_str(),
            "docker.io/nginx",
            &format!("nginx@sha256:{}", "a".repeat(64)),
        ] {
            assert_eq!(invalid_name(name), None, "{name}");
        }
        let lower = |name: &str| {
            Some(format!("invalid reference format: repository name ({name}) must be lowercase"))
        };
        assert_eq!(invalid_name("Nginx:1"), lower("library/Nginx"));
        assert_eq!(invalid_name("team/Web-App"), lower("team/Web-App"));
        assert_eq!(invalid_name("ghcr.io/Team/app:1"), lower("Team/app"));
        for name in ["nginx:", "nginx:1:2", "a//b", "-web", "web_-x", "nginx@sha256:12", ":1"] {
            assert_eq!(invalid_name(name).as_deref(), Some("invalid reference format"), "{name}");
        }
        let long = invalid_name(&"a".repeat(300)).expect("too long");
        assert_eq!(long, "repository name must not be more than 255 characters");
    }

    #[test]
    fn durations_are_written_as_go_writes_them() {
        let texts = [300, 1_000, 1_500, 61_020].map(millis);
        assert_eq!(texts, ["300ms", "1s", "1.5s", "1m1.02s"]);
    }
}
