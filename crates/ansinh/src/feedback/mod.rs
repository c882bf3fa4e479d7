//! Feedback: what citizens ask, report and complain of with a tracking code, what units ask the level
//! above, and the answers. Each is a duty of one unit with a deadline; a complaint about money is
//! bound to its payment, and the commune that it is about does not end it alone.

mod acts;
mod citizen;
mod code;
mod forget;
mod link;
mod memory;
mod pages;
mod rules;
mod store;
mod types;
mod words;

use chrono::NaiveDate;
use sea_orm::DbErr;
use uuid::Uuid;

pub use forget::{forget_senders, keep_forgetting};
pub use link::seal_record;
pub use pages::routes;
pub use store::cases::{OpenComplaint, Waiting};

use crate::database::Conn;
use crate::duties::Overdue;
use crate::identity::Scope;

/// What waits at the desk of the scope's own unit.
///
/// # Errors
/// The engine's.
pub async fn waiting<C: Conn>(conn: &C, scope: &Scope, today: NaiveDate) -> Result<Waiting, DbErr> {
    store::cases::waiting(conn, scope, today).await
}

/// How many submissions of the scope's area are past their day, at whatever desk.
///
/// # Errors
/// The engine's.
pub async fn late<C: Conn>(conn: &C, scope: &Scope, today: NaiveDate) -> Result<i64, DbErr> {
    store::cases::late(conn, scope, today).await
}

/// Submissions past their day at desks inside the scope, summed by desk and kind.
///
/// # Errors
/// The engine's.
pub async fn overdue<C: Conn>(
    conn: &C,
    scope: &Scope,
    today: NaiveDate,
) -> Result<Vec<Overdue>, DbErr> {
    let found = store::cases::late_at_desks(conn, scope, today).await?;
    let late = |desk: store::cases::LateAtDesk| Overdue {
        kind: "Ý kiến, khiếu nại",
        what: format!(
            "{} phiếu chưa trả lời: {}",
            desk.cases,
            types::Kind::from_code(&desk.kind).map_or("ý kiến", types::Kind::label)
        ),
        works: desk.cases,
        due: desk.due_on,
        district: desk.desk_district,
        commune: desk.desk_commune,
        tiers: desk.tiers,
        department: String::new(),
        urged: None,
        href: "/y-kien?loc=qua-han".to_owned(),
    };
    Ok(found.into_iter().map(late).collect())
}

/// Answers for everybody that hold all of these folded words, the newest first: question, answer.
///
/// # Errors
/// The engine's.
pub async fn published_answers<C: Conn>(
    conn: &C,
    province: &str,
    words: &[String],
    limit: u64,
) -> Result<Vec<(String, String)>, DbErr> {
    let found = store::published::page(conn, province, "public", words, None, limit).await?;
    Ok(found.into_iter().map(|one| (one.question, one.answer)).collect())
}

/// Complaints that are open on a payment.
///
/// # Errors
/// The engine's.
pub async fn open_on<C: Conn>(
    conn: &C,
    scope: &Scope,
    entitlement: Uuid,
) -> Result<Vec<OpenComplaint>, DbErr> {
    store::cases::open_on(conn, scope, entitlement).await
}
