//! What others made to read an OpenAPI document, against the program itself: a client that is generated from it, a linter,
//! and a tester that makes up requests. `script/bootstrap --test` installs them; `tests/clients` has what they are told.

mod receivers;

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

use crate::world::{
    Database,
    program::{Server, test_key},
};

const DOCUMENT: &str = "docs/openapi.json";

/// The directory where they are installed.
fn installed() -> PathBuf {
    let which = Command::new("script/bootstrap").args(["--which", "clients"]).output().unwrap();
    assert!(which.status.success(), "the clients of the API are not installed: script/bootstrap --test");
    PathBuf::from(String::from_utf8(which.stdout).unwrap().trim())
}

/// Runs a tool, which has to find nothing wrong.
fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|err| panic!("{command:?}: {err}: script/bootstrap --test"));
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&said));
}

/// A program of npm's.
fn node(installed: &Path, program: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(installed.join("node_modules/.bin").join(program));
    command
}

/// A directory for what a test makes; dropping it removes it.
struct Bench(PathBuf);

impl Bench {
    fn new() -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("clients-{}", uuid::Uuid::new_v4().simple()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A server, its address, and a key that may write in the test account.
fn opened() -> (Database, Server, String, String) {
    let (database, server) = Server::furnished();
    let (address, key) = (format!("http://{}", server.address), test_key(&database));
    (database, server, address, key)
}

#[test]
fn a_client_that_is_generated_from_the_document_goes_all_the_way() {
    let (installed, bench) = (installed(), Bench::new());
    symlink(installed.join("node_modules"), bench.0.join("node_modules")).unwrap();
    for name in ["journey.ts", "package.json", "tsconfig.json"] {
        fs::copy(Path::new("tests/clients").join(name), bench.0.join(name)).unwrap();
    }
    run(node(&installed, "openapi-typescript").arg(DOCUMENT).arg("--output").arg(bench.0.join("api.d.ts")));
    run(node(&installed, "tsc").arg("--project").arg(&bench.0));
    let (_database, _server, address, key) = opened();
    run(Command::new("node").arg(bench.0.join("journey.js")).env("CLIENT_URL", address).env("CLIENT_KEY", key));
}

#[test]
fn a_linter_finds_nothing_in_the_document() {
    let mut spectral = node(&installed(), "spectral");
    run(spectral.args(["lint", "--fail-severity=hint", "--ruleset=tests/clients/spectral.yaml", DOCUMENT]));
}

#[test]
fn requests_that_are_made_up_from_the_document_are_answered_as_it_says() {
    let (python, bench) = (installed().join("python/bin"), Bench::new());
    let (_database, _server, address, key) = opened();
    let told = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients");
    let mut command = Command::new(python.join("python"));
    command.current_dir(&bench.0);
    command.arg(python.join("schemathesis")).arg("--config-file").arg(told.join("schemathesis.toml"));
    command.args(["run", "--no-color", "--header", &format!("Authorization: Bearer {key}")]);
    command.arg(format!("{address}/v1/openapi.json"));
    // Its checks are found as a module; what Python compiles is kept elsewhere.
    command.env("SCHEMATHESIS_HOOKS", "checks").env("PYTHONPATH", told);
    command.env("PYTHONPYCACHEPREFIX", Path::new(env!("CARGO_TARGET_TMPDIR")).join("python"));
    command.env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1");
    run(&mut command);
}
