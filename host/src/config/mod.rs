//! Settings of a run and where each came from: flags over `POLYMER_*` variables over profiles of a `polymer.toml` over defaults.
//!
//! A setting is a flag: it has the flag's long name and its values as they are typed. This part layers texts and says where they stand;
//! it must never know what a value means, and of the outside it reads the one file, in `read`.

mod environment;
mod error;
mod file;
mod key;
mod layer;
mod near;
mod profile;
mod read;
mod settings;
#[cfg(test)]
mod tests;

pub use environment::{CONFIG, PROFILE, environment, is_ours, variable};
pub use error::ConfigError;
pub use file::File;
pub use key::{Key, Kind};
pub use layer::{Given, Layer, merge};
pub use profile::{WIDENING, Wanted, layers};
pub use read::{FILE, read};
pub use settings::{NotText, Setting, Settings, Source};
