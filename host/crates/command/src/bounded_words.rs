//! Lists of arguments as lines write them, of bounded length.
//!
//! Nothing here may know whose arguments they are.

use polymer_host_task::supplied::MOST_SUPPLIED;
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;

/// Entries of a list, of which the first are kept.
#[derive(Debug)]
pub(crate) struct BoundedWords(pub(crate) Vec<String>);

impl<'de> Deserialize<'de> for BoundedWords {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;

        impl<'de> Visitor<'de> for Each {
            type Value = Vec<String>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of strings")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut words = Vec::new();
                while let Some(word) = list.next_element()? {
                    if words.len() == MOST_SUPPLIED {
                        return Err(too_many());
                    }
                    words.push(word);
                }
                Ok(words)
            }
        }

        deserializer.deserialize_seq(Each).map(Self)
    }
}

/// The error for a list or an object that has more.
pub(crate) fn too_many<E: Error>() -> E {
    E::custom(format_args!(
        "`args`, `checker_args`, `env` and `files` have at most {MOST_SUPPLIED} entries each"
    ))
}
