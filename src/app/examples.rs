//! The examples that the page offers.
//!
//! Owns their order and their texts; the words about them are in the catalogue. Invariant: the
//! first example is the one that a first visit opens.

use podium::view::words::PageWords;

/// One of the examples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Example {
    /// A Deployment and a StatefulSet side by side.
    #[default]
    WebAndDatabase,
    /// A StatefulSet behind a headless Service.
    HeadlessService,
}

impl Example {
    /// Every example, in the order of the menu.
    pub(crate) const ALL: [Example; 2] = [Example::WebAndDatabase, Example::HeadlessService];

    /// The manifest.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Example::WebAndDatabase => include_str!("../../static/examples/web-and-database.yaml"),
            Example::HeadlessService => include_str!("../../static/examples/headless-service.yaml"),
        }
    }

    /// What the example is called and what it shows.
    pub(crate) const fn words(self, words: &PageWords) -> (&'static str, &'static str) {
        match self {
            Example::WebAndDatabase => (words.example_web_db, words.example_web_db_about),
            Example::HeadlessService => {
                (words.example_first_light, words.example_first_light_about)
            }
        }
    }

    /// The name under which the choice is kept.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Example::WebAndDatabase => "web-and-database",
            Example::HeadlessService => "headless-service",
        }
    }

    /// The example of a kept name.
    pub(crate) fn by_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|example| example.id() == id)
    }
}
