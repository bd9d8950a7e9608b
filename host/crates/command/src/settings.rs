//! Between the flags and their layers: what was typed, what variables and profiles say beneath it,
//! and the flags that come of it. `files` reads the profiles, `found` says what a file may set that
//! nobody named.
//!
//! Everything is read off the flags as clap knows them, so a new flag is a new setting. It must
//! never know what a flag is for.

mod files;
mod found;

use super::args::{Cli, CliCommand, NoStart, RunArgs, short_help};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches, Id};
use polymer_host_base::sanitize::{one_line, printable};
use polymer_host_config as config;
use polymer_host_config::{
    CONFIG, ConfigError, GivenValue, PROFILE, RunSettings, Setting, SettingKey, SettingKind, SettingLayer,
    SettingSource,
};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// The command whose flags are settings.
const RUN: &str = "run";
/// The command that takes those of them for which it has a flag.
const EXEC: &str = "exec";
/// Another one, which makes runs.
const JUDGE: &str = "judge";
/// Flags that say where settings come from, or that there is to be no run: they hold for one
/// command line and are no settings.
const PROFILE_FLAG: &str = "profile";
const CONFIG_FLAG: &str = "config";
const NO_CONFIG_FLAG: &str = "no-config";
const NO_SETTINGS: [&str; 9] = [
    PROFILE_FLAG,
    CONFIG_FLAG,
    NO_CONFIG_FLAG,
    "dry-run",
    "resume",
    "force",
    "module-changed",
    "client",
    "control",
];
/// Those of them that say where settings come from.
const ORIGINS: [&str; 3] = [PROFILE_FLAG, CONFIG_FLAG, NO_CONFIG_FLAG];
/// The input that stands behind the module, and the flag that it is another way to type.
const PLACE: &str = "place";
const INPUT: &str = "input";
/// The flag that other commands share.
const CACHE_DIR: &str = "cache-dir";
const NO_CACHE: &str = "no-cache";

/// Why what a run was started with, and flags over it, make no run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SavedError {
    /// The flags are wrong.
    #[error(transparent)]
    Usage(#[from] NoStart),
    /// It was started with a flag that this version has not.
    #[error("this polymer has no flag `{name}`")]
    Unknown {
        /// The flag, without dashes.
        name: String,
    },
    /// It was started with a value that this version refuses.
    #[error("this polymer does not accept the saved `{name}`: {message}")]
    Value {
        /// The flag, without dashes.
        name: String,
        /// Why.
        message: String,
    },
}

/// Result of resolving a command line.
#[derive(Debug)]
pub struct ResolvedArgs {
    /// Command to execute.
    pub cli: Cli,
    /// The settings of a run, and where each comes from.
    pub settings: Option<RunSettings>,
    /// Variables that begin like ours and set nothing, to be told of.
    pub passed_over: Vec<String>,
}

/// Resolves a command line, the program's name first, with variables and profiles beneath the flags
/// of `run`, `exec` and `judge`.
///
/// # Errors
/// If the command line, a variable or a file of profiles is wrong, or help or the version is asked
/// for.
pub fn resolve(argv: impl IntoIterator<Item = OsString>) -> Result<ResolvedArgs, NoStart> {
    resolve_in(argv, std::env::vars_os().collect(), Path::new(""))
}

/// Resolves flags, as if they followed `polymer run`, over what a run was started with: see
/// [`RunSettings::to_saved`]. Variables and profiles have no effect.
///
/// # Errors
/// If the flags are wrong, or what was saved is of no use to this version.
pub fn over_saved(
    argv: impl IntoIterator<Item = OsString>,
    saved: &BTreeMap<String, Vec<String>>,
) -> Result<(RunArgs, RunSettings), SavedError> {
    let known = RunFlags::of_run();
    let argv: Vec<OsString> = ["polymer".into(), RUN.into()].into_iter().chain(argv).collect();
    let typed = typed(&argv)?.filter(|(command, _)| *command == RUN);
    let (_, typed) = typed.ok_or_else(|| NoStart::usage("there is no run in this"))?;
    let flags = known.flags(&typed);
    if let Some(flag) = ORIGINS.into_iter().find(|flag| flags.contains_key(*flag)) {
        return Err(
            NoStart::usage(&format!("--{flag} cannot be used here: the run keeps its own settings")).into()
        );
    }
    if let Some(name) =
        saved.keys().find(|name| !known.keys.iter().any(|key| key.is_kept() && key.name == **name))
    {
        return Err(SavedError::Unknown { name: name.clone() });
    }
    let kept = |(name, values): (&String, &Vec<String>)| {
        let values = values.iter().map(OsString::from).collect();
        (name.clone(), GivenValue { values, source: SettingSource::Saved })
    };
    let merged = config::merge(&known.keys, [flags, saved.iter().map(kept).collect()]);
    let (cli, settings) = known.parse(&merged).map_err(|error| known.of_saved(&error, &merged))?;
    match cli.action {
        CliCommand::Run(args) => Ok((*args, settings)),
        _ => Err(NoStart::usage("there is no run in this").into()),
    }
}

fn resolve_in(
    argv: impl IntoIterator<Item = OsString>,
    mut variables: Vec<(OsString, OsString)>,
    folder: &Path,
) -> Result<ResolvedArgs, NoStart> {
    let argv: Vec<OsString> = argv.into_iter().collect();
    let known = RunFlags::of_run();
    let Some((command, typed)) = typed(&argv)? else {
        let cli = known.with_usual_cache(Cli::read(argv)?, &variables)?;
        return Ok(ResolvedArgs { cli, settings: None, passed_over: Vec::new() });
    };
    let others = (command != RUN).then(|| RunFlags::of(command));
    let wanted = others.as_ref().unwrap_or(&known);
    let (flags, mut read) = (wanted.flags(&typed), Vec::new());
    let profiles = if flags.contains_key(NO_CONFIG_FLAG) {
        variables.clear();
        Vec::new()
    } else {
        let chosen = |flag: &str, name: &str| {
            let typed = flags.get(flag).and_then(|given| given.values.first().cloned());
            typed.or_else(|| files::variable(&variables, name))
        };
        let (profile, file) = (chosen(PROFILE_FLAG, PROFILE), chosen(CONFIG_FLAG, CONFIG).map(PathBuf::from));
        let own = files::own(&variables);
        let files = files::gather(&known.keys, file.as_deref(), folder, own.as_deref())?;
        read.extend(files.iter().filter(|file| file.file.is_some()).map(|file| file.path.clone()));
        let not_text = ConfigError::NameNotText { name: "the name of the profile" };
        let profile = profile.as_deref().map(|name| name.to_str().ok_or(not_text)).transpose()?;
        config::layers(files, profile)?
    };
    let found = || profiles.iter().filter(|profile| !profile.is_trusted).map(|profile| &profile.layer);
    found().try_for_each(found::check_names)?;
    let environment = config::environment(&known.keys, variables)?;
    let above = [flags, environment.layer];
    let parsed = |of: &RunFlags, only_trusted: bool| {
        let profiles = profiles.iter().filter(|profile| profile.is_trusted || !only_trusted);
        let layers = above.iter().chain(profiles.map(|profile| &profile.layer));
        let merged = config::merge(&of.keys, layers.map(|layer| of.own(layer)));
        of.parse(&merged).map_err(|error| of.worded(&error, &merged))
    };
    let (cli, settings) = parsed(wanted, false)?;
    if found().next().is_some() {
        // Such a file may tell no command more than a run.
        let as_run = others.as_ref().map(|_| parsed(&known, false)).transpose()?;
        let (with, without) = (as_run.as_ref().map_or(&cli, |(cli, _)| cli), parsed(&known, true)?);
        found().try_for_each(|layer| found::check_values(layer, with, &without))?;
    }
    Ok(ResolvedArgs { cli, settings: Some(settings.read_from(read)), passed_over: environment.passed_over })
}

impl From<ConfigError> for NoStart {
    fn from(error: ConfigError) -> Self {
        let hint = error.hint().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
        Self::usage(&format!("{error}{hint}"))
    }
}

/// Returns what was typed behind `run`, `exec` or `judge`, if one of them is the command that was
/// typed: what is missing may come from elsewhere.
fn typed(argv: &[OsString]) -> Result<Option<(&'static str, ArgMatches)>, NoStart> {
    let matches = match short_help::command(argv).try_get_matches_from(argv) {
        // Whether something is missing is the last thing that is looked at, so here nothing else is
        // let pass.
        Err(error) if error.kind() == ErrorKind::MissingRequiredArgument => {
            Cli::flags().ignore_errors(true).try_get_matches_from(argv)
        }
        other => other,
    };
    let typed = matches.map_err(|error| NoStart::of(&error))?.remove_subcommand();
    Ok(typed.and_then(|(name, matches)| {
        let command = [RUN, EXEC, JUDGE].into_iter().find(|command| name == *command)?;
        Some((command, matches))
    }))
}

/// The flags of a run, or of a command that has some of them, as clap knows them.
struct RunFlags {
    /// The word for the command.
    command: &'static str,
    keys: Vec<SettingKey>,
    /// Clap's id of each flag.
    ids: Vec<Id>,
    /// Default values of each flag.
    usual: Vec<Vec<OsString>>,
}

impl RunFlags {
    fn of_run() -> Self {
        Self::of(RUN)
    }

    fn of(command: &'static str) -> Self {
        let (cli, none) = (Cli::known(), Command::default());
        let run = cli.find_subcommand(command).unwrap_or(&none);
        let clashes = clashes(run);
        // Flags of every command are settings of a run too.
        let all = || settings(run).chain(cli.get_arguments().filter(|arg| arg.is_global_set()));
        let (keys, ids) = all().map(|arg| (key(arg, &clashes), arg.get_id().clone())).unzip();
        let usual = |arg: &Arg| arg.get_default_values().iter().map(|value| value.to_os_string()).collect();
        Self { command, keys, ids, usual: all().map(usual).collect() }
    }

    /// Returns the settings of a layer for which there is a flag.
    fn own(&self, layer: &SettingLayer) -> SettingLayer {
        let is_own = |name: &str| SettingKey::named(&self.keys, name).is_some();
        layer
            .iter()
            .filter(|(name, _)| is_own(name))
            .map(|(name, given)| (name.clone(), given.clone()))
            .collect()
    }

    fn iter(&self) -> impl Iterator<Item = (&SettingKey, &str)> {
        self.keys.iter().zip(self.ids.iter().map(Id::as_str))
    }

    /// Returns the typed settings.
    fn flags(&self, typed: &ArgMatches) -> SettingLayer {
        let given = |(key, id): (&SettingKey, &str)| {
            let was_typed = typed.value_source(id) == Some(ValueSource::CommandLine);
            was_typed.then(|| {
                (key.name.clone(), GivenValue { values: values(key, typed, id), source: SettingSource::Flag })
            })
        };
        let mut flags: SettingLayer = self.iter().filter_map(given).collect();
        if self.command == RUN
            && typed.value_source(PLACE) == Some(ValueSource::CommandLine)
            && let Some(values) = typed.get_raw(PLACE)
        {
            let values = values.map(OsStr::to_os_string).collect();
            flags.insert(INPUT.to_owned(), GivenValue { values, source: SettingSource::Flag });
        }
        flags
    }

    /// `polymer cache` and `polymer inspect` are about the cache that a run uses here.
    fn with_usual_cache(&self, mut cli: Cli, variables: &[(OsString, OsString)]) -> Result<Cli, ConfigError> {
        match &mut cli.action {
            CliCommand::Cache(args) => {
                let place = args.action.place_mut();
                if place.cache_dir.is_none() {
                    place.cache_dir = self.usual(CACHE_DIR, variables)?.map(PathBuf::from);
                }
            }
            CliCommand::Inspect(args) if !args.caching.no_cache && args.caching.cache_dir.is_none() => {
                args.caching.no_cache = self.usual(NO_CACHE, variables)?.is_some_and(|is_on| is_on == "true");
                args.caching.cache_dir = self.usual(CACHE_DIR, variables)?.map(PathBuf::from);
            }
            _ => {}
        }
        Ok(cli)
    }

    /// Returns a setting's value from the run's variable, else from the user's own file.
    fn usual(&self, name: &str, variables: &[(OsString, OsString)]) -> Result<Option<OsString>, ConfigError> {
        let first = |layer: &SettingLayer| layer.get(name).and_then(|given| given.values.first()).cloned();
        let variable = config::variable(name);
        let named = variables.iter().filter(|(other, _)| *other == *variable).cloned();
        if let Some(value) = first(&config::environment(&self.keys, named)?.layer) {
            return Ok(Some(value));
        }
        let files = files::own(variables).map(|own| files::read_own(&self.keys, &own)).transpose()?;
        let profiles = config::layers(files.into_iter().collect(), None)?;
        Ok(profiles.iter().find_map(|profile| first(&profile.layer)))
    }

    /// Parses the merged settings as if they had been typed.
    fn parse(&self, merged: &SettingLayer) -> Result<(Cli, RunSettings), clap::Error> {
        let matches = Cli::flags().try_get_matches_from(self.line(merged))?;
        let cli = Cli::from_arg_matches(&matches)?;
        let run = matches.subcommand().map(|(_, run)| run);
        let setting = |(key, id): (&SettingKey, &str)| {
            let given = merged.get(&key.name).map(|given| (given.values.clone(), given.source.clone()));
            let usual = || {
                Some((values(key, run?, id), SettingSource::Default)).filter(|(values, _)| !values.is_empty())
            };
            let (values, source) = given.or_else(usual)?;
            key.is_kept().then(|| Setting::new(&key.name, &values, source))
        };
        Ok((cli, RunSettings::new(self.iter().filter_map(setting).collect())))
    }

    /// The command line that says all this.
    fn line(&self, merged: &SettingLayer) -> Vec<OsString> {
        let mut line: Vec<OsString> = vec!["polymer".into(), self.command.into()];
        let mut rest = Vec::new();
        for (key, usual) in self.keys.iter().zip(&self.usual) {
            // A saved default was typed by nobody, so it clashes with nothing.
            let is_typed =
                |given: &&GivenValue| given.source != SettingSource::Saved || given.values != *usual;
            let values = merged.get(&key.name).filter(is_typed).map_or(&[][..], |given| &given.values);
            match key.kind {
                SettingKind::Switch => line
                    .extend(values.iter().any(|on| on == "true").then(|| format!("--{}", key.name).into())),
                SettingKind::One | SettingKind::Many => line.extend(values.iter().map(|value| {
                    let mut flag = OsString::from(format!("--{}=", key.name));
                    flag.push(value);
                    flag
                })),
                SettingKind::Place => line.extend(values.iter().cloned()),
                SettingKind::Rest => rest.extend(values.iter().cloned()),
            }
        }
        if !rest.is_empty() {
            line.push("--".into());
            line.extend(rest);
        }
        line
    }

    /// An error, with where the value stands that it is about, unless it was typed.
    fn worded(&self, error: &clap::Error, merged: &SettingLayer) -> NoStart {
        let plain = NoStart::of(error);
        let from = blamed(error).into_iter().find_map(|name| {
            let source = &merged.get(&name)?.source;
            match source {
                SettingSource::Env => Some(source.origin(&name)),
                SettingSource::File { line, .. } => {
                    Some(format!("`{name}` in {}, line {line}", source.origin(&name)))
                }
                SettingSource::Flag | SettingSource::Saved | SettingSource::Default => None,
            }
        });
        match (from, plain.text.strip_prefix("error: ")) {
            (Some(from), Some(text)) => NoStart::usage(&format!("{}: {}", one_line(&from), printable(text))),
            _ => plain,
        }
    }

    /// An error, and whether it is about what was saved.
    fn of_saved(&self, error: &clap::Error, merged: &SettingLayer) -> SavedError {
        let is_saved =
            |name: &String| merged.get(name).is_some_and(|given| given.source == SettingSource::Saved);
        let text = NoStart::of(error).text;
        match blamed(error).into_iter().find(is_saved) {
            Some(name) => {
                let message =
                    text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
                SavedError::Value { name, message }
            }
            None => NoStart::wrong(text).into(),
        }
    }
}

/// The names of the flags that an error is about.
fn blamed(error: &clap::Error) -> Vec<String> {
    let texts =
        [ContextKind::InvalidArg, ContextKind::PriorArg].into_iter().flat_map(|kind| match error.get(kind) {
            Some(ContextValue::String(text)) => vec![text.clone()],
            Some(ContextValue::Strings(texts)) => texts.clone(),
            _ => Vec::new(),
        });
    // As in `--fuel <FUEL>`.
    let name = |text: String| {
        let flag = text.strip_prefix("--")?;
        flag.split([' ', '=', '[']).next().map(str::to_owned)
    };
    texts.filter_map(name).collect()
}

/// The values of a flag, given or usual, as they are typed.
fn values(key: &SettingKey, matches: &ArgMatches, id: &str) -> Vec<OsString> {
    if key.kind == SettingKind::Switch {
        let is_on = matches.value_source(id) == Some(ValueSource::CommandLine);
        return vec![is_on.to_string().into()];
    }
    matches.get_raw(id).map(|values| values.map(OsStr::to_os_string).collect()).unwrap_or_default()
}

fn key(arg: &Arg, clashes: &BTreeMap<String, Vec<String>>) -> SettingKey {
    let name = name(arg);
    let kind = match arg.get_action() {
        _ if arg.is_last_set() => SettingKind::Rest,
        _ if arg.is_positional() => SettingKind::Place,
        ArgAction::Append => SettingKind::Many,
        action if action.takes_values() => SettingKind::One,
        _ => SettingKind::Switch,
    };
    SettingKey {
        kind,
        is_setting: !matches!(kind, SettingKind::Place | SettingKind::Rest)
            && !NO_SETTINGS.contains(&name.as_str()),
        heading: arg.get_help_heading().unwrap_or_default().to_owned(),
        aliases: arg.get_all_aliases().unwrap_or_default().into_iter().map(str::to_owned).collect(),
        clashes: clashes.get(&name).cloned().unwrap_or_default(),
        name,
    }
}

/// The flag's long name; what has none is called as help calls it.
fn name(arg: &Arg) -> String {
    arg.get_long().map_or_else(|| arg.get_id().as_str().replace('_', "-"), str::to_owned)
}

/// All arguments but the one that is another way to type a flag.
fn settings(run: &Command) -> impl Iterator<Item = &Arg> {
    run.get_arguments().filter(|arg| arg.get_id() != PLACE)
}

/// Returns the conflicts between flags, told both ways.
fn clashes(run: &Command) -> BTreeMap<String, Vec<String>> {
    let declared = settings(run).flat_map(|arg| {
        let others = run.get_arg_conflicts_with(arg).into_iter().filter(|other| other.get_id() != PLACE);
        others.map(move |other| (name(arg), name(other)))
    });
    let mut pairs: Vec<(String, String)> = declared.collect();
    for group in run.get_groups().filter(|group| !(*group).clone().is_multiple()) {
        let members: Vec<String> = run
            .get_arguments()
            .filter(|arg| group.get_args().any(|id| id == arg.get_id()))
            .map(name)
            .collect();
        for one in &members {
            pairs.extend(
                members.iter().filter(|other| *other != one).map(|other| (one.clone(), other.clone())),
            );
        }
    }
    let mut clashes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (one, other) in pairs {
        clashes.entry(one.clone()).or_default().push(other.clone());
        clashes.entry(other).or_default().push(one);
    }
    clashes
}

/// The flags of a run, in the order of help.
pub(super) fn keys() -> Vec<SettingKey> {
    RunFlags::of_run().keys
}

#[cfg(test)]
mod tests;
