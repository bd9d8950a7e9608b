//! A profile that is added to a file of profiles: the text that goes behind what the file has, of
//! which nothing changes.
//!
//! It must never write a file, or know what a setting means.

use super::error::ConfigError;
use super::file::{self, line};
use std::path::Path;

/// A profile to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProfile {
    /// Its name: letters, digits, `-` and `_` of ASCII, which TOML takes without quotes.
    pub name: String,
    /// A line above it, without `#`.
    pub comment: String,
    /// Settings and their values, which have no character that TOML would want escaped.
    pub settings: Vec<(&'static str, String)>,
}

impl NewProfile {
    /// Returns what goes to the end of the file that is called `path` and has this `text`.
    ///
    /// # Errors
    /// If the file is no TOML or of another version, has a profile of this name, or is written so
    /// that no profile can follow.
    pub fn behind(&self, path: &Path, text: &str) -> Result<String, ConfigError> {
        let document = file::document(path, text)?;
        let profiles = document.get_ref().iter().find(|(name, _)| name.get_ref() == file::PROFILES);
        if let Some((name, value)) = profiles {
            let at = |offset| (path.to_path_buf(), line(text, offset));
            let Some(tables) = value.get_ref().as_table() else {
                let (path, line) = at(name.span().start);
                return Err(ConfigError::NoProfileTable { path, line, name: file::PROFILES.to_owned() });
            };
            if let Some((there, _)) = tables.iter().find(|(there, _)| there.get_ref() == self.name.as_str()) {
                let (path, line) = at(there.span().start);
                return Err(ConfigError::ProfileExists { path, line, name: self.name.clone() });
            }
            let added = self.text(text);
            if file::document(path, &format!("{text}{added}")).is_err() {
                let (path, line) = at(name.span().start);
                return Err(ConfigError::ClosedProfiles { path, line });
            }
            return Ok(added);
        }
        Ok(self.text(text))
    }

    /// Its own text, with the end of line that the file has and the one that its last line lacks.
    fn text(&self, before: &str) -> String {
        let end = if before.contains("\r\n") { "\r\n" } else { "\n" };
        let mut lines = Vec::new();
        if !before.is_empty() && !before.ends_with('\n') {
            lines.push(String::new());
        }
        if !before.is_empty() {
            lines.push(String::new());
        }
        lines.push(format!("# {}", self.comment));
        lines.push(format!("[{}.{}]", file::PROFILES, self.name));
        lines.extend(self.settings.iter().map(|(name, value)| format!("{name} = \"{value}\"")));
        lines.iter().flat_map(|line| [line.as_str(), end]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ConfigFile, SettingKey, SettingKind};
    use super::*;

    fn new(name: &str) -> NewProfile {
        let settings = vec![("fuel", "31k".to_owned()), ("output-limit", "1KiB".to_owned())];
        NewProfile { name: name.to_owned(), comment: "measured".to_owned(), settings }
    }

    fn added(text: &str) -> Result<String, String> {
        new("small").behind(Path::new("polymer.toml"), text).map_err(|error| error.to_string())
    }

    /// The names of all profiles that a text has.
    fn profiles(text: &str) -> Vec<String> {
        let key = |name: &str| SettingKey {
            name: name.to_owned(),
            kind: SettingKind::One,
            is_setting: true,
            heading: String::new(),
            aliases: Vec::new(),
            clashes: Vec::new(),
        };
        let keys = [key("fuel"), key("output-limit")];
        ConfigFile::parse(Path::new("x"), text, &keys).unwrap().profiles.into_keys().collect()
    }

    const PROFILE: &str = "# measured\n[profile.small]\nfuel = \"31k\"\noutput-limit = \"1KiB\"\n";

    #[test]
    fn a_profile_stands_behind_what_is_there() {
        assert_eq!(added("").unwrap(), PROFILE);
        assert_eq!(added("version = 1\n").unwrap(), format!("\n{PROFILE}"));
        assert_eq!(added("version = 1").unwrap(), format!("\n\n{PROFILE}"));
        assert_eq!(added("version = 1\r\n").unwrap(), format!("\n{PROFILE}").replace('\n', "\r\n"));
        for text in [
            "[profile.other]\nfuel = 1",
            "[profile]\n",
            "profile.other.fuel = 1\n",
            "[profile]\nother.fuel = 1\n[profile.more]\n",
            "# [profile.small]\n",
            "[profile.other]\nfuel = '''\n[profile.small]\n'''\n",
        ] {
            let whole = format!("{text}{}", added(text).unwrap());
            assert!(profiles(&whole).contains(&"small".to_owned()), "{whole}");
        }
    }

    #[test]
    fn a_profile_that_is_there_is_named_with_its_line() {
        for (text, line) in [
            ("[profile.small]\n", 1),
            ("version = 1\n\n[profile.\"small\"]\nfuel = 1\n", 3),
            ("profile.small.fuel = 1\n", 1),
            ("[profile]\nother = {}\nsmall = {}\n", 3),
            ("profile = { other = {}, small = {} }\n", 1),
        ] {
            let told = added(text).unwrap_err();
            assert_eq!(told, format!("polymer.toml, line {line}: there is a [profile.small] already"));
        }
    }

    #[test]
    fn a_file_that_takes_no_profile_is_refused_with_its_line() {
        let closed = added("\nprofile = { other = {} }\n").unwrap_err();
        assert!(closed.starts_with("polymer.toml, line 2: `profile` is an inline table"), "{closed}");
        assert!(added("profile = 1\n").unwrap_err().contains("line 1: unknown `profile`"));
        assert!(added("[profile.other\n").unwrap_err().starts_with("polymer.toml, line 1: "));
        assert!(added("version = 2\n").unwrap_err().contains("has version 2"));
    }
}
