//! What was typed of a decision: its paper, its lists, its budgets.

use chrono::NaiveDate;
use uuid::Uuid;
use vietnam::date::vi_date;

use super::super::list::Opened;
use super::super::{id_of, parse_day};
use super::{LISTS_MAX, sources};
use crate::clock::local;
use crate::relief::decide::Paper;
use crate::relief::steps;
use crate::relief::way::{self, Act};
use crate::web::{Desk, Error, FieldError, Fields};

/// The paper and the lists as typed, or what is wrong with them.
pub(super) async fn check(
    desk: &Desk,
    fields: &Fields,
) -> Result<Result<(Paper, Vec<Opened>), Vec<FieldError>>, Error> {
    let mut errors = Vec::new();
    let mut ids: Vec<Uuid> = Vec::new();
    for text in fields.all("danh_sach") {
        let id = id_of(text)?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    if ids.is_empty() {
        errors.push(FieldError::new("danh_sach", "Chọn ít nhất một danh sách để phê duyệt."));
    }
    if ids.len() > LISTS_MAX {
        errors.push(FieldError::new("danh_sach", "Chọn không quá 3.000 danh sách một lần."));
        ids.truncate(LISTS_MAX);
    }
    let who = steps::who(&desk.actor);
    let opened = super::super::list::open_many(desk, &ids).await?;
    if opened.len() != ids.len() {
        return Err(Error::NotFound);
    }
    for list in &opened {
        way::check(Act::Approve, &list.standing, who, desk.app.clock.today())?;
    }
    let text = |name: &str, label: &str, least: usize, errors: &mut Vec<FieldError>| {
        let value = vietnam::text::clean(fields.get(name));
        let length = value.chars().count();
        if length < least {
            errors.push(FieldError::new(name, format!("Ghi {label}.")));
        } else if length > 120 {
            errors.push(FieldError::new(name, format!("Ghi {label} ngắn hơn 120 chữ.")));
        }
        value
    };
    let number = text("so", "số quyết định, ví dụ 1502/QĐ-UBND", 2, &mut errors);
    if !number.is_empty() && !number.contains(|c: char| c.is_ascii_digit()) {
        errors.push(FieldError::new("so", "Số quyết định phải có chữ số, ví dụ 1502/QĐ-UBND."));
    }
    let signer_name = text("nguoi_ky", "họ tên người ký", 2, &mut errors);
    let signer_title = text("chuc_vu", "chức vụ người ký, ví dụ Chủ tịch", 2, &mut errors);
    let decided_on = check_day(desk, fields.get("ngay"), &opened, &mut errors);
    let offered = sources::offered(&desk.app, &opened);
    let sources = match sources::read(fields, offered) {
        Ok(sources) => sources,
        Err(wrong) => {
            errors.push(wrong);
            Vec::new()
        }
    };
    match decided_on {
        Some(decided_on) if errors.is_empty() => {
            Ok(Ok((Paper { number, decided_on, signer_name, signer_title, sources }, opened)))
        }
        _ => Ok(Err(errors)),
    }
}

/// A decision is dated neither in the future nor before what it rests on.
fn check_day(
    desk: &Desk,
    typed: &str,
    opened: &[Opened],
    errors: &mut Vec<FieldError>,
) -> Option<NaiveDate> {
    let Some(day) = parse_day(typed) else {
        let told = "Ghi ngày quyết định theo ngày/tháng/năm, ví dụ 19/6/2020.";
        errors.push(FieldError::new("ngay", told));
        return None;
    };
    let today = desk.app.clock.today();
    if day > today {
        let told = format!("Ngày {} ở tương lai; hôm nay là {}.", vi_date(day), vi_date(today));
        errors.push(FieldError::new("ngay", told));
    }
    for list in opened {
        let appraised = list.steps.iter().rev().find(|step| step.action == "appraise");
        let appraised = appraised.map(|step| local(step.acted_at).0);
        if let Some(appraised) = appraised.filter(|appraised| day < *appraised) {
            let told = format!(
                "Ngày {} trước ngày thẩm định danh sách {} ({}).",
                vi_date(day),
                list.name,
                vi_date(appraised)
            );
            errors.push(FieldError::new("ngay", told));
            break;
        }
        if let Some(posted) = list.list.posting_ends_on.filter(|posted| day <= *posted) {
            let told = format!(
                "Ngày {} khi danh sách {} còn niêm yết (đến hết {}).",
                vi_date(day),
                list.name,
                vi_date(posted)
            );
            errors.push(FieldError::new("ngay", told));
            break;
        }
    }
    Some(day)
}
