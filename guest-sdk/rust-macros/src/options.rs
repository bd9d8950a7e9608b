//! Options between the parentheses of `#[task(...)]`.

use proc_macro2::Span;
use syn::parse::{Parse, ParseStream};
use syn::{Error, Ident, LitStr, Token};

/// The longest name the contract allows, in bytes.
const MAX_NAME: usize = 128;

/// Encoding of inputs and outputs, and where the author chose it.
#[derive(Clone, Copy)]
pub(crate) enum Codec {
    Json,
    Raw(Span),
    MessagePack(Span),
}

/// The options of one `#[task(...)]`.
pub(crate) struct Options {
    pub(crate) name: Option<LitStr>,
    pub(crate) codec: Codec,
    /// True if `tasks!` exports the task, among others.
    pub(crate) listed: bool,
    /// True if the task tells JSON Schemas of its input and output.
    pub(crate) schema: bool,
}

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut options = Self { name: None, codec: Codec::Json, listed: false, schema: false };
        while !input.is_empty() {
            let key: Ident = input.parse()?;
            match key.to_string().as_str() {
                "name" => options.set_name(&key, input)?,
                "raw" => options.set_codec(&key, Codec::Raw(key.span()))?,
                "message_pack" => options.set_codec(&key, Codec::MessagePack(key.span()))?,
                "listed" => set_once(&mut options.listed, &key)?,
                "schema" => set_once(&mut options.schema, &key)?,
                "id" => {
                    let message = "`id` stands on a field of a struct task: put `#[task(id)]` on the field that \
                                   identifies the task";
                    return Err(Error::new_spanned(key, message));
                }
                other => {
                    let message = format!(
                        "unknown option `{other}`: there are `name = \"...\"`, `raw`, `message_pack`, `listed` and `schema`"
                    );
                    return Err(Error::new_spanned(key, message));
                }
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        if let (true, Codec::Raw(span)) = (options.schema, options.codec) {
            return Err(Error::new(span, "a task of raw bytes has no schema: nobody looks into them"));
        }
        Ok(options)
    }
}

fn set_once(option: &mut bool, key: &Ident) -> syn::Result<()> {
    if *option {
        return Err(Error::new_spanned(key, format!("`{key}` is given twice")));
    }
    *option = true;
    Ok(())
}

impl Options {
    fn set_name(&mut self, key: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        if self.name.is_some() {
            return Err(Error::new_spanned(key, "`name` is given twice"));
        }
        input.parse::<Token![=]>()?;
        let name: LitStr = input.parse()?;
        let text = name.value();
        if text.is_empty() || text.len() > MAX_NAME || text.chars().any(char::is_control) {
            let message = format!("a task's name has 1 to {MAX_NAME} bytes and no control characters");
            return Err(Error::new_spanned(name, message));
        }
        self.name = Some(name);
        Ok(())
    }

    fn set_codec(&mut self, key: &Ident, codec: Codec) -> syn::Result<()> {
        if !matches!(self.codec, Codec::Json) {
            return Err(Error::new_spanned(key, "an encoding is given already"));
        }
        self.codec = codec;
        Ok(())
    }
}
