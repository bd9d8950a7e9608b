//! Functions that a component imports and nothing in it refers to: something has to stand in their
//! place for it to be linked. Whether they are needed was decided when the module was recognised;
//! whoever calls one all the same is trapped.

use super::classify::provided;
use super::guest::GuestState;
use wasmtime::component::types::{ComponentInstance, ComponentItem};
use wasmtime::component::{Component, Linker, LinkerInstance};
use wasmtime::{Engine, Error};

/// Puts a trap in the place of each function that the host does not offer.
///
/// # Errors
/// If the engine refuses.
pub(super) fn stand_in(
    engine: &Engine,
    component: &Component,
    linker: &mut Linker<GuestState>,
) -> wasmtime::Result<()> {
    for (name, item) in component.component_type().imports(engine) {
        let ComponentItem::ComponentInstance(instance) = item.ty else { continue };
        let lacking = |function: &str| !provided::has_item(name, function);
        if !has_functions(engine, &instance, &lacking) {
            continue;
        }
        // The host's own instance serves other versions too; a second one would hide it.
        let place = provided::own_name(name);
        let mut place = linker.instance(place.as_deref().unwrap_or(name))?;
        fill(engine, &instance, &mut place, &lacking)?;
    }
    Ok(())
}

fn has_functions(engine: &Engine, instance: &ComponentInstance, lacking: &dyn Fn(&str) -> bool) -> bool {
    instance.exports(engine).any(|(name, item)| match item.ty {
        ComponentItem::ComponentFunc(_) => lacking(name),
        ComponentItem::ComponentInstance(inner) => has_functions(engine, &inner, &|_| true),
        _ => false,
    })
}

fn fill(
    engine: &Engine,
    instance: &ComponentInstance,
    place: &mut LinkerInstance<'_, GuestState>,
    lacking: &dyn Fn(&str) -> bool,
) -> wasmtime::Result<()> {
    for (name, item) in instance.exports(engine) {
        match item.ty {
            ComponentItem::ComponentFunc(_) if lacking(name) => {
                place.func_new(name, |_, _, _, _| {
                    Err(Error::msg("it calls a function that it imports and nothing here provides"))
                })?;
            }
            ComponentItem::ComponentInstance(inner) => {
                fill(engine, &inner, &mut place.instance(name)?, &|_| true)?;
            }
            _ => {}
        }
    }
    Ok(())
}
