//! What a file brings to the text.
//!
//! Owns how files are joined, and what is no text. It must not know the browser. Invariant: what
//! was taken before stands in front, unchanged.

/// Of so many letters of a text at most one may be none: an old file with another alphabet in a
/// comment is a text, a picture is not.
const LETTERS_PER_STRAY: usize = 50;

/// The encodings that a file may be in, the likeliest first. Chinese systems still write GB 18030,
/// and a shell that redirects may write UTF-16.
pub fn encodings(bytes: &[u8]) -> &'static [&'static str] {
    match bytes {
        [0xff, 0xfe, ..] => &["utf-16le"],
        [0xfe, 0xff, ..] => &["utf-16be"],
        _ => &["utf-8", "gb18030"],
    }
}

/// Whether what was read from a file is text.
pub fn is_text(words: &str) -> bool {
    let strays = words.matches('\u{fffd}').count();
    !words.contains('\0') && strays.saturating_mul(LETTERS_PER_STRAY) <= words.chars().count()
}

/// Texts with one file more, as documents of their own.
pub fn join(text: &str, words: &str) -> String {
    let words = words.replace("\r\n", "\n");
    let words = words.trim_start_matches('\u{feff}');
    let mark = if text.is_empty() || words.starts_with("---") { "" } else { "---\n" };
    let end = if words.is_empty() || words.ends_with('\n') { "" } else { "\n" };
    format!("{text}{mark}{words}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_no_text_and_a_text_with_a_stray_letter_is() {
        assert!(is_text(""));
        assert!(is_text("kind: Pod\nmetadata: {name: 网站}\n"));
        let old = String::from_utf8_lossy(
            b"# caf\xe9\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n",
        );
        assert!(is_text(&old), "{old}");
        let picture = [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', 0, 0, 0, 13];
        assert!(!is_text(&String::from_utf8_lossy(&picture)));
        let packed = [0x1f, 0x8b, 8, 8, 0xff, 0xfe, 0xc3, 0x28, b'x'];
        assert!(!is_text(&String::from_utf8_lossy(&packed)));
    }

    #[test]
    fn the_mark_at_the_beginning_tells_the_encoding() {
        assert_eq!(encodings(&[0xff, 0xfe, b'a', 0]), ["utf-16le"]);
        assert_eq!(encodings(b"a"), ["utf-8", "gb18030"]);
        assert_eq!(encodings(b""), ["utf-8", "gb18030"]);
    }

    #[test]
    fn files_stand_behind_each_other_as_documents() {
        let both = join(&join("", "\u{feff}a: 1\r\nb: 2"), "c: 3\n");
        assert_eq!(both, "a: 1\nb: 2\n---\nc: 3\n");
        assert_eq!(join("a: 1\n", "---\nb: 2\n"), "a: 1\n---\nb: 2\n");
    }
}
