//! Keys that slipped to the wrong column, and keys without a space behind their colon.
//!
//! Must not know Kubernetes. Invariant: a fix is offered only if the mended text can be read.

use granit_parser::{Event, Parser, ScalarStyle};

use crate::base::Order as _;
use crate::text::lines::{Line, blocks, is_readable, lines};
use crate::text::yaml::known_escapes;
use crate::text::{Diagnostic, Edit, Fix, Severity, Span};

/// How many readings one search may take.
const TRIES_MAX: usize = 60;
/// How few it takes however long the document is, and how many bytes it reads beyond that.
const TRIES_MIN: usize = 4;
const READ_MAX: usize = 150_000;
/// How many of the keys around the place where the reading stopped are tried.
const AROUND_MAX: usize = 4;

fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The colon of a key that no space follows, `replicas:3`.
pub(super) fn tight_colon(body: &str) -> Option<usize> {
    let bare = body.trim_start_matches("- ");
    let shift = body.len() - bare.len();
    let colon = bare.find(':')?;
    let is_word = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    let (key, rest) = (&bare[..colon], &bare[colon + 1..]);
    let fits = !key.is_empty() && key.chars().all(is_word) && key.starts_with(char::is_alphabetic);
    let is_tight = !rest.is_empty() && !rest.starts_with([' ', ':']) && !rest.starts_with("//");
    (fits && is_tight).then_some(shift + colon)
}

/// A document that can be read once a key near `at`, where the reading stopped, has a space behind
/// its colon, or once every key has.
pub(super) fn missing_space(part: &str, base: u32, at: usize) -> Vec<Diagnostic> {
    let lines = lines(part);
    let stop = lines.partition_point(|line| line.start <= at).saturating_sub(1);
    let near = stop.saturating_sub(1)..(stop + 2).min(lines.len());
    let is_text = blocks(part);
    // A path behind a colon may be a value with it, as those of volumes are elsewhere.
    let is_key = |line: &&Line<'_>| {
        let number = part[..line.start].matches('\n').count();
        let is_path = |colon: usize| line.body[colon + 1..].starts_with('/');
        !is_text[number] && !tight_colon(line.body).is_some_and(is_path)
    };
    let all: Vec<&Line<'_>> = lines.iter().filter(is_key).collect();
    let alone = near.map(|index| vec![&lines[index]]);
    let ways = alone.chain([all]).filter_map(|lines| spaces(&lines, base));
    let is_mended = |way: &Diagnostic| {
        let mut fix = way.fix.clone().unwrap_or_else(|| unreachable!("each has one"));
        fix.edits.iter_mut().for_each(|edit| {
            edit.span = Span { start: edit.span.start - base, end: edit.span.end - base };
        });
        is_readable(&fix.apply(part))
    };
    ways.filter(is_mended).collect()
}

/// The spaces that are missing behind the colons of some lines.
pub(super) fn spaces(lines: &[&Line<'_>], base: u32) -> Option<Diagnostic> {
    let mut edits = Vec::new();
    let mut first = None;
    for line in lines.iter().rev() {
        if let Some(colon) = tight_colon(line.body) {
            let place = base + position(line.start + line.indent + colon + 1);
            edits.push(Edit { span: Span { start: place, end: place }, text: " ".to_owned() });
            first = Some((base + position(line.start + line.indent), place, line.body));
        }
    }
    let (start, end, body) = first?;
    Some(Diagnostic {
        code: "POD-Y006",
        severity: Severity::Error,
        message: format!("A space is missing after the colon in `{body}`."),
        chinese: format!("“{body}”中冒号后缺少空格。"),
        primary: Span { start, end },
        others: Vec::new(),
        help: None,
        fix: Some(Fix {
            title: "Put a space after the colon".to_owned(),
            chinese: "在冒号后加空格".to_owned(),
            edits,
        }),
    })
}

/// The end of a block: a line and those below it that stand further right than a column.
fn block(lines: &[Line<'_>], index: usize, column: usize) -> usize {
    let below = lines[index + 1..].iter().take_while(|line| line.indent > column);
    index + 1 + below.count()
}

/// Every line near `at`, where the reading stopped, that may stand at a column where it can't,
/// with a column where it can; the nearest first, and of two as near the one that nests deeper.
pub(super) fn shifted_keys(part: &str, base: u32, at: usize) -> Vec<Diagnostic> {
    let lines = lines(part);
    let Some(stop) = lines.partition_point(|line| line.start <= at).checked_sub(1) else {
        return Vec::new();
    };
    let mut tries: Vec<(usize, usize, usize)> = Vec::new();
    let near = [Some(stop), stop.checked_sub(1), Some(stop + 1)].into_iter().flatten();
    // A key that slipped to the left keeps its lines, and the reading stops at its neighbour.
    let mut least = lines.get(stop).map_or(0, |line| line.indent);
    let above = (0..stop.saturating_sub(1)).rev().filter(|index| {
        let is_around = lines[*index].indent < least;
        least = least.min(lines[*index].indent);
        is_around
    });
    for index in near.chain(above.take(AROUND_MAX)) {
        // A tab is told of as a tab.
        let Some(line) = lines.get(index).filter(|line| !line.body.starts_with('\t')) else {
            continue;
        };
        let mut columns: Vec<usize> = lines[..index].iter().rev().map(|one| one.indent).collect();
        match index.checked_sub(1).map(|above| &lines[above]) {
            None => columns.push(0),
            Some(above) => {
                columns.extend(above.body.ends_with(':').then_some(above.indent + 2));
                columns.extend(above.body.starts_with("- ").then_some(above.indent + 2));
            }
        }
        columns.order();
        columns.dedup();
        for column in columns.into_iter().filter(|column| *column != line.indent) {
            tries.push((column.abs_diff(line.indent), index, column));
        }
    }
    tries.order_by_key(|(distance, index, column)| {
        (*distance, index.abs_diff(stop), std::cmp::Reverse(*column))
    });
    let mut ways = Vec::new();
    let most = (READ_MAX / part.len().max(1)).clamp(TRIES_MIN, TRIES_MAX);
    for (_, index, column) in tries.into_iter().take(most) {
        let edits = moved(part, &lines, (index, column), stop);
        ways.extend(edits.map(|edits| told(&lines[index], column, edits, base)));
    }
    ways
}

/// The edits that move a block to a column, if the document can be read then. What lies between
/// the two columns may be the block's own or a neighbour; both are tried, and the line alone.
fn moved(
    part: &str,
    lines: &[Line<'_>],
    (index, column): (usize, usize),
    stop: usize,
) -> Option<Vec<(usize, usize, usize)>> {
    let indent = lines[index].indent;
    // With those that stand as far in: all of them may have been pasted.
    let run = lines[index..].iter().take_while(|line| line.indent >= indent).count();
    let mut ends = [
        block(lines, index, indent),
        block(lines, index, indent.max(column)),
        index + 1,
        index + run,
    ];
    if lines.get(index + 1).is_some_and(|below| below.indent == column + 2) {
        // What follows stands where it would belong.
        ends[..3].rotate_right(1);
    }
    ends.into_iter().find_map(|end| {
        // Each edit: where the line begins, how much goes, how much comes.
        let edits: Vec<(usize, usize, usize)> = lines[index..end]
            .iter()
            .map(|line| (line.start, indent.saturating_sub(column), column.saturating_sub(indent)))
            .collect();
        let mut mended = part.to_owned();
        for (start, gone, new) in edits.iter().rev() {
            mended.replace_range(*start..start + gone, &" ".repeat(*new));
        }
        (is_readable(&mended) && !is_swallowed(&mended, [index, index + 1, stop])).then_some(edits)
    })
}

/// Whether one of these lines only goes on with a text without quotes that began above: then the
/// document can be read, but the line is lost.
pub(super) fn is_swallowed(part: &str, near: [usize; 3]) -> bool {
    let lines = lines(part);
    let places = near.map(|index| lines.get(index).map_or(0, Line::at));
    Parser::new_from_str(&known_escapes(part)).flatten().any(|(event, span)| {
        let range = span.byte_range().unwrap_or_default();
        matches!(event, Event::Scalar(_, ScalarStyle::Plain, ..))
            && places.iter().any(|at| range.start < *at && *at < range.end)
    })
}

fn told(
    line: &Line<'_>,
    column: usize,
    edits: Vec<(usize, usize, usize)>,
    base: u32,
) -> Diagnostic {
    let edits = edits.into_iter().map(|(start, gone, new)| {
        let start = base + position(start);
        Edit { span: Span { start, end: start + position(gone) }, text: " ".repeat(new) }
    });
    let start = base + position(line.start + line.indent);
    let key = line.body.split(':').next().unwrap_or(line.body);
    Diagnostic {
        code: "POD-Y002",
        severity: Severity::Error,
        message: format!(
            "The indentation is wrong: `{key}` begins at column {}, where nothing can begin. \
             Column {} is where it fits.",
            line.indent + 1,
            column + 1
        ),
        chinese: format!(
            "缩进有误：“{key}”从第 {} 列开始，但这里不能有内容开始；第 {} 列才是合适的位置。",
            line.indent + 1,
            column + 1
        ),
        primary: Span { start, end: start + position(line.body.len()) },
        others: Vec::new(),
        help: None,
        fix: Some(Fix {
            title: format!("Move it to column {}", column + 1),
            chinese: format!("移到第 {} 列", column + 1),
            edits: edits.collect(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use crate::text::{documents, parse, read_document};

    fn mended(text: &str) -> (&'static str, String) {
        let found = parse(text).diagnostics;
        let one = found.first().expect("something is wrong");
        (one.code, one.fix.as_ref().map(|fix| fix.apply(text)).unwrap_or_default())
    }

    #[test]
    fn a_key_at_a_wrong_column_goes_to_the_nearest_that_fits() {
        let good = "spec:\n  replicas: 3\n  selector:\n    app: web\n  x: 1\n";
        for bad in [
            good.replace("  selector:\n    app", "   selector:\n     app"),
            good.replace("  selector:\n    app", " selector:\n   app"),
        ] {
            let (code, text) = mended(&bad);
            assert_eq!((code, text.as_str()), ("POD-Y002", good), "{bad}");
        }
    }

    #[test]
    fn a_key_that_slipped_without_its_lines_goes_back_alone() {
        let good = "a:\n  b: 1\n  c:\n    d:\n      e: 1\n    f: 2\n  g:\n  - h: 1\n    i: 2\n";
        for (line, bad) in [
            ("    d:\n", "  d:\n"),
            ("  c:\n", "c:\n"),
            ("  - h: 1\n", " - h: 1\n"),
            ("  - h: 1\n", "   - h: 1\n"),
        ] {
            let text = good.replace(line, bad);
            let reading = read_document(&text, documents(&text)[0]);
            let mut ways = reading.ways.iter().filter_map(|one| one.fix.as_ref());
            assert!(ways.any(|fix| fix.apply(&text) == good), "{text}");
        }
    }

    #[test]
    fn a_word_that_is_being_typed_is_not_moved_into_the_value_above() {
        let text = "a:\n- b: 1\n  c:\n  - d: 2\n    e: x.conf\n  vo\n";
        let reading = read_document(text, documents(text)[0]);
        let fixed = reading.ways.iter().filter_map(|one| one.fix.as_ref());
        let fixed: Vec<String> = fixed.map(|fix| fix.apply(text)).collect();
        assert_eq!(fixed, [text.replace("vo", "vo:")]);
        // What quotes or a block hold may go on below.
        let block = "a:\n  b: |\n    x\n   y\n";
        assert!(read_document(block, documents(block)[0]).ways.iter().any(|one| {
            one.fix.as_ref().is_some_and(|fix| fix.apply(block) == block.replace("   y", "    y"))
        }));
    }

    #[test]
    fn lines_that_were_pasted_too_far_in_go_back_together() {
        let good = "a:\n- b: 1\n  c: 2\n  d:\n    e: 3\nf: 4\n";
        let bad = good.replace("  c: 2\n  d:\n    e: 3\n", "      c: 2\n      d:\n        e: 3\n");
        assert_eq!(mended(&bad).1, good);
    }

    #[test]
    fn a_missing_space_is_put_in() {
        let (code, text) = mended("spec:\n  replicas:3\n  name: a\n");
        assert_eq!((code, text.as_str()), ("POD-Y006", "spec:\n  replicas: 3\n  name: a\n"));
    }

    #[test]
    fn a_space_comes_behind_the_colon_before_a_path() {
        for (bad, good) in [
            ("a:\n  path:/x\n  port: 80\n", "a:\n  path: /x\n  port: 80\n"),
            // What is text stays as it is.
            ("a:1\nc: |\n  d:1\ne: 2\n", "a: 1\nc: |\n  d:1\ne: 2\n"),
        ] {
            let at = crate::text::complaint(bad).expect("it can't be read").0;
            let ways = crate::text::shift::missing_space(bad, 0, at);
            let fixed = ways.first().and_then(|way| way.fix.as_ref()).map(|fix| fix.apply(bad));
            assert_eq!(fixed.as_deref(), Some(good));
        }
    }

    #[test]
    fn addresses_and_images_are_no_keys() {
        assert!(parse("a:\n  - http://x:80\n  - nginx:1.27\n  - b\n").diagnostics.is_empty());
    }
}
