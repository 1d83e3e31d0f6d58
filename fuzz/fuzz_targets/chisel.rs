//! See `supercargo_fuzz::catalog::chisel`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("chisel"), |data: &[u8]| supercargo_fuzz::catalog::chisel(data));
