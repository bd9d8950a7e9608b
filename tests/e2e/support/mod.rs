//! What every test here stands on: the command and its deadlines, records, guests, and a look at
//! processes from outside.

mod guests;
mod places;
pub(crate) mod processes;
mod programs;
mod record;
mod run_dir;
mod running;
pub(crate) mod terminal;

pub(crate) use guests::{
    checker, example, guessing, moody, probe, probe_component, stream_programs, validator, wat,
};
pub(crate) use places::{TempFolder, fixture, outer_environment, path_with_polymer, polymer, root};
pub(crate) use programs::{copy_program, program};
pub(crate) use record::{Record, by_id, parse, parse_all};
pub(crate) use run_dir::RunDir;
pub(crate) use running::{Ended, NO_RING, Running, Start, console, text_of};
