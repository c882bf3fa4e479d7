//! Reports as files: CSV and XLSX of the roll-up, of its rows, and of the book.

use std::io::Write as _;

use axum::extract::{Path, Query};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chrono::{Datelike, NaiveDate};
use serde_json::json;
use sheets::{CellOut, Column, ColumnKind, CsvWriter, XlsxWriter};
use uuid::Uuid;

use super::pages::{
    Asked, Ground, Level, claim_filter, ground, how, known_groups, known_units, material,
};
use super::rules::{By, lines};
use super::store;
use super::types::{BookEntry, Line};
use crate::audit::{self, Act};
use crate::identity::Role;
use crate::relief::payments::{
    Claim, EntryKind, Reason, Status, claims_page, id_text, note_ids_seen,
};
use crate::web::{Desk, Error};

/// Rows in one file: what an old laptop's spreadsheet opens without pain.
const FILE_ROWS_MAX: usize = 100_000;

/// Rows read at a time.
const READ_ROWS: u64 = 5_000;

/// A value that outlives the row it came from.
#[derive(Debug, Clone)]
enum Value {
    Text(String),
    Whole(i64),
    Day(Option<NaiveDate>),
}

/// A table before it is written.
struct Table {
    sheet: &'static str,
    columns: Vec<Column>,
    rows: Vec<Vec<Value>>,
}

/// `GET /bao-cao/tep/{name}`: `tong-hop`, `doi-tuong` or `so-chi` with `.csv` or `.xlsx`.
pub(super) async fn file(
    desk: Desk,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let (kind, ending) = name.split_once('.').ok_or(Error::NotFound)?;
    if !matches!(ending, "csv" | "xlsx") {
        return Err(Error::NotFound);
    }
    let at = ground(&desk, &asked)?;
    let table = match kind {
        "tong-hop" => rollup_table(&desk, &at).await?,
        "doi-tuong" => claims_table(&desk, &asked, &at).await?,
        "so-chi" => book_table(&desk, &at).await?,
        _ => return Err(Error::NotFound),
    };
    note_export(&desk, &name, table.rows.len()).await?;
    let csv = ending == "csv";
    // Packing a large workbook takes a second of computing: not on a thread that serves pages.
    let bytes =
        tokio::task::spawn_blocking(
            move || {
                if csv { csv_bytes(&table) } else { xlsx_bytes(&table) }
            },
        )
        .await
        .map_err(|error| Error::internal("reports.file", error))??;
    Ok(download(bytes, &desk, &at, kind, ending))
}

fn download(bytes: Vec<u8>, desk: &Desk, at: &Ground, kind: &str, ending: &str) -> Response {
    let mime = match ending {
        "csv" => "text/csv; charset=utf-8",
        _ => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    };
    let place = &at.filter.place;
    let code = [&place.commune, &place.district].into_iter().find(|code| !code.is_empty());
    let code = code.map_or_else(|| desk.actor.scope.province().to_owned(), Clone::clone);
    let name = format!("{kind}-{code}-{}.{ending}", desk.app.clock.today());
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(mime));
    let told = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    headers.insert(
        header::CONTENT_DISPOSITION,
        told.unwrap_or_else(|_| HeaderValue::from_static("attachment")),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn note_export(desk: &Desk, name: &str, rows: usize) -> Result<(), Error> {
    let now = desk.app.clock.now();
    desk.app
        .db
        .run_tx::<_, Error, _, _>("reports.export", |tx| async move {
            let act = Act {
                action: "report.export",
                subject_kind: "report",
                subject_id: name.to_owned(),
                detail: json!({ "rows": rows }),
            };
            audit::record(&tx, &desk.actor, now, act).await?;
            Ok((tx, ()))
        })
        .await
}

fn column(title: &str, width: f64, kind: ColumnKind) -> Column {
    Column { title: title.to_owned(), width, kind }
}

/// One row a unit and group, so that a pivot in Excel gives every other view.
async fn rollup_table(desk: &Desk, at: &Ground) -> Result<Table, Error> {
    let all = material(desk, &at.filter).await?;
    let districts = at.level == Level::Province
        && !desk.app.areas.districts(desk.actor.scope.province(), at.day).is_empty();
    let by = if districts { By::District } else { By::Commune };
    let groups = known_groups(desk);
    let mut rows = Vec::new();
    for (code, name) in known_units(desk, at) {
        let part = all.of_unit(by, &code);
        for line in lines(&part, By::Group, &groups) {
            if line != (Line { key: line.key.clone(), name: line.name.clone(), ..Line::default() })
            {
                rows.push(rollup_row(&name, &code, &line));
            }
        }
    }
    let mut columns = vec![
        column("Đơn vị", 28.0, ColumnKind::Text),
        column("Mã đơn vị", 10.0, ColumnKind::Text),
        column("Nhóm", 32.0, ColumnKind::Text),
        column("Mã nhóm", 10.0, ColumnKind::Text),
    ];
    for what in
        ["Được duyệt", "Đã chi", "Chưa chi", "Không chi được", "Tạm giữ", "Từ chối", "Trong kỳ"]
    {
        columns.push(column(&format!("{what}: khoản"), 12.0, ColumnKind::Money));
        columns.push(column(&format!("{what}: người"), 12.0, ColumnKind::Money));
        columns.push(column(&format!("{what}: đồng"), 18.0, ColumnKind::Money));
    }
    Ok(Table { sheet: "Tổng hợp", columns, rows })
}

fn rollup_row(name: &str, code: &str, line: &Line) -> Vec<Value> {
    let mut row = vec![
        Value::Text(name.to_owned()),
        Value::Text(code.to_owned()),
        Value::Text(line.name.clone()),
        Value::Text(line.key.clone()),
    ];
    let all = [
        line.approved(),
        line.paid,
        line.open,
        line.not_paid,
        line.held,
        line.declined,
        line.period,
    ];
    for counts in all {
        row.extend([counts.items, counts.people, counts.dong].map(Value::Whole));
    }
    row
}

async fn claims_table(desk: &Desk, asked: &Asked, at: &Ground) -> Result<Table, Error> {
    let filter = claim_filter(asked, at);
    let (conn, scope) = (desk.app.db.read(), &desk.actor.scope);
    let mut found: Vec<Claim> = Vec::new();
    loop {
        let after = found.last().map(|claim| claim.id);
        let page = claims_page(conn, scope, &filter, after, READ_ROWS).await?;
        let more = page.len() as u64 == READ_ROWS;
        found.extend(page);
        fits(found.len())?;
        if !more {
            break;
        }
    }
    // Whole numbers leave only with the commune's own list, and that is on record.
    let whole = desk.actor.role == Role::Commune;
    if whole {
        note_ids_seen(&desk.app, &desk.actor, "bao-cao/tep/doi-tuong", &found).await?;
    }
    let rows = found
        .iter()
        .enumerate()
        .map(|(no, claim)| claim_row(desk, at, no + 1, claim, whole))
        .collect();
    use ColumnKind::{Date, Money, Number, Text};
    let columns = vec![
        column("STT", 6.0, Number),
        column("Họ và tên", 26.0, Text),
        column("Năm sinh", 9.0, Number),
        column("Số giấy tờ", 15.0, Text),
        column("Thôn, khối", 18.0, Text),
        column("Xã, phường", 22.0, Text),
        column("Huyện", 22.0, Text),
        column("Nhóm", 28.0, Text),
        column("Quyết định", 18.0, Text),
        column("Ngày quyết định", 12.0, Date),
        column("Số khẩu", 8.0, Number),
        column("Số tháng", 8.0, Number),
        column("Mức một tháng (đồng)", 14.0, Money),
        column("Số tiền (đồng)", 14.0, Money),
        column("Đã chi (đồng)", 14.0, Money),
        column("Tình trạng", 16.0, Text),
        column("Lý do", 30.0, Text),
        column("Ngày ghi gần nhất", 12.0, Date),
    ];
    Ok(Table { sheet: "Đối tượng", columns, rows })
}

fn claim_row(desk: &Desk, at: &Ground, no: usize, claim: &Claim, whole: bool) -> Vec<Value> {
    let areas = &desk.app.areas;
    let text = |text: &str| Value::Text(text.to_owned());
    vec![
        Value::Whole(i64::try_from(no).unwrap_or(0)),
        text(&claim.full_name),
        claim.birth_year.map_or(text(""), |year| Value::Whole(year.into())),
        Value::Text(id_text(claim.id_number.as_deref(), whole)),
        text(&claim.hamlet),
        Value::Text(areas.commune_name(&claim.commune_code, at.day)),
        Value::Text(areas.district_name(&claim.district_code, at.day)),
        Value::Text(desk.app.catalogue.group_name(&claim.programme_code, &claim.group_code)),
        text(&claim.decision_number),
        Value::Day(Some(claim.decided_on)),
        Value::Whole(claim.people.into()),
        Value::Whole(claim.months.into()),
        Value::Whole(claim.monthly_dong),
        Value::Whole(claim.amount_dong),
        Value::Whole(claim.paid_dong),
        text(Status::of(&claim.pay_state, &claim.hold).label()),
        text(Reason::from_code(&claim.reason_code).map_or("", Reason::label)),
        Value::Day(claim.last_day),
    ]
}

async fn book_table(desk: &Desk, at: &Ground) -> Result<Table, Error> {
    let (conn, scope) = (desk.app.db.read(), &desk.actor.scope);
    let mut found: Vec<BookEntry> = Vec::new();
    loop {
        let after: Option<Uuid> = found.last().map(|entry| entry.id);
        let page = store::book(conn, scope, &at.filter, after, READ_ROWS).await?;
        let more = page.len() as u64 == READ_ROWS;
        found.extend(page);
        fits(found.len())?;
        if !more {
            break;
        }
    }
    let rows = found.iter().map(|entry| book_row(desk, at, entry)).collect();
    use ColumnKind::{Date, Money, Text};
    let columns = vec![
        column("Ngày", 12.0, Date),
        column("Họ và tên", 26.0, Text),
        column("Thôn, khối", 18.0, Text),
        column("Xã, phường", 22.0, Text),
        column("Nhóm", 28.0, Text),
        column("Quyết định", 18.0, Text),
        column("Bút toán", 16.0, Text),
        column("Số tiền (đồng)", 14.0, Money),
        column("Hình thức, lý do, ghi chú", 40.0, Text),
        column("Mã bút toán", 38.0, Text),
    ];
    Ok(Table { sheet: "Sổ chi", columns, rows })
}

fn book_row(desk: &Desk, at: &Ground, entry: &BookEntry) -> Vec<Value> {
    vec![
        Value::Day(Some(entry.business_day)),
        Value::Text(entry.full_name.clone()),
        Value::Text(entry.hamlet.clone()),
        Value::Text(desk.app.areas.commune_name(&entry.commune_code, at.day)),
        Value::Text(desk.app.catalogue.group_name(&entry.programme_code, &entry.group_code)),
        Value::Text(entry.decision_number.clone()),
        Value::Text(EntryKind::from_code(&entry.kind).map_or("", EntryKind::label).to_owned()),
        Value::Whole(entry.amount_dong),
        Value::Text(how(entry)),
        Value::Text(entry.id.to_string()),
    ]
}

fn fits(rows: usize) -> Result<(), Error> {
    if rows <= FILE_ROWS_MAX {
        return Ok(());
    }
    Err(Error::refused(
        format!("Tệp này dài quá {} dòng", vietnam::money::Dong(FILE_ROWS_MAX as i64)),
        "Chọn một huyện, một xã hoặc một nhóm rồi tải từng tệp.",
    ))
}

fn cell(value: &Value) -> CellOut<'_> {
    match value {
        Value::Text(text) => CellOut::Text(text),
        Value::Whole(whole) => CellOut::Whole(*whole),
        Value::Day(None) => CellOut::Blank,
        Value::Day(Some(day)) => CellOut::Date {
            year: u16::try_from(day.year()).unwrap_or(0),
            month: u8::try_from(day.month()).unwrap_or(0),
            day: u8::try_from(day.day()).unwrap_or(0),
        },
    }
}

fn csv_bytes(table: &Table) -> Result<Vec<u8>, Error> {
    let broken = |error: std::io::Error| Error::internal("reports.csv", error);
    let mut csv = CsvWriter::new(Vec::new()).map_err(broken)?;
    let heads: Vec<CellOut<'_>> = table.columns.iter().map(|c| CellOut::Text(&c.title)).collect();
    csv.row(&heads).map_err(broken)?;
    for row in &table.rows {
        let cells: Vec<CellOut<'_>> = row.iter().map(cell).collect();
        csv.row(&cells).map_err(broken)?;
    }
    let mut bytes = csv.finish().map_err(broken)?;
    bytes.flush().map_err(broken)?;
    Ok(bytes)
}

fn xlsx_bytes(table: &Table) -> Result<Vec<u8>, Error> {
    let broken = |error: sheets::WriteError| Error::internal("reports.xlsx", error);
    let mut xlsx = XlsxWriter::new(table.sheet, &table.columns).map_err(broken)?;
    for row in &table.rows {
        let cells: Vec<CellOut<'_>> = row.iter().map(cell).collect();
        xlsx.row(&cells).map_err(broken)?;
    }
    xlsx.finish().map_err(broken)
}
