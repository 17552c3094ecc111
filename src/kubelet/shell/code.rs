//! A script as steps and jumps.
//!
//! Must not know time. Invariant: a jump leads to a step or to the end.

use crate::base::Str;
use crate::kubelet::shell::lex::{self, Token};
use crate::kubelet::shell::words;

/// One command with its words as they are written.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Command {
    /// Variables that are set before it, or by it if it has no words.
    pub(super) sets: Vec<(Str, Str)>,
    pub(super) words: Vec<Str>,
    /// Files that its output goes to.
    pub(super) outs: Vec<Str>,
}

/// One step.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Op {
    Nothing,
    Run(Command),
    Jump(u32),
    /// Goes on elsewhere if the last command succeeded.
    IfOk(u32),
    IfBad(u32),
    Not,
    Good,
    /// Ends all if the last command failed and `set -e` holds.
    Check,
    /// Between two commands of a pipe, and after the last.
    Pipe,
    Joined,
    /// What follows runs beside what stands at the place.
    Fork(u32),
    /// The end of what runs beside.
    Done,
    /// Back to the head of a loop.
    Back(u32),
    /// The next of several words, or on to the place.
    Next(Str, Vec<Str>, u32, u32),
    /// Whether a word is one of several.
    Case(Str, Vec<Str>),
    /// The end with a code; of a part in parentheses, the place after it.
    Exit(Option<Str>, u32),
}

/// The place of an `exit` that ends everything.
pub(super) const ALL: u32 = u32::MAX;

/// A script that is understood.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Code {
    pub(super) ops: Vec<Op>,
    /// How many loops over words there are.
    pub(super) loops: u32,
    /// Variables that decide something.
    pub(super) matters: Vec<Str>,
    /// Whether it begins with `set -e`.
    pub(super) is_strict: bool,
}

/// A script read; nothing if it holds what is not understood.
pub(super) fn read(script: &str, is_strict: bool) -> Option<Code> {
    let mut reader = Reader {
        tokens: lex::tokens(script)?,
        at: 0,
        ops: Vec::new(),
        counts: 0,
        loops: Vec::new(),
        parts: Vec::new(),
        depth: 0,
        is_asked: 0,
    };
    reader.list(&[])?;
    (reader.at == reader.tokens.len()).then_some(())?;
    let (ops, loops) = (reader.ops, reader.counts);
    let matters = words::matters(&ops);
    Some(Code { ops, loops, matters, is_strict })
}

struct Reader {
    tokens: Vec<Token>,
    at: usize,
    ops: Vec<Op>,
    counts: u32,
    /// Of each loop around: its head, and jumps out of it.
    loops: Vec<(u32, Vec<usize>)>,
    /// Of each part in parentheses around: its exits.
    parts: Vec<Vec<usize>>,
    depth: u32,
    /// How many conditions are around.
    is_asked: u32,
}

/// So many parts may stand inside one another.
const DEPTH_MAX: u32 = 40;

impl Reader {
    fn word(&self) -> Option<&str> {
        match self.tokens.get(self.at)? {
            Token::Word(word) => Some(word),
            _ => None,
        }
    }

    fn is_sign(&self, sign: &str) -> bool {
        matches!(self.tokens.get(self.at), Some(Token::Sign(one)) if *one == sign)
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let is_it = self.is_sign(sign);
        self.at += usize::from(is_it);
        is_it
    }

    fn take(&mut self, word: &str) -> Option<()> {
        let is_it = self.word() == Some(word);
        self.at += usize::from(is_it);
        is_it.then_some(())
    }

    fn here(&self) -> u32 {
        u32::try_from(self.ops.len()).unwrap_or(ALL - 1)
    }

    fn push(&mut self, op: Op) -> usize {
        self.ops.push(op);
        self.ops.len() - 1
    }

    /// Lets a jump lead to where the script stands now.
    fn lead_here(&mut self, jump: usize) {
        let here = self.here();
        match &mut self.ops[jump] {
            Op::Jump(to) | Op::IfOk(to) | Op::IfBad(to) | Op::Fork(to) | Op::Exit(_, to) => {
                *to = here;
            }
            Op::Next(_, _, _, to) => *to = here,
            other => *other = Op::Fork(here),
        }
    }

    fn skip_ends(&mut self) {
        while self.take_sign(";") {}
    }

    /// Commands up to one of some words.
    fn list(&mut self, ends: &[&str]) -> Option<()> {
        self.depth += 1;
        (self.depth < DEPTH_MAX).then_some(())?;
        loop {
            self.skip_ends();
            let is_end = match self.tokens.get(self.at) {
                None => true,
                Some(Token::Word(word)) => ends.contains(&&**word),
                Some(Token::Sign(sign)) => ends.contains(sign),
                Some(Token::Out(_)) => false,
            };
            if is_end {
                self.depth -= 1;
                return Some(());
            }
            let start = self.push(Op::Nothing);
            self.chain()?;
            if self.take_sign("&") {
                self.push(Op::Done);
                self.lead_here(start);
                self.push(Op::Good);
            } else if !self.is_sign(";") && self.at < self.tokens.len() {
                let next = self.tokens.get(self.at);
                let is_end = match next {
                    Some(Token::Sign(sign)) => ends.contains(sign),
                    _ => false,
                };
                is_end.then_some(())?;
            }
        }
    }

    /// Commands between `&&` and `||`.
    fn chain(&mut self) -> Option<()> {
        self.pipe()?;
        loop {
            let op = if self.take_sign("&&") {
                Op::IfBad(0)
            } else if self.take_sign("||") {
                Op::IfOk(0)
            } else {
                return Some(());
            };
            // What decides here ends nothing.
            if self.ops.last() == Some(&Op::Check) {
                self.ops.pop();
                self.push(Op::Nothing);
            }
            let jump = self.push(op);
            self.skip_ends();
            self.pipe()?;
            self.lead_here(jump);
        }
    }

    fn pipe(&mut self) -> Option<()> {
        let mut is_not = false;
        while self.take("!").is_some() {
            is_not = !is_not;
        }
        self.command()?;
        let mut is_pipe = false;
        while self.take_sign("|") {
            is_pipe = true;
            self.push(Op::Pipe);
            self.skip_ends();
            self.command()?;
        }
        if is_pipe {
            self.push(Op::Joined);
        }
        if is_not {
            self.push(Op::Not);
        } else if self.is_asked == 0 {
            self.push(Op::Check);
        }
        Some(())
    }

    fn command(&mut self) -> Option<()> {
        if self.take_sign("(") {
            self.parts.push(Vec::new());
            self.list(&[")"])?;
            self.take_sign(")").then_some(())?;
            return self.end_part();
        }
        match self.word()? {
            "if" => self.choice(),
            "while" => self.turns(true),
            "until" => self.turns(false),
            "for" => self.each(),
            "case" => self.case(),
            "{" => {
                self.at += 1;
                self.list(&["}"])?;
                self.take("}")?;
                self.outs();
                Some(())
            }
            "function" | "select" | "then" | "do" | "done" | "fi" | "esac" | "else" | "elif" => {
                None
            }
            _ => self.simple(),
        }
    }

    /// Ends a part whose `exit` ends nothing but the part.
    fn end_part(&mut self) -> Option<()> {
        for exit in self.parts.pop()? {
            self.lead_here(exit);
        }
        self.outs();
        Some(())
    }

    /// Files that the output of a whole part goes to.
    fn outs(&mut self) {
        while let Some(Token::Out(out)) = self.tokens.get(self.at) {
            let command = Command { outs: vec![out.clone()], ..Command::default() };
            self.at += 1;
            self.push(Op::Run(command));
        }
    }

    fn condition(&mut self, end: &str) -> Option<()> {
        self.at += 1;
        self.is_asked += 1;
        self.list(&[end])?;
        self.is_asked -= 1;
        self.take(end)
    }

    fn choice(&mut self) -> Option<()> {
        let mut ends = Vec::new();
        loop {
            self.condition("then")?;
            let other = self.push(Op::IfBad(0));
            self.list(&["elif", "else", "fi"])?;
            ends.push(self.push(Op::Jump(0)));
            self.lead_here(other);
            if self.word() == Some("elif") {
                continue;
            }
            self.push(Op::Good);
            if self.take("else").is_some() {
                self.list(&["fi"])?;
            }
            self.take("fi")?;
            break;
        }
        for end in ends {
            self.lead_here(end);
        }
        self.outs();
        Some(())
    }

    fn turns(&mut self, is_while: bool) -> Option<()> {
        let head = self.here();
        self.condition("do")?;
        let out = self.push(if is_while { Op::IfBad(0) } else { Op::IfOk(0) });
        self.body(head, out)
    }

    /// The body of a loop, up to `done`.
    fn body(&mut self, head: u32, out: usize) -> Option<()> {
        self.loops.push((head, vec![out]));
        self.list(&["done"])?;
        self.take("done")?;
        self.push(Op::Back(head));
        for out in self.loops.pop()?.1 {
            self.lead_here(out);
        }
        self.push(Op::Good);
        self.outs();
        Some(())
    }

    fn each(&mut self) -> Option<()> {
        self.at += 1;
        let name = Str::from(self.word()?);
        self.at += 1;
        if name == "((;;))" {
            self.skip_ends();
            self.take("do")?;
            let head = self.here();
            self.push(Op::Good);
            let out = self.push(Op::IfBad(0));
            return self.body(head, out);
        }
        let mut list = Vec::new();
        self.take("in")?;
        while let Some(word) = self.word() {
            list.push(word.into());
            self.at += 1;
        }
        self.skip_ends();
        self.take("do")?;
        let head = self.here();
        let out = self.push(Op::Next(name, list, self.counts, 0));
        self.counts += 1;
        self.body(head, out)
    }

    fn case(&mut self) -> Option<()> {
        self.at += 1;
        let word = Str::from(self.word()?);
        self.at += 1;
        self.skip_ends();
        self.take("in")?;
        let mut ends = Vec::new();
        loop {
            self.skip_ends();
            if self.take("esac").is_some() {
                break;
            }
            self.take_sign("(");
            let mut patterns = vec![self.word()?.into()];
            self.at += 1;
            while self.take_sign("|") {
                patterns.push(self.word()?.into());
                self.at += 1;
            }
            self.take_sign(")").then_some(())?;
            self.push(Op::Case(word.clone(), patterns));
            let other = self.push(Op::IfBad(0));
            self.list(&[";;", "esac"])?;
            self.take_sign(";;");
            ends.push(self.push(Op::Jump(0)));
            self.lead_here(other);
        }
        self.push(Op::Good);
        for end in ends {
            self.lead_here(end);
        }
        Some(())
    }

    fn simple(&mut self) -> Option<()> {
        let mut command = Command::default();
        loop {
            match self.tokens.get(self.at) {
                Some(Token::Out(out)) => command.outs.push(out.clone()),
                Some(Token::Word(word)) => {
                    let set = words::set(word).filter(|_| command.words.is_empty());
                    match set {
                        Some((name, value)) => command.sets.push((name.into(), value.into())),
                        None => command.words.push(word.clone()),
                    }
                }
                // A function is defined.
                Some(Token::Sign("(")) => return None,
                _ => break,
            }
            self.at += 1;
        }
        let word = |at: usize| command.words.get(at).map(|word| &**word);
        match word(0) {
            Some("exit" | "return") => {
                let code = command.words.get(1).cloned();
                let exit = self.push(Op::Exit(code, ALL));
                if let Some(part) = self.parts.last_mut() {
                    part.push(exit);
                }
            }
            Some("break") => {
                let jump = self.push(Op::Jump(0));
                self.loops.last_mut()?.1.push(jump);
            }
            Some("continue") => {
                let head = self.loops.last()?.0;
                self.push(Op::Back(head));
            }
            Some(name) if words::is_shell(name) => return self.inner(&command),
            _ => {
                self.push(Op::Run(command));
            }
        }
        Some(())
    }

    /// A shell inside the shell.
    fn inner(&mut self, command: &Command) -> Option<()> {
        let words: Option<Vec<String>> =
            command.words.iter().map(|word| words::plain(word)).collect();
        let Some((script, _)) = words.as_deref().and_then(words::script) else {
            self.push(Op::Run(command.clone()));
            return Some(());
        };
        let tokens = std::mem::replace(&mut self.tokens, lex::tokens(script)?);
        let at = std::mem::replace(&mut self.at, 0);
        let loops = std::mem::take(&mut self.loops);
        self.parts.push(Vec::new());
        self.list(&[])?;
        (self.at == self.tokens.len()).then_some(())?;
        (self.tokens, self.at, self.loops) = (tokens, at, loops);
        self.end_part()?;
        let outs = command.outs.clone();
        self.push(Op::Run(Command { outs, ..Command::default() }));
        Some(())
    }
}
