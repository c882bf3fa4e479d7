//! What the public may see of the lists and payments: totals, a commune's masked list, and a
//! person's own result. Full identity numbers, telephones, exact birth dates, addresses and
//! remarks do not leave this file (Luật 91/2025/QH15 Điều 3 khoản 2: no more than the purpose
//! needs; the purpose is that neighbours can check the list).

mod contest;
mod own;
mod store;

use chrono::NaiveDate;
use sea_orm::DbErr;
use uuid::Uuid;
use vietnam::identity::IdNumber;

pub use store::open::{
    DayPaid, ListNews, PublicDecision, list_news, paid_by_day, paid_days, public_decisions,
};

pub use contest::{ContestedRow, contested_row};
pub use own::{OwnQuestion, OwnResult, OwnState, Paid, StepDates, own_results};

use crate::database::Conn;

/// People and money of one group in one commune.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupProgress {
    /// District code; empty for communes of the two-tier era. It also tells the eras apart, since
    /// commune codes were used again in 2025.
    pub district_code: String,
    /// Commune code.
    pub commune_code: String,
    /// NCC, BTXH …
    pub group_code: String,
    /// People approved; members for households.
    pub people: i64,
    /// Đồng approved.
    pub dong: i64,
    /// People paid.
    pub paid_people: i64,
    /// Đồng paid.
    pub paid_dong: i64,
}

/// People and money on lists that the public may know of: drafts do not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupListed {
    /// NCC, BTXH …
    pub group_code: String,
    /// 3 until 30/6/2025, 2 since: groups of both eras may have one code.
    pub tiers: i16,
    /// People; members for households.
    pub people: i64,
    /// Đồng due to them by the programme's rule.
    pub dong: i64,
}

/// The whole province at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// By group and era.
    pub listed: Vec<GroupListed>,
    /// By commune and group.
    pub approved: Vec<GroupProgress>,
}

/// Totals of a province.
///
/// # Errors
/// The engine's.
pub async fn public_progress<C: Conn>(conn: &C, province: &str) -> Result<Progress, DbErr> {
    Ok(Progress {
        listed: store::listed(conn, province).await?,
        approved: store::approved(conn, province).await?,
    })
}

/// One commune of one era: 2025's codes repeat some of 2020's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommuneKey {
    /// Province code.
    pub province: String,
    /// Commune code.
    pub commune: String,
    /// 3 until 30/6/2025, 2 since.
    pub tiers: i16,
    /// Names under an earlier decision are no longer shown: kept only as long as the purpose needs (Luật
    /// 91/2025/QH15 Điều 3 khoản 3).
    pub since: NaiveDate,
}

/// Which rows of a commune are wanted. Empty texts do not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WantedRows {
    /// Group code.
    pub group: String,
    /// Hamlet exactly as listed.
    pub hamlet: String,
    /// Part of a name, folded (no marks, lower case).
    pub name_key: String,
}

impl WantedRows {
    /// True when every row is wanted.
    pub fn everything(&self) -> bool {
        *self == Self::default()
    }
}

/// Where a published row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The list is posted for comment; nothing is decided.
    Posted,
    /// Approved, not paid yet.
    Waiting,
    /// Approved, but papers are missing or something must be checked first.
    Held,
    /// Paid.
    Paid,
    /// The commune tried and could not pay; why is not for the public.
    NotPaid,
}

impl Standing {
    /// From the columns of the entitlement; no entitlement means posted.
    pub(super) fn of(pay_state: Option<&str>, hold: Option<&str>) -> Self {
        match (pay_state, hold) {
            (None, _) => Self::Posted,
            (Some("paid"), _) => Self::Paid,
            (Some("not_paid"), _) => Self::NotPaid,
            (Some(_), None | Some("")) => Self::Waiting,
            (Some(_), Some(_)) => Self::Held,
        }
    }
}

/// A row as the public sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedRow {
    /// Entry id; the place where the next page begins.
    pub id: Uuid,
    /// Name.
    pub full_name: String,
    /// Year only.
    pub birth_year: Option<i32>,
    /// Thôn, xóm, khối.
    pub hamlet: String,
    /// Group code.
    pub group_code: String,
    /// `042******123`; empty when the list has no number.
    pub masked_id: String,
    /// Khẩu this row stands for; 1 outside households.
    pub people: i32,
    /// Đồng: decided, or due by the programme's rule while posted.
    pub amount_dong: i64,
    /// Where it stands.
    pub standing: Standing,
    /// Day of the payment.
    pub paid_on: Option<NaiveDate>,
    /// Day on which an entry was undone, of a row that waits to be paid again: who looks at the list later
    /// sees that it once said otherwise.
    pub undone_on: Option<NaiveDate>,
    /// Number and date of the decision.
    pub decision: Option<(String, NaiveDate)>,
}

/// A page of a commune's published rows, by hamlet and name, beginning after the row `after`.
///
/// # Errors
/// The engine's.
pub async fn published_rows<C: Conn>(
    conn: &C,
    commune: &CommuneKey,
    wanted: &WantedRows,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<PublishedRow>, DbErr> {
    let place = match after {
        Some(id) => match store::place(conn, commune, id).await? {
            Some(place) => Some(place),
            None => return Ok(Vec::new()),
        },
        None => None,
    };
    store::rows(conn, commune, wanted, place, limit).await
}

/// Published rows added up by group and standing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedSum {
    /// Group code.
    pub group_code: String,
    /// Where the rows stand.
    pub standing: Standing,
    /// How many.
    pub rows: i64,
    /// Đồng decided, or due while posted.
    pub dong: i64,
    /// Đồng paid.
    pub paid_dong: i64,
}

/// Sums over all rows that are wanted, not only a page of them.
///
/// # Errors
/// The engine's.
pub async fn published_sums<C: Conn>(
    conn: &C,
    commune: &CommuneKey,
    wanted: &WantedRows,
) -> Result<Vec<PublishedSum>, DbErr> {
    store::sums(conn, commune, wanted).await
}

/// Hamlets among a commune's published rows, as listed.
///
/// # Errors
/// The engine's.
pub async fn published_hamlets<C: Conn>(
    conn: &C,
    commune: &CommuneKey,
) -> Result<Vec<String>, DbErr> {
    let mut hamlets = store::hamlets(conn, commune).await?;
    // One with a telephone typed into it cannot be offered as a filter.
    hamlets.retain(|hamlet| without_numbers(hamlet) == *hamlet);
    hamlets.sort_by(|a, b| vietnam::text::compare_vi(a, b));
    Ok(hamlets)
}

/// A list the public may know of, with names (posted, approved) or only as a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownList {
    /// NQ42 …
    pub programme_code: String,
    /// Group code.
    pub group_code: String,
    /// Đợt.
    pub round: i32,
    /// posted, submitted, appraised, approved.
    pub state: String,
    /// First day of niêm yết.
    pub posted_on: Option<NaiveDate>,
    /// Last day of niêm yết.
    pub posting_ends_on: Option<NaiveDate>,
    /// Number and date of the decision.
    pub decision: Option<(String, NaiveDate)>,
}

/// Lists of a commune that have left the draft state.
///
/// # Errors
/// The engine's.
pub async fn known_lists<C: Conn>(conn: &C, commune: &CommuneKey) -> Result<Vec<KnownList>, DbErr> {
    store::lists(conn, commune).await
}

/// The number with its middle hidden. A number of no known form hides everything but three
/// digits at each end, and all of itself when it is short.
fn masked(number: &str) -> String {
    if let Ok(id) = IdNumber::parse(number) {
        return id.masked();
    }
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    if digits.len() < 9 {
        return "*".repeat(digits.len());
    }
    let (head, tail) = (&digits[..3], &digits[digits.len() - 3..]);
    format!("{}***{}", head.iter().collect::<String>(), tail.iter().collect::<String>())
}

/// Hides runs of six digits and more in a text for the public: lists come with telephones and
/// identity numbers typed into the name or the hamlet.
fn without_numbers(text: &str) -> String {
    const DIGITS_MAX: usize = 5;
    let mut shown = String::with_capacity(text.len());
    let mut run = String::new();
    let flush = |run: &mut String, shown: &mut String| {
        let digits = run.chars().filter(char::is_ascii_digit).count();
        shown.push_str(if digits > DIGITS_MAX { "…" } else { run });
        run.clear();
    };
    for c in text.chars() {
        // Dots and dashes inside a number belong to it: 0912.345.678.
        if c.is_ascii_digit() || (!run.is_empty() && matches!(c, '.' | '-')) {
            run.push(c);
        } else {
            flush(&mut run, &mut shown);
            shown.push(c);
        }
    }
    flush(&mut run, &mut shown);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_masked_whatever_their_form() {
        assert_eq!(masked("042075013342"), "042******342");
        assert_eq!(masked("183456789"), "183***789");
        assert_eq!(masked("1234567"), "*******");
        assert_eq!(masked("999999999999"), "999***999");
    }

    #[test]
    fn a_telephone_in_a_name_is_hidden_and_a_small_number_is_not() {
        assert_eq!(without_numbers("Lê Thị Hoa 0912.345.678"), "Lê Thị Hoa …");
        assert_eq!(without_numbers("Thôn 12, xóm 3"), "Thôn 12, xóm 3");
        assert_eq!(without_numbers("Nguyễn Văn A-042075013342"), "Nguyễn Văn A-…");
    }

    proptest! {
        #[test]
        fn no_six_digits_in_a_row_survive(text in "[a-z0-9 .-]{0,40}") {
            let shown = without_numbers(&text);
            let mut run = 0;
            for c in shown.chars() {
                run = if c.is_ascii_digit() { run + 1 } else { 0 };
                prop_assert!(run < 6, "{shown}");
            }
        }
    }
}
