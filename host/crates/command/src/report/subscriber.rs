//! The command's log: a subscriber that writes each line with its time and its level.

use crate::report::json_log::traced_line;
use polymer_host_report::line;
use std::time::SystemTime;
use std::{fmt, io};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// A subscriber that writes lines such as `2026-11-22T14:00:00Z ERROR slot 2 task 7 attempt 1: trap
/// (unreachable)`, up to `level`, or the same as JSON if `in_json`.
pub fn subscriber<W>(level: LevelFilter, writer: W, in_json: bool) -> impl Subscriber + Send + Sync
where
    W: io::Write + Clone + Send + Sync + 'static,
{
    with_clock(level, writer, EventFormat { clock: SystemTime::now, in_json })
}

pub(super) fn with_clock<W>(
    level: LevelFilter,
    writer: W,
    format: EventFormat,
) -> impl Subscriber + Send + Sync
where
    W: io::Write + Clone + Send + Sync + 'static,
{
    tracing_subscriber::fmt()
        // It would tell of errors with `eprintln!`, which panics where stderr is closed.
        .log_internal_errors(false)
        .with_max_level(level)
        .event_format(format)
        .with_writer(move || writer.clone())
        .finish()
}

/// Time, level, and the whole of the message.
#[derive(Debug)]
pub(super) struct EventFormat {
    pub(super) clock: fn() -> SystemTime,
    pub(super) in_json: bool,
}

impl<S, N> FormatEvent<S, N> for EventFormat
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut out: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        if self.in_json {
            // Lines of ours do not come this way then.
            let mut text = String::new();
            let mut fields = EventFields { out: Writer::new(&mut text), result: Ok(()) };
            event.record(&mut fields);
            fields.result?;
            return out.write_str(&traced_line(level(event), text.trim_start(), (self.clock)()));
        }
        line::head(&mut out, (self.clock)(), event.metadata().level().as_str())?;
        let mut fields = EventFields { out, result: Ok(()) };
        event.record(&mut fields);
        fields.result?;
        fields.out.write_char('\n')
    }
}

fn level(event: &Event<'_>) -> &'static str {
    match *event.metadata().level() {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        _ => "debug",
    }
}

/// Writes an event's message, and fields that other crates may have. Ours are safe already, which
/// changes nothing the second time.
struct EventFields<'a> {
    out: Writer<'a>,
    result: fmt::Result,
}

impl Visit for EventFields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = line::body(&format!("{value:?}"));
        self.result = self.result.and(match field.name() {
            "message" => write!(self.out, " {text}"),
            name => write!(self.out, " {name}={text}"),
        });
    }
}

#[cfg(test)]
mod tests;
