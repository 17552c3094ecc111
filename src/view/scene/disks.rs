//! The disks of a moment: the claims with their volumes, and the nodes that some are part of.
//!
//! Must not know how they are drawn. Invariant: what is part of a node is never told as if every
//! node could have it, even when its own is gone.

use crate::api::affinity::NodeSelector;
use crate::api::storage::Volume;
use crate::api::{Kind, Object};
use crate::cluster::World;
use crate::server::View;
use crate::view::scene::split_name;
use crate::view::stage::{DiskState, DiskUser, DiskView, LaneKind, LaneView, Link, Text};
use std::rc::Rc;

/// A claim as the stage shows it.
pub(super) fn disk(object: &Object, world: &World, lanes: &[Rc<LaneView>]) -> DiskView {
    let view = world.view();
    let claim = object.claim().cloned().unwrap_or_default();
    let name = &object.meta.name;
    let attachments = claim.spec.volume_name.as_ref().map(|volume| {
        view.table(Kind::VolumeAttachment).of_volume(volume).cloned().collect::<Vec<_>>()
    });
    let attached = attachments.unwrap_or_default();
    let volume = claim.spec.volume_name.as_ref();
    let volume = volume.and_then(|name| view.named(Kind::PersistentVolume, "", name)?.volume());
    // What no driver attaches is there as soon as it is bound.
    let is_attachable = volume.is_none_or(|volume| volume.driver().is_some());
    let held_by = |node: &Text| {
        !is_attachable
            || attached
                .iter()
                .any(|one| one.attachment().is_some_and(|one| one.attached && one.node == *node))
    };
    let is_lost = |node: &Text| {
        view.named(Kind::Node, "", node)
            .and_then(|one| one.node())
            .is_none_or(|one| !one.is_ready())
    };
    let users: Vec<DiskUser> = view
        .table(Kind::Pod)
        .using_claim(&object.meta.namespace, name)
        .filter_map(|one| {
            let pod = one.pod()?;
            // What has ended has let its volumes go.
            if pod.status.phase.is_terminal() {
                return None;
            }
            let has_started = pod.status.pod_ip.is_some();
            let link = match pod.node() {
                Some(node) if held_by(node) && is_lost(node) => Link::Held,
                Some(node) if held_by(node) && has_started => Link::Mounted,
                _ => Link::Waiting,
            };
            Some(DiskUser {
                uid: one.meta.uid.to_string().into(),
                name: one.meta.name.clone(),
                link,
            })
        })
        .collect();
    let has = |link: Link| users.iter().any(|user| user.link == link);
    // A Pod that was deleted by force is forgotten; what its machine holds it still holds.
    let standing = attached.iter().filter_map(|one| one.attachment()).filter(|one| one.attached);
    let lost = standing.map(|one| &one.node).find(|node| is_lost(node));
    let is_bound = claim.status.phase.as_deref() == Some("Bound");
    let (local_node, gone_node) = match volume.and_then(|volume| home(volume, view)) {
        Some(Home::There(node)) => (Some(node), None),
        Some(Home::Gone(node)) => (None, Some(node)),
        None => (None, None),
    };
    let state = if gone_node.is_some() {
        DiskState::Gone
    } else if has(Link::Mounted) {
        // Those that many nodes may have go on working elsewhere.
        DiskState::Mounted
    } else if has(Link::Held) || lost.is_some() {
        DiskState::Held
    } else if !is_bound {
        DiskState::Unbound
    } else if has(Link::Waiting) {
        DiskState::Waiting
    } else {
        DiskState::Released
    };
    let lane = lanes.iter().find(|lane| belongs(name, lane));
    let ordinal = lane.and_then(|_| split_name(name).1.parse().ok());
    let size =
        claim.status.capacity.get("storage").or(claim.spec.resources.requests.get("storage"));
    DiskView {
        uid: object.meta.uid.to_string().into(),
        namespace: object.meta.namespace.clone(),
        claim: name.clone(),
        lane: lane.map_or_else(|| "".into(), |lane| lane.uid.clone()),
        ordinal,
        state,
        users,
        attached_to: lost
            .filter(|_| state == DiskState::Held)
            .or(attached.first().and_then(|one| Some(&one.attachment()?.node)))
            .cloned(),
        local_node,
        gone_node,
        is_stray: false,
        capacity: size.map_or_else(|| "".into(), |size| size.to_string().into()),
        rows: None,
    }
}

fn is_on_node(volume: &Volume) -> bool {
    ["local", "hostPath"].iter().any(|source| volume.spec.rest.contains_key(*source))
}

/// The node that a volume is part of: its data lies there, and it can be reached from nowhere
/// else.
enum Home {
    There(Text),
    /// The node is gone; no name, if the volume tells its node by something else than that.
    Gone(Text),
}

/// Whether a claim's volume is part of one node: of one that is gone as well.
pub(super) fn is_tied(claim: &Object, view: &View) -> bool {
    let name = claim.claim().and_then(|claim| claim.spec.volume_name.as_ref());
    let volume = name.and_then(|name| view.named(Kind::PersistentVolume, "", name)?.volume());
    volume.is_some_and(|volume| home(volume, view).is_some())
}

fn home(volume: &Volume, view: &View) -> Option<Home> {
    let nodes = volume.spec.node_affinity.as_ref()?.required.as_ref()?;
    if !is_on_node(volume) {
        return None;
    }
    let mut reached = view
        .table(Kind::Node)
        .iter()
        .filter(|one| nodes.is_met_by(&one.meta.name, &one.meta.labels));
    match (reached.next(), reached.next()) {
        (None, _) => Some(Home::Gone(named(nodes))),
        (Some(node), None) => Some(Home::There(node.meta.name.clone())),
        (Some(_), Some(_)) => None,
    }
}

/// The one node that a selector names, if it names one alone.
fn named(nodes: &NodeSelector) -> Text {
    let terms = nodes.node_selector_terms.iter();
    let all = terms.flat_map(|term| term.match_expressions.iter().chain(&term.match_fields));
    let is_name = |key: &str| matches!(key, "kubernetes.io/hostname" | "metadata.name");
    let naming = all.filter(|one| is_name(&one.key) && &*one.operator == "In");
    let mut names = naming.flat_map(|one| &one.values);
    let first = names.next().cloned().unwrap_or_default();
    if names.all(|name| *name == first) { first } else { Text::default() }
}

/// Whether a claim's name is one that the lane's StatefulSet makes.
fn belongs(claim: &str, lane: &LaneView) -> bool {
    let (before, ordinal) = split_name(claim);
    lane.kind == LaneKind::StatefulSet
        && ordinal.parse::<u32>().is_ok()
        && before.strip_suffix(&*lane.name).is_some_and(|one| one.ends_with('-'))
}
