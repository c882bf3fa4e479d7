//! The sealer: gives committed entries their place in the chain, in the background, so that the acts
//! themselves never wait for one another.
//!
//! Transactions of PostgreSQL become visible out of the order of their ids: each round therefore
//! takes everything that is unsealed and visible, never "ids above the last". What commits later is
//! sealed later; nothing committed is skipped. Two sealers at once cannot fork the chain: `seq` is
//! unique, and the one that comes second finds its rows taken and begins again.

use std::time::Duration;

use sea_orm::DbErr;

use super::chain::{self, GENESIS, Hash, Head};
use super::store;
use crate::clock::local;
use crate::database::{Database, MaybeRetry, violates};

/// Entries sealed in one transaction: on SQLite it holds the writer for a few milliseconds.
const BATCH: i64 = 1_000;

/// How long the sealer rests when everything is sealed.
const REST: Duration = Duration::from_millis(500);

/// Why a round of sealing was given up.
#[derive(Debug)]
enum Lost {
    /// Another sealer was faster.
    Race,
    /// The engine's.
    Engine(DbErr),
}

impl From<DbErr> for Lost {
    fn from(error: DbErr) -> Self {
        if violates(&error, store::IN_ORDER) { Self::Race } else { Self::Engine(error) }
    }
}

impl MaybeRetry for Lost {
    fn is_transient(&self) -> bool {
        match self {
            Self::Race => true,
            Self::Engine(error) => error.is_transient(),
        }
    }
}

/// Seals everything that is committed and not yet sealed; returns how many entries that were.
///
/// # Errors
/// The engine's.
pub async fn seal(db: &Database) -> Result<u64, DbErr> {
    let mut sealed = 0;
    loop {
        match db.run_tx("audit.seal", round).await {
            Ok(count) => {
                sealed += count;
                if count < BATCH.unsigned_abs() {
                    return Ok(sealed);
                }
            }
            // The other sealer does the work; what it leaves is taken in the next round.
            Err(Lost::Race) => tokio::time::sleep(REST).await,
            Err(Lost::Engine(error)) => return Err(error),
        }
    }
}

/// One transaction of sealing.
async fn round(tx: crate::database::Tx) -> Result<(crate::database::Tx, u64), Lost> {
    let waiting = store::unsealed(&tx, BATCH).await?;
    if waiting.is_empty() {
        return Ok((tx, 0));
    }
    let mut head = store::last(&tx).await?;
    let mut rows = Vec::with_capacity(waiting.len());
    let mut days = std::collections::BTreeMap::new();
    for entry in &waiting {
        let seq = head.seq + 1;
        let hash = chain::hash(&head.hash, seq, entry);
        rows.push((entry.id, seq, head.hash, hash));
        head = Head { seq, hash };
        days.insert(local(entry.at).0, head);
    }
    let count = rows.len() as u64;
    if store::seal(&tx, rows).await? != count {
        return Err(Lost::Race);
    }
    store::set_heads(&tx, &days).await?;
    Ok((tx, count))
}

/// The server's sealer: runs until the process ends, at most a second behind.
pub async fn keep_sealing(db: Database) {
    loop {
        if let Err(error) = seal(&db).await {
            // The engine's message may quote a row; the kind is enough to look for.
            tracing::error!(kind = %kind(&error), "the audit record could not be sealed");
        }
        tokio::time::sleep(REST).await;
    }
}

fn kind(error: &DbErr) -> &'static str {
    match error {
        DbErr::Conn(_) | DbErr::ConnectionAcquire(_) => "connection",
        DbErr::Exec(_) => "execute",
        DbErr::Query(_) => "query",
        _ => "other",
    }
}

/// A stored hash as an array; a damaged one as zeros, which verifying then reports.
pub(super) fn fixed(bytes: &[u8]) -> Hash {
    bytes.try_into().unwrap_or(GENESIS)
}
