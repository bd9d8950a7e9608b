#!/usr/bin/env bash
# Builds qjs.wasm, the interpreter of QuickJS-ng, from the C sources that the crate rquickjs-sys brings.
set -euo pipefail
cd "$(dirname "$0")"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/src"
touch "$work/src/lib.rs"
cat > "$work/Cargo.toml" <<'TOML'
[package]
name = "sources"
version = "0.0.0"
edition = "2024"

[dependencies]
rquickjs-sys = "=0.14.0"
TOML
(cd "$work" && cargo vendor --quiet --versioned-dirs vendor > config)
sources=$work/vendor/rquickjs-sys-0.14.0/quickjs

compile=(clang-14 --target=wasm32-wasi -O2 -w -D_GNU_SOURCE -D_WASI_EMULATED_PROCESS_CLOCKS -D_WASI_EMULATED_SIGNAL "-I$sources")
objects=()
for source in quickjs dtoa libregexp libunicode quickjs-libc qjs gen/repl gen/standalone; do
    object=$work/$(basename "$source").o
    objects+=("$object")
    "${compile[@]}" -c -o "$object" "$sources/$source.c"
done
"${compile[@]}" -s -Wl,--stack-first -Wl,-z,stack-size=1048576 -o qjs.wasm "${objects[@]}" \
    -lwasi-emulated-process-clocks -lwasi-emulated-signal
