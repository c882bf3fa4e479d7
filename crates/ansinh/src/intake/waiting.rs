//! Files of a unit that somebody still has to look at, or that are being worked on.

mod store;

use sea_orm::DbErr;
use uuid::Uuid;

use crate::database::Conn;
use crate::identity::Scope;

/// A file between upload and commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingFile {
    /// File id.
    pub id: Uuid,
    /// Name as uploaded.
    pub file_name: String,
    /// It has been read and waits for the clerk; else the machine is at work.
    pub ready: bool,
    /// Rows done.
    pub done: i64,
    /// Rows in all; 0 while unknown.
    pub total: i64,
}

/// The newest files of the scope that are neither committed, refused nor thrown away.
///
/// # Errors
/// The engine's.
pub async fn waiting_files<C: Conn>(conn: &C, scope: &Scope) -> Result<Vec<WaitingFile>, DbErr> {
    store::waiting_files(conn, scope).await
}
