//! Which characters of a YAML line are keys, strings, numbers and comments.
//!
//! Owns colours only: a wrong guess here paints a word in another colour and does no more.
//! It must not decide what the YAML means. Invariant: tokens are in order and do not overlap.

/// The colour class of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// A mapping key, with its colon.
    Key,
    /// A string.
    Text,
    /// A number.
    Number,
    /// A comment.
    Comment,
}

/// A painted range of a line, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its class.
    pub class: Class,
    /// Its first byte.
    pub from: usize,
    /// One past its last byte.
    pub to: usize,
}

/// The painted ranges of one line; `in_scalar` says that it belongs to a block scalar.
pub fn tokens(line: &str, in_scalar: bool) -> Vec<Token> {
    let indent = line.len() - line.trim_start().len();
    let end = line.trim_end().len();
    if indent >= end || line.starts_with("---") || line.starts_with("...") {
        return Vec::new();
    }
    if in_scalar {
        return vec![Token { class: Class::Text, from: indent, to: end }];
    }
    let mut painter = Painter { line, at: indent, end, depth: 0, painted: Vec::new() };
    painter.run();
    painter.painted
}

struct Painter<'a> {
    line: &'a str,
    at: usize,
    end: usize,
    depth: u32,
    painted: Vec<Token>,
}

impl Painter<'_> {
    fn run(&mut self) {
        let bytes = self.line.as_bytes();
        while self.at < self.end {
            match bytes[self.at] {
                b' ' | b'\t' | b',' => self.at += 1,
                b'{' | b'[' => {
                    self.depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    self.at += 1;
                }
                b'-' if self.at + 1 == self.end || bytes[self.at + 1] == b' ' => self.at += 1,
                b'#' if self.at == 0 || bytes[self.at - 1] == b' ' => {
                    self.paint(Class::Comment, self.at, self.end);
                    self.at = self.end;
                }
                b'"' | b'\'' => self.quoted(bytes[self.at]),
                _ => self.plain(),
            }
        }
    }

    fn quoted(&mut self, quote: u8) {
        let bytes = self.line.as_bytes();
        let from = self.at;
        self.at += 1;
        while self.at < self.end && bytes[self.at] != quote {
            self.at += if quote == b'"' && bytes[self.at] == b'\\' { 2 } else { 1 };
        }
        self.at = (self.at + 1).min(self.end);
        self.close(from);
    }

    fn plain(&mut self) {
        let bytes = self.line.as_bytes();
        let from = self.at;
        while self.at < self.end {
            let ends = match bytes[self.at] {
                b':' => self.at + 1 == self.end || bytes[self.at + 1] == b' ',
                b'#' => bytes[self.at - 1] == b' ',
                b',' | b'}' | b']' => self.depth > 0,
                _ => false,
            };
            if ends && self.at > from {
                break;
            }
            self.at += 1;
        }
        self.close(from);
    }

    /// Ends a scalar: a key if a colon follows, else a value.
    fn close(&mut self, from: usize) {
        let bytes = self.line.as_bytes();
        let to = from + self.line[from..self.at].trim_end().len();
        let colon = self.at < self.end && bytes[self.at] == b':';
        if colon && (self.at + 1 == self.end || bytes[self.at + 1] == b' ') {
            self.at += 1;
            self.paint(Class::Key, from, to);
            return;
        }
        let value = &self.line[from..to];
        let numeric = value.starts_with(|first: char| first.is_ascii_digit() || first == '-')
            && value.chars().all(|each| each.is_ascii_digit() || "-.".contains(each));
        let mark = matches!(value, "|" | ">" | "|-" | ">-" | "|+" | ">+");
        if !mark {
            self.paint(if numeric { Class::Number } else { Class::Text }, from, to);
        }
    }

    fn paint(&mut self, class: Class, from: usize, to: usize) {
        self.painted.push(Token { class, from, to });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Vec<(Class, &str)> {
        tokens(line, false)
            .into_iter()
            .map(|token| (token.class, &line[token.from..token.to]))
            .collect()
    }

    #[test]
    fn keys_strings_numbers_and_comments_are_told_apart() {
        use Class::{Comment, Key, Number, Text};
        assert_eq!(
            read("  replicas: 4 # four"),
            [(Key, "replicas"), (Number, "4"), (Comment, "# four")]
        );
        assert_eq!(read("  - image: nginx:1.27"), [(Key, "image"), (Text, "nginx:1.27")]);
        assert_eq!(
            read("labels: {app: web, tier: '1'}"),
            [(Key, "labels"), (Key, "app"), (Text, "web"), (Key, "tier"), (Text, "'1'")]
        );
        assert_eq!(read("- port: 80"), [(Key, "port"), (Number, "80")]);
        assert_eq!(read("command: |"), [(Key, "command")]);
        assert_eq!(read("---"), []);
    }

    #[test]
    fn a_block_scalar_is_all_text_whatever_it_looks_like() {
        let painted = tokens("    server: 1 # no comment", true);
        assert_eq!(painted, [Token { class: Class::Text, from: 4, to: 26 }]);
    }

    #[test]
    fn no_line_makes_the_painter_stumble() {
        for line in
            ["\"", "'a", ":", "- -", "#", "a: \"\\", "{", "}", "é: ü", "键：值 # 注", "a:#b"]
        {
            let mut last = 0;
            for token in tokens(line, false) {
                assert!(token.from >= last && token.to >= token.from, "{line}");
                assert!(line.get(token.from..token.to).is_some(), "{line}");
                last = token.to;
            }
        }
    }
}
