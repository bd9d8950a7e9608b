//! Counts primes: loads, stores and branches, where `rounds` has arithmetic only.

use polymer_task::task;

/// How many primes there are below `bound`.
#[task]
pub fn sieve(bound: usize) -> usize {
    let mut composite = vec![false; bound];
    let mut count = 0;
    for number in 2..bound {
        if composite[number] {
            continue;
        }
        count += 1;
        for multiple in (number * number..bound).step_by(number) {
            composite[multiple] = true;
        }
    }
    count
}
