//! What an officer may choose: dimensions, stages and units, with their names in addresses and on the
//! screen.

use crate::relief::payments::Status;

/// By what a report has its lines or columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dim {
    Programme,
    Group,
    Province,
    District,
    Commune,
    Decision,
    Day,
    Week,
    Month,
    Status,
    Reason,
    Channel,
    Source,
}

impl Dim {
    pub const ALL: [Self; 13] = [
        Self::Group,
        Self::Programme,
        Self::Province,
        Self::District,
        Self::Commune,
        Self::Decision,
        Self::Day,
        Self::Week,
        Self::Month,
        Self::Status,
        Self::Reason,
        Self::Channel,
        Self::Source,
    ];

    /// Name in addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Programme => "chuong-trinh",
            Self::Group => "nhom",
            Self::Province => "tinh",
            Self::District => "huyen",
            Self::Commune => "xa",
            Self::Decision => "quyet-dinh",
            Self::Day => "ngay",
            Self::Week => "tuan",
            Self::Month => "thang",
            Self::Status => "tinh-trang",
            Self::Reason => "ly-do",
            Self::Channel => "hinh-thuc",
            Self::Source => "nguon",
        }
    }

    /// Name on the screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Programme => "Chương trình",
            Self::Group => "Nhóm đối tượng",
            Self::Province => "Tỉnh",
            Self::District => "Huyện",
            Self::Commune => "Xã, phường",
            Self::Decision => "Quyết định",
            Self::Day => "Ngày",
            Self::Week => "Tuần",
            Self::Month => "Tháng",
            Self::Status => "Tình trạng",
            Self::Reason => "Lý do không chi được",
            Self::Channel => "Hình thức chi",
            Self::Source => "Nguồn kinh phí",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dim| dim.code() == code)
    }

    /// True when the day of what happened must be known.
    pub fn is_time(self) -> bool {
        matches!(self, Self::Day | Self::Week | Self::Month)
    }
}

/// What is counted: a step on the way of the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Listed,
    Appraised,
    Approved,
    Paid,
    Open,
    NotPaid,
    Held,
    Declined,
    Demanded,
    Repaid,
}

/// How many stages there are.
pub(super) const STAGES: usize = 10;

impl Stage {
    pub const ALL: [Self; STAGES] = [
        Self::Listed,
        Self::Appraised,
        Self::Approved,
        Self::Paid,
        Self::Open,
        Self::NotPaid,
        Self::Held,
        Self::Declined,
        Self::Demanded,
        Self::Repaid,
    ];

    /// Name in addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Listed => "lap",
            Self::Appraised => "tham-dinh",
            Self::Approved => "duyet",
            Self::Paid => "da-chi",
            Self::Open => "chua-chi",
            Self::NotPaid => "khong-chi-duoc",
            Self::Held => "tam-giu",
            Self::Declined => "tu-choi",
            Self::Demanded => "thu-hoi",
            Self::Repaid => "nop-lai",
        }
    }

    /// Name on the screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Listed => "Lập danh sách",
            Self::Appraised => "Đã thẩm định",
            Self::Approved => "Được duyệt",
            Self::Paid => "Đã chi",
            Self::Open => "Chưa chi",
            Self::NotPaid => "Không chi được",
            Self::Held => "Tạm giữ",
            Self::Declined => "Từ chối nhận",
            Self::Demanded => "Yêu cầu thu hồi",
            Self::Repaid => "Đã nộp lại",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.code() == code)
    }

    /// The stage of an approved entitlement.
    pub fn standing(pay_state: &str, hold: &str) -> Self {
        match Status::of(pay_state, hold) {
            Status::Paid => Self::Paid,
            Status::Open => Self::Open,
            Status::NotPaid => Self::NotPaid,
            Status::Held => Self::Held,
        }
    }

    /// Money comes back in parts: its people would be counted once a part.
    pub fn has(self, unit: Unit) -> bool {
        self != Self::Repaid || unit != Unit::People
    }

    /// Place in [`Self::ALL`].
    pub fn at(self) -> usize {
        Self::ALL.iter().position(|one| *one == self).unwrap_or(0)
    }
}

/// In what a stage is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Items,
    People,
    Dong,
}

impl Unit {
    pub const ALL: [Self; 3] = [Self::Items, Self::People, Self::Dong];

    /// Name in addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Items => "khoan",
            Self::People => "nguoi",
            Self::Dong => "dong",
        }
    }

    /// Name on the screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Items => "khoản",
            Self::People => "người",
            Self::Dong => "đồng",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.code() == code)
    }

    /// Place in [`Self::ALL`].
    pub fn at(self) -> usize {
        Self::ALL.iter().position(|one| *one == self).unwrap_or(0)
    }
}
