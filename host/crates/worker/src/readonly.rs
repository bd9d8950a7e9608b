//! Tells a task why it could not change a file: the folder it went through is granted read-only.
//!
//! WASI gives the guest an error number that says the same of a path that leads out of a folder, so
//! authors look for the fault in their paths. The functions that change what a path stands for are
//! wrapped: each calls wasmtime's own and hands on what that gave; only if that was a refusal is it
//! found out whether the folder's grant is the reason, and then the log says so, once an attempt.
//!
//! Not wrapped is what needs a file that is open to write, for there opening it was refused before.
//!
//! Here stand the sentence and the files of components. Which functions are wrapped, for guests of
//! either kind, stands in [`linker`].

pub(crate) mod linker;

use super::effective_grants::EffectiveDir;
use super::log::AttemptLog;
use super::stream::SharedSink;
use wasmtime::component::Resource;
use wasmtime_wasi::filesystem::{Descriptor, WasiFilesystemCtxView};
use wasmtime_wasi::p2::bindings::filesystem::types::{
    Advice, DescriptorFlags, DescriptorStat, DescriptorType, DirectoryEntry, DirectoryEntryStream, ErrorCode,
    Filesize, Host, HostDescriptor, HostDirectoryEntryStream, MetadataHashValue, NewTimestamp, OpenFlags,
    PathFlags,
};
use wasmtime_wasi::p2::{DynInputStream, DynOutputStream, FsError, FsResult};

/// Names of folders that the log repeats, and the length of each.
const NAMES: usize = 3;
const NAME: usize = 100;

/// Hint for a task about its folders, until it was given.
#[derive(Debug)]
pub(crate) struct ReadonlyHint {
    text: Option<String>,
    said: bool,
    log: SharedSink<AttemptLog>,
}

impl ReadonlyHint {
    /// For an attempt with these folders.
    pub(crate) fn new(dirs: &[EffectiveDir<'_>], log: SharedSink<AttemptLog>) -> Self {
        Self { text: text(dirs), said: false, log }
    }

    /// For another attempt with the same folders.
    pub(crate) const fn renew(&mut self) {
        self.said = false;
    }

    /// Returns whether there is nothing to say, or it was said.
    const fn is_told(&self) -> bool {
        self.said || self.text.is_none()
    }

    fn say(&mut self) {
        if !self.said
            && let Some(text) = &self.text
        {
            self.log.get().host_says(text.clone());
        }
        self.said = true;
    }
}

/// Returns the hint about these folders, if one of them is read-only.
fn text(dirs: &[EffectiveDir<'_>]) -> Option<String> {
    let names = |of: fn(&EffectiveDir<'_>) -> bool| {
        let mut dirs = dirs.iter().filter(|dir| !dir.writable && of(dir));
        let mut names: Vec<String> = dirs.by_ref().take(NAMES).map(|dir| quoted(dir.guest)).collect();
        names.extend(dirs.next().map(|_| "others".to_owned()));
        (!names.is_empty()).then(|| names.join(", "))
    };
    let granted =
        names(|dir| !dir.narrowed).map(|names| format!("{names} granted read-only, add :rw to --dir"));
    let narrowed =
        names(|dir| dir.narrowed).map(|names| format!("{names} read-only as the task itself asks"));
    let why = match (granted, narrowed) {
        (Some(granted), Some(narrowed)) => format!("{granted}; {narrowed}"),
        (granted, narrowed) => granted.or(narrowed)?,
    };
    Some(format!("a change was refused: {why}"))
}

fn quoted(name: &str) -> String {
    let short: String = name.chars().take(NAME).collect();
    let rest = if short.len() < name.len() { "…" } else { "" };
    format!("{short:?}{rest}")
}

/// wasmtime's own files, and what there is to say.
pub(crate) struct WatchedFiles<'a> {
    pub(crate) files: WasiFilesystemCtxView<'a>,
    pub(crate) hint: &'a mut ReadonlyHint,
}

impl WatchedFiles<'_> {
    fn explain<T>(&mut self, result: FsResult<T>, through: &[u32]) -> FsResult<T> {
        if result.as_ref().is_err_and(|error| matches!(error.downcast_ref(), Some(ErrorCode::NotPermitted)))
            && through.iter().any(|descriptor| self.is_read_only(*descriptor))
        {
            self.hint.say();
        }
        result
    }

    fn is_read_only(&self, descriptor: u32) -> bool {
        let perms = match self.files.table.get(&Resource::new_borrow(descriptor)) {
            Ok(Descriptor::File(file)) => file.perms,
            Ok(Descriptor::Dir(dir)) => dir.perms,
            Err(_) => return false,
        };
        perms.write_not_permitted()
    }
}

/// Methods that are handed on as they are.
macro_rules! hand_on {
    ($($name:ident($($arg:ident: $type:ty),*) -> $result:ty;)*) => {$(
        async fn $name(&mut self, $($arg: $type),*) -> $result {
            self.files.$name($($arg),*).await
        }
    )*};
}

/// Methods that are handed on, and looked at where they were refused.
macro_rules! look_at {
    ($($name:ident($($arg:ident: $type:ty),*) -> $result:ty, through $($fd:ident)and+ $(if $changes:expr)?;)*) => {$(
        async fn $name(&mut self, $($arg: $type),*) -> FsResult<$result> {
            let through = [$($fd.rep()),+];
            let changes = true $(&& $changes)?;
            let result = self.files.$name($($arg),*).await;
            if changes { self.explain(result, &through) } else { result }
        }
    )*};
}

impl HostDescriptor for WatchedFiles<'_> {
    look_at! {
        set_times(fd: Resource<Descriptor>, accessed: NewTimestamp, modified: NewTimestamp) -> (), through fd;
        create_directory_at(fd: Resource<Descriptor>, path: String) -> (), through fd;
        set_times_at(
            fd: Resource<Descriptor>, follow: PathFlags, path: String, accessed: NewTimestamp, modified: NewTimestamp
        ) -> (), through fd;
        link_at(
            fd: Resource<Descriptor>, follow: PathFlags, path: String, to: Resource<Descriptor>, new: String
        ) -> (), through fd and to;
        open_at(
            fd: Resource<Descriptor>, follow: PathFlags, path: String, how: OpenFlags, flags: DescriptorFlags
        ) -> Resource<Descriptor>, through fd
            if how.intersects(OpenFlags::CREATE | OpenFlags::TRUNCATE) || flags.contains(DescriptorFlags::WRITE);
        remove_directory_at(fd: Resource<Descriptor>, path: String) -> (), through fd;
        rename_at(
            fd: Resource<Descriptor>, path: String, to: Resource<Descriptor>, new: String
        ) -> (), through fd and to;
        symlink_at(fd: Resource<Descriptor>, target: String, path: String) -> (), through fd;
        unlink_file_at(fd: Resource<Descriptor>, path: String) -> (), through fd;
    }

    hand_on! {
        advise(fd: Resource<Descriptor>, at: Filesize, length: Filesize, advice: Advice) -> FsResult<()>;
        sync_data(fd: Resource<Descriptor>) -> FsResult<()>;
        get_flags(fd: Resource<Descriptor>) -> FsResult<DescriptorFlags>;
        get_type(fd: Resource<Descriptor>) -> FsResult<DescriptorType>;
        set_size(fd: Resource<Descriptor>, size: Filesize) -> FsResult<()>;
        read(fd: Resource<Descriptor>, length: Filesize, at: Filesize) -> FsResult<(Vec<u8>, bool)>;
        write(fd: Resource<Descriptor>, bytes: Vec<u8>, at: Filesize) -> FsResult<Filesize>;
        read_directory(fd: Resource<Descriptor>) -> FsResult<Resource<DirectoryEntryStream>>;
        sync(fd: Resource<Descriptor>) -> FsResult<()>;
        stat(fd: Resource<Descriptor>) -> FsResult<DescriptorStat>;
        stat_at(fd: Resource<Descriptor>, follow: PathFlags, path: String) -> FsResult<DescriptorStat>;
        readlink_at(fd: Resource<Descriptor>, path: String) -> FsResult<String>;
        is_same_object(one: Resource<Descriptor>, other: Resource<Descriptor>) -> wasmtime::Result<bool>;
        metadata_hash(fd: Resource<Descriptor>) -> FsResult<MetadataHashValue>;
        metadata_hash_at(fd: Resource<Descriptor>, follow: PathFlags, path: String) -> FsResult<MetadataHashValue>;
    }

    fn read_via_stream(
        &mut self,
        fd: Resource<Descriptor>,
        at: Filesize,
    ) -> FsResult<Resource<DynInputStream>> {
        self.files.read_via_stream(fd, at)
    }

    fn write_via_stream(
        &mut self,
        fd: Resource<Descriptor>,
        at: Filesize,
    ) -> FsResult<Resource<DynOutputStream>> {
        self.files.write_via_stream(fd, at)
    }

    fn append_via_stream(&mut self, fd: Resource<Descriptor>) -> FsResult<Resource<DynOutputStream>> {
        self.files.append_via_stream(fd)
    }

    fn drop(&mut self, fd: Resource<Descriptor>) -> wasmtime::Result<()> {
        HostDescriptor::drop(&mut self.files, fd)
    }
}

impl HostDirectoryEntryStream for WatchedFiles<'_> {
    hand_on! {
        read_directory_entry(stream: Resource<DirectoryEntryStream>) -> FsResult<Option<DirectoryEntry>>;
    }

    fn drop(&mut self, stream: Resource<DirectoryEntryStream>) -> wasmtime::Result<()> {
        HostDirectoryEntryStream::drop(&mut self.files, stream)
    }
}

impl Host for WatchedFiles<'_> {
    fn convert_error_code(&mut self, error: FsError) -> wasmtime::Result<ErrorCode> {
        self.files.convert_error_code(error)
    }

    fn filesystem_error_code(
        &mut self,
        error: Resource<wasmtime::Error>,
    ) -> wasmtime::Result<Option<ErrorCode>> {
        self.files.filesystem_error_code(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(dirs: &[(&'static str, bool, bool)]) -> Option<String> {
        let dir = |(guest, writable, narrowed): &(&'static str, bool, bool)| EffectiveDir {
            host: "/host",
            guest,
            writable: *writable,
            narrowed: *narrowed,
        };
        text(&dirs.iter().map(dir).collect::<Vec<_>>())
    }

    #[test]
    fn what_is_said_names_the_folders_and_what_would_help() {
        assert_eq!(said(&[]), None);
        assert_eq!(said(&[("/out", true, false)]), None);
        assert_eq!(
            said(&[("/out", true, false), ("/da\nta", false, false)]).unwrap(),
            r#"a change was refused: "/da\nta" granted read-only, add :rw to --dir"#
        );
        assert_eq!(
            said(&[("/out", false, true)]).unwrap(),
            r#"a change was refused: "/out" read-only as the task itself asks"#
        );
        assert_eq!(
            said(&[("/a", false, false), ("/b", false, true)]).unwrap(),
            r#"a change was refused: "/a" granted read-only, add :rw to --dir; "/b" read-only as the task itself asks"#
        );
    }

    #[test]
    fn what_is_said_is_bounded() {
        let long = "x".repeat(5000);
        let dirs = [EffectiveDir { host: "/host", guest: &long, writable: false, narrowed: false }; 9];
        let text = text(&dirs).unwrap();
        assert!(text.len() < 500 && text.contains("others"), "{text}");
    }
}
