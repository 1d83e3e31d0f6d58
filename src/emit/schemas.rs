//! The official schemas for the tests of emitters. They lie beside the project, not in it.

use jsonschema::{Registry, Validator};
use serde_json::Value;
use std::path::Path;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/schemas");

/// One schema. `None` where they are absent, which fails under `CI`.
pub(super) fn read(name: &str) -> Option<Value> {
    let path = Path::new(FOLDER).join(name);
    match std::fs::read(&path) {
        Ok(bytes) => Some(serde_json::from_slice(&bytes).expect("a schema is JSON")),
        Err(e) => {
            assert!(std::env::var_os("CI").is_none(), "{}: {e}", path.display());
            let message = format!("skipped: no schema {name}\n");
            std::io::Write::write_all(&mut std::io::stderr(), message.as_bytes()).expect("stderr");
            None
        }
    }
}

/// A validator that checks formats too and reaches for nothing that is not given: `others` are the schemas it refers to.
pub(super) fn validator(name: &str, others: &[&str]) -> Option<Validator> {
    let schema = read(name)?;
    let mut registry = Registry::new();
    for other in others {
        let value = read(other)?;
        let id = value["$id"].as_str().expect("a schema has an id").to_string();
        registry = registry.add(id, value).expect("a schema");
    }
    let registry = registry.prepare().expect("schemas");
    Some(
        jsonschema::options()
            .with_registry(&registry)
            .should_validate_formats(true)
            .should_ignore_unknown_formats(true)
            .offline()
            .build(&schema)
            .expect("a schema"),
    )
}

/// Fails with every error.
#[track_caller]
pub(super) fn check(validator: &Validator, document: &Value) {
    let errors: Vec<String> = validator.iter_errors(document).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}
