//! Panic hook: the message of a panic reaches the host before the trap, so that the record has its
//! words instead of `unreachable`.

use std::panic::{self, PanicHookInfo};
use std::sync::Once;

use crate::bindings::polymer::task::host;

/// From here on panics are told. Once in the life of an instance, so that a hook that a task sets
/// itself stays.
pub(crate) fn tell_host() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // It prints to stderr, which is in the log.
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            host::trace(&told(info));
            usual(info);
        }));
    });
}

fn told(info: &PanicHookInfo<'_>) -> String {
    let payload = info.payload();
    let text = payload.downcast_ref::<&str>().copied();
    let text = text
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a value that is no text");
    match info.location() {
        Some(place) => format!("panicked at {place}: {text}"),
        None => format!("panicked: {text}"),
    }
}
