//! Reading what an editor typed into an edition.

use chrono::NaiveDate;

use super::{read_day, seat_named};
use crate::newsroom::rules::{BODY_MAX, NOTE_MAX, SUMMARY_MAX, TITLE_MAX};
use crate::newsroom::store::work::Edition;
use crate::newsroom::types::{Field, Kind, Label};
use crate::web::{Desk, Error, FieldError, Fields};

/// Longest address and name of a field: characters.
const LINE_MAX: usize = 300;

/// The edition as typed over the one that stands there, with what is wrong at which field.
pub(super) async fn read(
    desk: &Desk,
    kind: Kind,
    newest: &Edition,
    fields: &Fields,
) -> Result<(Edition, Vec<FieldError>), Error> {
    let mut errors = Vec::new();
    let mut edition = newest.clone();
    // Browsers send lines of a text with CR LF.
    let text = |name: &str| fields.get(name).replace("\r\n", "\n");
    edition.title = text("tieu_de");
    edition.summary = text("tom_tat");
    edition.body = text("noi_dung");
    edition.change_note = text("thay_doi");
    let mut limits = vec![
        ("tieu_de", TITLE_MAX),
        ("tom_tat", SUMMARY_MAX),
        ("noi_dung", BODY_MAX),
        ("thay_doi", NOTE_MAX),
    ];
    if kind == Kind::Rebuttal {
        edition.label = Label::from_code(&text("nhan")).map_or("", Label::code).to_owned();
        edition.field = Field::from_code(&text("linh_vuc")).map_or("", Field::code).to_owned();
        edition.claim = text("tin_lan");
        edition.seen_channel = text("kenh");
        edition.seen_url = text("dia_chi");
        edition.source_number = text("can_cu");
        edition.source_url = text("can_cu_dia_chi");
        limits.extend([
            ("tin_lan", NOTE_MAX),
            ("kenh", LINE_MAX),
            ("dia_chi", LINE_MAX),
            ("can_cu", LINE_MAX),
            ("can_cu_dia_chi", LINE_MAX),
        ]);
        let today = desk.app.clock.today();
        edition.seen_on = read_past(fields, "ngay_thay", today, &mut errors);
        edition.source_on = read_past(fields, "can_cu_ngay", today, &mut errors);
        for (name, url) in [("dia_chi", &edition.seen_url), ("can_cu_dia_chi", &edition.source_url)]
        {
            let fine = url.is_empty() || (url.starts_with("http") && prose::may_link(url));
            if !fine {
                let text = "Địa chỉ phải bắt đầu bằng http:// hoặc https:// và không có dấu cách.";
                errors.push(FieldError::new(name, text));
            }
        }
        read_reviewer(desk, fields, &mut edition, &mut errors).await?;
        limits.push(("co_quan", LINE_MAX));
    }
    for (name, most) in limits {
        let length = fields.get(name).chars().count();
        if length > most && !errors.iter().any(|error| error.field == name) {
            let text = format!("Dài {length} ký tự, nhiều nhất {most}. Hãy rút gọn.");
            errors.push(FieldError::new(name, text));
        }
    }
    Ok((edition, errors))
}

fn read_past(
    fields: &Fields,
    name: &str,
    today: NaiveDate,
    errors: &mut Vec<FieldError>,
) -> Option<NaiveDate> {
    let typed = fields.get(name);
    if typed.is_empty() {
        return None;
    }
    match read_day(typed) {
        Some(day) if day <= today => Some(day),
        Some(_) => {
            errors.push(FieldError::new(name, "Ngày này ở tương lai. Xem lại ngày."));
            None
        }
        None => {
            let text = "Chưa đọc được ngày. Ghi ngày/tháng/năm, ví dụ 15/5/2020.";
            errors.push(FieldError::new(name, text));
            None
        }
    }
}

/// Who is asked to review: an agency by name and the account that confirms for it, both or neither.
async fn read_reviewer(
    desk: &Desk,
    fields: &Fields,
    edition: &mut Edition,
    errors: &mut Vec<FieldError>,
) -> Result<(), Error> {
    let (agency, account) = (fields.get("co_quan"), fields.get("nguoi_tham_dinh"));
    edition.review_agency = agency.to_owned();
    edition.reviewer_id = None;
    if account.is_empty() {
        if !agency.is_empty() {
            let text = "Ghi tên tài khoản của người thẩm định ở cơ quan này.";
            errors.push(FieldError::new("nguoi_tham_dinh", text));
        }
        return Ok(());
    }
    if agency.is_empty() {
        errors.push(FieldError::new("co_quan", "Ghi tên cơ quan thẩm định, ví dụ Sở Y tế."));
    }
    match seat_named(&desk.app, &desk.actor, account).await? {
        None => {
            let text = "Không có tài khoản này trong tỉnh. Hỏi cơ quan thẩm định tên đăng nhập.";
            errors.push(FieldError::new("nguoi_tham_dinh", text));
        }
        Some(seat) if seat.only_reads => {
            let text = "Tài khoản giám sát chỉ xem. Cơ quan thẩm định cần tài khoản cán bộ.";
            errors.push(FieldError::new("nguoi_tham_dinh", text));
        }
        Some(seat) if seat.id == desk.actor.account_id || seat.id == edition.author_id => {
            let text = "Người viết bài không tự thẩm định. Mời người khác.";
            errors.push(FieldError::new("nguoi_tham_dinh", text));
        }
        Some(seat) => edition.reviewer_id = Some(seat.id),
    }
    Ok(())
}
