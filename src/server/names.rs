//! Identities that the server gives: generated names, UIDs and Service addresses.
//!
//! Must not know why an object is made. Invariant: an identity depends on the seed and the
//! object's number alone, and on which are taken.

use std::collections::BTreeSet;

use crate::api::{Object, ObjectId, Uid};
use crate::base::{Seed, Str, gather};
use crate::server::Table;

/// Service addresses are drawn from 10.96.0.0/16.
const SERVICE_HOSTS: u64 = 65_534;
/// Draws before a generated name is given up.
const NAME_DRAWS_MAX: u32 = 64;

/// A random (version 4) UID.
pub(in crate::server) fn uid_of(seed: Seed, id: ObjectId) -> Uid {
    let mut rng = seed.stream("uid", u64::from(id.0));
    let bits = (u128::from(rng.next_u64()) << 64) | u128::from(rng.next_u64());
    let version = 0x4_u128 << 76;
    let variant = 0x8_u128 << 60;
    Uid((bits & !(0xf_u128 << 76) & !(0xc_u128 << 60)) | version | variant)
}

/// The name made from `generateName`.
///
/// Models staging/src/k8s.io/apiserver/pkg/storage/names/generate.go GenerateName
/// Differs: the real one fails on a collision and its caller tries again.
pub(in crate::server) fn generated_name(
    seed: Seed,
    id: ObjectId,
    table: &Table,
    object: &Object,
    dealt: Option<&str>,
) -> Str {
    const BASE_MAX: usize = 58;
    let base: &str = &object.meta.generate_name;
    let base = base.get(..BASE_MAX).unwrap_or(base);
    let mut rng = seed.stream("name", u64::from(id.0));
    let drawn = (0..NAME_DRAWS_MAX).map(|_| rng.suffix());
    for suffix in dealt.map(str::to_owned).into_iter().chain(drawn) {
        let name = format!("{base}{suffix}");
        if table.named(&object.meta.namespace, &name).is_none() {
            return name.into();
        }
    }
    panic!("27^5 suffixes can't all be taken");
}

/// A free Service address.
pub(in crate::server) fn service_address(seed: Seed, id: ObjectId, services: &Table) -> Str {
    let taken: BTreeSet<&str> =
        gather(services.iter().filter_map(|one| {
            one.service().and_then(|service| service.spec.cluster_ip.as_deref())
        }));
    let mut rng = seed.stream("service-address", u64::from(id.0));
    loop {
        let host = rng.between(2, SERVICE_HOSTS);
        let address = format!("10.96.{}.{}", host / 256, host % 256);
        if !taken.contains(address.as_str()) {
            return address.into();
        }
    }
}
