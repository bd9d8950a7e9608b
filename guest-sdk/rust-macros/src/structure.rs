//! `#[task]` on a struct.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::{Attribute, Error, Fields, Ident, ItemStruct, Meta, Path, Token, parse_quote};

use crate::options::{Codec, Options};
use crate::{describe, field};

pub(crate) fn expand(options: &Options, mut item: ItemStruct) -> syn::Result<TokenStream> {
    if let Codec::Raw(span) | Codec::MessagePack(span) = options.codec {
        return Err(Error::new(
            span,
            "a struct task reads and writes JSON; use a function for another encoding",
        ));
    }
    describe::no_generics(&item.generics)?;
    check_fields(&item)?;
    let id = field::take_id(&mut item.fields)?;
    derive_serde(&mut item.attrs)?;

    let name = options.name.as_ref().map_or_else(|| describe::snake_case(&item.ident), syn::LitStr::value);
    let constants = describe::constants(&name, &item.attrs);
    let ident = &item.ident;
    let run = call_run(ident);
    let schemas = describe::schemas(options, &quote!(Self), &quote!(Self));
    let export = describe::export(options, ident, &quote!(::polymer_task::__private::StructEntry<#ident>));
    Ok(quote! {
        #item

        impl ::polymer_task::Task for #ident {
            #constants

            #id

            #schemas

            fn run_task(&mut self) -> ::core::result::Result<(), ::polymer_task::Failure> {
                #run
            }
        }

        #export
    })
}

/// The call of the author's `run`. Its span is the struct's name, where rustc then says that `run`
/// is missing or returns something odd.
fn call_run(ident: &Ident) -> TokenStream {
    // Where the name came through a `macro_rules!`, there is no `self` at its span.
    let task = quote!(self);
    quote_spanned! { ident.span() =>
        ::polymer_task::__private::RunResult::into_result(#ident::run(#task))
    }
}

fn check_fields(item: &ItemStruct) -> syn::Result<()> {
    match &item.fields {
        Fields::Named(_) => Ok(()),
        Fields::Unnamed(fields) => Err(Error::new_spanned(
            fields,
            "a task's fields have names: they are the keys of its JSON object",
        )),
        Fields::Unit => {
            let message =
                format!("a task without fields is written `struct {} {{}}`: its input is `{{}}`", item.ident);
            Err(Error::new_spanned(&item.ident, message))
        }
    }
}

/// Derives what the author does not derive, through the SDK's serde.
fn derive_serde(attributes: &mut Vec<Attribute>) -> syn::Result<()> {
    let derived = derives(attributes)?;
    let has =
        |name: &str| derived.iter().any(|path| path.segments.last().is_some_and(|last| last.ident == name));
    let (serialize, deserialize) = (has("Serialize"), has("Deserialize"));
    if !serialize {
        attributes.push(parse_quote!(#[derive(::polymer_task::serde::Serialize)]));
    }
    if !deserialize {
        attributes.push(parse_quote!(#[derive(::polymer_task::serde::Deserialize)]));
    }
    let all_derived = serialize && deserialize;
    if !all_derived && !names_serde_crate(attributes) {
        attributes.push(parse_quote!(#[serde(crate = "::polymer_task::serde")]));
    }
    Ok(())
}

/// An item that stays as it is, but for the attributes a struct had for what it does not get: the
/// derives, and the id.
pub(crate) fn without_helpers(item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let Ok(mut structure) = syn::parse::<ItemStruct>(item.clone()) else { return item };
    for field in &mut structure.fields {
        field::take_marks(field);
    }
    let derived = structure.attrs.iter().any(|attribute| attribute.path().is_ident("derive"));
    if !derived {
        structure.attrs.retain(|attribute| !attribute.path().is_ident("serde"));
        for field in &mut structure.fields {
            field.attrs.retain(|attribute| !attribute.path().is_ident("serde"));
        }
    }
    quote!(#structure).into()
}

fn derives(attributes: &[Attribute]) -> syn::Result<Vec<Path>> {
    let mut paths = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("derive")) {
        paths.extend(attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated)?);
    }
    Ok(paths)
}

/// Returns whether the author says `#[serde(crate = "...")]`.
fn names_serde_crate(attributes: &[Attribute]) -> bool {
    let mut serde = attributes.iter().filter(|attribute| attribute.path().is_ident("serde"));
    serde.any(|attribute| {
        let parsed = attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
        parsed.is_ok_and(|metas| metas.iter().any(|meta| meta.path().is_ident("crate")))
    })
}
