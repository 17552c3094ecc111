//! What names, label keys, label values and ports may look like.
//!
//! Must not know fields. Invariant: a good name gives an empty list without allocating.
//!
//! Models staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go

use std::net::{IpAddr, Ipv4Addr};

const LABEL_MAX: usize = 63;
const SUBDOMAIN_MAX: usize = 253;

fn too_long(most: usize) -> String {
    format!("must be no more than {most} bytes")
}

fn is_lower_alphanumeric(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

/// Whether a text is a run of `middle` bytes that starts and ends with `edge` bytes.
fn is_framed(text: &str, edge: fn(u8) -> bool, middle: fn(u8) -> bool) -> bool {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return false };
    edge(*first) && edge(*last) && bytes.iter().all(|byte| middle(*byte))
}

fn is_dns_label_form(text: &str) -> bool {
    is_framed(text, is_lower_alphanumeric, |byte| is_lower_alphanumeric(byte) || byte == b'-')
}

/// A label of a domain name.
pub(super) fn dns_label(text: &str) -> Vec<String> {
    let mut messages = Vec::new();
    if text.len() > LABEL_MAX {
        messages.push(too_long(LABEL_MAX));
    }
    if !is_dns_label_form(text) {
        messages.push(if dns_subdomain(text).is_empty() {
            "must not contain dots".to_owned()
        } else {
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or \
             '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or \
             '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
                .to_owned()
        });
    }
    messages
}

/// A domain name.
pub(super) fn dns_subdomain(text: &str) -> Vec<String> {
    let mut messages = Vec::new();
    if text.len() > SUBDOMAIN_MAX {
        messages.push(too_long(SUBDOMAIN_MAX));
    }
    if !text.split('.').all(is_dns_label_form) {
        messages.push(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, \
             '-' or '.', and must start and end with an alphanumeric character (e.g. \
             'example.com', regex used for validation is \
             '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
                .to_owned(),
        );
    }
    messages
}

/// A name that stands in a path.
pub(super) fn path_segment(text: &str) -> Vec<String> {
    if text == "." || text == ".." {
        return vec![format!("may not be '{text}'")];
    }
    let bad = ["/", "%"].into_iter().filter(|one| text.contains(one));
    bad.map(|one| format!("may not contain '{one}'")).collect()
}

const QUALIFIED: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start \
                         and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  \
                         or '123-abc', regex used for validation is \
                         '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

fn is_word_form(text: &str) -> bool {
    is_framed(
        text,
        |byte| byte.is_ascii_alphanumeric(),
        |byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte),
    )
}

/// A name with an optional domain before a slash: label keys, finalizers.
pub(super) fn qualified_name(text: &str) -> Vec<String> {
    let mut messages = Vec::new();
    let name = match text.split_once('/') {
        None => text,
        Some((_, rest)) if rest.contains('/') => {
            return vec![format!(
                "a qualified name {QUALIFIED} with an optional DNS subdomain prefix and '/' (e.g. \
                 'example.com/MyName')"
            )];
        }
        Some((prefix, name)) => {
            if prefix.is_empty() {
                messages.push("prefix part must be non-empty".to_owned());
            } else {
                let found = dns_subdomain(prefix).into_iter();
                messages.extend(found.map(|message| format!("prefix part {message}")));
            }
            name
        }
    };
    if name.is_empty() {
        messages.push("name part must be non-empty".to_owned());
    } else if name.len() > LABEL_MAX {
        messages.push(format!("name part {}", too_long(LABEL_MAX)));
    }
    if !is_word_form(name) {
        messages.push(format!("name part {QUALIFIED}"));
    }
    messages
}

/// The value of a label.
pub(super) fn label_value(text: &str) -> Vec<String> {
    let mut messages = Vec::new();
    if text.len() > LABEL_MAX {
        messages.push(too_long(LABEL_MAX));
    }
    if !text.is_empty() && !is_word_form(text) {
        messages.push(
            "a valid label must be an empty string or consist of alphanumeric characters, '-', \
             '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  \
             or 'my_value',  or '12345', regex used for validation is \
             '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
                .to_owned(),
        );
    }
    messages
}

/// The name of a port: a service name of IANA.
pub(super) fn port_name(text: &str) -> Vec<String> {
    const PORT_NAME_MAX: usize = 15;
    let mut messages = Vec::new();
    if text.len() > PORT_NAME_MAX {
        messages.push(format!("must be no more than {PORT_NAME_MAX} characters"));
    }
    let is_made_of = |byte: u8| is_lower_alphanumeric(byte) || byte == b'-';
    if !text.is_empty() && !text.bytes().all(is_made_of) {
        messages.push(
            "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)".to_owned(),
        );
    }
    if !text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        messages.push("must contain at least one letter (a-z)".to_owned());
    }
    if text.contains("--") {
        messages.push("must not contain consecutive hyphens".to_owned());
    }
    if text.starts_with('-') || text.ends_with('-') {
        messages.push("must not begin or end with a hyphen".to_owned());
    }
    messages
}

/// The name of an environment variable: anything printable but `=`.
pub(super) fn env_name(text: &str) -> Vec<String> {
    let is_good = !text.is_empty() && text.chars().all(|c| (' '..='~').contains(&c) && c != '=');
    if is_good {
        return Vec::new();
    }
    vec![
        "a valid environment variable name must consist only of printable ASCII characters other \
         than '='"
            .to_owned(),
    ]
}

/// A key of a ConfigMap or a Secret.
pub(super) fn config_key(text: &str) -> Vec<String> {
    let mut messages = Vec::new();
    if text.len() > SUBDOMAIN_MAX {
        messages.push(too_long(SUBDOMAIN_MAX));
    }
    let is_good = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    if text.is_empty() || !text.bytes().all(is_good) {
        messages.push(
            "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. \
             'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is \
             '[-._a-zA-Z0-9]+')"
                .to_owned(),
        );
    }
    if text == "." {
        messages.push("must not be '.'".to_owned());
    }
    if text == ".." {
        messages.push("must not be '..'".to_owned());
    } else if text.starts_with("..") {
        messages.push("must not start with '..'".to_owned());
    }
    messages
}

/// The percentage that a text like `25%` names.
pub(super) fn percent(text: &str) -> Option<i64> {
    let digits = text.strip_suffix('%')?;
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| digits.parse().unwrap_or(i64::MAX))
}

/// A domain name of which the first label may be an asterisk.
pub(super) fn wildcard(text: &str) -> Vec<String> {
    let mut messages = Vec::new();
    if text.len() > SUBDOMAIN_MAX {
        messages.push(too_long(SUBDOMAIN_MAX));
    }
    let rest = text.strip_prefix("*.");
    if !rest.is_some_and(|rest| rest.split('.').all(is_dns_label_form)) {
        messages.push(
            "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS \
             subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and \
             end with an alphanumeric character (e.g. '*.example.com', regex used for validation \
             is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
                .to_owned(),
        );
    }
    messages
}

/// A domain name whose labels may have underscores.
pub(super) fn loose_subdomain(text: &str) -> Vec<String> {
    let mut messages = Vec::new();
    if text.len() > SUBDOMAIN_MAX {
        messages.push(too_long(SUBDOMAIN_MAX));
    }
    let is_inner = |byte: u8| is_lower_alphanumeric(byte) || matches!(byte, b'-' | b'_');
    let is_label = |label: &str| {
        is_framed(label.strip_prefix('_').unwrap_or(label), is_lower_alphanumeric, is_inner)
    };
    if !text.split('.').all(is_label) {
        messages.push(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, \
             '_', '-' or '.', and must start and end with an alphanumeric character (e.g. \
             'example.com', regex used for validation is \
             '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')"
                .to_owned(),
        );
    }
    messages
}

/// The name of a header of HTTP.
pub(super) fn header(text: &str) -> Vec<String> {
    let is_good = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if !text.is_empty() && text.bytes().all(is_good) {
        return Vec::new();
    }
    vec![
        "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. \
         'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')"
            .to_owned(),
    ]
}

/// What is said of text that is no address.
pub(super) const NO_ADDRESS: &str = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
const NO_RANGE: &str = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";

/// An address, also one that is written with zeros in front as it once was allowed.
///
/// Models staging/src/k8s.io/utils/net/parse.go ParseIPSloppy
pub(super) fn read_address(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse() {
        return Some(address);
    }
    let bare = |part: &str| match part.trim_start_matches('0') {
        "" if part.is_empty() => String::new(),
        "" => "0".to_owned(),
        digits => digits.to_owned(),
    };
    let parts: Vec<String> = text.split('.').map(bare).collect();
    parts.join(".").parse::<Ipv4Addr>().ok().map(IpAddr::V4)
}

fn is_mapped(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(one) if one.to_ipv4_mapped().is_some())
}

/// An address of IP version 4 or 6.
///
/// Models staging/src/k8s.io/apimachinery/pkg/util/validation/ip.go IsValidIPForLegacyField
pub(super) fn address(text: &str) -> Option<&'static str> {
    match read_address(text) {
        None => Some(NO_ADDRESS),
        Some(_) if text.parse::<IpAddr>().is_err() => Some("must not have leading 0s"),
        Some(one) if is_mapped(one) => Some("must not be an IPv4-mapped IPv6 address"),
        Some(_) => None,
    }
}

/// A range of addresses.
#[derive(Clone, Copy)]
pub(super) struct Range {
    first: IpAddr,
    bits: u32,
}

impl Range {
    /// Models staging/src/k8s.io/utils/net/parse.go ParseCIDRSloppy
    fn read(text: &str) -> Option<Range> {
        let (address, bits) = text.split_once('/')?;
        let first = read_address(address)?;
        let is_number = !bits.is_empty() && bits.bytes().all(|byte| byte.is_ascii_digit());
        let bits = bits.parse().ok().filter(|bits| is_number && *bits <= width(first))?;
        Some(Range { first, bits })
    }

    /// Whether another range lies within this one and is smaller.
    pub(super) fn is_around(self, other: Range) -> bool {
        let is_one_family = self.first.is_ipv4() == other.first.is_ipv4();
        is_one_family
            && self.bits < other.bits
            && network(self.first, self.bits) == network(other.first, self.bits)
    }
}

fn width(address: IpAddr) -> u32 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// The first bits of an address.
fn network(address: IpAddr, bits: u32) -> u128 {
    let all = match address {
        IpAddr::V4(one) => u128::from(one.to_bits()),
        IpAddr::V6(one) => one.to_bits(),
    };
    all.checked_shr(width(address) - bits).unwrap_or(0)
}

/// What is wrong with a range of addresses, and the range if it can be read all the same.
///
/// Models staging/src/k8s.io/apimachinery/pkg/util/validation/ip.go IsValidCIDRForLegacyField
pub(super) fn range(text: &str) -> (Option<Range>, Option<&'static str>) {
    let Some(read) = Range::read(text) else { return (None, Some(NO_RANGE)) };
    let (address, bits) = text.split_once('/').unwrap_or_default();
    let is_padded = bits.len() > 1 && bits.starts_with('0');
    let beyond = width(read.first) - read.bits;
    let is_whole = network(read.first, read.bits).checked_shl(beyond).unwrap_or(0)
        == network(read.first, width(read.first));
    let detail = if address.parse::<IpAddr>().is_err() || is_padded {
        Some("must not have leading 0s in IP or prefix length")
    } else if is_mapped(read.first) {
        Some("must not have an IPv4-mapped IPv6 address")
    } else if is_whole {
        None
    } else {
        Some("must not have bits set beyond the prefix length")
    };
    (Some(read), detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_rules_of_domain_names() {
        assert!(dns_label("my-name").is_empty() && dns_subdomain("a.b-c.1").is_empty());
        assert_eq!(dns_label("a.b"), ["must not contain dots"]);
        assert_eq!(dns_label(&"a".repeat(64)), ["must be no more than 63 bytes"]);
        for bad in ["", "-a", "a-", "A", "a_b"] {
            assert_eq!(dns_label(bad).len(), 1, "{bad}");
        }
        assert_eq!(dns_subdomain("a..b").len(), 1);
    }

    #[test]
    fn label_keys_have_an_optional_domain() {
        for good in ["app", "app.kubernetes.io/name", "A_b.c"] {
            assert!(qualified_name(good).is_empty(), "{good}");
        }
        assert_eq!(qualified_name("/x"), ["prefix part must be non-empty"]);
        assert_eq!(qualified_name("a/").len(), 2);
        assert!(qualified_name("a/b/c")[0].ends_with("(e.g. 'example.com/MyName')"));
        assert!(label_value("").is_empty() && label_value("a_b.c").is_empty());
        assert_eq!(label_value("a b").len(), 1);
    }

    #[test]
    fn port_names_are_short_and_have_a_letter() {
        assert!(port_name("http-2").is_empty());
        assert_eq!(port_name("80"), ["must contain at least one letter (a-z)"]);
        assert_eq!(port_name("averylongportname"), ["must be no more than 15 characters"]);
        assert_eq!(port_name("a--b"), ["must not contain consecutive hyphens"]);
    }

    #[test]
    fn addresses_and_ranges_are_written_in_one_way() {
        for (text, said) in [
            ("10.9.8.7", None),
            ("2001:db8::1", None),
            ("1.2.3", Some(NO_ADDRESS)),
            ("010.1.1.1", Some("must not have leading 0s")),
            ("::ffff:1.2.3.4", Some("must not be an IPv4-mapped IPv6 address")),
        ] {
            assert_eq!(address(text), said, "{text}");
        }
        for (text, said) in [
            ("10.0.0.0/8", None),
            ("0.0.0.0/0", None),
            ("::/0", None),
            ("fd00::/8", None),
            ("10.0.0.1/32", None),
            ("10.0.0.1", Some(NO_RANGE)),
            ("10.0.0.0/33", Some(NO_RANGE)),
            ("10.0.0.0/+8", Some(NO_RANGE)),
            ("10.0.0.1/8", Some("must not have bits set beyond the prefix length")),
            ("fd00::1/8", Some("must not have bits set beyond the prefix length")),
            ("10.0.0.0/08", Some("must not have leading 0s in IP or prefix length")),
        ] {
            assert_eq!(range(text).1, said, "{text}");
        }
        let is_around = |one: &str, other: &str| {
            let read = |text: &str| range(text).0.expect("it can be read");
            read(one).is_around(read(other))
        };
        assert!(is_around("10.0.0.0/8", "10.1.0.0/16") && is_around("0.0.0.0/0", "10.0.0.0/8"));
        assert!(!is_around("10.0.0.0/8", "11.0.0.0/16") && !is_around("10.0.0.0/8", "10.0.0.0/8"));
        assert!(!is_around("0.0.0.0/0", "fd00::/8"));
    }

    #[test]
    fn percentages_are_whole() {
        assert_eq!(
            (percent("25%"), percent("25"), percent("-1%"), percent("%")),
            (Some(25), None, None, None)
        );
    }
}
