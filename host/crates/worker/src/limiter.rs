//! Counts the memory of a guest: all its linear memories together, against one limit. Notes when it
//! had to refuse.

use super::engine::TABLE_ELEMENTS;
use super::trap;
use polymer_host_protocol::gate::word;
use polymer_host_sys::page::SharedPage;
use std::sync::Arc;
use wasmtime::ResourceLimiter;

/// Instances, tables and memories of one store. A component made of a dozen libraries has about
/// fifty of each.
const INSTANCES: usize = 1000;
const TABLES: usize = 1000;
const MEMORIES: usize = 100;

/// Memory of one attempt.
#[derive(Debug)]
pub(crate) struct MemoryLimiter {
    limit: u64,
    now: u64,
    peak: u64,
    refused: bool,
    elements: usize,
    /// Values to restore if a growth that was allowed fails.
    before: (u64, u64),
    page: Arc<SharedPage>,
}

impl MemoryLimiter {
    /// A limiter for one attempt, with a limit in bytes.
    pub(crate) fn new(limit: u64, page: Arc<SharedPage>) -> Self {
        Self { limit, now: 0, peak: 0, refused: false, elements: 0, before: (0, 0), page }
    }

    /// Begins to count for another attempt at the same instance: what it has is there from the
    /// start.
    pub(crate) fn renew(&mut self) {
        self.peak = self.now;
        self.refused = false;
        self.page.store(word::MEMORY, self.peak);
    }

    /// The most bytes there were.
    pub(crate) const fn peak(&self) -> u64 {
        self.peak
    }

    /// Returns whether memory over the limit was asked for.
    pub(crate) const fn refused(&self) -> bool {
        self.refused
    }
}

impl ResourceLimiter for MemoryLimiter {
    fn memory_growing(&mut self, now: usize, wanted: usize, most: Option<usize>) -> wasmtime::Result<bool> {
        if most.is_some_and(|most| wanted > most) {
            // The module's own bound, not ours.
            return Ok(false);
        }
        let total = self.now.saturating_add(wanted.saturating_sub(now) as u64);
        if total > self.limit {
            self.refused = true;
            return Ok(false);
        }
        self.before = (self.now, self.peak);
        self.now = total;
        self.peak = self.peak.max(total);
        self.page.store(word::MEMORY, self.peak);
        Ok(true)
    }

    fn memory_grow_failed(&mut self, error: wasmtime::Error) -> wasmtime::Result<()> {
        (self.now, self.peak) = self.before;
        // The guest is within its limit, so what it would make of the refusal is no verdict on it.
        if trap::is_machine(&error, true) { Err(error) } else { Ok(()) }
    }

    fn table_growing(&mut self, now: usize, wanted: usize, most: Option<usize>) -> wasmtime::Result<bool> {
        let total = self.elements.saturating_add(wanted.saturating_sub(now));
        let allowed = total <= TABLE_ELEMENTS && most.is_none_or(|most| wanted <= most);
        if allowed {
            self.elements = total;
        }
        Ok(allowed)
    }

    fn instances(&self) -> usize {
        INSTANCES
    }

    fn tables(&self) -> usize {
        TABLES
    }

    fn memories(&self) -> usize {
        MEMORIES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: usize = 64 << 10;

    fn limiter(pages: u64) -> (MemoryLimiter, Arc<SharedPage>) {
        let page = Arc::new(SharedPage::map(polymer_host_sys::page::create().unwrap()).unwrap());
        (MemoryLimiter::new(pages * PAGE as u64, page.clone()), page)
    }

    #[test]
    fn memories_are_counted_together() {
        let (mut limiter, page) = limiter(3);
        assert!(limiter.memory_growing(0, PAGE, None).unwrap());
        assert!(limiter.memory_growing(0, 2 * PAGE, None).unwrap());
        assert!(!limiter.refused());
        assert!(!limiter.memory_growing(PAGE, 2 * PAGE, None).unwrap());
        assert!(limiter.refused());
        assert_eq!(limiter.peak(), 3 * PAGE as u64);
        assert_eq!(page.load(word::MEMORY), 3 * PAGE as u64);
    }

    #[test]
    fn a_modules_own_maximum_is_no_refusal_of_ours() {
        let (mut limiter, _) = limiter(9);
        assert!(!limiter.memory_growing(0, 2 * PAGE, Some(PAGE)).unwrap());
        assert!(!limiter.refused());
    }

    #[test]
    fn a_growth_that_fails_is_not_counted() {
        let (mut limiter, _) = limiter(3);
        assert!(limiter.memory_growing(0, PAGE, None).unwrap());
        assert!(limiter.memory_growing(PAGE, 3 * PAGE, None).unwrap());
        limiter.memory_grow_failed(wasmtime::Error::msg("no room")).unwrap();
        assert_eq!(limiter.peak(), PAGE as u64);
        assert!(limiter.memory_growing(0, 2 * PAGE, None).unwrap());
    }

    #[test]
    fn tables_are_counted_together() {
        let (mut limiter, _) = limiter(1);
        assert!(limiter.table_growing(0, TABLE_ELEMENTS, None).unwrap());
        assert!(!limiter.table_growing(0, 1, None).unwrap());
    }
}
