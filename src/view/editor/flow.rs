//! What stands between brackets, as JSON is written, while it is half written.
//!
//! Owns the reading of brackets; it must not know what fields mean. Invariant: it answers for any
//! text; quotes that are not closed end with their line.

use super::place::Step;

/// A bracket that is open.
struct Level {
    bracket: char,
    at: usize,
    /// The steps of the way before it.
    steps: usize,
}

/// An entry of a mapping, or an item of a list.
pub(super) struct Piece<'a> {
    /// Where the bracket around it opens.
    pub(super) bracket: usize,
    /// The way to the mapping or the list around it, from the first bracket on.
    pub(super) path: &'a [Step],
    /// Its key without quotes, and where that begins; nothing for an item.
    pub(super) key: Option<(usize, &'a str)>,
    /// The word behind it without quotes, and where that begins; nothing where a bracket stands.
    pub(super) value: (usize, &'a str),
}

/// Where the reading ended.
pub(super) struct Stop {
    /// The byte.
    pub(super) at: usize,
    /// The innermost open bracket and where it opens; nothing once the first is closed.
    pub(super) open: Option<(char, usize)>,
    /// The way from the first bracket on: to the mapping around a key, or to a value.
    pub(super) path: Vec<Step>,
    /// Whether a key stands before the word.
    pub(super) has_key: bool,
    /// Where the word begins that is being written, behind its quote.
    pub(super) from: usize,
    /// The quote that is open there.
    pub(super) quote: Option<char>,
}

struct Reader<'a> {
    text: &'a str,
    open: Vec<Level>,
    path: Vec<Step>,
    key: Option<(usize, &'a str)>,
    /// The word since the last mark, and whether it stands in quotes.
    word: Option<(usize, usize, bool)>,
}

impl<'a> Reader<'a> {
    /// The way to the innermost bracket, and for a list into its items.
    fn base(&self) -> usize {
        self.open.last().map_or(0, |level| level.steps + usize::from(level.bracket == '['))
    }

    fn words(&self) -> (usize, &'a str) {
        self.word.map_or((0, ""), |(from, to, _)| (from, &self.text[from..to]))
    }

    fn told(&mut self, each: &mut dyn FnMut(&Piece<'_>)) {
        let Some(level) = self.open.last() else { return };
        if self.key.is_some() || self.word.is_some() {
            let path = &self.path[..self.base().min(self.path.len())];
            each(&Piece { bracket: level.at, path, key: self.key, value: self.words() });
        }
        (self.key, self.word) = (None, None);
    }

    fn mark(&mut self, at: usize, letter: char, each: &mut dyn FnMut(&Piece<'_>)) {
        match letter {
            '{' | '[' => {
                if self.open.is_empty() {
                    self.open.push(Level { bracket: letter, at, steps: 0 });
                } else {
                    let steps = self.path.len();
                    self.word = None;
                    self.told(each);
                    self.open.push(Level { bracket: letter, at, steps });
                }
                if letter == '[' {
                    self.path.push(Step::Item);
                }
            }
            '}' | ']' => {
                self.told(each);
                let steps = self.open.pop().map_or(0, |level| level.steps);
                self.path.truncate(steps);
            }
            ',' => {
                self.told(each);
                self.path.truncate(self.base());
            }
            _ => {
                let (_, words) = self.words();
                self.key = Some((self.word.map_or(at, |word| word.0), words));
                self.path.truncate(self.base());
                self.path.push(Step::Key(words.to_owned()));
                self.word = None;
            }
        }
    }
}

/// Reads on from a bracket until it is closed or `end` is reached, and tells of each piece.
pub(super) fn read(text: &str, from: usize, end: usize, each: &mut dyn FnMut(&Piece<'_>)) -> Stop {
    let mut reader = Reader { text, open: Vec::new(), path: Vec::new(), key: None, word: None };
    let mut quote: Option<(char, usize)> = None;
    let mut is_escaped = false;
    let mut is_comment = false;
    let mut before = ' ';
    let mut at = from;
    while let Some(letter) = text.get(at..end).and_then(|rest| rest.chars().next()) {
        let next = text[at + letter.len_utf8()..].chars().next().unwrap_or('\n');
        let is_blank = letter.is_whitespace();
        if letter == '\n' {
            if let Some((_, start)) = quote.take() {
                reader.word = Some((start, at, true));
            }
            (is_comment, is_escaped) = (false, false);
        } else if is_comment {
        } else if let Some((mark, start)) = quote {
            if is_escaped {
                is_escaped = false;
            } else if letter == '\\' && mark == '"' {
                is_escaped = true;
            } else if letter == mark {
                reader.word = Some((start, at, true));
                quote = None;
            }
        } else if is_blank {
        } else if letter == '#' && before.is_whitespace() {
            is_comment = true;
        } else if matches!(letter, '"' | '\'') && reader.word.is_none_or(|word| word.2) {
            if reader.word.is_some() {
                // A comma was forgotten.
                reader.mark(at, ',', each);
            }
            quote = Some((letter, at + 1));
        } else if matches!(letter, '{' | '[' | '}' | ']' | ',') || is_colon(&reader, letter, next) {
            reader.mark(at, letter, each);
            if reader.open.is_empty() {
                at += 1;
                break;
            }
        } else {
            let start = reader.word.map_or(at, |word| word.0);
            reader.word = Some((start, at + letter.len_utf8(), false));
        }
        before = letter;
        at += letter.len_utf8();
    }
    let written = reader.word.filter(|(_, _, is_quoted)| !is_quoted).map_or(at, |word| word.0);
    let stop = Stop {
        at,
        open: reader.open.last().map(|level| (level.bracket, level.at)),
        has_key: reader.path.len() > reader.base(),
        from: quote.map_or(written, |(_, start)| start),
        quote: quote.map(|(mark, _)| mark),
        path: reader.path.clone(),
    };
    if let Some((_, start)) = quote {
        reader.word = Some((start, at, true));
    }
    reader.told(each);
    stop
}

/// Whether a letter ends a key: a colon with a blank or a mark behind it, or behind a quoted key.
fn is_colon(reader: &Reader<'_>, letter: char, next: char) -> bool {
    let is_quoted = reader.word.is_some_and(|(_, _, is_quoted)| is_quoted);
    letter == ':'
        && reader.key.is_none()
        && (is_quoted || next.is_whitespace() || matches!(next, '{' | '[' | ',' | '}' | ']'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(path: &[Step]) -> String {
        let step = |step: &Step| match step {
            Step::Key(key) => key.clone(),
            Step::Item => "[]".to_owned(),
        };
        path.iter().map(step).collect::<Vec<_>>().join(".")
    }

    #[test]
    fn pieces_are_told_with_their_way() {
        let text = "{\"a\": {\"b\":1, c: 'x, y'}, # d: e\n  f: [g, {h: i}], \"j: k\": \"\\\"\"}";
        let mut found = Vec::new();
        let stop = read(text, 0, text.len(), &mut |piece| {
            let key = piece.key.map_or("-", |(_, key)| key);
            found.push(format!("{}/{key}={}", way(piece.path), piece.value.1));
        });
        assert_eq!(
            found,
            ["/a=", "a/b=1", "a/c=x, y", "/f=", "f.[]/-=g", "f.[]/h=i", "/j: k=\\\""]
        );
        assert_eq!((stop.at, stop.open.is_none()), (text.len(), true));
    }

    #[test]
    fn the_end_is_known_in_the_middle_of_a_word() {
        for (text, path, has_key, word) in [
            ("{ki", "", false, "ki"),
            ("{kind: De", "kind", true, "De"),
            ("{\"a\": [{\"b\": 1}, {\"c\": \"d", "a.[].c", true, "d"),
            ("{a: {b: 1}, ", "", false, ""),
            ("{a: [b, ", "a.[]", false, ""),
            ("{a: {b: 1}", "a", true, ""),
            ("{\n  \"a\": \"b\n  \"c\": \"d\",\n  ", "", false, ""),
        ] {
            let stop = read(text, 0, text.len(), &mut |_| {});
            let found = (way(&stop.path), stop.has_key, &text[stop.from..stop.at]);
            assert_eq!(found, (path.to_owned(), has_key, word), "{text}");
        }
    }
}
