//! Counts the memories that an instance of a module has, from its sections. Pure.
//!
//! A core module has those that it defines. A component has those of the core modules that it
//! instantiates, each as often as it does; components inside one count once.

use wasmparser::{BinaryReaderError, Encoding, Instance, Payload};

/// Counts on the way through a module's sections.
#[derive(Debug, Default)]
pub(super) struct MemoryCount {
    /// The module or component that is open, and those around it.
    open: Vec<OpenPart>,
    /// Memories of what was the outermost.
    total: u32,
}

#[derive(Debug, Default)]
struct OpenPart {
    is_component: bool,
    /// Memories of one instance so far.
    memories: u32,
    /// Those of each core module that is defined in it.
    modules: Vec<u32>,
}

impl MemoryCount {
    /// Takes the next part of the file.
    ///
    /// # Errors
    /// If it is damaged.
    pub(super) fn add(&mut self, payload: &Payload<'_>) -> Result<(), BinaryReaderError> {
        match payload {
            Payload::Version { encoding, .. } => {
                let is_component = *encoding == Encoding::Component;
                self.open.push(OpenPart { is_component, ..OpenPart::default() });
            }
            Payload::MemorySection(memories) => self.count(memories.count()),
            Payload::InstanceSection(instances) => {
                for instance in instances.clone() {
                    if let Instance::Instantiate { module_index, .. } = instance? {
                        let index = usize::try_from(module_index).unwrap_or(usize::MAX);
                        let known = self.open.last().and_then(|part| part.modules.get(index));
                        // One from outside may have one.
                        self.count(known.copied().unwrap_or(1));
                    }
                }
            }
            Payload::End(_) => self.close(),
            _ => {}
        }
        Ok(())
    }

    /// Returns the memories of an instance.
    pub(super) const fn total(&self) -> u32 {
        self.total
    }

    fn count(&mut self, memories: u32) {
        if let Some(part) = self.open.last_mut() {
            part.memories = part.memories.saturating_add(memories);
        }
    }

    fn close(&mut self) {
        let Some(part) = self.open.pop() else { return };
        match self.open.last_mut() {
            None => self.total = part.memories,
            Some(around) if part.is_component => {
                around.memories = around.memories.saturating_add(part.memories);
            }
            Some(around) => around.modules.push(part.memories),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasmparser::Parser;

    #[track_caller]
    fn check(text: &str, memories: u32) {
        let bytes = wat::parse_str(text).unwrap();
        let mut count = MemoryCount::default();
        for payload in Parser::new(0).parse_all(&bytes) {
            count.add(&payload.unwrap()).unwrap();
        }
        assert_eq!(count.total(), memories, "{text}");
    }

    #[test]
    fn memories_are_those_that_an_instance_has() {
        check("(module)", 0);
        check("(module (memory 1) (memory 2))", 2);
        check("(module (import \"a\" \"b\" (memory 1)))", 0);
        check("(component)", 0);
        // Defined, and never instantiated.
        check("(component (core module (memory 1)))", 0);
        let twice = "(component (core module $a (memory 1) (memory 1)) (core module $b (memory 1))
            (core instance (instantiate $a)) (core instance (instantiate $b)) (core instance (instantiate $a)))";
        check(twice, 5);
        check(
            &format!("(component {twice} (core module $c (memory 1)) (core instance (instantiate $c)))"),
            6,
        );
    }
}
