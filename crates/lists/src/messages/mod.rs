//! Vietnamese texts for the screen: names of fields, row kinds and codes, and for every problem the
//! sentence *where – what – what to do* (the project's wording rules for errors).

mod explain;
mod file;

pub use explain::{Explanation, explain, explain_on_sheet};
pub use file::{FileMessage, file_problem};

use crate::{Field, NoteKind, Problem, ProblemCode, RepairCode, RowKind, Severity};

/// Name of a field as it stands over a column.
pub fn field_name(field: Field) -> &'static str {
    match field {
        Field::Stt => "Số thứ tự",
        Field::FullName => "Họ và tên",
        Field::NameLast => "Họ và tên đệm",
        Field::NameGiven => "Tên",
        Field::Birth => "Ngày sinh",
        Field::Sex => "Giới tính",
        Field::IdNumber => "Số CMND/CCCD",
        Field::Phone => "Số điện thoại",
        Field::Address => "Thôn, địa chỉ",
        Field::HouseholdHead => "Chủ hộ",
        Field::Relation => "Quan hệ với chủ hộ",
        Field::HouseholdSize => "Số khẩu",
        Field::Group => "Đối tượng",
        Field::Unit => "Xã, phường, thị trấn",
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
        Field::BankAccount => "Số tài khoản",
        Field::Signature => "Ký nhận",
        Field::Other => "Không đọc",
    }
}

/// Name of a row that is not a person.
pub fn row_kind_name(kind: RowKind) -> &'static str {
    match kind {
        RowKind::Section => "Dòng đề mục",
        RowKind::Subtotal => "Cộng từng phần",
        RowKind::Total => "Tổng cộng",
        RowKind::CountLine => "Dòng ghi số người",
        RowKind::AmountWords => "Số tiền bằng chữ",
        RowKind::Signature => "Phần ký tên",
        RowKind::Blank => "Dòng trống",
        RowKind::RepeatedHeader => "Tiêu đề lặp lại",
        RowKind::EmptyText => "Dòng ghi không có đối tượng",
        RowKind::Remark => "Dòng ghi chú",
    }
}

/// What a remark means.
pub fn note_kind_name(kind: NoteKind) -> &'static str {
    match kind {
        NoteKind::Declined => "Không nhận",
        NoteKind::Dead => "Đã chết",
        NoteKind::Duplicate => "Trùng danh sách khác",
        NoteKind::Moved => "Đã chuyển đi",
        NoteKind::Absent => "Vắng mặt",
        NoteKind::Prison => "Đang chấp hành án",
        NoteKind::OtherPolicy => "Đã hưởng chính sách khác",
        NoteKind::Other => "Ghi chú khác",
    }
}

/// Name of a severity.
pub fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::MustFix => "Cần sửa trước khi ghi",
        Severity::Check => "Cần xem và xác nhận",
        Severity::Info => "Để biết",
    }
}

/// Title over problems of one code: states the finding, not the code.
pub fn problem_title(code: ProblemCode) -> &'static str {
    match code {
        ProblemCode::IdMissing => "Chưa có số giấy tờ",
        ProblemCode::IdMissingChild => "Trẻ em chưa có số giấy tờ",
        ProblemCode::IdLength => "Số CMND/CCCD thiếu hoặc thừa chữ số",
        ProblemCode::IdPlaceholder => "Số CMND/CCCD ghi tạm",
        ProblemCode::SciNotationId => "Số CMND/CCCD bị Excel rút gọn, mất chữ số",
        ProblemCode::IdProvinceUnknown => "Ba số đầu CCCD không thuộc tỉnh nào",
        ProblemCode::IdBirthMismatch => "Số CCCD không khớp năm sinh",
        ProblemCode::IdSexMismatch => "Số CCCD không khớp giới tính",
        ProblemCode::BirthMissing => "Chưa ghi ngày sinh",
        ProblemCode::BirthYearOnly => "Chỉ có năm sinh",
        ProblemCode::BirthMonthOnly => "Chỉ có tháng và năm sinh",
        ProblemCode::BirthImpossible => "Ngày sinh không có trong lịch",
        ProblemCode::BirthFuture => "Ngày sinh sau ngày chốt danh sách",
        ProblemCode::BirthTooOld => "Năm sinh trước 1900",
        ProblemCode::NameMissing => "Thiếu họ tên",
        ProblemCode::NameNoDiacritics => "Họ tên không dấu",
        ProblemCode::LossyFont => "Họ tên hoặc địa chỉ mất chữ do chuyển phông",
        ProblemCode::AmountMissing => "Thiếu số tiền",
        ProblemCode::AmountNotRate => "Số tiền không đúng mức",
        ProblemCode::AmountUnreadable => "Số tiền không đọc được",
        ProblemCode::FormulaErrorCell => "Ô có công thức lỗi",
        ProblemCode::MonthsOutOfRange => "Số tháng ngoài mức cho phép",
        ProblemCode::GroupUnknown => "Không rõ nhóm đối tượng",
        ProblemCode::UnitMismatch => "Địa chỉ ghi xã khác",
        ProblemCode::UnitUnknown => "Không rõ xã, phường, thị trấn",
        ProblemCode::DuplicateInFile => "Trùng số giấy tờ trong tệp",
        ProblemCode::SuspectDuplicateInFile => "Nghi trùng người trong tệp",
        ProblemCode::PhoneInvalid => "Số điện thoại không dùng được",
        ProblemCode::HiddenRow => "Dòng đang ẩn trong tệp",
        ProblemCode::TotalMismatch => "Tổng ghi trong tệp không khớp",
        ProblemCode::IdColumnMissing => "Danh sách không có cột số CMND/CCCD",
        ProblemCode::EmptyList => "Danh sách không có người",
        ProblemCode::NoTable => "Tờ không có bảng danh sách",
    }
}

/// Title of one problem, more precise than that of its code where the cell tells more.
pub fn title_of(problem: &Problem) -> String {
    if problem.code != ProblemCode::LossyFont {
        return problem_title(problem.code).to_owned();
    }
    let field = problem.field.map_or("Họ và tên", field_name);
    let lost_u =
        problem.suggestion.is_some() || problem.detail.as_deref().is_some_and(|d| d.contains('ư'));
    if lost_u {
        format!("{field} mất chữ “ư”")
    } else {
        format!("{field} có chữ bị đổi thành dấu “?”")
    }
}

/// Title over repairs of one code.
pub fn repair_title(code: RepairCode) -> &'static str {
    match code {
        RepairCode::Nfc => "Gộp chữ và dấu tách rời (Unicode tổ hợp)",
        RepairCode::Tcvn3 => "Chuyển phông .VnTime (TCVN3) sang Unicode",
        RepairCode::Vni => "Chuyển phông VNI sang Unicode",
        RepairCode::Vps => "Chuyển phông VPS sang Unicode",
        RepairCode::NameCase => "Viết hoa chữ đầu họ tên",
        RepairCode::SpacesInName => "Bỏ dấu cách thừa trong họ tên",
        RepairCode::EthToD => "Đổi chữ Ð nước ngoài thành Đ",
        RepairCode::ZeroLost12 => "Thêm lại số 0 đầu của CCCD",
        RepairCode::ZeroLost9 => "Thêm lại số 0 đầu của CMND",
        RepairCode::LetterO => "Đổi chữ O thành số 0 trong số giấy tờ",
        RepairCode::SpacesInId => "Bỏ dấu cách, dấu chấm trong số giấy tờ",
        RepairCode::IdFloatSuffix => "Bỏ phần “.0” sau số giấy tờ",
        RepairCode::ExcelSerialDate => "Đổi số ngày của Excel thành ngày sinh",
        RepairCode::AmountText => "Đọc số tiền ghi bằng chữ số có dấu chấm, “đồng”, “k”",
        RepairCode::AmountUnitThousand => "Nhân với đơn vị tính ghi trong tờ",
        RepairCode::MonthsText => "Đọc số tháng ghi bằng chữ",
        RepairCode::ZeroLostPhone => "Thêm lại số 0 đầu của điện thoại",
        RepairCode::SpacesInPhone => "Bỏ dấu cách, dấu chấm trong số điện thoại",
        RepairCode::PhoneOldPrefix => "Đổi đầu số điện thoại cũ (11 số) sang đầu số mới",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_text() {
        for &code in ProblemCode::ALL {
            assert!(!problem_title(code).is_empty());
            assert_eq!(ProblemCode::parse(code.as_str()), Some(code));
        }
        for &code in RepairCode::ALL {
            assert!(!repair_title(code).is_empty());
            assert_eq!(RepairCode::parse(code.as_str()), Some(code));
        }
        for field in Field::ALL {
            assert_eq!(Field::parse(field.as_str()), Some(field));
            assert!(!field_name(field).is_empty());
        }
    }
}
