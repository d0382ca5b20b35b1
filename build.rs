//! Prepares everything under `static/` to be served for ever: one stylesheet made of the files in
//! `static/css/`, one script made of those in `static/js/`, a content hash in every name, and each
//! file also compressed, once, here.
//! Writes `assets.rs` into `OUT_DIR`: the table that `src/assets.rs` includes.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// A file as it will be served, under the name the templates know it by.
struct Asset {
    name: String,
    bytes: Vec<u8>,
}

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=static");

    let root = Path::new("static");
    let pictures = files(root, "svg");
    let vendored = files(&root.join("vendor"), "js");
    let stylesheet = stylesheet(&root.join("css"), &pictures);
    let script = script(&root.join("js"));

    let assets = pictures.iter().chain(&vendored).map(read).chain([stylesheet, script]);
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let mut table = String::from("[\n");
    for asset in assets {
        let path = public_path(&asset);
        let stored = store(&out, &asset);
        let name = &asset.name;
        let content_type = content_type(name);
        writeln!(
            table,
            "    Asset {{ name: {name:?}, path: {path:?}, content_type: {content_type:?}, \
             plain: include_bytes!({stored:?}), \
             brotli: include_bytes!(concat!({stored:?}, \".br\")), \
             gzip: include_bytes!(concat!({stored:?}, \".gz\")) }},"
        )
        .expect("a String takes any text");
    }
    table.push(']');
    write(&out.join("assets.rs"), table.as_bytes());
}

/// The files of one folder with one extension, in the order of their names.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut found: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .collect();
    found.sort();
    found
}

fn read(path: &PathBuf) -> Asset {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let name = path.file_name().and_then(|name| name.to_str()).expect("a plain file name");
    Asset { name: name.to_owned(), bytes }
}

/// All files of one folder with one extension after one another. The numbers in their names are the order.
fn joined(folder: &Path, extension: &str) -> String {
    let text = |path| String::from_utf8(read(path).bytes).expect("a stylesheet or script is UTF-8");
    files(folder, extension).iter().map(text).collect()
}

/// All scripts as `app.js`. They share one function, so that they see each other and the page sees nothing of them.
fn script(folder: &Path) -> Asset {
    let js = format!("(() => {{\n\"use strict\";\n{}}})();\n", joined(folder, "js"));
    Asset { name: "app.js".to_owned(), bytes: js.into_bytes() }
}

/// All stylesheets as `app.css`.
/// A picture is named there as `url("x.svg")`; its public path takes that place.
fn stylesheet(folder: &Path, pictures: &[PathBuf]) -> Asset {
    let mut css = joined(folder, "css");
    for picture in pictures.iter().map(read) {
        let path = public_path(&picture);
        css = css.replace(&format!("url(\"{}\")", picture.name), &format!("url(\"{path}\")"));
    }
    Asset { name: "app.css".to_owned(), bytes: css.into_bytes() }
}

/// `app.css` becomes `/static/app.3fa9c1d2e4b5.css`: new bytes, new address, so caches never ask again.
fn public_path(asset: &Asset) -> String {
    let (stem, extension) = asset.name.rsplit_once('.').expect("a name with an extension");
    format!("/static/{stem}.{}.{extension}", hash(&asset.bytes))
}

fn hash(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml; charset=utf-8",
        _ => panic!("{name}: say its content type in build.rs"),
    }
}

/// Writes the bytes and their compressed forms to `OUT_DIR` and returns where the bytes are.
/// The hash is the file's name there too, so what did not change is not compressed again.
fn store(out: &Path, asset: &Asset) -> String {
    let plain = out.join(hash(&asset.bytes));
    if !plain.exists() {
        write(&plain.with_extension("br"), &brotli(&asset.bytes));
        write(&plain.with_extension("gz"), &gzip(&asset.bytes));
        write(&plain, &asset.bytes);
    }
    plain.to_str().expect("OUT_DIR is UTF-8").to_owned()
}

fn brotli(mut bytes: &[u8]) -> Vec<u8> {
    let params = brotli::enc::BrotliEncoderParams { quality: 11, ..Default::default() };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut bytes, &mut packed, &params).expect("memory takes all writes");
    packed
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes).expect("memory takes all writes");
    packer.finish().expect("memory takes all writes")
}

fn write(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
