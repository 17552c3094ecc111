//! What two runs of the real thing differ in, and what the recording added: the whole list of
//! what may differ.
//!
//! Must not know how it is applied. Invariant: whatever is not named here must agree.

use crate::conformance::schema::Centis;

/// Neighbouring writes of one object may be folded into one: a real controller under load syncs
/// once for several changes, and two recordings of one scenario fold differently. Writes count
/// as neighbours within this time. So does the end of an object that is being deleted: the last
/// counts of the Pods that leave it may come too late.
pub(super) const FOLD: Centis = Centis(200);

/// The sizes of a rolling update's later steps depend on how many Pods became ready between two
/// looks, and two recordings of one scenario step differently; a Pod that waits for its volumes
/// gets ready within five seconds. While writes follow one another within this time, the counts
/// of these kinds may go through other numbers within the same bounds.
pub(super) const BURST: Centis = Centis(600);
/// The kinds that count Pods.
pub(super) const COUNTING: [&str; 4] =
    ["Deployment", "ReplicaSet", "ReplicationController", "StatefulSet"];
/// A rolling update scales these in steps, which their generations count.
pub(super) const STEPPING: &str = "ReplicaSet";
/// By how many steps a status may lag behind while they follow one another.
pub(super) const LAG_MAX: i64 = 3;
/// By how many Pods the most that one run counts may exceed that of the other: a Deployment adds
/// up what its ReplicaSets said at different moments, and of two recordings of one rollout to ten
/// Pods one counted 13 at most and the other 17.
pub(super) const MORE_MAX: i64 = 4;
/// Whether a Deployment says that it made a ReplicaSet or already that this one makes progress
/// depends on whether the write that forgets the old template's Pods was folded into the one
/// that counts the first new Pod: the progress is then not seen before the next one.
pub(super) const PROGRESSING: [(&str, &str); 3] = [
    ("True ReplicaSetUpdated: ReplicaSet ", " is progressing."),
    ("True NewReplicaSetCreated: Created new replica set ", ""),
    ("True FoundNewReplicaSet: Found new replica set ", ""),
];
/// Slices list the same Pods.
pub(super) const LISTING: &str = "EndpointSlice";
/// Since when a slice's last write was due. Which of several neighbouring writes comes last, and
/// whether the clock's second turned between two changes of a Pod's readiness (moments have whole
/// seconds), depends on timing: where a Pod's readiness changed that shortly before, it may stand
/// there or not. So may the number of the slice's writes be another, as long as it is the number
/// of the run's own.
pub(super) const TRIGGER_TIME: &str = "endpoints.kubernetes.io/last-change-trigger-time";

/// What the controllers do in parallel comes in any order: creating and deleting the Pods of one
/// sync, and telling of it. These do so.
pub(super) const PARALLEL_SOURCES: [&str; 4] =
    ["replicaset-controller", "replication-controller", "daemonset-controller", "job-controller"];

/// What a source may tell of one object at once. Of more Pods than that, made or deleted in
/// parallel, chance says which are told of.
pub(super) const TOLD_MAX: usize = 25;

/// A StatefulSet whose Pods are managed in parallel tells of each Pod in order, and of several
/// Pods in any.
pub(super) const PARALLEL_SET: &str = "Parallel";

/// The recording's own: what its README says is not of Kubernetes.
pub(super) const NOT_KUBERNETES: [&str; 3] =
    ["ImageGCFailed", "InvalidDiskCapacity", "CIDRAssignmentFailed"];

/// The recording's own: how long a pull took and how large the image was.
pub(super) const PULLED: &str = "Successfully pulled image ";

/// The recording's own: the instance of the provisioner after its name.
pub(super) const PROVISIONER: &str = "_csi-provisioner-";

/// Other scenarios ran on the same nodes at the same time: where a node had volumes attached
/// before the run, the count of attached volumes is theirs too and says nothing.
pub(super) const FOREIGN_VOLUMES: &str = "attached";

/// The same of what is printed: volumes are of no namespace, so that those of other scenarios stand
/// in the tables too. They are named after a claim that the run did not make.
pub(super) const FOREIGN_VOLUME: &str = "pvc-";
/// What kubectl says where none is left.
pub(super) const NOTHING_FOUND: &str = "No resources found";

/// Times between two steps differ between runs; an age may differ by as much as the runs have
/// drifted apart, and by this for rounding and for where within a step it was printed.
pub(super) const AGE_SECONDS: i64 = 2;

/// How often an Event came that repeats by the clock, such as that of a failed probe, may differ
/// by this beside a fifth: as with ages, it depends on when within a step it was printed.
pub(super) const TIMES: i64 = 2;

/// The provisioner and the protection controller take their finalizers away from a volume of this
/// kind that is being deleted, each when it looks.
pub(super) const RELEASED: &str = "PersistentVolume";
/// Those finalizers.
pub(super) const RELEASED_BY: [&str; 2] =
    ["external-provisioner.volume.kubernetes.io/finalizer", "kubernetes.io/pv-protection"];

/// The volume controller and the provisioner tell of one claim side by side.
pub(super) const RACING: [&str; 2] = ["persistentvolume-controller", "csi.sim.local"];

/// The scheduler tells anew of a Pod that it tries again, and only counts if it has not heard of
/// the Pod's new condition yet, which it wrote a moment before: of two tries in one recording one
/// was told and the other counted.
pub(super) const ATTEMPT: &str = "FailedScheduling";

/// The sizes of a rolling update's steps, as above: an Event of a step counts as one of its
/// direction if its numbers are those of a step that the same run made.
pub(super) const SCALING: &str = "ScalingReplicaSet";

/// The recording's own: a controller manager that was started anew greets every node.
pub(super) const GREETED: &str = "RegisteredNode";

/// The recording's own, in what `kubectl describe node` prints.
pub(super) const NODE_LINES: [&str; 4] =
    ["ephemeral-storage", "Machine ID", "System UUID", "InternalIP"];

/// A kubelet posts its node's state every five minutes if nothing changes, and renews its lease
/// every ten seconds, each at a time of its own.
pub(super) const HEARTBEAT_SECONDS: i64 = 300;

/// An age of more than so many seconds is printed without its seconds, and may so differ by as
/// much more.
pub(super) const ROUNDED: (i64, i64) = (600, 60);

/// Counts that go by the clock may differ by one in so many.
pub(super) const SHARE: i64 = 5;

/// A watcher of a rollout misses what passes quickly: lines that begin so may be told by one run
/// only.
pub(super) const PASSING: &str = "Waiting for ";

/// The server draws the ports of nodes from this range.
pub(super) const NODE_PORTS: std::ops::Range<u64> = 30_000..32_768;

/// A number after one of these was drawn or counts every write of a cluster that ran for long.
pub(super) const DRAWN_AFTER: [&str; 3] = ["resourceVersion: \"", "LIVE-", "MERGED-"];

/// The end of the name of a volume that the server adds to each Pod is drawn.
pub(super) const DRAWN_VOLUME: &str = "kube-api-access-";

/// The volume controller's second look at a claim, which its own first write brings about, is
/// left out if it comes while the first is not quite over: the Event of this reason and source was
/// told once or twice, and says since when accordingly.
pub(super) const TOLD_TWICE: (&str, &str) = ("ExternalProvisioning", "persistentvolume-controller");

/// These stand in order of their names, which are hashes of drawn identities.
pub(super) const HASHED_ROWS: &str = "kubectl get volumeattachments";

/// Events of one second are told in any order.
pub(super) const EVENT_ROWS: &str = "kubectl get events";
