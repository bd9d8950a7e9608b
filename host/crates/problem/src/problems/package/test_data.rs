//! Test data of a package once its settings are read: the same for each version of the format.
//!
//! Nothing here may read a file.

use super::super::data_files::DataCase;
use super::super::yaml_fields::YamlField;
use polymer_host_grade::ScoreGroup;
use polymer_host_task::Points;

/// All cases, and how their points add up.
#[derive(Debug, Default)]
pub(super) struct TestData {
    pub(super) cases: Vec<TestCase>,
    pub(super) root: ScoreGroup,
    /// Names of groups, each with what it asks of others.
    pub(super) requirements: Vec<(String, YamlField)>,
}

/// A case, with the settings that hold for it.
#[derive(Debug)]
pub(super) struct TestCase {
    pub(super) files: DataCase,
    /// Arguments of the program.
    pub(super) args: Vec<String>,
    /// Arguments of the validator, behind those of the problem.
    pub(super) validator_flags: Vec<String>,
    pub(super) points: Option<Points>,
}
