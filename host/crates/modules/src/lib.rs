//! Modules as whoever runs them holds them: bytes that were copied once and cannot change any more,
//! and a name.
//!
//! They come from a file, from memory, or from a project that is built. Nothing here may look into
//! the bytes; they are only given a name by their content.

#![forbid(unsafe_code)]

pub mod bundled;
pub mod cache;
pub mod file;
pub mod project;
pub mod resident;

pub use bundled::BundledModules;
pub use file::{Module, ModuleError};
pub use project::ProjectError;
pub use resident::ResidentModules;
