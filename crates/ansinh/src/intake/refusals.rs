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
    if code == "no_list" {
        return Refusal {
            code: code.to_owned(),
            what: "Không tìm thấy danh sách nào trong tệp: không tờ nào có dòng tiêu đề như Họ và \
                   tên, Ngày sinh, Số tiền"
                .to_owned(),
            remedy: "Kiểm tra có chọn đúng tệp không. Danh sách cần một dòng tiêu đề các cột ở \
                     trên tên người đầu tiên."
                .to_owned(),
        };
    }
    let message = lists::messages::file_problem(code);
    let what = if kind.is_empty() {
        message.what.to_owned()
    } else {
        format!("Tệp này là {}, không phải bảng tính.", kind_words(kind))
    };
    let why = message.why.trim_end_matches('.');
    Refusal {
        code: code.to_owned(),
        what: format!("{what} {why}"),
        remedy: message.action.to_owned(),
    }
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
