//! The text of a description while it grows, with tabs between its columns.
//!
//! Must not know kinds. Invariant: what is written only grows.

use crate::api::wellknown::LAST_APPLIED;
use crate::kubectl::print::look::Look;
use crate::kubectl::print::tabs;

/// Longer annotations stand on lines of their own.
const ANNOTATION_MAX: usize = 140;

/// A description.
#[derive(Default, Debug)]
pub struct Page(String);

impl Page {
    /// Text without a line break; a level is two blanks.
    pub fn put(&mut self, level: usize, text: &str) {
        self.0.extend(std::iter::repeat_n("  ", level));
        self.0.push_str(text);
    }

    /// A line.
    pub fn line(&mut self, level: usize, text: impl AsRef<str>) {
        self.put(level, text.as_ref());
        self.0.push('\n');
    }

    /// `Title:` and a value.
    pub fn field(&mut self, level: usize, title: &str, value: impl AsRef<str>) {
        self.line(level, format!("{title}:\t{}", value.as_ref()));
    }

    /// The columns of a row.
    pub fn row(&mut self, level: usize, cells: &[&str]) {
        self.line(level, cells.join("\t"));
    }

    /// A title and one line for each text, or `<none>`.
    pub fn lines(&mut self, title: &str, texts: &[String]) {
        match texts.split_first() {
            None => self.field(0, title, "<none>"),
            Some((first, rest)) => {
                self.field(0, title, first);
                for text in rest {
                    self.line(0, format!("\t{text}"));
                }
            }
        }
    }

    /// Labels, each on its line. An indented title indents the lines that follow as well.
    ///
    /// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go printLabelsMultilineWithIndent
    pub fn labels(&mut self, indent: &str, title: &str, labels: Look) {
        let texts: Vec<String> =
            labels.entries().map(|(key, value)| format!("{key}={}", value.text())).collect();
        let Some((first, rest)) = texts.split_first() else {
            return self.line(0, format!("{indent}{title}:\t<none>"));
        };
        self.line(0, format!("{indent}{title}:\t{first}"));
        for text in rest {
            self.line(0, format!("{indent}\t{text}"));
        }
    }

    /// Annotations; what `kubectl apply` remembers is left out.
    ///
    /// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go printAnnotationsMultiline
    pub fn annotations(&mut self, title: &str, annotations: Look) {
        let shown = annotations.entries().filter(|(key, _)| *key != LAST_APPLIED);
        let mut is_first = true;
        for (key, value) in shown {
            self.put(0, &if is_first { format!("{title}:\t") } else { "\t".to_owned() });
            is_first = false;
            let value = value.text();
            let value = value.strip_suffix('\n').unwrap_or(value);
            if value.len() + key.len() + 2 <= ANNOTATION_MAX && !value.contains('\n') {
                self.line(0, format!("{key}: {value}"));
                continue;
            }
            self.line(0, format!("{key}:"));
            for part in value.split('\n') {
                self.line(0, format!("\t  {}", shorten(part, ANNOTATION_MAX - 2)));
            }
        }
        if is_first {
            self.field(0, title, "<none>");
        }
    }

    /// Name, labels and annotations: how many descriptions begin.
    pub fn head(&mut self, object: Look, with_namespace: bool) {
        self.field(0, "Name", object.at("metadata.name").text());
        if with_namespace {
            self.field(0, "Namespace", object.at("metadata.namespace").text());
        }
        self.meta(object);
    }

    /// Labels and annotations.
    pub fn meta(&mut self, object: Look) {
        self.labels("", "Labels", object.at("metadata.labels"));
        self.annotations("Annotations", object.at("metadata.annotations"));
    }

    /// The text with its tabs.
    pub fn raw(self) -> String {
        self.0
    }

    /// The text in columns.
    pub fn lay_out(self) -> String {
        tabs::DESCRIPTION.lay_out(&self.0)
    }
}

/// At most so many bytes of a text.
pub fn shorten(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let end = (0..=most).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    format!("{}...", &text[..end])
}

/// `True` or `False`.
pub fn truth(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

/// The items of a list as Go prints them: `[a b]`.
pub fn go_list(list: Look) -> String {
    format!("[{}]", list.list().map(Look::plain).collect::<Vec<_>>().join(" "))
}
