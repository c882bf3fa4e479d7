//! Problems in words: where – what – what to do.

use super::field_name;
use crate::{Field, Problem, ProblemCode};

/// A problem explained to the clerk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// "Ô E17 (Số CMND/CCCD)".
    pub place: String,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub action: String,
}

impl std::fmt::Display for Explanation {
    /// The whole sentence.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}. {}", self.place, self.what, self.action)
    }
}

/// Explains a problem: "Ô E17 (Số CMND/CCCD): có 11 chữ số; CMND có 9, CCCD có 12. Có thể Excel đã
/// bỏ số 0 đầu: 042075013342?"
pub fn explain(problem: &Problem) -> Explanation {
    Explanation { place: place(problem), what: what(problem), action: action(problem) }
}

/// As [`explain`], with the name of the sheet before the cell.
pub fn explain_on_sheet(problem: &Problem, sheet: Option<&str>) -> Explanation {
    let mut explained = explain(problem);
    if let Some(sheet) = sheet {
        explained.place = format!("Tờ “{sheet}”, {}", lower_first(&explained.place));
    }
    explained
}

fn lower_first(text: &str) -> String {
    text.strip_prefix('Ô').map_or_else(|| text.to_owned(), |rest| format!("ô{rest}"))
}

fn place(problem: &Problem) -> String {
    let cells = problem.cells.join(", ");
    match problem.field {
        Some(field) if !cells.is_empty() => format!("Ô {cells} ({})", field_name(field)),
        Some(field) => format!("Cột {}", field_name(field)),
        None if !cells.is_empty() => format!("Ô {cells}"),
        None => "Tờ này".to_owned(),
    }
}

fn what(problem: &Problem) -> String {
    let detail = problem.detail.as_deref();
    let with = |text: &str| match detail {
        Some(detail) => format!("{text} ({detail})"),
        None => text.to_owned(),
    };
    let given = |text: &str| detail.map_or_else(|| text.to_owned(), str::to_owned);
    match problem.code {
        ProblemCode::IdMissing => "chưa có số CMND/CCCD".to_owned(),
        ProblemCode::IdMissingChild => "trẻ em chưa có số giấy tờ".to_owned(),
        ProblemCode::IdLength => given("số chữ số không đúng; CMND có 9, CCCD có 12"),
        ProblemCode::IdPlaceholder => with("là số ghi tạm, không phải số thật"),
        ProblemCode::SciNotationId => with("Excel đã rút gọn số này, không khôi phục được"),
        ProblemCode::IdProvinceUnknown => with("ba số đầu không phải mã tỉnh nào"),
        ProblemCode::IdBirthMismatch => given("số CCCD không khớp năm sinh"),
        ProblemCode::IdSexMismatch => with("số CCCD không khớp giới tính ghi trong danh sách"),
        ProblemCode::BirthMissing => "chưa ghi ngày sinh".to_owned(),
        ProblemCode::BirthYearOnly => with("chỉ có năm sinh"),
        ProblemCode::BirthMonthOnly => with("chỉ có tháng và năm sinh"),
        ProblemCode::BirthImpossible => with("không có ngày này trong lịch"),
        ProblemCode::BirthFuture => with("ngày sinh sau ngày chốt danh sách"),
        ProblemCode::BirthTooOld => with("năm sinh trước 1900"),
        ProblemCode::NameMissing => "dòng có số liệu nhưng chưa ghi họ tên".to_owned(),
        ProblemCode::NameNoDiacritics => "họ tên ghi không dấu".to_owned(),
        ProblemCode::LossyFont => with("mất chữ khi chuyển phông"),
        ProblemCode::AmountMissing => "chưa ghi số tiền".to_owned(),
        ProblemCode::AmountNotRate => given("số tiền không đúng mức hỗ trợ"),
        ProblemCode::AmountUnreadable => with("không đọc được số tiền"),
        ProblemCode::FormulaErrorCell => with("công thức trong ô bị lỗi"),
        ProblemCode::MonthsOutOfRange => given("số tháng ngoài mức cho phép"),
        ProblemCode::GroupUnknown => with("không rõ thuộc nhóm đối tượng nào"),
        ProblemCode::UnitMismatch => with("địa chỉ thuộc xã khác với danh sách"),
        ProblemCode::UnitUnknown => with("không tìm thấy tên xã, phường, thị trấn"),
        ProblemCode::DuplicateInFile => with("số giấy tờ này có ở nhiều dòng"),
        ProblemCode::SuspectDuplicateInFile => with("cùng họ tên và ngày sinh với dòng khác"),
        ProblemCode::PhoneInvalid => with("không phải số di động của Việt Nam"),
        ProblemCode::HiddenRow => "dòng đang ẩn trong tệp nhưng vẫn được đọc".to_owned(),
        ProblemCode::TotalMismatch => given("tổng ghi trong tệp không khớp các dòng"),
        ProblemCode::IdColumnMissing => "danh sách không có cột số CMND/CCCD".to_owned(),
        ProblemCode::EmptyList => "danh sách không có người nào".to_owned(),
        ProblemCode::NoTable => "không thấy bảng danh sách trong tờ".to_owned(),
    }
}

fn action(problem: &Problem) -> String {
    if let Some(suggestion) = &problem.suggestion {
        return match (problem.code, problem.field) {
            (ProblemCode::IdLength, _) => format!("Có thể Excel đã bỏ số 0 đầu: {suggestion}?"),
            (ProblemCode::LossyFont, _) => {
                format!("Có thể là “{suggestion}”? Đối chiếu sổ hộ khẩu rồi xác nhận.")
            }
            (_, Some(Field::Amount)) => {
                format!("Mức theo quy định: {suggestion} đồng? Sửa lại hoặc sửa số tháng, số khẩu.")
            }
            _ => format!("Có phải {suggestion}?"),
        };
    }
    match problem.code {
        ProblemCode::IdMissing => "Nhập số, hoặc đánh dấu để ghi là chưa có giấy tờ; người này chưa được chi cho đến khi bổ sung.",
        ProblemCode::IdMissingChild => "Vẫn ghi được; bổ sung số định danh khi có.",
        ProblemCode::IdLength | ProblemCode::IdPlaceholder | ProblemCode::SciNotationId => {
            "Xem lại giấy tờ và nhập đủ số."
        }
        ProblemCode::IdProvinceUnknown | ProblemCode::IdBirthMismatch | ProblemCode::IdSexMismatch => {
            "Đối chiếu giấy tờ: sửa số, ngày sinh hoặc giới tính, hoặc xác nhận là đúng."
        }
        ProblemCode::BirthMissing => "Nhập ngày sinh; chỉ biết năm thì nhập năm.",
        ProblemCode::BirthYearOnly | ProblemCode::BirthMonthOnly => "Vẫn ghi được; bổ sung ngày, tháng khi biết.",
        ProblemCode::BirthImpossible => "Sửa lại theo giấy tờ, ví dụ 28/02/1975.",
        ProblemCode::BirthFuture | ProblemCode::BirthTooOld => "Kiểm tra năm sinh theo giấy tờ.",
        ProblemCode::NameMissing => "Nhập họ tên theo giấy tờ, hoặc bỏ dòng này.",
        ProblemCode::NameNoDiacritics => "Nên ghi lại họ tên có dấu theo giấy tờ.",
        ProblemCode::LossyFont => "Ghi lại theo sổ hộ khẩu hoặc giấy tờ.",
        ProblemCode::AmountMissing => "Nhập số tiền, hoặc ghi “không nhận” nếu người này từ chối.",
        ProblemCode::AmountNotRate => "Sửa số tiền hoặc số tháng, số khẩu cho khớp.",
        ProblemCode::AmountUnreadable | ProblemCode::FormulaErrorCell => "Nhập số tiền bằng chữ số, ví dụ 1.500.000.",
        ProblemCode::MonthsOutOfRange => "Sửa số tháng từ 1 đến 3.",
        ProblemCode::GroupUnknown => "Chọn nhóm đối tượng cho dòng này hoặc cho cả tờ.",
        ProblemCode::UnitMismatch => "Xác nhận người này do xã nào lập danh sách.",
        ProblemCode::UnitUnknown => "Chọn xã, phường, thị trấn.",
        ProblemCode::DuplicateInFile => "Giữ một dòng, bỏ dòng kia, hoặc sửa số ghi nhầm.",
        ProblemCode::SuspectDuplicateInFile => "Xem có phải một người; nếu là hai người khác nhau thì xác nhận.",
        ProblemCode::PhoneInvalid => "Nhập lại số di động 10 chữ số, hoặc để trống.",
        ProblemCode::HiddenRow => "Xem người này có còn trong danh sách không.",
        ProblemCode::TotalMismatch => "Kiểm tra có thiếu, thừa dòng hoặc cộng sai.",
        ProblemCode::IdColumnMissing => "Bổ sung cột số giấy tờ, hoặc chọn cột ở phần đổi cột.",
        ProblemCode::EmptyList => "Nếu xã không có đối tượng thì xác nhận; nếu có thì chọn lại tệp.",
        ProblemCode::NoTable => "Không cần làm gì nếu đây không phải danh sách.",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_of_the_wording_rules() {
        let problem = Problem::at(ProblemCode::IdLength, Some(Field::IdNumber), "E17")
            .detail("có 11 chữ số; CMND có 9, CCCD có 12")
            .suggest(Some("042075013342".to_owned()));
        assert_eq!(
            explain(&problem).to_string(),
            "Ô E17 (Số CMND/CCCD): có 11 chữ số; CMND có 9, CCCD có 12. \
             Có thể Excel đã bỏ số 0 đầu: 042075013342?"
        );
    }

    #[test]
    fn every_code_says_what_to_do() {
        for &code in ProblemCode::ALL {
            let explained = explain(&Problem::at(code, None, "A1"));
            assert!(!explained.what.is_empty() && !explained.action.is_empty(), "{code:?}");
        }
    }
}
