//! Which words of a message are variable: numbers, hex, what stands for one thing of many, paths.
//!
//! Nothing here may know where a word stands.

/// The longest word that is not variable, in characters.
const LONGEST_WORD: usize = 40;

/// The shortest word of hex digits that is variable without a decimal digit in it.
const SHORTEST_HEX: usize = 8;

/// The longest suffix by which a name with one slash is that of a file.
const LONGEST_SUFFIX: usize = 5;

/// Words with digits in them that are names of a kind, so that two of them are different messages.
const NAMES: [&str; 44] = [
    "b64", "base32", "base64", "bf16", "f16", "f32", "f64", "float32", "float64", "http2", "i128", "i16",
    "i32", "i64", "i8", "int16", "int32", "int64", "int8", "ipv4", "ipv6", "latin1", "md5", "p1", "p2",
    "preview1", "preview2", "s16", "s32", "s64", "s8", "sha1", "sha256", "sha512", "u128", "u16", "u32",
    "u64", "u8", "uint32", "uint64", "utf16", "utf8", "v128",
];

/// Returns whether a word, made of letters, digits and underscores, is a variable part.
pub(crate) fn is_variable_word(word: &str) -> bool {
    if word.chars().any(char::is_numeric) {
        return !NAMES.iter().any(|name| name.eq_ignore_ascii_case(word));
    }
    let is_hex = || word.len() >= SHORTEST_HEX && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    word.chars().nth(LONGEST_WORD).is_some() || is_hex()
}

/// Returns whether text without white space in it names one place or thing of many: a path, an
/// address of the web or one of mail, a UUID.
pub(crate) fn is_place(text: &str) -> bool {
    is_path(text) || is_windows_path(text) || is_mail(text) || is_uuid(text)
}

fn is_path(text: &str) -> bool {
    let rooted = ["/", "./", "../", "~/"].iter().find_map(|root| text.strip_prefix(root));
    if rooted.is_some_and(|rest| rest.contains(char::is_alphanumeric)) || text.contains("://") {
        return true;
    }
    let Some((folder, last)) = text.rsplit_once('/') else { return false };
    let has_name = folder.contains(char::is_alphanumeric);
    has_name && (folder.contains('/') || has_suffix(last))
}

/// Returns whether a name is that of a file: `lib.rs`, or `lib.rs:7:1`.
fn has_suffix(name: &str) -> bool {
    let name = name.split(':').next().unwrap_or_default();
    name.rsplit_once('.').is_some_and(|(stem, suffix)| {
        let is_short = (1..=LONGEST_SUFFIX).contains(&suffix.len());
        !stem.is_empty() && is_short && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

fn is_windows_path(text: &str) -> bool {
    let Some((drive, rest)) = text.split_once('\\') else { return false };
    let is_drive = drive.len() == 2 && drive.ends_with(':');
    is_drive || (drive.is_empty() && rest.starts_with('\\')) || rest.contains('\\')
}

fn is_mail(text: &str) -> bool {
    text.split_once('@').is_some_and(|(person, domain)| {
        person.ends_with(char::is_alphanumeric)
            && domain.starts_with(char::is_alphanumeric)
            && domain.contains('.')
    })
}

fn is_uuid(text: &str) -> bool {
    let groups = text.split('-').map(|group| {
        let is_hex = group.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_hex { group.len() } else { 0 }
    });
    groups.eq([8, 4, 4, 4, 12])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_digits_are_variable_but_for_names_of_a_kind() {
        for word in ["7", "0x1F", "3ms", "user17", "a1b2", "E0308", "٣", "deadbeef", "ABCDEFAB"] {
            assert!(is_variable_word(word), "{word}");
        }
        for word in ["i32", "UTF8", "sha256", "face", "decade", "größer", "snake_case"] {
            assert!(!is_variable_word(word), "{word}");
        }
        assert!(!is_variable_word(&"ä".repeat(40)));
        assert!(is_variable_word(&"ä".repeat(41)));
    }

    #[test]
    fn places_are_told_from_words_with_a_slash() {
        for text in [
            "/etc/passwd",
            "/x",
            "./x",
            "../x/y",
            "~/x",
            "src/main.rs",
            "src/main.rs:5:3",
            "a/b/c",
            "C:\\x",
            "\\\\host\\share",
            "a\\b\\c",
            "https://a.example/x?y=1",
            "file:///x",
            "joe.doe@mail.example",
            "abcdefab-abcd-abcd-abcd-abcdefabcdef",
        ] {
            assert!(is_place(text), "{text}");
        }
        for text in ["/", "//", "and/or", "I/O", "text/plain", "n/a", "a.b", "user@host", "@", "\\n", "../.."]
        {
            assert!(!is_place(text), "{text}");
        }
    }
}
