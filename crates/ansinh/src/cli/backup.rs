//! `ansinh backup` and `ansinh restore`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{CliError, attach, say};
use crate::backup::{self, Manifest, Target};
use crate::clock::Clock;
use crate::config::Config;

/// Options of `ansinh backup`.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Backup {
    /// The new folder; it must not be there yet. It holds identity numbers: keep it like the database.
    #[arg(value_name = "NEW_FOLDER", required = true)]
    out: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<BackupCommand>,
}

#[derive(Subcommand)]
enum BackupCommand {
    /// Reads a backup and checks every byte of it; needs no database.
    Verify {
        /// The backup's folder.
        folder: PathBuf,
    },
}

/// Options of `ansinh restore`.
#[derive(Args)]
pub struct Restore {
    /// The backup's folder.
    folder: PathBuf,
}

pub(super) fn verify_only(options: &Backup) -> Option<Result<(), CliError>> {
    let Some(BackupCommand::Verify { folder }) = &options.command else { return None };
    Some(backup::check(folder).map(|manifest| tell("whole", &manifest)).map_err(CliError::from))
}

pub(super) async fn take(config: Config, options: Backup) -> Result<(), CliError> {
    let Some(out) = options.out else {
        return Err(CliError::Unsound("name the new folder for the backup".to_owned()));
    };
    let db = attach(&config).await?;
    let taken = backup::take(&db, &config.province, &out, Clock::system().now()).await;
    db.close().await;
    tell(&format!("taken into {}", out.display()), &taken?);
    Ok(())
}

pub(super) async fn restore(config: Config, options: Restore) -> Result<(), CliError> {
    let target = if config.database_url.is_empty() {
        Target::Folder(config.data)
    } else {
        Target::Address(config.database_url)
    };
    let manifest = backup::restore(&options.folder, &target).await?;
    tell("restored, every root is the same", &manifest);
    Ok(())
}

fn tell(what: &str, manifest: &Manifest) {
    let rows: u64 = manifest.tables.iter().map(|table| table.rows).sum();
    say(&format!("backup of {}: {what}", manifest.taken_at.to_rfc3339()));
    say(&format!("{rows} rows in {} tables, schema {}", manifest.tables.len(), manifest.schema));
    let ledger = &manifest.ledger;
    say(&format!(
        "ledger {} entries, {} đồng, root {}",
        ledger.entries, ledger.sum_dong, ledger.root
    ));
    if ledger.differences > 0 {
        say(&format!("WARNING: {} rows do not fit the ledger", ledger.differences));
    }
    say(&format!("audit head {}", manifest.audit_head));
}
