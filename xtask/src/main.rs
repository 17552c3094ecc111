//! The project's commands: serve, build, test.

fn main() {}
