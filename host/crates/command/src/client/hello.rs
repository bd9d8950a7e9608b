//! The first line that a client reads: what it talks to. Pure.

use polymer_host_base::Confinement;
use polymer_host_run::RunPlan;
use serde::Serialize;
use std::time::Duration;

/// Version of the client protocol. It is raised when a client that knows an earlier one would be
/// misled; lines and fields are added without that.
const PROTOCOL: u32 = 1;

#[derive(Debug, Serialize)]
struct HelloLine<'a> {
    hello: Hello<'a>,
}

#[derive(Debug, Serialize)]
struct Hello<'a> {
    protocol: u32,
    polymer: &'static str,
    engine: String,
    workers: u32,
    /// Limits of a task that asks for none.
    limits: HelloLimits,
    jail: HelloJail<'a>,
}

#[derive(Debug, Serialize)]
struct HelloLimits {
    /// Null if none is counted.
    fuel: Option<u64>,
    timeout_ms: u64,
    /// Where CPU time has a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    cpu_ms: Option<u64>,
    memory_bytes: u64,
    input_bytes: u64,
    output_bytes: u64,
    log_bytes: u64,
}

#[derive(Debug, Serialize)]
struct HelloJail<'a> {
    /// `auto`, `strict` or `off`.
    sandbox: &'a str,
    /// Layers around a worker.
    active: Vec<&'static str>,
    /// Layers that this machine does not give.
    missing: Vec<&'static str>,
}

/// Returns the line, newline included.
pub(super) fn hello(plan: &RunPlan, limits: polymer_host_task::Limits, jail: &Confinement) -> Vec<u8> {
    let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let line = HelloLine {
        hello: Hello {
            protocol: PROTOCOL,
            polymer: env!("CARGO_PKG_VERSION"),
            engine: polymer_host_worker::engine_version(),
            workers: plan.config.slots,
            limits: HelloLimits {
                fuel: limits.fuel,
                timeout_ms: millis(limits.timeout),
                cpu_ms: limits.cpu.map(millis),
                memory_bytes: limits.memory,
                input_bytes: limits.input,
                output_bytes: limits.output,
                log_bytes: limits.log,
            },
            jail: HelloJail {
                sandbox: plan.service.sandbox.name(),
                active: jail.active.iter().map(|active| active.layer.name()).collect(),
                missing: jail.missing.iter().map(|missing| missing.layer.name()).collect(),
            },
        },
    };
    let mut text = serde_json::to_vec(&line).unwrap_or_default();
    text.push(b'\n');
    text
}
