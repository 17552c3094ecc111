//! What a command printed and how it ended.
//!
//! Must not know commands. Invariant: both texts end with a line break or are empty.

/// The end of a command.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Output {
    /// The exit code.
    pub code: i32,
    /// What stands on the standard output.
    pub stdout: String,
    /// What stands on the standard error.
    pub stderr: String,
}

impl Output {
    /// A command that succeeded and printed `stdout`.
    pub fn success(stdout: impl Into<String>) -> Output {
        Output { code: 0, stdout: stdout.into(), stderr: String::new() }
    }

    /// A command that failed with `stderr`.
    pub fn failure(stderr: impl Into<String>) -> Output {
        Output { code: 1, stdout: String::new(), stderr: stderr.into() }
    }
}

/// Texts, each with a line break behind it.
pub fn lines(texts: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let mut all = String::new();
    for text in texts {
        all.push_str(text.as_ref());
        all.push('\n');
    }
    all
}
