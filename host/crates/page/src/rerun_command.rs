//! The command that runs a task again, to be pasted into a shell.
//!
//! A guest or a user may have written an id. So what is no plain word is not in the command: the
//! number of the line stands there instead.

use polymer_host_base::sanitize::is_dangerous;
use polymer_host_sketch::{FailureCause, SketchLimits};
use polymer_host_task::Verdict;

/// Code of a task that ran longer than its own limit.
const TIMEOUT: &str = "timeout";

/// The longest id that stands in a command.
const LONGEST_ID: usize = 64;

/// The command that runs tasks of the run in `folder` again, but for the last word, which selects
/// them.
pub(crate) fn rerun(folder: &str) -> String {
    format!("polymer rerun {} --select ", shell_word(folder))
}

/// The command that lists tasks of the run in `folder`, but for the last word, which selects them.
pub(crate) fn list(folder: &str) -> String {
    format!("polymer export {} --fields seq,id,error.message --select ", shell_word(folder))
}

/// The word that selects this task.
pub(crate) fn one_task(id: &str, seq: u64) -> String {
    if is_plain(id) { format!("'id=\"{id}\"'") } else { format!("'seq={seq}'") }
}

/// The word that selects all failures of a cause.
pub(crate) fn all_failures(cause: &FailureCause) -> String {
    let text = cause.to_string().replace('\\', "\\\\").replace('"', "\\\"");
    shell_word(&format!("cause=\"{text}\""))
}

/// Flags that give each task twice as much of the limit that failures of a cause hit, if that is
/// known.
pub(crate) fn twice_the_limit(cause: &FailureCause, limits: &SketchLimits) -> Option<String> {
    match cause.verdict {
        Verdict::Timeout if cause.code == TIMEOUT => {
            // In nanoseconds.
            let millis = limits.run_time?.div_ceil(500_000);
            Some(match millis.is_multiple_of(1000) {
                true => format!("--timeout {}s", millis / 1000),
                false => format!("--timeout {millis}ms"),
            })
        }
        Verdict::FuelExhausted => Some(format!("--fuel {}", limits.fuel?.saturating_mul(2))),
        Verdict::MemoryExceeded => Some(format!("--memory {}MiB", limits.memory?.div_ceil(1 << 19))),
        _ => None,
    }
}

/// Returns whether a text is the same in a shell, in a selection and to the eye.
fn is_plain(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./:@+".contains(&byte);
    !text.is_empty() && text.len() <= LONGEST_ID && text.bytes().all(is_plain)
}

/// A word of a shell's line. What is not safe to show is written by its bytes, as `$'\x1b'`.
fn shell_word(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./:@+=,".contains(&byte);
    if !text.is_empty() && !text.starts_with('-') && text.bytes().all(is_plain) {
        return text.to_owned();
    }
    let text = if text.starts_with('-') { format!("./{text}") } else { text.to_owned() };
    if !text.contains(|character| is_dangerous(character) || character.is_control()) {
        return format!("'{}'", text.replace('\'', "'\\''"));
    }
    let mut word = "$'".to_owned();
    for character in text.chars() {
        match character {
            '\'' | '\\' => word.extend(['\\', character]),
            _ if is_dangerous(character) || character.is_control() => {
                let mut bytes = [0; 4];
                let bytes = character.encode_utf8(&mut bytes).bytes();
                word.extend(bytes.map(|byte| format!("\\x{byte:02x}")));
            }
            _ => word.push(character),
        }
    }
    word + "'"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_id_stands_in_the_command_and_any_other_is_a_number() {
        assert_eq!(rerun("runs/a") + &one_task("case/7", 7), "polymer rerun runs/a --select 'id=\"case/7\"'");
        for id in ["", "a b", "'; rm -rf ~; '", "$(x)", "a\nb", "ä", "\u{202e}", "*", &"x".repeat(65)] {
            assert_eq!(one_task(id, 7), "'seq=7'", "{id}");
        }
    }

    #[test]
    fn failures_of_a_cause_are_selected_by_it() {
        let cause = |code: &str, pattern: &str| FailureCause {
            verdict: Verdict::Trap,
            code: code.to_owned(),
            pattern: pattern.to_owned(),
            frame: Some("f".to_owned()),
        };
        for (code, pattern, word) in [
            ("unreachable", "no …", r#"'cause="trap (unreachable): no …, at f"'"#),
            ("", "", r#"'cause="trap, at f"'"#),
            ("a'b", "c\\\"", r#"'cause="trap (a'\''b): c\\\", at f"'"#),
        ] {
            assert_eq!(all_failures(&cause(code, pattern)), word);
        }
    }

    #[test]
    fn who_hit_a_limit_is_offered_twice_as_much() {
        let cause = |verdict, code: &str| FailureCause {
            verdict,
            code: code.to_owned(),
            pattern: String::new(),
            frame: None,
        };
        let limits = SketchLimits { run_time: Some(1_500_000_000), fuel: Some(1000), memory: Some(64 << 20) };
        let of = |verdict, code| twice_the_limit(&cause(verdict, code), &limits);
        assert_eq!(of(Verdict::Timeout, "timeout").as_deref(), Some("--timeout 3s"));
        assert_eq!(of(Verdict::FuelExhausted, "").as_deref(), Some("--fuel 2000"));
        assert_eq!(of(Verdict::MemoryExceeded, "").as_deref(), Some("--memory 128MiB"));
        assert_eq!((of(Verdict::Timeout, "cpu"), of(Verdict::Trap, "timeout")), (None, None));
        let shorter = SketchLimits { run_time: Some(125_000_000), ..SketchLimits::default() };
        let late = cause(Verdict::Timeout, "timeout");
        assert_eq!(twice_the_limit(&late, &shorter).as_deref(), Some("--timeout 250ms"));
        assert_eq!(twice_the_limit(&late, &SketchLimits::default()), None);
    }

    #[test]
    fn a_folder_is_one_word_whatever_it_is_called() {
        let odd = ("it's\n\u{202e}\\", "$'it\\'s\\x0a\\xe2\\x80\\xae\\\\'");
        for (folder, word) in [odd, ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("-x", "'./-x'"), ("", "''")] {
            assert_eq!(shell_word(folder), word);
        }
    }
}
