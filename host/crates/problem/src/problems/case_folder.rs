//! A folder of inputs and answers, as a problem: subfolders are groups.
//!
//! Nothing here may know problem packages.

use super::data_files::{self, DataGroup, DataRules, FileNotes};
use super::error::ProblemError;
use super::folder::{ProblemFolder, path_text};
use crate::nouns::{Case, CaseInput, Judging, Problem, ProblemLimits};
use polymer_host_grade::ScoreGroup;

const RULES: DataRules = DataRules {
    answers: &[".out", ".ans"],
    case_settings: None,
    group_settings: None,
    notes: &[".desc", ".hint", ".md"],
    has_strict_names: false,
    refused: &[],
};

/// Reads the problem that a folder is.
pub(super) fn read(folder: &ProblemFolder) -> Result<Problem, ProblemError> {
    let mut notes = FileNotes::new();
    let group = RULES.read(folder, "", &mut notes)?;
    if !group.has_cases() {
        return Err(ProblemError::part(folder.path(), "there is no case in it: no file ends in .in"));
    }
    let mut cases = Vec::new();
    let root = score_group(group, &mut cases)?;
    Ok(Problem {
        name: folder.name()?,
        cases,
        root,
        limits: ProblemLimits::default(),
        judging: Judging::Compare(None),
        notes: data_files::told(notes).collect(),
    })
}

/// The points of its cases are added up.
fn score_group(group: DataGroup, cases: &mut Vec<Case>) -> Result<ScoreGroup, ProblemError> {
    let first = cases.len();
    for case in group.cases {
        let answer = serde_json::json!({ "output_file": path_text(&case.answer)? });
        path_text(&case.input)?;
        cases.push(Case {
            expect: Some(answer.to_string()),
            ..Case::of(case.name, CaseInput::File(case.input))
        });
    }
    let own = (first..cases.len()).collect();
    let groups = group.groups.into_iter().filter(DataGroup::has_cases);
    let groups = groups.map(|group| score_group(group, cases)).collect::<Result<_, _>>()?;
    Ok(ScoreGroup { name: group.name, cases: own, groups, ..ScoreGroup::default() })
}
