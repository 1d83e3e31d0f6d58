//! stub
use crate::model::Report;
use std::io::{self, Write};
/// stub
pub struct HtmlOptions {
    /// stub
    pub template: Option<String>,
}
/// stub
pub fn write(_report: &Report, _options: &HtmlOptions, _out: &mut dyn Write) -> io::Result<()> {
    Ok(())
}
