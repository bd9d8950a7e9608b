//! Which folders are parts of one run, which of them are taken, and what the merged run says.

use super::*;
use crate::manifest::{HostMachine, LimitFacts, ManifestSession};
use polymer_host_task::Limits;

/// Settings that have to be the same.
const MEANING: [&str; 3] = ["partition", "fuel", "more-args"];

fn session(complete: bool, ended: bool, halt: &str) -> ManifestSession {
    ManifestSession {
        started: "2026-11-22T14:00:00Z".to_owned(),
        ended: ended.then(|| "2026-11-22T14:01:00Z".to_owned()),
        complete,
        halt: halt.to_owned(),
        reads_input: true,
    }
}

/// A finished partition.
fn part(k: u32, of: u32) -> OfferedRun {
    let settings = [("fuel", "1G".to_owned()), ("partition", format!("hash:{k}/{of}"))];
    let settings = settings.map(|(name, value)| (name.to_owned(), vec![value])).into();
    let host = HostMachine { name: format!("host-{k}"), system: "Linux".to_owned(), cores: 2 };
    let mut manifest = RunManifest::new("/home".into(), settings, LimitFacts::from(&Limits::default()), host);
    manifest.engine = Some("engine 1".to_owned());
    manifest.modules = [("grade.wasm".to_owned(), "a".repeat(64))].into();
    manifest.input.sha256 = Some("b".repeat(64));
    manifest.partition = Some(PartitionFacts { by: "hash".to_owned(), k, of, other_lines: Some(7) });
    manifest.sessions = vec![session(true, true, "")];
    OfferedRun { path: format!("/parts/{k}").into(), manifest, is_busy: None }
}

fn changed(k: u32, change: impl FnOnce(&mut RunManifest)) -> OfferedRun {
    let mut run = part(k, 4);
    change(&mut run.manifest);
    run
}

fn planned(merged: Option<&RunManifest>, offered: &[OfferedRun]) -> Result<MergePlan, MergeRefusal> {
    MergePlan::new((Path::new("/out"), merged), offered, &MEANING)
}

fn missing(manifest: &RunManifest) -> Option<String> {
    let merged = manifest.merged.as_ref().unwrap();
    partitions_in_words(merged.missing(), merged.of)
}

#[test]
fn all_partitions_make_a_whole_run() {
    let offered = [3, 1, 4, 2].map(|k| part(k, 4));
    let plan = planned(None, &offered).unwrap();
    assert_eq!(
        (plan.taken, plan.twice, plan.unfinished, plan.warnings),
        (vec![0, 1, 2, 3], vec![], vec![], vec![])
    );
    let manifest = plan.manifest;
    assert_eq!(missing(&manifest), None);
    assert_eq!((&manifest.partition, manifest.sessions.len()), (&None, 0));
    assert_eq!(manifest.settings.keys().collect::<Vec<_>>(), ["fuel"]);
    let parts = manifest.merged.unwrap().parts;
    let parts: Vec<_> = parts.iter().map(|part| (part.k, part.host.name.as_str())).collect();
    assert_eq!(parts, [(1, "host-1"), (2, "host-2"), (3, "host-3"), (4, "host-4")]);
    assert_eq!((manifest.modules.len(), manifest.input.sha256.is_some()), (1, true));
}

#[test]
fn what_is_missing_is_named_and_merged_later() {
    let first = planned(None, &[part(2, 4), part(4, 4)]).unwrap().manifest;
    assert_eq!(missing(&first).unwrap(), "1, 3 of 4");
    let second = planned(Some(&first), &[part(2, 4), part(3, 4)]).unwrap();
    assert_eq!((&second.taken, &second.twice), (&vec![1], &vec![0]));
    assert_eq!(missing(&second.manifest).unwrap(), "1 of 4");
    let third = planned(Some(&second.manifest), &[part(1, 4)]).unwrap().manifest;
    assert_eq!(missing(&third), None);
}

#[test]
fn of_two_runs_of_one_partition_the_first_that_is_finished_wins() {
    let again = OfferedRun { path: "/again".into(), ..part(2, 4) };
    let plan = planned(None, &[part(2, 4), again.clone()]).unwrap();
    assert_eq!((plan.taken, plan.twice), (vec![0], vec![1]));
    let stopped = changed(2, |manifest| manifest.sessions.push(session(false, true, "1 failure")));
    let plan = planned(None, &[stopped.clone(), again]).unwrap();
    assert_eq!((plan.taken, plan.twice, plan.unfinished), (vec![1], vec![], vec![]));
    let plan = planned(None, &[part(2, 4), stopped]).unwrap();
    assert_eq!((plan.taken, plan.twice, plan.unfinished), (vec![0], vec![1], vec![]));
}

#[test]
fn what_is_not_finished_is_not_taken_and_says_why() {
    let of =
        |last: Option<ManifestSession>| changed(1, |manifest| manifest.sessions = last.into_iter().collect());
    let busy = |why| OfferedRun { is_busy: Some(why), ..part(1, 4) };
    for (run, words) in [
        (of(None), "interrupted: its supervisor was lost"),
        (of(Some(session(false, false, ""))), "interrupted: its supervisor was lost"),
        (of(Some(session(false, true, ""))), "some lines have no record yet"),
        (of(Some(session(false, true, "5 failures"))), "interrupted: 5 failures"),
        (busy(UnfinishedRun::Running), "still running"),
        (busy(UnfinishedRun::Rerun), "has lines to be run again"),
    ] {
        let plan = planned(None, &[part(2, 4), run]).unwrap();
        let why: Vec<_> = plan.unfinished.iter().map(|(number, why)| (*number, why.to_string())).collect();
        assert_eq!((plan.taken, why), (vec![0], vec![(1, words.to_owned())]));
        assert_eq!(missing(&plan.manifest).unwrap(), "1, 3-4 of 4");
    }
}

#[test]
fn what_is_no_part_of_the_same_run_is_refused_and_named() {
    let other_of = part(2, 5);
    let grant = |manifest: &mut RunManifest| manifest.grants = vec!["--dir a".to_owned()];
    for (run, what) in [
        (other_of, "partitions were hash:K/4, and here hash:K/5"),
        (
            changed(2, |run| run.partition.as_mut().unwrap().by = "slice".to_owned()),
            "hash:K/4, and here slice:K/4",
        ),
        (
            changed(2, |run| drop(run.settings.insert("fuel".to_owned(), vec!["2G".to_owned()]))),
            "--fuel was 1G, and is 2G",
        ),
        (
            changed(2, |run| drop(run.settings.insert("more-args".to_owned(), vec!["a".to_owned()]))),
            "what follows -- was nothing, and is a",
        ),
        (changed(2, |run| run.limits.memory += 1), "the limits of its tasks are others"),
        (changed(2, grant), "grants were none, and are --dir a"),
        (
            changed(2, |run| drop(run.modules.insert("grade.wasm".to_owned(), "c".repeat(64)))),
            "module grade.wasm had",
        ),
        (
            changed(2, |run| run.modules = [("x.wasm".to_owned(), "c".repeat(64))].into()),
            "its module had the SHA-256",
        ),
        (
            changed(2, |run| drop(run.rebuilt.insert("grade.wasm".to_owned(), "c".repeat(64)))),
            "module grade.wasm had",
        ),
    ] {
        let error = planned(None, &[part(1, 4), run.clone()]).unwrap_err().to_string();
        let names = format!("{} is no part of the same run as /parts/1: ", run.path.display());
        assert!(error.starts_with(&names) && error.contains(what), "{error}");
        // The same, once the first is merged.
        let merged = planned(None, &[part(1, 4)]).unwrap().manifest;
        let error = planned(Some(&merged), &[run]).unwrap_err().to_string();
        assert!(error.contains("as /out: ") && error.contains(what), "{error}");
    }
}

#[test]
fn another_input_is_refused_once_a_run_over_it_is_finished() {
    let other = changed(2, |run| run.input.sha256 = Some("c".repeat(64)));
    let merged = planned(None, &[part(1, 4)]).unwrap().manifest;
    for refused in
        [planned(None, &[part(1, 4), other.clone()]), planned(Some(&merged), std::slice::from_ref(&other))]
    {
        let error = refused.unwrap_err().to_string();
        let names = "/parts/2 is no part of the same run as /parts/1: the input that was read had";
        assert!(error.starts_with(names), "{error}");
    }
    // What an unfinished one has read so far does not count.
    let mut stopped = other;
    stopped.manifest.sessions.push(session(false, true, ""));
    assert_eq!(planned(None, &[stopped, part(1, 4)]).unwrap().taken, [1]);
}

#[test]
fn a_setting_that_says_nothing_of_tasks_may_differ() {
    let workers =
        |run: &mut RunManifest| drop(run.settings.insert("workers".to_owned(), vec!["9".to_owned()]));
    assert_eq!(planned(None, &[part(1, 4), changed(2, workers)]).unwrap().taken, [0, 1]);
    // The same module under the path of another machine.
    let elsewhere =
        |run: &mut RunManifest| run.modules = [("/x/grade.wasm".to_owned(), "a".repeat(64))].into();
    assert_eq!(planned(None, &[part(1, 4), changed(2, elsewhere)]).unwrap().taken, [0, 1]);
    // Task records name modules of their own.
    let named = |name: &'static str, digest: &'static str| {
        move |run: &mut RunManifest| {
            run.settings.insert("tasks".to_owned(), vec!["t.jsonl".to_owned()]);
            run.modules = [(name.to_owned(), digest.repeat(64))].into();
        }
    };
    let offered = [changed(1, named("a.wasm", "a")), changed(2, named("b.wasm", "b"))];
    assert_eq!(planned(None, &offered).unwrap().manifest.modules.len(), 2);
    planned(None, &[changed(1, named("a.wasm", "a")), changed(2, named("a.wasm", "b"))]).unwrap_err();
}

#[test]
fn another_engine_or_version_is_a_warning() {
    let run = changed(2, |run| {
        run.engine = Some("engine 2".to_owned());
        run.polymer = "0.0.9".to_owned();
    });
    let plan = planned(None, &[part(1, 4), run]).unwrap();
    assert_eq!(plan.taken, [0, 1]);
    assert_eq!(
        plan.warnings,
        [
            "/parts/2 has engine engine 2, and /parts/1 has engine 1; their fuel does not compare".to_owned(),
            format!("/parts/2 has polymer 0.0.9, and /parts/1 has {}", env!("CARGO_PKG_VERSION")),
        ]
    );
    // Nothing ran in it, so nothing is compared.
    let none = changed(2, |run| run.engine = None);
    assert!(planned(None, &[part(1, 4), none]).unwrap().warnings.is_empty());
}

#[test]
fn a_layer_counts_as_a_jail_of_all_only_where_all_had_it() {
    let jail = |active: &[&str], missing: &[&str]| {
        let list = |layers: &[&str]| layers.iter().map(|layer| (*layer).to_owned()).collect();
        JailFacts { active: list(active), missing: list(missing) }
    };
    let with = |k, jail: Option<JailFacts>| changed(k, |run| run.jail = jail);
    let offered = [
        with(1, None),
        with(2, Some(jail(&["seccomp", "landlock"], &["cgroup"]))),
        with(3, Some(jail(&["seccomp"], &["landlock", "cgroup"]))),
    ];
    let merged = planned(None, &offered).unwrap().manifest.jail.unwrap();
    assert_eq!(merged, jail(&["seccomp"], &["cgroup", "landlock"]));
}

#[test]
fn what_is_no_partition_is_refused() {
    let whole = changed(1, |run| run.partition = None);
    let refused = MergeRefusal::NoPartition("/parts/1".into());
    assert_eq!(planned(None, std::slice::from_ref(&whole)).unwrap_err(), refused);
    assert_eq!(planned(None, &[part(2, 4), whole.clone()]).unwrap_err(), refused);
    let merged = planned(None, &[part(1, 4)]).unwrap().manifest;
    let again = OfferedRun { path: "/merged".into(), manifest: merged, is_busy: None };
    let refused = MergeRefusal::Merged("/merged".into());
    assert_eq!(planned(None, &[part(1, 4), again.clone()]).unwrap_err(), refused);
    assert_eq!(planned(None, &[again]).unwrap_err(), refused);
    let refused = MergeRefusal::OtherRun("/out".into());
    assert_eq!(planned(Some(&whole.manifest), &[part(1, 4)]).unwrap_err(), refused);
    assert_eq!(planned(None, &[]).unwrap_err(), refused);
}

#[test]
fn a_merged_run_that_was_gone_on_with_takes_no_more() {
    let mut merged = planned(None, &[part(1, 4)]).unwrap().manifest;
    merged.merged.as_mut().unwrap().resumed = true;
    let refused = MergeRefusal::Resumed("/out".into());
    assert_eq!(planned(Some(&merged), &[part(2, 4)]).unwrap_err(), refused);
    // Nor does it say anew that it is whole.
    assert_eq!(planned(Some(&merged), &[part(1, 4)]).unwrap_err(), refused);
}

#[test]
fn missing_partitions_are_named_up_to_a_bound() {
    let words =
        |ranges: &[(u32, u32)]| partitions_in_words(ranges.iter().map(|(first, last)| *first..=*last), 99);
    assert_eq!(words(&[]), None);
    assert_eq!(words(&[(1, 1)]).unwrap(), "1 of 99");
    assert_eq!(words(&[(1, 2), (4, 4)]).unwrap(), "1-2, 4 of 99");
    let many: Vec<(u32, u32)> = (1..=9).map(|number| (2 * number, 2 * number)).collect();
    assert_eq!(words(&many[..8]).unwrap(), "2, 4, 6, 8, 10, 12, 14, 16 of 99");
    assert_eq!(words(&many).unwrap(), "2, 4, 6, 8, 10, 12, 14, 16 and more of 99");
}
