//! The word that was most likely meant by a misspelt one.
//!
//! Must not know what words mean. Invariant: of equally near words the first by name is taken.

/// The name that was most likely meant, if one is near.
pub fn nearest<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_ascii_lowercase();
    names
        .map(|name| {
            let near = if name.eq_ignore_ascii_case(word) {
                0
            } else {
                slips(&lower, &name.to_ascii_lowercase())
            };
            (near, name)
        })
        .min()
        .filter(|(near, name)| *near <= 1 + name.len() / 5)
        .map(|(_, name)| name)
}

/// How many slips of the pen lie between two words: letters that are missing, too many, wrong, or
/// swapped with their neighbour.
fn slips(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 0..a.len() {
        let above = &rows[i];
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let kept = above[j] + usize::from(a[i] != b[j]);
            let least = kept.min(above[j + 1] + 1).min(row[j] + 1);
            let is_swap = i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j];
            row.push(if is_swap { least.min(rows[i - 1][j - 1] + 1) } else { least });
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

/// The edit distance with swaps of neighbours left out.
pub fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let kept = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = kept.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_seen_through_and_another_word_is_not() {
        let words = ["Always", "Never", "OnFailure"];
        assert_eq!(nearest("allways", words.into_iter()), Some("Always"));
        assert_eq!(nearest("Sometimes", words.into_iter()), None);
        let words = ["image", "kind", "name", "path", "port", "spec"];
        for (slip, meant) in [
            ("nmae", "name"),
            ("psec", "spec"),
            ("sepc", "spec"),
            ("kidn", "kind"),
            ("paht", "path"),
            ("prot", "port"),
            ("iamge", "image"),
        ] {
            assert_eq!(nearest(slip, words.into_iter()), Some(meant));
        }
        assert_eq!(nearest("eman", words.into_iter()), None);
    }
}
