//! `ansinh audit`: the chain of who did and saw what.

use chrono::NaiveDate;
use clap::Subcommand;

use super::{CliError, attach, say};
use crate::audit::{self, Head};
use crate::clock::Clock;
use crate::config::Config;

/// Commands of `ansinh audit`.
#[derive(Subcommand)]
pub enum Audit {
    /// Recomputes the whole chain and says which entry was altered, removed, inserted or moved.
    /// Ends with 1 when there is one. May run beside the server.
    Verify {
        /// A head from a printed report or a backup (42137:3f2a…) that must lie in the chain.
        #[arg(long = "expect", value_name = "HEAD")]
        expect: Vec<Head>,
    },
    /// Prints the head at the end of a day, to be kept outside.
    Head {
        /// The day, YYYY-MM-DD. Default: today.
        #[arg(long, value_name = "DATE")]
        day: Option<NaiveDate>,
    },
}

pub(super) async fn run(config: Config, command: Audit) -> Result<(), CliError> {
    let db = attach(&config).await?;
    let outcome = match command {
        Audit::Verify { expect } => verify(&db, &expect).await,
        Audit::Head { day } => head(&db, day).await,
    };
    db.close().await;
    outcome
}

async fn verify(db: &crate::database::Database, expect: &[Head]) -> Result<(), CliError> {
    let clock = Clock::system();
    let begun = clock.now();
    let found = audit::verify(db, expect).await.map_err(crate::web::Error::from)?;
    let took = (clock.now() - begun).as_seconds_f64();
    for fault in &found.faults {
        say(&fault.to_string());
    }
    if found.fault_count > found.faults.len() {
        say(&format!("and {} more", found.fault_count - found.faults.len()));
    }
    say(&format!("{} entries in {took:.1} s, {} not sealed yet", found.entries, found.unsealed));
    say(&format!("head {}", found.head));
    if found.faults.is_empty() {
        say("the chain is whole");
        return Ok(());
    }
    Err(CliError::Unsound(format!("the audit chain is broken in {} places", found.fault_count)))
}

async fn head(db: &crate::database::Database, day: Option<NaiveDate>) -> Result<(), CliError> {
    audit::seal(db).await.map_err(crate::web::Error::from)?;
    let day = day.unwrap_or_else(|| Clock::system().today());
    let head = audit::head(db.read(), day).await.map_err(crate::web::Error::from)?;
    say(&head.to_string());
    Ok(())
}
