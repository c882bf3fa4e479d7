//! A PostgreSQL of our own, started for one run of the tests and stopped afterwards.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::install::postgres_programs;
use crate::run::{command, output};

/// A running server; stopped and removed when dropped.
pub struct Postgres {
    programs: PathBuf,
    folder: PathBuf,
    /// `postgres://postgres@127.0.0.1:PORT`
    pub address: String,
}

impl Postgres {
    /// Makes a fresh cluster and starts it on a free port. Not durable: it lives for one run.
    ///
    /// # Errors
    /// When PostgreSQL cannot be installed or started.
    pub fn start() -> Result<Self, String> {
        Self::start_with("-c fsync=off")
    }

    /// The same with every commit on the disk, as in service; for measuring.
    ///
    /// # Errors
    /// See [`Postgres::start`].
    pub fn start_durable() -> Result<Self, String> {
        Self::start_with("-c fsync=on -c synchronous_commit=on -c shared_buffers=256MB")
    }

    fn start_with(settings: &str) -> Result<Self, String> {
        let programs = postgres_programs()?;
        let folder = std::env::temp_dir().join(format!("ansinh-postgres-{}", std::process::id()));
        std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        if is_root() {
            // The server refuses to run as root.
            output(command("chown", &["postgres", &folder.display().to_string()]))?;
        }
        let port = free_port()?;
        let address = format!("postgres://postgres@127.0.0.1:{port}");
        let server = Self { programs, folder, address };
        let data = server.folder.join("data").display().to_string();
        output(server.tool(
            "initdb",
            &["-D", &data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync"],
        ))?;
        let socket = server.folder.display();
        let options = format!(
            "-p {port} -k {socket} -c listen_addresses=127.0.0.1 -c max_connections=400 {settings}"
        );
        let log = server.folder.join("log").display().to_string();
        // The server inherits open pipes, so its output must not be captured.
        let mut start =
            server.tool("pg_ctl", &["-D", &data, "-o", &options, "-l", &log, "-w", "start"]);
        start.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        let status = start.status().map_err(|error| error.to_string())?;
        if !status.success() {
            let log = std::fs::read_to_string(&log).unwrap_or_default();
            return Err(format!("PostgreSQL did not start:\n{log}"));
        }
        Ok(server)
    }

    /// A program of the server's own version, e.g. `pgbench`.
    pub fn program(&self, name: &str) -> String {
        self.programs.join(name).display().to_string()
    }

    fn tool(&self, name: &str, arguments: &[&str]) -> Command {
        let program = self.programs.join(name).display().to_string();
        let mut made = if is_root() {
            let mut words = vec!["-u", "postgres", "--", program.as_str()];
            words.extend(arguments);
            command("runuser", &words)
        } else {
            command(&program, arguments)
        };
        // The server's account may not enter the checkout.
        made.current_dir(Path::new("/"));
        made
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let data = self.folder.join("data").display().to_string();
        let _ = self.tool("pg_ctl", &["-D", &data, "-m", "immediate", "stop"]).output();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn is_root() -> bool {
    output(command("id", &["-u"])).is_ok_and(|id| id.trim() == "0")
}

/// A port nobody listens on.
///
/// # Errors
/// When the machine has none.
pub fn free_port() -> Result<u16, String> {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| error.to_string())
}

/// Starts a server and keeps it until a line is read or standard input ends.
///
/// # Errors
/// See [`Postgres::start`].
pub fn stay() -> Result<(), String> {
    let server = Postgres::start()?;
    println!("ANSINH_TEST_POSTGRES={}", server.address);
    println!("Enter stops it.");
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(|error| error.to_string())?;
    Ok(())
}
