//! From a guest's memory to the values of the contract. Where each field stands follows from its
//! type and those before it.

use super::super::bindings::polymer::task::types::{Encoding, Failure, TaskInfo, Wish};
use super::super::guest::GuestState;
use super::memory::{GuestMemory, byte, is_some, long, unexpected};
use wasmtime::{Memory, Store};

/// `result<list<u8>, failure>`: its size and alignment, and where its payload begins.
const RESULT: (usize, u32, usize) = (56, 8, 8);

/// Where the fields of a `failure` stand.
mod failure {
    pub(super) const MESSAGE: usize = 0;
    pub(super) const CODE: usize = 8;
    pub(super) const RETRYABLE: usize = 20;
    pub(super) const RETRY_AFTER_MS: usize = 24;
    pub(super) const BAD_INPUT: usize = 40;
}

/// Where the fields of a `task-info` stand, and its size.
mod info {
    pub(super) const NAME: usize = 0;
    pub(super) const VERSION: usize = 8;
    pub(super) const SUMMARY: usize = 16;
    pub(super) const ENCODING: usize = 24;
    pub(super) const INPUT_SCHEMA: usize = 28;
    pub(super) const OUTPUT_SCHEMA: usize = 40;
    pub(super) const WISHES: usize = 52;
    pub(super) const SIZE: usize = 60;
}

/// The size of a `wish`, and where what is wished for stands.
const WISH: (usize, usize) = (12, 4);

/// Reads the value that `run` returned.
pub(super) fn result(
    memory: &Memory,
    store: &mut Store<GuestState>,
    at: u32,
) -> wasmtime::Result<Result<Vec<u8>, Failure>> {
    let mut lift = GuestMemory::of(memory, store);
    let (size, align, payload) = RESULT;
    let value = lift.value("return", at, align, size)?;
    let payload_of = value.get(payload..).unwrap_or_default();
    match byte(value, 0) {
        0 => Ok(Ok(lift.list("list", payload_of, 0)?.to_vec())),
        1 => failed(&mut lift, payload_of).map(Err),
        other => Err(unexpected(other).into()),
    }
}

fn failed(lift: &mut GuestMemory<'_>, value: &[u8]) -> wasmtime::Result<Failure> {
    // Field by field: of two that cannot be read the first decides how the attempt ends, as it does
    // in a component.
    Ok(Failure {
        message: lift.string(value, failure::MESSAGE)?,
        code: lift.optional_string(value, failure::CODE)?,
        retryable: byte(value, failure::RETRYABLE) != 0,
        retry_after_ms: is_some(value, failure::RETRY_AFTER_MS)?
            .then(|| long(value, failure::RETRY_AFTER_MS + 8)),
        bad_input: byte(value, failure::BAD_INPUT) != 0,
    })
}

/// Reads the value that `describe` returned: a list of `task-info`.
pub(super) fn description(
    memory: &Memory,
    store: &mut Store<GuestState>,
    at: u32,
) -> wasmtime::Result<Vec<TaskInfo>> {
    let mut lift = GuestMemory::of(memory, store);
    let value = lift.value("return", at, 4, 8)?;
    let tasks = lift.elements::<TaskInfo>(value, 0, info::SIZE)?;
    tasks.map(|task| task_info(&mut lift, task)).collect()
}

fn task_info(lift: &mut GuestMemory<'_>, value: &[u8]) -> wasmtime::Result<TaskInfo> {
    Ok(TaskInfo {
        name: lift.string(value, info::NAME)?,
        version: lift.string(value, info::VERSION)?,
        summary: lift.string(value, info::SUMMARY)?,
        encoding: match byte(value, info::ENCODING) {
            0 => Encoding::Json,
            1 => Encoding::MessagePack,
            2 => Encoding::Raw,
            other => return Err(unexpected(other).into()),
        },
        input_schema: lift.optional_string(value, info::INPUT_SCHEMA)?,
        output_schema: lift.optional_string(value, info::OUTPUT_SCHEMA)?,
        wishes: {
            let wishes = lift.elements::<Wish>(value, info::WISHES, WISH.0)?;
            wishes.map(|value| wish(lift, value)).collect::<wasmtime::Result<_>>()?
        },
    })
}

fn wish(lift: &mut GuestMemory<'_>, value: &[u8]) -> wasmtime::Result<Wish> {
    let what = |lift: &mut GuestMemory<'_>| lift.string(value, WISH.1);
    match byte(value, 0) {
        0 => what(lift).map(Wish::Env),
        1 => what(lift).map(Wish::ReadDir),
        2 => what(lift).map(Wish::WriteDir),
        other => Err(unexpected(other).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::guest_error::{BadValue, OverBudget};
    use super::super::ContractVersion;
    use super::*;
    use wit_parser::{ArchitectureSize, Resolve, SizeAlign, Type, TypeDefKind, TypeId};

    /// A component's verdict would be that of the message, which stands before the option that is
    /// none.
    #[test]
    fn of_two_fields_that_cannot_be_read_the_first_decides() {
        let mut value = [0; RESULT.0];
        value[failure::MESSAGE + 4] = 16;
        value[failure::RETRY_AFTER_MS] = 2;
        let error = failed(&mut GuestMemory::new(&[b'a'; 64], 15), &value).unwrap_err();
        assert!(error.is::<OverBudget>(), "{error}");
        let error = failed(&mut GuestMemory::new(&[b'a'; 64], 16), &value).unwrap_err();
        assert!(error.is::<BadValue>(), "{error}");
    }

    /// A type of the contract, by name.
    fn named(resolve: &Resolve, name: &str) -> TypeId {
        let found = resolve.types.iter().find(|(_, ty)| ty.name.as_deref() == Some(name));
        found.unwrap().0
    }

    fn offsets(resolve: &Resolve, sizes: &SizeAlign, name: &str) -> Vec<usize> {
        let TypeDefKind::Record(record) = &resolve.types[named(resolve, name)].kind else { panic!("{name}") };
        let types: Vec<Type> = record.fields.iter().map(|field| field.ty).collect();
        let fields = sizes.field_offsets(&types).into_iter();
        fields.map(|(offset, _): (ArchitectureSize, _)| offset.size_wasm32()).collect()
    }

    #[test]
    fn every_field_stands_where_the_types_of_the_contract_put_it() {
        let (resolve, _) = ContractVersion::newest().contract().unwrap();
        let mut sizes = SizeAlign::default();
        sizes.fill(&resolve);
        use failure::{BAD_INPUT, CODE, MESSAGE, RETRY_AFTER_MS, RETRYABLE};
        assert_eq!(
            offsets(&resolve, &sizes, "failure"),
            [MESSAGE, CODE, RETRYABLE, RETRY_AFTER_MS, BAD_INPUT]
        );
        let info = [
            info::NAME,
            info::VERSION,
            info::SUMMARY,
            info::ENCODING,
            info::INPUT_SCHEMA,
            info::OUTPUT_SCHEMA,
            info::WISHES,
        ];
        assert_eq!(offsets(&resolve, &sizes, "task-info"), info);
        let size = |name: &str| sizes.size(&Type::Id(named(&resolve, name))).size_wasm32();
        assert_eq!((size("task-info"), size("wish")), (info::SIZE, WISH.0));
        let failure = Type::Id(named(&resolve, "failure"));
        let (size, align) = (sizes.size(&failure).size_wasm32(), sizes.align(&failure).align_wasm32());
        assert_eq!((size + RESULT.2, align), (RESULT.0, RESULT.1 as usize));
    }
}
