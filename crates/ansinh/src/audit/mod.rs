//! The record of who did and saw what. Entries are appended in the transaction of the change they
//! tell of, and never updated. They hold no identity number, telephone or bank account.
//!
//! A sealer (`seal.rs`) makes one SHA-256 hash chain of them; `verify.rs` recomputes it.

mod chain;
mod journal;
mod public;
mod seal;
mod store;
mod verify;
mod words;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use uuid::Uuid;

pub use chain::{Hash, Head};
pub use journal::{Entry as Recorded, Printed, Wanted, first_id_of, journal};
pub use seal::{keep_sealing, seal};
pub use store::access::Access;
pub use verify::{Fault, Verified, verify, verify_sealed};
pub use words::{KINDS, Kind, in_words};

use crate::database::Conn;
use crate::identity::{Actor, Scope};
use store::access::Place;

/// One thing done or seen.
#[derive(Debug, Clone)]
pub struct Act<'a> {
    /// Name of the act: `list.post`, `payment.record`, `id_number.view` …
    pub action: &'a str,
    /// What it was done to: `list`, `entry`, `file` …
    pub subject_kind: &'a str,
    /// Id of it.
    pub subject_id: String,
    /// Facts worth keeping, without identity numbers.
    pub detail: serde_json::Value,
}

/// A row of a list that an act concerns: what each person's access list is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Commune of the row.
    pub commune_code: String,
    /// Id of the row (`list_entries.id`), never an identity number.
    pub entry: Uuid,
}

/// Appends an act of a signed-in officer.
///
/// # Errors
/// The engine's.
pub async fn record<C: Conn>(
    conn: &C,
    actor: &Actor,
    now: DateTime<Utc>,
    act: Act<'_>,
) -> Result<(), sea_orm::DbErr> {
    store::append(conn, Some(actor.account_id), &actor.scope, now, act, &[]).await
}

/// Appends an act with the rows it concerns: one entry for each of their communes.
///
/// # Errors
/// The engine's.
pub async fn record_about<C: Conn>(
    conn: &C,
    actor: &Actor,
    now: DateTime<Utc>,
    act: Act<'_>,
    about: &[About],
) -> Result<(), sea_orm::DbErr> {
    store::append(conn, Some(actor.account_id), &actor.scope, now, act, about).await
}

/// Appends that `page` (its address without parameters, or the name of a file) showed the whole
/// identity numbers of these rows. Nothing is written when there are none.
///
/// # Errors
/// The engine's.
pub async fn saw_numbers<C: Conn>(
    conn: &C,
    actor: &Actor,
    now: DateTime<Utc>,
    page: &str,
    about: &[About],
) -> Result<(), sea_orm::DbErr> {
    let (subject_kind, subject_id) = match about {
        [] => return Ok(()),
        [one] => ("entry", one.entry.to_string()),
        _ => ("entries", String::new()),
    };
    let detail = json!({ "page": page, "numbers": about.len() });
    let act = Act { action: "id_number.view", subject_kind, subject_id, detail };
    record_about(conn, actor, now, act, about).await
}

/// Appends that the public was shown these rows' own results: a few entries for all of them, since a
/// province may ask some thousand times a second. Each row's access list finds its own again.
///
/// # Errors
/// The engine's.
pub async fn seen_by_public<C: Conn>(
    conn: &C,
    province: &str,
    now: DateTime<Utc>,
    rows: &[Uuid],
) -> Result<(), sea_orm::DbErr> {
    let scope = Scope::Province { province: province.to_owned() };
    store::append_all(conn, public::drawers(&scope, now, rows)).await
}

/// The end of the chain at the close of a local day: to be printed on the day's report, so that
/// nobody can rewrite what came before without the paper showing it.
///
/// # Errors
/// The engine's.
pub async fn head<C: Conn>(conn: &C, day: NaiveDate) -> Result<Head, sea_orm::DbErr> {
    store::head(conn, day).await
}

/// Who did something to these rows or subjects, or looked at them, before the entry `before`: newest
/// first, at most `limit`. The caller has made sure that the rows are in the reader's scope.
///
/// # Errors
/// The engine's.
pub async fn access_list<C: Conn>(
    conn: &C,
    rows: &[About],
    subjects: &[(&str, String)],
    before: Uuid,
    limit: usize,
) -> Result<Vec<Access>, sea_orm::DbErr> {
    let mut found = Vec::new();
    for row in rows {
        for place in [Place::Commune(row.commune_code.clone()), public::place(row.entry)] {
            found.extend(store::access::naming(conn, &place, row.entry, before, limit).await?);
        }
    }
    for (kind, id) in subjects {
        found.extend(store::access::of_subject(conn, (kind, id), before, limit).await?);
    }
    found.sort_unstable_by_key(|access| std::cmp::Reverse(access.id));
    found.dedup_by_key(|access| access.id);
    found.truncate(limit);
    Ok(found)
}

/// The end of the chain now.
///
/// # Errors
/// The engine's.
pub async fn last<C: Conn>(conn: &C) -> Result<Head, sea_orm::DbErr> {
    store::last(conn).await
}

/// Entries that are committed and not sealed yet; normally those of the last second.
///
/// # Errors
/// The engine's.
pub async fn unsealed<C: Conn>(conn: &C) -> Result<i64, sea_orm::DbErr> {
    store::unsealed_count(conn).await
}

/// An act with who did it, when, and the rows it concerns.
#[derive(Debug, Clone)]
pub struct Done<'a> {
    /// Who did it; nobody: the public, or the machine itself.
    pub account: Option<Uuid>,
    /// For which unit.
    pub scope: &'a Scope,
    /// The instant.
    pub now: DateTime<Utc>,
    /// What was done.
    pub act: Act<'a>,
    /// Which rows it concerns.
    pub about: Vec<About>,
}

/// Appends acts of several, in order, with as few statements as possible.
///
/// # Errors
/// The engine's.
pub async fn record_all<C: Conn>(conn: &C, acts: Vec<Done<'_>>) -> Result<(), sea_orm::DbErr> {
    store::append_all(conn, acts).await
}

/// Appends an act of the public or of the machine itself.
///
/// # Errors
/// The engine's.
pub async fn record_unsigned<C: Conn>(
    conn: &C,
    account: Option<Uuid>,
    province: &str,
    now: DateTime<Utc>,
    act: Act<'_>,
) -> Result<(), sea_orm::DbErr> {
    let scope = Scope::Province { province: province.to_owned() };
    store::append(conn, account, &scope, now, act, &[]).await
}
