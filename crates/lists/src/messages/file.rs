//! Files that cannot be opened: what it is, why, what to do.

/// Why a file was refused, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileMessage {
    /// What is the matter.
    pub what: &'static str,
    /// Why the system cannot go on.
    pub why: &'static str,
    /// What to do.
    pub action: &'static str,
}

/// The message for a code of the readers; an unknown code gets the message of a broken file.
pub fn file_problem(code: &str) -> FileMessage {
    match code {
        "unreadable_encrypted" => FileMessage {
            what: "Tệp được bảo vệ bằng mật khẩu.",
            why: "Hệ thống không giữ và không hỏi mật khẩu tệp, nên không mở được.",
            action: "Mở tệp bằng Excel với mật khẩu, vào Tệp (File) > Thông tin (Info) > Bảo vệ sổ làm việc \
                     (Protect Workbook) > Mã hóa bằng mật khẩu (Encrypt with Password), xóa hết ô mật khẩu, \
                     bấm OK, lưu rồi tải lại.",
        },
        "unreadable_empty" => FileMessage {
            what: "Tệp trống.",
            why: "Trong tệp không có ô nào có chữ hay số.",
            action: "Mở tệp để kiểm tra, chọn đúng tệp danh sách rồi tải lại.",
        },
        "unreadable_too_large" => FileMessage {
            what: "Tệp quá lớn.",
            why: "Hệ thống nhận tệp đến 20 MB và 200.000 dòng để không làm chậm các xã khác.",
            action: "Xóa hình ảnh và các tờ không cần, hoặc tách danh sách thành nhiều tệp rồi tải lại.",
        },
        "refused_macro" => FileMessage {
            what: "Tệp có chứa macro.",
            why: "Macro có thể gây hại cho máy khác nên hệ thống không nhận.",
            action: "Mở tệp bằng Excel, chọn Lưu thành (Save As), loại “Excel Workbook (*.xlsx)”, rồi tải tệp mới lên.",
        },
        "unsupported_format" => FileMessage {
            what: "Không phải tệp bảng tính.",
            why: "Hệ thống đọc được tệp Excel (.xlsx, .xls), OpenDocument (.ods), CSV và bảng HTML.",
            action: "Nếu là tệp Word, PDF hoặc ảnh: chép danh sách sang Excel, lưu dạng .xlsx rồi tải lên.",
        },
        _ => FileMessage {
            what: "Tệp bị hỏng, không mở được.",
            why: "Nội dung tệp không đầy đủ, thường do tải lên hoặc chép dở dang.",
            action: "Mở thử tệp trên máy anh/chị; nếu mở được thì chọn Lưu thành (Save As) một tệp .xlsx mới rồi tải \
                     lại, nếu không thì xin lại bản gốc.",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_the_readers_has_its_own_message() {
        let codes = [
            "unreadable_encrypted",
            "unreadable_corrupt",
            "unreadable_empty",
            "unreadable_too_large",
            "refused_macro",
            "unsupported_format",
        ];
        for (at, code) in codes.iter().enumerate() {
            for other in &codes[at + 1..] {
                assert_ne!(file_problem(code), file_problem(other));
            }
        }
    }
}
