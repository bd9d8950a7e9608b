//! Files that are no module, or one that cannot be had: whatever stands at a path, and whatever
//! stands in a file.

use super::{Case, case, of_module, run};
use crate::support::TempFolder;
use nix::sys::stat::Mode;
use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;

/// Whatever may stand where a module should.
fn paths(folder: &TempFolder) -> Vec<Case> {
    let at = |name: &str| folder.path().join(name);
    nix::unistd::mkfifo(&at("pipe.wasm"), Mode::S_IRWXU).unwrap();
    File::create(at("huge.wasm")).unwrap().set_len(70 << 20).unwrap();
    fs::create_dir(at("folder.wasm")).unwrap();
    std::os::unix::fs::symlink(at("loop.wasm"), at("loop.wasm")).unwrap();
    let mut cases = vec![
        of_module("missing", at("nothing.wasm"), "module_invalid", "missing", ""),
        of_module("folder", at("folder.wasm"), "policy_denied", "project", ""),
        of_module("pipe", at("pipe.wasm"), "module_invalid", "not_a_file", ""),
        of_module("device", "/dev/zero", "module_invalid", "not_a_file", ""),
        of_module("proc", "/proc/self/mem", "module_invalid", "unreadable", ""),
        of_module("loop", at("loop.wasm"), "module_invalid", "unreadable", ""),
        of_module("huge", at("huge.wasm"), "module_invalid", "too_large", "supervisor").saying("67108864"),
    ];
    let locked = folder.file("locked.wasm", "(module)");
    fs::set_permissions(&locked, Permissions::from_mode(0o0)).unwrap();
    // Root may read what nobody may: then it is what it holds.
    let code = if File::open(&locked).is_ok() { "not_wasm" } else { "unreadable" };
    cases.push(of_module("locked", locked, "module_invalid", code, ""));
    cases
}

/// Whatever may stand in it.
fn contents(folder: &TempFolder) -> Vec<Case> {
    let simple = fs::read(crate::support::example("simple")).unwrap();
    let bytes = |id: &'static str, bytes: &[u8], code: &'static str| {
        of_module(id, folder.file(&format!("{id}.wasm"), bytes), "module_invalid", code, "")
    };
    let mut garbage = b"\0asm\x01\0\0\0".to_vec();
    let mut random = fastrand::Rng::with_seed(7);
    garbage.extend(std::iter::repeat_with(|| random.u8(..)).take(4096));
    let mut deep = b"\0asm\x0d\0\x01\0".to_vec();
    deep.extend([4, 0xff, 0xff, 0xff, 0xff, 0x0f]);
    vec![
        bytes("empty", b"", "empty"),
        bytes("magic", b"\0asm", "malformed"),
        bytes("half", &simple[..simple.len() / 2], "malformed"),
        bytes("garbage", &garbage, "malformed"),
        bytes("length", &deep, "malformed"),
        bytes("version", b"\0asm\x63\0\0\0", "malformed"),
        bytes("zeros", &[0; 4096], "not_wasm"),
        bytes("elf", &[&b"\x7fELF"[..], &[0; 100]].concat(), "not_wasm"),
        of_module(
            "endless text",
            folder.file("deep.wat", "(".repeat(1 << 20)),
            "module_invalid",
            "malformed",
            "",
        ),
    ]
}

fn worlds() -> Vec<Case> {
    vec![
        case("initialize", "module_invalid", "no_entry_point", "").saying("_initialize"),
        case("wrong_start", "module_invalid", "link", "").saying("_start"),
        case("wrong_import", "module_invalid", "link", "").saying("fd_write"),
        case("preview3", "module_invalid", "unsupported", "").saying("0.3"),
        case("other_world", "module_invalid", "no_entry_point", "").saying("greet"),
    ]
}

#[test]
fn what_is_no_module_is_said_to_be_none_and_the_innocent_do_not_notice() {
    let folder = TempFolder::new();
    let mut cases = paths(&folder);
    cases.extend(contents(&folder));
    cases.extend(worlds());
    run(&cases, "");
}
