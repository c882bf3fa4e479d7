//! Files that have been read and wait for the clerk, for the page of the day's duties.

mod store;

use sea_orm::DbErr;
use uuid::Uuid;

use crate::database::Conn;
use crate::identity::Scope;

/// A file that has been read and not committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadyFile {
    /// File id.
    pub id: Uuid,
    /// Name as uploaded.
    pub file_name: String,
}

/// The newest files of the scope that wait for somebody to check and commit them.
///
/// # Errors
/// The engine's.
pub async fn ready_files<C: Conn>(conn: &C, scope: &Scope) -> Result<Vec<ReadyFile>, DbErr> {
    store::ready_files(conn, scope).await
}
