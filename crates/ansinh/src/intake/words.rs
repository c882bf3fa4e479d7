//! Words of intake on the screen: numbers, moments, fields, and what each code means.

use chrono::{DateTime, Timelike, Utc};
use lists::{Field, ProblemCode, RepairCode};
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
        Some(field) => field_name(field),
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
        return problem_title(code).to_owned();
    }
    RepairCode::parse(code).map_or_else(|| code.to_owned(), |c| repair_title(c).to_owned())
}

/// What it means and what to do.
pub(super) fn advice(code: &str) -> String {
    match code {
        OUT_OF_SCOPE => {
            "Tài khoản này chỉ ghi được dòng của đơn vị mình. Chọn lại đơn vị của tờ nếu máy hiểu \
             sai; nếu đúng là xã khác, gửi tệp cho xã đó hoặc cho huyện."
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
        _ => {
            return ProblemCode::parse(code)
                .map(|c| problem_advice(c).to_owned())
                .unwrap_or_default();
        }
    }
    .to_owned()
}

fn field_name(field: Field) -> &'static str {
    match field {
        Field::Stt => "Số thứ tự",
        Field::FullName => "Họ và tên",
        Field::NameLast => "Họ và đệm",
        Field::NameGiven => "Tên",
        Field::Birth => "Ngày sinh",
        Field::Sex => "Giới tính",
        Field::IdNumber => "Số giấy tờ",
        Field::Phone => "Điện thoại",
        Field::Address => "Thôn, địa chỉ",
        Field::HouseholdHead => "Chủ hộ",
        Field::Relation => "Quan hệ với chủ hộ",
        Field::HouseholdSize => "Số khẩu",
        Field::Group => "Nhóm đối tượng",
        Field::Unit => "Xã",
        Field::District => "Huyện",
        Field::Months => "Số tháng",
        Field::Rate => "Mức một tháng",
        Field::Amount => "Số tiền",
        Field::Note => "Ghi chú",
        Field::Job => "Công việc",
        Field::Business => "Tên hộ kinh doanh",
        Field::TaxCode => "Mã số thuế",
        Field::Employer => "Nơi làm việc",
        Field::SocialInsurance => "Số sổ BHXH",
        Field::IdDate => "Ngày cấp",
        Field::IdPlace => "Nơi cấp",
        Field::FromDate => "Từ ngày",
        Field::BankAccount => "Tài khoản",
        Field::Signature => "Ký nhận",
        Field::Other => "Không đọc",
    }
}

fn repair_title(code: RepairCode) -> &'static str {
    match code {
        RepairCode::Nfc => "Gộp dấu về dạng dựng sẵn",
        RepairCode::Tcvn3 => "Phông .VnTime (TCVN3) sang Unicode",
        RepairCode::Vni => "Phông VNI sang Unicode",
        RepairCode::Vps => "Phông VPS sang Unicode",
        RepairCode::NameCase => "Viết hoa họ tên",
        RepairCode::SpacesInName => "Bỏ dấu cách thừa trong họ tên",
        RepairCode::EthToD => "Đổi chữ Ð lạ thành Đ",
        RepairCode::ZeroLost12 => "Thêm lại số 0 đầu của căn cước",
        RepairCode::ZeroLost9 => "Thêm lại số 0 đầu của chứng minh nhân dân",
        RepairCode::LetterO => "Đổi chữ O thành số 0 trong số giấy tờ",
        RepairCode::SpacesInId => "Bỏ dấu cách, dấu chấm trong số giấy tờ",
        RepairCode::IdFloatSuffix => "Bỏ đuôi .0 của số giấy tờ",
        RepairCode::ExcelSerialDate => "Đổi số của Excel thành ngày",
        RepairCode::AmountText => "Đọc số tiền viết bằng chữ, có dấu chấm",
        RepairCode::AmountUnitThousand => "Nhân 1.000 vì tờ tính bằng nghìn đồng",
        RepairCode::MonthsText => "Đọc số tháng viết kèm chữ",
        RepairCode::ZeroLostPhone => "Thêm lại số 0 đầu của điện thoại",
        RepairCode::SpacesInPhone => "Bỏ dấu cách, dấu chấm trong điện thoại",
        RepairCode::PhoneOldPrefix => "Đổi điện thoại 11 số sang 10 số",
    }
}

fn problem_title(code: ProblemCode) -> &'static str {
    match code {
        ProblemCode::IdMissing => "Chưa có số giấy tờ",
        ProblemCode::IdMissingChild => "Trẻ em chưa có giấy tờ",
        ProblemCode::IdLength => "Số giấy tờ thiếu hoặc thừa chữ số",
        ProblemCode::IdPlaceholder => "Số giấy tờ điền cho có",
        ProblemCode::SciNotationId => "Số giấy tờ mất chữ số do Excel",
        ProblemCode::IdProvinceUnknown => "Căn cước có mã tỉnh lạ",
        ProblemCode::IdBirthMismatch => "Căn cước và năm sinh không khớp",
        ProblemCode::IdSexMismatch => "Căn cước và giới tính không khớp",
        ProblemCode::BirthMissing => "Thiếu ngày sinh",
        ProblemCode::BirthYearOnly => "Chỉ có năm sinh",
        ProblemCode::BirthMonthOnly => "Chỉ có tháng và năm sinh",
        ProblemCode::BirthImpossible => "Ngày sinh không có thật",
        ProblemCode::BirthFuture => "Ngày sinh ở tương lai",
        ProblemCode::BirthTooOld => "Năm sinh trước 1900",
        ProblemCode::NameMissing => "Thiếu họ tên",
        ProblemCode::NameNoDiacritics => "Họ tên gõ không dấu",
        ProblemCode::LossyFont => "Họ tên hoặc địa chỉ mất chữ",
        ProblemCode::AmountMissing => "Thiếu số tiền",
        ProblemCode::AmountNotRate => "Số tiền không đúng mức",
        ProblemCode::AmountUnreadable => "Số tiền không đọc được",
        ProblemCode::FormulaErrorCell => "Ô công thức bị lỗi",
        ProblemCode::MonthsOutOfRange => "Số tháng ngoài quy định",
        ProblemCode::GroupUnknown => "Đối tượng không thuộc nhóm nào",
        ProblemCode::UnitMismatch => "Địa chỉ ghi xã khác",
        ProblemCode::UnitUnknown => "Không rõ xã nào",
        ProblemCode::DuplicateInFile => "Trùng số giấy tờ trong tệp",
        ProblemCode::SuspectDuplicateInFile => "Nghi trùng người trong tệp",
        ProblemCode::PhoneInvalid => "Điện thoại không đúng",
        ProblemCode::HiddenRow => "Dòng đang bị ẩn trong tệp",
        ProblemCode::TotalMismatch => "Tổng trong tệp lệch với cộng các dòng",
        ProblemCode::IdColumnMissing => "Tờ không có cột số giấy tờ",
        ProblemCode::EmptyList => "Danh sách không có người nào",
        ProblemCode::NoTable => "Tờ không có bảng",
    }
}

fn problem_advice(code: ProblemCode) -> &'static str {
    match code {
        ProblemCode::LossyFont => {
            "Tệp từng được lưu bằng chương trình làm mất chữ. Đối chiếu sổ hộ khẩu; gợi ý đã điền \
             sẵn, chỉ ghi khi anh/chị đánh dấu đúng hoặc tự gõ lại."
        }
        ProblemCode::IdMissing
        | ProblemCode::IdLength
        | ProblemCode::IdPlaceholder
        | ProblemCode::SciNotationId => {
            "Vẫn ghi được là chưa có giấy tờ; người này chưa được chi cho đến khi bổ sung. Nhập số \
             đúng nếu có."
        }
        ProblemCode::DuplicateInFile => {
            "Một số giấy tờ chỉ ghi một dòng: sửa số của dòng sai, hoặc để lại dòng thừa."
        }
        ProblemCode::AmountNotRate | ProblemCode::AmountMissing | ProblemCode::AmountUnreadable => {
            "Số tiền = mức một tháng × số tháng × số khẩu. Nhập lại số tiền hoặc số tháng."
        }
        ProblemCode::MonthsOutOfRange => "Chương trình hỗ trợ từ 1 đến 3 tháng.",
        _ => "Xem lại ô này và sửa nếu sai; để nguyên thì ghi như hiện có khi được phép.",
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
