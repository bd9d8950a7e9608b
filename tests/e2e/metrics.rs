//! `--metrics`: what a scrape and a file tell of a run, and that no reader holds a run up.

use super::support::processes::workers;
use super::support::{Running, Start, TempFolder, wat};
use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixStream;
use std::path::Path;

const REQUEST: &[u8] = b"GET /metrics HTTP/1.1\r\nHost: here\r\n\r\n";

/// A run that waits for lines, and the address at which it is scraped.
fn scraped(line: &str) -> (Running, String) {
    let line = format!("run {} -j 2 --metrics 127.0.0.1:0 {line}", wat("silent"));
    let mut running = Start::polymer(&line).start();
    let told = running.says("metrics: http://127.0.0.1:");
    let address = told.trim().strip_prefix("metrics: http://").unwrap().strip_suffix("/metrics").unwrap();
    let address = address.to_owned();
    (running, address)
}

fn answer(mut socket: impl Read + Write) -> String {
    socket.write_all(REQUEST).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    answer
}

fn scrape(address: &str) -> String {
    answer(TcpStream::connect(address).unwrap())
}

/// That the run tells of this within its patience: figures are a second old at the most.
#[track_caller]
fn check_tells(running: &mut Running, address: &str, sample: &str) {
    let deadline = running.deadline();
    loop {
        let answer = scrape(address);
        if answer.lines().any(|line| line == sample) {
            return;
        }
        assert!(running.goes_on(deadline), "`{sample}` is not in\n{answer}");
    }
}

#[test]
fn a_scrape_tells_of_a_run_under_way() {
    let (mut running, address) = scraped("");
    for _ in 0..3 {
        running.say("a");
        running.record();
    }
    check_tells(&mut running, &address, "polymer_tasks_total{verdict=\"ok\"} 3");
    let answer = scrape(&address);
    for part in [
        "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n",
        "\npolymer_tasks_total{verdict=\"trap\"} 0\n",
        "\npolymer_task_duration_seconds_count 3\n",
        "\npolymer_memory_bytes_bucket{le=\"131071.0\"} 3\n",
        "\npolymer_worker_slots 2.0\n",
        "\npolymer_run_phase{phase=\"running\"} 1.0\n",
        "\npolymer_build_info{version=",
    ] {
        assert!(answer.contains(part), "{part} is not in\n{answer}");
    }
    running.end().check(0);
    assert!(TcpStream::connect(&address).is_err());
}

#[test]
fn readers_that_are_slow_silent_hostile_or_gone_hold_no_run_up() {
    let (mut running, address) = scraped("-k");
    let connect = || TcpStream::connect(&address).unwrap();
    let idle: Vec<TcpStream> = (0..200).map(|_| connect()).collect();
    let mut slow = connect();
    slow.write_all(b"G").unwrap();
    // It asks and never reads, and another one is gone before it is answered.
    let mut deaf = connect();
    deaf.write_all(REQUEST).unwrap();
    connect().write_all(REQUEST).unwrap();
    let mut endless = connect();
    endless.write_all(b"GET /metrics HTTP/1.1\r\n").unwrap();
    let piece = [b'a'; 64 << 10];
    let sent = (0..160).take_while(|_| endless.write_all(&piece).is_ok()).count();
    assert!(sent < 160, "10 MiB of a header were taken");
    for _ in 0..1000 {
        running.say("a");
    }
    for seq in 1..=1000 {
        assert_eq!(running.record().number("/seq"), seq);
    }
    check_tells(&mut running, &address, "polymer_tasks_total{verdict=\"ok\"} 1000");
    let ended = running.end().check(0);
    assert!(ended.stderr.contains("Ran 1000 tasks"), "{}", ended.stderr);
    drop((idle, slow, deaf));
}

/// Inodes of the sockets that a process has open.
fn sockets(pid: u32) -> BTreeSet<String> {
    let open = fs::read_dir(format!("/proc/{pid}/fd")).unwrap();
    let links = open.filter_map(|entry| fs::read_link(entry.unwrap().path()).ok());
    links
        .filter_map(|link| Some(link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned()))
        .collect()
}

/// Inodes of the sockets at which somebody listens, over TCP.
fn listeners() -> BTreeSet<String> {
    let table = fs::read_to_string("/proc/net/tcp").unwrap();
    let fields = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    fields.filter(|fields| fields.get(3) == Some(&"0A")).map(|fields| fields[9].to_owned()).collect()
}

#[test]
fn workers_have_no_part_of_the_socket() {
    let (mut running, address) = scraped("");
    running.say("a");
    running.record();
    let listeners = listeners();
    let ours = sockets(running.pid());
    assert!(ours.intersection(&listeners).next().is_some(), "{address} is not among {listeners:?}");
    let workers = workers(running.pid());
    assert!(!workers.is_empty());
    for worker in workers {
        let worker = worker.pid;
        let shared: Vec<_> = sockets(worker).intersection(&listeners).cloned().collect();
        assert!(shared.is_empty(), "worker {worker} has {shared:?}");
    }
    running.end().check(0);
}

#[test]
fn a_unix_socket_goes_with_its_run_and_is_taken_from_no_other() {
    let folder = TempFolder::new();
    let line = format!("run {} -j 1 --metrics unix:socket", wat("silent"));
    let start = || Start::polymer(&line).within(folder.path());
    let mut running = start().start();
    running.say("a");
    running.record();
    let path = folder.path().join("socket");
    assert!(answer(UnixStream::connect(&path).unwrap()).contains("\npolymer_worker_slots 1.0\n"));
    let ended = start().run("a\n").check(96);
    ended.check_says("cannot serve metrics at socket: Address already in use");
    ended.check_says("hint: another program listens there");
    running.end().check(0);
    assert!(!path.exists());
    // One that a run left behind when it was killed.
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    start().run("a\n").check(0);
    assert!(!path.exists());
}

#[test]
fn a_file_has_the_last_figures_and_is_replaced_in_one_step() {
    let folder = TempFolder::new();
    let path = folder.file("run.prom", "what was there before\n");
    let before = fs::File::open(&path).unwrap();
    let line = format!("run {} --metrics run.prom -o records", wat("exit_max"));
    Start::polymer(&line).within(folder.path()).run("a\nb\n").check(100);
    let text = fs::read_to_string(&path).unwrap();
    for sample in [
        "# TYPE polymer_tasks_total counter",
        "polymer_tasks_total{verdict=\"task_error\"} 2",
        "polymer_failure_causes 1.0",
        "polymer_run_phase{phase=\"over\"} 1.0",
        "# TYPE polymer_build_info gauge",
    ] {
        assert!(text.lines().any(|line| line == sample), "{sample} is not in\n{text}");
    }
    assert!(!text.contains("# EOF") && !text.contains("# UNIT"), "{text}");
    assert_eq!(std::io::read_to_string(before).unwrap(), "what was there before\n");
    let mut names: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["records", "run.prom"]);
}

#[track_caller]
fn check_refused(folder: &Path, line: &str, says: &str) {
    let module = wat("silent");
    let line = format!("polymer run {module} {line}");
    let ended = Start::shell(&line).within(folder).run("a\n").check(96);
    ended.check_says(says);
    assert_eq!(ended.stdout, "");
}

#[test]
fn a_file_that_is_another_one_of_the_run_is_refused() {
    let folder = TempFolder::new();
    folder.file("in.prom", "a\n");
    symlink("/dev/null", folder.path().join("link.prom")).unwrap();
    fs::create_dir(folder.path().join("granted")).unwrap();
    for (line, says) in [
        ("--metrics in.prom --input in.prom", "--metrics in.prom is the same file as --input in.prom"),
        ("--metrics out.prom -o out.prom", "--metrics out.prom is the same file as --output out.prom"),
        (
            "--metrics out.prom --log-file out.prom",
            "--metrics out.prom is the same file as --log-file out.prom",
        ),
        ("--metrics granted/a.prom --dir granted::/data:rw", "tasks could change --metrics granted/a.prom"),
        ("--metrics unix:granted/a --dir granted::/data:rw", "tasks could change --metrics granted/a"),
        ("--metrics none/a.prom", "cannot write metrics to none/a.prom: No such file or directory"),
        ("--metrics link.prom", "cannot write metrics to link.prom: what stands there is no regular file"),
        ("--metrics 192.0.2.1:9", "cannot serve metrics at 192.0.2.1:9: Cannot assign requested address"),
    ] {
        check_refused(folder.path(), line, says);
    }
    assert_eq!(fs::read_to_string(folder.path().join("in.prom")).unwrap(), "a\n");
    assert_eq!(fs::read_dir(folder.path().join("granted")).unwrap().count(), 0);
    let ended = Start::polymer("run a.wasm --metrics localhost:9100").run("").check(2);
    ended.check_says("write an address with a port such as 127.0.0.1:9100");
}
