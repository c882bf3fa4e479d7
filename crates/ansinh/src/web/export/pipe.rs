//! From rows to bytes to the connection: a writer on its own thread between two short queues.

use std::io::{self, Write};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use chrono::Datelike;
use http_body::Frame;
use sheets::{CellOut, CsvWriter, WriteError, XlsxWriter};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::{Format, Part, Sheet, Value};

/// Bytes of one piece.
const PIECE_BYTES: usize = 32 * 1024;
/// A client that takes nothing for so long has gone.
const STALL_MAX: Duration = Duration::from_secs(60);

/// What the writer is fed with. The queue ending without `End` means that reading failed.
#[derive(Debug)]
pub(super) enum Feed {
    Rows(Part),
    End,
}

/// What the connection is sent. The queue ending without `End` means that the file is broken.
#[derive(Debug)]
pub(super) enum Piece {
    Bytes(Bytes),
    End,
    Broken,
}

/// How writing ended.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub rows: u64,
    /// The client left before the end.
    pub left: bool,
    /// Why it could not be finished; for the log.
    pub failure: Option<String>,
}

impl Written {
    /// The same, failed for this reason.
    pub(super) fn but(self, why: &str) -> Self {
        Self { failure: Some(why.to_owned()), ..self }
    }
}

/// Collects bytes into pieces and waits for the client to take them.
pub(super) struct Outlet {
    pieces: mpsc::Sender<Piece>,
    runtime: Handle,
    held: Vec<u8>,
}

impl Outlet {
    pub(super) fn new(pieces: mpsc::Sender<Piece>, runtime: Handle) -> Self {
        Self { pieces, runtime, held: Vec::with_capacity(PIECE_BYTES) }
    }

    fn send(&mut self) -> io::Result<()> {
        if self.held.is_empty() {
            return Ok(());
        }
        let bytes = Bytes::from(std::mem::replace(&mut self.held, Vec::with_capacity(PIECE_BYTES)));
        let pieces = self.pieces.clone();
        let sent = self.runtime.block_on(async move {
            tokio::time::timeout(STALL_MAX, pieces.send(Piece::Bytes(bytes))).await
        });
        match sent {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }
}

impl Write for Outlet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        if self.held.len() >= PIECE_BYTES {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.send()
    }
}

enum Writer {
    Csv(CsvWriter<Outlet>),
    Xlsx(Box<XlsxWriter<Outlet>>),
}

impl Writer {
    fn new(format: Format, sheet: &Sheet, outlet: Outlet) -> Result<Self, WriteError> {
        Ok(match format {
            Format::Csv => {
                let mut csv = CsvWriter::new(outlet)?;
                let titles: Vec<CellOut<'_>> =
                    sheet.columns.iter().map(|one| CellOut::Text(&one.title)).collect();
                csv.row(&titles)?;
                Self::Csv(csv)
            }
            Format::Xlsx => {
                Self::Xlsx(Box::new(XlsxWriter::to(outlet, sheet.tab, &sheet.columns)?))
            }
        })
    }

    fn row(&mut self, cells: &[CellOut<'_>]) -> Result<(), WriteError> {
        match self {
            Self::Csv(csv) => Ok(csv.row(cells)?),
            Self::Xlsx(xlsx) => xlsx.row(cells),
        }
    }

    fn finish(self) -> Result<(), WriteError> {
        match self {
            Self::Csv(csv) => csv.finish().map(|_| ()).map_err(WriteError::from),
            Self::Xlsx(xlsx) => xlsx.finish().map(|_| ()),
        }
    }
}

/// Writes everything it is fed with. Runs on a blocking thread.
pub(super) fn write(
    format: Format,
    sheet: &Sheet,
    mut rows: mpsc::Receiver<Feed>,
    outlet: Outlet,
) -> Written {
    let mut done = Written::default();
    match write_rows(format, sheet, &mut rows, outlet, &mut done) {
        Ok(true) => {}
        Ok(false) => done.failure = Some("the rows ended too early".to_owned()),
        Err(error) if is_gone(&error) => done.left = true,
        Err(error) => done.failure = Some(format!("after {} rows: {error}", done.rows)),
    }
    done
}

fn is_gone(error: &WriteError) -> bool {
    let gone = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
    match error {
        WriteError::Output(error) => gone(error),
        // The archive's own error type wraps what the output says.
        WriteError::Archive(error) => {
            let inner = std::error::Error::source(error);
            inner.and_then(|e| e.downcast_ref::<io::Error>()).is_some_and(gone)
        }
        _ => false,
    }
}

/// False when the rows ended without their end.
fn write_rows(
    format: Format,
    sheet: &Sheet,
    rows: &mut mpsc::Receiver<Feed>,
    outlet: Outlet,
    done: &mut Written,
) -> Result<bool, WriteError> {
    let mut writer = Writer::new(format, sheet, outlet)?;
    loop {
        match rows.blocking_recv() {
            Some(Feed::Rows(part)) => {
                for row in &part.rows {
                    let cells: Vec<CellOut<'_>> = row.iter().map(cell).collect();
                    writer.row(&cells)?;
                    done.rows += 1;
                }
            }
            Some(Feed::End) => {
                writer.finish()?;
                return Ok(true);
            }
            None => return Ok(false),
        }
    }
}

fn cell(value: &Value) -> CellOut<'_> {
    match value {
        Value::Blank => CellOut::Blank,
        Value::Text(text) => CellOut::Text(text),
        Value::Whole(whole) => CellOut::Whole(*whole),
        Value::Day(day) => CellOut::Date {
            year: u16::try_from(day.year()).unwrap_or(0),
            month: u8::try_from(day.month()).unwrap_or(0),
            day: u8::try_from(day.day()).unwrap_or(0),
        },
    }
}

/// The pieces as a response's body.
pub(super) struct Pieces {
    queue: mpsc::Receiver<Piece>,
    ended: bool,
}

impl Pieces {
    pub(super) fn new(queue: mpsc::Receiver<Piece>) -> Self {
        Self { queue, ended: false }
    }
}

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let piece = ready!(self.queue.poll_recv(context));
        if let Some(Piece::Bytes(bytes)) = piece {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        self.ended = true;
        Poll::Ready(match piece {
            Some(Piece::End) => None,
            // An error makes the server cut the connection before the last chunk.
            _ => Some(Err(io::Error::other("the export could not be finished"))),
        })
    }
}
