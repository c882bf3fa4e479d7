//! What is done from Đôn đốc: remind, excuse, open a book again, keep the contact.

use axum::extract::Path;
use axum::response::Response;
use chrono::NaiveDate;
use serde_json::json;
use uuid::Uuid;
use vietnam::date::vi_date;

use super::{TEXT_MAX, board, commune_of, read_hour, read_reason, unit, units_on};
use crate::areas::in_sentence;
use crate::audit::{self, Act};
use crate::clock::local;
use crate::duties::book;
use crate::duties::chase;
use crate::duties::engine::instant;
use crate::duties::kinds::PAYMENT_DAY;
use crate::duties::rules::moment_words;
use crate::duties::store;
use crate::duties::types::{Contact, Reminder, Unit};
use crate::identity::{Actor, Role};
use crate::web::{Desk, Error, FieldError, Fields, SignedForm, read_day, redirect_with};

/// Commune, district and province keep contacts; who only reads does not.
const KEEPERS: [Role; 3] = [Role::Commune, Role::District, Role::Province];

/// True when the officer may write whom to call.
pub(super) fn may_keep_contact(actor: &Actor) -> bool {
    KEEPERS.contains(&actor.role)
}

fn commune_name(desk: &Desk, unit: &Unit) -> String {
    in_sentence(&desk.app.areas.commune_name(&unit.commune, units_on(&desk.app, unit.tiers)))
}

fn own_page(unit: &Unit) -> String {
    format!("/don-doc/{}", unit.commune)
}

fn id_of(fields: &Fields, field: &str) -> Result<Uuid, Error> {
    Uuid::parse_str(fields.get(field))
        .map_err(|_| Error::refused("Biểu mẫu gửi lên thiếu dữ liệu", "Tải lại trang rồi thử lại."))
}

/// `POST /don-doc/{commune}/mien`
pub(super) async fn excuse(Path(code): Path<String>, form: SignedForm) -> Result<Response, Error> {
    let (desk, fields) = (&form.desk, &form.fields);
    chase::require_superior(&desk.actor, "miễn báo cáo ngày cho xã")?;
    let to = commune_of(desk, &code)?;
    let mut errors = Vec::new();
    let day = excused_day(desk, fields, &mut errors);
    let missing = "Ghi lý do miễn: xã và tỉnh thấy lý do này.";
    let reason = read_reason(fields, "mien_ly_do", missing);
    let (Some(day), Ok(reason)) = (day, &reason) else {
        errors.extend(reason.err());
        return unit::again(&form, &to, errors).await;
    };
    chase::excuse(&desk.app, &desk.actor, &to, day, reason).await?;
    let text = format!("Đã miễn báo cáo ngày {} cho {}.", vi_date(day), commune_name(desk, &to));
    Ok(redirect_with(&own_page(&to), "xong", &text))
}

/// A working day not further off than two months, before or ahead.
fn excused_day(desk: &Desk, fields: &Fields, errors: &mut Vec<FieldError>) -> Option<NaiveDate> {
    const DAYS_MAX: i64 = 60;
    let today = desk.app.clock.today();
    let Some(day) = read_day(fields.get("mien_ngay")) else {
        let text = format!("Ngày không đọc được. Ghi như {}.", vi_date(today));
        errors.push(FieldError::new("mien_ngay", text));
        return None;
    };
    if (day - today).num_days().abs() > DAYS_MAX {
        let text = format!("Ngày {} cách hôm nay quá {DAYS_MAX} ngày.", vi_date(day));
        errors.push(FieldError::new("mien_ngay", text));
        return None;
    }
    if chase::todays_slot(&desk.app, day).is_none() {
        let text = format!("Ngày {} là ngày nghỉ: không phải báo cáo.", vi_date(day));
        errors.push(FieldError::new("mien_ngay", text));
        return None;
    }
    Some(day)
}

/// `POST /don-doc/{commune}/bo-mien`
pub(super) async fn revoke(Path(code): Path<String>, form: SignedForm) -> Result<Response, Error> {
    let (desk, fields) = (&form.desk, &form.fields);
    chase::require_superior(&desk.actor, "bỏ miễn")?;
    let to = commune_of(desk, &code)?;
    let id = id_of(fields, "mien")?;
    let reason = match read_reason(fields, "bo_ly_do", "Ghi lý do bỏ miễn.") {
        Ok(reason) => reason,
        Err(error) => return Ok(redirect_with(&own_page(&to), "canh", &error.message)),
    };
    chase::revoke(&desk.app, &desk.actor, &to, id, &reason).await?;
    Ok(redirect_with(&own_page(&to), "xong", "Đã bỏ miễn."))
}

/// `POST /don-doc/{commune}/mo-so`
pub(super) async fn reopen(Path(code): Path<String>, form: SignedForm) -> Result<Response, Error> {
    let (desk, fields) = (&form.desk, &form.fields);
    chase::require_superior(&desk.actor, "mở lại sổ")?;
    let to = commune_of(desk, &code)?;
    let now = desk.app.clock.now();
    let today = local(now).0;
    let mut errors = Vec::new();
    let example = vi_date(today);
    let unread =
        |field: &str| FieldError::new(field, format!("Ngày không đọc được. Ghi như {example}."));
    let day = read_day(fields.get("mo_ngay"));
    if day.is_none() {
        errors.push(unread("mo_ngay"));
    }
    let until_day = match fields.get("den_ngay") {
        "" => Some(today),
        typed => read_day(typed),
    };
    if until_day.is_none() {
        errors.push(unread("den_ngay"));
    }
    let hour = read_hour(fields.get("den_gio"));
    if hour.is_none() {
        let text = "Ghi giờ sổ tự khóa lại, ví dụ 18 giờ 30.";
        errors.push(FieldError::new("den_gio", text));
    }
    let missing = "Ghi lý do mở lại sổ: xã và tỉnh thấy lý do này.";
    let reason = read_reason(fields, "mo_ly_do", missing);
    let until = until_day.zip(hour).map(|(day, minute)| instant(day, minute));
    if let (Some(day), Some(until)) = (day, until)
        && let Some((field, text)) = book::reopening_objection(&desk.app, day, until, now)
    {
        errors.push(FieldError::new(field, text));
    }
    let (Some(day), Some(until), Ok(reason), true) = (day, until, &reason, errors.is_empty())
    else {
        errors.extend(reason.err());
        return unit::again(&form, &to, errors).await;
    };
    book::reopen(&desk.app, &desk.actor, &to, (day, reason, until)).await?;
    let text = format!(
        "Đã mở lại sổ ngày {} của {} đến {}.",
        vi_date(day),
        commune_name(desk, &to),
        moment_words(until, today)
    );
    Ok(redirect_with(&own_page(&to), "xong", &text))
}

/// `POST /don-doc/{commune}/khoa-so`
pub(super) async fn close_again(
    Path(code): Path<String>,
    form: SignedForm,
) -> Result<Response, Error> {
    let desk = &form.desk;
    chase::require_superior(&desk.actor, "khóa lại sổ")?;
    let to = commune_of(desk, &code)?;
    let id = id_of(&form.fields, "lan_mo")?;
    book::close_again(&desk.app, &desk.actor, &to, id).await?;
    Ok(redirect_with(&own_page(&to), "xong", "Đã khóa lại sổ."))
}

/// `POST /don-doc/{commune}/lien-he`
pub(super) async fn contact(Path(code): Path<String>, form: SignedForm) -> Result<Response, Error> {
    let (desk, fields) = (&form.desk, &form.fields);
    desk.actor.require(&KEEPERS, "sửa người liên hệ")?;
    let of = commune_of(desk, &code)?;
    let mut errors = Vec::new();
    let name = fields.get("ten");
    if name.is_empty() || name.chars().count() > 100 {
        let text = "Ghi họ và tên người liên hệ, không quá 100 ký tự.";
        errors.push(FieldError::new("ten", text));
    }
    let phone = read_phone(fields.get("dien_thoai"));
    if phone.is_none() {
        let text = "Số điện thoại gồm 10 hoặc 11 chữ số, bắt đầu bằng 0, ví dụ 0239 387 0101.";
        errors.push(FieldError::new("dien_thoai", text));
    }
    let (Some(phone), true) = (phone, errors.is_empty()) else {
        return unit::again(&form, &of, errors).await;
    };
    let contact = Contact {
        unit: of.clone(),
        person_name: name.to_owned(),
        phone,
        version: 1,
        written_by: desk.actor.account_id,
        written_at: desk.app.clock.now(),
    };
    let seen: i32 = fields.get("ban").parse().unwrap_or(0);
    if !chase::keep_contact(&desk.app, &desk.actor, &contact, seen).await? {
        let text = "Người khác vừa sửa người liên hệ này: bản mới hiện ở trên. Xem lại rồi lưu.";
        let errors = vec![FieldError::new("ten", text)];
        return unit::again(&form, &of, errors).await;
    }
    Ok(redirect_with(&own_page(&of), "xong", "Đã lưu người liên hệ."))
}

/// Ten digits of a mobile number, ten or eleven of a landline, without separators.
fn read_phone(text: &str) -> Option<String> {
    let digits: String =
        text.chars().filter(|c| !matches!(c, ' ' | '.' | '-' | '(' | ')')).collect();
    let digits = match digits.strip_prefix("+84") {
        Some(rest) => format!("0{rest}"),
        None => digits,
    };
    let fine = (10..=11).contains(&digits.len())
        && digits.starts_with('0')
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    fine.then_some(digits)
}

/// `POST /don-doc/nhac`: reminds the ticked communes, or all that are silent.
pub(super) async fn remind(form: SignedForm) -> Result<Response, Error> {
    let (desk, fields) = (&form.desk, &form.fields);
    desk.actor.require(&[Role::District, Role::Province], "nhắc xã")?;
    let batch = id_of(fields, "ma")?;
    let back = board::address(fields.get("huyen"));
    let words = fields.get("loi_nhan");
    if words.chars().count() > TEXT_MAX {
        let text = format!("Lời nhắn dài quá {TEXT_MAX} ký tự. Hãy rút gọn rồi gửi lại.");
        return Ok(redirect_with(&back, "canh", &text));
    }
    let late = board::late_units(desk, fields.get("huyen")).await?;
    let Some(period) = late.period else {
        return Ok(redirect_with(&back, "canh", "Hôm nay không có báo cáo nào đến hạn."));
    };
    let all = !fields.get("tat_ca").is_empty();
    let ticked: Vec<&str> = fields.all("chon").collect();
    for code in &ticked {
        commune_of(desk, code)?;
    }
    let mut to = late.units;
    to.retain(|unit| all || ticked.contains(&unit.commune.as_str()));
    if to.is_empty() {
        let text = if ticked.is_empty() && !all {
            "Chưa đánh dấu xã nào. Đánh dấu rồi bấm lại."
        } else {
            "Các xã đã chọn đều đã gửi báo cáo hoặc được miễn: không cần nhắc."
        };
        return Ok(redirect_with(&back, "canh", text));
    }
    let sent = send_reminders(desk, batch, period, words, &to).await?;
    let text = if sent == 0 {
        "Lượt nhắc này đã gửi trước đó, không gửi thêm.".to_owned()
    } else {
        let names: Vec<String> = to.iter().take(5).map(|unit| commune_name(desk, unit)).collect();
        let more =
            if to.len() > 5 { format!(" và {} xã khác", to.len() - 5) } else { String::new() };
        format!("Đã nhắc {sent} xã: {}{more}.", names.join(", "))
    };
    Ok(redirect_with(&back, "xong", &text))
}

async fn send_reminders(
    desk: &Desk,
    batch: Uuid,
    period: NaiveDate,
    words: &str,
    to: &[Unit],
) -> Result<u64, Error> {
    let now = desk.app.clock.now();
    let actor = &desk.actor;
    let reminders: Vec<Reminder> = to
        .iter()
        .map(|unit| Reminder {
            unit: unit.clone(),
            period,
            words: words.to_owned(),
            sent_by: actor.account_id,
            sent_at: now,
        })
        .collect();
    desk.app
        .db
        .run_tx::<_, Error, _, _>("duties.remind", |tx| {
            let reminders = &reminders;
            async move {
                let sent = store::add_reminders(&tx, batch, PAYMENT_DAY, reminders).await?;
                if sent > 0 {
                    let codes: Vec<&str> =
                        reminders.iter().map(|one| one.unit.commune.as_str()).collect();
                    let act = Act {
                        action: "duty.remind",
                        subject_kind: "duty",
                        subject_id: format!("{PAYMENT_DAY} {period}"),
                        detail: json!({ "communes": codes, "batch": batch }),
                    };
                    audit::record(&tx, actor, now, act).await?;
                }
                Ok((tx, sent))
            }
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephones_are_kept_as_digits() {
        assert_eq!(read_phone("0239 387 0101").as_deref(), Some("02393870101"));
        assert_eq!(read_phone("+84 912.345.678").as_deref(), Some("0912345678"));
        for wrong in ["", "113", "912345678", "0912a45678", "<script>", "091234567890"] {
            assert_eq!(read_phone(wrong), None, "{wrong}");
        }
    }
}
