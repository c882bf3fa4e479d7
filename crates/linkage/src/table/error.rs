//! Refusals of a CSV text.

use thiserror::Error;

/// Why a text cannot be read as a table. Display is for the person who has the file: where, what
/// and what to do, in Vietnamese. Lines are counted from 1 as an editor shows them.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TableError {
    /// Nothing but blanks.
    #[error("tệp trống, không có cả dòng tiêu đề. Kiểm tra đã chọn đúng tệp rồi xuất lại ra CSV")]
    Empty,
    /// Heads and nothing below.
    #[error("dưới dòng tiêu đề không có dòng nào. Kiểm tra đã chọn đúng tệp rồi xuất lại ra CSV")]
    NoRows,
    /// A workbook.
    #[error(
        "đây là sổ tính Excel, không phải CSV. Mở trong Excel, chọn Lưu thành (Save As), kiểu \
         “CSV UTF-8 (Comma delimited)”, rồi dùng tệp .csv đó"
    )]
    Workbook,
    /// Some other encoding of letters.
    #[error(
        "dòng {line}: chữ không phải mã UTF-8. Trong Excel chọn Lưu thành (Save As), kiểu “CSV \
         UTF-8 (Comma delimited)”, rồi dùng tệp mới"
    )]
    NotUtf8 {
        /// The line of the first byte that is none.
        line: usize,
    },
    /// Fields are divided by another sign.
    #[error(
        "dòng {line}: các ô cách nhau bằng {} chứ không phải dấu phẩy. Xuất lại tệp thành CSV \
         dùng dấu phẩy (CSV UTF-8, Comma delimited)",
        sign_name(*.sign)
    )]
    OtherSeparator {
        /// The line of the heads.
        line: usize,
        /// What divides them.
        sign: char,
    },
    /// A column that must be there is not.
    #[error(
        "dòng {line}: tiêu đề thiếu cột {column} (đang có: {heads}). Thêm cột {column}, hoặc đặt \
         lại tên cột đúng như vậy"
    )]
    NoColumn {
        /// The line of the heads.
        line: usize,
        /// The one that is missing.
        column: &'static str,
        /// Those that are there.
        heads: String,
    },
    /// Two columns have one head.
    #[error("dòng {line}: có hai cột cùng tên {column}. Xoá hoặc đổi tên một trong hai cột")]
    ColumnTwice {
        /// The line of the heads.
        line: usize,
        /// The head.
        column: &'static str,
    },
    /// A quote opens a field and none closes it.
    #[error(
        "dòng {line}: dấu ngoặc kép mở một ô mà không đóng. Thêm dấu đóng ở cuối ô, hoặc xoá dấu mở"
    )]
    OpenQuote {
        /// The line where the field begins.
        line: usize,
    },
    /// Something stands between a closing quote and the next comma.
    #[error(
        "dòng {line}: sau dấu ngoặc kép đóng ô còn chữ trước dấu phẩy. Dấu ngoặc kép nằm trong ô \
         phải viết hai lần (\"\")"
    )]
    AfterQuote {
        /// The line of the closing quote.
        line: usize,
    },
    /// A row with fewer fields than there are heads.
    #[error(
        "dòng {line}: chỉ có {fields} ô, tiêu đề có {columns}. Dòng bị cắt cụt hoặc thiếu dấu \
         phẩy; thêm cho đủ, ô trống cũng cần dấu phẩy"
    )]
    TooFew {
        /// The line where the row begins.
        line: usize,
        /// Its fields.
        fields: usize,
        /// The heads.
        columns: usize,
    },
    /// A row with more fields than there are heads.
    #[error(
        "dòng {line}: có {fields} ô, tiêu đề chỉ có {columns}. Ô nào chứa dấu phẩy thì đặt cả ô \
         trong ngoặc kép"
    )]
    TooMany {
        /// The line where the row begins.
        line: usize,
        /// Its fields.
        fields: usize,
        /// The heads.
        columns: usize,
    },
    /// A row without a number.
    #[error("dòng {line}: ô record_id trống. Ghi cho mỗi dòng một mã riêng, ví dụ số thứ tự")]
    NoId {
        /// The line where the row begins.
        line: usize,
    },
    /// One number on two rows.
    #[error(
        "dòng {line}: record_id “{id}” đã có ở dòng {first}. Mỗi dòng cần một mã riêng: sửa một \
         trong hai, hoặc xoá dòng thừa"
    )]
    IdTwice {
        /// The line of the second row.
        line: usize,
        /// The line of the first one.
        first: usize,
        /// The number, shortened.
        id: String,
    },
}

fn sign_name(sign: char) -> &'static str {
    match sign {
        '\t' => "dấu tab",
        ';' => "dấu chấm phẩy",
        _ => "dấu gạch đứng",
    }
}
