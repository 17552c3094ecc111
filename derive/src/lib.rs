//! `Serialize` and `Deserialize` for the types of the API, compiled for trees alone.
//!
//! serde's own derives bring code for every type, field and format; these bring a list of
//! names and one line a field, and all else is written once in `api::tree`. They understand
//! those attributes of serde that the API's types use. Must not know types. Invariant: what
//! an attribute asks for is done or refused at compile time, never ignored.

mod fields;

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use quote::quote;
use syn::{Data, DataEnum, DeriveInput, Error, Ident, Type, parse_macro_input};

use fields::{Fields, Whole};

/// A type that can be made a tree, and by that be written in any format of serde's.
#[proc_macro_derive(Serialize, attributes(serde))]
pub fn serialize(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    written(&input).unwrap_or_else(Error::into_compile_error).into()
}

/// A type that can be read from a tree, and by that from any format of serde's.
#[proc_macro_derive(Deserialize, attributes(serde))]
pub fn deserialize(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    read(&input).unwrap_or_else(Error::into_compile_error).into()
}

fn written(input: &DeriveInput) -> syn::Result<Tokens> {
    let name = &input.ident;
    let whole = Whole::of(input)?;
    let body = match (&input.data, &whole.into) {
        (_, Some(into)) => through_into(name, into),
        (Data::Struct(data), None) => fields::written(name, &Fields::of(data, &whole)?),
        (Data::Enum(data), None) => words_written(name, data)?,
        (Data::Union(_), None) => return Err(Error::new_spanned(name, "a union is no data")),
    };
    Ok(quote! {
        #body
        impl ::serde::Serialize for #name {
            fn serialize<S: ::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                ::serde::Serialize::serialize(&crate::api::tree::IntoTree::write(self), to)
            }
        }
    })
}

fn read(input: &DeriveInput) -> syn::Result<Tokens> {
    let name = &input.ident;
    let whole = Whole::of(input)?;
    let body = match (&input.data, &whole.from) {
        (_, Some(from)) => through_from(name, from),
        (Data::Struct(data), None) => fields::read(name, &Fields::of(data, &whole)?),
        (Data::Enum(data), None) => words_read(name, data)?,
        (Data::Union(_), None) => return Err(Error::new_spanned(name, "a union is no data")),
    };
    Ok(quote! {
        #body
        impl<'de> ::serde::Deserialize<'de> for #name {
            fn deserialize<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let tree = <crate::api::Value as ::serde::Deserialize>::deserialize(from)?;
                crate::api::tree::FromTree::of(&tree).map_err(::serde::de::Error::custom)
            }
        }
    })
}

fn through_into(name: &Ident, into: &Type) -> Tokens {
    quote! {
        impl crate::api::tree::IntoTree for #name {
            fn write(&self) -> crate::api::Value {
                crate::api::tree::IntoTree::write(&<#into>::from(self.clone()))
            }
        }
    }
}

fn through_from(name: &Ident, from: &Type) -> Tokens {
    quote! {
        impl crate::api::tree::FromTree for #name {
            fn of(value: &crate::api::Value) -> Result<Self, crate::api::tree::Misfit> {
                <#from as crate::api::tree::FromTree>::of(value).map(Self::from)
            }
        }
    }
}

/// The variants of an enum that are words.
fn words(data: &DataEnum) -> syn::Result<Vec<(&Ident, String)>> {
    let word = |variant: &'_ syn::Variant| {
        if !variant.fields.is_empty() || !fields::attributes(&variant.attrs)?.is_empty() {
            return Err(Error::new_spanned(variant, "only plain words are understood"));
        }
        Ok(variant.ident.to_string())
    };
    data.variants.iter().map(|variant| Ok((&variant.ident, word(variant)?))).collect()
}

fn words_written(name: &Ident, data: &DataEnum) -> syn::Result<Tokens> {
    let words = words(data)?;
    let arms = words.iter().map(|(variant, word)| quote! { #name::#variant => #word, });
    Ok(quote! {
        impl crate::api::tree::IntoTree for #name {
            fn write(&self) -> crate::api::Value {
                let word = match self { #(#arms)* };
                crate::api::Value::Str(crate::base::Str::new_static(word))
            }
        }
    })
}

fn words_read(name: &Ident, data: &DataEnum) -> syn::Result<Tokens> {
    let words = words(data)?;
    let all = words.iter().map(|(_, word)| word);
    let arms = words.iter().enumerate().map(|(at, (variant, _))| {
        quote! { #at => #name::#variant, }
    });
    Ok(quote! {
        impl crate::api::tree::FromTree for #name {
            fn of(value: &crate::api::Value) -> Result<Self, crate::api::tree::Misfit> {
                Ok(match crate::api::tree::word(value, &[#(#all),*])? {
                    #(#arms)*
                    _ => unreachable!("there are no more words"),
                })
            }
        }
    })
}
