//! What a shell's words stand for: quotes, variables, arithmetic, tests.
//!
//! Must not know time. Invariant: what can't be told from the script, the Pod and its environment
//! stands for nothing, never for a guess.

use crate::base::Str;
use crate::kubelet::shell::arithmetic;
use crate::kubelet::shell::code::{Command, Op};
use crate::kubelet::shell::lex::substituted;

/// Where a Pod finds the name of its namespace.
const NAMESPACE: &str = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";

/// What names stand for at a moment.
pub(super) struct Names<'a> {
    /// Variables, nothing for one whose value can't be told.
    pub(super) vars: &'a [(Str, Option<Str>)],
    pub(super) env: &'a [(Str, Str)],
    pub(super) pod: &'a str,
    pub(super) namespace: &'a str,
    pub(super) status: i32,
}

impl Names<'_> {
    fn variable(&self, name: &str) -> Option<&str> {
        match name {
            "HOSTNAME" => return Some(self.pod),
            "$" => return Some("1"),
            _ => {}
        }
        match self.vars.iter().find(|(known, _)| known == name) {
            Some((_, value)) => value.as_deref(),
            None => self.env.iter().find(|(known, _)| known == name).map(|(_, value)| &**value),
        }
    }

    /// A word without quotes, with what its names stand for.
    pub(super) fn expand(&self, raw: &str) -> Option<String> {
        let mut out = String::new();
        let (mut at, mut is_quoted) = (0, false);
        while let Some(c) = raw[at..].chars().next() {
            let rest = &raw[at..];
            at += match c {
                '"' => {
                    is_quoted = !is_quoted;
                    1
                }
                '\'' if !is_quoted => {
                    let end = rest[1..].find('\'')?;
                    out.push_str(&rest[1..=end]);
                    end + 2
                }
                '\\' => {
                    let next = rest[1..].chars().next()?;
                    out.push(next);
                    1 + next.len_utf8()
                }
                '`' => {
                    let end = rest[1..].find('`')?;
                    out.push_str(&self.output(&rest[1..=end])?);
                    end + 2
                }
                '$' => self.substitute(rest, &mut out)?,
                c => {
                    out.push(c);
                    c.len_utf8()
                }
            };
        }
        Some(out)
    }

    /// Puts in what a `$` stands for; how much of the text that took.
    fn substitute(&self, rest: &str, out: &mut String) -> Option<usize> {
        let length = substituted(rest)?;
        if let Some(sum) = rest[..length].strip_prefix("$((").and_then(|one| one.strip_suffix("))"))
        {
            out.push_str(&self.number(sum)?.to_string());
        } else if rest[1..].starts_with('(') {
            out.push_str(&self.output(&rest[2..length - 1])?);
        } else if rest[1..].starts_with('{') {
            let inner = &rest[2..length - 1];
            let name_end = inner.find(|c: char| !is_name(c)).unwrap_or(inner.len());
            let (name, change) = inner.split_at(name_end);
            let value = self.variable(name);
            match change.trim_start_matches(':').strip_prefix('-') {
                Some(other) => match value {
                    Some(value) => out.push_str(value),
                    None => out.push_str(&self.expand(other)?),
                },
                None if change.is_empty() => out.push_str(value?),
                None => return None,
            }
        } else if rest[1..].starts_with('?') {
            out.push_str(&self.status.to_string());
            return Some(2);
        } else {
            let name = &rest[1..];
            let end = name.find(|c: char| !is_name(c)).unwrap_or(name.len());
            let end = if name.starts_with('$') { 1 } else { end };
            if end == 0 {
                out.push('$');
            } else {
                out.push_str(self.variable(&name[..end])?);
            }
            return Some(1 + end);
        }
        Some(length)
    }

    /// What a command prints whose output is used.
    fn output(&self, command: &str) -> Option<String> {
        let mut words = command.split_whitespace();
        let (name, rest) = (words.next()?, words.collect::<Vec<_>>());
        match (name, rest.as_slice()) {
            ("hostname", []) => Some(self.pod.to_owned()),
            ("cat" | "<", [path]) if *path == NAMESPACE => Some(self.namespace.to_owned()),
            ("seq", [last]) => self.run_of("1", last),
            ("seq", [first, last]) => self.run_of(first, last),
            ("echo", [word]) => self.expand(word),
            _ => None,
        }
    }

    fn run_of(&self, first: &str, last: &str) -> Option<String> {
        let (first, last) = self.ends(first, last)?;
        let numbers = (first..=last).take(WORDS_MAX);
        Some(numbers.map(|one| one.to_string()).collect::<Vec<_>>().join(" "))
    }

    fn ends(&self, first: &str, last: &str) -> Option<(i64, i64)> {
        let number = |word: &str| self.expand(word)?.parse::<i64>().ok();
        Some((number(first)?, number(last)?))
    }

    /// The first and the last of the numbers that a word stands for as a whole.
    fn numbers(&self, word: &str) -> Option<(i64, i64)> {
        let inner = |open: &str, close: char| word.strip_prefix(open)?.strip_suffix(close);
        if let Some((first, last)) = inner("{", '}').and_then(|one| one.split_once("..")) {
            return self.ends(first, last);
        }
        let call = inner("$(", ')').or_else(|| inner("`", '`'))?;
        let words: Vec<&str> = call.split_whitespace().collect();
        match words.as_slice() {
            ["seq", last] => self.ends("1", last),
            ["seq", first, last] => self.ends(first, last),
            _ => None,
        }
    }

    /// One of the words that a loop goes through, if there are so many; nothing for one that
    /// can't be told.
    pub(super) fn nth(&self, raw: &[Str], count: u32) -> (bool, Option<Str>) {
        let mut left = i64::from(count);
        for word in raw {
            if let Some((first, last)) = self.numbers(word) {
                let number = first.saturating_add(left);
                if number <= last {
                    return (true, Some(number.to_string().into()));
                }
                left -= last.saturating_sub(first).saturating_add(1).max(0);
                continue;
            }
            let Some(text) = self.expand(word) else {
                if left == 0 {
                    return (true, None);
                }
                left -= 1;
                continue;
            };
            for one in text.split_whitespace() {
                if left == 0 {
                    return (true, Some(one.into()));
                }
                left -= 1;
            }
        }
        (false, None)
    }

    /// What a sum comes to.
    pub(super) fn number(&self, sum: &str) -> Option<i64> {
        arithmetic::value(sum, &|name| self.variable(name)?.trim().parse().ok())
    }

    /// Whether a word stands for what a program printed. Nobody can tell what that is; whoever
    /// compares it wrote down what a program says that is well, so it is taken for that.
    fn is_output(&self, raw: &str) -> bool {
        if raw.contains('`') || (raw.contains("$(") && !raw.contains("$((")) {
            return true;
        }
        let name = raw.trim_matches('"').trim_start_matches(['$', '{']).trim_end_matches('}');
        raw.contains('$') && self.vars.iter().any(|(known, value)| known == name && value.is_none())
    }

    /// Whether what `[` or `test` asks holds, given what is known of files.
    pub(super) fn test(
        &self,
        words: &[Str],
        has_file: impl Fn(&str) -> Option<bool>,
    ) -> Option<bool> {
        let (is_not, words) = match words.split_first() {
            Some((first, rest)) if **first == *"!" => (true, rest),
            _ => (false, words),
        };
        let texts: Vec<Option<String>> = words.iter().map(|word| self.expand(word)).collect();
        let holds = match texts.as_slice() {
            [] => false,
            [one] => !one.as_ref()?.is_empty(),
            [sort, one] => match (sort.as_deref()?, one) {
                ("-n", None) if self.is_output(&words[1]) => true,
                ("-z", None) if self.is_output(&words[1]) => false,
                ("-n", one) => !one.as_ref()?.is_empty(),
                ("-z", one) => one.as_ref()?.is_empty(),
                ("-f" | "-e" | "-d" | "-s" | "-r" | "-x", path) => has_file(path.as_ref()?)?,
                _ => return None,
            },
            [left, sort, right] => {
                let (Some(left), Some(right)) = (left, right) else {
                    let asks = self.is_output(&words[0]) || self.is_output(&words[2]);
                    return match sort.as_deref()? {
                        "=" | "==" | "-eq" if asks => Some(!is_not),
                        "!=" | "-ne" if asks => Some(is_not),
                        _ => None,
                    };
                };
                let numbers = || Some((left.parse::<i64>().ok()?, right.parse::<i64>().ok()?));
                match sort.as_deref()? {
                    "=" | "==" => left == right,
                    "!=" => left != right,
                    "-eq" => numbers().map(|(left, right)| left == right)?,
                    "-ne" => numbers().map(|(left, right)| left != right)?,
                    "-lt" => numbers().map(|(left, right)| left < right)?,
                    "-le" => numbers().map(|(left, right)| left <= right)?,
                    "-gt" => numbers().map(|(left, right)| left > right)?,
                    "-ge" => numbers().map(|(left, right)| left >= right)?,
                    _ => return None,
                }
            }
            _ => return None,
        };
        Some(holds != is_not)
    }
}

/// So many numbers are told one by one.
const WORDS_MAX: usize = 1_000;

const fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The name and the value of a word that sets a variable.
pub(super) fn set(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let is_one = name.starts_with(|c: char| is_name(c) && !c.is_ascii_digit());
    (is_one && name.chars().all(is_name)).then_some((name, value))
}

/// The name of a program without its folder.
pub(super) fn base(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// Whether it is a shell.
pub(super) fn is_shell(name: &str) -> bool {
    matches!(base(name), "sh" | "bash" | "ash" | "dash")
}

/// A word without its quotes.
pub(super) fn plain(raw: &str) -> Option<String> {
    let inner = |quote: char| raw.strip_prefix(quote)?.strip_suffix(quote);
    let text = inner('\'').or_else(|| inner('"')).unwrap_or(raw);
    (raw.len() - text.len() == 2 || !text.contains(['\'', '"'])).then(|| text.to_owned())
}

/// The script that a shell is given, and whether it is to end at the first failure.
pub(super) fn script(words: &[String]) -> Option<(&str, bool)> {
    is_shell(words.first()?).then_some(())?;
    let is_flags = |word: &String| word.starts_with('-') && !word.starts_with("--");
    let at = words.iter().position(|word| is_flags(word) && word.contains('c'))?;
    words[1..=at].iter().all(is_flags).then_some(())?;
    let is_strict = words[1..=at].iter().any(|word| word.contains('e'));
    Some((words.get(at + 1)?, is_strict))
}

/// Adds the names of variables that a word holds.
fn names(raw: &str, found: &mut Vec<Str>) {
    let has_sum = raw.contains("((");
    let mut rest = raw;
    while let Some(at) = rest.find(|c: char| if has_sum { is_name(c) } else { c == '$' }) {
        rest = rest[at..].trim_start_matches(['$', '{', '(', '!', '#']);
        let end = rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
        if end > 0 && !found.iter().any(|one| **one == rest[..end]) {
            found.push(rest[..end].into());
        }
        rest = &rest[end..];
    }
}

/// The variables that decide something.
pub(super) fn matters(ops: &[Op]) -> Vec<Str> {
    let mut found = Vec::new();
    let commands = || {
        ops.iter().filter_map(|op| match op {
            Op::Run(command) => Some(command),
            _ => None,
        })
    };
    for op in ops {
        match op {
            Op::Run(command) => {
                command.outs.iter().for_each(|word| names(word, &mut found));
                if !is_mute(command) {
                    command.words.iter().for_each(|word| names(word, &mut found));
                }
            }
            Op::Next(_, list, ..) => list.iter().for_each(|word| names(word, &mut found)),
            Op::Case(word, _) | Op::Exit(Some(word), _) => names(word, &mut found),
            _ => {}
        }
    }
    loop {
        let before = found.len();
        for (name, value) in commands().flat_map(|command| &command.sets) {
            if found.contains(name) {
                names(value, &mut found);
            }
        }
        if found.len() == before {
            return found;
        }
    }
}

/// Whether a command only says something.
fn is_mute(command: &Command) -> bool {
    matches!(command.words.first().map(|word| &**word), Some("echo" | "printf"))
}
