//! Values of a task record that have a form of their own: objects of bounded length, and files.

use super::super::bounded_words::too_many;
use polymer_host_task::supplied::MOST_SUPPLIED;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;
use std::marker::PhantomData;

/// Entries of an object in their order, of which the first are kept: several may have one name.
#[derive(Debug)]
pub(super) struct BoundedEntries<T>(pub(super) Vec<(String, T)>);

/// A file, by what stands in it: a text, bytes, or those of another file.
#[derive(Debug)]
pub(super) enum WireFile {
    Text(String),
    Base64(String),
    File(String),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for BoundedEntries<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Each<T> {
            type Value = Vec<(String, T)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    if entries.len() == MOST_SUPPLIED {
                        return Err(too_many());
                    }
                    entries.push(entry);
                }
                Ok(entries)
            }
        }

        deserializer.deserialize_map(Each(PhantomData)).map(Self)
    }
}

impl<'de> Deserialize<'de> for WireFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// Kind of the value if written as an object, which has one field.
        #[derive(Deserialize)]
        #[serde(rename_all = "snake_case")]
        enum ValueKind {
            Text,
            Base64,
            File,
        }

        struct TextOrObject;

        impl<'de> Visitor<'de> for TextOrObject {
            type Value = WireFile;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(r#"a text, {"base64": …} or {"file": path}"#)
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<WireFile, E> {
                Ok(WireFile::Text(text.to_owned()))
            }

            fn visit_string<E: Error>(self, text: String) -> Result<WireFile, E> {
                Ok(WireFile::Text(text))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<WireFile, A::Error> {
                let not_one = || A::Error::custom("a file has one of `text`, `base64` and `file`");
                let (kind, text) = fields.next_entry()?.ok_or_else(not_one)?;
                if fields.next_key::<ValueKind>()?.is_some() {
                    return Err(not_one());
                }
                Ok(match kind {
                    ValueKind::Text => WireFile::Text(text),
                    ValueKind::Base64 => WireFile::Base64(text),
                    ValueKind::File => WireFile::File(text),
                })
            }
        }

        deserializer.deserialize_any(TextOrObject)
    }
}
