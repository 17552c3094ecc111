//! `html!`: yew's markup, compiled to one template and what is put into its gaps.
//!
//! yew's own macro brings code that builds each element and each attribute; this one writes all
//! that is known beforehand into a text, which `markup::Parts` reads once, and brings one call
//! for each value that is not. A component's properties are given as a struct is, each by its
//! name. Must not know elements. Invariant: the tree is the one that yew's macro builds, and
//! values are worked out in the order in which they stand.

use proc_macro2::{Ident, Span, TokenStream as Tokens, TokenTree};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::token::Brace;
use syn::{Block, Error, Expr, ExprBlock, ExprLit, Lit, Result, Stmt, Token, Type, braced};

/// Attributes that are there or not.
const FLAGS: [&str; 26] = [
    "allowfullscreen",
    "async",
    "autofocus",
    "autoplay",
    "controls",
    "default",
    "defer",
    "disabled",
    "formnovalidate",
    "hidden",
    "inert",
    "ismap",
    "itemscope",
    "loop",
    "multiple",
    "muted",
    "nomodule",
    "novalidate",
    "open",
    "playsinline",
    "readonly",
    "required",
    "reversed",
    "selected",
    "truespeed",
    "webkitdirectory",
];

/// What stands in a template before each piece; `markup::template` reads them.
mod sign {
    pub(super) const ELEMENT: char = '\u{1}';
    pub(super) const NAME: char = '\u{2}';
    pub(super) const VALUE: char = '\u{3}';
    pub(super) const GAP: char = '\u{4}';
    pub(super) const LISTENER: char = '\u{5}';
    pub(super) const KEY: char = '\u{6}';
    pub(super) const REFERENCE: char = '\u{7}';
    pub(super) const TEXT: char = '\u{8}';
    pub(super) const NODE: char = '\u{b}';
    pub(super) const LIST: char = '\u{e}';
    pub(super) const CLOSE: char = '\u{f}';
    pub(super) const STATE: char = '\u{10}';
}

/// A whole `html!`.
pub(crate) struct Root(Vec<Tree>);

enum Tree {
    Element(Element),
    /// A fragment.
    List(Vec<Tree>),
    Component(Box<Component>),
    /// A text that is known.
    Text(String),
    Node(Tokens),
    Nodes(Tokens),
    If(If),
}

struct Element {
    name: String,
    span: Span,
    attributes: Vec<Attribute>,
    children: Vec<Tree>,
}

struct Component {
    name: Type,
    properties: Vec<Attribute>,
    /// Where properties come from that are not given.
    base: Option<Expr>,
    children: Vec<Tree>,
}

struct Attribute {
    name: String,
    label: Ident,
    value: Expr,
}

struct If {
    condition: Expr,
    then: Vec<Tree>,
    otherwise: Option<Box<Tree>>,
    /// An `else` with a block.
    other: Vec<Tree>,
}

impl Parse for Root {
    fn parse(input: ParseStream) -> Result<Self> {
        if input.is_empty() {
            return Ok(Root(Vec::new()));
        }
        let is_tree = input.peek(Token![<]) || input.peek(Token![if]) || input.peek(Brace);
        if !is_tree {
            return Ok(Root(vec![plain(input)?]));
        }
        let tree = input.parse()?;
        if !input.is_empty() {
            return Err(input.error("only one root is allowed; a fragment takes several"));
        }
        Ok(Root(vec![tree]))
    }
}

impl Parse for Tree {
    fn parse(input: ParseStream) -> Result<Self> {
        if input.peek(Token![if]) {
            return Ok(Tree::If(input.parse()?));
        }
        if input.peek(Brace) {
            let inside;
            braced!(inside in input);
            if inside.peek(Token![for]) {
                inside.parse::<Token![for]>()?;
                return Ok(Tree::Nodes(inside.parse()?));
            }
            return plain(&inside);
        }
        if input.peek(Token![<]) && input.peek2(Token![>]) {
            input.parse::<Token![<]>()?;
            input.parse::<Token![>]>()?;
            let children = children(input)?;
            input.parse::<Token![<]>()?;
            input.parse::<Token![/]>()?;
            input.parse::<Token![>]>()?;
            return Ok(Tree::List(children));
        }
        if is_component(input) {
            Ok(Tree::Component(Box::new(input.parse()?)))
        } else {
            Ok(Tree::Element(input.parse()?))
        }
    }
}

/// What stands in braces: a literal is a text, all else a node.
fn plain(input: ParseStream) -> Result<Tree> {
    if let Ok(Expr::Lit(literal)) = input.fork().parse::<Expr>() {
        input.parse::<Expr>()?;
        return Ok(Tree::Text(written(&literal.lit)?));
    }
    Ok(Tree::Node(input.parse()?))
}

/// A literal as the page shows it.
fn written(literal: &Lit) -> Result<String> {
    Ok(match literal {
        Lit::Str(text) => text.value(),
        Lit::Char(letter) => letter.value().to_string(),
        Lit::Int(number) => number.base10_digits().to_owned(),
        Lit::Bool(flag) => flag.value.to_string(),
        other => return Err(Error::new(other.span(), "this can't be text")),
    })
}

/// Whether a tag opens a component: its name begins with a capital or is a path.
fn is_component(input: ParseStream) -> bool {
    let ahead = input.fork();
    let name = ahead.parse::<Token![<]>().and_then(|_| ahead.call(Ident::parse_any));
    name.is_ok_and(|name| {
        name.to_string().starts_with(|first: char| first.is_ascii_uppercase())
            || ahead.peek(Token![::])
    })
}

/// Everything up to the closing tag.
fn children(input: ParseStream) -> Result<Vec<Tree>> {
    let mut children = Vec::new();
    while !(input.peek(Token![<]) && input.peek2(Token![/])) {
        if input.is_empty() {
            return Err(input.error("a tag is not closed"));
        }
        children.push(input.parse()?);
    }
    Ok(children)
}

impl Parse for Component {
    fn parse(input: ParseStream) -> Result<Self> {
        input.parse::<Token![<]>()?;
        let name: Type = input.parse()?;
        let mut whole =
            Component { name, properties: Vec::new(), base: None, children: Vec::new() };
        while !input.peek(Token![>]) && !input.peek(Token![/]) {
            if input.parse::<Option<Token![..]>>()?.is_some() {
                // The slash that closes the tag would be read as a division.
                let mut base = Tokens::new();
                while !(input.peek(Token![>]) || input.peek(Token![/]) && input.peek2(Token![>])) {
                    base.extend([input.parse::<TokenTree>()?]);
                }
                whole.base = Some(syn::parse2(base)?);
                break;
            }
            whole.properties.push(input.parse()?);
        }
        let is_closed = input.parse::<Option<Token![/]>>()?.is_some();
        input.parse::<Token![>]>()?;
        if !is_closed {
            whole.children = children(input)?;
            input.parse::<Token![<]>()?;
            input.parse::<Token![/]>()?;
            let closed: Type = input.parse()?;
            let name = &whole.name;
            if quote!(#closed).to_string() != quote!(#name).to_string() {
                return Err(Error::new(closed.span(), "another component is open here"));
            }
            input.parse::<Token![>]>()?;
        }
        Ok(whole)
    }
}

impl Component {
    fn tokens(&self) -> Result<Tokens> {
        let Component { name, properties, base, children } = self;
        let mut key = quote! { ::core::option::Option::None };
        let mut given = Vec::new();
        for Attribute { name, label, value } in properties {
            if name == "key" {
                key = quote! { ::core::option::Option::Some(::core::convert::Into::into(#value)) };
            } else {
                given.push(quote_spanned! {label.span()=>
                    #label: ::yew::html::IntoPropValue::into_prop_value(#value)
                });
            }
        }
        if !children.is_empty() {
            let inside = inside(children)?;
            given.push(quote! { children: ::yew::html::IntoPropValue::into_prop_value(#inside) });
        }
        let base = base.as_ref().map(|base| quote! { ..#base });
        Ok(quote! { {
            type Given = <#name as ::yew::html::BaseComponent>::Properties;
            crate::markup::component::<#name>(Given { #(#given,)* #base }, #key)
        } })
    }
}

/// Children as one node: a single one is itself, more are a list.
fn inside(children: &[Tree]) -> Result<Tokens> {
    match children {
        [one @ (Tree::Element(_) | Tree::Component(_) | Tree::Node(_) | Tree::Text(_))] => {
            node(one)
        }
        more => listed(more),
    }
}

/// Several children as a list.
fn listed(children: &[Tree]) -> Result<Tokens> {
    let mut template = Template::default();
    template.list(children)?;
    Ok(template.tokens())
}

impl Parse for Element {
    fn parse(input: ParseStream) -> Result<Self> {
        input.parse::<Token![<]>()?;
        let span = input.span();
        let (name, _) = dashed(input)?;
        let mut attributes = Vec::new();
        while !input.peek(Token![>]) && !input.peek(Token![/]) {
            attributes.push(input.parse()?);
        }
        let is_closed = input.parse::<Option<Token![/]>>()?.is_some();
        input.parse::<Token![>]>()?;
        let mut element = Element { name, span, attributes, children: Vec::new() };
        if !is_closed {
            element.children = children(input)?;
            input.parse::<Token![<]>()?;
            input.parse::<Token![/]>()?;
            let (closed, label) = dashed(input)?;
            if closed != element.name {
                let what = format!("`{}` is open here, not `{closed}`", element.name);
                return Err(Error::new(label.span(), what));
            }
            input.parse::<Token![>]>()?;
        }
        Ok(element)
    }
}

/// A name with dashes, and its first word.
fn dashed(input: ParseStream) -> Result<(String, Ident)> {
    let first = input.call(Ident::parse_any)?;
    let mut name = first.unraw().to_string();
    while input.peek(Token![-]) {
        input.parse::<Token![-]>()?;
        name = format!("{name}-{}", input.call(Ident::parse_any)?.unraw());
    }
    Ok((name, first))
}

impl Parse for Attribute {
    fn parse(input: ParseStream) -> Result<Self> {
        if input.peek(Brace) {
            let inside;
            braced!(inside in input);
            let label: Ident = inside.parse()?;
            let value = syn::parse_quote!(#label);
            return Ok(Attribute { name: label.to_string(), label, value });
        }
        let (name, label) = dashed(input)?;
        input.parse::<Token![=]>()?;
        let value = if input.peek(Brace) {
            bare(input.parse()?)
        } else {
            Expr::Lit(ExprLit { attrs: Vec::new(), lit: input.parse()? })
        };
        Ok(Attribute { name, label, value })
    }
}

/// An expression without the braces around it.
fn bare(block: ExprBlock) -> Expr {
    match &block.block {
        Block { stmts, .. } if stmts.len() == 1 => match &stmts[0] {
            Stmt::Expr(expr, None) => expr.clone(),
            Stmt::Macro(one) if one.semi_token.is_none() => {
                Expr::Macro(syn::ExprMacro { attrs: Vec::new(), mac: one.mac.clone() })
            }
            _ => Expr::Block(block),
        },
        _ => Expr::Block(block),
    }
}

impl Parse for If {
    fn parse(input: ParseStream) -> Result<Self> {
        input.parse::<Token![if]>()?;
        let condition = input.call(Expr::parse_without_eager_brace)?;
        let then = branch(input)?;
        let mut whole = If { condition, then, otherwise: None, other: Vec::new() };
        if input.parse::<Option<Token![else]>>()?.is_some() {
            if input.peek(Token![if]) {
                whole.otherwise = Some(Box::new(Tree::If(input.parse()?)));
            } else {
                whole.other = branch(input)?;
            }
        }
        Ok(whole)
    }
}

fn branch(input: ParseStream) -> Result<Vec<Tree>> {
    let inside;
    braced!(inside in input);
    let mut trees = Vec::new();
    while !inside.is_empty() {
        trees.push(inside.parse()?);
    }
    Ok(trees)
}

impl Root {
    /// The expression that this markup stands for.
    pub(crate) fn tokens(&self) -> Result<Tokens> {
        let inner = if let [one] = &self.0[..] {
            node(one)?
        } else {
            quote! { <::yew::virtual_dom::VNode as ::core::default::Default>::default() }
        };
        Ok(quote! { { #[allow(clippy::useless_conversion, unused_braces)] { #inner } } })
    }
}

/// A tree as a node.
fn node(tree: &Tree) -> Result<Tokens> {
    Ok(match tree {
        Tree::Component(component) => component.tokens()?,
        Tree::Node(expr) => {
            quote_spanned!(expr.span()=> crate::markup::Inside::into_node(#expr))
        }
        Tree::Nodes(_) => listed(std::slice::from_ref(tree))?,
        Tree::If(whole) => whole.tokens()?,
        Tree::Element(_) | Tree::List(_) | Tree::Text(_) => {
            let mut template = Template::default();
            template.tree(tree)?;
            template.tokens()
        }
    })
}

impl If {
    fn tokens(&self) -> Result<Tokens> {
        let If { condition, then, otherwise, other } = self;
        let then = listed(then)?;
        let otherwise = match otherwise {
            Some(nested) => node(nested)?,
            None => listed(other)?,
        };
        Ok(quote! { if #condition { #then } else { #otherwise } })
    }
}

/// A template as it is written, and the calls that fill its gaps.
#[derive(Default)]
struct Template {
    text: String,
    calls: Vec<Tokens>,
}

impl Template {
    fn sign(&mut self, sign: char, text: &str) {
        self.text.push(sign);
        self.text.push_str(text);
    }

    fn call(&mut self, call: Tokens) {
        self.calls.push(call);
    }

    fn tokens(self) -> Tokens {
        let Template { text, calls } = self;
        if calls.is_empty() {
            return quote! { crate::markup::Parts::new().stand(#text) };
        }
        let parts = Ident::new("__parts", Span::mixed_site());
        let calls = calls.into_iter().map(|call| quote!(#parts.#call;));
        quote! {
            {
                let mut #parts = crate::markup::Parts::new();
                #(#calls)*
                #parts.stand(#text)
            }
        }
    }

    fn list(&mut self, children: &[Tree]) -> Result<()> {
        self.sign(sign::LIST, "");
        self.trees(children)?;
        self.sign(sign::CLOSE, "");
        Ok(())
    }

    fn trees(&mut self, trees: &[Tree]) -> Result<()> {
        trees.iter().try_for_each(|tree| self.tree(tree))
    }

    fn tree(&mut self, tree: &Tree) -> Result<()> {
        match tree {
            Tree::Element(element) => return self.element(element),
            Tree::List(children) => return self.list(children),
            Tree::Text(text) => self.sign(sign::TEXT, text),
            Tree::Nodes(expr) => {
                self.sign(sign::NODE, "");
                self.call(quote_spanned!(expr.span()=> each(#expr)));
            }
            Tree::Node(expr) => {
                self.sign(sign::NODE, "");
                self.call(quote_spanned!(expr.span()=> put(#expr)));
            }
            Tree::Component(_) | Tree::If(_) => {
                let node = node(tree)?;
                self.sign(sign::NODE, "");
                self.call(quote!(node(#node)));
            }
        }
        Ok(())
    }

    /// An element: its state, reference, key, attributes, listeners, and what is in it.
    fn element(&mut self, element: &Element) -> Result<()> {
        let Element { name, span, attributes, children } = element;
        let is_field = name == "input" || name == "textarea";
        if is_field && !children.is_empty() {
            return Err(Error::new(*span, "this element has no children"));
        }
        self.sign(sign::ELEMENT, name);
        let named = |wanted: &str| attributes.iter().find(|one| one.name == wanted);
        let states: &[&str] = match &name[..] {
            "input" => &["value"],
            "textarea" => &["value", "defaultvalue"],
            _ => &[],
        };
        for state in states.iter().filter_map(|name| named(name)) {
            let value = &state.value;
            self.sign(sign::STATE, &state.name);
            self.call(quote_spanned!(value.span()=> attribute(#value)));
        }
        if let Some(Attribute { value, .. }) = named("ref") {
            self.sign(sign::REFERENCE, "");
            self.call(quote_spanned!(value.span()=> reference(#value)));
        }
        if let Some(Attribute { value, .. }) = named("key") {
            self.sign(sign::KEY, "");
            self.call(quote_spanned!(value.span()=> key(#value)));
        }
        if let Some(checked) = named("checked").filter(|_| is_field) {
            return Err(Error::new(checked.label.span(), "`checked` is not understood"));
        }
        let is_listener = |one: &&Attribute| one.name.starts_with("on");
        let is_plain = |one: &&Attribute| {
            let name = &one.name[..];
            !is_listener(one) && !matches!(name, "ref" | "key" | "class") && !states.contains(&name)
        };
        let is_flag = |one: &&Attribute| FLAGS.contains(&&one.name[..]);
        let usual = attributes.iter().filter(is_plain).filter(|one| !is_flag(one));
        let flags = attributes.iter().filter(is_plain).filter(is_flag);
        for one in usual.chain(flags).chain(named("class")) {
            self.attribute(one)?;
        }
        for Attribute { label, value, .. } in attributes.iter().filter(is_listener) {
            self.sign(sign::LISTENER, "");
            self.call(quote_spanned! {value.span()=>
                listener(::yew::html::#label::Wrapper::__macro_new(#value))
            });
        }
        self.trees(children)?;
        self.sign(sign::CLOSE, "");
        Ok(())
    }

    fn attribute(&mut self, attribute: &Attribute) -> Result<()> {
        let Attribute { name, value, .. } = attribute;
        let is_flag = FLAGS.contains(&&name[..]);
        if let Expr::Lit(literal) = value {
            let text = match &literal.lit {
                Lit::Bool(flag) if is_flag && !flag.value => return Ok(()),
                Lit::Bool(_) if is_flag => name.clone(),
                other => written(other)?,
            };
            if name != "class" || !text.is_empty() {
                self.sign(sign::NAME, name);
                self.sign(sign::VALUE, &text);
            }
            return Ok(());
        }
        self.sign(sign::NAME, name);
        self.sign(sign::GAP, "");
        self.call(match &name[..] {
            _ if is_flag => quote_spanned!(value.span()=> flag(#value, #name)),
            "class" => quote_spanned!(value.span()=> class(#value)),
            _ => quote_spanned!(value.span()=> attribute(#value)),
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(markup: &str) -> String {
        let root: Root = syn::parse_str(markup).expect("it is markup");
        root.tokens().expect("it stands").to_string()
    }

    fn refused(markup: &str) -> String {
        match syn::parse_str::<Root>(markup).and_then(|root| root.tokens()) {
            Ok(tokens) => format!("taken: {tokens}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn what_is_known_is_one_text() {
        let all = expanded(r#"<p class="a" aria-hidden="true">{ "b" }<br/></p>"#);
        let text = r"\u{1}p\u{2}aria-hidden\u{3}true\u{2}class\u{3}a\u{8}b\u{1}br\u{f}\u{f}";
        assert!(all.contains(text), "{all}");
        assert!(!all.contains("let mut"), "{all}");
    }

    #[test]
    fn gaps_are_filled_in_the_order_in_which_they_stand() {
        let all = expanded("<b onclick={e} class={d} hidden={c} key={a} title={b}>{ f }</b>");
        let places = ["key (a)", "attribute (b)", "flag (c", "class (d)", "new (e)", "put (f)"];
        let found = places.map(|place| all.find(place).unwrap_or_else(|| panic!("{place}: {all}")));
        assert!(found.is_sorted(), "{all}");
    }

    #[test]
    fn a_flag_that_is_off_is_not_there() {
        let all = expanded("<a open=true hidden=false/>");
        assert!(all.contains(r"\u{2}open\u{3}open"), "{all}");
        assert!(!all.contains("hidden"), "{all}");
    }

    #[test]
    fn a_component_is_given_its_properties_and_one_child() {
        let all = expanded("<Menu key={2} a={1} ..rest><b/><i/></Menu>");
        assert!(all.contains("Given { a : :: yew :: html :: IntoPropValue"), "{all}");
        assert!(all.contains(". . rest }") || all.contains(".. rest }"), "{all}");
        assert!(all.contains(r"\u{e}\u{1}b\u{f}\u{1}i\u{f}\u{f}"), "{all}");
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        assert_eq!(refused("<a></b>"), "`a` is open here, not `b`");
        assert_eq!(refused("<a/><b/>"), "only one root is allowed; a fragment takes several");
        assert_eq!(refused("<textarea><b/></textarea>"), "this element has no children");
        assert_eq!(refused("<input checked={a}/>"), "`checked` is not understood");
        assert!(refused("<a><b/>").contains("a tag is not closed"));
    }
}
