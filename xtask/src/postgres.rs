//! A PostgreSQL of our own, started for one run of the tests and stopped afterwards.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::install::postgres_programs;
use crate::run::{command, output};

/// A running server; stopped and removed when dropped.
pub struct Postgres {
    programs: PathBuf,
    folder: PathBuf,
    /// What the server is started with.
    options: String,
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
        // A run of all tests starts several, some of them beside another.
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let (process, one) = (std::process::id(), STARTED.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(format!("ansinh-postgres-{process}-{one}"));
        std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        if is_root() {
            // The server refuses to run as root.
            output(command("chown", &["postgres", &folder.display().to_string()]))?;
        }
        let port = free_port()?;
        let address = format!("postgres://postgres@127.0.0.1:{port}");
        let socket = folder.display();
        let options = format!(
            "-p {port} -k {socket} -c listen_addresses=127.0.0.1 -c max_connections=400 {settings}"
        );
        let server = Self { programs, folder, options, address };
        let data = server.data();
        output(server.tool(
            "initdb",
            &["-D", &data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync"],
        ))?;
        server.launch()?;
        Ok(server)
    }

    fn data(&self) -> String {
        self.folder.join("data").display().to_string()
    }

    fn launch(&self) -> Result<(), String> {
        let log = self.folder.join("log").display().to_string();
        let words = ["-D", &self.data(), "-o", &self.options, "-l", &log, "-w", "start"];
        // The server inherits open pipes, so its output must not be captured.
        let mut start = self.tool("pg_ctl", &words);
        start.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        let status = start.status().map_err(|error| error.to_string())?;
        if status.success() {
            return Ok(());
        }
        let log = std::fs::read_to_string(&log).unwrap_or_default();
        Err(format!("PostgreSQL did not start:\n{log}"))
    }

    /// Process ids: the server's own, and those of its processes.
    fn processes(&self) -> Result<(String, Vec<String>), String> {
        let file = self.folder.join("data/postmaster.pid");
        let text = std::fs::read_to_string(&file).map_err(|error| error.to_string())?;
        let own = text.lines().next().unwrap_or_default().trim().to_owned();
        let children = output(command("pgrep", &["-P", &own]))?;
        Ok((own, children.lines().map(str::to_owned).collect()))
    }

    /// SIGKILL for the server and all its processes.
    ///
    /// # Errors
    /// When there is none.
    pub fn kill_nine(&self) -> Result<(), String> {
        let (own, children) = self.processes()?;
        let mut words = vec!["-9", own.as_str()];
        words.extend(children.iter().map(String::as_str));
        // One or the other may be gone already.
        let _ = command("kill", &words).output();
        Ok(())
    }

    /// SIGKILL for one process that serves a connection of ours: PostgreSQL ends all others and
    /// recovers by itself.
    ///
    /// # Errors
    /// When there is none.
    pub fn kill_a_process(&self, which: usize) -> Result<(), String> {
        let ours = "SELECT pid FROM pg_stat_activity WHERE application_name = 'ansinh'";
        let server = format!("{}/postgres", self.address);
        let pids = output(command("psql", &["-X", "-A", "-t", "-c", ours, &server]))?;
        let pids: Vec<&str> = pids.lines().collect();
        let victim = pids.get(which % pids.len().max(1)).ok_or("no connection to kill")?;
        let _ = command("kill", &["-9", victim]).output();
        Ok(())
    }

    /// Starts the killed server on the same data: it recovers from its log.
    ///
    /// # Errors
    /// When it does not start within some seconds.
    pub fn start_again(&self) -> Result<(), String> {
        // The dead server's processes leave its shared memory a moment later.
        for _ in 0..40 {
            if self.launch().is_ok() {
                return Ok(());
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        self.launch()
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
        let data = self.data();
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
