//! What is paid, how, to whom, and the entries that say so.

use super::reasons::Reason;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// How money reaches a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Channel {
    /// Tiền mặt, at the commune's office or the hamlet's house.
    #[default]
    Cash,
    /// Bưu điện.
    Post,
    /// Chuyển khoản.
    Bank,
}

impl Channel {
    /// All channels, the most frequent first.
    pub const ALL: [Self; 3] = [Self::Cash, Self::Post, Self::Bank];

    /// Name in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Cash => "cash",
            Self::Post => "post",
            Self::Bank => "bank",
        }
    }

    /// Name on the screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Cash => "Tiền mặt",
            Self::Post => "Bưu điện",
            Self::Bank => "Chuyển khoản",
        }
    }

    /// The channel of a name in the database.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.code() == code)
    }
}

/// What an entry of the ledger says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// Money was handed over: amount > 0.
    Paid,
    /// It was not, with a reason: amount 0.
    NotPaid,
    /// Money came back: amount < 0.
    Returned,
    /// An earlier entry was a mistake: its amount with the other sign.
    Reversal,
}

impl EntryKind {
    const ALL: [Self; 4] = [Self::Paid, Self::NotPaid, Self::Returned, Self::Reversal];

    /// Name in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::NotPaid => "not_paid",
            Self::Returned => "returned",
            Self::Reversal => "reversal",
        }
    }

    /// Name on the screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Paid => "Đã chi",
            Self::NotPaid => "Không chi được",
            Self::Returned => "Hoàn trả",
            Self::Reversal => "Bút toán đảo",
        }
    }

    /// Sign of its amount; a reversal may have either.
    pub fn sign(self) -> i64 {
        match self {
            Self::Paid => 1,
            Self::NotPaid | Self::Reversal => 0,
            Self::Returned => -1,
        }
    }

    /// The kind of a name in the database.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Where an entitlement stands: always what its entries say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PayState {
    /// Nothing recorded, or all of it reversed.
    Unpaid,
    /// The whole amount was handed over.
    Paid,
    /// Not paid or returned, with a reason. May be paid later.
    NotPaid,
    /// A member of a household, paid through the head.
    Member,
}

impl PayState {
    /// Name in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unpaid => "unpaid",
            Self::Paid => "paid",
            Self::NotPaid => "not_paid",
            Self::Member => "member",
        }
    }

    /// The state of a name in the database.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Unpaid, Self::Paid, Self::NotPaid, Self::Member]
            .into_iter()
            .find(|s| s.code() == code)
    }
}

/// Where an entitlement stands as lists and reports show it: every approved entitlement that is not
/// a member row has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Chưa chi.
    Open,
    /// Đã chi.
    Paid,
    /// Không chi được.
    NotPaid,
    /// Tạm giữ: approved, but something must be settled first.
    Held,
}

impl Status {
    /// All statuses in the order of reports.
    pub const ALL: [Self; 4] = [Self::Paid, Self::Open, Self::NotPaid, Self::Held];

    /// The status of a stored state and hold. What the commune recorded goes before the hold.
    pub fn of(pay_state: &str, hold: &str) -> Self {
        match PayState::from_code(pay_state) {
            Some(PayState::Paid) => Self::Paid,
            Some(PayState::NotPaid) => Self::NotPaid,
            _ if hold.is_empty() => Self::Open,
            _ => Self::Held,
        }
    }

    /// Name in addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "chua-chi",
            Self::Paid => "da-chi",
            Self::NotPaid => "khong-chi-duoc",
            Self::Held => "tam-giu",
        }
    }

    /// Name on the screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Open => "Chưa chi",
            Self::Paid => "Đã chi",
            Self::NotPaid => "Không chi được",
            Self::Held => "Tạm giữ",
        }
    }

    /// Class of the sign beside the word.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Open => "cho",
            Self::Paid => "xong",
            Self::NotPaid => "ko",
            Self::Held => "canh",
        }
    }

    /// The status of a name in an address.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }
}

/// An entitlement with what the clerk must see before paying it.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Claim {
    /// Id.
    pub id: Uuid,
    /// Its row of the list.
    pub entry_id: Uuid,
    /// Province code.
    pub province_code: String,
    /// District code or empty.
    pub district_code: String,
    /// Commune code.
    pub commune_code: String,
    /// Tiers of the commune's era.
    pub tiers: i16,
    /// NCC, HN …
    pub group_code: String,
    /// Programme's code.
    pub programme_code: String,
    /// Decision by which it is payable.
    pub decision_id: Uuid,
    /// Its number.
    pub decision_number: String,
    /// Its day.
    pub decided_on: NaiveDate,
    /// Đồng a month.
    pub monthly_dong: i64,
    /// Months.
    pub months: i32,
    /// Khẩu.
    pub people: i32,
    /// Đồng in all.
    pub amount_dong: i64,
    /// Đồng paid so far.
    pub paid_dong: i64,
    /// See [`PayState`].
    pub pay_state: String,
    /// See [`Reason`]; empty unless not paid.
    pub reason_code: String,
    /// How many entries the ledger has.
    pub entries: i32,
    /// Đồng of the paid sum that has been demanded back.
    pub recovering_dong: i64,
    /// `approved` or `cancelled`.
    pub state: String,
    /// Empty, `no_id`, `duplicate`, `death`.
    pub hold: String,
    /// State of the list's row: `listed`, `excluded`, `declined`.
    pub entry_state: String,
    /// Business day of the last entry.
    pub last_day: Option<NaiveDate>,
    /// Name.
    pub full_name: String,
    /// Year of birth.
    pub birth_year: Option<i32>,
    /// CMND or CCCD.
    pub id_number: Option<String>,
    /// Thôn, khối.
    pub hamlet: String,
    /// As listed.
    pub address: String,
    /// Head of the household as listed.
    pub household_head: Option<String>,
}

impl Claim {
    /// Where it stands.
    pub fn status(&self) -> Status {
        Status::of(&self.pay_state, &self.hold)
    }

    /// What is still to be paid: đồng.
    pub fn open_dong(&self) -> i64 {
        self.amount_dong - self.paid_dong
    }
}

/// An entry of the ledger.
#[derive(Debug, Clone, FromQueryResult)]
pub struct LedgerEntry {
    /// Id made by the client before sending.
    pub id: Uuid,
    /// Whose entry it is.
    pub entitlement_id: Uuid,
    /// 1, 2, 3 … within the entitlement.
    pub seq: i32,
    /// See [`EntryKind`].
    pub kind: String,
    /// Signed đồng.
    pub amount_dong: i64,
    /// See [`Channel`].
    pub channel: String,
    /// `self`, `proxy` or empty.
    pub payee: String,
    /// Who came instead.
    pub proxy_name: String,
    /// By what right.
    pub proxy_paper: String,
    /// What they are to each other.
    pub proxy_relation: String,
    /// Day of the paper.
    pub proxy_day: Option<NaiveDate>,
    /// See [`Reason`].
    pub reason_code: String,
    /// In words.
    pub note: String,
    /// The entry that this one reverses.
    pub reverses_id: Option<Uuid>,
    /// Day in Asia/Ho_Chi_Minh to which it belongs.
    pub business_day: NaiveDate,
    /// Account.
    pub recorded_by: Uuid,
    /// When.
    pub recorded_at: DateTime<Utc>,
    /// Hash of what was ordered.
    pub body_sha256: String,
    /// Seal of this entry and the one before it; empty when older than sealing.
    pub chain_sha256: String,
}

/// Who took the money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payee {
    /// The person herself.
    Person,
    /// Somebody for her.
    Proxy {
        /// Name.
        name: String,
        /// Giấy ủy quyền, giấy khai sinh, chủ hộ … with its number.
        paper: String,
        /// What they are to each other; may be empty.
        relation: String,
        /// Day of the paper, when it was asked for.
        day: Option<NaiveDate>,
    },
}

/// What the clerk wants written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// The money was handed over.
    Pay {
        /// Đồng, as the clerk saw it.
        amount: i64,
        /// How.
        channel: Channel,
        /// To whom.
        payee: Payee,
    },
    /// It was not.
    NotPaid {
        /// Why.
        reason: Reason,
    },
    /// It came back.
    Return {
        /// Đồng, as the clerk saw it; positive.
        amount: i64,
        /// Why.
        reason: Reason,
    },
    /// The last entry was a mistake.
    Reverse {
        /// That entry.
        entry_id: Uuid,
    },
}

/// One act: immutable once written, settled for ever by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Made when the form was made.
    pub act_id: Uuid,
    /// Of which entitlement.
    pub entitlement_id: Uuid,
    /// What.
    pub deed: Deed,
    /// For which day.
    pub business_day: NaiveDate,
    /// Reason in words, or why it is recorded late.
    pub note: String,
}

/// What became of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Written now.
    Created {
        /// Signed đồng.
        amount: i64,
    },
    /// The same act was written before; nothing changed.
    Exists {
        /// Signed đồng.
        amount: i64,
    },
    /// Not written.
    Refused {
        /// What cannot be done and why.
        what: String,
        /// What to do, and who can.
        remedy: String,
    },
}
