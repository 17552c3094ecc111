//! Plain data for the screen: what the page draws, in the reader's language.
//!
//! Owns the view models and the one catalogue of words. It must not know any web crate or how a
//! thing is drawn. Invariant: every type here is plain data (`Clone + PartialEq`), so that two
//! equal views draw the same picture.

pub mod words;
