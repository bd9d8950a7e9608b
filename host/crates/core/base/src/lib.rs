//! What every part of the host shares and what knows no task: text for people, amounts, digests,
//! and names of what a machine has.
//!
//! Pure: no clock, no files, no environment, no threads. Nothing here may know what a task, a frame
//! or a process is.
#![forbid(unsafe_code)]

pub mod confinement;
pub mod digest;
pub mod json;
pub mod purpose;
pub mod quantity;
pub mod resource;
pub mod sandbox;
pub mod sanitize;
pub mod text;

pub use confinement::{Active, Confinement, Layer, Missing};
pub use digest::{Digest, Digesting, NoDigest};
pub use purpose::Purpose;
pub use resource::{Bound, Resource, Shortage};
pub use sandbox::Sandbox;
