//! The native command line of Podium.

fn main() {}
