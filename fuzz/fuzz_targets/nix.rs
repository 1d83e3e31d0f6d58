//! See `supercargo_fuzz::catalog::nix`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("nix"), |data: &[u8]| supercargo_fuzz::catalog::nix(data));
