//! SQL of excuses, reminders and contacts.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use super::UnitRow;
use crate::database::{Conn, Constraint, Sql, Tx, bulk_insert};
use crate::duties::types::{Contact, Excuse, Reminder, Unit};
use crate::identity::Scope;

/// One live excuse a unit and period.
pub(in crate::duties) const EXCUSE_LIVE: Constraint = Constraint {
    name: "duty_excuses_live",
    sqlite_columns: "duty_excuses.province_code, duty_excuses.commune_code, duty_excuses.tiers, duty_excuses.kind_code, duty_excuses.period_start",
};

/// Excuses for the periods `from ..= to`, revoked ones too, oldest first.
pub(in crate::duties) async fn excuses<C: Conn>(
    conn: &C,
    scope: &Scope,
    kind: &str,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Excuse>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        #[sea_orm(nested)]
        unit: UnitRow,
        id: Uuid,
        period_start: NaiveDate,
        reason: String,
        excused_by: Uuid,
        excused_at: DateTime<Utc>,
        revoked_at: Option<DateTime<Utc>>,
        revoked_by: Option<Uuid>,
        revoked_reason: String,
    }
    let sql = format!(
        "SELECT x.province_code, x.district_code, x.commune_code, x.tiers, x.id, x.period_start,
           x.reason, x.excused_by, x.excused_at, x.revoked_at, x.revoked_by, x.revoked_reason
         FROM duty_excuses x
         WHERE {} AND x.province_code = $2 AND x.kind_code = $3 AND x.period_start >= $4
           AND x.period_start <= $5
         ORDER BY x.excused_at, x.id",
        scope.condition("x", 1)
    );
    let values =
        vec![scope.code().into(), scope.province().into(), kind.into(), from.into(), to.into()];
    let rows: Vec<Row> = conn.rows(&sql, values).await?;
    let excuse = |row: Row| Excuse {
        id: row.id,
        unit: row.unit.into(),
        period: row.period_start,
        reason: row.reason,
        excused_by: row.excused_by,
        excused_at: row.excused_at,
        revoked_at: row.revoked_at,
        revoked_by: row.revoked_by,
        revoked_reason: row.revoked_reason,
    };
    Ok(rows.into_iter().map(excuse).collect())
}

pub(in crate::duties) async fn add_excuse(
    tx: &Tx,
    kind: &str,
    excuse: &Excuse,
) -> Result<(), DbErr> {
    tx.change(
        "INSERT INTO duty_excuses (id, province_code, district_code, commune_code, tiers, kind_code,
           period_start, reason, excused_by, excused_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        vec![
            excuse.id.into(),
            excuse.unit.province.as_str().into(),
            excuse.unit.district.as_str().into(),
            excuse.unit.commune.as_str().into(),
            excuse.unit.tiers.into(),
            kind.into(),
            excuse.period.into(),
            excuse.reason.as_str().into(),
            excuse.excused_by.into(),
            excuse.excused_at.into(),
        ],
    )
    .await?;
    Ok(())
}

/// Takes an excuse back; false when that was done already.
pub(in crate::duties) async fn revoke_excuse(
    tx: &Tx,
    unit: &Unit,
    id: Uuid,
    (by, reason): (Uuid, &str),
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let revoked = tx
        .change(
            "UPDATE duty_excuses SET revoked_at = $5, revoked_by = $6, revoked_reason = $7
             WHERE id = $1 AND province_code = $2 AND commune_code = $3 AND tiers = $4
               AND revoked_at IS NULL",
            vec![
                id.into(),
                unit.province.as_str().into(),
                unit.commune.as_str().into(),
                unit.tiers.into(),
                now.into(),
                by.into(),
                reason.into(),
            ],
        )
        .await?;
    Ok(revoked == 1)
}

/// Writes the reminders of one batch; those of a batch that was sent before are left alone.
/// Returns how many are new.
pub(in crate::duties) async fn add_reminders(
    tx: &Tx,
    batch: Uuid,
    kind: &str,
    reminders: &[Reminder],
) -> Result<u64, DbErr> {
    let columns = [
        "batch_id",
        "commune_code",
        "tiers",
        "province_code",
        "district_code",
        "kind_code",
        "period_start",
        "words",
        "sent_by",
        "sent_at",
    ];
    let rows = reminders
        .iter()
        .map(|one| {
            vec![
                batch.into(),
                one.unit.commune.as_str().into(),
                one.unit.tiers.into(),
                one.unit.province.as_str().into(),
                one.unit.district.as_str().into(),
                kind.into(),
                one.period.into(),
                one.words.as_str().into(),
                one.sent_by.into(),
                one.sent_at.into(),
            ]
        })
        .collect();
    bulk_insert(tx, "duty_reminders", &columns, rows, "ON CONFLICT DO NOTHING").await
}

/// Reminders sent since `since`, the newest first.
pub(in crate::duties) async fn reminders<C: Conn>(
    conn: &C,
    scope: &Scope,
    kind: &str,
    since: DateTime<Utc>,
) -> Result<Vec<Reminder>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        #[sea_orm(nested)]
        unit: UnitRow,
        period_start: NaiveDate,
        words: String,
        sent_by: Uuid,
        sent_at: DateTime<Utc>,
    }
    let sql = format!(
        "SELECT m.province_code, m.district_code, m.commune_code, m.tiers, m.period_start, m.words,
           m.sent_by, m.sent_at
         FROM duty_reminders m
         WHERE {} AND m.province_code = $2 AND m.kind_code = $3 AND m.sent_at >= $4
         ORDER BY m.sent_at DESC, m.commune_code",
        scope.condition("m", 1)
    );
    let values = vec![scope.code().into(), scope.province().into(), kind.into(), since.into()];
    let rows: Vec<Row> = conn.rows(&sql, values).await?;
    let reminder = |row: Row| Reminder {
        unit: row.unit.into(),
        period: row.period_start,
        words: row.words,
        sent_by: row.sent_by,
        sent_at: row.sent_at,
    };
    Ok(rows.into_iter().map(reminder).collect())
}

/// Contacts inside the scope.
pub(in crate::duties) async fn contacts<C: Conn>(
    conn: &C,
    scope: &Scope,
) -> Result<Vec<Contact>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        #[sea_orm(nested)]
        unit: UnitRow,
        person_name: String,
        phone: String,
        version: i32,
        written_by: Uuid,
        written_at: DateTime<Utc>,
    }
    let sql = format!(
        "SELECT c.province_code, c.district_code, c.commune_code, c.tiers, c.person_name, c.phone,
           c.version, c.written_by, c.written_at
         FROM unit_contacts c WHERE {} AND c.province_code = $2",
        scope.condition("c", 1)
    );
    let values = vec![scope.code().into(), scope.province().into()];
    let rows: Vec<Row> = conn.rows(&sql, values).await?;
    let contact = |row: Row| Contact {
        unit: row.unit.into(),
        person_name: row.person_name,
        phone: row.phone,
        version: row.version,
        written_by: row.written_by,
        written_at: row.written_at,
    };
    Ok(rows.into_iter().map(contact).collect())
}

/// The first contact of a unit; false when somebody was first.
pub(in crate::duties) async fn add_contact(tx: &Tx, contact: &Contact) -> Result<bool, DbErr> {
    let unit = &contact.unit;
    let row = vec![
        unit.province.as_str().into(),
        unit.district.as_str().into(),
        unit.commune.as_str().into(),
        unit.tiers.into(),
        contact.person_name.as_str().into(),
        contact.phone.as_str().into(),
        contact.version.into(),
        contact.written_by.into(),
        contact.written_at.into(),
    ];
    let columns = [
        "province_code",
        "district_code",
        "commune_code",
        "tiers",
        "person_name",
        "phone",
        "version",
        "written_by",
        "written_at",
    ];
    let suffix = "ON CONFLICT DO NOTHING";
    Ok(bulk_insert(tx, "unit_contacts", &columns, vec![row], suffix).await? == 1)
}

/// Changes a contact whose version is still `seen`; false when somebody was faster.
pub(in crate::duties) async fn change_contact(
    tx: &Tx,
    contact: &Contact,
    seen: i32,
) -> Result<bool, DbErr> {
    let unit = &contact.unit;
    let changed = tx
        .change(
            "UPDATE unit_contacts SET person_name = $5, phone = $6, version = version + 1,
               written_by = $7, written_at = $8
             WHERE province_code = $1 AND district_code = $2 AND commune_code = $3 AND tiers = $4
               AND version = $9",
            vec![
                unit.province.as_str().into(),
                unit.district.as_str().into(),
                unit.commune.as_str().into(),
                unit.tiers.into(),
                contact.person_name.as_str().into(),
                contact.phone.as_str().into(),
                contact.written_by.into(),
                contact.written_at.into(),
                seen.into(),
            ],
        )
        .await?;
    Ok(changed == 1)
}
