//! Counts the primes below a number: work for the processor.

use polymer_task::{Failure, schemars, serde, task};

/// The most memory the sieve takes is one bit for each odd number below this: 64 MiB.
const LARGEST: u64 = 1 << 30;

/// What is asked.
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(crate = "polymer_task::serde")]
#[schemars(crate = "polymer_task::schemars")]
pub struct Question {
    /// The number to stay below.
    pub below: u64,
}

/// What is answered.
#[derive(serde::Serialize, schemars::JsonSchema, Debug, PartialEq, Eq)]
#[serde(crate = "polymer_task::serde")]
#[schemars(crate = "polymer_task::schemars")]
pub struct Answer {
    /// How many primes there are.
    pub count: usize,
}

/// Counts the primes below a number.
#[task(schema)]
pub fn primes(question: Question) -> Result<Answer, Failure> {
    if question.below > LARGEST {
        return Err(Failure::bad_input(format!("at most {LARGEST}")).code("too-large"));
    }
    Ok(Answer { count: count(usize::try_from(question.below)?) })
}

/// The sieve of Eratosthenes over the odd numbers: bit `i` stands for `2 * i + 1`.
fn count(below: usize) -> usize {
    if below <= 2 {
        return 0;
    }
    let odds = below / 2;
    let mut composite = vec![0_u64; odds.div_ceil(64)];
    let is_set = |bits: &[u64], i: usize| bits[i / 64] & (1 << (i % 64)) != 0;
    let mut primes = 1; // 2
    for i in 1..odds {
        if is_set(&composite, i) {
            continue;
        }
        primes += 1;
        let prime = 2 * i + 1;
        for multiple in (prime.saturating_mul(prime) / 2..odds).step_by(prime) {
            composite[multiple / 64] |= 1 << (multiple % 64);
        }
    }
    primes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_counts() {
        for (below, expected) in [(0, 0), (2, 0), (3, 1), (10, 4), (11, 4), (12, 5), (200_000, 17_984)] {
            assert_eq!(primes(Question { below }).unwrap(), Answer { count: expected }, "below {below}");
        }
    }

    #[test]
    fn too_large_is_the_inputs_fault() {
        assert!(primes(Question { below: LARGEST + 1 }).unwrap_err().bad_input);
    }
}
