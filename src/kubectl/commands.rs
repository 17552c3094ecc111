//! The commands by name, with the flags that each of them knows.
//!
//! Must not know what a command does. Invariant: a word that is no command is refused as
//! kubectl refuses it.

use crate::base::Order as _;
use crate::cluster::Cluster;
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::{self, Flag, Flags, Takes, flag, short};
use crate::kubectl::flags::{FILES, GLOBAL, PRINT, RECORD, SELECT, WRITE};
use crate::kubectl::managed::{self, Who};
use crate::kubectl::run::Stage;
use crate::kubectl::session::{Context, Io, Session};
use crate::kubectl::{
    apply, config, create, delete, diff, help, logs, look, metadata, nodes, patch, replace,
    rollout, scale, set, wait,
};
use crate::text::distance;

type Start = fn(&mut Session<'_>, &Flags) -> Done<Stage>;

/// A command.
struct Verb {
    /// Its words: `rollout status`.
    path: &'static str,
    /// Its flags beside the global ones; none if it reads its words itself.
    flags: Option<&'static [&'static [Flag]]>,
    start: Start,
}

const fn verb(path: &'static str, flags: &'static [&'static [Flag]], start: Start) -> Verb {
    Verb { path, flags: Some(flags), start }
}

/// A command that reads its words itself.
const fn reader(path: &'static str, start: Start) -> Verb {
    Verb { path, flags: None, start }
}

const CONFIG: &[Flag] = &[
    flag("current", Takes::Truth),
    flag("minify", Takes::Truth),
    flag("raw", Takes::Truth),
    flag("flatten", Takes::Truth),
    flag("no-headers", Takes::Truth),
];
const EVERY: &[Flag] = &[flag("all", Takes::Truth)];
const EVERYWHERE: &[Flag] = &[short("all-namespaces", 'A', Takes::Truth)];
const FIELDS: &[Flag] = &[flag("field-selector", Takes::Text)];
const LOCAL: &[Flag] = &[flag("local", Takes::Truth)];
const DELETION: &[Flag] = &[
    flag("cascade", Takes::Optional("background")),
    flag("force", Takes::Truth),
    flag("grace-period", Takes::Number),
    flag("timeout", Takes::Span),
    flag("wait", Takes::Truth),
];
const DELETE: &[Flag] = &[
    flag("now", Takes::Truth),
    flag("ignore-not-found", Takes::Truth),
    short("interactive", 'i', Takes::Truth),
    flag("raw", Takes::Text),
];
const APPLY: &[Flag] = &[
    flag("server-side", Takes::Truth),
    flag("force-conflicts", Takes::Truth),
    flag("prune", Takes::Truth),
    flag("prune-allowlist", Takes::Array),
    flag("applyset", Takes::Text),
    flag("overwrite", Takes::Truth),
    flag("openapi-patch", Takes::Truth),
    flag("subresource", Takes::Text),
];
const SAVE: &[Flag] = &[flag("save-config", Takes::Truth)];
const RAW: &[Flag] = &[flag("raw", Takes::Text), flag("edit", Takes::Truth)];
const CREATE_DEPLOYMENT: &[Flag] = &[
    flag("image", Takes::List),
    flag("port", Takes::Number),
    short("replicas", 'r', Takes::Number),
];
const CREATE_JOB: &[Flag] = &[
    flag("image", Takes::Text),
    flag("from", Takes::Text),
    flag("schedule", Takes::Text),
    flag("restart", Takes::Text),
];
const CREATE_DATA: &[Flag] = &[
    flag("from-literal", Takes::Array),
    flag("from-file", Takes::List),
    flag("from-env-file", Takes::List),
    flag("append-hash", Takes::Truth),
    flag("type", Takes::Text),
];
const CREATE_SERVICE: &[Flag] = &[
    flag("tcp", Takes::List),
    flag("clusterip", Takes::Text),
    flag("node-port", Takes::Number),
    flag("external-name", Takes::Text),
];
const CREATE_POLICY: &[Flag] = &[
    flag("min-available", Takes::Text),
    flag("max-unavailable", Takes::Text),
    flag("selector", Takes::Text),
    flag("value", Takes::Number),
    flag("global-default", Takes::Truth),
    flag("description", Takes::Text),
    flag("preemption-policy", Takes::Text),
    flag("hard", Takes::Text),
    flag("scopes", Takes::Text),
];
const CREATE_TLS: &[Flag] =
    &[flag("cert", Takes::Text), flag("key", Takes::Text), flag("append-hash", Takes::Truth)];
const CREATE_REGISTRY: &[Flag] = &[
    flag("docker-server", Takes::Text),
    flag("docker-username", Takes::Text),
    flag("docker-password", Takes::Text),
    flag("docker-email", Takes::Text),
    flag("from-file", Takes::Array),
    flag("append-hash", Takes::Truth),
];
const RUN: &[Flag] = &[
    flag("image", Takes::Text),
    flag("image-pull-policy", Takes::Text),
    flag("annotations", Takes::Array),
    flag("env", Takes::Array),
    flag("port", Takes::Text),
    short("labels", 'l', Takes::Text),
    short("stdin", 'i', Takes::Truth),
    short("tty", 't', Takes::Truth),
    flag("attach", Takes::Truth),
    flag("rm", Takes::Truth),
    flag("leave-stdin-open", Takes::Truth),
    flag("restart", Takes::Text),
    flag("command", Takes::Truth),
    flag("expose", Takes::Truth),
    short("quiet", 'q', Takes::Truth),
    flag("privileged", Takes::Truth),
    flag("overrides", Takes::Text),
    flag("override-type", Takes::Text),
    flag("pod-running-timeout", Takes::Span),
];
const EXPOSE: &[Flag] = &[
    flag("protocol", Takes::Text),
    flag("port", Takes::Text),
    flag("type", Takes::Text),
    flag("load-balancer-ip", Takes::Text),
    flag("selector", Takes::Text),
    short("labels", 'l', Takes::Text),
    flag("target-port", Takes::Text),
    flag("external-ip", Takes::Text),
    flag("name", Takes::Text),
    flag("session-affinity", Takes::Text),
    flag("cluster-ip", Takes::Text),
    flag("overrides", Takes::Text),
    flag("override-type", Takes::Text),
];
const AUTOSCALE: &[Flag] = &[
    flag("min", Takes::Number),
    flag("max", Takes::Number),
    flag("cpu-percent", Takes::Number),
    flag("cpu", Takes::Text),
    flag("memory", Takes::Text),
    flag("name", Takes::Text),
];
const SCALE: &[Flag] = &[
    flag("replicas", Takes::Number),
    flag("current-replicas", Takes::Number),
    flag("resource-version", Takes::Text),
    flag("timeout", Takes::Span),
];
const META: &[Flag] = &[
    flag("overwrite", Takes::Truth),
    flag("list", Takes::Truth),
    flag("resource-version", Takes::Text),
];
const TAINT: &[Flag] = &[flag("overwrite", Takes::Truth)];
const DRAIN: &[Flag] = &[
    flag("force", Takes::Truth),
    flag("ignore-daemonsets", Takes::Truth),
    flag("delete-emptydir-data", Takes::Truth),
    flag("disable-eviction", Takes::Truth),
    flag("grace-period", Takes::Number),
    flag("timeout", Takes::Span),
    flag("pod-selector", Takes::Text),
    flag("skip-wait-for-delete-timeout", Takes::Number),
    flag("chunk-size", Takes::Number),
];
const CONTAINERS: &[Flag] = &[short("containers", 'c', Takes::Text)];
const ENV: &[Flag] = &[
    short("env", 'e', Takes::Array),
    flag("from", Takes::Text),
    flag("keys", Takes::List),
    flag("list", Takes::Truth),
    flag("overwrite", Takes::Truth),
    flag("prefix", Takes::Text),
    flag("resolve", Takes::Truth),
];
const AMOUNTS: &[Flag] = &[flag("limits", Takes::Text), flag("requests", Takes::Text)];
const PATCH: &[Flag] = &[
    short("patch", 'p', Takes::Text),
    flag("patch-file", Takes::Text),
    flag("type", Takes::Text),
    flag("subresource", Takes::Text),
];
const WAIT: &[Flag] = &[flag("for", Takes::Array), flag("timeout", Takes::Span)];
const DIFF: &[Flag] = &[
    flag("server-side", Takes::Truth),
    flag("force-conflicts", Takes::Truth),
    flag("field-manager", Takes::Text),
    flag("prune", Takes::Truth),
    flag("prune-allowlist", Takes::Array),
    flag("show-managed-fields", Takes::Truth),
    flag("show-secrets", Takes::Truth),
    flag("concurrency", Takes::Number),
];
const VERSION: &[Flag] = &[flag("client", Takes::Truth), short("quiet", 'q', Takes::Truth)];
const LOGS: &[Flag] = &[
    short("follow", 'f', Takes::Truth),
    short("previous", 'p', Takes::Truth),
    short("container", 'c', Takes::Text),
    flag("all-containers", Takes::Truth),
    flag("all-pods", Takes::Truth),
    flag("tail", Takes::Number),
    flag("since", Takes::Span),
    flag("since-time", Takes::Text),
    flag("timestamps", Takes::Truth),
    flag("prefix", Takes::Truth),
    flag("limit-bytes", Takes::Number),
    flag("ignore-errors", Takes::Truth),
    flag("max-log-requests", Takes::Number),
    flag("pod-running-timeout", Takes::Span),
];
const EXEC: &[Flag] = &[
    short("container", 'c', Takes::Text),
    short("stdin", 'i', Takes::Truth),
    short("tty", 't', Takes::Truth),
    short("quiet", 'q', Takes::Truth),
    flag("pod-running-timeout", Takes::Span),
];
const TO_REVISION: &[Flag] = &[flag("to-revision", Takes::Number)];
const REVISION: &[Flag] = &[flag("revision", Takes::Number)];
const STATUS: &[Flag] = &[
    short("watch", 'w', Takes::Truth),
    flag("revision", Takes::Number),
    flag("timeout", Takes::Span),
];

const VERBS: &[Verb] = &[
    verb("apply", &[FILES, PRINT, WRITE, RECORD, SELECT, EVERY, DELETION, APPLY], apply::start),
    verb("apply view-last-applied", &[FILES, PRINT, SELECT, EVERY], apply::view_last_applied),
    verb("create deployment", &[PRINT, WRITE, SAVE, CREATE_DEPLOYMENT], create::deployment),
    verb("create deploy", &[PRINT, WRITE, SAVE, CREATE_DEPLOYMENT], create::deployment),
    verb("create job", &[PRINT, WRITE, SAVE, CREATE_JOB], create::job),
    verb("create cronjob", &[PRINT, WRITE, SAVE, CREATE_JOB], create::cron_job),
    verb("create cj", &[PRINT, WRITE, SAVE, CREATE_JOB], create::cron_job),
    verb("create namespace", &[PRINT, WRITE, SAVE], create::namespace),
    verb("create ns", &[PRINT, WRITE, SAVE], create::namespace),
    verb("create serviceaccount", &[PRINT, WRITE, SAVE], create::service_account),
    verb("create sa", &[PRINT, WRITE, SAVE], create::service_account),
    verb("create configmap", &[PRINT, WRITE, SAVE, CREATE_DATA], create::config_map),
    verb("create cm", &[PRINT, WRITE, SAVE, CREATE_DATA], create::config_map),
    verb("create secret generic", &[PRINT, WRITE, SAVE, CREATE_DATA], create::secret),
    verb("create secret tls", &[PRINT, WRITE, SAVE, CREATE_TLS], create::secret_tls),
    verb(
        "create secret docker-registry",
        &[PRINT, WRITE, SAVE, CREATE_REGISTRY],
        create::secret_registry,
    ),
    verb("create service clusterip", &[PRINT, WRITE, SAVE, CREATE_SERVICE], create::cluster_ip),
    verb("create svc clusterip", &[PRINT, WRITE, SAVE, CREATE_SERVICE], create::cluster_ip),
    verb("create service nodeport", &[PRINT, WRITE, SAVE, CREATE_SERVICE], create::node_port),
    verb("create svc nodeport", &[PRINT, WRITE, SAVE, CREATE_SERVICE], create::node_port),
    verb(
        "create service loadbalancer",
        &[PRINT, WRITE, SAVE, CREATE_SERVICE],
        create::load_balancer,
    ),
    verb("create svc loadbalancer", &[PRINT, WRITE, SAVE, CREATE_SERVICE], create::load_balancer),
    verb(
        "create service externalname",
        &[PRINT, WRITE, SAVE, CREATE_SERVICE],
        create::external_name,
    ),
    verb("create svc externalname", &[PRINT, WRITE, SAVE, CREATE_SERVICE], create::external_name),
    verb("create poddisruptionbudget", &[PRINT, WRITE, SAVE, CREATE_POLICY], create::budget),
    verb("create pdb", &[PRINT, WRITE, SAVE, CREATE_POLICY], create::budget),
    verb("create priorityclass", &[PRINT, WRITE, SAVE, CREATE_POLICY], create::priority_class),
    verb("create pc", &[PRINT, WRITE, SAVE, CREATE_POLICY], create::priority_class),
    verb("create quota", &[PRINT, WRITE, SAVE, CREATE_POLICY], create::quota),
    verb("create resourcequota", &[PRINT, WRITE, SAVE, CREATE_POLICY], create::quota),
    reader("create role", look::not_here),
    reader("create rolebinding", look::not_here),
    reader("create clusterrole", look::not_here),
    reader("create clusterrolebinding", look::not_here),
    reader("create ingress", look::not_here),
    reader("create ing", look::not_here),
    reader("create token", look::not_here),
    verb("create", &[FILES, PRINT, WRITE, RECORD, SELECT, SAVE, RAW], create::start),
    verb("run", &[PRINT, WRITE, RECORD, SAVE, DELETION, RUN], create::run),
    verb("expose", &[FILES, PRINT, WRITE, RECORD, SAVE, EXPOSE], create::expose),
    verb("autoscale", &[FILES, PRINT, WRITE, RECORD, SAVE, AUTOSCALE], create::autoscale),
    verb(
        "delete",
        &[FILES, PRINT, WRITE, SELECT, FIELDS, EVERY, EVERYWHERE, DELETION, DELETE],
        delete::start,
    ),
    verb("scale", &[FILES, PRINT, WRITE, RECORD, SELECT, EVERY, SCALE], scale::start),
    verb(
        "label",
        &[FILES, PRINT, WRITE, RECORD, SELECT, FIELDS, EVERY, EVERYWHERE, LOCAL, META],
        metadata::label,
    ),
    verb(
        "annotate",
        &[FILES, PRINT, WRITE, RECORD, SELECT, FIELDS, EVERY, EVERYWHERE, LOCAL, META],
        metadata::annotate,
    ),
    verb("taint", &[PRINT, WRITE, SELECT, EVERY, TAINT], nodes::taint),
    verb("cordon", &[SELECT, WRITE], nodes::cordon),
    verb("uncordon", &[SELECT, WRITE], nodes::uncordon),
    verb("drain", &[SELECT, WRITE, DRAIN], nodes::drain),
    verb("set image", &[FILES, PRINT, WRITE, RECORD, SELECT, EVERY, LOCAL], set::image),
    verb("set env", &[FILES, PRINT, WRITE, SELECT, EVERY, LOCAL, CONTAINERS, ENV], set::env),
    verb(
        "set resources",
        &[FILES, PRINT, WRITE, RECORD, SELECT, EVERY, LOCAL, CONTAINERS, AMOUNTS],
        set::resources,
    ),
    verb("set selector", &[FILES, PRINT, WRITE, RECORD, EVERY, LOCAL], set::selector),
    verb("set serviceaccount", &[FILES, PRINT, WRITE, RECORD, EVERY, LOCAL], set::account),
    verb("set sa", &[FILES, PRINT, WRITE, RECORD, EVERY, LOCAL], set::account),
    verb("config view", &[PRINT, CONFIG], config::view),
    verb("config current-context", &[], config::current_context),
    verb("config get-contexts", &[PRINT, CONFIG], config::contexts),
    verb("config use-context", &[], config::use_context),
    verb("config set-context", &[CONFIG], config::set_context),
    verb("patch", &[FILES, PRINT, WRITE, RECORD, LOCAL, PATCH], patch::start),
    verb("diff", &[FILES, SELECT, DIFF], diff::start),
    verb("replace", &[FILES, PRINT, WRITE, RECORD, SAVE, DELETION, RAW], replace::start),
    verb("rollout", &[], help::rollout),
    verb("set", &[], help::set),
    reader("get", look::get),
    reader("events", look::events),
    reader("describe", look::describe),
    reader("explain", look::explain),
    reader("api-resources", look::api_resources),
    verb("version", &[PRINT, VERSION], look::version),
    verb("auth whoami", &[PRINT], look::whoami),
    verb("auth can-i", &[EVERYWHERE, VERSION], look::can_i),
    verb("top", &[SELECT, EVERYWHERE], look::top),
    verb("api-versions", &[], look::api_versions),
    verb("cluster-info", &[], look::cluster_info),
    verb("logs", &[SELECT, LOGS], logs::logs),
    verb("exec", &[FILES, EXEC], logs::exec),
    verb("attach", &[EXEC], look::not_here),
    verb("port-forward", &[], look::not_here),
    verb("proxy", &[], look::not_here),
    verb("cp", &[EXEC], look::not_here),
    verb("debug", &[EXEC], look::not_here),
    reader("certificate", look::not_here),
    reader("completion", look::not_here),
    reader("kustomize", look::not_here),
    reader("plugin", look::not_here),
    verb("edit", &[FILES, PRINT, WRITE, RECORD], look::not_here),
    verb("wait", &[FILES, PRINT, SELECT, FIELDS, EVERY, EVERYWHERE, LOCAL, WAIT], wait::start),
    verb("rollout pause", &[FILES, PRINT, WRITE, SELECT], rollout::pause),
    verb("rollout resume", &[FILES, PRINT, WRITE, SELECT], rollout::resume),
    verb("rollout restart", &[FILES, PRINT, WRITE, SELECT], rollout::restart),
    verb("rollout undo", &[FILES, PRINT, WRITE, SELECT, TO_REVISION], rollout::undo),
    verb("rollout history", &[FILES, PRINT, SELECT, REVISION], rollout::history),
    verb("rollout status", &[FILES, SELECT, STATUS], rollout::status),
];

/// Starts the command that the words name.
pub(super) fn start(
    cluster: &mut Cluster,
    context: &mut Context,
    io: &mut Io,
    words: &[String],
) -> Done<Stage> {
    let places = bare_words(words);
    let word = |index: usize| places.get(index).and_then(|at| words.get(*at)).map(String::as_str);
    let Some(first) = word(0).filter(|word| *word != "help") else {
        return help::all(&mut Session { cluster, context, io }, &Flags::default());
    };
    let Some(verb) = find([word(0), word(1), word(2)]) else {
        return Err(unknown(first, context, words));
    };
    let count = verb.path.split(' ').count();
    let used: Vec<usize> = places.iter().take(count).copied().collect();
    let rest: Vec<String> = words
        .iter()
        .enumerate()
        .filter(|(index, _)| !used.contains(index))
        .map(|(_, word)| word.clone())
        .collect();
    if rest.iter().take_while(|word| *word != "--").any(|word| word == "--help" || word == "-h") {
        let own: Vec<Flag> = verb.flags.into_iter().flatten().copied().flatten().copied().collect();
        help::one(&mut Session { cluster, context, io }, verb.path, &own);
        return Ok(Stage::Ended);
    }
    let flags = match verb.flags {
        None => Flags::unread(rest),
        Some(own) => {
            let known: Vec<&[Flag]> = own.iter().copied().chain([GLOBAL]).collect();
            flags::parse(&known, &rest).map_err(|failure| usage(&failure, verb.path))?
        }
    };
    if verb.flags.is_some() {
        io.stderr += &deprecations(&flags);
    }
    context.who = asker(verb.path, &flags);
    context.keeper = Some(managed::note);
    if flags.is_set("record") {
        context.cause = Some(cause(verb.path, &flags).into());
    }
    if let Some(namespace) = flags.text("namespace") {
        context.namespace = namespace.into();
        context.is_given = true;
    }
    (verb.start)(&mut Session { cluster, context, io }, &flags)
}

/// Who a command is to the server: its own name, unless it asks in the name of kubectl as a whole.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd, the field managers of its commands
fn asker(path: &str, flags: &Flags) -> Who {
    let verb = path.split(' ').next().unwrap_or_default();
    let given = flags.text("field-manager").filter(|name| !name.is_empty());
    let (own, subresource) = match verb {
        "apply" if flags.is_set("server-side") => ("kubectl".to_owned(), ""),
        "apply" => (managed::CLIENT_SIDE.to_owned(), ""),
        "scale" => ("kubectl".to_owned(), "scale"),
        "cordon" | "uncordon" | "drain" => ("kubectl".to_owned(), ""),
        verb => (format!("kubectl-{verb}"), ""),
    };
    Who { manager: given.map_or(own, str::to_owned).into(), subresource: subresource.into() }
}

/// What kubectl says of flags that will go.
///
/// Models github.com/spf13/pflag flag.go FlagSet.Set
fn deprecations(flags: &Flags) -> String {
    let texts = flags.said.iter().filter_map(|(name, _)| {
        let why = match *name {
            "record" => "--record will be removed in the future",
            "cpu-percent" => {
                "Use --cpu with percentage or resource quantity format (e.g., '70%' for \
                 utilization or '500m' for milliCPU)."
            }
            _ => return None,
        };
        Some(format!("Flag --{name} has been deprecated, {why}\n"))
    });
    texts.collect()
}

/// The command as `--record` writes it down.
///
/// Models staging/src/k8s.io/cli-runtime/pkg/genericclioptions/record_flags.go
/// parseCommandArguments
fn cause(path: &str, flags: &Flags) -> String {
    let mut text = format!("kubectl {path}");
    for word in &flags.args {
        text.extend([" ", word]);
    }
    for (name, value) in &flags.said {
        text.extend([" --", name, "=", value]);
    }
    text
}

/// The command that the first words name: the one with the most words.
fn find(words: [Option<&str>; 3]) -> Option<&'static Verb> {
    (1..=words.len()).rev().find_map(|count| {
        let path: Vec<&str> = words[..count].iter().copied().collect::<Option<_>>()?;
        let path = path.join(" ");
        VERBS.iter().find(|verb| verb.path == path)
    })
}

/// Where the words stand that are neither flags nor values of global flags.
fn bare_words(words: &[String]) -> Vec<usize> {
    let takes_next = |word: &str| {
        GLOBAL.iter().any(|one| {
            one.takes == Takes::Text
                && (word.strip_prefix("--") == Some(one.name)
                    || one.short.is_some_and(|letter| word == format!("-{letter}")))
        })
    };
    let mut places = Vec::new();
    let mut is_value = false;
    for (index, word) in words.iter().enumerate() {
        if !is_value && !word.starts_with('-') {
            places.push(index);
        }
        is_value = !is_value && takes_next(word);
    }
    places
}

/// Models staging/src/k8s.io/kubectl/pkg/cmd/cmd.go NewKubectlCommand (flag errors)
fn usage(failure: &Failure, path: &str) -> Failure {
    plain(format!("{}\nSee 'kubectl {path} --help' for usage.", failure.message()))
}

/// What is no command may be a plugin, which must come before all flags.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/plugin.go HandlePluginCommand and
/// github.com/spf13/cobra command.go findSuggestions
fn unknown(word: &str, context: &Context, words: &[String]) -> Failure {
    let before = words.first().filter(|first| first.starts_with('-'));
    if context.is_given || before.is_some() {
        let flag = before.map_or("-n", String::as_str);
        let text = format!("Error: flags cannot be placed before plugin name: {flag}");
        return Failure::Exit(1, text);
    }
    let mut names: Vec<&str> =
        VERBS.iter().filter_map(|verb| verb.path.split(' ').next()).collect();
    names.order();
    names.dedup();
    let (lower, is_near) =
        (word.to_lowercase(), |name: &&str| distance(&word.to_lowercase(), name) <= 2);
    names.retain(|name| is_near(name) || name.starts_with(&lower));
    let mut text = format!("unknown command \"{word}\" for \"kubectl\"");
    if !names.is_empty() {
        text += "\n\nDid you mean this?\n";
        for name in names {
            text.extend(["\t", name, "\n"]);
        }
    }
    plain(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context(is_given: bool) -> Context {
        Context {
            namespace: "default".into(),
            is_given,
            stdin: None,
            files: std::collections::BTreeMap::new(),
            cause: None,
            who: Who::default(),
            keeper: None,
            pace: crate::kubectl::run::Pace::Own,
        }
    }

    fn words(line: &str) -> Vec<String> {
        crate::kubectl::words::split(line)
    }

    #[test]
    fn the_command_with_the_most_words_is_meant() {
        let path = |words| find(words).map(|verb| verb.path);
        assert_eq!(path([Some("rollout"), Some("undo"), Some("x")]), Some("rollout undo"));
        assert_eq!(path([Some("rollout"), None, None]), Some("rollout"));
        assert_eq!(
            path([Some("create"), Some("svc"), Some("nodeport")]),
            Some("create svc nodeport")
        );
        assert_eq!(path([Some("frobnicate"), None, None]), None);
    }

    #[test]
    fn flags_before_the_command_are_no_command() {
        assert_eq!(bare_words(&words("-n get --context x get pods")), [4, 5]);
        assert_eq!(bare_words(&words("get -n x pods")), [0, 3]);
    }

    #[test]
    fn a_word_that_is_no_command_is_refused_as_kubectl_refuses_it() {
        let text = |line: &str, given| {
            let words = words(line);
            let at = bare_words(&words)[0];
            unknown(&words[at], &context(given), &words).text()
        };
        assert_eq!(
            text("frobnicate", true),
            "Error: flags cannot be placed before plugin name: -n\n"
        );
        assert_eq!(
            text("frobnicate", false),
            "error: unknown command \"frobnicate\" for \"kubectl\"\n"
        );
        assert_eq!(
            text("gett", false),
            "error: unknown command \"gett\" for \"kubectl\"\n\nDid you mean this?\n\tget\n\tset\n"
        );
    }
}
