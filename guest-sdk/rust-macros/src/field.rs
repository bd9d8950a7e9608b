//! `#[task(id)]` on a field of a struct task.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::ParseStream;
use syn::{Attribute, Error, Field, Fields, Ident};

/// Takes the marks off the fields, and makes of the one with `#[task(id)]` the method that tells
/// the id.
///
/// The marks have to go: what is left of them rustc would take for the attribute macro, which
/// cannot stand on a field.
pub(crate) fn take_id(fields: &mut Fields) -> syn::Result<Option<TokenStream>> {
    let mut method = None;
    for field in fields {
        for mark in take_marks(field) {
            mark.parse_args_with(id)?;
            if method.is_some() {
                return Err(Error::new_spanned(mark, "a task has one id, and it is marked already"));
            }
            method = Some(id_method(field));
        }
    }
    Ok(method)
}

/// Takes our attributes off a field.
pub(crate) fn take_marks(field: &mut Field) -> Vec<Attribute> {
    field.attrs.extract_if(.., |attribute| is_mark(attribute)).collect()
}

/// Returns whether an attribute is `#[task...]`, or `#[polymer_task::task...]`.
fn is_mark(attribute: &Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|last| last.ident == "task")
}

/// Reads what stands between the parentheses.
fn id(input: ParseStream<'_>) -> syn::Result<()> {
    let key: Ident = input.parse()?;
    if key != "id" {
        return Err(Error::new_spanned(&key, format!("unknown option `{key}` on a field: there is `id`")));
    }
    Ok(())
}

/// The method of the trait. It names the field's type, which is where rustc then says that it is no
/// text.
fn id_method(field: &Field) -> TokenStream {
    let (ident, ty) = (&field.ident, &field.ty);
    // A field that is compiled out takes the method with it.
    let conditions = field.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    quote! {
        #(#conditions)*
        fn id(&self) -> ::core::option::Option<::std::string::String> {
            ::core::option::Option::Some(<#ty as ::polymer_task::__private::IdText>::id_text(&self.#ident))
        }
    }
}
