//! Plain scalars as kubectl reads them: YAML 1.1's words for truth, octal numbers.
//!
//! Must not know where a scalar stands. Invariant: what is quoted never comes here.

use crate::text::NodeValue;

/// What a plain scalar means.
///
/// Models sigs.k8s.io/yaml/goyaml.v2/resolve.go resolve
pub(super) fn resolve(text: &str) -> NodeValue {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return NodeValue::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return NodeValue::Bool(true);
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return NodeValue::Bool(false);
        }
        _ => {}
    }
    if let Some(number) = integer(text) {
        return NodeValue::Int(number);
    }
    let is_numeric = text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b))
        && text.bytes().any(|b| b.is_ascii_digit())
        && text.parse::<f64>().is_ok();
    if is_numeric { NodeValue::Float(text.into()) } else { NodeValue::Str(text.into()) }
}

/// The whole number that a number with a point or an exponent comes to.
///
/// Models Go's encoding/json, which writes such numbers without a point
pub(super) fn whole(text: &str) -> Option<i64> {
    let (digits, exponent) = match text.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = fraction.trim_end_matches('0');
    let shift = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    let all = format!("{whole}{fraction}");
    if shift >= 0 {
        let zeros = usize::try_from(shift).ok().filter(|zeros| *zeros <= 18)?;
        return format!("{all}{}", "0".repeat(zeros)).parse().ok();
    }
    let gone = usize::try_from(shift.unsigned_abs()).ok()?;
    let kept = all.len().checked_sub(gone)?;
    let is_whole = all[kept..].bytes().all(|digit| digit == b'0');
    is_whole.then(|| all[..kept].parse().ok())?
}

fn integer(text: &str) -> Option<i64> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => (-1, &text[1..]),
        b'+' => (1, &text[1..]),
        _ => (1, text),
    };
    if !digits.as_bytes().first()?.is_ascii_digit() {
        return None;
    }
    let digits = digits.replace('_', "");
    let radix = |prefix: &str, radix| {
        digits.strip_prefix(prefix).and_then(|rest| i64::from_str_radix(rest, radix).ok())
    };
    let number = if digits.starts_with("0x") {
        radix("0x", 16)
    } else if digits.starts_with("0b") {
        radix("0b", 2)
    } else if digits.starts_with("0o") {
        radix("0o", 8)
    } else if digits.len() > 1 && digits.starts_with('0') {
        radix("0", 8)
    } else {
        digits.parse().ok()
    };
    number.map(|number| sign * number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_whole_or_not_however_far_its_point_is_moved() {
        for (text, number) in [("2.0", Some(2)), ("1.5e1", Some(15)), ("300e-2", Some(3))] {
            assert_eq!(whole(text), number, "{text}");
        }
        for text in ["2.5", "1.5e-2147483648", "5e-2147483648", "1e2147483647", "1e99999999999"] {
            assert_eq!(whole(text), None, "{text}");
        }
    }

    #[test]
    fn words_and_numbers_mean_what_kubectl_takes_them_for() {
        assert_eq!(resolve("on"), NodeValue::Bool(true));
        assert_eq!(resolve("0644"), NodeValue::Int(420));
        assert_eq!(resolve("-12"), NodeValue::Int(-12));
        assert_eq!(resolve("1.27"), NodeValue::Float("1.27".into()));
        assert_eq!(resolve("1.2.3"), NodeValue::Str("1.2.3".into()));
        assert_eq!(resolve("~"), NodeValue::Null);
        for (text, number) in [("2.0", 2), ("8e1", 80), ("-3.", -3), ("1.5e1", 15), ("20e-1", 2)] {
            assert_eq!(whole(text), Some(number), "{text}");
        }
        assert_eq!((whole("2.5"), whole("5e-1"), whole("1e30")), (None, None, None));
        assert_eq!(resolve("10.0.0.1"), NodeValue::Str("10.0.0.1".into()));
    }
}
