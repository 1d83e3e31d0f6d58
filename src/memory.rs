//! The allocator of the program, and when it gives memory back to the system: between the steps of a scan, when much is free, and not in the
//! midst of reading, where the next file takes the place of the last.

use libmimalloc_sys as mimalloc;
use std::ffi::c_long;

#[global_allocator]
static ALLOCATOR: ::mimalloc::MiMalloc = ::mimalloc::MiMalloc;

/// `mi_option_purge_delay`: after how many milliseconds free memory goes back by itself, never where it is below 0. The crate does not name
/// it.
const PURGE_DELAY: mimalloc::mi_option_t = 15;

/// Longer than most layers take. By default it is a second, and a third of the page faults of a scan come from memory that went
/// back too soon.
const DELAY: c_long = 10_000;

/// Keeps what is free for the next file.
pub fn keep() {
    set(DELAY);
}

/// Gives back what is free.
#[allow(unsafe_code)]
pub fn give_back() {
    // SAFETY: it takes no pointers, and may be called at any time by any thread.
    unsafe { mimalloc::mi_collect(true) }
}

/// The process ends, and all of its memory goes back at once.
pub fn end() {
    set(-1);
}

#[allow(unsafe_code)]
fn set(delay: c_long) {
    // SAFETY: it takes two numbers, and does nothing for an option that there is not.
    unsafe { mimalloc::mi_option_set(PURGE_DELAY, delay) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number is that of the option by its default: another one that mimalloc has a second for is not known.
    #[test]
    #[allow(unsafe_code)]
    fn the_option_is_the_delay() {
        // SAFETY: it takes a number.
        let value = || unsafe { mimalloc::mi_option_get(PURGE_DELAY) };
        assert_eq!(value(), 1000);
        set(7);
        assert_eq!(value(), 7);
    }
}
