//! Images from layers: OCI layouts and both forms of `docker save`, as lists of members.

use super::Tar;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::io::Write;

/// The name of a member and its bytes.
pub type Member = (String, Vec<u8>);

/// A layer's blob.
#[derive(Clone)]
pub struct Blob {
    pub media: String,
    pub bytes: Vec<u8>,
    pub diff_id: String,
}

impl Blob {
    /// The same bytes under another media type.
    pub fn called(mut self, media: &str) -> Blob {
        self.media = media.into();
        self
    }
}

/// A layer without compression.
pub fn plain(tar: &Tar) -> Blob {
    let bytes = tar.bytes();
    let diff_id = sha256(&bytes);
    Blob { media: "application/vnd.oci.image.layer.v1.tar".into(), bytes, diff_id }
}

/// A gzip layer.
pub fn gzip(tar: &Tar) -> Blob {
    let plain = plain(tar);
    Blob { media: format!("{}+gzip", plain.media), bytes: gzip_bytes(&plain.bytes), diff_id: plain.diff_id }
}

/// A zstd layer.
pub fn zstd(tar: &Tar) -> Blob {
    let plain = plain(tar);
    Blob { media: format!("{}+zstd", plain.media), bytes: zstd_bytes(&plain.bytes), diff_id: plain.diff_id }
}

pub fn gzip_bytes(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

pub fn zstd_bytes(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

/// `sha256:...`
pub fn sha256(bytes: &[u8]) -> String {
    let hex: String = Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect();
    format!("sha256:{hex}")
}

fn hex(bytes: &[u8]) -> String {
    sha256(bytes)["sha256:".len()..].to_string()
}

/// An OCI layout in the making.
#[derive(Clone, Default)]
pub struct Layout {
    pub blobs: Vec<Member>,
    pub index: Vec<Value>,
}

impl Layout {
    /// Adds a blob and describes it.
    pub fn blob(&mut self, media: &str, bytes: &[u8]) -> Value {
        let name = format!("blobs/sha256/{}", hex(bytes));
        if !self.blobs.iter().any(|(n, _)| *n == name) {
            self.blobs.push((name, bytes.to_vec()));
        }
        json!({"mediaType": media, "digest": sha256(bytes), "size": bytes.len()})
    }

    /// Adds an image of these layers for a platform, and describes it. It stands in no index yet.
    pub fn image(&mut self, layers: &[Blob], platform: &str) -> Value {
        let config = config(layers, platform);
        self.image_with(layers, &config)
    }

    /// The same with a configuration of one's own.
    pub fn image_with(&mut self, layers: &[Blob], config: &Value) -> Value {
        let layers: Vec<Value> = layers.iter().map(|l| self.blob(&l.media, &l.bytes)).collect();
        self.manifest_of(&layers, config)
    }

    /// The same with descriptors of one's own.
    pub fn manifest_of(&mut self, layers: &[Value], config: &Value) -> Value {
        let described = self.blob("application/vnd.oci.image.config.v1+json", config.to_string().as_bytes());
        let manifest = json!({"schemaVersion": 2, "config": described, "layers": layers});
        let mut out = self.blob("application/vnd.oci.image.manifest.v1+json", manifest.to_string().as_bytes());
        out["platform"] = json!({"os": config["os"], "architecture": config["architecture"]});
        if let Some(variant) = config.get("variant") {
            out["platform"]["variant"] = variant.clone();
        }
        out
    }

    /// Puts a descriptor into the index.
    pub fn put(mut self, descriptor: Value) -> Layout {
        self.index.push(descriptor);
        self
    }

    /// Puts a descriptor into the index under a name.
    pub fn name(self, mut descriptor: Value, name: &str) -> Layout {
        descriptor["annotations"] = json!({"io.containerd.image.name": name});
        self.put(descriptor)
    }

    /// What the layout holds; index and marker come last, as in a pipe they may.
    pub fn members(&self) -> Vec<Member> {
        let mut out = self.blobs.clone();
        out.push(("oci-layout".into(), br#"{"imageLayoutVersion":"1.0.0"}"#.to_vec()));
        out.push(("index.json".into(), json!({"schemaVersion": 2, "manifests": self.index}).to_string().into()));
        out
    }
}

/// A configuration that tells of these layers, each with an instruction.
fn config(layers: &[Blob], platform: &str) -> Value {
    let mut parts = platform.split('/');
    let (os, architecture, variant) = (parts.next().unwrap(), parts.next().unwrap(), parts.next());
    let history: Vec<Value> = (0..layers.len()).map(|i| json!({"created_by": format!("RUN step {i}")})).collect();
    let mut out = json!({
        "os": os,
        "architecture": architecture,
        "created": "2024-05-06T07:08:09.123456789Z",
        "config": {},
        "rootfs": {"type": "layers", "diff_ids": layers.iter().map(|l| l.diff_id.as_str()).collect::<Vec<_>>()},
        "history": history,
    });
    if let Some(variant) = variant {
        out["variant"] = variant.into();
    }
    out
}

/// A layout with one image that has no name.
pub fn oci(layers: &[Blob]) -> Vec<Member> {
    let mut layout = Layout::default();
    let image = layout.image(layers, "linux/amd64");
    layout.put(image).members()
}

/// The bytes of an OCI archive with one image of plain layers.
pub fn with_layers(layers: &[Tar]) -> Vec<u8> {
    archive(&oci(&layers.iter().map(plain).collect::<Vec<_>>()))
}

/// `docker save` before Docker 25: `<id>/layer.tar`. `images`: names and layers.
pub fn docker_old(images: &[(&str, &[Tar])]) -> Vec<Member> {
    let mut out: Vec<Member> = Vec::new();
    let mut manifest = Vec::new();
    for (name, layers) in images {
        let blobs: Vec<Blob> = layers.iter().map(plain).collect();
        let mut paths = Vec::new();
        for blob in &blobs {
            let id = hex(format!("layer {}", blob.diff_id).as_bytes());
            let path = format!("{id}/layer.tar");
            if !out.iter().any(|(n, _)| *n == path) {
                out.push((format!("{id}/VERSION"), b"1.0".to_vec()));
                out.push((format!("{id}/json"), json!({ "id": id }).to_string().into()));
                out.push((path.clone(), blob.bytes.clone()));
            }
            paths.push(path);
        }
        let config = config(&blobs, "linux/amd64").to_string().into_bytes();
        let path = format!("{}.json", hex(&config));
        manifest.push(json!({"Config": path, "RepoTags": [name], "Layers": paths}));
        out.push((path, config));
    }
    out.push(("manifest.json".into(), Value::from(manifest).to_string().into()));
    out
}

/// `docker save` since Docker 25: the blobs of an OCI layout, and `manifest.json`.
pub fn docker_new(images: &[(&str, &[Tar])]) -> Vec<Member> {
    let mut layout = Layout::default();
    let mut manifest = Vec::new();
    for (name, layers) in images {
        let blobs: Vec<Blob> = layers.iter().map(plain).collect();
        let path = |digest: &str| format!("blobs/{}", digest.replace(':', "/"));
        let config = config(&blobs, "linux/amd64");
        let descriptor = layout.image_with(&blobs, &config);
        layout = layout.name(descriptor, name);
        manifest.push(json!({
            "Config": path(&sha256(config.to_string().as_bytes())),
            "RepoTags": [name],
            "Layers": blobs.iter().map(|b| path(&b.diff_id)).collect::<Vec<_>>(),
        }));
    }
    let mut out = layout.members();
    out.push(("manifest.json".into(), Value::from(manifest).to_string().into()));
    out
}

/// Members with `./` before their names, below a member for the root.
pub fn dotted(members: &[Member]) -> Vec<u8> {
    let start = Tar::new().member("./", b'5', "", b"");
    members.iter().fold(start, |tar, (name, bytes)| tar.file(&format!("./{name}"), bytes)).bytes()
}

/// Members as an archive.
pub fn archive(members: &[Member]) -> Vec<u8> {
    members.iter().fold(Tar::new(), |tar, (name, bytes)| tar.file(name, bytes)).bytes()
}
