//! Bytes as text in base64.
//!
//! Must not know what the bytes are. Invariant: what is encoded has no fault.

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Bytes, encoded.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte));
        let bits = bits << (8 * (3 - chunk.len()));
        for place in 0..4 {
            if place <= chunk.len() {
                let index = (bits >> (18 - 6 * place)) & 0x3f;
                text.push(char::from(LETTERS[index as usize]));
            } else {
                text.push('=');
            }
        }
    }
    text
}

/// The bytes of a text that has no fault; of any other those that can be read.
pub fn decode(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    let digits = text.bytes().filter_map(|byte| LETTERS.iter().position(|one| *one == byte));
    for digit in digits {
        bits = (bits << 6) | u32::try_from(digit).unwrap_or(0);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(((bits >> count) & 0xff).try_into().unwrap_or(0));
        }
    }
    bytes
}

/// The byte at which a text stops being base64, as Go counts it; nothing if all of it is.
///
/// Models Go's encoding/base64 Encoding.Decode of StdEncoding
pub fn fault(text: &str) -> Option<usize> {
    let bytes: Vec<(usize, u8)> =
        text.bytes().enumerate().filter(|(_, byte)| !matches!(byte, b'\n' | b'\r')).collect();
    for quantum in bytes.chunks(4) {
        for (place, (at, byte)) in quantum.iter().enumerate() {
            if LETTERS.contains(byte) {
                continue;
            }
            if *byte != b'=' || place < 2 {
                return Some(*at);
            }
            let padding = &quantum[place..];
            let is_last = at + padding.len() >= bytes.last().map_or(0, |last| last.0 + 1);
            return match padding {
                [_] if place == 2 => Some(text.len()),
                [_, (next, b)] if *b != b'=' => Some(*next),
                _ if is_last => None,
                _ => bytes.iter().find(|(other, _)| *other >= at + padding.len()).map(|one| one.0),
            };
        }
        if quantum.len() < 4 {
            return Some(text.len() - quantum.len());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_in_base64() {
        let texts = ["", "a", "ab", "abc", "abcd"].map(|text| encode(text.as_bytes()));
        assert_eq!(texts, ["", "YQ==", "YWI=", "YWJj", "YWJjZA=="]);
        assert!(texts.iter().all(|text| fault(text).is_none()));
        assert_eq!(texts.map(|text| decode(&text)), ["", "a", "ab", "abc", "abcd"].map(Vec::from));
    }

    #[test]
    fn what_is_no_base64_is_found_where_go_finds_it() {
        for (text, at) in [("hunter2!", 7), ("admin", 4), ("YQ=", 3), ("Y=", 1), ("YQ=a", 3)] {
            assert_eq!(fault(text), Some(at), "{text}");
        }
        assert_eq!(fault("YWJj\nYWI=\n"), None);
    }
}
