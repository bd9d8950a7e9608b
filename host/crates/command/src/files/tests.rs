//! Files that are opened beside each other: which are refused, and what becomes of them.

use super::*;
use polymer_host_task::DirGrant;
use std::io::Write;

struct Place {
    folder: tempfile::TempDir,
    told: Vec<String>,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), told: Vec::new() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        path
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn output(&mut self, files: &mut CommandFiles, name: &str) -> Result<AppendedFile, CliError> {
        let path = self.path(name);
        files.open_output(&path, &[], &mut |told| self.told.push(told))
    }

    /// The files of a run whose tasks may write to this folder in the place.
    fn granted(&self, name: &str) -> CommandFiles {
        let host = self.path(name);
        let dirs = vec![DirGrant { host, guest: "/in".to_owned(), writable: true }];
        CommandFiles::new(&Grants { dirs, ..Grants::default() }, false).unwrap()
    }
}

fn files(appends: bool) -> CommandFiles {
    CommandFiles::new(&Grants::default(), appends).unwrap()
}

#[track_caller]
fn conflict<T: std::fmt::Debug>(result: Result<T, CliError>) -> FileConflict {
    match result.unwrap_err() {
        CliError::Files(conflict) => conflict,
        other => panic!("{other}"),
    }
}

#[test]
fn what_is_replaced_is_as_it_was_until_something_is_written() {
    let mut place = Place::new();
    place.file("out", "old\n");
    let mut files = files(false);
    let mut output = place.output(&mut files, "out").unwrap();
    assert_eq!(place.text("out"), "old\n");
    output.write_all(b"new\n").unwrap();
    assert_eq!(place.text("out"), "new\n");
}

#[test]
fn a_file_is_found_to_be_another_by_each_of_its_names() {
    let mut place = Place::new();
    let input = place.file("in", "lines\n");
    std::os::unix::fs::symlink("in", place.path("soft")).unwrap();
    fs::hard_link(&input, place.path("hard")).unwrap();
    for name in ["in", "soft", "hard", "../".repeat(20).trim_end_matches('/')] {
        let name =
            if name.starts_with("..") { format!("{name}{}", input.display()) } else { name.to_owned() };
        let mut files = files(false);
        files.read(FileRole::Input, "standard input".to_owned(), File::open(&input).unwrap()).unwrap();
        let error = conflict(place.output(&mut files, &name));
        assert!(matches!(&error, FileConflict::Read { read, .. } if read == "standard input"), "{error}");
        let error = conflict(files.open_log(&place.path(&name), true, false));
        assert!(error.to_string().starts_with("--log-file "), "{error}");
        assert_eq!(place.text("in"), "lines\n");
    }
}

#[test]
fn what_was_made_goes_again_unless_it_is_kept_and_is_still_that() {
    let mut place = Place::new();
    place.file("there", "");
    for (kept, left) in [(false, false), (true, true)] {
        let mut files = files(false);
        for name in ["made", "there"] {
            place.output(&mut files, name).unwrap();
            // Two outputs would be one file too many.
            files.named.clear();
        }
        if kept {
            files.keep();
        }
        drop(files);
        assert_eq!((place.path("made").exists(), place.path("there").exists()), (left, true));
        drop(fs::remove_file(place.path("made")));
    }
}

#[test]
fn the_end_of_a_file_that_records_are_added_to_is_mended() {
    let record = "{\"v\":1,\"id\":\"1\"}\n";
    for (text, after, told) in [
        (record.to_owned(), record.to_owned(), ""),
        (format!("{record}{{\"v\":1,\"id"), record.to_owned(), "after its last complete record are cut off"),
        (format!("{record}{{"), record.to_owned(), "1 bytes after its last complete record are cut off"),
        (record.trim_end().to_owned(), String::new(), "cut off"),
        (
            format!("{record}of another"),
            format!("{record}of another\n"),
            "its last line does not end with a newline",
        ),
        (String::new(), String::new(), ""),
    ] {
        let mut place = Place::new();
        place.file("out", &text);
        let mut files = files(true);
        let mut output = place.output(&mut files, "out").unwrap();
        assert_eq!(place.text("out"), text);
        output.write_all(b"new\n").unwrap();
        assert_eq!(place.text("out"), format!("{after}new\n"));
        assert_eq!(place.told.is_empty(), told.is_empty(), "{:?}", place.told);
        assert!(place.told.iter().all(|line| line.contains(told)), "{:?}", place.told);
    }
}

#[test]
fn what_is_known_to_be_torn_is_cut_where_that_begins_if_it_is_of_a_record_or_nothing() {
    let whole = "{\"v\":1}\n";
    for (torn, stays) in [("{\"v\":1,\"i\n", false), ("\0\0\0\n\0", false), ("text\n", true)] {
        let place = Place::new();
        let path = place.file("out", &format!("{whole}{torn}"));
        let mut files = files(true);
        let id = FileId::of(File::open(&path).unwrap()).unwrap();
        let ends = [(id, whole.len() as u64)];
        let mut output = files.open_output(&path, &ends, &mut |_| {}).unwrap();
        output.write_all(b"new\n").unwrap();
        assert_eq!(place.text("out"), format!("{whole}{}new\n", if stays { torn } else { "" }));
    }
}

#[test]
fn nothing_is_written_where_tasks_may_write_by_whatever_path() {
    let mut place = Place::new();
    for folder in ["in", "own"] {
        fs::create_dir(place.path(folder)).unwrap();
    }
    place.file("in/old", "old");
    place.file("twice", "old");
    fs::hard_link(place.path("twice"), place.path("in/twice")).unwrap();
    std::os::unix::fs::symlink("in", place.path("alias")).unwrap();
    std::os::unix::fs::symlink("../in/out", place.path("own/link")).unwrap();
    // As a task may have planted it.
    std::os::unix::fs::symlink("../own/secret", place.path("in/planted")).unwrap();
    for name in ["in/old", "in/new", "alias/new", "own/link", "own/../in/new", "in/planted", "twice"] {
        let mut files = place.granted("in");
        let error = conflict(place.output(&mut files, name));
        let FileConflict::Granted { granted, by_link, .. } = &error else { panic!("{name}: {error}") };
        assert_eq!((granted.as_path(), *by_link), (place.path("in").as_path(), name == "twice"), "{name}");
        conflict(files.open_log(&place.path(name), true, false));
        // As a shell opens it for standard output.
        if let Ok(file) = OpenOptions::new().append(true).open(place.path(name)) {
            conflict(files.add(FileRole::Stdout, String::new(), &file));
        }
        files.read_at(FileRole::Input, "--input", &place.path(name)).unwrap();
    }
    for name in ["in/new", "in/out", "own/secret"] {
        assert!(!place.path(name).exists(), "{name}");
    }
    assert_eq!((place.text("in/old"), place.text("twice")), ("old".to_owned(), "old".to_owned()));
    let mut files = place.granted("in");
    place.output(&mut files, "own/fine").unwrap();
}

#[test]
fn files_of_a_folder_of_our_own_are_no_other_files() {
    let mut place = Place::new();
    fs::create_dir(place.path("run")).unwrap();
    let results = place.file("run/results.jsonl", "record\n");
    place.file("run/notes", "");
    fs::hard_link(&results, place.path("second")).unwrap();
    let own = polymer_host_journal::dir::is_own;
    for name in ["run/results.jsonl", "second"] {
        let mut before = files(false);
        before.read_at(FileRole::Input, "--input", &place.path(name)).unwrap();
        conflict(before.own_files(&place.path("run"), own));
        let mut after = files(false);
        after.own_folder("the run's folder", &place.path("run"), own).unwrap();
        after.own_files(&place.path("run"), own).unwrap();
        after.own_files(&place.path("run"), own).unwrap();
        conflict(after.open_log(&place.path(name), true, false));
        assert_eq!(place.text("second"), "record\n");
    }
    let mut files = files(false);
    files.own_folder("the run's folder", &place.path("run"), own).unwrap();
    let error = conflict(place.output(&mut files, "run/summary.json"));
    assert!(matches!(error, FileConflict::Own { .. }), "{error}");
    drop(files.open_log(&place.path("run/notes"), true, false).unwrap());
    drop(files);
    assert!(!place.path("run/summary.json").exists());
}

#[test]
fn a_log_that_shares_its_file_empties_it_for_nobody() {
    let place = Place::new();
    let path = place.file("all", "before\n");
    let mut files = files(false);
    let stdout = OpenOptions::new().append(true).open(&path).unwrap();
    files.add(FileRole::Stdout, STANDARD_OUTPUT.to_owned(), &stdout).unwrap();
    let mut log = files.open_log(&path, true, false).unwrap();
    log.write_all(b"log\n").unwrap();
    assert_eq!(place.text("all"), "before\nlog\n");
}

#[test]
fn a_log_that_a_line_may_name_waits_if_there_is_something_to_lose() {
    let place = Place::new();
    for (old, may_be_named, now) in [("old", true, "old"), ("old", false, "log\n"), ("", true, "log\n")] {
        let path = place.file("log", old);
        let mut log = files(false).open_log(&path, true, may_be_named).unwrap();
        log.write_all(b"log\n").unwrap();
        assert_eq!(place.text("log"), now);
        log.prepare().unwrap();
        assert_eq!(place.text("log"), "log\n");
    }
}

#[test]
fn what_is_no_regular_file_is_nobodys_concern() {
    let mut files = files(false);
    for role in [FileRole::Input, FileRole::Stdout, FileRole::Output, FileRole::Log] {
        files.add(role, String::new(), File::open("/dev/null").unwrap()).unwrap();
    }
    files.open_log(Path::new("/dev/null"), true, false).unwrap();
    assert_eq!(files.named, []);
    assert_eq!(files.written(), []);
}
