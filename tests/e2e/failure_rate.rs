//! A run is stopped for its rate of failures once it is surely too high, and not for an early
//! streak.

use super::support::{Start, wat};

#[test]
fn a_run_that_fails_less_often_than_may_is_not_stopped_by_an_early_streak() {
    // 1 % of the lines fail, and the first three come early: by task 108 they are 2.8 %.
    let failing = [30, 70, 108, 200];
    let lines = (1..=400).map(|line| if failing.contains(&line) { "x\n" } else { "1\n" });
    let input: String = lines.collect();
    let line = format!("run {} --input-format json --max-fail 2%", wat("silent"));
    let ended = Start::polymer(&line).run(input).check(100);
    assert_eq!(ended.records().len(), 400);
    let bad = "x\n".repeat(40) + &"1\n".repeat(4000);
    let ended = Start::polymer(&line).run(bad).check(106);
    ended.check_says("tasks failed, certainly more than the 2% allowed");
}
