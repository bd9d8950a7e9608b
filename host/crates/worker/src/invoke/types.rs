//! The types of a function's arguments and results: trees of our own, made once as the function is
//! found, that say what JSON is expected and are shown as WIT writes them. Here it is decided which
//! functions can be called.

use std::fmt;
use wasmtime::component::Type;

/// Maximum nesting depth of types: each level is one of JSON at most, and a record takes 128.
const DEPTH: usize = 100;
/// Maximum number of parts in the types of one function, written out.
const PARTS: usize = 10_000;
/// Bytes of a name that count as a part more.
const NAME: usize = 32;

/// A type that has a form in JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum JsonShape {
    Bool,
    S8,
    U8,
    S16,
    U16,
    S32,
    U32,
    S64,
    U64,
    F32,
    F64,
    Char,
    String,
    List(Box<Self>),
    Record(Vec<(String, Self)>),
    Tuple(Vec<Self>),
    Variant(Vec<(String, Option<Self>)>),
    Enum(Vec<String>),
    Option(Box<Self>),
    Result(Option<Box<Self>>, Option<Box<Self>>),
    Flags(Vec<String>),
}

impl JsonShape {
    /// Returns whether it is a list of bytes.
    pub(super) fn is_bytes(&self) -> bool {
        matches!(self, Self::List(of) if **of == Self::U8)
    }
}

/// Why a type has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoShape {
    /// It is, or holds, what this names.
    Holds(&'static str),
    /// It nests too deep, or has too many parts.
    TooLarge,
}

impl fmt::Display for NoShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Holds(what) => write!(f, "{what}, which JSON cannot represent"),
            Self::TooLarge => write!(f, "a type of more than {PARTS} parts or {DEPTH} levels"),
        }
    }
}

/// Remaining budget of the parts that the types of one function may have.
#[derive(Debug)]
pub(super) struct TypeBudget(usize);

impl Default for TypeBudget {
    fn default() -> Self {
        Self(PARTS)
    }
}

impl TypeBudget {
    fn take(&mut self, parts: usize) -> Result<(), NoShape> {
        self.0 = self.0.checked_sub(parts).ok_or(NoShape::TooLarge)?;
        Ok(())
    }

    fn name(&mut self, name: &str) -> Result<String, NoShape> {
        self.take(1 + name.len() / NAME)?;
        Ok(name.to_owned())
    }

    /// The shape of a type.
    ///
    /// # Errors
    /// If it has none.
    pub(super) fn shape(&mut self, ty: &Type) -> Result<JsonShape, NoShape> {
        self.at(ty, 1)
    }

    fn at(&mut self, ty: &Type, depth: usize) -> Result<JsonShape, NoShape> {
        if depth > DEPTH {
            return Err(NoShape::TooLarge);
        }
        self.take(1)?;
        Ok(match ty {
            Type::Bool => JsonShape::Bool,
            Type::S8 => JsonShape::S8,
            Type::U8 => JsonShape::U8,
            Type::S16 => JsonShape::S16,
            Type::U16 => JsonShape::U16,
            Type::S32 => JsonShape::S32,
            Type::U32 => JsonShape::U32,
            Type::S64 => JsonShape::S64,
            Type::U64 => JsonShape::U64,
            Type::Float32 => JsonShape::F32,
            Type::Float64 => JsonShape::F64,
            Type::Char => JsonShape::Char,
            Type::String => JsonShape::String,
            Type::List(list) => JsonShape::List(Box::new(self.at(&list.ty(), depth + 1)?)),
            Type::Option(option) => JsonShape::Option(Box::new(self.at(&option.ty(), depth + 1)?)),
            Type::Result(result) => {
                JsonShape::Result(self.boxed(result.ok(), depth)?, self.boxed(result.err(), depth)?)
            }
            Type::Record(record) => {
                let field = |field: wasmtime::component::types::Field<'_>| {
                    Ok((self.name(field.name)?, self.at(&field.ty, depth + 1)?))
                };
                JsonShape::Record(record.fields().map(field).collect::<Result<_, _>>()?)
            }
            Type::Tuple(tuple) => {
                JsonShape::Tuple(tuple.types().map(|ty| self.at(&ty, depth + 1)).collect::<Result<_, _>>()?)
            }
            Type::Variant(variant) => {
                let case = |case: wasmtime::component::types::Case<'_>| {
                    let payload = case.ty.map(|ty| self.at(&ty, depth + 1)).transpose()?;
                    Ok((self.name(case.name)?, payload))
                };
                JsonShape::Variant(variant.cases().map(case).collect::<Result<_, _>>()?)
            }
            Type::Enum(names) => JsonShape::Enum(self.names(names.names())?),
            Type::Flags(names) => JsonShape::Flags(self.names(names.names())?),
            Type::Own(_) | Type::Borrow(_) => return Err(NoShape::Holds("a resource")),
            Type::Future(_) => return Err(NoShape::Holds("a future")),
            Type::Stream(_) => return Err(NoShape::Holds("a stream")),
            Type::ErrorContext => return Err(NoShape::Holds("an error-context")),
            Type::Map(_) => return Err(NoShape::Holds("a map")),
            Type::FixedLengthList(_) => return Err(NoShape::Holds("a list of fixed length")),
        })
    }

    fn boxed(&mut self, ty: Option<Type>, depth: usize) -> Result<Option<Box<JsonShape>>, NoShape> {
        ty.map(|ty| self.at(&ty, depth + 1).map(Box::new)).transpose()
    }

    fn names<'a>(&mut self, names: impl Iterator<Item = &'a str>) -> Result<Vec<String>, NoShape> {
        names.map(|name| self.name(name)).collect()
    }
}

/// As WIT writes it, with what stands behind a name in place of the name.
impl fmt::Display for JsonShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::S8 => f.write_str("s8"),
            Self::U8 => f.write_str("u8"),
            Self::S16 => f.write_str("s16"),
            Self::U16 => f.write_str("u16"),
            Self::S32 => f.write_str("s32"),
            Self::U32 => f.write_str("u32"),
            Self::S64 => f.write_str("s64"),
            Self::U64 => f.write_str("u64"),
            Self::F32 => f.write_str("f32"),
            Self::F64 => f.write_str("f64"),
            Self::Char => f.write_str("char"),
            Self::String => f.write_str("string"),
            Self::List(of) => write!(f, "list<{of}>"),
            Self::Option(of) => write!(f, "option<{of}>"),
            Self::Result(None, None) => f.write_str("result"),
            Self::Result(Some(ok), None) => write!(f, "result<{ok}>"),
            Self::Result(None, Some(err)) => write!(f, "result<_, {err}>"),
            Self::Result(Some(ok), Some(err)) => write!(f, "result<{ok}, {err}>"),
            Self::Record(fields) => {
                f.write_str("record { ")?;
                separated(f, fields, |f, (name, of)| write!(f, "{name}: {of}"))?;
                f.write_str(" }")
            }
            Self::Tuple(parts) => {
                f.write_str("tuple<")?;
                separated(f, parts, |f, of| write!(f, "{of}"))?;
                f.write_str(">")
            }
            Self::Variant(cases) => {
                f.write_str("variant { ")?;
                separated(f, cases, |f, (name, of)| match of {
                    None => f.write_str(name),
                    Some(of) => write!(f, "{name}({of})"),
                })?;
                f.write_str(" }")
            }
            Self::Enum(names) => named(f, "enum", names),
            Self::Flags(names) => named(f, "flags", names),
        }
    }
}

fn named(f: &mut fmt::Formatter<'_>, what: &str, names: &[String]) -> fmt::Result {
    write!(f, "{what} {{ ")?;
    separated(f, names, |f, name| f.write_str(name))?;
    f.write_str(" }")
}

fn separated<T>(
    f: &mut fmt::Formatter<'_>,
    parts: &[T],
    each: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            f.write_str(", ")?;
        }
        each(f, part)?;
    }
    Ok(())
}
