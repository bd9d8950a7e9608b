//! `#[task]` on a function.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Error, FnArg, Ident, ItemFn, PatType, ReturnType, Safety, Signature, Type};

use crate::describe;
use crate::options::{Codec, Options};

/// The arguments of a function task.
struct Arguments<'a> {
    input: &'a PatType,
    attempt: Option<&'a PatType>,
}

pub(crate) fn expand(options: &Options, item: &ItemFn) -> syn::Result<TokenStream> {
    check_signature(&item.sig)?;
    let arguments = arguments(&item.sig)?;

    let (ident, visibility) = (&item.sig.ident, &item.vis);
    let name = options.name.as_ref().map_or_else(|| ident.unraw().to_string(), syn::LitStr::value);
    let constants = describe::constants(&name, &item.attrs);
    let input = &arguments.input.ty;
    let codec = codec(options.codec);
    // The span of the author's type is where rustc says that it is another one.
    let attempt = Ident::new("attempt", arguments.attempt.map_or_else(Span::call_site, |it| it.ty.span()));
    let (output, call) = output_and_call(item, &arguments, &attempt);
    let schemas = describe::schemas(options, &quote!(#input), &output);
    let export = describe::export(options, ident, &quote!(::polymer_task::__private::FunctionEntry<#ident>));
    let about = format!("The task `{}` as a type, to name it by.", ident.unraw());
    Ok(quote! {
        #item

        #[doc = #about]
        #[allow(non_camel_case_types, dead_code)]
        #[derive(::core::fmt::Debug)]
        #visibility struct #ident {}

        impl ::polymer_task::Function for #ident {
            #constants
            type Input = #input;
            type Output = #output;
            type Codec = #codec;

            #schemas

            fn call(
                input: Self::Input,
                #attempt: &::polymer_task::Attempt,
            ) -> ::core::result::Result<Self::Output, ::polymer_task::Failure> {
                let _ = #attempt;
                #call
            }
        }

        #export
    })
}

/// Refuses what the host could not call.
fn check_signature(signature: &Signature) -> syn::Result<()> {
    if let Some(token) = &signature.asyncness {
        return Err(Error::new_spanned(
            token,
            "a task is not async: an attempt has its instance to itself and may block",
        ));
    }
    if let Safety::Unsafe(token) = &signature.safety {
        return Err(Error::new_spanned(token, "a task is a safe function"));
    }
    if let Some(abi) = &signature.abi {
        return Err(Error::new_spanned(
            abi,
            "a task is an ordinary function: #[task] exports it for the host",
        ));
    }
    describe::no_generics(&signature.generics)
}

fn arguments(signature: &Signature) -> syn::Result<Arguments<'_>> {
    let mut typed = Vec::new();
    for argument in &signature.inputs {
        match argument {
            FnArg::Receiver(receiver) => {
                let message =
                    "a task is a free function; for a method, put #[task] on its struct and call it `run`";
                return Err(Error::new_spanned(receiver, message));
            }
            FnArg::Typed(argument) => typed.push(argument),
        }
    }
    match typed.as_slice() {
        [] => Err(Error::new_spanned(
            &signature.ident,
            "a task takes its input as an argument, for example `input: String`; `_input: ()` takes a `null`",
        )),
        [input] => Ok(Arguments { input: owned(input)?, attempt: None }),
        [input, attempt] => Ok(Arguments { input: owned(input)?, attempt: Some(borrowed(attempt)?) }),
        [_, _, rest, ..] => Err(Error::new_spanned(
            rest,
            "a task takes its input and, if it likes, `attempt: &Attempt`; no more",
        )),
    }
}

/// The input must be a type the task can own.
fn owned(argument: &PatType) -> syn::Result<&PatType> {
    match written(&argument.ty) {
        Type::Reference(reference) => Err(Error::new_spanned(
            reference,
            "a task owns its input: take `String` for `&str`, `Vec<T>` for `&[T]`",
        )),
        Type::ImplTrait(implicit) => {
            Err(Error::new_spanned(implicit, "a task's input has one concrete type"))
        }
        _ => Ok(argument),
    }
}

/// The attempt is the SDK's.
fn borrowed(argument: &PatType) -> syn::Result<&PatType> {
    match written(&argument.ty) {
        Type::Reference(_) => Ok(argument),
        other => Err(Error::new_spanned(other, "the second argument of a task is `&polymer_task::Attempt`")),
    }
}

fn codec(codec: Codec) -> TokenStream {
    match codec {
        Codec::Json => quote!(::polymer_task::codec::Json),
        Codec::Raw(span) => quote_spanned!(span => ::polymer_task::codec::Raw),
        Codec::MessagePack(span) => quote_spanned!(span => ::polymer_task::codec::MessagePack),
    }
}

/// The type of the output, and the call of the author's function.
fn output_and_call(item: &ItemFn, arguments: &Arguments<'_>, attempt: &Ident) -> (TokenStream, TokenStream) {
    let ident = &item.sig.ident;
    let attempt = arguments.attempt.map(|_| attempt);
    // Where a type came through a `macro_rules!`, there is no `input` at its span.
    let input = quote!(input);
    let call = quote!(#ident(#input, #attempt));
    match &item.sig.output {
        ReturnType::Default => (quote!(()), quote!(::core::result::Result::Ok(#call))),
        ReturnType::Type(_, returned) if is_result(returned) => {
            let output = quote!(<#returned as ::polymer_task::__private::Fallible>::Output);
            // The span is where rustc says that the error of the task is no reason for a failure.
            let call = quote_spanned! { returned.span() =>
                ::polymer_task::__private::FunctionResult::into_result(#ident(#input, #attempt))
            };
            (output, call)
        }
        ReturnType::Type(_, returned) => (quote!(#returned), quote!(::core::result::Result::Ok(#call))),
    }
}

/// Returns whether a return type is a `Result`, by its name: a macro sees no types.
fn is_result(returned: &Type) -> bool {
    match written(returned) {
        Type::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == "Result"),
        _ => false,
    }
}

/// A type as it is written: one that came through a `macro_rules!` is wrapped in a group.
fn written(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => written(&group.elem),
        other => other,
    }
}
