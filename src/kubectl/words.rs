//! A line to words, as a shell splits them.
//!
//! Must not know commands. Invariant: no pattern or variable is expanded.

/// The words of a line; an open quote reaches to the end.
///
/// Differs: a shell also expands variables and patterns and runs several commands.
pub fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\'' => {
                let word = word.get_or_insert_default();
                word.extend(letters.by_ref().take_while(|letter| *letter != '\''));
            }
            '"' => quoted(word.get_or_insert_default(), &mut letters),
            '\\' => word.get_or_insert_default().extend(letters.next()),
            '#' if word.is_none() => break,
            letter if letter.is_whitespace() => words.extend(word.take()),
            letter => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

/// The rest of a text in double quotes, where a backslash keeps only some letters.
fn quoted(word: &mut String, letters: &mut std::str::Chars<'_>) {
    while let Some(letter) = letters.next() {
        match letter {
            '"' => return,
            '\\' => match letters.next() {
                Some(kept @ ('"' | '\\' | '$' | '`')) => word.push(kept),
                Some(other) => word.extend(['\\', other]),
                None => word.push('\\'),
            },
            letter => word.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_blanks_together_and_vanish() {
        let words = split(r#"patch sts db -p '{"spec": {}}' --x="a b"c "" \  # why"#);
        assert_eq!(words, ["patch", "sts", "db", "-p", r#"{"spec": {}}"#, "--x=a bc", "", " "]);
    }
}
