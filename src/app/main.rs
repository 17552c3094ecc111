//! The page: a Yew app over the engine.

fn main() {}
