//! The modules of a run as files: their bytes, and the code a compile worker made of them, in this
//! run or before. Nobody here looks inside.

use polymer_host_modules::Module;
use polymer_host_sys::file;
use polymer_host_task::ModuleId;
use std::collections::HashMap;
use std::fs::File;
use std::io;

/// The files of all modules.
#[derive(Debug, Default)]
pub(super) struct RunModules(HashMap<ModuleId, ModuleFiles>);

#[derive(Debug)]
struct ModuleFiles {
    // Before the module: with that its place in the run is given back.
    code: ModuleCode,
    module: Module,
}

#[derive(Debug)]
enum ModuleCode {
    None,
    /// A compile worker has it, or had until it died.
    Open(File),
    Sealed(File),
}

impl ModuleFiles {
    /// Notes how long the code is, where somebody counts.
    fn measure(&self, code: &File) {
        if let (Some(residence), Ok(metadata)) = (self.module.residence(), code.metadata()) {
            residence.has_code(metadata.len());
        }
    }
}

impl RunModules {
    pub(super) fn add(&mut self, id: ModuleId, module: Module) {
        self.0.insert(id, ModuleFiles { module, code: ModuleCode::None });
    }

    /// Closes a module's files.
    pub(super) fn remove(&mut self, id: ModuleId) {
        self.0.remove(&id);
    }

    /// The module itself.
    pub(super) fn get(&self, id: ModuleId) -> Option<&Module> {
        self.0.get(&id).map(|files| &files.module)
    }

    /// Takes code that was found for the module, and that nobody can change.
    pub(super) fn found(&mut self, id: ModuleId, code: File) {
        if let Some(files) = self.0.get_mut(&id) {
            files.measure(&code);
            files.code = ModuleCode::Sealed(code);
        }
    }

    /// The module's code as a run worker was handed it.
    pub(super) fn sealed_code(&self, id: ModuleId) -> io::Result<File> {
        match self.0.get(&id).map(|files| &files.code) {
            Some(ModuleCode::Sealed(code)) => code.try_clone(),
            Some(ModuleCode::None | ModuleCode::Open(_)) | None => Err(unknown()),
        }
    }

    /// The module's bytes and a new file for its code.
    pub(super) fn for_compiling(&mut self, id: ModuleId) -> io::Result<(&Module, &File)> {
        let files = self.0.get_mut(&id).ok_or_else(unknown)?;
        files.code = ModuleCode::Open(file::unnamed("polymer-code")?);
        match &files.code {
            ModuleCode::Open(code) => Ok((&files.module, code)),
            ModuleCode::None | ModuleCode::Sealed(_) => Err(unknown()),
        }
    }

    /// The module's code, sealed: the worker that wrote it must be dead.
    pub(super) fn for_running(&mut self, id: ModuleId) -> io::Result<(&Module, &File)> {
        let files = self.0.get_mut(&id).ok_or_else(unknown)?;
        if let ModuleCode::Open(code) = &files.code {
            // It fails while somebody whom that worker left behind could still write.
            file::seal(code)?;
            files.measure(code);
        }
        files.code = match std::mem::replace(&mut files.code, ModuleCode::None) {
            ModuleCode::Open(code) => ModuleCode::Sealed(code),
            other => other,
        };
        match &files.code {
            ModuleCode::Sealed(code) => Ok((&files.module, code)),
            ModuleCode::None | ModuleCode::Open(_) => Err(unknown()),
        }
    }
}

fn unknown() -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, "the module has no such file")
}
