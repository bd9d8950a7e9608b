//! A task whose input says how it ends. Native tests use the same struct to submit it.

use polymer_task::{Failure, task};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Doubles a number, if it is in the mood.
#[task]
#[derive(Debug, Clone, PartialEq)]
pub struct Moody {
    /// What it is called.
    #[task(id)]
    pub name: String,
    /// `ok`, `fail`, `retryable`, `trap`, `spin`, `sleep`, `nap` (so many milliseconds), `big` (so
    /// many bytes), `env` (its ballast is what it sees), `again` (the first attempt fails) or `nth`
    /// (its ballast is how often its instance was in this mood).
    pub mood: String,
    /// What is doubled.
    pub number: u64,
    /// Twice that.
    #[serde(default)]
    pub double: Option<u64>,
    /// What makes an answer big.
    #[serde(default)]
    pub ballast: String,
}

impl Moody {
    /// A task of this mood, called by its number.
    pub fn new(mood: &str, number: u64) -> Self {
        let (name, mood) = (format!("{mood}-{number}"), mood.to_owned());
        Self { name, mood, number, double: None, ballast: String::new() }
    }

    /// Makes the attempt.
    pub fn run(&mut self) -> Result<(), Failure> {
        println!("in the mood for {}", self.mood);
        match self.mood.as_str() {
            "ok" => {}
            "fail" => return Err(Failure::new("it does not want to")),
            "retryable" => return Err(Failure::new("not now").retryable()),
            "trap" => panic!("what a mood"),
            "spin" => loop {
                std::hint::black_box(&self.number);
            },
            "sleep" => std::thread::sleep(Duration::from_secs(1000)),
            "nap" => std::thread::sleep(Duration::from_millis(self.number)),
            "big" => self.ballast = "x".repeat(usize::try_from(self.number).unwrap_or(0)),
            "env" => self.ballast = format!("{:?}", std::env::vars().collect::<Vec<_>>()),
            "again" => {
                self.ballast = std::env::var("POLYMER_ATTEMPT").unwrap_or_default();
                if self.ballast == "1" {
                    return Err(Failure::new("once more").retryable());
                }
            }
            "nth" => {
                static TIMES: AtomicU32 = AtomicU32::new(0);
                self.ballast = (TIMES.fetch_add(1, Ordering::Relaxed) + 1).to_string();
            }
            other => return Err(Failure::bad_input(format!("there is no mood {other}"))),
        }
        self.double = Some(self.number * 2);
        Ok(())
    }
}
