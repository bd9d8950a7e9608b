//! A file of task records: each line names its module, its input and what it asks of its limits and
//! grants.
//!
//! A record may tighten a limit and narrow a grant, never widen them, and may name modules and
//! inputs, never folders to build. It must never know what a module is, nor what becomes of a task.

use super::expecting::{ExpectedFiles, ReadExpectation};
use super::field::Field;
use super::file_shortage::FileShortage;
use super::group_limits::GroupLimits;
use super::input::group;
use super::input::{
    EndCause, InputEnd, LineOutcome, OF_GROUP, RefusedLine, TakeLine, at_line, not_json, read_input,
    too_long, trim, without_bom,
};
use super::input_shape::ExpectedShape;
use super::known_modules::KnownModules;
pub(super) use super::line_text::BASE64;
use super::line_text::key_of;
use super::lines::InputLine;
use super::partition_key::json_partition_key;
use super::record_id;
use super::usual_judge::UsualJudge;
use base64::Engine;
use brought::BroughtFiles;
use identity::{RecordExtras, RecordOrigin, WrittenExtras, execution, known_by};
use modules::{FoundModule, NamedModules};
use polymer_host_base::json;
use polymer_host_base::json::JsonError;
use polymer_host_modules::ResidentModules;
use polymer_host_store::ObjectUrl;
use polymer_host_sys::paths::PathOpener;
use polymer_host_sys::regular::LONGEST_PATH;
use polymer_host_task::{
    AllowedTerms, InputPayload, LONGEST_ID, Limits, Rejection, Submission, TaskError, TaskKey, TaskSpec,
    Verdict, WidenedLimit,
};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
pub(super) use wire::narrowing as limits;
use wire::{WireBuildFailure, WireExtras, WireRecord};

mod brought;
mod given;
mod identity;
mod modules;
mod wire;
mod wire_values;

/// Names of modules that a run may have. Each is remembered to its end.
const MOST_MODULES: usize = 16 << 10;
/// Bytes a record may have beside its input.
const BESIDE_INPUT: u64 = 1 << 20;

/// Task records, line by line.
#[derive(Debug)]
pub struct TaskLines {
    /// Field of a record's id.
    id: Field,
    /// Base of relative paths.
    base: PathBuf,
    /// Terms that the run allows each task.
    allowed: AllowedTerms,
    /// A zero ends lines, and is no part of them.
    null: bool,
    modules: NamedModules,
    /// Opens the files that records name.
    paths: PathOpener,
    /// The module of the line that was read last was built anew since the run began.
    is_rebuilt: bool,
    /// Why the last record may end the run, until it is told of that.
    cause: Option<Box<EndCause>>,
    /// Bytes of a module that a record may bring; nothing, if none may.
    given_limit: Option<u64>,
    /// How outputs are judged where a record does not say.
    usual: UsualJudge,
    /// Field that names the group of a record that does not say.
    group_by: Option<Field>,
    /// Limits of tasks by their group.
    groups: GroupLimits,
    /// Records may say that their program was not built.
    takes_build_failures: bool,
}

/// The folder that relative paths of records in this file start from: its own. Those that come from
/// standard input or a server start in the current folder.
pub(super) fn base_of(tasks: &Path) -> &Path {
    let is_file = tasks != Path::new("-") && !ObjectUrl::is_url(tasks);
    tasks.parent().filter(|_| is_file).unwrap_or(Path::new(""))
}

impl TaskLines {
    /// Reads records from the file at `tasks`, or from standard input for `-`; its folder is what
    /// their relative paths start from. A module has at most `module_limit` bytes. Files that
    /// records name are opened by `paths`.
    #[must_use]
    pub fn new(tasks: &Path, allowed: AllowedTerms, module_limit: u64, paths: PathOpener) -> Self {
        let modules = NamedModules::new(module_limit);
        Self {
            id: Field::named("id"),
            base: base_of(tasks).to_path_buf(),
            allowed,
            null: false,
            modules,
            paths,
            is_rebuilt: false,
            cause: None,
            given_limit: None,
            usual: UsualJudge::default(),
            group_by: None,
            groups: GroupLimits::default(),
            takes_build_failures: false,
        }
    }

    /// Takes records of what this command built: they name modules in the folder `built`, if there
    /// is one, and may say why a program was not built.
    pub(super) fn take_built(&mut self, built: Option<PathBuf>) {
        self.takes_build_failures = true;
        self.modules.built = built;
    }

    /// Returns the opener of the files that records name.
    pub(super) const fn paths_mut(&mut self) -> &mut PathOpener {
        &mut self.paths
    }

    /// The same, with relative paths that start at this folder.
    #[must_use]
    pub fn starting_at(self, base: Option<PathBuf>) -> Self {
        Self { base: base.unwrap_or(self.base), ..self }
    }

    /// The same, with lines that a zero ends, if `null`.
    #[must_use]
    pub fn ended_by_null(self, null: bool) -> Self {
        Self { null, ..self }
    }

    /// The same, with outputs that are judged so where a record does not say.
    #[must_use]
    pub fn judged_by(self, usual: UsualJudge) -> Self {
        Self { usual, ..self }
    }

    /// The same, with records that count for the group which this field names where they do not
    /// say.
    #[must_use]
    pub fn grouped_by(self, group_by: Option<Field>) -> Self {
        Self { group_by, ..self }
    }

    /// The same, with tasks of groups that have these limits.
    #[must_use]
    pub(super) fn limited_by(self, groups: GroupLimits) -> Self {
        Self { groups, ..self }
    }

    /// The same, from a client: records may bring modules of at most `limit` bytes.
    #[must_use]
    pub fn from_client(self, limit: u64) -> Self {
        Self { given_limit: Some(limit), ..self }
    }

    /// The same, as what goes on with a run that knew its modules by these digests.
    #[must_use]
    pub fn going_on(mut self, known: KnownModules) -> Self {
        self.modules.earlier = known;
        self
    }

    /// Opens modules among these: a line whose module has no room there waits.
    pub fn reside_among(&mut self, resident: ResidentModules) {
        self.modules.resident = resident;
    }

    fn record(&mut self, record: &WireRecord<'_>, seq: u64, text: &str) -> Result<TaskSpec, RefusedLine> {
        let id = match record.id {
            Some(id) => {
                let id = record_id::from_value(id.get(), &Field::named("id"));
                id.map_err(|error| RefusedLine::new("id", error.to_string()))?
            }
            None => seq.to_string(),
        };
        let extras = if record.asks_beside() { WireExtras::read(text) } else { WireExtras::default() };
        let called = |refused: RefusedLine| refused.called(&id);
        let group = self.group(record, text).map_err(called)?;
        let limits = self.limits(record, group.as_deref()).map_err(called)?;
        let executed = self.executed(record, group.as_deref(), &extras);
        let beside = WrittenExtras { all: extras.all(), executed };
        let task = self.task(record, seq, (&id, limits), &beside).map_err(called)?;
        Ok(TaskSpec { group, ..task })
    }

    /// The part of a record that decides how its attempts end beside its module, its task and its
    /// input, if it is judged at all. Its group belongs to it only where that has limits of its
    /// own.
    fn executed(&self, record: &WireRecord<'_>, group: Option<&str>, extras: &WireExtras<'_>) -> Vec<u8> {
        if !record.expects() && self.usual.of_unexpected().is_none() {
            return Vec::new();
        }
        let mut executed = extras.executed();
        if self.groups.of(group).is_some() {
            executed.extend_from_slice(group.unwrap_or_default().as_bytes());
        }
        executed
    }

    /// Limits of a record's task: those it asks for, within those of its group and of the run.
    fn limits(&self, record: &WireRecord<'_>, group: Option<&str>) -> Result<Limits, RefusedLine> {
        let denied =
            |why: String| RefusedLine { verdict: Verdict::PolicyDenied, ..RefusedLine::new("limit", why) };
        let asked = record.limits.unwrap_or_default();
        let limits = self.allowed.limits.narrowed(&asked).map_err(|widened| denied(widened.to_string()))?;
        let Some(of_group) = self.groups.of(group) else { return Ok(limits) };
        of_group.narrowed(&asked).map_err(|widened| {
            let WidenedLimit { limit, asked, allowed, flag: _ } = widened;
            denied(format!("the task asks for a {limit} of {asked}, its group allows {allowed}"))
        })
    }

    /// The group that a record counts for.
    fn group(&self, record: &WireRecord<'_>, text: &str) -> Result<Option<Arc<str>>, RefusedLine> {
        match (record.group, &self.group_by) {
            (Some(value), _) => group::from_value(value.get(), &Field::named("group")).map(Some),
            (None, Some(field)) => group::in_field(text, field).map(Some),
            (None, None) => Ok(None),
        }
    }

    fn task(
        &mut self,
        record: &WireRecord<'_>,
        seq: u64,
        (id, limits): (&str, Limits),
        beside: &WrittenExtras,
    ) -> Result<TaskSpec, RefusedLine> {
        if let Some(name) = record.task.as_ref().filter(|name| name.len() > LONGEST_ID) {
            let message =
                format!("the name of a task has at most {LONGEST_ID} bytes, this one has {}", name.len());
            return Err(RefusedLine::new("record", message));
        }
        let denied =
            |code, why: String| RefusedLine { verdict: Verdict::PolicyDenied, ..RefusedLine::new(code, why) };
        let grants = match &record.grants {
            Some(asked) => self.allowed.grants.narrowed(asked),
            None => Ok(None),
        };
        let grants = grants.map_err(|missing| denied("grant", missing.to_string()))?.map(Box::new);
        if let Some(failure) = &record.build_failed {
            return Err(self.not_built(failure));
        }
        record.check_inputs()?;
        record.check_brought(&self.allowed)?;
        let name = self.module_name(record)?;
        let found = self.modules.find(&self.paths, &self.base, &name)?;
        let FoundModule { module, digests, spelling, lease } = found;
        let input = self.input(record, limits.input)?;
        let scratch = self.allowed.grants.scratch.as_ref();
        let BroughtFiles { supplied, unsaid } =
            record.brought(&self.paths, &self.base, scratch, input.bytes().len(), limits.input)?;
        let ReadExpectation { expect, unsaid: expected } =
            record.case().read(self.expected_files(&limits), self.usual)?;
        let execution = execution(record, expect.as_deref(), &digests, (&beside.executed, &unsaid), &input);
        let unsaid = [unsaid, expected].concat();
        let extras = RecordExtras { said: &beside.all, unsaid: &unsaid };
        let (key, content) = known_by(record, id, &digests, extras, input.bytes());
        let content = self.usual.content(expect.as_deref(), content);
        let spec = TaskSpec::new(seq, id.to_owned(), module, input, limits);
        let (task, content, deadline) = (record.task.clone(), Some(content), record.deadline);
        let (spelling, lease, trace) = (Some(spelling), Some(lease), record.trace());
        self.is_rebuilt = digests.is_rebuilt();
        Ok(TaskSpec {
            task,
            deadline,
            grants,
            supplied,
            expect,
            key: Some(key),
            content,
            execution,
            spelling,
            lease,
            trace,
            ..spec
        })
    }

    /// What is recorded of a program that was not built.
    fn not_built(&self, failure: &WireBuildFailure) -> RefusedLine {
        if !self.takes_build_failures {
            let message = "`build_failed` is for `polymer judge` to say".to_owned();
            return RefusedLine::new("record", message);
        }
        let error = TaskError::new(failure.code.clone(), failure.message.clone());
        RefusedLine { verdict: Verdict::BuildFailed, error, ..RefusedLine::new("", String::new()) }
    }

    /// Where the files of expectations lie.
    fn expected_files(&self, limits: &Limits) -> ExpectedFiles<'_> {
        let (limit, input_limit) = (limits.output, limits.input);
        ExpectedFiles { paths: &self.paths, base: &self.base, limit, input_limit }
    }

    /// The name of a record's module. One that comes as bytes is kept, and is named by its digest.
    fn module_name<'a>(&mut self, record: &'a WireRecord<'_>) -> Result<Cow<'a, str>, RefusedLine> {
        let refused = |message: String| RefusedLine::new("record", message);
        match (&record.module, &record.module_base64) {
            (Some(name), None) => Ok(name.as_str().into()),
            (None, Some(text)) => {
                let limit = self
                    .given_limit
                    .ok_or_else(|| refused("`module_base64` is for clients: it needs --client".to_owned()))?;
                let bytes = BASE64.decode(text.as_bytes());
                let bytes =
                    bytes.map_err(|error| RefusedLine::new("base64", format!("`module_base64`: {error}")))?;
                let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                if length > limit {
                    let message = format!(
                        "the module has {length} bytes, at most {limit} are allowed; a larger --module-limit would allow it"
                    );
                    return Err(RefusedLine::too_long(message));
                }
                let kept = self.modules.given.keep(&bytes);
                let kept = kept.map_err(|error| {
                    RefusedLine::for_want(FileShortage::at(Path::new("the module"), &error))
                });
                kept.map(Cow::from)
            }
            (None, None) => Err(refused("the record has no module: it needs `module`".to_owned())),
            (Some(_), Some(_)) => Err(refused(
                "the record has two modules: it needs one of `module` and `module_base64`".to_owned(),
            )),
        }
    }

    /// The input of a record that has exactly one.
    fn input(&self, record: &WireRecord<'_>, limit: u64) -> Result<InputPayload, RefusedLine> {
        let is_asked = record.limits.is_some_and(|asked| asked.input == Some(limit));
        let hint = if limit == self.allowed.limits.input {
            ""
        } else if is_asked {
            "the record itself asks for that limit"
        } else {
            OF_GROUP
        };
        if let Some(path) = &record.input_file {
            return read_input(&self.paths, &self.base.join(path), limit, hint).map(InputPayload::Bytes);
        }
        let payload = if let Some(text) = &record.input_base64 {
            let bytes = BASE64.decode(text.as_bytes());
            InputPayload::Bytes(
                bytes.map_err(|error| RefusedLine::new("base64", format!("`input_base64`: {error}")))?,
            )
        } else {
            let text = record.input.map_or("null", RawValue::get);
            json::check(text.as_bytes())
                .map_err(|error| RefusedLine::new("not_json", format!("the input: {error}")))?;
            InputPayload::Json(text.as_bytes().to_vec())
        };
        let length = u64::try_from(payload.bytes().len()).unwrap_or(u64::MAX);
        if length > limit {
            return Err(RefusedLine::too_long(too_long("input", length, limit, hint)));
        }
        Ok(payload)
    }

    fn line(&mut self, seq: u64, line: &[u8]) -> Option<Submission> {
        if trim(line).is_empty() {
            return None;
        }
        let origin = RecordOrigin::new(seq, line);
        let text = match std::str::from_utf8(line) {
            Ok(text) => text,
            Err(error) => {
                let message = not_json(&JsonError::NotUtf8(error.valid_up_to()), seq);
                return Some(origin.refused(RefusedLine::new("not_json", message), None, None));
            }
        };
        // An array would be taken for the fields in their order.
        if text.trim_start().starts_with('[') && json::check(text.as_bytes()).is_ok() {
            let error = RefusedLine::new(
                "record",
                "the line is not a task record: it is an array, not an object; `jq -c '.[]'` writes each element on its own line".to_owned(),
            );
            return Some(origin.refused(error, None, None));
        }
        let record = match serde_json::from_str::<WireRecord<'_>>(json::trim_end(text)) {
            Ok(record) => record,
            Err(error) => {
                let why = unread(text, &error, seq);
                let id = why.id.clone();
                return Some(origin.called(id.as_deref()).refused(why, None, None));
            }
        };
        let id = record.id.and_then(|id| record_id::from_value(id.get(), &Field::named("id")).ok());
        let origin = origin.called(id.as_deref());
        let meta = match record.meta.map(|meta| json::compact(meta.get().as_bytes())).transpose() {
            Ok(meta) => meta,
            Err(error) => {
                let why = RefusedLine::new("not_json", format!("`meta`: {error}"));
                return Some(origin.refused(why, record.module, None));
            }
        };
        Some(match self.record(&record, seq, text) {
            Ok(task) => Submission::from(TaskSpec { meta, ..task }),
            Err(_) if self.modules.must_wait => return None,
            Err(mut why) => {
                self.cause = why.cause.take();
                let is_shortage = matches!(self.cause.as_deref(), Some(EndCause::Shortage(_)));
                if is_shortage && self.modules.make_do() {
                    self.cause = None;
                    return None;
                }
                let limits = &self.allowed.limits;
                let expect = record.case().read(self.expected_files(limits), self.usual).ok();
                let expect = expect.and_then(|read| read.expect);
                let (group, trace) = (self.group(&record, text).ok().flatten(), record.trace());
                Submission::from(Rejection {
                    group,
                    trace,
                    expect,
                    ..origin.rejection(why, record.module, meta)
                })
            }
        })
    }
}

impl TakeLine for TaskLines {
    fn expected(&self) -> ExpectedShape {
        if self.null { ExpectedShape::Text } else { ExpectedShape::Json { is_fixed: true } }
    }

    fn line_end(&self) -> u8 {
        if self.null { b'\0' } else { b'\n' }
    }

    fn line_limit(&self) -> usize {
        // An input in base64 takes a third more.
        let payload = self.allowed.limits.input.saturating_add(self.given_limit.unwrap_or_default());
        let encoded = payload.saturating_add(payload / 2);
        usize::try_from(encoded.saturating_add(BESIDE_INPUT)).unwrap_or(usize::MAX)
    }

    fn partition_key(&self, line: InputLine<'_>) -> Option<TaskKey> {
        let InputLine::Whole { first, bytes, .. } = line else { return Some(key_of(line)) };
        let item = bytes.strip_suffix(b"\0").filter(|_| self.null).unwrap_or(bytes);
        json_partition_key(without_bom(first, item), Some(&self.id))
    }

    fn take(&mut self, line: InputLine<'_>) -> LineOutcome {
        let submission = match line {
            InputLine::Whole { seq, first, bytes } => {
                let line = bytes.strip_suffix(b"\0").filter(|_| self.null).unwrap_or(bytes);
                self.line(seq, without_bom(first, line))
            }
            InputLine::TooLong { seq, length, key, .. } => {
                let limit = self.line_limit();
                let message = format!(
                    "the line has {length} bytes, with this input limit a record has at most {limit}; a larger --input-limit would allow it"
                );
                let why = RefusedLine::too_long(message);
                Some(Submission::from(Rejection {
                    input_bytes: length,
                    ..RecordOrigin::gone(seq, key).rejection(why, None, None)
                }))
            }
        };
        let (news, cause) = (self.modules.news.take(), self.cause.take());
        let is_rebuilt = std::mem::take(&mut self.is_rebuilt);
        let must_wait = std::mem::take(&mut self.modules.must_wait);
        if let Some(changed) = self.modules.changed.take() {
            return LineOutcome::End(InputEnd::Changed(Box::new(changed)));
        }
        if must_wait {
            return LineOutcome::Waiting { news, room: self.modules.resident.clone() };
        }
        match submission {
            Some(submission) => LineOutcome::of(submission, is_rebuilt, news, cause),
            None => LineOutcome::Nothing,
        }
    }
}

/// Why a text is no record, with its id if that much can be read.
fn unread(text: &str, error: &serde_json::Error, seq: u64) -> RefusedLine {
    let message = error.to_string();
    if !error.is_data() {
        return RefusedLine::new("not_json", not_json(&JsonError::Syntax(message), seq));
    }
    let refused =
        RefusedLine::new("record", format!("the line is not a task record: {}", at_line(&message, seq)));
    match record_id::in_field(text, &Field::named("id")) {
        Ok(id) => refused.called(&id),
        Err(_) => refused,
    }
}

#[cfg(test)]
mod tests;
