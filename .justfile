# Short names for the commands in host/CONTRIBUTING.md. Nothing needs them: each is one line of
# cargo or of .ci.

core := "-p polymer-host-base -p polymer-host-task -p polymer-host-event -p polymer-host-sched -p polymer-host-protocol"

# List the commands.
default:
    @just --list

# The fast loop: tests of the core, without the engine.
core *FLAGS:
    cargo test --locked {{core}} {{FLAGS}}

# Formatting, clippy and the documentation.
check:
    .ci/check

# All tests.
test:
    cargo test --locked --workspace

# Play one history of the scheduler and show every step.
history SEED:
    POLYMER_SIM_SEED={{SEED}} cargo test --locked -p polymer-host-sched --lib sim:: -- --nocapture

# End-to-end tests of one subject, such as `just e2e streaming`.
e2e SUBJECT:
    cargo test --locked -p polymer-wasm --test e2e {{SUBJECT}}

# Licences, versions and sources of dependencies, without the network.
deny:
    cargo deny --offline --config host/deny.toml check licenses bans sources

# Everything that CI runs.
ci:
    .ci/run
