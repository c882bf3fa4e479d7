//! The two forms of the preview: corrections in place, and what a sheet and its columns mean.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use lists::Field;
use serde_json::json;

use super::preview::{Part, preview};
use super::sheet::communes_within;
use super::{file_of, view};
use crate::audit::{self, Act};
use crate::intake::store;
use crate::intake::types::{Decisions, FileRow, Staged, Summary};
use crate::intake::{must_own, reading, words};
use crate::web::{Desk, Error, FieldError, Fields, SignedForm, html, redirect_with};

/// Longest correction.
const CHARS_MAX: usize = 200;
/// Fields that one form may carry: five pages of rows with several fields each.
const FIELDS_MAX: usize = 5_000;
/// How often a form waits for the reading that another one asked for.
const WAITS_MAX: u32 = 25;

fn part_of(fields: &Fields) -> Part {
    Part {
        to: fields.get("to").parse().ok(),
        ma: fields.get("ma").to_owned(),
        sau: fields.get("sau").parse().unwrap_or(0),
    }
}

fn address(file: &FileRow, part: &Part) -> String {
    let mut to = format!("/nhap-lieu/{}?to={}", file.id, part.to.unwrap_or(0));
    if !part.ma.is_empty() && part.ma.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        to.push_str(&format!("&ma={}&sau={}", part.ma, part.sau));
    }
    to
}

pub(super) async fn save(Path(id): Path<String>, form: SignedForm) -> Result<Response, Error> {
    let desk = &form.desk;
    let file = file_of(desk, &id).await?;
    must_own(&desk.actor, &file)?;
    let part = part_of(&form.fields);
    let (changes, errors) = changes(desk, &file, &form.fields).await?;
    if !errors.is_empty() {
        let view = preview(desk, &file, &part, Some(&form.fields), errors).await?;
        let mut response = html(&view)?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    }
    let back = address(&file, &part);
    if changes.is_empty() {
        return Ok(redirect_with(&back, "canh", "Chưa có ô nào thay đổi nên không lưu gì."));
    }
    let detail = json!({ "cells": changes.values.len(),
        "rows_left_or_taken": changes.left_out.len() + changes.taken.len() });
    let file = decide(desk, file, detail, |decisions| changes.apply(decisions)).await?;
    let told = told_after(desk, &file, &changes).await?;
    Ok(redirect_with(&back, "xong", &told))
}

/// What a form changes.
#[derive(Debug, Default)]
struct Changes {
    values: Vec<(usize, u32, Field, String)>,
    left_out: Vec<(usize, u32)>,
    taken: Vec<(usize, u32)>,
}

impl Changes {
    fn is_empty(&self) -> bool {
        self.values.is_empty() && self.left_out.is_empty() && self.taken.is_empty()
    }

    fn apply(&self, decisions: &mut Decisions) {
        for (sheet, line, field, text) in &self.values {
            decisions.set_value(*sheet, *line, *field, text);
        }
        decisions.left_out.extend(&self.left_out);
        for place in &self.taken {
            decisions.left_out.remove(place);
        }
    }
}

async fn changes(
    desk: &Desk,
    file: &FileRow,
    fields: &Fields,
) -> Result<(Changes, Vec<FieldError>), Error> {
    let decisions = Decisions::parse(&file.overrides)?;
    let (mut changes, mut errors) = (Changes::default(), Vec::new());
    if fields.pairs().len() > FIELDS_MAX {
        return Err(Error::refused(
            "Biểu mẫu có quá nhiều ô nên chưa lưu được",
            "Mở từng nhóm lỗi, sửa và lưu mỗi lần 50 dòng.",
        ));
    }
    for (name, typed) in fields.pairs() {
        if let Some((sheet, line, field)) = view::parse_input_name(name) {
            let Some(row) = store::open_row(desk.app.db.read(), file.id, sheet, line).await? else {
                continue;
            };
            match new_value(&row, &decisions, field, typed, fields) {
                Ok(Some(text)) => changes.values.push((sheet, line, field, text)),
                Ok(None) => {}
                Err(message) => errors.push(FieldError::new(name.clone(), message)),
            }
        } else if name == "hien"
            && let Some((kind, place)) = parse_box(typed)
        {
            let ticked = fields.has(typed);
            let leave = if kind == "de" { ticked } else { !ticked };
            if leave != decisions.left_out.contains(&place) {
                if leave { changes.left_out.push(place) } else { changes.taken.push(place) }
            }
        }
    }
    Ok((changes, errors))
}

/// `ghi-0-31` and `de-0-31`.
fn parse_box(name: &str) -> Option<(&str, (usize, u32))> {
    let (kind, place) = name.split_once('-')?;
    let (sheet, line) = place.split_once('-')?;
    let known = kind == "ghi" || kind == "de";
    known.then_some((kind, (sheet.parse().ok()?, line.parse().ok()?)))
}

/// The correction that an input stands for: `None` when nothing was typed. A suggestion counts only
/// when its box is ticked, or when the clerk wrote something else.
fn new_value(
    row: &Staged,
    decisions: &Decisions,
    field: Field,
    typed: &str,
    fields: &Fields,
) -> Result<Option<String>, String> {
    let name = field.as_str();
    let text: String = typed.chars().filter(|c| !c.is_control()).collect();
    let text = text.trim();
    let before = view::prefill(row, decisions, name);
    let agreed = fields.has(&format!("dung-{}-{}-{name}", row.sheet_no, row.line));
    if text == before.trim() {
        let suggested = agreed && view::suggestion(row, name) == Some(text);
        return Ok(suggested.then(|| text.to_owned()));
    }
    let length = text.chars().count();
    if length > CHARS_MAX {
        let cell = row.cells.get(name).cloned().unwrap_or_else(|| format!("dòng {}", row.line));
        return Err(format!(
            "Ô {cell} ({}): dài {} ký tự, nhiều nhất {CHARS_MAX}. Rút gọn rồi lưu lại; chưa ô nào \
             được lưu.",
            words::field(name),
            words::count(i64::try_from(length).unwrap_or(i64::MAX))
        ));
    }
    if text.is_empty() && decisions.value(row.sheet_no, row.line, name).is_none() {
        return Ok(None);
    }
    Ok(Some(text.to_owned()))
}

/// Keeps decisions and reads the file again; within the request when it is short. Decisions made in
/// another window meanwhile stay.
async fn decide(
    desk: &Desk,
    mut file: FileRow,
    detail: serde_json::Value,
    change: impl Fn(&mut Decisions) + Send + Sync,
) -> Result<FileRow, Error> {
    let app = &desk.app;
    let mut waits = 0;
    let job = loop {
        let now = app.clock.now();
        let mut decisions = Decisions::parse(&file.overrides)?;
        change(&mut decisions);
        let overrides = serde_json::to_string(&decisions)?;
        let rows: u64 = Summary::parse(&file.summary)?.sheets.iter().map(|sheet| sheet.rows).sum();
        let job = reading::job(file.id, &desk.actor, now, rows < 3_000)?;
        let kept = app
            .db
            .run_tx::<_, Error, _, _>("intake.decide", |tx| {
                let (file, overrides, job, detail) = (&file, &overrides, &job, detail.clone());
                async move {
                    let kept = store::decide(&tx, file, overrides).await?;
                    if kept {
                        store::queue(&tx, job, now, job.attempts > 0).await?;
                        let act = Act {
                            action: "intake.correct",
                            subject_kind: "file",
                            subject_id: file.id.to_string(),
                            detail,
                        };
                        audit::record(&tx, &desk.actor, now, act).await?;
                    }
                    Ok((tx, kept))
                }
            })
            .await?;
        if kept {
            break job;
        }
        waits += 1;
        if waits > WAITS_MAX {
            return Err(Error::refused(
                "Tệp đang được đọc lại hoặc đang ghi nên chưa lưu được",
                "Chờ vài giây rồi bấm nút quay lại của trình duyệt và lưu lần nữa.",
            ));
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        file =
            store::file(app.db.read(), &desk.actor.scope, file.id).await?.ok_or(Error::NotFound)?;
    };
    if job.attempts > 0 {
        reading::run(app, &job).await?;
    }
    store::file(app.db.read(), &desk.actor.scope, file.id).await?.ok_or(Error::NotFound)
}

/// "Đã lưu 7 ô: 5 ô nay đã đúng, 2 ô vẫn chưa đúng (B31, E42)."
async fn told_after(desk: &Desk, file: &FileRow, changes: &Changes) -> Result<String, Error> {
    let mut parts = Vec::new();
    if !changes.values.is_empty() {
        parts.push(format!("Đã lưu {} ô", changes.values.len()));
    }
    let moved = changes.left_out.len() + changes.taken.len();
    if moved > 0 {
        parts.push(format!("đổi lựa chọn ghi hay để lại của {moved} dòng"));
    }
    let mut told = parts.join(", ");
    if file.stage().is_busy() {
        return Ok(format!("{told}. Tệp dài đang được đọc lại."));
    }
    let mut still = Vec::new();
    for (sheet, line, field, _) in &changes.values {
        let row = store::open_row(desk.app.db.read(), file.id, *sheet, *line).await?;
        let name = field.as_str();
        if let Some(row) = row
            && row.problems.iter().any(|p| p.severity >= 2 && p.field.as_deref() == Some(name))
        {
            let line = format!("dòng {}", row.line);
            still.push(row.cells.get(name).cloned().unwrap_or(line));
        }
    }
    if still.is_empty() {
        told.push('.');
    } else {
        let cells: Vec<String> = still.iter().take(8).cloned().collect();
        told.push_str(&format!("; {} ô vẫn chưa đúng: {}.", still.len(), cells.join(", ")));
    }
    Ok(told)
}

pub(super) async fn settings(Path(id): Path<String>, form: SignedForm) -> Result<Response, Error> {
    let desk = &form.desk;
    let file = file_of(desk, &id).await?;
    must_own(&desk.actor, &file)?;
    let summary = Summary::parse(&file.summary)?;
    let sheet: usize = form.fields.get("to").parse().map_err(|_| Error::NotFound)?;
    let fact = summary.sheets.get(sheet).ok_or(Error::NotFound)?;
    let (group, unit) = (form.fields.get("nhom").to_owned(), form.fields.get("don_vi").to_owned());
    check_settings(desk, &file, &group, &unit)?;
    let columns: Vec<(u32, Option<String>)> = fact
        .columns
        .iter()
        .filter_map(|column| {
            let name = format!("cot-{}", column.index);
            let choice = match form.fields.get(&name) {
                _ if !form.fields.has(&name) => return None,
                "" => None,
                "bo" => Some(String::new()),
                field => Some(Field::parse(field)?.as_str().to_owned()),
            };
            Some((column.index, choice))
        })
        .collect();
    let detail = json!({ "sheet": sheet, "group": group, "unit": unit });
    let change = |decisions: &mut Decisions| {
        set_or_clear(&mut decisions.groups, sheet, &group);
        set_or_clear(&mut decisions.units, sheet, &unit);
        for (column, choice) in &columns {
            decisions.set_column(sheet, *column, choice.clone());
        }
    };
    let file = decide(desk, file, detail, change).await?;
    let told = "Đã đổi cách hiểu tờ này và đọc lại từ tệp gốc.";
    Ok(redirect_with(&format!("/nhap-lieu/{}?to={sheet}", file.id), "xong", told))
}

fn set_or_clear(map: &mut std::collections::BTreeMap<usize, String>, sheet: usize, code: &str) {
    if code.is_empty() {
        map.remove(&sheet);
    } else {
        map.insert(sheet, code.to_owned());
    }
}

fn check_settings(desk: &Desk, file: &FileRow, group: &str, unit: &str) -> Result<(), Error> {
    let programme = desk.app.catalogue.programme(&file.programme_code);
    if !group.is_empty() && programme.is_none_or(|p| p.group(group).is_none()) {
        return Err(Error::refused(
            "Chương trình không có nhóm đã chọn",
            "Mở lại trang xem trước và chọn một nhóm trong danh sách.",
        ));
    }
    let inside = communes_within(desk, file).iter().any(|known| known.code == unit);
    if !unit.is_empty() && !inside {
        return Err(Error::refused(
            "Đơn vị đã chọn nằm ngoài phạm vi của anh/chị",
            "Chọn một xã trong danh sách; dòng của xã khác do xã đó hoặc cấp trên nhập.",
        ));
    }
    Ok(())
}
