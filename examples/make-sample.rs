//! Makes `samples/harbour.oci.tar`, an OCI image archive of four layers, from the files in `samples/harbour/layers`:
//! `cargo run --example make-sample`.
//!
//! The same files give the same bytes: members are sorted, owners and times are fixed, and the layers are plain archives,
//! for compressed ones would depend on who compressed them. Specification: OCI image specification 1.1.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Seconds since 1970 of every file in the sample: 9 March 2024, 16:00 UTC.
const TIME: u64 = 1_710_000_000;
/// The same for the image's configuration.
const CREATED: &str = "2024-03-09T16:00:00Z";
/// What the image is called.
const NAME: &str = "registry.example/harbour/desk";
/// Its tag.
const TAG: &str = "4.2.0";

/// The instructions that the image tells of, each with the folder of the layer that it made.
const STEPS: [(&str, Option<&str>); 7] = [
    ("/bin/sh -c #(nop) ADD file:0d9f2c7b1e6a5d48 in / ", Some("0-base")),
    ("/bin/sh -c #(nop)  CMD [\"bash\"]", None),
    ("COPY --from=tools /out/ / # buildkit", Some("1-tools")),
    ("WORKDIR /srv/harbour", None),
    (
        "RUN /bin/sh -c npm ci --omit=dev && python3 -m venv /opt/venv && /opt/venv/bin/pip install -r requirements.txt # buildkit",
        Some("2-app"),
    ),
    (
        "RUN /bin/sh -c rm -rf node_modules/old-hawser && sed -i 's/eight/eight and closes at noon/' server.js # buildkit",
        Some("3-clean"),
    ),
    ("CMD [\"node\" \"server.js\"]", None),
];

fn main() -> std::io::Result<()> {
    fs::write(root().join("samples/harbour.oci.tar"), archive()?)
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The whole archive.
///
/// # Errors
/// When a file of the sample cannot be read.
pub fn archive() -> std::io::Result<Vec<u8>> {
    let mut blobs: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut add = |media: &str, bytes: Vec<u8>| -> Value {
        let hex = hex(&bytes);
        let descriptor = json!({"mediaType": media, "digest": format!("sha256:{hex}"), "size": bytes.len()});
        blobs.insert(format!("blobs/sha256/{hex}"), bytes);
        descriptor
    };
    let mut layers = Vec::new();
    for folder in STEPS.iter().filter_map(|(_, folder)| *folder) {
        let bytes = tar(&files(&root().join("samples/harbour/layers").join(folder))?)?;
        layers.push(add("application/vnd.oci.image.layer.v1.tar", bytes));
    }
    let history: Vec<Value> = STEPS
        .iter()
        .map(|(step, folder)| match folder {
            Some(_) => json!({"created": CREATED, "created_by": step}),
            None => json!({"created": CREATED, "created_by": step, "empty_layer": true}),
        })
        .collect();
    let config = json!({
        "created": CREATED,
        "architecture": "amd64",
        "os": "linux",
        "config": {
            "Cmd": ["node", "server.js"],
            "Env": ["PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin"],
            "Labels": {
                "org.opencontainers.image.title": "harbour-desk",
                "org.opencontainers.image.version": TAG,
                "org.opencontainers.image.base.name": "registry.example/harbour/base:12",
            },
            "WorkingDir": "/srv/harbour",
        },
        "rootfs": {"type": "layers", "diff_ids": layers.iter().map(|l| l["digest"].clone()).collect::<Vec<_>>()},
        "history": history,
    });
    let config = add("application/vnd.oci.image.config.v1+json", config.to_string().into());
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": config,
        "layers": layers,
    });
    let mut descriptor = add("application/vnd.oci.image.manifest.v1+json", manifest.to_string().into());
    descriptor["platform"] = json!({"os": "linux", "architecture": "amd64"});
    descriptor["annotations"] = json!({
        "io.containerd.image.name": format!("{NAME}:{TAG}"),
        "org.opencontainers.image.ref.name": TAG,
    });
    let index = json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": [descriptor],
    });
    blobs.insert("index.json".into(), index.to_string().into());
    blobs.insert("oci-layout".into(), br#"{"imageLayoutVersion":"1.0.0"}"#.to_vec());
    tar(&blobs)
}

/// Every file below a folder, with the name that it gets in the layer: `%3A` stands for a colon, which not every system
/// allows in the names of files.
fn files(folder: &Path) -> std::io::Result<BTreeMap<String, Vec<u8>>> {
    let mut out = BTreeMap::new();
    let mut todo = vec![(folder.to_path_buf(), String::new())];
    while let Some((place, name)) = todo.pop() {
        for entry in fs::read_dir(&place)? {
            let entry = entry?;
            let base = entry.file_name().to_string_lossy().replace("%3A", ":");
            let below = if name.is_empty() { base } else { format!("{name}/{base}") };
            if entry.file_type()?.is_dir() {
                todo.push((entry.path(), below));
            } else {
                out.insert(below, fs::read(entry.path())?);
            }
        }
    }
    Ok(out)
}

/// A tar archive of files, with a member for each folder above them.
fn tar(files: &BTreeMap<String, Vec<u8>>) -> std::io::Result<Vec<u8>> {
    let mut members: BTreeMap<String, Option<&[u8]>> = BTreeMap::new();
    for (path, bytes) in files {
        for (slash, _) in path.match_indices('/') {
            members.insert(path[..=slash].to_string(), None);
        }
        members.insert(path.clone(), Some(bytes));
    }
    let mut builder = tar::Builder::new(Vec::new());
    for (path, bytes) in members {
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(if bytes.is_some() { tar::EntryType::Regular } else { tar::EntryType::Directory });
        header.set_mode(if bytes.is_none() || path.contains("bin/") { 0o755 } else { 0o644 });
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(TIME);
        header.set_size(bytes.map_or(0, |b| b.len() as u64));
        builder.append_data(&mut header, &path, bytes.unwrap_or_default())?;
    }
    builder.into_inner()
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}
