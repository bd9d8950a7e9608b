//! A compiler that its sources have taken over, in the jail in which strangers' sources are built:
//! each line of `main.c` is a try, and what came of it is said on stderr.
//!
//! It is called as clang is: see `recipe/c`. Tries of `escape` are known here as well.

#![expect(clippy::disallowed_types, reason = "what is tried is to start programs")]
#![expect(unsafe_code, reason = "and to do what no program does")]

use super::Told;
use super::escape::{self, outcome};
use nix::sys::mman::{MapFlags, ProtFlags, mmap_anonymous};
use std::fs::{self, File};
use std::io::{self, Write};
use std::num::NonZero;
use std::os::fd::BorrowedFd;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, symlink};
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

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
    ("user", |_, _| {
        let is_root = nix::unistd::getuid().is_root();
        Err(io::Error::other(if is_root { "root" } else { "another" }))
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
    ("spend-cpu-under-an-odd-name", |_, _| {
        // No text: it stands so in /proc, and children have it too.
        nix::sys::prctl::set_name(c"\xff\xff)")?;
        for _ in 0..4 {
            fork_child(|| {
                loop {
                    std::hint::spin_loop();
                }
            })?;
        }
        wait()
    }),
    ("spend-cpu-in-children-nobody-waits-for", |_, _| {
        // SAFETY: ignoring a signal runs no code of ours.
        unsafe { nix::sys::signal::signal(nix::sys::signal::SIGCHLD, nix::sys::signal::SigHandler::SigIgn) }?;
        loop {
            fork_child(|| {
                let end = Instant::now() + Duration::from_millis(100);
                while Instant::now() < end {}
            })?;
            std::thread::park_timeout(Duration::from_millis(100));
        }
    }),
    ("chain", |_, _| {
        fn next() {
            // Each child goes on where its parent has ended.
            drop(fork_child(next));
        }
        for _ in 0..20 {
            drop(fork_child(next));
        }
        wait()
    }),
    ("share-memory", |_, _| {
        let length = NonZero::new(1 << 20).unwrap();
        let flags = MapFlags::MAP_SHARED;
        // SAFETY: a new mapping at a place the kernel chooses.
        unsafe { mmap_anonymous(None, length, ProtFlags::PROT_READ, flags) }.map(drop)?;
        Ok(())
    }),
    ("take-page-tables", |_, _| {
        let bytes = 512 << 30;
        let flags = MapFlags::MAP_PRIVATE | MapFlags::MAP_NORESERVE;
        let length = NonZero::new(bytes).unwrap();
        // SAFETY: as above.
        let at = unsafe { mmap_anonymous(None, length, ProtFlags::PROT_READ, flags) }?;
        for offset in (0..bytes).step_by(2 << 20) {
            // SAFETY: inside of the mapping, which is zeros.
            unsafe { at.cast::<u8>().as_ptr().add(offset).read_volatile() };
        }
        wait()
    }),
    ("hide-files", |_, module| {
        // Closed from the start: where Landlock stands alone no mode can be changed.
        let closed = module.with_file_name("closed");
        fs::DirBuilder::new().mode(0o300).create(&closed)?;
        let block = vec![1; 1 << 20];
        for number in 0..400 {
            File::create(closed.join(number.to_string()))?.write_all(&block)?;
        }
        wait()
    }),
    ("nest-folders", |_, module| {
        // Deeper than any path, and the last one closed.
        std::env::set_current_dir(module.parent().unwrap())?;
        for _ in 0..3000 {
            fs::create_dir("a")?;
            std::env::set_current_dir("a")?;
        }
        fs::write("file", "")?;
        fs::DirBuilder::new().mode(0o300).create("a")?;
        Err(io::Error::other("nested"))
    }),
    ("change-mode", |path, _| fs::set_permissions(path, PermissionsExt::from_mode(0o777))),
    ("change-times", |path, _| File::open(path)?.set_modified(std::time::SystemTime::UNIX_EPOCH)),
    ("cut", |path, _| Ok(nix::unistd::truncate(path, 0)?)),
    ("open-descriptors", |_, _| {
        // What the program itself has opened is among them: one end of a socket pair.
        let is_open = |number: &i32| {
            // SAFETY: the call asks about a number, and nothing is done with what it names.
            nix::sys::stat::fstat(unsafe { BorrowedFd::borrow_raw(*number) }).is_ok()
        };
        Err(io::Error::other(format!("{}", (3..64).filter(is_open).count())))
    }),
    ("take-memory", |_, _| {
        let taken: Vec<_> = (0..64).map(|_| vec![1_u8; 16 << 20]).collect();
        Err(io::Error::other(format!("took {}", taken.len())))
    }),
    ("take-memory-in-children", |_, _| {
        for _ in 0..8 {
            // A string of so many bytes.
            Command::new("/bin/sh")
                .args(["-c", "x=$(head -c 33554432 /dev/urandom | tr '\\000-\\377' x); sleep 600"])
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

/// Starts a copy of this process that does something and ends.
fn fork_child(something: fn()) -> io::Result<()> {
    // SAFETY: the child makes system calls and ends; no lock of another thread is asked for.
    match unsafe { nix::unistd::fork() }? {
        nix::unistd::ForkResult::Parent { .. } => Ok(()),
        nix::unistd::ForkResult::Child => {
            something();
            polymer_host_sys::process::exit_now(0)
        }
    }
}

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
