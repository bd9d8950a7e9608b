//! The attribute `#[task]`. It is used, and its examples are tested, through the crate `polymer-task`.

use proc_macro::TokenStream;
use syn::{Error, Item};

mod describe;
mod function;
mod options;
mod structure;

/// Makes a struct or a function the task of its module.
///
/// # On a struct
///
/// The struct has named fields and a method `run(&mut self)` that returns nothing or a `Result<(), E>` with `E: Into<Failure>`.
/// The fields are read from the input, a JSON object; `run` is called; the fields afterwards are the output. The attribute derives
/// serde's `Serialize` and `Deserialize` (those the struct does not derive below the attribute itself), so `#[serde(...)]` works on the
/// struct and its fields, and implements `polymer_task::Task`.
///
/// ```
/// # use polymer_task::Task;
/// /// Adds up.
/// #[polymer_task::task]
/// #[derive(Debug, PartialEq)]
/// pub struct Sum {
///     pub numbers: Vec<i64>,
///     #[serde(default)]
///     pub sum: i64,
/// }
///
/// impl Sum {
///     pub fn run(&mut self) {
///         self.sum = self.numbers.iter().sum();
///     }
/// }
///
/// let mut task = Sum { numbers: vec![1, 2], sum: 0 };
/// task.run_task()?;
/// assert_eq!(task, Sum { numbers: vec![1, 2], sum: 3 });
/// # Ok::<(), polymer_task::Failure>(())
/// ```
///
/// # On a function
///
/// The function takes the input by value and, if it likes, a `&Attempt` after it. It returns the output, or a `Result` of it and
/// an `E: Into<Failure>` (any type whose last name is `Result`, so `io::Result<T>` will do, but no alias of another name). The attribute
/// leaves the function as it is, and declares an empty struct of the same name that implements `polymer_task::Function`.
///
/// ```
/// # mod words {
/// use polymer_task::{Attempt, Failure, task};
///
/// /// Counts words.
/// #[task(name = "word-count")]
/// pub fn count(text: String, attempt: &Attempt) -> Result<usize, Failure> {
///     polymer_task::debug!("attempt {}", attempt.number);
///     Ok(text.split_whitespace().count())
/// }
/// # }
/// use polymer_task::{Attempt, Function};
/// use words::count;
///
/// assert_eq!(count::NAME, "word-count");
/// assert_eq!(count("a b".to_owned(), &Attempt::new(count::NAME, "1", 1))?, 2);
/// # Ok::<(), polymer_task::Failure>(())
/// ```
///
/// # Options
///
/// * `name = "..."`: the name of the task. Otherwise a function's is its own, a struct's its own in snake case (`WordCount` is
///   `word_count`).
/// * `raw`, for a function: `Vec<u8>` in, `Vec<u8>` out, as they are.
/// * `message_pack`, for a function and with the feature `message-pack` of `polymer-task`: MessagePack instead of JSON.
///
/// The version of the task is that of its crate, its summary the first line of the documentation.
///
/// A module has one task. A second `#[task]` in a crate compiles in a native build and is an error in a build for wasm: "symbol
/// `cabi_post_polymer:task/guest@0.1.0#describe` is already defined".
#[proc_macro_attribute]
pub fn task(options: TokenStream, item: TokenStream) -> TokenStream {
    expand(options, item.clone()).unwrap_or_else(|error| {
        // The item stays, so that the one mistake is not followed by complaints that it does not exist.
        let mut tokens = TokenStream::from(error.into_compile_error());
        tokens.extend(structure::without_serde(item));
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
