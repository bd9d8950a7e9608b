//! The trusted half: starts workers, moves bytes, keeps the clock. What is decided is decided in [`crate::sched`].

pub mod inbox;
pub mod sink;
