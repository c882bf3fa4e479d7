//! Words and shares that made-up people are put together from.

/// Family names with their share in a thousand.
pub const FAMILIES: [(&str, u32); 40] = [
    ("Nguyễn", 310),
    ("Trần", 120),
    ("Lê", 95),
    ("Phan", 65),
    ("Phạm", 50),
    ("Võ", 40),
    ("Hoàng", 35),
    ("Đặng", 32),
    ("Bùi", 20),
    ("Dương", 20),
    ("Hồ", 20),
    ("Ngô", 20),
    ("Đậu", 15),
    ("Trương", 15),
    ("Đoàn", 12),
    ("Đinh", 10),
    ("Thái", 10),
    ("Cao", 9),
    ("Hà", 9),
    ("Lương", 8),
    ("Mai", 8),
    ("Trịnh", 8),
    ("Đào", 8),
    ("Vũ", 8),
    ("Phùng", 6),
    ("Tô", 6),
    ("Biện", 6),
    ("Chu", 5),
    ("Cù", 5),
    ("Uông", 4),
    ("Lưu", 4),
    ("Kiều", 3),
    ("Bạch", 3),
    ("Nghiêm", 3),
    ("Thân", 3),
    ("Tạ", 3),
    ("La", 2),
    ("Sử", 2),
    ("Từ", 2),
    ("Thiều", 1),
];

/// Middle names of men, the first the one of old times.
pub const MIDDLES_MALE: [&str; 22] = [
    "Văn", "Đức", "Hữu", "Đình", "Xuân", "Quang", "Minh", "Công", "Bá", "Trọng", "Viết", "Ngọc",
    "Thanh", "Quốc", "Duy", "Tiến", "Anh", "Hoàng", "Sỹ", "Khắc", "Thế", "Mạnh",
];

/// Middle names of women, the first the one of old times.
pub const MIDDLES_FEMALE: [&str; 18] = [
    "Thị", "Ngọc", "Thu", "Thanh", "Kim", "Bích", "Mỹ", "Hồng", "Thùy", "Diệu", "Khánh", "Quỳnh",
    "Phương", "Bảo", "Hà", "Minh", "Cẩm", "Hoài",
];

/// Given names of men, frequent ones first.
pub const GIVEN_MALE: [&str; 72] = [
    "Hùng",
    "Dũng",
    "Sơn",
    "Tuấn",
    "Hải",
    "Thắng",
    "Bình",
    "Thành",
    "Minh",
    "Hoàng",
    "Nam",
    "Long",
    "Đức",
    "Cường",
    "Quang",
    "Trung",
    "Tân",
    "Hiếu",
    "Tiến",
    "Vinh",
    "Toàn",
    "Dương",
    "Hòa",
    "Lâm",
    "Phúc",
    "Tài",
    "Khánh",
    "Anh",
    "Mạnh",
    "Thảo",
    "Nhân",
    "Lộc",
    "Thọ",
    "Quý",
    "Bảy",
    "Sáu",
    "Tám",
    "Đông",
    "Việt",
    "Thái",
    "Ngọc",
    "Duy",
    "Kiên",
    "Đạt",
    "Hưng",
    "Chiến",
    "Thịnh",
    "Lực",
    "Giáp",
    "Mùi",
    "Tý",
    "Dần",
    "Thìn",
    "Hợi",
    "Cảnh",
    "Tình",
    "Nguyên",
    "Luận",
    "Định",
    "Trường",
    "Phong",
    "Hào",
    "Khoa",
    "Đăng",
    "Nghĩa",
    "Lương",
    "Hậu",
    "Cầu",
    "Đồng",
    "Sinh",
    "Ninh",
    "Trí",
];

/// Given names of women, frequent ones first.
pub const GIVEN_FEMALE: [&str; 72] = [
    "Hoa", "Lan", "Hương", "Hà", "Hồng", "Thủy", "Nga", "Mai", "Hiền", "Hằng", "Loan", "Thanh",
    "Nhung", "Phương", "Tâm", "Bình", "Liên", "Vân", "Oanh", "Yến", "Thảo", "Linh", "Trang",
    "Huyền", "Anh", "Ngọc", "Lý", "Quế", "Xuân", "Thu", "Hạnh", "Huệ", "Cúc", "Đào", "Lài", "Sen",
    "Minh", "Tuyết", "Bích", "Châu", "Dung", "Hòa", "Lương", "Bảy", "Sáu", "Tám", "Em", "Con",
    "Mận", "Lựu", "Diệp", "Thắm", "Nguyệt", "Ái", "Duyên", "Quỳnh", "My", "Nhi", "Vy", "Hân",
    "Trâm", "Uyên", "Giang", "Chi", "Thương", "Tình", "Thư", "Ánh", "Luận", "Nhâm", "Trà", "Mơ",
];

/// Syllables that communes and hamlets are named with.
pub const PLACES: [&str; 28] = [
    "Xuân",
    "Bình",
    "Sơn",
    "Hương",
    "Mai",
    "Trường",
    "Long",
    "Thành",
    "Hưng",
    "Phong",
    "Lâm",
    "Châu",
    "Đông",
    "Tân",
    "Phú",
    "Hòa",
    "Yên",
    "Vĩnh",
    "Nam",
    "Bắc",
    "Trung",
    "Tây",
    "Hồng",
    "Tiến",
    "Liên",
    "Giang",
    "Mỹ",
    "Lợi",
];

/// Policies with their share in a hundred.
pub const POLICIES: [(&str, u32); 9] = [
    ("HCN", 19),
    ("BTXH", 18),
    ("LDTD", 17),
    ("HN", 16),
    ("NCC", 10),
    ("HKD", 6),
    ("MATVL", 5),
    ("HOAN", 5),
    ("F0", 4),
];

/// How often rows go wrong, in ten thousand, at the middle level.
pub struct Noise {
    pub scale: f64,
    pub namesake: f64,
}

impl Noise {
    pub fn of(level: &str) -> Option<Self> {
        match level {
            "easy" => Some(Self { scale: 0.4, namesake: 0.02 }),
            "medium" => Some(Self { scale: 1.0, namesake: 0.05 }),
            "hard" => Some(Self { scale: 1.75, namesake: 0.09 }),
            _ => None,
        }
    }
}

/// A small generator of numbers (splitmix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    pub fn chance(&mut self, share: f64) -> bool {
        (self.next() >> 11) as f64 / ((1u64 << 53) as f64) < share
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// An entry of a table with shares.
    pub fn weighted(&mut self, from: &[(&'static str, u32)]) -> &'static str {
        let total: u32 = from.iter().map(|(_, share)| share).sum();
        let mut at = self.below(total as usize) as u32;
        for &(word, share) in from {
            if at < share {
                return word;
            }
            at -= share;
        }
        from[0].0
    }

    /// An entry of a list whose first entries are the frequent ones.
    pub fn early<'a>(&mut self, from: &'a [&'static str]) -> &'a &'static str {
        let (a, b) = (self.below(from.len()), self.below(from.len()));
        &from[a.min(b)]
    }
}
