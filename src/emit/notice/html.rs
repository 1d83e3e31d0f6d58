//! The notices as one page: no script, nothing loaded, every value escaped by the template.

use super::collect::Notices;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use handlebars::Handlebars;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::io::{self, Write};

const TEMPLATE: &str = include_str!("../../../templates/notice.hbs");
const STYLE: &str = include_str!("../../../templates/notice.css");

#[derive(Serialize)]
struct Page<'a> {
    policy: String,
    style: &'static str,
    #[serde(flatten)]
    notices: &'a Notices<'a>,
}

/// Writes them.
pub fn write(notices: &Notices, out: &mut dyn Write) -> io::Result<()> {
    let policy = format!("default-src 'none'; style-src 'sha256-{}'", STANDARD.encode(Sha256::digest(STYLE)));
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    let page = registry.render_template(TEMPLATE, &Page { policy, style: STYLE, notices }).map_err(io::Error::other)?;
    out.write_all(page.as_bytes())
}
