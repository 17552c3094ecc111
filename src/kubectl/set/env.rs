//! `kubectl set env`.
//!
//! Must not know what a variable does. Invariant: a variable keeps its place when it changes.
//!
//! Models staging/src/k8s.io/kubectl/pkg/cmd/set/set_env.go

use crate::api::{Kind, Value};
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::printing::Printing;
use crate::kubectl::run::Stage;
use crate::kubectl::session::{Session, tree_of};
use crate::kubectl::set::{self, NO_RESOURCE, Words};
use crate::kubectl::target::{self, Info, Search};
use crate::kubectl::tree;

const WORDS: Words =
    Words { done: "env updated", failed: "failed to patch env update to pod template: " };

#[derive(Default)]
struct Changes {
    set: Vec<Value>,
    removed: Vec<String>,
}

/// `kubectl set env`.
pub(in crate::kubectl) fn env(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    if flags.is_set("all") && flags.is_given("selector") {
        return Err(plain("cannot set --all and --selector at the same time"));
    }
    let is_env = |word: &str| word.find('=').is_some_and(|at| at > 0) || word.ends_with('-');
    let count = flags.args.iter().take_while(|word| !is_env(word)).count();
    let (words, specs) = flags.args.split_at(count);
    if !specs.iter().all(|word| is_env(word)) {
        return Err(plain(format!(
            "all resources must be specified before environment changes: {}",
            flags.args.join(" ")
        )));
    }
    let printing = Printing::of(flags)?;
    if words.is_empty() && !flags.is_given("filename") {
        return Err(plain(NO_RESOURCE));
    }
    if flags.is_given("keys") && !flags.is_given("from") {
        return Err(plain(
            "when specifying --keys, a configmap or secret must be provided with --from",
        ));
    }
    let specs: Vec<String> = flags.list("env").iter().chain(specs).cloned().collect();
    let mut changes = parse(&specs, session.context.stdin.as_deref())?;
    if let Some(from) = flags.text("from") {
        changes.set.extend(imported(session, flags, from)?);
    }
    if let Some(prefix) = flags.text("prefix") {
        for variable in &mut changes.set {
            let name = format!("{prefix}{}", tree::text(variable, &["name"]).unwrap_or_default());
            tree::map_at(variable, &[]).insert("name".into(), tree::string(name));
        }
    }
    let infos = set::find(session, flags, words)?;
    if flags.is_set("list") {
        return list(session, flags, &infos, &changes);
    }
    let mut failures = Vec::new();
    for info in &infos {
        failures.extend(change(session, flags, info, &changes, &printing));
    }
    Failure::all(failures).map(|()| Stage::Ended)
}

/// Models staging/src/k8s.io/kubectl/pkg/cmd/set/env/env_parse.go parseIntoEnvVar
fn parse(specs: &[String], stdin: Option<&str>) -> Done<Changes> {
    let mut changes = Changes::default();
    for spec in specs {
        if spec == "-" {
            let lines = stdin.unwrap_or_default().lines();
            let bare = lines.map(|line| line.split('#').next().unwrap_or_default());
            changes.set.extend(bare.filter_map(|line| line.split_once('=')).map(variable));
        } else if let Some((name, value)) = spec.split_once('=') {
            let mistakes = name_mistakes(name);
            if !mistakes.is_empty() {
                let why = mistakes.join(";");
                return Err(plain(format!("\"{name}\" is not a valid key name: {why}")));
            }
            changes.set.push(variable((name, value)));
        } else if let Some(name) = spec.strip_suffix('-') {
            changes.removed.push(name.to_owned());
        } else {
            return Err(plain(format!("unknown environment variable: {spec}")));
        }
    }
    let is_set = |name: &String| changes.set.iter().any(|one| named(one, name));
    if changes.removed.iter().any(is_set) {
        return Err(plain(
            "can not both modify and remove the same environment variable in the same command",
        ));
    }
    Ok(changes)
}

/// kubectl is stricter with names than the server.
///
/// Models staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go IsEnvVarName
fn name_mistakes(name: &str) -> Vec<String> {
    let mut found = Vec::new();
    let is_letter = |c: char| c.is_ascii_alphabetic() || matches!(c, '-' | '.' | '_');
    let is_fit =
        name.starts_with(is_letter) && name.chars().all(|c| is_letter(c) || c.is_ascii_digit());
    if !is_fit {
        found.push(
            "a valid environment variable name must consist of alphabetic characters, digits, \
             '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or \
             'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is \
             '[-._a-zA-Z][-._a-zA-Z0-9]*')"
                .to_owned(),
        );
    }
    match name {
        "." => found.push("must not be '.'".to_owned()),
        ".." => found.push("must not be '..'".to_owned()),
        name if name.starts_with("..") => found.push("must not start with '..'".to_owned()),
        _ => {}
    }
    found
}

fn variable((name, value): (&str, &str)) -> Value {
    let mut variable = Value::Null;
    let entries = tree::map_at(&mut variable, &[]);
    entries.insert("name".into(), tree::string(name));
    if !value.is_empty() {
        entries.insert("value".into(), tree::string(value));
    }
    variable
}

fn named(variable: &Value, name: &str) -> bool {
    tree::text(variable, &["name"]) == Some(name)
}

/// Variables that take their values from a ConfigMap or Secret.
fn imported(session: &mut Session<'_>, flags: &Flags, from: &str) -> Done<Vec<Value>> {
    let found = target::find(session, &Flags::default(), &[from.to_owned()], Search::default())?;
    let (infos, failure) = session.fetch(found.infos);
    failure?;
    let keys = flags.list("keys");
    let mut variables = Vec::new();
    for info in infos {
        let source = match info.mapping.kind {
            Kind::ConfigMap => "configMapKeyRef",
            Kind::Secret => "secretKeyRef",
            _ => return Err(plain("unsupported resource specified in --from")),
        };
        let whole = tree_of(&*session.live(&info)?);
        let Some(Value::Map(data)) = tree::at(&whole, &["data"]) else { continue };
        for key in data.keys().filter(|key| keys.is_empty() || keys.iter().any(|k| **k == ***key)) {
            let name = env_name(session, key);
            let mut variable = variable((&name, ""));
            let reference = tree::map_at(&mut variable, &["valueFrom", source]);
            reference.insert("key".into(), Value::Str(key.clone()));
            reference.insert("name".into(), Value::Str(info.name.clone()));
            variables.push(variable);
        }
    }
    Ok(variables)
}

/// Models staging/src/k8s.io/kubectl/pkg/cmd/set/set_env.go EnvOptions.keyToEnvName
fn env_name(session: &mut Session<'_>, key: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' };
    let name: String = key.chars().map(letter).collect::<String>().to_uppercase();
    if name != key {
        session.complain(format!("Warning: key {key} transferred to {name}"));
    }
    name
}

/// Models staging/src/k8s.io/kubectl/pkg/cmd/set/helper.go updateEnv
fn updated(existing: &[Value], changes: &Changes) -> Vec<Value> {
    let name = |one: &Value| tree::text(one, &["name"]).unwrap_or_default().to_owned();
    let mut covered = changes.removed.clone();
    let mut out = Vec::new();
    for old in existing {
        if covered.contains(&name(old)) {
            continue;
        }
        match changes.set.iter().find(|new| named(new, &name(old))) {
            Some(new) => {
                covered.push(name(old));
                out.push(new.clone());
            }
            None => out.push(old.clone()),
        }
    }
    for new in &changes.set {
        if !covered.contains(&name(new)) {
            covered.push(name(new));
            out.push(new.clone());
        }
    }
    out
}

fn change(
    session: &mut Session<'_>,
    flags: &Flags,
    info: &Info,
    changes: &Changes,
    printing: &Printing,
) -> Vec<Failure> {
    let pattern = flags.text("containers").unwrap_or("*");
    let overwrites = flags.truth("overwrite").unwrap_or(true);
    let mut is_found = false;
    let mut edit = |inits: &mut [Value], containers: &mut [Value]| {
        for container in containers.iter_mut().chain(inits) {
            if !set::fits(tree::text(container, &["name"]).unwrap_or_default(), pattern) {
                continue;
            }
            is_found = true;
            let existing = tree::take_list(container, "env");
            if let Some(failure) = clash(info, &existing, changes).filter(|_| !overwrites) {
                tree::put_list(container, "env", existing);
                return vec![failure];
            }
            tree::put_list(container, "env", updated(&existing, changes));
        }
        Vec::new()
    };
    let failures = set::update(session, info, printing, &WORDS, &mut edit);
    if !is_found {
        session.complain(format!(
            "Warning: {}/{} does not have any containers matching \"{pattern}\"",
            info.mapping.name, info.name
        ));
    }
    failures
}

fn clash(info: &Info, existing: &[Value], changes: &Changes) -> Option<Failure> {
    let value = |one: &Value| tree::text(one, &["value"]).unwrap_or_default().to_owned();
    changes.set.iter().find_map(|new| {
        let name = tree::text(new, &["name"])?;
        let old = existing.iter().find(|old| named(old, name))?;
        (value(old) != value(new)).then(|| {
            plain(format!(
                "error: {}/{} '{name}' already has a value ({}), and --overwrite is false\n",
                info.mapping.plural,
                info.name,
                value(old)
            ))
        })
    })
}

fn list(
    session: &mut Session<'_>,
    flags: &Flags,
    infos: &[Info],
    changes: &Changes,
) -> Done<Stage> {
    let pattern = flags.text("containers").unwrap_or("*");
    for info in infos {
        let whole = tree_of(&*session.live(info)?);
        let path = crate::kubectl::template::pod_spec(info.mapping.kind).unwrap_or_default();
        let spec = tree::at(&whole, path).cloned().unwrap_or_default();
        let lists =
            ["containers", "initContainers"].map(|key| tree::take_list(&mut spec.clone(), key));
        for container in lists.iter().flatten() {
            let name = tree::text(container, &["name"]).unwrap_or_default();
            if !set::fits(name, pattern) {
                continue;
            }
            let kind = &info.mapping.name;
            session.say(format!("# {kind} {}, container {name}", info.name));
            let existing = tree::take_list(&mut container.clone(), "env");
            for one in updated(&existing, changes) {
                let name = tree::text(&one, &["name"]).unwrap_or_default();
                if let Some(from) = reference(&one) {
                    session.say(format!("# {name} from {from}"));
                } else {
                    let value = tree::text(&one, &["value"]).unwrap_or_default();
                    session.say(format!("{name}={value}"));
                }
            }
        }
    }
    Ok(Stage::Ended)
}

/// Models staging/src/k8s.io/kubectl/pkg/cmd/set/env/env_resolve.go GetEnvVarRefString
fn reference(variable: &Value) -> Option<String> {
    let from = variable.at("valueFrom")?;
    let text = |path: &[&str]| tree::text(from, path).unwrap_or_default().to_owned();
    Some(if from.at("configMapKeyRef").is_some() {
        let (name, key) = (text(&["configMapKeyRef", "name"]), text(&["configMapKeyRef", "key"]));
        format!("configmap {name}, key {key}")
    } else if from.at("secretKeyRef").is_some() {
        let (name, key) = (text(&["secretKeyRef", "name"]), text(&["secretKeyRef", "key"]));
        format!("secret {name}, key {key}")
    } else if from.at("fieldRef").is_some() {
        format!("field path {}", text(&["fieldRef", "fieldPath"]))
    } else if from.at("resourceFieldRef").is_some() {
        let resource = text(&["resourceFieldRef", "resource"]);
        match text(&["resourceFieldRef", "containerName"]) {
            container if container.is_empty() => format!("resource field {resource}"),
            container => format!("resource field {container}/{resource}"),
        }
    } else {
        "invalid valueFrom".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_variable_keeps_its_place_and_a_new_one_comes_last() {
        let words = |line: &str| crate::kubectl::words::split(line);
        let old = parse(&words("A=1 B=2 C=3"), None).expect("valid").set;
        let changes = parse(&words("D=4 B=5 A-"), None).expect("valid");
        let names: Vec<_> = updated(&old, &changes)
            .iter()
            .map(|one| tree::text(one, &["name"]).unwrap_or_default().to_owned())
            .collect();
        assert_eq!(names, ["B", "C", "D"]);
        assert!(parse(&words("A=1 A-"), None).is_err());
    }
}
