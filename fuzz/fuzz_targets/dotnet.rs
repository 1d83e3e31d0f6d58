//! See `supercargo_fuzz::lang::dotnet`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("dotnet"), |data: &[u8]| supercargo_fuzz::lang::dotnet(data));
