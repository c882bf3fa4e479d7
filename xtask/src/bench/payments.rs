//! Payments by 216 clerks, and both engines doing the same writes without us.

use crate::postgres::Postgres;
use crate::run::{command, output, shown, target};

/// Three rows a payment, as we write them: the entitlement, its entry, the record of who did it.
const RAW_SQLITE: &str = include_str!("raw_sqlite.py");
const RAW_POSTGRES: &str = include_str!("raw_postgres.sql");
const RAW_TABLES: &str = include_str!("raw_tables.sql");

pub fn run() -> Result<(), String> {
    let build = ["build", "--release", "--package", "ansinh", "--example", "bench_payments"];
    shown(command("cargo", &build))?;
    let program = target().join("release/examples/bench_payments").display().to_string();
    let folder = std::env::temp_dir().join("ansinh-bench");
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let file = |name: &str, text: &str| -> Result<String, String> {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|error| error.to_string())?;
        Ok(path.display().to_string())
    };
    let tables = file("raw_tables.sql", RAW_TABLES)?;

    println!("payments on SQLite (synchronous=FULL):");
    shown(command(&program, &[]))?;
    println!("the same writes by Python's sqlite3, without us:");
    shown(command("python3", &[&file("raw_sqlite.py", RAW_SQLITE)?, &tables]))?;

    println!("payments on PostgreSQL (fsync=on):");
    let postgres = Postgres::start_durable()?;
    let address = format!("{}/ansinh_bench", postgres.address);
    let server = format!("{}/postgres", postgres.address);
    output(command("psql", &["--quiet", &server, "-c", "CREATE DATABASE ansinh_bench"]))?;
    let mut ours = command(&program, &[]);
    ours.env("DATABASE_URL", &address);
    shown(ours)?;
    println!("the same writes by pgbench, 216 connections, a transaction each, without us:");
    output(command("psql", &["--quiet", &server, "-c", "CREATE DATABASE raw_bench"]))?;
    let raw = format!("{}/raw_bench", postgres.address);
    output(command("psql", &["--quiet", "--set=ON_ERROR_STOP=1", &raw, "-f", &tables]))?;
    let script = file("raw_postgres.sql", RAW_POSTGRES)?;
    let arguments =
        ["-n", "-M", "prepared", "-c", "216", "-j", "2", "-T", "8", "-f", &script, &raw];
    shown(command(&postgres.program("pgbench"), &arguments))
}
