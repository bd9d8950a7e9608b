//! The frame of a guest's trace that says where it failed, in whichever language it is written.
//!
//! Nothing here may know what the guest is built with: the shape of a line tells.

use polymer_host_base::sanitize::{is_dangerous, one_line};
use std::borrow::Cow;

/// The longest frame in characters.
const LONGEST: usize = 120;

/// What the innermost frames of a guest that gave itself up begin with: a panic's own machinery.
const MACHINERY: [&str; 9] =
    ["__", "_start", "abort", "alloc::", "core::", "runtime.", "rust_begin_unwind", "rust_panic", "std::"];

/// The innermost frame that is the guest's own, safe to show and in one line.
///
/// Engines give `module!function`, the innermost first; of that only the function is kept, and
/// frames of a panic's own machinery are passed over. Tracebacks of Python have `File "x", line 3,
/// in f`, the innermost last; stacks of JavaScript have `at f (x:1:2)`, the innermost first. Of any
/// other trace it is the first line.
#[must_use]
pub fn top_frame(trace: &str) -> Option<String> {
    let lines = || trace.lines().map(str::trim).filter(|line| !line.is_empty());
    let functions = || lines().map_while(function_of);
    let is_machinery = |function: &&str| {
        let crate_and_rest = without_hash(function);
        MACHINERY.iter().any(|start| crate_and_rest.starts_with(start))
    };
    let frame = functions()
        .find(|function| !is_machinery(function))
        .or_else(|| functions().next())
        .or_else(|| lines().rfind(|line| line.starts_with("File \"")))
        .or_else(|| lines().find_map(|line| line.strip_prefix("at ")))
        .or_else(|| lines().next())?;
    Some(shown(&without_hash(frame)))
}

/// A name without the hashes that Rust puts behind those of crates: `std[a88812da5ee6ad9e]::rt`.
fn without_hash(function: &str) -> Cow<'_, str> {
    let is_hash = |text: &str| text.len() > 8 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut parts = function.split('[');
    let first = parts.next().unwrap_or_default();
    if first.len() == function.len() {
        return function.into();
    }
    let mut kept = first.to_owned();
    for part in parts {
        match part.split_once(']').filter(|(hash, _)| is_hash(hash)) {
            Some((_, rest)) => kept.push_str(rest),
            None => {
                kept.push('[');
                kept.push_str(part);
            }
        }
    }
    kept.into()
}

/// The function of an engine's frame.
fn function_of(line: &str) -> Option<&str> {
    let line = line.split_once(": ").filter(|(number, _)| is_number(number)).map_or(line, |(_, rest)| rest);
    let (module, function) = line.split_once('!')?;
    (!function.is_empty() && !module.contains(char::is_whitespace)).then_some(function)
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn shown(frame: &str) -> String {
    let frame: String = frame.chars().filter(|character| !is_dangerous(*character)).take(LONGEST).collect();
    one_line(&frame).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_its_top_frame() {
        for (trace, frame) in [
            ("demo!inner\ndemo!outer", "inner"),
            ("0: demo!boom\n1: demo!run", "boom"),
            (
                "a.wasm!abort\na.wasm!std::process::abort\na.wasm!rust_panic\na.wasm!core::panicking::panic\na.wasm!faults::run",
                "faults::run",
            ),
            ("a.wasm!runtime.fatalpanic\na.wasm!main.solve", "main.solve"),
            ("a.wasm!abort\na.wasm!__assert_fail", "abort"),
            (
                "a!abort\na!std[a88812da5ee6ad9e]::process::abort\na!__rustc[b7974e8690430dd9]::rust_panic\na!probe[a88812da5ee6ad9e]::main::<[u8]>",
                "probe::main::<[u8]>",
            ),
            ("a.wasm!<wasm function 12>", "<wasm function 12>"),
            (
                "Traceback (most recent call last):\n  File \"app.py\", line 9, in run\n    return f(x)\n  File \"lib.py\", line 3, in f\n    return x!y\nKeyError: 'a'",
                "File \"lib.py\", line 3, in f",
            ),
            ("Error: oh!\n    at inner (app.js:3:7)\n    at outer (app.js:9:1)", "inner (app.js:3:7)"),
            ("\n  somewhere else\nmore", "somewhere else"),
        ] {
            assert_eq!(top_frame(trace).as_deref(), Some(frame), "{trace}");
        }
        assert_eq!(top_frame(" \n"), None);
    }

    #[test]
    fn a_hostile_frame_is_bounded_and_safe() {
        assert_eq!(top_frame("m!\u{1b}[2J\u{202e}f\tg").unwrap(), "[2Jf\\u{9}g");
        assert_eq!(top_frame(&"ä".repeat(1 << 20)).unwrap(), "ä".repeat(LONGEST));
    }
}
