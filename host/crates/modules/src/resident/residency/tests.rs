//! What is let in, what goes, and that reading never waits for itself.

use super::*;
use fastrand::Rng;
use std::collections::VecDeque;

const MIB: u64 = 1 << 20;

fn bounded(bytes: u64, descriptors: u64) -> Residency {
    Residency::new(ModuleFootprint { bytes, descriptors })
}

/// A module that the run has.
fn there(residency: &mut Residency, bytes: u64) -> ModuleId {
    let id = residency.admit(bytes).expect("there is room");
    residency.arrived(id);
    id
}

#[test]
fn modules_are_let_in_up_to_the_bound_of_bytes_and_of_descriptors() {
    for mut residency in [bounded(5, 100), bounded(100, 5)] {
        let [first, second] = [0, 1].map(|_| there(&mut residency, 1));
        assert_ne!(first, second);
        assert_eq!(residency.admit(1), None);
        assert!(!residency.has_room());
        residency.closed(first);
        assert!(residency.has_room());
        assert!(residency.admit(1).is_some());
    }
}

#[test]
fn a_module_that_is_too_large_by_itself_is_let_in_alone_and_stays() {
    let mut residency = bounded(MIB, 1);
    let large = there(&mut residency, 60 * MIB);
    assert_eq!(residency.evict(), [], "its next task would only open it again");
    assert_eq!(residency.admit(60 * MIB), None);
    assert_eq!(residency.evict(), [large]);
    assert!(!residency.has_room(), "its files are open yet");
    residency.closed(large);
    assert!(residency.admit(60 * MIB).is_some());
}

#[test]
fn only_idle_modules_go_and_those_first_that_were_named_the_longest_ago() {
    let mut residency = bounded(8, 100);
    let ids = [0, 1, 2, 3].map(|_| there(&mut residency, 1));
    let busy = residency.lease(ids[0]);
    drop(residency.lease(ids[1]));
    assert_eq!(residency.evict(), [], "there is room for what there is");
    assert_eq!(residency.admit(2), None);
    assert_eq!(residency.evict(), [ids[2], ids[3]]);
    assert_eq!(residency.evict(), [], "what goes is enough");
    assert_eq!(residency.lease(ids[2]), None, "it goes, so no line may name it");
    residency.closed(ids[2]);
    residency.closed(ids[3]);
    let other = residency.admit(2).unwrap();
    assert!(!ids.contains(&other), "no number is used twice");
    residency.arrived(other);
    assert_eq!(residency.admit(4), None);
    assert_eq!(residency.evict(), [ids[1], other]);
    drop(busy);
    assert_eq!(residency.evict(), [ids[0]]);
}

#[test]
fn what_is_on_its_way_is_not_told_to_go_before_the_run_has_it() {
    let mut residency = bounded(2, 2);
    let id = residency.admit(1).unwrap();
    assert_eq!(residency.admit(1), None);
    assert_eq!(residency.evict(), []);
    residency.arrived(id);
    assert_eq!(residency.evict(), [id]);
}

#[test]
fn code_counts_as_it_is_once_it_is_there_and_idle_modules_go_for_it() {
    let mut residency = bounded(10, 100);
    let [first, second] = [0, 1].map(|_| there(&mut residency, 2));
    residency.measure(second, None, Some(7));
    assert_eq!(residency.held.bytes, 4 + 9);
    assert_eq!(residency.evict(), [first], "though nobody waits");
    residency.closed(first);
    residency.measure(second, Some(3), Some(0));
    assert_eq!(residency.held, ModuleFootprint { bytes: 3, descriptors: DESCRIPTORS });
}

#[test]
fn a_module_of_no_use_takes_nothing_and_is_still_known() {
    let mut residency = bounded(2, 2);
    let id = there(&mut residency, 1);
    residency.closed(id);
    residency.closed(id);
    residency.measure(id, None, Some(100));
    assert!(residency.held.is_nothing());
    assert!(residency.lease(id).is_some(), "each of its tasks is told why");
    assert_eq!(residency.evict(), []);
    let never_sent = residency.admit(1).unwrap();
    residency.closed(never_sent);
    assert_eq!(residency.lease(never_sent), None);
}

#[test]
fn where_the_system_gives_less_something_goes_before_more_comes() {
    let mut residency = bounded(100, 100);
    assert!(!residency.tighten(None), "nothing would come free");
    let own = there(&mut residency, 1);
    assert!(!residency.tighten(Some(own)), "it would wait for itself");
    let other = there(&mut residency, 1);
    let in_use = residency.lease(own);
    assert!(residency.tighten(Some(own)));
    assert!(!residency.has_room());
    assert_eq!(residency.evict(), [other]);
    residency.closed(other);
    assert!(residency.has_room());
    residency.give_up_waiting();
    assert_eq!(residency.admit(1), None, "the bound is what the system gives");
    drop(in_use);
    assert_eq!(residency.evict(), [own]);
}

/// A world of one reader and one run: lines name modules, tasks end in any order, files close some
/// time after that.
struct World {
    rng: Rng,
    residency: Residency,
    /// The modules that lines name: how long each is, how long its code will be, and what stands
    /// for it now.
    names: Vec<(u64, u64, Option<ModuleId>)>,
    /// Lines that are to be read, by the name they give.
    lines: VecDeque<usize>,
    /// Tasks that are not over.
    tasks: Vec<(ModuleId, ModuleLease)>,
    coming: Vec<ModuleId>,
    leaving: Vec<ModuleId>,
    ended: usize,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let residency = bounded(rng.u64(1..200), rng.u64(1..40));
        let names = (0..rng.usize(1..30)).map(|_| (rng.u64(1..60), rng.u64(..200), None)).collect::<Vec<_>>();
        let lines = (0..rng.usize(1..200)).map(|_| rng.usize(..names.len())).collect();
        let (tasks, coming, leaving) = (Vec::new(), Vec::new(), Vec::new());
        Self { rng, residency, names, lines, tasks, coming, leaving, ended: 0 }
    }

    /// Reads the next line, if what it needs has room.
    fn read(&mut self) -> bool {
        let Some(&name) = self.lines.front() else { return false };
        let (bytes, _, known) = self.names[name];
        let lease = known.and_then(|id| Some((id, self.residency.lease(id)?)));
        let (id, lease) = match lease {
            Some(lease) => lease,
            None => {
                let Some(id) = self.residency.admit(bytes) else { return false };
                self.names[name].2 = Some(id);
                self.coming.push(id);
                (id, self.residency.lease(id).expect("it was let in just now"))
            }
        };
        self.lines.pop_front();
        self.tasks.push((id, lease));
        true
    }

    /// Something that goes on whether anything is read or not; says whether there was anything.
    fn go_on(&mut self) -> bool {
        while let Some(id) = self.coming.pop() {
            self.residency.arrived(id);
        }
        for id in self.residency.evict() {
            assert!(self.tasks.iter().all(|(other, _)| *other != id), "{id} has a task and is to go");
            self.leaving.push(id);
        }
        if !self.leaving.is_empty() && self.rng.bool() {
            let id = self.leaving.swap_remove(self.rng.usize(..self.leaving.len()));
            self.residency.closed(id);
            return true;
        }
        if self.tasks.is_empty() {
            return !self.leaving.is_empty();
        }
        let (id, _) = self.tasks.swap_remove(self.rng.usize(..self.tasks.len()));
        self.ended += 1;
        let code = self.names.iter().find(|(.., known)| *known == Some(id)).map(|(_, code, _)| *code);
        match self.rng.u8(..20) {
            // It turns out to be of no use.
            0 if !self.leaving.contains(&id) => self.residency.closed(id),
            _ => self.residency.measure(id, None, code),
        }
        true
    }

    fn play(mut self) {
        let (lines, mut still) = (self.lines.len(), 0);
        while !(self.lines.is_empty() && self.tasks.is_empty()) {
            let moves = (self.rng.bool() && self.read()) | self.go_on() | self.read();
            // What goes for a line goes in the step after that in which it began to wait.
            still = if moves { 0 } else { still + 1 };
            assert!(still < 2, "reading waits for itself: {:?}", self.residency);
            self.check();
        }
        assert_eq!(self.ended, lines);
        self.residency.give_up_waiting();
        while self.go_on() {}
        let (held, bound) = (self.residency.held, self.residency.bound);
        let open =
            self.residency.modules.values().filter(|resident| resident.stage == ModuleStage::There).count();
        assert!(held.fits(bound) || open == 1, "{held:?} is over {bound:?}, and nothing is at work");
    }

    /// The sums are those of the modules, and only what is at work, or alone, is over the bound.
    fn check(&self) {
        let sum = |all: &mut dyn Iterator<Item = &ResidentModule>| {
            all.fold(ModuleFootprint::default(), |sum, resident| sum.plus(resident.footprint()))
        };
        let modules = &self.residency.modules;
        assert_eq!(sum(&mut modules.values()), self.residency.held);
        let leaving = |resident: &&ResidentModule| resident.stage == ModuleStage::Leaving;
        assert_eq!(sum(&mut modules.values().filter(leaving)), self.residency.leaving);
    }
}

#[test]
fn every_line_is_read_in_the_end_whatever_the_bound_and_nothing_idle_is_kept_over_it() {
    for seed in 0..5_000 {
        let played = std::panic::catch_unwind(|| World::new(seed).play());
        assert!(played.is_ok(), "seed {seed}");
    }
}
