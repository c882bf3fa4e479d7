//! Acts in the words of the screen.

/// Acts that people look for together.
#[derive(Debug)]
pub struct Kind {
    /// Name in an address.
    pub code: &'static str,
    /// Name on the screen.
    pub label: &'static str,
    /// Each act with its words.
    pub acts: &'static [(&'static str, &'static str)],
}

/// Every act of the program by kind.
pub const KINDS: &[Kind] = &[
    Kind {
        code: "xem",
        label: "Xem số giấy tờ, xem ai đã truy cập",
        acts: &[
            ("id_number.view", "Xem số giấy tờ"),
            ("access.view", "Xem ai đã truy cập"),
            ("intake.download", "Tải tệp gốc về"),
        ],
    },
    Kind {
        code: "xuat",
        label: "Xuất bảng ra tệp",
        acts: &[
            ("table.export", "Bắt đầu xuất bảng"),
            ("table.exported", "Xuất bảng ra tệp"),
            ("report.export", "Xuất báo cáo"),
        ],
    },
    Kind { code: "chi", label: "Chi trả", acts: &[("payment.record", "Ghi chi trả")] },
    Kind {
        code: "thu-hoi",
        label: "Thu hồi",
        acts: &[("recovery.demand", "Yêu cầu thu hồi"), ("recovery.record", "Ghi tiền thu hồi")],
    },
    Kind {
        code: "kinh-phi",
        label: "Kinh phí",
        acts: &[("budget.allot", "Ghi số kinh phí được giao")],
    },
    Kind {
        code: "danh-sach",
        label: "Danh sách và các bước",
        acts: &[
            ("list.enlist", "Ghi vào danh sách"),
            ("list.post", "Niêm yết danh sách"),
            ("list.submit", "Trình danh sách"),
            ("list.appraise", "Thẩm định danh sách"),
            ("list.return", "Trả lại danh sách"),
            ("list.approve", "Duyệt danh sách"),
            ("list.undo", "Hoàn tác một bước của danh sách"),
            ("list.next_round", "Lập đợt bổ sung"),
        ],
    },
    Kind {
        code: "dong",
        label: "Sửa người trong danh sách",
        acts: &[
            ("entry.correct", "Sửa dòng"),
            ("entry.identify", "Ghi số giấy tờ"),
            ("entry.exclude", "Loại dòng"),
            ("entry.include", "Đưa lại dòng"),
            ("entry.decline", "Ghi từ chối nhận"),
            ("entry.undecline", "Rút lại từ chối"),
            ("entry.require_paper", "Yêu cầu giấy xác nhận"),
            ("entry.paper", "Ghi giấy xác nhận"),
            ("entry.clear_remark", "Gỡ ghi chú cần xem"),
            ("entry.facts", "Ghi mốc thời gian của người hưởng"),
        ],
    },
    Kind {
        code: "trung",
        label: "Xử lý trùng",
        acts: &[
            ("duplicate.keep", "Xử lý trùng"),
            ("duplicate.raise", "Máy cảnh báo trùng"),
            ("duplicate.different", "Kết luận hai người khác nhau"),
            ("duplicate.papers", "Yêu cầu giấy tờ của cặp nghi trùng"),
            ("duplicate.undo", "Hoàn tác kết luận trùng"),
            ("person.link", "Nối hai số giấy tờ"),
            ("person.unlink", "Gỡ nối hai số giấy tờ"),
        ],
    },
    Kind {
        code: "quyet-dinh",
        label: "Quyết định",
        acts: &[("decision.record", "Ghi quyết định"), ("decision.revoke", "Hủy quyết định")],
    },
    Kind {
        code: "nhap-lieu",
        label: "Nhập liệu",
        acts: &[
            ("intake.upload", "Tải tệp lên"),
            ("intake.refuse", "Tệp tải lên bị từ chối"),
            ("intake.correct", "Sửa khi nhập tệp"),
            ("intake.read_again", "Đọc lại tệp"),
            ("intake.confirm", "Xác nhận ghi tệp"),
            ("intake.commit", "Ghi tệp vào danh sách"),
            ("intake.discard", "Bỏ tệp"),
        ],
    },
    Kind {
        code: "so-ngay",
        label: "Báo cáo ngày, đôn đốc, mở và khóa sổ",
        acts: &[
            ("duty.fulfil", "Gửi báo cáo ngày"),
            ("duty.remind", "Nhắc đơn vị"),
            ("duty.excuse", "Miễn báo cáo một ngày"),
            ("duty.revoke_excuse", "Bỏ miễn báo cáo"),
            ("day.reopen", "Mở lại sổ đã khóa"),
            ("day.close_again", "Khóa lại sổ"),
            ("log.publish", "Công bố sổ chi của ngày"),
            ("log.witness", "Nhận chữ ký chứng kiến sổ chi"),
            ("log.slip", "In mã kiểm chứng cho người nhận tiền"),
            ("unit.contact", "Sửa người liên hệ của đơn vị"),
        ],
    },
    Kind {
        code: "tin-tuc",
        label: "Tin tức, kiểm chứng",
        acts: &[
            ("news.appoint", "Ghi người vào Ban Biên tập"),
            ("news.dismiss", "Kết thúc nhiệm kỳ ở Ban Biên tập"),
            ("news.write", "Viết, sửa bài"),
            ("news.submit", "Trình duyệt bài"),
            ("news.recall", "Rút bài về để sửa"),
            ("news.return", "Trả lại bài"),
            ("news.confirm", "Thẩm định bài: xác nhận đúng"),
            ("news.object", "Thẩm định bài: không xác nhận"),
            ("news.publish", "Duyệt đăng bài"),
            ("news.unschedule", "Hủy hẹn giờ đăng bài"),
            ("news.replace", "Bắt đầu bản sửa của bài"),
            ("news.discard", "Bỏ bản đang soạn"),
            ("news.withdraw", "Gỡ bài"),
            ("news.restore", "Đăng lại bài đã gỡ"),
        ],
    },
    Kind {
        code: "dang-nhap",
        label: "Đăng nhập",
        acts: &[
            ("session.open", "Đăng nhập"),
            ("session.close", "Thoát"),
            ("session.end", "Kết thúc phiên ở máy khác"),
            ("session.code", "Nhập đúng mã xác thực"),
            ("session.wrong_code", "Nhập sai mã xác thực"),
            ("session.wrong_password", "Nhập sai mật khẩu"),
            ("session.locked", "Tài khoản bị khóa vì nhập sai nhiều lần"),
        ],
    },
    Kind {
        code: "tai-khoan",
        label: "Tài khoản",
        acts: &[
            ("account.add_officer", "Thêm cán bộ"),
            ("account.add_supervisor", "Thêm tài khoản giám sát"),
            ("account.reset", "Cấp lại mật khẩu"),
            ("account.password", "Đổi mật khẩu"),
            ("account.code_on", "Bật mã xác thực"),
            ("account.code_off", "Gỡ mã xác thực"),
            ("account.disable", "Ngừng tài khoản"),
            ("account.enable", "Mở lại tài khoản"),
            ("account.manages_only", "Giao việc cho từng cán bộ"),
            ("account.acts_again", "Làm việc lại bằng tài khoản chung"),
            ("accounts.create", "Lập các tài khoản"),
        ],
    },
    Kind {
        code: "ranh-gioi",
        label: "Ranh giới trên bản đồ",
        acts: &[("boundaries.import", "Nhập ranh giới")],
    },
    Kind {
        code: "chi-dao",
        label: "Chỉ đạo, kế hoạch, phủ sóng",
        acts: &[
            ("steering.issue", "Ghi văn bản chỉ đạo"),
            ("steering.give", "Giao nhiệm vụ"),
            ("steering.withdraw", "Thôi thực hiện văn bản"),
            ("steering.urge", "Nhắc đơn vị chậm"),
            ("steering.take", "Nhận nhiệm vụ"),
            ("steering.progress", "Báo tiến độ nhiệm vụ"),
            ("steering.report", "Báo nhiệm vụ đã xong"),
            ("steering.ask", "Xin lùi hạn nhiệm vụ"),
            ("steering.grant", "Cho lùi hạn nhiệm vụ"),
            ("steering.refuse", "Không cho lùi hạn nhiệm vụ"),
            ("steering.accept", "Xác nhận nhiệm vụ đã xong"),
            ("steering.return", "Trả lại nhiệm vụ"),
            ("steering.place", "Ghi nơi chưa có sóng"),
            ("steering.place_drop", "Bỏ nơi ghi nhầm"),
            ("steering.place_confirm", "Xác nhận nơi chưa có sóng"),
            ("steering.place_send", "Gửi nhà mạng"),
            ("steering.place_done", "Ghi nơi đã có sóng"),
            ("steering.place_no", "Ghi nhà mạng chưa làm được"),
        ],
    },
    Kind {
        code: "y-kien",
        label: "Ý kiến, khiếu nại, hỏi đáp",
        acts: &[
            ("feedback.submit", "Gửi phiếu ý kiến"),
            ("feedback.word", "Viết thêm vào phiếu ý kiến"),
            ("feedback.withdraw", "Người gửi rút phiếu ý kiến"),
            ("feedback.accept", "Nhận giải quyết ý kiến"),
            ("feedback.answer", "Trả lời ý kiến"),
            ("feedback.confirm", "Xác nhận trả lời khiếu nại"),
            ("feedback.return", "Trả lại trả lời khiếu nại"),
            ("feedback.ask", "Đề nghị người gửi bổ sung"),
            ("feedback.pass", "Chuyển phiếu ý kiến"),
            ("feedback.close", "Kết thúc phiếu ý kiến"),
            ("feedback.view", "Xem điện thoại của người gửi ý kiến"),
            ("feedback.publish", "Đăng hỏi đáp chung"),
            ("feedback.unpublish", "Gỡ hỏi đáp chung"),
            ("feedback.terms", "Đặt thời hạn giải quyết ý kiến"),
            ("feedback.forget", "Xóa tên, điện thoại của người gửi đã hết hạn giữ"),
        ],
    },
    Kind {
        code: "tra-cuu",
        label: "Người dân tra cứu",
        acts: &[
            ("lookup.found", "Tra cứu trên trang công khai"),
            ("lookup.failed", "Tra cứu không thấy"),
        ],
    },
];

/// What an act is called on the screen; acts that nobody named keep their own name.
pub fn in_words(action: &str) -> &str {
    let mut acts = KINDS.iter().flat_map(|kind| kind.acts);
    acts.find(|(name, _)| *name == action).map_or(action, |(_, words)| words)
}
