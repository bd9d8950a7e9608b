//! Requests of the scheduler to the cache, and the cache's answers. Without a cache, or where it
//! fails, everything is compiled.

use super::RunLoop;
use super::cache_thread::{CacheAnswer, CacheThread};
use super::inbox::RunWaker;
use polymer_host_event::RunEvent;
use polymer_host_modules::Module;
use polymer_host_modules::cache::{CacheKey, CodeCache, CodeKind, CompilerFingerprint, FoundEntry};
use polymer_host_sched::SchedulerInput;
use polymer_host_task::ModuleId;
use std::io;
use std::path::Path;
use std::time::Duration;

/// Longest wait at the end of a run, so that the code it compiled is there for the next.
const PATIENCE: Duration = Duration::from_secs(5);

/// Choice of whether compiled code outlives a run.
#[derive(Debug, Clone)]
pub enum CodeCaching {
    /// It does not.
    Off,
    /// It does, in this cache.
    On(CodeCache),
    /// It was to, but its cache cannot be used. This says why.
    Unusable(String),
}

/// The cache of one run.
#[derive(Debug)]
pub(super) struct RunCache {
    keeper: Option<(CacheThread, CompilerFingerprint)>,
    /// Trouble that is to be told, and whether some was.
    trouble: Option<String>,
    told: bool,
}

impl RunCache {
    /// For a run whose workers are the program `worker_exe`.
    pub(super) fn new(caching: &CodeCaching, worker_exe: &Path, waker: &RunWaker) -> Self {
        let (keeper, trouble) = match caching {
            CodeCaching::Off => (None, None),
            CodeCaching::Unusable(why) => (None, Some(why.clone())),
            CodeCaching::On(cache) => match CompilerFingerprint::of(worker_exe) {
                Ok(engine) => (Some((CacheThread::new(cache.clone(), waker.clone()), engine)), None),
                Err(error) => (None, Some(format!("the worker program cannot be identified: {error}"))),
            },
        };
        Self { keeper, trouble, told: false }
    }

    /// Trouble, the first time that there is some.
    fn trouble(&mut self) -> Option<RunEvent> {
        let what = self.trouble.take().filter(|_| !self.told)?;
        self.told = true;
        Some(RunEvent::CacheTrouble { what })
    }
}

impl RunLoop<'_> {
    /// Asks the cache for a module's code. Gives the answer if there is none to wait for.
    pub(super) fn look_up(&mut self, module: ModuleId) -> Option<SchedulerInput> {
        let asked = self.with_key(module, |keeper, key| keeper.look(module, key));
        (asked != Some(true)).then_some(SchedulerInput::NotFound { module, damaged: false })
    }

    /// Keeps the code that a run worker is ready with.
    pub(super) fn keep(&mut self, module: ModuleId) {
        let Some(info) = self.sched.info(module) else { return };
        let (form, imports) = (info.form, info.imports.clone());
        let code = self.modules.sealed_code(module);
        let held = self.modules.get(module).map(Module::apart);
        self.with_key(module, |keeper, key| keeper.keep(key, form, imports, code?, held));
    }

    pub(super) fn discard(&mut self, module: ModuleId) {
        self.with_key(module, CacheThread::discard);
    }

    /// Has the keeper do something for a module; says whether it will, if there is one.
    fn with_key(
        &mut self,
        module: ModuleId,
        ask: impl FnOnce(&mut CacheThread, CacheKey) -> io::Result<()>,
    ) -> Option<bool> {
        let file = self.modules.get(module)?;
        let service = &self.plan.service;
        let kind = CodeKind {
            of_text: file.is_text(),
            counts_fuel: service.limits.fuel.is_some(),
            optimization: service.optimization,
        };
        let (keeper, engine) = self.cache.keeper.as_mut()?;
        let asked = ask(keeper, CacheKey::new(file.digest(), kind, engine));
        if let Err(error) = &asked {
            self.cache.trouble = Some(error.to_string());
        }
        Some(asked.is_ok())
    }

    /// Tells of what the cache has answered.
    pub(super) fn hear_cache(&mut self) {
        let answers = self.cache.keeper.as_ref().map(|(keeper, _)| keeper.answers()).unwrap_or_default();
        for answer in answers {
            match answer {
                CacheAnswer::Trouble(what) => self.cache.trouble = Some(what),
                CacheAnswer::Looked(module, FoundEntry::Nothing) => {
                    self.tell(SchedulerInput::NotFound { module, damaged: false });
                }
                CacheAnswer::Looked(module, FoundEntry::Damaged) => {
                    self.tell(SchedulerInput::NotFound { module, damaged: true });
                }
                CacheAnswer::Looked(module, FoundEntry::Code { form, imports, code }) => {
                    // It may come when the module is gone, or is compiled by now and has another
                    // file.
                    if self.sched.is_looking(module) {
                        self.modules.found(module, code);
                        self.tell(SchedulerInput::Found { module, form, imports });
                    }
                }
            }
        }
        if let Some(trouble) = self.cache.trouble() {
            self.sink.on(self.now(), trouble);
        }
    }

    /// Waits until what is to be kept is, unless somebody wants the run to end at once.
    pub(super) fn finish_cache(&mut self) {
        let patience = if self.stops >= 2 { Duration::ZERO } else { PATIENCE };
        if let Some((keeper, _)) = &mut self.cache.keeper {
            keeper.finish(patience);
        }
        self.hear_cache();
    }
}
