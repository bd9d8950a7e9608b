//! Layers of settings, and what they are together: what stands higher counts, and puts out of force
//! what cannot stand beside it.

use super::key::{SettingKey, SettingKind};
use super::settings::SettingSource;
use std::collections::BTreeMap;
use std::ffi::OsString;

/// Values given for one setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenValue {
    /// Its values as they were typed.
    pub values: Vec<OsString>,
    /// Where.
    pub source: SettingSource,
}

/// Settings given in one place, by name.
pub type SettingLayer = BTreeMap<String, GivenValue>;

impl GivenValue {
    /// Returns whether anything is asked for: a switch that is off or an empty list asks for
    /// nothing.
    #[must_use]
    pub fn is_something(&self, key: &SettingKey) -> bool {
        !self.values.is_empty()
            && (key.kind != SettingKind::Switch || self.values.iter().any(|value| value == "true"))
    }
}

/// Merges layers, given with the highest first. For each setting the highest layer that has it
/// counts, with all of its values and none of a lower one's. A setting that clashes with one of a
/// higher layer is left out. Two of one layer that clash both stay, for somebody to refuse.
#[must_use]
pub fn merge(keys: &[SettingKey], layers: impl IntoIterator<Item = SettingLayer>) -> SettingLayer {
    let mut merged = SettingLayer::new();
    for layer in layers {
        let is_put_out = |name: &str, given: &GivenValue| {
            let Some(key) = SettingKey::named(keys, name).filter(|key| given.is_something(key)) else {
                return false;
            };
            key.clashes.iter().any(|clash| {
                let above = merged.get(clash).zip(SettingKey::named(keys, clash));
                above.is_some_and(|(above, key)| above.is_something(key))
            })
        };
        let mut stays = layer;
        stays.retain(|name, given| !merged.contains_key(name) && !is_put_out(name, given));
        merged.extend(stays);
    }
    merged
}
