//! Calls in which lists of bytes go as bytes: for the signatures that functions over files mostly
//! have. The engine has its own fast way for types that are known here, and none for a list inside
//! a type that is not: there each byte is a value of its own.

use super::super::guest::GuestState;
use super::types::JsonShape;
use wasmtime::Store;
use wasmtime::component::{ComponentNamedList, Func, Lift, Lower, Val};

/// The arguments of a call.
#[derive(Debug)]
pub(super) enum CallArguments {
    /// One list of bytes.
    Bytes(Vec<u8>),
    /// Values of any type.
    Values(Vec<Val>),
}

impl CallArguments {
    /// The one list of bytes, as bytes.
    pub(super) fn into_bytes(self) -> Self {
        match self {
            Self::Bytes(bytes) => Self::Bytes(bytes),
            Self::Values(values) => {
                Self::Bytes(values.into_iter().next().and_then(bytes).unwrap_or_default())
            }
        }
    }

    /// A value for each.
    pub(super) fn into_values(self) -> Self {
        match self {
            Self::Bytes(bytes) => Self::Values(vec![Val::List(bytes.into_iter().map(Val::U8).collect())]),
            Self::Values(values) => Self::Values(values),
        }
    }

    /// The values, where they are values.
    pub(super) fn as_values(&self) -> &[Val] {
        match self {
            Self::Bytes(_) => &[],
            Self::Values(values) => values,
        }
    }
}

/// Return value of a call.
#[derive(Debug)]
pub(super) enum CallReturn {
    /// The bytes of a list of them, or of an option or result that holds one.
    Bytes(Vec<u8>),
    /// A value of any type, if there is one.
    Value(Option<Val>),
}

/// The results of functions that are called in this way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ResultType {
    Bytes,
    BytesOrNone,
    BytesOrError,
    BytesOrText,
    Text,
    TextOrText,
    Nothing,
    Bool,
    U32,
    U64,
    F64,
}

impl ResultType {
    /// The one that this shape is.
    fn of(shape: Option<&JsonShape>) -> Option<Self> {
        let is_text = |shape: &Option<Box<JsonShape>>| shape.as_deref() == Some(&JsonShape::String);
        Some(match shape {
            None => Self::Nothing,
            Some(JsonShape::Bool) => Self::Bool,
            Some(JsonShape::U32) => Self::U32,
            Some(JsonShape::U64) => Self::U64,
            Some(JsonShape::F64) => Self::F64,
            Some(JsonShape::String) => Self::Text,
            Some(shape) if shape.is_bytes() => Self::Bytes,
            Some(JsonShape::Option(of)) if of.is_bytes() => Self::BytesOrNone,
            Some(JsonShape::Result(Some(ok), None)) if ok.is_bytes() => Self::BytesOrError,
            Some(JsonShape::Result(Some(ok), error)) if ok.is_bytes() && is_text(error) => Self::BytesOrText,
            Some(JsonShape::Result(ok, error)) if is_text(ok) && is_text(error) => Self::TextOrText,
            Some(_) => return None,
        })
    }

    const fn holds_bytes(self) -> bool {
        matches!(self, Self::Bytes | Self::BytesOrNone | Self::BytesOrError | Self::BytesOrText)
    }
}

/// The one way of these in which a function can be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TypedCall {
    /// Of no argument.
    Nothing(ResultType),
    /// Of one string.
    Text(ResultType),
    /// Of one list of bytes.
    Bytes(ResultType),
}

impl TypedCall {
    /// Finds it; nothing where bytes are neither taken nor given, or not in one of these ways.
    pub(super) fn of(params: &[(String, JsonShape)], result: Option<&JsonShape>) -> Option<Self> {
        let result = ResultType::of(result)?;
        match params {
            [(_, shape)] if shape.is_bytes() => Some(Self::Bytes(result)),
            [(_, JsonShape::String)] if result.holds_bytes() => Some(Self::Text(result)),
            [] if result.holds_bytes() => Some(Self::Nothing(result)),
            _ => None,
        }
    }

    /// Makes it. Arguments were read by the same types.
    pub(super) async fn call(
        self,
        function: &Func,
        store: &mut Store<GuestState>,
        arguments: CallArguments,
    ) -> wasmtime::Result<CallReturn> {
        match (self, arguments) {
            (Self::Bytes(result), CallArguments::Bytes(bytes)) => {
                anything(function, store, (bytes,), result).await
            }
            (Self::Text(result), CallArguments::Values(values)) => match values.into_iter().next() {
                Some(Val::String(text)) => some_bytes(function, store, (text,), result).await,
                _ => Err(misread()),
            },
            (Self::Nothing(result), CallArguments::Values(_)) => {
                some_bytes(function, store, (), result).await
            }
            _ => Err(misread()),
        }
    }
}

fn misread() -> wasmtime::Error {
    wasmtime::Error::msg("the arguments are not of the function's types")
}

/// The bytes that a list of values is.
pub(super) fn bytes(list: Val) -> Option<Vec<u8>> {
    let byte = |value: Val| if let Val::U8(byte) = value { Some(byte) } else { None };
    if let Val::List(values) = list { values.into_iter().map(byte).collect() } else { None }
}

async fn call<P, R>(function: &Func, store: &mut Store<GuestState>, params: P) -> wasmtime::Result<R>
where
    P: ComponentNamedList + Lower + Send + Sync + 'static,
    R: ComponentNamedList + Lift + Send + Sync + 'static,
{
    function.typed::<P, R>(&*store)?.call_async(store, params).await
}

/// A call that gives bytes, if all is well.
async fn some_bytes<P>(
    function: &Func,
    store: &mut Store<GuestState>,
    params: P,
    result: ResultType,
) -> wasmtime::Result<CallReturn>
where
    P: ComponentNamedList + Lower + Send + Sync + 'static,
{
    let given = match result {
        ResultType::Bytes => Ok(call::<P, (Vec<u8>,)>(function, store, params).await?.0),
        ResultType::BytesOrNone => {
            call::<P, (Option<Vec<u8>>,)>(function, store, params).await?.0.ok_or(Val::Option(None))
        }
        ResultType::BytesOrError => {
            let given = call::<P, (Result<Vec<u8>, ()>,)>(function, store, params).await?.0;
            given.map_err(|()| Val::Result(Err(None)))
        }
        ResultType::BytesOrText => {
            let given = call::<P, (Result<Vec<u8>, String>,)>(function, store, params).await?.0;
            given.map_err(error)
        }
        _ => return Err(misread()),
    };
    Ok(given.map_or_else(|value| CallReturn::Value(Some(value)), CallReturn::Bytes))
}

/// A call that gives any of them.
async fn anything<P>(
    function: &Func,
    store: &mut Store<GuestState>,
    params: P,
    result: ResultType,
) -> wasmtime::Result<CallReturn>
where
    P: ComponentNamedList + Lower + Send + Sync + 'static,
{
    let value = match result {
        ResultType::Nothing => {
            call::<P, ()>(function, store, params).await?;
            None
        }
        ResultType::Bool => Some(Val::Bool(call::<P, (bool,)>(function, store, params).await?.0)),
        ResultType::U32 => Some(Val::U32(call::<P, (u32,)>(function, store, params).await?.0)),
        ResultType::U64 => Some(Val::U64(call::<P, (u64,)>(function, store, params).await?.0)),
        ResultType::F64 => Some(Val::Float64(call::<P, (f64,)>(function, store, params).await?.0)),
        ResultType::Text => Some(Val::String(call::<P, (String,)>(function, store, params).await?.0)),
        ResultType::TextOrText => {
            let given = call::<P, (Result<String, String>,)>(function, store, params).await?.0;
            Some(given.map_or_else(error, |text| Val::Result(Ok(Some(Box::new(Val::String(text)))))))
        }
        _ => return some_bytes(function, store, params, result).await,
    };
    Ok(CallReturn::Value(value))
}

fn error(text: String) -> Val {
    Val::Result(Err(Some(Box::new(Val::String(text)))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes() -> JsonShape {
        JsonShape::List(Box::new(JsonShape::U8))
    }

    #[test]
    fn functions_over_files_are_called_with_bytes_as_bytes() {
        let param = |shape: JsonShape| vec![("data".to_owned(), shape)];
        let result =
            |ok, error: Option<JsonShape>| JsonShape::Result(Some(Box::new(ok)), error.map(Box::new));
        for (params, given, way) in [
            (param(bytes()), Some(bytes()), Some(TypedCall::Bytes(ResultType::Bytes))),
            (param(bytes()), None, Some(TypedCall::Bytes(ResultType::Nothing))),
            (param(bytes()), Some(JsonShape::String), Some(TypedCall::Bytes(ResultType::Text))),
            (param(JsonShape::String), Some(bytes()), Some(TypedCall::Text(ResultType::Bytes))),
            (vec![], Some(result(bytes(), None)), Some(TypedCall::Nothing(ResultType::BytesOrError))),
            (
                param(bytes()),
                Some(result(bytes(), Some(JsonShape::String))),
                Some(TypedCall::Bytes(ResultType::BytesOrText)),
            ),
            // Nothing is gained.
            (param(JsonShape::String), Some(JsonShape::String), None),
            (param(JsonShape::U8), Some(bytes()), None),
            (param(bytes()), Some(JsonShape::List(Box::new(JsonShape::U32))), None),
        ] {
            assert_eq!(TypedCall::of(&params, given.as_ref()), way, "{params:?} {given:?}");
        }
    }
}
