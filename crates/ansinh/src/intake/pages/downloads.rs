//! The original, the rows with problems as Excel, the comparison of repairs as CSV.

use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use sheets::{CellOut, CsvWriter};

use super::file_of;
use super::view::repair_rows;
use crate::audit::{self, Act};
use crate::intake::types::{FileRow, Summary};
use crate::intake::{reading, store, words};
use crate::web::{Desk, Error};

/// Notes that full identity numbers left the program.
async fn note(desk: &Desk, file: &FileRow, what: &str) -> Result<(), Error> {
    let now = desk.app.clock.now();
    desk.app
        .db
        .run_tx::<_, Error, _, _>("intake.download", |tx| async move {
            let act = Act {
                action: "intake.download",
                subject_kind: "file",
                subject_id: file.id.to_string(),
                detail: json!({ "what": what }),
            };
            audit::record(&tx, &desk.actor, now, act).await?;
            Ok((tx, ()))
        })
        .await
}

/// An attachment whose name survives Vietnamese letters (RFC 6266, RFC 8187).
fn attachment(name: &str, kind: &'static str, bytes: Vec<u8>) -> Response {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' })
        .collect();
    let coded = crate::web::encode(name).replace('/', "_");
    let disposition = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{coded}");
    let mut response = ([(header::CONTENT_TYPE, kind)], bytes).into_response();
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

pub(super) async fn original(desk: Desk, Path(id): Path<String>) -> Result<Response, Error> {
    let file = file_of(&desk, &id).await?;
    let bytes = store::original(desk.app.db.read(), file.id).await?.ok_or(Error::NotFound)?;
    note(&desk, &file, "original").await?;
    Ok(attachment(&file.file_name, "application/octet-stream", bytes))
}

pub(super) async fn problem_rows(desk: Desk, Path(id): Path<String>) -> Result<Response, Error> {
    const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let file = file_of(&desk, &id).await?;
    let reading = reading::reading_of(&desk.app, &file, &desk.actor).await?;
    let bytes = tokio::task::spawn_blocking(move || lists::problem_rows_workbook(&reading))
        .await
        .map_err(|error| Error::internal("intake.problem_rows", error))?;
    note(&desk, &file, "problem rows").await?;
    Ok(attachment(&format!("Dong can sua - {}.xlsx", stem(&file)), XLSX, bytes))
}

fn stem(file: &FileRow) -> &str {
    file.file_name.rsplit_once('.').map_or(file.file_name.as_str(), |(stem, _)| stem)
}

pub(super) async fn comparison(desk: Desk, Path(id): Path<String>) -> Result<Response, Error> {
    let file = file_of(&desk, &id).await?;
    let summary = Summary::parse(&file.summary)?;
    let rows = store::repaired_rows(desk.app.db.read(), file.id).await?;
    let broken = |error: std::io::Error| Error::internal("intake.comparison", error);
    let mut csv = CsvWriter::new(Vec::new()).map_err(broken)?;
    csv.row(&["Tờ", "Ô", "Cột", "Trong tệp", "Đọc ra", "Máy đã sửa"].map(CellOut::Text))
        .map_err(broken)?;
    for row in &rows {
        let sheet = summary.sheets.get(row.sheet_no).map_or("", |sheet| sheet.name.as_str());
        for repair in &row.repairs {
            for cell in repair_rows(row, &repair.code) {
                let title = words::title(&repair.code);
                let parts = [sheet, &cell.cell, cell.field, &cell.raw, &cell.read, &title];
                csv.row(&parts.map(CellOut::Text)).map_err(broken)?;
            }
        }
    }
    note(&desk, &file, "comparison").await?;
    let name = format!("Doi chieu - {}.csv", stem(&file));
    Ok(attachment(&name, "text/csv; charset=utf-8", csv.finish().map_err(broken)?))
}
