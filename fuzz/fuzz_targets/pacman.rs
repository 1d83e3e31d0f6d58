//! See `supercargo_fuzz::catalog::pacman`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("pacman"), |data: &[u8]| supercargo_fuzz::catalog::pacman(data));
