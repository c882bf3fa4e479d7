//! A table as a file, however long: rows are read page by page inside one snapshot of the database,
//! written on a thread of their own, and sent as they come. Memory does not grow with the rows.
//!
//! A file is whole or visibly broken. The last piece goes out only after the last row was written
//! and the export is on record; whatever goes wrong before that ends the answer without its proper
//! end, which browsers report as a failed download.

mod letterhead;
mod pipe;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use serde_json::json;
use sheets::{Column, ColumnKind};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

pub use self::letterhead::{Letterhead, letterhead, text};
use self::pipe::{Feed, Outlet, Piece, Pieces, Written};
use super::{App, Desk, Error};
use crate::audit::{self, About, Act};
use crate::database::Tx;
use crate::identity::Actor;

/// Media type of a workbook.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Rows to read at a time.
pub const READ_ROWS: u64 = 2_000;

/// Exports of officers that may run at once: each takes a reading connection and a thread.
pub const OFFICERS_AT_ONCE: usize = 4;
/// Downloads of the public that may run at once.
const PUBLIC_AT_ONCE: usize = 2;
/// The longest an export may keep its snapshot: a longer one would stop SQLite's log from being
/// folded back.
const TIME_MAX: Duration = Duration::from_secs(30 * 60);

/// How many may export at once.
#[derive(Debug)]
pub struct Gates {
    officers: Arc<Semaphore>,
    public: Arc<Semaphore>,
}

impl Default for Gates {
    fn default() -> Self {
        Self {
            officers: Arc::new(Semaphore::new(OFFICERS_AT_ONCE)),
            public: Arc::new(Semaphore::new(PUBLIC_AT_ONCE)),
        }
    }
}

/// Kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// UTF-8 with byte order mark, RFC 4180, no cell that a spreadsheet takes for a formula.
    Csv,
    /// Office Open XML.
    Xlsx,
}

impl Format {
    /// Splits `so-chi.xlsx` into its stem and format.
    ///
    /// # Errors
    /// [`Error::NotFound`] for any other ending.
    pub fn split(name: &str) -> Result<(&str, Self), Error> {
        match name.rsplit_once('.') {
            Some((stem, "csv")) => Ok((stem, Self::Csv)),
            Some((stem, "xlsx")) => Ok((stem, Self::Xlsx)),
            _ => Err(Error::NotFound),
        }
    }

    /// The format of the one file that a route has: `chi-tra.csv` for the stem `chi-tra`.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another stem or ending.
    pub fn of(name: &str, stem: &str) -> Result<Self, Error> {
        let (found, format) = Self::split(name)?;
        if found == stem { Ok(format) } else { Err(Error::NotFound) }
    }

    fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    fn mime(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => XLSX,
        }
    }
}

/// A value of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Blank,
    /// Text; never becomes a formula.
    Text(String),
    /// A number, đồng.
    Whole(i64),
    /// A day.
    Day(NaiveDate),
}

impl Value {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A day, or nothing.
    pub fn day(day: Option<NaiveDate>) -> Self {
        day.map_or(Self::Blank, Self::Day)
    }

    /// A number, or nothing.
    pub fn whole(number: Option<impl Into<i64>>) -> Self {
        number.map_or(Self::Blank, |number| Self::Whole(number.into()))
    }
}

/// A column's title, width in characters, and kind.
pub fn column(title: &str, width: f64, kind: ColumnKind) -> Column {
    Column { title: title.to_owned(), width, kind }
}

/// The table as the file shows it.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Name of the file without its ending: ASCII letters, digits, `-`.
    pub file: String,
    /// Name on the tab: at most 31 characters.
    pub tab: &'static str,
    /// Its columns.
    pub columns: Vec<Column>,
}

/// What goes on record: the table, and the filter without names and identity numbers.
#[derive(Debug, Clone)]
pub struct Note {
    /// Name of the table.
    pub table: &'static str,
    /// The filter as it stood in the address.
    pub filter: String,
}

/// Some rows of a table.
#[derive(Debug, Clone, Default)]
pub struct Part {
    /// The rows.
    pub rows: Vec<Vec<Value>>,
    /// No row follows.
    pub last: bool,
    /// The rows whose identity numbers stand in them whole.
    pub seen: Vec<About>,
}

/// Where rows come from, in order. The snapshot is the same at every call.
pub trait Source: Send + 'static {
    /// The next rows.
    fn next(&mut self, snapshot: &Tx) -> impl Future<Output = Result<Part, Error>> + Send;
}

/// Rows that are at hand already.
#[derive(Debug)]
pub struct Ready(pub Vec<Vec<Value>>);

impl Source for Ready {
    async fn next(&mut self, _: &Tx) -> Result<Part, Error> {
        Ok(Part { rows: std::mem::take(&mut self.0), last: true, seen: vec![] })
    }
}

/// Answers an officer with a table as a file, and puts it on record: when it begins and how it
/// ended, and how many whole identity numbers were in it.
///
/// # Errors
/// A refusal when too many export; what the source says about its first rows.
pub async fn export(
    desk: &Desk,
    sheet: Sheet,
    format: Format,
    note: Note,
    source: impl Source,
) -> Result<Response, Error> {
    let permit = enter(&desk.app.exports().officers)?;
    let record = Record { app: desk.app.clone(), actor: Some(desk.actor.clone()), note };
    answer(record, permit, sheet, format, source).await
}

/// Answers the public with a table as a file.
///
/// # Errors
/// As [`export`].
pub async fn export_public(
    app: &App,
    sheet: Sheet,
    format: Format,
    source: impl Source,
) -> Result<Response, Error> {
    let permit = enter(&app.exports().public)?;
    let note = Note { table: "public", filter: String::new() };
    answer(Record { app: app.clone(), actor: None, note }, permit, sheet, format, source).await
}

/// Answers an officer with a short workbook that is finished already, and puts it on record.
///
/// # Errors
/// The engine's.
pub async fn hand_over(
    desk: &Desk,
    name: &str,
    note: Note,
    rows: u64,
    bytes: Vec<u8>,
) -> Result<Response, Error> {
    let record = Record { app: desk.app.clone(), actor: Some(desk.actor.clone()), note };
    record.begins(Format::Xlsx).await?;
    let written = Written { rows, ..Written::default() };
    match record.ends(&written).await {
        Piece::End => Ok(attached(bytes.into_response(), Format::Xlsx, name)),
        _ => Err(Error::internal("web.export", "the export could not be put on record")),
    }
}

fn attached(mut response: Response, format: Format, name: &str) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.mime()));
    let told = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    headers.insert(
        header::CONTENT_DISPOSITION,
        told.unwrap_or_else(|_| HeaderValue::from_static("attachment")),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn enter(gate: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, Error> {
    gate.clone().try_acquire_owned().map_err(|_| {
        Error::refused(
            "Đang có nhiều người tải tệp cùng lúc nên tệp này chưa bắt đầu tải",
            "Chờ một phút rồi thử lại. Bộ lọc vẫn giữ nguyên trong địa chỉ.",
        )
    })
}

async fn answer(
    record: Record,
    permit: OwnedSemaphorePermit,
    sheet: Sheet,
    format: Format,
    mut source: impl Source,
) -> Result<Response, Error> {
    let snapshot = record.app.db.snapshot().await?;
    // What is wrong from the beginning is answered with a page.
    let first = source.next(&snapshot).await?;
    record.begins(format).await?;
    let (pieces, body) = mpsc::channel(4);
    let (feed, rows) = mpsc::channel(1);
    let name = format!("{}.{}", sheet.file, format.ending());
    let outlet = Outlet::new(pieces.clone(), tokio::runtime::Handle::current());
    let writer = tokio::task::spawn_blocking(move || pipe::write(format, &sheet, rows, outlet));
    tokio::spawn(async move {
        let read =
            tokio::time::timeout(TIME_MAX, read(&record, source, &snapshot, first, feed)).await;
        let _ = snapshot.rollback().await;
        let written =
            writer.await.unwrap_or_else(|_| Written::default().but("the writer panicked"));
        let outcome = match read {
            Err(_) => written.but("it took too long"),
            Ok(Err(error)) => written.but(&error.for_log()),
            Ok(Ok(())) => written,
        };
        let last = record.ends(&outcome).await;
        let _ = pieces.send(last).await;
        drop(permit);
    });
    Ok(attached(Body::new(Pieces::new(body)).into_response(), format, &name))
}

/// Reads to the end. Ends early without an error when the writer has given up: it knows why.
async fn read(
    record: &Record,
    mut source: impl Source,
    snapshot: &Tx,
    first: Part,
    feed: mpsc::Sender<Feed>,
) -> Result<(), Error> {
    let mut part = first;
    loop {
        let last = part.last;
        // Before they leave: whatever happens next, they were on their way.
        record.sees(&part.seen).await?;
        if feed.send(Feed::Rows(part)).await.is_err() {
            return Ok(());
        }
        if last {
            let _ = feed.send(Feed::End).await;
            return Ok(());
        }
        part = source.next(snapshot).await?;
    }
}

/// What is put on record of an export.
struct Record {
    app: App,
    actor: Option<Actor>,
    note: Note,
}

impl Record {
    async fn begins(&self, format: Format) -> Result<(), Error> {
        let detail = json!({ "filter": self.note.filter, "format": format.ending() });
        self.acts("table.export", detail).await
    }

    /// Records how it ended and says what the last piece is.
    async fn ends(&self, outcome: &Written) -> Piece {
        if let Some(error) = &outcome.failure {
            tracing::error!(table = self.note.table, rows = outcome.rows, error, "export failed");
        }
        let end = match (&outcome.failure, outcome.left) {
            (Some(_), _) => "failed",
            (None, true) => "cut off",
            (None, false) => "whole",
        };
        let detail = json!({ "filter": self.note.filter, "rows": outcome.rows, "end": end });
        match self.acts("table.exported", detail).await {
            Ok(()) if end == "whole" => Piece::End,
            Ok(()) => Piece::Broken,
            Err(error) => {
                tracing::error!(table = self.note.table, error = error.for_log(), "export record");
                Piece::Broken
            }
        }
    }

    async fn acts(&self, action: &'static str, detail: serde_json::Value) -> Result<(), Error> {
        let Some(actor) = &self.actor else { return Ok(()) };
        let (now, detail) = (self.app.clock.now(), &detail);
        self.app
            .db
            .run_tx::<_, Error, _, _>("web.export", |tx| async move {
                let act = Act {
                    action,
                    subject_kind: "table",
                    subject_id: self.note.table.to_owned(),
                    detail: detail.clone(),
                };
                audit::record(&tx, actor, now, act).await?;
                Ok((tx, ()))
            })
            .await
    }

    async fn sees(&self, seen: &[About]) -> Result<(), Error> {
        let Some(actor) = self.actor.as_ref().filter(|_| !seen.is_empty()) else { return Ok(()) };
        let now = self.app.clock.now();
        self.app
            .db
            .run_tx::<_, Error, _, _>("web.export_numbers", |tx| async move {
                audit::saw_numbers(&tx, actor, now, self.note.table, seen).await?;
                Ok((tx, ()))
            })
            .await
    }
}

#[cfg(test)]
mod tests;
