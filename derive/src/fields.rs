//! The fields of a struct: what they are called and how each is read and written.
//!
//! Must not know enums. Invariant: a field has one name in a tree, or is the rest of them.

use proc_macro2::TokenStream as Tokens;
use quote::quote;
use syn::meta::ParseNestedMeta;
use syn::{Attribute, DataStruct, DeriveInput, Error, Ident, LitStr, Path, Type};

/// What the attributes ask: each with its text, if it has one.
pub(crate) fn attributes(all: &[Attribute]) -> syn::Result<Vec<(String, Option<LitStr>)>> {
    let mut found = Vec::new();
    for attribute in all.iter().filter(|one| one.path().is_ident("serde")) {
        attribute.parse_nested_meta(|meta: ParseNestedMeta<'_>| {
            let name = meta.path.require_ident()?.to_string();
            let text = if meta.input.peek(syn::Token![=]) {
                Some(meta.value()?.parse::<LitStr>()?)
            } else {
                None
            };
            found.push((name, text));
            Ok(())
        })?;
    }
    Ok(found)
}

/// What is asked of a type as a whole.
pub(crate) struct Whole {
    is_camel: bool,
    has_default: bool,
    /// The type that it is read through.
    pub(crate) from: Option<Type>,
    /// The type that it is written through.
    pub(crate) into: Option<Type>,
}

impl Whole {
    /// Reads the attributes of a type.
    pub(crate) fn of(input: &DeriveInput) -> syn::Result<Whole> {
        let mut whole = Whole { is_camel: false, has_default: false, from: None, into: None };
        for (name, text) in attributes(&input.attrs)? {
            match (name.as_str(), text) {
                ("rename_all", Some(text)) if text.value() == "camelCase" => whole.is_camel = true,
                ("default", None) => whole.has_default = true,
                ("from", Some(text)) => whole.from = Some(text.parse()?),
                ("into", Some(text)) => whole.into = Some(text.parse()?),
                _ => return Err(unknown(&input.ident, &name)),
            }
        }
        Ok(whole)
    }
}

fn unknown(at: &Ident, name: &str) -> Error {
    Error::new_spanned(at, format!("serde's `{name}` is not understood here"))
}

struct Field<'a> {
    ident: &'a Ident,
    name: String,
    /// Not written while this says so.
    skip_if: Option<Path>,
    read_with: Option<Path>,
    write_with: Option<Path>,
}

/// The fields of a struct.
pub(crate) struct Fields<'a> {
    named: Vec<Field<'a>>,
    rest: Option<&'a Ident>,
    has_default: bool,
}

impl<'a> Fields<'a> {
    /// Reads the fields and their attributes.
    pub(crate) fn of(data: &'a DataStruct, whole: &Whole) -> syn::Result<Fields<'a>> {
        let mut fields = Fields { named: Vec::new(), rest: None, has_default: whole.has_default };
        for field in &data.fields {
            let Some(ident) = &field.ident else {
                return Err(Error::new_spanned(field, "a field needs a name"));
            };
            let name = ident.to_string();
            let name = if whole.is_camel { camel(&name) } else { name };
            let mut one = Field { ident, name, skip_if: None, read_with: None, write_with: None };
            let (mut is_rest, mut is_skipped) = (false, false);
            for (name, text) in attributes(&field.attrs)? {
                match (name.as_str(), text) {
                    ("flatten", None) => is_rest = true,
                    ("skip", None) => is_skipped = true,
                    ("rename", Some(text)) => one.name = text.value(),
                    ("skip_serializing_if", Some(text)) => one.skip_if = Some(text.parse()?),
                    ("deserialize_with", Some(text)) => one.read_with = Some(text.parse()?),
                    ("with", Some(text)) => {
                        let both: Path = text.parse()?;
                        one.read_with = Some(syn::parse_quote!(#both::deserialize));
                        one.write_with = Some(syn::parse_quote!(#both::serialize));
                    }
                    _ => return Err(unknown(ident, &name)),
                }
            }
            if is_rest {
                fields.rest = Some(ident);
            } else if !is_skipped {
                fields.named.push(one);
            }
        }
        Ok(fields)
    }
}

/// `a_field_name` as `aFieldName`.
fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let mut all = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        all.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        all.push_str(letters.as_str());
    }
    all
}

/// How a struct is read.
pub(crate) fn read(name: &Ident, fields: &Fields<'_>) -> Tokens {
    let names = fields.named.iter().map(|one| &one.name);
    let arms = fields.named.iter().enumerate().map(|(at, one)| {
        let field = one.ident;
        if let Some(path) = &one.read_with {
            quote! { #at => self.#field = #path(crate::api::tree::Tree::of(value))?, }
        } else {
            quote! { #at => crate::api::tree::FromTree::read(&mut self.#field, value)?, }
        }
    });
    let rest = fields.rest.map(|field| {
        quote! {
            fn rest(&mut self) -> Option<&mut crate::api::Rest> {
                Some(&mut self.#field)
            }
        }
    });
    let expected = format!("struct {name}");
    let must_have_all = !fields.has_default;
    quote! {
        impl crate::api::tree::FromTree for #name {
            fn of(value: &crate::api::Value) -> Result<Self, crate::api::tree::Misfit> {
                let mut new = Self::default();
                crate::api::tree::fill(&mut new, value)?;
                Ok(new)
            }
        }
        impl crate::api::tree::Fill for #name {
            fn names(&self) -> crate::api::tree::Names {
                const NAMES: &[&str] = &[#(#names),*];
                crate::api::tree::Names {
                    all: NAMES,
                    expected: #expected,
                    must_have_all: #must_have_all,
                }
            }
            fn take(
                &mut self,
                at: usize,
                value: &crate::api::Value,
            ) -> Result<(), crate::api::tree::Misfit> {
                match at { #(#arms)* _ => {} }
                Ok(())
            }
            #rest
        }
    }
}

/// How a struct is written.
pub(crate) fn written(name: &Ident, fields: &Fields<'_>) -> Tokens {
    let names = fields.named.iter().map(|one| &one.name);
    let arms = fields.named.iter().enumerate().map(|(at, one)| {
        let field = one.ident;
        let value = if let Some(path) = &one.write_with {
            quote! { #path(&self.#field, crate::api::tree::Writer).unwrap_or_default() }
        } else {
            quote! { crate::api::tree::IntoTree::write(&self.#field) }
        };
        let guard = one.skip_if.as_ref().map(|path| quote! { if !#path(&self.#field) });
        quote! { #at #guard => #value, }
    });
    let rest = fields.rest.map(|field| {
        quote! {
            fn rest(&self) -> Option<&crate::api::Rest> {
                Some(&self.#field)
            }
        }
    });
    quote! {
        impl crate::api::tree::IntoTree for #name {
            fn write(&self) -> crate::api::Value {
                crate::api::tree::give(self)
            }
        }
        impl crate::api::tree::Give for #name {
            fn names(&self) -> &'static [&'static str] {
                &[#(#names),*]
            }
            fn give(&self, at: usize) -> crate::api::Value {
                match at { #(#arms)* _ => crate::api::Value::Null }
            }
            #rest
        }
    }
}
