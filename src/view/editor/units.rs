//! Places of a text in the browser's units and in ours.
//!
//! Owns the translation between bytes and UTF-16 units. Invariant: what lies inside a character
//! is taken for its beginning, and what lies behind the end for the end.

/// A text with the places of its lines in both units.
#[derive(Clone, Debug)]
pub struct Units<'a> {
    text: &'a str,
    /// The first byte and the first unit of each line; empty if both are the same everywhere.
    lines: Vec<(usize, usize)>,
}

impl<'a> Units<'a> {
    /// Looks at a text once.
    pub fn of(text: &'a str) -> Self {
        let mut lines = Vec::new();
        if !text.is_ascii() {
            let (mut byte, mut unit) = (0, 0);
            for line in text.split_inclusive('\n') {
                lines.push((byte, unit));
                byte += line.len();
                unit += line.encode_utf16().count();
            }
            lines.push((byte, unit));
        }
        Self { text, lines }
    }

    /// The unit at which a byte stands.
    pub fn unit(&self, byte: usize) -> usize {
        let byte = byte.min(self.text.len());
        let Some(line) = self.lines.partition_point(|line| line.0 <= byte).checked_sub(1) else {
            return byte;
        };
        let (first, unit) = self.lines[line];
        let mut end = byte;
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        unit + self.text[first..end].encode_utf16().count()
    }

    /// The byte at which a unit stands.
    pub fn byte(&self, unit: usize) -> usize {
        let Some(line) = self.lines.partition_point(|line| line.1 <= unit).checked_sub(1) else {
            return unit.min(self.text.len());
        };
        let (first, mut at) = self.lines[line];
        for (index, each) in self.text[first..].char_indices() {
            let next = at + each.len_utf16();
            if next > unit {
                return first + index;
            }
            at = next;
        }
        self.text.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_the_same_there_and_back() {
        for text in ["plain: text\nb: 1\n", "名: web\nb: 𝕏y\nc: é\n", "", "\n\n", "键"] {
            let units = Units::of(text);
            for (byte, _) in text.char_indices() {
                let unit = text[..byte].encode_utf16().count();
                assert_eq!(units.unit(byte), unit, "{text}");
                assert_eq!(units.byte(unit), byte, "{text}");
            }
            assert_eq!(units.byte(usize::MAX), text.len());
            assert_eq!(units.unit(usize::MAX), text.encode_utf16().count());
        }
    }

    #[test]
    fn the_middle_of_a_character_is_its_beginning() {
        let units = Units::of("a𝕏b");
        assert_eq!(units.unit(3), 1);
        assert_eq!(units.byte(2), 1);
    }
}
