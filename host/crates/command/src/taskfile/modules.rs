//! The modules that task records name: by path, by file, by digest. Whatever it is called, a module
//! is opened once and runs as one.
//!
//! A module that is idle may be let go when others need its room. It is opened again when a line
//! names it, if it is still what it was. It must never know what a module is, nor what becomes of a
//! task.

use super::super::file_shortage::FileShortage;
use super::super::input::{ModuleNews, RefusedLine};
use super::super::known_modules::{KnownModules, ModuleChanged};
use super::given::GivenModules;
use super::{LONGEST_PATH, MOST_MODULES};
use polymer_host_base::Digest;
use polymer_host_modules::bundled::is_bundled;
use polymer_host_modules::file::{digest_of, is_text};
use polymer_host_modules::{BundledModules, Module, ModuleError, ResidentModules};
use polymer_host_sys::file_identity::FileIdentity;
use polymer_host_sys::paths::PathOpener;
use polymer_host_sys::regular::FileError;
use polymer_host_sys::resource_exhausted::is_shortage;
use polymer_host_task::{LimitWall, ModuleDigests, ModuleId, ModuleLease, TaskError, Verdict};
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// The modules that records have named so far.
#[derive(Debug, Default)]
pub(super) struct NamedModules {
    /// Bytes a module may have.
    limit: u64,
    /// The bound on what those that are open take.
    pub(super) resident: ResidentModules,
    /// What names with `@` stand for.
    bundled: BundledModules,
    /// Those that a client gave as bytes.
    pub(super) given: GivenModules,
    /// Folder in which files are only ever replaced as a whole, by other files: every change shows
    /// in a file's state at once.
    pub(super) built: Option<PathBuf>,
    pub(super) named: HashMap<PathBuf, NamedModule>,
    contents: Vec<ModuleContent>,
    by_digest: HashMap<(Digest, bool), usize>,
    by_file: HashMap<(FileIdentity, bool), usize>,
    /// Lengths of contents: a file of another length need not be read to know that it is none of
    /// them.
    lengths: HashSet<u64>,
    /// News for the run about the module of the last line, until the run is told.
    pub(super) news: Option<Box<ModuleNews>>,
    /// The module that the last line names, if it is open.
    own: Option<ModuleId>,
    /// The last line needs room that other lines hold: it is to be read once more.
    pub(super) must_wait: bool,
    /// Those of the run that this one goes on with.
    pub(super) earlier: KnownModules,
    /// One of those that is another now.
    pub(super) changed: Option<ModuleChanged>,
}

/// A module by what it is: its bytes, and whether they are text.
#[derive(Debug)]
struct ModuleContent {
    digest: Digest,
    /// Id at the last opening; the run may have been told to forget it.
    id: Option<ModuleId>,
}

/// Target of a path.
#[derive(Debug, Clone)]
pub(super) enum NamedModule {
    /// A module.
    Usable {
        /// Its place among the contents.
        content: usize,
        /// As the first record wrote the path.
        spelling: Arc<str>,
        /// The SHA-256 of which keys are made.
        digests: ModuleDigests,
    },
    /// Nothing that can be run.
    Unusable(Verdict, TaskError),
}

/// A module for a task.
#[derive(Debug)]
pub(super) struct FoundModule {
    pub(super) module: ModuleId,
    pub(super) digests: ModuleDigests,
    /// As the record wrote it.
    pub(super) spelling: Arc<str>,
    pub(super) lease: ModuleLease,
}

/// Why a module cannot be opened now.
enum NotOpened {
    /// There is no room.
    NoRoom,
    /// It is of no use.
    Unusable(ModuleError),
    /// It is a file that the run writes to, as this.
    Written(String, ModuleError),
}

impl From<ModuleError> for NotOpened {
    fn from(error: ModuleError) -> Self {
        Self::Unusable(error)
    }
}

impl NamedModules {
    /// For modules that have at most so many bytes each.
    pub(super) fn new(limit: u64) -> Self {
        Self { limit, bundled: BundledModules::installed(), ..Self::default() }
    }

    /// The module of a name. Where room has to be waited for, that is [noted](Self::must_wait), and
    /// the refusal is not to be told.
    pub(super) fn find(
        &mut self,
        paths: &PathOpener,
        base: &Path,
        name: &str,
    ) -> Result<FoundModule, RefusedLine> {
        self.own = None;
        if name.len() > LONGEST_PATH {
            let message =
                format!("the module's path has {} bytes, a path has at most {LONGEST_PATH}", name.len());
            return Err(RefusedLine::new("record", message));
        }
        let path = self.path_of(base, name)?;
        let is_new = !self.named.contains_key(&path);
        let named = match self.named.get(&path) {
            Some(named) => named.clone(),
            None if self.named.len() >= MOST_MODULES => {
                let message = format!("the run names more than {MOST_MODULES} modules");
                let error = TaskError::new("too_many", message).by(LimitWall::Supervisor);
                NamedModule::Unusable(Verdict::ModuleInvalid, error)
            }
            None => {
                let named = self.open(paths, &path, name)?;
                self.named.insert(path.clone(), named.clone());
                named
            }
        };
        let (content, spelling, digests) = match named {
            NamedModule::Usable { content, spelling, digests } => (content, spelling, digests),
            NamedModule::Unusable(verdict, error) => {
                return Err(RefusedLine { verdict, error, ..RefusedLine::new("", String::new()) }.unread());
            }
        };
        let spelling = if *spelling == *name { spelling } else { Arc::from(name) };
        let (module, lease) = match self.lease(content) {
            Some(found) => found,
            None => self.open_again(paths, &path, name, content)?,
        };
        self.own = Some(module);
        if is_new && self.news.is_none() {
            let digest = self.contents.get(content).map(|content| content.digest);
            let news = |digest| ModuleNews::AlsoNamed { module, name: name.to_owned(), digest };
            self.news = digest.map(news).map(Box::new);
        }
        Ok(FoundModule { module, digests, spelling, lease })
    }

    /// Returns where a module is, by its name in a record.
    fn path_of(&self, base: &Path, name: &str) -> Result<PathBuf, RefusedLine> {
        if GivenModules::is_digest(name)
            && let Some(path) = self.given.path(name)
        {
            return Ok(path.to_path_buf());
        }
        if !is_bundled(Path::new(name)) {
            return Ok(base.join(name));
        }
        self.bundled.resolve(Path::new(name)).map_err(|error| {
            let (verdict, error) = (Verdict::ModuleInvalid, ModuleError::from(error).task_error());
            RefusedLine { verdict, error, ..RefusedLine::new("", String::new()) }.unread()
        })
    }

    /// Returns whether to wait for what the system refuses now: modules beside the line's own are
    /// open, and will go.
    pub(super) fn make_do(&mut self) -> bool {
        self.must_wait = self.resident.tighten(self.own);
        self.must_wait
    }

    /// A hold on a content that is open.
    fn lease(&self, content: usize) -> Option<(ModuleId, ModuleLease)> {
        let id = self.contents.get(content)?.id?;
        Some((id, self.resident.lease(id)?))
    }

    /// Resolves a new path. The run calls a module as the record does: where there are many, one
    /// file name may stand for several.
    fn open(&mut self, paths: &PathOpener, path: &Path, name: &str) -> Result<NamedModule, RefusedLine> {
        match self.identify(paths, path, name) {
            Ok(content) => {
                let is = self.contents.get(content).map(|content| content.digest);
                let is = is.unwrap_or_else(|| Digest::from([0; 32]));
                let digests = self.earlier.digests(name, is).unwrap_or_else(|changed| {
                    self.changed = Some(changed);
                    ModuleDigests::same(*is.bytes())
                });
                Ok(NamedModule::Usable { content, spelling: Arc::from(name), digests })
            }
            Err(why) => self.not_opened(path, why),
        }
    }

    /// Finds out which content a path leads to: by its file, else by its digest, else it is a new
    /// one and is opened.
    fn identify(&mut self, paths: &PathOpener, path: &Path, name: &str) -> Result<usize, NotOpened> {
        let unreadable = |source| ModuleError::unreadable(path, source);
        let file = self.open_file(paths, path)?;
        let text = is_text(path);
        let identity = FileIdentity::of(&file).map_err(unreadable)?;
        if let Some(content) = self.by_file.get(&(identity, text)).copied() {
            self.note(name, identity, content);
            return Ok(content);
        }
        let known = self.earlier.files.digest(name, identity);
        let (content, is_certain) = match known {
            Some(digest) => (self.known_content(file, path, name, (identity.length(), digest))?, true),
            None => {
                let content = self.read_content(&file, path, name, identity.length())?;
                let is_unchanged = FileIdentity::of(&file).is_ok_and(|now| now == identity);
                (content, is_unchanged && self.shows_changes(path, identity))
            }
        };
        if is_certain {
            self.by_file.insert((identity, text), content);
            self.note(name, identity, content);
        }
        Ok(content)
    }

    /// Has the next session know what a file holds. Bytes that a client gave have one for this
    /// session only.
    fn note(&self, name: &str, identity: FileIdentity, content: usize) {
        if let Some(content) = self.contents.get(content).filter(|_| !GivenModules::is_digest(name)) {
            self.earlier.files.note(name, identity, content.digest);
        }
    }

    /// Returns whether every change of this file from now on shows in its state.
    fn shows_changes(&self, path: &Path, identity: FileIdentity) -> bool {
        let is_replaced_whole = || self.built.as_ref().is_some_and(|folder| path.starts_with(folder));
        identity.is_settled(SystemTime::now()) || is_replaced_whole()
    }

    /// The content of a file that is read.
    fn read_content(
        &mut self,
        file: &File,
        path: &Path,
        name: &str,
        length: u64,
    ) -> Result<usize, NotOpened> {
        let text = is_text(path);
        match self.copy(file, path, name, length) {
            Ok(module) => Ok(self.take_in(module, text)),
            // It may be one that has a place.
            Err(NotOpened::NoRoom) if self.lengths.contains(&length) => {
                let digest = digest_of(file, self.limit);
                let digest = digest.map_err(|source| ModuleError::unreadable(path, source))?;
                self.placed_content(digest, text)
            }
            Err(why) => Err(why),
        }
    }

    /// The content of a file that is known to have so many bytes and this digest.
    fn known_content(
        &mut self,
        file: File,
        path: &Path,
        name: &str,
        (length, digest): (u64, Digest),
    ) -> Result<usize, NotOpened> {
        let text = is_text(path);
        match self.resident.admit(length) {
            Some(residence) => {
                let module = Module::known(file, path, name.to_owned(), (length, digest), residence);
                Ok(self.take_in(module, text))
            }
            None => self.placed_content(digest, text),
        }
    }

    /// A content that has a place, though there is none for another.
    fn placed_content(&self, digest: Digest, text: bool) -> Result<usize, NotOpened> {
        let known = *self.by_digest.get(&(digest, text)).ok_or(NotOpened::NoRoom)?;
        self.resident.give_up();
        Ok(known)
    }

    /// Opens a content that was let go, if its path leads to it still.
    fn open_again(
        &mut self,
        paths: &PathOpener,
        path: &Path,
        name: &str,
        content: usize,
    ) -> Result<(ModuleId, ModuleLease), RefusedLine> {
        let copied = self.open_file(paths, path).and_then(|file| {
            let unreadable = |source| ModuleError::unreadable(path, source);
            let length = file.metadata().map_err(unreadable)?.len();
            self.copy(&file, path, name, length)
        });
        let was = self.contents.get(content).map(|content| content.digest);
        let unusable = match copied {
            Ok(module) if Some(*module.digest()) == was => {
                self.settle(content, module);
                match self.lease(content) {
                    Some(found) => return Ok(found),
                    None => NamedModule::Unusable(
                        Verdict::ModuleInvalid,
                        TaskError::new("bug", "a module is gone"),
                    ),
                }
            }
            Ok(module) => {
                let was = was.map(|was| was.to_string()).unwrap_or_default();
                let message = format!(
                    "the module {} has changed during the run: its SHA-256 was {was} and is now {}; it was closed to make room, which a larger --module-memory would avoid",
                    path.display(),
                    module.digest()
                );
                NamedModule::Unusable(Verdict::ModuleInvalid, TaskError::new("changed", message))
            }
            Err(why) => self.not_opened(path, why)?,
        };
        self.named.insert(path.to_path_buf(), unusable.clone());
        match unusable {
            NamedModule::Unusable(verdict, error) => {
                Err(RefusedLine { verdict, error, ..RefusedLine::new("", String::new()) }.unread())
            }
            NamedModule::Usable { .. } => {
                Err(RefusedLine::new("bug", "a module cannot be opened".to_owned()))
            }
        }
    }

    fn open_file(&self, paths: &PathOpener, path: &Path) -> Result<File, NotOpened> {
        if let Some(given) = self.given.open(path) {
            return given.map_err(|error| ModuleError::unreadable(path, error).into());
        }
        paths.open(path, self.limit).map_err(|error| {
            let called = if let FileError::Written(called) = &error { Some(called.clone()) } else { None };
            let error = ModuleError::at(path, error);
            match called {
                Some(called) => NotOpened::Written(called, error),
                None => NotOpened::Unusable(error),
            }
        })
    }

    /// Copies a module's bytes, if there is room for them.
    fn copy(&self, file: &File, path: &Path, name: &str, length: u64) -> Result<Module, NotOpened> {
        let residence = self.resident.admit(length).ok_or(NotOpened::NoRoom)?;
        Ok(Module::resident(file, path, name.to_owned(), self.limit, residence)?)
    }

    /// The content that a module was found to be: one that is known, or a new one.
    fn take_in(&mut self, module: Module, text: bool) -> usize {
        let digest = *module.digest();
        let content = match self.by_digest.get(&(digest, text)) {
            Some(content) => *content,
            None => {
                let content = self.contents.len();
                self.contents.push(ModuleContent { digest, id: None });
                self.by_digest.insert((digest, text), content);
                self.lengths.insert(module.length());
                content
            }
        };
        if self.lease(content).is_none() {
            self.settle(content, module);
        }
        content
    }

    /// Has the run told of a content that was opened.
    fn settle(&mut self, content: usize, module: Module) {
        let id = module.residence().map(polymer_host_modules::resident::ModuleResidence::id);
        if let (Some(content), Some(id)) = (self.contents.get_mut(content), id) {
            content.id = Some(id);
            self.news = Some(Box::new(ModuleNews::Opened(id, module)));
        }
    }

    /// Decides on a line whose module is not open: its path is of no use, or nothing can be said of
    /// it yet.
    fn not_opened(&mut self, path: &Path, why: NotOpened) -> Result<NamedModule, RefusedLine> {
        match why {
            NotOpened::NoRoom => {
                self.must_wait = true;
                Err(RefusedLine::new("module_memory", "there is no room for the module".to_owned()))
            }
            NotOpened::Unusable(error @ ModuleError::Folder(_)) => {
                let message = format!(
                    "{error}: building it would run code with your rights, so a record cannot ask for that; build it first and name its .wasm file"
                );
                Ok(NamedModule::Unusable(Verdict::PolicyDenied, TaskError::new("project", message)))
            }
            // The next one to ask may find more.
            NotOpened::Unusable(ModuleError::Unreadable(error)) if is_shortage(error.cause()) => {
                Err(RefusedLine::for_want(FileShortage::at(path, error.cause())))
            }
            NotOpened::Unusable(error) => {
                Ok(NamedModule::Unusable(Verdict::ModuleInvalid, error.task_error()))
            }
            NotOpened::Written(called, error) => {
                let (verdict, error) = (Verdict::ModuleInvalid, error.task_error());
                Err(RefusedLine { verdict, error, ..RefusedLine::new("", String::new()) }
                    .unread()
                    .at_written(path, &called))
            }
        }
    }
}
