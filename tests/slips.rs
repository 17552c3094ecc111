//! Slips of the pen in manifests: what the fixes that are offered lead to.
//!
//! `manifests/slips.json` holds manifests in which something is wrong, most of them as what
//! differs from a good one, and how each ends once every first fix is taken; what is marked `back`
//! ends as the good one. Run with `UPDATE=1` the ends are written anew.

use std::collections::BTreeMap;
use std::path::PathBuf;

use podium::kubectl::Reader;
use podium::text::{Diagnostic, Severity, Span, complaint, documents, parse_document};
use serde_json::{Value, json};

/// No text takes more fixes than this.
const STEPS_MAX: usize = 60;

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/manifests/slips.json")
}

fn cases() -> Value {
    let text = std::fs::read_to_string(path()).expect("the file is there");
    serde_json::from_str(&text).expect("it is JSON")
}

/// The text of a case.
fn text_of(all: &Value, case: &Value) -> String {
    if let Some(text) = case["text"].as_str() {
        return text.to_owned();
    }
    let base = all["bases"][case["base"].as_str().expect("a base")].as_str().expect("a text");
    let mut lines: Vec<String> = base.split_inclusive('\n').map(str::to_owned).collect();
    for edit in case["edits"].as_array().expect("a list").iter().rev() {
        let line = |index: usize| edit[index].as_u64().and_then(|line| usize::try_from(line).ok());
        let place = |index: usize| line(index).expect("a line");
        let new = edit[2].as_str().expect("a text").split_inclusive('\n').map(str::to_owned);
        lines.splice(place(0)..place(1), new);
    }
    lines.concat()
}

/// How much is wrong with a text, the gravest first: documents that can't be read, characters
/// that YAML can't take, the lines from where the reading stops on, then kinds, fields, objects, rules
/// and oddities.
fn weight(text: &str, found: &[Diagnostic]) -> [usize; 8] {
    let errors: Vec<&Diagnostic> =
        found.iter().filter(|one| one.severity == Severity::Error).collect();
    let is_in =
        |span: &Span, one: &Diagnostic| (span.start..=span.end).contains(&one.primary.start);
    let (unread, read): (Vec<Span>, Vec<Span>) = documents(text).into_iter().partition(|span| {
        let (document, found) = parse_document(text, *span);
        document.root.is_none() && found.iter().any(|one| one.severity == Severity::Error)
    });
    // A key that is no key is a field of a wrong type where the document can be read.
    let no_keys = errors.iter().filter(|one| {
        one.code.starts_with("POD-Y")
            && read.iter().any(|span| is_in(span, one))
            && !unread.iter().any(|span| is_in(span, one))
    });
    let no_keys = no_keys.count();
    let is_mark = |one: &&Diagnostic| matches!(one.code, "POD-Y005" | "POD-Y010" | "POD-Y013");
    let edits = |one: &Diagnostic| one.fix.as_ref().map_or(0, |fix| fix.edits.len());
    let blanks = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let tabs_of = |line: &str| line[..blanks(line)].matches('\t').count();
    let parts = unread.iter().map(|span| &text[span.start as usize..span.end as usize]);
    let tabs: usize = parts.clone().flat_map(str::lines).map(tabs_of).sum();
    let behind = |part: &str| {
        let stop = complaint(part).map_or(0, |(at, _)| at.min(part.len()));
        part.get(stop..).map_or(0, |rest| rest.matches('\n').count())
    };
    let of = |stage: &str| errors.iter().filter(|one| one.code.starts_with(stage)).count();
    [
        unread.len(),
        found.iter().filter(is_mark).map(edits).sum::<usize>() + tabs,
        parts.map(behind).sum(),
        of("POD-K") - of("POD-K002"),
        of("POD-F") + no_keys,
        of("POD-K002"),
        of("POD-V"),
        found.len() - errors.len(),
    ]
}

/// The codes that are left once every first fix is taken, and the text then.
fn end_of(name: &str, text: &str) -> (String, String) {
    let reader = Reader::default();
    let mut text = text.to_owned();
    for _ in 0..STEPS_MAX {
        let found = reader.check(&text);
        let before = weight(&text, &found);
        for one in &found {
            let Some(fix) = &one.fix else { continue };
            let fixed = fix.apply(&text);
            let after = weight(&fixed, &reader.check(&fixed));
            assert!(
                after < before,
                "{name}: {} leaves {after:?} of {before:?}:\n{fixed}",
                fix.title
            );
        }
        match found.iter().find_map(|one| one.fix.as_ref()) {
            Some(fix) => text = fix.apply(&text),
            None => {
                return (found.iter().map(|one| one.code).collect::<Vec<_>>().join(" "), text);
            }
        }
    }
    panic!("{name}: the fixes never end:\n{text}");
}

/// What a text says, without blank lines and comments.
fn said(text: &str) -> Vec<&str> {
    let bare = text.lines().map(|line| line.split(" #").next().unwrap_or(line).trim_end());
    bare.filter(|line| !line.is_empty() && !line.trim_start().starts_with('#')).collect()
}

#[test]
fn every_fix_leaves_fewer_mistakes_until_none_is_left() {
    let mut all = cases();
    let names: Vec<String> = all["cases"].as_object().expect("a mapping").keys().cloned().collect();
    let mut ends = BTreeMap::new();
    for name in names {
        let case = all["cases"][&name].clone();
        let (end, text) = end_of(&name, &text_of(&all, &case));
        if case["back"] == true {
            let base = all["bases"][case["base"].as_str().expect("a base")].as_str();
            assert_eq!(said(&text), said(base.expect("a text")), "{name}");
        }
        if std::env::var_os("UPDATE").is_none() {
            assert_eq!(case["ends"].as_str(), Some(end.as_str()), "{name}");
        }
        ends.insert(name, end);
    }
    if std::env::var_os("UPDATE").is_some() {
        for (name, end) in ends {
            all["cases"][&name]["ends"] = json!(end);
        }
        let lines: Vec<String> =
            all["cases"].as_object().expect("a mapping").iter().map(line).collect();
        let text = format!(
            "{{\n\"bases\": {},\n\"cases\": {{\n{}\n}}\n}}\n",
            all["bases"],
            lines.join(",\n")
        );
        std::fs::write(path(), text).expect("it can be written");
    }
}

fn line((name, case): (&String, &Value)) -> String {
    format!("{}: {case}", json!(name))
}

/// How many slips are known.
const SLIPS: usize = 28;

/// What a hand may do to a line; nothing where it can't.
fn slipped(line: &str, how: usize) -> Option<String> {
    let body = line.trim_start_matches(' ');
    let indent = line.len() - body.len();
    let at = |column: usize| format!("{}{body}", " ".repeat(column));
    match how {
        0 => Some(at(indent + 1)),
        1 => Some(at(indent + 2)),
        2 => indent.checked_sub(1).map(at),
        3 => indent.checked_sub(2).map(at),
        4 => (indent > 3).then(|| at(0)),
        5 => (indent > 0).then(|| format!("{}{body}", "\t".repeat(indent / 2))),
        6 => line.contains(':').then(|| line.replacen(':', "", 1)),
        7 => line.contains(": ").then(|| line.replacen(": ", ":", 1)),
        8 => line.contains(": ").then(|| line.replacen(": ", "= ", 1)),
        9 => line.contains("- ").then(|| line.replacen("- ", "  ", 1)),
        10 => line.contains("- ").then(|| line.replacen("- ", "-", 1)),
        11 => line.contains("- ").then(|| line.replacen("- ", "", 1)),
        12 => Some(String::new()),
        13 => Some(format!("{line}{line}")),
        14 => line.contains(": ").then(|| line.replacen(": ", ": \"", 1)),
        15 => line.contains(": ").then(|| line.replacen(": ", ": @", 1)),
        16 => line.contains(": ").then(|| line.replacen(": ", "：", 1)),
        17 => line.contains(": ").then(|| line.replacen(": ", ":\u{a0}", 1)),
        18 => Some(format!("- {line}")),
        19 => line.contains('[').then(|| line.replace(']', "")),
        20 => line.contains(", ").then(|| line.replacen(", ", " ", 1)),
        21 => Some(line.to_uppercase()),
        22 => line.contains("- ").then(|| line.replacen("- ", "• ", 1)),
        23 => line.contains(": ").then(|| line.replacen(": ", "：: ", 1)),
        24 => Some(format!("{} ＃ 注\n", line.trim_end())),
        25 => line.contains(": ").then(|| line.trim_end().replacen(": ", ": `", 1) + "`\n"),
        26 => Some(format!("Copy code\n{line}")),
        27 => {
            line.contains(": ").then(|| line.trim_end().replacen(": ", ": &quot;", 1) + "&quot;\n")
        }
        _ => None,
    }
}

#[test]
fn whatever_slips_in_a_line_the_fixes_lead_to_an_end() {
    let all = cases();
    let (mut count, mut mended) = (0, 0);
    for (name, base) in all["bases"].as_object().expect("a mapping") {
        let lines: Vec<&str> = base.as_str().expect("a text").split_inclusive('\n').collect();
        for index in 0..lines.len() {
            for how in 0..SLIPS {
                let Some(slip) = slipped(lines[index], how) else { continue };
                let mut text = lines.clone();
                text[index] = &slip;
                let end =
                    end_of(&format!("{name}, line {}, slip {how}", index + 1), &text.concat());
                count += 1;
                mended += usize::from(end.0.is_empty());
            }
        }
    }
    assert!(count > 500 && mended * 10 > count * 7, "{mended} of {count}");
}

/// How many pairs of slips are tried; more with `PAIRS`.
fn pairs() -> u64 {
    std::env::var("PAIRS").ok().and_then(|count| count.parse().ok()).unwrap_or(120)
}

#[test]
fn two_slips_at_once_lead_to_an_end_as_well() {
    let all = cases();
    let bases: Vec<&str> =
        all["bases"].as_object().expect("a mapping").values().filter_map(Value::as_str).collect();
    let mut state = 1_u64;
    let mut draw = |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("31 bits") % below
    };
    let mut left = 0;
    for pair in 0..pairs() {
        let mut text = bases[draw(bases.len())].to_owned();
        for _ in 0..2 {
            let lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
            let index = draw(lines.len());
            if let Some(slip) = slipped(&lines[index], draw(SLIPS)) {
                let mut lines = lines.clone();
                lines[index] = slip;
                text = lines.concat();
            }
        }
        let (end, _) = end_of(&format!("pair {pair}"), &text);
        left += u64::from(!end.split(' ').all(|code| code.is_empty() || code == "POD-K004"));
    }
    // What a lost name or several lost lines said nobody knows.
    assert!(left * 20 < pairs(), "{left} of {} keep a mistake", pairs());
}

#[test]
fn most_slips_are_mended_by_fixes_alone() {
    let all = cases();
    let ends = all["cases"].as_object().expect("a mapping").values();
    let ends: Vec<&str> = ends.filter_map(|case| case["ends"].as_str()).collect();
    let errors = |end: &&&str| !end.split(' ').all(|code| code.is_empty() || code == "POD-K004");
    let left = ends.iter().filter(errors).count();
    assert!(left * 3 < ends.len(), "{left} of {} keep a mistake", ends.len());
}

/// A Pod of three containers with many more around them, and something wrong in the middle one.
fn pod(more: usize, slip: (&str, &str)) -> String {
    let one = |name: &str, port: usize| {
        format!(
            "  - name: {name}\n    image: nginx:1.27\n    env:\n    - name: A\n      value: b\n    \
             ports:\n    - containerPort: {port}\n"
        )
    };
    let many = |from: usize| {
        (from..from + more).map(|n| one(&format!("c{n}"), 1000 + n)).collect::<String>()
    };
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: big\nspec:\n  containers:\n{}{}{}{}{}",
        one("first", 80),
        many(0),
        one("middle", 81).replacen(slip.0, slip.1, 1),
        many(more),
        one("last", 82),
    )
}

#[test]
fn a_slip_in_a_long_document_is_told_as_in_a_short_one() {
    let reader = Reader::default();
    // Some 600 and 6,000 lines.
    for more in [40, 400] {
        for slip in [
            ("      value: b", "       value: b"),
            ("      value: b", "     value: b"),
            ("value: b", "value b"),
            ("value: b", "value: @b"),
            ("image: nginx:1.27", "image: nginx: 1.27"),
            ("    image", "   image"),
            ("    - name", "    -name"),
            ("    env:\n", "    env\n"),
        ] {
            let told = |more: usize| {
                let text = pod(more, slip);
                let found = reader.check(&text).remove(0);
                let fix =
                    found.fix.unwrap_or_else(|| panic!("{slip:?}, {more}: {}", found.message));
                (found.code, found.message, fix.title.clone(), fix.apply(&text))
            };
            let (short, long) = (told(0), told(more));
            assert_eq!(
                (short.0, &short.1, &short.2),
                (long.0, &long.1, &long.2),
                "{slip:?}, {more}"
            );
            assert_eq!(
                short.3 == pod(0, ("", "")),
                long.3 == pod(more, ("", "")),
                "{slip:?}, {more}"
            );
            assert!(reader.check(&long.3).is_empty(), "{slip:?}, {more}");
        }
    }
}

#[test]
fn two_slips_in_a_long_document_are_told_without_a_fix_that_would_not_do() {
    let text = pod(400, ("value: b", "value b")).replace("name: c700\n", "name: @c700\n");
    let found = Reader::default().check(&text);
    let told: Vec<_> = found.iter().map(|one| (&*one.message, one.fix.is_none())).collect();
    assert_eq!(told, [("A colon is missing after the key `value`.", true)]);
}
