//! The one catalogue of words that the page itself speaks, in English and Chinese.
//!
//! Owns every label, sentence and phrase that is not Kubernetes' own output. It must not know
//! who shows a word or where. Invariant: a word exists in both languages or it does not compile.

/// A language of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    Zh,
}

impl Lang {
    /// Every language, in the order in which the page offers them.
    pub const ALL: [Lang; 2] = [Lang::En, Lang::Zh];

    /// The value of the `lang` attribute.
    pub const fn tag(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Zh => "zh-CN",
        }
    }

    /// What the language calls itself, as short as the switch needs it.
    pub const fn own_name(self) -> &'static str {
        match self {
            Lang::En => "EN",
            Lang::Zh => "中文",
        }
    }

    /// What the language calls itself in full.
    pub const fn full_name(self) -> &'static str {
        match self {
            Lang::En => "English",
            Lang::Zh => "中文",
        }
    }

    /// What stands between a name and what is said of it; a full-width colon brings its own space.
    pub const fn colon(self) -> &'static str {
        match self {
            Lang::En => ": ",
            Lang::Zh => "：",
        }
    }

    /// The one of two texts that is written in this language.
    pub fn pick<T>(self, en: T, zh: T) -> T {
        match self {
            Lang::En => en,
            Lang::Zh => zh,
        }
    }
}

/// Declares a table of words: each line gives a name, the English text and the Chinese text.
/// The generated struct has one field a name and the two constants `EN` and `ZH`.
macro_rules! words {
    ($(#[$meta:meta])* $table:ident { $($name:ident: $en:literal, $zh:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Debug, PartialEq, Eq)]
        pub struct $table {
            $(#[doc = $en] pub $name: &'static str,)+
        }

        impl $table {
            /// The table in one language.
            pub const fn of(lang: $crate::view::words::Lang) -> &'static $table {
                const EN: $table = $table { $($name: $en,)+ };
                const ZH: $table = $table { $($name: $zh,)+ };
                match lang {
                    $crate::view::words::Lang::En => &EN,
                    $crate::view::words::Lang::Zh => &ZH,
                }
            }

            /// Each word as its name, English and Chinese; for tests and translators.
            pub const ALL: &'static [(&'static str, &'static str, &'static str)] =
                &[$((stringify!($name), $en, $zh),)+];
        }
    };
}

mod disk;
pub mod editor;
pub mod fields;
pub(in crate::view) mod forbidden;
pub mod inspect;
mod node;
pub mod page;
pub mod reasons;
pub mod scheduling;
pub mod stage;
pub mod views;

pub use editor::EditorWords;
pub use page::PageWords;
pub use stage::StageWords;
pub use views::ViewWords;

#[cfg(test)]
mod tests {
    use super::{EditorWords, Lang, PageWords, StageWords, ViewWords};

    #[test]
    fn no_word_is_empty_in_any_language() {
        let all = [PageWords::ALL, StageWords::ALL, EditorWords::ALL, ViewWords::ALL];
        for (name, en, zh) in all.into_iter().flatten() {
            assert!(!en.is_empty() && !zh.is_empty(), "{name}");
        }
    }

    #[test]
    fn each_language_has_a_tag_for_the_lang_attribute() {
        assert_eq!(Lang::ALL.map(Lang::tag), ["en", "zh-CN"]);
    }
}
