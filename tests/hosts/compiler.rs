//! A compiler that its sources have taken over, in the jail in which strangers' sources are built:
//! each line of `main.c` is a try, and what came of it is said on stderr.
//!
//! It is called as clang is: see `recipe/c`. Tries of `escape` are known here as well.

#![expect(clippy::disallowed_types, reason = "what is tried is to start programs")]

use super::Told;
use super::escape::{self, outcome};
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A try: its name, and what it does with the path behind it and the module that is to be made.
type Try = (&'static str, fn(&Path, &Path) -> io::Result<()>);

const TRIES: &[Try] = &[
    ("read", |path, _| fs::read(path).map(drop)),
    ("write", |path, _| File::options().write(true).open(path).map(drop)),
    ("create", |path, _| File::create_new(path).map(drop)),
    ("list", |path, _| fs::read_dir(path).map(drop)),
    ("remove", |path, _| fs::remove_file(path)),
    ("execute", |path, _| Command::new(path).stdin(Stdio::null()).status().map(drop)),
    ("execute-a-copy", |path, module| {
        let copy = module.with_file_name("copy");
        fs::copy(path, &copy)?;
        Command::new(copy).status().map(drop)
    }),
    ("datagrams", |_, _| UnixDatagram::pair().map(drop)),
    ("variables", |_, _| {
        let names: Vec<String> = std::env::vars().map(|(name, _)| name).collect();
        if names.iter().any(|name| name == "SECRET") {
            Ok(())
        } else {
            Err(io::Error::other(names.join(",")))
        }
    }),
    ("spend-cpu", |_, _| {
        loop {
            std::hint::spin_loop();
        }
    }),
    ("sleep", |_, _| wait()),
    ("spend-cpu-in-children", |_, _| {
        for _ in 0..4 {
            Command::new("/bin/sh").args(["-c", "while :; do :; done"]).spawn()?;
        }
        wait()
    }),
    ("take-memory", |_, _| {
        let taken: Vec<_> = (0..64).map(|_| vec![1_u8; 16 << 20]).collect();
        Err(io::Error::other(format!("took {}", taken.len())))
    }),
    ("take-memory-in-children", |_, _| {
        for _ in 0..8 {
            // A string of so many bytes.
            Command::new("/bin/sh")
                .args(["-c", "x=$(head -c 33554432 /dev/zero | tr '\\0' x); sleep 600"])
                .spawn()?;
        }
        wait()
    }),
    ("make-threads", |_, _| {
        let one = || std::thread::Builder::new().stack_size(64 << 10).spawn(|| wait());
        while one().is_ok() {}
        wait()
    }),
    ("make-processes", |_, _| {
        while Command::new("/bin/sleep").arg("600").spawn().is_ok() {}
        wait()
    }),
    ("fill-files", |_, module| {
        let block = vec![1; 1 << 20];
        for number in 0..2000 {
            File::create(module.with_file_name(number.to_string()))?.write_all(&block)?;
        }
        Ok(())
    }),
    ("talk", |_, _| {
        loop {
            drop(io::stderr().write_all("warning\n".repeat(1000).as_bytes()));
        }
    }),
    ("leave-a-child", |_, module| {
        Command::new("/bin/sleep").arg("600").spawn()?;
        fs::write(module, "\0asm")
    }),
    ("module", |_, module| fs::write(module, "\0asm")),
    ("module-is-a-link", |path, module| symlink(path, module)),
    ("module-is-behind-a-link", |path, module| {
        let folder = module.parent().unwrap();
        fs::remove_dir_all(folder)?;
        symlink(path.parent().unwrap(), folder)
    }),
    ("module-is-a-folder", |_, module| fs::create_dir(module)),
    ("module-is-large", |_, module| File::create(module)?.set_len(100 << 20)),
    ("die", |_, _| std::process::abort()),
];

fn wait() -> ! {
    loop {
        std::thread::park();
    }
}

/// Compiles as clang would be asked to, or says that it has the headers it is asked for.
pub(super) fn run(args: &[String]) -> Told {
    if args.iter().any(|arg| arg == "-E") {
        return Ok(());
    }
    let module = args.iter().position(|arg| arg == "-o").and_then(|at| args.get(at + 1)).unwrap();
    let module = PathBuf::from(module);
    let within = escape::without_folders();
    let mut fails = false;
    for line in fs::read_to_string("main.c")?.lines() {
        let (name, path) = line.split_once(' ').unwrap_or((line, ""));
        let done = match TRIES.iter().find(|(known, _)| *known == name) {
            Some((_, attempt)) => attempt(Path::new(path), &module),
            None => escape::attempt_call(name, &within),
        };
        fails |= done.is_err();
        // A reader that has heard enough is no fault of this program's.
        drop(writeln!(io::stderr(), "{name}: {}", outcome(done)));
    }
    if fails { Err("a try failed".into()) } else { Ok(()) }
}
