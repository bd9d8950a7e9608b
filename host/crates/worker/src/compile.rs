//! The compile role: one module in, machine code out, and the end. It links nothing and runs
//! nothing.

use super::canonical::{self, ContractVersion};
use super::classify;
use super::engine::EngineSettings;
use super::link::{IncomingFrames, LinkError, OutgoingFrames, ReceivedFrame, decode};
use super::refusal::ModuleRefusal;
use super::request::CompileTarget;
use super::{RoleEnd, engine, trap};
use polymer_host_protocol::claim::COMPILE_SIZE;
use polymer_host_protocol::message::WireFunction;
use polymer_host_protocol::{FromWorker, SMALL_FRAME, ToWorker};
use polymer_host_task::ModuleForm;
use std::borrow::Cow;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME as ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER as ADAPTER,
};
use wasmtime::Engine;
use wit_component::StringEncoding;

/// A module turned into machine code.
#[derive(Debug)]
pub(crate) struct CompiledModule {
    /// Form of the module.
    pub(crate) form: ModuleForm,
    /// Imports of the module.
    pub(crate) imports: Vec<String>,
    /// The code, as wasmtime wants to map it.
    pub(crate) code: Vec<u8>,
}

/// Serves one request and ends.
///
/// # Errors
/// If the supervisor does not keep to the protocol, or a file cannot be read or written.
pub(crate) fn compile(
    mut incoming: IncomingFrames,
    mut outgoing: OutgoingFrames,
    engine: &Engine,
    settings: EngineSettings,
) -> Result<RoleEnd, LinkError> {
    let Some(ReceivedFrame { content, descriptors }) = incoming.next_frame()? else {
        return Ok(RoleEnd::Closed);
    };
    let (text, wanted) = match decode(content)? {
        ToWorker::Compile { text, wanted } => (text, CompileTarget::from(wanted)),
        other => return Err(LinkError::Unexpected(format!("{} to a worker that compiles", other.name()))),
    };
    let Ok([module, code]) = <[_; 2]>::try_from(std::mem::take(descriptors)) else {
        return Err(LinkError::Unexpected("a module without its two descriptors".to_owned()));
    };
    let bytes = read(&File::from(module))
        .map_err(|error| LinkError::Machine(format!("the module cannot be read: {error}")))?;
    let prepared = prepare(text, wanted, bytes);
    if let Some(answer) =
        prepared.as_ref().ok().filter(|_| wanted == CompileTarget::Look).and_then(PreparedModule::seen)
    {
        outgoing.send(&answer, SMALL_FRAME)?;
        return Ok(RoleEnd::Closed);
    }
    let answer = match prepared.and_then(|prepared| prepared.compile(engine, settings)) {
        Ok(compiled) => {
            if let Err(error) = File::from(code).write_all_at(&compiled.code, 0) {
                return refuse(&mut outgoing, &unwritten(&error)?);
            }
            let (form, imports) = (compiled.form, bounded(compiled.imports));
            FromWorker::Compiled { form: form.into(), imports }
        }
        Err(refusal) => {
            return refuse(&mut outgoing, &refusal);
        }
    };
    outgoing.send(&answer, SMALL_FRAME)?;
    Ok(RoleEnd::Closed)
}

/// Tells why a module cannot be used, and ends.
pub(crate) fn refuse(outgoing: &mut OutgoingFrames, refusal: &ModuleRefusal) -> Result<RoleEnd, LinkError> {
    outgoing.send(&FromWorker::Refused { code: refusal.code, message: &refusal.message }, SMALL_FRAME)?;
    Ok(RoleEnd::Closed)
}

/// Interprets an error in writing machine code: there is more of it than there may be, or the
/// machine is at fault.
fn unwritten(error: &io::Error) -> Result<ModuleRefusal, LinkError> {
    if error.kind() == io::ErrorKind::FileTooLarge {
        return Ok(ModuleRefusal::new(COMPILE_SIZE, "its machine code is larger than allowed"));
    }
    Err(LinkError::Machine(format!("the code cannot be written: {error}")))
}

/// As many imports as fit a frame: a module may have a million.
fn bounded(imports: Vec<String>) -> Vec<String> {
    imports.into_iter().take(1000).collect()
}

/// The whole file, wherever its offset stands.
fn read(file: &File) -> io::Result<Vec<u8>> {
    let length = usize::try_from(file.metadata()?.len()).map_err(io::Error::other)?;
    let mut bytes = vec![0; length];
    file.read_exact_at(&mut bytes, 0)?;
    Ok(bytes)
}

/// A module that can be compiled.
struct PreparedModule {
    /// Bytes to compile.
    bytes: Vec<u8>,
    form: ModuleForm,
    facts: classify::ModuleFacts,
}

impl PreparedModule {
    /// All that is wanted of a module that is only looked at, if that takes no machine code.
    fn seen(&self) -> Option<FromWorker<'static>> {
        let imports = bounded(self.facts.import_names());
        let functions = self.facts.exported.iter().cloned().map(WireFunction::from).collect();
        (!self.facts.has_more_to_tell(self.form)).then_some(FromWorker::Seen {
            form: self.form.into(),
            imports,
            functions,
        })
    }

    fn compile(self, engine: &Engine, settings: EngineSettings) -> Result<CompiledModule, ModuleRefusal> {
        let Self { bytes, form, facts } = self;
        let many =
            engine::has_many_memories(facts.memories).then(|| engine::many_memories(settings)).transpose();
        let many = many.map_err(|error| ModuleRefusal::new("malformed", trap::chain(&error)))?;
        let engine = many.as_ref().unwrap_or(engine);
        let code = match form {
            ModuleForm::TypedModule | ModuleForm::CommandModule => engine.precompile_module(&bytes),
            ModuleForm::Typed | ModuleForm::CommandComponent | ModuleForm::Component => {
                engine.precompile_component(&bytes)
            }
        };
        let code = code.map_err(|error| {
            ModuleRefusal::new("malformed", format!("it cannot be compiled: {}", trap::chain(&error)))
        })?;
        Ok(CompiledModule { form, imports: facts.import_names(), code })
    }
}

/// Turns a module, as text or binary, into machine code.
///
/// # Errors
/// If it cannot be used.
#[cfg(test)]
pub(crate) fn translate(
    engine: &Engine,
    text: bool,
    wanted: CompileTarget,
    bytes: Vec<u8>,
) -> Result<CompiledModule, ModuleRefusal> {
    prepare(text, wanted, bytes)?.compile(engine, EngineSettings::usual())
}

/// Finds out what a module is, and makes of it what can be compiled. Nothing is compiled here.
fn prepare(text: bool, wanted: CompileTarget, bytes: Vec<u8>) -> Result<PreparedModule, ModuleRefusal> {
    let original = if text { from_text(&bytes)? } else { bytes };
    let mut facts = classify::look(&original)?;
    let original = match facts.bare() {
        Some(version) => {
            facts.typed_core = true;
            with_types(original, version)?
        }
        None => original,
    };
    facts.check_imports()?;
    let suits =
        wanted != CompileTarget::Function && facts.typed_core && canonical::suits(&original, &facts.imports);
    // Made in any case: the encoder knows of all that a module can do wrong.
    let (bytes, facts) =
        if facts.typed_core { typed(&original, facts)? } else { (Cow::Borrowed(original.as_slice()), facts) };
    facts.check_imports()?;
    let form = match facts.form(wanted != CompileTarget::Task)? {
        ModuleForm::Typed if suits => ModuleForm::TypedModule,
        form => form,
    };
    let bytes = match (form, bytes) {
        (ModuleForm::TypedModule, _) | (_, Cow::Borrowed(_)) => original,
        (_, Cow::Owned(component)) => component,
    };
    Ok(PreparedModule { bytes, form, facts })
}

fn from_text(text: &[u8]) -> Result<Vec<u8>, ModuleRefusal> {
    let text = std::str::from_utf8(text).map_err(|error| {
        ModuleRefusal::new("malformed", format!("the text is not UTF-8 (byte {})", error.valid_up_to()))
    })?;
    if text.trim().is_empty() {
        return Err(ModuleRefusal::new("empty", "the file is empty"));
    }
    wat::parse_str(text).map_err(|error| {
        let message = error.to_string();
        let first = message.lines().next().unwrap_or_default().to_owned();
        let place = message.lines().nth(1).map(|line| line.trim().trim_start_matches("--> ").to_owned());
        let place =
            place.map(|place| format!(" at {}", place.trim_start_matches("<anon>:"))).unwrap_or_default();
        ModuleRefusal::new("malformed", format!("the text is not WebAssembly: {first}{place}"))
    })
}

/// Puts the types of our contract into a core module that keeps to this version of it by the names
/// of its functions only, so that its author needs no tool of the component model.
pub(super) fn with_types(mut bytes: Vec<u8>, version: &ContractVersion) -> Result<Vec<u8>, ModuleRefusal> {
    let cannot = |why: String| {
        ModuleRefusal::new(
            "link",
            format!("the types of a task cannot be added to it: {why}").replace('\n', " "),
        )
    };
    let (resolve, world) = version.contract().ok_or_else(|| cannot("the contract is no WIT".to_owned()))?;
    wit_component::embed_component_metadata(&mut bytes, &resolve, world, StringEncoding::UTF8)
        .map_err(|error| cannot(format!("{error:#}")))?;
    Ok(bytes)
}

/// Makes a component of a core module that carries a component's types. One that only imports
/// through them, such as a command linked with a library for components, stays what it is.
fn typed(
    bytes: &[u8],
    facts: classify::ModuleFacts,
) -> Result<(Cow<'_, [u8]>, classify::ModuleFacts), ModuleRefusal> {
    let made = wit_component::ComponentEncoder::default()
        .validate(false)
        .module(bytes)
        .and_then(|encoder| encoder.adapter(ADAPTER_NAME, ADAPTER))
        .and_then(|mut encoder| encoder.encode());
    let error = match made {
        Ok(component) => {
            let seen = classify::look(&component)?;
            if matches!(seen.form(false), Ok(ModuleForm::Typed)) || !facts.has_start() {
                return Ok((Cow::Owned(component), seen));
            }
            None
        }
        Err(error) => Some(format!("{error:#}").replace('\n', " ")),
    };
    match error {
        Some(error) if !facts.has_start() => {
            Err(ModuleRefusal::new("link", format!("it cannot be made into a component: {error}")))
        }
        _ => Ok((Cow::Borrowed(bytes), facts)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nix::errno::Errno;

    #[test]
    fn code_that_cannot_be_written_is_too_large_or_the_machines_fault() {
        let refusal = unwritten(&Errno::EFBIG.into()).unwrap();
        assert_eq!(refusal.code, "compile_size");
        for errno in [Errno::ENOSPC, Errno::EIO, Errno::ENOMEM] {
            let broken = unwritten(&errno.into()).unwrap_err();
            assert!(matches!(&broken, LinkError::Machine(why) if why.contains("code")), "{broken}");
        }
    }
}
