//! See `supercargo_fuzz::lang::erlang`.
#![no_main]

libfuzzer_sys::fuzz_target!(init: supercargo_fuzz::plant("erlang"), |data: &[u8]| supercargo_fuzz::lang::erlang(data));
