//! What is done with bytes from outside, and what must hold whatever they are. The fuzz targets
//! call these functions, and so does a plain test, over seeded bytes: `tests/library/outside.rs`,
//! which has this file by its path.

mod checks;
mod frames;
mod journal;
mod judge;
mod lines;
mod records;

pub use checks::checks;
pub use frames::frames;
pub use journal::journal;
pub use judge::judge;
pub use lines::{lines, tasks};
pub use records::records;
