//! A run's folder: what is kept of a run so that it survives its supervisor, and how it is read again.
//!
//! Written as the run goes on: [`records`] and [`diary`]; [`facts`] and [`summary`] say what it is and how it stands. [`dir`] is the
//! folder itself, one supervisor's at a time. It must never know what a frame, a process or a flag is, and it decides nothing about
//! tasks: what is run again is read off what is there.

pub mod diary;
pub mod dir;
pub mod facts;
pub mod records;
pub mod summary;
