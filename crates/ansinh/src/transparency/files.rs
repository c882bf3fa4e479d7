//! The log's files as C2SP tlog-tiles has them, under `/so-chi/`.

use axum::extract::{Path, State};
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};
use disclosure::hash::{Hash, LENGTH};
use disclosure::tile::{Content, Tile};

use super::{keys, store};
use crate::web::{App, Error};

/// Anyone's page may read them: they are public, and hold no one's data.
const ANYONE: (HeaderName, &str) = (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");

fn file(kind: &'static str, keep: &'static str, bytes: Vec<u8>) -> Response {
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep), ANYONE];
    (headers, bytes).into_response()
}

/// The last head with its co-signatures.
pub(super) async fn last_note(app: &App) -> Result<Option<String>, Error> {
    let (conn, province) = (app.db.read(), app.config.province.as_str());
    let Some(head) = store::last_head(conn, province).await? else { return Ok(None) };
    let mut note = head.note;
    for witnessed in store::witnessed(conn, province, head.size, &head.root).await? {
        note.push_str(&witnessed.line);
        note.push('\n');
    }
    Ok(Some(note))
}

/// `GET /so-chi/checkpoint`
pub(super) async fn checkpoint(State(app): State<App>) -> Result<Response, Error> {
    let note = last_note(&app).await?.ok_or(Error::NotFound)?;
    Ok(file("text/plain; charset=utf-8", "public, max-age=60", note.into_bytes()))
}

/// `GET /so-chi/khoa`: the key that verifies it. Take it from paper, too: who changes the files could
/// change this one.
pub(super) async fn key(State(app): State<App>) -> Result<Response, Error> {
    let last = store::last_head(app.db.read(), &app.config.province).await?;
    let last = last.ok_or(Error::NotFound)?;
    let key = keys::signer(&app.config, Some(&last))?.verifier().to_string();
    Ok(file("text/plain; charset=utf-8", "public, max-age=60", format!("{key}\n").into_bytes()))
}

/// `GET /so-chi/tile/{path}`: hashes or lines. What a path names never changes, so that it is kept for
/// ever; a narrower tile is the beginning of the wider one that is there.
pub(super) async fn tile(
    State(app): State<App>,
    Path(path): Path<String>,
) -> Result<Response, Error> {
    let tile = Tile::parse(&format!("tile/{path}")).ok_or(Error::NotFound)?;
    let (conn, province) = (app.db.read(), app.config.province.as_str());
    let last = store::last_head(conn, province).await?.ok_or(Error::NotFound)?;
    let size = u64::try_from(last.size).map_err(|_| Error::NotFound)?;
    let width = u64::from(tile.width);
    if tile.first().checked_add(width).is_none_or(|end| end > tile.content.count(size)) {
        return Err(Error::NotFound);
    }
    let first = i64::try_from(tile.first()).map_err(|_| Error::NotFound)?;
    let bytes = match tile.content {
        Content::Hashes(level) => {
            let place = i64::try_from(tile.index).map_err(|_| Error::NotFound)?;
            let mut bytes =
                store::tile(conn, province, level, place).await?.ok_or(Error::NotFound)?;
            bytes.truncate(usize::from(tile.width) * LENGTH);
            bytes
        }
        Content::Entries => {
            let lines = store::lines(conn, province, first, i64::from(tile.width)).await?;
            bundle(&lines)?
        }
    };
    Ok(file("application/octet-stream", "public, max-age=31536000, immutable", bytes))
}

/// `GET /so-chi/tim/{commitment}`: the number of the line with this commitment. A commitment is public:
/// it stands in the log, and says nothing without the slip.
pub(super) async fn find(
    State(app): State<App>,
    Path(commitment): Path<String>,
) -> Result<Response, Error> {
    Hash::from_hex(commitment.as_bytes()).ok_or(Error::NotFound)?;
    let (conn, province) = (app.db.read(), app.config.province.as_str());
    let last = store::last_head(conn, province).await?.ok_or(Error::NotFound)?;
    let number = store::number_of(conn, province, &commitment).await?;
    let number = number.filter(|number| *number < last.size).ok_or(Error::NotFound)?;
    Ok(file("text/plain; charset=utf-8", "no-store", format!("{number}\n").into_bytes()))
}

/// Each line behind its length in two bytes.
fn bundle(lines: &[String]) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::with_capacity(lines.iter().map(|line| line.len() + 2).sum());
    for line in lines {
        let length = u16::try_from(line.len())
            .map_err(|error| Error::internal("transparency.files", error))?;
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(line.as_bytes());
    }
    Ok(bytes)
}
