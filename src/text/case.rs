//! Large and small letters of the scripts that have them and are in use.
//!
//! The standard library knows every letter that was ever written, in tables that weigh more than
//! the page's tables of fields. Must not know words. Invariant: a letter becomes one letter, as
//! Go's `ToUpper` and `ToLower` do it, or stays what it is.

/// A text in large letters.
pub fn upper(text: &str) -> String {
    text.chars().map(upper_letter).collect()
}

/// A text in small letters.
pub fn lower(text: &str) -> String {
    text.chars().map(lower_letter).collect()
}

fn upper_letter(letter: char) -> char {
    let step: i32 = match letter {
        'a'..='z' | 'à'..='ö' | 'ø'..='þ' | 'α'..='ρ' | 'σ'..='ϋ' | 'а'..='я' => -32,
        'ѐ'..='џ' => -80,
        'ա'..='ֆ' => -48,
        'ÿ' => 121,
        'ς' => -31,
        'ά' => -38,
        'έ'..='ί' => -37,
        'ό' => -64,
        'ӏ' => -15,
        'ύ' | 'ώ' => -63,
        other if is_second(other) => -1,
        _ => 0,
    };
    moved(letter, step)
}

fn lower_letter(letter: char) -> char {
    let step = match letter {
        'A'..='Z' | 'À'..='Ö' | 'Ø'..='Þ' | 'Α'..='Ρ' | 'Σ'..='Ϋ' | 'А'..='Я' => 32,
        'Ѐ'..='Џ' => 80,
        'Ա'..='Ֆ' => 48,
        'Ÿ' => -121,
        'Ά' => 38,
        'Έ'..='Ί' => 37,
        'Ό' => 64,
        'Ӏ' => 15,
        'Ύ' | 'Ώ' => 63,
        other if moved(other, 1) != other && is_second(moved(other, 1)) => 1,
        _ => 0,
    };
    moved(letter, step)
}

/// Whether a letter is the small one of a pair that stands side by side.
fn is_second(letter: char) -> bool {
    let is_odd = u32::from(letter) % 2 == 1;
    match letter {
        // Two letters of Turkish pair with ours.
        'İ' | 'ı' => false,
        'Ā'..='ķ' | 'Ŋ'..='ŷ' | 'Ѡ'..='ҁ' | 'Ҋ'..='ҿ' | 'Ӑ'..='ԯ' | 'Ḁ'..='ẕ' | 'Ạ'..='ỿ' => {
            is_odd
        }
        'Ĺ'..='ň' | 'Ź'..='ž' | 'Ӂ'..='ӎ' => !is_odd,
        _ => false,
    }
}

fn moved(letter: char, step: i32) -> char {
    u32::from(letter).checked_add_signed(step).and_then(char::from_u32).unwrap_or(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_change_as_the_standard_library_changes_them() {
        let sole = |mut all: Box<dyn Iterator<Item = char>>| {
            let first = all.next();
            first.filter(|_| all.next().is_none())
        };
        let scripts =
            ['\0'..='\u{17f}', 'Α'..='ώ', 'Ѐ'..='ԯ', 'Ա'..='Ֆ', 'ա'..='ֆ', 'Ḁ'..='ẕ', 'Ạ'..='ỿ'];
        for letter in scripts.into_iter().flatten() {
            // What has no single partner, or one in another script, stays what it is.
            let is_ours = !matches!(letter, 'µ' | 'ß' | 'İ' | 'ı' | 'ŉ' | 'ſ' | 'ΐ' | 'ΰ');
            if is_ours {
                let large = sole(Box::new(letter.to_uppercase())).expect("it is one letter");
                let small = sole(Box::new(letter.to_lowercase())).expect("it is one letter");
                assert_eq!(
                    (upper_letter(letter), lower_letter(letter)),
                    (large, small),
                    "{letter}"
                );
            }
        }
    }

    #[test]
    fn other_letters_stay() {
        assert_eq!(upper("Größe-été/жук 大小 ςσ"), "GRÖßE-ÉTÉ/ЖУК 大小 ΣΣ");
        assert_eq!(lower("ReplicaSet ÉÀ ЖУК"), "replicaset éà жук");
    }
}
