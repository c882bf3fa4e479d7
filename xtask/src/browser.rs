//! The browser stories: a demo server on each engine, driven by headless Chromium.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::postgres::{Postgres, free_port};
use crate::run::{command, output, root, shown, target};

/// A demo server; killed and its folder removed when dropped.
struct Server {
    child: Child,
    folder: PathBuf,
    url: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Runs `web/tests` against a demo on SQLite and one on PostgreSQL.
///
/// # Errors
/// When a server does not start or a story fails.
pub fn run(postgres: &Postgres) -> Result<(), String> {
    let mut assets = command("node", &["check-assets.mjs"]);
    assets.current_dir(root().join("web"));
    shown(assets)?;
    shown(command("cargo", &["build", "--package", "ansinh"]))?;
    stories("sqlite", None)?;
    let name = format!("ansinh_browser_{}", std::process::id());
    create_database(postgres, &name)?;
    stories("postgres", Some(format!("{}/{name}", postgres.address)))
}

fn create_database(postgres: &Postgres, name: &str) -> Result<(), String> {
    let address = format!("{}/postgres", postgres.address);
    let sql = format!("CREATE DATABASE {name}");
    output(command("psql", &["--quiet", &address, "-c", &sql])).map(|_| ())
}

fn stories(engine: &str, database: Option<String>) -> Result<(), String> {
    println!("browser stories on {engine}");
    let server = start(engine, database)?;
    let mut files: Vec<String> = std::fs::read_dir(root().join("web/tests"))
        .map_err(|error| error.to_string())?
        .flatten()
        .map(|file| file.path().display().to_string())
        .filter(|name| name.ends_with(".test.mjs"))
        .collect();
    files.sort();
    // One file after another: the stories share one server's data.
    let mut node = Command::new("node");
    node.args(["--test", "--test-concurrency=1"]).args(files).current_dir(root().join("web"));
    node.env("ANSINH_URL", &server.url)
        .env("ANSINH_ENGINE", engine)
        .env("ANSINH_ACCOUNTS", server.folder.join("accounts.json"));
    shown(node)
}

fn start(engine: &str, database: Option<String>) -> Result<Server, String> {
    let folder =
        std::env::temp_dir().join(format!("ansinh-browser-{engine}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let port = free_port()?.to_string();
    let accounts = folder.join("accounts.json");
    let mut demo = Command::new(target().join("debug/ansinh"));
    demo.args(["demo", "--port", &port, "--small", "--accounts"]).arg(&accounts);
    match &database {
        Some(url) => demo.env("DATABASE_URL", url),
        None => demo.arg("--data").arg(&folder),
    };
    let mut child = demo
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("the demo does not start: {error}"))?;
    let out = child.stdout.take();
    let url = format!("http://127.0.0.1:{port}");
    let server = Server { child, folder, url };
    wait_until_ready(out, &accounts)?;
    Ok(server)
}

/// The demo writes its accounts and says its address when it is ready; its further output is read
/// on, so that it never blocks on a full pipe.
fn wait_until_ready(out: Option<std::process::ChildStdout>, accounts: &Path) -> Result<(), String> {
    let Some(out) = out else { return Err("the demo has no output".to_owned()) };
    let mut lines = BufReader::new(out).lines();
    for line in lines.by_ref() {
        let line = line.map_err(|error| error.to_string())?;
        if line.contains("http://") && accounts.exists() {
            std::thread::spawn(move || lines.for_each(drop));
            return Ok(());
        }
    }
    Err("the demo ended before it was ready".to_owned())
}
