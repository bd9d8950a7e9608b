//! Costs of processes, and several figures of one thing as one line.

use nix::sys::resource::{UsageWho, getrusage};
use std::fmt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What a command took, its children included.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) wall: Duration,
    pub(crate) cpu: Duration,
}

/// Runs a command to its end, which must be a good one.
pub(crate) fn run(command: &mut Command) -> Cost {
    let (before, began) = (cpu_of(UsageWho::RUSAGE_CHILDREN), Instant::now());
    let ended = command.stdin(Stdio::null()).status().unwrap();
    let cost = Cost { wall: began.elapsed(), cpu: cpu_of(UsageWho::RUSAGE_CHILDREN) - before };
    assert!(ended.success(), "{command:?} {ended}");
    cost
}

/// CPU time in user and system mode so far.
pub(crate) fn cpu_of(who: UsageWho) -> Duration {
    let usage = getrusage(who).unwrap();
    [usage.user_time(), usage.system_time()]
        .iter()
        .map(|time| {
            Duration::new(
                u64::try_from(time.tv_sec()).unwrap(),
                u32::try_from(time.tv_usec()).unwrap() * 1000,
            )
        })
        .sum()
}

/// Figures of one thing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Figures(Vec<f64>);

impl Figures {
    pub(crate) fn add(&mut self, figure: f64) {
        let place = self.0.partition_point(|other| *other < figure);
        self.0.insert(place, figure);
    }

    /// The one below which this share of them lies.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a place in a list of thousands"
    )]
    pub(crate) fn at(&self, share: f64) -> f64 {
        self.0[(share * (self.0.len() - 1) as f64).round() as usize]
    }

    pub(crate) fn median(&self) -> f64 {
        self.at(0.5)
    }
}

impl FromIterator<f64> for Figures {
    fn from_iter<I: IntoIterator<Item = f64>>(figures: I) -> Self {
        let mut all = Self::default();
        figures.into_iter().for_each(|figure| all.add(figure));
        all
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = if self.median() < 10.0 { 2 } else { 1 };
        write!(
            f,
            "{:.*} (of {}: {:.*} to {:.*}",
            digits,
            self.median(),
            self.0.len(),
            digits,
            self.at(0.0),
            digits,
            self.at(1.0)
        )?;
        if self.0.len() >= 100 {
            write!(f, ", p99 {:.*}", digits, self.at(0.99))?;
        }
        f.write_str(")")
    }
}

/// A line of what was found.
pub(crate) fn tell(what: &str, figures: &Figures, unit: &str) {
    println!("{what:<58} {figures} {unit}");
}

pub(crate) fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

pub(crate) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
