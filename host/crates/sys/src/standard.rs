//! Which of the standard descriptors were closed when this process was started. Rust's own start
//! puts `/dev/null` in their places, and whoever looks later cannot tell that from a `/dev/null`
//! that was asked for.

use nix::libc;
use std::path::Path;
use std::sync::atomic::{AtomicU8, Ordering};

/// A bit for each of the three, set if it was closed.
static CLOSED: AtomicU8 = AtomicU8::new(0);

/// One of the standard descriptors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StandardStream {
    /// 0.
    Input = 0,
    /// 1.
    Output = 1,
    /// 2.
    Error = 2,
}

/// Returns whether it was closed, as by `>&-` in a shell, when this process was started.
#[must_use]
pub fn was_closed(descriptor: StandardStream) -> bool {
    CLOSED.load(Ordering::Relaxed) & (1 << descriptor as u8) != 0
}

/// Returns whether a path names this descriptor and not a file of its own.
#[must_use]
pub fn is_named(path: &Path, descriptor: StandardStream) -> bool {
    let number = descriptor as u8;
    let name = ["stdin", "stdout", "stderr"].get(usize::from(number)).copied().unwrap_or_default();
    [format!("/dev/{name}"), format!("/dev/fd/{number}"), format!("/proc/self/fd/{number}")]
        .iter()
        .any(|named| path == Path::new(named))
}

/// Looks at the three. It runs before `main` and before Rust's own start, so it calls nothing but
/// the system.
extern "C" fn look() {
    for descriptor in 0..3 {
        // SAFETY: the call touches no memory, and asks only for flags of what the number names, if
        // it names anything.
        if unsafe { libc::fcntl(descriptor, libc::F_GETFD) } == -1 {
            CLOSED.fetch_or(1 << descriptor, Ordering::Relaxed);
        }
    }
}

// SAFETY: the loader calls each address in this section once, in the C convention, before `main`;
// the function needs nothing of Rust's that would not be there by then.
#[used]
#[unsafe(link_section = ".init_array")]
static LOOK: extern "C" fn() = look;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_descriptor_has_its_names() {
        for (path, descriptor, is) in [
            ("/dev/stdout", StandardStream::Output, true),
            ("/dev/fd/1", StandardStream::Output, true),
            ("/proc/self/fd/0", StandardStream::Input, true),
            ("/dev/stderr", StandardStream::Error, true),
            ("/dev/stdout", StandardStream::Input, false),
            ("/dev/null", StandardStream::Output, false),
            ("stdout", StandardStream::Output, false),
        ] {
            assert_eq!(is_named(Path::new(path), descriptor), is, "{path}");
        }
    }

    #[test]
    fn none_is_closed_where_tests_run() {
        assert!(
            ![StandardStream::Input, StandardStream::Output, StandardStream::Error]
                .into_iter()
                .any(was_closed)
        );
    }
}
