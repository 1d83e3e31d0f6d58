//! See `supercargo_fuzz::catalog::lockfile`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("lockfile"), |data: &[u8]| supercargo_fuzz::catalog::lockfile(data));
