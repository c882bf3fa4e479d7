//! Money by budget, by decision, and the allotments, as files.

use axum::extract::Path;
use axum::response::Response;
use sheets::ColumnKind::{self, Date, Money, Number, Text};

use super::programme_name;
use crate::identity::Scope;
use crate::relief::budgets::{budgets, store};
use crate::web::export::{Format, Note, Ready, Sheet, Value, column, export};
use crate::web::{Desk, Error};

type Columns = &'static [(&'static str, f64, ColumnKind)];

const BY_SOURCE: Columns = &[
    ("Chương trình", 34.0, Text),
    ("Nguồn", 26.0, Text),
    ("Được giao (đồng)", 18.0, Money),
    ("Đã duyệt (đồng)", 18.0, Money),
    ("Đã chi (đồng)", 18.0, Money),
    ("Được giao trừ đã duyệt (đồng)", 18.0, Money),
    ("Được giao trừ đã chi (đồng)", 18.0, Money),
];
const BY_PAPER: Columns = &[
    ("Quyết định", 18.0, Text),
    ("Ngày", 12.0, Date),
    ("Chương trình", 34.0, Text),
    ("Nguồn", 26.0, Text),
    ("Tỷ lệ (%)", 9.0, Number),
    ("Được duyệt (đồng)", 18.0, Money),
    ("Đã chi (đồng)", 18.0, Money),
    ("Còn phải chi (đồng)", 18.0, Money),
];
const ALLOTTED: Columns = &[
    ("Số văn bản", 18.0, Text),
    ("Ngày", 12.0, Date),
    ("Chương trình", 34.0, Text),
    ("Nguồn", 26.0, Text),
    ("Số tiền (đồng)", 18.0, Money),
    ("Ghi chú", 40.0, Text),
];

/// `GET /bao-cao/nguon-kinh-phi/tep/{nguon-kinh-phi|theo-quyet-dinh|giao-du-toan}.{xlsx|csv}`
pub(super) async fn table(desk: Desk, Path(name): Path<String>) -> Result<Response, Error> {
    let (stem, format) = Format::split(&name)?;
    let (tab, columns, rows) = match stem {
        "nguon-kinh-phi" => ("Theo nguồn", BY_SOURCE, by_source(&desk).await?),
        "theo-quyet-dinh" => ("Theo quyết định", BY_PAPER, by_paper(&desk).await?),
        "giao-du-toan" => ("Giao dự toán", ALLOTTED, allotted(&desk).await?),
        _ => return Err(Error::NotFound),
    };
    let sheet = Sheet {
        file: format!("{stem}-{}", desk.app.clock.today()),
        tab,
        columns: columns.iter().map(|(title, width, kind)| column(title, *width, *kind)).collect(),
    };
    let note = Note { table: "nguon-kinh-phi", filter: stem.to_owned() };
    export(&desk, sheet, format, note, Ready(rows)).await
}

async fn by_source(desk: &Desk) -> Result<Vec<Vec<Value>>, Error> {
    let found = budgets(&desk.app.db, &desk.app.catalogue, &desk.actor.scope).await?;
    let row = |line: &crate::relief::budgets::Line| {
        vec![
            Value::text(programme_name(&desk.app, &line.programme)),
            Value::text(&line.name),
            Value::Whole(line.allotted),
            Value::Whole(line.approved),
            Value::Whole(line.paid),
            Value::Whole(line.free()),
            Value::Whole(line.left()),
        ]
    };
    Ok(found.lines.iter().map(row).collect())
}

async fn by_paper(desk: &Desk) -> Result<Vec<Vec<Value>>, Error> {
    let found = budgets(&desk.app.db, &desk.app.catalogue, &desk.actor.scope).await?;
    let row = |paper: &crate::relief::budgets::Paper| {
        vec![
            Value::text(&paper.number),
            Value::Day(paper.decided_on),
            Value::text(programme_name(&desk.app, &paper.programme)),
            Value::text(&paper.name),
            Value::Whole(paper.percent.into()),
            Value::Whole(paper.approved),
            Value::Whole(paper.paid),
            Value::Whole(paper.approved - paper.paid),
        ]
    };
    Ok(found.papers.iter().map(row).collect())
}

async fn allotted(desk: &Desk) -> Result<Vec<Vec<Value>>, Error> {
    // Only the whole province is given money.
    if !matches!(desk.actor.scope, Scope::Province { .. }) {
        return Ok(vec![]);
    }
    const ALL: u64 = 100_000;
    let rows = store::rows(desk.app.db.read(), &desk.actor.scope, i32::MAX, ALL).await?;
    let row = |row: &store::Row| {
        vec![
            Value::text(&row.number),
            Value::Day(row.decided_on),
            Value::text(programme_name(&desk.app, &row.programme_code)),
            Value::text(&row.source_name),
            Value::Whole(row.amount_dong),
            Value::text(&row.note),
        ]
    };
    Ok(rows.iter().rev().map(row).collect())
}
