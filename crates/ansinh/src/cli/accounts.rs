//! `ansinh accounts`: the accounts of a province, and new one-time passwords.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Subcommand;

use super::{CliError, open, say};
use crate::areas::Areas;
use crate::clock::{Clock, local};
use crate::config::Config;
use crate::identity::{
    Passwords, create_province_accounts, hand_over_sheet, reset_code, reset_password,
};

/// Commands of `ansinh accounts`.
#[derive(Subcommand)]
pub enum Accounts {
    /// Makes one account a commune, one a district and two for the province; prints the sheet of
    /// one-time passwords. Accounts that exist are left alone.
    Create {
        /// Units of this date, YYYY-MM-DD (before 2025-07-01: three tiers). Default: today.
        #[arg(long, value_name = "DATE")]
        units_on: Option<NaiveDate>,
        /// The hand-over sheet, an HTML page to print. Keep it off the network.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Address that the sheet tells to open.
        #[arg(long, default_value = "http://127.0.0.1:8080")]
        address: String,
    },
    /// Gives an account a new one-time password and ends its sessions.
    Reset {
        /// Name to sign in with, e.g. x18196.
        username: String,
    },
    /// Takes the codes of a lost telephone off an account and ends its sessions; they are set up
    /// anew at the next sign-in.
    ResetCode {
        /// Name to sign in with, e.g. tinh42.
        username: String,
    },
}

pub(super) async fn run(config: Config, command: Accounts) -> Result<(), CliError> {
    let db = open(&config).await?;
    let now = Clock::system().now();
    match command {
        Accounts::Create { units_on, out, address } => {
            // Before any account is made: the sheet is the only place of the passwords.
            let sheet_file = new_private_file(&out)?;
            let areas = Areas::load(&db).await?;
            let date = units_on.unwrap_or(local(now).0);
            let made = create_province_accounts(
                &db,
                &areas,
                &config.province,
                date,
                now,
                Passwords::OneTime,
            )
            .await?;
            let sheet = hand_over_sheet(&made, local(now).0, &address)?;
            write_sheet(sheet_file, &out, sheet.as_bytes())?;
            say(&format!("{} tài khoản mới; phiếu giao: {}", made.len(), out.display()));
        }
        Accounts::Reset { username } => {
            let password = reset_password(&db, &username, now).await?;
            say(&format!("Mật khẩu dùng một lần của {username}: {password}"));
        }
        Accounts::ResetCode { username } => {
            reset_code(&db, &username, now).await?;
            say(&format!("Đã bỏ mã xác thực của {username}; các phiên đã kết thúc."));
        }
    }
    db.close().await;
    Ok(())
}

/// A new file that only its owner may read; never an existing sheet.
fn new_private_file(path: &std::path::Path) -> Result<std::fs::File, CliError> {
    use std::os::unix::fs::OpenOptionsExt as _;
    std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(|source| CliError::File { path: path.display().to_string(), source })
}

fn write_sheet(
    mut file: std::fs::File,
    path: &std::path::Path,
    bytes: &[u8],
) -> Result<(), CliError> {
    use std::io::Write as _;
    file.write_all(bytes)
        .map_err(|source| CliError::File { path: path.display().to_string(), source })
}
