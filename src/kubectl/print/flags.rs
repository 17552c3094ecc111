//! The words after `get`, `describe` and their like: flags and the rest.
//!
//! Must not know what a flag does. Invariant: a word is a flag, a flag's value or an argument.

use crate::kubectl::Output;

/// A flag that a command knows.
#[derive(Clone, Copy, Debug)]
pub struct Flag {
    /// `selector`.
    pub long: &'static str,
    /// `l`, or a blank if there is none.
    pub short: char,
    /// Whether a value follows.
    pub has_value: bool,
}

/// A flag with a value.
pub const fn value(long: &'static str, short: char) -> Flag {
    Flag { long, short, has_value: true }
}

/// A flag that is there or not.
pub const fn switch(long: &'static str, short: char) -> Flag {
    Flag { long, short, has_value: false }
}

/// The flags that every command knows.
const GLOBAL: [Flag; 12] = [
    value("namespace", 'n'),
    value("context", ' '),
    value("cluster", ' '),
    value("user", ' '),
    value("kubeconfig", ' '),
    value("request-timeout", ' '),
    value("server", 's'),
    value("as", ' '),
    value("token", ' '),
    switch("warnings-as-errors", ' '),
    value("v", 'v'),
    switch("help", 'h'),
];

fn known_flag(known: &[Flag], is_meant: impl Fn(&Flag) -> bool) -> Option<Flag> {
    known.iter().chain(&GLOBAL).copied().find(is_meant)
}

/// What was said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// The arguments.
    pub words: Vec<String>,
    flags: Vec<(&'static str, String)>,
}

impl Said {
    /// The last value of a flag.
    pub fn value(&self, long: &str) -> Option<&str> {
        self.flags.iter().rev().find(|(name, _)| *name == long).map(|(_, value)| &**value)
    }

    /// Gives a flag a value if it has none.
    pub fn fall_back(&mut self, long: &'static str, value: &str) {
        if self.value(long).is_none_or(str::is_empty) {
            self.flags.push((long, value.to_owned()));
        }
    }

    /// Every value of a flag, those with commas taken apart.
    pub fn values(&self, long: &str) -> Vec<&str> {
        let all = self.flags.iter().filter(|(name, _)| *name == long);
        all.flat_map(|(_, value)| value.split(',')).collect()
    }

    /// Whether a switch is on.
    pub fn has(&self, long: &str) -> bool {
        self.value(long).is_some_and(|value| value == "true")
    }

    /// Whether a flag was given at all.
    pub fn is_given(&self, long: &str) -> bool {
        self.value(long).is_some()
    }
}

/// Takes words apart, or says which flag is wrong.
///
/// Models github.com/spf13/pflag FlagSet.Parse
pub fn read(command: &str, known: &[Flag], words: &[String]) -> Result<Said, Output> {
    let mut said = Said::default();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        if word == "--" {
            said.words.extend(rest.cloned());
            break;
        }
        let found = if let Some(long) = word.strip_prefix("--") {
            long_flag(long, known, &mut rest)
        } else if word.len() > 1 && word.starts_with('-') {
            short_flags(&word[1..], known, &mut rest)
        } else {
            said.words.push(word.clone());
            continue;
        };
        let found = found.map_err(|text| wrong(command, &text))?;
        said.flags.extend(found);
    }
    Ok(said)
}

/// A mistake in the use of a command.
pub fn wrong(command: &str, text: &str) -> Output {
    Output::failure(format!("error: {text}\nSee 'kubectl {command} --help' for usage.\n"))
}

type Found = Result<Vec<(&'static str, String)>, String>;

fn long_flag<'a>(text: &str, known: &[Flag], rest: &mut impl Iterator<Item = &'a String>) -> Found {
    let (name, given) = match text.split_once('=') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (text, None),
    };
    let Some(flag) = known_flag(known, |flag| flag.long == name) else {
        return Err(format!("unknown flag: --{name}"));
    };
    let value = match given {
        Some(value) => value,
        None if flag.has_value => {
            rest.next().cloned().ok_or_else(|| format!("flag needs an argument: --{name}"))?
        }
        None => "true".to_owned(),
    };
    Ok(vec![(flag.long, value)])
}

fn short_flags<'a>(
    text: &str,
    known: &[Flag],
    rest: &mut impl Iterator<Item = &'a String>,
) -> Found {
    let mut found = Vec::new();
    for (at, letter) in text.char_indices() {
        let Some(flag) = known_flag(known, |flag| flag.short == letter) else {
            return Err(format!("unknown shorthand flag: '{letter}' in -{}", &text[at..]));
        };
        let after = &text[at + letter.len_utf8()..];
        if let Some(value) = after.strip_prefix('=') {
            found.push((flag.long, value.to_owned()));
            break;
        }
        if !flag.has_value {
            found.push((flag.long, "true".to_owned()));
            continue;
        }
        let value = if after.is_empty() { rest.next().cloned() } else { Some(after.to_owned()) };
        let value = value
            .ok_or_else(|| format!("flag needs an argument: '{letter}' in -{}", &text[at..]))?;
        found.push((flag.long, value));
        break;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [Flag; 3] =
        [value("output", 'o'), switch("all-namespaces", 'A'), switch("w", ' ')];

    fn said(line: &str) -> Result<Said, String> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        read("get", &KNOWN, &words).map_err(|output| output.stderr)
    }

    #[test]
    fn flags_may_stand_anywhere_and_in_every_form() {
        for line in ["pods -A -o wide", "-Ao wide pods", "--output=wide pods -A", "-owide pods -A"]
        {
            let said = said(line).expect("known flags");
            assert_eq!(said.words, ["pods"]);
            assert_eq!(said.value("output"), Some("wide"));
            assert!(said.has("all-namespaces"));
        }
    }

    #[test]
    fn an_unknown_flag_is_refused() {
        let usage = "See 'kubectl get --help' for usage.\n";
        assert_eq!(said("--foo"), Err(format!("error: unknown flag: --foo\n{usage}")));
        assert_eq!(said("-o"), Err(format!("error: flag needs an argument: 'o' in -o\n{usage}")));
        let unknown = format!("error: unknown shorthand flag: 'x' in -x\n{usage}");
        assert_eq!(said("-x"), Err(unknown));
    }
}
