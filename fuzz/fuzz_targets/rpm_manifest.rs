//! See `supercargo_fuzz::catalog::rpm_manifest`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("rpm_manifest"), |data: &[u8]| supercargo_fuzz::catalog::rpm_manifest(data));
