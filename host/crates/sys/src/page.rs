//! Memory that two processes share: a row of 64-bit words, each read and written whole. Behind the
//! first page of it lies a [ring](super::ring); memory that nobody touches is none.
//!
//! The other side may write anything at any time, so what is read is a claim, not a fact.

use nix::fcntl::{FcntlArg, SealFlag, fcntl};
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::mman::{MapFlags, ProtFlags, mmap, munmap};
use nix::sys::stat::fstat;
use std::io;
use std::num::NonZeroUsize;
use std::os::fd::{AsFd, OwnedFd};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU64, Ordering};

/// Words that are shared: a page of 4 KiB, and 64 KiB behind it.
pub const WORDS: usize = 512 + 8192;
/// Bytes that they take.
const SIZE: NonZeroUsize = NonZeroUsize::new(WORDS * 8).unwrap();
/// The same for calls that take a length with a sign.
const LENGTH: i64 = 69_632;

/// One process' view of the page.
#[derive(Debug)]
pub struct SharedPage {
    address: NonNull<[AtomicU64; WORDS]>,
}

// SAFETY: the mapping is reached only through atomics, and is unmapped only when the one owner is
// dropped.
unsafe impl Send for SharedPage {}
// SAFETY: as above.
unsafe impl Sync for SharedPage {}

/// Makes a page of zeros that can neither shrink nor grow, so that no access to it can fault.
///
/// # Errors
/// If the system refuses.
pub fn create() -> io::Result<OwnedFd> {
    let fd = memfd_create("polymer-page", MFdFlags::MFD_CLOEXEC | MFdFlags::MFD_ALLOW_SEALING)?;
    nix::unistd::ftruncate(&fd, LENGTH)?;
    let seals = SealFlag::F_SEAL_SHRINK | SealFlag::F_SEAL_GROW | SealFlag::F_SEAL_SEAL;
    fcntl(&fd, FcntlArg::F_ADD_SEALS(seals))?;
    Ok(fd)
}

impl SharedPage {
    /// Maps a page that [`create`] made.
    ///
    /// # Errors
    /// If the descriptor is no such page, or the system refuses.
    pub fn map(fd: impl AsFd) -> io::Result<Self> {
        if fstat(&fd)?.st_size != LENGTH {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a shared page"));
        }
        let protection = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
        // SAFETY: a new mapping at an address of the kernel's choice touches no memory that is in
        // use.
        let address = unsafe { mmap(None, SIZE, protection, MapFlags::MAP_SHARED, &fd, 0) }?;
        Ok(Self { address: address.cast() })
    }

    fn word(&self, index: usize) -> Option<&AtomicU64> {
        // SAFETY: the mapping is as long as the array, aligned to a page, lives as long as `self`,
        // and its sealed file cannot shrink under it. Any bits are a valid `AtomicU64`.
        unsafe { self.address.as_ref() }.get(index)
    }

    /// The word at `index`; 0 beyond the page.
    #[must_use]
    pub fn load(&self, index: usize) -> u64 {
        self.word(index).map_or(0, |word| word.load(Ordering::Acquire))
    }

    /// Sets the word at `index`.
    pub fn store(&self, index: usize, value: u64) {
        if let Some(word) = self.word(index) {
            word.store(value, Ordering::Release);
        }
    }

    /// As [`load`](Self::load), in no order with other words.
    #[must_use]
    pub fn load_relaxed(&self, index: usize) -> u64 {
        self.word(index).map_or(0, |word| word.load(Ordering::Relaxed))
    }

    /// As [`store`](Self::store), in no order with other words.
    pub fn store_relaxed(&self, index: usize, value: u64) {
        if let Some(word) = self.word(index) {
            word.store(value, Ordering::Relaxed);
        }
    }

    /// Sets the word at `index` to `new` if it is `current`; says whether it did.
    #[must_use]
    pub fn swap_if(&self, index: usize, current: u64, new: u64) -> bool {
        self.word(index).is_some_and(|word| {
            word.compare_exchange(current, new, Ordering::AcqRel, Ordering::Acquire).is_ok()
        })
    }
}

impl Drop for SharedPage {
    fn drop(&mut self) {
        // SAFETY: this is the mapping made in `map`, and no reference into it outlives `self`.
        let unmapped = unsafe { munmap(self.address.cast(), SIZE.get()) };
        debug_assert!(unmapped.is_ok(), "a mapping of our own can be unmapped");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_mappings_see_the_same_words() {
        let fd = create().unwrap();
        let (here, there) = (SharedPage::map(&fd).unwrap(), SharedPage::map(&fd).unwrap());
        here.store(1, 42);
        assert_eq!(there.load(1), 42);
        assert!(there.swap_if(1, 42, 7));
        assert!(!there.swap_if(1, 42, 8));
        assert_eq!(here.load(1), 7);
        assert_eq!(here.load(WORDS), 0);
    }

    #[test]
    fn the_page_cannot_be_cut_short() {
        let fd = create().unwrap();
        assert!(nix::unistd::ftruncate(&fd, 0).is_err());
        assert!(SharedPage::map(std::fs::File::open("/dev/null").unwrap()).is_err());
    }
}
