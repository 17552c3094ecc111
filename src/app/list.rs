//! Lists whose items keep their elements.
//!
//! Owns nothing but the way in which a list stands among other things. Invariant: an item with a
//! key is the same element for as long as it is in the list, whatever comes or goes around it.

use yew::prelude::*;

/// Items with keys as one child. Spread among siblings without keys they would be told apart by
/// their places, and each item would be made anew whenever one came before it.
pub(crate) fn keyed(items: impl Iterator<Item = Html>) -> Html {
    items.collect()
}
