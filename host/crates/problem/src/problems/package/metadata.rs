//! `problem.yaml`: what a package says of the whole problem. Comments name sections of the format.
//!
//! Nothing here may know the test data.

use super::super::error::ProblemError;
use super::super::yaml_fields::{YamlField, YamlFields};
use crate::nouns::ProblemLimits;
use polymer_host_sys::regular;
use std::path::Path;
use std::time::Duration;

/// A version of the format, as far as versions differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PackageFormat {
    /// `legacy` and its subset `legacy-icpc`.
    Legacy,
    /// `2025-09`, and the drafts of it.
    Current,
}

/// What `problem.yaml` says, as far as it bears on judging.
#[derive(Debug)]
pub(super) struct Metadata {
    pub(super) format: PackageFormat,
    /// Its cases have points.
    pub(super) is_scoring: bool,
    pub(super) is_interactive: bool,
    /// The validator is the package's own; only legacy packages say so here.
    pub(super) custom_validation: Option<bool>,
    /// Arguments of the validator on all cases.
    pub(super) validator_flags: Vec<String>,
    pub(super) limits: ProblemLimits,
    pub(super) notes: Vec<String>,
}

/// Keys that are about people, texts and permissions.
const ABOUT: [&str; 12] = [
    "name",
    "uuid",
    "version",
    "credits",
    "source",
    "source_url",
    "license",
    "rights_owner",
    "author",
    "embargo_until",
    "keywords",
    "show_test_data_groups",
];

/// Limits that bear on no run of a program, or on none that is judged here.
const NOTED_LIMITS: [&str; 9] = [
    "code",
    "compilation_time",
    "compilation_memory",
    "validation_time",
    "validation_memory",
    "validation_output",
    "time_resolution",
    "time_multiplier",
    "time_safety_margin",
];

impl Metadata {
    /// Reads the file, and `.timelimit` beside it.
    pub(super) fn read(path: &Path) -> Result<Self, ProblemError> {
        let mut fields = YamlFields::read(path)?;
        let format = format(fields.take("problem_format_version"))?;
        let mut read = Self {
            format,
            is_scoring: false,
            is_interactive: false,
            custom_validation: None,
            validator_flags: Vec::new(),
            limits: ProblemLimits::default(),
            notes: Vec::new(),
        };
        read.set_types(fields.take("type"))?;
        match format {
            PackageFormat::Legacy => read.set_legacy(&mut fields)?,
            PackageFormat::Current => read.set_current(&mut fields)?,
        }
        read.set_limits(fields.take("limits"))?;
        fields.ignore(&ABOUT);
        fields.finish()?;
        let time_limit = path.with_file_name(".timelimit");
        if format == PackageFormat::Legacy && read.limits.cpu.is_none() {
            read.limits.cpu = time_limit_file(&time_limit)?;
        } else if time_limit.exists() {
            // Since 2025-09, hidden files are as if they were not there ("General requirements").
            read.notes.push(".timelimit is not looked at".to_owned());
        }
        if read.limits.cpu.is_none() {
            // "If no `time_limit` is provided", it follows from the slowest submission ("Problem
            // timing"), which would have to be run here.
            read.notes.push("it has no time limit of its own: that of the run holds".to_owned());
        }
        Ok(read)
    }

    /// "Type".
    fn set_types(&mut self, field: Option<YamlField>) -> Result<(), ProblemError> {
        let Some(field) = field else { return Ok(()) };
        let types = field.text_or_texts()?;
        for (at, name) in types.iter().enumerate() {
            if types.iter().take(at).any(|earlier| earlier == name) {
                return Err(field.error(format!("`{name}` stands there twice")));
            }
            match (name.as_str(), self.format) {
                ("pass-fail", _) => {}
                ("scoring", _) => self.is_scoring = true,
                ("interactive", PackageFormat::Current) => self.is_interactive = true,
                ("multi-pass" | "submit-answer", PackageFormat::Current) => {
                    return Err(field.error(format!("problems of the type `{name}` are not taken")));
                }
                _ => return Err(field.error(format!("there is no type `{name:.60}`"))),
            }
        }
        if types.is_empty() || (self.is_scoring && types.iter().any(|name| name == "pass-fail")) {
            return Err(field.error("it is one of pass-fail and scoring, and may be interactive"));
        }
        Ok(())
    }

    /// Keys that only legacy packages have.
    fn set_legacy(&mut self, fields: &mut YamlFields) -> Result<(), ProblemError> {
        let mut is_custom = false;
        if let Some(field) = fields.take("validation") {
            let mut words = field.text()?.split_ascii_whitespace();
            is_custom = match words.next() {
                Some("default") => false,
                Some("custom") => true,
                _ => return Err(field.error("it begins with `default` or `custom`")),
            };
            for word in words {
                match word {
                    "interactive" if is_custom => self.is_interactive = true,
                    // Nothing there says how many points a validator may give.
                    "score" if is_custom => {
                        return Err(field.error("validators that give scores are not taken"));
                    }
                    _ => return Err(field.error(format!("`{word:.60}` is not known there"))),
                }
            }
        }
        self.custom_validation = Some(is_custom);
        if let Some(field) = fields.take("validator_flags") {
            self.validator_flags = field.words()?;
        }
        if let Some(field) = fields.take("grading") {
            let mut grading = field.fields()?;
            if let Some(objective) = grading.take("objective")
                && objective.text()? != "max"
            {
                return Err(objective.error("scores that are to be small are not taken"));
            }
            grading.ignore(&["show_test_data_groups"]);
            grading.finish()?;
        }
        Ok(())
    }

    /// Keys that legacy packages do not have.
    fn set_current(&mut self, fields: &mut YamlFields) -> Result<(), ProblemError> {
        if let Some(field) = fields.take("languages")
            && field.text_or_texts()? != ["all"]
        {
            self.notes
                .push("problem.yaml: `languages` is not held: programs in others are judged too".to_owned());
        }
        if let Some(field) = fields.take("allow_file_writing")
            && field.flag()?
        {
            return Err(field.error("programs that write files are not taken: they have no folder"));
        }
        if let Some(field) = fields.take("constants") {
            // They would have to be replaced in validators and settings ("Constants").
            field.fields()?.finish().map_err(|_| field.error("constants are not taken"))?;
        }
        Ok(())
    }

    /// "Limits".
    fn set_limits(&mut self, field: Option<YamlField>) -> Result<(), ProblemError> {
        let Some(field) = field else { return Ok(()) };
        let mut limits = field.fields()?;
        if let Some(field) = limits.take("time_limit") {
            self.limits.cpu =
                Some(seconds(field.number()?).ok_or_else(|| field.error("it is more than 0 seconds"))?);
        }
        if let Some(field) = limits.take("memory") {
            self.limits.memory = Some(mebibytes(&field)?);
        }
        if let Some(field) = limits.take("output") {
            self.limits.output = Some(mebibytes(&field)?);
        }
        if let Some(field) = limits.take("validation_passes") {
            return Err(field.error("problems of the type `multi-pass` are not taken"));
        }
        if let Some(field) = limits.take("time_multipliers") {
            let mut multipliers = field.fields()?;
            multipliers.ignore(&["ac_to_time_limit", "time_limit_to_tle"]);
            multipliers.finish()?;
        }
        for name in limits.take_names(&NOTED_LIMITS) {
            self.notes.push(format!("problem.yaml: the limit `{name}` is not held"));
        }
        limits.finish()
    }
}

/// "Problem format version".
fn format(field: Option<YamlField>) -> Result<PackageFormat, ProblemError> {
    let Some(field) = field else { return Ok(PackageFormat::Legacy) };
    match field.text()? {
        "legacy" | "legacy-icpc" => Ok(PackageFormat::Legacy),
        "2025-09" | "2025-09-draft" | "2023-07" | "2023-07-draft" => Ok(PackageFormat::Current),
        other => {
            let other = polymer_host_base::sanitize::name(other);
            Err(field.error(format!("it is legacy, legacy-icpc, 2025-09 or 2023-07-draft, and not {other}")))
        }
    }
}

fn seconds(number: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(number).ok().filter(|time| !time.is_zero())
}

fn mebibytes(field: &YamlField) -> Result<u64, ProblemError> {
    let bytes = field.whole()?.checked_mul(1 << 20).filter(|bytes| *bytes > 0);
    bytes.ok_or_else(|| field.error("it is a number of MiB from 1 on"))
}

/// A file in which tools keep the seconds of legacy packages, which have no key for them.
fn time_limit_file(path: &Path) -> Result<Option<Duration>, ProblemError> {
    let bytes = match regular::read(path, 64) {
        Ok(bytes) => bytes,
        Err(regular::FileError::Missing) => return Ok(None),
        Err(error) => return Err(ProblemError::file(path)(error)),
    };
    let number = String::from_utf8(bytes).ok().and_then(|text| text.trim().parse().ok());
    let time = number.and_then(seconds);
    time.map(Some).ok_or_else(|| ProblemError::part(path, "it has a number of seconds, more than 0"))
}
