//! SQL of waiting files.

use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use super::WaitingFile;
use crate::database::{Conn, Sql};
use crate::identity::Scope;

pub(super) async fn waiting_files<C: Conn>(
    conn: &C,
    scope: &Scope,
) -> Result<Vec<WaitingFile>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        id: Uuid,
        file_name: String,
        state: String,
        progress_done: i64,
        progress_total: i64,
    }
    let sql = format!(
        "SELECT f.id, f.file_name, f.state, f.progress_done, f.progress_total
         FROM intake_files f
         WHERE {} AND f.state IN ('queued', 'reading', 'ready', 'committing')
         ORDER BY f.uploaded_at DESC, f.id LIMIT 20",
        scope.condition("f", 1)
    );
    let rows: Vec<Row> = conn.rows(&sql, vec![scope.code().into()]).await?;
    let waiting = |r: Row| WaitingFile {
        id: r.id,
        file_name: r.file_name,
        ready: r.state == "ready",
        done: r.progress_done,
        total: r.progress_total,
    };
    Ok(rows.into_iter().map(waiting).collect())
}
