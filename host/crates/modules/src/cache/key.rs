//! Key of a cache entry: which bytes were compiled, as what, by which engine. Pure.
//!
//! Never a name or a date of the module: two files of one name are two programs.

use blake3::Hasher;
use polymer_host_base::Digest;
use polymer_host_task::Optimization;
use std::fmt;

/// The version of an entry's format. Entries of another one are called otherwise, so they are never
/// found.
pub(super) const VERSION: u32 = 2;

/// Keeps what is hashed here apart from everything else that is ever hashed.
const KEY_CONTEXT: &str = "polymer 2026 cache of compiled code: the key of an entry";
const ENGINE_CONTEXT: &str = "polymer 2026 cache of compiled code: the engine that compiled";
const BUILD_CONTEXT: &str = "polymer 2026 cache of compiled code: the build id of the engine";

/// Which program compiles: another build, engine or configuration is another program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompilerFingerprint([u8; 32]);

/// Identity of a program's file, as the system reports it. Whoever changes or replaces the file
/// changes one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ProgramIdentity {
    /// The number of the file. That of its device is left out: it differs from one boot, or
    /// container, to the next.
    pub(super) inode: u64,
    pub(super) length: u64,
    /// Seconds and nanoseconds.
    pub(super) modified: (i64, i64),
    /// The same of the last change of anything about it, which no program can set.
    pub(super) changed: (i64, i64),
    /// The kind of machine it is for. One program, run for two kinds by an emulator, is two
    /// engines.
    pub(super) machine: &'static str,
}

impl CompilerFingerprint {
    /// Of the program with this build id: two copies of one program are one engine. `machine` is
    /// the kind of machine it is for.
    pub(super) fn of_build(id: &[u8], machine: &str) -> Self {
        let mut hasher = Hasher::new_derive_key(BUILD_CONTEXT);
        hasher.update(&id.len().to_le_bytes());
        hasher.update(id);
        hasher.update(machine.as_bytes());
        Self(hasher.finalize().into())
    }

    /// Of the program with this file.
    pub(super) fn new(program: &ProgramIdentity) -> Self {
        let ProgramIdentity { inode, length, modified, changed, machine } = program;
        let mut hasher = Hasher::new_derive_key(ENGINE_CONTEXT);
        for number in [*inode, *length] {
            hasher.update(&number.to_le_bytes());
        }
        for number in [modified.0, modified.1, changed.0, changed.1] {
            hasher.update(&number.to_le_bytes());
        }
        hasher.update(machine.as_bytes());
        Self(hasher.finalize().into())
    }
}

/// What else decides which code is made of a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeKind {
    /// The module is taken for text.
    pub of_text: bool,
    /// Code counts fuel.
    pub counts_fuel: bool,
    /// What it is compiled for.
    pub optimization: Optimization,
}

/// What a run asks for that says nothing of it, of a module that is no text.
impl Default for CodeKind {
    fn default() -> Self {
        Self { of_text: false, counts_fuel: true, optimization: Optimization::default() }
    }
}

/// Name of an entry, which the entry also holds inside: an entry under another one's name is
/// invalid.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CacheKey([u8; 32]);

impl CacheKey {
    /// Of the code of this kind that this engine makes of the module with this digest.
    #[must_use]
    pub fn new(module: &Digest, kind: CodeKind, engine: &CompilerFingerprint) -> Self {
        let CodeKind { of_text, counts_fuel, optimization } = kind;
        let mut hasher = Hasher::new_derive_key(KEY_CONTEXT);
        // Each part has one length, so no two keys are made of the same bytes.
        hasher.update(&VERSION.to_le_bytes());
        hasher.update(module.bytes());
        hasher.update(&[of_text, counts_fuel, optimization == Optimization::Speed].map(u8::from));
        hasher.update(&engine.0);
        Self(hasher.finalize().into())
    }

    pub(super) const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// In hexadecimal: the name of its file.
impl fmt::Display for CacheKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for CacheKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    const PROGRAM: ProgramIdentity =
        ProgramIdentity { inode: 1, length: 2, modified: (3, 4), changed: (5, 6), machine: "x" };

    #[test]
    fn whatever_differs_gives_another_key() {
        let engines = [
            PROGRAM,
            ProgramIdentity { inode: 2, ..PROGRAM },
            ProgramIdentity { length: 1, ..PROGRAM },
            ProgramIdentity { modified: (4, 3), ..PROGRAM },
            ProgramIdentity { modified: (3, 5), ..PROGRAM },
            ProgramIdentity { changed: (6, 6), ..PROGRAM },
            ProgramIdentity { changed: (5, 7), ..PROGRAM },
            ProgramIdentity { machine: "y", ..PROGRAM },
        ];
        let mut keys = HashSet::new();
        for engine in engines.iter().map(CompilerFingerprint::new) {
            for (bytes, bits) in (0..8).flat_map(|bits| [("a", bits), ("b", bits)]) {
                let optimization = if bits & 4 == 0 { Optimization::Speed } else { Optimization::Quick };
                let kind = CodeKind { of_text: bits & 1 == 0, counts_fuel: bits & 2 == 0, optimization };
                assert!(keys.insert(CacheKey::new(&Digest::of(bytes.as_bytes()), kind, &engine)));
            }
        }
        assert_eq!(keys.len(), engines.len() * 16);
    }

    #[test]
    fn a_build_id_and_a_machine_are_an_engine() {
        let engines = [
            CompilerFingerprint::of_build(b"ab", "x"),
            CompilerFingerprint::of_build(b"a", "bx"),
            CompilerFingerprint::of_build(b"ab", "y"),
            CompilerFingerprint::new(&PROGRAM),
        ];
        let keys: HashSet<_> = engines
            .iter()
            .map(|engine| CacheKey::new(&Digest::of(b"a"), CodeKind::default(), engine))
            .collect();
        assert_eq!(keys.len(), engines.len());
        assert_eq!(engines.first(), Some(&CompilerFingerprint::of_build(b"ab", "x")));
    }

    #[test]
    fn what_is_the_same_gives_the_same_key() {
        let key = || {
            CacheKey::new(&Digest::of(b"module"), CodeKind::default(), &CompilerFingerprint::new(&PROGRAM))
        };
        assert_eq!(key(), key());
        let name = key().to_string();
        assert!(name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}");
    }
}
