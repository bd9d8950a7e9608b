//! Failures in a guest's own words: where it says that it failed, in records and on the terminal;
//! and modules that were built before there was a place for that.

use super::support::{console, wat};
use serde_json::json;

#[test]
fn a_guest_says_where_it_failed() {
    let ended =
        console(&format!("run {} --log-level error --keep-order", wat("tells")), &["[]", "null"], 100);
    let [failed, gave_up] = &ended.records()[..] else { panic!("{}", ended.stdout) };
    let told = "File \"a.x\"\n  line 7\nOops: \u{1b}[31mred";
    failed.check("task_error", "Oops");
    assert_eq!((failed.text("/error/message"), failed.text("/error/trace")), ("no good", told));
    // It gave itself up: what it told is the message, and the engine says where.
    gave_up.check("trap", "unreachable");
    assert_eq!(gave_up.text("/error/message"), told);
    assert!(gave_up.text("/error/trace").contains("tells!run"), "{gave_up:?}");
    // On a terminal it stands below, and does nothing to it.
    ended
        .check_says("task_error (Oops): no good\n    File \"a.x\"\n      line 7\n    Oops: \\u{1b}[31mred\n");
    assert!(!ended.stderr.contains('\u{1b}'), "{}", ended.stderr);
}

#[test]
fn modules_of_version_0_1_0_go_on_working() {
    for module in ["contract-0.1.0", "contract-0.1.0-core"] {
        for reuse in ["", "--reuse 8"] {
            let line = format!("run {} --keep-order {reuse}", wat(module));
            let records = console(&line, &["{\"a\":1}", "null", "[]"], 100).records();
            records[0].check_ok(&json!({"a": 1}));
            records[1].check("task_error", "failure");
            records[1].check_message("no good");
            assert_eq!(records[1]["/error/trace"], serde_json::Value::Null);
            records[2].check_ok(&json!([]));
            assert_eq!(records[0].text("/log/text"), "warn: one\nwarn: two");
        }
    }
}
