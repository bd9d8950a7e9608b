//! Handling of duplicate tasks.

/// Policy for a task with the [id](polymer_task::Task::id) of another one that was submitted to the
/// same run and is not back yet. Tasks without an id have no duplicates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnDuplicate {
    /// It is run like any other.
    #[default]
    Run,
    /// It is not run, and comes back as `bad_input` with the code `duplicate`.
    Refuse,
}
