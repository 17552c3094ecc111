//! A shell script as words and signs.
//!
//! Must not know what they mean. Invariant: a word keeps its quotes; what is left out (comments,
//! what is read from files) decides nothing.

use crate::base::Str;

/// One piece of a script.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Token {
    /// A word as it is written.
    Word(Str),
    /// An operator; the end of a line is a `;`.
    Sign(&'static str),
    /// A file that is written to.
    Out(Str),
}

const SIGNS: [&str; 9] = [";;", "&&", "||", ";", "&", "|", "(", ")", "\n"];

/// The pieces of a script; nothing if it holds what is not understood.
pub(super) fn tokens(script: &str) -> Option<Vec<Token>> {
    let mut lexer =
        Lexer { rest: script, tokens: Vec::new(), is_test: false, documents: Vec::new() };
    while lexer.step()? {}
    Some(lexer.tokens)
}

struct Lexer<'a> {
    rest: &'a str,
    tokens: Vec<Token>,
    /// Whether it stands between `[[` and `]]`, where signs are words.
    is_test: bool,
    /// The last lines of texts that begin on the next line.
    documents: Vec<String>,
}

impl Lexer<'_> {
    fn step(&mut self) -> Option<bool> {
        let joined = self.rest.strip_prefix("\\\n");
        if let Some(rest) = joined.or_else(|| self.rest.strip_prefix([' ', '\t', '\r'])) {
            self.rest = rest;
            return Some(true);
        }
        if self.rest.is_empty() {
            return Some(false);
        }
        if self.rest.starts_with('#') {
            self.rest = &self.rest[self.rest.find('\n').unwrap_or(self.rest.len())..];
            return Some(true);
        }
        if !self.is_test {
            if self.redirect()? {
                return Some(true);
            }
            if self.rest.starts_with("((") {
                let end = self.rest.find("))")? + 2;
                self.tokens.push(Token::Word(self.rest[..end].into()));
                self.rest = &self.rest[end..];
                return Some(true);
            }
            if let Some(sign) = SIGNS.into_iter().find(|sign| self.rest.starts_with(sign)) {
                self.rest = &self.rest[sign.len()..];
                self.tokens.push(Token::Sign(if sign == "\n" { ";" } else { sign }));
                if sign == "\n" {
                    self.skip_documents();
                }
                return Some(true);
            }
        }
        let word = self.word()?;
        self.is_test = word == "[[" || (self.is_test && word != "]]");
        self.tokens.push(Token::Word(word));
        Some(true)
    }

    /// The next word.
    fn word(&mut self) -> Option<Str> {
        let end = word_end(self.rest, self.is_test)?;
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!word.is_empty()).then(|| word.into())
    }

    /// Takes `>`, `2>&1`, `<` and their like with what they point at.
    fn redirect(&mut self) -> Option<bool> {
        let digits =
            self.rest.len() - self.rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let at = digits.max(usize::from(self.rest.starts_with("&>")));
        let is_error = self.rest.starts_with('2');
        let sign = &self.rest[at..];
        if !sign.starts_with(['>', '<']) {
            return Some(false);
        }
        let is_out = sign.starts_with('>');
        let after = sign.trim_start_matches(['>', '<', '|']);
        let length = sign.len() - after.len();
        if after.starts_with('(') {
            return None;
        }
        let is_document = !is_out && length == 2;
        let other = after.strip_prefix('&');
        self.rest = other.unwrap_or(after).trim_start_matches(['-', ' ', '\t']);
        let target = self.word()?;
        if is_document {
            self.documents.push(target.replace(['\'', '"'], ""));
        } else if is_out && !is_error && other.is_none() {
            self.tokens.push(Token::Out(target));
        }
        Some(true)
    }

    fn skip_documents(&mut self) {
        for last in std::mem::take(&mut self.documents) {
            while !self.rest.is_empty() {
                let (line, rest) = self.rest.split_once('\n').unwrap_or((self.rest, ""));
                self.rest = rest;
                if line.trim() == last {
                    break;
                }
            }
        }
    }
}

/// Where a word ends.
fn word_end(text: &str, is_test: bool) -> Option<usize> {
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let is_end =
            c.is_whitespace() || (!is_test && matches!(c, ';' | '&' | '|' | '(' | ')' | '<' | '>'));
        if is_end {
            break;
        }
        at += match c {
            '\\' => 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8),
            '\'' => text[at + 1..].find('\'')? + 2,
            '"' => quoted(&text[at..], 0)?,
            '`' => text[at + 1..].find('`')? + 2,
            '$' => nested(&text[at..], 0)?,
            c => c.len_utf8(),
        };
    }
    Some(at)
}

/// So deep may quotes and brackets stand inside one another.
const DEPTH_MAX: u32 = 30;

/// The length of a text in double quotes.
fn quoted(text: &str, depth: u32) -> Option<usize> {
    let mut at = 1;
    loop {
        at += match text[at..].chars().next()? {
            '"' => return Some(at + 1),
            '\\' => 1 + text[at + 1..].chars().next()?.len_utf8(),
            '`' => text[at + 1..].find('`')? + 2,
            '$' => nested(&text[at..], depth + 1)?,
            c => c.len_utf8(),
        };
    }
}

/// The length of what a `$` begins, with it.
pub(super) fn substituted(text: &str) -> Option<usize> {
    nested(text, 0)
}

fn nested(text: &str, outer: u32) -> Option<usize> {
    let (open, close) = match text.as_bytes().get(1) {
        Some(b'(') => ('(', ')'),
        Some(b'{') => ('{', '}'),
        _ => return Some(1),
    };
    let (mut at, mut depth) = (1, 0);
    loop {
        let c = text[at..].chars().next()?;
        at += match c {
            '\'' if open == '(' => text[at + 1..].find('\'')? + 2,
            '"' => quoted(&text[at..], outer + depth)?,
            c => c.len_utf8(),
        };
        depth += u32::from(c == open);
        depth -= u32::from(c == close);
        if depth == 0 {
            return Some(at);
        }
        (outer + depth <= DEPTH_MAX).then_some(())?;
    }
}
