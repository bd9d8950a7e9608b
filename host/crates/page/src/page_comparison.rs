//! The part of a page that tells what changed since another run.

use crate::page_text::{name, percentage};
use polymer_host_base::text::counted;
use polymer_host_sketch::{ChangedTask, RunComparison};
use serde::Serialize;
use std::collections::BTreeMap;

/// A comparison with an earlier run.
#[derive(Debug, Clone, Copy)]
pub struct ComparedWith<'a> {
    /// The folder of the earlier run.
    pub folder: &'a str,
    /// What changed.
    pub comparison: &'a RunComparison,
    /// Ids of tasks by their lines in the later run.
    pub ids: &'a BTreeMap<u64, String>,
    /// Whether both runs count fuel alike: the engine is of one version.
    pub is_fuel_alike: bool,
}

/// What changed, as a page shows it.
#[derive(Debug, Serialize)]
pub(crate) struct PageComparison {
    pub(crate) folder: String,
    pub(crate) sentences: Vec<String>,
    /// Verdicts before and now, and tasks; the most frequent change first.
    pub(crate) verdicts: Vec<(&'static str, &'static str, u64)>,
    pub(crate) failed_now: Vec<PageChange>,
    pub(crate) mended: Vec<PageChange>,
    pub(crate) more_fuel: Vec<PageChange>,
    pub(crate) less_fuel: Vec<PageChange>,
}

/// A task: its name, line, verdicts before and now, fuel before and now.
#[derive(Debug, Serialize)]
pub(crate) struct PageChange(
    pub(crate) String,
    pub(crate) u64,
    pub(crate) &'static str,
    pub(crate) &'static str,
    pub(crate) Option<u64>,
    pub(crate) Option<u64>,
);

impl PageComparison {
    pub(crate) fn new(with: &ComparedWith<'_>) -> Self {
        let comparison = with.comparison;
        let change = |task: &ChangedTask| {
            let id = with.ids.get(&task.now.seq).map_or("", String::as_str);
            let (before, now) = (task.before, task.now);
            PageChange(name(id), now.seq, before.verdict.name(), now.verdict.name(), before.fuel, now.fuel)
        };
        let fuel = |tasks: Vec<PageChange>| if with.is_fuel_alike { tasks } else { Vec::new() };
        let mut verdicts: Vec<_> = comparison
            .verdicts
            .iter()
            .filter(|((before, now), _)| before != now)
            .map(|((before, now), count)| (before.name(), now.name(), *count))
            .collect();
        verdicts.sort_by_key(|(.., count)| std::cmp::Reverse(*count));
        Self {
            folder: name(with.folder),
            sentences: sentences(with),
            verdicts,
            failed_now: comparison.failed_now().map(change).collect(),
            mended: comparison.mended().map(change).collect(),
            more_fuel: fuel(comparison.most_more().map(change).collect()),
            less_fuel: fuel(comparison.most_less().map(change).collect()),
        }
    }
}

fn sentences(with: &ComparedWith<'_>) -> Vec<String> {
    let comparison = with.comparison;
    let mut sentences = vec![format!(
        "{} stand in both runs: {} failed now and not before, {} failed before and not now.",
        counted(comparison.both(), "task"),
        comparison.failed_now_count(),
        comparison.mended_count()
    )];
    if comparison.only_before + comparison.only_now > 0 {
        let (before, now) = (comparison.only_before, comparison.only_now);
        sentences.push(format!("{before} stand in the earlier run alone, {now} in this one alone."));
    }
    if !with.is_fuel_alike {
        sentences.push("Fuel is not compared: the runs had other engines.".to_owned());
    } else if comparison.fuel_known > 0 {
        let RunComparison { fuel_known, more_fuel, less_fuel, fuel: (before, now), .. } = comparison;
        sentences.push(format!(
            "Of {} that ended ok in both, {more_fuel} took more fuel and {less_fuel} less; together {}.",
            counted(*fuel_known, "task"),
            change_of(*before, *now)
        ));
    }
    sentences
}

/// `3.00 % more`.
fn change_of(before: u128, now: u128) -> String {
    let whole = |amount: u128| u64::try_from(amount).unwrap_or(u64::MAX);
    let change = percentage(whole(before.abs_diff(now)), whole(before));
    match now.cmp(&before) {
        std::cmp::Ordering::Equal => "as much".to_owned(),
        std::cmp::Ordering::Greater => format!("{change} more"),
        std::cmp::Ordering::Less => format!("{change} less"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_sketch::ComparedEnd;
    use polymer_host_task::Verdict;

    #[test]
    fn a_comparison_is_told_in_sentences_and_tables() {
        let end = |verdict, fuel| ComparedEnd { seq: 7, verdict, fuel: Some(fuel) };
        let mut comparison = RunComparison::default();
        comparison.only_now = 2;
        comparison.add(ChangedTask { before: end(Verdict::Ok, 100), now: end(Verdict::Ok, 103) });
        comparison.add(ChangedTask { before: end(Verdict::Ok, 100), now: end(Verdict::Trap, 1) });
        let ids = BTreeMap::from([(7, "a\u{1b}".to_owned())]);
        let with = ComparedWith { folder: "old", comparison: &comparison, ids: &ids, is_fuel_alike: true };
        let page = PageComparison::new(&with);
        let expected = [
            "2 tasks stand in both runs: 1 failed now and not before, 0 failed before and not now.",
            "0 stand in the earlier run alone, 2 in this one alone.",
            "Of 1 task that ended ok in both, 1 took more fuel and 0 less; together 3.00 % more.",
        ];
        assert_eq!(page.sentences, expected);
        assert_eq!(page.verdicts, [("ok", "trap", 1)]);
        assert_eq!((page.failed_now[0].0.as_str(), page.more_fuel.len()), ("a\\u{1b}", 1));
        let other = PageComparison::new(&ComparedWith { is_fuel_alike: false, ..with });
        assert!(other.more_fuel.is_empty() && other.sentences[2].starts_with("Fuel is not compared"));
    }
}
