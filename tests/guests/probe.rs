//! A command that does what its input says, a step a line, and prints what came of each: what a
//! guest can see and touch.

use std::ffi::{CString, c_char, c_int};
use std::fs::{File, FileTimes, OpenOptions};
use std::io::{Error, Read, Result, Write};
use std::time::{Duration, SystemTime};
use std::{env, fs, ptr};

unsafe extern "C" {
    fn utimensat(dir: c_int, path: *const c_char, times: *const u8, flags: c_int) -> c_int;
}

fn main() {
    let mut script = String::new();
    std::io::stdin().read_to_string(&mut script).unwrap();
    for line in script.lines() {
        let (step, what) = line.split_once(' ').unwrap_or((line, ""));
        match step {
            "args" => println!("{:?}", env::args().skip(1).collect::<Vec<_>>()),
            "env" => println!("{:?}", env::vars().collect::<Vec<_>>()),
            "read" => println!("{}", said(fs::read_to_string(what))),
            "write" => println!("{}", said(fs::write(what, "written").map(|()| "written".to_owned()))),
            "list" => println!(
                "{}",
                said(fs::read_dir(what).map(|entries| {
                    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
                    let mut names: Vec<_> = names.collect();
                    names.sort();
                    names.join(",")
                }))
            ),
            "connect" => {
                println!("{}", said(std::net::TcpStream::connect(what).map(|_| "connected".to_owned())))
            }
            "print" => println!("{}", what.replace("\\n", "\n").replace("\\e", "\u{1b}")),
            "log" => eprintln!("{}", what.replace("\\n", "\n").replace("\\e", "\u{1b}")),
            "bytes" => std::io::stdout().write_all(&[0xff, 0, 0xfe]).unwrap(),
            "fill" => println!("{}", said(fill(what).map(|bytes| bytes.to_string()))),
            "many" => println!("{}", said(many(what).map(|files| files.to_string()))),
            "deep" => println!("{}", said(deep(what).map(|()| "done".to_owned()))),
            change => println!("{}", said(changed(change, what).map(|()| "done".to_owned()))),
        }
    }
}

/// Changes something; two paths stand with a blank between them.
fn changed(how: &str, what: &str) -> Result<()> {
    let (one, two) = what.split_once(' ').unwrap_or((what, ""));
    match how {
        "create" => OpenOptions::new().write(true).create_new(true).open(what).map(drop),
        "open" => OpenOptions::new().write(true).open(what).map(drop),
        "append" => OpenOptions::new().append(true).open(what)?.write_all(b"+"),
        "truncate" => OpenOptions::new().write(true).truncate(true).open(what).map(drop),
        "cut" => OpenOptions::new().write(true).open(what)?.set_len(1),
        "mkdir" => fs::create_dir(what),
        "rmdir" => fs::remove_dir(what),
        "remove" => fs::remove_file(what),
        "rename" => fs::rename(one, two),
        "link" => fs::hard_link(one, two),
        #[expect(deprecated, reason = "the one that is stable on this target")]
        "symlink" => fs::soft_link(one, two),
        "times" => File::open(what)?.set_times(FileTimes::new().set_modified(year_2000())),
        "touch" => touch(what),
        other => panic!("no step is called {other}"),
    }
}

fn year_2000() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(946_684_800)
}

/// Sets the times of what stands there to now.
fn touch(path: &str) -> Result<()> {
    let path = CString::new(path).unwrap();
    // The C library's own number for the working directory.
    let done = unsafe { utimensat(-2, path.as_ptr(), ptr::null(), 0) };
    if done == 0 { Ok(()) } else { Err(Error::last_os_error()) }
}

/// Writes a file until there is no room; says how many bytes found some.
fn fill(path: &str) -> Result<u64> {
    let mut file = File::create(path)?;
    let block = [7; 4096];
    for blocks in 0..1 << 20 {
        if let Err(error) = file.write_all(&block) {
            eprintln!("full: {:?}", error.kind());
            return Ok(blocks * 4096);
        }
    }
    Ok(4 << 30)
}

/// Makes files until there is no room; says how many found some.
fn many(folder: &str) -> Result<u64> {
    for files in 0..1 << 20 {
        if let Err(error) = File::create(format!("{folder}/{files}")) {
            eprintln!("full: {:?}", error.kind());
            return Ok(files);
        }
    }
    Ok(1 << 20)
}

/// Folders in folders, deeper than a path may be long: each is renamed into a new one.
fn deep(folder: &str) -> Result<()> {
    fs::create_dir(format!("{folder}/a"))?;
    for _ in 0..5000 {
        fs::create_dir(format!("{folder}/b"))?;
        fs::rename(format!("{folder}/a"), format!("{folder}/b/a"))?;
        fs::rename(format!("{folder}/b"), format!("{folder}/a"))?;
    }
    Ok(())
}

fn said(result: std::io::Result<String>) -> String {
    result.unwrap_or_else(|error| format!("refused: {:?}", error.kind()))
}
