//! The program under test from outside: started, killed, started again; its database read with the
//! engines' own tools.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::postgres::{Postgres, free_port};
use crate::run::{command, output};

/// Where the built programs are and where their complaints go.
#[derive(Debug, Clone)]
pub struct Tools {
    /// `target/release` or `target/debug`.
    pub programs: PathBuf,
    /// What the servers say.
    pub log: PathBuf,
}

/// Where the data of one run of rounds are.
#[derive(Debug, Clone)]
pub enum Data {
    /// A folder of SQLite.
    Folder(PathBuf),
    /// An address of PostgreSQL.
    Address(String),
}

const READ_SQLITE: &str = "
import sqlite3, sys
db = sqlite3.connect('file:' + sys.argv[1] + '?mode=ro', uri=True)
for row in db.execute('SELECT lower(hex(id)), lower(hex(entitlement_id)), amount_dong FROM payment_entries'):
    print('|'.join(map(str, row)))
print('sum|' + str(db.execute('SELECT coalesce(sum(paid_dong), 0) FROM entitlements').fetchone()[0]))
";
const READ_POSTGRES: &str = "SELECT replace(id::text, '-', ''), replace(entitlement_id::text, '-', ''), amount_dong
  FROM payment_entries UNION ALL SELECT 'sum', coalesce(sum(paid_dong), 0)::text, 0 FROM entitlements";

/// A ledger as the engine's own tool reads it: act, entitlement, đồng; and the sum by entitlements.
pub type Ledger = (Vec<(String, String, i64)>, i64);

impl Data {
    /// A command of the program on these data. The clock stands at the same morning at every start.
    pub fn program(&self, tools: &Tools, words: &[&str]) -> Command {
        let program = tools.programs.join("ansinh").display().to_string();
        let mut made = command(&program, words);
        made.env("ANSINH_CLOCK", "2020-06-19T08:00:00+07:00");
        made.env("ANSINH_SECOND_FACTOR", "false");
        match self {
            Self::Folder(folder) => made.env_remove("DATABASE_URL").env("ANSINH_DATA", folder),
            Self::Address(address) => made.env("DATABASE_URL", address),
        };
        made
    }

    /// Reads the ledger.
    ///
    /// # Errors
    /// The tool's.
    pub fn ledger(&self) -> Result<Ledger, String> {
        let text = match self {
            Self::Folder(folder) => {
                let file = folder.join("ansinh.db").display().to_string();
                output(command("python3", &["-c", READ_SQLITE, &file]))?
            }
            Self::Address(address) => {
                output(command("psql", &["-X", "-A", "-t", "-c", READ_POSTGRES, address]))?
            }
        };
        let (mut entries, mut sum) = (Vec::new(), None);
        for line in text.lines() {
            let parts: Vec<&str> = line.split('|').collect();
            match parts[..] {
                ["sum", dong, ..] => sum = dong.parse().ok(),
                [act, claim, dong] => {
                    let dong = dong.parse().map_err(|_| format!("not a sum: {line}"))?;
                    entries.push((act.to_owned(), claim.to_owned(), dong));
                }
                _ => return Err(format!("not an entry: {line}")),
            }
        }
        Ok((entries, sum.ok_or("no sum")?))
    }
}

/// A running `ansinh serve`; killed when dropped.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Server {
    /// Starts the program and waits until it listens.
    ///
    /// # Errors
    /// When it ends instead.
    pub fn start(data: &Data, tools: &Tools) -> Result<Self, String> {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let listen = address.to_string();
        let log = std::fs::File::options().create(true).append(true).open(&tools.log);
        let log = log.map_err(|error| error.to_string())?;
        let mut serve = data.program(tools, &["serve", "--listen", &listen]);
        serve.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        let mut child = serve.spawn().map_err(|error| format!("ansinh serve: {error}"))?;
        let mut first = String::new();
        if let Some(said) = child.stdout.take() {
            BufReader::new(said).read_line(&mut first).map_err(|error| error.to_string())?;
        }
        if first.contains(&listen) {
            return Ok(Self { child, address });
        }
        let _ = child.kill();
        Err(format!("ansinh serve did not start: {first}"))
    }

    /// SIGKILL: nothing is finished, nothing is said.
    pub fn kill_nine(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill_nine();
    }
}

/// A fresh copy of the filled database.
///
/// # Errors
/// When it cannot be copied.
pub fn copy(seeded: &Data, number: usize, postgres: Option<&Postgres>) -> Result<Data, String> {
    match seeded {
        Data::Folder(folder) => {
            let copy = folder.with_file_name(format!("life-{number}"));
            let broken = |error: std::io::Error| error.to_string();
            let _ = std::fs::remove_dir_all(
                folder.with_file_name(format!("life-{}", number.max(1) - 1)),
            );
            std::fs::create_dir_all(&copy).map_err(broken)?;
            std::fs::copy(folder.join("ansinh.db"), copy.join("ansinh.db")).map_err(broken)?;
            Ok(Data::Folder(copy))
        }
        Data::Address(address) => {
            let server = &postgres.ok_or("no PostgreSQL")?.address;
            let seeded = address.rsplit('/').next().unwrap_or_default();
            let sql = format!("CREATE DATABASE life_{number} TEMPLATE {seeded}");
            let place = format!("{server}/postgres");
            let make = || output(command("psql", &["-X", "-q", "-c", &sql, &place]));
            // The killed server's connections to the template end a moment later.
            let mut made = make();
            for _ in 0..30 {
                if made.is_ok() {
                    break;
                }
                std::thread::sleep(std::time::Duration::from_millis(100));
                made = make();
            }
            made?;
            Ok(Data::Address(format!("{server}/life_{number}")))
        }
    }
}
