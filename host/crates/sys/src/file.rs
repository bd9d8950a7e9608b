//! Files without a name: made here, filled, sealed, and handed to another process as descriptors.

use nix::fcntl::{FcntlArg, SealFlag, fcntl};
use nix::sys::memfd::{MFdFlags, memfd_create};
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::OwnedFd;

/// An empty file without a name.
///
/// # Errors
/// If the system refuses.
pub fn unnamed(name: &str) -> io::Result<File> {
    let fd: OwnedFd = memfd_create(name, MFdFlags::MFD_CLOEXEC | MFdFlags::MFD_ALLOW_SEALING)?;
    Ok(File::from(fd))
}

/// Makes a file unchangeable for whoever holds it, for ever.
///
/// # Errors
/// If it is none of [`unnamed`], or somebody has it mapped to write.
pub fn seal(file: &File) -> io::Result<()> {
    let seals =
        SealFlag::F_SEAL_WRITE | SealFlag::F_SEAL_SHRINK | SealFlag::F_SEAL_GROW | SealFlag::F_SEAL_SEAL;
    fcntl(file, FcntlArg::F_ADD_SEALS(seals))?;
    Ok(())
}

/// An unchangeable file that holds `bytes`.
///
/// # Errors
/// If the system refuses.
pub fn sealed(name: &str, bytes: &[u8]) -> io::Result<File> {
    let mut file = unnamed(name)?;
    file.write_all(bytes)?;
    seal(&file)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_file_cannot_be_written() {
        let mut file = sealed("test", b"code").unwrap();
        assert!(file.write_all(b"x").is_err());
        assert!(file.set_len(0).is_err());
    }
}
