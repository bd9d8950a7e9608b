//! What happened, as a line. Pure.
//!
//! It must never know where lines go.

use super::line::{
    AttemptFailed, AttemptStarted, CacheEntryRejected, CacheTrouble, DrainingFields, EngineFields, ErrorText,
    EventLine, ExhaustedFields, GroupStopped, GroupSumsFields, JailFields, MemoryFields, Milliseconds,
    ModuleFields, ModuleInvalid, ModuleReady, TaskDone, WentOn, WorkerDied, WorkerRecycled, WorkerStarted,
    WorkerTurned,
};
use polymer_host_event::RunEvent;
use polymer_host_report::group_sums::GroupTable;
use polymer_host_task::TaskError;

/// Appends a line and its newline.
pub(super) fn render(line: &EventLine<'_>, text: &mut Vec<u8>) {
    // Memory takes every write.
    if serde_json::to_writer(&mut *text, line).is_ok() {
        text.push(b'\n');
    }
}

/// Returns the line that tells this event; nothing for those that only show how things stand.
pub(super) fn line_of(at_ms: Milliseconds, event: &RunEvent) -> Option<EventLine<'_>> {
    Some(match event {
        RunEvent::ModuleNamed { module: _, name, digest } => {
            EventLine::Module(ModuleFields { at_ms, name: name.into(), sha256: *digest })
        }
        RunEvent::AttemptDispatched { worker, task, attempt, alone } => {
            EventLine::AttemptStarted(AttemptStarted {
                at_ms,
                seq: task.seq,
                key: task.key,
                id: task.id.as_str().into(),
                attempt: *attempt,
                slot: worker.slot + 1,
                alone: *alone,
            })
        }
        RunEvent::AttemptFailed { task, attempt, worker, verdict, error, log: _, retry } => {
            EventLine::AttemptFailed(AttemptFailed {
                at_ms,
                seq: task.seq,
                key: task.key,
                id: task.id.as_str().into(),
                attempt: *attempt,
                verdict: verdict.name().into(),
                error: error_text(error),
                slot: *worker,
                again: retry.in_file().into(),
            })
        }
        RunEvent::TaskDone(record) => EventLine::TaskDone(TaskDone {
            at_ms,
            seq: record.seq,
            key: record.key,
            id: record.id.as_str().into(),
            verdict: record.verdict.name().into(),
            attempts: record.attempts,
        }),
        other => return of_a_worker(at_ms, other),
    })
}

/// Lines for events about one worker process.
fn of_a_worker(at_ms: Milliseconds, event: &RunEvent) -> Option<EventLine<'_>> {
    Some(match event {
        RunEvent::WorkerStarted { worker, role, replaces } => EventLine::WorkerStarted(WorkerStarted {
            at_ms,
            slot: worker.slot + 1,
            process: worker.generation,
            role: role.name().into(),
            module: role.module().0,
            restart: *replaces,
        }),
        RunEvent::WorkerTurned { worker, role } => EventLine::WorkerTurned(WorkerTurned {
            at_ms,
            slot: worker.slot + 1,
            process: worker.generation,
            role: role.name().into(),
            module: role.module().0,
        }),
        RunEvent::WorkerRecycled { worker, role: _, why } => EventLine::WorkerRecycled(WorkerRecycled {
            at_ms,
            slot: worker.slot + 1,
            process: worker.generation,
            why: why.in_file().into(),
        }),
        RunEvent::WorkerDied { worker, role: _, death, charged, returned } => {
            EventLine::WorkerDied(WorkerDied {
                at_ms,
                slot: worker.slot + 1,
                process: worker.generation,
                error: ErrorText { message: death.to_string().into(), code: death.code().into() },
                charged: charged.as_ref().map(|task| task.id.as_str().into()),
                returned: *returned,
            })
        }
        RunEvent::Exhausted { worker, role: _, shortage, workers, is_news: _ } => {
            EventLine::Exhausted(ExhaustedFields {
                at_ms,
                slot: worker.slot + 1,
                process: worker.generation,
                resource: shortage.resource.name().into(),
                refusal: shortage.refusal.as_str().into(),
                limit: shortage.bound.as_ref().map(|bound| bound.limit.as_str()).unwrap_or_default().into(),
                workers: *workers,
            })
        }
        other => return of_the_run(at_ms, other),
    })
}

/// Lines for events that are about no one task or worker. Nothing for those that only show how
/// things stand.
#[warn(clippy::wildcard_enum_match_arm)]
fn of_the_run(at_ms: Milliseconds, event: &RunEvent) -> Option<EventLine<'_>> {
    Some(match event {
        RunEvent::Engine(engine) => EventLine::Engine(EngineFields { at_ms, engine: engine.into() }),
        RunEvent::Confined(jail) => EventLine::Jail(JailFields {
            at_ms,
            active: jail.active.iter().map(|active| active.layer.to_string().into()).collect(),
            missing: jail.missing.iter().map(|missing| missing.layer.to_string().into()).collect(),
        }),
        RunEvent::MemoryBound(bound) => EventLine::MemoryBound(MemoryFields {
            at_ms,
            limit: bound.limit,
            workers: bound.workers,
            each: bound.each,
        }),
        RunEvent::ModuleReady { module, info: _, cached, took } => EventLine::ModuleReady(ModuleReady {
            at_ms,
            module: module.0,
            cached: *cached,
            took_ms: Milliseconds(*took),
        }),
        RunEvent::ModuleInvalid { module, error } => {
            EventLine::ModuleInvalid(ModuleInvalid { at_ms, module: module.0, error: error_text(error) })
        }
        RunEvent::CacheEntryRejected { module, why } => EventLine::CacheEntryRejected(CacheEntryRejected {
            at_ms,
            module: module.0,
            why: why.in_file().into(),
        }),
        RunEvent::CacheTrouble { what } => EventLine::CacheTrouble(CacheTrouble { at_ms, what: what.into() }),
        RunEvent::WentOn { still } => EventLine::WentOn(WentOn { at_ms, still_ms: Milliseconds(*still) }),
        RunEvent::Draining { why, dropped } => {
            EventLine::Draining(DrainingFields { at_ms, why: why.reason().into(), dropped: *dropped })
        }
        RunEvent::GroupStopped { group, why, canceled } => EventLine::GroupStopped(GroupStopped {
            at_ms,
            group: (&**group).into(),
            code: why.code().into(),
            why: why.in_words().into(),
            canceled: *canceled,
        }),
        RunEvent::Running(_)
        | RunEvent::ModuleNamed { .. }
        | RunEvent::AttemptDispatched { .. }
        | RunEvent::WorkerStarted { .. }
        | RunEvent::WorkerTurned { .. }
        | RunEvent::WorkerRecycled { .. }
        | RunEvent::WorkerDied { .. }
        | RunEvent::Exhausted { .. }
        | RunEvent::AttemptFailed { .. }
        | RunEvent::TaskDone(_) => return None,
        // Events to come: clippy tells one that has no arm yet.
        _ => return None,
    })
}

/// Lines with the sums of each group, at the end of a session.
pub(super) fn lines_of_groups(
    at_ms: Milliseconds,
    groups: &GroupTable,
) -> impl Iterator<Item = EventLine<'_>> {
    groups.iter().map(move |(group, sums)| {
        EventLine::GroupSums(GroupSumsFields {
            at_ms,
            group: group.into(),
            tasks: sums.tasks,
            ok: sums.ok,
            attempts: sums.attempts,
            points: sums.points,
            max_points: sums.max_points,
            fuel: sums.fuel,
            wall_ms: Milliseconds(sums.wall),
            cpu_ms: Milliseconds(sums.cpu),
        })
    })
}

fn error_text(error: &TaskError) -> ErrorText<'_> {
    ErrorText { message: error.message.as_str().into(), code: error.code.as_str().into() }
}
