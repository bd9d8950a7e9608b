//! Tests of the document: hostile text stays data, and the size has a bound.

use super::*;
use crate::page_data::RunFacts;
use polymer_host_sketch::{RunSketch, SketchLimits, TaskFacts};
use polymer_host_task::Verdict;

const HOSTILE: &str = "</script><script>alert(1)</script><!--data-->\u{1b}[2J\u{202e}\"\\\0";

fn facts() -> RunFacts {
    let setting = |at: usize| (format!("{HOSTILE}{at}"), HOSTILE.repeat(1000));
    RunFacts {
        folder: HOSTILE.repeat(50),
        state: "finished".to_owned(),
        sections: vec![("Settings", (0..1000).map(setting).collect())],
        ..RunFacts::default()
    }
}

/// The block of data in a page.
fn data_of(page: &str) -> serde_json::Value {
    let (_, rest) = page.split_once("<script type=\"application/json\" id=\"data\">").unwrap();
    let (json, _) = rest.split_once("</script>").unwrap();
    serde_json::from_str(json).unwrap()
}

#[test]
fn hostile_text_ends_no_element_and_stands_for_no_mark() {
    let mut sketch = RunSketch::default();
    sketch.add(&TaskFacts {
        message: HOSTILE,
        log: HOSTILE,
        code: HOSTILE,
        ..TaskFacts::new(1, HOSTILE, Verdict::Trap)
    });
    let page = html(&PageData::new(&sketch, &facts()));
    assert_eq!(page.matches("</script").count(), 3);
    assert_eq!(page.matches("<script").count(), 3);
    let data = data_of(&page);
    let log = data["causes"][0]["log"].as_str().unwrap();
    assert!(log.starts_with("</script><script>alert(1)</script><!--data-->\\u{1b}"), "{log}");
    assert!(!page.contains(['\u{1b}', '\u{202e}', '\0']));
}

#[test]
fn the_policy_names_what_stands_in_the_page() {
    let page = html(&PageData::new(&RunSketch::default(), &facts()));
    for (from, to) in [
        ("<style>", "</style>"),
        ("<script id=\"charts\">", "</script>"),
        ("<script id=\"page\">", "</script>"),
    ] {
        let (_, rest) = page.split_once(from).unwrap();
        let (text, _) = rest.split_once(to).unwrap();
        assert!(page.contains(&source(text)), "{from}");
    }
    assert!(page.contains("content=\"default-src 'none'; style-src 'sha256-"));
}

#[test]
fn a_page_of_a_million_hostile_tasks_has_at_most_500_kb() {
    let limits = SketchLimits { run_time: Some(1 << 30), fuel: Some(1 << 40), memory: Some(1 << 30) };
    let mut sketch = RunSketch::new(limits);
    let noise = HOSTILE.repeat(100);
    for seq in 1..=1_000_000_u64 {
        let number = seq * 7919 % 1_000_003;
        let usage = TaskFacts {
            slot: Some(u32::try_from(number % 200).unwrap()),
            started: Some(1_700_000_000_000_000 + seq * 1000),
            run_time: Some((number * number) % (1 << 31)),
            queue_time: Some(number << 14),
            fuel: Some(1 << (number % 64)),
            memory: Some(number << 12),
            ..TaskFacts::new(seq, "some id", Verdict::Ok)
        };
        if seq % 100 != 0 {
            sketch.add(&usage);
            continue;
        }
        let cause: String = seq.to_string().bytes().map(|digit| char::from(digit - b'0' + b'g')).collect();
        let code = format!("{cause} {noise}");
        sketch.add(&TaskFacts {
            id: &noise,
            label: Some(&noise),
            verdict: Verdict::TaskError,
            code: &code,
            message: &noise,
            trace: Some(&noise),
            log: &noise,
            diff: &noise,
            input: Some(noise.as_bytes()),
            group: Some(&code),
            module: Some(&code),
            past: &[Verdict::WorkerLost],
            ..usage
        });
    }
    let page = html(&PageData::new(&sketch, &facts()));
    assert!(page.len() <= 500_000, "{}", page.len());
    assert_eq!(data_of(&page)["causes"].as_array().unwrap().len(), 40);
}
