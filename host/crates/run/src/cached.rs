//! What the scheduler wants of the cache, and what the cache answers. Without a cache, or where it
//! fails, everything is compiled.

use super::Supervisor;
use super::inbox::Waker;
use super::keeper::{Answer, Keeper};
use polymer_host_event::RunEvent;
use polymer_host_modules::Module;
use polymer_host_modules::cache::{Cache, Fingerprint, Found, Key};
use polymer_host_sched::Input;
use polymer_host_task::ModuleId;
use std::io;
use std::path::Path;
use std::time::Duration;

/// What the end of a run waits for, so that what it compiled is there for the next.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whether compiled code outlives a run.
#[derive(Debug, Clone)]
pub enum Caching {
    /// It does not.
    Off,
    /// It does, in this cache.
    On(Cache),
    /// It was to, but its cache cannot be used. This says why.
    Unusable(String),
}

/// The cache of one run.
#[derive(Debug)]
pub(super) struct RunCache {
    keeper: Option<(Keeper, Fingerprint)>,
    /// Trouble that is to be told, and whether some was.
    trouble: Option<String>,
    told: bool,
}

impl RunCache {
    /// For a run whose workers are the program `worker_exe`.
    pub(super) fn new(caching: &Caching, worker_exe: &Path, waker: &Waker) -> Self {
        let (keeper, trouble) = match caching {
            Caching::Off => (None, None),
            Caching::Unusable(why) => (None, Some(why.clone())),
            Caching::On(cache) => match Fingerprint::of(worker_exe) {
                Ok(engine) => (Some((Keeper::new(cache.clone(), waker.clone()), engine)), None),
                Err(error) => (None, Some(format!("the worker program cannot be told from others: {error}"))),
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

impl Supervisor<'_> {
    /// Asks the cache for a module's code. Gives the answer if there is none to wait for.
    pub(super) fn look_up(&mut self, module: ModuleId) -> Option<Input> {
        let asked = self.with_key(module, |keeper, key| keeper.look(module, key));
        (asked != Some(true)).then_some(Input::NotFound { module, damaged: false })
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
        self.with_key(module, Keeper::discard);
    }

    /// Has the keeper do something for a module; says whether it will, if there is one.
    fn with_key(
        &mut self,
        module: ModuleId,
        ask: impl FnOnce(&mut Keeper, Key) -> io::Result<()>,
    ) -> Option<bool> {
        let file = self.modules.get(module)?;
        let (keeper, engine) = self.cache.keeper.as_mut()?;
        let asked = ask(keeper, Key::new(file.digest(), file.is_text(), engine));
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
                Answer::Trouble(what) => self.cache.trouble = Some(what),
                Answer::Looked(module, Found::Nothing) => {
                    self.tell(Input::NotFound { module, damaged: false });
                }
                Answer::Looked(module, Found::Damaged) => {
                    self.tell(Input::NotFound { module, damaged: true });
                }
                Answer::Looked(module, Found::Code { form, imports, code }) => {
                    // It may come when the module is gone, or is compiled by now and has another
                    // file.
                    if self.sched.is_looking(module) {
                        self.modules.found(module, code);
                        self.tell(Input::Found { module, form, imports });
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
