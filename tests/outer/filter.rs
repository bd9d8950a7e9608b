//! The seccomp filter: what is refused at once, and what is put before the listener.

use super::rules::{Call, First, Rules};
use nix::libc::{self, sock_filter, sock_fprog};
use std::io;
use std::mem::offset_of;

/// Puts the filter on this process and all it becomes and starts; gives the listener's descriptor
/// if one was asked for.
pub(crate) fn install(rules: &Rules, listen: bool) -> io::Result<Option<i32>> {
    let mut program = Vec::new();
    for refused in &rules.without {
        let error = u32::try_from(refused.error as i32).map_err(io::Error::other)?;
        add(&mut program, refused.call, libc::SECCOMP_RET_ERRNO | error)?;
    }
    for failing in &rules.failing {
        add(&mut program, failing.call, libc::SECCOMP_RET_USER_NOTIF)?;
    }
    program.push(step(libc::BPF_RET, libc::SECCOMP_RET_ALLOW, 0, 0)?);
    let length = u16::try_from(program.len()).map_err(io::Error::other)?;
    let program = sock_fprog { len: length, filter: program.as_mut_ptr() };
    let flags = if listen { libc::SECCOMP_FILTER_FLAG_NEW_LISTENER } else { 0 };
    // SAFETY: the program is alive and as long as it says; the kernel copies it.
    let given =
        unsafe { libc::syscall(libc::SYS_seccomp, libc::SECCOMP_SET_MODE_FILTER, flags, &raw const program) };
    if given < 0 {
        return Err(io::Error::last_os_error());
    }
    listen.then(|| i32::try_from(given)).transpose().map_err(io::Error::other)
}

/// Adds: if it is this call, then this is to be done.
fn add(program: &mut Vec<sock_filter>, call: Call, then: u32) -> io::Result<()> {
    let number = u32::try_from(call.number).map_err(io::Error::other)?;
    program.push(load(offset_of!(libc::seccomp_data, nr))?);
    // The lower half of an argument stands first on the machines we know; what is compared are
    // descriptors and flags.
    let argument = load(offset_of!(libc::seccomp_data, args))?;
    match call.first {
        First::Any | First::Standard(_) => program.push(step(libc::BPF_JMP | libc::BPF_JEQ, number, 0, 1)?),
        First::Is(value) => program.extend([
            step(libc::BPF_JMP | libc::BPF_JEQ, number, 0, 3)?,
            argument,
            step(libc::BPF_JMP | libc::BPF_JEQ, value, 0, 1)?,
        ]),
        First::HasAny(bits) => program.extend([
            step(libc::BPF_JMP | libc::BPF_JEQ, number, 0, 3)?,
            argument,
            step(libc::BPF_JMP | libc::BPF_JSET, bits, 0, 1)?,
        ]),
    }
    program.push(step(libc::BPF_RET, then, 0, 0)?);
    Ok(())
}

fn load(offset: usize) -> io::Result<sock_filter> {
    let offset = u32::try_from(offset).map_err(io::Error::other)?;
    step(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, offset, 0, 0)
}

/// One instruction: over how many to jump if it is true, and if it is not.
fn step(code: u32, k: u32, jt: u8, jf: u8) -> io::Result<sock_filter> {
    Ok(sock_filter { code: u16::try_from(code).map_err(io::Error::other)?, jt, jf, k })
}
