//! Templates read once, and nodes built after them.
//!
//! Owns the signs of a template, which `podium_derive::html` writes. It must not know where a
//! value comes from. Invariant: each template is read once in a page's life and kept.

use super::Part;
use std::cell::RefCell;
use std::vec::IntoIter;
use yew::prelude::*;
use yew::virtual_dom::{
    AttributeOrProperty, Attributes, Key, Listeners, VList, VNode, VTag, VText,
};

const ELEMENT: char = '\u{1}';
const NAME: char = '\u{2}';
const VALUE: char = '\u{3}';
const GAP: char = '\u{4}';
const LISTENER: char = '\u{5}';
const KEY: char = '\u{6}';
const REFERENCE: char = '\u{7}';
const TEXT: char = '\u{8}';
const NODE: char = '\u{b}';
const LIST: char = '\u{e}';
const CLOSE: char = '\u{f}';
const STATE: char = '\u{10}';

/// A place of a template.
enum Shape {
    Element(Element),
    List(Vec<Shape>),
    Text(&'static str),
    /// A gap for what stands between tags.
    Gap,
}

#[derive(Default)]
struct Element {
    tag: &'static str,
    /// `value` and `defaultvalue` of a field.
    states: Vec<&'static str>,
    has_reference: bool,
    has_key: bool,
    keys: &'static [&'static str],
    /// The values that are known, one for each key.
    values: Vec<Option<&'static str>>,
    /// Keys and values if all are known.
    fixed: Option<&'static [(&'static str, AttributeOrProperty)]>,
    listeners: usize,
    children: Vec<Shape>,
}

/// Templates by their places, in order.
type Known = Vec<(usize, &'static Shape)>;

thread_local! {
    static KNOWN: RefCell<Known> = const { RefCell::new(Vec::new()) };
}

/// A template with its gaps filled.
pub(super) fn build(template: &'static str, parts: Vec<Part>) -> Html {
    shape(template).node(&mut parts.into_iter())
}

/// What fills a single gap, as a node.
pub(super) fn sole(parts: Vec<Part>) -> Html {
    Shape::Gap.node(&mut parts.into_iter())
}

/// A template, read if it was not yet. One is told from another by its address: they are
/// written out by the macro and never change.
fn shape(template: &'static str) -> &'static Shape {
    let address = template.as_ptr().addr();
    KNOWN.with_borrow_mut(|known| {
        let at = known.partition_point(|(other, _)| *other < address);
        match known.get(at) {
            Some((other, shape)) if *other == address => shape,
            _ => {
                let read: &'static Shape = Box::leak(Box::new(Reader(template).shape()));
                known.insert(at, (address, read));
                read
            }
        }
    })
}

/// What of a template is not read yet.
struct Reader(&'static str);

impl Reader {
    /// The next sign and the word behind it.
    fn next(&mut self) -> (char, &'static str) {
        let mut letters = self.0.chars();
        let sign = letters.next().unwrap_or(CLOSE);
        let rest = letters.as_str();
        let end = rest.bytes().position(|byte| byte <= 0x10 && byte != b'\n' && byte != b'\t');
        let (word, rest) = rest.split_at(end.unwrap_or(rest.len()));
        self.0 = rest;
        (sign, word)
    }

    fn shape(&mut self) -> Shape {
        let (sign, word) = self.next();
        self.place(sign, word)
    }

    fn place(&mut self, sign: char, word: &'static str) -> Shape {
        match sign {
            ELEMENT => Shape::Element(self.element(word)),
            LIST => Shape::List(self.list()),
            TEXT => Shape::Text(word),
            NODE => Shape::Gap,
            _ => Shape::List(Vec::new()),
        }
    }

    fn list(&mut self) -> Vec<Shape> {
        let mut shapes = Vec::new();
        loop {
            match self.next() {
                (CLOSE, _) => return shapes,
                (sign, word) => shapes.push(self.place(sign, word)),
            }
        }
    }

    fn element(&mut self, tag: &'static str) -> Element {
        let mut element = Element { tag, ..Element::default() };
        let mut keys = Vec::new();
        loop {
            let (sign, word) = self.next();
            match sign {
                CLOSE => break,
                STATE => element.states.push(word),
                REFERENCE => element.has_reference = true,
                KEY => element.has_key = true,
                NAME => keys.push(word),
                VALUE => element.values.push(Some(word)),
                GAP => element.values.push(None),
                LISTENER => element.listeners += 1,
                sign => {
                    let child = self.place(sign, word);
                    element.children.push(child);
                }
            }
        }
        element.keys = keys.leak();
        let pairs = element.keys.iter().zip(&element.values);
        let fixed = pairs.map(|(key, value)| value.map(|value| (*key, known(value))));
        element.fixed = fixed.collect::<Option<Vec<_>>>().map(|all| &*all.leak());
        element
    }
}

const fn known(value: &'static str) -> AttributeOrProperty {
    AttributeOrProperty::Static(value)
}

type Filling = IntoIter<Part>;

fn value(parts: &mut Filling) -> Option<AttrValue> {
    match parts.next() {
        Some(Part::Value(value)) => value,
        _ => None,
    }
}

impl Shape {
    fn node(&self, parts: &mut Filling) -> VNode {
        match self {
            Shape::Element(element) => element.node(parts),
            Shape::List(shapes) => several(all(shapes, parts)),
            Shape::Text(text) => VText::new(*text).into(),
            Shape::Gap => match parts.next() {
                Some(Part::Node(node)) => node,
                Some(Part::Nodes(nodes)) => several(nodes),
                _ => VNode::default(),
            },
        }
    }
}

fn several(nodes: Vec<VNode>) -> VNode {
    VList::with_children(nodes, None).into()
}

/// Places beside each other; a gap may be filled with any number of nodes.
fn all(shapes: &[Shape], parts: &mut Filling) -> Vec<VNode> {
    let mut nodes = Vec::with_capacity(shapes.len());
    for shape in shapes {
        match shape {
            Shape::Gap => match parts.next() {
                Some(Part::Node(node)) => nodes.push(node),
                Some(Part::Nodes(more)) => nodes.extend(more),
                _ => (),
            },
            shape => nodes.push(shape.node(parts)),
        }
    }
    nodes
}

impl Element {
    fn node(&self, parts: &mut Filling) -> VNode {
        let mut states = self.states.iter().map(|name| (*name, value(parts))).collect::<Vec<_>>();
        let reference = match self.has_reference.then(|| parts.next()) {
            Some(Some(Part::Reference(reference))) => reference,
            _ => NodeRef::default(),
        };
        let key = match self.has_key.then(|| parts.next()) {
            Some(Some(Part::Key(key))) => Some(key),
            _ => None,
        };
        let attributes = self.attributes(parts);
        let listeners = self.listeners(parts);
        let mut state = |wanted: &str| {
            let found = states.iter_mut().find(|(name, _)| *name == wanted);
            found.and_then(|(_, value)| value.take())
        };
        self.tag(&mut state, (reference, key), attributes, listeners, parts).into()
    }

    fn tag(
        &self,
        state: &mut dyn FnMut(&str) -> Option<AttrValue>,
        (reference, key): (NodeRef, Option<Key>),
        attributes: Attributes,
        listeners: Listeners,
        parts: &mut Filling,
    ) -> VTag {
        match self.tag {
            "input" => {
                VTag::__new_input(state("value"), None, reference, key, attributes, listeners)
            }
            "textarea" => {
                let (value, usual) = (state("value"), state("defaultvalue"));
                VTag::__new_textarea(value, usual, reference, key, attributes, listeners)
            }
            tag => {
                let tag = AttrValue::Static(tag);
                let inside = self.inside(parts);
                VTag::__new_other(tag, reference, key, attributes, listeners, inside)
            }
        }
    }

    /// A single child is itself, more are a list.
    fn inside(&self, parts: &mut Filling) -> VNode {
        match &self.children[..] {
            [] => VNode::default(),
            [one] => one.node(parts),
            more => several(all(more, parts)),
        }
    }

    fn attributes(&self, parts: &mut Filling) -> Attributes {
        if let Some(fixed) = self.fixed {
            return Attributes::Static(fixed);
        }
        let given = self.values.iter().map(|known| match known {
            Some(known) => Some(AttrValue::Static(known)),
            None => value(parts),
        });
        let values = given.map(|value| value.map(AttributeOrProperty::Attribute)).collect();
        Attributes::Dynamic { keys: self.keys, values }
    }

    fn listeners(&self, parts: &mut Filling) -> Listeners {
        if self.listeners == 0 {
            return Listeners::None;
        }
        let heard = (0..self.listeners).map(|_| match parts.next() {
            Some(Part::Listener(listener)) => listener,
            _ => None,
        });
        Listeners::Pending(heard.collect())
    }
}
