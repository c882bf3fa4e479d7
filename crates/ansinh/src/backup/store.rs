//! SQL over any table, as the schema describes it.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement, Value};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::database::{Column, Conn, Kind, Sql, Table, Tx, bulk_insert};

/// Rows read at once; files of 20 MB lie in some of them.
const ROWS: usize = 1_000;
const FILES: usize = 4;

/// Reads a whole table row by row in the order of its key, bytes compared, so that both engines give
/// the same order. The transaction is the snapshot.
pub(super) struct Reader<'a> {
    table: &'a Table,
    sqlite: bool,
    limit: usize,
    last_key: Option<Vec<Json>>,
    begun: bool,
    done: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(tx: &Tx, table: &'a Table) -> Self {
        let sqlite = tx.get_database_backend() == DbBackend::Sqlite;
        let files = table.columns.iter().any(|c| c.kind == Kind::Blob && c.name == "content");
        let limit = if files { FILES } else { ROWS };
        Self { table, sqlite, limit, last_key: None, begun: false, done: false }
    }

    /// The next rows as JSON arrays; empty at the end.
    pub(super) async fn next(&mut self, tx: &Tx) -> Result<Vec<Vec<Json>>, DbErr> {
        if self.done {
            return Ok(Vec::new());
        }
        let answer = if self.sqlite { self.page(tx).await? } else { self.fetch(tx).await? };
        self.done = answer.len() < self.limit;
        let mut rows = Vec::with_capacity(answer.len());
        for row in &answer {
            let read = |(at, column): (usize, &Column)| json_of(row, at, column.kind);
            let cells = self.table.columns.iter().enumerate().map(read);
            rows.push(cells.collect::<Result<Vec<Json>, _>>()?);
        }
        if let Some(last) = rows.last() {
            self.last_key = Some(self.key_of(last));
        }
        Ok(rows)
    }

    fn key_of(&self, row: &[Json]) -> Vec<Json> {
        let at = |name: &String| self.table.columns.iter().position(|c| c.name == *name);
        self.table.key.iter().filter_map(|name| row.get(at(name)?).cloned()).collect()
    }

    fn columns(&self) -> String {
        let names: Vec<&str> = self.table.columns.iter().map(|c| c.name.as_str()).collect();
        names.join(", ")
    }

    /// SQLite: page by page along the primary key.
    async fn page(&self, tx: &Tx) -> Result<Vec<QueryResult>, DbErr> {
        let (columns, name, key) = (self.columns(), &self.table.name, self.table.key.join(", "));
        let (mut after, mut values) = (String::new(), Vec::new());
        if let Some(last) = &self.last_key {
            let marks: Vec<String> = (1..=last.len()).map(|n| format!("${n}")).collect();
            after = format!("WHERE ({key}) > ({})", marks.join(", "));
            for (name, json) in self.table.key.iter().zip(last) {
                let kind = self.table.columns.iter().find(|c| c.name == *name).map(|c| c.kind);
                values.push(value_of(json, kind.unwrap_or(Kind::Text))?);
            }
        }
        let limit = self.limit;
        let sql = format!("SELECT {columns} FROM {name} {after} ORDER BY {key} LIMIT {limit}");
        let sql = Statement::from_sql_and_values(DbBackend::Sqlite, sql, values);
        tx.query_all_raw(sql).await
    }

    /// PostgreSQL: a cursor, because its own order of texts is that of a language.
    async fn fetch(&mut self, tx: &Tx) -> Result<Vec<QueryResult>, DbErr> {
        let name = &self.table.name;
        if !self.begun {
            let order: Vec<String> = self
                .table
                .key
                .iter()
                .map(|key| {
                    let text = |c: &Column| c.name == *key && c.kind == Kind::Text;
                    let plain = self.table.columns.iter().any(text);
                    if plain { format!("{key} COLLATE \"C\"") } else { key.clone() }
                })
                .collect();
            let (columns, order) = (self.columns(), order.join(", "));
            let sql = format!(
                "DECLARE backup_{name} NO SCROLL CURSOR FOR SELECT {columns} FROM {name} ORDER BY {order}"
            );
            tx.execute_unprepared(&sql).await?;
            self.begun = true;
        }
        let sql = format!("FETCH FORWARD {} FROM backup_{name}", self.limit);
        tx.query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await
    }
}

fn json_of(row: &QueryResult, at: usize, kind: Kind) -> Result<Json, DbErr> {
    Ok(match kind {
        Kind::Uuid => json!(row.try_get_by_index::<Option<Uuid>>(at)?),
        Kind::Instant => {
            let instant: Option<DateTime<Utc>> = row.try_get_by_index(at)?;
            json!(instant.map(|instant| instant.to_rfc3339_opts(SecondsFormat::Micros, true)))
        }
        Kind::Blob => {
            let bytes: Option<Vec<u8>> = row.try_get_by_index(at)?;
            json!(bytes.map(|bytes| super::hex(&bytes)))
        }
        Kind::Bool => json!(row.try_get_by_index::<Option<bool>>(at)?),
        Kind::Date => json!(row.try_get_by_index::<Option<NaiveDate>>(at)?),
        Kind::Text => json!(row.try_get_by_index::<Option<String>>(at)?),
        Kind::Small => json!(row.try_get_by_index::<Option<i16>>(at)?),
        Kind::Int => json!(row.try_get_by_index::<Option<i32>>(at)?),
        Kind::Big => json!(row.try_get_by_index::<Option<i64>>(at)?),
        // As text, the shortest that is read back as the same number: JSON readers round.
        Kind::Double => json!(row.try_get_by_index::<Option<f64>>(at)?.map(|x| x.to_string())),
    })
}

/// A value of a line for the engine.
pub(super) fn value_of(json: &Json, kind: Kind) -> Result<Value, DbErr> {
    let wrong = || DbErr::Custom(format!("a value does not fit its column ({kind:?})"));
    let text = || json.as_str().ok_or_else(wrong);
    let null = json.is_null();
    Ok(match kind {
        Kind::Uuid if null => Value::from(None::<Uuid>),
        Kind::Uuid => Uuid::parse_str(text()?).map_err(|_| wrong())?.into(),
        Kind::Instant if null => Value::from(None::<DateTime<Utc>>),
        Kind::Instant => {
            DateTime::parse_from_rfc3339(text()?).map_err(|_| wrong())?.to_utc().into()
        }
        Kind::Blob if null => Value::from(None::<Vec<u8>>),
        Kind::Blob => super::bytes_of(text()?).ok_or_else(wrong)?.into(),
        Kind::Bool if null => Value::from(None::<bool>),
        Kind::Bool => json.as_bool().ok_or_else(wrong)?.into(),
        Kind::Date if null => Value::from(None::<NaiveDate>),
        Kind::Date => text()?.parse::<NaiveDate>().map_err(|_| wrong())?.into(),
        Kind::Text if null => Value::from(None::<String>),
        Kind::Text => text()?.into(),
        Kind::Small if null => Value::from(None::<i16>),
        Kind::Small => json.as_i64().and_then(|n| i16::try_from(n).ok()).ok_or_else(wrong)?.into(),
        Kind::Int if null => Value::from(None::<i32>),
        Kind::Int => json.as_i64().and_then(|n| i32::try_from(n).ok()).ok_or_else(wrong)?.into(),
        Kind::Big if null => Value::from(None::<i64>),
        Kind::Big => json.as_i64().ok_or_else(wrong)?.into(),
        Kind::Double if null => Value::from(None::<f64>),
        Kind::Double => text()?.parse::<f64>().map_err(|_| wrong())?.into(),
    })
}

/// Writes lines into a table.
pub(super) async fn fill(tx: &Tx, table: &Table, rows: Vec<Vec<Value>>) -> Result<(), DbErr> {
    let columns: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
    bulk_insert(tx, &table.name, &columns, rows, "").await?;
    Ok(())
}

/// Takes out what migrations put into a table; it is in the backup, too.
pub(super) async fn empty(tx: &Tx, table: &Table) -> Result<(), DbErr> {
    let sql = format!("DELETE FROM {}", table.name);
    tx.change(&sql, vec![]).await?;
    Ok(())
}

/// Rows of a PostgreSQL database that is not ours yet, or only half: in tables of the schema.
pub(super) async fn tables_there<C: Conn>(conn: &C) -> Result<i64, DbErr> {
    let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM information_schema.tables
        WHERE table_schema = current_schema()";
    conn.number(sql, vec![]).await
}
