//! Forms of times, digests and keys in a line.

use polymer_host_task::TaskKey;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

/// A time in milliseconds, as a number with three decimals: since the session began, or a span.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Milliseconds(pub Duration);

impl Serialize for Milliseconds {
    #[expect(clippy::cast_precision_loss, reason = "to the microsecond in 53 bits for 70 years")]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0.as_micros() as f64 / 1000.0)
    }
}

/// To the microsecond, as it was written. What is no such time is the nearest: no time is worth a
/// run that cannot go on.
impl<'de> Deserialize<'de> for Milliseconds {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates")]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let ms = f64::deserialize(deserializer)?;
        Ok(Self(Duration::from_micros((ms * 1000.0).round() as u64)))
    }
}

/// A moment in UTC, as RFC 3339 with microseconds.
pub(super) mod utc {
    use super::{Cow, Deserialize, Deserializer, Serializer, SystemTime, de};

    pub(in super::super) fn serialize<S: Serializer>(
        time: &SystemTime,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&humantime::format_rfc3339_micros(*time))
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<SystemTime, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        humantime::parse_rfc3339(&text).map_err(|error| de::Error::custom(format!("no time: {error}")))
    }
}

/// Something whose text is a JSON string.
pub(super) mod text {
    use super::{Cow, Deserialize, Deserializer, FromStr, Serializer, de, fmt};

    pub(in super::super) fn serialize<T: fmt::Display, S: Serializer>(
        value: &T,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(in super::super) fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
    where
        T: FromStr<Err: fmt::Display>,
        D: Deserializer<'de>,
    {
        Cow::<str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// A key; an empty text for a task that has none. A text that is no key is read as none: it is of
/// no use, and no damage.
pub(super) mod key_or_empty {
    use super::{Deserializer, Serializer, TaskKey, de, fmt};

    #[expect(clippy::ref_option, reason = "serde hands on a reference to the field")]
    pub(in super::super) fn serialize<S: Serializer>(
        key: &Option<TaskKey>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match key {
            Some(key) => serializer.collect_str(key),
            None => serializer.serialize_str(""),
        }
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<TaskKey>, D::Error> {
        deserializer.deserialize_str(KeyText)
    }

    /// Reads the text where it stands, without a copy.
    struct KeyText;

    impl de::Visitor<'_> for KeyText {
        type Value = Option<TaskKey>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a key, or an empty text")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
            // What is neither is damage: an attempt that nobody finds again would not be charged.
            if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(E::custom) }
        }
    }
}
