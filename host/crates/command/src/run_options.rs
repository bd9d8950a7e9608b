//! Terms that tasks run under, as flags say: limits, grants, workers, retries, the cache. `run` and
//! `test` share them.

use super::args::{CachingArgs, GrantArgs, LimitArgs, RetryArgs, RunArgs, WorkerArgs};
use super::cache;
use super::error::CliError;
use super::grants::GrantError;
use polymer_host::{Builder, TaskManager};
use polymer_host_sys::random;
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use polymer_host_task::{CollectPatterns, Grants, OutputFormat};

/// Tasks that may be in a run at a time for each worker, and at the least: enough to send each some
/// milliseconds of the shortest ahead.
const AT_EACH: usize = 256;
const AT_LEAST: usize = 4096;

/// Flags that say what tasks run under.
#[derive(Debug, Clone, Copy)]
pub(super) struct RunOptions<'a> {
    pub(super) limits: &'a LimitArgs,
    pub(super) grants: &'a GrantArgs,
    pub(super) workers: &'a WorkerArgs,
    pub(super) retrying: &'a RetryArgs,
    pub(super) caching: &'a CachingArgs,
    pub(super) output_format: Option<OutputFormat>,
    /// Inputs and outputs are not held to the schemas of their tasks.
    pub(super) no_validate: bool,
    /// The function that is called, in place of tasks.
    pub(super) invoke: Option<&'a str>,
    /// Files that come back.
    pub(super) collect: &'a [String],
}

impl RunArgs {
    /// Returns the terms of the run's tasks.
    pub(super) fn terms(&self) -> RunOptions<'_> {
        RunOptions {
            limits: &self.limits,
            grants: &self.grants,
            workers: &self.workers,
            retrying: &self.retrying,
            caching: &self.caching,
            output_format: self.output.output_format,
            no_validate: self.input.no_validate,
            invoke: self.input.invoke.as_deref(),
            collect: &self.output.collect,
        }
    }
}

impl RunOptions<'_> {
    /// A manager whose runs are under these.
    ///
    /// # Errors
    /// If what is granted is not there, or settings do not go together.
    pub(super) fn manager(&self) -> Result<TaskManager, CliError> {
        Ok(self.builder()?.build()?)
    }

    /// The same, before it is built. Looks at granted folders, at polymer's environment and at the
    /// cache's folder.
    ///
    /// # Errors
    /// If what is granted is not there.
    pub(super) fn builder(&self) -> Result<Builder, CliError> {
        let collect = CollectPatterns::new(self.collect.to_vec()).map_err(GrantError::Collect)?;
        let grants = Grants { collect, ..self.grants.grants()? };
        cache::keep_apart(&grants)?;
        let workers = self.workers.workers.here();
        let mut builder = TaskManager::builder()
            .worker_count(workers)
            .queue(usize::try_from(workers).unwrap_or(usize::MAX).saturating_mul(AT_EACH).max(AT_LEAST))
            .limits(self.limits.limits())
            .compile_timeout(self.limits.compile_timeout)
            .compile_memory(self.limits.compile_memory)
            .grants(grants)
            .sandbox(self.workers.sandbox)
            .limit_speculation(self.workers.limit_speculation)
            .answer_ring(!self.workers.no_answer_ring)
            .file_limit(self.limits.file_limit)
            .stack(self.limits.stack)
            .isolation(self.workers.isolation)
            .reuse(self.workers.reuse)
            .validate(!self.no_validate);
        if let Some(format) = self.output_format {
            builder = builder.output_format(format);
        }
        if let Some(function) = self.invoke {
            builder = builder.invoke(function);
        }
        if let Some(most) = self.workers.max_tasks_per_worker {
            builder = builder.max_tasks_per_worker(most);
        }
        if let Some(most) = self.workers.max_worker_memory {
            builder = builder.max_worker_memory(most);
        }
        let seed = random::bytes()
            .map(u64::from_ne_bytes)
            .map_err(SystemError::on(SystemOperation::Ask, "random bytes"))?;
        builder = self.retrying.apply(builder, seed)?;
        Ok(self.caching.apply(builder))
    }
}

impl CachingArgs {
    /// A builder of a manager that keeps compiled code as these say.
    pub(super) fn apply(&self, builder: Builder) -> Builder {
        let Self { cache_dir, no_cache, cache_size, optimize } = self;
        let builder = builder.cache_size(*cache_size).optimize(*optimize);
        match cache_dir {
            _ if *no_cache => builder,
            Some(named) => builder.cache_dir(named),
            None => match cache::default_folder() {
                Some(usual) => builder.cache_dir_if_usable(usual),
                None => builder,
            },
        }
    }
}
