//! View of one attempt on its worker's grants: all of them, or what its task asked to be left, and
//! the attempt's identity if that is granted.
//!
//! This code must never know how a guest is handed any of it.

use super::request::{AttemptRequest, BorrowedSupplies, ModuleRequest};
use polymer_host_sys::place;
use polymer_host_task::grants::{ATTEMPT, TASK_ID};
use polymer_host_task::{CollectPatterns, GrantSubset};
use std::os::fd::OwnedFd;

/// Grants of a run, in the form in which every attempt of this worker needs them.
#[derive(Debug, Clone, Default)]
pub(crate) struct RunGrants {
    /// The program's name and what follows it.
    pub(crate) args: Vec<String>,
    /// Name and value.
    pub(crate) env: Vec<(String, String)>,
    /// Where in this process, how the guest calls it, writable.
    pub(crate) dirs: Vec<(String, String, bool)>,
    /// The same of the folder for attempts, which is always writable.
    pub(crate) scratch: Option<(String, String)>,
    /// Files in it that come back.
    pub(crate) collect: CollectPatterns,
    /// Attempts are told who they are.
    pub(crate) task_env: bool,
}

/// Part of the grants that one attempt gets.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EffectiveGrants<'a> {
    pub(crate) granted: &'a RunGrants,
    kept: Option<&'a GrantSubset>,
    /// Supplies that its task brings with it.
    supplied: Option<&'a BorrowedSupplies<'a>>,
    /// The task's id and the number of the attempt.
    who: Option<(&'a str, u32)>,
    /// The program's name, if this attempt has one of its own.
    name: Option<&'a str>,
}

/// One directory of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EffectiveDir<'a> {
    pub(crate) host: &'a str,
    pub(crate) guest: &'a str,
    pub(crate) writable: bool,
    /// It is granted to write, and the task asked to read only.
    pub(crate) narrowed: bool,
}

impl RunGrants {
    /// Returns the grants that a worker was told. `places` are the folders it was handed, in their
    /// order, and `scratch` is where its folder for attempts is.
    pub(crate) fn of(load: &ModuleRequest<'_>, places: &[OwnedFd], scratch: Option<String>) -> Self {
        Self {
            scratch: scratch.zip(load.scratch.map(str::to_owned)),
            // The supervisor has looked at them.
            collect: CollectPatterns::new(load.collect.iter().map(|glob| (*glob).to_owned()).collect())
                .unwrap_or_default(),
            args: std::iter::once(load.name).chain(load.args.iter().copied()).map(str::to_owned).collect(),
            env: load.env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            dirs: places
                .iter()
                .zip(&load.dirs)
                .map(|(place, (guest, writable))| (place::path(place), (*guest).to_owned(), *writable))
                .collect(),
            task_env: load.task_env,
        }
    }

    /// Returns whether an attempt that is left this subset has the folder for attempts.
    pub(crate) fn has_scratch(&self, kept: Option<&GrantSubset>) -> bool {
        self.scratch.is_some() && kept.is_none_or(|kept| kept.scratch)
    }

    /// Returns whether the subset an attempt is left names only what is there, and writes only
    /// where that is granted.
    pub(crate) fn covers(&self, kept: &GrantSubset) -> bool {
        let dir = |(place, writable): &(u32, bool)| {
            at(&self.dirs, *place).is_some_and(|(_, _, granted)| *granted || !*writable)
        };
        (self.scratch.is_some() || !kept.scratch)
            && kept.dirs.iter().all(dir)
            && kept.env.iter().all(|place| at(&self.env, *place).is_some())
    }
}

impl<'a> EffectiveGrants<'a> {
    /// All of it, for a module that describes itself: there is no task yet.
    pub(crate) const fn all(granted: &'a RunGrants) -> Self {
        Self { granted, kept: None, supplied: None, who: None, name: None }
    }

    /// Returns the grants of this attempt.
    pub(crate) fn of(granted: &'a RunGrants, run: &'a AttemptRequest<'_>) -> Self {
        let who = granted.task_env.then_some((run.id, run.number));
        Self { granted, kept: run.grants.as_ref(), supplied: run.supplied.as_ref(), who, name: run.name }
    }

    /// Returns whether it is the same as [`all`](Self::all), without any folder.
    pub(crate) fn is_what_all_have(&self) -> bool {
        let Self { granted, kept, supplied, who, name } = self;
        let has_no_folder = granted.dirs.is_empty() && granted.scratch.is_none();
        has_no_folder && kept.is_none() && supplied.is_none() && who.is_none() && name.is_none()
    }

    /// Its arguments, the program's name first.
    pub(crate) fn args(&self) -> Vec<&'a str> {
        let mut args: Vec<&str> = self.granted.args.iter().map(String::as_str).collect();
        if let (Some(name), Some(first)) = (self.name, args.first_mut()) {
            *first = name;
        }
        args.extend(self.supplied.iter().flat_map(|supplied| supplied.args.iter().copied()));
        args
    }

    /// Its directories.
    pub(crate) fn dirs(&self) -> Vec<EffectiveDir<'a>> {
        let dirs = &self.granted.dirs;
        let whole = |(host, guest, writable): &'a (String, String, bool)| EffectiveDir {
            host,
            guest,
            writable: *writable,
            narrowed: false,
        };
        let part = |(place, writable): &(u32, bool)| {
            let dir = whole(at(dirs, *place)?);
            Some(EffectiveDir {
                writable: dir.writable && *writable,
                narrowed: dir.writable && !*writable,
                ..dir
            })
        };
        let mut dirs: Vec<EffectiveDir<'a>> = match self.kept {
            None => dirs.iter().map(whole).collect(),
            Some(kept) => kept.dirs.iter().filter_map(part).collect(),
        };
        let scratch = self.granted.scratch.as_ref().filter(|_| self.kept.is_none_or(|kept| kept.scratch));
        dirs.extend(scratch.map(|(host, guest)| EffectiveDir {
            host,
            guest,
            writable: true,
            narrowed: false,
        }));
        dirs
    }

    /// Its variables.
    pub(crate) fn env(&self) -> Vec<(&'a str, String)> {
        let env = &self.granted.env;
        let whole = |(name, value): &'a (String, String)| (name.as_str(), value.clone());
        let mut env: Vec<_> = match self.kept {
            None => env.iter().map(whole).collect(),
            Some(kept) => kept.env.iter().filter_map(|place| at(env, *place)).map(whole).collect(),
        };
        if let Some(supplied) = self.supplied {
            env.retain(|(name, _)| supplied.env.iter().all(|(other, _)| name != other));
            env.extend(supplied.env.iter().map(|(name, value)| (*name, (*value).to_owned())));
        }
        if let Some((id, number)) = self.who {
            env.retain(|(name, _)| ![TASK_ID, ATTEMPT].contains(name));
            env.extend([(TASK_ID, id.to_owned()), (ATTEMPT, number.to_string())]);
        }
        env
    }

    /// Returns whether its variables can hold their values: a zero byte would end an id for the
    /// guest.
    pub(crate) fn can_be_told(&self) -> bool {
        self.who.is_none_or(|(id, _)| !id.contains('\0'))
    }
}

fn at<T>(list: &[T], place: u32) -> Option<&T> {
    list.get(usize::try_from(place).ok()?)
}

#[cfg(test)]
mod tests {
    use super::super::request::{AttemptLimits, InputKind};
    use super::*;
    use std::time::Duration;

    fn granted() -> RunGrants {
        let text = str::to_owned;
        RunGrants {
            env: vec![(text("LANG"), text("C")), (text(TASK_ID), text("granted"))],
            dirs: vec![(text("/a"), text("/data"), false), (text("/b"), text("/out"), true)],
            task_env: true,
            ..RunGrants::default()
        }
    }

    fn run(grants: Option<GrantSubset>) -> AttemptRequest<'static> {
        let limits = AttemptLimits {
            fuel: Some(1),
            timeout: Duration::from_nanos(1),
            cpu: None,
            memory: 1,
            output: 1,
            log: 1,
        };
        AttemptRequest {
            attempt: 9,
            task: "",
            name: None,
            id: "x y",
            number: 3,
            limits,
            grants,
            supplied: None,
            kind: InputKind::Line,
            input: b"",
        }
    }

    fn dir<'a>(host: &'a str, guest: &'a str, writable: bool) -> EffectiveDir<'a> {
        EffectiveDir { host, guest, writable, narrowed: false }
    }

    #[test]
    fn an_attempt_has_all_unless_its_task_asked_for_less() {
        let granted = granted();
        let all = [dir("/a", "/data", false), dir("/b", "/out", true)];
        assert_eq!(EffectiveGrants::of(&granted, &run(None)).dirs(), all);
        let kept = |dirs: &[(u32, bool)], env: &[u32]| GrantSubset {
            dirs: dirs.to_vec(),
            env: env.to_vec(),
            scratch: false,
        };
        let left = run(Some(kept(&[(1, false)], &[])));
        let share = EffectiveGrants::of(&granted, &left);
        assert_eq!(share.dirs(), [EffectiveDir { narrowed: true, ..dir("/b", "/out", false) }]);
        assert_eq!(share.env(), [(TASK_ID, "x y".to_owned()), (ATTEMPT, "3".to_owned())]);
        // Places that are not there give nothing, and what is granted to read is never written.
        let wrong = run(Some(kept(&[(0, true), (2, true)], &[2])));
        assert_eq!(EffectiveGrants::of(&granted, &wrong).dirs(), [dir("/a", "/data", false)]);
    }

    #[test]
    fn only_an_attempt_without_anything_of_its_own_has_what_all_have() {
        let plain = RunGrants { env: granted().env, ..RunGrants::default() };
        let is_plain = |granted: &RunGrants, run: &AttemptRequest<'_>| {
            EffectiveGrants::of(granted, run).is_what_all_have()
        };
        assert!(is_plain(&plain, &run(None)) && EffectiveGrants::all(&plain).is_what_all_have());
        let supplied = BorrowedSupplies { args: Vec::new(), env: Vec::new(), files: Vec::new() };
        for other in [
            run(Some(GrantSubset { dirs: Vec::new(), env: Vec::new(), scratch: false })),
            AttemptRequest { supplied: Some(supplied), ..run(None) },
            AttemptRequest { name: Some("other.wasm"), ..run(None) },
        ] {
            assert!(!is_plain(&plain, &other), "{other:?}");
        }
        let scratch = Some(("/c".to_owned(), "/scratch".to_owned()));
        for other in [
            RunGrants { task_env: true, ..plain.clone() },
            RunGrants { dirs: granted().dirs, ..plain.clone() },
            RunGrants { scratch, ..plain },
        ] {
            assert!(!is_plain(&other, &run(None)), "{other:?}");
        }
    }

    #[test]
    fn an_attempt_has_the_name_that_its_task_gives_the_program() {
        let args = ["m.wasm", "-v"].map(str::to_owned).to_vec();
        let granted = RunGrants { args, ..granted() };
        assert_eq!(EffectiveGrants::of(&granted, &run(None)).args(), ["m.wasm", "-v"]);
        let named = AttemptRequest { name: Some("other.wasm"), ..run(None) };
        assert_eq!(EffectiveGrants::of(&granted, &named).args(), ["other.wasm", "-v"]);
        assert!(EffectiveGrants::of(&RunGrants::default(), &named).args().is_empty());
    }

    #[test]
    fn what_a_task_brings_comes_behind_and_in_place_of_what_is_granted() {
        let args = ["m.wasm", "-v"].map(str::to_owned).to_vec();
        let granted = RunGrants { args, task_env: false, ..granted() };
        let supplied = |env| BorrowedSupplies { args: vec!["-", "a b"], env, files: Vec::new() };
        let with = |supplied| AttemptRequest { supplied: Some(supplied), ..run(None) };
        let brought = with(supplied(vec![("LANG", "de"), ("NEW", "")]));
        assert_eq!(EffectiveGrants::of(&granted, &brought).args(), ["m.wasm", "-v", "-", "a b"]);
        let env =
            [(TASK_ID, "granted"), ("LANG", "de"), ("NEW", "")].map(|(name, value)| (name, value.to_owned()));
        assert_eq!(EffectiveGrants::of(&granted, &brought).env(), env);
        // Who a task is told to be is the host's to say.
        let granted = RunGrants { task_env: true, ..granted };
        let brought = with(supplied(vec![(TASK_ID, "another")]));
        assert!(EffectiveGrants::of(&granted, &brought).env().contains(&(TASK_ID, "x y".to_owned())));
    }

    #[test]
    fn an_attempt_has_a_folder_of_its_own_unless_its_task_wants_none() {
        let granted = RunGrants { scratch: Some(("/c".to_owned(), "/scratch".to_owned())), ..granted() };
        let own = dir("/c", "/scratch", true);
        assert_eq!(EffectiveGrants::of(&granted, &run(None)).dirs()[2..], [own]);
        let kept = |scratch| run(Some(GrantSubset { dirs: vec![(0, false)], env: Vec::new(), scratch }));
        assert_eq!(EffectiveGrants::of(&granted, &kept(true)).dirs(), [dir("/a", "/data", false), own]);
        assert_eq!(EffectiveGrants::of(&granted, &kept(false)).dirs(), [dir("/a", "/data", false)]);
    }

    #[test]
    fn an_attempt_is_told_who_it_is_in_place_of_what_was_granted_by_that_name() {
        let mut granted = granted();
        let run = run(None);
        let told =
            [("LANG", "C"), (TASK_ID, "x y"), (ATTEMPT, "3")].map(|(name, value)| (name, value.to_owned()));
        assert_eq!(EffectiveGrants::of(&granted, &run).env(), told);
        granted.task_env = false;
        let plain = [("LANG", "C".to_owned()), (TASK_ID, "granted".to_owned())];
        assert_eq!(EffectiveGrants::of(&granted, &run).env(), plain);
    }

    #[test]
    fn an_id_with_a_zero_byte_is_no_value_of_a_variable() {
        let mut granted = granted();
        let run = AttemptRequest { id: "a\0b", ..run(None) };
        assert!(!EffectiveGrants::of(&granted, &run).can_be_told());
        granted.task_env = false;
        assert!(EffectiveGrants::of(&granted, &run).can_be_told());
    }

    #[test]
    fn what_is_left_must_be_part_of_what_was_granted() {
        let granted = granted();
        let covers = |dirs: &[(u32, bool)], env: &[u32]| {
            granted.covers(&GrantSubset { dirs: dirs.to_vec(), env: env.to_vec(), scratch: false })
        };
        assert!(covers(&[(0, false), (1, true)], &[0, 1]));
        assert!(covers(&[], &[]));
        assert!(!covers(&[(0, true)], &[]));
        assert!(!covers(&[(2, false)], &[]));
        assert!(!covers(&[], &[2]));
        let own = GrantSubset { dirs: Vec::new(), env: Vec::new(), scratch: true };
        assert!(!granted.covers(&own));
        assert!(RunGrants { scratch: Some((String::new(), String::new())), ..granted }.covers(&own));
    }
}
