//! Flags that take an amount: their help gives an example, and a value that begins with a dash is
//! theirs, so that `--timeout -1` is told as a bad time and not as an unknown flag.
//!
//! A flag is known for one by the name of its value. It must never know how amounts are read.

use clap::Command;

/// What values are called that are amounts, or hold one, and an example of each.
const EXAMPLES: [(&str, &str); 7] = [
    ("TIME", "30s"),
    ("FUEL", "2G"),
    ("SIZE", "64MiB"),
    ("SIZE[::GUEST]", "64MiB"),
    ("LIMIT=2x,max=MAX", "fuel=4x,max=120G"),
    ("N|P%", "5%"),
    ("P%", "2.5%"),
];

/// The command with all of this, and those below it.
pub(super) fn with_examples(command: Command) -> Command {
    command.mut_subcommands(with_examples).mut_args(|arg| {
        let value = arg.get_value_names().and_then(<[_]>::first).map(ToString::to_string);
        let example = EXAMPLES.iter().find(|(name, _)| value.as_deref() == Some(*name));
        let Some((_, example)) = example else { return arg };
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        let arg = arg.allow_hyphen_values(true);
        // What says already how it is written needs no more.
        if help.contains(example) { arg } else { arg.help(format!("{help} (such as {example})")) }
    })
}

#[cfg(test)]
pub(super) mod tests;
