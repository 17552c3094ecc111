//! Sums as a shell reckons them.
//!
//! Must not know where names come from. Invariant: a sum that is not understood has no value.

/// What a sum comes to, given what names stand for.
pub(super) fn value(sum: &str, name: &dyn Fn(&str) -> Option<i64>) -> Option<i64> {
    let mut reckoner = Reckoner { rest: sum, name, depth: 0 };
    let value = reckoner.level(0)?;
    reckoner.rest.trim().is_empty().then_some(value)
}

/// Operators, the weakest first.
const LEVELS: [&[&str]; 3] = [&["<=", ">=", "==", "!=", "<", ">"], &["+", "-"], &["*", "/", "%"]];

struct Reckoner<'a> {
    rest: &'a str,
    name: &'a dyn Fn(&str) -> Option<i64>,
    /// How many brackets are around.
    depth: u32,
}

/// So many brackets may stand inside one another.
const DEPTH_MAX: u32 = 30;

impl Reckoner<'_> {
    fn take(&mut self, signs: &[&'static str]) -> Option<&'static str> {
        let text = self.rest.trim_start();
        let sign = signs.iter().find(|sign| text.starts_with(**sign))?;
        self.rest = &text[sign.len()..];
        Some(sign)
    }

    fn level(&mut self, level: usize) -> Option<i64> {
        let Some(signs) = LEVELS.get(level) else { return self.one() };
        let mut left = self.level(level + 1)?;
        while let Some(sign) = self.take(signs) {
            let right = self.level(level + 1)?;
            left = match sign {
                "+" => left.checked_add(right)?,
                "-" => left.checked_sub(right)?,
                "*" => left.checked_mul(right)?,
                "/" => left.checked_div(right)?,
                "%" => left.checked_rem(right)?,
                "<=" => i64::from(left <= right),
                ">=" => i64::from(left >= right),
                "==" => i64::from(left == right),
                "!=" => i64::from(left != right),
                "<" => i64::from(left < right),
                _ => i64::from(left > right),
            };
        }
        Some(left)
    }

    fn one(&mut self) -> Option<i64> {
        if self.take(&["("]).is_some() {
            self.depth += 1;
            (self.depth <= DEPTH_MAX).then_some(())?;
            let value = self.level(0)?;
            self.take(&[")"])?;
            self.depth -= 1;
            return Some(value);
        }
        let text = self.rest.trim_start().trim_start_matches(['$', '{']);
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let end = text.find(|c: char| !is_part(c)).unwrap_or(text.len());
        let (word, rest) = text.split_at(end);
        self.rest = rest.strip_prefix('}').unwrap_or(rest);
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            return word.parse().ok();
        }
        (self.name)(word)
    }
}
