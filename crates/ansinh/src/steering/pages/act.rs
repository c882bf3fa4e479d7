//! What units and issuers do with a task.

use axum::extract::Path;
use axum::response::Response;
use chrono::NaiveDate;
use uuid::Uuid;

use super::one::{find, page};
use super::{at_field, id_of, read_dong, read_line, read_text, wanted_day};
use crate::clock::new_id;
use crate::steering::acts::{self, Order, Sent};
use crate::steering::places::{self, NewPlace};
use crate::steering::rules::Deed;
use crate::steering::types::{Duty, LACKS};
use crate::web::{
    Desk, Error, FieldError, Fields, SentForm, SignedForm, read_day, redirect_with, unprocessable,
};

fn href(id: Uuid) -> String {
    format!("/chi-dao/viec/{id}")
}

fn version_of(fields: &Fields) -> i32 {
    fields.get("phien_ban").parse().unwrap_or(-1)
}

/// What a form says: the deed, its words, and the field at which the rules' refusal stands.
struct Said {
    deed: Deed,
    words: String,
    field: &'static str,
    done: &'static str,
}

fn said(viec: &str, fields: &Fields, errors: &mut Vec<FieldError>) -> Result<Said, Error> {
    let words = |field, missing, errors: &mut _| read_text(fields, field, (3, missing), errors);
    let said = match viec {
        "nhan" => {
            Said { deed: Deed::Take, words: String::new(), field: "", done: "Đã nhận việc." }
        }
        "tien-do" => {
            let percent = fields.get("phan_tram").trim_end_matches('%').trim().parse();
            if percent.is_err() {
                let text = "Ghi một số từ 0 đến 99.";
                errors.push(FieldError::new("phan_tram", text));
            }
            let spent = read_dong(fields, "da_chi", errors);
            Said {
                deed: Deed::Progress { percent: percent.unwrap_or(0), spent },
                words: words("tien_do", "Ghi đã làm gì, vướng gì.", errors),
                field: "phan_tram",
                done: "Đã ghi tiến độ.",
            }
        }
        "xin" => Said {
            deed: Deed::Ask(wanted_day(fields, "den_ngay", errors).unwrap_or(NaiveDate::MIN)),
            words: words("vi_sao", "Ghi vì sao cần lùi hạn.", errors),
            field: "den_ngay",
            done: "Đã gửi đề nghị lùi hạn.",
        },
        "cho-lui" => {
            Said {
                deed: Deed::Grant, words: String::new(), field: "", done: "Đã cho lùi hạn."
            }
        }
        "khong-lui" => Said {
            deed: Deed::Refuse,
            words: words("khong_lui", "Ghi vì sao không cho lùi.", errors),
            field: "khong_lui",
            done: "Đã trả lời: giữ nguyên hạn.",
        },
        "xac-nhan" => Said {
            deed: Deed::Accept,
            words: String::new(),
            field: "xac_nhan",
            done: "Đã xác nhận.",
        },
        "tra-lai" => Said {
            deed: Deed::Return(new_day(fields, errors)),
            words: words("tra_lai", "Ghi điều đơn vị phải làm thêm.", errors),
            field: "han_moi",
            done: "Đã trả lại.",
        },
        _ => return Err(Error::NotFound),
    };
    Ok(said)
}

fn new_day(fields: &Fields, errors: &mut Vec<FieldError>) -> Option<NaiveDate> {
    let typed = fields.get("han_moi");
    let day = read_day(typed);
    if day.is_none() && !typed.is_empty() {
        errors.push(FieldError::new("han_moi", "Ngày không đọc được. Ghi như 19/6/2020."));
    }
    day
}

/// `POST /chi-dao/viec/{id}/lam/{viec}`
pub(super) async fn act(
    Path((id, viec)): Path<(String, String)>,
    form: SignedForm,
) -> Result<Response, Error> {
    let (desk, fields) = (&form.desk, &form.fields);
    let duty = find(desk, &id).await?;
    let act = fields.act_id()?;
    let mut errors = Vec::new();
    let Said { deed, words, field, done } = said(&viec, fields, &mut errors)?;
    if !errors.is_empty() {
        return again(desk, &duty, fields, errors).await;
    }
    let version = version_of(fields);
    let order = Order { act, duty: duty.id, version, deed, words, nowhere: false };
    match acts::act(&desk.app, &desk.actor, &order).await {
        Err(Error::Refused { what, remedy }) if !field.is_empty() => {
            again(desk, &duty, fields, vec![at_field(field, &what, &remedy)]).await
        }
        Err(error) => Err(error),
        Ok(()) => Ok(redirect_with(&href(duty.id), "xong", done)),
    }
}

/// `POST /chi-dao/xac-nhan`: many reports at once, each as its row showed it.
pub(super) async fn confirm_many(form: SignedForm) -> Result<Response, Error> {
    let (app, actor) = (&form.desk.app, &form.desk.actor);
    let mut marked: Vec<&str> = form.fields.all("chon").collect();
    marked.sort_unstable();
    marked.dedup();
    let (mut done, mut left) = (0, 0);
    for row in marked {
        let (duty, version) = row.split_once('.').ok_or(Error::NotFound)?;
        let order = Order {
            act: new_id(app.clock.now())?,
            duty: id_of(duty)?,
            version: version.parse().unwrap_or(-1),
            deed: Deed::Accept,
            words: String::new(),
            nowhere: false,
        };
        match acts::act(app, actor, &order).await {
            Ok(()) => done += 1,
            // Confirmed or sent back meanwhile, or one's own report: the others still count.
            Err(Error::Refused { .. }) => left += 1,
            Err(error) => return Err(error),
        }
    }
    let told = match (done, left) {
        (0, 0) => "Chưa đánh dấu việc nào.".to_owned(),
        (done, 0) => format!("Đã xác nhận {done} việc."),
        (done, left) => format!(
            "Đã xác nhận {done} việc. {left} việc vừa có thay đổi hoặc do anh/chị tự báo: mở từng việc để xem."
        ),
    };
    Ok(redirect_with("/chi-dao", "xong", &told))
}

async fn again(
    desk: &Desk,
    duty: &Duty,
    fields: &Fields,
    errors: Vec<FieldError>,
) -> Result<Response, Error> {
    // The page is that of the task as it stands now: its version too, or nothing could be sent again.
    let now = find(desk, &duty.id.to_string()).await?;
    unprocessable(&page(desk, &now, fields.clone(), errors).await?)
}

/// `POST /chi-dao/viec/{id}/bao-xong`: with a file as evidence.
pub(super) async fn report(Path(id): Path<String>, form: SentForm) -> Result<Response, Error> {
    let (desk, fields) = (&form.desk, &form.fields);
    let duty = find(desk, &id).await?;
    let act = fields.act_id()?;
    let mut errors = Vec::new();
    let words = read_text(fields, "ket_qua", (3, "Ghi đã làm được gì."), &mut errors);
    let spent = match fields.has("da_chi_het") {
        true => read_dong(fields, "da_chi_het", &mut errors),
        false => duty.spent_dong,
    };
    let sent = Sent { name: form.file_name.clone(), bytes: form.bytes.clone() };
    let file_id = new_id(desk.app.clock.now())?;
    let file = acts::inspected(&sent, file_id, (duty.id, Some(act))).unwrap_or_else(|text| {
        errors.push(FieldError::new("tep", text));
        None
    });
    if !errors.is_empty() {
        return again(desk, &duty, fields, errors).await;
    }
    let deed = Deed::Report { spent };
    let nowhere = fields.has("khong_noi");
    let order = Order { act, duty: duty.id, version: version_of(fields), deed, words, nowhere };
    match acts::act_with(&desk.app, &desk.actor, &order, file).await {
        Err(Error::Refused { what, remedy }) => {
            let field = if what.contains("minh chứng") { "tep" } else { "ket_qua" };
            again(desk, &duty, fields, vec![at_field(field, &what, &remedy)]).await
        }
        Err(error) => Err(error),
        Ok(()) => {
            let told = "Đã báo xong; đơn vị ban hành sẽ xác nhận.";
            Ok(redirect_with(&href(duty.id), "xong", told))
        }
    }
}

/// `POST /chi-dao/viec/{id}/noi`: a place without internet.
pub(super) async fn add_place(Path(id): Path<String>, form: SignedForm) -> Result<Response, Error> {
    let (desk, fields) = (&form.desk, &form.fields);
    let duty = find(desk, &id).await?;
    let act = fields.act_id()?;
    let mut errors = Vec::new();
    let hamlet = read_line(fields, "thon", (2, "Ghi tên thôn, xóm."), &mut errors);
    let households = read_count(fields, "ho", 0, &mut errors);
    let people = read_count(fields, "nguoi", 1, &mut errors);
    if people > 0 && households > people {
        let text = "Số hộ lớn hơn số người. Kiểm tra lại hai số.";
        errors.push(FieldError::new("ho", text));
    }
    let lack = LACKS.iter().find(|(code, _)| *code == fields.get("thieu"));
    if lack.is_none() {
        errors.push(FieldError::new("thieu", "Chọn nơi này thiếu gì."));
    }
    let has_now = read_line(fields, "co_gi", (0, ""), &mut errors);
    let proposal = read_text(fields, "de_xuat", (3, "Ghi đề xuất của xã."), &mut errors);
    let (Some((lack, _)), true) = (lack, errors.is_empty()) else {
        return again(desk, &duty, fields, errors).await;
    };
    let place =
        NewPlace { act, duty: duty.id, hamlet, households, people, lack, has_now, proposal };
    match places::add(&desk.app, &desk.actor, &place).await {
        Err(Error::Refused { what, remedy }) => {
            again(desk, &duty, fields, vec![at_field("thon", &what, &remedy)]).await
        }
        Err(error) => Err(error),
        Ok(()) => {
            let told = format!("Đã ghi {}.", place.hamlet);
            Ok(redirect_with(&format!("{}#ds-noi", href(duty.id)), "xong", &told))
        }
    }
}

/// A count of households or people of a hamlet.
fn read_count(fields: &Fields, field: &'static str, min: i32, errors: &mut Vec<FieldError>) -> i32 {
    const MAX: i32 = 100_000;
    let digits = fields.get(field).replace(['.', ' '], "");
    match digits.parse::<i32>().ok().filter(|count| (min..=MAX).contains(count)) {
        Some(count) => count,
        None => {
            let text = format!("Ghi một số từ {min} đến 100.000.");
            errors.push(FieldError::new(field, text));
            0
        }
    }
}
