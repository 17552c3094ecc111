//! From what is laid out on the page to an SVG that needs no page: grounds, borders, words and
//! drawings, with their colours written out.
//!
//! Owns the translation. It must not know what it translates. Invariant: the picture refers to no
//! style sheet, font file or other address, so that it opens anywhere.

use super::boxes::{Boxes, Place, added, added_text, radius};
use super::layers::{context, layers, level};
use super::whole::Whole;
use std::fmt::Write as _;
use wasm_bindgen::JsCast;
use web_sys::{CssStyleDeclaration, DomRect, Element, HtmlElement, HtmlInputElement, Node};

/// The picture of elements that lie beside each other, with its width and height.
pub(super) fn picture(elements: &[Element]) -> (String, f64, f64) {
    let _whole = Whole::of(elements);
    let areas: Vec<DomRect> = elements.iter().map(Element::get_bounding_client_rect).collect();
    let (mut left, mut top) = (f64::INFINITY, f64::INFINITY);
    for area in &areas {
        (left, top) = (left.min(area.left()), top.min(area.top()));
    }
    let (mut width, mut height) = (0.0_f64, 0.0_f64);
    for (element, area) in elements.iter().zip(&areas) {
        // What lies outside a box belongs to it as far as it is laid out.
        let (w, h) = (f64::from(element.scroll_width()), f64::from(element.scroll_height()));
        width = width.max(area.left() - left + area.width().max(w)).ceil();
        height = height.max(area.top() - top + area.height().max(h)).ceil();
    }
    let mut drawing = Drawing { left, top, out: String::new(), boxes: Boxes::default(), clips: 0 };
    let ground = elements.first().map_or_else(String::new, ground_behind);
    let _ = write!(drawing.out, r#"<rect width="{width}" height="{height}" fill="{ground}"/>"#);
    for element in elements {
        drawing.element(element, true);
    }
    let (title, told, body) = (escape(&title()), escape(&told(elements)), drawing.out);
    let svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width}" height="{height}" viewBox="0 0 {width} {height}"><title>{title}</title><desc>{told}</desc>{body}</svg>"#
    );
    (svg, width, height)
}

/// Which run a picture shows, and at which moment: what a print says of itself.
fn title() -> String {
    let said = gloo::utils::document().query_selector(".printed").ok().flatten();
    said.and_then(|said| said.text_content()).unwrap_or_else(|| "Podium".to_owned())
}

/// What a picture shows, for those who cannot see it: the words on it, and what stands for the
/// signs.
fn told(elements: &[Element]) -> String {
    let mut words = Vec::new();
    for element in elements {
        let Some(element) = element.dyn_ref::<HtmlElement>() else { continue };
        let text = element.inner_text();
        words.extend(text.split_whitespace().map(str::to_owned));
    }
    words.join(" ")
}

/// The first ground that is not clear, from the element outwards.
fn ground_behind(element: &Element) -> String {
    let mut next = Some(element.clone());
    while let Some(one) = next {
        if let Some(color) = style_of(&one).and_then(|style| color(&style, "background-color")) {
            return color;
        }
        next = one.parent_element();
    }
    "#ffffff".to_owned()
}

pub(super) fn style_of(element: &Element) -> Option<CssStyleDeclaration> {
    gloo::utils::window().get_computed_style(element).ok().flatten()
}

pub(super) fn value(style: &CssStyleDeclaration, name: &str) -> String {
    style.get_property_value(name).unwrap_or_default()
}

pub(super) fn number(style: &CssStyleDeclaration, name: &str) -> f64 {
    value(style, name).trim_end_matches("px").parse().unwrap_or(0.0)
}

/// A colour that can be seen.
pub(super) fn color(style: &CssStyleDeclaration, name: &str) -> Option<String> {
    let color = value(style, name);
    let is_see_through = color.starts_with("rgba") && color.ends_with(", 0)");
    let is_clear = color.is_empty() || color == "transparent" || is_see_through;
    (!is_clear).then_some(color)
}

/// Whether an element is turned by an eighth.
fn is_on_its_corner(style: &CssStyleDeclaration) -> bool {
    let transform = value(style, "transform");
    let inner = transform.strip_prefix("matrix(").and_then(|one| one.strip_suffix(')'));
    let numbers: Vec<f64> = inner
        .map(|one| one.split(',').filter_map(|part| part.trim().parse().ok()).collect())
        .unwrap_or_default();
    matches!(numbers.as_slice(), [a, b, ..] if (a.abs() - b.abs()).abs() < 0.01 && *b != 0.0)
}

/// Whether words are underlined with dots.
fn is_dotted(style: &CssStyleDeclaration) -> bool {
    let is_under = value(style, "text-decoration-line").contains("underline");
    is_under && value(style, "text-decoration-style") == "dotted"
}

/// The lines over, through and under an element's words. A box's lines run through the words of
/// all that is in it, though nothing inherits them, unless that is a box within the line, or one
/// that is taken out of it.
fn lines_of(element: &Element) -> String {
    let mut found: Vec<String> = Vec::new();
    let mut next = Some(element.clone());
    while let Some(one) = next {
        let Some(style) = style_of(&one) else { break };
        let line = value(&style, "text-decoration-line");
        if !line.is_empty() && line != "none" && !is_dotted(&style) && !found.contains(&line) {
            found.push(line);
        }
        let is_apart = value(&style, "display").starts_with("inline-")
            || ["absolute", "fixed"].contains(&&*value(&style, "position"))
            || ["left", "right"].contains(&&*value(&style, "float"));
        next = if is_apart { None } else { one.parent_element() };
    }
    found.join(" ")
}

/// Words for ears have no place in a picture.
fn is_for_ears(element: &Element) -> bool {
    // A drawing's class is no plain string, so the attribute is asked for.
    let classes = element.get_attribute("class").unwrap_or_default();
    classes.split_whitespace().any(|one| one == "sr" || one == "tieword")
}

struct Drawing {
    left: f64,
    top: f64,
    out: String,
    boxes: Boxes,
    clips: u32,
}

impl Drawing {
    /// An element with what is in it; a root holds all levels below it together.
    fn element(&mut self, element: &Element, is_root: bool) {
        let Some(style) = style_of(element) else { return };
        let area = element.get_bounding_client_rect();
        let is_hidden = value(&style, "display") == "none"
            || value(&style, "visibility") == "hidden"
            || is_for_ears(element);
        if is_hidden {
            return;
        }
        let opacity = value(&style, "opacity").parse::<f64>().unwrap_or(1.0);
        let is_group = opacity < 0.999;
        if is_group {
            let _ = write!(self.out, r#"<g opacity="{opacity}">"#);
        }
        if element.tag_name().eq_ignore_ascii_case("svg") {
            self.inline(element, &area, &style);
        } else if is_on_its_corner(&style) {
            self.diamond(&area, &style);
        } else {
            let place = Place::of(&area, (self.left, self.top));
            let round = radius(Some(element), place, &style);
            self.boxes.draw(&mut self.out, place, round, &style);
            self.added(element, "::before", area.left() + number(&style, "padding-left"));
            self.field(element, &area, &style);
            let is_cut = self.cut(element, place, &style);
            if is_root || context(&style) {
                let layers = layers(element);
                let (below, above): (Vec<_>, Vec<_>) =
                    layers.into_iter().partition(|one| one.0 < 0);
                for (_, one) in below {
                    self.element(&one, true);
                }
                self.children(element);
                for (_, one) in above {
                    self.element(&one, true);
                }
            } else {
                self.children(element);
            }
            if is_cut {
                self.out.push_str("</g>");
            }
            self.added(element, "::after", area.right() - number(&style, "padding-right"));
        }
        if is_group {
            self.out.push_str("</g>");
        }
    }

    /// What the style sheet adds before or after an element's content: a box with a place of its
    /// own, or a word in the line.
    fn added(&mut self, element: &Element, which: &str, x: f64) {
        let window = gloo::utils::window();
        let style = window.get_computed_style_with_pseudo_elt(element, which).ok().flatten();
        let Some(style) = style.filter(|style| {
            let is_there = value(style, "content").starts_with('"');
            is_there && value(style, "display") != "none" && value(style, "visibility") != "hidden"
        }) else {
            return;
        };
        if let Some(place) = added(element, &style, (self.left, self.top)) {
            self.boxes.draw(&mut self.out, place, radius(None, place, &style), &style);
        } else if let Some(text) = added_text(&style) {
            let area = element.get_bounding_client_rect();
            let y = area.top() - self.top + area.height() / 2.0;
            self.words(x - self.left, y, &text, &lines_of(element), &style);
        }
    }

    /// Begins to cut off what reaches out of a box that hides it; says whether it did.
    fn cut(&mut self, element: &Element, place: Place, style: &CssStyleDeclaration) -> bool {
        let hides = ["hidden", "clip", "auto", "scroll"].contains(&&*value(style, "overflow-x"));
        let reaches_out = element.scroll_width() > element.client_width() + 1
            || element.scroll_height() > element.client_height() + 1;
        if !hides || !reaches_out || element.client_width() == 0 {
            return false;
        }
        self.clips += 1;
        let (id, Place { x, y, w, h }) = (self.clips, place);
        let _ = write!(
            self.out,
            r#"<clipPath id="cut{id}"><rect x="{x:.2}" y="{y:.2}" width="{w:.2}" height="{h:.2}"/></clipPath><g clip-path="url(#cut{id})">"#
        );
        true
    }

    fn children(&mut self, element: &Element) {
        let nodes = element.child_nodes();
        for at in 0..nodes.length() {
            let Some(node) = nodes.item(at) else { continue };
            if let Some(child) = node.dyn_ref::<Element>() {
                // What has a level of its own is drawn with its level.
                if style_of(child).is_some_and(|style| level(&style).is_none()) {
                    self.element(child, false);
                }
            } else if node.node_type() == Node::TEXT_NODE {
                self.text(&node, element);
            }
        }
    }

    /// A small square that was turned to stand on its corner.
    fn diamond(&mut self, area: &DomRect, style: &CssStyleDeclaration) {
        let (x, y) = (area.left() - self.left, area.top() - self.top);
        let (w, h) = (area.width(), area.height());
        let fill = color(style, "background-color").unwrap_or_else(|| "none".to_owned());
        let stroke = color(style, "border-top-color").unwrap_or_else(|| "none".to_owned());
        let width = number(style, "border-top-width");
        let _ = write!(
            self.out,
            r#"<path d="M{:.2} {y:.2}L{:.2} {:.2}L{:.2} {:.2}L{x:.2} {:.2}z" fill="{fill}" stroke="{stroke}" stroke-width="{width}"/>"#,
            x + w / 2.0,
            x + w,
            y + h / 2.0,
            x + w / 2.0,
            y + h,
            y + h / 2.0,
        );
    }

    /// What a reader typed is no text node.
    fn field(&mut self, element: &Element, area: &DomRect, style: &CssStyleDeclaration) {
        let Some(field) = element.dyn_ref::<HtmlInputElement>() else { return };
        let x = area.left() - self.left + number(style, "padding-left");
        let y = area.top() - self.top + area.height() / 2.0;
        self.words(x, y, &field.value(), "", style);
    }

    /// A text as it is broken into lines.
    fn text(&mut self, node: &Node, parent: &Element) {
        let text = node.text_content().unwrap_or_default();
        let Some(style) = style_of(parent).filter(|_| !text.trim().is_empty()) else { return };
        let Ok(range) = gloo::utils::document().create_range() else { return };
        let (end, through) = (End::of(parent, &style), lines_of(parent));
        for (line, area, right) in lines(&range, node, &text, end.as_ref()) {
            let (x, y) = (area.left() - self.left, area.top() - self.top + area.height() / 2.0);
            self.words(x, y, &line, &through, &style);
            self.dots(x, y, right - area.left(), &style);
        }
    }

    /// A dotted line under words: an SVG's own underline has no dots.
    fn dots(&mut self, x: f64, y: f64, width: f64, style: &CssStyleDeclaration) {
        if !is_dotted(style) {
            return;
        }
        let Some(stroke) = color(style, "text-decoration-color") else { return };
        let thick = number(style, "text-decoration-thickness").max(1.0);
        // The words stand in the middle of their line, a third of a letter above its foot.
        let foot = y + number(style, "font-size") * 0.34;
        let line = foot + number(style, "text-underline-offset") + thick / 2.0;
        let _ = write!(
            self.out,
            r#"<line x1="{x:.2}" y1="{line:.2}" x2="{:.2}" y2="{line:.2}" stroke="{stroke}" stroke-width="{thick}" stroke-dasharray="{thick} {thick}"/>"#,
            x + width,
        );
    }

    fn words(&mut self, x: f64, y: f64, text: &str, lines: &str, style: &CssStyleDeclaration) {
        let Some(fill) = color(style, "color") else { return };
        let decoration = match lines {
            "" => String::new(),
            lines => format!(r#" text-decoration="{lines}""#),
        };
        let upper = value(style, "text-transform") == "uppercase";
        let text = if upper { text.to_uppercase() } else { text.to_owned() };
        let _ = write!(
            self.out,
            r#"<text x="{x:.2}" y="{y:.2}" dominant-baseline="central" xml:space="preserve" fill="{fill}" font-family="{}" font-size="{}" font-weight="{}" font-style="{}" letter-spacing="{}"{decoration}>{}</text>"#,
            escape(&value(style, "font-family")),
            value(style, "font-size"),
            value(style, "font-weight"),
            value(style, "font-style"),
            value(style, "letter-spacing").replace("normal", "0"),
            escape(text.trim_end()),
        );
    }

    /// A drawing of the page, with what its classes say written out.
    fn inline(&mut self, element: &Element, area: &DomRect, style: &CssStyleDeclaration) {
        let (x, y) = (area.left() - self.left, area.top() - self.top);
        let (width, height) = (area.width(), area.height());
        if width <= 0.0 || height <= 0.0 {
            return;
        }
        let bounds = element
            .get_attribute("viewBox")
            .unwrap_or_else(|| format!("0 0 {width:.2} {height:.2}"));
        let _ = write!(
            self.out,
            r#"<svg x="{x:.2}" y="{y:.2}" width="{width:.2}" height="{height:.2}" viewBox="{bounds}" overflow="visible""#
        );
        self.paint(style);
        self.out.push('>');
        let children = element.children();
        for at in 0..children.length() {
            if let Some(child) = children.item(at) {
                self.shape(&child);
            }
        }
        self.out.push_str("</svg>");
    }

    fn paint(&mut self, style: &CssStyleDeclaration) {
        for name in PAINT {
            let value = value(style, name);
            if !value.is_empty() {
                let _ = write!(self.out, r#" {name}="{}""#, escape(&value));
            }
        }
    }

    fn shape(&mut self, element: &Element) {
        let Some(style) = style_of(element) else { return };
        if value(&style, "display") == "none" || value(&style, "visibility") == "hidden" {
            return;
        }
        let tag = element.tag_name();
        let _ = write!(self.out, "<{tag}");
        let attributes = element.attributes();
        for at in 0..attributes.length() {
            let Some(one) = attributes.item(at) else { continue };
            let name = one.name();
            let is_ours = PAINT.contains(&&*name)
                || ["class", "style", "key", "cx", "cy", "transform"].contains(&&*name);
            if !is_ours && !name.starts_with("data-") && !name.starts_with("aria-") {
                let _ = write!(self.out, r#" {name}="{}""#, escape(&one.value()));
            }
        }
        for name in ["cx", "cy", "transform"] {
            // A place may come from the style sheet or from an animation's end.
            let set = value(&style, name);
            let is_set = !set.is_empty() && set != "none" && set != "auto" && set != "0px";
            if is_set && (name == "transform" || tag == "circle" || tag == "ellipse") {
                let _ = write!(self.out, r#" {name}="{}""#, set.trim_end_matches("px"));
            }
        }
        if tag == "rect" {
            // A radius may come from the style sheet alone.
            let rx = value(&style, "rx").replace("auto", "0");
            if element.get_attribute("rx").is_none() && !rx.is_empty() {
                let _ = write!(self.out, r#" rx="{}""#, rx.trim_end_matches("px"));
            }
        }
        self.paint(&style);
        self.out.push('>');
        let nodes = element.child_nodes();
        for at in 0..nodes.length() {
            let Some(node) = nodes.item(at) else { continue };
            if let Some(child) = node.dyn_ref::<Element>() {
                self.shape(child);
            } else if node.node_type() == Node::TEXT_NODE {
                let text = escape(&node.text_content().unwrap_or_default());
                self.out.push_str(&text);
            }
        }
        let _ = write!(self.out, "</{tag}>");
    }
}

/// What the style sheet may say of a drawing.
const PAINT: [&str; 17] = [
    "fill",
    "fill-opacity",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-opacity",
    "opacity",
    "paint-order",
    "vector-effect",
    "font-family",
    "font-size",
    "font-weight",
    "letter-spacing",
    "text-anchor",
    "color",
];

/// Where a line ends with an ellipsis that has no room for all of it.
struct End {
    right: f64,
    ellipsis: f64,
}

impl End {
    /// The end of the lines in an element, if something around it cuts them.
    fn of(parent: &Element, style: &CssStyleDeclaration) -> Option<Self> {
        let mut around = Some(parent.clone());
        for _ in 0..LEVELS_MAX {
            let one = around?;
            let own = style_of(&one)?;
            if value(&own, "text-overflow") == "ellipsis" && value(&own, "overflow-x") != "visible"
            {
                let edge = number(&own, "padding-right") + number(&own, "border-right-width");
                let right = one.get_bounding_client_rect().right() - edge;
                let share = if value(style, "font-family").contains("Mono") { 0.6 } else { 0.8 };
                let is_cut = one.scroll_width() > one.client_width();
                return is_cut
                    .then(|| Self { right, ellipsis: number(style, "font-size") * share });
            }
            around = one.parent_element();
        }
        None
    }
}

/// How far from a text the box may be that cuts it.
const LEVELS_MAX: usize = 4;

/// A line of a text, the place of its first letter, and where it ends.
type Line = (String, DomRect, f64);

/// The lines of a text node, each with the place that it takes.
fn lines(range: &web_sys::Range, node: &Node, text: &str, end: Option<&End>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut offset = 0;
    for letter in text.chars() {
        let from = offset;
        // The page counts a text in units of sixteen bits.
        offset += u32::try_from(letter.len_utf16()).unwrap_or(1);
        if range.set_start(node, from).is_err() || range.set_end(node, offset).is_err() {
            return lines;
        }
        let area = range.get_bounding_client_rect();
        if area.width() <= 0.0 && letter.is_whitespace() {
            continue;
        }
        if let Some(end) = end
            && area.right() > end.right + 0.5
        {
            shorten(range, node, &mut lines, end);
            break;
        }
        match lines.last_mut() {
            Some((line, first, right))
                if (first.top() - area.top()).abs() < first.height() / 2.0 =>
            {
                line.push(letter);
                *right = area.right();
            }
            _ => {
                let right = area.right();
                lines.push((letter.to_string(), area, right));
            }
        }
    }
    lines.retain(|(line, ..)| !line.trim().is_empty());
    lines
}

/// Takes letters away until the ellipsis has room.
fn shorten(range: &web_sys::Range, node: &Node, lines: &mut [Line], end: &End) {
    let Some((line, ..)) = lines.last_mut() else { return };
    let mut units = u32::try_from(line.encode_utf16().count()).unwrap_or(0);
    while let Some(letter) = line.pop() {
        let size = u32::try_from(letter.len_utf16()).unwrap_or(1);
        units = units.saturating_sub(size);
        let is_set =
            range.set_start(node, units).is_ok() && range.set_end(node, units + size).is_ok();
        if !is_set || range.get_bounding_client_rect().left() + end.ellipsis <= end.right {
            break;
        }
    }
    line.push('…');
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
