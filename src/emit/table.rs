//! stub
use crate::model::Report;
use std::io::{self, Write};
/// stub
pub struct TableOptions {
    /// stub
    pub all: bool,
    /// stub
    pub width: Option<u16>,
    /// stub
    pub colour: bool,
}
/// stub
pub fn write(_report: &Report, _options: &TableOptions, _out: &mut dyn Write) -> io::Result<()> {
    Ok(())
}
