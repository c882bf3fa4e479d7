//! SQL of recovery.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DbErr, FromQueryResult, Value};
use uuid::Uuid;

use crate::database::{Conn, Constraint, Sql, Tx, bulk_insert};
use crate::identity::{Actor, Scope};

/// An act's id is used once.
pub(super) const DEMAND_ID: Constraint = Constraint {
    name: "recoveries_pkey",
    sqlite_columns: "recoveries.province_code, recoveries.id",
};
pub(super) const ENTRY_ID: Constraint = Constraint {
    name: "recovery_entries_pkey",
    sqlite_columns: "recovery_entries.province_code, recovery_entries.id",
};

/// A demand with whom it concerns.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Recovery {
    pub id: Uuid,
    pub entitlement_id: Uuid,
    pub commune_code: String,
    pub tiers: i16,
    pub number: String,
    pub demanded_on: NaiveDate,
    pub due_on: NaiveDate,
    pub reason: String,
    pub amount_dong: i64,
    pub returned_dong: i64,
    pub waived_dong: i64,
    pub entries: i32,
    pub demanded_by: Uuid,
    pub body_sha256: String,
    pub full_name: String,
    pub hamlet: String,
}

impl Recovery {
    /// Still to come back: đồng.
    pub fn open_dong(&self) -> i64 {
        self.amount_dong - self.returned_dong - self.waived_dong
    }
}

const RECOVERY: &str = "SELECT r.id, r.entitlement_id, r.commune_code, r.tiers, r.number,
  r.demanded_on, r.due_on, r.reason, r.amount_dong, r.returned_dong, r.waived_dong, r.entries,
  r.demanded_by, r.body_sha256, le.full_name, le.hamlet
  FROM recoveries r JOIN entitlements e ON e.province_code = r.province_code AND e.id = r.entitlement_id
  JOIN list_entries le ON le.province_code = e.province_code AND le.id = e.entry_id";

/// One demand of the scope.
pub(super) async fn recovery<C: Conn>(
    conn: &C,
    scope: &Scope,
    id: Uuid,
) -> Result<Option<Recovery>, DbErr> {
    let sql = format!("{RECOVERY} WHERE {} AND r.id = $2", scope.condition("r", 1));
    conn.row(&sql, vec![scope.code().into(), id.into()]).await
}

/// Demands of the scope by due day, after `after` (an id); `open` leaves out the settled ones.
pub(super) async fn recoveries<C: Conn>(
    conn: &C,
    scope: &Scope,
    open: bool,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Recovery>, DbErr> {
    let mut values: Vec<Value> = vec![scope.code().into()];
    let mut more = String::new();
    if open {
        more.push_str(" AND r.returned_dong + r.waived_dong < r.amount_dong");
    }
    if let Some(after) = after {
        values.push(after.into());
        more.push_str(
            " AND (r.due_on, r.id) > (SELECT r2.due_on, r2.id FROM recoveries r2 WHERE r2.id = $2)",
        );
    }
    let sql = format!(
        "{RECOVERY} WHERE {}{more} ORDER BY r.due_on, r.id LIMIT {limit}",
        scope.condition("r", 1)
    );
    conn.rows(&sql, values).await
}

/// Sums of a commune.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct UnitSum {
    pub commune_code: String,
    pub tiers: i16,
    pub items: i64,
    pub amount: i64,
    pub returned: i64,
    pub waived: i64,
}

/// Sums by commune of the scope.
pub(super) async fn unit_sums<C: Conn>(conn: &C, scope: &Scope) -> Result<Vec<UnitSum>, DbErr> {
    let sql = format!(
        "SELECT r.commune_code, r.tiers, CAST(COUNT(*) AS BIGINT) AS items,
           CAST(SUM(r.amount_dong) AS BIGINT) AS amount,
           CAST(SUM(r.returned_dong) AS BIGINT) AS returned,
           CAST(SUM(r.waived_dong) AS BIGINT) AS waived
         FROM recoveries r WHERE {} GROUP BY r.district_code, r.commune_code, r.tiers
         ORDER BY r.district_code, r.commune_code, r.tiers",
        scope.condition("r", 1)
    );
    conn.rows(&sql, vec![scope.code().into()]).await
}

/// An entry under a demand.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Entry {
    pub id: Uuid,
    pub recovery_id: Uuid,
    pub seq: i32,
    pub kind: String,
    pub amount_dong: i64,
    pub reverses_id: Option<Uuid>,
    pub paper: String,
    pub note: String,
    pub business_day: NaiveDate,
    pub recorded_by: Uuid,
    pub recorded_at: DateTime<Utc>,
    pub body_sha256: String,
}

const ENTRY: &str = "SELECT x.id, x.recovery_id, x.seq, x.kind, x.amount_dong, x.reverses_id,
  x.paper, x.note, x.business_day, x.recorded_by, x.recorded_at, x.body_sha256
  FROM recovery_entries x";

/// The entries of a demand that was found inside the scope, in order.
pub(super) async fn entries<C: Conn>(conn: &C, recovery: Uuid) -> Result<Vec<Entry>, DbErr> {
    conn.rows(&format!("{ENTRY} WHERE x.recovery_id = $1 ORDER BY x.seq"), vec![recovery.into()])
        .await
}

/// The entry written under this act id, if there is one.
pub(super) async fn entry<C: Conn>(
    conn: &C,
    scope: &Scope,
    act: Uuid,
) -> Result<Option<Entry>, DbErr> {
    let sql = format!("{ENTRY} WHERE x.province_code = $1 AND x.id = $2");
    conn.row(&sql, vec![scope.province().into(), act.into()]).await
}

/// What is paid, as far as a demand needs it.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Paid {
    pub province_code: String,
    pub id: Uuid,
    pub commune_code: String,
    pub tiers: i16,
    pub paid_dong: i64,
    pub recovering_dong: i64,
    pub pay_state: String,
    pub entries: i32,
    pub last_day: Option<NaiveDate>,
    pub full_name: String,
}

/// An entitlement of the scope.
pub(super) async fn paid<C: Conn>(
    conn: &C,
    scope: &Scope,
    id: Uuid,
) -> Result<Option<Paid>, DbErr> {
    let sql = format!(
        "SELECT e.province_code, e.id, e.commune_code, e.tiers, e.paid_dong, e.recovering_dong, e.pay_state, e.entries, e.last_day,
           le.full_name
         FROM entitlements e JOIN list_entries le
           ON le.province_code = e.province_code AND le.id = e.entry_id
         WHERE {} AND e.province_code = $2 AND e.id = $3",
        scope.condition("e", 1)
    );
    conn.row(&sql, vec![scope.code().into(), scope.province().into(), id.into()]).await
}

/// A demand to be written.
pub(super) struct Demand<'a> {
    pub id: Uuid,
    pub number: &'a str,
    pub demanded_on: NaiveDate,
    pub due_on: NaiveDate,
    pub reason: &'a str,
    pub amount: i64,
    pub body: &'a str,
}

/// Writes a demand if the entitlement still is as it was seen; false: it moved.
pub(super) async fn add_demand(
    tx: &Tx,
    actor: &Actor,
    now: DateTime<Utc>,
    paid: &Paid,
    demand: &Demand<'_>,
) -> Result<bool, DbErr> {
    let moved = tx
        .change(
            "UPDATE entitlements SET recovering_dong = recovering_dong + $1
             WHERE province_code = $2 AND id = $3 AND entries = $4 AND recovering_dong = $5
               AND pay_state = 'paid' AND recovering_dong + $1 <= paid_dong",
            vec![
                demand.amount.into(),
                paid.province_code.as_str().into(),
                paid.id.into(),
                paid.entries.into(),
                paid.recovering_dong.into(),
            ],
        )
        .await?;
    if moved == 0 {
        return Ok(false);
    }
    tx.change(
        "INSERT INTO recoveries (province_code, id, entitlement_id, payment_id, decision_id,
           district_code, commune_code, tiers, group_code, number, demanded_on, due_on, reason,
           amount_dong, demanded_by, demanded_at, body_sha256)
         SELECT p.province_code, $1, p.entitlement_id, p.id, p.decision_id, p.district_code,
           p.commune_code, p.tiers, p.group_code, $2, $3, $4, $5, $6, $7, $8, $9
         FROM payment_entries p WHERE p.entitlement_id = $10 AND p.kind = 'paid'
           AND NOT EXISTS (SELECT 1 FROM payment_entries q WHERE q.reverses_id = p.id)
         ORDER BY p.seq DESC LIMIT 1",
        vec![
            demand.id.into(),
            demand.number.into(),
            demand.demanded_on.into(),
            demand.due_on.into(),
            demand.reason.into(),
            demand.amount.into(),
            actor.account_id.into(),
            now.into(),
            demand.body.into(),
            paid.id.into(),
        ],
    )
    .await
    .map(|written| written == 1)
}

/// An entry to be written under a demand.
pub(super) struct NewEntry<'a> {
    pub id: Uuid,
    pub kind: &'a str,
    pub returned: i64,
    pub waived: i64,
    pub reverses: Option<Uuid>,
    pub paper: &'a str,
    pub note: &'a str,
    pub day: NaiveDate,
    pub body: &'a str,
}

/// Appends an entry if the demand still has as many as were seen; false: somebody was faster.
pub(super) async fn add_entry(
    tx: &Tx,
    actor: &Actor,
    now: DateTime<Utc>,
    recovery: &Recovery,
    new: &NewEntry<'_>,
) -> Result<bool, DbErr> {
    let province = actor.scope.province();
    let moved = tx
        .change(
            "UPDATE recoveries SET returned_dong = returned_dong + $1, waived_dong = waived_dong + $2,
               entries = entries + 1 WHERE province_code = $3 AND id = $4 AND entries = $5",
            vec![
                new.returned.into(),
                new.waived.into(),
                province.into(),
                recovery.id.into(),
                recovery.entries.into(),
            ],
        )
        .await?;
    if moved == 0 {
        return Ok(false);
    }
    let columns = [
        "province_code",
        "id",
        "recovery_id",
        "seq",
        "kind",
        "amount_dong",
        "reverses_id",
        "paper",
        "note",
        "business_day",
        "recorded_by",
        "recorded_at",
        "body_sha256",
    ];
    let row = vec![
        province.into(),
        new.id.into(),
        recovery.id.into(),
        (recovery.entries + 1).into(),
        new.kind.into(),
        (new.returned + new.waived).into(),
        new.reverses.into(),
        new.paper.into(),
        new.note.into(),
        new.day.into(),
        actor.account_id.into(),
        now.into(),
        new.body.into(),
    ];
    bulk_insert(tx, "recovery_entries", &columns, vec![row], "").await?;
    Ok(true)
}

/// A demand that does not say what its entries say, or is not in its entitlement.
#[derive(Debug, Clone, FromQueryResult)]
struct Unequal {
    id: Uuid,
}

/// Number of demands, and those that differ from their entries or entitlements, in words.
pub(in crate::relief) async fn recovery_faults<C: Conn>(
    conn: &C,
    scope: &Scope,
) -> Result<(i64, Vec<String>), DbErr> {
    let inside = scope.condition("r", 1);
    let count = format!("SELECT COUNT(*) FROM recoveries r WHERE {inside}");
    let count = conn.number(&count, vec![scope.code().into()]).await?;
    let sum = |kind: &str| {
        format!(
            "CAST(COALESCE((SELECT SUM(x.amount_dong) FROM recovery_entries x
               LEFT JOIN recovery_entries y ON y.id = x.reverses_id
              WHERE x.recovery_id = r.id AND COALESCE(y.kind, x.kind) = '{kind}'), 0) AS BIGINT)"
        )
    };
    let sql = format!(
        "SELECT r.id FROM recoveries r WHERE {inside} AND (
           r.returned_dong <> {} OR r.waived_dong <> {}
           OR r.entries <> (SELECT COUNT(*) FROM recovery_entries x WHERE x.recovery_id = r.id))",
        sum("part"),
        sum("waiver")
    );
    let unequal: Vec<Unequal> = conn.rows(&sql, vec![scope.code().into()]).await?;
    let mut faults: Vec<String> = unequal
        .into_iter()
        .map(|one| format!("yêu cầu thu hồi {}: số đã nộp, miễn khác với các bút toán", one.id))
        .collect();
    let sql = format!(
        "SELECT e.id FROM entitlements e WHERE {} AND e.recovering_dong <> CAST(COALESCE((
           SELECT SUM(r.amount_dong) FROM recoveries r WHERE r.entitlement_id = e.id), 0) AS BIGINT)",
        scope.condition("e", 1)
    );
    let unequal: Vec<Unequal> = conn.rows(&sql, vec![scope.code().into()]).await?;
    faults.extend(
        unequal.into_iter().map(|one| format!("khoản {}: số thu hồi khác các yêu cầu", one.id)),
    );
    Ok((count, faults))
}
