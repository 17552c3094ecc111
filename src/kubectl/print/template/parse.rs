//! The structure of a Go template: text, values, branches and loops.
//!
//! Must not know objects. Invariant: what can be read can be carried out, but for wrong types.
//!
//! Models text/template/parse parse.go

use std::collections::BTreeMap;

use crate::kubectl::print::template::functions;
use crate::kubectl::print::template::lex::{Piece, Token, pieces};

/// A part of a template.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Node {
    Text(String),
    Value(Pipe),
    If(Pipe, Vec<Node>, Vec<Node>),
    With(Pipe, Vec<Node>, Vec<Node>),
    Range(Pipe, Vec<Node>, Vec<Node>),
    Template(String, Option<Pipe>),
    Break,
    Continue,
}

/// Commands of which each gets the value of the one before.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Pipe {
    /// Variables that are set, and whether they are new.
    pub(super) sets: Vec<String>,
    pub(super) is_new: bool,
    pub(super) commands: Vec<Vec<Operand>>,
}

/// A word of a command.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Operand {
    Dot,
    Nil,
    Bool(bool),
    Int(i64),
    Float(String),
    Text(String),
    /// Fields of the value at hand.
    Fields(Vec<String>),
    /// A variable and fields of it.
    Variable(String, Vec<String>),
    Function(String),
    /// A pipe in parentheses and fields of its value.
    Pipe(Box<Pipe>, Vec<String>),
}

/// Templates by name; the main one has none.
pub(super) type Templates = BTreeMap<String, Vec<Node>>;

pub(super) fn read(text: &str) -> Result<Templates, String> {
    let mut pieces = pieces(text)?;
    pieces.reverse();
    let mut reader = Reader { pieces, all: Templates::new(), loops: 0 };
    let (nodes, end) = reader.nodes()?;
    match end {
        Stop::Text => {}
        Stop::End => return Err("unexpected {{end}}".to_owned()),
        Stop::Else(_) => return Err("unexpected {{else}}".to_owned()),
    }
    reader.all.insert(String::new(), nodes);
    Ok(reader.all)
}

/// What ends a list of nodes.
enum Stop {
    Text,
    End,
    Else(Vec<Token>),
}

struct Reader {
    /// What is left, last first.
    pieces: Vec<Piece>,
    all: Templates,
    loops: u32,
}

type Read<T> = Result<T, String>;

impl Reader {
    fn nodes(&mut self) -> Read<(Vec<Node>, Stop)> {
        let mut nodes = Vec::new();
        while let Some(piece) = self.pieces.pop() {
            let tokens = match piece {
                Piece::Text(text) => {
                    nodes.push(Node::Text(text));
                    continue;
                }
                Piece::Action(tokens) => tokens,
            };
            let (word, rest) = match tokens.split_first() {
                Some((Token::Word(word), rest)) => (word.as_str(), skip_space(rest)),
                _ => ("", tokens.as_slice()),
            };
            match word {
                "end" => return Ok((nodes, Stop::End)),
                "else" => return Ok((nodes, Stop::Else(rest.to_vec()))),
                "if" | "with" | "range" => nodes.push(self.branch(word, rest)?),
                "define" | "block" => nodes.extend(self.define(word, rest)?),
                "template" => {
                    let (name, rest) = name_of(rest, "template clause")?;
                    let pipe = if rest.is_empty() { None } else { Some(pipe(rest, "template")?) };
                    nodes.push(Node::Template(name, pipe));
                }
                "break" | "continue" if self.loops == 0 => {
                    return Err(format!("{{{{{word}}}}} outside {{{{range}}}}"));
                }
                "break" => nodes.push(Node::Break),
                "continue" => nodes.push(Node::Continue),
                _ => nodes.push(Node::Value(pipe(&tokens, "command")?)),
            }
        }
        Ok((nodes, Stop::Text))
    }

    fn branch(&mut self, word: &str, tokens: &[Token]) -> Read<Node> {
        let pipe = pipe(tokens, word)?;
        self.loops += u32::from(word == "range");
        let (body, end) = self.nodes()?;
        self.loops -= u32::from(word == "range");
        let otherwise = match end {
            Stop::Text => return Err("unexpected EOF".to_owned()),
            Stop::End => Vec::new(),
            Stop::Else(rest) => self.otherwise(word, &rest)?,
        };
        Ok(match word {
            "if" => Node::If(pipe, body, otherwise),
            "with" => Node::With(pipe, body, otherwise),
            _ => Node::Range(pipe, body, otherwise),
        })
    }

    /// What follows `else`: `else if` and `else with` stand for a branch of their own.
    fn otherwise(&mut self, word: &str, rest: &[Token]) -> Read<Vec<Node>> {
        if let Some((Token::Word(next), tokens)) = rest.split_first()
            && (next == "if" || next == "with")
            && next == word
        {
            return Ok(vec![self.branch(next, skip_space(tokens))?]);
        }
        match self.nodes()? {
            (nodes, Stop::End) => Ok(nodes),
            (_, Stop::Text) => Err("unexpected EOF".to_owned()),
            (_, Stop::Else(_)) => Err("expected end; found {{else}}".to_owned()),
        }
    }

    fn define(&mut self, word: &str, tokens: &[Token]) -> Read<Option<Node>> {
        let (name, rest) = name_of(tokens, &format!("{word} clause"))?;
        let loops = std::mem::take(&mut self.loops);
        let (nodes, end) = self.nodes()?;
        self.loops = loops;
        if !matches!(end, Stop::End) {
            return Err("unexpected EOF".to_owned());
        }
        self.all.insert(name.clone(), nodes);
        if word == "define" {
            return Ok(None);
        }
        Ok(Some(Node::Template(name, Some(pipe(rest, "block clause")?))))
    }
}

fn skip_space(tokens: &[Token]) -> &[Token] {
    tokens.strip_prefix(&[Token::Space]).unwrap_or(tokens)
}

fn name_of<'a>(tokens: &'a [Token], within: &str) -> Read<(String, &'a [Token])> {
    match tokens.split_first() {
        Some((Token::Text(name), rest)) => Ok((name.clone(), skip_space(rest))),
        _ => Err(format!("unexpected token in {within}")),
    }
}

/// Reads a pipe that takes all the tokens.
fn pipe(tokens: &[Token], within: &str) -> Read<Pipe> {
    let mut rest = tokens;
    let pipe = pipe_from(&mut rest, within)?;
    match rest {
        [] => Ok(pipe),
        _ => Err("unexpected right paren".to_owned()),
    }
}

fn pipe_from(rest: &mut &[Token], within: &str) -> Read<Pipe> {
    let mut pipe = Pipe::default();
    declarations(rest, &mut pipe);
    loop {
        let command = command(rest)?;
        if command.is_empty() {
            return Err(format!("missing value for {within}"));
        }
        pipe.commands.push(command);
        match rest.split_first() {
            Some((Token::Sign("|"), after)) => *rest = skip_space(after),
            _ => return Ok(pipe),
        }
    }
}

/// `$x :=`, `$x =` or, in a loop, `$i, $x :=`.
fn declarations(rest: &mut &[Token], pipe: &mut Pipe) {
    let mut names = Vec::new();
    let mut after = *rest;
    while let Some((Token::Variable(name), next)) = after.split_first() {
        names.push(name.clone());
        after = skip_space(next);
        match after.split_first() {
            Some((Token::Sign(","), next)) => after = skip_space(next),
            Some((Token::Sign(sign @ (":=" | "=")), next)) => {
                pipe.sets = names;
                pipe.is_new = *sign == ":=";
                *rest = skip_space(next);
                return;
            }
            _ => return,
        }
    }
}

fn command(rest: &mut &[Token]) -> Read<Vec<Operand>> {
    let mut operands: Vec<Operand> = Vec::new();
    let mut may_chain = false;
    while let Some((token, after)) = rest.split_first() {
        let operand = match token {
            Token::Sign("|" | ")") => break,
            Token::Space => {
                may_chain = false;
                *rest = after;
                continue;
            }
            Token::Field(name) if may_chain => {
                chain(&mut operands, name)?;
                *rest = after;
                continue;
            }
            Token::Sign("(") => {
                *rest = skip_space(after);
                let inner = pipe_from(rest, "parenthesized pipeline")?;
                let Some((Token::Sign(")"), after)) = rest.split_first() else {
                    return Err("unclosed left paren".to_owned());
                };
                *rest = after;
                operands.push(Operand::Pipe(Box::new(inner), Vec::new()));
                may_chain = true;
                continue;
            }
            Token::Sign(sign) => return Err(format!("unexpected \"{sign}\" in operand")),
            other => operand_of(other)?,
        };
        operands.push(operand);
        may_chain = true;
        *rest = after;
    }
    Ok(operands)
}

fn operand_of(token: &Token) -> Read<Operand> {
    Ok(match token {
        Token::Field(name) if name.is_empty() => Operand::Dot,
        Token::Field(name) => Operand::Fields(vec![name.clone()]),
        Token::Variable(name) => Operand::Variable(name.clone(), Vec::new()),
        Token::Text(text) => Operand::Text(text.clone()),
        Token::Char(code) => Operand::Int(*code),
        Token::Number(text) => match text.parse::<i64>() {
            Ok(number) => Operand::Int(number),
            Err(_) if text.parse::<f64>().is_ok() => Operand::Float(text.clone()),
            Err(_) => return Err(format!("bad number syntax: \"{text}\"")),
        },
        Token::Word(word) => match word.as_str() {
            "true" => Operand::Bool(true),
            "false" => Operand::Bool(false),
            "nil" => Operand::Nil,
            name if functions::is_known(name) => Operand::Function(name.to_owned()),
            name => return Err(format!("function \"{name}\" not defined")),
        },
        Token::Space | Token::Sign(_) => return Err("unexpected token in operand".to_owned()),
    })
}

/// A field of what stands right before.
fn chain(operands: &mut [Operand], name: &str) -> Read<()> {
    match operands.last_mut() {
        Some(Operand::Fields(fields) | Operand::Variable(_, fields) | Operand::Pipe(_, fields))
            if !name.is_empty() =>
        {
            fields.push(name.to_owned());
            Ok(())
        }
        _ => Err(format!("unexpected <.{name}> in operand")),
    }
}
