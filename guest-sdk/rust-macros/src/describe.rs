//! Description of a task for the host, and the code both forms of task share.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{Attribute, Error, Expr, ExprLit, Generics, Ident, Lit, Meta};

use crate::options::Options;

/// The constants that describe a task.
pub(crate) fn constants(name: &str, attributes: &[Attribute]) -> TokenStream {
    let summary = summary(attributes);
    quote! {
        const NAME: &'static str = #name;
        const VERSION: &'static str = ::core::env!("CARGO_PKG_VERSION");
        const SUMMARY: &'static str = #summary;
    }
}

/// The schemas of a task, if it is to tell them.
pub(crate) fn schemas(options: &Options, input: &TokenStream, output: &TokenStream) -> TokenStream {
    if !options.schema {
        return TokenStream::new();
    }
    quote! {
        fn input_schema() -> ::core::option::Option<::std::string::String> {
            ::core::option::Option::Some(::polymer_task::__private::schema_of::<#input>())
        }

        fn output_schema() -> ::core::option::Option<::std::string::String> {
            ::core::option::Option::Some(::polymer_task::__private::schema_of::<#output>())
        }
    }
}

/// Returns the code that makes a task callable: the exports of the module, which are nothing in a
/// native build, or what `tasks!` asks of a task it lists.
pub(crate) fn export(options: &Options, ident: &Ident, entry: &TokenStream) -> TokenStream {
    if options.listed {
        return quote! {
            impl ::polymer_task::__private::Listed for #ident {
                type Entry = #entry;
            }
        };
    }
    quote! {
        #[cfg(target_family = "wasm")]
        const _: () = {
            type PolymerTask = ::polymer_task::__private::Exported<#entry>;
            ::polymer_task::__private::bindings::export!(
                PolymerTask with_types_in ::polymer_task::__private::bindings
            );
        };
    }
}

/// Refuses type parameters and lifetimes: the host calls one concrete task.
pub(crate) fn no_generics(generics: &Generics) -> syn::Result<()> {
    if !generics.params.is_empty() {
        return Err(Error::new_spanned(
            generics,
            "a task has no generic parameters: the host calls one concrete task",
        ));
    }
    match &generics.where_clause {
        Some(clause) => Err(Error::new_spanned(clause, "a task has no `where` clause: it is not generic")),
        None => Ok(()),
    }
}

/// The first line of the documentation.
fn summary(attributes: &[Attribute]) -> String {
    attributes.iter().filter_map(doc_text).flat_map(|text| lines(&text)).next().unwrap_or_default()
}

/// The lines of a piece of documentation that say something.
fn lines(text: &str) -> Vec<String> {
    text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

/// The text of a `///` line or a `#[doc = "..."]`.
fn doc_text(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// The name of a type in snake case: `HttpGet2` is `http_get2`, `HTTPGet` is `http_get`.
pub(crate) fn snake_case(ident: &Ident) -> String {
    let name: Vec<char> = ident.unraw().to_string().chars().collect();
    let mut snake = String::new();
    for (index, &letter) in name.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|previous| name.get(previous));
        let after = name.get(index + 1);
        if letter.is_uppercase() && before.is_some_and(|before| *before != '_') {
            let word_begins = before.is_some_and(|before| !before.is_uppercase())
                || after.is_some_and(|after| after.is_lowercase());
            if word_begins {
                snake.push('_');
            }
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn names_of_types_become_snake_case() {
        for (name, expected) in [
            ("Simple", "simple"),
            ("WordCount", "word_count"),
            ("HTTPGet", "http_get"),
            ("Sha256Sum", "sha256_sum"),
            ("r#Type", "type"),
            ("A", "a"),
            ("Already_Apart", "already_apart"),
        ] {
            let ident: Ident = syn::parse_str(name).unwrap();
            assert_eq!(snake_case(&ident), expected);
        }
    }

    #[test]
    fn the_summary_is_the_first_line_that_says_something() {
        let item: syn::ItemStruct = parse_quote! {
            #[doc = ""]
            #[derive(Debug)]
            #[doc = "\n  Adds text. \n And more."]
            #[doc = "Never seen."]
            struct Simple {}
        };
        assert_eq!(summary(&item.attrs), "Adds text.");
        assert_eq!(summary(&[]), "");
    }
}
