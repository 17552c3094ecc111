//! A printed line as tokens: what chance and the clock decide stands apart from the words.
//!
//! Must not know commands. Invariant: the tokens joined again are the line.

use crate::conformance::compare::tolerance::{DRAWN_AFTER, DRAWN_VOLUME, NODE_PORTS};

/// A part of a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Token {
    /// Words and signs, to the letter.
    Text(String),
    /// So many blanks.
    Blanks(usize),
    /// `4s`, `2m10s`, in seconds.
    Age(i64),
    /// `301ms`.
    Millis,
    /// A moment, in seconds since 1970.
    Moment(i64),
    /// An IPv4 address.
    Address(String),
    /// A UID.
    Uid(String),
    /// How often, `x3`.
    Times(i64),
    /// A number that somebody drew or counted: a resource version, a node port, a folder.
    Drawn(String),
}

/// The tokens of a line.
pub(super) fn of(line: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut text = String::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let is_start = text.chars().next_back().is_none_or(|last| !last.is_ascii_alphanumeric());
        let before = &line[..line.len() - rest.len()];
        let found = is_start.then(|| special(rest, before)).flatten();
        let (token, length) = match found {
            Some(found) => found,
            None if first == ' ' => {
                let blanks = rest.len() - rest.trim_start_matches(' ').len();
                (Token::Blanks(blanks), blanks)
            }
            None => {
                text.push(first);
                rest = &rest[first.len_utf8()..];
                continue;
            }
        };
        if !text.is_empty() {
            tokens.push(Token::Text(std::mem::take(&mut text)));
        }
        tokens.push(token);
        rest = &rest[length..];
    }
    if !text.is_empty() {
        tokens.push(Token::Text(text));
    }
    tokens
}

fn special(rest: &str, before: &str) -> Option<(Token, usize)> {
    uid(rest)
        .or_else(|| moment(rest))
        .or_else(|| address(rest))
        .or_else(|| suffix(rest, before))
        .or_else(|| times(rest, before))
        .or_else(|| age(rest))
        .or_else(|| drawn(rest, before))
}

fn ends(rest: &str, length: usize) -> bool {
    rest[length..].chars().next().is_none_or(|next| !next.is_ascii_alphanumeric())
}

fn run(rest: &str, is_in: impl Fn(char) -> bool) -> usize {
    rest.find(|one| !is_in(one)).unwrap_or(rest.len())
}

/// The length of a container's identity.
const CONTAINER: usize = 64;

fn uid(rest: &str) -> Option<(Token, usize)> {
    const SHAPE: [usize; 5] = [8, 4, 4, 4, 12];
    let length = run(rest, |one| one.is_ascii_hexdigit() || one == '-');
    let parts: Vec<usize> = rest[..length].split('-').map(str::len).collect();
    let is_uid = parts == SHAPE || parts == [CONTAINER];
    (is_uid && ends(rest, length)).then(|| (Token::Uid(rest[..length].to_owned()), length))
}

fn address(rest: &str) -> Option<(Token, usize)> {
    let length = run(rest, |one| one.is_ascii_digit() || one == '.');
    let text = rest[..length].trim_end_matches('.');
    let parts: Vec<&str> = text.split('.').collect();
    let is_address = parts.len() == 4 && parts.iter().all(|part| part.parse::<u8>().is_ok());
    (is_address && ends(rest, text.len())).then(|| (Token::Address(text.to_owned()), text.len()))
}

/// How often an Event came, as a description tells it: `(x3 over 5s)`.
fn times(rest: &str, before: &str) -> Option<(Token, usize)> {
    let count = rest.strip_prefix('x').filter(|_| before.ends_with('('))?;
    let length = run(count, |one| one.is_ascii_digit());
    let number = count[..length].parse().ok()?;
    ends(count, length).then_some((Token::Times(number), length + 1))
}

fn age(rest: &str) -> Option<(Token, usize)> {
    let length = run(rest, |one| one.is_ascii_alphanumeric() || one == '.');
    let word = &rest[..length];
    if let Some(number) = word.strip_suffix("ms") {
        return number.parse::<u64>().ok().map(|_| (Token::Millis, length));
    }
    let mut seconds = 0;
    let mut number: Option<i64> = None;
    let mut is_any = false;
    for one in word.chars() {
        let unit = match one {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'y' => 31_536_000,
            digit => {
                let digit = i64::from(digit.to_digit(10)?);
                number = Some(number.unwrap_or(0).checked_mul(10)?.checked_add(digit)?);
                continue;
            }
        };
        seconds += number.take()? * unit;
        is_any = true;
    }
    (is_any && number.is_none()).then_some((Token::Age(seconds), length))
}

/// `2026-11-22T08:26:36Z`, the same with `+00:00`, or `Sun, 22 Nov 2026 08:26:36 +0000`.
fn moment(rest: &str) -> Option<(Token, usize)> {
    const WRITTEN: usize = "Sun, 22 Nov 2026 08:26:36 +0000".len();
    const SHORT: usize = "2026-11-22T08:26:36".len();
    if let Some(text) = rest.get(..SHORT)
        && let Some(seconds) = stamped(&text.replacen(' ', "T", 1))
    {
        let fraction = run(&rest[SHORT..], |one| one.is_ascii_digit() || one == '.');
        let end = &rest[SHORT + fraction..];
        let zone = ["Z", "+00:00", " +0000"].into_iter().find(|zone| end.starts_with(zone))?;
        return Some((Token::Moment(seconds), SHORT + fraction + zone.len()));
    }
    let text = rest.get(..WRITTEN)?;
    let parts: Vec<&str> = text.split(' ').collect();
    let [_, day, month, year, clock, "+0000"] = parts.as_slice() else { return None };
    let month = MONTHS.iter().position(|one| one == month)? + 1;
    let seconds = stamped(&format!("{year}-{month:02}-{day}T{clock}"))?;
    Some((Token::Moment(seconds), WRITTEN))
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Seconds since 1970 of `2026-11-22T08:26:36`.
pub(super) fn stamped(text: &str) -> Option<i64> {
    let (date, clock) = text.split_once('T')?;
    let numbers = |text: &str, by: char| {
        text.split(by).map(str::parse::<i64>).collect::<Result<Vec<i64>, _>>().ok()
    };
    let (date, clock) = (numbers(date, '-')?, numbers(clock, ':')?);
    let ([year, month, day], [hour, minute, second]) = (date.as_slice(), clock.as_slice()) else {
        return None;
    };
    let years = if *month <= 2 { year - 1 } else { *year };
    let moved = if *month > 2 { month - 3 } else { month + 9 };
    let days =
        years * 365 + years / 4 - years / 100 + years / 400 + (153 * moved + 2) / 5 + day - 719_469;
    Some(days * 86_400 + hour * 3_600 + minute * 60 + second)
}

/// The drawn end of the name of a volume that the server adds to each Pod.
fn suffix(rest: &str, before: &str) -> Option<(Token, usize)> {
    const LENGTH: usize = 5;
    let length = run(rest, |one| one.is_ascii_alphanumeric());
    let is_it = length == LENGTH && before.ends_with(DRAWN_VOLUME);
    is_it.then(|| (Token::Drawn(rest[..length].to_owned()), length))
}

/// Numbers that only their place makes known.
fn drawn(rest: &str, before: &str) -> Option<(Token, usize)> {
    let length = run(rest, |one| one.is_ascii_digit());
    let number: u64 = rest[..length].parse().ok()?;
    let is_drawn =
        DRAWN_AFTER.iter().any(|word| before.ends_with(word)) || NODE_PORTS.contains(&number);
    (is_drawn && ends(rest, length)).then(|| (Token::Drawn(rest[..length].to_owned()), length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_addresses_and_moments_stand_apart() {
        assert_eq!(
            of("web   1/1  2m10s (x3 over 5s) 10.244.0.4:80"),
            [
                Token::Text("web".into()),
                Token::Blanks(3),
                Token::Text("1/1".into()),
                Token::Blanks(2),
                Token::Age(130),
                Token::Blanks(1),
                Token::Text("(".into()),
                Token::Times(3),
                Token::Blanks(1),
                Token::Text("over".into()),
                Token::Blanks(1),
                Token::Age(5),
                Token::Text(")".into()),
                Token::Blanks(1),
                Token::Address("10.244.0.4".into()),
                Token::Text(":80".into()),
            ]
        );
        assert_eq!(of("Thu, 01 Jan 1970 00:01:00 +0000"), [Token::Moment(60)]);
        assert_eq!(of("1970-01-02T00:00:01Z"), [Token::Moment(86_401)]);
        assert_eq!(of("1.26.2"), [Token::Text("1.26.2".into())]);
        assert_eq!(
            of("kube-api-access-x7766"),
            [Token::Text("kube-api-access-".into()), Token::Drawn("x7766".into())]
        );
    }
}
