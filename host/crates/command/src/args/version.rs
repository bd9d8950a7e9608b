//! What `--version` says: the version, the commit it was built from where that is known, the
//! engine, and for which machine.

use polymer_host_metrics::BuildFacts;
use std::sync::OnceLock;

/// The commit, which `build.rs` finds in the repository or in what cargo left in a package of it.
const COMMIT: Option<&str> = option_env!("POLYMER_BUILT_COMMIT");
/// As rustc calls the machine.
const TARGET: Option<&str> = option_env!("POLYMER_BUILT_TARGET");

/// All that is known, a line each.
pub(super) fn long() -> &'static str {
    static LONG: OnceLock<String> = OnceLock::new();
    LONG.get_or_init(all)
}

/// The same for metrics, as far as they tell it.
pub(crate) fn build_facts() -> BuildFacts {
    BuildFacts { version: env!("CARGO_PKG_VERSION"), commit: COMMIT.unwrap_or_default() }
}

fn all() -> String {
    lines(COMMIT, Some(polymer_host_worker::engine_version()), TARGET)
}

fn lines(commit: Option<&str>, engine: Option<String>, target: Option<&str>) -> String {
    let named = |name, value: Option<&str>| {
        value.filter(|value| !value.is_empty()).map(|value| format!("{name} {value}"))
    };
    let known = [named("commit", commit), engine, named("target", target)];
    known.into_iter().flatten().fold(env!("CARGO_PKG_VERSION").to_owned(), |text, line| text + "\n" + &line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_left_out() {
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(lines(None, None, Some("")), version);
        assert_eq!(
            lines(Some("abc"), Some("e 1".to_owned()), Some("t")),
            format!("{version}\ncommit abc\ne 1\ntarget t")
        );
    }
}
