//! The functions of the WebAssembly, in an order in which they pack well.
//!
//! Most servers pack with gzip, which finds again what it saw within the last 32 kilobytes. So
//! functions that have much in common stand near each other. Knows the format's sections; must
//! not know what the functions do. Invariant: the same program comes out, and of the same program
//! always the same order.

use std::collections::VecDeque;
use std::ops::Range;
use std::path::Path;

use crate::tools::Tools;
use crate::{Outcome, run};

/// How many bytes in a row count as something in common.
const PIECE: usize = 6;
/// A piece that more functions have says little about any two of them.
const SHARERS_MAX: usize = 40;
/// How far back is looked, in bytes; what stands between may be long.
const WINDOW: usize = 24_000;
/// Keeps a function of which little is known from going before one that fits.
const DOUBT: usize = 40;

const IMPORTS: u8 = 2;
const CODE: u8 = 10;

/// Puts the functions of the site's program in order, and optimizes it once more.
pub(crate) fn arrange(site: &Path, tools: &Tools) -> Outcome {
    let failed = |error: std::io::Error| format!("{}: {error}", site.display());
    let files = std::fs::read_dir(site).map_err(failed)?;
    let program = files.filter_map(|file| Some(file.ok()?.path()));
    let is_program = |path: &std::path::PathBuf| path.extension().is_some_and(|one| one == "wasm");
    let path = program.into_iter().find(is_program).ok_or("the site has no WebAssembly")?;
    let bytes = std::fs::read(&path).map_err(failed)?;
    let named = named(&bytes).ok_or("the WebAssembly can't be read")?;
    std::fs::write(&path, named).map_err(failed)?;
    let file = path.display().to_string();
    let args =
        ["-Oz", "--low-memory-unused", "--reorder-functions-by-name", &file, "--output", &file];
    run("put functions in order", crate::tools::program("wasm-opt"), &args, tools)
}

/// The program with names after which its functions stand in order.
fn named(program: &[u8]) -> Option<Vec<u8>> {
    let sections = sections(program)?;
    let find = |kind| sections.iter().find(|(one, _)| *one == kind).map(|(_, range)| range.clone());
    let imported = match find(IMPORTS) {
        Some(range) => imported_functions(&program[range])?,
        None => 0,
    };
    let code = &program[find(CODE)?];
    let mut input = Input(code);
    let bodies = (0..input.number()?).map(|_| input.block()).collect::<Option<Vec<_>>>()?;
    let mut places = vec![0; bodies.len()];
    order(&bodies).iter().enumerate().for_each(|(place, function)| places[*function] = place);
    let names = (0..imported).map(|at| format!("imported {at:08}"));
    let names = names.chain(places.iter().map(|place| format!("{place:08}")));
    let mut map = Vec::new();
    put(&mut map, imported + bodies.len());
    for (at, name) in names.enumerate() {
        put(&mut map, at);
        put_block(&mut map, name.as_bytes());
    }
    let mut content = Vec::new();
    put_block(&mut content, b"name");
    content.push(1);
    put_block(&mut content, &map);
    let mut whole = program.to_vec();
    whole.push(0);
    put_block(&mut whole, &content);
    Some(whole)
}

/// The functions one by one, each time the one that has the largest part in common with those
/// that stand before it.
fn order(bodies: &[&[u8]]) -> Vec<usize> {
    let (pieces, sharers) = pieces(bodies);
    let mut order: Vec<usize> = Vec::with_capacity(bodies.len());
    let mut near: VecDeque<usize> = VecDeque::new();
    let mut bytes = 0;
    let mut times_near = vec![0_u32; sharers.len()];
    let mut common = vec![0_usize; bodies.len()];
    let mut left: Vec<usize> = (0..bodies.len()).collect();
    while !left.is_empty() {
        let better = |one: usize, other: usize| {
            let (share, other_share) = (pieces[one].len() + DOUBT, pieces[other].len() + DOUBT);
            common[one] * other_share > common[other] * share
        };
        let best = (1..left.len()).fold(
            0,
            |best, at| {
                if better(left[at], left[best]) { at } else { best }
            },
        );
        let next = left.remove(best);
        order.push(next);
        near.push_back(next);
        bytes += bodies[next].len();
        for &piece in &pieces[next] {
            times_near[piece] += 1;
            if times_near[piece] == 1 {
                sharers[piece].iter().for_each(|function| common[*function] += 1);
            }
        }
        while bytes > WINDOW && near.len() > 1 {
            let Some(gone) = near.pop_front() else { break };
            bytes -= bodies[gone].len();
            for &piece in &pieces[gone] {
                times_near[piece] -= 1;
                if times_near[piece] == 0 {
                    sharers[piece].iter().for_each(|function| common[*function] -= 1);
                }
            }
        }
    }
    order
}

/// The pieces that each function has in common with some others, and who has each piece.
fn pieces(bodies: &[&[u8]]) -> (Vec<Vec<usize>>, Vec<Vec<usize>>) {
    let all = bodies.iter().enumerate();
    let mut found: Vec<(&[u8], usize)> =
        all.flat_map(|(at, body)| body.windows(PIECE).map(move |piece| (piece, at))).collect();
    found.sort_unstable();
    found.dedup();
    let same = found.chunk_by(|(one, _), (other, _)| one == other);
    let telling = same.filter(|same| (2..=SHARERS_MAX).contains(&same.len()));
    let sharers: Vec<Vec<usize>> =
        telling.map(|same| same.iter().map(|(_, function)| *function).collect()).collect();
    let mut pieces = vec![Vec::new(); bodies.len()];
    for (piece, functions) in sharers.iter().enumerate() {
        for function in functions {
            pieces[*function].push(piece);
        }
    }
    (pieces, sharers)
}

/// Each section's kind and where its content lies.
fn sections(program: &[u8]) -> Option<Vec<(u8, Range<usize>)>> {
    let mut input = Input(program.strip_prefix(b"\0asm\x01\0\0\0")?);
    let mut found = Vec::new();
    while !input.0.is_empty() {
        let kind = input.byte()?;
        let content = input.block()?;
        let end = program.len() - input.0.len();
        found.push((kind, end - content.len()..end));
    }
    Some(found)
}

/// How many of the imports are functions.
fn imported_functions(section: &[u8]) -> Option<usize> {
    let mut input = Input(section);
    let mut functions = 0;
    for _ in 0..input.number()? {
        input.block()?;
        input.block()?;
        match input.byte()? {
            0 => {
                input.number()?;
                functions += 1;
            }
            // A table has a type before its limits.
            1 => {
                input.byte()?;
                input.limits()?;
            }
            2 => input.limits()?,
            3 => {
                input.byte()?;
                input.byte()?;
            }
            _ => return None,
        }
    }
    Some(functions)
}

/// What is left to read.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<usize> {
        let mut number = 0;
        for shift in (0..usize::BITS).step_by(7) {
            let byte = self.byte()?;
            number |= usize::from(byte & 127) << shift;
            if byte < 128 {
                return Some(number);
            }
        }
        None
    }

    /// Bytes with their number before them.
    fn block(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        let (block, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(block)
    }

    fn limits(&mut self) -> Option<()> {
        let has_most = self.byte()? & 1 == 1;
        self.number()?;
        if has_most {
            self.number()?;
        }
        Some(())
    }
}

fn put(out: &mut Vec<u8>, mut number: usize) {
    while number > 127 {
        out.push(128 | u8::try_from(number & 127).unwrap_or_default());
        number >>= 7;
    }
    out.push(u8::try_from(number).unwrap_or_default());
}

fn put_block(out: &mut Vec<u8>, block: &[u8]) {
    put(out, block.len());
    out.extend(block);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_much_in_common_stands_together() {
        let bodies: [&[u8]; 4] = [b"abcdefghijkl", b"0123456789", b"abcdefghijkm", b"0123456788"];
        assert_eq!(order(&bodies), [0, 2, 1, 3]);
    }

    #[test]
    fn each_function_is_named_by_its_place_behind_the_imports() {
        let mut program = b"\0asm\x01\0\0\0".to_vec();
        let imports = [2, 1, b'm', 1, b'f', 0, 0, 1, b'm', 1, b'g', 3, 127, 0];
        program.push(IMPORTS);
        put_block(&mut program, &imports);
        let mut code = vec![3];
        for body in [b"abcdefghijkl", b"0123456789xy", b"abcdefghijkm"] {
            put_block(&mut code, body);
        }
        program.push(CODE);
        put_block(&mut program, &code);
        let named = named(&program).expect("it is a program");
        let mut names = b"\x04name\x01".to_vec();
        let mut map = vec![4, 0];
        put_block(&mut map, b"imported 00000000");
        for (at, place) in [(1, b"00000000"), (2, b"00000002"), (3, b"00000001")] {
            map.push(at);
            put_block(&mut map, place);
        }
        put_block(&mut names, &map);
        let mut section = vec![0];
        put_block(&mut section, &names);
        assert_eq!(named, [program, section].concat());
        assert!(super::named(b"no program").is_none());
    }
}
