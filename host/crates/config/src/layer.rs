//! Layers of settings, and what they are together: what stands higher counts, and puts out of force
//! what cannot stand beside it.

use super::key::{Key, Kind};
use super::settings::Source;
use std::collections::BTreeMap;
use std::ffi::OsString;

/// What was given for one setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Its values as they were typed.
    pub values: Vec<OsString>,
    /// Where.
    pub source: Source,
}

/// What was given in one place, by the names of settings.
pub type Layer = BTreeMap<String, Given>;

impl Given {
    /// Whether anything is asked for: not by a switch that is off, nor by a list of nothing.
    #[must_use]
    pub fn is_something(&self, key: &Key) -> bool {
        !self.values.is_empty()
            && (key.kind != Kind::Switch || self.values.iter().any(|value| value == "true"))
    }
}

/// What layers are together, the highest first. Of a setting the highest layer that has it counts,
/// with all of its values and none of a lower one's. What clashes with a setting of a higher layer
/// is left out; two of one layer that clash both stay, for somebody to refuse.
#[must_use]
pub fn merge(keys: &[Key], layers: impl IntoIterator<Item = Layer>) -> Layer {
    let mut merged = Layer::new();
    for layer in layers {
        let is_put_out = |name: &str, given: &Given| {
            let Some(key) = Key::named(keys, name).filter(|key| given.is_something(key)) else {
                return false;
            };
            key.clashes.iter().any(|clash| {
                let above = merged.get(clash).zip(Key::named(keys, clash));
                above.is_some_and(|(above, key)| above.is_something(key))
            })
        };
        let mut stays = layer;
        stays.retain(|name, given| !merged.contains_key(name) && !is_put_out(name, given));
        merged.extend(stays);
    }
    merged
}
