//! The build id of a program: a hash that the linker made of all that it wrote, so of sources,
//! libraries, compiler and flags. Stripping symbols keeps it.
//!
//! It is the note `NT_GNU_BUILD_ID` of an ELF file (ELF gABI, "Note Section"; GNU ld's
//! `--build-id`). It must never be taken for proof of what a file is: whoever can write the program
//! can write it.

use object::Endianness;
use object::elf::{FileHeader64, NT_GNU_BUILD_ID};
use object::read::ReadCache;
use object::read::elf::{FileHeader, ProgramHeader};
use std::path::Path;

/// Shortest id that is believed to be a hash of the content, in bytes: that of MD5 and of `uuid`,
/// which `build.rs` of the command does not ask for.
const SHORTEST: usize = 16;

/// Returns the build id of the program at `path`; nothing, if it has none or is no ELF file of 64
/// bits.
pub(super) fn read(path: &Path) -> Option<Vec<u8>> {
    // Only what is looked at is read: the header, the table of segments, and the notes among them.
    // The whole file would be taken apart with its symbols, which are larger than all the rest.
    let program = ReadCache::new(std::fs::File::open(path).ok()?);
    let header = FileHeader64::<Endianness>::parse(&program).ok()?;
    let endian = header.endian().ok()?;
    for segment in header.program_headers(endian, &program).ok()? {
        let Some(mut notes) = segment.notes(endian, &program).ok()? else { continue };
        while let Some(note) = notes.next().ok()? {
            if note.name() == b"GNU" && note.n_type(endian) == NT_GNU_BUILD_ID {
                let id = note.desc();
                return (id.len() >= SHORTEST).then(|| id.to_vec());
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_program_has_no_id() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        assert_eq!(read(&path), None);
        for content in [&b""[..], b"\x7fELF", b"\0asm\x01\0\0\0"] {
            std::fs::write(&path, content).unwrap();
            assert_eq!(read(&path), None, "{content:?}");
        }
    }

    /// The smallest ELF program that has a build id: a header, one segment, and the note in it.
    fn program(id: &[u8]) -> Vec<u8> {
        let mut bytes = b"\x7fELF\x02\x01\x01".to_vec();
        bytes.resize(16, 0);
        bytes.extend([2u16, 62].map(u16::to_le_bytes).concat()); // an executable, for x86-64
        bytes.extend(1u32.to_le_bytes());
        bytes.extend([0u64, 64, 0].map(u64::to_le_bytes).concat()); // segments stand at 64
        bytes.extend(0u32.to_le_bytes());
        bytes.extend([64u16, 56, 1, 64, 0, 0].map(u16::to_le_bytes).concat()); // one of 56 bytes
        let length = 16 + id.len() as u64;
        bytes.extend([4u32, 4].map(u32::to_le_bytes).concat()); // PT_NOTE, readable
        bytes.extend([120, 0, 0, length, length, 4].map(u64::to_le_bytes).concat());
        bytes.extend([4, u32::try_from(id.len()).unwrap(), 3].map(u32::to_le_bytes).concat());
        bytes.extend(b"GNU\0");
        bytes.extend(id);
        bytes
    }

    #[test]
    fn an_id_is_read_if_it_can_be_a_hash() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        for length in [0, 8, 16, 20, 32] {
            let id = vec![7; length];
            std::fs::write(&path, program(&id)).unwrap();
            assert_eq!(read(&path), (length >= SHORTEST).then_some(id), "{length}");
        }
    }

    #[test]
    fn a_program_that_is_cut_has_no_id() {
        let folder = tempfile::tempdir().unwrap();
        let (path, whole) = (folder.path().join("file"), program(&[7; 20]));
        for length in 0..whole.len() {
            std::fs::write(&path, &whole[..length]).unwrap();
            assert_eq!(read(&path), None, "{length}");
        }
    }
}
