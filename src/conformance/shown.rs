//! The text of a `show` step: command lines, each with what was printed.
//!
//! Must not know what they mean. Invariant: the parts joined again are the text.

/// One command of a `show` and its output.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Shown {
    /// The command line, from `kubectl` on.
    pub(super) line: String,
    /// What was printed, standard error included.
    pub(super) output: String,
}

/// The parts of a text; an empty line stands between two of them.
pub(super) fn split(text: &str) -> Vec<Shown> {
    let text = text.strip_prefix("$ ").unwrap_or(text);
    text.split("\n$ kubectl ")
        .enumerate()
        .map(|(index, part)| {
            let (line, output) = part.split_once('\n').unwrap_or((part, ""));
            let line = if index == 0 { line.to_owned() } else { format!("kubectl {line}") };
            Shown { line, output: output.to_owned() }
        })
        .collect()
}

/// The parts as one text.
pub(super) fn join(parts: &[Shown]) -> String {
    let parts: Vec<String> =
        parts.iter().map(|one| format!("$ {}\n{}", one.line, one.output)).collect();
    parts.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_joined_are_the_text() {
        let text =
            "$ kubectl get pods\nNAME   READY\n\nweb    1/1\n\n$ kubectl get pvc\nNo resources";
        let parts = split(text);
        assert_eq!(parts.len(), 2);
        assert_eq!(parts[1].line, "kubectl get pvc");
        assert_eq!(join(&parts), text);
    }
}
