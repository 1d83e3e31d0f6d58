//! The command `supercargo`.

fn main() {}
