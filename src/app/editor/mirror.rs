//! The painted lines under the text area.
//!
//! Owns colours, numbers, margin bars and underlines. Invariant: it is hidden from ears; the text
//! area says everything.

use podium::base::Order as _;
use podium::view::Identity;
use podium::view::editor::{Changed, Class, Problem, Sheet, tokens};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) text: Rc<str>,
    pub(crate) sheet: Rc<Sheet>,
    pub(crate) changed: Rc<Changed>,
    pub(crate) problems: Rc<Vec<Problem>>,
    pub(crate) first: usize,
    pub(crate) end: usize,
}

/// See the module.
#[component]
pub(crate) fn Mirror(props: &Props) -> Html {
    html! {
        <div class="pad__mirror" aria-hidden="true" style={format!("--first:{}", props.first)}>
            { for (props.first..props.end).map(|at| line(at, props)) }
        </div>
    }
}

fn line(at: usize, props: &Props) -> Html {
    let line = props.sheet.lines[at];
    let words = &props.text[line.from..line.to];
    let errors: Vec<(usize, usize)> = props
        .problems
        .iter()
        .filter_map(|problem| {
            within(problem, line.from, line.to, props.sheet.line_at(problem.from) == at)
        })
        .collect();
    let owner = match line.identity {
        Identity::Stateless => Some("ln--a"),
        Identity::Stateful => Some("ln--b"),
        Identity::Neutral => None,
    };
    let class = classes!(
        "ln",
        owner,
        line.separator.then_some("ln--sep"),
        (!errors.is_empty()).then_some("ln--err"),
        props.changed.lines.binary_search(&at).is_ok().then_some("ln--changed"),
        props.changed.gone.binary_search(&at).is_ok().then_some("ln--gone"),
        (at + 1 == props.sheet.lines.len() && props.changed.gone.last() == Some(&(at + 1)))
            .then_some("ln--gone-below"),
    );
    html! {
        <div key={at} {class}>
            <span class="ln__bar"/>
            <span class="ln__no">{ at + 1 }</span>
            <span class="ln__text">{ painted(words, line.in_scalar, &errors) }</span>
        </div>
    }
}

/// The part of a problem that lies on a line, relative to it; a problem without width takes the
/// character under it, so that it can be seen.
fn within(problem: &Problem, from: usize, to: usize, starts_here: bool) -> Option<(usize, usize)> {
    let (start, end) = (problem.from.max(from), problem.to.min(to));
    if start < end {
        Some((start - from, end - from))
    } else if starts_here {
        let at = problem.from.clamp(from, to) - from;
        Some((at, at))
    } else {
        None
    }
}

fn painted(words: &str, in_scalar: bool, errors: &[(usize, usize)]) -> Html {
    let tokens = tokens(words, in_scalar);
    let mut cuts: Vec<usize> = vec![0, words.len()];
    cuts.extend(tokens.iter().flat_map(|token| [token.from, token.to]));
    cuts.extend(errors.iter().flat_map(|error| [error.0, error.1]));
    cuts.retain(|cut| words.is_char_boundary(*cut));
    cuts.order();
    cuts.dedup();
    let spans = cuts.windows(2).map(|pair| {
        let (from, to) = (pair[0], pair[1]);
        let token = tokens.iter().find(|token| token.from <= from && to <= token.to);
        let class = token.map(|token| match token.class {
            Class::Key => "y-k",
            Class::Text => "y-s",
            Class::Number => "y-n",
            Class::Comment => "y-c",
        });
        let wrong = errors.iter().any(|error| error.0 <= from && to <= error.1);
        let class = classes!(class, wrong.then_some("squiggle"));
        if class.is_empty() {
            html! { { &words[from..to] } }
        } else {
            html! { <span {class}>{ &words[from..to] }</span> }
        }
    });
    let mut painted: Vec<Html> = spans.collect();
    if errors.iter().any(|error| error.0 == error.1) {
        painted.push(html! { <span class="squiggle squiggle--end">{ "  " }</span> });
    }
    painted.into_iter().collect()
}
