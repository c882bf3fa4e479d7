//! Keyset pages of every size, in both orders, against one plain reading.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ConnectOptions, Database, DatabaseConnection};
use uuid::Uuid;

use super::{ClaimFilter, Place, claims_page};
use crate::database::{Sql, migrate};
use crate::identity::Scope;
use crate::relief::payments::types::Status;

const ROWS: u128 = 23;

fn id(kind: u128, n: u128) -> Uuid {
    // Neighbours in time are no neighbours in order.
    Uuid::from_u128((kind << 64) + n.wrapping_mul(7) % ROWS)
}

/// A database in memory in which this room's tables stand alone: other rooms' rows are not asked for.
async fn alone() -> DatabaseConnection {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.sqlx_logging(false).max_connections(1).min_connections(1);
    options.map_sqlx_sqlite_opts(|sqlite| sqlite.pragma("foreign_keys", "OFF"));
    let db = Database::connect(options).await.unwrap();
    migrate(&db).await.unwrap();
    db
}

async fn parents(db: &DatabaseConnection) {
    let now = DateTime::<Utc>::UNIX_EPOCH;
    let day = NaiveDate::from_ymd_opt(2020, 5, 10).unwrap();
    let change = async |sql: &str, values| {
        db.change(sql, values).await.unwrap();
    };
    change(
        "INSERT INTO decisions (id, province_code, district_code, number, decided_on, signer_name,
           signer_title, person_count, amount_dong, recorded_by, recorded_at)
         VALUES ($1, '42', '', '1', $2, '', '', 1, 1, $3, $4)",
        vec![id(2, 0).into(), day.into(), id(1, 0).into(), now.into()],
    )
    .await;
    change(
        "INSERT INTO beneficiary_lists (id, province_code, district_code, commune_code, tiers,
           unit_date, programme_code, group_code, round, state, prepared_by, prepared_at)
         VALUES ($1, '42', '439', '1', 3, $2, 'NQ42', 'HN', 1, 'approved', $3, $4)",
        vec![id(3, 0).into(), day.into(), id(1, 0).into(), now.into()],
    )
    .await;
}

/// People of three communes of two districts, many with the same name.
async fn people(db: &DatabaseConnection) {
    let now = DateTime::<Utc>::UNIX_EPOCH;
    for n in 0..ROWS {
        let (district, commune) = [("439", "1"), ("439", "2"), ("440", "3")][n as usize % 3];
        let (state, paid) = if n % 4 == 0 { ("paid", 10) } else { ("unpaid", 0) };
        let values = vec![id(4, n).into(), now.into()];
        db.change("INSERT INTO persons VALUES ($1, $2)", values).await.unwrap();
        let entry = "INSERT INTO list_entries (province_code, id, list_id, district_code,
             commune_code, tiers, group_code, person_id, full_name, name_key, sort_key, raw, state)
           VALUES ('42', $1, $2, $3, $4, 3, 'HN', $5, 'A', 'a', $6, '', 'listed')";
        let key = ["an", "binh"][n as usize % 2];
        let values = vec![
            id(5, n).into(),
            id(3, 0).into(),
            district.into(),
            commune.into(),
            id(4, n).into(),
            key.into(),
        ];
        db.change(entry, values).await.unwrap();
        let entitlement = "INSERT INTO entitlements (province_code, id, entry_id, list_id,
             decision_id, person_id, exclusion_group, group_code, district_code, commune_code,
             tiers, monthly_dong, months, people, amount_dong, paid_dong, pay_state, state,
             approved_at)
           VALUES ('42', $1, $2, $3, $4, $5, 'NQ42', 'HN', $6, $7, 3, 10, 1, 1, 10, $8, $9,
             'approved', $10)";
        let values = vec![
            id(6, n).into(),
            id(5, n).into(),
            id(3, 0).into(),
            id(2, 0).into(),
            id(4, n).into(),
            district.into(),
            commune.into(),
            i64::from(paid).into(),
            state.into(),
            now.into(),
        ];
        db.change(entitlement, values).await.unwrap();
    }
}

#[tokio::test]
async fn pages_of_any_size_visit_every_row_once_in_order() {
    let db = alone().await;
    parents(&db).await;
    people(&db).await;
    let scope = Scope::Province { province: "42".to_owned() };
    let place = |district: &str, commune: &str| Place {
        tiers: 3,
        district: district.to_owned(),
        commune: commune.to_owned(),
    };
    for (place, status, rows) in [
        (place("", ""), None, 23),
        (place("439", ""), None, 16),
        (place("439", "1"), None, 8),
        (place("", ""), Some(Status::Open), 17),
    ] {
        let filter = ClaimFilter { place, status, ..ClaimFilter::default() };
        let whole = claims_page(&db, &scope, &filter, None, 1000).await.unwrap();
        assert_eq!(whole.len(), rows, "{filter:?}");
        let whole: Vec<Uuid> = whole.iter().map(|claim| claim.id).collect();
        for size in 1..=25 {
            let mut seen: Vec<Uuid> = Vec::new();
            loop {
                let after = seen.last().copied();
                let page = claims_page(&db, &scope, &filter, after, size).await.unwrap();
                if page.is_empty() {
                    break;
                }
                seen.extend(page.iter().map(|claim| claim.id));
            }
            assert_eq!(seen, whole, "pages of {size}, {filter:?}");
        }
    }
}
