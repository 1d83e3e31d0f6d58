//! See `supercargo_fuzz::report::purl`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("purl"), |data: &[u8]| supercargo_fuzz::report::purl(data));
