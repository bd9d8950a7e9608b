//! Test data of the version 2025-09: settings of groups and cases, and the points that follow from
//! them. Comments name sections of the format.
//!
//! Nothing here may know how outputs are compared.

use super::super::data_files::{DataCase, DataGroup, DataRules};
use super::super::error::ProblemError;
use super::super::yaml_fields::{YamlField, YamlFields};
use super::test_data::{TestCase, TestData};
use polymer_host_grade::{Aggregation, ScoreGroup};
use polymer_host_task::Points;

/// "Test data".
pub(super) const RULES: DataRules = DataRules {
    answers: &[".ans"],
    case_settings: Some(".yaml"),
    group_settings: Some("test_group.yaml"),
    notes: &[
        ".png",
        ".jpg",
        ".jpeg",
        ".svg",
        ".out",
        ".interaction",
        ".in.statement",
        ".ans.statement",
        ".in.download",
        ".ans.download",
        ".hint",
        ".desc",
    ],
    has_strict_names: true,
    refused: &[
        ("testdata.yaml", "this version of the format calls it test_group.yaml"),
        (".files", "files that a program may open are not taken"),
        (".args", "this version of the format has `args` in the settings of a case, which end in .yaml"),
    ],
};

/// Points of the problem, where it does not say ("Test data configuration").
const USUAL_POINTS: f64 = 100.0;

/// What `test_group.yaml` says.
#[derive(Debug, Default)]
struct GroupSettings {
    /// Nothing where it is unbounded.
    max_score: Option<YamlField>,
    score_aggregation: Option<YamlField>,
    require_pass: Option<YamlField>,
    args: Option<Vec<String>>,
    output_validator_args: Option<Vec<String>>,
}

/// Arguments that say nothing about judging.
const VISUAL: [&str; 5] = [
    "input_validator_args",
    "input_visualizer_args",
    "output_visualizer_args",
    "full_feedback",
    "description",
];

impl GroupSettings {
    fn read(group: &DataGroup, is_scoring: bool) -> Result<Self, ProblemError> {
        let Some(path) = &group.settings else { return Ok(Self::default()) };
        let mut fields = YamlFields::read(path)?;
        for key in ["static_validation_score", "static_validator_args"] {
            if let Some(field) = fields.take(key) {
                return Err(field.error("static validators are not taken"));
            }
        }
        let texts = |field: Option<YamlField>| field.map(|field| field.texts()).transpose();
        let read = Self {
            max_score: fields.take("max_score"),
            score_aggregation: fields.take("score_aggregation"),
            require_pass: fields.take("require_pass"),
            args: texts(fields.take("args"))?,
            output_validator_args: texts(fields.take("output_validator_args"))?,
        };
        // "Pass-fail problems must not specify" these ("Pass-fail problems"), nor must `sample`.
        if !is_scoring || group.name == "sample" {
            let scores = [&read.max_score, &read.score_aggregation, &read.require_pass];
            if let Some(field) = scores.into_iter().flatten().next() {
                let what = if is_scoring { "sample has" } else { "a problem of the type pass-fail has" };
                return Err(field.error(format!("{what} no such key")));
            }
        }
        fields.ignore(&VISUAL);
        fields.finish()?;
        Ok(read)
    }

    /// How the points of its members add up.
    fn aggregation(&self, usual: Aggregation) -> Result<Aggregation, ProblemError> {
        let Some(field) = &self.score_aggregation else { return Ok(usual) };
        match field.text()? {
            "pass-fail" => Ok(Aggregation::All),
            "sum" => Ok(Aggregation::Sum),
            "min" => Ok(Aggregation::Min),
            _ => Err(field.error("it is pass-fail, sum or min")),
        }
    }

    /// What it is worth. Unbounded scores are refused: a case has a number of points.
    fn max_score(&self, usual: Option<f64>, group: &DataGroup) -> Result<f64, ProblemError> {
        match &self.max_score {
            Some(field) if field.text()? == "unbounded" => {
                Err(field.error("scores without a bound are not taken"))
            }
            #[expect(clippy::cast_precision_loss, reason = "points are doubles everywhere")]
            Some(field) => Ok(field.whole()? as f64),
            None => usual.ok_or_else(|| {
                ProblemError::part(
                    &group.path,
                    "its test_group.yaml has to say `max_score`: scores without a bound are not taken",
                )
            }),
        }
    }
}

/// Reads settings and cases of the data of a package.
pub(super) fn settle(data: DataGroup, is_scoring: bool) -> Result<TestData, ProblemError> {
    if let Some(path) = &data.settings {
        return Err(ProblemError::part(path, "it stands in data/sample, in data/secret and in groups only"));
    }
    if let Some(case) = data.cases.first() {
        return Err(ProblemError::part(&case.input, "cases stand in data/sample and data/secret"));
    }
    let mut test_data = TestData::default();
    let mut groups = Vec::new();
    for group in data.groups {
        groups.push(match group.name.as_str() {
            "sample" => sample(group, is_scoring, &mut test_data)?,
            _ => secret(group, is_scoring, &mut test_data)?,
        });
    }
    check_requirements(&groups, &test_data)?;
    test_data.root = ScoreGroup { groups, ..ScoreGroup::default() };
    if !is_scoring {
        // "The verdict of a submission is accepted if and only if every test case [..] are
        // accepted" ("Pass-fail problems").
        test_data.root.aggregation = Aggregation::All;
        test_data.root.points = Points::new(1.0);
    }
    Ok(test_data)
}

/// "Sample test cases do not contribute to the problem score" ("Samples for judging team
/// submissions").
fn sample(mut group: DataGroup, is_scoring: bool, data: &mut TestData) -> Result<ScoreGroup, ProblemError> {
    let settings = GroupSettings::read(&group, is_scoring)?;
    if let Some(inner) = group.groups.first() {
        return Err(ProblemError::part(&inner.path, "data/sample has no groups"));
    }
    let points = if is_scoring { Some(Points::NONE) } else { None };
    let name = group.name.clone();
    let cases = push_cases(group.take_all_cases(), &settings, points, data)?;
    Ok(ScoreGroup { name, points, aggregation: Aggregation::All, cases, ..ScoreGroup::default() })
}

fn secret(mut group: DataGroup, is_scoring: bool, data: &mut TestData) -> Result<ScoreGroup, ProblemError> {
    if group.groups.is_empty() {
        return leaf(group, is_scoring, Aggregation::Sum, Some(USUAL_POINTS), data);
    }
    // "`data/secret` can only have test data groups *or* test cases, never both" ("Test data
    // groups").
    if let Some(case) = group.cases.first() {
        return Err(ProblemError::part(&case.input, "data/secret has groups, and so no cases of its own"));
    }
    let settings = GroupSettings::read(&group, is_scoring)?;
    let inner = std::mem::take(&mut group.groups);
    if settings.args.is_some() || settings.output_validator_args.is_some() {
        let why = "`args` and `output_validator_args` of data/secret do not hold in its groups, which have to say \
                   them";
        return Err(ProblemError::part(group.settings.as_ref().unwrap_or(&group.path), why));
    }
    let groups = inner.into_iter().map(|group| leaf(group, is_scoring, Aggregation::All, None, data));
    let groups = groups.collect::<Result<Vec<_>, _>>()?;
    let mut score = ScoreGroup { name: group.name.clone(), groups, ..ScoreGroup::default() };
    if is_scoring {
        score.aggregation = settings.aggregation(Aggregation::Sum)?;
        let most = settings.max_score(Some(USUAL_POINTS), &group)?;
        score.points = check_sums(&score, most, &group)?;
    } else {
        score.aggregation = Aggregation::All;
    }
    require(&mut score, &settings, data)?;
    Ok(score)
}

/// The points of data/secret as a whole ("Scoring test data groups").
fn check_sums(score: &ScoreGroup, most: f64, group: &DataGroup) -> Result<Option<Points>, ProblemError> {
    let path = group.settings.as_ref().unwrap_or(&group.path);
    let points = || score.groups.iter().filter_map(|group| group.points).map(Points::get);
    match score.aggregation {
        // "It is a judge error if the score of `secret` [..] exceeds its `max_score`."
        Aggregation::Sum if points().sum::<f64>() > most => {
            let why = format!("its groups come to more than its `max_score`, which is {most}");
            Err(ProblemError::part(path, why))
        }
        Aggregation::Sum => Ok(None),
        #[expect(clippy::float_cmp, reason = "whole numbers")]
        Aggregation::Min if points().any(|points| points != most) => {
            let why = "with `min`, each group has to have the `max_score` of data/secret";
            Err(ProblemError::part(path, why))
        }
        Aggregation::Min => Ok(Points::new(most)),
        // "If `secret` has `pass-fail` aggregation, then so must all of its test data groups."
        Aggregation::All if score.groups.iter().any(|group| group.aggregation != Aggregation::All) => {
            Err(ProblemError::part(path, "with `pass-fail`, so is each of its groups"))
        }
        Aggregation::All => Ok(Points::new(most)),
    }
}

/// A group of cases. Folders in it are no groups.
fn leaf(
    mut group: DataGroup,
    is_scoring: bool,
    usual: Aggregation,
    usual_points: Option<f64>,
    data: &mut TestData,
) -> Result<ScoreGroup, ProblemError> {
    let settings = GroupSettings::read(&group, is_scoring)?;
    check_no_groups(&group.groups)?;
    let mut score =
        ScoreGroup { name: group.name.clone(), aggregation: Aggregation::All, ..ScoreGroup::default() };
    let all = group.take_all_cases();
    if all.is_empty() {
        return Err(ProblemError::part(&group.path, "there is no case in it"));
    }
    let mut points = None;
    if is_scoring {
        score.aggregation = settings.aggregation(usual)?;
        let most = settings.max_score(usual_points, &group)?;
        score.points = Points::new(most);
        // "The maximum score of a test case in a group with `min` aggregation is `max_score` [..]
        // with `sum` aggregation is `(max_score - static_validation_score) / N`" ("Scoring
        // problems").
        #[expect(clippy::cast_precision_loss, reason = "there are fewer cases than that")]
        let count = all.len() as f64;
        points = match score.aggregation {
            Aggregation::Sum => Points::new(most / count),
            Aggregation::Min => Points::new(most),
            Aggregation::All => None,
        };
    }
    score.cases = push_cases(all, &settings, points, data)?;
    require(&mut score, &settings, data)?;
    Ok(score)
}

/// "There are no `test_group.yaml` further down" ("Test data groups").
fn check_no_groups(groups: &[DataGroup]) -> Result<(), ProblemError> {
    for group in groups {
        if let Some(path) = &group.settings {
            return Err(ProblemError::part(path, "a group has no groups in it"));
        }
        check_no_groups(&group.groups)?;
    }
    Ok(())
}

fn push_cases(
    cases: Vec<DataCase>,
    settings: &GroupSettings,
    points: Option<Points>,
    data: &mut TestData,
) -> Result<Vec<usize>, ProblemError> {
    let first = data.cases.len();
    for files in cases {
        let mut case = TestCase {
            args: settings.args.clone().unwrap_or_default(),
            validator_flags: settings.output_validator_args.clone().unwrap_or_default(),
            points,
            files,
        };
        case.set_own()?;
        data.cases.push(case);
    }
    Ok((first..data.cases.len()).collect())
}

impl TestCase {
    /// "Test case configuration".
    fn set_own(&mut self) -> Result<(), ProblemError> {
        let Some(path) = &self.files.settings else { return Ok(()) };
        let mut fields = YamlFields::read(path)?;
        if let Some(field) = fields.take("args") {
            self.args = field.texts()?;
        }
        if let Some(field) = fields.take("output_validator_args") {
            self.validator_flags = field.texts()?;
        }
        fields.ignore(&VISUAL);
        fields.ignore(&["hint"]);
        fields.finish()
    }
}

/// Notes what a group asks of others, to be looked at once all are known.
fn require(
    score: &mut ScoreGroup,
    settings: &GroupSettings,
    data: &mut TestData,
) -> Result<(), ProblemError> {
    let Some(field) = &settings.require_pass else { return Ok(()) };
    score.require_pass = field.text_or_texts()?;
    data.requirements.push((score.name.clone(), field.clone()));
    Ok(())
}

/// "All groups listed in `require_pass` must come lexicographically earlier", and "must have
/// `pass-fail` aggregation" ("Group dependencies").
fn check_requirements(groups: &[ScoreGroup], data: &TestData) -> Result<(), ProblemError> {
    for (name, field) in &data.requirements {
        for wanted in field.text_or_texts()? {
            let inner = groups.iter().flat_map(|group| &group.groups);
            let found = groups.iter().chain(inner).find(|group| group.name == wanted);
            let found = found.filter(|_| wanted != "secret");
            let group = found.ok_or_else(|| field.error(format!("there is no group `{wanted:.80}`")))?;
            if name == "secret" && wanted != "sample" {
                return Err(field.error("data/secret can require `sample` only"));
            }
            if group.aggregation != Aggregation::All {
                return Err(field.error(format!("`{wanted}` has to have the aggregation `pass-fail`")));
            }
            if wanted >= *name {
                return Err(field.error(format!("`{wanted}` does not come before `{name}`")));
            }
        }
    }
    Ok(())
}
