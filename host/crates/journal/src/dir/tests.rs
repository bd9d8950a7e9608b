//! Folders that are a run's, and those that are not, or not this user's alone.

use super::*;

/// The folder of a new run that has begun.
fn begun(path: &Path) -> RunDir {
    let mut dir = RunDir::create(path).unwrap();
    dir.keep();
    dir
}

#[test]
fn a_folder_is_one_runs_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a/run");
    let dir = begun(&path);
    assert_eq!(held_by(&path).unwrap(), Some(Some(std::process::id())));
    assert!(matches!(RunDir::create(&path), Err(DirError::Locked { pid: Some(_), .. })));
    assert!(matches!(RunDir::open(&path), Err(DirError::NoRun(_))));
    dir.replace(RUN, b"{}").unwrap();
    let error = RunDir::open(&path).unwrap_err().to_string();
    assert!(
        error.ends_with(&format!("is in use by another polymer (process {})", std::process::id())),
        "{error}"
    );
    drop(dir);
    // Those that waited for it in vain above have it for a moment each.
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    while held_by(&path).unwrap().is_some() {
        assert!(std::time::Instant::now() < deadline);
        thread::yield_now();
    }
    drop(RunDir::open(&path).unwrap());
    assert!(matches!(RunDir::create(&path), Err(DirError::Taken(_))));
}

#[test]
fn a_folder_with_other_things_is_no_runs() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("thesis.tex"), "").unwrap();
    let error = RunDir::create(folder.path()).unwrap_err().to_string();
    assert!(error.ends_with("is not empty, but holds no run: thesis.tex is in it"), "{error}");
    let file = folder.path().join("thesis.tex");
    assert!(matches!(RunDir::create(&file), Err(DirError::NotAFolder(path)) if path == file));
    assert!(matches!(RunDir::open(&file), Err(DirError::NotAFolder(path)) if path == file));
    assert!(matches!(RunDir::create(&file.join("run")), Err(DirError::System(_))));
    assert!(matches!(RunDir::open(&folder.path().join("none")), Err(DirError::NoRun(_))));
}

#[test]
fn a_folder_whose_first_supervisor_came_to_nothing_is_as_good_as_empty() {
    let folder = tempfile::tempdir().unwrap();
    drop(begun(folder.path()));
    drop(begun(folder.path()));
    // It was lost while it wrote what the run is.
    fs::write(folder.path().join("run.json.new"), "{").unwrap();
    let dir = begun(folder.path());
    dir.replace(RUN, b"{}").unwrap();
    assert!(!folder.path().join("run.json.new").exists());
}

#[test]
fn what_is_no_file_is_no_file_of_a_run() {
    let folder = tempfile::tempdir().unwrap();
    begun(folder.path()).replace(RUN, b"{}").unwrap();
    for name in [RESULTS, FAILED, EVENTS, AGAIN] {
        let path = folder.path().join(name);
        std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
        let error = RunDir::open(folder.path()).unwrap_err().to_string();
        assert_eq!(error, format!("{} is not a regular file", path.display()));
        fs::remove_file(path).unwrap();
    }
    RunDir::open(folder.path()).unwrap();
}

fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn what_others_have_a_say_in_is_not_gone_on_with() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    fs::create_dir(&path).unwrap();
    set_mode(&path, 0o777);
    assert!(matches!(RunDir::create(&path), Err(DirError::Foreign { owner: None, .. })));
    set_mode(&path, 0o755);
    begun(&path).replace(RUN, b"{}").unwrap();
    for (name, mode, ours) in [("", 0o770, 0o755), (RUN, 0o602, 0o644)] {
        let path = path.join(name);
        set_mode(&path, mode);
        let error = RunDir::open(&folder.path().join("run")).unwrap_err();
        assert!(matches!(&error, DirError::Foreign { path: told, owner: None } if *told == path), "{error}");
        set_mode(&path, ours);
    }
    RunDir::open(&path).unwrap();
    let shown = |owner| DirError::Foreign { path: "run".into(), owner }.to_string();
    let expected =
        "run is not yours alone: others may write to it, so it cannot be trusted to say what to run";
    assert_eq!(shown(None), expected);
    assert_eq!(shown(Some(7)), expected.replace("others may write to it", "it belongs to the user 7"));
}

#[test]
fn a_file_is_its_owners_the_systems_and_whoevers_may_write_to_it() {
    assert_eq!(foreign(7, 0o755, 7), None);
    assert_eq!(foreign(0, 0o700, 7), None);
    assert_eq!(foreign(8, 0o700, 7), Some(Some(8)));
    assert_eq!(foreign(7, 0o700, 0), Some(Some(7)), "the system does as nobody else says");
    assert_eq!(foreign(7, 0o720, 7), Some(None));
    assert_eq!(foreign(0, 0o702, 7), Some(None));
}

#[test]
fn links_are_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other");
    fs::write(&other, "other").unwrap();
    let path = folder.path().join("run");
    let dir = begun(&path);
    for name in [RESULTS, "summary.json.new", ".spool"] {
        std::os::unix::fs::symlink(&other, path.join(name)).unwrap();
    }
    assert!(dir.append(RESULTS).is_err());
    dir.replace(SUMMARY, b"{}").unwrap();
    dir.unnamed().unwrap().write_all(b"x").unwrap();
    assert_eq!(fs::read_to_string(path.join(SUMMARY)).unwrap(), "{}");
    dir.replace(RUN, b"{}").unwrap();
    drop(dir);
    fs::remove_file(path.join(RESULTS)).unwrap();
    fs::rename(path.join(LOCK), folder.path().join("lock")).unwrap();
    std::os::unix::fs::symlink(&other, path.join(LOCK)).unwrap();
    assert!(matches!(RunDir::open(&path), Err(DirError::NoFile(_))));
    assert!(RunDir::locked(&path).is_err());
    assert_eq!(fs::read_to_string(&other).unwrap(), "other");
}

#[test]
fn a_lock_that_is_not_there_any_more_is_nobodys() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lock");
    let lock = File::create(&path).unwrap();
    assert!(is_at(&lock, &path).unwrap());
    fs::rename(&path, folder.path().join("was")).unwrap();
    assert!(!is_at(&lock, &path).unwrap());
    fs::write(&path, "").unwrap();
    assert!(!is_at(&lock, &path).unwrap());
}

#[test]
fn what_is_replaced_is_there_whole_and_nobody_else_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let dir = begun(&folder.path().join("run"));
    for content in ["one", "two"] {
        dir.replace(RUN, content.as_bytes()).unwrap();
        assert_eq!(fs::read_to_string(dir.path().join(RUN)).unwrap(), content);
    }
    let names: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    for name in ["", RUN, "lock"] {
        let mode = fs::metadata(dir.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name}");
    }
}

#[test]
fn every_file_of_a_run_is_known_as_its_own() {
    for name in [RUN, RESULTS, FAILED, EVENTS, SUMMARY, AGAIN, LOCK, "rewrite.json", ".spool", &new_of(RUN)] {
        assert!(is_own(name), "{name}");
    }
    assert!(!is_own("log") && !is_own("err.txt"));
}

#[test]
fn a_new_folder_goes_again_unless_it_is_kept() {
    let base = tempfile::tempdir().unwrap();
    let (top, path) = (base.path().join("a"), base.path().join("a/b/run"));
    drop(RunDir::create(&path).unwrap());
    assert!(!top.exists(), "folders that were made for it go too");
    let dir = RunDir::create(&path).unwrap();
    dir.replace(RUN, b"{}").unwrap();
    drop(dir);
    assert!(!top.exists());
    // What is not the run's own stays where it is.
    let dir = RunDir::create(&path).unwrap();
    fs::write(path.join("notes.txt"), "mine").unwrap();
    drop(dir);
    assert_eq!(fs::read_dir(&path).unwrap().count(), 1);
    fs::remove_file(path.join("notes.txt")).unwrap();
    // So does a folder that was there.
    drop(RunDir::create(&path).unwrap());
    assert_eq!(fs::read_dir(&path).unwrap().count(), 0);
    let mut dir = RunDir::create(&path).unwrap();
    dir.replace(RUN, b"{}").unwrap();
    dir.keep();
    drop(dir);
    assert!(path.join(RUN).is_file());
    assert!(matches!(RunDir::create(&path), Err(DirError::Taken(_))));
    assert!(path.join(RUN).is_file(), "the run of another is left alone");
    RunDir::open(&path).unwrap();
    assert!(path.join(RUN).is_file());
}
