//! Messages of a task while it runs: lines in the log of its attempt, and its progress.

use std::fmt;

/// Severity of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// For the author of the task.
    Debug,
    /// For whoever runs it.
    Info,
    /// Something is off, the attempt goes on.
    Warn,
    /// Something failed.
    Error,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        })
    }
}

/// Writes a line to the log of the attempt; [`debug!`](crate::debug), [`info!`](crate::info),
/// [`warn!`](crate::warn) and [`error!`](crate::error) are shorter.
///
/// The log is bounded: when it is full, the host drops its oldest lines and counts them. In a
/// native program the line goes to stderr.
pub fn write(level: Level, message: fmt::Arguments<'_>) {
    sink::write(level, &message.to_string());
}

/// Tells the host how far the attempt has come: `done` of `total` units of the task's own choosing.
///
/// It is a hint for a display and is never stored. In a native program nothing happens.
pub fn progress(done: u64, total: u64) {
    sink::progress(done, total);
}

/// Logs a line for the author of the task: `debug!("looked at {count} words")`.
#[macro_export]
macro_rules! debug {
    ($($arg:tt)+) => { $crate::log::write($crate::log::Level::Debug, ::core::format_args!($($arg)+)) };
}

/// Logs a line for whoever runs the task: `info!("{count} words")`.
#[macro_export]
macro_rules! info {
    ($($arg:tt)+) => { $crate::log::write($crate::log::Level::Info, ::core::format_args!($($arg)+)) };
}

/// Logs that something is off while the attempt goes on: `warn!("no title, took {name}")`.
#[macro_export]
macro_rules! warn {
    ($($arg:tt)+) => { $crate::log::write($crate::log::Level::Warn, ::core::format_args!($($arg)+)) };
}

/// Logs that something failed: `error!("cannot read {name}")`.
#[macro_export]
macro_rules! error {
    ($($arg:tt)+) => { $crate::log::write($crate::log::Level::Error, ::core::format_args!($($arg)+)) };
}

/// The way to the host.
#[cfg(target_family = "wasm")]
mod sink {
    use super::Level;
    use crate::bindings::polymer::task::{host, types};

    pub(super) fn write(level: Level, message: &str) {
        let level = match level {
            Level::Debug => types::Level::Debug,
            Level::Info => types::Level::Info,
            Level::Warn => types::Level::Warn,
            Level::Error => types::Level::Error,
        };
        host::log(level, message);
    }

    pub(super) fn progress(done: u64, total: u64) {
        host::progress(done, total);
    }
}

/// Substitute for the host in a native program.
#[cfg(not(target_family = "wasm"))]
mod sink {
    use super::Level;

    #[expect(clippy::print_stderr, reason = "the macro's output is what `cargo test` captures")]
    pub(super) fn write(level: Level, message: &str) {
        eprintln!("{level}: {message}");
    }

    pub(super) fn progress(_done: u64, _total: u64) {}
}

/// Sends what is logged through the `log` crate to the host.
#[cfg(feature = "log")]
pub(crate) mod facade {
    use super::Level;

    struct Facade;

    impl ::log::Log for Facade {
        fn enabled(&self, metadata: &::log::Metadata<'_>) -> bool {
            metadata.level() <= ::log::Level::Debug
        }

        fn log(&self, record: &::log::Record<'_>) {
            let level = match record.level() {
                ::log::Level::Error => Level::Error,
                ::log::Level::Warn => Level::Warn,
                ::log::Level::Info => Level::Info,
                ::log::Level::Debug => Level::Debug,
                ::log::Level::Trace => return,
            };
            super::write(level, *record.args());
        }

        fn flush(&self) {}
    }

    /// Makes this the logger of the program, unless it has chosen one.
    pub(crate) fn install() {
        if ::log::set_logger(&Facade).is_ok() {
            ::log::set_max_level(::log::LevelFilter::Debug);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_progress_need_no_host() {
        let word = "here";
        crate::debug!("a line {word}");
        crate::info!("a line {}", word);
        crate::warn!("a line");
        crate::error!("{word:?}");
        progress(1, 2);
        assert!(Level::Debug < Level::Error);
    }

    #[cfg(feature = "log")]
    #[test]
    fn the_facade_takes_lines() {
        facade::install();
        facade::install();
        ::log::info!("through the facade");
        assert_eq!(::log::max_level(), ::log::LevelFilter::Debug);
    }
}
