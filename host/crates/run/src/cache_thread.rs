//! The cache's thread: it looks up and keeps what the loop asks for, so that no disk ever holds the
//! loop up.
//!
//! Lookups go first, for somebody waits for them. What is to be kept is kept before the run is
//! over, unless that takes too long.

use super::inbox::RunWaker;
use polymer_host_modules::Module;
use polymer_host_modules::cache::{CacheKey, CodeCache, FoundEntry};
use polymer_host_task::{ModuleForm, ModuleId};
use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Answer of the thread.
#[derive(Debug)]
pub(super) enum CacheAnswer {
    /// Lookup result for a module.
    Looked(ModuleId, FoundEntry),
    /// Something could not be kept or thrown out.
    Trouble(String),
}

/// The loop's end of the thread.
#[derive(Debug)]
pub(super) struct CacheThread {
    desk: Arc<CacheDesk>,
    cache: CodeCache,
    waker: RunWaker,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct CacheDesk {
    lists: Mutex<CacheLists>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct CacheLists {
    looks: VecDeque<(ModuleId, CacheKey)>,
    changes: VecDeque<CacheChange>,
    answers: Vec<CacheAnswer>,
    /// Nothing is to be looked up any more.
    closed: bool,
    ended: bool,
}

/// Change to the cache.
#[derive(Debug)]
enum CacheChange {
    Keep { key: CacheKey, form: ModuleForm, imports: Vec<String>, code: File, module: Option<Module> },
    Discard(CacheKey),
}

enum CacheJob {
    Look(ModuleId, CacheKey),
    Change(CacheChange),
}

impl CacheThread {
    /// A keeper of this cache that wakes the loop. Its thread begins with the first thing to do.
    pub(super) fn new(cache: CodeCache, waker: RunWaker) -> Self {
        Self { desk: Arc::default(), cache, waker, thread: None }
    }

    /// Asks for what the cache has for a module.
    pub(super) fn look(&mut self, module: ModuleId, key: CacheKey) -> io::Result<()> {
        self.ask(|lists| lists.looks.push_back((module, key)))
    }

    /// Keeps code, which nobody can change any more. Until that is done the module has its place in
    /// the run: its code is open here.
    pub(super) fn keep(
        &mut self,
        key: CacheKey,
        form: ModuleForm,
        imports: Vec<String>,
        code: File,
        module: Option<Module>,
    ) -> io::Result<()> {
        self.ask(|lists| lists.changes.push_back(CacheChange::Keep { key, form, imports, code, module }))
    }

    /// Throws out what the cache has.
    pub(super) fn discard(&mut self, key: CacheKey) -> io::Result<()> {
        self.ask(|lists| lists.changes.push_back(CacheChange::Discard(key)))
    }

    /// Takes the answers since the last look.
    pub(super) fn answers(&self) -> Vec<CacheAnswer> {
        std::mem::take(&mut self.desk.lists().answers)
    }

    /// Looks nothing up any more, and waits until what is to be kept is, at most so long. Then the
    /// rest is not kept.
    pub(super) fn finish(&mut self, patience: Duration) {
        if self.thread.is_none() {
            return;
        }
        let mut lists = self.desk.lists();
        lists.closed = true;
        lists.looks.clear();
        self.desk.changed.notify_all();
        let waited = self.desk.changed.wait_timeout_while(lists, patience, |lists| !lists.ended);
        let (mut lists, _) = waited.unwrap_or_else(PoisonError::into_inner);
        // A disk that hangs holds up nothing but the thread, which ends with the process at the
        // latest.
        lists.changes.clear();
        let thread = self.thread.take().filter(|_| lists.ended);
        drop(lists);
        if let Some(thread) = thread {
            // A panic in there has been told of by its hook.
            drop(thread.join());
        }
    }

    fn ask(&mut self, add: impl FnOnce(&mut CacheLists)) -> io::Result<()> {
        if self.thread.is_none() {
            let (desk, cache, waker) = (Arc::clone(&self.desk), self.cache.clone(), self.waker.clone());
            let work = move || work(&desk, &cache, &waker);
            self.thread = Some(thread::Builder::new().name("cache".to_owned()).spawn(work)?);
        }
        add(&mut self.desk.lists());
        self.desk.changed.notify_all();
        Ok(())
    }
}

/// A run that is left behind leaves nothing to do.
impl Drop for CacheThread {
    fn drop(&mut self) {
        self.finish(Duration::ZERO);
    }
}

impl CacheDesk {
    fn lists(&self) -> MutexGuard<'_, CacheLists> {
        self.lists.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next thing to do; waits for one, until there will be none.
    fn next(&self) -> Option<CacheJob> {
        let mut lists = self.lists();
        loop {
            if let Some((module, key)) = lists.looks.pop_front() {
                return Some(CacheJob::Look(module, key));
            }
            if let Some(change) = lists.changes.pop_front() {
                return Some(CacheJob::Change(change));
            }
            if lists.closed {
                return None;
            }
            lists = self.changed.wait(lists).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Says that the thread has ended, however it did.
struct CacheThreadEnd<'a>(&'a CacheDesk);

impl Drop for CacheThreadEnd<'_> {
    fn drop(&mut self) {
        self.0.lists().ended = true;
        self.0.changed.notify_all();
    }
}

fn work(desk: &CacheDesk, cache: &CodeCache, waker: &RunWaker) {
    let _ended = CacheThreadEnd(desk);
    while let Some(job) = desk.next() {
        let answer = match job {
            CacheJob::Look(module, key) => CacheAnswer::Looked(module, cache.look(&key)),
            CacheJob::Change(change) => match make(cache, change) {
                Ok(()) => continue,
                Err(error) => CacheAnswer::Trouble(error.to_string()),
            },
        };
        desk.lists().answers.push(answer);
        waker.wake();
    }
}

fn make(cache: &CodeCache, change: CacheChange) -> io::Result<()> {
    match change {
        CacheChange::Keep { key, form, imports, code, module } => {
            let kept = cache.keep(&key, form, imports, &code);
            drop(code);
            drop(module);
            kept
        }
        CacheChange::Discard(key) => cache.discard(&key).map(drop),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
    use polymer_host_base::Digest;
    use polymer_host_modules::cache::{CodeKind, CompilerFingerprint};
    use polymer_host_sys::file;
    use std::os::fd::AsFd;
    use std::path::Path;

    const LONG: Duration = Duration::from_secs(60);

    struct Place {
        _folder: tempfile::TempDir,
        cache: CodeCache,
        waker: RunWaker,
    }

    fn place() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let cache = CodeCache::open(&folder.path().join("cache"), 10_000).unwrap();
        Place { _folder: folder, cache, waker: RunWaker::new().unwrap() }
    }

    impl Place {
        fn keeper(&self) -> CacheThread {
            CacheThread::new(self.cache.clone(), self.waker.clone())
        }

        fn answer(&self, keeper: &CacheThread) -> CacheAnswer {
            loop {
                let mut answers = keeper.answers();
                if let Some(answer) = answers.pop() {
                    assert!(answers.is_empty(), "more than was asked for");
                    return answer;
                }
                let mut fds = [PollFd::new(self.waker.as_fd(), PollFlags::POLLIN)];
                assert_eq!(poll(&mut fds, PollTimeout::from(60_000_u16)), Ok(1), "it says nothing");
                self.waker.clear();
            }
        }
    }

    fn key(module: &str) -> CacheKey {
        let engine = CompilerFingerprint::of(Path::new("/proc/self/exe")).unwrap();
        CacheKey::new(&Digest::of(module.as_bytes()), CodeKind::default(), &engine)
    }

    fn code(length: usize) -> File {
        file::sealed("code", &vec![1; length]).unwrap()
    }

    #[test]
    fn what_is_kept_is_there_when_it_has_finished_and_is_found_by_the_next() {
        let place = place();
        let mut keeper = place.keeper();
        keeper.keep(key("a"), ModuleForm::CommandModule, Vec::new(), code(10), None).unwrap();
        keeper.finish(LONG);
        let mut keeper = place.keeper();
        for (module, is_there) in [("a", true), ("b", false)] {
            keeper.look(ModuleId(7), key(module)).unwrap();
            let CacheAnswer::Looked(ModuleId(7), found) = place.answer(&keeper) else { panic!("no answer") };
            assert_eq!(matches!(found, FoundEntry::Code { .. }), is_there);
        }
        keeper.discard(key("a")).unwrap();
        keeper.finish(LONG);
        assert!(matches!(place.cache.look(&key("a")), FoundEntry::Nothing));
    }

    #[test]
    fn what_cannot_be_kept_is_told() {
        let place = place();
        let mut keeper = place.keeper();
        keeper.keep(key("a"), ModuleForm::CommandModule, Vec::new(), code(20_000), None).unwrap();
        let CacheAnswer::Trouble(what) = place.answer(&keeper) else { panic!("no trouble") };
        assert_eq!(what, "code of 20000 bytes does not fit into 10000");
    }

    #[test]
    fn one_that_had_nothing_to_do_has_no_thread_to_wait_for() {
        let mut keeper = place().keeper();
        keeper.finish(LONG);
        assert!(keeper.thread.is_none());
    }
}
