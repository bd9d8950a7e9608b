//! The versions of the contract that a module may keep to, and what each calls the interfaces and
//! functions of it.
//!
//! A version adds to the one before and changes nothing of it. Components are matched by the
//! engine, which knows which versions go together; core modules are matched by these names.

use wasmtime::Module;
use wit_parser::{Resolve, WorldId};

/// The contract that typed tasks keep to.
pub(in super::super) const CONTRACT: &str = include_str!("../../wit/polymer.wit");

/// One version of the contract.
#[derive(Debug)]
pub(in super::super) struct ContractVersion {
    number: &'static str,
    /// Interface that a task provides, as the component model names it.
    pub(super) guest: &'static str,
    /// Interface of the host that a task may call.
    pub(super) host: &'static str,
    /// The functions, as a core module exports them.
    pub(super) run: &'static str,
    pub(super) describe: &'static str,
    pub(super) after_run: &'static str,
}

macro_rules! version {
    ($number:literal) => {
        ContractVersion {
            number: $number,
            guest: concat!("polymer:task/guest@", $number),
            host: concat!("polymer:task/host@", $number),
            run: concat!("polymer:task/guest@", $number, "#run"),
            describe: concat!("polymer:task/guest@", $number, "#describe"),
            after_run: concat!("cabi_post_polymer:task/guest@", $number, "#run"),
        }
    };
}

/// The version that the file of the contract is of.
const NEWEST: ContractVersion = version!("0.1.1");

/// All of them, the newest first.
pub(super) static VERSIONS: [ContractVersion; 2] = [NEWEST, version!("0.1.0")];

impl ContractVersion {
    /// The one that the file of the contract is of.
    pub(in super::super) const fn newest() -> &'static Self {
        let [newest, ..] = &VERSIONS;
        newest
    }

    /// The version to which a module keeps by the names of the functions it exports.
    pub(in super::super) fn of_exports(functions: &[String]) -> Option<&'static Self> {
        VERSIONS.iter().find(|version| functions.iter().any(|name| name == version.run))
    }

    /// The same, of a compiled module; the newest one if it keeps to none.
    pub(super) fn of_module(module: &Module) -> &'static Self {
        let kept = VERSIONS.iter().find(|version| module.get_export_index(version.run).is_some());
        kept.unwrap_or(Self::newest())
    }

    /// The contract's package under this version, with its world. There is one as long as the
    /// contract is WIT.
    ///
    /// An older version is given the functions that it lacks: its modules do not import them.
    pub(in super::super) fn contract(&self) -> Option<(Resolve, WorldId)> {
        let mut resolve = Resolve::default();
        let text = CONTRACT.replace(&format!("@{};", NEWEST.number), &format!("@{};", self.number));
        let package = resolve.push_str("polymer.wit", &text).ok()?;
        let world = resolve.select_world(&[package], Some("task")).ok()?;
        Some((resolve, world))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_version_is_the_contract_under_its_number() {
        for version in &VERSIONS {
            let (resolve, world) = version.contract().unwrap();
            let package = resolve.worlds[world].package.unwrap();
            let name = &resolve.packages[package].name;
            assert_eq!(name.version.as_ref().unwrap().to_string(), version.number);
            let exports = [version.describe.to_owned(), version.run.to_owned()];
            assert_eq!(ContractVersion::of_exports(&exports).unwrap().number, version.number);
        }
        assert_eq!(
            ContractVersion::of_exports(&["polymer:task/guest@0.0.9#run".to_owned()]).map(|_| ()),
            None
        );
    }

    /// Contract of 0.1.0 as it was released: all that its modules rely on is still there, the same.
    #[test]
    fn nothing_of_an_older_version_has_changed() {
        let mut old = Resolve::default();
        let text = include_str!("../../wit/contract-0.1.0.wit");
        let package = old.push_str("polymer.wit", text).unwrap();
        let (now, _) = VERSIONS[1].contract().unwrap();
        let now_of = now.packages.iter().next().unwrap().1;
        for (name, id) in &old.packages[package].interfaces {
            let (then, now_of) = (&old.interfaces[*id], &now.interfaces[now_of.interfaces[name]]);
            for (name, function) in &then.functions {
                let there = &now_of.functions[name];
                assert!(super::super::eligible::same(&old, function, &now, there), "{name}");
            }
        }
    }
}
