//! Entitlements as lists and decisions change them; payments are another folder's.

use chrono::NaiveDate;
use sea_orm::{DbErr, FromQueryResult, Value};
use uuid::Uuid;

use crate::database::{Conn, Constraint, Sql, bulk_insert};

/// One approved entitlement a person in an exclusion group (Nghị quyết 42 mục I).
pub(in crate::relief) const ONE_A_PERSON: Constraint = Constraint {
    name: "entitlements_one_a_person",
    sqlite_columns: "entitlements.exclusion_group, entitlements.person_id",
};

/// One approved entitlement a row.
pub(in crate::relief) const ONE_AN_ENTRY: Constraint =
    Constraint { name: "entitlements_one_an_entry", sqlite_columns: "entitlements.entry_id" };

/// Columns a decision writes, in the order of its values.
pub(in crate::relief) const NEW_COLUMNS: [&str; 20] = [
    "province_code",
    "id",
    "entry_id",
    "list_id",
    "decision_id",
    "person_id",
    "exclusion_group",
    "group_code",
    "district_code",
    "commune_code",
    "tiers",
    "monthly_dong",
    "months",
    "people",
    "amount_dong",
    "paid_dong",
    "pay_state",
    "state",
    "hold",
    "approved_at",
];

/// Writes entitlements.
pub(in crate::relief) async fn insert<C: Conn>(
    conn: &C,
    rows: Vec<Vec<Value>>,
) -> Result<(), DbErr> {
    bulk_insert(conn, "entitlements", &NEW_COLUMNS, rows, "").await.map(|_| ())
}

/// An entitlement, as far as withdrawing needs it.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::relief) struct Held {
    pub province_code: String,
    pub id: Uuid,
    pub people: i32,
    pub amount_dong: i64,
    pub pay_state: String,
}

/// The entitlement of a row in this state (`approved`, `cancelled`), the newest one.
pub(in crate::relief) async fn of_entry<C: Conn>(
    conn: &C,
    entry_id: Uuid,
    state: &str,
) -> Result<Option<Held>, DbErr> {
    conn.row(
        "SELECT en.province_code, en.id, en.people, en.amount_dong, en.pay_state
         FROM entitlements en JOIN decisions d ON d.id = en.decision_id
         WHERE en.entry_id = $1 AND en.state = $2 AND d.revoked_at IS NULL
         ORDER BY en.approved_at DESC",
        vec![entry_id.into(), state.into()],
    )
    .await
}

/// The other approved entitlements of a household within a list, in the order of its rows.
pub(in crate::relief) async fn household<C: Conn>(
    conn: &C,
    list_id: Uuid,
    head: Uuid,
    but: Uuid,
) -> Result<Vec<Held>, DbErr> {
    conn.rows(
        "SELECT en.province_code, en.id, en.people, en.amount_dong, en.pay_state
         FROM list_entries e JOIN entitlements en
           ON en.entry_id = e.id AND en.state = 'approved'
         WHERE e.list_id = $1 AND (e.id = $2 OR e.household_of = $2) AND e.id <> $3
         ORDER BY e.source_line, e.id",
        vec![list_id.into(), head.into(), but.into()],
    )
    .await
}

/// Cancels an entitlement of which nothing is paid; false when something is.
pub(in crate::relief) async fn cancel<C: Conn>(
    conn: &C,
    held: &Held,
    hold: &str,
) -> Result<bool, DbErr> {
    let sql = "UPDATE entitlements SET state = 'cancelled', hold = $1
         WHERE id = $2 AND province_code = $3 AND state = 'approved' AND paid_dong = 0 AND pay_state <> 'paid'";
    Ok(conn
        .change(sql, vec![hold.into(), held.id.into(), held.province_code.as_str().into()])
        .await?
        == 1)
}

/// Gives an unpaid entitlement another size; false when something is paid on it.
pub(in crate::relief) async fn resize<C: Conn>(
    conn: &C,
    held: &Held,
    people: i32,
    amount_dong: i64,
) -> Result<bool, DbErr> {
    let sql = "UPDATE entitlements SET people = $1, amount_dong = $2,
           pay_state = CASE WHEN pay_state = 'member' THEN 'unpaid' ELSE pay_state END
         WHERE id = $3 AND province_code = $4 AND state = 'approved' AND paid_dong = 0 AND pay_state <> 'paid'";
    let province = held.province_code.as_str();
    let values = vec![people.into(), amount_dong.into(), held.id.into(), province.into()];
    Ok(conn.change(sql, values).await? == 1)
}

/// Brings a cancelled entitlement back with the row's own share.
pub(in crate::relief) async fn restore<C: Conn>(
    conn: &C,
    held: &Held,
    people: i32,
    amount_dong: i64,
    hold: &str,
) -> Result<bool, DbErr> {
    let sql = "UPDATE entitlements SET state = 'approved', people = $1, amount_dong = $2,
           pay_state = CASE WHEN pay_state = 'member' THEN 'unpaid' ELSE pay_state END,
           hold = $3
         WHERE id = $4 AND province_code = $5 AND state = 'cancelled'";
    let values = vec![
        people.into(),
        amount_dong.into(),
        hold.into(),
        held.id.into(),
        held.province_code.as_str().into(),
    ];
    Ok(conn.change(sql, values).await? == 1)
}

/// Puts an approved entitlement of a row on hold, or takes the hold `from` off it.
pub(in crate::relief) async fn set_hold<C: Conn>(
    conn: &C,
    entry_id: Uuid,
    from: &str,
    to: &str,
) -> Result<u64, DbErr> {
    let sql = "UPDATE entitlements SET hold = $1
         WHERE entry_id = $2 AND state = 'approved' AND hold = $3";
    conn.change(sql, vec![to.into(), entry_id.into(), from.into()]).await
}

/// What is already approved for a person, with the decision that did it.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::relief) struct Prior {
    pub person_id: Uuid,
    pub entry_id: Uuid,
    pub group_code: String,
    pub commune_code: String,
    pub number: String,
    pub decided_on: NaiveDate,
}

const PRIOR: &str = "SELECT en.person_id, en.entry_id, en.group_code, en.commune_code, d.number,
    d.decided_on
  FROM entitlements en JOIN decisions d ON d.id = en.decision_id";

/// What is already approved for the people of a list in an exclusion group.
pub(in crate::relief) async fn prior_of_list<C: Conn>(
    conn: &C,
    list_id: Uuid,
    exclusion_group: &str,
) -> Result<Vec<Prior>, DbErr> {
    let sql = format!(
        "{PRIOR} JOIN list_entries e ON e.person_id = en.person_id
         WHERE e.list_id = $1 AND e.state = 'listed' AND en.state = 'approved'
           AND en.exclusion_group = $2"
    );
    conn.rows(&sql, vec![list_id.into(), exclusion_group.into()]).await
}

/// What is already approved for a person in an exclusion group.
pub(in crate::relief) async fn prior_of_person<C: Conn>(
    conn: &C,
    person: Uuid,
    exclusion_group: &str,
) -> Result<Vec<Prior>, DbErr> {
    let sql = format!(
        "{PRIOR} WHERE en.person_id = $1 AND en.state = 'approved' AND en.exclusion_group = $2"
    );
    conn.rows(&sql, vec![person.into(), exclusion_group.into()]).await
}

/// The approved entitlement of a row follows the row to its person.
pub(in crate::relief) async fn set_person<C: Conn>(
    conn: &C,
    entry_id: Uuid,
    person: Uuid,
) -> Result<u64, DbErr> {
    let sql = "UPDATE entitlements SET person_id = $1 WHERE entry_id = $2 AND person_id <> $1";
    conn.change(sql, vec![person.into(), entry_id.into()]).await
}

#[derive(FromQueryResult)]
struct Holder {
    person_id: Uuid,
}

/// `(en.exclusion_group = $n AND en.group_code = $n+1) OR …` over `alias`, and its values.
fn in_groups(alias: &str, from: usize, groups: &[(String, String)]) -> (String, Vec<Value>) {
    let (mut parts, mut values) = (Vec::new(), Vec::new());
    for (at, (exclusion, group)) in groups.iter().enumerate() {
        let n = from + 2 * at;
        parts.push(format!("({alias}.exclusion_group = ${n} AND {alias}.group_code = ${})", n + 1));
        values.extend([Value::from(exclusion.as_str()), Value::from(group.as_str())]);
    }
    (format!("({})", parts.join(" OR ")), values)
}

/// Persons of a list who have something approved in one of these groups (exclusion group, group)
/// of the programme.
pub(in crate::relief) async fn holders<C: Conn>(
    conn: &C,
    list_id: Uuid,
    programme: &str,
    groups: &[(String, String)],
) -> Result<Vec<Uuid>, DbErr> {
    let (condition, values) = in_groups("en", 3, groups);
    let sql = format!(
        "SELECT DISTINCT e.person_id FROM list_entries e
         JOIN entitlements en ON en.person_id = e.person_id AND en.state = 'approved'
         JOIN beneficiary_lists l ON l.id = en.list_id
         WHERE e.list_id = $1 AND l.programme_code = $2 AND {condition}"
    );
    let mut all: Vec<Value> = vec![list_id.into(), programme.into()];
    all.extend(values);
    let rows: Vec<Holder> = conn.rows(&sql, all).await?;
    Ok(rows.into_iter().map(|row| row.person_id).collect())
}

/// What stood beside the entitlements of a revoked decision.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::relief) struct Rests {
    pub people: i64,
    pub number: String,
    pub decided_on: NaiveDate,
}

/// People with an approved entitlement in `dependent` (exclusion group, group) who had one of
/// `groups` by this decision, now revoked, and have none left; with the first decision of theirs.
pub(in crate::relief) async fn resting<C: Conn>(
    conn: &C,
    decision: Uuid,
    programme: &str,
    dependent: (&str, &str),
    groups: &[(String, String)],
) -> Result<Option<Rests>, DbErr> {
    let (gone, values) = in_groups("gone", 5, groups);
    let (left, _) = in_groups("other", 5, groups);
    let sql = format!(
        "SELECT CAST(COUNT(*) AS BIGINT) AS people, d.number, d.decided_on
         FROM entitlements gone
         JOIN beneficiary_lists l ON l.id = gone.list_id AND l.programme_code = $2
         JOIN entitlements dep ON dep.person_id = gone.person_id AND dep.exclusion_group = $3
           AND dep.group_code = $4 AND dep.state = 'approved'
         JOIN decisions d ON d.id = dep.decision_id
         WHERE gone.decision_id = $1 AND {gone} AND NOT EXISTS (
           SELECT 1 FROM entitlements other WHERE other.person_id = gone.person_id
             AND other.state = 'approved' AND {left})
         GROUP BY d.id, d.number, d.decided_on ORDER BY d.id LIMIT 1"
    );
    let mut all: Vec<Value> =
        vec![decision.into(), programme.into(), dependent.0.into(), dependent.1.into()];
    all.extend(values);
    conn.row(&sql, all).await
}
