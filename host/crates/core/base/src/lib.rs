//! Code that every part of the host shares and that knows no task: text for people, amounts,
//! digests, and names of what a machine has.
//!
//! Pure: no clock, no files, no environment, no threads. Nothing here may know what a task, a frame
//! or a process is.
#![forbid(unsafe_code)]

pub mod confinement;
pub mod digest;
pub mod json;
pub mod json_step;
pub mod mixing;
pub mod purpose;
pub mod quantity;
pub mod resource;
pub mod sandbox;
pub mod sanitize;
pub mod text;

pub use confinement::{ActiveLayer, Confinement, JailLayer, MissingLayer};
pub use digest::{Digest, DigestBuilder, NoDigest};
pub use purpose::JailRole;
pub use resource::{ResourceShortage, SystemLimit, SystemResource};
pub use sandbox::Sandbox;
