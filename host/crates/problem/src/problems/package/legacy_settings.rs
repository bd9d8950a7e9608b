//! `testdata.yaml` of legacy packages. Comments name sections of the format.
//!
//! A key that a group does not have is that of the group above it, as the tools of the format have
//! it; the text of the format has whole files inherited. Nothing here may know how points add up.

use super::super::data_files::DataGroup;
use super::super::error::ProblemError;
use super::super::yaml_fields::{YamlField, YamlFields};

/// What holds for a group ("Test Data Groups").
#[derive(Debug, Clone)]
pub(super) struct LegacySettings {
    /// Nothing is judged behind the first member that is not accepted.
    pub(super) breaks: bool,
    pub(super) grader: GraderFlags,
    pub(super) accept_score: f64,
    /// The most points that a group may come to, if it says so.
    pub(super) most: Option<f64>,
    /// Arguments of the validator, behind those of the problem.
    pub(super) validator_flags: Vec<String>,
}

/// Arguments of the default grader ("Default Grader Specification").
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct GraderFlags {
    /// The group is accepted whatever came of its members. If only all of them wrong would make it
    /// wrong, it has no points then either, which is the same.
    pub(super) accepts: bool,
    /// The score is the least, in place of the sum.
    pub(super) takes_least: bool,
    /// `sample` does not count.
    pub(super) ignores_sample: bool,
}

impl Default for LegacySettings {
    fn default() -> Self {
        Self {
            breaks: true,
            grader: GraderFlags::default(),
            accept_score: 1.0,
            most: None,
            validator_flags: Vec::new(),
        }
    }
}

impl LegacySettings {
    /// The settings of a group in one that has these.
    pub(super) fn inner(&self, group: &DataGroup, is_scoring: bool) -> Result<Self, ProblemError> {
        let mut inner = self.clone();
        // "Must only be used on the root level."
        inner.grader.ignores_sample = false;
        // It is about the whole group that says it.
        inner.most = None;
        let Some(path) = &group.settings else { return Ok(inner) };
        let mut fields = YamlFields::read(path)?;
        if let Some(field) = fields.take("on_reject") {
            inner.breaks = match field.text()? {
                "break" => true,
                "continue" => false,
                _ => return Err(field.error("it is break or continue")),
            };
        }
        if let Some(field) = fields.take("grading") {
            match field.text()? {
                "default" => {}
                "custom" => return Err(field.error("graders of a package are not taken")),
                _ => return Err(field.error("it is default or custom")),
            }
        }
        if let Some(field) = fields.take("grader_flags") {
            inner.grader = GraderFlags::read(&field, group.name.is_empty())?;
            if !is_scoring && inner.grader.accepts {
                return Err(
                    field.error("a problem of the type pass-fail that accepts more than all is not taken")
                );
            }
        }
        // As the tools of the format have it: what is ignored must not end the judging.
        if inner.grader.ignores_sample && inner.breaks {
            return Err(ProblemError::part(path, "`ignore_sample` needs `on_reject: continue` beside it"));
        }
        if let Some(field) = fields.take("output_validator_flags") {
            inner.validator_flags = field.words()?;
        }
        inner.set_scores(&mut fields, is_scoring)?;
        fields.ignore(&["input_validator_flags"]);
        fields.finish()?;
        Ok(inner)
    }

    fn set_scores(&mut self, fields: &mut YamlFields, is_scoring: bool) -> Result<(), ProblemError> {
        let [accept, reject, range] = ["accept_score", "reject_score", "range"].map(|key| fields.take(key));
        if let (false, Some(field)) = (is_scoring, [&accept, &reject, &range].into_iter().flatten().next()) {
            return Err(field.error("a problem of the type pass-fail has no such key"));
        }
        if let Some(field) = accept {
            self.accept_score = field.number()?;
            if self.accept_score < 0.0 {
                return Err(field.error("points below 0 are not taken"));
            }
        }
        if let Some(field) = reject
            && field.number()? != 0.0
        {
            return Err(field.error("points for what is rejected are not taken"));
        }
        if let Some(field) = range {
            self.most = most(&field)?;
        }
        Ok(())
    }
}

impl GraderFlags {
    /// "If multiple conflicting modes are given, the last one is used."
    fn read(field: &YamlField, is_root: bool) -> Result<Self, ProblemError> {
        let mut flags = Self::default();
        let mut accepts_any = false;
        for word in field.words()? {
            match word.as_str() {
                "worst_error" | "first_error" => flags.accepts = false,
                "always_accept" => flags.accepts = true,
                "accept_if_any_accepted" => accepts_any = true,
                "sum" => flags.takes_least = false,
                "min" => flags.takes_least = true,
                "ignore_sample" if is_root => flags.ignores_sample = true,
                "ignore_sample" => return Err(field.error("`ignore_sample` is for data/testdata.yaml only")),
                "avg" | "max" => return Err(field.error(format!("`{word}` is not taken"))),
                _ => return Err(field.error(format!("the default grader has no flag `{word:.60}`"))),
            }
        }
        flags.accepts |= accepts_any;
        Ok(flags)
    }
}

/// "Two floating-point numbers A and B (\"inf\", \"-inf\", \"+inf\" are allowed [..])": B, if it is
/// a bound.
fn most(field: &YamlField) -> Result<Option<f64>, ProblemError> {
    let numbers = field.text()?.split_ascii_whitespace().map(str::parse::<f64>);
    let numbers = numbers.collect::<Result<Vec<_>, _>>().unwrap_or_default();
    match numbers.as_slice() {
        [least, most] if least <= most && *least <= 0.0 && *most >= 0.0 => {
            Ok(Some(*most).filter(|most| most.is_finite()))
        }
        _ => Err(field.error("it is two numbers, and 0 is between them")),
    }
}
