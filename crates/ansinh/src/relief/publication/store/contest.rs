//! SQL of a contested row.

use sea_orm::DbErr;
use uuid::Uuid;

use crate::database::{Conn, Sql};
use crate::relief::publication::ContestedRow;

pub(in crate::relief::publication) async fn contested<C: Conn>(
    conn: &C,
    province: &str,
    entry: Uuid,
) -> Result<Option<ContestedRow>, DbErr> {
    let sql = "SELECT e.id AS entry_id, t.id AS entitlement_id, e.full_name, l.programme_code,
         e.group_code, e.district_code, e.commune_code, e.tiers, l.unit_date, t.amount_dong,
         t.paid_dong, t.last_day
       FROM list_entries e JOIN beneficiary_lists l ON l.id = e.list_id
       LEFT JOIN entitlements t ON t.entry_id = COALESCE(e.household_of, e.id)
         AND t.state = 'approved' AND l.state = 'approved'
       WHERE e.province_code = $1 AND e.id = $2";
    conn.row(sql, vec![province.into(), entry.into()]).await
}
