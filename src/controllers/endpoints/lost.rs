//! Pods that a Service would list, but whose node is gone.
//!
//! Must not know slices. Invariant: a Service whose Pods all have nodes is not remembered.

use crate::api::Object;
use crate::base::{PMap, SECOND_US, Str};
use crate::server::{EventNote, Key};
use crate::sim::{Plan, Rule};

const SOURCE: &str = "endpoint-slice-controller";

/// Models pkg/controller/endpointslice/endpointslice_controller.go defaultSyncBackOff,
/// maxSyncBackOff and maxRetries
const BACKOFF_US: u64 = SECOND_US;
const BACKOFF_MAX_US: u64 = 1_000 * SECOND_US;
const MAX_RETRIES: u32 = 15;

/// How often a look at a Service failed in a row.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(in crate::controllers) struct Failures(PMap<Key, u32>);

impl Failures {
    /// Tells which Pods were left out, and asks for another look if there are any.
    ///
    /// Models pkg/controller/endpointslice/endpointslice_controller.go syncService and handleErr
    pub(super) fn tell(&mut self, key: Key, service: &Object, lost: &[&Object], plan: &mut Plan) {
        if lost.is_empty() {
            return self.forget(key);
        }
        let meta = &service.meta;
        let name = format!("{}/{}", meta.namespace, meta.name);
        let texts = lost.iter().map(|pod| why(&name, pod)).collect::<Vec<_>>();
        let error =
            if texts.len() == 1 { texts.concat() } else { format!("[{}]", texts.join(", ")) };
        let text = format!("Error updating Endpoint Slices for Service {name}: {error}");
        let reason = "FailedToUpdateEndpointSlices";
        plan.tell(EventNote::warning(service.reference(), SOURCE, reason, text), Rule("EP-NODE"));
        let failures = self.0.get(&key).copied().unwrap_or(0);
        if failures == MAX_RETRIES {
            return self.forget(key);
        }
        self.0.insert(key, failures + 1);
        plan.look_again((BACKOFF_US << failures).min(BACKOFF_MAX_US));
    }

    /// The Service is gone, or a look at it succeeded.
    pub(super) fn forget(&mut self, key: Key) {
        self.0.remove(&key);
    }
}

/// Models staging/src/k8s.io/endpointslice/reconciler.go, its Pods without a node
fn why(service: &str, pod: &Object) -> String {
    let node = pod.pod().and_then(|pod| pod.spec.node_name.clone()).unwrap_or(Str::from(""));
    format!("skipping Pod {} for Service {service}: Node {node} Not Found", pod.meta.name)
}
