//! See `supercargo_fuzz::catalog::sbom`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("sbom"), |data: &[u8]| supercargo_fuzz::catalog::sbom(data));
