//! Which unit has how many pairs to decide, and for how long.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DbErr, FromQueryResult};

use crate::database::{Conn, Sql};
use crate::identity::Scope;

/// Pairs of one desk.
#[derive(Debug, Clone, Default, FromQueryResult)]
pub(in crate::relief) struct Waiting {
    pub desk_district: String,
    pub desk_commune: String,
    pub certain: i64,
    pub suspected: i64,
    pub papers: i64,
    pub young: i64,
    pub older: i64,
    pub oldest: i64,
    pub late: i64,
    pub same: i64,
    pub different: i64,
}

impl Waiting {
    /// Both together, without a unit.
    pub(in crate::relief) fn plus(self, other: &Self) -> Self {
        Self {
            certain: self.certain + other.certain,
            suspected: self.suspected + other.suspected,
            papers: self.papers + other.papers,
            young: self.young + other.young,
            older: self.older + other.older,
            oldest: self.oldest + other.oldest,
            late: self.late + other.late,
            same: self.same + other.same,
            different: self.different + other.different,
            ..self
        }
    }
}

/// Pairs by the unit that decides, of the scope's desks: open ones by kind and age (raised since
/// the later instant, since the earlier, before), and what became of the others.
pub(in crate::relief) async fn waiting<C: Conn>(
    conn: &C,
    scope: &Scope,
    today: NaiveDate,
    [young, older]: [DateTime<Utc>; 2],
) -> Result<Vec<Waiting>, DbErr> {
    let mine = match scope {
        Scope::Commune { .. } => "w.desk_commune = $1",
        Scope::District { .. } => "w.desk_district = $1",
        Scope::Province { .. } => "w.province_code = $1",
    };
    let sum = |condition: &str, name: &str| {
        format!("CAST(SUM(CASE WHEN {condition} THEN 1 ELSE 0 END) AS BIGINT) AS {name}")
    };
    let open =
        |condition: &str, name: &str| sum(&format!("w.state = 'open' AND {condition}"), name);
    let sql = format!(
        "SELECT w.desk_district, w.desk_commune, {}, {}, {}, {}, {}, {}, {}, {}, {}
         FROM duplicate_warnings w WHERE {mine}
         GROUP BY w.desk_district, w.desk_commune ORDER BY w.desk_district, w.desk_commune",
        open("w.kind = 'certain'", "certain"),
        open("w.kind = 'suspected'", "suspected"),
        open("w.papers_due_on IS NOT NULL", "papers"),
        open("w.raised_at >= $3", "young"),
        open("w.raised_at < $3 AND w.raised_at >= $4", "older"),
        open("w.raised_at < $4", "oldest"),
        open("w.due_on < $2", "late"),
        sum("w.state IN ('kept_first', 'kept_second')", "same"),
        sum("w.state = 'different'", "different"),
    );
    let values = vec![scope.code().into(), today.into(), young.into(), older.into()];
    conn.rows(&sql, values).await
}
