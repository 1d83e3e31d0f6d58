//! See `supercargo_fuzz::catalog::rpm_header`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("rpm_header"), |data: &[u8]| supercargo_fuzz::catalog::rpm_header(data));
