//! Settings of a run and where each came from: flags over `POLYMER_*` variables over profiles of a
//! `polymer.toml` over those of the user's own file over defaults.
//!
//! A setting is a flag: it has the flag's long name and its values as they are typed. This part
//! layers texts and says where they stand; it must never know what a value means, and of the
//! outside it reads those two files, and others that are written alike, in `read`.

#![forbid(unsafe_code)]

mod environment;
mod error;
mod file;
mod key;
mod layer;
mod new_profile;
mod profile;
mod read;
mod settings;
mod suggestion;
mod tables;
#[cfg(test)]
mod tests;
mod variable;

pub use environment::{CONFIG, EnvironmentSettings, PROFILE, environment};
pub use error::{ConfigError, ProfileLine};
pub use file::ConfigFile;
pub use key::{SettingKey, SettingKind};
pub use layer::{GivenValue, SettingLayer, merge};
pub use new_profile::NewProfile;
pub use profile::{AppliedProfile, CandidateFile, FileTrust, layers};
pub use read::{FILE, read, read_own};
pub use settings::{NotText, RunSettings, Setting, SettingSource};
pub use suggestion::nearest;
pub use tables::{TextEntry, TextTable, TextValue};
pub use variable::variable;
