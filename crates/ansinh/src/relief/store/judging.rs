//! What a decision about a pair writes: its outcome, and holds of what the two were granted.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use super::duplicates::VETOES;
use super::in_chunks;
use crate::database::{Conn, Sql};

/// Condition that an open pair vetoes the grant of an `entitlements` row. Two probes: with one OR
/// SQLite would walk all warnings.
fn vetoed() -> String {
    format!(
        "(EXISTS (SELECT 1 FROM duplicate_warnings w
            WHERE w.first_entry_id = entitlements.entry_id AND {VETOES})
          OR EXISTS (SELECT 1 FROM duplicate_warnings w
            WHERE w.second_entry_id = entitlements.entry_id AND {VETOES}))"
    )
}

/// Holds what has been granted and not been paid and is not held for another cause.
fn held() -> String {
    format!(
        "hold = 'duplicate' WHERE state = 'approved' AND hold = ''
           AND pay_state IN ('unpaid', 'not_paid') AND {}",
        vetoed()
    )
}

/// Takes the hold off where no pair vetoes it any more.
fn freed() -> String {
    format!("hold = '' WHERE state = 'approved' AND hold = 'duplicate' AND NOT {}", vetoed())
}

/// Holds what these rows have been granted and not been paid, as far as an open pair vetoes it and
/// it is not held for another cause.
pub(in crate::relief) async fn hold<C: Conn>(
    conn: &C,
    province: &str,
    rows: &[Uuid],
) -> Result<u64, DbErr> {
    of_rows(conn, province, rows, &held()).await
}

/// Takes the hold off what these rows were granted where no pair vetoes it any more.
pub(in crate::relief) async fn release<C: Conn>(
    conn: &C,
    province: &str,
    rows: &[Uuid],
) -> Result<u64, DbErr> {
    of_rows(conn, province, rows, &freed()).await
}

async fn of_rows<C: Conn>(
    conn: &C,
    province: &str,
    rows: &[Uuid],
    what: &str,
) -> Result<u64, DbErr> {
    let mut changed = 0;
    for (places, values) in in_chunks(&[province.into()], rows) {
        let sql = format!(
            "UPDATE entitlements SET {what} AND province_code = $1 AND entry_id IN ({places})"
        );
        changed += conn.change(&sql, values).await?;
    }
    Ok(changed)
}

/// As [`hold`], for a row and those paired with it.
pub(in crate::relief) async fn hold_around<C: Conn>(conn: &C, row: Uuid) -> Result<u64, DbErr> {
    around(conn, row, &held()).await
}

async fn around<C: Conn>(conn: &C, row: Uuid, what: &str) -> Result<u64, DbErr> {
    let sql = format!(
        "UPDATE entitlements SET {what} AND entry_id IN (
           SELECT d.second_entry_id FROM duplicate_warnings d WHERE d.first_entry_id = $1
           UNION SELECT d.first_entry_id FROM duplicate_warnings d WHERE d.second_entry_id = $1
           UNION SELECT e.id FROM list_entries e WHERE e.id = $1)"
    );
    conn.change(&sql, vec![row.into()]).await
}

/// Closes an open warning; false when somebody else has just judged it.
pub(in crate::relief) async fn judge<C: Conn>(
    conn: &C,
    id: Uuid,
    state: &str,
    by: Uuid,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let sql = "UPDATE duplicate_warnings SET state = $1, decided_by = $2, decided_at = $3,
           reason = $4 WHERE id = $5 AND state = 'open'";
    let values = vec![state.into(), by.into(), now.into(), reason.into(), id.into()];
    Ok(conn.change(sql, values).await? == 1)
}

/// Closes the open warnings of a row that leaves its list: the other row of each pair is kept.
pub(in crate::relief) async fn close_of_leaver<C: Conn>(
    conn: &C,
    entry: Uuid,
    by: Uuid,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let mut closed = 0;
    for (state, column) in [("kept_second", "first_entry_id"), ("kept_first", "second_entry_id")] {
        let sql = format!(
            "UPDATE duplicate_warnings SET state = $1, decided_by = $2, decided_at = $3,
               reason = $4 WHERE {column} = $5 AND state = 'open'"
        );
        let values = vec![state.into(), by.into(), now.into(), reason.into(), entry.into()];
        closed += conn.change(&sql, values).await?;
    }
    around(conn, entry, &freed()).await?;
    Ok(closed)
}

/// Closes the open certain warnings of a row whose other row is no longer the same person.
pub(in crate::relief) async fn close_not_same<C: Conn>(
    conn: &C,
    entry: Uuid,
    by: Uuid,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let sql = "UPDATE duplicate_warnings SET state = 'different', decided_by = $1,
           decided_at = $2, reason = $3
         WHERE state = 'open' AND kind = 'certain'
           AND evidence <> 'matched' AND (first_entry_id = $4 OR second_entry_id = $4)
           AND NOT EXISTS (SELECT 1 FROM list_entries a JOIN list_entries b
             ON a.person_id = b.person_id
             WHERE a.province_code = duplicate_warnings.province_code
               AND b.province_code = duplicate_warnings.province_code
               AND a.id = duplicate_warnings.first_entry_id
               AND b.id = duplicate_warnings.second_entry_id)";
    let closed = conn.change(sql, vec![by.into(), now.into(), reason.into(), entry.into()]).await?;
    around(conn, entry, &freed()).await?;
    Ok(closed)
}

/// What a decision adds to a warning: the link it made and the difference that waits.
pub(in crate::relief) async fn note<C: Conn>(
    conn: &C,
    id: Uuid,
    link: Option<Uuid>,
    case_dong: i64,
) -> Result<(), DbErr> {
    let sql = "UPDATE duplicate_warnings SET link_id = $1, case_dong = $2 WHERE id = $3";
    conn.change(sql, vec![link.into(), case_dong.into(), id.into()]).await.map(|_| ())
}

/// Asks for papers until a day; false when the pair is no longer open.
pub(in crate::relief) async fn ask_papers<C: Conn>(
    conn: &C,
    id: Uuid,
    until: NaiveDate,
    reason: &str,
) -> Result<bool, DbErr> {
    let sql = "UPDATE duplicate_warnings SET papers_due_on = $1, due_on = $1, reason = $2
         WHERE id = $3 AND state = 'open'";
    Ok(conn.change(sql, vec![until.into(), reason.into(), id.into()]).await? == 1)
}

/// Opens a decided warning again; false when it is open or was decided otherwise meanwhile.
pub(in crate::relief) async fn reopen<C: Conn>(
    conn: &C,
    id: Uuid,
    from: &str,
    due_on: NaiveDate,
) -> Result<bool, DbErr> {
    let sql = "UPDATE duplicate_warnings SET state = 'open', decided_by = NULL, decided_at = NULL,
           reason = '', due_on = $1, papers_due_on = NULL, case_dong = 0, link_id = NULL
         WHERE id = $2 AND state = $3 AND state <> 'open'";
    Ok(conn.change(sql, vec![due_on.into(), id.into(), from.into()]).await? == 1)
}

#[derive(FromQueryResult)]
struct Pair {
    id: Uuid,
    first_entry_id: Uuid,
    second_entry_id: Uuid,
}

/// Closes pairs of these rows that the engine had found and does not find any more, since a row was
/// corrected. Pairs for which papers were asked stay, and those of one person, and those that were
/// raised after the comparison had `begun`: it may not have seen the other row. Returns the rows of
/// the closed ones.
pub(in crate::relief) async fn close_unmatched<C: Conn>(
    conn: &C,
    rows: &[Uuid],
    found: &std::collections::HashSet<(Uuid, Uuid)>,
    begun: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<Uuid>, DbErr> {
    let mut freed = Vec::new();
    for (places, values) in in_chunks(&[begun.into()], rows) {
        for column in ["first_entry_id", "second_entry_id"] {
            let sql = format!(
                "SELECT id, first_entry_id, second_entry_id FROM duplicate_warnings w
                 WHERE {column} IN ({places}) AND state = 'open' AND evidence = 'matched'
                   AND papers_due_on IS NULL AND raised_at <= $1
                   AND NOT EXISTS (SELECT 1 FROM list_entries a JOIN list_entries b
                     ON a.person_id = b.person_id
                     WHERE a.province_code = w.province_code AND a.id = w.first_entry_id
                       AND b.province_code = w.province_code AND b.id = w.second_entry_id)"
            );
            for pair in conn.rows::<Pair>(&sql, values.clone()).await? {
                if found.contains(&(pair.first_entry_id, pair.second_entry_id)) {
                    continue;
                }
                let sql = "UPDATE duplicate_warnings SET state = 'different', decided_at = $1,
                     reason = 'Đã sửa dòng: hai dòng không còn giống nhau'
                     WHERE id = $2 AND state = 'open'";
                conn.change(sql, vec![now.into(), pair.id.into()]).await?;
                freed.extend([pair.first_entry_id, pair.second_entry_id]);
            }
        }
    }
    Ok(freed)
}

/// Opens again the other pairs that closed together with a warning when one of its rows left.
pub(in crate::relief) async fn reopen_beside<C: Conn>(
    conn: &C,
    warning: Uuid,
    row: Uuid,
) -> Result<u64, DbErr> {
    let sql = "UPDATE duplicate_warnings SET state = 'open', decided_by = NULL, decided_at = NULL,
           reason = '', case_dong = 0
         WHERE id <> $1 AND (first_entry_id = $2 OR second_entry_id = $2) AND state <> 'open'
           AND decided_at = (SELECT w.decided_at FROM duplicate_warnings w WHERE w.id = $1)";
    conn.change(sql, vec![warning.into(), row.into()]).await
}
