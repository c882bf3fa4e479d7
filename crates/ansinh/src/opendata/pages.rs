//! `/du-lieu-mo`, and the files behind it.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use vietnam::money::Dong;

use super::memory::{Files, Memory, moment};
use super::tables::{Column, TABLES, Table, table};
use super::{catalogue, openapi as api};
use crate::portal::for_a_minute;
use crate::web::{App, Error, Page, Visitor, html};

struct Line {
    table: &'static Table,
    rows: String,
    changed: String,
    csv: String,
    json: String,
}

#[derive(Template)]
#[template(path = "opendata/templates/index.html")]
struct Index {
    page: Page,
    lines: Vec<Line>,
    licence: String,
}

/// "12,3 KB".
fn size(bytes: &Bytes) -> String {
    let tenths = bytes.len().div_ceil(103);
    format!("{},{} KB", tenths / 10, tenths % 10)
}

/// `GET /du-lieu-mo`
pub(super) async fn index(
    visitor: Visitor,
    Extension(memory): Extension<Arc<Memory>>,
) -> Result<Response, Error> {
    let app = &visitor.app;
    let mut lines = Vec::new();
    for table in TABLES {
        let files = memory.files(app, table).await?;
        lines.push(Line {
            table,
            rows: Dong(i64::try_from(files.rows).unwrap_or(i64::MAX)).to_string(),
            changed: moment(files.changed),
            csv: size(&files.csv),
            json: size(&files.json),
        });
    }
    let title = format!("{} bảng số liệu mở, ai cũng dùng được", lines.len());
    let view = Index {
        page: visitor.page(title, "du-lieu-mo"),
        lines,
        licence: app.config.data_licence.clone(),
    };
    Ok(for_a_minute(html(&view)?))
}

const MINUTE: HeaderValue = HeaderValue::from_static("public, max-age=60");

/// Anyone's page or program may read it; what the browser holds is not fetched again.
fn open(headers: &HeaderMap, tag: &str, media: &'static str, body: Bytes) -> Response {
    let held = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|v| v.to_str().ok());
    // Compression adds W/ to what it was given (RFC 9110 §8.8.3.2: compared weakly).
    let same = |known: &str| known == "*" || known.trim().trim_start_matches("W/") == tag;
    let known = held.flat_map(|line| line.split(',')).any(|known| same(known.trim()));
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, media)], body).into_response()
    };
    let set = response.headers_mut();
    set.insert(header::CACHE_CONTROL, MINUTE);
    set.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    set.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("ETag"));
    if let Ok(tag) = HeaderValue::from_str(tag) {
        set.insert(header::ETAG, tag);
    }
    response
}

fn described(
    headers: &HeaderMap,
    media: &'static str,
    value: &serde_json::Value,
) -> Result<Response, Error> {
    let bytes = Bytes::from(serde_json::to_vec(value)?);
    let tag = format!("\"{}\"", &crate::identity::sha256_hex(&bytes)[..16]);
    Ok(open(headers, &tag, media, bytes))
}

/// `GET /api/v1/{file}`: a table as CSV or JSON, its schema, or the catalogue.
pub(super) async fn file(
    State(app): State<App>,
    Path(file): Path<String>,
    headers: HeaderMap,
    Extension(memory): Extension<Arc<Memory>>,
) -> Result<Response, Error> {
    if file == "danh-muc.jsonld" {
        let mut files: Vec<Arc<Files>> = Vec::new();
        for table in TABLES {
            files.push(memory.files(&app, table).await?);
        }
        return described(&headers, "application/ld+json", &catalogue::dcat(&app, &files));
    }
    let (name, ending) = file.split_once('.').ok_or(Error::NotFound)?;
    let table = table(name).ok_or(Error::NotFound)?;
    if ending == "schema.json" {
        return described(&headers, "application/json", &catalogue::schema(table));
    }
    let (media, kind) = match ending {
        "csv" => ("text/csv; charset=utf-8", "csv"),
        "json" => ("application/json", "json"),
        _ => return Err(Error::NotFound),
    };
    let files = memory.files(&app, table).await?;
    let body = if kind == "csv" { files.csv.clone() } else { files.json.clone() };
    Ok(open(&headers, &files.tag(kind), media, body))
}

/// `GET /api/openapi.json`
pub(super) async fn openapi(State(app): State<App>, headers: HeaderMap) -> Result<Response, Error> {
    described(&headers, "application/json", &api::description(&app))
}
