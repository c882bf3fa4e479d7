//! `/danh-sach/dong/{id}`: one row with what was typed, what the rules make of it, and its papers.

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use uuid::Uuid;
use vietnam::date::vi_date;

use super::entry_form::Kind;
use super::list::{Opened, open, status};
use super::{dong, id_of};
use crate::audit;
use crate::identity::{self, Role};
use crate::relief::programmes::Unit;
use crate::relief::rules::{self, Facts};
use crate::relief::steps;
use crate::relief::store::{changes, duplicates, entries};
use crate::relief::types::EntryRow;
use crate::web::{App, Desk, Error, Page, html};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/danh-sach/dong/{id}", get(entry_page))
}

struct Pair {
    label: String,
    value: String,
}

struct WarningLine {
    id: String,
    text: String,
    open: bool,
}

struct Button {
    slug: &'static str,
    label: &'static str,
}

#[derive(Template)]
#[template(path = "relief/templates/entry.html")]
struct EntryPage {
    page: Page,
    id: String,
    list_id: String,
    list_name: String,
    name: String,
    mark: &'static str,
    status: String,
    why: String,
    pairs: Vec<Pair>,
    raw: Vec<Pair>,
    source: String,
    source_file: String,
    warnings: Vec<WarningLine>,
    declines: Vec<String>,
    buttons: Vec<Button>,
}

/// A row of the scope with its list.
pub(super) async fn open_entry(desk: &Desk, id: &str) -> Result<(EntryRow, Opened), Error> {
    let id = id_of(id)?;
    let conn = desk.app.db.read();
    let row = entries::one(conn, &desk.actor.scope, id).await?.ok_or(Error::NotFound)?;
    let opened = open(desk, row.list_id).await?;
    Ok((row, opened))
}

async fn entry_page(desk: Desk, Path(id): Path<String>) -> Result<Response, Error> {
    let (row, opened) = open_entry(&desk, &id).await?;
    let whole = desk.actor.role != Role::Supervisor;
    if whole && row.id_number.is_some() {
        note_view(&desk, &row, &opened, "danh-sach/dong").await?;
    }
    let conn = desk.app.db.read();
    let warnings = duplicates::of_entry(conn, row.id).await?;
    let declines = changes::declines(conn, row.id).await?;
    let accounts: Vec<Uuid> = declines.iter().map(|decline| decline.recorded_by).collect();
    let names = identity::account_names(conn, &accounts).await?;
    let declines = declines
        .iter()
        .map(|decline| {
            let by = names.get(&decline.recorded_by).map_or("", |(name, _)| name.as_str());
            let on = vi_date(decline.declined_on);
            let taken_back = if decline.revoked_at.is_some() {
                format!(" Đã rút lại: {}.", decline.revoked_reason)
            } else {
                String::new()
            };
            format!("Từ chối ngày {on}, {}. {by} ghi.{taken_back}", decline.method)
        })
        .collect();
    let (mark, status) = status(&row);
    html(&EntryPage {
        page: desk.page("Một dòng của danh sách", "danh-sach"),
        id: row.id.to_string(),
        list_id: row.list_id.to_string(),
        list_name: opened.name.clone(),
        name: row.full_name.clone(),
        mark,
        status,
        why: why(&desk, &opened, &row),
        pairs: pairs(&desk, &opened, &row),
        // The cells as typed hold whole numbers, too.
        raw: if whole { raw(&row) } else { Vec::new() },
        source: row.source_line.map_or_else(
            || "Không có dòng nguồn".to_owned(),
            |line| format!("Tờ “{}”, dòng {line}", row.source_sheet),
        ),
        source_file: row
            .source_file_id
            .filter(|_| whole)
            .map_or_else(String::new, |id| id.to_string()),
        warnings: warnings
            .iter()
            .map(|warning| WarningLine {
                id: warning.id.to_string(),
                text: super::desk::evidence_text(&warning.evidence, &warning.kind).to_owned(),
                open: warning.state == "open",
            })
            .collect(),
        declines,
        buttons: Kind::ALL
            .into_iter()
            .filter(|kind| kind.allowed(&opened, &row, steps::who(&desk.actor)).is_ok())
            .map(|kind| Button { slug: kind.slug(), label: kind.label(&row) })
            .collect(),
    })
}

/// Every look at a full number leaves a trace.
pub(super) async fn note_view(
    desk: &Desk,
    row: &EntryRow,
    opened: &Opened,
    page: &str,
) -> Result<(), Error> {
    let seen = [about(row, opened)];
    let seen = seen.as_slice();
    let now = desk.app.clock.now();
    let actor = &desk.actor;
    desk.app
        .db
        .run_tx::<_, Error, _, _>("relief.view_id", |tx| async move {
            audit::saw_numbers(&tx, actor, now, page, seen).await?;
            Ok((tx, ()))
        })
        .await
}

/// The row as the audit record names it.
pub(super) fn about(row: &EntryRow, opened: &Opened) -> audit::About {
    audit::About { commune_code: opened.list.commune_code.clone(), entry: row.id }
}

/// What exactly keeps the row out, with the article.
fn why(desk: &Desk, opened: &Opened, row: &EntryRow) -> String {
    let programme = desk.app.catalogue.programme(&opened.list.programme_code);
    let group = programme.and_then(|p| p.group(&opened.list.group_code));
    let (Some(programme), Some(group)) = (programme, group) else { return String::new() };
    let months = row.months.unwrap_or_else(|| group.assumed_count());
    match row.problem.as_str() {
        "facts" => {
            let facts: Facts = serde_json::from_str(&row.facts).unwrap_or_default();
            let refusal = rules::eligibility(programme, group, &facts).err();
            refusal.map_or_else(String::new, |no| format!("{}. {}.", no.text, no.legal))
        }
        "remark" => {
            let kind = row.note_kind.as_deref().unwrap_or_default();
            let remark = programme.remarks.iter().find(|remark| remark.kind == kind);
            remark.map_or_else(String::new, |r| {
                format!(
                    "{}. {}. Xác minh rồi loại dòng, hoặc ghi kết quả xác minh.",
                    r.refusal, r.legal
                )
            })
        }
        "declined" => "Ghi chú nói người này từ chối nhận. Việc từ chối phải được ghi nhận cho \
                       từng người: ngày, cách thể hiện (đơn ký, lời nói trước ai)."
            .to_owned(),
        "months" => {
            let (label, most) = (group.count_label(), group.months_max);
            format!("{label} từ 1 đến {most}; danh sách ghi {months}.")
        }
        "household" => "Số khẩu ghi trên dòng chủ hộ ít hơn số dòng thành viên của hộ.".to_owned(),
        "amount" => format!(
            "Danh sách ghi {} đồng; mức quy định là {}{}. {}.",
            dong(row.amount_dong.unwrap_or(0)),
            group.period.product_text(months, group.rate_dong(months)),
            if group.unit == Unit::HouseholdMember { " × số khẩu" } else { "" },
            group.legal
        ),
        "paper" => group
            .need(&row.needs)
            .map_or_else(String::new, |need| format!("Cần: {}. {}.", need.label, need.legal)),
        _ => String::new(),
    }
}

/// What the count of a row is called, and the most that may be typed.
pub(super) fn counted_by(desk: &Desk, opened: &Opened, row: &EntryRow) -> (&'static str, i32) {
    let programme = desk.app.catalogue.programme(&opened.list.programme_code);
    let group = programme.and_then(|p| p.group(&row.group_code));
    group.map_or(("Số tháng", 12), |group| (group.count_label(), group.months_max.max(12)))
}

fn pairs(desk: &Desk, opened: &Opened, row: &EntryRow) -> Vec<Pair> {
    let pair = |label: &str, value: String| Pair { label: label.to_owned(), value };
    let whole = desk.actor.role != Role::Supervisor;
    let number = match &row.id_number {
        None => "chưa có giấy tờ".to_owned(),
        Some(number) if whole => number.clone(),
        Some(_) => row.masked_id(),
    };
    let phone = row.phone.clone().filter(|_| whole).unwrap_or_default();
    let mut pairs = vec![
        pair("Nhóm", opened.group.clone()),
        pair("Ngày sinh", row.birth()),
        pair(
            "Giới tính",
            match row.sex.as_deref() {
                Some("M") => "Nam".to_owned(),
                Some("F") => "Nữ".to_owned(),
                _ => String::new(),
            },
        ),
        pair("Số CMND/CCCD", number),
        pair("Điện thoại", phone),
        pair("Thôn", row.hamlet.clone()),
        pair("Địa chỉ", row.address.clone()),
        pair("Chủ hộ", row.household_head.clone().unwrap_or_default()),
        pair("Quan hệ với chủ hộ", row.relation.clone().unwrap_or_default()),
        pair("Số khẩu ghi", row.household_size.map_or_else(String::new, |n| n.to_string())),
        pair(
            counted_by(desk, opened, row).0,
            row.months.map_or_else(String::new, |n| n.to_string()),
        ),
        pair(
            "Số tiền ghi",
            row.amount_dong.map_or_else(String::new, |n| format!("{} đồng", dong(n))),
        ),
        pair("Số tiền theo mức của dòng này", format!("{} đồng", dong(row.due_dong))),
        pair("Ghi chú", row.note.clone()),
        pair("Giấy xác nhận", row.needs_evidence.clone()),
    ];
    let facts: Facts = serde_json::from_str(&row.facts).unwrap_or_default();
    let programme = desk.app.catalogue.programme(&opened.list.programme_code);
    if let Some((programme, group)) = programme.and_then(|p| Some((p, p.group(&row.group_code)?))) {
        for (fact, label) in rules::fact_fields(programme, group) {
            if let Some(date) = facts.get(&fact) {
                pairs.push(pair(&label, vi_date(*date)));
            }
        }
    }
    pairs.retain(|pair| !pair.value.is_empty());
    pairs
}

/// What a column of the file means, in Vietnamese; its own name when that is unknown.
fn column_label(name: &str) -> String {
    lists::Field::parse(name)
        .map_or_else(|| name.to_owned(), |field| lists::messages::field_name(field).to_owned())
}

/// The cells as typed.
fn raw(row: &EntryRow) -> Vec<Pair> {
    let value: serde_json::Value = serde_json::from_str(&row.raw).unwrap_or_default();
    let text = |value: &serde_json::Value| match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Null => String::new(),
        other => other.to_string(),
    };
    match value {
        serde_json::Value::Object(cells) => cells
            .iter()
            .map(|(label, value)| Pair { label: column_label(label), value: text(value) })
            .collect(),
        serde_json::Value::Array(cells) => cells
            .iter()
            .enumerate()
            .map(|(at, value)| Pair { label: format!("Cột {}", at + 1), value: text(value) })
            .collect(),
        _ => Vec::new(),
    }
}
