//! Saving what is on screen as a picture: the view in the middle, or the charts below it.
//!
//! Owns the list of pictures and how a file reaches the reader. Invariant: a picture shows what
//! the screen shows, in its theme and language.

mod boxes;
mod layers;
mod paper;
mod picture;
mod whole;

pub(crate) use paper::print_pictures;

use crate::command::{Command, MainView};
use crate::icons::{Icon, icon};
use crate::menu::{Choice, Menu};
use crate::state::Said;
use picture::picture;
use podium::view::words::{Lang, ViewWords};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Blob, BlobPropertyBag, CanvasRenderingContext2d, Element, HtmlAnchorElement, HtmlCanvasElement,
    HtmlImageElement, Url,
};
use yew::prelude::*;

/// Pixels of a PNG for each pixel on screen.
const SCALE: f64 = 2.0;
/// Browsers refuse larger canvases.
const SIDE_MAX: f64 = 8_000.0;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lang: Lang,
    pub(crate) view: MainView,
    /// Whether the charts are on screen.
    #[prop_or_default]
    pub(crate) has_charts: bool,
    pub(crate) on: Callback<Command>,
}

/// See the module.
#[component]
pub(crate) fn ExportMenu(props: &Props) -> Html {
    let words = ViewWords::of(props.lang);
    let mut names = vec![words.export_view_svg, words.export_view_png];
    if props.has_charts {
        names.extend([words.export_charts_svg, words.export_charts_png]);
    }
    let choices: Vec<Choice> =
        names.into_iter().map(|name| Choice { name: name.into(), ..Choice::default() }).collect();
    let (on, view) = (props.on.clone(), props.view);
    let on_pick = Callback::from(move |at: usize| {
        save_choice(view, at, on.clone());
    });
    html! {
        <Menu label={words.export} shows_label=true {choices} {on_pick} class="btn btn--quiet">
            { icon(Icon::Out, 15) }<span class="wide-only">{ words.export }</span>
        </Menu>
    }
}

/// The charts lie side by side.
const CHARTS: &str = ".scrub, .readout";

/// Saves one of the pictures in the order of the list: the view as SVG and PNG, then the charts.
pub(crate) fn save_choice(view: MainView, at: usize, on: Callback<Command>) {
    let (selector, name) = if at < 2 { source(view) } else { (CHARTS, "charts") };
    save(selector, name, at % 2 == 1, on);
}

/// What a view's picture is taken of, and what its file is called.
fn source(view: MainView) -> (&'static str, &'static str) {
    match view {
        MainView::Stage => (".main, .phone__stage", "stage"),
        MainView::Ledger => ("#ledger", "ledger"),
        MainView::Timeline => (".tlcard", "timeline"),
    }
}

fn save(selector: &'static str, name: &'static str, is_png: bool, on: Callback<Command>) {
    spawn_local(async move {
        let done = save_picture(selector, name, is_png).await;
        let said = if done.is_ok() { Said::Saved } else { Said::NoPicture };
        on.emit(Command::Say(Some(said)));
    });
}

async fn save_picture(selector: &str, name: &str, is_png: bool) -> Result<(), JsValue> {
    let document = gloo::utils::document();
    let found = document.query_selector_all(selector)?;
    let elements = (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok());
    let mut elements: Vec<Element> = elements.collect();
    if selector != CHARTS {
        elements.truncate(1);
    }
    if elements.is_empty() {
        return Err(JsValue::NULL);
    }
    let (svg, width, height) = picture(&elements);
    let blob = if is_png {
        png(&svg, width, height).await?
    } else {
        let parts = js_sys::Array::of1(&svg.into());
        let kind = BlobPropertyBag::new();
        kind.set_type("image/svg+xml");
        Blob::new_with_str_sequence_and_options(&parts, &kind)?
    };
    let address = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    link.set_href(&address);
    link.set_download(&format!("podium-{name}.{}", if is_png { "png" } else { "svg" }));
    link.click();
    // The download has begun by the next turn; until then the address must live.
    gloo::timers::callback::Timeout::new(10_000, move || {
        let _ = Url::revoke_object_url(&address);
    })
    .forget();
    Ok(())
}

/// Draws the picture on a canvas, which makes the PNG.
async fn png(svg: &str, width: f64, height: f64) -> Result<Blob, JsValue> {
    let image = HtmlImageElement::new()?;
    let text = String::from(js_sys::encode_uri_component(svg));
    image.set_src(&format!("data:image/svg+xml;charset=utf-8,{text}"));
    JsFuture::from(image.decode()).await?;
    let scale = (SIDE_MAX / width.max(height).max(1.0)).min(SCALE);
    let canvas: HtmlCanvasElement =
        gloo::utils::document().create_element("canvas")?.unchecked_into();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at most a few thousand pixels"
    )]
    let pixels = |side: f64| (side * scale).ceil() as u32;
    canvas.set_width(pixels(width));
    canvas.set_height(pixels(height));
    let context = canvas.get_context("2d")?.ok_or(JsValue::NULL)?;
    let context: CanvasRenderingContext2d = context.unchecked_into();
    context.draw_image_with_html_image_element_and_dw_and_dh(
        &image,
        0.0,
        0.0,
        f64::from(canvas.width()),
        f64::from(canvas.height()),
    )?;
    let promise = js_sys::Promise::new(&mut |resolve, reject| {
        let take = Closure::once_into_js(move |blob: JsValue| {
            let end = if blob.is_null() { &reject } else { &resolve };
            // Settling a promise cannot fail.
            let _ = end.call1(&JsValue::NULL, &blob);
        });
        // A canvas that may not be read throws here; the promise then rejects by itself.
        let _ = canvas.to_blob(take.unchecked_ref());
    });
    Ok(JsFuture::from(promise).await?.unchecked_into())
}
