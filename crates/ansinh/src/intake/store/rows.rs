//! SQL of rows and findings.

use std::collections::HashSet;

use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use crate::database::{Conn, Sql, Tx, bulk_insert};
use crate::intake::types::{Counts, Place, Staged};
use crate::web::Error;

fn whole(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn line(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// Removes what the former reading saw. Rows that are in lists stay as they were committed.
pub(in crate::intake) async fn forget_rows(tx: &Tx, file: Uuid) -> Result<(), DbErr> {
    tx.change("DELETE FROM intake_findings WHERE file_id = $1", vec![file.into()]).await?;
    tx.change(
        "DELETE FROM intake_rows WHERE file_id = $1 AND committed_entry_id IS NULL",
        vec![file.into()],
    )
    .await?;
    Ok(())
}

/// Adds rows of a new reading with their findings.
pub(in crate::intake) async fn add_rows(tx: &Tx, file: Uuid, rows: &[Staged]) -> Result<(), Error> {
    let mut values = Vec::with_capacity(rows.len());
    let mut findings = Vec::new();
    for row in rows {
        values.push(vec![
            file.into(),
            whole(row.sheet_no).into(),
            line(row.line).into(),
            row.severity().into(),
            (!row.repairs.is_empty()).into(),
            row.left_out.into(),
            row.lacks_paper().into(),
            row.amount.unwrap_or(0).into(),
            serde_json::to_string(row)?.into(),
        ]);
        let repairs = row.repairs.iter().map(|repair| &repair.code);
        for code in repairs.chain(row.problems.iter().map(|problem| &problem.code)) {
            let at = (whole(row.sheet_no), line(row.line));
            findings.push(vec![file.into(), at.0.into(), code.clone().into(), at.1.into()]);
        }
    }
    let columns = [
        "file_id",
        "sheet_no",
        "line",
        "severity",
        "repaired",
        "left_out",
        "no_paper",
        "amount_dong",
        "entry",
    ];
    bulk_insert(tx, "intake_rows", &columns, values, "ON CONFLICT DO NOTHING").await?;
    let columns = ["file_id", "sheet_no", "code", "line"];
    bulk_insert(tx, "intake_findings", &columns, findings, "ON CONFLICT DO NOTHING").await?;
    Ok(())
}

const COUNTS: &str = "CAST(COUNT(*) AS BIGINT) AS rows,
  CAST(COALESCE(SUM(amount_dong), 0) AS BIGINT) AS amount,
  CAST(COALESCE(SUM(CASE WHEN committed_entry_id IS NULL AND severity < 3 AND left_out = FALSE
    THEN 1 ELSE 0 END), 0) AS BIGINT) AS writable,
  CAST(COALESCE(SUM(CASE WHEN committed_entry_id IS NULL AND severity < 3 AND left_out = FALSE
    THEN amount_dong ELSE 0 END), 0) AS BIGINT) AS writable_amount,
  CAST(COALESCE(SUM(CASE WHEN committed_entry_id IS NULL AND severity < 3 AND left_out = FALSE
    AND no_paper = TRUE THEN 1 ELSE 0 END), 0) AS BIGINT) AS writable_no_paper,
  CAST(COALESCE(SUM(CASE WHEN committed_entry_id IS NULL AND severity = 3 AND left_out = FALSE
    THEN 1 ELSE 0 END), 0) AS BIGINT) AS must_fix,
  CAST(COALESCE(SUM(CASE WHEN committed_entry_id IS NULL AND left_out = TRUE
    THEN 1 ELSE 0 END), 0) AS BIGINT) AS left_out,
  CAST(COALESCE(SUM(CASE WHEN committed_entry_id IS NOT NULL THEN 1 ELSE 0 END), 0) AS BIGINT)
    AS committed,
  CAST(COALESCE(SUM(CASE WHEN repaired = TRUE THEN 1 ELSE 0 END), 0) AS BIGINT) AS repaired";

/// Counts over all rows of a file.
pub(in crate::intake) async fn counts<C: Conn>(conn: &C, file: Uuid) -> Result<Counts, DbErr> {
    let sql = format!("SELECT {COUNTS} FROM intake_rows WHERE file_id = $1");
    Ok(conn.row(&sql, vec![file.into()]).await?.unwrap_or_default())
}

/// Counts over the rows of a sheet.
pub(in crate::intake) async fn sheet_counts<C: Conn>(
    conn: &C,
    file: Uuid,
    sheet: usize,
) -> Result<Counts, DbErr> {
    let sql = format!("SELECT {COUNTS} FROM intake_rows WHERE file_id = $1 AND sheet_no = $2");
    Ok(conn.row(&sql, vec![file.into(), whole(sheet).into()]).await?.unwrap_or_default())
}

/// How many rows have a repair or problem of a code.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::intake) struct CodeCount {
    /// 0-based.
    pub sheet_no: i32,
    /// Repair or problem.
    pub code: String,
    /// All rows.
    pub rows: i64,
    /// Rows that are not in a list yet.
    pub open: i64,
}

/// Codes of the file with their numbers of rows.
pub(in crate::intake) async fn code_counts<C: Conn>(
    conn: &C,
    file: Uuid,
) -> Result<Vec<CodeCount>, DbErr> {
    conn.rows(
        "SELECT f.sheet_no, f.code, CAST(COUNT(*) AS BIGINT) AS rows,
           CAST(SUM(CASE WHEN r.committed_entry_id IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS open
         FROM intake_findings f
         JOIN intake_rows r ON r.file_id = f.file_id AND r.sheet_no = f.sheet_no AND r.line = f.line
         WHERE f.file_id = $1
         GROUP BY f.sheet_no, f.code",
        vec![file.into()],
    )
    .await
}

#[derive(FromQueryResult)]
struct Entry {
    entry: String,
}

fn staged(rows: Vec<Entry>) -> Result<Vec<Staged>, Error> {
    rows.iter().map(|row| Ok(serde_json::from_str(&row.entry)?)).collect()
}

/// Which rows of a sheet are wanted.
#[derive(Debug, Clone, Copy)]
pub(in crate::intake) struct Wanted<'a> {
    /// 0-based.
    pub sheet: usize,
    /// Repair or problem.
    pub code: &'a str,
    /// Lines after this one.
    pub after: u32,
    /// Rows already in lists are left away.
    pub open_only: bool,
    /// At most so many.
    pub limit: u64,
}

/// Rows with a code, in line order.
pub(in crate::intake) async fn rows_with_code<C: Conn>(
    conn: &C,
    file: Uuid,
    wanted: Wanted<'_>,
) -> Result<Vec<Staged>, Error> {
    let open = if wanted.open_only { "AND r.committed_entry_id IS NULL" } else { "" };
    let sql = format!(
        "SELECT r.entry FROM intake_findings f
         JOIN intake_rows r ON r.file_id = f.file_id AND r.sheet_no = f.sheet_no AND r.line = f.line
         WHERE f.file_id = $1 AND f.sheet_no = $2 AND f.code = $3 AND f.line > $4 {open}
         ORDER BY f.line LIMIT $5"
    );
    let values = vec![
        file.into(),
        whole(wanted.sheet).into(),
        wanted.code.into(),
        line(wanted.after).into(),
        i64::try_from(wanted.limit).unwrap_or(i64::MAX).into(),
    ];
    staged(conn.rows(&sql, values).await?)
}

/// Chosen rows that are not in a list yet.
pub(in crate::intake) async fn open_row<C: Conn>(
    conn: &C,
    file: Uuid,
    sheet: usize,
    at: u32,
) -> Result<Option<Staged>, Error> {
    let sql = "SELECT entry FROM intake_rows WHERE file_id = $1 AND sheet_no = $2 AND line = $3
                 AND committed_entry_id IS NULL";
    let found: Option<Entry> =
        conn.row(sql, vec![file.into(), whole(sheet).into(), line(at).into()]).await?;
    Ok(found.map(|row| serde_json::from_str(&row.entry)).transpose()?)
}

/// All rows with a repair, for the table of comparison.
pub(in crate::intake) async fn repaired_rows<C: Conn>(
    conn: &C,
    file: Uuid,
) -> Result<Vec<Staged>, Error> {
    let sql = "SELECT entry FROM intake_rows WHERE file_id = $1 AND repaired = TRUE
               ORDER BY sheet_no, line";
    staged(conn.rows(sql, vec![file.into()]).await?)
}

/// Rows that a commit writes now.
pub(in crate::intake) async fn writable_rows<C: Conn>(
    conn: &C,
    file: Uuid,
) -> Result<Vec<Staged>, Error> {
    let sql = "SELECT entry FROM intake_rows
               WHERE file_id = $1 AND committed_entry_id IS NULL AND severity < 3
                 AND left_out = FALSE
               ORDER BY sheet_no, line";
    staged(conn.rows(sql, vec![file.into()]).await?)
}

/// Notes which entries rows became.
pub(in crate::intake) async fn mark_committed(
    tx: &Tx,
    file: Uuid,
    entries: &[(i32, u32, Uuid)],
) -> Result<(), DbErr> {
    let rows = entries.iter().map(|(sheet_no, row, entry)| {
        vec![
            file.into(),
            (*sheet_no).into(),
            line(*row).into(),
            0i16.into(),
            false.into(),
            false.into(),
            false.into(),
            0i64.into(),
            "".into(),
            (*entry).into(),
        ]
    });
    let columns = [
        "file_id",
        "sheet_no",
        "line",
        "severity",
        "repaired",
        "left_out",
        "no_paper",
        "amount_dong",
        "entry",
        "committed_entry_id",
    ];
    // Every row exists, so only the update is ever done: one statement for a thousand rows.
    let suffix = "ON CONFLICT (file_id, sheet_no, line) DO UPDATE
                    SET committed_entry_id = excluded.committed_entry_id
                  WHERE intake_rows.committed_entry_id IS NULL";
    bulk_insert(tx, "intake_rows", &columns, rows.collect(), suffix).await?;
    Ok(())
}

/// Places of the rows that are in lists.
pub(in crate::intake) async fn committed_places<C: Conn>(
    conn: &C,
    file: Uuid,
) -> Result<HashSet<Place>, DbErr> {
    #[derive(FromQueryResult)]
    struct At {
        sheet_no: i32,
        line: i32,
    }
    let sql = "SELECT sheet_no, line FROM intake_rows
               WHERE file_id = $1 AND committed_entry_id IS NOT NULL";
    let places: Vec<At> = conn.rows(sql, vec![file.into()]).await?;
    let place = |at: At| Some((usize::try_from(at.sheet_no).ok()?, u32::try_from(at.line).ok()?));
    Ok(places.into_iter().filter_map(place).collect())
}

/// Rows of the file that are in lists, for the page of results.
pub(in crate::intake) async fn committed_rows<C: Conn>(
    conn: &C,
    file: Uuid,
) -> Result<Vec<Staged>, Error> {
    let sql = "SELECT entry FROM intake_rows WHERE file_id = $1 AND committed_entry_id IS NOT NULL";
    staged(conn.rows(sql, vec![file.into()]).await?)
}
