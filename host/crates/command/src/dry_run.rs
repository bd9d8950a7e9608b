//! `polymer run --dry-run`: what a run would be, setting by setting, and where each comes from. No
//! worker is started and nothing is written but that.

use super::args::RunArgs;
use super::error::CliError;
use super::exit::CommandExit;
use super::fetched_module::FetchModuleError;
use super::open_run_dir::MAY_BE_URLS;
use super::settings::keys;
use super::{fetched_module, input_source, show};
use polymer_host_base::sanitize::one_line;
use polymer_host_config::{RunSettings, Setting, SettingKey, SettingKind};
use polymer_host_modules::{BundledModules, ModuleError};
use polymer_host_store::ObjectUrl;
use polymer_host_sys::regular::FileError;
use polymer_host_sys::standard::{StandardStream, was_closed};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;
use std::path::Path;

/// The widest column of values.
const WIDEST: usize = 32;

/// Prints the plan, then checks what it names.
pub(super) fn dry_run(args: &RunArgs, settings: &RunSettings) -> Result<CommandExit, CliError> {
    if was_closed(StandardStream::Output) {
        return Err(CliError::OutputClosed);
    }
    if !show(io::stdout(), &plan(&keys(), settings)) {
        return Ok(CommandExit::Output);
    }
    check(args)?;
    Ok(CommandExit::Ok)
}

/// That folders, variables, the module and the input are there. Of a URL only its form is checked:
/// nothing is asked for.
fn check(args: &RunArgs) -> Result<(), CliError> {
    args.grants.grants()?;
    let url = |path: Option<&Path>| path.and_then(ObjectUrl::of_path).transpose();
    if let Some(url) = url(args.module.as_deref()).map_err(FetchModuleError::from)? {
        fetched_module::digest_of(&url)?;
    } else if let Some(module) = args.module.as_deref() {
        let path = BundledModules::installed().resolve(module).map_err(ModuleError::from)?;
        if !path.exists() {
            return Err(ModuleError::Missing(path).into());
        }
    }
    let input = args.named_input();
    if let Some(url) = url(input).map_err(input_source::SourceError::from)? {
        return Ok(input_source::check_url(&url)?);
    }
    match input.filter(|path| *path != Path::new("-") && !path.exists()) {
        Some(path) => Err(input_source::SourceError::at(path, FileError::Missing).into()),
        None => Ok(()),
    }
}

/// Every setting in a line of its own, under the headings of help. What cannot stand in a profile
/// is a comment.
fn plan(keys: &[SettingKey], settings: &RunSettings) -> String {
    let shown = || keys.iter().filter(|key| key.is_kept());
    let column = shown().map(|key| key.name.len()).max().unwrap_or(0);
    let values = || {
        settings.iter().filter_map(|setting| Some(value(SettingKey::named(keys, &setting.name)?, setting)))
    };
    let wide = values().map(|value| value.chars().count()).filter(|wide| *wide <= WIDEST).max().unwrap_or(0);
    let mut text = String::new();
    let mut heading = "";
    for key in shown() {
        if key.heading != heading {
            heading = &key.heading;
            // Here and below: a write to a string cannot fail.
            let _ = writeln!(text, "\n# {heading}");
        }
        let setting = settings.get(&key.name);
        let is_comment = !key.is_setting || !setting.is_some_and(Setting::is_exact);
        let (value, origin) = setting.map_or_else(
            || (String::new(), "not set".to_owned()),
            |setting| (value(key, setting), setting.origin()),
        );
        let (mark, name) = (if is_comment { "# " } else { "" }, &key.name);
        let (column, origin) = (column + 2 - mark.len(), one_line(&origin));
        let _ = writeln!(text, "{mark}{name:column$} = {value:wide$} # {origin}");
    }
    text
}

/// The values as TOML.
fn value(key: &SettingKey, setting: &Setting) -> String {
    let typed = |value: &String| {
        let shown = if MAY_BE_URLS.contains(&key.name.as_str()) {
            ObjectUrl::without_secrets(value)
        } else {
            value.clone()
        };
        let value = &shown;
        let is_whole = value.parse::<u32>().is_ok_and(|number| number.to_string() == *value);
        if is_whole || key.kind == SettingKind::Switch { value.clone() } else { quoted(value) }
    };
    match key.kind {
        SettingKind::Many | SettingKind::Rest => {
            format!("[{}]", setting.values.iter().map(typed).collect::<Vec<_>>().join(", "))
        }
        SettingKind::Switch | SettingKind::One | SettingKind::Place => {
            setting.values.first().map(typed).unwrap_or_default()
        }
    }
}

/// A text as TOML writes it, safe to show on a terminal.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            _ if matches!(one_line(character.encode_utf8(&mut [0; 4])), Cow::Owned(_)) => {
                let _ = write!(quoted, "\\U{:08X}", u32::from(character));
            }
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests;
