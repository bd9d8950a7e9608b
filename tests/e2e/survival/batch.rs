//! A run of some thousand lines of all kinds, what each of them comes to when nobody disturbs the
//! run, and what has to hold of its folder however often it was lost.

use super::super::support::{RunDir, Start, console, example, text_of};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

/// Lines that have something to run or to refuse.
pub(super) const TASKS: usize = 2000;

/// What one record says, as far as it is the same in each run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Said {
    pub(super) key: String,
    verdict: String,
    output: String,
}

impl Said {
    fn of(line: &str) -> (Self, u64) {
        let record: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let text = |name: &str| record[name].as_str().unwrap().to_owned();
        let said = Self { key: text("key"), verdict: text("verdict"), output: record["output"].to_string() };
        (said, record["seq"].as_u64().unwrap())
    }
}

/// Lines, and what becomes of each.
pub(super) struct Batch {
    pub(super) lines: Vec<String>,
    /// By the line's text.
    becomes: HashMap<String, Said>,
    /// How long a run of one line takes here: half of it is start-up.
    pub(super) short: Duration,
}

/// Lines that are run, lines that fail, lines that are none, and some that equal others.
fn lines() -> Vec<String> {
    let line = |number: usize| match number % 50 {
        7 => format!(r#"{{"text":"late {number}","wait":-1}}"#),
        19 => format!("no json {number}"),
        31 | 32 => format!(r#"{{"text":"twin {}"}}"#, number / 100),
        _ => format!(r#"{{ "text": "{number}", "wait": 0.01 }}"#),
    };
    (0..TASKS).map(line).collect()
}

impl Batch {
    pub(super) fn new() -> Self {
        let lines = lines();
        let all: Vec<&str> = lines.iter().map(String::as_str).collect();
        let ended = console(&format!("run {} -j 2 --failure-output never", example("simple")), &all, 100);
        let records = ended.records();
        assert_eq!(records.len(), TASKS);
        let said = ended.stdout.lines().map(|line| {
            let (said, seq) = Said::of(line);
            (lines[usize::try_from(seq).unwrap() - 1].clone(), said)
        });
        let becomes: HashMap<_, _> = said.collect();
        let begun = Instant::now();
        console(&format!("run {}", example("simple")), &[&lines[0]], 0);
        Self { becomes, short: begun.elapsed(), lines }
    }

    /// What a line becomes.
    pub(super) fn of(&self, line: &str) -> &Said {
        &self.becomes[line]
    }

    /// How many records of each key there have to be.
    pub(super) fn wanted<'a>(&self, lines: impl IntoIterator<Item = &'a String>) -> BTreeMap<Said, usize> {
        let mut wanted = BTreeMap::new();
        for line in lines {
            *wanted.entry(self.of(line).clone()).or_default() += 1;
        }
        wanted
    }
}

/// A run's folder with what is known of it: nothing of that may go.
pub(super) struct Kept {
    pub(super) dir: RunDir,
    input: String,
    /// All whole records that were ever seen.
    results: Vec<u8>,
    events: Vec<u8>,
    pub(super) records: BTreeMap<Said, usize>,
    /// Records are to be in the order of lines once a session has ended.
    in_order: bool,
    /// Records that were there may stand elsewhere now: they were put into order, or some of them
    /// taken back.
    may_move: bool,
}

impl Kept {
    /// A run that did not begin yet, over these lines.
    pub(super) fn new(lines: &[String]) -> Self {
        let dir = RunDir::new();
        let input = dir.beside().path().join("input").to_str().unwrap().to_owned();
        let (results, events, records) = (Vec::new(), Vec::new(), BTreeMap::new());
        let kept = Self { dir, input, results, events, records, in_order: false, may_move: false };
        kept.put(lines);
        kept
    }

    /// The same, with `--keep-order`.
    pub(super) fn in_order(self) -> Self {
        Self { in_order: true, may_move: true, ..self }
    }

    /// Makes these the lines of the input.
    pub(super) fn put(&self, lines: &[String]) {
        // The last has no newline.
        std::fs::write(&self.input, lines.join("\n")).unwrap();
    }

    /// Begins the run or goes on with it.
    pub(super) fn go_on(&self) -> Start {
        if self.dir.holds_run() {
            return self.dir.resume("");
        }
        let cache = self.dir.beside().path().join("cache");
        let line = format!(
            "{} -j 2 {} --failure-output never --input {} --cache-dir {}",
            example("simple"),
            if self.in_order { "-k" } else { "" },
            self.input,
            cache.display()
        );
        self.dir.run(&line)
    }

    /// Runs again what failed: its records may go, and have to come again.
    pub(super) fn rerun(&mut self) -> Start {
        self.may_move = true;
        self.records.retain(|said, _| said.verdict == "ok");
        let results = text_of(&self.results);
        let ok = results.lines().filter(|line| Said::of(line).0.verdict == "ok");
        self.results = ok.flat_map(|line| [line, "\n"]).collect::<String>().into_bytes();
        self.dir.rerun("")
    }

    /// Looks at what the last session left, of a run over `lines`. Says how many records came to
    /// it.
    ///
    /// # Panics
    /// If a record went or changed, if there are more than lines, or if a line was run that had its
    /// record before.
    pub(super) fn check(&mut self, batch: &Batch, lines: &[String], what: &str) -> usize {
        let wanted = batch.wanted(lines);
        let before: HashMap<String, usize> =
            self.records.iter().map(|(said, number)| (said.key.clone(), *number)).collect();
        let may: HashMap<&str, usize> =
            wanted.iter().map(|(said, number)| (said.key.as_str(), *number)).collect();
        for event in news(&mut self.events, self.dir.whole("events.jsonl"), what).lines() {
            let event: Value = serde_json::from_str(event).unwrap();
            if event["event"] == "attempt_started" {
                let key = event["key"].as_str().unwrap();
                let (had, may) = (before.get(key).copied().unwrap_or_default(), may.get(key).copied());
                assert!(may.is_some_and(|may| had < may), "{what}: {event} has {had} records of {may:?}");
            }
        }
        let mut came = 0;
        let now = self.dir.whole("results.jsonl");
        let news = if self.may_move {
            moved_news(&mut self.results, now, what)
        } else {
            news(&mut self.results, now, what)
        };
        for line in news.lines() {
            let said = Said::of(line).0;
            let (had, may) = (self.records.entry(said.clone()).or_default(), wanted.get(&said));
            *had += 1;
            came += 1;
            assert!(may.is_some_and(|may| *had <= *may), "{what}: record {had} of {may:?} lines: {line}");
        }
        came
    }

    /// That the run is complete over `lines`: each has its record, and records of lines that are
    /// gone are there too.
    pub(super) fn check_complete(&self, batch: &Batch, lines: &[String], what: &str) {
        for (said, wanted) in batch.wanted(lines) {
            let has = self.records.get(&said).copied().unwrap_or_default();
            assert!(has >= wanted, "{what}: {has} records of {wanted} lines: {said:?}");
        }
        let lines: HashMap<&str, &str> =
            batch.becomes.iter().map(|(line, said)| (said.key.as_str(), line.as_str())).collect();
        let results = text_of(&self.results);
        let records = results.lines().map(|line| Said::of(line).0).filter(|said| said.verdict != "ok");
        let failed: Vec<&str> = records.map(|said| lines[said.key.as_str()]).collect();
        assert_eq!(self.dir.failed(), failed, "{what}");
        assert_eq!(self.dir.bytes("results.jsonl"), self.results, "{what}: the last record is torn");
        let seqs: Vec<u64> = results.lines().map(|line| Said::of(line).1).collect();
        assert!(!self.in_order || seqs.is_sorted(), "{what}: {seqs:?}");
        let summary = self.dir.json("summary.json");
        let tasks = self.records.values().sum::<usize>();
        assert_eq!((&summary["complete"], &summary["tasks"]), (&true.into(), &tasks.into()), "{what}");
    }
}

/// What came to a file whose lines may be elsewhere now.
fn moved_news(known: &mut Vec<u8>, now: Vec<u8>, what: &str) -> String {
    let (before, after) = (text_of(known), text_of(&now));
    let mut had: HashMap<&str, usize> = HashMap::new();
    before.lines().for_each(|line| *had.entry(line).or_default() += 1);
    let mut news = String::new();
    for line in after.lines() {
        match had.get_mut(line).filter(|count| **count > 0) {
            Some(count) => *count -= 1,
            None => news.extend([line, "\n"]),
        }
    }
    let gone = had.iter().find(|(_, count)| **count > 0);
    assert!(gone.is_none(), "{what}: what had been written is gone: {gone:?}");
    *known = now;
    news
}

/// What came to a file that is only appended to.
fn news(known: &mut Vec<u8>, now: Vec<u8>, what: &str) -> String {
    assert!(now.starts_with(known), "{what}: what had been written is gone");
    let news = text_of(&now[known.len()..]);
    *known = now;
    news
}
