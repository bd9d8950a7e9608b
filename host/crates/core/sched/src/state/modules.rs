//! The module table: which modules were named, how far each has come, which tasks wait for it,
//! which are wanted and which leave.
//!
//! It must never know a worker, or what a task is beyond its number. Modules are changed through
//! the table only, so that the list of those somebody waits for is right after every change.

use super::fair_queue::FairQueue;
use super::groups::GroupId;
use polymer_host_task::{ModuleForm, ModuleId, ModuleInfo, Moment, TaskError, TaskId};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

/// The modules of a run.
#[derive(Debug, Default)]
pub(crate) struct ModuleTable {
    modules: BTreeMap<ModuleId, ModuleEntry>,
    /// Modules somebody waits for.
    wanted: BTreeSet<ModuleId>,
    /// Modules nobody will name again, as long as there is still something of them.
    leaving: BTreeSet<ModuleId>,
}

/// A module that was named.
#[derive(Debug)]
pub(crate) struct ModuleEntry {
    name: String,
    state: ModuleState,
    /// The cache was asked for it: it is asked once.
    looked_up: bool,
    /// The run ends if it cannot be used.
    required: bool,
    /// Its tasks that are not over, wherever they are.
    tasks: usize,
    /// Tasks that wait for a worker.
    waiting: FairQueue,
    /// Workers that died over it one after another before they were ready.
    failures: u32,
    /// Workers that were refused something over it by the machine, one after another.
    refusals: u32,
    /// When looking at it began.
    since: Moment,
    /// About how long its tasks take, from those that ended last.
    typical: Option<Duration>,
    /// It gets only workers that served no other module.
    shunned: bool,
    /// A timeout of one of its tasks stood: the next is not doubted.
    confirmed_timeout: bool,
    /// It is the run's checker and no program: all its tasks are checks.
    is_checker: bool,
    /// It is the run's interactor and no program: all its tasks are interactors.
    is_interactor: bool,
}

/// Stage that a module has reached.
#[derive(Debug)]
pub(crate) enum ModuleState {
    /// Named only.
    Known,
    /// The cache was asked for its code.
    Looking,
    /// A compile worker has it.
    Compiling,
    /// Its code is there, compiled just now or from the cache; whether it links is not known yet.
    Compiled { form: ModuleForm, imports: Vec<String>, cached: bool },
    /// Tasks can run.
    Ready(Arc<ModuleInfo>),
    /// Tasks cannot.
    Invalid(TaskError),
}

/// A module became ready.
#[derive(Debug)]
pub(crate) struct ReadyModule {
    pub(crate) info: Arc<ModuleInfo>,
    /// Its code is from the cache.
    pub(crate) cached: bool,
    /// Time it took to become ready.
    pub(crate) took: Duration,
}

/// Lookups: the modules, and the demand for them.
impl ModuleTable {
    pub(crate) fn get(&self, id: ModuleId) -> Option<&ModuleEntry> {
        self.modules.get(&id)
    }

    /// All modules, by their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (ModuleId, &ModuleEntry)> {
        self.modules.iter().map(|(id, module)| (*id, module))
    }

    /// Returns the stage that a module has reached, if it was named.
    pub(crate) fn state(&self, id: ModuleId) -> Option<&ModuleState> {
        self.get(id).map(|module| &module.state)
    }

    /// Returns the facts about a module whose tasks can run.
    pub(crate) fn info(&self, id: ModuleId) -> Option<&Arc<ModuleInfo>> {
        match self.state(id)? {
            ModuleState::Ready(info) => Some(info),
            ModuleState::Known
            | ModuleState::Looking
            | ModuleState::Compiling
            | ModuleState::Compiled { .. }
            | ModuleState::Invalid(_) => None,
        }
    }

    /// About how long the tasks of a module take.
    pub(crate) fn typical(&self, id: ModuleId) -> Option<Duration> {
        self.get(id)?.typical
    }

    /// The modules that somebody waits for, by their numbers.
    pub(crate) fn wanted(&self) -> impl Iterator<Item = (ModuleId, &ModuleEntry)> {
        self.wanted.iter().filter_map(|id| Some((*id, self.modules.get(id)?)))
    }

    /// Returns the number of modules that somebody waits for.
    pub(crate) fn wanted_count(&self) -> usize {
        self.wanted.len()
    }

    /// Those that leave and have no task, and that the run does not wait to learn about.
    pub(crate) fn done_with(&self) -> impl Iterator<Item = ModuleId> {
        let is_done = |id: &ModuleId| self.get(*id).is_none_or(|m| m.tasks == 0 && !m.is_wanted());
        self.leaving.iter().copied().filter(is_done)
    }

    /// Returns whether nobody will name it again.
    pub(crate) fn is_leaving(&self, id: ModuleId) -> bool {
        self.leaving.contains(&id)
    }

    /// Notes that a module may be named from here on.
    pub(crate) fn name(&mut self, id: ModuleId, name: String, now: Moment) {
        self.modules.entry(id).or_insert_with(|| ModuleEntry::new(name, now));
    }

    /// A module is a checker, and no program.
    pub(crate) fn note_checker(&mut self, id: ModuleId) {
        if let Some(module) = self.modules.get_mut(&id) {
            module.is_checker = true;
        }
    }

    /// Returns whether a module is a checker.
    pub(crate) fn is_checker(&self, id: ModuleId) -> bool {
        self.get(id).is_some_and(|module| module.is_checker)
    }

    /// A module is an interactor, and no program.
    pub(crate) fn note_interactor(&mut self, id: ModuleId) {
        if let Some(module) = self.modules.get_mut(&id) {
            module.is_interactor = true;
        }
    }

    /// Returns whether a module is an interactor.
    pub(crate) fn is_interactor(&self, id: ModuleId) -> bool {
        self.get(id).is_some_and(|module| module.is_interactor)
    }

    /// Returns whether a module is no program: a checker or an interactor.
    pub(crate) fn is_judge(&self, id: ModuleId) -> bool {
        self.get(id).is_some_and(ModuleEntry::is_judge)
    }

    /// The run needs a module, unless it leaves.
    pub(crate) fn require(&mut self, id: ModuleId) {
        if let Some(module) = self.modules.get_mut(&id).filter(|_| !self.leaving.contains(&id)) {
            module.required = true;
        }
        self.note_wanted(id);
    }

    /// Nobody will name a module again.
    pub(crate) fn leave(&mut self, id: ModuleId) {
        if self.modules.contains_key(&id) {
            self.leaving.insert(id);
        }
    }

    /// A module is gone.
    pub(crate) fn remove(&mut self, id: ModuleId) {
        self.wanted.remove(&id);
        self.leaving.remove(&id);
        self.modules.remove(&id);
    }

    /// Nobody waits any more to learn what a module is, if no task does.
    pub(crate) fn require_none(&mut self) {
        for id in std::mem::take(&mut self.wanted) {
            if let Some(module) = self.modules.get_mut(&id) {
                module.required = false;
            }
            self.note_wanted(id);
        }
    }

    /// Nothing waits any more.
    pub(crate) fn want_nothing(&mut self) {
        for module in self.modules.values_mut() {
            module.waiting.clear();
            module.required = false;
        }
        self.wanted.clear();
    }

    /// Puts a module on or off the list of those somebody waits for.
    fn note_wanted(&mut self, id: ModuleId) {
        if self.modules.get(&id).is_some_and(ModuleEntry::is_wanted) {
            self.wanted.insert(id);
        } else {
            self.wanted.remove(&id);
        }
    }
}

/// The tasks of modules.
impl ModuleTable {
    /// A task of it is in the run.
    pub(crate) fn add_task(&mut self, id: ModuleId) {
        if let Some(module) = self.modules.get_mut(&id) {
            module.tasks += 1;
        }
    }

    /// A task of it is over.
    pub(crate) fn remove_task(&mut self, id: ModuleId) {
        if let Some(module) = self.modules.get_mut(&id) {
            module.tasks = module.tasks.saturating_sub(1);
        }
    }

    /// Learns from a task that took `wall`: an average over about the last eight.
    pub(crate) fn learn(&mut self, id: ModuleId, wall: Duration) {
        if let Some(module) = self.modules.get_mut(&id) {
            module.typical = Some(match module.typical {
                Some(typical) => (typical * 7 + wall) / 8,
                None => wall,
            });
        }
    }

    /// A timeout of one of its tasks stands.
    pub(crate) fn note_confirmed_timeout(&mut self, id: ModuleId) {
        if let Some(module) = self.modules.get_mut(&id) {
            module.confirmed_timeout = true;
        }
    }

    /// Returns whether a timeout of one of its tasks stood.
    pub(crate) fn has_confirmed_timeout(&self, id: ModuleId) -> bool {
        self.get(id).is_some_and(|module| module.confirmed_timeout)
    }

    /// Lets a task wait for a worker, before all others of its group or behind them.
    pub(crate) fn wait(&mut self, id: ModuleId, group: GroupId, task: TaskId, first: bool) {
        let Some(module) = self.modules.get_mut(&id) else { return };
        module.waiting.push(group, task, first);
        // With others before it the module is wanted already.
        if module.waiting.len() == 1 {
            self.note_wanted(id);
        }
    }

    /// Takes the oldest task of a group.
    pub(crate) fn take_next(&mut self, id: ModuleId, group: GroupId) -> Option<TaskId> {
        let module = self.modules.get_mut(&id)?;
        let task = module.waiting.pop(group);
        if module.waiting.is_empty() {
            self.note_wanted(id);
        }
        task
    }

    /// Takes those out that are named so, in their order.
    pub(crate) fn take_out(&mut self, id: ModuleId, is_one: impl Fn(TaskId) -> bool) -> VecDeque<TaskId> {
        let Some(module) = self.modules.get_mut(&id) else { return VecDeque::new() };
        let out = module.waiting.take_out(is_one);
        self.note_wanted(id);
        out
    }

    /// Takes all of a group out, of each module.
    pub(crate) fn take_group(&mut self, group: GroupId) -> VecDeque<TaskId> {
        let mut out = VecDeque::new();
        let wanted: Vec<ModuleId> = self.wanted.iter().copied().collect();
        for id in wanted {
            if let Some(module) = self.modules.get_mut(&id) {
                out.append(&mut module.waiting.take_group(group));
            }
            self.note_wanted(id);
        }
        out
    }

    /// Takes one out, if it waits; says whether it did.
    pub(crate) fn remove_waiting(&mut self, id: ModuleId, task: TaskId) -> bool {
        let was_there = self.modules.get_mut(&id).is_some_and(|module| module.waiting.remove(task));
        self.note_wanted(id);
        was_there
    }
}

impl ModuleEntry {
    fn new(name: String, now: Moment) -> Self {
        Self {
            name,
            state: ModuleState::Known,
            looked_up: false,
            required: false,
            tasks: 0,
            waiting: FairQueue::default(),
            failures: 0,
            refusals: 0,
            since: now,
            typical: None,
            shunned: false,
            confirmed_timeout: false,
            is_checker: false,
            is_interactor: false,
        }
    }

    /// Returns its name for people.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the stage it has reached.
    pub(crate) const fn state(&self) -> &ModuleState {
        &self.state
    }

    /// Returns whether the run ends if it cannot be used.
    pub(crate) const fn is_required(&self) -> bool {
        self.required
    }

    /// Tasks that wait for a worker.
    pub(crate) const fn waiting(&self) -> &FairQueue {
        &self.waiting
    }

    /// Returns whether it is no program: a checker or an interactor.
    pub(crate) const fn is_judge(&self) -> bool {
        self.is_checker || self.is_interactor
    }

    /// Returns whether it gets only workers that served no other module.
    pub(crate) const fn is_shunned(&self) -> bool {
        self.shunned
    }

    /// Returns whether the cache was asked for it.
    #[cfg(test)]
    pub(crate) const fn is_looked_up(&self) -> bool {
        self.looked_up
    }

    /// Its tasks that are not over.
    #[cfg(test)]
    pub(crate) const fn tasks(&self) -> usize {
        self.tasks
    }

    /// Returns whether somebody waits to learn what it is or to run it.
    fn is_wanted(&self) -> bool {
        !self.waiting.is_empty() || (self.required && !matches!(self.state, ModuleState::Ready(_)))
    }

    /// One of its workers got ready.
    const fn note_ready(&mut self) {
        self.failures = 0;
        self.refusals = 0;
    }
}

#[cfg(test)]
mod check;
mod progress;
#[cfg(test)]
mod tests;
