//! Whom a command asks over the network, and whether it gets an answer.
//!
//! Must not know scripts. Invariant: whoever lives outside the cluster answers.

use crate::api::wellknown::SERVICE_NAME;
use crate::api::{Kind, Object};
use crate::server::View;

/// A host that is asked, and the port, unless only its name is looked up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Call {
    host: String,
    port: Option<u32>,
}

/// How a program is told whom to ask.
enum Way {
    /// The first word that is no flag.
    Name,
    /// Host and port.
    Both,
    /// A URL.
    Url,
    /// A flag `-h` or `--host`, the port after `-p`, `-P` or `--port`; else this one.
    Flag(u32),
}

const PROGRAMS: [(&str, Way); 20] = [
    ("nslookup", Way::Name),
    ("host", Way::Name),
    ("dig", Way::Name),
    ("getent", Way::Name),
    ("ping", Way::Name),
    ("nc", Way::Both),
    ("ncat", Way::Both),
    ("netcat", Way::Both),
    ("telnet", Way::Both),
    ("wget", Way::Url),
    ("curl", Way::Url),
    ("pg_isready", Way::Flag(5432)),
    ("psql", Way::Flag(5432)),
    ("mysql", Way::Flag(3306)),
    ("mysqladmin", Way::Flag(3306)),
    ("mariadb", Way::Flag(3306)),
    ("mariadb-admin", Way::Flag(3306)),
    ("redis-cli", Way::Flag(6379)),
    ("mongosh", Way::Flag(27017)),
    ("mongo", Way::Flag(27017)),
];

/// Whether a program asks over the network and then ends.
pub(super) fn is_client(name: &str) -> bool {
    PROGRAMS.iter().any(|(known, _)| *known == name)
}

/// Whom a command asks, if its words tell.
pub(super) fn call(name: &str, words: &[Option<String>]) -> Option<Call> {
    let (_, way) = PROGRAMS.iter().find(|(known, _)| *known == name)?;
    let texts: Option<Vec<&str>> = words.iter().map(|word| word.as_deref()).collect();
    let is_word = |word: &&&str| !word.starts_with(['-', '+']);
    match way {
        Way::Name => {
            let plain = texts.as_deref()?.iter().filter(is_word);
            let mut plain = plain.filter(|word| !matches!(**word, "hosts" | "ahosts"));
            let host = plain.find(|word| word.parse::<u32>().is_err())?;
            Some(Call { host: (*host).to_owned(), port: None })
        }
        Way::Both => {
            let texts = texts?;
            let mut plain = texts.iter().filter(is_word);
            let host = plain.find(|word| word.parse::<u32>().is_err())?;
            let port = plain.next()?.parse().ok()?;
            Some(Call { host: (*host).to_owned(), port: Some(port) })
        }
        // A header or a body that can't be told changes nothing.
        Way::Url => {
            let plain = words.iter().filter_map(|word| word.as_deref());
            let mut plain = plain.filter(|word| !word.starts_with('-'));
            let is_url =
                |word: &str| word.contains("://") || word.contains('.') || word.contains(':');
            let url = plain.clone().find(|word| word.contains("://"));
            from_url(url.or_else(|| plain.clone().find(|word| is_url(word))).or(plain.next_back())?)
        }
        Way::Flag(port) => {
            let texts = texts?;
            let after = |flags: &[&str]| {
                texts.iter().enumerate().find_map(|(at, word)| {
                    let flag = flags.iter().find(|flag| word.starts_with(**flag))?;
                    match &word[flag.len()..] {
                        "" => texts.get(at + 1).copied(),
                        rest => Some(rest.trim_start_matches('=')),
                    }
                })
            };
            let own = after(&["-p", "-P", "--port"]).and_then(|one| one.parse().ok());
            let host = after(&["-h", "--host"])?;
            Some(Call { host: host.to_owned(), port: Some(own.unwrap_or(*port)) })
        }
    }
}

/// Whom a file of bash's asks: `/dev/tcp/HOST/PORT`.
pub(super) fn from_file(path: &str) -> Option<Call> {
    let (host, port) = path.strip_prefix("/dev/tcp/")?.split_once('/')?;
    Some(Call { host: host.to_owned(), port: Some(port.parse().ok()?) })
}

fn from_url(url: &str) -> Option<Call> {
    let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
    let place = rest.split(['/', '?']).next()?;
    let place = place.rsplit('@').next()?;
    let (host, port) = place.split_once(':').unwrap_or((place, ""));
    let usual = if scheme == "https" { 443 } else { 80 };
    let port = if port.is_empty() { usual } else { port.parse().ok()? };
    Some(Call { host: host.to_owned(), port: Some(port) })
}

impl Call {
    /// Whether there is an answer for a Pod of a namespace.
    ///
    /// Models the specification "Kubernetes DNS-Based Service Discovery", section 2, and the
    /// search list of pkg/kubelet/network/dns/dns.go generateSearchesForDNSClusterFirst
    pub(super) fn is_answered(&self, namespace: &str, view: &View) -> bool {
        let host = self.host.trim_end_matches('.');
        let whole = host.strip_suffix(".cluster.local").unwrap_or(host);
        let inside = whole.strip_suffix(".svc");
        let (short, is_inside) = (inside.unwrap_or(whole), inside.is_some());
        if short == "localhost"
            || short.starts_with(|c: char| c.is_ascii_digit())
            || short.contains(':')
        {
            return true;
        }
        let labels: Vec<&str> = short.split('.').collect();
        let service = |namespace, name| view.named(Kind::Service, namespace, name);
        match labels.as_slice() {
            [name] => self.is_served(service(namespace, name), namespace, name, view),
            [name, other] => {
                if !is_inside && let Some(own) = service(namespace, other) {
                    return has_named(own, name, view);
                }
                let is_known = view.named(Kind::Namespace, "", other).is_some();
                (!is_known && !is_inside) || self.is_served(service(other, name), other, name, view)
            }
            [pod, name, other] => match service(other, name) {
                Some(service) => has_named(service, pod, view),
                None => !is_inside,
            },
            _ => true,
        }
    }

    fn is_served(
        &self,
        service: Option<&std::rc::Rc<Object>>,
        namespace: &str,
        name: &str,
        view: &View,
    ) -> bool {
        let Some(object) = service else {
            return (namespace, name) == ("default", "kubernetes");
        };
        let Some(service) = object.service() else { return false };
        let has_pods = || is_ready(object, &|_| true, view);
        match self.port {
            _ if !service.spec.has_address() => true,
            None => !service.spec.is_headless() || has_pods(),
            Some(_) if service.spec.is_headless() => has_pods(),
            Some(port) => {
                service.spec.ports.iter().any(|one| u32::try_from(one.port) == Ok(port))
                    && has_pods()
            }
        }
    }
}

/// Whether a Service without an address has a record for one of its Pods.
fn has_named(object: &Object, pod: &str, view: &View) -> bool {
    is_ready(object, &|hostname| hostname == Some(pod), view)
}

/// Whether a Service has an endpoint that gets requests, and that is asked for.
fn is_ready(object: &Object, is_meant: &dyn Fn(Option<&str>) -> bool, view: &View) -> bool {
    let slices = view.table(Kind::EndpointSlice).in_namespace(&object.meta.namespace);
    let own = slices.filter(|slice| {
        let name = slice.meta.label(SERVICE_NAME);
        name.is_some_and(|name| *name == object.meta.name)
    });
    own.filter_map(|slice| slice.endpoint_slice())
        .flat_map(|slice| slice.endpoints.iter())
        .any(|one| one.conditions.is_ready() && is_meant(one.hostname.as_deref()))
}
