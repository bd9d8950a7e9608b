//! Thin safe wrappers over what the kernel offers and the standard library does not. All `unsafe`
//! code of the crate stands here, but for the calls that map compiled code (`worker/code.rs`),
//! because no other part may name the engine.
//!
//! No policy: nothing here knows what a worker or a task is.
#![expect(unsafe_code, reason = "the one place for it")]

pub mod appending;
pub mod cgroup;
pub mod channel;
pub mod confine;
pub mod descriptor_root;
pub mod errno_hint;
pub mod file;
pub mod file_id;
pub mod file_identity;
pub mod folder;
pub mod inherited;
pub mod machine_limits;
pub mod memory;
mod mounts;
pub mod operation;
pub mod page;
pub mod paths;
pub mod place;
pub mod process;
pub mod random;
pub mod regular;
pub mod resource_exhausted;
pub mod ring;
pub mod scratch;
pub mod signals;
pub mod speculation;
pub mod standard;
pub mod system_error;
pub mod toolchain_root;
pub mod wipe;
