//! The words of the page around the stage: header, editor, story, transport, charts and help.
//!
//! Owns text only. Invariant: Kubernetes' kinds, fields and states stay in English.

words! {
    /// The words of the page around the stage.
    PageWords {
        example: "Example", "示例";
    }
}
