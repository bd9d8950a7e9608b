//! x
use super::lines::JournalError;
use crate::task::Verdict;
use std::path::Path;
pub type Again = Box<dyn Iterator<Item = Result<(u64, Vec<u8>), JournalError>> + Send>;
pub fn finish(_: &Path) -> Result<(), JournalError> {
    Ok(())
}
pub fn take_back(_: &Path, _: &[Verdict]) -> Result<(), JournalError> {
    Ok(())
}
pub fn again(_: &Path) -> Result<Option<Again>, JournalError> {
    Ok(None)
}
