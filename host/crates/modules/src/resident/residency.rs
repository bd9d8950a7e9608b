//! The decisions: which modules are let in, and which idle ones go when there is no room.
//!
//! Pure: no lock, no file, no wait. It must never know who reads lines, nor what a module is.

use polymer_host_task::{ModuleId, ModuleLease};
use std::collections::BTreeMap;

/// Resources of this process that modules take: bytes of their files and of their code, and the
/// descriptors of both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ModuleFootprint {
    /// Bytes.
    pub bytes: u64,
    /// Descriptors.
    pub descriptors: u64,
}

impl ModuleFootprint {
    /// No bound at all.
    pub const UNBOUNDED: Self = Self { bytes: u64::MAX, descriptors: u64::MAX };

    const fn plus(self, other: Self) -> Self {
        let bytes = self.bytes.saturating_add(other.bytes);
        Self { bytes, descriptors: self.descriptors.saturating_add(other.descriptors) }
    }

    const fn minus(self, other: Self) -> Self {
        let bytes = self.bytes.saturating_sub(other.bytes);
        Self { bytes, descriptors: self.descriptors.saturating_sub(other.descriptors) }
    }

    const fn fits(self, bound: Self) -> bool {
        self.bytes <= bound.bytes && self.descriptors <= bound.descriptors
    }

    const fn is_nothing(self) -> bool {
        self.bytes == 0 && self.descriptors == 0
    }
}

/// The modules that a run holds open.
#[derive(Debug)]
pub(super) struct Residency {
    bound: ModuleFootprint,
    /// Footprint of all of them, including those that are being let go.
    held: ModuleFootprint,
    /// Footprint of those that are being let go.
    leaving: ModuleFootprint,
    /// Footprint that somebody waits for.
    wanted: Option<ModuleFootprint>,
    modules: BTreeMap<ModuleId, ResidentModule>,
    next: u32,
    /// Counts how often modules were named, to tell which was named last.
    clock: u64,
}

#[derive(Debug)]
struct ResidentModule {
    stage: ModuleStage,
    module: u64,
    code: u64,
    descriptors: u64,
    lease: ModuleLease,
    named: u64,
}

/// Stage that a module has reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ModuleStage {
    /// It is on its way to the run, which cannot be told to forget it yet.
    Coming,
    /// The run has it.
    There,
    /// The run closed its files and knows it still: it is of no use, and says why to each task.
    Closed,
    /// The run was told to forget it, and has not closed its files yet.
    Leaving,
}

impl ResidentModule {
    const fn footprint(&self) -> ModuleFootprint {
        ModuleFootprint { bytes: self.module.saturating_add(self.code), descriptors: self.descriptors }
    }

    fn is_idle(&self) -> bool {
        self.stage == ModuleStage::There && self.lease.others() == 0
    }
}

impl Residency {
    pub(super) fn new(bound: ModuleFootprint) -> Self {
        let (held, leaving) = (ModuleFootprint::default(), ModuleFootprint::default());
        Self { bound, held, leaving, wanted: None, modules: BTreeMap::new(), next: 0, clock: 0 }
    }

    /// Lets a module of so many bytes in, its code counted as many again until it is there. Without
    /// room, remembers what is wanted, and gives nothing. A module is never too large by itself:
    /// when nothing is held it is let in.
    pub(super) fn admit(&mut self, bytes: u64) -> Option<ModuleId> {
        let asked = ModuleFootprint { bytes: bytes.saturating_mul(2), descriptors: DESCRIPTORS };
        if !self.has_room_for(asked) {
            self.wanted = Some(asked);
            return None;
        }
        self.wanted = None;
        self.held = self.held.plus(asked);
        let id = ModuleId(self.next);
        // Each costs a worker: it would take years until a number came again.
        self.next = self.next.saturating_add(1);
        self.clock += 1;
        let (lease, named) = (ModuleLease::default(), self.clock);
        let (stage, descriptors) = (ModuleStage::Coming, asked.descriptors);
        self.modules
            .insert(id, ResidentModule { stage, module: bytes, code: bytes, descriptors, lease, named });
        Some(id)
    }

    fn has_room_for(&self, asked: ModuleFootprint) -> bool {
        self.held.is_nothing() || self.held.plus(asked).fits(self.bound)
    }

    /// Returns whether there is room by now for what is wanted, or nothing is wanted.
    pub(super) fn has_room(&self) -> bool {
        self.wanted.is_none_or(|wanted| self.has_room_for(wanted))
    }

    /// Nobody waits any more.
    pub(super) fn give_up_waiting(&mut self) {
        self.wanted = None;
    }

    /// The system gave less than the bound promised. Bounds the run to less than it holds, so that
    /// something goes before more comes; says whether there is anything to go beside what the
    /// asking line itself needs.
    pub(super) fn tighten(&mut self, own: Option<ModuleId>) -> bool {
        let own = own.and_then(|id| self.modules.get(&id)).map(ResidentModule::footprint);
        if self.held.minus(own.unwrap_or_default()).is_nothing() {
            return false;
        }
        self.bound.descriptors = self.bound.descriptors.min(self.held.descriptors.saturating_sub(1));
        self.wanted.get_or_insert(ModuleFootprint { bytes: 0, descriptors: 1 });
        true
    }

    /// A hold on a module that the run knows and is not told to forget.
    pub(super) fn lease(&mut self, id: ModuleId) -> Option<ModuleLease> {
        let resident = self.modules.get_mut(&id).filter(|resident| resident.stage != ModuleStage::Leaving)?;
        self.clock += 1;
        resident.named = self.clock;
        Some(resident.lease.clone())
    }

    /// The run has the module.
    pub(super) fn arrived(&mut self, id: ModuleId) {
        if let Some(resident) =
            self.modules.get_mut(&id).filter(|resident| resident.stage == ModuleStage::Coming)
        {
            resident.stage = ModuleStage::There;
        }
    }

    /// Notes how long a module, or its code, turned out to be.
    pub(super) fn measure(&mut self, id: ModuleId, module: Option<u64>, code: Option<u64>) {
        let Some(resident) =
            self.modules.get_mut(&id).filter(|resident| resident.stage != ModuleStage::Closed)
        else {
            return;
        };
        let before = resident.footprint();
        resident.module = module.unwrap_or(resident.module);
        resident.code = code.unwrap_or(resident.code);
        let after = resident.footprint();
        self.held = self.held.minus(before).plus(after);
        if resident.stage == ModuleStage::Leaving {
            self.leaving = self.leaving.minus(before).plus(after);
        }
    }

    /// A module's files were closed.
    pub(super) fn closed(&mut self, id: ModuleId) {
        let Some(resident) = self.modules.get_mut(&id) else { return };
        let footprint = resident.footprint();
        self.held = self.held.minus(footprint);
        match resident.stage {
            ModuleStage::There => {
                resident.stage = ModuleStage::Closed;
                (resident.module, resident.code, resident.descriptors) = (0, 0, 0);
            }
            ModuleStage::Leaving => {
                self.leaving = self.leaving.minus(footprint);
                self.modules.remove(&id);
            }
            // The run never had it.
            ModuleStage::Coming => drop(self.modules.remove(&id)),
            ModuleStage::Closed => {}
        }
    }

    /// The modules that the run is to forget now: idle ones, those first that were named the
    /// longest ago, until what is wanted will have room.
    pub(super) fn evict(&mut self) -> Vec<ModuleId> {
        let wanted = self.wanted.unwrap_or_default();
        let mut left = self.held.minus(self.leaving);
        if left.plus(wanted).fits(self.bound) {
            return Vec::new();
        }
        let idle = self.modules.iter().filter(|(_, resident)| resident.is_idle());
        let mut idle: Vec<(u64, ModuleId)> = idle.map(|(id, resident)| (resident.named, *id)).collect();
        idle.sort_unstable();
        let mut going = Vec::new();
        for (_, id) in idle {
            if left.plus(wanted).fits(self.bound) {
                break;
            }
            let Some(resident) = self.modules.get_mut(&id) else { continue };
            let footprint = resident.footprint();
            // One that is too large by itself stays as long as nothing else is wanted: its next
            // task would only open it again.
            if self.wanted.is_none() && left == footprint {
                break;
            }
            resident.stage = ModuleStage::Leaving;
            self.leaving = self.leaving.plus(footprint);
            left = left.minus(footprint);
            going.push(id);
        }
        going
    }
}

/// Descriptors of an open module: its bytes, and its code.
const DESCRIPTORS: u64 = 2;

#[cfg(test)]
mod tests;
