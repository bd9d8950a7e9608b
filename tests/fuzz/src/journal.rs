//! The files of a run's folder, as a crash, a bad disk or somebody's editor may have left them.

use polymer_host_journal::event_log::reader as events;
use polymer_host_journal::{failed, results};
use std::io::BufReader;
use std::path::Path;

/// The first byte says which file it is and into what pieces it comes. Whatever is read: what is
/// whole ends where something is torn, or where the file does, and reading just that gives the same
/// and tears nothing.
pub fn journal(data: &[u8]) {
    let Some((how, bytes)) = data.split_first() else { return };
    let path = Path::new("file");
    let reader = |bytes| BufReader::with_capacity(usize::from(how / 3) + 1, bytes);
    let read = |bytes| match how % 3 {
        0 => results::scan(reader(bytes), path, results::IdNaming::Other)
            .map(|read| (read.tally.end, read.tally.torn))
            .ok(),
        1 => events::scan(reader(bytes), path).map(|read| (read.end, read.torn)).ok(),
        _ => failed::fit(reader(bytes), path, u64::from(how % 5)).ok(),
    };
    let Some((end, torn)) = read(bytes) else { return };
    let whole = usize::try_from(end).ok().and_then(|end| bytes.get(..end));
    let Some(whole) = whole else { panic!("{end} bytes of {} are whole", bytes.len()) };
    let behind = bytes.len() - whole.len();
    match torn {
        Some(torn) => assert_eq!((torn.at, torn.bytes), (end, behind as u64)),
        None => assert_eq!(behind, 0),
    }
    assert_eq!(read(whole), Some((end, None)));
}
