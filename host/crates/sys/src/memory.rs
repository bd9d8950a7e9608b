//! Memory that this process may count on: the machine's, or what its cgroup leaves of it.
//!
//! It must never know what the memory is for.

use super::cgroup::MemoryCgroup;

/// Bytes of memory that this process and all it starts may have together; `None` if the system does
/// not say.
#[must_use]
pub fn usable() -> Option<u64> {
    let machine = std::fs::read_to_string("/proc/meminfo").ok().as_deref().and_then(total);
    let cgroup = MemoryCgroup::of_this_process().and_then(|cgroup| cgroup.limit());
    machine.into_iter().chain(cgroup).min()
}

/// The line of `/proc/meminfo` that says how much there is in all.
fn total(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_is_read() {
        assert_eq!(total("MemFree: 1 kB\nMemTotal:       24683496 kB\n"), Some(24_683_496 * 1024));
        for text in ["", "MemTotal: many kB", "MemTotal: 1 MB"] {
            assert_eq!(total(text), None, "{text}");
        }
        assert!(usable().is_some_and(|bytes| bytes > 1 << 20), "of this machine");
    }
}
