//! Programs for seccomp(2): rules by system call, what becomes of the calls that are listed and of
//! all others, and how a program is put up.
//!
//! A program finds a call by a tree of comparisons. The kernel runs a new filter once for each call
//! that there is, so a chain of comparisons would cost most of a worker's start. What is asked of
//! arguments is compiled by `seccompiler`.
//!
//! It must never know which calls a process needs.

use nix::libc;
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompFilter, SeccompRule, TargetArch,
    apply_filter_all_threads, sock_filter,
};
use std::collections::BTreeMap;
use std::io;

/// A system call by its number.
pub(super) type SystemCall = libc::c_long;
/// Rules by call, one of which has to hold; without any, the call is listed whatever its arguments.
pub(super) type FilterRules = BTreeMap<i64, Vec<SeccompRule>>;

/// Instructions that a program has before it looks at a call: those that check the architecture.
const HEAD: usize = 3;
/// Instructions that the kernel takes: `BPF_MAXINSNS` of linux/bpf_common.h.
const LONGEST: usize = 4096;

/// Puts a program up in all threads of this process, for good.
pub(super) fn apply(program: &BpfProgram) -> io::Result<()> {
    apply_filter_all_threads(program).map_err(io::Error::other)
}

/// The answer of a call that fails with this number.
pub(super) const fn errno(number: i32) -> SeccompAction {
    SeccompAction::Errno(number.unsigned_abs())
}

/// These calls, whatever their arguments.
pub(super) fn any(calls: &[SystemCall]) -> FilterRules {
    calls.iter().map(|call| (*call, Vec::new())).collect()
}

/// Returns a program in which each call comes to the end of the first list that has it, if a rule
/// of it holds there, and all others to `other`.
pub(super) fn program(
    lists: Vec<(FilterRules, SeccompAction)>,
    other: SeccompAction,
) -> seccompiler::Result<BpfProgram> {
    let arch = TargetArch::try_from(std::env::consts::ARCH)?;
    let compiled = |rules, listed| -> seccompiler::Result<BpfProgram> {
        Ok(SeccompFilter::new(rules, other.clone(), listed, arch)?.try_into()?)
    };
    let mut ends: BTreeMap<u32, BpfProgram> = BTreeMap::new();
    for (rules, action) in lists {
        for (call, rules) in rules {
            // Calls have small numbers.
            let Ok(number) = u32::try_from(call) else { continue };
            if ends.contains_key(&number) {
                continue;
            }
            let end = if rules.is_empty() {
                end(&action)
            } else {
                // It compares the number once more, and needs not load it again.
                compiled(FilterRules::from([(call, rules)]), action.clone())?.split_off(HEAD + 1)
            };
            ends.insert(number, end);
        }
    }
    let mut program = compiled(FilterRules::new(), SeccompAction::Allow)?;
    program.truncate(HEAD);
    program.push(statement(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0));
    program.extend(tree(&intervals(ends, &end(&other))));
    if program.len() >= LONGEST {
        return Err(BackendError::FilterTooLarge(program.len()).into());
    }
    Ok(program)
}

/// Calls from this number on, up to the next interval, and what becomes of them.
type CallInterval = (u32, BpfProgram);

/// All numbers, in intervals of calls that come to the same end.
fn intervals(ends: BTreeMap<u32, BpfProgram>, other: &BpfProgram) -> Vec<CallInterval> {
    let mut intervals: Vec<CallInterval> = vec![(0, other.clone())];
    let mut add = |from: u32, end: BpfProgram| {
        intervals.pop_if(|(start, _)| *start == from);
        if intervals.last().is_none_or(|(_, before)| *before != end) {
            intervals.push((from, end));
        }
    };
    for (call, end) in ends {
        add(call, end);
        add(call + 1, other.clone());
    }
    intervals
}

/// Code that goes to the end of the interval in which the number that is loaded lies. Each end
/// returns.
fn tree(intervals: &[CallInterval]) -> BpfProgram {
    if let [] | [_] = intervals {
        return intervals.first().map(|(_, end)| end.clone()).unwrap_or_default();
    }
    let (low, high) = intervals.split_at(intervals.len() / 2);
    let from = high.first().map_or(u32::MAX, |(from, _)| *from);
    let (low, high) = (tree(low), tree(high));
    let mut code = match u8::try_from(low.len()) {
        Ok(skipped) => vec![jump_from(from, skipped, 0)],
        // Further than a comparison jumps.
        Err(_) => {
            let skipped = u32::try_from(low.len()).unwrap_or(u32::MAX);
            vec![jump_from(from, 0, 1), statement(libc::BPF_JMP | libc::BPF_JA, skipped)]
        }
    };
    code.extend(low);
    code.extend(high);
    code
}

/// Skips so many instructions if the number is at least this, and else so many.
fn jump_from(number: u32, skipped: u8, otherwise: u8) -> sock_filter {
    let compared = statement(libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K, number);
    sock_filter { jt: skipped, jf: otherwise, ..compared }
}

fn end(action: &SeccompAction) -> BpfProgram {
    vec![statement(libc::BPF_RET | libc::BPF_K, action.clone().into())]
}

fn statement(code: u32, k: u32) -> sock_filter {
    // The codes of classic BPF have one byte.
    sock_filter { code: u16::try_from(code).unwrap_or(u16::MAX), jt: 0, jf: 0, k }
}

/// A number of the system's headers as rules take it.
pub(super) fn number(number: i32) -> u64 {
    u64::from(number.unsigned_abs())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use seccompiler::{SeccompCmpArgLen, SeccompCmpOp, SeccompCondition};

    /// What a filter looks at: `struct seccomp_data`.
    #[derive(Debug, Clone, Copy)]
    pub(in super::super) struct SystemCallData {
        pub(in super::super) number: u32,
        pub(in super::super) arguments: [u64; 6],
    }

    impl SystemCallData {
        fn word(&self, offset: u32) -> u32 {
            let half = |at: u32| -> u32 {
                let argument = self.arguments[usize::try_from(at / 8).unwrap()].to_le_bytes();
                let from = usize::try_from(at % 8).unwrap();
                u32::from_le_bytes(argument[from..from + 4].try_into().unwrap())
            };
            match offset {
                0 => self.number,
                4 => TargetArch::try_from(std::env::consts::ARCH).unwrap() as u32,
                16..64 => half(offset - 16),
                other => panic!("nothing of ours loads from {other}"),
            }
        }
    }

    /// What a program answers, and after how many instructions: as the kernel's own interpreter of
    /// classic BPF has it.
    pub(in super::super) fn run(program: &BpfProgram, data: &SystemCallData) -> (u32, usize) {
        let (mut at, mut loaded, mut steps) = (0, 0_u32, 0);
        // The check of the architecture is the library's.
        at += HEAD;
        loop {
            let sock_filter { code, jt, jf, k } = program[at];
            let code = u32::from(code);
            steps += 1;
            at += 1;
            let mut skip = |holds: bool| at += usize::from(if holds { jt } else { jf });
            if code == libc::BPF_LD | libc::BPF_W | libc::BPF_ABS {
                loaded = data.word(k);
            } else if code == libc::BPF_ALU | libc::BPF_AND | libc::BPF_K {
                loaded &= k;
            } else if code == libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K {
                skip(loaded == k);
            } else if code == libc::BPF_JMP | libc::BPF_JGT | libc::BPF_K {
                skip(loaded > k);
            } else if code == libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K {
                skip(loaded >= k);
            } else if code == libc::BPF_JMP | libc::BPF_JA {
                at += usize::try_from(k).unwrap();
            } else if code == libc::BPF_RET | libc::BPF_K {
                return (k, steps);
            } else {
                panic!("nothing of ours has instruction {code:#x}");
            }
        }
    }

    /// The same lists as chains, each of them a filter: how the kernel puts several together.
    pub(in super::super) fn chained(
        lists: &[(FilterRules, SeccompAction)],
        other: &SeccompAction,
        data: &SystemCallData,
    ) -> u32 {
        let arch = TargetArch::try_from(std::env::consts::ARCH).unwrap();
        for (rules, action) in lists {
            if rules.contains_key(&i64::from(data.number)) {
                let chain = SeccompFilter::new(rules.clone(), other.clone(), action.clone(), arch).unwrap();
                return run(&chain.try_into().unwrap(), data).0;
            }
        }
        other.clone().into()
    }

    /// All numbers that there are and some that are none, each with arguments of all kinds.
    pub(in super::super) fn samples(interesting: &[u64]) -> impl Iterator<Item = SystemCallData> {
        let numbers = (0..600).chain([0x4000_0000, 0x4000_0001, 0x7fff_ffff, u32::MAX]);
        numbers.flat_map(move |number| {
            interesting.iter().enumerate().map(move |(place, value)| {
                let next = interesting[(place + 1) % interesting.len()];
                SystemCallData { number, arguments: [*value, next, *value, next, *value, next] }
            })
        })
    }

    #[test]
    fn a_tree_answers_each_call_as_a_chain_does() {
        let when = |argument, value| {
            let length = SeccompCmpArgLen::Qword;
            let is = SeccompCondition::new(argument, length, SeccompCmpOp::Eq, value).unwrap();
            vec![SeccompRule::new(vec![is]).unwrap()]
        };
        for calls in [vec![], vec![0], vec![0, 1, 2, 5], (0..400).step_by(3).collect(), (0..450).collect()] {
            let mut listed = any(&calls);
            listed.insert(7, when(0, 3));
            listed.insert(8, when(3, u64::MAX));
            let lists = vec![
                (any(&[4, 5, 450]), SeccompAction::KillProcess),
                (any(&[1, 6, 8]), errno(38)),
                (listed, SeccompAction::Allow),
            ];
            let tree = program(lists.clone(), errno(1)).unwrap();
            for data in samples(&[0, 3, 1 << 40, u64::MAX]) {
                let expected = chained(&lists, &errno(1), &data);
                assert_eq!(run(&tree, &data).0, expected, "{data:?}");
            }
        }
    }

    #[test]
    fn each_call_is_found_in_a_few_steps() {
        let calls: Vec<SystemCall> = (0..500).step_by(2).collect();
        let tree = program(vec![(any(&calls), SeccompAction::Allow)], errno(1)).unwrap();
        let steps = samples(&[0]).map(|data| run(&tree, &data).1).max().unwrap();
        // One loads the number, one returns, and nine or ten find one of 501 intervals, with a long
        // jump now and then.
        assert!(steps <= 15, "{steps}");
    }
}
