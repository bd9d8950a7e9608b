//! The command that runs a task again, to be pasted into a shell.
//!
//! A guest or a user may have written an id. So what is no plain word is not in the command: the
//! number of the line stands there instead.

use polymer_host_base::sanitize::is_dangerous;

/// The longest id that stands in a command.
const LONGEST_ID: usize = 64;

/// The command that runs tasks of the run in `folder` again, but for the last word, which selects
/// them.
pub(crate) fn rerun(folder: &str) -> String {
    format!("polymer rerun {} --select ", shell_word(folder))
}

/// The word that selects this task.
pub(crate) fn one_task(id: &str, seq: u64) -> String {
    if is_plain(id) { format!("'id=\"{id}\"'") } else { format!("'seq={seq}'") }
}

/// The word that selects all failures that ended so, if that can be told by their records.
pub(crate) fn all_failures(verdict: &str, code: &str) -> Option<String> {
    match code {
        "" => Some(format!("'verdict={verdict}'")),
        code if is_plain(code) => Some(format!("'verdict={verdict} and error.code=\"{code}\"'")),
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
    fn failures_of_a_cause_are_selected_by_verdict_and_code() {
        assert_eq!(all_failures("timeout", "").unwrap(), "'verdict=timeout'");
        let selection = all_failures("trap", "unreachable").unwrap();
        assert_eq!(selection, "'verdict=trap and error.code=\"unreachable\"'");
        assert_eq!(all_failures("trap", "a'b"), None);
    }

    #[test]
    fn a_folder_is_one_word_whatever_it_is_called() {
        let odd = ("it's\n\u{202e}\\", "$'it\\'s\\x0a\\xe2\\x80\\xae\\\\'");
        for (folder, word) in [odd, ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("-x", "'./-x'"), ("", "''")] {
            assert_eq!(shell_word(folder), word);
        }
    }
}
