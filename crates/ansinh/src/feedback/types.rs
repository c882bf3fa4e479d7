//! What a submission is.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// What somebody wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Câu hỏi.
    Question,
    /// Phản ánh thiếu sót.
    Fault,
    /// Khiếu nại về một khoản chi.
    Complaint,
    /// Đề nghị về dữ liệu cá nhân.
    PersonalData,
    /// Trợ giúp: an officer asks the level above.
    Help,
}

impl Kind {
    /// What a citizen may choose.
    pub const OF_CITIZENS: [Self; 4] =
        [Self::Question, Self::Fault, Self::Complaint, Self::PersonalData];
    /// All.
    pub const ALL: [Self; 5] =
        [Self::Question, Self::Fault, Self::Complaint, Self::PersonalData, Self::Help];

    /// Name in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Fault => "fault",
            Self::Complaint => "complaint",
            Self::PersonalData => "personal_data",
            Self::Help => "help",
        }
    }

    /// Name in addresses and forms.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Question => "cau-hoi",
            Self::Fault => "phan-anh",
            Self::Complaint => "khieu-nai",
            Self::PersonalData => "du-lieu",
            Self::Help => "tro-giup",
        }
    }

    /// Name on the screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Question => "Câu hỏi",
            Self::Fault => "Phản ánh thiếu sót",
            Self::Complaint => "Khiếu nại về một khoản chi",
            Self::PersonalData => "Đề nghị về dữ liệu cá nhân",
            Self::Help => "Hỏi cấp trên",
        }
    }

    /// What stands under it in the form.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Question => "Chính sách, giấy tờ, nơi nhận, bao giờ có tiền.",
            Self::Fault => "Danh sách sót người, sai người, việc làm chưa đúng.",
            Self::Complaint => "Trang này ghi đã chi mà chưa nhận được, nhận thiếu.",
            Self::PersonalData => "Xem, sửa, xóa thông tin về mình.",
            Self::Help => "",
        }
    }

    /// From the database.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// From a form.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }
}

/// Where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Lies at a desk.
    Open,
    /// The sender was asked for more.
    Asked,
    /// The commune has answered, the level above is to confirm it.
    Confirming,
    /// The sender sees the answer.
    Answered,
    /// Ended by an officer.
    Closed,
    /// Ended by the sender.
    Withdrawn,
}

impl State {
    /// All.
    pub const ALL: [Self; 6] =
        [Self::Open, Self::Asked, Self::Confirming, Self::Answered, Self::Closed, Self::Withdrawn];

    /// Name in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Asked => "asked",
            Self::Confirming => "confirming",
            Self::Answered => "answered",
            Self::Closed => "closed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// From the database; what nobody knows has ended.
    pub fn from_code(code: &str) -> Self {
        Self::ALL.into_iter().find(|state| state.code() == code).unwrap_or(Self::Closed)
    }

    /// Somebody still owes something.
    pub fn waits(self) -> bool {
        matches!(self, Self::Open | Self::Confirming)
    }

    /// An answer or an end was reached.
    pub fn ended(self) -> bool {
        matches!(self, Self::Answered | Self::Closed | Self::Withdrawn)
    }
}

/// A submission as stored.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Case {
    /// Id.
    pub id: Uuid,
    /// District that it concerns, or empty.
    pub district_code: String,
    /// Commune that it concerns, or empty.
    pub commune_code: String,
    /// 2 or 3.
    pub tiers: i16,
    /// Whose desk it lies at.
    pub desk_district: String,
    /// Empty: a district's or the province's.
    pub desk_commune: String,
    /// See [`Kind`].
    pub kind: String,
    /// See [`State`].
    pub state: String,
    /// As written, tidied.
    pub body: String,
    /// May be empty.
    pub sender_name: String,
    /// May be empty.
    pub contact: String,
    /// Help: who asks.
    pub sender_account: Option<Uuid>,
    /// The contested row.
    pub entry_id: Option<Uuid>,
    /// Its payment.
    pub entitlement_id: Option<Uuid>,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// When it was taken up.
    pub accepted_at: Option<DateTime<Utc>>,
    /// The clock stands since.
    pub asked_on: Option<NaiveDate>,
    /// By when the next act is owed.
    pub due_on: NaiveDate,
    /// To take it up; 0 where it is answered without that.
    pub accept_days: i32,
    /// To answer.
    pub answer_days: i32,
    /// Those are working days.
    pub answer_working: bool,
    /// See the table.
    pub keep_months: i32,
    /// Rises with every act.
    pub version: i32,
}

impl Case {
    /// What it is.
    pub fn kind(&self) -> Kind {
        Kind::from_code(&self.kind).unwrap_or(Kind::Question)
    }

    /// Where it stands.
    pub fn state(&self) -> State {
        State::from_code(&self.state)
    }

    /// The unit at whose desk it lies: district, commune.
    pub fn desk(&self) -> (&str, &str) {
        (&self.desk_district, &self.desk_commune)
    }

    /// The unit that it concerns.
    pub fn place(&self) -> (&str, &str) {
        (&self.district_code, &self.commune_code)
    }
}

/// Something said or done about a submission.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Step {
    /// accept, answer, confirm …
    pub kind: String,
    /// As written.
    pub words: String,
    /// `None`: the citizen.
    pub by_account: Option<Uuid>,
    /// The unit that acted.
    pub by_district: String,
    /// Empty: a district or the province.
    pub by_commune: String,
    /// When.
    pub done_at: DateTime<Utc>,
}

impl Step {
    /// The sender may read it: what passes between offices stays there.
    pub fn for_sender(&self) -> bool {
        !matches!(self.kind.as_str(), "return" | "publish" | "unpublish")
    }

    /// In words.
    pub fn label(&self) -> &'static str {
        match self.kind.as_str() {
            "accept" => "Đã nhận, đang giải quyết",
            "answer" => "Trả lời",
            "confirm" => "Cấp trên xác nhận trả lời",
            "return" => "Cấp trên trả lại để xem xét lại",
            "ask" => "Đề nghị người gửi bổ sung",
            "pass" => "Chuyển đơn vị khác",
            "close" => "Kết thúc",
            "withdraw" => "Người gửi rút",
            "publish" => "Đăng hỏi đáp chung",
            "unpublish" => "Gỡ hỏi đáp đã đăng",
            _ => "Người gửi viết thêm",
        }
    }
}

/// Days of a kind in force.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Term {
    /// See [`Kind`].
    pub code: String,
    /// To say that it was taken up; 0: needs no saying.
    pub accept_days: i32,
    /// Those are working days.
    pub accept_working: bool,
    /// To answer.
    pub answer_days: i32,
    /// Those are working days.
    pub answer_working: bool,
    /// Months.
    pub keep_months: i32,
    /// By which text.
    pub legal_basis: String,
    /// That text was seen.
    pub confirmed: bool,
}
