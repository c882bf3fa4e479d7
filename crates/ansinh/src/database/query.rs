//! Running SQL text on either engine.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, FromQueryResult, Statement, Value};

use super::Conn;

/// SQL on a connection or transaction: rows into structs, or a count of rows changed.
pub trait Sql {
    /// All rows of the answer.
    fn rows<T: FromQueryResult + Send>(
        &self,
        sql: &str,
        values: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<T>, DbErr>> + Send;

    /// The first row of the answer, if there is one.
    fn row<T: FromQueryResult + Send>(
        &self,
        sql: &str,
        values: Vec<Value>,
    ) -> impl Future<Output = Result<Option<T>, DbErr>> + Send;

    /// Runs a change and returns how many rows it touched.
    fn change(
        &self,
        sql: &str,
        values: Vec<Value>,
    ) -> impl Future<Output = Result<u64, DbErr>> + Send;

    /// The single integer of an answer such as a count; 0 when there is no row.
    fn number(
        &self,
        sql: &str,
        values: Vec<Value>,
    ) -> impl Future<Output = Result<i64, DbErr>> + Send;
}

impl<C: Conn> Sql for C {
    async fn rows<T: FromQueryResult + Send>(
        &self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Vec<T>, DbErr> {
        let answer = self.query_all_raw(statement(self, sql, values)).await?;
        answer.iter().map(|row| T::from_query_result(row, "")).collect()
    }

    async fn row<T: FromQueryResult + Send>(
        &self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Option<T>, DbErr> {
        let answer = self.query_one_raw(statement(self, sql, values)).await?;
        answer.map(|row| T::from_query_result(&row, "")).transpose()
    }

    async fn change(&self, sql: &str, values: Vec<Value>) -> Result<u64, DbErr> {
        Ok(self.execute_raw(statement(self, sql, values)).await?.rows_affected())
    }

    async fn number(&self, sql: &str, values: Vec<Value>) -> Result<i64, DbErr> {
        match self.query_one_raw(statement(self, sql, values)).await? {
            Some(row) => Ok(row.try_get_by_index::<Option<i64>>(0)?.unwrap_or(0)),
            None => Ok(0),
        }
    }
}

fn statement<C: ConnectionTrait>(conn: &C, sql: &str, values: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(conn.get_database_backend(), sql, values)
}

/// Inserts many rows with as few statements as the engines' parameter limits allow
/// (SQLite 32,766; PostgreSQL 65,535). Every row must have one value for each column.
/// `suffix` may carry an ON CONFLICT clause. Returns how many rows were written.
///
/// # Errors
/// The engine's; nothing before the failing statement is undone, so call it in a transaction.
pub async fn bulk_insert<C: Conn>(
    conn: &C,
    table: &str,
    columns: &[&str],
    rows: Vec<Vec<Value>>,
    suffix: &str,
) -> Result<u64, DbErr> {
    const PARAMETERS_MAX: usize = 16_000;
    let per_statement = (PARAMETERS_MAX / columns.len().max(1)).max(1);
    let mut written = 0;
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let chunk: Vec<Vec<Value>> = rows.by_ref().take(per_statement).collect();
        debug_assert!(chunk.iter().all(|row| row.len() == columns.len()), "one value a column");
        let (list, values) = values_list(conn, chunk);
        let mut sql = format!("INSERT INTO {table} ({}) {list}", columns.join(", "));
        sql.push(' ');
        sql.push_str(suffix);
        written += conn.change(&sql, values).await?;
    }
    Ok(written)
}

/// Updates many rows by key with as few statements as the parameter limits allow: each row of `rows`
/// is (key, values of `columns` …). `condition` is put beside the key's comparison; the table's name
/// stands for the row. Returns how many rows were changed.
///
/// # Errors
/// The engine's; call it in a transaction.
pub async fn bulk_update<C: Conn>(
    conn: &C,
    table: &str,
    key: &str,
    columns: &[&str],
    rows: Vec<Vec<Value>>,
    condition: &str,
) -> Result<u64, DbErr> {
    const ROWS_MAX: usize = 2_000;
    let set: Vec<String> =
        columns.iter().enumerate().map(|(at, c)| format!("{c} = v.column{}", at + 2)).collect();
    let mut changed = 0;
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let chunk: Vec<Vec<Value>> = rows.by_ref().take(ROWS_MAX).collect();
        let (list, values) = values_list(conn, chunk);
        let sql = format!(
            "UPDATE {table} SET {} FROM ({list}) AS v WHERE {table}.{key} = v.column1 AND {condition}",
            set.join(", "),
        );
        changed += conn.change(&sql, values).await?;
    }
    Ok(changed)
}

/// ` AND column LIKE …` for each word, bound behind `values`: what people type is text, no pattern.
pub fn all_words(column: &str, words: &[String], values: &mut Vec<Value>) -> String {
    let mut sql = String::new();
    for word in words {
        let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        values.push(format!("%{escaped}%").into());
        sql.push_str(&format!(" AND {column} LIKE ${} ESCAPE '\\'", values.len()));
    }
    sql
}

/// `VALUES ($1, $2), ($3, $4) …` with the values in order: rows to insert, or to join with under the
/// names `column1`, `column2` … that both engines give. It must hold the statement's only parameters.
pub fn values_list<C: Conn>(conn: &C, rows: Vec<Vec<Value>>) -> (String, Vec<Value>) {
    use std::fmt::Write as _;
    // SQLite keeps `$1` and `?1` as names in a list that parser and driver search from its beginning
    // for every parameter: 16,000 of them cost a second a statement. A plain `?` has no name.
    let sqlite = is_sqlite(conn);
    let mut sql = "VALUES ".to_owned();
    let mut next = 1;
    for (at, row) in rows.iter().enumerate() {
        sql.push_str(if at == 0 { "(" } else { ", (" });
        for position in 0..row.len() {
            let comma = if position == 0 { "" } else { ", " };
            let _ = if sqlite { write!(sql, "{comma}?") } else { write!(sql, "{comma}${next}") };
            next += 1;
        }
        sql.push(')');
    }
    (sql, rows.into_iter().flatten().collect())
}

/// A constraint by which the database itself refuses, as each engine names it.
#[derive(Debug, Clone, Copy)]
pub struct Constraint {
    /// Name in the schema; PostgreSQL (and SQLite for CHECK) report it.
    pub name: &'static str,
    /// What SQLite reports for a unique index: `table.column, table.column`.
    pub sqlite_columns: &'static str,
}

/// True when `error` is the refusal of exactly this constraint.
pub fn violates(error: &DbErr, constraint: Constraint) -> bool {
    let text = error.to_string();
    text.contains(constraint.name)
        || (!constraint.sqlite_columns.is_empty()
            && text.contains(&format!("UNIQUE constraint failed: {}", constraint.sqlite_columns)))
}

/// True on SQLite.
pub(super) fn is_sqlite<C: ConnectionTrait>(conn: &C) -> bool {
    conn.get_database_backend() == DbBackend::Sqlite
}
