//! What is owed, by whom, until when.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::identity::{Actor, Scope};

/// How often a duty returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// Every day.
    Day,
    /// Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
}

impl Period {
    /// Name in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The period of a name in the database.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Day, Self::Week, Self::Month].into_iter().find(|period| period.code() == code)
    }
}

/// One version of what units owe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// `payment_day` …
    pub code: String,
    /// Words on the screen.
    pub name: String,
    /// How often.
    pub period: Period,
    /// Owed by communes (else by districts).
    pub by_communes: bool,
    /// Not owed on days off; a longer period that ends on one is due on the next working day
    /// (Bộ luật Dân sự 2015, Điều 148 khoản 5).
    pub working_days_only: bool,
    /// Minutes after midnight in Asia/Ho_Chi_Minh at which the last day is over for this duty.
    pub due_minute: u32,
    /// Missed so many periods in a row, a unit is shown to the level above its own superior.
    pub escalate_after: u32,
    /// First day of this version.
    pub valid_from: NaiveDate,
    /// First day it no longer holds.
    pub valid_to: Option<NaiveDate>,
    /// Where it is laid down.
    pub legal_basis: String,
}

impl Kind {
    /// True when this version holds on `day`.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|end| day < end)
    }
}

/// One period of a duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// First day of the period; its key.
    pub start: NaiveDate,
    /// From this instant on it is late.
    pub due_at: DateTime<Utc>,
}

/// What became of a period that was owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Became {
    /// Not done, still time.
    Open,
    /// Done before the deadline.
    Done(DateTime<Utc>),
    /// Done after it.
    Late(DateTime<Utc>),
    /// Not done, and late.
    Missed,
    /// Let off.
    Excused,
}

/// A unit that owes duties. A commune's code alone does not name it: codes were reused in 2025.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Unit {
    /// Province code.
    pub province: String,
    /// District code, or empty.
    pub district: String,
    /// Commune code; empty for a district.
    pub commune: String,
    /// Tiers of administration in its era, 2 or 3.
    pub tiers: i16,
}

impl Unit {
    /// The unit of an officer.
    pub fn of(actor: &Actor) -> Self {
        Self {
            province: actor.scope.province().to_owned(),
            district: actor.scope.district().to_owned(),
            commune: actor.scope.commune().to_owned(),
            tiers: actor.tiers,
        }
    }

    /// The scope that reaches exactly this commune.
    pub fn scope(&self) -> Scope {
        Scope::Commune {
            province: self.province.clone(),
            district: self.district.clone(),
            commune: self.commune.clone(),
            tiers: self.tiers,
        }
    }
}

/// An act that fulfilled a duty, or a later version of it.
#[derive(Debug, Clone)]
pub struct Fulfilment {
    /// Made by the client.
    pub id: Uuid,
    /// Whose duty.
    pub unit: Unit,
    /// First day of the period.
    pub period: NaiveDate,
    /// The deadline as it was then.
    pub due_at: DateTime<Utc>,
    /// By whom.
    pub acted_by: Uuid,
    /// When.
    pub acted_at: DateTime<Utc>,
    /// Why after the deadline; may be empty.
    pub reason: String,
    /// Nothing was left to do afterwards.
    pub ends_duty: bool,
    /// When something was to be done again.
    pub resumed_at: Option<DateTime<Utc>>,
    /// JSON, frozen.
    pub detail: String,
}

/// A unit was let off a period.
#[derive(Debug, Clone)]
pub struct Excuse {
    /// Id.
    pub id: Uuid,
    /// Who.
    pub unit: Unit,
    /// First day of the period.
    pub period: NaiveDate,
    /// Why.
    pub reason: String,
    /// By whom.
    pub excused_by: Uuid,
    /// When.
    pub excused_at: DateTime<Utc>,
    /// When it was taken back.
    pub revoked_at: Option<DateTime<Utc>>,
    /// By whom.
    pub revoked_by: Option<Uuid>,
    /// Why.
    pub revoked_reason: String,
}

/// The book of a day was opened again.
#[derive(Debug, Clone)]
pub struct Reopening {
    /// Id.
    pub id: Uuid,
    /// Whose book.
    pub unit: Unit,
    /// Which day's.
    pub day: NaiveDate,
    /// Why.
    pub reason: String,
    /// By whom.
    pub opened_by: Uuid,
    /// When.
    pub opened_at: DateTime<Utc>,
    /// Until then, at the longest.
    pub until_at: DateTime<Utc>,
    /// Who closed it early.
    pub closed_by: Option<Uuid>,
    /// When it was closed, early or because it had run out.
    pub closed_at: Option<DateTime<Utc>>,
}

impl Reopening {
    /// True when the book is open at `now` by this act.
    pub fn open_at(&self, now: DateTime<Utc>) -> bool {
        self.closed_at.is_none() && now < self.until_at
    }
}

/// A reminder.
#[derive(Debug, Clone)]
pub struct Reminder {
    /// To whom.
    pub unit: Unit,
    /// First day of the period.
    pub period: NaiveDate,
    /// What was said besides the duty itself; may be empty.
    pub words: String,
    /// By whom.
    pub sent_by: Uuid,
    /// When.
    pub sent_at: DateTime<Utc>,
}

/// Whom to call.
#[derive(Debug, Clone)]
pub struct Contact {
    /// Of which unit.
    pub unit: Unit,
    /// Name.
    pub person_name: String,
    /// Telephone.
    pub phone: String,
    /// Counts the writings.
    pub version: i32,
    /// By whom.
    pub written_by: Uuid,
    /// When.
    pub written_at: DateTime<Utc>,
}

/// An entry of the ledger written after the book of its day had closed.
#[derive(Debug, Clone)]
pub struct LateEntry {
    /// The entry.
    pub entry_id: Uuid,
    /// Whose book.
    pub unit: Unit,
    /// Which day's.
    pub day: NaiveDate,
    /// Written while the book was open again.
    pub reopening_id: Option<Uuid>,
    /// Why late; may be empty while the book was open again.
    pub reason: String,
    /// When.
    pub marked_at: DateTime<Utc>,
}
