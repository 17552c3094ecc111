//! `kubectl create namespace`, `configmap`, `secret` and `serviceaccount`.
//!
//! Must not know who reads them. Invariant: a key is given once.

use serde_json::{Map, Value as Json, json};

use crate::api::Kind;
use crate::base::base64;
use crate::kubectl::create::{make, name};
use crate::kubectl::failure::{Done, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::run::Stage;
use crate::kubectl::session::Session;

/// `kubectl create namespace`.
pub(in crate::kubectl) fn namespace(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let (name, _) = name(flags, "create namespace")?;
    let body = json!({"metadata": {"name": name}});
    make(session, flags, Kind::Namespace, body, ("created", ""))
}

/// `kubectl create serviceaccount`.
pub(in crate::kubectl) fn service_account(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let (name, _) = name(flags, "create serviceaccount")?;
    let body = json!({"metadata": {"name": name}});
    let words = ("created", "failed to create serviceaccount: ");
    make(session, flags, Kind::ServiceAccount, body, words)
}

/// `kubectl create configmap`.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/create/create_configmap.go
pub(in crate::kubectl) fn config_map(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let (name, _) = name(flags, "create configmap")?;
    let data = given(session, flags, name)?;
    let mut body = json!({"metadata": {"name": name}});
    if !data.is_empty() {
        body["data"] = data.into();
    }
    make(session, flags, Kind::ConfigMap, body, ("created", "failed to create configmap: "))
}

/// `kubectl create secret generic`.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/create/create_secret.go
pub(in crate::kubectl) fn secret(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let (name, _) = name(flags, "create secret generic")?;
    let data: Map<String, Json> = given(session, flags, name)?
        .into_iter()
        .map(|(key, value)| {
            (key, base64::encode(value.as_str().unwrap_or_default().as_bytes()).into())
        })
        .collect();
    let mut body = json!({"metadata": {"name": name}});
    if !data.is_empty() {
        body["data"] = data.into();
    }
    if let Some(kind) = flags.text("type") {
        body["type"] = kind.into();
    }
    make(session, flags, Kind::Secret, body, ("created", "failed to create secret "))
}

/// `kubectl create secret tls`.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/create/create_secret_tls.go
pub(in crate::kubectl) fn secret_tls(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let (name, _) = name(flags, "create secret tls")?;
    let paths = [("tls.crt", "cert"), ("tls.key", "key")];
    if paths.iter().any(|(_, flag)| flags.text(flag).unwrap_or_default().is_empty()) {
        return Err(plain("key and cert must be specified"));
    }
    let mut data = Map::new();
    for (key, flag) in paths {
        let path = flags.text(flag).unwrap_or_default();
        let text = session.context.file(path);
        let text = text.ok_or_else(|| plain(format!("open {path}: no such file or directory")))?;
        if !text.contains("-----BEGIN ") {
            let what = if flag == "cert" { "certificate" } else { "key" };
            return Err(plain(format!("tls: failed to find any PEM data in {what} input")));
        }
        data.insert(key.to_owned(), base64::encode(text.as_bytes()).into());
    }
    let body = json!({"metadata": {"name": name}, "data": data, "type": "kubernetes.io/tls"});
    make(session, flags, Kind::Secret, body, ("created", "failed to create secret "))
}

/// `kubectl create secret docker-registry`.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/create/create_secret_docker.go
pub(in crate::kubectl) fn secret_registry(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let (name, _) = name(flags, "create secret docker-registry")?;
    let word = |flag: &str| flags.text(flag).unwrap_or_default();
    let config = if let Some(source) = flags.list("from-file").first() {
        let path = source.split_once('=').map_or(source.as_str(), |(_, path)| path);
        let text = session.context.file(path);
        text.ok_or_else(|| plain(format!("error reading {path}: no such file or directory")))?
            .to_string()
    } else {
        let (user, password) = (word("docker-username"), word("docker-password"));
        let server = flags.text("docker-server").unwrap_or("https://index.docker.io/v1/");
        if user.is_empty() || password.is_empty() || server.is_empty() {
            return Err(plain(
                "either --from-file or the combination of --docker-username, --docker-password \
                 and --docker-server is required",
            ));
        }
        let auth = base64::encode(format!("{user}:{password}").as_bytes());
        let fields = [
            ("username", user),
            ("password", password),
            ("email", word("docker-email")),
            ("auth", &auth),
        ];
        let fields = fields.iter().filter(|(_, value)| !value.is_empty());
        let entry: Vec<String> =
            fields.map(|(key, value)| format!("\"{key}\":{}", Json::from(*value))).collect();
        format!("{{\"auths\":{{{}:{{{}}}}}}}", Json::from(server), entry.join(","))
    };
    let body = json!({
        "metadata": {"name": name},
        "data": {".dockerconfigjson": base64::encode(config.as_bytes())},
        "type": "kubernetes.io/dockerconfigjson",
    });
    make(session, flags, Kind::Secret, body, ("created", "failed to create secret "))
}

/// The pairs of `--from-literal`, `--from-file` and `--from-env-file`.
fn given(session: &Session<'_>, flags: &Flags, name: &str) -> Done<Map<String, Json>> {
    let read = |path: &str| {
        let text = session.context.file(path);
        text.ok_or_else(|| plain(format!("error reading {path}: no such file or directory")))
    };
    if flags.is_given("from-env-file")
        && (flags.is_given("from-file") || flags.is_given("from-literal"))
    {
        return Err(plain("from-env-file cannot be combined with from-file or from-literal"));
    }
    let mut pairs: Vec<(String, String)> = Vec::new();
    for source in flags.list("from-file") {
        let (key, path) = source
            .split_once('=')
            .unwrap_or_else(|| (source.rsplit('/').next().unwrap_or(source), source));
        pairs.push((key.to_owned(), read(path)?.to_string()));
    }
    for source in flags.list("from-literal") {
        let (key, value) = source
            .split_once('=')
            .ok_or_else(|| plain(format!("invalid literal source {source}, expected key=value")))?;
        pairs.push((key.to_owned(), value.trim_matches(['"', '\'']).to_owned()));
    }
    for path in flags.list("from-env-file") {
        let text = read(path)?;
        let lines = text.lines().map(str::trim_start).filter(|line| !line.starts_with('#'));
        pairs.extend(
            lines.filter_map(|line| line.split_once('=')).map(|(k, v)| (k.into(), v.into())),
        );
    }
    let mut data = Map::new();
    for (key, value) in pairs {
        if data.insert(key.clone(), value.into()).is_some() {
            return Err(plain(format!(
                "cannot add key \"{key}\", another key by that name already exists in Data for \
                 ConfigMap \"{name}\""
            )));
        }
    }
    Ok(data)
}
