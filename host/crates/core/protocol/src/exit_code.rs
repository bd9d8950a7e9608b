//! The exit codes by which a worker says that the machine refused it something. Both halves know
//! them; an exit code of the command means something else.
//!
//! A code is a claim like everything a worker says.

use polymer_host_base::SystemResource;

/// The code of the first resource. The others follow.
const FIRST: u8 = 71;

/// The code with which a worker ends that lacked this.
#[must_use]
pub const fn of(resource: SystemResource) -> u8 {
    FIRST
        + match resource {
            SystemResource::Memory => 0,
            SystemResource::Descriptors => 1,
            SystemResource::Processes => 2,
            SystemResource::Disk => 3,
            SystemResource::Watches => 4,
        }
}

/// The resource that a worker which exited so says it lacked.
#[must_use]
pub fn lacking(code: i32) -> Option<SystemResource> {
    SystemResource::ALL.into_iter().find(|resource| i32::from(of(*resource)) == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_resource_has_a_code_of_its_own() {
        for resource in SystemResource::ALL {
            assert_eq!(lacking(of(resource).into()), Some(resource));
        }
        assert_eq!((lacking(70), lacking(76)), (None, None));
    }
}
