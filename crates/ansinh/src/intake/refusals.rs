//! Why a file is not taken: what it is, why, what to do.

use crate::web::Error;

/// Largest file.
pub const FILE_BYTES_MAX: usize = 20 * 1024 * 1024;

/// A refusal with its stable code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Of the reader, or our own.
    pub code: String,
    /// What it is and why it cannot be taken.
    pub what: String,
    /// What to do.
    pub remedy: String,
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::refused(refusal.what, refusal.remedy)
    }
}

/// The refusal of a code of the reader. `kind` is what the file seems to be, when it is no table.
pub fn refusal(code: &str, kind: &str) -> Refusal {
    let (what, remedy) = match code {
        "unreadable_encrypted" => (
            "Tệp có mật khẩu mở nên máy chủ không đọc được".to_owned(),
            "Mở tệp trong Excel, chọn Tệp › Thông tin › Bảo vệ sổ làm việc › Mã hóa bằng mật khẩu, \
             xóa mật khẩu, lưu lại rồi tải lên. Không gửi mật khẩu cho ai.",
        ),
        "unreadable_empty" => (
            "Tệp trống: không có ô nào có nội dung".to_owned(),
            "Mở tệp xem lại; có thể tệp chưa lưu xong hoặc chép dở từ USB. Lưu lại rồi tải lên.",
        ),
        "unreadable_too_large" => (
            "Tệp quá lớn: trên 20 MB, trên 200.000 dòng, hoặc khi giải nén ra phình lên bất thường"
                .to_owned(),
            "Tách thành nhiều tệp (mỗi thôn hoặc mỗi nhóm một tệp), chép riêng vùng danh sách sang \
             tệp mới rồi tải lên.",
        ),
        "refused_macro" => (
            "Tệp có chứa macro (chương trình chạy kèm), không nhận vì lý do an toàn".to_owned(),
            "Mở tệp trong Excel, chọn Lưu thành (Save As) kiểu “Excel Workbook (*.xlsx)”, đồng ý bỏ \
             macro, rồi tải tệp mới lên.",
        ),
        "unsupported_format" => (
            format!("Tệp này là {}, không phải bảng tính", kind_words(kind)),
            "Cần tệp Excel (.xlsx, .xls), LibreOffice (.ods), CSV, hoặc bảng HTML lưu đuôi .xls. \
             Nếu danh sách nằm trong Word hoặc ảnh, chép bảng sang Excel rồi tải lên.",
        ),
        "no_list" => (
            "Không tìm thấy danh sách nào trong tệp: không tờ nào có dòng tiêu đề như Họ và tên, \
             Ngày sinh, Số tiền"
                .to_owned(),
            "Kiểm tra có chọn đúng tệp không. Danh sách cần một dòng tiêu đề các cột ở trên tên \
             người đầu tiên.",
        ),
        _ => (
            "Tệp bị hỏng nên máy chủ không đọc được".to_owned(),
            "Mở tệp trong Excel; nếu Excel mở được, chọn Lưu thành một tệp .xlsx mới rồi tải tệp \
             mới lên. Nếu không mở được, xin lại tệp từ người gửi.",
        ),
    };
    Refusal { code: code.to_owned(), what, remedy: remedy.to_owned() }
}

/// The refusal of an error of the sheet reader.
pub fn of_read_error(error: &sheets::ReadError) -> Refusal {
    let kind = match error {
        sheets::ReadError::Unsupported { what } => what,
        _ => "",
    };
    refusal(error.code(), kind)
}

fn kind_words(kind: &str) -> &'static str {
    match kind {
        "pdf" => "văn bản PDF",
        "docx" | "odt" | "rtf" => "văn bản Word",
        "pptx" => "bài trình chiếu",
        "image" => "tệp ảnh",
        "archive" | "zip" => "tệp nén",
        "program" => "chương trình",
        "xlsb" => "bảng tính Excel nhị phân (.xlsb)",
        "spreadsheetml 2003" => "bảng tính XML của Excel 2003",
        "database" => "cơ sở dữ liệu",
        _ => "tệp loại khác",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_says_what_and_what_to_do() {
        for code in [
            "unreadable_encrypted",
            "unreadable_corrupt",
            "unreadable_empty",
            "unreadable_too_large",
            "refused_macro",
            "unsupported_format",
            "no_list",
        ] {
            let refusal = refusal(code, "pdf");
            assert!(refusal.what.chars().count() > 20 && refusal.remedy.chars().count() > 40);
            assert!(!refusal.what.ends_with('.') && refusal.remedy.ends_with('.'), "{code}");
        }
    }
}
