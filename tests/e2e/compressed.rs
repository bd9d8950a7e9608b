//! Input that is compressed with gzip or Zstandard is read as what it holds, by its first bytes;
//! what is cut short or damaged loses no line that was whole, and says so.

use super::support::{RunDir, Start, TempFolder, example, wat};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use std::fs;
use std::io::{Read, Write};

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

fn zstandard(data: &[u8]) -> Vec<u8> {
    // As the `zstd` command does it.
    let mut encoder = zstd::stream::Encoder::new(Vec::new(), 3).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

/// Two halves, each packed by itself, one behind the other.
fn in_two(pack: fn(&[u8]) -> Vec<u8>, data: &[u8]) -> Vec<u8> {
    let (first, second) = data.split_at(data.len() / 2);
    [pack(first), pack(second)].concat()
}

/// The same data in every form that is read.
fn forms(data: &[u8]) -> [Vec<u8>; 5] {
    [data.to_vec(), gzip(data), zstandard(data), in_two(gzip, data), in_two(zstandard, data)]
}

/// Lines of JSON that do not compress away.
fn lines(count: u64) -> String {
    let mixed = |n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (1..=count).map(|n| format!("{{\"n\":{n},\"x\":{},\"y\":{}}}\n", mixed(n), mixed(mixed(n)))).collect()
}

#[test]
fn every_place_of_input_takes_it_whatever_it_is_called() {
    let folder = TempFolder::new();
    let module = wat("silent");
    let list = format!("{module}\n").repeat(3);
    let tasks = format!("{{\"module\":{module:?},\"input\":1}}\n").repeat(3);
    let done =
        Start::polymer(&format!("run {module} --input-format json -k")).run("1\n2\n3\n").check(0).stdout;
    for (at, (input, (list, (tasks, done)))) in forms(b"1\n2\n3\n")
        .into_iter()
        .zip(
            forms(list.as_bytes())
                .into_iter()
                .zip(forms(tasks.as_bytes()).into_iter().zip(forms(done.as_bytes()))),
        )
        .enumerate()
    {
        let file = |name: &str, data: &[u8]| folder.file(&format!("{name}{at}"), data).display().to_string();
        let (input_file, list) = (file("input", &input), file("list", &list));
        let (tasks, done) = (file("tasks", &tasks), file("done", &done));
        for (line, stdin, count) in [
            (format!("run {module} --input {input_file}"), &b""[..], 3),
            (format!("run {module} {input_file} --input-format json --repeat 2"), b"", 6),
            (format!("run {module}"), &input, 3),
            (format!("run {module} --input-format file --input {list}"), b"", 3),
            (format!("run --tasks {tasks}"), b"", 3),
            (format!("run {module} --input-format json --input {input_file} --skip-done {done}"), b"", 0),
        ] {
            let ended = Start::polymer(&line).run(stdin).check(0);
            assert_eq!(ended.records().len(), count, "{line}");
        }
    }
}

#[test]
fn what_is_data_stays_as_it_is() {
    let folder = TempFolder::new();
    let packed = gzip(b"one line\n");
    let file = folder.file("input.gz", &packed);
    let module = example("wordcount");
    for (line, stdin) in [
        (
            format!("run {module} --input-format file --output-format json"),
            format!("{}\n", file.display()).into_bytes(),
        ),
        (format!("run {module} --input-format whole --output-format json"), packed.clone()),
    ] {
        let records = Start::polymer(&line).run(stdin).check(0).records();
        assert_eq!(records[0]["/output/bytes"], json!(packed.len()), "{line}");
    }
    let record = format!("{{\"module\":{module:?},\"input_file\":{:?}}}\n", file.display().to_string());
    let records = Start::polymer("run --tasks - --output-format json").run(record).check(0).records();
    assert_eq!(records[0]["/output/bytes"], json!(packed.len()));
}

/// Runs what is stored to where it breaks off: how many of its first lines were run. Behind damage
/// that shows only later there may be lines of nonsense, behind a cut there is nothing.
#[track_caller]
fn broken(stored: &[u8], says: &str, is_cut: bool) -> usize {
    let folder = TempFolder::new();
    let file = folder.file("in.data", stored).display().to_string();
    let line = format!("run {} -k --input-format json --input {file} --failure-output never", wat("silent"));
    let ended = Start::polymer(&line).run("").check(106);
    ended.check_says(&format!("{file}: its "));
    ended.check_says(says);
    ended.check_says(", after line ");
    let records = ended.records();
    let first = records.iter().take_while(|record| record.verdict() == "ok").count();
    assert!(!is_cut || first == records.len(), "no line is run that was cut");
    assert!(records.iter().map(|record| record.number("/seq")).eq(1..=u64::try_from(records.len()).unwrap()));
    first
}

#[test]
fn what_is_cut_short_or_damaged_loses_no_line_that_was_whole() {
    let text = lines(4000);
    let whole = |bytes: usize| text.as_bytes()[..bytes].iter().filter(|byte| **byte == b'\n').count();
    // As other tools see it: so much of it can be had.
    let cut = &gzip(text.as_bytes())[..30_000];
    let mut there = Vec::new();
    let ended = flate2::bufread::GzDecoder::new(cut).read_to_end(&mut there);
    assert!(ended.is_err() && there.len() > 10_000);
    assert_eq!(broken(cut, "gzip data end too early", true), whole(there.len()));
    for pack in [gzip, zstandard] {
        let half = text.len() / 2;
        let first = pack(&text.as_bytes()[..half]);
        let mut second = pack(&text.as_bytes()[half..]);
        let middle = second.len() / 2;
        let count = broken(&[first.as_slice(), &second[..middle]].concat(), "end too early", true);
        assert!(count >= whole(half), "{count} of {}", whole(half));
        second[middle] ^= 0xff;
        let count = broken(&[first.as_slice(), &second].concat(), "data are damaged", false);
        assert!(count >= whole(half), "{count} of {}", whole(half));
        second[middle] ^= 0xff;
        let last = second.len() - 1;
        second[last] ^= 0xff;
        assert_eq!(broken(&[first.as_slice(), &second].concat(), "data are damaged", false), 4000);
    }
}

#[test]
fn a_line_that_unpacks_without_bound_is_too_long_and_the_next_is_run() {
    let folder = TempFolder::new();
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..300 {
        bomb.write_all(&[b' '; 1 << 20]).unwrap();
    }
    bomb.write_all(b"\n7\n").unwrap();
    let file = folder.file("bomb", bomb.finish().unwrap()).display().to_string();
    let line = format!("exec polymer run {} -k --input-format json --input-limit 1MiB {file}", wat("silent"));
    // A supervisor that held the line would come to its limit; workers reserve addresses of their
    // own.
    let ended = Start::shell(&format!("ulimit -d 262144; {line}")).run("").check(100);
    let records = ended.records();
    records[0].check("bad_input", "too_long");
    records[0].check_message("the line has 314572800 bytes");
    assert_eq!((records[1].verdict(), records.len()), ("ok", 2));
}

#[test]
fn a_run_goes_on_with_it() {
    let dir = RunDir::new();
    let text = lines(300);
    let packed = zstandard(text.as_bytes());
    let input = dir.beside().file("input.zst", &packed[..packed.len() / 2]);
    let line = format!("{} --input-format json --input {}", wat("silent"), input.display());
    let ended = dir.run(&line).run("").check(106);
    ended.check_says("its Zstandard data end too early");
    fs::write(&input, &packed).unwrap();
    dir.resume("").run("").check(0);
    let mut seqs: Vec<u64> = dir.records().iter().map(|record| record.number("/seq")).collect();
    seqs.sort_unstable();
    assert!(seqs.into_iter().eq(1..=300));
    // What stands there of the input is of the file as it is.
    let facts = dir.json("run.json");
    assert_eq!(facts["input"]["bytes"], json!(packed.len()));
    dir.rerun("--verdict ok").run("").check(0).check_says("300 lines to run again");
}

#[test]
fn records_are_not_added_to_what_is_packed() {
    let folder = TempFolder::new();
    let module = wat("silent");
    let done = Start::polymer(&format!("run {module}")).run("a\n").check(0).stdout;
    for (name, stored) in [("done.gz", gzip(done.as_bytes())), ("done.zst", zstandard(done.as_bytes()))] {
        let path = folder.file(name, &stored);
        let line = format!("run {module} --skip-done {0} -o {0} --append", path.display());
        let ended = Start::polymer(&line).run("a\nb\n").check(96);
        ended.check_says("is the same file as --skip-done");
        assert_eq!(fs::read(&path).unwrap(), stored);
        // One that is damaged is named.
        let cut = folder.file("cut", &stored[..stored.len() - 3]);
        let ended =
            Start::polymer(&format!("run {module} --skip-done {}", cut.display())).run("a\n").check(96);
        ended.check_says(&format!("cannot read {}: its ", cut.display()));
    }
}
