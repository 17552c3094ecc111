//! The pieces of a Go template: text, and the words between braces.
//!
//! Must not know what a word means. Invariant: every piece of the text is in one token.
//!
//! Models text/template/parse lex.go

/// A word between braces.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Token {
    /// `.name`, or `.` alone, which has no name.
    Field(String),
    /// `$name`; `$` alone is the empty one.
    Variable(String),
    /// A name of a function, or a keyword.
    Word(String),
    /// A text in quotes.
    Text(String),
    /// A number as it is written.
    Number(String),
    /// A character, as its number.
    Char(i64),
    /// `|`, `(`, `)`, `,`, `=` or `:=`.
    Sign(&'static str),
    /// A blank, which parts arguments from fields of what stands before.
    Space,
}

/// A piece of a template.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Piece {
    /// Text as it is.
    Text(String),
    /// What stands between braces.
    Action(Vec<Token>),
}

/// Takes a template apart.
pub(super) fn pieces(mut text: &str) -> Result<Vec<Piece>, String> {
    let mut all = Vec::new();
    let mut trims_start = false;
    loop {
        let (before, rest) = match text.split_once("{{") {
            Some((before, rest)) => (before, Some(rest)),
            None => (text, None),
        };
        let trims_end = rest.is_some_and(|rest| {
            rest.strip_prefix('-').is_some_and(|after| after.starts_with(char::is_whitespace))
        });
        let before = if trims_start { before.trim_start() } else { before };
        let before = if trims_end { before.trim_end() } else { before };
        if !before.is_empty() {
            all.push(Piece::Text(before.to_owned()));
        }
        let Some(rest) = rest else { return Ok(all) };
        let rest = if trims_end { &rest[1..] } else { rest };
        let (tokens, after, trims) = action(rest)?;
        all.extend(tokens.map(Piece::Action));
        text = after;
        trims_start = trims;
    }
}

type Action<'a> = (Option<Vec<Token>>, &'a str, bool);

/// Reads up to the closing braces: the words, what follows, and whether blanks are cut there.
/// A comment has no words.
fn action(text: &str) -> Result<Action<'_>, String> {
    let start = text.trim_start();
    if let Some(comment) = start.strip_prefix("/*") {
        let (_, after) = comment.split_once("*/").ok_or("unclosed comment")?;
        return closing(after)
            .map(|(after, trims)| (None, after, trims))
            .ok_or_else(|| "comment ends before closing delimiter".to_owned());
    }
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        if let Some((after, trims)) = closing(rest) {
            while tokens.last() == Some(&Token::Space) {
                tokens.pop();
            }
            return Ok((Some(tokens), after, trims));
        }
        let Some(first) = rest.chars().next() else { return Err("unclosed action".to_owned()) };
        if first.is_whitespace() {
            if !tokens.is_empty() && tokens.last() != Some(&Token::Space) {
                tokens.push(Token::Space);
            }
            rest = rest.trim_start();
            continue;
        }
        let (token, after) = token(first, rest)?;
        tokens.push(token);
        rest = after;
    }
}

/// What follows closing braces, if they stand here, and whether blanks are cut.
fn closing(text: &str) -> Option<(&str, bool)> {
    if let Some(after) = text.strip_prefix("}}") {
        return Some((after, false));
    }
    let after = text.strip_prefix(char::is_whitespace)?.trim_start().strip_prefix("-}}")?;
    Some((after, true))
}

fn token(first: char, text: &str) -> Result<(Token, &str), String> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let name = |text: &str| {
        let end = text.find(|c: char| !is_name(c)).unwrap_or(text.len());
        (text[..end].to_owned(), end)
    };
    for sign in ["|", "(", ")", ",", ":=", "="] {
        if let Some(after) = text.strip_prefix(sign) {
            return Ok((Token::Sign(sign), after));
        }
    }
    let second = text[first.len_utf8()..].chars().next();
    Ok(match first {
        '"' => quoted(text)?,
        '`' => {
            let (raw, after) = text[1..].split_once('`').ok_or("unterminated raw quoted string")?;
            (Token::Text(raw.to_owned()), after)
        }
        '\'' => {
            let (raw, after) =
                text[1..].split_once('\'').ok_or("unterminated character constant")?;
            let one = unescaped(raw).chars().next().unwrap_or('\0');
            (Token::Char(i64::from(u32::from(one))), after)
        }
        '$' => {
            let (name, end) = name(&text[1..]);
            (Token::Variable(name), &text[1 + end..])
        }
        '.' if !second.is_some_and(|c| c.is_ascii_digit()) => {
            let (name, end) = name(&text[1..]);
            (Token::Field(name), &text[1 + end..])
        }
        c if c.is_ascii_digit() || matches!(c, '+' | '-' | '.') => {
            let is_part = |c: char| is_name(c) || c == '.';
            let end = text[1..].find(|c: char| !is_part(c)).map_or(text.len(), |end| end + 1);
            (Token::Number(text[..end].to_owned()), &text[end..])
        }
        c if is_name(c) => {
            let (name, end) = name(text);
            (Token::Word(name), &text[end..])
        }
        other => {
            let code = u32::from(other);
            return Err(format!("unexpected \"{other}\" in command, U+{code:04X} '{other}'"));
        }
    })
}

fn quoted(text: &str) -> Result<(Token, &str), String> {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !is_escaped => {
                return Ok((Token::Text(unescaped(&text[1..at])), &text[at + 1..]));
            }
            '\n' => break,
            _ => is_escaped = c == '\\' && !is_escaped,
        }
    }
    Err("unterminated quoted string".to_owned())
}

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let next = if c == '\\' { rest.next() } else { None };
        out.push(match next {
            None => c,
            Some('n') => '\n',
            Some('t') => '\t',
            Some('r') => '\r',
            Some(other) => other,
        });
    }
    out
}
