//! The timeline view: the lives of all Pods, large.
//!
//! Owns the card around the chart. Invariant: the chart is a function of the view and the size.

use crate::chart;
use crate::layout::use_size;
use podium::view::timeline::TimelineView;
use podium::view::transport::span;
use podium::view::words::{Lang, PageWords, page};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lang: Lang,
    pub(crate) timeline: Rc<TimelineView>,
    pub(crate) now_us: u64,
    pub(crate) reached_us: u64,
}

/// See the module.
#[component]
pub(crate) fn Timeline(props: &Props) -> Html {
    let words = PageWords::of(props.lang);
    let node = use_node_ref();
    let (width, height) = use_size(node.clone());
    let (whole_us, step_us) = span(props.reached_us);
    let now_us = chart::snap(props.now_us, whole_us, chart::pace(&props.timeline, width));
    let frame = chart::Frame { width: width.max(560.0), height, whole_us, step_us, now_us };
    let view = props.timeline.clone();
    let lang = props.lang;
    let svg = use_memo((frame, view.clone(), lang), |(frame, view, lang)| {
        AttrValue::from(chart::lives(view, frame, PageWords::of(*lang)))
    });
    let told: Vec<String> = view
        .groups
        .iter()
        .map(|group| {
            let lives = group.rows.iter().map(|row| row.lives.len()).sum();
            let ready =
                page::ready_of(lang, &group.name, group.ready_now(), group.desired.unwrap_or(0));
            format!("{}. {ready}", page::lifetimes_of(lang, &group.name, lives, group.rows.len()))
        })
        .collect();
    html! {
        <section class="card tlcard">
            <div class="card__head"><h2>{ words.timeline }</h2></div>
            <div class="tlcard__scroll" ref={node} tabindex="0" role="img"
                aria-label={format!("{}. {}", words.lifetimes, told.join(". "))}>
                if width > 0.0 { { Html::from_html_unchecked((*svg).clone()) } }
            </div>
        </section>
    }
}
