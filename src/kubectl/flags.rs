//! Flags: which there are, and words sorted into flags and arguments.
//!
//! Must not know what a flag does. Invariant: a flag that is given twice keeps its last value,
//! unless it is a list.

use std::collections::BTreeMap;

use crate::base::SECOND_US;
use crate::kubectl::failure::{Done, plain};

/// What a flag takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Takes {
    /// Nothing, or `=true` and `=false`.
    Truth,
    /// A text.
    Text,
    /// A text behind `=`, or else this one.
    Optional(&'static str),
    /// A whole number.
    Number,
    /// A span of time such as `1m30s`.
    Span,
    /// Texts: every use adds those between commas.
    List,
    /// Texts: every use adds one.
    Array,
}

/// A flag.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Flag {
    /// `filename`.
    pub(super) name: &'static str,
    /// `f`.
    pub(super) short: Option<char>,
    /// What it takes.
    pub(super) takes: Takes,
}

/// A flag with a long name alone.
pub(super) const fn flag(name: &'static str, takes: Takes) -> Flag {
    Flag { name, short: None, takes }
}

/// A flag with a letter too.
pub(super) const fn short(name: &'static str, short: char, takes: Takes) -> Flag {
    Flag { name, short: Some(short), takes }
}

/// Flags that every command knows.
pub(super) const GLOBAL: &[Flag] = &[
    short("namespace", 'n', Takes::Text),
    flag("context", Takes::Text),
    flag("cluster", Takes::Text),
    flag("user", Takes::Text),
    flag("kubeconfig", Takes::Text),
    flag("request-timeout", Takes::Text),
    short("server", 's', Takes::Text),
    flag("as", Takes::Text),
    flag("token", Takes::Text),
    flag("warnings-as-errors", Takes::Truth),
    short("v", 'v', Takes::Text),
    short("help", 'h', Takes::Truth),
];
/// Flags that name manifests.
pub(super) const FILES: &[Flag] = &[
    short("filename", 'f', Takes::List),
    short("kustomize", 'k', Takes::Text),
    short("recursive", 'R', Takes::Truth),
];
/// Flags of how a result is printed.
pub(super) const PRINT: &[Flag] = &[
    short("output", 'o', Takes::Text),
    flag("template", Takes::Text),
    flag("allow-missing-template-keys", Takes::Truth),
    flag("show-managed-fields", Takes::Truth),
];
/// Flags that commands which write share.
pub(super) const WRITE: &[Flag] = &[
    flag("dry-run", Takes::Optional("unchanged")),
    flag("field-manager", Takes::Text),
    flag("validate", Takes::Optional("strict")),
];
/// The flag that writes the command into what it changes.
pub(super) const RECORD: &[Flag] = &[flag("record", Takes::Truth)];
/// The flag that selects by labels.
pub(super) const SELECT: &[Flag] = &[short("selector", 'l', Takes::Text)];

/// The words of a command, sorted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Flags {
    values: BTreeMap<&'static str, Vec<String>>,
    /// The flags that were given, with their values, in the order of the words.
    pub(super) said: Vec<(&'static str, String)>,
    /// All words as they were given.
    pub(super) words: Vec<String>,
    /// The words that are no flags.
    pub(super) args: Vec<String>,
    /// How many of them stand before `--`.
    pub(super) dash_at: Option<usize>,
}

impl Flags {
    /// Words that nobody has sorted yet.
    pub(super) fn unread(words: Vec<String>) -> Flags {
        Flags { words, ..Flags::default() }
    }

    /// Whether a flag was given.
    pub(super) fn is_given(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// The text of a flag.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).and_then(|values| values.last()).map(String::as_str)
    }

    /// Whether a flag is set; it is not unless it is given.
    pub(super) fn is_set(&self, name: &str) -> bool {
        self.truth(name).unwrap_or(false)
    }

    /// The truth value of a flag, if it is given.
    pub(super) fn truth(&self, name: &str) -> Option<bool> {
        self.text(name).and_then(truth)
    }

    /// The number of a flag.
    pub(super) fn number(&self, name: &str) -> Option<i64> {
        self.text(name)?.parse().ok()
    }

    /// The span of a flag in microseconds.
    pub(super) fn span_us(&self, name: &str) -> Option<u64> {
        span_us(self.text(name)?).ok()
    }

    /// The same words without one flag.
    pub(super) fn without(&self, name: &str) -> Flags {
        let mut flags = self.clone();
        flags.values.remove(name);
        flags
    }

    /// All texts of a flag.
    pub(super) fn list(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    fn take(&mut self, flag: &Flag, value: &str) -> Done {
        check(flag, value)?;
        self.said.push((flag.name, value.to_owned()));
        let values = self.values.entry(flag.name).or_default();
        match flag.takes {
            Takes::List => values.extend(value.split(',').map(str::to_owned)),
            Takes::Array => values.push(value.to_owned()),
            _ => *values = vec![value.to_owned()],
        }
        Ok(())
    }
}

/// Models github.com/spf13/pflag flag.go FlagSet.Set
fn check(flag: &Flag, value: &str) -> Done {
    let why = match flag.takes {
        Takes::Truth if truth(value).is_none() => {
            format!("strconv.ParseBool: parsing \"{value}\": invalid syntax")
        }
        Takes::Number if value.parse::<i64>().is_err() => {
            format!("strconv.ParseInt: parsing \"{value}\": invalid syntax")
        }
        Takes::Span => match span_us(value) {
            Ok(_) => return Ok(()),
            Err(why) => why,
        },
        _ => return Ok(()),
    };
    let name = match flag.short {
        Some(letter) => format!("-{letter}, --{}", flag.name),
        None => format!("--{}", flag.name),
    };
    Err(plain(format!("invalid argument \"{value}\" for \"{name}\" flag: {why}")))
}

fn truth(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// A span such as `1m30s` or `0.5s` in microseconds.
///
/// Models Go's time.ParseDuration; Differs: a negative span counts as none.
fn span_us(text: &str) -> Result<u64, String> {
    let invalid = || format!("time: invalid duration \"{text}\"");
    let bare = text.trim_start_matches(['-', '+']);
    if bare == "0" {
        return Ok(0);
    }
    let mut total: u64 = 0;
    let mut rest = bare;
    if rest.is_empty() {
        return Err(invalid());
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, after) = rest.split_at(end);
        let end = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        let factor = match unit {
            "h" => 3_600 * SECOND_US,
            "m" => 60 * SECOND_US,
            "s" => SECOND_US,
            "ms" => 1_000,
            "us" | "µs" => 1,
            "" => return Err(format!("time: missing unit in duration \"{text}\"")),
            _ => return Err(format!("time: unknown unit \"{unit}\" in duration \"{text}\"")),
        };
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| invalid())? };
        let mut place = factor;
        let mut us = whole.checked_mul(factor).ok_or_else(invalid)?;
        for digit in part.chars() {
            place /= 10;
            us += u64::from(digit.to_digit(10).ok_or_else(invalid)?) * place;
        }
        total = total.checked_add(us).ok_or_else(invalid)?;
        rest = after;
    }
    Ok(if text.starts_with('-') { 0 } else { total })
}

/// A span as Go prints it: `1m30s`, `500ms`.
///
/// Models Go's time.Duration.String
pub(super) fn span_text(us: u64) -> String {
    let fraction = |whole: u64, part: u64, width: usize| {
        let text = format!("{whole}.{part:0width$}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    if us == 0 {
        return "0s".to_owned();
    }
    if us < SECOND_US {
        return match us {
            0..1_000 => format!("{us}µs"),
            _ => format!("{}ms", fraction(us / 1_000, us % 1_000, 3)),
        };
    }
    let (minutes, rest) = (us / (60 * SECOND_US), us % (60 * SECOND_US));
    let seconds = format!("{}s", fraction(rest / SECOND_US, rest % SECOND_US, 6));
    match (minutes / 60, minutes % 60) {
        (0, 0) => seconds,
        (0, minutes) => format!("{minutes}m{seconds}"),
        (hours, minutes) => format!("{hours}h{minutes}m{seconds}"),
    }
}

/// Sorts words into flags and arguments.
///
/// Models github.com/spf13/pflag flag.go FlagSet.parseArgs
pub(super) fn parse(known: &[&[Flag]], words: &[String]) -> Done<Flags> {
    let mut flags = Flags { words: words.to_vec(), ..Flags::default() };
    let mut words = words.iter();
    let find = |name: &str| known.iter().flat_map(|some| some.iter()).find(|one| one.name == name);
    while let Some(word) = words.next() {
        if word == "--" {
            flags.dash_at = Some(flags.args.len());
            flags.args.extend(words.by_ref().cloned());
        } else if let Some(long) = word.strip_prefix("--") {
            let (name, value) = long.split_once('=').map_or((long, None), |(n, v)| (n, Some(v)));
            if name.is_empty() || name.starts_with('-') {
                return Err(plain(format!("bad flag syntax: {word}")));
            }
            let flag = find(name).ok_or_else(|| plain(format!("unknown flag: --{name}")))?;
            let value = match (value, flag.takes) {
                (Some(value), _) => value,
                (None, Takes::Truth) => "true",
                (None, Takes::Optional(default)) => default,
                (None, _) => words
                    .next()
                    .ok_or_else(|| plain(format!("flag needs an argument: --{name}")))?,
            };
            flags.take(flag, value)?;
        } else if word.len() > 1 && word.starts_with('-') {
            letters(known, &mut flags, &word[1..], &mut words)?;
        } else {
            flags.args.push(word.clone());
        }
    }
    Ok(flags)
}

/// The letters behind one dash.
///
/// Models github.com/spf13/pflag flag.go FlagSet.parseSingleShortArg
fn letters(
    known: &[&[Flag]],
    flags: &mut Flags,
    word: &str,
    words: &mut std::slice::Iter<'_, String>,
) -> Done {
    let mut rest = word;
    while let Some(letter) = rest.chars().next() {
        let flag = known
            .iter()
            .flat_map(|some| some.iter())
            .find(|one| one.short == Some(letter))
            .ok_or_else(|| plain(format!("unknown shorthand flag: '{letter}' in -{rest}")))?;
        let after = &rest[letter.len_utf8()..];
        let value = match (after.strip_prefix('='), flag.takes) {
            (Some(value), _) if !after[1..].is_empty() => value,
            (_, Takes::Truth) => {
                flags.take(flag, "true")?;
                rest = after;
                continue;
            }
            (_, Takes::Optional(default)) => {
                flags.take(flag, default)?;
                rest = after;
                continue;
            }
            _ if !after.is_empty() => after,
            _ => words
                .next()
                .ok_or_else(|| plain(format!("flag needs an argument: '{letter}' in -{rest}")))?,
        };
        return flags.take(flag, value);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOME: &[Flag] = &[
        flag("replicas", Takes::Number),
        flag("timeout", Takes::Span),
        flag("all", Takes::Truth),
        flag("cascade", Takes::Optional("background")),
    ];

    fn read(line: &str) -> Result<Flags, String> {
        let words = crate::kubectl::words::split(line);
        parse(&[GLOBAL, FILES, SOME], &words).map_err(|failure| failure.text())
    }

    #[test]
    fn flags_may_stand_before_between_and_behind_arguments() {
        let flags = read("-n prod a --replicas=3 b --all --cascade -f - -- --c").expect("valid");
        assert_eq!(flags.args, ["a", "b", "--c"]);
        assert_eq!(flags.dash_at, Some(2));
        assert_eq!(flags.text("namespace"), Some("prod"));
        assert_eq!(flags.number("replicas"), Some(3));
        assert!(flags.is_set("all"));
        assert_eq!(flags.text("cascade"), Some("background"));
        assert_eq!(flags.list("filename"), ["-"]);
    }

    #[test]
    fn letters_may_be_joined_with_their_value() {
        assert_eq!(read("-nprod").expect("valid").text("namespace"), Some("prod"));
        assert_eq!(read("-n=prod").expect("valid").text("namespace"), Some("prod"));
        assert_eq!(read("-Rf-").expect("valid").list("filename"), ["-"]);
        assert_eq!(read("-f a,b -f c").expect("valid").list("filename"), ["a", "b", "c"]);
    }

    #[test]
    fn mistakes_are_worded_as_kubectl_words_them() {
        let text = |line: &str| read(line).expect_err("a mistake");
        assert_eq!(text("--foo"), "error: unknown flag: --foo\n");
        assert_eq!(text("-Rx"), "error: unknown shorthand flag: 'x' in -x\n");
        assert_eq!(text("--replicas"), "error: flag needs an argument: --replicas\n");
        assert_eq!(text("-n"), "error: flag needs an argument: 'n' in -n\n");
        assert_eq!(
            text("--replicas=x"),
            "error: invalid argument \"x\" for \"--replicas\" flag: strconv.ParseInt: parsing \
             \"x\": invalid syntax\n"
        );
        assert_eq!(
            text("--timeout=5"),
            "error: invalid argument \"5\" for \"--timeout\" flag: time: missing unit in duration \
             \"5\"\n"
        );
    }

    #[test]
    fn spans_are_printed_as_go_prints_them() {
        let texts = [12_000_000, 90_000_000, 500_000, 3_600_000_000].map(span_text);
        assert_eq!(texts, ["12s", "1m30s", "500ms", "1h0m0s"]);
    }

    #[test]
    fn spans_are_read_with_their_units() {
        assert_eq!(span_us("1m30s"), Ok(90 * SECOND_US));
        assert_eq!(span_us("0.5s"), Ok(500_000));
        assert_eq!(span_us("0"), Ok(0));
        assert!(span_us("s5").is_err());
    }
}
