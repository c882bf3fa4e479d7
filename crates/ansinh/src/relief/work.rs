//! What a unit still has to do in this room, counted for its home page.

mod store;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::database::Conn;
use crate::duties::Overdue;
use crate::identity::Scope;
use crate::web::App;

/// A list that waits for somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingList {
    /// List id.
    pub id: Uuid,
    /// Commune code.
    pub commune_code: String,
    /// District code, or empty.
    pub district_code: String,
    /// The units of this date are meant.
    pub unit_date: NaiveDate,
    /// NQ42 …
    pub programme_code: String,
    /// NCC, BTXH …
    pub group_code: String,
    /// Đợt.
    pub round: i32,
    /// draft, posted, submitted, appraised.
    pub state: String,
    /// Last day of niêm yết.
    pub posting_ends_on: Option<NaiveDate>,
    /// Deadline of the present step.
    pub due_on: Option<NaiveDate>,
    /// People listed.
    pub people: i64,
    /// It was sent back, and a reason was given.
    pub returned: bool,
}

/// Lists of one district in one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingLists {
    /// District code; empty for the two-tier era.
    pub district_code: String,
    /// draft, posted, submitted, appraised.
    pub state: String,
    /// How many.
    pub lists: i64,
    /// The earliest deadline among them.
    pub due_on: Option<NaiveDate>,
}

/// A commune with people to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommuneToPay {
    /// District code, or empty.
    pub district_code: String,
    /// Commune code.
    pub commune_code: String,
    /// Entitlements not paid.
    pub unpaid: i64,
    /// Nothing was recorded today.
    pub silent_today: bool,
}

/// Payments of a hamlet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HamletProgress {
    /// Hamlet as listed; may be empty.
    pub hamlet: String,
    /// Entitlements.
    pub approved: i64,
    /// Paid ones.
    pub paid: i64,
}

/// Money matters of a scope.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ToPay {
    /// Approved and free to be paid, not paid yet.
    pub payable: i64,
    /// Đồng of those.
    pub payable_dong: i64,
    /// Approved, but something is missing (no papers, open duplicate, death).
    pub held: i64,
    /// Tried and not paid.
    pub not_paid: i64,
    /// Entitlements in all.
    pub approved: i64,
    /// Paid ones.
    pub paid: i64,
}

/// Everything the home page of a commune needs.
#[derive(Debug, Clone, Default)]
pub struct CommuneWork {
    /// Lists not approved yet.
    pub lists: Vec<WaitingList>,
    /// Money matters.
    pub to_pay: ToPay,
    /// Payment entries of today.
    pub entries_today: i64,
    /// Warnings of duplicates that wait for a decision, of rows of the unit.
    pub duplicates: i64,
    /// By when the unit itself must decide the most urgent of those that are its own to decide.
    pub duplicates_due: Option<NaiveDate>,
    /// Rows without an identity number.
    pub without_papers: i64,
    /// By hamlet, in Vietnamese order.
    pub hamlets: Vec<HamletProgress>,
}

/// What waits above the commune.
#[derive(Debug, Clone, Default)]
pub struct OfficeWork {
    /// Lists that wait for this office, most urgent first, not more than asked for.
    pub lists: Vec<WaitingList>,
    /// Lists not approved yet, by district and state.
    pub by_district: Vec<WaitingLists>,
    /// Communes that have people to pay.
    pub communes: Vec<CommuneToPay>,
    /// Warnings of duplicates that wait for a decision, of rows of the unit.
    pub duplicates: i64,
    /// By when the unit itself must decide the most urgent of those that are its own to decide.
    pub duplicates_due: Option<NaiveDate>,
}

/// What a commune recorded for a day, and what it has left to pay.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayFigures {
    /// Payments recorded.
    pub paid: i64,
    /// Đồng of those.
    pub paid_dong: i64,
    /// Recorded as not paid, with a reason.
    pub not_paid: i64,
    /// Money that came back.
    pub returned: i64,
    /// Đồng of those, positive.
    pub returned_dong: i64,
    /// Entries that correct others: counter-entries and whatever else is neither of the above.
    pub corrections: i64,
    /// Đồng of all entries with their signs: what the day moved.
    pub net_dong: i64,
    /// Approved and neither paid nor recorded as not paid, held ones too.
    pub left: i64,
    /// Đồng of those.
    pub left_dong: i64,
}

impl DayFigures {
    /// Entries of the day in all.
    pub fn entries(&self) -> i64 {
        self.paid + self.not_paid + self.returned + self.corrections
    }
}

/// A decision that gave a commune something to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentStart {
    /// District code, or empty.
    pub district_code: String,
    /// Commune code.
    pub commune_code: String,
    /// 2 or 3.
    pub tiers: i16,
    /// When the decision was recorded.
    pub at: DateTime<Utc>,
}

/// How far a commune is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommuneProgress {
    /// District code, or empty.
    pub district_code: String,
    /// Commune code.
    pub commune_code: String,
    /// Entitlements.
    pub approved: i64,
    /// Paid ones.
    pub paid: i64,
}

/// The figures of a commune's day as they stand.
///
/// # Errors
/// The engine's.
pub async fn day_figures<C: Conn>(
    conn: &C,
    scope: &Scope,
    day: NaiveDate,
) -> Result<DayFigures, DbErr> {
    let mut figures = DayFigures::default();
    for sum in store::day_sums(conn, scope, day).await? {
        figures.net_dong += sum.dong;
        match sum.kind.as_str() {
            "paid" => (figures.paid, figures.paid_dong) = (sum.entries, sum.dong),
            "not_paid" => figures.not_paid = sum.entries,
            "returned" => (figures.returned, figures.returned_dong) = (sum.entries, -sum.dong),
            _ => figures.corrections += sum.entries,
        }
    }
    (figures.left, figures.left_dong) = store::left(conn, scope).await?;
    Ok(figures)
}

/// The decisions that gave communes something to pay.
///
/// # Errors
/// The engine's.
pub async fn payment_starts<C: Conn>(conn: &C, scope: &Scope) -> Result<Vec<PaymentStart>, DbErr> {
    store::payment_starts(conn, scope).await
}

/// How far each commune is that has something approved.
///
/// # Errors
/// The engine's.
pub async fn commune_progress<C: Conn>(
    conn: &C,
    scope: &Scope,
) -> Result<Vec<CommuneProgress>, DbErr> {
    store::commune_progress(conn, scope).await
}

/// (district, commune) of those that have recorded something for `day`.
///
/// # Errors
/// The engine's.
pub async fn communes_recording<C: Conn>(
    conn: &C,
    scope: &Scope,
    day: NaiveDate,
) -> Result<Vec<(String, String)>, DbErr> {
    store::communes_paying(conn, scope, day).await
}

/// Work of a commune on `today`.
///
/// # Errors
/// The engine's.
pub async fn commune_work<C: Conn>(
    conn: &C,
    scope: &Scope,
    today: NaiveDate,
) -> Result<CommuneWork, DbErr> {
    let mut hamlets = store::hamlets(conn, scope).await?;
    hamlets.sort_by(|a, b| vietnam::text::compare_vi(&a.hamlet, &b.hamlet));
    Ok(CommuneWork {
        lists: store::lists(conn, scope, &["draft", "posted", "submitted", "appraised"], 40)
            .await?,
        to_pay: store::to_pay(conn, scope).await?,
        entries_today: store::entries_today(conn, scope, today).await?,
        duplicates: store::duplicates(conn, scope).await?,
        duplicates_due: store::duplicates_due(conn, scope).await?,
        without_papers: store::without_papers(conn, scope).await?,
        hamlets,
    })
}

/// Work of a district or province on `today`: `states` are the states of lists that wait for it,
/// of which the `limit` most urgent are named.
///
/// # Errors
/// The engine's.
pub async fn office_work<C: Conn>(
    conn: &C,
    scope: &Scope,
    today: NaiveDate,
    states: &[&str],
    limit: u64,
) -> Result<OfficeWork, DbErr> {
    let paying = store::communes_paying(conn, scope, today).await?;
    let mut communes = store::communes_to_pay(conn, scope).await?;
    for commune in &mut communes {
        let same = |known: &(String, String)| {
            known.0 == commune.district_code && known.1 == commune.commune_code
        };
        commune.silent_today = !paying.iter().any(same);
    }
    Ok(OfficeWork {
        lists: store::lists(conn, scope, states, limit).await?,
        by_district: store::by_district(conn, scope).await?,
        communes,
        duplicates: store::duplicates(conn, scope).await?,
        duplicates_due: store::duplicates_due(conn, scope).await?,
    })
}

/// Lists and warnings of the scope past their day, each at the unit that has to act.
///
/// # Errors
/// The engine's.
pub async fn overdue(app: &App, scope: &Scope, today: NaiveDate) -> Result<Vec<Overdue>, DbErr> {
    let conn = app.db.read();
    let mut late = Vec::new();
    for list in store::late_lists(conn, scope, today).await? {
        // What somebody else pays is only compared.
        let programme = app.catalogue.programme(&list.programme_code);
        if !programme.is_some_and(|programme| programme.read_only) {
            late.extend(late_list(app, scope, list));
        }
    }
    for pairs in store::late_pairs(conn, scope, today).await? {
        late.push(Overdue {
            // A desk of a commune without a district is one of the two-tier era.
            tiers: if pairs.desk_district.is_empty() { 2 } else { 3 },
            district: pairs.desk_district,
            commune: pairs.desk_commune,
            department: String::new(),
            kind: "Cảnh báo trùng",
            what: format!("{} cặp nghi trùng chưa xử lý", pairs.pairs),
            works: pairs.pairs,
            due: pairs.due_on,
            urged: None,
            href: "/canh-bao".to_owned(),
        });
    }
    Ok(late)
}

/// The commune posts and sends up, the district appraises (the province, where there is none any
/// more), the province decides. Nobody chases the level above.
fn late_list(app: &App, scope: &Scope, list: store::LateList) -> Option<Overdue> {
    let group = app.catalogue.group_name(&list.programme_code, &list.group_code);
    let (step, level) = match list.state.as_str() {
        "draft" => ("niêm yết", 3),
        "posted" => ("gửi thẩm định", 3),
        "submitted" if !list.district_code.is_empty() => ("thẩm định", 2),
        "submitted" => ("thẩm định", 1),
        _ => ("quyết định", 1),
    };
    let own = match scope {
        Scope::Commune { .. } => 3,
        Scope::District { .. } => 2,
        Scope::Province { .. } => 1,
    };
    let of = app.unit_name((&list.district_code, &list.commune_code), list.tiers);
    let what = match level {
        3 => format!("{step} danh sách {group}, đợt {}", list.round),
        _ => format!("{step} danh sách {group}, đợt {} của {of}", list.round),
    };
    (level >= own).then(|| Overdue {
        district: if level >= 2 { list.district_code } else { String::new() },
        commune: if level == 3 { list.commune_code } else { String::new() },
        tiers: list.tiers,
        department: String::new(),
        kind: "Danh sách",
        what,
        works: 1,
        due: list.step_due_on,
        urged: None,
        href: format!("/danh-sach/{}", list.id),
    })
}
