//! A command line in one string as the list of words that was meant.
//!
//! Must not know manifests. Invariant: a line that only a shell understands is given to one whole.

/// What only a shell understands where no quote holds it.
const OF_SHELL: &str = "|&;$><`*?()~\n";
/// The shells that images have.
const SHELLS: [&str; 6] = ["sh", "bash", "ash", "dash", "zsh", "ksh"];

/// A word, and where it stands in the line.
struct Word {
    text: String,
    from: usize,
    to: usize,
    /// Whether quotes hold all of it.
    is_quoted: bool,
}

/// The words of a line, and whether a shell would do anything besides parting them.
fn words(line: &str) -> Option<(Vec<Word>, bool)> {
    let (mut all, mut needs_shell) = (Vec::new(), false);
    let mut word: Option<Word> = None;
    let mut quote: Option<char> = None;
    let mut letters = line.char_indices();
    while let Some((at, letter)) = letters.next() {
        if quote.is_none() && matches!(letter, ' ' | '\t') {
            all.extend(word.take());
            continue;
        }
        let starts = word.is_none();
        let one = word.get_or_insert(Word {
            text: String::new(),
            from: at,
            to: at,
            is_quoted: matches!(letter, '"' | '\''),
        });
        // A quote that closes before its word ends holds only a part of it.
        one.is_quoted &= starts || quote.is_some();
        one.to = at + letter.len_utf8();
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (Some('"'), '$' | '`') => {
                needs_shell = true;
                one.text.push(letter);
            }
            (Some('"') | None, '\\') => {
                let (place, next) = letters.next()?;
                one.to = place + next.len_utf8();
                one.text.push(next);
            }
            (Some(_), _) => one.text.push(letter),
            (None, '"' | '\'') => quote = Some(letter),
            (None, _) => {
                needs_shell |= OF_SHELL.contains(letter);
                one.text.push(letter);
            }
        }
    }
    all.extend(word);
    quote.is_none().then_some((all, needs_shell))
}

/// The list that a command line in one string was meant as; `sh -c` before it if need be.
pub(super) fn command(line: &str) -> Vec<String> {
    let whole = || vec!["sh".to_owned(), "-c".to_owned(), line.to_owned()];
    let Some((words, needs_shell)) = words(line) else { return whole() };
    if let Some(script) = script(line, &words) {
        return script;
    }
    if needs_shell { whole() } else { words.into_iter().map(|word| word.text).collect() }
}

/// A line that calls a shell itself, with the script as one word.
fn script(line: &str, words: &[Word]) -> Option<Vec<String>> {
    let is_flag =
        |word: &Word| word.text.starts_with('-') && !word.text.starts_with("--") && !word.is_quoted;
    let shell = words.first()?.text.rsplit('/').next()?;
    let flag = words.iter().skip(1).take_while(|word| is_flag(word)).count();
    let has_script = words.get(flag).is_some_and(|word| flag > 0 && word.text.ends_with('c'));
    if !SHELLS.contains(&shell) || !has_script {
        return None;
    }
    let rest = &words[flag + 1..];
    let script = match rest {
        [one] => one.text.clone(),
        // Behind a script in quotes more follows: that is for an outer shell to understand.
        [first, ..] if first.is_quoted => return None,
        [first, .., last] => line[first.from..last.to].to_owned(),
        [] => return None,
    };
    let call = words[..=flag].iter().map(|word| word.text.clone());
    Some(call.chain([script]).collect())
}

/// The words of arguments, if they mean the same without a shell.
pub(super) fn arguments(line: &str) -> Option<Vec<String>> {
    let (words, needs_shell) = words(line)?;
    script(line, &words)
        .or_else(|| (!needs_shell).then(|| words.into_iter().map(|word| word.text).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_becomes_the_words_that_it_means() {
        for (line, wanted) in [
            ("sleep 3600", &["sleep", "3600"][..]),
            ("sh -c \"echo hi && sleep 5\"", &["sh", "-c", "echo hi && sleep 5"]),
            ("/bin/bash -ec 'a; b'", &["/bin/bash", "-ec", "a; b"]),
            ("sh -c \"echo $HOME\"", &["sh", "-c", "echo $HOME"]),
            ("sh -c echo hi; sleep 5", &["sh", "-c", "echo hi; sleep 5"]),
            ("sh -c 'a' && b", &["sh", "-c", "sh -c 'a' && b"]),
            ("echo \"hello world\" --x='a b'", &["echo", "hello world", "--x=a b"]),
            ("echo \"$HOME\"", &["sh", "-c", "echo \"$HOME\""]),
            ("a | b", &["sh", "-c", "a | b"]),
            ("echo it's", &["sh", "-c", "echo it's"]),
            ("sh run.sh", &["sh", "run.sh"]),
        ] {
            assert_eq!(command(line), wanted, "{line}");
        }
    }

    #[test]
    fn arguments_that_need_a_shell_are_left_alone() {
        assert_eq!(arguments("--a b"), Some(vec!["--a".to_owned(), "b".to_owned()]));
        assert_eq!(arguments("a && b"), None);
        assert_eq!(arguments("sh -c 'a && b'").map(|words| words.len()), Some(3));
    }
}
