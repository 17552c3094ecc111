//! The command line of Kubernetes: words → requests to the server, answers → text.
//!
//! Knows what kubectl 1.36 asks and prints; must not know how the cluster does what it is
//! asked. Invariant: a command changes the cluster by requests alone, so that a run can be
//! replayed.

mod aim;
mod amounts;
mod apply;
mod blocktext;
mod checker;
mod commands;
mod config;
mod create;
mod dashes;
mod delete;
mod dialects;
mod diff;
mod effect;
mod failure;
mod fields;
mod flags;
mod help;
mod home;
mod layout;
mod lists;
mod logs;
mod look;
mod lostkey;
mod manifest;
mod mapping;
mod mending;
mod metadata;
mod misplaced;
mod near;
mod nodes;
mod once;
mod output;
mod pairs;
mod patch;
mod places;
mod podfields;
pub mod print;
mod printing;
mod reader;
mod replace;
mod rollout;
mod run;
mod scale;
mod selector;
mod session;
mod set;
mod several;
mod sheet;
mod shell;
mod slips;
mod sources;
mod spot;
mod strangers;
mod target;
mod tell;
mod template;
mod tree;
mod unified;
mod versions;
mod wait;
mod watch;
mod weight;
mod words;
mod wrapping;
mod yaml_error;

pub use checker::Checker;
pub use nodes::{drain_wholly, taint_one};
pub use output::{Output, lines};
pub use reader::Reader;
pub use run::{Input, Pace, Run, execute, run_line, step_to};
pub use sheet::{Applied, Applying};
pub use words::split;
