//! The journal as a file, with the filters of its page.

use axum::Router;
use axum::extract::{Path, Query};
use axum::response::Response;
use axum::routing::get;
use sheets::ColumnKind::{Date, Number, Text};

use super::asked::{Asked, entries, understand};
use super::pages::{Line, lines};
use crate::audit::Wanted;
use crate::database::Tx;
use crate::web::export::{Format, Note, Part, READ_ROWS, Sheet, Source, Value, column, export};
use crate::web::{App, Desk, Error};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/nhat-ky/tep/{name}", get(journal_file))
}

struct Entries {
    desk: Desk,
    wanted: Wanted,
}

impl Source for Entries {
    async fn next(&mut self, snapshot: &Tx) -> Result<Part, Error> {
        let scope = &self.desk.actor.scope;
        let found = entries(snapshot, scope, &self.wanted, READ_ROWS).await?;
        if let Some(last) = found.last() {
            self.wanted.before = last.id;
        }
        let rows = lines(&self.desk.app, snapshot, scope, &found).await?;
        let last = (found.len() as u64) < READ_ROWS;
        Ok(Part { rows: rows.into_iter().map(row).collect(), last, seen: vec![] })
    }
}

fn row(line: Line) -> Vec<Value> {
    vec![
        Value::whole(line.seq),
        Value::Day(line.day),
        Value::Text(line.time),
        Value::Text(line.who),
        Value::Text(line.what),
        Value::Text(line.subject),
        Value::Text(line.place),
        Value::Text(line.facts),
    ]
}

async fn journal_file(
    desk: Desk,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let format = Format::of(&name, "nhat-ky")?;
    let understood = understand(&desk, &asked).await?;
    if let Some(wrong) = understood.errors.first() {
        return Err(Error::refused(
            format!("Chưa xuất được tệp: {}", wrong.message),
            "Quay lại trang Nhật ký, sửa bộ lọc rồi tải lại.",
        ));
    }
    let sheet = Sheet {
        file: format!("nhat-ky-{}-{}", desk.actor.scope.code(), desk.app.clock.today()),
        tab: "Nhật ký",
        columns: vec![
            column("Số mục", 9.0, Number),
            column("Ngày", 12.0, Date),
            column("Giờ", 10.0, Text),
            column("Ai, đơn vị nào", 36.0, Text),
            column("Việc", 28.0, Text),
            column("Với cái gì", 36.0, Text),
            column("Xã của người liên quan", 24.0, Text),
            column("Chi tiết", 60.0, Text),
        ],
    };
    let note = Note { table: "nhat-ky", filter: asked.for_record() };
    let source = Entries { desk: desk.clone(), wanted: understood.wanted };
    export(&desk, sheet, format, note, source).await
}
