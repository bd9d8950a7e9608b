//! Projection of records: which of a record's fields its line has. Pure.
//!
//! It must never know where a line goes. The names are those of the record's schema; a field that
//! is added to records is added here.

use std::fmt;
use std::str::FromStr;

/// One field of a record, or several that only come together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordField {
    /// `v`: the version of the shape.
    Version,
    /// `id`.
    Id,
    /// `seq`.
    Seq,
    /// `verdict`.
    Verdict,
    /// `output`, and `output_base64` where it is bytes.
    Output,
    /// `error`.
    Error,
    /// `attempts`.
    Attempts,
    /// `worker`.
    Worker,
    /// `started`.
    Started,
    /// `stats`.
    Stats,
    /// `log`.
    Log,
    /// `key`.
    Key,
    /// `content`.
    Content,
    /// `output_file`.
    OutputFile,
    /// `group`.
    Group,
    /// `judge`.
    Judge,
    /// `files`, and `files_left_out` where some are.
    Files,
    /// `history`.
    History,
    /// `module`.
    Module,
    /// `meta`.
    Meta,
    /// `replaces`.
    Replaces,
}

impl RecordField {
    /// All fields, in the order in which they stand in a line.
    pub const ALL: [Self; 21] = [
        Self::Version,
        Self::Id,
        Self::Seq,
        Self::Verdict,
        Self::Output,
        Self::Error,
        Self::Attempts,
        Self::Worker,
        Self::Started,
        Self::Stats,
        Self::Log,
        Self::Key,
        Self::Content,
        Self::OutputFile,
        Self::Group,
        Self::Judge,
        Self::Files,
        Self::History,
        Self::Module,
        Self::Meta,
        Self::Replaces,
    ];

    /// Returns its name in a line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Version => "v",
            Self::Id => "id",
            Self::Seq => "seq",
            Self::Verdict => "verdict",
            Self::Output => "output",
            Self::Error => "error",
            Self::Attempts => "attempts",
            Self::Worker => "worker",
            Self::Started => "started",
            Self::Stats => "stats",
            Self::Log => "log",
            Self::Key => "key",
            Self::Content => "content",
            Self::OutputFile => "output_file",
            Self::Group => "group",
            Self::Judge => "judge",
            Self::Files => "files",
            Self::History => "history",
            Self::Module => "module",
            Self::Meta => "meta",
            Self::Replaces => "replaces",
        }
    }

    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// A set of fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldSet(u32);

impl FieldSet {
    /// Every field.
    pub const FULL: Self = Self((1 << RecordField::ALL.len()) - 1);
    /// Fields that are needed of each record to resume and to rerun.
    const RESUMABLE: Self = Self::of(&[
        RecordField::Version,
        RecordField::Id,
        RecordField::Seq,
        RecordField::Verdict,
        RecordField::Key,
        RecordField::Content,
        RecordField::Replaces,
    ]);
    const SHORT: Self =
        Self::of(&[RecordField::Id, RecordField::Verdict, RecordField::Output, RecordField::OutputFile]);
    const ERROR: Self = Self::of(&[RecordField::Error]);

    const fn of(fields: &[RecordField]) -> Self {
        let (mut bits, mut at) = (0, 0);
        while at < fields.len() {
            bits |= fields[at].bit();
            at += 1;
        }
        Self(bits)
    }

    /// Returns whether a field is among them.
    #[must_use]
    pub const fn has(self, field: RecordField) -> bool {
        self.0 & field.bit() != 0
    }

    /// Returns these fields and those.
    #[must_use]
    pub const fn union(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }
}

/// Part of each record that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordProjection {
    /// All of it.
    Full,
    /// `id`, `verdict` and `output` or `output_file`; `error` as well, where the task did not end
    /// ok.
    Short,
    /// These fields.
    Fields(FieldSet),
    /// The output alone, in place of an object: `null` where there is none, base64 in quotes where
    /// it is bytes, and what `output_file` says where it is in a file.
    Output,
    /// Nothing: there is no line.
    None,
}

/// The names of all fields, written one after the other: joined, they keep the optimiser at a sum
/// of their lengths for ten minutes.
struct KnownFields;

impl fmt::Display for KnownFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, field) in RecordField::ALL.iter().enumerate() {
            f.write_str(if number == 0 { "" } else { ", " })?;
            f.write_str(field.name())?;
        }
        Ok(())
    }
}

/// Why a text is no projection.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is not a field of a record; fields are {}", KnownFields)]
pub struct ProjectionError {
    /// Name that is not known.
    pub name: String,
}

impl RecordProjection {
    /// Returns the fields of a line, which depend on whether the task ended ok.
    #[must_use]
    pub const fn fields(self, is_ok: bool) -> FieldSet {
        match self {
            Self::Full => FieldSet::FULL,
            Self::Short if is_ok => FieldSet::SHORT,
            Self::Short => FieldSet::SHORT.union(FieldSet::ERROR),
            Self::Fields(fields) => fields,
            Self::Output => FieldSet::of(&[RecordField::Output]),
            Self::None => FieldSet(0),
        }
    }

    /// Returns this with all fields that a later run needs to find out which tasks have a record.
    /// Nothing, for a line that has no fields.
    #[must_use]
    pub const fn resumable(self) -> Option<Self> {
        match self {
            Self::Full => Some(Self::Full),
            Self::Short => {
                Some(Self::Fields(FieldSet::SHORT.union(FieldSet::ERROR).union(FieldSet::RESUMABLE)))
            }
            Self::Fields(fields) => Some(Self::Fields(fields.union(FieldSet::RESUMABLE))),
            Self::None => Some(Self::Fields(FieldSet::RESUMABLE)),
            Self::Output => None,
        }
    }
}

/// Reads `full`, `short`, `output`, `none`, or names of fields with commas between.
impl FromStr for RecordProjection {
    type Err = ProjectionError;

    fn from_str(text: &str) -> Result<Self, ProjectionError> {
        match text {
            "full" => return Ok(Self::Full),
            "short" => return Ok(Self::Short),
            "output" => return Ok(Self::Output),
            "none" => return Ok(Self::None),
            _ => {}
        }
        let mut fields = FieldSet(0);
        for name in text.split(',') {
            let field = RecordField::ALL.into_iter().find(|field| field.name() == name.trim());
            let field = field.ok_or_else(|| ProjectionError { name: name.trim().to_owned() })?;
            fields = fields.union(FieldSet::of(&[field]));
        }
        Ok(Self::Fields(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_lists_of_fields_are_read() {
        for (text, projection) in [
            ("full", RecordProjection::Full),
            ("short", RecordProjection::Short),
            ("output", RecordProjection::Output),
            ("none", RecordProjection::None),
            ("id", RecordProjection::Fields(FieldSet::of(&[RecordField::Id]))),
            ("stats, id", RecordProjection::Fields(FieldSet::of(&[RecordField::Id, RecordField::Stats]))),
        ] {
            assert_eq!(text.parse(), Ok(projection), "{text}");
        }
        for (text, name) in [("", ""), ("id,,v", ""), ("fulll", "fulll"), ("id,outputs", "outputs")] {
            let error = text.parse::<RecordProjection>().unwrap_err();
            assert_eq!(error.name, name, "{text}");
            assert!(error.to_string().contains("fields are v, id, seq, verdict, output, error"), "{error}");
        }
    }

    #[test]
    fn short_has_the_error_of_what_failed() {
        assert!(!RecordProjection::Short.fields(true).has(RecordField::Error));
        assert!(RecordProjection::Short.fields(false).has(RecordField::Error));
    }

    #[test]
    fn what_is_resumed_has_what_that_takes() {
        for text in ["full", "short", "none", "log"] {
            let projection: RecordProjection = text.parse().unwrap();
            let fields = projection.resumable().unwrap().fields(true);
            for field in [RecordField::Id, RecordField::Seq, RecordField::Key, RecordField::Content] {
                assert!(fields.has(field), "{text}: {field:?}");
            }
        }
        assert_eq!(RecordProjection::Output.resumable(), None);
    }

    #[test]
    fn each_field_has_a_bit_of_its_own() {
        let all = RecordField::ALL.map(|field| FieldSet::of(&[field]));
        assert_eq!(all.into_iter().fold(FieldSet(0), FieldSet::union), FieldSet::FULL);
        assert_eq!(all.iter().map(|set| set.0.count_ones()).sum::<u32>(), 21);
    }
}
