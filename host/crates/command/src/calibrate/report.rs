//! Limits that references need and are proposed, as people and programs read them. Pure.
//!
//! It must never know how a case is run, or where a profile is written.

use super::need::{CalibratedLimit, CalibrationFactor, CaseUsage, LimitNeed, largest, near, refused_memory};
use polymer_host_base::sanitize::name;
use polymer_host_task::Limits;
use serde::Serialize;
use std::fmt::Write as _;
use std::path::Path;
use std::str::FromStr;

/// Space between columns.
const GAP: &str = "  ";
/// Headings of the table.
const HEADINGS: [&str; 6] = ["limit", "needed", "set", "share", "proposed", "largest need in"];
/// What has to be known of the time that is proposed.
const OF_TIME: &str = "\
Fuel is the limit that gives the same verdict on every machine. Time depends on
the machine and on what else it does, so the time that is proposed is 10 s at least.
";

/// How proposed limits are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalibrateFormat {
    /// A table, for people.
    Text,
    /// One JSON value.
    Json,
}

impl FromStr for CalibrateFormat {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("it is text or json"),
        }
    }
}

/// Cases that were run, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct CaseCounts {
    /// Modules.
    pub(super) references: usize,
    /// Cases that passed, over all references.
    pub(super) passed: usize,
    /// Those of them that tell nothing about what is needed.
    pub(super) left_out: usize,
}

/// Limits that are proposed, and what they come from.
#[derive(Debug)]
pub(super) struct Calibration<'a> {
    /// The largest need of each limit.
    pub(super) needs: Vec<LimitNeed<'a>>,
    near: Vec<LimitNeed<'a>>,
    refused: Vec<CaseUsage<'a>>,
    factor: CalibrationFactor,
    counts: CaseCounts,
}

/// A need as programs read it.
#[derive(Debug, Serialize)]
struct NeedJson<'a> {
    limit: &'static str,
    unit: &'static str,
    needed: u64,
    set: u64,
    percent: u64,
    module: &'a str,
    id: &'a str,
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    proposed: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

/// The profile that is written.
#[derive(Debug, Serialize)]
struct ProfileJson<'a> {
    name: &'a str,
    file: String,
}

/// All of it as programs read it.
#[derive(Debug, Serialize)]
struct CalibrationJson<'a, T> {
    v: u32,
    factor: f64,
    references: usize,
    passed: usize,
    left_out: usize,
    failed: &'a [T],
    limits: Vec<NeedJson<'a>>,
    near: Vec<NeedJson<'a>>,
    profile: Option<ProfileJson<'a>>,
}

impl<'a> Calibration<'a> {
    /// What these cases need under these limits. Cases of one reference stand together.
    pub(super) fn new(
        cases: &[CaseUsage<'a>],
        limits: Limits,
        factor: CalibrationFactor,
        counts: CaseCounts,
    ) -> Self {
        let (needs, near) = (largest(cases, limits), near(cases, limits));
        Self { needs, near, refused: refused_memory(cases), factor, counts }
    }

    /// The same counts with no need, where what was measured is no ground for limits.
    pub(super) fn without_proposals(self) -> Self {
        Self { needs: Vec::new(), near: Vec::new(), refused: Vec::new(), ..self }
    }

    /// The proposed limits: the names of settings, and their values.
    pub(super) fn settings(&self) -> Vec<(&'static str, String)> {
        let setting = |need: &LimitNeed<'_>| (need.limit.setting(), self.proposed(need));
        self.needs.iter().map(setting).collect()
    }

    /// Where the proposed limits come from, in a line.
    pub(super) fn origin(&self) -> String {
        let CaseCounts { references, passed, .. } = self.counts;
        format!(
            "polymer calibrate: the largest need of {} in {}, times {}",
            counted(references, "reference"),
            counted(passed, "case"),
            self.factor
        )
    }

    fn proposed(&self, need: &LimitNeed<'_>) -> String {
        need.limit.written(need.proposed(self.factor))
    }

    /// The table, and the flags that set what it proposes.
    pub(super) fn text(&self) -> String {
        let row = |need: &LimitNeed<'_>| {
            [
                need.limit.setting().to_owned(),
                need.limit.shown(need.amount),
                need.limit.shown(need.set),
                format!("{} %", need.percent()),
                self.proposed(need),
                format!("{}: {}", name(need.by.reference), case(&need.by)),
            ]
        };
        let mut rows = vec![HEADINGS.map(str::to_owned)];
        rows.extend(self.needs.iter().map(row));
        let mut text = table(&rows);
        // Here and below: a write to a string cannot fail.
        let _ =
            writeln!(text, "\n{} passed by {}", self.passed(), counted(self.counts.references, "reference"));
        let flags: String =
            self.settings().iter().map(|(setting, value)| format!(" --{setting} {value}")).collect();
        let _ = writeln!(text, "Largest need times {}:{flags}", self.factor);
        if self.needs.iter().any(|need| need.limit == CalibratedLimit::Timeout) {
            text += OF_TIME;
        }
        text
    }

    fn passed(&self) -> String {
        let CaseCounts { passed, left_out, .. } = self.counts;
        match left_out {
            0 => counted(passed, "case"),
            _ => format!("{} ({left_out} left out, since they end at a limit)", counted(passed, "case")),
        }
    }

    /// The same for programs; `failed` are the cases that did not pass, `profile` the one that is
    /// written and its file.
    pub(super) fn json<T: Serialize>(&self, failed: &[T], profile: Option<(&str, &Path)>) -> String {
        let limits = self.needs.iter().map(|need| NeedJson {
            proposed: Some(need.proposed(self.factor)),
            value: Some(self.proposed(need)),
            ..need_json(need)
        });
        let CaseCounts { references, passed, left_out } = self.counts;
        let whole = CalibrationJson {
            v: 1,
            factor: self.factor.as_number(),
            references,
            passed,
            left_out,
            failed,
            limits: limits.collect(),
            near: self.near.iter().map(need_json).collect(),
            profile: profile.map(|(name, path)| ProfileJson { name, file: path.display().to_string() }),
        };
        // Texts and numbers always are JSON.
        serde_json::to_string(&whole).map(|line| line + "\n").unwrap_or_default()
    }

    /// Warnings, a line each: who is near a limit, and who may need more than was measured.
    pub(super) fn warnings(&self) -> String {
        let mut text = String::new();
        for need in &self.near {
            let (limit, by) = (need.limit, &need.by);
            let _ = writeln!(
                text,
                "warn: {}: {} used {} % of the {} that is set: {} of {}",
                name(by.reference),
                case(by),
                need.percent(),
                limit.name(),
                limit.shown(need.amount),
                limit.shown(need.set)
            );
        }
        for by in &self.refused {
            let _ = writeln!(
                text,
                "warn: {}: {} was refused memory over the limit and went on; it may need more than is proposed",
                name(by.reference),
                case(by)
            );
        }
        text
    }
}

fn need_json<'a>(need: &LimitNeed<'a>) -> NeedJson<'a> {
    let CaseUsage { reference, case, line, .. } = need.by;
    NeedJson {
        limit: need.limit.setting(),
        unit: need.limit.unit(),
        needed: need.amount,
        set: need.set,
        percent: need.percent(),
        module: reference,
        id: case,
        line,
        proposed: None,
        value: None,
    }
}

fn case(by: &CaseUsage<'_>) -> String {
    format!("{} (line {})", name(by.case), by.line)
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Rows with their columns below each other; the last column is as long as it is.
fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (at, cell) in row.iter().enumerate() {
            let wide = rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max();
            let wide = wide.unwrap_or_default();
            let _ = write!(line, "{cell:wide$}{GAP}");
        }
        text += line.trim_end();
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_task::Usage;
    use std::time::Duration;

    fn usage(fuel: u64) -> Usage {
        Usage {
            fuel: Some(fuel),
            peak_memory: Some(17 << 16),
            output_bytes: Some(31),
            wall: Some(Duration::from_micros(1500)),
            ..Usage::default()
        }
    }

    fn calibration<'a>(usages: &'a [Usage], limits: Limits) -> Calibration<'a> {
        let cases: Vec<CaseUsage<'a>> = usages
            .iter()
            .zip(1..)
            .map(|(usage, line)| CaseUsage { reference: "a\u{1b}.wasm", case: "small", line, usage })
            .collect();
        let counts = CaseCounts { references: 1, passed: usages.len() + 1, left_out: 1 };
        Calibration::new(&cases, limits, "2".parse().unwrap(), counts)
    }

    #[test]
    fn people_see_a_table_with_all_that_is_proposed() {
        let text = calibration(&[usage(10), usage(15_210)], Limits::default()).text();
        let expected = "\
limit         needed    set      share  proposed  largest need in
fuel          15.2k     30G      1 %    31k       a\\u{1b}.wasm: small (line 2)
memory        1 MiB     256 MiB  1 %    2200KiB   a\\u{1b}.wasm: small (line 1)
output-limit  31 bytes  16 MiB   1 %    1KiB      a\\u{1b}.wasm: small (line 1)
timeout       1.5 ms    60 s     1 %    10s       a\\u{1b}.wasm: small (line 1)

3 cases (1 left out, since they end at a limit) passed by 1 reference
Largest need times 2: --fuel 31k --memory 2200KiB --output-limit 1KiB --timeout 10s
";
        assert_eq!(text, format!("{expected}{OF_TIME}"));
    }

    #[test]
    fn a_profile_has_a_value_for_each_limit_and_says_where_it_is_from() {
        let usages = [usage(15_210)];
        let calibration = calibration(&usages, Limits::default());
        let settings = calibration.settings();
        let names: Vec<_> = settings.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(names, ["fuel=31k", "memory=2200KiB", "output-limit=1KiB", "timeout=10s"]);
        let origin = calibration.origin();
        assert_eq!(origin, "polymer calibrate: the largest need of 1 reference in 2 cases, times 2");
    }

    #[test]
    fn programs_read_one_value_of_exact_amounts() {
        let usages = [usage(15_210)];
        let calibration = calibration(&usages, Limits::default().with_fuel(16_000));
        let profile = Some(("small", Path::new("polymer.toml")));
        let value: serde_json::Value = serde_json::from_str(&calibration.json::<()>(&[], profile)).unwrap();
        assert_eq!((&value["v"], &value["factor"], &value["left_out"]), (&1.into(), &2.0.into(), &1.into()));
        let fuel = serde_json::json!({
            "limit": "fuel", "unit": "fuel", "needed": 15210, "set": 16000, "percent": 96,
            "module": "a\u{1b}.wasm", "id": "small", "line": 1, "proposed": 31000, "value": "31k"
        });
        assert_eq!(value["limits"][0], fuel);
        assert_eq!(
            (&value["limits"][3]["unit"], &value["limits"][3]["needed"]),
            (&"us".into(), &1500.into())
        );
        assert_eq!(
            (&value["near"][0]["limit"], &value["near"][0]["proposed"]),
            (&"fuel".into(), &serde_json::Value::Null)
        );
        assert_eq!(
            (&value["profile"]["name"], &value["profile"]["file"]),
            (&"small".into(), &"polymer.toml".into())
        );
        assert!(calibration.json::<()>(&[], None).contains("\"profile\":null"));
    }

    #[test]
    fn a_warning_names_the_reference_the_case_and_the_limit() {
        let usages = [usage(10), Usage { grow_refused: true, ..usage(15_210) }];
        let text = calibration(&usages, Limits::default().with_fuel(16_000)).warnings();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines,
            [
                "warn: a\\u{1b}.wasm: small (line 2) used 96 % of the fuel that is set: 15.2k of 16k",
                "warn: a\\u{1b}.wasm: small (line 2) was refused memory over the limit and went on; it may need more \
                 than is proposed",
            ]
        );
        assert_eq!(calibration(&[usage(10)], Limits::default()).warnings(), "");
    }
}
