//! What every part of the stage needs and none owns: the language and the way back.
//!
//! Owns the context's type. Invariant: a part of the stage changes nothing; it reports an action.

use podium::view::stage::StageAction;
use podium::view::words::{Lang, StageWords};
use yew::prelude::*;

/// What every part of the stage needs.
#[derive(Clone, PartialEq)]
pub(crate) struct Setting {
    pub(crate) lang: Lang,
    pub(crate) on_action: Callback<StageAction>,
}

impl Setting {
    /// The words in the reader's language.
    pub(crate) fn words(&self) -> &'static StageWords {
        StageWords::of(self.lang)
    }

    /// A handler that reports one action.
    pub(crate) fn act<E>(&self, action: StageAction) -> Callback<E> {
        let on_action = self.on_action.clone();
        Callback::from(move |_| on_action.emit(action.clone()))
    }
}

/// The setting of the stage that a component is part of.
#[hook]
pub(crate) fn use_setting() -> Setting {
    use_context::<Setting>().expect("a part of the stage is only drawn within a Stage")
}
