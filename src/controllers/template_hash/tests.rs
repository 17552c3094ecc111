//! Templates of a real cluster of 1.36.2 with the hashes that it gave them.
//!
//! Invariant: every hash here was seen, none computed.

use super::*;

/// A template around a container's own fields, with the defaults that the API fills in.
fn template(metadata: &str, container: &str, spec: &str) -> PodTemplate {
    let text = format!(
        r#"{{"metadata": {metadata},
            "spec": {{"containers": [{{"name": "app", {container},
                "terminationMessagePath": "/dev/termination-log",
                "terminationMessagePolicy": "File", "imagePullPolicy": "IfNotPresent"}}],
            {spec} "restartPolicy": "Always", "terminationGracePeriodSeconds": 30,
            "dnsPolicy": "ClusterFirst", "securityContext": {{}},
            "schedulerName": "default-scheduler"}}}}"#
    );
    serde_json::from_str(&text).expect("a template")
}

const WEB: &str = r#"{"labels": {"app": "web"}}"#;

fn hash_of(metadata: &str, container: &str, spec: &str) -> String {
    template_hash(&template(metadata, container, spec), None)
}

#[test]
fn plain_templates_have_the_hashes_of_the_real_cluster() {
    for (image, hash) in [
        ("nginx:1.25", "796d498479"),
        ("nginx:1.26", "67ccff564d"),
        ("nginx:1.27", "789dc4db69"),
        ("bad:1", "77cfcf9cc9"),
    ] {
        let container = format!(r#""image": "{image}", "resources": {{}}"#);
        assert_eq!(hash_of(WEB, &container, ""), hash);
    }
}

#[test]
fn annotations_count() {
    let metadata = r#"{"labels": {"app": "web"}, "annotations":
        {"kubectl.kubernetes.io/restartedAt": "2026-11-22T08:55:03Z"}}"#;
    let container = r#""image": "nginx:1.27", "resources": {}"#;
    assert_eq!(hash_of(metadata, container, ""), "5647db6b79");
}

#[test]
fn probes_amounts_mounts_and_tolerations_count() {
    let probe = r#""image": "nginx:1.25", "resources": {}, "readinessProbe": {
        "exec": {"command": ["ready-after", "3"]}, "timeoutSeconds": 1, "periodSeconds": 1,
        "successThreshold": 1, "failureThreshold": 3}"#;
    assert_eq!(hash_of(WEB, probe, ""), "856b4489cd");

    let amount = r#""image": "nginx:1.25", "resources": {"requests": {"cpu": "1"}}"#;
    assert_eq!(hash_of(r#"{"labels": {"app": "filler"}}"#, amount, ""), "798f78667f");

    let mount = r#""image": "nginx:1.25", "resources": {},
        "volumeMounts": [{"name": "d", "mountPath": "/d"}]"#;
    let volume = r#""volumes": [{"name": "d", "persistentVolumeClaim": {"claimName": "lp"}}],"#;
    assert_eq!(hash_of(r#"{"labels": {"app": "local"}}"#, mount, volume), "999dcdc54");

    let tolerations = r#""tolerations": [
        {"key": "node.kubernetes.io/unreachable", "operator": "Exists",
         "effect": "NoExecute", "tolerationSeconds": 15},
        {"key": "node.kubernetes.io/not-ready", "operator": "Exists",
         "effect": "NoExecute", "tolerationSeconds": 15}],"#;
    let plain = r#""image": "nginx:1.25", "resources": {}"#;
    assert_eq!(hash_of(WEB, plain, tolerations), "746bffc5dc");
}

#[test]
fn a_collision_gives_another_hash() {
    let template = template(WEB, r#""image": "nginx:1.25", "resources": {}"#, "");
    let first = template_hash(&template, None);
    let second = template_hash(&template, Some(1));
    assert_ne!(first, second);
    assert_ne!(second, template_hash(&template, Some(2)));
}

#[test]
fn digits_become_safe_characters() {
    assert_eq!(safe(3_528_054_035), "796d498479");
    assert!(safe(1_234_567_890).chars().all(|c| "456789bcdf".contains(c)));
}

#[test]
fn amounts_keep_their_form() {
    assert_eq!(parts("500m"), (500, -3, "DecimalSI"));
    assert_eq!(parts("128Mi"), (128 << 20, 0, "BinarySI"));
    assert_eq!(parts("2G"), (2, 9, "DecimalSI"));
    assert_eq!(parts("1e3"), (1, 3, "DecimalExponent"));
}
