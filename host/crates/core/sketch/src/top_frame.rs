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
    let is_machinery = |function: &str| {
        let function = without_hashes(function);
        MACHINERY.iter().any(|start| function.starts_with(start))
    };
    let function = functions().find(|function| !is_machinery(function)).or_else(|| functions().next());
    if let Some(function) = function {
        return Some(shown(&without_hashes(function)));
    }
    let frame = lines()
        .rfind(|line| line.starts_with("File \""))
        .or_else(|| lines().find_map(|line| line.strip_prefix("at ")))
        .or_else(|| lines().next())?;
    Some(shown(frame))
}

/// The function of an engine's frame.
fn function_of(line: &str) -> Option<&str> {
    let line = line.split_once(": ").filter(|(number, _)| is_number(number)).map_or(line, |(_, rest)| rest);
    let (module, function) = line.split_once('!')?;
    (!function.is_empty() && !module.contains(char::is_whitespace)).then_some(function)
}

/// A function without the hashes that Rust puts behind names of crates, as `std[a88812da5ee6ad9e]`:
/// they are others in each build.
fn without_hashes(function: &str) -> Cow<'_, str> {
    if !function.contains('[') {
        return Cow::Borrowed(function);
    }
    let (mut plain, mut rest) = (String::with_capacity(function.len()), function);
    while let Some((before, after)) = rest.split_once('[') {
        plain.push_str(before);
        match after.split_once(']').filter(|(hash, _)| is_hash(hash)) {
            Some((_, behind)) => rest = behind,
            None => {
                plain.push('[');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

fn is_hash(text: &str) -> bool {
    (12..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
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
                "a.wasm!abort\na.wasm!std[a88812da5ee6ad9e]::process::abort\na.wasm!guest[0123456789abcdef]::f::<[u8]>",
                "guest::f::<[u8]>",
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
