//! Acts in the words of the screen.

/// What an act is called on an access list; acts that nobody named keep their own name.
pub fn in_words(action: &str) -> &str {
    const WORDS: &[(&str, &str)] = &[
        ("id_number.view", "Xem số giấy tờ"),
        ("access.view", "Xem ai đã truy cập"),
        ("payment.record", "Ghi chi trả"),
        ("list.enlist", "Ghi vào danh sách"),
        ("list.post", "Niêm yết danh sách"),
        ("list.submit", "Trình danh sách"),
        ("list.appraise", "Thẩm định danh sách"),
        ("list.return", "Trả lại danh sách"),
        ("list.next_round", "Lập đợt bổ sung"),
        ("entry.correct", "Sửa dòng"),
        ("entry.identify", "Ghi số giấy tờ"),
        ("entry.exclude", "Loại dòng"),
        ("entry.include", "Đưa lại dòng"),
        ("entry.decline", "Ghi từ chối nhận"),
        ("entry.undecline", "Rút lại từ chối"),
        ("duplicate.keep", "Xử lý trùng"),
        ("person.link", "Nối hai số giấy tờ"),
        ("person.unlink", "Gỡ nối hai số giấy tờ"),
        ("intake.upload", "Tải tệp lên"),
        ("intake.correct", "Sửa khi nhập tệp"),
        ("intake.confirm", "Xác nhận ghi tệp"),
        ("intake.commit", "Ghi tệp vào danh sách"),
        ("intake.download", "Tải tệp về"),
        ("report.export", "Xuất báo cáo"),
        ("lookup.found", "Tra cứu trên trang công khai"),
    ];
    WORDS.iter().find(|(name, _)| *name == action).map_or(action, |(_, words)| words)
}
