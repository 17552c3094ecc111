//! The Inspect tab: the selected object whole.
//!
//! Owns how an object is laid out. It must not know how it came about. Invariant: the YAML is what
//! kubectl prints, letter by letter; colours add nothing to it.

use crate::camel::camel;
use crate::chip::chip;
use crate::clipboard::write;
use crate::command::Command;
use crate::focus::focus_soon;
use crate::icons::{Icon, icon};
use crate::state::Said;
use podium::view::Identity;
use podium::view::editor::{Class, tokens};
use podium::view::inspect::{ConditionView, ContainerView, InspectView};
use podium::view::stage::StageAction;
use podium::view::transport::stamp;
use podium::view::words::{Lang, StageWords, ViewWords, inspect, stage, views as phrases};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lang: Lang,
    /// The selected object; none if nothing is selected.
    pub(crate) view: Option<Rc<InspectView>>,
    pub(crate) on: Callback<Command>,
}

/// See the module.
#[component]
pub(crate) fn Inspect(props: &Props) -> Html {
    let (lang, words) = (props.lang, ViewWords::of(props.lang));
    let Some(view) = &props.view else {
        return html! { <p class="story__empty">{ words.inspect_none }</p> };
    };
    let letter = Identity::of_kind(&view.object.kind).letter();
    html! {
        <div class="inspect" tabindex="0" role="group" aria-label={words.inspect}>
            <div class="inspect__head">
                <span class={format!("inspect__kind t-{letter}")}>{ &*view.object.kind }</span>
                <h3 class="inspect__name">{ &*view.object.name }</h3>
                if !view.object.namespace.is_empty() {
                    <span class="inspect__space">{ format!("namespace {}", view.object.namespace) }</span>
                }
                { delete(props, view) }
            </div>
            if view.exists {
                { facts(view) }
                { containers(lang, view) }
                { owners(props, view) }
                { conditions(lang, view) }
                { yaml(props, view) }
            } else {
                <p class="story__empty">{ phrases::not_there(lang, &view.object) }</p>
            }
        </div>
    }
}

/// A way to delete it. A node goes by its own menu, with its machine.
fn delete(props: &Props, view: &InspectView) -> Html {
    let object = view.object.clone();
    if !view.exists || view.is_deleting || &*object.kind == "Node" {
        return html! {};
    }
    let label = stage::delete_object(props.lang, &object);
    let action = StageAction::delete(object);
    let on = props.on.clone();
    let delete = Callback::from(move |_: MouseEvent| {
        on.emit(Command::Stage(action.clone()));
        // The button goes, or leads nowhere any more.
        focus_soon(".inspect", false);
    });
    html! {
        <button type="button" class="btn inspect__delete" title={label.clone()} aria-label={label} onclick={delete}>
            { icon(Icon::Remove, 13) }{ StageWords::of(props.lang).delete_pod }
        </button>
    }
}

/// What stands in kubectl's table.
fn facts(view: &InspectView) -> Html {
    html! {
        <dl class="facts">
            { for view.facts.iter().map(|(heading, value)| html! {
                <div key={heading.clone()}><dt>{ heading }</dt><dd>{ camel(value) }</dd></div>
            }) }
        </dl>
    }
}

/// What a Pod's containers do, and how they ended: the answer to why it failed.
fn containers(lang: Lang, view: &InspectView) -> Html {
    if view.containers.is_empty() && view.failure.is_none() {
        return html! {};
    }
    html! {
        <section class="inspect__part">
            <h4 class="eyebrow">{ ViewWords::of(lang).containers }</h4>
            <ul class="containers">
                if let Some((reason, message)) = &view.failure {
                    <li class="is-bad">
                        <span class="containers__state"><b>{ camel(reason) }</b></span>
                        if !message.is_empty() { <p class="containers__more">{ &**message }</p> }
                    </li>
                }
                { for view.containers.iter().map(|one| container(lang, one)) }
            </ul>
        </section>
    }
}

fn container(lang: Lang, one: &ContainerView) -> Html {
    let kind = inspect::kind(lang, one.kind);
    html! {
        <li key={one.name.to_string()} class={classes!(one.is_bad().then_some("is-bad"))}>
            <span class="containers__row">
                if one.is_bad() { <span class="conditions__sign">{ icon(Icon::Error, 13) }</span> }
                <b>{ &*one.name }</b>
                if !kind.is_empty() { <span class="dim">{ kind }</span> }
            </span>
            <p class="containers__state">{ camel(&inspect::run(lang, &one.now)) }</p>
            if !one.message().is_empty() { <p class="containers__more">{ one.message() }</p> }
            if let Some(before) = inspect::before(lang, one) {
                <p class="containers__more">{ camel(&before) }</p>
            }
        </li>
    }
}

fn owners(props: &Props, view: &InspectView) -> Html {
    let words = ViewWords::of(props.lang);
    html! {
        <section class="inspect__part">
            <h4 class="eyebrow">{ words.owners }</h4>
            if view.owners.is_empty() {
                <p class="dim">{ words.no_owner }</p>
            } else {
                <ol class="owners">
                    { for view.owners.iter().map(|one| html! {
                        <li key={format!("{}/{}", one.kind, one.name)}>
                            <span class="owners__kind">{ &*one.kind }</span>
                            { chip(&one.name, one, Identity::of_kind(&one.kind), false, &props.on) }
                        </li>
                    }) }
                </ol>
            }
        </section>
    }
}

fn conditions(lang: Lang, view: &InspectView) -> Html {
    if view.conditions.is_empty() {
        return html! {};
    }
    html! {
        <section class="inspect__part">
            <h4 class="eyebrow">{ ViewWords::of(lang).conditions }</h4>
            <ul class="conditions">
                { for view.conditions.iter().map(|one| html! {
                    <li key={one.kind.to_string()} class={classes!(one.is_bad().then_some("is-bad"))}>
                        { condition(one) }
                    </li>
                }) }
            </ul>
        </section>
    }
}

fn condition(one: &ConditionView) -> Html {
    let sign = match (one.is_bad(), one.is_over && *one.status != *"True") {
        (true, _) => Icon::Error,
        (false, true) => Icon::Wave,
        (false, false) => Icon::Check,
    };
    html! {
        <>
            <span class="conditions__row">
                <span class="conditions__sign">{ icon(sign, 13) }</span>
                <b>{ camel(&one.kind) }</b>
                <span class="conditions__status">{ &*one.status }</span>
                if let Some(since) = one.since_us {
                    <span class="conditions__since">{ stamp(since) }</span>
                }
            </span>
            if !one.reason.is_empty() { <span class="code">{ &*one.reason }</span> }
            if !one.message.is_empty() { <p class="conditions__message">{ &*one.message }</p> }
        </>
    }
}

fn yaml(props: &Props, view: &InspectView) -> Html {
    let words = ViewWords::of(props.lang);
    let copy = {
        let (text, on) = (view.yaml.clone(), props.on.clone());
        Callback::from(move |_: MouseEvent| {
            let (text, on) = (text.clone(), on.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let said = if write(&text).await { Said::Copied } else { Said::CopyRefused };
                on.emit(Command::Say(Some(said)));
            });
        })
    };
    html! {
        <section class="inspect__part inspect__part--yaml">
            <div class="inspect__bar">
                <h4 class="eyebrow">{ "YAML" }</h4>
                <span class="grow"/>
                <button type="button" class="btn" onclick={copy}>
                    { icon(Icon::Out, 13) }{ words.copy_yaml }
                </button>
            </div>
            <pre class="yaml" tabindex="0" role="region"
                aria-label={phrases::yaml_of(props.lang, &view.object)}>
                { for view.yaml.lines().enumerate().map(|(at, line)| html! {
                    <span key={at} class="yaml__line">{ painted(line) }{ "\n" }</span>
                }) }
            </pre>
        </section>
    }
}

fn painted(line: &str) -> Html {
    let mut at = 0;
    let mut parts = Vec::new();
    for token in tokens(line, false) {
        parts.push(html! { { &line[at..token.from] } });
        let class = match token.class {
            Class::Key => "y-k",
            Class::Text => "y-s",
            Class::Number => "y-n",
            Class::Comment => "y-c",
        };
        parts.push(html! { <span {class}>{ &line[token.from..token.to] }</span> });
        at = token.to;
    }
    parts.push(html! { { &line[at..] } });
    parts.into_iter().collect()
}
