//! What each rule says in general, and where Kubernetes documents it.
//!
//! Must not know single events. Invariant: every rule has both languages and a page.

mod machinery;
mod volumes;
mod workloads;

use crate::view::words::Lang;

/// Code, English, Chinese, page.
type RuleWords = (&'static str, &'static str, &'static str, &'static str);

/// Every rule that is explained.
fn all() -> impl Iterator<Item = &'static RuleWords> {
    [workloads::RULES, volumes::RULES, machinery::RULES].into_iter().flatten()
}

/// What a rule says in general, and its page in Kubernetes' documentation.
pub fn meaning(code: &str, lang: Lang) -> Option<(String, String)> {
    let (_, en, zh, url) = all().find(|(known, ..)| *known == code)?;
    Some((lang.pick(*en, *zh).to_owned(), (*url).to_owned()))
}

/// The codes of all rules that are explained.
pub fn codes() -> impl Iterator<Item = &'static str> {
    all().map(|rule| rule.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_stands_once_and_in_both_languages() {
        let known: Vec<_> = codes().collect();
        for (index, (code, en, zh, url)) in all().enumerate() {
            assert!(!known[..index].contains(code), "{code} stands twice");
            assert!(en.split_whitespace().count() <= 30, "{code}");
            assert!(zh.chars().any(|one| one > '\u{4e00}'), "{code}");
            assert!(zh.ends_with('。') && !zh.contains([',', ';', '!']), "{code}: {zh}");
            assert!(zh.chars().count() <= 60, "{code}");
            assert!(url.starts_with("https://kubernetes.io/docs/"), "{code}");
        }
    }
}
