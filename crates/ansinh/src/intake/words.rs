//! Words of intake on the screen: numbers, moments, fields, and what each code means.

use chrono::{DateTime, Timelike, Utc};
use lists::{Field, ProblemCode, RepairCode, messages};
use vietnam::money::Dong;

use super::rules::{GROUP_MISSING, HOUSEHOLD_DONE, HOUSEHOLD_WAITS, OUT_OF_SCOPE, UNIT_MISSING};
use crate::clock::local;

/// "20.000".
pub(super) fn count(number: i64) -> String {
    Dong(number).to_string()
}

/// "357.500.000 đồng".
pub(super) fn dong(amount: i64) -> String {
    Dong(amount).with_unit()
}

/// "15 giờ 21 ngày 19/6/2020".
pub(super) fn moment(at: DateTime<Utc>) -> String {
    let (day, time) = local(at);
    format!("{} giờ {:02} ngày {}", time.hour(), time.minute(), vietnam::date::vi_date(day))
}

/// "25,9 KB".
pub(super) fn size(bytes: i64) -> String {
    let (whole, unit) = if bytes >= 1_048_576 { (1_048_576, "MB") } else { (1_024, "KB") };
    let tenths = bytes.saturating_mul(10).saturating_add(whole / 2) / whole;
    format!("{},{} {unit}", tenths / 10, tenths % 10)
}

/// "12.000/20.000 dòng, còn khoảng 3 giây".
pub(super) fn progress(done: i64, total: i64, seconds_left: Option<i64>) -> String {
    let rows = match (done, total) {
        (0, 0) => "đang mở tệp".to_owned(),
        (done, 0) => format!("{} dòng", count(done)),
        (done, total) if done >= total => format!("đã qua {} dòng, đang lưu", count(total)),
        (done, total) => format!("{}/{} dòng", count(done), count(total)),
    };
    match seconds_left {
        Some(seconds) if seconds >= 90 => {
            format!("{rows}, còn khoảng {} phút", (seconds + 30) / 60)
        }
        Some(seconds) => format!("{rows}, còn khoảng {seconds} giây"),
        None => rows,
    }
}

/// What a column means, on the screen.
pub(super) fn field(name: &str) -> &'static str {
    match Field::parse(name) {
        Some(field) => messages::field_name(field),
        None => "Ô này",
    }
}

/// Heading of a group of problems or repairs.
pub(super) fn title(code: &str) -> String {
    let own = match code {
        OUT_OF_SCOPE => "Dòng của xã khác, ngoài phạm vi của anh/chị",
        UNIT_MISSING => "Chưa biết dòng thuộc xã nào",
        GROUP_MISSING => "Chưa biết dòng thuộc nhóm nào",
        HOUSEHOLD_WAITS => "Cùng hộ với một dòng phải sửa",
        HOUSEHOLD_DONE => "Chủ hộ đã có trong danh sách",
        _ => "",
    };
    if !own.is_empty() {
        return own.to_owned();
    }
    if let Some(code) = ProblemCode::parse(code) {
        return messages::problem_title(code).to_owned();
    }
    RepairCode::parse(code)
        .map_or_else(|| code.to_owned(), |c| messages::repair_title(c).to_owned())
}

/// What to do about a problem that intake itself found; empty for those of the reader, which
/// explains each of its own.
pub(super) fn advice(code: &str) -> &'static str {
    match code {
        OUT_OF_SCOPE => {
            "Tài khoản này chỉ ghi được dòng của đơn vị mình. Chọn lại đơn vị của tờ nếu máy hiểu \
             sai; nếu đúng là xã khác, gửi tệp cho xã đó hoặc cho cấp trên."
        }
        UNIT_MISSING => "Chọn xã cho cả tờ ở mục “Đã nhận ra”, hoặc ghi tên xã vào cột địa chỉ.",
        GROUP_MISSING => "Chọn nhóm đối tượng cho cả tờ ở mục “Đã nhận ra”.",
        HOUSEHOLD_WAITS => {
            "Số tiền ở dòng chủ hộ là của cả hộ nên các dòng của một hộ được ghi cùng nhau. Sửa \
             dòng kia trước, dòng này tự được ghi."
        }
        HOUSEHOLD_DONE => {
            "Tiền của cả hộ đã tính ở dòng chủ hộ; ghi thêm người này sẽ chi hai lần. Nếu hộ thiếu \
             khẩu, sửa ở trang danh sách."
        }
        _ => "",
    }
}

/// True for the code of a repair.
pub(super) fn is_repair(code: &str) -> bool {
    RepairCode::parse(code).is_some()
}

/// Fields that a clerk may give a column.
pub(super) const COLUMN_FIELDS: [Field; 18] = [
    Field::Stt,
    Field::FullName,
    Field::NameLast,
    Field::NameGiven,
    Field::Birth,
    Field::Sex,
    Field::IdNumber,
    Field::Phone,
    Field::Address,
    Field::HouseholdHead,
    Field::Relation,
    Field::HouseholdSize,
    Field::Group,
    Field::Unit,
    Field::Months,
    Field::Rate,
    Field::Amount,
    Field::Note,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_vietnamese() {
        assert_eq!(size(26_521), "25,9 KB");
        assert_eq!(size(1_161_890), "1,1 MB");
        assert_eq!(progress(12_000, 20_000, Some(3)), "12.000/20.000 dòng, còn khoảng 3 giây");
        assert_eq!(progress(0, 0, None), "đang mở tệp");
    }

    #[test]
    fn every_code_has_words() {
        let own = [OUT_OF_SCOPE, UNIT_MISSING, GROUP_MISSING, HOUSEHOLD_WAITS, HOUSEHOLD_DONE];
        let problems = ProblemCode::ALL.iter().map(|code| code.as_str());
        let repairs = RepairCode::ALL.iter().map(|code| code.as_str());
        for code in own.into_iter().chain(problems).chain(repairs) {
            assert_ne!(title(code), code, "{code} has no title");
        }
    }
}
