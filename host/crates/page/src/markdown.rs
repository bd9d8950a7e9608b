//! The page in short, as Markdown for the summary of a CI run.
//!
//! Whatever a guest or a user wrote stands in `<code>` with its signs as entities: there it is no
//! markup, mentions nobody and links to nothing.

use crate::page_comparison::{PageChange, PageComparison};
use crate::page_data::{PageCause, PageData, PageHistogram};
use crate::page_tables::PageRows;
use crate::page_text::percentage;
use polymer_host_base::quantity::{show_fuel, show_size};
use polymer_host_base::text::show_time;
use std::fmt::Write as _;
use std::time::Duration;

/// Causes that are shown.
const MOST_CAUSES: usize = 15;

/// The page in short.
#[must_use]
pub fn markdown(data: &PageData) -> String {
    let mut text = format!("## Run {}\n\n{}\n\n", code(&data.folder), entities(&data.sentence));
    let state = [data.state.as_str(), data.times.as_str()].into_iter().filter(|part| !part.is_empty());
    let _ = writeln!(text, "{}\n", entities(&state.collect::<Vec<_>>().join(", ")));
    verdicts(&mut text, data);
    comparison(&mut text, data.comparison.as_ref());
    causes(&mut text, data);
    usage(&mut text, &data.histograms);
    near(&mut text, &data.near);
    text
}

fn verdicts(text: &mut String, data: &PageData) {
    text.push_str("| verdict | tasks | |\n|---|--:|--:|\n");
    for (name, count) in &data.verdicts {
        let _ = writeln!(text, "| {name} | {count} | {} |", percentage(*count, data.total));
    }
    text.push('\n');
}

fn comparison(text: &mut String, comparison: Option<&PageComparison>) {
    let Some(PageComparison { folder, sentences, failed_now, .. }) = comparison else { return };
    let _ = writeln!(text, "### Compared with {}\n\n{}\n", code(folder), entities(&sentences.join(" ")));
    if failed_now.is_empty() {
        return;
    }
    text.push_str("| failed now and not before | line | verdict |\n|---|--:|---|\n");
    for PageChange(name, line, _, now, ..) in failed_now {
        let _ = writeln!(text, "| {} | {line} | {now} |", code(name));
    }
    text.push('\n');
}

fn causes(text: &mut String, data: &PageData) {
    if data.causes.is_empty() {
        return;
    }
    text.push_str(
        "### Causes of failures\n\n| failures | cause | first | run it again |\n|--:|---|---|---|\n",
    );
    for cause in data.causes.iter().take(MOST_CAUSES) {
        let PageCause { count, text: what, frame, first: (line, name), one, is_exact, .. } = cause;
        let least = if *is_exact { "" } else { "≥ " };
        let frame = frame.as_ref().map_or(String::new(), |frame| format!(" at {}", code(frame)));
        let name = if *name == line.to_string() { String::new() } else { format!(", {}", code(name)) };
        let command = code(&format!("{}{one}", data.rerun));
        let _ = writeln!(text, "| {least}{count} | {}{frame} | line {line}{name} | {command} |", code(what));
    }
    let shown: u64 = data.causes.iter().take(MOST_CAUSES).map(|cause| cause.count).sum();
    if data.failed > shown {
        let _ = writeln!(text, "| {} | of rarer causes | | |", data.failed - shown);
    }
    text.push('\n');
}

fn usage(text: &mut String, histograms: &[PageHistogram]) {
    if histograms.is_empty() {
        return;
    }
    text.push_str(
        "### What tasks used\n\n| | p50 | p95 | p99 | largest | limit |\n|---|--:|--:|--:|--:|--:|\n",
    );
    for PageHistogram { title, unit, p50, p95, p99, max, limit, .. } in histograms {
        let [p50, p95, p99, max] = [p50, p95, p99, max].map(|value| amount(unit, *value));
        let limit = limit.map_or(String::new(), |limit| amount(unit, limit));
        let _ = writeln!(text, "| {title} | {p50} | {p95} | {p99} | {max} | {limit} |");
    }
    text.push('\n');
}

fn near(text: &mut String, near: &[PageRows]) {
    for PageRows { title, count, .. } in near {
        let _ = writeln!(text, "- {title}: {}", count.unwrap_or_default());
    }
}

fn amount(unit: &str, value: u64) -> String {
    match unit {
        "time" => show_time(Duration::from_nanos(value)),
        "size" => show_size(value),
        _ => show_fuel(value),
    }
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", entities(text))
}

/// Text of which no sign means anything in Markdown or HTML.
fn entities(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        let is_plain = character.is_alphanumeric() || " ,.;:()/%'\"=+×≥-".contains(character);
        if is_plain || !character.is_ascii() {
            safe.push(character);
        } else {
            let _ = write!(safe, "&#{};", character as u32);
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page_data::RunFacts;
    use polymer_host_sketch::{RunSketch, SketchLimits, TaskFacts};
    use polymer_host_task::Verdict;

    #[test]
    fn a_run_is_told_in_tables() {
        let mut sketch = RunSketch::new(SketchLimits { fuel: Some(1000), ..SketchLimits::default() });
        sketch.add(&TaskFacts {
            fuel: Some(900),
            run_time: Some(1_500_000),
            ..TaskFacts::new(1, "1", Verdict::Ok)
        });
        sketch.add(&TaskFacts { code: "unreachable", ..TaskFacts::new(2, "b", Verdict::Trap) });
        let facts =
            RunFacts { folder: "runs/a".to_owned(), state: "Finished".to_owned(), ..RunFacts::default() };
        let text = markdown(&PageData::new(&sketch, &facts));
        for line in [
            "## Run <code>runs/a</code>",
            "| ok | 1 | 50.00 % |",
            "| 1 | <code>trap (unreachable)</code> | line 2, <code>b</code> | <code>polymer rerun runs/a &#45;&#45;select 'id=\"b\"'</code> |",
            "| Run time | 1.50 ms | 1.50 ms | 1.50 ms | 1.50 ms |  |",
            "| Fuel | 900 | 900 | 900 | 900 | 1k |",
            "- Over 80 % of the fuel limit: 1",
        ] {
            assert!(
                text.replace("--select", "&#45;&#45;select").lines().any(|shown| shown == line),
                "{line}\n{text}"
            );
        }
    }

    #[test]
    fn hostile_text_is_no_markup_and_mentions_nobody() {
        let hostile = "@everyone | <img src=x> [a](http://x) `b` **c** #1 \\ ~~d~~ ![e](f)\n# g";
        let mut sketch = RunSketch::default();
        sketch.add(&TaskFacts { code: hostile, ..TaskFacts::new(1, hostile, Verdict::TaskError) });
        let text = markdown(&PageData::new(
            &sketch,
            &RunFacts { folder: hostile.to_owned(), ..RunFacts::default() },
        ));
        let row = text.lines().find(|line| line.starts_with("| 1 | <code>task")).unwrap();
        assert_eq!(row.matches('|').count(), 5, "{row}");
        for sign in ["@", "<img", "[", "]", "`", "**", "\\", "~~", "\n# g"] {
            assert!(!text.contains(sign), "{sign}\n{text}");
        }
    }
}
