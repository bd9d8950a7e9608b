//! Test data of legacy packages: what the default grader makes of it, as groups of points. Comments
//! name sections of the format.
//!
//! Every case is judged here, also behind one that is not accepted where judging would `break`.
//! Where that changes no score, nothing is said of it; where the points of groups depend on it,
//! later groups require earlier ones; anything else is refused. Nothing here may know how outputs
//! are compared.

use super::super::data_files::{DataGroup, DataRules};
use super::super::error::ProblemError;
use super::legacy_settings::LegacySettings;
use super::test_data::{TestCase, TestData};
use polymer_host_grade::{Aggregation, ScoreGroup};
use polymer_host_task::Points;

/// "Test data", "Annotations", "Interactive Problems".
pub(super) const RULES: DataRules = DataRules {
    answers: &[".ans"],
    case_settings: None,
    group_settings: Some("testdata.yaml"),
    notes: &[".hint", ".desc", ".png", ".jpg", ".jpeg", ".svg", ".interaction"],
    has_strict_names: true,
    refused: &[
        ("test_group.yaml", "a legacy package calls it testdata.yaml"),
        (".yaml", "cases of a legacy package have no settings of their own"),
        (".files", "files that a program may open are not taken"),
        (".args", "cases of a legacy package have no arguments"),
        (".out", "an answer of a package ends in .ans"),
    ],
};

/// What is rejected in a group, and so in those around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rejection {
    /// Nothing: it is always accepted.
    Never,
    /// The group unless all of its cases are accepted; then it has all of its points.
    AnyCase,
    /// The group for some of its cases, while others only bring points.
    SomeCases,
}

/// A group, and when it is rejected.
struct GradedGroup {
    score: ScoreGroup,
    rejection: Rejection,
    /// Points that it may come to.
    most: f64,
    /// It may be rejected with points: "the score provided by the grader will always be ignored"
    /// then ("Output"), but tools of the format count it in the group around it.
    is_disputed: bool,
}

/// Reads settings and cases of the data of a package.
pub(super) fn settle(data: DataGroup, is_scoring: bool) -> Result<TestData, ProblemError> {
    if let Some(case) = data.cases.first() {
        return Err(ProblemError::part(&case.input, "cases stand in data/sample and data/secret"));
    }
    let mut test_data = TestData::default();
    let mut grader = LegacyGrader { is_scoring, data: &mut test_data };
    let usual = LegacySettings::default();
    let root = if is_scoring { grader.group(data, &usual)?.score } else { grader.pass_fail(data, &usual)? };
    test_data.root = root;
    Ok(test_data)
}

struct LegacyGrader<'a> {
    is_scoring: bool,
    data: &'a mut TestData,
}

impl LegacyGrader<'_> {
    /// A problem that is accepted if all cases are: one point.
    fn pass_fail(&mut self, group: DataGroup, outer: &LegacySettings) -> Result<ScoreGroup, ProblemError> {
        let settings = outer.inner(&group, false)?;
        let (name, path) = (group.name.clone(), group.path.clone());
        let mut groups = Vec::new();
        let cases = self.push_cases(&group, &settings);
        for inner in group.groups {
            let mut inner = self.pass_fail(inner, &settings)?;
            if settings.grader.ignores_sample && inner.name == "sample" {
                inner.points = Some(Points::NONE);
            }
            groups.push(inner);
        }
        let mut score =
            ScoreGroup { name, aggregation: Aggregation::All, cases, groups, ..ScoreGroup::default() };
        if score.name.is_empty() {
            score.points = Points::new(1.0);
        }
        if settings.grader.ignores_sample {
            score.aggregation = Aggregation::Sum;
            score.points = None;
            let secret = score.groups.iter_mut().find(|group| group.name == "secret");
            secret.ok_or_else(|| ProblemError::part(path, "there is no data/secret"))?.points =
                Points::new(1.0);
        }
        Ok(score)
    }

    fn push_cases(&mut self, group: &DataGroup, settings: &LegacySettings) -> Vec<usize> {
        let first = self.data.cases.len();
        let points = if self.is_scoring { Points::new(settings.accept_score) } else { None };
        self.data.cases.extend(group.cases.iter().map(|files| TestCase {
            files: files.clone(),
            args: Vec::new(),
            validator_flags: settings.validator_flags.clone(),
            points,
        }));
        (first..self.data.cases.len()).collect()
    }

    fn group(&mut self, group: DataGroup, outer: &LegacySettings) -> Result<GradedGroup, ProblemError> {
        let settings = outer.inner(&group, self.is_scoring)?;
        let path = group.settings.clone().unwrap_or_else(|| group.path.clone());
        let cases = self.push_cases(&group, &settings);
        let mut score = ScoreGroup { name: group.name.clone(), cases, ..ScoreGroup::default() };
        let mut members = Vec::new();
        for inner in group.groups {
            let mut member = self.group(inner, &settings)?;
            if settings.grader.ignores_sample && member.score.name == "sample" {
                self.ignore(&mut member.score);
                (member.most, member.rejection) = (0.0, Rejection::Never);
            }
            members.push(member);
        }
        let refused = |why: &str| Err(ProblemError::part(&path, why));
        let grader = settings.grader;
        let graded = match (grader.takes_least, grader.accepts) {
            // "The second sub-result (secret) will be used, both verdict and score": whatever else
            // the flags say, of one result.
            _ if grader.ignores_sample => Ok(only_secret(&members)),
            (true, _) => least(&mut score, &settings, &mut members),
            (false, true) => sum(&mut score, &settings, &mut members),
            (false, false) => sum_of_accepted(&mut score, &settings, &mut members),
        };
        let (rejection, most) = match graded {
            Ok(graded) => graded,
            Err(why) => return refused(why),
        };
        if settings.most.is_some_and(|bound| most > bound) {
            return refused("the group may come to more points than its `range` says");
        }
        let is_sum = !grader.takes_least && score.cases.len() + members.len() > 1;
        let is_disputed = rejection != Rejection::Never && (is_sum || has_disputed(&members));
        score.groups = members.into_iter().map(|member| member.score).collect();
        Ok(GradedGroup { score, rejection, most, is_disputed })
    }

    /// A group whose points and verdict do not count.
    fn ignore(&mut self, score: &mut ScoreGroup) {
        score.points = Some(Points::NONE);
        score.require_pass = Vec::new();
        for at in &score.cases {
            if let Some(case) = self.data.cases.get_mut(*at) {
                case.points = Some(Points::NONE);
            }
        }
        score.groups.iter_mut().for_each(|group| self.ignore(group));
    }
}

const DISPUTED: &str = "a group that is accepted whatever comes of its members, one of which may be rejected with \
                        points, is not taken: text and tools of the format differ";

fn has_disputed(members: &[GradedGroup]) -> bool {
    members.iter().any(|member| member.is_disputed)
}

/// When a group is rejected, and the points that it may come to; or why it cannot be said so.
type Graded = Result<(Rejection, f64), &'static str>;

#[expect(clippy::cast_precision_loss, reason = "there are fewer cases than that")]
fn case_points(score: &ScoreGroup, settings: &LegacySettings) -> f64 {
    settings.accept_score * score.cases.len() as f64
}

/// `ignore_sample`: what data/secret gives, as a sum of which the other part is nothing.
fn only_secret(members: &[GradedGroup]) -> (Rejection, f64) {
    let secret = members.iter().find(|member| member.score.name == "secret");
    secret.map_or((Rejection::Never, 0.0), |member| (member.rejection, member.most))
}

/// `min`: of members that are worth the same, the least score is the least share.
fn least(score: &mut ScoreGroup, settings: &LegacySettings, members: &mut [GradedGroup]) -> Graded {
    if settings.grader.accepts && has_disputed(members) {
        return Err(DISPUTED);
    }
    let own = (!score.cases.is_empty()).then_some(settings.accept_score);
    let mut all = own.into_iter().chain(members.iter().map(|member| member.most));
    let most = all.next().unwrap_or(0.0);
    #[expect(clippy::float_cmp, reason = "numbers as they are written")]
    if all.any(|points| points != most) {
        return Err("with `min`, all members of a group have to be worth the same");
    }
    score.aggregation = Aggregation::Min;
    score.points = Points::new(most);
    let rejects = members.iter().any(|member| member.rejection != Rejection::Never);
    let is_partial = members.iter().any(|member| member.rejection != Rejection::AnyCase);
    let rejection = match (settings.grader.accepts, score.cases.is_empty() && !rejects, is_partial) {
        (true, ..) | (_, true, _) => Rejection::Never,
        (false, false, true) => Rejection::SomeCases,
        (false, false, false) => Rejection::AnyCase,
    };
    Ok((rejection, most))
}

/// `always_accept sum`: what each member brings.
fn sum(score: &mut ScoreGroup, settings: &LegacySettings, members: &mut [GradedGroup]) -> Graded {
    if has_disputed(members) {
        return Err(DISPUTED);
    }
    let most = case_points(score, settings) + members.iter().map(|member| member.most).sum::<f64>();
    if settings.breaks {
        // "If \"break\", judging proceeds immediately to grading": what comes behind brings
        // nothing.
        if score.cases.len() > 1 || (!score.cases.is_empty() && !members.is_empty()) {
            return Err(
                "`on_reject: break` with `always_accept` or `accept_if_any_accepted` is not taken where \
                        cases are added up: it has to be `continue`",
            );
        }
        require_earlier(members)?;
    }
    score.aggregation = Aggregation::Sum;
    Ok((Rejection::Never, most))
}

/// Each member counts only if all before it are accepted.
fn require_earlier(members: &mut [GradedGroup]) -> Result<(), &'static str> {
    let mut earlier = Vec::new();
    for member in members {
        member.score.require_pass.extend(earlier.iter().cloned());
        match member.rejection {
            Rejection::Never => {}
            Rejection::AnyCase => earlier.push(member.score.name.clone()),
            Rejection::SomeCases => return Err(MIXED),
        }
    }
    Ok(())
}

const MIXED: &str =
    "a group that is rejected for some of its cases only, in one that adds up points, is not taken";

/// `worst_error sum` and `first_error sum`: what each member brings, if all are accepted. "For
/// non-Accepted results on scoring problems, the score provided by the grader will always be
/// ignored" ("Output").
fn sum_of_accepted(score: &mut ScoreGroup, settings: &LegacySettings, members: &mut [GradedGroup]) -> Graded {
    let most = case_points(score, settings) + members.iter().map(|member| member.most).sum::<f64>();
    if members.iter().any(|member| member.rejection == Rejection::SomeCases) {
        return Err(MIXED);
    }
    let rejecting = members.iter().filter(|member| member.rejection == Rejection::AnyCase);
    let rejecting: Vec<String> = rejecting.map(|member| member.score.name.clone()).collect();
    if rejecting.len() == members.len() {
        score.aggregation = Aggregation::All;
        return Ok((Rejection::AnyCase, most));
    }
    if !score.cases.is_empty() {
        return Err("cases beside a group that is always accepted are not taken");
    }
    score.aggregation = Aggregation::Sum;
    for member in members {
        let others = rejecting.iter().filter(|name| **name != member.score.name);
        member.score.require_pass.extend(others.cloned());
    }
    Ok((if rejecting.is_empty() { Rejection::Never } else { Rejection::SomeCases }, most))
}
