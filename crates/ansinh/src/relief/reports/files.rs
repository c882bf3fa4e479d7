//! Reports as files: CSV and XLSX of the roll-up, of its rows, and of the book.

use axum::extract::{Path, Query};
use axum::response::Response;
use sheets::{Column, ColumnKind};
use uuid::Uuid;

use super::pages::{
    Asked, Ground, Level, claim_filter, ground, how, known_groups, known_units, material,
};
use super::rules::{By, lines};
use super::store;
use super::types::{BookEntry, Line};
use crate::database::Tx;
use crate::relief::payments::{ClaimRows, EntryKind, claim_columns};
use crate::web::export::{
    Format, Note, Part, READ_ROWS, Ready, Sheet, Source, Value, column, export,
};
use crate::web::{Desk, Error};

/// `GET /bao-cao/tep/{name}`: `tong-hop`, `doi-tuong` or `so-chi` with `.csv` or `.xlsx`.
pub(super) async fn file(
    desk: Desk,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let (kind, format) = Format::split(&name)?;
    let at = ground(&desk, &asked)?;
    let filter = asked.address("", &[("sau", ""), ("so-dong", "")]);
    let note = |table| Note { table, filter: filter.clone() };
    let sheet = |tab, columns| Sheet { file: file_name(&desk, &at, kind), tab, columns };
    match kind {
        "tong-hop" => {
            let rows = rollup_rows(&desk, &at).await?;
            let sheet = sheet("Tổng hợp", rollup_columns());
            export(&desk, sheet, format, note("bao-cao/tong-hop"), Ready(rows)).await
        }
        "doi-tuong" => {
            let rows = ClaimRows::new(&desk, claim_filter(&asked, &at), at.day);
            let sheet = sheet("Đối tượng", claim_columns());
            export(&desk, sheet, format, note("bao-cao/doi-tuong"), rows).await
        }
        "so-chi" => {
            let rows = BookRows { desk: desk.clone(), at: at.clone(), after: None };
            let sheet = sheet("Sổ chi", book_columns());
            export(&desk, sheet, format, note("bao-cao/so-chi"), rows).await
        }
        _ => Err(Error::NotFound),
    }
}

/// `so-chi-18196-2020-06-19`.
pub(super) fn file_name(desk: &Desk, at: &Ground, kind: &str) -> String {
    let place = &at.filter.place;
    let code = [&place.commune, &place.district].into_iter().find(|code| !code.is_empty());
    let code = code.map_or(desk.actor.scope.province(), String::as_str);
    format!("{kind}-{code}-{}", desk.app.clock.today())
}

fn rollup_columns() -> Vec<Column> {
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
    columns
}

/// One row a unit and group, so that a pivot in Excel gives every other view.
async fn rollup_rows(desk: &Desk, at: &Ground) -> Result<Vec<Vec<Value>>, Error> {
    let all = material(desk.app.db.read(), &desk.actor.scope, &at.filter).await?;
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
    Ok(rows)
}

fn rollup_row(name: &str, code: &str, line: &Line) -> Vec<Value> {
    let mut row: Vec<Value> = [name, code, &line.name, &line.key].map(Value::text).to_vec();
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

fn book_columns() -> Vec<Column> {
    use ColumnKind::{Date, Money, Text};
    vec![
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
    ]
}

/// The entries of the ledger, newest day first.
struct BookRows {
    desk: Desk,
    at: Ground,
    after: Option<Uuid>,
}

impl Source for BookRows {
    async fn next(&mut self, snapshot: &Tx) -> Result<Part, Error> {
        let scope = &self.desk.actor.scope;
        let found = store::book(snapshot, scope, &self.at.filter, self.after, READ_ROWS).await?;
        self.after = found.last().map(|entry| entry.id);
        Ok(Part {
            last: (found.len() as u64) < READ_ROWS,
            rows: found.iter().map(|entry| book_row(&self.desk, &self.at, entry)).collect(),
            seen: vec![],
        })
    }
}

fn book_row(desk: &Desk, at: &Ground, entry: &BookEntry) -> Vec<Value> {
    vec![
        Value::Day(entry.business_day),
        Value::text(&entry.full_name),
        Value::text(&entry.hamlet),
        Value::Text(desk.app.areas.commune_name(&entry.commune_code, at.day)),
        Value::Text(desk.app.catalogue.group_name(&entry.programme_code, &entry.group_code)),
        Value::text(&entry.decision_number),
        Value::text(EntryKind::from_code(&entry.kind).map_or("", EntryKind::label)),
        Value::Whole(entry.amount_dong),
        Value::Text(how(desk, entry)),
        Value::Text(entry.id.to_string()),
    ]
}
