//! Decimal numbers as text to the nearest binary number.
//!
//! The standard library does the same with tables that weigh more than most of what the page
//! does; here a long division takes their place, for such numbers are few. Must not know who
//! wrote a number. Invariant: the answer is the standard library's own, to the last bit.

/// Beyond these powers of ten every number is nothing or infinite.
const POWERS: std::ops::RangeInclusive<i64> = -400..=400;

/// The number that a decimal text means, if it is one: a sign, digits with or without a point,
/// and an exponent. One that is too large is infinite.
pub fn decimal(text: &str) -> Option<f64> {
    let (is_negative, text) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (number, power) = match text.split_once(['e', 'E']) {
        Some((number, power)) => (number, exponent(power)?),
        None => (text, 0),
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let digits = || whole.bytes().chain(part.bytes());
    if digits().count() == 0 || !digits().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    // Zeros in front say nothing, and would let a text of nothing else count as long.
    let told = digits().skip_while(|digit| *digit == b'0').count();
    let power = power.saturating_sub(i64::try_from(part.len()).ok()?);
    let size = power.saturating_add(i64::try_from(told).ok()?);
    let found = if told == 0 || size < *POWERS.start() {
        0.0
    } else if size > *POWERS.end() {
        f64::INFINITY
    } else {
        nearest(digits(), power)
    };
    Some(if is_negative { -found } else { found })
}

/// An exponent; one that no integer holds is as good as the largest.
fn exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let found = digits.parse::<i64>().unwrap_or(i64::MAX / 2).min(i64::MAX / 2);
    Some(if text.starts_with('-') { -found } else { found })
}

/// The digits times a power of ten.
fn nearest(digits: impl Iterator<Item = u8>, power: i64) -> f64 {
    let mut number = Large(Vec::new());
    digits.for_each(|digit| number.times_plus(10, u32::from(digit - b'0')));
    (0..power).for_each(|_| number.times_plus(10, 0));
    // Enough zeros behind it that a division leaves 64 digits, whatever it is divided by.
    let words = if power < 0 { usize::try_from(-power / 9 + 4).unwrap_or(0) } else { 2 };
    number.0.splice(0..0, std::iter::repeat_n(0, words));
    let mut is_exact = true;
    (power..0).for_each(|_| is_exact &= number.over_ten());
    number.rounded(is_exact, -32 * i64::try_from(words).unwrap_or(0))
}

/// A whole number of any size, its lowest word first.
struct Large(Vec<u32>);

impl Large {
    #[allow(clippy::cast_possible_truncation, reason = "a word is the lower half of a product")]
    fn times_plus(&mut self, factor: u32, mut carry: u32) {
        for word in &mut self.0 {
            let product = u64::from(*word) * u64::from(factor) + u64::from(carry);
            *word = product as u32;
            carry = (product >> 32) as u32;
        }
        if carry > 0 {
            self.0.push(carry);
        }
    }

    /// Divides, and says whether nothing was left over.
    #[allow(clippy::cast_possible_truncation, reason = "a part of a word is no more than one")]
    fn over_ten(&mut self) -> bool {
        let mut left = 0_u64;
        for word in self.0.iter_mut().rev() {
            let part = left << 32 | u64::from(*word);
            *word = (part / 10) as u32;
            left = part % 10;
        }
        left == 0
    }

    /// The number times a power of two; half a step goes to the even neighbour.
    fn rounded(&self, mut is_exact: bool, mut power: i64) -> f64 {
        let mut words = self.0.iter().rev().skip_while(|word| **word == 0);
        let length = i64::try_from(words.clone().count()).unwrap_or(0);
        let mut top = 0_u128;
        (0..3).for_each(|_| top = top << 32 | u128::from(words.next().copied().unwrap_or(0)));
        is_exact &= words.all(|word| *word == 0);
        if top == 0 {
            return 0.0;
        }
        power += 32 * (length - 3);
        let spare = top.leading_zeros();
        top <<= spare;
        power -= i64::from(spare);
        // The lowest step of a number is 2^-1074; larger ones have 53 digits.
        let drop = (-1074 - power).max(75);
        let Some(drop) = u32::try_from(drop).ok().filter(|drop| *drop <= 128) else {
            return 0.0;
        };
        power += i64::from(drop);
        let kept = top.checked_shr(drop).unwrap_or(0);
        let rest = if drop == 128 { top } else { top & ((1 << drop) - 1) };
        let half = 1_u128 << (drop - 1);
        let is_up = rest > half || rest == half && (!is_exact || kept & 1 == 1);
        let kept = u64::try_from(kept).unwrap_or(0) + u64::from(is_up);
        assembled(kept, power)
    }
}

/// At most 2^53 of steps of a power of two.
fn assembled(steps: u64, power: i64) -> f64 {
    const DIGITS: u64 = 1 << 52;
    let (steps, power) = if steps == DIGITS * 2 { (DIGITS, power + 1) } else { (steps, power) };
    if steps < DIGITS {
        return f64::from_bits(steps);
    }
    match u64::try_from(power + 1075) {
        Ok(exponent) if exponent < 2047 => f64::from_bits(exponent << 52 | steps & (DIGITS - 1)),
        _ => f64::INFINITY,
    }
}

#[cfg(test)]
mod tests {
    use super::decimal;
    use crate::base::Seed;

    fn agrees(text: &str) {
        let is_word = text.contains(['n', 'N']);
        let wanted = text.parse::<f64>().ok().filter(|_| !is_word);
        let found = decimal(text);
        assert_eq!(found.map(f64::to_bits), wanted.map(f64::to_bits), "{text}");
    }

    #[test]
    fn it_agrees_with_the_standard_library() {
        let texts = "0 -0 1 0.1 .5 5. 1e3 1E-3 +2.50 9007199254740993 9007199254740992.9999 \
            1.7976931348623157e308 1.7976931348623159e308 1e309 5e-324 2.4703282292062327e-324 \
            2.4703282292062328e-324 2.2250738585072014e-308 2.2250738585072011e-308 1e-400 \
            0e999999999999999999999 1e-999999999999999999999 00000.00001e5 4.35 0.3 123456789012345678901234567890 \
            . e5 1e 1e+ -- +-1 1.2.3 0x10 1_000 inf nan";
        texts.split_whitespace().for_each(agrees);
        agrees("");
        agrees(&format!("0.{}1", "0".repeat(350)));
        agrees(&format!("{}e-900", "9".repeat(900)));
    }

    #[test]
    fn it_agrees_wherever_one_looks() {
        let mut draws = Seed(7).stream("decimal", 0);
        for _ in 0..20_000 {
            let (digits, length) = (draws.next_u64(), 1 + draws.below(19));
            let digits = digits % 10_u64.pow(u32::try_from(length).expect("it is small"));
            let power = i64::try_from(draws.below(700)).expect("it is small") - 350;
            agrees(&format!("{digits}e{power}"));
            let any = f64::from_bits(draws.next_u64());
            if any.is_finite() {
                agrees(&format!("{any:e}"));
            }
        }
    }
}
