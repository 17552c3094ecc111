//! What `html!` and `classes!` of this page stand for.
//!
//! Owns the way from a template and the values for its gaps to yew's nodes. It must not know a
//! component. Invariant: the gaps of a template are filled in the order in which they stand, each
//! with what it asks for; the macro writes both.

mod shape;
mod words;

pub(crate) use words::{Class, Value};

use std::rc::Rc;
use yew::html::BaseComponent;
use yew::prelude::*;
use yew::virtual_dom::{Key, Listener, VChild, VText};

/// What a component's file uses: yew's, but for the macros that are ours.
pub(crate) mod prelude {
    pub(crate) use super::{ClassList, classes};
    pub(crate) use podium_derive::html;
    pub(crate) use yew::prelude::*;
}

/// The classes of an element as one attribute.
macro_rules! classes {
    ($($class:expr),* $(,)?) => {{
        let mut classes = $crate::markup::ClassList::default();
        $($crate::markup::Class::add($class, &mut classes);)*
        classes
    }};
}

pub(crate) use classes;

/// Words of a class attribute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ClassList(pub(in crate::markup) String);

/// A component with what it is given.
pub(crate) fn component<C: BaseComponent>(given: C::Properties, key: Option<Key>) -> Html {
    VChild::<C>::new(given, key).into()
}

/// What fills one gap of a template.
enum Part {
    Value(Option<AttrValue>),
    Listener(Option<Rc<dyn Listener>>),
    Key(Key),
    Reference(NodeRef),
    Node(Html),
    Nodes(Vec<Html>),
}

/// What fills the gaps of one template.
pub(crate) struct Parts(Vec<Part>);

impl Parts {
    pub(crate) fn new() -> Parts {
        Parts(Vec::new())
    }

    fn push(&mut self, part: Part) {
        self.0.push(part);
    }

    pub(crate) fn attribute(&mut self, value: impl Value) {
        value.put(self);
    }

    /// A class attribute; without a class there is none.
    pub(crate) fn class(&mut self, value: impl Value) {
        value.put(self);
        self.without_empty();
    }

    fn without_empty(&mut self) {
        if let Some(Part::Value(value)) = self.0.last_mut() {
            *value = value.take().filter(|value| !value.is_empty());
        }
    }

    /// An attribute that is there or not.
    pub(crate) fn flag(&mut self, is_on: bool, name: &'static str) {
        self.value(is_on.then_some(AttrValue::Static(name)));
    }

    fn value(&mut self, value: Option<AttrValue>) {
        self.push(Part::Value(value));
    }

    pub(crate) fn listener(&mut self, listener: Option<Rc<dyn Listener>>) {
        self.push(Part::Listener(listener));
    }

    pub(crate) fn key(&mut self, key: impl Into<Key>) {
        self.push(Part::Key(key.into()));
    }

    pub(crate) fn reference(&mut self, reference: NodeRef) {
        self.push(Part::Reference(reference));
    }

    pub(crate) fn node(&mut self, node: Html) {
        self.push(Part::Node(node));
    }

    fn nodes(&mut self, nodes: Vec<Html>) {
        self.push(Part::Nodes(nodes));
    }

    pub(crate) fn put(&mut self, inside: impl Inside) {
        inside.put(self);
    }

    /// Every item of a list, each beside the others.
    pub(crate) fn each<T: Into<Html>>(&mut self, items: impl IntoIterator<Item = T>) {
        let mut nodes = Vec::new();
        for item in items {
            nodes.push(item.into());
        }
        self.nodes(nodes);
    }

    /// The template with its gaps filled.
    pub(crate) fn stand(self, template: &'static str) -> Html {
        shape::build(template, self.0)
    }
}

/// What may stand between tags.
pub(crate) trait Inside: Sized {
    /// Fills a gap.
    fn put(self, parts: &mut Parts);

    /// As a node of its own.
    fn into_node(self) -> Html {
        let mut parts = Parts::new();
        self.put(&mut parts);
        shape::sole(parts.0)
    }
}

impl Inside for Html {
    fn put(self, parts: &mut Parts) {
        parts.node(self);
    }

    fn into_node(self) -> Html {
        self
    }
}

impl<T: Inside> Inside for Option<T> {
    fn put(self, parts: &mut Parts) {
        match self {
            Some(inside) => inside.put(parts),
            None => parts.nodes(Vec::new()),
        }
    }
}

impl Inside for Vec<Html> {
    fn put(self, parts: &mut Parts) {
        parts.nodes(self);
    }
}

impl Inside for AttrValue {
    fn put(self, parts: &mut Parts) {
        parts.node(VText::new(self).into());
    }
}

impl Inside for &AttrValue {
    fn put(self, parts: &mut Parts) {
        Inside::put(self.clone(), parts);
    }
}

impl Inside for Rc<str> {
    fn put(self, parts: &mut Parts) {
        Inside::put(AttrValue::Rc(self), parts);
    }
}

impl Inside for &str {
    fn put(self, parts: &mut Parts) {
        Inside::put(Rc::<str>::from(self), parts);
    }
}

impl Inside for String {
    fn put(self, parts: &mut Parts) {
        Inside::put(self.as_str(), parts);
    }
}

impl Inside for &String {
    fn put(self, parts: &mut Parts) {
        Inside::put(self.as_str(), parts);
    }
}

impl Inside for usize {
    fn put(self, parts: &mut Parts) {
        Inside::put(self.to_string(), parts);
    }
}

impl Inside for u32 {
    fn put(self, parts: &mut Parts) {
        Inside::put(self.to_string(), parts);
    }
}
