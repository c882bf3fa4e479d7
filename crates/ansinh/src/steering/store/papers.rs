//! SQL of papers and their tasks. An officer sees the papers that her unit issued, and those that
//! give something to units of her scope.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DbErr, Value};
use uuid::Uuid;

use crate::database::{Conn, Constraint, Sql, Tx, all_words, bulk_insert};
use crate::identity::{Actor, Scope};
use crate::steering::acts::{Paper, Task};
use crate::steering::types::{PaperRow, TaskRow};

/// An act's id is used once.
pub(in crate::steering) const PAPER_ID: Constraint = Constraint {
    name: "steering_papers_pkey",
    sqlite_columns: "steering_papers.province_code, steering_papers.id",
};
/// An act's id is used once.
pub(in crate::steering) const TASK_ID: Constraint = Constraint {
    name: "steering_tasks_pkey",
    sqlite_columns: "steering_tasks.province_code, steering_tasks.id",
};
/// Two officers gave a task at one instant.
pub(in crate::steering) const TASK_ORDER: Constraint = Constraint {
    name: "steering_tasks_in_order",
    sqlite_columns: "steering_tasks.province_code, steering_tasks.paper_id, steering_tasks.seq",
};

/// The paper with counts of the duties of the scope; `$1` province, `$2` code of the scope, `$3` today.
fn select(scope: &Scope) -> String {
    let inside = scope.condition("d", 2);
    let issued = match scope {
        Scope::District { .. } => "p.district_code = $2",
        Scope::Province { .. } => "1 = 1",
        Scope::Commune { .. } => "1 = 0",
    };
    format!(
        "SELECT p.id, p.district_code, p.kind, p.number, p.issued_on, p.signer, p.title,
           p.withdrawn_why,
           CAST(COUNT(d.id) AS BIGINT) AS duties,
           CAST(COALESCE(SUM(CASE WHEN d.state = 'done' THEN 1 ELSE 0 END), 0) AS BIGINT) AS done,
           CAST(COALESCE(SUM(CASE WHEN d.state IN ('new', 'taken') AND d.due_on < $3 THEN 1 ELSE 0 END), 0)
             AS BIGINT) AS late
         FROM steering_papers p LEFT JOIN steering_duties d
           ON d.province_code = p.province_code AND d.paper_id = p.id AND {inside}
         WHERE p.province_code = $1 AND ({issued} OR d.id IS NOT NULL)"
    )
}

const GROUPED: &str =
    " GROUP BY p.province_code, p.id, p.district_code, p.kind, p.number, p.issued_on,
  p.signer, p.title, p.withdrawn_why";

/// One paper of the scope.
pub(in crate::steering) async fn paper<C: Conn>(
    conn: &C,
    scope: &Scope,
    today: NaiveDate,
    id: Uuid,
) -> Result<Option<PaperRow>, DbErr> {
    let sql = format!("{} AND p.id = $4{GROUPED}", select(scope));
    let values = vec![scope.province().into(), scope.code().into(), today.into(), id.into()];
    conn.row(&sql, values).await
}

/// Which papers are wanted.
#[derive(Debug, Clone, Default)]
pub(in crate::steering) struct Wanted {
    /// Folded words, all of them.
    pub words: Vec<String>,
    pub kind: Option<&'static str>,
    /// Only those with something late.
    pub late: bool,
    pub after: Option<Uuid>,
}

/// Papers of the scope, the newest first.
pub(in crate::steering) async fn papers<C: Conn>(
    conn: &C,
    scope: &Scope,
    today: NaiveDate,
    wanted: &Wanted,
    limit: u64,
) -> Result<Vec<PaperRow>, DbErr> {
    let mut values: Vec<Value> = vec![scope.province().into(), scope.code().into(), today.into()];
    let mut sql = select(scope);
    sql.push_str(&all_words("p.search_key", &wanted.words, &mut values));
    if let Some(kind) = wanted.kind {
        values.push(kind.into());
        sql.push_str(&format!(" AND p.kind = ${}", values.len()));
    }
    if let Some(after) = wanted.after {
        values.push(after.into());
        sql.push_str(&format!(" AND p.id < ${}", values.len()));
    }
    sql.push_str(GROUPED);
    if wanted.late {
        sql.push_str(
            " HAVING SUM(CASE WHEN d.state IN ('new', 'taken') AND d.due_on < $3 THEN 1 ELSE 0 END) > 0",
        );
    }
    sql.push_str(&format!(" ORDER BY p.id DESC LIMIT {limit}"));
    conn.rows(&sql, values).await
}

/// Writes a paper down under its act's id.
pub(in crate::steering) async fn add(
    tx: &Tx,
    actor: &Actor,
    now: DateTime<Utc>,
    paper: &Paper,
    search_key: &str,
) -> Result<(), DbErr> {
    let columns = [
        "province_code",
        "id",
        "district_code",
        "kind",
        "number",
        "issued_on",
        "signer",
        "title",
        "search_key",
        "withdrawn_why",
        "added_by",
        "added_at",
    ];
    let row = vec![
        actor.scope.province().into(),
        paper.act.into(),
        actor.scope.district().into(),
        paper.kind.code().into(),
        paper.number.as_str().into(),
        paper.issued_on.into(),
        paper.signer.as_str().into(),
        paper.title.as_str().into(),
        search_key.into(),
        "".into(),
        actor.account_id.into(),
        now.into(),
    ];
    bulk_insert(tx, "steering_papers", &columns, vec![row], "").await?;
    Ok(())
}

/// Says why a paper holds no longer; false when somebody did so before.
pub(in crate::steering) async fn withdraw(
    tx: &Tx,
    province: &str,
    id: Uuid,
    why: &str,
) -> Result<bool, DbErr> {
    let sql = "UPDATE steering_papers SET withdrawn_why = $3
      WHERE province_code = $1 AND id = $2 AND withdrawn_why = ''";
    Ok(tx.change(sql, vec![province.into(), id.into(), why.into()]).await? == 1)
}

/// The tasks of a paper that was found inside the scope.
pub(in crate::steering) async fn tasks<C: Conn>(
    conn: &C,
    province: &str,
    paper: Uuid,
) -> Result<Vec<TaskRow>, DbErr> {
    let sql = "SELECT id, seq, what, due_on, proof, planned_dong, source FROM steering_tasks
      WHERE province_code = $1 AND paper_id = $2 ORDER BY seq";
    conn.rows(sql, vec![province.into(), paper.into()]).await
}

/// Writes a task down under its act's id.
pub(in crate::steering) async fn add_task(
    tx: &Tx,
    actor: &Actor,
    now: DateTime<Utc>,
    (task, seq): (&Task, i32),
) -> Result<(), DbErr> {
    let columns = [
        "province_code",
        "id",
        "paper_id",
        "seq",
        "what",
        "due_on",
        "proof",
        "planned_dong",
        "source",
        "added_by",
        "added_at",
    ];
    let row = vec![
        actor.scope.province().into(),
        task.act.into(),
        task.paper.into(),
        seq.into(),
        task.what.as_str().into(),
        task.due_on.into(),
        task.proof.into(),
        task.planned_dong.into(),
        task.source.as_str().into(),
        actor.account_id.into(),
        now.into(),
    ];
    bulk_insert(tx, "steering_tasks", &columns, vec![row], "").await?;
    Ok(())
}
