//! Words broken into lines.
//!
//! Must not know what they say. Invariant: no word is cut, no line break is lost.

/// Breaks lines longer than `limit` bytes at a space.
///
/// Models github.com/mitchellh/go-wordwrap wordwrap.go WrapString
pub(super) fn wrap(text: &str, limit: usize) -> String {
    const NO_BREAK_SPACE: char = '\u{a0}';
    let (mut page, mut spaces, mut word) = (String::new(), String::new(), String::new());
    let mut width = 0;
    for letter in text.chars() {
        if letter == '\n' {
            if !word.is_empty() || width + spaces.len() <= limit {
                page.push_str(&spaces);
            }
            page.push_str(&word);
            page.push(letter);
            spaces.clear();
            word.clear();
            width = 0;
        } else if letter.is_whitespace() && letter != NO_BREAK_SPACE {
            if spaces.is_empty() || !word.is_empty() {
                width += spaces.len() + word.len();
                page.push_str(&spaces);
                page.push_str(&word);
                spaces.clear();
                word.clear();
            }
            spaces.push(letter);
        } else {
            word.push(letter);
            if width + spaces.len() + word.len() > limit && word.len() < limit {
                page.push('\n');
                width = 0;
                spaces.clear();
            }
        }
    }
    if !word.is_empty() || width + spaces.len() <= limit {
        page.push_str(&spaces);
    }
    page.push_str(&word);
    page
}

/// The text with `depth` spaces before each line.
///
/// Models staging/src/k8s.io/kubectl/pkg/explain/v2/funcs.go indent
pub(super) fn indent(text: &str, depth: usize) -> String {
    let pad = " ".repeat(depth);
    format!("{pad}{}", text.replace('\n', &format!("\n{pad}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces_and_keep_their_own_breaks() {
        assert_eq!(wrap("one two three", 7), "one two\nthree");
        assert_eq!(wrap("one\n\n - two", 20), "one\n\n - two");
        assert_eq!(wrap("one two ", 7), "one two");
        assert_eq!(wrap("immeasurable one", 5), "immeasurable\none");
    }

    #[test]
    fn every_line_is_indented() {
        assert_eq!(indent("a\nb\n", 2), "  a\n  b\n  ");
    }
}
