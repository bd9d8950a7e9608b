//! Workers as their supervisor meets them: over a socket, with guests of every kind of ending.

mod canonical;
mod command;
mod counted;
mod invoke;
mod load;
mod reload;
mod streamed;
mod talk;
mod trace;
mod typed;

use polymer_host_task::{AttemptEnding, Output, TaskError, Verdict};

const ECHO: &str = r#"(func (export "_start") (call $print (i32.const 1) (i32.const 2048) (call $read (i32.const 2048) (i32.const 4096))))"#;
const SPIN: &str = r#"(func (export "_start") (loop $again (br $again)))"#;

fn text(ending: &AttemptEnding) -> &str {
    match &ending.output {
        Some(Output::Text(text) | Output::Json(text)) => text,
        other => panic!("{other:?} of {ending:?}"),
    }
}

#[track_caller]
fn failed<'a>(ending: &'a AttemptEnding, verdict: Verdict, code: &str) -> &'a TaskError {
    assert_eq!((ending.verdict, ending.error.code.as_str()), (verdict, code), "{ending:?}");
    &ending.error
}
