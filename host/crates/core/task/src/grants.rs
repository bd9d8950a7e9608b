//! Grants: what the operator lets a guest touch. A module may wish and a task may do with less;
//! only what stands here takes effect, and by default that is nothing.

pub use super::grant::{EnvGrant, NotGranted, SCRATCH, ScratchGrant};

use super::grant::shown;
use super::{AllowedSupplies, CollectPatterns, Limits};
use std::path::PathBuf;
use std::sync::Arc;

/// The variable that tells a guest the id of its task, where the run grants that.
pub const TASK_ID: &str = "POLYMER_TASK_ID";
/// The variable that tells a guest the number of its attempt, from 1, where the run grants that.
pub const ATTEMPT: &str = "POLYMER_ATTEMPT";

/// Everything a run grants its guests. The default grants nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants {
    /// Directories.
    pub dirs: Vec<DirGrant>,
    /// Environment variables.
    pub env: Vec<EnvGrant>,
    /// Arguments after the program's name.
    pub args: Vec<String>,
    /// Each attempt is told its task's id in [`TASK_ID`] and its own number in [`ATTEMPT`], in
    /// place of any granted variable of that name.
    pub task_env: bool,
    /// A folder of its own for each attempt.
    pub scratch: Option<ScratchGrant>,
    /// Files in that folder which come back in records.
    pub collect: CollectPatterns,
}

/// One directory the guest may open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirGrant {
    /// Where it is on this machine, absolute.
    pub host: PathBuf,
    /// Path that the guest sees.
    pub guest: String,
    /// True if the guest may write into it.
    pub writable: bool,
}

/// Maximum that a run allows each of its tasks: a task may ask for less, never for more.
#[derive(Debug, Clone, Default)]
pub struct AllowedTerms {
    /// The bounds of an attempt.
    pub limits: Limits,
    /// Capabilities it is granted.
    pub grants: Arc<Grants>,
    /// Supplies it may bring with it.
    pub supplies: AllowedSupplies,
}

/// Part of its run's grants that a task asks for. The default asks for all of them.
///
/// Arguments give access to nothing, so a task cannot ask for fewer of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GrantNarrowing {
    /// These directories and no others; `None` for all.
    pub dirs: Option<Vec<DirWish>>,
    /// These variables and no others, by name; `None` for all that are granted, which [`TASK_ID`]
    /// and [`ATTEMPT`] are not counted among: they tell a task of itself.
    pub env: Option<Vec<String>>,
    /// A folder of its own, or none; `None` for what is granted.
    pub scratch: Option<bool>,
}

/// A directory that a task asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirWish {
    /// As the grant calls it for guests, letter by letter.
    pub guest: String,
    /// To write into it, or only to read; `None` for what the grant says.
    pub writable: Option<bool>,
}

/// Rest of a run's grants for a task that asked for less: indices into the run's lists, ascending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantSubset {
    /// Places in [`Grants::dirs`], and whether the task may write there.
    pub dirs: Vec<(u32, bool)>,
    /// Places in [`Grants::env`].
    pub env: Vec<u32>,
    /// True if the task has the scratch folder, where there is one.
    pub scratch: bool,
}

impl Grants {
    /// Returns the part of these grants that is left for a task that asks for this; `None` if that
    /// is all of them.
    ///
    /// # Errors
    /// If it asks for what is not granted.
    pub fn narrowed(&self, by: &GrantNarrowing) -> Result<Option<GrantSubset>, NotGranted> {
        let dirs = by.dirs.as_deref().map(|wishes| self.kept_dirs(wishes)).transpose()?;
        let env = by.env.as_deref().map(|names| self.kept_env(names)).transpose()?;
        let scratch = by.scratch.unwrap_or(self.scratch.is_some());
        if scratch && self.scratch.is_none() {
            let (what, flag) = ("a folder of its own".to_owned(), "--scratch SIZE".to_owned());
            return Err(NotGranted { what, flag });
        }
        if dirs.is_none() && env.is_none() && scratch == self.scratch.is_some() {
            return Ok(None);
        }
        let all_dirs = || self.dirs.iter().map(|dir| dir.writable);
        let kept = GrantSubset {
            dirs: dirs.unwrap_or_else(|| (0..).zip(all_dirs()).collect()),
            env: env.unwrap_or_else(|| (0..).zip(&self.env).map(|(place, _)| place).collect()),
            scratch,
        };
        Ok(Some(kept))
    }

    fn kept_dirs(&self, wishes: &[DirWish]) -> Result<Vec<(u32, bool)>, NotGranted> {
        for wish in wishes {
            let name = shown(&wish.guest);
            let flag = |mode| format!("--dir HOST::{name}{mode}");
            match self.dirs.iter().find(|dir| dir.guest == wish.guest) {
                None if wish.writable == Some(true) => {
                    let what = format!("the directory `{name}` to write into");
                    return Err(NotGranted { what, flag: flag(":rw") });
                }
                None => {
                    return Err(NotGranted { what: format!("the directory `{name}`"), flag: flag("") });
                }
                Some(dir) if wish.writable == Some(true) && !dir.writable => {
                    let what = format!("the directory `{name}` to write into, not only to read");
                    return Err(NotGranted { what, flag: flag(":rw") });
                }
                Some(_) => {}
            }
        }
        let kept = |(place, dir): (u32, &DirGrant)| {
            let mut wishes = wishes.iter().filter(|wish| wish.guest == dir.guest).peekable();
            wishes.peek()?;
            // Of several wishes for one directory the tightest counts.
            Some((place, dir.writable && wishes.all(|wish| wish.writable != Some(false))))
        };
        Ok((0..).zip(&self.dirs).filter_map(kept).collect())
    }

    fn kept_env(&self, names: &[String]) -> Result<Vec<u32>, NotGranted> {
        if let Some(name) = names.iter().find(|name| !self.env.iter().any(|env| env.name == **name)) {
            let name = shown(name);
            return Err(NotGranted { what: format!("the variable `{name}`"), flag: format!("--env {name}") });
        }
        let kept = (0..).zip(&self.env).filter(|(_, env)| names.contains(&env.name));
        Ok(kept.map(|(place, _)| place).collect())
    }
}

impl GrantSubset {
    /// Returns the intersection of both.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.dirs = self.dirs.iter().filter_map(|dir| other.dir(*dir)).collect();
        self.env.retain(|place| other.env.contains(place));
        self.scratch &= other.scratch;
        self
    }

    fn dir(&self, (place, writable): (u32, bool)) -> Option<(u32, bool)> {
        let (_, too) = self.dirs.iter().find(|(other, _)| *other == place)?;
        Some((place, writable && *too))
    }

    /// Bytes it holds in memory.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        size_of_val(self) + size_of_val(self.dirs.as_slice()) + size_of_val(self.env.as_slice())
    }
}

#[cfg(test)]
mod tests {
    use super::super::grant::SHOWN;
    use super::*;
    use proptest::prelude::*;

    fn granted() -> Grants {
        let dir =
            |guest: &str, writable| DirGrant { host: "/host".into(), guest: guest.to_owned(), writable };
        let env = |name: &str| EnvGrant { name: name.to_owned(), value: "v".to_owned() };
        Grants {
            dirs: vec![dir("/data", false), dir("/out", true), dir("/odd:ro", true)],
            env: vec![env("LANG"), env("HOME")],
            scratch: Some(ScratchGrant { bytes: 1, guest: SCRATCH.to_owned() }),
            ..Grants::default()
        }
    }

    fn dirs(wishes: &[(&str, Option<bool>)]) -> GrantNarrowing {
        let wish = |(guest, writable): &(&str, Option<bool>)| DirWish {
            guest: (*guest).to_owned(),
            writable: *writable,
        };
        GrantNarrowing { dirs: Some(wishes.iter().map(wish).collect()), env: None, scratch: None }
    }

    fn env(names: &[&str]) -> GrantNarrowing {
        GrantNarrowing {
            dirs: None,
            env: Some(names.iter().map(|name| (*name).to_owned()).collect()),
            scratch: None,
        }
    }

    #[track_caller]
    fn check(by: &GrantNarrowing, dirs: &[(u32, bool)], env: &[u32]) {
        let expected = GrantSubset { dirs: dirs.to_vec(), env: env.to_vec(), scratch: true };
        assert_eq!(granted().narrowed(by).unwrap(), Some(expected));
    }

    #[track_caller]
    fn refused(by: &GrantNarrowing, message: &str) {
        assert_eq!(granted().narrowed(by).unwrap_err().to_string(), message);
    }

    const ALL: [(u32, bool); 3] = [(0, false), (1, true), (2, true)];

    #[test]
    fn who_asks_for_nothing_special_has_everything() {
        assert_eq!(granted().narrowed(&GrantNarrowing::default()).unwrap(), None);
    }

    #[test]
    fn a_list_keeps_what_it_names_and_leaves_the_other_kind_alone() {
        check(&dirs(&[("/out", None)]), &[(1, true)], &[0, 1]);
        check(&dirs(&[]), &[], &[0, 1]);
        check(&env(&["HOME"]), &ALL, &[1]);
        check(&env(&[]), &ALL, &[]);
    }

    #[test]
    fn what_is_kept_stands_in_the_runs_order() {
        check(&dirs(&[("/out", None), ("/data", None)]), &[(0, false), (1, true)], &[0, 1]);
        check(&env(&["HOME", "LANG", "HOME"]), &ALL, &[0, 1]);
    }

    #[test]
    fn a_writable_directory_may_be_kept_to_read_and_of_two_wishes_the_tighter_counts() {
        check(&dirs(&[("/out", Some(false))]), &[(1, false)], &[0, 1]);
        check(&dirs(&[("/out", Some(true))]), &[(1, true)], &[0, 1]);
        check(&dirs(&[("/out", Some(true)), ("/out", Some(false))]), &[(1, false)], &[0, 1]);
        check(&dirs(&[("/data", Some(false))]), &[(0, false)], &[0, 1]);
    }

    #[test]
    fn asking_for_more_names_the_flag_that_would_allow_it() {
        refused(
            &dirs(&[("/data", Some(true))]),
            "the task asks for the directory `/data` to write into, not only to read, which the run does not grant; --dir HOST::/data:rw would allow it",
        );
        refused(
            &dirs(&[("/out", None), ("/etc", None)]),
            "the task asks for the directory `/etc`, which the run does not grant; --dir HOST::/etc would allow it",
        );
        refused(
            &dirs(&[("/etc", Some(true))]),
            "the task asks for the directory `/etc` to write into, which the run does not grant; --dir HOST::/etc:rw would allow it",
        );
        refused(
            &env(&["LANG", "PATH"]),
            "the task asks for the variable `PATH`, which the run does not grant; --env PATH would allow it",
        );
        // Names are names: what looks like the same folder is another one.
        refused(
            &dirs(&[("/data/", None)]),
            "the task asks for the directory `/data/`, which the run does not grant; --dir HOST::/data/ would allow it",
        );
    }

    #[test]
    fn a_folder_of_its_own_may_be_taken_away_and_is_not_to_be_had_where_there_is_none() {
        let wish = |wish| GrantNarrowing { scratch: wish, ..GrantNarrowing::default() };
        assert_eq!(granted().narrowed(&wish(Some(true))).unwrap(), None);
        let none = granted().narrowed(&wish(Some(false))).unwrap().unwrap();
        assert_eq!((none.dirs.as_slice(), none.env.as_slice(), none.scratch), (&ALL[..], &[0, 1][..], false));
        let without = Grants { scratch: None, ..granted() };
        assert_eq!(without.narrowed(&wish(Some(false))).unwrap(), None);
        assert_eq!(
            without.narrowed(&wish(Some(true))).unwrap_err().to_string(),
            "the task asks for a folder of its own, which the run does not grant; --scratch SIZE would allow it"
        );
    }

    #[test]
    fn a_long_name_is_cut_in_what_is_said_of_it() {
        let error = granted().narrowed(&env(&[&"ä".repeat(5000)])).unwrap_err();
        assert_eq!(error.flag, format!("--env {}…", "ä".repeat(SHOWN)));
    }

    /// Wishes that these grants allow.
    fn allowed() -> impl Strategy<Value = GrantNarrowing> {
        let wish = (0..3_usize, 0..3_u8).prop_map(|(place, mode)| {
            let dir = &granted().dirs[place];
            let writable = match mode {
                0 => None,
                1 => Some(false),
                _ => dir.writable.then_some(true),
            };
            DirWish { guest: dir.guest.clone(), writable }
        });
        let env = prop::sample::select(vec!["LANG".to_owned(), "HOME".to_owned()]);
        let (dirs, env) = (prop::collection::vec(wish, 0..5), prop::collection::vec(env, 0..4));
        (prop::option::of(dirs), prop::option::of(env), any::<Option<bool>>())
            .prop_map(|(dirs, env, scratch)| GrantNarrowing { dirs, env, scratch })
    }

    proptest! {
        #[test]
        fn nothing_is_kept_that_was_not_granted_and_two_narrowings_leave_less_than_each(
            one in allowed(),
            other in allowed(),
        ) {
            let granted = granted();
            let [one, other] = [one, other].map(|by| granted.narrowed(&by).unwrap());
            for kept in [&one, &other].into_iter().flatten() {
                prop_assert!(kept.dirs.iter().all(|(place, rw)| granted.dirs[*place as usize].writable || !rw));
                prop_assert!(kept.dirs.is_sorted_by(|a, b| a.0 < b.0) && kept.env.is_sorted_by(|a, b| a < b));
            }
            if let (Some(one), Some(other)) = (one, other) {
                let both = one.clone().and(&other);
                prop_assert_eq!(&both, &other.clone().and(&one));
                for kept in [&one, &other] {
                    prop_assert!(kept.scratch || !both.scratch);
                    prop_assert!(both.env.iter().all(|place| kept.env.contains(place)));
                    prop_assert!(both.dirs.iter().all(|dir| kept.dirs.contains(dir) || !dir.1));
                }
            }
        }
    }
}
