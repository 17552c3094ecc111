//! Quantities such as `500m`, `1Gi` and `2e3`, kept exactly and printed canonically.
//!
//! Must not know which resource is meant. Invariant: no float takes part.

use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How a quantity's suffix is written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Format {
    /// `k`, `M`, `m`.
    #[default]
    Decimal,
    /// `Ki`, `Mi`.
    Binary,
}

/// An amount in thousandths, rounded up as the API server rounds.
///
/// Models staging/src/k8s.io/apimachinery/pkg/api/resource/quantity.go
/// Differs: amounts finer than a thousandth round up to one at once.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Quantity {
    /// Thousandths of one.
    pub milli: i64,
    /// How it prints.
    pub format: Format,
}

const BAD_FORM: &str = "quantities must match the regular expression \
                        '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const BAD_SUFFIX: &str = "unable to parse quantity's suffix";

/// The suffixes of powers of two.
pub(crate) const BINARY: [(&str, u32); 6] =
    [("Ki", 10), ("Mi", 20), ("Gi", 30), ("Ti", 40), ("Pi", 50), ("Ei", 60)];
/// The suffixes of powers of ten.
pub(crate) const DECIMAL: [(&str, i32); 9] = [
    ("n", -9),
    ("u", -6),
    ("m", -3),
    ("k", 3),
    ("M", 6),
    ("G", 9),
    ("T", 12),
    ("P", 15),
    ("E", 18),
];

impl Quantity {
    /// A whole amount.
    pub const fn whole(amount: i64) -> Quantity {
        Quantity { milli: amount.saturating_mul(1_000), format: Format::Decimal }
    }

    /// An amount in thousandths.
    pub const fn milli(milli: i64) -> Quantity {
        Quantity { milli, format: Format::Decimal }
    }

    /// An amount of bytes that prints with `Ki`, `Mi`, `Gi`.
    pub const fn bytes(bytes: i64) -> Quantity {
        Quantity { milli: bytes.saturating_mul(1_000), format: Format::Binary }
    }

    /// The amount, rounded up to a whole.
    pub const fn rounded_up(self) -> i64 {
        self.milli.div_euclid(1_000) + (self.milli.rem_euclid(1_000) > 0) as i64
    }

    /// Reads a quantity, or says what is wrong in the API server's words.
    ///
    /// Models staging/src/k8s.io/apimachinery/pkg/api/resource/quantity.go ParseQuantity
    pub fn read(text: &str) -> Result<Quantity, &'static str> {
        if let Some(quantity) = Quantity::parse(text) {
            return Ok(quantity);
        }
        let number = text.trim_start_matches(['+', '-']);
        let is_digit = |c: char| c.is_ascii_digit();
        let rest = number.trim_start_matches(is_digit);
        let rest = rest.strip_prefix('.').unwrap_or(rest).trim_start_matches(is_digit);
        let rest = rest.trim_start_matches(|c| "eEinumkKMGTP".contains(c));
        let rest = rest.trim_start_matches(['+', '-']).trim_start_matches(is_digit);
        let starts_well = number.starts_with(|c: char| c.is_ascii_digit() || c == '.');
        Err(if rest.is_empty() && starts_well { BAD_SUFFIX } else { BAD_FORM })
    }

    /// Reads a quantity.
    pub fn parse(text: &str) -> Option<Quantity> {
        let (negative, digits) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let end = digits.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(digits.len());
        let (number, suffix) = digits.split_at(end);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
            return None;
        }
        let fraction = &fraction[..fraction.len().min(18)];
        let mantissa: i128 = format!("0{whole}{fraction}").parse().ok()?;
        let scale = i32::try_from(fraction.len()).ok()?;
        let (milli, format) = apply_suffix(mantissa, scale, suffix)?;
        let milli = i64::try_from(milli).unwrap_or(i64::MAX);
        Some(Quantity { milli: if negative { -milli } else { milli }, format })
    }
}

/// `mantissa / 10^scale` with a suffix, in thousandths.
fn apply_suffix(mantissa: i128, scale: i32, suffix: &str) -> Option<(i128, Format)> {
    if let Some((_, shift)) = BINARY.iter().find(|(name, _)| *name == suffix) {
        let scaled = mantissa.checked_shl(*shift)?.checked_mul(1_000)?;
        return Some((div_up(scaled, ten_to(scale)?), Format::Binary));
    }
    let exponent = match suffix {
        "" => 0,
        _ => match DECIMAL.iter().find(|(name, _)| *name == suffix) {
            Some((_, exponent)) => *exponent,
            None => suffix.strip_prefix(['e', 'E'])?.parse::<i32>().ok()?,
        },
    };
    let power = exponent.checked_add(3)?.checked_sub(scale)?;
    let milli = if power >= 0 {
        mantissa.checked_mul(ten_to(power)?)?
    } else {
        div_up(mantissa, ten_to(-power)?)
    };
    Some((milli, Format::Decimal))
}

fn ten_to(power: i32) -> Option<i128> {
    10_i128.checked_pow(u32::try_from(power).ok()?)
}

fn div_up(number: i128, by: i128) -> i128 {
    number / by + i128::from(number % by != 0)
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.milli % 1_000 != 0 {
            return write!(f, "{}m", self.milli);
        }
        let amount = self.milli / 1_000;
        if amount != 0 && self.format == Format::Binary {
            for (suffix, shift) in BINARY.iter().rev() {
                if amount % (1_i64 << shift) == 0 {
                    return write!(f, "{}{suffix}", amount >> shift);
                }
            }
        } else if amount != 0 {
            for (suffix, power) in DECIMAL.iter().rev().filter(|(_, power)| *power > 0) {
                let unit = 10_i64.pow(power.unsigned_abs());
                if amount % unit == 0 {
                    return write!(f, "{}{suffix}", amount / unit);
                }
            }
        }
        write!(f, "{amount}")
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

struct QuantityVisitor;

impl Visitor<'_> for QuantityVisitor {
    type Value = Quantity;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a quantity such as 500m, 2 or 1Gi")
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Quantity, E> {
        Ok(Quantity::whole(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Quantity, E> {
        Ok(Quantity::whole(i64::try_from(value).unwrap_or(i64::MAX)))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Quantity, E> {
        self.visit_str(&value.to_string())
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Quantity, E> {
        Quantity::read(value).map_err(E::custom)
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(QuantityVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_print_canonically() {
        for (text, printed) in [
            ("1000m", "1"),
            ("0.5", "500m"),
            ("1.5Gi", "1536Mi"),
            ("1024Mi", "1Gi"),
            ("2000", "2k"),
            ("2e3", "2k"),
            ("100", "100"),
            ("0", "0"),
            ("-3", "-3"),
            ("1u", "1m"),
        ] {
            let quantity = Quantity::parse(text).expect(text);
            assert_eq!(quantity.to_string(), printed, "{text}");
        }
    }

    #[test]
    fn what_is_no_quantity_is_refused() {
        for text in ["", "Gi", "1.2.3", "1Q", "a1", "1 Gi", "-"] {
            assert_eq!(Quantity::parse(text), None, "{text}");
        }
        assert_eq!(Quantity::read("lots"), Err(BAD_FORM));
        assert_eq!(Quantity::read("1Kim"), Err(BAD_SUFFIX));
    }
}
