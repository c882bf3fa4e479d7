//! What is decided about one pair, and taking it back.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::super::{id_of, with_status};
use super::commune;
use super::pair::{Pair, load, may_leave, must_be_at_desk};
use super::view;
use crate::relief::decide::judge_pair;
use crate::relief::duplicates::due_on;
use crate::relief::judge;
use crate::relief::matching::compare_lists;
use crate::relief::rules::Resolution;
use crate::relief::store::duplicates::Side;
use crate::web::{Desk, Error, FieldError, SignedForm, html, redirect_with};

/// Shortest grounds that say something.
const GROUNDS_MIN: usize = 5;
/// Longest grounds, in letters.
const GROUNDS_MAX: usize = 1000;
/// Working days that people have to bring papers.
const PAPERS_DAYS: u32 = 5;

/// What an officer chose about a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    KeepFirst,
    KeepSecond,
    Different,
    Papers,
}

impl Choice {
    pub(super) fn of(text: &str) -> Option<Self> {
        match text {
            "A" => Some(Self::KeepFirst),
            "B" => Some(Self::KeepSecond),
            "hai" => Some(Self::Different),
            "giay" => Some(Self::Papers),
            _ => None,
        }
    }
}

/// Which row the programme keeps: `A`, `B`, or nothing where a paid lower row makes it a case.
pub(super) fn kept_by_rule(resolution: Option<Resolution>) -> &'static str {
    match resolution {
        Some(Resolution::Keep(0)) => "A",
        Some(Resolution::Keep(_)) => "B",
        _ => "",
    }
}

/// What is missing of the grounds, if anything.
pub(super) fn grounds_missing(
    desk: &Desk,
    pair: &Pair,
    choice: Choice,
    grounds: &str,
) -> Option<&'static str> {
    let keeps = kept_by_rule(judge_pair(&desk.app, &pair.first, &pair.second).0);
    let length = grounds.chars().count();
    let told = match choice {
        Choice::Different => "Ghi căn cứ: đã xem giấy tờ nào, hỏi ai, ngày nào.",
        Choice::KeepFirst if keeps == "B" => {
            "Ghi căn cứ: quy tắc giữ dòng kia, vì sao lần này khác?"
        }
        Choice::KeepSecond if keeps == "A" => {
            "Ghi căn cứ: quy tắc giữ dòng kia, vì sao lần này khác?"
        }
        _ if length > GROUNDS_MAX => return Some("Ghi căn cứ ngắn hơn 1.000 chữ."),
        _ => return None,
    };
    match length {
        0..GROUNDS_MIN => Some(told),
        _ if length > GROUNDS_MAX => Some("Ghi căn cứ ngắn hơn 1.000 chữ."),
        _ => None,
    }
}

pub(super) async fn decide(Path(id): Path<String>, form: SignedForm) -> Result<Response, Error> {
    let SignedForm { desk, fields } = form;
    let pair = load(&desk, id_of(&id)?).await?;
    let grounds = vietnam::text::clean(fields.get("can_cu"));
    let chosen = fields.get("giu").to_owned();
    if pair.warning.state != "open" {
        return Err(Error::refused(
            "Cảnh báo này đã được xử lý",
            "Muốn làm lại: mở cảnh báo và hoàn tác kết luận, hoặc đưa lại dòng đã loại.",
        ));
    }
    let mut errors = Vec::new();
    let choice = Choice::of(&chosen);
    match choice {
        None => errors.push(FieldError::new("giu-a", "Chọn giữ dòng A hay dòng B.")),
        Some(choice) => {
            if let Some(told) = grounds_missing(&desk, &pair, choice, &grounds) {
                errors.push(FieldError::new("can_cu", told));
            }
        }
    }
    let (Some(choice), true) = (choice, errors.is_empty()) else {
        let page = view::of(&desk, &pair, errors, &chosen, &grounds).await?;
        return Ok(with_status(html(&page)?, StatusCode::UNPROCESSABLE_ENTITY));
    };
    let told = carry_out(&desk, &pair, choice, &grounds).await?;
    Ok(redirect_with("/canh-bao", "xong", &told))
}

/// Does what was chosen. Returns what to tell.
pub(super) async fn carry_out(
    desk: &Desk,
    pair: &Pair,
    choice: Choice,
    grounds: &str,
) -> Result<String, Error> {
    let case = pair.case(desk);
    match choice {
        Choice::KeepFirst => keep(desk, pair, true, grounds).await,
        Choice::KeepSecond => keep(desk, pair, false, grounds).await,
        Choice::Different => {
            must_be_at_desk(desk, pair)?;
            if pair.by_number() {
                return Err(Error::refused(
                    "Hai dòng mang cùng một số giấy tờ nên chưa thể là hai người",
                    "Mở dòng ghi sai số và sửa số đã kiểm tra: cảnh báo tự đóng.",
                ));
            }
            let told = if judge::different(&case, grounds).await? {
                "Đã ghi: hai người khác nhau. Hệ thống nhớ và không hỏi lại."
            } else {
                "Đã ghi: hai người khác nhau. Hai dòng ghi giống hệt nhau nên danh sách mới vẫn sẽ \
                 hỏi lại; bổ sung ngày sinh hoặc số giấy tờ để máy phân biệt."
            };
            Ok(told.to_owned())
        }
        Choice::Papers => {
            must_be_at_desk(desk, pair)?;
            let calendar = desk.app.areas.calendar();
            let until = calendar.add_working_days(desk.app.clock.today(), PAPERS_DAYS);
            judge::ask_papers(&case, until, grounds).await?;
            let until = vietnam::date::vi_date(until);
            Ok(format!("Đã ghi: chờ giấy tờ đến {until}. In giấy mời ở trang cảnh báo."))
        }
    }
}

async fn keep(desk: &Desk, pair: &Pair, first_kept: bool, grounds: &str) -> Result<String, Error> {
    let (keep, leave) =
        if first_kept { (&pair.first, &pair.second) } else { (&pair.second, &pair.first) };
    if !pair.by_number() {
        must_be_at_desk(desk, pair)?;
    }
    if leave.paid_dong > 0 {
        return Err(Error::refused(
            "Dòng phải rút đã chi tiền nên máy không tự đổi",
            "Đây là hồ sơ chênh lệch: giữ dòng đã chi, hoặc hủy, thu hồi khoản đã chi trước \
             (nơi ra quyết định làm việc này).",
        ));
    }
    may_leave(desk, pair, leave).await??;
    let why = why(desk, pair, keep, grounds);
    judge::keep(&pair.case(desk), first_kept, &why, difference(keep, leave)).await?;
    let (kept, left) = if first_kept { ("A", "B") } else { ("B", "A") };
    Ok(format!("Đã giữ dòng {kept}, loại dòng {left}."))
}

/// What the row that leaves would have been more, when the lower one is kept because it is paid.
fn difference(keep: &Side, leave: &Side) -> i64 {
    if keep.paid_dong > 0 { (leave.due_dong - keep.due_dong).max(0) } else { 0 }
}

fn why(desk: &Desk, pair: &Pair, keep: &Side, grounds: &str) -> String {
    let group = desk.app.catalogue.group_name(&keep.programme_code, &keep.group_code);
    let cause = if pair.warning.kind == "certain" {
        "Trùng chắc chắn"
    } else {
        "Cùng một người"
    };
    let told = if grounds.is_empty() { String::new() } else { format!(". Căn cứ: {grounds}") };
    format!("{cause}: đã giữ ở nhóm {group}, {}{told}", commune(desk, keep))
}

pub(super) async fn undo(Path(id): Path<String>, form: SignedForm) -> Result<Response, Error> {
    let SignedForm { desk, fields } = form;
    let pair = load(&desk, id_of(&id)?).await?;
    must_be_at_desk(&desk, &pair)?;
    let grounds = vietnam::text::clean(fields.get("ly_do"));
    let length = grounds.chars().count();
    if !(GROUNDS_MIN..=GROUNDS_MAX).contains(&length) {
        let errors = vec![FieldError::new("ly_do", "Ghi lý do hoàn tác, từ 5 đến 1.000 chữ.")];
        let page = view::of(&desk, &pair, errors, "", &grounds).await?;
        return Ok(with_status(html(&page)?, StatusCode::UNPROCESSABLE_ENTITY));
    }
    let leaver = match pair.warning.state.as_str() {
        "kept_first" => Some(&pair.second),
        "kept_second" => Some(&pair.first),
        "different" => None,
        _ => {
            return Err(Error::refused(
                "Cảnh báo này chưa có kết luận",
                "Tải lại trang cảnh báo để xem hiện trạng.",
            ));
        }
    };
    if let Some(leaver) = leaver {
        may_leave(&desk, &pair, leaver).await??;
    }
    judge::undo(&pair.case(&desk), due_on(&desk.app), &grounds).await?;
    let lists = [pair.first.list_id, pair.second.list_id];
    compare_lists(&desk.app, &lists).await?;
    let to = format!("/canh-bao/{}", pair.warning.id);
    Ok(redirect_with(&to, "xong", "Đã hoàn tác kết luận. Cặp này chờ kết luận lại."))
}
