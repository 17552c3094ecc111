//! Reading a JSONPath template.
//!
//! Must not know values. Invariant: what is read is complete, or there is a sentence.
//!
//! Models staging/src/k8s.io/client-go/util/jsonpath/parser.go

use super::{Block, Slice, Step};
use crate::api::Value;

type Read<T> = Result<T, String>;

/// A template's blocks.
pub(super) fn template(text: &str) -> Read<Vec<Block>> {
    let mut open: Vec<(Vec<Step>, Vec<Block>)> = Vec::new();
    let mut blocks = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let Some(inner) = rest.strip_prefix('{') else {
            let end = rest.find('{').unwrap_or(rest.len());
            blocks.push(Block::Text(rest[..end].to_owned()));
            rest = &rest[end..];
            continue;
        };
        let mut reader = Reader { text: inner, at: 0 };
        let action = reader.action()?;
        rest = &inner[reader.at..];
        match action {
            Action::Steps(steps) => blocks.push(Block::Steps(steps)),
            Action::Range(steps) => open.push((steps, std::mem::take(&mut blocks))),
            Action::End => {
                let Some((steps, outer)) = open.pop() else {
                    return Err("not in range, nothing to end".to_owned());
                };
                let inner = std::mem::replace(&mut blocks, outer);
                blocks.push(Block::Range(steps, inner));
            }
        }
    }
    // A range that nobody ends goes to the end of the template.
    while let Some((steps, outer)) = open.pop() {
        let inner = std::mem::replace(&mut blocks, outer);
        blocks.push(Block::Range(steps, inner));
    }
    Ok(blocks)
}

enum Action {
    Steps(Vec<Step>),
    Range(Vec<Step>),
    End,
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

fn is_terminator(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\r' | '\n' | '.' | ',' | '[' | ']' | '$' | '@' | '{' | '}')
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.rest().chars().next()?;
        self.at += letter.len_utf8();
        Some(letter)
    }

    /// Everything up to the closing brace.
    fn action(&mut self) -> Read<Action> {
        let mut steps = Vec::new();
        let (mut is_range, mut is_end) = (false, false);
        loop {
            let rest = self.rest();
            if rest.starts_with('}') {
                self.at += 1;
                break;
            }
            if rest.starts_with("[?(") {
                steps.push(self.filter()?);
                continue;
            }
            if rest.starts_with("..") {
                if steps.last() == Some(&Step::Recursive) {
                    return Err("invalid multiple recursive descent".to_owned());
                }
                self.at += 2;
                steps.push(Step::Recursive);
                if self.rest().starts_with(|c: char| c.is_alphanumeric() || c == '_') {
                    steps.push(self.field());
                }
                continue;
            }
            match self.next() {
                None | Some('\n' | '\r') => return Err("unclosed action".to_owned()),
                Some(' ' | '@' | '$') => {}
                Some('[') => self.array(&mut steps)?,
                Some(quote @ ('"' | '\'')) => steps.push(self.quoted(quote)?),
                Some('.') => steps.push(self.field()),
                Some(c) if c == '+' || c == '-' || c.is_ascii_digit() => {
                    self.at -= 1;
                    steps.push(self.number()?);
                }
                Some(c) if c.is_alphanumeric() || c == '_' => {
                    self.at -= c.len_utf8();
                    match self.word() {
                        "range" => is_range = true,
                        "end" => is_end = true,
                        "true" => steps.push(Step::Literal(Value::Bool(true))),
                        "false" => steps.push(Step::Literal(Value::Bool(false))),
                        other => return Err(format!("unrecognized identifier {other}")),
                    }
                }
                Some(c) => {
                    return Err(format!(
                        "unrecognized character in action: U+{:04X} '{c}'",
                        u32::from(c)
                    ));
                }
            }
        }
        Ok(match (is_range, is_end) {
            (true, _) => Action::Range(steps),
            (_, true) => Action::End,
            _ => Action::Steps(steps),
        })
    }

    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(is_terminator).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn field(&mut self) -> Step {
        let mut name = String::new();
        while let Some(letter) = self.rest().chars().next() {
            if is_terminator(letter) {
                break;
            }
            self.at += letter.len_utf8();
            if letter == '\\' {
                name.extend(self.next().filter(|next| *next != '\\'));
            } else {
                name.push(letter);
            }
        }
        if name == "*" { Step::Wildcard } else { Step::Field(name) }
    }

    fn number(&mut self) -> Read<Step> {
        let rest = self.rest();
        let body = rest.trim_start_matches(['+', '-']);
        let sign = rest.len() - body.len();
        let digits = body.find(|c: char| c != '.' && !c.is_ascii_digit()).unwrap_or(body.len());
        let text = &rest[..sign + digits];
        self.at += text.len();
        if let Ok(whole) = text.trim_start_matches('+').parse::<i64>() {
            return Ok(Step::Literal(Value::Int(whole)));
        }
        match text.parse::<f64>() {
            Ok(number) => Ok(Step::Literal(Value::Float(number.to_string().into()))),
            Err(_) => Err(format!("cannot parse number {text}")),
        }
    }

    fn quoted(&mut self, quote: char) -> Read<Step> {
        let mut text = String::new();
        loop {
            match self.next() {
                None | Some('\n') => return Err("unterminated quoted string".to_owned()),
                Some('\\') => match self.next() {
                    Some('n') => text.push('\n'),
                    Some('t') => text.push('\t'),
                    Some('r') => text.push('\r'),
                    Some(other) => text.push(other),
                    None => return Err("unterminated quoted string".to_owned()),
                },
                Some(letter) if letter == quote => break,
                Some(letter) => text.push(letter),
            }
        }
        Ok(Step::Literal(Value::Str(text.into())))
    }

    /// The inside of `[…]`, after the opening bracket.
    fn array(&mut self, steps: &mut Vec<Step>) -> Read<()> {
        let rest = self.rest();
        let end = rest.find(']').ok_or("unterminated array")?;
        self.at += end + 1;
        let text = &rest[..end];
        if text.contains('\n') {
            return Err("unterminated array".to_owned());
        }
        let parts: Vec<&str> = text.split(',').collect();
        if parts.len() == 1 {
            steps.extend(index(text)?);
            return Ok(());
        }
        let parts = parts.into_iter().map(|part| index(part.trim_matches(' ')));
        steps.push(Step::Union(parts.collect::<Read<_>>()?));
        Ok(())
    }

    fn filter(&mut self) -> Read<Step> {
        self.at += "[?(".len();
        let start = self.at;
        let mut pair: Option<char> = None;
        let mut is_closed = true;
        let mut before = ' ';
        loop {
            let letter = match self.next() {
                None | Some('\n') => return Err("unterminated filter".to_owned()),
                Some(letter) => letter,
            };
            match (letter, pair) {
                ('"' | '\'', None) => (pair, is_closed) = (Some(letter), false),
                ('"' | '\'', Some(open)) if open == letter && before != '\\' => is_closed = true,
                (')', _) if is_closed => break,
                _ => {}
            }
            before = letter;
        }
        let text = &self.text[start..self.at - 1];
        if self.next() != Some(']') {
            return Err("unclosed array expect ]".to_owned());
        }
        let is_operator = |c: char| matches!(c, '!' | '<' | '>' | '=');
        let Some(from) = text.find(is_operator).filter(|from| *from > 0) else {
            return Ok(Step::Filter(expression(text)?, "exists".to_owned(), Vec::new()));
        };
        let rest = &text[from..];
        let to = rest.find(|c| !is_operator(c)).unwrap_or(rest.len());
        let (operator, right) = rest.split_at(to);
        Ok(Step::Filter(expression(&text[..from])?, operator.to_owned(), expression(right)?))
    }
}

fn expression(text: &str) -> Read<Vec<Step>> {
    match (Reader { text: &format!("{text}}}"), at: 0 }).action()? {
        Action::Steps(steps) => Ok(steps),
        Action::Range(_) | Action::End => Err("a range has no place in a filter".to_owned()),
    }
}

/// `0`, `*`, `1:3`, `'key'`.
fn index(text: &str) -> Read<Vec<Step>> {
    if text == "*" {
        let all = Slice { start: None, end: None, is_one: false, step: None };
        return Ok(vec![Step::Slice(all)]);
    }
    let key = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
    if let Some(key) = key.filter(|key| !key.contains('\'')) {
        return expression(&format!(".{key}"));
    }
    let bad = || format!("invalid array index {text}");
    let parts: Vec<&str> = text.split(':').collect();
    let number = |part: Option<&&str>| match part {
        None | Some(&"") => Ok(None),
        Some(part) => part.parse::<i64>().map(Some).map_err(|_| bad()),
    };
    if parts.len() > 3 {
        return Err(bad());
    }
    let slice = Slice {
        start: number(parts.first())?,
        end: number(parts.get(1))?,
        is_one: parts.len() == 1,
        step: number(parts.get(2))?,
    };
    Ok(vec![Step::Slice(slice)])
}
