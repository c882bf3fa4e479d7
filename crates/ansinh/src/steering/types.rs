//! What papers, tasks of units and places are.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// What a paper is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaperKind {
    /// Văn bản chỉ đạo.
    Directive,
    /// Kế hoạch công nghệ thông tin của năm: its tasks have money.
    Plan,
    /// Rà soát nơi chưa có sóng: its tasks are answered with places.
    Coverage,
}

impl PaperKind {
    /// All, in the order of the screen.
    pub const ALL: [Self; 3] = [Self::Directive, Self::Plan, Self::Coverage];

    /// Name in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Directive => "directive",
            Self::Plan => "plan",
            Self::Coverage => "coverage",
        }
    }

    /// The kind of a name in the database or a form; a directive for anything else.
    pub fn from_code(code: &str) -> Self {
        Self::ALL.into_iter().find(|kind| kind.code() == code).unwrap_or(Self::Directive)
    }

    /// Name on the screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Directive => "Văn bản chỉ đạo",
            Self::Plan => "Kế hoạch công nghệ thông tin năm",
            Self::Coverage => "Rà soát nơi chưa có sóng, chưa có Internet",
        }
    }
}

/// A paper with how far its tasks are.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct PaperRow {
    pub id: Uuid,
    pub district_code: String,
    pub kind: String,
    pub number: String,
    pub issued_on: NaiveDate,
    pub signer: String,
    pub title: String,
    pub withdrawn_why: String,
    pub duties: i64,
    pub done: i64,
    pub late: i64,
}

/// A task of a paper.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct TaskRow {
    pub id: Uuid,
    pub seq: i32,
    pub what: String,
    pub due_on: NaiveDate,
    pub proof: bool,
    pub planned_dong: i64,
    pub source: String,
}

/// How a task of one unit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Chưa nhận.
    New,
    /// Đang làm.
    Taken,
    /// Chờ nghiệm thu.
    Reported,
    /// Đã xong.
    Done,
    /// Thôi thực hiện: its paper was withdrawn.
    Withdrawn,
}

impl State {
    const ALL: [Self; 5] = [Self::New, Self::Taken, Self::Reported, Self::Done, Self::Withdrawn];

    /// Name in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Taken => "taken",
            Self::Reported => "reported",
            Self::Done => "done",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state of a name in the database.
    pub fn from_code(code: &str) -> Self {
        Self::ALL.into_iter().find(|state| state.code() == code).unwrap_or(Self::Withdrawn)
    }

    /// The unit still has to do something.
    pub fn open(self) -> bool {
        matches!(self, Self::New | Self::Taken)
    }
}

/// A task of one unit with its paper.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Duty {
    pub id: Uuid,
    pub paper_id: Uuid,
    pub task_id: Uuid,
    pub district_code: String,
    pub commune_code: String,
    pub tiers: i16,
    pub department: String,
    pub state: String,
    pub due_on: NaiveDate,
    pub wanted_on: Option<NaiveDate>,
    pub percent: i32,
    pub spent_dong: i64,
    pub reported_on: Option<NaiveDate>,
    pub urged_on: Option<NaiveDate>,
    pub steps: i32,
    /// Who issued the paper: a district's code, or empty.
    pub issuer: String,
    pub kind: String,
    pub number: String,
    pub what: String,
    pub proof: bool,
    pub planned_dong: i64,
    pub source: String,
}

impl Duty {
    pub fn state(&self) -> State {
        State::from_code(&self.state)
    }

    pub fn kind(&self) -> PaperKind {
        PaperKind::from_code(&self.kind)
    }

    /// The unit called it done in time, or still has time.
    pub fn late(&self, today: NaiveDate) -> bool {
        match self.state() {
            State::New | State::Taken => self.due_on < today,
            State::Reported | State::Done => self.reported_on.is_some_and(|on| on > self.due_on),
            State::Withdrawn => false,
        }
    }
}

/// A place without internet.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Place {
    pub id: Uuid,
    pub duty_id: Uuid,
    pub district_code: String,
    pub commune_code: String,
    pub tiers: i16,
    pub hamlet: String,
    pub households: i32,
    pub people: i32,
    pub lack: String,
    pub has_now: String,
    pub proposal: String,
    pub state: String,
    pub operator: String,
    pub due_on: Option<NaiveDate>,
    pub steps: i32,
}

/// What is lacking: name in the database, on the screen.
pub(super) const LACKS: [(&str, &str); 3] = [
    ("none", "Không có sóng di động"),
    ("weak", "Sóng yếu, không vào được mạng"),
    ("cable", "Có sóng, chưa có cáp quang"),
];

/// Words of what is lacking.
pub(super) fn lack_label(code: &str) -> &'static str {
    LACKS.iter().find(|(known, _)| *known == code).map_or("", |(_, label)| label)
}

/// Something that was done.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Step {
    pub id: Uuid,
    pub kind: String,
    pub words: String,
    pub body_sha256: String,
    pub by_account: Uuid,
    pub done_at: DateTime<Utc>,
}
