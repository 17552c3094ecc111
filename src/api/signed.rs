//! Counts that Kubernetes keeps as signed numbers though none below zero is valid.
//!
//! Must not know which field is meant. Invariant: a number below zero is kept as its two's
//! complement, so that validation can name it as it was written; no stored object has one.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The number as it was written.
pub const fn written(count: u32) -> i32 {
    count.cast_signed()
}

fn kept(number: i64) -> u32 {
    // Seconds beyond the range of 32 bits are as good as for ever.
    let near = number.clamp(i64::from(i32::MIN), i64::from(i32::MAX));
    i32::try_from(near).unwrap_or(i32::MAX).cast_unsigned()
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
pub(super) fn serialize<S: Serializer>(count: &u32, to: S) -> Result<S::Ok, S::Error> {
    written(*count).serialize(to)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    i64::deserialize(from).map(kept)
}

/// The same for seconds of 64 bits that may be missing.
pub(super) mod wide {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[allow(
        clippy::ref_option,
        clippy::trivially_copy_pass_by_ref,
        reason = "the signature that serde asks for"
    )]
    pub(in crate::api) fn serialize<S: Serializer>(
        seconds: &Option<u64>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        seconds.map(u64::cast_signed).serialize(to)
    }

    pub(in crate::api) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<u64>, D::Error> {
        Ok(Option::<i64>::deserialize(from)?.map(i64::cast_unsigned))
    }
}

/// The same for a count that may be missing.
pub(super) mod option {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[allow(
        clippy::ref_option,
        clippy::trivially_copy_pass_by_ref,
        reason = "the signature that serde asks for"
    )]
    pub(in crate::api) fn serialize<S: Serializer>(
        count: &Option<u32>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        count.map(super::written).serialize(to)
    }

    pub(in crate::api) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<u32>, D::Error> {
        Ok(Option::<i64>::deserialize(from)?.map(super::kept))
    }
}
