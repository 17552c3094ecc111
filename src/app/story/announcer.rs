//! The live region: reads new sentences aloud, or a summary when they come too fast.
//!
//! Owns the pace of announcements. Invariant: it speaks at most once in its interval, and what
//! it says last is true of the moment on screen.

use gloo::timers::callback::Timeout;
use podium::view::story::{Entry, StoryView, sum, telling};
use podium::view::words::{Lang, page};
use std::rc::Rc;
use yew::prelude::*;

/// How long the region stays silent after it spoke.
const QUIET_MS: u32 = 2_000;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) view: Rc<StoryView>,
    pub(crate) lang: Lang,
}

#[derive(Default)]
struct Pace {
    waiting: Option<Timeout>,
    spoken: Option<u64>,
    busy: bool,
}

/// See the module.
#[component]
pub(crate) fn Announcer(props: &Props) -> Html {
    let said = use_state_eq(AttrValue::default);
    let pace = use_mut_ref(Pace::default);
    let latest = use_mut_ref(|| (props.view.clone(), props.lang));
    *latest.borrow_mut() = (props.view.clone(), props.lang);
    let newest = props.view.news.first().map(|entry| entry.id);
    use_effect_with((newest, props.lang), {
        let said = said.setter();
        move |_| {
            if pace.borrow().busy {
                return;
            }
            speak(&pace, &latest, &said);
            pace.borrow_mut().busy = true;
            rest(&pace, &latest, &said);
        }
    });
    html! { <p class="sr" role="status" aria-live="polite">{ (*said).clone() }</p> }
}

type Latest = Rc<std::cell::RefCell<(Rc<StoryView>, Lang)>>;
type Pacing = Rc<std::cell::RefCell<Pace>>;

/// After the quiet time, says what happened meanwhile, and rests again if there was anything.
fn rest(pace: &Pacing, latest: &Latest, said: &UseStateSetter<AttrValue>) {
    let (again, latest, said) = (pace.clone(), latest.clone(), said.clone());
    let timeout = Timeout::new(QUIET_MS, move || {
        let newest = latest.borrow().0.news.first().map(|entry| entry.id);
        if newest == again.borrow().spoken {
            again.borrow_mut().busy = false;
        } else {
            speak(&again, &latest, &said);
            rest(&again, &latest, &said);
        }
    });
    pace.borrow_mut().waiting = Some(timeout);
}

fn speak(pace: &Pacing, latest: &Latest, said: &UseStateSetter<AttrValue>) {
    let (view, lang) = &*latest.borrow();
    let Some(now) = view.news.first() else { return };
    let spoken = pace.borrow_mut().spoken.replace(now.id);
    let missed = view.news.iter().take_while(|entry| Some(entry.id) != spoken).count();
    let told = |entry: &Entry| format!("{}{}{}", entry.actor, lang.colon(), entry.heard());
    let is_going_on = spoken.is_some() && missed < view.news.len();
    let words = match view.news.get(1).filter(|_| is_going_on) {
        Some(before) if missed == 2 => format!("{} {}", told(before), told(now)),
        Some(_) if missed > 2 => {
            let new: Vec<Rc<Entry>> = view.news.iter().take(missed).rev().cloned().collect();
            let telling: Vec<String> = telling(&new).into_iter().map(told).collect();
            page::summary(*lang, missed, &sum(&new), &telling.join(" "))
        }
        _ => told(now),
    };
    said.set(words.into());
}
