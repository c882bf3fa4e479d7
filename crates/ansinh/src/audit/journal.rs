//! The journal as it is asked for and answered.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use super::store;
use crate::clock::day_begins;
use crate::database::Conn;
use crate::identity::Scope;

/// An entry as the journal shows it.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Entry {
    /// Id; later ones are greater.
    pub id: Uuid,
    /// Place in the chain; `None` for the second until it is sealed.
    pub seq: Option<i64>,
    /// When.
    pub at: DateTime<Utc>,
    /// Who; `None`: the public or the machine.
    pub account_id: Option<Uuid>,
    /// Name of the act.
    pub action: String,
    /// What it was done to.
    pub subject_kind: String,
    /// Id of it.
    pub subject_id: String,
    /// Code of the unit that acted.
    pub unit_code: String,
    /// Commune of the rows that it concerns, or empty.
    pub commune_code: String,
    /// Facts, JSON.
    pub detail: String,
}

/// What a number on paper stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Printed {
    /// An entry of the chain, by the number that stands beside a printed head.
    Entry(i64),
    /// Kind and id of a subject: a decision, a recovery.
    Subject(&'static str, Uuid),
    /// Last eight hexadecimal digits of a payment's act, as its receipt prints them. The span of days
    /// must be short: no index leads there.
    Receipt(String),
}

/// Which entries are wanted.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// From this id on.
    pub from: Uuid,
    /// Before this id.
    pub before: Uuid,
    /// Accounts that acted; `None`: anyone in a province's scope, nobody in a smaller one.
    pub accounts: Option<Vec<Uuid>>,
    /// Names of acts; empty: any.
    pub actions: Vec<&'static str>,
    /// A number on paper; `Some` of nothing: it is not known.
    pub printed: Option<Vec<Printed>>,
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            from: Uuid::nil(),
            before: Uuid::max(),
            accounts: None,
            actions: Vec::new(),
            printed: None,
        }
    }
}

/// The smallest id that an entry of this local day, or of a later one, can have (RFC 9562 §5.7: the
/// first 48 bits are milliseconds since 1970).
pub fn first_id_of(day: NaiveDate) -> Uuid {
    match day.year() {
        ..1970 => return Uuid::nil(),
        10_000.. => return Uuid::max(),
        _ => {}
    }
    let millis = u128::try_from(day_begins(day).timestamp_millis()).unwrap_or(0);
    Uuid::from_u128(millis << 80)
}

/// Entries inside the scope, newest first, at most `limit`. Below the province only acts of accounts
/// named in `wanted.accounts` are given.
///
/// # Errors
/// The engine's.
pub async fn journal<C: Conn>(
    conn: &C,
    scope: &Scope,
    wanted: &Wanted,
    limit: u64,
) -> Result<Vec<Entry>, DbErr> {
    store::journal::page(conn, scope, wanted, limit).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::new_id;

    #[test]
    fn a_day_is_a_span_of_ids() {
        let day = NaiveDate::from_ymd_opt(2020, 6, 19).unwrap();
        let (first, next) = (first_id_of(day), first_id_of(day.succ_opt().unwrap()));
        let begins = day_begins(day);
        for (at, inside) in [(0, true), (86_399_999, true), (86_400_000, false), (-1, false)] {
            let id = new_id(begins + chrono::Duration::milliseconds(at)).unwrap();
            assert_eq!((first..next).contains(&id), inside, "{at}");
        }
        assert_eq!(first_id_of(NaiveDate::MIN), Uuid::nil());
        assert_eq!(first_id_of(NaiveDate::MAX), Uuid::max());
    }
}
