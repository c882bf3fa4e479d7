//! The files of the last minute: a table is read once however many ask for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use chrono::{DateTime, Duration, SecondsFormat, Utc};
use serde_json::{Map, Value, json};
use sheets::{CellOut, CsvWriter};
use tokio::sync::Mutex as Turn;

use super::tables::{Cell, Table};
use crate::clock::local;
use crate::identity::sha256_hex;
use crate::web::{App, Error};

/// How old a file may be, in seconds; as long as others may keep it.
const KEPT_SECONDS: i64 = 60;

/// A table as files.
#[derive(Debug, Clone)]
pub(super) struct Files {
    at: DateTime<Utc>,
    /// Since when the rows are as they are; the first reading after a start does not know more.
    pub changed: DateTime<Utc>,
    /// How many rows.
    pub rows: usize,
    /// UTF-8 with the mark that Excel wants, RFC 4180.
    pub csv: Bytes,
    /// `{"doi": …, "du_lieu": [ … ]}`.
    pub json: Bytes,
    digest: String,
}

impl Files {
    /// Tag of a file (RFC 9110 §8.8.3).
    pub(super) fn tag(&self, kind: &str) -> String {
        format!("\"{}-{kind}\"", &self.digest[..16])
    }
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Memory {
    files: Mutex<HashMap<&'static str, Arc<Files>>>,
    turn: Turn<()>,
}

impl Memory {
    /// The files of a table, made at most once a minute and one table at a time.
    ///
    /// # Errors
    /// The engine's.
    pub(super) async fn files(
        &self,
        app: &App,
        table: &'static Table,
    ) -> Result<Arc<Files>, Error> {
        let now = app.clock.now();
        if let Some(files) = self.known(table).filter(|files| files.fresh(now)) {
            return Ok(files);
        }
        let _turn = self.turn.lock().await;
        let known = self.known(table);
        if let Some(files) = known.as_ref().filter(|files| files.fresh(now)) {
            return Ok(files.clone());
        }
        let rows = table.rows(app).await?;
        let csv = csv(table, &rows).map_err(|error| Error::internal("opendata.csv", error))?;
        let digest = sha256_hex(&csv);
        let changed = known.filter(|k| k.digest == digest).map_or(now, |known| known.changed);
        let files = Arc::new(Files {
            at: now,
            changed,
            rows: rows.len(),
            json: json(table, &rows, changed)?,
            csv,
            digest,
        });
        self.lock().insert(table.name, files.clone());
        Ok(files)
    }

    fn known(&self, table: &Table) -> Option<Arc<Files>> {
        self.lock().get(table.name).cloned()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<&'static str, Arc<Files>>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Files {
    fn fresh(&self, now: DateTime<Utc>) -> bool {
        let age = now - self.at;
        age >= Duration::zero() && age < Duration::seconds(KEPT_SECONDS)
    }
}

fn csv(table: &Table, rows: &[Vec<Cell>]) -> std::io::Result<Bytes> {
    let mut out = CsvWriter::new(Vec::new())?;
    let heads: Vec<CellOut<'_>> = table.columns.iter().map(|c| CellOut::Text(c.0)).collect();
    out.row(&heads)?;
    for row in rows {
        // Machines read days as ISO 8601 has them.
        let days: Vec<String> = row.iter().map(Cell::day).collect();
        let cells = row.iter().zip(&days).map(|(cell, day)| match cell {
            Cell::Text(text) => CellOut::Text(text),
            Cell::Whole(number) => CellOut::Whole(*number),
            Cell::Day(_) => CellOut::Text(day),
        });
        out.row(&cells.collect::<Vec<_>>())?;
    }
    Ok(Bytes::from(out.finish()?))
}

fn json(table: &Table, rows: &[Vec<Cell>], changed: DateTime<Utc>) -> Result<Bytes, Error> {
    let row = |row: &Vec<Cell>| {
        let cells = table.columns.iter().zip(row).map(|(column, cell)| {
            let value = match cell {
                Cell::Text(text) => Value::from(text.as_str()),
                Cell::Whole(number) => Value::from(*number),
                Cell::Day(day) => Value::from(day.to_string()),
            };
            (column.0.to_owned(), value)
        });
        Value::Object(cells.collect::<Map<_, _>>())
    };
    let whole = json!({
        "bang": table.name,
        "doi": instant(changed),
        "du_lieu": rows.iter().map(row).collect::<Vec<_>>(),
    });
    Ok(Bytes::from(serde_json::to_vec(&whole)?))
}

/// 2020-06-19T17:30:00+07:00.
pub(super) fn instant(at: DateTime<Utc>) -> String {
    let zone = chrono::FixedOffset::east_opt(7 * 3600);
    zone.map_or_else(String::new, |zone| {
        at.with_timezone(&zone).to_rfc3339_opts(SecondsFormat::Secs, false)
    })
}

/// "17 giờ 30 ngày 19/6/2020".
pub(super) fn moment(at: DateTime<Utc>) -> String {
    let (day, time) = local(at);
    format!("{} ngày {}", time.format("%-H giờ %M"), vietnam::date::vi_date(day))
}
