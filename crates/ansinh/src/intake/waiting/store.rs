//! SQL of waiting files.

use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use super::ReadyFile;
use crate::database::{Conn, Sql};
use crate::identity::Scope;

pub(super) async fn ready_files<C: Conn>(conn: &C, scope: &Scope) -> Result<Vec<ReadyFile>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        id: Uuid,
        file_name: String,
    }
    let sql = format!(
        "SELECT f.id, f.file_name FROM intake_files f
         WHERE {} AND f.state = 'ready' ORDER BY f.id DESC LIMIT 20",
        scope.condition("f", 1)
    );
    let rows: Vec<Row> = conn.rows(&sql, vec![scope.code().into()]).await?;
    Ok(rows.into_iter().map(|r| ReadyFile { id: r.id, file_name: r.file_name }).collect())
}
