//! Text with tabs, laid out in columns as Go's tabwriter does it.
//!
//! Must not know what is printed. Invariant: every line of the input is a line of the output.

/// How columns are laid out.
#[derive(Clone, Copy)]
pub struct Tabs {
    /// The least width of a column.
    pub width_min: usize,
    /// Blanks between columns.
    pub padding: usize,
}

/// The layout of `kubectl get`.
pub const TABLE: Tabs = Tabs { width_min: 6, padding: 3 };
/// The layout of `kubectl describe`.
pub const DESCRIPTION: Tabs = Tabs { width_min: 0, padding: 2 };

impl Tabs {
    /// The text with its tabs turned into blanks.
    ///
    /// A column is a run of lines that end a cell there with a tab; the last cell of a line
    /// belongs to no column.
    ///
    /// Models Go's text/tabwriter/tabwriter.go Writer.format
    pub fn lay_out(self, text: &str) -> String {
        let lines: Vec<Vec<&str>> =
            text.split('\n').map(|line| line.split('\t').collect()).collect();
        let mut layout = Layout { tabs: self, lines, widths: Vec::new(), out: String::new() };
        layout.block(0, layout.lines.len());
        // Splitting gives one line more than there are line breaks.
        layout.out.pop();
        layout.out
    }
}

struct Layout<'a> {
    tabs: Tabs,
    lines: Vec<Vec<&'a str>>,
    widths: Vec<usize>,
    out: String,
}

impl Layout<'_> {
    /// Writes lines whose columns left of this one have their widths already.
    fn block(&mut self, from: usize, to: usize) {
        let column = self.widths.len();
        let has_cell = |line: &Vec<&str>| column + 1 < line.len();
        let mut start = from;
        let mut at = from;
        while at < to {
            if !has_cell(&self.lines[at]) {
                at += 1;
                continue;
            }
            self.write(start, at);
            start = at;
            let mut width = self.tabs.width_min;
            while at < to && has_cell(&self.lines[at]) {
                let cell = self.lines[at][column].chars().count();
                width = width.max(cell + self.tabs.padding);
                at += 1;
            }
            self.widths.push(width);
            self.block(start, at);
            self.widths.pop();
            start = at;
        }
        self.write(start, to);
    }

    fn write(&mut self, from: usize, to: usize) {
        for line in &self.lines[from..to] {
            for (index, cell) in line.iter().enumerate() {
                self.out.push_str(cell);
                if let Some(width) = self.widths.get(index) {
                    let blanks = width.saturating_sub(cell.chars().count());
                    self.out.extend(std::iter::repeat_n(' ', blanks));
                }
            }
            self.out.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_three_blanks_between_columns_and_none_at_the_end() {
        let text = TABLE.lay_out("NAME\tREADY\tAGE\nweb\t\t4s\nlong-name\t1/1\t10s\n");
        assert_eq!(
            text,
            "NAME        READY   AGE\nweb                 4s\nlong-name   1/1     10s\n"
        );
    }

    #[test]
    fn a_line_without_the_column_ends_it() {
        let text = DESCRIPTION.lay_out("Name:\ta\nLonger name:\tb\nEvents:\n  Type\tx\n");
        assert_eq!(text, "Name:         a\nLonger name:  b\nEvents:\n  Type  x\n");
    }

    #[test]
    fn an_empty_last_cell_leaves_the_padding() {
        assert_eq!(DESCRIPTION.lay_out("IP:\t\nNode:\tx\n"), "IP:    \nNode:  x\n");
    }
}
