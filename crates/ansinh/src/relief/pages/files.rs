//! Lists, their rows, warnings and decisions as files, with the filters of their pages.

use std::collections::HashMap;

use axum::Router;
use axum::extract::{Path, Query};
use axum::response::Response;
use axum::routing::get;
use sheets::ColumnKind::{Date, Money, Number, Text};
use uuid::Uuid;

use super::decisions::sources::in_words;
use super::desk::{commune, evidence_text, outcome};
use super::list::{open, search_words, status};
use super::{desk, id_of, list, lists};
use crate::audit::About;
use crate::clock::local;
use crate::database::Tx;
use crate::relief::payments::{id_text, sees_ids};
use crate::relief::store::decisions::{self, DecisionRow, SourceShare};
use crate::relief::store::duplicates::{self, Shelf, Side};
use crate::relief::store::entries::{self, EntryFilter};
use crate::relief::store::lists::{self as list_store, ListFilter};
use crate::relief::types::{EntryRow, ListSummary};
use crate::web::export::{Format, Note, Part, READ_ROWS, Sheet, Source, Value, column, export};
use crate::web::{App, Desk, Error};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/danh-sach/tep/{name}", get(lists_file))
        .route("/danh-sach/{id}/tep/{name}", get(list_file))
        .route("/canh-bao/tep/{name}", get(warnings_file))
        .route("/quyet-dinh/tep/{name}", get(decisions_file))
}

fn file_name(desk: &Desk, stem: &str) -> String {
    format!("{stem}-{}-{}", desk.actor.scope.code(), desk.app.clock.today())
}

fn is_last<T>(found: &[T]) -> bool {
    (found.len() as u64) < READ_ROWS
}

struct ListRows {
    desk: Desk,
    filter: ListFilter,
    after: Option<Uuid>,
}

impl Source for ListRows {
    async fn next(&mut self, snapshot: &Tx) -> Result<Part, Error> {
        let scope = &self.desk.actor.scope;
        let found = list_store::page(snapshot, scope, &self.filter, self.after, READ_ROWS).await?;
        self.after = found.last().map(|row| row.id);
        let rows = found.iter().map(|row| list_row(&self.desk, row)).collect();
        Ok(Part { rows, last: is_last(&found), seen: vec![] })
    }
}

fn state_text(desk: &Desk, row: &ListSummary) -> &'static str {
    let programme = desk.app.catalogue.programme(&row.programme_code);
    let compared = programme.is_some_and(|programme| programme.read_only);
    if compared { list::COMPARED } else { row.standing().label() }
}

fn list_row(desk: &Desk, row: &ListSummary) -> Vec<Value> {
    let areas = &desk.app.areas;
    vec![
        Value::Text(areas.commune_name(&row.commune_code, row.unit_date)),
        Value::Text(areas.district_name(&row.district_code, row.unit_date)),
        Value::Text(desk.app.catalogue.group_name(&row.programme_code, &row.group_code)),
        Value::Whole(row.round.into()),
        Value::text(state_text(desk, row)),
        Value::day(row.step_due_on),
        Value::day(row.posted_on),
        Value::day(row.posting_ends_on),
        Value::Whole(row.listed),
        Value::Whole(row.people),
        Value::Whole(row.due_dong),
        Value::Whole(row.excluded),
        Value::Whole(row.declined),
        Value::text(&row.returned_reason),
    ]
}

async fn lists_file(
    desk: Desk,
    Path(name): Path<String>,
    Query(asked): Query<lists::Asked>,
) -> Result<Response, Error> {
    let format = Format::of(&name, "danh-sach")?;
    let sheet = Sheet {
        file: file_name(&desk, "cac-danh-sach"),
        tab: "Các danh sách",
        columns: vec![
            column("Xã, phường", 24.0, Text),
            column("Huyện", 22.0, Text),
            column("Nhóm", 30.0, Text),
            column("Đợt", 6.0, Number),
            column("Bước", 18.0, Text),
            column("Hạn của bước", 12.0, Date),
            column("Niêm yết từ", 12.0, Date),
            column("Niêm yết đến", 12.0, Date),
            column("Dòng đề nghị", 10.0, Money),
            column("Người", 10.0, Money),
            column("Số tiền theo mức (đồng)", 16.0, Money),
            column("Dòng đã loại", 10.0, Money),
            column("Dòng từ chối", 10.0, Money),
            column("Lý do trả lại", 40.0, Text),
        ],
    };
    let note = Note { table: "danh-sach", filter: asked.filter_text() };
    let source =
        ListRows { desk: desk.clone(), filter: asked.filter(desk.actor.tiers), after: None };
    export(&desk, sheet, format, note, source).await
}

struct EntryRows {
    desk: Desk,
    list: Uuid,
    commune: String,
    filter: EntryFilter,
    words: Vec<String>,
    after: Option<Uuid>,
    number: i64,
}

impl Source for EntryRows {
    async fn next(&mut self, snapshot: &Tx) -> Result<Part, Error> {
        let scope = &self.desk.actor.scope;
        let found = entries::page(
            snapshot,
            scope,
            self.list,
            self.filter,
            &self.words,
            self.after,
            READ_ROWS,
        )
        .await?;
        self.after = found.last().map(|row| row.id);
        let whole = sees_ids(&self.desk.actor);
        let seen = found
            .iter()
            .filter(|row| whole && row.id_number.is_some())
            .map(|row| About { commune_code: self.commune.clone(), entry: row.id })
            .collect();
        let rows = (self.number + 1..)
            .zip(&found)
            .map(|(number, row)| entry_row(number, row, whole))
            .collect();
        self.number += i64::try_from(found.len()).unwrap_or(0);
        Ok(Part { rows, last: is_last(&found), seen })
    }
}

fn entry_row(number: i64, row: &EntryRow, whole: bool) -> Vec<Value> {
    let text = |text: &Option<String>| Value::text(text.as_deref().unwrap_or(""));
    vec![
        Value::Whole(number),
        Value::text(&row.full_name),
        Value::Text(row.birth()),
        Value::text(list::sex_text(row.sex.as_deref())),
        Value::Text(id_text(row.id_number.as_deref(), whole)),
        Value::text(&row.hamlet),
        Value::text(&row.address),
        text(&row.household_head),
        text(&row.relation),
        Value::Whole(row.people.into()),
        Value::whole(row.months),
        Value::whole(row.amount_dong),
        Value::Whole(row.due_dong),
        Value::Text(status(row).1),
        Value::text(&row.note),
    ]
}

async fn list_file(
    desk: Desk,
    Path((id, name)): Path<(String, String)>,
    Query(asked): Query<list::Asked>,
) -> Result<Response, Error> {
    let (id, format) = (id_of(&id)?, Format::of(&name, "dong")?);
    let opened = open(&desk, id).await?;
    let list = &opened.list;
    let group = list.group_code.to_lowercase();
    let sheet = Sheet {
        file: format!("danh-sach-{}-{group}-{}", list.commune_code, list.round),
        tab: "Danh sách",
        columns: vec![
            column("STT", 7.0, Number),
            column("Họ và tên", 26.0, Text),
            column("Ngày sinh", 12.0, Text),
            column("Giới", 6.0, Text),
            column("Số giấy tờ", 15.0, Text),
            column("Thôn, khối", 18.0, Text),
            column("Địa chỉ", 28.0, Text),
            column("Chủ hộ", 22.0, Text),
            column("Quan hệ", 10.0, Text),
            column("Số khẩu", 8.0, Number),
            column("Số tháng, ngày, lần", 8.0, Number),
            column("Số tiền kê khai (đồng)", 14.0, Money),
            column("Số tiền theo mức (đồng)", 14.0, Money),
            column("Tình trạng", 30.0, Text),
            column("Ghi chú", 30.0, Text),
        ],
    };
    // The words of a search are names: they are not put on record.
    let words = search_words(&asked.q);
    let searched = if words.is_empty() { "" } else { "&q=…" };
    let note =
        Note { table: "danh-sach/dong", filter: format!("{id}?loc={}{searched}", asked.loc) };
    let filter = EntryFilter::of(&asked.loc);
    let source = EntryRows {
        desk: desk.clone(),
        list: id,
        commune: list.commune_code.clone(),
        filter,
        words,
        after: None,
        number: 0,
    };
    export(&desk, sheet, format, note, source).await
}

struct WarningRows {
    desk: Desk,
    shelf: Shelf,
    after: Option<Uuid>,
}

impl Source for WarningRows {
    async fn next(&mut self, snapshot: &Tx) -> Result<Part, Error> {
        let scope = &self.desk.actor.scope;
        let today = self.desk.app.clock.today();
        let (shelf, after) = (self.shelf, self.after);
        let found = duplicates::page(snapshot, scope, shelf, today, after, READ_ROWS).await?;
        self.after = found.last().map(|row| row.id);
        let ids: Vec<Uuid> =
            found.iter().flat_map(|w| [w.first_entry_id, w.second_entry_id]).collect();
        let sides = duplicates::sides(snapshot, scope.province(), &ids).await?;
        let sides: HashMap<Uuid, &Side> = sides.iter().map(|side| (side.id, side)).collect();
        let rows = found
            .iter()
            .map(|w| {
                let mut row = vec![
                    Value::text(evidence_text(&w.evidence, &w.kind)),
                    Value::Day(local(w.raised_at).0),
                    Value::text(outcome(w)),
                ];
                for id in [w.first_entry_id, w.second_entry_id] {
                    row.extend(side_cells(&self.desk, sides.get(&id).copied()));
                }
                row.push(Value::text(&w.reason));
                row
            })
            .collect();
        Ok(Part { rows, last: is_last(&found), seen: vec![] })
    }
}

/// Name, group, commune: what the page of warnings shows of rows outside the scope too.
fn side_cells(desk: &Desk, side: Option<&Side>) -> [Value; 4] {
    let Some(side) = side else { return [Value::Blank, Value::Blank, Value::Blank, Value::Blank] };
    let group = desk.app.catalogue.group_name(&side.programme_code, &side.group_code);
    [
        Value::text(&side.full_name),
        Value::Text(group),
        Value::Text(commune(desk, side)),
        Value::Whole(side.due_dong),
    ]
}

async fn warnings_file(
    desk: Desk,
    Path(name): Path<String>,
    Query(asked): Query<desk::Asked>,
) -> Result<Response, Error> {
    let format = Format::of(&name, "canh-bao")?;
    let mut columns = vec![
        column("Vì sao", 36.0, Text),
        column("Phát hiện", 12.0, Date),
        column("Kết quả", 22.0, Text),
    ];
    for side in ["A", "B"] {
        columns.push(column(&format!("Dòng {side}: họ và tên"), 26.0, Text));
        columns.push(column(&format!("Dòng {side}: nhóm"), 28.0, Text));
        columns.push(column(&format!("Dòng {side}: xã"), 22.0, Text));
        columns.push(column(&format!("Dòng {side}: số tiền (đồng)"), 14.0, Money));
    }
    columns.push(column("Căn cứ xử lý", 40.0, Text));
    let sheet =
        Sheet { file: file_name(&desk, "canh-bao-trung"), tab: "Cảnh báo trùng", columns };
    let shelf = Shelf::of(&asked.loc);
    let filter =
        if shelf.slug().is_empty() { String::new() } else { format!("?loc={}", shelf.slug()) };
    let note = Note { table: "canh-bao", filter };
    let source = WarningRows { desk: desk.clone(), shelf, after: None };
    export(&desk, sheet, format, note, source).await
}

struct DecisionRows {
    desk: Desk,
    after: Option<Uuid>,
}

impl Source for DecisionRows {
    async fn next(&mut self, snapshot: &Tx) -> Result<Part, Error> {
        let scope = &self.desk.actor.scope;
        let found = decisions::page(snapshot, scope, self.after, READ_ROWS).await?;
        self.after = found.last().map(|row| row.id);
        let ids: Vec<Uuid> = found.iter().map(|row| row.id).collect();
        let mut shares: HashMap<Uuid, Vec<SourceShare>> = HashMap::new();
        for share in decisions::sources_of(snapshot, &ids).await? {
            shares.entry(share.decision_id).or_default().push(share);
        }
        let none = Vec::new();
        let rows = found
            .iter()
            .map(|row| decision_row(row, shares.get(&row.id).unwrap_or(&none)))
            .collect();
        Ok(Part { rows, last: is_last(&found), seen: vec![] })
    }
}

fn decision_row(row: &DecisionRow, shares: &[SourceShare]) -> Vec<Value> {
    let revoked = row.revoked_at.is_some();
    vec![
        Value::text(&row.number),
        Value::Day(row.decided_on),
        Value::text(&row.signer_name),
        Value::text(&row.signer_title),
        Value::Whole(row.person_count),
        Value::Whole(row.amount_dong),
        Value::Whole(row.paid_dong),
        Value::text(if revoked { "Đã hủy" } else { "Có hiệu lực" }),
        Value::day(row.revoked_at.map(|at| local(at).0)),
        Value::text(&row.revoked_reason),
        Value::Text(in_words(shares.iter().map(|share| (&*share.name, share.percent)))),
    ]
}

async fn decisions_file(desk: Desk, Path(name): Path<String>) -> Result<Response, Error> {
    let format = Format::of(&name, "quyet-dinh")?;
    let sheet = Sheet {
        file: file_name(&desk, "quyet-dinh"),
        tab: "Quyết định",
        columns: vec![
            column("Số", 20.0, Text),
            column("Ngày", 12.0, Date),
            column("Người ký", 26.0, Text),
            column("Chức vụ", 26.0, Text),
            column("Người", 10.0, Money),
            column("Số tiền (đồng)", 18.0, Money),
            column("Đã chi (đồng)", 18.0, Money),
            column("Tình trạng", 14.0, Text),
            column("Hủy ngày", 12.0, Date),
            column("Lý do hủy", 40.0, Text),
            column("Nguồn kinh phí", 50.0, Text),
        ],
    };
    let note = Note { table: "quyet-dinh", filter: String::new() };
    let source = DecisionRows { desk: desk.clone(), after: None };
    export(&desk, sheet, format, note, source).await
}
