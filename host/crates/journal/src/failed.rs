//! Where `failed.jsonl` ends: its lines are appended before the records they belong to, so a crash
//! may leave it with more.

use super::dir::{FAILED, RESULTS};
use super::lines::{JournalError, TornLine, cannot_read, length};
use super::manifest;
use std::fs;
use std::io::{self, BufRead};
use std::path::Path;

/// That the folder of a run has a file of records if it has lines of them. One that was lost must
/// not take the lines with it: all of them would stand behind the last record, and be cut. To be
/// called before [`fit`].
///
/// # Errors
/// If it has none, or that cannot be learned.
pub fn check_results(dir: &Path) -> Result<(), JournalError> {
    let (path, failed) = (dir.join(RESULTS), dir.join(FAILED));
    let length = match fs::metadata(&failed) {
        Ok(metadata) => metadata.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        Err(error) => return Err(cannot_read(&failed)(error)),
    };
    if length > 0 && !path.try_exists().map_err(cannot_read(&path))? {
        return Err(JournalError::ResultsMissing { path, failed });
    }
    Ok(())
}

/// Where `path` is to be cut so that it has a line for each of the `failed` records, and what
/// stands behind: nothing, if it was closed in good order. Holds no line in memory.
///
/// # Errors
/// If it cannot be read, or has fewer lines.
pub fn fit(reader: impl BufRead, path: &Path, failed: u64) -> Result<(u64, Option<TornLine>), JournalError> {
    let line_end = path.parent().map_or(b'\n', manifest::line_end);
    let read = ends(reader, failed, line_end).map_err(cannot_read(path));
    let (has, at, all) = read?;
    if has < failed {
        return Err(JournalError::LinesMissing { path: path.to_path_buf(), has, needs: failed });
    }
    Ok((at, (all > at).then_some(TornLine { at, bytes: all - at })))
}

/// Returns the number of whole lines, at most `most`, where the last of them ends, and the bytes of
/// the file.
fn ends(mut reader: impl BufRead, most: u64, line_end: u8) -> io::Result<(u64, u64, u64)> {
    let (mut lines, mut at, mut all) = (0, 0, 0);
    loop {
        let held = match reader.fill_buf() {
            Ok([]) => return Ok((lines, at, all)),
            Ok(held) => held,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let newline = held.iter().position(|byte| *byte == line_end).filter(|_| lines < most);
        let taken = newline.map_or(held.len(), |newline| newline + 1);
        reader.consume(taken);
        all += length(taken);
        if newline.is_some() {
            lines += 1;
            at = all;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    fn cut(file: &[u8], failed: u64) -> Option<(u64, u64)> {
        let (at, torn) = fit(BufReader::with_capacity(3, file), Path::new("failed.jsonl"), failed).ok()?;
        assert!(torn.is_none_or(|torn| torn.at == at && torn.bytes > 0));
        Some((at, torn.map_or(0, |torn| torn.bytes)))
    }

    #[test]
    fn what_has_no_record_is_cut() {
        assert_eq!(cut(b"", 0), Some((0, 0)));
        assert_eq!(cut(b"a\nbb\n", 2), Some((5, 0)));
        assert_eq!(cut(b"a\nbb\n", 1), Some((2, 3)));
        assert_eq!(cut(b"a\nbb\n", 0), Some((0, 5)));
        assert_eq!(cut(b"\n\n\0\xff\n", 2), Some((2, 3)));
    }

    #[test]
    fn lines_without_any_records_are_not_taken_for_a_torn_end() {
        let dir = tempfile::tempdir().unwrap();
        check_results(dir.path()).unwrap();
        fs::write(dir.path().join(FAILED), "").unwrap();
        check_results(dir.path()).unwrap();
        fs::write(dir.path().join(FAILED), "a\n").unwrap();
        let error = check_results(dir.path()).unwrap_err().to_string();
        let [results, failed] = [RESULTS, FAILED].map(|name| dir.path().join(name).display().to_string());
        assert_eq!(error, format!("{results} is missing, but {failed} has lines of its records"));
        fs::write(dir.path().join(RESULTS), "").unwrap();
        check_results(dir.path()).unwrap();
    }

    #[test]
    fn lines_that_are_missing_are_damage() {
        let error = fit(&b"a\nb"[..], Path::new("failed.jsonl"), 2).unwrap_err();
        assert_eq!(
            error.to_string(),
            "failed.jsonl is damaged: it has 1 lines, but 2 records are of lines that did not end ok"
        );
    }

    #[test]
    fn a_file_cut_anywhere_fits_as_many_records_as_it_has_lines() {
        let file = b"first\n{\"a\": 1}\r\nlast\n";
        for at in 0..=file.len() {
            let lines = file[..at].iter().filter(|byte| **byte == b'\n').count();
            let whole = file[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
            let lines = u64::try_from(lines).unwrap();
            assert_eq!(cut(&file[..at], lines), Some((length(whole), length(at - whole))));
            assert_eq!(cut(&file[..at], lines + 1), None);
        }
    }
}
