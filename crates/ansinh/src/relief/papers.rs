//! Numbers that stand on papers, for rooms that tell of acts.

use std::collections::HashMap;

use chrono::NaiveDate;
use uuid::Uuid;

use super::store::papers as store;
use crate::database::Conn;
use crate::identity::Scope;
use crate::web::Error;

/// A day as browsers send it (`2020-06-19`) or as people type it (`19/6/2020`).
pub fn day_typed(text: &str) -> Option<NaiveDate> {
    super::payments::parse_day(text)
}

/// What the audit record calls the decisions and demands with this number, and their ids. `1502` also
/// finds `1502/QĐ-UBND`.
///
/// # Errors
/// The engine's.
pub async fn papers_numbered<C: Conn>(
    conn: &C,
    scope: &Scope,
    number: &str,
) -> Result<Vec<(&'static str, Uuid)>, Error> {
    Ok(store::numbered(conn, scope, number).await?)
}

/// The numbers of those of these ids that are decisions or demands of the province.
///
/// # Errors
/// The engine's.
pub async fn paper_numbers<C: Conn>(
    conn: &C,
    scope: &Scope,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, String>, Error> {
    Ok(store::numbers(conn, scope, ids).await?.into_iter().collect())
}
