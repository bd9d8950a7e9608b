//! The attribute `#[task]`. It is used, described and its examples are tested through the crate
//! `polymer-task`: a dependency of this one on that, even for tests alone, would have cargo build
//! much of the host twice with different features.

use proc_macro::TokenStream;
use syn::{Error, Item};

mod describe;
mod field;
mod function;
mod options;
mod structure;

/// Makes a struct or a function the task of its module: see `polymer_task::task`, where it is
/// described.
#[proc_macro_attribute]
pub fn task(options: TokenStream, item: TokenStream) -> TokenStream {
    expand(options, item.clone()).unwrap_or_else(|error| {
        // The item stays, so that the one mistake is not followed by complaints that it does not
        // exist.
        let mut tokens = TokenStream::from(error.into_compile_error());
        tokens.extend(structure::without_helpers(item));
        tokens
    })
}

fn expand(options: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let options = syn::parse(options)?;
    let tokens = match syn::parse::<Item>(item)? {
        Item::Struct(item) => structure::expand(&options, item)?,
        Item::Fn(item) => function::expand(&options, &item)?,
        item => {
            return Err(Error::new_spanned(
                item,
                "#[task] stands on a struct with named fields, or on a function",
            ));
        }
    };
    Ok(tokens.into())
}
