//! Lines of each kind, for tests here and of the schema.
#![expect(clippy::panic, reason = "tests use it and nobody else")]

use super::line::*;
use polymer_host_base::Digest;
use polymer_host_task::TaskKey;
use std::borrow::Cow;
use std::time::{Duration, SystemTime};

/// Sample values for lines.
#[derive(Debug, Clone)]
pub struct SampleValues {
    /// Every word.
    pub text: String,
    /// Every time.
    pub micros: u64,
    /// Every number.
    pub number: u32,
    /// Every switch.
    pub flag: bool,
}

impl SampleValues {
    /// The line whose kind stands at this place of [`EventLine::KINDS`].
    pub fn line(&self, kind: usize) -> EventLine<'static> {
        let Self { text, micros, number, flag } = self.clone();
        let at_ms = Milliseconds(Duration::from_micros(micros));
        let (slot, attempt) = (number, number);
        let word = || Cow::<'static, str>::Owned(text.clone());
        let key = (!flag).then(|| TaskKey::of_id(&text));
        let error = || ErrorText { message: word(), code: word() };
        let seq = u64::from(number) << 20;
        match kind {
            0 => {
                let time = SystemTime::UNIX_EPOCH + Duration::from_micros(micros);
                EventLine::Session(SessionFields { v: VERSION, time, pid: number, session: number })
            }
            1 => EventLine::Module(ModuleFields { at_ms, name: word(), sha256: Digest::of(text.as_bytes()) }),
            2 => EventLine::AttemptStarted(AttemptStarted {
                at_ms,
                seq,
                key,
                id: word(),
                attempt,
                slot,
                alone: flag,
            }),
            3 => EventLine::AttemptFailed(AttemptFailed {
                at_ms,
                seq,
                key,
                id: word(),
                attempt,
                verdict: word(),
                error: error(),
                slot: flag.then_some(slot),
                again: word(),
            }),
            4 => EventLine::TaskDone(TaskDone {
                at_ms,
                seq,
                key,
                id: word(),
                verdict: word(),
                attempts: attempt,
            }),
            5 => EventLine::SessionEnded(SessionEnded { at_ms, complete: flag, halt: word() }),
            _ => self.line_of_the_run(kind),
        }
    }

    fn line_of_the_run(&self, kind: usize) -> EventLine<'static> {
        let Self { text, micros, number, flag } = self.clone();
        let at_ms = Milliseconds(Duration::from_micros(micros));
        let (slot, process, module, workers) = (number, number / 2, number / 3, number);
        let word = || Cow::<'static, str>::Owned(text.clone());
        let error = || ErrorText { message: word(), code: word() };
        let big = u64::MAX - u64::from(number);
        match kind {
            6 => EventLine::Engine(EngineFields { at_ms, engine: word() }),
            7 => EventLine::Jail(JailFields { at_ms, active: vec![word(), word()], missing: vec![] }),
            8 => EventLine::MemoryBound(MemoryFields { at_ms, limit: big, workers, each: u64::from(number) }),
            9 => {
                let (role, restart) = (word(), flag);
                EventLine::WorkerStarted(WorkerStarted { at_ms, slot, process, role, module, restart })
            }
            10 => EventLine::WorkerTurned(WorkerTurned { at_ms, slot, process, role: word(), module }),
            11 => EventLine::WorkerRecycled(WorkerRecycled { at_ms, slot, process, why: word() }),
            12 => EventLine::WorkerDied(WorkerDied {
                at_ms,
                slot,
                process,
                error: error(),
                charged: flag.then(word),
                returned: usize::from(flag),
            }),
            13 => EventLine::Exhausted(ExhaustedFields {
                at_ms,
                slot,
                process,
                resource: word(),
                refusal: word(),
                limit: word(),
                workers,
            }),
            14 => EventLine::ModuleReady(ModuleReady { at_ms, module, cached: flag, took_ms: at_ms }),
            15 => EventLine::ModuleInvalid(ModuleInvalid { at_ms, module, error: error() }),
            16 => EventLine::CacheEntryRejected(CacheEntryRejected { at_ms, module, why: word() }),
            17 => EventLine::CacheTrouble(CacheTrouble { at_ms, what: word() }),
            18 => EventLine::WentOn(WentOn { at_ms, still_ms: at_ms }),
            19 => EventLine::Draining(DrainingFields { at_ms, why: word(), dropped: big }),
            20 => EventLine::GroupStopped(GroupStopped {
                at_ms,
                group: word(),
                code: word(),
                why: word(),
                canceled: big,
            }),
            21 => EventLine::GroupSums(GroupSumsFields {
                at_ms,
                group: word(),
                tasks: big,
                ok: big,
                attempts: big,
                points: f64::from(number) / 8.0,
                max_points: f64::from(number),
                fuel: big,
                wall_ms: at_ms,
                cpu_ms: at_ms,
            }),
            22 => EventLine::LinesLeftOut(LinesLeftOut { lines: big }),
            _ => panic!("there is no kind {kind}: make a line of it"),
        }
    }
}
