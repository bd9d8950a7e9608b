//! Functions that a module exports: their types are looked at once, when it is linked, and not for
//! each instance again. That is a tenth of what a small attempt takes.

use super::super::guest::GuestState;
use std::marker::PhantomData;
use wasmtime::{
    ExternType, Instance, Module, ModuleExport, Store, TypedFunc, ValType, WasmParams, WasmResults,
};

/// So many words of 32 bits, which is all that functions of the contract take and give.
pub(super) trait Words {
    const COUNT: usize;
}

impl Words for () {
    const COUNT: usize = 0;
}

impl Words for u32 {
    const COUNT: usize = 1;
}

impl Words for (u32, u32, u32, u32) {
    const COUNT: usize = 4;
}

impl Words for (u32, u32, u32, u32, u32, u32, u32) {
    const COUNT: usize = 7;
}

/// A function that a module exports, of which it is known that it takes `P` and gives `R`.
pub(super) struct CheckedExport<P, R> {
    export: ModuleExport,
    types: PhantomData<fn(P) -> R>,
}

impl<P: WasmParams + Words, R: WasmResults + Words> CheckedExport<P, R> {
    /// The function of this name.
    ///
    /// # Errors
    /// If there is none, or its type is another.
    pub(super) fn of(module: &Module, name: &str) -> wasmtime::Result<Self> {
        Self::optional(module, name)?
            .ok_or_else(|| wasmtime::Error::msg(format!("it does not export `{name}`")))
    }

    /// The same, if there is one.
    ///
    /// # Errors
    /// If its type is another.
    pub(super) fn optional(module: &Module, name: &str) -> wasmtime::Result<Option<Self>> {
        let Some(export) = module.get_export_index(name) else { return Ok(None) };
        let Some(ExternType::Func(ty)) = module.get_export(name) else {
            return Err(wasmtime::Error::msg(format!("its `{name}` is not a function")));
        };
        if !are_words(ty.params(), P::COUNT) || !are_words(ty.results(), R::COUNT) {
            return Err(wasmtime::Error::msg(format!("its `{name}` is a function of another type: {ty}")));
        }
        Ok(Some(Self { export, types: PhantomData }))
    }

    /// The function in an instance of that module.
    ///
    /// # Errors
    /// If the instance is of another.
    #[expect(unsafe_code, reason = "its type is not looked at again")]
    pub(super) fn function(
        &self,
        instance: &Instance,
        store: &mut Store<GuestState>,
    ) -> wasmtime::Result<TypedFunc<P, R>> {
        let export = instance.get_module_export(&mut *store, &self.export);
        let function = export.and_then(wasmtime::Extern::into_func);
        let function = function.ok_or_else(|| wasmtime::Error::msg("an instance of another module"))?;
        // SAFETY: `get_module_export` gives nothing for an instance of another module, and the type
        // of this export of this one is that of `P` and `R`.
        Ok(unsafe { TypedFunc::new_unchecked(&*store, function) })
    }
}

fn are_words(mut types: impl ExactSizeIterator<Item = ValType>, count: usize) -> bool {
    types.len() == count && types.all(|ty| ty.is_i32())
}

#[cfg(test)]
mod tests {
    use super::super::super::engine::{self, EngineSettings};
    use super::*;

    /// What is wrong with the function `f` that takes a word and gives none of a module with this
    /// export.
    fn refused(export: &str) -> Option<String> {
        let engine = engine::on_demand(EngineSettings::usual()).unwrap();
        let text = format!(r#"(module (memory $m 1) (func $none) {export})"#);
        let module = Module::new(&engine, wat::parse_str(text).unwrap()).unwrap();
        CheckedExport::<u32, ()>::of(&module, "f").err().map(|error| error.to_string())
    }

    #[test]
    fn a_function_is_taken_by_its_type_alone() {
        assert_eq!(refused(r#"(func (export "f") (param i32))"#), None);
        assert_eq!(refused(r#"(func $same (param i32)) (export "f" (func $same))"#), None);
        for wrong in [
            "(param i64)",
            "(param f32)",
            "(param externref)",
            "(param i32 i32)",
            "",
            "(param i32) (result i32) i32.const 0",
        ] {
            let why = refused(&format!(r#"(func (export "f") {wrong})"#)).unwrap();
            assert!(why.starts_with("its `f` is a function of another type: "), "{wrong}: {why}");
        }
        assert_eq!(refused(r#"(export "f" (memory $m))"#).unwrap(), "its `f` is not a function");
        assert_eq!(refused(r#"(export "g" (func $none))"#).unwrap(), "it does not export `f`");
    }

    #[test]
    fn what_need_not_be_there_may_be_missing_and_not_be_of_another_type() {
        let engine = engine::on_demand(EngineSettings::usual()).unwrap();
        let module =
            Module::new(&engine, wat::parse_str(r#"(module (func (export "f") (param i32)))"#).unwrap())
                .unwrap();
        assert!(CheckedExport::<(), ()>::optional(&module, "g").unwrap().is_none());
        assert!(CheckedExport::<(), ()>::optional(&module, "f").is_err());
    }
}
