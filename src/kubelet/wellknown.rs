//! What is known of images and programs that tutorials use: which releases there are, how much
//! memory a program takes, when it stops answering.
//!
//! Must not know Pods or machines. Invariant: of whatever is not listed nothing is claimed.

use crate::api::pod::Container;
use crate::base::SECOND_US;

/// Repositories and a release, major and minor, that lies well beyond the newest one.
const RELEASES: [(&str, (u32, u32)); 12] = [
    ("alpine", (4, 0)),
    ("busybox", (2, 0)),
    ("gcr.io/google-samples/kubernetes-bootcamp", (3, 0)),
    ("httpd", (3, 0)),
    ("jocatalin/kubernetes-bootcamp", (3, 0)),
    ("mariadb", (14, 0)),
    ("memcached", (1, 60)),
    ("mongo", (12, 0)),
    ("mysql", (12, 0)),
    ("nginx", (1, 100)),
    ("postgres", (30, 0)),
    ("redis", (12, 0)),
];
/// Words of which the tags of those repositories consist, where they are no numbers.
const TAG_WORDS: [&str; 40] = [
    "alpine",
    "apache",
    "beta",
    "bookworm",
    "bullseye",
    "buster",
    "debian",
    "edge",
    "focal",
    "glibc",
    "innovation",
    "jammy",
    "jessie",
    "latest",
    "lts",
    "ltsc",
    "mainline",
    "management",
    "musl",
    "nanoserver",
    "noble",
    "oracle",
    "oraclelinux",
    "otel",
    "perl",
    "preview",
    "rc",
    "slim",
    "stable",
    "stretch",
    "trixie",
    "ubi",
    "uclibc",
    "ubuntu",
    "unprivileged",
    "windowsservercore",
    "xenial",
    "bionic",
    "wheezy",
    "fpm",
];
/// Words that say of a name that there is nothing of it.
const NOTHING: [&str; 5] = ["nonexist", "notexist", "doesntexist", "nosuch", "notfound"];

/// Whether a registry is known not to have an image.
pub(super) fn is_unpublished(image: &str) -> bool {
    let letters: String = image.chars().filter(char::is_ascii_alphanumeric).collect();
    let letters = letters.to_ascii_lowercase();
    if NOTHING.iter().any(|word| letters.contains(word)) {
        return true;
    }
    let image = image.strip_prefix("docker.io/").unwrap_or(image);
    let image = image.strip_prefix("library/").unwrap_or(image);
    if image.contains('@') {
        return false;
    }
    let Some((name, tag)) = image.rsplit_once(':') else { return false };
    let known = RELEASES.iter().find(|(known, _)| *known == name);
    known.is_some_and(|(_, beyond)| match version(tag) {
        // So large a number is a day.
        Some((major, _)) if major >= 10_000 => false,
        Some(version) => version >= *beyond,
        None => !tag.split('-').all(is_tag_word),
    })
}

/// The first two numbers of a tag that begins with one: `1.27.0-alpine`, `v2`.
fn version(tag: &str) -> Option<(u32, u32)> {
    let tag = tag.strip_prefix('v').unwrap_or(tag);
    let mut numbers = tag.split(['-', '_']).next()?.split('.').map(|part| {
        let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        part[..end].parse().ok()
    });
    Some((numbers.next()??, numbers.next().flatten().unwrap_or(0)))
}

/// Whether a part of a tag is one of its words, with a number behind it or not: `alpine3.20`.
fn is_tag_word(part: &str) -> bool {
    let word = part.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    word.is_empty() || TAG_WORDS.contains(&word)
}

/// How many bytes a program takes that takes memory on purpose.
///
/// Models the program `stress`: `--vm` workers with `--vm-bytes` each, 256 MB if it is not said
pub(super) fn memory_of(argv: &[&str]) -> Option<u64> {
    let (name, words) = argv.split_first()?;
    if !matches!(name.rsplit('/').next(), Some("stress" | "stress-ng")) {
        return None;
    }
    let value = |long: &str, short: &str| {
        words.iter().enumerate().find_map(|(at, word)| {
            if *word == long || *word == short {
                return words.get(at + 1).copied();
            }
            word.strip_prefix(long)?.strip_prefix('=')
        })
    };
    let workers: u64 = value("--vm", "-m")?.parse().ok()?;
    let each = value("--vm-bytes", "--vm-bytes").map_or(Some(256 << 20), bytes)?;
    workers.checked_mul(each)
}

/// A size as `stress` reads it: `250M`, `1g`.
fn bytes(text: &str) -> Option<u64> {
    let unit = text.chars().next_back()?;
    let shift = match unit.to_ascii_lowercase() {
        'k' => 10,
        'm' => 20,
        'g' => 30,
        _ => 0,
    };
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    number.parse::<u64>().ok()?.checked_mul(1 << shift)
}

/// After how many microseconds a program answers requests by HTTP with 500.
///
/// Models test/images/agnhost/liveness/server.go
pub(super) fn sickens_after_us(container: &Container) -> Option<u64> {
    let name = container.image.rsplit('/').next()?.split([':', '@']).next()?;
    let first = container.command.iter().chain(&container.args).next();
    let is_it = match name {
        "agnhost" => first.is_some_and(|word| &**word == "liveness"),
        "liveness" => true,
        _ => false,
    };
    is_it.then_some(10 * SECOND_US)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_to_come_and_misspelt_tags_of_well_known_images_are_not_there() {
        for image in [
            "nginx:1.161",
            "nginx:sometag",
            "docker.io/library/nginx:2",
            "gcr.io/google-samples/kubernetes-bootcamp:v10",
            "redis:lates",
            "non-existing-repo/non-existing-image:example",
            "nginx:does-not-exist",
        ] {
            assert!(is_unpublished(image), "{image}");
        }
        for image in [
            "nginx",
            "nginx:1.27.0-alpine3.19-slim",
            "nginx:stable-alpine",
            "nginx:mainline",
            "nginx@sha256:0",
            "redis:7.4-bookworm",
            "mysql:8.4-oraclelinux9",
            "mongo:7.0.5-jammy",
            "postgres:17beta1-alpine",
            "busybox:1.36-uclibc",
            "alpine:20250108",
            "gcr.io/google-samples/kubernetes-bootcamp:v2",
            "acme/nginx:99",
            "registry.k8s.io/nginx-slim:0.24",
        ] {
            assert!(!is_unpublished(image), "{image}");
        }
    }

    #[test]
    fn stress_takes_what_its_workers_take() {
        let of = |line: &str| memory_of(&line.split(' ').collect::<Vec<_>>());
        assert_eq!(of("stress --vm 1 --vm-bytes 250M --vm-hang 1"), Some(250 << 20));
        assert_eq!(of("stress -m 2 --vm-bytes=1G"), Some(2 << 30));
        assert_eq!(of("stress --vm 1"), Some(256 << 20));
        assert_eq!(of("stress -cpus 2"), None);
        assert_eq!(of("server --vm 1"), None);
    }

    #[test]
    fn agnhost_answers_for_ten_seconds() {
        let of = |image: &str, word: &str| {
            let args = vec![word.into()];
            sickens_after_us(&Container { image: image.into(), args, ..Container::default() })
        };
        let agnhost = "registry.k8s.io/e2e-test-images/agnhost:2.40";
        assert_eq!(of(agnhost, "liveness"), Some(10_000_000));
        assert_eq!(of(agnhost, "netexec"), None);
        assert_eq!(of("shop/web:1", "liveness"), None);
    }
}
