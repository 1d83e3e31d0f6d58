//! See `supercargo_fuzz::catalog::bitnami`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("bitnami"), |data: &[u8]| supercargo_fuzz::catalog::bitnami(data));
