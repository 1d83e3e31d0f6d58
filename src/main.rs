//! The command `supercargo`: flags to library calls, errors to exit codes.

mod cli;
mod memory;

use std::process::ExitCode;

fn main() -> ExitCode {
    memory::keep();
    let code = cli::run();
    memory::end();
    code
}
