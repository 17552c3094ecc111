//! Kubernetes' long words, with the places at which a narrow column may break them.
//!
//! Owns nothing but these places. Invariant: the text, read or copied, is the same.

use yew::prelude::*;

/// The parts of `PodReadyToStartContainers`, each of which begins with a capital.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut from, mut was_small) = (0, false);
    for (at, letter) in text.char_indices() {
        if letter.is_ascii_uppercase() && was_small {
            parts.push(&text[from..at]);
            from = at;
        }
        was_small = letter.is_ascii_lowercase() || letter.is_ascii_digit();
    }
    parts.push(&text[from..]);
    parts
}

/// A text whose long words break between their parts.
pub(crate) fn camel(text: &str) -> Html {
    let parts = parts(text).into_iter().enumerate().map(|(at, part)| {
        html! { <>if at > 0 { <wbr/> }{ part }</> }
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn a_long_word_may_break_before_its_capitals() {
        assert_eq!(parts("PodReadyToStart"), ["Pod", "Ready", "To", "Start"]);
        assert_eq!(parts("PIDPressure"), ["PIDPressure"]);
        assert_eq!(parts("plain text"), ["plain text"]);
        assert_eq!(parts(""), [""]);
    }
}
