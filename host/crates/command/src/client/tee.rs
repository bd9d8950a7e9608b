//! Records of a run that has both a folder and a client: each is kept in the folder, then given to
//! the client.

use polymer_host_journal::output::results::{RecordNote, RecordStore};
use std::io;

/// Writes to both.
pub(crate) struct TeeStore {
    /// The folder. What is not kept there is not given to the client.
    pub(crate) folder: Box<dyn RecordStore>,
    /// The client.
    pub(crate) client: Box<dyn RecordStore>,
}

impl RecordStore for TeeStore {
    fn wants_notes(&self) -> bool {
        self.folder.wants_notes()
    }

    fn note(&mut self, note: &RecordNote) -> io::Result<()> {
        self.folder.note(note)
    }

    fn write(&mut self, batch: &[u8], records: u64) -> (u64, io::Result<()>) {
        let (kept, written) = self.folder.write(batch, records);
        if written.is_err() {
            return (kept, written);
        }
        let (_, given) = self.client.write(batch, records);
        (kept, given)
    }

    fn batch(&self) -> usize {
        self.folder.batch()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    /// Counts each line, until it has so many bytes.
    struct Bounded(Arc<Mutex<Vec<u8>>>, usize);

    impl RecordStore for Bounded {
        fn write(&mut self, batch: &[u8], _records: u64) -> (u64, io::Result<()>) {
            let mut held = self.0.lock().unwrap();
            if held.len() + batch.len() > self.1 {
                return (0, Err(io::ErrorKind::BrokenPipe.into()));
            }
            held.extend_from_slice(batch);
            (1, Ok(()))
        }
    }

    #[test]
    fn the_client_gets_what_the_folder_keeps_and_the_folder_keeps_what_the_client_does_not_get() {
        let (folder, client) = (Arc::default(), Arc::default());
        let mut tee = TeeStore {
            folder: Box::new(Bounded(Arc::clone(&folder), 6)),
            client: Box::new(Bounded(Arc::clone(&client), 4)),
        };
        assert!(matches!(tee.write(b"a\n", 1), (1, Ok(()))));
        assert!(matches!(tee.write(b"b\n", 1), (1, Ok(()))));
        assert!(matches!(tee.write(b"c\n", 1), (1, Err(_))));
        assert!(matches!(tee.write(b"d\n", 1), (0, Err(_))));
        assert_eq!(*folder.lock().unwrap(), b"a\nb\nc\n");
        assert_eq!(*client.lock().unwrap(), b"a\nb\n");
    }
}
