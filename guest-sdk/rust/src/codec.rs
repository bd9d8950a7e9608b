//! Codecs: they decode the bytes of an input, and encode an output as bytes.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Failure;

/// Encoding of a task's inputs and outputs, as its module declares it to the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// One JSON value.
    Json,
    /// One MessagePack value, which the host converts from and to the JSON its user sees.
    MessagePack,
    /// Bytes the host does not look into.
    Raw,
}

/// Reads an input.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` task cannot take a `{T}` as its input",
    note = "a raw task takes and returns a `Vec<u8>`; other tasks take and return what serde can read and write"
)]
pub trait Decode<T> {
    /// Encoding that the host is told.
    const ENCODING: Encoding;

    /// Turns the bytes of an input into a value.
    ///
    /// # Errors
    ///
    /// The input is to blame; the code of the failure is `input`.
    fn decode(bytes: Vec<u8>) -> Result<T, Failure>;
}

/// Writes an output.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` task cannot return a `{T}` as its output",
    note = "a raw task takes and returns a `Vec<u8>`; other tasks take and return what serde can read and write"
)]
pub trait Encode<T> {
    /// Turns a value into the bytes of an output.
    ///
    /// # Errors
    ///
    /// The value does not fit the encoding; the code of the failure is `output`.
    fn encode(value: T) -> Result<Vec<u8>, Failure>;
}

/// One JSON value, the default.
#[derive(Debug, Clone, Copy)]
pub struct Json;

impl<T: DeserializeOwned> Decode<T> for Json {
    const ENCODING: Encoding = Encoding::Json;

    fn decode(bytes: Vec<u8>) -> Result<T, Failure> {
        serde_json::from_slice(&bytes).map_err(|error| unreadable(&error))
    }
}

impl<T: Serialize> Encode<T> for Json {
    fn encode(value: T) -> Result<Vec<u8>, Failure> {
        serde_json::to_vec(&value).map_err(|error| unwritable(&error))
    }
}

/// Bytes as they are: `#[task(raw)]`.
#[derive(Debug, Clone, Copy)]
pub struct Raw;

#[diagnostic::do_not_recommend]
impl Decode<Vec<u8>> for Raw {
    const ENCODING: Encoding = Encoding::Raw;

    fn decode(bytes: Vec<u8>) -> Result<Vec<u8>, Failure> {
        Ok(bytes)
    }
}

#[diagnostic::do_not_recommend]
impl Encode<Vec<u8>> for Raw {
    fn encode(value: Vec<u8>) -> Result<Vec<u8>, Failure> {
        Ok(value)
    }
}

/// One MessagePack value: `#[task(message_pack)]`, with the feature `message-pack`.
#[cfg(feature = "message-pack")]
#[derive(Debug, Clone, Copy)]
pub struct MessagePack;

#[cfg(feature = "message-pack")]
impl<T: DeserializeOwned> Decode<T> for MessagePack {
    const ENCODING: Encoding = Encoding::MessagePack;

    fn decode(bytes: Vec<u8>) -> Result<T, Failure> {
        rmp_serde::from_slice(&bytes).map_err(|error| unreadable(&error))
    }
}

#[cfg(feature = "message-pack")]
impl<T: Serialize> Encode<T> for MessagePack {
    fn encode(value: T) -> Result<Vec<u8>, Failure> {
        rmp_serde::to_vec_named(&value).map_err(|error| unwritable(&error))
    }
}

fn unreadable(error: &dyn std::error::Error) -> Failure {
    // An input is one line, whose number in a file nobody knows here.
    let error = error.to_string().replace(" at line 1 column ", " at column ");
    Failure::bad_input(format!("the input does not fit the task: {error}")).code("input")
}

fn unwritable(error: &dyn std::error::Error) -> Failure {
    Failure::new(format!("the output cannot be written: {error}")).code("output")
}
